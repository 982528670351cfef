//! Where the built-in chart differs from Helm's by choice: COMPATIBILITY.md names these tests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use promchart::pipeline::Request;
use promchart::source::Source;
use promchart::values::Inputs;
use promchart::yaml;
use serde_json::json;

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

fn refusal(values: &str) -> String {
    match manifests(&with("prom", values)) {
        Ok(_) => panic!("rendered: {values}"),
        Err(diagnostics) => diagnostics.to_string(),
    }
}

#[test]
fn a_deleted_default_that_an_object_needs_is_refused_at_its_place() {
    for (values, message) in [
        (
            "prometheus-node-exporter:\n  kubeRBACProxy:\n    enabled: true\n    image:\n      registry: null\n",
            "values.yaml:5:7: error: `prometheus-node-exporter.kubeRBACProxy.image.registry` is missing",
        ),
        (
            "kube-state-metrics:\n  kubeRBACProxy:\n    port: null\n",
            "values.yaml:3:5: error: `kube-state-metrics.kubeRBACProxy.port` is missing",
        ),
        (
            "kube-state-metrics:\n  rbac:\n    useClusterRole: null\n",
            "values.yaml:3:5: error: `kube-state-metrics.rbac.useClusterRole` is missing",
        ),
        (
            "server:\n  persistentVolume:\n    size: null\n",
            "values.yaml:3:5: error: `server.persistentVolume.size` is missing",
        ),
        (
            "server:\n  configPath: \"\"\n",
            "values.yaml:2:15: error: `server.configPath` must not be empty",
        ),
    ] {
        assert_eq!(refusal(values), message, "{values}");
    }
}

#[test]
fn extra_scrape_configs_are_a_list() {
    let word = refusal("extraScrapeConfigs: word\n");
    assert!(
        word.starts_with("values.yaml:1:21: error: `extraScrapeConfigs`"),
        "{word}"
    );
    // What begins as a list may come to be none.
    let map = refusal(
        "extraScrapeConfigs: '# jobs'\n"
            .replace("jobs'", "jobs\n\n  a: b'")
            .as_str(),
    );
    assert!(
        map.contains("`extraScrapeConfigs` has to be the text of a list of scrape jobs"),
        "{map}"
    );
}

#[test]
fn names_of_variables_are_no_booleans() {
    let message = refusal("prometheus-node-exporter:\n  env:\n    A: b\n    N: 5\n");
    assert_eq!(
        message,
        "values.yaml:4:5: error: the key `prometheus-node-exporter.env.false` has a form that is not allowed"
    );
    let rendered = render(
        "quoted",
        &with("prom", "prometheus-node-exporter: {env: {'N': 5}}"),
    );
    let exporter = rendered
        .named("DaemonSet", "prom-prometheus-node-exporter")
        .unwrap();
    let variable = &exporter["spec"]["template"]["spec"]["containers"][0]["env"][1];
    assert_eq!(variable, &json!({"name": "N", "value": "5"}));
}

#[test]
fn flags_are_words() {
    for values in [
        "prometheus-pushgateway: {extraArgs: {a: b}}",
        "prometheus-node-exporter: {permissionInitContainer: {extraCommands: [[a, b]]}}",
        "server: {extraArgs: {a: [b, c]}}",
        "alertmanager: {extraArgs: {a: {b: c}}}",
    ] {
        let message = refusal(values);
        assert!(message.starts_with("values.yaml:1:"), "{message}");
    }
}

#[test]
fn a_section_that_is_deleted_counts_as_empty() {
    let without = render("rbac", &with("prom", "rbac: null\nserver: {service: null}"));
    assert!(without.named("ClusterRole", "prom-prometheus-server").is_none());
    assert!(without.named("Service", "prom-prometheus-server").is_none());
    let values = "kube-state-metrics: {customResourceState: {enabled: true, name: null}}";
    let named = render(values, &with("prom", values));
    assert!(
        named
            .named("ConfigMap", "prom-kube-state-metrics-customresourcestate-config")
            .is_some()
    );
}

#[test]
fn values_that_break_helms_yaml_are_taken() {
    let values = "server: {verticalAutoscaler: {enabled: true}}\nruleFiles: {a.yml: {groups: []}}\nkube-state-metrics: {extraManifests: ['{kind: ConfigMap, apiVersion: v1, metadata: {name: own}}']}";
    let rendered = render(values, &with("prom", values));
    let autoscaler = rendered
        .named("VerticalPodAutoscaler", "prom-prometheus-server-vpa")
        .unwrap();
    assert_eq!(
        autoscaler["spec"]["resourcePolicy"],
        json!({"containerPolicies": []})
    );
    assert_eq!(rendered.file("prom-prometheus-server", "a.yml"), "groups: []\n");
    assert!(rendered.named("ConfigMap", "own").is_some());
}

