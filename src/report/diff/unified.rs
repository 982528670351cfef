//! Differences as `diff -u` shows them: the YAML of each object, old and new.

use std::fmt::Write as _;

use super::super::paint::Paint;
use super::super::visible;
use super::{count, name};
use crate::diff::{Diff, ObjectChange, hunks};
use crate::yaml;

/// All objects that differ.
pub fn render(diff: &Diff, colour: bool) -> String {
    let paint = Paint { colour };
    let mut out = String::new();
    for object in &diff.objects {
        push(object, paint, &mut out);
    }
    out
}

fn push(change: &ObjectChange, paint: Paint, out: &mut String) {
    let side = |object: &Option<crate::manifest::Object>| match object {
        Some(object) => (
            visible(&object.identity.to_string()).into_owned(),
            yaml::write(&object.node),
        ),
        None => ("/dev/null".to_owned(), String::new()),
    };
    let ((old_name, old), (new_name, new)) = (side(&change.old), side(&change.new));
    // Writing to a String does not fail.
    let _ = writeln!(out, "{}", paint.bold(&format!("--- {old_name}")));
    let _ = writeln!(out, "{}", paint.bold(&format!("+++ {new_name}")));
    for hunk in hunks(&old, &new) {
        let _ = writeln!(out, "{}", paint.blue(&hunk.header()));
        for line in &hunk.lines {
            let text = format!("{}{}", line.sign(), visible(line.text()));
            let text = match line.sign() {
                '+' => paint.green(&text),
                '-' => paint.red(&text),
                _ => text,
            };
            let _ = writeln!(out, "{text}");
        }
    }
    let hidden = change.fields.iter().filter(|field| field.is_hidden).count();
    if hidden > 0 {
        let _ = writeln!(
            out,
            "# {}: {} changed, hidden",
            name(change),
            count(hidden, "secret")
        );
    }
}
