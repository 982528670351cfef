//! Go templates against what Helm makes of them: thousands of calls and templates with Helm's answers, which are not
//! part of the repository. They are looked for in the folder that `GOTEMPLATE` names, or beside the checkout.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on may panic, and tells its numbers"
)]

#[path = "support/template.rs"]
mod template;
#[path = "support/tools.rs"]
mod tools;

use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use template::{is_worded, render};

/// The folder with the answers.
fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("GOTEMPLATE").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/gotemplate");
    named.or_else(|| beside.is_dir().then_some(beside))
}

/// Runs a file; gives the differences as texts.
fn differences(file: &Path) -> (usize, Vec<String>) {
    let text = std::fs::read_to_string(file).unwrap();
    let mut lines = text.lines();
    let head: Json = serde_json::from_str(lines.next().unwrap()).unwrap();
    let values = &head["values"];
    let mut count = 0;
    let mut found = Vec::new();
    for line in lines {
        let case: Json = serde_json::from_str(line).unwrap();
        let template = case["template"].as_str().unwrap();
        count += 1;
        match (case["text"].as_str(), render(template, values)) {
            (Some(expected), Ok(text)) if text == expected || is_worded(expected, &text) => {}
            (None, Err(_)) => {}
            (Some(expected), Ok(text)) => {
                found.push(format!("{template}\n    Helm: {expected:?}\n    here: {text:?}"));
            }
            (Some(expected), Err(error)) => {
                found.push(format!(
                    "{template}\n    Helm: {expected:?}\n    here: error: {error}"
                ));
            }
            (None, Ok(text)) => found.push(format!(
                "{template}\n    Helm: error: {}\n    here: {text:?}",
                case["error"].as_str().unwrap().replace('\n', " ")
            )),
        }
    }
    (count, found)
}

/// The folder in `GOTEMPLATE_REPORT` gets the differences.
fn agrees(name: &str) {
    let Some(folder) = folder() else {
        let reason = "there are no answers of Helm; GOTEMPLATE may name their folder";
        return tools::skip(name, reason);
    };
    let thread = std::thread::Builder::new().stack_size(256 << 20);
    let file = folder.join(name);
    let (count, found) = thread.spawn(move || differences(&file)).unwrap().join().unwrap();
    println!("{name}: {} of {count} agree", count - found.len());
    if let Some(report) = std::env::var_os("GOTEMPLATE_REPORT") {
        std::fs::write(Path::new(&report).join(name), found.join("\n----\n")).unwrap();
    }
    let shown = found.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(found.is_empty(), "{} differ:\n{shown}", found.len());
}

#[test]
fn functions() {
    agrees("functions.jsonl");
}

#[test]
fn templates() {
    agrees("templates.jsonl");
}
