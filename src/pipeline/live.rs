//! The objects as a cluster has them, and what it would make of a render.

use crate::diagnostic::{Diagnostic, Result};
use crate::kubernetes;
use crate::manifest::{self, Object};
use crate::programs::{Kubectl, Printed};
use crate::render::Release;
use crate::source::Source;
use crate::yaml::{self, Map, Node};

/// Both sides of a comparison with a cluster.
pub(super) struct Live {
    /// What the cluster has: the rendered objects, and others with the release's label.
    pub(super) old: Vec<Object>,
    /// What it would have; the rendered objects where it does not say.
    pub(super) new: Vec<Object>,
    pub(super) warnings: Vec<Diagnostic>,
}

/// The label by which the objects of a release are known.
const INSTANCE: &str = "app.kubernetes.io/instance";

/// Kinds of which objects are looked for that are not rendered any more, beside those that are rendered.
const KINDS: &str = "configmaps,secrets,services,serviceaccounts,persistentvolumeclaims,deployments.apps,statefulsets.apps,daemonsets.apps,\
                     jobs.batch,cronjobs.batch,ingresses.networking.k8s.io,networkpolicies.networking.k8s.io,poddisruptionbudgets.policy,\
                     horizontalpodautoscalers.autoscaling,roles.rbac.authorization.k8s.io,rolebindings.rbac.authorization.k8s.io,\
                     clusterroles.rbac.authorization.k8s.io,clusterrolebindings.rbac.authorization.k8s.io";

/// Asks the cluster of kubectl's current context. Nothing is changed there.
pub(super) fn ask(rendered: &[Object], release: &Release) -> Result<Live> {
    let mut warnings = Vec::new();
    let manifests = stream(rendered, &release.namespace);
    let kubectl = Kubectl;
    let found = objects(
        "the cluster",
        &kubectl.get(&manifests)?,
        &mut warnings,
        "live-object",
    )?;
    let mut old: Vec<Object> = found.into_iter().map(manifest::cleaned).collect();
    let label = format!("{INSTANCE}={}", release.name);
    let labelled = kubectl.labelled(KINDS, &release.namespace, &label)?;
    for object in objects("the cluster", &labelled, &mut warnings, "live-object")? {
        let is_known = old.iter().any(|known| is_one(known, &object, &release.namespace));
        if !is_known && !is_made_by_another(&object, rendered) {
            old.push(manifest::cleaned(object));
        }
    }
    let answered = objects(
        "the dry run",
        &kubectl.dry_run(&manifests)?,
        &mut warnings,
        "refused-object",
    )?;
    let answered: Vec<Object> = answered.into_iter().map(manifest::cleaned).collect();
    let new = rendered.iter().map(|object| {
        let answer = answered
            .iter()
            .find(|answer| is_one(answer, object, &release.namespace));
        match answer {
            Some(answer) => Object {
                identity: object.identity.clone(),
                template: object.template.clone(),
                place: object.place.clone(),
                ..answer.clone()
            },
            None => object.clone(),
        }
    });
    Ok(Live {
        new: new.collect(),
        old,
        warnings,
    })
}

/// The manifests for kubectl, each with its namespace.
fn stream(objects: &[Object], namespace: &str) -> String {
    let mut stream = String::new();
    for object in objects.iter().filter(|object| !object.identity.kind.is_empty()) {
        let kind = kubernetes::find(&object.identity.api_version, &object.identity.kind);
        let needs_one = object.identity.namespace.is_empty() && kind.is_none_or(|kind| kind.is_namespaced);
        let mut node = object.node.clone();
        if needs_one
            && let Some(metadata) = node
                .as_map_mut()
                .and_then(|map| map.get_mut("metadata"))
                .and_then(Node::as_map_mut)
        {
            metadata.insert("namespace", Node::computed(namespace));
        }
        stream.push_str("---\n");
        stream.push_str(&yaml::write(&node));
    }
    stream
}

/// The objects that kubectl printed; what it complains about is worth a warning, but for kinds that the cluster does not have.
fn objects(
    name: &str,
    printed: &Printed,
    warnings: &mut Vec<Diagnostic>,
    code: &'static str,
) -> Result<Vec<Object>> {
    for complaint in &printed.complaints {
        let warning = match code {
            "refused-object" => Diagnostic::warning(
                "refused-object",
                format!("the cluster refuses an object: {complaint}"),
            )
            .help("it is compared as it is rendered"),
            _ => Diagnostic::warning(
                "live-object",
                format!("kubectl cannot read an object: {complaint}"),
            )
            .help("it counts as one that the cluster does not have"),
        };
        warnings.push(warning);
    }
    // One object after another, where there are several.
    let text = printed.json.replace("\n}\n{", "\n}\n---\n{");
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let list = yaml::read_documents(&Source::new(name, text.as_str()))?;
    let is_nothing = list.iter().all(|node| node.as_map().is_none_or(Map::is_empty));
    if is_nothing {
        Ok(Vec::new())
    } else {
        manifest::read(&Source::new(name, text))
    }
}

fn is_one(one: &Object, other: &Object, namespace: &str) -> bool {
    let place = |object: &Object| {
        let kind = kubernetes::find(&object.identity.api_version, &object.identity.kind);
        match object.identity.namespace.as_str() {
            _ if kind.is_some_and(|kind| !kind.is_namespaced) => String::new(),
            "" => namespace.to_owned(),
            named => named.to_owned(),
        }
    };
    let group = |object: &Object| kubernetes::group_of(&object.identity.api_version).to_owned();
    one.identity.kind == other.identity.kind
        && one.identity.name == other.identity.name
        && group(one) == group(other)
        && place(one) == place(other)
}

/// Whether another object made this one: a controller, or a StatefulSet that has it as a claim.
fn is_made_by_another(object: &Object, rendered: &[Object]) -> bool {
    let owners = object.node.at_path(&["metadata", "ownerReferences"]);
    if owners
        .and_then(Node::as_list)
        .is_some_and(|owners| !owners.is_empty())
    {
        return true;
    }
    let is_claim = object.identity.kind == "PersistentVolumeClaim";
    is_claim
        && rendered
            .iter()
            .filter(|set| set.identity.kind == "StatefulSet")
            .any(|set| {
                let templates = set
                    .node
                    .at_path(&["spec", "volumeClaimTemplates"])
                    .and_then(Node::as_list);
                let names = templates
                    .into_iter()
                    .flatten()
                    .filter_map(|template| template.at_path(&["metadata", "name"])?.as_str());
                names.into_iter().any(|name| {
                    let start = format!("{name}-{}-", set.identity.name);
                    let number = object.identity.name.strip_prefix(&start);
                    number.is_some_and(|number| {
                        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
                    })
                })
            })
}
