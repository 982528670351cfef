//! Data of ConfigMaps and Secrets.

use super::review::Review;
use crate::diagnostic::Severity;
use crate::kubernetes::names;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-data",
    severity: Severity::Error,
    meaning: "A ConfigMap or Secret has a key that is not one, is too large, or lacks what its type needs.",
    reason: "The API server refuses the object: keys become files' names, and all data together has at most 1 MiB.",
    action: "Use letters, digits, `-`, `_` and `.` in keys, and split what is too large.",
};

/// The types of Secrets, with the keys that each needs.
const TYPES: &[(&str, &[&str])] = &[
    ("kubernetes.io/tls", &["tls.crt", "tls.key"]),
    ("kubernetes.io/dockercfg", &[".dockercfg"]),
    ("kubernetes.io/dockerconfigjson", &[".dockerconfigjson"]),
    ("kubernetes.io/ssh-auth", &["ssh-privatekey"]),
];

pub(super) fn check(review: &mut Review<'_, '_>) {
    const MOST_BYTES: usize = 1 << 20;
    let is_secret = review.is("", "Secret");
    if !is_secret && !review.is("", "ConfigMap") {
        return;
    }
    let root = review.root();
    let mut bytes = 0;
    for field in ["data", "binaryData", "stringData"] {
        let Some(data) = root.get(field) else { continue };
        for (key, at) in data.entries() {
            if let Err(fault) = names::config_key(key) {
                review.tell(&RULE, &at, "has a key that is not one", fault);
            }
            if field == "binaryData" && root.get("data").is_some_and(|data| data.node.get(key).is_some()) {
                let at = root.missing("data").missing(key);
                review.tell(&RULE, &at, "stands in `binaryData`, too", "remove one of them");
            }
            let is_encoded = field == "binaryData" || (is_secret && field == "data");
            let length = at.str().map_or(0, str::len);
            bytes += if is_encoded { length / 4 * 3 } else { length };
        }
    }
    if bytes > MOST_BYTES {
        let at = root.missing("data");
        review.tell(
            &RULE,
            &at,
            &format!("has {bytes} bytes"),
            "all data together has at most 1048576; split it",
        );
    }
    let kind = root.text("type").unwrap_or_default();
    if let Some((_, keys)) = TYPES.iter().find(|(known, _)| is_secret && *known == kind) {
        let data = root.get("data").unwrap_or_else(|| root.missing("data"));
        for key in *keys {
            let is_there = ["data", "stringData"]
                .iter()
                .any(|field| root.node.at_path(&[field, key]).is_some());
            if !is_there {
                let help = format!("a Secret of the type `{kind}` needs it");
                review.tell(&RULE, &data.missing(key), "is missing", &help);
            }
        }
    }
}
