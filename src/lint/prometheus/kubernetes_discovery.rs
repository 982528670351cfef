//! The discovery of Kubernetes.

use super::special::text;
use crate::kubernetes::names::qualified_name;
use crate::lint::configuration::checker::{Checker, Kind, Shape, TEXTS, has};
use crate::lint::configuration::http::{HTTP, is_set};
use crate::yaml::{Map, Node};

const KUBERNETES_ROLE: Kind =
    Kind::Word(&["node", "pod", "service", "endpoints", "endpointslice", "ingress"]);

/// `kubernetes_sd_configs`.
pub static KUBERNETES: Shape = Shape {
    name: "an item of `kubernetes_sd_configs`",
    parts: &[&HTTP],
    fields: &[
        (Kind::Url, "api_server"),
        (KUBERNETES_ROLE, "role"),
        (Kind::Text, "kubeconfig_file"),
        (Kind::Shape(&NAMESPACES), "namespaces"),
        (Kind::List(&Kind::Shape(&SELECTOR)), "selectors"),
        (Kind::Shape(&ATTACH_METADATA), "attach_metadata"),
    ],
    check: Some(kubernetes),
};

static NAMESPACES: Shape = Shape {
    name: "`namespaces`",
    parts: &[],
    fields: &[(Kind::Bool, "own_namespace"), (TEXTS, "names")],
    check: None,
};

static SELECTOR: Shape = Shape {
    name: "a selector",
    parts: &[],
    fields: &[(KUBERNETES_ROLE, "role"), (Kind::Text, "label field")],
    check: Some(selector),
};

/// The two kinds of selectors; lists in parentheses are left alone.
fn selector(map: &Map, checker: &mut Checker) {
    for key in ["label", "field"] {
        let value = text(map, key);
        if value.contains('(') {
            continue;
        }
        for term in value.split(',').map(str::trim).filter(|term| !term.is_empty()) {
            let (name, has_value) = match term.split_once('=') {
                Some((name, _)) => (name.trim_end_matches(['!', '=']).trim(), true),
                None => (term.trim_start_matches('!').trim(), false),
            };
            let is_fine = match key {
                "field" => has_value,
                _ => qualified_name(name).is_ok(),
            };
            if !is_fine {
                checker.wrong_key(map, key, format!("`{term}` is not a selector such as `app=web`"));
            }
        }
    }
}

static ATTACH_METADATA: Shape = Shape {
    name: "`attach_metadata`",
    parts: &[],
    fields: &[(Kind::Bool, "node namespace deployment job cronjob")],
    check: None,
};

fn kubernetes(map: &Map, checker: &mut Checker) {
    checker.require(map, "a discovery of Kubernetes", "role");
    let api_server = is_set(map, "api_server");
    let kubeconfig = has(map, "kubeconfig_file");
    if api_server && kubeconfig {
        checker.conflict(
            map,
            "kubeconfig_file",
            "`kubeconfig_file` and `api_server` exclude each other".to_owned(),
        );
    }
    let of_client = map.iter().find(|(key, entry)| {
        let is_default = match (&***key, entry.node.as_bool()) {
            ("follow_redirects" | "enable_http2", Some(true)) => true,
            ("tls_config", _) => entry.node.as_map().is_some_and(says_nothing),
            ("insecure_skip_verify" | "proxy_from_environment", Some(false)) => true,
            _ => entry.node.is_null() || entry.node.as_str().is_some_and(str::is_empty),
        };
        HTTP.field(key).is_some() && !is_default
    });
    if let Some((key, _)) = of_client
        && !api_server
    {
        checker.conflict(
            map,
            key,
            format!("`{key}` of a discovery of Kubernetes needs `api_server`: without it Prometheus logs in as its pod"),
        );
    }
    let own = map.get("namespaces").and_then(|node| node.get("own_namespace"));
    if own.and_then(Node::as_bool) == Some(true) && (api_server || kubeconfig) {
        checker.conflict(
            map,
            "namespaces",
            "`own_namespace` is the namespace of Prometheus' pod, and excludes `api_server` and `kubeconfig_file`".to_owned(),
        );
    }
    let role = text(map, "role");
    let allowed: &[&str] = match &*role {
        "pod" => &["pod", "node"],
        "service" => &["service"],
        "endpointslice" => &["pod", "service", "endpointslice"],
        "endpoints" => &["pod", "service", "endpoints"],
        "node" => &["node"],
        "ingress" => &["ingress"],
        _ => return,
    };
    let mut seen: Vec<String> = Vec::new();
    checker.each_item(map, "selectors", |checker, item| {
        let Some(selector) = item.as_map() else { return };
        let of = text(selector, "role").into_owned();
        if !allowed.contains(&of.as_str()) {
            let message = format!("the role `{role}` has selectors of {} only", allowed.join(", "));
            checker.wrong_key(selector, "role", message);
        } else if seen.contains(&of) {
            checker.wrong_key(
                selector,
                "role",
                format!("a second selector is of the role `{of}`"),
            );
        }
        seen.push(of);
    });
}

/// Whether all of a map is null, false or empty.
fn says_nothing(map: &Map) -> bool {
    map.iter().all(|(_, entry)| {
        entry.node.is_null()
            || entry.node.as_bool() == Some(false)
            || entry.node.as_str().is_some_and(str::is_empty)
    })
}
