//! What objects of a render call each other: selectors, names, ports and volumes.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::rendered::{self, Rendered, entries, items, title};

/// Kinds that have no namespace, of those that the chart makes.
const CLUSTER_WIDE: &[&str] = &["ClusterRole", "ClusterRoleBinding"];

/// What a name of an object begins with that is not the chart's to make.
const OUTSIDE: &str = "outside-";

/// Secrets that a shipped environment says, at its top, have to exist first.
const TO_BE_MADE: &[&str] = &["alertmanager-credentials"];

/// What is wrong in Helm's chart too, and is the same here because its users see the same objects: a part of the
/// finding, and the reason.
const KNOWN: &[(&str, &str)] = &[(
    "Probe of \"kube-state-metrics\" asks at",
    "behind kube-rbac-proxy the probes name ports of the sidecar; the kubelet looks for them in the probed container only",
)];

/// A pod that a workload makes.
struct Pod<'a> {
    owner: &'a Json,
    labels: Vec<(String, Json)>,
    spec: &'a Json,
}

fn namespace(object: &Json) -> &str {
    object["metadata"]["namespace"].as_str().unwrap_or("")
}

fn name(object: &Json) -> &str {
    object["metadata"]["name"].as_str().unwrap_or("")
}

fn pods(rendered: &Rendered) -> Vec<Pod<'_>> {
    let mut pods = Vec::new();
    for owner in rendered.workloads() {
        let template = &owner["spec"]["template"];
        let labels: Vec<_> = entries(&template["metadata"]["labels"])
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        // A StatefulSet numbers its pods, and tells each of them its name.
        let replicas = match owner["kind"].as_str() {
            Some("StatefulSet") => owner["spec"]["replicas"].as_u64().unwrap_or(1),
            _ => 1,
        };
        for replica in 0..replicas {
            let mut labels = labels.clone();
            if owner["kind"] == "StatefulSet" {
                let own = format!("{}-{replica}", name(owner));
                labels.push(("statefulset.kubernetes.io/pod-name".to_owned(), own.into()));
            }
            pods.push(Pod {
                owner,
                labels,
                spec: &template["spec"],
            });
        }
    }
    pods
}

/// Whether a map of labels to match is there and matches.
fn matches<'l>(wanted: &Json, labels: impl Iterator<Item = (&'l String, &'l Json)> + Clone) -> bool {
    entries(wanted).count() > 0
        && entries(wanted).all(|(key, value)| labels.clone().any(|label| label == (key, value)))
}

impl Pod<'_> {
    fn is_matched_by(&self, wanted: &Json) -> bool {
        matches(wanted, self.labels.iter().map(|(key, value)| (key, value)))
    }

    fn containers(&self) -> impl Iterator<Item = &Json> {
        items(&self.spec["containers"])
    }

    fn all_containers(&self) -> impl Iterator<Item = &Json> {
        items(&self.spec["initContainers"]).chain(self.containers())
    }

    /// Whether a container opens a port of this name or number.
    fn opens(&self, port: &Json) -> bool {
        self.containers()
            .flat_map(|container| items(&container["ports"]))
            .any(|open| open["name"] == *port || open["containerPort"] == *port)
    }

    fn volumes(&self) -> Vec<&str> {
        let claims = items(&self.owner["spec"]["volumeClaimTemplates"]).map(name);
        items(&self.spec["volumes"])
            .map(|volume| volume["name"].as_str().unwrap_or(""))
            .chain(claims)
            .collect()
    }
}

/// What is wrong in a render: all of it, so that one run tells everything.
struct Findings<'a> {
    rendered: &'a Rendered,
    pods: Vec<Pod<'a>>,
    wrong: Vec<String>,
}

impl<'a> Findings<'a> {
    fn of(rendered: &'a Rendered) -> Vec<String> {
        let mut findings = Findings {
            rendered,
            pods: pods(rendered),
            wrong: Vec::new(),
        };
        findings.namespaces();
        findings.workloads();
        findings.services();
        findings.pod_selectors();
        findings.monitors();
        findings.accounts();
        findings.volumes();
        findings.ports();
        findings.backends();
        findings.autoscalers();
        findings.wrong
    }

    fn wrong(&mut self, object: &Json, what: &str) {
        self.wrong
            .push(format!("{}: {}: {what}", self.rendered.name, title(object)));
    }

