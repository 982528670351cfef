//! The rules of `lint`, each held by examples: `tests/lint/CODE/bad.yaml` and `good.yaml` are values for the built-in chart; `bad/` and
//! `good/` are charts instead, with values of a user in an optional `user.yaml`. `bad-2.yaml` and `good-2.yaml` are a second file. What a rule says of its bad
//! example stands in `bad.txt`; of its good one it says nothing.
//!
//! `PROMCHART_WRITE_SNAPSHOTS=1 cargo test --test lint` writes the texts anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use promchart::diagnostic::Diagnostic;
use promchart::lint::GROUPS;
use promchart::lint::control::{Control, Level};
use promchart::pipeline::{self, Request};
use promchart::values::Inputs;
use promchart::{files, report};

/// The findings of a code for an example; nothing where there is no such example.
fn findings(folder: &Path, name: &str, code: &str) -> Option<Vec<Diagnostic>> {
    let chart = folder.join(name);
    let values = match chart.is_dir() {
        true => chart.join("user.yaml"),
        false => folder.join(format!("{name}.yaml")),
    };
    if !chart.is_dir() && !values.is_file() {
        return None;
    }
    let second = folder.join(format!("{name}-2.yaml"));
    let read: Vec<_> = [values, second]
        .iter()
        .filter(|path| path.is_file())
        .map(|path| files::read_input(path).unwrap())
        .collect();
    let request = Request {
        chart: chart.is_dir().then_some(chart),
        inputs: Inputs {
            files: read,
            ..Inputs::default()
        },
        release: Some("prom".to_owned()),
        namespace: Some("monitoring".to_owned()),
        ..Request::default()
    };
    // What is off unless asked for, too.
    let levels = GROUPS.iter().filter_map(|group| group.set);
    let control = Control {
        levels: levels.map(|set| (set.to_owned(), Level::Info)).collect(),
        ..Control::default()
    };
    let mut findings = pipeline::lint_controlled(&request, &control, Path::new("")).unwrap();
    findings.retain(|finding| finding.code == code);
    Some(findings)
}

/// The folder of a rule, from where the tests run: names in texts have to be the same everywhere.
fn folder(code: &str) -> PathBuf {
    Path::new("tests/lint").join(code)
}

#[test]
fn every_rule_finds_what_is_bad_and_leaves_the_good_alone() {
    let mut wrong = Vec::new();
    for rule in GROUPS.iter().flat_map(|group| group.rules) {
        let code = rule.code;
        let folder = folder(code);
        match findings(&folder, "good", code) {
            None => wrong.push(format!("`{code}` has no good example")),
            Some(found) if found.is_empty() => {}
            Some(found) => wrong.push(format!(
                "`{code}` finds something in its good example:\n{}",
                report::text::render(&found, report::text::Style::default(), &[])
            )),
        }
        let Some(found) = findings(&folder, "bad", code) else {
            wrong.push(format!("`{code}` has no bad example"));
            continue;
        };
        if found.is_empty() {
            wrong.push(format!("`{code}` finds nothing in its bad example"));
        }
        // The blank lines between findings say nothing here.
        let text = report::text::render(&found, report::text::Style::default(), &[]).replace("\n\n", "\n");
        let snapshot = folder.join("bad.txt");
        if std::env::var_os("PROMCHART_WRITE_SNAPSHOTS").is_some() {
            fs::write(&snapshot, &text).unwrap();
        }
        let known = fs::read_to_string(&snapshot).unwrap_or_default();
        if known != text {
            wrong.push(format!(
                "`{code}` says otherwise than {}:\n{text}",
                snapshot.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_belongs_to_a_rule() {
    for entry in fs::read_dir("tests/lint").unwrap() {
        let code = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            GROUPS
                .iter()
                .flat_map(|group| group.rules)
                .any(|rule| rule.code == code),
            "tests/lint/{code} belongs to no rule"
        );
    }
}

/// What the chart ships is beyond reproach: its defaults, its environments, and their files given as anybody's, which more rules look at.
#[test]
fn nothing_is_found_in_what_the_chart_ships() {
    let mut requests = vec![("the defaults".to_owned(), Request::default())];
    for entry in fs::read_dir("values").unwrap() {
        let path = entry.unwrap().path();
        let env = path.file_stem().unwrap().to_string_lossy().into_owned();
        let inputs = Inputs {
            files: vec![files::read_input(&path).unwrap()],
            ..Inputs::default()
        };
        let as_env = Request {
            env: Some(env.clone()),
            ..Request::default()
        };
        requests.push((format!("--env {env}"), as_env));
        let as_file = Request {
            inputs,
            ..Request::default()
        };
        requests.push((format!("-f {}", path.display()), as_file));
    }
    assert!(requests.len() >= 7, "{} requests", requests.len());
    for (name, request) in requests {
        let findings = pipeline::lint(&request).unwrap();
        assert!(
            findings.is_empty(),
            "{name}:\n{}",
            report::text::render(&findings, report::text::Style::default(), &[])
        );
    }
}

/// The project's own charts, as those who change them look at them.
#[test]
fn nothing_is_found_in_the_charts_themselves() {
    let folders = [
        "alertmanager",
        "kube-state-metrics",
        "prometheus-node-exporter",
        "prometheus-pushgateway",
    ];
    let folders = folders.map(|name| Path::new("charts").join(name));
    for folder in folders.into_iter().chain([PathBuf::from(".")]) {
        let request = Request {
            chart: Some(folder.clone()),
            ..Request::default()
        };
        let found = pipeline::lint(&request).unwrap();
        let told = report::text::render(&found, report::text::Style::default(), &[]);
        assert_eq!(told, "", "{}", folder.display());
    }
}
