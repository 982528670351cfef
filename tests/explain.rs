//! What `values --unused` and `values --explain` say, against what really happens.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use promchart::explain::Story;
use promchart::pipeline::{self, Inspected, Request};
use promchart::source::Source;
use promchart::values::Inputs;
use promchart::yaml::{self, Map, Node, Value};

#[path = "support/cases.rs"]
mod cases;
#[path = "support/tools.rs"]
mod tools;

/// The cases that change one key each, where they are.
fn leaf_cases(test: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/parity/cases");
    let cases = std::env::var_os("PROMCHART_CASES").map_or(beside, PathBuf::from);
    let leaf = cases.join("leaf");
    if !leaf.is_dir() {
        tools::skip(
            test,
            "../shared/parity/cases is not there, and PROMCHART_CASES names no other folder",
        );
        return None;
    }
    Some(leaf)
}

/// Whatever key a case changes, something reads it.
#[track_caller]
fn no_case_is_unused(group: &str) {
    let Some(folder) = leaf_cases(&format!("no_case_is_unused({group})")) else {
        return;
    };
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    // All of them where nothing may be left out, as in CI.
    let step = if tools::are_required() { 1 } else { 4 };
    let mut count = 0;
    let mut found = Vec::new();
    for path in paths.into_iter().step_by(step) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.split('.').next() != Some(group) {
            continue;
        }
        let Ok(values) = std::fs::read_to_string(path.join("values.yaml")) else {
            continue;
        };
        let settings = cases::settings(&path).unwrap();
        let source = Source::new("values.yaml", values);
        let inspected = pipeline::inspect(&cases::request(&settings, vec![source])).unwrap();
        count += 1;
        let unused = inspected
            .unused()
            .unwrap_or_else(|| panic!("{name}: {:?}", inspected.told));
        found.extend(unused.iter().map(|unused| format!("{name}: {}", unused.path)));
    }
    assert!(count * step > 80, "{count} cases");
    assert!(
        found.is_empty(),
        "{} are said to be unused:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn no_case_of_the_server_is_unused() {
    no_case_is_unused("server");
}

#[test]
fn no_case_of_alertmanager_is_unused() {
    no_case_is_unused("alertmanager");
}

#[test]
fn no_case_of_kube_state_metrics_is_unused() {
    no_case_is_unused("kube-state-metrics");
}

#[test]
fn no_case_of_the_node_exporter_is_unused() {
    no_case_is_unused("prometheus-node-exporter");
}

#[test]
fn no_case_of_the_pushgateway_is_unused() {
    no_case_is_unused("prometheus-pushgateway");
}

/// Keys of all five charts, each with another value than its default.
const CHANGES: &[(&str, &str)] = &[
    ("server.retention", "server.retention=30d"),
    ("server.replicaCount", "server.replicaCount=2"),
    ("server.name", "server.name=other"),
    (
        "server.global.scrape_interval",
        "server.global.scrape_interval=30s",
    ),
    ("server.service.servicePort", "server.service.servicePort=9999"),
    (
        "server.persistentVolume.size",
        "server.persistentVolume.size=16Gi",
    ),
    (
        "server.persistentVolume.enabled",
        "server.persistentVolume.enabled=false",
    ),
    (
        "configmapReload.prometheus.enabled",
        "configmapReload.prometheus.enabled=false",
    ),
    ("serviceAccounts.server.name", "serviceAccounts.server.name=robot"),
    ("commonMetaLabels", "commonMetaLabels.team=a"),
    ("alertmanager.enabled", "alertmanager.enabled=false"),
    ("alertmanager.replicaCount", "alertmanager.replicaCount=3"),
    ("alertmanager.image.tag", "alertmanager.image.tag=v9"),
    ("alertmanager.service.port", "alertmanager.service.port=9999"),
    (
        "alertmanager.persistence.size",
        "alertmanager.persistence.size=5Gi",
    ),
    ("alertmanager.nameOverride", "alertmanager.nameOverride=am"),
    ("kube-state-metrics.enabled", "kube-state-metrics.enabled=false"),
    ("kube-state-metrics.replicas", "kube-state-metrics.replicas=2"),
    ("kube-state-metrics.image.tag", "kube-state-metrics.image.tag=v9"),
    (
        "kube-state-metrics.service.port",
        "kube-state-metrics.service.port=9999",
    ),
    (
        "kube-state-metrics.collectors",
        "kube-state-metrics.collectors={pods,nodes}",
    ),
    (
        "prometheus-node-exporter.hostNetwork",
        "prometheus-node-exporter.hostNetwork=false",
    ),
    (
        "prometheus-node-exporter.service.port",
        "prometheus-node-exporter.service.port=9999",
    ),
    (
        "prometheus-node-exporter.image.tag",
        "prometheus-node-exporter.image.tag=v9",
    ),
    (
        "prometheus-node-exporter.hostRootFsMount.enabled",
        "prometheus-node-exporter.hostRootFsMount.enabled=false",
    ),
    (
        "prometheus-node-exporter.extraArgs",
        "prometheus-node-exporter.extraArgs={--web.x=1}",
    ),
    (
        "prometheus-pushgateway.replicaCount",
        "prometheus-pushgateway.replicaCount=2",
    ),
    (
        "prometheus-pushgateway.service.port",
        "prometheus-pushgateway.service.port=9999",
    ),
    (
        "prometheus-pushgateway.image.tag",
        "prometheus-pushgateway.image.tag=v9",
    ),
    (
        "prometheus-pushgateway.fullnameOverride",
        "prometheus-pushgateway.fullnameOverride=push",
    ),
];

