//! Chance and time for templates: the system's, or a function of a seed.

use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use super::error::{Error, Result};

/// Where random bytes and the time come from.
#[derive(Clone, Debug)]
pub enum Chance {
    /// The system.
    System,
    /// A text: the same text gives the same bytes and the same time.
    Seed {
        /// The text, and how many blocks it has given.
        text: String,
        /// How many blocks it has given.
        blocks: u64,
    },
}

impl Chance {
    /// Chance by a seed.
    pub fn seeded(text: impl Into<String>) -> Self {
        Chance::Seed {
            text: text.into(),
            blocks: 0,
        }
    }

    /// Fills bytes.
    ///
    /// # Errors
    /// The system gives none.
    pub fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        match self {
            Chance::System => getrandom::fill(bytes)
                .map_err(|error| Error::new(format!("the system gives no random bytes: {error}"))),
            Chance::Seed { text, blocks } => {
                for chunk in bytes.chunks_mut(32) {
                    let block = Sha256::new()
                        .chain_update(blocks.to_le_bytes())
                        .chain_update(text.as_bytes())
                        .finalize();
                    *blocks += 1;
                    chunk.copy_from_slice(block.get(..chunk.len()).unwrap_or_default());
                }
                Ok(())
            }
        }
    }

    /// The time; of a seed one in the 20 years after 2001.
    pub fn now(&self) -> SystemTime {
        match self {
            Chance::System => SystemTime::now(),
            Chance::Seed { text, .. } => {
                let block = Sha256::digest(text.as_bytes());
                let number = block
                    .iter()
                    .take(8)
                    .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
                SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 + number % 631_152_000)
            }
        }
    }
}
