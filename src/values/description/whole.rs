//! The schema of all values of a chart, its subcharts' included, for editors.

use std::collections::HashSet;
use std::sync::Arc;

use super::draft::draft_7;
use super::{inferred, lookup};
use crate::chart::{Chart, Dependency};
use crate::yaml::{Entry, Map, Node, Value};

const DRAFT_7: &str = "http://json-schema.org/draft-07/schema#";

/// The JSON Schema (draft 7) of values files for a chart: its own schema, or one made of its defaults and their comments, with those of its
/// subcharts. Descriptions that a schema lacks come from the comments. A values file holds only a part of all values: nothing is
/// required in the maps that are merged, and null, which deletes, is allowed where there is a default.
pub fn json_schema(chart: &Chart) -> Node {
    let mut definitions = Map::new();
    let root = of_chart(chart, None, "", &mut definitions);
    let mut out = Map::new();
    out.insert("$schema", Node::computed(DRAFT_7));
    let title = format!("Values of the chart {}", chart.metadata.name);
    out.insert("title", Node::computed(title));
    for (key, entry) in root.as_map().into_iter().flat_map(Map::iter) {
        out.insert_entry(Arc::clone(key), entry.clone());
    }
    if !definitions.is_empty() {
        let mut all = out
            .remove("definitions")
            .and_then(|entry| entry.node.as_map().cloned());
        let all = all.get_or_insert_default();
        for (key, entry) in definitions.iter() {
            all.insert_entry(Arc::clone(key), entry.clone());
        }
        out.insert("definitions", Node::computed(all.clone()));
    }
    Node::computed(out)
}

/// The schema of a chart's values. `entry` is what its parent says of it, `path` its names from the root without the root's.
fn of_chart(chart: &Chart, entry: Option<&Dependency>, path: &str, definitions: &mut Map) -> Node {
    let base = match path {
        "" => "#".to_owned(),
        path => format!("#/definitions/{}", pointer(&definition(path))),
    };
    let own = chart.schema.as_ref().and_then(lookup::read);
    let inferred = inferred::schema(&chart.values);
    let schema = match &own {
        Some(own) => {
            let own = draft_7(own, &base);
            let texts = Completion {
                root: &own,
                base: &base,
            };
            texts.complete(&own, &chart.values, &inferred)
        }
        None => {
            let root = Node::default();
            let texts = Completion {
                root: &root,
                base: &base,
            };
            texts.complete(&inferred, &chart.values, &inferred)
        }
    };
    let mut schema = schema.as_map().cloned().unwrap_or_default();
    let mut properties = schema
        .get("properties")
        .and_then(Node::as_map)
        .cloned()
        .unwrap_or_default();
    let mut names: HashSet<&str> = HashSet::new();
    let dependencies = &chart.metadata.dependencies;
    for subchart in &chart.subcharts {
        let own = subchart.metadata.name.as_str();
        let entries: Vec<&Dependency> = dependencies.iter().filter(|entry| entry.name == own).collect();
        let listed = entries.iter().map(|entry| (entry.local_name(), Some(*entry)));
        let unlisted = entries.is_empty().then_some((own, None));
        for (name, entry) in listed.chain(unlisted) {
            let is_silent =
                subchart.metadata.is_library && subchart.values.as_map().is_none_or(Map::is_empty);
            if is_silent || !names.insert(name) {
                continue;
            }
            let path = match path {
                "" => name.to_owned(),
                path => format!("{path}.{name}"),
            };
            let of_subchart = of_chart(subchart, entry, &path, definitions);
            definitions.insert(definition(&path), of_subchart);
            let known = properties.get(name).cloned();
            properties.insert(name, section(known, subchart, &path));
        }
    }
    handed_down(chart, entry, path.is_empty(), &mut properties);
    if !properties.is_empty() {
        schema.insert("properties", Node::computed(properties));
    }
    Node::computed(schema)
}

