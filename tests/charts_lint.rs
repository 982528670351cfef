//! Small charts, each with one mistake: what `promchart lint` says of it, and, where `helm` is there to be asked, that each chart of which
//! `helm lint --strict` reports something has a finding of ours that means the same.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "support/tools.rs"]
mod tools;

use std::fs;
use std::path::Path;
use std::process::Command;

use promchart::diagnostic::{Diagnostic, Diagnostics, Severity};
use promchart::pipeline::{self, Request};
use promchart::report;

/// What is made of the sound chart to spoil it.
enum Change {
    /// A line of Chart.yaml in place of another; an empty one removes it, and in place of an empty one a line is added.
    Line(&'static str, &'static str),
    /// A file that is written.
    File(&'static str, &'static str),
    /// A file or folder that is removed.
    Without(&'static str),
}

use Change::{File, Line, Without};

/// A chart with a mistake.
struct Case {
    name: &'static str,
    changes: &'static [Change],
    /// The code of our finding.
    code: &'static str,
    /// What Helm's message has in it; empty where Helm says nothing.
    helm: &'static str,
}

const fn case(
    name: &'static str,
    changes: &'static [Change],
    code: &'static str,
    helm: &'static str,
) -> Case {
    Case {
        name,
        changes,
        code,
        helm,
    }
}

const CHART: &str =
    "apiVersion: v2\nname: NAME\nversion: 1.2.3\nicon: https://example.com/icon.png\nengine: gotpl\n";
const TEMPLATE: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: sound\ndata:\n  text: {{ .Values.text | quote }}\n";
const OBJECT: &str = "templates/object.yaml";
const PART: &str = "apiVersion: v2\nname: part\nversion: 1.0.0\n";
const PART_TEMPLATE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: part\n";

#[rustfmt::skip]
const CASES: &[Case] = &[
    case("no-icon", &[Line("icon: https://example.com/icon.png", "home: https://example.com")], "chart-icon", "icon is recommended"),
    case("bad-icon", &[Line("icon: https://example.com/icon.png", "icon: icon.png")], "chart-icon", "invalid icon URL"),
    case("no-name", &[Line("name: NAME", "")], "chart-yaml-missing-key", "name is required"),
    case("path-name", &[Line("name: NAME", "name: a/b")], "chart-name-invalid", "is invalid"),
    case("no-version", &[Line("version: 1.2.3", "")], "chart-yaml-missing-key", "version is required"),
    case("bad-version", &[Line("version: 1.2.3", "version: one")], "chart-version-invalid", "is not a valid SemVer"),
    case("loose-version", &[Line("version: 1.2.3", "version: v1.2.3")], "chart-loose-version", "is not a valid SemVerV2"),
    case("number-version", &[Line("version: 1.2.3", "version: 1.2")], "chart-number-as-text", "should be of type string"),
    case("number-app-version", &[Line("", "appVersion: 1.10")], "chart-number-as-text", "appVersion should be of type string"),
    case("no-api-version", &[Line("apiVersion: v2", "")], "chart-format", "apiVersion is required"),
    case("bad-api-version", &[Line("apiVersion: v2", "apiVersion: v7")], "chart-api-version", "is not valid"),
    case("old-type", &[Line("apiVersion: v2", "apiVersion: v1"), Line("", "type: application")], "chart-format", "chart type is not valid in apiVersion 'v1'"),
    case("old-dependencies", &[Line("apiVersion: v2", "apiVersion: v1"), Line("", "dependencies: [{name: part, version: 1.x}]"), File("charts/part/Chart.yaml", PART), File("charts/part/templates/a.yaml", PART_TEMPLATE)], "chart-format", "dependencies are not valid"),
    case("bad-type", &[Line("", "type: app")], "chart-yaml-invalid", "must be application or library"),
    case("unknown-key", &[Line("", "colour: red")], "chart-unknown-key", "unknown field"),
    case("wrong-type", &[Line("", "keywords: monitoring")], "chart-field-type", "cannot unmarshal"),
    case("nameless-maintainer", &[Line("", "maintainers: [{email: ann@example.com}]")], "chart-maintainer", "each maintainer requires a name"),
    case("bad-mail", &[Line("", "maintainers: [{name: Ann, email: ann}]")], "chart-maintainer", "invalid email"),
    case("bad-address", &[Line("", "maintainers: [{name: Ann, url: her page}]")], "chart-maintainer", "invalid url"),
    case("empty-maintainer", &[Line("", "maintainers: [null]")], "chart-maintainer", "a maintainer entry is empty"),
    case("bad-source", &[Line("", "sources: [wiki]")], "chart-url", "invalid source URL"),
    case("missing-dependency", &[Line("", "dependencies: [{name: part, version: 1.x, repository: https://example.com}]")], "dependency-missing", "is missing these dependencies"),
    case("unlisted-dependency", &[File("charts/part/Chart.yaml", PART), File("charts/part/templates/a.yaml", PART_TEMPLATE)], "dependency-not-listed", "chart metadata is missing these dependencies"),
    case("repeated-dependency", &[Line("", "dependencies: [{name: part, version: 1.x}, {name: part, version: 1.x}]"), File("charts/part/Chart.yaml", PART)], "duplicate-dependency", "more than one dependency"),
    case("bad-alias", &[Line("", "dependencies: [{name: part, version: 1.x, alias: a b}]"), File("charts/part/Chart.yaml", PART)], "chart-alias-invalid", "disallowed characters"),
    case("no-values", &[Without("values.yaml"), File("templates/sound.yaml", PART_TEMPLATE)], "chart-without-values", "file does not exist"),
    case("bad-values", &[File("values.yaml", "text: [\n")], "yaml-syntax", "unable to parse YAML"),
    case("wrong-value", &[File("values.schema.json", "{\"properties\": {\"text\": {\"type\": \"integer\"}}}")], "invalid-value", "got string, want integer"),
    case("bad-schema", &[File("values.schema.json", "{\"properties\":")], "invalid-schema", "unexpected EOF"),
    case("no-templates", &[Without("templates"), File("values.yaml", "{}\n")], "chart-without-templates", "directory does not exist"),
    case("file-name", &[File("templates/notes.md", "# Notes\n")], "template-file-name", "file extension '.md' not valid"),
    case("template-syntax", &[File(OBJECT, "a: {{ .Values.text\n")], "go-template", "unclosed action"),
    case("template-error", &[File(OBJECT, "a: {{ .Values.other.text }}\n")], "go-template", "nil pointer"),
    case("notes-error", &[File("templates/NOTES.txt", "{{ .Values.other.text }}\n")], "go-template", "nil pointer"),
    case("bad-yaml", &[File(OBJECT, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n name: a\n   x: 1\n")], "yaml-syntax", "unable to parse YAML"),
    case("indented", &[File(OBJECT, "  apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n")], "yaml-syntax", "illegal indent"),
    case("scalar", &[File(OBJECT, "hello\n")], "not-an-object", "cannot unmarshal string"),
    case("bad-object-name", &[File(OBJECT, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: My_Config\n")], "invalid-name", "does not conform to Kubernetes naming"),
    case("no-object-name", &[File(OBJECT, "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n")], "nameless-object", "does not conform to Kubernetes naming"),
    case("removed-api", &[File(OBJECT, "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}\n")], "unserved-api", "is deprecated"),
    case("deprecated-api", &[File(OBJECT, "apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\n")], "deprecated-api", "is deprecated"),
    case("no-selector", &[File(OBJECT, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    metadata: {labels: {a: b}}\n    spec: {containers: [{name: a, image: 'a:1'}]}\n")], "missing-field", "must contain matchLabels"),
    case("list-annotation", &[File(OBJECT, "apiVersion: v1\nkind: List\nmetadata: {}\nitems:\n  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {helm.sh/resource-policy: keep}}}\n")], "list-annotation", "within List objects are ignored"),
    case("not-a-crd", &[File("crds/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")], "not-a-crd", "object kind is not 'CustomResourceDefinition'"),
    case("bad-crd", &[File("crds/a.yaml", "apiVersion: [\n")], "yaml-syntax", "unable to parse YAML"),
    // What Helm lets pass.
    case("bad-home", &[Line("", "home: here")], "chart-url", ""),
    case("unread", &[File("values.yaml", "text: a\nother: b\n")], "unread-default", ""),
    case("undeclared", &[File("values.yaml", "txet: a\n")], "undeclared-value", ""),
    case("bad-kube-version", &[Line("", "kubeVersion: new")], "kube-version-range-invalid", ""),
    case("wrong-dependency-version", &[Line("", "dependencies: [{name: part, version: 2.x}]"), File("charts/part/Chart.yaml", PART)], "dependency-version-mismatch", ""),
    case("repeated-key", &[File("values.yaml", "text: a\ntext: b\n")], "duplicate-key", ""),
    case("repeated-object", &[File(OBJECT, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: sound}\n")], "duplicate-object", ""),
    case("kindless", &[File(OBJECT, "apiVersion: v1\nmetadata: {name: a}\n")], "nameless-object", ""),
    case("old-hook", &[File(OBJECT, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {helm.sh/hook: crd-install}}\n")], "unknown-hook", ""),
];

/// What Helm reports of a chart that is in no catalogue.
const PRIVATE: Case = case(
    "private",
    &[Line("icon: https://example.com/icon.png", "")],
    "",
    "icon is recommended",
);

/// What Helm reports of a chart that has its objects from another one.
const UMBRELLA: Case = case(
    "umbrella",
    &[
        Line("", "dependencies: [{name: part, version: 1.x}]"),
        Without("templates"),
        File("values.yaml", "{}\n"),
        File("charts/part/Chart.yaml", PART),
        File("charts/part/values.yaml", "{}\n"),
        File("charts/part/templates/a.yaml", PART_TEMPLATE),
    ],
    "",
    "directory does not exist",
);

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Writes a chart with changes.
fn chart(folder: &Path, name: &str, changes: &[Change]) {
    let mut yaml = CHART.to_owned();
    write(&folder.join("values.yaml"), "# The text.\ntext: a\n");
    write(&folder.join("templates/sound.yaml"), TEMPLATE);
    for change in changes {
        match change {
            Line("", line) => yaml = format!("{yaml}{line}\n"),
            Line(old, "") => yaml = yaml.replace(&format!("{old}\n"), ""),
            Line(old, new) => yaml = yaml.replace(old, new),
            File(path, text) => write(&folder.join(path), text),
            Without(path) if folder.join(path).is_dir() => fs::remove_dir_all(folder.join(path)).unwrap(),
            Without(path) => fs::remove_file(folder.join(path)).unwrap(),
        }
    }
    write(&folder.join("Chart.yaml"), &yaml.replace("NAME", name));
}

/// What lint finds, mistakes that stop the loading of the chart included.
fn findings(folder: &Path) -> Vec<Diagnostic> {
    let request = Request {
        chart: Some(folder.to_owned()),
        kube_version: Some("1.34".to_owned()),
        ..Request::default()
    };
    match pipeline::lint(&request) {
        Ok(findings) => findings,
        Err(Diagnostics(errors)) => errors,
    }
}

#[test]
fn each_mistake_has_its_finding_and_the_sound_chart_has_none() {
    let root = tempfile::tempdir().unwrap();
    let sound = root.path().join("sound");
    chart(&sound, "sound", &[]);
    assert_eq!(
        report::text::render(&findings(&sound), report::text::Style::default(), &[]),
        ""
    );
    let mut wrong = Vec::new();
    for case in CASES {
        let folder = root.path().join(case.name);
        chart(&folder, case.name, case.changes);
        let found = findings(&folder);
        if !found.iter().any(|finding| finding.code == case.code) {
            let told = report::text::render(&found, report::text::Style::default(), &[]);
            wrong.push(format!("{} has no `{}`:\n{told}", case.name, case.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_helm_reports_is_reported() {
    let Some(helm) = tools::find(&["helm"], "what_helm_reports_is_reported") else {
        return;
    };
    let (_, version) = tools::run(Command::new(&helm).args(["version", "--template", "{{.Version}}"]));
    if !version.starts_with("v4.") {
        tools::skip(
            "what_helm_reports_is_reported",
            &format!("helm is {version}, and its lint says other things than that of v4"),
        );
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let ask = |folder: &Path| {
        let arguments = ["lint", "--strict", "--kube-version", "1.34"];
        let (_, said) = tools::run(Command::new(&helm).args(arguments).arg(folder));
        let lines = said.lines().filter(|line| {
            let line = line.trim_start();
            !line.is_empty()
                && !line.starts_with("==>")
                && !line.starts_with("level=")
                && !line.contains("chart(s) linted")
        });
        lines.map(str::to_owned).collect::<Vec<String>>().join("\n")
    };
    let sound = root.path().join("sound");
    // Helm does not know our line about the language.
    let known = [Line("engine: gotpl", "")];
    chart(&sound, "sound", &known);
    assert_eq!(ask(&sound), "");
    for sound in [PRIVATE, UMBRELLA] {
        let folder = root.path().join(sound.name);
        chart(&folder, sound.name, sound.changes);
        let said = ask(&folder);
        assert!(said.contains(sound.helm), "{said}");
        assert_eq!(
            report::text::render(&findings(&folder), report::text::Style::default(), &[]),
            ""
        );
    }
    let mut wrong = Vec::new();
    for case in CASES {
        let folder = root.path().join(case.name);
        chart(&folder, case.name, case.changes);
        let yaml = fs::read_to_string(folder.join("Chart.yaml")).unwrap();
        fs::write(folder.join("Chart.yaml"), yaml.replace("engine: gotpl\n", "")).unwrap();
        let said = ask(&folder);
        let is_as_expected = match case.helm {
            "" => said.is_empty(),
            expected => said.contains(expected),
        };
        if !is_as_expected {
            wrong.push(format!(
                "of {} Helm says:\n{said}\nand not `{}`",
                case.name, case.helm
            ));
        }
        // Of each chart that Helm reports, ours has a finding at least as bad as a note.
        let found = findings(&folder);
        if !found
            .iter()
            .any(|finding| finding.code == case.code && finding.severity >= Severity::Info)
        {
            wrong.push(format!("{} has no `{}`", case.name, case.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
