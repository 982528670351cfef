//! Templates that are parsed while the others are still read from the disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ahash::RandomState;

use super::parse::{Parsed, parse};
use crate::chart::Engine;
use crate::source::Source;

/// Parsed templates, each for whoever asks for it first.
#[derive(Debug, Default)]
pub struct Ahead(Mutex<ByAddress>);

type ByAddress = HashMap<usize, (Arc<Source>, Parsed), RandomState>;

impl Ahead {
    fn parsed(&self) -> MutexGuard<'_, ByAddress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Parses a template, unless it is in another language. One with a mistake is left out: its name for the message is not known yet.
    pub fn parse(&self, template: &Arc<Source>) {
        if Engine::of_first_tag(template.text()) == Some(Engine::Jinja) {
            return;
        }
        let name = Arc::from(template.name());
        if let Ok(parsed) = parse(&name, template) {
            self.parsed()
                .insert(key(template), (Arc::clone(template), parsed));
        }
    }

    /// Whether a template is there.
    pub fn has(&self, template: &Arc<Source>) -> bool {
        self.parsed().contains_key(&key(template))
    }

    /// What a template was parsed to, the first time that it is asked for; `name` is how templates call it.
    pub fn take(&self, name: &Arc<str>, template: &Arc<Source>) -> Option<Parsed> {
        let (_, parsed) = self.parsed().remove(&key(template))?;
        Some(parsed.called(name))
    }
}

/// A text's address, which is no other's as long as the text is kept.
fn key(template: &Arc<Source>) -> usize {
    Arc::as_ptr(template).addr()
}
