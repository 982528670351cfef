//! `.helmignore`, with the rules of `.gitignore`.
//!
//! Helm's own rules differ: its `!pattern` ignores everything that does *not* match, and `**` is an error. Nobody means
//! the first, and people write the second, so both work here as they do in git. In a list without them, the two agree.

use std::sync::Arc;

use globset::{Glob, GlobBuilder, GlobSet};

use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::source::{Place, Source};

/// The most rules of a list, each of which is held against every path.
const MOST_RULES: usize = 1000;

/// The rules of one `.helmignore`.
#[derive(Debug, Default)]
pub(super) struct Ignore {
    rules: Vec<Rule>,
    /// The patterns that take more than a comparison, in the order of their rules.
    globs: GlobSet,
}

#[derive(Debug)]
struct Rule {
    /// `!pattern`: takes a path back in.
    negated: bool,
    /// `pattern/`: matches folders only.
    folders_only: bool,
    pattern: Pattern,
}

/// What a path is held against. Most lists hold names and endings alone, and most charts the same list: no automaton is built for these.
#[derive(Debug)]
enum Pattern {
    /// The path itself: `ci/values.yaml`.
    Path(String),
    /// The last name of the path: `**/name`.
    Name(String),
    /// How the last name ends: `**/*.bak`.
    Ending(String),
    /// The glob at this position.
    Glob(usize),
}

impl Ignore {
    /// Reads the rules.
    ///
    /// # Errors
    /// Patterns that nothing could match, each at its line, and more rules than anybody writes.
    pub(super) fn parse(source: &Arc<Source>) -> Result<Ignore> {
        let mut rules = Vec::new();
        let mut globs = Vec::new();
        let mut problems = Vec::new();
        for (line, number) in source.text().lines().zip(1..) {
            match Rule::parse(line, &mut globs) {
                Ok(rule) => rules.extend(rule),
                Err(reason) => problems.push(
                    Diagnostic::error(CODE, format!("`{}` is not a pattern: {reason}", line.trim()))
                        .at(&Place::new(source, number, 0)),
                ),
            }
        }
        if rules.len() > MOST_RULES {
            let message = format!("there are more than {MOST_RULES} rules");
            problems = vec![Diagnostic::error(CODE, message).at(&Place::whole(source))];
        }
        if !problems.is_empty() {
            return Err(Diagnostics(problems));
        }
        let globs = GlobSet::new(globs).map_err(|error| {
            let message = format!("the patterns take too much memory: {}", error.kind());
            Diagnostic::error(CODE, message).at(&Place::whole(source))
        })?;
        Ok(Ignore { rules, globs })
    }

    /// Whether a file, or one of the folders that it is in, is left out.
    pub(super) fn leaves_out(&self, path: &str) -> bool {
        let mut folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        folders.any(|folder| self.is_ignored(folder, true)) || self.is_ignored(path, false)
    }

    /// Whether a path from the chart's root is left out. Whoever walks a folder asks for each folder first, and does
    /// not look into one that is left out, as git does not.
    pub(super) fn is_ignored(&self, path: &str, is_folder: bool) -> bool {
        // In ascending order.
        let globs = self.globs.matches(path);
        let name = last_name(path);
        let matches = |pattern: &Pattern| match pattern {
            Pattern::Glob(index) => globs.binary_search(index).is_ok(),
            plain => plain.is_plainly(path, name),
        };
        // The last rule decides.
        let mut rules = self.rules.iter().rev();
        rules
            .find(|rule| (is_folder || !rule.folders_only) && matches(&rule.pattern))
            .is_some_and(|rule| !rule.negated)
    }
}

fn last_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

const CODE: &str = "helmignore-pattern";

