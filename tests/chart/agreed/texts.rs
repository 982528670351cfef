//! Texts in the values that are templates: which keys are rendered, and what they include.

use serde_json::{Value as Json, json};

use super::{at, hold, of};

/// A text that says whether it was rendered.
const TEXT: &str = "'{{ print \"ren\" }}dered'";

#[test]
fn keys_that_helm_renders_are_rendered() {
    let holds = |values: &str, object: &str, pointer: &str, expected: Json| {
        hold(&[(values.replace("TEXT", TEXT).as_str(), object, pointer, expected)]);
    };
    let rendered = || json!("rendered");
    let ingress = "server: {ingress: {enabled: true, hosts: [TEXT], path: TEXT, extraPaths: [{path: TEXT}], tls: [{secretName: TEXT, hosts: [TEXT]}]}}";
    for pointer in [
        "/spec/rules/0/host",
        "/spec/rules/0/http/paths/0/path",
        "/spec/rules/0/http/paths/1/path",
        "/spec/tls/0/secretName",
        "/spec/tls/0/hosts/0",
    ] {
        holds(ingress, "Ingress/prom-prometheus-server", pointer, rendered());
    }
    let server = "Deployment/prom-prometheus-server";
    let image = json!("rendered:rendered");
    holds(
        "server: {image: {repository: TEXT, tag: TEXT}}",
        server,
        "/spec/template/spec/containers/1/image",
        image.clone(),
    );
    holds(
        "configmapReload: {prometheus: {image: {repository: TEXT, tag: TEXT}}}",
        server,
        "/spec/template/spec/containers/0/image",
        image,
    );
    let replica = "alertmanager: {servicePerReplica: {enabled: true}, ingressPerReplica: {enabled: true, paths: [TEXT]}}";
    let path = "/spec/rules/0/http/paths/0/path";
    holds(replica, "Ingress/prom-alertmanager-0", path, rendered());
    let ksm = "kube-state-metrics: {prometheus: {scrapeconfig: {enabled: true, annotations: {a: TEXT}, staticConfigLabels: {a: TEXT}}, monitor: {enabled: true, annotations: {a: TEXT}, additionalLabels: {a: TEXT}}}}";
    for (kind, pointer) in [
        ("ScrapeConfig", "/metadata/annotations/a"),
        ("ScrapeConfig", "/spec/staticConfigs/0/labels/a"),
        ("ServiceMonitor", "/metadata/annotations/a"),
        ("ServiceMonitor", "/metadata/labels/a"),
    ] {
        holds(
            ksm,
            &format!("{kind}/prom-kube-state-metrics"),
            pointer,
            rendered(),
        );
    }
    let exporter = "DaemonSet/prom-prometheus-node-exporter";
    holds(
        "prometheus-node-exporter: {commonLabels: {a: TEXT}}",
        exporter,
        "/metadata/labels/a",
        rendered(),
    );
    holds(
        "prometheus-node-exporter: {podLabels: {a: TEXT}}",
        exporter,
        "/spec/template/metadata/labels/a",
        rendered(),
    );
    holds(
        "prometheus-pushgateway: {serviceMonitor: {enabled: true, metricRelabelings: [{action: TEXT}]}}",
        "ServiceMonitor/prom-prometheus-pushgateway",
        "/spec/endpoints/0/metricRelabelings/0/action",
        rendered(),
    );
}

#[test]
fn the_servers_namespaces_are_rendered() {
    let values = "server: {useExistingClusterRoleName: x, namespaces: ['{{ .Release.Name }}-a', '{{ print \"b,c\" }}']}";
    assert_eq!(super::namespaces(values, "RoleBinding"), ["prom-a", "b", "c"]);
}

