//! The functions of PromQL.

/// What an expression gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A number.
    Scalar,
    /// A text.
    Text,
    /// A sample of each series.
    Vector,
    /// The samples of a time of each series.
    Matrix,
}

impl Type {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Type::Scalar => "a number",
            Type::Text => "a text",
            Type::Vector => "an instant vector",
            Type::Matrix => "a range vector",
        }
    }
}

use Type::{Matrix, Scalar, Text, Vector};

/// A function.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: &'static [Type],
    /// How many arguments there may be: the last kind may be left out, or come more often.
    pub count: Count,
    /// What it gives.
    pub gives: Type,
    /// Whether Prometheus has it only where it was started for it.
    pub is_experimental: bool,
}

/// How many arguments there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// As many as there are kinds.
    Exact,
    /// The last kind from 0 to so many times.
    UpTo(usize),
    /// The last kind any number of times.
    Any,
}

const fn function(name: &'static str, takes: &'static [Type]) -> Function {
    Function {
        name,
        takes,
        count: Count::Exact,
        gives: Vector,
        is_experimental: false,
    }
}

const fn optional(name: &'static str, takes: &'static [Type]) -> Function {
    Function {
        count: Count::UpTo(1),
        ..function(name, takes)
    }
}

const fn any(name: &'static str, takes: &'static [Type]) -> Function {
    Function {
        count: Count::Any,
        ..function(name, takes)
    }
}

const fn scalar(name: &'static str, takes: &'static [Type]) -> Function {
    Function {
        gives: Scalar,
        ..function(name, takes)
    }
}

const fn experimental(function: Function) -> Function {
    Function {
        is_experimental: true,
        ..function
    }
}

static FUNCTIONS: &[Function] = &[
    function("abs", &[Vector]),
    function("absent", &[Vector]),
    function("absent_over_time", &[Matrix]),
    function("acos", &[Vector]),
    function("acosh", &[Vector]),
    function("asin", &[Vector]),
    function("asinh", &[Vector]),
    function("atan", &[Vector]),
    function("atanh", &[Vector]),
    function("avg_over_time", &[Matrix]),
    function("ceil", &[Vector]),
    function("changes", &[Matrix]),
    function("clamp", &[Vector, Scalar, Scalar]),
    function("clamp_max", &[Vector, Scalar]),
    function("clamp_min", &[Vector, Scalar]),
    function("cos", &[Vector]),
    function("cosh", &[Vector]),
    function("count_over_time", &[Matrix]),
    optional("day_of_month", &[Vector]),
    optional("day_of_week", &[Vector]),
    optional("day_of_year", &[Vector]),
    optional("days_in_month", &[Vector]),
    function("deg", &[Vector]),
    function("delta", &[Matrix]),
    function("deriv", &[Matrix]),
    experimental(function(
        "double_exponential_smoothing",
        &[Matrix, Scalar, Scalar],
    )),
    experimental(scalar("end", &[])),
    function("exp", &[Vector]),
    function("first_over_time", &[Matrix]),
    function("floor", &[Vector]),
    function("histogram_avg", &[Vector]),
    function("histogram_count", &[Vector]),
    function("histogram_fraction", &[Scalar, Scalar, Vector]),
    function("histogram_quantile", &[Scalar, Vector]),
    experimental(Function {
        count: Count::UpTo(9),
        ..function("histogram_quantiles", &[Vector, Text, Scalar, Scalar])
    }),
    function("histogram_stddev", &[Vector]),
    function("histogram_stdvar", &[Vector]),
    function("histogram_sum", &[Vector]),
    optional("hour", &[Vector]),
    function("idelta", &[Matrix]),
    function("increase", &[Matrix]),
    experimental(optional("info", &[Vector, Vector])),
    function("irate", &[Matrix]),
    any("label_join", &[Vector, Text, Text, Text]),
    function("label_replace", &[Vector, Text, Text, Text, Text]),
    function("last_over_time", &[Matrix]),
    function("ln", &[Vector]),
    function("log10", &[Vector]),
    function("log2", &[Vector]),
    experimental(function("mad_over_time", &[Matrix])),
    experimental(scalar("max_of", &[Scalar, Scalar])),
    function("max_over_time", &[Matrix]),
    experimental(scalar("min_of", &[Scalar, Scalar])),
    function("min_over_time", &[Matrix]),
    optional("minute", &[Vector]),
    optional("month", &[Vector]),
    scalar("pi", &[]),
    function("predict_linear", &[Matrix, Scalar]),
    function("present_over_time", &[Matrix]),
    function("quantile_over_time", &[Scalar, Matrix]),
    function("rad", &[Vector]),
    experimental(scalar("range", &[])),
    function("rate", &[Matrix]),
    function("resets", &[Matrix]),
    optional("round", &[Vector, Scalar]),
    scalar("scalar", &[Vector]),
    function("sgn", &[Vector]),
    function("sin", &[Vector]),
    function("sinh", &[Vector]),
    function("sort", &[Vector]),
    experimental(any("sort_by_label", &[Vector, Text])),
    experimental(any("sort_by_label_desc", &[Vector, Text])),
    function("sort_desc", &[Vector]),
    function("sqrt", &[Vector]),
    experimental(scalar("start", &[])),
    experimental(function("start_timestamp", &[Vector])),
    function("stddev_over_time", &[Matrix]),
    function("stdvar_over_time", &[Matrix]),
    experimental(scalar("step", &[])),
    function("sum_over_time", &[Matrix]),
    function("tan", &[Vector]),
    function("tanh", &[Vector]),
    scalar("time", &[]),
    function("timestamp", &[Vector]),
    experimental(function("ts_of_first_over_time", &[Matrix])),
    experimental(function("ts_of_last_over_time", &[Matrix])),
    experimental(function("ts_of_max_over_time", &[Matrix])),
    experimental(function("ts_of_min_over_time", &[Matrix])),
    function("vector", &[Scalar]),
    optional("year", &[Vector]),
];

/// The function of a name.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// The names of all functions.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name)
}
