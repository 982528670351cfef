//! Images that a node takes from what it has.

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::workload::Workload;
use crate::lint::{Rule, Subject};
use crate::yaml::Node;

/// The rule.
pub const RULE: Rule = Rule {
    code: "image-pull-policy",
    severity: Severity::Info,
    meaning: "A container does not have the `imagePullPolicy` `Always`.",
    reason: "With another policy a node that has the image starts it without asking the registry: a pod runs it without the right to pull it, and a tag that was moved stays what it was. `Always` asks for the digest at each start and downloads only what changed, so the registry has to be there then.",
    action: "Set `imagePullPolicy: Always`, or name images by their digests.",
};

/// Looks at a workload.
pub fn check(subject: &Subject<'_>, workload: &Workload<'_>, findings: &mut Vec<Diagnostic>) {
    let meant = workload
        .all_containers()
        .filter(|(container, _)| container.get("imagePullPolicy").and_then(Node::as_str) != Some("Always"));
    let words = (
        "starts an image that its node has without asking the registry",
        "start images that their node has without asking the registry",
    );
    let found = workload.of_containers(subject, &RULE, meant, &["imagePullPolicy"], words);
    findings.extend(found.map(|found| found.help("set `imagePullPolicy: Always`")));
}
