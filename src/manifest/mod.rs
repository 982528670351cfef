//! Objects: what the templates' documents are to Kubernetes and to a release.

mod order;
mod read;
mod show_only;

use std::collections::HashMap;
use std::sync::Arc;

use crate::chart::{Chart, ChartFile, is_manifest};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::render::{Document, Leftovers};
use crate::source::Place;
use crate::workers::each;
use crate::yaml::{self, Node};

pub use read::{cleaned, flattened, is_live, read, without_repeats};
pub use show_only::ShowOnly;

/// The events that a hook can name, as Helm knows them.
const HOOK_EVENTS: &[&str] = &[
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
    "test-success",
];

/// What makes an object the same object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// `apps/v1`; empty where the document says none.
    pub api_version: String,
    /// `Deployment`; empty where the document says none.
    pub kind: String,
    /// The namespace that the object names; empty for none.
    pub namespace: String,
    /// The name; empty where the document says none.
    pub name: String,
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}/",
            if self.kind.is_empty() {
                "(no kind)"
            } else {
                &self.kind
            }
        )?;
        if !self.namespace.is_empty() {
            write!(f, "{}/", self.namespace)?;
        }
        f.write_str(if self.name.is_empty() {
            "(no name)"
        } else {
            &self.name
        })
    }
}

/// An object of the release.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its identity.
    pub identity: Identity,
    /// The object.
    pub node: Node,
    /// The template or CRD file that it comes from, from the root chart: `prometheus/templates/deploy.yaml`.
    pub template: String,
    /// The hook events that it waits for; empty for an ordinary object.
    pub hook_events: Vec<String>,
    /// Where it begins.
    pub place: Place,
    /// The object as YAML, where that was written already; `node` then has only what identifies it.
    pub written: Option<Arc<yaml::Pieces>>,
}

impl Object {
    fn new(document: Document) -> Object {
        let Document {
            template,
            source,
            node,
            written,
        } = document;
        let text = |path: &[&str]| match node.at_path(path).map(|found| &found.value) {
            Some(yaml::Value::String(text)) => text.to_string(),
            Some(yaml::Value::Int(number)) => number.to_string(),
            Some(yaml::Value::Bool(value)) => value.to_string(),
            _ => String::new(),
        };
        let identity = Identity {
            api_version: text(&["apiVersion"]),
            kind: text(&["kind"]),
            namespace: text(&["metadata", "namespace"]),
            name: text(&["metadata", "name"]),
        };
        let hook_events = node
            .at_path(&["metadata", "annotations", "helm.sh/hook"])
            .and_then(Node::as_str)
            .map(|events| {
                events
                    .split(',')
                    .map(|event| event.trim().to_lowercase())
                    .collect()
            })
            .unwrap_or_default();
        let place = if node.place.is_known() {
            node.place.clone()
        } else {
            Place::whole(&source)
        };
        Object {
            identity,
            node,
            template,
            hook_events,
            place,
            written,
        }
    }

    fn is_test(&self) -> bool {
        self.hook_events
            .iter()
            .any(|event| event == "test" || event == "test-success")
    }
}

/// What of a release is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection {
    /// The files under crds/, first.
    pub include_crds: bool,
    /// No hooks.
    pub no_hooks: bool,
    /// No test hooks.
    pub skip_tests: bool,
    /// Objects are wanted as YAML alone: CRDs, which are large, are written while they are read, and their trees are not kept.
    pub written: bool,
}

impl Selection {
    /// Whether an object is wanted that is a hook; those that are none are.
    pub fn wants(self, object: &Object) -> bool {
        object.hook_events.is_empty() || self.wants_hook(object)
    }

    fn wants_hook(self, object: &Object) -> bool {
        let unwanted = self.no_hooks || (self.skip_tests && object.is_test());
        !unwanted
    }
}

/// The objects of a release, in the order in which Helm prints them: CRDs, objects in install order, hooks.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// All objects.
    pub objects: Vec<Object>,
    /// What looks wrong.
    pub warnings: Vec<Diagnostic>,
    /// What rendering left behind.
    pub leftovers: Leftovers,
}

