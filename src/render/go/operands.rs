//! Operands: fields, functions and what they are given.

use super::error::Result;
use super::evaluate::Here;
use super::functions::{Arguments, Call, Function, Type, Values};
use super::record::Read;
use super::roots;
use super::run::{Held, Run};
use super::text::Text;
use super::tree::{At, Callee, Fields, Number, Operand, Term};
use super::value::{List, ListType, Map, MapType, Origin, Value};

impl Run<'_> {
    /// The value of a variable, or of a field below it. What was read for the variable is read again, unless it is known what
    /// the field is.
    pub(super) fn variable(
        &mut self,
        here: Here<'_>,
        at: At,
        number: usize,
        below: impl FnOnce(&mut Self, Value) -> Result<Value>,
    ) -> Result<Value> {
        let held = self.variables.get(self.base + number).cloned();
        let held = held.unwrap_or(Held {
            value: Value::Absent,
            reads: None,
        });
        let first = self.reads();
        let value = below(self, held.value)?;
        if first == self.reads() {
            self.note_all(here, at, held.reads.as_deref().unwrap_or_default());
        }
        Ok(value)
    }

    /// Notes that values were read which something was made of.
    fn note_all(&mut self, here: Here<'_>, at: At, reads: &[Read]) {
        if let Some(recorder) = &mut self.recorder
            && !reads.is_empty()
        {
            recorder.at = recorder.line(&here.template.source, at.line);
            recorder.read_again(reads);
        }
    }

    /// The value of an operand where any type will do.
    pub(super) fn operand(&mut self, here: Here<'_>, operand: &Operand) -> Result<Value> {
        match &operand.term {
            Term::Dot => {
                self.note_all(here, operand.at, here.reads);
                Ok(here.dot.clone())
            }
            Term::Nil => Ok(Value::Nil),
            Term::Bool(value) => Ok(Value::Bool(*value)),
            Term::Number(number) => ideal(*number).map_err(|problem| here.error(operand.at, problem)),
            Term::String(text) => Ok(Value::String(text.clone())),
            Term::Field(path) => self.fields(here, operand.at, here.dot.clone(), *path, &[], None),
            Term::Variable(number, path) => self.variable(here, operand.at, *number, |run, value| {
                run.fields(here, operand.at, value, *path, &[], None)
            }),
            Term::Undeclared(name) => {
                let message = format!("`{name}` has no value here: its declaration has not run");
                Err(here.error(operand.at, message))
            }
            Term::Function(callee) => self.call(here, operand.at, *callee, &[], None),
            Term::Pipeline(pipeline) => self.pipeline(here, pipeline),
            Term::Chain(inner, path) => {
                if matches!(inner.term, Term::Nil) {
                    return Err(here.error(operand.at, "`nil` has no fields"));
                }
                let receiver = self.operand(here, inner)?;
                self.fields(here, operand.at, receiver, *path, &[], None)
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
                    .int()
                    .map(Value::Int)
                    .ok_or_else(|| refused("a number with a fraction")),
                Type::Uint32 => number
                    .uint()
                    .filter(|number| u32::try_from(*number).is_ok())
                    .map(Value::Uint64)
                    .ok_or_else(|| refused("this number")),
                Type::Float => Ok(Value::Float(number.float())),
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

    pub(super) fn call(
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
                return self.function(here, at, function, None, operands, last);
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

    /// Calls a function; the object of a method comes before what the operands give, `last` after it.
    fn function(
        &mut self,
        here: Here<'_>,
        at: At,
        function: &'static Function,
        object: Option<Value>,
        operands: &[Operand],
        last: Option<Value>,
    ) -> Result<Value> {
        let of_object = usize::from(object.is_some());
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
        let mut values = Values::with_capacity(count);
        values.extend(object);
        // Nobody asks for them without a record.
        let is_recorded = self.recorder.is_some();
        let mut origins = match is_recorded {
            true => vec![Origin::NONE; values.len()],
            false => Vec::new(),
        };
        for operand in operands {
            let first = self.reads();
            let value = self.argument(here, operand, wanted(values.len()))?;
            if is_recorded {
                origins.push(self.origin_of(operand, first));
            }
            values.push(value);
        }
        if let Some(last) = last {
            let value = checked(last, wanted(values.len()))
                .map_err(|problem| here.error(at, format!("`{}`: {problem}", function.name)))?;
            values.push(value);
        }
        self.at_work(here, at);
        let given = is_recorded.then(|| values.clone());
        let result = (function.run)(&mut Call { host: self }, Arguments::with_origins(values, origins))
            .map_err(|error| here.place(at, error.in_call(function.name)))?;
        if let (Some(recorder), Some(given), Value::String(text)) = (&mut self.recorder, given, &result) {
            recorder.transformed(text, &given);
        }
        Ok(result)
    }

    /// Which value an operand was that has just been evaluated, where it was one of the values; `first` is how many reads there
    /// were before.
    fn origin_of(&self, operand: &Operand, first: u32) -> Origin {
        let reads = self.recorder.as_ref().map(|recorder| recorder.reads_since(first));
        let is_last = matches!(&operand.term, Term::Field(_) | Term::Variable(_, _));
        match (reads.unwrap_or_default(), &operand.term) {
            ([read], Term::Dot) if read.missing.is_none() => read.origin,
            ([read], Term::Variable(_, path)) if path.is_empty() && read.missing.is_none() => read.origin,
            (_, Term::Variable(_, path)) if path.is_empty() => Origin::NONE,
            ([.., read], _) if is_last && read.missing.is_none() => read.origin,
            _ => Origin::NONE,
        }
    }

    /// Notes that a value was read.
    pub(super) fn note(&mut self, here: Here<'_>, at: At, origin: Origin) {
        if origin.is_known()
            && let Some(recorder) = &mut self.recorder
        {
            recorder.at = recorder.line(&here.template.source, at.line);
            recorder.read(origin);
        }
    }

    /// Notes that a key was asked for that is not there.
    fn note_missing(&mut self, here: Here<'_>, at: At, map: &Map, name: &str) {
        if map.origin().is_known()
            && let Some(recorder) = &mut self.recorder
        {
            recorder.at = recorder.line(&here.template.source, at.line);
            recorder.missed(map.origin(), &Text::from(name));
        }
    }

    /// The value at a path of fields; the last one may be a method, which gets the arguments.
    pub(super) fn fields(
        &mut self,
        here: Here<'_>,
        at: At,
        receiver: Value,
        path: Fields,
        operands: &[Operand],
        last: Option<Value>,
    ) -> Result<Value> {
        let mut value = receiver;
        let mut names = here.template.names(path);
        let Some(mut name) = names.next() else {
            return Ok(value);
        };
        for next in names {
            value = self.field(here, at, value, name, &[], None)?;
            name = next;
        }
        self.field(here, at, value, name, operands, last)
    }

    fn field(
        &mut self,
        here: Here<'_>,
        at: At,
        receiver: Value,
        name: &str,
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
            Value::Map(map) if map.of != MapType::Values || roots::values_method(name).is_none() => {
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
            Value::Object(object) => object.method(name),
            Value::Map(_) => roots::values_method(name),
            Value::List(list) => roots::list_method(list, name),
            _ => None,
        };
        if let Some(method) = method {
            return self.function(here, at, method, Some(receiver), operands, last);
        }
        let field = match &receiver {
            Value::Object(object) => object.field(name),
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
    match number {
        Number::Int(int) => Ok(Value::Int(int)),
        Number::Float(float) => Ok(Value::Float(float)),
        Number::Uint(_) => Err("the number does not fit `int`, which has 63 bits and a sign".to_owned()),
    }
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
