//! Which objects of two sides are one: by identity, then by content.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use crate::kubernetes::{self, group_of};
use crate::manifest::{Identity, Object};
use crate::yaml::{Map, Node, Value};

/// Objects that are compared with one another for their content: both sides' of one kind multiplied.
const MOST_COMPARISONS: usize = 20_000;
/// How much of two objects has to be the same, in hundredths, for one to be the other under a new name.
const ALIKE: usize = 60;
/// Fewer leaves in common can be chance: two ServiceAccounts that say nothing but one common setting.
const FEWEST: usize = 2;

/// The objects of two sides that stand for each other.
pub(super) struct Paired<'o> {
    /// On both sides, under one identity or (`true`) two.
    pub(super) both: Vec<(&'o Object, &'o Object, bool)>,
    /// Only on the new side.
    pub(super) added: Vec<&'o Object>,
    /// Only on the old side.
    pub(super) removed: Vec<&'o Object>,
}

/// What makes two objects one, whatever the version of their API.
fn key<'o>(identity: &'o Identity, namespace: &'o str) -> (&'o str, &'o str, &'o str, &'o str) {
    let place = match identity.namespace.as_str() {
        "" => namespace,
        named => named,
    };
    let kind = kubernetes::find(&identity.api_version, &identity.kind);
    let place = match kind.is_none_or(|kind| kind.is_namespaced) {
        true => place,
        false => "",
    };
    (
        group_of(&identity.api_version),
        &identity.kind,
        place,
        &identity.name,
    )
}

/// Pairs the objects of two sides. `namespace` is where objects stand that name none.
pub(super) fn pair<'o>(old: &'o [Object], new: &'o [Object], namespace: &'o str) -> Paired<'o> {
    let mut known: HashMap<_, Vec<usize>> = HashMap::with_capacity(old.len());
    for (index, object) in old.iter().enumerate().rev() {
        known
            .entry(key(&object.identity, namespace))
            .or_default()
            .push(index);
    }
    let mut taken = vec![false; old.len()];
    let mut paired = Paired {
        both: Vec::with_capacity(new.len()),
        added: Vec::new(),
        removed: Vec::new(),
    };
    for object in new {
        let partner = known
            .get_mut(&key(&object.identity, namespace))
            .and_then(Vec::pop);
        match partner.and_then(|index| Some((index, old.get(index)?))) {
            Some((index, partner)) => {
                if let Some(taken) = taken.get_mut(index) {
                    *taken = true;
                }
                paired.both.push((partner, object, false));
            }
            None => paired.added.push(object),
        }
    }
    let left = old.iter().zip(&taken).filter(|(_, taken)| !**taken);
    paired.removed = left.map(|(object, _)| object).collect();
    find_renamed(&mut paired);
    paired
}

/// Takes objects that are alike for one under a new name.
fn find_renamed(paired: &mut Paired<'_>) {
    if paired.added.is_empty() || paired.removed.is_empty() {
        return;
    }
    let hasher = RandomState::new();
    let kind = |object: &Object| {
        (
            group_of(&object.identity.api_version).to_owned(),
            object.identity.kind.clone(),
        )
    };
    let mut removed_of: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, object) in paired.removed.iter().enumerate() {
        removed_of.entry(kind(object)).or_default().push(index);
    }
    let mut added_of: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, object) in paired.added.iter().enumerate() {
        added_of.entry(kind(object)).or_default().push(index);
    }
    let mut matches: Vec<(usize, usize)> = Vec::new();
    for (kind, added) in &added_of {
        let Some(removed) = removed_of.get(kind) else {
            continue;
        };
        if added.len().saturating_mul(removed.len()) > MOST_COMPARISONS {
            continue;
        }
        let content = |objects: &[&Object], indexes: &[usize]| -> Vec<(usize, HashSet<u64>)> {
            let found = indexes
                .iter()
                .filter_map(|index| Some((*index, objects.get(*index)?)));
            found
                .map(|(index, object)| (index, leaves(object, &hasher)))
                .collect()
        };
        let (added, removed) = (content(&paired.added, added), content(&paired.removed, removed));
        let mut likes = Vec::new();
        for (new, new_leaves) in &added {
            for (old, old_leaves) in &removed {
                let common = new_leaves.intersection(old_leaves).count();
                let all = new_leaves.len() + old_leaves.len() - common;
                // Two that say nothing at all are alike, too.
                let likeness = (common * 100).checked_div(all).unwrap_or(100);
                let kin = match (paired.added.get(*new), paired.removed.get(*old)) {
                    (Some(new), Some(old)) => kinship(new, old),
                    _ => Kinship::default(),
                };
                if likeness >= ALIKE && (common >= FEWEST || kin.is_one_template || kin.is_one_component) {
                    likes.push((Reverse((likeness, kin)), *new, *old));
                }
            }
        }
        // The most alike first; of equal ones the first.
        likes.sort();
        let (mut used_new, mut used_old) = (HashSet::new(), HashSet::new());
        for (_, new, old) in likes {
            if !used_new.contains(&new) && !used_old.contains(&old) {
                used_new.insert(new);
                used_old.insert(old);
                matches.push((new, old));
            }
        }
    }
    matches.sort_unstable();
    for (new, old) in &matches {
        if let (Some(new), Some(old)) = (paired.added.get(*new), paired.removed.get(*old)) {
            paired.both.push((old, new, true));
        }
    }
    let (news, olds): (HashSet<usize>, HashSet<usize>) = matches.into_iter().unzip();
    let keep = |objects: &mut Vec<_>, used: &HashSet<usize>| {
        let mut index = 0;
        objects.retain(|_| {
            index += 1;
            !used.contains(&(index - 1))
        });
    };
    keep(&mut paired.added, &news);
    keep(&mut paired.removed, &olds);
}

