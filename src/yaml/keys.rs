//! Keys that were read: most are read again and again (`name`, `type`, `description`), and are kept once then.

use std::sync::Arc;

/// How many keys are remembered; of two that have one place the later one is.
const KNOWN: usize = 128;

/// The longest key that is remembered.
const LONGEST: usize = 40;

/// The keys of a text.
#[derive(Default)]
pub(super) struct Keys {
    known: Vec<Option<Arc<str>>>,
}

impl Keys {
    /// A key, the one that was made before where it is remembered.
    pub(super) fn shared(&mut self, key: &str) -> Arc<str> {
        if key.len() > LONGEST {
            return key.into();
        }
        if self.known.is_empty() {
            self.known.resize(KNOWN, None);
        }
        let Some(known) = self.known.get_mut(place(key)) else {
            return key.into();
        };
        match known {
            Some(known) if **known == *key => Arc::clone(known),
            _ => Arc::clone(known.insert(key.into())),
        }
    }
}

/// Where a key is remembered. That others can be made to have the same place does not matter: all that is lost is time for one more copy.
fn place(key: &str) -> usize {
    let bytes = key.as_bytes();
    let at = |index: usize| bytes.get(index).copied().map_or(0, usize::from);
    let (first, middle, last) = (at(0), at(bytes.len() / 2), at(bytes.len().wrapping_sub(1)));
    (bytes.len() + first * 3 + middle * 7 + last * 31) % KNOWN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_itself_whether_it_is_remembered_or_not() {
        let mut keys = Keys::default();
        let long = "x".repeat(LONGEST + 1);
        // Some have one place; texts of no and of several bytes a character are among them.
        let all: Vec<String> = (0..500).map(|number| format!("k{number}")).collect();
        let texts = all.iter().map(String::as_str).chain(["", "a", "é", "한", &long]);
        for text in texts.clone().chain(texts) {
            assert_eq!(&*keys.shared(text), text);
        }
        assert!(Arc::ptr_eq(&keys.shared("name"), &keys.shared("name")));
    }
}
