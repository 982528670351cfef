//! Differences as one page for a browser: no script, nothing that is fetched.

use std::fmt::Write as _;

use super::super::visible;
use super::{causes, causes_of, changed_lines, dangers_of, folded, is_all_hidden, name, scalar, summary};
use crate::diagnostic::Severity;
use crate::diff::{Change, Diff, Field, ObjectChange};
use crate::secret::MASK;
use crate::yaml::Node;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--old:#d733;--new:#3a63;--soft:#8888}\
body{font:15px/1.5 system-ui,sans-serif;max-width:1200px;margin:2em auto;padding:0 1em}\
h1{font-size:1.4em}code,pre,td{font:13px/1.45 ui-monospace,monospace}\
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}\
details{border:1px solid var(--line);border-radius:6px;margin:.5em 0;padding:.3em .8em}summary{cursor:pointer}\
table{border-collapse:collapse;width:100%;table-layout:fixed;margin:.4em 0}\
td{border-top:1px solid var(--line);padding:.3em .5em;vertical-align:top;overflow-wrap:anywhere}\
.old{background:var(--old)}.new{background:var(--new)}.why{color:var(--soft);font-size:13px}\
.danger{border-left:4px solid #d73;padding:.2em .8em;margin:.5em 0}.danger.error{border-color:#c22}\
.word{display:inline-block;min-width:5.5em;color:var(--soft)}";

/// A page with all differences.
pub fn render(diff: &Diff) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>What this changes</title><style>{STYLE}</style></head><body>\n\
         <h1>What this changes</h1>\n<p><b>{}</b> between <code>{}</code> and <code>{}</code></p>\n",
        escape(&summary(diff.summary())),
        escape(&diff.old),
        escape(&diff.new)
    );
    for severity in [Severity::Error, Severity::Warning] {
        for (object, danger) in dangers_of(diff, severity) {
            // Writing to a String does not fail.
            let _ = write!(
                out,
                "<div class=\"danger {}\"><b>{}</b> <code>{}</code>: {}",
                severity.as_str(),
                severity.as_str(),
                escape(&name(object)),
                escape(&danger.message)
            );
            if let Some(path) = &danger.path {
                let _ = write!(out, "<br>at <code>{}</code>", escape(&path.to_string()));
            }
            why(&causes(causes_of(object, danger)), &mut out);
            let _ = writeln!(
                out,
                "<br><i>{}</i> <small>{}</small></div>",
                escape(&danger.help),
                danger.code
            );
        }
    }
    for object in &diff.objects {
        push(object, &mut out);
    }
    for noise in &diff.folded {
        let _ = writeln!(out, "<p class=\"why\">Left out: {}</p>", escape(&folded(noise)));
    }
    out.push_str("</body></html>\n");
    out
}

fn push(object: &ObjectChange, out: &mut String) {
    let restart = object.restart.as_ref().map_or_else(String::new, |restart| {
        format!(" &middot; pods restart {}", restart.how.words())
    });
    let _ = write!(
        out,
        "<details open><summary><span class=\"word\">{}</span> <code>{}</code>{restart}</summary>",
        object.change.as_str(),
        escape(&name(object))
    );
    why(&causes(&object.causes), out);
    if !object.fields.is_empty() {
        out.push_str("<table>");
        for field in &object.fields {
            row(field, out);
        }
        out.push_str("</table>");
    }
    out.push_str("</details>\n");
}

fn row(field: &Field, out: &mut String) {
    let _ = write!(
        out,
        "<tr><td colspan=\"2\"><b>{}</b>",
        escape(&field.path.to_string())
    );
    why(&causes(&field.causes), out);
    out.push_str("</td></tr><tr>");
    if is_all_hidden(field) {
        let _ = write!(
            out,
            "<td colspan=\"2\">{MASK} ({}, hidden)</td>",
            field.change.as_str()
        );
    } else if field.change == Change::Renamed {
        out.push_str("<td colspan=\"2\">the items stand in another order</td>");
    } else if !field.hunks.is_empty() {
        out.push_str("<td colspan=\"2\">");
        for (sign, line) in changed_lines(field) {
            let class = match sign {
                '+' => " class=\"new\"",
                '-' => " class=\"old\"",
                _ => "",
            };
            let _ = write!(out, "<pre{class}>{sign}{}</pre>", escape(&line));
        }
        out.push_str("</td>");
    } else {
        cell("old", field.old.as_ref(), out);
        cell("new", field.new.as_ref(), out);
    }
    out.push_str("</tr>");
}

fn cell(class: &str, node: Option<&Node>, out: &mut String) {
    let Some(node) = node else {
        out.push_str("<td></td>");
        return;
    };
    let text = scalar(node).unwrap_or_else(|| super::lines(node).join("\n"));
    let lines: Vec<String> = text.lines().map(escape).collect();
    let _ = write!(out, "<td class=\"{class}\"><pre>{}</pre></td>", lines.join("\n"));
}

fn why(causes: &str, out: &mut String) {
    if !causes.is_empty() {
        let _ = write!(out, "<div class=\"why\">because of {}</div>", escape(causes));
    }
}

fn escape(text: &str) -> String {
    visible(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
