//! Reads a Go template: from words to its tree.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use ahash::RandomState;

use super::error::{Error, Frame, Result};
use super::lex::{At, Keyword, Lexer, Token, Word};
use super::literal;
use super::scope::Scope;
use super::tree::{Conditional, Loop, Node, Operand, Template};
use crate::source::Source;

/// How deep control structures and parentheses may be nested.
const DEEPEST: usize = 200;

/// A file's templates.
#[derive(Debug)]
pub struct Parsed {
    /// What the file itself is.
    pub main: Template,
    /// What it defines, in order, each name once.
    pub defined: Vec<Template>,
    /// Whether it looks as if a template changed what others see: `set .Values "a" 1`.
    pub changes_values: bool,
}

impl Parsed {
    /// The same under another name of the file.
    pub(super) fn called(mut self, name: &Arc<str>) -> Self {
        self.main.name = Arc::clone(name);
        self
    }
}

/// Reads a text of templates. `name` is how templates call it: of a file its path as Helm has it.
///
/// # Errors
/// What is wrong with the text first, with its place.
pub fn parse(name: &Arc<str>, source: &Arc<Source>) -> Result<Parsed> {
    parse_with(name, source, None)
}

/// [`parse`] for a template of another program: Go's own functions and those of `functions` are there. Nothing can be executed of it.
///
/// # Errors
/// As [`parse`].
pub fn parse_foreign(
    name: &Arc<str>,
    source: &Arc<Source>,
    functions: &'static [&'static str],
) -> Result<Parsed> {
    parse_with(name, source, Some(functions))
}

fn parse_with(
    name: &Arc<str>,
    source: &Arc<Source>,
    foreign: Option<&'static [&'static str]>,
) -> Result<Parsed> {
    let mut parser = Parser {
        source,
        name: Arc::clone(name),
        lexer: Lexer::new(source.text()),
        next: 0,
        depth: 0,
        scope: Scope::default(),
        defined: Vec::new(),
        places: HashMap::default(),
        foreign,
        changes_values: false,
        // Enough for most templates.
        nodes: Vec::with_capacity(32),
        ends: Vec::with_capacity(8),
        operands: Vec::with_capacity(16),
    };
    let nodes = parser.file()?;
    let variables = parser.scope.most;
    let main = parser.template(Arc::clone(name), nodes, variables);
    Ok(Parsed {
        main,
        defined: parser.defined,
        changes_values: parser.changes_values,
    })
}

/// The place of an offset, for people.
pub(super) fn frame(source: &Source, template: &Arc<str>, at: At) -> Frame {
    let before = usize::try_from(at.offset)
        .ok()
        .and_then(|offset| source.text().get(..offset))
        .unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(start..).unwrap_or_default().chars().count() + 1;
    Frame {
        file: source.name().into(),
        template: Arc::clone(template),
        line: at.line,
        column: u32::try_from(column).unwrap_or(u32::MAX),
    }
}

pub(super) struct Parser<'s> {
    source: &'s Arc<Source>,
    /// The template that is being read.
    name: Arc<str>,
    lexer: Lexer<'s>,
    /// The position of the next one of the words that the lexer read last.
    pub(super) next: usize,
    pub(super) depth: usize,
    pub(super) scope: Scope,
    defined: Vec<Template>,
    /// Where each of these is, by its name.
    places: HashMap<Arc<str>, usize, RandomState>,
    /// The functions of another program, where the template is one's.
    pub(super) foreign: Option<&'static [&'static str]>,
    /// As [`Parsed::changes_values`].
    pub(super) changes_values: bool,
    /// What was read of all that is open, innermost last: what is read in the end has the room that it needs, and no more.
    nodes: Vec<Node>,
    /// Where the operands of a pipeline's commands end, from its first on.
    pub(super) ends: Vec<usize>,
    pub(super) operands: Vec<Operand>,
}

/// Takes what stands on a stack from a place on.
pub(super) fn taken<T>(stack: &mut Vec<T>, from: usize) -> Box<[T]> {
    if from >= stack.len() {
        return Box::default();
    }
    stack.split_off(from).into_boxed_slice()
}

/// How a list of nodes ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// `{{ end }}`, which has been read.
    End,
    /// `{{ else`, after which the parser stands.
    Else,
}

/// What a pipeline belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Action,
    If,
    With,
    Range,
    Template,
    Parentheses,
}

impl Of {
    pub(super) fn name(self) -> &'static str {
        match self {
            Of::Action => "an action",
            Of::If => "`if`",
            Of::With => "`with`",
            Of::Range => "`range`",
            Of::Template => "`template`",
            Of::Parentheses => "parentheses",
        }
    }
}

static END: Token = Token {
    word: Word::End,
    at: At { offset: 0, line: 1 },
    end: 0,
};

