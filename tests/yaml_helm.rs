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

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::Write;
use std::process::Command;

use promchart::source::Source;
use promchart::yaml;
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

/// Equal values; numbers as Helm has them, which are all floats.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
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

#[test]
fn blocks_of_text_are_read_as_helm_reads_them() {
    // A tab in the indentation of a block.
    let known = |text: &str| {
        text.lines()
            .any(|line| line.trim_start_matches(' ').starts_with('\t'))
    };
    compare("blocks", 1, block, known);
}
