//! Which value changed a field: of those that differ between the sides, the ones that provenance names for the field on either side.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::model::{Cause, Change, Field, ObjectChange};
use super::path::{PathStep, Trail, Which};
use super::{Side, inner};
use crate::chart::{DecidedBy, Decision};
use crate::manifest::{Identity, Object};
use crate::render::Provenance;
use crate::render::provenance::{FieldPath, Made, ValueAt};
use crate::source::Place;
use crate::values::{Scope, Step, UserValues, each_leaf, find as value_at};
use crate::yaml::{Node, Value};

/// The most causes that a field is given.
const MOST: usize = 5;
/// The most leaves of a new or removed part of an object that are asked for.
const MOST_LEAVES: usize = 200;

/// How the objects of a side were made.
#[derive(Clone, Copy)]
pub struct Rendered<'a> {
    /// What was read and made.
    pub provenance: &'a Provenance,
    /// The objects as they were rendered: those of a cluster are others.
    pub objects: &'a [Object],
    /// The charts with their values.
    pub root: &'a Scope,
    /// What the user gave.
    pub user: &'a UserValues,
}

/// Finds what changed each field, where a side was rendered.
pub(super) fn find(changes: &mut [ObjectChange], old: &Side<'_>, new: &Side<'_>) {
    let why = match (old.rendered, new.rendered) {
        (None, None) => return,
        (old, new) => Why::new(old, new),
    };
    for change in changes {
        let (old, new) = (change.old.as_ref(), change.new.as_ref());
        for field in &mut change.fields {
            field.causes = why.of_field(old, new, field);
        }
        if let (None, Some(object)) | (Some(object), None) = (old, new) {
            let which = if new.is_some() { Which::New } else { Which::Old };
            change.causes = why.of_object(object, which);
        }
    }
}

/// Leaves of values by their paths from the root chart's.
type Leaves = BTreeMap<FieldPath, Node>;

/// A value that differs between the sides.
struct Differing {
    path: FieldPath,
    old: Option<Place>,
    new: Option<Place>,
}

struct Why<'a> {
    old: Option<Rendered<'a>>,
    new: Option<Rendered<'a>>,
    old_objects: HashMap<&'a Identity, &'a Object>,
    new_objects: HashMap<&'a Identity, &'a Object>,
    /// The values that differ; none where only one side was rendered.
    differing: Option<Vec<Differing>>,
    /// All leaves of the values of each side, where both were rendered.
    old_leaves: Leaves,
    new_leaves: Leaves,
    has_same_chart: bool,
}

/// What provenance says of a field on one side.
struct Said {
    which: Which,
    made: Made,
}

