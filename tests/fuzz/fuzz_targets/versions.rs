//! A range in the first line, versions in the others.
#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use promchart::chart::{Constraint, KubeVersion, Version};

fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let range = lines.next().unwrap_or_default();
    let texts: Vec<&str> = lines.take(8).collect();
    let versions: Vec<Version> = texts
        .iter()
        .filter_map(|text| Version::parse(text).ok())
        .collect();
    for text in &texts {
        let _ = KubeVersion::parse(text);
    }
    for version in &versions {
        let shown = version.to_string();
        let again = Version::parse(&shown).expect("what is shown is a version");
        assert_eq!(again.to_string(), shown);
        assert_eq!(again.cmp(version), Ordering::Equal);
        let is = |operator: &str| {
            let range = Constraint::parse(&format!("{operator}{shown}")).expect("an operator and a version");
            range.matches(version)
        };
        assert!(is("=") && is(">=") && is("<=") && is("^") && is("~"), "{shown}");
        assert!(!is("!=") && !is(">") && !is("<"), "{shown}");
    }
    for a in &versions {
        for b in &versions {
            assert_eq!(a.cmp(b), b.cmp(a).reverse());
            for c in &versions {
                assert!(!(a <= b && b <= c) || a <= c, "{a} {b} {c}");
            }
        }
    }
    let Ok(constraint) = Constraint::parse(range) else {
        return;
    };
    let twice = Constraint::parse(&format!("{range} || {range}"));
    for version in &versions {
        let matches = constraint.matches(version);
        assert!(
            !matches || constraint.matches_as_helm_4(version),
            "Helm 4 takes more"
        );
        if let Ok(twice) = &twice {
            assert_eq!(twice.matches(version), matches);
        }
        if !range.contains("||")
            && let Ok(both) = Constraint::parse(&format!("{range} , {range}"))
        {
            assert_eq!(both.matches(version), matches);
        }
    }
});
