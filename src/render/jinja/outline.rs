//! What a template's text consists of: its tags and its lines, found in one pass.

use std::ops::Range;

/// The tags and lines of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// In order; those within a raw block are text.
    pub tags: Vec<Tag>,
    /// In order. A line that holds a tag of several lines, or a raw block, is one.
    pub lines: Vec<Line>,
}

/// `{{ }}`, `{% %}` or `{# #}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag {
    /// Which of the three.
    pub kind: Kind,
    /// Where it starts in the text.
    pub start: u32,
    /// Where it ends, which is the end of the text where it never closes.
    pub end: u32,
    /// Where the first word of a block tag starts.
    pub name: u32,
    /// Where that word ends.
    pub name_end: u32,
}

/// Which tag it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{{ }}`
    Expression,
    /// `{% %}`
    Block,
    /// `{# #}`
    Comment,
}

/// A line of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Where its newline stands, or the end of the text.
    pub end: u32,
    /// Its number, from 1; the last number where it holds a tag of several lines.
    pub number: u32,
    /// It holds text or an expression.
    pub has_content: bool,
    /// Its first tag is a block tag or comment, with only blanks before it, which it does not trim itself.
    pub starts_with_block: bool,
    /// Its last tag asks for the newline to be trimmed (`-%}`).
    pub trims_end: bool,
}

impl Outline {
    /// The outline of a text.
    pub fn of(text: &str) -> Outline {
        let mut scan = Scan {
            text,
            tags: Vec::new(),
            lines: Vec::new(),
            line: LineState::default(),
            number: 1,
        };
        scan.run();
        Outline {
            tags: scan.tags,
            lines: scan.lines,
        }
    }
}

impl Tag {
    /// Where it stands.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The first word of a block tag.
    pub fn name<'t>(&self, text: &'t str) -> &'t str {
        &text[self.name as usize..self.name_end as usize]
    }

    /// What a block tag holds behind its first word.
    pub fn rest<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.name_end as usize..(self.end as usize).saturating_sub(2))
            .unwrap_or_default()
    }
}

/// What has been seen of the current line.
#[derive(Default)]
struct LineState {
    start: usize,
    has_content: bool,
    starts_with_block: bool,
    /// Something but blanks has been seen.
    seen_any: bool,
    trims_end: bool,
}

struct Scan<'t> {
    text: &'t str,
    tags: Vec<Tag>,
    lines: Vec<Line>,
    line: LineState,
    number: u32,
}

impl Scan<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(&byte) = self.text.as_bytes().get(at) {
            let kind = match byte {
                b'\n' => {
                    self.end_line(at, at + 1);
                    at += 1;
                    continue;
                }
                b'{' => Kind::at_start(&self.text[at..]),
                _ => None,
            };
            let Some(kind) = kind else {
                // To the next byte that may mean something.
                let rest = &self.text.as_bytes()[at + 1..];
                let end = find(rest, |byte| matches!(byte, b'\n' | b'{'))
                    .map_or(self.text.len(), |found| at + 1 + found);
                self.note_text(at..end);
                at = end;
                continue;
            };
            at = self.tag(kind, at);
            let raw_end = self.tags.last().filter(|tag| tag.name(self.text) == "raw");
            if raw_end.is_some() {
                let end = at + raw_end_in(&self.text[at..]);
                self.number += count_lines(&self.text[at..end]);
                self.note_text(at..end);
                at = end;
            }
        }
        if self.line.start < self.text.len() {
            self.end_line(self.text.len(), self.text.len());
        }
    }

    fn note_text(&mut self, range: Range<usize>) {
        if !is_blank(&self.text[range]) {
            self.line.has_content = true;
            self.line.seen_any = true;
            self.line.trims_end = false;
        }
    }

    /// Notes a tag and gives its end.
    fn tag(&mut self, kind: Kind, start: usize) -> usize {
        let inside = &self.text[start..][..tag_length(&self.text[start..], kind)];
        let end = start + inside.len();
        let (name, name_end) = match kind {
            Kind::Block => block_name(inside),
            Kind::Expression | Kind::Comment => (0, 0),
        };
        let line = &mut self.line;
        if kind == Kind::Expression {
            line.has_content = true;
        } else if !line.seen_any && inside.as_bytes().get(2) != Some(&b'-') {
            line.starts_with_block = true;
        }
        line.seen_any = true;
        line.trims_end = inside.len() >= 5 && inside.as_bytes()[inside.len() - 3] == b'-';
        self.number += count_lines(inside);
        self.tags.push(Tag {
            kind,
            start: to_u32(start),
            end: to_u32(end),
            name: to_u32(start + name),
            name_end: to_u32(start + name_end),
        });
        end
    }

    fn end_line(&mut self, end: usize, next: usize) {
        let line = std::mem::take(&mut self.line);
        self.lines.push(Line {
            end: to_u32(end),
            number: self.number,
            has_content: line.has_content,
            starts_with_block: line.starts_with_block,
            trims_end: line.trims_end,
        });
        self.line.start = next;
        self.number += 1;
    }
}

