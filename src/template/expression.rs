//! Expressions that need no compiler: paths, texts and numbers with `or`, `and`, `not`, comparisons, `if` and `else`, the
//! filter `default` and tests of what a value is.

use std::collections::BTreeMap;

use minijinja::{Value, tests as test};

use super::value::at_path;

/// Whether a condition holds; nothing where it has more in it than this module understands, or where a name is not known.
/// Names are looked up with `lookup`.
pub(super) fn holds(expression: &str, lookup: &dyn Fn(&str) -> Option<Value>) -> Option<bool> {
    read(expression, lookup, Parser::choice)?.truth()
}

/// The value of an expression, on the same terms.
pub(super) fn value(expression: &str, lookup: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    read(expression, lookup, Parser::choice)?.value()
}

/// The value of an expression that is nothing but a path, a text or a number.
pub(super) fn path(expression: &str, lookup: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    read(expression, lookup, Parser::operand)?.value()
}

/// Reads a whole expression with one of the parser's steps.
fn read<'e, 'l>(
    expression: &'e str,
    lookup: &'l dyn Fn(&str) -> Option<Value>,
    step: fn(&mut Parser<'e, 'l>) -> Option<Known>,
) -> Option<Known> {
    let mut parser = Parser {
        rest: expression,
        lookup,
        depth: 0,
    };
    let found = step(&mut parser)?;
    parser.rest.trim().is_empty().then_some(found)
}

/// What is known of an expression that is understood.
enum Known {
    Value(Value),
    /// Whether it is true.
    Truth(bool),
    Nothing,
}

impl Known {
    fn truth(&self) -> Option<bool> {
        match self {
            Known::Value(value) => Some(value.is_true()),
            Known::Truth(truth) => Some(*truth),
            Known::Nothing => None,
        }
    }

    fn value(self) -> Option<Value> {
        match self {
            Known::Value(value) => Some(value),
            Known::Truth(_) | Known::Nothing => None,
        }
    }
}

impl From<Option<Value>> for Known {
    fn from(value: Option<Value>) -> Known {
        value.map_or(Known::Nothing, Known::Value)
    }
}

/// Nesting that is followed; deeper expressions are left to minijinja.
const MAX_DEPTH: usize = 50;

/// Each step gives nothing where it does not understand what it reads.
struct Parser<'e, 'l> {
    rest: &'e str,
    lookup: &'l dyn Fn(&str) -> Option<Value>,
    depth: usize,
}

impl Parser<'_, '_> {
    /// One level deeper.
    fn within(&mut self, step: fn(&mut Self) -> Option<Known>) -> Option<Known> {
        self.depth += 1;
        let found = if self.depth > MAX_DEPTH { None } else { step(self) };
        self.depth -= 1;
        found
    }

    fn choice(&mut self) -> Option<Known> {
        let mut found = self.either()?;
        while self.word("if") {
            let condition = self.either()?;
            let otherwise = match self.word("else") {
                true => self.within(Parser::choice)?,
                false => Known::Value(Value::UNDEFINED),
            };
            found = match condition.truth() {
                Some(true) => found,
                Some(false) => otherwise,
                None => Known::Nothing,
            };
        }
        Some(found)
    }

    /// The first that is true, or the last.
    fn either(&mut self) -> Option<Known> {
        let mut found = self.both()?;
        while self.word("or") {
            let other = self.both()?;
            found = match (found.truth(), other.truth()) {
                (Some(true), _) => found,
                (Some(false), _) => other,
                (None, Some(true)) => Known::Truth(true),
                (None, _) => Known::Nothing,
            };
        }
        Some(found)
    }

    /// The first that is false, or the last.
    fn both(&mut self) -> Option<Known> {
        let mut found = self.not()?;
        while self.word("and") {
            let other = self.not()?;
            found = match (found.truth(), other.truth()) {
                (Some(false), _) => found,
                (Some(true), _) => other,
                (None, Some(false)) => Known::Truth(false),
                (None, _) => Known::Nothing,
            };
        }
        Some(found)
    }

    fn not(&mut self) -> Option<Known> {
        if !self.word("not") {
            return self.comparison();
        }
        let found = self.within(Parser::not)?;
        let holds = found.truth().map(|truth| Value::from(!truth));
        Some(holds.into())
    }

    fn comparison(&mut self) -> Option<Known> {
        let left = self.filtered()?;
        let equal = if self.sign("==") {
            true
        } else if self.sign("!=") {
            false
        } else {
            return Some(left);
        };
        let (left, right) = (left.value(), self.filtered()?.value());
        let holds = left.zip(right).map(|(left, right)| (left == right) == equal);
        Some(holds.map(Value::from).into())
    }

