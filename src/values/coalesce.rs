//! Helm's coalescing: a chart's defaults under the values that it is given, subchart by subchart, globals on the way.
//!
//! The rules are those of Helm 3.17 (`pkg/chartutil/coalesce.go`), each checked against the program itself; see
//! docs/values.md. Of nulls among the defaults of a chart in Go templates the rule is Helm 4's: see [`super::nulls`].
//! Subtrees that nothing changes are shared with the layer that they come from.

use super::branch::{Branch, GLOBAL};
use super::nulls::without_own_nulls;
use super::odd;
use super::tables::{self, Nulls, Path, Warnings};
use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::yaml::{Entry, Map, Node};

/// What coalescing says on the way.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub warnings: Warnings,
    pub errors: Vec<Diagnostic>,
}

/// Gives the values that `chart` and its subcharts see, where it is given `values` (a map). A section that is not a
/// map is an error in `notes` and counts as empty.
pub(super) fn coalesce(chart: &Branch, values: &Node, nulls: Nulls, notes: &mut Notes) -> Node {
    coalesce_at(chart, values, (nulls, false), &Path::ROOT, notes)
}

/// `nulls` is what those of `values` do, and whether the chart's parent is read by Go templates.
fn coalesce_at(
    chart: &Branch,
    values: &Node,
    nulls: (Nulls, bool),
    path: &Path<'_>,
    notes: &mut Notes,
) -> Node {
    let (nulls, parent) = nulls;
    let is_for_go = chart.is_for_go(parent);
    let defaults = match nulls {
        Nulls::Delete if is_for_go => without_own_nulls(chart, values),
        _ => None,
    };
    let defaults = defaults.as_ref().unwrap_or(&chart.defaults);
    let mut result = own_values(chart, defaults, values, nulls, path, &mut notes.warnings);
    if chart.subcharts.is_empty() {
        return result;
    }
    let global = result.as_map().and_then(|map| map.entry(GLOBAL)).cloned();
    if let Some(entry) = &global
        && entry.node.as_map().is_none()
    {
        notes
            .warnings
            .push(global_is_no_map(entry, &path.join(GLOBAL), "no subchart gets it"));
    }
    for subchart in &chart.subcharts {
        let path = path.join(subchart.name());
        let (key_place, section) = match result.as_map().and_then(|map| map.entry(subchart.name())) {
            None => (Place::NONE, tables::empty()),
            Some(entry) if entry.node.as_map().is_none() => {
                notes
                    .errors
                    .push(section_is_no_map(entry, &path, subchart.name()));
                (entry.key_place.clone(), tables::empty())
            }
            Some(entry) => (entry.key_place.clone(), entry.node.clone()),
        };
        let section = with_globals(section, global.as_ref(), &path, &mut notes.warnings);
        let node = coalesce_at(subchart, &section, (nulls, is_for_go), &path, notes);
        if let Some(map) = result.as_map_mut() {
            map.insert_entry(subchart.name(), Entry { key_place, node });
        }
    }
    result
}

/// A chart's own defaults under its values. Nulls in a subchart's section stay: they are for the subchart's defaults.
fn own_values(
    chart: &Branch,
    defaults: &Node,
    values: &Node,
    nulls: Nulls,
    path: &Path<'_>,
    warnings: &mut Warnings,
) -> Node {
    let (Some(upper), Some(lower)) = (values.as_map(), defaults.as_map()) else {
        return values.clone();
    };
    if lower.is_empty() {
        return values.clone();
    }
    if upper.is_empty() {
        return Node::new(defaults.value.clone(), values.place.clone());
    }
    let merged = tables::zip(upper, lower, |key, entry, default| {
        let path = path.join(key);
        if entry.node.is_null() && nulls == Nulls::Delete {
            warnings.extend(odd::emptied(entry, default, &path));
            return None;
        }
        let node = if entry.node.as_map().is_some() && default.node.as_map().is_some() {
            let nulls = if chart.has_subchart(key) {
                Nulls::Keep
            } else {
                nulls
            };
            tables::coalesce(&entry.node, &default.node, nulls, &path, warnings)
        } else {
            // A subchart's section is an error further on, not a warning.
            if !chart.has_subchart(key) {
                tables::warn_of_kinds(entry, default, &path, warnings);
            }
            entry.node.clone()
        };
        Some(Entry {
            key_place: entry.key_place.clone(),
            node,
        })
    });
    Node::new(merged, values.place.clone())
}

