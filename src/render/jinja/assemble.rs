//! Parses a rendered text as YAML and fills its holes with values, as nodes.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use super::holes::Filled;
use super::measure::Measure;
use super::parts::Parts;
use super::record::{self, Making, Read};
use super::rendered::{Rendered, Spot};
use super::shared::Shared;
use super::text::{Joiner, has_holes, sole_hole};
use super::value::{MAX_DEPTH, placed};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::source::Place;
use crate::yaml::{self, Entry, EventKind, Events, Limits, Map, Node, ScalarStyle, Tag, Value};

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
                        .map(|item| record::within(placed(item.clone(), &node.place), &node)),
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

fn parse(text: &str, shared: &Shared) -> Result<Vec<Filled>> {
    let rendered = Rendered::new(text, &shared.sources);
    if rendered.is_blank() {
        return Ok(Vec::new());
    }
    let filler = Filler {
        shared,
        rendered: &rendered,
        omitted: RefCell::default(),
    };
    let filled = filler
        .run()
        .map_err(|diagnostics| rendered.replace(diagnostics))?;
    let too_deep = filled.iter().find_map(|filled| match filled {
        Filled::Node(node) if Measure::of(node).depth > MAX_DEPTH => Some(&node.place),
        _ => None,
    });
    match too_deep {
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
        spot: Spot,
        absent: Vec<Read>,
    },
    Map {
        map: Map,
        merges: Vec<Node>,
        key: Option<Key>,
        spot: Spot,
        absent: Vec<Read>,
    },
}

/// What to do with the value that comes next in a map.
enum Key {
    Name(Name),
    Merge(Place),
    Drop,
}

/// A key of a map.
struct Name {
    text: Arc<str>,
    place: Place,
    /// What was read for it.
    reads: Vec<Read>,
    /// The number of the record of its line.
    line: u32,
}

/// A scalar as it is written.
struct Scalar<'a> {
    text: &'a str,
    style: ScalarStyle,
    tag: Option<&'a Tag>,
}

struct Filler<'a> {
    shared: &'a Shared,
    rendered: &'a Rendered<'a>,
    /// What was read for what is omitted.
    omitted: RefCell<Vec<Read>>,
}

impl Filler<'_> {
    fn run(&self) -> Result<Vec<Filled>> {
        let mut documents = Vec::new();
        let mut stack: Vec<Frame> = Vec::new();
        let mut seen_line = 0;
        for event in Events::new(&self.rendered.source, Limits::default()) {
            let event = event?;
            let spot = self.rendered.spot(event.line, event.column);
            if record::is_on() {
                self.skip_to(event.line, &mut seen_line, &mut stack);
            }
            let done = match event.kind {
                EventKind::Scalar { text, style, tag, .. } => {
                    let scalar = Scalar {
                        text: &text,
                        style,
                        tag: tag.as_ref(),
                    };
                    if let Some(Frame::Map {
                        map, key: key @ None, ..
                    }) = stack.last_mut()
                    {
                        *key = Some(self.key(map, &scalar, spot)?);
                        continue;
                    }
                    self.scalar(&scalar, &spot, event.line)?
                }
                EventKind::SequenceStart { .. } | EventKind::MappingStart { .. }
                    if matches!(stack.last(), Some(Frame::Map { key: None, .. })) =>
                {
                    return Err(key_not_scalar(&spot.place));
                }
                EventKind::SequenceStart { .. } => {
                    let spot = within(stack.last(), spot);
                    stack.push(Frame::List {
                        items: Vec::new(),
                        spot,
                        absent: Vec::new(),
                    });
                    continue;
                }
                EventKind::MappingStart { .. } => {
                    let spot = within(stack.last(), spot);
                    stack.push(Frame::Map {
                        map: Map::new(),
                        merges: Vec::new(),
                        key: None,
                        spot,
                        absent: Vec::new(),
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
                            .at(&spot.place)
                            .help("give the value a name with `{% set %}` and insert it with `{{ }}`")
                            .into(),
                    );
                }
                EventKind::DocumentStart | EventKind::DocumentEnd => continue,
            };
            if let (Filled::Omit, Some(frame)) = (&done, stack.last_mut()) {
                frame.absent().append(&mut self.omitted.borrow_mut());
            }
            match stack.last_mut() {
                None => documents.push(done),
                Some(Frame::List { items, .. }) => {
                    if let Filled::Node(node) = done {
                        items.push(node);
                    }
                }
                Some(Frame::Map { map, merges, key, .. }) => match (key.take(), done) {
                    (Some(Key::Name(name)), Filled::Node(node)) => {
                        let making = Making {
                            reads: name.reads,
                            ..Making::at(&name.place, 0)
                        };
                        let node = match making.reads.is_empty() {
                            true => node,
                            false => record::noted(node, making),
                        };
                        let key_place = name.place;
                        map.insert_entry(name.text, Entry { key_place, node });
                    }
                    (Some(Key::Merge(place)), Filled::Node(node)) => merge_into(merges, node, &place)?,
                    _ => {}
                },
            }
        }
        Ok(documents)
    }

    fn key(&self, map: &Map, scalar: &Scalar<'_>, spot: Spot) -> Result<Key> {
        let Spot { place, line } = spot;
        let Scalar { text, style, tag } = *scalar;
        let mut reads = Vec::new();
        let name: Arc<str> = if has_holes(text) {
            let joiner = self.joiner(&place);
            let mut parts = Parts::default();
            match joiner.join(text, &mut parts)? {
                Some(text) => {
                    reads = parts.reads();
                    text.into()
                }
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
            // What a value holds may be a secret.
            let message = match has_holes(text) {
                true => "a key that is made of values is there twice".to_owned(),
                false => format!("the key `{name}` is written twice"),
            };
            return Err(Diagnostic::error("duplicate-key", message)
                .label(&place, "again here")
                .label(&first.key_place, "first here")
                .help("remove one of them, or merge the maps with `<<` or the filter `merge`")
                .into());
        }
        Ok(Key::Name(Name {
            text: name,
            place,
            reads,
            line,
        }))
    }

    /// What was read on the way to a line for things that then were not written belongs to what they would stand in.
    fn skip_to(&self, line: u32, seen: &mut u32, stack: &mut [Frame]) {
        while *seen < line {
            *seen += 1;
            let skipped = record::skipped(self.rendered.line_record(*seen));
            if let Some(frame) = stack.last_mut() {
                frame.absent().extend(skipped);
            }
        }
    }

    fn joiner<'p>(&'p self, place: &'p Place) -> Joiner<'p> {
        Joiner {
            shared: self.shared,
            place,
        }
    }

    /// A scalar that begins on a line of the rendered text.
    fn scalar(&self, scalar: &Scalar<'_>, spot: &Spot, line: u32) -> Result<Filled> {
        let Scalar { text, style, tag } = *scalar;
        let place = &spot.place;
        if !has_holes(text) {
            let value = yaml::resolve_scalar(text, style, tag).map_err(|diagnostic| diagnostic.at(place))?;
            if text.is_empty() && style == ScalarStyle::Plain {
                // What could have stood there.
                let absent = record::skipped(self.rendered.next_record(line));
                let making = Making {
                    absent,
                    ..Making::at(place, spot.line)
                };
                return Ok(Filled::Node(record::noted(
                    Node::new(value, place.clone()),
                    making,
                )));
            }
            let mut parts = Parts::default();
            if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                parts.add_lines(text, |index| self.rendered.line_spot(line + 1 + index));
            }
            return Ok(Filled::Node(parts.note(
                Node::new(value, place.clone()),
                place,
                spot.line,
            )));
        }
        let joiner = self.joiner(place);
        if style == ScalarStyle::Plain
            && tag.is_none()
            && let Some(index) = sole_hole(text)
        {
            let hole = joiner.hole(index)?;
            return Ok(match hole.filled {
                Filled::Node(node) => {
                    joiner.take_bytes(Measure::of(&node).bytes)?;
                    record::put_out(&node, place);
                    let making = Making {
                        reads: hole.reads,
                        ..Making::at(place, spot.line)
                    };
                    Filled::Node(record::noted(placed(node, place), making))
                }
                Filled::Omit => {
                    record::log(&hole.reads, place);
                    self.omitted.borrow_mut().extend(hole.reads);
                    Filled::Omit
                }
            });
        }
        let mut parts = Parts::default();
        let joined = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let spot = |index| self.rendered.line_spot(line + 1 + index);
                joiner.join_block(text, &mut parts, &spot)?
            }
            _ => joiner.join(text, &mut parts)?,
        };
        Ok(joined.map_or(Filled::Omit, |text| {
            Filled::Node(parts.note(Node::new(text, place.clone()), place, spot.line))
        }))
    }
}

