use std::sync::Arc;

use super::*;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::values::{Inputs, UserValues};
use crate::yaml;

fn no_file(path: &str) -> Result<Arc<Source>> {
    Err(Diagnostic::error("cannot-read", format!("cannot read `{path}`: no such file")).into())
}

fn two_files(path: &str) -> Result<Arc<Source>> {
    match path {
        "one" => Ok(Source::new("one", "first\nsecond,\n")),
        "two" => Ok(Source::new("two", "5")),
        _ => no_file(path),
    }
}

/// What a flag makes of a values file, as JSON; or its errors with places and help.
fn over(file: &str, flag: Flag, argument: &str) -> std::result::Result<String, String> {
    let argument = vec![argument.to_owned()];
    let mut inputs = Inputs {
        files: vec![Source::new("v.yaml", file)],
        ..Inputs::default()
    };
    match flag {
        Flag::Json => inputs.set_json = argument,
        Flag::Typed => inputs.set = argument,
        Flag::Text => inputs.set_string = argument,
        Flag::File => inputs.set_file = argument,
        Flag::Literal => inputs.set_literal = argument,
    }
    match UserValues::read(&inputs, &two_files) {
        Ok(user) => Ok(yaml::to_json(&user.values).to_string()),
        Err(Diagnostics(errors)) => Err(errors.iter().map(describe).collect::<Vec<_>>().join("\n")),
    }
}

fn describe(error: &Diagnostic) -> String {
    let mut text = format!("{}: {}", error.code, error.message);
    for label in &error.labels {
        text.push_str(&format!(
            "\n  {}:{} {}",
            label.place.line, label.place.column, label.text
        ));
    }
    if let Some(help) = &error.help {
        text.push_str(&format!("\n  help: {help}"));
    }
    text
}

fn table(flag: Flag, cases: &[(&str, &str)]) {
    for (argument, expected) in cases {
        assert_eq!(
            over("", flag, argument).as_deref(),
            Ok(*expected),
            "{} {argument}",
            flag.name()
        );
    }
}

