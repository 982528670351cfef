//! The dependencies of a chart as a table, a tree and JSON.

use std::fmt::Write as _;

use super::visible;
use crate::chart::{DecidedBy, Row};
use crate::yaml::{self, Map, Node};

/// A table with a line for each dependency, those of subcharts behind their parents.
pub fn list(_chart: &str, rows: &[Row]) -> String {
    let header = [
        "NAME",
        "WANTED",
        "FOUND",
        "STATUS",
        "ENABLED",
        "DECIDED BY",
        "FROM",
    ]
    .map(str::to_owned);
    let lines: Vec<[String; 7]> = std::iter::once(header).chain(rows.iter().map(cells)).collect();
    let mut widths = [0; 7];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for line in lines {
        let mut text = String::new();
        for (width, cell) in widths.iter().zip(line) {
            // Writing to a String does not fail.
            let _ = write!(text, "{cell:width$}  ");
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

fn cells(row: &Row) -> [String; 7] {
    let dash = |text: Option<&str>| text.filter(|text| !text.is_empty()).unwrap_or("-").to_owned();
    [
        name(row, &row.path.join(".")),
        dash(row.version_wanted.as_deref()),
        dash(row.version_found.as_deref()),
        row.status.as_str().to_owned(),
        if row.enabled { "yes" } else { "no" }.to_owned(),
        reason(row),
        dash(row.source.as_deref().or(Some(&row.repository))),
    ]
    .map(|cell| visible(&cell).into_owned())
}

/// The name, with the chart's own one where it goes by an alias.
fn name(row: &Row, shown: &str) -> String {
    if row.alias.is_some() {
        format!("{shown} ({})", row.name)
    } else {
        shown.to_owned()
    }
}

fn reason(row: &Row) -> String {
    match &row.reason {
        DecidedBy::Condition { path, .. } => format!("condition {path}"),
        DecidedBy::Tag { name, .. } => format!("tag {name}"),
        DecidedBy::Default => "-".to_owned(),
    }
}

/// A tree with a line for each dependency below its parent.
pub fn tree(chart: &str, rows: &[Row]) -> String {
    let mut out = format!("{}\n", visible(chart));
    for (index, row) in rows.iter().enumerate() {
        let depth = row.path.len();
        for level in 1..depth {
            out.push_str(if goes_on(rows, index, level) {
                "|   "
            } else {
                "    "
            });
        }
        out.push_str(if goes_on(rows, index, depth) {
            "|-- "
        } else {
            "`-- "
        });
        let mut line = name(row, row.path.last().map_or("", String::as_str));
        if let Some(version) = &row.version_found {
            let _ = write!(line, " {version}");
        }
        if let Some(wanted) = row.version_wanted.as_deref().filter(|wanted| !wanted.is_empty()) {
            let _ = write!(line, " (wanted {wanted})");
        }
        if row.status.as_str() != "ok" {
            let _ = write!(line, " [{}]", row.status.as_str());
        }
        if !row.enabled {
            let _ = match &row.reason {
                DecidedBy::Default => write!(line, " [disabled with its parent]"),
                _ => write!(line, " [disabled by {}]", reason(row)),
            };
        }
        out.push_str(&visible(&line));
        out.push('\n');
    }
    out
}

/// Whether a sibling at this level comes after the row, below the same parent.
fn goes_on(rows: &[Row], index: usize, level: usize) -> bool {
    rows[index + 1..]
        .iter()
        .map(|row| row.path.len())
        .take_while(|depth| *depth >= level)
        .any(|depth| depth == level)
}

/// A JSON list with an object for each dependency.
pub fn json(rows: &[Row]) -> String {
    let items: Vec<Node> = rows.iter().map(object).collect();
    let mut text = yaml::write_json_pretty(&Node::computed(items));
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn object(row: &Row) -> Node {
    let optional = |text: Option<&str>| text.map_or_else(Node::default, Node::computed);
    let path: Vec<Node> = row
        .path
        .iter()
        .map(|name| Node::computed(name.as_str()))
        .collect();
    let (decided_by, decided_at) = match &row.reason {
        DecidedBy::Condition { path, place } => (Some(format!("condition {path}")), Some(place)),
        DecidedBy::Tag { name, place } => (Some(format!("tag {name}")), Some(place)),
        DecidedBy::Default => (None, None),
    };
    let decided_at = decided_at
        .filter(|place| place.is_known())
        .map(ToString::to_string);
    Node::computed(Map::from_iter([
        ("path", Node::computed(path)),
        ("name", Node::computed(row.name.as_str())),
        ("alias", optional(row.alias.as_deref())),
        ("versionWanted", optional(row.version_wanted.as_deref())),
        ("versionFound", optional(row.version_found.as_deref())),
        ("repository", Node::computed(row.repository.as_str())),
        ("source", optional(row.source.as_deref())),
        ("status", Node::computed(row.status.as_str())),
        ("enabled", Node::computed(row.enabled)),
        ("decidedBy", optional(decided_by.as_deref())),
        ("decidedAt", optional(decided_at.as_deref())),
    ]))
}
