//! Versions as Helm reads them: leniently (Masterminds/semver 3.3.0, which Helm 3.17 uses).

use std::cmp::Ordering;
use std::fmt;

/// A version. Missing numbers are 0, a leading `v` and leading zeros are allowed: `v1.2` is `1.2.0`.
///
/// Comparison and equality follow semver: build metadata does not count, a pre-release comes before its release.
#[derive(Debug, Clone)]
pub struct Version {
    /// The first number.
    pub major: u64,
    /// The second number.
    pub minor: u64,
    /// The third number.
    pub patch: u64,
    /// What follows `-`; empty where nothing does.
    pub pre: String,
    /// What follows `+`; empty where nothing does.
    pub build: String,
}

impl Version {
    /// Reads a version.
    ///
    /// # Errors
    /// The reason in a few words, without the version.
    pub fn parse(text: &str) -> Result<Version, String> {
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        let rest = text.strip_prefix('v').unwrap_or(text);
        let (rest, build) = match rest.split_once('+') {
            Some((rest, build)) => (rest, Some(build)),
            None => (rest, None),
        };
        let (numbers, pre) = match rest.split_once('-') {
            Some((numbers, pre)) => (numbers, Some(pre)),
            None => (rest, None),
        };
        let mut parsed = [0_u64; 3];
        let mut parts = numbers.split('.');
        for (index, number) in parsed.iter_mut().enumerate() {
            match parts.next() {
                Some(part) => *number = parse_number(part)?,
                None if index > 0 => break,
                None => return Err("it has no numbers".to_owned()),
            }
        }
        if parts.next().is_some() {
            return Err("it has more than three numbers".to_owned());
        }
        for (what, part) in [("pre-release", pre), ("build metadata", build)] {
            if let Some(part) = part
                && !part.split('.').all(is_identifier)
            {
                return Err(format!(
                    "its {what} `{part}` is not letters, digits and `-` between dots"
                ));
            }
        }
        let has_leading_zero =
            |part: &str| part.len() > 1 && part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit());
        if let Some(pre) = pre
            && pre.split('.').any(has_leading_zero)
        {
            return Err(format!(
                "its pre-release `{pre}` has a number with a leading zero"
            ));
        }
        let [major, minor, patch] = parsed;
        let owned = |part: Option<&str>| part.unwrap_or_default().to_owned();
        Ok(Version {
            major,
            minor,
            patch,
            pre: owned(pre),
            build: owned(build),
        })
    }

    /// Whether this is a pre-release.
    pub fn is_pre_release(&self) -> bool {
        !self.pre.is_empty()
    }
}

fn parse_number(part: &str) -> Result<u64, String> {
    if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("`{part}` is not a number"));
    }
    part.parse()
        .map_err(|_| format!("the number {part} is too large"))
}

fn is_identifier(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre)?;
        }
        if !self.build.is_empty() {
            write!(f, "+{}", self.build)?;
        }
        Ok(())
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.major, self.minor, self.patch)
            .cmp(&(other.major, other.minor, other.patch))
            .then_with(|| compare_pre_releases(&self.pre, &other.pre))
    }
}

/// Orders what stands after `-`: nothing is last, numbers come before words, and more parts after fewer.
pub(super) fn compare_pre_releases(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => match (a.parse::<u64>(), b.parse::<u64>()) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => a.cmp(b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_leniently() {
        for (text, expected) in [
            ("1", "1.0.0"),
            ("1.2", "1.2.0"),
            ("v1.2.3", "1.2.3"),
            ("01.2.3", "1.2.3"),
            ("1.2-beta", "1.2.0-beta"),
            ("1.2.3-rc.1+b.5", "1.2.3-rc.1+b.5"),
            ("1.2.3+k3s1", "1.2.3+k3s1"),
            ("1.29.0-eks-5e0fdde", "1.29.0-eks-5e0fdde"),
        ] {
            assert_eq!(Version::parse(text).unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, expected) in [
            ("", "it is empty"),
            ("v", "`` is not a number"),
            ("1.x", "`x` is not a number"),
            ("1.2.3.4", "it has more than three numbers"),
            (
                "1.2.3-",
                "its pre-release `` is not letters, digits and `-` between dots",
            ),
            (
                "1.2.3-a_b",
                "its pre-release `a_b` is not letters, digits and `-` between dots",
            ),
            (
                "1.2.3-01",
                "its pre-release `01` has a number with a leading zero",
            ),
            (
                "1.2.3+",
                "its build metadata `` is not letters, digits and `-` between dots",
            ),
            (
                "99999999999999999999",
                "the number 99999999999999999999 is too large",
            ),
            ("1 ", "`1 ` is not a number"),
        ] {
            assert_eq!(Version::parse(text).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn orders_as_semver_does() {
        let sorted = [
            "1.0.0-1",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0",
            "1.0.1",
            "1.10.0",
            "2.0.0",
        ];
        for pair in sorted.windows(2) {
            assert!(
                Version::parse(pair[0]).unwrap() < Version::parse(pair[1]).unwrap(),
                "{pair:?}"
            );
        }
        assert_eq!(Version::parse("1.0.0+a").unwrap(), Version::parse("1+b").unwrap());
    }
}
