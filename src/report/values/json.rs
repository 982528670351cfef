//! Values with their origins, and answers about values, as JSON. The form is told in docs/values.md and is stable: keys are added,
//! none is removed or changed.

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::Masked;
use crate::chart::{DecidedBy, Decision};
use crate::explain::{Behind, Layers, Reason, SetBy, Story, Unused, Uses, ValueBehind};
use crate::manifest::Identity;
use crate::render::provenance::{FieldPath, leaves};
use crate::report::json_text;
use crate::source::Place;
use crate::values::{Origin, Setting, Step, find};
use crate::yaml::{self, Node, Value};

/// A node as it is.
struct Tree<'a>(&'a Node);

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.value {
            Value::List(list) => {
                let mut out = serializer.serialize_seq(Some(list.len()))?;
                for item in list.iter() {
                    out.serialize_element(&Tree(item))?;
                }
                out.end()
            }
            Value::Map(map) => {
                let mut out = serializer.serialize_map(Some(map.len()))?;
                for (key, entry) in map.iter() {
                    out.serialize_entry(&**key, &Tree(&entry.node))?;
                }
                out.end()
            }
            _ => yaml::to_json(self.0).serialize(serializer),
        }
    }
}

/// A place: `line` and `column` count from 1 and are left out where a file or flag is meant as a whole.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct At {
    file: String,
    #[serde(skip_serializing_if = "is_whole")]
    line: u32,
    #[serde(skip_serializing_if = "is_whole")]
    column: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_whole(number: &u32) -> bool {
    *number == 0
}

fn at(place: &Place) -> Option<At> {
    Some(At {
        file: place.source()?.name().to_owned(),
        line: place.line,
        column: place.column,
    })
}

/// A path: as people write it, and its steps.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Path {
    key: String,
    path: Vec<PathStep>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum PathStep {
    Key(String),
    Index(usize),
}

fn path(path: &FieldPath) -> Path {
    let step = |step: &Step| match step {
        Step::Key(key) => PathStep::Key(key.to_string()),
        Step::Index(index) => PathStep::Index(*index),
    };
    Path {
        key: path.to_string(),
        path: path.0.iter().map(step).collect(),
    }
}

/// A line of a template.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    #[serde(flatten)]
    place: At,
    text: String,
}

