//! What a render changes against another side.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Request, prepare, render_recorded};
use crate::diagnostic::{Diagnostic, Result};
use crate::diff::{self, Diff, Options, Rendered, Side};
use crate::manifest::{self, Object, Selection, ShowOnly};
use crate::render::{Provenance, Recorder};
use crate::source::Source;

use super::Prepared;

/// What a render is held against.
#[derive(Debug, Clone)]
pub enum Against {
    /// Manifests, read already.
    Manifests(Vec<Arc<Source>>),
    /// The same chart or another one, with the same values or others: a request of its own, and what people call it.
    Render(Box<Request>, String),
    /// The objects as the cluster of kubectl's current context has them.
    Live,
}

/// What of both sides is compared, and how.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// What of a release is wanted.
    pub selection: Selection,
    /// Which differences are wanted.
    pub filter: diff::Filter,
    /// Whether what says nothing is given, too.
    pub all: bool,
    /// Whether the values of secrets are given.
    pub show_secrets: bool,
    /// Whether it is looked for what changed each field.
    pub why: bool,
}

/// A side that was rendered, with its record.
struct Render {
    name: String,
    prepared: Prepared,
    objects: Vec<Object>,
    provenance: Option<Provenance>,
}

impl Render {
    fn of(request: &Request, name: &str, how: &Comparison, warnings: &mut Vec<Diagnostic>) -> Result<Render> {
        let mut prepared = prepare(request)?;
        warnings.append(&mut prepared.warnings);
        let recorder = how.why.then(|| Arc::new(Recorder::default()));
        let everywhere = ShowOnly::new(&[])?;
        let manifests = render_recorded(&prepared, how.selection, &everywhere, recorder.as_ref())?;
        warnings.extend(manifests.warnings);
        Ok(Render {
            name: name.to_owned(),
            prepared,
            objects: manifest::flattened(manifests.objects),
            provenance: recorder.map(|recorder| Provenance::of(&recorder)),
        })
    }

    fn side(&self) -> Side<'_> {
        Side {
            name: &self.name,
            objects: &self.objects,
            rendered: self.provenance.as_ref().map(|provenance| Rendered {
                provenance,
                objects: &self.objects,
                root: &self.prepared.resolved.root,
                user: &self.prepared.user,
            }),
        }
    }
}

/// What the render of a request changes against another side, and what looks wrong.
///
/// # Errors
/// What is wrong with either side.
pub fn diff(request: &Request, against: &Against, how: &Comparison) -> Result<(Diff, Vec<Diagnostic>)> {
    let mut warnings = Vec::new();
    let new = Render::of(&with_seed(request, against), "this render", how, &mut warnings)?;
    let options = Options {
        namespace: new.prepared.release.namespace.clone(),
        filter: how.filter.clone(),
        all: how.all,
        show_secrets: how.show_secrets,
    };
    let diff = match against {
        Against::Manifests(sources) => {
            let objects = read(sources, how.selection, &mut warnings)?;
            let name = sources.iter().map(|source| source.name()).collect::<Vec<_>>();
            let old = Side {
                name: &named(&name),
                objects: &objects,
                rendered: None,
            };
            diff::compare(old, new.side(), &options)
        }
        Against::Live => {
            let live = super::live::ask(&new.objects, &new.prepared.release)?;
            warnings.extend(live.warnings);
            let old = Side {
                name: "the cluster",
                objects: &live.old,
                rendered: None,
            };
            let new = Side {
                objects: &live.new,
                ..new.side()
            };
            diff::compare(old, new, &options)
        }
        Against::Render(request, name) => {
            // What looks wrong on both sides is told once, of the new one.
            let mut of_old = Vec::new();
            let old = Render::of(&with_seed(request, against), name, how, &mut of_old)?;
            diff::compare(old.side(), new.side(), &options)
        }
    };
    if diff.objects.is_empty() && diff.same == 0 && !new.objects.is_empty() {
        let message = "no object on either side has a kind and name that `--kind` and `--name` ask for";
        warnings.push(
            Diagnostic::warning("nothing-compared", message)
                .help("kinds are written as in manifests, such as `Deployment`; names may have `*`"),
        );
    }
    Ok((diff, warnings))
}

/// What templates take of chance and of the clock is the same on both sides: it is not a difference.
fn with_seed(request: &Request, against: &Against) -> Request {
    let mut request = request.clone();
    if matches!(against, Against::Render(..)) {
        request.outside.seed.get_or_insert_with(|| "diff".to_owned());
    }
    request
}

fn named(names: &[&str]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

/// The objects of manifests, as the server has them or as somebody wrote them.
fn read(
    sources: &[Arc<Source>],
    selection: Selection,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Vec<Object>> {
    let mut objects = Vec::new();
    for source in sources {
        objects.extend(manifest::read(source)?);
    }
    if let ([source, ..], []) = (sources, objects.as_slice()) {
        let message = format!(
            "there are no objects in `{}`: all that is rendered counts as new",
            source.name()
        );
        warnings.push(
            Diagnostic::warning("empty-manifests", message)
                .help("where another command printed it, look whether that failed"),
        );
    }
    objects.retain(|object| selection.wants(object));
    let (objects, repeated) = manifest::without_repeats(objects);
    warnings.extend(repeated);
    Ok(objects
        .into_iter()
        .map(|object| match manifest::is_live(&object) {
            true => manifest::cleaned(object),
            false => object,
        })
        .collect())
}

/// The files of manifests at a path: itself, or all of a folder and of those below it, by their names.
pub fn manifests_at(path: &std::path::Path) -> Result<Vec<PathBuf>> {
    crate::files::list(path, &|name| crate::chart::is_manifest(name))
}
