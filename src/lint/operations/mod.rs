//! Rules about running what is rendered: what Kubernetes takes, and what goes wrong on a bad day.
//!
//! A chart's defaults and its environments are its author's decision, and whoever renders nothing else gets no advice. These rules look as soon
//! as a user gives a values file or a flag. What a container may do on its node is an author's decision in any case, unless a value of
//! the user's asks for it.

mod budget;
mod fixed_replicas;
mod image_tag;
mod no_resources;
mod privileged;
mod service_account_token;
mod shared_volume;
mod unsatisfiable_budget;
mod volume_handover;

use super::workload::Workload;
use super::{Group, Subject};
use crate::diagnostic::Diagnostic;
use crate::values::LayerKind;

/// The rules about running it.
#[rustfmt::skip]
pub const GROUP: Group = Group {
    title: "Operations",
    set: None,
    rules: &[
        &budget::RULE,
        &unsatisfiable_budget::RULE,
        &image_tag::RULE,
        &no_resources::RULE,
        &privileged::RULE,
        &fixed_replicas::RULE,
        &shared_volume::RULE,
        &service_account_token::RULE,
        &volume_handover::RULE,
    ],
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let is_users = |kind: LayerKind| kind != LayerKind::Environment;
    if !subject.user.layers.iter().any(|layer| is_users(layer.kind)) {
        return;
    }
    let workloads: Vec<Workload<'_>> = subject.objects().iter().filter_map(Workload::of).collect();
    budget::check(subject, &workloads, findings);
    for workload in &workloads {
        fixed_replicas::check(subject, workload, findings);
        image_tag::check(subject, workload, findings);
        no_resources::check(subject, workload, findings);
        privileged::check(subject, workload, findings);
        service_account_token::check(subject, workload, findings);
        shared_volume::check(subject, workload, findings);
        volume_handover::check(subject, workload, findings);
    }
}
