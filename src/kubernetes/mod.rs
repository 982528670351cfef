//! What Kubernetes knows of its API: the structure of objects, the fields that cannot be changed, the versions that serve an API, amounts and
//! names. Structure only, compiled in; nothing here asks a cluster.
//!
//! [`find`] gives a [`Kind`], whose [`Kind::structure`] is a [`Type`]: a cursor that goes with a path into an object.

mod custom;
mod immutable;
pub mod names;
mod quantity;
mod schema;
mod table;
mod types;
mod versions;

pub use custom::{Custom, CustomVersion};
pub use immutable::{Immutable, immutable};
pub use quantity::Quantity;
pub use schema::{Bounds, Field, List, ListKind, Object, Pattern, Scalar, Schema, Shape, TypeId};
pub use table::{Kind, Origin, find, group_of, kinds, metadata};
pub use types::{Type, Types};
pub use versions::{Api, Deprecated, Unserved, api, deprecated};

#[cfg(test)]
mod tests;
