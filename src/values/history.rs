//! Who set a value, and what it overrode: answered from the layers, which are kept, for one path at a time.

use super::layer::{Layer, LayerKind, UserValues};
use super::path::Step;
use super::resolve::Scope;
use super::set;
use super::tables;
use crate::source::Place;
use crate::yaml::{Node, Value};

/// Who has a say in a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The values.yaml of the chart that the value belongs to.
    Default {
        /// The names from the root to the chart, both included.
        chart: Vec<String>,
    },
    /// The section for the value's chart in the values.yaml of a chart above it.
    Section {
        /// The names from the root to the chart above, both included.
        chart: Vec<String>,
    },
    /// What a chart takes over by `import-values` from the defaults of one of its subcharts.
    Import {
        /// The names from the root to the chart that imports, both included.
        chart: Vec<String>,
        /// The subchart.
        from: String,
    },
    /// The file of the environment that `--env` names.
    Environment,
    /// A file of `-f`.
    File,
    /// One assignment of a `--set` flag.
    Flag,
}

/// What one layer says of a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The layer.
    pub origin: Origin,
    /// Where: the value's place, in a file or within a flag.
    pub place: Place,
    /// The path that the layer has it at, from the root of all values. Another one than was asked for where the value
    /// came down with a parent's globals or was imported, and a shorter one where the layer has no map or list there.
    pub path: Vec<Step>,
    /// The value; nothing where the layer puts something else in the place of the map or list that it would be in. A null
    /// of the user's, or in a parent's section, deletes what is below it.
    pub value: Option<Node>,
}

/// What all layers say of the value at a path, from the chart's own defaults to the flags: the last one counts. Layers that
/// say nothing of it are left out.
///
/// `root` is the root of what [`super::resolve`] gave for `user`.
pub fn history(root: &Scope, user: &UserValues, path: &[Step]) -> Vec<Setting> {
    let chain = chain(root, path);
    let mut settings = defaults(&chain, path);
    settings.extend(given(user, path));
    // A parent's globals win over a subchart's, except where only one of the two is a map.
    let Some((owner, above)) = chain.split_last().filter(|(_, above)| !above.is_empty()) else {
        return settings;
    };
    let rest = path.get(owner.section().len()..).unwrap_or_default();
    if !is_global(rest) {
        return settings;
    }
    let section = above.len() - 1;
    let above: Vec<Step> = path.iter().take(section).chain(rest).cloned().collect();
    let inherited = history(root, user, &above);
    let place = super::path::find(&root.values, path).map(|node| &node.place);
    let is_own = |settings: &[Setting]| settings.last().map(|setting| &setting.place) == place;
    match is_own(&settings) && !is_own(&inherited) {
        true => inherited.into_iter().chain(settings).collect(),
        false => settings.into_iter().chain(inherited).collect(),
    }
}

fn is_global(path: &[Step]) -> bool {
    path.len() > 1 && matches!(path.first(), Some(Step::Key(key)) if **key == *"global")
}

/// The charts that a path leads through, from the root to the one that it belongs to.
pub(super) fn chain<'s>(root: &'s Scope, path: &[Step]) -> Vec<&'s Scope> {
    let mut chain = vec![root];
    let mut scope = root;
    // The section as a whole is its parent's.
    for step in path.iter().take(path.len().saturating_sub(1)) {
        let Step::Key(key) = step else { break };
        let Some(next) = scope
            .subcharts
            .iter()
            .find(|next| next.path.last().is_some_and(|name| **name == **key))
        else {
            break;
        };
        chain.push(next);
        scope = next;
    }
    chain
}

/// What the charts' own values say of a path, the lowest first.
fn defaults(chain: &[&Scope], path: &[Step]) -> Vec<Setting> {
    let mut settings = Vec::new();
    for (index, scope) in chain.iter().enumerate().rev() {
        let own = path.get(scope.section().len()..).unwrap_or_default();
        // What is imported into a subchart's section is below what the subchart has.
        settings.splice(0..0, imports(scope, own));
        settings.extend(own_default(scope, path, index + 1 == chain.len()));
    }
    settings
}