impl<'a> Why<'a> {
    fn new(old: Option<Rendered<'a>>, new: Option<Rendered<'a>>) -> Why<'a> {
        let both = old.zip(new);
        let by_identity = |side: Option<Rendered<'a>>| {
            let objects = side.into_iter().flat_map(|side| side.objects);
            objects.map(|object| (&object.identity, object)).collect()
        };
        let (old_leaves, new_leaves) = both
            .map(|(old, new)| all_leaves(old.root, new.root))
            .unwrap_or_default();
        Why {
            old,
            new,
            old_objects: by_identity(old),
            new_objects: by_identity(new),
            differing: both.map(|_| differing(&old_leaves, &new_leaves)),
            old_leaves,
            new_leaves,
            has_same_chart: both.is_some_and(|(old, new)| is_same_chart(old.root, new.root)),
        }
    }

    fn side(&self, which: Which) -> Option<Rendered<'a>> {
        match which {
            Which::Old => self.old,
            Which::New => self.new,
        }
    }

    /// The object as it was rendered; the one that a cluster has knows nothing of templates.
    fn rendered<'o>(&'o self, object: &'o Object, which: Which) -> &'o Object {
        let objects = match which {
            Which::Old => &self.old_objects,
            Which::New => &self.new_objects,
        };
        objects.get(&object.identity).copied().unwrap_or(object)
    }

    fn of_field(&self, old: Option<&Object>, new: Option<&Object>, field: &Field) -> Vec<Cause> {
        let mut own = Vec::new();
        let mut around = Vec::new();
        for (which, object, value) in [(Which::New, new, &field.new), (Which::Old, old, &field.old)] {
            let (Some(side), Some(object)) = (self.side(which), object) else {
                continue;
            };
            let object = self.rendered(object, which);
            let said = match value {
                Some(value) => said_of_field(side.provenance, object, &field.path, which, value),
                None => Vec::new(),
            };
            if said.is_empty() {
                around.extend(said_around(side.provenance, object, &field.path, which));
            }
            own.extend(said.into_iter().map(|made| Said { which, made }));
        }
        // What decides whether it is there counts no less than what it is, where it comes or goes.
        let both = field.change == Change::Added || field.change == Change::Removed;
        let tiers: [&dyn Fn() -> Vec<Cause>; 4] = [
            &|| self.named(&own, true, both),
            &|| self.named(&own, false, true),
            &|| self.named(&around, true, false),
            &|| self.named(&around, false, true),
        ];
        let found = tiers.iter().map(|tier| tier()).find(|causes| !causes.is_empty());
        found.unwrap_or_else(|| self.template(own.iter().chain(&around)))
    }

    fn of_object(&self, object: &Object, which: Which) -> Vec<Cause> {
        let Some(side) = self.side(which) else {
            return Vec::new();
        };
        if let Some(cause) = self.switched(object, which) {
            return vec![cause];
        }
        let said = |path: &FieldPath| {
            side.provenance
                .made(&object.node, path)
                .map(|made| Said { which, made })
        };
        let whole: Vec<Said> = said(&FieldPath::default()).into_iter().collect();
        let causes = self.named(&whole, false, true);
        if !causes.is_empty() {
            return causes;
        }
        let leaves: Vec<Said> = leaves(&object.node).iter().filter_map(said).collect();
        let causes = self.named(&leaves, true, true);
        if causes.is_empty() {
            self.template(whole.iter())
        } else {
            causes
        }
    }

    /// What switched the whole chart of an object on or off.
    fn switched(&self, object: &Object, which: Which) -> Option<Cause> {
        let (own, other) = match which {
            Which::Old => (self.old?, self.new?),
            Which::New => (self.new?, self.old?),
        };
        let (chart, _) = object.template.rsplit_once("/templates/")?;
        let scope = own.root.all().into_iter().find(|scope| scope.name() == chart)?;
        // The outermost chart that the other side does not have.
        let names: Vec<String> = other.root.all().iter().map(|scope| scope.name()).collect();
        let depth = (1..=scope.path.len())
            .find(|depth| !names.contains(&scope.path.get(..*depth).unwrap_or_default().join("/charts/")))?;
        let path = scope.path.get(..depth)?;
        let parent = path.get(..depth - 1)?.join("/charts/");
        // What decides on the new side is what changed; the side without the chart says what switched it off.
        let decisions = |side: Rendered<'_>| -> Option<Decision> {
            let parent = side.root.all().into_iter().find(|scope| scope.name() == parent)?;
            let enabled = parent
                .subcharts
                .iter()
                .filter_map(|scope| scope.decision.as_ref());
            enabled
                .chain(&parent.disabled)
                .find(|decision| Some(decision.local_name()) == path.last().map(String::as_str))
                .cloned()
        };
        let sides = [(self.new, false), (self.old, true)];
        sides.into_iter().find_map(|(side, is_gone)| {
            let (value, place) = match decisions(side?)?.reason {
                DecidedBy::Condition { path, place } => (path, place),
                DecidedBy::Tag { name, place } => (format!("tags.{name}"), place),
                DecidedBy::Default => return None,
            };
            Some(Cause {
                value: Some(value),
                place,
                is_gone,
            })
        })
    }

    /// The values that are named, for what a field is or for whether it is there.
    fn named(&self, said: &[Said], values: bool, conditions: bool) -> Vec<Cause> {
        let mut differing: Vec<&Differing> = Vec::new();
        let mut causes: Vec<Cause> = Vec::new();
        for Said { which, made } in said {
            let Some(side) = self.side(*which) else { continue };
            let of_conditions = made
                .conditions
                .iter()
                .flat_map(|(_, values)| values)
                .filter(|_| conditions);
            let known: Vec<&ValueAt> = made
                .values
                .iter()
                .filter(|_| values)
                .chain(of_conditions)
                .collect();
            match &self.differing {
                Some(all) => {
                    let is_named = |value: &&Differing| {
                        known
                            .iter()
                            .any(|known| side.provenance.names(&known.cause, &value.path))
                    };
                    differing.extend(all.iter().filter(is_named));
                }
                None => causes.extend(users(&known, side)),
            }
        }
        causes.extend(self.joined(&differing));
        let mut named: Vec<Cause> = Vec::new();
        for cause in causes {
            if named.len() < MOST && !named.contains(&cause) {
                named.push(cause);
            }
        }
        named
    }

    /// The causes that values are; the map or list stands for all of them where nothing else is in it.
    fn joined(&self, values: &[&Differing]) -> Vec<Cause> {
        let paths: HashSet<&FieldPath> = values.iter().map(|value| &value.path).collect();
        let mut joined: Vec<&[Step]> = Vec::new();
        let mut causes = Vec::new();
        for value in values.iter().filter(|value| !is_filled(value, values)) {
            let steps = value.path.0.as_slice();
            if joined.iter().any(|path| steps.starts_with(path)) {
                continue;
            }
            let leaves = if value.new.is_some() {
                &self.new_leaves
            } else {
                &self.old_leaves
            };
            let is_whole = |path: &&[Step]| {
                let below = leaves.range(FieldPath(path.to_vec())..);
                let mut below = below.take_while(|(leaf, _)| leaf.0.starts_with(path));
                let (first, second) = (below.next(), below.next());
                second.is_some()
                    && first
                        .into_iter()
                        .chain(second)
                        .chain(below)
                        .all(|(leaf, _)| paths.contains(leaf))
            };
            let mut cause = self.cause(value);
            if let Some(path) = (1..steps.len())
                .filter_map(|depth| steps.get(..depth))
                .find(is_whole)
            {
                // The first of them as they are written, which is that of the map or list.
                let below = values.iter().filter(|value| value.path.0.starts_with(path));
                if let Some(first) = below
                    .map(|value| self.cause(value))
                    .min_by_key(|cause| cause.place.line)
                {
                    cause = first;
                }
                cause.value = Some(FieldPath(path.to_vec()).to_string());
                joined.push(path);
            }
            causes.push(cause);
        }
        causes
    }

    /// The place that explains a difference: what the user wrote before what the chart says, the new before the old.
    fn cause(&self, value: &Differing) -> Cause {
        let users = |place: &Option<Place>, side: Option<Rendered<'_>>| {
            place
                .clone()
                .filter(|place| side.is_some_and(|side| is_users(place, side.user)))
        };
        let known = |place: &Option<Place>| place.clone().filter(Place::is_known);
        let new = users(&value.new, self.new).map(|place| (place, false));
        let old = users(&value.old, self.old).map(|place| (place, true));
        let (place, is_gone) = new
            .or(old)
            .or_else(|| known(&value.new).map(|place| (place, false)))
            .or_else(|| known(&value.old).map(|place| (place, true)))
            .unwrap_or_default();
        Cause {
            value: Some(value.path.to_string()),
            place,
            is_gone,
        }
    }

    /// The template's line, where the charts differ and no value does.
    fn template<'s>(&self, mut said: impl Iterator<Item = &'s Said>) -> Vec<Cause> {
        if self.has_same_chart || self.differing.is_none() {
            return Vec::new();
        }
        let found = said.find(|said| said.made.template.is_known());
        found
            .map(|said| Cause {
                value: None,
                place: said.made.template.clone(),
                is_gone: said.which == Which::Old,
            })
            .into_iter()
            .collect()
    }
}

