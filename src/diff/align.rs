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

/// How often what lies between entries that both have once is split again.
const MOST_SPLITS: usize = 8;

/// The parts of two sequences, in order. Where they are too long to be compared exactly, entries that both have once are taken for each
/// other, as far as they stand in one order, and what lies between those is compared.
pub(super) fn align<T: Eq + Hash + Ord>(old: &[T], new: &[T]) -> Vec<Part> {
    let mut parts = Vec::new();
    aligned(old, new, MOST_SPLITS, &mut parts);
    parts
}

fn aligned<T: Eq + Hash + Ord>(old: &[T], new: &[T], splits: usize, parts: &mut Vec<Part>) {
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
    push(parts, Part::Same(start));
    if old.len().saturating_mul(new.len()) <= MOST_STEPS {
        for op in similar::capture_diff_slices(Algorithm::Myers, old, new) {
            push(parts, part(op));
        }
    } else {
        let (mut old_at, mut new_at) = (0, 0);
        let anchors = if splits > 0 { anchors(old, new) } else { Vec::new() };
        let is_split = !anchors.is_empty();
        for (old_end, new_end) in anchors.into_iter().chain([(old.len(), new.len())]) {
            let (old_part, new_part) = (
                old.get(old_at..old_end).unwrap_or_default(),
                new.get(new_at..new_end).unwrap_or_default(),
            );
            if is_split {
                aligned(old_part, new_part, splits - 1, parts);
            } else {
                push(
                    parts,
                    Part::Differs {
                        old: old_part.len(),
                        new: new_part.len(),
                    },
                );
            }
            (old_at, new_at) = (old_end, new_end);
        }
    }
    push(parts, Part::Same(end));
}

/// Where entries stand that a sequence has once.
fn once<T: Eq + Hash>(all: &[T]) -> HashMap<&T, Option<usize>> {
    let mut known = HashMap::with_capacity(all.len());
    for (index, entry) in all.iter().enumerate() {
        known
            .entry(entry)
            .and_modify(|at| *at = None)
            .or_insert(Some(index));
    }
    known
}

/// The indexes of entries that both sequences have once, the most that stand in one order in both.
fn anchors<T: Eq + Hash>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let (of_old, of_new) = (once(old), once(new));
    let pairs: Vec<(usize, usize)> = new
        .iter()
        .filter_map(|entry| Some(((*of_old.get(entry)?)?, (*of_new.get(entry)?)?)))
        .collect();
    // The longest rising sequence of old indexes: of each length the one that ends lowest, and what stands before each.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, (at, _)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs.get(*end).is_some_and(|(other, _)| other < at));
        before.push(length.checked_sub(1).and_then(|last| ends.get(last).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut found = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(index) = next {
        found.extend(pairs.get(index).copied());
        next = before.get(index).copied().flatten();
    }
    found.reverse();
    found
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

    #[test]
    fn what_is_long_is_compared_between_what_both_have_once() {
        let old: Vec<usize> = (0..20_000).collect();
        let mut new = old.clone();
        for at in [5, 9_000, 19_000] {
            new[at] = 50_000 + at;
        }
        new.remove(12_000);
        let one = Part::Differs { old: 1, new: 1 };
        assert_eq!(
            align(&old, &new),
            [
                Part::Same(5),
                one,
                Part::Same(8_994),
                one,
                Part::Same(2_999),
                Part::Differs { old: 1, new: 0 },
                Part::Same(6_999),
                one,
                Part::Same(999),
            ]
        );
        // Two halves change places: one of them stands in order.
        let turned: Vec<usize> = (10_000..20_000).chain(0..10_000).collect();
        let parts = align(&old, &turned);
        assert!(parts.contains(&Part::Same(10_000)), "{parts:?}");
    }
}
