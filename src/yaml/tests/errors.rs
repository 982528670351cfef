//! What people read when a text is wrong: the whole of each message.

use super::*;

const WRONG: &[(&str, &str)] = &[
    (
        "a:\n\tb: 1\n",
        r#"yaml-tab v.yaml:2:1 a tab cannot be used for indentation | help: use spaces"#,
    ),
    (
        "a: b\n\tc\n",
        r#"yaml-tab v.yaml:2:1 a tab cannot be used for indentation | help: use spaces"#,
    ),
    (
        "\ta: 1\n",
        r#"yaml-tab v.yaml:1:1 a tab cannot be used for indentation | help: use spaces"#,
    ),
    (
        // The end of a last line without a newline is on that line.
        "a: {b: 1",
        r#"yaml-syntax v.yaml:1:9 expected `,` or `}` | v.yaml:1:4 in the map that begins here | help: separate what is in a map by commas, and close it"#,
    ),
    (
        "a: *x\n",
        r#"unknown-anchor v.yaml:1:4 `*x` repeats an anchor that is not there | help: put `*x` in quotes where it is text; otherwise write `&x` before a value above it"#,
    ),
    (
        "host: *.example.com\n",
        r#"unknown-anchor v.yaml:1:7 `*.example.com` repeats an anchor that is not there | help: put `*.example.com` in quotes where it is text; otherwise write `&.example.com` before a value above it"#,
    ),
    (
        "a: [1, 2\n",
        r#"yaml-syntax v.yaml:1:4 the `[` is never closed | help: write `]` where the list ends; put text that begins with `[` in quotes"#,
    ),
    (
        "a: {b: [1}\n",
        r#"yaml-syntax v.yaml:1:10 expected `,` or `]` | v.yaml:1:8 in the list that begins here | help: separate what is in a list by commas, and close it"#,
    ),
    (
        "a: 'x\n",
        r#"yaml-syntax v.yaml:1:4 the quote is never closed | help: write a quote where the text ends"#,
    ),
    (
        "a: \"x\ny\"\n",
        r#"yaml-syntax v.yaml:1:4 the text in quotes goes on in a line that is not indented enough | help: close the quote, or indent the lines after the first"#,
    ),
    (
        "a: [\n1]\n",
        r#"yaml-syntax v.yaml:2:1 a line inside brackets is not indented enough | help: indent what is inside brackets more than the key before them, and close them"#,
    ),
    (
        "a: 'it's'\n",
        r#"yaml-syntax v.yaml:1:8 there is text after the closing quote | help: put the whole value in quotes; a quote inside single quotes is written twice, inside double quotes as `\"`"#,
    ),
    (
        "a: b: c\n",
        r#"yaml-syntax v.yaml:1:5 a `:` is not allowed here | help: put the value in quotes where the `:` is part of it"#,
    ),
    (
        "a:1\nb: 2\n",
        r#"yaml-syntax v.yaml:2:2 a `:` is not allowed here | help: check the line above: its indentation, and whether it has a value already or no `: ` after its key"#,
    ),
    (
        "a: 1\n  b: 2\n",
        r#"yaml-syntax v.yaml:2:4 a `:` is not allowed here | help: check the line above: its indentation, and whether it has a value already or no `: ` after its key"#,
    ),
    (
        "a: 1\nb\nc: 2\n",
        r#"yaml-syntax v.yaml:2:1 this line is not a key with a `:` after it | help: write `key: value`, with a space after the colon; indent a text that goes on from the line above"#,
    ),
    (
        "a:\n    b: 1\n  c: 2\n",
        r#"yaml-syntax v.yaml:3:3 the indentation of this line does not fit the lines above it | help: line up all keys of a map"#,
    ),
    (
        "a: 1\n- b\n",
        r#"yaml-syntax v.yaml:2:1 a list item is not allowed among the keys of a map | help: put it under a key that has no value on its own line"#,
    ),
    (
        "a:\n  \"b\":1\n",
        r#"yaml-syntax v.yaml:2:6 a `:` needs a space after it | help: write a space after the colon"#,
    ),
    (
        "a: [b]c\n",
        r#"yaml-syntax v.yaml:1:7 there is text after the end of the value | help: put the whole value in quotes"#,
    ),
    (
        "a: {{ .Values.x }}\n",
        r#"yaml-template v.yaml:1:5 `{{ ... }}` is not read as a template here | help: put the whole value in quotes where it is text for another program"#,
    ),
    (
        "a: {{ .Values.x }}-y\n",
        r#"yaml-template v.yaml:1:5 `{{ ... }}` is not read as a template here | help: put the whole value in quotes where it is text for another program
yaml-syntax v.yaml:1:19 there is text after the end of the value | help: put a value with `{{ }}` in quotes: it is not read as a template here"#,
    ),
    (
        "a: @x\n",
        r#"yaml-syntax v.yaml:1:4 a value cannot begin with `@` | help: put the value in quotes"#,
    ),
    (
        "a: `x`\n",
        r#"yaml-syntax v.yaml:1:4 a value cannot begin with a backtick | help: put the value in quotes"#,
    ),
    (
        "a: ]\n",
        r#"yaml-syntax v.yaml:1:4 `]` closes nothing | help: remove it, or put text that begins with it in quotes"#,
    ),
    (
        "a: - b\n",
        r#"yaml-syntax v.yaml:1:4 a list cannot begin on the line of its key | help: put the `-` on the next line; put text that begins with `- ` in quotes"#,
    ),
    (
        "a: ? b\n",
        r#"yaml-syntax v.yaml:1:4 a `?` with a space after it is not allowed here | help: put the value in quotes"#,
    ),
    (
        "a: [b,,c]\n",
        r#"yaml-syntax v.yaml:1:7 expected a value here | help: remove what is not needed, or put the value in quotes"#,
    ),
    (
        "a: &\n",
        r#"yaml-syntax v.yaml:1:4 `&` has to be followed by the name of an anchor | help: put text that begins with `&` in quotes"#,
    ),
    (
        "a: \"\\d\"\n",
        r#"yaml-syntax v.yaml:1:4 a backslash in this text is not part of an escape such as `\n` | help: use single quotes, or write each backslash twice"#,
    ),
    (
        "a: \"\\ud83d\\ude00\"\n",
        r#"yaml-syntax v.yaml:1:4 a `\x`, `\u` or `\U` in this text does not name a character | help: write the character itself, or its number in 2, 4 or 8 hexadecimal digits"#,
    ),
    (
        "a: |x\n",
        r#"yaml-syntax v.yaml:1:4 only `-`, `+` and a digit from 1 to 9 may follow the `|` or `>` of a block of text | help: begin the text on the next line; put a value that begins with `|` or `>` in quotes"#,
    ),
    (
        "a: x # c\n  y\n",
        r#"yaml-syntax v.yaml:1:6 a comment cuts a text of several lines in two | help: move the comment, or put the text in quotes or under `|`"#,
    ),
    (
        "{a: 1}\nb: 2\n",
        r#"yaml-syntax v.yaml:2:1 expected the end of the document here | help: check the line for a missing space after a colon; begin another document with a line `---`"#,
    ),
    (
        "a: !x!y z\n",
        r#"yaml-syntax v.yaml:1:4 this tag has a prefix that is not declared | help: remove the tag"#,
    ),
    (
        "a: !!int x\n",
        r#"yaml-tag v.yaml:1:4 `x` is not what its tag `!!int` says | help: remove the tag, or write a value of that type"#,
    ),
    (
        "a: .inf\n",
        r#"not-finite v.yaml:1:4 `.inf` is a number that Kubernetes does not have | help: put it in quotes where it is meant as text"#,
    ),
    (
        "a: !!binary x\n",
        r#"yaml-tag v.yaml:1:4 a `!!binary` value is not valid base64 | help: check the value, or remove the tag"#,
    ),
    (
        "null: 1\n",
        r#"yaml-key v.yaml:1:1 null cannot be a key | help: give the key a name, or put it in quotes"#,
    ),
    (
        "18446744073709551615: 1\n",
        r#"yaml-key v.yaml:1:1 the number `18446744073709551615` is too large for a key | help: put the key in quotes"#,
    ),
    (
        "[a]: 1\n",
        r#"yaml-key v.yaml:1:1 a list cannot be a key | help: put text that begins with `{` or `[` in quotes"#,
    ),
    (
        "<<: 1\n",
        r#"yaml-merge v.yaml:1:5 `<<` needs a map or a list of maps, and this is a number | v.yaml:1:1 merged here | help: put `<<` in quotes where it is an ordinary key"#,
    ),
    (
        "a: &x [*x]\n",
        r#"yaml-alias v.yaml:1:8 a value cannot repeat itself | help: move the anchor to a value that is complete above this line"#,
    ),
    (
        "a: x\u{1}y\n",
        r#"yaml-control-character v.yaml:1:5 the control character U+0001 is not allowed | help: remove it, or write it as `\u0001` in double quotes"#,
    ),
    (
        "a: x\u{2028}y\n",
        r#"yaml-line-separator v.yaml:1:5 the invisible character U+2028 ends a line for kubectl and Helm | help: remove it, or write it as `\L` in double quotes"#,
    ),
    (
        "a: 1\rb: 2\n",
        r#"yaml-control-character v.yaml:1:5 a carriage return without a newline is not allowed | help: end lines with a newline, or write it as `\r` in double quotes"#,
    ),
    (
        "%YAML 1.2\n---\na: 1\n",
        r#"yaml-version v.yaml:1:1 YAML 1.2 is not what kubectl and Helm read | help: remove the line; values are read by the rules of YAML 1.1"#,
    ),
    (
        "a: 1\na: 2\nb: .nan\n",
        r#"duplicate-key v.yaml:2:1 the key `a` is there twice in the same map | v.yaml:1:1 it is here already | help: remove one of the two; kubectl and Helm silently take the last
not-finite v.yaml:3:4 `.nan` is a number that Kubernetes does not have | help: put it in quotes where it is meant as text"#,
    ),
];

