//! Charts that mean harm: each ends soon, with what is wrong at its place.

use super::*;

/// What a template ends with, at its line and column.
#[track_caller]
fn told(template: impl Into<String>, expected: &'static str) {
    let template = template.into();
    let thread = std::thread::Builder::new().stack_size(256 << 20);
    let error = thread.spawn(move || wrong(&template)).unwrap().join().unwrap();
    let is_placed = ["a.yaml:1:", "the text of `tpl`:1:"]
        .iter()
        .any(|place| error.contains(place));
    assert!(is_placed && error.contains(expected), "{error:.2000}");
}

const STEPS: &str = "the templates take more than 1000000 steps";
const BYTES: &str = "the templates write more than 4194304 bytes";
const AT_ONCE: &str = "bytes at once are more than the 67108864 that one call may make";
/// One of the two, whichever comes first.
const BOUND: &str = "the templates ";
const DEEP: &str = "the value is nested more than 500 levels deep, or holds itself";

#[test]
fn texts_that_grow_are_told() {
    told("{{ repeat 1000000000 \"ab\" }}", AT_ONCE);
    told("{{ repeat -1 \"ab\" }}", "`repeat`: the number -1 is negative");
    told("{{ repeat 1000 (repeat 1000 (repeat 1000 \"ab\")) }}", AT_ONCE);
    told(
        "{{ replace \"\" (repeat 10000 \"b\") (repeat 10000 \"a\") }}",
        AT_ONCE,
    );
    told(
        "{{ regexReplaceAll \"a\" (repeat 10000 \"a\") (repeat 10000 \"b\") }}",
        BYTES,
    );
    told("{{ indent 1000000000 \"a\" }}", AT_ONCE);
    told("{{ indent 10000 (repeat 10000 \"a\\n\") }}", AT_ONCE);
    told(
        "{{ wrapWith 1 (repeat 10000 \"b\") (repeat 10000 \"a \") }}",
        AT_ONCE,
    );
    told("{{ join (repeat 10000 \"b\") (until 10000) }}", AT_ONCE);
    told(
        "{{ $x := \"a\" }}{{ range 200 }}{{ $x = b64enc $x }}{{ end }}",
        BYTES,
    );
    told(
        "{{ $x := \"\\\"\" }}{{ range 60 }}{{ $x = quote $x }}{{ end }}",
        BYTES,
    );
    told("{{ randAlphaNum 1000000000 }}", AT_ONCE);
    told("{{ randBytes 1000000000 }}", AT_ONCE);
    told(
        "{{ range 100000 }}{{ sha256sum (repeat 100000 \"a\") }}{{ end }}",
        BYTES,
    );
}

#[test]
fn lists_that_grow_are_told() {
    told("{{ until 1000000000 }}", STEPS);
    told("{{ until 9223372036854775807 }}", STEPS);
    told("{{ untilStep 0 1000000000 1 }}", STEPS);
    told("{{ untilStep 0 -1000000000 -1 }}", STEPS);
    told("{{ seq 0 1000000000 }}", STEPS);
    told("{{ range 9223372036854775807 }}{{ end }}", STEPS);
    told("{{ range $x := 1000000000 }}{{ end }}", STEPS);
    told(
        "{{ $l := list 1 }}{{ range 60 }}{{ $l = concat $l $l }}{{ end }}",
        BYTES,
    );
    told(
        "{{ $l := list }}{{ range 100000 }}{{ $l = append $l 1 }}{{ end }}",
        BYTES,
    );
    told("{{ index .Values.l 9223372036854775807 }}", "nil");
    told("{{ index (list 1) 9223372036854775807 }}", "`index`");
    told("{{ slice (list 1) 0 9223372036854775807 }}", "`slice`");
    told(
        "{{ chunk 0 (list 1) }}",
        "`chunk`: the size 0 of chunks is not positive",
    );
}

#[test]
fn what_is_shared_2_to_the_60_times_is_told() {
    let shared = "{{ $m := dict \"a\" 1 }}{{ $n := dict \"a\" 1 }}{{ range 60 }}{{ $m = dict \"l\" $m \"r\" $m }}{{ $n = dict \"l\" $n \
                  \"r\" $n }}{{ end }}";
    for call in [
        "toYaml $m",
        "toJson $m",
        "toToml $m",
        "toString $m",
        "deepCopy $m",
        "deepEqual $m $n",
        "merge $m $n",
        "list $m | uniq",
        "printf \"%v\" $m",
    ] {
        let template = format!("{shared}{{{{ {call} }}}}");
        let thread = std::thread::Builder::new().stack_size(256 << 20);
        let error = thread.spawn(move || wrong(&template)).unwrap().join().unwrap();
        assert!(
            error.contains("a.yaml:1:") && (error.contains(STEPS) || error.contains(BYTES)),
            "{call}: {error:.2000}"
        );
    }
}

#[test]
fn maps_that_hold_themselves_are_told() {
    let own = "{{ $m := dict \"k\" 1 }}{{ $_ := set $m \"self\" $m }}";
    for call in [
        "$m",
        "print $m",
        "mustToJson $m",
        "deepCopy $m",
        "toString (list $m)",
        "printf \"%d\" $m",
        "merge (dict) (deepCopy $m)",
    ] {
        told(format!("{own}{{{{ {call} }}}}"), DEEP);
    }
}

