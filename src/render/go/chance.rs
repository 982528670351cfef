//! Chance and time for templates: the system's, or a function of a seed.

use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use super::error::{Error, Result};
use crate::render::Release;

/// Where random bytes and the time come from.
#[derive(Clone, Debug)]
pub enum Chance {
    /// The system.
    System,
    /// A text: the same text gives the same bytes and the same time.
    Seed(Seed),
}

/// A text that chance is a function of.
#[derive(Clone, Debug)]
pub struct Seed {
    text: String,
    /// How many blocks it has given.
    blocks: u64,
    time: SystemTime,
}

impl Chance {
    /// Chance by a seed at a place of a release.
    pub fn of_place(seed: &str, release: &Release, place: &str) -> Self {
        Chance::seeded(format!(
            "{seed}\0{}\0{}\0{place}",
            release.namespace, release.name
        ))
    }

    /// Chance by a seed, at a time that is a function of it: one in the 20 years after 2001.
    pub fn seeded(text: impl Into<String>) -> Self {
        let text = text.into();
        let block = Sha256::digest(text.as_bytes());
        let number = block
            .iter()
            .take(8)
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 + number % 631_152_000);
        Chance::seeded_at(text, time)
    }

    /// Chance by a seed, at a time.
    pub fn seeded_at(text: impl Into<String>, time: SystemTime) -> Self {
        Chance::Seed(Seed {
            text: text.into(),
            blocks: 0,
            time,
        })
    }

    /// Fills bytes.
    ///
    /// # Errors
    /// The system gives none.
    pub fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        match self {
            Chance::System => getrandom::fill(bytes)
                .map_err(|error| Error::new(format!("the system gives no random bytes: {error}"))),
            Chance::Seed(seed) => {
                for chunk in bytes.chunks_mut(32) {
                    let block = Sha256::new()
                        .chain_update(seed.blocks.to_le_bytes())
                        .chain_update(seed.text.as_bytes())
                        .finalize();
                    seed.blocks += 1;
                    chunk.copy_from_slice(block.get(..chunk.len()).unwrap_or_default());
                }
                Ok(())
            }
        }
    }

    /// The time.
    pub fn now(&self) -> SystemTime {
        match self {
            Chance::System => SystemTime::now(),
            Chance::Seed(seed) => seed.time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> [u8; 40] {
        let mut bytes = [0; 40];
        Chance::seeded(text).fill(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_seed_gives_the_same_again_and_another_something_else() {
        assert_eq!(bytes("a"), bytes("a"));
        assert_ne!(bytes("a"), bytes("b"));
        assert_ne!(bytes("a")[..8], bytes("a")[32..]);
        assert_eq!(Chance::seeded("a").now(), Chance::seeded("a").now());
        assert_ne!(Chance::seeded("a").now(), Chance::seeded("b").now());
    }
}
