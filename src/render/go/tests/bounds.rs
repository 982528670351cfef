//! Hostile templates end with an error, never with a crash.

use super::*;

/// The error of a template, on a thread with a large stack.
fn told(template: impl Into<String>, expected: &'static str) {
    let template = template.into();
    on_large_stack(move || {
        let error = wrong(&template);
        assert!(error.contains(expected), "{error}");
    });
}

#[test]
fn endless_recursion_is_told() {
    told(
        "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
        "`a` includes itself more than 1000 levels deep",
    );
    told(
        "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}",
        "templates include each other more than 10000 levels deep",
    );
    told(
        "{{ define \"a\" }}{{ if . }}{{ with . }}{{ tpl \"{{ template \\\"a\\\" . }}\" . }}{{ end }}{{ end }}{{ end }}\
         {{ template \"a\" 1 }}",
        "templates include each other more than 10000 levels deep",
    );
    told(
        "{{ define \"t\" }}{{ tpl . . }}{{ end }}{{ include \"t\" \"{{ tpl . . }}\" }}",
        "templates include each other more than 10000 levels deep",
    );
}

/// No name is open more than 1000 times, but many are.
#[test]
fn a_ring_of_templates_is_told() {
    let ring: String = (0..20)
        .map(|number| {
            let next = (number + 1) % 20;
            format!(
                "{{{{ define \"a{number}\" }}}}{{{{ range .x }}}}{{{{ and 1 (print (or 0 (include \"a{next}\" $))) }}}}\
                 {{{{ end }}}}{{{{ end }}}}"
            )
        })
        .collect();
    let start = "{{ include \"a0\" (fromJson \"{\\\"x\\\":[1]}\") }}";
    told(
        ring + start,
        "templates include each other more than 10000 levels deep",
    );
}

#[test]
fn many_steps_are_told() {
    told(
        "{{ range 100000000 }}{{ end }}",
        "the templates take more than 1000000 steps",
    );
    told(
        "{{ define \"a\" }}{{ range 100 }}{{ range 100 }}{{ range 100 }}{{ end }}{{ end }}{{ end }}{{ end }}\
         {{ range 100 }}{{ include \"a\" . }}{{ end }}",
        "the templates take more than 1000000 steps",
    );
}

#[test]
fn much_output_is_told() {
    told(
        "{{ range 100000 }}0123456789012345678901234567890123456789012345678901234567890123456789{{ end }}",
        "the templates write more than 4194304 bytes",
    );
    told(
        "{{ $x := \"0123456789\" }}{{ range 40 }}{{ $x = print $x $x }}{{ end }}",
        "the templates write more than 4194304 bytes",
    );
    told(
        "{{ printf \"%1000000d%1000000d%1000000d%1000000d%1000000d\" 1 1 1 1 1 }}",
        "the templates write more than 4194304 bytes",
    );
}

#[test]
fn nested_values_are_told_and_taken_apart() {
    on_large_stack(|| {
        let mut value = Value::Nil;
        for _ in 0..1_000_000 {
            value = Value::Map(Map::from_values([("k", List::from_values([value]).into())]));
        }
        drop(value);
    });
    let deep = "[".repeat(400) + &"]".repeat(400);
    assert_eq!(render(&format!("{{{{ fromJsonArray `{deep}` }}}}"), ""), deep);
    let deeper = "[".repeat(1000) + &"]".repeat(1000);
    assert_eq!(
        render(&format!("{{{{ fromJsonArray `{deeper}` }}}}"), ""),
        "[exceeded max depth]"
    );
    told(
        "{{ if 1 }}".repeat(300) + &"{{ end }}".repeat(300),
        "it is nested more than 200 levels deep",
    );
    told(
        "{{ ".to_owned() + &"(".repeat(100_000) + "1" + &")".repeat(100_000) + " }}",
        "it is nested more than 200 levels deep",
    );
    let chain = "{{ if . }}a".to_owned() + &"{{ else if . }}b".repeat(10_000) + "{{ end }}";
    assert_eq!(render(&chain, ""), "a");
}

/// Go dies of it.
#[test]
fn a_map_that_holds_itself_is_told() {
    let map = Map::new();
    map.set("self", Value::Map(map.clone()));
    let program = program(&[
        ("print", "{{ . }}"),
        ("yaml", "[{{ toYaml . }}]"),
        ("must", "{{ mustToJson . }}"),
        ("printf", "{{ printf \"%d\" . }}"),
    ])
    .unwrap();
    let mut run = Run::new(&program, Limits::default());
    for (name, expected) in [
        ("print", Err("nested more than 500 levels deep, or holds itself")),
        ("printf", Err("nested more than 500 levels deep, or holds itself")),
        ("must", Err("nested more than 500 levels deep, or holds itself")),
        // Helm swallows the error.
        ("yaml", Ok("[]")),
    ] {
        let found = run.render(name, Value::Map(map.clone()), false);
        match (found, expected) {
            (Ok(output), Ok(expected)) => assert_eq!(output.text.lossy(), expected),
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
            (found, _) => panic!("{name}: {found:?}"),
        }
    }
    map.unset(b"self");
}