/// The schema of a subchart's section: what the parent says of it, and what the subchart does.
fn section(known: Option<Node>, subchart: &Chart, path: &str) -> Node {
    let reference = Node::computed(format!("#/definitions/{}", pointer(&definition(path))));
    let reference = Node::computed(Map::from_iter([("$ref", reference)]));
    let mut known = known
        .and_then(|known| known.as_map().cloned())
        .unwrap_or_default();
    let says_nothing = known
        .iter()
        .all(|(key, _)| matches!(&**key, "type" | "description" | "title"));
    let mut out = Map::new();
    let text = known.remove("description").map(|entry| entry.node);
    let own = subchart
        .metadata
        .node
        .get("description")
        .filter(|text| text.as_str().is_some());
    if let Some(text) = text.or_else(|| own.cloned()) {
        out.insert("description", text);
    }
    // A null cannot delete a subchart.
    out.insert("type", Node::computed("object"));
    let mut all = vec![reference];
    if !says_nothing {
        all.push(Node::computed(known));
    }
    out.insert("allOf", Node::computed(all));
    Node::computed(out)
}

/// Adds what every chart may hold beside its own keys: globals, tags, and the condition that its parent reads.
fn handed_down(chart: &Chart, entry: Option<&Dependency>, is_root: bool, properties: &mut Map) {
    let described = |kind: &str, text: &str| {
        Node::computed(Map::from_iter([
            ("type", Node::computed(kind)),
            ("description", Node::computed(text)),
        ]))
    };
    if !properties.contains_key("global") && (!is_root || !chart.subcharts.is_empty()) {
        let text = "Values that this chart and all of its subcharts see.";
        properties.insert("global", described("object", text));
    }
    let tags = chart.metadata.dependencies.iter().flat_map(|entry| &entry.tags);
    let switch = "Switches the subcharts with this tag on or off.";
    let tags: Map = tags
        .map(|tag| (tag.as_str(), described("boolean", switch)))
        .collect();
    if is_root && !tags.is_empty() && !properties.contains_key("tags") {
        properties.insert(
            "tags",
            Node::computed(Map::from_iter([
                ("type", Node::computed("object")),
                ("properties", Node::computed(tags)),
            ])),
        );
    }
    let Some(entry) = entry else { return };
    for path in entry.condition.split(',') {
        let keys = path.trim().strip_prefix(entry.local_name());
        let Some(key) = keys.and_then(|keys| keys.strip_prefix('.')) else {
            continue;
        };
        if !key.contains('.') && !properties.contains_key(key) {
            properties.insert(key, described("boolean", "Switches the chart on or off."));
        }
    }
}

/// Adds to a schema what editors need.
struct Completion<'a> {
    /// The chart's schema, and how references name it.
    root: &'a Node,
    base: &'a str,
}

