//! The rules that Prometheus evaluates: those of the files that its configuration loads, and those of PrometheusRules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::files::{Container, File, matches};
use super::programs::{Configurations, Program, features};
use super::scalars::written;
use super::told::Told;
use crate::lint::Subject;
use crate::lint::promql::Features;
use crate::lint::units::duration;
use crate::render::provenance::FieldPath;
use crate::values::Step;
use crate::yaml::{self, Map, Node};

/// How often Prometheus scrapes, in milliseconds.
#[derive(Debug, Clone, Default)]
pub struct Intervals {
    /// By the names of jobs.
    pub jobs: BTreeMap<String, u64>,
    /// The shortest; nothing where it is not known.
    pub shortest: Option<u64>,
}

/// What rules need to know of the Prometheus that evaluates them.
#[derive(Debug, Clone, Default)]
pub struct Server {
    /// How often what they ask for is scraped.
    pub intervals: Intervals,
    /// The labels that it adds to all that it sends; nothing where they are not known.
    pub external_labels: Option<BTreeSet<String>>,
    /// How long it keeps samples, in milliseconds; nothing where that is not known, or has no end.
    pub retention: Option<u64>,
    /// How long a sample counts as the current one, in milliseconds.
    pub lookback: u64,
}

/// A text or field with groups of rules.
#[derive(Debug)]
pub struct RuleSet<'c> {
    /// Where it is.
    pub told: Told<'c>,
    /// What was read.
    pub node: Node,
    /// What PromQL may use.
    pub features: Features,
    /// What evaluates them.
    pub server: Server,
}

/// All rules that can be read.
pub fn rule_sets<'c>(
    subject: &Subject<'c>,
    configurations: &'c Configurations<'c>,
    spec: &'c FieldPath,
) -> Vec<RuleSet<'c>> {
    let mut sets = Vec::new();
    let mut seen = BTreeSet::new();
    for (_, file, container) in configurations.of(Program::Prometheus) {
        let Ok(config) = yaml::read_document(&file.text) else {
            continue;
        };
        let server = server(&config, container);
        for (index, rules) in loaded(configurations, &config, "rule_files", file, container) {
            if seen.insert(index)
                && let Ok(node) = yaml::read_document(&rules.text)
            {
                sets.push(RuleSet {
                    told: Told::Text(rules),
                    node,
                    features: features(container),
                    server: server.clone(),
                });
            }
        }
    }
    for object in subject.objects() {
        let identity = &object.identity;
        let is_rules =
            identity.kind == "PrometheusRule" && identity.api_version.starts_with("monitoring.coreos.com/");
        if let Some(node) = object.node.get("spec").filter(|_| is_rules) {
            sets.push(RuleSet {
                told: Told::Field(object, spec),
                node: node.clone(),
                features: Features::default(),
                server: Server {
                    lookback: LOOKBACK,
                    ..Server::default()
                },
            });
        }
    }
    sets
}

/// The path to what holds the groups of a PrometheusRule.
pub fn spec() -> FieldPath {
    FieldPath(vec![Step::Key(Arc::from("spec"))])
}

/// How long a sample counts where nothing is said, and how long samples are kept, in milliseconds.
const LOOKBACK: u64 = 5 * 60_000;
const RETENTION: u64 = 15 * 24 * 3_600_000;

fn server(config: &Node, container: Option<&Container<'_>>) -> Server {
    let argument = |name: &str| container.and_then(|container| container.argument(name));
    let time = |text: &str| duration(text).ok().filter(|time| *time > 0);
    let labels = config
        .at_path(&["global", "external_labels"])
        .and_then(Node::as_map);
    let in_config = |key: &str| {
        let node = config.at_path(&["storage", "tsdb", "retention", key])?;
        written(node).map(|text| text.into_owned())
    };
    let kept = in_config("time").or_else(|| argument("storage.tsdb.retention.time").map(str::to_owned));
    let has_size = in_config("size").is_some() || argument("storage.tsdb.retention.size").is_some();
    Server {
        intervals: intervals(config),
        external_labels: Some(
            labels
                .into_iter()
                .flat_map(Map::keys)
                .map(ToString::to_string)
                .collect(),
        ),
        retention: match kept {
            Some(text) => time(&text),
            // Without a container nobody knows its flags.
            None => container.filter(|_| !has_size).map(|_| RETENTION),
        },
        lookback: argument("query.lookback-delta")
            .and_then(time)
            .unwrap_or(LOOKBACK),
    }
}

fn intervals(config: &Node) -> Intervals {
    let of = |map: &Node| {
        let text = written(map.get("scrape_interval").filter(|node| !node.is_null())?)?;
        duration(&text).ok().filter(|time| *time > 0)
    };
    let global = config.get("global").and_then(of).unwrap_or(60_000);
    let mut intervals = Intervals::default();
    for job in config
        .get("scrape_configs")
        .and_then(Node::as_list)
        .unwrap_or_default()
    {
        let name = job.get("job_name").and_then(written).unwrap_or_default();
        intervals
            .jobs
            .insert(name.into_owned(), of(job).unwrap_or(global));
    }
    intervals.shortest = intervals.jobs.values().copied().min().or(Some(global));
    intervals
}

/// Goes through the rules of a set, each with its path and its group.
pub fn each_rule<'n>(node: &'n Node, mut visit: impl FnMut(FieldPath, &'n Map)) {
    let groups = node.get("groups").and_then(Node::as_list).unwrap_or_default();
    for (number, group) in groups.iter().enumerate() {
        let rules = group.get("rules").and_then(Node::as_list).unwrap_or_default();
        for (index, rule) in rules.iter().enumerate() {
            if let Some(map) = rule.as_map() {
                let key = |name: &str| Step::Key(Arc::from(name));
                let path = vec![
                    key("groups"),
                    Step::Index(number),
                    key("rules"),
                    Step::Index(index),
                ];
                visit(FieldPath(path), map);
            }
        }
    }
}

/// The files that a configuration loads by the patterns of a key: by their paths where the container is known, otherwise by their names
/// within what holds the configuration.
pub fn loaded<'c, 'a>(
    configurations: &'c Configurations<'a>,
    config: &Node,
    key: &str,
    file: &File<'a>,
    container: Option<&Container<'a>>,
) -> Vec<(usize, &'c File<'a>)> {
    let patterns = config.get(key).and_then(Node::as_list).unwrap_or_default();
    let patterns: Vec<&str> = patterns.iter().filter_map(Node::as_str).collect();
    let name_of = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let is_loaded = |index: usize, candidate: &File<'a>| match container {
        Some(container) => container
            .files
            .iter()
            .filter(|(_, known)| *known == index)
            .any(|(path, _)| patterns.iter().any(|pattern| matches(pattern, path))),
        None => {
            std::ptr::eq(candidate.object, file.object)
                && !configurations.list.iter().any(|known| known.file == index)
                && patterns
                    .iter()
                    .any(|pattern| matches(&name_of(pattern), candidate.key))
        }
    };
    let all = configurations.files.iter().enumerate();
    all.filter(|(index, candidate)| is_loaded(*index, candidate))
        .collect()
}
