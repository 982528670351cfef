//! The service discoveries of Prometheus 3.14 and their fields.

use super::kubernetes_discovery::KUBERNETES;
use super::special::{self, text};
use crate::lint::configuration::checker::{Checker, Kind, Shape, TEXT_MAP, TEXTS, has};
use crate::lint::configuration::http::{HTTP, TLS, is_set};
use crate::render::go::functions::address;
use crate::yaml::{Map, Node, Value};

/// All `*_sd_configs`, and `static_configs`.
pub static DISCOVERY: Shape = Shape {
    name: "the discovery",
    parts: &[],
    fields: &[
        (Kind::Items(&STATIC), "static_configs"),
        (Kind::Items(&AWS), "aws_sd_configs"),
        (Kind::Items(&EC2), "ec2_sd_configs"),
        (
            Kind::Items(&AWS_SERVICE),
            "ecs_sd_configs elasticache_sd_configs lightsail_sd_configs msk_sd_configs rds_sd_configs",
        ),
        (Kind::Items(&AZURE), "azure_sd_configs"),
        (Kind::Items(&CONSUL), "consul_sd_configs"),
        (Kind::Items(&DIGITALOCEAN), "digitalocean_sd_configs"),
        (Kind::Items(&DNS), "dns_sd_configs"),
        (Kind::Items(&DOCKER), "docker_sd_configs"),
        (Kind::Items(&DOCKERSWARM), "dockerswarm_sd_configs"),
        (Kind::Items(&EUREKA), "eureka_sd_configs"),
        (Kind::Items(&FILE), "file_sd_configs"),
        (Kind::Items(&GCE), "gce_sd_configs"),
        (Kind::Items(&HETZNER), "hetzner_sd_configs"),
        (Kind::Items(&HTTP_SD), "http_sd_configs"),
        (Kind::Items(&IONOS), "ionos_sd_configs"),
        (Kind::Items(&KUBERNETES), "kubernetes_sd_configs"),
        (Kind::Items(&KUMA), "kuma_sd_configs"),
        (Kind::Items(&LINODE), "linode_sd_configs"),
        (Kind::Items(&MARATHON), "marathon_sd_configs"),
        (Kind::Items(&ZOOKEEPER), "nerve_sd_configs serverset_sd_configs"),
        (Kind::Items(&NOMAD), "nomad_sd_configs"),
        (Kind::Items(&OCI), "oci_sd_configs"),
        (Kind::Items(&OPENSTACK), "openstack_sd_configs"),
        (Kind::Items(&OUTSCALE), "outscale_sd_configs"),
        (Kind::Items(&OVHCLOUD), "ovhcloud_sd_configs"),
        (Kind::Items(&PUPPETDB), "puppetdb_sd_configs"),
        (Kind::Items(&SCALEWAY), "scaleway_sd_configs"),
        (Kind::Items(&STACKIT), "stackit_sd_configs"),
        (Kind::Items(&TRITON), "triton_sd_configs"),
        (Kind::Items(&UYUNI), "uyuni_sd_configs"),
        (Kind::Items(&VULTR), "vultr_sd_configs"),
    ],
    check: None,
};

static STATIC: Shape = Shape {
    name: "an item of `static_configs`",
    parts: &[],
    fields: &[
        (TEXTS, "targets"),
        (Kind::Map(Some(special::label_name), &Kind::Text), "labels"),
    ],
    check: None,
};

static FILTER: Shape = Shape {
    name: "a filter",
    parts: &[],
    fields: &[(Kind::Text, "name"), (TEXTS, "values")],
    check: None,
};

/// What a discovery of AWS has.
static AWS_FIELDS: Shape = Shape {
    name: "a discovery of AWS",
    parts: &[&HTTP],
    fields: &[
        (
            Kind::Text,
            "region endpoint access_key profile role_arn external_id",
        ),
        (Kind::Secret, "secret_key"),
        (Kind::Duration, "refresh_interval"),
        (Kind::Int, "port"),
    ],
    check: None,
};