    fn require(&mut self, is_right: bool, object: &Json, what: &str) {
        if !is_right {
            self.wrong(object, what);
        }
    }

    fn has(&self, kind: &str, wanted: &str, space: &str) -> bool {
        self.rendered
            .of_kind(kind)
            .any(|object| name(object) == wanted && namespace(object) == space)
    }

    fn namespaces(&mut self) {
        for object in &self.rendered.objects {
            let is_wide = CLUSTER_WIDE.contains(&object["kind"].as_str().unwrap_or(""));
            self.require(
                is_wide == namespace(object).is_empty(),
                object,
                if is_wide {
                    "has a namespace"
                } else {
                    "has no namespace"
                },
            );
        }
    }

    fn workloads(&mut self) {
        for object in self.rendered.workloads() {
            let labels = &object["spec"]["template"]["metadata"]["labels"];
            self.require(
                matches(
                    &object["spec"]["selector"]["matchLabels"],
                    entries(labels).collect::<Vec<_>>().into_iter(),
                ),
                object,
                "its selector does not match its pods",
            );
            if object["kind"] == "StatefulSet" {
                let service = object["spec"]["serviceName"].as_str().unwrap_or("");
                let is_there = self.rendered.of_kind("Service").any(|one| {
                    name(one) == service
                        && namespace(one) == namespace(object)
                        && one["spec"]["clusterIP"] == "None"
                });
                self.require(is_there, object, &format!("no headless Service {service}"));
            }
        }
    }

    fn services(&mut self) {
        for service in self.rendered.of_kind("Service") {
            let selected: Vec<&Pod> = self
                .pods
                .iter()
                .filter(|pod| namespace(pod.owner) == namespace(service))
                .filter(|pod| pod.is_matched_by(&service["spec"]["selector"]))
                .collect();
            let mut wrong = Vec::new();
            if selected.is_empty() {
                wrong.push("selects no pod".to_owned());
            }
            for pod in selected {
                for port in items(&service["spec"]["ports"]) {
                    let target = if port["targetPort"].is_null() {
                        &port["port"]
                    } else {
                        &port["targetPort"]
                    };
                    if !pod.opens(target) {
                        wrong.push(format!(
                            "leads to port {target}, which {} does not open",
                            title(pod.owner)
                        ));
                    }
                }
            }
            for what in wrong {
                self.wrong(service, &what);
            }
        }
    }

    /// Whatever else selects pods.
    fn pod_selectors(&mut self) {
        let selectors = [
            ("PodDisruptionBudget", "selector"),
            ("NetworkPolicy", "podSelector"),
        ];
        for (kind, field) in selectors {
            for object in self.rendered.of_kind(kind) {
                let wanted = &object["spec"][field]["matchLabels"];
                let selected: BTreeSet<String> = self
                    .pods
                    .iter()
                    .filter(|pod| namespace(pod.owner) == namespace(object) && pod.is_matched_by(wanted))
                    .map(|pod| title(pod.owner))
                    .collect();
                // One budget or policy is about one workload.
                self.require(
                    selected.len() == 1,
                    object,
                    &format!("selects the pods of {selected:?}"),
                );
            }
        }
    }

    /// Monitors find what they select in the namespaces where they look, and its port.
    fn monitors(&mut self) {
        for (kind, ports) in [
            ("ServiceMonitor", "endpoints"),
            ("PodMonitor", "podMetricsEndpoints"),
        ] {
            for monitor in self.rendered.of_kind(kind) {
                let spec = &monitor["spec"];
                let wanted = &spec["selector"]["matchLabels"];
                let named: Vec<&str> = items(&spec["namespaceSelector"]["matchNames"])
                    .filter_map(Json::as_str)
                    .collect();
                let looks_in = |object: &Json| match named.as_slice() {
                    [] => namespace(object) == namespace(monitor),
                    names => names.contains(&namespace(object)),
                };
                for endpoint in items(&spec[ports]) {
                    let port = &endpoint["port"];
                    let found = if kind == "ServiceMonitor" {
                        self.rendered.of_kind("Service").any(|service| {
                            looks_in(service)
                                && matches(
                                    wanted,
                                    entries(&service["metadata"]["labels"])
                                        .collect::<Vec<_>>()
                                        .into_iter(),
                                )
                                && items(&service["spec"]["ports"]).any(|open| open["name"] == *port)
                        })
                    } else {
                        self.pods
                            .iter()
                            .any(|pod| looks_in(pod.owner) && pod.is_matched_by(wanted) && pod.opens(port))
                    };
                    self.require(found, monitor, &format!("finds nothing with the port {port}"));
                }
            }
        }
    }

