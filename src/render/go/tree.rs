//! A parsed Go template: nodes with places.

use std::ops::Range;
use std::sync::Arc;

use super::functions::Function;
pub use super::lex::At;
use super::text::Text;
use crate::source::Source;

/// A template: a file, or what stands between `define` and `end`.
#[derive(Debug)]
pub struct Template {
    /// Its name: of a file its path, as Helm has it.
    pub name: Arc<str>,
    /// The text that it was written in.
    pub source: Arc<Source>,
    /// What it consists of.
    pub nodes: Box<[Node]>,
    /// How many variables it has at most at one time; the first is `$`.
    pub variables: usize,
}

impl Template {
    /// Whether it holds nothing but white space and comments: such a one does not replace another of the name.
    pub fn is_empty(&self) -> bool {
        self.nodes.iter().all(|node| match node {
            Node::Text { range, .. } => self.text(range).trim_matches([' ', '\t', '\r', '\n']).is_empty(),
            Node::Comment { .. } => true,
            _ => false,
        })
    }

    /// Whether it is all of its source, and nothing but text.
    pub fn is_text(&self) -> bool {
        match &*self.nodes {
            [Node::Text { range, .. }] => self.text(range).len() == self.source.text().len(),
            _ => false,
        }
    }

    /// The names of fields, each within the one before it.
    pub fn names(&self, fields: Fields) -> Names<'_> {
        let written = self.text(&(fields.start..fields.end));
        Names(written.get(1..).unwrap_or_default())
    }

    /// A piece of the text.
    pub fn text(&self, range: &Range<u32>) -> &str {
        let start = usize::try_from(range.start).unwrap_or(usize::MAX);
        let end = usize::try_from(range.end).unwrap_or(usize::MAX);
        self.source.text().get(start..end).unwrap_or_default()
    }
}

/// A part of a template.
#[derive(Debug)]
pub enum Node {
    /// Text, as far as trimming leaves it.
    Text {
        /// Where it begins.
        at: At,
        /// Where it stands in the source, in bytes.
        range: Range<u32>,
    },
    /// A comment.
    Comment {
        /// Where it begins.
        at: At,
        /// Where its inside stands in the source, in bytes.
        range: Range<u32>,
    },
    /// `{{ pipeline }}`: prints, or sets variables.
    Action(Pipeline),
    /// `if`.
    If(Conditional),
    /// `with`.
    With(Conditional),
    /// `range`.
    Range(Box<Loop>),
    /// `template`, and where a `block` stands.
    Template {
        /// Where it begins.
        at: At,
        /// The template's name.
        name: Arc<str>,
        /// What it is given.
        pipeline: Option<Box<Pipeline>>,
    },
    /// `break`.
    Break,
    /// `continue`.
    Continue,
}

impl Node {
    /// Where it begins; `break` and `continue` are nowhere.
    pub fn at(&self) -> Option<At> {
        match self {
            Node::Text { at, .. } | Node::Comment { at, .. } | Node::Template { at, .. } => Some(*at),
            Node::Action(pipeline) => Some(pipeline.at),
            Node::If(conditional) | Node::With(conditional) => {
                conditional.branches.first().map(|(pipeline, _)| pipeline.at)
            }
            Node::Range(range) => Some(range.pipeline.at),
            Node::Break | Node::Continue => None,
        }
    }
}

/// `if` or `with` with all that follows up to its `end`.
#[derive(Debug)]
pub struct Conditional {
    /// The condition with what stands under it, and those of each `else if` or `else with`.
    pub branches: Box<[(Pipeline, Box<[Node]>)]>,
    /// What stands under `else`.
    pub otherwise: Box<[Node]>,
}

/// `range`.
#[derive(Debug)]
pub struct Loop {
    /// What it goes over, with its variables.
    pub pipeline: Pipeline,
    /// What stands under it.
    pub body: Box<[Node]>,
    /// What stands under `else`.
    pub otherwise: Box<[Node]>,
}

/// Commands one after another, each given the result of the one before. A command is a function with its arguments, or an operand by
/// itself. Most pipelines have one, and no variables: charts have so many that their size is felt.
#[derive(Debug)]
pub struct Pipeline {
    /// Where it begins.
    pub at: At,
    /// The operands of all commands.
    operands: Box<[Operand]>,
    more: Option<Box<More>>,
}

/// What few pipelines have.
#[derive(Debug)]
struct More {
    variables: Box<[Variable]>,
    assigns: bool,
    /// Where the operands of each command but the last end.
    ends: Box<[usize]>,
}

impl Pipeline {
    /// A pipeline of commands. `ends` tells where the operands of each but the last end; `assigns` is [`Pipeline::assigns`].
    pub(super) fn new(
        at: At,
        operands: Box<[Operand]>,
        ends: Box<[usize]>,
        variables: Vec<Variable>,
        assigns: bool,
    ) -> Self {
        let has_more = !ends.is_empty() || !variables.is_empty();
        let more = has_more.then(|| {
            Box::new(More {
                variables: variables.into(),
                assigns,
                ends,
            })
        });
        Pipeline { at, operands, more }
    }

