//! What Chart.yaml says, and what is told of mistakes in it.

use super::*;

fn read_text(text: &str) -> (Result<Metadata>, Vec<String>) {
    let mut warnings = Vec::new();
    let found = read(&Source::new("Chart.yaml", text), None, &mut warnings);
    (
        found,
        warnings
            .iter()
            .map(|warning| Diagnostics(vec![warning.clone()]).to_string())
            .collect(),
    )
}

fn errors(text: &str) -> String {
    read_text(&format!("engine: jinja\n{text}"))
        .0
        .unwrap_err()
        .to_string()
}

fn dependency_errors(entries: &str) -> String {
    errors(&format!("name: c\nversion: 1.0.0\ndependencies:\n{entries}"))
}

#[test]
fn reads_what_charts_say() {
    let (found, warnings) = read_text(
        "apiVersion: v2\nengine: jinja\nname: c\nversion: v1.2\nappVersion: \"3\"\nkubeVersion: '>=1.25.0-0'\n\
         type: library\nhome: https://example.com\nunknown: {a: 1}\n\
         dependencies:\n- name: a\n  version: 1.x\n  repository: file://../a\n  condition: a.enabled\n  \
         tags: [t]\n  alias: b\n  import-values:\n  - data\n  - child: x.y\n    parent: .\n",
    );
    let found = found.unwrap();
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(
        (&*found.name, &*found.version, found.app_version.as_deref()),
        ("c", "v1.2", Some("3"))
    );
    assert_eq!((found.is_library, found.deprecated), (true, false));
    assert_eq!(found.kube_version_place.to_string(), "Chart.yaml:6:14");
    let entry = &found.dependencies[0];
    assert_eq!(
        (entry.local_name(), &*entry.name, &*entry.version),
        ("b", "a", "1.x")
    );
    assert_eq!(
        (&*entry.repository, &*entry.condition),
        ("file://../a", "a.enabled")
    );
    assert_eq!(entry.version_place.to_string(), "Chart.yaml:12:12");
    let pair = |child: &str, parent: &str| ImportValues {
        child: child.into(),
        parent: parent.into(),
    };
    assert_eq!(entry.import_values, [pair("exports.data", "."), pair("x.y", ".")]);
}

#[test]
fn the_engine_is_what_the_line_says() {
    let engine = |line: &str| read_text(&format!("name: c\nversion: 1.0.0\n{line}")).0;
    let found = |line: &str| {
        let (engine, place) = engine(line).unwrap().engine?;
        Some((engine, place.to_string()))
    };
    let at = "Chart.yaml:3:9".to_owned();
    assert_eq!(found("engine: jinja\n"), Some((Engine::Jinja, at.clone())));
    assert_eq!(found("engine: gotpl\n"), Some((Engine::Go, at)));
    assert_eq!(found("engine:\n"), None);
    assert_eq!(found(""), None);
    let problem = engine("engine: erb\n").unwrap_err();
    assert_eq!(
        problem.to_string(),
        "Chart.yaml:3:9: error: the template engine `erb` is not known"
    );
    assert_eq!(problem.0[0].code, "chart-engine");
    assert_eq!(
        engine("engine: [jinja]\n").unwrap_err().to_string(),
        "Chart.yaml:3:9: error: `engine` is a list, not a string"
    );
}

#[test]
fn names_and_versions_are_checked() {
    assert_eq!(
        errors("description: x\n"),
        "Chart.yaml: error: `name` is missing\nChart.yaml: error: `version` is missing"
    );
    assert_eq!(
        errors("Name: c\nVERSION: 1.0.0\n"),
        "Chart.yaml:2:1: error: the key `Name` is written `name`\n\
         Chart.yaml:3:1: error: the key `VERSION` is written `version`"
    );
    for (name, reason) in [
        ("../c", "it is a path"),
        ("a\\b", "it is a path"),
        ("..", "it is a path"),
        ("'a b'", "it has spaces or control characters"),
    ] {
        let found = errors(&format!("name: {name}\nversion: 1.0.0\n"));
        let name = name.trim_matches('\'').replace('\\', "\\\\");
        assert_eq!(
            found,
            format!("Chart.yaml:2:7: error: `{name}` cannot be a chart's name: {reason}")
        );
    }
    assert_eq!(
        errors("name: c\nversion: one\n"),
        "Chart.yaml:3:10: error: `one` is not a version: `one` is not a number"
    );
    assert_eq!(
        errors("name: c\nversion: 1.0.0\ntype: plugin\ndeprecated: soon\nappVersion: [1]\n"),
        "Chart.yaml:6:13: error: `appVersion` is a list, not a string\n\
         Chart.yaml:4:7: error: `type: plugin` is neither `application` nor `library`\n\
         Chart.yaml:5:13: error: `deprecated` is a string, not true or false"
    );
}

#[test]
fn numbers_count_as_text_with_a_warning() {
    let (found, warnings) = read_text("engine: jinja\nname: c\nversion: 1.20\nappVersion: 3\n");
    let found = found.unwrap();
    // As in Helm, which reads the number too.
    assert_eq!(
        (&*found.version, found.app_version.as_deref()),
        ("1.2", Some("3"))
    );
    let expected = [
        "Chart.yaml:3:10: warning: `version` is a number and is read as `1.2`",
        "Chart.yaml:4:13: warning: `appVersion` is a number and is read as `3`",
    ];
    assert_eq!(warnings, expected);
}

#[test]
fn deprecated_charts_say_so() {
    let (found, warnings) =
        read_text("apiVersion: v3\nengine: jinja\nname: c\nversion: 1.0.0\ndeprecated: true\n");
    assert!(found.unwrap().deprecated);
    let expected = [
        "Chart.yaml:1:13: warning: `apiVersion: v3` is not known; it is read as `v2`",
        "Chart.yaml:5:13: warning: the chart `c` is deprecated",
    ];
    assert_eq!(warnings, expected);
}

#[test]
fn dependencies_are_checked() {
    assert_eq!(
        errors("name: c\nversion: 1.0.0\ndependencies: {}\n"),
        "Chart.yaml:4:15: error: `dependencies` is a map, not a list"
    );
    assert_eq!(
        dependency_errors("- a\n"),
        "Chart.yaml:5:3: error: `dependencies` is a string, not a map in each entry"
    );
    assert_eq!(
        dependency_errors("- {version: 1}\n- {name: ../a, Alias: b, alias: a.b, tags: [1]}\n"),
        "Chart.yaml:5:3: error: `name` is missing\n\
         Chart.yaml:6:16: error: the key `Alias` is written `alias`\n\
         Chart.yaml:6:10: error: `../a` cannot be a chart's name: it is a path\n\
         Chart.yaml:6:33: error: the alias `a.b` may hold letters, digits, `-` and `_` only\n\
         Chart.yaml:6:45: error: `tags` is a number, not a list of strings"
    );
    assert_eq!(
        dependency_errors("- {name: a, version: '1'}\n- {name: b, version: '1', alias: a}\n"),
        "Chart.yaml:6:4: error: two dependencies are called `a`"
    );
    assert_eq!(
        dependency_errors("- name: a\n  import-values: [1, {child: x}, {parent: x}]\n"),
        "Chart.yaml:6:19: error: `import-values` is a number, not a name or a map of `child` and `parent`\n\
         Chart.yaml:6:22: error: `parent` is missing\n\
         Chart.yaml:6:34: error: `child` is missing"
    );
}
