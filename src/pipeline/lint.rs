//! Everything that is wrong with a chart and its values, at once.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::path::Path;
use std::sync::Arc;

use super::{Prepared, Request, Target, load, prepared, render_recorded, resolve, target, user_values};
use crate::chart::Chart;
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Severity};
use crate::explain::Rendered;
use crate::lint::control::Control;
use crate::lint::{self, Subject};
use crate::manifest::{Selection, ShowOnly};
use crate::render::{Provenance, Recorder};
use crate::source::{Place, Source};
use crate::values::{self, Checked, UserValues};

/// Renders all of a release, CRDs and hooks included, and looks at it and its values with every rule of [`lint`](crate::lint). What stops
/// the reading of values, their validation or the rendering is a finding like others, and the rules that can do without still run.
/// The findings are in the order of their places.
///
/// # Errors
/// What is wrong with the names or the chart: nothing could be looked at.
pub fn lint(request: &Request) -> Result<Vec<Diagnostic>> {
    lint_controlled(request, &Control::default(), Path::new(""))
}

/// [`lint`], of which only that is told which somebody wants to hear. `here` is the folder that names of files are relative to.
///
/// # Errors
/// As [`lint`].
pub fn lint_controlled(request: &Request, control: &Control, here: &Path) -> Result<Vec<Diagnostic>> {
    let loaded = load(request)?;
    let target = target(request, &loaded.chart)?;
    let mut findings = loaded.warnings;
    let user = match user_values(request, &loaded.chart) {
        Ok(mut user) => {
            findings.append(&mut user.warnings);
            user
        }
        Err(Diagnostics(errors)) => {
            findings.extend(errors);
            return Ok(in_order(findings, &request.inputs.sources()));
        }
    };
    let sources: Vec<Arc<Source>> = user
        .layers
        .iter()
        .filter_map(|layer| layer.place.source().cloned())
        .collect();
    let texts = lint::control::sources(&loaded.chart, &user);
    look(request, &loaded.chart, target, user, control, &mut findings)?;
    Ok(in_order(control.apply(findings, &texts, here), &sources))
}

/// What is wrong with values by a look at them and the charts alone, without what a render would tell: of error and warning level.
pub fn doubts(prepared: &Prepared, control: &Control, here: &Path) -> Vec<Diagnostic> {
    let mut findings = lint::values_alone(&prepared.resolved.root, &prepared.user);
    if findings.is_empty() {
        return findings;
    }
    findings = control.apply(
        findings,
        &lint::control::sources(&prepared.chart, &prepared.user),
        here,
    );
    findings.retain(|finding| finding.severity > Severity::Info);
    findings
}

fn look(
    request: &Request,
    chart: &Arc<Chart>,
    target: Target,
    user: UserValues,
    control: &Control,
    findings: &mut Vec<Diagnostic>,
) -> Result<()> {
    let (mut resolved, is_refused) = match resolve(request, chart, &user) {
        Ok(Checked { resolved, violations }) => {
            let is_refused = !violations.is_empty();
            findings.extend(violations);
            (resolved, is_refused)
        }
        // The charts as they are by default are what the user's values can still be held against.
        Err(Diagnostics(errors)) => {
            findings.extend(errors);
            (values::resolve(chart, &UserValues::default().values)?, true)
        }
    };
    findings.append(&mut resolved.warnings);
    let mut prepared = prepared(Arc::clone(chart), resolved, user, target, Vec::new());
    findings.append(&mut prepared.warnings);
    let recorder = Arc::new(Recorder::default());
    let everything = Selection {
        include_crds: true,
        ..Selection::default()
    };
    let everywhere = ShowOnly::new(&[])?;
    let mut objects = None;
    if !is_refused {
        match render_recorded(&prepared, everything, &everywhere, Some(&recorder)) {
            Ok(manifests) => {
                // Rules say these, too: about objects as an error, about charts whatever the values are.
                let is_told = |code| matches!(code, "incomplete-object" | "undeclared-value");
                let warnings = manifests.warnings.into_iter();
                findings.extend(warnings.filter(|warning| !is_told(warning.code)));
                objects = Some(manifests.objects);
            }
            Err(Diagnostics(errors)) => findings.extend(errors),
        }
    }
    let provenance = Provenance::of(&recorder);
    let subject = Subject {
        root: &prepared.resolved.root,
        user: &prepared.user,
        release: &prepared.release,
        capabilities: &prepared.capabilities,
        rendered: objects.as_ref().map(|objects| Rendered {
            objects,
            provenance: &provenance,
        }),
        reads: OnceCell::new(),
    };
    findings.extend(lint::check(&subject, |group| control.wants(group)));
    let unread = chart.unread();
    findings.retain(|finding| !unread.contains(finding));
    findings.extend(unread);
    Ok(())
}

/// The findings in the order of their places: the user's layers in the order of the command line, then other files by name. What is
/// told twice of a place, by a schema and by a rule, is told once.
fn in_order(mut findings: Vec<Diagnostic>, user: &[Arc<Source>]) -> Vec<Diagnostic> {
    let order = |source: &Arc<Source>| user.iter().position(|known| Arc::ptr_eq(known, source));
    findings.sort_by_cached_key(|finding| {
        let place = finding.place();
        let source = place.and_then(Place::source);
        (
            source.is_none(),
            source.map(|source| order(source).unwrap_or(usize::MAX)),
            source.map(|source| source.name().to_owned()),
            place.map(|place| (place.line, place.column)),
            Reverse(finding.severity),
            finding.code,
        )
    });
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(findings.len());
    for finding in findings {
        let here = kept
            .iter()
            .rev()
            .take_while(|known| known.place() == finding.place());
        let is_told = finding.place().is_some() && here.into_iter().any(|known| says(known, &finding));
        let is_repeated = kept.last().is_some_and(|known| *known == finding);
        if !is_told && !is_repeated {
            kept.push(finding);
        }
    }
    kept
}

/// Whether a finding says all that another one of its place does.
fn says(known: &Diagnostic, other: &Diagnostic) -> bool {
    match known.code {
        "invalid-value" if other.code == "not-a-table" => true,
        // Of a schema and of the rule.
        "unknown-key" => other.code == "unknown-key",
        code => code == other.code && known.message == other.message,
    }
}
