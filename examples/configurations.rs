//! Holds the rules about Prometheus' and Alertmanager's configurations against what promtool and amtool say to them: for each case
//! of a folder, each configuration that they refuse has to have an error of ours, and no other one may have one.
//!
//!     cargo run --profile quick --example configurations -- ../shared/parity/cases ../shared/oracles/prometheus.json
//!
//! Prints a table, and each configuration that was missed or wrongly called an error. Fails where there is any. Where something else is wrong
//! with a case, so that it is not rendered at all, its configurations cannot be looked at: those are counted as stopped, with what stopped them.

#[path = "../tests/support/cases.rs"]
mod cases;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use cases::say;
use promchart::diagnostic::{Diagnostic, Severity};
use promchart::lint::{GROUPS, find};
use promchart::pipeline::{self, Request};
use promchart::source::Source;

/// The groups of rules that are held against the programs.
const TITLES: &[&str] = &["Prometheus", "Alertmanager"];

fn main() -> ExitCode {
    cases::end(run())
}

#[derive(Default)]
struct Count {
    cases: usize,
    refused: usize,
    foreseen: usize,
    stopped: usize,
    missed: usize,
    wrong: usize,
}

/// A text in an object: `ConfigMap/name` and the key.
type Configuration = (String, String);

fn run() -> Result<bool> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("give the folder of the cases")?);
    let oracle = arguments.next().context("give what the programs say, as JSON")?;
    let only = arguments.next();
    let oracle: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(oracle)?)?;
    let mut groups: BTreeMap<String, Count> = BTreeMap::new();
    let mut told = Vec::new();
    for of_group in cases::folders(&folder)? {
        let group = cases::name(&of_group);
        for path in cases::folders(&of_group)? {
            let name = format!("{group}/{}", cases::name(&path));
            if !path.join("expected.yaml").is_file() || only.as_ref().is_some_and(|only| !name.contains(only))
            {
                continue;
            }
            let count = groups.entry(group.clone()).or_default();
            count.cases += 1;
            let refused: BTreeMap<Configuration, String> = refused(&oracle[&name]);
            let (ours, stopped) = errors(&path).with_context(|| name.clone())?;
            count.refused += refused.len();
            for (of, message) in &refused {
                match (ours.contains_key(of), &stopped) {
                    (true, _) => count.foreseen += 1,
                    (false, Some(why)) => {
                        count.stopped += 1;
                        told.push(format!("stopped: {name}: {} of {}: {why}", of.1, of.0));
                    }
                    (false, None) => {
                        count.missed += 1;
                        told.push(format!("missed: {name}: {} of {}: {message}", of.1, of.0));
                    }
                }
            }
            for (of, message) in ours.iter().filter(|(of, _)| !refused.contains_key(*of)) {
                count.wrong += 1;
                told.push(format!("wrong: {name}: {} of {}: {message}", of.1, of.0));
            }
        }
    }
    say(&format!(
        "{:<12}{:>7}{:>9}{:>10}{:>9}{:>8}{:>7}",
        "cases", "", "refused", "foreseen", "stopped", "missed", "wrong"
    ));
    let mut fine = true;
    for (group, count) in &groups {
        let Count {
            cases,
            refused,
            foreseen,
            stopped,
            missed,
            wrong,
        } = count;
        fine &= *missed + *wrong == 0;
        say(&format!(
            "{group:<12}{cases:>7}{refused:>9}{foreseen:>10}{stopped:>9}{missed:>8}{wrong:>7}"
        ));
    }
    for line in &told {
        say(line);
    }
    Ok(fine)
}

/// The configurations that the programs refuse in a case.
fn refused(case: &serde_json::Value) -> BTreeMap<Configuration, String> {
    let list = case.as_array().into_iter().flatten();
    list.map(|entry| {
        let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        ((text("object"), text("key")), text("message").replace('\n', " "))
    })
    .collect()
}

/// The configurations of a case that have an error of ours, and what stopped the rendering, where something did.
fn errors(path: &Path) -> Result<(BTreeMap<Configuration, String>, Option<String>)> {
    let settings = cases::settings(path)?;
    let files = |name: &str| {
        std::fs::read_to_string(path.join(name))
            .ok()
            .map(|text| Source::new(name, text))
    };
    let names = ["values.yaml", "values-1.yaml", "values-2.yaml"];
    let request = Request {
        chart: settings["chart"]
            .as_str()
            .filter(|chart| *chart != ".")
            .map(|chart| Path::new("charts").join(chart)),
        ..cases::request(&settings, names.iter().filter_map(|name| files(name)).collect())
    };
    let findings = pipeline::lint(&request)?;
    let rules = GROUPS.iter().filter(|group| TITLES.contains(&group.title));
    let codes: BTreeSet<&str> = rules
        .flat_map(|group| group.rules)
        .map(|rule| rule.code)
        .collect();
    let is_stage =
        |finding: &&Diagnostic| finding.severity == Severity::Error && find(finding.code).is_none();
    let stopped = findings
        .iter()
        .find(is_stage)
        .map(|finding| finding.message.clone());
    let errors = findings.iter();
    let errors = errors.filter(|finding| finding.severity == Severity::Error && codes.contains(finding.code));
    let errors = errors
        .map(|finding| (configuration(finding), finding.message.clone()))
        .collect();
    Ok((errors, stopped))
}

/// Which text a finding is about, which its message ends with.
fn configuration(finding: &Diagnostic) -> Configuration {
    let (before, object) = finding.message.rsplit_once(" of ").unwrap_or_default();
    let key = before.rsplit(' ').next().unwrap_or_default();
    let mut parts = object.split('/');
    let kind = parts.next().unwrap_or_default();
    let name = parts.next_back().unwrap_or_default();
    (format!("{kind}/{name}"), key.to_owned())
}