#[test]
fn keys_that_helm_passes_through_are_passed_through() {
    let text = TEXT.trim_matches('\'');
    for (values, object, pointer) in [
        (
            "prometheus-node-exporter: {prometheus: {monitor: {enabled: true, additionalLabels: {a: TEXT}}}}",
            "ServiceMonitor/prom-prometheus-node-exporter",
            "/metadata/labels/a",
        ),
        (
            "prometheus-node-exporter: {prometheus: {podMonitor: {enabled: true, additionalLabels: {a: TEXT}}}}",
            "PodMonitor/prom-prometheus-node-exporter",
            "/metadata/labels/a",
        ),
        (
            "prometheus-node-exporter: {secrets: [{name: TEXT, mountPath: /x}]}",
            "DaemonSet/prom-prometheus-node-exporter",
            "/spec/template/spec/containers/0/volumeMounts/3/name",
        ),
        (
            "kube-state-metrics: {affinity: {nodeAffinity: {a: TEXT}}}",
            "Deployment/prom-kube-state-metrics",
            "/spec/template/spec/affinity/nodeAffinity/a",
        ),
        (
            "server: {ingress: {enabled: true, annotations: {a: TEXT}}}",
            "Ingress/prom-prometheus-server",
            "/metadata/annotations/a",
        ),
    ] {
        hold(&[(
            values.replace("TEXT", TEXT).as_str(),
            object,
            pointer,
            json!(text),
        )]);
    }
}

