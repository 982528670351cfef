//! Random templates: statements around expressions, mostly of types that fit.

use serde_json::{Value as Json, json};

use crate::random::Random;

/// A part of a template that can be left out.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// Text, an action or a whole definition.
    Plain(String),
    /// What opens a block, what is in it, what stands between its halves (`{{ else }}`) and in the other one, what closes it.
    Block {
        open: String,
        body: Vec<Piece>,
        other: Option<(String, Vec<Piece>)>,
    },
    /// An action of an expression that can be cut down, with what stands around it.
    Action {
        left: &'static str,
        before: String,
        expression: Expression,
        right: &'static str,
    },
}

/// An expression: a function or a form with arguments, or something that stands for itself.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    /// `%` stands for the arguments, one after another.
    form: String,
    arguments: Vec<Expression>,
}

impl Expression {
    fn leaf(text: impl Into<String>) -> Expression {
        Expression {
            form: text.into(),
            arguments: Vec::new(),
        }
    }

    fn text(&self) -> String {
        let mut parts = self.form.split('\u{1}');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for (argument, part) in self.arguments.iter().zip(parts) {
            let inner = argument.text();
            // A call within a call stands in parentheses.
            match argument.form.contains([' ', '\u{1}']) && !inner.starts_with('"') {
                true => out.extend(["(", &inner, ")"]),
                false => out.push_str(&inner),
            }
            out.push_str(part);
        }
        out
    }

    /// Each argument in the place of the whole, and each argument made smaller.
    fn smaller(&self) -> Vec<Expression> {
        let mut found: Vec<Expression> = self.arguments.clone();
        for (index, argument) in self.arguments.iter().enumerate() {
            for smaller in argument.smaller() {
                let mut whole = self.clone();
                whole.arguments[index] = smaller;
                found.push(whole);
            }
        }
        found
    }
}

/// The text of a template.
pub(crate) fn text(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Plain(plain) => out.push_str(plain),
            Piece::Action {
                left,
                before,
                expression,
                right,
            } => out.extend([left, before.as_str(), expression.text().as_str(), right]),
            Piece::Block { open, body, other } => {
                out.push_str(open);
                out.push_str(&text(body));
                if let Some((between, other)) = other {
                    out.push_str(between);
                    out.push_str(&text(other));
                }
                out.push_str("{{ end }}");
            }
        }
    }
    out
}

/// Templates with one thing less.
pub(crate) fn smaller(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let mut found = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let mut replace = |by: Vec<Piece>| {
            let mut all = pieces.to_vec();
            all.splice(index..=index, by);
            found.push(all);
        };
        if pieces.len() > 1 {
            replace(Vec::new());
        }
        match piece {
            Piece::Plain(_) => {}
            Piece::Action {
                left,
                before,
                expression,
                right,
            } => {
                for expression in expression.smaller() {
                    replace(vec![Piece::Action {
                        left,
                        before: before.clone(),
                        expression,
                        right,
                    }]);
                }
            }
            Piece::Block { open, body, other } => {
                replace(body.clone());
                for body in smaller(body) {
                    replace(vec![Piece::Block {
                        open: open.clone(),
                        body,
                        other: other.clone(),
                    }]);
                }
                if let Some((between, inner)) = other {
                    replace(inner.clone());
                    replace(vec![Piece::Block {
                        open: open.clone(),
                        body: body.clone(),
                        other: None,
                    }]);
                    for inner in smaller(inner) {
                        replace(vec![Piece::Block {
                            open: open.clone(),
                            body: body.clone(),
                            other: Some((between.clone(), inner)),
                        }]);
                    }
                }
            }
        }
    }
    found
}

/// The values that templates find: something of each kind.
pub(crate) fn values() -> Json {
    json!({
        "s": "hello world", "e": "", "u": "grüße, 世界", "n": "12", "y": "yes", "ml": "a: 1\nb:\n  - x\n", "q": "say \"hi\" \\ 'x'\t",
        "v": "1.27.3-rc.1+b5", "i": 7, "z": 0, "neg": -3, "f": 2.5, "big": 1e21, "k": 1_000_000, "t": true, "no": false, "nil": null,
        "l": ["b", "a", "c", "a"], "li": [3, 1, 2], "mix": [1, "1", true, null, 1.5, {"a": 1}], "el": [],
        "m": {"b": 1, "a": "x", "c": {"d": [1, 2], "e": null}}, "em": {},
        "lm": [{"name": "x", "port": 80}, {"name": "y", "port": 8080.5}],
        "tpl": "{{ .Values.s | upper }}-{{ .Release.Name }}",
    })
}

