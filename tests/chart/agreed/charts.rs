//! Kinds that only one chart has.

use serde_json::{Value as Json, json};

use super::{at, hold, namespaces, of};

#[test]
fn kube_state_metrics_as_helms() {
    let annotated = "kube-state-metrics: {annotations: {a: b}, networkPolicy: {enabled: true, flavor: cilium}, kubeRBACProxy: {enabled: true}, customResourceState: {enabled: true}}";
    let annotations = "/metadata/annotations/a";
    hold(&[
        (
            annotated,
            "NetworkPolicy/prom-kube-state-metrics",
            annotations,
            json!("b"),
        ),
        (
            annotated,
            "ConfigMap/prom-kube-state-metrics-rbac-config",
            annotations,
            json!("b"),
        ),
        (
            annotated,
            "ConfigMap/prom-kube-state-metrics-customresourcestate-config",
            annotations,
            json!("b"),
        ),
        // What is excluded of the list may still be given besides.
        (
            "kube-state-metrics: {collectors: [pods, nodes, jobs], collectorsExclude: [nodes, pods], collectorsExtra: [nodes, jobs]}",
            "Deployment/prom-kube-state-metrics",
            "/spec/template/spec/containers/0/args/1",
            json!("--resources=jobs,nodes"),
        ),
        // The cluster fills in the rules.
        (
            "kube-state-metrics: {rbac: {clusterRoleSelectors: [{matchLabels: {a: b}}], extraRules: [{verbs: [x]}]}}",
            "ClusterRole/prom-kube-state-metrics",
            "/rules",
            Json::Null,
        ),
        (
            "kube-state-metrics: {image: {digest: 'sha256:0', sha: 'sha256:1'}}",
            "Deployment/prom-kube-state-metrics",
            "/spec/template/spec/containers/0/image",
            json!("registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0@sha256:1"),
        ),
    ]);
    let values = "kube-state-metrics: {prometheus: {monitor: {enabled: true, namespace: other}}}";
    assert_eq!(namespaces(values, "ServiceMonitor"), ["default"]);
}

#[test]
fn the_node_exporter_as_helms() {
    let exporter = "DaemonSet/prom-prometheus-node-exporter";
    let policy = "prometheus-node-exporter: {networkPolicy: {enabled: true, ingress: [{from: []}]}, service: {labels: {a: b}, annotations: {c: d}}}";
    let init = "prometheus-node-exporter: {extraInitContainers: [{name: theirs, image: x}], permissionInitContainer: {extraCommands: [echo]}}";
    let ended = "prometheus-node-exporter: {kubeRBACProxy: {enabled: true}, terminationMessageParams: {enabled: true, terminationMessagePath: /x}}";
    hold(&[
        (
            policy,
            "NetworkPolicy/prom-prometheus-node-exporter",
            "/spec/ingress",
            json!([{"from": []}]),
        ),
        (
            policy,
            "NetworkPolicy/prom-prometheus-node-exporter",
            "/metadata/labels/a",
            Json::Null,
        ),
        (
            policy,
            "NetworkPolicy/prom-prometheus-node-exporter",
            "/metadata/annotations",
            json!({"c": "d", "prometheus.io/scrape": "true"}),
        ),
        (
            init,
            exporter,
            "/spec/template/spec/initContainers/0/name",
            json!("theirs"),
        ),
        (
            init,
            exporter,
            "/spec/template/spec/initContainers/1/command/2",
            json!("echo\n"),
        ),
        (
            ended,
            exporter,
            "/spec/template/spec/containers/0/terminationMessagePath",
            json!("/x"),
        ),
        (
            ended,
            exporter,
            "/spec/template/spec/containers/1/terminationMessagePath",
            json!("/x"),
        ),
        (
            "prometheus-node-exporter: {endpoints: [10.0.0.1], service: {port: 9200}}",
            "Endpoints/prom-prometheus-node-exporter",
            "/subsets/0/ports/0/port",
            json!(9100),
        ),
        (
            "prometheus-node-exporter: {serviceAccount: {automountServiceAccountToken: null}}",
            exporter,
            "/spec/template/spec/automountServiceAccountToken",
            json!(false),
        ),
        (
            "prometheus-node-exporter: {prometheus: {podMonitor: {enabled: true, filterRunning: false}}}",
            "PodMonitor/prom-prometheus-node-exporter",
            "/spec/podMetricsEndpoints/0/filterRunning",
            json!(true),
        ),
    ]);
    let monitors = "prometheus-node-exporter: {namespaceOverride: nso, prometheus: {monitor: {enabled: true, namespace: a}, podMonitor: {enabled: true, namespace: b}}}";
    for kind in ["ServiceMonitor", "PodMonitor"] {
        assert_eq!(namespaces(monitors, kind), ["nso"], "{kind}");
        assert_eq!(
            namespaces(&monitors.replace("namespaceOverride: nso, ", ""), kind),
            [if kind == "PodMonitor" { "b" } else { "a" }]
        );
    }
}

