//! How much work a schema is. References can ask for the same again and again, so that a schema of 2 KB takes all
//! memory; what is too much is refused before the validator sees it.

use std::collections::HashMap;

use serde_json::{Map as JsonMap, Value as Json};

use crate::yaml::{Map, Node, Value};

/// How many schemas may look at one value: all that a schema takes in by references and `allOf` and the like.
const MOST_AT_ONCE: usize = 1000;

/// How many patterns a schema may have, and how many bytes they may have together.
const MOST_PATTERNS: usize = 1000;
const MOST_OF_PATTERNS: usize = 256 << 10;

/// How many steps checking values may take, and how many more for each value that there is.
const MOST_STEPS: usize = 2_000_000;
const STEPS_A_VALUE: usize = 20;

/// With how many steps every violation is looked for; with more, only whether there is one.
const FEW_STEPS: usize = 100_000;

/// How deep schemas, references and values are followed.
const DEEPEST: usize = 1000;

/// Keywords whose value is a schema that looks at the same value.
const SCHEMA_HERE: [&str; 4] = ["else", "if", "not", "then"];
/// Keywords whose value is a list of schemas that look at the same value.
const LIST_HERE: [&str; 3] = ["allOf", "anyOf", "oneOf"];
/// Keywords whose value is a map of schemas that look at the same value.
const MAP_HERE: [&str; 2] = ["dependencies", "dependentSchemas"];
/// Keywords that refer to a schema elsewhere.
const REFERENCES: [&str; 3] = ["$dynamicRef", "$recursiveRef", "$ref"];
/// Keywords whose value is a schema for each item.
const FOR_ITEMS: [&str; 4] = ["additionalItems", "contains", "items", "unevaluatedItems"];
/// Keywords whose value is a schema for each key, or for each that no other keyword names.
const FOR_KEYS: [&str; 3] = ["additionalProperties", "propertyNames", "unevaluatedProperties"];

/// Why a schema is too much: the part of it that is, and what it has too much of.
pub(super) struct TooMuch<'s> {
    pub part: &'s Json,
    pub what: String,
}

/// How much is looked for with the steps that checking values takes.
pub(super) enum Effort {
    Every,
    Any,
}

/// Measures a schema by itself.
pub(super) fn schema(root: &Json) -> Result<(), TooMuch<'_>> {
    let mut measure = Measure {
        root,
        known: HashMap::new(),
    };
    let mut patterns: HashMap<&str, &Json> = HashMap::new();
    let mut length = 0;
    let mut open = vec![root];
    while let Some(part) = open.pop() {
        match part {
            Json::Array(list) => open.extend(list),
            Json::Object(keywords) => {
                if measure.here(part, DEEPEST) > MOST_AT_ONCE {
                    return Err(TooMuch {
                        part,
                        what: format!("has a value looked at by more than {MOST_AT_ONCE} schemas"),
                    });
                }
                open.extend(keywords.values());
                let own = keywords.get("pattern").and_then(Json::as_str);
                let for_keys = keywords.get("patternProperties").and_then(Json::as_object);
                for pattern in own.into_iter().chain(for_keys.into_iter().flat_map(names)) {
                    if patterns.insert(pattern, part).is_none() {
                        length += pattern.len();
                    }
                }
                if patterns.len() > MOST_PATTERNS || length > MOST_OF_PATTERNS {
                    return Err(TooMuch {
                        part,
                        what: format!(
                            "has more than {MOST_PATTERNS} patterns, or {MOST_OF_PATTERNS} bytes of them"
                        ),
                    });
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn names(map: &JsonMap<String, Json>) -> impl Iterator<Item = &str> {
    map.keys().map(String::as_str)
}

/// Schemas that look at a value together.
struct Measure<'s> {
    root: &'s Json,
    /// By the addresses of the schemas; none for those that are being measured.
    known: HashMap<*const Json, Option<usize>>,
}

impl<'s> Measure<'s> {
    /// How many schemas look at a value where this one does. A circle counts once.
    fn here(&mut self, schema: &'s Json, levels: usize) -> usize {
        let Json::Object(keywords) = schema else { return 1 };
        if let Some(known) = self.known.get(&std::ptr::from_ref(schema)) {
            return known.unwrap_or(1);
        }
        let Some(levels) = levels.checked_sub(1) else {
            return MOST_AT_ONCE + 1;
        };
        self.known.insert(schema, None);
        let mut count = 1_usize;
        for_each_here(self.root, keywords, |part| {
            count = count.saturating_add(self.here(part, levels))
        });
        self.known.insert(schema, Some(count));
        count
    }
}

/// The schemas that look at the same value as the one with these keywords.
fn for_each_here<'s>(root: &'s Json, keywords: &'s JsonMap<String, Json>, mut each: impl FnMut(&'s Json)) {
    for keyword in SCHEMA_HERE {
        keywords.get(keyword).into_iter().for_each(&mut each);
    }
    for keyword in LIST_HERE {
        let list = keywords.get(keyword).and_then(Json::as_array);
        list.into_iter().flatten().for_each(&mut each);
    }
    for keyword in MAP_HERE {
        let map = keywords.get(keyword).and_then(Json::as_object);
        map.into_iter().flat_map(JsonMap::values).for_each(&mut each);
    }
    for keyword in REFERENCES {
        let target = keywords.get(keyword).and_then(Json::as_str);
        target
            .and_then(|target| referred(root, target))
            .into_iter()
            .for_each(&mut each);
    }
}

/// What a reference leads to. One by a name or an `$id` is taken for one to the whole schema: more than it is.
fn referred<'s>(root: &'s Json, target: &str) -> Option<&'s Json> {
    match target.strip_prefix('#') {
        Some(pointer) if pointer.starts_with('/') => root.pointer(&pointer.replace("%25", "%")),
        _ => Some(root),
    }
}

