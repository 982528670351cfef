//! Between our nodes and minijinja's values, without copying what both can share.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr, Value, ValueKind};

use super::measure::Measure;
use super::record;
use crate::source::Place;
use crate::yaml::{self, Map, Node};

/// A map or list of ours inside minijinja. Maps iterate in the byte order of their keys, as Helm's `range` does.
pub(super) struct NodeObject {
    pub(super) node: Node,
    /// How a template reaches it, where it hangs below one of the names that templates start from.
    pub(super) path: Option<Arc<Path>>,
}

/// The way from a root name to a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    key: Arc<str>,
    is_index: bool,
    parent: Option<Arc<Path>>,
}

impl Path {
    /// The path of a root name.
    pub(super) fn root(name: &str) -> Arc<Path> {
        Arc::new(Path {
            parent: None,
            key: name.into(),
            is_index: false,
        })
    }

    fn step(parent: &Arc<Path>, key: &str, is_index: bool) -> Arc<Path> {
        Arc::new(Path {
            parent: Some(Arc::clone(parent)),
            key: key.into(),
            is_index,
        })
    }

    /// The keys from the root name on.
    pub(super) fn keys(&self) -> Vec<&str> {
        let mut keys = vec![&*self.key];
        let mut above = self.parent.as_deref();
        while let Some(path) = above {
            keys.push(&path.key);
            above = path.parent.as_deref();
        }
        keys.reverse();
        keys
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(parent) = &self.parent else {
            return f.write_str(&self.key);
        };
        write!(f, "{parent}")?;
        let is_plain = self.key.chars().all(|c| c.is_alphanumeric() || c == '_');
        match (self.is_index, is_plain) {
            (true, _) => write!(f, "[{}]", self.key),
            (false, true) => write!(f, ".{}", self.key),
            (false, false) => write!(f, "[\"{}\"]", self.key),
        }
    }
}

impl fmt::Debug for NodeObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.node.kind())
    }
}

impl NodeObject {
    fn key(self: &Arc<Self>, key: &str) -> Option<Value> {
        match self.node.get(key) {
            Some(node) => Some(self.inner(node, key, false)),
            // Whether a list has an index is minijinja's to say.
            None if self.node.as_list().is_some() => None,
            None => Some(Missing::below(self.path.as_ref(), &self.node, key)),
        }
    }

    fn inner(&self, node: &Node, key: &str, is_index: bool) -> Value {
        record::read(&self.node, node);
        let is_tree = matches!(node.value, yaml::Value::List(_) | yaml::Value::Map(_));
        match &self.path {
            Some(path) if is_tree => Value::from_object(NodeObject {
                node: node.clone(),
                path: Some(Path::step(path, key, is_index)),
            }),
            _ => to_value(node),
        }
    }
}

