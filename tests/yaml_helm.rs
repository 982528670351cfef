//! Generated texts as values: what a real Helm makes of each, in one run, and what we make of it. Needs `helm` in PATH; says
//! so and compares nothing where there is none.
//!
//! `PROMCHART_YAML_CASES` and `PROMCHART_YAML_SEED` set how many texts are generated, and which; with
//! `PROMCHART_YAML_SHOW=1` what only one of the two reads is shown, too.

#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests may fail loudly, and say what they skip"
)]

#[path = "support/readers.rs"]
mod readers;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::Write;
use std::process::Command;

use promchart::source::Source;
use promchart::yaml;
use readers::same;
use serde_json::Value as Json;

const TEMPLATE: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: test}
data:
{{- range $index, $text := .Files.Get \"texts.json\" | fromJsonArray }}
  case-{{ $index }}: {{ $text | fromYaml | toJson | toJson }}
{{- end }}
";

/// What Helm reads in each text, none where it refuses it; nothing where there is no Helm.
fn helm(texts: &[String]) -> Option<Vec<Option<Json>>> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("templates")).unwrap();
    fs::write(path("Chart.yaml"), "apiVersion: v2\nname: test\nversion: 1.0.0\n").unwrap();
    fs::write(path("templates/test.yaml"), TEMPLATE).unwrap();
    fs::write(path("texts.json"), serde_json::to_string(texts).unwrap()).unwrap();
    let output = Command::new("helm").arg("template").arg(folder.path()).output();
    let Ok(output) = output else {
        // Said past the capture of output: it must be seen that nothing was compared.
        std::io::stderr()
            .write_all(b"SKIPPED: there is no helm in PATH\n")
            .unwrap();
        return None;
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let read: Vec<Option<Json>> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("case-")?.split_once(": "))
        .map(|(_, text)| {
            let json: String = serde_json::from_str(text).unwrap();
            let value: Json = serde_json::from_str(&json).unwrap();
            let is_error = |text: &str| text.starts_with("error ") || text.starts_with("json: ");
            let error = value["Error"].as_str().is_some_and(is_error);
            (!error).then_some(value)
        })
        .collect();
    assert_eq!(read.len(), texts.len());
    Some(read)
}

/// Numbers without a pattern, the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % limit.max(1)
    }

    fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

/// Compares what both make of generated texts. Nothing may be read otherwise. What we refuse and Helm reads has to be
/// refused with one of the codes, what Helm refuses and we read has to be `known`.
fn compare(name: &str, seed: u64, generate: fn(&mut Random) -> String, known: fn(&str) -> bool) {
    let number = |name: &str| env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let cases = number("PROMCHART_YAML_CASES").unwrap_or(3000);
    let seed = seed + 1000 * number("PROMCHART_YAML_SEED").unwrap_or(0);
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let texts: Vec<String> = (0..cases).map(|_| generate(&mut random)).collect();
    let Some(theirs) = helm(&texts) else { return };
    let show = env::var_os("PROMCHART_YAML_SHOW").is_some();
    let mut wrong = Vec::new();
    let mut both = 0;
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    for (text, theirs) in texts.iter().zip(&theirs) {
        let ours = yaml::read_values(&Source::new("values.yaml", text.as_str()));
        match (&ours, theirs) {
            (Ok(ours), Some(theirs)) => {
                both += 1;
                let ours = yaml::to_json(ours);
                if !same(&ours, theirs) {
                    wrong.push(format!("{text:?}\n  Helm: {theirs}\n  we:   {ours}"));
                }
            }
            (Ok(ours), None) if !known(text) => {
                let ours = yaml::to_json(ours);
                wrong.push(format!("{text:?}\n  Helm refuses it\n  we:   {ours}"));
            }
            (Err(errors), Some(theirs)) => {
                let code = errors.0.first().map_or("", |error| error.code);
                *refused.entry(code).or_default() += 1;
                if show {
                    eprintln!("refused: {text:?} {errors}\n  Helm: {theirs}");
                }
            }
            (_, None) => {}
        }
    }
    if show {
        eprintln!("{name}: {cases} texts, both read {both}, only Helm reads {refused:?}");
    }
    let count = wrong.len();
    wrong.truncate(30);
    assert!(
        count == 0,
        "{name}: {count} of {cases}, both read {both}, only Helm reads {refused:?}\n{}",
        wrong.join("\n")
    );
    assert!(both > cases / 10, "{both} of {cases}");
}

