//! How large a value is when it is written out, though its parts may be shared.

use std::collections::HashMap;
use std::sync::Arc;

use crate::yaml::{Map, Node, Value};

/// The size of a value that is written out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Measure {
    /// About how many bytes of YAML it makes.
    pub(super) bytes: u64,
    /// How many nodes there are, shared ones counted wherever they stand.
    pub(super) nodes: u64,
    /// How many levels of lists and maps.
    pub(super) depth: usize,
}

/// What a value of fewer nodes needs no memory of shared parts for.
const FEW: u64 = 2_000;

/// Nesting past which nothing is looked at.
const MOST_LEVELS: usize = 1_000;

impl Measure {
    /// Measures a value, in time that is linear in what there is in memory.
    pub(super) fn of(node: &Node) -> Measure {
        let mut few = Walk {
            left: FEW,
            known: None,
        };
        match few.measure(node, 0) {
            Some(measure) => measure,
            None => {
                let mut all = Walk {
                    left: u64::MAX,
                    known: Some(HashMap::new()),
                };
                all.measure(node, 0).unwrap_or_default()
            }
        }
    }

    fn add(&mut self, inner: Measure) {
        self.bytes = self.bytes.saturating_add(inner.bytes);
        self.nodes = self.nodes.saturating_add(inner.nodes);
        self.depth = self.depth.max(inner.depth.saturating_add(1));
    }
}

struct Walk {
    /// How many nodes may still be looked at.
    left: u64,
    /// The lists and maps that have been measured, by their addresses.
    known: Option<HashMap<usize, Measure>>,
}

impl Walk {
    fn measure(&mut self, node: &Node, level: usize) -> Option<Measure> {
        self.left = self.left.checked_sub(1)?;
        let mut measure = Measure {
            bytes: 1,
            nodes: 1,
            depth: 0,
        };
        let address = match &node.value {
            Value::String(text) => {
                measure.bytes += size(text.len());
                return Some(measure);
            }
            Value::List(list) => Arc::as_ptr(list).addr(),
            Value::Map(map) => Arc::as_ptr(map).addr(),
            _ => {
                measure.bytes += 5;
                return Some(measure);
            }
        };
        if let Some(known) = self.known.as_ref().and_then(|known| known.get(&address)) {
            return Some(*known);
        }
        if level < MOST_LEVELS {
            match &node.value {
                Value::List(list) => {
                    for item in list.iter() {
                        measure.add(self.measure(item, level + 1)?);
                    }
                }
                Value::Map(map) => {
                    for (key, entry) in Map::iter(map) {
                        measure.bytes += size(key.len());
                        measure.add(self.measure(&entry.node, level + 1)?);
                    }
                }
                _ => {}
            }
        } else {
            measure.depth = 1;
        }
        if let Some(known) = &mut self.known {
            known.insert(address, measure);
        }
        Some(measure)
    }
}

fn size(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_parts_count_wherever_they_stand_and_are_looked_at_once() {
        let mut node = Node::computed("text");
        for _ in 0..60 {
            node = Node::computed(vec![node.clone(), node]);
        }
        let measure = Measure::of(&node);
        assert!(measure.bytes > 1 << 60);
        assert_eq!(measure.depth, 60);
        let small = Node::computed(vec![Node::computed("ab"), Node::computed(1)]);
        let expected = Measure {
            bytes: 1 + 3 + 6,
            nodes: 3,
            depth: 1,
        };
        assert_eq!(Measure::of(&small), expected);
    }

    #[test]
    fn the_size_of_what_parts_share() {
        // Each level has the one below twice: 2^60 nodes in 60.
        let mut node = Node::computed("four");
        let mut expected = 5;
        for level in 0..60 {
            if level < 10 {
                assert_eq!(Measure::of(&node).bytes, expected);
            }
            let two = [("a", node.clone()), ("b", Node::computed(vec![node.clone()]))];
            node = Node::computed(two.into_iter().collect::<Map>());
            // A map, a list, two keys, and what is in them.
            expected = 2 * expected + 4;
        }
        assert!(Measure::of(&node).bytes > u64::MAX / 2);
    }
}
