//! What Helm rendered of each case's values, as the old side: nothing differs but what says nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine as _;
use promchart::files;
use promchart::manifest::Selection;
use promchart::pipeline::{self, Against, Comparison, Request};
use promchart::report;
use promchart::source::Source;
use promchart::yaml::{self, Map, Node, Value};
use serde_json::Value as Json;

use super::cases::{self, say};
use super::{folders, told};

/// Cases in which another render than Helm's is made by choice.
const EXCEPTIONS: &str = "tests/parity-exceptions.txt";

pub fn run(folder: &Path, only: &str) -> Result<bool> {
    let text = std::fs::read_to_string(EXCEPTIONS)?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let exceptions: BTreeSet<&str> = lines.filter_map(|line| line.split(' ').next()).collect();
    let (mut all, mut same, mut chosen) = (0, 0, 0);
    let mut noise: BTreeMap<String, usize> = BTreeMap::new();
    for kind in cases::folders(folder)? {
        for path in folders(&kind)? {
            let name = format!("{}/{}", cases::name(&kind), cases::name(&path));
            if !name.contains(only) || !path.join("expected.yaml").is_file() {
                continue;
            }
            all += 1;
            if exceptions.contains(name.as_str()) {
                chosen += 1;
                continue;
            }
            let found = against_helm(&path).with_context(|| name.clone())?;
            for folded in found["folded"].as_array().into_iter().flatten() {
                *noise
                    .entry(folded["what"].as_str().unwrap_or_default().to_owned())
                    .or_default() += 1;
            }
            let objects = found["objects"].as_array().into_iter().flatten();
            let left: Vec<String> = objects.filter(|object| !is_chance(object)).map(shown).collect();
            if left.is_empty() {
                same += 1;
            } else {
                say(&format!(
                    "{name}: differs from Helm's output: {}",
                    left.join("; ")
                ));
            }
        }
    }
    say(&format!(
        "{:<46}{:>7}\n{:<46}{:>7}\n{:<46}{:>7}",
        "cases beside Helm's output", all, "nothing differs", same, "another render by choice", chosen
    ));
    for (what, cases) in noise {
        say(&format!("  left out: {what:<34}{cases:>7}"));
    }
    Ok(same + chosen == all)
}

/// The differences between what Helm rendered of a case and what is rendered here, as they are shown without `--all`.
fn against_helm(path: &Path) -> Result<Json> {
    let settings = cases::settings(path)?;
    let mut names: Vec<_> = std::fs::read_dir(path)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| cases::name(path).starts_with("values"))
        .collect();
    names.sort();
    let read = |path: &Path| files::read_input(path).map_err(told);
    let values: Result<Vec<_>> = names.iter().map(|path| read(path)).collect();
    let chart = settings["chart"].as_str().filter(|chart| *chart != ".");
    let request = Request {
        chart: chart.map(|chart| Path::new("charts").join(chart)),
        ..cases::request(&settings, values?)
    };
    let how = Comparison {
        selection: Selection {
            skip_tests: true,
            ..Selection::default()
        },
        show_secrets: true,
        ..Comparison::default()
    };
    let against = Against::Manifests(vec![read(&path.join("expected.yaml"))?]);
    let (diff, _) = pipeline::diff(&request, &against, &how).map_err(told)?;
    Ok(serde_json::from_str(&report::diff::json::render(&diff))?)
}

/// Whether nothing of an object differs but the salt of passwords' hashes, which is another in each render of Helm, and empty keys of the
/// configuration that holds them.
fn is_chance(object: &Json) -> bool {
    let fields = object["fields"].as_array();
    let is_salt = |field: &Json| match (configuration(&field["old"]), configuration(&field["new"])) {
        (Some(old), Some(new)) => old == new,
        _ => false,
    };
    object["change"] == "changed" && fields.is_some_and(|fields| fields.iter().all(is_salt))
}

/// YAML that a text in base64 holds, without empty keys and with all hashes of passwords as one.
fn configuration(text: &Json) -> Option<Node> {
    fn readable(node: &Node) -> Node {
        match &node.value {
            Value::Map(map) => {
                let entries = Map::iter(map).filter(|(_, entry)| !entry.node.is_null());
                let entries = entries.map(|(key, entry)| (std::sync::Arc::clone(key), readable(&entry.node)));
                Node::computed(Map::from_iter(entries))
            }
            Value::List(list) => Node::computed(list.iter().map(readable).collect::<Vec<_>>()),
            Value::String(text) if text.starts_with("$2") => Node::computed("a hash"),
            _ => node.clone(),
        }
    }
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(text.as_str()?)
        .ok()?;
    let source = Source::new("data", String::from_utf8(bytes).ok()?);
    yaml::read_document(&source).ok().map(|data| readable(&data))
}

fn shown(object: &Json) -> String {
    let fields = object["fields"].as_array().into_iter().flatten();
    let paths: Vec<&str> = fields
        .filter_map(|field| field["path"].as_str())
        .take(3)
        .collect();
    format!(
        "{} {}/{} {}",
        object["change"].as_str().unwrap_or_default(),
        object["kind"].as_str().unwrap_or_default(),
        object["name"].as_str().unwrap_or_default(),
        paths.join(", ")
    )
}