impl Kind {
    /// The kind of tag that a text starts with.
    fn at_start(text: &str) -> Option<Kind> {
        match text.as_bytes() {
            [b'{', b'{', ..] => Some(Kind::Expression),
            [b'{', b'%', ..] => Some(Kind::Block),
            [b'{', b'#', ..] => Some(Kind::Comment),
            _ => None,
        }
    }

    /// The first of the two characters that close it.
    fn closing(self) -> u8 {
        match self {
            Kind::Expression => b'}',
            Kind::Block => b'%',
            Kind::Comment => b'#',
        }
    }
}

/// The first byte that is wanted. Lines and tags are short: vector instructions would find it no sooner.
pub fn find(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    bytes.iter().position(|byte| wanted(*byte))
}

/// How many lines end in a text.
pub fn count_lines(text: &str) -> u32 {
    text.bytes().map(|byte| u32::from(byte == b'\n')).sum()
}

/// A number that is small: templates have at most some million bytes.
pub fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Whether there is nothing but white space.
pub fn is_blank(text: &str) -> bool {
    // Most texts start with what is seen, or with blanks before it.
    let blanks = text.bytes().take_while(|byte| *byte == b' ').count();
    let rest = text.get(blanks..).unwrap_or_default();
    if rest.as_bytes().first().is_some_and(u8::is_ascii_graphic) {
        return false;
    }
    let rest = rest.trim_ascii_start();
    // Only then is there other white space to look for.
    rest.is_empty() || (!rest.starts_with(|c: char| c.is_ascii()) && rest.trim().is_empty())
}

/// Where the word that a block tag starts with stands in it.
fn block_name(inside: &str) -> (usize, usize) {
    let body = inside.strip_prefix("{%").unwrap_or(inside);
    let body = body.trim_start_matches(['-', '+']).trim_start();
    let start = inside.len() - body.len();
    (start, start + first_word(body).len())
}

/// The word that a text starts with.
pub fn first_word(text: &str) -> &str {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let ascii = text.bytes().take_while(is_word).count();
    if text.as_bytes().get(ascii).is_none_or(u8::is_ascii) {
        return &text[..ascii];
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// The length of a tag from its opening to its closing delimiter, which stands outside of strings and brackets as for minijinja;
/// the rest of the text where it never closes (minijinja reports that).
fn tag_length(text: &str, kind: Kind) -> usize {
    let bytes = text.as_bytes();
    let mut position = 2;
    let mut depth = 0_usize;
    let means = match kind {
        Kind::Comment => &IN_COMMENT,
        Kind::Expression | Kind::Block => &IN_TAG,
    };
    while let Some(rest) = bytes.get(position..)
        && let Some(found) = find(rest, |byte| means[usize::from(byte)])
    {
        position += found;
        let byte = bytes[position];
        position += 1;
        let closes = byte == kind.closing() && bytes.get(position) == Some(&b'}');
        match byte {
            _ if closes && depth == 0 => return position + 1,
            b'"' | b'\'' => {
                // A text, to its closing quote.
                while let Some(&inside) = bytes.get(position)
                    && inside != byte
                {
                    position += if inside == b'\\' { 2 } else { 1 };
                }
                position += 1;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
}

/// The bytes that mean something in a tag, and in a comment.
static IN_TAG: [bool; 256] = table(b"%\"'([{)]}");
static IN_COMMENT: [bool; 256] = table(b"#");

const fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut index = 0;
    while index < bytes.len() {
        table[bytes[index] as usize] = true;
        index += 1;
    }
    table
}

/// Where the `{% endraw %}` of a raw block starts.
fn raw_end_in(text: &str) -> usize {
    let mut from = 0;
    while let Some(found) = text[from..].find("{%") {
        let position = from + found;
        let (start, end) = block_name(&text[position..]);
        if &text[position..][start..end] == "endraw" {
            return position;
        }
        from = position + 2;
    }
    text.len()
}
