//! Charts that cannot be used, or that would lead out of their folder.

use std::fs::{self, File};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Fixture, Run};

const CHART: &str = "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: jinja\n";
const DEMO: &[&str] = &["render", "--chart", "demo"];

#[test]
fn no_chart() {
    let fixture = Fixture::new()
        .file("folder/values.yaml", "a: 1\n")
        .file("file.yaml", "a: 1\n");
    for (path, told) in [
        ("missing", "error: there is no `missing` [file-not-found]\n"),
        (
            "folder",
            "error: `folder` is not a chart: it has no Chart.yaml [chart-yaml-missing]\n",
        ),
        (
            "file.yaml",
            "error: `file.yaml` is neither a chart's folder nor its archive (.tgz) [chart-not-archive]\n  help: name a chart's folder, or its archive as `helm package` makes it\n",
        ),
    ] {
        for command in [&["render"][..], &["deps", "list"], &["show", "values"]] {
            fixture.refuses(&[command, &["--chart", path]].concat(), told);
        }
    }
}

#[test]
fn a_library_chart() {
    Fixture::new()
        .file("demo/Chart.yaml", format!("{CHART}type: library\n"))
        .refuses(
            DEMO,
            r"
error: `demo` is a library chart, which has no objects of its own [library-chart]
  --> demo/Chart.yaml:2:7
  2 | name: demo
    |       ^
  help: render a chart that depends on it
",
        );
}

