//! What Prometheus and Alertmanager have in common: how they speak HTTP.

use super::checker::{Checker, Kind, Shape, TEXT_MAP, TEXTS, has};
use super::scalars::written;
use crate::yaml::{Map, Node};

/// How a client speaks HTTP.
pub static HTTP: Shape = Shape {
    name: "the HTTP client",
    parts: &[&PROXY],
    fields: &[
        (Kind::Shape(&BASIC_AUTH), "basic_auth"),
        (Kind::Shape(&AUTHORIZATION), "authorization"),
        (Kind::Shape(&OAUTH2), "oauth2"),
        (Kind::Secret, "bearer_token"),
        (Kind::Text, "bearer_token_file"),
        (Kind::Shape(&TLS), "tls_config"),
        (Kind::Bool, "follow_redirects enable_http2"),
        (Kind::Map(Some(header), &Kind::Shape(&HEADER)), "http_headers"),
    ],
    check: Some(check_http),
};

/// TLS.
pub static TLS: Shape = Shape {
    name: "`tls_config`",
    parts: &[],
    fields: &[
        (
            Kind::Text,
            "ca cert ca_file cert_file key_file ca_ref cert_ref key_ref server_name",
        ),
        (Kind::Secret, "key"),
        (Kind::Bool, "insecure_skip_verify"),
        (
            Kind::Word(&["TLS10", "TLS11", "TLS12", "TLS13"]),
            "min_version max_version",
        ),
    ],
    check: Some(check_tls),
};

/// Requests signed for AWS.
pub static SIGV4: Shape = Shape {
    name: "`sigv4`",
    parts: &[],
    fields: &[
        (
            Kind::Text,
            "region access_key profile role_arn external_id service_name",
        ),
        (Kind::Secret, "secret_key"),
        (Kind::Bool, "use_fips_sts_endpoint"),
    ],
    check: Some(|map, checker| {
        if has(map, "access_key") != has(map, "secret_key") {
            checker.missing(
                map,
                "`sigv4` needs `access_key` and `secret_key` together, or neither".to_owned(),
            );
        }
        if has(map, "external_id") {
            checker.require(map, "`external_id`", "role_arn");
        }
    }),
};

static PROXY: Shape = Shape {
    name: "the proxy",
    parts: &[],
    fields: &[
        (Kind::Url, "proxy_url"),
        (Kind::Text, "no_proxy"),
        (Kind::Bool, "proxy_from_environment"),
        (
            Kind::Map(None, &Kind::List(&Kind::Secret)),
            "proxy_connect_header",
        ),
    ],
    check: Some(check_proxy),
};

static BASIC_AUTH: Shape = Shape {
    name: "`basic_auth`",
    parts: &[],
    fields: &[
        (
            Kind::Text,
            "username username_file username_ref password_file password_ref",
        ),
        (Kind::Secret, "password"),
    ],
    check: Some(|map, checker| {
        checker.at_most_one(map, &["username", "username_file", "username_ref"]);
        checker.at_most_one(map, &["password", "password_file", "password_ref"]);
    }),
};

static AUTHORIZATION: Shape = Shape {
    name: "`authorization`",
    parts: &[],
    fields: &[
        (Kind::Text, "type credentials_file credentials_ref"),
        (Kind::Secret, "credentials"),
    ],
    check: Some(|map, checker| {
        checker.at_most_one(map, &["credentials", "credentials_file", "credentials_ref"]);
        let kind = map.get("type").and_then(written).unwrap_or_default();
        if kind.trim().eq_ignore_ascii_case("basic") {
            checker.wrong_key(
                map,
                "type",
                "`authorization` cannot be `basic`: that is what `basic_auth` is for".to_owned(),
            );
        }
    }),
};