static AWS: Shape = Shape {
    name: "an item of `aws_sd_configs`",
    parts: &[&AWS_FIELDS],
    fields: &[
        (
            Kind::Word(&["ec2", "ecs", "elasticache", "lightsail", "msk", "rds"]),
            "role",
        ),
        (Kind::List(&Kind::Shape(&FILTER)), "filters"),
        (TEXTS, "clusters"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "a discovery of AWS", "role");
    }),
};

static EC2: Shape = Shape {
    name: "an item of `ec2_sd_configs`",
    parts: &[&AWS_FIELDS],
    fields: &[(Kind::Items(&FILTER), "filters")],
    check: Some(|map, checker| {
        checker.each_item(map, "filters", |checker, item| {
            if let Some(filter) = item.as_map() {
                checker.require(filter, "a filter of EC2", "values");
            }
        });
    }),
};

static AWS_SERVICE: Shape = Shape {
    name: "a discovery of AWS",
    parts: &[&AWS_FIELDS],
    fields: &[
        (TEXTS, "clusters"),
        (Kind::Int, "request_concurrency"),
        (Kind::List(&Kind::Shape(&FILTER)), "filters"),
    ],
    check: None,
};

static AZURE: Shape = Shape {
    name: "an item of `azure_sd_configs`",
    parts: &[&HTTP],
    fields: &[
        (
            Kind::Text,
            "environment subscription_id tenant_id client_id resource_group",
        ),
        (Kind::Int, "port"),
        (Kind::Secret, "client_secret"),
        (Kind::Duration, "refresh_interval"),
        (
            Kind::Word(&["OAuth", "ManagedIdentity", "SDK", "WorkloadIdentity"]),
            "authentication_method",
        ),
    ],
    check: Some(|map, checker| {
        let what = "the discovery of Azure";
        checker.require(map, what, "subscription_id");
        if matches!(&*text(map, "authentication_method"), "" | "OAuth") {
            for key in ["tenant_id", "client_id", "client_secret"] {
                checker.require(map, what, key);
            }
        }
    }),
};

static CONSUL: Shape = Shape {
    name: "an item of `consul_sd_configs`",
    parts: &[&HTTP],
    fields: &[
        (
            Kind::Text,
            "server path_prefix datacenter namespace partition tag_separator scheme username filter health_filter",
        ),
        (Kind::Secret, "token password"),
        (Kind::Bool, "allow_stale"),
        (Kind::Duration, "refresh_interval"),
        (TEXTS, "services tags"),
        (TEXT_MAP, "node_meta"),
    ],
    check: Some(|map, checker| {
        not_emptied(map, checker, "server");
        if (has(map, "username") || has(map, "password")) && is_set(map, "basic_auth") {
            checker.conflict(
                map,
                "basic_auth",
                "`basic_auth` and `username` exclude each other".to_owned(),
            );
        }
        if has(map, "token") {
            for key in ["authorization", "oauth2"] {
                if is_set(map, key) {
                    checker.conflict(map, key, format!("`{key}` and `token` exclude each other"));
                }
            }
        }
    }),
};

static DIGITALOCEAN: Shape = Shape {
    name: "an item of `digitalocean_sd_configs`",
    parts: &[&PERIODIC, &HTTP],
    fields: &[(Kind::Word(&["droplets", "databases"]), "role")],
    check: None,
};

/// What many discoveries have.
static PERIODIC: Shape = Shape {
    name: "a discovery",
    parts: &[],
    fields: &[(Kind::Duration, "refresh_interval"), (Kind::Int, "port")],
    check: None,
};

static DNS: Shape = Shape {
    name: "an item of `dns_sd_configs`",
    parts: &[&PERIODIC],
    fields: &[(TEXTS, "names"), (Kind::Text, "type")],
    check: Some(|map, checker| {
        checker.require(map, "a discovery by DNS", "names");
        let kind = text(map, "type").to_ascii_uppercase();
        let has_port = map
            .get("port")
            .is_some_and(|port| !matches!(port.value, Value::Int(0)));
        match kind.as_str() {
            "" | "SRV" => {}
            "A" | "AAAA" | "MX" | "NS" if has_port && is_set(map, "port") => {}
            "A" | "AAAA" | "MX" | "NS" => {
                checker.missing(
                    map,
                    format!("a discovery by DNS records of type {kind} needs `port`"),
                );
            }
            _ => checker.wrong_key(map, "type", "`type` is one of SRV, A, AAAA, MX, NS".to_owned()),
        }
    }),
};

