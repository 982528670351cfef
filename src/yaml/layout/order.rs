//! The order of keys of go-yaml v2 (its sorter.go): letters after all else, digits by the number they make.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::super::node::{Entry, Map};

pub(crate) type Pair<'a> = (&'a Arc<str>, &'a Entry);

/// A map's entries in the natural order of their keys.
///
/// That order has circles (`v1b` before `v9` before `v10` before `v1b`), and what Helm makes of such keys changes
/// from run to run. Here it depends on the set of keys only.
pub(crate) fn in_natural_order(map: &Map) -> Vec<Pair<'_>> {
    let sorted = map.sorted();
    // Of letters alone it is the order of the bytes.
    if sorted
        .iter()
        .all(|(key, _)| key.bytes().all(|byte| byte.is_ascii_alphabetic()))
    {
        return sorted;
    }
    // Not `sort_by`, which may panic where the order has circles.
    merge_sort(sorted, |a, b| is_before(a.0, b.0))
}

fn merge_sort<T: Copy>(items: Vec<T>, is_before: impl Fn(T, T) -> bool) -> Vec<T> {
    let mut from = items;
    let mut to = Vec::with_capacity(from.len());
    let mut width = 1;
    while width < from.len() {
        for run in from.chunks(width * 2) {
            let (left, right) = run.split_at(width.min(run.len()));
            let mut left = left.iter().copied().peekable();
            for next in right.iter().copied() {
                while let Some(first) = left.next_if(|first| !is_before(next, *first)) {
                    to.push(first);
                }
                to.push(next);
            }
            to.extend(left);
        }
        from.clear();
        std::mem::swap(&mut from, &mut to);
        width *= 2;
    }
    from
}

/// Whether go-yaml writes the key `a` before `b`.
fn is_before(a: &str, b: &str) -> bool {
    let mut same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    while !a.is_char_boundary(same) {
        same -= 1;
    }
    let (Some((before, a)), Some((_, b))) = (a.split_at_checked(same), b.split_at_checked(same)) else {
        return a < b;
    };
    let (Some(first_a), Some(first_b)) = (a.chars().next(), b.chars().next()) else {
        return a.len() < b.len();
    };
    match (is_letter(first_a), is_letter(first_b)) {
        (true, true) => return first_a < first_b,
        (false, false) => {}
        (_, b_is_letter) => return b_is_letter,
    }
    // A zero counts by its place where it continues a number.
    let continues = (first_a == '0' || first_b == '0')
        && before
            .chars()
            .rev()
            .take_while(|character| is_digit(*character))
            .any(|digit| digit != '0');
    (run(a, continues), first_a) < (run(b, continues), first_b)
}

/// The number that a text begins with, and how many digits it has. Longer numbers overflow, as they do in Go.
fn run(text: &str, continues: bool) -> (i64, usize) {
    let digits = text.chars().take_while(|character| is_digit(*character));
    digits.fold((i64::from(continues), 0), |(number, count), digit| {
        let digit = i64::from(u32::from(digit)) - i64::from(u32::from('0'));
        (number.wrapping_mul(10).wrapping_add(digit), count + 1)
    })
}

/// Go's `unicode.IsLetter`.
fn is_letter(character: char) -> bool {
    static LETTER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\p{L}").ok());
    if character.is_ascii() {
        character.is_ascii_alphabetic()
    } else {
        is_in(&LETTER, character)
    }
}

/// Go's `unicode.IsDigit`.
fn is_digit(character: char) -> bool {
    static DIGIT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\p{Nd}").ok());
    if character.is_ascii() {
        character.is_ascii_digit()
    } else {
        is_in(&DIGIT, character)
    }
}

fn is_in(class: &LazyLock<Option<Regex>>, character: char) -> bool {
    let mut bytes = [0; 4];
    class
        .as_ref()
        .is_some_and(|class| class.is_match(character.encode_utf8(&mut bytes)))
}
