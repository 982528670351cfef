//! Parses a rendered text as YAML and fills its holes with values, as nodes.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

use super::marks::{self, HOLE_END, HOLE_START, Line, Unmarked};
use super::outline::to_u32;
use super::shared::Shared;
use super::value::{MAX_DEPTH, placed, scalar_text};
use crate::diagnostic::{Diagnostic, Diagnostics, Label, Result};
use crate::source::{Place, Source};
use crate::yaml::{self, Entry, EventKind, Events, Limits, Map, Node, ScalarStyle, Tag, Value};

/// A value, or the wish to drop what would hold it.
#[derive(Debug, Clone)]
pub(super) enum Filled {
    Node(Node),
    Omit,
}

impl Filled {
    fn too_deep(&self) -> Option<&Place> {
        match self {
            Filled::Node(node) if node.is_deeper_than(MAX_DEPTH) => Some(&node.place),
            _ => None,
        }
    }
}

/// A piece of a scalar's text.
enum Piece<'a> {
    Text(&'a str),
    Hole(usize),
}

/// Reads the documents of a rendered template; empty and omitted ones are left out, a list of a hole gives its items.
pub(super) fn documents(rendered: &str, shared: &Shared) -> Result<Vec<Node>> {
    let mut documents = Vec::new();
    for filled in parse(rendered, shared)? {
        let Filled::Node(node) = filled else { continue };
        match &node.value {
            Value::Null => {}
            Value::List(items) => {
                documents.extend(
                    items
                        .iter()
                        .filter(|item| !item.is_null())
                        .map(|item| placed(item.clone(), &node.place)),
                );
            }
            _ => documents.push(node),
        }
    }
    Ok(documents)
}

/// Reads what a macro or a captured block wrote.
pub(super) fn fragment(rendered: &str, shared: &Shared) -> Result<Option<Node>> {
    let mut filled = parse(rendered, shared)?.into_iter();
    let first = filled.next();
    if filled.next().is_some() {
        return Err(Diagnostic::error(
            "template-documents",
            "a macro or captured block holds more than one YAML document",
        )
        .into());
    }
    Ok(match first {
        Some(Filled::Node(node)) => Some(node),
        Some(Filled::Omit) | None => None,
    })
}

fn parse(rendered: &str, shared: &Shared) -> Result<Vec<Filled>> {
    let Unmarked { text, lines, last } = marks::unmark(rendered);
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let source = Source::new("rendered", text);
    let filler = Filler {
        shared,
        source: &source,
        lines,
        last,
        alike: Cell::default(),
    };
    let filled = filler.run().map_err(|diagnostics| filler.replace(diagnostics))?;
    match filled.iter().find_map(Filled::too_deep) {
        Some(place) => Err(Diagnostic::error(
            "template-depth",
            format!("the template nests lists and maps more than {MAX_DEPTH} deep"),
        )
        .at(place)
        .into()),
        None => Ok(filled),
    }
}

/// A collection that is being read.
enum Frame {
    List {
        items: Vec<Node>,
        place: Place,
    },
    Map {
        map: Map,
        merges: Vec<Node>,
        key: Option<Key>,
        place: Place,
    },
}

/// What to do with the value that comes next in a map.
enum Key {
    Name(Arc<str>, Place),
    Merge(Place),
    Drop,
}

struct Filler<'a> {
    shared: &'a Shared,
    /// The rendered text, unmarked.
    source: &'a Arc<Source>,
    /// Where its lines come from, and its last line with a mark.
    lines: Vec<Line>,
    last: (usize, u32),
    /// The line whose columns were asked for last, and how many bytes of it are as in the template.
    alike: Cell<(u32, usize)>,
}