/// A block of text below a key or in a list, mostly last in the text.
fn block(random: &mut Random) -> String {
    let newline = if random.one_in(5) { "\r\n" } else { "\n" };
    let mut text = String::new();
    let outer = random.pick(&[
        "",
        "",
        "",
        "a:\n  ",
        "a:\n- ",
        "a:\n  - - ",
        "a: &m\n  ",
        "a:\n-   b: 1\n    ",
    ]);
    text.push_str(outer);
    let indent = outer.rsplit('\n').next().unwrap().len();
    if !outer.ends_with("- ") || random.one_in(2) {
        text.push_str(random.pick(&["k: ", "k: ", "k: ", "k:   ", "\"k\": ", "? k\n: "]));
    }
    text.push_str(random.pick(&["", "", "", "", "!!str ", "&x ", "! ", "&x !!str "]));
    text.push_str(random.pick(&["|", "|", "|", ">", ">", "|+", ">+", "|-", ">-"]));
    let digit = random.below(8);
    if digit < 4 && digit > 0 {
        text.push_str(&digit.to_string());
    }
    text.push_str(random.pick(&["", "", "", "", " ", " # c", "\t"]));
    let mut text = text.replace('\n', newline);
    let base = indent + random.below(4);
    for _ in 0..random.below(6) {
        text.push_str(newline);
        let spaces = match random.below(6) {
            0 => random.below(6),
            1 => base + 1,
            _ => base,
        };
        text.push_str(&" ".repeat(spaces));
        text.push_str(random.pick(&["x", "y z", "", "", " ", "# c", "\t", "x\t", "- a", "b: c", "x  "]));
    }
    for _ in 0..random.below(3) {
        text.push_str(newline);
    }
    text.push_str(random.pick(&[
        "", "", "", "", "", " ", "  ", "# c", "z: 1\n", "---\n", "...", "...\n",
    ]));
    text
}

/// Whether a tab is in the indentation of a line, as a block of text may have it.
fn has_tab(text: &str) -> bool {
    text.lines()
        .any(|line| line.trim_start_matches(' ').starts_with('\t'))
}

#[test]
fn blocks_of_text_are_read_as_helm_reads_them() {
    compare("blocks", 1, block, has_tab);
}

/// Lists and maps in brackets with all that may stand in them, over one line or several.
fn brackets(random: &mut Random) -> String {
    const PIECES: &[&str] = &[
        "a", "b", "c d", "x:", "y: ", ":", ": ", "?", "? ", "?a", "-", "- ", "-a", "'q'", "\"r\"", "'q':",
        "\"r\":1", "\"r\": ", "[", "[", "{", "{", "]", "]", "}", "}", ", ", ", ", ",", ",,", " ", "\n ",
        "\n", "#", " # e\n ", "&m ", "*m", "*m ", "!!str ", "!t ", "<<: ", "~", "1", "0644", "a:b", "a: b",
        "http://h", "|", ">", "%", "@", "`", "---", "'", "\"", "\\", "=", "!", "&", "*", "\t",
    ];
    let mut text = random
        .pick(&["a: [", "a: {", "a: [", "a: {", "- [", "{", "[{"])
        .to_owned();
    for _ in 0..random.below(9) {
        text.push_str(random.pick(PIECES));
    }
    // Mostly closed as it was opened.
    let mut open: Vec<char> = Vec::new();
    for character in text.chars() {
        match character {
            '[' => open.push(']'),
            '{' => open.push('}'),
            ']' | '}' => drop(open.pop()),
            _ => {}
        }
    }
    for closing in open.into_iter().rev() {
        text.push_str(random.pick(&["", "", "", "\n", "\n  ", " # c\n"]));
        text.push(closing);
    }
    text.push_str(random.pick(&["\n", "\n", "\n", "", " # c\n", "\nb: 1\n", "# c\n", " x\n"]));
    text
}

#[test]
fn brackets_are_read_as_helm_reads_them() {
    // A line of white space alone is an empty line for us, whatever the white space is.
    compare("brackets", 2, brackets, |text| text.contains("\n\t\n"));
}

