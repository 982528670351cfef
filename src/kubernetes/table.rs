//! The table of Kubernetes' own types and those of common custom resources, compiled in. `tools/kubernetes-structure` makes it and
//! describes its first part; a type is read when it is first asked for.
//!
//! The keys of a type's line: `o` fields with their types, `r` those that are required, `open` and `atomic` as of
//! [`Object`]; `a` the type of a list's items, `k` its map keys, `u` where it is a set, `pk` its patch key; `m` the type of a map's entries; `t` the
//! letter of a scalar, `e` its choices, `p` its pattern, `min`, `max`, `minL`, `maxL`, `minI`, `maxI`, `maxP` its bounds, `z` where it may be null, `d` its
//! default.

use std::sync::OnceLock;

use serde_json::Value as Json;

use super::schema::{Bounds, Field, List, ListKind, Object, Pattern, Schema, Shape, TypeId};
use super::types::{Type, Types, shape_of_letter};
use crate::yaml::from_json;

static TEXT: &str = include_str!("structure.txt");

/// A kind of an API version.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// `apps/v1`.
    pub api_version: &'static str,
    /// `Deployment`.
    pub kind: &'static str,
    /// `deployments`, as rules of RBAC name it.
    pub plural: &'static str,
    /// Whether its objects live in a namespace.
    pub is_namespaced: bool,
    /// Where it comes from.
    pub origin: Origin,
    line: usize,
}

/// Where a kind comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Kubernetes itself.
    Kubernetes,
    /// A common custom resource.
    Custom,
    /// A version of a common custom resource that is not served any more.
    CustomNoLongerServed,
}

impl Kind {
    /// The structure of its objects.
    pub fn structure(&self) -> Type<'static> {
        Type::new(&table().types, TypeId::of_line(self.line))
    }

    /// `apps`; empty for the core group.
    pub fn group(&self) -> &'static str {
        group_of(self.api_version)
    }
}

/// The group of an API version; empty for the core one.
pub fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

struct Table {
    kinds: Vec<Kind>,
    lines: Vec<&'static str>,
    types: Types,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let (kinds, types) = TEXT.split_once("\n\n").unwrap_or_default();
        let lines: Vec<&str> = types.lines().collect();
        Table {
            kinds: kinds.lines().filter_map(kind).collect(),
            types: Types::read_later(lines.len(), read),
            lines,
        }
    })
}

fn kind(line: &'static str) -> Option<Kind> {
    let mut words = line.split(' ');
    Some(Kind {
        api_version: words.next()?,
        kind: words.next()?,
        plural: words.next()?,
        is_namespaced: words.next()? == "N",
        line: words.next()?.parse().ok()?,
        origin: match words.next()? {
            "crd" => Origin::Custom,
            "old" => Origin::CustomNoLongerServed,
            _ => Origin::Kubernetes,
        },
    })
}

/// All kinds, sorted by API version and kind.
pub fn kinds() -> &'static [Kind] {
    &table().kinds
}

/// The kind of an API version and a kind's name.
pub fn find(api_version: &str, kind: &str) -> Option<&'static Kind> {
    let kinds = kinds();
    let index = kinds
        .binary_search_by(|known| (known.api_version, known.kind).cmp(&(api_version, kind)))
        .ok()?;
    kinds.get(index)
}

/// The structure of an object's metadata.
pub fn metadata() -> Option<Type<'static>> {
    find("v1", "ConfigMap")?.structure().field("metadata")
}

fn read(line: usize) -> Schema {
    let json = table()
        .lines
        .get(line)
        .and_then(|line| serde_json::from_str(line).ok());
    json.as_ref().map(schema).unwrap_or_default()
}

fn schema(json: &Json) -> Schema {
    let number = |key: &str| json.get(key).and_then(Json::as_f64);
    let size = |key: &str| {
        json.get(key)
            .and_then(Json::as_u64)
            .and_then(|size| usize::try_from(size).ok())
    };
    let shape = if let Some(fields) = json.get("o").and_then(Json::as_object) {
        Shape::Object(object(json, fields))
    } else if let Some(items) = json.get("a") {
        Shape::List(List {
            items: type_id(items),
            kind: match json.get("k").and_then(Json::as_array) {
                Some(keys) => ListKind::Map(keys.iter().filter_map(Json::as_str).map(Into::into).collect()),
                None if json.get("u").is_some() => ListKind::Set,
                None => ListKind::Atomic,
            },
            patch_key: json.get("pk").and_then(Json::as_str).map(Into::into),
        })
    } else if let Some(entries) = json.get("m") {
        Shape::Map(type_id(entries))
    } else {
        json.get("t").map_or(Shape::Anything, letter_shape)
    };
    Schema {
        shape,
        nullable: json.get("z").is_some(),
        default: json.get("d").cloned().map(from_json),
        bounds: Bounds {
            one_of: match json.get("e").and_then(Json::as_array) {
                Some(choices) => choices.iter().cloned().map(from_json).collect(),
                None => Vec::new(),
            },
            minimum: number("min"),
            maximum: number("max"),
            fewest: size("minL").or_else(|| size("minI")),
            most: size("maxL").or_else(|| size("maxI")).or_else(|| size("maxP")),
            pattern: json.get("p").and_then(Json::as_str).map(Pattern::new),
        },
    }
}

fn object(json: &Json, fields: &serde_json::Map<String, Json>) -> Object {
    let required: Vec<&str> = match json.get("r").and_then(Json::as_array) {
        Some(names) => names.iter().filter_map(Json::as_str).collect(),
        None => Vec::new(),
    };
    let mut fields: Vec<Field> = fields
        .iter()
        .map(|(name, of)| Field {
            name: name.as_str().into(),
            of: type_id(of),
            is_required: required.contains(&name.as_str()),
        })
        .collect();
    fields.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Object {
        fields,
        is_open: json.get("open").is_some(),
        is_atomic: json.get("atomic").is_some(),
    }
}

fn letter(json: &Json) -> Option<char> {
    json.as_str().and_then(|text| text.chars().next())
}

fn letter_shape(json: &Json) -> Shape {
    letter(json).and_then(shape_of_letter).unwrap_or_default()
}

fn type_id(json: &Json) -> TypeId {
    match json.as_u64().and_then(|line| usize::try_from(line).ok()) {
        Some(line) => TypeId::of_line(line),
        None => letter(json)
            .and_then(TypeId::of_letter)
            .unwrap_or(TypeId::ANYTHING),
    }
}
