//! Our scanner gives what the parser crate gives, on our files and on generated texts.
//!
//! `PROMCHART_SCANNER_CASES` and `PROMCHART_SCANNER_SEED` set how many texts are generated, and which.

use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::event::Event;
use super::super::events::Events;
use super::super::limits::Limits;
use super::super::{Unindented, read_documents, to_json, unindented};
use crate::diagnostic::Diagnostic;
use crate::source::Source;

type Given<'a> = Vec<Result<Event<'a>, Diagnostic>>;

/// The events of a text, and whether the scanner gave up.
fn given<'a>(mut events: Events<'a>) -> (Given<'a>, bool) {
    let mut given = Vec::new();
    let mut gave_up = false;
    while let Some(event) = events.next() {
        given.push(event);
        gave_up |= events.is_parsed();
    }
    (given, gave_up)
}

/// Compares the scanner with the crate, and what is copied with what is read; says whether the scanner read the text to its end.
pub(super) fn compare(text: &str, limits: Limits) -> bool {
    super::copy::compare(text);
    let source: Arc<Source> = Source::new("text.yaml", text);
    let (ours, gave_up) = given(Events::new(&source, limits));
    let (theirs, _) = given(Events::parsed(&source, limits));
    if let Some(index) = (0..ours.len().max(theirs.len())).find(|&index| ours.get(index) != theirs.get(index))
    {
        if let (Some(Ok(_)), Some(Err(refused))) = (ours.get(index), theirs.get(index))
            && let Some(moved) = with_closing_line_moved_in(text, refused)
        {
            assert_eq!(documents(text), documents(&moved), "{text:?}");
            return !gave_up && ours.iter().all(Result::is_ok);
        }
        panic!(
            "event {index} of {text:?}\nours: {}\ntheirs: {}",
            shown(ours.get(index)),
            shown(theirs.get(index))
        );
    }
    !gave_up && ours.iter().all(Result::is_ok)
}

/// The text with the line moved in that the crate refuses because it begins with a closing bracket at its key's column.
fn with_closing_line_moved_in(text: &str, refused: &Diagnostic) -> Option<String> {
    let line = refused.place()?.line as usize - 1;
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_closing = lines.get(line)?.trim_start().starts_with([']', '}']);
    let is_column = unindented(refused) == Some(Unindented::Brackets);
    (is_closing && is_column).then(|| {
        lines.insert(line, "                                        ");
        lines.concat()
    })
}

fn documents(text: &str) -> Option<Vec<String>> {
    let documents = read_documents(&Source::new("text.yaml", text)).ok()?;
    Some(documents.iter().map(|node| to_json(node).to_string()).collect())
}

