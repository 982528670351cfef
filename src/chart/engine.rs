//! Which language a chart's templates are written in.
//!
//! Chart.yaml says so in a line of our own, `engine: jinja`, which `helm package` and `helm dependency update` drop, as they
//! drop every key that they do not know. A chart without the line is recognised by its templates.

use std::cmp::Ordering;
use std::sync::Arc;

use super::file::ChartFile;
use super::model::{Engine, is_manifest};
use crate::source::{Place, Source};

impl Engine {
    /// What a word after `engine:` means: `jinja`, or Helm's `gotpl`.
    pub(super) fn named(word: &str) -> Option<Engine> {
        match word {
            "jinja" => Some(Engine::Jinja),
            "gotpl" => Some(Engine::Go),
            _ => None,
        }
    }

    /// The engine that most tags of a text are for; none where they may be for either.
    pub fn of_text(text: &str) -> Option<Engine> {
        let (mut jinja, mut go) = (0, 0);
        for (_, engine) in Tags::of(text) {
            match engine {
                Engine::Jinja => jinja += 1,
                Engine::Go => go += 1,
            }
        }
        match jinja.cmp(&go) {
            Ordering::Less => Some(Engine::Go),
            Ordering::Equal => None,
            Ordering::Greater => Some(Engine::Jinja),
        }
    }

    /// The engine that the first tag of a text is for that tells one; none where there is no such tag.
    pub fn of_first_tag(text: &str) -> Option<Engine> {
        Tags::of(text).next().map(|(_, engine)| engine)
    }

    /// Whether a file under templates/ means something to the engine: objects, helpers or notes.
    pub fn knows(self, path: &str) -> bool {
        match self {
            Engine::Jinja => path.ends_with("/NOTES.txt") || is_manifest(path),
            // Helm renders each file, whatever its name.
            Engine::Go => true,
        }
    }

    /// Decides: what Chart.yaml says (and where) counts; without that, what most tags of the templates are, or the first [`ENOUGH`] if they agree; without such
    /// tags, what the helper files are called, and whether there are tags at all. Gives the place that decided too, none where nothing did.
    pub(super) fn decide(declared: Option<(Engine, Place)>, templates: &[ChartFile]) -> (Engine, Place) {
        if let Some(declared) = declared {
            return declared;
        }
        let mut jinja = Signs::default();
        let mut go = Signs::default();
        // Nothing renders NOTES.txt here: a chart that came from Helm may still have Helm's.
        let counted = templates.iter().filter(|file| !file.path.ends_with("/NOTES.txt"));
        let sources = counted.filter_map(|file| file.source());
        let tags = sources.flat_map(|source| Tags::of(source.text()).map(move |tag| (source, tag)));
        for (source, (at, engine)) in tags {
            match engine {
                Engine::Jinja => jinja.count(source, at),
                Engine::Go => go.count(source, at),
            }
            if (jinja.count.min(go.count), jinja.count.max(go.count)) == (0, ENOUGH) {
                break;
            }
        }
        if jinja.count != go.count {
            return if go.count > jinja.count {
                (Engine::Go, go.place())
            } else {
                (Engine::Jinja, jinja.place())
            };
        }
        let is_helper = |file: &&ChartFile| file.path.ends_with(".tpl");
        let helper = templates.iter().find(is_helper);
        if let Some(source) = helper.and_then(|file| file.source()) {
            return (Engine::Go, Place::whole(source));
        }
        // What holds no tag of any kind is read as Helm reads it.
        let is_plain = |text: &str| !["{{", "{%", "{#"].iter().any(|tag| text.contains(tag));
        let mut sources = templates.iter().filter_map(|file| file.source());
        match !templates.is_empty() && sources.all(|source| is_plain(source.text())) {
            true => (Engine::Go, Place::NONE),
            false => (Engine::Jinja, Place::NONE),
        }
    }
}

/// How many tags that all speak for one engine decide, whatever comes after them.
const ENOUGH: usize = 64;

/// How many tags speak for an engine, and the first of them.
#[derive(Default)]
struct Signs<'a> {
    count: usize,
    first: Option<(&'a Arc<Source>, usize)>,
}

impl<'a> Signs<'a> {
    fn count(&mut self, source: &'a Arc<Source>, at: usize) {
        self.count += 1;
        self.first.get_or_insert((source, at));
    }

    fn place(&self) -> Place {
        self.first.map_or(Place::NONE, |(source, at)| {
            let before = source.text().get(..at).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            Place::new(
                source,
                u32::try_from(line).unwrap_or_default(),
                u32::try_from(column).unwrap_or_default(),
            )
        })
    }
}