#[test]
fn values_are_typed_as_helm_types_them() {
    table(
        Flag::Typed,
        &[
            ("", "{}"),
            ("x=True,y=FALSE,z=Null", r#"{"x":true,"y":false,"z":null}"#),
            (
                "a=0,b=00,c=-0,d=+5,e=-007,f=0x1,g=1_0",
                r#"{"a":0,"b":"00","c":0,"d":5,"e":-7,"f":"0x1","g":"1_0"}"#,
            ),
            (
                "a=1.5,b=1e3,c=007,d=~,e=yes",
                r#"{"a":"1.5","b":"1e3","c":"007","d":"~","e":"yes"}"#,
            ),
            (
                "a=9223372036854775807,b=9223372036854775808",
                r#"{"a":9223372036854775807,"b":"9223372036854775808"}"#,
            ),
            ("a=,b=", r#"{"a":"","b":""}"#),
            (" a = b ", r#"{" a ":" b "}"#),
            ("a=b=c", r#"{"a":"b=c"}"#),
            (r#"a="q""#, r#"{"a":"\"q\""}"#),
            ("a=1,", r#"{"a":1}"#),
            ("a=x{y}", r#"{"a":"x{y}"}"#),
            ("ä.ö=ü", r#"{"ä":{"ö":"ü"}}"#),
        ],
    );
}

#[test]
fn escapes_take_any_character_in_keys_values_and_items() {
    table(
        Flag::Typed,
        &[
            (r"a\.b\.c=1", r#"{"a.b.c":1}"#),
            (r"x\=1=2", r#"{"x=1":2}"#),
            (r"a\[0\]=1", r#"{"a[0]":1}"#),
            (r"d=x\,y", r#"{"d":"x,y"}"#),
            (r"e=back\\slash", r#"{"e":"back\\slash"}"#),
            (r"x=\n", r#"{"x":"n"}"#),
            (r"x=\{a", r#"{"x":"{a"}"#),
            (r"q={a\,b,c\}}", r#"{"q":["a,b","c}"]}"#),
        ],
    );
}

#[test]
fn lists_and_indexes() {
    table(
        Flag::Typed,
        &[
            ("a={x,y,1,true,null}", r#"{"a":["x","y",1,true,null]}"#),
            ("a={}", r#"{"a":[""]}"#),
            ("q={1,2},x=3", r#"{"q":[1,2],"x":3}"#),
            ("q={1,2}x=3", r#"{"q":[1,2],"x":3}"#),
            ("q={a={b}", r#"{"q":["a={b"]}"#),
            ("a[2]=z", r#"{"a":[null,null,"z"]}"#),
            ("a[0][1]=q", r#"{"a":[[null,"q"]]}"#),
            ("a[0].b=1", r#"{"a":[{"b":1}]}"#),
            ("q[1].a=1,q[0].b=2", r#"{"q":[{"b":2},{"a":1}]}"#),
            ("q[0].a=1,q[0].c=3", r#"{"q":[{"a":1,"c":3}]}"#),
            ("q[0]={1,2}", r#"{"q":[[1,2]]}"#),
            ("q[+1]=1", r#"{"q":[null,1]}"#),
            ("x.y=1,x=2", r#"{"x":2}"#),
        ],
    );
}

#[test]
fn the_largest_index_and_the_deepest_key() {
    let json = over("", Flag::Typed, "a[65536]=1").unwrap();
    assert_eq!(json.matches("null").count(), 65536);
    let names: Vec<String> = (0..31).map(|n| format!("k{n}")).collect();
    assert!(over("", Flag::Typed, &format!("{}=1", names.join("."))).is_ok());
}

#[test]
fn flags_edit_what_the_files_gave() {
    let cases = [
        ("a: {l: [1, 2]}", "a.l[1]=X", r#"{"a":{"l":[1,"X"]}}"#),
        ("z: [a, b]", "z[0].x=1", r#"{"z":[{"x":1},"b"]}"#),
        ("z: [[a], b]", "z[0][1]=1", r#"{"z":[["a",1],"b"]}"#),
        ("z: [null]", "z[0][1]=1", r#"{"z":[[null,1]]}"#),
        ("z: [{a: 1}]", "z[0].b=1", r#"{"z":[{"a":1,"b":1}]}"#),
        ("z: {a: 1}", "z=5", r#"{"z":5}"#),
        ("z: {a: 1}", "z.a=null", r#"{"z":{"a":null}}"#),
    ];
    for (file, argument, expected) in cases {
        assert_eq!(
            over(file, Flag::Typed, argument).as_deref(),
            Ok(expected),
            "{file} --set {argument}"
        );
    }
}

#[test]
fn set_string_types_nothing() {
    table(
        Flag::Text,
        &[
            ("q=null,r=1", r#"{"q":"null","r":"1"}"#),
            ("q={1,true}", r#"{"q":["1","true"]}"#),
            ("q[1]=5", r#"{"q":[null,"5"]}"#),
            ("q=", r#"{"q":""}"#),
        ],
    );
}

#[test]
fn set_json_reads_json_values_or_one_object() {
    table(
        Flag::Json,
        &[
            (r#"a={"x":1}"#, r#"{"a":{"x":1}}"#),
            ("a= ,b=1", r#"{"a":null,"b":1}"#),
            ("a=1 b=2", r#"{"a":1,"b":2}"#),
            (
                r#"a=1,b={"c":[1,2,{"d":null}]},e="x,y""#,
                r#"{"a":1,"b":{"c":[1,2,{"d":null}]},"e":"x,y"}"#,
            ),
            ("a=2.0,b=1e2,c=1.5,", r#"{"a":2,"b":100,"c":1.5}"#),
            ("a=", r#"{"a":null}"#),
            (r#"a[1]={"q":1}"#, r#"{"a":[null,{"q":1}]}"#),
            (r#"a={"x":1,"x":2}"#, r#"{"a":{"x":2}}"#),
            (r#" {"a":{"b":[1]}} "#, r#"{"a":{"b":[1]}}"#),
        ],
    );
    // A value replaces, the form of one object merges.
    assert_eq!(
        over("a: {w: 2}", Flag::Json, r#"a={"x":1}"#).as_deref(),
        Ok(r#"{"a":{"x":1}}"#)
    );
    assert_eq!(
        over("a: {w: 2}", Flag::Json, r#"{"a":{"x":1}}"#).as_deref(),
        Ok(r#"{"a":{"w":2,"x":1}}"#)
    );
}

#[test]
fn set_literal_takes_the_rest_as_it_is() {
    table(
        Flag::Literal,
        &[
            (r"q=x,y={z}\n[1]", r#"{"q":"x,y={z}\\n[1]"}"#),
            (r"a\.b=1", r#"{"a\\":{"b":"1"}}"#),
            ("a,b=1", r#"{"a,b":"1"}"#),
            ("q[1]=a", r#"{"q":[null,"a"]}"#),
            ("q[0].x=1", r#"{"q":[{"x":"1"}]}"#),
            ("q=", r#"{"q":""}"#),
        ],
    );
}

#[test]
fn set_file_reads_each_value() {
    table(
        Flag::File,
        &[
            ("q=one,r=two", r#"{"q":"first\nsecond,\n","r":"5"}"#),
            ("q={one,two}", r#"{"q":["first\nsecond,\n","5"]}"#),
            ("q[1]=two", r#"{"q":[null,"5"]}"#),
            ("q=", r#"{"q":""}"#),
        ],
    );
}

#[test]
fn errors_say_where_and_what_to_do() {
    let cases: &[(Flag, &str, &str)] = &[
        (
            Flag::Typed,
            "a",
            "set-no-value: `a` has no value\n  1:1 \n  help: write `--set a=VALUE`; `--set a=` sets an empty text",
        ),
        (
            Flag::Typed,
            "args=a,b",
            "set-no-value: `b` has no value\n  1:8 \n  help: a comma starts the next key: write `\\,` for one that \
             belongs to the value, or `{a,b}` for a list",
        ),
        (
            Flag::Typed,
            ",a=1",
            "set-no-value: a comma has no key and value before it\n  1:1 \n  help: leave out one of the commas, or \
             write `\\,`",
        ),
        (
            Flag::Text,
            "=x",
            "set-empty-key: the key is empty\n  1:1 \n  help: write the name of the value in front",
        ),
        (
            Flag::Typed,
            ".a=1",
            "set-empty-key: the key is empty\n  1:1 \n  help: leave out the dot in front",
        ),
        (
            Flag::Typed,
            "a..b=1",
            "set-empty-key: a key is empty after `a.`\n  1:3 \n  help: leave out one of the dots, or write `\\.` for \
             a dot that belongs to the key",
        ),
        (
            Flag::Typed,
            "a.=1",
            "set-empty-key: a key is empty after `a.`\n  1:3 \n  help: write the name of the value in front",
        ),
        (
            Flag::Typed,
            "ä[x]=1",
            "set-bad-index: the index of `ä` is not a whole number: `x`\n  1:3 \n  help: write `\\[` for a bracket that \
             belongs to the key",
        ),
        (
            Flag::Typed,
            "q[0=1",
            "set-bad-index: the index of `q` has no `]`\n  1:2 \n  help: write `\\[` for a bracket that belongs to the \
             key",
        ),
        (
            Flag::Typed,
            "q[-1]=1",
            "set-bad-index: the index of `q` is negative: -1\n  1:3 \n  help: indexes count from 0",
        ),
        (
            Flag::Typed,
            "q[0]x=1",
            "set-bad-index: `x` after `q[0]` is not understood\n  1:5 \n  help: after an index comes `.`, `[` or `=`",
        ),
        (
            Flag::Typed,
            "q[0],b=1",
            "set-bad-index: `,b` after `q[0]` is not understood\n  1:5 \n  help: after an index comes `.`, `[` or `=`",
        ),
        (
            Flag::Typed,
            "q[65537]=1",
            "set-limit: the index of `q` is 65537; the largest is 65536\n  1:3 ",
        ),
        (
            Flag::Typed,
            "q={1,2",
            "set-unclosed-list: the list of `q` has no `}`\n  1:3 \n  help: write `\\{` for a brace that starts a text",
        ),
        (
            Flag::Typed,
            "x=y\\",
            "set-dangling-escape: the backslash at the end escapes nothing\n  1:4 \n  help: write `\\\\` for a \
             backslash",
        ),
        (
            Flag::Json,
            "a=1,\nb=[1,tru]",
            "set-invalid-json: the value is not JSON: expected ident\n  2:9 \n  help: strings need double quotes in \
             JSON, and the shell wants the whole argument in single quotes",
        ),
        (
            Flag::Json,
            r#"{"a":1"#,
            "set-invalid-json: the value is not JSON: EOF while parsing an object\n  1:6 \n  help: strings need double \
             quotes in JSON, and the shell wants the whole argument in single quotes",
        ),
        (
            Flag::File,
            "a=one,b=three",
            "cannot-read: cannot read `three`: no such file\n  1:9 read for this",
        ),
    ];
    for (flag, argument, expected) in cases {
        assert_eq!(
            over("", *flag, argument),
            Err((*expected).to_owned()),
            "{} {argument}",
            flag.name()
        );
    }
}

#[test]
fn a_key_of_more_than_thirty_dots_is_refused() {
    let argument = format!("{}x=1", "a.".repeat(31));
    assert_eq!(
        over("", Flag::Typed, &argument),
        Err("set-limit: the key has more than 30 dots\n  1:62 \n  help: use a values file, or write `\\.` for a dot \
             that belongs to the key"
            .to_owned())
    );
    let argument = format!("a{}=1", "[0]".repeat(31));
    assert_eq!(
        over("", Flag::Typed, &argument),
        Err("set-limit: the key has more than 30 indexes\n  1:92 ".to_owned())
    );
}

#[test]
fn indexes_cannot_fill_the_memory() {
    let argument: String = (0..16).map(|n| format!("k{n}[65536]=1,")).collect();
    let error = over("", Flag::Typed, &argument).unwrap_err();
    assert_eq!(
        error,
        "set-limit: the indexes add up to lists of more than 1000000 items\n  1:190 "
    );
}

#[test]
fn a_path_through_a_scalar_says_what_is_there() {
    let cases = [
        (
            "z: x",
            "z.y=1",
            "set-clash: cannot set `z.y`: `z` is a string, and would have to be a map\n  1:3 \n  1:4 a string here\n  \
             help: set `z` as a whole, for instance with `--set-json`, or take it out of the other layer",
        ),
        (
            "z: {a: 1}",
            "z[0]=1",
            "set-clash: cannot set `z[0]`: `z` is a map, and would have to be a list\n  1:3 \n  1:4 a map here\n  \
             help: set `z` as a whole, for instance with `--set-json`, or take it out of the other layer",
        ),
        (
            "z: null",
            "z.b=1",
            "set-clash: cannot set `z.b`: `z` is null, and would have to be a map\n  1:3 \n  1:4 null here\n  help: \
             set `z` as a whole, for instance with `--set-json`, or take it out of the other layer",
        ),
        (
            "z: [a]",
            "z[0][1]=1",
            "set-clash: cannot set `z[0][1]`: `z[0]` is a string, and would have to be a list\n  1:6 \n  1:5 a string \
             here\n  help: set `z[0]` as a whole, for instance with `--set-json`, or take it out of the other layer",
        ),
    ];
    for (file, argument, expected) in cases {
        assert_eq!(
            over(file, Flag::Typed, argument),
            Err(expected.to_owned()),
            "{file} --set {argument}"
        );
    }
}

#[test]
fn the_name_of_a_flag_is_one_short_line() {
    assert_eq!(
        Flag::Typed.source("server.replicas=3").name(),
        "--set server.replicas=3"
    );
    assert_eq!(Flag::Json.source("a=\n1").name(), "--set-json a= 1");
    assert_eq!(
        Flag::Text.source(&"x".repeat(90)).name(),
        format!("--set-string {}…", "x".repeat(80))
    );
}
