//! Tags in the form of Go's templates, which Helm's charts are written in: what they are in Jinja, for hints in errors.

use super::scan::outside_quotes;

/// Names that Go templates begin an action with, and Jinja a block.
const KEYWORDS: &[&str] = &[
    "block", "define", "else", "end", "if", "include", "range", "template", "with",
];

/// The names that expressions start from.
pub(super) const ROOTS: &[&str] = &["Values", "Release", "Chart", "Capabilities", "Files", "Template"];

/// Parentheses that a hint may have within others.
const MOST_DEPTH: usize = 16;

/// The longest action that a hint is made for.
const LONGEST: usize = 400;

/// What stands between the delimiters of a tag, blanks and dashes aside.
pub(super) fn inside(tag: &str) -> &str {
    let body = tag
        .strip_prefix("{{")
        .or_else(|| tag.strip_prefix("{%"))
        .unwrap_or(tag);
    let body = body
        .strip_suffix("}}")
        .or_else(|| body.strip_suffix("%}"))
        .unwrap_or(body);
    let body = body.strip_prefix(['-', '+']).unwrap_or(body);
    body.strip_suffix(['-', '+']).unwrap_or(body).trim()
}

/// Whether what stands in `{{ }}` is a keyword of Go's, which Jinja would take for a name.
pub(super) fn is_go_block(inside: &str) -> bool {
    let (word, rest) = match inside.find(|c: char| !c.is_alphanumeric() && c != '_') {
        Some(end) => inside.split_at(end),
        None => (inside, ""),
    };
    if !KEYWORDS.contains(&word) {
        return false;
    }
    match word {
        "end" | "else" => rest.is_empty() || rest.trim_start().starts_with("if "),
        _ => {
            rest.starts_with(char::is_whitespace)
                && rest.trim_start().starts_with(|c: char| {
                    c.is_alphanumeric() || matches!(c, '.' | '$' | '"' | '(' | '`' | '_')
                })
        }
    }
}

/// A tag of Go's in Jinja, delimiters included; nothing where it is not one.
pub(super) fn of_go(tag: &str) -> Option<String> {
    let action = inside(tag);
    if action.len() > LONGEST {
        return None;
    }
    if let Some(comment) = action.strip_prefix("/*") {
        let comment = comment.strip_suffix("*/").unwrap_or(comment).trim();
        return Some(format!("{{# {comment} #}}"));
    }
    let (word, rest) = action.split_once(char::is_whitespace).unwrap_or((action, ""));
    let is_block = tag.starts_with("{%");
    Some(match word {
        "end" => return Some("{% endif %}` or `{% endfor %}".to_owned()),
        "else" => match rest.trim().strip_prefix("if ") {
            Some(condition) => format!("{{% elif {} %}}", expression(condition)?),
            None => "{% else %}".to_owned(),
        },
        "if" | "elif" => format!("{{% {word} {} %}}", expression(rest)?),
        "with" if !rest.contains(" = ") => format!("{{% if {} %}}", expression(rest)?),
        "range" => range(rest)?,
        "for" => {
            let (target, list) = rest.split_once(" in ")?;
            format!("{{% for {} in {} %}}", target.trim(), expression(list)?)
        }
        "set" => {
            let (target, value) = rest.split_once('=')?;
            format!("{{% set {} = {} %}}", target.trim(), expression(value)?)
        }
        "define" | "block" => {
            let name = helper(rest.split('"').nth(1)?);
            format!("{{% macro {name}() %}}")
        }
        "template" => format!("{{{{ {} }}}}", expression(&format!("include {rest}"))?),
        _ if word.starts_with('$') && [":=", "="].iter().any(|sign| rest.starts_with(sign)) => {
            let value = rest.trim_start_matches([':', '=']);
            format!("{{% set {} = {} %}}", &word[1..], expression(value)?)
        }
        _ if is_block => return None,
        _ => format!("{{{{ {} }}}}", expression(action)?),
    })
}

