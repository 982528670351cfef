//! `promchart create` and `promchart eject`: a chart in a folder of its own.

use std::path::{Path, PathBuf};

use super::args::{CreateArgs, EjectArgs, StartFrom};
use super::ui::Ui;
use super::{CommandResult, ExitStatus};
use crate::chart::EMBEDDED;
use crate::diagnostic::Diagnostic;
use crate::{create, files};

pub(super) fn run(args: &CreateArgs, ui: &mut Ui) -> CommandResult {
    let tree = create::starter(&args.name, args.from.into())?;
    let dir = args.dir.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    let next = match args.from {
        StartFrom::Library => format!("{}/templates/_names.yaml says how charts use them", dir.display()),
        StartFrom::Web | StartFrom::Docs => rendering(&dir),
    };
    write(&dir, &tree, &next, ui)
}

pub(super) fn eject(args: &EjectArgs, ui: &mut Ui) -> CommandResult {
    let file = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
    let tree: Vec<(String, String)> = EMBEDDED.files.iter().map(file).collect();
    write(&args.dir, &tree, &rendering(&args.dir), ui)
}

fn rendering(dir: &Path) -> String {
    format!("render them with `promchart render --chart {}`", dir.display())
}

fn write(dir: &Path, tree: &[(String, String)], next: &str, ui: &mut Ui) -> CommandResult {
    let is_taken = std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    let dir_shown = dir.display();
    if is_taken {
        let message = format!("`{dir_shown}` is not empty");
        let help = "name a folder that does not exist yet; nothing was written";
        return Err(Diagnostic::error("folder-not-empty", message).help(help).into());
    }
    files::write_tree(dir, tree)?;
    ui.note(&format!("wrote {} files to {dir_shown}; {next}", tree.len()));
    Ok(ExitStatus::Success)
}
