//! Whether values certainly fit a plain schema. A no means that the real validator has to be asked.

use std::collections::{HashMap, HashSet};

use regex::bytes::{Regex, RegexBuilder};

use super::plain::{Plain, Rare, Root, Types};
use crate::yaml::{self, Map, Node, Value};

/// How deep schemas and references are followed.
const MAX_DEPTH: usize = 400;

/// How many steps are made: references can ask for the same again and again.
const MAX_STEPS: usize = 5_000_000;

/// How many patterns are tried; to make one takes time.
const MOST_PATTERNS: usize = 100;

/// The largest program of a pattern, in bytes.
const MAX_PATTERN: usize = 64 << 10;

/// Whether values certainly fit a schema.
pub(super) fn fits(root: &Root<'_>, values: &Node) -> bool {
    let mut fits = Fits {
        root,
        steps: MAX_STEPS,
        patterns: HashMap::new(),
    };
    // All have to be simple and correct, whether values lead to them or not.
    root.patterns.len() <= MOST_PATTERNS
        && root
            .patterns
            .iter()
            .all(|pattern| fits.pattern(pattern).is_some())
        && fits.fits(&root.schema, values, 0)
}

struct Fits<'s, 't> {
    root: &'s Root<'t>,
    steps: usize,
    patterns: HashMap<&'s str, Option<Regex>>,
}

