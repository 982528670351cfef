//! The tree of an expression.

use std::ops::Range;

use super::functions::Function;

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub struct Expression {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub span: Range<usize>,
    /// How many levels are below it.
    pub height: usize,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A number, or a time in seconds.
    Number(f64),
    /// A text.
    Text(String),
    /// The current samples of series.
    Vector(Selector),
    /// The samples of a time of series.
    Matrix {
        /// The series.
        selector: Box<Expression>,
        /// The time in milliseconds; nothing where it is computed.
        range: Option<u64>,
    },
    /// An expression at several times.
    Subquery {
        /// The expression.
        inner: Box<Expression>,
    },
    /// A function.
    Call {
        /// Which.
        function: &'static Function,
        /// What it is given.
        arguments: Vec<Expression>,
    },
    /// An aggregation.
    Aggregation {
        /// `sum`, `topk` and so on.
        name: String,
        /// What `topk` and its kind take besides.
        parameter: Option<Box<Expression>>,
        /// What is aggregated.
        inner: Box<Expression>,
        /// The labels of `by` or `without`.
        labels: Vec<String>,
        /// Whether they are those of `without`.
        is_without: bool,
    },
    /// An operator between two.
    Binary(Box<Binary>),
    /// `+` or `-` before an expression.
    Unary(Box<Expression>),
    /// An expression in parentheses.
    Parentheses(Box<Expression>),
}

/// An operator between two.
#[derive(Debug, Clone)]
pub struct Binary {
    /// The operator.
    pub operator: Operator,
    /// Where it stands.
    pub at: usize,
    /// `bool` behind it.
    pub is_bool: bool,
    /// Before it.
    pub left: Expression,
    /// Behind it.
    pub right: Expression,
    /// The labels of `on` or `ignoring`.
    pub matching: Vec<String>,
    /// Whether they are those of `on`.
    pub is_on: bool,
    /// The labels of `group_left` or `group_right`.
    pub include: Vec<String>,
    /// `group_left`: many on the left.
    pub many_left: bool,
    /// `group_right`: many on the right.
    pub many_right: bool,
    /// `fill` and its kind.
    pub has_fill: bool,
}

/// Series.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    /// The name before the braces.
    pub name: Option<String>,
    /// What stands in the braces.
    pub matchers: Vec<Matcher>,
    /// A time of `offset` other than none.
    pub has_offset: bool,
    /// How many seconds `offset` looks back; 0 where it is computed.
    pub offset: f64,
    /// `@`.
    pub has_time: bool,
    /// `@` with `start()` or `end()`, behind which a range may stand.
    pub has_bound: bool,
}

impl Selector {
    /// The name of the series, wherever it is written.
    pub fn metric(&self) -> Option<&str> {
        let in_braces = || {
            let named = self.matchers.iter();
            let mut named =
                named.filter(|matcher| matcher.label == "__name__" && matcher.kind == MatcherKind::Equal);
            named.next().map(|matcher| matcher.value.as_str())
        };
        self.name.as_deref().or_else(in_braces)
    }
}

/// What a label of a series has to be.
#[derive(Debug, Clone)]
pub struct Matcher {
    /// The label.
    pub label: String,
    /// How it is compared.
    pub kind: MatcherKind,
    /// With what.
    pub value: String,
}

/// How a label is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatcherKind {
    /// `=`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `=~`.
    Regex,
    /// `!~`.
    NotRegex,
}

/// Operators between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `or`.
    Or,
    /// `and`.
    And,
    /// `unless`.
    Unless,
    /// `==`, `!=`, `<`, `<=`, `>`, `>=`.
    Comparison(&'static str),
    /// The rest.
    Arithmetic(&'static str),
}

impl Operator {
    /// How strongly it binds.
    pub fn precedence(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And | Operator::Unless => 2,
            Operator::Comparison(_) | Operator::Arithmetic("</" | ">/") => 3,
            Operator::Arithmetic("+" | "-") => 4,
            Operator::Arithmetic("^") => 6,
            Operator::Arithmetic(_) => 5,
        }
    }

    /// `and`, `or` and `unless`.
    pub fn is_set(self) -> bool {
        matches!(self, Operator::Or | Operator::And | Operator::Unless)
    }

    /// A comparison.
    pub fn is_comparison(self) -> bool {
        matches!(self, Operator::Comparison(_))
    }

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Operator::Or => "or",
            Operator::And => "and",
            Operator::Unless => "unless",
            Operator::Comparison(text) | Operator::Arithmetic(text) => text,
        }
    }
}

impl Expression {
    /// Calls `visit` with it and with all below it.
    pub fn walk<'e>(&'e self, visit: &mut dyn FnMut(&'e Expression)) {
        visit(self);
        for inner in self.below() {
            inner.walk(visit);
        }
    }

    /// What is directly below it.
    pub fn below(&self) -> Vec<&Expression> {
        match &self.kind {
            Kind::Number(_) | Kind::Text(_) | Kind::Vector(_) => Vec::new(),
            Kind::Matrix { selector: inner, .. } | Kind::Subquery { inner, .. } => vec![&**inner],
            Kind::Unary(inner) | Kind::Parentheses(inner) => vec![&**inner],
            Kind::Call { arguments, .. } => arguments.iter().collect(),
            Kind::Aggregation { parameter, inner, .. } => {
                parameter.as_deref().into_iter().chain([&**inner]).collect()
            }
            Kind::Binary(binary) => vec![&binary.left, &binary.right],
        }
    }

    /// It without parentheses around it.
    pub fn bare(&self) -> &Expression {
        match &self.kind {
            Kind::Parentheses(inner) => inner.bare(),
            _ => self,
        }
    }
}
