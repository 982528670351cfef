//! Differences as one page for a browser: no script, nothing that is fetched. Objects stand in a tree of namespaces and kinds.

use std::fmt::Write as _;

use super::super::visible;
use super::{
    causes, causes_of, changed_lines, count, danger_at, dangers_of, field_counts, folded, is_all_hidden,
    lines, name, scalar, sentence, summary,
};
use crate::diagnostic::Severity;
use crate::diff::{Change, Danger, Diff, Field, ObjectChange};
use crate::manifest::Identity;
use crate::secret::MASK;
use crate::yaml::{self, Node};

/// Up to so many objects each is unfolded, of more only those that are dangerous; of lists so many entries.
const MOST_OPEN: usize = 25;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#d0d7de;--old:#ffebe9;--new:#dafbe1;--soft:#59636e;--error:#c21c1c;--warning:#b35900;--link:#0550ae}\
@media(prefers-color-scheme:dark){:root{--line:#4a5058;--old:#5c2020;--new:#17452a;--soft:#a9b1ba;--error:#ff7b72;--warning:#f0a04b;--link:#79b8ff}}\
*{box-sizing:border-box}\
body{font:15px/1.5 system-ui,sans-serif;max-width:1200px;margin:2em auto;padding:0 1em;overflow-wrap:anywhere}\
h1{font-size:1.4em}h2{font-size:1.1em;margin:1.5em 0 .4em}a{color:var(--link)}\
code,pre,td{font:13px/1.45 ui-monospace,monospace}pre{margin:0;white-space:pre-wrap}\
details{border:1px solid var(--line);border-radius:6px;margin:.4em 0;padding:.2em .7em}summary{cursor:pointer;padding:.15em 0}\
details.group{border:0;padding:0}details.group>div{margin-left:.45em;padding-left:.9em;border-left:1px solid var(--line)}\
table{border-collapse:collapse;width:100%;table-layout:fixed;margin:.4em 0}\
td{border-top:1px solid var(--line);padding:.3em .5em;vertical-align:top}\
.old{background:var(--old)}.new{background:var(--new)}.soft,.why{color:var(--soft);font-size:13px}\
.danger{border-left:4px solid var(--warning);padding:.1em .8em;margin:.7em 0}.danger.error{border-color:var(--error)}.danger p{margin:.1em 0}\
b.error{color:var(--error)}b.warning{color:var(--warning)}.word{display:inline-block;min-width:4.6em;color:var(--soft)}\
@media(max-width:640px){body{margin:.6em auto;padding:0 .6em}table,tbody,tr,td{display:block}td:empty{display:none}\
td.side{border-top:0}details{padding:.2em .4em}details.group>div{padding-left:.4em}}";

/// A page with all differences.
pub fn render(diff: &Diff) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>What this changes</title><style>{STYLE}</style></head><body>\n\
         <h1>What this changes</h1>\n<p><b>{}</b> between <code>{}</code> and <code>{}</code></p>\n",
        escape(&summary(diff.summary())),
        escape(&diff.old),
        escape(&diff.new)
    );
    dangers(diff, &mut out);
    restarts(diff, &mut out);
    tree(diff, &mut out);
    for noise in &diff.folded {
        // Writing to a String does not fail.
        let _ = writeln!(out, "<p class=\"soft\">Left out: {}</p>", escape(&folded(noise)));
    }
    out.push_str("</body></html>\n");
    out
}

fn dangers(diff: &Diff, out: &mut String) {
    let all = [Severity::Error, Severity::Warning]
        .into_iter()
        .flat_map(|severity| dangers_of(diff, severity));
    section(
        "Dangers",
        &all.map(|(object, danger)| box_of(diff, object, danger))
            .collect::<Vec<_>>(),
        out,
    );
}

