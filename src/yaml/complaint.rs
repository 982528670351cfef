//! The words for what is wrong in a text: the parser crate's messages in ours, at the place that people have to edit.

use crate::diagnostic::Diagnostic;
use crate::source::Place;

const QUOTES: &str = "the text in quotes goes on in a line that is not indented enough";
const BRACKETS: &str = "a line inside brackets is not indented enough";

/// What goes on in a line that is not indented enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unindented {
    /// A text in quotes, which begins at the place that is told.
    Quotes,
    /// What stands in brackets; the line is the one that is told.
    Brackets,
}

/// Whether the reader said that a line within quotes or brackets is not indented enough.
pub fn unindented(diagnostic: &Diagnostic) -> Option<Unindented> {
    match diagnostic.message.as_str() {
        QUOTES => Some(Unindented::Quotes),
        BRACKETS => Some(Unindented::Brackets),
        _ => None,
    }
}

/// An error for nesting beyond the limit.
pub(super) fn too_deep(place: &Place, limit: usize) -> Diagnostic {
    Diagnostic::error(
        "yaml-depth",
        format!("maps and lists are nested more than {limit} levels deep"),
    )
    .at(place)
    .help("no configuration needs that; check how the text was made")
}

/// An error for more of something than the limit.
pub(super) fn too_much(place: &Place, what: &str, limit: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::error("yaml-size", format!("{what} more than {limit}"))
        .at(place)
        .help("no configuration needs that; check how the text was made")
}

