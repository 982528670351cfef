//! What may be shown of diagnostics: without secrets, and without what a terminal would obey.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use super::visible;
use crate::chart;
use crate::diagnostic::Diagnostic;
use crate::secret::{self, Hidden};
use crate::source::Source;

/// The secrets of the texts that diagnostics speak of.
#[derive(Default)]
pub(super) struct Shown {
    /// What is hidden of each source, by its address.
    parts: HashMap<*const Source, Vec<Range<usize>>>,
    hidden: Hidden,
}

impl Shown {
    /// The secrets of the sources of diagnostics, and of `known`.
    pub(super) fn of(diagnostics: &[Diagnostic], known: &[Arc<Source>]) -> Shown {
        let mut shown = Shown::default();
        let labels = diagnostics.iter().flat_map(|diagnostic| &diagnostic.labels);
        let labelled = labels.filter_map(|label| label.place.source());
        // What the program itself holds is known to everybody.
        let is_others = |source: &&Arc<Source>| chart::embedded_path(source).is_none();
        for source in labelled.chain(known).filter(is_others) {
            if let Entry::Vacant(entry) = shown.parts.entry(Arc::as_ptr(source)) {
                let parts = entry.insert(secret::parts(source));
                shown.hidden.add(source, parts);
            }
        }
        shown
    }

    /// A text of ours with others' words in it, without secrets.
    pub(super) fn masked(&self, text: &str) -> String {
        self.hidden.masked(text)
    }

    /// A text of ours with others' words in it, as a terminal may get it.
    pub(super) fn text(&self, text: &str) -> String {
        visible(&self.masked(text)).into_owned()
    }

    /// The parts of a source's text that are not to be shown, in bytes and in order.
    pub(super) fn parts(&self, source: &Arc<Source>) -> &[Range<usize>] {
        self.parts.get(&Arc::as_ptr(source)).map_or(&[], Vec::as_slice)
    }
}
