//! Names of ports that no container has.

use super::at::At;
use super::missing_reference;
use super::review::{Review, shown};
use crate::diagnostic::{Severity, nearest};
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "unknown-port",
    severity: Severity::Warning,
    meaning: "A probe or a Service names a port that no container has, or an Ingress one that its Service does not have.",
    reason: "The probe fails for ever, the Service has no endpoint for the port, the Ingress answers with an error; the API server says nothing.",
    action: "Use the name or the number of one of the containers' ports, or of the Service's.",
};

/// The ports of an Ingress' Services, where these are rendered.
pub(super) fn of_ingress(review: &mut Review<'_, '_>) {
    let Some(spec) = review
        .spec()
        .filter(|_| review.is("networking.k8s.io", "Ingress"))
    else {
        return;
    };
    let namespace = review.world.namespace_of(review.part);
    for backend in missing_reference::services(&spec) {
        let name = backend.text("name").unwrap_or_default();
        let service = review.world.find("Service", namespace, name);
        let ports = service.and_then(|service| service.root.get("spec"));
        let ports = ports.map(|spec| spec.list("ports")).unwrap_or_default();
        let Some(port) = backend.get("port").filter(|_| !ports.is_empty()) else {
            continue;
        };
        let named = port.text("name").filter(|name| !name.is_empty());
        let is_there = |known: &At<'_>| match (named, port.number("number")) {
            (Some(named), None) => known.text("name") == Some(named),
            (None, Some(number)) => known.number("port") == Some(number),
            // What is wrong with the others is told elsewhere.
            _ => true,
        };
        if ports.iter().any(is_there) {
            continue;
        }
        let known = ports.iter().map(|port| match port.text("name") {
            Some(name) => format!("{} (`{name}`)", port.number("port").unwrap_or_default()),
            None => port.number("port").unwrap_or_default().to_string(),
        });
        let known = known.collect::<Vec<_>>().join(", ");
        let at = match named {
            Some(_) => port.missing("name"),
            None => port.missing("number"),
        };
        let asked = port.get(if named.is_some() { "name" } else { "number" });
        let asked = asked.map(|asked| shown(asked.node)).unwrap_or_default();
        let message = format!("is {asked}, a port that the Service `{name}` does not have");
        review.tell(&RULE, &at, &message, &format!("its ports are {known}"));
    }
}

pub(super) fn tell(review: &mut Review<'_, '_>, at: &At<'_>, name: &str, ports: &[At<'_>]) {
    let names: Vec<&str> = ports.iter().filter_map(|port| port.text("name")).collect();
    let help = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => "write its number, or give the container's port this name".to_owned(),
        None => format!("its ports are `{}`", names.join("`, `")),
    };
    let message = format!("is `{name}`, a port that no container has");
    review.tell(&RULE, at, &message, &help);
}
