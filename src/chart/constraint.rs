//! Version ranges with Helm's grammar (Masterminds/semver 3.3.0, which Helm 3.17 uses).
//!
//! `||` separates groups; within a group every comparison has to hold, separated by blanks or commas. Operators are
//! `= != > < >= => <= =< ~ ~> ^` and none; `x`, `X`, `*` or a missing number stand for any; `1.2 - 1.4` (with blanks)
//! is a range that includes both ends.
//!
//! A comparison without a pre-release never matches a pre-release version, and this holds for each comparison by itself:
//! `>=1.2.3-0 <2.0.0` does not match `1.5.0-a`. Helm 3.19 and later ask only that one comparison of the group names
//! a pre-release; promchart keeps to Helm 3.17.

use super::version::{Version, compare_pre_releases};

/// A version range.
#[derive(Debug, Clone)]
pub struct Constraint {
    /// One of these has to match, with all of its comparisons.
    groups: Vec<Vec<Comparison>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Tilde,
    Caret,
}

/// Which number of a comparison's version is the first that may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    None,
    Patch,
    Minor,
    Major,
}

#[derive(Debug, Clone)]
struct Comparison {
    operator: Operator,
    version: Version,
    open: Open,
}

/// A hyphen with a blank after it.
const HYPHENS: [&str; 4] = ["- ", "-\t", "-\n", "-\r"];

/// The longest range that is read: far more than anybody writes, and little enough for the work to be bounded.
const MAX_LENGTH: usize = 4096;

impl Constraint {
    /// Reads a range.
    ///
    /// # Errors
    /// The reason in a few words, without the range.
    pub fn parse(text: &str) -> Result<Constraint, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("it is longer than {MAX_LENGTH} characters"));
        }
        let groups = text.split("||").map(parse_group).collect::<Result<_, _>>()?;
        Ok(Constraint { groups })
    }

    /// Whether a version is in the range.
    pub fn matches(&self, version: &Version) -> bool {
        self.groups
            .iter()
            .any(|group| group.iter().all(|comparison| comparison.matches(version, false)))
    }

    /// Whether a version is in the range as Helm 3.19 and later see it: a pre-release has a chance where any comparison
    /// of the group names one.
    pub fn matches_as_helm_4(&self, version: &Version) -> bool {
        self.groups.iter().any(|group| {
            let with_pre = group.iter().any(|comparison| comparison.version.is_pre_release());
            group
                .iter()
                .all(|comparison| comparison.matches(version, with_pre))
        })
    }
}

fn parse_group(text: &str) -> Result<Vec<Comparison>, String> {
    let mut rest = Cursor(text);
    let mut group = Vec::new();
    rest.skip_blanks();
    if rest.0.is_empty() {
        return Err("it is empty".to_owned());
    }
    loop {
        let operator = rest.operator()?;
        rest.skip_blanks();
        let (version, open) = parse_pattern(rest.word())?;
        let blanks = rest.skip_blanks();
        // `1.2 - 1.4`: a hyphen with blanks around it.
        if operator.is_none() && blanks && HYPHENS.iter().any(|hyphen| rest.0.starts_with(hyphen)) {
            rest.0 = rest.0.get(1..).unwrap_or_default();
            rest.skip_blanks();
            let (end, end_open) = parse_pattern(rest.word())?;
            group.push(Comparison {
                operator: Operator::GreaterOrEqual,
                version,
                open,
            });
            group.push(Comparison {
                operator: Operator::LessOrEqual,
                version: end,
                open: end_open,
            });
        } else {
            group.push(Comparison {
                operator: operator.unwrap_or(Operator::Equal),
                version,
                open,
            });
        }
        let blanks = rest.skip_blanks() || blanks;
        if rest.0.is_empty() {
            return Ok(group);
        }
        if let Some(after) = rest.0.strip_prefix(',') {
            rest.0 = after;
            rest.skip_blanks();
            if rest.0.is_empty() {
                return Err("nothing follows the last comma".to_owned());
            }
        } else if !blanks {
            return Err(format!("a space or a comma is missing before `{}`", rest.0));
        }
    }
}

