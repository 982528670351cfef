//! Objects that hold data and go away.

use super::{Rule, text};
use crate::diagnostic::Severity;
use crate::diff::model::{Change, Danger, ObjectChange};
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    code: "data-lost",
    severity: Severity::Error,
    meaning: "An object goes away that holds data: a claim, a Secret, a namespace, a CustomResourceDefinition, or a StatefulSet with claims.",
    action: "Make a backup first, or keep the object out of what is deleted.",
};

pub(super) fn check(change: &mut ObjectChange) {
    if let (Change::Removed, Some(object)) = (change.change, &change.old)
        && let Some(danger) = danger(object)
    {
        change.dangers.push(danger);
    }
}

fn danger(object: &Object) -> Option<Danger> {
    let error = |message: &str| Some(RULE.danger(message));
    match object.identity.kind.as_str() {
        "PersistentVolumeClaim" => error(
            "deleting the claim deletes its volume with all data, unless the volume is to be kept (`Retain`)",
        ),
        "PersistentVolume" => error("the volume is gone, with all data unless it is to be kept (`Retain`)"),
        "Secret" => error(
            "what it holds is gone where it is deleted, and stands nowhere else if it was not rendered from values",
        ),
        "Namespace" => error("deleting the namespace deletes everything in it"),
        "CustomResourceDefinition" => error("deleting the definition deletes all objects of its kind"),
        "StatefulSet" if !super::items(&object.node, &["spec", "volumeClaimTemplates"]).is_empty() => {
            let policy = ["spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"];
            match text(&object.node, &policy) {
                Some("Delete") => error("its claims are deleted with it, and all their data"),
                _ => Some(Danger {
                    severity: Severity::Warning,
                    ..RULE
                        .danger("its claims stay behind with their data, and nothing uses them")
                        .help("delete the claims when their data is not needed any more")
                }),
            }
        }
        _ => None,
    }
}
