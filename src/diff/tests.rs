//! What is found between two sides.

use std::fmt::Write as _;

use super::*;
use crate::manifest::{self, Object};
use crate::source::Source;
use crate::yaml;

fn objects(name: &str, text: &str) -> Vec<Object> {
    manifest::read(&Source::new(name, text)).unwrap()
}

pub(super) fn options() -> Options {
    Options {
        namespace: "default".to_owned(),
        ..Options::default()
    }
}

pub(super) fn between(old: &str, new: &str, options: &Options) -> Diff {
    let (old, new) = (objects("old", old), objects("new", new));
    let side = |name, objects| Side {
        name,
        objects,
        rendered: None,
    };
    compare(side("old", &old), side("new", &new), options)
}

/// A line for each object and field.
pub(super) fn shown(diff: &Diff) -> String {
    let mut out = String::new();
    for object in &diff.objects {
        let identity = &object.object().unwrap().identity;
        writeln!(out, "{} {identity}", object.change.sign()).unwrap();
        for field in &object.fields {
            let value = |node: &Option<yaml::Node>| node.as_ref().map_or_else(String::new, yaml::write_json);
            writeln!(
                out,
                "  {} {}: {} -> {}",
                field.change.sign(),
                field.path,
                value(&field.old),
                value(&field.new)
            )
            .unwrap();
        }
    }
    for folded in &diff.folded {
        writeln!(
            out,
            "folded: {} {} {}",
            folded.noise.as_str(),
            folded.fields,
            folded.objects
        )
        .unwrap();
    }
    out
}

fn fields(old: &str, new: &str) -> String {
    shown(&between(old, new, &options()))
}

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {helm.sh/chart: web-1.0.0, app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {annotations: {checksum/config: abc}}
    spec:
      containers:
        - name: a
          image: a:1
          args: [--x, --y]
          env: [{name: A, value: '1'}, {name: B, value: '2'}]
          ports: [{containerPort: 80}, {containerPort: 53, protocol: UDP}]
          resources: {limits: {cpu: 1000m, memory: 1Gi}}
        - name: b
          image: b:1
";

#[test]
fn the_same_objects_do_not_differ() {
    let diff = between(DEPLOYMENT, DEPLOYMENT, &options());
    assert!(diff.is_empty());
    assert_eq!(diff.same, 1);
}

#[test]
fn lists_are_compared_by_what_kubernetes_merges_them_by() {
    let new = DEPLOYMENT
        .replace("image: b:1", "image: b:2")
        .replace("[--x, --y]", "[--x, --z, --y]")
        .replace("{name: A, value: '1'}, ", "{name: C, value: '3'}, ")
        .replace(
            "{containerPort: 80}, ",
            "{containerPort: 80, protocol: TCP, name: http}, ",
        );
    assert_eq!(
        fields(DEPLOYMENT, &new),
        r#"~ Deployment/web
  + spec.template.spec.containers[name=a].args[1]:  -> "--z"
  + spec.template.spec.containers[name=a].env[name=C]:  -> {"name":"C","value":"3"}
  - spec.template.spec.containers[name=a].env[name=A]: {"name":"A","value":"1"} -> 
  + spec.template.spec.containers[name=a].ports[containerPort=80,protocol=TCP].name:  -> "http"
  ~ spec.template.spec.containers[name=b].image: "b:1" -> "b:2"
"#
    );
}

#[test]
fn the_same_value_written_otherwise_is_no_difference() {
    let new = DEPLOYMENT
        .replace("1000m", "1")
        .replace("1Gi", "1024Mi")
        .replace(
            "args:",
            "terminationMessagePath: /dev/termination-log\n          args:",
        )
        .replace("spec:\n  selector", "spec:\n  replicas: 1\n  selector")
        .replace("name: web,", "name: web, namespace: default, annotations: {},");
    assert_eq!(fields(DEPLOYMENT, &new), "");
}

#[test]
fn noise_is_folded_and_shown_when_asked_for() {
    let config = |text: &str| {
        format!(
            "{DEPLOYMENT}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata: {{a: {text}}}\n"
        )
    };
    let old = config("x");
    let new = config("z")
        .replace("web-1.0.0", "web-1.1.0")
        .replace("abc", "def");
    assert_eq!(
        fields(&old, &new),
        "~ ConfigMap/c\n  ~ data.a: \"x\" -> \"z\"\nfolded: chart version 1 1\nfolded: checksum of what changed 1 1\n"
    );
    // A checksum alone is all that says that something changed.
    let alone = fields(DEPLOYMENT, &DEPLOYMENT.replace("abc", "def"));
    assert!(alone.contains("checksum/config"), "{alone}");
    let all = Options {
        all: true,
        ..options()
    };
    assert_eq!(between(&old, &new, &all).objects.len(), 2);
}

#[test]
fn data_in_config_maps_is_compared_as_data() {
    let with = |data: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n{data}");
    let old = with(
        "  prometheus.yml: |\n    global: {a: 1m}\n    scrape_configs:\n      - job_name: x\n        scheme: http\n      - job_name: y\n  r.json: '{\"a\": [1, 2]}'\n  s.sh: |\n    one\n    two\n  t.toml: |\n    a = 1\n",
    );
    let new = with(
        "  prometheus.yml: |\n    # said anew\n    global: {a: 1m}\n    scrape_configs:\n      - job_name: y\n      - job_name: x\n        scheme: https\n  r.json: '{\"a\":[1,2]}'\n  s.sh: |\n    one\n    three\n  t.toml: |\n    a = 2\n",
    );
    let diff = between(&old, &new, &options());
    assert_eq!(
        shown(&diff),
        r#"~ ConfigMap/c
  ~ data."prometheus.yml" > scrape_configs[job_name=x].scheme: "http" -> "https"
  ~ data."s.sh": "one\ntwo\n" -> "one\nthree\n"
  ~ data."t.toml" > a: 1 -> 2
folded: the same data, written otherwise 1 1
"#
    );
    assert_eq!(diff.objects[0].fields[1].hunks.len(), 1);
}

#[test]
fn objects_are_found_under_a_new_name_or_version() {
    let old = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {x: 1}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a-svc}\nspec: {selector: {app: a}, ports: [{port: 80}]}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: gone}\n";
    let new = old
        .replace("policy/v1beta1", "policy/v1")
        .replace("a-svc", "b-svc")
        .replace("name: gone", "name: come")
        .replace("kind: Secret", "kind: ServiceAccount");
    assert_eq!(
        fields(old, &new),
        r#"~ PodDisruptionBudget/a
  ~ apiVersion: "policy/v1beta1" -> "policy/v1"
> Service/b-svc
  ~ metadata.name: "a-svc" -> "b-svc"
+ ServiceAccount/come
- Secret/gone
"#
    );
}

