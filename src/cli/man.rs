//! `promchart man`: manual pages, made of what `--help` is made of.

use clap::Command;
use clap_mangen::Man;

use super::args::ManArgs;
use super::ui::Ui;
use super::{CommandResult, ExitStatus, command};
use crate::files;

pub(super) fn run(args: &ManArgs, ui: &mut Ui) -> CommandResult {
    let mut program = command().disable_help_subcommand(true);
    program.build();
    let mut pages = Vec::new();
    add(&program, &mut pages);
    files::write_tree(&args.output_dir, &pages)?;
    let dir = args.output_dir.display();
    ui.note(&format!(
        "wrote {} pages to {dir}; `man {dir}/promchart.1` shows the first",
        pages.len()
    ));
    Ok(ExitStatus::Success)
}

/// Adds the page of a command, and those of the commands below it.
fn add(command: &Command, pages: &mut Vec<(String, String)>) {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let mut page = Vec::new();
    // Writing to a Vec does not fail.
    let _ = Man::new(command.clone())
        .title(name.to_uppercase())
        .source(concat!("promchart ", env!("CARGO_PKG_VERSION")))
        .manual("promchart")
        .render(&mut page);
    // What our commands say at their end begins with examples.
    let page = String::from_utf8_lossy(&page).replacen(".SH EXTRA\n", ".SH EXAMPLES\n", 1);
    pages.push((format!("{name}.1"), page));
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        add(inner, pages);
    }
}