#[test]
fn the_grpc_port_on_the_nodes_follows_the_service() {
    let values = "server: {service: {type: NodePort, gRPC: {enabled: true, nodePort: 30091}}}";
    let rendered = render(values, &with("prom", values));
    let service = rendered.named("Service", "prom-prometheus-server").unwrap();
    assert_eq!(service["spec"]["ports"][1]["nodePort"], 30091);
}

#[test]
fn the_autoscaler_is_about_what_runs() {
    let values = "server: {daemonSet: {enabled: true}, verticalAutoscaler: {enabled: true}}";
    let rendered = render(values, &with("prom", values));
    let autoscaler = rendered
        .named("VerticalPodAutoscaler", "prom-prometheus-server-vpa")
        .unwrap();
    assert_eq!(autoscaler["spec"]["targetRef"]["kind"], "DaemonSet");
}

#[test]
fn parts_of_the_configuration_are_put_together() {
    let values = "\
server:
  remoteWrite: [{url: http://a}]
  tsdb: {out_of_order_time_window: 1m}
serverFiles:
  prometheus.yml:
    global: {scrape_interval: 5s}
    remote_write: [{url: http://b}]
    storage: {exemplars: {max_exemplars: 1}}
    alerting: {alertmanagers: [{static_configs: []}]}
";
    let rendered = render("both", &with("prom", values));
    let text = rendered.file("prom-prometheus-server", "prometheus.yml");
    let config = yaml::to_json(&yaml::read_values(&Source::new("prometheus.yml", text)).unwrap());
    assert_eq!(
        config["global"],
        json!({"scrape_interval": "5s", "scrape_timeout": "10s", "evaluation_interval": "1m"})
    );
    assert_eq!(
        config["remote_write"],
        json!([{"url": "http://a"}, {"url": "http://b"}])
    );
    assert_eq!(
        config["storage"],
        json!({"tsdb": {"out_of_order_time_window": "1m"}, "exemplars": {"max_exemplars": 1}})
    );
    assert_eq!(config["alerting"]["alertmanagers"].as_array().unwrap().len(), 2);
}

#[test]
fn a_text_under_server_files_is_the_file() {
    let rendered = render("text", &with("prom", "serverFiles: {own.yml: \"a: b\\n\"}"));
    assert_eq!(rendered.file("prom-prometheus-server", "own.yml"), "a: b\n");
}

#[test]
fn pull_secrets_of_the_pushgateway_are_maps() {
    for values in [
        "prometheus-pushgateway: {imagePullSecrets: [a]}",
        "prometheus-pushgateway: {global: {imagePullSecrets: [a]}}",
    ] {
        let rendered = render(values, &with("prom", values));
        let pod = &rendered
            .named("Deployment", "prom-prometheus-pushgateway")
            .unwrap()["spec"]["template"]["spec"];
        assert_eq!(pod["imagePullSecrets"], json!([{"name": "a"}]), "{values}");
    }
}

/// Helm writes `tcpSocket` twice, of which the user's wins, with a port or without one.
#[test]
fn a_port_that_a_probe_of_the_pushgateway_tries_is_the_users() {
    for (socket, expected) in [
        ("{port: 1}", json!({"port": 1})),
        ("{host: h}", json!({"port": 9091, "host": "h"})),
    ] {
        let values = format!(
            "prometheus-pushgateway: {{readiness: {{enabled: true, probe: {{tcpSocket: {socket}}}}}, webConfiguration: {{existingSecret: {{name: es}}}}}}"
        );
        let rendered = render(socket, &with("prom", &values));
        let pod = &rendered
            .named("Deployment", "prom-prometheus-pushgateway")
            .unwrap()["spec"]["template"]["spec"];
        assert_eq!(pod["containers"][0]["readinessProbe"]["tcpSocket"], expected);
    }
}

/// Helm writes such keys twice, of which the last, the user's, counts.
#[test]
fn what_is_given_for_alertmanagers_pods_takes_the_place_of_the_charts_own() {
    let values = "alertmanager: {extraPodConfigs: {serviceAccountName: mine, securityContext: {runAsUser: 7}, hostNetwork: true}}";
    let rendered = render(values, &with("prom", values));
    let set = rendered.named("StatefulSet", "prom-alertmanager").unwrap();
    let pod = &set["spec"]["template"]["spec"];
    assert_eq!(pod["serviceAccountName"], "mine");
    assert_eq!(pod["securityContext"], json!({"runAsUser": 7}));
    assert_eq!(pod["hostNetwork"], true);
    assert_eq!(pod["containers"][0]["name"], "alertmanager");
    let values = "alertmanager: {podAnnotations: {checksum/config: mine}}";
    let rendered = render(values, &with("prom", values));
    let set = rendered.named("StatefulSet", "prom-alertmanager").unwrap();
    let annotations = &set["spec"]["template"]["metadata"]["annotations"];
    assert_eq!(*annotations, json!({"checksum/config": "mine"}));
    let none = render("none", &with("prom", "alertmanager: {extraPodConfigs: null}"));
    assert!(none.named("StatefulSet", "prom-alertmanager").is_some());
}

#[test]
fn labels_are_texts() {
    let values = "server: {ingress: {enabled: true, hosts: [a], extraLabels: {number: '1', flag: 'true'}}}";
    let rendered = render(values, &with("prom", values));
    let ingress = rendered.named("Ingress", "prom-prometheus-server").unwrap();
    assert_eq!(ingress["metadata"]["labels"]["number"], "1");
    assert_eq!(ingress["metadata"]["labels"]["flag"], "true");
}

#[test]
fn an_image_without_a_registry_has_no_slash() {
    for (chart, kind, image) in [
        (
            "kube-state-metrics",
            "Deployment",
            "kube-state-metrics/kube-state-metrics:v2.20.0",
        ),
        (
            "prometheus-node-exporter",
            "DaemonSet",
            "prometheus/node-exporter:v1.12.1",
        ),
    ] {
        let values = format!("{chart}: {{image: {{registry: ''}}}}");
        let rendered = render(&values, &with("prom", &values));
        let pod = &rendered.named(kind, &format!("prom-{chart}")).unwrap()["spec"]["template"]["spec"];
        assert_eq!(pod["containers"][0]["image"], image);
    }
}

#[test]
fn the_first_user_probes() {
    let values = "prometheus-pushgateway: {webConfiguration: {basicAuthUsers: {second: b, first: a}}}";
    let rendered = render(values, &with("prom", values));
    let pod = &rendered
        .named("Deployment", "prom-prometheus-pushgateway")
        .unwrap()["spec"]["template"]["spec"];
    let header = &pod["containers"][0]["livenessProbe"]["httpGet"]["httpHeaders"][0];
    assert_eq!(header["value"], format!("Basic {}", STANDARD.encode("first:a")));
}

#[test]
fn namespaces_of_roles_are_rendered() {
    let values = "kube-state-metrics: {namespaces: '{{ .Release.Name }}-a', rbac: {useClusterRole: false}}";
    let request = with("prom", values);
    let rendered = render(values, &request);
    let namespaces: Vec<&str> = rendered
        .of_kind("Role")
        .filter_map(|role| role["metadata"]["namespace"].as_str())
        .collect();
    assert_eq!(namespaces, ["prom-a"]);
}

#[test]
fn texts_of_several_lines_keep_them() {
    let values = "kube-state-metrics: {extraManifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {text: '{{ print \"a\\nb\" }}'}}]}";
    let rendered = render(values, &with("prom", values));
    let object = rendered.named("ConfigMap", "a").unwrap();
    assert_eq!(object["data"]["text"], "a\nb");
}

#[test]
fn a_budget_selects_its_own_release() {
    let values = "kube-state-metrics: {podDisruptionBudget: {maxUnavailable: 1}}";
    let rendered = render("budget", &with("prom", values));
    let budget = rendered
        .named("PodDisruptionBudget", "prom-kube-state-metrics")
        .unwrap();
    assert_eq!(
        budget["spec"]["selector"]["matchLabels"],
        json!({"app.kubernetes.io/name": "kube-state-metrics", "app.kubernetes.io/instance": "prom"})
    );
}

#[test]
fn a_name_with_blanks_behind_it_is_a_name_everywhere() {
    let rendered = render("blanks", &with("prom", "server: {name: 'srv '}"));
    let server = rendered.named("Deployment", "prom-prometheus-srv").unwrap();
    let containers = server["spec"]["template"]["spec"]["containers"]
        .as_array()
        .unwrap();
    let names: Vec<_> = containers
        .iter()
        .map(|container| container["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["prometheus-srv-configmap-reload", "prometheus-srv"]);
}
