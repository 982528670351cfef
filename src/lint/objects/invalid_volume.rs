//! Volumes that come from nowhere, or from two places.

use super::at::At;
use super::invalid_mount::relative;
use super::missing_field::required;
use super::pod::Pod;
use super::review::{Review, shown};
use super::{invalid_claim, volume_without_source};
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-volume",
    severity: Severity::Error,
    meaning: "A volume has no source, more than one, or a source that says too little.",
    reason: "The API server refuses the object: a volume is a ConfigMap, a Secret, a claim, ... and one of them only.",
    action: "Write exactly one source, with the name or path that it needs.",
};

/// What a source cannot do without.
const NEEDED: &[(&str, &[&str])] = &[
    ("configMap", &["name"]),
    ("secret", &["secretName"]),
    ("persistentVolumeClaim", &["claimName"]),
    ("hostPath", &["path"]),
    ("nfs", &["server", "path"]),
    ("csi", &["driver"]),
    ("glusterfs", &["endpoints", "path"]),
    ("iscsi", &["targetPortal", "iqn"]),
    ("cephfs", &["monitors"]),
    ("rbd", &["monitors", "image"]),
    ("gcePersistentDisk", &["pdName"]),
    ("awsElasticBlockStore", &["volumeID"]),
    ("azureFile", &["secretName", "shareName"]),
    ("azureDisk", &["diskName", "diskURI"]),
    ("cinder", &["volumeID"]),
    ("vsphereVolume", &["volumePath"]),
    ("portworxVolume", &["volumeID"]),
    ("flexVolume", &["driver"]),
    ("quobyte", &["registry", "volume"]),
];

pub(super) fn check(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    for volume in pod.spec.list("volumes") {
        if volume.node.as_map().is_none() {
            continue;
        }
        let sources: Vec<(&str, At<'_>)> = volume
            .entries()
            .into_iter()
            .filter(|(key, at)| *key != "name" && !at.node.is_null())
            .collect();
        match sources.as_slice() {
            [] => volume_without_source::tell(review, &volume),
            [(name, source)] => one_source(review, name, source),
            [(first, _), (_, second), ..] => {
                let message = format!("stands beside `{first}`, and a volume has one source");
                review.tell(
                    &RULE,
                    second,
                    &message,
                    "remove one of them, or use `projected` for both",
                );
            }
        }
    }
}

fn one_source(review: &mut Review<'_, '_>, name: &str, source: &At<'_>) {
    if let Some((_, needed)) = NEEDED.iter().find(|(known, _)| *known == name) {
        for field in *needed {
            required(review, source, field, "add it, or remove the volume");
        }
    }
    match name {
        "hostPath" => {
            if let Some(at) = source.get("path")
                && at
                    .str()
                    .is_some_and(|path| path.split('/').any(|part| part == ".."))
            {
                review.tell(&RULE, &at, "has `..` in it", "write the path without");
            }
        }
        "nfs" => {
            if let Some(at) = source.get("path")
                && at
                    .str()
                    .is_some_and(|path| !path.is_empty() && !path.starts_with('/'))
            {
                review.tell(&RULE, &at, "does not begin with `/`", "write the whole path");
            }
        }
        "ephemeral" => match source.get("volumeClaimTemplate") {
            None => required(
                review,
                source,
                "volumeClaimTemplate",
                "write what the volume asks for",
            ),
            Some(template) => {
                if let Some(spec) = template.get("spec") {
                    invalid_claim::claim(review, &spec);
                }
            }
        },
        "configMap" | "secret" | "downwardAPI" => files(review, source),
        "projected" => {
            mode(review, source, "defaultMode");
            for part in source.list("sources") {
                let kinds: Vec<_> = part
                    .entries()
                    .into_iter()
                    .filter(|(_, at)| !at.node.is_null())
                    .collect();
                match kinds.as_slice() {
                    [] => volume_without_source::tell(review, &part),
                    [(kind, at)] => {
                        if matches!(*kind, "configMap" | "secret") {
                            required(review, at, "name", "");
                        }
                        files(review, at);
                        if *kind == "serviceAccountToken" {
                            token(review, at);
                        }
                    }
                    [_, (_, second), ..] => {
                        let help = "begin another item of `sources` for it";
                        review.tell(&RULE, second, "is a second source in one item", help);
                    }
                }
            }
        }
        _ => {}
    }
}

fn files(review: &mut Review<'_, '_>, source: &At<'_>) {
    mode(review, source, "defaultMode");
    for item in source.list("items") {
        resource_field(review, &item);
        mode(review, &item, "mode");
        if item.has("key") {
            required(review, &item, "key", "");
        }
        if let Some(at) = item.get("path")
            && let Some(path) = at.str()
        {
            if path.is_empty() {
                required(review, &item, "path", "");
            }
            relative(review, &at, path);
        }
    }
}

fn token(review: &mut Review<'_, '_>, token: &At<'_>) {
    if token.has("path") {
        required(review, token, "path", "");
    }
    if let Some(seconds) = token.number("expirationSeconds")
        && !(600..=1 << 32).contains(&seconds)
    {
        let at = token.missing("expirationSeconds");
        review.tell(&RULE, &at, &format!("is {seconds}"), "it is at least 600");
    }
}

/// Holds the bits of a file's mode: YAML reads `0644` as octal, and `644` is something else.
fn mode(review: &mut Review<'_, '_>, holder: &At<'_>, field: &str) {
    const MOST: i128 = 0o777;
    if let Some(number) = holder.number(field)
        && !(0..=MOST).contains(&number)
    {
        let message = format!("is {number}, and a file's mode is at most 0777 (511)");
        review.tell(
            &RULE,
            &holder.missing(field),
            &message,
            "write it with a leading zero: `0644`",
        );
    }
}

/// What of a container's resources can be read into a file or a variable.
const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
];

/// Holds what a file or a variable is to be read from.
pub(super) fn resource_field(review: &mut Review<'_, '_>, holder: &At<'_>) {
    if let Some(at) = holder.path(&["resourceFieldRef", "resource"])
        && let Some(resource) = at.str()
        && !RESOURCES.contains(&resource)
        && !["limits.hugepages-", "requests.hugepages-"]
            .iter()
            .any(|start| resource.starts_with(start))
    {
        let listed: Vec<String> = RESOURCES.iter().map(|name| format!("`{name}`")).collect();
        let message = format!("is {}, which cannot be read", shown(at.node));
        review.tell(
            &RULE,
            &at,
            &message,
            &format!("it is one of {}", listed.join(", ")),
        );
    }
}