/// What an expression gives, mostly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Text,
    Number,
    Bool,
    List,
    Map,
}

use Type::{Bool, List, Map, Number, Text};

const LEAVES: &[(Type, &[&str])] = &[
    (
        Text,
        &[
            "\"x\"",
            "\"\"",
            "\"a-b_c.d\"",
            "`raw {x}`",
            "\"7\"",
            "\"1.2.3\"",
            "\"%s=%v\"",
            "\"ü\"",
            ".Values.s",
            ".Values.e",
            ".Values.u",
            ".Values.n",
            ".Values.y",
            ".Values.ml",
            ".Values.q",
            ".Values.v",
            ".Values.m.a",
            ".Release.Name",
            ".Chart.Name",
            ".Chart.AppVersion",
            "$.Release.Namespace",
            "$.Values.s",
        ],
    ),
    (
        Number,
        &[
            "0",
            "1",
            "2",
            "-1",
            "3",
            "10",
            "1.5",
            "0x1F",
            "1e3",
            "'a'",
            ".Values.i",
            ".Values.z",
            ".Values.neg",
            ".Values.f",
            ".Values.k",
            ".Values.big",
            ".Values.m.b",
        ],
    ),
    (
        Bool,
        &["true", "false", ".Values.t", ".Values.no", ".Release.IsInstall"],
    ),
    (
        List,
        &[
            ".Values.l",
            ".Values.li",
            ".Values.mix",
            ".Values.el",
            ".Values.lm",
            ".Values.m.c.d",
        ],
    ),
    (
        Map,
        &[".Values.m", ".Values.em", ".Values.m.c", "$.Values", ".Chart"],
    ),
];

