//! Which entries of two sequences stand for each other, in bounded time.

use std::collections::HashMap;
use std::hash::Hash;

use similar::{Algorithm, DiffOp};

/// The most steps that an exact comparison of two sequences may come to: lengths multiplied, common ends aside.
const MOST_STEPS: usize = 25_000_000;

/// A part of two sequences: `old` and `new` are lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// As long in both, and equal.
    Same(usize),
    /// What stands in one in the place of what stands in the other; one of the two may be 0.
    Differs {
        /// How many of the old one's entries.
        old: usize,
        /// How many of the new one's.
        new: usize,
    },
}

/// The parts of two sequences, in order. Sequences too long to be compared exactly differ as a whole between their common ends.
pub(super) fn align<T: Eq + Hash + Ord>(old: &[T], new: &[T]) -> Vec<Part> {
    let shorter = old.len().min(new.len());
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(shorter - start)
        .take_while(|(a, b)| a == b)
        .count();
    let middle = |all: &'_ [T]| start..all.len() - end;
    let (old, new) = (
        old.get(middle(old)).unwrap_or_default(),
        new.get(middle(new)).unwrap_or_default(),
    );
    let mut parts = Vec::new();
    push(&mut parts, Part::Same(start));
    if old.len().saturating_mul(new.len()) > MOST_STEPS {
        push(
            &mut parts,
            Part::Differs {
                old: old.len(),
                new: new.len(),
            },
        );
    } else {
        for op in similar::capture_diff_slices(Algorithm::Myers, old, new) {
            push(&mut parts, part(op));
        }
    }
    push(&mut parts, Part::Same(end));
    parts
}

fn part(op: DiffOp) -> Part {
    match op {
        DiffOp::Equal { len, .. } => Part::Same(len),
        DiffOp::Delete { old_len, .. } => Part::Differs { old: old_len, new: 0 },
        DiffOp::Insert { new_len, .. } => Part::Differs { old: 0, new: new_len },
        DiffOp::Replace { old_len, new_len, .. } => Part::Differs {
            old: old_len,
            new: new_len,
        },
    }
}

/// Adds a part, joined with one of its kind before it; empty ones are left out.
fn push(parts: &mut Vec<Part>, part: Part) {
    match (parts.last_mut(), part) {
        (_, Part::Same(0) | Part::Differs { old: 0, new: 0 }) => {}
        (Some(Part::Same(before)), Part::Same(more)) => *before += more,
        (Some(Part::Differs { old, new }), Part::Differs { old: a, new: b }) => {
            *old += a;
            *new += b;
        }
        _ => parts.push(part),
    }
}

/// A number for each entry of two sequences: equal entries have equal numbers.
pub(super) fn numbered<T: Eq + Hash>(
    old: impl Iterator<Item = T>,
    new: impl Iterator<Item = T>,
) -> (Vec<usize>, Vec<usize>) {
    let mut known = HashMap::new();
    let mut number = |entry: T| {
        let next = known.len();
        *known.entry(entry).or_insert(next)
    };
    let old = old.map(&mut number).collect();
    (old, new.map(&mut number).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_one_another() {
        let old = ["a", "b", "c", "d", "e"];
        let new = ["a", "x", "c", "e", "f"];
        assert_eq!(
            align(&old, &new),
            [
                Part::Same(1),
                Part::Differs { old: 1, new: 1 },
                Part::Same(1),
                Part::Differs { old: 1, new: 0 },
                Part::Same(1),
                Part::Differs { old: 0, new: 1 },
            ]
        );
        assert_eq!(align::<u8>(&[], &[]), []);
    }

    #[test]
    fn what_is_too_long_differs_as_a_whole() {
        let old: Vec<usize> = (0..10_000).collect();
        let mut new: Vec<usize> = (20_000..30_000).collect();
        new.insert(0, 0);
        let differs = Part::Differs {
            old: 9_999,
            new: 10_000,
        };
        assert_eq!(align(&old, &new), [Part::Same(1), differs]);
    }
}
