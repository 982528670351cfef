//! Values files that cannot be used.

use std::fs;

use crate::support::Fixture;

const RENDER: &[&str] = &["render", "-f", "values.yaml"];

#[test]
fn no_yaml() {
    Fixture::with_values("server:\n  image: a: b\n").refuses(
        RENDER,
        r"
error: a `:` is not allowed here [yaml-syntax]
  --> values.yaml:2:11
  2 |   image: a: b
    |           ^
  help: put the value in quotes where the `:` is part of it
",
    );
    Fixture::with_values("server: {a: [1, 2}\n").refuses(
        RENDER,
        r"
error: expected `,` or `]` [yaml-syntax]
  --> values.yaml:1:18
  1 | server: {a: [1, 2}
    |                  ^
  ::: values.yaml:1:13
  1 | server: {a: [1, 2}
    |             ^ in the list that begins here
  help: separate what is in a list by commas, and close it
",
    );
}

#[test]
fn a_list() {
    Fixture::with_values("# Mine.\n- server\n").refuses(
        RENDER,
        r"
error: values have to be a map of keys, and this is a list [values-not-a-map]
  --> values.yaml:2:1
  2 | - server
    | ^
",
    );
}

#[test]
fn a_key_written_twice_shows_both_places() {
    Fixture::with_values("server:\n  replicaCount: 1\n  retention: 5d\n  replicaCount: 2\n").refuses(
        RENDER,
        r"
error: the key `replicaCount` is there twice in the same map [duplicate-key]
  --> values.yaml:4:3
  4 |   replicaCount: 2
    |   ^
  ::: values.yaml:2:3
  2 |   replicaCount: 1
    |   ^ it is here already
  help: remove one of the two; kubectl and Helm silently take the last
",
    );
}

#[test]
fn a_tab() {
    Fixture::with_values("server:\n\treplicaCount: 1\n").refuses(
        RENDER,
        r"
error: a tab cannot be used for indentation [yaml-tab]
  --> values.yaml:2:1
  2 |  replicaCount: 1
    | ^
  help: use spaces
",
    );
}

#[test]
fn an_unknown_anchor() {
    Fixture::with_values("server:\n  resources: *small\n").refuses(
        RENDER,
        r"
error: `*small` repeats an anchor that is not there [unknown-anchor]
  --> values.yaml:2:14
  2 |   resources: *small
    |              ^
  help: put `*small` in quotes where it is text; otherwise write `&small` before a value above it
",
    );
}

#[test]
fn a_hundred_thousand_brackets() {
    let closed = format!("a: {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    let open = format!("a: {}\n", "[".repeat(100_000));
    let maps = format!("a: {}\n", "{b: ".repeat(100_000));
    let blocks = format!("{}x\n", "- ".repeat(100_000));
    // The parser takes 255 levels of brackets, the reader one more of anything.
    for (text, limit) in [(closed, 255), (open, 255), (maps, 255), (blocks, 256)] {
        let run = Fixture::with_values(text).render_values();
        let told = run.refused();
        let expected = format!(
            "error: maps and lists are nested more than {limit} levels deep [yaml-depth]\n  --> values.yaml:1:"
        );
        assert!(told.starts_with(&expected), "{told}");
        assert!(told.len() < 1000, "{told}");
    }
}

#[test]
fn a_billion_laughs() {
    let mut text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..10 {
        let repeated = format!("*a{}, ", level - 1).repeat(10);
        text.push_str(&format!(
            "a{level}: &a{level} [{}]\n",
            repeated.trim_end_matches(", ")
        ));
    }
    // a3 has 11,111 values; 12,330 were repeated before it, so the eighth is too much.
    Fixture::with_values(text).refuses(
        RENDER,
        r"
error: aliases repeat more than 100000 values [yaml-aliases]
  --> values.yaml:5:45
  5 | a4: &a4 [*a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3]
    |                                             ^
  help: write fewer aliases of aliases; this looks like an attack on the reader
",
    );
}

#[test]
fn two_hundred_megabytes() {
    // The message tells the size, which only somebody knows who has not stopped reading at the limit.
    Fixture::new().sparse_file("values.yaml", 200 << 20).refuses(
        RENDER,
        "error: `values.yaml` is too large (200 MiB): the limit is 64 MiB [file-too-large]\n",
    );
}

#[test]
fn a_text_that_does_not_end_on_standard_input() {
    let fixture = Fixture::new();
    let zero = fs::File::open("/dev/zero").unwrap();
    let run = crate::support::Run::of(fixture.command(&["render", "-f", "-"]).stdin(zero));
    assert_eq!(
        run.refused(),
        "error: `<stdin>` is too large: the limit is 64 MiB [file-too-large]\n"
    );
}

#[test]
fn all_files_that_are_missing_or_folders_at_once() {
    let fixture = Fixture::new().file("folder/x", "").file("file", "");
    fixture.refuses(
        &[
            "render",
            "-f",
            "missing.yaml",
            "-f",
            "folder",
            "-f",
            "file/values.yaml",
        ],
        r"
error: there is no `missing.yaml` [file-not-found]

error: `folder` is a folder, not a file [file-is-folder]

error: cannot read `file/values.yaml`: Not a directory [file-unreadable]

3 errors
",
    );
}

#[test]
#[cfg(unix)]
fn an_unreadable_file() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let fixture = Fixture::with_values("a: 1\n");
    symlink("loop.yaml", fixture.path("loop.yaml")).unwrap();
    let run = fixture.run(&["render", "-f", "loop.yaml"]);
    let told = run.refused();
    assert!(told.starts_with("error: cannot read `loop.yaml`: "), "{told}");

    fs::set_permissions(fixture.path("values.yaml"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(fixture.path("values.yaml")).is_ok() {
        crate::tools::skip(
            "an_unreadable_file",
            "this user reads every file, whatever its permissions",
        );
        return;
    }
    fixture.refuses(
        RENDER,
        "error: cannot read `values.yaml`: Permission denied [file-unreadable]\n",
    );
}

#[test]
fn not_utf8() {
    Fixture::with_values(b"server:\n  name: caf\xe9\n").refuses(
        RENDER,
        "
error: byte 0xe9 is not UTF-8 text [file-not-utf8]
  --> values.yaml:2:12
  2 |   name: caf\u{fffd}
    |            ^
  help: save the file as UTF-8
",
    );
    let utf16: Vec<u8> = "\u{feff}a: 1\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let run = Fixture::with_values(utf16).render_values();
    assert!(
        run.refused()
            .ends_with("help: this looks like UTF-16; save the file as UTF-8\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn every_violation_of_the_schema() {
    let values = "\
server:
  replicaCount: three
  service:
    servicePort: [1]
  remoteWrite:
    - name: x
alertmanager:
  replicaCount: [2]
serverFiles: []
";
    let run = Fixture::with_values(values).render_values();
    let told = run.refused();
    let errors: Vec<&str> = told
        .lines()
        .filter(|line| line.starts_with("error: ") || line.starts_with("  --> "))
        .collect();
    assert_eq!(
        errors,
        [
            "error: `server.replicaCount` has to be a whole number, but is the string `three` [invalid-value]",
            "  --> values.yaml:2:17",
            "error: `server.service.servicePort` has to be a whole number, but is a list [invalid-value]",
            "  --> values.yaml:4:18",
            "error: `server.remoteWrite[0].url` is missing [missing-key]",
            "  --> values.yaml:6:7",
            "error: `alertmanager.replicaCount` has to be a whole number, but is a list [invalid-value]",
            "  --> values.yaml:8:17",
            "error: `serverFiles` has to be a map, but is a list [invalid-value]",
            "  --> values.yaml:9:14",
        ]
    );
}

#[test]
fn the_schema_can_be_left_aside() {
    let fixture = Fixture::with_chart().file(
        "demo/values.schema.json",
        r#"{"properties": {"port": {"type": "integer"}}}"#,
    );
    let run = fixture.render_demo(&["--set", "port=x"]);
    assert!(
        run.refused()
            .starts_with("error: `port` has to be a whole number, but is the string `x` [invalid-value]\n")
    );
    let run = fixture.render_demo(&["--set", "port=x", "--skip-schema-validation"]);
    assert!(run.done().contains("- port: x\n"), "{}", run.stdout);
}

#[test]
fn errors_of_several_files_come_together() {
    Fixture::new()
        .file("a.yaml", "- a\n")
        .file("b.yaml", "b: *b\n")
        .refuses(
            &["render", "-f", "a.yaml", "-f", "b.yaml"],
            r"
error: values have to be a map of keys, and this is a list [values-not-a-map]
  --> a.yaml:1:1
  1 | - a
    | ^

error: `*b` repeats an anchor that is not there [unknown-anchor]
  --> b.yaml:1:4
  1 | b: *b
    |    ^
  help: put `*b` in quotes where it is text; otherwise write `&b` before a value above it

2 errors
",
        );
}

#[test]
fn a_document_that_is_not_used_is_a_warning() {
    let run =
        Fixture::with_values("server:\n  retention: 1d\n---\nserver:\n  retention: 2d\n").render_values();
    assert_eq!(run.status, Some(0));
    assert!(run.stdout.contains("--storage.tsdb.retention.time=1d"));
    assert_eq!(
        run.stderr,
        r"warning: only the first document of a values file is used, and this is another one [values-ignored-document]
  --> values.yaml:4:1
  4 | server:
    | ^
  help: write it into a file of its own and give both with `-f`, or remove the `---` above it
"
    );
    // What ends a file is no document.
    let run = Fixture::with_values("---\nserver: {}\n---\n# nothing\n---\n").render_values();
    run.done();
}

#[test]
fn a_number_in_quotes_is_read_and_told_once() {
    let run = Fixture::with_values("server:\n  replicaCount: \"2\"\n  statefulSet:\n    enabled: true\n")
        .render_values();
    assert_eq!(run.status, Some(0));
    assert!(run.stdout.contains("\n  replicas: 2\n"));
    assert_eq!(
        run.stderr,
        r#"warning: `server.replicaCount` is a string, and the chart asks for a number: it is taken as 2 [quoted-number]
  --> values.yaml:2:17
  2 |   replicaCount: "2"
    |                 ^
  help: remove the quotes
"#
    );
    // One that is not a number is an error still, and without the schema all stays as it is.
    let two = Fixture::with_values("server: {replicaCount: two}\n").render_values();
    assert!(
        two.refused()
            .contains("`server.replicaCount` has to be a whole number")
    );
    let text = Fixture::with_values("server: {replicaCount: '2', statefulSet: {enabled: true}}\n").run(&[
        "render",
        "--skip-schema-validation",
        "-f",
        "values.yaml",
    ]);
    assert!(text.stdout.contains("\n  replicas: \"2\"\n"));
}

#[test]
fn a_key_with_nothing_below_it_is_told_at_its_line() {
    let run =
        Fixture::with_values("server:\n  # replicaCount: 2\nalertmanager: {enabled: true}\n").render_values();
    assert!(
        run.stderr.starts_with(
            r"warning: `server` has nothing below it, which deletes all of its defaults [empty-key]
  --> values.yaml:1:1
  1 | server:
    | ^
"
        ),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains(
            "help: remove the key to keep the defaults; write `null` behind it where they are to go"
        )
    );
    // A null that is written is meant, and so is one where there is nothing to delete.
    for values in [
        "section: null\n",
        "section: ~ # off\n",
        "greeting:\n",
        "section:\n  a:\n",
        "other:\n",
    ] {
        let run = Fixture::with_chart()
            .file("v.yaml", values)
            .render_demo(&["-f", "v.yaml"]);
        assert_eq!((run.status, &*run.stderr), (Some(0), ""), "{values}");
    }
    let run = Fixture::with_chart()
        .file("v.yaml", "section: # nothing\n")
        .render_demo(&["-f", "v.yaml"]);
    assert!(
        run.stderr.starts_with("warning: `section` has nothing below it"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_key_that_is_a_boolean_is_told() {
    let fixture = Fixture::with_chart().file(
        "v.yaml",
        "section:\n  on: 1\n  \"off\": 2\n  true: 3\nlist:\n- No: 1\n",
    );
    let run = fixture.render_demo(&["-f", "v.yaml"]);
    assert!(run.stderr.contains("duplicate-key"), "{}", run.stderr);
    let fixture = Fixture::with_chart()
        .file("v.yaml", "section:\n  on: 1\n  \"off\": 2\nlist:\n- No: 1\n")
        .file("demo/values.yaml", "y: 1\nport: 80\ngreeting: x\n");
    let run = fixture.render_demo(&["-f", "v.yaml"]);
    assert_eq!(run.status, Some(0));
    assert_eq!(
        run.stderr,
        r#"warning: the key `on` in `section` is `true`: YAML 1.1 takes the word for a boolean [boolean-key]
  --> v.yaml:2:3
  2 |   on: 1
    |   ^
  help: write it in quotes: `"on":`

warning: the key `No` in `list[0]` is `false`: YAML 1.1 takes the word for a boolean [boolean-key]
  --> v.yaml:5:3
  5 | - No: 1
    |   ^
  help: write it in quotes: `"No":`

warning: the key `y` is `true`: YAML 1.1 takes the word for a boolean [boolean-key]
  --> demo/values.yaml:1:1
  1 | y: 1
    | ^
  help: write it in quotes: `"y":`

3 warnings
"#
    );
}
