//! Templates in values that nothing renders.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::{Rule, Subject};
use crate::render::provenance::FieldPath;
use crate::values::Step;
use crate::yaml::{Map, Node, Value};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "unrendered-template",
    severity: Severity::Warning,
    meaning: "A text with a template of Helm's or promchart's went into an object as it is.",
    reason: "Values are texts, and a chart renders those as templates that it passes through `tpl`. At other keys the braces reach the cluster. Templates of Prometheus and Alertmanager (`{{ $labels.instance }}`) belong there and are not meant.",
    action: "Write the value itself, or use a key that the chart renders.",
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(rendered) = subject.rendered else { return };
    let mut open = Vec::new();
    for layer in &subject.user.layers {
        texts(&layer.values, &mut Vec::new(), &mut |path, node, text| {
            open.push((FieldPath(path.to_vec()), node.place.clone(), text.to_owned()));
        });
    }
    if open.is_empty() {
        return;
    }
    for object in rendered.objects {
        texts(&object.node, &mut Vec::new(), &mut |path, _, text| {
            let field = FieldPath(path.to_vec());
            open.retain(|(value, place, template)| {
                let Some(at) = tag(template).and_then(|tag| text.find(tag)) else {
                    return true;
                };
                let made = rendered.provenance.made_in_text(&object.node, &field, at);
                if !made.is_some_and(|made| rendered.provenance.is_named(&made, value)) {
                    return true;
                }
                let kind = object.node.get("kind").and_then(Node::as_str).unwrap_or("object");
                let name = object.node.at_path(&["metadata", "name"]).and_then(Node::as_str);
                let name = name.unwrap_or_default();
                let message = format!("nothing renders the template in `{value}`: it stands in `{field}` of {kind} `{name}` as it is");
                findings.push(
                    RULE.finding(message)
                        .at(place)
                        .help("the chart does not pass this key through `tpl`: write what it should come to"),
                );
                false
            });
        });
    }
}

/// Visits the texts that have a template of a chart.
fn texts(node: &Node, path: &mut Vec<Step>, visit: &mut dyn FnMut(&[Step], &Node, &str)) {
    match &node.value {
        Value::String(text) if tag(text).is_some() => visit(path, node, text),
        Value::List(list) => {
            for (index, item) in list.iter().enumerate() {
                path.push(Step::Index(index));
                texts(item, path, visit);
                path.pop();
            }
        }
        Value::Map(map) => {
            for (key, entry) in Map::iter(map) {
                path.push(Step::Key(key.clone()));
                texts(&entry.node, path, visit);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The first tag of a text that asks for something that only charts have, without its closing braces.
fn tag(text: &str) -> Option<&str> {
    const ROOTS: &[&str] = &["Values.", "Release.", "Chart.", "Capabilities."];
    text.match_indices("{{").find_map(|(at, _)| {
        let inside = text.get(at + 2..)?.split("}}").next()?;
        let is_start = |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let asks = ROOTS.iter().any(|root| {
            let mut places = inside.match_indices(root);
            places.any(|(start, _)| is_start(inside.get(..start).unwrap_or_default()))
        });
        let includes = inside.trim_start_matches(['-', ' ']).starts_with("include \"");
        (asks || includes).then(|| text.get(at..at + 2 + inside.len()))?
    })
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn only_templates_of_charts_count() {
        for text in [
            "{{ $labels.instance }} is down",
            "{{ .GroupLabels.alertname }}",
            "{{ template \"slack.title\" . }}",
            "{{ range .Alerts }}{{ .Labels.release }}{{ end }}",
            "Values.x",
            "{{ .MyValues.x }}",
        ] {
            assert_eq!(tag(text), None, "{text}");
        }
        assert_eq!(tag("a {{ .Release.Name }} b"), Some("{{ .Release.Name "));
        assert_eq!(tag("{{- include \"x\" . }}"), Some("{{- include \"x\" . "));
        assert_eq!(tag("{{ Values.name | upper }}"), Some("{{ Values.name | upper "));
    }
}
