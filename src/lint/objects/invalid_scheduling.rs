//! Tolerations, affinities and spread constraints that mean nothing.

use super::at::At;
use super::invalid_choice::{check as choice, one_of};
use super::missing_field::required;
use super::pod::Pod;
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::kubernetes::names;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-scheduling",
    severity: Severity::Error,
    meaning: "A toleration, an affinity or a spread constraint lacks something, or says what does not go together.",
    reason: "The API server refuses the object.",
    action: "Write what the message asks for.",
};

pub(super) fn check(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    for toleration in pod.spec.list("tolerations") {
        tolerate(review, &toleration);
    }
    if let Some(affinity) = pod.spec.get("affinity") {
        for kind in ["podAffinity", "podAntiAffinity"] {
            if let Some(of_pods) = affinity.get(kind) {
                pods(review, &of_pods);
            }
        }
        if let Some(of_nodes) = affinity.get("nodeAffinity") {
            nodes(review, &of_nodes);
        }
    }
    for constraint in pod.spec.list("topologySpreadConstraints") {
        if let Some(number) = constraint.number("maxSkew")
            && number < 1
        {
            review.tell(
                &RULE,
                &constraint.missing("maxSkew"),
                &format!("is {number}"),
                "it is at least 1",
            );
        }
        if constraint.number("minDomains").is_some_and(|number| number < 1) {
            review.tell(
                &RULE,
                &constraint.missing("minDomains"),
                "is less than 1",
                "it is at least 1",
            );
        }
        if constraint.has("minDomains") && constraint.text("whenUnsatisfiable") != Some("DoNotSchedule") {
            let help = "write that, or remove it";
            review.tell(
                &RULE,
                &constraint.missing("minDomains"),
                "is for `whenUnsatisfiable: DoNotSchedule`",
                help,
            );
        }
        for field in ["topologyKey", "whenUnsatisfiable"] {
            if constraint.has(field) {
                required(review, &constraint, field, "");
            }
        }
        if let Some(selector) = constraint.get("labelSelector") {
            super::invalid_label::selector(review, &selector);
        }
    }
}

fn tolerate(review: &mut Review<'_, '_>, toleration: &At<'_>) {
    if toleration.node.as_map().is_none() && !toleration.node.is_null() {
        return;
    }
    // `Lt` and `Gt` came with 1.35.
    choice(review, toleration, "operator", &["Equal", "Exists", "Lt", "Gt"]);
    choice(
        review,
        toleration,
        "effect",
        &["NoSchedule", "PreferNoSchedule", "NoExecute"],
    );
    let exists = toleration.text("operator") == Some("Exists");
    if exists && toleration.has_some("value") {
        let at = toleration.missing("value");
        review.tell(
            &RULE,
            &at,
            "stands beside `operator: Exists`",
            "remove one of them",
        );
    }
    if !toleration.has_some("key") && !exists {
        let at = toleration.missing("operator");
        let help = "write `operator: Exists` to tolerate every taint, or a `key`";
        review.tell(&RULE, &at, "has to be `Exists` where there is no `key`", help);
    }
    if let Some(at) = toleration.get("key")
        && let Some(key) = at.str()
        && !key.is_empty()
        && let Err(fault) = names::qualified_name(key)
    {
        review.tell(
            &RULE,
            &at,
            &format!("is {}, which is not a taint's key", shown(at.node)),
            fault,
        );
    }
    if toleration.has("tolerationSeconds") && toleration.text("effect") != Some("NoExecute") {
        let at = toleration.missing("effect");
        let help = "write `effect: NoExecute`, or remove `tolerationSeconds`";
        review.tell(
            &RULE,
            &at,
            "has to be `NoExecute` beside `tolerationSeconds`",
            help,
        );
    }
}

