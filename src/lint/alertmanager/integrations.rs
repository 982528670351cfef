//! The fields of receivers: one table an integration.

use super::receivers;
use crate::lint::configuration::checker::{Checker, Kind, Shape, TEXT_MAP, TEXTS, has, listed};
use crate::lint::configuration::http::{HTTP, SIGV4, TLS, is_set};
use crate::lint::configuration::scalars::{number, written};
use crate::yaml::{Map, Node};

/// A receiver.
pub static RECEIVER: Shape = Shape {
    name: "a receiver",
    parts: &[],
    fields: &[
        (Kind::Text, "name"),
        (TEXT_MAP, "labels"),
        (Kind::Items(&DISCORD), "discord_configs"),
        (Kind::Items(&EMAIL), "email_configs"),
        (Kind::Items(&INCIDENTIO), "incidentio_configs"),
        (Kind::Items(&PAGERDUTY), "pagerduty_configs"),
        (Kind::Items(&SLACK), "slack_configs"),
        (Kind::Items(&WEBHOOK), "webhook_configs"),
        (Kind::Items(&OPSGENIE), "opsgenie_configs"),
        (Kind::Items(&WECHAT), "wechat_configs"),
        (Kind::Items(&PUSHOVER), "pushover_configs"),
        (Kind::Items(&VICTOROPS), "victorops_configs"),
        (Kind::Items(&SNS), "sns_configs"),
        (Kind::Items(&TELEGRAM), "telegram_configs"),
        (Kind::Items(&WEBEX), "webex_configs"),
        (Kind::Items(&MSTEAMS), "msteams_configs"),
        (Kind::Items(&MSTEAMSV2), "msteamsv2_configs"),
        (Kind::Items(&JIRA), "jira_configs"),
        (Kind::Items(&ROCKETCHAT), "rocketchat_configs"),
        (Kind::Items(&MATTERMOST), "mattermost_configs"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "a receiver", "name");
        let of = |map: &Map, key: &str| map.get(key).and_then(written).map(|text| text.into_owned());
        let label = map
            .get("labels")
            .and_then(Node::as_map)
            .and_then(|labels| of(labels, "name"));
        if label.is_some() && label != of(map, "name") {
            checker.wrong_key(
                map,
                "labels",
                "the label `name` of a receiver is its name".to_owned(),
            );
        }
    }),
};

/// What all integrations have.
static NOTIFIER: Shape = Shape {
    name: "an integration",
    parts: &[],
    fields: &[(Kind::Bool, "send_resolved"), (Kind::Shape(&HTTP), "http_config")],
    check: None,
};

/// Integrations that are given an address to call.
static WEBHOOK_URL: Shape = Shape {
    name: "an integration",
    parts: &[&NOTIFIER],
    fields: &[(Kind::SecretUrl, "webhook_url"), (Kind::Text, "webhook_url_file")],
    check: Some(|map, checker| {
        checker.at_most_one(map, &["webhook_url", "webhook_url_file"]);
    }),
};

fn needs_webhook(map: &Map, checker: &mut Checker) {
    if !is_set(map, "webhook_url") {
        checker.require_one(map, "the integration", &["webhook_url", "webhook_url_file"]);
    }
}

static DISCORD: Shape = Shape {
    name: "an item of `discord_configs`",
    parts: &[&WEBHOOK_URL],
    fields: &[(Kind::Text, "content title message username avatar_url")],
    check: Some(needs_webhook),
};

static MSTEAMS: Shape = Shape {
    name: "an item of `msteams_configs`",
    parts: &[&WEBHOOK_URL],
    fields: &[(Kind::Text, "title summary text")],
    check: Some(needs_webhook),
};

static MSTEAMSV2: Shape = Shape {
    name: "an item of `msteamsv2_configs`",
    parts: &[&WEBHOOK_URL],
    fields: &[(Kind::Text, "title text")],
    check: Some(needs_webhook),
};

static EMAIL: Shape = Shape {
    name: "an item of `email_configs`",
    parts: &[],
    fields: &[
        (
            Kind::Text,
            "to from hello auth_username auth_password_file auth_secret_file auth_identity html text",
        ),
        (Kind::Bool, "send_resolved require_tls force_implicit_tls"),
        (Kind::Own(receivers::host_port), "smarthost"),
        (Kind::Secret, "auth_password auth_secret"),
        (TEXT_MAP, "headers"),
        (Kind::Shape(&TLS), "tls_config"),
        (Kind::Shape(&THREADING), "threading"),
    ],
    check: Some(receivers::email),
};

