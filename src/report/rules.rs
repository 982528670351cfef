//! What codes mean, as text.

use crate::lint::{self, Known};

/// How rules of a set are switched on.
fn asked(set: &str) -> String {
    format!(
        "\nOff unless asked for: `--severity CODE=info`, or `--severity {set}=info` for all of the set; in .promchart.yaml, below \
         `severity`.\n"
    )
}

/// What is known of a code, in a paragraph each: what it means, why it matters, what to do.
pub fn explanation(known: &Known) -> String {
    match known {
        Known::Rule(rule) => format!(
            "{} ({})\n\n{}\n\nWhy: {}\n\nWhat to do: {}\n{}",
            rule.code,
            rule.severity.as_str(),
            rule.meaning,
            rule.reason,
            rule.action,
            lint::set_of(rule.code).map(asked).unwrap_or_default()
        ),
        Known::Set(group) => {
            let set = group.set.unwrap_or_default();
            let mut text = format!("{set}: rules that are off unless somebody asks for them\n\n");
            for rule in group.rules {
                text.push_str(&format!("{}: {}\n", rule.code, rule.meaning));
            }
            text + &asked(set)
        }
        Known::Code(code) => format!(
            "{} ({})\n\n{}\n\nWhat to do: {}\n",
            code.code,
            code.severity.as_str(),
            code.meaning,
            code.action
        ),
    }
}
