//! Charts, versions and capabilities against the real Helm, where `helm` is there to be asked.
//!
//! Each case is one folder that both programs load: the templates are Helm's and print the values that each chart
//! gets; promchart is asked for the same from its library.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "support/tools.rs"]
mod tools;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use promchart::chart::{self, DEFAULT_API_VERSIONS, DEFAULT_KUBE_VERSION};
use promchart::source::Source;
use promchart::{values, yaml};
use serde_json::Value as Json;

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// What Helm prints, or its error.
fn ask(helm: &Path, root: &Path, more: &[&str]) -> Result<String, String> {
    let output = Command::new(helm)
        .args(["template", "r"])
        .arg(root)
        .args(more)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if output.status.success() {
        Ok(text(output.stdout))
    } else {
        Err(text(output.stderr))
    }
}

/// The documents of Helm's output: the path of the chart below the root, and the parsed object.
fn documents(output: &str) -> BTreeMap<String, Json> {
    let mut found = BTreeMap::new();
    for document in output
        .split("---\n")
        .filter(|document| !document.trim().is_empty())
    {
        let path = document
            .lines()
            .next()
            .unwrap()
            .strip_prefix("# Source: ")
            .unwrap();
        let path: Vec<&str> = path.split('/').collect();
        // root/charts/a/charts/b/templates/x.yaml
        let names: Vec<&str> = path[..path.len() - 2]
            .iter()
            .skip(2)
            .step_by(2)
            .copied()
            .collect();
        let node = yaml::read_document(&Source::new("helm", document)).unwrap();
        found.insert(names.join("."), yaml::to_json(&node));
    }
    found
}

const PRINT_VALUES: &str = "values: {{ toJson .Values }}\n";

/// Writes one chart of a tree.
fn chart(root: &Path, folder: &str, name: &str, more: &str, default_values: &str) {
    let yaml = format!("apiVersion: v2\nengine: jinja\nname: {name}\nversion: 1.2.3\n{more}");
    write(root, &format!("{folder}Chart.yaml"), &yaml);
    write(root, &format!("{folder}values.yaml"), default_values);
    write(root, &format!("{folder}templates/x.yaml"), PRINT_VALUES);
}

/// Which charts take part and with which values, by Helm and by promchart.
fn compare(helm: &Path, root: &Path, user: &str) {
    let user_file = root.with_extension("values.yaml");
    fs::write(&user_file, user).unwrap();
    let theirs: BTreeMap<String, Json> =
        documents(&ask(helm, root, &["-f", user_file.to_str().unwrap()]).unwrap())
            .into_iter()
            .map(|(path, object)| (path, object["values"].clone()))
            .collect();
    let loaded = chart::load_path(root).unwrap();
    let user_values = yaml::read_values(&Source::new("user.yaml", user)).unwrap();
    let resolved = values::resolve(&loaded.chart, &user_values).unwrap();
    let ours: BTreeMap<String, Json> = resolved
        .root
        .all()
        .into_iter()
        .map(|scope| (scope.section().join("."), yaml::to_json(&scope.values)))
        .collect();
    assert_eq!(ours, theirs, "values: {user}");
}

fn folder() -> (tempfile::TempDir, std::path::PathBuf) {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("root");
    fs::create_dir(&root).unwrap();
    (outer, root)
}

