use super::*;

#[test]
fn nesting() {
    let too_deep = |limit: u32, column: u32| {
        format!(
            "yaml-depth v.yaml:1:{column} maps and lists are nested more than {limit} levels deep | help: no \
             configuration needs that; check how the text was made\n"
        )
    };
    // The parser counts brackets on its own, to 255.
    assert_eq!(wrong(&"[".repeat(100_000)), too_deep(255, 256));
    assert_eq!(wrong(&"{a: ".repeat(100_000)), too_deep(255, 1021));
    assert_eq!(wrong(&"- ".repeat(100_000)), too_deep(256, 513));
    assert_eq!(
        wrong(&"? ".repeat(100_000)),
        format!(
            "yaml-key v.yaml:1:3 a map cannot be a key | help: put text that begins with `{{` or `[` in quotes
{}",
            too_deep(256, 513)
        )
    );
    let deepest = format!("{}x{}", "[".repeat(255), "]".repeat(255));
    assert!(read_document(&source(&deepest)).is_ok());
    assert!(read_document(&source(&format!("{}x", "- ".repeat(256)))).is_ok());
}

#[test]
fn nesting_by_aliases() {
    let lines: String = (1..3000)
        .map(|n| format!("a{n}: &a{n} [*a{}]\n", n - 1))
        .collect();
    assert!(
        wrong(&format!("a0: &a0 x\n{lines}"))
            .starts_with("yaml-depth v.yaml:257:14 maps and lists are nested more than 256 levels deep")
    );
}

#[test]
fn a_billion_laughs() {
    let nine = |n: usize| vec![format!("*a{n}"); 9].join(",");
    let lines: String = (1..12)
        .map(|n| format!("a{n}: &a{n} [{}]\n", nine(n - 1)))
        .collect();
    assert_eq!(
        wrong(&format!("a0: &a0 [x,x,x,x,x,x,x,x,x]\n{lines}")),
        "yaml-aliases v.yaml:6:10 aliases repeat more than 100000 values | help: write fewer aliases of aliases; this \
         looks like an attack on the reader\n"
    );
}

#[test]
fn aliases_of_long_texts() {
    // Few values, and many bytes: as values, as keys and within lists and maps.
    let long = "x".repeat(1 << 20);
    let most = "yaml-aliases v.yaml:PLACE aliases repeat more than 67108864 bytes of text | help: write fewer aliases of \
                aliases; this looks like an attack on the reader\n";
    for (value, line, place) in [
        (format!("&a {long}"), "- *a\n", "67:3"),
        (format!("&a [{long}]"), "- [1, *a]\n", "67:7"),
        (format!("&a {{k: '{long}'}}"), "- {<<: *a}\n", "66:8"),
        (format!("&a {{? {long} : 1}}"), "- *a\n", "66:3"),
    ] {
        let text = |lines: usize| format!("a: {value}\nb:\n{}", line.repeat(lines));
        assert_eq!(wrong(&text(1000)), most.replace("PLACE", place), "{line}");
        assert_eq!(read(&text(63)).get("b").unwrap().as_list().unwrap().len(), 63);
    }
}

#[test]
fn honest_aliases_in_a_large_text() {
    let text = format!("a: &a x\nb:\n{}", "- *a\n".repeat(150_000));
    assert_eq!(read(&text).get("b").unwrap().as_list().unwrap().len(), 150_000);
}

#[test]
fn sizes() {
    let limits = Limits {
        input: 10,
        ..Limits::default()
    };
    let small = |limits: Limits, text: &str| {
        said(
            &read_documents_with(
                &source(text),
                &Options {
                    limits,
                    ..Options::default()
                },
            )
            .unwrap_err(),
        )
    };
    let help = "| help: no configuration needs that; check how the text was made\n";
    assert_eq!(
        small(limits, "a: 4567890x"),
        format!("yaml-size v.yaml the text has more than 10 bytes {help}")
    );
    let limits = Limits {
        scalar: 3,
        ..Limits::default()
    };
    assert_eq!(
        small(limits, "a: 1234"),
        format!("yaml-size v.yaml:1:4 a text has more than 3 bytes {help}")
    );
    let limits = Limits {
        events: 3,
        ..Limits::default()
    };
    assert_eq!(
        small(limits, "a: 1"),
        format!("yaml-size v.yaml:1:4 the text has more than 3 values {help}")
    );
    let limits = Limits {
        brackets_and_commas: 3,
        ..Limits::default()
    };
    assert_eq!(
        small(limits, "[a,b,c,d]"),
        format!("yaml-size v.yaml the text has more than 3 brackets and commas {help}")
    );
}

#[test]
fn errors_are_counted() {
    let wrong = wrong(&"a: 1\n".repeat(1000));
    assert_eq!(wrong.lines().count(), 50);
}
