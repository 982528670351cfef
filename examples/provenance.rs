//! Holds provenance against what really happens: for each case of a folder, each value that it sets is taken away again, and
//! every field of every object that this changes has to be one that provenance names for the value.
//!
//!     cargo run --profile quick --example provenance -- ../shared/parity/cases/leaf
//!
//! `PROMCHART_CHART` names another chart than the built-in one.
//!
//! Prints a table: agreed; too many, where a value is said to have gone into a field that stays as it is; too few, where a
//! field changes that is not named. Fails where there is any of the last kind.

#[path = "../tests/support/cases.rs"]
mod cases;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use cases::say;
use promchart::manifest::{Object, Selection, ShowOnly};
use promchart::pipeline;
use promchart::render::Recorder;
use promchart::render::provenance::{FieldPath, Provenance, Step};
use promchart::source::Source;
use promchart::values::find;
use promchart::yaml::{self, Map, Node, Value};

fn main() -> ExitCode {
    cases::end(run())
}

#[derive(Default)]
struct Count {
    cases: usize,
    values: usize,
    changed: usize,
    agreed: usize,
    too_many: usize,
    too_few: usize,
}

fn run() -> Result<bool> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("give the folder of the cases")?);
    let only = arguments.next();
    let mut groups: BTreeMap<String, Count> = BTreeMap::new();
    let mut paths = cases::folders(&folder)?;
    paths.retain(|path| path.join("values.yaml").is_file());
    let mut shown = 0;
    for path in paths {
        let name = cases::name(&path);
        if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        let group = name.split('.').next().unwrap_or("").to_owned();
        let count = groups.entry(group).or_default();
        count.cases += 1;
        check(&path, &name, count, &mut shown).with_context(|| name.clone())?;
    }
    say(&format!(
        "{:<28}{:>7}{:>8}{:>9}{:>8}{:>10}{:>9}",
        "group", "cases", "values", "changed", "agreed", "too many", "too few"
    ));
    let mut too_few = 0;
    for (group, count) in &groups {
        say(&format!(
            "{group:<28}{:>7}{:>8}{:>9}{:>8}{:>10}{:>9}",
            count.cases, count.values, count.changed, count.agreed, count.too_many, count.too_few
        ));
        too_few += count.too_few;
    }
    Ok(too_few == 0)
}

fn check(path: &Path, name: &str, count: &mut Count, shown: &mut usize) -> Result<()> {
    let text = std::fs::read_to_string(path.join("values.yaml"))?;
    let case = cases::settings(path)?;
    let values = yaml::read_values(&Source::new("values.yaml", text))?;
    let with = Render::of(&values, &case)?;
    for leaf in leaves(&values) {
        let without = Render::of(&taken_away(&values, &leaf.0), &case)?;
        count.values += 1;
        let (mut few, mut changed) = (Vec::new(), 0);
        for (render, other) in [(&with, &without), (&without, &with)] {
            render.compare(other, &leaf, &mut changed, &mut few);
        }
        count.changed += changed;
        let many = with.claimed_in_vain(&without, &leaf);
        match (few.is_empty(), many) {
            (false, _) => count.too_few += 1,
            (true, 0) => count.agreed += 1,
            (true, _) => count.too_many += 1,
        }
        for field in few.iter().take(2) {
            *shown += 1;
            if *shown <= 60 {
                say(&format!("too few: {name}: {leaf} is not named for {field}"));
            }
        }
    }
    Ok(())
}

/// A render with its record.
struct Render {
    objects: BTreeMap<String, Object>,
    provenance: Provenance,
}