fn range(rest: &str) -> Option<String> {
    Some(match rest.split_once(":=") {
        Some((targets, list)) => {
            let names: Vec<&str> = targets
                .split(',')
                .map(|name| name.trim().trim_start_matches('$'))
                .collect();
            let list = expression(list)?;
            match names.as_slice() {
                [_, _] => format!("{{% for {} in {list} | items %}}", names.join(", ")),
                _ => format!("{{% for {} in {list} %}}", names.join(", ")),
            }
        }
        None => format!("{{% for item in {} %}}", expression(rest)?),
    })
}

/// What a named template is as a helper: `helpers.NAME`.
fn helper(name: &str) -> String {
    let own = name.split_once('.').map_or(name, |(_, own)| own);
    own.replace(['.', '-'], "_")
}

/// The operators of Go and other languages as Jinja's, in an expression.
pub(super) fn operators(expression: &str) -> Option<String> {
    let mut out = String::new();
    let mut copied = 0;
    let mut changed = false;
    let mut skip_to = 0;
    for (at, byte, _) in outside_quotes(expression) {
        if at < skip_to {
            continue;
        }
        let rest = &expression[at..];
        let (length, replacement) = match byte {
            b'&' if rest.starts_with("&&") => (2, "and"),
            b'|' if rest.starts_with("||") => (2, "or"),
            b'!' if !rest.starts_with("!=") => (1, "not "),
            _ => continue,
        };
        out.push_str(&expression[copied..at]);
        out.push_str(replacement);
        copied = at + length;
        skip_to = copied;
        changed = true;
    }
    out.push_str(&expression[copied..]);
    changed.then_some(out)
}

/// An expression of Jinja, and whether it needs parentheses beside others.
#[derive(Clone)]
struct Term {
    text: String,
    is_compound: bool,
}

impl Term {
    fn simple(text: impl Into<String>) -> Term {
        Term {
            text: text.into(),
            is_compound: false,
        }
    }

    fn compound(text: impl Into<String>) -> Term {
        Term {
            text: text.into(),
            is_compound: true,
        }
    }

    /// As an operand.
    fn operand(&self) -> String {
        match self.is_compound {
            true => format!("({})", self.text),
            false => self.text.clone(),
        }
    }
}

fn expression(text: &str) -> Option<String> {
    let tokens = tokens(text)?;
    let mut position = 0;
    let term = pipeline(&tokens, &mut position, 0)?;
    (position == tokens.len()).then_some(term.text)
}

fn pipeline(tokens: &[&str], position: &mut usize, depth: usize) -> Option<Term> {
    let mut term = command(tokens, position, None, depth)?;
    while tokens.get(*position) == Some(&"|") {
        *position += 1;
        term = command(tokens, position, Some(term), depth)?;
    }
    Some(term)
}

/// A function with its arguments, the last of which may come from the pipe; or a single operand.
fn command(tokens: &[&str], position: &mut usize, piped: Option<Term>, depth: usize) -> Option<Term> {
    let first = *tokens.get(*position)?;
    let is_name = first.starts_with(|c: char| c.is_alphabetic() || c == '_') && !first.contains('.');
    let is_has = first.ends_with(".APIVersions.Has");
    if !is_name && !is_has {
        return match piped {
            None => operand(tokens, position, depth),
            Some(_) => None,
        };
    }
    *position += 1;
    let mut arguments = Vec::new();
    while let Some(next) = tokens.get(*position)
        && !matches!(*next, "|" | ")" | ",")
    {
        // Jinja's own way of writing arguments.
        if *next == "(" && arguments.is_empty() {
            *position += 1;
            while tokens.get(*position).is_some_and(|next| *next != ")") {
                arguments.push(pipeline(tokens, position, depth + 1)?);
                if tokens.get(*position) == Some(&",") {
                    *position += 1;
                }
            }
            tokens.get(*position)?;
            *position += 1;
            continue;
        }
        arguments.push(operand(tokens, position, depth)?);
    }
    if is_has {
        let list = dotted(first.strip_suffix(".Has")?);
        return Some(Term::compound(format!(
            "{} in {list}",
            arguments.first()?.operand()
        )));
    }
    let is_alone = arguments.is_empty() && piped.is_none();
    arguments.extend(piped);
    match (is_alone, constant(first)) {
        (true, Some(constant)) => Some(Term::simple(constant)),
        (true, None) => Some(Term::simple(first)),
        _ => call(first, &arguments),
    }
}

