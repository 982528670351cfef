//! From arguments to a request: reads the values files.

use std::path::Path;

use super::args::{ChartArgs, ReleaseArgs, ValuesArgs};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::files;
use crate::pipeline::Request;
use crate::values::Inputs;

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
    let mut read = Vec::new();
    let mut errors = Vec::new();
    for path in &values.values {
        match files::read_input(path) {
            Ok(source) => read.push(source),
            Err(Diagnostics(more)) => errors.extend(more),
        }
    }
    if !errors.is_empty() {
        return Err(Diagnostics(errors));
    }
    Ok(Request {
        chart: chart.chart,
        env: values.env,
        inputs: Inputs {
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

/// Adds the release and the cluster.
pub(super) fn with_release(request: Request, release: ReleaseArgs) -> Request {
    Request {
        release: release.release,
        namespace: Some(release.namespace),
        kube_version: release.kube_version,
        api_versions: release.api_versions,
        is_upgrade: release.is_upgrade,
        ..request
    }
}
