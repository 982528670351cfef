//! What Helm's users type, and where they stand when they do: told what to write instead.

use crate::support::Fixture;

#[test]
fn helms_form_of_a_name_and_a_chart() {
    let fixture = Fixture::with_chart();
    for (arguments, words, command) in [
        (
            &["template", "web", "./demo"][..],
            "`promchart render` does not take `web` `./demo`",
            "render --release web --chart ./demo",
        ),
        (
            &["render", "web", "demo", "-n", "shop"],
            "`promchart render` does not take `web` `demo`",
            "render --release web --chart demo",
        ),
        (
            &["render", "demo"],
            "`promchart render` does not take `demo`",
            "render --chart demo",
        ),
        (
            &["lint", "values.yaml", "values-prod.yaml"],
            "`promchart lint` does not take `values.yaml` `values-prod.yaml`",
            "lint -f values.yaml -f values-prod.yaml",
        ),
        (
            &["diff", "old.yaml", "new.yaml"],
            "`promchart diff` does not take `old.yaml` `new.yaml`",
            "diff -f new.yaml --against-values old.yaml",
        ),
        (
            &["render", "web"],
            "`promchart render` does not take `web`",
            "render --release web",
        ),
        (
            &["deps", "list", "demo"],
            "`promchart deps list` does not take `demo`",
            "deps list --chart demo",
        ),
        (
            &["show", "values", "demo"],
            "`promchart show values` does not take `demo`",
            "show values --chart demo",
        ),
        (
            &["show", "chart", "x", "y"],
            "`promchart show chart` does not take `x` `y`",
            "show chart --chart x",
        ),
        (
            &["show", "templates", "deploy.yaml", "demo"],
            "`promchart show templates` does not take `demo`",
            "show templates --chart demo",
        ),
    ] {
        fixture.refuses(
            arguments,
            &format!("error: {words} [unexpected-word]\n  help: write `promchart {command}`\n"),
        );
    }
    // They are not a part of the language.
    let help = fixture.run(&["render", "--help"]).stdout;
    assert!(help.contains("Usage: promchart render [OPTIONS]\n"), "{help}");
    assert!(!help.contains("WORD"), "{help}");
}

#[test]
fn addresses_and_lists() {
    let fixture = Fixture::with_chart().file("a.yaml", "");
    fixture.refuses(
        &["render", "--chart", "oci://ghcr.io/x/prometheus"],
        "error: `oci://ghcr.io/x/prometheus` is an address; charts are read from folders and archives [chart-not-local]\n  \
         help: fetch it first: `helm pull oci://ghcr.io/x/prometheus`, and give the archive that this writes\n",
    );
    for command in [&["render"][..], &["deps", "tree"], &["show", "values"]] {
        let run = fixture.run(&[command, &["--chart", "https://me:hunter2@host/x.tgz"]].concat());
        assert!(
            run.refused().contains("helm pull https://me:***@host/x.tgz"),
            "{}",
            run.stderr
        );
    }
    let run = fixture.run(&["render", "--chart", "file:///charts/x"]);
    assert!(
        run.refused().contains("write the path alone: `/charts/x`"),
        "{}",
        run.stderr
    );
    fixture.refuses(
        &["render", "-f", "https://host/values.yaml"],
        "error: `https://host/values.yaml` is an address; values are read from files [values-not-local]\n  \
         help: fetch it: `curl -fsSL https://host/values.yaml | promchart render -f -`\n",
    );
    fixture.refuses(
        &["render", "-f", "a.yaml,b.yaml"],
        "error: there is no `a.yaml,b.yaml` [file-not-found]\n  help: give each file a flag of its own: `-f a.yaml -f b.yaml`\n",
    );
    let fixture = fixture.file("c,d.yaml", "port: 1\n");
    fixture.render_demo(&["-f", "c,d.yaml"]).done();
}

#[test]
fn helms_commands_that_are_not_there() {
    let fixture = Fixture::with_chart();
    for (arguments, message, help) in [
        (
            &["upgrade", "--install", "web", "./demo"][..],
            "error: there is no command `upgrade`: promchart keeps no releases [helm-command]\n",
            "promchart render --release NAME",
        ),
        (
            &["repo", "add", "a", "https://example.com"],
            "error: there is no command `repo`: charts come from folders and archives [helm-command]\n",
            "--chart chart.tgz",
        ),
        (
            &["version"],
            "error: there is no command `version`: it is a flag [helm-command]\n",
            "promchart --version",
        ),
    ] {
        let run = fixture.run(arguments);
        let told = run.refused();
        assert!(told.starts_with(message) && told.contains(help), "{told}");
    }
    let run = fixture.run(&["rendr"]);
    assert!(
        run.refused().contains("a similar subcommand exists: 'render'"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_chart_in_the_folder_that_is_not_the_one_rendered() {
    let fixture = Fixture::new().file("Chart.yaml", "name: mine\nversion: 1.0.0\n");
    let told = "info: the built-in chart is used, not the one in this folder [built-in-chart]\n  help: `--chart .` uses the one in this folder\n";
    for arguments in [&["render"][..], &["deps", "list"], &["show", "chart"]] {
        let run = fixture.run(arguments);
        assert_eq!(
            (run.status, run.stderr.as_str()),
            (Some(0), told),
            "{arguments:?}"
        );
        assert!(run.stdout.contains("prometheus") || run.stdout.contains("alertmanager"));
        fixture.run(&[arguments, &["--chart", "."]].concat()).done();
    }
}

#[test]
fn files_under_templates_that_nothing_comes_of() {
    let fixture = Fixture::with_chart()
        .file("demo/templates/NOTES.txt", "Hello\n")
        .file("demo/templates/_helpers.yaml", "")
        .file("demo/templates/_helpers.tpl", "{% set a = 1 %}\n")
        .file("demo/templates/sub/a.j2", "x\n");
    let run = fixture.render_demo(&[]);
    assert_eq!(run.status, Some(0));
    assert_eq!(
        run.stderr,
        "warning: files under templates/ that are not templates are ignored: `demo/templates/_helpers.tpl`, `demo/templates/sub/a.j2` [unknown-template]\n  \
         help: `*.yaml`, `*.yml` and `*.json` are objects, `_*.yaml` are helpers; exclude other files with .helmignore\n"
    );
    let fixture = fixture.file("demo/.helmignore", "*.tpl\n*.j2\n");
    fixture.render_demo(&[]).done();
    let fixture = fixture.file("demo/templates/_helpers.yaml", "{% set a = 1 %}\n");
    let run = fixture.render_demo(&["-s", "templates/_helpers.yaml"]);
    assert!(
        run.stderr
            .starts_with("warning: the templates of `--show-only templates/_helpers.yaml` write no objects")
    );
}