fn constant(word: &str) -> Option<&str> {
    match word {
        "nil" | "null" | "None" => Some("none"),
        "true" | "false" | "none" => Some(word),
        _ => None,
    }
}

fn operand(tokens: &[&str], position: &mut usize, depth: usize) -> Option<Term> {
    let token = *tokens.get(*position)?;
    *position += 1;
    if token == "(" {
        if depth >= MOST_DEPTH {
            return None;
        }
        let inner = pipeline(tokens, position, depth + 1)?;
        if tokens.get(*position) != Some(&")") {
            return None;
        }
        *position += 1;
        return Some(match tokens.get(*position) {
            Some(path) if path.starts_with('.') && path.len() > 1 => {
                *position += 1;
                Term::simple(format!("({}){path}", inner.text))
            }
            _ => inner,
        });
    }
    if matches!(token, "|" | ")" | "," | "=" | ":=") {
        return None;
    }
    if let Some(raw) = token.strip_prefix('`') {
        return Some(Term::simple(format!("{:?}", raw.trim_end_matches('`'))));
    }
    if token.starts_with('"') || token.starts_with('\'') {
        return Some(Term::simple(token));
    }
    Some(Term::simple(dotted(token)))
}

/// `.Values.a` without its dot; `.` and what hangs below it are a loop's item.
fn dotted(token: &str) -> String {
    let path = token.strip_prefix('$').unwrap_or(token);
    match path.strip_prefix('.') {
        None => constant(path).unwrap_or(path).to_owned(),
        Some("") => "item".to_owned(),
        Some(keys) => {
            let root = keys.split('.').next().unwrap_or(keys);
            match ROOTS.contains(&root) {
                true => keys.to_owned(),
                false => format!("item.{keys}"),
            }
        }
    }
}

/// Go's functions that are filters under another name, with what goes behind it from the arguments before the value.
pub(super) const FILTERS: &[(&str, &str)] = &[
    ("b64dec", "b64decode"),
    ("b64enc", "b64encode"),
    ("contains", "contains"),
    ("first", "first"),
    ("float64", "float"),
    ("fromJson", "from_json"),
    ("fromYaml", "from_yaml"),
    ("hasPrefix", "has_prefix"),
    ("hasSuffix", "has_suffix"),
    ("int", "int"),
    ("int64", "int"),
    ("join", "join"),
    ("keys", "list"),
    ("last", "last"),
    ("len", "length"),
    ("length", "length"),
    ("lower", "lower"),
    ("mustRegexMatch", "regex_match"),
    ("regexMatch", "regex_match"),
    ("replace", "replace"),
    ("required", "required"),
    ("reverse", "reverse"),
    ("semverCompare", "semver_compare"),
    ("sha256sum", "sha256"),
    ("sortAlpha", "sort"),
    ("split", "split"),
    ("splitList", "split"),
    ("title", "title"),
    ("toJson", "to_json"),
    ("toString", "string"),
    ("trim", "trim"),
    ("trimPrefix", "trim_prefix"),
    ("trimSuffix", "trim_suffix"),
    ("trunc", "trunc"),
    ("uniq", "unique"),
    ("upper", "upper"),
    ("without", "without"),
];

