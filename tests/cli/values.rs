//! `promchart values`: the effective values, and what people ask of them.

use crate::support::Fixture;

/// A chart with a schema, a subchart under a condition, and an environment.
fn shop() -> Fixture {
    Fixture::new()
        .file(
            "shop/Chart.yaml",
            "apiVersion: v2\nname: shop\nversion: 0.1.0\nengine: jinja\ndependencies:\n  - name: cache\n    version: 0.1.0\n    condition: cache.enabled\n",
        )
        .file(
            "shop/values.yaml",
            "\
# How many pods run.
replicas: 1
image:
  name: shop
  # -- What to pull.
  tag: v1
args: [serve]
password: ''
debug: false
cache:
  enabled: true
  size: 10
",
        )
        .file("shop/values/prod.yaml", "replicas: 3\n")
        .file(
            "shop/values.schema.json",
            "{\"properties\": {\n  \"replicas\": {\"type\": \"integer\"},\n  \"image\": {\"properties\": {\"name\": {\"type\": \"string\", \"description\": \"The image.\"}}}\n}}\n",
        )
        .file(
            "shop/templates/deploy.yaml",
            "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: {{ Values.replicas }}
  template:
    spec:
      containers:
        - name: web
          image: {{ Values.image.name }}:{{ Values.image.tag }}
          args: {{ Values.args }}
          {% if Values.debug %}
          tty: true
          {% endif %}
",
        )
        .file(
            "shop/templates/cm.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  app.yaml: |
    web:
      image: {{ Values.image.name }}
      pods: {{ Values.replicas }}
  password: {{ Values.password }}
",
        )
        .file(
            "shop/charts/cache/Chart.yaml",
            "apiVersion: v2\nname: cache\nversion: 0.1.0\nengine: jinja\n",
        )
        .file("shop/charts/cache/values.yaml", "size: 5\nmode: lru\n")
        .file(
            "shop/charts/cache/templates/svc.yaml",
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: cache\n  labels:\n    size: {{ Values.size | string }}\n",
        )
        .file("mine.yaml", "replicas: 2\nimage:\n  tag: v2\ncache:\n  mode: null\nextra: 1\n")
}

fn values(fixture: &Fixture, more: &[&str]) -> crate::support::Run {
    fixture.run(&[&["values", "--chart", "shop"], more].concat())
}

#[test]
fn the_effective_values() {
    let fixture = shop();
    assert_eq!(
        values(&fixture, &["-f", "mine.yaml"]).done(),
        "\
replicas: 2
image:
  name: shop
  tag: v2
args:
- serve
password: \"\"
debug: false
cache:
  size: 10
  enabled: true
  global: {}
extra: 1
"
    );
    assert_eq!(
        values(&fixture, &["--subchart", "cache", "-o", "json"]).done(),
        "{\n  \"size\": 10,\n  \"mode\": \"lru\",\n  \"enabled\": true,\n  \"global\": {}\n}\n"
    );
}

#[test]
fn the_origin_of_each_leaf() {
    let fixture = shop().file(
        "text.yaml",
        "image:\n  tag: |\n    a\n    b\nargs:\n  - {a: [[1, x]]}\n",
    );
    let run = values(
        &fixture,
        &[
            "--env",
            "prod",
            "-f",
            "mine.yaml",
            "-f",
            "text.yaml",
            "--set",
            "debug=true",
            "--origin",
        ],
    );
    assert_eq!(
        run.done(),
        "\
replicas: 2  # -f, mine.yaml:1:11
image:
  name: shop  # default, shop/values.yaml:4:9
  tag: |  # -f, text.yaml:2:8
    a
    b
args:
- a:
  - - 1  # -f, text.yaml:6:11
    - x  # -f, text.yaml:6:14
password: \"\"  # default, shop/values.yaml:8:11
debug: true  # --set debug=true
cache:
  size: 10  # default, shop/values.yaml:12:9
  enabled: true  # default, shop/values.yaml:11:12
  global: {}
extra: 1  # -f, mine.yaml:6:8
"
    );
    let run = values(&fixture, &["-f", "mine.yaml", "--origin", "-o", "json"]);
    let json: serde_json::Value = serde_json::from_str(run.done()).unwrap();
    assert_eq!(json["values"]["image"]["tag"], "v2");
    assert_eq!(
        json["origins"]["image.tag"],
        serde_json::json!({"layer": "file", "place": {"file": "mine.yaml", "line": 3, "column": 8}})
    );
    assert_eq!(
        json["origins"]["args[0]"],
        serde_json::json!({"layer": "default", "chart": "shop", "place": {"file": "shop/values.yaml", "line": 7, "column": 8}})
    );
}

