//! The stages one after another, for the command line and for other programs: load, layer, resolve, check, render.

mod diff;
mod inspect;
mod lint;
mod live;
mod package;
mod revision;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::chart::{self, Capabilities, Chart, KubeVersion};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Severity, nearest};
use crate::files;
use crate::manifest::{self, Manifests, Selection, ShowOnly};
use crate::render::{self, Input, Languages, Limits, Recorder, Release};
use crate::source::{Place, Source};
use crate::values::{self, Checked, Inputs, Resolved, Scope, UserValues};
use crate::yaml::Node;

pub use diff::{Against, Comparison, diff, manifests_at};
pub use inspect::{Inspected, inspect, prepare_leniently, shown_values};
pub use lint::{doubts, lint, lint_controlled};
pub use package::{Identity, Packed, Stamp, package, verify};
pub use revision::{AtRevision, at_revision};

/// Longest release name that leaves room for suffixes in object names, as Helm has it.
const MAX_RELEASE_NAME: usize = 53;

/// Which chart, for which cluster, under which name.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// A folder or archive; the built-in chart where there is none.
    pub chart: Option<PathBuf>,
    /// The chart's files, where somebody has read them already; they come before `chart`.
    pub given: Option<Arc<chart::GivenFiles>>,
    /// The environment whose layer of the chart's own values is used: `values/NAME.yaml`.
    pub env: Option<String>,
    /// Values files, read already, and flags.
    pub inputs: Inputs,
    /// The release's name; the chart's where there is none.
    pub release: Option<String>,
    /// The namespace; `default` where there is none.
    pub namespace: Option<String>,
    /// The Kubernetes version; Helm's default where there is none.
    pub kube_version: Option<String>,
    /// API versions beyond the default ones.
    pub api_versions: Vec<String>,
    /// Whether this is an upgrade of an installed release.
    pub is_upgrade: bool,
    /// No validation against values.schema.json.
    pub skip_schema: bool,
    /// What templates may ask of the world outside.
    pub outside: render::Outside,
}

/// A chart with the values, release and cluster that it is to be rendered for.
pub struct Prepared {
    /// The root chart.
    pub chart: Arc<Chart>,
    /// The enabled charts with their values.
    pub resolved: Resolved,
    /// What the user gave on top of the charts' defaults.
    pub user: UserValues,
    /// The release.
    pub release: Release,
    /// The cluster.
    pub capabilities: Capabilities,
    /// What templates may ask of the world outside.
    pub outside: render::Outside,
    /// Templates that were parsed when the chart was loaded.
    pub ahead: render::Ahead,
    /// What looks wrong so far.
    pub warnings: Vec<Diagnostic>,
}

/// Loads the chart of a request.
///
/// # Errors
/// What is wrong with the chart.
pub fn load(request: &Request) -> Result<chart::Loaded> {
    load_and(request, &|_| ())
}

/// [`load`], which may call `also` with templates as soon as they are read, on any thread.
fn load_and(request: &Request, also: &(dyn Fn(&Arc<Source>) + Sync)) -> Result<chart::Loaded> {
    match (&request.given, &request.chart) {
        (Some(given), _) => chart::load_given(given),
        (None, Some(path)) => chart::load_path_and(path, also),
        (None, None) => chart::load_embedded(&chart::EMBEDDED),
    }
}

/// Reads the layers of a request on top of a chart: its environment's file, then the user's files and flags.
///
/// # Errors
/// What is wrong in the files and flags.
pub fn user_values(request: &Request, chart: &Chart) -> Result<UserValues> {
    let mut inputs = request.inputs.clone();
    if let Some(env) = &request.env {
        inputs.environment = Some(environment(chart, env)?);
    }
    UserValues::read(&inputs, &|path| files::read_input(path.as_ref()))
}

fn environment(chart: &Chart, env: &str) -> Result<Arc<Source>> {
    let path = format!("values/{env}.yaml");
    if let Some(file) = chart.files.iter().find(|file| file.path == path) {
        return Ok(Arc::clone(file.text()?));
    }
    let names: Vec<&str> = environments(chart);
    let error = Diagnostic::error(
        "unknown-environment",
        format!("the chart has no environment `{env}`"),
    );
    Err(match nearest(env, names.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => error.help(format!("it would be the chart's file `{path}`")),
        None => error.help(format!("it has {}", names.join(", "))),
    }
    .into())
}

/// The environments that a chart has values for.
pub fn environments(chart: &Chart) -> Vec<&str> {
    chart
        .files
        .iter()
        .filter_map(|file| file.path.strip_prefix("values/")?.strip_suffix(".yaml"))
        .filter(|name| !name.contains('/'))
        .collect()
}

