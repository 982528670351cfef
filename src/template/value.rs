//! Between our nodes and minijinja's values, without copying what both can share.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Value, ValueKind};

use super::outline::find;
use crate::source::Place;
use crate::yaml::{self, Map, Node};

/// A map or list of ours inside minijinja. Maps iterate in the byte order of their keys, as Helm's `range` does.
#[derive(Debug)]
pub(super) struct NodeObject(pub(super) Node);

impl Object for NodeObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        if self.0.as_list().is_some() {
            ObjectRepr::Seq
        } else {
            ObjectRepr::Map
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        if let Some(list) = self.0.as_list() {
            return list.get(usize::try_from(key.as_i64()?).ok()?).map(to_value);
        }
        match key.as_str() {
            Some(key) => self.get_value_by_str(key),
            None => self.get_value_by_str(&key.to_string()),
        }
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.get(key).map(to_value)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        if let Some(list) = self.0.as_list() {
            return Enumerator::Seq(list.len());
        }
        let Some(map) = self.0.as_map() else {
            return Enumerator::Empty;
        };
        Enumerator::Values(
            map.sorted()
                .into_iter()
                .map(|(key, _)| Value::from(Arc::clone(key)))
                .collect(),
        )
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(
            self.0
                .as_list()
                .map(<[Node]>::len)
                .or_else(|| self.0.as_map().map(Map::len))
                .unwrap_or(0),
        )
    }
}

/// Drops the key, item or document that it would fill.
#[derive(Debug)]
pub(super) struct Omit;

impl Object for Omit {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn render(self: &Arc<Self>, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("omit")
    }
}

/// Whether a value is `omit`.
pub(super) fn is_omit(value: &Value) -> bool {
    value.downcast_object_ref::<Omit>().is_some()
}

/// A node as minijinja sees it.
pub(super) fn to_value(node: &Node) -> Value {
    match &node.value {
        yaml::Value::Null => Value::from(()),
        yaml::Value::Bool(value) => Value::from(*value),
        yaml::Value::Int(value) => i64::try_from(*value).map_or_else(|_| Value::from(*value), Value::from),
        yaml::Value::Float(value) => Value::from(*value),
        yaml::Value::String(text) => Value::from(Arc::clone(text)),
        yaml::Value::List(_) | yaml::Value::Map(_) => Value::from_object(NodeObject(node.clone())),
    }
}

/// What stands at a path such as `.a.b` below a value, as a template has it: nothing of nothing is nothing.
pub(super) fn at_path(value: Value, path: &str) -> Value {
    let mut found = value;
    let mut rest = path;
    while let Some((key, after)) = first_key(rest) {
        if let Some(NodeObject(node)) = found.downcast_object_ref() {
            // No value is made of what lies between.
            let mut node = node.get(key);
            rest = after;
            while let Some((key, after)) = first_key(rest) {
                node = node.and_then(|node| node.get(key));
                rest = after;
            }
            return node.map_or(Value::UNDEFINED, to_value);
        }
        found = found.get_attr(key).unwrap_or_default();
        rest = after;
    }
    found
}

/// The first key of a path such as `.a.b`, and the rest.
fn first_key(path: &str) -> Option<(&str, &str)> {
    let keys = path.strip_prefix('.')?;
    let end = find(keys.as_bytes(), |byte| byte == b'.').unwrap_or(keys.len());
    Some(keys.split_at(end))
}

/// Why a value is no YAML value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotData {
    /// It is undefined.
    Undefined,
    /// It is `omit`.
    Omit,
    /// It is a function, a macro or bytes.
    Kind,
    /// It is nested too deeply or holds a number that YAML cannot write.
    Limit,
}

/// Nesting of lists and maps that templates may make: more than a values file may have, less than what the stack bears.
pub(super) const MAX_DEPTH: usize = 400;

/// A value as YAML; `fragment` reads texts that macros wrote.
pub(super) fn to_node(
    value: &Value,
    fragment: &dyn Fn(&str) -> Option<Node>,
) -> std::result::Result<Node, NotData> {
    let node = to_node_within(value, fragment, 0)?;
    // What was read has a place and a bounded depth; only computed values can be wrapped again and again.
    if !node.place.is_known() && node.is_deeper_than(MAX_DEPTH) {
        return Err(NotData::Limit);
    }
    Ok(node)
}

fn to_node_within(
    value: &Value,
    fragment: &dyn Fn(&str) -> Option<Node>,
    depth: usize,
) -> std::result::Result<Node, NotData> {
    if depth > MAX_DEPTH {
        return Err(NotData::Limit);
    }
    if let Some(object) = value.downcast_object_ref::<NodeObject>() {
        return Ok(object.0.clone());
    }
    Ok(match value.kind() {
        ValueKind::Undefined => return Err(NotData::Undefined),
        ValueKind::None => Node::computed(yaml::Value::Null),
        ValueKind::Bool => Node::computed(value.is_true()),
        ValueKind::Number => number(value).ok_or(NotData::Limit)?,
        ValueKind::String => {
            let text = value.as_str().unwrap_or("");
            if value.is_safe() {
                return fragment(text).ok_or(NotData::Omit);
            }
            Node::computed(text)
        }
        // minijinja's macros look like maps, and their type is private.
        ValueKind::Map if value.to_string().starts_with("<macro ") => return Err(NotData::Kind),
        ValueKind::Map => {
            let mut map = Map::new();
            for key in value.try_iter().map_err(|_| NotData::Kind)? {
                let item = value.get_item(&key).map_err(|_| NotData::Kind)?;
                match to_node_within(&item, fragment, depth + 1) {
                    Ok(node) => map.insert(key.to_string(), node),
                    Err(NotData::Omit) => None,
                    Err(other) => return Err(other),
                };
            }
            Node::computed(map)
        }
        ValueKind::Seq | ValueKind::Iterable => {
            let mut list = Vec::new();
            for item in value.try_iter().map_err(|_| NotData::Kind)? {
                match to_node_within(&item, fragment, depth + 1) {
                    Ok(node) => list.push(node),
                    Err(NotData::Omit) => {}
                    Err(other) => return Err(other),
                }
            }
            Node::computed(list)
        }
        _ if is_omit(value) => return Err(NotData::Omit),
        _ => return Err(NotData::Kind),
    })
}

fn number(value: &Value) -> Option<Node> {
    if value.is_integer() {
        return i128::try_from(value.clone()).ok().map(Node::computed);
    }
    let float = f64::try_from(value.clone()).ok()?;
    yaml::Value::from_f64(float).map(Node::computed)
}

/// The text of a scalar as it is joined into other text: null is nothing, as in Helm; `None` for lists and maps.
pub(super) fn scalar_text(node: &Node) -> Option<String> {
    Some(match &node.value {
        yaml::Value::Null => String::new(),
        yaml::Value::Bool(value) => value.to_string(),
        yaml::Value::Int(value) => value.to_string(),
        yaml::Value::Float(value) => value.to_string(),
        yaml::Value::String(text) => text.to_string(),
        yaml::Value::List(_) | yaml::Value::Map(_) => return None,
    })
}

/// The node with a place, where it has none.
pub(super) fn placed(mut node: Node, place: &Place) -> Node {
    if !node.place.is_known() {
        node.place = place.clone();
    }
    node
}