fn box_of(diff: &Diff, object: &ObjectChange, danger: &Danger) -> String {
    let severity = danger.severity.as_str();
    let mut out = format!(
        "<div class=\"danger {severity}\"><p><b class=\"{severity}\">{severity}</b> <a href=\"#{}\"><code>{}</code></a>: {}</p>",
        anchor(diff, object),
        escape(&name(object)),
        prose(&danger.message)
    );
    if let Some(path) = &danger.path {
        let _ = write!(out, "<p>at <code>{}</code></p>", escape(&path.to_string()));
    }
    why(&causes(causes_of(object, danger)), &mut out);
    let _ = writeln!(
        out,
        "<p><i>{}</i> <span class=\"soft\">{}</span></p></div>",
        prose(&sentence(&danger.help)),
        danger.code
    );
    out
}

fn restarts(diff: &Diff, out: &mut String) {
    let restarting = diff
        .objects
        .iter()
        .filter_map(|object| Some((object, object.restart.as_ref()?)));
    let all = restarting.map(|(object, restart)| {
        format!(
            "<div><a href=\"#{}\"><code>{}</code></a> {}</div>\n",
            anchor(diff, object),
            escape(&name(object)),
            restart.how.words()
        )
    });
    section("Pods restart", &all.collect::<Vec<_>>(), out);
}

/// A list with a title, of which what is too much is folded; nothing where it is empty.
fn section(title: &str, entries: &[String], out: &mut String) {
    if entries.is_empty() {
        return;
    }
    let (shown, rest) = entries.split_at(entries.len().min(MOST_OPEN));
    let _ = writeln!(out, "<h2>{title}</h2>\n{}", shown.concat().trim_end());
    if !rest.is_empty() {
        let _ = writeln!(
            out,
            "<details><summary>{} more</summary>\n{}</details>",
            rest.len(),
            rest.concat()
        );
    }
}

/// What the place of an object on the page is called.
fn anchor(diff: &Diff, object: &ObjectChange) -> String {
    let index = diff.objects.iter().position(|other| std::ptr::eq(other, object));
    format!("o{}", index.unwrap_or_default())
}

/// Things in groups by a name, each group where its first stands.
fn grouped<'d, T: Copy>(all: &[T], name: impl Fn(T) -> &'d str) -> Vec<(&'d str, Vec<T>)> {
    let mut groups: Vec<(&str, Vec<T>)> = Vec::new();
    for one in all {
        let name = name(*one);
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, group)) => group.push(*one),
            None => groups.push((name, vec![*one])),
        }
    }
    groups
}

/// A part of what an object is called.
fn part(object: &ObjectChange, of: impl Fn(&Identity) -> &String) -> &str {
    object.object().map_or("", |object| of(&object.identity))
}

fn tree(diff: &Diff, out: &mut String) {
    if diff.objects.is_empty() {
        return;
    }
    out.push_str("<h2>Objects</h2>\n");
    let is_few = diff.objects.len() <= MOST_OPEN;
    let all: Vec<(usize, &ObjectChange)> = diff.objects.iter().enumerate().collect();
    for (namespace, objects) in grouped(&all, |(_, object)| part(object, |identity| &identity.namespace)) {
        let title = match namespace {
            "" => "without a namespace".to_owned(),
            named => format!("namespace <code>{}</code>", escape(named)),
        };
        open_group(&title, objects.len(), out);
        for (kind, objects) in grouped(&objects, |(_, object)| part(object, |identity| &identity.kind)) {
            open_group(&format!("<code>{}</code>", escape(kind)), objects.len(), out);
            for (index, object) in objects {
                push(index, object, is_few, out);
            }
            out.push_str("</div></details>\n");
        }
        out.push_str("</div></details>\n");
    }
}

fn open_group(title: &str, objects: usize, out: &mut String) {
    let _ = writeln!(
        out,
        "<details class=\"group\" open><summary>{title} <span class=\"soft\">{}</span></summary><div>",
        count(objects, "object")
    );
}

