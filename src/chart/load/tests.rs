//! Loading from folders and the binary.

use std::fs;
use std::path::Path;

use super::*;
use crate::chart::enabled_subcharts;
use crate::source::Source;

mod archives;
mod later;
mod many;

/// Writes a chart tree: `(path, text)`.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

/// The error text of loading a folder, its name replaced by `DIR`.
fn folder_error(files: &[(&str, &str)]) -> String {
    let root = folder(files);
    path_error(root.path())
}

fn path_error(path: &Path) -> String {
    load_path(path)
        .unwrap_err()
        .to_string()
        .replace(&path.display().to_string(), "DIR")
}

fn messages(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics
        .iter()
        .map(|diagnostic| diagnostic.message.clone())
        .collect()
}

const ROOT: &str = "apiVersion: v2\nengine: jinja\nname: root\nversion: 1.0.0\n";

fn chart_yaml(name: &str, more: &str) -> String {
    format!("apiVersion: v2\nengine: jinja\nname: {name}\nversion: 1.0.0\n{more}")
}

/// The names of a chart's tree: `root(a(common),b)`.
fn shape(chart: &Chart) -> String {
    let children: Vec<String> = chart.subcharts.iter().map(|sub| shape(sub)).collect();
    let name = &chart.metadata.name;
    if children.is_empty() {
        name.clone()
    } else {
        format!("{name}({})", children.join(","))
    }
}

#[test]
fn a_folder_falls_into_its_parts() {
    let root = folder(&[
        ("Chart.yaml", ROOT),
        ("values.yaml", "\u{feff}a: 1\n"),
        ("values.schema.json", "{}"),
        ("Chart.lock", "digest: x"),
        ("templates/b.yaml", "b"),
        ("templates/_a.yaml", "a"),
        ("templates/sub/.hidden.yaml", "h"),
        ("templates/.swap.yaml", "no"),
        ("crds/x.yaml", "crd"),
        ("values/prod.yaml", "a: 2\n"),
        ("NOTES.md", "n"),
        (".git/config", "no"),
    ]);
    let chart = load_path(root.path()).unwrap().chart;
    let paths =
        |files: &[crate::chart::ChartFile]| files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
    assert_eq!(
        paths(&chart.templates),
        [
            "templates/_a.yaml",
            "templates/b.yaml",
            "templates/sub/.hidden.yaml"
        ]
    );
    assert_eq!(paths(&chart.crds), ["crds/x.yaml"]);
    assert_eq!(
        paths(&chart.files),
        ["NOTES.md", "crds/x.yaml", "values/prod.yaml"]
    );
    assert!(chart.schema.is_some() && chart.lock.is_some());
    let a = chart.values.get("a").unwrap();
    assert_eq!(
        a.place.to_string(),
        format!("{}/values.yaml:1:4", root.path().display())
    );
    assert_eq!(chart.location, root.path().display().to_string());
}

#[test]
fn a_folder_is_never_taken_for_the_built_in_chart() {
    let root = folder(&[("embedded:/Chart.yaml", ROOT)]);
    let loaded = load_path(&root.path().join("embedded:")).unwrap();
    assert!(!loaded.chart.is_embedded);
    assert!(EMBEDDED.files.is_empty() || load_embedded(&EMBEDDED).unwrap().chart.is_embedded);
}

#[test]
fn a_source_is_the_built_in_charts_only_by_its_text() {
    let chart = load_embedded(&EMBEDDED).unwrap().chart;
    let own = chart.values.place.source().cloned().unwrap();
    assert_eq!(embedded_path(&own), Some("values.yaml"));
    let deploy = chart
        .templates
        .iter()
        .find(|file| file.path == "templates/deploy.yaml");
    let deploy = deploy.and_then(|file| file.source().cloned()).unwrap();
    assert_eq!(embedded_path(&deploy), Some("templates/deploy.yaml"));
    let same = Source::new("embedded:values.yaml", own.text());
    assert_eq!(embedded_path(&same), None);
    assert_eq!(embedded_path(&Source::new("values.yaml", "")), None);
}

