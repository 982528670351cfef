//! No diagnostic shows a value under a key that sounds like a secret, wherever it stands.

use crate::support::Fixture;

/// Whatever is said, the secret is not in it, and something is said.
#[track_caller]
fn hidden(fixture: &Fixture, arguments: &[&str]) -> String {
    let run = fixture.run(arguments);
    for text in [&run.stdout, &run.stderr] {
        for secret in ["hunter2", "correct", "horse", "aHVudGVyMg"] {
            assert!(!text.contains(secret), "{arguments:?}: {text}");
        }
    }
    assert!(!run.stderr.is_empty(), "{arguments:?} says nothing");
    run.stderr
}

/// A chart whose schema wants other values.
fn strict() -> Fixture {
    let wrong = r#"{"type": "integer"}"#;
    let keys = [
        "password",
        "adminPassword",
        "passphrase",
        "privateKey",
        "pwd",
        "bearer",
        "authorization",
        "webhook",
        "dsn",
        "slack_api_url",
        "token",
        "apiKey",
        "api-key",
        "map",
    ];
    let properties: Vec<String> = keys.iter().map(|key| format!("\"{key}\": {wrong}")).collect();
    Fixture::with_template("", "a: 1\n").file(
        "demo/values.schema.json",
        format!("{{\"properties\": {{{}}}}}", properties.join(", ")),
    )
}

#[test]
fn values_that_the_schema_refuses() {
    let fixture = strict()
        .file(
            "lines.yaml",
            "password: hunter2\nadminPassword: [hunter2]\npassphrase: hunter2 correct\nprivateKey: |\n  hunter2\n  correct\n\
             pwd: \"hunter2\"\nbearer: 'hunter2'\nauthorization: {type: Bearer, credentials: hunter2}\n\
             webhook: https://hunter2\ndsn: postgres://me:hunter2@db\nslack_api_url: hunter2\ntoken: hunter2\napiKey: >\n  hunter2\n\
             api-key: hunter2\n",
        )
        .file("flow.yaml", "{map: {}, password: hunter2, token: \"correct horse\", apiKey: hunter2}\n");
    let told = hidden(&fixture, &["render", "--chart", "demo", "-f", "lines.yaml"]);
    assert_eq!(told.matches("error: ").count(), 13, "{told}");
    assert!(
        told.contains("  1 | password: ***\n    |           ^\n"),
        "{told}"
    );
    let told = hidden(&fixture, &["render", "--chart", "demo", "-f", "flow.yaml"]);
    assert!(
        told.contains("  1 | {map: {}, password: ***, token: ***, apiKey: ***}\n    |       ^\n"),
        "{told}"
    );
    let told = hidden(
        &fixture,
        &["render", "--chart", "demo", "--set", "password=hunter2,map=x"],
    );
    assert!(told.contains("  --> --set password=***,map=x\n"), "{told}");
    for (flag, argument) in [
        ("--set", "map=1,adminPassword=hunter2"),
        ("--set", "token={hunter2,correct}"),
        ("--set", "token=hunter2,horse"),
        ("--set-string", "password=hunter2"),
        ("--set-literal", "password=hunter2,correct"),
        ("--set-json", "password=\"hunter2\""),
        ("--set-json", "{\"password\": \"hunter2\"}"),
        ("--set-json", "password={\"a\": hunter2}"),
        ("--set", "password[x]=hunter2"),
    ] {
        hidden(&fixture, &["render", "--chart", "demo", flag, argument]);
    }
}

#[test]
fn values_that_cannot_be_read() {
    for text in [
        "password: hunter2: x\n",
        "password: *hunter2\n",
        "password: !!int hunter2\n",
        "password: \"hunter2\n",
        "a: {password: hunter2, token: [hunter2}\n",
        "password: hunter2\npassword: hunter2\n",
        "token: \"\\q hunter2\"\n",
        "credentials:\n  user: hunter2\n bad: hunter2\n",
        "apiKey: |\n  hunter2\n correct\n",
        "kind: Secret\ndata:\n  x: aHVudGVyMg\n  x: aHVudGVyMg\n",
    ] {
        hidden(&Fixture::with_values(text), &["render", "-f", "values.yaml"]);
    }
}

