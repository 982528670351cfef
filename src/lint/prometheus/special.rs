//! What the tables of prometheus.yml cannot say.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::lint::configuration::checker::{Checker, has};
use crate::lint::configuration::http::is_set;
use crate::lint::configuration::scalars::{number, written};
use crate::lint::units::{bytes, duration, shown};
use crate::yaml::{Map, Node};

/// What is wrong with the name of a label: Prometheus 3 takes any text but an empty one.
pub fn label_name(name: &str) -> Option<String> {
    name.is_empty().then(|| "the name of a label is empty".to_owned())
}

/// A pattern of files: `*` may stand in the last part of the path only.
pub fn path_pattern(node: &Node, checker: &mut Checker) {
    let Some(text) = written(node) else {
        checker.wrong(node, format!("{} stands where a path belongs", node.kind()));
        return;
    };
    if text.split_once('*').is_some_and(|(_, rest)| rest.contains('/')) {
        checker.wrong(
            node,
            format!(
                "`{}` has a `*` before its last `/`, which Prometheus does not take",
                shown(&text)
            ),
        );
    }
}

/// A file of targets, or a pattern of such files.
pub fn target_file(node: &Node, checker: &mut Checker) {
    path_pattern(node, checker);
    let text = written(node).unwrap_or_default();
    let endings = [".json", ".yml", ".yaml", ".JSON", ".YML", ".YAML"];
    if !endings.iter().any(|ending| text.ends_with(ending)) {
        checker.wrong(
            node,
            format!("`{}` does not end in .json, .yml or .yaml", shown(&text)),
        );
    }
}

/// Targets that are written as addresses.
pub fn static_targets(map: &Map, checker: &mut Checker) {
    // Relabelling can make hosts of them.
    if has(map, "relabel_configs") {
        return;
    }
    checker.each_item(map, "static_configs", |checker, item| {
        let Some(group) = item.as_map() else { return };
        checker.each_item(group, "targets", |checker, target| {
            let text = written(target).unwrap_or_default();
            if text.contains('/') {
                checker.wrong(
                    target,
                    format!(
                        "the target `{}` has a `/`: a target is a host and a port, and the path belongs in `metrics_path`",
                        shown(&text)
                    ),
                );
            }
        });
    });
}

/// More than one way to log in.
pub fn one_login(map: &Map, checker: &mut Checker, ways: &[&str]) {
    let there: Vec<&str> = ways.iter().copied().filter(|way| is_set(map, way)).collect();
    // What all clients have is looked at where they are.
    let known = |way: &&str| {
        [
            "basic_auth",
            "authorization",
            "oauth2",
            "bearer_token",
            "bearer_token_file",
        ]
        .contains(way)
    };
    if let [first, .., last] = there.as_slice()
        && !known(last)
    {
        checker.conflict(
            map,
            last,
            format!("`{first}` and `{last}` exclude each other: there is one way to log in"),
        );
    }
}

/// An item of `remote_write` or `remote_read`.
pub fn remote(map: &Map, checker: &mut Checker, what: &str) {
    if !is_set(map, "url") {
        checker.missing(map, format!("{what} needs `url`"));
    }
}

/// The ways to log in to Azure: what each needs, and what has to be a UUID.
pub fn azure(map: &Map, checker: &mut Checker) {
    let ways: [(&str, &[&str], &[&str]); 4] = [
        ("managed_identity", &[], &["client_id"]),
        (
            "workload_identity",
            &["client_id", "tenant_id"],
            &["client_id", "tenant_id"],
        ),
        (
            "oauth",
            &["client_id", "client_secret", "tenant_id"],
            &["client_id"],
        ),
        (
            "certificate",
            &["client_id", "tenant_id", "certificate_path"],
            &["client_id"],
        ),
    ];
    for (way, needed, uuids) in ways {
        checker.within_key(map, way, |checker, node| {
            let Some(inner) = node.as_map() else { return };
            for key in needed {
                checker.require(inner, &format!("`{way}`"), key);
            }
            for key in uuids.iter().filter(|key| has(inner, key)) {
                if !inner
                    .get(key)
                    .and_then(written)
                    .is_some_and(|text| is_uuid(&text))
                {
                    checker.wrong_key(inner, key, format!("`{key}` is not a UUID"));
                }
            }
        });
    }
}

fn is_uuid(text: &str) -> bool {
    let bare = text.strip_prefix("urn:uuid:").unwrap_or(text);
    let bare = bare
        .strip_prefix('{')
        .and_then(|inner| inner.strip_suffix('}'))
        .unwrap_or(bare);
    let lengths: Vec<usize> = bare.split('-').map(str::len).collect();
    let is_hex = bare.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_hex && (lengths == [8, 4, 4, 4, 12] || lengths == [32])
}

/// `queue_config`.
pub fn queue(map: &Map, checker: &mut Checker) {
    let of = |key: &str| map.get(key).and_then(number);
    for key in ["max_shards", "min_shards", "max_samples_per_send", "capacity"] {
        if of(key).is_some_and(|number| number < 1.0) {
            checker.wrong_key(map, key, format!("`{key}` has to be 1 at least"));
        }
    }
    if of("min_shards").unwrap_or(1.0) > of("max_shards").unwrap_or(50.0) {
        checker.wrong_key(
            map,
            "min_shards",
            "`min_shards` is larger than `max_shards`, which is 50 where nothing else is said".to_owned(),
        );
    }
    let time = |key: &str| {
        map.get(key)
            .and_then(written)
            .and_then(|text| duration(&text).ok())
    };
    if time("max_backoff").unwrap_or(5000) < time("min_backoff").unwrap_or(30) {
        checker.wrong_key(
            map,
            "min_backoff",
            "`min_backoff` is longer than `max_backoff`, which is 5s where nothing else is said".to_owned(),
        );
    }
}

