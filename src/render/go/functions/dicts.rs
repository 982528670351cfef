//! Maps, by reference: `set`, `unset` and the merges change the map that they are given.

use super::convert::{described, to_text};
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{DEEPEST, Error, Result};
use crate::render::go::text::Text;
use crate::render::go::value::{List, Map, MapType, Slot, Value};

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("dict", &[], Type::Any, dict),
    Function::new("get", &[Type::Map, Type::String], get),
    Function::new("set", &[Type::Map, Type::String, Type::Any], set),
    Function::new("unset", &[Type::Map, Type::String], unset),
    Function::new("hasKey", &[Type::Map, Type::String], has_key),
    Function::variadic("pluck", &[Type::String], Type::Map, pluck),
    Function::variadic("keys", &[], Type::Map, keys),
    Function::new("values", &[Type::Map], values),
    Function::variadic("pick", &[Type::Map], Type::String, pick),
    Function::variadic("omit", &[Type::Map], Type::String, omit),
    Function::variadic("dig", &[], Type::Any, dig),
    Function::new("deepCopy", &[Type::Any], deep_copy),
    Function::new("mustDeepCopy", &[Type::Any], deep_copy),
    Function::variadic("merge", &[Type::Map], Type::Map, merge),
    Function::variadic("mustMerge", &[Type::Map], Type::Map, merge),
    Function::variadic("mergeOverwrite", &[Type::Map], Type::Map, merge_overwrite),
    Function::variadic("mustMergeOverwrite", &[Type::Map], Type::Map, merge_overwrite),
];

/// Those that change the first of the maps that they are given.
pub(in crate::render::go) const CHANGING: &[&str] = &[
    "set",
    "unset",
    "merge",
    "mustMerge",
    "mergeOverwrite",
    "mustMergeOverwrite",
];

/// What a map costs for each entry, about.
const ENTRY: usize = size_of::<(Text, Slot)>() * 2;

/// A map of keys and values in turn; the last value may be missing.
fn dict(call: &mut Call<'_>, mut arguments: Arguments) -> Result<Value> {
    call.reserve((arguments.len() / 2).saturating_mul(ENTRY))?;
    let map = Map::new();
    for position in (0..arguments.len()).step_by(2) {
        let key = to_text(call, arguments.get(position))?;
        let slot = match position + 1 < arguments.len() {
            true => arguments.take_slot(position + 1),
            false => Value::from("").into(),
        };
        map.set(key, slot);
    }
    Ok(map.into())
}

/// The value of a key; the empty text where there is none.
fn get(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let found = call.get(&arguments.map(0), &arguments.text(1));
    Ok(found.unwrap_or_else(|| Value::from("")))
}

fn set(call: &mut Call<'_>, mut arguments: Arguments) -> Result<Value> {
    let map = writable(&arguments)?;
    call.reserve(ENTRY)?;
    call.changes(&map)?;
    map.set(arguments.text(1), arguments.take_slot(2));
    Ok(map.into())
}

/// The first argument, which is to be changed.
fn writable(arguments: &Arguments) -> Result<Map> {
    let map = arguments.map(0);
    if map.is_nil || arguments.get(0).as_map().is_none() {
        return Err(Error::new("the map to change is nil"));
    }
    Ok(map.seen_as(MapType::Any))
}

fn unset(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let map = arguments.map(0).seen_as(MapType::Any);
    call.changes(&map)?;
    map.unset(&arguments.text(1));
    Ok(map.into())
}

fn has_key(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let found = call.slot(&arguments.map(0), &arguments.text(1)).is_some();
    Ok(Value::Bool(found))
}

/// The values of a key in all maps that have it.
fn pluck(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let key = arguments.text(0);
    let mut found = Vec::new();
    for map in arguments.from(1).iter().filter_map(Value::as_map) {
        found.extend(call.slot(map, &key));
    }
    Ok(List::new(found).into())
}

/// The keys of all maps, one map after another, each in order.
fn keys(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut keys = Vec::new();
    for map in arguments.from(0).iter().filter_map(Value::as_map) {
        call.spend(map.len())?;
        call.reserve(map.len().saturating_mul(size_of::<Slot>()))?;
        keys.extend(map.keys());
    }
    Ok(List::from_strings(keys).into())
}

/// The values in the order of their keys.
fn values(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let map = arguments.map(0);
    call.spend(map.len())?;
    call.reserve(map.len().saturating_mul(size_of::<Slot>()))?;
    Ok(List::new(map.view().iter().map(|(_, slot)| slot.clone()).collect()).into())
}

/// A new map of some keys.
fn pick(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let map = arguments.map(0);
    let picked = Map::new();
    for key in arguments.from(1).iter().filter_map(Value::as_text) {
        if let Some(slot) = map.slot(key) {
            call.reserve(ENTRY)?;
            picked.set(key.clone(), slot);
        }
    }
    Ok(picked.into())
}

