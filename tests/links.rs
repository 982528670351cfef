//! The links of the pages: each leads to a file and a heading that are there, and the book has every page.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use regex::Regex;

/// What the book takes from outside of docs/: `make book` copies them.
const FROM_THE_ROOT: &[&str] = &[
    "README.md",
    "CHANGELOG.md",
    "COMPATIBILITY.md",
    "CONTRIBUTING.md",
    "LICENSE",
];

const SUMMARY: &str = "docs/SUMMARY.md";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages' texts, by their paths from the root.
fn pages() -> BTreeMap<PathBuf, String> {
    let mut pages = BTreeMap::new();
    let mut open: Vec<PathBuf> = FROM_THE_ROOT.iter().map(PathBuf::from).collect();
    open.push("docs".into());
    while let Some(path) = open.pop() {
        let full = root().join(&path);
        if full.is_dir() {
            open.extend(
                fs::read_dir(full)
                    .unwrap()
                    .map(|entry| path.join(entry.unwrap().file_name())),
            );
        } else if path.extension().is_some_and(|ending| ending == "md") {
            pages.insert(path, fs::read_to_string(full).unwrap());
        }
    }
    pages
}

/// The lines outside of fenced blocks, with their numbers.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut is_open = false;
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            is_open = !is_open;
        } else if !is_open {
            lines.push((at + 1, line));
        }
    }
    lines
}

/// The names of a page's headings in addresses, as GitHub and mdBook make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let link = Regex::new(r"\[([^\]]*)\]\([^)]*\)").unwrap();
    let mut found = BTreeSet::new();
    for (_, line) in prose(text) {
        let title = line.trim_start_matches('#');
        let level = line.len() - title.len();
        if !(1..=6).contains(&level) || !title.starts_with(' ') {
            continue;
        }
        let title = link.replace_all(title.trim(), "$1").to_lowercase();
        let name: String = title
            .chars()
            .filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' '))
            .map(|letter| if letter == ' ' { '-' } else { letter })
            .collect();
        let again = (1..).map(|count| format!("{name}-{count}"));
        let free = std::iter::once(name.clone())
            .chain(again)
            .find(|name| !found.contains(name));
        found.extend(free);
    }
    found
}

/// The path that a link of a page leads to; none where it leaves the repository.
fn target(page: &Path, link: &str) -> Option<PathBuf> {
    let mut path = page.parent().unwrap().to_owned();
    for part in Path::new(link).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::ParentDir if path.pop() => {}
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(path)
}

/// The links of a page to other files and to headings: line, path, heading.
fn links(text: &str) -> Vec<(usize, String, Option<String>)> {
    let code = Regex::new(r"`[^`]*`").unwrap();
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let mut found = Vec::new();
    for (line, text) in prose(text) {
        for link in link.captures_iter(&code.replace_all(text, "``")) {
            if link[1].starts_with("http://") || link[1].starts_with("https://") {
                continue;
            }
            let (path, heading) = match link[1].split_once('#') {
                Some((path, heading)) => (path, Some(heading.to_owned())),
                None => (&link[1], None),
            };
            found.push((line, path.to_owned(), heading));
        }
    }
    found
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let anchors: BTreeMap<&PathBuf, BTreeSet<String>> =
        pages.iter().map(|(path, text)| (path, anchors(text))).collect();
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for (page, text) in &pages {
        for (line, path, heading) in links(text) {
            looked_at += 1;
            let place = format!("{}:{line}: `{path}`", page.display());
            let to = match path.is_empty() {
                true => page.clone(),
                false => match target(page, &path) {
                    Some(to) => to,
                    None => {
                        wrong.push(format!("{place} leaves the repository"));
                        continue;
                    }
                },
            };
            if !root().join(&to).is_file() {
                wrong.push(format!("{place} is not there"));
            } else if !to.starts_with("docs") && !FROM_THE_ROOT.iter().any(|name| Path::new(name) == to) {
                wrong.push(format!("{place} is not in the book"));
            } else if let Some(heading) = heading
                && !anchors.get(&to).is_some_and(|names| names.contains(&heading))
            {
                wrong.push(format!("{place} has no heading `#{heading}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(looked_at > 50, "only {looked_at} links were found");
}

#[test]
fn every_page_is_in_the_book_once() {
    let pages = pages();
    let mut listed: Vec<PathBuf> = links(&pages[Path::new(SUMMARY)])
        .iter()
        .filter_map(|(_, path, _)| target(Path::new(SUMMARY), path))
        .collect();
    listed.sort();
    let mut expected: Vec<PathBuf> = pages
        .into_keys()
        .filter(|page| page != Path::new(SUMMARY))
        .collect();
    expected.sort();
    assert_eq!(listed, expected, "left: what {SUMMARY} lists; right: the pages");
}

/// Messages and comments name pages, too.
#[test]
fn pages_that_sources_name_are_there() {
    let name = Regex::new(r"\bdocs/(?:[a-z]+/)*[A-Za-z-]{2,}\.md\b").unwrap();
    let mut wrong = Vec::new();
    let mut open: Vec<PathBuf> = [
        "src",
        "tests",
        "docs",
        "benches",
        ".ci",
        "Makefile",
        "Chart.yaml",
        "action.yml",
    ]
    .iter()
    .map(|path| root().join(path))
    .collect();
    open.extend(FROM_THE_ROOT.iter().map(|path| root().join(path)));
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        for found in name.find_iter(&text) {
            if !root().join(found.as_str()).is_file() {
                let path = path.strip_prefix(root()).unwrap().display();
                wrong.push(format!("{path}: there is no {}", found.as_str()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
