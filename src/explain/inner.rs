//! Texts of YAML within fields, such as a ConfigMap's prometheus.yml.

use std::sync::Arc;

use crate::source::Source;
use crate::yaml::{self, Node, Value};

/// The longest text that is read as YAML within a field.
const LONGEST_TEXT: usize = 4 << 20;

/// A text of several lines as the tree that its YAML makes.
pub(super) fn tree(text: &str) -> Option<(Arc<Source>, Node)> {
    if !text.contains('\n') || text.len() > LONGEST_TEXT {
        return None;
    }
    let source = Source::new("text", text);
    let node = yaml::read_document(&source).ok()?;
    matches!(node.value, Value::Map(_) | Value::List(_)).then_some((source, node))
}

/// Where a node begins in the text that it was read from, in bytes.
pub(super) fn offset(source: &Source, node: &Node) -> Option<usize> {
    let line = source.line_range(node.place.line)?;
    let text = source.text().get(line.clone())?;
    let column = usize::try_from(node.place.column).ok()?.checked_sub(1)?;
    let within = text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
    Some(line.start + within)
}
