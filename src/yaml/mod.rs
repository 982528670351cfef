//! YAML as Helm and kubectl read and write it: nodes with places, a reader and a writer.

mod brackets;
mod builder;
mod check;
mod closing;
mod complaint;
mod copy;
mod de;
mod eight;
mod event;
mod events;
mod flow;
mod input;
mod json;
mod keys;
mod layout;
mod limits;
mod lines;
mod node;
mod number;
mod packed;
mod parser;
mod reader;
mod resolve;
mod scalar;
mod scanner;
mod style;
mod waiting;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use complaint::{Unindented, unindented};
pub use copy::{Copied, Pieces, copy_documents};
pub use de::from_node;
pub(crate) use eight::Eight;
pub use event::{Event, EventKind, ScalarStyle, Tag};
pub use events::Events;
pub use json::{from_json, to_json, write_json, write_json_pretty};
pub(crate) use layout::in_natural_order;
pub use layout::{write_helm, write_helm_marked, write_helm_pretty};
pub use limits::{DuplicateKeys, Limits, Options};
pub use node::{Entry, Map, Node, Value};
pub use packed::{pack, unpack};
pub use reader::{
    after_first_document, read_document, read_document_with, read_documents, read_documents_with, read_values,
};
pub use resolve::{is_merge_key, resolve_key, resolve_plain, resolve_scalar};
pub use writer::{write, write_indented};
