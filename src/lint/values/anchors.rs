//! Keys that are there for their anchors: what stands under them is repeated elsewhere in the file.

use std::collections::HashSet;
use std::sync::Arc;

use crate::source::Source;
use crate::yaml::{EventKind, Events, Limits};

/// Places of keys, by line and column.
pub(in crate::lint) type Keys = HashSet<(u32, u32)>;

/// The keys of a text under which an anchor stands, at any depth.
pub(in crate::lint) fn keys(source: &Arc<Source>) -> Keys {
    let mut found = Keys::new();
    if !source.text().contains('&') {
        return found;
    }
    // For each list or map that is open: the key that is being given a value, in a map.
    let mut open: Vec<Level> = Vec::new();
    for event in Events::new(source, Limits::default()) {
        let Ok(event) = event else { break };
        let place = (event.line, event.column);
        let anchor = match &event.kind {
            EventKind::Scalar { anchor, .. }
            | EventKind::SequenceStart { anchor, .. }
            | EventKind::MappingStart { anchor, .. } => *anchor,
            _ => 0,
        };
        if anchor != 0 {
            found.extend(open.iter().filter_map(|level| level.key));
        }
        match event.kind {
            EventKind::SequenceStart { .. } => open.push(Level::default()),
            EventKind::MappingStart { .. } => open.push(Level {
                is_map: true,
                key: None,
            }),
            EventKind::SequenceEnd | EventKind::MappingEnd => {
                open.pop();
                finish(&mut open);
            }
            EventKind::Scalar { .. } | EventKind::Alias(_) => match open.last_mut() {
                Some(level) if level.is_map && level.key.is_none() => level.key = Some(place),
                _ => finish(&mut open),
            },
            EventKind::DocumentStart | EventKind::DocumentEnd => open.clear(),
        }
    }
    found
}

#[derive(Default)]
struct Level {
    is_map: bool,
    key: Option<(u32, u32)>,
}

/// A value has ended.
fn finish(open: &mut [Level]) {
    if let Some(level) = open.last_mut() {
        level.key = None;
    }
}