/// A new map of all but some keys.
fn omit(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let map = arguments.map(0);
    call.spend(map.len())?;
    call.reserve(map.len().saturating_mul(ENTRY))?;
    let kept = map.copied().seen_as(MapType::Any);
    for key in arguments.from(1).iter().filter_map(Value::as_text) {
        kept.unset(key);
    }
    Ok(kept.into())
}

/// The value at a path of keys; the last but one argument where a key is missing. The last one is the map.
fn dig(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let all = arguments.from(0);
    let [keys @ .., default, root] = all else {
        return Err(super::wrong_number(
            "at least 3 (a key, the default and the map)",
            all.len(),
        ));
    };
    if keys.is_empty() {
        return Err(super::wrong_number(
            "at least 3 (a key, the default and the map)",
            all.len(),
        ));
    }
    if let Some(wrong) = keys.iter().find(|key| key.as_text().is_none()) {
        return Err(Error::new(format!("a key is {}, not a text", described(wrong))));
    }
    let mut found = root.clone();
    let mut path = String::new();
    for key in keys.iter().filter_map(Value::as_text) {
        let map = match &found {
            Value::Map(map) if map.of == MapType::Any => map.clone(),
            Value::Map(map) if map.of == MapType::Values => {
                return Err(Error::new(
                    "it does not look into `.Values` as a whole; look into a key of it, or into `.Values.AsMap`",
                ));
            }
            other if path.is_empty() => {
                let what = described(other);
                return Err(Error::new(format!(
                    "it looks into a map, but the last argument is {what}"
                )));
            }
            other => {
                let what = described(other);
                return Err(Error::new(format!("it looks into maps, but {path} is {what}")));
            }
        };
        let Some(value) = call.get(&map, key) else {
            return Ok(default.clone());
        };
        found = value;
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&key.lossy());
    }
    Ok(found)
}

fn deep_copy(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    match arguments.get(0) {
        Value::Nil | Value::Absent => Err(Error::new("nil cannot be copied")),
        value => copied(call, value, DEEPEST),
    }
}

/// A copy whose maps can be changed by themselves. Origins stay.
fn copied(call: &mut Call<'_>, value: &Value, depth: usize) -> Result<Value> {
    let less = || depth.checked_sub(1).ok_or_else(Error::too_deep);
    Ok(match value {
        Value::Map(map) => {
            let depth = less()?;
            call.spend(map.len())?;
            // A map has room for eleven entries from the first on.
            call.reserve(map.len().max(8).saturating_mul(ENTRY))?;
            let mut entries = Vec::with_capacity(map.len());
            for (key, slot) in map.entries() {
                entries.push((key, copied_slot(call, &slot, depth)?));
            }
            let mut copy = Map::of(map.of, entries);
            copy.is_nil = map.is_nil;
            copy.into()
        }
        Value::List(list) => {
            let depth = less()?;
            call.spend(list.len())?;
            call.reserve(list.len().saturating_add(2).saturating_mul(size_of::<Slot>()))?;
            let mut items = Vec::with_capacity(list.len());
            for slot in list.slots() {
                items.push(copied_slot(call, slot, depth)?);
            }
            let mut copy = List::of(list.of, items);
            copy.is_nil = list.is_nil;
            copy.into()
        }
        other => other.clone(),
    })
}

fn copied_slot(call: &mut Call<'_>, slot: &Slot, depth: usize) -> Result<Slot> {
    Ok(Slot {
        value: copied(call, &slot.value, depth)?,
        origin: slot.origin,
    })
}

fn merge(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    merged(call, &arguments, false)
}

fn merge_overwrite(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    merged(call, &arguments, true)
}

/// Merges maps into the first, in place. Maps in maps that come into it are shared with where they came from.
fn merged(call: &mut Call<'_>, arguments: &Arguments, overwrite: bool) -> Result<Value> {
    let into = match arguments.get(0) {
        Value::Map(map) if !map.is_nil => map.seen_as(MapType::Any),
        _ => Map::new(),
    };
    for from in arguments.from(1).iter().filter_map(Value::as_map) {
        let mut visited = Vec::new();
        merge_maps(call, &into, from, overwrite, &mut visited)?;
    }
    Ok(into.into())
}

