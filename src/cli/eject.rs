//! `promchart eject`.

use super::args::EjectArgs;
use super::ui::Ui;
use super::{CommandResult, ExitStatus};
use crate::chart::EMBEDDED;
use crate::diagnostic::Diagnostic;
use crate::files;

pub(super) fn run(args: &EjectArgs, ui: &mut Ui) -> CommandResult {
    let taken = std::fs::read_dir(&args.dir).is_ok_and(|mut entries| entries.next().is_some());
    if taken {
        return Err(Diagnostic::error(
            "folder-not-empty",
            format!("`{}` is not empty", args.dir.display()),
        )
        .help("name a folder that does not exist yet; nothing was written")
        .into());
    }
    let tree: Vec<(String, String)> = EMBEDDED
        .files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    files::write_tree(&args.dir, &tree)?;
    let dir = args.dir.display();
    ui.note(&format!(
        "wrote {} files to {dir}; render them with `promchart render --chart {dir}`",
        tree.len()
    ));
    Ok(ExitStatus::Success)
}
