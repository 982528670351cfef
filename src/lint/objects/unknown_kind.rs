//! Kinds that no cluster knows.

use super::review::{Known, Part, Review, World};
use crate::chart::DEFAULT_API_VERSIONS;
use crate::diagnostic::{Severity, nearest};
use crate::kubernetes::{Kind, Origin, api, find, group_of, kinds};
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "unknown-kind",
    severity: Severity::Error,
    meaning: "There is no such kind in the API version: neither Kubernetes nor the chart's own definitions have it.",
    reason: "The API server refuses the object: `no matches for kind`.",
    action: "Correct `apiVersion` or `kind`; where the cluster has more than is known here, name it with `--api-versions`.",
};

/// Where the structure of an object comes from.
pub(super) fn known<'w>(world: &'w World<'_>, part: &Part<'_>) -> Option<Known<'w>> {
    let group = group_of(part.api_version);
    for custom in &world.customs {
        if custom.group != group || custom.kind != part.kind {
            continue;
        }
        let version = custom.versions.iter().find(|version| {
            version.is_served
                && part
                    .api_version
                    .split_once('/')
                    .is_some_and(|(_, name)| name == version.name)
        });
        if let Some(version) = version {
            return Some(Known::Custom(custom.structure(version)));
        }
    }
    find(part.api_version, part.kind).map(Known::Kind)
}

pub(super) fn check(review: &mut Review<'_, '_>) {
    let (version, kind) = (review.part.api_version, review.part.kind);
    let is_told = version.is_empty() || kind.is_empty() || api(version, kind).is_some();
    if review.known.is_some() || is_told || is_given(review.world.api_versions, version, kind) {
        return;
    }
    let root = review.root();
    let group = group_of(version);
    let of_group: Vec<&Kind> = kinds().iter().filter(|known| known.group() == group).collect();
    let same_kind: Vec<&&Kind> = of_group.iter().filter(|known| known.kind == kind).collect();
    if let Some(custom) = review
        .world
        .customs
        .iter()
        .find(|custom| custom.group == group && custom.kind == kind)
    {
        let versions: Vec<String> = custom
            .versions
            .iter()
            .filter(|version| version.is_served)
            .map(|version| format!("`{group}/{}`", version.name))
            .collect();
        let message = format!("is `{version}`, in which the chart's definition has no {kind}");
        let help = format!("it has {}", versions.join(", "));
        review.tell(&RULE, &root.missing("apiVersion"), &message, &help);
    } else if let Some(newest) = same_kind.last() {
        // Older versions of custom resources may be what the cluster has.
        let is_old_custom = newest.origin != Origin::Kubernetes;
        if !is_old_custom {
            let message = format!("is `{version}`, which has no {kind}");
            review.tell(
                &RULE,
                &root.missing("apiVersion"),
                &message,
                &format!("write `{}`", newest.api_version),
            );
        }
    } else if of_group.iter().any(|known| known.api_version == version) {
        let names = of_group
            .iter()
            .filter(|known| known.api_version == version)
            .map(|known| known.kind);
        let help = match nearest(kind, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => elsewhere(kind).map_or_else(String::new, |version| format!("{kind} is in `{version}`")),
        };
        let message = format!("is `{kind}`, which `{version}` does not have");
        review.tell(&RULE, &root.missing("kind"), &message, &help);
    } else if !group.contains('.') {
        // A definition's group has a dot, so only Kubernetes' own are without.
        let message = format!("is `{version}`, which is not an API version");
        let help = match elsewhere(kind) {
            Some(version) => format!("{kind} is in `{version}`"),
            None => "it is a group and a version, such as `apps/v1`".to_owned(),
        };
        review.tell(&RULE, &root.missing("apiVersion"), &message, &help);
    }
}

/// Whether the user says that the cluster has a kind, or an API version that is not known here.
fn is_given(given: &[String], version: &str, kind: &str) -> bool {
    let is_known = kinds().iter().any(|known| known.api_version == version);
    given.iter().any(|given| {
        let is_version = given == version && !is_known && !DEFAULT_API_VERSIONS.contains(&version);
        is_version
            || given
                .strip_prefix(version)
                .and_then(|rest| rest.strip_prefix('/'))
                == Some(kind)
    })
}

/// The API version that has a kind.
fn elsewhere(kind: &str) -> Option<&'static str> {
    let known = kinds().iter().rev().filter(|known| known.kind == kind);
    known
        .max_by_key(|known| !known.api_version.contains("alpha") && !known.api_version.contains("beta"))
        .map(|known| known.api_version)
}