/// The tags of a text that tell which engine they are for, by their place in bytes.
struct Tags<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tags<'t> {
    fn of(text: &'t str) -> Self {
        Tags { text, at: 0 }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes behind the `}` that is next with `before` before it, and gives what stands before both; to the end of the text where
    /// there is none.
    fn take_to(&mut self, before: u8) -> &'t str {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let starts = memchr::memchr_iter(b'}', bytes).filter_map(|end| end.checked_sub(1));
        let found = starts
            .into_iter()
            .find(|start| bytes.get(*start) == Some(&before));
        self.at += found.map_or(rest.len(), |start| start + 2);
        found.and_then(|start| rest.get(..start)).unwrap_or(rest)
    }

    /// Where the next tag begins.
    fn start(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut starts = memchr::memchr_iter(b'{', bytes.get(self.at..)?).map(|index| self.at + index);
        starts.find(|start| matches!(bytes.get(start + 1), Some(b'{' | b'%' | b'#')))
    }
}

impl Iterator for Tags<'_> {
    type Item = (usize, Engine);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.start()?;
            let kind = self.text.as_bytes().get(start + 1).copied();
            self.at = start + 2;
            match kind {
                Some(b'{') => {
                    if let Some(engine) = engine_of(self.take_to(b'}')) {
                        return Some((start, engine));
                    }
                }
                Some(b'%') => {
                    // What stands in a raw block is for others: Prometheus' texts are Go templates.
                    if trimmed(self.take_to(b'%')) == "raw" {
                        let rest = self.rest();
                        let end = memchr::memmem::find(rest.as_bytes(), b"endraw");
                        self.at += end.map_or(rest.len(), |index| index + "endraw".len());
                    }
                    return Some((start, Engine::Jinja));
                }
                _ => {
                    self.take_to(b'#');
                }
            }
        }
    }
}

/// What stands between braces, without dashes and blanks.
fn trimmed(inner: &str) -> &str {
    inner.trim_matches(|c: char| c == '-' || c == '+' || c.is_whitespace())
}

/// The words that a tag of Go's begins with; in Jinja they stand between `{%` and `%}`, or nowhere.
const GO_WORDS: &[&str] = &[
    "block", "define", "else", "end", "if", "include", "range", "template", "with",
];

/// What a template knows by a name that begins with a capital letter: with a dot in Go's, without one in Jinja.
const ROOTS: &[&str] = &["Values", "Release", "Chart", "Capabilities", "Files", "Template"];

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The engine that the inside of `{{ }}` is for; none where it may be for either, or for Prometheus.
fn engine_of(inner: &str) -> Option<Engine> {
    let inner = trimmed(inner);
    // No expression of Jinja begins so.
    if inner.starts_with(['.', '`']) || inner.starts_with("/*") {
        return Some(Engine::Go);
    }
    let first = inner.split_whitespace().next().unwrap_or_default();
    let mut has_root = false;
    let capitals = inner
        .bytes()
        .enumerate()
        .filter(|(_, byte)| byte.is_ascii_uppercase());
    for (at, _) in capitals {
        let (Some(before), Some(rest)) = (inner.get(..at), inner.get(at..)) else {
            continue;
        };
        let is_root = |root: &&str| {
            let behind = rest.strip_prefix(*root);
            behind.is_some_and(|behind| !behind.starts_with(is_of_name))
        };
        if before.ends_with(is_of_name) || !ROOTS.iter().any(is_root) {
            continue;
        }
        if before.ends_with('.') {
            return Some(Engine::Go);
        }
        has_root = true;
    }
    let is_go = GO_WORDS.contains(&first)
        || inner.split(':').skip(1).any(|rest| rest.starts_with('='))
        || is_call(first, inner);
    if has_root {
        Some(Engine::Jinja)
    } else if is_go {
        Some(Engine::Go)
    } else if inner.starts_with("helpers.") {
        Some(Engine::Jinja)
    } else {
        None
    }
}

