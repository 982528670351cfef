//! Help, versions, completions, and what goes to which stream.

use std::process::{Command, Stdio};

use crate::support::{Fixture, PROGRAM, Run};

const COMMANDS: &[&[&str]] = &[
    &[],
    &["render"],
    &["template"],
    &["lint"],
    &["values"],
    &["diff"],
    &["deps"],
    &["deps", "list"],
    &["deps", "tree"],
    &["schema"],
    &["show"],
    &["create"],
    &["eject"],
    &["package"],
    &["verify"],
    &["completions"],
    &["man"],
];

#[test]
fn help_of_every_command_has_an_example() {
    let fixture = Fixture::new();
    for command in COMMANDS {
        for flag in ["--help", "-h"] {
            let run = fixture.run(&[command, &[flag][..]].concat());
            let help = run.done();
            assert!(help.contains("Usage: promchart"), "{command:?}\n{help}");
            assert!(
                help.contains("\n  promchart "),
                "{command:?} has no example\n{help}"
            );
        }
    }
    let help = fixture.run(&["help", "render"]);
    assert!(help.done().contains("--set-literal <KEY=TEXT>"));
}

#[test]
fn every_command_is_in_the_help_and_has_its_own() {
    let help = Fixture::new().run(&["--help"]).stdout;
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let named: Vec<&str> = list
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    for name in &named {
        assert!(
            COMMANDS.contains(&&[*name][..]),
            "{name} is not in the list of this test"
        );
    }
    assert!(help.contains("Exit status: 0"), "{help}");
}

#[test]
fn version() {
    let expected = format!("promchart {}\n", env!("CARGO_PKG_VERSION"));
    for flag in ["--version", "-V"] {
        assert_eq!(Fixture::new().run(&[flag]).done(), expected);
    }
}