    fn accounts(&mut self) {
        for owner in self.rendered.workloads() {
            let account = owner["spec"]["template"]["spec"]["serviceAccountName"]
                .as_str()
                .unwrap_or("default");
            let is_there = self.has("ServiceAccount", account, namespace(owner));
            self.require(is_there, owner, &format!("no ServiceAccount {account}"));
        }
        for kind in ["ClusterRoleBinding", "RoleBinding"] {
            for binding in self.rendered.of_kind(kind) {
                for subject in items(&binding["subjects"]) {
                    let account = subject["name"].as_str().unwrap_or("");
                    let space = subject["namespace"].as_str().unwrap_or("");
                    self.require(
                        self.has("ServiceAccount", account, space),
                        binding,
                        &format!("no ServiceAccount {space}/{account}"),
                    );
                }
                let role = &binding["roleRef"];
                let (of, role) = (
                    role["kind"].as_str().unwrap_or(""),
                    role["name"].as_str().unwrap_or(""),
                );
                let space = if of == "ClusterRole" {
                    ""
                } else {
                    namespace(binding)
                };
                self.require(self.has(of, role, space), binding, &format!("no {of} {role}"));
            }
        }
    }

    fn volumes(&mut self) {
        let mut wrong = Vec::new();
        for pod in &self.pods {
            let mut unique = BTreeSet::new();
            for volume in pod.volumes() {
                if !unique.insert(volume) {
                    wrong.push((pod.owner, format!("two volumes {volume}")));
                }
            }
            for container in pod.all_containers() {
                for mount in items(&container["volumeMounts"]) {
                    let volume = mount["name"].as_str().unwrap_or("");
                    if !unique.contains(volume) {
                        wrong.push((
                            pod.owner,
                            format!("{} mounts {volume}, which is no volume", container["name"]),
                        ));
                    }
                }
            }
            for (kind, wanted) in references(pod.spec) {
                let is_known = self.has(kind, wanted, namespace(pod.owner))
                    || wanted.starts_with(OUTSIDE)
                    || TO_BE_MADE.contains(&wanted);
                if !is_known {
                    wrong.push((pod.owner, format!("no {kind} {wanted}")));
                }
            }
        }
        for (owner, what) in wrong {
            self.wrong(owner, &what);
        }
    }

    fn ports(&mut self) {
        let mut wrong = Vec::new();
        for pod in &self.pods {
            let mut names = BTreeSet::new();
            let mut numbers = BTreeSet::new();
            let mut containers = BTreeSet::new();
            for container in pod.all_containers() {
                if !containers.insert(container["name"].as_str().unwrap_or("")) {
                    wrong.push((pod.owner, format!("two containers {}", container["name"])));
                }
                for port in items(&container["ports"]) {
                    let protocol = port["protocol"].as_str().unwrap_or("TCP");
                    if !numbers.insert((port["containerPort"].as_u64(), protocol)) {
                        wrong.push((pod.owner, format!("two ports {}", port["containerPort"])));
                    }
                    // Kubernetes takes 15 characters of a port's name, and in a pod each name once.
                    if let Some(name) = port["name"].as_str()
                        && (name.len() > 15 || !names.insert(name))
                    {
                        wrong.push((pod.owner, format!("bad or second port name {name}")));
                    }
                }
                for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
                    for action in ["httpGet", "tcpSocket"] {
                        let port = &container[probe][action]["port"];
                        if port.is_string() && !items(&container["ports"]).any(|open| open["name"] == *port) {
                            wrong.push((
                                pod.owner,
                                format!("the {probe} of {} asks at {port}", container["name"]),
                            ));
                        }
                    }
                }
            }
        }
        for (owner, what) in wrong {
            self.wrong(owner, &what);
        }
    }

    /// Ingresses and routes lead to ports of Services.
    fn backends(&mut self) {
        for ingress in self.rendered.of_kind("Ingress") {
            for rule in items(&ingress["spec"]["rules"]) {
                for path in items(&rule["http"]["paths"]) {
                    let service = &path["backend"]["service"];
                    let port = entries(&service["port"])
                        .next()
                        .map_or(&Json::Null, |(_, port)| port);
                    self.leads_to(ingress, &service["name"], port);
                }
            }
        }
        for route in self.rendered.of_kind("HTTPRoute") {
            for rule in items(&route["spec"]["rules"]) {
                for backend in items(&rule["backendRefs"]) {
                    self.leads_to(route, &backend["name"], &backend["port"]);
                }
            }
        }
    }

    fn leads_to(&mut self, object: &Json, service: &Json, port: &Json) {
        let found = self.rendered.of_kind("Service").any(|one| {
            one["metadata"]["name"] == *service
                && namespace(one) == namespace(object)
                && items(&one["spec"]["ports"]).any(|open| open["port"] == *port || open["name"] == *port)
        });
        self.require(
            found,
            object,
            &format!("leads to {service}:{port}, which is no Service's"),
        );
    }

    fn autoscalers(&mut self) {
        for autoscaler in self.rendered.of_kind("VerticalPodAutoscaler") {
            let spec = &autoscaler["spec"];
            let target = self.rendered.workloads().find(|owner| {
                owner["kind"] == spec["targetRef"]["kind"]
                    && owner["metadata"]["name"] == spec["targetRef"]["name"]
                    && namespace(owner) == namespace(autoscaler)
            });
            let Some(target) = target else {
                self.wrong(autoscaler, "has no target");
                continue;
            };
            for policy in items(&spec["resourcePolicy"]["containerPolicies"]) {
                let found = items(&target["spec"]["template"]["spec"]["containers"])
                    .any(|container| container["name"] == policy["containerName"]);
                self.require(
                    found,
                    autoscaler,
                    &format!("no container {}", policy["containerName"]),
                );
            }
        }
    }
}