#[test]
fn conditions_and_tags_enable_the_same_charts() {
    let Some(helm) = tools::helm("conditions_and_tags_enable_the_same_charts") else {
        return;
    };
    let (_outer, root) = folder();
    chart(
        &root,
        "",
        "root",
        "dependencies:\n\
         - {name: a, version: 1.x, condition: 'a.enabled,top.a', tags: [t, u]}\n\
         - {name: b, version: '>=1.0.0 <2.0.0', tags: [u]}\n",
        "b: {own: parent}\n",
    );
    chart(
        &root,
        "charts/a/",
        "a",
        "dependencies:\n- {name: g, version: ^1, condition: g.enabled, tags: [gt]}\n",
        "k: 1\n",
    );
    chart(&root, "charts/a/charts/g/", "g", "", "g: 1\n");
    chart(&root, "charts/b/", "b", "", "own: child\n");
    // A chart that no entry names.
    chart(&root, "charts/c/", "c", "", "enabled: false\n");
    for user in [
        "{}",
        "a: {enabled: false}",
        "a: {enabled: true}\ntags: {t: false}",
        "a: {enabled: 'false'}\ntop: {a: false}",
        "a: {enabled: {}}\ntop: {a: false}",
        "a: {enabled: null}\ntop: {a: false}",
        "top: {a: false}",
        "top: 1",
        "tags: {t: false}",
        "tags: {t: false, u: true}",
        "tags: {u: false}",
        "tags: {u: 'no'}",
        "tags: {gt: false}",
        "a: {tags: {gt: false}}",
        "a: {g: {enabled: false}}",
        "g: {enabled: false}",
        "c: {enabled: false}",
    ] {
        compare(&helm, &root, user);
    }
}

#[test]
fn a_default_of_the_child_counts_for_its_condition() {
    let Some(helm) = tools::helm("a_default_of_the_child_counts_for_its_condition") else {
        return;
    };
    let (_outer, root) = folder();
    chart(
        &root,
        "",
        "root",
        "dependencies:\n- {name: a, version: '*', condition: a.enabled}\n",
        "",
    );
    chart(&root, "charts/a/", "a", "", "enabled: false\n");
    compare(&helm, &root, "{}");
    compare(&helm, &root, "a: {enabled: true}");
}

#[test]
fn aliases_and_imports_give_the_same_values() {
    let Some(helm) = tools::helm("aliases_and_imports_give_the_same_values") else {
        return;
    };
    let (_outer, root) = folder();
    chart(
        &root,
        "",
        "root",
        "dependencies:\n\
         - {name: a, version: 1.x, alias: one, condition: one.enabled, import-values: [data]}\n\
         - {name: a, version: 1.x, alias: two, import-values: [{child: deep.er, parent: my.place}]}\n\
         - {name: a, version: ~1.2.0}\n",
        "k: parent\none: {x: 1}\n",
    );
    let defaults = "x: 0\nexports: {data: {k: child, m: {n: 1}}}\ndeep: {er: {q: 2}}\n";
    chart(&root, "charts/a/", "a", "", defaults);
    for user in [
        "{}",
        "one: {enabled: false}",
        "two: {x: 7}\na: {x: 8}",
        "m: {n: 5}",
        "my: {place: {q: null}}",
    ] {
        compare(&helm, &root, user);
    }
}

#[test]
fn requirements_yaml_of_old_charts_counts() {
    let Some(helm) = tools::helm("requirements_yaml_of_old_charts_counts") else {
        return;
    };
    let (_outer, root) = folder();
    chart(&root, "", "root", "", "");
    write(
        &root,
        "Chart.yaml",
        "apiVersion: v1\nengine: jinja\nname: root\nversion: 1.0.0\n",
    );
    write(
        &root,
        "requirements.yaml",
        "dependencies:\n- {name: a, version: 1.2.3, condition: a.on}\n",
    );
    chart(&root, "charts/a/", "a", "", "");
    compare(&helm, &root, "{}");
    compare(&helm, &root, "a: {on: false}");
}

