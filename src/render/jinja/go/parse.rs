//! Go template text into a tree.

use crate::yaml::{Node, Value};

const MAX_DEPTH: usize = 64;

/// A piece of a template.
pub(super) enum Piece {
    Text(String),
    Output(Expression),
    /// Conditions with their bodies, and the `else`.
    If(Vec<(Expression, Vec<Piece>)>, Vec<Piece>),
    With(Expression, Vec<Piece>, Vec<Piece>),
    Range(Expression, Vec<Piece>, Vec<Piece>),
}

/// A pipeline's stage or an operand.
pub(super) enum Expression {
    Literal(Node),
    /// A path from the dot, or from the root (`$`).
    Field {
        from_root: bool,
        path: Vec<String>,
    },
    /// A path from a parenthesised expression.
    Of(Box<Expression>, Vec<String>),
    Call {
        name: String,
        arguments: Vec<Expression>,
    },
}

enum Item<'a> {
    Text(String),
    Action(&'a str),
}

pub(super) fn parse(text: &str) -> Result<Vec<Piece>, String> {
    let items = items(text)?;
    let mut position = 0;
    let (pieces, end) = body(&items, &mut position, 0)?;
    match end {
        None => Ok(pieces),
        Some(word) => Err(format!("`{{{{ {word} }}}}` without its beginning")),
    }
}

fn items(text: &str) -> Result<Vec<Item<'_>>, String> {
    let mut items = Vec::new();
    let mut rest = text;
    let mut trim_next = false;
    loop {
        let (before, after) = rest
            .split_once("{{")
            .map_or((rest, None), |(before, after)| (before, Some(after)));
        let before = if trim_next { before.trim_start() } else { before };
        let Some(after) = after else {
            items.push(Item::Text(before.to_owned()));
            return Ok(items);
        };
        let trim_before = after.starts_with("- ") || after.starts_with("-\n");
        items.push(Item::Text(if trim_before {
            before.trim_end().to_owned()
        } else {
            before.to_owned()
        }));
        let end = action_end(after).ok_or("`{{` is never closed")?;
        let mut action = &after[..end];
        if trim_before {
            action = &action[1..];
        }
        trim_next = action.ends_with(" -");
        if trim_next {
            action = &action[..action.len() - 2];
        }
        let action = action.trim();
        if !(action.starts_with("/*") && action.ends_with("*/")) {
            items.push(Item::Action(action));
        }
        rest = &after[end + 2..];
    }
}

/// Where the action's `}}` is, strings inside skipped.
fn action_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'}' if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            quote @ (b'"' | b'`') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += if bytes[at] == b'\\' && quote == b'"' { 2 } else { 1 };
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Reads pieces up to an `else` or `end`, which it gives.
fn body<'a>(
    items: &[Item<'a>],
    position: &mut usize,
    depth: usize,
) -> Result<(Vec<Piece>, Option<&'a str>), String> {
    if depth > MAX_DEPTH {
        return Err(format!("blocks are nested more than {MAX_DEPTH} deep"));
    }
    let mut pieces = Vec::new();
    while let Some(item) = items.get(*position) {
        *position += 1;
        let action = match item {
            Item::Text(text) => {
                pieces.push(Piece::Text(text.clone()));
                continue;
            }
            Item::Action(action) => *action,
        };
        let (word, rest) = action.split_once(char::is_whitespace).unwrap_or((action, ""));
        match word {
            "end" | "else" => return Ok((pieces, Some(action))),
            "if" => pieces.push(conditional(rest, items, position, depth)?),
            "with" | "range" => {
                let subject = expression(rest)?;
                let (then, end) = body(items, position, depth + 1)?;
                let otherwise = match end {
                    Some("else") => closed(body(items, position, depth + 1)?)?,
                    Some("end") => Vec::new(),
                    _ => return Err(format!("`{word}` is never closed with `end`")),
                };
                pieces.push(if word == "with" {
                    Piece::With(subject, then, otherwise)
                } else {
                    Piece::Range(subject, then, otherwise)
                });
            }
            "define" | "block" | "break" | "continue" => {
                return Err(format!("`{word}` is not understood here"));
            }
            "template" => pieces.push(Piece::Output(expression(&format!("include {rest}"))?)),
            "" => return Err("an empty `{{ }}`".to_owned()),
            _ => pieces.push(Piece::Output(expression(action)?)),
        }
    }
    Ok((pieces, None))
}

fn closed((pieces, end): (Vec<Piece>, Option<&str>)) -> Result<Vec<Piece>, String> {
    if end == Some("end") {
        Ok(pieces)
    } else {
        Err("a block is never closed with `end`".to_owned())
    }
}