/// An error for an alias whose anchor is not in the document before it.
pub(super) fn unknown_anchor(place: &Place) -> Diagnostic {
    let name: String = rest(place)
        .skip(1)
        .take_while(|c| !c.is_whitespace() && !",[]{}".contains(*c))
        .take(60)
        .collect();
    Diagnostic::error(
        "unknown-anchor",
        format!("`*{name}` repeats an anchor that is not there"),
    )
    .at(place)
    .help(format!(
        "put `*{name}` in quotes where it is text; otherwise write `&{name}` before a value above it"
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

/// An error for a tab that indents, at or below a place; the tab itself is looked for.
pub(super) fn tab(near: &Place) -> Diagnostic {
    let tab = near.source().and_then(|source| {
        let first = usize::try_from(near.line).ok()?.saturating_sub(1);
        let (below, column) = source
            .text()
            .lines()
            .skip(first)
            .enumerate()
            .find_map(|(below, line)| {
                let column = line
                    .chars()
                    .take_while(|c| c.is_ascii_whitespace())
                    .position(|c| c == '\t')?;
                (!line.trim().is_empty()).then_some((below, column))
            })?;
        Some(Place::new(
            source,
            near.line + u32::try_from(below).ok()?,
            u32::try_from(column).ok()? + 1,
        ))
    });
    Diagnostic::error("yaml-tab", "a tab cannot be used for indentation")
        .at(tab.as_ref().unwrap_or(near))
        .help("use spaces")
}

/// An error for a key that is a list or a map.
pub(super) fn not_a_key(place: &Place, kind: &str) -> Diagnostic {
    let before = place.line_text().unwrap_or_default().chars().take(index(place));
    if rest(place).next() == Some('{') && before.last() == Some('{') {
        return Diagnostic::error("yaml-template", "`{{ ... }}` is not read as a template here")
            .at(place)
            .help("put the whole value in quotes where it is text for another program");
    }
    Diagnostic::error("yaml-key", format!("{kind} cannot be a key"))
        .at(place)
        .help("put text that begins with `{` or `[` in quotes")
}

/// A syntax error in our words. `opening` is where the innermost open map or list starts.
pub(super) fn syntax(info: &str, place: &Place, opening: Option<&Place>) -> Diagnostic {
    let line = place.line_text();
    let before: String = line.unwrap_or_default().chars().take(index(place)).collect();
    let bracket = opening
        .and_then(|place| rest(place).next())
        .filter(|first| matches!(first, '[' | '{'));
    if let (None, Some(bracket), Some(opening)) = (line, bracket, opening) {
        return error(opening, format!("the `{bracket}` is never closed")).help(format!(
            "write `{}` where the {} ends; put text that begins with `{bracket}` in quotes",
            if bracket == '[' { ']' } else { '}' },
            if bracket == '[' { "list" } else { "map" },
        ));
    }
    if info.contains("tab") {
        return tab(place);
    }
    let diagnostic = match info {
        "while parsing node, found unknown anchor" => unknown_anchor(place),
        "recursion limit exceeded" => too_deep(place, 255),
        "simple key expect ':'" | "simple key expected" => key_without_colon(place),
        "mapping values are not allowed in this context" => colon(place, &before),
        "while parsing a block mapping, did not find expected key"
        | "while parsing a block collection, did not find expected '-' indicator" => {
            misfit(place, &before, info.contains("'-'"))
        }
        "while parsing a flow sequence, expected ',' or ']'"
        | "while parsing a flow mapping, did not find expected ',' or '}'" => {
            let (bracket_end, kind) = if info.contains(']') {
                (']', "list")
            } else {
                ('}', "map")
            };
            let diagnostic = error(place, format!("expected `,` or `{bracket_end}`"));
            match opening {
                Some(opening) if bracket.is_some() => {
                    diagnostic.label(opening, format!("in the {kind} that begins here"))
                }
                _ => diagnostic,
            }
            .help(format!("separate what is in a {kind} by commas, and close it"))
        }
        _ => plain(info, place),
    };
    if diagnostic.code == "yaml-syntax" && before.contains("{{") {
        return diagnostic.help("put a value with `{{ }}` in quotes: it is not read as a template here");
    }
    diagnostic
}

/// The errors that need no look at the text around them.
fn plain(info: &str, place: &Place) -> Diagnostic {
    let first = rest(place).next().unwrap_or(' ');
    let (message, help) = match info {
        "while parsing a node, did not find expected node content" => (
            "expected a value here",
            "remove what is not needed, or put the value in quotes",
        ),
        "block sequence entries are not allowed in this context" => (
            "a list cannot begin on the line of its key",
            "put the `-` on the next line; put text that begins with `- ` in quotes",
        ),
        "mapping keys are not allowed in this context" | "expected whitespace" => (
            "a `?` with a space after it is not allowed here",
            "put the value in quotes",
        ),
        "misplaced bracket" => {
            return error(place, format!("`{first}` {CLOSES_NOTHING}"))
                .help("remove it, or put text that begins with it in quotes");
        }
        "while scanning an anchor or alias, did not find expected alphabetic or numeric character" => {
            return error(
                place,
                format!("`{first}` has to be followed by the name of an anchor"),
            )
            .help(format!("put text that begins with `{first}` in quotes"));
        }
        "while parsing a quoted scalar, found unknown escape character" => (
            "a backslash in this text is not part of an escape such as `\\n`",
            "use single quotes, or write each backslash twice",
        ),
        "while parsing a quoted scalar, did not find expected hexadecimal number"
        | "while parsing a quoted scalar, found invalid Unicode character escape code" => (
            "a `\\x`, `\\u` or `\\U` in this text does not name a character",
            "write the character itself, or its number in 2, 4 or 8 hexadecimal digits",
        ),
        "invalid trailing content after double-quoted scalar" => (
            "there is text after the closing quote",
            "put the whole value in quotes; a quote inside single quotes is written twice, inside double quotes as `\\\"`",
        ),
        "while scanning a quoted scalar, found unexpected end of stream" => {
            ("the quote is never closed", "write a quote where the text ends")
        }
        "while scanning a quoted scalar, found unexpected document indicator" => (
            "the quote is not closed before the document ends",
            "write a quote where the text ends",
        ),
        "invalid indentation in quoted scalar" => {
            (QUOTES, "close the quote, or indent the lines after the first")
        }
        "invalid indentation" | "invalid indentation in flow construct" => (
            BRACKETS,
            "indent what is inside brackets more than the key before them, and close them",
        ),
        "comment intercepting the multiline text" => (
            "a comment cuts a text of several lines in two",
            "move the comment, or put the text in quotes or under `|`",
        ),
        "while scanning a block scalar, did not find expected comment or line break"
        | "while scanning a block scalar, found an indentation indicator equal to 0" => (
            "only `-`, `+` and a digit from 1 to 9 may follow the `|` or `>` of a block of text",
            "begin the text on the next line; put a value that begins with `|` or `>` in quotes",
        ),
        "wrongly indented line in block scalar" => (
            "the first line of a block of text is not indented enough",
            "indent it as the digit after `|` or `>` says",
        ),
        "did not find expected <document start>" => (
            NOT_THE_END,
            "check the line for a missing space after a colon; begin another document with a line `---`",
        ),
        "invalid content after document end marker" => (AFTER_THE_END, "put the text on a line of its own"),
        "'-' must be followed by a valid YAML whitespace" => {
            ("a tab cannot stand between two `-`", "use spaces")
        }
        "missing explicit document end marker before directive" => (
            "a `%` at the start of a line is not allowed here",
            "put text that begins with `%` in quotes",
        ),
        "the handle wasn't declared" => ("this tag has a prefix that is not declared", "remove the tag"),
        "comments must be separated from other tokens by whitespace" => (
            "a comment needs a space before its `#`",
            "write a space before the `#`",
        ),
        "a byte order mark must not appear inside a document" => (
            "the invisible character U+FEFF (a byte order mark) is not allowed here",
            "remove it",
        ),
        "\"-\" is only valid inside a block" | "plain scalar cannot start with '-' followed by ,[]{}" => (
            "a `-` for a list item is not allowed inside brackets",
            "separate the items by commas",
        ),
        "illegal placement of ':' indicator" | "':' may not precede any of `[{` in flow mapping" => (
            "this `:` is not allowed inside brackets",
            "check that the brackets above are closed, and write a space after the colon",
        ),
        _ if info.starts_with("unexpected character: `") => {
            let first = if first == '`' {
                "a backtick".to_owned()
            } else {
                format!("`{first}`")
            };
            return error(place, format!("a value cannot begin with {first}"))
                .help("put the value in quotes");
        }
        _ if info.contains(" tag") => (
            "this is not a valid tag",
            "put a value that begins with `!` in quotes",
        ),
        _ if info.contains("directive") => ("this line is not a valid directive", "remove the line"),
        _ => return error(place, info),
    };
    error(place, message).help(help)
}

/// The error for a line that should have been a key, which the parser notices at what comes after it.
fn key_without_colon(after: &Place) -> Diagnostic {
    let found = after.source().and_then(|source| {
        let before = usize::try_from(after.line).ok()?.saturating_sub(1);
        let (number, line) = source
            .text()
            .lines()
            .enumerate()
            .take(before)
            .filter(|(_, line)| {
                let line = line.trim_start();
                !line.is_empty() && !line.starts_with('#')
            })
            .last()?;
        let column = line.chars().take_while(|c| *c == ' ').count();
        Some(Place::new(
            source,
            u32::try_from(number).ok()? + 1,
            u32::try_from(column).ok()? + 1,
        ))
    });
    error(
        found.as_ref().unwrap_or(after),
        "this line is not a key with a `:` after it",
    )
    .help("write `key: value`, with a space after the colon; indent a text that goes on from the line above")
}

/// The error for a colon where no key can be.
fn colon(place: &Place, before: &str) -> Diagnostic {
    if before.chars().count() > 1000 {
        return error(place, "this key is too long: a key can have 1024 characters")
            .help("write `? ` before the key");
    }
    let diagnostic = error(place, "a `:` is not allowed here");
    if before.contains(": ") || before.contains(":\t") {
        diagnostic.help("put the value in quotes where the `:` is part of it")
    } else {
        diagnostic.help("check the line above: its indentation, and whether it has a value already or no `: ` after its key")
    }
}

/// The error for what stands where the next key or list item should.
fn misfit(place: &Place, before: &str, in_list: bool) -> Diagnostic {
    let trimmed = before.trim();
    if before.contains('\t') && trimmed.is_empty() {
        tab(place)
    } else if trimmed.is_empty() {
        error(
            place,
            "the indentation of this line does not fit the lines above it",
        )
        .help(if in_list {
            "line up the `-` of all items of a list"
        } else {
            "line up all keys of a map"
        })
    } else if trimmed == "-" {
        let dash = before.chars().take_while(|c| *c != '-').count();
        let mut place = place.clone();
        place.column = u32::try_from(dash + 1).unwrap_or(place.column);
        error(&place, "a list item is not allowed among the keys of a map")
            .help("put it under a key that has no value on its own line")
    } else if rest(place).next() == Some(':') {
        error(place, "a `:` needs a space after it").help("write a space after the colon")
    } else {
        error(place, "there is text after the end of the value").help("put the whole value in quotes")
    }
}

fn error(place: &Place, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("yaml-syntax", message).at(place)
}

/// The characters of a place's line, from the place on.
fn rest(place: &Place) -> impl Iterator<Item = char> {
    place.line_text().unwrap_or_default().chars().skip(index(place))
}

const CLOSES_NOTHING: &str = "closes nothing";
const NOT_THE_END: &str = "expected the end of the document here";
const AFTER_THE_END: &str = "there is text after the `...` that ends the document";

/// Whether a complaint behind a whole document is only that something follows there.
pub(super) fn is_of_what_follows(complaint: &Diagnostic) -> bool {
    let message = complaint.message.as_str();
    message.ends_with(CLOSES_NOTHING) || message == NOT_THE_END || message == AFTER_THE_END
}

/// Whether what begins at a place stands in brackets, whatever anchor and tag it has.
pub(super) fn is_in_brackets(place: &Place) -> bool {
    let text: String = rest(place).collect();
    let mut words = text.split_whitespace();
    words
        .find(|word| !word.starts_with(['&', '!']))
        .is_some_and(|word| word.starts_with(['[', '{']))
}

/// A place's column from 0.
fn index(place: &Place) -> usize {
    usize::try_from(place.column)
        .unwrap_or(usize::MAX)
        .saturating_sub(1)
}