#[test]
fn comments_change_no_value() {
    let fixture = Fixture::new();
    let plain = fixture.run(&["values", "--env", "prod"]);
    let annotated = fixture.run(&["values", "--env", "prod", "--origin"]);
    let read = |text: &str| crate::support::documents(text);
    assert!(annotated.done().contains("  # --env, embedded:values/prod.yaml:"));
    assert_eq!(read(plain.done()), read(annotated.done()));
}

#[test]
fn what_differs_from_the_defaults() {
    let fixture = shop();
    assert_eq!(values(&fixture, &["--changed"]).done(), "{}\n");
    // It is a values file that comes to the same.
    let changed = values(&fixture, &["-f", "mine.yaml", "--set", "global.a=1", "--changed"]);
    assert_eq!(
        changed.done(),
        "replicas: 2\nimage:\n  tag: v2\ncache:\n  mode: null\nextra: 1\nglobal:\n  a: 1\n"
    );
    let again = fixture.run_with_stdin(&["values", "--chart", "shop", "-f", "-"], changed.done());
    let direct = values(&fixture, &["-f", "mine.yaml", "--set", "global.a=1"]);
    assert_eq!(
        crate::support::documents(again.done()),
        crate::support::documents(direct.done())
    );
    // A subchart that is switched off has not changed for that.
    let run = values(&fixture, &["--set", "cache.enabled=false", "--changed"]);
    assert_eq!(run.done(), "cache:\n  enabled: false\n");
    let run = values(
        &fixture,
        &["-f", "mine.yaml", "--changed", "--subchart", "cache", "--origin"],
    );
    assert_eq!(run.done(), "mode: null\n");
}

#[test]
fn the_story_of_a_value() {
    let fixture = shop();
    let run = values(
        &fixture,
        &[
            "--env",
            "prod",
            "-f",
            "mine.yaml",
            "--set",
            "replicas=4",
            "--explain",
            "replicas",
        ],
    );
    assert_eq!(
        run.done(),
        "\
replicas: 4

  How many pods run.

  type integer; described at shop/values.yaml:1

Set by, the last one counts:
  default  shop/values.yaml:2:11       1
  --env    shop/values/prod.yaml:1:11  3
  -f       mine.yaml:1:11              2
  --set    --set replicas=4            4

Read by:
  shop/templates/cm.yaml:9      pods: {{ Values.replicas }}
  shop/templates/deploy.yaml:6  replicas: {{ Values.replicas }}

Reaches:
  ConfigMap/shop
    goes into data.\"app.yaml\": web.pods
  Deployment/shop
    goes into spec.replicas
"
    );
    let run = values(&fixture, &["--explain", ".Values.image.name"]);
    let text = run.done();
    assert!(
        text.starts_with(
            "image.name: shop\n\n  The image.\n\n  type string; described at shop/values.schema.json:3\n"
        ),
        "{text}"
    );
    let run = values(&fixture, &["--explain", "image.tag"]);
    assert!(
        run.done().contains(
            "\n  What to pull.\n\n  type string, as its default is; described at shop/values.yaml:5\n"
        ),
        "{}",
        run.stdout
    );
}

