//! The shipped environments: what one would really deploy.

use promchart::chart;
use promchart::source::Source;
use promchart::yaml::{self, Node, Value};
use serde_json::Value as Json;

use crate::rendered::{self, Rendered, items, title};

const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

/// Bytes or cores of a Kubernetes quantity: `100Gi`, `500m`, `2`.
fn quantity(value: &Json) -> f64 {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let units = [("m", 0.001), ("Ki", 1024.0), ("Mi", 1024.0 * 1024.0), ("Gi", GIB)];
    let (number, factor) = units
        .iter()
        .find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)))
        .unwrap_or((&text, 1.0));
    factor
        * number
            .parse::<f64>()
            .unwrap_or_else(|_| panic!("{text} is no quantity"))
}

/// Bytes of a size as Prometheus reads it, whose `GB` is 1024 MB.
fn retention_size(workload: &Json) -> f64 {
    let args = items(&workload["spec"]["template"]["spec"]["containers"])
        .flat_map(|container| items(&container["args"]))
        .filter_map(Json::as_str);
    let flag = "--storage.tsdb.retention.size=";
    let size = args.filter_map(|arg| arg.strip_prefix(flag)).next().unwrap();
    GIB * size.strip_suffix("GB").unwrap().parse::<f64>().unwrap()
}

#[test]
fn quantities() {
    let close =
        |text: &str, expected: f64| assert!((quantity(&text.into()) - expected).abs() < 1e-9, "{text}");
    close("500m", 0.5);
    close("2", 2.0);
    close("64Mi", 64.0 * 1024.0 * 1024.0);
    close("100Gi", 100.0 * GIB);
}

#[test]
fn environments_render_without_a_warning() {
    for rendered in rendered::shipped() {
        assert!(
            rendered.warnings.is_empty(),
            "{}: {:?}",
            rendered.name,
            rendered.warnings
        );
        assert!(rendered.objects.len() > 20, "{}", rendered.name);
    }
}

#[test]
fn the_shipped_environments_are_the_tested_ones() {
    let loaded = chart::load_embedded(&chart::EMBEDDED).unwrap();
    let mut names = promchart::pipeline::environments(&loaded.chart);
    names.sort_unstable();
    let mut tested = rendered::ENVIRONMENTS.to_vec();
    tested.sort_unstable();
    assert_eq!(names, tested);
}

/// The workload that a budget is about.
fn budgeted<'r>(rendered: &'r Rendered, budget: &Json) -> &'r Json {
    let selector = &budget["spec"]["selector"]["matchLabels"];
    rendered
        .workloads()
        .find(|workload| workload["spec"]["selector"]["matchLabels"] == *selector)
        .unwrap_or_else(|| panic!("{}: about nothing", title(budget)))
}

#[test]
fn a_node_can_be_drained() {
    for rendered in rendered::shipped() {
        for budget in rendered.of_kind("PodDisruptionBudget") {
            let replicas = budgeted(&rendered, budget)["spec"]["replicas"].as_u64().unwrap();
            let spec = &budget["spec"];
            let may_leave = match (spec["minAvailable"].as_u64(), spec["maxUnavailable"].as_u64()) {
                (Some(needed), None) => replicas.saturating_sub(needed),
                (None, Some(missing)) => missing,
                other => panic!("{}: {}: {other:?}", rendered.name, title(budget)),
            };
            assert!(
                may_leave >= 1,
                "{}: {}: no pod may leave",
                rendered.name,
                title(budget)
            );
            assert!(
                replicas > may_leave,
                "{}: {}: nothing is kept of {replicas}",
                rendered.name,
                title(budget)
            );
        }
    }
    let prod = rendered::environment("prod");
    for name in ["prometheus-server", "prometheus-alertmanager"] {
        assert!(prod.named("PodDisruptionBudget", name).is_some(), "{name}");
    }
}

/// Prometheus counts neither the write-ahead log nor a compaction in progress: a tenth at least is theirs.
#[test]
fn metrics_fit_their_volume() {
    for name in rendered::ENVIRONMENTS {
        let rendered = rendered::environment(name);
        let server = rendered
            .workloads()
            .find(|workload| workload["metadata"]["name"] == "prometheus-server")
            .unwrap();
        let claim = items(&server["spec"]["volumeClaimTemplates"])
            .chain(rendered.of_kind("PersistentVolumeClaim"))
            .find(|claim| claim["metadata"]["name"] != "prometheus-pushgateway");
        let size = match claim {
            Some(claim) => &claim["spec"]["resources"]["requests"]["storage"],
            None => {
                let volumes = items(&server["spec"]["template"]["spec"]["volumes"]);
                &volumes
                    .map(|volume| &volume["emptyDir"])
                    .find(|volume| volume.is_object())
                    .unwrap()["sizeLimit"]
            }
        };
        let (kept, volume) = (retention_size(server), quantity(size));
        assert!(
            kept <= 0.9 * volume,
            "{name}: {kept} bytes of metrics on a volume of {volume}"
        );
        if *name != "dev" {
            assert!(
                claim.unwrap()["spec"]["storageClassName"].is_string(),
                "{name}: no class"
            );
        }
    }
}

