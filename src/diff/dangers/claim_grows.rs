//! Claims that ask for more than they have.

use super::{Rule, claim_shrinks};
use crate::diagnostic::Severity;
use crate::diff::model::ObjectChange;

pub(super) const RULE: Rule = Rule {
    code: "claim-grows",
    severity: Severity::Warning,
    meaning: "A PersistentVolumeClaim asks for more storage than before, which the API server takes only where the claim is bound and its class allows growing.",
    action: "Check `allowVolumeExpansion` of the StorageClass.",
};

pub(super) fn check(change: &mut ObjectChange) {
    if let Some((path, old, new)) = claim_shrinks::resized(change)
        && new > old
    {
        let message = "a claim grows only where it is bound and its StorageClass allows it: the API server refuses the update otherwise";
        change.dangers.push(RULE.danger(message).at(&path));
    }
}
