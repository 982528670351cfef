//! Which values the Go templates of a chart may read: all branches of its templates, and of those that they include, gone through without
//! values.

mod calls;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::parse::{frame, parse};
use super::program::Program;
use super::tree::{At, Callee, Conditional, Fields, Loop, Node, Operand, Pipeline, Template, Term};
use crate::chart::{Chart, Engine};
use crate::render::NOTES;
use crate::render::provenance::Depth;
use crate::render::reads::{Abstract, Key, Reads};
use crate::source::{Place, Source};

/// The name of a text that `tpl` renders.
const TEXT: &str = "tpl";
/// How many parts of templates are looked at for a chart.
const MOST_STEPS: usize = 500_000;
/// With how many different arguments one template is followed.
const MOST_ARGUMENTS: usize = 200;
/// How often the body of a loop is gone through at most, until a turn gives variables nothing that the one before did not.
const MOST_TURNS: usize = 5;

/// The templates of a tree of charts.
pub(in crate::render) struct Templates {
    program: Program,
}

impl Templates {
    /// Those of a tree; nothing where one of them cannot be parsed.
    pub(in crate::render) fn of(root: &Chart) -> Option<Templates> {
        let mut files = Vec::new();
        collect(root, &root.metadata.name, &mut files);
        let program = Program::parse(&files).ok()?;
        Some(Templates { program })
    }

    /// What the templates of a chart of the tree may read, by the path of its folder from the root: `prom/charts/alertmanager`. Nothing where that
    /// takes too long to find out.
    pub(in crate::render) fn reads(&self, chart: &Chart, folder: &str) -> Option<Reads> {
        let mut walk = Walk::new(&self.program);
        let mut notes = Walk::new(&self.program);
        for file in files_of(chart) {
            let path = format!("{folder}/{}", file.path);
            if !path.rsplit('/').next().unwrap_or_default().starts_with('_')
                && let Some(template) = self.program.get(&path)
            {
                let walk = if file.path == NOTES { &mut notes } else { &mut walk };
                walk.open.push_back((Arc::clone(template), Abstract::Root));
            }
        }
        walk.finish()?;
        notes.finish()?;
        // Helpers that nothing here includes are there for a chart above or for texts of the values.
        let sources: Vec<&Arc<Source>> = files_of(chart).filter_map(|file| file.source()).collect();
        let all = self.program.names().filter_map(|name| self.program.get(name));
        let own = all.filter(|template| sources.iter().any(|source| Arc::ptr_eq(source, &template.source)));
        let mut unused: Vec<Arc<str>> = own.map(|template| Arc::clone(&template.name)).collect();
        let notes_name = format!("{folder}/{NOTES}");
        unused.retain(|name| {
            ![&walk, &notes].iter().any(|walk| walk.seen.contains_key(name)) && **name != *notes_name
        });
        unused.sort();
        for name in unused {
            walk.include(&name, Abstract::Root);
        }
        walk.finish()?;
        walk.reads.add_named(notes.reads);
        Some(walk.reads)
    }
}

fn files_of(chart: &Chart) -> impl Iterator<Item = &crate::chart::ChartFile> {
    let is_library = chart.metadata.is_library;
    let is_helper = |path: &str| path.rsplit('/').next().unwrap_or_default().starts_with('_');
    let files = chart.templates.iter().filter(|_| chart.engine == Engine::Go);
    files.filter(move |file| !is_library || is_helper(&file.path))
}

fn collect(chart: &Chart, folder: &str, files: &mut Vec<(Arc<str>, Arc<Source>)>) {
    for file in files_of(chart) {
        if let Some(source) = file.source() {
            files.push((format!("{folder}/{}", file.path).into(), Arc::clone(source)));
        }
    }
    for subchart in &chart.subcharts {
        collect(
            subchart,
            &format!("{folder}/charts/{}", subchart.metadata.name),
            files,
        );
    }
}

/// What is known while templates are gone through.
struct Walk<'p> {
    program: &'p Program,
    reads: Reads,
    /// Templates that are still to be gone through, with what they are given.
    open: VecDeque<(Arc<Template>, Abstract)>,
    /// What each template was given.
    seen: HashMap<Arc<str>, HashSet<Abstract>>,
    steps: usize,
}

/// A place in a template.
struct Spot<'f, 't> {
    frame: &'f Frame<'t>,
    at: At,
}

/// A template that is being gone through.
struct Frame<'t> {
    template: &'t Template,
    dot: Abstract,
    variables: Vec<Abstract>,
}