/// Containers of Docker.
static DOCKER_FIELDS: Shape = Shape {
    name: "a discovery of Docker",
    parts: &[&PERIODIC, &HTTP],
    fields: &[
        (Kind::Text, "host"),
        (Kind::List(&Kind::Shape(&FILTER)), "filters"),
    ],
    check: Some(|map, checker| {
        if checker.require(map, "a discovery of Docker", "host") {
            parses(map, checker, "host");
        }
    }),
};

static DOCKER: Shape = Shape {
    name: "an item of `docker_sd_configs`",
    parts: &[&DOCKER_FIELDS],
    fields: &[
        (Kind::Text, "host_networking_host"),
        (Kind::Bool, "match_first_network"),
    ],
    check: None,
};

static DOCKERSWARM: Shape = Shape {
    name: "an item of `dockerswarm_sd_configs`",
    parts: &[&DOCKER_FIELDS],
    fields: &[(Kind::Word(&["services", "nodes", "tasks"]), "role")],
    check: Some(|map, checker| {
        checker.require(map, "a discovery of Docker Swarm", "role");
    }),
};

static EUREKA: Shape = Shape {
    name: "an item of `eureka_sd_configs`",
    parts: &[&PERIODIC_ALONE, &HTTP],
    fields: &[(Kind::Text, "server")],
    check: Some(|map, checker| {
        if checker.require(map, "a discovery of Eureka", "server") {
            has_host(map, checker, "server", false);
        }
    }),
};

/// A discovery without a port.
static PERIODIC_ALONE: Shape = Shape {
    name: "a discovery",
    parts: &[],
    fields: &[(Kind::Duration, "refresh_interval")],
    check: None,
};

static FILE: Shape = Shape {
    name: "an item of `file_sd_configs`",
    parts: &[&PERIODIC_ALONE],
    fields: &[(Kind::List(&Kind::Own(special::target_file)), "files")],
    check: Some(|map, checker| {
        checker.require(map, "a discovery by files", "files");
    }),
};

static GCE: Shape = Shape {
    name: "an item of `gce_sd_configs`",
    parts: &[&PERIODIC],
    fields: &[(Kind::Text, "project zone filter tag_separator")],
    check: Some(|map, checker| {
        checker.require(map, "a discovery of Google Cloud", "project");
        checker.require(map, "a discovery of Google Cloud", "zone");
    }),
};

static HETZNER: Shape = Shape {
    name: "an item of `hetzner_sd_configs`",
    parts: &[&PERIODIC, &HTTP],
    fields: &[
        (Kind::Word(&["robot", "hcloud"]), "role"),
        (Kind::Text, "label_selector"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "a discovery of Hetzner", "role");
    }),
};

static HTTP_SD: Shape = Shape {
    name: "an item of `http_sd_configs`",
    parts: &[&PERIODIC_ALONE, &HTTP],
    fields: &[(Kind::Text, "url")],
    check: Some(|map, checker| {
        if checker.require(map, "a discovery by HTTP", "url") {
            has_host(map, checker, "url", true);
        }
    }),
};

static IONOS: Shape = Shape {
    name: "an item of `ionos_sd_configs`",
    parts: &[&PERIODIC, &HTTP],
    fields: &[(Kind::Text, "datacenter_id")],
    check: Some(|map, checker| {
        checker.require(map, "a discovery of IONOS", "datacenter_id");
    }),
};

static KUMA: Shape = Shape {
    name: "an item of `kuma_sd_configs`",
    parts: &[&PERIODIC_ALONE, &HTTP],
    fields: &[
        (Kind::Duration, "fetch_timeout"),
        (Kind::Text, "server client_id"),
    ],
    check: Some(|map, checker| {
        if checker.require(map, "a discovery of Kuma", "server") {
            has_host(map, checker, "server", false);
        }
    }),
};

