//! Lists. Nothing changes one in place: each function gives a new one.

use super::convert::{deep_equal, described, list_items, to_int};
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::value::{List, ListType, Slot, Value};

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("list", &[], Type::Any, list),
    Function::variadic("tuple", &[], Type::Any, list),
    Function::new("first", &[Type::Any], first),
    Function::new("mustFirst", &[Type::Any], first),
    Function::new("last", &[Type::Any], last),
    Function::new("mustLast", &[Type::Any], last),
    Function::new("rest", &[Type::Any], rest),
    Function::new("mustRest", &[Type::Any], rest),
    Function::new("initial", &[Type::Any], initial),
    Function::new("mustInitial", &[Type::Any], initial),
    Function::new("append", &[Type::Any, Type::Any], append),
    Function::new("mustAppend", &[Type::Any, Type::Any], append),
    Function::new("push", &[Type::Any, Type::Any], append),
    Function::new("mustPush", &[Type::Any, Type::Any], append),
    Function::new("prepend", &[Type::Any, Type::Any], prepend),
    Function::new("mustPrepend", &[Type::Any, Type::Any], prepend),
    Function::variadic("concat", &[], Type::Any, concat),
    Function::new("reverse", &[Type::Any], reverse),
    Function::new("mustReverse", &[Type::Any], reverse),
    Function::new("compact", &[Type::Any], compact),
    Function::new("mustCompact", &[Type::Any], compact),
    Function::new("uniq", &[Type::Any], uniq),
    Function::new("mustUniq", &[Type::Any], uniq),
    Function::variadic("without", &[Type::Any], Type::Any, without),
    Function::variadic("mustWithout", &[Type::Any], Type::Any, without),
    Function::new("has", &[Type::Any, Type::Any], has),
    Function::new("mustHas", &[Type::Any, Type::Any], has),
    Function::variadic("slice", &[Type::Any], Type::Any, slice),
    Function::variadic("mustSlice", &[Type::Any], Type::Any, slice),
    Function::new("deepEqual", &[Type::Any, Type::Any], deep_equal_values),
    Function::new("chunk", &[Type::Int, Type::Any], chunk),
    Function::new("mustChunk", &[Type::Int, Type::Any], chunk),
];

fn list(_: &mut Call<'_>, mut arguments: Arguments) -> Result<Value> {
    let items = (0..arguments.len()).map(|index| arguments.take_slot(index));
    Ok(List::new(items.collect()).into())
}

/// A new list of some items.
fn made(call: &mut Call<'_>, items: Vec<Slot>) -> Result<Value> {
    call.reserve(items.len().saturating_mul(size_of::<Slot>()))?;
    Ok(List::new(items).into())
}

/// An item, noted as read.
fn item(call: &mut Call<'_>, slot: Option<&Slot>) -> Value {
    slot.map(|slot| {
        call.note(slot);
        slot.value.clone()
    })
    .unwrap_or_default()
}

/// The first item; nil of an empty list.
fn first(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let items = list_items(call, arguments.get(0))?;
    Ok(item(call, items.first()))
}

/// The last item; nil of an empty list.
fn last(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let items = list_items(call, arguments.get(0))?;
    Ok(item(call, items.last()))
}

/// All but the first item; of an empty list Go's nil list.
fn rest(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    match list_items(call, arguments.get(0))?.split_first() {
        Some((_, rest)) => made(call, rest.to_vec()),
        None => Ok(List::nil(ListType::Any).into()),
    }
}

/// All but the last item; of an empty list Go's nil list.
fn initial(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    match list_items(call, arguments.get(0))?.split_last() {
        Some((_, initial)) => made(call, initial.to_vec()),
        None => Ok(List::nil(ListType::Any).into()),
    }
}

fn append(call: &mut Call<'_>, mut arguments: Arguments) -> Result<Value> {
    let added = arguments.take_slot(1);
    let mut items = list_items(call, arguments.get(0))?.into_owned();
    items.push(added);
    made(call, items)
}