/// Where nothing is known of the other side: the values of a field that the user wrote, or else those of the chart.
fn users(known: &[&ValueAt], side: Rendered<'_>) -> Vec<Cause> {
    let placed = known.iter().filter(|value| value.place.is_known());
    let (users, charts): (Vec<&&ValueAt>, Vec<&&ValueAt>) =
        placed.partition(|value| is_users(&value.place, side.user));
    let chosen = if users.is_empty() { charts } else { users };
    // Who looks into a map looks at it, too.
    let is_way = |value: &&&&ValueAt| {
        let path = &value.cause.path.0;
        !chosen
            .iter()
            .any(|other| other.cause.path.0.len() > path.len() && other.cause.path.0.starts_with(path))
    };
    chosen
        .iter()
        .filter(is_way)
        .map(|value| Cause {
            value: Some(value.cause.path.to_string()),
            place: value.place.clone(),
            is_gone: false,
        })
        .collect()
}

/// Whether a value is gone because another took its place: an empty map that is filled, or a full one that is emptied.
fn is_filled(gone: &Differing, values: &[&Differing]) -> bool {
    let is_in_its_place = |other: &&Differing| {
        let (gone, other_path) = (&gone.path.0, &other.path.0);
        other.new.is_some() && (gone.starts_with(other_path) || other_path.starts_with(gone))
    };
    gone.new.is_none() && values.iter().any(is_in_its_place)
}

