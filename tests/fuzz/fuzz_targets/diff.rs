//! Two streams of manifests: what a comparison says in both directions, and of each with itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use promchart::diff::{Diff, Options, Side, compare};
use promchart::manifest::{self, Object};
use promchart::report::diff::{github, html, json, markdown, text, unified};
use promchart::source::Source;
use promchart_fuzz::{parts, told, told_all};

fuzz_target!(|input: &str| {
    let [old, new] = parts(input);
    let (Some(old), Some(new)) = (objects("old.yaml", old), objects("new.yaml", new)) else {
        return;
    };
    for objects in [&old, &new] {
        let diff = between(objects, objects, true);
        assert!(diff.is_empty(), "differs from itself: {diff:?}");
        assert_eq!(diff.same, objects.len());
    }
    let (there, back) = (between(&old, &new, true), between(&new, &old, true));
    let (one, other) = (there.summary(), back.summary());
    assert_eq!(
        (one.added, one.removed, one.same),
        (other.removed, other.added, other.same)
    );
    assert_eq!(one.changed + one.renamed, other.changed + other.renamed);
    for diff in [there, between(&old, &new, false)] {
        shown(&diff);
    }
});

fn objects(name: &str, text: &str) -> Option<Vec<Object>> {
    let read = manifest::read(&Source::new(name, text));
    told(&read);
    let (objects, warnings) = manifest::without_repeats(read.ok()?);
    told_all(&warnings);
    Some(objects)
}

fn between(old: &[Object], new: &[Object], all: bool) -> Diff {
    let side = |objects| Side {
        name: "side",
        objects,
        rendered: None,
    };
    let options = Options {
        namespace: "default".to_owned(),
        all,
        show_secrets: all,
        ..Options::default()
    };
    compare(side(old), side(new), &options)
}

fn shown(diff: &Diff) {
    for full in [false, true] {
        text::render(diff, text::Style { colour: full, full });
    }
    unified::render(diff, true);
    markdown::render(diff);
    html::render(diff);
    github::render(diff);
    let json = json::render(diff);
    assert!(
        serde_json::from_str::<serde_json::Value>(&json).is_ok(),
        "no JSON: {json}"
    );
}