    /// An operand with `| default(OPERAND)`, or a test of one.
    fn filtered(&mut self) -> Option<Known> {
        let mut found = self.operand()?;
        while self.sign("|") {
            if !(self.word("default") && self.sign("(")) {
                return None;
            }
            let default = self.operand()?;
            if !self.sign(")") {
                return None;
            }
            found = match found {
                Known::Value(value) if value.is_undefined() => default,
                Known::Truth(false) => Known::Nothing,
                found => found,
            };
        }
        if !self.word("is") {
            return Some(found);
        }
        let negated = self.word("not");
        let (_, is) = TESTS.iter().find(|(name, _)| self.word(name))?;
        // Whatever else follows, the test would take it for an argument.
        let rest = self.rest.trim_ascii_start();
        let is_end = rest.is_empty() || rest.starts_with(')');
        if !is_end && !["and", "or", "else"].iter().any(|word| is_word(rest, word)) {
            return None;
        }
        let holds = found.value().map(|value| Value::from(is(&value) != negated));
        Some(holds.into())
    }

    /// A text, a whole number, a constant, a path, or an expression in parentheses.
    fn operand(&mut self) -> Option<Known> {
        if self.sign("(") {
            let found = self.within(Parser::choice)?;
            return self.sign(")").then_some(found);
        }
        if self.sign("{") {
            let empty = Value::from(BTreeMap::<String, Value>::new());
            return self.sign("}").then_some(Known::Value(empty));
        }
        if self.sign("[") {
            let empty = Value::from(Vec::<Value>::new());
            return self.sign("]").then_some(Known::Value(empty));
        }
        let rest = self.rest.trim_ascii_start();
        let first = *rest.as_bytes().first()?;
        if matches!(first, b'"' | b'\'') {
            let (text, after) = rest[1..].split_once(char::from(first))?;
            self.rest = after;
            return (!text.contains('\\')).then(|| Known::Value(Value::from(text)));
        }
        let (root, length) = path_at_start(rest)?;
        let (word, after) = rest.split_at(length);
        self.rest = after;
        if first.is_ascii_digit() {
            let number = word.parse::<i64>().ok()?;
            return Some(Known::Value(Value::from(number)));
        }
        match word {
            "true" => return Some(Known::Value(Value::from(true))),
            "false" => return Some(Known::Value(Value::from(false))),
            "none" => return Some(Known::Value(Value::from(()))),
            _ => {}
        }
        let root = &word[..root];
        match (self.lookup)(root) {
            Some(value) => Some(Known::Value(at_path(value, &word[root.len()..]))),
            None => (!WORDS.contains(&root)).then_some(Known::Nothing),
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_ascii_start();
        let is = is_word(rest, word);
        if is {
            self.rest = &rest[word.len()..];
        }
        is
    }

    fn sign(&mut self, sign: &str) -> bool {
        match self.rest.trim_ascii_start().strip_prefix(sign) {
            Some(after) => {
                self.rest = after;
                true
            }
            None => false,
        }
    }
}

/// The lengths of the name and of the whole path that a text starts with: words with dots between.
fn path_at_start(text: &str) -> Option<(usize, usize)> {
    let mut root = None;
    let mut is_start = true;
    let mut length = 0;
    for byte in text.bytes() {
        match byte {
            b'.' if is_start => return None,
            b'.' => {
                root = root.or(Some(length));
                is_start = true;
            }
            b'0'..=b'9' if is_start && root.is_some() => return None,
            b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => is_start = false,
            _ => break,
        }
        length += 1;
    }
    (!is_start).then_some((root.unwrap_or(length), length))
}

/// Whether a text starts with a word.
fn is_word(text: &str, word: &str) -> bool {
    // Most texts don't, and their first letter tells.
    let is_first = text.as_bytes().first() == word.as_bytes().first();
    let after = if is_first { text.strip_prefix(word) } else { None };
    after.is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// A test that needs no more than the value.
type Test = fn(&Value) -> bool;

const TESTS: &[(&str, Test)] = &[
    ("defined", test::is_defined),
    ("undefined", test::is_undefined),
    ("none", test::is_none),
    ("boolean", test::is_boolean),
    ("string", test::is_string),
    ("mapping", test::is_mapping),
    ("sequence", test::is_sequence),
];

/// Words that are no names.
const WORDS: &[&str] = &[
    "and", "or", "not", "if", "else", "in", "is", "true", "false", "none", "True", "False", "None",
];

#[cfg(test)]
mod tests {
    use minijinja::Environment;

    use super::*;

    fn lookup(name: &str) -> Option<Value> {
        let inner = Value::from_pairs([("yes", Value::from(true)), ("no", Value::from(false))]);
        match name {
            "a" => Some(Value::from_pairs([
                ("in_it", inner),
                ("text", Value::from("x")),
                ("zero", Value::from(0)),
                ("two", Value::from(2)),
                ("null", Value::from(())),
                ("list", Value::from(vec![1])),
            ])),
            _ => None,
        }
    }

    #[test]
    fn what_is_understood_is_as_minijinja_has_it() {
        let mut env = Environment::new();
        env.set_undefined_behavior(minijinja::UndefinedBehavior::Chainable);
        for expression in [
            "a",
            "a.in_it.yes",
            "a.in_it.no",
            "a.missing",
            "a.missing.too",
            "a.text.of_a_text",
            "not a.in_it.no",
            "not not a.in_it.no",
            "a.in_it.no or a.in_it.yes",
            "a.in_it.yes and a.zero",
            "not (a.in_it.no or a.zero) and a.two",
            "a.in_it.no and a.zero or a.two",
            "a.text == \"x\"",
            "a.text == 'y'",
            "a.text != \"x\"",
            "a.two == 2",
            "a.two == a.zero",
            "not a.two == 2",
            "a.missing == a.zero",
            "  a.text==\"x\"  and(a.two) ",
            "a.zero or a.text",
            "a.zero or a.missing or a.in_it",
            "a.two and a.text",
            "a.zero and a.text",
            "a.text if a.two else a.zero",
            "a.text if a.zero",
            "a.text if a.zero else a.two if a.missing else a.in_it.yes",
            "a.two or a.zero if a.zero or a.two else a.text",
            "(a.zero or a.two) == 2",
            "a.missing | default(\"y\")",
            "a.zero|default(a.two)",
            "a.missing | default(a.missing) | default(3) == 3",
            "a.missing is defined",
            "a.missing is undefined or a.two",
            "not a.in_it is mapping",
            "a.in_it is not mapping and a.two",
            "a.text if a.text is string else a.two",
            "a.two is boolean or a.list is sequence",
            "a.null is none",
            "true",
            "none or false",
            "{} or []",
            "a.in_it.yes or {}",
        ] {
            let compiled = env.compile_expression(expression).unwrap();
            let context = Value::from_pairs([("a", lookup("a").unwrap())]);
            let expected = compiled.eval(context).unwrap();
            assert_eq!(value(expression, &lookup), Some(expected.clone()), "{expression}");
            assert_eq!(
                holds(expression, &lookup),
                Some(expected.is_true()),
                "{expression}"
            );
        }
    }

    #[test]
    fn what_is_not_known_does_not_matter_where_the_rest_decides() {
        assert_eq!(holds("a.in_it.no and unknown.key", &lookup), Some(false));
        assert_eq!(holds("unknown or a.in_it.yes", &lookup), Some(true));
        assert_eq!(holds("unknown and a.in_it.yes", &lookup), None);
        assert_eq!(holds("unknown == 1", &lookup), None);
        assert_eq!(
            holds("unknown or a.two if a.two else unknown", &lookup),
            Some(true)
        );
        assert_eq!(holds("(unknown or a.two) | default(a.zero)", &lookup), Some(true));
        assert_eq!(holds("(unknown and a.zero) | default(a.two)", &lookup), None);
        assert_eq!(value("unknown or a.two", &lookup), None);
        assert_eq!(
            value("unknown if a.zero else a.two", &lookup),
            Some(Value::from(2))
        );
    }

    #[test]
    fn anything_else_is_left_alone() {
        for expression in [
            "",
            "a | length",
            "a.in_it.no and a | length",
            "a()",
            "a.f(1)",
            "a[0]",
            "a is odd",
            "a is sequence(1)",
            "a is defined if a",
            "\"x\" in a",
            "a.0",
            "a | default(a, true)",
            "a | default(a ~ a)",
            "{\"x\": 1}",
            "[1]",
            "(a).text",
            "a +",
            "a > 1",
            "a.two == 2.5",
            "a.text == \"\\x\"",
            "True",
            "(a",
            "a)",
            ".a",
            "a..b",
            "\u{e4}",
        ] {
            assert_eq!(holds(expression, &lookup), None, "{expression}");
        }
        let deep = "not ".repeat(100_000) + "a";
        assert_eq!(holds(&deep, &lookup), None);
    }
}
