//! Differences that say nothing.

use super::model::{Change, Field, Noise, ObjectChange};
use super::path::{PathStep, Trail};

/// Marks the fields that say nothing.
pub(super) fn mark(objects: &mut [ObjectChange]) {
    // What a checksum is of: any ConfigMap or Secret that differs, if only in its labels, as a checksum is often one of the whole file.
    let has_sources = objects.iter().any(|object| {
        object
            .object()
            .is_some_and(|known| matches!(known.identity.kind.as_str(), "ConfigMap" | "Secret"))
    });
    for object in objects {
        for field in &mut object.fields {
            if field.noise.is_none() {
                field.noise = noise(field).filter(|noise| *noise != Noise::Checksum || has_sources);
            }
        }
    }
}

/// Why a field says nothing, where that is so.
fn noise(field: &Field) -> Option<Noise> {
    if field.change == Change::Renamed {
        return None;
    }
    match label(&field.path)? {
        ("labels", "helm.sh/chart" | "chart") => Some(Noise::ChartVersion),
        ("labels", "app.kubernetes.io/version") => Some(Noise::AppVersion),
        ("labels", "app.kubernetes.io/managed-by" | "heritage")
        | ("annotations", "meta.helm.sh/release-name" | "meta.helm.sh/release-namespace") => {
            Some(Noise::ManagedBy)
        }
        ("annotations", key) if key.starts_with("checksum/") => Some(Noise::Checksum),
        _ => None,
    }
}

/// `labels` or `annotations` and the key, where a path ends in them below `metadata`.
fn label(path: &Trail) -> Option<(&str, &str)> {
    match path.0.as_slice() {
        [
            ..,
            PathStep::Key(metadata),
            PathStep::Key(map),
            PathStep::Key(key),
        ] if **metadata == *"metadata" => Some((map, key)),
        _ => None,
    }
}
