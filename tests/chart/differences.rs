//! Where the built-in chart differs from Helm's by choice: COMPATIBILITY.md names these tests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use promchart::pipeline::Request;
use promchart::source::Source;
use promchart::values::Inputs;

use crate::rendered::{manifests, render};

fn with(release: &str, values: &str) -> Request {
    Request {
        release: Some(release.to_owned()),
        inputs: Inputs {
            files: vec![Source::new("values.yaml", values)],
            ..Inputs::default()
        },
        ..Request::default()
    }
}

/// The hash of a user of the pushgateway.
fn hash(release: &str, user: &str, password: &str) -> String {
    let values =
        format!("prometheus-pushgateway: {{webConfiguration: {{basicAuthUsers: {{{user}: {password}}}}}}}");
    let rendered = render(release, &with(release, &values));
    let secret = rendered.of_kind("Secret").next().unwrap();
    let data = secret["data"]["web-config.yaml"].as_str().unwrap();
    let text = String::from_utf8(STANDARD.decode(data).unwrap()).unwrap();
    let (_, hash) = text.split_once(&format!("{user}: ")).unwrap();
    hash.trim().to_owned()
}

#[test]
fn the_salt_of_a_password_comes_from_release_user_and_password() {
    let first = hash("prom", "admin", "secret");
    assert!(bcrypt::verify("secret", &first).unwrap(), "{first}");
    assert!(!bcrypt::verify("other", &first).unwrap(), "{first}");
    assert_eq!(first, hash("prom", "admin", "secret"));
    let salt = |hash: &str| hash[..29].to_owned();
    for (release, user, password) in [
        ("other", "admin", "secret"),
        ("prom", "other", "secret"),
        ("prom", "admin", "other"),
    ] {
        assert_ne!(
            salt(&first),
            salt(&hash(release, user, password)),
            "{release} {user} {password}"
        );
    }
}

#[test]
fn a_map_of_extra_containers_is_refused_at_its_place() {
    let values = "prometheus-pushgateway:\n  extraContainers:\n    volumeMounts: []\n";
    let diagnostics = manifests(&with("prom", values)).unwrap_err();
    assert_eq!(
        diagnostics.to_string(),
        "values.yaml:3:5: error: `prometheus-pushgateway.extraContainers` has to be a list, but is a map"
    );
}

#[test]
fn annotations_of_a_stateful_set_and_of_a_daemon_set_are_used() {
    for (kind, key) in [("StatefulSet", "statefulSet"), ("DaemonSet", "daemonSet")] {
        let values = format!("server: {{{key}: {{enabled: true, annotations: {{a: b}}}}}}");
        let rendered = render(kind, &with("prom", &values));
        let server = rendered.named(kind, "prom-prometheus-server").unwrap();
        assert_eq!(server["metadata"]["annotations"]["a"], "b", "{kind}");
    }
}

#[test]
fn kube_state_metrics_may_read_the_namespace_of_its_release_beside_others() {
    let values =
        "kube-state-metrics: {rbac: {useClusterRole: false}, namespaces: shop, releaseNamespace: true}";
    let request = Request {
        namespace: Some("monitoring".to_owned()),
        ..with("prom", values)
    };
    let rendered = render("prom", &request);
    for kind in ["Role", "RoleBinding"] {
        let namespaces: Vec<_> = rendered
            .of_kind(kind)
            .map(|o| o["metadata"]["namespace"].clone())
            .collect();
        assert_eq!(namespaces, ["shop", "monitoring"], "{kind}");
    }
}

#[test]
fn numbers_and_booleans_in_quotes_become_what_the_schemas_ask_for() {
    let values = |q: &str| {
        format!(
            "server: {{replicaCount: {q}2{q}, statefulSet: {{enabled: {q}true{q}}}, service: {{servicePort: {q}8080{q}}}}}\n\
             alertmanager: {{enabled: {q}true{q}, replicaCount: {q}2{q}, service: {{port: {q}9094{q}}}}}\n\
             kube-state-metrics: {{rbac: {{create: {q}false{q}}}}}\n\
             prometheus-node-exporter: {{enabled: {q}yes{q}, hostNetwork: {q}false{q}}}\n\
             prometheus-pushgateway: {{enabled: {q}false{q}, replicaCount: {q}2{q}}}\n"
        )
    };
    let quoted = render("quoted", &with("prom", &values("'")));
    let plain = render("plain", &with("prom", &values("")));
    assert_eq!(quoted.objects, plain.objects);
    let told = |code: &str| {
        let warnings = quoted.warnings.iter();
        warnings.filter(|warning| warning.starts_with(code)).count()
    };
    assert_eq!(
        (told("quoted-number"), told("quoted-boolean")),
        (5, 6),
        "{:#?}",
        quoted.warnings
    );
}