/// A subchart's section with the parent's globals in it: the parent's win, except over a map or under one.
fn with_globals(mut section: Node, global: Option<&Entry>, path: &Path<'_>, warnings: &mut Warnings) -> Node {
    let path = path.join(GLOBAL);
    let own = section.as_map().and_then(|map| map.entry(GLOBAL)).cloned();
    if let Some(own) = &own
        && own.node.as_map().is_none()
    {
        warnings.push(global_is_no_map(own, &path, "the subchart gets no globals"));
        return section;
    }
    let merged = match (&own, global) {
        (None, None) => Entry {
            key_place: Place::NONE,
            node: tables::empty(),
        },
        (Some(own), None) => own.clone(),
        // A global that is no map is told by the caller; the subchart keeps its own.
        (_, Some(global)) if global.node.as_map().is_none() => own.unwrap_or_else(|| Entry {
            key_place: Place::NONE,
            node: tables::empty(),
        }),
        (None, Some(global)) => global.clone(),
        (Some(own), Some(global)) => merge_globals(own, global, &path, warnings),
    };
    if let Some(map) = section.as_map_mut() {
        map.insert_entry(GLOBAL, merged);
    }
    section
}

fn merge_globals(own: &Entry, global: &Entry, path: &Path<'_>, warnings: &mut Warnings) -> Entry {
    let empty = Map::new();
    let upper = global.node.as_map().unwrap_or(&empty);
    let lower = own.node.as_map().unwrap_or(&empty);
    if upper.is_empty() {
        return own.clone();
    }
    let merged = tables::zip(upper, lower, |key, entry, own| {
        let path = path.join(key);
        match (entry.node.as_map().is_some(), own.node.as_map().is_some()) {
            (true, true) => {
                let node = tables::coalesce(&entry.node, &own.node, Nulls::Keep, &path, warnings);
                Some(Entry {
                    key_place: entry.key_place.clone(),
                    node,
                })
            }
            (false, false) => Some(entry.clone()),
            _ => {
                if !entry.node.is_null() && !own.node.is_null() {
                    warnings.push(globals_differ(entry, own, &path));
                }
                Some(own.clone())
            }
        }
    });
    Entry {
        key_place: own.key_place.clone(),
        node: Node::new(merged, own.node.place.clone()),
    }
}

fn place_of(entry: &Entry) -> &Place {
    if entry.node.place.is_known() {
        &entry.node.place
    } else {
        &entry.key_place
    }
}

fn section_is_no_map(entry: &Entry, path: &Path<'_>, name: &str) -> Diagnostic {
    let what = entry.node.kind();
    Diagnostic::error(
        "section-not-a-map",
        format!("`{path}` holds the values of the subchart `{name}`, but is {what}"),
    )
    .at(place_of(entry))
    .help(format!(
        "write the subchart's values below `{path}`, or leave the key out"
    ))
}

fn global_is_no_map(entry: &Entry, path: &Path<'_>, then: &str) -> Diagnostic {
    Diagnostic::warning(
        "global-not-a-map",
        format!("`{path}` is {}, not a map: {then}", entry.node.kind()),
    )
    .at(place_of(entry))
    .help(format!("write keys below `{path}`"))
}

fn globals_differ(entry: &Entry, own: &Entry, path: &Path<'_>) -> Diagnostic {
    let (above, below) = (entry.node.kind(), own.node.kind());
    let message = format!("`{path}` stays {below}: the parent's global of that name is {above}");
    Diagnostic::warning("global-kinds-differ", message)
        .at(place_of(own))
        .label(place_of(entry), format!("the parent's, {above}"))
        .help("give both the same kind of value")
}