static THREADING: Shape = Shape {
    name: "`threading`",
    parts: &[],
    fields: &[(Kind::Bool, "enabled"), (Kind::Text, "thread_by_date")],
    check: None,
};

static INCIDENTIO: Shape = Shape {
    name: "an item of `incidentio_configs`",
    parts: &[&NOTIFIER],
    fields: &[
        (Kind::HttpUrl, "url"),
        (Kind::Text, "url_file alert_source_token_file"),
        (Kind::Secret, "alert_source_token"),
        (Kind::Uint, "max_alerts"),
        (Kind::GoDuration, "timeout"),
    ],
    check: Some(|map, checker| {
        let what = "an item of `incidentio_configs`";
        checker.require_one(map, what, &["url", "url_file"]);
        checker.at_most_one(map, &["url", "url_file"]);
        checker.at_most_one(map, &["alert_source_token", "alert_source_token_file"]);
        let tokens = ["alert_source_token", "alert_source_token_file"];
        let token = tokens.iter().any(|key| has(map, key));
        let http = map.get("http_config").and_then(Node::as_map);
        match http.map(|http| is_set(http, "authorization")) {
            Some(true) if token => {
                checker.conflict(
                    map,
                    "http_config",
                    "`authorization` and a token exclude each other".to_owned(),
                );
            }
            Some(false) if !token => checker.missing(map, format!("{what} needs {}", listed(&tokens, "or"))),
            _ => {}
        }
    }),
};

static PAGERDUTY: Shape = Shape {
    name: "an item of `pagerduty_configs`",
    parts: &[&NOTIFIER],
    fields: &[
        (Kind::Secret, "service_key routing_key"),
        (
            Kind::Text,
            "service_key_file routing_key_file client client_url description source severity class component group",
        ),
        (Kind::HttpUrl, "url"),
        (Kind::Map(None, &Kind::Any), "details"),
        (Kind::List(&Kind::Shape(&PAGERDUTY_IMAGE)), "images"),
        (Kind::List(&Kind::Shape(&PAGERDUTY_LINK)), "links"),
        (Kind::GoDuration, "timeout"),
    ],
    check: Some(|map, checker| {
        let keys = [
            "routing_key",
            "routing_key_file",
            "service_key",
            "service_key_file",
        ];
        checker.require_one(map, "an item of `pagerduty_configs`", &keys);
        checker.at_most_one(map, &["routing_key", "routing_key_file"]);
        checker.at_most_one(map, &["service_key", "service_key_file"]);
    }),
};

static PAGERDUTY_IMAGE: Shape = Shape {
    name: "an image",
    parts: &[],
    fields: &[(Kind::Text, "src alt href")],
    check: None,
};

static PAGERDUTY_LINK: Shape = Shape {
    name: "a link",
    parts: &[],
    fields: &[(Kind::Text, "href text")],
    check: None,
};

static SLACK: Shape = Shape {
    name: "an item of `slack_configs`",
    parts: &[&NOTIFIER],
    fields: &[
        (Kind::SecretUrl, "api_url"),
        (Kind::HttpUrl, "app_url"),
        (Kind::Secret, "app_token"),
        (
            Kind::Text,
            "api_url_file app_token_file channel username color title title_link pretext text message_text footer fallback
             callback_id icon_emoji icon_url image_url thumb_url",
        ),
        (Kind::List(&Kind::Shape(&SLACK_FIELD)), "fields"),
        (Kind::Bool, "short_fields link_names update_message"),
        (TEXTS, "mrkdwn_in"),
        (Kind::List(&Kind::Shape(&SLACK_ACTION)), "actions"),
        (Kind::GoDuration, "timeout"),
    ],
    check: Some(|map, checker| {
        checker.at_most_one(map, &["api_url", "api_url_file", "app_token", "app_token_file"]);
        let posts = map.get("api_url").and_then(Node::as_str) == Some("https://slack.com/api/chat.postMessage");
        if map.get("update_message").and_then(Node::as_bool) == Some(true) && !posts {
            checker.conflict(
                map,
                "update_message",
                "`update_message` goes with `api_url: https://slack.com/api/chat.postMessage`".to_owned(),
            );
        }
    }),
};

