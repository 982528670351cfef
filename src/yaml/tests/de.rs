//! Structs of nodes.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::source::Source;
use crate::yaml::{from_node, read_document};

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    name: String,
    #[serde(default)]
    numbers: Vec<u8>,
    #[serde(default)]
    word: Option<Word>,
    #[serde(default)]
    words: BTreeMap<String, Word>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    On,
    Off,
}

fn read(text: &str) -> Result<Form, String> {
    let node = read_document(&Source::new("f.yaml", text)).unwrap();
    from_node(&node, "wrong-form").map_err(|diagnostic| {
        format!(
            "{}: {} [{}]; {}",
            diagnostic.labels[0].place,
            diagnostic.message,
            diagnostic.code,
            diagnostic.help.unwrap_or_default()
        )
    })
}

#[test]
fn a_struct_is_read() {
    assert_eq!(
        read("name: a\nnumbers: [1, 2]\nword: \"on\"\nwords:\n  x: \"off\"\n"),
        Ok(Form {
            name: "a".to_owned(),
            numbers: vec![1, 2],
            word: Some(Word::On),
            words: BTreeMap::from([("x".to_owned(), Word::Off)]),
        })
    );
}

#[test]
fn mistakes_are_told_at_their_places() {
    for (text, told) in [
        (
            "name: a\nnumber: 1\n",
            "f.yaml:2:1: there is no key `number` here [wrong-form]; did you mean `numbers`?",
        ),
        (
            "numbers: []\n",
            "f.yaml:1:1: the key `name` is missing [wrong-form]; ",
        ),
        (
            "name: [x]\n",
            "f.yaml:1:7: a string belongs here, and not a list [wrong-form]; ",
        ),
        (
            "name: a\nnumbers:\n  - 1\n  - 300\n",
            "f.yaml:4:5: a whole number in range belongs here, and not the number `300` [wrong-form]; ",
        ),
        (
            "name: a\nwords:\n  x: \"onn\"\n",
            "f.yaml:3:6: `onn` is not known here [wrong-form]; did you mean `on`?",
        ),
        (
            "name: a\nword: true\n",
            "f.yaml:2:7: a word belongs here, and not a boolean [wrong-form]; ",
        ),
    ] {
        assert_eq!(read(text), Err(told.to_owned()), "{text}");
    }
}
