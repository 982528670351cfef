//! Receivers that lack what they need, or have the name of another.

use std::collections::HashSet;
use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::lint::Rule;
use crate::lint::configuration::checker::{Checker, Names, has, listed};
use crate::lint::configuration::http::is_set;
use crate::lint::configuration::scalars::{http_address, written};
use crate::lint::units::{go_duration, shown};
use crate::render::go::parse_foreign;
use crate::source::{Place, Source};
use crate::yaml::{Map, Node};

/// The rule.
pub const RULE: Rule = Rule {
    code: "alertmanager-receiver",
    severity: Severity::Error,
    meaning: "A receiver has the name of another one, or lacks what neither it nor `global` says.",
    reason: "Alertmanager looks for addresses and keys of an integration in the integration, then under `global`, and refuses the \
             configuration where it finds none: it does not start, and on a reload it keeps the former configuration.",
    action: "Say what is missing in the integration or under `global`; give each receiver a name of its own.",
};

/// What an integration may find under `global`: the integration, its own fields, and those of `global`.
const NEEDED: &[(&str, &[&str], &[&str])] = &[
    ("email_configs", &["smarthost"], &["smtp_smarthost"]),
    ("email_configs", &["from"], &["smtp_from"]),
    (
        "slack_configs",
        &["api_url", "api_url_file", "app_token", "app_token_file"],
        &[
            "slack_api_url",
            "slack_api_url_file",
            "slack_app_token",
            "slack_app_token_file",
        ],
    ),
    (
        "opsgenie_configs",
        &["api_key", "api_key_file"],
        &["opsgenie_api_key", "opsgenie_api_key_file"],
    ),
    (
        "wechat_configs",
        &["api_secret", "api_secret_file"],
        &["wechat_api_secret", "wechat_api_secret_file"],
    ),
    ("wechat_configs", &["corp_id"], &["wechat_api_corp_id"]),
    (
        "victorops_configs",
        &["api_key", "api_key_file"],
        &["victorops_api_key", "victorops_api_key_file"],
    ),
    (
        "telegram_configs",
        &["bot_token", "bot_token_file"],
        &["telegram_bot_token", "telegram_bot_token_file"],
    ),
    ("jira_configs", &["api_url"], &["jira_api_url"]),
    (
        "rocketchat_configs",
        &["token_id", "token_id_file"],
        &["rocketchat_token_id", "rocketchat_token_id_file"],
    ),
    (
        "rocketchat_configs",
        &["token", "token_file"],
        &["rocketchat_token", "rocketchat_token_file"],
    ),
    (
        "mattermost_configs",
        &["webhook_url", "webhook_url_file"],
        &["mattermost_webhook_url", "mattermost_webhook_url_file"],
    ),
];

/// Looks at a configuration.
pub fn check(map: &Map, checker: &mut Checker) {
    let nothing = Map::new();
    let global = map.get("global").and_then(Node::as_map).unwrap_or(&nothing);
    let mut names = Names::new();
    checker.each_item(map, "receivers", |checker, receiver| {
        let Some(receiver) = receiver.as_map() else { return };
        let message = |name: &str, _: &Place| format!("a second receiver has the name `{name}`");
        checker.unique(&mut names, &RULE, (receiver, "name"), message, None);
        for (integration, own, of_global) in NEEDED {
            // Of Rocket.Chat even a text without letters is one.
            let is_there = |map: &Map, key: &str| {
                has(map, key)
                    || (key.contains("token") && *integration == "rocketchat_configs" && is_set(map, key))
            };
            if of_global.iter().any(|key| is_there(global, key)) {
                continue;
            }
            checker.each_item(receiver, integration, |checker, item| {
                let item = item.as_map().unwrap_or(&nothing);
                if own.iter().any(|key| is_there(item, key)) {
                    return;
                }
                let needed = listed(own, "or");
                let message = format!(
                    "`{integration}` needs {needed}, or {} under `global`",
                    listed(of_global, "or")
                );
                let place = item.iter().next().map(|(_, entry)| entry.key_place.clone());
                let place =
                    place.or_else(|| receiver.entry(integration).map(|entry| entry.key_place.clone()));
                checker.report(&RULE, &place.unwrap_or_default(), message, None);
            });
        }
        slack_login(receiver, global, checker);
    });
}

/// A token of Slack goes into the header that `authorization` would set.
fn slack_login(receiver: &Map, global: &Map, checker: &mut Checker) {
    let of_global = ["slack_app_token", "slack_app_token_file"]
        .iter()
        .any(|key| has(global, key));
    let logs_in = |http: &Node| {
        http.as_map().is_some_and(|http| {
            is_set(http, "authorization") || has(http, "bearer_token") || has(http, "bearer_token_file")
        })
    };
    let global_login = global.get("http_config").is_some_and(logs_in);
    checker.each_item(receiver, "slack_configs", |checker, item| {
        let Some(item) = item.as_map() else { return };
        let own = ["app_token", "app_token_file"].iter().any(|key| has(item, key));
        let http = item.get("http_config").filter(|node| !node.is_null());
        let login = http.map_or(global_login, logs_in);
        // What `global` says counts where neither an address nor a login is given.
        let inherits = of_global && !login && !is_set(item, "api_url");
        if login && (own || (inherits && http.is_none())) {
            checker.conflict(
                item,
                "http_config",
                "a token of Slack and `authorization` exclude each other".to_owned(),
            );
        }
    });
}

