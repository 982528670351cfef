//! Which values the Jinja templates of a chart may read: all branches of its templates, helpers and macros, gone through without values.
//!
//! A name that is bound more than once in a block may be any of what it is bound to.

mod expressions;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use minijinja::machinery::ast::{CallBlock, Expr, ForLoop, Macro, Stmt};
use minijinja::machinery::parse;
use minijinja::syntax::SyntaxConfig;

use super::outline::Outline;
use super::syntax;
use super::template::{library_name, place_at};
use crate::chart::{Chart, ChartFile, is_manifest};
use crate::render::provenance::Depth;
use crate::render::reads::{Abstract, Reads};
use crate::source::Source;

/// How many parts of templates are looked at for a chart.
const MOST_STEPS: usize = 500_000;
/// With how many different arguments one macro is followed.
const MOST_ARGUMENTS: usize = 200;
/// How often files are gone through: helpers may use what a later file exports.
const TURNS: usize = 2;

/// What the templates of a chart may read; nothing where one of them cannot be parsed, or where it takes too long to find out.
pub(in crate::render) fn reads(chart: &Chart) -> Option<Reads> {
    let libraries = chart.subcharts.iter().filter(|chart| chart.metadata.is_library);
    let charts = libraries.map(|library| (library_name(library), &**library, true));
    let charts = charts.chain([("helpers".to_owned(), chart, false)]);
    let mut files = Vec::new();
    for (global, chart, is_library) in charts {
        let own = chart.templates.iter().filter(|file| is_read(file, is_library));
        // Helpers come before what uses them.
        let (helpers, others): (Vec<&ChartFile>, Vec<&ChartFile>) = own.partition(|file| is_helper(file));
        for file in helpers.into_iter().chain(others) {
            let source = file.source()?;
            match tree(source) {
                Some(tree) => files.push(File {
                    source,
                    global: is_helper(file).then(|| global.clone()),
                    tree,
                }),
                // Notes are rendered only where somebody asks for them, and may still be Helm's.
                None if file.path.ends_with("/NOTES.txt") => {}
                None => return None,
            }
        }
    }
    let mut walk = Walk::default();
    for (number, file) in files.iter().enumerate() {
        walk.names.push(BTreeMap::new());
        walk.find_macros(std::slice::from_ref(&file.tree), number, file);
    }
    for _ in 0..TURNS {
        for (number, file) in files.iter().enumerate() {
            walk.statement(&file.tree, &mut Frame::of(number, file));
        }
    }
    while let Some(call) = walk.open.pop_front() {
        let Some(file) = files.get(call.file) else {
            continue;
        };
        let mut frame = Frame::of(call.file, file);
        frame.bound = call.given;
        walk.body(&call.of.body, &mut frame);
        if walk.steps > MOST_STEPS {
            return None;
        }
    }
    (walk.steps <= MOST_STEPS).then_some(walk.reads)
}

/// A template as minijinja reads it, where it does.
fn tree(source: &Arc<Source>) -> Option<Stmt<'_>> {
    syntax::check(source, &Outline::of(source.text())).ok()?;
    parse(source.text(), source.name(), SyntaxConfig::default()).ok()
}

fn is_helper(file: &ChartFile) -> bool {
    file.path.rsplit('/').next().unwrap_or_default().starts_with('_')
}

fn is_read(file: &ChartFile, is_library: bool) -> bool {
    is_manifest(&file.path) && (!is_library || is_helper(file))
        || !is_library && file.path.ends_with("/NOTES.txt")
}

/// A template.
struct File<'c> {
    source: &'c Arc<Source>,
    /// Of a helper file, the name that templates know what it exports by.
    global: Option<String>,
    tree: Stmt<'c>,
}

/// A macro that is still to be gone through, with what its parameters are.
struct Call<'t> {
    file: usize,
    of: &'t Macro<'t>,
    given: Vec<(&'t str, Abstract)>,
}

