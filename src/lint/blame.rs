//! From a field of an object to the lines that made it.

use super::Subject;
use crate::diagnostic::{Diagnostic, Label};
use crate::manifest::Object;
use crate::render::provenance::{FieldPath, Made, ValueAt};
use crate::source::Place;
use crate::values::{Step, find};

/// Values that are looked through for a line at most.
const MOST_BLOCKS: usize = 200;

/// Places of values that a finding shows at most.
const MOST_VALUES: usize = 3;

/// What is said of the template's line beside others.
const TEMPLATE: &str = "the template puts it here";

impl Subject<'_> {
    /// The places to show for a field of an object: the values that caused it, the user's before defaults, then the template's
    /// line. Where the field is not there, those of what would hold it.
    pub fn blame(&self, object: &Object, path: &FieldPath) -> Vec<Label> {
        let Some(rendered) = self.rendered else {
            return Vec::new();
        };
        let mut path = path.clone();
        loop {
            match rendered.provenance.made(&object.node, &path) {
                Some(made) => {
                    let own = find(&object.node, &path.0).map_or(&Place::NONE, |node| &node.place);
                    return self.labels(object, &made, own);
                }
                None if path.0.pop().is_none() => return self.labels(object, &Made::default(), &Place::NONE),
                None => {}
            }
        }
    }

    /// Adds the place of a field to a finding about another one that repeats it, where it stands elsewhere.
    pub fn add_first(&self, finding: &mut Diagnostic, object: &Object, path: &FieldPath) {
        add_first(finding, self.blame(object, path));
    }

    /// The places to show for a field that is not there, by its name: the value of about that name that was read for what would hold it, or
    /// else what [`Subject::blame`] says of the holder, without the charts' values.
    pub fn blame_absent(&self, object: &Object, holder: &FieldPath, name: &str) -> Vec<Label> {
        let name = name.to_lowercase();
        let is_about = |value: &&ValueAt| match value.cause.path.0.last() {
            Some(Step::Key(key)) => {
                let key = key.to_lowercase();
                value.place.is_known() && (key.ends_with(&name) || name.ends_with(&key))
            }
            _ => false,
        };
        let made = self
            .rendered
            .and_then(|rendered| rendered.provenance.made(&object.node, holder));
        if let Some(made) = &made {
            let conditions = made.conditions.iter().flat_map(|(_, values)| values);
            let about: Vec<&ValueAt> = made.values.iter().chain(conditions).filter(is_about).collect();
            let users = about.iter().find(|value| self.is_users(&value.place));
            if let Some(value) = users.or(about.first()) {
                return self.labels_of(object, made, std::slice::from_ref(&value.place));
            }
        }
        let mut labels = self.blame(object, holder);
        if labels.iter().any(is_template) {
            labels.retain(|label| self.is_users(&label.place) || is_template(label));
        }
        labels
    }

    /// The places to show for a part of a text in an object, such as a line of a ConfigMap's prometheus.yml: `at` is the part's
    /// first byte.
    pub fn blame_in_text(&self, object: &Object, path: &FieldPath, at: usize) -> Vec<Label> {
        let made = self
            .rendered
            .and_then(|rendered| rendered.provenance.made_in_text(&object.node, path, at));
        match made {
            Some(made) if !made.values.is_empty() => self.labels(object, &made, &Place::NONE),
            _ => self.blame(object, path),
        }
    }

    /// [`Subject::blame_in_text`] for a text that is YAML, where many values went into it: the one that stands there, known by its path in
    /// the text and by the line.
    pub fn blame_in_yaml(
        &self,
        object: &Object,
        path: &FieldPath,
        at: usize,
        inner: &FieldPath,
        line: &str,
    ) -> Vec<Label> {
        let made = self
            .rendered
            .and_then(|rendered| rendered.provenance.made_in_text(&object.node, path, at));
        let Some(made) = made else {
            return self.blame_in_text(object, path, at);
        };
        let known = made.values.iter().filter(|value| value.place.is_known());
        let (users, others): (Vec<&ValueAt>, Vec<&ValueAt>) =
            known.partition(|value| self.is_users(&value.place));
        let keys = inner.0.iter().filter(|step| matches!(step, Step::Key(_))).count();
        let found = nearest(&users, inner, keys.min(2))
            .or_else(|| {
                users
                    .iter()
                    .take(MOST_BLOCKS)
                    .find_map(|value| line_in_block(&value.place, line))
            })
            .or_else(|| nearest(&others, inner, keys.min(2)))
            .or_else(|| nearest(&users, inner, 1));
        if let Some(place) = found {
            return self.labels_of(object, &made, &[place]);
        }
        self.blame_in_text(object, path, at)
    }

    /// `own` is the place of the field itself, which is that of the value that went into it as it is.
    fn labels(&self, object: &Object, made: &Made, own: &Place) -> Vec<Label> {
        let conditions: Vec<&ValueAt> = made.conditions.iter().flat_map(|(_, values)| values).collect();
        let values: Vec<&ValueAt> = made.values.iter().collect();
        let is_users = |value: &&ValueAt| self.is_users(&value.place);
        let known = |value: &&ValueAt| value.place.is_known();
        // What the user wrote before what the chart says; what went into the field before what decided about it.
        let candidates: [Vec<&ValueAt>; 3] = [
            values.iter().copied().filter(is_users).collect(),
            values.iter().copied().filter(known).collect(),
            conditions.into_iter().filter(is_users).collect(),
        ];
        let mut chosen = candidates
            .into_iter()
            .find(|list| !list.is_empty())
            .unwrap_or_default();
        // What holds another one of them says nothing that the other does not.
        let all = chosen.clone();
        chosen.retain(|value| !all.iter().any(|other| is_in(other, value)));
        // A whole section is read to be handed on, and says least.
        chosen.sort_by_key(|value| {
            let is_section = value.cause.path.0.len() <= 1;
            (!(own.is_known() && value.place == *own), is_section)
        });
        let places: Vec<Place> = chosen.into_iter().map(|value| value.place.clone()).collect();
        self.labels_of(object, made, &places)
    }

    /// Labels for places of values, and for the template's.
    fn labels_of(&self, object: &Object, made: &Made, places: &[Place]) -> Vec<Label> {
        let mut labels: Vec<Label> = Vec::new();
        for place in places.iter().take(MOST_VALUES) {
            if !labels.iter().any(|label| label.place == *place) {
                labels.push(Label {
                    place: place.clone(),
                    text: String::new(),
                });
            }
        }
        let template = match made.template.is_known() {
            true => &made.template,
            false => &object.place,
        };
        if template.is_known() && !labels.iter().any(|label| label.place == *template) {
            let text = match labels.is_empty() {
                true => String::new(),
                false => TEMPLATE.to_owned(),
            };
            labels.push(Label {
                place: template.clone(),
                text,
            });
        }
        labels
    }

    /// Whether a place is in a file or flag that the user gave.
    pub fn is_users(&self, place: &Place) -> bool {
        place.source().is_some_and(|source| {
            let mut layers = self.user.layers.iter();
            layers.any(|layer| {
                let of_layer = layer.place.source();
                of_layer.is_some_and(|known| std::sync::Arc::ptr_eq(known, source))
            })
        })
    }
}