impl Render {
    fn of(values: &Node, case: &serde_json::Value) -> Result<Render> {
        let request = pipeline::Request {
            chart: std::env::var_os("PROMCHART_CHART").map(PathBuf::from),
            ..cases::request(case, vec![Source::new("values.yaml", yaml::write(values))])
        };
        let prepared = pipeline::prepare(&request)?;
        let recorder = Arc::new(Recorder::default());
        let show_only = ShowOnly::new(&[])?;
        let manifests =
            pipeline::render_recorded(&prepared, Selection::default(), &show_only, Some(&recorder))?;
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut objects = BTreeMap::new();
        for object in manifests.objects {
            // By its template: a value may rename an object, or make another kind of it.
            let number = seen.entry(object.template.clone()).or_default();
            *number += 1;
            objects.insert(
                format!("{} {number} {}", object.template, object.identity),
                object,
            );
        }
        Ok(Render {
            objects,
            provenance: Provenance::of(&recorder),
        })
    }

    /// Finds fields of this render that are not so in the other one and for which the value is not named.
    fn compare(&self, other: &Render, value: &FieldPath, changed: &mut usize, few: &mut Vec<String>) {
        for (identity, object) in &self.objects {
            let before = other.partner(identity, self).map(|object| &object.node);
            let mut fields = Vec::new();
            different(&object.node, before, &mut Vec::new(), &mut fields);
            for field in fields {
                *changed += 1;
                if !self.is_named(&object.node, before, &field, value) {
                    few.push(format!("{identity} {field}"));
                }
            }
        }
    }

    /// The object of this render that is the other one's object: the one of the same identity and template, or the first of the
    /// template that has no partner of its own.
    fn partner(&self, key: &str, other: &Render) -> Option<&Object> {
        let template_of = |key: &str| key.split(' ').next().unwrap_or("").to_owned();
        let identity_of = |key: &str| key.splitn(3, ' ').nth(2).unwrap_or("").to_owned();
        let template = template_of(key);
        let of_template = |render: &Render| -> Vec<String> {
            let keys = render.objects.keys();
            keys.filter(|known| template_of(known) == template)
                .cloned()
                .collect()
        };
        let (mine, theirs) = (of_template(self), of_template(other));
        let same = |keys: &[String], wanted: &str| {
            keys.iter()
                .find(|known| identity_of(known) == identity_of(wanted))
                .cloned()
        };
        let partner = same(&mine, key).or_else(|| {
            let alone = |keys: &[String], others: &[String]| -> Vec<String> {
                keys.iter()
                    .filter(|known| same(others, known).is_none())
                    .cloned()
                    .collect()
            };
            let (mine, theirs) = (alone(&mine, &theirs), alone(&theirs, &mine));
            let number = theirs.iter().position(|known| known == key)?;
            mine.get(number).cloned()
        })?;
        self.objects.get(&partner)
    }

    fn is_named(&self, node: &Node, before: Option<&Node>, field: &FieldPath, value: &FieldPath) -> bool {
        let Some(made) = self.provenance.made(node, field) else {
            return false;
        };
        if !self.provenance.is_named(&made, value) {
            return false;
        }
        // Within a text of YAML, each inner field that differs.
        let (Some(text), Some(old)) = (text_at(node, field), before.and_then(|node| text_at(node, field)))
        else {
            return true;
        };
        let (Some(new), Some(old)) = (as_tree(&text), as_tree(&old)) else {
            return true;
        };
        let mut inner = Vec::new();
        different(&new, Some(&old), &mut Vec::new(), &mut inner);
        inner.iter().all(|path| {
            let Some(at) = find(&new, &path.0) else {
                return true;
            };
            let Some(offset) = offset(&text, at) else {
                return true;
            };
            self.provenance
                .made_in_text(node, field, offset)
                .is_some_and(|made| self.provenance.is_named(&made, value))
        })
    }

    /// How many fields the value is said to have gone into that are the same without it.
    fn claimed_in_vain(&self, other: &Render, value: &FieldPath) -> usize {
        let mut vain = 0;
        for (identity, object) in &self.objects {
            let before = other.partner(identity, self).map(|object| &object.node);
            let mut fields = Vec::new();
            different(&object.node, before, &mut Vec::new(), &mut fields);
            let reached = self.provenance.reached(&[&object.node], value);
            vain += reached
                .iter()
                .filter(|reached| reached.is_value && !fields.contains(&reached.field))
                .count();
        }
        vain
    }
}

