//! Holds `promchart diff` against what is really so: between the default values and those of each case of a folder
//!
//! - the changed paths are those that a small comparer of its own finds, and applying them to the old objects gives the new ones;
//! - the value that is named for a field is one without which the field is another, or that makes it so alone;
//! - with what Helm rendered as the old side, nothing differs but what says nothing: who manages the objects, and what is only written otherwise;
//! - what an API server said to the same update (../shared/oracles/README.md) is foretold: added, removed, changed and
//!   restarted objects, and updates refused for an immutable field.
//!
//!     cargo run --profile quick --example differences -- ../shared/parity/cases ../shared/oracles [ONLY]
//!
//! Prints a table for each, and fails where there is a difference that tests/updates-exceptions.txt and tests/parity-exceptions.txt do not explain.

#[path = "../tests/support/cases.rs"]
mod cases;

#[path = "differences/applied.rs"]
mod applied;
#[path = "differences/comparer.rs"]
mod comparer;
#[path = "differences/helm.rs"]
mod helm;
#[path = "differences/server.rs"]
mod server;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use cases::say;
use promchart::manifest::{self, Object, Selection, ShowOnly};
use promchart::pipeline::{self, Against, Comparison, Request};
use promchart::report;
use promchart::source::Source;
use promchart::values::Inputs;
use promchart::yaml::{self, Map, Node};
use serde_json::Value as Json;

fn main() -> ExitCode {
    cases::end(run())
}

fn run() -> Result<bool> {
    let mut arguments = std::env::args().skip(1);
    let cases = PathBuf::from(arguments.next().context("give the folder of the cases")?);
    let oracles = PathBuf::from(
        arguments
            .next()
            .context("give the folder of the API server's verdicts")?,
    );
    let only = arguments.next().unwrap_or_default();
    let only = only.as_str();
    // `leaf`, `helm` and `server` alone name one of the three.
    let named = ["leaf", "helm", "server"].into_iter().find(|part| *part == only);
    let only = if named.is_some() { "" } else { only };
    let is_wanted = |part: &str| named.is_none_or(|named| named == part);
    let leaves = !is_wanted("leaf") || fields(&cases.join("leaf"), only)?;
    let helm = !is_wanted("helm") || helm::run(&cases, only)?;
    let server = !is_wanted("server") || server::run(&cases, &oracles, only)?;
    Ok(leaves && helm && server)
}

/// A case: its values, and how it is rendered.
struct Case {
    name: String,
    values: Node,
    request: Request,
}

impl Case {
    fn read(path: &Path) -> Result<Case> {
        let values = std::fs::read_to_string(path.join("values.yaml"))?;
        let values = yaml::read_values(&Source::new("values.yaml", values)).map_err(told)?;
        Ok(Case {
            name: cases::name(path),
            values,
            request: cases::request(&cases::settings(path)?, Vec::new()),
        })
    }

    /// The case with other values, `base` below them.
    fn with(&self, base: &[&Node], values: Option<&Node>) -> Request {
        let files = base.iter().copied().chain(values);
        Request {
            inputs: Inputs {
                files: files
                    .map(|values| Source::new("values.yaml", yaml::write(values)))
                    .collect(),
                ..Inputs::default()
            },
            ..self.request.clone()
        }
    }
}

fn told(error: promchart::diagnostic::Diagnostics) -> anyhow::Error {
    anyhow!("{error}")
}

/// The differences between two requests, as `--format json` gives them.
fn diff(old: &Request, new: &Request, why: bool) -> Result<Json> {
    let how = Comparison {
        selection: Selection {
            skip_tests: true,
            ..Selection::default()
        },
        all: true,
        show_secrets: true,
        why,
        ..Comparison::default()
    };
    let against = Against::Render(Box::new(old.clone()), "old".to_owned());
    let (diff, _) = pipeline::diff(new, &against, &how).map_err(told)?;
    Ok(serde_json::from_str(&report::diff::json::render(&diff))?)
}

fn objects(request: &Request) -> Result<Vec<Object>> {
    let prepared = pipeline::prepare(request).map_err(told)?;
    let selection = Selection {
        skip_tests: true,
        ..Selection::default()
    };
    let manifests =
        pipeline::render(&prepared, selection, &ShowOnly::new(&[]).map_err(told)?).map_err(told)?;
    Ok(manifest::flattened(manifests.objects))
}

#[derive(Default)]
struct Count {
    cases: usize,
    fields: usize,
    paths: usize,
    applied: usize,
    right: usize,
    wrong: usize,
    none: usize,
}

