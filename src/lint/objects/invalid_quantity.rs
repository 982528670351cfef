//! Amounts that Kubernetes cannot read.

use super::at::At;
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::kubernetes::Quantity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-quantity",
    severity: Severity::Error,
    meaning: "An amount of memory, CPU or storage cannot be read.",
    reason: "The API server refuses the object: an amount is a number with a suffix of its own list, in which capital letters count.",
    action: "Write it as `500m`, `2`, `512Mi` or `1.5Gi`.",
};

pub(super) fn check(review: &mut Review<'_, '_>, at: &At<'_>) {
    if Quantity::of(at.node).is_some() {
        return;
    }
    let help = match at.str().and_then(nearly) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write it as `500m`, `2`, `512Mi` or `1.5Gi`".to_owned(),
    };
    let message = format!("is {}, which is not a quantity", shown(at.node));
    review.tell(&RULE, at, &message, &help);
}

/// The amount that was probably meant: `GB` and `gi` are `G` and `Gi`, blanks do not count.
fn nearly(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let end = compact.find(|c: char| c.is_alphabetic())?;
    let (number, suffix) = compact.split_at(end);
    let suffix = match suffix.to_ascii_lowercase().as_str() {
        "" => "",
        "k" | "kb" => "k",
        "m" | "mb" => "M",
        "g" | "gb" => "G",
        "t" | "tb" => "T",
        "ki" | "kib" => "Ki",
        "mi" | "mib" => "Mi",
        "gi" | "gib" => "Gi",
        "ti" | "tib" => "Ti",
        _ => return None,
    };
    let near = format!("{number}{suffix}");
    Quantity::parse(&near).map(|_| near)
}