/// Merges a map into another: what is missing or empty there is taken over, with `overwrite` everything but maps, which
/// are merged.
fn merge_maps(
    call: &mut Call<'_>,
    into: &Map,
    from: &Map,
    overwrite: bool,
    visited: &mut Vec<usize>,
) -> Result<()> {
    // Maps that hold themselves are merged once.
    if into.is_same(from) || visited.contains(&into.identity()) {
        return Ok(());
    }
    if visited.len() >= DEEPEST {
        return Err(Error::too_deep());
    }
    visited.push(into.identity());
    call.spend(from.len())?;
    for (key, slot) in from.entries() {
        let found = into.slot(&key);
        // A nil map or list, as a chart's annotations that are not there, is no nil in a map.
        if matches!(slot.value, Value::Nil | Value::Absent) {
            if overwrite {
                call.reserve(ENTRY)?;
                call.changes(into)?;
                into.set(key, slot);
            }
            continue;
        }
        if let (Value::Map(from), Some(Value::Map(inner))) =
            (&slot.value, found.as_ref().map(|slot| &slot.value))
            && !inner.is_nil
        {
            merge_maps(call, inner, from, overwrite, visited)?;
            if !inner.is_empty() {
                continue;
            }
        }
        let is_empty = match &found {
            None => true,
            Some(found) => {
                call.note(found);
                !found.value.is_true()
            }
        };
        if overwrite || is_empty {
            call.reserve(ENTRY)?;
            call.changes(into)?;
            into.set(key, slot);
        }
    }
    visited.pop();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::go::functions::tests::call;

    fn map<const N: usize>(entries: [(&str, Value); N]) -> Map {
        Map::from_values(entries)
    }

    fn int_at(map: &Map, key: &str) -> i64 {
        match map.get(key.as_bytes()) {
            Some(Value::Int(number)) => number,
            other => panic!("{key}: {other:?}"),
        }
    }

    #[test]
    fn changes_maps_in_place() {
        let root = map([("a", Value::Int(1))]);
        let of_chart = root.seen_as(MapType::Values);
        let result = call("set", [of_chart.into(), "b".into(), Value::Int(2)]).unwrap();
        assert_eq!(result.type_name(), "map[string]interface {}");
        assert_eq!(int_at(&root, "b"), 2);
        call("unset", [root.clone().into(), "a".into()]).unwrap();
        assert!(!root.has(b"a"));
        assert!(call("set", [Value::Nil, "b".into(), Value::Int(2)]).is_err());
    }

    #[test]
    fn merges_into_the_first() {
        let inner = map([("y", Value::Int(1))]);
        let from = map([
            ("x", inner.clone().into()),
            ("n", Value::Nil),
            ("e", Value::Int(3)),
        ]);
        let into = map([("e", "".into())]);
        call("merge", [into.clone().into(), from.clone().into()]).unwrap();
        assert_eq!(int_at(&into, "e"), 3);
        assert!(!into.has(b"n"));
        // What came in is shared.
        into.get(b"x").unwrap().as_map().unwrap().set("y", Value::Int(2));
        assert_eq!(int_at(&inner, "y"), 2);
        // What was there is not.
        let own = map([("y", Value::Int(7))]);
        let into = map([
            ("x", own.clone().into()),
            ("n", Value::Int(1)),
            ("e", Value::Int(1)),
        ]);
        call("mergeOverwrite", [into.clone().into(), from.into()]).unwrap();
        assert_eq!((int_at(&own, "y"), int_at(&inner, "y")), (2, 2));
        assert!(into.get(b"n").unwrap().is_nil());
        assert_eq!(int_at(&into, "e"), 3);
    }

    #[test]
    fn merges_maps_that_hold_themselves() {
        let (one, other) = (Map::new(), map([("k", Value::Int(1))]));
        one.set("self", Value::from(one.clone()));
        other.set("self", Value::from(other.clone()));
        call("merge", [one.clone().into(), other.clone().into()]).unwrap();
        assert_eq!(int_at(&one, "k"), 1);
        assert!(call("deepCopy", [one.clone().into()]).is_err());
        one.unset(b"self");
        other.unset(b"self");
    }

    #[test]
    fn digs_with_a_default() {
        let root = map([("a", map([("b", Value::Int(1)), ("n", Value::Nil)]).into())]);
        let dig = |keys: &[&str], root: &Map| {
            let mut arguments = keys.iter().map(|key| Value::from(*key)).collect::<Vec<_>>();
            arguments.extend([Value::from("default"), root.clone().into()]);
            call("dig", arguments)
        };
        assert!(matches!(dig(&["a", "b"], &root), Ok(Value::Int(1))));
        assert!(dig(&["a", "x"], &root).unwrap().as_text().unwrap().is("default"));
        assert!(dig(&["a", "n"], &root).unwrap().is_nil());
        assert!(
            dig(&["a", "b", "c"], &root)
                .unwrap_err()
                .message()
                .contains("a.b is a number")
        );
        assert!(dig(&["a"], &root.seen_as(MapType::Values)).is_err());
        assert!(call("dig", [Value::from("a"), Value::from("b")]).is_err());
    }

    #[test]
    fn copies_deeply() {
        let inner = map([("y", Value::Int(1))]);
        let list = List::from_values([Value::from(inner.clone())]);
        let copy = call("deepCopy", [list.into()]).unwrap();
        inner.set("y", Value::Int(2));
        let copied = copy.as_list().unwrap().get(0).unwrap().as_map().unwrap().clone();
        assert_eq!(int_at(&copied, "y"), 1);
        assert!(call("deepCopy", [Value::Nil]).is_err());
    }
}
