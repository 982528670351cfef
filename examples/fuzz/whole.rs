//! Whole charts beside Helm: the objects of both, whatever their order.

use std::sync::Arc;

use anyhow::Result;
use promchart::chart::GivenFiles;
use promchart::diagnostic::Diagnostics;
use promchart::manifest::{Selection, ShowOnly};
use promchart::pipeline::{self, Request};
use promchart::source::Source;
use promchart::values::Inputs;
use promchart::yaml::{self, DuplicateKeys, Options};
use serde_json::{Value as Json, json};

use crate::charts::Chart;
use crate::helm::Helm;

/// What we refuse by choice, and what the program that answers for Helm does not look for.
const CHOSEN: &[&str] = &["duplicate-object", "dependency-missing"];

/// The objects of a chart, or why there are none.
type Objects = std::result::Result<Vec<Json>, String>;

/// What Helm makes of charts and what we make of them, where the two part.
pub(crate) fn differences(helm: &mut Helm, charts: &[Chart]) -> Result<Vec<Option<Difference>>> {
    let mut found = Vec::new();
    for chart in charts {
        found.push(match helm.ask_one(&question(chart))? {
            Some(answer) => difference(&theirs(&answer), ours(chart)),
            // Gone, as after a map that holds itself is printed.
            None => None,
        });
    }
    Ok(found)
}

/// How the two part.
#[derive(Debug, Clone)]
pub(crate) struct Difference {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    OnlyHelmRefuses,
    OnlyWeRefuse,
    Objects,
}

fn question(chart: &Chart) -> Json {
    let mut values = json!({});
    for layer in chart.layers() {
        if let Ok(layer) = yaml::read_values(&Source::new("layer", layer)) {
            merge(&mut values, yaml::to_json(&layer));
        }
    }
    json!({"id": "1", "files": chart.files(), "values": values, "release": "rel", "namespace": "ns"})
}

/// Maps merge, all else replaces: what Helm does with values files.
fn merge(lower: &mut Json, upper: Json) {
    match (lower, upper) {
        (Json::Object(lower), Json::Object(upper)) => {
            for (key, value) in upper {
                merge(lower.entry(key).or_insert(Json::Null), value);
            }
        }
        (lower, upper) => *lower = upper,
    }
}

fn theirs(answer: &Json) -> Objects {
    if let Some(error) = answer["error"].as_str() {
        return Err(error.to_owned());
    }
    let text = answer["manifest"].as_str().unwrap_or_default();
    let options = Options {
        duplicate_keys: DuplicateKeys::Last,
        ..Options::default()
    };
    // Of a document that goes on after its end, Helm reads what comes first.
    let nodes = yaml::read_documents_with(&Source::new("Helm's output", text), &options)
        .map_err(|Diagnostics(list)| list.iter().map(|told| told.message.clone()).collect::<String>())?;
    let objects = nodes.iter().filter(|node| !node.is_null());
    Ok(objects.map(yaml::to_json).collect())
}

fn ours(chart: &Chart) -> Objects {
    let files = chart
        .files()
        .into_iter()
        .map(|(path, text)| (path, text.into_bytes()));
    let layers = chart.layers().into_iter();
    let request = Request {
        given: Some(Arc::new(GivenFiles {
            name: "fuzz".to_owned(),
            root: String::new(),
            files: files.collect(),
        })),
        inputs: Inputs {
            files: layers.map(|text| Source::new("layer", text)).collect(),
            ..Inputs::default()
        },
        release: Some("rel".to_owned()),
        namespace: Some("ns".to_owned()),
        kube_version: Some("1.37.0".to_owned()),
        ..Request::default()
    };
    let told = |Diagnostics(list): Diagnostics| {
        let first = list.iter().find(|diagnostic| !CHOSEN.contains(&diagnostic.code));
        match first {
            None => CHOSEN[0].to_owned(),
            Some(first) => format!(
                "{} [{}] {:?}",
                first.message,
                first.code,
                first.labels.first().map(|label| label.place.to_string())
            ),
        }
    };
    let prepared = pipeline::prepare(&request).map_err(told)?;
    let all = ShowOnly::new(&[]).map_err(told)?;
    let manifests = pipeline::render(&prepared, Selection::default(), &all).map_err(told)?;
    Ok((manifests.objects.iter())
        .map(|object| yaml::to_json(&object.node))
        .collect())
}

fn difference(helm: &Objects, ours: Objects) -> Option<Difference> {
    let (kind, text) = match (helm, &ours) {
        (Err(_), Err(_)) => return None,
        (Ok(_), Err(ours)) if CHOSEN.contains(&ours.as_str()) => return None,
        (Ok(_), Err(ours)) => (Kind::OnlyWeRefuse, format!("    here: {ours}")),
        (Err(helm), Ok(_)) => (Kind::OnlyHelmRefuses, format!("    Helm: {helm}")),
        (Ok(a), Ok(b)) => {
            let only = |these: &[Json], those: &[Json]| -> Vec<String> {
                let left = these.iter().filter(|object| !those.contains(object));
                left.map(Json::to_string).collect()
            };
            let (theirs, ours) = (only(a, b), only(b, a));
            if theirs.is_empty() && ours.is_empty() && a.len() == b.len() {
                return None;
            }
            let shown = |objects: &[String]| objects.join("\n          ");
            (
                Kind::Objects,
                format!("    Helm: {}\n    here: {}", shown(&theirs), shown(&ours)),
            )
        }
    };
    Some(Difference { kind, text })
}

/// Leaves parts out as long as the two still part in the same way.
pub(crate) fn cut_down(helm: &mut Helm, chart: &Chart, how: Difference) -> Result<(Chart, Difference)> {
    let (mut chart, mut how) = (chart.clone(), how);
    loop {
        let smaller = chart.smaller();
        let found = differences(helm, &smaller)?;
        let next = smaller
            .into_iter()
            .zip(found)
            .find_map(|(chart, found)| Some((chart, found?)).filter(|(_, found)| found.kind == how.kind));
        match next {
            Some(next) => (chart, how) = next,
            None => return Ok((chart, how)),
        }
    }
}