#[test]
fn each_mistake_is_explained_where_it_is() {
    for (text, expected) in WRONG {
        assert_eq!(wrong(text), format!("{expected}\n"), "{text:?}");
    }
}

#[test]
fn a_key_that_is_too_long() {
    let long = "k".repeat(1100);
    assert_eq!(
        wrong(&format!("{long}: 1\n")),
        "yaml-syntax v.yaml:1:1101 this key is too long: a key can have 1024 characters | help: write `? ` before the key\n"
    );
    assert!(read_document(&source(&format!("? {long}\n: 1\n"))).is_ok());
}

#[test]
fn no_words_of_the_parser_crate_are_left() {
    // Pieces of texts, put together in all ways of three.
    const PIECES: &[&str] = &[
        "a", ": ", "- ", "? ", "?", "\n", "\n  ", "[", "]", "{", ", ", "\"", "'", "|", "#", "&x ", "*x", "!",
        "%", "---", "\n...", "\t", "<<: ", "\\x", "b: 1\n", ":",
    ];
    for first in PIECES {
        for second in PIECES {
            for third in PIECES {
                for fourth in ["", "\n", " z", "\n- z: "] {
                    let text = format!("{first}{second}{third}{fourth}");
                    if let Err(diagnostics) = read_documents(&source(&text)) {
                        for diagnostic in &diagnostics.0 {
                            assert!(diagnostic.help.is_some(), "{text:?} {diagnostic:?}");
                            assert!(diagnostic.place().is_some(), "{text:?} {diagnostic:?}");
                        }
                    }
                }
            }
        }
    }
}