impl Pattern {
    /// The pattern of a text that stands for paths from the root; what it takes to match it goes to `globs`.
    fn new(text: &str, globs: &mut Vec<Glob>) -> std::result::Result<Self, String> {
        let is_plain = |text: &str| !text.contains(['*', '?', '[', ']', '{', '}', '\\']);
        let plain = match text.strip_prefix("**/") {
            Some(name) if name.is_empty() || name.contains('/') => None,
            Some(name) => match name.strip_prefix('*') {
                Some(ending) => is_plain(ending).then(|| Pattern::Ending(ending.to_owned())),
                None => is_plain(name).then(|| Pattern::Name(name.to_owned())),
            },
            None => is_plain(text).then(|| Pattern::Path(text.to_owned())),
        };
        match plain {
            Some(plain) => Ok(plain),
            None => {
                globs.push(glob(text)?);
                Ok(Pattern::Glob(globs.len() - 1))
            }
        }
    }

    /// Whether a path with its last name matches what is no glob.
    fn is_plainly(&self, path: &str, name: &str) -> bool {
        match self {
            Pattern::Path(plain) => path == plain,
            Pattern::Name(plain) => name == plain,
            Pattern::Ending(ending) => name.ends_with(ending.as_str()),
            Pattern::Glob(_) => false,
        }
    }
}

impl Rule {
    /// The rule of a line; none for an empty line or a note.
    fn parse(line: &str, globs: &mut Vec<Glob>) -> std::result::Result<Option<Rule>, String> {
        let line = line.trim();
        let (negated, line) = match line.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        if line.is_empty() || (line.starts_with('#') && !negated) {
            return Ok(None);
        }
        let (folders_only, line) = match line.strip_suffix('/') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let pattern = match line.strip_prefix('/') {
            Some(rest) => rest.to_owned(),
            None if line.contains('/') => line.to_owned(),
            // Without a slash, a pattern is held against the last name of a path.
            None => format!("**/{line}"),
        };
        if line.is_empty() {
            return Ok(None);
        }
        Ok(Some(Rule {
            negated,
            folders_only,
            pattern: Pattern::new(&pattern, globs)?,
        }))
    }
}

