//! Go templates as Helm renders them: the language of text/template with the functions of Helm.

mod error;
pub mod functions;
mod text;
mod value;

pub use error::{Error, Frame, Result};
pub use text::Text;
pub use value::{Kind, List, ListType, Map, MapType, Object, Origin, Slot, Value};
