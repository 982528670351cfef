//! Groups that are evaluated too seldom.

use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::checker::Mistake;
use crate::lint::configuration::scalars::written;
use crate::lint::units::duration;
use crate::render::provenance::FieldPath;
use crate::values::Step;
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "rule-group-interval",
    severity: Severity::Warning,
    meaning: "A group of rules is evaluated at longer intervals than a sample counts.",
    reason: "A sample counts for five minutes, or `--query.lookback-delta`. What a group records less often has gaps in between, and its alerts end \
             and begin anew, unless they say `keep_firing_for`.",
    action: "Make the interval five minutes or shorter.",
};

/// Looks at a group, by its number.
pub fn check(group: &Node, number: usize, lookback: u64) -> Option<Mistake> {
    let time = |node: Option<&Node>| duration(&written(node.filter(|node| !node.is_null())?)?).ok();
    let interval = group.get("interval")?;
    let length = time(Some(interval)).filter(|length| *length > lookback)?;
    let rules = group.get("rules").and_then(Node::as_list).unwrap_or_default();
    let lasts = |rule: &Node| time(rule.get("keep_firing_for")).is_some_and(|kept| kept >= length);
    if rules.iter().all(lasts) {
        return None;
    }
    let path = [
        Step::Key("groups".into()),
        Step::Index(number),
        Step::Key("interval".into()),
    ];
    Some(Mistake {
        rule: &RULE,
        place: interval.place.clone(),
        path: FieldPath(path.into()),
        message: format!(
            "the group is evaluated every {} s, and a sample counts for {} s",
            length / 1000,
            lookback / 1000
        ),
        help: Some("make the interval shorter, or give alerts `keep_firing_for`".to_owned()),
        first: None,
    })
}
