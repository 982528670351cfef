//! Holds the rules about objects against the API server: for each case of a folder, what it refuses among the objects that Helm makes
//! has to be an error of ours that names the same object and field, and nothing that it accepts may be one.
//!
//!     cargo run --profile quick --example verdicts -- ../shared/parity/cases ../shared/oracles/apiserver.json [NAME]
//!
//! Prints a table of both, and how many of the errors, where the case's values are rendered with the built-in chart, are placed at a line
//! of the values. Fails where an object is missed or wrongly called an error.

#[path = "../tests/support/cases.rs"]
mod cases;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use cases::say;
use promchart::chart::{Capabilities, KubeVersion};
use promchart::diagnostic::Severity;
use promchart::lint::objects::{self, Found};
use promchart::manifest::{self, Identity, Object, Selection};
use promchart::pipeline;
use promchart::render::Document;
use promchart::render::provenance::Step;
use promchart::source::Source;
use promchart::{files, yaml};
use serde_json::Value as Json;

/// The version of the API server that was asked.
const CLUSTER: &str = "1.37.2";

fn main() -> ExitCode {
    cases::end(run())
}

#[derive(Default)]
struct Count {
    cases: usize,
    objects: usize,
    refused: usize,
    foreseen: usize,
    wrong: usize,
    errors: usize,
    at_values: usize,
}

fn run() -> Result<bool> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("give the folder of the cases")?);
    let oracle = arguments.next().context("give the verdicts")?;
    let only = arguments.next();
    let oracle: Json = serde_json::from_str(&std::fs::read_to_string(&oracle).context(oracle)?)?;
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for group in cases::folders(&folder)? {
        for case in cases::folders(&group)? {
            let title = format!("{}/{}", cases::name(&group), cases::name(&case));
            let is_wanted = only.as_ref().is_none_or(|only| title.contains(only.as_str()));
            if is_wanted && case.join("expected.yaml").is_file() {
                let count = counts.entry(cases::name(&group)).or_default();
                check(&case, &title, &oracle[title.as_str()], count).with_context(|| title.clone())?;
            }
        }
    }
    let mut all = Count::default();
    say(&format!(
        "{:<12}{:>7}{:>9}{:>9}{:>10}{:>8}{:>7}{:>9}{:>11}",
        "group", "cases", "objects", "refused", "foreseen", "missed", "wrong", "errors", "at values"
    ));
    for (name, count) in &counts {
        row(name, count);
        all.cases += count.cases;
        all.objects += count.objects;
        all.refused += count.refused;
        all.foreseen += count.foreseen;
        all.wrong += count.wrong;
        all.errors += count.errors;
        all.at_values += count.at_values;
    }
    row("all", &all);
    Ok(all.foreseen == all.refused && all.wrong == 0)
}

fn row(name: &str, count: &Count) {
    say(&format!(
        "{name:<12}{:>7}{:>9}{:>9}{:>10}{:>8}{:>7}{:>9}{:>11}",
        count.cases,
        count.objects,
        count.refused,
        count.foreseen,
        count.refused - count.foreseen,
        count.wrong,
        count.errors,
        count.at_values
    ));
}

fn check(case: &Path, title: &str, verdict: &Json, count: &mut Count) -> Result<()> {
    count.cases += 1;
    let objects = objects_of(&case.join("expected.yaml"))?;
    count.objects += objects.len();
    let settings = cases::settings(case)?;
    let cluster = Capabilities::new(KubeVersion::parse(CLUSTER).map_err(anyhow::Error::msg)?, &[]);
    let namespace = settings["namespace"].as_str().unwrap_or("default");
    let found = objects::review(&objects, &cluster, namespace);
    let mut errors: BTreeMap<String, Vec<&Found>> = BTreeMap::new();
    for found in found
        .iter()
        .filter(|found| found.diagnostic.severity == Severity::Error)
    {
        errors.entry(identity(&found.identity)).or_default().push(found);
    }
    let mut refused = BTreeSet::new();
    for verdict in verdict["refused"].as_array().into_iter().flatten() {
        let (object, message) = (
            verdict["object"].as_str().unwrap_or_default(),
            verdict["message"].as_str().unwrap_or_default(),
        );
        count.refused += 1;
        refused.insert(object.to_owned());
        let ours = errors.get(object).map(Vec::as_slice).unwrap_or_default();
        let fields = fields(message);
        let missed: Vec<&Vec<String>> = fields
            .iter()
            .filter(|field| !ours.iter().any(|found| names(found, field)))
            .collect();
        if missed.is_empty() {
            count.foreseen += 1;
        } else {
            let missed: Vec<String> = missed.iter().map(|field| field.join(".")).collect();
            let short: String = message.chars().take(300).collect();
            let ours = match ours.is_empty() {
                true => "nothing is said",
                false => "other fields are named",
            };
            let missed = missed.join(", ");
            say(&format!("missed: {title} {object}: {missed}: {ours} ({short})"));
        }
    }
    for (object, ours) in &errors {
        if !refused.contains(object) {
            count.wrong += 1;
            for found in ours {
                say(&format!("wrong: {title}: {}", found.diagnostic.message));
            }
        }
    }
    if !refused.is_empty() && case.join("values.yaml").is_file() {
        places(case, &settings, count)?;
    }
    Ok(())
}

