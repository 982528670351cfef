//! The fields of prometheus.yml and of rule files, as Prometheus 3.14 has them.

use super::discovery::DISCOVERY;
use super::{duplicate_job, relabel, rule_shape, scrape_timeout, special};
use crate::lint::configuration::checker::{Kind, Shape, TEXT_MAP, TEXTS};
use crate::lint::configuration::http::{HTTP, SIGV4, TLS, is_reserved};

/// prometheus.yml.
pub static CONFIG: Shape = Shape {
    name: "prometheus.yml",
    parts: &[],
    fields: &[
        (Kind::Shape(&GLOBAL), "global"),
        (Kind::Shape(&RUNTIME), "runtime"),
        (Kind::Shape(&ALERTING), "alerting"),
        (
            Kind::List(&Kind::Own(special::path_pattern)),
            "rule_files scrape_config_files",
        ),
        (Kind::Items(&SCRAPE), "scrape_configs"),
        (Kind::Shape(&STORAGE), "storage"),
        (Kind::Shape(&TRACING), "tracing"),
        (Kind::Items(&REMOTE_WRITE), "remote_write"),
        (Kind::Items(&REMOTE_READ), "remote_read"),
        (Kind::Shape(&OTLP), "otlp"),
    ],
    check: Some(|map, checker| {
        duplicate_job::check(map, checker);
        scrape_timeout::check(map, checker);
        special::config(map, checker);
    }),
};

static GLOBAL: Shape = Shape {
    name: "`global`",
    parts: &[&LIMITS],
    fields: &[
        (Kind::Duration, "evaluation_interval rule_query_offset"),
        (Kind::Text, "query_log_file"),
        (
            Kind::Map(Some(special::label_name), &Kind::Text),
            "external_labels",
        ),
    ],
    check: None,
};

/// What `global` says for all jobs.
static LIMITS: Shape = Shape {
    name: "a job",
    parts: &[],
    fields: &[
        (Kind::Duration, "scrape_interval scrape_timeout"),
        (Kind::List(&SCRAPE_PROTOCOL), "scrape_protocols"),
        (Kind::Text, "scrape_failure_log_file"),
        (Kind::Bytes, "body_size_limit"),
        (
            Kind::Uint,
            "sample_limit target_limit label_limit label_name_length_limit label_value_length_limit keep_dropped_targets",
        ),
        (
            Kind::Word(&["", "legacy", "utf8"]),
            "metric_name_validation_scheme",
        ),
        (
            Kind::Word(&["", "allow-utf-8", "underscores", "dots", "values"]),
            "metric_name_escaping_scheme",
        ),
        (
            Kind::Bool,
            "scrape_native_histograms convert_classic_histograms_to_nhcb always_scrape_classic_histograms extra_scrape_metrics",
        ),
    ],
    check: Some(special::protocols),
};

const SCRAPE_PROTOCOL: Kind = Kind::Word(&[
    "PrometheusProto",
    "PrometheusText0.0.4",
    "PrometheusText1.0.0",
    "OpenMetricsText0.0.1",
    "OpenMetricsText1.0.0",
]);

static RUNTIME: Shape = Shape {
    name: "`runtime`",
    parts: &[],
    fields: &[(Kind::Int, "gogc")],
    check: None,
};

static ALERTING: Shape = Shape {
    name: "`alerting`",
    parts: &[],
    fields: &[
        (Kind::Items(&RELABEL), "alert_relabel_configs"),
        (Kind::Items(&ALERTMANAGER), "alertmanagers"),
    ],
    check: None,
};

static ALERTMANAGER: Shape = Shape {
    name: "an item of `alertmanagers`",
    parts: &[&HTTP, &DISCOVERY],
    fields: &[
        (Kind::Shape(&SIGV4), "sigv4"),
        (Kind::Text, "scheme path_prefix"),
        (Kind::Duration, "timeout"),
        (Kind::Word(&["v2"]), "api_version"),
        (Kind::Items(&RELABEL), "relabel_configs alert_relabel_configs"),
    ],
    check: Some(|map, checker| {
        special::static_targets(map, checker);
        special::one_login(map, checker, &["basic_auth", "authorization", "oauth2", "sigv4"]);
    }),
};

/// A job.
pub static SCRAPE: Shape = Shape {
    name: "a job",
    parts: &[&LIMITS, &HTTP, &DISCOVERY],
    fields: &[
        (Kind::Text, "job_name metrics_path scheme"),
        (
            Kind::Bool,
            "honor_labels honor_timestamps track_timestamps_staleness enable_compression",
        ),
        (Kind::Map(None, &TEXTS), "params"),
        (SCRAPE_PROTOCOL_OR_NONE, "fallback_scrape_protocol"),
        (Kind::Uint, "native_histogram_bucket_limit"),
        (Kind::Float, "native_histogram_min_bucket_factor"),
        (Kind::Items(&RELABEL), "relabel_configs metric_relabel_configs"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "a job", "job_name");
        special::static_targets(map, checker);
    }),
};

