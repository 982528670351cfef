//! The values behind a field of an object.

use super::inner::{offset, tree};
use super::{Rendered, Subject};
use crate::diagnostic::{Diagnostic, Result, nearest};
use crate::manifest::{Identity, Object};
use crate::render::provenance::{Depth, FieldPath, Made, ValueAt, leaves};
use crate::source::{Place, Source};
use crate::values::{Selector, Setting, find, history};
use crate::yaml::{self, Node, Value};

/// What is behind a field.
#[derive(Debug, Clone)]
pub struct Behind {
    /// The object.
    pub object: Identity,
    /// The template that makes it.
    pub template: String,
    /// The field.
    pub field: FieldPath,
    /// Where the path leads into a text of YAML, the path in that.
    pub inner: Option<FieldPath>,
    /// What the field holds.
    pub value: Node,
    /// The template's line.
    pub place: Place,
    /// The values that went into it.
    pub values: Vec<ValueBehind>,
    /// The conditions and loops that it stands under, outermost first, with the values that they read.
    pub conditions: Vec<(Place, Vec<ValueBehind>)>,
}

/// A value and who set it.
#[derive(Debug, Clone)]
pub struct ValueBehind {
    /// Its path from the root's values.
    pub path: FieldPath,
    /// The value; nothing for a key that is not there.
    pub value: Option<Node>,
    /// What all layers say of it: the last one counts.
    pub history: Vec<Setting>,
}

/// Finds what is behind a field. `object` is `Kind/name` or `Kind/namespace/name`, in any case; `field` is a path in it, which may lead on
/// into a text of YAML.
///
/// # Errors
/// An object or field that is not there, and what is not a path.
pub fn behind(subject: &Subject<'_>, rendered: Rendered<'_>, object: &str, field: &str) -> Result<Behind> {
    let object = find_object(rendered.objects, object)?;
    let selector = Selector::parse(field)?;
    let mut inner = None;
    let (path, value, made) = match selector.resolve(&object.node) {
        Ok(path) => {
            let value = find(&object.node, &path).cloned().unwrap_or_default();
            let path = FieldPath(path);
            let made = made_of(rendered, object, &path, &value);
            (path, value, made)
        }
        Err(lost) => {
            let not_found = |message: String, help: Option<String>| {
                let error = Diagnostic::error("field-not-found", message);
                match help {
                    Some(help) => error.help(help),
                    None => error,
                }
            };
            let name = format!("`{}`", object.identity);
            let Some((text, tree)) = lost.node.as_str().and_then(tree) else {
                return Err(not_found(lost.message(&name), lost.help()).into());
            };
            let rest = lost.rest();
            let field = FieldPath(lost.path.clone());
            let steps = rest.resolve(&tree).map_err(|lost| {
                let message = lost.message(&format!("the text at `{field}` of {name}"));
                not_found(message, lost.help())
            })?;
            let node = find(&tree, &steps).cloned().unwrap_or_default();
            let made = made_of_text(rendered, object, &field, &text, &node);
            inner = Some(FieldPath(steps));
            (field, node, made)
        }
    };
    let values_of = |values: &[ValueAt]| -> Vec<ValueBehind> {
        let behind = |value: &ValueAt| ValueBehind {
            path: value.cause.path.clone(),
            value: find(&subject.root.values, &value.cause.path.0).cloned(),
            history: history(subject.root, subject.user, &value.cause.path.0),
        };
        values.iter().map(behind).collect()
    };
    Ok(Behind {
        object: object.identity.clone(),
        template: object.template.clone(),
        field: path,
        inner,
        value: value.clone(),
        place: made.template,
        values: values_of(&likeliest(subject, &value, made.values)),
        conditions: (made.conditions.iter())
            .map(|(place, values)| (place.clone(), values_of(values)))
            .collect(),
    })
}

