//! docs/phrase-book.md: both sides of each row are rendered.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The rows of the tables with that head.
fn rows(head: &str) -> Vec<(String, String)> {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/phrase-book.md")).unwrap();
    let table = page
        .split(head)
        .nth(1)
        .unwrap_or_else(|| panic!("no table `{head}`"));
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = lines.map(|line| {
        let line = line.replace("\\|", "\u{0}");
        let mut cells = line.split('|').skip(1).map(|cell| {
            let code = cell.trim().trim_matches('`');
            code.replace('\u{0}', "|")
        });
        (cells.next().unwrap(), cells.next().unwrap())
    });
    cells.collect()
}

/// What `x` becomes in a chart with one template; the first line of the complaint where it cannot be rendered.
fn rendered(engine: &str, phrase: &str) -> Result<Value, String> {
    let folder = tempfile::tempdir().unwrap();
    let templates = folder.path().join("templates");
    fs::create_dir(&templates).unwrap();
    let chart = format!("apiVersion: v2\nname: shop\nversion: 0.1.0\nappVersion: '2.1'\nengine: {engine}\n");
    fs::write(folder.path().join("Chart.yaml"), chart).unwrap();
    let values = Path::new(ROOT).join("tests/docs/phrase-book/values.yaml");
    fs::copy(values, folder.path().join("values.yaml")).unwrap();
    fs::write(
        templates.join("_helpers.yaml"),
        "{% set labels %}\na: b\n{% endset %}\n",
    )
    .unwrap();
    if engine == "gotpl" {
        fs::remove_file(templates.join("_helpers.yaml")).unwrap();
    }
    let text = format!("apiVersion: v1\nkind: X\nmetadata: {{name: x}}\nspec:\n  x: {phrase}\n");
    fs::write(templates.join("x.yaml"), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_promchart"))
        .args(["render", "--release", "web", "-o", "json", "--chart"])
        .arg(folder.path())
        .output()
        .unwrap();
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        return Err(told.lines().next().unwrap_or_default().to_owned());
    }
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    Ok(list["items"][0]["spec"]["x"].clone())
}

#[test]
fn what_helm_says_and_what_is_said_here_is_the_same() {
    let rows = rows("| in Helm | here |");
    assert!(rows.len() > 30, "{}", rows.len());
    let mut wrong = Vec::new();
    for (theirs, ours) in rows {
        let (left, right) = (rendered("gotpl", &theirs), rendered("jinja", &ours));
        if left.is_err() || left != right {
            wrong.push(format!("{theirs}: {left:?}\n{ours}: {right:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_jinja_says_elsewhere_is_refused_and_what_is_said_here_is_not() {
    let rows = rows("| elsewhere | here |");
    assert!(rows.len() > 10, "{}", rows.len());
    for (elsewhere, here) in rows {
        let left = rendered("jinja", &elsewhere);
        let told = left.unwrap_err();
        assert!(told.starts_with("error: "), "{elsewhere}: {told}");
        let right = rendered("jinja", &here);
        assert!(right.is_ok_and(|value| !value.is_null()), "{here}");
    }
}
