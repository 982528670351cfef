//! Jobs that may take longer than their interval.

use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::checker::Checker;
use crate::lint::configuration::scalars::written;
use crate::lint::units::{duration, shown};
use crate::yaml::{Map, Node};

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-scrape-timeout",
    severity: Severity::Error,
    meaning: "A scrape may take longer than the time between two scrapes.",
    reason: "Prometheus refuses a `scrape_timeout` that is longer than the `scrape_interval`, of a job or of `global`, whichever holds for \
             the job: it does not start, and on a reload it keeps the former configuration.",
    action: "Make `scrape_timeout` no longer than `scrape_interval`.",
};

/// The interval where nothing is said, in milliseconds.
const DEFAULT_INTERVAL: u64 = 60_000;

/// Looks at a configuration.
pub fn check(map: &Map, checker: &mut Checker) {
    let mut global_interval = DEFAULT_INTERVAL;
    checker.within_key(map, "global", |checker, global| {
        if let Some(global) = global.as_map() {
            global_interval = interval_of(global).unwrap_or(DEFAULT_INTERVAL);
            compare(global, global_interval, "`global`", checker);
        }
    });
    checker.each_item(map, "scrape_configs", |checker, job| {
        if let Some(job) = job.as_map() {
            let interval = interval_of(job).unwrap_or(global_interval);
            let name = job.get("job_name").and_then(written).unwrap_or_default();
            compare(job, interval, &format!("the job `{}`", shown(&name)), checker);
        }
    });
}

/// The interval of a job or of `global`; 0 is the default.
fn interval_of(map: &Map) -> Option<u64> {
    time(map, "scrape_interval").filter(|interval| *interval > 0)
}

fn time(map: &Map, key: &str) -> Option<u64> {
    let node: &Node = map.get(key).filter(|node| !node.is_null())?;
    duration(&written(node)?).ok()
}

fn compare(map: &Map, interval: u64, what: &str, checker: &mut Checker) {
    if time(map, "scrape_timeout").is_some_and(|timeout| timeout > interval) {
        let shown = map.get("scrape_timeout").and_then(written).unwrap_or_default();
        let message = format!(
            "{what} gives a scrape {shown}, which is longer than its interval of {}",
            seconds(interval)
        );
        checker.report_key(
            &RULE,
            map,
            "scrape_timeout",
            message,
            Some("make it shorter, or the interval longer"),
        );
    }
}

fn seconds(milliseconds: u64) -> String {
    match milliseconds {
        whole if whole % 60_000 == 0 => format!("{}m", whole / 60_000),
        whole if whole % 1000 == 0 => format!("{}s", whole / 1000),
        rest => format!("{rest}ms"),
    }
}