/// Functions with the types of their arguments and of what they give. Those of chance, time and keys are left out.
#[rustfmt::skip]
const FUNCTIONS: &[(&str, &[Type], Type)] = &[
    ("upper", &[Text], Text), ("lower", &[Text], Text), ("title", &[Text], Text), ("untitle", &[Text], Text), ("trim", &[Text], Text), ("quote", &[Text], Text),
    ("quote", &[Text, Number], Text), ("squote", &[Text], Text), ("trunc", &[Number, Text], Text), ("trimSuffix", &[Text, Text], Text), ("trimPrefix", &[Text, Text], Text),
    ("trimAll", &[Text, Text], Text), ("replace", &[Text, Text, Text], Text), ("repeat", &[Number, Text], Text), ("substr", &[Number, Number, Text], Text),
    ("nospace", &[Text], Text), ("initials", &[Text], Text), ("abbrev", &[Number, Text], Text), ("abbrevboth", &[Number, Number, Text], Text), ("swapcase", &[Text], Text),
    ("snakecase", &[Text], Text), ("camelcase", &[Text], Text), ("kebabcase", &[Text], Text), ("wrap", &[Number, Text], Text), ("wrapWith", &[Number, Text, Text], Text),
    ("indent", &[Number, Text], Text), ("nindent", &[Number, Text], Text), ("cat", &[Text, Number, Text], Text), ("plural", &[Text, Text, Number], Text),
    ("b64enc", &[Text], Text), ("b64dec", &[Text], Text), ("b32enc", &[Text], Text), ("sha256sum", &[Text], Text), ("sha1sum", &[Text], Text), ("adler32sum", &[Text], Text),
    ("printf", &[Text, Number], Text), ("printf", &[Text, Text, List], Text), ("print", &[Text, Number], Text), ("println", &[Number, Text], Text), ("html", &[Text], Text),
    ("js", &[Text], Text), ("urlquery", &[Text], Text), ("toString", &[Number], Text), ("toString", &[List], Text), ("toStrings", &[List], List), ("toYaml", &[Map], Text), ("toYaml", &[List], Text),
    ("toYaml", &[Text], Text), ("toJson", &[Map], Text), ("toJson", &[List], Text), ("toPrettyJson", &[Map], Text), ("toRawJson", &[Text], Text), ("toToml", &[Map], Text), ("fromYaml", &[Text], Map), ("fromJson", &[Text], Map),
    ("fromYamlArray", &[Text], List), ("fromJsonArray", &[Text], List), ("default", &[Text, Text], Text), ("default", &[Number, Number], Number), ("default", &[Map, Map], Map),
    ("coalesce", &[Text, Text, Text], Text), ("ternary", &[Text, Text, Bool], Text), ("empty", &[Text], Bool), ("empty", &[Map], Bool), ("contains", &[Text, Text], Bool),
    ("hasPrefix", &[Text, Text], Bool), ("hasSuffix", &[Text, Text], Bool), ("regexMatch", &[Text, Text], Bool), ("eq", &[Text, Text], Bool), ("eq", &[Number, Number], Bool),
    ("ne", &[Text, Text], Bool), ("lt", &[Number, Number], Bool), ("le", &[Number, Number], Bool), ("gt", &[Text, Text], Bool), ("ge", &[Number, Number], Bool), ("and", &[Bool, Bool], Bool),
    ("and", &[Text, Map], Map), ("or", &[Text, Text], Text), ("or", &[Bool, Bool], Bool), ("not", &[Bool], Bool), ("not", &[Text], Bool), ("add", &[Number, Number], Number), ("add1", &[Number], Number),
    ("sub", &[Number, Number], Number), ("mul", &[Number, Number], Number), ("div", &[Number, Number], Number), ("mod", &[Number, Number], Number), ("max", &[Number, Number], Number), ("min", &[Number, Number], Number),
    ("addf", &[Number, Number], Number), ("subf", &[Number, Number], Number), ("mulf", &[Number, Number], Number), ("divf", &[Number, Number], Number), ("floor", &[Number], Number),
    ("ceil", &[Number], Number), ("round", &[Number, Number], Number), ("int", &[Text], Number), ("int64", &[Number], Number), ("float64", &[Text], Number), ("atoi", &[Text], Number), ("toDecimal", &[Text], Number),
    ("len", &[Text], Number), ("len", &[List], Number), ("len", &[Map], Number), ("list", &[Text, Number], List), ("list", &[], List), ("first", &[List], Text), ("last", &[List], Text), ("rest", &[List], List), ("initial", &[List], List),
    ("append", &[List, Text], List), ("prepend", &[List, Number], List), ("concat", &[List, List], List), ("reverse", &[List], List), ("uniq", &[List], List), ("without", &[List, Text], List),
    ("has", &[Text, List], Bool), ("compact", &[List], List), ("slice", &[List, Number], List), ("index", &[List, Number], Text), ("index", &[Map, Text], Text), ("sortAlpha", &[List], List),
    ("join", &[Text, List], Text), ("splitList", &[Text, Text], List), ("split", &[Text, Text], Map), ("splitn", &[Text, Number, Text], Map), ("until", &[Number], List), ("untilStep", &[Number, Number, Number], List), ("seq", &[Number, Number], Text), ("chunk", &[Number, List], List),
    ("dict", &[Text, Text], Map), ("dict", &[Text, Number, Text, List], Map), ("dict", &[], Map), ("get", &[Map, Text], Text), ("hasKey", &[Map, Text], Bool), ("keys", &[Map], List), ("pluck", &[Text, Map, Map], List),
    ("pick", &[Map, Text, Text], Map), ("omit", &[Map, Text], Map), ("merge", &[Map, Map], Map), ("mergeOverwrite", &[Map, Map], Map), ("deepCopy", &[Map], Map), ("set", &[Map, Text, Text], Map), ("unset", &[Map, Text], Map),
    ("dig", &[Text, Text, Map], Text), ("dig", &[Text, Text, Number, Map], Text), ("kindOf", &[Number], Text), ("kindOf", &[Map], Text), ("typeOf", &[List], Text), ("typeOf", &[Number], Text), ("kindIs", &[Text, Map], Bool), ("typeIs", &[Text, Number], Bool),
    ("deepEqual", &[List, List], Bool), ("semver", &[Text], Map), ("semverCompare", &[Text, Text], Bool), ("regexFind", &[Text, Text], Text), ("regexReplaceAll", &[Text, Text, Text], Text), ("regexSplit", &[Text, Text, Number], List),
    ("regexFindAll", &[Text, Text, Number], List), ("regexQuoteMeta", &[Text], Text), ("base", &[Text], Text), ("dir", &[Text], Text), ("ext", &[Text], Text), ("clean", &[Text], Text), ("isAbs", &[Text], Bool), ("tpl", &[Text, Map], Text),
    ("required", &[Text, Text], Text), ("any", &[Text, Bool], Bool), ("all", &[Text, Bool], Bool), ("tuple", &[Text, Number], List), ("duration", &[Number], Text), ("durationRound", &[Text], Text), ("urlParse", &[Text], Map),
    ("mustToJson", &[List], Text), ("mustFirst", &[List], Text), ("mustHas", &[Text, List], Bool), ("mustRegexMatch", &[Text, Text], Bool), ("trimall", &[Text, Text], Text), ("randInt", &[Text], Text),
];