#[test]
fn a_chart_whose_own_files_are_broken() {
    Fixture::new()
        .file("demo/Chart.yaml", "apiVersion: v2\nname: demo\nengine: jinja\n")
        .refuses(
            DEMO,
            r"
error: `version` is missing [chart-yaml-missing-key]
  --> demo/Chart.yaml
  help: add a line `version: ...`
",
        );
    Fixture::new()
        .file("demo/Chart.yaml", CHART)
        .file("demo/values.yaml", "a: [\n")
        .refuses(
            DEMO,
            r"
error: the `[` is never closed [yaml-syntax]
  --> demo/values.yaml:1:4
  1 | a: [
    |    ^
  help: write `]` where the list ends; put text that begins with `[` in quotes
",
        );
}

#[test]
fn a_dependency_that_is_missing() {
    Fixture::new()
        .file(
            "demo/Chart.yaml",
            format!(
                "{CHART}dependencies:\n  - name: sub\n    version: 1.x\n    repository: https://example.com\n"
            ),
        )
        .refuses(
            DEMO,
            r"
error: the dependency `sub` of `demo` is not in its charts/ [dependency-missing]
  --> demo/Chart.yaml:6:5
  6 |   - name: sub
    |     ^
  help: fetch it from `https://example.com` into charts/, as `helm dependency build` does
",
        );
}

#[test]
#[cfg(unix)]
fn links_out_of_the_chart() {
    use std::os::unix::fs::symlink;

    let told = |path: &str| {
        format!(
            "error: `{path}` is a symbolic link that leads out of the chart's folder [chart-link-outside]\n  help: copy the file into the chart, or exclude the link with .helmignore; for a subchart write `repository: file://...`\n"
        )
    };
    let fixture = Fixture::with_chart().file("secret.yaml", "password: x\n");
    symlink("../../secret.yaml", fixture.path("demo/templates/secret.yaml")).unwrap();
    fixture.refuses(DEMO, &told("demo/templates/secret.yaml"));

    let fixture = Fixture::with_chart();
    symlink("/etc", fixture.path("demo/files")).unwrap();
    fixture.refuses(DEMO, &told("demo/files"));

    // Within the chart a link is as good as a file.
    let fixture = Fixture::with_chart();
    fs::rename(
        fixture.path("demo/templates/svc.yaml"),
        fixture.path("demo/svc.txt"),
    )
    .unwrap();
    symlink("../svc.txt", fixture.path("demo/templates/svc.yaml")).unwrap();
    let objects = fixture.render_demo(&["-s", "templates/svc.yaml"]).objects();
    assert_eq!(objects, ["Service/demo"]);
}

/// An archive with Chart.yaml and one entry whose name nobody has checked.
fn archive(fixture: &Fixture, name: &str, link: Option<&str>) {
    let file = File::create(fixture.path("demo.tgz")).unwrap();
    let mut archive = tar::Builder::new(GzEncoder::new(file, Compression::fast()));
    let mut add = |name: &str, text: &str, link: Option<&str>| {
        let mut header = tar::Header::new_gnu();
        let field = &mut header.as_old_mut().name;
        field[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(text.len().try_into().unwrap());
        header.set_mode(0o644);
        if let Some(link) = link {
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_link_name(link).unwrap();
        }
        header.set_cksum();
        archive.append(&header, text.as_bytes()).unwrap();
    };
    add("demo/Chart.yaml", CHART, None);
    add(name, "", link);
    archive.into_inner().unwrap().finish().unwrap();
}

#[test]
fn archives_that_lead_out_of_themselves() {
    let render = &["render", "--chart", "demo.tgz"];
    let fixture = Fixture::new();
    for name in ["demo/../../evil.txt", "../evil.txt", "/evil.txt"] {
        archive(&fixture, name, None);
        let run = fixture.run(render);
        let told = run.refused();
        assert!(
            told.starts_with(&format!("error: `demo.tgz` holds `{name}`, which ")),
            "{told}"
        );
        assert!(!fixture.path("../evil.txt").exists());
    }
    archive(&fixture, "demo/templates/x.yaml", Some("/etc/passwd"));
    fixture.refuses(
        render,
        "error: `demo.tgz` holds `demo/templates/x.yaml`, which is neither a file nor a folder [chart-archive-path]\n",
    );
}

#[test]
fn archives_that_are_cut_off() {
    let fixture = Fixture::with_chart().archive("demo.tgz", "demo");
    let whole = fs::read(fixture.path("demo.tgz")).unwrap();
    // The last four bytes are the size, those before them the checksum.
    for length in [1, 20, whole.len() / 2, whole.len() - 4] {
        fs::write(fixture.path("demo.tgz"), &whole[..length]).unwrap();
        let run = fixture.run(&["render", "--chart", "demo.tgz"]);
        let told = run.refused();
        assert!(told.starts_with("error: `demo.tgz` "), "{told}");
    }
    let mut changed = whole.clone();
    let checksum = whole.len() - 8;
    changed[checksum] ^= 1;
    fs::write(fixture.path("demo.tgz"), changed).unwrap();
    fixture.refuses(
        &["render", "--chart", "demo.tgz"],
        "error: `demo.tgz` cannot be unpacked: corrupt gzip stream does not have a matching checksum [chart-archive-broken]\n",
    );
}

/// What a folder holds that is neither a file nor a folder is never opened: a pipe would be waited for without end.
#[test]
#[cfg(unix)]
fn pipes_in_a_chart_are_not_waited_for() {
    for path in [
        ".helmignore",
        "Chart.yaml",
        "Chart.lock",
        "requirements.yaml",
        "values.yaml",
        "values.schema.json",
        "values/dev.yaml",
        "templates/cm.yaml",
        "crds/thing.yaml",
        "charts/sub.tgz",
        "notes",
    ] {
        let fixture = Fixture::with_chart().file("demo/charts/.keep", "");
        let pipe = fixture.path("demo").join(path);
        let _ = fs::remove_file(&pipe);
        let made = Command::new("mkfifo").arg(&pipe).status();
        if !made.is_ok_and(|status| status.success()) {
            crate::tools::skip(
                "pipes_in_a_chart_are_not_waited_for",
                "no `mkfifo` to make a pipe",
            );
            return;
        }
        let mut child = fixture.command(DEMO).spawn().unwrap();
        let started = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if started.elapsed() > Duration::from_secs(60) {
                child.kill().unwrap();
                panic!("{path} is waited for");
            }
            sleep(Duration::from_millis(5));
        }
        let run = Run::from(child.wait_with_output().unwrap());
        assert_eq!(
            run.refused(),
            format!("error: `demo/{path}` is neither a file nor a folder [chart-path-invalid]\n")
        );
    }
}

#[test]
#[cfg(unix)]
fn names_with_control_characters() {
    for (name, shown) in [
        (
            "templates/a\nkind: Pod\n---\nb: c.yaml",
            r"templates/a\nkind: Pod\n---\nb: c.yaml",
        ),
        (
            "templates/\u{1b}[31mred\r.yaml",
            r"templates/\u{1b}[31mred\r.yaml",
        ),
        ("x\u{7f}/notes", r"x\u{7f}"),
        ("charts/a\tb/Chart.yaml", r"charts/a\tb"),
    ] {
        Fixture::with_chart()
            .file(&format!("demo/{name}"), "apiVersion: v1\n")
            .refuses(
                DEMO,
                &format!(
                    "error: the name of `demo/{shown}` has control characters [chart-path-invalid]\n  help: rename it, or exclude it with .helmignore\n"
                ),
            );
    }
    // What is left out may be called anything.
    let fixture = Fixture::with_chart()
        .file("demo/a\u{1b}b.bak", "")
        .file("demo/.helmignore", "*.bak\n");
    fixture.render_demo(&[]).done();
}
