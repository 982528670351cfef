//! Changes of texts that take findings away.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Fix};
use crate::source::Source;
use crate::yaml;

/// A text as it should be.
#[derive(Debug)]
pub struct Fixed {
    /// The text as it is.
    pub source: Arc<Source>,
    /// The text as it should be.
    pub text: String,
    /// How many findings the change takes away.
    pub count: usize,
}

/// The texts that findings say how to change, changed: keys get other names, and all else stays as it is written. A text that would no longer
/// be the YAML that it should be is left alone.
pub fn fixed(findings: &[Diagnostic]) -> Vec<Fixed> {
    let mut sources: Vec<&Arc<Source>> = Vec::new();
    let fixes: Vec<&Fix> = findings
        .iter()
        .filter_map(|finding| finding.fix.as_deref())
        .collect();
    for source in fixes.iter().filter_map(|fix| fix.place.source()) {
        if !source.is_flag() && !sources.iter().any(|known| Arc::ptr_eq(known, source)) {
            sources.push(source);
        }
    }
    let of_source = |source: &Arc<Source>| {
        let is_own = |fix: &&&Fix| fix.place.source().is_some_and(|known| Arc::ptr_eq(known, source));
        let own: Vec<&Fix> = fixes.iter().filter(is_own).copied().collect();
        changed(source, &own)
    };
    sources.into_iter().filter_map(of_source).collect()
}

fn changed(source: &Arc<Source>, fixes: &[&Fix]) -> Option<Fixed> {
    let mut edits: Vec<(usize, &Fix)> = fixes
        .iter()
        .filter_map(|fix| Some((offset(source, fix)?, *fix)))
        .collect();
    // From the end, so that places before stay what they are.
    edits.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    edits.dedup_by_key(|(at, _)| *at);
    let mut text = source.text().to_owned();
    for (at, fix) in &edits {
        text.replace_range(*at..at + fix.from.len(), &fix.to);
    }
    let is_sound = yaml::read_values(&Source::new(source.name(), text.clone())).is_ok();
    (is_sound && !edits.is_empty()).then(|| Fixed {
        source: Arc::clone(source),
        text,
        count: edits.len(),
    })
}

/// Where the key of a fix stands in the text, within its quotes; nothing where it is written in another way.
fn offset(source: &Source, fix: &Fix) -> Option<usize> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !fix.to.chars().all(is_plain) || !fix.to.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let line = source.line_range(fix.place.line)?;
    let column = usize::try_from(fix.place.column).ok()?.checked_sub(1)?;
    let text = source.text().get(line.clone())?;
    let start = text.char_indices().nth(column).map(|(at, _)| at)?;
    let rest = text.get(start..)?;
    let quotes = usize::from(rest.starts_with(['"', '\'']));
    let key = rest.get(quotes..)?;
    let after = key.strip_prefix(fix.from.as_str())?;
    let ends = match quotes {
        0 => after.trim_start().starts_with(':'),
        _ => after.starts_with(rest.get(..1)?),
    };
    ends.then_some(line.start + start + quotes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Place;

    #[test]
    fn keys_get_other_names_and_all_else_stays() {
        let text = "# Why.\nretnetion: 30d   # kept\n\"sice\" : 1\né: {'tpye': x, tpye: y}\n";
        let source = Source::new("v.yaml", text);
        let finding = |line, column, from: &str, to: &str| {
            Diagnostic::error("x", "m").fix(Some(Fix {
                place: Place::new(&source, line, column),
                from: from.to_owned(),
                to: to.to_owned(),
            }))
        };
        let findings = [
            finding(2, 1, "retnetion", "retention"),
            finding(3, 1, "sice", "size"),
            finding(4, 5, "tpye", "type"),
            // Not a plain name.
            finding(4, 16, "tpye", "a: b"),
        ];
        let fixed = fixed(&findings);
        assert_eq!(fixed.len(), 1);
        assert_eq!(
            (fixed[0].text.as_str(), fixed[0].count),
            (
                "# Why.\nretention: 30d   # kept\n\"size\" : 1\né: {'type': x, tpye: y}\n",
                3
            )
        );
        // Two keys of one name would be no YAML.
        let both = [finding(4, 5, "tpye", "type"), finding(4, 16, "tpye", "type")];
        assert!(super::fixed(&both).is_empty());
    }
}