impl<'p> Walk<'p> {
    fn new(program: &'p Program) -> Walk<'p> {
        Walk {
            program,
            reads: Reads::default(),
            open: VecDeque::new(),
            seen: HashMap::new(),
            steps: 0,
        }
    }

    /// Goes through all that is open; nothing where that takes too long.
    fn finish(&mut self) -> Option<()> {
        while let Some((template, dot)) = self.open.pop_front() {
            self.template(&template, dot);
            if self.steps > MOST_STEPS {
                return None;
            }
        }
        Some(())
    }

    fn template(&mut self, template: &Template, dot: Abstract) {
        let mut frame = Frame {
            template,
            dot: dot.clone(),
            variables: vec![Abstract::Other; template.variables.max(1)],
        };
        if let Some(first) = frame.variables.first_mut() {
            *first = dot;
        }
        self.nodes(&template.nodes, &mut frame);
    }

    /// Has a template gone through, once with each thing that it is given.
    fn include(&mut self, name: &str, given: Abstract) {
        let Some(template) = self.program.get(name) else {
            given.look(Depth::Whole, &mut self.reads);
            return;
        };
        let seen = self.seen.entry(Arc::clone(&template.name)).or_default();
        if seen.contains(&given) {
            return;
        }
        if seen.len() >= MOST_ARGUMENTS {
            given.look(Depth::Whole, &mut self.reads);
            return;
        }
        seen.insert(given.clone());
        self.open.push_back((Arc::clone(template), given));
    }

    /// Has all templates gone through: which one is included is not known.
    fn include_any(&mut self, given: &Abstract) {
        if !matches!(given, Abstract::Root) {
            given.look(Depth::Whole, &mut self.reads);
            return;
        }
        let names: Vec<String> = self.program.names().map(str::to_owned).collect();
        for name in names {
            self.include(&name, Abstract::Root);
        }
    }

    /// Has a text of the template gone through.
    fn text(&mut self, text: &str, given: Abstract) {
        let name: Arc<str> = TEXT.into();
        match parse(&name, &Source::new(TEXT, text)) {
            Ok(parsed) if parsed.defined.is_empty() => {
                self.open.push_back((Arc::new(parsed.main), given));
            }
            _ => given.look(Depth::Whole, &mut self.reads),
        }
    }

    fn nodes(&mut self, nodes: &[Node], frame: &mut Frame<'_>) {
        for node in nodes {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return;
            }
            match node {
                Node::Text { .. } | Node::Comment { .. } | Node::Break | Node::Continue => {}
                Node::Action(pipeline) => {
                    let value = self.pipeline(pipeline, frame);
                    // What is put into a variable is not looked at yet.
                    if pipeline.variables().is_empty() {
                        value.look(Depth::Whole, &mut self.reads);
                    }
                }
                Node::If(conditional) => self.conditional(conditional, false, frame),
                Node::With(conditional) => self.conditional(conditional, true, frame),
                Node::Range(range) => self.range(range, frame),
                Node::Template { name, pipeline, .. } => {
                    let given = match pipeline {
                        Some(pipeline) => self.pipeline(pipeline, frame),
                        None => Abstract::Other,
                    };
                    self.include(name, given);
                }
            }
        }
    }

    fn conditional(&mut self, conditional: &Conditional, is_with: bool, frame: &mut Frame<'_>) {
        for (pipeline, body) in conditional.branches.iter() {
            let value = self.pipeline(pipeline, frame);
            value.look(Depth::Value, &mut self.reads);
            let outer = match is_with {
                true => std::mem::replace(&mut frame.dot, value),
                false => frame.dot.clone(),
            };
            self.nodes(body, frame);
            frame.dot = outer;
        }
        self.nodes(&conditional.otherwise, frame);
    }

    fn range(&mut self, range: &Loop, frame: &mut Frame<'_>) {
        let value = self.pipeline(&range.pipeline, frame);
        value.look(Depth::Keys, &mut self.reads);
        let item = value.item(&mut self.reads);
        let outer = frame.dot.clone();
        let mut before = Vec::new();
        for _ in 0..MOST_TURNS {
            before.clone_from(&frame.variables);
            frame.dot = item.clone();
            let of_item = range.pipeline.variables().len().saturating_sub(1);
            for (position, variable) in range.pipeline.variables().iter().enumerate() {
                let value = match position == of_item {
                    true => item.clone(),
                    false => Abstract::Other,
                };
                self.set(variable.number, value, range.pipeline.assigns(), frame);
            }
            self.nodes(&range.body, frame);
            if frame.variables == before {
                break;
            }
        }
        // What would come in more turns is in what came in the last one.
        for (now, before) in frame.variables.iter().zip(&before) {
            let known = before.choices();
            for choice in now.choices().iter().filter(|choice| !known.contains(choice)) {
                choice.look(Depth::Whole, &mut self.reads);
            }
        }
        frame.dot = outer;
        self.nodes(&range.otherwise, frame);
    }

