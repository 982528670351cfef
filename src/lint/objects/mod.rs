//! Rules about the objects that a chart renders, each held against what the API server accepts.
//!
//! [`review`] works on objects alone; [`GROUP`] adds the places that caused what it finds.

mod at;
mod deprecated_api;
mod duplicate_item;
mod invalid_annotation;
mod invalid_autoscaler;
mod invalid_base64;
mod invalid_budget;
mod invalid_choice;
mod invalid_claim;
mod invalid_data;
mod invalid_env;
mod invalid_field_value;
mod invalid_ingress;
mod invalid_label;
mod invalid_mount;
mod invalid_name;
mod invalid_network_policy;
mod invalid_pod;
mod invalid_port;
mod invalid_probe;
mod invalid_quantity;
mod invalid_resources;
mod invalid_role;
mod invalid_route;
mod invalid_schedule;
mod invalid_scheduling;
mod invalid_security_context;
mod invalid_service;
mod invalid_strategy;
mod invalid_volume;
mod invalid_webhook;
mod missing_field;
mod missing_reference;
mod missing_volume;
mod nameless_object;
mod network_policy_without_pods;
mod pod;
mod review;
mod selector_mismatch;
mod service_not_headless;
mod service_without_pods;
mod structure;
mod unknown_field;
mod unknown_kind;
mod unknown_port;
mod unserved_api;
mod volume_without_source;
mod wrong_type;

pub use review::Found;

use super::{Group, Subject};
use crate::chart::Capabilities;
use crate::diagnostic::Diagnostic;
use crate::manifest::Object;
use review::{Review, World};

/// The rules about objects.
#[rustfmt::skip]
pub const GROUP: Group = Group {
    title: "Objects",
    set: None,
    rules: &[
        &deprecated_api::RULE,
        &duplicate_item::RULE,
        &invalid_annotation::RULE,
        &invalid_autoscaler::RULE,
        &invalid_base64::RULE,
        &invalid_budget::RULE,
        &invalid_choice::RULE,
        &invalid_claim::RULE,
        &invalid_data::RULE,
        &invalid_env::RULE,
        &invalid_field_value::RULE,
        &invalid_ingress::RULE,
        &invalid_label::RULE,
        &invalid_mount::RULE,
        &invalid_name::RULE,
        &invalid_network_policy::RULE,
        &invalid_pod::RULE,
        &invalid_port::RULE,
        &invalid_probe::RULE,
        &invalid_quantity::RULE,
        &invalid_resources::RULE,
        &invalid_role::RULE,
        &invalid_route::RULE,
        &invalid_schedule::RULE,
        &invalid_scheduling::RULE,
        &invalid_security_context::RULE,
        &invalid_service::RULE,
        &invalid_strategy::RULE,
        &invalid_volume::RULE,
        &invalid_webhook::RULE,
        &missing_field::RULE,
        &missing_reference::RULE,
        &missing_volume::RULE,
        &nameless_object::RULE,
        &network_policy_without_pods::RULE,
        &selector_mismatch::RULE,
        &service_not_headless::RULE,
        &service_without_pods::RULE,
        &unknown_field::RULE,
        &unknown_kind::RULE,
        &unknown_port::RULE,
        &unserved_api::RULE,
        &volume_without_source::RULE,
        &wrong_type::RULE,
    ],
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let objects = subject.objects();
    for found in review(objects, subject.capabilities, &subject.release.namespace) {
        let Some(object) = objects.get(found.object) else {
            continue;
        };
        let mut finding = found.diagnostic;
        finding.labels = subject.blame(object, &found.field);
        if let Some(beside) = &found.beside {
            subject.add_first(&mut finding, object, beside);
        }
        findings.push(finding);
    }
}

/// What is wrong with objects, each with the field: what the API server of the cluster would refuse, and what would not do what it
/// says. `namespace` is that of objects that name none.
pub fn review(objects: &[Object], cluster: &Capabilities, namespace: &str) -> Vec<Found> {
    let world = World::new(objects, &cluster.kube_version, &cluster.api_versions, namespace);
    let mut found = Vec::new();
    for part in &world.parts {
        let known = unknown_kind::known(&world, part);
        let mut review = Review::new(&world, part, known);
        nameless_object::check(&mut review);
        unknown_kind::check(&mut review);
        deprecated_api::check(&mut review);
        unserved_api::check(&mut review);
        structure::check(&mut review);
        check_fields(&mut review);
        found.extend(review.into_found());
    }
    found
}

/// What only the code of Kubernetes' validation knows.
fn check_fields(review: &mut Review<'_, '_>) {
    invalid_name::of_object(review);
    invalid_label::of_object(review);
    invalid_annotation::of_object(review);
    if let Some(template) = pod::template(review) {
        invalid_pod::of_nothing(review, &template);
    }
    if let Some(pod) = pod::of(review) {
        invalid_pod::check(review, &pod);
        invalid_name::of_pod(review, &pod);
        invalid_label::of_pod(review, &pod);
        invalid_annotation::of_pod(review, &pod);
        invalid_volume::check(review, &pod);
        missing_volume::check(review, &pod);
        invalid_mount::check(review, &pod);
        invalid_probe::check(review, &pod);
        invalid_port::of_pod(review, &pod);
        invalid_env::check(review, &pod);
        invalid_resources::check(review, &pod);
        invalid_security_context::check(review, &pod);
        invalid_scheduling::check(review, &pod);
        selector_mismatch::check(review, &pod);
        missing_reference::check(review, &pod);
    }
    if let Some(spec) = review.spec().filter(|_| review.is("", "Service")) {
        invalid_port::of_service(review, &spec);
    }
    invalid_service::check(review);
    service_without_pods::check(review);
    service_not_headless::check(review);
    network_policy_without_pods::check(review);
    missing_reference::of_object(review);
    unknown_port::of_ingress(review);
    invalid_ingress::check(review);
    invalid_route::check(review);
    invalid_strategy::check(review);
    invalid_budget::check(review);
    invalid_autoscaler::check(review);
    invalid_schedule::check(review);
    invalid_network_policy::check(review);
    invalid_role::check(review);
    invalid_webhook::check(review);
    invalid_claim::check(review);
    invalid_data::check(review);
}
