//! Reads a Go template: from words to its tree.

use std::ops::Range;
use std::sync::Arc;

use super::error::{Error, Frame, Result};
use super::functions;
use super::lex::{At, Keyword, Token, Word, tokens};
use super::literal;
use super::text::Text;
use super::tree::{
    Callee, Command, Conditional, Loop, Node, Number, Operand, Pipeline, Template, Term, Variable,
};
use crate::diagnostic::nearest;
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
}

/// Reads a text of templates. `name` is how templates call it: of a file its path as Helm has it.
///
/// # Errors
/// What is wrong with the text first, with its place.
pub fn parse(name: &Arc<str>, source: &Arc<Source>) -> Result<Parsed> {
    let mut parser = Parser {
        source,
        name: Arc::clone(name),
        tokens: tokens(source.text()),
        next: 0,
        depth: 0,
        scope: Scope::default(),
        defined: Vec::new(),
    };
    let nodes = parser.file()?;
    let variables = parser.scope.most;
    let main = parser.template(Arc::clone(name), nodes, variables);
    Ok(Parsed {
        main,
        defined: parser.defined,
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

/// The variables that are there.
#[derive(Debug)]
struct Scope {
    names: Vec<Arc<str>>,
    /// The most that there were at one time.
    most: usize,
    /// How many `range` are around.
    loops: usize,
}

impl Default for Scope {
    fn default() -> Self {
        Scope {
            names: vec!["$".into()],
            most: 1,
            loops: 0,
        }
    }
}

struct Parser<'s> {
    source: &'s Arc<Source>,
    /// The template that is being read.
    name: Arc<str>,
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
    scope: Scope,
    defined: Vec<Template>,
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
enum Of {
    Action,
    If,
    With,
    Range,
    Template,
    Parentheses,
}

impl Of {
    fn name(self) -> &'static str {
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
    fn template(&self, name: Arc<str>, nodes: Vec<Node>, variables: usize) -> Template {
        Template {
            name,
            source: Arc::clone(self.source),
            nodes,
            variables,
        }
    }

    fn peek(&self) -> &Token {
        self.tokens
            .get(self.next)
            .unwrap_or_else(|| self.tokens.last().unwrap_or(&END))
    }

    fn peek_past_space(&mut self) -> &Token {
        if self.peek().word == Word::Space {
            self.next += 1;
        }
        self.peek()
    }

    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.next = (self.next + 1).min(self.tokens.len());
        token
    }

    fn take_past_space(&mut self) -> Token {
        self.peek_past_space();
        self.take()
    }

    fn written(&self, token: &Token) -> &str {
        let start = usize::try_from(token.at.offset).unwrap_or(usize::MAX);
        let end = usize::try_from(token.end).unwrap_or(usize::MAX);
        self.source.text().get(start..end).unwrap_or_default()
    }

    fn error(&self, at: At, message: impl Into<String>) -> Error {
        Error::new(message).within(frame(self.source, &self.name, at))
    }

    /// A word that does not belong where it is.
    fn unexpected(&self, token: &Token, place: &str) -> Error {
        let message = match &token.word {
            Word::Error(problem) => problem.to_string(),
            Word::End => format!("the template ends in {place}"),
            Word::Close => format!("{place} ends too early"),
            _ => format!("`{}` does not belong in {place}", self.written(token)),
        };
        self.error(token.at, message)
    }

    fn deeper(&mut self, at: At) -> Result<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error(at, format!("it is nested more than {DEEPEST} levels deep")));
        }
        Ok(())
    }

    /// The whole text: definitions are possible here alone.
    fn file(&mut self) -> Result<Vec<Node>> {
        let mut nodes = Vec::new();
        loop {
            let token = self.peek().clone();
            match token.word {
                Word::End => return Ok(nodes),
                Word::Open => {
                    self.next += 1;
                    if self.peek_past_space().word == Word::Keyword(Keyword::Define) {
                        self.next += 1;
                        self.definition()?;
                    } else {
                        self.action(token.at, &mut nodes, None)?;
                    }
                }
                _ => self.text(&mut nodes)?,
            }
        }
    }

    fn text(&mut self, nodes: &mut Vec<Node>) -> Result<()> {
        let token = self.take();
        let range = Range {
            start: token.at.offset,
            end: token.end,
        };
        nodes.push(match token.word {
            Word::Text => Node::Text { at: token.at, range },
            Word::Comment => Node::Comment { at: token.at, range },
            _ => return Err(self.unexpected(&token, "a template")),
        });
        Ok(())
    }

    /// Nodes up to `end` or `else`. `open` is where what they belong to begins.
    fn nodes(&mut self, open: At) -> Result<(Vec<Node>, Ending)> {
        let mut nodes = Vec::new();
        loop {
            let token = self.peek().clone();
            match token.word {
                Word::End => return Err(self.error(open, "it is not closed by an `end`")),
                Word::Open => {
                    self.next += 1;
                    if let Some(ending) = self.action(token.at, &mut nodes, Some(()))? {
                        return Ok((nodes, ending));
                    }
                }
                _ => self.text(&mut nodes)?,
            }
        }
    }

    /// What follows `{{`, up to and with `}}`.
    fn action(&mut self, open: At, nodes: &mut Vec<Node>, inside: Option<()>) -> Result<Option<Ending>> {
        let token = self.peek_past_space().clone();
        let keyword = match token.word {
            Word::Keyword(keyword) if keyword != Keyword::Nil => keyword,
            _ => {
                let pipeline = self.pipeline(Of::Action)?;
                nodes.push(Node::Action(pipeline));
                return Ok(None);
            }
        };
        self.next += 1;
        let at = token.at;
        match keyword {
            Keyword::If => {
                let conditional = self.conditional(Of::If, at)?;
                nodes.push(Node::If(conditional));
            }
            Keyword::With => {
                let conditional = self.conditional(Of::With, at)?;
                nodes.push(Node::With(conditional));
            }
            Keyword::Range => {
                let range = self.range(at)?;
                nodes.push(Node::Range(range));
            }
            Keyword::Template => {
                let name = self.template_name("`template`")?;
                let pipeline = if self.peek_past_space().word == Word::Close {
                    self.next += 1;
                    None
                } else {
                    Some(self.pipeline(Of::Template)?)
                };
                nodes.push(Node::Template { at, name, pipeline });
            }
            Keyword::Block => {
                let name = self.template_name("`block`")?;
                let pipeline = self.pipeline(Of::Template)?;
                self.body(Arc::clone(&name), open)?;
                nodes.push(Node::Template {
                    at,
                    name,
                    pipeline: Some(pipeline),
                });
            }
            Keyword::Break | Keyword::Continue => {
                if self.scope.loops == 0 {
                    let message = format!("`{}` stands outside of any `range`", self.written(&token));
                    return Err(self.error(at, message));
                }
                self.close()?;
                nodes.push(if keyword == Keyword::Break {
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
            Word::Error(_) => return Err(self.unexpected(&token, of)),
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
        match self.defined.iter_mut().find(|known| known.name == template.name) {
            None => self.defined.push(template),
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
        let variables = self.scope.names.len();
        let again = match of {
            Of::If => Keyword::If,
            _ => Keyword::With,
        };
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        loop {
            let pipeline = self.pipeline(of)?;
            let (nodes, ending) = self.nodes(open)?;
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
        self.scope.names.truncate(variables);
        self.depth -= 1;
        Ok(Conditional { branches, otherwise })
    }

    /// What follows a last `else`.
    fn otherwise(&mut self, open: At) -> Result<Vec<Node>> {
        self.close()?;
        let (nodes, ending) = self.nodes(open)?;
        if ending == Ending::Else {
            return Err(self.error(self.peek().at, "there is an `else` already; an `end` is missing"));
        }
        Ok(nodes)
    }

    fn range(&mut self, open: At) -> Result<Loop> {
        self.deeper(open)?;
        let variables = self.scope.names.len();
        let pipeline = self.pipeline(Of::Range)?;
        self.scope.loops += 1;
        let (body, ending) = self.nodes(open)?;
        self.scope.loops -= 1;
        let otherwise = match ending {
            Ending::End => Vec::new(),
            Ending::Else => self.otherwise(open)?,
        };
        self.scope.names.truncate(variables);
        self.depth -= 1;
        Ok(Loop {
            pipeline,
            body,
            otherwise,
        })
    }

    /// The number of a variable, the latest of the name.
    fn number_of(&self, name: &str) -> Option<usize> {
        self.scope.names.iter().rposition(|known| **known == *name)
    }

    /// Commands, up to and with what ends them.
    fn pipeline(&mut self, of: Of) -> Result<Pipeline> {
        let at = self.peek_past_space().at;
        self.deeper(at)?;
        let end = match of {
            Of::Parentheses => Word::CloseParenthesis,
            _ => Word::Close,
        };
        let (names, assigns) = self.variables(of)?;
        let mut commands = Vec::new();
        loop {
            let token = self.peek_past_space().clone();
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
                    let command = self.command()?;
                    let is_literal = command.operands.first().is_some_and(|operand| {
                        matches!(
                            operand.term,
                            Term::Bool(_) | Term::Dot | Term::Nil | Term::Number(_) | Term::String(_)
                        )
                    });
                    if is_literal && !commands.is_empty() {
                        let message = format!(
                            "`{}` cannot stand after `|`: it is not a function",
                            self.written(&token)
                        );
                        return Err(self.error(token.at, message));
                    }
                    commands.push(command);
                }
                _ => return Err(self.unexpected(&token, of.name())),
            }
        }
        if commands.is_empty() {
            return Err(self.error(at, format!("{} has no value", of.name())));
        }
        // Declared only now: the commands see what was there before.
        let mut variables = Vec::with_capacity(names.len());
        for name in names {
            let number = if assigns {
                self.number_of(&name)
            } else {
                self.scope.names.push(Arc::clone(&name));
                self.scope.most = self.scope.most.max(self.scope.names.len());
                Some(self.scope.names.len() - 1)
            };
            variables.push(Variable { name, number });
        }
        self.depth -= 1;
        Ok(Pipeline {
            at,
            variables,
            assigns,
            commands,
        })
    }

    /// `$a :=`, `$a =`, and in a range `$a, $b :=`.
    fn variables(&mut self, of: Of) -> Result<(Vec<Arc<str>>, bool)> {
        let mut names: Vec<Arc<str>> = Vec::new();
        loop {
            let start = self.next;
            let token = self.peek_past_space().clone();
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
    fn command(&mut self) -> Result<Command> {
        let mut operands = Vec::new();
        loop {
            self.peek_past_space();
            if let Some(operand) = self.operand()? {
                operands.push(operand);
            }
            let token = self.peek().clone();
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
        if operands.is_empty() {
            return Err(self.error(self.peek().at, "a command is empty"));
        }
        Ok(Command { operands })
    }

    /// A term with the fields that follow it.
    fn operand(&mut self) -> Result<Option<Operand>> {
        let Some(mut operand) = self.term()? else {
            return Ok(None);
        };
        let mut fields = self.fields();
        if fields.is_empty() {
            return Ok(Some(operand));
        }
        match &mut operand.term {
            Term::Field(path) | Term::Variable(_, path) => path.append(&mut fields),
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
    fn fields(&mut self) -> Vec<Text> {
        let mut fields = Vec::new();
        while self.peek().word == Word::Field {
            let token = self.take();
            fields.push(Text::from(self.written(&token).trim_start_matches('.')));
        }
        fields
    }

    fn term(&mut self) -> Result<Option<Operand>> {
        let token = self.peek_past_space().clone();
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
                let Some(number) = self.number_of(name) else {
                    let known = self.scope.names.iter().map(|name| &**name);
                    let hint = nearest(name, known.filter(|known| *known != "$"))
                        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                    return Err(self.error(token.at, format!("there is no variable `{name}`{hint}")));
                };
                Term::Variable(number, Vec::new())
            }
            Word::Number => Term::Number(self.number(literal::number(self.written(&token)), token.at)?),
            Word::Character => Term::Number(self.number(literal::character(self.written(&token)), token.at)?),
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

    fn number(&self, found: std::result::Result<Number, String>, at: At) -> Result<Number> {
        found.map_err(|problem| self.error(at, problem))
    }

    fn callee(&self, token: &Token) -> Result<Callee> {
        let name = self.written(token);
        Ok(match name {
            "and" => Callee::And,
            "or" => Callee::Or,
            _ => Callee::Function(functions::find(name).ok_or_else(|| {
                let hint = nearest(name, functions::names())
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                self.error(token.at, format!("there is no function `{name}`{hint}"))
            })?),
        })
    }
}
