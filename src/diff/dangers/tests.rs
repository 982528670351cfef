//! A pair of sides for each danger, and what is said of it.

use crate::diff::tests::{between, options};

/// `code severity Kind/name at path: message`, a line each, without restarts that are only good to know.
fn dangers(old: &str, new: &str) -> String {
    let diff = between(old, new, &options());
    let mut lines = Vec::new();
    for object in &diff.objects {
        for danger in &object.dangers {
            let at = danger
                .path
                .as_ref()
                .map_or_else(String::new, |path| format!(" at {path}"));
            let name = &object.object().unwrap().identity;
            lines.push(format!(
                "{} {} {name}{at}: {}",
                danger.code,
                danger.severity.as_str(),
                danger.message
            ));
        }
    }
    lines.join("\n")
}

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: a, image: a:1}]}\n";
const STATEFUL: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  replicas: 3\n  serviceName: db\n  podManagementPolicy: Parallel\n  selector: {matchLabels: {app: db}}\n  template:\n    metadata: {labels: {app: db}}\n    spec: {containers: [{name: a, image: a:1}]}\n  volumeClaimTemplates: [{metadata: {name: data, labels: {helm.sh/chart: db-1}}, spec: {storageClassName: fast, resources: {requests: {storage: 1Gi}}}}]\n";

#[test]
fn a_hook_is_left_out_rather_than_deleted_by_hand() {
    let old = "apiVersion: v1\nkind: Pod\nmetadata: {name: web-test, annotations: {helm.sh/hook: test}}\nspec: {containers: [{name: a, image: a:1, imagePullPolicy: Always}]}\n";
    let diff = between(old, &old.replace("Always", "Never"), &options());
    let dangers = &diff.objects[0].dangers;
    assert_eq!(dangers.len(), 1, "{dangers:?}");
    let help = &dangers[0].help;
    assert!(help.contains("`--skip-tests`"), "{help}");
}

#[test]
fn fields_that_cannot_be_changed() {
    let new = WEB.replace("matchLabels: {app: web}", "matchLabels: {app: other}");
    assert_eq!(
        dangers(WEB, &new),
        "immutable-field error Deployment/web at spec.selector.matchLabels.app: `spec.selector` cannot be changed: the API server refuses the update"
    );
    let at = |field: &str| format!("immutable-field error StatefulSet/db at {field}");
    for (old, new, path) in [
        (
            "storage: 1Gi",
            "storage: 2Gi",
            "spec.volumeClaimTemplates[0].spec.resources.requests.storage",
        ),
        // A label of a version is noise elsewhere.
        (
            "db-1",
            "db-2",
            "spec.volumeClaimTemplates[0].metadata.labels.\"helm.sh/chart\"",
        ),
        ("serviceName: db", "serviceName: other", "spec.serviceName"),
        ("Parallel", "OrderedReady", "spec.podManagementPolicy"),
    ] {
        let found = dangers(STATEFUL, &STATEFUL.replace(old, new));
        assert!(found.starts_with(&at(path)), "{found}");
        let named: Vec<&str> = path.split(['.', '[']).take(2).collect();
        assert!(
            found.contains(&format!(": `{}` cannot be changed", named.join("."))),
            "{found}"
        );
    }
    let roles = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: r}\nroleRef: {kind: Role, name: a}\nsubjects: []\n";
    let found = dangers(roles, &roles.replace("name: a}", "name: b}"));
    assert!(
        found.starts_with("immutable-field error RoleBinding/r at roleRef.name"),
        "{found}"
    );
    let job = WEB
        .replace("apps/v1", "batch/v1")
        .replace("Deployment", "Job")
        .replace("  replicas: 2\n", "");
    let found = dangers(&job, &job.replace("a:1", "a:2"));
    assert!(
        found.starts_with("immutable-field error Job/web at spec.template"),
        "{found}"
    );
    let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {storageClassName: a, resources: {requests: {storage: 2Gi}}}\n";
    let found = dangers(
        claim,
        &claim.replace("storageClassName: a", "storageClassName: b"),
    );
    assert!(
        found.starts_with("immutable-field error PersistentVolumeClaim/c at spec.storageClassName"),
        "{found}"
    );
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\nimmutable: true\ndata: {a: x}\n";
    assert!(
        dangers(map, &map.replace("a: x", "a: z")).starts_with("immutable-field error ConfigMap/c at data.a")
    );
    assert_eq!(
        dangers(
            &map.replace("true", "false"),
            &map.replace("true", "false").replace("a: x", "a: z")
        ),
        ""
    );
}

#[test]
fn addresses_of_services() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n";
    let headless = service.replace("spec: {", "spec: {clusterIP: None, ");
    assert!(dangers(service, &headless).starts_with("immutable-field error Service/s at spec.clusterIP"));
    // What is not asked for any more stays as it is, and other types have no address to keep.
    assert_eq!(dangers(&headless, service), "");
    let external = service.replace("spec: {", "spec: {type: ExternalName, externalName: a.b, ");
    assert_eq!(dangers(&headless, &external), "");
}

