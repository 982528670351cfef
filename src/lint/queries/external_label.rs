//! Labels that rules set, and Prometheus, too.

use super::query::Query;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "rule-external-label",
    severity: Severity::Info,
    meaning: "A rule sets a label that is one of the server's `external_labels`.",
    reason: "What leaves the server gets the external labels where it does not have them: with a label of the rule's own, alerts and recorded series say another origin than all the rest, and what routes by the label goes elsewhere.",
    action: "Leave the label out of the rule, or give it another name.",
};

/// Looks at a rule.
pub fn check(query: &mut Query<'_>) {
    let Some(external) = &query.server.external_labels else {
        return;
    };
    let names: Vec<&str> = query.texts("labels").map(|(name, _)| name).collect();
    for name in names.into_iter().filter(|name| external.contains(*name)) {
        let message =
            format!("the rule sets the label `{name}`, which is one of the server's external labels");
        query.report_at(&RULE, &["labels", name], message);
    }
}
