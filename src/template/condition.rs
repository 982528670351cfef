//! Conditions that need no compiler: paths, texts and numbers with `and`, `or`, `not`, `==`, `!=` and parentheses.

use minijinja::Value;

/// Whether a condition holds; nothing where it has more in it than this module understands, or where a name is not known.
/// Names are looked up with `lookup`.
pub(super) fn holds(expression: &str, lookup: &dyn Fn(&str) -> Option<Value>) -> Option<bool> {
    read(expression, lookup, Parser::either)
}

/// The value of an expression that is nothing but a path.
pub(super) fn path(expression: &str, lookup: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    read(expression, lookup, Parser::operand)
}

/// Reads a whole expression with one of the parser's steps.
fn read<'e, 'l, T>(
    expression: &'e str,
    lookup: &'l dyn Fn(&str) -> Option<Value>,
    step: fn(&mut Parser<'e, 'l>) -> Option<Option<T>>,
) -> Option<T> {
    let mut parser = Parser {
        rest: expression,
        lookup,
        depth: 0,
    };
    let found = step(&mut parser)?;
    parser.rest.trim().is_empty().then_some(found)?
}

/// Nesting that is followed; deeper conditions are left to minijinja.
const MAX_DEPTH: usize = 50;

/// Each step gives nothing where it does not understand what it reads, and `Some(None)` where it does not know the value.
struct Parser<'e, 'l> {
    rest: &'e str,
    lookup: &'l dyn Fn(&str) -> Option<Value>,
    depth: usize,
}

impl Parser<'_, '_> {
    fn either(&mut self) -> Option<Option<bool>> {
        let mut found = self.both()?;
        while self.word("or") {
            let other = self.both()?;
            found = match (found, other) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        }
        Some(found)
    }

    fn both(&mut self) -> Option<Option<bool>> {
        let mut found = self.not()?;
        while self.word("and") {
            let other = self.not()?;
            found = match (found, other) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
        }
        Some(found)
    }

    fn not(&mut self) -> Option<Option<bool>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let found = if self.word("not") {
            self.not()?.map(|holds| !holds)
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Some(found)
    }

    fn comparison(&mut self) -> Option<Option<bool>> {
        if self.sign("(") {
            let found = self.either()?;
            return self.sign(")").then_some(found);
        }
        let left = self.operand()?;
        let equal = if self.sign("==") {
            true
        } else if self.sign("!=") {
            false
        } else {
            return Some(left.map(|value| value.is_true()));
        };
        let right = self.operand()?;
        Some(left.zip(right).map(|(left, right)| (left == right) == equal))
    }

    /// A text, a whole number or a path.
    fn operand(&mut self) -> Option<Option<Value>> {
        let rest = self.rest.trim_ascii_start();
        let first = *rest.as_bytes().first()?;
        if matches!(first, b'"' | b'\'') {
            let (text, after) = rest[1..].split_once(char::from(first))?;
            self.rest = after;
            return (!text.contains('\\')).then(|| Some(Value::from(text)));
        }
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
        let (word, after) = rest.split_at(rest.bytes().take_while(is_word).count());
        self.rest = after;
        if first.is_ascii_digit() {
            return word.parse::<i64>().ok().map(|number| Some(Value::from(number)));
        }
        let mut keys = word.split('.');
        let root = keys
            .next()
            .filter(|root| !root.is_empty() && !WORDS.contains(root))?;
        let mut found = (self.lookup)(root);
        for key in keys {
            if key.is_empty() {
                return None;
            }
            found = match found {
                // Nothing of nothing is nothing, as everywhere in templates.
                Some(value) if value.is_undefined() => Some(value),
                Some(value) => value.get_attr(key).ok(),
                None => None,
            };
        }
        Some(found)
    }

    fn word(&mut self, word: &str) -> bool {
        match self.rest.trim_ascii_start().strip_prefix(word) {
            Some(after) if !after.starts_with(|c: char| c.is_alphanumeric() || c == '_') => {
                self.rest = after;
                true
            }
            _ => false,
        }
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
        ] {
            let compiled = env.compile_expression(expression).unwrap();
            let context = Value::from_pairs([("a", lookup("a").unwrap())]);
            let expected = compiled.eval(context).unwrap().is_true();
            assert_eq!(holds(expression, &lookup), Some(expected), "{expression}");
        }
    }

    #[test]
    fn what_is_not_known_does_not_matter_where_the_rest_decides() {
        assert_eq!(holds("a.in_it.no and unknown.key", &lookup), Some(false));
        assert_eq!(holds("unknown or a.in_it.yes", &lookup), Some(true));
        assert_eq!(holds("unknown and a.in_it.yes", &lookup), None);
        assert_eq!(holds("unknown == 1", &lookup), None);
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
            "a is defined",
            "\"x\" in a",
            "a if a else a",
            "a +",
            "a > 1",
            "a.two == 2.5",
            "a.text == \"\\x\"",
            "true",
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
