//! From words to the tree.

mod times;

use super::functions;
use super::tree::{Binary, Expression, Kind, Matcher, MatcherKind, Operator, Selector};
use super::words::{Token, Word};
use super::{Features, Refused};
use crate::diagnostic::nearest;
use crate::render::go::functions::check_pattern;

/// How deep an expression may be nested. Nobody writes half of it.
const DEEPEST: usize = 64;

/// How many levels a tree may have: a sum of many has one for each.
const HIGHEST: usize = 250;

/// Binds more strongly than `*`, and less than `^`.
const SIGN_PRECEDENCE: u8 = 6;

const AGGREGATIONS: &[&str] = &[
    "sum",
    "avg",
    "count",
    "min",
    "max",
    "group",
    "stddev",
    "stdvar",
    "topk",
    "bottomk",
    "count_values",
    "quantile",
    "limitk",
    "limit_ratio",
];

/// Words that cannot be the name of a series.
const RESERVED: &[&str] = &["on", "ignoring", "group_left", "group_right", "bool", "atan2"];

type Done<T> = Result<T, Refused>;

/// Reads an expression.
pub fn parse(text: &str, tokens: &[Token], features: Features) -> Done<Expression> {
    let mut parser = Parser {
        text,
        tokens,
        next: 0,
        depth: 0,
        features,
    };
    if parser.peek().word == Word::End {
        return parser.wrong("the expression is empty");
    }
    let expression = parser.expression(0)?;
    match &parser.peek().word {
        Word::End => Ok(expression),
        _ => parser.unexpected("an operator or the end"),
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Token],
    next: usize,
    depth: usize,
    features: Features,
}

static END: Token = Token {
    word: Word::End,
    at: 0,
    end: 0,
};

