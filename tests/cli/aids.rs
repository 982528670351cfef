//! What helps at the terminal: completions and manual pages.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Fixture, PROGRAM, Run, read};
use crate::tools;

/// A chart with environments and a subchart that has an alias.
fn chart() -> Fixture {
    Fixture::with_chart()
        .file(
            "demo/Chart.yaml",
            "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: jinja\ndependencies:\n  - {name: sub, version: 1.x, alias: other}\n",
        )
        .file("demo/values/prod.yaml", "port: 81\n")
        .file("demo/values/preview.yaml", "port: 82\n")
        .file("demo/templates/_helpers.yaml", "")
        .file("demo/charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\nengine: jinja\n")
        .file(
            "demo/charts/sub/templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        )
}

/// What a shell's script gets for the last of the words.
fn completed(fixture: &Fixture, shell: &str, words: &[&str]) -> Vec<String> {
    let mut command = fixture.command(&[&["--", "promchart"], words].concat());
    command
        .env("PROMCHART_COMPLETE", shell)
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_IFS", "\n");
    let run = Run::of(&mut command);
    run.done().lines().map(str::to_owned).collect()
}

#[test]
fn values_that_a_chart_has_are_completed() {
    let fixture = chart();
    let bash = |words: &[&str]| completed(&fixture, "bash", words);
    assert_eq!(
        bash(&["render", "--chart", "demo", "--env", "pr"]),
        ["preview", "prod"]
    );
    assert_eq!(bash(&["render", "--chart=demo", "--env=pro"]), ["--env=prod"]);
    assert_eq!(
        bash(&["template", "--chart", "demo", "-s", ""]),
        [
            "templates/cm.yaml",
            "templates/hook.yaml",
            "templates/svc.yaml",
            "templates/tests/probe.yaml",
            "charts/other/templates/a.yaml",
        ]
    );
    assert_eq!(bash(&["values", "--chart", "demo", "--subchart", ""]), ["other"]);
    assert_eq!(
        bash(&["show", "values", "--chart", "demo", "--subchart", ""]),
        ["sub"]
    );
    assert_eq!(bash(&["diff", "--chart", "demo", "--against-env", "d"]), ["dev"]);
    assert_eq!(bash(&["lint", "--explain", "unknown-ke"]), ["unknown-key"]);
    // Without a chart it is the built-in one; of one that cannot be read there is nothing to say.
    assert_eq!(bash(&["render", "--env", ""]), ["dev", "prod", "staging"]);
    assert!(bash(&["values", "--subchart", "alert"]).contains(&"alertmanager".to_owned()));
    assert_eq!(
        bash(&["render", "--chart", "nothing", "--env", ""]),
        Vec::<String>::new()
    );
    // Commands, options and files as before.
    assert_eq!(bash(&["rend"]), ["render"]);
    assert!(bash(&["render", "--skip-s"]).contains(&"--skip-schema-validation".to_owned()));
    assert!(bash(&["render", "-f", "demo/val"]).contains(&"demo/values.yaml".to_owned()));
    for shell in ["zsh", "fish"] {
        let found = completed(&fixture, shell, &["render", "--chart", "demo", "--env", "pr"]);
        assert_eq!(found, ["preview", "prod"], "{shell}");
    }
}

#[test]
fn a_name_that_a_terminal_would_obey_is_not_completed() {
    let fixture = chart().file("demo/values/pr\u{202e}x.yaml", "");
    let found = completed(&fixture, "bash", &["render", "--chart", "demo", "--env", "pr"]);
    assert_eq!(found, ["preview", "prod"]);
}

#[test]
fn bash_completes_by_the_script() {
    let name = "bash_completes_by_the_script";
    let Some(bash) = tools::find_optional(&["bash"], name) else {
        return;
    };
    let fixture = chart();
    let script = fixture.run(&["completions", "bash"]).done().to_owned();
    let fixture = fixture.file("script", script);
    let ask = "source ./script\n\
        complete -p promchart\n\
        COMP_WORDS=(promchart render --chart demo --env pr) COMP_CWORD=5 COMP_TYPE=9\n\
        function=$(complete -p promchart | sed 's/.*-F \\([^ ]*\\).*/\\1/')\n\
        $function promchart pr --env\n\
        printf '<%s>' \"${COMPREPLY[@]}\"\n";
    let output = Command::new(bash)
        .args(["-c", ask])
        .current_dir(fixture.path(""))
        .env("PATH", path_with_program())
        .output()
        .unwrap();
    let run = Run::from(output);
    assert_eq!(run.stderr, "");
    assert!(run.stdout.ends_with("<preview><prod>"), "{}", run.stdout);
}

#[test]
fn fish_completes_by_the_script() {
    let name = "fish_completes_by_the_script";
    let Some(fish) = tools::find_optional(&["fish"], name) else {
        return;
    };
    let fixture = chart();
    let script = fixture.run(&["completions", "fish"]).done().to_owned();
    let fixture = fixture.file("script", script);
    let ask = "source ./script; complete -C 'promchart render --chart demo --env pr'";
    let output = Command::new(fish)
        .args(["--no-config", "-c", ask])
        .current_dir(fixture.path(""))
        .env("HOME", fixture.path(""))
        .env("PATH", path_with_program())
        .output()
        .unwrap();
    assert_eq!(Run::from(output).stdout, "preview\nprod\n");
}

/// PATH with the program's folder before all others.
fn path_with_program() -> String {
    let folder = Path::new(PROGRAM).parent().unwrap().display();
    format!("{folder}:{}", std::env::var("PATH").unwrap_or_default())
}

#[test]
fn each_shell_can_read_its_script() {
    let fixture = Fixture::new();
    for (shell, mark) in [
        ("bash", "complete -o nospace"),
        ("zsh", "#compdef promchart"),
        ("fish", "complete --keep-order --exclusive --command promchart"),
        ("elvish", "edit:completion:arg-completer[promchart]"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let run = fixture.run(&["completions", shell]);
        assert!(run.done().contains(mark), "{shell}: {}", run.stdout);
        if !matches!(shell, "bash" | "zsh" | "fish") {
            continue;
        }
        let Some(program) = tools::find_optional(&[shell], "each_shell_can_read_its_script") else {
            continue;
        };
        let mut child = Command::new(program)
            .arg("-n")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(run.stdout.as_bytes())
            .unwrap();
        assert!(
            child.wait().unwrap().success(),
            "{shell} cannot read its completions"
        );
    }
}

/// The commands with a page, and their options.
fn commands(command: &clap::Command, name: &str, found: &mut Vec<(String, Vec<String>)>) {
    let options = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let long = options.filter_map(|arg| arg.get_long().map(|long| format!("--{long}")));
    found.push((name.to_owned(), long.collect()));
    for inner in command
        .get_subcommands()
        .filter(|inner| inner.get_name() != "help")
    {
        commands(inner, &format!("{name}-{}", inner.get_name()), found);
    }
}

#[test]
fn every_command_has_a_page_with_all_of_its_options() {
    let fixture = Fixture::new();
    let run = fixture.run(&["man", "--output-dir", "man1"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let mut program = promchart::cli::command();
    program.build();
    let mut expected = Vec::new();
    commands(&program, "promchart", &mut expected);
    assert_eq!(fixture.tree().len(), expected.len() + 1);
    let checks: Vec<(&str, &[&str])> = vec![
        ("mandoc", &["-T", "lint", "-W", "error"]),
        ("groff", &["-man", "-T", "utf8", "-ww", "-z"]),
        ("man", &["--warnings", "-l"]),
    ];
    let checks: Vec<_> = checks
        .into_iter()
        .filter_map(|(program, flags)| Some((tools::find_optional(&[program], "manual pages")?, flags)))
        .collect();
    for (name, options) in expected {
        let path = fixture.path(&format!("man1/{name}.1"));
        let page = read(&path).replace("\\-", "-");
        for option in options {
            assert!(
                page.contains(&format!("\\fB{option}\\fR")),
                "{name} lacks {option}"
            );
        }
        assert!(page.contains(&format!(".TH {} 1", name.to_uppercase())), "{page}");
        if name != "promchart-deps" {
            assert!(page.contains("\n.SH EXAMPLES\nExample"), "{name}: {page}");
        }
        for (program, flags) in &checks {
            let output = Command::new(program)
                .args(*flags)
                .arg(&path)
                .env("MANPAGER", "cat")
                .env("MANWIDTH", "80")
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success() && told.is_empty(),
                "{name}, {}: {told}",
                program.display()
            );
        }
    }
}