/// `retention` of the storage.
pub fn retention(map: &Map, checker: &mut Checker) {
    let size = map
        .get("size")
        .and_then(written)
        .and_then(|text| bytes(&text).ok());
    if size.is_some_and(|size| size < 0.0) {
        checker.wrong_key(map, "size", "`size` has to be 0 at least".to_owned());
    }
    if let Some(percentage) = map.get("percentage").and_then(number)
        && !(0.0..=100.0).contains(&percentage)
    {
        checker.wrong_key(map, "percentage", "`percentage` is from 0 to 100".to_owned());
    }
}

/// `scrape_protocols`.
pub fn protocols(map: &Map, checker: &mut Checker) {
    if map
        .get("scrape_protocols")
        .and_then(Node::as_list)
        .is_some_and(<[Node]>::is_empty)
    {
        checker.wrong_key(
            map,
            "scrape_protocols",
            "`scrape_protocols` is empty: leave it out for the default".to_owned(),
        );
    }
    let mut seen = HashSet::new();
    checker.each_item(map, "scrape_protocols", |checker, item| {
        let name = item.as_str().unwrap_or_default().to_ascii_lowercase();
        if !seen.insert(name) {
            checker.wrong(item, "this protocol is listed twice".to_owned());
        }
    });
}

/// `otlp`.
pub fn otlp(map: &Map, checker: &mut Checker) {
    let all = map.get("promote_all_resource_attributes").and_then(Node::as_bool) == Some(true);
    let (other, of_all) = ("promote_resource_attributes", "ignore_resource_attributes");
    if all && has(map, other) {
        checker.conflict(
            map,
            other,
            format!("`{other}` and `promote_all_resource_attributes` exclude each other"),
        );
    }
    if !all && has(map, of_all) {
        checker.conflict(
            map,
            of_all,
            format!("`{of_all}` goes with `promote_all_resource_attributes: true`"),
        );
    }
    for key in [other, of_all] {
        let mut seen = HashSet::new();
        checker.each_item(map, key, |checker, item| {
            let name = written(item).unwrap_or_default().trim().to_owned();
            if name.is_empty() {
                checker.wrong(item, "the name of an attribute is empty".to_owned());
            } else if !seen.insert(name) {
                checker.wrong(item, "this attribute is listed twice".to_owned());
            }
        });
    }
}

/// What the parts of prometheus.yml have to do with each other.
pub fn config(map: &Map, checker: &mut Checker) {
    for key in ["remote_write", "remote_read"] {
        let mut seen = HashSet::new();
        checker.each_item(map, key, |checker, item| {
            let Some(item) = item.as_map() else { return };
            let name = item.get("name").and_then(written).unwrap_or_default();
            if !name.is_empty() && !seen.insert(name.clone().into_owned()) {
                checker.wrong_key(
                    item,
                    "name",
                    format!("a second item of `{key}` has the name `{}`", shown(&name)),
                );
            }
        });
    }
    let global = map.get("global").and_then(Node::as_map);
    let scheme = global.and_then(|global| global.get("metric_name_validation_scheme"));
    let is_legacy = scheme.and_then(Node::as_str) == Some("legacy");
    checker.within_key(map, "otlp", |checker, otlp| {
        let Some(otlp) = otlp.as_map() else { return };
        let strategy = otlp
            .get("translation_strategy")
            .and_then(Node::as_str)
            .unwrap_or_default();
        if is_legacy && matches!(strategy, "NoTranslation" | "NoUTF8EscapingWithSuffixes") {
            checker.conflict(
                otlp,
                "translation_strategy",
                format!("`{strategy}` keeps names that `metric_name_validation_scheme: legacy` refuses"),
            );
        }
    });
    let escaping_of = |map: &Map| {
        map.get("metric_name_escaping_scheme")
            .and_then(written)
            .map(|text| text.into_owned())
    };
    let of_global = global.and_then(escaping_of);
    checker.each_item(map, "scrape_configs", |checker, job| {
        let Some(job) = job.as_map() else { return };
        let own = job
            .get("metric_name_validation_scheme")
            .and_then(Node::as_str)
            .unwrap_or_default();
        let legacy = if own.is_empty() {
            is_legacy
        } else {
            own == "legacy"
        };
        let escaping = escaping_of(job).filter(|text| !text.is_empty());
        let inherited = of_global.clone().filter(|_| own.is_empty());
        if legacy && escaping.or(inherited).as_deref() == Some("allow-utf-8") {
            checker.conflict(
                job,
                "metric_name_escaping_scheme",
                "`allow-utf-8` does not go with `metric_name_validation_scheme: legacy`".to_owned(),
            );
        }
    });
}

/// The text of a field; empty where it is not there.
pub fn text<'m>(map: &'m Map, key: &str) -> Cow<'m, str> {
    map.get(key).and_then(written).unwrap_or_default()
}