/// What is known while templates are gone through.
#[derive(Default)]
struct Walk<'t> {
    reads: Reads,
    /// What each file binds names to, outside of macros.
    names: Vec<BTreeMap<&'t str, Abstract>>,
    /// What helper files export, by the name that templates know it by and its own.
    exports: HashMap<(&'t str, &'t str), Abstract>,
    /// Macros by their file and name.
    macros: HashMap<(usize, &'t str), &'t Macro<'t>>,
    /// The files whose helpers templates know by a name.
    helpers: HashMap<&'t str, Vec<usize>>,
    open: VecDeque<Call<'t>>,
    /// What each macro was given.
    seen: HashMap<(usize, &'t str), HashSet<Vec<Abstract>>>,
    steps: usize,
}

/// A template or macro that is being gone through.
struct Frame<'t> {
    number: usize,
    file: &'t File<'t>,
    /// Names, the innermost last.
    bound: Vec<(&'t str, Abstract)>,
    /// Where the names of the innermost block begin.
    block: usize,
}

impl<'t> Frame<'t> {
    fn of(number: usize, file: &'t File<'t>) -> Frame<'t> {
        Frame {
            number,
            file,
            bound: Vec::new(),
            block: 0,
        }
    }
}

impl<'t> Walk<'t> {
    /// Takes down the macros of a file.
    fn find_macros(&mut self, body: &'t [Stmt<'t>], number: usize, file: &'t File<'t>) {
        if let Some(global) = &file.global {
            let files = self.helpers.entry(global).or_default();
            if files.last() != Some(&number) {
                files.push(number);
            }
        }
        for statement in body {
            match statement {
                Stmt::Template(found) => self.find_macros(&found.children, number, file),
                Stmt::Macro(found) => {
                    self.macros.insert((number, found.name), found);
                    self.find_macros(&found.body, number, file);
                }
                Stmt::IfCond(found) => {
                    self.find_macros(&found.true_body, number, file);
                    self.find_macros(&found.false_body, number, file);
                }
                Stmt::ForLoop(found) => self.find_macros(&found.body, number, file),
                Stmt::WithBlock(found) => self.find_macros(&found.body, number, file),
                _ => {}
            }
        }
    }

    fn body(&mut self, body: &'t [Stmt<'t>], frame: &mut Frame<'t>) {
        for statement in body {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return;
            }
            self.statement(statement, frame);
        }
    }

    fn statement(&mut self, statement: &'t Stmt<'t>, frame: &mut Frame<'t>) {
        match statement {
            Stmt::Template(template) => self.body(&template.children, frame),
            Stmt::EmitExpr(emitted) => self.consume(&emitted.expr, frame),
            Stmt::EmitRaw(_) | Stmt::Continue(_) | Stmt::Break(_) => {}
            Stmt::ForLoop(found) => self.for_loop(found, frame),
            Stmt::IfCond(found) => {
                self.expression(&found.expr, frame)
                    .look(Depth::Value, &mut self.reads);
                self.body(&found.true_body, frame);
                self.body(&found.false_body, frame);
            }
            Stmt::WithBlock(found) => self.block(frame, |walk, frame| {
                for (target, value) in &found.assignments {
                    let value = walk.expression(value, frame);
                    walk.bind(target, value, frame);
                }
                walk.body(&found.body, frame);
            }),
            Stmt::Set(found) => {
                let value = self.expression(&found.expr, frame);
                self.bind(&found.target, value, frame);
            }
            Stmt::SetBlock(found) => {
                self.block(frame, |walk, frame| walk.body(&found.body, frame));
                if let Some(filter) = &found.filter {
                    self.consume(filter, frame);
                }
                self.bind(&found.target, Abstract::Other, frame);
            }
            Stmt::AutoEscape(found) => self.body(&found.body, frame),
            Stmt::FilterBlock(found) => {
                self.consume(&found.filter, frame);
                self.block(frame, |walk, frame| walk.body(&found.body, frame));
            }
            // Its body is gone through where it is called, and once with nothing, as a text of the values may call it.
            Stmt::Macro(found) => {
                let given = found.args.iter().map(|_| Abstract::Other).collect();
                self.follow(frame.number, found, given);
            }
            Stmt::CallBlock(found) => self.call_block(found, frame),
            Stmt::Do(found) => {
                let value = self.call(&found.call, frame);
                value.look(Depth::Whole, &mut self.reads);
            }
            Stmt::Block(found) => self.body(&found.body, frame),
            // Templates cannot use each other so; helpers are shared.
            Stmt::Import(_) | Stmt::FromImport(_) | Stmt::Extends(_) | Stmt::Include(_) => {
                Abstract::Root.look(Depth::Whole, &mut self.reads);
            }
        }
    }

    fn for_loop(&mut self, found: &'t ForLoop<'t>, frame: &mut Frame<'t>) {
        let list = self.expression(&found.iter, frame);
        list.look(Depth::Keys, &mut self.reads);
        let item = list.item(&mut self.reads);
        self.block(frame, |walk, frame| {
            walk.bind(&found.target, item, frame);
            if let Some(filter) = &found.filter_expr {
                let filter = walk.expression(filter, frame);
                filter.look(Depth::Value, &mut walk.reads);
            }
            walk.body(&found.body, frame);
        });
        self.body(&found.else_body, frame);
    }

    fn call_block(&mut self, found: &'t CallBlock<'t>, frame: &mut Frame<'t>) {
        let value = self.call(&found.call, frame);
        value.look(Depth::Whole, &mut self.reads);
        self.block(frame, |walk, frame| {
            for parameter in &found.macro_decl.args {
                walk.bind(parameter, Abstract::Other, frame);
            }
            walk.body(&found.macro_decl.body, frame);
        });
    }

    /// Does something with names that are gone afterwards.
    fn block(&mut self, frame: &mut Frame<'t>, work: impl FnOnce(&mut Self, &mut Frame<'t>)) {
        let outer = std::mem::replace(&mut frame.block, frame.bound.len());
        work(self, frame);
        frame.bound.truncate(frame.block);
        frame.block = outer;
    }

    /// Binds a name, or those of a list of names.
    fn bind(&mut self, target: &'t Expr<'t>, value: Abstract, frame: &mut Frame<'t>) {
        let several = match target {
            Expr::List(list) => Some(&list.items),
            Expr::Tuple(tuple) => Some(&tuple.items),
            _ => None,
        };
        match (target, several) {
            (Expr::Var(name), _) => self.bind_name(name.id, value, frame),
            (_, Some(targets)) => {
                for (position, target) in targets.iter().enumerate() {
                    let part = match &value {
                        Abstract::List(parts) if parts.len() == targets.len() => {
                            parts.get(position).cloned().unwrap_or(Abstract::Other)
                        }
                        other => other.item(&mut self.reads),
                    };
                    self.bind(target, part, frame);
                }
            }
            // An attribute of a namespace.
            _ => value.look(Depth::Whole, &mut self.reads),
        }
    }

    fn bind_name(&mut self, name: &'t str, value: Abstract, frame: &mut Frame<'t>) {
        let own = frame.bound.get_mut(frame.block..).unwrap_or_default();
        match own.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = Abstract::either([known.clone(), value.clone()], &mut self.reads),
            None => frame.bound.push((name, value.clone())),
        }
        if let Some(names) = self.names.get_mut(frame.number) {
            let known = names.get(name).cloned();
            let all = Abstract::either(known.into_iter().chain([value]), &mut self.reads);
            if let Some(global) = &frame.file.global {
                self.exports.insert((global, name), all.clone());
            }
            names.insert(name, all);
        }
    }

    /// Has a macro gone through, once with each thing that it is given.
    fn follow(&mut self, file: usize, of: &'t Macro<'t>, given: Vec<Abstract>) {
        let seen = self.seen.entry((file, of.name)).or_default();
        if seen.contains(&given) {
            return;
        }
        if seen.len() >= MOST_ARGUMENTS {
            given
                .iter()
                .for_each(|value| value.look(Depth::Whole, &mut self.reads));
            return;
        }
        seen.insert(given.clone());
        let names = of.args.iter().map(|parameter| match parameter {
            Expr::Var(name) => name.id,
            _ => "",
        });
        self.open.push_back(Call {
            file,
            of,
            given: names.zip(given).collect(),
        });
    }
}