impl Filler<'_> {
    fn run(&self) -> Result<Vec<Filled>> {
        let mut documents = Vec::new();
        let mut stack: Vec<Frame> = Vec::new();
        for event in Events::new(self.source, Limits::default()) {
            let event = event?;
            let place = self.place(event.line, event.column);
            let done = match event.kind {
                EventKind::Scalar { text, style, tag, .. } => {
                    if let Some(Frame::Map {
                        map, key: key @ None, ..
                    }) = stack.last_mut()
                    {
                        *key = Some(self.key(map, &text, style, tag.as_ref(), place)?);
                        continue;
                    }
                    self.scalar(&text, style, tag.as_ref(), &place)?
                }
                EventKind::SequenceStart { .. } | EventKind::MappingStart { .. }
                    if matches!(stack.last(), Some(Frame::Map { key: None, .. })) =>
                {
                    return Err(key_not_scalar(&place));
                }
                EventKind::SequenceStart { .. } => {
                    stack.push(Frame::List {
                        items: Vec::new(),
                        place,
                    });
                    continue;
                }
                EventKind::MappingStart { .. } => {
                    stack.push(Frame::Map {
                        map: Map::new(),
                        merges: Vec::new(),
                        key: None,
                        place,
                    });
                    continue;
                }
                EventKind::SequenceEnd | EventKind::MappingEnd => match stack.pop() {
                    Some(frame) => Filled::Node(finish(frame)),
                    None => continue,
                },
                EventKind::Alias(_) => {
                    return Err(
                        Diagnostic::error("template-alias", "a template holds a YAML alias")
                            .at(&place)
                            .help("give the value a name with `{% set %}` and insert it with `{{ }}`")
                            .into(),
                    );
                }
                EventKind::DocumentStart | EventKind::DocumentEnd => continue,
            };
            match stack.last_mut() {
                None => documents.push(done),
                Some(Frame::List { items, .. }) => {
                    if let Filled::Node(node) = done {
                        items.push(node);
                    }
                }
                Some(Frame::Map { map, merges, key, .. }) => match (key.take(), done) {
                    (Some(Key::Name(name, key_place)), Filled::Node(node)) => {
                        map.insert_entry(name, Entry { key_place, node });
                    }
                    (Some(Key::Merge(place)), Filled::Node(node)) => merge_into(merges, node, &place)?,
                    _ => {}
                },
            }
        }
        Ok(documents)
    }

    fn key(&self, map: &Map, text: &str, style: ScalarStyle, tag: Option<&Tag>, place: Place) -> Result<Key> {
        let name: Arc<str> = if has_holes(text) {
            match self.join(text, &place)? {
                Some(text) => text.into(),
                None => return Ok(Key::Drop),
            }
        } else if text == "<<" && style == ScalarStyle::Plain {
            return Ok(Key::Merge(place));
        } else {
            yaml::resolve_key(text, style, tag)
                .map_err(|diagnostic| diagnostic.at(&place))?
                .into()
        };
        if let Some(first) = map.entry(&name) {
            return Err(
                Diagnostic::error("duplicate-key", format!("the key `{name}` is written twice"))
                    .label(&place, "again here")
                    .label(&first.key_place, "first here")
                    .help("remove one of them, or merge the maps with `<<` or the filter `merge`")
                    .into(),
            );
        }
        Ok(Key::Name(name, place))
    }

    fn scalar(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>, place: &Place) -> Result<Filled> {
        if !has_holes(text) {
            let value = yaml::resolve_scalar(text, style, tag).map_err(|diagnostic| diagnostic.at(place))?;
            return Ok(Filled::Node(Node::new(value, place.clone())));
        }
        if style == ScalarStyle::Plain
            && tag.is_none()
            && let Some(index) = sole_hole(text)
        {
            return Ok(match self.hole(index, place)? {
                Filled::Node(node) => Filled::Node(placed(node, place)),
                Filled::Omit => Filled::Omit,
            });
        }
        let joined = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.join_block(text, place)?,
            _ => self.join(text, place)?,
        };
        Ok(joined.map_or(Filled::Omit, |text| Filled::Node(Node::new(text, place.clone()))))
    }

    fn hole(&self, index: usize, place: &Place) -> Result<Filled> {
        self.shared.hole(index).ok_or_else(|| {
            Diagnostic::error("template-hole", "a value was lost while rendering")
                .at(place)
                .into()
        })
    }

    /// The text with its holes' texts; nothing where one of them is omitted.
    fn join(&self, text: &str, place: &Place) -> Result<Option<String>> {
        let mut out = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Hole(index) => match self.hole(index, place)? {
                    Filled::Omit => return Ok(None),
                    Filled::Node(node) => match scalar_text(&node) {
                        Some(text) => out.push_str(&text),
                        None => {
                            return Err(Diagnostic::error(
                                "template-text",
                                format!("{} cannot stand inside a text", node.kind()),
                            )
                            .at(place)
                            .label(&node.place, format!("{} comes from here", node.kind()))
                            .help("insert it as a whole value, or make it a text with `join` or `to_json`")
                            .into());
                        }
                    },
                },
            }
        }
        Ok(Some(out))
    }

    /// A block scalar's text: lists and maps as YAML, every line indented to its hole's column. A line that holds
    /// nothing but an omitted value is left out.
    fn join_block(&self, text: &str, place: &Place) -> Result<Option<String>> {
        let mut out = String::new();
        for line in text.split_inclusive('\n') {
            let start = out.len();
            let mut omitted = false;
            for piece in pieces(line) {
                match piece {
                    Piece::Text(text) => out.push_str(text),
                    Piece::Hole(index) => match self.hole(index, place)? {
                        Filled::Omit => omitted = true,
                        Filled::Node(node) => insert_in_block(&mut out, start, &node),
                    },
                }
            }
            if omitted {
                if !out[start..].trim().is_empty() {
                    return Ok(None);
                }
                out.truncate(start);
            }
        }
        Ok(Some(out))
    }

    /// The template's place of a place in the rendered text.
    fn place(&self, line: u32, column: u32) -> Place {
        let at = |(file, number): (usize, u32), column| {
            let source = self.shared.sources.get(file).filter(|_| number > 0);
            source.map_or(Place::NONE, |source| Place::new(source, number, column))
        };
        let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
        match self.lines.get(index) {
            Some(&Line { origin, .. }) if origin.1 > 0 => at(origin, self.column(origin, line, column)),
            _ => at(self.last, 0),
        }
    }

    /// The template's column of a place in the rendered text, 0 where it is not known.
    fn column(&self, (file, number): (usize, u32), line: u32, column: u32) -> u32 {
        if column > MOST_COLUMNS {
            return 0;
        }
        let template = || {
            let source = self.shared.sources.get(file);
            source.and_then(|source| source.line(number)).unwrap_or("")
        };
        let mut alike = self.alike.get();
        if alike.0 != line {
            alike = (line, alike_bytes(template(), self.rendered_line(line)));
            self.alike.set(alike);
        }
        // Before the first tag the two lines are alike.
        if usize::try_from(column).is_ok_and(|column| column <= alike.1 + 1) {
            return column;
        }
        template_column(template(), self.rendered_line(line), column)
    }

    /// A line of the rendered text, which may have its line end.
    fn rendered_line(&self, line: u32) -> &str {
        let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
        let start = self.lines.get(index).map_or(0, |line| line.start);
        let end = self
            .lines
            .get(index + 1)
            .map_or(self.source.text().len(), |line| line.start);
        self.source
            .text()
            .get(start..end)
            .unwrap_or("")
            .trim_end_matches(['\r', '\n'])
    }

    /// Moves the places of diagnostics from the rendered text to the template.
    fn replace(&self, Diagnostics(list): Diagnostics) -> Diagnostics {
        let moved = |mut label: Label| {
            if label
                .place
                .source
                .as_ref()
                .is_some_and(|source| Arc::ptr_eq(source, self.source))
            {
                label.place = self.place(label.place.line, label.place.column);
            }
            label
        };
        Diagnostics(
            list.into_iter()
                .map(|mut diagnostic| {
                    diagnostic.labels = diagnostic.labels.into_iter().map(moved).collect();
                    diagnostic
                })
                .collect(),
        )
    }
}