#[test]
fn claims_grow_and_do_not_shrink() {
    let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {resources: {requests: {storage: 2Gi}}}\n";
    assert_eq!(
        dangers(claim, &claim.replace("2Gi", "1Gi")),
        "claim-shrinks error PersistentVolumeClaim/c at spec.resources.requests.storage: a claim cannot shrink: the API server refuses the update"
    );
    assert!(dangers(claim, &claim.replace("2Gi", "3Gi")).starts_with("claim-grows warning"));
    assert_eq!(dangers(claim, &claim.replace("2Gi", "2048Mi")), "");
}

#[test]
fn what_holds_data_and_goes_away() {
    let objects = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n";
    let found = dangers(&format!("{objects}---\n{STATEFUL}"), "");
    let codes: Vec<&str> = found
        .lines()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "data-lost error PersistentVolumeClaim/c",
            "data-lost error Secret/s",
            "data-lost warning StatefulSet/db"
        ]
    );
    let deleting = STATEFUL.replace(
        "spec:\n  replicas",
        "spec:\n  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n  replicas",
    );
    assert!(
        dangers(&deleting, "").starts_with("data-lost error StatefulSet/db: its claims are deleted with it")
    );
}

#[test]
fn a_new_name_leaves_the_old_object_behind() {
    assert_eq!(
        dangers(WEB, &WEB.replace("name: web", "name: www")),
        "orphaned-object warning Deployment/www: `Deployment/web` stays behind, with its pods: to Kubernetes `Deployment/www` is another object"
    );
}

#[test]
fn pods_restart_all_at_once_or_one_by_one() {
    let image = |text: &str| text.replace("a:1", "a:2");
    assert_eq!(
        dangers(WEB, &image(WEB)),
        "restart info Deployment/web: pods restart one by one, because of `containers[name=a].image`"
    );
    let recreate = WEB.replace("  replicas: 2\n", "  strategy: {type: Recreate}\n");
    assert_eq!(
        dangers(&recreate, &image(&recreate)),
        "restart warning Deployment/web: all pods stop before new ones start, because of `containers[name=a].image`"
    );
    let deleted = STATEFUL.replace(
        "spec:\n  replicas",
        "spec:\n  updateStrategy: {type: OnDelete}\n  replicas",
    );
    assert!(
        dangers(&deleted, &image(&deleted))
            .starts_with("restart info StatefulSet/db: pods change when they are deleted")
    );
    assert_eq!(dangers(WEB, &WEB.replace("replicas: 2", "replicas: 3")), "");
    // The order of variables is part of what pods are made of.
    let env = WEB.replace(
        "image: a:1",
        "image: a:1, env: [{name: A, value: b}, {name: C, value: d}]",
    );
    let turned = WEB.replace(
        "image: a:1",
        "image: a:1, env: [{name: C, value: d}, {name: A, value: b}]",
    );
    assert!(dangers(&env, &turned).starts_with("restart info"));
}

#[test]
fn rights_that_grow() {
    let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: [{apiGroups: [''], resources: [pods], verbs: [get, list]}, {apiGroups: [apps], resources: ['*'], verbs: [get]}]\n";
    let more = role.replace("[get, list]", "[list, get, delete]");
    assert_eq!(
        dangers(role, &more),
        "rbac-grows warning ClusterRole/r at rules[0].verbs[2]: it now allows `delete pods`"
    );
    assert_eq!(dangers(&more, role), "", "fewer rights are no danger");
    assert_eq!(dangers(role, &role.replace("'*'", "deployments")), "");
    let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b}\nroleRef: {kind: Role, name: a}\nsubjects: [{kind: ServiceAccount, name: x, namespace: n}]\n";
    let more = binding.replace(
        "subjects: [",
        "subjects: [{kind: Group, name: 'system:authenticated'}, ",
    );
    assert!(
        dangers(binding, &more).ends_with("it gives the rights of Role `a` to Group `system:authenticated`")
    );
}

#[test]
fn services_that_lose_their_pods() {
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
    let old = format!("{WEB}{service}");
    assert_eq!(
        dangers(&old, &format!("{WEB}{}", service.replace("app: web", "app: www"))),
        "endpoints-lost error Service/s at spec.selector.app: it selects no pods any more"
    );
    let stopped = old.replace("replicas: 2", "replicas: 0");
    assert_eq!(
        dangers(&old, &stopped),
        "endpoints-lost error Deployment/web at spec.replicas: `Service/s` selects no pods any more"
    );
    assert_eq!(
        dangers(&old, service),
        "endpoints-lost error Deployment/web: `Service/s` loses its only pods"
    );
    assert_eq!(dangers(&stopped, service), "", "it had none before");
}

#[test]
fn hosts_that_go_away() {
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {rules: [{host: a.example.com}, {host: b.example.com}]}\n";
    let new = ingress.replace("{host: b.example.com}", "{host: c.example.com}");
    assert_eq!(
        dangers(ingress, &new),
        "host-gone warning Ingress/i at spec.rules[1].host: `b.example.com` is not served any more"
    );
    assert_eq!(
        dangers(ingress, ""),
        "host-gone warning Ingress/i: `a.example.com`, `b.example.com` are not served any more"
    );
    // Another object may take it over.
    let two = format!("{new}---\n{}", ingress.replace("name: i", "name: j"));
    assert_eq!(dangers(ingress, &two), "");
}