#[test]
fn warnings_go_to_stderr_and_the_work_is_done() {
    let fixture = Fixture::with_chart();
    let run = fixture.render_demo(&["-s", "templates/svc.yaml", "--set", "section=text"]);
    assert_eq!(run.status, Some(0));
    assert!(
        run.stdout.starts_with("---\n# Source: demo/templates/svc.yaml\n"),
        "{}",
        run.stdout
    );
    assert!(run.stderr.starts_with("warning: "), "{}", run.stderr);
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    // More than a pipe holds.
    let values = format!("big: {}\n", "x".repeat(2 << 20));
    let fixture = Fixture::with_chart().file("big.yaml", values);
    let mut child = fixture
        .command(&["render", "--chart", "demo", "-f", "big.yaml"])
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    for arguments in [&["show", "values"][..], &["completions", "zsh"], &["--help"]] {
        let mut child = fixture.command(arguments).spawn().unwrap();
        drop(child.stdout.take());
        let run = Run::from(child.wait_with_output().unwrap());
        assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn no_colour_where_no_terminal_is() {
    let fixture = Fixture::with_values("- a\n");
    for variable in ["TERM", "COLORTERM"] {
        let run = Run::of(
            fixture
                .command(&["render", "-f", "values.yaml"])
                .env(variable, "xterm-256color"),
        );
        assert!(!run.refused().contains('\u{1b}'), "{}", run.stderr);
    }
    for arguments in [&["--help"][..], &["nothing"]] {
        let run = fixture.run(arguments);
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'));
    }
}

#[test]
fn colour_for_a_terminal_unless_no_color_is_set() {
    // `script` gives the program a terminal.
    let fixture = Fixture::with_values("- a\n");
    let in_terminal = |no_color: Option<&str>| {
        let mut command = Command::new("script");
        command
            .args(["-qec", &format!("{PROGRAM} render -f values.yaml"), "/dev/null"])
            .current_dir(fixture.path(""))
            .env("TERM", "xterm")
            .env_remove("NO_COLOR")
            .stdin(Stdio::null());
        if let Some(value) = no_color {
            command.env("NO_COLOR", value);
        }
        let output = command.output().ok()?;
        Some((
            output.status.code(),
            String::from_utf8(output.stdout).unwrap().replace('\r', ""),
        ))
    };
    let Some((status, coloured)) = in_terminal(None) else {
        crate::tools::skip(
            "colour_for_a_terminal_unless_no_color_is_set",
            "no `script` to make a terminal",
        );
        return;
    };
    assert_eq!(status, Some(2), "{coloured}");
    assert!(coloured.contains("\u{1b}[1;31merror\u{1b}[0m: "), "{coloured:?}");
    // Empty is not set: https://no-color.org
    assert_eq!(in_terminal(Some("")).unwrap().1, coloured);
    let (status, plain) = in_terminal(Some("1")).unwrap();
    assert_eq!(status, Some(2));
    assert_eq!(plain, fixture.render_values().stderr);
}

#[test]
fn colour_as_the_flag_and_the_variables_say() {
    let fixture = Fixture::with_values("- a\n");
    let told = |flags: &[&str], variable: Option<&str>| {
        let mut command = fixture.command(&[&["render", "-f", "values.yaml"], flags].concat());
        let run = Run::of(command.envs(variable.map(|name| (name, "1"))));
        assert_eq!(run.status, Some(2));
        run.stderr
    };
    let coloured = told(&["--color", "always"], None);
    assert!(coloured.contains("\u{1b}[1;31merror\u{1b}[0m: "), "{coloured:?}");
    assert_eq!(told(&["--color=always"], Some("NO_COLOR")), coloured);
    assert_eq!(told(&[], Some("CLICOLOR_FORCE")), coloured);
    let plain = told(&[], None);
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(told(&["--color", "never"], Some("CLICOLOR_FORCE")), plain);
    // What clap says itself obeys, too.
    let help = |when: &str| fixture.run(&["--color", when, "lint", "--help"]).stdout;
    assert!(help("always").contains('\u{1b}'));
    assert!(!help("never").contains('\u{1b}'));
    assert!(
        fixture
            .run(&["--color", "always", "nothing"])
            .stderr
            .contains('\u{1b}')
    );
}

#[test]
fn a_long_line_fits_into_the_terminal_with_its_caret() {
    let line = format!("list: [{}*b]\n", "\"프로메테우스 서버\", ".repeat(40));
    let fixture = Fixture::with_values(line);
    for columns in [40, 80, 200] {
        // `script` gives the program a terminal; `stty` sets its width.
        let shell = format!("stty rows 24 cols {columns}; {PROGRAM} render -f values.yaml");
        let mut command = Command::new("script");
        command
            .args(["-qec", &shell, "/dev/null"])
            .current_dir(fixture.path(""))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        let Ok(output) = command.output() else {
            crate::tools::skip(
                "a_long_line_fits_into_the_terminal_with_its_caret",
                "no `script` to make a terminal",
            );
            return;
        };
        let told = String::from_utf8(output.stdout).unwrap().replace('\r', "");
        let lines: Vec<&str> = told.lines().collect();
        let width = |text: &str| text.chars().map(|c| if c >= '가' { 2 } else { 1 }).sum::<usize>();
        assert!(width(lines[2]) <= columns, "{told}");
        assert!(width(lines[2]) > columns - 10, "{told}");
        let (before, after) = lines[2].split_once('*').unwrap();
        assert_eq!(width(before), lines[3].find('^').unwrap(), "{told}");
        assert!(after.starts_with("b]"), "{told}");
    }
}

#[test]
fn nothing_that_a_terminal_would_obey_is_told() {
    let evil = "\u{1b}[2J\u{9b}1m\nerror: fake\u{202e}";
    let fixture = Fixture::with_template("", "a: {{ Values.x.y }}\n")
        .file("mine.yaml", format!("a: \u{1b}[31m\n\"b{evil}\": 1\n"))
        .file("bad/Chart.yaml", "name: \"a\\e\\u202eb\"\nversion: \"\\e[1m\"\ntype: \"\\e[2m\"\n")
        .file(
            "deps/Chart.yaml",
            "name: d\nversion: 1.0.0\ndependencies:\n  - {name: x, version: \"\\e[1m\", repository: \"https://\\e[31m\", condition: \"\\e[3m\"}\n",
        );
    let set = format!("{evil}={evil}");
    for arguments in [
        &["render", "--chart", evil][..],
        &["render", "-f", evil],
        &["render", "-s", evil],
        &["render", "--env", evil],
        &["render", "--release", evil],
        &["render", "--kube-version", evil],
        &["render", "--set", evil],
        &["render", "--set", &set, "--set", "a[x]=1"],
        &["render", "--set-json", &set],
        &["render", "--set-file", &set],
        &[
            "render",
            "--chart",
            "demo",
            "-f",
            "mine.yaml",
            "--output-dir",
            evil,
        ],
        &["render", "--chart", "demo", "--set", "x=1", "--output-dir", evil],
        &["render", "--chart", "bad"],
        &["render", "--chart", "deps"],
        &["deps", "list", "--chart", "deps"],
        &["deps", "tree", "--chart", "deps"],
        &["show", "templates", evil],
        &["show", evil],
        &["eject", evil],
        &["eject", evil],
        &[evil],
        &["render", evil],
        &["render", "--output", evil],
    ] {
        let run = fixture.run(arguments);
        for text in [&run.stderr, &run.stdout] {
            let text = text.replace('\n', "");
            assert!(
                !text.contains(|c: char| c.is_control() || c == '\u{202e}'),
                "{arguments:?}: {text:?}"
            );
        }
        assert!(
            !run.stderr.contains("\nerror: fake"),
            "{arguments:?}: {}",
            run.stderr
        );
    }
}