impl<'s, 't> Fits<'s, 't> {
    fn spend(&mut self, steps: usize) -> bool {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                true
            }
            None => false,
        }
    }

    fn fits(&mut self, schema: &'s Plain<'t>, node: &Node, depth: usize) -> bool {
        if depth > MAX_DEPTH || !self.spend(1 + schema.properties.len()) || schema.never {
            return false;
        }
        if schema.types.is_some_and(|types| !types.has(type_of(node))) {
            return false;
        }
        let root = self.root;
        let fits_here = match &node.value {
            Value::Map(map) => self.keys_fit(schema, map, depth + 1),
            Value::List(list) => {
                let items = schema.items.as_deref();
                items.is_none_or(|items| list.iter().all(|item| self.fits(items, item, depth + 1)))
            }
            _ => true,
        };
        fits_here
            && schema.reference.is_none_or(|name| {
                let definition = root.definition(name);
                definition.is_some_and(|definition| self.fits(definition, node, depth + 1))
            })
            && schema
                .rare
                .as_ref()
                .is_none_or(|rare| self.fits_rare(rare, node, depth))
    }

    fn keys_fit(&mut self, schema: &'s Plain<'t>, map: &Map, depth: usize) -> bool {
        let mut known = 0;
        // Schemas mostly name the keys in the order of the values.
        let mut entries = map.iter().peekable();
        for (key, schema) in schema.properties.iter() {
            let node = match entries.next_if(|(next, _)| ***next == **key) {
                Some((_, entry)) => Some(&entry.node),
                None => map.get(key),
            };
            if let Some(node) = node {
                known += 1;
                if !self.fits(schema, node, depth) {
                    return false;
                }
            }
        }
        let patterned = schema.rare.as_deref().map_or(&[][..], |rare| &rare.patterned);
        let others = schema.others.as_deref();
        if patterned.is_empty() && (others.is_none() || known == map.len()) {
            return true;
        }
        let names: HashSet<&str> = schema.properties.iter().map(|(key, _)| *key).collect();
        map.iter().all(|(key, entry)| {
            let mut is_other = !names.contains(&**key);
            for (pattern, schema) in patterned {
                match self.matches(pattern, key) {
                    Some(true) if self.fits(schema, &entry.node, depth) => is_other = false,
                    Some(false) => {}
                    _ => return false,
                }
            }
            !is_other || others.is_none_or(|others| self.fits(others, &entry.node, depth))
        })
    }

    fn fits_rare(&mut self, rare: &'s Rare<'t>, node: &Node, depth: usize) -> bool {
        let map = node.as_map();
        let list = node.as_list();
        let choices = rare.choices.as_deref();
        self.spend(rare.required.len() + choices.map_or(0, <[_]>::len))
            && map.is_none_or(|map| rare.required.iter().all(|key| map.contains_key(key)))
            && choices.is_none_or(|choices| is_scalar(node) && choices.contains(&yaml::to_json(node)))
            && is_within(rare, node)
            && node
                .as_str()
                .is_none_or(|text| is_between(rare.min_length, rare.max_length, || text.chars().count()))
            && list.is_none_or(|list| is_between(rare.min_items, rare.max_items, || list.len()))
            && map.is_none_or(|map| is_between(rare.min_properties, rare.max_properties, || map.len()))
            && (!rare.unique || list.is_none_or(are_different))
            && rare.pattern.as_deref().is_none_or(|pattern| {
                node.as_str()
                    .is_none_or(|text| self.matches(pattern, text) == Some(true))
            })
            && rare
                .all_of
                .iter()
                .all(|schema| self.fits(schema, node, depth + 1))
            && rare
                .not
                .as_ref()
                .is_none_or(|schema| self.cannot_fit(schema, node))
            && rare.names.as_ref().is_none_or(|names| {
                let mut keys = map.into_iter().flat_map(Map::keys);
                keys.all(|key| self.fits(names, &Node::computed(Value::String(key.clone())), depth + 1))
            })
            && (rare.any_of.is_empty()
                || rare
                    .any_of
                    .iter()
                    .any(|schema| self.fits(schema, node, depth + 1)))
            && (rare.one_of.is_empty() || self.fits_one(&rare.one_of, node, depth))
            && rare
                .condition
                .as_ref()
                .is_none_or(|condition| self.fits_condition(condition, rare, node, depth))
    }

    /// Whether a value certainly fits one of some schemas and none of the others.
    fn fits_one(&mut self, schemas: &'s [Plain<'t>], node: &Node, depth: usize) -> bool {
        let mut possible = None;
        for schema in schemas {
            if !self.cannot_fit(schema, node) && possible.replace(schema).is_some() {
                return false;
            }
        }
        possible.is_some_and(|only| self.fits(only, node, depth + 1))
    }

    fn fits_condition(
        &mut self,
        condition: &'s Plain<'t>,
        rare: &'s Rare<'t>,
        node: &Node,
        depth: usize,
    ) -> bool {
        let follows = if self.cannot_fit(condition, node) {
            &rare.otherwise
        } else if self.fits(condition, node, depth + 1) {
            &rare.then
        } else {
            return false;
        };
        follows
            .as_ref()
            .is_none_or(|follows| self.fits(follows, node, depth + 1))
    }

    /// Whether a value certainly does not fit a schema: by its type, because it is none of some texts, for want of a key, or
    /// because that of a key does not fit. What stands beside a reference counts in some versions only.
    fn cannot_fit(&mut self, schema: &Plain<'_>, node: &Node) -> bool {
        let rare = schema.rare.as_deref();
        let required = rare.map_or(&[][..], |rare| &rare.required);
        if !self.spend(1 + schema.properties.len() + required.len()) || schema.reference.is_some() {
            return false;
        }
        // A float may be whole.
        let is_sure = !matches!(node.value, Value::Float(_));
        let is_other_type = is_sure && schema.types.is_some_and(|types| !types.has(type_of(node)));
        let choices = rare.and_then(|rare| rare.choices.as_deref());
        let is_no_choice = choices.is_some_and(|choices| {
            choices.iter().all(|choice| choice.is_string())
                && !node
                    .as_str()
                    .is_some_and(|text| choices.iter().any(|choice| choice.as_str() == Some(text)))
        });
        schema.never
            || is_other_type
            || is_no_choice
            || node.as_map().is_some_and(|map| {
                required.iter().any(|key| !map.contains_key(key)) || self.has_wrong_key(schema, map)
            })
    }

    /// Whether the value of some key certainly does not fit. Of two properties of one name the last counts.
    fn has_wrong_key(&mut self, schema: &Plain<'_>, map: &Map) -> bool {
        let properties = &schema.properties;
        let wrong = properties
            .iter()
            .position(|(key, schema)| map.get(key).is_some_and(|node| self.cannot_fit(schema, node)));
        wrong
            .and_then(|at| properties.get(at..)?.split_first())
            .is_some_and(|((key, _), later)| later.iter().all(|(other, _)| other != key))
    }

    /// Whether a text matches a pattern; nothing where that depends on who reads it.
    fn matches(&mut self, pattern: &'s str, text: &str) -> Option<bool> {
        // What `\s` and the like mean beyond ASCII differs, and whether `.` is a carriage return.
        let is_clear = text.is_ascii() && !text.contains('\r') && self.spend(1);
        let regex = is_clear.then(|| self.pattern(pattern))??;
        Some(regex.is_match(text.as_bytes()))
    }

    /// A pattern, for ASCII, that is read alike by all who read patterns; none for others.
    fn pattern(&mut self, pattern: &'s str) -> Option<&Regex> {
        self.patterns
            .entry(pattern)
            .or_insert_with(|| {
                is_simple(pattern)
                    .then(|| {
                        RegexBuilder::new(pattern)
                            .unicode(false)
                            .size_limit(MAX_PATTERN)
                            .build()
                            .ok()
                    })
                    .flatten()
            })
            .as_ref()
    }
}