impl Object for NodeObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        if self.node.as_list().is_some() {
            ObjectRepr::Seq
        } else {
            ObjectRepr::Map
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        if let Some(list) = self.node.as_list() {
            let index = usize::try_from(key.as_i64()?).ok()?;
            return Some(self.inner(list.get(index)?, &index.to_string(), true));
        }
        // `in` asks this way, and has to be told that there is nothing; so does `x["key"]`.
        let key = key.as_str()?;
        match self.node.get(key) {
            Some(node) => Some(self.inner(node, key, false)),
            None => {
                record::missing(&self.node, key);
                None
            }
        }
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.key(key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        record::keys(&self.node);
        if let Some(list) = self.node.as_list() {
            return Enumerator::Seq(list.len());
        }
        let Some(map) = self.node.as_map() else {
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
        record::keys(&self.node);
        Some(length(&self.node))
    }

    fn is_true(self: &Arc<Self>) -> bool {
        length(&self.node) > 0
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let other = other.downcast_ref::<Self>()?;
        record::whole(&self.node);
        record::whole(&other.node);
        // Shared parts are compared once; what is too large to compare is told by its size before.
        Some(compare(&self.node, &other.node))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        record::whole(&self.node);
        if Measure::of(&self.node).bytes > MOST_TEXT {
            note_trouble(Trouble::TooLarge);
            return Ok(());
        }
        f.write_str(&yaml::write_json(&self.node))
    }
}

/// Text that a list or map may become within an expression.
const MOST_TEXT: u64 = 8 << 20;

fn length(node: &Node) -> usize {
    match &node.value {
        yaml::Value::List(list) => list.len(),
        yaml::Value::Map(map) => map.len(),
        _ => 0,
    }
}

/// The order of two lists or maps. Equal ones are equal; the order of others has no meaning but is always the same.
fn compare(a: &Node, b: &Node) -> Ordering {
    let is_same = match (&a.value, &b.value) {
        (yaml::Value::List(a), yaml::Value::List(b)) => Arc::ptr_eq(a, b),
        (yaml::Value::Map(a), yaml::Value::Map(b)) => Arc::ptr_eq(a, b),
        _ => false,
    };
    if is_same {
        return Ordering::Equal;
    }
    let (left, right) = (Measure::of(a), Measure::of(b));
    if left.nodes.max(right.nodes) > MOST_COMPARED {
        note_trouble(Trouble::TooLarge);
        return left.bytes.cmp(&right.bytes);
    }
    if a == b {
        return Ordering::Equal;
    }
    yaml::write_json(a).cmp(&yaml::write_json(b)).then(Ordering::Less)
}

/// Nodes of a value that is compared with another.
const MOST_COMPARED: u64 = 200_000;

/// What a template asked for and is not there. It is false in conditions, nothing in loops, and an error wherever a value is
/// needed.
pub(super) struct Missing {
    /// How the template reaches it.
    path: Option<Arc<Path>>,
}

impl Missing {
    fn below(path: Option<&Arc<Path>>, parent: &Node, key: &str) -> Value {
        record::missing(parent, key);
        let path = path.map(|path| Path::step(path, key, false));
        if let Some(path) = &path {
            note_asked(path);
        }
        Value::from_object(Missing { path })
    }

    /// What is not there, nobody knows where.
    pub(super) fn anywhere() -> Value {
        Value::from_object(Missing { path: None })
    }

    /// A name that is not there below a root that is not a node.
    pub(super) fn named(root: &str, key: &str) -> Value {
        Value::from_object(Missing {
            path: Some(Path::step(&Path::root(root), key, false)),
        })
    }

    /// How the template reaches it.
    pub(super) fn path(&self) -> Option<&Arc<Path>> {
        self.path.as_ref()
    }

    fn used(&self) {
        note_trouble(Trouble::Missing(self.path.clone()));
    }
}

impl fmt::Debug for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that is not defined")
    }
}

impl Object for Missing {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        Some(Value::from_object(Missing {
            path: self.path.as_ref().map(|path| Path::step(path, key, false)),
        }))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        self.used();
        Enumerator::NonEnumerable
    }

    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn custom_cmp(self: &Arc<Self>, _: &DynObject) -> Option<Ordering> {
        Some(Ordering::Equal)
    }

    fn render(self: &Arc<Self>, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.used();
        Ok(())
    }
}

/// What went wrong where minijinja cannot be told: in a conversion to text or a comparison.
#[derive(Debug, Clone)]
pub(super) enum Trouble {
    /// Something that is not defined was used as a value.
    Missing(Option<Arc<Path>>),
    /// A value is too large to be compared or made a text of.
    TooLarge,
}

thread_local! {
    /// The first trouble since it was last asked for.
    static TROUBLE: RefCell<Option<Trouble>> = const { RefCell::new(None) };
}

fn note_trouble(trouble: Trouble) {
    TROUBLE.with_borrow_mut(|noted| {
        noted.get_or_insert(trouble);
    });
}

/// Takes what has gone wrong since this was last asked.
pub(super) fn take_trouble() -> Option<Trouble> {
    TROUBLE.take()
}

