//! The scalars of a values file as they are written.

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::lint::Subject;
use crate::source::{Place, Source};
use crate::yaml::{EventKind, Events, Limits, ScalarStyle};

/// A scalar that is a value, not a key.
pub(super) struct Scalar<'s> {
    pub(super) place: Place,
    pub(super) text: Cow<'s, str>,
    pub(super) style: ScalarStyle,
    /// Whether a tag says what it is.
    pub(super) has_tag: bool,
}

/// How many are told of one file.
const MOST_TOLD: usize = 50;

/// What rules find among the scalars of the user's values files, which are read once. Flags are read by rules of their own.
pub(super) fn check(
    subject: &Subject<'_>,
    rules: &[fn(&Scalar<'_>) -> Option<Diagnostic>],
    findings: &mut Vec<Diagnostic>,
) {
    let sources = subject
        .user
        .layers
        .iter()
        .filter_map(|layer| layer.place.source());
    let files: Vec<_> = sources.filter(|source| !source.is_flag()).map(values).collect();
    for rule in rules {
        for file in &files {
            findings.extend(file.iter().filter_map(rule).take(MOST_TOLD));
        }
    }
}

/// The values of a file's first document, as far as it can be read.
fn values(source: &Arc<Source>) -> Vec<Scalar<'_>> {
    let mut values = Vec::new();
    // For each list or map that is open: whether it is a map whose next scalar is a key, which has rules of its own.
    let mut wants_key: Vec<Option<bool>> = Vec::new();
    for event in Events::new(source, Limits::default()) {
        let Ok(event) = event else { break };
        match event.kind {
            EventKind::DocumentEnd => break,
            EventKind::SequenceStart { .. } => wants_key.push(None),
            EventKind::MappingStart { .. } => wants_key.push(Some(true)),
            EventKind::SequenceEnd | EventKind::MappingEnd => {
                wants_key.pop();
                next(&mut wants_key);
            }
            EventKind::Alias(_) => next(&mut wants_key),
            EventKind::Scalar { text, style, tag, .. } => {
                if wants_key.last() != Some(&Some(true)) {
                    values.push(Scalar {
                        place: Place::new(source, event.line, event.column),
                        text,
                        style,
                        has_tag: tag.is_some(),
                    });
                }
                next(&mut wants_key);
            }
            EventKind::DocumentStart => {}
        }
    }
    values
}

fn next(wants_key: &mut [Option<bool>]) {
    if let Some(Some(wants)) = wants_key.last_mut() {
        *wants = !*wants;
    }
}