fn line(place: &Place, masked: &Masked) -> Option<Line> {
    Some(Line {
        place: at(&place.line_alone())?,
        text: masked.text(place.line_text().unwrap_or_default().trim()),
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Layered {
    layer: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    chart: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Origins<'a> {
    values: Tree<'a>,
    origins: serde_json::Map<String, serde_json::Value>,
}

/// The values, and the layer and place of each leaf by its key.
pub fn origins(values: &Node, layers: &Layers<'_>) -> String {
    let mut origins = serde_json::Map::new();
    for leaf in leaves(values) {
        let Some(node) = find(values, &leaf.0) else {
            continue;
        };
        let (layer, chart) = match layers.of(&node.place) {
            SetBy::Default(chart) => ("default", Some(chart.join("."))),
            SetBy::Environment => ("environment", None),
            SetBy::File => ("file", None),
            SetBy::Flag => ("flag", None),
            SetBy::Computed => ("computed", None),
        };
        let layered = Layered {
            layer,
            chart,
            place: at(&node.place),
        };
        origins.insert(
            leaf.to_string(),
            serde_json::to_value(layered).unwrap_or_default(),
        );
    }
    json_text(&Origins {
        values: Tree(values),
        origins,
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Set {
    layer: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    chart: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    place: Option<At>,
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<serde_json::Value>,
}

fn set(setting: &Setting, masked: &Masked) -> Set {
    let (layer, chart, from) = match &setting.origin {
        Origin::Default { chart } => ("default", Some(chart.join(".")), None),
        Origin::Section { chart } => ("section", Some(chart.join(".")), None),
        Origin::Import { chart, from } => ("import", Some(chart.join(".")), Some(from.clone())),
        Origin::Environment => ("environment", None, None),
        Origin::File => ("file", None, None),
        Origin::Flag => ("flag", None, None),
    };
    let value = setting.value.as_ref();
    Set {
        layer,
        chart,
        from,
        place: at(&setting.place),
        key: FieldPath(setting.path.clone()).to_string(),
        value: value.map(|value| yaml::to_json(&masked.node(&setting.path, value))),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    api_version: String,
    kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    namespace: String,
    name: String,
}

fn object(identity: &Identity) -> Object {
    Object {
        api_version: identity.api_version.clone(),
        kind: identity.kind.clone(),
        namespace: identity.namespace.clone(),
        name: identity.name.clone(),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    #[serde(flatten)]
    path: Path,
    is_set: bool,
    value: Option<Tree<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Described<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled: Option<Disabled>,
    history: Vec<Set>,
    switches: Vec<Switched>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uses: Option<Used>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described<'a> {
    types: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<Tree<'a>>,
}

/// A chart that is switched off, and by what.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Disabled {
    chart: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At>,
}

fn disabled(decision: &Decision) -> Disabled {
    let (by, place) = match &decision.reason {
        DecidedBy::Condition { path, place } => (Some(path.clone()), at(place)),
        DecidedBy::Tag { name, place } => (Some(format!("tags.{name}")), at(place)),
        DecidedBy::Default => (None, None),
    };
    Disabled {
        chart: decision.local_name().to_owned(),
        by,
        place,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Switched {
    chart: String,
    is_on: bool,
    decides: bool,
    place: Option<At>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Used {
    readers: Vec<Line>,
    conditions: Vec<Line>,
    reaches: Vec<Reaches>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reaches {
    object: Object,
    template: String,
    /// Whether it is only there, or not there, because of the value.
    is_whole: bool,
    fields: Vec<Field>,
    decided: Vec<Path>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Field {
    #[serde(flatten)]
    path: Path,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inner: Vec<Path>,
}

/// The story of a value.
pub fn story(story: &Story, masked: &Masked) -> String {
    let value = story
        .value
        .as_ref()
        .map(|value| masked.node(&story.path.0, value));
    let description = story.description.as_ref().map(|description| Described {
        types: &description.types,
        text: description.text.as_deref(),
        place: at(&description.place),
        allowed: description.allowed.iter().map(Tree).collect(),
    });
    let switches = story.switches.iter().map(|switch| Switched {
        chart: switch.chart.join("."),
        is_on: switch.is_on,
        decides: switch.decides,
        place: at(&switch.place),
    });
    json_text(&Told {
        path: path(&story.path),
        is_set: value.is_some(),
        value: value.as_ref().map(Tree),
        description,
        disabled: story.disabled.as_ref().map(disabled),
        history: story.history.iter().map(|setting| set(setting, masked)).collect(),
        switches: switches.collect(),
        uses: story.uses.as_ref().map(|uses| used(uses, masked)),
    })
}

fn used(uses: &Uses, masked: &Masked) -> Used {
    let lines = |places: &[Place]| places.iter().filter_map(|place| line(place, masked)).collect();
    let reaches = uses.reached.iter().map(|reached| Reaches {
        object: object(&reached.identity),
        template: reached.template.clone(),
        is_whole: reached.is_whole,
        fields: (reached.fields.iter())
            .map(|field| Field {
                path: path(&field.path),
                inner: field.inner.iter().map(path).collect(),
            })
            .collect(),
        decided: reached.decided.iter().map(path).collect(),
    });
    Used {
        readers: lines(&uses.readers),
        conditions: lines(&uses.conditions),
        reaches: reaches.collect(),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AllUnused {
    unused: Vec<OneUnused>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OneUnused {
    #[serde(flatten)]
    path: Path,
    place: Option<At>,
    value: serde_json::Value,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    near: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled: Option<Disabled>,
}

/// What nothing read.
pub fn unused(unused: &[Unused], masked: &Masked) -> String {
    let one = |value: &Unused| {
        let (reason, near, disabled) = match &value.reason {
            Reason::Disabled(decision) => ("disabled", None, Some(disabled(decision))),
            Reason::Unknown { near } => ("unknown", near.clone(), None),
            Reason::NotAsked => ("unread", None, None),
        };
        OneUnused {
            path: path(&value.path),
            place: at(&value.place),
            value: yaml::to_json(&masked.node(&value.path.0, &value.value)),
            reason,
            near,
            disabled,
        }
    };
    json_text(&AllUnused {
        unused: unused.iter().map(one).collect(),
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MadeOf {
    object: Object,
    template: String,
    field: Path,
    #[serde(skip_serializing_if = "Option::is_none")]
    inner: Option<Path>,
    value: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    made_at: Option<Line>,
    values: Vec<WentIn>,
    conditions: Vec<Under>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WentIn {
    #[serde(flatten)]
    path: Path,
    is_set: bool,
    value: Option<serde_json::Value>,
    history: Vec<Set>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Under {
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<Line>,
    values: Vec<WentIn>,
}

/// What is behind a field.
pub fn behind(behind: &Behind, masked: &Masked) -> String {
    let steps: Vec<Step> = (behind.field.0.iter())
        .chain(behind.inner.iter().flat_map(|inner| &inner.0))
        .cloned()
        .collect();
    let value = masked.field(&behind.object.kind, &steps, &behind.value);
    let went_in = |values: &[ValueBehind]| values.iter().map(|value| self::went_in(value, masked)).collect();
    let under = |(place, values): &(Place, Vec<ValueBehind>)| Under {
        tag: line(place, masked),
        values: went_in(values),
    };
    json_text(&MadeOf {
        object: object(&behind.object),
        template: behind.template.clone(),
        field: path(&behind.field),
        inner: behind.inner.as_ref().map(path),
        value: yaml::to_json(&value),
        made_at: line(&behind.place, masked),
        values: went_in(&behind.values),
        conditions: behind.conditions.iter().map(under).collect(),
    })
}

fn went_in(value: &ValueBehind, masked: &Masked) -> WentIn {
    let shown = value.value.as_ref();
    WentIn {
        path: path(&value.path),
        is_set: shown.is_some(),
        value: shown.map(|node| yaml::to_json(&masked.node(&value.path.0, node))),
        history: value.history.iter().map(|setting| set(setting, masked)).collect(),
    }
}
