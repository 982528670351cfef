//! Runs a template's tree, as Go's text/template does.

use std::sync::Arc;

use super::error::{Error, Result};
use super::functions::{Arguments, Call, Function, Host, Type};
use super::parse::frame;
use super::print;
use super::run::{NO_VALUE, Run};
use super::text::Text;
use super::tree::{
    At, Callee, Command, Conditional, Loop, Node, Number, Operand, Pipeline, Template, Term, Variable,
};
use super::value::{List, ListType, Map, MapType, Value};

/// Where the evaluator is: the template, and what its dot is.
#[derive(Clone, Copy)]
pub(super) struct Here<'t> {
    pub template: &'t Template,
    pub dot: &'t Value,
}

impl Here<'_> {
    /// An error at a place of the template.
    fn error(self, at: At, message: impl Into<String>) -> Error {
        self.place(at, Error::new(message))
    }

    /// Says where an error came up.
    fn place(self, at: At, error: Error) -> Error {
        error.within(frame(&self.template.source, &self.template.name, at))
    }
}

/// How a list of nodes ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

impl Run<'_> {
    /// Runs a template with a value as its dot, writing to what is being written.
    pub(super) fn execute(&mut self, template: &Arc<Template>, dot: Value) -> Result<()> {
        let base = self.variables.len();
        self.variables.push(dot.clone());
        self.variables
            .resize(base + template.variables.max(1), Value::Absent);
        self.base = base;
        let here = Here { template, dot: &dot };
        let done = self.nodes(here, &template.nodes);
        self.variables.truncate(base);
        done.map(|_| ())
    }

    fn nodes(&mut self, here: Here<'_>, nodes: &[Node]) -> Result<Flow> {
        self.deeper()?;
        for node in nodes {
            self.step()?;
            let flow = match node {
                Node::Text { at, range } => {
                    self.put(here, *at, |run| run.write(here.template.text(range).as_bytes()))?;
                    Flow::Next
                }
                Node::Comment { .. } => Flow::Next,
                Node::Action(pipeline) => {
                    self.action(here, pipeline)?;
                    Flow::Next
                }
                Node::If(conditional) => self.conditional(here, conditional, false)?,
                Node::With(conditional) => self.conditional(here, conditional, true)?,
                Node::Range(range) => self.range(here, range)?,
                Node::Template { at, name, pipeline } => {
                    self.template(here, *at, name, pipeline.as_ref())?;
                    Flow::Next
                }
                Node::Break => Flow::Break,
                Node::Continue => Flow::Continue,
            };
            if flow != Flow::Next {
                self.depth -= 1;
                return Ok(flow);
            }
        }
        self.depth -= 1;
        Ok(Flow::Next)
    }

    /// Writes, and tells the record what was written.
    fn put(&mut self, here: Here<'_>, at: At, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let start = self.out.len();
        write(self)?;
        let end = self.out.len();
        if end > start
            && let Some(recorder) = &mut self.recorder
        {
            let line = recorder.line(&here.template.source, at.line);
            recorder.wrote(start..end, line);
        }
        Ok(())
    }

    fn action(&mut self, here: Here<'_>, pipeline: &Pipeline) -> Result<()> {
        let value = self.pipeline(here, pipeline)?;
        if !pipeline.variables.is_empty() {
            return Ok(());
        }
        if let (Value::String(text), Some(recorder)) = (&value, &mut self.recorder) {
            let line = recorder.line(&here.template.source, pipeline.at.line);
            if recorder.wrote_made(self.out.len(), text, line) {
                return self
                    .write(text.as_bytes())
                    .map_err(|error| here.place(pipeline.at, error));
            }
        }
        self.put(here, pipeline.at, |run| {
            let written = match &value {
                Value::Absent | Value::Nil => run.write(NO_VALUE),
                Value::String(text) => run.write(text.as_bytes()),
                Value::Object(object) if object.shown().is_some() => {
                    run.write(object.shown().unwrap_or_default().as_bytes())
                }
                _ => {
                    let mut call = Call { host: run };
                    let text = print::shown(&value, &mut call);
                    text.and_then(|text| run.write(&text))
                }
            };
            written.map_err(|error| here.place(pipeline.at, error))
        })
    }

    /// Notes the line that is at work, for what functions read.
    fn at_work(&mut self, here: Here<'_>, at: At) {
        if let Some(recorder) = &mut self.recorder {
            recorder.at = recorder.line(&here.template.source, at.line);
        }
    }

    /// Puts what comes next under a condition that has read what came after `first`.
    fn enter(&mut self, here: Here<'_>, at: At, first: u32) {
        if let Some(recorder) = &mut self.recorder {
            let line = recorder.line(&here.template.source, at.line);
            recorder.enter(first, line);
        }
    }

    fn leave(&mut self, outer: Option<u32>) {
        if let Some(recorder) = &mut self.recorder {
            recorder.under = outer;
        }
    }

    fn reads(&self) -> u32 {
        self.recorder.as_ref().map_or(0, |recorder| recorder.reads())
    }

    fn conditional(&mut self, here: Here<'_>, conditional: &Conditional, with: bool) -> Result<Flow> {
        let around = self.recorder.as_ref().and_then(|recorder| recorder.under);
        for (pipeline, nodes) in &conditional.branches {
            let first = self.reads();
            let value = self.pipeline(here, pipeline)?;
            self.enter(here, pipeline.at, first);
            if value.is_true() {
                let dot = if with { &value } else { here.dot };
                let flow = self.nodes(Here { dot, ..here }, nodes)?;
                self.leave(around);
                return Ok(flow);
            }
        }
        let flow = self.nodes(here, &conditional.otherwise)?;
        self.leave(around);
        Ok(flow)
    }

    fn range(&mut self, here: Here<'_>, range: &Loop) -> Result<Flow> {
        let around = self.recorder.as_ref().and_then(|recorder| recorder.under);
        let first = self.reads();
        let value = self.pipeline(here, &range.pipeline)?;
        self.enter(here, range.pipeline.at, first);
        let ran = self.iterate(here, range, &value)?;
        let flow = if ran {
            Flow::Next
        } else {
            self.nodes(here, &range.otherwise)?
        };
        self.leave(around);
        Ok(flow)
    }

    /// Runs the body for each item; gives whether there was one.
    fn iterate(&mut self, here: Here<'_>, range: &Loop, value: &Value) -> Result<bool> {
        let at = range.pipeline.at;
        let variables = range.pipeline.variables.len();
        match value {
            Value::Absent | Value::Nil => Ok(false),
            Value::List(list) => {
                for (index, slot) in list.slots().iter().enumerate() {
                    self.note(here, at, slot.origin);
                    let index = Value::Int(i64::try_from(index).unwrap_or(i64::MAX));
                    if !self.iteration(here, range, index, slot.value.clone())? {
                        break;
                    }
                }
                Ok(!list.is_empty())
            }
            Value::Bytes(bytes) => {
                for (index, byte) in bytes.iter().enumerate() {
                    let index = Value::Int(i64::try_from(index).unwrap_or(i64::MAX));
                    if !self.iteration(here, range, index, Value::Byte(*byte))? {
                        break;
                    }
                }
                Ok(!bytes.is_empty())
            }
            Value::Map(map) => {
                let entries = map.entries();
                let any = !entries.is_empty();
                self.spend(u64::try_from(entries.len()).unwrap_or(u64::MAX))?;
                for (key, slot) in entries {
                    self.note(here, at, slot.origin);
                    if !self.iteration(here, range, Value::String(key), slot.value)? {
                        break;
                    }
                }
                Ok(any)
            }
            Value::Int(_) | Value::Int64(_) | Value::Byte(_) | Value::Uint64(_) if variables > 1 => {
                Err(here.error(at, "a `range` over a number has one variable at most"))
            }
            Value::Int(number) => self.count(here, range, *number, Value::Int),
            Value::Int64(number) => self.count(here, range, *number, Value::Int64),
            Value::Byte(number) => self.count(here, range, (*number).into(), |number| {
                Value::Byte(u8::try_from(number).unwrap_or(u8::MAX))
            }),
            Value::Uint64(number) => {
                let end = i64::try_from(*number).unwrap_or(i64::MAX);
                self.count(here, range, end, |number| {
                    Value::Uint64(u64::try_from(number).unwrap_or_default())
                })
            }
            Value::Object(object) => match object.entries() {
                Some(entries) => {
                    let any = !entries.is_empty();
                    for (key, value) in entries {
                        if !self.iteration(here, range, Value::String(key), value)? {
                            break;
                        }
                    }
                    Ok(any)
                }
                None => Err(here.error(at, format!("`range` cannot go over a `{}`", object.type_name()))),
            },
            Value::Bool(_) | Value::Float(_) | Value::String(_) => {
                Err(here.error(at, format!("`range` cannot go over a `{}`", value.type_name())))
            }
        }
    }

    fn count(&mut self, here: Here<'_>, range: &Loop, end: i64, make: fn(i64) -> Value) -> Result<bool> {
        for number in 0..end {
            if !self.iteration(here, range, Value::Absent, make(number))? {
                break;
            }
        }
        Ok(end > 0)
    }

    /// Runs the body once; gives whether to go on.
    fn iteration(&mut self, here: Here<'_>, range: &Loop, key: Value, item: Value) -> Result<bool> {
        self.step()?;
        match range.pipeline.variables.as_slice() {
            [] => {}
            [one] => self.set(here, range.pipeline.at, one, item.clone())?,
            [first, second, ..] => {
                self.set(here, range.pipeline.at, first, key)?;
                self.set(here, range.pipeline.at, second, item.clone())?;
            }
        }
        let flow = self.nodes(Here { dot: &item, ..here }, &range.body)?;
        Ok(flow != Flow::Break)
    }

    fn set(&mut self, here: Here<'_>, at: At, variable: &Variable, value: Value) -> Result<()> {
        let slot = variable
            .number
            .and_then(|number| self.variables.get_mut(self.base + number));
        match slot {
            Some(slot) => {
                *slot = value;
                Ok(())
            }
            None => {
                let message = format!("`{}` was not declared; that is done with `:=`", variable.name);
                Err(here.error(at, message))
            }
        }
    }

    fn template(&mut self, here: Here<'_>, at: At, name: &str, pipeline: Option<&Pipeline>) -> Result<()> {
        let template = Arc::clone(self.find(name).map_err(|error| here.place(at, error))?);
        let dot = match pipeline {
            Some(pipeline) => self.pipeline(here, pipeline)?,
            None => Value::Absent,
        };
        self.deeper().map_err(|error| here.place(at, error))?;
        let base = self.base;
        let done = self.execute(&template, dot);
        self.base = base;
        self.depth -= 1;
        done.map_err(|error| here.place(at, error))
    }

    /// The value of a pipeline, which its variables get.
    fn pipeline(&mut self, here: Here<'_>, pipeline: &Pipeline) -> Result<Value> {
        self.deeper().map_err(|error| here.place(pipeline.at, error))?;
        let mut value = None;
        for command in &pipeline.commands {
            let made = self.command(here, command, value)?;
            value = Some(if made.is_nil() { Value::Absent } else { made });
        }
        let value = value.unwrap_or(Value::Absent);
        for variable in &pipeline.variables {
            self.set(here, pipeline.at, variable, value.clone())?;
        }
        self.depth -= 1;
        Ok(value)
    }

    /// The value of a command; `last` is the value of the one before.
    fn command(&mut self, here: Here<'_>, command: &Command, last: Option<Value>) -> Result<Value> {
        self.step()?;
        let Some((operand, arguments)) = command.operands.split_first() else {
            return Ok(Value::Absent);
        };
        match &operand.term {
            Term::Function(callee) => self.call(here, operand.at, *callee, arguments, last),
            Term::Field(path) => self.fields(here, operand.at, here.dot.clone(), path, arguments, last),
            Term::Chain(inner, path) => {
                let receiver = self.operand(here, inner)?;
                self.fields(here, operand.at, receiver, path, arguments, last)
            }
            Term::Variable(number, path) if !path.is_empty() => {
                let receiver = self.variable(*number);
                self.fields(here, operand.at, receiver, path, arguments, last)
            }
            _ if !arguments.is_empty() || last.is_some() => {
                Err(here.error(operand.at, "this is not a function, and takes no arguments"))
            }
            Term::Nil => Err(here.error(operand.at, "`nil` is not a command")),
            _ => self.operand(here, operand),
        }
    }

    fn variable(&self, number: usize) -> Value {
        self.variables
            .get(self.base + number)
            .cloned()
            .unwrap_or(Value::Absent)
    }

    /// The value of an operand where any type will do.
    fn operand(&mut self, here: Here<'_>, operand: &Operand) -> Result<Value> {
        match &operand.term {
            Term::Dot => Ok(here.dot.clone()),
            Term::Nil => Ok(Value::Nil),
            Term::Bool(value) => Ok(Value::Bool(*value)),
            Term::Number(number) => ideal(*number).map_err(|problem| here.error(operand.at, problem)),
            Term::String(text) => Ok(Value::String(text.clone())),
            Term::Field(path) => self.fields(here, operand.at, here.dot.clone(), path, &[], None),
            Term::Variable(number, path) => {
                let value = self.variable(*number);
                self.fields(here, operand.at, value, path, &[], None)
            }
            Term::Function(callee) => self.call(here, operand.at, *callee, &[], None),
            Term::Pipeline(pipeline) => self.pipeline(here, pipeline),
            Term::Chain(inner, path) => {
                if matches!(inner.term, Term::Nil) {
                    return Err(here.error(operand.at, "`nil` has no fields"));
                }
                let receiver = self.operand(here, inner)?;
                self.fields(here, operand.at, receiver, path, &[], None)
            }
        }
    }

    /// The value of an operand as a function wants it.
    fn argument(&mut self, here: Here<'_>, operand: &Operand, wanted: Type) -> Result<Value> {
        let refused = |found: &str| {
            here.error(
                operand.at,
                format!("{} is wanted here, not {found}", wanted.article()),
            )
        };
        match &operand.term {
            Term::Nil => match wanted {
                Type::Any | Type::Map | Type::List => {
                    checked(Value::Absent, wanted).map_err(|problem| here.error(operand.at, problem))
                }
                _ => Err(refused("`nil`")),
            },
            Term::Bool(value) => match wanted {
                Type::Any | Type::Bool => Ok(Value::Bool(*value)),
                _ => Err(refused(&format!("`{value}`"))),
            },
            Term::Number(number) => match wanted {
                Type::Any => ideal(*number).map_err(|problem| here.error(operand.at, problem)),
                Type::Int => number
                    .int
                    .map(Value::Int)
                    .ok_or_else(|| refused("a number with a fraction")),
                Type::Uint32 => number
                    .uint
                    .filter(|number| u32::try_from(*number).is_ok())
                    .map(Value::Uint64)
                    .ok_or_else(|| refused("this number")),
                Type::Float => Ok(Value::Float(number.float)),
                _ => Err(refused("a number")),
            },
            Term::String(text) => match wanted {
                Type::Any | Type::String => Ok(Value::String(text.clone())),
                _ => Err(refused("a text")),
            },
            _ => {
                let value = self.operand(here, operand)?;
                checked(value, wanted).map_err(|problem| here.error(operand.at, problem))
            }
        }
    }

    fn call(
        &mut self,
        here: Here<'_>,
        at: At,
        callee: Callee,
        operands: &[Operand],
        last: Option<Value>,
    ) -> Result<Value> {
        let stops_at = match callee {
            Callee::And => false,
            Callee::Or => true,
            Callee::Function(function) => {
                return self.function(here, at, function, Vec::new(), operands, last);
            }
        };
        let mut value = None;
        for operand in operands {
            let next = self.argument(here, operand, Type::Any)?;
            if next.is_true() == stops_at {
                return Ok(next);
            }
            value = Some(next);
        }
        last.or(value).ok_or_else(|| {
            let name = if stops_at { "or" } else { "and" };
            here.error(at, format!("`{name}` needs an argument"))
        })
    }

    /// Calls a function; `values` come before what the operands give, `last` after it.
    fn function(
        &mut self,
        here: Here<'_>,
        at: At,
        function: &'static Function,
        values: Vec<Value>,
        operands: &[Operand],
        last: Option<Value>,
    ) -> Result<Value> {
        let of_object = values.len();
        let count = of_object + operands.len() + usize::from(last.is_some());
        let fixed = function.takes.len();
        if count < fixed || (count > fixed && function.rest.is_none()) {
            let least = if function.rest.is_some() { "at least " } else { "" };
            let message = format!(
                "`{}` takes {least}{}, not {}",
                function.name,
                arguments(fixed - of_object.min(fixed)),
                count - of_object
            );
            return Err(here.error(at, message));
        }
        let wanted = |position: usize| {
            let fixed = function.takes.get(position).copied();
            fixed.or(function.rest).unwrap_or(Type::Any)
        };
        let mut values = values;
        values.reserve(count - of_object);
        for operand in operands {
            let value = self.argument(here, operand, wanted(values.len()))?;
            values.push(value);
        }
        if let Some(last) = last {
            let value = checked(last, wanted(values.len()))
                .map_err(|problem| here.error(at, format!("`{}`: {problem}", function.name)))?;
            values.push(value);
        }
        self.at_work(here, at);
        let given = self.recorder.is_some().then(|| values.clone());
        let result = (function.run)(&mut Call { host: self }, Arguments::new(values))
            .map_err(|error| here.place(at, error.in_call(function.name)))?;
        if let (Some(recorder), Some(given), Value::String(text)) = (&mut self.recorder, given, &result) {
            recorder.transformed(text, &given);
        }
        Ok(result)
    }

    /// Notes that a value was read.
    fn note(&mut self, here: Here<'_>, at: At, origin: super::value::Origin) {
        if origin.is_known()
            && let Some(recorder) = &mut self.recorder
        {
            recorder.at = recorder.line(&here.template.source, at.line);
            recorder.read(origin);
        }
    }

    /// Notes that a key was asked for that is not there.
    fn note_missing(&mut self, here: Here<'_>, at: At, map: &Map, name: &Text) {
        if map.origin().is_known()
            && let Some(recorder) = &mut self.recorder
        {
            recorder.at = recorder.line(&here.template.source, at.line);
            recorder.missed(map.origin(), name);
        }
    }

    /// The value at a path of fields; the last one may be a method, which gets the arguments.
    fn fields(
        &mut self,
        here: Here<'_>,
        at: At,
        receiver: Value,
        path: &[Text],
        operands: &[Operand],
        last: Option<Value>,
    ) -> Result<Value> {
        let Some((name, before)) = path.split_last() else {
            return Ok(receiver);
        };
        let mut value = receiver;
        for name in before {
            value = self.field(here, at, value, name, &[], None)?;
        }
        self.field(here, at, value, name, operands, last)
    }

    fn field(
        &mut self,
        here: Here<'_>,
        at: At,
        receiver: Value,
        name: &Text,
        operands: &[Operand],
        last: Option<Value>,
    ) -> Result<Value> {
        let has_arguments = !operands.is_empty() || last.is_some();
        let refused = || here.error(at, format!("`.{name}` is not a method, and takes no arguments"));
        match &receiver {
            Value::Absent => return Ok(Value::Absent),
            Value::Nil => {
                return Err(here.error(
                    at,
                    format!("`.{name}` is asked of something that is nil or missing"),
                ));
            }
            Value::Map(map) if map.of != MapType::Values || super::roots::values_method(name).is_none() => {
                if has_arguments {
                    return Err(refused());
                }
                return Ok(match map.slot(name.as_bytes()) {
                    Some(slot) => {
                        self.note(here, at, slot.origin);
                        slot.value
                    }
                    None if map.of == MapType::Strings => Value::from(""),
                    None => {
                        self.note_missing(here, at, map, name);
                        Value::Nil
                    }
                });
            }
            _ => {}
        }
        let method = match &receiver {
            Value::Object(object) => object.method(&name.lossy()),
            Value::Map(_) => super::roots::values_method(name),
            Value::List(list) => super::roots::list_method(list, name),
            _ => None,
        };
        if let Some(method) = method {
            return self.function(here, at, method, vec![receiver], operands, last);
        }
        let field = match &receiver {
            Value::Object(object) => object.field(&name.lossy()),
            _ => None,
        };
        match field {
            Some(_) if has_arguments => Err(refused()),
            Some(value) => Ok(value),
            None => {
                let message = format!("a `{}` has no field `{name}`", receiver.type_name());
                Err(here.error(at, message))
            }
        }
    }
}