/// What speaks for it, beside their content, that one object is another under a new name; the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Kinship {
    is_one_template: bool,
    is_one_component: bool,
    /// How many letters their names begin and end with in common.
    letters: usize,
}

fn kinship(new: &Object, old: &Object) -> Kinship {
    let label = |object: &Object, key: &str| {
        let label = object.node.at_path(&["metadata", "labels", key]);
        label.and_then(Node::as_str).map(str::to_owned)
    };
    let is_same = |key: &str| label(new, key).is_some() && label(new, key) == label(old, key);
    let (a, b) = (new.identity.name.as_bytes(), old.identity.name.as_bytes());
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let end = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    Kinship {
        is_one_template: new.template == old.template,
        is_one_component: is_same("app.kubernetes.io/name") && label(new, COMPONENT) == label(old, COMPONENT),
        letters: start + end,
    }
}

/// The label that tells the parts of one application from each other.
const COMPONENT: &str = "app.kubernetes.io/component";

/// The hashes of an object's leaves with their paths: without what names it, and without its own name in texts.
fn leaves(object: &Object, hasher: &RandomState) -> HashSet<u64> {
    fn walk(node: &Node, path: &mut String, name: &str, hasher: &RandomState, found: &mut HashSet<u64>) {
        let len = path.len();
        match &node.value {
            Value::Map(map) => {
                for (key, entry) in Map::iter(map) {
                    if path.is_empty() && matches!(&**key, "apiVersion" | "kind") {
                        continue;
                    }
                    let is_name =
                        path.ends_with("/metadata") && matches!(&**key, "name" | "namespace" | "labels");
                    if is_name {
                        continue;
                    }
                    path.push('/');
                    path.push_str(key);
                    walk(&entry.node, path, name, hasher, found);
                    path.truncate(len);
                }
            }
            Value::List(list) => {
                for (index, item) in list.iter().enumerate() {
                    path.push_str(&format!("/{index}"));
                    walk(item, path, name, hasher, found);
                    path.truncate(len);
                }
            }
            Value::String(text) if text.contains('\n') => {
                for line in text.lines() {
                    found.insert(hasher.hash_one((&*path, line.replace(name, "\u{0}"))));
                }
            }
            Value::String(text) => {
                found.insert(hasher.hash_one((&*path, text.replace(name, "\u{0}"))));
            }
            Value::Int(number) => {
                found.insert(hasher.hash_one((&*path, number)));
            }
            Value::Float(number) => {
                found.insert(hasher.hash_one((&*path, number.to_bits())));
            }
            Value::Bool(value) => {
                found.insert(hasher.hash_one((&*path, value)));
            }
            Value::Null => {}
        }
    }
    let mut found = HashSet::new();
    let name = match object.identity.name.as_str() {
        "" => "\u{0}",
        name => name,
    };
    walk(&object.node, &mut String::new(), name, hasher, &mut found);
    found
}
