//! From a field of an object to the lines that made it.

use super::Subject;
use crate::diagnostic::Label;
use crate::manifest::Object;
use crate::render::provenance::{FieldPath, Made, ValueAt};
use crate::source::Place;
use crate::values::find;

/// Places of values that a finding shows at most.
const MOST_VALUES: usize = 3;

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
        chosen.sort_by_key(|value| !(own.is_known() && value.place == *own));
        let mut labels: Vec<Label> = Vec::new();
        for value in chosen.into_iter().take(MOST_VALUES) {
            if !labels.iter().any(|label| label.place == value.place) {
                labels.push(Label {
                    place: value.place.clone(),
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
                false => "the template puts it here".to_owned(),
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

/// Whether a value stands in another one.
fn is_in(inner: &ValueAt, outer: &ValueAt) -> bool {
    let (inner, outer) = (&inner.cause.path.0, &outer.cause.path.0);
    inner.len() > outer.len() && inner.starts_with(outer)
}