/// Every field that a change really changes is among those that the story names, before it and after it.
#[test]
fn what_a_value_reaches_is_what_changes_with_it() {
    let inspect = |set: &[&str]| {
        let set = set.iter().map(|set| (*set).to_owned()).collect();
        let inputs = Inputs {
            set,
            ..Inputs::default()
        };
        pipeline::inspect(&Request {
            inputs,
            ..Request::default()
        })
        .unwrap()
    };
    let before = inspect(&[]);
    let mut charts = BTreeSet::new();
    let mut missed = Vec::new();
    for (key, set) in CHANGES {
        let after = inspect(&[*set]);
        charts.insert(key.split('.').next().unwrap());
        let mut changed = 0;
        for (one, other) in [(&before, &after), (&after, &before)] {
            let story = one.story(key).unwrap();
            for field in different(one, other) {
                changed += 1;
                if !is_named(&story, &field) {
                    missed.push(format!("{key}: {} {}", field.object, field.path));
                }
            }
        }
        assert!(changed > 0, "{set} changes nothing");
        let history = after.story(key).unwrap().history;
        let last = history.last().unwrap();
        assert!(
            last.place.to_string().starts_with("--set"),
            "{key}: {}",
            last.place
        );
    }
    assert!(charts.len() >= 5 && CHANGES.len() >= 30);
    assert!(
        missed.is_empty(),
        "{} fields are not named:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

#[derive(Debug)]
struct Field {
    object: String,
    /// Whether the object is in both renders.
    is_in_both: bool,
    path: String,
    /// Within a text of YAML.
    inner: Option<String>,
}

/// The fields of a render that are not so in another one.
fn different(one: &Inspected, other: &Inspected) -> Vec<Field> {
    let objects = |inspected: &Inspected| -> BTreeMap<String, Node> {
        let objects = inspected.objects.as_ref().unwrap().iter();
        objects
            .map(|object| (object.identity.to_string(), object.node.clone()))
            .collect()
    };
    let others = objects(other);
    let mut found = Vec::new();
    for (identity, node) in objects(one) {
        let partner = others.get(&identity);
        compare(&node, partner, "", &mut |path, leaf, known| {
            let mut inner = vec![None];
            if let (Some(new), Some(old)) = (inner_tree(leaf), known.and_then(inner_tree)) {
                inner.clear();
                compare(&new, Some(&old), "", &mut |path, _, _| {
                    inner.push(Some(path.to_owned()))
                });
            }
            found.extend(inner.into_iter().map(|inner| Field {
                object: identity.clone(),
                is_in_both: partner.is_some(),
                path: path.to_owned(),
                inner,
            }));
        });
    }
    found
}

fn is_named(story: &Story, field: &Field) -> bool {
    let reached = &story.uses.as_ref().unwrap().reached;
    let Some(object) = reached
        .iter()
        .find(|object| object.identity.to_string() == field.object)
    else {
        return false;
    };
    // One that has another name in the other render is another object.
    if object.is_whole || !field.is_in_both {
        return true;
    }
    let is_decided = object.decided.iter().any(|path| path.to_string() == field.path);
    is_decided
        || object.fields.iter().any(|known| {
            known.path.to_string() == field.path
                && field
                    .inner
                    .as_ref()
                    .is_none_or(|inner| known.inner.iter().any(|path| path.to_string() == *inner))
        })
}

/// Visits the leaves of a tree that another one does not have so, with what it has there. Items of lists are compared with those of the
/// same name, or with equal ones: they may have moved.
fn compare(node: &Node, other: Option<&Node>, path: &str, visit: &mut dyn FnMut(&str, &Node, Option<&Node>)) {
    if other == Some(node) {
        return;
    }
    match &node.value {
        Value::Map(map) if !map.is_empty() => {
            for (key, entry) in Map::iter(map) {
                let written = match key.contains('.') {
                    true => format!("\"{key}\""),
                    false => key.to_string(),
                };
                let dot = if path.is_empty() { "" } else { "." };
                let partner = other.and_then(|other| other.get(key));
                compare(&entry.node, partner, &format!("{path}{dot}{written}"), visit);
            }
        }
        Value::List(list) if !list.is_empty() => {
            let others = other.and_then(Node::as_list).unwrap_or_default();
            for (index, item) in list.iter().enumerate() {
                let name = item.get("name");
                let named = others
                    .iter()
                    .find(|other| name.is_some() && other.get("name") == name);
                let equal = others.iter().find(|other| *other == item);
                let partner = equal.or(named).or(others.get(index));
                compare(item, partner, &format!("{path}[{index}]"), visit);
            }
        }
        _ => visit(path, node, other),
    }
}

fn inner_tree(node: &Node) -> Option<Node> {
    let text = node.as_str().filter(|text| text.contains('\n'))?;
    let tree = yaml::read_document(&Source::new("text", text)).ok()?;
    matches!(tree.value, Value::Map(_) | Value::List(_)).then_some(tree)
}