/// Adds the main place of what a finding repeats to the finding, after its own.
pub fn add_first(finding: &mut Diagnostic, of_first: Vec<Label>) {
    let first = of_first.into_iter().next();
    let is_new = |label: &Label| !finding.labels.iter().any(|known| known.place == label.place);
    if let Some(label) = first.filter(is_new) {
        let at = finding.labels.len().min(1);
        let text = "the first is here".to_owned();
        finding.labels.insert(at, Label { text, ..label });
    }
}

fn is_template(label: &Label) -> bool {
    label.text == TEMPLATE
}

/// Whether a value stands in another one.
fn is_in(inner: &ValueAt, outer: &ValueAt) -> bool {
    let (inner, outer) = (&inner.cause.path.0, &outer.cause.path.0);
    inner.len() > outer.len() && inner.starts_with(outer)
}

/// The place of the value whose path ends as another does, in so many keys at least.
fn nearest(values: &[&ValueAt], inner: &FieldPath, least: usize) -> Option<Place> {
    let alike = values
        .iter()
        .map(|value| (ends_alike(&value.cause.path, inner), value));
    let best = alike.filter(|((keys, _), _)| *keys >= least.max(1)).rev();
    best.max_by_key(|(common, _)| *common)
        .map(|(_, value)| value.place.clone())
}

/// How many keys two paths have in common at their ends, and how many numbers of items between them. Items may have other numbers: lists
/// are put together.
fn ends_alike(one: &FieldPath, other: &FieldPath) -> (usize, usize) {
    let (mut keys, mut numbers) = (0, 0);
    for pair in one.0.iter().rev().zip(other.0.iter().rev()) {
        match pair {
            (Step::Key(one), Step::Key(other)) if one == other => keys += 1,
            (Step::Index(one), Step::Index(other)) => numbers += usize::from(one == other),
            _ => break,
        }
    }
    (keys, numbers)
}

/// The place of a line within a block of text that begins at a place: of the same line, or else of one with the same value.
fn line_in_block(place: &Place, line: &str) -> Option<Place> {
    let source = place.source()?;
    let first = source.line(place.line)?;
    // The head of a block ends its line. A line may be long.
    if !first.trim_end().rsplit(' ').next()?.starts_with(['|', '>']) {
        return None;
    }
    let indent = |text: &str| text.len() - text.trim_start().len();
    let bare = |text: &str| text.trim().trim_start_matches("- ").to_owned();
    let wanted = bare(line);
    let value = wanted
        .split_once(": ")
        .map_or(wanted.as_str(), |(_, value)| value);
    let value = value.trim_matches(['"', '\'']);
    let block = || {
        let numbers = (place.line + 1..).map_while(|number| Some((number, source.line(number)?)));
        numbers.take_while(|(_, text)| text.trim().is_empty() || indent(text) > indent(first))
    };
    let same = block().find(|(_, text)| !wanted.is_empty() && bare(text) == wanted);
    let (number, text) =
        same.or_else(|| block().find(|(_, text)| value.len() > 3 && text.contains(value)))?;
    let column = u32::try_from(indent(text) + 1).ok()?;
    Some(Place::new(source, number, column))
}
