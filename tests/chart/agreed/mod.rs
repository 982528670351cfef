//! Values for which the charts' objects have to be Helm's in a way that is easily missed: each kind of difference that was
//! ever found, as its smallest case. What is expected is what Helm's chart makes of the same values.

use promchart::pipeline::Request;
use promchart::source::Source;
use promchart::values::Inputs;
use serde_json::{Value as Json, json};

use crate::rendered::{Rendered, render};

mod charts;
mod texts;

pub fn of(values: &str) -> Rendered {
    let request = Request {
        release: Some("prom".to_owned()),
        inputs: Inputs {
            files: vec![Source::new("values.yaml", values)],
            ..Inputs::default()
        },
        ..Request::default()
    };
    render(values, &request)
}

/// What an object, named `KIND/NAME` (its namespace does not count), has at a JSON pointer; null where it has nothing.
pub fn at<'r>(rendered: &'r Rendered, object: &str, pointer: &str) -> &'r Json {
    let (kind, name) = object.split_once('/').unwrap();
    let object = rendered
        .named(kind, name)
        .unwrap_or_else(|| panic!("{}: no {object}", rendered.name));
    object.pointer(pointer).unwrap_or(&Json::Null)
}

/// Holds fields of rendered objects against what they should be: (values, object, pointer, expected).
pub fn hold(cases: &[(&str, &str, &str, Json)]) {
    for (values, object, pointer, expected) in cases {
        let rendered = of(values);
        assert_eq!(
            at(&rendered, object, pointer),
            expected,
            "{values}: {object} {pointer}"
        );
    }
}

/// The namespaces of the objects of a kind.
pub fn namespaces(values: &str, kind: &str) -> Vec<String> {
    of(values)
        .of_kind(kind)
        .map(|object| object["metadata"]["namespace"].as_str().unwrap_or("").to_owned())
        .collect()
}

const SERVER: &str = "prom-prometheus-server";

#[test]
fn the_name_of_the_cluster_role_is_cut_as_other_names_are() {
    let name = "a".repeat(62);
    let values = format!("server: {{clusterRoleNameOverride: {name}-bcd}}");
    hold(&[(
        &values,
        &format!("ClusterRole/{name}"),
        "/metadata/name",
        json!(name),
    )]);
}

/// Kubernetes refuses a port on the nodes for a Service that has none.
/// YAML drops them where Helm writes a name without quotes.
#[test]
fn blanks_around_a_name_are_not_part_of_it() {
    let label = "/metadata/labels/app.kubernetes.io~1";
    let cut = format!("kube-state-metrics: {{nameOverride: '{} b'}}", "a".repeat(62));
    let cut_name = "a".repeat(62);
    let named = [
        (
            "server: {name: 'srv '}",
            "Deployment/prom-prometheus-srv",
            "component",
            "srv",
        ),
        (
            "prometheus-pushgateway: {nameOverride: 'push '}",
            "Service/prom-push",
            "name",
            "push",
        ),
        (
            "alertmanager: {fullnameOverride: ' am '}",
            "StatefulSet/am",
            "name",
            "alertmanager",
        ),
        (
            &cut,
            &format!("Deployment/prom-{}", "a".repeat(58)),
            "name",
            &cut_name,
        ),
    ];
    for (values, object, key, expected) in named {
        hold(&[(values, object, &format!("{label}{key}"), json!(expected))]);
    }
    hold(&[
        (
            "server: {clusterRoleNameOverride: 'role '}",
            "ClusterRoleBinding/role",
            "/roleRef/name",
            json!("role"),
        ),
        (
            "serviceAccounts: {server: {name: 'account '}}",
            "Deployment/prom-prometheus-server",
            "/spec/template/spec/serviceAccountName",
            json!("account"),
        ),
        (
            "prometheus-node-exporter: {serviceAccount: {name: ' account'}}",
            "DaemonSet/prom-prometheus-node-exporter",
            "/spec/template/spec/serviceAccountName",
            json!("account"),
        ),
        (
            "server: {name: 'srv '}",
            "Deployment/prom-prometheus-srv",
            "/spec/template/spec/containers/1/name",
            json!("prometheus-srv"),
        ),
    ]);
    let values = "forceNamespace: 'force '\nkube-state-metrics: {namespaceOverride: ' other'}";
    let mut found = namespaces(values, "Deployment");
    found.sort();
    assert_eq!(found, ["default", "force", "other"]);
}

