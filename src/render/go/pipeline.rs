//! Pipelines: commands, operands and variables.

use std::sync::Arc;

use super::error::Result;
use super::functions;
use super::lex::{Keyword, Token, Word};
use super::literal;
use super::parse::{Of, Parser, taken};
use super::tree::{Callee, Fields, Operand, Pipeline, Term, Variable};
use crate::diagnostic::nearest;

/// The functions that Go's templates have anywhere.
const OF_GO: &[&str] = &[
    "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "print", "printf",
    "println", "slice", "urlquery",
];

impl Parser<'_> {
    /// Whether a command changes a map that stands in the values, or where a template begins.
    fn is_changing(&self, operands: &[Operand]) -> bool {
        let mut terms = operands.iter().map(|operand| &operand.term);
        let (Some(Term::Function(Callee::Function(function))), Some(first)) = (terms.next(), terms.next())
        else {
            return false;
        };
        let is_of_all = match first {
            Term::Dot | Term::Variable(0, _) => true,
            Term::Field(fields) => {
                let written = self.text_at(fields.start, fields.end);
                written.split('.').nth(1) == Some("Values")
            }
            _ => false,
        };
        is_of_all && functions::CHANGING.contains(&function.name)
    }

    /// Commands, up to and with what ends them.
    pub(super) fn pipeline(&mut self, of: Of) -> Result<Pipeline> {
        let at = self.peek_past_space().at;
        self.deeper(at)?;
        let end = match of {
            Of::Parentheses => Word::CloseParenthesis,
            _ => Word::Close,
        };
        let (names, assigns) = self.variables(of)?;
        let outer = self.scope.len();
        // Go's parser knows them from here on.
        for name in &names {
            self.scope.declare(Arc::clone(name), false);
        }
        let (start, ends) = (self.operands.len(), self.ends.len());
        loop {
            let token = *self.peek_past_space();
            if token.word == end {
                self.next += 1;
                break;
            }
            match token.word {
                Word::Bool(_)
                | Word::Character
                | Word::Dot
                | Word::Field
                | Word::Name
                | Word::Number
                | Word::Keyword(Keyword::Nil)
                | Word::Raw
                | Word::Quoted
                | Word::Variable
                | Word::OpenParenthesis => {
                    let first = self.operands.len();
                    if first > start {
                        self.ends.push(first - start);
                    }
                    self.command()?;
                    let is_literal = self.operands.get(first).is_some_and(|operand| {
                        matches!(
                            operand.term,
                            Term::Bool(_) | Term::Dot | Term::Nil | Term::Number(_) | Term::String(_)
                        )
                    });
                    if is_literal && first > start {
                        let message = format!(
                            "`{}` cannot stand after `|`: it is not a function",
                            self.written(&token)
                        );
                        return Err(self.error(token.at, message));
                    }
                }
                _ => return Err(self.unexpected(&token, of.name())),
            }
        }
        let operands = taken(&mut self.operands, start);
        if operands.is_empty() {
            return Err(self.error(at, format!("{} has no value", of.name())));
        }
        // Declared only now: the commands see what was there before.
        self.scope.truncate(outer);
        let mut variables = Vec::with_capacity(names.len());
        for name in names {
            let known = self.scope.number_of(&name);
            let number = match (assigns, known) {
                (true, Some(number)) => Some(number),
                (is_missing, _) => {
                    // What is assigned to without a declaration is known to Go's parser, too.
                    self.scope.declare(Arc::clone(&name), !is_missing);
                    self.scope.make_room();
                    (!is_missing).then(|| self.scope.len() - 1)
                }
            };
            variables.push(Variable { name, number });
        }
        self.depth -= 1;
        let ends = taken(&mut self.ends, ends);
        Ok(Pipeline::new(at, operands, ends, variables, assigns))
    }

    /// `$a :=`, `$a =`, and in a range `$a, $b :=`.
    fn variables(&mut self, of: Of) -> Result<(Vec<Arc<str>>, bool)> {
        let mut names: Vec<Arc<str>> = Vec::new();
        loop {
            let start = self.next;
            let token = *self.peek_past_space();
            if token.word != Word::Variable {
                return Ok((names, false));
            }
            self.next += 1;
            match self.peek_past_space().word {
                Word::Assign | Word::Declare => {
                    let assigns = self.take().word == Word::Assign;
                    names.push(self.written(&token).into());
                    return Ok((names, assigns));
                }
                Word::Comma => {
                    self.next += 1;
                    if of != Of::Range || !names.is_empty() {
                        return Err(self.error(token.at, format!("too many variables in {}", of.name())));
                    }
                    names.push(self.written(&token).into());
                    let word = &self.peek_past_space().word;
                    if !matches!(word, Word::Variable | Word::Close | Word::CloseParenthesis) {
                        return Err(self.error(token.at, "a `range` can set variables alone"));
                    }
                }
                _ => {
                    self.next = start;
                    return Ok((names, false));
                }
            }
        }
    }

    /// Operands up to a pipe, which is read, or what ends the pipeline, which is not.
    fn command(&mut self) -> Result<()> {
        let start = self.operands.len();
        loop {
            self.peek_past_space();
            if let Some(operand) = self.operand()? {
                self.operands.push(operand);
            }
            let token = *self.peek();
            match token.word {
                Word::Space => self.next += 1,
                Word::Pipe => {
                    self.next += 1;
                    break;
                }
                Word::Close | Word::CloseParenthesis => break,
                _ => return Err(self.unexpected(&token, "an operand")),
            }
        }
        let operands = self.operands.get(start..).unwrap_or_default();
        if operands.is_empty() {
            return Err(self.error(self.peek().at, "a command is empty"));
        }
        self.changes_values |= self.is_changing(operands);
        Ok(())
    }

    /// A term with the fields that follow it.
    fn operand(&mut self) -> Result<Option<Operand>> {
        let Some(mut operand) = self.term()? else {
            return Ok(None);
        };
        let fields = self.fields();
        if fields.is_empty() {
            return Ok(Some(operand));
        }
        match &mut operand.term {
            Term::Variable(_, path) => *path = fields,
            Term::Bool(_) | Term::String(_) | Term::Number(_) | Term::Nil | Term::Dot => {
                return Err(self.error(operand.at, "this has no fields"));
            }
            _ => {
                operand = Operand {
                    at: operand.at,
                    term: Term::Chain(Box::new(operand), fields),
                };
            }
        }
        Ok(Some(operand))
    }

    /// `.a.b`, as far as they follow without a space.
    fn fields(&mut self) -> Fields {
        let mut fields = Fields::NONE;
        while self.peek().word == Word::Field {
            let token = self.take();
            if fields.is_empty() {
                fields.start = token.at.offset;
            }
            fields.end = token.end;
        }
        fields
    }

    fn term(&mut self) -> Result<Option<Operand>> {
        let token = *self.peek_past_space();
        let problem = |this: &Self, problem: String| this.error(token.at, problem);
        let term = match &token.word {
            Word::Name => {
                let callee = self.callee(&token)?;
                Term::Function(callee)
            }
            Word::Dot => Term::Dot,
            Word::Keyword(Keyword::Nil) => Term::Nil,
            Word::Bool(value) => Term::Bool(*value),
            Word::Field => {
                let fields = self.fields();
                return Ok(Some(Operand {
                    at: token.at,
                    term: Term::Field(fields),
                }));
            }
            Word::Variable => {
                let name = self.written(&token);
                match self.scope.number_of(name) {
                    Some(number) => Term::Variable(number, Fields::NONE),
                    None if self.scope.knows(name) => Term::Undeclared(name.into()),
                    None => {
                        let hint = nearest(name, self.scope.names())
                            .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                        return Err(self.error(token.at, format!("there is no variable `{name}`{hint}")));
                    }
                }
            }
            Word::Number => {
                Term::Number(literal::number(self.written(&token)).map_err(|found| problem(self, found))?)
            }
            Word::Character => {
                Term::Number(literal::character(self.written(&token)).map_err(|found| problem(self, found))?)
            }
            Word::Quoted => {
                Term::String(literal::quoted(self.written(&token)).map_err(|found| problem(self, found))?)
            }
            Word::Raw => Term::String(literal::raw(self.written(&token))),
            Word::OpenParenthesis => {
                self.next += 1;
                let pipeline = self.pipeline(Of::Parentheses)?;
                return Ok(Some(Operand {
                    at: token.at,
                    term: Term::Pipeline(Box::new(pipeline)),
                }));
            }
            _ => return Ok(None),
        };
        self.next += 1;
        Ok(Some(Operand { at: token.at, term }))
    }

    fn callee(&self, token: &Token) -> Result<Callee> {
        let name = self.written(token);
        Ok(match name {
            "and" => Callee::And,
            "or" => Callee::Or,
            _ => {
                let found = match self.foreign {
                    None => functions::find(name),
                    Some(known) if known.contains(&name) => functions::find("print"),
                    Some(_) => functions::find(name).filter(|_| OF_GO.contains(&name)),
                };
                Callee::Function(found.ok_or_else(|| {
                    let near = match self.foreign {
                        None => nearest(name, functions::names()),
                        Some(known) => nearest(name, known.iter().chain(OF_GO).copied()),
                    };
                    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                    self.error(token.at, format!("there is no function `{name}`{hint}"))
                })?)
            }
        })
    }
}
