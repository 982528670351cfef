//! What expressions look at, and where what they give comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::machinery::Span;
use minijinja::machinery::ast::{self, BinOpKind, CallArg, Expr};

use super::{Frame, Walk, place_at};
use crate::render::provenance::Depth;
use crate::render::reads::{Abstract, Key};

/// Tests that ask what kind of thing a value is, or whether it is there.
const KINDS: &[&str] = &[
    "boolean",
    "defined",
    "false",
    "float",
    "integer",
    "iterable",
    "mapping",
    "none",
    "number",
    "sequence",
    "string",
    "true",
    "undefined",
];

impl<'t> Walk<'t> {
    /// Looks at all that an expression gives.
    pub(super) fn consume(&mut self, expression: &'t Expr<'t>, frame: &mut Frame<'t>) {
        let value = self.expression(expression, frame);
        value.look(Depth::Whole, &mut self.reads);
    }

    pub(super) fn expression(&mut self, expression: &'t Expr<'t>, frame: &mut Frame<'t>) -> Abstract {
        self.steps += 1;
        match expression {
            Expr::Var(name) => self.name(name.id, frame),
            Expr::Const(found) => match found.value.as_str() {
                Some(text) => Abstract::Text(text.into()),
                None => Abstract::Other,
            },
            Expr::Slice(slice) => {
                for part in [&slice.start, &slice.stop, &slice.step].into_iter().flatten() {
                    self.consume(part, frame);
                }
                let value = self.expression(&slice.expr, frame);
                value.look(Depth::Keys, &mut self.reads);
                value
            }
            Expr::UnaryOp(operation) => {
                let value = self.expression(&operation.expr, frame);
                self.look(&value, Depth::Value)
            }
            Expr::BinOp(operation) => {
                let sides = [
                    self.expression(&operation.left, frame),
                    self.expression(&operation.right, frame),
                ];
                let depth = match operation.op {
                    // What is added up may be lists.
                    BinOpKind::ScAnd | BinOpKind::ScOr | BinOpKind::Add => Depth::Value,
                    _ => Depth::Whole,
                };
                sides.iter().for_each(|side| side.look(depth, &mut self.reads));
                match depth {
                    Depth::Value => Abstract::either(sides, &mut self.reads),
                    _ => Abstract::Other,
                }
            }
            Expr::Compare(comparison) => {
                self.consume(&comparison.expr, frame);
                comparison
                    .ops
                    .iter()
                    .for_each(|other| self.consume(&other.expr, frame));
                Abstract::Other
            }
            Expr::IfExpr(choice) => {
                let test = self.expression(&choice.test_expr, frame);
                test.look(Depth::Value, &mut self.reads);
                let mut choices = vec![self.expression(&choice.true_expr, frame)];
                if let Some(otherwise) = &choice.false_expr {
                    choices.push(self.expression(otherwise, frame));
                }
                Abstract::either(choices, &mut self.reads)
            }
            Expr::Filter(filter) => self.filter(filter, frame),
            Expr::Test(test) => self.test(test, frame),
            Expr::GetAttr(found) => {
                if let Some(helper) = self.helper(&found.expr, found.name, frame) {
                    return helper;
                }
                let value = self.expression(&found.expr, frame);
                let value = value.step(&Key::Named(found.name.into()), &mut self.reads);
                self.ask(&value, found.span(), frame);
                value
            }
            Expr::GetItem(found) => {
                let value = self.expression(&found.expr, frame);
                let key = self.expression(&found.subscript_expr, frame);
                key.look(Depth::Whole, &mut self.reads);
                let value = value.step(&key.as_key(), &mut self.reads);
                self.ask(&value, found.span(), frame);
                value
            }
            Expr::Call(call) => self.call(call, frame),
            Expr::List(list) => self.list(&list.items, frame),
            Expr::Tuple(tuple) => self.list(&tuple.items, frame),
            Expr::Map(map) => {
                let mut made: BTreeMap<Arc<str>, Abstract> = BTreeMap::new();
                for (key, value) in map.keys.iter().zip(&map.values) {
                    let key = self.expression(key, frame);
                    let value = self.expression(value, frame);
                    match key {
                        Abstract::Text(key) => {
                            made.insert(key, value);
                        }
                        _ => [key, value]
                            .iter()
                            .for_each(|part| part.look(Depth::Whole, &mut self.reads)),
                    }
                }
                Abstract::Map(made).bounded(&mut self.reads)
            }
        }
    }

