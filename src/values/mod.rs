//! Values: the layers that people give and the history of each value, `--set` and its relatives, Helm's coalescing with the charts' defaults,
//! and validation against the charts' schemas.

mod branch;
mod coalesce;
#[cfg(test)]
mod coalesce_tests;
mod description;
mod history;
#[cfg(test)]
mod history_tests;
mod import;
#[cfg(test)]
mod import_tests;
mod json;
mod layer;
mod nulls;
mod odd;
mod path;
mod resolve;
#[cfg(test)]
mod resolve_tests;
mod schema;
mod selector;
mod set;
mod tables;
mod unquote;

pub use description::{Description, Descriptions, describe, json_schema};
pub use history::{Origin, Setting, history};
pub use layer::{Inputs, Layer, LayerKind, UserValues};
pub use path::{Step, dotted, each_leaf, find};
pub use resolve::{Resolved, Scope, resolve};
pub use schema::{Checked, MISSING_KEY, resolve_checked, validate};
pub use selector::{Lost, Selector};
