//! The programs of Prometheus, where this machine has them: in the folder that PROMCHART_TOOLS names, or in PATH.

use std::env;
use std::path::PathBuf;
use std::process::Command;

/// The first of the names that is there, all in PROMCHART_TOOLS before those in PATH.
///
/// Where there is none, says that `test` is skipped; but with CI=true and PROMCHART_REQUIRE_TOOLS=1, panics.
pub fn find(names: &[&str], test: &str) -> Option<PathBuf> {
    let found = find_optional(names, test);
    assert!(
        found.is_some() || !are_required(),
        "PROMCHART_REQUIRE_TOOLS asks for {}, and it is missing",
        names.join(" or ")
    );
    found
}

/// Whether a missing program is a failure: CI=true and PROMCHART_REQUIRE_TOOLS=1.
pub fn are_required() -> bool {
    let is_set = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    is_set("CI", "true") && is_set("PROMCHART_REQUIRE_TOOLS", "1")
}

/// The same, for a program that is never asked for.
pub fn find_optional(names: &[&str], test: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::var_os("PROMCHART_TOOLS")
        .map(PathBuf::from)
        .into_iter()
        .chain(env::split_paths(&path))
        .filter(|folder| folder.is_absolute());
    for folder in folders {
        for name in names {
            let program = folder.join(name);
            if program.is_file() {
                return Some(program);
            }
        }
    }
    eprintln!(
        "skipped: {test}: {} is neither in PATH nor in PROMCHART_TOOLS",
        names.join(" or ")
    );
    None
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