/// `*` and `?` within a name, `**` across names, `[a-z]`, `\` before a character that stands for itself. Braces, which globset
/// takes for alternatives, stand for themselves.
fn glob(pattern: &str) -> std::result::Result<Glob, String> {
    let mut written = String::with_capacity(pattern.len());
    // Where the members of a `[...]` begin.
    let mut set: Option<usize> = None;
    let mut letters = pattern.chars();
    while let Some(c) = letters.next() {
        match c {
            '\\' if set.is_some() => return Err("a `\\` in brackets is not understood".to_owned()),
            '\\' => {
                written.push(c);
                written.extend(letters.next());
                continue;
            }
            '{' | '}' if set.is_none() => written.push('\\'),
            '[' if set.is_none() => set = Some(written.len() + 1),
            '!' | '^' if set == Some(written.len()) => set = Some(written.len() + 1),
            // The first bracket of a set belongs to it.
            ']' if set != Some(written.len()) => set = None,
            _ => {}
        }
        written.push(c);
    }
    GlobBuilder::new(&written)
        .literal_separator(true)
        .backslash_escape(true)
        .allow_unclosed_class(true)
        .build()
        .map_err(|error| error.kind().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(rules: &str) -> Result<Ignore> {
        Ignore::parse(&Source::new(".helmignore", rules))
    }

    #[track_caller]
    fn check(rules: &str, ignored: &[&str], kept: &[&str]) {
        let ignore = parse(rules).unwrap();
        let ask = |path: &str| match path.strip_suffix('/') {
            Some(folder) => ignore.is_ignored(folder, true),
            None => ignore.is_ignored(path, false),
        };
        for path in ignored {
            assert!(ask(path), "{path} should be ignored by {rules:?}");
        }
        for path in kept {
            assert!(!ask(path), "{path} should be kept by {rules:?}");
        }
    }

    #[test]
    fn names_match_at_any_depth() {
        check(
            "# note\n\n*.bak\n.git/\n",
            &["a.bak", "t/b.bak", ".git/", "x/.git/"],
            &["a.bak.txt", ".git", "#"],
        );
    }

    #[test]
    fn a_slash_binds_to_the_root() {
        check(
            "/ci\ndocs/*.md\n",
            &["ci", "docs/a.md"],
            &["x/ci", "x/docs/a.md", "docs/a/b.md"],
        );
    }

    #[test]
    fn the_last_rule_that_matches_decides() {
        check(
            "*.yaml\n!keep.yaml\n",
            &["a.yaml", "t/a.yaml"],
            &["keep.yaml", "t/keep.yaml", "a.txt"],
        );
        check("!keep.yaml\n", &[], &["keep.yaml", "Chart.yaml"]);
    }

    #[test]
    fn two_stars_cross_folders() {
        check(
            "**/x.txt\n",
            &["x.txt", "a/x.txt", "a/b/x.txt"],
            &["ax.txt", "a/bx.txt"],
        );
        check("a/**/z\n", &["a/z", "a/b/z", "a/b/c/z"], &["az", "b/a/z", "a/bz"]);
        check("a/**\n", &["a/b", "a/b/c"], &["a", "b/a/c"]);
        check("a**b\n", &["ab", "axxb", "t/axb"], &["a/b"]);
    }

    #[test]
    fn sets_and_escapes() {
        check("[a-c]?.t\n", &["ax.t", "cz.t"], &["dx.t", "a.t"]);
        check("[!a]x\n\\#y\n\\*z\n", &["bx", "#y", "*z"], &["ax", "y", "az"]);
        check("[]a]\n[open\n", &["]", "a", "[open"], &["b", "o"]);
    }

    #[test]
    fn names_and_endings_match_as_globs_do() {
        let names = [
            "a", "a.md", ".md", "md", "b.md", "", ".", "x/", "/x", "a!", "ä.md",
        ];
        let folders = ["", "docs/", "a/", "docs/a/", "a.md/", ".md/"];
        let mut globs = Vec::new();
        for folder in folders.iter().chain(&["**/", "**/*", "**/docs/"]) {
            for name in names {
                let text = format!("{folder}{name}");
                let pattern = Pattern::new(&text, &mut globs).unwrap();
                let glob = glob(&text).unwrap().compile_matcher();
                for path in folders
                    .iter()
                    .flat_map(|folder| names.map(|name| format!("{folder}{name}")))
                {
                    let is_glob = matches!(pattern, Pattern::Glob(_));
                    assert!(
                        is_glob || pattern.is_plainly(&path, last_name(&path)) == glob.is_match(&path),
                        "{text} and {path}"
                    );
                }
            }
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let ignore = parse(&"*a".repeat(2000)).unwrap();
        assert!(!ignore.is_ignored(&"b".repeat(1000), false));
    }

    #[test]
    fn braces_stand_for_themselves() {
        check("{a,b}.t\n", &["{a,b}.t", "x/{a,b}.t"], &["a.t", "b.t"]);
        check(
            "[{}]x\n[a!]{b}\n[!]]{c}\n",
            &["{x", "}x", "a{b}", "b{c}"],
            &["x", "ab", "]{c}"],
        );
    }

    #[test]
    fn what_is_not_a_pattern_is_said_at_its_line() {
        assert_eq!(
            parse("*.bak\n[z-a]\n[\\]]\n").unwrap_err().to_string(),
            ".helmignore:2: error: `[z-a]` is not a pattern: invalid range; 'z' > 'a'\n\
             .helmignore:3: error: `[\\]]` is not a pattern: a `\\` in brackets is not understood"
        );
        assert_eq!(
            parse(&"a\n".repeat(1001)).unwrap_err().to_string(),
            ".helmignore: error: there are more than 1000 rules"
        );
    }

    #[test]
    fn hostile_lists_are_read_or_refused() {
        for line in [
            "*a".repeat(32 << 10),
            "**/".repeat(21 << 10),
            "[a-z]*?".repeat(9 << 10),
            "é*".repeat(21 << 10),
        ] {
            let _ = parse(&line).map(|ignore| ignore.is_ignored(&"a/é".repeat(300), false));
        }
        let many: Vec<String> = (0..1000)
            .map(|number| format!("*{number}*?{number}*a*b*c*d*e*f*g*h*i*j*k*l*m*n\n"))
            .collect();
        let ignore = parse(&many.concat()).unwrap();
        assert!(!ignore.is_ignored(&"ab1/".repeat(250), false));
    }
}
