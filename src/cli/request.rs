//! From arguments to a request: reads the values files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{ChartArgs, ReleaseArgs, ValuesArgs};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::files;
use crate::pipeline::Request;
use crate::render::{Cluster, Outside};
use crate::secret;
use crate::source::Source;
use crate::values::Inputs;

/// Refuses words that are not flags, as Helm's users type them: `NAME CHART`. `command` is what stands before them.
pub(super) fn refuse_words(command: &str, words: &[String]) -> Result<()> {
    let is_chart = |word: &str| word.contains(['/', '.']) || Path::new(word).exists();
    let is_values = |word: &String| {
        [".yaml", ".yml", ".json"]
            .iter()
            .any(|ending| word.ends_with(ending))
    };
    let flags = match words {
        [] => return Ok(()),
        [old, new] if command == "diff" && is_values(old) && is_values(new) => {
            format!("-f {new} --against-values {old}")
        }
        files if matches!(command, "render" | "lint" | "values" | "diff") && files.iter().all(is_values) => {
            format!("-f {}", files.join(" -f "))
        }
        [key] if command == "values" && !Path::new(key).exists() => format!("--explain {key}"),
        [chart] if is_chart(chart) => format!("--chart {chart}"),
        [name] if command == "render" => format!("--release {name}"),
        [name, chart] if matches!(command, "render" | "values") => {
            format!("--release {name} --chart {chart}")
        }
        [chart, ..] => format!("--chart {chart}"),
    };
    let words: Vec<String> = words
        .iter()
        .map(|word| format!("`{}`", secret::masked(word)))
        .collect();
    let message = format!("`promchart {command}` does not take {}", words.join(" "));
    Err(Diagnostic::error("unexpected-word", message)
        .help(format!("write `promchart {command} {}`", secret::masked(&flags)))
        .into())
}

/// What somebody should know who stands in a chart's folder and names no chart.
pub(super) fn built_in_chart(chart: &ChartArgs) -> Option<Diagnostic> {
    let message = "the built-in chart is used, not the one in this folder";
    (chart.chart.is_none() && Path::new("Chart.yaml").is_file())
        .then(|| Diagnostic::info("built-in-chart", message).help("`--chart .` uses the one in this folder"))
}

/// Reads a values file; where there is none of that name, says what was probably meant.
fn read_values(path: &Path) -> Result<Arc<Source>> {
    let name = path.display().to_string();
    if name.contains("://") && !path.exists() {
        let name = secret::masked(&name);
        let message = format!("`{name}` is an address; values are read from files");
        return Err(Diagnostic::error("values-not-local", message)
            .help(format!("fetch it: `curl -fsSL {name} | promchart render -f -`"))
            .into());
    }
    files::read_input(path).map_err(|Diagnostics(problems)| {
        let several = problems.iter().all(|problem| problem.code == "file-not-found") && name.contains(',');
        let help = format!(
            "give each file a flag of its own: `-f {}`",
            name.replace(',', " -f ")
        );
        let with_help = |problem: Diagnostic| {
            if several {
                problem.help(help.as_str())
            } else {
                problem
            }
        };
        Diagnostics(problems.into_iter().map(with_help).collect())
    })
}

/// Reads values files; all that cannot be read are told at once.
pub(super) fn values_files(paths: &[PathBuf]) -> Result<Vec<Arc<Source>>> {
    let mut read = Vec::new();
    let mut errors = Vec::new();
    for path in paths {
        match read_values(path) {
            Ok(source) => read.push(source),
            Err(Diagnostics(more)) => errors.extend(more),
        }
    }
    if errors.is_empty() {
        Ok(read)
    } else {
        Err(Diagnostics(errors))
    }
}

/// The request with its values files read again.
pub(super) fn reread(mut request: Request) -> Result<Request> {
    for file in &mut request.inputs.files {
        if file.name() != files::STDIN_NAME {
            *file = files::read_input(Path::new(file.name()))?;
        }
    }
    Ok(request)
}

/// Reads the values files and makes a request of the arguments; all unreadable files are told at once.
pub(super) fn of(chart: ChartArgs, values: ValuesArgs) -> Result<Request> {
    let stdin = values
        .values
        .iter()
        .filter(|path| path.as_path() == Path::new("-"))
        .count();
    if stdin > 1 {
        return Err(
            Diagnostic::error("stdin-twice", "standard input can be read only once")
                .help("give `-f -` once")
                .into(),
        );
    }
    let ([] | [_]) = values.env.as_slice() else {
        let message = format!("`--env` is given {} times", values.env.len());
        return Err(Diagnostic::error("several-environments", message)
            .help("only `promchart render --output-dir DIR` takes several: each is written into a folder of its own")
            .into());
    };
    let read = values_files(&values.values)?;
    Ok(Request {
        chart: chart.chart,
        env: values.env.into_iter().next(),
        inputs: Inputs {
            environment: None,
            files: read,
            set_json: values.set_json,
            set: values.set,
            set_string: values.set_string,
            set_file: values.set_file,
            set_literal: values.set_literal,
        },
        skip_schema: values.skip_schema_validation,
        ..Request::default()
    })
}

/// Adds the release and the cluster, whose objects are read.
pub(super) fn with_release(request: Request, release: ReleaseArgs) -> Result<Request> {
    let cluster = match &release.lookup {
        Some(path) => Some(Arc::new(Cluster::read(&files::read_input(path)?)?)),
        None => None,
    };
    Ok(Request {
        release: release.release,
        namespace: Some(release.namespace),
        kube_version: release.kube_version,
        api_versions: release.api_versions,
        is_upgrade: release.is_upgrade,
        outside: Outside {
            seed: release.seed,
            cluster,
        },
        ..request
    })
}
