//! Secrets that stand in values files.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::{Rule, Subject};
use crate::secret::is_secret_key;
use crate::source::Place;
use crate::values::{LayerKind, Step, dotted};
use crate::yaml::{Map, Node, Value};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "plaintext-secret",
    severity: Severity::Warning,
    meaning: "A password, token or key stands in a values file as it is.",
    reason: "Values files are kept in repositories, and what is rendered of them is readable for everybody who may read the objects: a ConfigMap is not a place for secrets.",
    action: "Keep it in a Secret of the cluster and name that, mount it as a file (`password_file`), or give it with `--set-file` where it has to be rendered.",
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for layer in &subject.user.layers {
        // The flags of a command line are nobody's file.
        if layer.kind != LayerKind::Flag {
            look(&layer.values, &mut Vec::new(), findings);
        }
    }
}

fn look(node: &Node, path: &mut Vec<Step>, findings: &mut Vec<Diagnostic>) {
    match &node.value {
        Value::List(list) => {
            for (index, item) in list.iter().enumerate() {
                path.push(Step::Index(index));
                look(item, path, findings);
                path.pop();
            }
        }
        Value::Map(map) => {
            let named = is_secret_variable(map);
            for (key, entry) in map.iter() {
                path.push(Step::Key(key.clone()));
                let is_secret = is_key_of_text(key) || (named && **key == *"value");
                match entry.node.as_str() {
                    Some(text) if is_secret && is_literal(text) => tell(path, &entry.key_place, findings),
                    Some(text) if text.contains('\n') && holds_secret(text) => {
                        tell(path, &entry.key_place, findings)
                    }
                    _ => look(&entry.node, path, findings),
                }
                path.pop();
            }
        }
        _ => {}
    }
}

fn tell(path: &[Step], place: &Place, findings: &mut Vec<Diagnostic>) {
    findings.push(
        RULE.finding(format!("`{}` has a secret in plain text", dotted(path)))
            .at(place)
            .help("keep it in a Secret and mount or name that; `promchart lint --explain plaintext-secret` says more"),
    );
}

/// A key whose text is a secret itself. `secret` alone is mostly the name of one.
fn is_key_of_text(key: &str) -> bool {
    is_secret_key(key) && !key.to_lowercase().ends_with("secret")
}

/// Whether a map is an environment variable with a secret: `name: PASSWORD` beside `value`.
fn is_secret_variable(map: &Map) -> bool {
    let name = map.get("name").and_then(Node::as_str);
    name.is_some_and(is_key_of_text)
}

/// Whether a text is the thing itself, and not a reference or something to be filled in.
fn is_literal(text: &str) -> bool {
    const REFERENCES: &[&str] = &[
        "$", "{{", "{%", "<", "ENC[", "ref+", "vault:", "op://", "arn:", "/", "%{",
    ];
    const FILLED_IN: &[&str] = &[
        "change",
        "replace",
        "todo",
        "xxx",
        "***",
        "your",
        "example",
        "dummy",
        "redacted",
        "none",
        "null",
        "placeholder",
    ];
    let text = text.trim();
    let lower = text.to_lowercase();
    text.chars().count() > 3
        && !text.contains(char::is_whitespace)
        && !REFERENCES.iter().any(|start| text.starts_with(start))
        && !text.contains("${")
        && !text.contains("$(")
        && !text.contains("{{")
        && !FILLED_IN.iter().any(|word| lower.contains(word))
        && !matches!(lower.as_str(), "true" | "false" | "bearer" | "basic")
}

/// Whether a text of several lines, such as a configuration, has a line `key: secret`.
fn holds_secret(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start().trim_start_matches("- ");
        let Some((key, value)) = line.split_once(':') else {
            return false;
        };
        let is_key = key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        let value = value.trim().trim_matches(['"', '\'']);
        is_key && is_key_of_text(key) && is_literal(value)
    })
}
