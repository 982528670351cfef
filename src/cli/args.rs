//! What can be typed. No logic: clap's types and their turning into a request.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::examples;
use crate::create::Start;
use crate::diagnostic::Severity;

/// Renders Kubernetes manifests from charts whose templates cannot write broken YAML.
#[derive(Debug, Parser)]
#[command(name = "promchart", version, about, after_help = examples::ALL, propagate_version = true)]
pub(super) struct Cli {
    /// The form of what is told on standard error
    #[arg(long, global = true, value_name = "FORM", default_value = "text")]
    pub(super) message_format: MessageFormat,
    /// When to colour what is printed and told [auto: on a terminal; NO_COLOR and CLICOLOR_FORCE are obeyed]
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum MessageFormat {
    /// For people
    Text,
    /// For programs: an object a line
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal
    Auto,
    /// In files and pipes, too
    Always,
    /// Nowhere
    Never,
}

#[derive(Debug, Subcommand)]
// Only the command that was typed is made, and then what a `///` says of its arguments as a whole would stand for what it says of the command.
#[command(defer = true)]
pub(super) enum Command {
    /// Renders a chart's manifests to standard output or into files
    #[command(alias = "template", after_help = examples::RENDER)]
    Render(Box<RenderArgs>),
    /// Tells all that is wrong with values, a chart and the objects that they make
    #[command(after_help = examples::LINT)]
    Lint(Box<LintArgs>),
    /// Shows the values that templates see: who set them, what they reach
    #[command(after_help = examples::INSPECT)]
    Values(Box<InspectArgs>),
    /// Tells what a render changes, what is dangerous about it, and why
    #[command(after_help = examples::DIFF)]
    Diff(Box<DiffArgs>),
    /// Shows the charts that a chart depends on: found or missing, enabled or not, and why
    #[command(after_help = examples::DEPS)]
    Deps(DepsArgs),
    /// Prints the JSON Schema of all values, subcharts included, for editors
    #[command(after_help = examples::SCHEMA)]
    Schema(SchemaArgs),
    /// Shows a part of a chart: Chart.yaml, values, schema or templates
    #[command(after_help = examples::SHOW)]
    Show(ShowArgs),
    /// Writes a new chart into a folder: a web service, or what else to start from
    #[command(after_help = examples::CREATE)]
    Create(CreateArgs),
    /// Writes the built-in chart into a folder, to change it there
    #[command(after_help = "Example:\n  promchart eject mychart && promchart render --chart mychart")]
    Eject(EjectArgs),
    /// Packs a chart into an archive (.tgz), the same bytes each time
    #[command(after_help = examples::PACKAGE, disable_version_flag = true)]
    Package(PackageArgs),
    /// Checks an archive (.tgz): its digest, its bytes, and the chart in it
    #[command(after_help = examples::VERIFY)]
    Verify(VerifyArgs),
    /// Prints the completions of a shell, the values of a chart included
    #[command(after_help = examples::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Writes the manual pages of all commands into a folder
    #[command(after_help = examples::MAN)]
    Man(ManArgs),
}

// Which chart.
#[derive(Debug, Args)]
pub(super) struct ChartArgs {
    /// A chart's folder or .tgz archive [default: the built-in Prometheus chart]
    #[arg(long, value_name = "PATH")]
    pub(super) chart: Option<PathBuf>,
}

// Which values.
#[derive(Debug, Args)]
pub(super) struct ValuesArgs {
    /// The chart's own values for an environment: dev, staging, prod. `render --output-dir` takes several, each into a folder of its own
    #[arg(long, value_name = "NAME")]
    pub(super) env: Vec<String>,
    /// A values file; `-` reads standard input; later ones win
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    pub(super) values: Vec<PathBuf>,
    /// A value: `a.b=1,c[0]=x`; numbers, true, false and null are typed
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// A value that is always a string
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set_string: Vec<String>,
    /// A value that is a file's content
    #[arg(long, value_name = "KEY=FILE")]
    pub(super) set_file: Vec<String>,
    /// A value in JSON: `a.b={"c": [1]}`
    #[arg(long, value_name = "KEY=JSON")]
    pub(super) set_json: Vec<String>,
    /// A string taken as it is, commas and brackets included
    #[arg(long, value_name = "KEY=TEXT")]
    pub(super) set_literal: Vec<String>,
    /// Do not check the values against values.schema.json
    #[arg(long)]
    pub(super) skip_schema_validation: bool,
}

// Which release, for which cluster.
#[derive(Debug, Args)]
pub(super) struct ReleaseArgs {
    /// The release's name [default: the chart's name]
    #[arg(long, value_name = "NAME")]
    pub(super) release: Option<String>,
    /// The namespace
    #[arg(short, long, default_value = "default")]
    pub(super) namespace: String,
    /// The cluster's version of Kubernetes [default: v1.32.0]
    #[arg(long, value_name = "VERSION")]
    pub(super) kube_version: Option<String>,
    /// API versions that the cluster has beyond Kubernetes' own, separated by commas
    #[arg(short, long, value_name = "LIST")]
    pub(super) api_versions: Vec<String>,
    /// Render as for an upgrade of an installed release
    #[arg(long)]
    pub(super) is_upgrade: bool,
    /// Make chance and time in Go templates a function of this text: the same input gives the same output
    #[arg(long, value_name = "TEXT")]
    pub(super) seed: Option<String>,
    /// Objects that `lookup` in Go templates finds, as `kubectl get -o yaml` prints them
    #[arg(long, value_name = "FILE")]
    pub(super) lookup: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A stream of YAML documents
    Yaml,
    /// One JSON `List`
    Json,
}

#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    /// What Helm's users type: `NAME CHART`
    #[arg(hide = true, value_name = "WORD")]
    pub(super) words: Vec<String>,
    #[command(flatten)]
    pub(super) chart: ChartArgs,
    #[command(flatten)]
    pub(super) values: ValuesArgs,
    #[command(flatten)]
    pub(super) release: ReleaseArgs,
    /// Only the objects of these templates: `templates/deploy.yaml`, `charts/*/templates/*`
    #[arg(short, long, value_name = "PATTERN")]
    pub(super) show_only: Vec<String>,
    /// Write one file an object into this folder, all of them or none
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    pub(super) output_dir: Option<PathBuf>,
    /// Remove the files that an earlier run wrote for this release, that it no longer has and that nobody changed
    #[arg(long, requires = "output_dir", conflicts_with = "show_only")]
    pub(super) prune: bool,
    /// The form of the output
    #[arg(short, long, value_name = "FORM", default_value = "yaml")]
    pub(super) output: Format,
    /// Print the chart's CustomResourceDefinitions first
    #[arg(long)]
    pub(super) include_crds: bool,
    /// Leave hooks out
    #[arg(long)]
    pub(super) no_hooks: bool,
    /// Leave test hooks out
    #[arg(long)]
    pub(super) skip_tests: bool,
    /// Do not tell what looks wrong with the values
    #[arg(short, long, conflicts_with = "strict")]
    pub(super) quiet: bool,
    /// Render nothing where something looks wrong with the values
    #[arg(long)]
    pub(super) strict: bool,
    /// Print the chart's NOTES.txt, which tells what to do after the installation, and no manifests
    #[arg(long, conflicts_with_all = ["show_only", "output_dir", "output", "include_crds", "no_hooks", "skip_tests"])]
    pub(super) notes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DataFormat {
    /// YAML
    Yaml,
    /// JSON
    Json,
}

#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// What Helm's users type: `NAME CHART`
    #[arg(hide = true, value_name = "WORD")]
    pub(super) words: Vec<String>,
    #[command(flatten)]
    pub(super) chart: ChartArgs,
    #[command(flatten)]
    pub(super) values: ValuesArgs,
    #[command(flatten)]
    pub(super) release: ReleaseArgs,
    /// The values as this subchart sees them, by the path of names: `alertmanager`
    #[arg(long, value_name = "NAME", conflicts_with_all = ["explain", "unused", "of"])]
    pub(super) subchart: Option<String>,
    /// With the layer, file and line that set each leaf: as comments, in JSON as data
    #[arg(long)]
    pub(super) origin: bool,
    /// Only what differs from the chart's defaults; null for what is deleted
    #[arg(long)]
    pub(super) changed: bool,
    /// The whole story of one value: who set it, what reads it, what it reaches
    #[arg(long, value_name = "KEY", conflicts_with_all = ["origin", "changed", "unused", "of"])]
    pub(super) explain: Option<String>,
    /// What was given and nothing reads
    #[arg(long, conflicts_with_all = ["origin", "changed", "of"])]
    pub(super) unused: bool,
    /// The values behind a field: `Kind/name`, and a path such as `spec.replicas` or `data["prometheus.yml"].global`
    #[arg(long, num_args = 2, value_names = ["OBJECT", "FIELD"], conflicts_with_all = ["origin", "changed"])]
    pub(super) of: Option<Vec<String>>,
    /// Show secrets in answers, which are hidden otherwise; the values themselves are printed as they are
    #[arg(long)]
    pub(super) show_secrets: bool,
    /// The form of the output [default: yaml; for answers, text]
    #[arg(short, long, value_name = "FORM")]
    pub(super) output: Option<DataFormat>,
}

