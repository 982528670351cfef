//! docs/commands.md, the reference of all commands, is made of what clap knows.
//!
//! `PROMCHART_WRITE_DOCS=1 cargo test --test commands` writes it anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::fmt::Write as _;
use std::path::Path;

use clap::{Arg, ArgAction, Command};
use promchart::cli;

const PAGE: &str = "docs/commands.md";

const HEAD: &str = "\
# Commands

Every command with all of its options, made of what `promchart COMMAND --help` is made of, too:
`PROMCHART_WRITE_DOCS=1 cargo test --test commands`.

Standard output holds what was asked for, standard error what is to be told about it. Each command ends with one of these:

| exit status | |
|---|---|
| 0 | the job is done |
| 1 | the job is done, and there are findings of `lint`, differences of `diff`, or whatever else the command says below |
| 2 | the job could not be done: a file that cannot be read, a chart that cannot be rendered, options that make no sense |
";

/// Why the examples of `--help` are not run with the other blocks of the pages.
const NOT_RUN: &str = "<!-- not run: files, clusters and programs stand for your own; tests/commands.rs looks at the options -->";

fn program() -> Command {
    let mut program = cli::command();
    program.build();
    program
}

/// Each command that does something, with the words that call it.
fn commands(command: &Command, words: &str, found: &mut Vec<(String, Command)>) {
    let mut is_leaf = true;
    for inner in command.get_subcommands() {
        if inner.get_name() != "help" && !inner.is_hide_set() {
            is_leaf = false;
            commands(inner, &format!("{words} {}", inner.get_name()), found);
        }
    }
    if is_leaf {
        found.push((words.to_owned(), command.clone()));
    }
}

fn all() -> Vec<(String, Command)> {
    let mut found = Vec::new();
    commands(&program(), "promchart", &mut found);
    found
}

fn page() -> String {
    let mut page = String::from(HEAD);
    let program = program();
    writeln!(page, "\n| command | |\n|---|---|").unwrap();
    for (words, command) in all() {
        let anchor = words.replace(' ', "-");
        writeln!(page, "| [`{words}`](#{anchor}) | {} |", about(&command)).unwrap();
    }
    page.push_str("\n## Options of all commands\n\n");
    let shared: Vec<&Arg> = program.get_arguments().collect();
    options(&mut page, &program, &shared);
    after(&mut page, &program);
    for (words, command) in all() {
        write!(page, "\n## `{words}`\n\n{}.\n\n", about(&command)).unwrap();
        let aliases: Vec<String> = command
            .get_all_aliases()
            .map(|alias| format!("`{alias}`"))
            .collect();
        if !aliases.is_empty() {
            write!(page, "Also called {}.\n\n", aliases.join(", ")).unwrap();
        }
        let usage = command.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ");
        write!(page, "```text\n{usage}\n```\n\n").unwrap();
        let own: Vec<&Arg> = command
            .get_arguments()
            .filter(|arg| !arg.is_hide_set() && !shared.iter().any(|other| other.get_id() == arg.get_id()))
            .collect();
        options(&mut page, &command, &own);
        alternatives(&mut page, &command);
        after(&mut page, &command);
    }
    page
}

fn about(command: &Command) -> String {
    let about = command.get_about().unwrap().to_string();
    about.trim_end_matches('.').to_owned()
}

/// A table of arguments and options.
fn options(page: &mut String, command: &Command, options: &[&Arg]) {
    if options.is_empty() {
        return;
    }
    page.push_str("| option | what it does |\n|---|---|\n");
    for option in options {
        let mut about = option.get_help().map(ToString::to_string).unwrap_or_default();
        about = about.replace(" (see more with '--help')", "");
        let mut default: Vec<String> = option
            .get_default_values()
            .iter()
            .map(|value| format!("`{}`", value.to_string_lossy()))
            .collect();
        // A default that is not a value stands in the text.
        if let Some((text, told)) = about.clone().split_once(" [default: ") {
            default.push(told.trim_end_matches(']').to_owned());
            about = text.to_owned();
        }
        let mut sentences = vec![about.trim_end_matches('.').to_owned()];
        let takes_values = option.get_action().takes_values();
        let values = option.get_possible_values();
        if takes_values && !values.is_empty() {
            let values: Vec<String> = values
                .iter()
                .filter(|value| !value.is_hide_set())
                .map(|value| match value.get_help() {
                    Some(help) => format!("`{}` ({})", value.get_name(), small(&help.to_string())),
                    None => format!("`{}`", value.get_name()),
                })
                .collect();
            sentences.push(format!("One of {}", values.join(", ")));
        }
        if matches!(option.get_action(), ArgAction::Append) && !option.is_positional() {
            sentences.push("May be given several times".to_owned());
        }
        if takes_values && !default.is_empty() {
            sentences.push(format!("Default: {}", default.join(", ")));
        }
        let others: Vec<String> = command
            .get_arguments()
            .filter(|other| conflict(command, option, other) || conflict(command, other, option))
            .filter_map(|other| other.get_long().map(|name| format!("`--{name}`")))
            .collect();
        if !others.is_empty() {
            sentences.push(format!("Not with {}", others.join(", ")));
        }
        let about = sentences.join(". ").replace('|', "\\|");
        writeln!(page, "| `{}` | {about} |", called(option)).unwrap();
    }
}

