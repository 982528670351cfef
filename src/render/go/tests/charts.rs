//! A tree of charts: what its templates see of each other.

use super::*;
use crate::chart::{Capabilities, Chart, ChartFile, Dependency, Metadata};
use crate::render::Release;
use crate::values::Scope;

pub(super) fn file(path: &str, text: &str) -> ChartFile {
    ChartFile::of_text(path, &Source::new(path, text))
}

pub(super) fn scope(path: &[&str], templates: Vec<ChartFile>, values: &str, subcharts: Vec<Scope>) -> Scope {
    let name = (*path.last().unwrap()).to_owned();
    let dependencies = ["sub", "off"].map(|name| Dependency {
        name: name.to_owned(),
        version: "1.x".to_owned(),
        ..Dependency::default()
    });
    let metadata = Metadata {
        name,
        version: "1.2.3".to_owned(),
        dependencies: if subcharts.is_empty() {
            Vec::new()
        } else {
            dependencies.into()
        },
        ..Metadata::default()
    };
    Scope {
        chart: Arc::new(Chart {
            metadata,
            templates,
            files: vec![file("a.txt", "one\ntwo\n"), file("d/b.txt", "x")],
            ..Chart::default()
        }),
        values: yaml::read_values(&Source::new("values.yaml", values)).unwrap(),
        path: path.iter().map(|name| (*name).to_owned()).collect(),
        decision: None,
        subcharts,
        disabled: Vec::new(),
    }
}

/// What each template of a tree of two charts renders to, in the order of rendering.
fn rendered(root: Vec<ChartFile>, sub: Vec<ChartFile>) -> Vec<(String, String)> {
    let sub = scope(&["top", "sub"], sub, "{}", Vec::new());
    let root = scope(&["top"], root, "own: 1\nsub: {x: 1, global: {g: 2}}\n", vec![sub]);
    let release = Release {
        name: "r".to_owned(),
        namespace: "ns".to_owned(),
        is_upgrade: false,
    };
    let charts = Charts::new(&root);
    let program = charts.parse().unwrap();
    let mut run = Run::new(&program, Limits::default());
    let mut outputs = Vec::new();
    let roots = charts.roots(&release, &Capabilities::default(), Some("s"));
    charts
        .render(&mut run, &roots, false, |rendered| {
            let text = rendered.output.text.lossy().into_owned();
            outputs.push((rendered.path.to_string(), text));
        })
        .unwrap();
    outputs
}

#[test]
fn templates_that_were_parsed_ahead_are_those_of_the_first_that_asks() {
    let [parsed, mistaken, other] = [
        ("a.yaml", "{{ define \"x\" }}1{{ end }}{{ include \"x\" . }}"),
        ("b.yaml", "{{ nothing }}"),
        ("c.yaml", "{% if a %}{{ .Values }}"),
    ]
    .map(|(name, text)| Source::new(name, text));
    let ahead = Ahead::default();
    for source in [&parsed, &mistaken, &other] {
        ahead.parse(source);
    }
    // A chart may stand twice in a tree; the names are those that it has there.
    let files = ["top/x.yaml", "top/charts/sub/x.yaml"].map(|path| (path.into(), Arc::clone(&parsed)));
    let program = Program::parse_rest(&files, Some(&ahead)).unwrap();
    let mut names: Vec<_> = program.names().collect();
    names.sort_unstable();
    assert_eq!(names, ["top/charts/sub/x.yaml", "top/x.yaml", "x"]);
    assert!(ahead.take(&"x".into(), &parsed).is_none());
    assert!(ahead.take(&"x".into(), &other).is_none(), "it is Jinja");
    let error = Program::parse_rest(&[("top/b.yaml".into(), mistaken)], Some(&ahead)).unwrap_err();
    assert_eq!(&*error.frames()[0].template, "top/b.yaml");
}

#[test]
fn values_that_a_subchart_changes_are_changed_for_its_parent() {
    let found = rendered(
        vec![
            file(
                "templates/b.yaml",
                "{{ .Values.sub.x }} {{ .Values.own }} {{ .mark }}",
            ),
            file(
                "templates/z.yaml",
                "{{ $_ := set . \"mark\" \"z\" }}{{ .Values.sub.global.g }}",
            ),
            file("templates/_h.tpl", "not rendered"),
        ],
        vec![file(
            "templates/a.yaml",
            "{{ $_ := set .Values \"x\" 5 }}{{ .Template.Name }} {{ .Template.BasePath }} {{ .Chart.IsRoot }}",
        )],
    );
    let expected = [
        (
            "top/charts/sub/templates/a.yaml",
            "top/charts/sub/templates/a.yaml top/charts/sub/templates false",
        ),
        ("top/templates/z.yaml", "2"),
        ("top/templates/b.yaml", "5 1 z"),
    ];
    let expected = expected.map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn roots_hold_what_helm_puts_there() {
    let found = rendered(
        vec![file(
            "templates/a",
            "{{ .Chart.Name }}-{{ .Chart.Version }} {{ range .Chart.Dependencies }}{{ .Name }} {{ .Version }}{{ end }} {{ \
             .Subcharts.sub.Chart.Name }} {{ .Release.Service }} {{ .Files.Get \"a.txt\" | quote }} {{ .Files.Get \"no\" }}{{ \
             .Files.Lines \"a.txt\" }} {{ (.Files.Glob \"**.txt\").AsConfig }} {{ (.Files.Glob \"d/*\").AsSecrets }} {{ \
             .Capabilities.APIVersions.Has \"apps/v1\" }} {{ .Capabilities.KubeVersion.Major }} {{ typeOf .Files }}",
        )],
        Vec::new(),
    );
    let text = "top-1.2.3 sub 1.x sub Helm \"one\\ntwo\\n\" [one two] a.txt: |\n  one\n  two\nb.txt: x b.txt: eA== true 1 \
                engine.files";
    assert_eq!(found, [("top/templates/a".to_owned(), text.to_owned())]);
}

/// Threads share programs.
#[test]
fn programs_may_be_shared() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Program>();
}
