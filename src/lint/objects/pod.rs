//! Where an object holds pods.

use super::at::At;
use super::review::Review;

/// What a pod belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// Itself.
    Pod,
    /// Something that keeps pods running: a Deployment and its like.
    Keeper,
    /// A Job, or a CronJob's.
    Job,
}

/// A pod, or the template of pods.
pub(super) struct Pod<'a> {
    /// What holds `metadata` and `spec`.
    pub template: At<'a>,
    /// Its `spec`.
    pub spec: At<'a>,
    /// What it belongs to.
    pub owner: Owner,
    /// Its containers, those that begin first included.
    pub containers: Vec<Container<'a>>,
}

/// A container.
pub(super) struct Container<'a> {
    /// It.
    pub at: At<'a>,
    /// Whether it runs before the others.
    pub is_init: bool,
}

impl Container<'_> {
    /// Whether it runs before the others and stays.
    pub fn is_sidecar(&self) -> bool {
        self.is_init && self.at.text("restartPolicy") == Some("Always")
    }
}

/// What holds the metadata and the spec of an object's pods, and what they belong to.
fn holder(review: &Review<'_, '_>) -> Option<(Owner, &'static [&'static str])> {
    const KEEPERS: &[&str] = &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"];
    let is_keeper =
        KEEPERS.iter().any(|kind| review.is("apps", kind)) || review.is("", "ReplicationController");
    if review.is("", "Pod") {
        Some((Owner::Pod, &[]))
    } else if is_keeper {
        Some((Owner::Keeper, &["spec", "template"]))
    } else if review.is("batch", "Job") {
        Some((Owner::Job, &["spec", "template"]))
    } else if review.is("batch", "CronJob") {
        Some((Owner::Job, &["spec", "jobTemplate", "spec", "template"]))
    } else {
        None
    }
}

/// What holds the metadata and the spec of an object's pods.
pub(super) fn template<'a>(review: &Review<'_, 'a>) -> Option<At<'a>> {
    let (_, way) = holder(review)?;
    let template = review.root().path(way)?;
    Some(template).filter(|template| template.node.as_map().is_some())
}

/// The pod of an object, where it has one.
pub(super) fn of<'a>(review: &Review<'_, 'a>) -> Option<Pod<'a>> {
    let (owner, _) = holder(review)?;
    let template = template(review)?;
    let spec = template.get("spec").filter(|spec| spec.node.as_map().is_some())?;
    let mut containers = Vec::new();
    for (field, is_init) in [("initContainers", true), ("containers", false)] {
        let of_field = spec
            .list(field)
            .into_iter()
            .filter(|at| at.node.as_map().is_some());
        containers.extend(of_field.map(|at| Container { at, is_init }));
    }
    Some(Pod {
        template,
        spec,
        owner,
        containers,
    })
}
