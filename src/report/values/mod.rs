//! Values, and the answers to what people ask of them: YAML with origins, text, and JSON.

mod annotated;
mod json;
mod masked;
mod text;

pub use annotated::yaml as annotated_yaml;
pub use json::{behind as behind_json, origins as origins_json, story as story_json, unused as unused_json};
pub use masked::Masked;
pub use text::{behind as behind_text, story as story_text, unused as unused_text};