#[test]
fn containers_of_prod_say_what_they_need() {
    let prod = rendered::environment("prod");
    let mut wrong = Vec::new();
    let mut containers = 0;
    for workload in prod.workloads() {
        for container in items(&workload["spec"]["template"]["spec"]["containers"]) {
            containers += 1;
            let resources = &container["resources"];
            for what in ["cpu", "memory"] {
                let (request, limit) = (&resources["requests"][what], &resources["limits"][what]);
                if request.is_null() || limit.is_null() {
                    wrong.push(format!(
                        "{}: {}: no request or limit of {what}",
                        title(workload),
                        container["name"]
                    ));
                } else if quantity(request) > quantity(limit) {
                    wrong.push(format!(
                        "{}: {}: {what}: more than the limit",
                        title(workload),
                        container["name"]
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Server, its reloader, Alertmanager, and the three exporters.
    assert_eq!(containers, 6);
}

#[test]
fn prod_goes_on_without_a_pod() {
    let prod = rendered::environment("prod");
    for name in ["prometheus-server", "prometheus-alertmanager"] {
        let set = prod.named("StatefulSet", name).unwrap();
        assert!(set["spec"]["replicas"].as_u64().unwrap() >= 2, "{name}");
        assert!(
            set["spec"]["volumeClaimTemplates"][0].is_object(),
            "{name}: nothing is kept"
        );
    }
    for kind in ["Deployment", "StatefulSet"] {
        for workload in prod.of_kind(kind) {
            let replicas = workload["spec"]["replicas"].as_u64().unwrap();
            let affinity = &workload["spec"]["template"]["spec"]["affinity"]["podAntiAffinity"];
            assert!(
                replicas == 1 || affinity.is_object(),
                "{}: replicas share a node",
                title(workload)
            );
        }
    }
}

/// Keys of the programs' configurations that hold a secret; with `_file` behind them they name a file.
const SECRET_KEYS: &[&str] = &[
    "api_key",
    "api_url",
    "auth_identity_password",
    "auth_password",
    "auth_secret",
    "bearer_token",
    "bot_token",
    "client_secret",
    "credentials",
    "password",
    "routing_key",
    "secret",
    "secret_key",
    "service_key",
    "slack_api_url",
    "smtp_auth_password",
    "token",
    "url_secret",
    "user_key",
    "webhook_url",
];

fn secrets(node: &Node, found: &mut Vec<String>) {
    match &node.value {
        Value::Map(map) => {
            for (key, entry) in map.iter() {
                let key: &str = key;
                if SECRET_KEYS.contains(&key) && entry.node.as_map().is_none() {
                    found.push(format!("{}: `{key}`", entry.key_place));
                }
                secrets(&entry.node, found);
            }
        }
        Value::List(list) => list.iter().for_each(|item| secrets(item, found)),
        _ => {}
    }
}

#[test]
fn no_environment_holds_a_secret() {
    let mut found = Vec::new();
    for (name, text) in [
        ("values/dev.yaml", include_str!("../../values/dev.yaml")),
        ("values/staging.yaml", include_str!("../../values/staging.yaml")),
        ("values/prod.yaml", include_str!("../../values/prod.yaml")),
    ] {
        secrets(&yaml::read_values(&Source::new(name, text)).unwrap(), &mut found);
        assert!(
            !text.contains("Bearer ") && !text.contains("hooks.slack.com"),
            "{name}"
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!(
        {
            let mut found = Vec::new();
            let text = "receivers: [{slack_configs: [{api_url: https://x, api_url_file: /x}]}]\n";
            secrets(
                &yaml::read_values(&Source::new("a.yaml", text)).unwrap(),
                &mut found,
            );
            found
        },
        ["a.yaml:1:31: `api_url`"]
    );
}

/// prod tells people in each of the three ways, with credentials from the Secret that it mounts.
#[test]
fn receivers_read_their_credentials_from_files() {
    let prod = rendered::environment("prod");
    let config = prod.file("prometheus-alertmanager", "alertmanager.yml");
    for key in ["api_url_file", "auth_password_file", "routing_key_file"] {
        let line = config
            .lines()
            .find(|line| line.contains(key))
            .unwrap_or_else(|| panic!("no {key}"));
        assert!(line.contains(": /etc/alertmanager-credentials/"), "{line}");
    }
    let set = prod.named("StatefulSet", "prometheus-alertmanager").unwrap();
    let volumes = &set["spec"]["template"]["spec"]["volumes"];
    assert!(items(volumes).any(|volume| volume["secret"]["secretName"] == "alertmanager-credentials"));
}