    fn look(&mut self, value: &Abstract, depth: Depth) -> Abstract {
        value.look(depth, &mut self.reads);
        Abstract::Other
    }

    fn list(&mut self, items: &'t [Expr<'t>], frame: &mut Frame<'t>) -> Abstract {
        let items = items.iter().map(|item| self.expression(item, frame)).collect();
        Abstract::List(items).bounded(&mut self.reads)
    }

    /// Notes that a template asks for a value.
    fn ask(&mut self, value: &Abstract, span: Span, frame: &Frame<'t>) {
        if let Abstract::At(path) = value {
            let at = usize::try_from(span.start_offset).unwrap_or_default();
            self.reads.ask(path, place_at(frame.file.source, at));
        }
    }

    fn name(&mut self, name: &str, frame: &Frame<'t>) -> Abstract {
        let bound = frame.bound.iter().rev().find(|(known, _)| *known == name);
        if let Some((_, value)) = bound {
            return value.clone();
        }
        let of_file = self.names.get(frame.number).and_then(|names| names.get(name));
        match (of_file, name) {
            (Some(value), _) => value.clone(),
            (None, "Values") => Abstract::At(Vec::new()),
            (None, "Template") => Abstract::FileName,
            (None, _) => Abstract::Other,
        }
    }

    /// What a chart's helpers export under a name, where the expression is what they are known by.
    fn helper(&self, of: &'t Expr<'t>, name: &'t str, frame: &Frame<'t>) -> Option<Abstract> {
        let Expr::Var(global) = of else { return None };
        let is_bound = frame.bound.iter().any(|(known, _)| *known == global.id);
        if is_bound || !self.helpers.contains_key(global.id) {
            return None;
        }
        let exported = self.exports.get(&(global.id, name)).cloned();
        Some(exported.unwrap_or(Abstract::Other))
    }

    /// The values of arguments, by their names where they have one.
    fn arguments(
        &mut self,
        arguments: &'t [CallArg<'t>],
        frame: &mut Frame<'t>,
    ) -> Vec<(Option<&'t str>, Abstract)> {
        let values = arguments.iter().map(|argument| match argument {
            CallArg::Pos(value) => (None, self.expression(value, frame)),
            CallArg::Kwarg(name, value) => (Some(*name), self.expression(value, frame)),
            CallArg::PosSplat(value) | CallArg::KwargSplat(value) => {
                self.consume(value, frame);
                (None, Abstract::Other)
            }
        });
        values.collect()
    }

    pub(super) fn call(&mut self, call: &'t ast::Call<'t>, frame: &mut Frame<'t>) -> Abstract {
        let arguments = self.arguments(&call.args, frame);
        let own = vec![frame.number];
        let (files, name) = match &call.expr {
            Expr::Var(name) => (Some(&own), name.id),
            Expr::GetAttr(found) => match &found.expr {
                Expr::Var(global) => (self.helpers.get(global.id), found.name),
                _ => (None, ""),
            },
            _ => (None, ""),
        };
        let files = files.into_iter().flatten();
        let mut found = files.filter_map(|file| Some((*file, *self.macros.get(&(*file, name))?)));
        if let Some((file, of)) = found.next() {
            self.call_macro(file, of, arguments, frame);
            return Abstract::Other;
        }
        if name == "dict" && matches!(call.expr, Expr::Var(_)) {
            let (named, others): (Vec<_>, Vec<_>) =
                arguments.into_iter().partition(|(name, _)| name.is_some());
            let named = named
                .into_iter()
                .filter_map(|(name, value)| Some((Arc::from(name?), value)));
            let map = Abstract::Map(named.collect()).bounded(&mut self.reads);
            let others = others.into_iter().map(|(_, value)| value);
            return Abstract::either(others.chain([map]), &mut self.reads);
        }
        // A function or method, which may look at all that it is given.
        self.consume(&call.expr, frame);
        arguments
            .iter()
            .for_each(|(_, value)| value.look(Depth::Whole, &mut self.reads));
        Abstract::Other
    }

    /// A macro writes what it gives.
    fn call_macro(
        &mut self,
        file: usize,
        of: &'t ast::Macro<'t>,
        arguments: Vec<(Option<&'t str>, Abstract)>,
        frame: &mut Frame<'t>,
    ) {
        let optional = of.args.len().saturating_sub(of.defaults.len());
        let mut given: Vec<Option<Abstract>> = vec![None; of.args.len()];
        for (position, (name, value)) in arguments.into_iter().enumerate() {
            let parameter = match name {
                None => Some(position),
                Some(name) => of
                    .args
                    .iter()
                    .position(|parameter| matches!(parameter, Expr::Var(known) if known.id == name)),
            };
            match parameter.and_then(|parameter| given.get_mut(parameter)) {
                Some(parameter) => *parameter = Some(value),
                None => value.look(Depth::Whole, &mut self.reads),
            }
        }
        let mut all = Vec::with_capacity(given.len());
        for (position, value) in given.into_iter().enumerate() {
            let default = position
                .checked_sub(optional)
                .and_then(|index| of.defaults.get(index));
            all.push(match (value, default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.expression(default, frame),
                (None, None) => Abstract::Other,
            });
        }
        self.follow(file, of, all);
    }

    fn test(&mut self, test: &'t ast::Test<'t>, frame: &mut Frame<'t>) -> Abstract {
        let value = self.expression(&test.expr, frame);
        if matches!(test.name, "defined" | "undefined")
            && let Abstract::At(path) = &value
        {
            self.reads.write(path);
        }
        let depth = match KINDS.contains(&test.name) {
            true => Depth::Value,
            false => Depth::Whole,
        };
        value.look(depth, &mut self.reads);
        for (_, argument) in self.arguments(&test.args, frame) {
            argument.look(Depth::Whole, &mut self.reads);
        }
        Abstract::Other
    }

    fn filter(&mut self, filter: &'t ast::Filter<'t>, frame: &mut Frame<'t>) -> Abstract {
        let value = match &filter.expr {
            Some(expression) => self.expression(expression, frame),
            None => Abstract::Other,
        };
        let arguments: Vec<Abstract> = self
            .arguments(&filter.args, frame)
            .into_iter()
            .map(|(_, value)| value)
            .collect();
        match filter.name {
            "default" | "d" => {
                value.look(Depth::Value, &mut self.reads);
                Abstract::either([value].into_iter().chain(arguments), &mut self.reads)
            }
            "merge" => {
                value.look(Depth::Value, &mut self.reads);
                Abstract::either([value].into_iter().chain(arguments), &mut self.reads)
            }
            "required" | "without" | "pick" | "list" | "reverse" | "unique" => {
                arguments
                    .iter()
                    .for_each(|argument| argument.look(Depth::Whole, &mut self.reads));
                value.look(Depth::Keys, &mut self.reads);
                value
            }
            "items" | "dictsort" => {
                value.look(Depth::Keys, &mut self.reads);
                let item = value.item(&mut self.reads);
                Abstract::List(vec![Abstract::List(vec![Abstract::Other, item])])
            }
            "values" => {
                value.look(Depth::Keys, &mut self.reads);
                Abstract::List(vec![value.item(&mut self.reads)])
            }
            "first" | "last" => {
                value.look(Depth::Keys, &mut self.reads);
                value.item(&mut self.reads)
            }
            "length" | "count" => self.look(&value, Depth::Keys),
            // What is not known looks at all.
            _ => {
                value.look(Depth::Whole, &mut self.reads);
                arguments
                    .iter()
                    .for_each(|argument| argument.look(Depth::Whole, &mut self.reads));
                Abstract::Other
            }
        }
    }
}
