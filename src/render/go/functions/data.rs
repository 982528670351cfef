//! Values as YAML and JSON, and back. What cannot be written is the empty text, and an error for the names with `must`;
//! what cannot be read is a map with `Error` in it, as Helm has it.

use super::node::to_node;
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::functions::json::{self, Layout};
use crate::render::go::nodes::{from_node, origin_at};
use crate::render::go::text::Text;
use crate::render::go::value::{Kind, List, ListType, Map, MapType, Value};
use crate::source::Source;
use crate::yaml;

const COMPACT: Layout = Layout {
    pretty: false,
    html: true,
};
const PRETTY: Layout = Layout {
    pretty: true,
    html: true,
};
const RAW: Layout = Layout {
    pretty: false,
    html: false,
};

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("toYaml", &[Type::Any], |call, arguments| {
        or_empty(to_yaml(call, &arguments))
    }),
    Function::new("mustToYaml", &[Type::Any], |call, arguments| {
        to_yaml(call, &arguments)
    }),
    Function::new("toYamlPretty", &[Type::Any], |call, arguments| {
        or_empty(to_yaml_pretty(call, &arguments))
    }),
    Function::new("toJson", &[Type::Any], |call, arguments| {
        or_empty(to_json(call, &arguments, COMPACT))
    }),
    Function::new("mustToJson", &[Type::Any], |call, arguments| {
        to_json(call, &arguments, COMPACT)
    }),
    Function::new("toPrettyJson", &[Type::Any], |call, arguments| {
        or_empty(to_json(call, &arguments, PRETTY))
    }),
    Function::new("mustToPrettyJson", &[Type::Any], |call, arguments| {
        to_json(call, &arguments, PRETTY)
    }),
    Function::new("toRawJson", &[Type::Any], |call, arguments| {
        to_json(call, &arguments, RAW)
    }),
    Function::new("mustToRawJson", &[Type::Any], |call, arguments| {
        to_json(call, &arguments, RAW)
    }),
    Function::new("fromYaml", &[Type::String], from_yaml),
    Function::new("fromYamlArray", &[Type::String], from_yaml_array),
    Function::new("fromJson", &[Type::String], |_, arguments| {
        Ok(map_or_error(json::read(&arguments.text(0)), ""))
    }),
    Function::new("fromJsonArray", &[Type::String], |_, arguments| {
        Ok(list_or_error(json::read(&arguments.text(0)), ""))
    }),
    Function::new("mustFromJson", &[Type::String], |_, arguments| {
        json::read(&arguments.text(0))
    }),
];

/// Helm swallows what goes wrong; a bound that was reached ends the render all the same.
fn or_empty(written: Result<Value>) -> Result<Value> {
    match written {
        Err(error) if error.is_mistake() => Ok(Value::from("")),
        written => written,
    }
}

fn to_yaml(call: &mut Call<'_>, arguments: &Arguments) -> Result<Value> {
    let first = call.host.reads();
    let node = to_node(arguments.get(0), call)?;
    let (mut text, marks) = match first {
        Some(_) => yaml::write_helm_marked(&node),
        None => (yaml::write_helm(&node), Vec::new()),
    };
    text.truncate(text.len() - usize::from(text.ends_with('\n')));
    call.reserve(text.len())?;
    let text = Text::from(text);
    if let Some(first) = first {
        let marks: Vec<_> = marks
            .iter()
            .map(|(end, place)| (*end, origin_at(place)))
            .collect();
        call.host.wrote_yaml(&text, &marks, first);
    }
    Ok(Value::String(text))
}

fn to_yaml_pretty(call: &mut Call<'_>, arguments: &Arguments) -> Result<Value> {
    let node = to_node(arguments.get(0), call)?;
    let mut text = yaml::write_helm_pretty(&node);
    text.truncate(text.len() - usize::from(text.ends_with('\n')));
    call.reserve(text.len())?;
    Ok(Value::from(text))
}

fn to_json(call: &mut Call<'_>, arguments: &Arguments, layout: Layout) -> Result<Value> {
    let text = json::write(arguments.get(0), layout, call)?;
    Ok(Value::from(text))
}

/// Go reads YAML by way of JSON, and says so.
const OF_YAML: &str = "error unmarshaling JSON: while decoding JSON: ";

fn read_yaml(call: &mut Call<'_>, text: Text) -> Result<Value> {
    if let Some((known, node)) = call.host.last_yaml()
        && *known == text
    {
        return Ok(from_node(node));
    }
    let source = Source::new("the text of `fromYaml`", text.lossy());
    let options = yaml::Options {
        duplicate_keys: yaml::DuplicateKeys::Last,
        ends_with_bracket: true,
        ..yaml::Options::default()
    };
    let node = yaml::read_document_with(&source, &options).map_err(|problems| {
        let problem = problems.0.first();
        let problem = problem.map_or_else(String::new, |problem| problem.message.clone());
        Error::new(format!("error converting YAML to JSON: {problem}"))
    })?;
    let value = from_node(&node);
    *call.host.last_yaml() = Some((text, node));
    Ok(value)
}

fn from_yaml(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(match read_yaml(call, arguments.text(0)) {
        Ok(Value::Nil) => Map::new().into(),
        read => map_or_error(read, OF_YAML),
    })
}

fn from_yaml_array(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    Ok(match read_yaml(call, arguments.text(0)) {
        Ok(Value::Nil) => List::default().into(),
        read => list_or_error(read, OF_YAML),
    })
}

fn map_or_error(read: Result<Value>, prefix: &str) -> Value {
    let problem = match read.and_then(|value| json::of_type(value, Kind::Map)) {
        Ok(Value::Nil) => return Map::nil(MapType::Any).into(),
        Ok(map) => return map,
        Err(error) => said(&error, prefix),
    };
    Map::from_values([("Error", Value::from(problem))]).into()
}

fn list_or_error(read: Result<Value>, prefix: &str) -> Value {
    let problem = match read.and_then(|value| json::of_type(value, Kind::Slice)) {
        Ok(Value::Nil) => return List::nil(ListType::Any).into(),
        Ok(list) => return list,
        Err(error) => said(&error, prefix),
    };
    List::from_values([Value::from(problem)]).into()
}

/// The words of an error as a text; `prefix` stands before those about types.
fn said(error: &Error, prefix: &str) -> String {
    let message = error.message();
    let prefix = if message.starts_with("json: ") { prefix } else { "" };
    format!("{prefix}{message}")
}
