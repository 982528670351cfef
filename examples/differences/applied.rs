//! Puts the changes of a report on the old objects, and looks whether the new ones come of it.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow, bail};
use promchart::manifest::Object;
use promchart::source::Source;
use promchart::yaml::{self, to_json};
use serde_json::{Map, Value as Json, json};

/// Fails with what is another object than the new side's.
pub fn check(old: &[Object], new: &[Object], report: &Json) -> Result<()> {
    let identity = |object: &Json| {
        let meta = &object["metadata"];
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        (
            text(&object["kind"]),
            text(&meta["namespace"]),
            text(&meta["name"]),
        )
    };
    let table = |objects: &[Object]| -> BTreeMap<_, Json> {
        objects
            .iter()
            .map(|object| to_json(&object.node))
            .map(|object| (identity(&object), object))
            .collect()
    };
    let (mut made, wanted) = (table(old), table(new));
    for object in report["objects"].as_array().into_iter().flatten() {
        let named = |of: &Json| {
            let text = |key: &str| of[key].as_str().unwrap_or_default().to_owned();
            (text("kind"), text("namespace"), text("name"))
        };
        let (key, was) = (named(object), &object["was"]);
        match object["change"].as_str() {
            Some("added") => {
                made.insert(key, object["object"].clone());
            }
            Some("removed") => {
                made.remove(&key);
            }
            _ => {
                let old_key = if was.is_object() { named(was) } else { key.clone() };
                let base = made.remove(&old_key).ok_or_else(|| anyhow!("no {old_key:?}"))?;
                made.insert(
                    key,
                    apply(
                        base,
                        object["fields"].as_array().map(Vec::as_slice).unwrap_or_default(),
                    )?,
                );
            }
        }
    }
    for (key, object) in &wanted {
        let Some(made) = made.get(key) else {
            bail!("no {key:?}")
        };
        let (made, wanted) = (normal(made, ""), normal(object, ""));
        if made != wanted {
            bail!("{key:?}: {}", first(&made, &wanted, ""));
        }
    }
    match made.keys().find(|key| !wanted.contains_key(*key)) {
        Some(key) => bail!("{key:?} is too many"),
        None => Ok(()),
    }
}

/// A change of one list, map or text, by the way to it.
fn apply(mut object: Json, fields: &[Json]) -> Result<Json> {
    let fields: Vec<(&[Json], &Json)> = fields
        .iter()
        .filter(|field| field["change"] != "moved")
        .map(|field| {
            (
                field["steps"].as_array().map(Vec::as_slice).unwrap_or_default(),
                field,
            )
        })
        .collect();
    put(&mut object, &fields)?;
    Ok(object)
}

fn put(node: &mut Json, fields: &[(&[Json], &Json)]) -> Result<()> {
    let mut keys: BTreeMap<&str, Vec<(&[Json], &Json)>> = BTreeMap::new();
    let mut items: Vec<(&Json, &[Json], &Json)> = Vec::new();
    let mut inside: Vec<(&[Json], &Json)> = Vec::new();
    for (steps, field) in fields {
        let Some((step, rest)) = steps.split_first() else {
            bail!("a change of the whole beside others");
        };
        match step {
            Json::String(key) => keys.entry(key).or_default().push((rest, field)),
            step if step.get("inside").is_some() => inside.push((rest, field)),
            step => items.push((step, rest, field)),
        }
    }
    for (key, below) in keys {
        let map = node
            .as_object_mut()
            .ok_or_else(|| anyhow!("`{key}` is not in a map"))?;
        one(below, &mut MapSlot(map, key))?;
    }
    if !inside.is_empty() {
        let text = node.as_str().ok_or_else(|| anyhow!("no text"))?;
        let read = yaml::read_document(&Source::new("text", text)).map_err(|error| anyhow!("{error}"))?;
        let mut data = to_json(&read);
        put(&mut data, &inside)?;
        *node = Json::String(data.to_string());
    }
    if !items.is_empty() {
        let list = node.as_array_mut().ok_or_else(|| anyhow!("items in no list"))?;
        put_items(list, &items)?;
    }
    Ok(())
}

