//! The command line: one file a command, which only wires stages and picks an output.
//!
//! Exit status: 0 yes, 1 findings or differences, 2 the tool could not do its job. A broken pipe is success.

mod args;
mod completions;
mod control;
mod create;
mod deps;
mod diff;
mod examples;
mod habits;
mod lint;
mod man;
mod package;
mod progress;
mod render;
mod request;
mod schema;
mod show;
mod ui;
mod values;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory as _, FromArgMatches as _};

use crate::diagnostic::Diagnostics;
use crate::workers::on_a_deep_stack;
use crate::{files, report};
use ui::Ui;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// The job is done, and nothing is to be told.
    Success,
    /// The job is done, and there are findings or differences.
    Findings,
    /// The job could not be done.
    Failure,
}

impl ExitStatus {
    /// What the system is told.
    pub fn code(self) -> u8 {
        match self {
            ExitStatus::Success => 0,
            ExitStatus::Findings => 1,
            ExitStatus::Failure => 2,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        ExitCode::from(status.code())
    }
}

/// Why a command stopped.
enum Stop {
    /// There is something to tell.
    Told(Diagnostics),
    /// The reader of the output has gone, which is not an error.
    BrokenPipe,
}

impl From<Diagnostics> for Stop {
    fn from(diagnostics: Diagnostics) -> Self {
        Stop::Told(diagnostics)
    }
}

impl From<crate::diagnostic::Diagnostic> for Stop {
    fn from(diagnostic: crate::diagnostic::Diagnostic) -> Self {
        Stop::Told(diagnostic.into())
    }
}

type CommandResult = Result<ExitStatus, Stop>;

/// The command that was typed and is not there.
fn unknown_command(error: &clap::Error) -> Option<String> {
    match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(command)) => Some(command.clone()),
        _ => None,
    }
}

/// What can be typed, as clap knows it: pages about the commands are made of it.
#[must_use]
pub fn command() -> clap::Command {
    args::Cli::command()
}

/// Runs the program with its arguments, the first being its own name. `end` is told how the command ended, on the thread that ran it, when
/// nothing is left to be done: the program may end there, which takes less time than to end that thread first.
pub fn main(arguments: impl IntoIterator<Item = OsString>, end: impl Fn(ExitStatus) + Sync) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(answer) = completions::answer(&arguments) {
        // The shell that asks may have gone.
        let _ = std::io::stdout().lock().write_all(&answer);
        return ExitStatus::Success.into();
    }
    if arguments.len() < 2 {
        // The stream and the status are clap's where arguments are missing.
        Ui::new(args::Color::Auto).note_text(examples::FIRST);
        return ExitStatus::Failure.into();
    }
    let cli = match parsed(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            if let Some(told) = unknown_command(&error).and_then(|command| habits::instead(&command)) {
                let mut ui = Ui::new(args::Color::Auto);
                ui.tell(&[told]);
                ui.sum_up();
                return ExitStatus::Failure.into();
            }
            // clap repeats what was typed: it gets what may be shown.
            let shown = arguments
                .iter()
                .map(|argument| OsString::from(report::visible(&argument.to_string_lossy()).into_owned()));
            let shown: Vec<OsString> = shown.collect();
            let error = parsed(&shown).err().unwrap_or(error);
            let status = if error.use_stderr() {
                ExitStatus::Failure
            } else {
                ExitStatus::Success
            };
            // Nothing is left to be done where help cannot be printed.
            let _ = error.print();
            return status.into();
        }
    };
    let mut cli = Some(cli);
    let mut run = || {
        let status = cli.take().map_or(ExitStatus::Failure, run);
        end(status);
        status
    };
    match on_a_deep_stack(&mut run) {
        Some(status) => status.into(),
        // Small charts can do without.
        None => run().into(),
    }
}

/// Runs a command, and tells what there is to tell.
fn run(cli: args::Cli) -> ExitStatus {
    let mut ui = Ui::new(cli.color);
    ui.speak(cli.message_format);
    let result = match cli.command {
        args::Command::Render(args) => render::run(*args, &mut ui),
        args::Command::Lint(args) => lint::run(*args, &mut ui),
        args::Command::Values(args) => values::run(*args, &mut ui),
        args::Command::Diff(args) => diff::run(*args, &mut ui),
        args::Command::Schema(args) => schema::run(&args, &mut ui),
        args::Command::Deps(args) => deps::run(args, &mut ui),
        args::Command::Show(args) => show::run(&args, &mut ui),
        args::Command::Create(args) => create::run(&args, &mut ui),
        args::Command::Eject(args) => create::eject(&args, &mut ui),
        args::Command::Package(args) => package::run(args, &mut ui),
        args::Command::Verify(args) => package::verify(&args, &mut ui),
        args::Command::Completions(args) => completions::run(&args, &mut ui),
        args::Command::Man(args) => man::run(&args, &mut ui),
    };
    let status = match result {
        Ok(status) => status,
        Err(Stop::BrokenPipe) => ExitStatus::Success,
        Err(Stop::Told(diagnostics)) => {
            ui.tell(&diagnostics.0);
            ExitStatus::Failure
        }
    };
    ui.sum_up();
    files::obey_signal();
    status
}

/// Parses the arguments; clap colours its own words as `--color` says.
fn parsed(arguments: &[OsString]) -> Result<args::Cli, clap::Error> {
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
    let is_given = |when: &str| {
        words.contains(&format!("--color={when}").as_str())
            || words.windows(2).any(|pair| pair == ["--color", when])
    };
    let color = match (is_given("always"), is_given("never")) {
        (true, false) => clap::ColorChoice::Always,
        (false, true) => clap::ColorChoice::Never,
        _ => clap::ColorChoice::Auto,
    };
    let matches = args::Cli::command()
        .color(color)
        .try_get_matches_from(arguments)?;
    args::Cli::from_arg_matches(&matches)
}
