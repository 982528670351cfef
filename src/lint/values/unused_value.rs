//! Values that the chart knows and that this render did not look at.

use std::collections::HashSet;

use super::declared::Declared;
use super::unknown::is_empty;
use crate::chart::DecidedBy;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::{Rule, Subject};
use crate::render::provenance::Cause;
use crate::source::Place;
use crate::values::{Scope, Step, dotted, find};
use crate::yaml::{Entry, Map, Node};
use std::collections::BTreeSet;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "unused-value",
    severity: Severity::Warning,
    meaning: "The chart knows the value, and nothing that it rendered looked at it.",
    reason: "What the value says does not happen: its switch is off, or another value takes its place. Where a switch is off, this is an info.",
    action: "Switch on what uses it, or remove it.",
};

/// The names of switches.
const SWITCHES: &[&str] = &["enabled", "create"];

/// How many are told of one file.
const MOST_TOLD: usize = 50;

pub(super) fn check(
    declared: &Declared<'_>,
    subject: &Subject<'_>,
    read: &BTreeSet<Cause>,
    findings: &mut Vec<Diagnostic>,
) {
    let Some(rendered) = subject.rendered else { return };
    let unread: HashSet<Vec<Step>> = rendered
        .provenance
        .unread()
        .into_iter()
        .map(|path| path.0)
        .collect();
    let look = Look {
        declared,
        subject,
        unread,
        read: read.iter().map(|cause| cause.path.0.clone()).collect(),
        disabled: disabled(subject.root),
    };
    for layer in &subject.user.layers {
        let mut found = Vec::new();
        look.map(&layer.values, &mut Vec::new(), &mut found);
        found.truncate(MOST_TOLD);
        findings.append(&mut found);
    }
}

struct Look<'l, 's, 'c> {
    declared: &'l Declared<'c>,
    subject: &'l Subject<'s>,
    /// Leaves that nothing read.
    unread: HashSet<Vec<Step>>,
    /// Everything that was read.
    read: HashSet<Vec<Step>>,
    /// The sections of subcharts that do not take part, and what decided it.
    disabled: Vec<(Vec<String>, String, Place)>,
}

impl Look<'_, '_, '_> {
    /// Looks at a map of a layer; tells the topmost things in it of which nothing was read.
    fn map(&self, node: &Node, path: &mut Vec<Step>, found: &mut Vec<Diagnostic>) {
        for (key, entry) in node.as_map().into_iter().flat_map(Map::iter) {
            path.push(Step::Key(key.clone()));
            // Any chart may read the globals.
            if !(path.len() == 1 && **key == *"global") {
                match self.is_unused(&entry.node, path) {
                    true => found.extend(self.tell(entry, path)),
                    false => self.map(&entry.node, path, found),
                }
            }
            path.pop();
        }
    }

    /// Whether all that a layer says below a path was not read, and some of it says something new.
    fn is_unused(&self, node: &Node, path: &mut Vec<Step>) -> bool {
        let mut news = false;
        self.is_unread(node, path, &mut news) && news
    }

    fn is_unread(&self, node: &Node, path: &mut Vec<Step>, news: &mut bool) -> bool {
        if let Some(map) = node.as_map().filter(|map| !map.is_empty()) {
            return map.iter().all(|(key, entry)| {
                path.push(Step::Key(key.clone()));
                let is_unread = self.is_unread(&entry.node, path, news);
                path.pop();
                is_unread
            });
        }
        if self.declared.decides(&dotted(&*path)) {
            return false;
        }
        let Some(effective) = find(&self.subject.root.values, path) else {
            // A null that took a default away.
            return false;
        };
        // Of what a later layer overrides, that layer tells.
        if effective.place != node.place {
            return true;
        }
        if !is_empty(node) && self.is_new(node, path) {
            *news = true;
        }
        match node.as_list() {
            Some(list) if !list.is_empty() => {
                !self.read.iter().any(|read| read.starts_with(path)) && self.is_below_unread(path)
            }
            _ => self.unread.contains(path),
        }
    }

    /// Whether nothing in a list was read.
    fn is_below_unread(&self, path: &[Step]) -> bool {
        self.unread.iter().any(|unread| unread.starts_with(path))
    }

    /// Whether a value is another one than the default.
    fn is_new(&self, node: &Node, path: &[Step]) -> bool {
        let keys = path.iter().map(|step| match step {
            Step::Key(key) => &**key,
            Step::Index(_) => "",
        });
        match self.declared.at(keys) {
            Some(at) => at.default() != Some(node),
            // Of a key that no chart has another rule tells.
            None => false,
        }
    }

    fn tell(&self, entry: &Entry, path: &[Step]) -> Option<Diagnostic> {
        let shown = dotted(path);
        let finding = RULE
            .finding(format!("nothing in this render uses `{shown}`"))
            .at(&entry.key_place);
        if let Some((_, reason, place)) = self
            .disabled
            .iter()
            .find(|(section, ..)| starts_with(path, section))
        {
            let finding = finding.label(place, format!("{reason} switches the chart off"));
            return Some(Diagnostic {
                severity: Severity::Info,
                ..finding
            });
        }
        for length in (0..=path.len()).rev() {
            let above = path.get(..length)?;
            for switch in SWITCHES {
                let switch: Vec<Step> = above
                    .iter()
                    .cloned()
                    .chain([Step::Key((*switch).into())])
                    .collect();
                let node = find(&self.subject.root.values, &switch);
                if let Some(node) =
                    node.filter(|node| node.as_bool() == Some(false) && self.read.contains(&switch))
                {
                    let finding = finding.label(&node.place, format!("`{}` is false", dotted(&switch)));
                    return Some(Diagnostic {
                        severity: Severity::Info,
                        ..finding
                    });
                }
            }
        }
        Some(finding.help("another value takes its place, or what uses it is switched off"))
    }
}

fn starts_with(path: &[Step], section: &[String]) -> bool {
    path.len() >= section.len()
        && section
            .iter()
            .zip(path)
            .all(|(name, step)| matches!(step, Step::Key(key) if **key == **name))
}

/// The subcharts that do not take part: their sections, and what switched them off.
fn disabled(root: &Scope) -> Vec<(Vec<String>, String, Place)> {
    let mut found = Vec::new();
    for scope in root.in_order() {
        for decision in &scope.disabled {
            let mut section = scope.section().to_vec();
            section.push(decision.local_name().to_owned());
            let (reason, place) = match &decision.reason {
                DecidedBy::Condition { path, place } => (format!("`{path}`"), place.clone()),
                DecidedBy::Tag { name, place } => (format!("the tag `{name}`"), place.clone()),
                DecidedBy::Default => continue,
            };
            found.push((section, reason, place));
        }
    }
    found
}
