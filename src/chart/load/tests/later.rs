//! Files that are read when somebody asks for them.

use super::*;
use crate::chart::ChartFile;
use crate::manifest::{Selection, ShowOnly};
use crate::pipeline::{self, Request};
use crate::yaml;

const GO: &str = "apiVersion: v2\nname: root\nversion: 1.0.0\n";
const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n";

#[test]
fn what_few_ask_for_is_read_when_it_is_asked_for_and_once() {
    let later = [
        "README.md",
        "crds/a.yaml",
        "files/a.txt",
        "charts/sub/crds/a.yaml",
        "charts/sub/files/values.yaml",
    ];
    let mut files = vec![("Chart.yaml", ROOT), ("templates/a.yaml", "a: 1\n")];
    let sub = chart_yaml("sub", "");
    files.push(("charts/sub/Chart.yaml", &sub));
    files.extend(later.map(|path| (path, "before")));
    let root = folder(&files);
    let chart = load_path(root.path()).unwrap().chart;
    let known = chart.files.iter().chain(&chart.subcharts[0].files);
    let known: Vec<_> = known.collect();
    assert_eq!(known.len(), later.len());
    for text in ["after", "never"] {
        for path in later {
            fs::write(root.path().join(path), text).unwrap();
        }
        for file in &known {
            assert_eq!(file.size(), 6, "{}", file.path);
            assert_eq!(file.source().unwrap().text(), "after", "{}", file.path);
            assert_eq!(file.bytes(), b"after", "{}", file.path);
        }
    }
    // The same file, read already.
    assert_eq!(chart.crds[0].source().unwrap().text(), "after");
    assert_eq!(
        chart.templates[0].source().unwrap().text(),
        "a: 1\n",
        "templates are asked for always"
    );
}

#[test]
fn sizes_are_held_against_the_limits_without_reading() {
    let root = folder(&[("Chart.yaml", ROOT), ("files/large", "")]);
    let large = fs::File::create(root.path().join("files/large")).unwrap();
    large.set_len(FILE_LIMIT + 1).unwrap();
    let error = path_error(root.path());
    assert!(error.contains("`DIR/files/large` is too large"), "{error}");
    // What grew afterwards.
    large.set_len(1).unwrap();
    let chart = load_path(root.path()).unwrap().chart;
    large.set_len(FILE_LIMIT + 1).unwrap();
    assert_eq!(chart.files[0].bytes(), b"");
    assert_eq!(messages(&chart.unread()).len(), 1, "{:?}", chart.unread());
}

/// What rendering a chart says after a file of it has gone away.
fn render_without(files: &[(&str, &str)], gone: &str, selection: Selection) -> Result<String> {
    let root = folder(files);
    let prepared = pipeline::prepare(&Request {
        chart: Some(root.path().to_owned()),
        ..Request::default()
    })?;
    fs::remove_file(root.path().join(gone)).unwrap();
    let everything = ShowOnly::new(&[]).unwrap();
    let rendered = pipeline::render(&prepared, selection, &everything);
    let names = |manifests: crate::manifest::Manifests| -> Vec<String> {
        let objects = manifests.objects.iter();
        objects.map(|object| object.identity.to_string()).collect()
    };
    match rendered {
        Ok(manifests) => Ok(names(manifests).join(" ")),
        Err(errors) => Ok(errors
            .to_string()
            .replace(&root.path().display().to_string(), "DIR")),
    }
}

#[test]
fn a_file_that_went_away_is_told_where_somebody_asks_for_it() {
    let asks = |template: &str| format!("{CONFIG_MAP}  a: {template}\n");
    let go = [
        asks("{{ .Files.Get \"files/a\" | quote }}"),
        asks("{{ index .Files \"files/a\" | toString | quote }}"),
        asks("{{ (.Files.Glob \"files/*\").AsSecrets | quote }}"),
        asks("{{ .Files | toJson | quote }}"),
        asks("{{ .Files.Get \"files/a\" | required \"it is empty\" }}"),
    ];
    let jinja = [
        asks("{{ Files.get(\"files/a\") }}"),
        asks("{{ Files.glob(\"files/*\") | tojson }}"),
    ];
    let charts = go.iter().map(|template| (GO, template));
    let charts: Vec<_> = charts
        .chain(jinja.iter().map(|template| (ROOT, template)))
        .collect();
    for (chart, template) in charts {
        let files = [
            ("Chart.yaml", chart),
            ("files/a", "x"),
            ("templates/a.yaml", template),
        ];
        let told = render_without(&files, "files/a", Selection::default()).unwrap();
        assert!(
            told.starts_with("error: there is no `DIR/files/a`"),
            "{template}{told}"
        );
    }
    let template = asks("b");
    let files = [
        ("Chart.yaml", GO),
        ("crds/a.yaml", CONFIG_MAP),
        ("templates/a.yaml", &template),
    ];
    let told = render_without(&files, "crds/a.yaml", Selection::default()).unwrap();
    assert_eq!(told, "ConfigMap/a", "nobody asked");
    let crds = Selection {
        include_crds: true,
        ..Selection::default()
    };
    let told = render_without(&files, "crds/a.yaml", crds).unwrap();
    assert_eq!(told, "error: there is no `DIR/crds/a.yaml`");
}

#[test]
fn templates_of_large_folders_are_handed_on_as_they_are_read() {
    let long = "# what is long\n".repeat(2000);
    for (text, is_large) in [("# short\n", false), (long.as_str(), true)] {
        let sub = chart_yaml("sub", "");
        let root = folder(&[
            ("Chart.yaml", ROOT),
            ("values.yaml", "a: 1\n"),
            ("templates/a.yaml", text),
            ("templates/b/_c.tpl", text),
            ("templates.yaml", text),
            ("charts/sub/Chart.yaml", &sub),
            ("charts/sub/templates/d.yaml", text),
            ("files/templates/e.yaml", text),
        ]);
        let handed_on = std::sync::Mutex::new(Vec::new());
        let loaded = load_path_and(root.path(), &|source| {
            handed_on.lock().unwrap().push(source.name().to_owned());
        });
        let chart = loaded.unwrap().chart;
        let mut known: Vec<&str> = chart.templates.iter().map(ChartFile::name).collect();
        known.extend(chart.subcharts[0].templates.iter().map(ChartFile::name));
        known.sort_unstable();
        assert_eq!(known.len(), 3);
        let mut handed_on = handed_on.into_inner().unwrap();
        handed_on.sort_unstable();
        assert_eq!(handed_on, if is_large { known } else { Vec::new() });
        assert_eq!(yaml::write(&chart.values), "a: 1\n");
    }
}
