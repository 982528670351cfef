//! How much of a text the reader takes before it says that this is no configuration.

/// Bounds of reading. The default is far beyond what people write and far below what hurts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How deep maps and lists may be nested. The parser itself takes no more than 255 levels of brackets.
    pub depth: usize,
    /// How many nodes aliases may repeat, where the text is small.
    pub alias_nodes: u64,
    /// How many nodes aliases may repeat for each event (value, start or end) of the text.
    pub alias_nodes_per_event: u64,
    /// How many bytes of keys and texts aliases may repeat.
    pub alias_bytes: u64,
    /// How many events (values, starts and ends) a text may have.
    pub events: u64,
    /// How many `[`, `{` and `,` a text may have: the parser holds all of a bracketed map or list in memory.
    pub brackets_and_commas: usize,
    /// How many bytes a text may have.
    pub input: usize,
    /// How many bytes one scalar may have.
    pub scalar: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            depth: 256,
            alias_nodes: 100_000,
            alias_nodes_per_event: 10,
            alias_bytes: 64 << 20,
            events: 10_000_000,
            brackets_and_commas: 1_000_000,
            input: 100 << 20,
            scalar: 64 << 20,
        }
    }
}

/// What a map does with a key that is written twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DuplicateKeys {
    /// It is an error that shows both places.
    #[default]
    Error,
    /// The last one counts, as for Helm.
    Last,
}

/// How to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Bounds.
    pub limits: Limits,
    /// What a map does with a key that is written twice.
    pub duplicate_keys: DuplicateKeys,
    /// Whether what stands behind a document in brackets is left out, as Helm's reader of YAML leaves it out, and not an error.
    pub ends_with_bracket: bool,
}