/// What `include NAME DOT` gives in a text of the root chart.
fn included(name: &str, dot: &str, values: &str) -> String {
    let manifest = format!(
        "{values}\nextraManifests:\n  - |\n    kind: ConfigMap\n    apiVersion: v1\n    metadata: {{name: named}}\n    data:\n      text: {{{{ include \"{name}\" {dot} | quote }}}}\n"
    );
    let rendered = of(&manifest);
    at(&rendered, "ConfigMap/named", "/data/text")
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn helms_named_templates_can_be_included() {
    for (name, text) in [
        ("prometheus.name", "prometheus"),
        ("prometheus.fullname", "prom-prometheus"),
        ("prometheus.namespace", "default"),
        ("prometheus.server.fullname", "prom-prometheus-server"),
        ("prometheus.alertmanager.fullname", "prom-alertmanager"),
        ("prometheus.pushgateway.fullname", "prom-prometheus-pushgateway"),
        ("prometheus.clusterRoleName", "prom-prometheus-server"),
        ("prometheus.serviceAccountName.server", "prom-prometheus-server"),
        ("prometheus.kubeVersion", "v1.32.0"),
        ("prometheus.networkPolicy.apiVersion", "networking.k8s.io/v1"),
        ("prometheus.port", "9090"),
        ("prometheus.namespaces", "[]"),
        ("prometheus.server.remoteWrite", "[]"),
        (
            "prometheus.server.matchLabels",
            "app.kubernetes.io/component: server\napp.kubernetes.io/name: prometheus\napp.kubernetes.io/instance: prom",
        ),
    ] {
        assert_eq!(included(name, ".", ""), text, "{name}");
    }
    let values = "server: {remoteWrite: [{url: 'http://{{ .Release.Name }}', name: w}], fullnameOverride: s}\nalertmanager: {nameOverride: am}\nforceNamespace: elsewhere";
    for (name, text) in [
        ("prometheus.server.remoteWrite", "- name: w\n  url: http://prom"),
        ("prometheus.server.fullname", "s"),
        ("prometheus.alertmanager.fullname", "prom-am"),
        ("prometheus.namespace", "elsewhere"),
    ] {
        assert_eq!(included(name, ".", values), text, "{name}");
    }
}

/// `.Subcharts` has what the subcharts' own templates see, so that their names can be asked for as well.
#[test]
fn named_templates_of_subcharts_can_be_included() {
    for (chart, name, text) in [
        ("alertmanager", "alertmanager.fullname", "prom-alertmanager"),
        (
            "alertmanager",
            "alertmanager.serviceAccountName",
            "prom-alertmanager",
        ),
        (
            "kube-state-metrics",
            "kube-state-metrics.name",
            "kube-state-metrics",
        ),
        (
            "kube-state-metrics",
            "kube-state-metrics.crsConfigMapName",
            "prom-kube-state-metrics-customresourcestate-config",
        ),
        (
            "kube-state-metrics",
            "kubeRBACProxy.image",
            "quay.io/brancz/kube-rbac-proxy:v0.22.1",
        ),
        (
            "prometheus-node-exporter",
            "prometheus-node-exporter.image",
            "quay.io/prometheus/node-exporter:v1.12.1",
        ),
        (
            "prometheus-node-exporter",
            "prometheus-node-exporter.monitor-namespace",
            "default",
        ),
        (
            "prometheus-node-exporter",
            "prometheus-node-exporter.sidecarVolumeMounts",
            "",
        ),
        (
            "prometheus-pushgateway",
            "prometheus-pushgateway.webConfigurationSecretName",
            "prom-prometheus-pushgateway",
        ),
        // Names for the chart that is given, whichever chart they are of.
        (
            "prometheus-pushgateway",
            "alertmanager.fullname",
            "prom-prometheus-pushgateway",
        ),
        (
            "alertmanager",
            "kube-state-metrics.selectorLabels",
            "\napp.kubernetes.io/name: alertmanager\napp.kubernetes.io/instance: prom",
        ),
    ] {
        let dot = format!("(index .Subcharts \"{chart}\")");
        assert_eq!(included(name, &dot, ""), text, "{chart}: {name}");
    }
    let users = "prometheus-pushgateway: {webConfiguration: {basicAuthUsers: {u: pw}}}";
    let pushgateway = "(index .Subcharts \"prometheus-pushgateway\")";
    assert_eq!(
        included("prometheus-pushgateway.Authorization", pushgateway, users),
        "u:pw"
    );
    assert_eq!(
        included("prometheus-pushgateway.basicAuth", pushgateway, users),
        "user: \"dQ==\"\npassword: \"cHc=\""
    );
}

/// Each text of labels says what the objects carry, but for who manages them: they are Helm's for who includes them.
#[test]
fn included_labels_are_those_of_the_objects() {
    let values = "commonMetaLabels: {team: a}\nkube-state-metrics: {customLabels: {team: a}, releaseLabel: true}\n\
                  prometheus-node-exporter: {commonLabels: {team: a}, releaseLabel: true}\nprometheus-pushgateway: {podLabels: {team: a}}";
    for (chart, name, object) in [
        (
            "",
            "prometheus.server.labels",
            "Deployment/prom-prometheus-server",
        ),
        (
            "alertmanager",
            "alertmanager.labels",
            "StatefulSet/prom-alertmanager",
        ),
        (
            "kube-state-metrics",
            "kube-state-metrics.labels",
            "Deployment/prom-kube-state-metrics",
        ),
        (
            "prometheus-node-exporter",
            "prometheus-node-exporter.labels",
            "DaemonSet/prom-prometheus-node-exporter",
        ),
        (
            "prometheus-pushgateway",
            "prometheus-pushgateway.defaultLabels",
            "Deployment/prom-prometheus-pushgateway",
        ),
    ] {
        let dot = match chart {
            "" => ".".to_owned(),
            chart => format!("(index .Subcharts \"{chart}\")"),
        };
        let text = included(name, &dot, values);
        let node =
            promchart::yaml::read_document(&promchart::source::Source::new("labels", text.as_str())).unwrap();
        let mut labels: Json = serde_json::from_str(&promchart::yaml::write_json(&node)).unwrap();
        let manager = "app.kubernetes.io/managed-by";
        if let Some(known) = labels.get_mut(manager) {
            assert_eq!(*known, "Helm");
            *known = json!("promchart");
        }
        assert_eq!(at(&of(values), object, "/metadata/labels"), &labels, "{name}");
    }
}
