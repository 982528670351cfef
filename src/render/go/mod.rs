//! Go templates as Helm renders them: the language of text/template with the functions of Helm.
//!
//! The arrows run one way: text -> tree -> values -> evaluation.

mod ahead;
mod align;
mod chance;
mod charts;
mod documents;
mod engine;
mod error;
mod evaluate;
pub mod functions;
mod glob;
mod indented;
mod lex;
mod literal;
mod nodes;
mod noting;
mod operands;
mod output;
mod parse;
mod pipeline;
mod positions;
mod print;
mod program;
mod reads;
mod record;
mod recorder;
pub mod roots;
mod run;
mod scope;
mod text;
mod texts;
pub mod tree;
mod value;
mod written;

#[cfg(test)]
mod tests;

pub use ahead::Ahead;
pub use chance::Chance;
pub use charts::{Charts, Rendered};
pub(super) use engine::Go;
pub use error::{Error, Frame, Result};
pub use nodes::from_node;
pub use output::{Output, Wrote};
pub use parse::{Parsed, parse, parse_foreign};
pub use program::{Program, order};
pub(super) use reads::Templates;
pub use record::{Condition, Line, Read, Record, Span, Way};
pub use run::{ChartOf, Dot, Limits, Lookup, Named, Run};
pub use text::Text;
pub(super) use texts::{Failure, World, named_templates, parses, place_in_text};
pub use value::{Kind, List, ListType, Map, MapType, Object, Origin, Slot, Value, View};
