//! What README.md and docs/ show is what is printed.
//!
//! A block of ```console holds commands after `$ ` and what each prints, standard error included; a line `...` stands for
//! any lines. A block of ```sh holds commands that have to end well (status 0 or 1). The blocks of a page run one after
//! another in one folder, which begins as a copy of tests/docs/PAGE where there is one, and is empty otherwise.
//! `<!-- not run: WHY -->` on the line before a block leaves it out. Every block is fenced and names its language, so that
//! no command slips by.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "support/tools.rs"]
mod tools;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What a fence may say its block is written in.
const LANGUAGES: &[&str] = &[
    "console",
    "dockerfile",
    "gotmpl",
    "jinja",
    "json",
    "lua",
    "sh",
    "text",
    "toml",
    "yaml",
];

struct Block {
    line: usize,
    language: String,
    /// `<!-- not run: WHY -->` stands above it.
    is_left_out: bool,
    lines: Vec<String>,
}

impl Block {
    fn is_console(&self) -> bool {
        self.language == "console"
    }

    fn is_run(&self) -> bool {
        matches!(self.language.as_str(), "console" | "sh") && !self.is_left_out
    }
}

#[test]
fn what_the_pages_show_is_what_is_printed() {
    let mut wrong = String::new();
    let mut ran = 0;
    for page in pages() {
        let shown = page.strip_prefix(ROOT).unwrap().display().to_string();
        let name = shown
            .trim_start_matches("docs/")
            .trim_end_matches(".md")
            .replace('/', "-")
            .to_lowercase();
        let folder = tempfile::tempdir().unwrap();
        let given = Path::new(ROOT).join("tests/docs").join(&name);
        if given.is_dir() {
            copy(&given, folder.path());
        }
        let (blocks, _) = blocks(&std::fs::read_to_string(&page).unwrap());
        for block in blocks.iter().filter(|block| block.is_run()) {
            for (command, expected) in commands(block) {
                if command.contains("| jq ") && tools::find(&["jq"], &command).is_none() {
                    continue;
                }
                ran += 1;
                let (status, printed) = run(&command, folder.path());
                let place = format!("{shown}:{}", block.line);
                if !matches!(status, 0 | 1) && !block.is_console() {
                    write!(wrong, "{place}: `{command}` ends with {status}:\n{printed}\n").unwrap();
                } else if block.is_console() && !fits(&lines(&expected.join("\n")), &lines(&printed)) {
                    write!(wrong, "{place}: `{command}` prints\n{printed}\n").unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(ran > 10, "only {ran} commands were found");
}

#[test]
fn the_pages_name_the_version_of_rust_that_is_needed() {
    let read = |name: &str| std::fs::read_to_string(Path::new(ROOT).join(name)).unwrap();
    let needed = env!("CARGO_PKG_RUST_VERSION");
    let named = regex::Regex::new(r"Rust (\d+\.\d+)").unwrap();
    for page in ["README.md", "docs/getting-started.md", "docs/ko/start.md"] {
        let page = read(page);
        let versions: Vec<&str> = named
            .captures_iter(&page)
            .map(|found| found.get(1).unwrap().as_str())
            .collect();
        assert!(
            !versions.is_empty() && versions.iter().all(|version| *version == needed),
            "{versions:?}"
        );
    }
}

/// Whoever follows these pages makes the files himself.
#[test]
fn the_pages_that_are_followed_show_all_of_their_files() {
    let mut wrong = Vec::new();
    for page in ["getting-started", "guide", "ko/start"] {
        let folder = Path::new(ROOT).join("tests/docs").join(page.replace('/', "-"));
        let text = std::fs::read_to_string(Path::new(ROOT).join(format!("docs/{page}.md"))).unwrap();
        let mut open = vec![folder.clone()];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(
                    std::fs::read_dir(path)
                        .unwrap()
                        .map(|entry| entry.unwrap().path()),
                );
                continue;
            }
            let shown = path.strip_prefix(&folder).unwrap().display().to_string();
            if !text.contains(&format!("$ cat {shown}\n")) {
                wrong.push(format!("docs/{page}.md does not show {shown}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn pages() -> Vec<PathBuf> {
    let mut pages = vec![Path::new(ROOT).join("README.md")];
    let mut folders = vec![Path::new(ROOT).join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

/// The fenced blocks of a page, those in lists too, and the lines outside of them with their numbers.
fn blocks(text: &str) -> (Vec<Block>, Vec<(usize, &str)>) {
    let mut blocks = Vec::new();
    let mut outside = Vec::new();
    let mut open: Option<(usize, Block)> = None;
    let mut is_left_out = false;
    for (at, line) in text.lines().enumerate() {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        match &mut open {
            Some((_, block)) if bare == "```" => {
                blocks.push(Block {
                    lines: std::mem::take(&mut block.lines),
                    language: std::mem::take(&mut block.language),
                    ..*block
                });
                open = None;
            }
            Some((indent, block)) => {
                let rest = line.get(*indent..).unwrap_or_default();
                block.lines.push(rest.to_owned());
            }
            None => match bare.strip_prefix("```") {
                Some(language) => {
                    let block = Block {
                        line: at + 1,
                        language: language.to_owned(),
                        is_left_out,
                        lines: Vec::new(),
                    };
                    open = Some((indent, block));
                }
                None => outside.push((at + 1, line)),
            },
        }
        is_left_out = bare.starts_with("<!-- not run: ");
    }
    (blocks, outside)
}

#[test]
fn every_block_is_fenced_and_names_its_language() {
    let mut wrong = Vec::new();
    let root = ["COMPATIBILITY.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| Path::new(ROOT).join(name));
    for page in pages().into_iter().chain(root) {
        let shown = page.strip_prefix(ROOT).unwrap().display().to_string();
        let text = std::fs::read_to_string(&page).unwrap();
        let (blocks, outside) = blocks(&text);
        for block in &blocks {
            let place = format!("{shown}:{}", block.line);
            if !LANGUAGES.contains(&block.language.as_str()) {
                wrong.push(format!(
                    "{place}: a block in `{}`: use one of {LANGUAGES:?}",
                    block.language
                ));
            }
            let is_shell = matches!(block.language.as_str(), "console" | "sh");
            let is_command = |line: &String| line.starts_with("$ ") || line.starts_with("promchart ");
            if !is_shell && block.language != "text" && block.lines.iter().any(is_command) {
                wrong.push(format!(
                    "{place}: a command in a block that is not run: write ```console or ```sh"
                ));
            }
            let parses = match block.language.as_str() {
                "yaml" => documents(&block.lines.join("\n")),
                "json" => serde_json::from_str::<serde_json::Value>(&block.lines.join("\n")).is_ok(),
                _ => true,
            };
            if !parses {
                wrong.push(format!("{place}: this is not {}", block.language));
            }
        }
        let mut before = "";
        for (line, text) in outside {
            if before.trim().is_empty() && (text.starts_with("    ") || text.starts_with('\t')) {
                wrong.push(format!(
                    "{shown}:{line}: an indented block: fence it, and name its language"
                ));
            }
            before = text;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn documents(text: &str) -> bool {
    use serde::Deserialize as _;
    serde_yaml::Deserializer::from_str(text).all(|document| serde_yaml::Value::deserialize(document).is_ok())
}

/// Each command with the lines that it is said to print. A command goes on after `\` at a line's end.
fn commands(block: &Block) -> Vec<(String, Vec<String>)> {
    let mut commands: Vec<(String, Vec<String>)> = Vec::new();
    let mut goes_on = false;
    for line in &block.lines {
        let command = if block.is_console() {
            line.strip_prefix("$ ")
        } else {
            Some(line.as_str())
        };
        match command {
            _ if goes_on => write!(commands.last_mut().unwrap().0, "\n{line}").unwrap(),
            Some(command) => commands.push((command.to_owned(), Vec::new())),
            None => commands
                .last_mut()
                .expect("a command comes first")
                .1
                .push(line.clone()),
        }
        goes_on = line.ends_with('\\') && (goes_on || command.is_some());
    }
    commands
}

fn run(command: &str, folder: &Path) -> (i32, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_promchart"));
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(folder)
        .env("HOME", folder)
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap_or(-1), printed)
}

/// The numbers of lines of the built-in chart change with it, and the columns behind them: a page says nothing of that.
fn lines(text: &str) -> Vec<String> {
    let number = regex::Regex::new(r"(embedded:[^ :]+)(:\d+)+").unwrap();
    let column = regex::Regex::new(r"(\S) {2,}").unwrap();
    text.lines()
        .map(|line| {
            let line = number.replace_all(line.trim_end(), "$1");
            column.replace_all(&line, "$1  ").into_owned()
        })
        .collect()
}

/// Whether lines are those that were expected, where `...` stands for any.
fn fits(expected: &[String], printed: &[String]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((first, rest)) if first.trim() == "..." => {
            (0..=printed.len()).any(|skipped| fits(rest, &printed[skipped..]))
        }
        Some((first, rest)) => printed
            .split_first()
            .is_some_and(|(line, others)| line == first && fits(rest, others)),
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, target).unwrap();
        }
    }
}
