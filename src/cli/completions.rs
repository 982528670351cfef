//! `promchart completions`, and the answers to what the shells then ask.
//!
//! The script that a shell reads calls the program for each completion, with [`VARIABLE`] and the words of the line: only the program
//! knows which environments, templates and subcharts a chart has.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::Arc;

use clap::CommandFactory as _;
use clap::builder::Command;
use clap_complete::Shell;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Zsh};

use super::args::{Cli, CompletionsArgs};
use super::ui::Ui;
use super::{CommandResult, ExitStatus};
use crate::chart::{self, Chart};
use crate::{lint, pipeline, report};

/// The variable that says which shell asks.
const VARIABLE: &str = "PROMCHART_COMPLETE";
const NAME: &str = "promchart";

pub(super) fn run(args: &CompletionsArgs, ui: &mut Ui) -> CommandResult {
    let mut text = Vec::new();
    // Writing to a Vec does not fail.
    let _ = adapter(args.shell).write_registration(VARIABLE, NAME, NAME, NAME, &mut text);
    ui.print(&String::from_utf8_lossy(&text))?;
    Ok(ExitStatus::Success)
}

fn adapter(shell: Shell) -> &'static dyn EnvCompleter {
    match shell {
        Shell::Elvish => &Elvish,
        Shell::Fish => &Fish,
        Shell::PowerShell => &Powershell,
        Shell::Zsh => &Zsh,
        // The others of a list that may grow.
        _ => &Bash,
    }
}

/// What a shell asked for; nothing where none asks. `arguments` are the program's.
pub(super) fn answer(arguments: &[OsString]) -> Option<Vec<u8>> {
    let asked = std::env::var(VARIABLE).ok()?;
    let adapters: [&dyn EnvCompleter; 5] = [&Bash, &Elvish, &Fish, &Powershell, &Zsh];
    let adapter = adapters.into_iter().find(|adapter| adapter.is(&asked))?;
    let end = arguments.iter().position(|word| word == "--")?;
    let words = arguments.get(end + 1..)?.to_vec();
    let mut command = Cli::command();
    // The arguments of commands are made when they are built.
    command.build();
    let mut command = with_values(command, &Asked::of(&words));
    let mut text = Vec::new();
    let here = std::env::current_dir().ok();
    // A line that cannot be completed has no completions.
    let _ = adapter.write_complete(&mut command, words, here.as_deref(), &mut text);
    Some(text)
}

/// What the words of a line say about the chart.
#[derive(Clone)]
struct Asked {
    chart: Option<PathBuf>,
}

impl Asked {
    fn of(words: &[OsString]) -> Asked {
        let mut chart = None;
        for (at, word) in words.iter().enumerate() {
            let word = word.to_string_lossy();
            match word.strip_prefix("--chart") {
                Some("") => chart = words.get(at + 1).map(OsString::as_os_str),
                Some(rest) if rest.starts_with('=') => {
                    return Asked {
                        chart: rest.get(1..).map(PathBuf::from),
                    };
                }
                _ => {}
            }
        }
        Asked {
            chart: chart.map(|chart: &OsStr| PathBuf::from(chart)),
        }
    }

    /// The chart, where it can be read.
    fn load(&self) -> Option<Arc<Chart>> {
        let loaded = match &self.chart {
            Some(path) => chart::load_incomplete(path),
            None => chart::load_embedded(&chart::EMBEDDED),
        };
        Some(loaded.ok()?.chart)
    }
}

/// Says which values the options of a command and of those below it may have.
fn with_values(command: Command, asked: &Asked) -> Command {
    let name = command.get_name().to_owned();
    let command = command.mut_args(|arg| {
        let values: fn(&Chart) -> Vec<String> = match (name.as_str(), arg.get_id().as_str()) {
            (_, "env" | "against_env") => environments,
            (_, "show_only") => templates,
            ("show", "template") => own_templates,
            ("show", "subchart") => |chart| subcharts(chart, |chart, _| chart.metadata.name.clone()),
            (_, "subchart") => |chart| subcharts(chart, local_name),
            ("lint", "explain") => {
                let codes = || candidates(lint::codes().map(str::to_owned));
                return arg.add(ArgValueCandidates::new(codes));
            }
            _ => return arg,
        };
        let asked = asked.clone();
        arg.add(ArgValueCandidates::new(move || {
            candidates(asked.load().map(|chart| values(&chart)).unwrap_or_default())
        }))
    });
    command.mut_subcommands(|inner| with_values(inner, asked))
}

/// Values that a terminal may be shown.
fn candidates(values: impl IntoIterator<Item = String>) -> Vec<CompletionCandidate> {
    let is_plain = |value: &String| report::visible(value) == value.as_str();
    let values = values.into_iter().filter(is_plain);
    values.map(CompletionCandidate::new).collect()
}

fn environments(chart: &Chart) -> Vec<String> {
    pipeline::environments(chart)
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// The templates that write objects, of subcharts too, as `--show-only` takes them.
fn templates(chart: &Chart) -> Vec<String> {
    let mut found = own_templates(chart);
    found.retain(|path| {
        let name = path.rsplit('/').next().unwrap_or_default();
        chart::is_manifest(name) && !name.starts_with('_')
    });
    for subchart in &chart.subcharts {
        let folder = format!("charts/{}", local_name(subchart, chart));
        found.extend(
            templates(subchart)
                .into_iter()
                .map(|path| format!("{folder}/{path}")),
        );
    }
    found
}

fn own_templates(chart: &Chart) -> Vec<String> {
    chart.templates.iter().map(|file| file.path.clone()).collect()
}

/// The paths of subcharts, by the name that each has.
fn subcharts(chart: &Chart, name: fn(&Chart, &Chart) -> String) -> Vec<String> {
    let mut found = Vec::new();
    for subchart in &chart.subcharts {
        let own = name(subchart, chart);
        let below = subcharts(subchart, name);
        found.extend(below.into_iter().map(|path| format!("{own}.{path}")));
        found.push(own);
    }
    found
}

/// The name that a chart has in its parent's values.
fn local_name(chart: &Chart, parent: &Chart) -> String {
    let name = &chart.metadata.name;
    let mut entries = parent.metadata.dependencies.iter();
    let entry = entries.find(|entry| entry.name == *name);
    entry.map_or(name.as_str(), |entry| entry.local_name()).to_owned()
}
