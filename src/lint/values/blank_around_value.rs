//! Words in quotes with blanks around them.

use super::scalars::Scalar;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::yaml::ScalarStyle;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "blank-around-value",
    severity: Severity::Warning,
    meaning: "A word in quotes has blanks before or behind it.",
    reason: "Where a chart of Helm's writes a value without quotes, YAML drops the blanks, and nobody notices them. Elsewhere, as in charts in Jinja, they are a part of the name, image or address, which Kubernetes refuses or nobody answers to.",
    action: "Take the blanks away.",
};

pub(super) fn find(scalar: &Scalar<'_>) -> Option<Diagnostic> {
    let is_quoted = matches!(
        scalar.style,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted
    );
    let side = side(&scalar.text).filter(|_| is_quoted)?;
    let finding = RULE.finding(format!("the text has a blank {side} it"));
    Some(finding.at(&scalar.place).help("take it away"))
}

/// On which side of a single word there are blanks. Of several words they may be meant: in a format, or before what is appended.
fn side(text: &str) -> Option<&'static str> {
    let is_blank = |c: char| matches!(c, ' ' | '\t');
    let word = text.trim_matches(is_blank);
    if word.len() == text.len() || word.len() < 2 || word.contains(char::is_whitespace) {
        return None;
    }
    Some(match (text.starts_with(is_blank), text.ends_with(is_blank)) {
        (true, true) => "before and behind",
        (true, false) => "before",
        _ => "behind",
    })
}

#[cfg(test)]
mod tests {
    use super::side;

    #[test]
    fn a_single_word_has_no_blanks_around_it() {
        for (text, expected) in [
            ("v9 ", Some("behind")),
            (" name", Some("before")),
            ("\tname ", Some("before and behind")),
            ("name", None),
            ("", None),
            (" ", None),
            // What stands between other things.
            (", ", None),
            ("| ", None),
            ("two words ", None),
            ("a line\n", None),
        ] {
            assert_eq!(side(text), expected, "{text:?}");
        }
    }
}
