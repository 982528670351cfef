//! Evaluates a Go template's tree.

use super::parse::{Expression, Piece, parse};
use super::{Include, functions, is_true};
use crate::yaml::{self, Node};

/// Renders a Go template. `root` holds `Values`, `Release` and the like.
///
/// # Errors
/// What is wrong, in words.
pub(in super::super) fn render(
    text: &str,
    root: &Node,
    include: &mut Include<'_>,
    limit: usize,
) -> Result<String, String> {
    let pieces = parse(text)?;
    let mut evaluation = Evaluation {
        root,
        include,
        out: String::new(),
        limit,
    };
    evaluation.pieces(&pieces, root)?;
    Ok(evaluation.out)
}

struct Evaluation<'a, 'i> {
    root: &'a Node,
    include: &'a mut Include<'i>,
    out: String,
    limit: usize,
}

impl Evaluation<'_, '_> {
    fn pieces(&mut self, pieces: &[Piece], dot: &Node) -> Result<(), String> {
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.out.push_str(text),
                Piece::Output(expression) => {
                    let value = self.value(expression, dot)?;
                    self.out.push_str(&functions::text(&value));
                }
                Piece::If(branches, otherwise) => {
                    let mut taken = otherwise.as_slice();
                    for (condition, then) in branches {
                        if is_true(&self.value(condition, dot)?) {
                            taken = then;
                            break;
                        }
                    }
                    self.pieces(taken, dot)?;
                }
                Piece::With(subject, then, otherwise) => {
                    let value = self.value(subject, dot)?;
                    if is_true(&value) {
                        self.pieces(then, &value)?;
                    } else {
                        self.pieces(otherwise, dot)?;
                    }
                }
                Piece::Range(subject, each, otherwise) => {
                    let value = self.value(subject, dot)?;
                    match &value.value {
                        yaml::Value::List(list) if !list.is_empty() => {
                            for item in list.iter() {
                                self.pieces(each, item)?;
                            }
                        }
                        yaml::Value::Map(map) if !map.is_empty() => {
                            for (_, entry) in map.sorted() {
                                self.pieces(each, &entry.node)?;
                            }
                        }
                        _ if is_true(&value) => {
                            return Err(format!("`range` cannot go over {}", value.kind()));
                        }
                        _ => self.pieces(otherwise, dot)?,
                    }
                }
            }
            if self.out.len() > self.limit {
                return Err(format!("the text grows beyond {} bytes", self.limit));
            }
        }
        Ok(())
    }

    fn value(&mut self, expression: &Expression, dot: &Node) -> Result<Node, String> {
        match expression {
            Expression::Literal(node) => Ok(node.clone()),
            Expression::Field { from_root, path } => field(if *from_root { self.root } else { dot }, path),
            Expression::Of(inner, path) => field(&self.value(inner, dot)?, path),
            Expression::Call { name, arguments } => {
                // `and` and `or` stop early, as Go's do.
                if name == "and" || name == "or" {
                    let mut last = Node::default();
                    for argument in arguments {
                        last = self.value(argument, dot)?;
                        if is_true(&last) == (name == "or") {
                            break;
                        }
                    }
                    return Ok(last);
                }
                let values = arguments
                    .iter()
                    .map(|a| self.value(a, dot))
                    .collect::<Result<Vec<_>, _>>()?;
                if name == "include" {
                    let wanted = values
                        .first()
                        .and_then(Node::as_str)
                        .ok_or("`include` needs a name")?;
                    return (self.include)(wanted)
                        .map(Node::computed)
                        .ok_or_else(|| format!("there is no named template `{wanted}` here"));
                }
                functions::call(name, &values)
            }
        }
    }
}

/// A field; null where the last key is missing, an error where a key before it is, as in Go.
fn field(start: &Node, path: &[String]) -> Result<Node, String> {
    let mut node = start;
    for (index, key) in path.iter().enumerate() {
        match node.get(key) {
            Some(next) => node = next,
            None if index + 1 == path.len() && (node.as_map().is_some() || node.is_null()) => {
                return Ok(Node::default());
            }
            None => return Err(format!("`.{}` has no key `{key}`", path[..index].join("."))),
        }
    }
    Ok(node.clone())
}
