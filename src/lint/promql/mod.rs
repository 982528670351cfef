//! PromQL: an expression's tree with the place of each part, and what Prometheus 3.14 refuses about it.
//!
//! The arrows run one way: words -> tree -> parser -> types.

mod functions;
mod parser;
mod strings;
mod tree;
mod types;
mod words;

#[cfg(test)]
mod tests;

pub use strings::read as read_quoted;
pub use tree::{Binary, Expression, Kind, Matcher, MatcherKind, Operator, Selector};

/// What Prometheus was started with that changes its language: `--enable-feature`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Features {
    /// `promql-experimental-functions`.
    pub functions: bool,
    /// `promql-extended-range-selectors`.
    pub ranges: bool,
    /// `promql-binop-fill-modifiers`.
    pub fill: bool,
}

/// Why an expression could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Prometheus refuses it.
    Wrong {
        /// Where, in bytes of the expression.
        at: usize,
        /// What is wrong, in a few words.
        message: String,
    },
    /// It is larger than what is looked at, or uses what is not looked at.
    Unknown,
}

/// Reads an expression.
///
/// # Errors
/// What is wrong first.
pub fn parse(text: &str, features: Features) -> Result<Expression, Refused> {
    let words = words::words(text)?;
    let expression = parser::parse(text, &words, features)?;
    types::check(&expression)?;
    Ok(expression)
}
