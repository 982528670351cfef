//! What the parser crate takes and go-yaml does not: texts in brackets, and the names of anchors.

/// A text with a mark at the character that was asked for last, so that asking in order costs one pass.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    characters: usize,
    bytes: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Cursor {
            text,
            characters: 0,
            bytes: 0,
        }
    }

    /// The text from a character on.
    pub(super) fn at(&mut self, character: usize) -> &'a str {
        if character < self.characters {
            (self.characters, self.bytes) = (0, 0);
        }
        let bytes = self.text.as_bytes();
        while self.characters < character {
            let Some(byte) = bytes.get(self.bytes) else { break };
            self.bytes += match byte {
                0..0x80 => 1,
                0x80..0xe0 => 2,
                0xe0..0xf0 => 3,
                0xf0.. => 4,
            };
            self.characters += 1;
        }
        self.text.get(self.bytes..).unwrap_or_default()
    }
}

/// What is wrong with a scalar in brackets, and what to do about it. `text` is what is written without quotes, none for one
/// in quotes; `after` is what follows it.
pub(super) fn wrong_in_brackets(
    text: Option<&str>,
    after: &str,
    has_lines: bool,
) -> Option<(&'static str, &'static str)> {
    const QUOTE: &str = "put the text in quotes";
    // What is not there has no place of its own.
    if text == Some("") {
        return None;
    }
    if let Some(text) = text {
        if text.contains('?') {
            // For go-yaml it begins a key, wherever it stands.
            return Some(("a `?` in brackets is not allowed without quotes", QUOTE));
        }
        if text.starts_with([':', '|', '>']) {
            return Some(("a text in brackets cannot begin with `:`, `|` or `>`", QUOTE));
        }
    }
    let next = after_blanks(after);
    let value = next.strip_prefix(':')?;
    if has_lines
        || after
            .get(..after.len() - next.len())
            .is_some_and(|gap| gap.contains('\n'))
    {
        let help = "write the key and the `:` behind it in one line";
        return Some(("a key in brackets cannot go over several lines", help));
    }
    // For go-yaml the colon belongs to a text without quotes.
    (text.is_some() && value.starts_with([',', '[', ']', '{', '}'])).then_some((
        "a `:` in brackets needs a space behind it",
        "write a space behind it where it ends a key, or put the text in quotes",
    ))
}

/// The anchor, alias or tag that go-yaml does not take, of those that a text begins with.
pub(super) fn wrong_property(text: &str) -> Option<&str> {
    properties(text).1
}

/// Whether a list or map in brackets begins a text, after its anchor and tag.
pub(super) fn is_bracket(text: &str) -> bool {
    properties(text).0.starts_with(['[', '{'])
}

/// What comes after the anchors, tags and aliases that a text begins with; and the first of them that is wrong.
fn properties(text: &str) -> (&str, Option<&str>) {
    let mut rest = text;
    let mut wrong = None;
    while let Some(first @ ('!' | '&' | '*')) = rest.chars().next() {
        let is_blank = |c: char| c.is_whitespace();
        let verbatim = rest
            .strip_prefix("!<")
            .and_then(|rest| rest.find('>'))
            .map(|end| end + 3);
        let from = verbatim.unwrap_or(1);
        let name = rest.get(from..).unwrap_or_default();
        // An alias may be followed by what ends it, a tag by a blank only.
        let ends = |c: char| is_blank(c) || first != '!' && ",[]{}".contains(c);
        let end = from + name.find(ends).unwrap_or(name.len());
        let name = rest.get(from..end).unwrap_or_default();
        let is_open = rest.get(end..).is_some_and(|rest| rest.starts_with(['[', '{']));
        let is_fine = match first {
            _ if is_open => false,
            '!' => name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.!~*'()%/;?:@&=+$".contains(c)),
            _ => name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-'),
        };
        if !is_fine {
            wrong = wrong.or(rest.get(..end));
        }
        rest = after_blanks(rest.get(end..).unwrap_or_default());
    }
    (rest, wrong)
}

/// What comes after blanks, line ends and comments.
fn after_blanks(text: &str) -> &str {
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start();
        if !trimmed.starts_with('#') || trimmed.len() == rest.len() {
            return trimmed;
        }
        rest = trimmed.trim_start_matches(|c: char| c != '\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_found_in_any_order() {
        let mut cursor = Cursor::new("aé日😀z");
        for (character, rest) in [(0, "aé日😀z"), (2, "日😀z"), (4, "z"), (1, "é日😀z"), (9, "")] {
            assert_eq!(cursor.at(character), rest);
        }
    }
}
