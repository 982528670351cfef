//! A text that was made of another by putting things in and leaving things out, and the way back from its places.

use std::ops::Range;

/// A text made of parts of an original text and of insertions.
#[derive(Debug, Default)]
pub(super) struct Edited {
    text: String,
    /// Where a part of the original begins: its place in the new text and in the original. In order.
    parts: Vec<(usize, usize)>,
}

impl Edited {
    /// An empty text with room.
    pub(super) fn with_capacity(capacity: usize) -> Edited {
        Edited {
            text: String::with_capacity(capacity),
            parts: Vec::new(),
        }
    }

    /// The new text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Copies a part of the original.
    pub(super) fn copy(&mut self, original: &str, range: Range<usize>) {
        let start = range.start;
        let Some(part) = original.get(range).filter(|part| !part.is_empty()) else {
            return;
        };
        let goes_on = self
            .parts
            .last()
            .is_some_and(|(new, old)| old + (self.text.len() - new) == start);
        if !goes_on {
            self.parts.push((self.text.len(), start));
        }
        self.text.push_str(part);
    }

    /// Puts something in that the original does not have.
    pub(super) fn insert(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The place in the original of a place in the new text; of one in an insertion, the place before which it stands.
    pub(super) fn original(&self, place: usize) -> usize {
        let index = self.parts.partition_point(|(new, _)| *new <= place);
        let next = self.parts.get(index).map(|(_, old)| *old);
        match index.checked_sub(1).and_then(|index| self.parts.get(index)) {
            Some((new, old)) => (old + (place - new)).min(next.unwrap_or(usize::MAX)),
            None => next.unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_to_the_original() {
        let original = "set a = b -%}";
        let mut edited = Edited::default();
        edited.copy(original, 0..8);
        edited.insert("(");
        edited.copy(original, 8..9);
        edited.insert(")|value");
        edited.copy(original, 11..13);
        assert_eq!(edited.text(), "set a = (b)|value%}");
        let back = |wanted: char| {
            original
                .chars()
                .nth(edited.original(edited.text().find(wanted).unwrap()))
        };
        assert_eq!(
            [back('s'), back('b'), back('%')],
            [Some('s'), Some('b'), Some('%')]
        );
        assert_eq!(edited.original(8), 8);
        assert_eq!(edited.original(14), 11);
    }
}
