//! The charts that an author starts with: a web service, as docs/templates.md teaches to write one; the chart that docs/guide.md builds; a
//! library of helpers.

use crate::diagnostic::{Diagnostic, Result};

/// What to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// A web service.
    Web,
    /// The chart that docs/guide.md builds.
    Docs,
    /// A library chart.
    Library,
}

/// Stands for the chart's name in the files.
const NAME: &str = "NAME";
/// Stands for the name that templates know a library chart by.
const GLOBAL: &str = "GLOBAL";
/// The name of the guide's chart.
const GUIDE: &str = "shop";

/// Files that have the same paths in the chart as below the folder that they stand in here.
macro_rules! files {
    ($folder:literal: $($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("create/", $folder, "/", $path)))),*]
    };
}

const DOCS: &[(&str, &str)] = files!("docs":
    "Chart.yaml",
    "values.yaml",
    "values.schema.json",
    "values/prod.yaml",
    "templates/deployment.yaml",
    "templates/ingress.yaml",
    "templates/service.yaml",
    "templates/tests/reachable.yaml",
    "charts/cache/Chart.yaml",
    "charts/cache/values.yaml",
    "charts/cache/templates/service.yaml",
    "charts/naming/Chart.yaml",
    "charts/naming/templates/_names.yaml",
);

const LIBRARY: &[(&str, &str)] = files!("library":
    "Chart.yaml",
    "templates/_names.yaml",
    "templates/_pods.yaml",
);

const WEB: &[(&str, &str)] = &[
    (".helmignore", include_str!("create/web/helmignore")),
    ("Chart.yaml", include_str!("create/web/Chart.yaml")),
    ("values.yaml", include_str!("create/web/values.yaml")),
    (
        "values.schema.json",
        include_str!("create/web/values.schema.json"),
    ),
    ("values/dev.yaml", include_str!("create/web/values/dev.yaml")),
    (
        "values/staging.yaml",
        include_str!("create/web/values/staging.yaml"),
    ),
    ("values/prod.yaml", include_str!("create/web/values/prod.yaml")),
    ("files/app.yaml", include_str!("create/web/files/app.yaml")),
    (
        "templates/NOTES.txt",
        include_str!("create/web/templates/NOTES.txt"),
    ),
    (
        "templates/_helpers.yaml",
        include_str!("create/web/templates/_helpers.yaml"),
    ),
    (
        "templates/autoscaler.yaml",
        include_str!("create/web/templates/autoscaler.yaml"),
    ),
    (
        "templates/budget.yaml",
        include_str!("create/web/templates/budget.yaml"),
    ),
    (
        "templates/configmap.yaml",
        include_str!("create/web/templates/configmap.yaml"),
    ),
    (
        "templates/cronjobs.yaml",
        include_str!("create/web/templates/cronjobs.yaml"),
    ),
    (
        "templates/deployment.yaml",
        include_str!("create/web/templates/deployment.yaml"),
    ),
    (
        "templates/ingress.yaml",
        include_str!("create/web/templates/ingress.yaml"),
    ),
    (
        "templates/service.yaml",
        include_str!("create/web/templates/service.yaml"),
    ),
    (
        "templates/serviceaccount.yaml",
        include_str!("create/web/templates/serviceaccount.yaml"),
    ),
    (
        "templates/servicemonitor.yaml",
        include_str!("create/web/templates/servicemonitor.yaml"),
    ),
    (
        "templates/tests/connection.yaml",
        include_str!("create/web/templates/tests/connection.yaml"),
    ),
];

/// The files of a new chart: paths and texts.
///
/// # Errors
/// `new-chart-name` where objects cannot be named after the chart: the name begins with a lower-case letter and has at most 40
/// lower-case letters, digits and hyphens, so that RELEASE-NAME is short enough for a Service.
pub fn starter(name: &str, start: Start) -> Result<Vec<(String, String)>> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !begins || name.ends_with('-') || name.len() > 40 || !name.chars().all(fits) {
        let shown: String = name.chars().take(60).flat_map(char::escape_debug).collect();
        let message = format!("objects cannot be named after a chart `{shown}`");
        let help =
            "take lower-case letters, digits and hyphens, a letter first, at most 40 of them: `my-app`";
        return Err(Diagnostic::error("new-chart-name", message).help(help).into());
    }
    let named = |text: &str| match start {
        Start::Web => text.replace(NAME, name),
        Start::Docs => text.replace(GUIDE, name),
        Start::Library => text.replace(NAME, name).replace(GLOBAL, &name.replace('-', "_")),
    };
    let files = match start {
        Start::Web => WEB,
        Start::Docs => DOCS,
        Start::Library => LIBRARY,
    };
    let file = |(path, text): &(&str, &str)| ((*path).to_owned(), named(text));
    Ok(files.iter().map(file).collect())
}