static SLACK_FIELD: Shape = Shape {
    name: "a field of Slack",
    parts: &[],
    fields: &[(Kind::Text, "title value"), (Kind::Bool, "short")],
    check: Some(|map, checker| {
        checker.require(map, "a field of Slack", "title");
        checker.require(map, "a field of Slack", "value");
    }),
};

static SLACK_ACTION: Shape = Shape {
    name: "an action of Slack",
    parts: &[],
    fields: &[
        (Kind::Text, "type text url style name value"),
        (Kind::Shape(&SLACK_CONFIRM), "confirm"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "an action of Slack", "type");
        checker.require(map, "an action of Slack", "text");
        checker.require_one(map, "an action of Slack", &["url", "name"]);
    }),
};

static SLACK_CONFIRM: Shape = Shape {
    name: "`confirm`",
    parts: &[],
    fields: &[(Kind::Text, "text title ok_text dismiss_text")],
    check: Some(|map, checker| {
        checker.require(map, "`confirm`", "text");
    }),
};

static WEBHOOK: Shape = Shape {
    name: "an item of `webhook_configs`",
    parts: &[&NOTIFIER],
    fields: &[
        (Kind::Own(receivers::template_url), "url"),
        (Kind::Text, "url_file"),
        (Kind::Uint, "max_alerts"),
        (Kind::GoDuration, "timeout"),
        (Kind::Any, "payload"),
    ],
    check: Some(|map, checker| {
        checker.require_one(map, "an item of `webhook_configs`", &["url", "url_file"]);
        checker.at_most_one(map, &["url", "url_file"]);
    }),
};

static OPSGENIE: Shape = Shape {
    name: "an item of `opsgenie_configs`",
    parts: &[&NOTIFIER],
    fields: &[
        (Kind::Secret, "api_key"),
        (
            Kind::Text,
            "api_key_file message description source entity actions tags note priority",
        ),
        (Kind::HttpUrl, "api_url"),
        (TEXT_MAP, "details"),
        (Kind::List(&Kind::Shape(&RESPONDER)), "responders"),
        (Kind::Bool, "update_alerts"),
    ],
    check: Some(|map, checker| {
        checker.at_most_one(map, &["api_key", "api_key_file"]);
        // Here alone an item that says nothing is refused.
        checker.each_item(map, "responders", |checker, item| {
            if item.is_null() {
                checker.wrong(item, "a responder is empty".to_owned());
            }
        });
    }),
};

static RESPONDER: Shape = Shape {
    name: "a responder",
    parts: &[],
    fields: &[(Kind::Text, "id name username type")],
    check: Some(|map, checker| {
        checker.require_one(map, "a responder", &["id", "name", "username"]);
        let kind = map.get("type").and_then(written).unwrap_or_default();
        let known = ["team", "teams", "user", "escalation", "schedule"];
        match receivers::templated(&kind) {
            Err(reason) => checker.wrong_key(map, "type", format!("`type` is not a template: {reason}")),
            Ok(true) => {}
            Ok(false) if known.contains(&kind.to_lowercase().as_str()) => {}
            Ok(false) if kind.is_empty() => checker.missing(map, "a responder needs `type`".to_owned()),
            Ok(false) => checker.wrong_key(map, "type", format!("`type` is one of {}", known.join(", "))),
        }
    }),
};

static WECHAT: Shape = Shape {
    name: "an item of `wechat_configs`",
    parts: &[&NOTIFIER],
    fields: &[
        (Kind::Secret, "api_secret"),
        (
            Kind::Text,
            "api_secret_file corp_id message to_user to_party to_tag agent_id",
        ),
        (Kind::HttpUrl, "api_url"),
        (Kind::Word(&["", "text", "markdown"]), "message_type"),
    ],
    check: Some(|map, checker| checker.at_most_one(map, &["api_secret", "api_secret_file"])),
};

