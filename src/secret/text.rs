//! Secrets in a text of lines: values, a template, JSON. What belongs to a key is found by indentation, as people see it.

use std::collections::HashSet;
use std::ops::Range;

use super::inline::{self, Open};
use super::{Way, is_secret_key};

/// The parts of a text that are not to be shown, in order: values under secret keys, the `data` of a Secret, the `value`
/// beside a `name` that sounds like a secret.
pub(super) fn parts(text: &str) -> Vec<Range<usize>> {
    // The first pass finds the maps that are a Secret or name one: `data` may stand above `kind`.
    let mut first = Walk::default();
    first.text(text);
    if first.secret_maps.is_empty() {
        return first.parts;
    }
    let maps = first.secret_maps;
    let mut second = Walk {
        secret_lines: first
            .siblings
            .into_iter()
            .filter(|(_, sibling)| maps.contains(sibling))
            .map(|(start, _)| start)
            .collect(),
        ..Walk::default()
    };
    second.text(text);
    second.parts
}

/// What makes a key's value a secret: another key of the same map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum By {
    /// `kind: Secret`
    Kind,
    /// `name: PASSWORD`
    Name,
}

/// A key that lines below may belong to.
struct Key {
    column: usize,
    /// Which map it is a key of.
    map: usize,
    /// How what stands below is treated.
    way: Way,
    /// What stands below is a part of one value, not keys with values.
    is_whole: bool,
}

#[derive(Default)]
struct Walk {
    /// Where lines start whose key has a secret because of another key of its map.
    secret_lines: HashSet<usize>,
    /// The keys that are still open, outermost first.
    keys: Vec<Key>,
    maps: usize,
    /// A secret in brackets or quotes that is not closed yet.
    open: Open,
    /// Keys that are secret if their map is.
    siblings: Vec<(usize, (usize, By))>,
    secret_maps: HashSet<(usize, By)>,
    parts: Vec<Range<usize>>,
}

impl Walk {
    fn text(&mut self, text: &str) {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            self.line(text, start, start + line.trim_end().len());
            start += line.len();
        }
    }

    fn line(&mut self, text: &str, start: usize, end: usize) {
        let line = text.get(start..end).unwrap_or_default();
        let content = start + (line.len() - line.trim_start().len());
        if content >= end {
            return;
        }
        let rest = text.get(content..end).unwrap_or_default();
        if self.open.is_open() {
            if !inline::says_nothing(rest) {
                self.hide(text, content..end);
            }
            self.open.pass(rest);
            return;
        }
        let column = content - start;
        if rest.starts_with("{%") || rest.starts_with("{#") {
            return;
        }
        if rest.starts_with("---") {
            self.keys.clear();
        }
        if let Some(note) = rest.strip_prefix('#') {
            // A note belongs to what stands around it, and ends nothing.
            let depth = self.keys.partition_point(|key| key.column < column);
            let is_secret = depth
                .checked_sub(1)
                .is_some_and(|last| self.keys[last].way.is_secret());
            let from = end - note.trim_start_matches(['#', ' ', '-']).len();
            if is_secret {
                self.hide(text, from..end);
            } else {
                self.inline(text, from..end);
            }
            return;
        }
        self.content(text, start, content..end);
    }

    fn content(&mut self, text: &str, start: usize, range: Range<usize>) {
        let Range { start: mut at, end } = range;
        let column = at - start;
        let is_item = is_item(text.get(at..end).unwrap_or_default());
        // The key that stood last in this column: the map goes on, unless an item of a list begins.
        let mut before = None;
        while let Some(key) = self.keys.last() {
            // A list may stand in its key's own column.
            if key.column < column || (key.column == column && is_item && !key.is_whole) {
                break;
            }
            before = self
                .keys
                .pop()
                .filter(|key| key.column == column && !is_item)
                .map(|key| key.map);
        }
        let (way, is_whole) = self
            .keys
            .last()
            .map_or((Way::Open, false), |key| (key.way, key.is_whole));
        if is_whole {
            self.hide(text, at..end);
            return;
        }
        while is_item_at(text, at, end) {
            let rest = text.get(at + 1..end).unwrap_or_default();
            at += 1 + (rest.len() - rest.trim_start().len());
        }
        let Some((key, value)) = inline::key(text, at, end) else {
            if way.is_secret() {
                self.hide_value(text, at..end);
            } else {
                self.inline(text, at..end);
            }
            if way.is_secret() && is_item && at < end {
                // An item may go on below, as a value of a key may.
                self.keys.push(Key {
                    column,
                    map: 0,
                    way,
                    is_whole: true,
                });
            }
            return;
        };
        let map = before.unwrap_or_else(|| {
            self.maps += 1;
            self.maps
        });
        let value_text = text.get(value..end).unwrap_or_default();
        self.note_sibling(start, map, key, value_text);
        let way = match self.secret_lines.contains(&start) {
            true => Way::Sealed,
            false => way.below(key),
        };
        let is_secret = way.is_secret();
        let is_empty = value_text.is_empty() || value_text.starts_with('#');
        if !is_empty {
            if is_secret && !inline::is_reference(way, value_text) {
                self.hide_value(text, value..end);
            } else {
                self.inline(text, value..end);
            }
        }
        self.keys.push(Key {
            column: at - start,
            map,
            way,
            is_whole: is_secret && !is_empty,
        });
    }

    fn note_sibling(&mut self, start: usize, map: usize, key: &str, value: &str) {
        let word = value.trim_matches(['"', '\'', ',']);
        match key {
            "kind" if word == "Secret" => {
                self.secret_maps.insert((map, By::Kind));
            }
            "data" | "stringData" => self.siblings.push((start, (map, By::Kind))),
            "name" if is_secret_key(word) => {
                self.secret_maps.insert((map, By::Name));
            }
            "value" => self.siblings.push((start, (map, By::Name))),
            _ => {}
        }
    }

    /// Hides the value of a secret key, which may go on in lines below.
    fn hide_value(&mut self, text: &str, range: Range<usize>) {
        let value = text.get(range.clone()).unwrap_or_default();
        (_, self.open) = inline::value_length(value, |_| false);
        if !inline::says_nothing(value) {
            self.hide(text, range);
        }
    }

    fn hide(&mut self, text: &str, range: Range<usize>) {
        inline::hide(text, range, &mut self.parts);
    }

    fn inline(&mut self, text: &str, range: Range<usize>) {
        self.open = inline::parts(text, range, &mut self.parts);
    }
}

