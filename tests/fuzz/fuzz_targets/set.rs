//! Any argument of a flag that sets values: the flag is said by the first byte, what follows is the argument.
#![no_main]

use libfuzzer_sys::fuzz_target;
use promchart::secret;
use promchart::values::{Selector, each_leaf, find};
use promchart_fuzz::{comes_back, file, told, told_all, user};

const BELOW: &str = "a: {b: 1, c: [1, {d: 2}]}\nl: [[1], null]\ns: text\nn: null\n";

fuzz_target!(|text: &str| {
    let Some(flag) = text.chars().next() else { return };
    let argument = &text[flag.len_utf8()..];
    let mut inputs = file(BELOW);
    // Twice: the second is put over what the first has made.
    let arguments = vec![argument.to_owned(), argument.to_owned()];
    let name = match flag {
        'j' => ("--set-json", inputs.set_json = arguments).0,
        's' => ("--set-string", inputs.set_string = arguments).0,
        'f' => ("--set-file", inputs.set_file = arguments).0,
        'l' => ("--set-literal", inputs.set_literal = arguments).0,
        _ => ("--set", inputs.set = arguments).0,
    };
    secret::masked_argument(name, argument);
    let selector = Selector::parse(argument);
    told(&selector);
    let given = user(&inputs);
    told(&given);
    let Ok(given) = given else { return };
    if let Ok(selector) = selector {
        match selector.resolve(&given.values) {
            Ok(path) => assert!(find(&given.values, &path).is_some(), "{path:?}"),
            Err(lost) => drop((lost.message("Values"), lost.help())),
        }
    }
    told_all(&given.warnings);
    comes_back(&given.values);
    let again = user(&inputs).expect("as before");
    assert_eq!(given.values, again.values);
    // A path leads to each leaf.
    each_leaf(&given.values, &mut Vec::new(), &mut |path, leaf| {
        assert_eq!(find(&given.values, path), Some(leaf));
        true
    });
});
