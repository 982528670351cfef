//! What comments show.

use crate::source::Source;

/// Whether a comment shows a key, as an example that can be switched on: `# key: value`.
pub(super) fn is_in_comment(source: &Source, key: &str) -> bool {
    source.text().lines().any(|line| {
        let Some(comment) = line.trim_start().strip_prefix('#') else {
            return false;
        };
        let comment = comment.trim_start_matches(['#', '-', ' ']);
        let rest = comment.trim_start_matches(['"', '\'']).strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
    })
}