static PUSHOVER: Shape = Shape {
    name: "an item of `pushover_configs`",
    parts: &[&NOTIFIER],
    fields: &[
        (Kind::Secret, "user_key token"),
        (
            Kind::Text,
            "user_key_file token_file title message url url_title device sound priority",
        ),
        (Kind::Own(receivers::go_time), "retry expire ttl"),
        (Kind::Bool, "html monospace"),
    ],
    check: Some(|map, checker| {
        for keys in [["user_key", "user_key_file"], ["token", "token_file"]] {
            checker.require_one(map, "an item of `pushover_configs`", &keys);
            checker.at_most_one(map, &keys);
        }
        let is_on = |key: &str| map.get(key).and_then(Node::as_bool) == Some(true);
        if is_on("html") && is_on("monospace") {
            checker.conflict(
                map,
                "monospace",
                "`html` and `monospace` exclude each other".to_owned(),
            );
        }
    }),
};

static VICTOROPS: Shape = Shape {
    name: "an item of `victorops_configs`",
    parts: &[&NOTIFIER],
    fields: &[
        (Kind::Secret, "api_key"),
        (
            Kind::Text,
            "api_key_file routing_key message_type state_message entity_display_name monitoring_tool",
        ),
        (Kind::HttpUrl, "api_url"),
        (Kind::Map(Some(victorops_field), &Kind::Text), "custom_fields"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "an item of `victorops_configs`", "routing_key");
        checker.at_most_one(map, &["api_key", "api_key_file"]);
    }),
};

fn victorops_field(name: &str) -> Option<String> {
    let reserved = [
        "routing_key",
        "message_type",
        "state_message",
        "entity_display_name",
        "monitoring_tool",
        "entity_id",
        "entity_state",
    ];
    reserved
        .contains(&name)
        .then(|| format!("`{name}` is a field of VictorOps' own"))
}

static SNS: Shape = Shape {
    name: "an item of `sns_configs`",
    parts: &[&NOTIFIER],
    fields: &[
        (
            Kind::Text,
            "api_url topic_arn phone_number target_arn subject message",
        ),
        (Kind::Shape(&SIGV4), "sigv4"),
        (TEXT_MAP, "attributes"),
        (Kind::Bool, "use_aws_http_client"),
    ],
    check: Some(|map, checker| {
        let ways = ["target_arn", "topic_arn", "phone_number"];
        let count = ways.iter().filter(|key| has(map, key)).count();
        if count == 0 {
            checker.missing(
                map,
                format!("an item of `sns_configs` needs {}", listed(&ways, "or")),
            );
        } else if count == 2 {
            checker.conflict(
                map,
                "topic_arn",
                format!("{} exclude each other", listed(&ways, "and")),
            );
        }
    }),
};

static TELEGRAM: Shape = Shape {
    name: "an item of `telegram_configs`",
    parts: &[&NOTIFIER],
    fields: &[
        (Kind::HttpUrl, "api_url"),
        (Kind::Secret, "bot_token"),
        (Kind::Text, "bot_token_file chat_id_file message"),
        (Kind::Int, "chat_id message_thread_id"),
        (Kind::Bool, "disable_notifications"),
        (Kind::Word(&["", "Markdown", "MarkdownV2", "HTML"]), "parse_mode"),
    ],
    check: Some(|map, checker| {
        checker.at_most_one(map, &["bot_token", "bot_token_file"]);
        let chat = map
            .get("chat_id")
            .and_then(number)
            .is_some_and(|chat| chat != 0.0);
        match (chat, has(map, "chat_id_file")) {
            (false, false) => {
                checker.missing(
                    map,
                    "an item of `telegram_configs` needs `chat_id` or `chat_id_file`".to_owned(),
                );
            }
            (true, true) => checker.conflict(
                map,
                "chat_id_file",
                "`chat_id` and `chat_id_file` exclude each other".to_owned(),
            ),
            _ => {}
        }
    }),
};

static WEBEX: Shape = Shape {
    name: "an item of `webex_configs`",
    parts: &[&NOTIFIER],
    fields: &[(Kind::HttpUrl, "api_url"), (Kind::Text, "message room_id")],
    check: Some(|map, checker| {
        checker.require(map, "an item of `webex_configs`", "room_id");
        let http = map.get("http_config").and_then(Node::as_map);
        if !http.is_some_and(|http| is_set(http, "authorization")) {
            checker.missing(
                map,
                "an item of `webex_configs` needs `authorization` in `http_config`".to_owned(),
            );
        }
    }),
};

