//! Templates that are parsed while the others are still read from the disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ahash::RandomState;

use super::parse::{Parsed, parse};
use crate::source::Source;

/// What Jinja's tags begin with: a text that begins with one, or has one in its first lines, is none of Go's, as a rule.
const OF_JINJA: [&[u8]; 2] = [b"{%", b"{#"];
const START: usize = 2048;

/// Parsed templates, each for whoever asks for it first.
#[derive(Debug, Default)]
pub struct Ahead(Mutex<HashMap<usize, (Arc<Source>, Parsed), RandomState>>);

impl Ahead {
    /// Parses a template, unless it is in another language. One with a mistake is left out: its name for the message is not known yet.
    pub fn parse(&self, template: &Arc<Source>) {
        let bytes = template.text().as_bytes();
        let start = bytes.get(..START).unwrap_or(bytes);
        if OF_JINJA
            .iter()
            .any(|tag| memchr::memmem::find(start, tag).is_some())
        {
            return;
        }
        let name = Arc::from(template.name());
        if let Ok(parsed) = parse(&name, template) {
            let mut parsed_ahead = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            parsed_ahead.insert(key(template), (Arc::clone(template), parsed));
        }
    }

    /// What a template was parsed to, the first time that it is asked for; `name` is how templates call it.
    pub fn take(&self, name: &Arc<str>, template: &Arc<Source>) -> Option<Parsed> {
        let mut parsed_ahead = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, parsed) = parsed_ahead.remove(&key(template))?;
        Some(parsed.called(name))
    }
}

/// A text's address, which is no other's as long as the text is kept.
fn key(template: &Arc<Source>) -> usize {
    Arc::as_ptr(template).addr()
}