/// What is left to read.
struct Cursor<'t>(&'t str);

impl<'t> Cursor<'t> {
    /// Skips blanks; whether there were any.
    fn skip_blanks(&mut self) -> bool {
        let rest = self.0.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
        let any = rest.len() < self.0.len();
        self.0 = rest;
        any
    }

    fn operator(&mut self) -> Result<Option<Operator>, String> {
        let end = self
            .0
            .find(|c| !matches!(c, '=' | '!' | '<' | '>' | '~' | '^'))
            .unwrap_or(self.0.len());
        let (sign, rest) = self.0.split_at(end);
        self.0 = rest;
        Ok(Some(match sign {
            "" => return Ok(None),
            "=" => Operator::Equal,
            "!=" => Operator::NotEqual,
            ">" => Operator::Greater,
            "<" => Operator::Less,
            ">=" | "=>" => Operator::GreaterOrEqual,
            "<=" | "=<" => Operator::LessOrEqual,
            "~" | "~>" => Operator::Tilde,
            "^" => Operator::Caret,
            other => return Err(format!("`{other}` is not an operator")),
        }))
    }

    /// Everything up to a blank, a comma or an operator.
    fn word(&mut self) -> &'t str {
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '=' | '!' | '<' | '>' | '~' | '^');
        let (word, rest) = self.0.split_at(self.0.find(ends).unwrap_or(self.0.len()));
        self.0 = rest;
        word
    }
}

/// Reads a version in which numbers may be missing or wildcards.
fn parse_pattern(word: &str) -> Result<(Version, Open), String> {
    if word.is_empty() {
        return Err("a version is missing".to_owned());
    }
    let numbers_end = word.find(['-', '+']).unwrap_or(word.len());
    let (numbers, suffix) = word.split_at(numbers_end);
    let parts: Vec<&str> = numbers.strip_prefix('v').unwrap_or(numbers).split('.').collect();
    let is_any = |part: &&str| matches!(*part, "x" | "X" | "*");
    let open = match parts.iter().position(is_any).unwrap_or(parts.len()) {
        0 => Open::Major,
        1 => Open::Minor,
        2 => Open::Patch,
        _ => Open::None,
    };
    // What stands behind a wildcard does not count, but has to be well-formed.
    let filled: Vec<&str> = parts
        .iter()
        .map(|part| if is_any(part) { "0" } else { part })
        .collect();
    let explain = |reason: String| format!("`{word}` is not a version: {reason}");
    let mut version = Version::parse(&format!("v{}{suffix}", filled.join("."))).map_err(explain)?;
    match open {
        Open::Major => (version.major, version.minor, version.patch) = (0, 0, 0),
        Open::Minor => (version.minor, version.patch) = (0, 0),
        Open::Patch => version.patch = 0,
        Open::None => {}
    }
    Ok((version, open))
}

impl Comparison {
    fn matches(&self, version: &Version, with_pre: bool) -> bool {
        let wanted = &self.version;
        if version.is_pre_release() && !wanted.is_pre_release() && !with_pre {
            return false;
        }
        match self.operator {
            Operator::Equal if self.open == Open::None => version == wanted,
            Operator::Equal | Operator::Tilde => self.tilde(version),
            Operator::NotEqual => self.not_equal(version),
            Operator::Greater => self.greater(version),
            Operator::Less => version < wanted,
            Operator::GreaterOrEqual => version >= wanted,
            Operator::LessOrEqual => self.less_or_equal(version),
            Operator::Caret => self.caret(version),
        }
    }