/// Measures checking values.
pub(super) fn values<'s>(root: &'s Json, values: &Node) -> Result<Effort, TooMuch<'s>> {
    let most = MOST_STEPS + STEPS_A_VALUE * count(values);
    let mut walk = Walk {
        root,
        left: most,
        last: root,
    };
    match walk.step(root, values, &mut Vec::new(), DEEPEST) {
        Some(()) if most - walk.left <= FEW_STEPS => Ok(Effort::Every),
        Some(()) => Ok(Effort::Any),
        None => Err(TooMuch {
            part: walk.last,
            what: format!("takes more than {most} steps to check these values"),
        }),
    }
}

/// How many values there are in one, itself included.
fn count(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(list) => list.iter().map(count).sum(),
        Value::Map(map) => map.iter().map(|(_, entry)| count(&entry.node)).sum(),
        _ => 0,
    }
}

/// Goes where a validator goes that gives up nowhere.
struct Walk<'s> {
    root: &'s Json,
    left: usize,
    /// The schema that was looked at last.
    last: &'s Json,
}

impl<'s> Walk<'s> {
    fn spend(&mut self, steps: usize) -> Option<()> {
        self.left = self.left.checked_sub(steps)?;
        Some(())
    }

    /// None where there are no steps left. `here` are the schemas that the way to this one led through at this value: a
    /// circle ends there.
    fn step(
        &mut self,
        schema: &'s Json,
        node: &Node,
        here: &mut Vec<*const Json>,
        levels: usize,
    ) -> Option<()> {
        let Json::Object(keywords) = schema else {
            return self.spend(1);
        };
        if here.contains(&std::ptr::from_ref(schema)) {
            return Some(());
        }
        self.last = schema;
        let levels = levels.checked_sub(1)?;
        let listed = |keyword: &str| keywords.get(keyword).and_then(Json::as_array).map_or(0, Vec::len);
        self.spend(1 + keywords.len() + listed("enum") + listed("required"))?;
        let mut parts = Vec::new();
        for_each_here(self.root, keywords, |part| parts.push(part));
        here.push(schema);
        for part in parts {
            self.step(part, node, here, levels)?;
        }
        here.pop();
        match &node.value {
            Value::List(list) => self.items(keywords, list, levels),
            Value::Map(map) => self.keys(keywords, map, levels),
            Value::String(text) if keywords.contains_key("pattern") => self.spend(text.len() / 16),
            _ => Some(()),
        }
    }

    fn items(&mut self, keywords: &'s JsonMap<String, Json>, list: &[Node], levels: usize) -> Option<()> {
        self.spend(list.len())?;
        for name in ["items", "prefixItems"] {
            let each = keywords.get(name).and_then(Json::as_array);
            for (schema, item) in each.into_iter().flatten().zip(list) {
                self.step(schema, item, &mut Vec::new(), levels)?;
            }
        }
        for schema in FOR_ITEMS.iter().filter_map(|name| keywords.get(*name)) {
            for item in list.iter().filter(|_| schema.is_object()) {
                self.step(schema, item, &mut Vec::new(), levels)?;
            }
        }
        Some(())
    }

    fn keys(&mut self, keywords: &'s JsonMap<String, Json>, map: &Map, levels: usize) -> Option<()> {
        self.spend(map.len())?;
        let named = keywords.get("properties").and_then(Json::as_object);
        let patterns = keywords.get("patternProperties").and_then(Json::as_object);
        for (key, entry) in map.iter() {
            let own = named.and_then(|named| named.get(&**key));
            let others = FOR_KEYS.iter().filter_map(|name| keywords.get(*name));
            let others = others.filter(|_| own.is_none());
            let schemas = own.into_iter().chain(others);
            for schema in schemas.chain(patterns.into_iter().flat_map(JsonMap::values)) {
                self.step(schema, &entry.node, &mut Vec::new(), levels)?;
            }
        }
        Some(())
    }
}

/// The path of a part of a schema: keys and indexes.
pub(super) fn path(root: &Json, part: &Json) -> Option<Vec<String>> {
    if std::ptr::eq(root, part) {
        return Some(Vec::new());
    }
    let inside = |(name, child): (String, &Json)| {
        let mut path = path(child, part)?;
        path.insert(0, name);
        Some(path)
    };
    match root {
        Json::Object(map) => map
            .iter()
            .map(|(key, child)| (key.clone(), child))
            .find_map(inside),
        Json::Array(list) => list
            .iter()
            .enumerate()
            .map(|(index, child)| (index.to_string(), child))
            .find_map(inside),
        _ => None,
    }
}