#[derive(Debug, Args)]
pub(super) struct LintArgs {
    /// What Helm's users type: `CHART`
    #[arg(hide = true, value_name = "WORD")]
    pub(super) words: Vec<String>,
    #[command(flatten)]
    pub(super) chart: ChartArgs,
    #[command(flatten)]
    pub(super) values: ValuesArgs,
    #[command(flatten)]
    pub(super) release: ReleaseArgs,
    /// The form of the findings
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(super) format: LintFormat,
    /// Change the values files where a finding says how: keys get their right names, and all else stays as it is written
    #[arg(long)]
    pub(super) fix: bool,
    /// With `--fix`: show the changes, and write nothing
    #[arg(long, requires = "fix")]
    pub(super) dry_run: bool,
    /// The level of a code: error, warning, info or off; may be repeated
    #[arg(long, value_name = "CODE=LEVEL")]
    pub(super) severity: Vec<String>,
    /// Tell only findings of this level and of those above it
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(super) level: LeastLevel,
    /// Fail where there are warnings, too
    #[arg(long, value_name = "WHAT")]
    pub(super) deny: Option<Denied>,
    /// The configuration [default: .promchart.yaml in this folder, or in one above it up to the repository's root]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Tell what a code means, why it matters and what to do, and look at nothing
    #[arg(long, value_name = "CODE", conflicts_with_all = ["chart", "values", "env", "format"])]
    pub(super) explain: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Denied {
    /// Findings of level warning
    Warnings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LeastLevel {
    /// What is wrong
    Error,
    /// What is probably not meant
    Warning,
    /// What is worth knowing
    Info,
}

impl From<LeastLevel> for Severity {
    fn from(level: LeastLevel) -> Severity {
        match level {
            LeastLevel::Error => Severity::Error,
            LeastLevel::Warning => Severity::Warning,
            LeastLevel::Info => Severity::Info,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LintFormat {
    /// For people, each with its line
    Text,
    /// For programs: the form of docs/lint.md
    Json,
    /// For code scanning: SARIF 2.1.0
    Sarif,
    /// For GitHub's workflows: annotations
    Github,
    /// For CI: a test case each
    Junit,
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// What Helm's users type: `CHART`
    #[arg(hide = true, value_name = "WORD")]
    pub(super) words: Vec<String>,
    #[command(flatten)]
    pub(super) chart: ChartArgs,
    #[command(flatten)]
    pub(super) values: ValuesArgs,
    #[command(flatten)]
    pub(super) release: ReleaseArgs,
    #[command(flatten)]
    pub(super) against: AgainstArgs,
    /// Only objects of these kinds, separated by commas
    #[arg(long, value_name = "KIND")]
    pub(super) kind: Vec<String>,
    /// Only objects of these names; `*` stands for any text
    #[arg(long, value_name = "PATTERN")]
    pub(super) name: Vec<String>,
    /// Only fields at these paths and below them: `spec.template`, `*.image`
    #[arg(long, value_name = "PATTERN")]
    pub(super) path: Vec<String>,
    /// Show what says nothing, too: labels of versions, checksums, data that is only written otherwise
    #[arg(long)]
    pub(super) all: bool,
    /// Show long values as a whole
    #[arg(long)]
    pub(super) full: bool,
    /// Do not look for the values that changed each field
    #[arg(long)]
    pub(super) no_why: bool,
    /// Show the values of secrets
    #[arg(long)]
    pub(super) show_secrets: bool,
    /// The form of the differences
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(super) format: DiffFormat,
    /// Exit with status 0 where there are differences, too
    #[arg(long)]
    pub(super) no_exit_code: bool,
    /// Compare the chart's CustomResourceDefinitions, too
    #[arg(long)]
    pub(super) include_crds: bool,
    /// Leave hooks out
    #[arg(long)]
    pub(super) no_hooks: bool,
    /// Leave test hooks out
    #[arg(long)]
    pub(super) skip_tests: bool,
}

// What the render is held against: one of these.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct AgainstArgs {
    /// Manifests: a file, a folder, or `-` for standard input
    #[arg(long, value_name = "PATH")]
    pub(super) against: Option<PathBuf>,
    /// The same chart with these values files instead; with none, the chart's defaults
    #[arg(long, value_name = "FILE", num_args = 0..)]
    pub(super) against_values: Option<Vec<PathBuf>>,
    /// The same chart and values with another environment
    #[arg(long, value_name = "NAME")]
    pub(super) against_env: Option<String>,
    /// Another chart with the same values
    #[arg(long, value_name = "PATH")]
    pub(super) against_chart: Option<PathBuf>,
    /// The chart and the values files as they stood at a git revision [default: where the branch left the default one]
    #[arg(long, value_name = "REV", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "a flag whose value may be left out")]
    pub(super) against_git: Option<Option<String>>,
    /// The objects as the cluster of kubectl's current context has them
    #[arg(long)]
    pub(super) live: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// For people
    Text,
    /// The objects' YAML as `diff -u` shows it
    Unified,
    /// For programs
    Json,
    /// For a comment on a pull request
    Markdown,
    /// Annotations of GitHub Actions, at the values' lines
    Github,
    /// One page, for a browser
    Html,
}

#[derive(Debug, Args)]
pub(super) struct DepsArgs {
    #[command(subcommand)]
    pub(super) command: DepsCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum DepsCommand {
    /// Lists the dependencies, a line each
    #[command(after_help = examples::DEPS)]
    List(DepsReportArgs),
    /// Draws the dependencies as a tree, those of subcharts too
    #[command(after_help = examples::DEPS)]
    Tree(DepsReportArgs),
}

#[derive(Debug, Args)]
pub(super) struct DepsReportArgs {
    /// What Helm's users type: `CHART`
    #[arg(hide = true, value_name = "WORD")]
    pub(super) words: Vec<String>,
    #[command(flatten)]
    pub(super) chart: ChartArgs,
    #[command(flatten)]
    pub(super) values: ValuesArgs,
    /// The form of the output
    #[arg(short, long, value_name = "FORM", default_value = "text")]
    pub(super) output: ReportFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Part {
    /// Chart.yaml
    Chart,
    /// values.yaml, with the comments that explain every key
    Values,
    /// values.schema.json
    Schema,
    /// The paths of the templates, or the text of the one that is named
    Templates,
}

impl Part {
    /// The word that is typed.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Part::Chart => "chart",
            Part::Values => "values",
            Part::Schema => "schema",
            Part::Templates => "templates",
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// What to show
    pub(super) part: Part,
    /// For `templates`: the template whose text to show
    pub(super) template: Option<String>,
    /// What is too much
    #[arg(hide = true, value_name = "WORD")]
    pub(super) words: Vec<String>,
    #[command(flatten)]
    pub(super) chart: ChartArgs,
    /// A subchart, by the path of names: `alertmanager`
    #[arg(long, value_name = "NAME")]
    pub(super) subchart: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// What Helm's users type: `CHART`
    #[arg(hide = true, value_name = "WORD")]
    pub(super) words: Vec<String>,
    #[command(flatten)]
    pub(super) chart: ChartArgs,
}

#[derive(Debug, Args)]
pub(super) struct CreateArgs {
    /// The chart's name
    pub(super) name: String,
    /// The folder, which is made; it must not hold anything yet [default: the chart's name]
    pub(super) dir: Option<PathBuf>,
    /// What to start from
    #[arg(long, value_name = "WHAT", default_value = "web")]
    pub(super) from: StartFrom,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum StartFrom {
    /// A web service with what it needs in production: three environments, a schema, a test
    Web,
    /// The smaller chart that docs/guide.md builds step by step, with a subchart and a library chart
    Docs,
    /// A library chart: helpers that other charts share
    Library,
}

impl From<StartFrom> for Start {
    fn from(from: StartFrom) -> Start {
        match from {
            StartFrom::Web => Start::Web,
            StartFrom::Docs => Start::Docs,
            StartFrom::Library => Start::Library,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct EjectArgs {
    /// The folder, which is made; it must not hold anything yet
    pub(super) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct PackageArgs {
    /// The chart's folder [default: this folder]
    #[arg(value_name = "CHART")]
    pub(super) path: Option<PathBuf>,
    /// The chart's folder, as other commands take it
    #[arg(long, value_name = "PATH", conflicts_with = "path")]
    pub(super) chart: Option<PathBuf>,
    /// The folder that the archive is written into, as NAME-VERSION.tgz [default: this folder]
    #[arg(short, long, value_name = "DIR")]
    pub(super) destination: Option<PathBuf>,
    /// The version that stands in the archive's Chart.yaml; the chart's folder is left as it is
    #[arg(long, value_name = "VERSION")]
    pub(super) version: Option<String>,
    /// The appVersion that stands in the archive's Chart.yaml
    #[arg(long, value_name = "VERSION")]
    pub(super) app_version: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The archive
    pub(super) file: PathBuf,
    /// The digest that it has to have: `sha256:` and 64 hexadecimal digits
    #[arg(long, value_name = "DIGEST")]
    pub(super) digest: Option<String>,
    /// The archive was made by another program, such as `helm package`: do not compare its bytes with those that `package` makes
    #[arg(long)]
    pub(super) foreign: bool,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The folder, which is made where it is missing
    #[arg(long, value_name = "DIR")]
    pub(super) output_dir: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    pub(super) shell: Shell,
}