/// go-yaml reads these otherwise, or refuses them.
#[test]
fn brackets_are_read_as_helm_reads_them_or_not_at_all() {
    let quote = "help: put the text in quotes\n";
    let colon = "help: write a space behind it where it ends a key, or put the text in quotes\n";
    let line = "help: write the key and the `:` behind it in one line\n";
    for (text, expected) in [
        (
            "a: {b:}",
            format!("yaml-brackets v.yaml:1:5 a `:` in brackets needs a space behind it | {colon}"),
        ),
        (
            "a: [x:, z]",
            format!("yaml-brackets v.yaml:1:5 a `:` in brackets needs a space behind it | {colon}"),
        ),
        (
            "a: [x :, z]",
            format!("yaml-brackets v.yaml:1:5 a `:` in brackets needs a space behind it | {colon}"),
        ),
        (
            "a: [?b]",
            format!("yaml-brackets v.yaml:1:5 a `?` in brackets is not allowed without quotes | {quote}"),
        ),
        (
            "a: [é, 日, http://x/?z=1]",
            format!("yaml-brackets v.yaml:1:11 a `?` in brackets is not allowed without quotes | {quote}"),
        ),
        (
            "a: { # c\n  b?: 1}",
            format!("yaml-brackets v.yaml:2:3 a `?` in brackets is not allowed without quotes | {quote}"),
        ),
        (
            "a: &m [\t>b]",
            format!(
                "yaml-brackets v.yaml:1:9 a text in brackets cannot begin with `:`, `|` or `>` | {quote}"
            ),
        ),
        (
            "a: [:b]",
            format!(
                "yaml-brackets v.yaml:1:5 a text in brackets cannot begin with `:`, `|` or `>` | {quote}"
            ),
        ),
        (
            "a: {b\n  c: 1}",
            format!("yaml-brackets v.yaml:1:5 a key in brackets cannot go over several lines | {line}"),
        ),
        (
            "a: {'b'\n  : 1}",
            format!("yaml-brackets v.yaml:1:5 a key in brackets cannot go over several lines | {line}"),
        ),
    ] {
        assert_eq!(wrong(text), expected, "{text}");
    }
    for (text, expected) in [
        (
            "a: {b: , 'c':, \"d\":1, e: f:g, http://h:80/: -1}",
            r#"{"a":{"b":null,"c":null,"d":1,"e":"f:g","http://h:80/":-1}}"#,
        ),
        ("a: {? b : 1}", r#"{"a":{"b":1}}"#),
        (
            "a: ['?b', \":c\", d>e|f, [g: h], b\n  c]",
            r#"{"a":["?b",":c","d>e|f",[{"g":"h"}],"b c"]}"#,
        ),
        ("a: b?\n? c\n: :d\ne: f:,\n", r#"{"a":"b?","c":":d","e":"f:,"}"#),
    ] {
        assert_eq!(json(text), expected, "{text}");
    }
}

#[test]
fn names_of_anchors_and_tags_are_those_of_go_yaml() {
    let help = "help: use letters, digits, `-` and `_`, and a space behind it; put text that begins with `&`, `*` or `!` in \
                quotes\n";
    for (text, name, what, place) in [
        ("a: &b.c 1", "&b.c", "an anchor", "1:4"),
        ("a: !!str &é 1", "&é", "an anchor", "1:4"),
        ("a: [&b[]]", "&b", "an anchor", "1:5"),
        ("a: {!b}", "!b}", "a tag", "1:5"),
    ] {
        assert_eq!(
            wrong(text),
            format!("yaml-anchor v.yaml:{place} `{name}` is not the name of {what} | {help}"),
            "{text}"
        );
    }
    assert_eq!(
        json("a: !<tag:yaml.org,2002:str> &b-c_1 1\nd: *b-c_1\n"),
        r#"{"a":"1","d":"1"}"#
    );
}

#[test]
fn a_tab_before_the_first_key_of_an_inner_map() {
    for text in ["a:\n \tb: 1\n", "a: &x\n  \tb: 1\n", "!!map\n\ta: 1\n"] {
        assert!(wrong(text).starts_with("yaml-tab v.yaml:2:"), "{text}");
    }
}
