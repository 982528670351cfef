//! The built-in chart's table of moved keys against the chart.

use super::declared::Declared;
use super::moved::{Moved, Went};
use crate::chart::{EMBEDDED, load_embedded};

#[test]
fn the_table_agrees_with_the_chart() {
    let chart = load_embedded(&EMBEDDED).unwrap().chart;
    let moved = Moved::of(&chart);
    assert!(moved.entries().len() > 50);
    let declared = Declared::of(&chart);
    let is_known = |path: &[String]| declared.at(path.iter().map(String::as_str)).is_some();
    let is_open = |path: &[String]| {
        let at = declared.at(path.iter().map(String::as_str));
        at.is_some_and(|at| declared.is_open(&at))
    };
    for entry in moved.entries() {
        let from = &entry.from;
        let above = &from[..from.len() - 1];
        // In a map that may hold anything the chart cannot know the key.
        assert!(!is_known(from) || is_open(above), "the chart has {from:?}");
        if let Went::To { path, .. } = &entry.went {
            let above = &path[..path.len() - 1];
            assert!(is_known(path) || is_open(above), "the chart has no {path:?}");
            assert!(moved.get(path).is_none(), "{path:?} moved on");
        }
        let twice = moved.entries().iter().filter(|other| other.from == *from).count();
        assert_eq!(twice, 1, "{from:?}");
    }
    assert_eq!(moved.told(), []);
}