fn pods(review: &mut Review<'_, '_>, affinity: &At<'_>) {
    for term in affinity.list("requiredDuringSchedulingIgnoredDuringExecution") {
        pod_term(review, &term);
    }
    for weighted in affinity.list("preferredDuringSchedulingIgnoredDuringExecution") {
        weight(review, &weighted);
        if let Some(term) = weighted.get("podAffinityTerm") {
            pod_term(review, &term);
        }
    }
}

fn pod_term(review: &mut Review<'_, '_>, term: &At<'_>) {
    if term.node.as_map().is_none() {
        return;
    }
    // That it is missing is told by the structure.
    if let Some(at) = term.get("topologyKey") {
        let key = at.str().unwrap_or_default();
        if key.is_empty() {
            let help = "write a label of nodes, such as `kubernetes.io/hostname`";
            review.tell(&RULE, &at, "is empty", help);
        } else if let Err(fault) = names::qualified_name(key) {
            let message = format!("is {}, which is not a label's key", shown(at.node));
            review.tell(&RULE, &at, &message, fault);
        }
    }
    if let Some(selector) = term.get("labelSelector") {
        super::invalid_label::selector(review, &selector);
    }
    for namespace in term.list("namespaces") {
        if let Some(name) = namespace.str()
            && let Err(fault) = names::dns_label(name)
        {
            let message = format!("is {}, which is not a namespace", shown(namespace.node));
            review.tell(&RULE, &namespace, &message, fault);
        }
    }
}

fn weight(review: &mut Review<'_, '_>, weighted: &At<'_>) {
    if let Some(number) = weighted.number("weight")
        && !(1..=100).contains(&number)
    {
        review.tell(
            &RULE,
            &weighted.missing("weight"),
            &format!("is {number}"),
            "it is from 1 to 100",
        );
    }
}

/// Holds what is required and what is preferred of nodes.
pub(super) fn nodes(review: &mut Review<'_, '_>, affinity: &At<'_>) {
    if let Some(wanted) = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
        && wanted.node.as_map().is_some()
    {
        required(review, &wanted, "nodeSelectorTerms", "write at least one term");
        for term in wanted.list("nodeSelectorTerms") {
            node_term(review, &term);
        }
    }
    for weighted in affinity.list("preferredDuringSchedulingIgnoredDuringExecution") {
        weight(review, &weighted);
        if let Some(term) = weighted.get("preference") {
            node_term(review, &term);
        }
    }
}

/// Holds a term of expressions about nodes.
pub(super) fn node_term(review: &mut Review<'_, '_>, term: &At<'_>) {
    for field in ["matchExpressions", "matchFields"] {
        for expression in term.list(field) {
            if field == "matchFields"
                && let Some(at) = expression.get("key")
                && at.str().is_some_and(|key| key != "metadata.name")
            {
                one_of(review, &at, &["metadata.name"]);
            }
            let values = expression.list("values").len();
            let operator = expression.get("operator");
            let Some(operator) = operator.as_ref() else {
                continue;
            };
            let values_at = expression.missing("values");
            match operator.str().unwrap_or_default() {
                "In" | "NotIn" if values == 0 => {
                    review.tell(
                        &RULE,
                        &values_at,
                        "is missing",
                        "`In` and `NotIn` take at least one value",
                    );
                }
                "Exists" | "DoesNotExist" if values > 0 => {
                    review.tell(
                        &RULE,
                        &values_at,
                        "is not for `Exists` and `DoesNotExist`",
                        "remove it",
                    );
                }
                "Gt" | "Lt" if values != 1 => {
                    review.tell(&RULE, &values_at, "has to have exactly one value", "write one");
                }
                "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
                _ => one_of(
                    review,
                    operator,
                    &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"],
                ),
            }
            if let Some(at) = expression.get("key")
                && let Some(key) = at.str()
                && field == "matchExpressions"
                && let Err(fault) = names::qualified_name(key)
            {
                review.tell(
                    &RULE,
                    &at,
                    &format!("is {}, which is not a label's key", shown(at.node)),
                    fault,
                );
            }
        }
    }
}
