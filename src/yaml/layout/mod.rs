//! Nodes to YAML, byte for byte as Helm's `toYaml` writes them.
//!
//! That is sigs.k8s.io/yaml, which is go-yaml v2: keys in its natural order, lists not indented under their key,
//! texts of several lines as literal blocks, other texts folded at the first single space beyond column 80.
//! People who come from Helm find the same text in their ConfigMaps, and nothing reloads.

mod order;
mod style;
mod timestamp;

#[cfg(test)]
mod tests;

use std::fmt::Write;

use super::node::{Map, Node, Value};
use super::writer::indent;
use crate::source::Place;
pub(crate) use order::in_natural_order;
use style::{Style, is_bare, key_style, style};

/// Where go-yaml looks for a space to end the line at.
const WIDTH: usize = 80;

/// The longest key, in bytes, that go-yaml writes without `?` before it.
const LONGEST_SIMPLE_KEY: usize = 128;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// One document as Helm's `toYaml` writes it, without `---`; ends with a newline (of which `toYaml` removes one).
///
/// It differs from Helm only where Helm's text would give another value back, or where Helm gives up:
/// - Texts with U+0085, U+2028 or U+2029 are in double quotes, with escapes. Helm makes a space of the first, and
///   puts indentation into the text after the others.
/// - The key `<<` is in quotes: Helm writes it bare, which every reader takes for a merge.
/// - Texts with U+007F to U+009F, U+FFFE, U+FFFF, and keys of more than 1024 characters: Helm writes nothing at all.
/// - Whole numbers keep all their digits, as everywhere here: Helm rounds them to 53 bits, and writes `1e+20` for a
///   one with 20 zeros.
/// - Keys like `v1b`, `v9` and `v10`, which go-yaml's order puts in a circle: Helm's order changes from run to run.
pub fn write_helm(node: &Node) -> String {
    write(node, false, None).out
}

/// [`write_helm`], and where each scalar and each empty list or map ends in the text, in its order, with its place.
pub fn write_helm_marked(node: &Node) -> (String, Vec<(usize, Place)>) {
    let layout = write(node, false, Some(Vec::new()));
    (layout.out, layout.marks.unwrap_or_default())
}

/// One document as Helm's `toYamlPretty` writes it, which is go-yaml v3: lists are indented under their key, texts are
/// never folded, and whole floats have an exponent, too.
pub fn write_helm_pretty(node: &Node) -> String {
    write(node, true, None).out
}

fn write(node: &Node, pretty: bool, marks: Option<Vec<(usize, Place)>>) -> Layout {
    let mut layout = Layout {
        out: String::new(),
        pretty,
        marks,
    };
    match &node.value {
        Value::Map(map) if !map.is_empty() => layout.map(map, 0),
        Value::List(list) if !list.is_empty() => layout.list(list, 0),
        _ => layout.scalar(node, 0),
    }
    if !layout.out.ends_with('\n') {
        layout.out.push('\n');
    }
    layout
}

struct Layout {
    out: String,
    /// Whether it is laid out as go-yaml v3 does.
    pretty: bool,
    /// Where scalars end, where that is wanted.
    marks: Option<Vec<(usize, Place)>>,
}

impl Layout {
    /// A map whose first key goes where the text ends now, and the others to the column `indent`.
    fn map(&mut self, map: &Map, indent: usize) {
        for (index, (key, entry)) in in_natural_order(map).into_iter().enumerate() {
            if index > 0 {
                self.line(indent);
            }
            let simple = key.len() <= LONGEST_SIMPLE_KEY && !key.contains(['\n', '\r']);
            if simple {
                self.text(key, key_style(key), indent, None);
            } else {
                self.out.push_str("? ");
                self.text(key, key_style(key), indent, Some(indent + 2));
                self.line(indent);
            }
            self.out.push(':');
            match &entry.node.value {
                Value::Map(map) if !map.is_empty() => {
                    if simple {
                        self.line(indent + 2);
                    } else {
                        self.out.push(' ');
                    }
                    self.map(map, indent + 2);
                }
                Value::List(list) if !list.is_empty() => {
                    if simple {
                        let column = if self.pretty { indent + 2 } else { indent };
                        self.line(column);
                        self.list(list, column);
                    } else {
                        self.out.push(' ');
                        self.list(list, indent + 2);
                    }
                }
                _ => {
                    self.out.push(' ');
                    self.scalar(&entry.node, indent);
                }
            }
        }
    }