#[test]
fn conditions_and_switches() {
    let fixture = shop();
    let run = values(&fixture, &["--set", "debug=true", "--explain", "debug"]);
    assert_eq!(
        run.done(),
        "\
debug: true

  type boolean, as its default is

Set by, the last one counts:
  default  shop/values.yaml:9:8  false
  --set    --set debug=true      true

Read by:
  shop/templates/deploy.yaml:13  {% if Values.debug %}

Conditions and loops that hang on it:
  shop/templates/deploy.yaml:13  {% if Values.debug %}

Reaches:
  Deployment/shop
    decides about spec.template.spec.containers[0].tty
"
    );
    let run = values(&fixture, &["--explain", "cache.enabled"]);
    assert!(
        run.done().ends_with(
            "\nSwitches charts:\n  cache: switched on by it (shop/Chart.yaml:8:16)\n\nReaches:\n  Service/cache\n    decides whether it is there\n"
        ),
        "{}",
        run.stdout
    );
    let run = values(
        &fixture,
        &["--set", "cache.enabled=false", "--explain", "cache.size"],
    );
    assert!(
        run.done().contains(
            "\n  the chart `cache` is switched off by `cache.enabled` at --set cache.enabled=false\n"
        ),
        "{}",
        run.stdout
    );
}

#[test]
fn what_deletes_and_what_is_not_set() {
    let fixture = shop();
    let run = values(&fixture, &["-f", "mine.yaml", "--explain", "cache.mode"]);
    assert!(
        run.done().starts_with(
            "cache.mode: not set\n\n  type string, as its default is\n\nSet by, the last one counts:\n  default  shop/charts/cache/values.yaml:2:7  lru\n  -f       mine.yaml:5:9                      null, which deletes it\n"
        ),
        "{}",
        run.stdout
    );
    // A key that the user gave and nobody knows.
    let run = values(&fixture, &["-f", "mine.yaml", "--explain", "extra"]);
    let text = run.done();
    assert!(
        text.contains("The chart has no such key in its schema and defaults."),
        "{text}"
    );
    assert!(
        text.contains("\nNo template reads it with these values.\n"),
        "{text}"
    );
}

#[test]
fn a_story_as_json() {
    let run = values(
        &shop(),
        &["-f", "mine.yaml", "--explain", "image.tag", "-o", "json"],
    );
    let json: serde_json::Value = serde_json::from_str(run.done()).unwrap();
    assert_eq!(json["key"], "image.tag");
    assert_eq!(json["path"], serde_json::json!(["image", "tag"]));
    assert_eq!(json["value"], "v2");
    assert_eq!(json["description"]["text"], "What to pull.");
    assert_eq!(json["history"][1]["layer"], "file");
    assert_eq!(json["history"][1]["place"]["line"], 3);
    assert_eq!(json["uses"]["readers"][0]["file"], "shop/templates/deploy.yaml");
    assert_eq!(json["uses"]["readers"][0]["line"], 11);
    assert_eq!(json["uses"]["reaches"][0]["object"]["kind"], "Deployment");
    assert_eq!(
        json["uses"]["reaches"][0]["fields"][0]["key"],
        "spec.template.spec.containers[0].image"
    );
}

#[test]
fn keys_that_are_not_there() {
    let fixture = shop();
    for (key, message, help) in [
        ("replica", "`replica`", "did you mean `replicas`?"),
        ("tag", "`tag`", "did you mean `image.tag`?"),
        (
            "image.tags",
            "`image.tags`: `image` has no key `tags`",
            "did you mean `image.tag`?",
        ),
        (
            "cache.sise",
            "`cache.sise`: `cache` has no key `sise`",
            "did you mean `cache.size`?",
        ),
    ] {
        fixture.refuses(
            &["values", "--chart", "shop", "--explain", key],
            &format!("error: the values have no key {message} [value-not-found]\n  help: {help}\n"),
        );
    }
    fixture.refuses(
        &["values", "--chart", "shop", "--explain", "a..b"],
        "error: `a..b` is not a path: a key is missing between two dots [path-invalid]\n  \
         help: write it as `a.b[0].c`, and a key with other characters as `a[\"b.c\"]`\n",
    );
    fixture.refuses(
        &["values", "--chart", "shop", "--subchart", "cash"],
        "error: `shop` has no subchart `cash` [unknown-subchart]\n  help: did you mean `cache`?\n",
    );
}