/// Names are looked up, not searched for: so many would take hours.
#[test]
fn names_may_be_many() {
    let many = |of: &dyn Fn(usize) -> String| (0..200_000).map(of).collect::<String>();
    let variables = many(&|n| format!("{{{{ $a{n} := 1 }}}}"));
    let unseen = many(&|_| "{{ $a := 2 }}".to_owned());
    let branches = format!("{{{{ if 1 }}}}{unseen}{{{{ $a }}}}{{{{ else }}}}{{{{ $ }}}}{{{{ end }}}}");
    assert_eq!(render(&format!("{variables}{{{{ $a9 }}}}{branches}"), ""), "12");
    let templates = many(&|n| format!("{{{{ define \"a{n}\" }}}}{n}{{{{ end }}}}"));
    assert_eq!(render(&format!("{templates}{{{{ include \"a9\" . }}}}"), ""), "9");
}

/// A chain or ring of calls, and twice as many calls at each level.
#[test]
fn calls_without_end_are_told() {
    let define = |number: usize, body: &str| format!("{{{{ define \"a{number}\" }}}}{body}{{{{ end }}}}");
    let twice: String = (0..60)
        .map(|number| {
            define(
                number,
                &format!(
                    "{{{{ include \"a{0}\" . }}}}{{{{ include \"a{0}\" . }}}}",
                    number + 1
                ),
            )
        })
        .collect();
    told(
        format!("{twice}{}{{{{ include \"a0\" . }}}}", define(60, "")),
        STEPS,
    );
    told(
        "{{ define \"a\" }}{{ include \"b\" . }}{{ end }}{{ define \"b\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
        "includes itself more than 1000 levels deep",
    );
    told(
        "{{ $t := \"{{ tpl . . }}\" }}{{ tpl $t $t }}",
        "templates include each other more than 10000 levels deep",
    );
    told(
        "{{ $t := \"{{ .x }}\" }}{{ range 40 }}{{ $t = print $t $t }}{{ end }}{{ tpl $t (dict) }}",
        BYTES,
    );
    told(
        "{{ tpl (printf \"%s1%s\" (repeat 1000 \"{{ if 1 }}\") (repeat 1000 \"{{ end }}\")) . }}",
        "it is nested more than 200 levels deep",
    );
    told(
        "{{ tpl (printf \"{{ %s1%s }}\" (repeat 1000 \"(\") (repeat 1000 \")\")) . }}",
        "it is nested more than 200 levels deep",
    );
}

/// What a record keeps of a hundred thousand includes is counted, as well as what they write.
#[test]
fn what_is_recorded_is_bounded() {
    let template = "{{ define \"a\" }}y{{ end }}{{ define \"b\" }}{{ range 1000 }}{{ include \"a\" $ }}{{ end }}{{ end }}{{ range 1000 }}{{ \
                    include \"b\" $ }}{{ end }}";
    let program = program(&[("a.yaml", template)]).unwrap();
    let limits = |bytes| Limits {
        steps: u64::MAX,
        bytes,
        ..Limits::default()
    };
    let error = Run::new(&program, limits(1 << 22))
        .render("a.yaml", root(""), true)
        .err();
    assert!(error.is_some_and(|error| error.to_string().contains(BYTES)));
    let reads = "{{ range 1000000 }}{{ if $.Values.a }}{{ end }}{{ end }}";
    let program = self::program(&[("a.yaml", reads)]).unwrap();
    let error = Run::new(&program, limits(1 << 22))
        .render("a.yaml", root("a: 1"), true)
        .err();
    assert!(error.is_some_and(|error| error.to_string().contains(BYTES)));
}

#[test]
fn what_is_dear_costs_steps() {
    for call in [
        "genCA \"x\" 10",
        "genPrivateKey \"rsa\"",
        "genSelfSignedCert \"x\" (list) (list) 10",
        "bcrypt \"x\"",
        "htpasswd \"a\" \"x\"",
        "derivePassword 1 \"long\" \"p\" \"u\" \"s\"",
    ] {
        told(
            format!("{{{{ range 1000000 }}}}{{{{ $x := {call} }}}}{{{{ end }}}}"),
            BOUND,
        );
    }
    told("{{ genPrivateKey \"dsa\" }}", "keys of DSA are not made any more");
    told(
        "{{ range 1000000 }}{{ $x := semverCompare \">=1.2.3 <2.0.0 || >3\" \"1.5.0\" }}{{ end }}",
        BOUND,
    );
    told(
        "{{ $l := until 10000 }}{{ range 10000 }}{{ $x := has -1 $l }}{{ end }}",
        BOUND,
    );
    told(
        "{{ range 1000 }}{{ $x := sortAlpha (until 10000) }}{{ end }}",
        BOUND,
    );
}

/// As in Go, a width or precision beyond a million is a mistake in the text.
#[test]
fn widths_are_those_of_go() {
    for (call, text) in [
        ("printf \"%1000000000d\" 1", "%!(NOVERB)%!(EXTRA int=1)"),
        ("printf \"%.1000000000f\" 1.5", "%!(NOVERB)%!(EXTRA float64=1.5)"),
        ("printf \"%*d\" 1000000000 1", "%!(BADWIDTH)1"),
    ] {
        assert_eq!(render(&format!("{{{{ {call} }}}}"), ""), text, "{call}");
    }
}
