//! Files in crds/ that define no custom resources.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::lint::tree::Tree;
use crate::manifest::Object;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "not-a-crd",
    severity: Severity::Error,
    meaning: "The folder crds/ of a chart has an object that is not a CustomResourceDefinition.",
    reason: "What is in crds/ is installed once, before everything else, and never updated or removed.",
    action: "Move it to templates/.",
};

pub(super) fn check(tree: &Tree<'_>, objects: &[Object], findings: &mut Vec<Diagnostic>) {
    let crds = tree.own().flat_map(|known| &known.chart.crds);
    let crds: Vec<_> = crds.collect();
    for object in objects {
        let is_crd = object.identity.kind == "CustomResourceDefinition"
            && object.identity.api_version.starts_with("apiextensions.k8s.io/");
        let source = object.place.source();
        let is_there = source.is_some_and(|source| crds.iter().any(|crd| crd.name() == source.name()));
        if is_there && !is_crd {
            let message = format!("{} in crds/ is not a CustomResourceDefinition", object.identity);
            findings.push(
                RULE.finding(message)
                    .at(&object.place)
                    .help("move it to templates/"),
            );
        }
    }
}
