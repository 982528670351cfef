//! Which values templates name, by their texts: for charts whose templates read values that nothing declares. What could be a name
//! counts as one.

use super::declared::At;
use crate::chart::Chart;
use crate::source::Source;
use crate::values::Scope;

/// Whether a chart's templates may read a key of a value.
pub(super) fn name(root: &Scope, at: &At<'_>, key: &str) -> bool {
    let libraries = root
        .in_order()
        .into_iter()
        .filter(|scope| scope.chart.metadata.is_library);
    let libraries = libraries.map(|scope| &*scope.chart);
    let charts = std::iter::once(at.chart).chain(libraries);
    charts.flat_map(texts).any(|text| match at.keys.last() {
        _ if passes_all(text) => true,
        None => reads(text, "Values", key),
        Some(above) => {
            let is_whole = at.keys.iter().any(|above| uses_whole(text, above));
            is_whole || reads(text, above, key) || (holds(text, above) && starts_path(text, key))
        }
    })
}

/// Whether a chart's templates may read a key of the globals.
pub(super) fn name_global(chart: &Chart, key: &str) -> bool {
    texts(chart).any(|text| reads(text, "global", key) || (holds(text, "global") && starts_path(text, key)))
}

fn texts(chart: &Chart) -> impl Iterator<Item = &str> {
    let sources = chart.templates.iter().filter_map(|file| file.source.as_deref());
    sources.map(Source::text)
}

/// The places of a word in a text, by what stands before and behind it.
fn words<'t>(text: &'t str, word: &str) -> impl Iterator<Item = (&'t str, &'t str)> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let length = word.len();
    text.match_indices(word)
        .map(move |(at, _)| {
            (
                text.get(..at).unwrap_or_default(),
                text.get(at + length..).unwrap_or_default(),
            )
        })
        .filter(move |(before, after)| !before.ends_with(is_part) && !after.starts_with(is_part))
}

/// Whether a text has a word at all.
fn holds(text: &str, word: &str) -> bool {
    words(text, word).next().is_some()
}

/// Whether all values are used or handed on at once.
fn passes_all(text: &str) -> bool {
    words(text, "Values").any(|(before, after)| {
        let tag = before.rsplit("{{").next().unwrap_or_default();
        let is_tag = before.contains("{{") && !tag.contains("}}") || before.trim_end().ends_with("in");
        is_tag && !after.starts_with(['.', '['])
    })
}

/// Whether a key is asked of a value of this name: `above.key`, `above["key"]`, `index .above "key"`.
fn reads(text: &str, above: &str, key: &str) -> bool {
    words(text, key).any(|(before, _)| {
        let before = before.trim_end_matches(['.', '[', '"', '\'', '`', ' ', '(']);
        before.ends_with(above)
    })
}

/// Whether a path begins with a key, or a variable's does, or the key stands in quotes.
fn starts_path(text: &str, key: &str) -> bool {
    words(text, key).any(|(before, _)| before.ends_with(['.', '"', '\'', '`']))
}

/// Whether a value is used as a whole, other than in a condition.
fn uses_whole(text: &str, word: &str) -> bool {
    words(text, word).any(|(before, after)| {
        let is_path = before.ends_with(['.', '"', '\'']);
        let goes_on = after.starts_with(['.', '[']);
        let tag = before.rsplit(['{', '%']).next().unwrap_or_default();
        let tag = tag.trim_start_matches(['-', ' ']);
        let is_condition = ["if ", "else if ", "elif "]
            .iter()
            .any(|word| tag.starts_with(word));
        is_path && !goes_on && !is_condition
    })
}
