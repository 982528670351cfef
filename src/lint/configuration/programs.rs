//! Which texts configure Prometheus and Alertmanager.

use super::files::{Container, File, containers, of};
use crate::lint::Subject;
use crate::lint::promql::Features;

/// A program that reads a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// Prometheus.
    Prometheus,
    /// Alertmanager.
    Alertmanager,
}

/// A configuration, and the container that reads it.
#[derive(Debug)]
pub struct Configuration {
    /// Whose it is.
    pub program: Program,
    /// Its text, by its index.
    pub file: usize,
    /// The container, by its index.
    pub container: Option<usize>,
}

/// All that is known of the programs' configurations.
#[derive(Debug)]
pub struct Configurations<'a> {
    /// The texts of ConfigMaps and Secrets.
    pub files: Vec<File<'a>>,
    /// The containers.
    pub containers: Vec<Container<'a>>,
    /// Which texts are configurations, each once.
    pub list: Vec<Configuration>,
}

impl<'a> Configurations<'a> {
    /// Looks through the objects: for containers of the two programs and what they are given as `--config.file`, then for texts of
    /// well-known names.
    pub fn find(subject: &Subject<'a>) -> Self {
        let files = of(subject);
        let containers = containers(subject, &files);
        let mut list: Vec<Configuration> = Vec::new();
        for (index, container) in containers.iter().enumerate() {
            let Some(file) = configured(container) else {
                continue;
            };
            let program = program_of(container).or_else(|| files.get(file).and_then(by_content));
            if let Some(program) = program
                && !list.iter().any(|known| known.file == file)
            {
                list.push(Configuration {
                    program,
                    file,
                    container: Some(index),
                });
            }
        }
        for (index, file) in files.iter().enumerate() {
            let program = match file.key {
                "prometheus.yml" | "prometheus.yaml" => Program::Prometheus,
                "alertmanager.yml" | "alertmanager.yaml" => Program::Alertmanager,
                _ => continue,
            };
            if !list.iter().any(|known| known.file == index) {
                list.push(Configuration {
                    program,
                    file: index,
                    container: None,
                });
            }
        }
        Configurations {
            files,
            containers,
            list,
        }
    }

    /// The configurations of a program, each with its text and its container.
    pub fn of(
        &self,
        program: Program,
    ) -> impl Iterator<Item = (&Configuration, &File<'a>, Option<&Container<'a>>)> {
        self.list
            .iter()
            .filter(move |found| found.program == program)
            .filter_map(|found| {
                let container = found.container.and_then(|index| self.containers.get(index));
                Some((found, self.files.get(found.file)?, container))
            })
    }
}

/// The file that a container is given as its configuration.
fn configured(container: &Container<'_>) -> Option<usize> {
    let path = match container.argument("config.file") {
        Some(path) => path,
        None => match container.image() {
            "prometheus" => "/etc/prometheus/prometheus.yml",
            "alertmanager" => "/etc/alertmanager/alertmanager.yml",
            _ => return None,
        },
    };
    container.file(path)
}

fn program_of(container: &Container<'_>) -> Option<Program> {
    let has = |name: &str| container.arguments(name).next().is_some();
    match container.image() {
        "prometheus" => Some(Program::Prometheus),
        "alertmanager" => Some(Program::Alertmanager),
        _ if has("storage.tsdb.path") || has("storage.agent.path") => Some(Program::Prometheus),
        _ if has("cluster.listen-address") || has("cluster.peer") => Some(Program::Alertmanager),
        _ => None,
    }
}

/// Whose configuration a text is, by the keys that only one has.
fn by_content(file: &File<'_>) -> Option<Program> {
    let begins = |key: &str| file.text.text().lines().any(|line| line.starts_with(key));
    // Promtail's file has scrape_configs, too.
    if begins("clients:") || begins("positions:") {
        None
    } else if begins("scrape_configs:") || begins("rule_files:") {
        Some(Program::Prometheus)
    } else if begins("receivers:") && begins("route:") {
        Some(Program::Alertmanager)
    } else {
        None
    }
}

/// What PromQL may use in a container's Prometheus.
pub fn features(container: Option<&Container<'_>>) -> Features {
    let mut features = Features::default();
    let named = container
        .into_iter()
        .flat_map(|container| container.arguments("enable-feature"));
    for feature in named.flat_map(|list| list.split(',')) {
        match feature.trim() {
            "promql-experimental-functions" => features.functions = true,
            "promql-extended-range-selectors" => features.ranges = true,
            "promql-binop-fill-modifiers" => features.fill = true,
            _ => {}
        }
    }
    features
}
