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
    let program = translated.compile().ok()?;
    Some(program.regex.is_match(text.as_bytes()))
}

/// How many bytes a program may take.
const MAX_BYTES: usize = 8 << 20;

impl Translated {
    /// Makes the program.
    ///
    /// # Errors
    /// What is wrong with the pattern, in a few words.
    pub fn compile(self) -> Result<Pattern, String> {
        let regex = RegexBuilder::new(&self.pattern)
            .size_limit(MAX_BYTES)
            .dfa_size_limit(MAX_BYTES)
            .build()
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
