//! Flags of Prometheus that it cannot read.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::configuration::files::Container;
use crate::lint::units::{bytes, duration, shown};
use crate::lint::{Rule, Subject};

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-wrong-flag",
    severity: Severity::Error,
    meaning: "A flag of Prometheus has a value that Prometheus cannot read.",
    reason: "Prometheus ends at once, and its pod starts again and again.",
    action: "Write a time such as `15d` or `1h30m`, and a size such as `80GB`.",
};

/// Flags that are times, as Prometheus 3 has them.
const TIMES: &[&str] = &[
    "config.auto-reload-interval",
    "query.lookback-delta",
    "query.timeout",
    "rules.alert.for-grace-period",
    "rules.alert.for-outage-tolerance",
    "rules.alert.resend-delay",
    "storage.remote.flush-deadline",
    "storage.tsdb.max-block-duration",
    "storage.tsdb.min-block-duration",
    "storage.tsdb.retention.time",
    "web.read-timeout",
];

/// Flags that are sizes.
const SIZES: &[&str] = &["storage.tsdb.retention.size", "storage.tsdb.wal-segment-size"];

/// Looks at a container of Prometheus.
pub fn check(subject: &Subject<'_>, container: &Container<'_>, findings: &mut Vec<Diagnostic>) {
    let times = TIMES.iter().map(|name| (*name, true));
    let sizes = SIZES.iter().map(|name| (*name, false));
    for (name, is_time) in times.chain(sizes) {
        for value in container.arguments(name) {
            // Kubernetes puts an environment variable there.
            if value.contains("$(") {
                continue;
            }
            let read = match is_time {
                true => duration(value).map(|_| ()),
                false => bytes(value).map(|_| ()),
            };
            let Err(why) = read else { continue };
            let mut finding = RULE.finding(format!(
                "`--{name}` of {} cannot be `{}`: {why}",
                container.object.identity,
                shown(value)
            ));
            finding.labels = subject.blame(container.object, &container.argument_path(name));
            findings.push(finding);
        }
    }
}