/// What a chart's own values.yaml says of a path.
fn own_default(scope: &Scope, path: &[Step], is_owner: bool) -> Option<Setting> {
    let chart = scope.path.clone();
    let origin = match is_owner {
        true => Origin::Default { chart },
        false => Origin::Section { chart },
    };
    let start = scope.section().len();
    let found = found(&scope.chart.values, path.get(start..)?)?;
    Some(found.setting(origin, path, start))
}

/// What a chart imports to a path in its values. Of two imports the first wins.
fn imports(scope: &Scope, path: &[Step]) -> Vec<Setting> {
    let mut settings = Vec::new();
    for dependency in scope.chart.metadata.dependencies.iter().rev() {
        let Some(subchart) = (scope.subcharts.iter())
            .find(|subchart| subchart.path.last().map(String::as_str) == Some(dependency.local_name()))
        else {
            continue;
        };
        for import in dependency.import_values.iter().rev() {
            let parent = keys(&import.parent);
            let Some(rest) = path.strip_prefix(parent.as_slice()) else {
                continue;
            };
            let section = subchart
                .section()
                .iter()
                .map(|name| Step::Key(name.as_str().into()));
            let source: Vec<Step> = section
                .chain(keys(&import.child))
                .chain(rest.iter().cloned())
                .collect();
            let below = source.get(scope.section().len()..).unwrap_or_default();
            let charts = chain(scope, below);
            let mut defaults = defaults(charts.get(1..).unwrap_or_default(), &source);
            defaults.extend(own_default(scope, &source, false));
            let Some(last) = defaults.pop() else { continue };
            settings.push(Setting {
                origin: Origin::Import {
                    chart: scope.path.clone(),
                    from: dependency.local_name().to_owned(),
                },
                ..last
            });
        }
    }
    settings
}

/// The keys of a dotted path of Chart.yaml; `.` is the root.
fn keys(path: &str) -> Vec<Step> {
    match path {
        "." => Vec::new(),
        path => path.split('.').map(|key| Step::Key(key.into())).collect(),
    }
}

/// What the user's layers say of a path: what they come to is made again, layer by layer.
fn given(user: &UserValues, path: &[Step]) -> Vec<Setting> {
    let mut settings: Vec<Setting> = Vec::new();
    let mut values = tables::empty();
    let mut before = None;
    let mut note = |values: &Node, layer: &Layer| {
        let after = found(values, path);
        if after != before {
            let origin = match layer.kind {
                LayerKind::Environment => Origin::Environment,
                LayerKind::File => Origin::File,
                LayerKind::Flag => Origin::Flag,
            };
            settings.extend(after.clone().map(|found| found.setting(origin, path, 0)));
            before = after;
        }
    };
    for layer in &user.layers {
        if layer.edits.is_empty() {
            values = tables::overlay(&layer.values, &values);
            note(&values, layer);
        }
        for edit in &layer.edits {
            // One that fails has failed when the values were read.
            let _ = set::apply(&mut values, edit);
            note(&values, layer);
        }
    }
    settings
}

/// What values have at a path, or at the part of it where they stop being maps and lists.
#[derive(Debug, Clone)]
struct Found {
    node: Node,
    /// How many steps lead there.
    steps: usize,
    is_whole: bool,
}

/// The same value at the same place.
impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        self.steps == other.steps && self.node.place == other.node.place && self.node == other.node
    }
}

impl Found {
    /// `start` is how many steps lead to the values in which this was found.
    fn setting(self, origin: Origin, path: &[Step], start: usize) -> Setting {
        Setting {
            origin,
            place: self.node.place.clone(),
            path: path.iter().take(start + self.steps).cloned().collect(),
            value: self.is_whole.then_some(self.node),
        }
    }
}

fn found(values: &Node, path: &[Step]) -> Option<Found> {
    let mut node = values;
    for (steps, step) in path.iter().enumerate() {
        let next = match (&node.value, step) {
            (Value::Map(map), Step::Key(key)) => map.get(key),
            (Value::List(list), Step::Index(index)) => list.get(*index),
            _ => None,
        };
        match next {
            Some(next) => node = next,
            // A map without the key says nothing of it.
            None if node.as_map().is_some() && matches!(step, Step::Key(_)) => return None,
            None => {
                return Some(Found {
                    node: node.clone(),
                    steps,
                    is_whole: false,
                });
            }
        }
    }
    Some(Found {
        node: node.clone(),
        steps: path.len(),
        is_whole: true,
    })
}