fn call(name: &str, arguments: &[Term]) -> Option<Term> {
    let operands: Vec<String> = arguments.iter().map(Term::operand).collect();
    let (last, before) = operands.split_last()?;
    let between = |operator: &str| Some(Term::compound(operands.join(operator)));
    let comparison = |operator: &str| match operands.as_slice() {
        [a, b] => Some(Term::compound(format!("{a} {operator} {b}"))),
        _ => None,
    };
    match name {
        // Values are inserted as they are.
        "toYaml" | "nindent" | "indent" => arguments.last().cloned(),
        "quote" | "squote" => Some(Term::simple(format!("{last} | string"))),
        "include" | "template" => {
            let name = operands.first()?.trim_matches('"');
            Some(Term::simple(format!("helpers.{}", helper(name))))
        }
        "tpl" => Some(Term::simple(format!("{} | tpl", operands.first()?))),
        "default" => Some(Term::compound(format!("{last} or {}", before.first()?))),
        "and" => between(" and "),
        "or" | "coalesce" => between(" or "),
        "add" => between(" + "),
        "mul" => between(" * "),
        "sub" => comparison("-"),
        "div" => comparison("//"),
        "mod" => comparison("%"),
        "not" | "empty" => Some(Term::compound(format!("not {last}"))),
        "eq" => comparison("=="),
        "ne" => comparison("!="),
        "lt" => comparison("<"),
        "le" => comparison("<="),
        "gt" => comparison(">"),
        "ge" => comparison(">="),
        "hasKey" => Some(Term::compound(format!("{last} in {}", before.first()?))),
        "has" => Some(Term::compound(format!("{} in {last}", before.first()?))),
        "get" => Some(Term::simple(format!("{}[{last}]", before.first()?))),
        "index" => {
            let (start, keys) = operands.split_first()?;
            let keys: String = keys.iter().map(|key| format!("[{key}]")).collect();
            Some(Term::simple(format!("{start}{keys}")))
        }
        "list" => Some(Term::simple(format!("[{}]", operands.join(", ")))),
        "dict" => {
            let pairs = operands.chunks(2).map(|pair| match pair {
                [key, value] => Some(format!("{key}: {value}")),
                _ => None,
            });
            let pairs: Option<Vec<String>> = pairs.collect();
            Some(Term::simple(format!("{{{}}}", pairs?.join(", "))))
        }
        "ternary" => match operands.as_slice() {
            [yes, no, condition] => Some(Term::compound(format!("{yes} if {condition} else {no}"))),
            _ => None,
        },
        "merge" => {
            let (start, others) = operands.split_first()?;
            Some(Term::simple(format!("{start} | merge({})", others.join(", "))))
        }
        "printf" => printf(&operands),
        "fail" => Some(Term::simple(format!("fail({last})"))),
        _ => {
            let (_, filter) = FILTERS.iter().find(|(go, _)| *go == name)?;
            Some(Term::simple(match before {
                [] => format!("{last} | {filter}"),
                _ => format!("{last} | {filter}({})", before.join(", ")),
            }))
        }
    }
}

/// `printf "%s-%d" a b` as texts that are joined.
fn printf(operands: &[String]) -> Option<Term> {
    let (format, values) = operands.split_first()?;
    let format = format.strip_prefix('"')?.strip_suffix('"')?;
    let mut values = values.iter();
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        if at > 0 {
            parts.push(format!("\"{}\"", &rest[..at]));
        }
        let verb = rest[at + 1..].chars().next()?;
        if !matches!(verb, 's' | 'd' | 'v') {
            return None;
        }
        parts.push(values.next()?.clone());
        rest = &rest[at + 2..];
    }
    if !rest.is_empty() {
        parts.push(format!("\"{rest}\""));
    }
    values.next().is_none().then(|| Term::compound(parts.join(" ~ ")))
}