fn push(index: usize, object: &ObjectChange, is_few: bool, out: &mut String) {
    let is_dangerous = object
        .dangers
        .iter()
        .any(|danger| danger.severity != Severity::Info);
    let restart = object.restart.as_ref().map_or_else(String::new, |restart| {
        format!(" &middot; pods restart {}", restart.how.words())
    });
    let known = object.object();
    let was = match (&object.old, object.change) {
        (Some(old), Change::Renamed) => format!(" was <code>{}</code>", escape(&old.identity.to_string())),
        _ => String::new(),
    };
    let _ = writeln!(
        out,
        "<details{}><summary><span class=\"word\">{}</span> <code>{}</code>{was} <span class=\"soft\">{}{restart}</span>{}</summary><div id=\"o{index}\">",
        if is_few || is_dangerous { " open" } else { "" },
        object.change.as_str(),
        escape(known.map_or("", |known| &known.identity.name)),
        field_counts(&object.fields),
        object.dangers.iter().map(mark).collect::<String>()
    );
    why(&causes(&object.causes), out);
    if !object.fields.is_empty() {
        out.push_str("<table>\n");
        for field in &object.fields {
            row(object, field, out);
        }
        out.push_str("</table>\n");
    }
    // Of an object that is new or gone, all of it.
    if let (Some(whole), Change::Added | Change::Removed) = (known, object.change) {
        let class = if object.change == Change::Added {
            "new"
        } else {
            "old"
        };
        let text = yaml::write(&whole.node);
        let text = text.lines().map(escape).collect::<Vec<_>>().join("\n");
        let _ = writeln!(
            out,
            "<details><summary>all of it</summary><pre class=\"{class}\">{text}</pre></details>"
        );
    }
    out.push_str("</div></details>\n");
}

/// A danger's mark beside what it is about.
fn mark(danger: &Danger) -> String {
    let severity = danger.severity.as_str();
    match danger.severity {
        Severity::Info => String::new(),
        _ => format!(" <b class=\"{severity}\">{}</b>", danger.code),
    }
}

fn row(object: &ObjectChange, field: &Field, out: &mut String) {
    let _ = write!(
        out,
        "<tr><td colspan=\"2\"><b>{}</b>{}",
        escape(&field.path.to_string()),
        danger_at(object, field).map(mark).unwrap_or_default()
    );
    why(&causes(&field.causes), out);
    out.push_str("</td></tr><tr>");
    if is_all_hidden(field) {
        let _ = write!(
            out,
            "<td class=\"side\" colspan=\"2\">{MASK} ({}, hidden)</td>",
            field.change.as_str()
        );
    } else if field.change == Change::Renamed {
        out.push_str("<td class=\"side\" colspan=\"2\">the items stand in another order</td>");
    } else if !field.hunks.is_empty() {
        out.push_str("<td class=\"side\" colspan=\"2\">");
        for (sign, line) in changed_lines(field) {
            let (class, text) = match sign {
                '+' => (" class=\"new\"", format!("+{line}")),
                '-' => (" class=\"old\"", format!("-{line}")),
                '@' => (" class=\"soft\"", line),
                _ => ("", format!(" {line}")),
            };
            let _ = write!(out, "<pre{class}>{}</pre>", escape(&text));
        }
        out.push_str("</td>");
    } else {
        cell("old", field.old.as_ref(), out);
        cell("new", field.new.as_ref(), out);
    }
    out.push_str("</tr>\n");
}

fn cell(class: &str, node: Option<&Node>, out: &mut String) {
    let Some(node) = node else {
        out.push_str("<td class=\"side\"></td>");
        return;
    };
    let text = scalar(node).unwrap_or_else(|| lines(node).join("\n"));
    let lines: Vec<String> = text.lines().map(escape).collect();
    let _ = write!(
        out,
        "<td class=\"side {class}\"><pre>{}</pre></td>",
        lines.join("\n")
    );
}

fn why(causes: &str, out: &mut String) {
    if !causes.is_empty() {
        let _ = write!(out, "<div class=\"why\">because of {}</div>", escape(causes));
    }
}

/// A sentence of ours, with what stands in backticks as code.
fn prose(text: &str) -> String {
    let mut is_code = false;
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            out.push_str(if is_code { "</code>" } else { "<code>" });
            is_code = !is_code;
        }
        out.push_str(&escape(part));
    }
    if is_code {
        out.push_str("</code>");
    }
    out
}

fn escape(text: &str) -> String {
    visible(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
