//! Relabel rules that do not hold together.

use crate::diagnostic::{Severity, nearest};
use crate::lint::Rule;
use crate::lint::configuration::checker::{Checker, has};
use crate::lint::configuration::http::is_set;
use crate::lint::configuration::scalars::{number, written};
use crate::lint::units::shown;
use crate::yaml::{Map, Node};

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-relabel",
    severity: Severity::Error,
    meaning: "A relabel rule has an action that does not exist, or not what its action needs.",
    reason: "Each action of a relabel rule takes some of the other fields and refuses others. Prometheus refuses the configuration: it does \
             not start, and on a reload it keeps the former configuration.",
    action: "Give the rule what its action needs, and nothing else.",
};

const ACTIONS: &[&str] = &[
    "replace",
    "keep",
    "drop",
    "hashmod",
    "labelmap",
    "labeldrop",
    "labelkeep",
    "lowercase",
    "uppercase",
    "keepequal",
    "dropequal",
];

/// The value of `action`.
pub fn action(node: &Node, checker: &mut Checker) {
    let text = written(node).unwrap_or_default();
    let lower = text.to_lowercase();
    if !ACTIONS.contains(&lower.as_str()) {
        let help = match nearest(&lower, ACTIONS.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is one of {}", ACTIONS.join(", ")),
        };
        let message = format!("there is no relabel action `{}`", shown(&text));
        checker.report(&RULE, &node.place, message, Some(&help));
    }
}

/// Looks at a rule.
pub fn check(map: &Map, checker: &mut Checker) {
    let action = match map.get("action").filter(|node| !node.is_null()).and_then(written) {
        Some(action) => action.to_lowercase(),
        None => "replace".to_owned(),
    };
    let mut refuse = |key: &str, message: String| checker.report_key(&RULE, map, key, message, None);
    let is_default = |key: &str, default: &str| match map.get(key).filter(|node| !node.is_null()) {
        Some(node) => written(node).is_some_and(|text| text == default),
        None => true,
    };
    let modulus = map.get("modulus").and_then(number).unwrap_or(0.0);
    match action.as_str() {
        "replace" | "hashmod" | "lowercase" | "uppercase" | "keepequal" | "dropequal"
            if !has(map, "target_label") =>
        {
            refuse(
                "action",
                format!("the relabel action `{action}` needs `target_label`"),
            );
        }
        "hashmod" if modulus < 1.0 => refuse(
            "action",
            "the relabel action `hashmod` needs `modulus`".to_owned(),
        ),
        "lowercase" | "uppercase" if !is_default("replacement", "$1") => {
            refuse(
                "replacement",
                format!("the relabel action `{action}` does not take `replacement`"),
            );
        }
        "keepequal" | "dropequal" => {
            for (key, default) in [("regex", "(.*)"), ("separator", ";"), ("replacement", "$1")] {
                // A regular expression is another one even where it is written alike.
                if !is_default(key, default) || (key == "regex" && is_set(map, key)) {
                    refuse(
                        key,
                        format!("the relabel action `{action}` does not take `{key}`"),
                    );
                }
            }
            if modulus > 0.0 {
                refuse(
                    "modulus",
                    format!("the relabel action `{action}` does not take `modulus`"),
                );
            }
        }
        "labeldrop" | "labelkeep" => {
            let extra = [("target_label", ""), ("separator", ";"), ("replacement", "$1")];
            for (key, default) in extra {
                if !is_default(key, default) {
                    refuse(
                        key,
                        format!("the relabel action `{action}` takes `regex` only, and not `{key}`"),
                    );
                }
            }
            for (key, there) in [
                ("source_labels", is_set(map, "source_labels")),
                ("modulus", modulus > 0.0),
            ] {
                if there {
                    refuse(
                        key,
                        format!("the relabel action `{action}` takes `regex` only, and not `{key}`"),
                    );
                }
            }
        }
        "labelmap" if map.get("replacement").and_then(Node::as_str) == Some("") => {
            refuse(
                "replacement",
                "`replacement` makes an empty name for a label".to_owned(),
            );
        }
        _ => {}
    }
}