/// Loads, layers, resolves and checks: everything before the templates.
///
/// # Errors
/// What is wrong with the names, the chart or the values.
pub fn prepare(request: &Request) -> Result<Prepared> {
    let ahead = render::Ahead::default();
    let loaded = load_and(request, &|template| ahead.parse(template))?;
    let target = target(request, &loaded.chart)?;
    let mut user = user_values(request, &loaded.chart)?;
    let Checked {
        mut resolved,
        violations,
    } = resolve(request, &loaded.chart, &user)?;
    if !violations.is_empty() {
        return Err(Diagnostics(refused(&resolved, violations)));
    }
    let mut warnings = loaded.warnings;
    warnings.append(&mut user.warnings);
    warnings.append(&mut resolved.warnings);
    Ok(Prepared {
        ahead,
        ..prepared(loaded.chart, resolved, user, target, warnings)
    })
}

/// What a chart is rendered for.
struct Target {
    release: Release,
    capabilities: Capabilities,
    outside: render::Outside,
}

fn target(request: &Request, chart: &Chart) -> Result<Target> {
    if chart.metadata.is_library {
        return Err(Diagnostic::error(
            "library-chart",
            format!(
                "`{}` is a library chart, which has no objects of its own",
                chart.metadata.name
            ),
        )
        .at(&chart.metadata.name_place)
        .help("render a chart that depends on it")
        .into());
    }
    let capabilities = capabilities(request)?;
    let release = release(request, chart)?;
    chart::check_kube_version(chart, &capabilities.kube_version)?;
    Ok(Target {
        release,
        capabilities,
        outside: request.outside.clone(),
    })
}

fn resolve(request: &Request, chart: &Arc<Chart>, user: &UserValues) -> Result<Checked> {
    match request.skip_schema {
        true => Ok(values::resolve(chart, &user.values)?.into()),
        false => values::resolve_checked(chart, &user.values),
    }
}

/// What is told where values do not fit their schemas. Defaults that went away may be why.
fn refused(resolved: &Resolved, violations: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut told = resolved.warnings.clone();
    told.retain(|warning| warning.code == "empty-key");
    told.extend(violations);
    told
}

fn prepared(
    chart: Arc<Chart>,
    resolved: Resolved,
    user: UserValues,
    target: Target,
    mut warnings: Vec<Diagnostic>,
) -> Prepared {
    warnings.extend(unknown_templates(&resolved.root));
    // Helm looks at the root's range alone.
    for scope in resolved.root.in_order().into_iter().skip(1) {
        if let Err(Diagnostics(list)) =
            chart::check_kube_version(&scope.chart, &target.capabilities.kube_version)
        {
            warnings.extend(list.into_iter().map(|diagnostic| Diagnostic {
                severity: Severity::Warning,
                ..diagnostic
            }));
        }
    }
    Prepared {
        chart,
        resolved,
        user,
        release: target.release,
        capabilities: target.capabilities,
        outside: target.outside,
        ahead: render::Ahead::default(),
        warnings,
    }
}

/// One warning for all files under templates/ that are ignored.
fn unknown_templates(root: &Scope) -> Option<Diagnostic> {
    const MOST_NAMES: usize = 10;
    let mut names = BTreeSet::new();
    let languages = Languages::of(root);
    for scope in root.in_order() {
        let engine = languages.engine(scope);
        let templates = scope.chart.templates.iter();
        let unknown = templates.filter(|file| !engine.knows(&file.path));
        names.extend(unknown.map(|file| file.source().map_or(file.path.as_str(), |source| source.name())));
    }
    let mut shown: Vec<String> = names
        .iter()
        .take(MOST_NAMES)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > MOST_NAMES {
        shown.push(format!("{} more", names.len() - MOST_NAMES));
    }
    let message = format!(
        "files under templates/ that are not templates are ignored: {}",
        shown.join(", ")
    );
    (!names.is_empty()).then(|| {
        Diagnostic::warning("unknown-template", message).help(
            "`*.yaml`, `*.yml` and `*.json` are objects, `_*.yaml` are helpers; exclude other files with .helmignore",
        )
    })
}

fn capabilities(request: &Request) -> Result<Capabilities> {
    let mut capabilities = Capabilities::default();
    if let Some(version) = &request.kube_version {
        capabilities.kube_version = KubeVersion::parse(version).map_err(|reason| {
            Diagnostic::error(
                "kube-version",
                format!("`--kube-version {version}` is not a version: {reason}"),
            )
            .help("write it as `1.32` or `v1.32.4`")
        })?;
    }
    let added = request.api_versions.iter().flat_map(|list| list.split(','));
    capabilities.api_versions.extend(
        added
            .map(str::trim)
            .filter(|version| !version.is_empty())
            .map(str::to_owned),
    );
    Ok(capabilities)
}