/// Whether a pattern has only what means the same in ECMAScript, which JSON Schema refers to, and in the crate `regex`.
fn is_simple(pattern: &str) -> bool {
    let mut before = '^';
    let mut in_class = false;
    let mut is_escaped = false;
    pattern.len() <= 256
        && pattern.chars().all(|character| {
            if is_escaped {
                (before, is_escaped) = ('a', false);
                return ".-/+*?()[]{}|^$\\sdw".contains(character);
            }
            let is_fine = match character {
                _ if before == '{' && !in_class => character.is_ascii_digit(),
                '[' => !in_class,
                ']' => !matches!(before, '[' | '^'),
                '?' => !matches!(before, '(' | '?'),
                '*' | '+' | '{' => !matches!(before, '*' | '+' | '?' | '}'),
                '-' => before != '-',
                _ => character.is_ascii_alphanumeric() || "\\()}^$|_/:,@%=# .".contains(character),
            };
            match character {
                '[' => in_class = true,
                ']' => in_class = false,
                _ => {}
            }
            is_escaped = character == '\\';
            before = character;
            is_fine
        })
}

/// The most items that are compared with each other.
const MOST_COMPARED: usize = 64;

/// Whether all items are certainly different ones.
fn are_different(list: &[Node]) -> bool {
    let is_clear = |node: &Node| is_scalar(node) && !matches!(node.value, Value::Float(_));
    list.len() <= MOST_COMPARED
        && list.iter().all(is_clear)
        && (list.iter().enumerate()).all(|(index, item)| !list.iter().take(index).any(|known| known == item))
}

/// Whether a length is within limits.
fn is_between(least: Option<u64>, most: Option<u64>, length: impl FnOnce() -> usize) -> bool {
    if least.is_none() && most.is_none() {
        return true;
    }
    let length = u64::try_from(length()).unwrap_or(u64::MAX);
    least.is_none_or(|least| length >= least) && most.is_none_or(|most| length <= most)
}

fn type_of(node: &Node) -> Types {
    match &node.value {
        Value::Null => Types::NULL,
        Value::Bool(_) => Types::BOOLEAN,
        Value::Int(_) => Types::INTEGER,
        Value::Float(_) => Types::FRACTION,
        Value::String(_) => Types::STRING,
        Value::List(_) => Types::ARRAY,
        Value::Map(_) => Types::OBJECT,
    }
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.value, Value::List(_) | Value::Map(_))
}

/// Whether a number is within limits. Floats do not tell whole numbers beyond these apart.
#[expect(clippy::cast_precision_loss, reason = "those that lose are left out")]
fn is_within(rare: &Rare<'_>, node: &Node) -> bool {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let number = match node.value {
        Value::Int(number) => number as f64,
        Value::Float(number) => number,
        _ => return true,
    };
    let holds = |limit: Option<f64>, holds: fn(f64, f64) -> bool| {
        limit.is_none_or(|limit| number.abs() < EXACT && limit.abs() < EXACT && holds(number, limit))
    };
    holds(rare.minimum, |number, limit| number >= limit)
        && holds(rare.maximum, |number, limit| number <= limit)
        && holds(rare.above, |number, limit| number > limit)
        && holds(rare.below, |number, limit| number < limit)
}
