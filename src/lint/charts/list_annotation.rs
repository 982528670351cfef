//! Annotations for Helm on the items of a list.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::{Rule, Subject};
use crate::render::provenance::FieldPath;
use crate::values::Step;
use crate::yaml::Node;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "list-annotation",
    severity: Severity::Warning,
    meaning: "An item of a `List` has the annotation `helm.sh/resource-policy`.",
    reason: "Helm looks at the annotations of the list alone: the item is removed with the release all the same.",
    action: "Write the item as an object of its own.",
};

const ANNOTATION: &str = "helm.sh/resource-policy";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let lists = subject
        .objects()
        .iter()
        .filter(|object| object.identity.kind.ends_with("List"));
    for list in lists {
        let items = list.node.get("items").and_then(Node::as_list).unwrap_or_default();
        for (number, item) in items.iter().enumerate() {
            if item.at_path(&["metadata", "annotations", ANNOTATION]).is_none() {
                continue;
            }
            let keys = ["metadata", "annotations", ANNOTATION].map(|key| Step::Key(key.into()));
            let path = [Step::Key("items".into()), Step::Index(number)]
                .into_iter()
                .chain(keys);
            let mut finding = RULE
                .finding(format!(
                    "Helm does not see `{ANNOTATION}` on an item of {}",
                    list.identity.kind
                ))
                .help("write the item as an object of its own");
            finding.labels = subject.blame(list, &FieldPath(path.collect()));
            findings.push(finding);
        }
    }
}