/// A list or map stands under what its key stands under, not what its first item or key does; a document under nothing of its own.
fn within(outer: Option<&Frame>, spot: Spot) -> Spot {
    let line = match outer {
        None => 0,
        Some(Frame::List { .. }) => spot.line,
        Some(Frame::Map { key, .. }) => match key {
            Some(Key::Name(name)) => name.line,
            _ => spot.line,
        },
    };
    Spot { line, ..spot }
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
        // As in YAML, a list of maps is several: but not one that would lose values without a word.
        Value::List(items) if items.iter().all(|item| item.as_map().is_some()) => {
            if let Some(key) = shared_key(items) {
                let message = format!("`<<` merges a list of maps, and two of them have the key `{key}`");
                return Err(Diagnostic::error("merge-list", message)
                    .at(place)
                    .help("for a list of maps write `{{ list }}` as the value of a key; to let later maps win, the filter `merge`")
                    .into());
            }
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

impl Frame {
    fn absent(&mut self) -> &mut Vec<Read> {
        match self {
            Frame::List { absent, .. } | Frame::Map { absent, .. } => absent,
        }
    }
}

/// A key that two of some maps have.
fn shared_key(maps: &[Node]) -> Option<&str> {
    let mut seen = HashSet::new();
    let mut keys = maps.iter().filter_map(Node::as_map).flat_map(Map::keys);
    keys.find(|key| !seen.insert(&***key)).map(|key| &**key)
}

fn finish(frame: Frame) -> Node {
    match frame {
        Frame::List { items, spot, absent } => {
            let making = Making {
                absent,
                ..Making::at(&spot.place, spot.line)
            };
            record::noted(Node::new(items, spot.place.clone()), making)
        }
        Frame::Map {
            mut map,
            merges,
            spot,
            mut absent,
            ..
        } => {
            for merged in merges {
                // Which keys it has could be otherwise.
                absent.extend(record::keys_of(&merged));
                for (key, entry) in merged.as_map().into_iter().flat_map(Map::iter) {
                    if !map.contains_key(key) {
                        // It would not be merged, were it written here.
                        let making = Making {
                            reads: absent.clone(),
                            ..Making::at(&spot.place, 0)
                        };
                        let node = record::within(entry.node.clone(), &merged);
                        let entry = Entry {
                            key_place: entry.key_place.clone(),
                            node: record::noted(node, making),
                        };
                        map.insert_entry(Arc::clone(key), entry);
                    }
                }
            }
            let making = Making {
                absent,
                ..Making::at(&spot.place, spot.line)
            };
            record::noted(Node::new(map, spot.place.clone()), making)
        }
    }
}
