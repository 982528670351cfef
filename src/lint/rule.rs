//! What a rule says of itself.

use super::Subject;
use crate::diagnostic::{Diagnostic, Severity};

/// A rule: its documentation. `promchart lint --explain CODE` prints it, and the page of all rules is made of it.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The stable name, in kebab-case.
    pub code: &'static str,
    /// How bad a finding is.
    pub severity: Severity,
    /// What a finding means, one sentence.
    pub meaning: &'static str,
    /// Why it matters: what happens otherwise, and who says so.
    pub reason: &'static str,
    /// What to do about it, one sentence.
    pub action: &'static str,
}

impl Rule {
    /// A finding of the rule, without a place yet.
    pub fn finding(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: self.severity,
            ..Diagnostic::error(self.code, message)
        }
    }
}

/// Rules that look at the same things.
#[derive(Debug)]
pub struct Group {
    /// What they look at.
    pub title: &'static str,
    /// Where nobody is told of them unasked: the word that asks for all of them.
    pub set: Option<&'static str>,
    /// The rules, sorted by their codes.
    pub rules: &'static [&'static Rule],
    /// Runs them.
    pub check: fn(&Subject<'_>, &mut Vec<Diagnostic>),
}
