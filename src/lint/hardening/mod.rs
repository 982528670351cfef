//! Rules about running safely that go beyond what everybody needs: each is told only where somebody asks for it.
//!
//! Who asks wants to hear of the chart's own decisions, too, so that these rules look at all that is rendered.

mod anti_affinity;
mod cpu_limit;
mod cron_deadline;
mod disruption_budget;
mod ephemeral_storage;
mod identical_probes;
mod low_user;
mod network_policy;
mod node_port;
mod probes;
mod pull_policy;
mod recreate;
mod replicas;
mod root_filesystem;
mod seccomp;

use super::workload::Workload;
use super::{Group, Subject};
use crate::diagnostic::Diagnostic;

/// The rules for whoever wants to harden what is rendered.
#[rustfmt::skip]
pub const GROUP: Group = Group {
    title: "Hardening",
    set: Some("hardening"),
    rules: &[
        &cron_deadline::RULE,
        &identical_probes::RULE,
        &pull_policy::RULE,
        &low_user::RULE,
        &probes::RULE,
        &anti_affinity::RULE,
        &cpu_limit::RULE,
        &disruption_budget::RULE,
        &ephemeral_storage::RULE,
        &network_policy::RULE,
        &seccomp::RULE,
        &recreate::RULE,
        &node_port::RULE,
        &replicas::RULE,
        &root_filesystem::RULE,
    ],
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for object in subject.objects() {
        cron_deadline::check(subject, object, findings);
        node_port::check(subject, object, findings);
    }
    for workload in subject.objects().iter().filter_map(Workload::of) {
        identical_probes::check(subject, &workload, findings);
        pull_policy::check(subject, &workload, findings);
        low_user::check(subject, &workload, findings);
        probes::check(subject, &workload, findings);
        anti_affinity::check(subject, &workload, findings);
        cpu_limit::check(subject, &workload, findings);
        disruption_budget::check(subject, &workload, findings);
        ephemeral_storage::check(subject, &workload, findings);
        network_policy::check(subject, &workload, findings);
        seccomp::check(subject, &workload, findings);
        recreate::check(subject, &workload, findings);
        replicas::check(subject, &workload, findings);
        root_filesystem::check(subject, &workload, findings);
    }
}
