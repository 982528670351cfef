//! What was probably meant by a key that no chart has.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::declared::{At, Declared};
use crate::values::{Step, dotted};
use crate::yaml::{Entry, Node, Value};

/// How deep keys of the same name are looked for.
const DEEPEST: usize = 4;
/// A name that more places have says nothing of what was meant.
const MOST_PLACES: usize = 6;

/// What was probably meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hint {
    /// Another name in the same map.
    Spelling {
        /// The name.
        name: String,
        /// Nothing else can have been meant.
        is_certain: bool,
    },
    /// The same name at other paths, as people write them.
    Elsewhere(Vec<String>),
    /// Who knows.
    Nothing,
}

/// Finds what was meant.
pub(super) struct Hints<'d, 'c> {
    declared: &'d Declared<'c>,
    /// The paths of all keys by how their names sound.
    paths: OnceCell<HashMap<String, Vec<Vec<Arc<str>>>>>,
}

impl<'d, 'c> Hints<'d, 'c> {
    pub(super) fn new(declared: &'d Declared<'c>) -> Self {
        Hints {
            declared,
            paths: OnceCell::new(),
        }
    }

    /// What was meant by a key of a map of the user's, at a path.
    pub(super) fn of(&self, path: &[Arc<str>], entry: &Entry, map: &Node, at: &At<'_>) -> Hint {
        let Some(key) = path.last() else {
            return Hint::Nothing;
        };
        let names = self.declared.names(at);
        // What is written beside it was not meant.
        let names = names.into_iter().filter(|name| map.get(name).is_none());
        if let Some((name, is_close)) = spelling(key, names) {
            let default = self.declared.step(at, name).and_then(|next| next.default());
            let fits = default.is_none_or(|default| agrees(&entry.node, default));
            if is_close || fits {
                return Hint::Spelling {
                    name: name.to_owned(),
                    is_certain: is_close && fits,
                };
            }
        }
        self.elsewhere(path, &entry.node)
    }

    /// Where a key of the root's globals is one that another section with this name has.
    pub(super) fn of_global(&self, key: &str) -> Option<Hint> {
        let paths = self.paths().get(&plain(key))?.iter();
        let known: Vec<String> = paths
            .filter(|path| {
                path.len() > 2 && path.get(path.len() - 2).is_some_and(|above| **above == *"global")
            })
            .map(|path| shown(path))
            .collect();
        (!known.is_empty() && known.len() <= MOST_PLACES).then_some(Hint::Elsewhere(known))
    }

    fn elsewhere(&self, path: &[Arc<str>], node: &Node) -> Hint {
        let Some(key) = path.last() else {
            return Hint::Nothing;
        };
        let paths = self.paths().get(&plain(key)).into_iter().flatten();
        let known: Vec<String> = paths
            .filter(|known| is_within(path, known) || is_within(known, path))
            .filter(|known| self.fits(known, node))
            .map(|known| shown(known))
            .collect();
        match known.len() {
            1..=MOST_PLACES => Hint::Elsewhere(known),
            _ => Hint::Nothing,
        }
    }

    /// Whether a value could stand at a path.
    fn fits(&self, path: &[Arc<str>], node: &Node) -> bool {
        let Some(at) = self.declared.at(path.iter().map(AsRef::as_ref)) else {
            return false;
        };
        let is_known = |key: &str| self.declared.is_open(&at) || self.declared.step(&at, key).is_some();
        at.default().is_none_or(|default| agrees(node, default))
            && node
                .as_map()
                .is_none_or(|map| map.keys().all(|key| is_known(key)))
    }

    fn paths(&self) -> &HashMap<String, Vec<Vec<Arc<str>>>> {
        self.paths.get_or_init(|| {
            let mut paths = HashMap::new();
            self.collect(&self.declared.root(), &mut Vec::new(), &mut paths);
            paths
        })
    }

    fn collect(
        &self,
        at: &At<'_>,
        path: &mut Vec<Arc<str>>,
        paths: &mut HashMap<String, Vec<Vec<Arc<str>>>>,
    ) {
        if path.len() >= DEEPEST {
            return;
        }
        for name in self.declared.names(at) {
            let Some(next) = self.declared.step(at, name) else {
                continue;
            };
            path.push(name.into());
            paths.entry(plain(name)).or_default().push(path.clone());
            self.collect(&next, path, paths);
            path.pop();
        }
    }
}

/// Whether all keys of a path stand in another one in their order: a level was left out.
fn is_within(path: &[Arc<str>], longer: &[Arc<str>]) -> bool {
    let mut rest = longer.iter();
    path.len() < longer.len()
        && path
            .iter()
            .all(|key| rest.any(|known| plain(known) == plain(key)))
}

fn shown(path: &[Arc<str>]) -> String {
    let steps: Vec<Step> = path.iter().map(|key| Step::Key(key.clone())).collect();
    dotted(&steps)
}

/// Whether a value is of the kind that a default is of. A default that says nothing agrees with all.
pub(super) fn agrees(node: &Node, default: &Node) -> bool {
    let is_scalar = |node: &Node| !matches!(node.value, Value::List(_) | Value::Map(_) | Value::Null);
    match (&node.value, &default.value) {
        (_, Value::Null) | (Value::Null, _) => true,
        (Value::Bool(_), Value::Bool(_)) => true,
        (Value::Bool(_), _) | (_, Value::Bool(_)) => false,
        (Value::List(_), Value::List(_)) | (Value::Map(_), Value::Map(_)) => true,
        _ => is_scalar(node) && is_scalar(default),
    }
}

/// The name that a key is a spelling of, where there is one, and whether it is close enough to be nothing else.
fn spelling<'n>(key: &str, names: impl Iterator<Item = &'n str>) -> Option<(&'n str, bool)> {
    let wanted = plain(key);
    // The names one and two letters away, and one that holds the key or is held by it.
    let (mut close, mut near, mut similar) = (None, None, None);
    for name in names {
        let known = plain(name);
        let (shorter, longer) = (wanted.len().min(known.len()), wanted.len().max(known.len()));
        match strsim::osa_distance(&wanted, &known) {
            0 => return Some((name, true)),
            1 if shorter >= 4 => close = close.or(Some(name)),
            2 if shorter >= 7 => near = near.or(Some(name)),
            _ if shorter >= 5
                && shorter * 2 >= longer
                && (wanted.contains(&known) || known.contains(&wanted)) =>
            {
                similar = similar.or(Some(name));
            }
            _ => {}
        }
    }
    let guess = similar.or(near).map(|name| (name, false));
    close.map(|name| (name, true)).or(guess)
}

/// A name as it sounds: `scrape_configs` and `scrapeConfigs` are one.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '-' | '_' | '.'));
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::spelling;

    #[test]
    fn spellings_are_recognised() {
        let names = [
            "retention",
            "retentionSize",
            "persistentVolume",
            "hosts",
            "enabled",
            "nameOverride",
        ];
        for (key, meant) in [
            ("retnetion", Some(("retention", true))),
            ("persistent_volume", Some(("persistentVolume", true))),
            ("persistentVolumes", Some(("persistentVolume", true))),
            ("presistentVolme", Some(("persistentVolume", false))),
            ("host", Some(("hosts", true))),
            ("enable", Some(("enabled", true))),
            ("retentionTime", Some(("retention", false))),
            ("name", None),
            ("persistence", None),
            ("x", None),
        ] {
            assert_eq!(spelling(key, names.into_iter()), meant, "{key}");
        }
    }
}
