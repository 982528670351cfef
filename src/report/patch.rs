//! Changes of texts as a unified diff.

use similar::TextDiff;

use super::visible;
use crate::lint::Fixed;
use crate::secret;
use crate::source::Source;

/// How many lines are shown around a change.
const CONTEXT: usize = 2;

/// The changes as a unified diff, without secrets.
pub fn unified(changes: &[Fixed]) -> String {
    let mut out = String::new();
    for change in changes {
        let name = change.source.name();
        let old = without_secrets(&change.source);
        let new = without_secrets(&Source::new(name, change.text.clone()));
        let shown = visible(name);
        let diff = TextDiff::from_lines(&old, &new);
        let mut unified = diff.unified_diff();
        unified.context_radius(CONTEXT).header(&shown, &shown);
        out.push_str(&unified.to_string());
    }
    out
}

fn without_secrets(source: &Source) -> String {
    let text = source.text();
    let mut shown = String::with_capacity(text.len());
    let mut end = 0;
    for part in secret::parts(source) {
        shown.push_str(text.get(end..part.start).unwrap_or_default());
        shown.push_str(secret::MASK);
        end = part.end;
    }
    shown.push_str(text.get(end..).unwrap_or_default());
    // Lines stay lines; whatever else a terminal would obey is written out.
    let lines = shown.split_inclusive('\n');
    let visible = |line: &str| match line.strip_suffix('\n') {
        Some(line) => format!("{}\n", super::visible(line)),
        None => super::visible(line).into_owned(),
    };
    lines.map(visible).collect()
}
