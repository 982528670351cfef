//! What holds for any two sides: thousand random ones.

use std::collections::BTreeSet;

use super::tests::options;
use super::{Change, Diff, Side, compare};
use crate::manifest::{self, Object};
use crate::source::Source;
use crate::yaml::{self, Map, Node};

/// Numbers that look random and are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn word(&mut self) -> String {
        ["a", "b", "name", "image", "env", "spec", "labels", "ports"][usize::try_from(self.below(8)).unwrap()]
            .to_owned()
    }

    fn tree(&mut self, depth: u64) -> Node {
        match self.below(if depth == 0 { 4 } else { 7 }) {
            0 => Node::computed(i128::from(self.below(3))),
            1 => Node::computed(self.below(2) == 0),
            2 => Node::computed(self.word()),
            3 => Node::computed(format!("{}\n{}\n", self.word(), self.word())),
            4 => {
                let length = self.below(4);
                Node::computed((0..length).map(|_| self.tree(depth - 1)).collect::<Vec<_>>())
            }
            _ => {
                let length = self.below(4);
                Node::computed(Map::from_iter(
                    (0..length)
                        .map(|_| (self.word(), self.tree(depth - 1)))
                        .collect::<Vec<_>>(),
                ))
            }
        }
    }

    fn objects(&mut self) -> Vec<Object> {
        let mut text = String::new();
        for number in 0..self.below(4) {
            let kind = ["ConfigMap", "Deployment", "Widget"][usize::try_from(self.below(3)).unwrap()];
            let version = if kind == "Deployment" { "apps/v1" } else { "v1" };
            let mut map = Map::new();
            map.insert("apiVersion", Node::computed(version));
            map.insert("kind", Node::computed(kind));
            let name = format!("n{number}{}", self.below(2));
            map.insert(
                "metadata",
                Node::computed(Map::from_iter([("name", Node::computed(name))])),
            );
            map.insert("spec", self.tree(4));
            map.insert("data", self.tree(2));
            text.push_str("---\n");
            text.push_str(&yaml::write(&Node::computed(map)));
        }
        manifest::read(&Source::new("text", text)).unwrap()
    }
}

fn between(old: &[Object], new: &[Object]) -> Diff {
    let side = |objects| Side {
        name: "",
        objects,
        rendered: None,
    };
    let options = super::Options {
        all: true,
        show_secrets: true,
        ..options()
    };
    compare(side(old), side(new), &options)
}

/// What changed, direction aside: the names of the objects and the values that differ.
fn told(diff: &Diff, is_turned: bool) -> BTreeSet<String> {
    let mut told = BTreeSet::new();
    for object in &diff.objects {
        let name = |object: &Option<Object>| {
            object
                .as_ref()
                .map_or_else(String::new, |object| object.identity.to_string())
        };
        let turn = |a: String, b: String| if is_turned { (b, a) } else { (a, b) };
        told.insert(format!("{:?}", turn(name(&object.old), name(&object.new))));
        for field in &object.fields {
            let value = |node: &Option<Node>| node.as_ref().map_or_else(String::new, yaml::write_json);
            let keys = field.path.keys().join(".");
            // A list that stands in another order does so from both sides.
            let change = match (field.change, is_turned) {
                (Change::Added, true) => Change::Removed,
                (Change::Removed, true) => Change::Added,
                (change, _) => change,
            };
            told.insert(format!(
                "{keys} {change:?} {:?}",
                turn(value(&field.old), value(&field.new))
            ));
        }
    }
    told
}

#[test]
fn what_is_the_same_does_not_differ() {
    let mut random = Random(1);
    for _ in 0..1000 {
        let objects = random.objects();
        let diff = between(&objects, &objects);
        assert!(diff.is_empty(), "{diff:?}");
        assert_eq!(diff.same, objects.len());
    }
}

#[test]
fn both_directions_say_the_same() {
    let mut random = Random(2);
    for number in 0..1000 {
        let (old, new) = (random.objects(), random.objects());
        let (there, back) = (between(&old, &new), between(&new, &old));
        let (there_told, back_told) = (told(&there, false), told(&back, true));
        // Items of lists without keys are paired from the front, so that which of equal ones came may differ.
        let objects = |told: &BTreeSet<String>| {
            told.iter()
                .filter(|line| line.starts_with('('))
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(objects(&there_told), objects(&back_told), "{number}");
        let is_plain = |diff: &Diff| {
            let fields = diff.objects.iter().flat_map(|object| &object.fields);
            fields.clone().all(|field| !field.path.to_string().contains('['))
        };
        if is_plain(&there) && is_plain(&back) {
            assert_eq!(there_told, back_told, "{number}");
        }
    }
}
