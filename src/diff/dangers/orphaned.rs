//! Objects that get a new name, so that the old ones stay behind.

use super::Rule;
use crate::diagnostic::Severity;
use crate::diff::model::{Change, ObjectChange};

pub(super) const RULE: Rule = Rule {
    code: "orphaned-object",
    severity: Severity::Warning,
    meaning: "An object gets another name or namespace: Kubernetes makes a new one, and the old one stays until somebody deletes it.",
    action: "Delete the old object once the new one works, or keep the name.",
};

pub(super) fn check(change: &mut ObjectChange) {
    let (Change::Renamed, Some(old), Some(new)) = (change.change, &change.old, &change.new) else {
        return;
    };
    let holds = match old.identity.kind.as_str() {
        "PersistentVolumeClaim" => ", with its data, and the new one is empty",
        "StatefulSet" => ", with its pods and claims, and the new one begins with empty claims",
        "Deployment" | "DaemonSet" => ", with its pods",
        _ => "",
    };
    let message = format!(
        "`{}` stays behind{holds}: to Kubernetes `{}` is another object",
        old.identity, new.identity
    );
    change.dangers.push(RULE.danger(message));
}
