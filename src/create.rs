//! The chart that an author starts with: a web service, as docs/templates.md teaches to write one.

use crate::diagnostic::{Diagnostic, Result};

/// Stands for the chart's name in the files.
const NAME: &str = "NAME";

const FILES: &[(&str, &str)] = &[
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
pub fn starter(name: &str) -> Result<Vec<(String, String)>> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !begins || name.ends_with('-') || name.len() > 40 || !name.chars().all(fits) {
        let shown: String = name.chars().take(60).flat_map(char::escape_debug).collect();
        let message = format!("objects cannot be named after a chart `{shown}`");
        let help =
            "take lower-case letters, digits and hyphens, a letter first, at most 40 of them: `my-app`";
        return Err(Diagnostic::error("new-chart-name", message).help(help).into());
    }
    let file = |(path, text): &(&str, &str)| ((*path).to_owned(), text.replace(NAME, name));
    Ok(FILES.iter().map(file).collect())
}
