//! Tests of the compiled-in table and of definitions.

use super::*;
use crate::source::Source;
use crate::values::Step;
use crate::yaml;

fn path(text: &str) -> Vec<Step> {
    text.split('.')
        .map(|part| part.parse().map_or_else(|_| Step::Key(part.into()), Step::Index))
        .collect()
}

fn at(api_version: &str, kind: &str, text: &str) -> Option<Type<'static>> {
    find(api_version, kind)?.structure().at(&path(text))
}

#[test]
fn every_line_of_the_table_can_be_read() {
    let mut seen = 0;
    for kind in kinds() {
        assert!(
            matches!(kind.structure().schema().shape, Shape::Object(_)),
            "{kind:?}"
        );
        walk(kind.structure(), 0, &mut seen);
    }
    // Deployment alone has more than a thousand fields.
    assert!(seen > 10_000, "{seen}");
}

fn walk(of: Type<'_>, depth: usize, seen: &mut usize) {
    // Definitions of custom resources hold themselves.
    if depth > 12 || *seen > 200_000 {
        return;
    }
    *seen += 1;
    match &of.schema().shape {
        Shape::Object(object) => {
            assert!(object.fields.is_sorted_by(|a, b| a.name < b.name));
            for field in &object.fields {
                walk(of.field(&field.name).unwrap(), depth + 1, seen);
            }
        }
        Shape::List(_) => walk(of.item().unwrap(), depth + 1, seen),
        Shape::Map(_) => walk(of.field("any").unwrap(), depth + 1, seen),
        _ => {}
    }
}

#[test]
fn fields_have_their_types() {
    let scalar = |version: &str, kind: &str, text: &str| match at(version, kind, text).unwrap().schema().shape
    {
        Shape::Scalar(scalar) => scalar,
        ref other => panic!("{text}: {other:?}"),
    };
    let container = "spec.template.spec.containers.0";
    let of = |field: &str| scalar("apps/v1", "Deployment", &format!("{container}.{field}"));
    assert_eq!(of("name"), Scalar::String);
    assert_eq!(of("resources.limits.memory"), Scalar::Quantity);
    assert_eq!(of("livenessProbe.httpGet.port"), Scalar::IntOrString);
    assert_eq!(of("ports.0.containerPort"), Scalar::Int32);
    assert_eq!(of("livenessProbe.terminationGracePeriodSeconds"), Scalar::Int64);
    assert_eq!(scalar("v1", "Secret", "data.password"), Scalar::Bytes);
    assert!(at("apps/v1", "Deployment", &format!("{container}.resource")).is_none());
    assert!(find("apps/v1beta1", "Deployment").is_none());
}

#[test]
fn lists_say_by_what_their_items_are_known() {
    let keys = |version: &str, kind: &str, text: &str| -> Vec<String> {
        let keys = at(version, kind, text).unwrap().merge_keys();
        keys.iter().map(|key| key.to_string()).collect()
    };
    let container = "spec.template.spec.containers.0";
    assert_eq!(
        keys("apps/v1", "StatefulSet", "spec.template.spec.containers"),
        ["name"]
    );
    assert_eq!(
        keys("apps/v1", "StatefulSet", &format!("{container}.ports")),
        ["containerPort", "protocol"]
    );
    assert_eq!(
        keys("apps/v1", "StatefulSet", &format!("{container}.volumeMounts")),
        ["mountPath"]
    );
    assert_eq!(keys("v1", "Service", "spec.ports"), ["port", "protocol"]);
    assert_eq!(
        keys("apps/v1", "StatefulSet", &format!("{container}.args")),
        [""; 0]
    );
    let protocol = at("v1", "Service", "spec.ports.0.protocol").unwrap().schema();
    assert_eq!(
        protocol.default.as_ref().and_then(|node| node.as_str()),
        Some("TCP")
    );
    assert_eq!(protocol.choices(), ["SCTP", "TCP", "UDP"]);
}

#[test]
fn common_custom_resources_are_known() {
    let interval = at(
        "monitoring.coreos.com/v1",
        "ServiceMonitor",
        "spec.endpoints.0.interval",
    )
    .unwrap();
    let pattern = interval.schema().bounds.pattern.as_ref().unwrap();
    assert!(pattern.allows("1m30s") && !pattern.allows("often"));
    assert!(
        at(
            "gateway.networking.k8s.io/v1",
            "HTTPRoute",
            "spec.parentRefs.0.name"
        )
        .is_some()
    );
    assert!(
        at(
            "autoscaling.k8s.io/v1",
            "VerticalPodAutoscaler",
            "spec.targetRef.name"
        )
        .is_some()
    );
    let old = find("autoscaling.k8s.io/v1beta2", "VerticalPodAutoscaler").unwrap();
    assert_eq!(old.origin, Origin::CustomNoLongerServed);
    assert!(
        !find("gateway.networking.k8s.io/v1", "GatewayClass")
            .unwrap()
            .is_namespaced
    );
}

#[test]
fn a_definition_gives_the_structure_of_its_objects() {
    let text = r#"
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
    - name: v1
      served: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: {type: string, enum: [small, large]}
                port: {x-kubernetes-int-or-string: true}
                extra: {type: object, x-kubernetes-preserve-unknown-fields: true}
                labels: {type: object, additionalProperties: {type: string}}
                parts: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [id], items: {type: object}}
"#;
    let node = yaml::read_document(&Source::new("crd.yaml", text)).unwrap();
    let custom = Custom::read(&node).unwrap();
    assert_eq!(
        (custom.group.as_str(), custom.kind.as_str()),
        ("example.com", "Widget")
    );
    let structure = custom.structure(&custom.versions[0]);
    let spec = structure.field("spec").unwrap();
    let Shape::Object(object) = &spec.schema().shape else {
        panic!()
    };
    assert!(object.field("size").unwrap().is_required && !object.field("port").unwrap().is_required);
    assert_eq!(spec.field("size").unwrap().schema().choices(), ["small", "large"]);
    assert!(matches!(
        spec.field("extra").unwrap().schema().shape,
        Shape::AnyMap
    ));
    assert_eq!(spec.field("parts").unwrap().merge_keys()[0].as_ref(), "id");
    assert!(structure.field("metadata").is_some() && structure.field("other").is_none());
}

#[test]
fn an_api_is_served_in_some_versions() {
    let cluster = |text: &str| crate::chart::KubeVersion::parse(text).unwrap();
    let budget = api("policy/v1beta1", "PodDisruptionBudget").unwrap();
    assert_eq!(budget.unserved(&cluster("1.24")), None);
    assert_eq!(budget.unserved(&cluster("1.25")), Some(Unserved::Gone(25)));
    assert_eq!(budget.instead, "policy/v1");
    let autoscaler = api("autoscaling/v2", "HorizontalPodAutoscaler").unwrap();
    assert_eq!(
        autoscaler.unserved(&cluster("1.22.5")),
        Some(Unserved::NotYet(23))
    );
    assert_eq!(autoscaler.unserved(&cluster("v1.23.0-gke.1")), None);
    assert!(api("apps/v1", "Deployment").is_none());
}