/// Whether a word is followed by the number that it is called with, `randAlphaNum 24`: Jinja has parentheses for that. Words before
/// texts and variables may be for either, or for Prometheus.
fn is_call(first: &str, inner: &str) -> bool {
    let is_name =
        first.starts_with(|c: char| c.is_ascii_alphabetic()) && first.chars().all(char::is_alphanumeric);
    let next = inner.split_whitespace().nth(1);
    is_name
        && !matches!(first, "not" | "in" | "is")
        && next.is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn templates(files: &[(&str, &str)]) -> Vec<ChartFile> {
        files
            .iter()
            .map(|(path, text)| ChartFile::of_text(format!("templates/{path}"), &Source::new(*path, *text)))
            .collect()
    }

    #[track_caller]
    fn check(files: &[(&str, &str)], engine: Engine, place: &str) {
        let (found, at) = Engine::decide(None, &templates(files));
        assert_eq!((found, &*at.to_string()), (engine, place), "{files:?}");
    }

    #[test]
    fn each_sign_alone_tells_a_jinja_chart() {
        for text in [
            "a: {{ Values.a }}\n",
            "a: {{ (Values.a or Release.Name) | upper }}\n",
            "a: {{- Chart.Name }}\n",
            "a: {{ Valuesé or xValues or é or Values }}\n",
            "a: {{ helpers.labels }}\n",
            "a: 1\n{%- if x %}\nb: 1\n{% endif %}\n",
        ] {
            let (found, place) = Engine::decide(None, &templates(&[("a.yaml", text)]));
            assert_eq!(found, Engine::Jinja, "{text}");
            assert!(place.is_known(), "{text}");
        }
        check(
            &[("_helpers.yaml", "x: 1\n"), ("a.yaml", "a: {{ Values.a }}")],
            Engine::Jinja,
            "a.yaml:1:4",
        );
    }

    #[test]
    fn each_sign_alone_tells_a_go_chart() {
        for text in [
            "a: {{ .Values.a }}\n",
            "a: {{ $.Values.a }}\n",
            "a: {{ include \"x\" . }}\n",
            "a: {{- if .a }}x{{ end }}\n",
            "a: {{ (index .Values.a 0) | quote }}\n",
            "{{- $x := 1 -}}\na: 1\n",
            "{{- /* a note */ -}}\na: 1\n",
            "a: {{ `{{ $labels.x }}` }}\n",
            "{{- define \"x\" -}}{{- end -}}\n",
            "a: {{ . }}\n",
            "a: {{ randAlphaNum 24 | quote }}\n",
            "a: {{ tpl (toYaml $x.Files) . }}\n",
        ] {
            let (found, place) = Engine::decide(None, &templates(&[("a.yaml", text)]));
            assert_eq!(found, Engine::Go, "{text}");
            assert!(place.is_known(), "{text}");
        }
        check(
            &[("_helpers.tpl", "x\n"), ("a.yaml", "a: 1\n")],
            Engine::Go,
            "_helpers.tpl",
        );
        check(
            &[("a.yaml", "a: 1\nb:  {{ .Values.a }}\n")],
            Engine::Go,
            "a.yaml:2:5",
        );
    }

    #[test]
    fn without_tags_a_chart_is_read_as_helm_reads_it() {
        check(&[], Engine::Jinja, "<computed>");
        check(&[("a.yaml", "a: 1\nb: {c: {d: 1}}\n")], Engine::Go, "<computed>");
        check(&[("a.yaml", "{# a note #}\na: 1\n")], Engine::Jinja, "<computed>");
    }

    #[test]
    fn texts_of_others_do_not_decide() {
        // Alert texts of Prometheus, written out in either language, and a comment about Helm's.
        let text = "{# once {{ .Values.a }}, {{ .Values.b }} #}\n{% raw %}\na: '{{ .GroupLabels.x }} {{ if .a }}{{ end }}'\n\
                    {% endraw %}\nb: {{ Values.b }}\n";
        check(&[("a.yaml", text)], Engine::Jinja, "a.yaml:2:1");
        check(
            &[("a.yaml", "a: '{{ $labels.x }} {{ $value }}'\n")],
            Engine::Jinja,
            "<computed>",
        );
        // One dashboard with another tool's tags in a chart of Helm's.
        let go = "a: {{ .Values.a }}\nb: {{ .Values.b }}\nc: {{ .Files.Get \"x\" }}\n";
        check(
            &[("a.yaml", go), ("b.yaml", "x: '{% x %}'\n")],
            Engine::Go,
            "a.yaml:1:4",
        );
    }

    #[test]
    fn a_text_is_for_the_engine_of_most_of_its_tags() {
        for (text, engine) in [
            ("a {{ .Values.a }}", Some(Engine::Go)),
            ("{{ toJson .Values.a }}", Some(Engine::Go)),
            ("{{ .Values.a }}{{ .Values.b }}{# no #}{% x %}", Some(Engine::Go)),
            ("{{ Values.a }}", Some(Engine::Jinja)),
            ("{% if a %}b{% endif %}", Some(Engine::Jinja)),
            ("{{ \"{{\" }} {{ $labels.x }} {{ upper \"a\" }}", None),
            (
                "{{ Valuesé }} {{ xValues }} {{ é.Valuesx }} {{ x.Values_ }}",
                None,
            ),
            ("a", None),
        ] {
            assert_eq!(Engine::of_text(text), engine, "{text}");
        }
    }

    #[test]
    fn notes_do_not_decide() {
        check(
            &[
                ("NOTES.txt", "{{ .Values.a }} {{ .Values.b }}"),
                ("a.yaml", "a: {{ Values.a }}"),
            ],
            Engine::Jinja,
            "a.yaml:1:4",
        );
    }

    #[test]
    fn what_is_not_closed_ends_with_the_text() {
        for text in ["{{", "{%", "{#", "{% raw %}{{ .Values.a }}", "{{ .Values.a"] {
            let _ = Engine::decide(None, &templates(&[("a.yaml", &text.repeat(10_000))]));
        }
    }

    #[test]
    fn the_line_of_chart_yaml_counts_alone() {
        let source = Source::new("Chart.yaml", "engine: jinja\n");
        let declared = (Engine::Jinja, Place::new(&source, 1, 9));
        let files = templates(&[("a.yaml", "a: {{ .Values.a }}\n")]);
        let (found, place) = Engine::decide(Some(declared), &files);
        assert_eq!((found, &*place.to_string()), (Engine::Jinja, "Chart.yaml:1:9"));
        assert_eq!(Engine::named("gotpl"), Some(Engine::Go));
        assert_eq!(Engine::named("erb"), None);
    }
}
