//! Claims that ask for less than they have.

use super::Rule;
use crate::diagnostic::Severity;
use crate::diff::model::{Field, ObjectChange};
use crate::diff::path::Trail;
use crate::kubernetes::Quantity;
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    code: "claim-shrinks",
    severity: Severity::Error,
    meaning: "A PersistentVolumeClaim asks for less storage than before, which the API server refuses.",
    action: "Keep the size; for a smaller volume make another claim and copy the data.",
};

pub(super) fn check(change: &mut ObjectChange) {
    if let Some((path, old, new)) = resized(change)
        && new < old
    {
        let danger = RULE.danger("a claim cannot shrink: the API server refuses the update");
        change.dangers.push(danger.at(&path));
    }
}

/// The field with a claim's size, and what it was and is, where that differs.
pub(super) fn resized(change: &ObjectChange) -> Option<(Trail, Quantity, Quantity)> {
    let is_claim = change.new.as_ref()?.identity.kind == "PersistentVolumeClaim";
    let is_size = |field: &&Field| field.path.keys() == ["spec", "resources", "requests", "storage"];
    let field = change.fields.iter().find(is_size).filter(|_| is_claim)?;
    let size = |node: &Option<Node>| node.as_ref().and_then(Quantity::of);
    Some((field.path.clone(), size(&field.old)?, size(&field.new)?))
}
