//! The fields of alertmanager.yml, as Alertmanager 0.34 has them.

use super::integrations::RECEIVER;
use super::{intervals, matcher, receivers, route};
use crate::lint::configuration::checker::{Checker, Kind, Shape, TEXTS, has};
use crate::lint::configuration::http::{HTTP, TLS};
use crate::lint::configuration::scalars::number;
use crate::yaml::{Map, Node};

/// alertmanager.yml.
pub static CONFIG: Shape = Shape {
    name: "alertmanager.yml",
    parts: &[],
    fields: &[
        (Kind::Shape(&GLOBAL), "global"),
        (Kind::Shape(&ROUTE), "route"),
        (Kind::List(&Kind::Shape(&INHIBIT_RULE)), "inhibit_rules"),
        (Kind::List(&Kind::Shape(&RECEIVER)), "receivers"),
        (TEXTS, "templates"),
        (
            Kind::List(&Kind::Shape(&TIME_INTERVAL)),
            "mute_time_intervals time_intervals",
        ),
        (Kind::Shape(&TRACING), "tracing"),
        (Kind::Shape(&EVENT_RECORDER), "event_recorder"),
    ],
    check: Some(|map, checker| {
        receivers::check(map, checker);
        route::check(map, checker);
        intervals::names(map, checker);
    }),
};

static GLOBAL: Shape = Shape {
    name: "`global`",
    parts: &[],
    fields: &[
        (Kind::Duration, "resolve_timeout"),
        (Kind::Shape(&HTTP), "http_config"),
        (
            Kind::HttpUrl,
            "jira_api_url slack_app_url pagerduty_url opsgenie_api_url wechat_api_url victorops_api_url telegram_api_url
             webex_api_url rocketchat_api_url",
        ),
        (Kind::SecretUrl, "slack_api_url mattermost_webhook_url"),
        (Kind::Own(receivers::host_port), "smtp_smarthost"),
        (
            Kind::Text,
            "smtp_from smtp_hello smtp_auth_username smtp_auth_password_file smtp_auth_secret_file smtp_auth_identity
             slack_api_url_file slack_app_token_file opsgenie_api_key_file wechat_api_secret_file wechat_api_corp_id
             victorops_api_key_file telegram_bot_token_file rocketchat_token_file rocketchat_token_id_file
             mattermost_webhook_url_file",
        ),
        (
            Kind::Secret,
            "smtp_auth_password smtp_auth_secret slack_app_token opsgenie_api_key wechat_api_secret victorops_api_key
             telegram_bot_token rocketchat_token rocketchat_token_id",
        ),
        (Kind::Bool, "smtp_require_tls smtp_force_implicit_tls"),
        (Kind::Shape(&TLS), "smtp_tls_config"),
    ],
    check: Some(|map, checker| {
        for name in [
            "slack_app_token",
            "slack_api_url",
            "opsgenie_api_key",
            "victorops_api_key",
            "telegram_bot_token",
            "smtp_auth_password",
            "rocketchat_token",
            "rocketchat_token_id",
            "smtp_auth_secret",
            "wechat_api_secret",
            "mattermost_webhook_url",
        ] {
            checker.at_most_one(map, &[name, &format!("{name}_file")]);
        }
        let token = ["slack_app_token", "slack_app_token_file"].iter().any(|key| has(map, key));
        let url = map.get("slack_api_url").and_then(Node::as_str);
        let app = map.get("slack_app_url").and_then(Node::as_str);
        let app = app.unwrap_or("https://slack.com/api/chat.postMessage");
        if token && (url.is_some_and(|url| url != app) || has(map, "slack_api_url_file")) {
            let message = "`slack_app_token` and `slack_api_url` exclude each other".to_owned();
            checker.conflict(map, "slack_api_url", message);
        }
    }),
};

static ROUTE: Shape = Shape {
    name: "a route",
    parts: &[],
    fields: &[
        (Kind::Text, "receiver"),
        (Kind::List(&Kind::LabelName), "group_by"),
        (Kind::Map(Some(matcher::label), &Kind::Text), "match"),
        (
            Kind::Map(Some(matcher::label), &Kind::Own(matcher::required_regex)),
            "match_re",
        ),
        (Kind::List(&Kind::Own(matcher::matchers)), "matchers"),
        (TEXTS, "mute_time_intervals active_time_intervals"),
        (Kind::Bool, "continue"),
        (Kind::Items(&ROUTE), "routes"),
        (Kind::Duration, "group_wait group_interval repeat_interval"),
        (Kind::Map(Some(matcher::any_label), &Kind::Text), "labels"),
    ],
    check: Some(route::one),
};

static INHIBIT_RULE: Shape = Shape {
    name: "an inhibit rule",
    parts: &[],
    fields: &[
        (Kind::Text, "name"),
        (
            Kind::Map(Some(matcher::label), &Kind::Text),
            "source_match target_match",
        ),
        (
            Kind::Map(Some(matcher::label), &Kind::Own(matcher::required_regex)),
            "source_match_re target_match_re",
        ),
        (
            Kind::List(&Kind::Own(matcher::matchers)),
            "source_matchers target_matchers",
        ),
        (Kind::List(&Kind::LabelName), "equal"),
    ],
    check: Some(|map, checker| matcher::filled(map, &["source_match_re", "target_match_re"], checker)),
};

