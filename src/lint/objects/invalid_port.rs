//! Numbers and names of ports.

use std::collections::HashMap;

use super::at::{At, whole};
use super::pod::Pod;
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::kubernetes::names;
use crate::lint::Rule;
use crate::values::dotted;
use crate::yaml::{Node, Value};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-port",
    severity: Severity::Error,
    meaning: "A port's number is out of range, its name is not one, or two ports have the same.",
    reason: "The API server refuses the object.",
    action: "Use numbers from 1 to 65535, and names of up to 15 lower-case letters, digits and `-`, each once.",
};

const PORTS: std::ops::RangeInclusive<i128> = 1..=65535;

pub(super) fn of_pod(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    let is_on_host = pod.spec.is_true("hostNetwork");
    let mut on_host: HashMap<(i128, String, String), At<'_>> = HashMap::new();
    for container in &pod.containers {
        let mut named: HashMap<&str, At<'_>> = HashMap::new();
        for port in container.at.list("ports") {
            number(review, &port, "containerPort");
            number(review, &port, "hostPort");
            if let Some(at) = port.get("name")
                && let Some(name) = at.str()
                && !name.is_empty()
            {
                port_name(review, &at, name);
                if let Some(first) = named.get(name) {
                    let message = format!("is `{name}`, as is `{}`", dotted(&first.path));
                    review.tell(&RULE, &at, &message, "give each port a name of its own");
                } else {
                    named.insert(name, at);
                }
            }
            let (inside, outside) = (port.number("containerPort"), port.number("hostPort"));
            if is_on_host && outside.is_some_and(|outside| outside != 0 && Some(outside) != inside) {
                let help = "write the same number, or remove it";
                let message = "is not the container's port, and with `hostNetwork` it has to be";
                review.tell(&RULE, &port.missing("hostPort"), message, help);
            }
            // Containers that run before the others are gone when these begin.
            let outside = outside.or(if is_on_host { inside } else { None });
            if let Some(outside) =
                outside.filter(|outside| *outside != 0 && (!container.is_init || container.is_sidecar()))
            {
                let protocol = port.text("protocol").unwrap_or("TCP").to_owned();
                let address = port.text("hostIP").unwrap_or_default().to_owned();
                let at = port.missing(if port.has("hostPort") {
                    "hostPort"
                } else {
                    "containerPort"
                });
                if let Some(first) = on_host.get(&(outside, protocol.clone(), address.clone())) {
                    let message = format!("is {outside} on the node, as is `{}`", dotted(&first.path));
                    review.tell(&RULE, &at, &message, "give each a number of its own");
                } else {
                    on_host.insert((outside, protocol, address), at);
                }
            }
        }
    }
}

pub(super) fn of_service(review: &mut Review<'_, '_>, spec: &At<'_>) {
    let ports = spec.list("ports");
    let mut named: HashMap<&str, At<'_>> = HashMap::new();
    for port in &ports {
        number(review, port, "port");
        if let Some(number) = port.number("nodePort")
            && !(0..=65535).contains(&number)
        {
            out_of_range(review, &port.missing("nodePort"), number);
        }
        if let Some(at) = port.get("targetPort")
            && !is_reference(at.node)
            && !matches!(whole(at.node), Some(0))
            && !matches!(at.str(), Some(""))
        {
            tell_reference(review, &at);
        }
        if let Some(at) = port.get("appProtocol")
            && let Some(protocol) = at.str()
            && let Err(fault) = names::qualified_name(protocol)
        {
            review.tell(
                &RULE,
                &at,
                &format!("is {}, which is not a protocol's name", shown(at.node)),
                fault,
            );
        }
        match port.get("name") {
            Some(at) if !at.is_empty() => {
                let Some(name) = at.str() else { continue };
                if let Err(fault) = names::dns_label(name) {
                    review.tell_name(&RULE, &at, fault);
                }
                if let Some(first) = named.get(name) {
                    let message = format!("is `{name}`, as is `{}`", dotted(&first.path));
                    review.tell(&RULE, &at, &message, "give each port a name of its own");
                } else {
                    named.insert(name, at);
                }
            }
            _ if ports.len() > 1 => {
                let help = "where a Service has several ports, each needs a name";
                review.tell(&RULE, &port.missing("name"), "is missing", help);
            }
            _ => {}
        }
    }
}

fn number(review: &mut Review<'_, '_>, port: &At<'_>, field: &str) {
    if let Some(number) = port.number(field)
        && !PORTS.contains(&number)
        // 0 is as if it were not there, where it need not be.
        && !(number == 0 && field == "hostPort")
    {
        out_of_range(review, &port.missing(field), number);
    }
}

fn out_of_range(review: &mut Review<'_, '_>, at: &At<'_>, number: i128) {
    review.tell(
        &RULE,
        at,
        &format!("is {number}, which is not a port"),
        "ports are from 1 to 65535",
    );
}

fn port_name(review: &mut Review<'_, '_>, at: &At<'_>, name: &str) {
    if let Err(fault) = names::port_name(name) {
        review.tell(
            &RULE,
            at,
            &format!("is `{name}`, which is not a port's name"),
            fault,
        );
    }
}

/// Whether a value is a port's number or name.
pub(super) fn is_reference(node: &Node) -> bool {
    match &node.value {
        Value::Int(number) => PORTS.contains(number),
        Value::String(text) => names::port_name(text).is_ok(),
        _ => true,
    }
}

/// Says that a value is not a port's number or name.
pub(super) fn tell_reference(review: &mut Review<'_, '_>, at: &At<'_>) {
    let is_number = at.str().is_some_and(|text| text.parse::<u16>().is_ok());
    let help = match is_number {
        true => "write the number without quotes",
        false => "it is a number from 1 to 65535, or the name of a container's port",
    };
    review.tell(
        &RULE,
        at,
        &format!("is {}, which is not a port", shown(at.node)),
        help,
    );
}
