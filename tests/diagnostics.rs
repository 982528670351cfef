//! The registries of codes, those of rules and those of other diagnostics, against the sources, and the pages that are made of them.
//!
//! `PROMCHART_WRITE_DOCS=1 cargo test --test diagnostics` writes the pages anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use promchart::diagnostic::{Severity, codes};
use promchart::diff;
use promchart::lint::{self, Known};
use regex::Regex;

/// Texts of the sources that look like codes and are none.
const NOT_CODES: &[&str] = &[
    "a-b",
    "all-at-once",
    "allow-utf-8",
    "cat-file",
    "date-local",
    "date-time",
    "datetime-local",
    "default-scheduler",
    "e-0",
    "enable-feature",
    "ephemeral-storage",
    "import-values",
    "in-reply-to",
    "kebab-case",
    "ls-tree",
    "managed-by",
    "merge-base",
    "on-delete",
    "one-by-one",
    "post-delete",
    "post-install",
    "post-rollback",
    "post-upgrade",
    "pre-delete",
    "pre-install",
    "pre-release",
    "pre-rollback",
    "pre-upgrade",
    "promql-binop-fill-modifiers",
    "promql-experimental-functions",
    "promql-extended-range-selectors",
    "rev-parse",
    "ssh-privatekey",
    "system-out",
    "test-success",
    "time-local",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-preserve-unknown-fields",
];

const PAGE: &str = "docs/diagnostics.md";
const RULES_PAGE: &str = "docs/lint.md";

/// What stands above it in the page of the rules is written by hand.
const RULES_MARK: &str =
    "<!-- What follows is made of src/lint: `PROMCHART_WRITE_DOCS=1 cargo test --test diagnostics`. -->\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The sources without their tests and without the registry.
fn sources() -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![root().join("src")];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.contains("tests") || name == "codes.rs" {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else if name.ends_with(".rs") {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                found.insert(path, code.to_owned());
            }
        }
    }
    found
}

#[test]
fn every_code_that_is_used_is_registered() {
    let kebab = Regex::new(r#""([a-z][a-z0-9]*(?:-[a-z0-9]+)+)""#).unwrap();
    let call = Regex::new(r#"Diagnostic::(error|warning|info)\(\s*"([a-z0-9-]+)""#).unwrap();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for found in kebab.captures_iter(&text) {
            let code = &found[1];
            let is_danger = diff::dangers::RULES.iter().any(|rule| rule.code == code);
            let is_known = lint::known(code).is_some() || is_danger || NOT_CODES.contains(&code);
            if !is_known && !code.starts_with("x-kubernetes-") {
                wrong.push(format!("{}: `{code}` is not registered", path.display()));
            }
        }
        for found in call.captures_iter(&text) {
            let severity = match lint::known(&found[2]) {
                Some(Known::Code(code)) => code.severity.as_str(),
                Some(Known::Rule(rule)) => rule.severity.as_str(),
                Some(Known::Set(_)) | None => "nothing",
            };
            if severity != &found[1] {
                wrong.push(format!(
                    "{}: `{}` is registered as {severity}",
                    path.display(),
                    &found[2]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_that_is_registered_is_used_and_described() {
    let sources: Vec<String> = sources().into_values().collect();
    let mut seen = BTreeSet::new();
    for group in codes::GROUPS {
        assert!(
            group.codes.is_sorted_by_key(|code| code.code),
            "{} is not sorted",
            group.title
        );
        for code in group.codes {
            let literal = format!("\"{}\"", code.code);
            assert!(
                sources.iter().any(|text| text.contains(&literal)),
                "`{}` is not used",
                code.code
            );
            assert!(seen.insert(code.code), "`{}` is registered twice", code.code);
            for sentence in [code.meaning, code.action] {
                assert!(sentence.ends_with('.') && !sentence.contains('\n'), "{sentence}");
            }
        }
    }
    for group in lint::GROUPS {
        assert!(
            group.rules.is_sorted_by_key(|rule| rule.code),
            "{} is not sorted",
            group.title
        );
        for rule in group.rules {
            assert!(seen.insert(rule.code), "`{}` is registered twice", rule.code);
            for sentence in [rule.meaning, rule.reason, rule.action] {
                assert!(sentence.ends_with('.') && !sentence.contains('\n'), "{sentence}");
            }
        }
    }
    for code in NOT_CODES {
        assert!(lint::known(code).is_none(), "`{code}` is a code");
    }
}

fn page() -> String {
    let mut page = String::from(
        "# Diagnostics\n\nEach message ends with its code in brackets. Codes are stable. An error ends the run with status 2, a warning and an info do\n\
         not. The codes of the rules of `promchart lint` are in [lint.md](lint.md). This page is made of the registry in src/diagnostic/codes.rs: \
         `PROMCHART_WRITE_DOCS=1 cargo test --test diagnostics`.\n",
    );
    for group in codes::GROUPS {
        write!(
            page,
            "\n## {}\n\n| code | | meaning | what to do |\n|---|---|---|---|\n",
            group.title
        )
        .unwrap();
        for code in group.codes {
            let severity = match code.severity {
                Severity::Error => "",
                other => other.as_str(),
            };
            writeln!(
                page,
                "| `{}` | {severity} | {} | {} |",
                code.code,
                cell(code.meaning),
                cell(code.action)
            )
            .unwrap();
        }
    }
    page
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn rules_page(before: &str) -> String {
    let by_hand = before.split(RULES_MARK).next().unwrap();
    let mut page = format!("{by_hand}{RULES_MARK}");
    for group in lint::GROUPS {
        write!(page, "\n## {}\n", group.title).unwrap();
        if let Some(set) = group.set {
            write!(
                page,
                "\nOff unless asked for: `--severity {set}=info` switches all of them on, `--severity CODE=info` one of them.\n"
            )
            .unwrap();
        }
        for rule in group.rules {
            write!(
                page,
                "\n### `{}`\n\n{}. {}\n\n{}\n\nWhat to do: {}\n",
                rule.code,
                capital(rule.severity.as_str()),
                rule.meaning,
                rule.reason,
                rule.action
            )
            .unwrap();
        }
    }
    page
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

#[test]
fn the_pages_are_up_to_date() {
    let before = |path: &str| fs::read_to_string(root().join(path)).unwrap_or_default();
    for (path, text) in [(PAGE, page()), (RULES_PAGE, rules_page(&before(RULES_PAGE)))] {
        if std::env::var_os("PROMCHART_WRITE_DOCS").is_some() {
            fs::write(root().join(path), &text).unwrap();
        }
        assert_eq!(
            before(path),
            text,
            "{path} is out of date: run `PROMCHART_WRITE_DOCS=1 cargo test --test diagnostics`"
        );
    }
}
