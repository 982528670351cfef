//! Values for people, and the questions that they ask of them.

use std::sync::Arc;

use super::{Prepared, Request, load, prepared, render_recorded, resolve, target, user_values};
use crate::chart::{DecidedBy, Decision};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, nearest};
use crate::explain;
use crate::manifest::{Object, Selection, ShowOnly};
use crate::render::{Provenance, Recorder};
use crate::values::{self, Checked, Scope, UserValues};
use crate::yaml::{Map, Node};

/// [`prepare`](super::prepare) that gives what the schemas do not allow beside the rest, for those who look into values.
///
/// # Errors
/// What is wrong with the names, the chart or the values, schemas aside.
pub fn prepare_leniently(request: &Request) -> Result<(Prepared, Vec<Diagnostic>)> {
    let loaded = load(request)?;
    let target = target(request, &loaded.chart)?;
    let mut user = user_values(request, &loaded.chart)?;
    let Checked {
        mut resolved,
        violations,
    } = resolve(request, &loaded.chart, &user)?;
    let mut warnings = loaded.warnings;
    warnings.append(&mut user.warnings);
    warnings.append(&mut resolved.warnings);
    let prepared = prepared(loaded.chart, resolved, user, target, warnings);
    Ok((prepared, violations))
}

/// A prepared chart with what it renders, to be asked about its values.
pub struct Inspected {
    /// The chart with its values.
    pub prepared: Prepared,
    /// What looks wrong, and what the schemas do not allow or stops the rendering.
    pub told: Vec<Diagnostic>,
    /// The objects, hooks included; nothing where the chart could not be rendered.
    pub objects: Option<Vec<Object>>,
    provenance: Provenance,
}

/// Prepares and renders a chart with a record, to answer questions about its values. What the schemas do not allow and what stops the
/// rendering do not stop this.
///
/// # Errors
/// As [`prepare_leniently`].
pub fn inspect(request: &Request) -> Result<Inspected> {
    let (mut prepared, violations) = prepare_leniently(request)?;
    let mut told = std::mem::take(&mut prepared.warnings);
    let is_valid = violations.is_empty();
    told.extend(violations);
    let recorder = Arc::new(Recorder::default());
    let rendered = ShowOnly::new(&[])
        .and_then(|all| render_recorded(&prepared, Selection::default(), &all, Some(&recorder)));
    let objects = match rendered {
        Ok(manifests) => {
            told.extend(manifests.warnings);
            Some(manifests.objects)
        }
        Err(Diagnostics(errors)) => {
            // What the schemas say is why.
            told.extend(errors.into_iter().filter(|_| is_valid));
            None
        }
    };
    Ok(Inspected {
        prepared,
        told,
        objects,
        provenance: Provenance::of(&recorder),
    })
}

impl Inspected {
    fn rendered(&self) -> Option<explain::Rendered<'_>> {
        Some(explain::Rendered {
            objects: self.objects.as_deref()?,
            provenance: &self.provenance,
        })
    }

    fn subject(&self) -> explain::Subject<'_> {
        explain::Subject {
            chart: &self.prepared.chart,
            root: &self.prepared.resolved.root,
            undecided: &self.prepared.resolved.undecided,
            user: &self.prepared.user,
            rendered: self.rendered(),
        }
    }

    /// The whole story of one value, by its key.
    ///
    /// # Errors
    /// As [`explain::story`].
    pub fn story(&self, key: &str) -> Result<explain::Story> {
        explain::story(&self.subject(), key)
    }

    /// The values that the user gave and nothing read; nothing where the chart could not be rendered.
    pub fn unused(&self) -> Option<Vec<explain::Unused>> {
        let rendered = self.rendered()?;
        Some(explain::unused(&self.subject(), rendered.provenance))
    }

    /// The values behind a field of an object; nothing where the chart could not be rendered.
    ///
    /// # Errors
    /// As [`explain::behind`].
    pub fn behind(&self, object: &str, field: &str) -> Result<Option<explain::Behind>> {
        let behind = |rendered| explain::behind(&self.subject(), rendered, object, field);
        self.rendered().map(behind).transpose()
    }
}

/// The values that the root chart's templates see, or with `subchart` those of that subchart, by its path of names; with `changed` only
/// what differs from the charts' defaults ([`explain::changed`]).
///
/// # Errors
/// A subchart that is not there or is switched off.
pub fn shown_values(prepared: &Prepared, subchart: Option<&str>, changed: bool) -> Result<Node> {
    let root = &prepared.resolved.root;
    let scope = subchart.map_or(Ok(root), |path| find_subchart(root, path))?;
    if !changed {
        return Ok(scope.values.clone());
    }
    let defaults = values::resolve(&prepared.chart, &UserValues::default().values)?;
    let changed = explain::changed(&prepared.resolved, &defaults);
    let names: Vec<&str> = scope.section().iter().map(String::as_str).collect();
    let nothing = || Node::computed(Map::new());
    Ok(changed.at_path(&names).cloned().unwrap_or_else(nothing))
}

/// The scope of a subchart, by the path of names from the root chart.
fn find_subchart<'s>(root: &'s Scope, path: &str) -> Result<&'s Scope> {
    let mut scope = root;
    for name in path.split(['.', '/']) {
        let name_of = |scope: &'s Scope| scope.path.last().map_or("", String::as_str);
        if let Some(next) = scope.subcharts.iter().find(|next| name_of(next) == name) {
            scope = next;
            continue;
        }
        let error = Diagnostic::error(
            "unknown-subchart",
            format!("`{}` has no subchart `{name}`", name_of(scope)),
        );
        if let Some(decision) = scope
            .disabled
            .iter()
            .find(|decision| decision.local_name() == name)
        {
            let message = format!("the subchart `{name}` is switched off, so it sees no values");
            return Err(switched_off(Diagnostic::error("unknown-subchart", message), decision).into());
        }
        let names = || scope.subcharts.iter().map(name_of);
        return Err(match nearest(name, names()) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None if scope.subcharts.is_empty() => error.help("it has no subcharts"),
            None => error.help(format!("it has {}", names().collect::<Vec<_>>().join(", "))),
        }
        .into());
    }
    Ok(scope)
}

fn switched_off(error: Diagnostic, decision: &Decision) -> Diagnostic {
    match &decision.reason {
        DecidedBy::Condition { path, place } => error
            .at(place)
            .help(format!("`--set {path}=true` switches it on")),
        DecidedBy::Tag { name, place } => error
            .at(place)
            .help(format!("`--set tags.{name}=true` switches it on")),
        DecidedBy::Default => error,
    }
}
