//! Names of ports that no container has.

use super::at::At;
use super::review::Review;
use crate::diagnostic::{Severity, nearest};
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "unknown-port",
    severity: Severity::Warning,
    meaning: "A probe or a Service names a port that no container has.",
    reason: "The probe fails for ever, or the Service has no endpoint for the port; the API server says nothing.",
    action: "Use the name or the number of one of the containers' ports.",
};

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