#[test]
fn what_nothing_reads() {
    let fixture = shop().file(
        "bad.yaml",
        "replica: 2\nimage: {tag: v2, pull: Always}\ncache:\n  enabled: false\n  size: 7\njobs:\n  - {name: a, every: 5m}\n  - name: b\n",
    );
    let run = values(&fixture, &["-f", "bad.yaml", "--unused"]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(1), ""));
    assert_eq!(
        run.stdout,
        "\
bad.yaml:1:1: `replica` (2): the chart has no such key; did you mean `replicas`?
bad.yaml:2:18: `image.pull` (Always): the chart has no such key
bad.yaml:5:3: `cache.size` (7): the chart `cache` is switched off by `cache.enabled` at bad.yaml:4:12
bad.yaml:6:1: `jobs` ([{\"name\":\"a\",\"every\":\"5m\"},{\"name\":\"b\"}]): the chart has no such key
"
    );
    let run = values(&fixture, &["-f", "bad.yaml", "--unused", "-o", "json"]);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(json["unused"][0]["near"], "replicas");
    assert_eq!(json["unused"][2]["disabled"]["by"], "cache.enabled");
    assert_eq!(json["unused"][2]["place"]["line"], 5);
    // What is given and read, and what the chart has by itself, is not told.
    assert_eq!(
        values(&fixture, &["--set", "image.tag=v3", "--unused"]).done(),
        ""
    );
}

#[test]
fn the_values_behind_a_field() {
    let fixture = shop();
    let of = |object: &str, field: &str| values(&fixture, &["-f", "mine.yaml", "--of", object, field]);
    let expected = "\
Deployment/shop spec.template.spec.containers[0].image:
  shop:v2

Made by:
  shop/templates/deploy.yaml:11  image: {{ Values.image.name }}:{{ Values.image.tag }}

Values that go into it:
  image.name: shop  (default shop/values.yaml:4:9)
  image.tag: v2
    default  shop/values.yaml:6:8  v1
    -f       mine.yaml:3:8         v2
";
    assert_eq!(
        of("Deployment/shop", "spec.template.spec.containers[0].image").done(),
        expected
    );
    assert_eq!(
        of("deployment/shop", ".spec.template.spec.containers[web].image").done(),
        expected
    );
    let text = "\
ConfigMap/shop data.\"app.yaml\": web.pods:
  2

Made by:
  shop/templates/cm.yaml:9  pods: {{ Values.replicas }}

Values that go into it:
  replicas: 2
    default  shop/values.yaml:2:11  1
    -f       mine.yaml:1:11         2
";
    assert_eq!(of("ConfigMap/shop", "data[\"app.yaml\"].web.pods").done(), text);
    assert_eq!(of("ConfigMap/shop", "data.app.yaml.web.pods").done(), text);
    let run = values(
        &fixture,
        &[
            "--set",
            "debug=true",
            "--of",
            "Deployment/shop",
            "spec.template.spec.containers[0].tty",
        ],
    );
    assert!(
        run.done().ends_with(
            "\nNo value goes into it.\n\nConditions and loops that it stands under:\n  shop/templates/deploy.yaml:13  {% if Values.debug %}\n    debug: true\n      default  shop/values.yaml:9:8  false\n      --set    --set debug=true      true\n"
        ),
        "{}",
        run.stdout
    );
    let run = values(
        &fixture,
        &["--of", "Deployment/shop", "spec.replicas", "-o", "json"],
    );
    let json: serde_json::Value = serde_json::from_str(run.done()).unwrap();
    assert_eq!(json["field"]["key"], "spec.replicas");
    assert_eq!(json["values"][0]["key"], "replicas");
    assert_eq!(json["values"][0]["history"][0]["layer"], "default");
    assert_eq!(json["madeAt"]["line"], 6);
}

#[test]
fn objects_and_fields_that_are_not_there() {
    let fixture = shop();
    for (object, field, message) in [
        (
            "Deploy/shop",
            "spec",
            "error: no object is `Deploy/shop` [object-not-found]\n  help: did you mean `Deployment/shop`?\n",
        ),
        (
            "shop",
            "spec",
            "error: several objects are `shop` [object-not-found]\n  help: write one of `ConfigMap/shop`, `Deployment/shop`\n",
        ),
        (
            "Deployment/shop",
            "spec.replica",
            "error: `spec` has no key `replica` [field-not-found]\n  help: did you mean `replicas`?\n",
        ),
        (
            "Deployment/shop",
            "spec.template.spec.containers[wep]",
            "error: `spec.template.spec.containers` has no item with the name `wep` [field-not-found]\n  help: did you mean `web`?\n",
        ),
        (
            "ConfigMap/shop",
            "data.app.yaml.web.port",
            "error: `web` has no key `port` [field-not-found]\n  help: it has image, pods\n",
        ),
    ] {
        fixture.refuses(&["values", "--chart", "shop", "--of", object, field], message);
    }
}

#[test]
fn answers_hide_secrets_and_values_do_not() {
    let fixture = shop().file("secret.yaml", "password: hunter2\nextra: {apiKey: correct}\n");
    let given = ["-f", "secret.yaml", "--set", "cache.token=horse"];
    let questions: [&[&str]; 4] = [
        &["--explain", "password"],
        &["--explain", "extra"],
        &["--unused"],
        &["--of", "ConfigMap/shop", "data.password"],
    ];
    for question in questions {
        for form in [&[][..], &["-o", "json"], &["-o", "yaml"]] {
            let run = values(&fixture, &[&given[..], question, form].concat());
            for secret in ["hunter2", "correct", "horse"] {
                assert!(!run.stdout.contains(secret), "{question:?}: {}", run.stdout);
            }
            assert!(run.stdout.contains("***"), "{question:?}: {}", run.stdout);
        }
        let run = values(&fixture, &[&given[..], question, &["--show-secrets"]].concat());
        assert!(
            !run.stdout.contains("***") || run.stdout.contains("--set cache.token=***"),
            "{}",
            run.stdout
        );
    }
    let run = values(&fixture, &["-f", "secret.yaml", "--explain", "password"]);
    assert!(
        run.done()
            .ends_with("\nSecrets are hidden; `--show-secrets` shows them.\n"),
        "{}",
        run.stdout
    );
    let run = values(&fixture, &["-f", "secret.yaml", "--origin"]);
    assert!(
        run.done().contains("password: hunter2  # -f, secret.yaml:1:11\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn values_that_the_schema_refuses_are_shown_all_the_same() {
    let fixture = shop();
    let refused = "error: `replicas` has to be a whole number, but is the string `two` [invalid-value]\n";
    for question in [&[][..], &["--explain", "replicas"]] {
        let run = values(&fixture, &[&["--set", "replicas=two"], question].concat());
        assert_eq!(run.status, Some(1));
        assert!(run.stderr.starts_with(refused), "{}", run.stderr);
        assert!(run.stdout.starts_with("replicas: two\n"), "{}", run.stdout);
    }
}

#[test]
fn charts_that_cannot_be_rendered() {
    let fixture = shop().file("shop/templates/bad.yaml", "a: {{ Values.nope }}\n");
    let run = values(&fixture, &["--explain", "replicas"]);
    assert_eq!(run.status, Some(1));
    assert!(
        run.stderr.contains("shop/templates/bad.yaml:1:"),
        "{}",
        run.stderr
    );
    assert!(
        run.stdout
            .ends_with("\nThe chart could not be rendered, so it is not known what reads the value.\n"),
        "{}",
        run.stdout
    );
    let run = values(&fixture, &["--unused"]);
    assert_eq!((run.status, run.stdout.as_str()), (Some(2), ""));
}

#[test]
fn what_people_type_instead() {
    let fixture = shop();
    for (words, flags) in [
        (&["server.retention"][..], "--explain server.retention"),
        (&["shop"], "--chart shop"),
        (&["web", "./shop"], "--release web --chart ./shop"),
    ] {
        let run = fixture.run(&[&["values"], words].concat());
        assert!(
            run.refused()
                .ends_with(&format!("  help: write `promchart values {flags}`\n")),
            "{}",
            run.stderr
        );
    }
    let run = fixture.run(&["values", "--explain", "a", "--unused"]);
    assert!(run.refused().contains("cannot be used with"), "{}", run.stderr);
}
