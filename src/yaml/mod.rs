//! YAML as Helm and kubectl read and write it: nodes with places, a reader and a writer.

mod node;

pub use node::{Entry, Map, Node, Value};