const SCRAPE_PROTOCOL_OR_NONE: Kind = Kind::Word(&[
    "",
    "PrometheusProto",
    "PrometheusText0.0.4",
    "PrometheusText1.0.0",
    "OpenMetricsText0.0.1",
    "OpenMetricsText1.0.0",
]);

/// A file of jobs beside prometheus.yml.
pub static SCRAPE_FILE: Shape = Shape {
    name: "a file of jobs",
    parts: &[],
    fields: &[(Kind::Items(&SCRAPE), "scrape_configs")],
    check: Some(duplicate_job::check),
};

static RELABEL: Shape = Shape {
    name: "a relabel rule",
    parts: &[],
    fields: &[
        (Kind::List(&Kind::LabelName), "source_labels"),
        (Kind::Text, "separator target_label replacement"),
        (Kind::Regex, "regex"),
        (Kind::Uint, "modulus"),
        (Kind::Own(relabel::action), "action"),
    ],
    check: Some(relabel::check),
};

static STORAGE: Shape = Shape {
    name: "`storage`",
    parts: &[],
    fields: &[
        (Kind::Shape(&TSDB), "tsdb"),
        (Kind::Shape(&EXEMPLARS), "exemplars"),
    ],
    check: None,
};

static TSDB: Shape = Shape {
    name: "`tsdb`",
    parts: &[],
    fields: &[
        (Kind::Duration, "out_of_order_time_window"),
        (Kind::Float, "stale_series_compaction_threshold"),
        (Kind::Shape(&CHUNKS), "chunk_encoding"),
        (Kind::Shape(&RETENTION), "retention"),
    ],
    check: None,
};

static CHUNKS: Shape = Shape {
    name: "`chunk_encoding`",
    parts: &[],
    fields: &[(Kind::Word(&["", "xor", "xor2"]), "floats")],
    check: None,
};

static RETENTION: Shape = Shape {
    name: "`retention`",
    parts: &[],
    fields: &[
        (Kind::Duration, "time"),
        (Kind::Bytes, "size"),
        (Kind::Float, "percentage"),
    ],
    check: Some(special::retention),
};

static EXEMPLARS: Shape = Shape {
    name: "`exemplars`",
    parts: &[],
    fields: &[(Kind::Int, "max_exemplars")],
    check: None,
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
        (Kind::Map(Some(reserved), &Kind::Text), "headers"),
        (Kind::Word(&["", "gzip"]), "compression"),
        (Kind::Duration, "timeout"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "`tracing`", "endpoint");
    }),
};

static REMOTE_WRITE: Shape = Shape {
    name: "an item of `remote_write`",
    parts: &[&HTTP],
    fields: &[
        (Kind::Url, "url"),
        (Kind::Duration, "remote_timeout"),
        (Kind::Map(Some(reserved), &Kind::Text), "headers"),
        (Kind::Items(&RELABEL), "write_relabel_configs"),
        (Kind::Text, "name"),
        (
            Kind::Bool,
            "send_exemplars send_native_histograms round_robin_dns",
        ),
        (
            Kind::Word(&["prometheus.WriteRequest", "io.prometheus.write.v2.Request"]),
            "protobuf_message",
        ),
        (Kind::Shape(&QUEUE), "queue_config"),
        (Kind::Shape(&METADATA), "metadata_config"),
        (Kind::Shape(&SIGV4), "sigv4"),
        (Kind::Shape(&AZURE_AD), "azuread"),
        (Kind::Shape(&GOOGLE_IAM), "google_iam"),
    ],
    check: Some(|map, checker| {
        special::remote(map, checker, "an item of `remote_write`");
        let ways = [
            "basic_auth",
            "authorization",
            "oauth2",
            "bearer_token",
            "bearer_token_file",
            "sigv4",
            "azuread",
            "google_iam",
        ];
        special::one_login(map, checker, &ways);
    }),
};

static REMOTE_READ: Shape = Shape {
    name: "an item of `remote_read`",
    parts: &[&HTTP],
    fields: &[
        (Kind::Url, "url"),
        (Kind::Duration, "remote_timeout"),
        (Kind::Uint, "chunked_read_limit"),
        (Kind::Map(Some(reserved), &Kind::Text), "headers"),
        (Kind::Text, "name"),
        (Kind::Bool, "read_recent filter_external_labels"),
        (
            Kind::Map(Some(special::label_name), &Kind::Text),
            "required_matchers",
        ),
    ],
    check: Some(|map, checker| special::remote(map, checker, "an item of `remote_read`")),
};

