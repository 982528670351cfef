//! The maintainers of a chart.

use super::urls::is_address;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::lint::tree::Tree;
use crate::source::Place;
use crate::yaml::Node;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "chart-maintainer",
    severity: Severity::Warning,
    meaning: "An entry of `maintainers` in Chart.yaml has no name, or something else than an address where an address belongs.",
    reason: "Nobody can be reached by it; Helm loads no chart with an empty entry.",
    action: "Write `name`, and `email` and `url` as addresses where they are known.",
};

pub(super) fn check(tree: &Tree<'_>, findings: &mut Vec<Diagnostic>) {
    for known in tree.own() {
        let maintainers = known
            .chart
            .metadata
            .node
            .get("maintainers")
            .and_then(Node::as_list);
        for maintainer in maintainers.unwrap_or_default() {
            for (place, message) in wrong(maintainer) {
                findings.push(RULE.finding(message).at(place));
            }
        }
    }
}

fn wrong(maintainer: &Node) -> Vec<(&Place, String)> {
    if maintainer.is_null() {
        return vec![(
            &maintainer.place,
            "the entry of `maintainers` is empty".to_owned(),
        )];
    }
    let mut wrong = Vec::new();
    let text = |key: &str| {
        maintainer
            .get(key)
            .and_then(Node::as_str)
            .filter(|text| !text.is_empty())
    };
    if maintainer.as_map().is_some() && text("name").is_none() {
        wrong.push((&maintainer.place, "the maintainer has no `name`".to_owned()));
    }
    for (key, is_valid) in [("email", is_mail as fn(&str) -> bool), ("url", is_address)] {
        if let (Some(found), Some(node)) = (text(key), maintainer.get(key))
            && !is_valid(found)
        {
            let what = match key {
                "email" => "a mail address",
                _ => "an address",
            };
            wrong.push((
                &node.place,
                format!("`{found}` in `{key}` of a maintainer is not {what}"),
            ));
        }
    }
    wrong
}

/// Whether a text is a mail address, as far as its parts are there.
fn is_mail(text: &str) -> bool {
    let Some((user, host)) = text.rsplit_once('@') else {
        return false;
    };
    let is_clean = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | ',' | '@');
    let is_host = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    !user.is_empty()
        && user.chars().chain(host.chars()).all(is_clean)
        && host.contains('.')
        && host.split('.').all(is_host)
}