/// Lines that are mostly fine together, at odd indentations, with all that YAML has.
fn lines(random: &mut Random) -> String {
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
        "x: z # z",
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
        "  ",
        "- # l",
        "l: &m",
        "n: *m",
        "- *m",
        "o: &n",
        "p: *n",
        "<<: *m",
        "<<: [*m, *n]",
        "!!merge <<: *m",
        "!!str r: 5",
        "s: !!str 5",
        "t: !!int '5'",
        "u: !u v",
        "? w",
        ": x",
        "? - y",
        "z: &z 5",
        "&k l: m",
        "*z : 1",
        "- &a b",
        "- !!map {c: d}",
        "e: !!binary aGk=",
        "...",
        "%YAML 1.1",
        "f:\tg",
        "\th: i",
        "j: k\t",
        "l:m",
        "n: #o",
        "p: a#b",
        "q: 'r' 's'",
        "t: \"u\"v",
        "x: [a,",
        "b]",
        "y: {a: b,",
        "c: d}",
        "0x1F: a",
        "1.0: b",
        "~: c",
        "yes: d",
        "e: 0o17",
        "f: 1_000",
        "g: +.inf",
        "h: 12:30",
        "i: 2024-01-01",
        "j: -0",
        "k: .5",
        "l: 1e3",
        "m: @x",
        "n: `x",
        "o: %x",
        "p: x: y",
        "q: - x",
        "r: ? x",
        "- - - s",
        "- ? t",
        "- : u",
        "v: \"\\x41\\u00e9\\/\"",
        "w: 'it''s'",
        "-- x",
        "--- y",
        "--- |",
        "... z",
        "x: --- y",
        "!t",
        "&a",
        "*m",
        "!!null",
        "- !!null x",
        "key with spaces: v",
        "\"a\\\nb\": c",
        "=: d",
        "e: =",
        "- <<: *m",
        "f: >2",
        "g: |-  # h",
        "i: !!float 1",
        "j: 1.",
        "k: 0b11",
        "l: 0888",
    ];
    let newline = random.pick(&["\n", "\n", "\n", "\n", "\r\n"]);
    let mut text = String::new();
    let mut indent = 0_usize;
    for _ in 0..=random.below(7) {
        match random.below(6) {
            0 | 1 => indent += [1, 2, 2, 4][random.below(4)],
            2 => indent = 0,
            3 => indent = indent.saturating_sub(2),
            _ => {}
        }
        text.push_str(&" ".repeat(indent.min(10)));
        text.push_str(random.pick(LINES));
        text.push('\n');
    }
    if random.one_in(4) {
        text.pop();
    }
    text.replace('\n', newline)
}

/// What Helm refuses and we read: `\\/` is good JSON; `...` says that nothing came before; an alias of a list is merged as
/// the list; tabs in blocks of text.
fn is_harmless(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    text.contains("\\/")
        || first.is_some_and(|line| line.starts_with("..."))
        || text.contains("<<: *m")
        || has_tab(text)
}

#[test]
fn lines_are_read_as_helm_reads_them() {
    compare("lines", 3, lines, is_harmless);
}

/// Texts in quotes with escapes and line ends, as keys and values, in blocks and brackets.
fn quoted(random: &mut Random) -> String {
    const PIECES: &[&str] = &[
        "a",
        "b c",
        " ",
        "  ",
        "\n ",
        "\n  ",
        "\n",
        "\n\n  ",
        "\\n",
        "\\t",
        "\\\"",
        "\\\\",
        "\\x41",
        "\\u00e9",
        "\\U0001F600",
        "\\ ",
        "\\\n  ",
        " \\\n ",
        "\\e",
        "\\0",
        "\\_",
        "\\L",
        "\\'",
        "\\x4",
        "\\q",
        "''",
        "'",
        "\"",
        ":",
        ": ",
        " #",
        "# ",
        "é",
        "\t",
        "{",
        "]",
        ",",
        "- ",
        "---",
        "\\a\\b\\v\\f\\r",
        "\\P",
        "%",
        "@",
        "~",
    ];
    let quote = random.pick(&["'", "\"", "\""]);
    let mut text = random
        .pick(&[
            "a: ",
            "a: ",
            "a:\n  ",
            "a: [",
            "a: {b: ",
            "- ",
            "",
            "a: !!str ",
            "a:\n- ",
        ])
        .to_owned();
    let is_open = text.clone();
    text.push_str(quote);
    for _ in 0..random.below(7) {
        text.push_str(random.pick(PIECES));
    }
    text.push_str(quote);
    text.push_str(random.pick(&["", "", "", " ", ": v", " # c", "# c", " x"]));
    text.push_str(match is_open.as_str() {
        "a: [" => "]",
        "a: {b: " => "}",
        "" => ": 1",
        _ => "",
    });
    text.push_str(random.pick(&["\n", "\n", "", "\nb: 1\n"]));
    text
}

#[test]
fn quotes_are_read_as_helm_reads_them() {
    compare("quotes", 4, quoted, is_harmless);
}
