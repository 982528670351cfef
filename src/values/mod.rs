//! Values: the layers that people give, `--set` and its relatives, Helm's coalescing with the charts' defaults,
//! and validation against the charts' schemas.

mod coalesce;
#[cfg(test)]
mod coalesce_tests;
mod import;
mod json;
mod layer;
mod odd;
mod path;
mod resolve;
#[cfg(test)]
mod resolve_tests;
mod schema;
mod set;
mod tables;
mod unquote;

pub use layer::{Inputs, Layer, UserValues};
pub use resolve::{Resolved, Scope, resolve};
pub use schema::{Checked, resolve_checked, validate};
