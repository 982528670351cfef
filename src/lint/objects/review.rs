//! Looking at one object after another.

use super::at::At;
use crate::chart::KubeVersion;
use crate::diagnostic::Diagnostic;
use crate::kubernetes::{Custom, Kind, Type};
use crate::lint::Rule;
use crate::manifest::{Identity, Object};
use crate::render::provenance::FieldPath;
use crate::values::{Step, dotted};
use crate::yaml::Node;

/// What is wrong with a field of an object.
#[derive(Debug, Clone)]
pub struct Found {
    /// The object's number in the list that was given.
    pub object: usize,
    /// Which object it is: of a `List`, the one within.
    pub identity: Identity,
    /// The field, or where it would be.
    pub field: FieldPath,
    /// How many steps of the field lead to an object within a `List`; 0 elsewhere.
    pub outer: usize,
    /// What is to be said of it, without a place.
    pub diagnostic: Diagnostic,
    /// Another field that it is about, such as the first of two that are the same.
    pub beside: Option<FieldPath>,
}

/// All objects and what is known of the cluster.
pub(super) struct World<'a> {
    /// Each object, and each object within a `List`.
    pub parts: Vec<Part<'a>>,
    /// The kinds that definitions among the objects define.
    pub customs: Vec<Custom>,
    /// The cluster's version.
    pub cluster: &'a KubeVersion,
    /// API versions that the cluster has beyond the known ones, as the user says.
    pub api_versions: &'a [String],
    /// The namespace of objects that name none.
    pub namespace: &'a str,
}

/// An object, or one within a `List`.
pub(super) struct Part<'a> {
    /// The number of the object that it is in.
    pub number: usize,
    /// Itself.
    pub root: At<'a>,
    /// Its API version; empty for none.
    pub api_version: &'a str,
    /// Its kind; empty for none.
    pub kind: &'a str,
    /// Its name; empty for none.
    pub name: &'a str,
}

/// Where the structure of an object comes from.
#[derive(Clone, Copy)]
pub(super) enum Known<'w> {
    /// From what is compiled in.
    Kind(&'static Kind),
    /// From a definition of the chart.
    Custom(Type<'w>),
}

impl<'a> World<'a> {
    pub fn new(
        objects: &'a [Object],
        cluster: &'a KubeVersion,
        api_versions: &'a [String],
        namespace: &'a str,
    ) -> Self {
        let mut parts = Vec::with_capacity(objects.len());
        for (number, object) in objects.iter().enumerate() {
            gather(number, At::root(&object.node), &mut parts);
        }
        let definitions = parts
            .iter()
            .filter(|part| part.is("apiextensions.k8s.io", "CustomResourceDefinition"));
        let customs = definitions
            .filter_map(|part| Custom::read(part.root.node))
            .collect();
        World {
            parts,
            customs,
            cluster,
            api_versions,
            namespace,
        }
    }

    /// The namespace of an object.
    pub fn namespace_of(&self, part: &Part<'a>) -> &'a str {
        match part.root.path(&["metadata", "namespace"]).and_then(|at| at.str()) {
            Some(namespace) if !namespace.is_empty() => namespace,
            _ => self.namespace,
        }
    }

    /// The object of a kind and name that is rendered in a namespace.
    pub fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<&Part<'a>> {
        let mut parts = self.parts.iter();
        parts.find(|part| part.kind == kind && part.name == name && self.namespace_of(part) == namespace)
    }
}

fn gather<'a>(number: usize, root: At<'a>, parts: &mut Vec<Part<'a>>) {
    let text = |key: &str| root.text(key).unwrap_or_default();
    let is_list = text("kind") == "List" && text("apiVersion") == "v1";
    // A list within a list is no object of the API; it is looked at as it is.
    if is_list && root.path.is_empty() {
        for item in root.list("items") {
            gather(number, item, parts);
        }
        return;
    }
    parts.push(Part {
        number,
        api_version: text("apiVersion"),
        kind: text("kind"),
        name: root
            .path(&["metadata", "name"])
            .and_then(|name| name.str())
            .unwrap_or_default(),
        root,
    });
}

impl Part<'_> {
    /// Whether it is of a group (empty for the core one) and kind, of any version.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.kind == kind && crate::kubernetes::group_of(self.api_version) == group
    }
}

/// What is being said about one object.
pub(super) struct Review<'w, 'a> {
    /// All objects.
    pub world: &'w World<'a>,
    /// This one.
    pub part: &'w Part<'a>,
    /// Where its structure comes from; nothing for a kind that is not known.
    pub known: Option<Known<'w>>,
    found: Vec<Found>,
}