fn shown(event: Option<impl Debug>) -> String {
    event.map_or_else(|| "nothing".to_owned(), |event| format!("{event:?}"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files with an extension in a folder and below.
fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

fn our_files() -> Vec<(PathBuf, String)> {
    let mut paths = vec![root().join("values.yaml"), root().join("Chart.yaml")];
    for folder in ["values", "charts", "templates", "tests"] {
        files(&root().join(folder), "yaml", &mut paths);
    }
    let read = |path: PathBuf| fs::read_to_string(&path).ok().map(|text| (path, text));
    paths.into_iter().filter_map(read).collect()
}

#[test]
fn our_files_are_alike() {
    for (_, text) in our_files() {
        compare(&text, Limits::default());
        compare(&text.replace('\n', "\r\n"), Limits::default());
    }
    for name in ["read.json", "strings.json"] {
        let text = fs::read_to_string(root().join("tests/yaml").join(name)).unwrap();
        compare(&text, Limits::default());
        for text in strings(&text) {
            compare(&text, Limits::default());
            compare(&format!("a:\n  b: {text}\n"), Limits::default());
            compare(&format!("- {text}\n- c"), Limits::default());
        }
    }
}

/// All texts of a JSON text, keys aside.
fn strings(json: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut values = vec![serde_json::from_str(json).unwrap()];
    while let Some(value) = values.pop() {
        match value {
            serde_json::Value::String(text) => found.push(text),
            serde_json::Value::Array(items) => values.extend(items),
            serde_json::Value::Object(map) => values.extend(map.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    found
}

/// Else the speed would be lost, and no test would say so.
#[test]
fn ordinary_files_need_no_crate() {
    let mut count = 0;
    for (path, text) in our_files() {
        let shown = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        if shown.ends_with("values.yaml") || shown.ends_with("Chart.yaml") || shown.starts_with("values/") {
            count += 1;
            if !shown.starts_with("tests/") {
                assert!(
                    compare(&text, Limits::default()),
                    "the scanner gave up on {shown}"
                );
            }
        }
    }
    assert!(count > 12, "{count}");
}

#[test]
fn what_people_write_needs_no_crate() {
    for text in [
        "a: 1\nb:\n  c: d\n",
        "a:\n- b: 1\n  c: 2\n-\n  - x\n  - - y\n    - z\n",
        "# only a comment\n",
        "---\na: b # c\n---\n# d\n---\n- 1\n",
        "a: |\n  b\n\n   c\nd: >-\n  e\n  f\n\n\n  g\nh: |2+\n    i\n\n",
        "a: [b, 'c', \"d\", {e: f, \"g\":[1, 2]}, []]\nh: {}\n",
        "a: b\n  c\n\n  d\ne: \"f\n  g\\n\\x41\"\n'h': 'i''s'\n",
        "\u{fdd0}0\u{fdd1}\n",
        "é: \u{fdd0}0\u{fdd1} # ü\nö: {ä: ü, ß: [à, á]}\n",
        "a:\n  b c\nd:\n  \"e\"\n<<: f\n",
        "a: &b # c\n  d: e\nf: *b\ng:\n- *b\nh: &b\n  - i\nj: *b\n",
        "a: &b c\nd: *b\ne: &f 'g'\nh: &i \"j\" # k\nl: *i\nm: &n [o, {p: q}]\nr: &s {}\nt: &u |\n  v\nw: &x y\n  z\n",
        "a: :1\nb:\n- ::1 # c\n- :d: e\n",
        "[]",
        "{a: b}\n",
        "a: [\n  x,\n\n  'y' # c\n  # d\n  , {b: 1,\n c: [z\n ]}]\nd: {\n  \"e\": f,\n  g: h\n}\n",
        "a: [\n  \"x\",\n  \"y\"\n]\nb:\n  - {\n    'c': \"d\"\n  } # e\n  - f\n",
        "{\n\"a\": [\n1,\n\"b\"\n]\n}\n",
    ] {
        assert!(
            compare(text, Limits::default()),
            "the scanner gave up on {text:?}"
        );
    }
}

#[test]
fn limits_are_alike() {
    let text = "a: [1, {b: c}]\nd:\n- e: |\n    long text\n  f:\n    g: h\n";
    for small in 0..20 {
        let limits = Limits::default();
        compare(
            text,
            Limits {
                depth: small,
                ..limits
            },
        );
        compare(
            text,
            Limits {
                events: small as u64,
                ..limits
            },
        );
        compare(
            text,
            Limits {
                scalar: small,
                ..limits
            },
        );
        compare(
            text,
            Limits {
                input: small * 4,
                ..limits
            },
        );
        compare(
            text,
            Limits {
                brackets_and_commas: small,
                ..limits
            },
        );
    }
    compare(&"- ".repeat(300), Limits::default());
    compare(&"[".repeat(300), Limits::default());
    compare(&format!("{}: b", "a".repeat(2000)), Limits::default());
    compare(&format!("a: [{}1]", "1, ".repeat(10_000)), Limits::default());
}

/// Numbers without a pattern, the same for the same seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 11).unwrap_or_default() % limit.max(1)
    }

    fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }
}

const FRAGMENTS: &[&str] = &[
    " ",
    "  ",
    "    ",
    "\n",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "\n\n",
    "- ",
    "- ",
    "-",
    "a",
    "b",
    "key",
    "é",
    "a: ",
    "b: ",
    "c:",
    "c:\n",
    "key: value\n",
    ": ",
    ":",
    "#",
    " # c",
    "\n# c\n",
    "|",
    ">",
    "|-\n",
    ">+\n",
    "|2\n",
    "a: |\n",
    "- >\n",
    "'",
    "\"",
    "'x'",
    "\"y\"",
    "\"y\": ",
    "''",
    "\\n",
    "\\",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    "[a, b]",
    "{a: b}",
    "{\"a\":1}",
    "\t",
    "\r\n",
    "\r",
    "---\n",
    "---",
    "--- ",
    "...\n",
    "&a ",
    "*a ",
    "!t ",
    "!!str ",
    "? ",
    "%",
    "%YAML 1.2\n",
    "<<: ",
    "~",
    "1",
    "-1",
    "\u{fdd0}0\u{fdd1}",
    "\u{feff}",
    "\u{a0}",
    "@",
    "`",
    "=",
];

/// Fragments that are mostly fine together.
const LINES: &[&str] = &[
    "a: 1",
    "b: two words",
    "c:",
    "d: 'x'",
    "e: \"y\\n\"",
    "f: [1, b]",
    "g: {h: i}",
    "- j",
    "-",
    "- k: l",
    "- - m",
    "# n",
    "",
    "o: |",
    "p: >-",
    "q: |+",
    "text",
    "more text: here",
    "'s': t",
    "- 'u'",
    "- \"v",
    "w\"",
    "- >",
    "x: y # z",
    "é: ü",
    "---",
    " ",
    "- |-",
    "a : b",
    "- [c]",
    "-   # d",
    "- {e: f}",
    "'g",
    "h'",
    "i: j:",
    "k: |3",
    "- \u{fdd0}0\u{fdd1}",
    "  ",
    "- # l",
    "l: &m",
    "n: *m",
    "- *m",
    "o: &n",
    "p: *n",
    "q: &n r",
    "t: &n [u]",
    "v: &n \"w\"",
    "x: &n |",
    "y: ::1",
    "- :80",
    "type: object",
    "name: true",
    "r: 12",
    "s: t:u#v w",
    "kind: t",
];

fn fragments(random: &mut Random) -> String {
    (0..=random.below(14)).map(|_| random.pick(FRAGMENTS)).collect()
}

fn lines(random: &mut Random) -> String {
    let mut text = String::new();
    let mut indent = 0_usize;
    for _ in 0..=random.below(9) {
        match random.below(6) {
            0 | 1 => indent += [1, 2, 2, 4][random.below(4)],
            2 => indent = 0,
            3 => indent = indent.saturating_sub(2),
            _ => {}
        }
        text.push_str(&" ".repeat(indent.min(10)));
        text.push_str(random.pick(LINES));
        if random.below(20) == 0 {
            text.push_str(random.pick(FRAGMENTS));
        }
        text.push('\n');
    }
    if random.below(4) == 0 {
        text.pop();
    }
    text
}

/// Some lines of a file, damaged.
fn damaged(random: &mut Random, file: &str) -> String {
    let all: Vec<&str> = file.split_inclusive('\n').collect();
    let from = random.below(all.len());
    let to = (from + 1 + random.below(16)).min(all.len());
    let mut characters: Vec<char> = all[from..to].concat().chars().collect();
    for _ in 0..random.below(4) {
        let at = random.below(characters.len());
        match random.below(5) {
            _ if characters.is_empty() => {}
            0 => {
                characters.remove(at);
            }
            1 => characters.insert(at, characters[at]),
            2 => {
                let other = random.below(characters.len());
                characters.swap(at, other);
            }
            3 => characters.truncate(at),
            _ => {
                let fragment = random.pick(FRAGMENTS);
                characters.splice(at..at, fragment.chars());
            }
        }
    }
    characters.into_iter().collect()
}

/// Lists and maps in brackets over several lines, most of which are well-formed.
fn brackets(random: &mut Random) -> String {
    const SPACES: &[&str] = &[
        "",
        " ",
        "\n",
        "\n ",
        "\n  ",
        "\n    ",
        " # c\n  ",
        "\n\n  ",
        "\n  # c\n  ",
    ];
    const TEXTS: &[&str] = &[
        "a",
        "\"b\"",
        "'c'",
        "1",
        "d e",
        "http://f:1/g",
        "-h",
        "\"i\\n\"",
        "é",
        "k:",
        "?",
        "l\n m",
        "- n",
        "'o\n p'",
        "#",
    ];
    fn value(random: &mut Random, depth: usize, text: &mut String) {
        let is_text = depth > 3 || random.below(3) == 0;
        if is_text {
            // The last ones are rare, as texts with them are mostly mistakes.
            let few = if random.below(8) == 0 { TEXTS.len() } else { 9 };
            return text.push_str(random.pick(&TEXTS[..few]));
        }
        let is_map = random.below(2) == 0;
        text.push(if is_map { '{' } else { '[' });
        for item in 0..random.below(4) {
            if item > 0 {
                text.push_str(random.pick(SPACES));
                text.push(',');
            }
            text.push_str(random.pick(SPACES));
            if is_map {
                text.push_str(random.pick(&["x", "\"y\"", "'z'", "a b"]));
                text.push_str(random.pick(&[": ", ": ", ":", ":\n   ", " : ", ""]));
            }
            value(random, depth + 1, text);
        }
        text.push_str(random.pick(SPACES));
        let closing = random.below(40) > 0;
        text.push(if is_map == closing { '}' } else { ']' });
    }
    let mut text = String::new();
    for _ in 0..=random.below(3) {
        text.push_str(random.pick(&["a: ", "a:\n  b: ", "a:\n  - ", "- ", "a:\n- ", ""]));
        value(random, 0, &mut text);
        text.push_str(random.pick(&["\n", " # c\n", "\n\n", "", "]\n"]));
    }
    text
}

#[test]
fn generated_texts_are_alike() {
    let number = |name| {
        std::env::var(name)
            .ok()
            .and_then(|value: String| value.parse::<u64>().ok())
    };
    let cases = number("PROMCHART_SCANNER_CASES").unwrap_or(20_000);
    let mut random = Random(
        number("PROMCHART_SCANNER_SEED")
            .unwrap_or(1)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            | 1,
    );
    let files = our_files();
    let mut read = 0;
    for case in 0..cases {
        let text = match case % 4 {
            0 => fragments(&mut random),
            1 => lines(&mut random),
            2 => brackets(&mut random),
            _ => {
                let file = random.below(files.len());
                damaged(&mut random, &files[file].1)
            }
        };
        read += u64::from(compare(&text, Limits::default()));
    }
    // Otherwise little would be compared.
    assert!(read > cases / 10, "{read} of {cases}");
}
