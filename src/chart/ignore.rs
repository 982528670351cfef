//! `.helmignore`, with the rules of `.gitignore`.
//!
//! Helm's own rules differ: its `!pattern` ignores everything that does *not* match, and `**` is an error. Nobody means
//! the first, and people write the second, so both work here as they do in git. In a list without them, the two agree.

/// The rules of one `.helmignore`.
#[derive(Debug, Default)]
pub(super) struct Ignore {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    pattern: Vec<char>,
    /// `!pattern`: takes a path back in.
    negated: bool,
    /// `pattern/`: matches folders only.
    folders_only: bool,
    /// Without an inner `/`, a pattern is held against the last name of a path.
    name_only: bool,
}

impl Ignore {
    /// Reads the rules.
    pub(super) fn parse(text: &str) -> Ignore {
        Ignore {
            rules: text.lines().filter_map(Rule::parse).collect(),
        }
    }

    /// Whether a path from the chart's root is left out. Whoever walks a folder asks for each folder first, and does
    /// not look into one that is left out, as git does not.
    pub(super) fn is_ignored(&self, path: &str, is_folder: bool) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let path: Vec<char> = path.chars().collect();
        let name: Vec<char> = name.chars().collect();
        self.rules
            .iter()
            .rev()
            .filter(|rule| is_folder || !rule.folders_only)
            .find(|rule| matches(&rule.pattern, if rule.name_only { &name } else { &path }))
            .is_some_and(|rule| !rule.negated)
    }
}

impl Rule {
    fn parse(line: &str) -> Option<Rule> {
        let line = line.trim();
        let (negated, line) = match line.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        if line.is_empty() || (line.starts_with('#') && !negated) {
            return None;
        }
        let (folders_only, line) = match line.strip_suffix('/') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let name_only = !line.contains('/');
        let pattern: Vec<char> = line.strip_prefix('/').unwrap_or(line).chars().collect();
        (!pattern.is_empty()).then_some(Rule {
            pattern,
            negated,
            folders_only,
            name_only,
        })
    }
}

/// Whether a pattern matches a whole text: `*` and `?` within a name, `**` across names, `[a-z]`, `\` before a
/// character that stands for itself.
///
/// A table of states, one pass per character of the text: no pattern takes longer than its length times the text's.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let tokens = tokens(pattern);
    // `states[i]`: the first i tokens match what was read so far.
    let mut states = vec![false; tokens.len() + 1];
    if let Some(first) = states.first_mut() {
        *first = true;
    }
    skip_empty(&tokens, &mut states, true);
    for &c in text {
        let mut next = vec![false; tokens.len() + 1];
        for (index, token) in tokens.iter().enumerate() {
            if !states.get(index).copied().unwrap_or_default() {
                continue;
            }
            let (stays, moves) = token.step(c);
            if stays && let Some(state) = next.get_mut(index) {
                *state = true;
            }
            if moves && let Some(state) = next.get_mut(index + 1) {
                *state = true;
            }
        }
        states = next;
        skip_empty(&tokens, &mut states, c == '/');
    }
    states.last().copied().unwrap_or_default()
}

/// Passes tokens that may match nothing.
fn skip_empty(tokens: &[Token], states: &mut [bool], at_name_start: bool) {
    for (index, token) in tokens.iter().enumerate() {
        let empty = match token {
            Token::Star | Token::Tail => true,
            Token::Folders => at_name_start,
            _ => false,
        };
        if empty
            && states.get(index).copied().unwrap_or_default()
            && let Some(state) = states.get_mut(index + 1)
        {
            *state = true;
        }
    }
}

#[derive(Debug)]
enum Token {
    Char(char),
    /// `?`
    Any,
    /// `*`
    Star,
    /// `**/`: any number of folders.
    Folders,
    /// `**` at the end: anything below.
    Tail,
    /// `[...]`
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Token {
    /// Whether a character keeps a match within this token, and whether it may end it.
    fn step(&self, c: char) -> (bool, bool) {
        match self {
            Token::Char(wanted) => (false, c == *wanted),
            Token::Any => (false, c != '/'),
            Token::Star => (c != '/', false),
            Token::Folders => (true, c == '/'),
            Token::Tail => (true, false),
            Token::Set { negated, ranges } => {
                let inside = ranges.iter().any(|(low, high)| (*low..=*high).contains(&c));
                (false, c != '/' && inside != *negated)
            }
        }
    }
}

fn tokens(pattern: &[char]) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut at_start = true;
    loop {
        let token;
        (token, rest) = match rest {
            [] => return tokens,
            ['*', '*', '/', after @ ..] if at_start => (Token::Folders, after),
            ['*', '*'] if at_start => (Token::Tail, &[][..]),
            ['*', after @ ..] => (Token::Star, after),
            ['?', after @ ..] => (Token::Any, after),
            ['\\', c, after @ ..] => (Token::Char(*c), after),
            ['[', after @ ..] => set(after).unwrap_or((Token::Char('['), after)),
            [c, after @ ..] => (Token::Char(*c), after),
        };
        at_start = matches!(token, Token::Char('/') | Token::Folders);
        tokens.push(token);
    }
}

/// `[...]` after its bracket; none where it is not closed.
fn set(rest: &[char]) -> Option<(Token, &[char])> {
    let (negated, mut rest) = match rest {
        ['!' | '^', after @ ..] => (true, after),
        _ => (false, rest),
    };
    let mut ranges = Vec::new();
    loop {
        let (low, after) = match rest {
            [] => return None,
            [']', after @ ..] if !ranges.is_empty() => return Some((Token::Set { negated, ranges }, after)),
            ['\\', c, after @ ..] | [c, after @ ..] => (*c, after),
        };
        rest = match after {
            ['-', high, after @ ..] if *high != ']' => {
                ranges.push((low, *high));
                after
            }
            _ => {
                ranges.push((low, low));
                after
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rules: &str, ignored: &[&str], kept: &[&str]) {
        let ignore = Ignore::parse(rules);
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
    fn many_stars_take_no_time() {
        let rules = "*a".repeat(2000);
        let ignore = Ignore::parse(&rules);
        assert!(!ignore.is_ignored(&"b".repeat(1000), false));
    }
}
