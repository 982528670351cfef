//! What is said of a text before the parser sees it: its size and its characters.

use std::sync::Arc;

use super::complaint::too_much;
use super::limits::Limits;
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};

/// Checks the size and characters of a text.
pub(super) fn check(source: &Arc<Source>, text: &str, limits: &Limits) -> Result<(), Diagnostic> {
    let whole = Place::whole(source);
    if text.len() > limits.input {
        return Err(too_much(
            &whole,
            "the text has",
            format!("{} bytes", limits.input),
        ));
    }
    let marks = text
        .bytes()
        .filter(|byte| matches!(byte, b'[' | b'{' | b','))
        .count();
    if marks > limits.brackets_and_commas {
        return Err(too_much(
            &whole,
            "the text has",
            format!("{} brackets and commas", limits.brackets_and_commas),
        ));
    }
    // A pass that the compiler makes fast tells whether any byte needs a look. The last three begin U+0080 to
    // U+00BF, the separators at U+2028 and what ends the first plane.
    let suspect = text.bytes().fold(false, |found, byte| {
        found
            | ((byte < 0x20) & (byte != b'\n') & (byte != b'\t'))
            | (byte == 0x7f)
            | (byte == 0xc2)
            | (byte == 0xe2)
            | (byte == 0xef)
    });
    if !suspect {
        return Ok(());
    }
    let (mut line, mut column) = (1, 0);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        column += 1;
        let complaint = match character {
            '\n' => {
                (line, column) = (line + 1, 0);
                continue;
            }
            '\r' if characters.peek() == Some(&'\n') => continue,
            '\r' => Diagnostic::error(
                "yaml-control-character",
                "a carriage return without a newline is not allowed",
            )
            .help("end lines with a newline, or write it as `\\r` in double quotes"),
            '\u{85}' | '\u{2028}' | '\u{2029}' => Diagnostic::error(
                "yaml-line-separator",
                format!(
                    "the invisible character U+{:04X} ends a line for kubectl and Helm",
                    u32::from(character)
                ),
            )
            .help(format!(
                "remove it, or write it as `{}` in double quotes",
                match character {
                    '\u{85}' => "\\N",
                    '\u{2028}' => "\\L",
                    _ => "\\P",
                }
            )),
            '\t' | ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'.. => continue,
            _ => Diagnostic::error(
                "yaml-control-character",
                format!(
                    "the control character U+{:04X} is not allowed",
                    u32::from(character)
                ),
            )
            .help(format!(
                "remove it, or write it as `\\u{:04X}` in double quotes",
                u32::from(character)
            )),
        };
        return Err(complaint.at(&Place::new(source, line, column)));
    }
    Ok(())
}