fn is_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

fn is_item_at(text: &str, at: usize, end: usize) -> bool {
    text.get(at..end).is_some_and(is_item)
}

#[cfg(test)]
mod tests {
    use crate::secret::masked;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        assert_eq!(masked(text), shown);
    }

    #[test]
    fn values_of_secret_keys() {
        check("a: 1\npassword: hunter2\nb: 2\n", "a: 1\npassword: ***\nb: 2\n");
        check("  apiKey: \"a # b\" # note\n", "  apiKey: ***\n");
        check("\"api-key\": 'x'\n", "\"api-key\": ***\n");
        check("- token: x\n  name: y\n", "- token: ***\n  name: y\n");
        check("- - token: x\n", "- - token: ***\n");
        check("token: 12345\r\nb: 1\r\n", "token: ***\r\nb: 1\r\n");
        check("password\n", "password\n");
        check("secretName: x\n", "secretName: x\n");
        check("# password: hunter2\n", "# password: ***\n");
    }

    #[test]
    fn what_says_nothing_is_shown() {
        for value in [
            "true",
            "false",
            "null",
            "~",
            "{}",
            "[]",
            "\"\"",
            "''",
            "",
            "# note",
            "true # note",
        ] {
            let text = format!("password: {value}\n");
            check(&text, &text);
        }
    }

    #[test]
    fn several_values_in_a_line() {
        check(
            "a: {password: hunter2, user: me, token: \"x, y\", b: 1}\n",
            "a: {password: ***, user: me, token: ***, b: 1}\n",
        );
        check(
            "{\"pwd\":\"x\",\"a\":{\"dsn\":[1,2]},\"b\":1}",
            "{\"pwd\":***,\"a\":{\"dsn\":***},\"b\":1}",
        );
        check(
            "args: [\"--password=hunter2\", -v]\n",
            "args: [\"--password=***\", -v]\n",
        );
        check("a: x token=abc&b=1 pwd=q\n", "a: x token=***&b=1 pwd=***\n");
        check(
            "db.password = hunter2\nuser = me\n",
            "db.password = ***\nuser = me\n",
        );
        check("a: x token == 1\n", "a: x token == 1\n");
        check(
            "url: https://me:hunter2@host/a?b=1\n",
            "url: https://me:***@host/a?b=1\n",
        );
        check("url: https://host:9090/a@b\n", "url: https://host:9090/a@b\n");
        check("a: 'Authorization: Bearer abc'\n", "a: 'Authorization: ***'\n");
        check("- Bearer abc\n", "- Bearer ***\n");
        check("expr: x{token=~\"a\"} == 1\n", "expr: x{token=~\"a\"} == 1\n");
    }

    #[test]
    fn values_that_go_on_below() {
        check(
            "password: |\n  line: one\n\n  two\nb: 1\n",
            "password: |\n  ***\n\n  ***\nb: 1\n",
        );
        check(
            "privateKey: >-\n  one\n   two\n",
            "privateKey: >-\n  ***\n   ***\n",
        );
        check("token: \"one\n  two: x\"\nb: 1\n", "token: ***\n  ***\nb: 1\n");
        check("token: [one,\ntwo]\nb: 1\n", "token: ***\n***\nb: 1\n");
        check(
            "a: {token: [one,\ntwo], b: 1}\nb: 1\n",
            "a: {token: ***\n***\nb: 1\n",
        );
        check("token:\n  hunter2\nb: 1\n", "token:\n  ***\nb: 1\n");
        check(
            "tokens:\n- a\n- b: c\n  d: e\nb: 1\n",
            "tokens:\n- ***\n- b: ***\n  d: ***\nb: 1\n",
        );
        check(
            "credentials:\n# note\n  user: me\n",
            "credentials:\n# note\n  user: ***\n",
        );
        check(
            "credentials:\n  user: me\n  more:\n    x: {a: b}\nb: 1\n",
            "credentials:\n  user: ***\n  more:\n    x: ***\nb: 1\n",
        );
        check(
            "tokens:\n- |\n  a: b\n- >-\n  c\nb: 1\n",
            "tokens:\n- |\n  ***\n- >-\n  ***\nb: 1\n",
        );
        check(
            "tokens:\n  -\n    a: b\n  - c\n",
            "tokens:\n  -\n    a: ***\n  - ***\n",
        );
        // A text of lines in which keys have secrets.
        check(
            "a: |\n  x: 1\n  password: hunter2\n",
            "a: |\n  x: 1\n  password: ***\n",
        );
    }

    #[test]
    fn data_of_secrets() {
        check(
            "kind: Secret\nmetadata:\n  name: x\ndata:\n  a: eA==\n  b: |\n    x\ntype: Opaque\n",
            "kind: Secret\nmetadata:\n  name: x\ndata:\n  a: ***\n  b: |\n    ***\ntype: Opaque\n",
        );
        check(
            "data:\n  a: b\nkind: ConfigMap\n---\ndata:\n  a: b\nkind: \"Secret\"\n",
            "data:\n  a: b\nkind: ConfigMap\n---\ndata:\n  a: ***\nkind: \"Secret\"\n",
        );
        check(
            "extra:\n  - stringData: {a: b}\n    kind: Secret\n  - data: {a: b}\n    kind: ConfigMap\n",
            "extra:\n  - stringData: ***\n    kind: Secret\n  - data: {a: b}\n    kind: ConfigMap\n",
        );
        check(
            "{\n  \"kind\": \"Secret\",\n  \"data\": {\n    \"a\": \"b\"\n  }\n}\n",
            "{\n  \"kind\": \"Secret\",\n  \"data\": {\n    ***\n  }\n}\n",
        );
        check(
            "x: {kind: Secret, data: {a: b}}\n",
            "x: {kind: Secret, data: ***}\n",
        );
    }

    #[test]
    fn the_name_of_a_secret_is_shown() {
        for text in [
            "volumes:\n  - name: a\n    secret:\n      secretName: tls\n      optional: true\n",
            "sources:\n  - secret:\n      name: tls\n",
            "secret: {secretName: tls, optional: true}\n",
            "volumes: [{name: a, secret: {secretName: tls}}, {name: b}]\n",
            "basic_auth:\n  password_file: /etc/x\n",
        ] {
            check(text, text);
        }
        check(
            "secret:\n  secretName: tls\n  value: x\n",
            "secret:\n  secretName: tls\n  value: ***\n",
        );
        check("secret: {secretName: tls, value: x}\n", "secret: ***\n");
        check("secret: {secretName: {a: b}}\n", "secret: ***\n");
        check("token: {secretName: tls}\n", "token: ***\n");
        check(
            "kind: Secret\nstringData:\n  secretName: x\n  password_file: y\n",
            "kind: Secret\nstringData:\n  secretName: ***\n  password_file: ***\n",
        );
    }

    #[test]
    fn variables_that_sound_like_a_secret() {
        check(
            "env:\n  - name: DB_PASSWORD\n    value: hunter2\n  - value: x\n    name: A\n",
            "env:\n  - name: DB_PASSWORD\n    value: ***\n  - value: x\n    name: A\n",
        );
        check(
            "env: [{name: TOKEN, value: x}]\n",
            "env: [{name: TOKEN, value: ***}]\n",
        );
    }

    #[test]
    fn expressions_of_templates_are_shown_but_not_their_texts() {
        check("password: {{ Values.nope }}\n", "password: {{ Values.nope }}\n");
        check(
            "password: \"a{{ Values.nope | default('x') }}b\"\n",
            "password: ***{{ Values.nope | default(***) }}***\n",
        );
        check(
            "{% if x %}\ntoken: a\n{% endif %}\n",
            "{% if x %}\ntoken: ***\n{% endif %}\n",
        );
        check("password: '{{ never closed'\n", "password: ***\n");
    }

    #[test]
    fn hostile_texts_take_no_time() {
        let times = 200_000;
        for part in [
            "{{",
            "\"",
            "'",
            "{",
            "[",
            "a: ",
            "password: {",
            "a=",
            "://",
            "- ",
            "-",
            "\\",
            "#",
            "token: \"",
            "Bearer ",
            "token=[",
        ] {
            super::parts(&part.repeat(times));
            super::parts(&format!("{part}\n").repeat(times));
        }
        let mut deep = String::new();
        for depth in 0..2000 {
            deep.push_str(&format!("{}a:\n", " ".repeat(depth)));
        }
        deep.push_str(&format!("{}# note\n", " ".repeat(2000)).repeat(2000));
        super::parts(&deep);
    }
}
