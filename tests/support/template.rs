//! One Go template rendered by the engine as the answers of Helm were made: chart `c` 1.2.3, release `prom`, Kubernetes 1.37.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use promchart::chart::{Capabilities, KubeVersion, Metadata};
use promchart::render::go::{Chance, Limits, Map, MapType, Program, Run, Value, from_node, roots};
use promchart::source::Source;
use promchart::yaml::{self, Node};
use serde_json::Value as Json;

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
        ("Files", roots::files(&std::sync::Arc::default())),
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
pub fn render(template: &str, values: &Json) -> Result<String, String> {
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
pub fn is_worded(expected: &str, text: &str) -> bool {
    let both = |words: &str| expected.contains(words) && text.contains(words);
    // Of a document that goes on after its end, Helm reads what comes first, and gives the rest up.
    let is_given_up = [
        "expected the end of the document here",
        "there is text after the closing quote",
    ];
    WORDS_OF_PARSERS.iter().any(|words| both(words))
        || expected.contains(" into Go value of type ")
            && is_given_up.iter().any(|words| text.contains(words))
}
