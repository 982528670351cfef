//! Which items of two lists stand for each other.

use std::collections::HashMap;

use super::align::{Part, align, numbered};
use super::path::{Item, scalar_text};
use super::structure::{ListKind, key_default, telling_key};
use crate::yaml::{self, Node, Value};

/// Items that stand for each other, or one that stands alone.
#[derive(Debug)]
pub(super) struct Pair<'n> {
    pub(super) item: Item,
    pub(super) old: Option<&'n Node>,
    pub(super) new: Option<&'n Node>,
}

/// The pairs of two lists, and whether items that both have by their keys stand in another order.
pub(super) fn pairs<'n>(kind: ListKind<'_>, old: &'n [Node], new: &'n [Node]) -> (Vec<Pair<'n>>, bool) {
    let keys: Vec<&str> = match kind {
        ListKind::Keyed(keys) => keys.iter().map(|key| &**key).collect(),
        ListKind::Unknown => telling_key(old, new).into_iter().collect(),
        ListKind::Set | ListKind::Ordered => Vec::new(),
    };
    if !keys.is_empty()
        && let (Some(old_keys), Some(new_keys)) = (key_values(old, &keys), key_values(new, &keys))
    {
        return by_keys(&keys, old, new, &old_keys, &new_keys);
    }
    if kind == ListKind::Set {
        return (as_sets(old, new), false);
    }
    (in_order(old, new), false)
}

type KeyValues = Vec<Vec<String>>;

/// The values of the keys of each item; none where an item lacks one or two items have the same.
fn key_values(list: &[Node], keys: &[&str]) -> Option<KeyValues> {
    let mut seen = std::collections::HashSet::with_capacity(list.len());
    let of_item = |item: &Node| -> Option<Vec<String>> {
        let value = |key: &&str| match item.as_map()?.get(key).filter(|node| !node.is_null()) {
            Some(node) => scalar_text(node),
            None => key_default(key).map(str::to_owned),
        };
        keys.iter().map(value).collect()
    };
    let values: Option<KeyValues> = list.iter().map(of_item).collect();
    values.filter(|values| values.iter().all(|value| seen.insert(value.clone())))
}

fn by_keys<'n>(
    keys: &[&str],
    old: &'n [Node],
    new: &'n [Node],
    old_keys: &KeyValues,
    new_keys: &KeyValues,
) -> (Vec<Pair<'n>>, bool) {
    let old_index: HashMap<&[String], usize> = (0..)
        .zip(old_keys)
        .map(|(index, values)| (values.as_slice(), index))
        .collect();
    let mut taken = vec![false; old.len()];
    let mut pairs = Vec::with_capacity(new.len());
    let mut last = None;
    let mut is_moved = false;
    let item = |values: &[String], old: Option<usize>, new: Option<usize>| Item {
        keys: keys
            .iter()
            .map(|key| (*key).to_owned())
            .zip(values.iter().cloned())
            .collect(),
        old,
        new,
    };
    for (index, (node, values)) in new.iter().zip(new_keys).enumerate() {
        let partner = old_index.get(values.as_slice()).copied();
        if let Some(partner) = partner {
            if let Some(taken) = taken.get_mut(partner) {
                *taken = true;
            }
            is_moved |= last.is_some_and(|last| last > partner);
            last = Some(partner);
        }
        pairs.push(Pair {
            item: item(values, partner, Some(index)),
            old: partner.and_then(|partner| old.get(partner)),
            new: Some(node),
        });
    }
    for (index, (node, values)) in old.iter().zip(old_keys).enumerate() {
        if taken.get(index) == Some(&false) {
            pairs.push(Pair {
                item: item(values, Some(index), None),
                old: Some(node),
                new: None,
            });
        }
    }
    (pairs, is_moved)
}

/// Items as the members of sets: each with an equal one, the rest alone.
fn as_sets<'n>(old: &'n [Node], new: &'n [Node]) -> Vec<Pair<'n>> {
    let (old_numbers, new_numbers) = numbered(old.iter().map(text_of), new.iter().map(text_of));
    let mut open: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, number) in old_numbers.iter().enumerate().rev() {
        open.entry(*number).or_default().push(index);
    }
    let mut pairs = Vec::new();
    for (index, number) in new_numbers.iter().enumerate() {
        let partner = open.get_mut(number).and_then(Vec::pop);
        pairs.push(Pair {
            item: Item {
                keys: Vec::new(),
                old: partner,
                new: Some(index),
            },
            old: partner.and_then(|partner| old.get(partner)),
            new: new.get(index),
        });
    }
    let mut left: Vec<usize> = open.into_values().flatten().collect();
    left.sort_unstable();
    pairs.extend(left.into_iter().map(|index| Pair {
        item: Item {
            keys: Vec::new(),
            old: Some(index),
            new: None,
        },
        old: old.get(index),
        new: None,
    }));
    pairs
}

/// Items by their order: equal ones first, then those between them in turn where they are of one kind.
fn in_order<'n>(old: &'n [Node], new: &'n [Node]) -> Vec<Pair<'n>> {
    let (old_numbers, new_numbers) = numbered(old.iter().map(text_of), new.iter().map(text_of));
    let mut pairs = Vec::with_capacity(new.len());
    let (mut old_at, mut new_at) = (0, 0);
    let mut push = |old_index: Option<usize>, new_index: Option<usize>| {
        pairs.push(Pair {
            item: Item {
                keys: Vec::new(),
                old: old_index,
                new: new_index,
            },
            old: old_index.and_then(|index| old.get(index)),
            new: new_index.and_then(|index| new.get(index)),
        });
    };
    for part in align(&old_numbers, &new_numbers) {
        match part {
            Part::Same(count) => {
                for step in 0..count {
                    push(Some(old_at + step), Some(new_at + step));
                }
                old_at += count;
                new_at += count;
            }
            Part::Differs {
                old: removed,
                new: added,
            } => {
                let both = removed.min(added);
                for step in 0..both {
                    let alike = match (old.get(old_at + step), new.get(new_at + step)) {
                        (Some(old), Some(new)) => is_alike(old, new),
                        _ => false,
                    };
                    if alike {
                        push(Some(old_at + step), Some(new_at + step));
                    } else {
                        push(Some(old_at + step), None);
                        push(None, Some(new_at + step));
                    }
                }
                for step in both..removed {
                    push(Some(old_at + step), None);
                }
                for step in both..added {
                    push(None, Some(new_at + step));
                }
                old_at += removed;
                new_at += added;
            }
        }
    }
    pairs
}

/// Whether one item can be a changed version of the other: both lists, both scalars, or maps with a key in common.
fn is_alike(old: &Node, new: &Node) -> bool {
    match (&old.value, &new.value) {
        (Value::Map(old), Value::Map(new)) => old.is_empty() || old.keys().any(|key| new.contains_key(key)),
        (Value::List(_), Value::List(_)) => true,
        (Value::Map(_) | Value::List(_), _) | (_, Value::Map(_) | Value::List(_)) => false,
        _ => true,
    }
}

/// A text that equal nodes share and no others.
fn text_of(node: &Node) -> String {
    fn sorted(node: &Node) -> Node {
        match &node.value {
            Value::Map(map) => {
                let entries = map
                    .sorted()
                    .into_iter()
                    .map(|(key, entry)| (std::sync::Arc::clone(key), sorted(&entry.node)));
                Node::computed(yaml::Map::from_iter(entries))
            }
            Value::List(list) => Node::computed(list.iter().map(sorted).collect::<Vec<_>>()),
            scalar => Node::computed(scalar.clone()),
        }
    }
    yaml::write_json(&sorted(node))
}
