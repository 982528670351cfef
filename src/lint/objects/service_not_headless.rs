//! StatefulSets and the Services that give their pods names.

use super::review::Review;
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "service-not-headless",
    severity: Severity::Info,
    meaning: "The Service that a StatefulSet names has an address of its own.",
    reason: "The pods of a StatefulSet get names in DNS from a headless Service: with another one `POD.SERVICE` is not found, as replicas need \
             that look for each other.",
    action: "Set `clusterIP: None` for the Service, or name a headless one.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    let Some(spec) = review.spec().filter(|_| review.is("apps", "StatefulSet")) else {
        return;
    };
    let Some(at) = spec.get("serviceName") else { return };
    let name = at.str().unwrap_or_default();
    let namespace = review.world.namespace_of(review.part);
    let Some(service) = review.world.find("Service", namespace, name) else {
        return;
    };
    let address = service.root.path(&["spec", "clusterIP"]);
    if address.and_then(|address| address.str()) != Some("None") {
        let help = "name a Service with `clusterIP: None`";
        review.tell(
            &RULE,
            &at,
            &format!("is the Service `{name}`, which is not headless"),
            help,
        );
    }
}
