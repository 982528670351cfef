//! The outlines of the built-in chart's templates, which build.rs made.

use std::borrow::Cow;

use super::outline::Kind::{Block, Comment, Expression};
use super::outline::{Line, Outline, Tag};

/// Paths in the chart and outlines, in the order of the paths.
static OUTLINES: &[(&str, Outline)] = include!(concat!(env!("OUT_DIR"), "/outlines.rs"));

/// The outline of a template of the built-in chart, by its path there.
pub(super) fn of_embedded(path: &str) -> Option<&'static Outline> {
    let index = OUTLINES.binary_search_by_key(&path, |(path, _)| path).ok()?;
    OUTLINES.get(index).map(|(_, outline)| outline)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::EMBEDDED;

    #[test]
    fn each_embedded_template_has_its_outline() {
        let templates = EMBEDDED
            .files
            .iter()
            .filter(|(path, _)| path.starts_with("templates/") || path.contains("/templates/"));
        let mut count = 0;
        for (path, text) in templates {
            assert_eq!(of_embedded(path), Some(&Outline::of(text)), "{path}");
            count += 1;
        }
        assert_eq!(OUTLINES.len(), count);
        assert_eq!(of_embedded("templates/none.yaml"), None);
    }
}