/// Counts the errors about objects, and those that are placed at a line of the user's values, where the case is rendered.
fn places(case: &Path, settings: &Json, count: &mut Count) -> Result<()> {
    let values = case.join("values.yaml");
    let request = cases::request(settings, vec![files::read_input(&values)?]);
    let codes: BTreeSet<&str> = objects::GROUP.rules.iter().map(|rule| rule.code).collect();
    for finding in pipeline::lint(&request)? {
        if finding.severity == Severity::Error && codes.contains(finding.code) {
            count.errors += 1;
            let source = finding.place().and_then(|place| place.source());
            count.at_values +=
                usize::from(source.is_some_and(|source| source.name() == values.to_string_lossy()));
        }
    }
    Ok(())
}

fn objects_of(path: &Path) -> Result<Vec<Object>> {
    let source = Source::new("expected.yaml", std::fs::read_to_string(path)?);
    let mut objects = Vec::new();
    // One by one: the API server is asked about each alone, and does not mind two of one name.
    for node in yaml::read_documents(&source)? {
        if !node.is_null() {
            let document = Document::new("", &source, node);
            objects.extend(manifest::assemble(vec![document], Vec::new(), Selection::default())?.objects);
        }
    }
    Ok(objects)
}

/// `Kind/namespace/name`, as the verdicts name an object.
fn identity(object: &Identity) -> String {
    let kind = match object.kind.as_str() {
        "" => "None",
        kind => kind,
    };
    format!("{kind}/{}/{}", object.namespace, object.name)
}

/// The fields that a refusal names, without the numbers of items.
fn fields(message: &str) -> Vec<Vec<String>> {
    if message.starts_with("no matches for kind") {
        return vec![vec!["apiVersion|kind".to_owned()]];
    }
    if message.starts_with("the server does not allow this method") {
        return vec![path("metadata.name")];
    }
    if message.contains("illegal base64") {
        return vec![path("data|binaryData")];
    }
    if let Some((_, errors)) = message.split_once("failed to create typed patch object") {
        let errors = errors.split_once("): ").map_or(errors, |(_, errors)| errors);
        return errors
            .lines()
            .filter_map(|line| line.trim().strip_prefix('.'))
            .map(path)
            .collect();
    }
    let errors = message
        .split_once(" is invalid: ")
        .map_or(message, |(_, errors)| errors);
    let mut found = Vec::new();
    for root in ["spec", "metadata", "data", "rules", "roleRef"] {
        for (at, _) in errors.match_indices(root) {
            let is_start = at == 0 || errors[..at].ends_with("[") && at == 1 || errors[..at].ends_with(", ");
            let rest = &errors[at..];
            let is_path = rest[root.len()..].starts_with(['.', '[', ':']);
            if is_start && is_path {
                found.push(path(rest));
            }
        }
    }
    found
}

/// The names of a path that ends at a colon and a blank.
fn path(text: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut inside = 0;
    for (at, c) in text.char_indices() {
        match c {
            '[' => inside += 1,
            ']' => inside -= 1,
            ':' if inside == 0 && text[at + 1..].starts_with(' ') => break,
            '.' if inside == 0 => names.push(String::new()),
            c if inside == 0 => {
                if let Some(name) = names.last_mut() {
                    name.push(c);
                }
            }
            _ => {}
        }
    }
    names
}

/// Whether a finding is about a field that a refusal names, about something in it, or says that what would hold it is not there.
fn names(found: &Found, theirs: &[String]) -> bool {
    let ours: Vec<String> = found.field.0[found.outer..]
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(key.to_string()),
            Step::Index(_) => None,
        })
        .collect();
    if theirs == ["apiVersion|kind"] {
        return ours == ["apiVersion"] || ours == ["kind"];
    }
    if theirs == ["data|binaryData"] {
        return ours
            .first()
            .is_some_and(|first| first == "data" || first == "binaryData");
    }
    // A key with dots is several names in a refusal's path.
    let (ours, theirs) = (ours.join(".").to_lowercase(), theirs.join(".").to_lowercase());
    // The one address is the first of all.
    let theirs = theirs.replace("spec.clusterips", "spec.clusterip");
    let is_within = |inner: &str, outer: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.starts_with('.'))
    };
    let is_missing = found.diagnostic.code == "missing-field";
    ours == theirs || is_within(&ours, &theirs) || is_missing && is_within(&theirs, &ours)
}
