//! What promchart wrote into a folder: a file there with the sum of each file, in the form of `sha256sum`, so that a later run can
//! tell its own files from others', and from those that somebody changed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The name of the file.
pub(super) const INDEX: &str = ".promchart-files";

const HEAD: &str = "# Written by promchart, with the SHA-256 sum of each file. `--prune` removes those that a release no longer has.\n";
const OWNER: &str = "# by ";

/// Files by path, each with who wrote it and its sum.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Index(pub(super) BTreeMap<String, Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) owner: String,
    pub(super) sum: String,
}

impl Index {
    /// Reads it. Lines that are not understood are left out: nothing is removed because of one.
    pub(super) fn read(text: &str) -> Index {
        let mut index = Index::default();
        let mut owner = "";
        for line in text.lines() {
            if let Some(name) = line.strip_prefix(OWNER) {
                owner = name;
            } else if let Some((sum, path)) = line.split_once("  ")
                && sum.len() == 64
                && sum.bytes().all(|b| b.is_ascii_hexdigit())
            {
                let entry = Entry {
                    owner: owner.to_owned(),
                    sum: sum.to_owned(),
                };
                index.0.insert(path.to_owned(), entry);
            }
        }
        index
    }

    pub(super) fn write(&self) -> String {
        let mut owners: BTreeMap<&str, Vec<(&String, &str)>> = BTreeMap::new();
        for (path, entry) in &self.0 {
            owners.entry(&entry.owner).or_default().push((path, &entry.sum));
        }
        let mut text = HEAD.to_owned();
        for (owner, files) in owners {
            // Writing to a String does not fail.
            let _ = writeln!(text, "{OWNER}{owner}");
            for (path, sum) in files {
                let _ = writeln!(text, "{sum}  {path}");
            }
        }
        text
    }
}

/// The SHA-256 sum of a file's content, in hexadecimal.
pub fn sum(content: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(content) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_says_the_files_again() {
        let entry = |owner: &str, text: &str| Entry {
            owner: owner.to_owned(),
            sum: sum(text.as_bytes()),
        };
        let index = Index(BTreeMap::from([
            ("a/x.yaml".to_owned(), entry("two", "x")),
            ("b/y.yaml".to_owned(), entry("one", "y")),
            ("c.yaml".to_owned(), entry("two", "")),
        ]));
        let text = index.write();
        assert_eq!(Index::read(&text), index);
        // The sums that `sha256sum` gives for `y` and for nothing.
        let y = "a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148b0fa";
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert!(
            text.contains(&format!("# by one\n{y}  b/y.yaml\n# by two\n")),
            "{text}"
        );
        assert!(text.ends_with(&format!("{nothing}  c.yaml\n")), "{text}");
        assert_eq!(Index::read("x\nabc  a\n\n# note\n"), Index::default());
    }
}
