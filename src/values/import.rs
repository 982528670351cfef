//! `import-values`: what a parent takes over from its subcharts' defaults.
//!
//! As Helm does it, a chart with dependencies takes in the defaults of its whole subtree, too: they become defaults of
//! its own. This is why a null in a subchart's defaults is gone where the parent lists dependencies, and why a global
//! that the user deletes keeps its default in the subcharts.

use super::branch::Branch;
use super::coalesce::{self, Notes};
use super::tables::{self, Nulls, Path, Warnings};
use crate::chart::{Dependency, ImportValues};
use crate::diagnostic::Diagnostic;
use crate::yaml::{Map, Node};

/// Applies `import-values` in the whole tree, the deepest charts first. What the user gives to a subchart is not
/// imported, only defaults are; the parent's own defaults beat what it imports, and of two imports the first wins.
pub(super) fn apply(chart: &mut Branch, notes: &mut Notes) {
    for subchart in &mut chart.subcharts {
        apply(subchart, notes);
    }
    if chart.dependencies.is_empty() {
        return;
    }
    // Kinds that clash here clash again when the values are coalesced, and are told there.
    let mut silent = Notes::default();
    let merged = coalesce::coalesce(chart, &tables::empty(), Nulls::Keep, &mut silent);
    notes.errors.append(&mut silent.errors);
    let mut imported = tables::empty();
    for dependency in &chart.dependencies {
        for import in &dependency.import_values {
            match source(&merged, dependency.local_name(), import) {
                Some(table) => {
                    let table = at_path(&import.parent, table.clone());
                    imported = tables::coalesce(
                        &imported,
                        &table,
                        Nulls::Keep,
                        &Path::ROOT,
                        &mut Warnings::default(),
                    );
                }
                None => notes.warnings.push(missing(dependency, import, &merged)),
            }
        }
    }
    chart.defaults = tables::coalesce(&merged, &imported, Nulls::Keep, &Path::ROOT, &mut notes.warnings);
}

fn source<'a>(values: &'a Node, section: &str, import: &ImportValues) -> Option<&'a Node> {
    let section = values.get(section)?;
    let node = import
        .child
        .split('.')
        .try_fold(section, |node, key| node.get(key))?;
    node.as_map().map(|_| node)
}

/// Puts a map at a dotted path; `.` is the root.
fn at_path(path: &str, table: Node) -> Node {
    if path == "." {
        return table;
    }
    path.rsplit('.').fold(table, |node, key| {
        let place = node.place.clone();
        Node::new(Map::from_iter([(key, node)]), place)
    })
}

fn missing(dependency: &Dependency, import: &ImportValues, values: &Node) -> Diagnostic {
    let name = dependency.local_name();
    let path = &import.child;
    let keys: Vec<&str> = path.split('.').collect();
    let found = values.get(name).and_then(|section| section.at_path(&keys));
    let message = match found {
        Some(node) => format!(
            "`import-values` of `{name}` imports `{path}`, which is {} and not a map",
            node.kind()
        ),
        None => {
            format!("`import-values` of `{name}` imports `{path}`, which the subchart's values do not have")
        }
    };
    let warning = Diagnostic::warning("import-not-found", message).at(&dependency.place);
    let warning = match found {
        Some(node) => warning.label(&node.place, "this one"),
        None => warning,
    };
    warning.help("name a map in the subchart's values.yaml, or take the entry out")
}