impl Completion<'_> {
    /// `defaults` and `inferred` are those of the same place. Of keys that the schema does not have no type is said.
    fn complete(&self, schema: &Node, defaults: &Node, inferred: &Node) -> Node {
        let Some(map) = schema.as_map() else {
            return schema.clone();
        };
        let mut map = map.clone();
        map.remove("required");
        map.remove("minProperties");
        let known = map
            .get("properties")
            .and_then(Node::as_map)
            .cloned()
            .unwrap_or_default();
        let is_closed = map.get("additionalProperties").and_then(Node::as_bool) == Some(false);
        let inferred = inferred.get("properties").and_then(Node::as_map);
        let mut properties = Map::new();
        for (key, entry) in known.iter() {
            let default = defaults.get(key);
            let guess = inferred
                .and_then(|inferred| inferred.get(key))
                .cloned()
                .unwrap_or_default();
            let node = match default {
                Some(default) => {
                    let node = self.complete(&entry.node, default, &guess);
                    self.with_null(self.with_text(node, &guess))
                }
                None => entry.node.clone(),
            };
            let key_place = entry.key_place.clone();
            properties.insert_entry(Arc::clone(key), Entry { key_place, node });
        }
        let others = inferred.into_iter().flat_map(Map::iter);
        for (key, entry) in others.filter(|(key, _)| !is_closed && !known.contains_key(key)) {
            properties.insert(Arc::clone(key), without_types(&entry.node));
        }
        if !properties.is_empty() {
            map.insert("properties", Node::computed(properties));
        }
        Node::new(map, schema.place.clone())
    }

    /// The schema with the text of the comment, where it has none of its own.
    fn with_text(&self, schema: Node, guess: &Node) -> Node {
        let has_text = |schema: &Node| schema.get("description").is_some() || schema.get("title").is_some();
        let is_told = has_text(&schema) || self.referred(&schema).is_some_and(has_text);
        match (guess.get("description"), schema.as_map()) {
            (Some(text), Some(map)) if !is_told => {
                let mut map = map.clone();
                map.insert("description", text.clone());
                Node::new(map, schema.place)
            }
            _ => schema,
        }
    }

    /// The schema that allows null, too.
    fn with_null(&self, schema: Node) -> Node {
        let Some(mut map) = schema.as_map().cloned() else {
            return schema;
        };
        let parts = ["$ref", "allOf", "anyOf", "oneOf", "const", "not", "if"];
        let is_whole = !parts.iter().any(|part| map.contains_key(part));
        if !is_whole && self.refuses_null(&schema, 0) {
            let text = map.remove("description");
            let null = Node::computed(Map::from_iter([("type", Node::computed("null"))]));
            let mut out = Map::new();
            if let Some(text) = text {
                out.insert("description", text.node);
            }
            out.insert("anyOf", Node::computed(vec![Node::computed(map), null]));
            return Node::computed(out);
        }
        let with = |list: &[Node], null: Node| -> Node {
            let mut list = list.to_vec();
            if !list.contains(&null) {
                list.push(null);
            }
            Node::computed(list)
        };
        match map.get("type").map(|kind| kind.value.clone()) {
            Some(Value::String(kind)) if *kind != *"null" => {
                let kinds = [Node::computed(&*kind)];
                map.insert("type", with(&kinds, Node::computed("null")));
            }
            Some(Value::List(kinds)) => {
                map.insert("type", with(&kinds, Node::computed("null")));
            }
            _ => {}
        }
        if let Some(allowed) = map.get("enum").and_then(Node::as_list) {
            let allowed = with(allowed, Node::default());
            map.insert("enum", allowed);
        }
        Node::new(map, schema.place)
    }

    fn refuses_null(&self, schema: &Node, level: usize) -> bool {
        const MOST_LEVELS: usize = 20;
        if level > MOST_LEVELS {
            return true;
        }
        if let Some(allowed) = schema.as_bool() {
            return !allowed;
        }
        let is_null = |node: &Node| node.as_str() == Some("null");
        let by_type = schema.get("type").is_some_and(|kind| match kind.as_list() {
            Some(kinds) => !kinds.iter().any(is_null),
            None => !is_null(kind),
        });
        let list = |keyword: &str| schema.get(keyword).and_then(Node::as_list);
        let refuses = |schema: &Node| self.refuses_null(schema, level + 1);
        by_type
            || list("enum").is_some_and(|allowed| !allowed.iter().any(Node::is_null))
            || ["const", "not", "if"]
                .iter()
                .any(|keyword| schema.get(keyword).is_some())
            || schema.get("$ref").is_some() && self.referred(schema).is_none_or(refuses)
            || list("allOf").is_some_and(|all| all.iter().any(refuses))
            || ["anyOf", "oneOf"]
                .iter()
                .any(|keyword| list(keyword).is_some_and(|any| any.iter().all(refuses)))
    }

    /// What a schema that is a reference refers to.
    fn referred(&self, schema: &Node) -> Option<&Node> {
        let reference = schema.get("$ref").and_then(Node::as_str)?;
        lookup::referred(self.root, &format!("#{}", reference.strip_prefix(self.base)?))
    }
}

/// What is known of a key that the chart's own schema does not have: its description.
fn without_types(inferred: &Node) -> Node {
    let mut out = Map::new();
    if let Some(text) = inferred.get("description") {
        out.insert("description", text.clone());
    }
    let properties = inferred.get("properties").and_then(Node::as_map);
    if let Some(properties) = properties {
        let inner = properties
            .iter()
            .map(|(key, entry)| (Arc::clone(key), without_types(&entry.node)));
        out.insert("properties", Node::computed(inner.collect::<Map>()));
    }
    Node::computed(out)
}

/// The name of a subchart's schema among the definitions.
fn definition(path: &str) -> String {
    format!("subchart.{path}")
}

/// A key as a part of a JSON pointer in a reference.
fn pointer(key: &str) -> String {
    key.replace('~', "~0")
        .replace('/', "~1")
        .replace('%', "%25")
        .replace(' ', "%20")
}
