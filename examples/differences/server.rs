//! What an API server said to updates from the default values to those of each case, against what is foretold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};
use promchart::source::Source;
use promchart::yaml::{self, Node};
use serde_json::Value as Json;

use super::cases::say;
use super::comparer::identity;
use super::{Case, diff};

/// Cases whose difference is explained: a line each, `FILE CASE  reason`.
const EXCEPTIONS: &str = "tests/updates-exceptions.txt";

/// What is compared.
const ASPECTS: &[&str] = &["added", "removed", "changed", "restarted", "refused"];

#[derive(Default)]
struct Count {
    agree: usize,
    too_many: usize,
    too_few: usize,
    explained: usize,
}

pub fn run(cases: &Path, oracles: &Path, only: &str) -> Result<bool> {
    let text = std::fs::read_to_string(EXCEPTIONS).unwrap_or_default();
    let mut exceptions: BTreeMap<String, String> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|line| line.split_once("  "))
        .map(|(case, reason)| (case.to_owned(), reason.trim().to_owned()))
        .collect();
    let mut table: BTreeMap<&str, Count> = BTreeMap::new();
    let (mut all, mut agree, mut explained, mut wrong) = (0, 0, 0, 0);
    for (file, base) in [
        ("updates", None),
        ("updates-statefulset", Some("statefulset.yaml")),
    ] {
        let verdicts = std::fs::read_to_string(oracles.join(format!("{file}.json"))).context(file)?;
        let verdicts: BTreeMap<String, Json> = serde_json::from_str(&verdicts)?;
        let base = match base {
            Some(base) => Some(read(&oracles.join(base))?),
            None => None,
        };
        for (name, verdict) in verdicts.iter().filter(|(name, _)| name.contains(only)) {
            let case = Case::read(&cases.join(name)).with_context(|| name.clone())?;
            let base: Vec<&Node> = base.iter().collect();
            all += 1;
            let exception = exceptions.remove(&format!("{file} {name}"));
            let (old, new) = (case.with(&base, None), case.with(&base, Some(&case.values)));
            let found = match diff(&old, &new, false) {
                Ok(found) => found,
                Err(error) => {
                    explained += usize::from(exception.is_some());
                    if exception.is_none() {
                        wrong += 1;
                        say(&format!("{file} {name}: not rendered: {error:#}"));
                    }
                    continue;
                }
            };
            let said = foretold(&found, verdict);
            let mut differs = Vec::new();
            for aspect in ASPECTS {
                let count = table.entry(aspect).or_default();
                let (ours, theirs) = (
                    said.get(aspect).cloned().unwrap_or_default(),
                    told(verdict, aspect),
                );
                let many: Vec<&String> = ours.difference(&theirs).collect();
                let few: Vec<&String> = theirs.difference(&ours).collect();
                if many.is_empty() && few.is_empty() {
                    count.agree += 1;
                    continue;
                }
                count.explained += usize::from(exception.is_some());
                count.too_many += usize::from(!many.is_empty() && exception.is_none());
                count.too_few += usize::from(!few.is_empty() && exception.is_none());
                differs.push(format!("{aspect}: too many {many:?}, too few {few:?}"));
            }
            match (differs.is_empty(), exception) {
                (true, None) => agree += 1,
                (true, Some(_)) => {
                    wrong += 1;
                    say(&format!("{file} {name}: listed in {EXCEPTIONS}, but agrees"));
                }
                (false, Some(_)) => explained += 1,
                (false, None) => {
                    wrong += 1;
                    say(&format!("{file} {name}: {}", differs.join("; ")));
                }
            }
        }
    }
    say(&format!(
        "{:<12}{:>7}{:>10}{:>9}{:>11}",
        "the server", "agree", "too many", "too few", "explained"
    ));
    for aspect in ASPECTS {
        let count = table.remove(aspect).unwrap_or_default();
        say(&format!(
            "{aspect:<12}{:>7}{:>10}{:>9}{:>11}",
            count.agree, count.too_many, count.too_few, count.explained
        ));
    }
    say(&format!(
        "cases: {agree} of {all} agree, {explained} differ with a reason, {wrong} without"
    ));
    Ok(wrong == 0)
}

fn read(path: &Path) -> Result<Node> {
    let text = std::fs::read_to_string(path)?;
    yaml::read_values(&Source::new("values.yaml", text)).map_err(super::told)
}

/// What the report says, by aspect. An object that the server refuses for another reason than an immutable field says nothing more.
fn foretold<'a>(report: &Json, verdict: &Json) -> BTreeMap<&'a str, BTreeSet<String>> {
    let refused: BTreeSet<String> = refusals(verdict).map(|(object, _)| object).collect();
    let mut said: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut add = |aspect: &'a str, object: String| {
        said.entry(aspect).or_default().insert(object);
    };
    for object in report["objects"].as_array().into_iter().flatten() {
        // What has no kind is not applied, and the verdicts call what has no name so.
        if object["kind"] == "" {
            continue;
        }
        let name = match object["name"].as_str() {
            Some("") => format!("{}None", identity(object)),
            _ => identity(object),
        };
        match object["change"].as_str() {
            Some("added") => add("added", name),
            Some("removed") => add("removed", name),
            Some("renamed") => {
                add("added", name);
                add("removed", identity(&object["was"]));
            }
            _ => {
                let mut dangers = object["dangers"].as_array().into_iter().flatten();
                let is_refusal = |danger: &Json| match danger["code"].as_str() {
                    Some("immutable-field") => danger["severity"] == "error",
                    Some(code) => code == "claim-shrinks" || code == "claim-grows",
                    None => false,
                };
                // A refusal that the server gives for another reason first is not one for an immutable field.
                let is_judged = !refused.contains(&name) || is_immutable_refusal(verdict, &name);
                if dangers.any(is_refusal) && is_judged {
                    add("refused", name.clone());
                }
                if !refused.contains(&name) {
                    if object["restart"].is_object() {
                        add("restarted", name.clone());
                    }
                    add("changed", name);
                }
            }
        }
    }
    said
}

/// What the server says, by aspect.
fn told(verdict: &Json, aspect: &str) -> BTreeSet<String> {
    if aspect == "refused" {
        let refused = refusals(verdict).filter(|(object, _)| is_immutable_refusal(verdict, object));
        return refused.map(|(object, _)| object).collect();
    }
    let listed = verdict[aspect].as_array().into_iter().flatten();
    listed
        .filter_map(|object| object.as_str().map(str::to_owned))
        .collect()
}

/// The updates that the server refuses, with its words.
fn refusals(verdict: &Json) -> impl Iterator<Item = (String, &str)> {
    let refused = verdict["refused"].as_array().into_iter().flatten();
    refused
        .filter(|refused| refused["update"] == true)
        .filter_map(|refused| {
            Some((
                refused["object"].as_str()?.to_owned(),
                refused["message"].as_str()?,
            ))
        })
}

fn is_immutable_refusal(verdict: &Json, object: &str) -> bool {
    refusals(verdict).any(|(name, message)| {
        name == object
            && [
                "immutable",
                "may not change once set",
                "Forbidden: updates to",
                "can not be less than",
            ]
            .iter()
            .any(|words| message.contains(words))
    })
}