fn conditional(
    condition: &str,
    items: &[Item<'_>],
    position: &mut usize,
    depth: usize,
) -> Result<Piece, String> {
    let mut branches = Vec::new();
    let mut condition = expression(condition)?;
    loop {
        let (then, end) = body(items, position, depth + 1)?;
        branches.push((condition, then));
        match end {
            Some("end") => return Ok(Piece::If(branches, Vec::new())),
            Some("else") => return Ok(Piece::If(branches, closed(body(items, position, depth + 1)?)?)),
            Some(action) if action.starts_with("else if ") => {
                condition = expression(&action["else if ".len()..])?
            }
            _ => return Err("`if` is never closed with `end`".to_owned()),
        }
    }
}

fn expression(text: &str) -> Result<Expression, String> {
    let tokens = tokens(text)?;
    let mut position = 0;
    let expression = pipeline(&tokens, &mut position, 0)?;
    match tokens.get(position) {
        None => Ok(expression),
        Some(token) => Err(format!("`{token}` is not expected in `{text}`")),
    }
}

fn pipeline(tokens: &[String], position: &mut usize, depth: usize) -> Result<Expression, String> {
    if depth > MAX_DEPTH {
        return Err(format!("parentheses are nested more than {MAX_DEPTH} deep"));
    }
    let mut value = command(tokens, position, depth)?;
    while tokens.get(*position).is_some_and(|token| token == "|") {
        *position += 1;
        value = match command(tokens, position, depth)? {
            Expression::Call { name, mut arguments } => {
                arguments.push(value);
                Expression::Call { name, arguments }
            }
            _ => return Err("after `|` a function is expected".to_owned()),
        };
    }
    Ok(value)
}

fn command(tokens: &[String], position: &mut usize, depth: usize) -> Result<Expression, String> {
    let first = operand(tokens, position, depth)?;
    let Expression::Call { name, mut arguments } = first else {
        return Ok(first);
    };
    while tokens
        .get(*position)
        .is_some_and(|token| token != "|" && token != ")")
    {
        arguments.push(operand(tokens, position, depth)?);
    }
    Ok(Expression::Call { name, arguments })
}

fn operand(tokens: &[String], position: &mut usize, depth: usize) -> Result<Expression, String> {
    let token = tokens.get(*position).ok_or("an expression is missing")?;
    *position += 1;
    if token == "(" {
        let inner = pipeline(tokens, position, depth + 1)?;
        if tokens.get(*position).map(String::as_str) != Some(")") {
            return Err("`(` is never closed".to_owned());
        }
        *position += 1;
        if let Some(path) = tokens.get(*position).and_then(|next| next.strip_prefix('.')) {
            *position += 1;
            return Ok(Expression::Of(Box::new(inner), keys(path)));
        }
        return Ok(inner);
    }
    if let Some(text) = token.strip_prefix('"') {
        return Ok(Expression::Literal(Node::computed(text)));
    }
    if let Some(path) = token.strip_prefix('.') {
        return Ok(Expression::Field {
            from_root: false,
            path: keys(path),
        });
    }
    if let Some(rest) = token.strip_prefix('$') {
        return match rest.strip_prefix('.') {
            Some(path) => Ok(Expression::Field {
                from_root: true,
                path: keys(path),
            }),
            None if rest.is_empty() => Ok(Expression::Field {
                from_root: true,
                path: Vec::new(),
            }),
            None => Err(format!("the variable `{token}` is not defined")),
        };
    }
    match token.as_str() {
        "true" => Ok(Expression::Literal(Node::computed(true))),
        "false" => Ok(Expression::Literal(Node::computed(false))),
        "nil" => Ok(Expression::Literal(Node::default())),
        _ => {
            if let Ok(number) = token.parse::<i128>() {
                return Ok(Expression::Literal(Node::computed(number)));
            }
            if let Some(number) = token
                .parse::<f64>()
                .ok()
                .filter(|_| token.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
            {
                return Ok(Expression::Literal(Node::computed(
                    Value::from_f64(number).unwrap_or_default(),
                )));
            }
            Ok(Expression::Call {
                name: token.clone(),
                arguments: Vec::new(),
            })
        }
    }
}

fn keys(path: &str) -> Vec<String> {
    path.split('.')
        .filter(|key| !key.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Words, texts (marked by a leading quote, their escapes resolved) and the signs `| ( )`.
fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            c if c.is_whitespace() => {}
            '|' | '(' | ')' => tokens.push(c.to_string()),
            '"' | '`' => {
                let mut out = String::from('"');
                loop {
                    match letters.next() {
                        None => return Err(format!("a text is never closed in `{text}`")),
                        Some(end) if end == c => break,
                        Some('\\') if c == '"' => out.push(match letters.next() {
                            Some('n') => '\n',
                            Some('t') => '\t',
                            Some('r') => '\r',
                            Some(other) => other,
                            None => return Err(format!("a text is never closed in `{text}`")),
                        }),
                        Some(other) => out.push(other),
                    }
                }
                tokens.push(out);
            }
            _ => {
                let mut word = String::from(c);
                while let Some(next) = letters.peek() {
                    if next.is_whitespace() || matches!(next, '|' | '(' | ')' | '"' | '`') {
                        break;
                    }
                    word.push(*next);
                    letters.next();
                }
                if word.contains(":=") || word == "=" || word == "," {
                    return Err("variables are not understood here".to_owned());
                }
                tokens.push(word);
            }
        }
    }
    Ok(tokens)
}