/// The ConfigMaps, Secrets and claims that a pod asks for.
fn references(spec: &Json) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    for volume in items(&spec["volumes"]) {
        for (kind, name) in [
            ("ConfigMap", &volume["configMap"]["name"]),
            ("Secret", &volume["secret"]["secretName"]),
            (
                "PersistentVolumeClaim",
                &volume["persistentVolumeClaim"]["claimName"],
            ),
        ] {
            found.extend(name.as_str().map(|name| (kind, name)));
        }
    }
    for container in items(&spec["initContainers"]).chain(items(&spec["containers"])) {
        for variable in items(&container["env"]) {
            let from = &variable["valueFrom"];
            for (kind, name) in [
                ("ConfigMap", &from["configMapKeyRef"]["name"]),
                ("Secret", &from["secretKeyRef"]["name"]),
            ] {
                found.extend(name.as_str().map(|name| (kind, name)));
            }
        }
        for from in items(&container["envFrom"]) {
            for (kind, name) in [
                ("ConfigMap", &from["configMapRef"]["name"]),
                ("Secret", &from["secretRef"]["name"]),
            ] {
                found.extend(name.as_str().map(|name| (kind, name)));
            }
        }
    }
    for secret in items(&spec["imagePullSecrets"]) {
        found.extend(secret["name"].as_str().map(|name| ("Secret", name)));
    }
    found
}

#[test]
fn everything_that_is_named_is_there() {
    let mut wrong = Vec::new();
    for rendered in rendered::shipped().iter().chain(&rendered::everything()) {
        wrong.extend(Findings::of(rendered));
    }
    for (part, reason) in KNOWN {
        let before = wrong.len();
        wrong.retain(|finding| !finding.contains(part));
        assert!(wrong.len() < before, "no longer wrong: {part} ({reason})");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The values that switch everything on do so: there is an object of each kind that the chart can make.
#[test]
fn everything_is_everything() {
    let kinds: BTreeSet<String> = rendered::everything()
        .iter()
        .flat_map(|rendered| rendered.objects.iter())
        .map(|object| object["kind"].as_str().unwrap().to_owned())
        .collect();
    for kind in [
        "ClusterRole",
        "ClusterRoleBinding",
        "ConfigMap",
        "DaemonSet",
        "Deployment",
        "Endpoints",
        "HTTPRoute",
        "Ingress",
        "NetworkPolicy",
        "PersistentVolumeClaim",
        "Pod",
        "PodDisruptionBudget",
        "PodMonitor",
        "Role",
        "RoleBinding",
        "ScrapeConfig",
        "Secret",
        "Service",
        "ServiceAccount",
        "ServiceMonitor",
        "StatefulSet",
        "VerticalPodAutoscaler",
    ] {
        assert!(kinds.contains(kind), "no {kind} among {kinds:?}");
    }
}
