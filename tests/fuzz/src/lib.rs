//! What the targets have in common: inputs of several parts, charts made of them, and what has to hold for every result.

use std::collections::BTreeMap;
use std::sync::Arc;

use promchart::chart::{self, Capabilities, Chart, GivenFiles};
use promchart::diagnostic::{Diagnostic, Diagnostics, Result};
use promchart::render::{Input, Limits, Outside, Recorder, Release, Rendered};
use promchart::report::{self, text};
use promchart::source::Source;
use promchart::values::{Inputs, Resolved, UserValues};
use promchart::{render, values, yaml};

/// A line that parts an input.
const MARK: &str = "\n%%\n";

/// The parts of an input: what stands between lines that are `%%`. Those that are not there are empty.
pub fn parts<const N: usize>(text: &str) -> [&str; N] {
    let mut parts = text.splitn(N, MARK);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// A chart of these files.
pub fn chart(files: &[(&str, &str)]) -> Result<Arc<Chart>> {
    let files = files.iter().filter(|(_, text)| !text.is_empty());
    let files: BTreeMap<String, Vec<u8>> = files
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    let given = GivenFiles {
        name: "fuzz".to_owned(),
        root: String::new(),
        files,
    };
    chart::load_given(&given).map(|loaded| loaded.chart)
}

/// The user's values of these files and flags; a file that a flag names says `text`.
pub fn user(inputs: &Inputs) -> Result<UserValues> {
    UserValues::read(inputs, &|path| Ok(Source::new(path, "text\n")))
}

/// A values file.
pub fn file(text: &str) -> Inputs {
    Inputs {
        files: vec![Source::new("user.yaml", text)],
        ..Inputs::default()
    }
}

/// The defaults that the templates of an input find.
const VALUES: &str = "name: web\nn: 3\non: true\nnothing: null\nlist: [a, b, {k: v}]\nmap: {a: 1, b: {c: text}}\ntext: \"x: y\\n- z\\n\"\n";

/// Renders an input that is a template, a file of helpers and the user's values.
pub fn templates(text: &str, engine: &str, helpers_path: &str) {
    let [template, helpers, values] = parts(text);
    let metadata = format!("apiVersion: v2\nname: c\nversion: 1.2.3\nengine: {engine}\n");
    let loaded = chart(&[
        ("Chart.yaml", &metadata),
        ("values.yaml", VALUES),
        ("templates/t.yaml", template),
        (helpers_path, helpers),
    ]);
    // Templates are read when they are rendered.
    let loaded = loaded.expect("a chart whatever its templates hold");
    if let Ok(given) = user(&file(values)) {
        rendered(&loaded, &given);
    }
}

/// What a chart's templates make of values, within narrow bounds. Asserts that the same comes out each time, and with a record too, and that all
/// documents come back from what is written of them.
pub fn rendered(chart: &Arc<Chart>, user: &UserValues) -> Option<Rendered> {
    let resolved = values::resolve(chart, &user.values).ok()?;
    let first = render_once(&resolved, user, None);
    told(&first);
    let again = render_once(&resolved, user, None);
    assert_eq!(shown(&first), shown(&again), "another result the second time");
    let recorder = Arc::new(Recorder::default());
    let recorded = render_once(&resolved, user, Some(&recorder));
    // What is recorded costs a little of the bounds.
    let is_bound = |result: &Result<Rendered>| {
        let errors = result.as_ref().err().into_iter().flat_map(|list| &list.0);
        errors
            .into_iter()
            .any(|error| error.message.contains(" more than "))
    };
    if !is_bound(&first) && !is_bound(&recorded) {
        assert_eq!(shown(&first), shown(&recorded), "another result with a record");
    }
    if let Ok(rendered) = &first {
        for document in &rendered.documents {
            comes_back(&document.node);
        }
    }
    // Which values templates may read is found out without rendering.
    render::may_read(chart);
    first.ok()
}

fn render_once(resolved: &Resolved, user: &UserValues, recorder: Option<&Arc<Recorder>>) -> Result<Rendered> {
    render::render(&Input {
        root: &resolved.root,
        given: &user.values,
        release: &Release {
            name: "r".to_owned(),
            namespace: "ns".to_owned(),
            is_upgrade: false,
        },
        capabilities: &Capabilities::default(),
        ahead: None,
        outside: &Outside {
            seed: Some("fuzz".to_owned()),
            cluster: None,
        },
        with_notes: true,
        wants: &|_| true,
        limits: Limits {
            steps: 300_000,
            bytes: 1 << 20,
            ..Limits::default()
        },
        written: false,
        recorder,
    })
}

fn shown(result: &Result<Rendered>) -> String {
    match result {
        Ok(rendered) => {
            let documents = rendered.documents.iter();
            let documents: Vec<String> = documents.map(|document| yaml::write(&document.node)).collect();
            let warnings = text::render(&rendered.warnings, text::Style::default(), &[]);
            format!("{}\n{warnings}\n{:?}", documents.join("---\n"), rendered.notes)
        }
        Err(Diagnostics(list)) => text::render(list, text::Style::default(), &[]),
    }
}

/// Asserts that each of our forms of writing a node is read as that node, its keys in the same order.
pub fn comes_back(node: &yaml::Node) {
    let json = yaml::write_json(node);
    for written in [yaml::write(node), json.clone(), yaml::write_json_pretty(node)] {
        match yaml::read_document(&Source::new("written", written.as_str())) {
            Ok(read) => assert_eq!(yaml::write_json(&read), json, "read otherwise:\n{written}"),
            Err(error) => panic!("{error}:\n{written}"),
        }
    }
}

/// Asserts that what is wrong is told, at places that are there, and can be shown in each form.
pub fn told<T>(result: &Result<T>) {
    if let Err(Diagnostics(list)) = result {
        assert!(!list.is_empty(), "a failure without a word");
        told_all(list);
    }
}

/// [`told`], for a list.
pub fn told_all(list: &[Diagnostic]) {
    for diagnostic in list {
        assert!(!diagnostic.message.is_empty());
        for label in &diagnostic.labels {
            let text = label.place.source().map_or("", |source| source.text());
            // What is not there at the end of a text without a newline stands on the line after it.
            let lines = text.split('\n').count() + 1;
            assert!(label.place.line as usize <= lines, "no such line: {diagnostic:?}");
        }
    }
    let in_colour = text::Style {
        colour: true,
        ..text::Style::default()
    };
    for text in [
        text::render(list, in_colour, &[]),
        text::render(
            list,
            text::Style {
                width: 40,
                ..in_colour
            },
            &[],
        ),
        report::json::findings(list, &[]),
        report::sarif::findings(list, &[]),
        report::github::findings(list, &[]),
        report::junit::findings(list, &[]),
    ] {
        let is_unseen = |c: char| c.is_control() && !matches!(c, '\n' | '\u{1b}');
        assert!(!text.contains(is_unseen), "a control character in {text:?}");
    }
    let json = report::json::findings(list, &[]);
    assert!(
        serde_json::from_str::<serde_json::Value>(&json).is_ok(),
        "no JSON: {json}"
    );
}
