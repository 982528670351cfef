//! The properties of a chart's schema, as far as they are certain: of alternatives and conditions nothing is said here.

use std::collections::VecDeque;

use crate::chart::Chart;
use crate::source::Place;
use crate::yaml::{self, DuplicateKeys, Map, Node, Options};

/// How many properties are looked at: references can ask for the same again and again.
const MOST_PROPERTIES: usize = 10_000;
/// How deep they stand.
const DEEPEST: usize = 20;
/// References that are followed from one to the next.
const MOST_REFERENCES: usize = 16;

/// A chart's schema.
pub(super) struct Described {
    schema: Node,
}

/// A property.
pub(super) struct Property<'d> {
    pub path: Vec<String>,
    pub schema: &'d Node,
    /// Where its name stands.
    pub place: &'d Place,
}

impl Described {
    /// The schema of a chart, where it has one that can be read.
    pub(super) fn of(chart: &Chart) -> Option<Described> {
        let options = Options {
            duplicate_keys: DuplicateKeys::Last,
            ..Options::default()
        };
        let schema = yaml::read_document_with(chart.schema.as_ref()?, &options).ok()?;
        Some(Described { schema })
    }

    /// Its properties, those above before those in them.
    pub(super) fn properties(&self) -> Vec<Property<'_>> {
        let mut found = Vec::new();
        let mut open: VecDeque<(Vec<String>, &Node)> = VecDeque::from([(Vec::new(), &self.schema)]);
        while let Some((path, schema)) = open.pop_front() {
            let schema = self.referred(schema);
            let properties = schema.get("properties").and_then(Node::as_map);
            for (key, entry) in properties.into_iter().flat_map(Map::iter) {
                if found.len() >= MOST_PROPERTIES {
                    return found;
                }
                let path: Vec<String> = path.iter().cloned().chain([key.to_string()]).collect();
                if path.len() < DEEPEST {
                    open.push_back((path.clone(), &entry.node));
                }
                found.push(Property {
                    path,
                    schema: &entry.node,
                    place: &entry.key_place,
                });
            }
        }
        found
    }

    /// The schema that a reference leads to, within the file.
    fn referred<'d>(&'d self, schema: &'d Node) -> &'d Node {
        let mut here = schema;
        for _ in 0..MOST_REFERENCES {
            let target = here
                .get("$ref")
                .and_then(Node::as_str)
                .and_then(|target| target.strip_prefix('#'));
            let target = target.and_then(|pointer| {
                pointer.split('/').skip(1).try_fold(&self.schema, |node, part| {
                    node.get(&part.replace("~1", "/").replace("~0", "~"))
                })
            });
            match target {
                Some(target) => here = target,
                None => break,
            }
        }
        here
    }
}