    /// A list whose first dash goes where the text ends now, and the others to the column `indent`.
    fn list(&mut self, list: &[Node], indent: usize) {
        for (index, item) in list.iter().enumerate() {
            if index > 0 {
                self.line(indent);
            }
            self.out.push_str("- ");
            match &item.value {
                Value::Map(map) if !map.is_empty() => self.map(map, indent + 2),
                Value::List(list) if !list.is_empty() => self.list(list, indent + 2),
                _ => self.scalar(item, indent),
            }
        }
    }

    /// A scalar or an empty collection; `indent` is the column of the key or dash before it.
    fn scalar(&mut self, node: &Node, indent: usize) {
        match &node.value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Int(value) => {
                // A string takes all that is written to it.
                let _ = write!(self.out, "{value}");
            }
            Value::Float(value) => self.out.push_str(&float(*value, !self.pretty)),
            Value::String(text) => self.text(text, style(text), indent, Some(indent + 2)),
            Value::List(_) => self.out.push_str("[]"),
            Value::Map(_) => self.out.push_str("{}"),
        }
        if let Some(marks) = &mut self.marks {
            marks.push((self.out.len(), node.place.clone()));
        }
    }

    /// A text; `fold` is the column of its further lines, where it may have some.
    fn text(&mut self, text: &str, style: Style, indent: usize, fold: Option<usize>) {
        let fold = fold.filter(|_| !self.pretty);
        match style {
            Style::Plain => self.folded(text, fold, false),
            Style::Single => {
                self.out.push('\'');
                self.folded(text, fold, true);
                self.out.push('\'');
            }
            Style::Double => self.double(text, fold),
            Style::Literal => self.literal(text, indent + 2),
        }
    }

    /// The inside of a text that is plain or in single quotes. It begins a new line at a space that stands alone;
    /// in quotes not at the first or last character.
    fn folded(&mut self, text: &str, fold: Option<usize>, quoted: bool) {
        let mut column = self.column();
        let fits = column + text.len() <= WIDTH && !(quoted && text.contains('\''));
        let Some(fold) = fold.filter(|_| !fits) else {
            return self.inside(text, quoted);
        };
        let is_doubled = quoted && text.contains('\'');
        let bytes = text.as_bytes();
        // Where the line that is being written begins, up to where its width is known, and where its end is looked for.
        let (mut from, mut measured, mut next) = (0, 0, 0);
        loop {
            if !is_doubled {
                // A character has a byte at least: no space before is beyond the width.
                next = next.max(measured + (WIDTH + 1).saturating_sub(column));
            }
            let Some(space) = bytes.get(next..).and_then(|rest| memchr::memchr(b' ', rest)) else {
                break;
            };
            let space = next + space;
            column += width(text.get(measured..space).unwrap_or_default(), quoted);
            (measured, next) = (space, space + 1);
            let stands_alone = space > 0
                && bytes.get(space - 1) != Some(&b' ')
                && bytes.get(space + 1).is_some_and(|next| *next != b' ');
            if column > WIDTH && stands_alone {
                self.inside(text.get(from..space).unwrap_or_default(), quoted);
                self.line(fold);
                column = fold;
                (from, measured) = (space + 1, space + 1);
            }
        }
        self.inside(text.get(from..).unwrap_or_default(), quoted);
    }

    /// A text as it stands, with its quotes doubled where it is in quotes.
    fn inside(&mut self, text: &str, quoted: bool) {
        if quoted && text.contains('\'') {
            self.out.push_str(&text.replace('\'', "''"));
        } else {
            self.out.push_str(text);
        }
    }

    /// A text in double quotes. It begins a new line at a space that is not the first or last character; a space
    /// after that one is kept by a backslash.
    fn double(&mut self, text: &str, fold: Option<usize>) {
        self.out.push('"');
        let mut column = self.column();
        // go-yaml's oddity: it takes every character of such a text for the mark.
        let all_escaped = text.starts_with(BYTE_ORDER_MARK);
        let mut after_space = text.starts_with(' ');
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let next = characters.peek().copied();
            if all_escaped || !is_bare(character) || matches!(character, '"' | '\\') {
                column += self.escape(character);
                after_space = false;
                continue;
            }
            if character == ' '
                && column > WIDTH
                && !after_space
                && let Some(next) = next
                && let Some(fold) = fold
            {
                self.line(fold);
                column = fold;
                if next == ' ' {
                    self.out.push('\\');
                    column += 1;
                }
            } else {
                self.out.push(character);
                column += 1;
            }
            after_space = character == ' ';
        }
        self.out.push('"');
    }

    /// The escape of a character in double quotes; gives its length.
    fn escape(&mut self, character: char) -> usize {
        let start = self.out.len();
        let short = match character {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' => '"',
            '\\' => '\\',
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                let number = u32::from(character);
                let _ = match number {
                    0..=0xff => write!(self.out, "\\x{number:02X}"),
                    0x100..=0xffff => write!(self.out, "\\u{number:04X}"),
                    _ => write!(self.out, "\\U{number:08X}"),
                };
                return self.out.len() - start;
            }
        };
        self.out.push('\\');
        self.out.push(short);
        2
    }

    /// A block after `|`; `column` is that of its lines. A text that does not end with a newline ends without one.
    fn literal(&mut self, text: &str, column: usize) {
        self.out.push('|');
        if text.starts_with([' ', '\n']) {
            self.out.push('2');
        }
        if !text.ends_with('\n') {
            self.out.push('-');
        } else if text == "\n" || text.ends_with("\n\n") {
            self.out.push('+');
        }
        self.out.push('\n');
        for line in text.split_inclusive('\n') {
            if line != "\n" {
                indent(&mut self.out, column);
            }
            self.out.push_str(line);
        }
    }

    /// A new line, unless a block has just ended one, and its indentation.
    fn line(&mut self, column: usize) {
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        indent(&mut self.out, column);
    }

    /// How many characters the last line has. Asked where a text begins, it counts no more than the indentation and
    /// a short key.
    fn column(&self) -> usize {
        self.out
            .chars()
            .rev()
            .take_while(|character| *character != '\n')
            .count()
    }
}