/// What stands in texts between actions.
const TEXTS: &[&str] = &[
    "", " ", "a", "k: ", "\n", "  - ", "x {} y", "\n\n  ", "}}", "# c\n", "\"", "\t",
];

pub(crate) struct Generator {
    random: Random,
    /// Variables that are in scope.
    variables: Vec<String>,
}

impl Generator {
    pub(crate) fn new(seed: u64) -> Generator {
        Generator {
            random: Random(seed),
            variables: Vec::new(),
        }
    }

    fn below(&mut self, count: usize) -> usize {
        self.random.below(count)
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.random.one_in(count)
    }

    fn of<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        self.random.of(list)
    }

    /// A template of a few pieces.
    pub(crate) fn template(&mut self) -> Vec<Piece> {
        self.variables.clear();
        let mut pieces = Vec::new();
        if self.one_in(4) {
            let body = self.pieces(2);
            pieces.push(Piece::Plain(format!(
                "{{{{ define \"t\" }}}}{}{{{{ end }}}}",
                text(&body)
            )));
        }
        self.variables.clear();
        pieces.extend(self.pieces(3));
        pieces
    }

    fn pieces(&mut self, depth: usize) -> Vec<Piece> {
        let known = self.variables.len();
        let pieces = (0..=self.below(3)).map(|_| self.piece(depth)).collect();
        self.variables.truncate(known);
        pieces
    }

    fn left(&mut self) -> &'static str {
        if self.one_in(5) { "{{- " } else { "{{ " }
    }

    fn right(&mut self) -> &'static str {
        if self.one_in(5) { " -}}" } else { " }}" }
    }

    fn any(&mut self) -> Type {
        *self.of(&[Text, Text, Number, Bool, List, Map])
    }

    fn piece(&mut self, depth: usize) -> Piece {
        let (left, right) = (self.left(), self.right());
        let kind = self.any();
        match self.below(if depth == 0 { 5 } else { 10 }) {
            0 => Piece::Plain((*self.of(TEXTS)).to_owned()),
            1..=3 => Piece::Action {
                left,
                before: String::new(),
                expression: self.expression(kind, 3),
                right,
            },
            4 => {
                let assigns = !self.variables.is_empty() && self.one_in(3);
                let (name, sign) = match assigns {
                    true => {
                        let index = self.below(self.variables.len());
                        (self.variables[index].clone(), "=")
                    }
                    false => ((*self.of(&["$a", "$b", "$c"])).to_owned(), ":="),
                };
                let expression = self.expression(kind, 2);
                if !assigns {
                    self.variables.push(name.clone());
                }
                Piece::Action {
                    left,
                    before: format!("{name} {sign} "),
                    expression,
                    right,
                }
            }
            5 | 6 => {
                let condition = self.expression(kind, 2).text();
                self.block(format!("{left}if {condition}{right}"), depth, false)
            }
            7 => {
                let over = *self.of(&[List, List, Map, Number]);
                let over = self.expression(over, 1).text();
                let known = self.variables.len();
                let names = match self.below(3) {
                    0 => String::new(),
                    1 => {
                        self.variables.push("$x".to_owned());
                        "$x := ".to_owned()
                    }
                    _ => {
                        self.variables.extend(["$k".to_owned(), "$x".to_owned()]);
                        "$k, $x := ".to_owned()
                    }
                };
                let block = self.block(format!("{left}range {names}{over}{right}"), depth, true);
                self.variables.truncate(known);
                block
            }
            8 => {
                let expression = self.expression(kind, 1).text();
                self.block(format!("{left}with {expression}{right}"), depth, false)
            }
            _ => {
                let form = *self.of(&[
                    "include \"t\" .",
                    "template \"t\" .",
                    "include \"t\" $",
                    "include \"none\" .",
                    "template \"t\"",
                ]);
                Piece::Plain(format!("{left}{form}{right}"))
            }
        }
    }

    fn block(&mut self, open: String, depth: usize, is_loop: bool) -> Piece {
        let mut body = self.pieces(depth - 1);
        if is_loop && self.one_in(6) {
            let word = *self.of(&["break", "continue"]);
            body.push(Piece::Plain(format!("{{{{ {word} }}}}z")));
        }
        let other = match self.below(4) {
            0 => {
                let inner = self.pieces(depth - 1);
                Some(("{{ else }}".to_owned(), inner))
            }
            1 if open.contains("if ") => {
                let condition = self.expression(Bool, 1).text();
                let inner = self.pieces(depth - 1);
                Some((format!("{{{{ else if {condition} }}}}"), inner))
            }
            _ => None,
        };
        Piece::Block { open, body, other }
    }

    fn expression(&mut self, kind: Type, depth: usize) -> Expression {
        // Now and then of another type than what fits.
        let kind = if self.one_in(60) { self.any() } else { kind };
        if depth == 0 || self.one_in(3) {
            return self.leaf(kind);
        }
        if self.one_in(40) {
            let field = *self.of(&[".a", ".b", ".c.d", ".nope", ".name"]);
            let holder = self.expression(Map, depth - 1);
            return Expression {
                form: format!("(\u{1}){field}"),
                arguments: vec![holder],
            };
        }
        let fitting: Vec<usize> = (0..FUNCTIONS.len())
            .filter(|index| FUNCTIONS[*index].2 == kind)
            .collect();
        let (name, types, _) = FUNCTIONS[*self.of(&fitting)];
        let arguments: Vec<Expression> = types
            .iter()
            .map(|kind| self.expression(*kind, depth - 1))
            .collect();
        let places = vec!["\u{1}"; arguments.len()];
        // Half of the calls are pipes.
        let form = match (arguments.len(), self.one_in(2)) {
            (0, _) => name.to_owned(),
            // Helm gives them in any order.
            _ if name == "keys" => "keys \u{1} | sortAlpha".to_owned(),
            (_, true) => {
                let mut arguments = arguments;
                let last = arguments.pop();
                arguments.splice(0..0, last);
                let rest = places[1..].join(" ");
                return Expression {
                    form: format!("\u{1} | {name} {rest}").trim_end().to_owned(),
                    arguments,
                };
            }
            _ => format!("{name} {}", places.join(" ")),
        };
        Expression { form, arguments }
    }

    fn leaf(&mut self, kind: Type) -> Expression {
        if !self.variables.is_empty() && self.one_in(4) {
            let index = self.below(self.variables.len());
            return Expression::leaf(self.variables[index].clone());
        }
        if self.one_in(80) {
            return Expression::leaf(*self.of(&[
                "nil",
                ".",
                "$",
                ".Values.nope",
                ".Values.nil",
                ".Values.nope.deeper",
                "$x",
            ]));
        }
        let leaves = LEAVES
            .iter()
            .find(|(known, _)| *known == kind)
            .map_or(&[][..], |(_, leaves)| leaves);
        Expression::leaf(*self.of(leaves))
    }
}
