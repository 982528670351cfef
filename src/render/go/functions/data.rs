//! Values as YAML and JSON, and back. What cannot be written is the empty text, and an error for the names with `must`;
//! what cannot be read is a map with `Error` in it, as Helm has it.

use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::json::{self, Layout};
use crate::render::go::nodes::{from_node, to_node};
use crate::render::go::text::Text;
use crate::render::go::value::{List, ListType, Map, MapType, Value};
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
    Function::new("toYaml", &[Type::Any], |call, arguments| or_empty(to_yaml(call, &arguments))),
    Function::new("mustToYaml", &[Type::Any], |call, arguments| to_yaml(call, &arguments)),
    Function::new("toYamlPretty", &[Type::Any], |call, arguments| {
        or_empty(to_yaml_pretty(call, &arguments))
    }),
    Function::new("toJson", &[Type::Any], |call, arguments| {
        or_empty(to_json(call, &arguments, COMPACT))
    }),
    Function::new("mustToJson", &[Type::Any], |call, arguments| to_json(call, &arguments, COMPACT)),
    Function::new("toPrettyJson", &[Type::Any], |call, arguments| {
        or_empty(to_json(call, &arguments, PRETTY))
    }),
    Function::new("mustToPrettyJson", &[Type::Any], |call, arguments| {
        to_json(call, &arguments, PRETTY)
    }),
    Function::new("toRawJson", &[Type::Any], |call, arguments| to_json(call, &arguments, RAW)),
    Function::new("mustToRawJson", &[Type::Any], |call, arguments| to_json(call, &arguments, RAW)),
    Function::new("fromYaml", &[Type::String], |_, arguments| {
        Ok(Value::Map(map_or_error(read_yaml(&arguments.text(0)))))
    }),
    Function::new("fromYamlArray", &[Type::String], |_, arguments| {
        Ok(Value::List(list_or_error(read_yaml(&arguments.text(0)))))
    }),
    Function::new("fromJson", &[Type::String], |_, arguments| {
        Ok(Value::Map(map_or_error(json::read(&arguments.text(0)))))
    }),
    Function::new("fromJsonArray", &[Type::String], |_, arguments| {
        Ok(Value::List(list_or_error(json::read(&arguments.text(0)))))
    }),
    Function::new("mustFromJson", &[Type::String], |_, arguments| json::read(&arguments.text(0))),
];

/// Helm swallows what goes wrong; a bound that was reached ends the render all the same.
fn or_empty(written: Result<Value>) -> Result<Value> {
    match written {
        Err(error) if !error.is_limit() => Ok(Value::from("")),
        written => written,
    }
}

fn to_yaml(call: &mut Call<'_>, arguments: &Arguments) -> Result<Value> {
    let node = to_node(arguments.get(0), call)?;
    let mut text = yaml::write_helm(&node);
    text.truncate(text.len() - usize::from(text.ends_with('\n')));
    call.reserve(text.len())?;
    Ok(Value::from(text))
}

fn to_yaml_pretty(call: &mut Call<'_>, arguments: &Arguments) -> Result<Value> {
    let node = to_node(arguments.get(0), call)?;
    let mut text = yaml::write(&node);
    text.truncate(text.len() - usize::from(text.ends_with('\n')));
    call.reserve(text.len())?;
    Ok(Value::from(text))
}

fn to_json(call: &mut Call<'_>, arguments: &Arguments, layout: Layout) -> Result<Value> {
    let text = json::write(arguments.get(0), layout, call)?;
    call.reserve(text.len())?;
    Ok(Value::from(text))
}

fn read_yaml(text: &Text) -> Result<Value> {
    let source = Source::new("the text of `fromYaml`", text.lossy());
    let node = yaml::read_document(&source).map_err(|problems| {
        let problem = problems.0.first();
        Error::new(problem.map_or_else(String::new, |problem| problem.message.clone()))
    })?;
    Ok(from_node(&node))
}

fn map_or_error(read: Result<Value>) -> Map {
    let problem = match read {
        Ok(Value::Map(map)) => return map,
        Ok(Value::Nil) => return Map::nil(MapType::Any),
        Ok(value) => format!("the text holds a `{}`, not a map", value.type_name()),
        Err(error) => error.message().to_owned(),
    };
    Map::from_values([("Error", Value::from(problem))])
}

fn list_or_error(read: Result<Value>) -> List {
    let problem = match read {
        Ok(Value::List(list)) => return list,
        Ok(Value::Nil) => return List::nil(ListType::Any),
        Ok(value) => format!("the text holds a `{}`, not a list", value.type_name()),
        Err(error) => error.message().to_owned(),
    };
    List::from_values([Value::from(problem)])
}
