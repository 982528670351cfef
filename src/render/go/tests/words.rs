//! The words of a template, and their places.

use crate::render::go::lex::{Lexer, Word};

/// What newlines may stand in, before or behind, in all orders.
#[test]
fn each_word_knows_its_line() {
    let pieces = [
        "a\n",
        "\n",
        " ",
        "{{",
        "{{-\n",
        "{{- ",
        "}}",
        "\n-}}",
        " -}}",
        "{{/*\n*/}}",
        "{{- /* a\n */ -}}",
        "`\n`",
        "\"x\"",
        "\"\n",
        ".a",
        "x",
        "(",
        ")",
        "|",
        "{{/*",
        "*/",
        "\u{e9}",
        "1",
    ];
    let mut seed = 7_usize;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(seed >> 33) % pieces.len()]);
        }
        let mut lexer = Lexer::new(&text);
        let mut last = None;
        while lexer.read_on() {
            for token in lexer.words() {
                let before = &text.as_bytes()[..token.at.offset as usize];
                let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
                assert_eq!(token.at.line as usize, line, "{:?} of {text:?}", token.word);
                last = Some(token.word);
            }
        }
        assert!(
            matches!(last, Some(Word::End | Word::Error)),
            "{last:?} of {text:?}"
        );
    }
}