    /// Gives a variable a value; one that may have another keeps it, too.
    fn set(&mut self, number: Option<usize>, value: Abstract, keeps: bool, frame: &mut Frame<'_>) {
        let Some(variable) = number.and_then(|number| frame.variables.get_mut(number)) else {
            return value.look(Depth::Whole, &mut self.reads);
        };
        *variable = match keeps {
            true => Abstract::either([variable.clone(), value], &mut self.reads),
            false => value,
        };
    }

    fn pipeline(&mut self, pipeline: &Pipeline, frame: &mut Frame<'_>) -> Abstract {
        let mut value = None;
        for command in pipeline.commands() {
            value = Some(self.command(command, value, frame));
        }
        let value = value.unwrap_or(Abstract::Other);
        for variable in pipeline.variables() {
            self.set(variable.number, value.clone(), pipeline.assigns(), frame);
        }
        value
    }

    fn command(&mut self, command: &[Operand], before: Option<Abstract>, frame: &mut Frame<'_>) -> Abstract {
        self.steps += 1;
        let Some((first, rest)) = command.split_first() else {
            return Abstract::Other;
        };
        let mut arguments: Vec<Abstract> = Vec::with_capacity(rest.len() + 1);
        if let Term::Function(callee) = &first.term {
            arguments.extend(rest.iter().map(|operand| self.operand(operand, frame)));
            arguments.extend(before);
            return self.call(*callee, arguments, &Spot { frame, at: first.at });
        }
        let value = self.operand(first, frame);
        if rest.is_empty() && before.is_none() {
            return value;
        }
        // A method, such as `.Files.Get`: none of them gives a value.
        arguments.extend(rest.iter().map(|operand| self.operand(operand, frame)));
        arguments.extend(before);
        arguments.push(value);
        for argument in arguments {
            argument.look(Depth::Whole, &mut self.reads);
        }
        Abstract::Other
    }

    fn operand(&mut self, operand: &Operand, frame: &mut Frame<'_>) -> Abstract {
        match &operand.term {
            Term::Dot => frame.dot.clone(),
            Term::String(text) => match text.as_str() {
                Some(text) => Abstract::Text(text.into()),
                None => Abstract::Other,
            },
            Term::Field(fields) => self.fields(frame.dot.clone(), *fields, operand.at, frame),
            Term::Variable(number, fields) => {
                let value = frame.variables.get(*number).cloned().unwrap_or(Abstract::Other);
                self.fields(value, *fields, operand.at, frame)
            }
            Term::Function(callee) => self.call(
                *callee,
                Vec::new(),
                &Spot {
                    frame,
                    at: operand.at,
                },
            ),
            Term::Pipeline(pipeline) => self.pipeline(pipeline, frame),
            Term::Chain(inner, fields) => {
                let value = self.operand(inner, frame);
                self.fields(value, *fields, operand.at, frame)
            }
            Term::Nil | Term::Bool(_) | Term::Number(_) | Term::Undeclared(_) => Abstract::Other,
        }
    }

    /// The fields of a value, one within the other.
    fn fields(&mut self, value: Abstract, fields: Fields, at: At, frame: &Frame<'_>) -> Abstract {
        let mut found = value;
        for name in frame.template.names(fields) {
            found = found.step(&Key::Named(name.into()), &mut self.reads);
        }
        if !fields.is_empty() {
            self.ask(&found, &Spot { frame, at });
        }
        found
    }

    /// Notes that a template asks for a value.
    fn ask(&mut self, value: &Abstract, spot: &Spot<'_, '_>) {
        if let (Abstract::At(path), false) = (value, &*spot.frame.template.name == TEXT) {
            let template = spot.frame.template;
            let frame = frame(&template.source, &template.name, spot.at);
            self.reads
                .ask(path, Place::new(&template.source, frame.line, frame.column));
        }
    }
}