thread_local! {
    /// The paths that were asked for and are not there, each once.
    static ASKED: RefCell<Vec<Arc<Path>>> = const { RefCell::new(Vec::new()) };
}

/// Paths that are remembered of one template.
const MOST_ASKED: usize = 200;

fn note_asked(path: &Arc<Path>) {
    ASKED.with_borrow_mut(|asked| {
        if asked.len() < MOST_ASKED && !asked.contains(path) {
            asked.push(Arc::clone(path));
        }
    });
}

/// Takes the paths that were asked for since this was last asked, and are not there.
pub(super) fn take_asked() -> Vec<Arc<Path>> {
    ASKED.take()
}

/// Does something whose paths are not the template's.
pub(super) fn without_asking<T>(work: impl FnOnce() -> T) -> T {
    let asked = ASKED.take();
    let result = work();
    ASKED.set(asked);
    result
}

/// Whether a value is not defined, whoever says so.
pub(super) fn is_undefined(value: &Value) -> bool {
    value.is_undefined() || missing(value).is_some()
}

/// The value as what is not there.
pub(super) fn missing(value: &Value) -> Option<&Missing> {
    value.downcast_object_ref::<Missing>()
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

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("omit")
    }
}

/// Whether a value is `omit`.
pub(super) fn is_omit(value: &Value) -> bool {
    value.downcast_object_ref::<Omit>().is_some()
}

/// minijinja's kind of a value with its article.
pub(super) fn kind_words(kind: &str) -> String {
    match kind {
        "sequence" | "iterator" | "iterable" => "a list".to_owned(),
        "none" => "null".to_owned(),
        "bool" => "a boolean".to_owned(),
        "undefined" | "plain object" => "a value that is not defined".to_owned(),
        kind => format!("a {kind}"),
    }
}

/// A node as minijinja sees it.
pub(super) fn to_value(node: &Node) -> Value {
    match &node.value {
        yaml::Value::Null => Value::from(()),
        yaml::Value::Bool(value) => Value::from(*value),
        yaml::Value::Int(value) => i64::try_from(*value).map_or_else(|_| Value::from(*value), Value::from),
        yaml::Value::Float(value) => Value::from(*value),
        yaml::Value::String(text) => Value::from(Arc::clone(text)),
        yaml::Value::List(_) | yaml::Value::Map(_) => Value::from_object(NodeObject {
            node: node.clone(),
            path: None,
        }),
    }
}

/// A node that templates reach by a name of its own.
pub(super) fn to_root(name: &str, node: &Node) -> Value {
    Value::from_object(NodeObject {
        node: node.clone(),
        path: Some(Path::root(name)),
    })
}

/// What a value of minijinja's own is, where it is one that holds a state or does something and so is not data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    /// `namespace()`: the one thing that templates change.
    Namespace,
    /// `loop`.
    Loop,
    /// A macro, function or other thing that is called.
    Function,
}

/// Recognises what is not data. minijinja keeps these types to itself, but tells their names.
pub(super) fn special(value: &Value) -> Option<Special> {
    let object = value.as_object()?;
    let name = object.type_name();
    let name = name.rsplit("::").next().unwrap_or(name);
    match name {
        "Namespace" => Some(Special::Namespace),
        "Loop" => Some(Special::Loop),
        "Macro" | "Module" => Some(Special::Function),
        _ => None,
    }
}

/// Why a value is not a YAML value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotData {
    /// It is undefined.
    Undefined,
    /// It is `omit`.
    Omit,
    /// It is a function, a macro or bytes.
    Kind,
    /// It is a namespace, or holds one, and is to be kept.
    Namespace,
    /// It is nested too deeply or holds a number that YAML cannot write.
    Limit,
    /// It holds more than can be looked at.
    Steps,
}

/// Nesting of lists and maps that templates may make: more than a values file may have, less than what the stack bears.
pub(super) const MAX_DEPTH: usize = 400;

/// What an item costs that becomes a node, which takes memory as well.
const STEPS_AN_ITEM: u64 = 4;

