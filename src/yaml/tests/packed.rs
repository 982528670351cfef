use super::*;

/// The node with all of its places, in words.
fn whole(node: &Node) -> String {
    format!("{node:?}")
}

#[test]
fn packed_nodes_come_back_with_their_places() {
    let text = "a: &a {b: 1, c: [x, \"x\", -1.5, ~, on, off]}\n\n\nd: *a\ne:\n  <<: *a\n  é: |\n    x\n  f: 18446744073709551615\n  g: -3\n  h: {i: {}, j: [], k: [{}, []]}\n";
    let source = source(text);
    let node = read_values(&source).unwrap();
    let unpacked = unpack(&pack(&node), &source).unwrap();
    assert_eq!(whole(&unpacked), whole(&node));
}

#[test]
fn what_was_not_packed_is_refused() {
    let source = source("a: [1, 2.5, {b: text, c: text}]\n");
    let packed = pack(&read_values(&source).unwrap());
    for length in 0..packed.len() {
        assert!(unpack(&packed[..length], &source).is_none(), "{length}");
    }
    assert!(unpack(&[&packed[..], &[0]].concat(), &source).is_none());
    // A list that promises more items than there are bytes.
    assert!(
        unpack(
            &[0, 1, 6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
            &source
        )
        .is_none()
    );
}
