//! Filters on maps and lists: merge, without, pick, dig.

use std::sync::Arc;

use minijinja::value::{Kwargs, Rest};
use minijinja::{Environment, Error, Value};

use super::super::record;
use super::super::shared::Shared;
use super::super::value::to_value;
use super::{node, node_or_null, to_u64, wrong};
use crate::yaml::{self, Entry, Map, Node};

pub(super) fn add(env: &mut Environment<'_>, shared: &Arc<Shared>) {
    let state = Arc::clone(shared);
    env.add_filter(
        "merge",
        move |value: Value, others: Rest<Value>| -> Result<Value, Error> {
            let mut merged = Map::new();
            let values = std::iter::once(&value).chain(others.iter());
            let nodes: Vec<Node> = values
                .map(|value| node_or_null(value, &state))
                .collect::<Result<_, _>>()?;
            for node in &nodes {
                match &node.value {
                    yaml::Value::Null => {}
                    yaml::Value::Map(map) if merged.is_empty() => merged = Map::clone(map),
                    yaml::Value::Map(map) => merge(&mut merged, map),
                    _ => {
                        return Err(wrong(format!(
                            "`merge` works on maps, and this is {}",
                            node.kind()
                        )));
                    }
                }
            }
            let nodes: Vec<&Node> = nodes.iter().collect();
            Ok(to_value(&record::merged(Node::computed(merged), &nodes)))
        },
    );
    let state = Arc::clone(shared);
    env.add_filter(
        "without",
        move |value: Value, names: Rest<Value>| -> Result<Value, Error> {
            let mut node = node_or_null(&value, &state)?;
            take_for_pairs(&node, names.len(), &state)?;
            if let Some(map) = node.as_map_mut() {
                map.retain(|key, _| !names.iter().any(|name| name.as_str() == Some(key)));
            } else if let Some(list) = node.as_list_mut() {
                let mut unwanted = Vec::new();
                for name in names.iter() {
                    unwanted.extend(self::node(name, &state)?);
                }
                list.retain(|item| !unwanted.contains(item));
            } else if !node.is_null() {
                return Err(wrong(format!(
                    "`without` works on maps and lists, and this is {}",
                    node.kind()
                )));
            }
            Ok(to_value(&node))
        },
    );
    let state = Arc::clone(shared);
    env.add_filter(
        "pick",
        move |value: Value, names: Rest<Value>| -> Result<Value, Error> {
            let mut node = node_or_null(&value, &state)?;
            if node.is_null() {
                node = Node::computed(Map::new());
            }
            take_for_pairs(&node, names.len(), &state)?;
            let kind = node.kind();
            let map = node
                .as_map_mut()
                .ok_or_else(|| wrong(format!("`pick` works on maps, and this is {kind}")))?;
            map.retain(|key, _| names.iter().any(|name| name.as_str() == Some(key)));
            Ok(to_value(&node))
        },
    );
    let state = Arc::clone(shared);
    env.add_filter(
        "dig",
        move |value: Value, path: Rest<Value>, options: Kwargs| -> Result<Value, Error> {
            let default: Option<Value> = options.get("default")?;
            options.assert_all_used()?;
            let start = node_or_null(&value, &state)?;
            let found = path.iter().try_fold(&start, |node, key| node.get(key.as_str()?));
            Ok(match found {
                Some(node) if !path.is_empty() => to_value(node),
                _ => default.unwrap_or_else(|| Value::from(())),
            })
        },
    );
}

/// Counts the comparisons of each item or key with each of some others.
fn take_for_pairs(node: &Node, others: usize, shared: &Shared) -> Result<(), Error> {
    let items = match &node.value {
        yaml::Value::List(list) => list.len(),
        yaml::Value::Map(map) => map.len(),
        _ => 0,
    };
    shared.take_steps(to_u64(items).saturating_mul(to_u64(others)))
}

fn merge(into: &mut Map, from: &Map) {
    for (key, entry) in from.iter() {
        if let Some(new) = entry.node.as_map()
            && let Some(old) = into.get_mut(key).and_then(Node::as_map_mut)
        {
            merge(old, new);
        } else {
            into.insert_entry(Arc::clone(key), Entry::clone(entry));
        }
    }
}