#[test]
fn a_port_on_the_nodes_is_for_services_that_have_one() {
    let service = "Service/prom-prometheus-server";
    let ksm = "Service/prom-kube-state-metrics";
    let null = Json::Null;
    hold(&[
        (
            "server: {service: {nodePort: 30090}}",
            service,
            "/spec/ports/0/nodePort",
            null.clone(),
        ),
        (
            "server: {service: {nodePort: 30090, type: NodePort}}",
            service,
            "/spec/ports/0/nodePort",
            json!(30090),
        ),
        (
            "server: {service: {gRPC: {enabled: true, nodePort: 30091, type: NodePort}}}",
            service,
            "/spec/ports/1/nodePort",
            null.clone(),
        ),
        (
            "server: {service: {type: LoadBalancer, gRPC: {enabled: true, nodePort: 30091, type: NodePort}}}",
            service,
            "/spec/ports/1/nodePort",
            json!(30091),
        ),
        (
            "kube-state-metrics: {service: {nodePort: 30080}, selfMonitor: {enabled: true, telemetryNodePort: 30081}}",
            ksm,
            "/spec/ports/0/nodePort",
            null.clone(),
        ),
        (
            "kube-state-metrics: {service: {nodePort: 30080}, selfMonitor: {enabled: true, telemetryNodePort: 30081}}",
            ksm,
            "/spec/ports/1/nodePort",
            null.clone(),
        ),
        (
            "kube-state-metrics: {service: {type: NodePort}, selfMonitor: {enabled: true, telemetryNodePort: 30081}}",
            ksm,
            "/spec/ports/1/nodePort",
            json!(30081),
        ),
    ]);
}

/// A headless Service has no port on the nodes, no load balancer and no addresses of one.
#[test]
fn a_stateful_sets_service_is_headless_or_of_the_type_asked_for() {
    let pushgateway = "Service/prom-prometheus-pushgateway";
    let ksm = "Service/prom-kube-state-metrics";
    let sharded = "kube-state-metrics: {autosharding: {enabled: true}, service: {type: LoadBalancer, loadBalancerIP: 10.0.0.9, loadBalancerSourceRanges: [10.0.0.0/8], nodePort: 30080}}";
    hold(&[
        (
            "prometheus-pushgateway: {runAsStatefulSet: true}",
            pushgateway,
            "/spec/clusterIP",
            json!("None"),
        ),
        (
            "prometheus-pushgateway: {runAsStatefulSet: true, service: {type: NodePort}}",
            pushgateway,
            "/spec/clusterIP",
            Json::Null,
        ),
        (
            "prometheus-pushgateway: {runAsStatefulSet: true, service: {type: LoadBalancer}}",
            pushgateway,
            "/spec/clusterIP",
            Json::Null,
        ),
        (
            sharded,
            ksm,
            "/spec",
            json!({
                "type": "ClusterIP",
                "clusterIP": "None",
                "ports": [{"name": "http", "protocol": "TCP", "port": 8080, "targetPort": "http"}],
                "selector": {"app.kubernetes.io/name": "kube-state-metrics", "app.kubernetes.io/instance": "prom"},
            }),
        ),
    ]);
}

/// What can never be changed: a version or a label of the chart in it would make every upgrade fail, and so would anything
/// that Helm's chart does not write, for those who come from it.
#[test]
fn claim_templates_and_selectors_are_helms() {
    let claims = "/spec/volumeClaimTemplates/0";
    let pushgateway = "StatefulSet/prom-prometheus-pushgateway";
    hold(&[
        (
            "prometheus-pushgateway: {runAsStatefulSet: true, persistentVolume: {enabled: true, existingClaim: theirs}, podLabels: {a: b}}",
            pushgateway,
            claims,
            json!({"metadata": {"name": "storage-volume"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}}}),
        ),
        (
            "prometheus-pushgateway: {runAsStatefulSet: true, persistentVolume: {enabled: true}, persistentVolumeLabels: {a: b}}",
            pushgateway,
            "/spec/volumeClaimTemplates/0/metadata/labels",
            json!({"a": "b"}),
        ),
        (
            "server: {statefulSet: {enabled: true}, persistentVolume: {volumeName: pv, selector: {matchLabels: {a: b}}}}",
            "StatefulSet/prom-prometheus-server",
            "/spec/volumeClaimTemplates/0/spec",
            json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "8Gi"}}}),
        ),
        (
            "server: {persistentVolume: {volumeName: pv, selector: {matchLabels: {a: b}}}}",
            "PersistentVolumeClaim/prom-prometheus-server",
            "/spec/volumeName",
            json!("pv"),
        ),
        (
            "server: {name: ''}",
            "Deployment/prom-prometheus",
            "/spec/selector/matchLabels",
            json!({"app.kubernetes.io/name": "prometheus", "app.kubernetes.io/instance": "prom"}),
        ),
    ]);
}

