//! What codes mean, as text.

use crate::lint::Known;

/// What is known of a code, in a paragraph each: what it means, why it matters, what to do.
pub fn explanation(known: &Known) -> String {
    match known {
        Known::Rule(rule) => format!(
            "{} ({})\n\n{}\n\nWhy: {}\n\nWhat to do: {}\n",
            rule.code,
            rule.severity.as_str(),
            rule.meaning,
            rule.reason,
            rule.action
        ),
        Known::Code(code) => format!(
            "{} ({})\n\n{}\n\nWhat to do: {}\n",
            code.code,
            code.severity.as_str(),
            code.meaning,
            code.action
        ),
    }
}