fn text_at(node: &Node, field: &FieldPath) -> Option<String> {
    let text = find(node, &field.0)?.as_str()?;
    text.contains('\n').then(|| text.to_owned())
}

fn as_tree(text: &str) -> Option<Node> {
    let node = yaml::read_document(&Source::new("text", text)).ok()?;
    matches!(node.value, Value::Map(_) | Value::List(_)).then_some(node)
}

/// Where a node stands in the text that it was read from.
fn offset(text: &str, node: &Node) -> Option<usize> {
    let line = usize::try_from(node.place.line).ok()?.checked_sub(1)?;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let column = usize::try_from(node.place.column).ok()?.checked_sub(1)?;
    let on_line = text.get(start..)?.lines().next()?;
    Some(
        start
            + on_line
                .char_indices()
                .nth(column)
                .map_or(on_line.len(), |(at, _)| at),
    )
}

/// The leaves of a node that are not so in another one. Items of lists are matched where they are equal.
fn different(node: &Node, other: Option<&Node>, path: &mut Vec<Step>, found: &mut Vec<FieldPath>) {
    if other == Some(node) {
        return;
    }
    match (&node.value, other.map(|other| &other.value)) {
        (Value::Map(map), other) if !map.is_empty() => {
            let other = match other {
                Some(Value::Map(other)) => Some(other),
                _ => None,
            };
            for (key, entry) in Map::iter(map) {
                path.push(Step::Key(Arc::clone(key)));
                different(&entry.node, other.and_then(|other| other.get(key)), path, found);
                path.pop();
            }
        }
        (Value::List(list), other) if !list.is_empty() => {
            let empty = Vec::new();
            let other = match other {
                Some(Value::List(other)) => other.as_ref(),
                _ => &empty,
            };
            for (index, item, partner) in aligned(list, other) {
                path.push(Step::Index(index));
                different(item, partner, path, found);
                path.pop();
            }
        }
        _ => found.push(FieldPath(path.clone())),
    }
}

/// Each item with the one that it is to be compared with: equal items in order first, the others between them in turn.
fn aligned<'n>(list: &'n [Node], other: &'n [Node]) -> Vec<(usize, &'n Node, Option<&'n Node>)> {
    let mut length = vec![vec![0_usize; other.len() + 1]; list.len() + 1];
    for i in (0..list.len()).rev() {
        for j in (0..other.len()).rev() {
            length[i][j] = if list[i] == other[j] {
                length[i + 1][j + 1] + 1
            } else {
                length[i + 1][j].max(length[i][j + 1])
            };
        }
    }
    let mut pairs = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < list.len() {
        if j < other.len() && list[i] == other[j] {
            pairs.push((i, &list[i], Some(&other[j])));
            i += 1;
            j += 1;
        } else if j < other.len() && length[i][j + 1] > length[i + 1][j] {
            j += 1;
        } else {
            let replaces = j < other.len() && length[i + 1][j + 1] == length[i][j];
            pairs.push((i, &list[i], replaces.then(|| &other[j])));
            j += usize::from(replaces);
            i += 1;
        }
    }
    pairs
}

fn leaves(node: &Node) -> Vec<FieldPath> {
    let mut found = Vec::new();
    different(node, None, &mut Vec::new(), &mut found);
    // A list is replaced as a whole.
    let cut = |path: FieldPath| {
        let end = path.0.iter().position(|step| matches!(step, Step::Index(_)));
        FieldPath(path.0[..end.unwrap_or(path.0.len())].to_vec())
    };
    let mut leaves: Vec<FieldPath> = found.into_iter().map(cut).collect();
    leaves.dedup();
    leaves
}

/// The values without what stands at a path.
fn taken_away(node: &Node, path: &[Step]) -> Node {
    let (Some(map), Some((Step::Key(key), rest))) = (node.as_map(), path.split_first()) else {
        return node.clone();
    };
    let mut map = Map::clone(map);
    if rest.is_empty() {
        map.remove(key);
    } else if let Some(inner) = map.get_mut(key) {
        *inner = taken_away(inner, rest);
    }
    Node::new(map, node.place.clone())
}