/// Values without those that only hold others of them, those first that can be seen in the field.
fn likeliest(subject: &Subject<'_>, field: &Node, mut values: Vec<ValueAt>) -> Vec<ValueAt> {
    let paths: Vec<FieldPath> = values.iter().map(|value| value.cause.path.clone()).collect();
    values.retain(|value| {
        let path = &value.cause.path.0;
        let holds = |other: &FieldPath| other.0.len() > path.len() && other.0.starts_with(path);
        value.cause.depth != Depth::Value || !paths.iter().any(holds)
    });
    let text = |node: &Node| match &node.value {
        Value::String(text) => text.to_string(),
        Value::Null | Value::List(_) | Value::Map(_) => String::new(),
        _ => yaml::write_json(node),
    };
    let shown = match text(field) {
        text if text.is_empty() => yaml::write_json(field),
        text => text,
    };
    values.sort_by_cached_key(|value| {
        let node = find(&subject.root.values, &value.cause.path.0);
        let written = node.map(text).unwrap_or_default();
        written.is_empty() || !shown.contains(&written)
    });
    values
}

/// The most leaves of a field that are looked at.
const MOST_LEAVES: usize = 2000;

/// What made a field, and all that it holds.
fn made_of(rendered: Rendered<'_>, object: &Object, path: &FieldPath, node: &Node) -> Made {
    let made = rendered.provenance.made(&object.node, path).unwrap_or_default();
    let below = leaves(node).into_iter().take(MOST_LEAVES).filter_map(|leaf| {
        let full = FieldPath(path.0.iter().cloned().chain(leaf.0).collect());
        rendered.provenance.made(&object.node, &full)
    });
    together(made, below)
}

/// What made a part of a text, and all that it holds.
fn made_of_text(
    rendered: Rendered<'_>,
    object: &Object,
    field: &FieldPath,
    text: &Source,
    node: &Node,
) -> Made {
    let provenance = rendered.provenance;
    let mut found = leaves(node).into_iter().take(MOST_LEAVES).filter_map(|leaf| {
        let at = offset(text, find(node, &leaf.0)?)?;
        provenance.made_in_text(&object.node, field, at)
    });
    let first = found.next().or_else(|| provenance.made(&object.node, field));
    together(first.unwrap_or_default(), found)
}

/// What made something, with the values that went into what it holds.
fn together(mut made: Made, parts: impl Iterator<Item = Made>) -> Made {
    for value in parts.flat_map(|part| part.values) {
        if !made.values.contains(&value) {
            made.values.push(value);
        }
    }
    made.values.sort_by(|a, b| a.cause.cmp(&b.cause));
    // Who looked further at a value looked at it.
    made.values.reverse();
    made.values.dedup_by(|a, b| a.cause.path == b.cause.path);
    made.values.reverse();
    made
}

/// The object of a name.
fn find_object<'o>(objects: &'o [Object], text: &str) -> Result<&'o Object> {
    let wanted = text.to_lowercase();
    let names = |object: &Object| -> Vec<String> {
        let identity = &object.identity;
        let mut names = vec![
            identity.to_string(),
            format!("{}/{}", identity.kind, identity.name),
            identity.name.clone(),
        ];
        names.iter_mut().for_each(|name| *name = name.to_lowercase());
        names
    };
    let found: Vec<&Object> = objects
        .iter()
        .filter(|object| names(object).contains(&wanted))
        .collect();
    match found.as_slice() {
        [object] => Ok(object),
        [] => {
            let identities: Vec<String> = objects.iter().map(|object| object.identity.to_string()).collect();
            let short: Vec<String> = objects
                .iter()
                .map(|object| format!("{}/{}", object.identity.kind, object.identity.name))
                .collect();
            let error = Diagnostic::error("object-not-found", format!("no object is `{text}`"));
            let near = nearest(text, short.iter().map(String::as_str));
            let near = near.and_then(|near| short.iter().position(|known| known == near));
            Err(match near.and_then(|index| identities.get(index)) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help("write it as `Kind/name`; `promchart render` shows what there is"),
            }
            .into())
        }
        several => {
            let names: Vec<String> = several
                .iter()
                .map(|object| format!("`{}`", object.identity))
                .collect();
            let message = format!("several objects are `{text}`");
            Err(Diagnostic::error("object-not-found", message)
                .help(format!("write one of {}", names.join(", ")))
                .into())
        }
    }
}
