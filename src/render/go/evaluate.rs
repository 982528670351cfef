//! Runs a template's tree, as Go's text/template does.

use std::sync::Arc;

use super::error::{Error, Result};
use super::functions::{Call, Host};
use super::parse::frame;
use super::print;
use super::record::Read;
use super::run::{Held, NO_VALUE, Reads, Run};
use super::tree::{At, Conditional, Loop, Node, Operand, Pipeline, Template, Term, Variable};
use super::value::{Origin, Value};

/// Where the evaluator is: the template, what its dot is, and what was read for that.
#[derive(Clone, Copy)]
pub(super) struct Here<'t> {
    pub template: &'t Template,
    pub dot: &'t Value,
    pub reads: &'t [Read],
}

impl Here<'_> {
    /// An error at a place of the template.
    pub(super) fn error(self, at: At, message: impl Into<String>) -> Error {
        self.place(at, Error::new(message))
    }

    /// Says where an error came up.
    pub(super) fn place(self, at: At, error: Error) -> Error {
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
        self.variables.push(Held {
            value: dot.clone(),
            ..Held::default()
        });
        let nothing = Held {
            value: Value::Absent,
            ..Held::default()
        };
        self.variables.resize(base + template.variables.max(1), nothing);
        self.base = base;
        let here = Here {
            template,
            dot: &dot,
            reads: &[],
        };
        let done = self.nodes(here, &template.nodes);
        self.variables.truncate(base);
        done.map(|_| ())
    }

    fn nodes(&mut self, here: Here<'_>, nodes: &[Node]) -> Result<Flow> {
        self.deeper()?;
        for node in nodes {
            self.step().map_err(|error| match node.at() {
                Some(at) => here.place(at, error),
                None => error,
            })?;
            let flow = match node {
                Node::Text { at, range } => {
                    self.put(here, *at, true, |run| {
                        run.write(here.template.text(range).as_bytes())
                    })?;
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
                    self.template(here, *at, name, pipeline.as_deref())?;
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

    /// Writes, and tells the record what was written: text of the template, or what an action made.
    fn put(
        &mut self,
        here: Here<'_>,
        at: At,
        is_text: bool,
        write: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let start = self.out.len();
        write(self)?;
        let end = self.out.len();
        if end > start
            && let Some(recorder) = &mut self.recorder
        {
            let line = recorder.line(&here.template.source, at.line);
            recorder.wrote(start..end, line, is_text);
        }
        Ok(())
    }

    fn action(&mut self, here: Here<'_>, pipeline: &Pipeline) -> Result<()> {
        let first = self.reads();
        let value = self.pipeline(here, pipeline)?;
        if !pipeline.variables().is_empty() {
            // What was read for a variable is read where the variable is.
            if let Some(recorder) = &mut self.recorder {
                recorder.leave_out(first);
            }
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
        self.put(here, pipeline.at, false, |run| {
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
    pub(super) fn at_work(&mut self, here: Here<'_>, at: At) {
        if let Some(recorder) = &mut self.recorder {
            recorder.at = recorder.line(&here.template.source, at.line);
        }
    }

    /// Puts what comes next under a condition that has read what came after `first`.
    fn enter(&mut self, here: Here<'_>, at: At, first: u32) {
        if let Some(recorder) = &mut self.recorder {
            let line = recorder.line(&here.template.source, at.line);
            recorder.enter(first, line);
            self.kept();
        }
    }

    /// Goes behind conditions, since which nothing was written if the output is as long as it was.
    fn leave(&mut self, outer: Option<u32>, start: usize) {
        let is_skipped = self.out.len() == start;
        if let Some(recorder) = &mut self.recorder {
            if is_skipped {
                recorder.skip(outer);
            }
            recorder.under = outer;
        }
    }

    pub(super) fn reads(&self) -> u32 {
        self.recorder.as_ref().map_or(0, |recorder| recorder.reads())
    }

    fn conditional(&mut self, here: Here<'_>, conditional: &Conditional, with: bool) -> Result<Flow> {
        let around = self.recorder.as_ref().and_then(|recorder| recorder.under);
        let start = self.out.len();
        let mut decided = Vec::new();
        let mut taken = None;
        for (pipeline, nodes) in conditional.branches.iter() {
            let first = self.reads();
            let value = self.pipeline(here, pipeline)?;
            let reads = self.reads_since(first);
            decided.extend_from_slice(reads.as_deref().unwrap_or_default());
            self.enter(here, pipeline.at, first);
            if value.is_true() {
                taken = Some((value, reads, nodes));
                break;
            }
        }
        let flow = match &taken {
            Some((value, reads, nodes)) if with => self.nodes(
                Here {
                    dot: value,
                    reads: reads.as_deref().unwrap_or_default(),
                    ..here
                },
                nodes,
            )?,
            Some((_, _, nodes)) => self.nodes(here, nodes)?,
            None => self.nodes(here, &conditional.otherwise)?,
        };
        self.leave(around, start);
        let branches = conditional.branches.iter().map(|(_, nodes)| nodes);
        self.decide(branches.chain([&conditional.otherwise]), &decided);
        Ok(flow)
    }

    fn range(&mut self, here: Here<'_>, range: &Loop) -> Result<Flow> {
        let around = self.recorder.as_ref().and_then(|recorder| recorder.under);
        let start = self.out.len();
        let first = self.reads();
        let value = self.pipeline(here, &range.pipeline)?;
        let reads = self.reads_since(first);
        self.enter(here, range.pipeline.at, first);
        let ran = self.iterate(here, range, &value, &reads)?;
        let flow = if ran {
            Flow::Next
        } else {
            self.nodes(here, &range.otherwise)?
        };
        self.leave(around, start);
        self.decide(
            [&range.body, &range.otherwise].into_iter(),
            reads.as_deref().unwrap_or_default(),
        );
        Ok(flow)
    }

    /// Runs the body for each item; gives whether there was one. `reads` is what was read for what is gone through.
    fn iterate(&mut self, here: Here<'_>, range: &Loop, value: &Value, reads: &Reads) -> Result<bool> {
        let at = range.pipeline.at;
        let variables = range.pipeline.variables().len();
        match value {
            Value::Absent | Value::Nil => Ok(false),
            Value::List(list) => {
                for (index, slot) in list.slots().iter().enumerate() {
                    let read = self.item(here, at, slot.origin, reads);
                    let index = Value::Int(i64::try_from(index).unwrap_or(i64::MAX));
                    if !self.iteration(here, range, (index, reads), slot.value.clone(), &read)? {
                        break;
                    }
                }
                Ok(!list.is_empty())
            }
            Value::Bytes(bytes) => {
                for (index, byte) in bytes.iter().enumerate() {
                    let index = Value::Int(i64::try_from(index).unwrap_or(i64::MAX));
                    if !self.iteration(here, range, (index, reads), Value::Byte(*byte), reads)? {
                        break;
                    }
                }
                Ok(!bytes.is_empty())
            }
            Value::Map(map) => {
                let entries = map.entries();
                let any = !entries.is_empty();
                self.spend(u64::try_from(entries.len()).unwrap_or(u64::MAX))
                    .map_err(|error| here.place(at, error))?;
                for (key, slot) in entries {
                    let read = self.item(here, at, slot.origin, reads);
                    if !self.iteration(here, range, (Value::String(key), reads), slot.value, &read)? {
                        break;
                    }
                }
                Ok(any)
            }
            Value::Int(_) | Value::Int64(_) | Value::Byte(_) | Value::Uint64(_) if variables > 1 => {
                Err(here.error(at, "a `range` over a number has one variable at most"))
            }
            Value::Int(number) => self.count(here, range, *number, reads, Value::Int),
            Value::Int64(number) => self.count(here, range, *number, reads, Value::Int64),
            Value::Byte(number) => self.count(here, range, (*number).into(), reads, |number| {
                Value::Byte(u8::try_from(number).unwrap_or(u8::MAX))
            }),
            Value::Uint64(number) => {
                let end = i64::try_from(*number).unwrap_or(i64::MAX);
                self.count(here, range, end, reads, |number| {
                    Value::Uint64(u64::try_from(number).unwrap_or_default())
                })
            }
            Value::Object(object) => match object.entries() {
                Some(entries) => {
                    let any = !entries.is_empty();
                    for (key, value) in entries {
                        if !self.iteration(here, range, (Value::String(key), reads), value, reads)? {
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

    fn count(
        &mut self,
        here: Here<'_>,
        range: &Loop,
        end: i64,
        reads: &Reads,
        make: fn(i64) -> Value,
    ) -> Result<bool> {
        for number in 0..end {
            if !self.iteration(here, range, (Value::Absent, reads), make(number), reads)? {
                break;
            }
        }
        Ok(end > 0)
    }

    /// Notes that an item of a list or map is read; gives what was read for it.
    fn item(&mut self, here: Here<'_>, at: At, origin: Origin, reads: &Reads) -> Reads {
        let first = self.reads();
        self.note(here, at, origin);
        match origin.is_known() {
            true => self.reads_since(first),
            false => reads.clone(),
        }
    }

    /// Runs the body once; gives whether to go on. What was read for the key and for the item is given with them.
    fn iteration(
        &mut self,
        here: Here<'_>,
        range: &Loop,
        (key, of_key): (Value, &Reads),
        item: Value,
        of_item: &Reads,
    ) -> Result<bool> {
        let at = range.pipeline.at;
        self.step().map_err(|error| here.place(at, error))?;
        match range.pipeline.variables() {
            [] => {}
            [one] => self.set(here, at, one, item.clone(), of_item)?,
            [first, second, ..] => {
                self.set(here, at, first, key, of_key)?;
                self.set(here, at, second, item.clone(), of_item)?;
            }
        }
        let flow = self.nodes(
            Here {
                dot: &item,
                reads: of_item.as_deref().unwrap_or_default(),
                ..here
            },
            &range.body,
        )?;
        Ok(flow != Flow::Break)
    }

    /// What was read from a position on.
    fn reads_since(&self, first: u32) -> Reads {
        let reads = self.recorder.as_ref()?.reads_since(first);
        (!reads.is_empty()).then(|| reads.into())
    }

    /// Variables that are set in one of some blocks hang on what decided which of them runs, and how often.
    fn decide<'n>(&mut self, blocks: impl Iterator<Item = &'n Box<[Node]>>, reads: &[Read]) {
        if self.recorder.is_none() || reads.is_empty() {
            return;
        }
        let mut numbers = Vec::new();
        blocks.for_each(|nodes| assigned(nodes, &mut numbers));
        for number in numbers {
            if let Some(held) = self.variables.get_mut(self.base + number) {
                let known = held.reads.as_deref().unwrap_or_default();
                let more = reads.iter().filter(|read| !known.contains(read));
                held.reads = Some(known.iter().chain(more).cloned().collect());
            }
        }
    }

    fn set(
        &mut self,
        here: Here<'_>,
        at: At,
        variable: &Variable,
        value: Value,
        reads: &Reads,
    ) -> Result<()> {
        let slot = variable
            .number
            .and_then(|number| self.variables.get_mut(self.base + number));
        match slot {
            Some(held) => {
                *held = Held {
                    value,
                    reads: reads.clone(),
                };
                Ok(())
            }
            None => {
                let message = format!("`{}` was not declared; that is done with `:=`", variable.name);
                Err(here.error(at, message))
            }
        }
    }

    fn template(&mut self, here: Here<'_>, at: At, name: &str, pipeline: Option<&Pipeline>) -> Result<()> {
        let template = self.find(name).map(Arc::clone);
        let dot = match pipeline {
            Some(pipeline) => self.pipeline(here, pipeline)?,
            None => Value::Absent,
        };
        let Some(template) = template else {
            return self.put(here, at, false, |run| {
                let text = run.foreign(name, &dot);
                let written = text.and_then(|text| run.write(text.as_bytes()));
                written.map_err(|error| here.place(at, error))
            });
        };
        self.deeper().map_err(|error| here.place(at, error))?;
        let base = self.base;
        let done = self.execute(&template, dot);
        self.base = base;
        self.depth -= 1;
        done.map_err(|error| here.place(at, error))
    }

    /// The value of a pipeline, which its variables get.
    pub(super) fn pipeline(&mut self, here: Here<'_>, pipeline: &Pipeline) -> Result<Value> {
        self.deeper().map_err(|error| here.place(pipeline.at, error))?;
        let first = self.reads();
        let mut value = None;
        for command in pipeline.commands() {
            let made = self.command(here, command, value)?;
            value = Some(if made.is_nil() { Value::Absent } else { made });
        }
        let value = value.unwrap_or(Value::Absent);
        if !pipeline.variables().is_empty() {
            let reads = self.reads_since(first);
            for variable in pipeline.variables() {
                self.set(here, pipeline.at, variable, value.clone(), &reads)?;
            }
        }
        self.depth -= 1;
        Ok(value)
    }

    /// The value of a command; `last` is the value of the one before.
    fn command(&mut self, here: Here<'_>, command: &[Operand], last: Option<Value>) -> Result<Value> {
        let Some((operand, arguments)) = command.split_first() else {
            return Ok(Value::Absent);
        };
        self.step().map_err(|error| here.place(operand.at, error))?;
        match &operand.term {
            Term::Function(callee) => self.call(here, operand.at, *callee, arguments, last),
            Term::Field(path) => self.fields(here, operand.at, here.dot.clone(), *path, arguments, last),
            Term::Chain(inner, path) => {
                let receiver = self.operand(here, inner)?;
                self.fields(here, operand.at, receiver, *path, arguments, last)
            }
            Term::Variable(number, path) if !path.is_empty() => {
                self.variable(here, operand.at, *number, |run, receiver| {
                    run.fields(here, operand.at, receiver, *path, arguments, last)
                })
            }
            _ if !arguments.is_empty() || last.is_some() => {
                Err(here.error(operand.at, "this is not a function, and takes no arguments"))
            }
            Term::Nil => Err(here.error(operand.at, "`nil` is not a command")),
            _ => self.operand(here, operand),
        }
    }
}

/// The numbers of the variables that are set somewhere in some nodes.
fn assigned(nodes: &[Node], found: &mut Vec<usize>) {
    let mut of = |pipeline: &Pipeline| {
        if pipeline.assigns() {
            found.extend(pipeline.variables().iter().filter_map(|variable| variable.number));
        }
    };
    for node in nodes {
        match node {
            Node::Action(pipeline) => of(pipeline),
            Node::Range(range) => of(&range.pipeline),
            _ => {}
        }
    }
    for node in nodes {
        match node {
            Node::If(conditional) | Node::With(conditional) => {
                let branches = conditional.branches.iter().map(|(_, nodes)| nodes);
                branches
                    .chain([&conditional.otherwise])
                    .for_each(|nodes| assigned(nodes, found));
            }
            Node::Range(range) => {
                assigned(&range.body, found);
                assigned(&range.otherwise, found);
            }
            _ => {}
        }
    }
}
