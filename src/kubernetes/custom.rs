//! The structure of custom resources, read from a CustomResourceDefinition.

use super::schema::{Bounds, Field, List, ListKind, Object, Pattern, Scalar, Schema, Shape, TypeId};
use super::types::{Type, Types};
use crate::yaml::{Node, Value};

/// How deep a definition's schemas may be nested.
const DEEPEST: usize = 100;

/// The kinds that a CustomResourceDefinition defines, one for each version.
pub struct Custom {
    /// `example.com`.
    pub group: String,
    /// `Widget`.
    pub kind: String,
    /// `widgets`.
    pub plural: String,
    /// Whether its objects live in a namespace.
    pub is_namespaced: bool,
    /// The versions.
    pub versions: Vec<CustomVersion>,
    types: Types,
}

/// A version of a custom resource.
pub struct CustomVersion {
    /// `v1`.
    pub name: String,
    /// Whether the API server answers for it.
    pub is_served: bool,
    root: TypeId,
}

impl Custom {
    /// Reads a definition (`apiextensions.k8s.io/v1` or `v1beta1`); `None` where it does not name its group and kind.
    pub fn read(definition: &Node) -> Option<Custom> {
        let text = |path: &[&str]| definition.at_path(path).and_then(Node::as_str).map(str::to_owned);
        let mut types = Types::new();
        let versions = definition
            .at_path(&["spec", "versions"])
            .and_then(Node::as_list)
            .unwrap_or_default()
            .iter()
            .filter_map(|version| {
                let own = version.at_path(&["schema", "openAPIV3Schema"]);
                let shared = definition.at_path(&["spec", "validation", "openAPIV3Schema"]);
                Some(CustomVersion {
                    name: version.get("name")?.as_str()?.to_owned(),
                    is_served: version.get("served").and_then(Node::as_bool).unwrap_or(true),
                    root: root(own.or(shared), &mut types),
                })
            })
            .collect();
        Some(Custom {
            group: text(&["spec", "group"])?,
            kind: text(&["spec", "names", "kind"])?,
            plural: text(&["spec", "names", "plural"]).unwrap_or_default(),
            is_namespaced: text(&["spec", "scope"]).as_deref() != Some("Cluster"),
            versions,
            types,
        })
    }

    /// The structure of a version's objects.
    pub fn structure(&self, version: &CustomVersion) -> Type<'_> {
        Type::new(&self.types, version.root)
    }
}

/// The type of a version's objects: metadata is left open, because it has a structure of its own.
fn root(schema: Option<&Node>, types: &mut Types) -> TypeId {
    let Some(schema) = schema else {
        return types.push(Schema::plain(Shape::AnyMap));
    };
    let mut read = read(schema, types, DEEPEST);
    if let Shape::Object(object) = &mut read.shape {
        let string = types.push(Schema::plain(Shape::Scalar(Scalar::String)));
        for (name, of) in [
            ("apiVersion", string),
            ("kind", string),
            ("metadata", TypeId::ANYTHING),
        ] {
            object.fields.retain(|field| *field.name != *name);
            object.fields.push(Field {
                name: name.into(),
                of,
                is_required: false,
            });
        }
        object.fields.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    }
    types.push(read)
}

fn put(schema: Option<&Node>, types: &mut Types, depth: usize) -> TypeId {
    match schema {
        Some(schema) if depth > 0 => {
            let read = read(schema, types, depth - 1);
            types.push(read)
        }
        _ => TypeId::ANYTHING,
    }
}

fn read(schema: &Node, types: &mut Types, depth: usize) -> Schema {
    let size = |key: &str| match schema.get(key).map(|found| &found.value) {
        Some(Value::Int(size)) => usize::try_from(*size).ok(),
        _ => None,
    };
    let number = |key: &str| match schema.get(key).map(|found| &found.value) {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a bound is that of a number, which is a float to JSON"
        )]
        Some(Value::Int(number)) => Some(*number as f64),
        Some(Value::Float(number)) => Some(*number),
        _ => None,
    };
    let is_true = |key: &str| schema.get(key).and_then(Node::as_bool) == Some(true);
    Schema {
        shape: shape(schema, types, depth),
        nullable: is_true("nullable"),
        default: schema.get("default").cloned(),
        bounds: Bounds {
            one_of: schema
                .get("enum")
                .and_then(Node::as_list)
                .map(<[Node]>::to_vec)
                .unwrap_or_default(),
            minimum: number("minimum"),
            maximum: number("maximum"),
            fewest: size("minLength")
                .or_else(|| size("minItems"))
                .or_else(|| size("minProperties")),
            most: size("maxLength")
                .or_else(|| size("maxItems"))
                .or_else(|| size("maxProperties")),
            pattern: schema.get("pattern").and_then(Node::as_str).map(Pattern::new),
        },
    }
}

fn shape(schema: &Node, types: &mut Types, depth: usize) -> Shape {
    let is_true = |key: &str| schema.get(key).and_then(Node::as_bool) == Some(true);
    if is_true("x-kubernetes-int-or-string") {
        return Shape::Scalar(Scalar::IntOrString);
    }
    if is_true("x-kubernetes-embedded-resource") {
        return Shape::AnyMap;
    }
    let text = |key: &str| schema.get(key).and_then(Node::as_str);
    match text("type") {
        Some("object") => object(
            schema,
            types,
            depth,
            is_true("x-kubernetes-preserve-unknown-fields"),
        ),
        Some("array") => {
            let keys = schema.get("x-kubernetes-list-map-keys").and_then(Node::as_list);
            Shape::List(List {
                items: put(schema.get("items"), types, depth),
                kind: match (text("x-kubernetes-list-type"), keys) {
                    (Some("map"), Some(keys)) => {
                        ListKind::Map(keys.iter().filter_map(Node::as_str).map(Into::into).collect())
                    }
                    (Some("set"), _) => ListKind::Set,
                    _ => ListKind::Atomic,
                },
                patch_key: None,
            })
        }
        Some("string") => Shape::Scalar(match text("format") {
            Some("byte") => Scalar::Bytes,
            Some("date-time") => Scalar::Time,
            _ => Scalar::String,
        }),
        Some("integer") => Shape::Scalar(match text("format") {
            Some("int32") => Scalar::Int32,
            Some("int64") => Scalar::Int64,
            _ => Scalar::Integer,
        }),
        Some("number") => Shape::Scalar(Scalar::Number),
        Some("boolean") => Shape::Scalar(Scalar::Boolean),
        _ => Shape::Anything,
    }
}

fn object(schema: &Node, types: &mut Types, depth: usize, is_open: bool) -> Shape {
    let entries = schema.get("additionalProperties");
    let Some(properties) = schema.get("properties").and_then(Node::as_map) else {
        return match entries {
            Some(of) if of.as_map().is_some() && !is_open => Shape::Map(put(Some(of), types, depth)),
            // A map without any field is what strict reading refuses all fields of.
            None if !is_open => Shape::Object(Object::default()),
            _ => Shape::AnyMap,
        };
    };
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Node::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::as_str)
        .collect();
    let mut fields: Vec<Field> = properties
        .iter()
        .map(|(name, entry)| Field {
            name: (&**name).into(),
            of: put(Some(&entry.node), types, depth),
            is_required: required.contains(&&**name),
        })
        .collect();
    fields.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Shape::Object(Object {
        fields,
        is_open: is_open || entries.is_some(),
        is_atomic: schema.get("x-kubernetes-map-type").and_then(Node::as_str) == Some("atomic"),
    })
}