static TIME_INTERVAL: Shape = Shape {
    name: "a time interval",
    parts: &[],
    fields: &[
        (Kind::Text, "name"),
        (Kind::List(&Kind::Shape(&TIMES)), "time_intervals"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "a time interval", "name");
    }),
};

static TIMES: Shape = Shape {
    name: "the times of a time interval",
    parts: &[],
    fields: &[
        (Kind::List(&Kind::Shape(&TIME_RANGE)), "times"),
        (Kind::List(&Kind::Own(intervals::weekdays)), "weekdays"),
        (Kind::List(&Kind::Own(intervals::days)), "days_of_month"),
        (Kind::List(&Kind::Own(intervals::months)), "months"),
        (Kind::List(&Kind::Own(intervals::years)), "years"),
        (Kind::Own(intervals::location), "location"),
    ],
    check: None,
};

static TIME_RANGE: Shape = Shape {
    name: "an item of `times`",
    parts: &[],
    fields: &[(Kind::Text, "start_time end_time")],
    check: Some(intervals::times),
};

static TRACING: Shape = Shape {
    name: "`tracing`",
    parts: &[],
    fields: &[
        (Kind::Word(&["http", "grpc"]), "client_type"),
        (Kind::Text, "endpoint"),
        (Kind::Float, "sampling_fraction"),
        (Kind::Bool, "insecure"),
        (Kind::Shape(&TLS), "tls_config"),
        (Kind::Map(None, &Kind::Shape(&HEADER)), "headers"),
        (Kind::Word(&["", "gzip"]), "compression"),
        (Kind::Duration, "timeout"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "`tracing`", "endpoint");
    }),
};

static HEADER: Shape = Shape {
    name: "a header",
    parts: &[],
    fields: &[(TEXTS, "values files"), (Kind::List(&Kind::Secret), "secrets")],
    check: None,
};

static EVENT_RECORDER: Shape = Shape {
    name: "`event_recorder`",
    parts: &[],
    fields: &[
        (Kind::List(&Kind::Shape(&FILE_OUTPUT)), "file_outputs"),
        (Kind::List(&Kind::Shape(&WEBHOOK_OUTPUT)), "webhook_outputs"),
        (Kind::List(&Kind::Shape(&KAFKA_OUTPUT)), "kafka_outputs"),
        (Kind::List(&Kind::Shape(&STDOUT_OUTPUT)), "stdout_outputs"),
    ],
    check: None,
};

static FILE_OUTPUT: Shape = Shape {
    name: "an item of `file_outputs`",
    parts: &[],
    fields: &[(Kind::Text, "path")],
    check: Some(|map, checker| {
        checker.require(map, "an item of `file_outputs`", "path");
    }),
};

static STDOUT_OUTPUT: Shape = Shape {
    name: "an item of `stdout_outputs`",
    parts: &[],
    fields: &[],
    check: None,
};

static WEBHOOK_OUTPUT: Shape = Shape {
    name: "an item of `webhook_outputs`",
    parts: &[],
    fields: &[
        (Kind::SecretUrl, "url"),
        (Kind::Shape(&HTTP), "http_config"),
        (Kind::Duration, "timeout retry_backoff batch_flush_interval"),
        (Kind::Int, "workers max_retries batch_max_events batch_max_bytes"),
        (Kind::Bool, "batch"),
    ],
    check: Some(webhook_output),
};

fn webhook_output(map: &Map, checker: &mut Checker) {
    checker.require(map, "an item of `webhook_outputs`", "url");
    let batched = map.get("batch").and_then(Node::as_bool) == Some(true);
    for key in ["batch_max_events", "batch_max_bytes"] {
        let value = map.get(key).and_then(number).unwrap_or(0.0);
        if value < 0.0 {
            checker.wrong_key(map, key, format!("`{key}` cannot be negative"));
        } else if value > 0.0 && !batched {
            checker.conflict(map, key, format!("`{key}` goes with `batch: true`"));
        }
    }
}

static KAFKA_OUTPUT: Shape = Shape {
    name: "an item of `kafka_outputs`",
    parts: &[],
    fields: &[
        (TEXTS, "brokers"),
        (Kind::Text, "topic client_id"),
        (Kind::Word(&["", "json", "protobuf"]), "format"),
        (Kind::Word(&["", "none", "leader", "all"]), "acks"),
        (
            Kind::Word(&["", "none", "gzip", "snappy", "lz4", "zstd"]),
            "compression",
        ),
        (Kind::Int, "buffer_size"),
        (Kind::Shape(&TLS), "tls_config"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "an item of `kafka_outputs`", "brokers");
        checker.each_item(map, "brokers", |checker, broker| {
            if broker.is_null() || broker.as_str().is_some_and(str::is_empty) {
                checker.wrong(broker, "the address of a broker is empty".to_owned());
            }
        });
        checker.require(map, "an item of `kafka_outputs`", "topic");
    }),
};
