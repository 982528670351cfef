//! Regular expressions in Go's syntax, ready to search with.

use regex::bytes::{Regex, RegexBuilder};

use super::translated::Translated;

/// A pattern that is ready to search with.
#[derive(Debug)]
pub(super) struct Pattern {
    /// The program.
    pub regex: Regex,
    /// The names of the groups, from group 1 on.
    pub names: Vec<Option<String>>,
    /// How large the program is, about.
    pub size: usize,
}

/// Whether a text is a regular expression of Go's.
///
/// # Errors
/// What is wrong with it, in a few words.
pub fn check_pattern(pattern: &str) -> Result<(), String> {
    let translated = Translated::of(pattern)?;
    // What the translation leaves to the engine are the names of classes of letters.
    let mut parser = regex_syntax::ParserBuilder::new().utf8(false).build();
    match parser.parse(&translated.pattern) {
        Ok(_) => Ok(()),
        Err(_) => Err("it names a class of letters that is not known".to_owned()),
    }
}

/// Whether all of a text is what a regular expression of Go's describes; nothing where it is not one, or too large.
pub fn pattern_matches(pattern: &str, text: &str) -> Option<bool> {
    let translated = Translated::of(&format!("^(?s:{pattern})$")).ok()?;
    let program = translated.compile(text.is_ascii()).ok()?;
    Some(program.regex.is_match(text.as_bytes()))
}

/// How many bytes a program may take.
const MAX_BYTES: usize = 8 << 20;

impl Translated {
    /// Makes the program; that for texts of ASCII is made much more quickly.
    ///
    /// # Errors
    /// What is wrong with the pattern, in a few words.
    pub fn compile(self, for_ascii: bool) -> Result<Pattern, String> {
        let build = |unicode| {
            RegexBuilder::new(&self.pattern)
                .unicode(unicode)
                .size_limit(MAX_BYTES)
                .dfa_size_limit(MAX_BYTES)
                .build()
        };
        // A pattern that names other characters may not be possible without Unicode, or have another meaning.
        let quick = (for_ascii && self.pattern.is_ascii()).then(|| build(false).ok());
        let regex = quick
            .flatten()
            .map_or_else(|| build(true), Ok)
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
                _ => "it names a class of letters that is not known".to_owned(),
            })?;
        Ok(Pattern {
            regex,
            names: self.names,
            size: self.size,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Place = Option<(usize, usize)>;

    /// The places of matches and of their groups.
    fn found(pattern: &str, text: &str, for_ascii: bool) -> Vec<Vec<Place>> {
        let pattern = Translated::of(pattern).unwrap().compile(for_ascii).unwrap();
        let places = |groups: regex::bytes::Captures<'_>| {
            let groups = groups.iter();
            groups
                .map(|place| place.map(|place| (place.start(), place.end())))
                .collect()
        };
        pattern.regex.captures_iter(text.as_bytes()).map(places).collect()
    }

    #[test]
    fn the_program_for_ascii_finds_the_same_in_ascii() {
        let patterns = [
            "",
            "a*",
            "[^-A-Za-z0-9_.]+",
            "[^a-z]",
            "(?i)[^a-z]+",
            "(?i)K",
            r"(?i)\x{212a}",
            r"(?i)[\x{17f}]",
            r"(?i)\x{17f}|\x{e9}",
            r"[^\x{e9}]+",
            r"\x{e9}|a",
            "(?i)(S)(.)",
            "[\u{e9}a]+",
            "(?s).+[:]",
            r"\W+",
            r"(\w+)\b(.)?",
            r"\pL+",
            r"\PL+",
            r"\p{Greek}|:",
            "[[:^alpha:]]",
            r"[^\d\s]+$",
            "(?m)^(.*)$",
            "(?U)a.*:",
            r"\Qa.\E",
            r"\z|^",
        ];
        let texts = [
            "",
            "a",
            "quay.io/a-b_c:1.0",
            "Kks S\n:\t a.b\n",
            "\u{7f}\u{0}aa",
            "x9 : K",
        ];
        for pattern in patterns {
            for text in texts {
                let (ascii, any) = (found(pattern, text, true), found(pattern, text, false));
                assert_eq!(ascii, any, "{pattern} {text:?}");
            }
        }
        assert_eq!(found(r"(?i)\x{212a}", "k", true), [[Some((0, 1))]]);
    }
}