#[test]
fn ranges_match_the_same_versions() {
    let Some(helm) = tools::helm("ranges_match_the_same_versions") else {
        return;
    };
    let (outer, root) = folder();
    chart(&root, "", "root", "", "");
    let template = "{{- range $i, $r := .Values.rows }}\nr{{ $i }}: {{ semverCompare (index $r 0) (index $r 1) }}\n{{- end }}\n";
    write(&root, "templates/x.yaml", template);
    let file = outer.path().join("rows.json");
    let ask_rows = |rows: &[(&str, &str)]| {
        let rows: Vec<Json> = rows
            .iter()
            .map(|(range, version)| Json::from(vec![*range, *version]))
            .collect();
        let values = Json::from_iter([("rows".to_owned(), Json::from(rows))]);
        fs::write(&file, values.to_string()).unwrap();
        ask(&helm, &root, &["-f", file.to_str().unwrap()])
    };
    let mut good = Vec::new();
    let mut expected = Vec::new();
    for line in include_str!("data/version_ranges.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut cells = line.rsplitn(3, " | ");
        let (answer, version, range) = (
            cells.next().unwrap(),
            cells.next().unwrap(),
            cells.next().unwrap(),
        );
        if answer == "invalid" {
            let error = ask_rows(&[(range, version)]).unwrap_err();
            assert!(error.contains("error calling semverCompare"), "{line}: {error}");
        } else {
            good.push((range, version));
            expected.push((line, answer == "yes"));
        }
    }
    let found = documents(&ask_rows(&good).unwrap());
    for (index, (line, expected)) in expected.iter().enumerate() {
        assert_eq!(found[""][format!("r{index}")], Json::from(*expected), "{line}");
    }
}

#[test]
fn capabilities_are_the_same() {
    let Some(helm) = tools::helm("capabilities_are_the_same") else {
        return;
    };
    let (_outer, root) = folder();
    chart(&root, "", "root", "", "");
    let template = "kube: {{ .Capabilities.KubeVersion.Version }}\nmajor: {{ .Capabilities.KubeVersion.Major | quote }}\n\
        minor: {{ .Capabilities.KubeVersion.Minor | quote }}\napis: {{ .Capabilities.APIVersions | toJson }}\n";
    write(&root, "templates/x.yaml", template);
    let found = &documents(&ask(&helm, &root, &[]).unwrap())[""];
    assert_eq!(found["kube"], DEFAULT_KUBE_VERSION);
    assert_eq!(found["apis"], Json::from(DEFAULT_API_VERSIONS.to_vec()));
    for text in ["1.25", "v1.29.3-gke.100", "1.29.0-eks-5e0fdde", "1.31.2+k3s1"] {
        let found = &documents(&ask(&helm, &root, &["--kube-version", text]).unwrap())[""];
        let ours = chart::KubeVersion::parse(text).unwrap();
        let theirs = [&found["kube"], &found["major"], &found["minor"]];
        assert_eq!(
            theirs,
            [
                &Json::from(ours.version),
                &Json::from(ours.major),
                &Json::from(ours.minor)
            ],
            "{text}"
        );
    }
}

#[test]
fn helmignore_leaves_out_the_same_files() {
    let Some(helm) = tools::helm("helmignore_leaves_out_the_same_files") else {
        return;
    };
    let (_outer, root) = folder();
    chart(&root, "", "root", "", "");
    write(
        &root,
        "templates/x.yaml",
        "{{- range $p, $_ := .Files.Glob \"**\" }}\n{{ $p | quote }}: 1\n{{- end }}\n",
    );
    write(
        &root,
        ".helmignore",
        "# note\n*.bak\n/top\n/anchored.txt\ndocs/*.md\nfolder/\n[ab].txt\nq?.txt\n",
    );
    for path in [
        "keep",
        "x.bak",
        "sub/x.bak",
        "top",
        "sub/top",
        "anchored.txt",
        "sub/anchored.txt",
        "docs/a.md",
        "docs/sub/a.md",
        "sub/docs/a.md",
        "folder/x",
        "sub/folder/x",
        "a.txt",
        "c.txt",
        "sub/b.txt",
        "qx.txt",
        "qxy.txt",
    ] {
        write(&root, path, "x");
    }
    let theirs = documents(&ask(&helm, &root, &[]).unwrap()).remove("").unwrap();
    let theirs: Vec<String> = theirs.as_object().unwrap().keys().cloned().collect();
    let loaded = chart::load_path(&root).unwrap();
    let mut ours: Vec<String> = loaded.chart.files.iter().map(|file| file.path.clone()).collect();
    ours.sort();
    assert_eq!(ours, theirs);
}
