//! Secrets whose data is not base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::at::At;
use super::review::Review;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-base64",
    severity: Severity::Error,
    meaning: "A field that holds bytes, such as a Secret's `data`, is not base64.",
    reason: "The API server cannot read the object and refuses it; a text that happens to be base64 becomes other bytes.",
    action: "Encode the value, or write it as it is below `stringData`.",
};

/// The text itself is not told: it is a secret.
pub(super) fn check(review: &mut Review<'_, '_>, at: &At<'_>, text: &str) {
    let joined: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
    if STANDARD.decode(joined).is_ok() {
        return;
    }
    let help = match review.is("", "Secret") {
        true => "encode it, or write it as it is below `stringData`",
        false => "encode it",
    };
    review.tell(&RULE, at, "is not base64", help);
}
