//! The built-in chart rendered through the library, as JSON.

use promchart::diagnostic::Result;
use promchart::manifest::{Manifests, Selection, ShowOnly};
use promchart::pipeline::{self, Request};
use promchart::source::Source;
use promchart::values::Inputs;
use promchart::yaml;
use serde_json::Value as Json;

/// The environments that the chart ships.
pub const ENVIRONMENTS: &[&str] = &["dev", "staging", "prod"];

/// Every optional part switched on.
pub const EVERYTHING: &str = include_str!("everything.yaml");

/// What the server can run as, and the flag that asks for it.
pub const SERVER_KINDS: &[(&str, &str)] = &[
    ("Deployment", "server.name=server"),
    ("StatefulSet", "server.statefulSet.enabled=true"),
    ("DaemonSet", "server.daemonSet.enabled=true"),
];

/// One render of the chart.
pub struct Rendered {
    /// What was rendered, for messages.
    pub name: String,
    /// The objects; those in a `List` stand for themselves.
    pub objects: Vec<Json>,
    /// Warnings of the values and of the manifests, in one line each.
    pub warnings: Vec<String>,
}

/// Renders all templates for a request.
pub fn manifests(request: &Request) -> Result<(Manifests, Vec<String>)> {
    let prepared = pipeline::prepare(request)?;
    let manifests = pipeline::render(&prepared, Selection::default(), &ShowOnly::new(&[])?)?;
    let warnings = prepared
        .warnings
        .iter()
        .chain(&manifests.warnings)
        .map(|warning| format!("{}: {}", warning.code, warning.message))
        .collect();
    Ok((manifests, warnings))
}

pub fn render(name: &str, request: &Request) -> Rendered {
    let (manifests, warnings) = manifests(request).unwrap_or_else(|errors| {
        panic!(
            "{name}: {}",
            promchart::report::text::render(&errors.0, promchart::report::text::Style::default(), &[])
        );
    });
    let mut objects = Vec::new();
    for object in &manifests.objects {
        let object = yaml::to_json(&object.node);
        match object["items"].as_array() {
            Some(items) if object["kind"] == "List" => objects.extend(items.iter().cloned()),
            _ => objects.push(object),
        }
    }
    Rendered {
        name: name.to_owned(),
        objects,
        warnings,
    }
}

/// The chart with nothing but its defaults.
pub fn defaults() -> Rendered {
    render("the defaults", &Request::default())
}

/// The chart in one of its environments.
pub fn environment(name: &str) -> Rendered {
    let request = Request {
        env: Some(name.to_owned()),
        ..Request::default()
    };
    render(name, &request)
}

/// The defaults and every shipped environment.
pub fn shipped() -> Vec<Rendered> {
    std::iter::once(defaults())
        .chain(ENVIRONMENTS.iter().map(|name| environment(name)))
        .collect()
}

/// The chart with every optional part switched on, once for each kind of server.
pub fn everything() -> Vec<Rendered> {
    let render_as = |(kind, flag): &(&str, &str)| {
        let request = Request {
            inputs: Inputs {
                files: vec![Source::new("everything.yaml", EVERYTHING)],
                set: vec![(*flag).to_owned()],
                ..Inputs::default()
            },
            namespace: Some("monitoring".to_owned()),
            api_versions: vec![
                "autoscaling.k8s.io/v1".to_owned(),
                "autoscaling.k8s.io/v1/VerticalPodAutoscaler".to_owned(),
                "monitoring.coreos.com/v1".to_owned(),
                "gateway.networking.k8s.io/v1".to_owned(),
            ],
            ..Request::default()
        };
        let rendered = render(&format!("everything, with a {kind}"), &request);
        let server = rendered.named(kind, "prometheus-server");
        assert!(server.is_some(), "{}: no such server", rendered.name);
        rendered
    };
    SERVER_KINDS.iter().map(render_as).collect()
}

impl Rendered {
    /// The objects of a kind.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Json> {
        self.objects.iter().filter(move |object| object["kind"] == kind)
    }

    /// The object of a kind with a name, in whatever namespace.
    pub fn named(&self, kind: &str, name: &str) -> Option<&Json> {
        self.of_kind(kind)
            .find(|object| object["metadata"]["name"] == name)
    }

    /// Everything that makes pods after a template.
    pub fn workloads(&self) -> impl Iterator<Item = &Json> {
        self.objects
            .iter()
            .filter(|object| !object["spec"]["template"]["spec"]["containers"].is_null())
    }

    /// The text of a file in a ConfigMap.
    pub fn file(&self, config_map: &str, file: &str) -> &str {
        self.named("ConfigMap", config_map)
            .and_then(|object| object["data"][file].as_str())
            .unwrap_or_else(|| panic!("{}: no {file} in ConfigMap {config_map}", self.name))
    }
}

/// `KIND NAMESPACE/NAME`, for messages.
pub fn title(object: &Json) -> String {
    let text = |value: &Json| value.as_str().unwrap_or("-").to_owned();
    format!(
        "{} {}/{}",
        text(&object["kind"]),
        text(&object["metadata"]["namespace"]),
        text(&object["metadata"]["name"])
    )
}

/// The items of a list; none of what is no list.
pub fn items(value: &Json) -> impl Iterator<Item = &Json> {
    value.as_array().into_iter().flatten()
}

/// Keys and values of a map; none of what is no map.
pub fn entries(value: &Json) -> impl Iterator<Item = (&String, &Json)> {
    value.as_object().into_iter().flatten()
}