fn key_not_scalar(place: &Place) -> Diagnostics {
    Diagnostic::error("complex-key", "a key is a list or a map")
        .at(place)
        .help("keys are texts")
        .into()
}

fn merge_into(merges: &mut Vec<Node>, node: Node, place: &Place) -> Result<()> {
    match &node.value {
        Value::Null => {}
        Value::Map(_) => merges.push(node),
        Value::List(items) if items.iter().all(|item| item.as_map().is_some()) => {
            merges.extend(items.iter().cloned())
        }
        _ => {
            return Err(Diagnostic::error(
                "merge-not-map",
                format!("`<<` merges maps, and this is {}", node.kind()),
            )
            .at(place)
            .into());
        }
    }
    Ok(())
}

fn finish(frame: Frame) -> Node {
    match frame {
        Frame::List { items, place } => Node::new(items, place),
        Frame::Map {
            mut map,
            merges,
            place,
            ..
        } => {
            for merged in merges {
                for (key, entry) in merged.as_map().into_iter().flat_map(Map::iter) {
                    if !map.contains_key(key) {
                        map.insert_entry(Arc::clone(key), entry.clone());
                    }
                }
            }
            Node::new(map, place)
        }
    }
}

fn insert_in_block(out: &mut String, line_start: usize, node: &Node) {
    let before = &out[line_start..];
    let column = before.chars().count();
    let (text, is_tree): (Cow<'_, str>, bool) = match &node.value {
        Value::List(items) => (yaml::write_helm(node).into(), !items.is_empty()),
        Value::Map(map) => (yaml::write_helm(node).into(), !map.is_empty()),
        _ => (scalar_text(node).unwrap_or_default().into(), false),
    };
    let indent = if is_tree && before.trim_end().ends_with(':') {
        let indent = before.len() - before.trim_start().len() + 2;
        out.truncate(out.trim_end().len());
        out.push('\n');
        out.push_str(&" ".repeat(indent));
        indent
    } else {
        column
    };
    let text = text.strip_suffix('\n').unwrap_or(&text);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
            if !line.is_empty() {
                out.push_str(&" ".repeat(indent));
            }
        }
        out.push_str(line);
    }
}

