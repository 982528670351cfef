//! PodDisruptionBudgets that say too much.

use super::invalid_strategy::amount;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-budget",
    severity: Severity::Error,
    meaning: "A PodDisruptionBudget has `minAvailable` and `maxUnavailable`.",
    reason: "The API server refuses the object: it takes one of them.",
    action: "Remove one of them; `minAvailable: null` in values removes a default.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    let Some(spec) = review
        .spec()
        .filter(|_| review.is("policy", "PodDisruptionBudget"))
    else {
        return;
    };
    amount(review, &spec, "minAvailable");
    amount(review, &spec, "maxUnavailable");
    if spec.has("minAvailable") && spec.has("maxUnavailable") {
        let help = "remove one of them; `minAvailable: null` in values removes a default";
        review.tell(
            &RULE,
            &spec.missing("maxUnavailable"),
            "stands beside `minAvailable`",
            help,
        );
    }
}
