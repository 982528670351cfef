//! From a key as it is typed to its path in the values.

use super::Subject;
use crate::diagnostic::{Diagnostic, Result, nearest};
use crate::render::provenance::FieldPath;
use crate::values::{Selector, Step, describe, dotted, history};
use crate::yaml::{Node, Value};

/// The path of a key. `Values` in front, as templates write it, is left out.
///
/// # Errors
/// What is not a path, and a key that neither the values nor the charts know.
pub(super) fn find(subject: &Subject<'_>, text: &str) -> Result<Vec<Step>> {
    let selector = Selector::parse(text)?;
    let shorter = selector.without("Values");
    let trees = [&subject.root.values, subject.undecided];
    for selector in [Some(&selector), shorter.as_ref()].into_iter().flatten() {
        if let Some(path) = trees.iter().find_map(|tree| selector.resolve(tree).ok()) {
            return Ok(path);
        }
    }
    let selector = shorter.unwrap_or(selector);
    let unknown = match selector.resolve(subject.undecided) {
        Ok(path) => return Ok(path),
        Err(lost) => {
            let message = match lost.path.is_empty() {
                true => format!("the values have no key `{text}`"),
                false => format!("the values have no key `{text}`: {}", lost.message("the root")),
            };
            let error = Diagnostic::error("value-not-found", message);
            let near = similar(subject.undecided, &selector);
            match near
                .map(|near| format!("did you mean `{near}`?"))
                .or_else(|| lost.help())
            {
                Some(help) => error.help(help),
                None => error,
            }
        }
    };
    match selector.steps().filter(|steps| is_known(subject, steps)) {
        Some(steps) => Ok(steps),
        None => Err(unknown.into()),
    }
}

/// Whether anybody knows a key that has no value: its schema, a layer that deleted it, or a template that asks for it.
fn is_known(subject: &Subject<'_>, path: &[Step]) -> bool {
    describe(subject.root, path).is_some()
        || !history(subject.root, subject.user, path).is_empty()
        || subject
            .rendered
            .is_some_and(|rendered| rendered.provenance.is_asked_for(&FieldPath(path.to_vec())))
}

/// How many keys are compared at most.
const MOST_KEYS: usize = 20_000;

/// The most places of one name that are taken for what was meant.
const MOST_NAMESAKES: usize = 3;

/// The key of the whole tree that was probably meant: one beside it that is spelled alike, or one of that name elsewhere.
pub(super) fn similar(values: &Node, wanted: &Selector) -> Option<String> {
    let steps = wanted.steps()?;
    if let Some(path) = respelled(values, &steps) {
        return Some(dotted(&path));
    }
    let mut keys = Vec::new();
    collect(values, &mut Vec::new(), &mut keys);
    let named_so = |end: &[Step]| -> Option<String> {
        let found: Vec<_> = keys.iter().filter(|key| key.ends_with(end)).collect();
        let key = found.iter().min_by_key(|key| key.len())?;
        (found.len() <= MOST_NAMESAKES).then(|| dotted(key.iter()))
    };
    let last = steps.len().saturating_sub(1);
    // Where what holds it is there, it is a word of its own.
    let holder = steps.get(..last).unwrap_or_default();
    let is_held = last > 0 && crate::values::find(values, holder).is_some();
    named_so(&steps).or_else(|| named_so(steps.get(last..)?).filter(|_| !is_held))
}

/// The path with the keys of a tree in place of those that are spelled alike.
fn respelled(values: &Node, steps: &[Step]) -> Option<Vec<Step>> {
    let mut node = values;
    let mut path = Vec::new();
    for step in steps {
        let found = match step {
            Step::Key(key) => {
                let map = node.as_map()?;
                let known = match map.contains_key(key) {
                    true => &**key,
                    false => nearest(key, map.keys().map(|key| &**key))?,
                };
                Step::Key(known.into())
            }
            Step::Index(index) => Step::Index(*index),
        };
        node = crate::values::find(node, std::slice::from_ref(&found))?;
        path.push(found);
    }
    Some(path)
}

fn collect(node: &Node, path: &mut Vec<Step>, keys: &mut Vec<Vec<Step>>) {
    let Value::Map(map) = &node.value else { return };
    for (key, entry) in map.iter() {
        if keys.len() >= MOST_KEYS {
            return;
        }
        path.push(Step::Key(key.clone()));
        keys.push(path.clone());
        collect(&entry.node, path, keys);
        path.pop();
    }
}