/// Changed paths and named values, over all leaf cases.
fn fields(folder: &Path, only: &str) -> Result<bool> {
    let mut count = Count::default();
    for path in folders(folder)? {
        let case = Case::read(&path)?;
        if case.name.contains(only) && path.join("expected.yaml").is_file() {
            check(&case, &mut count).with_context(|| case.name.clone())?;
        }
    }
    say(&format!(
        "{:<22}{:>7}\n{:<22}{:>7}\n{:<22}{:>7}\n{:<22}{:>7}\n{:<22}{:>7}\n{:<22}{:>7}\n{:<22}{:>7}\n",
        "leaf cases",
        count.cases,
        "same paths",
        count.paths,
        "new side made",
        count.applied,
        "changed fields",
        count.fields,
        "named value right",
        count.right,
        "wrong",
        count.wrong,
        "none",
        count.none
    ));
    Ok(count.paths == count.cases && count.applied == count.cases && count.wrong == 0)
}

/// The folders below a folder that hold a case, sorted.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = cases::folders(folder)?;
    found.retain(|path| path.join("case.json").is_file());
    Ok(found)
}

fn check(case: &Case, count: &mut Count) -> Result<()> {
    count.cases += 1;
    let (old, new) = (case.with(&[], None), case.with(&[], Some(&case.values)));
    let found = diff(&old, &new, true)?;
    let (before, after) = (objects(&old)?, objects(&new)?);
    let mine = comparer::paths(&before, &after);
    let theirs = comparer::reported(&found);
    let complain = |what: &str| say(&format!("{}: {what}", case.name));
    if mine == theirs {
        count.paths += 1;
    } else {
        let list = |set: BTreeSet<&String>| set.into_iter().take(4).cloned().collect::<Vec<_>>().join("; ");
        complain(&format!(
            "paths: only ours: {}; only the comparer's: {}",
            list(theirs.difference(&mine).collect()),
            list(mine.difference(&theirs).collect())
        ));
    }
    match applied::check(&before, &after, &found) {
        Ok(()) => count.applied += 1,
        Err(error) => complain(&format!("applied: {error:#}")),
    }
    causes(case, &new, &found, count)
}

/// Whether what is named for each field is what changes it: it is taken away, and the field is looked at.
fn causes(case: &Case, new: &Request, found: &Json, count: &mut Count) -> Result<()> {
    let mut without: std::collections::BTreeMap<String, BTreeSet<(String, String)>> = Default::default();
    for value in comparer::leaves(&case.values) {
        let rest = taken_away(&case.values, &value);
        let changed = match diff(new, &case.with(&[], Some(&rest)), false) {
            Ok(changed) => comparer::touched(&changed),
            // The case is refused without it.
            Err(_) => continue,
        };
        without.insert(comparer::dotted(&value), changed);
    }
    for object in found["objects"].as_array().into_iter().flatten() {
        let identity = comparer::identity(object);
        let fields = object["fields"].as_array().into_iter().flatten();
        let fields = fields.filter(|field| field["noise"].is_null());
        let mut all: Vec<(String, &Json)> = fields
            .map(|field| {
                (
                    field["path"].as_str().unwrap_or_default().to_owned(),
                    &field["causes"],
                )
            })
            .collect();
        if all.is_empty() && object["fields"].as_array().is_some_and(Vec::is_empty) {
            all.push((String::new(), &object["causes"]));
        }
        for (path, causes) in all {
            count.fields += 1;
            let named: Vec<&str> = causes
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|cause| cause["value"].as_str())
                .collect();
            let is_so = |named: &str| {
                without.iter().any(|(value, changed)| {
                    let related = is_below(named, value) || is_below(value, named);
                    related
                        && changed.iter().any(|(other, at)| {
                            *other == identity
                                && (path.is_empty()
                                    || at.is_empty()
                                    || is_below(at, &path)
                                    || is_below(&path, at))
                        })
                })
            };
            if named.is_empty() {
                count.none += 1;
                say(&format!("{}: nothing named for {identity} {path}", case.name));
            } else if named.iter().any(|named| is_so(named)) || alone(case, &named, &identity, &path)? {
                count.right += 1;
            } else {
                count.wrong += 1;
                say(&format!("{}: {named:?} named for {identity} {path}", case.name));
            }
        }
    }
    Ok(())
}

/// Whether the named values alone make the same change: where others would do as well, taking one away changes nothing.
fn alone(case: &Case, named: &[&str], identity: &str, path: &str) -> Result<bool> {
    let mut values = case.values.clone();
    for leaf in comparer::leaves(&case.values) {
        let dotted = comparer::dotted(&leaf);
        let is_named = |named: &&str| is_below(named, &dotted) || is_below(&dotted, named);
        if !named.iter().any(is_named) {
            values = taken_away(&values, &leaf);
        }
    }
    let found = diff(&case.with(&[], None), &case.with(&[], Some(&values)), false)?;
    let touched = comparer::touched(&found);
    Ok(touched
        .iter()
        .any(|(other, at)| other == identity && (path.is_empty() || at == path)))
}

/// Whether a path is another one or leads on from it.
fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', ' ']))
}

/// The values without what stands at a path of keys.
fn taken_away(node: &Node, path: &[String]) -> Node {
    let (Some(map), Some((key, rest))) = (node.as_map(), path.split_first()) else {
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