static LINODE: Shape = Shape {
    name: "an item of `linode_sd_configs`",
    parts: &[&PERIODIC, &HTTP],
    fields: &[(Kind::Text, "tag_separator region")],
    check: None,
};

static MARATHON: Shape = Shape {
    name: "an item of `marathon_sd_configs`",
    parts: &[&PERIODIC_ALONE, &HTTP],
    fields: &[
        (TEXTS, "servers"),
        (Kind::Secret, "auth_token"),
        (Kind::Text, "auth_token_file"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "a discovery of Marathon", "servers");
        checker.at_most_one(
            map,
            &["auth_token", "auth_token_file", "basic_auth", "authorization"],
        );
    }),
};

static ZOOKEEPER: Shape = Shape {
    name: "a discovery of ZooKeeper",
    parts: &[],
    fields: &[(TEXTS, "servers paths"), (Kind::Duration, "timeout")],
    check: Some(|map, checker| {
        checker.require(map, "a discovery of ZooKeeper", "servers");
        checker.require(map, "a discovery of ZooKeeper", "paths");
        checker.each_item(map, "paths", |checker, item| {
            if item.as_str().is_some_and(|path| !path.starts_with('/')) {
                checker.wrong(item, "a path of ZooKeeper begins with `/`".to_owned());
            }
        });
    }),
};

static NOMAD: Shape = Shape {
    name: "an item of `nomad_sd_configs`",
    parts: &[&PERIODIC_ALONE, &HTTP],
    fields: &[
        (Kind::Bool, "allow_stale"),
        (Kind::Text, "namespace region server tag_separator"),
    ],
    check: Some(|map, checker| not_emptied(map, checker, "server")),
};

static OCI: Shape = Shape {
    name: "an item of `oci_sd_configs`",
    parts: &[&PERIODIC, &HTTP],
    fields: &[
        (
            Kind::Text,
            "auth tenancy user fingerprint key_file key_passphrase_file region",
        ),
        (Kind::Secret, "key_passphrase"),
        (TEXTS, "compartments"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "a discovery of Oracle Cloud", "region");
    }),
};

static OPENSTACK: Shape = Shape {
    name: "an item of `openstack_sd_configs`",
    parts: &[&PERIODIC],
    fields: &[
        (
            Kind::Text,
            "identity_endpoint username userid project_name project_id domain_name domain_id application_credential_name
             application_credential_id region",
        ),
        (Kind::Secret, "password application_credential_secret"),
        (Kind::Word(&["hypervisor", "instance", "loadbalancer"]), "role"),
        (Kind::Bool, "all_tenants"),
        (Kind::Shape(&TLS), "tls_config"),
        (Kind::Word(&["public", "internal", "admin"]), "availability"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "a discovery of OpenStack", "role");
        checker.require(map, "a discovery of OpenStack", "region");
    }),
};

static OUTSCALE: Shape = Shape {
    name: "an item of `outscale_sd_configs`",
    parts: &[&PERIODIC, &HTTP],
    fields: &[
        (Kind::Text, "endpoint region access_key secret_key_file"),
        (Kind::Secret, "secret_key"),
    ],
    check: Some(|map, checker| {
        checker.require(map, "a discovery of Outscale", "region");
        checker.require(map, "a discovery of Outscale", "access_key");
        checker.require_one(map, "a discovery of Outscale", &["secret_key", "secret_key_file"]);
        checker.at_most_one(map, &["secret_key", "secret_key_file"]);
    }),
};

static OVHCLOUD: Shape = Shape {
    name: "an item of `ovhcloud_sd_configs`",
    parts: &[&PERIODIC_ALONE],
    fields: &[
        (Kind::Text, "endpoint application_key"),
        (Kind::Secret, "application_secret consumer_key"),
        (Kind::Word(&["dedicated_server", "vps"]), "service"),
    ],
    check: Some(|map, checker| {
        for key in [
            "endpoint",
            "application_key",
            "application_secret",
            "consumer_key",
            "service",
        ] {
            checker.require(map, "a discovery of OVHcloud", key);
        }
    }),
};