/// A flag and its value may be two arguments.
#[test]
fn what_follows_a_flag_that_sounds_like_a_secret_is_hidden() {
    let old = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: a, args: [--user, me, --dsn=none, --token, hunter2]}]}\n";
    let new = old.replace("hunter2", "hunter3").replace("me,", "you,");
    let diff = between(old, &new, &options());
    assert!(!format!("{diff:?}").contains("hunter"), "{diff:?}");
    assert_eq!(
        shown(&diff),
        "~ Pod/p\n  ~ spec.containers[name=a].args[1]: \"me\" -> \"you\"\n  ~ spec.containers[name=a].args[4]: \"***\" -> \"***\"\n"
    );
}

/// Objects that say hardly anything are alike by chance: what they belong to decides.
#[test]
fn small_objects_are_renamed_within_what_they_belong_to() {
    let account = |name: &str, app: &str| {
        format!(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: {name}, labels: {{app.kubernetes.io/name: {app}}}}}\nautomountServiceAccountToken: true\n---\n"
        )
    };
    let old = account("r-metrics", "metrics") + &account("r-gateway", "gateway");
    let names = |new: &str| {
        let diff = between(&old, new, &options());
        let lines = diff.objects.iter().map(|object| {
            let was = object.old.as_ref().map_or("", |old| old.identity.name.as_str());
            let is = object.new.as_ref().map_or("", |new| new.identity.name.as_str());
            format!("{was}>{is}")
        });
        lines.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        names(&account("r-gate", "gateway")),
        "r-gateway>r-gate r-metrics>"
    );
    assert_eq!(
        names(&account("r-other", "other")),
        ">r-other r-metrics> r-gateway>"
    );
}

#[test]
fn a_filter_decides_what_counts() {
    let new = DEPLOYMENT
        .replace("image: b:1", "image: b:2")
        .replace("app: web}}\nspec", "app: x}}\nspec");
    let filtered = |kinds: &[&str], names: &[&str], paths: &[&str]| {
        let list = |list: &[&str]| list.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>();
        let filter = Filter::new(&list(kinds), &list(names), &list(paths)).unwrap();
        shown(&between(DEPLOYMENT, &new, &Options { filter, ..options() }))
            .lines()
            .count()
    };
    assert_eq!(filtered(&["deployment"], &["w*"], &[]), 3);
    assert_eq!(filtered(&["Service"], &[], &[]), 0);
    assert_eq!(filtered(&[], &["x"], &[]), 0);
    assert_eq!(filtered(&[], &[], &["metadata.labels"]), 2);
    assert_eq!(filtered(&[], &[], &["spec.template.spec.containers[name=b]"]), 2);
    assert_eq!(filtered(&[], &[], &["*.image"]), 2);
    assert_eq!(filtered(&[], &[], &["metadata.lab"]), 0);
}

#[test]
fn secrets_are_hidden_and_their_keys_are_not() {
    let old = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {user: me, password: hunter2}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a.yml: |\n    basic_auth: {username: u, password: hunter2}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  automountServiceAccountToken: true\n  containers: [{name: a, env: [{name: DB_PASSWORD, value: hunter2}]}]\n  volumes: [{name: v, secret: {secretName: s1}}]\n";
    let new = old
        .replace("hunter2", "hunter3")
        .replace("s1", "s2")
        .replace("true", "false");
    let diff = between(old, &new, &options());
    let text = shown(&diff);
    assert!(!format!("{diff:?}").contains("hunter"), "{diff:?}");
    assert_eq!(
        text,
        r#"~ Secret/s
  ~ stringData.password: "***" -> "***"
~ ConfigMap/c
  ~ data."a.yml" > basic_auth.password: "***" -> "***"
~ Pod/p
  ~ spec.automountServiceAccountToken: true -> false
  ~ spec.containers[name=a].env[name=DB_PASSWORD].value: "***" -> "***"
  ~ spec.volumes[name=v].secret.secretName: "s1" -> "s2"
"#
    );
    let open = Options {
        show_secrets: true,
        ..options()
    };
    assert!(shown(&between(old, &new, &open)).contains("hunter2"));
    let added = between("", old, &options());
    assert!(!format!("{:?}", added.objects).contains("hunter"), "{added:?}");
}
