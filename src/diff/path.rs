//! Where something stands in two versions of an object.

use std::fmt;
use std::sync::Arc;

use crate::values::{Step, dotted};
use crate::yaml::Node;

/// One step into an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    /// Into a map.
    Key(Arc<str>),
    /// Into a list.
    Item(Item),
    /// Into a text that holds data: what follows is a path in that.
    Inside(&'static str),
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    /// What tells it from the others, where the list has such keys: `name` and `prometheus`.
    pub keys: Vec<(String, String)>,
    /// Its index in the old list, where it is in it.
    pub old: Option<usize>,
    /// Its index in the new list, where it is in it.
    pub new: Option<usize>,
}

/// A way into two versions of an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trail(pub Vec<PathStep>);

/// Which of two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The old one.
    Old,
    /// The new one.
    New,
}

impl Trail {
    /// The trail of keys alone.
    pub fn of_keys(keys: &[&str]) -> Trail {
        Trail(keys.iter().map(|key| PathStep::Key((*key).into())).collect())
    }

    /// The keys on the way, those of lists left out; up to the text that holds data.
    pub fn keys(&self) -> Vec<&str> {
        let steps = self
            .0
            .iter()
            .take_while(|step| !matches!(step, PathStep::Inside(_)));
        steps
            .filter_map(|step| match step {
                PathStep::Key(key) => Some(&**key),
                _ => None,
            })
            .collect()
    }

    /// Whether the way begins with these keys.
    pub fn starts_with(&self, keys: &[&str]) -> bool {
        let own = self.keys();
        own.len() >= keys.len() && own.iter().zip(keys).all(|(a, b)| a == b)
    }

    /// The steps of one version up to a text that holds data, and those within that.
    pub fn steps(&self, which: Which) -> (Vec<Step>, Option<Vec<Step>>) {
        let mut outer = Vec::new();
        let mut inner: Option<Vec<Step>> = None;
        for step in &self.0 {
            let step = match step {
                PathStep::Inside(_) => {
                    inner = Some(Vec::new());
                    continue;
                }
                PathStep::Key(key) => Step::Key(Arc::clone(key)),
                PathStep::Item(item) => {
                    let index = match which {
                        Which::Old => item.old,
                        Which::New => item.new,
                    };
                    Step::Index(index.unwrap_or(usize::MAX))
                }
            };
            inner.as_mut().unwrap_or(&mut outer).push(step);
        }
        (outer, inner)
    }

    /// The steps in another version of the object: items are looked for by their keys, or by their index.
    pub fn steps_in(&self, mut node: &Node, which: Which) -> Vec<Step> {
        let mut steps = Vec::new();
        for step in &self.0 {
            let step = match step {
                PathStep::Inside(_) => break,
                PathStep::Key(key) => Step::Key(Arc::clone(key)),
                PathStep::Item(item) => {
                    let mut list = node.as_list().into_iter().flatten();
                    let by_keys = list.position(|candidate| {
                        !item.keys.is_empty()
                            && item.keys.iter().all(|(key, value)| {
                                candidate.get(key).and_then(scalar_text).as_deref() == Some(value.as_str())
                            })
                    });
                    let index = match which {
                        Which::Old => item.old,
                        Which::New => item.new,
                    };
                    Step::Index(by_keys.or(index).unwrap_or(usize::MAX))
                }
            };
            let found = crate::values::find(node, std::slice::from_ref(&step));
            steps.push(step);
            match found {
                Some(next) => node = next,
                None => break,
            }
        }
        steps
    }
}

/// A scalar as text, for keys of lists.
pub(super) fn scalar_text(node: &Node) -> Option<String> {
    use crate::yaml::Value;
    match &node.value {
        Value::String(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

/// `spec.containers[name=web].image`, `data."prometheus.yml" > scrape_configs[job_name=a].scheme`.
impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut is_first = true;
        for step in &self.0 {
            match step {
                PathStep::Key(key) => {
                    let key = dotted(&[Step::Key(Arc::clone(key))]);
                    write!(f, "{}{key}", if is_first { "" } else { "." })?;
                }
                PathStep::Item(item) => write!(f, "{item}")?,
                PathStep::Inside(_) => f.write_str(" > ")?,
            }
            is_first = matches!(step, PathStep::Inside(_));
        }
        Ok(())
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = Vec::new();
        for (key, value) in &self.keys {
            parts.push(format!("{key}={value}"));
        }
        if parts.is_empty() {
            let index = self.new.or(self.old).unwrap_or_default();
            return write!(f, "[{index}]");
        }
        write!(f, "[{}]", parts.join(","))
    }
}