static PUPPETDB: Shape = Shape {
    name: "an item of `puppetdb_sd_configs`",
    parts: &[&PERIODIC, &HTTP],
    fields: &[(Kind::Text, "url query"), (Kind::Bool, "include_parameters")],
    check: Some(|map, checker| {
        if checker.require(map, "a discovery of PuppetDB", "url") {
            has_host(map, checker, "url", true);
        }
        checker.require(map, "a discovery of PuppetDB", "query");
    }),
};

static SCALEWAY: Shape = Shape {
    name: "an item of `scaleway_sd_configs`",
    parts: &[&PERIODIC, &HTTP],
    fields: &[
        (
            Kind::Text,
            "project_id api_url zone access_key secret_key_file name_filter",
        ),
        (Kind::Secret, "secret_key"),
        (TEXTS, "tags_filter"),
        (Kind::Word(&["instance", "baremetal"]), "role"),
    ],
    check: Some(|map, checker| {
        for key in ["role", "project_id", "access_key"] {
            checker.require(map, "a discovery of Scaleway", key);
        }
        checker.require_one(map, "a discovery of Scaleway", &["secret_key", "secret_key_file"]);
        checker.at_most_one(map, &["secret_key", "secret_key_file"]);
    }),
};

static STACKIT: Shape = Shape {
    name: "an item of `stackit_sd_configs`",
    parts: &[&PERIODIC, &HTTP],
    fields: &[
        (
            Kind::Text,
            "project region endpoint service_account_key_path private_key_path credentials_file_path",
        ),
        (Kind::Secret, "service_account_key private_key"),
    ],
    check: None,
};

static TRITON: Shape = Shape {
    name: "an item of `triton_sd_configs`",
    parts: &[&PERIODIC],
    fields: &[
        (Kind::Text, "account dns_suffix endpoint"),
        (Kind::Word(&["container", "cn"]), "role"),
        (TEXTS, "groups"),
        (Kind::Shape(&TLS), "tls_config"),
        (Kind::Int, "version"),
    ],
    check: Some(|map, checker| {
        for key in ["account", "dns_suffix", "endpoint"] {
            checker.require(map, "a discovery of Triton", key);
        }
    }),
};

static UYUNI: Shape = Shape {
    name: "an item of `uyuni_sd_configs`",
    parts: &[&PERIODIC_ALONE, &HTTP],
    fields: &[
        (Kind::Text, "server username entitlement separator"),
        (Kind::Secret, "password"),
    ],
    check: Some(|map, checker| {
        for key in ["server", "username", "password"] {
            checker.require(map, "a discovery of Uyuni", key);
        }
    }),
};

static VULTR: Shape = Shape {
    name: "an item of `vultr_sd_configs`",
    parts: &[&PERIODIC, &HTTP],
    fields: &[],
    check: None,
};

/// Reports a field with a default that was set to nothing.
fn not_emptied(map: &Map, checker: &mut Checker, key: &str) {
    if map
        .get(key)
        .and_then(Node::as_str)
        .is_some_and(|value| value.trim().is_empty())
    {
        checker.wrong_key(map, key, format!("`{key}` is empty"));
    }
}

fn parses(map: &Map, checker: &mut Checker, key: &str) {
    if let Err(reason) = address(&text(map, key)) {
        checker.wrong_key(map, key, format!("`{key}` is not an address: {reason}"));
    }
}

/// Reports an address without a scheme and host.
fn has_host(map: &Map, checker: &mut Checker, key: &str, of_http: bool) {
    let value = text(map, key);
    match address(&value) {
        Err(reason) => checker.wrong_key(map, key, format!("`{key}` is not an address: {reason}")),
        Ok(address) => {
            let scheme = match of_http {
                true => matches!(address.scheme.as_str(), "http" | "https"),
                false => !address.scheme.is_empty(),
            };
            if !scheme || address.host.is_empty() {
                checker.wrong_key(
                    map,
                    key,
                    format!("`{key}` needs a scheme and a host, such as `http://host:port`"),
                );
            }
        }
    }
}