fn prepend(call: &mut Call<'_>, mut arguments: Arguments) -> Result<Value> {
    let added = arguments.take_slot(1);
    let items = list_items(call, arguments.get(0))?;
    let mut all = Vec::with_capacity(items.len() + 1);
    all.push(added);
    all.extend_from_slice(&items);
    made(call, all)
}

/// The items of all lists; Go's nil list where there are none.
fn concat(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut all = Vec::new();
    for value in arguments.from(0) {
        all.extend_from_slice(&list_items(call, value)?);
    }
    if all.is_empty() {
        return Ok(List::nil(ListType::Any).into());
    }
    made(call, all)
}

fn reverse(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut items = list_items(call, arguments.get(0))?.into_owned();
    items.reverse();
    made(call, items)
}

/// The items that are not empty.
fn compact(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut kept = Vec::new();
    for slot in list_items(call, arguments.get(0))?.iter() {
        call.note(slot);
        if slot.value.is_true() {
            kept.push(slot.clone());
        }
    }
    made(call, kept)
}

/// Whether a value is among others.
fn is_among<'v>(
    call: &mut Call<'_>,
    value: &Value,
    others: impl IntoIterator<Item = &'v Value>,
) -> Result<bool> {
    for other in others {
        if deep_equal(call, other, value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The items without those that were there before.
fn uniq(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut kept: Vec<Slot> = Vec::new();
    for slot in list_items(call, arguments.get(0))?.iter() {
        call.note(slot);
        if !is_among(call, &slot.value, kept.iter().map(|slot| &slot.value))? {
            kept.push(slot.clone());
        }
    }
    made(call, kept)
}

/// The items that are none of the further arguments.
fn without(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let mut kept = Vec::new();
    for slot in list_items(call, arguments.get(0))?.iter() {
        call.note(slot);
        if !is_among(call, &slot.value, arguments.from(1))? {
            kept.push(slot.clone());
        }
    }
    made(call, kept)
}

/// Whether a value is in a list; nothing is in nil.
fn has(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    if arguments.get(1).is_nil() {
        return Ok(Value::Bool(false));
    }
    for slot in list_items(call, arguments.get(1))?.iter() {
        call.note(slot);
        if deep_equal(call, &slot.value, arguments.get(0))? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

/// Whether both are the same in type and content.
fn deep_equal_values(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    deep_equal(call, arguments.get(0), arguments.get(1)).map(Value::Bool)
}

/// The items from a start to an end, as a list of the same type; nil of an empty list.
fn slice(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let items = list_items(call, arguments.get(0))?;
    if items.is_empty() {
        return Ok(Value::Nil);
    }
    let length = items.len();
    let place = |index: usize, default: usize| {
        if index < arguments.len() {
            usize::try_from(to_int(arguments.get(index))).ok()
        } else {
            Some(default)
        }
    };
    let part = place(1, 0)
        .zip(place(2, length))
        .and_then(|(start, end)| items.get(start..end));
    let Some(part) = part else {
        let shown = |index: usize| to_int(arguments.get(index));
        return Err(Error::new(if arguments.len() > 2 {
            format!(
                "a list of {length} items has no part from {} to {}",
                shown(1),
                shown(2)
            )
        } else {
            format!("a list of {length} items has no part from {} on", shown(1))
        }));
    };
    Ok(match arguments.get(0) {
        Value::List(list) => List::of(list.of, part.to_vec()).into(),
        Value::Bytes(bytes) => {
            let start = place(1, 0).unwrap_or(0);
            let part = bytes.get(start..start + part.len()).unwrap_or_default();
            Value::Bytes(part.into())
        }
        other => return Err(Error::new(format!("it takes a list, not {}", described(other)))),
    })
}

/// Lists of so many items each.
fn chunk(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let size = arguments.int(0);
    let items = list_items(call, arguments.get(1))?;
    let of = ListType::Named("[][]interface {}");
    // What Helm makes of negative numbers: of a longer list nothing, of one item a chunk, else a failure.
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if size < 0 && length > 1 && size <= 1 - length {
        return Ok(List::of(of, Vec::new()).into());
    }
    let size = if size < -1 && length == 1 { 1 } else { size };
    let size = usize::try_from(size)
        .ok()
        .filter(|size| *size > 0)
        .ok_or_else(|| Error::new(format!("the size {size} of chunks is not positive")))?;
    call.reserve(items.len().saturating_mul(size_of::<Slot>() * 2))?;
    let chunks = items
        .chunks(size)
        .map(|chunk| Value::from(List::new(chunk.to_vec())).into())
        .collect();
    Ok(List::of(of, chunks).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::go::functions::tests::call;

    fn ints(numbers: impl IntoIterator<Item = i64>) -> Value {
        List::from_values(numbers.into_iter().map(Value::Int)).into()
    }

    fn numbers(value: &Value) -> Vec<i64> {
        value.as_list().unwrap().iter().map(to_int).collect()
    }

    #[test]
    fn takes_lists_apart() {
        let list = || ints([1, 2, 3]);
        assert_eq!(to_int(&call("first", [list()]).unwrap()), 1);
        assert_eq!(to_int(&call("last", [list()]).unwrap()), 3);
        assert_eq!(numbers(&call("rest", [list()]).unwrap()), [2, 3]);
        assert_eq!(numbers(&call("initial", [list()]).unwrap()), [1, 2]);
        assert!(call("first", [ints([])]).unwrap().is_nil());
        assert!(call("rest", [ints([])]).unwrap().as_list().unwrap().is_nil);
        assert!(call("first", [Value::Nil]).is_err());
        assert!(call("first", [Value::from("abc")]).is_err());
    }

    #[test]
    fn items_are_the_same_by_type_and_content() {
        let mixed = List::from_values([Value::Int(1), Value::Float(1.0), Value::from("1"), Value::Int(1)]);
        assert_eq!(
            call("uniq", [mixed.clone().into()])
                .unwrap()
                .as_list()
                .unwrap()
                .len(),
            3
        );
        let has = |needle: Value, list: Value| matches!(call("has", [needle, list]), Ok(Value::Bool(true)));
        assert!(has(Value::Int(1), ints([1])));
        assert!(!has(Value::Float(1.0), ints([1])));
        assert!(!has(Value::Int(1), Value::Nil));
        assert!(call("has", [Value::from("a"), Value::from("abc")]).is_err());
        assert_eq!(
            numbers(&call("without", [ints([1, 2, 3]), Value::Int(1), Value::Int(3)]).unwrap()),
            [2]
        );
    }

    #[test]
    fn slices_within_bounds() {
        let list = || ints([1, 2, 3]);
        assert_eq!(
            numbers(&call("slice", [list(), Value::from("1")]).unwrap()),
            [2, 3]
        );
        assert_eq!(
            numbers(&call("slice", [list(), Value::Nil, Value::Float(2.9)]).unwrap()),
            [1, 2]
        );
        assert!(call("slice", [list(), Value::Int(1), Value::Int(5)]).is_err());
        assert!(call("slice", [list(), Value::Int(-1)]).is_err());
        assert!(call("slice", [ints([]), Value::Int(9)]).unwrap().is_nil());
    }

    #[test]
    fn chunks() {
        let sizes = |size| {
            let chunks = call("chunk", [Value::Int(size), ints([1, 2, 3])]).ok()?;
            let sizes = chunks
                .as_list()?
                .iter()
                .map(|chunk| chunk.as_list().unwrap().len());
            Some(sizes.collect::<Vec<_>>())
        };
        assert_eq!(sizes(2).unwrap(), [2, 1]);
        assert_eq!(sizes(0), None);
        assert_eq!(sizes(-1), None);
        assert_eq!(sizes(-2).unwrap(), Vec::<usize>::new());
        assert_eq!(sizes(-5).unwrap(), Vec::<usize>::new());
    }
}
