//! What is said of a text before the parser sees it: its size and its characters.

use std::sync::Arc;

use super::complaint::too_much;
use super::limits::Limits;
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};

/// What a fine text has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Whether all characters are ASCII.
    pub(super) is_ascii: bool,
    /// Whether there are no carriage returns and no byte order marks.
    pub(super) is_ordinary: bool,
}

/// How many bytes are looked at together: few enough for their brackets and commas to be counted in a byte.
const CHUNK: usize = 128;

/// Checks the size and characters of a text.
pub(super) fn check(source: &Arc<Source>, text: &str, limits: &Limits) -> Result<Found, Diagnostic> {
    let whole = Place::whole(source);
    if text.len() > limits.input {
        return Err(too_much(
            &whole,
            "the text has",
            format!("{} bytes", limits.input),
        ));
    }
    let bytes = text.as_bytes();
    let mut marks = 0;
    let mut is_ascii = true;
    let mut is_ordinary = true;
    let mut is_fine = true;
    for (index, chunk) in bytes.chunks(CHUNK).enumerate() {
        let mut sum = Sum::default();
        let (wide, rest) = chunk.as_chunks::<16>();
        for bytes in wide {
            sum.add(bytes);
        }
        if !rest.is_empty() {
            // Blanks count for nothing.
            let mut last = [b' '; 16];
            last[..rest.len()].copy_from_slice(rest);
            sum.add(&last);
        }
        let Sum {
            marks: marks_here,
            controls,
            all,
        } = sum;
        marks += marks_here.iter().map(|count| usize::from(*count)).sum::<usize>();
        let controls = controls != [0; 16];
        let all = all.iter().fold(0, |all, bits| all | bits);
        let has_others = all >= 0x80;
        is_ascii &= !has_others;
        if controls || has_others {
            let start = index * CHUNK;
            for at in start..start + chunk.len() {
                match look(bytes.get(at..).unwrap_or_default()) {
                    Look::Fine => {}
                    Look::Unordinary => is_ordinary = false,
                    Look::Refused => is_fine = false,
                }
            }
        }
    }
    if marks > limits.brackets_and_commas {
        return Err(too_much(
            &whole,
            "the text has",
            format!("{} brackets and commas", limits.brackets_and_commas),
        ));
    }
    if is_fine {
        return Ok(Found {
            is_ascii,
            is_ordinary,
        });
    }
    Err(refuse(source, text).unwrap_or_else(|| {
        Diagnostic::error("yaml-control-character", "a character is not allowed").at(&whole)
    }))
}

/// What each sixteenth byte has, so that the compiler looks at 16 bytes at a time.
#[derive(Default)]
struct Sum {
    /// How many brackets and commas.
    marks: [u8; 16],
    /// Whether any is a control character.
    controls: [u8; 16],
    /// All bits that any has.
    all: [u8; 16],
}

impl Sum {
    fn add(&mut self, bytes: &[u8; 16]) {
        for (at, &byte) in bytes.iter().enumerate() {
            let is = |wanted: u8| u8::from(byte == wanted);
            self.marks[at] += is(b'[') | is(b'{') | is(b',');
            self.controls[at] |= (u8::from(byte < 0x20) & (is(b'\n') ^ 1) & (is(b'\t') ^ 1)) | is(0x7f);
            self.all[at] |= byte;
        }
    }
}

/// What is thought of a character.
enum Look {
    Fine,
    /// It is allowed, and not for our scanner.
    Unordinary,
    Refused,
}

/// Looks at the character that begins a text; bytes within a character are fine.
fn look(text: &[u8]) -> Look {
    match text {
        [b'\n' | b'\t' | 0x20..=0x7e, ..] => Look::Fine,
        [b'\r', b'\n', ..] => Look::Unordinary,
        [0..=0x1f | 0x7f, ..] => Look::Refused,
        // U+0080 to U+009F.
        [0xc2, 0x80..=0x9f, ..] => Look::Refused,
        // The separators U+2028 and U+2029.
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => Look::Refused,
        // U+FFFE and U+FFFF.
        [0xef, 0xbf, 0xbe | 0xbf, ..] => Look::Refused,
        // U+FEFF, the byte order mark.
        [0xef, 0xbb, 0xbf, ..] => Look::Unordinary,
        _ => Look::Fine,
    }
}

/// The error at the first character that is not allowed.
fn refuse(source: &Arc<Source>, text: &str) -> Option<Diagnostic> {
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
        return Some(complaint.at(&Place::new(source, line, column)));
    }
    None
}