static JIRA: Shape = Shape {
    name: "an item of `jira_configs`",
    parts: &[&NOTIFIER],
    fields: &[
        (Kind::HttpUrl, "api_url"),
        (Kind::Word(&["auto", "cloud", "datacenter"]), "api_type"),
        (
            Kind::Text,
            "project priority issue_type reopen_transition resolve_transition wont_fix_resolution",
        ),
        (Kind::Own(jira_field), "summary description"),
        (TEXTS, "labels"),
        (Kind::Duration, "reopen_duration"),
        (Kind::Map(None, &Kind::Any), "fields"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "an item of `jira_configs`", "project");
        checker.require(map, "an item of `jira_configs`", "issue_type");
    }),
};

static JIRA_FIELD: Shape = Shape {
    name: "a field of Jira",
    parts: &[],
    fields: &[(Kind::Text, "template"), (Kind::Bool, "enable_update")],
    check: None,
};

/// A text, or more about it.
fn jira_field(node: &Node, checker: &mut Checker) {
    if written(node).is_none() {
        checker.shape(&JIRA_FIELD, node);
    }
}

static ROCKETCHAT: Shape = Shape {
    name: "an item of `rocketchat_configs`",
    parts: &[&NOTIFIER],
    fields: &[
        (Kind::HttpUrl, "api_url"),
        (Kind::Secret, "token_id token"),
        (
            Kind::Text,
            "token_id_file token_file channel color title title_link text emoji icon_url image_url thumb_url",
        ),
        (Kind::List(&Kind::Shape(&ROCKETCHAT_FIELD)), "fields"),
        (Kind::Bool, "short_fields link_names"),
        (Kind::List(&Kind::Shape(&ROCKETCHAT_ACTION)), "actions"),
    ],
    check: Some(|map, checker| {
        checker.at_most_one(map, &["token", "token_file"]);
        checker.at_most_one(map, &["token_id", "token_id_file"]);
    }),
};

static ROCKETCHAT_FIELD: Shape = Shape {
    name: "a field of Rocket.Chat",
    parts: &[],
    fields: &[(Kind::Text, "title value"), (Kind::Bool, "short")],
    check: None,
};

static ROCKETCHAT_ACTION: Shape = Shape {
    name: "an action of Rocket.Chat",
    parts: &[],
    // These are spelled as no others are.
    fields: &[
        (
            Kind::Text,
            "type text url imageurl webviewheightratio msg msgprocessingtype",
        ),
        (Kind::Bool, "iswebview msginchatwindow"),
    ],
    check: None,
};

static MATTERMOST_MESSAGE: Shape = Shape {
    name: "a message of Mattermost",
    parts: &[],
    fields: &[
        (
            Kind::Text,
            "fallback color pretext text author_name author_link author_icon title title_link thumb_url footer footer_icon
             image_url",
        ),
        (Kind::List(&Kind::Shape(&MATTERMOST_FIELD)), "fields"),
    ],
    check: None,
};

static MATTERMOST: Shape = Shape {
    name: "an item of `mattermost_configs`",
    parts: &[&WEBHOOK_URL, &MATTERMOST_MESSAGE],
    fields: &[
        (Kind::Text, "channel username icon_url icon_emoji type"),
        (Kind::List(&Kind::Shape(&MATTERMOST_MESSAGE)), "attachments"),
        (Kind::Shape(&MATTERMOST_PROPS), "props"),
        (Kind::Shape(&MATTERMOST_PRIORITY), "priority"),
    ],
    check: None,
};

static MATTERMOST_FIELD: Shape = Shape {
    name: "a field of Mattermost",
    parts: &[],
    fields: &[(Kind::Text, "title value"), (Kind::Bool, "short")],
    check: Some(|map, checker| {
        checker.require(map, "a field of Mattermost", "title");
        checker.require(map, "a field of Mattermost", "value");
    }),
};

static MATTERMOST_PROPS: Shape = Shape {
    name: "`props`",
    parts: &[],
    fields: &[(Kind::Text, "card")],
    check: None,
};

static MATTERMOST_PRIORITY: Shape = Shape {
    name: "`priority`",
    parts: &[],
    fields: &[
        (Kind::Text, "priority"),
        (Kind::Bool, "requested_ack persistent_notifications"),
    ],
    check: None,
};
