//! `promchart completions`.

use clap::CommandFactory as _;

use super::args::{Cli, CompletionsArgs};
use super::ui::Ui;
use super::{CommandResult, ExitStatus};

pub(super) fn run(args: &CompletionsArgs, ui: &mut Ui) -> CommandResult {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "promchart", &mut text);
    ui.print(&String::from_utf8_lossy(&text))?;
    Ok(ExitStatus::Success)
}
