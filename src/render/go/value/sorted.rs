//! Entries in the order of their keys.

use std::collections::{BTreeMap, btree_map};

use super::Slot;
use crate::render::go::text::Text;

/// How many entries stand side by side. Most maps have a handful, for which a tree takes several times the memory.
const FEW: usize = 32;

/// Keys with their slots, in byte order.
#[derive(Clone, Debug)]
pub(super) enum Sorted {
    /// No more than [`FEW`].
    Few(Vec<(Text, Slot)>),
    /// Any number.
    Many(BTreeMap<Text, Slot>),
}

impl Default for Sorted {
    fn default() -> Self {
        Sorted::Few(Vec::new())
    }
}

/// Where a key is among a few, or where it belongs.
fn find(few: &[(Text, Slot)], key: &[u8]) -> Result<usize, usize> {
    few.binary_search_by(|(known, _)| known.as_bytes().cmp(key))
}

impl Sorted {
    /// The slot of a key.
    pub(super) fn get(&self, key: &[u8]) -> Option<&Slot> {
        match self {
            // Most differ from it in length, which takes no look at their texts: faster than to find the place.
            Sorted::Few(few) => few
                .iter()
                .find_map(|(known, slot)| (known.as_bytes() == key).then_some(slot)),
            Sorted::Many(many) => many.get(key),
        }
    }

    /// Sets a key.
    pub(super) fn insert(&mut self, key: Text, slot: Slot) {
        match self {
            Sorted::Few(few) => match find(few, &key) {
                Ok(index) => {
                    if let Some((_, known)) = few.get_mut(index) {
                        *known = slot;
                    }
                }
                Err(index) if few.len() < FEW => few.insert(index, (key, slot)),
                Err(_) => {
                    let mut many: BTreeMap<_, _> = std::mem::take(few).into_iter().collect();
                    many.insert(key, slot);
                    *self = Sorted::Many(many);
                }
            },
            Sorted::Many(many) => drop(many.insert(key, slot)),
        }
    }

    /// Takes a key away.
    pub(super) fn remove(&mut self, key: &[u8]) -> Option<Slot> {
        match self {
            Sorted::Few(few) => find(few, key).ok().map(|index| few.remove(index).1),
            Sorted::Many(many) => many.remove(key),
        }
    }

    /// The number of keys.
    pub(super) fn len(&self) -> usize {
        match self {
            Sorted::Few(few) => few.len(),
            Sorted::Many(many) => many.len(),
        }
    }

    /// Keys and slots in order.
    pub(super) fn iter(&self) -> Iter<'_> {
        match self {
            Sorted::Few(few) => Iter::Few(few.iter()),
            Sorted::Many(many) => Iter::Many(many.iter()),
        }
    }
}

impl FromIterator<(Text, Slot)> for Sorted {
    /// Of two entries of one key the later counts.
    fn from_iter<I: IntoIterator<Item = (Text, Slot)>>(entries: I) -> Self {
        let mut all: Vec<_> = entries.into_iter().collect();
        if all.len() > FEW {
            return Sorted::Many(all.into_iter().collect());
        }
        if !all.is_sorted_by(|(a, _), (b, _)| a < b) {
            // The latest first, which stays.
            all.reverse();
            all.sort_by(|(a, _), (b, _)| a.cmp(b));
            all.dedup_by(|(a, _), (b, _)| a == b);
        }
        Sorted::Few(all)
    }
}

impl IntoIterator for Sorted {
    type Item = (Text, Slot);
    type IntoIter = std::iter::Chain<std::vec::IntoIter<(Text, Slot)>, btree_map::IntoIter<Text, Slot>>;

    fn into_iter(self) -> Self::IntoIter {
        let (few, many) = match self {
            Sorted::Few(few) => (few, BTreeMap::new()),
            Sorted::Many(many) => (Vec::new(), many),
        };
        few.into_iter().chain(many)
    }
}

/// Keys and slots in order.
#[derive(Clone, Debug)]
pub enum Iter<'m> {
    /// Of a few.
    Few(std::slice::Iter<'m, (Text, Slot)>),
    /// Of many.
    Many(btree_map::Iter<'m, Text, Slot>),
}

impl<'m> Iterator for Iter<'m> {
    type Item = (&'m Text, &'m Slot);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Iter::Few(few) => few.next().map(|(key, slot)| (key, slot)),
            Iter::Many(many) => many.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Iter::Few(few) => few.size_hint(),
            Iter::Many(many) => many.size_hint(),
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::go::value::Value;

    fn slot(number: usize) -> Slot {
        Value::Int(i64::try_from(number).unwrap()).into()
    }

    fn all(sorted: &Sorted) -> Vec<(String, i64)> {
        let number = |slot: &Slot| match slot.value {
            Value::Int(number) => number,
            _ => panic!("not a number"),
        };
        sorted
            .iter()
            .map(|(key, slot)| (key.to_string(), number(slot)))
            .collect()
    }

    #[test]
    fn few_and_many_are_the_same_map() {
        // What a tree says, at each size on both sides of the border.
        for count in [0, 1, 2, FEW - 1, FEW, FEW + 1, 3 * FEW] {
            let keys: Vec<usize> = (0..count).map(|number| number * 7 % 101).collect();
            let mut tree = BTreeMap::new();
            let mut set = Sorted::default();
            for key in &keys {
                tree.insert(key.to_string(), i64::try_from(*key).unwrap());
                set.insert(Text::from(key.to_string()), slot(*key));
            }
            let made: Sorted = keys
                .iter()
                .map(|key| (Text::from(key.to_string()), slot(*key)))
                .collect();
            let expected: Vec<(String, i64)> = tree.clone().into_iter().collect();
            assert_eq!(
                (all(&set), all(&made)),
                (expected.clone(), expected.clone()),
                "{count}"
            );
            assert_eq!(set.len(), count);
            let taken: Vec<String> = set.clone().into_iter().map(|(key, _)| key.to_string()).collect();
            assert_eq!(taken, tree.keys().cloned().collect::<Vec<_>>());
            for key in &keys {
                assert!(set.get(key.to_string().as_bytes()).is_some());
                assert!(set.remove(key.to_string().as_bytes()).is_some());
                assert!(set.get(key.to_string().as_bytes()).is_none());
            }
            assert_eq!((set.len(), set.remove(b"1").is_none()), (0, true));
        }
    }

    #[test]
    fn of_two_of_one_key_the_later_counts() {
        for more in [0, FEW] {
            let keys = ["b", "a", "b", "a", "c"].map(str::to_owned);
            let others = (0..more).map(|number| format!("d{number}"));
            let entries = keys.into_iter().chain(others).enumerate();
            let made: Sorted = entries
                .map(|(number, key)| (Text::from(key), slot(number)))
                .collect();
            let expected = [("a", 3), ("b", 2), ("c", 4)].map(|(key, number)| (key.to_owned(), number));
            assert_eq!(all(&made)[..3], expected);
            let mut set = made.clone();
            set.insert(Text::from("b"), slot(9));
            assert_eq!((all(&set)[1].1, set.len()), (9, made.len()));
        }
    }
}