static OAUTH2: Shape = Shape {
    name: "`oauth2`",
    parts: &[&PROXY],
    fields: &[
        (
            Kind::Text,
            "client_id client_secret_file client_secret_ref client_certificate_key_id client_certificate_key_file
             client_certificate_key_ref grant_type signature_algorithm iss audience token_url",
        ),
        (Kind::Secret, "client_secret client_certificate_key"),
        (Kind::Map(None, &Kind::Any), "claims"),
        (TEXTS, "scopes"),
        (TEXT_MAP, "endpoint_params"),
        (Kind::Shape(&TLS), "tls_config"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "`oauth2`", "client_id");
        checker.require(map, "`oauth2`", "token_url");
        let grant = map.get("grant_type").and_then(written).unwrap_or_default();
        if grant == "urn:ietf:params:oauth:grant-type:jwt-bearer" {
            checker.at_most_one(
                map,
                &["client_certificate_key", "client_certificate_key_file", "client_certificate_key_ref"],
            );
            let algorithm = map.get("signature_algorithm").and_then(written).unwrap_or_default();
            if !matches!(&*algorithm, "" | "RS256" | "RS384" | "RS512") {
                checker.wrong_key(
                    map,
                    "signature_algorithm",
                    "`signature_algorithm` is one of RS256, RS384, RS512".to_owned(),
                );
            }
        } else {
            checker.at_most_one(map, &["client_secret", "client_secret_file", "client_secret_ref"]);
        }
    }),
};

static HEADER: Shape = Shape {
    name: "a header",
    parts: &[],
    fields: &[(TEXTS, "values files"), (Kind::List(&Kind::Secret), "secrets")],
    check: None,
};

/// Headers that the client sets itself.
const RESERVED: &str = "accept-encoding authorization connection content-encoding content-length content-type host keep-alive \
                        proxy-authenticate proxy-authorization user-agent www-authenticate x-amz-content-sha256 x-amz-date \
                        x-amz-security-token x-prometheus-remote-read-version x-prometheus-remote-write-version \
                        x-prometheus-scrape-timeout-seconds";

/// Whether a header is one that the client sets itself.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.split(' ').any(|known| known.eq_ignore_ascii_case(name))
}

fn header(name: &str) -> Option<String> {
    is_reserved(name).then(|| format!("the header `{name}` is not to be set by hand"))
}

/// Whether something is there, even an empty map.
pub fn is_set(map: &Map, key: &str) -> bool {
    map.get(key).is_some_and(|node| !node.is_null())
}

fn check_http(map: &Map, checker: &mut Checker) {
    checker.at_most_one(map, &["bearer_token", "bearer_token_file"]);
    let ways: Vec<&str> = ["basic_auth", "authorization", "oauth2"]
        .into_iter()
        .filter(|key| is_set(map, key))
        .chain(
            ["bearer_token", "bearer_token_file"]
                .into_iter()
                .filter(|key| has(map, key))
                .take(1),
        )
        .collect();
    if let [first, second, ..] = ways.as_slice() {
        let message = format!("`{first}` and `{second}` exclude each other: there is one way to log in");
        checker.conflict(map, second, message);
    }
}

fn check_proxy(map: &Map, checker: &mut Checker) {
    let from_environment = map.get("proxy_from_environment").and_then(Node::as_bool) == Some(true);
    if has(map, "proxy_connect_header") && !from_environment && !has(map, "proxy_url") {
        checker.missing(
            map,
            "`proxy_connect_header` needs `proxy_url` or `proxy_from_environment`".to_owned(),
        );
    }
    if from_environment {
        for key in ["proxy_url", "no_proxy"] {
            if has(map, key) {
                checker.conflict(
                    map,
                    key,
                    format!("`{key}` and `proxy_from_environment` exclude each other"),
                );
            }
        }
    }
    if has(map, "no_proxy") && !is_set(map, "proxy_url") {
        checker.missing(map, "`no_proxy` needs `proxy_url`".to_owned());
    }
}

fn check_tls(map: &Map, checker: &mut Checker) {
    for keys in [
        ["ca", "ca_file", "ca_ref"],
        ["cert", "cert_file", "cert_ref"],
        ["key", "key_file", "key_ref"],
    ] {
        checker.at_most_one(map, &keys);
    }
    let certificate = ["cert", "cert_file", "cert_ref"].iter().any(|key| has(map, key));
    let key = ["key", "key_file", "key_ref"].iter().any(|key| has(map, key));
    if certificate != key {
        let missing = if certificate { "key" } else { "certificate" };
        checker.missing(
            map,
            format!("a client's certificate and its key belong together, and the {missing} is missing"),
        );
    }
}