static QUEUE: Shape = Shape {
    name: "`queue_config`",
    parts: &[],
    fields: &[
        (Kind::Int, "capacity max_shards min_shards max_samples_per_send"),
        (
            Kind::Duration,
            "batch_send_deadline min_backoff max_backoff sample_age_limit",
        ),
        (Kind::Bool, "retry_on_http_429"),
    ],
    check: Some(special::queue),
};

static METADATA: Shape = Shape {
    name: "`metadata_config`",
    parts: &[],
    fields: &[
        (Kind::Bool, "send"),
        (Kind::Duration, "send_interval"),
        (Kind::Int, "max_samples_per_send"),
    ],
    check: None,
};

static AZURE_AD: Shape = Shape {
    name: "`azuread`",
    parts: &[],
    fields: &[
        (
            Kind::Shape(&AZURE_IDENTITY),
            "managed_identity workload_identity oauth sdk certificate",
        ),
        (
            Kind::Word(&["", "AzurePublic", "AzureChina", "AzureGovernment"]),
            "cloud",
        ),
        (Kind::Text, "scope"),
    ],
    check: Some(|map, checker| {
        let ways = [
            "managed_identity",
            "workload_identity",
            "oauth",
            "sdk",
            "certificate",
        ];
        special::one_login(map, checker, &ways);
        if !ways
            .iter()
            .any(|way| map.get(way).is_some_and(|node| !node.is_null()))
        {
            checker.missing(map, format!("`azuread` needs one of {}", ways.join(", ")));
        }
        special::azure(map, checker);
    }),
};

static AZURE_IDENTITY: Shape = Shape {
    name: "a way to log in to Azure",
    parts: &[],
    fields: &[
        (
            Kind::Text,
            "client_id tenant_id token_file_path certificate_path certificate_key_path",
        ),
        (Kind::Secret, "client_secret certificate_password"),
        (Kind::Bool, "send_certificate_chain"),
    ],
    check: None,
};

static GOOGLE_IAM: Shape = Shape {
    name: "`google_iam`",
    parts: &[],
    fields: &[(Kind::Text, "credentials_file")],
    check: None,
};

static OTLP: Shape = Shape {
    name: "`otlp`",
    parts: &[],
    fields: &[
        (
            Kind::Bool,
            "promote_all_resource_attributes keep_identifying_resource_attributes convert_histograms_to_nhcb
             promote_scope_metadata label_name_underscore_sanitization label_name_preserve_multiple_underscores",
        ),
        (TEXTS, "promote_resource_attributes ignore_resource_attributes"),
        (
            Kind::Word(&[
                "",
                "UnderscoreEscapingWithSuffixes",
                "UnderscoreEscapingWithoutSuffixes",
                "NoUTF8EscapingWithSuffixes",
                "NoTranslation",
            ]),
            "translation_strategy",
        ),
    ],
    check: Some(special::otlp),
};

fn reserved(name: &str) -> Option<String> {
    is_reserved(name).then(|| match name.eq_ignore_ascii_case("authorization") {
        true => {
            "the header `Authorization` is set by `basic_auth`, `authorization` and their kind".to_owned()
        }
        false => format!("the header `{name}` is not to be set by hand"),
    })
}

/// A rule file.
pub static RULES: Shape = Shape {
    name: "a rule file",
    parts: &[],
    fields: &[(Kind::List(&Kind::Shape(&GROUP)), "groups")],
    check: Some(rule_shape::file),
};

static GROUP: Shape = Shape {
    name: "a group of rules",
    parts: &[],
    fields: &[
        (Kind::Text, "name"),
        (Kind::Duration, "interval query_offset"),
        (Kind::Int, "limit"),
        (Kind::List(&Kind::Shape(&RULE)), "rules"),
        (TEXT_MAP, "labels"),
    ],
    check: Some(rule_shape::group),
};

/// `spec` of the operator's PrometheusRule.
pub static OPERATOR_RULES: Shape = Shape {
    name: "`spec` of a PrometheusRule",
    parts: &[],
    fields: &[(Kind::List(&Kind::Shape(&OPERATOR_GROUP)), "groups")],
    check: Some(rule_shape::file),
};

static OPERATOR_GROUP: Shape = Shape {
    name: "a group of rules",
    parts: &[&GROUP],
    fields: &[(Kind::Text, "partial_response_strategy")],
    check: None,
};

static RULE: Shape = Shape {
    name: "a rule",
    parts: &[],
    fields: &[
        (Kind::Text, "record alert expr"),
        (Kind::Duration, "for keep_firing_for"),
        (TEXT_MAP, "labels annotations"),
    ],
    check: Some(rule_shape::rule),
};
