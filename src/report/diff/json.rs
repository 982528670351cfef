//! Differences as JSON. The form is documented in docs/diff.schema.json and is stable: keys are added, none is removed or changed.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

use super::dangers;
use crate::diff::{self, Cause, Change, Diff, Hunk, Line, ObjectChange, PathStep};
use crate::manifest::Identity;
use crate::yaml::{Node, to_json};

/// The number of the form, which grows when a reader of the older one would go wrong.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'d> {
    version: u32,
    old: &'d str,
    new: &'d str,
    summary: Summary,
    objects: Vec<Object<'d>>,
    folded: Vec<Folded>,
}

#[derive(Serialize)]
struct Summary {
    added: usize,
    removed: usize,
    changed: usize,
    renamed: usize,
    same: usize,
    dangers: Dangers,
}

#[derive(Serialize)]
struct Dangers {
    errors: usize,
    warnings: usize,
    infos: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'d> {
    change: &'static str,
    #[serde(flatten)]
    identity: Named<'d>,
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<Named<'d>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    template: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    restart: Option<Restart<'d>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dangers: Vec<Danger<'d>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<Reason<'d>>,
    fields: Vec<Field<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<Json>,
}

#[derive(Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
struct Named<'d> {
    api_version: &'d str,
    kind: &'d str,
    #[serde(skip_serializing_if = "str::is_empty")]
    namespace: &'d str,
    name: &'d str,
}

#[derive(Serialize)]
struct Restart<'d> {
    how: &'static str,
    fields: &'d [String],
}

#[derive(Serialize)]
struct Danger<'d> {
    code: &'static str,
    severity: &'static str,
    message: &'d str,
    help: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

#[derive(Serialize)]
struct Field<'d> {
    path: String,
    steps: Vec<Step<'d>>,
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<Json>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hidden: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    noise: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<Reason<'d>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Step<'d> {
    Key(&'d str),
    Item {
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        keys: BTreeMap<&'d str, &'d str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        old: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        new: Option<usize>,
    },
    Inside {
        inside: &'static str,
    },
}

#[derive(Serialize)]
struct Reason<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'d str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    file: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    gone: bool,
}

#[derive(Serialize)]
struct Folded {
    what: &'static str,
    fields: usize,
    objects: usize,
    restarts: usize,
}

/// A JSON object with all differences, ended by a newline.
pub fn render(diff: &Diff) -> String {
    let summary = diff.summary();
    let [errors, warnings, infos] = dangers(diff);
    let report = Report {
        version: VERSION,
        old: &diff.old,
        new: &diff.new,
        summary: Summary {
            added: summary.added,
            removed: summary.removed,
            changed: summary.changed,
            renamed: summary.renamed,
            same: summary.same,
            dangers: Dangers {
                errors,
                warnings,
                infos,
            },
        },
        objects: diff.objects.iter().filter_map(object).collect(),
        folded: diff
            .folded
            .iter()
            .map(|folded| Folded {
                what: folded.noise.as_str(),
                fields: folded.fields,
                objects: folded.objects,
                restarts: folded.restarts,
            })
            .collect(),
    };
    crate::report::json_text(&report)
}

fn named(identity: &Identity) -> Named<'_> {
    Named {
        api_version: &identity.api_version,
        kind: &identity.kind,
        namespace: &identity.namespace,
        name: &identity.name,
    }
}

fn object(change: &ObjectChange) -> Option<Object<'_>> {
    let shown = change.object()?;
    let identity = named(&shown.identity);
    let was = change.old.as_ref().map(|old| named(&old.identity));
    let is_alone = matches!(change.change, Change::Added | Change::Removed);
    Some(Object {
        change: change.change.as_str(),
        was: was.filter(|was| *was != identity),
        identity,
        template: change.new.as_ref().map_or("", |new| new.template.as_str()),
        restart: change.restart.as_ref().map(|restart| Restart {
            how: restart.how.as_str(),
            fields: &restart.fields,
        }),
        dangers: change.dangers.iter().map(danger).collect(),
        causes: change.causes.iter().map(reason).collect(),
        fields: change.fields.iter().map(field).collect(),
        object: is_alone.then(|| to_json(&shown.node)),
    })
}

fn danger(danger: &diff::Danger) -> Danger<'_> {
    Danger {
        code: danger.code,
        severity: danger.severity.as_str(),
        message: &danger.message,
        help: &danger.help,
        path: danger.path.as_ref().map(ToString::to_string),
    }
}

fn field(field: &diff::Field) -> Field<'_> {
    let value = |node: &Option<Node>| node.as_ref().map(to_json);
    Field {
        path: field.path.to_string(),
        steps: field.path.0.iter().map(step).collect(),
        change: match field.change {
            Change::Renamed => "moved",
            change => change.as_str(),
        },
        old: value(&field.old),
        new: value(&field.new),
        hidden: field.is_hidden,
        noise: field.noise.map(diff::Noise::as_str),
        lines: field.hunks.iter().flat_map(hunk).collect(),
        causes: field.causes.iter().map(reason).collect(),
    }
}

fn step(step: &PathStep) -> Step<'_> {
    match step {
        PathStep::Key(key) => Step::Key(key),
        PathStep::Inside(language) => Step::Inside { inside: language },
        PathStep::Item(item) => Step::Item {
            keys: item
                .keys
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect(),
            old: item.old,
            new: item.new,
        },
    }
}

/// The lines of a hunk, as a unified diff has them.
fn hunk(hunk: &Hunk) -> Vec<String> {
    let lines = hunk
        .lines
        .iter()
        .map(|line: &Line| format!("{}{}", line.sign(), line.text()));
    std::iter::once(hunk.header()).chain(lines).collect()
}

fn reason(cause: &Cause) -> Reason<'_> {
    let source = cause.place.source();
    let is_line =
        |number: u32| (number > 0 && source.is_some_and(|source| !source.is_flag())).then_some(number);
    Reason {
        value: cause.value.as_deref(),
        file: source.map_or("", |source| source.name()),
        line: is_line(cause.place.line),
        column: is_line(cause.place.column),
        gone: cause.is_gone,
    }
}