/// A host with a port.
pub fn host_port(node: &Node, checker: &mut Checker) {
    let Some(text) = written(node) else {
        checker.wrong(
            node,
            format!("{} stands where a host and a port belong", node.kind()),
        );
        return;
    };
    if let Some(problem) = host_port_problem(&text) {
        checker.wrong(
            node,
            format!(
                "`{}` is not a host and a port such as `smtp.example.com:587`: {problem}",
                shown(&text)
            ),
        );
    }
}

/// A time of Go's that has a unit even where it is a number.
pub fn go_time(node: &Node, checker: &mut Checker) {
    let problem = match written(node) {
        None => Some(format!("{} stands where a time belongs", node.kind())),
        Some(text) => go_duration(&text)
            .err()
            .map(|reason| format!("`{}` is not a time such as `30s`: {reason}", shown(&text))),
    };
    if let Some(problem) = problem {
        checker.wrong(node, problem);
    }
}

/// Go's `net.SplitHostPort`.
fn host_port_problem(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return None;
    }
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((host, rest)) => match rest.strip_prefix(':') {
                Some(port) => (host, port),
                None => return Some("the port is missing"),
            },
            None => return Some("a `]` is missing"),
        },
        None => match text.rsplit_once(':') {
            Some((host, port)) => (host, port),
            None => return Some("the port is missing"),
        },
    };
    if port.is_empty() {
        Some("the port is missing")
    } else if !text.starts_with('[') && host.contains(':') || port.contains(':') {
        Some("it has too many colons; an IPv6 address stands in brackets")
    } else if host.contains(['[', ']']) || port.contains(['[', ']']) {
        Some("a bracket stands where it does not belong")
    } else {
        None
    }
}

/// The functions that Alertmanager adds to Go's own where no message is written yet: none.
const NO_FUNCTIONS: &[&str] = &[];

/// Whether a text is a template.
///
/// # Errors
/// What is wrong with the template.
pub fn templated(text: &str) -> Result<bool, String> {
    if !text.contains("{{") {
        return Ok(false);
    }
    let source = Source::new(String::new(), text);
    match parse_foreign(&Arc::from("template"), &source, NO_FUNCTIONS) {
        Ok(_) => Ok(true),
        Err(error) => Err(error.message().to_owned()),
    }
}

/// An address for HTTP that may be a template, and may be a secret.
pub fn template_url(node: &Node, checker: &mut Checker) {
    let Some(text) = written(node) else {
        checker.wrong(node, format!("{} stands where an address belongs", node.kind()));
        return;
    };
    if text.is_empty() || text == "<secret>" {
        return;
    }
    match templated(&text) {
        Ok(true) => {}
        Ok(false) => {
            if http_address(&text).is_err() {
                let scheme = ["http://", "https://"]
                    .iter()
                    .any(|scheme| text.starts_with(scheme));
                let reason = if scheme {
                    ""
                } else {
                    "; its scheme is missing, such as `https://`"
                };
                checker.wrong(node, format!("this is not an address for HTTP{reason}"));
            }
        }
        Err(_) => checker.wrong(node, "this is not a template that Go can read".to_owned()),
    }
}

/// `email_configs`.
pub fn email(map: &Map, checker: &mut Checker) {
    checker.require(map, "an item of `email_configs`", "to");
    let mut seen = HashSet::new();
    let threaded = map.get("threading").and_then(Node::as_map);
    let threaded =
        threaded.filter(|threading| threading.get("enabled").and_then(Node::as_bool) == Some(true));
    checker.within_key(map, "headers", |checker, headers| {
        let Some(headers) = headers.as_map() else { return };
        for (name, _) in headers.iter() {
            let lower = name.to_ascii_lowercase();
            if threaded.is_some() && matches!(lower.as_str(), "references" | "in-reply-to") {
                checker.conflict(
                    headers,
                    name,
                    format!("`threading` sets the header `{name}` itself"),
                );
            }
            if !seen.insert(lower) {
                checker.wrong_key(
                    headers,
                    name,
                    format!("the header `{name}` is there twice, in different letters"),
                );
            }
        }
    });
    if let Some(threading) = threaded {
        let by = threading
            .get("thread_by_date")
            .and_then(written)
            .unwrap_or_default();
        if is_set(threading, "thread_by_date") && !matches!(&*by, "none" | "daily") {
            checker.within_key(map, "threading", |checker, _| {
                checker.wrong_key(
                    threading,
                    "thread_by_date",
                    "`thread_by_date` is one of none, daily".to_owned(),
                );
            });
        }
    }
}