impl<'t> Parser<'t> {
    fn peek(&self) -> &'t Token {
        self.tokens.get(self.next).or(self.tokens.last()).unwrap_or(&END)
    }

    fn take(&mut self) -> &'t Token {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek().word, Word::Sign(found) if found == sign)
    }

    fn accept(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Done<&'t Token> {
        match self.is_sign(sign) {
            true => Ok(self.take()),
            false => self.unexpected(&format!("`{sign}`")),
        }
    }

    /// The word with a meaning of its own that stands here, in small letters.
    fn keyword(&self) -> Option<String> {
        match &self.peek().word {
            Word::Name(name) => Some(name.to_ascii_lowercase()),
            _ => None,
        }
    }

    fn accept_keyword(&mut self, word: &str) -> bool {
        let found = self.keyword().as_deref() == Some(word);
        self.next += usize::from(found);
        found
    }

    fn wrong<T>(&self, message: impl Into<String>) -> Done<T> {
        Err(Refused::Wrong {
            at: self.peek().at,
            message: message.into(),
        })
    }

    fn unexpected<T>(&self, expected: &str) -> Done<T> {
        let token = self.peek();
        match &token.word {
            Word::End => self.wrong(format!("the expression ends where {expected} belongs")),
            _ => {
                let written = self.text.get(token.at..token.end).unwrap_or_default();
                self.wrong(format!("`{written}` stands where {expected} belongs"))
            }
        }
    }

    fn node(&self, kind: Kind, start: usize) -> Done<Expression> {
        let end = self
            .next
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(start, |token| token.end);
        let mut expression = Expression {
            kind,
            span: start..end,
            height: 0,
        };
        let below = expression.below().iter().map(|inner| inner.height).max();
        expression.height = below.map_or(0, |height| height + 1);
        match expression.height > HIGHEST {
            true => Err(Refused::Unknown),
            false => Ok(expression),
        }
    }

    /// An expression whose operators bind as strongly as `least`, at least.
    fn expression(&mut self, least: u8) -> Done<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Refused::Unknown);
        }
        let start = self.peek().at;
        let mut left = self.operand()?;
        while let Some(operator) = self.operator() {
            let precedence = operator.precedence();
            if precedence < least.max(1) {
                break;
            }
            let at = self.take().at;
            let mut binary = self.modifiers(operator, at)?;
            // `^` is the only one that groups to the right.
            let next = if precedence == 6 {
                precedence
            } else {
                precedence + 1
            };
            binary.right = self.expression(next)?;
            binary.left = left;
            left = self.node(Kind::Binary(Box::new(binary)), start)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operator(&self) -> Option<Operator> {
        match &self.peek().word {
            Word::Sign(sign @ ("==" | "!=" | "<" | "<=" | ">" | ">=")) => Some(Operator::Comparison(sign)),
            Word::Sign(sign @ ("+" | "-" | "*" | "/" | "%" | "^" | "</" | ">/")) => {
                Some(Operator::Arithmetic(sign))
            }
            Word::Name(_) => match self.keyword()?.as_str() {
                "or" => Some(Operator::Or),
                "and" => Some(Operator::And),
                "unless" => Some(Operator::Unless),
                "atan2" => Some(Operator::Arithmetic("atan2")),
                _ => None,
            },
            _ => None,
        }
    }

    /// What may stand behind an operator.
    fn modifiers(&mut self, operator: Operator, at: usize) -> Done<Binary> {
        let nothing = || Expression {
            kind: Kind::Number(0.0),
            span: 0..0,
            height: 0,
        };
        let mut binary = Binary {
            operator,
            at,
            is_bool: self.accept_keyword("bool"),
            left: nothing(),
            right: nothing(),
            matching: Vec::new(),
            is_on: false,
            include: Vec::new(),
            many_left: false,
            many_right: false,
            has_fill: false,
        };
        binary.is_on = self.accept_keyword("on");
        if binary.is_on || self.accept_keyword("ignoring") {
            binary.matching = self.labels()?;
            binary.many_left = self.accept_keyword("group_left");
            binary.many_right = !binary.many_left && self.accept_keyword("group_right");
            if (binary.many_left || binary.many_right) && self.is_sign("(") {
                binary.include = self.labels()?;
            }
        }
        let is_fill = |word: &str| matches!(word, "fill" | "fill_left" | "fill_right");
        let opens = |token: Option<&Token>| token.is_some_and(|token| token.word == Word::Sign("("));
        while self.keyword().as_deref().is_some_and(is_fill) && opens(self.tokens.get(self.next + 1)) {
            if !self.features.fill {
                return self
                    .wrong("`fill` has to be enabled with --enable-feature=promql-binop-fill-modifiers");
            }
            binary.has_fill = true;
            self.next += 2;
            let _ = self.accept("-") || self.accept("+");
            match self.take().word {
                Word::Number(_) | Word::Duration(_) => self.expect(")")?,
                _ => return self.unexpected("a number"),
            };
        }
        Ok(binary)
    }

    /// Labels in parentheses.
    fn labels(&mut self) -> Done<Vec<String>> {
        self.expect("(")?;
        let mut labels = Vec::new();
        while !self.accept(")") {
            match &self.peek().word {
                Word::Name(name) | Word::Text(name) if name.is_empty() => {
                    return self.wrong("the name of a label is empty");
                }
                Word::Name(name) | Word::Text(name) => labels.push(name.clone()),
                // `inf` and `nan` are names here.
                Word::Number(number) if !number.is_finite() => labels.push(
                    self.text
                        .get(self.peek().at..self.peek().end)
                        .unwrap_or_default()
                        .to_owned(),
                ),
                _ => return self.unexpected("the name of a label"),
            }
            self.next += 1;
            if !self.accept(",") && !self.is_sign(")") {
                return self.unexpected("`,` or `)`");
            }
        }
        Ok(labels)
    }

    /// What stands between operators, with what follows it: a range, `offset` and `@`.
    fn operand(&mut self) -> Done<Expression> {
        let start = self.peek().at;
        if matches!(self.peek().word, Word::Sign("+" | "-")) {
            let is_minus = self.take().word == Word::Sign("-");
            let inner = self.expression(SIGN_PRECEDENCE)?;
            let kind = match inner.kind {
                Kind::Number(number) => Kind::Number(if is_minus { -number } else { number }),
                _ => Kind::Unary(Box::new(inner)),
            };
            return self.node(kind, start);
        }
        let mut expression = self.simple()?;
        loop {
            if self.is_sign("[") {
                expression = self.range(expression, start)?;
            } else if self.is_sign("@") {
                self.next += 1;
                self.time(&mut expression)?;
            } else {
                match self.keyword().as_deref() {
                    Some("offset") => {
                        self.next += 1;
                        self.offset(&mut expression)?;
                    }
                    Some(word @ ("anchored" | "smoothed")) => {
                        if !self.features.ranges {
                            return self.wrong(format!(
                                "`{word}` has to be enabled with --enable-feature=promql-extended-range-selectors"
                            ));
                        }
                        self.next += 1;
                    }
                    _ => return Ok(expression),
                }
            }
        }
    }

    fn simple(&mut self) -> Done<Expression> {
        let token = self.peek();
        let start = token.at;
        match &token.word {
            Word::Number(number) => {
                self.next += 1;
                self.node(Kind::Number(*number), start)
            }
            Word::Duration(time) => {
                self.next += 1;
                #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
                let seconds = *time as f64 / 1000.0;
                self.node(Kind::Number(seconds), start)
            }
            Word::Text(text) => {
                self.next += 1;
                self.node(Kind::Text(text.clone()), start)
            }
            Word::Sign("(") => {
                self.next += 1;
                let inner = self.expression(0)?;
                self.expect(")")?;
                self.node(Kind::Parentheses(Box::new(inner)), start)
            }
            Word::Sign("{") => {
                let matchers = self.matchers()?;
                let selector = Selector {
                    matchers,
                    ..Selector::default()
                };
                self.node(Kind::Vector(selector), start)
            }
            Word::Name(name) => self.named(name, start),
            _ => self.unexpected("a series, a function, a number or `(`"),
        }
    }

    /// A series, a function or an aggregation.
    fn named(&mut self, name: &str, start: usize) -> Done<Expression> {
        let lower = name.to_ascii_lowercase();
        if RESERVED.contains(&lower.as_str()) {
            return self.unexpected("a series, a function, a number or `(`");
        }
        self.next += 1;
        if AGGREGATIONS.contains(&lower.as_str()) {
            let follows = self.keyword();
            if self.is_sign("(") || matches!(follows.as_deref(), Some("by" | "without")) {
                return self.aggregation(&lower, start);
            }
        } else if self.is_sign("(") {
            return self.call(name, start);
        }
        let matchers = match self.is_sign("{") {
            true => self.matchers()?,
            false => Vec::new(),
        };
        let selector = Selector {
            name: Some(name.to_owned()),
            matchers,
            ..Selector::default()
        };
        self.node(Kind::Vector(selector), start)
    }

    fn call(&mut self, name: &str, start: usize) -> Done<Expression> {
        let wrong = |message: String| Err(Refused::Wrong { at: start, message });
        // The words that are functions as well may be written in any letters.
        let lower = name.to_ascii_lowercase();
        let name = match lower.as_str() {
            "start" | "end" | "step" | "range" | "max_of" | "min_of" => lower.as_str(),
            _ => name,
        };
        let Some(function) = functions::find(name) else {
            let hint = match nearest(name, functions::names()) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => String::new(),
            };
            return wrong(format!("there is no function `{name}`{hint}"));
        };
        if function.is_experimental && !self.features.functions {
            return wrong(format!(
                "the function `{name}` has to be enabled with --enable-feature=promql-experimental-functions"
            ));
        }
        let arguments = self.arguments()?;
        self.node(Kind::Call { function, arguments }, start)
    }

    fn arguments(&mut self) -> Done<Vec<Expression>> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        if self.accept(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression(0)?);
            if self.accept(")") {
                return Ok(arguments);
            }
            if !self.accept(",") {
                return self.unexpected("`,` or `)`");
            }
        }
    }

    fn aggregation(&mut self, name: &str, start: usize) -> Done<Expression> {
        let wrong = |message: String| Err(Refused::Wrong { at: start, message });
        if matches!(name, "limitk" | "limit_ratio") && !self.features.functions {
            return wrong(format!(
                "`{name}` has to be enabled with --enable-feature=promql-experimental-functions"
            ));
        }
        let mut grouping = self.grouping()?;
        let mut arguments = self.arguments()?;
        if grouping.is_none() {
            grouping = self.grouping()?;
        }
        let has_parameter = matches!(
            name,
            "topk" | "bottomk" | "quantile" | "count_values" | "limitk" | "limit_ratio"
        );
        let expected = if has_parameter { 2 } else { 1 };
        if arguments.len() != expected {
            return wrong(format!(
                "`{name}` takes {expected} arguments, and has {}",
                arguments.len()
            ));
        }
        let Some(inner) = arguments.pop() else {
            return Err(Refused::Unknown);
        };
        let (labels, is_without) = grouping.unwrap_or_default();
        let kind = Kind::Aggregation {
            name: name.to_owned(),
            parameter: arguments.pop().map(Box::new),
            inner: Box::new(inner),
            labels,
            is_without,
        };
        self.node(kind, start)
    }

    /// The labels of `by` or `without`, and whether it is the latter.
    fn grouping(&mut self) -> Done<Option<(Vec<String>, bool)>> {
        let is_without = self.accept_keyword("without");
        match is_without || self.accept_keyword("by") {
            true => Ok(Some((self.labels()?, is_without))),
            false => Ok(None),
        }
    }

    fn matchers(&mut self) -> Done<Vec<Matcher>> {
        self.expect("{")?;
        let mut matchers = Vec::new();
        while !self.accept("}") {
            matchers.push(self.matcher()?);
            if !self.accept(",") && !self.is_sign("}") {
                return self.unexpected("`,` or `}`");
            }
        }
        Ok(matchers)
    }

    fn matcher(&mut self) -> Done<Matcher> {
        let token = self.peek();
        let at = token.at;
        let (label, is_quoted) = match &token.word {
            Word::Name(name) => (name.clone(), false),
            Word::Text(name) => (name.clone(), true),
            _ => return self.unexpected("a label"),
        };
        self.next += 1;
        let kind = match self.peek().word {
            Word::Sign("=") => MatcherKind::Equal,
            Word::Sign("!=") => MatcherKind::NotEqual,
            Word::Sign("=~") => MatcherKind::Regex,
            Word::Sign("!~") => MatcherKind::NotRegex,
            _ if is_quoted => {
                return Ok(Matcher {
                    label: "__name__".to_owned(),
                    kind: MatcherKind::Equal,
                    value: label,
                });
            }
            _ => return self.unexpected("`=`, `!=`, `=~` or `!~`"),
        };
        self.next += 1;
        let Word::Text(value) = &self.peek().word else {
            return self.unexpected("a text in quotes");
        };
        self.next += 1;
        if matches!(kind, MatcherKind::Regex | MatcherKind::NotRegex)
            && let Err(reason) = check_pattern(value)
        {
            return Err(Refused::Wrong {
                at,
                message: format!("`{value}` is not a regular expression: {reason}"),
            });
        }
        Ok(Matcher {
            label,
            kind,
            value: value.clone(),
        })
    }
}