/// What converting values needs to know.
pub(super) struct Convert<'a> {
    /// Reads a text that a macro wrote; nothing where it is omitted.
    pub(super) fragment: &'a dyn Fn(&str) -> Option<Node>,
    /// Takes steps of the budget; whether there were some left.
    pub(super) take_steps: &'a dyn Fn(u64) -> bool,
    /// Whether the value is to be kept under a name, where no part of it may be a namespace: that would be a copy, which does
    /// not change, or hold itself.
    pub(super) is_kept: bool,
}

impl Convert<'_> {
    /// A value as YAML.
    pub(super) fn to_node(&self, value: &Value) -> Result<Node, NotData> {
        if let Some(object) = value.downcast_object_ref::<NodeObject>() {
            return Ok(object.node.clone());
        }
        let node = self.within(value, 0)?;
        // What was read has a place and a bounded depth; only computed values can be wrapped again and again.
        if !node.place.is_known() && length(&node) > 0 && Measure::of(&node).depth > MAX_DEPTH {
            return Err(NotData::Limit);
        }
        Ok(node)
    }

    fn within(&self, value: &Value, depth: usize) -> Result<Node, NotData> {
        if depth > MAX_DEPTH {
            return Err(NotData::Limit);
        }
        if let Some(object) = value.downcast_object_ref::<NodeObject>() {
            return Ok(object.node.clone());
        }
        Ok(match value.kind() {
            ValueKind::Undefined => return Err(NotData::Undefined),
            ValueKind::None => Node::computed(yaml::Value::Null),
            ValueKind::Bool => Node::computed(value.is_true()),
            ValueKind::Number => number(value).ok_or(NotData::Limit)?,
            ValueKind::String => {
                let text = value.as_str().unwrap_or("");
                if value.is_safe() {
                    return (self.fragment)(text).ok_or(NotData::Omit);
                }
                match value.to_str() {
                    // Shared, so that where the text was written can still be found.
                    Some(text) => Node::computed(yaml::Value::String(text)),
                    None => Node::computed(text),
                }
            }
            ValueKind::Map => {
                match special(value) {
                    Some(Special::Function) => return Err(NotData::Kind),
                    Some(Special::Namespace) if self.is_kept => return Err(NotData::Namespace),
                    _ => {}
                }
                let mut map = Map::new();
                let mut is_data = true;
                for key in value.try_iter().map_err(|_| NotData::Kind)? {
                    self.step()?;
                    let item = value.get_item(&key).map_err(|_| NotData::Kind)?;
                    match self.within(&item, depth + 1) {
                        Ok(node) => drop(map.insert(key.to_string(), node)),
                        Err(NotData::Omit) => {}
                        // A namespace may stand behind it.
                        Err(NotData::Kind) if self.is_kept => is_data = false,
                        Err(other) => return Err(other),
                    }
                }
                match is_data {
                    true => Node::computed(map),
                    false => return Err(NotData::Kind),
                }
            }
            ValueKind::Seq | ValueKind::Iterable => {
                let mut list = Vec::new();
                let mut is_data = true;
                for item in value.try_iter().map_err(|_| NotData::Kind)? {
                    self.step()?;
                    match self.within(&item, depth + 1) {
                        Ok(node) => list.push(node),
                        Err(NotData::Omit) => {}
                        Err(NotData::Kind) if self.is_kept => is_data = false,
                        Err(other) => return Err(other),
                    }
                }
                match is_data {
                    true => Node::computed(list),
                    false => return Err(NotData::Kind),
                }
            }
            _ if is_omit(value) => return Err(NotData::Omit),
            _ if missing(value).is_some() => return Err(NotData::Undefined),
            _ => return Err(NotData::Kind),
        })
    }

    fn step(&self) -> Result<(), NotData> {
        (self.take_steps)(STEPS_AN_ITEM)
            .then_some(())
            .ok_or(NotData::Steps)
    }
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
