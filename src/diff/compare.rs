//! The comparison of two sides.

use std::collections::BTreeMap;

use super::dangers;
use super::fields::differences;
use super::filter::Filter;
use super::mask;
use super::model::{Change, Diff, Folded, Noise, ObjectChange};
use super::noise;
use super::pairs::pair;
use super::why::{self, Rendered};
use crate::manifest::Object;

/// One of the two sides.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// What people call it.
    pub name: &'a str,
    /// Its objects.
    pub objects: &'a [Object],
    /// How they were made, where a chart was rendered and what changed a field is to be found.
    pub rendered: Option<Rendered<'a>>,
}

/// How to compare.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where objects stand that name no namespace.
    pub namespace: String,
    /// What is wanted.
    pub filter: Filter,
    /// Whether what says nothing is given, too.
    pub all: bool,
    /// Whether the values of secrets are given.
    pub show_secrets: bool,
}

/// What changes from one side to the other.
pub fn compare(old: Side<'_>, new: Side<'_>, options: &Options) -> Diff {
    let paired = pair(old.objects, new.objects, &options.namespace);
    let mut changes = Vec::new();
    let mut same = 0;
    for (before, after, is_renamed) in paired.both {
        let fields = differences(before, after, &options.namespace);
        if fields.is_empty() && !is_renamed {
            same += usize::from(options.filter.wants_object(&after.identity));
            continue;
        }
        changes.push(ObjectChange {
            change: if is_renamed {
                Change::Renamed
            } else {
                Change::Changed
            },
            old: Some(before.clone()),
            new: Some(after.clone()),
            fields,
            ..ObjectChange::new(Change::Changed)
        });
    }
    changes.extend(paired.added.into_iter().map(|object| ObjectChange {
        new: Some(object.clone()),
        ..ObjectChange::new(Change::Added)
    }));
    changes.extend(paired.removed.into_iter().map(|object| ObjectChange {
        old: Some(object.clone()),
        ..ObjectChange::new(Change::Removed)
    }));
    noise::mark(&mut changes);
    dangers::find(&mut changes, &old, &new, &options.namespace);
    why::find(&mut changes, &old, &new);
    let mut folded: BTreeMap<Noise, Folded> = BTreeMap::new();
    let mut objects = Vec::with_capacity(changes.len());
    for mut change in changes {
        if !options.filter.narrow(&mut change) {
            continue;
        }
        if !options.all {
            fold(&mut change, &mut folded);
            if change.change == Change::Changed && change.fields.is_empty() {
                same += 1;
                continue;
            }
        }
        objects.push(change);
    }
    if !options.show_secrets {
        objects.iter_mut().for_each(mask::hide);
    }
    Diff {
        old: old.name.to_owned(),
        new: new.name.to_owned(),
        objects,
        same,
        folded: folded.into_values().collect(),
    }
}

/// Takes what says nothing out of an object, and counts it.
fn fold(change: &mut ObjectChange, folded: &mut BTreeMap<Noise, Folded>) {
    let mut here: BTreeMap<Noise, (usize, usize)> = BTreeMap::new();
    let restarts = change.restart.is_some();
    change.fields.retain(|field| match field.noise {
        Some(noise) => {
            let (fields, of_pods) = here.entry(noise).or_default();
            *fields += 1;
            *of_pods += usize::from(dangers::is_of_pods(&field.path));
            false
        }
        None => true,
    });
    // What is left decides about the pods, too, where anything of theirs is left.
    let is_left = change.fields.iter().any(|field| dangers::is_of_pods(&field.path));
    for (noise, (fields, of_pods)) in here {
        let all = folded.entry(noise).or_insert(Folded {
            noise,
            fields: 0,
            objects: 0,
            restarts: 0,
        });
        all.fields += fields;
        all.objects += 1;
        all.restarts += usize::from(restarts && !is_left && of_pods > 0);
    }
}
