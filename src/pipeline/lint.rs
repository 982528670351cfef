//! Everything that is wrong with a chart and its values, at once.

use std::sync::Arc;

use super::{Request, Target, load, prepared, render_recorded, resolve, target, user_values};
use crate::chart::Chart;
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Severity};
use crate::lint::{self, Subject};
use crate::manifest::{Selection, ShowOnly};
use crate::render::{Provenance, Recorder};
use crate::values::{self, Checked, UserValues};

/// Renders all of a release, CRDs and hooks included, and looks at it and its values with every rule of [`lint`](crate::lint). What stops
/// the reading of values, their validation or the rendering is a finding like others, and the rules that can do without still run.
/// The findings are in the order of their places.
///
/// # Errors
/// What is wrong with the names or the chart: nothing could be looked at.
pub fn lint(request: &Request) -> Result<Vec<Diagnostic>> {
    let loaded = load(request)?;
    let target = target(request, &loaded.chart)?;
    let mut findings = loaded.warnings;
    match user_values(request, &loaded.chart) {
        Ok(mut user) => {
            findings.append(&mut user.warnings);
            look(request, &loaded.chart, target, user, &mut findings)?;
        }
        Err(Diagnostics(errors)) => findings.extend(errors),
    }
    Ok(in_order(findings))
}

fn look(
    request: &Request,
    chart: &Arc<Chart>,
    target: Target,
    user: UserValues,
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
                // The rules about objects say it, too, and as an error.
                let warnings = manifests.warnings.into_iter();
                findings.extend(warnings.filter(|warning| warning.code != "incomplete-object"));
                objects = Some(manifests.objects);
            }
            Err(Diagnostics(errors)) => findings.extend(errors),
        }
    }
    let provenance = Provenance::of(&recorder);
    findings.extend(lint::check(&Subject {
        root: &prepared.resolved.root,
        user: &prepared.user,
        release: &prepared.release,
        capabilities: &prepared.capabilities,
        rendered: objects.as_ref().map(|objects| lint::Rendered {
            objects,
            provenance: &provenance,
        }),
    }));
    Ok(())
}

/// The findings by their places, each told once: a schema and a rule may say the same.
fn in_order(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    findings.sort_by_cached_key(|finding| {
        let place = finding.place();
        let source = place.and_then(|place| place.source());
        (
            source.is_none(),
            source.map(|source| source.name().to_owned()),
            place.map(|place| (place.line, place.column)),
            std::cmp::Reverse(finding.severity),
            finding.code,
        )
    });
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(findings.len());
    for finding in findings {
        let is_told = |known: &Diagnostic| {
            known.code == finding.code
                && known.place() == finding.place()
                && (finding.place().is_some() || known.message == finding.message)
                && (known.message == finding.message
                    || known.severity == Severity::Error && finding.code == "unknown-key")
        };
        if !kept.last().is_some_and(is_told) {
            kept.push(finding);
        }
    }
    kept
}
