//! The programs that tests ask, where this machine has them: in the folder that PROMCHART_TOOLS names, or in PATH.
//!
//! A test whose program is missing says on standard error that it is skipped, past the capture of output, so that everybody sees
//! that nothing was compared. With PROMCHART_REQUIRE_TOOLS=1 it fails instead. No test looks for a program in another way.

#![allow(dead_code, reason = "each test binary wants a part of it")]

use std::env;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Whether a missing program is a failure: PROMCHART_REQUIRE_TOOLS=1.
pub fn are_required() -> bool {
    env::var("PROMCHART_REQUIRE_TOOLS").is_ok_and(|value| value == "1")
}

/// Says that `test` does not run, and why, for what this machine need not have.
pub fn skip(test: &str, reason: &str) {
    // Not `eprintln!`, which the tests' runner keeps for itself.
    let _ = std::io::stderr()
        .lock()
        .write_all(format!("skipped: {test}: {reason}\n").as_bytes());
}

/// Says that `test` does not run, and why; fails where tools are required.
pub fn skip_unless_required(test: &str, reason: &str) {
    assert!(
        !are_required(),
        "PROMCHART_REQUIRE_TOOLS=1, and {test} cannot run: {reason}"
    );
    skip(test, reason);
}

/// The first of the names that is there, all in PROMCHART_TOOLS before those in PATH. Where there is none, `test` is skipped, or fails
/// where tools are required.
pub fn find(names: &[&str], test: &str) -> Option<PathBuf> {
    let found = all(names).into_iter().next();
    if found.is_none() {
        skip_unless_required(test, &missing(names));
    }
    found
}

/// The same, for a program that is never asked for.
pub fn find_optional(names: &[&str], test: &str) -> Option<PathBuf> {
    let found = all(names).into_iter().next();
    if found.is_none() {
        skip(test, &missing(names));
    }
    found
}

/// Helm 3.17, whose behaviour the tests compare with: the first one of that version.
pub fn helm(test: &str) -> Option<PathBuf> {
    let version = |helm: &PathBuf| {
        let asked = Command::new(helm)
            .args(["version", "--template", "{{.Version}}"])
            .stderr(Stdio::null())
            .output();
        asked.map_or_else(
            |error| error.to_string(),
            |output| String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    let mut others = Vec::new();
    for helm in all(&["helm"]) {
        match version(&helm) {
            found if found.starts_with("v3.17.") => return Some(helm),
            found => others.push(format!("{} is `{found}`", helm.display())),
        }
    }
    let reason = match others.as_slice() {
        [] => missing(&["helm"]),
        _ => format!("no helm is 3.17: {}", others.join(", ")),
    };
    skip_unless_required(test, &reason);
    None
}

fn missing(names: &[&str]) -> String {
    format!("{} is neither in PATH nor in PROMCHART_TOOLS", names.join(" or "))
}

/// All programs with one of the names.
fn all(names: &[&str]) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::var_os("PROMCHART_TOOLS")
        .map(PathBuf::from)
        .into_iter()
        .chain(env::split_paths(&path))
        .filter(|folder| folder.is_absolute())
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .filter(|program| program.is_file())
        .collect()
}

/// Whether the command succeeds, and what it prints.
pub fn run(command: &mut Command) -> (bool, String) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

/// Asks for a program that is nowhere, in a process of its own: only there the environment can be chosen.
#[test]
fn asks_for_a_program_that_is_nowhere() {
    if env::var_os("PROMCHART_TEST_ASK").is_some() {
        find(&["promchart-no-such-program"], "this test");
    }
}

#[test]
fn a_missing_program_is_said_and_fails_where_it_is_required() {
    let ask = |required: &str| {
        run(Command::new(env::current_exe().unwrap())
            .args(["--exact", "tools::asks_for_a_program_that_is_nowhere"])
            .env("PROMCHART_TEST_ASK", "1")
            .env("PROMCHART_REQUIRE_TOOLS", required))
    };
    let reason = "promchart-no-such-program is neither in PATH nor in PROMCHART_TOOLS\n";
    let (passed, said) = ask("");
    assert!(
        passed && said.contains(&format!("skipped: this test: {reason}")),
        "{said}"
    );
    let (passed, said) = ask("1");
    assert!(
        !passed && said.contains(&format!("cannot run: {reason}")),
        "{said}"
    );
}
