//! Probes and hooks of containers that cannot work.

use super::at::At;
use super::invalid_port::{is_reference, tell_reference};
use super::missing_field::required;
use super::pod::{Container, Pod};
use super::review::Review;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-probe",
    severity: Severity::Error,
    meaning: "A probe or a lifecycle hook has no handler or several, or a number that it cannot have.",
    reason: "The API server refuses the object.",
    action: "Write exactly one of `httpGet`, `tcpSocket`, `exec` and `grpc`, and numbers in the range that the message names.",
};

const PROBES: &[&str] = &["livenessProbe", "readinessProbe", "startupProbe"];

pub(super) fn check(review: &mut Review<'_, '_>, pod: &Pod<'_>) {
    for container in &pod.containers {
        for name in PROBES {
            if let Some(probe) = container.at.get(name) {
                if container.is_init && !container.is_sidecar() {
                    let help = "remove it, or make the container a sidecar with `restartPolicy: Always`";
                    review.tell(
                        &RULE,
                        &probe,
                        "is not for containers that run before the others",
                        help,
                    );
                } else {
                    one_probe(review, name, &probe, container);
                }
            }
        }
        for hook in ["postStart", "preStop"] {
            if let Some(hook) = container.at.path(&["lifecycle", hook]) {
                handlers(
                    review,
                    &hook,
                    &["exec", "httpGet", "tcpSocket", "sleep"],
                    container,
                );
            }
        }
    }
}

fn one_probe(review: &mut Review<'_, '_>, name: &str, probe: &At<'_>, container: &Container<'_>) {
    if probe.node.as_map().is_none() {
        return;
    }
    handlers(
        review,
        probe,
        &["exec", "httpGet", "tcpSocket", "grpc"],
        container,
    );
    let at_least = |field: &str| match field {
        // 0 is as if it were not there.
        "terminationGracePeriodSeconds" => 1,
        _ => 0,
    };
    for field in [
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
        "terminationGracePeriodSeconds",
    ] {
        let least = at_least(field);
        if let Some(number) = probe.number(field)
            && number < least
        {
            let at = probe.missing(field);
            review.tell(
                &RULE,
                &at,
                &format!("is {number}"),
                &format!("it is at least {}", least.max(1)),
            );
        }
    }
    if name != "readinessProbe"
        && let Some(number) = probe.number("successThreshold")
        && number > 1
    {
        let at = probe.missing("successThreshold");
        let help = "write 1, or remove it: only readiness probes have another one";
        review.tell(&RULE, &at, &format!("is {number}, and has to be 1"), help);
    }
    if name == "readinessProbe" && probe.has("terminationGracePeriodSeconds") {
        let at = probe.missing("terminationGracePeriodSeconds");
        review.tell(&RULE, &at, "is not for readiness probes", "remove it");
    }
}

fn handlers(review: &mut Review<'_, '_>, at: &At<'_>, names: &[&str], container: &Container<'_>) {
    if at.node.as_map().is_none() {
        return;
    }
    let found: Vec<At<'_>> = names.iter().filter_map(|name| at.get(name)).collect();
    let [handler] = found.as_slice() else {
        let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let help = format!("write exactly one of {}", listed.join(", "));
        match found.get(1) {
            None => review.tell(&RULE, at, "does not say what to do", &help),
            Some(second) => review.tell(&RULE, second, "is a second handler", &help),
        }
        return;
    };
    if at.has("exec") {
        required(review, handler, "command", "write the command as a list");
    }
    for kind in ["httpGet", "tcpSocket", "grpc"] {
        if !at.has(kind) {
            continue;
        }
        for header in handler.list("httpHeaders") {
            let is_token = |text: &str| {
                let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
                !text.is_empty() && text.chars().all(is_allowed)
            };
            if let Some(at) = header.get("name")
                && at.str().is_some_and(|text| !is_token(text))
            {
                let help = "it takes letters, digits, `-` and `_`";
                review.tell(&RULE, &at, "is not the name of a header", help);
            }
        }
        let Some(port) = handler.get("port") else { continue };
        if !is_reference(port.node) {
            tell_reference(review, &port);
        } else if let Some(name) = port.str() {
            // A name is one of the container's own ports.
            let ports = container.at.list("ports");
            if !ports.iter().any(|known| known.text("name") == Some(name)) {
                super::unknown_port::tell(review, &port, name, &ports);
            }
        }
    }
}
