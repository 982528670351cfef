//! The whole story of one value.

use super::inner::{offset, tree};
use super::switch::{self, Switch};
use super::{Rendered, Subject, key};
use crate::chart::Decision;
use crate::diagnostic::Result;
use crate::manifest::{Identity, Object};
use crate::render::provenance::{FieldPath, Made, Reached, leaves};
use crate::source::Place;
use crate::values::{Description, Setting, describe, find, history};
use crate::yaml::Node;

/// What is known of a value.
#[derive(Debug, Clone)]
pub struct Story {
    /// Its path from the root's values.
    pub path: FieldPath,
    /// The value; nothing where it is not set.
    pub value: Option<Node>,
    /// The subchart that it belongs to, where that is switched off.
    pub disabled: Option<Decision>,
    /// What the charts say of it.
    pub description: Option<Description>,
    /// What all layers say of it, from the charts' defaults to the flags: the last one counts.
    pub history: Vec<Setting>,
    /// The subcharts that it switches on or off.
    pub switches: Vec<Switch>,
    /// What templates do with it; nothing where they could not be rendered.
    pub uses: Option<Uses>,
}

/// What templates do with a value.
#[derive(Debug, Clone, Default)]
pub struct Uses {
    /// Where they read it.
    pub readers: Vec<Place>,
    /// The conditions and loops that hang on it.
    pub conditions: Vec<Place>,
    /// The objects that it reaches.
    pub reached: Vec<ReachedObject>,
}

/// An object that a value reaches.
#[derive(Debug, Clone)]
pub struct ReachedObject {
    /// Which one.
    pub identity: Identity,
    /// The template that makes it.
    pub template: String,
    /// Whether the whole object is only there, or not there, because of the value.
    pub is_whole: bool,
    /// The fields that the value goes into.
    pub fields: Vec<FieldAt>,
    /// The fields that are there or not because of the value; empty where that is the whole object.
    pub decided: Vec<FieldPath>,
}

/// A field that a value goes into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldAt {
    /// Its path in the object.
    pub path: FieldPath,
    /// Where the field is a text of YAML, such as a ConfigMap's prometheus.yml, the paths in that.
    pub inner: Vec<FieldPath>,
}

/// Tells the story of a value by its key, as it is typed.
///
/// # Errors
/// What is not a path, and a key that neither the values nor the charts know.
pub fn story(subject: &Subject<'_>, text: &str) -> Result<Story> {
    let path = key::find(subject, text)?;
    let disabled = switch::disabled(subject.root, &path).cloned();
    let values = match disabled {
        Some(_) => subject.undecided,
        None => &subject.root.values,
    };
    let mut switches = switch::all(subject.root);
    switches.retain(|switch| switch.value.starts_with(&path));
    let path = FieldPath(path);
    let uses = subject
        .rendered
        .map(|rendered| uses(subject, rendered, &path, &switches));
    Ok(Story {
        value: find(values, &path.0).cloned(),
        disabled,
        description: describe(subject.root, &path.0),
        history: history(subject.root, subject.user, &path.0),
        switches,
        uses,
        path,
    })
}

fn uses(subject: &Subject<'_>, rendered: Rendered<'_>, path: &FieldPath, switches: &[Switch]) -> Uses {
    let Rendered { objects, provenance } = rendered;
    let nodes: Vec<&Node> = objects.iter().map(|object| &object.node).collect();
    let mut by_object: Vec<Vec<Reached>> = vec![Vec::new(); objects.len()];
    for reached in provenance.reached(&nodes, path) {
        if let Some(of_object) = by_object.get_mut(reached.document) {
            of_object.push(reached);
        }
    }
    let switched: Vec<String> = switches
        .iter()
        .filter(|switch| switch.decides && switch.is_on)
        .map(|switch| {
            let root = subject.root.path.first().map(String::as_str);
            let names: Vec<&str> = root
                .into_iter()
                .chain(switch.chart.iter().map(String::as_str))
                .collect();
            format!("{}/", names.join("/charts/"))
        })
        .collect();
    let mut uses = Uses {
        readers: provenance.readers(path),
        conditions: provenance.conditions(path),
        reached: Vec::new(),
    };
    for (object, reached) in objects.iter().zip(by_object) {
        let is_switched = switched.iter().any(|chart| object.template.starts_with(chart));
        let is_made = |made: Option<Made>| made.is_some_and(|made| provenance.is_named(&made, path));
        let is_whole = is_switched || is_made(provenance.made(&object.node, &FieldPath::default()));
        if reached.is_empty() && !is_whole {
            continue;
        }
        let fields = reached.iter().filter(|reached| reached.is_value);
        let decided = reached.iter().filter(|reached| !reached.is_value && !is_whole);
        uses.reached.push(ReachedObject {
            identity: object.identity.clone(),
            template: object.template.clone(),
            is_whole,
            fields: fields
                .map(|reached| field_at(rendered, object, &reached.field, path))
                .collect(),
            decided: decided.map(|reached| reached.field.clone()).collect(),
        });
    }
    uses
}

/// A field that a value goes into, with the places in it where it is a text of YAML.
fn field_at(rendered: Rendered<'_>, object: &Object, field: &FieldPath, value: &FieldPath) -> FieldAt {
    let text = find(&object.node, &field.0).and_then(Node::as_str);
    let goes_in = |at: Option<usize>| {
        let made = at.and_then(|at| rendered.provenance.made_in_text(&object.node, field, at));
        made.is_some_and(|made| rendered.provenance.is_named(&made, value))
    };
    let inner = text.and_then(tree).map(|(text, tree)| {
        let mut inner = leaves(&tree);
        inner.retain(|path| goes_in(find(&tree, &path.0).and_then(|node| offset(&text, node))));
        inner
    });
    FieldAt {
        path: field.clone(),
        inner: inner.unwrap_or_default(),
    }
}