/// Makes the manifests of a release from what its templates wrote.
///
/// # Errors
/// Documents that are not maps, and two objects with one identity, all of them at once.
pub fn assemble(documents: Vec<Document>, crds: Vec<Object>, selection: Selection) -> Result<Manifests> {
    let mut errors = Vec::new();
    let mut warnings = Vec::new();
    let mut objects = if selection.include_crds { crds } else { Vec::new() };
    let mut ordinary = Vec::new();
    let mut hooks = Vec::new();
    for document in documents {
        if document.node.as_map().is_none() {
            errors.push(not_a_map(&document));
            continue;
        }
        let object = Object::new(document);
        if object.hook_events.is_empty() {
            ordinary.push(object);
        } else if let Some(unknown) = object
            .hook_events
            .iter()
            .find(|event| !HOOK_EVENTS.contains(&event.as_str()))
        {
            warnings.push(
                Diagnostic::warning(
                    "unknown-hook",
                    format!(
                        "`{}` has the unknown hook event `{unknown}` and is left out",
                        object.identity
                    ),
                )
                .at(&object.place)
                .help(format!("hook events are {}", HOOK_EVENTS.join(", "))),
            );
        } else if selection.wants_hook(&object) {
            hooks.push(object);
        }
    }
    order::sort(&mut ordinary);
    order::sort(&mut hooks);
    objects.extend(ordinary);
    objects.extend(hooks);
    check(&objects, &mut errors, &mut warnings);
    if errors.is_empty() {
        Ok(Manifests {
            objects,
            warnings,
            ..Manifests::default()
        })
    } else {
        Err(Diagnostics(errors))
    }
}

fn not_a_map(document: &Document) -> Diagnostic {
    Diagnostic::error(
        "not-an-object",
        format!(
            "the template wrote {}, and an object is a map",
            document.node.kind()
        ),
    )
    .at(&if document.node.place.is_known() {
        document.node.place.clone()
    } else {
        Place::whole(&document.source)
    })
    .help("begin with `apiVersion:` and `kind:`; between objects stands `---`")
}

/// Refuses a second object of one identity; warns of objects without a kind or name, which Kubernetes refuses.
fn check(objects: &[Object], errors: &mut Vec<Diagnostic>, warnings: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&Identity, &Object> = HashMap::with_capacity(objects.len());
    for object in objects {
        let identity = &object.identity;
        let has_name =
            !identity.name.is_empty() || object.node.at_path(&["metadata", "generateName"]).is_some();
        let missing: Vec<&str> = [
            ("apiVersion", !identity.api_version.is_empty()),
            ("kind", !identity.kind.is_empty()),
            ("metadata.name", has_name || identity.kind.ends_with("List")),
        ]
        .iter()
        .filter(|(_, there)| !there)
        .map(|(name, _)| *name)
        .collect();
        if !missing.is_empty() {
            warnings.push(
                Diagnostic::warning(
                    "incomplete-object",
                    format!(
                        "an object has no `{}`, so Kubernetes will reject it",
                        missing.join("`, no `")
                    ),
                )
                .at(&object.place)
                .help(format!("it comes from {}", object.template)),
            );
        } else if let Some(first) = seen.insert(identity, object)
            && !identity.name.is_empty()
        {
            errors.push(
                Diagnostic::error(
                    "duplicate-object",
                    format!("two objects are `{identity}` ({})", identity.api_version),
                )
                .label(&object.place, format!("again here, from {}", object.template))
                .label(&first.place, format!("first here, from {}", first.template))
                .help("give one of them another name, or remove it"),
            );
        }
    }
}

/// Reads the CRDs of a chart and of its enabled subcharts; they are never templates.
///
/// # Errors
/// Files that are not YAML.
pub fn crds(chart: &Chart, path: &str, selection: Selection) -> Result<Vec<Object>> {
    let files: Vec<&ChartFile> = (chart.crds.iter())
        .filter(|file| is_manifest(&file.path))
        .collect();
    let bytes: u64 = files.iter().map(|file| file.size()).sum();
    let threads = usize::try_from(bytes.div_ceil(BYTES_A_THREAD)).unwrap_or(usize::MAX);
    let read = each(&files, threads, &|file| of_file(file, path, selection.written));
    let mut objects = Vec::new();
    for of_file in read {
        objects.extend(of_file?);
    }
    Ok(objects)
}

/// How many bytes of YAML take longer to read than beginning a thread for them.
const BYTES_A_THREAD: u64 = 256 << 10;

fn of_file(file: &ChartFile, path: &str, written: bool) -> Result<Vec<Object>> {
    let source = file.text()?;
    let template = format!("{path}/{}", file.path);
    if written && let Some(documents) = Document::copied(&template, source, source) {
        return Ok(documents.into_iter().map(Object::new).collect());
    }
    let nodes = yaml::read_documents(source)?.into_iter();
    let objects = nodes.filter(|node| node.as_map().is_some()).map(|node| {
        let mut document = Document::new(template.as_str(), source, node);
        if written {
            document.write();
        }
        Object::new(document)
    });
    Ok(objects.collect())
}