#[test]
fn the_server_is_replaced_as_its_kind_is_told() {
    for (kind, key) in [("StatefulSet", "statefulSet"), ("DaemonSet", "daemonSet")] {
        let values = format!("server: {{{key}: {{enabled: true, updateStrategy: {{type: OnDelete}}}}}}");
        let rendered = of(&values);
        assert_eq!(
            at(
                &rendered,
                &format!("{kind}/{SERVER}"),
                "/spec/updateStrategy/type"
            ),
            "OnDelete",
            "{values}"
        );
    }
    hold(&[
        (
            "server: {strategy: null}",
            "Deployment/prom-prometheus-server",
            "/spec/strategy",
            Json::Null,
        ),
        (
            "server: {enableServiceLinks: null}",
            "Deployment/prom-prometheus-server",
            "/spec/template/spec/enableServiceLinks",
            json!(true),
        ),
    ]);
}

/// Whoever asks for an autoscaler has it, whether or not the cluster was described by `--api-versions`.
#[test]
fn the_servers_autoscaler_is_there_where_it_is_switched_on() {
    for (kind, switch) in [
        ("Deployment", ""),
        ("StatefulSet", "statefulSet: {enabled: true}, "),
    ] {
        let values = format!(
            "server: {{{switch}verticalAutoscaler: {{enabled: true, containerPolicies: [{{containerName: x}}]}}}}"
        );
        let rendered = of(&values);
        let spec = at(
            &rendered,
            "VerticalPodAutoscaler/prom-prometheus-server-vpa",
            "/spec",
        );
        assert_eq!(spec["targetRef"]["kind"], kind);
        assert_eq!(spec["updatePolicy"]["updateMode"], "Off");
    }
}

#[test]
fn the_server_may_look_into_each_namespace_that_the_values_name() {
    let bindings = |values: &str| namespaces(values, "RoleBinding");
    assert_eq!(
        bindings("server: {useExistingClusterRoleName: r, releaseNamespace: true}"),
        ["default"]
    );
    assert_eq!(
        bindings(
            "forceNamespace: fns\nserver: {useExistingClusterRoleName: r, releaseNamespace: true, namespaces: [a]}"
        ),
        ["a", "fns"]
    );
    assert_eq!(
        bindings("server: {useExistingClusterRoleName: r, namespaces: ['a, b', c]}"),
        ["a", "b", "c"]
    );
    assert_eq!(
        bindings("server: {useExistingClusterRoleName: r, namespaces: 'a,b'}"),
        ["a", "b"]
    );
    // Helm's chart makes the binding of `default` twice.
    assert_eq!(
        bindings("server: {useExistingClusterRoleName: r, releaseNamespace: true, namespaces: [a, default]}"),
        ["a", "default"]
    );
    assert!(bindings("server: {useExistingClusterRoleName: r}").is_empty());
}

#[test]
fn flags_have_their_values_as_yaml_has_them() {
    let rendered = of(
        "server: {extraArgs: {a: true, b: false, c: '', d: 5, e: null, f: x}}\nconfigmapReload: {prometheus: {extraArgs: {a: true}}}",
    );
    let args = |container: usize| -> Vec<&str> {
        at(
            &rendered,
            "Deployment/prom-prometheus-server",
            &format!("/spec/template/spec/containers/{container}/args"),
        )
        .as_array()
        .unwrap()
        .iter()
        .map(|arg| arg.as_str().unwrap())
        .collect()
    };
    assert!(args(0).contains(&"--a=true"), "{:?}", args(0));
    for flag in ["--a=true", "--b", "--c", "--d=5", "--e", "--f=x"] {
        assert!(args(1).contains(&flag), "{flag}: {:?}", args(1));
    }
}

#[test]
fn a_text_of_extra_manifests_may_hold_several_documents() {
    let documents = r#"extraManifests: ["---\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: one}\n---\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: two}\n"]"#;
    for section in [
        "",
        "kube-state-metrics: ",
        "prometheus-node-exporter: ",
        "prometheus-pushgateway: ",
    ] {
        let values = if section.is_empty() {
            documents.to_owned()
        } else {
            format!("{section}{{{documents}}}")
        };
        let rendered = of(&values);
        for name in ["one", "two"] {
            assert!(rendered.named("ConfigMap", name).is_some(), "{section}{name}");
        }
    }
}