impl<'w, 'a> Review<'w, 'a> {
    pub fn new(world: &'w World<'a>, part: &'w Part<'a>, known: Option<Known<'w>>) -> Self {
        Review {
            world,
            part,
            known,
            found: Vec::new(),
        }
    }

    /// The object.
    pub fn root(&self) -> At<'a> {
        self.part.root.clone()
    }

    /// The object's `spec`.
    pub fn spec(&self) -> Option<At<'a>> {
        self.part.root.get("spec")
    }

    /// Whether the object is of a group (empty for the core one) and kind.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.part.is(group, kind)
    }

    /// Says what is wrong with a field: the message goes on after its name.
    pub fn tell(&mut self, rule: &Rule, at: &At<'_>, message: &str, help: &str) {
        self.tell_path(rule, &at.path, message, help);
    }

    /// [`Review::tell`] of the second of two fields that go together badly.
    pub fn tell_beside(&mut self, rule: &Rule, at: &At<'_>, first: &[Step], message: &str, help: &str) {
        let count = self.found.len();
        self.tell(rule, at, message, help);
        for found in self.found.iter_mut().skip(count) {
            found.beside = Some(FieldPath(first.to_vec()));
        }
    }

    /// [`Review::tell`] of a text that is not a name, and why.
    pub fn tell_name(&mut self, rule: &Rule, at: &At<'_>, fault: &str) {
        self.tell(
            rule,
            at,
            &format!("is {}, which is not a name", shown(at.node)),
            fault,
        );
    }

    /// [`Review::tell`] of the path of an address that is not plain: with none of `bad` in it.
    pub fn tell_path_of_url(&mut self, rule: &Rule, at: &At<'_>, text: &str, bad: &[&str]) {
        let without = "write the path without";
        if !text.starts_with('/') {
            self.tell(rule, at, "does not begin with `/`", "write a path from `/`");
        } else if let Some(bad) = bad.iter().find(|bad| text.contains(**bad)) {
            self.tell(rule, at, &format!("has `{bad}` in it"), without);
        } else if text.ends_with("/..") || text.ends_with("/.") {
            self.tell(rule, at, "ends with a dot", without);
        }
    }

    /// [`Review::tell`] for a path.
    pub fn tell_path(&mut self, rule: &Rule, path: &[Step], message: &str, help: &str) {
        // What is missing can be noticed twice: along the structure and by a rule.
        let is_told = |found: &Found| found.diagnostic.code == rule.code && found.field.0 == path;
        if self.found.iter().any(is_told) {
            return;
        }
        let identity = identity(self.part);
        let text = match path {
            [] => format!("{identity} {message}"),
            path => format!("`{}` of {identity} {message}", dotted(path)),
        };
        let mut diagnostic = rule.finding(text);
        if !help.is_empty() {
            diagnostic = diagnostic.help(help);
        }
        self.found.push(Found {
            object: self.part.number,
            identity: Identity {
                api_version: self.part.api_version.to_owned(),
                kind: self.part.kind.to_owned(),
                namespace: (self.part.root.node)
                    .at_path(&["metadata", "namespace"])
                    .and_then(Node::as_str)
                    .unwrap_or_default()
                    .to_owned(),
                name: self.part.name.to_owned(),
            },
            outer: self.part.root.path.len(),
            field: FieldPath(path.to_vec()),
            diagnostic,
            beside: None,
        });
    }

    /// What was said.
    pub fn into_found(self) -> Vec<Found> {
        self.found
    }
}

/// What people call the object: `Deployment/prom-server`.
fn identity(part: &Part<'_>) -> String {
    let kind = match part.kind {
        "" => "an object",
        kind => kind,
    };
    match part.name {
        "" => kind.to_owned(),
        name => format!("{kind}/{name}"),
    }
}

/// A value as a message can show it: short texts, numbers and truth values; nothing for others.
pub(super) fn shown(node: &Node) -> String {
    const LONGEST: usize = 60;
    match &node.value {
        crate::yaml::Value::String(text) if text.chars().count() <= LONGEST => format!("`{text}`"),
        crate::yaml::Value::Int(number) => format!("`{number}`"),
        crate::yaml::Value::Float(number) => format!("`{number}`"),
        crate::yaml::Value::Bool(value) => format!("`{value}`"),
        _ => node.kind().to_owned(),
    }
}
