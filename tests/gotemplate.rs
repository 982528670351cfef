//! Go templates against what Helm makes of them: thousands of calls and templates with Helm's answers, which are not
//! part of the repository. They are looked for in the folder that `GOTEMPLATE` names, or beside the checkout.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on may panic, and tells its numbers"
)]

#[path = "support/tools.rs"]
mod tools;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use promchart::chart::{Capabilities, KubeVersion, Metadata};
use promchart::render::go::{Chance, Limits, Map, MapType, Program, Run, Value, from_node, roots};
use promchart::source::Source;
use promchart::yaml::{self, Node};
use serde_json::Value as Json;

/// The folder with the answers.
fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("GOTEMPLATE").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/gotemplate");
    named.or_else(|| beside.is_dir().then_some(beside))
}

/// What a chart's template finds at its root.
fn root(values: &Json) -> Map {
    let chart_yaml = "apiVersion: v2\nname: c\nversion: 1.2.3\nappVersion: \"4.5\"\n";
    let metadata = Metadata {
        node: yaml::read_values(&Source::new("Chart.yaml", chart_yaml)).unwrap(),
        name: "c".to_owned(),
        version: "1.2.3".to_owned(),
        app_version: Some("4.5".to_owned()),
        ..Metadata::default()
    };
    let values: Node = yaml::from_json(values.clone());
    let capabilities = Capabilities::new(KubeVersion::parse("1.37.0").unwrap(), &[]);
    let Value::Map(values) = from_node(&values) else {
        panic!("values are a map")
    };
    let root = Map::from_values([
        ("Values", Value::Map(values.seen_as(MapType::Values))),
        ("Chart", Value::Map(roots::chart(&metadata, &[], true))),
        ("Release", Value::Map(roots::release("prom", "default", false))),
        ("Capabilities", roots::capabilities(&capabilities)),
        ("Files", roots::files(&[])),
        ("Subcharts", Value::Map(Map::new())),
        (
            "Template",
            Value::Map(roots::template("c/templates/t.yaml", "c/templates")),
        ),
    ]);
    root.seen_as(MapType::Values)
}

/// 2026-11-26, noon.
const DAY: u64 = 1_795_694_400;

/// What the engine makes of a template.
fn render(template: &str, values: &Json) -> Result<String, String> {
    let path: Arc<str> = "c/templates/t.yaml".into();
    let source = Source::new(&*path, template);
    let program = Program::parse(&[(Arc::clone(&path), source)]).map_err(|error| error.to_string())?;
    let limits = Limits {
        steps: 5_000_000,
        bytes: 1 << 26,
        ..Limits::default()
    };
    let mut run = Run::new(&program, limits);
    // Some answers hold the day on which they were made.
    let day = SystemTime::UNIX_EPOCH + Duration::from_secs(DAY);
    run.set_chance(Chance::seeded_at("test", day));
    let output = run
        .render(&path, Value::Map(root(values)), false)
        .map_err(|error| error.to_string())?;
    Ok(output.text.lossy().into_owned())
}

/// What Helm puts before what its parsers of YAML and TOML say, where a function gives it as a value. The words after that are
/// ours (COMPATIBILITY.md).
const WORDS_OF_PARSERS: [&str; 2] = ["error converting YAML to JSON: ", "toml: line "];

/// Whether both texts hold what a parser says.
fn is_worded(expected: &str, text: &str) -> bool {
    let both = |words: &str| expected.contains(words) && text.contains(words);
    // Of this, Helm reads the list, and gives the `+` after it up.
    let given_up = "cannot unmarshal array into Go value of type map[string]interface {}";
    WORDS_OF_PARSERS.iter().any(|words| both(words))
        || expected.contains(given_up) && text.contains("expected the end of the document here")
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