/// Whether a text has holes.
fn has_holes(text: &str) -> bool {
    text.as_bytes().contains(&marks::MARK_BYTE) && text.contains(HOLE_START)
}

/// The number of the hole that is the whole text.
fn sole_hole(text: &str) -> Option<usize> {
    text.strip_prefix(HOLE_START)?
        .strip_suffix(HOLE_END)?
        .parse()
        .ok()
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if let Some(hole) = rest.strip_prefix(HOLE_START) {
            let (index, after) = hole.split_once(HOLE_END).unwrap_or((hole, ""));
            rest = after;
            return Some(Piece::Hole(index.parse().unwrap_or(usize::MAX)));
        }
        let (before, after) = rest.split_at(rest.find(HOLE_START).unwrap_or(rest.len()));
        rest = after;
        (!before.is_empty()).then_some(Piece::Text(before))
    })
}

/// How many bytes two lines have in common before the first that is not ASCII, tags aside: as many as there are where the
/// template's line has no tag.
fn alike_bytes(template: &str, rendered: &str) -> usize {
    if !template.as_bytes().contains(&b'{') {
        return usize::MAX - 1;
    }
    let pairs = template.bytes().zip(rendered.bytes());
    pairs
        .take_while(|(ours, theirs)| ours == theirs && ours.is_ascii())
        .count()
}

/// The last column of a rendered line whose column in the template is looked for: that takes a walk along the line, and
/// a long line may hold as many values as it has columns.
const MOST_COLUMNS: u32 = 1000;

/// Walks a template's line and its rendered line side by side until the rendered column is reached.
fn template_column(template: &str, rendered: &str, column: u32) -> u32 {
    let target = usize::try_from(column).unwrap_or(1).saturating_sub(1);
    let mut rest = template;
    let mut rendered = rendered.chars();
    let mut seen = 0;
    while let Some(first) = rest.chars().next() {
        let closing = match rest.get(..2) {
            Some("{{") => "}}",
            Some("{%") => "%}",
            Some("{#") => "#}",
            _ => {
                if seen >= target {
                    break;
                }
                rest = &rest[first.len_utf8()..];
                rendered.next();
                seen += 1;
                continue;
            }
        };
        let is_hole = closing == "}}";
        if is_hole && seen >= target {
            break;
        }
        rest = rest[2..].split_once(closing).map_or("", |(_, after)| after);
        if is_hole {
            seen += 1 + rendered.by_ref().take_while(|c| *c != HOLE_END).count();
        }
    }
    let before = &template[..template.len() - rest.len()];
    to_u32(before.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rendered_column_is_found_in_the_template() {
        let template = "a: {{ x }} {% if y %}b{% endif %}: {{ z }} c";
        let rendered = "a: \u{fdd0}0\u{fdd1} b: \u{fdd0}1\u{fdd1} c";
        let column = |rendered_column| template_column(template, rendered, rendered_column);
        assert_eq!([1, 4, 8].map(column), [1, 4, 22]);
        let z = template.find("{{ z").unwrap() + 1;
        assert_eq!(column(11), to_u32(z));
        assert_eq!(column(15), to_u32(template.len()));
        assert_eq!(column(99), to_u32(template.len() + 1));
    }
}