struct MapSlot<'m>(&'m mut Map<String, Json>, &'m str);

fn one(below: Vec<(&[Json], &Json)>, slot: &mut MapSlot<'_>) -> Result<()> {
    if let [(rest, field)] = below.as_slice()
        && rest.is_empty()
    {
        match field.get("new") {
            Some(new) => slot.0.insert(slot.1.to_owned(), new.clone()),
            None => slot.0.remove(slot.1),
        };
        return Ok(());
    }
    let inner = slot.0.get_mut(slot.1).ok_or_else(|| anyhow!("no `{}`", slot.1))?;
    put(inner, &below)
}

fn put_items(list: &mut Vec<Json>, items: &[(&Json, &[Json], &Json)]) -> Result<()> {
    let index = |step: &Json, side: &str| {
        step.get(side)
            .and_then(Json::as_u64)
            .and_then(|index| usize::try_from(index).ok())
    };
    // Changes within items first, while their old indexes hold.
    let mut inner: BTreeMap<usize, Vec<(&[Json], &Json)>> = BTreeMap::new();
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for (step, rest, field) in items {
        match (index(step, "old"), index(step, "new")) {
            (Some(old), None) => gone.push(old),
            (None, Some(new)) => come.push((new, field["new"].clone())),
            (Some(old), Some(_)) => inner.entry(old).or_default().push((rest, field)),
            (None, None) => bail!("an item without an index"),
        }
    }
    for (at, below) in inner {
        let item = list.get_mut(at).ok_or_else(|| anyhow!("no item {at}"))?;
        match below.as_slice() {
            [([], field)] => *item = field["new"].clone(),
            _ => put(item, &below)?,
        }
    }
    gone.sort_unstable();
    for at in gone.into_iter().rev() {
        list.remove(at);
    }
    come.sort_by_key(|(at, _)| *at);
    for (at, item) in come {
        list.insert(at.min(list.len()), item);
    }
    Ok(())
}

/// Lists by keys in one order, texts of data as what they hold, and without what the server keeps nothing of.
fn normal(node: &Json, name: &str) -> Json {
    match node {
        Json::Object(map) => {
            let kept = map
                .iter()
                .map(|(key, value)| (key.clone(), normal(value, key)))
                .filter(|(_, value)| !value.is_null() && *value != json!([]) && *value != json!({}))
                // What the server writes itself where nothing is said.
                .filter(|(key, value)| !super::comparer::is_default(key, value.as_str().unwrap_or_default()));
            Json::Object(kept.collect())
        }
        Json::Array(list) => {
            let mut items: Vec<Json> = list.iter().map(|item| normal(item, "")).collect();
            let is_keyed = |item: &Json| {
                [
                    "name",
                    "mountPath",
                    "containerPort",
                    "port",
                    "ip",
                    "topologyKey",
                    "job_name",
                    "alert",
                    "record",
                ]
                .iter()
                .any(|key| item.get(key).is_some())
            };
            if items.iter().all(is_keyed) || matches!(name, "verbs" | "resources" | "apiGroups") {
                items.sort_by_key(Json::to_string);
            }
            Json::Array(items)
        }
        Json::String(text) if text.contains(['\n', '{']) => {
            match yaml::read_document(&Source::new("text", text.as_str())) {
                Ok(read) if read.as_map().is_some() || read.as_list().is_some() => {
                    normal(&to_json(&read), name)
                }
                _ => node.clone(),
            }
        }
        other => other.clone(),
    }
}

fn first(made: &Json, wanted: &Json, path: &str) -> String {
    match (made, wanted) {
        (Json::Object(a), Json::Object(b)) => {
            let differs = a.keys().chain(b.keys()).find(|key| a.get(*key) != b.get(*key));
            let null = Json::Null;
            differs.map_or_else(String::new, |key| {
                first(
                    a.get(key).unwrap_or(&null),
                    b.get(key).unwrap_or(&null),
                    &format!("{path}.{key}"),
                )
            })
        }
        _ => format!("{path}: made {made:.200}, wanted {wanted:.200}"),
    }
}