/// A single route has the chart's name whatever its key: under another the one that Helm made would stay behind.
#[test]
fn a_single_route_has_the_charts_name() {
    let routes = |values: &str| -> Vec<String> {
        of(values)
            .of_kind("HTTPRoute")
            .map(|route| route["metadata"]["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(routes("server: {route: {other: {enabled: true}}}"), [SERVER]);
    assert_eq!(
        routes("prometheus-pushgateway: {route: {other: {enabled: true}}}"),
        ["prom-prometheus-pushgateway"]
    );
    // This chart of Helm's names its routes after their keys.
    assert_eq!(
        routes("alertmanager: {route: {other: {enabled: true}}}"),
        ["prom-alertmanager-other"]
    );
    // Helm's charts make two of one name, of which the second is what stays.
    assert_eq!(
        routes("server: {route: {main: {enabled: true}, other: {enabled: true}}}"),
        [SERVER, "prom-prometheus-server-other"]
    );
}

#[test]
fn the_pods_own_affinity_stays_beside_that_of_a_mode() {
    let own = "affinity: {nodeAffinity: {a: b}, podAntiAffinity: {c: d}}, podAntiAffinity: hard";
    for (values, object) in [
        (format!("server: {{{own}}}"), "Deployment/prom-prometheus-server"),
        (
            format!("alertmanager: {{{own}}}"),
            "StatefulSet/prom-alertmanager",
        ),
        (
            format!("prometheus-pushgateway: {{{own}}}"),
            "Deployment/prom-prometheus-pushgateway",
        ),
    ] {
        let rendered = of(&values);
        let affinity = at(&rendered, object, "/spec/template/spec/affinity");
        assert_eq!(affinity["nodeAffinity"], json!({"a": "b"}), "{object}");
        let keys: Vec<_> = affinity["podAntiAffinity"].as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            ["requiredDuringSchedulingIgnoredDuringExecution"],
            "{object}"
        );
    }
    hold(&[
        (
            "kube-state-metrics: {affinity: 'nodeAffinity: {a: b}'}",
            "Deployment/prom-kube-state-metrics",
            "/spec/template/spec/affinity",
            json!({"nodeAffinity": {"a": "b"}}),
        ),
        (
            "prometheus-node-exporter: {affinity: {podAffinity: {a: b}, typo: {c: d}}}",
            "DaemonSet/prom-prometheus-node-exporter",
            "/spec/template/spec/affinity/typo",
            Json::Null,
        ),
    ]);
}

#[test]
fn a_budgets_selector_may_come_from_the_values() {
    let budget = "podDisruptionBudget: {maxUnavailable: 1, selector: {matchLabels: {a: b}}}";
    for chart in ["alertmanager", "kube-state-metrics", "prometheus-pushgateway"] {
        let rendered = of(&format!("{chart}: {{{budget}}}"));
        let selector = at(
            &rendered,
            &format!("PodDisruptionBudget/prom-{chart}"),
            "/spec/selector",
        );
        assert_eq!(selector, &json!({"matchLabels": {"a": "b"}}), "{chart}");
    }
    hold(&[(
        "kube-state-metrics: {podDisruptionBudget: {maxUnavailable: 1}, selectorOverride: {a: b}}",
        "PodDisruptionBudget/prom-kube-state-metrics",
        "/spec/selector/matchLabels",
        json!({"app.kubernetes.io/name": "kube-state-metrics"}),
    )]);
}

/// An empty text is not handed to Kubernetes as a choice of its own; nor is a deleted key that has no default.
#[test]
fn what_is_empty_is_left_out() {
    hold(&[
        (
            "server: {dnsPolicy: ''}",
            "Deployment/prom-prometheus-server",
            "/spec/template/spec/dnsPolicy",
            Json::Null,
        ),
        (
            "alertmanager: {service: {ipDualStack: {enabled: true, ipFamilyPolicy: ''}}}",
            "Service/prom-alertmanager",
            "/spec/ipFamilyPolicy",
            Json::Null,
        ),
        (
            "prometheus-node-exporter: {livenessProbe: {httpGet: {scheme: ''}}}",
            "DaemonSet/prom-prometheus-node-exporter",
            "/spec/template/spec/containers/0/livenessProbe/httpGet/scheme",
            json!("HTTP"),
        ),
        (
            "prometheus-pushgateway: {ingress: {enabled: true, annotations: null, tls: null}}",
            "Ingress/prom-prometheus-pushgateway",
            "/metadata/annotations",
            Json::Null,
        ),
        (
            "kube-state-metrics: {metricAllowlist: null, rbac: {useExistingRole: null}}",
            "ClusterRole/prom-kube-state-metrics",
            "/kind",
            json!("ClusterRole"),
        ),
        (
            "server: {extraArgs: null, sidecarContainers: null}\nscrapeConfigs: null\nserverFiles: null",
            "ConfigMap/prom-prometheus-server",
            "/data",
            json!({"allow-snippet-annotations": "false"}),
        ),
    ]);
}