#[test]
fn values_that_templates_cannot_use() {
    let values = "password: hunter2\nlist: {token: [hunter2]}\n";
    for hole in [
        "Values.password.x",
        "Values.password | from_yaml | merge(1)",
        "Values.password | b64decode",
        "Values.password | regex_match('(')",
        "Values.password | semver_compare('1')",
        "('' ~ Values.password) | semver_compare('1')",
        "Values.list.token | trunc(3)",
        "fail('no ' ~ Values.password)",
        "Values[Values.password]",
        "Values.nope",
    ] {
        let fixture = Fixture::with_template(
            "",
            &format!(
                "apiVersion: v1\nkind: Secret\nmetadata: {{name: x}}\ndata:\n  a: hunter2{{{{ {hole} }}}}\n"
            ),
        )
        .file("mine.yaml", values);
        let told = hidden(&fixture, &["render", "--chart", "demo", "-f", "mine.yaml"]);
        // What the author of the template needs to see is there.
        assert!(told.contains("{{ "), "{told}");
    }
}

/// Random values with secrets at random depths, written in each way that the program writes: no secret is left in the text.
#[test]
fn random_values_lose_their_secrets_and_nothing_else() {
    use promchart::yaml::{self, Map, Node};

    let mut state = 7_u64;
    let mut pick = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    const SECRETS: &[&str] = &[
        "hunter2",
        "hunter2 hunter2",
        "line hunter2\nhunter2: x\n  hunter2\n",
        "{hunter2",
        "# hunter2",
        "'hunter2\"",
        "a: hunter2, hunter2",
        "[hunter2]",
        "hunter2 \\",
        "| hunter2",
        "- hunter2",
        "hunter2 -----------------------------------------------------------------------------------------------------",
    ];
    const KEYS: &[&str] = &["a", "name", "some-key", "x.y", "value", "kind", "list", "0"];
    const SECRET_KEYS: &[&str] = &[
        "password",
        "apiKey",
        "private_key",
        "slack_api_url",
        "auth-token",
        "dsn",
    ];
    fn node(pick: &mut impl FnMut(u64) -> u64, depth: u64, is_secret: bool) -> Node {
        let mut index =
            |list: &'static [&'static str]| list[usize::try_from(pick(list.len() as u64)).unwrap()];
        let leaf = if is_secret {
            index(SECRETS)
        } else {
            index(&["plain", "two words", "1", "a\nb\n", "", "it's"])
        };
        match pick(4) {
            0 if depth > 0 => {
                let items: Vec<Node> = (0..pick(4)).map(|_| node(pick, depth - 1, is_secret)).collect();
                Node::computed(items)
            }
            1 | 2 if depth > 0 => {
                let mut map = Map::new();
                for _ in 0..=pick(4) {
                    let hides = pick(3) == 0;
                    let keys = if hides { SECRET_KEYS } else { KEYS };
                    let key = keys[usize::try_from(pick(keys.len() as u64)).unwrap()];
                    map.insert(key, node(pick, depth - 1, is_secret || hides));
                }
                Node::computed(map)
            }
            _ => Node::computed(leaf),
        }
    }
    let mut hidden = 0;
    for _ in 0..3000 {
        let Node { value, .. } = node(&mut pick, 5, false);
        let node = Node::computed(Map::from_iter([("root", Node::computed(value))]));
        for text in [
            yaml::write(&node),
            yaml::write_json(&node),
            yaml::write_json_pretty(&node),
        ] {
            let masked = promchart::secret::masked(&text);
            assert!(!masked.contains("hunter2"), "{text}\n{masked}");
            hidden += usize::from(masked != text);
            if !text.contains("hunter2") {
                assert!(
                    masked.contains("plain") == text.contains("plain"),
                    "{text}\n{masked}"
                );
            }
        }
    }
    assert!(hidden > 1000, "{hidden}");
}

#[test]
fn keys_that_are_made_of_values() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  {{ Values.password }}: 1\n  {{ Values.password }}: 2\n";
    let fixture = Fixture::with_template("password: hunter2\n", template);
    let told = hidden(&fixture, &["render", "--chart", "demo"]);
    assert!(
        told.starts_with(
            "error: a key that is made of values is there twice [duplicate-key]\n  --> demo/templates/a.yaml:6:3\n"
        ),
        "{told}"
    );
}