impl Parser<'_> {
    fn template(&self, name: Arc<str>, nodes: Box<[Node]>, variables: usize) -> Template {
        Template {
            name,
            source: Arc::clone(self.source),
            nodes,
            variables,
        }
    }

    pub(super) fn peek(&self) -> &Token {
        let words = self.lexer.words();
        words
            .get(self.next)
            .unwrap_or_else(|| words.last().unwrap_or(&END))
    }

    /// The next word where nothing is open: of the text, or what begins an action.
    fn peek_outside(&mut self) -> Token {
        if self.next >= self.lexer.words().len() && self.lexer.read_on() {
            self.next = 0;
        }
        *self.peek()
    }

    pub(super) fn peek_past_space(&mut self) -> &Token {
        if self.peek().word == Word::Space {
            self.next += 1;
        }
        self.peek()
    }

    pub(super) fn take(&mut self) -> Token {
        let token = *self.peek();
        self.next = (self.next + 1).min(self.lexer.words().len());
        token
    }

    fn take_past_space(&mut self) -> Token {
        self.peek_past_space();
        self.take()
    }

    pub(super) fn written(&self, token: &Token) -> &str {
        self.text_at(token.at.offset, token.end)
    }

    pub(super) fn text_at(&self, start: u32, end: u32) -> &str {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let end = usize::try_from(end).unwrap_or(usize::MAX);
        self.source.text().get(start..end).unwrap_or_default()
    }

    pub(super) fn error(&self, at: At, message: impl Into<String>) -> Error {
        Error::new(message).within(frame(self.source, &self.name, at))
    }

    /// A word that does not belong where it is.
    pub(super) fn unexpected(&self, token: &Token, place: &str) -> Error {
        let message = match &token.word {
            Word::Error => self.lexer.problem.to_string(),
            Word::End => format!("the template ends in {place}"),
            Word::Close => format!("{place} ends too early"),
            _ => format!("`{}` does not belong in {place}", self.written(token)),
        };
        self.error(token.at, message)
    }

    pub(super) fn deeper(&mut self, at: At) -> Result<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error(at, format!("it is nested more than {DEEPEST} levels deep")));
        }
        Ok(())
    }

    /// The whole text: definitions are possible here alone.
    fn file(&mut self) -> Result<Box<[Node]>> {
        let start = self.nodes.len();
        loop {
            let token = self.peek_outside();
            match token.word {
                Word::End => return Ok(taken(&mut self.nodes, start)),
                Word::Open => {
                    self.next += 1;
                    if self.peek_past_space().word == Word::Keyword(Keyword::Define) {
                        self.next += 1;
                        self.definition()?;
                    } else {
                        self.action(token.at, None)?;
                    }
                }
                _ => self.text()?,
            }
        }
    }

    fn text(&mut self) -> Result<()> {
        let token = self.take();
        let range = Range {
            start: token.at.offset,
            end: token.end,
        };
        self.nodes.push(match token.word {
            Word::Text => Node::Text { at: token.at, range },
            Word::Comment => Node::Comment { at: token.at, range },
            _ => return Err(self.unexpected(&token, "a template")),
        });
        Ok(())
    }

    /// Nodes up to `end` or `else`. `open` is where what they belong to begins.
    fn nodes(&mut self, open: At) -> Result<(Box<[Node]>, Ending)> {
        let start = self.nodes.len();
        loop {
            let token = self.peek_outside();
            match token.word {
                Word::End => return Err(self.error(open, "it is not closed by an `end`")),
                Word::Open => {
                    self.next += 1;
                    if let Some(ending) = self.action(token.at, Some(()))? {
                        return Ok((taken(&mut self.nodes, start), ending));
                    }
                }
                _ => self.text()?,
            }
        }
    }

    /// What follows `{{`, up to and with `}}`.
    fn action(&mut self, open: At, inside: Option<()>) -> Result<Option<Ending>> {
        let token = *self.peek_past_space();
        let keyword = match token.word {
            Word::Keyword(keyword) if keyword != Keyword::Nil => keyword,
            _ => {
                let pipeline = self.pipeline(Of::Action)?;
                self.nodes.push(Node::Action(pipeline));
                return Ok(None);
            }
        };
        self.next += 1;
        let at = token.at;
        match keyword {
            Keyword::If => {
                let conditional = self.conditional(Of::If, at)?;
                self.nodes.push(Node::If(conditional));
            }
            Keyword::With => {
                let conditional = self.conditional(Of::With, at)?;
                self.nodes.push(Node::With(conditional));
            }
            Keyword::Range => {
                let range = self.range(at)?;
                self.nodes.push(Node::Range(Box::new(range)));
            }
            Keyword::Template => {
                let name = self.template_name("`template`")?;
                let pipeline = if self.peek_past_space().word == Word::Close {
                    self.next += 1;
                    None
                } else {
                    Some(Box::new(self.pipeline(Of::Template)?))
                };
                self.nodes.push(Node::Template { at, name, pipeline });
            }
            Keyword::Block => {
                let name = self.template_name("`block`")?;
                let pipeline = self.pipeline(Of::Template)?;
                self.body(Arc::clone(&name), open)?;
                self.nodes.push(Node::Template {
                    at,
                    name,
                    pipeline: Some(Box::new(pipeline)),
                });
            }
            Keyword::Break | Keyword::Continue => {
                if self.scope.loops == 0 {
                    let message = format!("`{}` stands outside of any `range`", self.written(&token));
                    return Err(self.error(at, message));
                }
                self.close()?;
                self.nodes.push(if keyword == Keyword::Break {
                    Node::Break
                } else {
                    Node::Continue
                });
            }
            Keyword::End if inside.is_some() => {
                self.close()?;
                return Ok(Some(Ending::End));
            }
            Keyword::Else if inside.is_some() => return Ok(Some(Ending::Else)),
            Keyword::End => return Err(self.error(at, "this `end` closes nothing")),
            Keyword::Else => return Err(self.error(at, "this `else` belongs to nothing")),
            Keyword::Define | Keyword::Nil => {
                return Err(self.error(at, "`define` cannot stand inside of something else"));
            }
        }
        Ok(None)
    }

    fn close(&mut self) -> Result<()> {
        let token = self.take_past_space();
        if token.word == Word::Close {
            Ok(())
        } else {
            Err(self.unexpected(&token, "this action, which ends here"))
        }
    }

    fn template_name(&mut self, of: &str) -> Result<Arc<str>> {
        let token = self.take_past_space();
        let name = match token.word {
            Word::Quoted => {
                literal::quoted(self.written(&token)).map_err(|problem| self.error(token.at, problem))?
            }
            Word::Raw => literal::raw(self.written(&token)),
            Word::Error => return Err(self.unexpected(&token, of)),
            _ => return Err(self.error(token.at, format!("{of} needs a name in quotes"))),
        };
        Ok(name.to_shared())
    }

    /// `define "name"`, whose first word has been read.
    fn definition(&mut self) -> Result<()> {
        let open = self.peek().at;
        let name = self.template_name("`define`")?;
        self.close()?;
        self.body(name, open)
    }

    /// The body of a definition or block, with its `end`.
    fn body(&mut self, name: Arc<str>, open: At) -> Result<()> {
        self.deeper(open)?;
        let outer_scope = std::mem::take(&mut self.scope);
        let outer_name = std::mem::replace(&mut self.name, Arc::clone(&name));
        let (nodes, ending) = self.nodes(open)?;
        if ending == Ending::Else {
            return Err(self.error(
                self.peek().at,
                "`else` cannot stand in `define` or `block` by itself",
            ));
        }
        let scope = std::mem::replace(&mut self.scope, outer_scope);
        self.name = outer_name;
        self.depth -= 1;
        let template = self.template(name, nodes, scope.most);
        let known = self.places.get(&template.name).copied();
        match known.and_then(|place| self.defined.get_mut(place)) {
            None => {
                self.places.insert(Arc::clone(&template.name), self.defined.len());
                self.defined.push(template);
            }
            Some(known) if known.is_empty() => *known = template,
            Some(_) if template.is_empty() => {}
            Some(known) => {
                let message = format!("the template `{}` is defined twice in this file", known.name);
                return Err(self.error(open, message));
            }
        }
        Ok(())
    }

    /// `if` or `with`, whose first word has been read.
    fn conditional(&mut self, of: Of, open: At) -> Result<Conditional> {
        self.deeper(open)?;
        let variables = self.scope.len();
        let again = match of {
            Of::If => Keyword::If,
            _ => Keyword::With,
        };
        // Nearly all have one alone.
        let mut branches = Vec::with_capacity(1);
        let mut otherwise = Box::default();
        loop {
            let pipeline = self.pipeline(of)?;
            let (nodes, ending) = self.branch(open)?;
            branches.push((pipeline, nodes));
            if ending == Ending::End {
                break;
            }
            if self.peek_past_space().word == Word::Keyword(again) {
                self.next += 1;
                continue;
            }
            otherwise = self.otherwise(open)?;
            break;
        }
        self.scope.truncate(variables);
        self.depth -= 1;
        Ok(Conditional {
            branches: branches.into(),
            otherwise,
        })
    }

    /// What follows a condition. What it declares has not run in the branches after it.
    fn branch(&mut self, open: At) -> Result<(Box<[Node]>, Ending)> {
        let known = self.scope.len();
        let branch = self.nodes(open)?;
        self.scope.has_not_run(known);
        Ok(branch)
    }

    /// What follows a last `else`.
    fn otherwise(&mut self, open: At) -> Result<Box<[Node]>> {
        self.close()?;
        let (nodes, ending) = self.nodes(open)?;
        if ending == Ending::Else {
            return Err(self.error(self.peek().at, "there is an `else` already; an `end` is missing"));
        }
        Ok(nodes)
    }

    fn range(&mut self, open: At) -> Result<Loop> {
        self.deeper(open)?;
        let variables = self.scope.len();
        let pipeline = self.pipeline(Of::Range)?;
        self.scope.loops += 1;
        let (body, ending) = self.branch(open)?;
        self.scope.loops -= 1;
        let otherwise = match ending {
            Ending::End => Box::default(),
            Ending::Else => self.otherwise(open)?,
        };
        self.scope.truncate(variables);
        self.depth -= 1;
        Ok(Loop {
            pipeline,
            body,
            otherwise,
        })
    }
}