#[test]
fn a_chart_without_values_has_none() {
    let root = folder(&[("Chart.yaml", ROOT)]);
    let chart = load_path(root.path()).unwrap().chart;
    assert!(chart.values.as_map().unwrap().is_empty());
    let root = folder(&[("Chart.yaml", ROOT), ("values.yaml", "# nothing\n")]);
    assert!(
        load_path(root.path())
            .unwrap()
            .chart
            .values
            .as_map()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn says_what_is_not_a_chart() {
    assert_eq!(
        folder_error(&[("x", "")]),
        "error: `DIR` is not a chart: it has no Chart.yaml"
    );
    let root = folder(&[("chart.yml", ROOT)]);
    let error = load_path(root.path()).unwrap_err();
    assert_eq!(
        error.0[0].help.as_deref(),
        Some("rename `chart.yml` to `Chart.yaml`")
    );
    assert_eq!(path_error(Path::new("no-such-chart")), "error: there is no `DIR`");
    let expected = "error: `DIR` is neither a chart's folder nor its archive (.tgz)";
    assert_eq!(path_error(Path::new("Cargo.toml")), expected);
}

#[test]
fn all_problems_are_said_at_once() {
    let found = folder_error(&[
        ("Chart.yaml", "name: a/b\nversion: x\nType: library\n"),
        ("values.yaml", "- 1\n"),
        ("charts/README.md", "x"),
        ("charts/empty/x", "x"),
    ]);
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(
        lines[0],
        "DIR/Chart.yaml:3:1: error: the key `Type` is written `type`"
    );
    assert_eq!(
        lines[1],
        "DIR/Chart.yaml:1:7: error: `a/b` cannot be a chart's name: it is a path"
    );
    assert_eq!(
        lines[2],
        "DIR/Chart.yaml:2:10: error: `x` is not a version: `x` is not a number"
    );
    assert!(lines[3].starts_with("DIR/values.yaml:1:1: error: "), "{found}");
    assert_eq!(lines[4], "error: `DIR/charts/README.md` is not a chart");
    assert_eq!(
        lines[5],
        "error: `DIR/charts/empty` is not a chart: it has no Chart.yaml"
    );
    assert_eq!(lines.len(), 6);
}

/// A root with two subcharts that share a library, as the Prometheus chart has them.
fn sharing() -> Vec<(String, String)> {
    let uses = "dependencies:\n- {name: common, version: 1.x, repository: 'file://../common'}\n";
    let root = "dependencies:\n- {name: a, version: 1.x}\n- {name: b, version: 1.x, condition: b.enabled}\n";
    [
        ("Chart.yaml", chart_yaml("root", root)),
        ("values.yaml", "b: {enabled: false}\n".to_owned()),
        ("charts/a/Chart.yaml", chart_yaml("a", uses)),
        ("charts/a/values.yaml", "k: 1\n".to_owned()),
        ("charts/b/Chart.yaml", chart_yaml("b", uses)),
        (
            "charts/common/Chart.yaml",
            chart_yaml("common", "type: library\n"),
        ),
        ("charts/common/templates/_l.yaml", "x".to_owned()),
        ("charts/.keep", String::new()),
        ("charts/_old/x", String::new()),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .to_vec()
}

fn check_sharing(loaded: &Loaded) {
    let chart = &loaded.chart;
    assert_eq!(shape(chart), "root(a(common),b(common),common)");
    assert!(Arc::ptr_eq(
        &chart.subcharts[0].subcharts[0],
        &chart.subcharts[1].subcharts[0]
    ));
    assert!(Arc::ptr_eq(&chart.subcharts[0].subcharts[0], &chart.subcharts[2]));
    assert_eq!(chart.subcharts[2].templates.len(), 1);
    // The library needs no entry of its own: its neighbours name it.
    assert_eq!(messages(&loaded.warnings), Vec::<String>::new());
    let enabled = enabled_subcharts(chart, &chart.values, &[]);
    let names: Vec<&str> = enabled
        .subcharts
        .iter()
        .map(|sub| sub.decision.local_name())
        .collect();
    assert_eq!(names, ["a", "common"]);
}

#[test]
fn a_shared_library_loads_in_a_folder() {
    let files = sharing();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let root = folder(&files);
    check_sharing(&load_path(root.path()).unwrap());
    // And from a subchart alone, by the name that leads there.
    let loaded = load_path(&root.path().join("charts/a")).unwrap();
    assert_eq!(shape(&loaded.chart), "a(common)");
    let common = root.path().join("charts/common").display().to_string();
    assert_eq!(loaded.chart.subcharts[0].location, common);
    assert_eq!(
        loaded.chart.subcharts[0].templates[0].source().unwrap().name(),
        format!("{common}/templates/_l.yaml")
    );
}

#[test]
fn a_shared_library_loads_embedded() {
    let files: Vec<(&'static str, &'static str)> = sharing()
        .into_iter()
        .map(|(path, text)| (&*String::leak(path), &*String::leak(text)))
        .collect();
    let loaded = load_embedded(&EmbeddedChart {
        files: Vec::leak(files),
        packed: &[],
    })
    .unwrap();
    check_sharing(&loaded);
    let place = &loaded.chart.subcharts[0].values.get("k").unwrap().place;
    assert_eq!(place.to_string(), "embedded:charts/a/values.yaml:1:4");
}

#[test]
fn the_embedded_chart_of_this_repository_loads() {
    if EMBEDDED.files.is_empty() {
        assert_eq!(
            load_embedded(&EMBEDDED).unwrap_err().0[0].code,
            "no-embedded-chart"
        );
    } else {
        assert!(load_embedded(&EMBEDDED).is_ok());
    }
}

#[test]
fn what_is_packed_of_the_embedded_chart_is_what_its_files_hold() {
    let with_places = |chart: &EmbeddedChart| format!("{:?}", load_embedded(chart).unwrap().chart);
    let parsed = EmbeddedChart {
        files: EMBEDDED.files,
        packed: &[],
    };
    assert_eq!(with_places(&EMBEDDED), with_places(&parsed));
    let is_packed = |path: &str| matches!(path.rsplit('/').next(), Some("Chart.yaml" | "values.yaml"));
    let all = EMBEDDED.files.iter().filter(|(path, _)| is_packed(path)).count();
    assert_eq!(EMBEDDED.packed.len(), all);
}

#[test]
fn file_repositories_must_hold_the_chart() {
    let entry = |path: &str| {
        chart_yaml(
            "root",
            &format!("dependencies:\n- {{name: x, version: 1.x, repository: 'file://{path}'}}\n"),
        )
    };
    let found = folder_error(&[("Chart.yaml", &entry("../none"))]);
    assert_eq!(
        found,
        "DIR/Chart.yaml:6:4: error: the chart `x` is not at `../none`"
    );
    let found = folder_error(&[("Chart.yaml", &entry("lib")), ("lib/f", "")]);
    assert_eq!(
        found,
        "DIR/Chart.yaml:6:4: error: `DIR/lib` is not a chart: it has no Chart.yaml"
    );
    let found = folder_error(&[
        ("Chart.yaml", &entry("lib")),
        ("lib/Chart.yaml", &chart_yaml("other", "")),
    ]);
    assert_eq!(
        found,
        "DIR/Chart.yaml:6:4: error: `lib` holds the chart `other`, not `x`"
    );
}

#[test]
fn circles_are_refused() {
    let uses = |name: &str, path: &str| {
        format!("dependencies:\n- {{name: {name}, version: 1.x, repository: 'file://{path}'}}\n")
    };
    let found = folder_error(&[("Chart.yaml", &chart_yaml("root", &uses("root", ".")))]);
    assert_eq!(
        found,
        "error: charts depend on each other in a cycle: `DIR` -> `DIR`"
    );
    let found = folder_error(&[
        (
            "Chart.yaml",
            &chart_yaml("root", "dependencies:\n- {name: a, version: 1.x}\n"),
        ),
        ("charts/a/Chart.yaml", &chart_yaml("a", &uses("b", "../b"))),
        ("charts/b/Chart.yaml", &chart_yaml("b", &uses("a", "../a"))),
    ]);
    let circle = "`DIR/charts/a` -> `DIR/charts/b` -> `DIR/charts/a`";
    assert_eq!(
        found,
        format!("error: charts depend on each other in a cycle: {circle}")
    );
}

#[test]
fn depth_and_number_are_bounded() {
    let mut files = vec![("Chart.yaml".to_owned(), chart_yaml("c", ""))];
    for depth in 1..40 {
        files.push((
            format!("{}Chart.yaml", "charts/c/".repeat(depth)),
            chart_yaml("c", ""),
        ));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let found = folder_error(&files);
    assert!(
        found.ends_with("is a chart within a chart more than 32 deep"),
        "{found}"
    );

    // Ten aliases of one chart with ten aliases ...: shared when loaded, 10^5 charts when used.
    let mut files = Vec::new();
    for depth in 0..6 {
        let mut entries = String::from("dependencies:\n");
        for alias in 0..10 {
            entries.push_str(&format!(
                "- {{name: c{}, version: 1.x, alias: a{alias}}}\n",
                depth + 1
            ));
        }
        let entries = if depth == 5 { String::new() } else { entries };
        let prefix: String = (1..=depth).map(|depth| format!("charts/c{depth}/")).collect();
        files.push((
            format!("{prefix}Chart.yaml"),
            chart_yaml(&format!("c{depth}"), &entries),
        ));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let found = folder_error(&files);
    assert!(
        found.starts_with("DIR/charts/c1/charts/c2/Chart.yaml:3:7: error: `c2` has more than 1000 charts"),
        "{found}"
    );
}

#[test]
fn helmignore_applies_to_the_whole_folder() {
    let root = folder(&[
        ("Chart.yaml", ROOT),
        (".helmignore", "*.bak\n/src/\n!keep.bak\n"),
        ("a.bak", ""),
        ("keep.bak", ""),
        ("src/main.rs", ""),
        ("templates/x.bak", ""),
        ("charts/s/Chart.yaml", &chart_yaml("s", "")),
        ("charts/s/.helmignore", "*.txt\n"),
        ("charts/s/a.txt", ""),
        ("charts/s/a.bak", ""),
    ]);
    let chart = load_path(root.path()).unwrap().chart;
    let paths = |chart: &Chart| {
        chart
            .files
            .iter()
            .map(|file| file.path.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(paths(&chart), [".helmignore", "keep.bak"]);
    assert!(chart.templates.is_empty());
    assert_eq!(paths(&chart.subcharts[0]), [".helmignore", "a.txt"]);
}

#[test]
fn large_files_are_refused() {
    let root = folder(&[("Chart.yaml", ROOT)]);
    let big = root.path().join("big.bin");
    fs::write(&big, vec![0; 5 << 20]).unwrap();
    assert!(load_path(root.path()).is_ok());
    fs::write(&big, vec![0; (5 << 20) + 1]).unwrap();
    assert_eq!(
        path_error(root.path()),
        "error: `DIR/big.bin` is too large (5 MiB): the limit is 5 MiB"
    );
    fs::remove_file(&big).unwrap();
    for index in 0..21 {
        // Sparse files: large only by their sizes, which is all that is asked before reading.
        fs::File::create(root.path().join(format!("{index}.bin")))
            .unwrap()
            .set_len(5 << 20)
            .unwrap();
    }
    assert_eq!(
        path_error(root.path()),
        "error: the files of `DIR` are larger than 100 MiB together"
    );
}

#[test]
fn binary_files_are_kept_and_templates_must_be_text() {
    let root = folder(&[("Chart.yaml", ROOT)]);
    fs::write(root.path().join("logo.png"), b"\x89PNG").unwrap();
    let chart = load_path(root.path()).unwrap().chart;
    assert_eq!(chart.files[0].bytes(), b"\x89PNG");
    assert!(chart.files[0].source().is_none());
    fs::create_dir(root.path().join("templates")).unwrap();
    fs::write(root.path().join("templates/x.yaml"), b"a: \xff").unwrap();
    assert_eq!(
        path_error(root.path()),
        "DIR/templates/x.yaml:1:4: error: byte 0xff is not UTF-8 text"
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_within_the_folder_only() {
    use std::os::unix::fs::symlink;
    let root = folder(&[
        ("Chart.yaml", ROOT),
        ("shared/x.yaml", "x"),
        ("templates/a.yaml", "a"),
    ]);
    symlink("../shared/x.yaml", root.path().join("templates/b.yaml")).unwrap();
    symlink("../shared", root.path().join("templates/more")).unwrap();
    let chart = load_path(root.path()).unwrap().chart;
    let paths: Vec<&str> = chart.templates.iter().map(|file| &*file.path).collect();
    assert_eq!(
        paths,
        ["templates/a.yaml", "templates/b.yaml", "templates/more/x.yaml"]
    );

    symlink("..", root.path().join("shared/up")).unwrap();
    assert_eq!(
        path_error(root.path()),
        "error: `DIR/shared/up` is a symbolic link to a folder that contains it"
    );
    fs::remove_file(root.path().join("shared/up")).unwrap();

    symlink("/etc", root.path().join("etc")).unwrap();
    assert_eq!(
        path_error(root.path()),
        "error: `DIR/etc` is a symbolic link that leads out of the chart's folder"
    );
    fs::write(root.path().join(".helmignore"), "etc\n").unwrap();
    assert!(load_path(root.path()).is_ok());

    symlink("nowhere", root.path().join("broken")).unwrap();
    assert_eq!(path_error(root.path()), "error: there is no `DIR/broken`");
}

#[cfg(unix)]
#[test]
fn links_that_multiply_are_bounded() {
    use std::os::unix::fs::symlink;
    // Each folder holds ten links to the next: 10^12 files to whoever follows all of them.
    let root = folder(&[("Chart.yaml", ROOT)]);
    for depth in 0..12 {
        let here = root.path().join(format!("d{depth}"));
        fs::create_dir(&here).unwrap();
        fs::write(here.join("f"), "").unwrap();
        for link in 0..10 {
            symlink(format!("../d{}", depth + 1), here.join(format!("l{link}"))).unwrap();
        }
    }
    fs::create_dir(root.path().join("d12")).unwrap();
    assert_eq!(
        path_error(root.path()),
        "error: `DIR` has more than 10000 files and folders"
    );
}

#[test]
fn wrong_and_missing_dependencies_are_said() {
    let entries = "dependencies:\n\
        - {name: a, version: 2.x}\n\
        - {name: b, version: '>=1'}\n\
        - {name: c}\n\
        - {name: d, version: 'one'}\n\
        - {name: e, version: '*', repository: 'https://example.com'}\n";
    let files = [
        ("Chart.yaml", chart_yaml("root", entries)),
        ("charts/a/Chart.yaml", chart_yaml("a", "")),
        (
            "charts/b/Chart.yaml",
            chart_yaml("b", "").replace("1.0.0", "1.0.0-rc.1"),
        ),
        ("charts/c/Chart.yaml", chart_yaml("c", "")),
        ("charts/d/Chart.yaml", chart_yaml("d", "")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, &**text)).collect();
    let root = folder(&files);
    let found = path_error(root.path());
    let expected = "\
        DIR/Chart.yaml:6:22: error: `DIR/charts/a` is at version 1.0.0, which `2.x` does not allow\n\
        DIR/Chart.yaml:7:22: error: `DIR/charts/b` is at version 1.0.0-rc.1, which `>=1` does not allow\n\
        DIR/Chart.yaml:8:4: error: the dependency `c` has no `version`\n\
        DIR/Chart.yaml:9:22: error: `one` is not a version range: `one` is not a version: `one` is not a number\n\
        DIR/Chart.yaml:10:4: error: the dependency `e` of `root` is not in its charts/";
    assert_eq!(found, expected);
    let error = load_path(root.path()).unwrap_err();
    assert_eq!(
        error.0[1].help.as_deref(),
        Some("a range matches pre-releases only where it names one, such as `>=1.0.0-0`")
    );
    // Whoever shows or fetches dependencies still gets the chart.
    assert_eq!(
        shape(&load_incomplete(root.path()).unwrap().chart),
        "root(a,b,c,d)"
    );
}

#[test]
fn requirements_yaml_of_old_charts_counts() {
    let root = folder(&[
        (
            "Chart.yaml",
            "apiVersion: v1\nengine: jinja\nname: root\nversion: 1.0.0\n",
        ),
        (
            "requirements.yaml",
            "dependencies:\n- {name: a, version: 1.x, alias: other}\n",
        ),
        ("charts/a/Chart.yaml", &chart_yaml("a", "")),
    ]);
    let loaded = load_path(root.path()).unwrap();
    assert_eq!(messages(&loaded.warnings), Vec::<String>::new());
    let enabled = enabled_subcharts(&loaded.chart, &loaded.chart.values, &[]);
    assert_eq!(enabled.subcharts[0].chart.metadata.name, "other");
    fs::write(root.path().join("Chart.yaml"), ROOT).unwrap();
    let loaded = load_path(root.path()).unwrap();
    let expected = "dependencies of a chart of `apiVersion: v2` belong into its Chart.yaml";
    assert_eq!(messages(&loaded.warnings), [expected]);
}