    fn not_equal(&self, version: &Version) -> bool {
        let wanted = &self.version;
        match self.open {
            Open::None => version != wanted,
            // `!=*` leaves out 0.0.0 only, as in Helm: nobody writes it.
            Open::Major => version != wanted,
            Open::Minor => version.major != wanted.major,
            Open::Patch => {
                (version.major, version.minor) != (wanted.major, wanted.minor)
                    || compare_pre_releases(&version.pre, &wanted.pre).is_ne()
            }
        }
    }

    /// `>1.2` means past all of 1.2.
    fn greater(&self, version: &Version) -> bool {
        let wanted = &self.version;
        match self.open {
            Open::None | Open::Major => version > wanted,
            Open::Minor => version.major > wanted.major,
            Open::Patch => (version.major, version.minor) > (wanted.major, wanted.minor),
        }
    }

    /// `<=1.2` includes all of 1.2.
    fn less_or_equal(&self, version: &Version) -> bool {
        let wanted = &self.version;
        match self.open {
            Open::None => version <= wanted,
            Open::Minor => version.major <= wanted.major,
            Open::Major | Open::Patch => (version.major, version.minor) <= (wanted.major, wanted.minor),
        }
    }

    /// `~1.2.3` is 1.2.3 up to all of 1.2; `~1` is all of 1.
    fn tilde(&self, version: &Version) -> bool {
        let wanted = &self.version;
        if version < wanted {
            return false;
        }
        match self.open {
            Open::Major => true,
            Open::Minor => version.major == wanted.major,
            // `~0.0.0` matches everything, as in Helm.
            Open::None if (wanted.major, wanted.minor, wanted.patch) == (0, 0, 0) => true,
            Open::Patch | Open::None => (version.major, version.minor) == (wanted.major, wanted.minor),
        }
    }

    /// Up to the next change of the first number that is not 0.
    fn caret(&self, version: &Version) -> bool {
        let wanted = &self.version;
        if version < wanted {
            return false;
        }
        if wanted.major > 0 || self.open == Open::Minor {
            return version.major == wanted.major;
        }
        if version.major > 0 {
            return false;
        }
        if wanted.minor > 0 || self.open == Open::Patch {
            return version.minor == wanted.minor;
        }
        version.minor == 0 && version.patch == wanted.patch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every row of the table that real Helm was asked.
    #[test]
    fn reads_ranges_as_helm_does() {
        let mut rows = 0;
        for line in include_str!("../../tests/data/version_ranges.txt").lines() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut cells = line.rsplitn(3, " | ");
            let (expected, version, range) = (
                cells.next().unwrap(),
                cells.next().unwrap(),
                cells.next().unwrap(),
            );
            let found = match Constraint::parse(range) {
                Err(_) => "invalid",
                Ok(range) if range.matches(&Version::parse(version).unwrap()) => "yes",
                Ok(_) => "no",
            };
            assert_eq!(found, expected, "{line}");
            rows += 1;
        }
        assert!(rows > 150);
    }

    #[test]
    fn says_what_is_wrong() {
        for (range, expected) in [
            ("", "it is empty"),
            ("1 || ", "it is empty"),
            (">=1.0<2.0", "a space or a comma is missing before `<2.0`"),
            ("==1.2.3", "`==` is not an operator"),
            (">=1.0.0,", "nothing follows the last comma"),
            (">=", "a version is missing"),
            ("one", "`one` is not a version: `one` is not a number"),
            (
                "1.2.3.4",
                "`1.2.3.4` is not a version: it has more than three numbers",
            ),
        ] {
            assert_eq!(Constraint::parse(range).unwrap_err(), expected, "{range}");
        }
        assert!(Constraint::parse(&"1 ".repeat(10_000)).is_err());
    }

    /// Helm takes `2||3` for one word when hyphen ranges touch it; here it is what it looks like.
    #[test]
    fn hyphen_ranges_may_touch_the_bars() {
        let range = Constraint::parse("1 - 2||4 - 5").unwrap();
        let matches = |version: &str| range.matches(&Version::parse(version).unwrap());
        assert!(matches("2.5.0") && matches("4.0.0") && !matches("3.0.0"));
    }
}