/// How many characters a text is written with that is plain or, with its quotes doubled, in single quotes.
fn width(text: &str, quoted: bool) -> usize {
    let quotes = if quoted { text.matches('\'').count() } else { 0 };
    text.chars().count() + quotes
}

/// A float in the shortest form that gives it back, with an exponent where Go's `%g` has one; with `whole_bare`, whole
/// numbers that fit 64 bits have none.
fn float(value: f64, whole_bare: bool) -> String {
    const LARGEST: f64 = 18_446_744_073_709_551_616.0;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let shortest = format!("{value:e}");
    let digits = shortest
        .bytes()
        .take_while(|byte| *byte != b'e')
        .filter(u8::is_ascii_digit)
        .count();
    // Of two that are as short and as near, Go takes the even one, and so does rounding.
    let even = format!("{value:.*e}", digits.saturating_sub(1));
    let scientific = if even.parse() == Ok(value) { even } else { shortest };
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let whole = whole_bare && value.fract() == 0.0 && value > -LARGEST / 2.0 && value < LARGEST;
    if whole || (-4..6).contains(&exponent) {
        positional(mantissa, exponent)
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
    }
}

/// `1.25` and the exponent 1 as `12.5`.
fn positional(mantissa: &str, exponent: i32) -> String {
    let (sign, mantissa) = mantissa
        .strip_prefix('-')
        .map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    if digits == "0" {
        // Never `-0`.
        return digits;
    }
    let zeros = |count: usize| "0".repeat(count);
    let Ok(exponent) = usize::try_from(exponent) else {
        let before = usize::try_from(exponent.unsigned_abs())
            .unwrap_or(0)
            .saturating_sub(1);
        return format!("{sign}0.{}{digits}", zeros(before));
    };
    match digits.split_at_checked(exponent + 1) {
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{digits}{}", zeros(exponent + 1 - digits.len())),
    }
}
