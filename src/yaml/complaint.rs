//! The words for what is wrong in a text: the parser crate's messages in ours.

use crate::diagnostic::Diagnostic;
use crate::source::Place;

/// An error for nesting beyond the limit.
pub(super) fn too_deep(place: &Place, limit: usize) -> Diagnostic {
    Diagnostic::error(
        "yaml-depth",
        format!("maps and lists are nested more than {limit} levels deep"),
    )
    .at(place)
    .help("no configuration needs that; check how the text was made")
}

/// An error for an alias whose anchor is not in the document before it.
pub(super) fn unknown_anchor(place: &Place) -> Diagnostic {
    let name: String = rest(place)
        .skip(1)
        .take_while(|c| !c.is_whitespace() && !",[]{}".contains(*c))
        .collect();
    Diagnostic::error(
        "unknown-anchor",
        format!("`*{name}` repeats an anchor that is not there"),
    )
    .at(place)
    .help(format!(
        "write `&{name}` before the value to repeat, above; or put `*{name}` in quotes where it is text"
    ))
}

/// An error for a `%YAML` line with another version.
pub(super) fn wrong_version(place: &Place, version: &str) -> Diagnostic {
    Diagnostic::error(
        "yaml-version",
        format!("YAML {version} is not what kubectl and Helm read"),
    )
    .at(place)
    .help("remove the line; values are read by the rules of YAML 1.1")
}

/// The characters of a place's line, from the place on.
fn rest(place: &Place) -> impl Iterator<Item = char> {
    let column = usize::try_from(place.column).unwrap_or(usize::MAX);
    place
        .line_text()
        .unwrap_or_default()
        .chars()
        .skip(column.saturating_sub(1))
}

/// A syntax error in our words. `opening` is where the innermost open map or list starts.
pub(super) fn syntax(info: &str, place: &Place, opening: Option<&Place>) -> Diagnostic {
    if info.ends_with("found unknown anchor") {
        return unknown_anchor(place);
    }
    if info == "recursion limit exceeded" {
        return too_deep(place, 255);
    }
    let error = |message: String| Diagnostic::error("yaml-syntax", message).at(place);
    error(info.to_owned())
}
