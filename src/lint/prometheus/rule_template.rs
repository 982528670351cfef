//! Labels and annotations of alerts whose templates cannot be read.

use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::checker::Checker;
use crate::lint::configuration::scalars::written;
use crate::render::go::parse_foreign;
use crate::source::Source;
use crate::yaml::Map;

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-rule-template",
    severity: Severity::Error,
    meaning: "A label or annotation of an alert is not a template that Prometheus can read.",
    reason: "Prometheus reads `{{ }}` in the labels and annotations of alerts as Go templates when it loads a rule file, and refuses the file \
             for one that it cannot read: it does not start, and on a reload it keeps the former rules.",
    action: "Correct the template; `{{ $labels.instance }}` and `{{ $value }}` are what it is given.",
};

/// The functions that Prometheus adds to Go's own.
const FUNCTIONS: &[&str] = &[
    "args",
    "externalURL",
    "first",
    "graphLink",
    "humanize",
    "humanize1024",
    "humanizeDuration",
    "humanizePercentage",
    "humanizeTimestamp",
    "label",
    "match",
    "now",
    "parseDuration",
    "pathPrefix",
    "query",
    "reReplaceAll",
    "safeHtml",
    "sortByLabel",
    "stripDomain",
    "stripPort",
    "strvalue",
    "tableLink",
    "title",
    "tmpl",
    "toDuration",
    "toLower",
    "toTime",
    "toUpper",
    "urlQueryEscape",
    "value",
];

/// The variables that stand before each template.
const BEFORE: &str = "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}";

/// Looks at an alert.
pub fn check(map: &Map, checker: &mut Checker) {
    for key in ["labels", "annotations"] {
        checker.within_key(map, key, |checker, texts| {
            let Some(texts) = texts.as_map() else { return };
            for (name, entry) in texts.iter() {
                let Some(text) = written(&entry.node).filter(|text| text.contains("{{")) else {
                    continue;
                };
                if let Some(reason) = problem(&text) {
                    checker.within_key(texts, name, |checker, node| {
                        let message = format!("`{name}` is not a template: {reason}");
                        checker.report(&RULE, &node.place, message, None);
                    });
                }
            }
        });
    }
}

fn problem(text: &str) -> Option<String> {
    let source = Source::new(String::new(), format!("{BEFORE}{text}"));
    let error = parse_foreign(&Arc::from("alert"), &source, FUNCTIONS).err()?;
    Some(error.message().to_owned())
}