/// Whether a place is in a file or flag that the user gave.
fn is_users(place: &Place, user: &UserValues) -> bool {
    place.source().is_some_and(|source| {
        let mut layers = user.layers.iter().filter_map(|layer| layer.place.source());
        layers.any(|known| std::sync::Arc::ptr_eq(known, source))
    })
}

fn said_of_field(
    provenance: &Provenance,
    object: &Object,
    path: &Trail,
    which: Which,
    value: &Node,
) -> Vec<Made> {
    let (_, inner) = path.steps(which);
    // A live object is another tree than the rendered one: items are found by their keys.
    let mut outer = FieldPath(path.steps_in(&object.node, which));
    if object.identity.kind == "Secret" && value_at(&object.node, &outer.0).is_none() {
        outer = FieldPath(as_text(path).steps_in(&object.node, which));
    }
    if let Some(inner) = inner {
        return said_in_text(provenance, object, path, &outer, &inner);
    }
    let mut said: Vec<Made> = provenance.made(&object.node, &outer).into_iter().collect();
    if matches!(&value.value, Value::Map(_) | Value::List(_)) {
        said.extend(leaves(value).into_iter().filter_map(|leaf| {
            let path = FieldPath(outer.0.iter().cloned().chain(leaf.0).collect());
            provenance.made(&object.node, &path)
        }));
    }
    said
}

/// Where a Secret's key stands in a template that gives it as text.
fn as_text(path: &Trail) -> Trail {
    let mut path = path.clone();
    if let Some(PathStep::Key(first)) = path.0.first_mut()
        && **first == *"data"
    {
        *first = "stringData".into();
    }
    path
}

