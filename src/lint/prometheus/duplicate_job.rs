//! Jobs of one name.

use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::checker::{Checker, Names};
use crate::source::Place;
use crate::yaml::Map;

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-duplicate-job",
    severity: Severity::Error,
    meaning: "Two scrape jobs have one name.",
    reason: "The name of a job becomes the label `job` of all that it scrapes, so Prometheus refuses a configuration with two jobs of one \
             name: it does not start, and on a reload it keeps the former configuration. Jobs under `extraScrapeConfigs` are added to the \
             chart's own.",
    action: "Give one of the two another `job_name`, or remove it.",
};

/// Looks at a configuration, or at a file of jobs.
pub fn check(map: &Map, checker: &mut Checker) {
    let mut names = Names::new();
    checker.each_item(map, "scrape_configs", |checker, job| {
        let Some(job) = job.as_map() else { return };
        let message = |name: &str, first: &Place| {
            let line = first.line;
            format!("a second job has the name `{name}`; the first is in line {line} of the same file")
        };
        let help = "give one of the two another `job_name`, or remove it";
        checker.unique(&mut names, &RULE, (job, "job_name"), message, Some(help));
    });
}
