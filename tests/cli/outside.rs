//! What Go templates ask of the world outside: chance and the clock, a cluster; and the notes for people.

use crate::support::{Fixture, documents};

/// A chart in Go templates with one template, whose `data` holds these lines.
fn go_chart(data: &str) -> Fixture {
    Fixture::new()
        .file("demo/Chart.yaml", "apiVersion: v2\nname: demo\nversion: 0.1.0\n")
        .file("demo/values.yaml", "name: web\n")
        .file(
            "demo/templates/a.yaml",
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: '{{{{ .Release.Name }}}}'}}\ndata:\n{data}"),
        )
}

/// The same chart in Jinja, with texts of its values in Go's form.
fn jinja_chart(text: &str) -> Fixture {
    Fixture::with_template(
        &format!("text: |-\n  {text}\n"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  text: {{ Values.text | tpl }}\n",
    )
}

#[test]
fn a_seed_gives_the_same_bytes_again() {
    let chance = "{{ randAlphaNum 40 }} {{ now | unixEpoch }} {{ uuidv4 }}";
    for fixture in [go_chart(&format!("  a: '{chance}'\n")), jinja_chart(chance)] {
        let render = |more: &[&str]| fixture.render_demo(more).done().to_owned();
        assert_eq!(render(&["--seed", "x"]), render(&["--seed", "x"]));
        assert_ne!(render(&["--seed", "x"]), render(&["--seed", "y"]));
        assert_ne!(
            render(&["--seed", "x"]),
            render(&["--seed", "x", "--release", "other"])
        );
        assert_ne!(
            render(&["--seed", "x"]),
            render(&["--seed", "x", "--namespace", "other"])
        );
        // Without one it is the system's chance.
        assert_ne!(render(&[]), render(&[]));
    }
}

#[test]
fn places_have_chance_of_their_own() {
    let fixture = go_chart("  a: '{{ randAlphaNum 40 }}'\n  b: '{{ randAlphaNum 40 }}'\n").file(
        "demo/templates/b.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {a: '{{ randAlphaNum 40 }}'}\n",
    );
    let run = fixture.render_demo(&["--seed", "x"]);
    let found = documents(run.done());
    let mut texts: Vec<&str> = found
        .iter()
        .flat_map(|document| document["data"].as_object().unwrap().values())
        .map(|value| value.as_str().unwrap())
        .collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), 3);
}

#[test]
fn chance_is_no_difference() {
    let fixture = go_chart("  a: '{{ randAlphaNum 40 }}'\n").file("old.yaml", "name: web\n");
    let run = fixture.run(&["diff", "--chart", "demo", "--against-values", "old.yaml"]);
    assert_eq!(run.status, Some(0), "{}{}", run.stdout, run.stderr);
}

const OBJECTS: &str = "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Secret\n    metadata: {name: web, namespace: shop}\n    \
                       data: {password: aHVudGVyMg==}\n  - apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web, namespace: shop}\n    \
                       spec: {replicas: 1500000}\n";

#[test]
fn lookup_finds_objects_of_a_file() {
    let texts = [
        (
            "{{ (lookup \"v1\" \"Secret\" \"shop\" \"web\").data.password | b64dec }}",
            "hunter2",
            "",
        ),
        (
            "{{ (lookup \"apps/v1\" \"Deployment\" \"shop\" \"web\").spec.replicas }}",
            "1500000",
            "",
        ),
        ("{{ len (lookup \"v1\" \"Secret\" \"\" \"\").items }}", "1", "0"),
        ("{{ lookup \"v1\" \"Secret\" \"other\" \"web\" | len }}", "0", "0"),
    ];
    for (text, with, without) in texts {
        for fixture in [go_chart(&format!("  text: '{text}'\n")), jinja_chart(text)] {
            let fixture = fixture.file("objects.yaml", OBJECTS);
            let run = fixture.render_demo(&["--lookup", "objects.yaml"]);
            assert_eq!(documents(run.done())[0]["data"]["text"], with, "{text}");
            if without == "0" && !text.contains("items") {
                let run = fixture.render_demo(&[]);
                assert_eq!(documents(run.done())[0]["data"]["text"], without, "{text}");
            }
        }
    }
}

#[test]
fn a_file_for_lookup_that_holds_no_objects_is_told() {
    go_chart("  a: b\n").file("objects.yaml", "a: 1\n").refuses(
        &["render", "--chart", "demo", "--lookup", "objects.yaml"],
        "error: this is not an object of Kubernetes: it has no `apiVersion` or no `kind` [lookup-object]\n  --> objects.yaml:1:1\n  1 | a: 1\n    | ^\n  \
         help: write the file with `kubectl get ... -o yaml`\n",
    );
    go_chart("  a: b\n").refuses(
        &["render", "--chart", "demo", "--lookup", "nope.yaml"],
        "error: there is no `nope.yaml` [file-not-found]\n",
    );
}

#[test]
fn notes_are_printed_alone() {
    let notes = "Visit {{ .Values.name }} of {{ .Release.Name }}.\n";
    let fixture = go_chart("  a: b\n").file("demo/templates/NOTES.txt", notes);
    let run = fixture.render_demo(&["--notes", "--set", "name=shop"]);
    assert_eq!(run.done(), "Visit shop of demo.\n");
    // Notes of a chart in Jinja may be in either language.
    for notes in [notes, "Visit {{ Values.name }} of {{ Release.Name }}.\n"] {
        let fixture =
            Fixture::with_template("name: shop\n", "kind: A\n").file("demo/templates/NOTES.txt", notes);
        assert_eq!(fixture.render_demo(&["--notes"]).done(), "Visit shop of demo.\n");
    }
}

#[test]
fn notes_that_are_wrong_or_not_there_are_told() {
    let fixture = go_chart("  a: b\n");
    fixture.refuses(
        &["render", "--chart", "demo", "--notes"],
        "error: the chart `demo` has no NOTES.txt [no-notes]\n  help: it would be its file templates/NOTES.txt\n",
    );
    let fixture =
        Fixture::with_template("", "kind: A\n").file("demo/templates/NOTES.txt", "a\nb {{ Values.nope }}\n");
    let run = fixture.render_demo(&["--notes"]);
    assert!(
        run.refused().starts_with(
            "error: `Values.nope` is not defined [undefined-value]\n  --> demo/templates/NOTES.txt:2:6\n"
        ),
        "{}",
        run.stderr
    );
}
