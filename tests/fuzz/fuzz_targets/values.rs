//! Values of a chart, of its subchart and of the subchart's own, what Chart.yaml says of the first, and two files of the user.
#![no_main]

use libfuzzer_sys::fuzz_target;
use promchart::chart::Chart;
use promchart::source::Source;
use promchart::values::{self, Resolved, Scope, each_leaf};
use promchart::yaml::{self, Node};
use promchart_fuzz::{chart, comes_back, file, parts, told, told_all, user};

const HEAD: &str = "apiVersion: v2\nversion: 1.0.0\nengine: jinja\nname: ";

fuzz_target!(|text: &str| {
    let [parent, child, grandchild, dependencies, lower, upper] = parts(text);
    let loaded = chart(&[
        ("Chart.yaml", &format!("{HEAD}p\n{dependencies}\n")),
        ("values.yaml", parent),
        ("charts/s/Chart.yaml", &format!("{HEAD}s\n")),
        ("charts/s/values.yaml", child),
        ("charts/s/charts/g/Chart.yaml", &format!("{HEAD}g\n")),
        ("charts/s/charts/g/values.yaml", grandchild),
    ]);
    told(&loaded);
    let Ok(loaded) = loaded else { return };
    let mut inputs = file(lower);
    inputs.files.push(Source::new("upper.yaml", upper));
    let given = user(&inputs);
    told(&given);
    let Ok(given) = given else { return };
    let resolved = values::resolve(&loaded, &given.values);
    told(&resolved);
    let Ok(resolved) = resolved else { return };
    told_all(&resolved.warnings);
    assert_eq!(
        shown(&resolved),
        shown(&values::resolve(&loaded, &given.values).expect("as before"))
    );
    for scope in resolved.root.all() {
        assert!(scope.values.as_map().is_some(), "the values of a chart are a map");
        comes_back(&scope.values);
        for subchart in &scope.subcharts {
            assert!(subchart.values.get("global").is_some(), "subcharts have globals");
        }
    }
    // What the history says last is what the chart sees.
    let mut left = 40;
    each_leaf(&resolved.root.values, &mut Vec::new(), &mut |path, leaf| {
        let history = values::history(&resolved.root, &given, path);
        if let Some(last) = history.last().and_then(|setting| setting.value.as_ref())
            && last.as_map().is_none()
            && leaf.as_map().is_none()
        {
            assert_eq!(last, leaf, "{path:?}: {history:?}");
        }
        left -= 1;
        left > 0
    });
    // Once more over the same chart, with what came out: nothing changes. (A null deletes a default, which would be back.)
    if !has_null(&given.values) && !has_nulls_of(&loaded) && dependencies.is_empty() {
        let again = values::resolve(&loaded, &resolved.root.values).expect("a map over maps");
        assert_eq!(shown(&resolved), shown(&again), "not the same over itself");
    }
});

fn shown(resolved: &Resolved) -> Vec<(String, String)> {
    let scopes = resolved.root.all().into_iter();
    scopes
        .map(|scope: &Scope| (scope.name(), sorted(&scope.values)))
        .collect()
}

/// As JSON, whatever the order of the keys.
fn sorted(node: &Node) -> String {
    yaml::to_json(node).to_string()
}

fn has_nulls_of(chart: &Chart) -> bool {
    has_null(&chart.values) || chart.subcharts.iter().any(|subchart| has_nulls_of(subchart))
}

fn has_null(node: &Node) -> bool {
    node.is_null()
        || node.as_list().is_some_and(|list| list.iter().any(has_null))
        || node
            .as_map()
            .is_some_and(|map| map.iter().any(|(_, entry)| has_null(&entry.node)))
}