/// Words, texts in their quotes, and the signs `| ( ) ,`.
fn tokens(text: &str) -> Option<Vec<&str>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '|' | '(' | ')' | ',' => 1,
            '"' | '\'' | '`' => {
                let mut escaped = false;
                let closing = rest.char_indices().skip(1).find(|(_, c)| {
                    let closes = !escaped && *c == first;
                    escaped = !escaped && *c == '\\' && first != '`';
                    closes
                });
                closing?.0 + 1
            }
            c if c.is_alphanumeric() || matches!(c, '.' | '$' | '_' | '-') => rest
                .find(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '$' | '_' | '-'))
                .unwrap_or(rest.len()),
            _ => return None,
        };
        tokens.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_of_go_in_jinja() {
        for (go, jinja) in [
            ("{{ .Values.name }}", "{{ Values.name }}"),
            ("{{- if .Values.on }}", "{% if Values.on %}"),
            (
                "{{ else if and .Values.a (not .Values.b) -}}",
                "{% elif Values.a and (not Values.b) %}",
            ),
            ("{{ else }}", "{% else %}"),
            ("{{ range .Values.list }}", "{% for item in Values.list %}"),
            (
                "{{- range $key, $value := .Values.map }}",
                "{% for key, value in Values.map | items %}",
            ),
            ("{{ with .Values.map }}", "{% if Values.map %}"),
            (
                "{{- $x := .Values.name | lower }}",
                "{% set x = Values.name | lower %}",
            ),
            (
                "{{ include \"demo.full-name\" . | nindent 4 }}",
                "{{ helpers.full_name }}",
            ),
            ("{{ template \"demo.name\" $ }}", "{{ helpers.name }}"),
            ("{{ toYaml .Values.map | indent 4 }}", "{{ Values.map }}"),
            ("{{ Values.x | default \"x\" }}", "{{ Values.x or \"x\" }}"),
            (
                "{{ default \"x\" .Values.x | quote }}",
                "{{ (Values.x or \"x\") | string }}",
            ),
            (
                "{{ printf \"%s-x\" .Release.Name | trunc 63 }}",
                "{{ (Release.Name ~ \"-x\") | trunc(63) }}",
            ),
            ("{{ index .Values.list 0 }}", "{{ Values.list[0] }}"),
            ("{{ .name }}", "{{ item.name }}"),
            ("{{ (index .Values.list 0).name }}", "{{ (Values.list[0]).name }}"),
            (
                "{{ .Capabilities.APIVersions.Has \"v1\" }}",
                "{{ \"v1\" in Capabilities.APIVersions }}",
            ),
            (
                "{{ required \"set x\" .Values.x }}",
                "{{ Values.x | required(\"set x\") }}",
            ),
            ("{% if eq .Values.a \"b\" %}", "{% if Values.a == \"b\" %}"),
            ("{% for x in .Values.list %}", "{% for x in Values.list %}"),
            ("{{/* a comment */}}", "{# a comment #}"),
            ("{{ $.Values.x }}", "{{ Values.x }}"),
            ("{{ dict \"a\" 1 | toJson }}", "{{ {\"a\": 1} | to_json }}"),
        ] {
            assert_eq!(of_go(go).as_deref(), Some(jinja), "{go}");
        }
        assert_eq!(of_go("{{ a + b }}"), None);
    }

    #[test]
    fn keywords_of_go_are_known_from_names() {
        for go in [
            "end",
            "else",
            "else if .x",
            "if .Values.x",
            "range $i := .x",
            "with (f .x)",
            "define \"x\"",
        ] {
            assert!(is_go_block(go), "{go}");
        }
        for name in [
            "end.x",
            "ending",
            "if_x",
            "range(3)",
            "block | upper",
            "template ~ x",
            "x",
        ] {
            assert!(!is_go_block(name), "{name}");
        }
    }

    #[test]
    fn operators_of_other_languages() {
        assert_eq!(
            operators("a && !b || c != \"&&\"").as_deref(),
            Some("a and not b or c != \"&&\"")
        );
        assert_eq!(operators("a != b"), None);
    }
}
