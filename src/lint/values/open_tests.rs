//! The built-in chart's schemas say which maps may hold any key: those that templates look at or put out as a whole.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::declared::{At, Declared};
use crate::chart::Capabilities;
use crate::chart::{EMBEDDED, load_embedded};
use crate::files;
use crate::render::{Input, Limits, Outside, Provenance, Recorder, Release, render};
use crate::source::Source;
use crate::values::{Inputs, UserValues, resolve};
use crate::yaml::{Map, Node};

const PROBE: &str = "zzProbe";

/// A map of probes: one in each map that lists its keys.
fn probes(declared: &Declared<'_>, at: &At<'_>) -> Node {
    let mut map = Map::new();
    for name in declared.names(at) {
        let Some(next) = declared.step(at, name) else {
            continue;
        };
        let is_map = next.default().is_some_and(|node| node.as_map().is_some());
        if is_map && !declared.is_open(&next) {
            map.insert(name, probes(declared, &next));
        }
    }
    map.insert(PROBE, Node::computed("probe"));
    Node::computed(map)
}

#[test]
fn what_is_looked_at_as_a_whole_is_declared_open() {
    let chart = load_embedded(&EMBEDDED).unwrap().chart;
    let declared = Declared::of(&chart);
    let everything = files::read_input(Path::new("tests/chart/everything.yaml")).unwrap();
    let probes = Source::new(
        "probes.yaml",
        crate::yaml::write(&probes(&declared, &declared.root())),
    );
    for files in [vec![probes.clone()], vec![everything, probes]] {
        let inputs = Inputs {
            files,
            ..Inputs::default()
        };
        let user = UserValues::read(&inputs, &|_| unreachable!()).unwrap();
        let resolved = resolve(&chart, &user.values).unwrap();
        let recorder = Arc::new(Recorder::default());
        // A chart may refuse the probes.
        let _ = render(&Input {
            root: &resolved.root,
            given: &user.values,
            release: &Release {
                name: "prom".to_owned(),
                namespace: "default".to_owned(),
                is_upgrade: false,
            },
            capabilities: &Capabilities::default(),
            outside: &Outside::default(),
            ahead: None,
            with_notes: false,
            wants: &|_| true,
            limits: Limits::default(),
            written: false,
            recorder: Some(&recorder),
        });
        let read = Provenance::of(&recorder).read();
        let read: BTreeSet<String> = read.iter().map(|cause| cause.path.to_string()).collect();
        let open: Vec<&String> = read.iter().filter(|path| path.ends_with(PROBE)).collect();
        assert!(open.is_empty(), "not declared open: {open:#?}");
    }
}