/// `1 argument`, `2 arguments`.
fn arguments(count: usize) -> String {
    format!("{count} argument{}", if count == 1 { "" } else { "s" })
}

/// The value of a number where any type will do.
fn ideal(number: Number) -> std::result::Result<Value, String> {
    if number.is_float {
        return Ok(Value::Float(number.float));
    }
    number
        .int
        .map(Value::Int)
        .ok_or_else(|| "the number does not fit `int`, which has 63 bits and a sign".to_owned())
}

/// A value as a function wants it, as far as Go assigns it to the type.
fn checked(value: Value, wanted: Type) -> std::result::Result<Value, String> {
    let refused = |found: &str| Err(format!("{} is wanted here, not {found}", wanted.article()));
    match (wanted, value) {
        (Type::Any, Value::Absent) => Ok(Value::Nil),
        (Type::Map, Value::Absent) => Ok(Value::Map(Map::nil(MapType::Any))),
        (Type::List, Value::Absent) => Ok(Value::List(List::nil(ListType::Any))),
        (_, Value::Absent | Value::Nil) if wanted != Type::Any => refused("something that is nil or missing"),
        (Type::Map, Value::Map(map)) if map.of != MapType::Strings => {
            Ok(Value::Map(map.seen_as(MapType::Any)))
        }
        (Type::Any, value)
        | (Type::Bool, value @ Value::Bool(_))
        | (Type::Int, value @ Value::Int(_))
        | (Type::Float, value @ Value::Float(_))
        | (Type::String, value @ Value::String(_)) => Ok(value),
        (Type::List, Value::List(list)) if list.of == ListType::Any => Ok(Value::List(list)),
        (Type::Object(name), Value::Object(object)) if object.type_name() == name => {
            Ok(Value::Object(object))
        }
        (_, value) => refused(&format!("a `{}`", value.type_name())),
    }
}