#[test]
fn the_pushgateway_as_helms() {
    let guarded = "prometheus-pushgateway: {webConfiguration: {basicAuthUsers: {u: p}, tlsServerConfig: {cert_file: x}}, serviceMonitor: {enabled: true}, liveness: {probe: {httpGet: {httpHeaders: [{name: a, value: b}]}}}}";
    let deployment = "Deployment/prom-prometheus-pushgateway";
    hold(&[
        // Prometheus has to say who it is, too.
        (
            guarded,
            "ServiceMonitor/prom-prometheus-pushgateway",
            "/spec/endpoints/0/basicAuth",
            json!({
                "username": {"name": "prom-prometheus-pushgateway-basic-auth", "key": "user"},
                "password": {"name": "prom-prometheus-pushgateway-basic-auth", "key": "password"},
            }),
        ),
        (
            guarded,
            "Secret/prom-prometheus-pushgateway-basic-auth",
            "/data",
            json!({"user": "dQ==", "password": "cA=="}),
        ),
        (
            guarded,
            "Secret/prom-prometheus-pushgateway-basic-auth",
            "/metadata/namespace",
            json!("monitoring"),
        ),
        (
            guarded,
            deployment,
            "/spec/template/spec/containers/0/livenessProbe/httpGet/httpHeaders",
            json!([{"name": "Authorization", "value": "Basic dTpw"}, {"name": "a", "value": "b"}]),
        ),
        (
            "prometheus-pushgateway: {imagePullSecrets: [{name: own}], global: {imagePullSecrets: [{name: all}]}}",
            deployment,
            "/spec/template/spec/imagePullSecrets",
            json!([{"name": "all"}]),
        ),
        (
            "prometheus-pushgateway: {imagePullSecrets: [{name: own}]}",
            deployment,
            "/spec/template/spec/imagePullSecrets",
            json!([{"name": "own"}]),
        ),
        (
            "prometheus-pushgateway: {image: {registry: r, digest: 'sha256:0'}}",
            deployment,
            "/spec/template/spec/containers/0/image",
            json!("r/quay.io/prometheus/pushgateway:v1.11.3"),
        ),
        (
            "prometheus-pushgateway: {runAsStatefulSet: true, deploymentAnnotations: {a: b}}",
            "StatefulSet/prom-prometheus-pushgateway",
            "/metadata/annotations",
            Json::Null,
        ),
    ]);
    // TLS is for those who bring their own file.
    let secret = at(
        &of(guarded),
        "Secret/prom-prometheus-pushgateway",
        "/data/web-config.yaml",
    )
    .clone();
    let plain = at(
        &of(&guarded.replace(", tlsServerConfig: {cert_file: x}", "")),
        "Secret/prom-prometheus-pushgateway",
        "/data/web-config.yaml",
    )
    .clone();
    assert_eq!(secret, plain);
    // Values that name their own are kept.
    let own = guarded.replace(
        "serviceMonitor: {",
        "serviceMonitor: {basicAuth: {username: {name: x}}, ",
    );
    assert!(
        of(&own)
            .named("Secret", "prom-prometheus-pushgateway-basic-auth")
            .is_none()
    );
}

#[test]
fn files_have_the_text_that_helm_writes() {
    let am = "ConfigMap/prom-alertmanager";
    let rules = "ConfigMap/prom-prometheus-server";
    hold(&[
        // YAML takes the blanks before the first word of a block for its indentation.
        (
            "alertmanager: {templates: {a: \"  x\\n  y\\n\"}}",
            am,
            "/data/a",
            json!("x\ny"),
        ),
        (
            "alertmanager: {templates: {a: \"\\n x\\n  y\"}}",
            am,
            "/data/a",
            json!("\nx\n y"),
        ),
        (
            "alertmanager: {templates: {a: \"x\\n y\\n\\n\"}}",
            am,
            "/data/a",
            json!("x\n y"),
        ),
        ("ruleFiles: {a: 'x: y'}", rules, "/data/a", json!("x: y")),
        ("ruleFiles: {a: \"x: y\\n\"}", rules, "/data/a", json!("x: y\n")),
        (
            "alertmanager: {configmapReload: {enabled: true, containerPort: 8080}}",
            "StatefulSet/prom-alertmanager",
            "/spec/template/spec/containers/0/ports",
            json!([{"containerPort": 8080}]),
        ),
    ]);
}

/// Mounts have an order, which a rollout follows.
#[test]
fn mounts_of_the_server_come_in_helms_order() {
    let rendered = of(
        "server: {extraVolumeMounts: [{name: d, mountPath: /d}], extraHostPathMounts: [{name: a, mountPath: /a, hostPath: /a}], extraConfigmapMounts: [{name: b, mountPath: /b, configMap: b}], extraSecretMounts: [{name: c, mountPath: /c, secretName: c}]}",
    );
    let mounts: Vec<_> = at(
        &rendered,
        "Deployment/prom-prometheus-server",
        "/spec/template/spec/containers/1/volumeMounts",
    )
    .as_array()
    .unwrap()
    .iter()
    .map(|mount| mount["mountPath"].as_str().unwrap())
    .collect();
    assert_eq!(mounts, ["/etc/config", "/data", "/a", "/b", "/c", "/d"]);
}