/// Options of which only one can be given.
fn alternatives(page: &mut String, command: &Command) {
    for group in command.get_groups() {
        if group.clone().is_multiple() {
            continue;
        }
        let names = group
            .get_args()
            .filter_map(|id| command.get_arguments().find(|option| option.get_id() == id));
        let names: Vec<String> = names
            .filter_map(|option| Some(format!("`--{}`", option.get_long()?)))
            .collect();
        if names.len() > 1 {
            write!(page, "\nOnly one can be given of {}.\n", names.join(", ")).unwrap();
        }
    }
}

/// Whether one option says that it cannot be used with another.
fn conflict(command: &Command, option: &Arg, other: &Arg) -> bool {
    let others = command.get_arg_conflicts_with(option);
    others.iter().any(|conflict| conflict.get_id() == other.get_id())
}

/// A description within a sentence: what begins with one capital letter begins with a small one.
fn small(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().collect::<String>() + letters.as_str()
        }
        _ => text.to_owned(),
    }
}

/// How an option is typed.
fn called(option: &Arg) -> String {
    let mut values: Vec<String> = option
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect();
    if option.is_positional() {
        let name = values.join(" ");
        return if option.is_required_set() {
            name
        } else {
            format!("[{name}]")
        };
    }
    let mut names = Vec::new();
    names.extend(option.get_short().map(|short| format!("-{short}")));
    names.extend(option.get_long().map(|long| format!("--{long}")));
    let mut typed = names.join(", ");
    let range = option.get_num_args().unwrap_or_default();
    if !option.get_action().takes_values() {
        values.clear();
    }
    for value in values {
        match (range.min_values(), range.max_values()) {
            (0, usize::MAX) => write!(typed, " [{value}...]").unwrap(),
            (0, _) => write!(typed, " [{value}]").unwrap(),
            (_, usize::MAX) => write!(typed, " {value}...").unwrap(),
            _ => write!(typed, " {value}").unwrap(),
        }
    }
    typed
}

/// What stands behind the options in `--help`: examples, exit statuses.
fn after(page: &mut String, command: &Command) {
    let Some(text) = command.get_after_help() else {
        return;
    };
    for paragraph in text.to_string().split("\n\n") {
        match paragraph.split_once(":\n") {
            Some((title, lines)) if title.starts_with("Example") => {
                let lines: Vec<&str> = lines.lines().map(str::trim_start).collect();
                write!(
                    page,
                    "\n{title}:\n\n{NOT_RUN}\n```sh\n{}\n```\n",
                    lines.join("\n")
                )
                .unwrap();
            }
            _ => {
                let text = paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ");
                let text = text.trim_end_matches('.');
                write!(page, "\n{text}.\n").unwrap();
            }
        }
    }
}

/// The calls of promchart in a line of examples, without what the shell does with them.
fn calls(line: &str) -> Vec<Vec<String>> {
    let line = line.split(" # ").next().unwrap();
    let parts = line.split([';', '|']).flat_map(|part| part.split("&&"));
    let called = parts.filter_map(|part| {
        let command = part.split(" > ").next().unwrap().trim();
        command.starts_with("promchart").then(|| {
            let words = command.split_whitespace();
            words
                .map(|word| word.trim_matches(['\'', '"']).to_owned())
                .collect()
        })
    });
    called.collect()
}

#[test]
fn the_examples_of_help_can_be_typed() {
    let mut texts = vec![("promchart".to_owned(), program())];
    texts.extend(all());
    let mut tried = 0;
    for (words, command) in texts {
        let Some(text) = command.get_after_help() else {
            continue;
        };
        for line in text.to_string().lines() {
            for call in calls(line) {
                tried += 1;
                if let Err(error) = program().try_get_matches_from(&call) {
                    panic!("`{words} --help` shows `{line}`: {error}");
                }
            }
        }
    }
    assert!(tried > 20, "only {tried} examples were found");
}

#[test]
fn every_option_says_what_it_does() {
    for (words, command) in all() {
        for option in command.get_arguments() {
            let is_told = option.get_help().is_some_and(|help| !help.to_string().is_empty());
            assert!(is_told, "`{words}` does not say what `{}` does", option.get_id());
        }
    }
}

#[test]
fn the_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = page();
    if std::env::var_os("PROMCHART_WRITE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        before, page,
        "{PAGE} is out of date: run `PROMCHART_WRITE_DOCS=1 cargo test --test commands`"
    );
}
