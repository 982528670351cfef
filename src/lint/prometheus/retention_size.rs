//! Limits for samples that the volume does not have room for.

use crate::diagnostic::{Diagnostic, Severity};
use crate::kubernetes::Quantity;
use crate::lint::configuration::checker::has;
use crate::lint::configuration::files::Container;
use crate::lint::configuration::scalars::written;
use crate::lint::units::{bytes, shown};
use crate::lint::{Rule, Subject};
use crate::manifest::Object;
use crate::yaml::{Map, Node};

/// The rule.
pub const RULE: Rule = Rule {
    code: "prometheus-retention-size",
    severity: Severity::Warning,
    meaning: "Prometheus may keep more samples than its volume has room for.",
    reason: "Prometheus deletes the oldest samples when they are more than the retention size. Where the volume is full before, it stops \
             taking samples. The size counts neither the log of what came last nor what is being compacted, so it has to leave room: a fifth of the \
             volume is usual.",
    action: "Make the retention size smaller, or the volume larger.",
};

/// Looks at a container of Prometheus.
pub fn check(
    subject: &Subject<'_>,
    config: Option<&Map>,
    container: &Container<'_>,
    findings: &mut Vec<Diagnostic>,
) {
    let tsdb = config.and_then(|config| config.get("storage")?.get("tsdb")?.get("retention")?.as_map());
    let in_config = tsdb.filter(|retention| has(retention, "size"));
    let written_there = in_config
        .and_then(|retention| retention.get("size"))
        .and_then(written);
    let text = written_there.map(|text| text.into_owned());
    let text = text.or_else(|| {
        container
            .argument("storage.tsdb.retention.size")
            .map(str::to_owned)
    });
    let Some((text, size)) = text.and_then(|text| bytes(&text).ok().map(|size| (text, size))) else {
        return;
    };
    let folder = container.argument("storage.tsdb.path").unwrap_or("data/");
    let Some((claim, room)) = volume(subject, container, folder.trim_end_matches('/')) else {
        return;
    };
    if Quantity::parse(&format!("{size:.0}")).is_some_and(|size| size > room) {
        let mut finding = RULE.finding(format!(
            "Prometheus of {} may keep `{}` of samples, and its volume has `{}`",
            container.object.identity,
            shown(&text),
            claim
        ));
        finding.labels = subject.blame(
            container.object,
            &container.argument_path("storage.tsdb.retention.size"),
        );
        finding.help = Some("make it a fifth smaller than the volume".to_owned());
        findings.push(finding);
    }
}

/// How much room the claim has that is mounted at a folder: as it is written, and as an amount.
fn volume(subject: &Subject<'_>, container: &Container<'_>, folder: &str) -> Option<(String, Quantity)> {
    let mounts = container.node.get("volumeMounts").and_then(Node::as_list)?;
    let of = |mount: &Node| {
        mount
            .get("mountPath")
            .and_then(Node::as_str)
            .map(|path| path.trim_end_matches('/').to_owned())
    };
    let mount = mounts.iter().find(|mount| of(mount).as_deref() == Some(folder))?;
    let name = mount.get("name").and_then(Node::as_str)?;
    let size_of = |claim: &Node| {
        let size = claim.at_path(&["spec", "resources", "requests", "storage"])?;
        let room = Quantity::of(size)?;
        Some((written(size)?.into_owned(), room))
    };
    let templates = container
        .object
        .node
        .at_path(&["spec", "volumeClaimTemplates"])
        .and_then(Node::as_list);
    let named =
        |template: &&Node| template.at_path(&["metadata", "name"]).and_then(Node::as_str) == Some(name);
    if let Some(template) = templates.unwrap_or_default().iter().find(named) {
        return size_of(template);
    }
    let volumes = container.pod.get("volumes").and_then(Node::as_list)?;
    let volume = volumes
        .iter()
        .find(|volume| volume.get("name").and_then(Node::as_str) == Some(name))?;
    let claim = volume
        .at_path(&["persistentVolumeClaim", "claimName"])
        .and_then(Node::as_str)?;
    let is_it =
        |object: &&Object| object.identity.kind == "PersistentVolumeClaim" && object.identity.name == claim;
    size_of(&subject.objects().iter().find(is_it)?.node)
}
