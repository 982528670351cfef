//! What people write in YAML and mostly do not mean.

use super::path::{Step, dotted};

use crate::diagnostic::Diagnostic;
use crate::yaml::{Entry, Node, Value};

/// How many keys are told of one text; the others are counted.
const MOST_TOLD: usize = 20;

/// Keys that YAML 1.1 takes for booleans, as Helm and kubectl do: the key `on` is `true`.
pub(super) fn boolean_keys(values: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    look(values, &mut Vec::new(), &mut found);
    let more = found.len().saturating_sub(MOST_TOLD);
    found.truncate(MOST_TOLD);
    if let Some(last) = found.last_mut().filter(|_| more > 0) {
        last.message.push_str(&format!("; so are {more} more keys"));
    }
    found
}

fn look(node: &Node, path: &mut Vec<Step>, found: &mut Vec<Diagnostic>) {
    match &node.value {
        Value::Map(map) => {
            for (key, entry) in map.iter() {
                let is_boolean = matches!(&**key, "true" | "false");
                if let Some(word) = is_boolean.then(|| word(entry)).flatten() {
                    found.push(boolean_key(&dotted(&*path), &word, key, entry));
                }
                if matches!(entry.node.value, Value::Map(_) | Value::List(_)) {
                    path.push(Step::Key(key.clone()));
                    look(&entry.node, path, found);
                    path.pop();
                }
            }
        }
        Value::List(list) => {
            for (index, item) in list.iter().enumerate() {
                path.push(Step::Index(index));
                look(item, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The word that a key is written as, where it is one of those that do not look like a boolean.
fn word(entry: &Entry) -> Option<String> {
    let place = &entry.key_place;
    let column = usize::try_from(place.column).ok()?.checked_sub(1)?;
    let letters = place.line_text()?.chars().skip(column);
    let word: String = letters.take_while(char::is_ascii_alphabetic).take(4).collect();
    let is_known = ["y", "n", "yes", "no", "on", "off"].contains(&word.to_lowercase().as_str());
    is_known.then_some(word)
}

fn boolean_key(parent: &str, word: &str, key: &str, entry: &Entry) -> Diagnostic {
    let below = match parent {
        "" => String::new(),
        parent => format!(" in `{parent}`"),
    };
    Diagnostic::warning(
        "boolean-key",
        format!("the key `{word}`{below} is `{key}`: YAML 1.1 takes the word for a boolean"),
    )
    .at(&entry.key_place)
    .help(format!("write it in quotes: `\"{word}\":`"))
}

/// A key with nothing below it where the default is a map with keys: all of them go away.
pub(super) fn emptied(entry: &Entry, default: &Entry, path: &dyn std::fmt::Display) -> Option<Diagnostic> {
    let place = &entry.node.place;
    let had_keys = default.node.as_map().is_some_and(|map| !map.is_empty());
    if !had_keys || !entry.node.is_null() || place.column == 0 {
        return None;
    }
    let column = usize::try_from(place.column).ok()?.saturating_sub(1);
    let rest: String = place.line_text()?.chars().skip(column).collect();
    // A null that is written is meant.
    let rest = rest.trim_start().to_lowercase();
    if rest.starts_with("null") || rest.starts_with('~') || rest.starts_with(['!', '&', '*']) {
        return None;
    }
    let warning = Diagnostic::warning(
        "empty-key",
        format!("`{path}` has nothing below it, which deletes all of its defaults"),
    );
    let help = "remove the key to keep the defaults; write `null` behind it where they are to go";
    Some(
        warning
            .at(&entry.key_place)
            .label(&default.key_place, "the defaults")
            .help(help),
    )
}