/// What is said of a part of a text that holds data, and of what is in it; of the whole text where nothing is known of the part.
fn said_in_text(
    provenance: &Provenance,
    object: &Object,
    path: &Trail,
    outer: &FieldPath,
    inner_path: &[Step],
) -> Vec<Made> {
    let key = path.keys().last().copied().unwrap_or_default();
    let text = value_at(&object.node, &outer.0).and_then(Node::as_str);
    let said = |text: &str| -> Option<Vec<Made>> {
        let data = inner::read(key, text)?;
        let part = value_at(&data.node, inner_path)?;
        let mut nodes = vec![part];
        nodes.extend(leaves(part).iter().filter_map(|leaf| value_at(part, &leaf.0)));
        let made = nodes.into_iter().filter_map(|node| {
            let at = offset(text, &node.place)?;
            provenance.made_in_text(&object.node, outer, at)
        });
        Some(
            made.filter(|made| !made.values.is_empty() || !made.conditions.is_empty())
                .collect(),
        )
    };
    match text.and_then(said) {
        Some(said) if !said.is_empty() => said,
        Some(_) => provenance.made(&object.node, outer).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The byte at which a place of a text stands.
fn offset(text: &str, place: &Place) -> Option<usize> {
    let source = place.source()?;
    let range = source.line_range(place.line)?;
    let column = usize::try_from(place.column).ok()?.checked_sub(1)?;
    let line = text.get(range.clone())?;
    let at = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    Some(range.start + at)
}

/// What is said of the nearest thing that would hold a field that is not there.
fn said_around(provenance: &Provenance, object: &Object, path: &Trail, which: Which) -> Option<Said> {
    let (mut outer, inner) = path.steps(which);
    if inner.is_none() {
        outer.pop();
    }
    loop {
        if let Some(made) = provenance.made(&object.node, &FieldPath(outer.clone())) {
            return Some(Said { which, made });
        }
        outer.pop()?;
    }
}

/// The paths of a value's leaves, no more than [`MOST_LEAVES`].
fn leaves(node: &Node) -> Vec<FieldPath> {
    let mut found = Vec::new();
    each_leaf(node, &mut Vec::new(), &mut |path, _| {
        found.push(FieldPath(path.to_vec()));
        found.len() < MOST_LEAVES
    });
    found
}

fn is_same_chart(old: &Scope, new: &Scope) -> bool {
    let files = |scope: &Scope| -> Vec<_> {
        let scopes = scope.in_order();
        let files = scopes
            .iter()
            .flat_map(|scope| scope.chart.templates.iter().chain(&scope.chart.files));
        files
            .map(|file| {
                (
                    file.path.clone(),
                    file.source().map(|source| source.text().to_owned()),
                )
            })
            .collect()
    };
    files(old) == files(new)
}

/// The leaves of the values of two trees of charts.
fn all_leaves(old: &Scope, new: &Scope) -> (Leaves, Leaves) {
    // What only one side has is a difference of what switches it on.
    let sections = |scope: &Scope| -> BTreeSet<Vec<String>> {
        scope.all().iter().map(|scope| scope.section().to_vec()).collect()
    };
    let both: BTreeSet<Vec<String>> = sections(old).intersection(&sections(new)).cloned().collect();
    (all_values(old, &both), all_values(new, &both))
}

/// The leaves that differ.
fn differing(old: &Leaves, new: &Leaves) -> Vec<Differing> {
    let mut found = Vec::new();
    for (path, node) in new {
        let before = old.get(path);
        if before.is_none_or(|before| before != node) {
            found.push(Differing {
                path: path.clone(),
                old: before.map(|before| before.place.clone()),
                new: Some(node.place.clone()),
            });
        }
    }
    let gone = old.iter().filter(|(path, _)| !new.contains_key(path));
    found.extend(gone.map(|(path, node)| Differing {
        path: path.clone(),
        old: Some(node.place.clone()),
        new: None,
    }));
    found
}

/// The leaves of the values of a chart and of its subcharts as those see them, by their paths from the root's values.
fn all_values(root: &Scope, sections: &BTreeSet<Vec<String>>) -> Leaves {
    let mut found = BTreeMap::new();
    for scope in root
        .all()
        .into_iter()
        .filter(|scope| sections.contains(scope.section()))
    {
        let mut path: Vec<Step> = scope
            .section()
            .iter()
            .map(|name| Step::Key(name.as_str().into()))
            .collect();
        each_leaf(&scope.values, &mut path, &mut |path, leaf| {
            found.insert(FieldPath(path.to_vec()), leaf.clone());
            true
        });
    }
    found
}