fn release(request: &Request, chart: &Chart) -> Result<Release> {
    let name = request
        .release
        .clone()
        .unwrap_or_else(|| chart.metadata.name.clone());
    let namespace = request.namespace.clone().unwrap_or_else(|| "default".to_owned());
    let mut errors = Vec::new();
    if name.is_empty() {
        errors.push(
            Diagnostic::error("release-name", "the release name is empty")
                .help("leave `--release` out for the chart's name"),
        );
    } else if name.len() > MAX_RELEASE_NAME {
        errors.push(
            Diagnostic::error(
                "release-name",
                format!("the release name `{name}` has {} characters", name.len()),
            )
            .help(format!(
                "a release name has at most {MAX_RELEASE_NAME}, so that suffixes fit behind it"
            )),
        );
    } else if !name.split('.').all(is_label) {
        errors.push(
            Diagnostic::error("release-name", format!("`{name}` is not a release name"))
                .help("use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends"),
        );
    }
    if namespace.is_empty() {
        errors.push(
            Diagnostic::error("namespace", "the namespace is empty")
                .help("leave `--namespace` out for `default`"),
        );
    } else if namespace.len() > 63 || !is_label(&namespace) {
        errors.push(
            Diagnostic::error("namespace", format!("`{namespace}` is not a namespace"))
                .help("use up to 63 lower-case letters, digits and `-`, with a letter or digit at both ends"),
        );
    }
    if errors.is_empty() {
        Ok(Release {
            name,
            namespace,
            is_upgrade: request.is_upgrade,
        })
    } else {
        Err(Diagnostics(errors))
    }
}

/// A DNS-1123 label, its length aside.
fn is_label(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(is_end) && text.ends_with(is_end) && text.chars().all(|c| is_end(c) || c == '-')
}

/// Renders all templates that are wanted and makes the manifests.
///
/// # Errors
/// What is wrong in the templates or with what they wrote.
pub fn render(prepared: &Prepared, selection: Selection, show_only: &ShowOnly) -> Result<Manifests> {
    render_recorded(prepared, selection, show_only, None)
}

/// [`render`], taking down what is read and made.
///
/// # Errors
/// As [`render`].
pub fn render_recorded(
    prepared: &Prepared,
    selection: Selection,
    show_only: &ShowOnly,
    recorder: Option<&Arc<Recorder>>,
) -> Result<Manifests> {
    let mut crds = Vec::new();
    let mut all = Vec::new();
    for scope in prepared.resolved.root.in_order() {
        let path = scope.name();
        if selection.include_crds {
            let found = manifest::crds(&scope.chart, &path, selection)?;
            all.extend(found.iter().map(|object| object.template.clone()));
            crds.extend(found);
        }
        if !scope.chart.metadata.is_library {
            all.extend(
                scope
                    .chart
                    .templates
                    .iter()
                    .map(|file| format!("{path}/{}", file.path)),
            );
        }
    }
    let render = |crds, written| {
        let rendered = render::render(&Input {
            wants: &|template| show_only.wants(template),
            written,
            recorder,
            ..input(prepared)
        });
        let rendered = with_all_read(&prepared.chart, rendered)?;
        let mut manifests = manifest::assemble(rendered.documents, crds, selection)?;
        manifests.warnings.splice(0..0, rendered.warnings);
        manifests.leftovers = rendered.leftovers;
        show_only.select(manifests, &all)
    };
    // To know the line behind everything takes time, and most charts have nothing to tell for which it is wanted.
    if selection.written && recorder.is_none() {
        let manifests = render(crds.clone(), true);
        let told = match &manifests {
            Ok(manifests) => &manifests.warnings,
            Err(Diagnostics(errors)) => errors,
        };
        let mut labels = told.iter().flat_map(|diagnostic| &diagnostic.labels);
        if labels.all(|label| label.place.line > 0) {
            return manifests;
        }
    }
    render(crds, false)
}

/// What templates made, unless one asked for a file that cannot be read: to a template that is an empty one.
fn with_all_read<T>(chart: &Chart, made: Result<T>) -> Result<T> {
    let mut unread = chart.unread();
    if unread.is_empty() {
        return made;
    }
    unread.extend(made.err().into_iter().flat_map(|Diagnostics(errors)| errors));
    Err(Diagnostics(unread))
}

/// What the templates are rendered with.
fn input(prepared: &Prepared) -> Input<'_> {
    Input {
        root: &prepared.resolved.root,
        given: &prepared.user.values,
        release: &prepared.release,
        capabilities: &prepared.capabilities,
        outside: &prepared.outside,
        ahead: Some(&prepared.ahead),
        with_notes: false,
        wants: &|_| true,
        limits: Limits::default(),
        written: false,
        recorder: None,
    }
}

/// The text of the root chart's NOTES.txt, which tells people what to do next, and what looks wrong in it.
///
/// # Errors
/// What is wrong in the templates. The chart has no NOTES.txt.
pub fn notes(prepared: &Prepared) -> Result<(String, Vec<Diagnostic>)> {
    let rendered = render::render(&Input {
        with_notes: true,
        wants: &|_| false,
        ..input(prepared)
    });
    let rendered = with_all_read(&prepared.chart, rendered)?;
    match rendered.notes {
        Some(notes) => Ok((notes, rendered.warnings)),
        None => Err(Diagnostic::error(
            "no-notes",
            format!("the chart `{}` has no NOTES.txt", prepared.chart.metadata.name),
        )
        .help("it would be its file templates/NOTES.txt")
        .into()),
    }
}

/// The coalesced values of the root chart.
pub fn root_values(prepared: &Prepared) -> &Node {
    &prepared.resolved.root.values
}

/// The place of a chart's own file, for messages about the chart as a whole.
pub fn chart_place(chart: &Chart) -> Place {
    chart.metadata.name_place.clone()
}
