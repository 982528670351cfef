//! Values as YAML with a comment at each leaf: the layer, the file and the line that set it.

use crate::explain::{Layers, SetBy};
use crate::report::visible;
use crate::source::Place;
use crate::yaml::{self, Map, Node, Value};

/// One document in block style, as [`yaml::write`] gives it, with comments.
pub fn yaml(values: &Node, layers: &Layers<'_>) -> String {
    let mut out = String::new();
    let writer = Writer { layers };
    match &values.value {
        Value::Map(map) if !map.is_empty() => writer.map(map, 0, &mut out),
        _ => out = yaml::write(values),
    }
    out
}

struct Writer<'a> {
    layers: &'a Layers<'a>,
}

impl Writer<'_> {
    /// A map's lines, each indented by `column`.
    fn map(&self, map: &Map, column: usize, out: &mut String) {
        for (key, entry) in map.iter() {
            let deeper = match &entry.node.value {
                Value::Map(inner) if !inner.is_empty() => Some(column + 2),
                Value::List(items) if !items.is_empty() => Some(column),
                _ => None,
            };
            let Some(deeper) = deeper else {
                let line = Node::computed(Map::from_iter([(key.clone(), entry.node.clone())]));
                // A null that deletes may stand nowhere; its key does not either then.
                let place = match entry.node.place.is_known() {
                    true => &entry.node.place,
                    false => &entry.key_place,
                };
                self.leaf(&yaml::write_indented(&line, column), column, place, out);
                continue;
            };
            // The key as the writer has it, without the value that it needs to be written.
            let line = Node::computed(Map::from_iter([(key.clone(), Node::default())]));
            let line = yaml::write_indented(&line, column);
            indent(column, out);
            out.push_str(line.strip_suffix(" null").unwrap_or(&line));
            out.push('\n');
            self.inner(&entry.node, deeper, out);
        }
    }

    fn inner(&self, node: &Node, column: usize, out: &mut String) {
        match &node.value {
            Value::Map(map) => self.map(map, column, out),
            Value::List(items) => {
                for item in items.iter() {
                    let start = out.len();
                    match &item.value {
                        Value::Map(inner) if !inner.is_empty() => self.inner(item, column + 2, out),
                        Value::List(inner) if !inner.is_empty() => self.inner(item, column + 2, out),
                        _ => {
                            let line = Node::computed(vec![item.clone()]);
                            self.leaf(&yaml::write_indented(&line, column), column, &item.place, out);
                            continue;
                        }
                    }
                    // The dash stands in the indentation of the item's first line that is not a comment.
                    let mut at = start;
                    while out
                        .get(at..)
                        .is_some_and(|rest| rest.trim_start().starts_with('#'))
                    {
                        at += out
                            .get(at..)
                            .and_then(|rest| rest.find('\n'))
                            .map_or(0, |end| end + 1);
                    }
                    if out.get(at + column..at + column + 1) == Some(" ") {
                        out.replace_range(at + column..at + column + 1, "-");
                    }
                }
            }
            _ => {}
        }
    }

    /// A leaf's lines, the first of them not indented yet, with its comment: behind a single line and the head of a block, above
    /// all else.
    fn leaf(&self, text: &str, column: usize, place: &Place, out: &mut String) {
        let comment = self.comment(place);
        let (first, rest) = text
            .split_once('\n')
            .map_or((text, None), |(first, rest)| (first, Some(rest)));
        let is_block = [": |", ": >", "- |", "- >"]
            .iter()
            .any(|head| first.contains(head));
        if rest.is_some() && !is_block && !comment.is_empty() {
            indent(column, out);
            out.push_str(&format!("# {comment}\n"));
        }
        indent(column, out);
        out.push_str(first);
        if (rest.is_none() || is_block) && !comment.is_empty() {
            out.push_str(&format!("  # {comment}"));
        }
        out.push('\n');
        if let Some(rest) = rest {
            out.push_str(rest);
            out.push('\n');
        }
    }

    fn comment(&self, place: &Place) -> String {
        if !place.is_known() {
            return String::new();
        }
        let shown = place.to_string();
        match self.layers.of(place) {
            // It says what it is.
            SetBy::Flag => visible(&shown).into_owned(),
            layer => format!("{}, {}", super::text::layer(&layer), visible(&shown)),
        }
    }
}

fn indent(column: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', column));
}
