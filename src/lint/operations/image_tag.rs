//! Images that are another one tomorrow.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::{Workload, below, finding};
use crate::lint::{Rule, Subject};
use crate::values::Step;
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "image-tag",
    severity: Severity::Warning,
    meaning: "An image does not have a tag, or has `latest`.",
    reason: "What runs then depends on when a node last pulled the image: two pods of one workload may run two versions, nobody can tell \
             which, and going back to an earlier revision changes nothing.",
    action: "Name a version as the tag, or a digest.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    for (container, path) in workload.containers() {
        let image = container.get("image").and_then(Node::as_str).unwrap_or_default();
        let name = image.rsplit('/').next().unwrap_or_default();
        let problem = match name.split_once(':') {
            _ if image.is_empty() || image.contains('@') => continue,
            None => "does not have a tag, which means `latest`",
            Some((_, "latest")) => "has the tag `latest`",
            Some(_) => continue,
        };
        let message = format!("the image `{image}` of {} {problem}", workload.object.identity);
        let path = below(&path, Step::Key(Arc::from("image")));
        findings.push(finding(
            subject,
            &RULE,
            workload.object,
            &path,
            message,
            "name a version, or a digest",
        ));
    }
}