    /// The operands of each command, one at least.
    pub fn commands(&self) -> impl Iterator<Item = &[Operand]> {
        let ends = self.more.as_ref().map(|more| &*more.ends).unwrap_or_default();
        let mut from = 0;
        ends.iter().copied().chain([self.operands.len()]).map(move |end| {
            let command = self.operands.get(from..end).unwrap_or_default();
            from = end;
            command
        })
    }

    /// The variables that it declares or sets.
    pub fn variables(&self) -> &[Variable] {
        self.more
            .as_ref()
            .map(|more| &*more.variables)
            .unwrap_or_default()
    }

    /// Whether it sets variables that are there (`=`) instead of declaring them.
    pub fn assigns(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.assigns)
    }
}

/// A variable that is declared or set.
#[derive(Debug)]
pub struct Variable {
    /// Its name, with the dollar sign.
    pub name: Arc<str>,
    /// Its number in the template; none where it was set without having been declared.
    pub number: Option<usize>,
}

/// An operand.
#[derive(Debug)]
pub struct Operand {
    /// Where it begins.
    pub at: At,
    /// What it is.
    pub term: Term,
}

/// `.a.b`: where it stands in the template's source, in bytes. Most are never asked for: their names are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields {
    /// Where the first dot is.
    pub start: u32,
    /// Where the last name ends.
    pub end: u32,
}

impl Fields {
    /// No fields.
    pub const NONE: Fields = Fields { start: 0, end: 0 };

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// The names of fields: what is left of `a.b`.
#[derive(Clone, Debug)]
pub struct Names<'t>(&'t str);

impl<'t> Iterator for Names<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        if self.0.is_empty() {
            return None;
        }
        // A search would begin and end: names are short.
        let dot = self.0.bytes().position(|byte| byte == b'.');
        let name = self.0.get(..dot.unwrap_or(self.0.len()))?;
        self.0 = dot.and_then(|dot| self.0.get(dot + 1..)).unwrap_or_default();
        Some(name)
    }
}

/// What an operand is.
#[derive(Debug)]
pub enum Term {
    /// `.`.
    Dot,
    /// `nil`.
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// A number or a character.
    Number(Number),
    /// A text.
    String(Text),
    /// `.a.b`.
    Field(Fields),
    /// `$x.a.b`.
    Variable(usize, Fields),
    /// A variable whose declaration has not run there.
    Undeclared(Arc<str>),
    /// A function.
    Function(Callee),
    /// A pipeline in parentheses.
    Pipeline(Box<Pipeline>),
    /// Fields of a pipeline in parentheses or of a function without arguments.
    Chain(Box<Operand>, Fields),
}

/// What a command calls.
#[derive(Clone, Copy, Debug)]
pub enum Callee {
    /// `and`, which stops at the first that is not true.
    And,
    /// `or`, which stops at the first that is true.
    Or,
    /// Any other function.
    Function(&'static Function),
}

/// A number as it is written, which any type takes that it fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Whole, and no larger than `int` has room for.
    Int(i64),
    /// Whole, and larger.
    Uint(u64),
    /// With a point or an exponent.
    Float(f64),
}

impl Number {
    /// The number of a whole number and whether there is a minus before it; none where it does not fit 64 bits.
    pub(super) fn whole(whole: u64, is_negative: bool) -> Option<Number> {
        if is_negative {
            return 0_i64.checked_sub_unsigned(whole).map(Number::Int);
        }
        Some(i64::try_from(whole).map_or(Number::Uint(whole), Number::Int))
    }

    /// As `int`, where it is whole and fits.
    #[expect(clippy::cast_possible_truncation, reason = "whole and within bounds")]
    pub fn int(self) -> Option<i64> {
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        match self {
            Number::Int(int) => Some(int),
            Number::Uint(_) => None,
            Number::Float(float) => {
                (float.fract() == 0.0 && (-LIMIT..LIMIT).contains(&float)).then_some(float as i64)
            }
        }
    }

    /// As an unsigned number, where it is one and fits.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and within bounds"
    )]
    pub fn uint(self) -> Option<u64> {
        const LIMIT: f64 = 18_446_744_073_709_551_616.0;
        match self {
            Number::Int(int) => u64::try_from(int).ok(),
            Number::Uint(uint) => Some(uint),
            Number::Float(float) => {
                (float.fract() == 0.0 && (0.0..LIMIT).contains(&float)).then_some(float as u64)
            }
        }
    }

    /// As `float64`.
    pub fn float(self) -> f64 {
        match self {
            Number::Int(int) => int as f64,
            Number::Uint(uint) => uint as f64,
            Number::Float(float) => float,
        }
    }
}
