//! Charts as archives: what `package` writes, and what `verify` and others make of it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::process::Command;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::support::{Fixture, Run, objects, read};
use crate::tools;

/// The paths and texts in an archive, in its order.
fn listed(fixture: &Fixture, path: &str) -> Vec<(String, String)> {
    let bytes = fs::read(fixture.path(path)).unwrap();
    let mut archive = tar::Archive::new(GzDecoder::new(bytes.as_slice()));
    let entries = archive.entries().unwrap();
    entries
        .map(|entry| {
            let mut entry = entry.unwrap();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            (entry.path().unwrap().display().to_string(), text)
        })
        .collect()
}

fn paths(fixture: &Fixture, path: &str) -> Vec<String> {
    listed(fixture, path).into_iter().map(|(path, _)| path).collect()
}

/// What is printed, as a map.
fn printed(run: &Run) -> BTreeMap<String, String> {
    let lines = run.done().lines().map(|line| line.split_once(": ").unwrap());
    lines
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// An archive of entries as they are given, which need not be a chart.
fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, text) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        // Past the checks of the crate, which would not write `..`.
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        tar.append(&header, text.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

const CHART: &str = "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: jinja\n";

#[test]
fn all_of_a_chart_is_in_its_archive_and_renders_the_same() {
    let fixture = Fixture::with_chart()
        .file("demo/.helmignore", "*.swp\nnotes/\n")
        .file(
            "demo/values.schema.json",
            r#"{"properties": {"port": {"type": "integer"}}}"#,
        )
        .file("demo/files/a.bin", b"\0\xff")
        .file("demo/x.swp", "no")
        .file("demo/notes/y", "no");
    let found = printed(&fixture.run(&["package", "demo", "--destination", "dist/new"]));
    assert_eq!(
        (
            found["name"].as_str(),
            found["version"].as_str(),
            found["file"].as_str()
        ),
        ("demo", "0.1.0", "dist/new/demo-0.1.0.tgz")
    );
    let bytes = fs::read(fixture.path("dist/new/demo-0.1.0.tgz")).unwrap();
    assert_eq!(
        found["digest"],
        format!("sha256:{}", promchart::files::sum(&bytes))
    );
    let mut tar = tar::Archive::new(GzDecoder::new(bytes.as_slice()));
    let names: Vec<String> = tar
        .entries()
        .unwrap()
        .map(|entry| entry.unwrap().path().unwrap().display().to_string())
        .collect();
    assert_eq!(
        names,
        [
            "demo/Chart.yaml",
            "demo/.helmignore",
            "demo/crds/thing.yaml",
            "demo/files/a.bin",
            "demo/templates/cm.yaml",
            "demo/templates/hook.yaml",
            "demo/templates/svc.yaml",
            "demo/templates/tests/probe.yaml",
            "demo/values.schema.json",
            "demo/values.yaml",
            "demo/values/dev.yaml",
        ]
    );
    let rendered = |chart: &str| {
        let run = fixture.run(&["render", "--chart", chart, "--env", "dev", "--include-crds"]);
        run.done().to_owned()
    };
    assert_eq!(rendered("dist/new/demo-0.1.0.tgz"), rendered("demo"));
    let verified =
        printed(&fixture.run(&["verify", "dist/new/demo-0.1.0.tgz", "--digest", &found["digest"]]));
    assert_eq!(verified["digest"], found["digest"]);
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let chart = || Fixture::with_chart();
    let (one, other) = (chart(), chart());
    // Neither times, nor modes, nor where it stands, nor what the folder is called.
    fs::rename(other.path("demo"), other.path("another")).unwrap();
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    fs::File::open(other.path("another/values.yaml"))
        .unwrap()
        .set_modified(old)
        .unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(other.path("another/templates/cm.yaml"), mode).unwrap();
    }
    let first = printed(&one.run(&["package", "demo"]));
    assert_eq!(printed(&one.run(&["package", "--chart", "demo"])), first);
    assert_eq!(printed(&other.run(&["package", "another"])), first);
    // An archive can be packed again.
    let run = one.run(&["package", "demo-0.1.0.tgz", "-d", "again"]);
    assert_eq!(printed(&run)["digest"], first["digest"]);
    let run = Run::of(
        one.command(&["package", "-d", ".."])
            .current_dir(one.path("demo")),
    );
    assert_eq!(printed(&run)["digest"], first["digest"]);
    assert_eq!(
        one.tree()
            .keys()
            .filter(|path| path.ends_with(".promchart-staging"))
            .count(),
        0
    );
}

#[test]
fn an_archive_of_other_files_is_replaced_and_told() {
    let fixture = Fixture::with_chart();
    let first = printed(&fixture.run(&["package", "demo"]));
    fs::write(fixture.path("demo/values.yaml"), "greeting: bye\nport: 80\n").unwrap();
    let run = fixture.run(&["package", "demo"]);
    assert_eq!(run.status, Some(0));
    assert_eq!(
        run.stderr,
        format!(
            "replaced `demo-0.1.0.tgz`, whose digest was {}\n",
            first["digest"]
        )
    );
    assert!(!run.stdout.contains(&first["digest"]), "{}", run.stdout);
}

#[test]
fn versions_are_written_into_the_archive_alone() {
    let chart = "# Ours.\napiVersion: v2\nname: demo\nversion: \"0.1.0\" # by hand\nengine: jinja\n";
    let fixture = Fixture::with_chart().file("demo/Chart.yaml", chart);
    let run = fixture.run(&[
        "package",
        "demo",
        "--version",
        "1.2.3-rc.1",
        "--app-version",
        "1.10",
    ]);
    assert_eq!(printed(&run)["version"], "1.2.3-rc.1");
    let text = "# Ours.\napiVersion: v2\nname: demo\nversion: 1.2.3-rc.1 # by hand\nengine: jinja\nappVersion: \"1.10\"\n";
    assert_eq!(
        listed(&fixture, "demo-1.2.3-rc.1.tgz")[0],
        ("demo/Chart.yaml".to_owned(), text.to_owned())
    );
    assert_eq!(read(&fixture.path("demo/Chart.yaml")), chart);
    fixture.run(&["verify", "demo-1.2.3-rc.1.tgz"]).done();
    let version = fixture.run(&["--version"]);
    assert!(version.done().starts_with("promchart "), "{}", version.stdout);
}

#[test]
fn charts_that_file_names_come_along() {
    let dependency = |name: &str, path: &str| {
        format!("  - {{name: {name}, version: 1.x, repository: \"file://{path}\"}}\n")
    };
    let chart = |name: &str, dependencies: &str| {
        let dependencies = match dependencies {
            "" => String::new(),
            some => format!("dependencies:\n{some}"),
        };
        format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\nengine: jinja\n{dependencies}")
    };
    let object = |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n");
    let fixture = Fixture::new()
        .file(
            "app/Chart.yaml",
            chart(
                "app",
                &[
                    dependency("web", "../web"),
                    dependency("inner", "./charts/inner"),
                    dependency("aside", "./parts/aside"),
                ]
                .concat(),
            ),
        )
        .file(
            "app/charts/inner/Chart.yaml",
            chart("inner", &dependency("beside", "../../parts/beside")),
        )
        .file("app/charts/inner/templates/a.yaml", object("inner"))
        .file("app/parts/aside/Chart.yaml", chart("aside", ""))
        .file("app/parts/aside/templates/a.yaml", object("aside"))
        .file(
            "app/parts/beside/Chart.yaml",
            chart("beside", &dependency("far", "../../../far")),
        )
        .file("far/Chart.yaml", chart("far", ""))
        .file("far/templates/a.yaml", object("far"))
        .file("app/parts/beside/templates/a.yaml", object("beside"))
        .file("web/Chart.yaml", chart("web", &dependency("lib", "../lib")))
        .file("web/templates/a.yaml", object("web"))
        .file("lib/Chart.yaml", chart("lib", ""))
        .file("lib/templates/a.yaml", object("lib"));
    let before = fixture.run(&["render", "--chart", "app"]);
    fixture.run(&["package", "app"]).done();
    assert_eq!(
        paths(&fixture, "app-1.0.0.tgz"),
        [
            "app/Chart.yaml",
            "app/charts/aside/Chart.yaml",
            "app/charts/aside/templates/a.yaml",
            "app/charts/inner/Chart.yaml",
            "app/charts/inner/templates/a.yaml",
            "app/charts/web/Chart.yaml",
            "app/charts/web/charts/lib/Chart.yaml",
            "app/charts/web/charts/lib/templates/a.yaml",
            "app/charts/web/templates/a.yaml",
            "app/parts/aside/Chart.yaml",
            "app/parts/aside/templates/a.yaml",
            "app/parts/beside/Chart.yaml",
            "app/parts/beside/charts/far/Chart.yaml",
            "app/parts/beside/charts/far/templates/a.yaml",
            "app/parts/beside/templates/a.yaml",
        ]
    );
    // Alone, far from the charts that were named.
    let alone = Fixture::new().file("app.tgz", fs::read(fixture.path("app-1.0.0.tgz")).unwrap());
    let after = alone.run(&["render", "--chart", "app.tgz"]);
    assert_eq!(objects(after.done()), objects(before.done()));
    assert_eq!(objects(after.done()).len(), 6);
    alone.run(&["verify", "app.tgz"]).done();
}

#[test]
fn folders_in_one_another_that_name_each_other_come_along_once() {
    let chart = |name: &str, dependencies: &str| {
        format!(
            "apiVersion: v2\nname: {name}\nversion: 1.0.0\nengine: jinja\ndependencies: [{dependencies}]\n"
        )
    };
    let on =
        |name: &str, path: &str| format!("{{name: {name}, version: 1.x, repository: \"file://{path}\"}}");
    // `a` and `b` are no parts of each other, though a folder in each names the other.
    let fixture = Fixture::new()
        .file(
            "w/app/Chart.yaml",
            chart(
                "app",
                &[on("a", "../a"), on("in-a", "../a/in"), on("in-b", "../b/in")].join(", "),
            ),
        )
        .file("w/a/Chart.yaml", chart("a", ""))
        .file("w/a/in/Chart.yaml", chart("in-a", &on("b", "../../b")))
        .file("w/b/Chart.yaml", chart("b", ""))
        .file("w/b/in/Chart.yaml", chart("in-b", &on("a", "../../a")));
    fixture.run(&["package", "w/app"]).done();
    assert_eq!(
        paths(&fixture, "app-1.0.0.tgz"),
        [
            "app/Chart.yaml",
            "app/charts/a/Chart.yaml",
            "app/charts/a/in/Chart.yaml",
            "app/charts/in-a/Chart.yaml",
            "app/charts/in-a/charts/b/Chart.yaml",
            "app/charts/in-a/charts/b/in/Chart.yaml",
            "app/charts/in-b/Chart.yaml",
            "app/charts/in-b/charts/a/Chart.yaml",
            "app/charts/in-b/charts/a/in/Chart.yaml",
        ]
    );
}

#[test]
fn a_chart_that_is_not_whole_is_not_packed() {
    let missing = "dependencies:\n  - {name: redis, version: 1.x, repository: https://example.com}\n";
    let fixture = Fixture::with_chart().file("demo/Chart.yaml", format!("{CHART}{missing}"));
    fixture.refuses(
        &["package", "demo"],
        r#"
error: the dependency `redis` of `demo` is not in its charts/ [dependency-missing]
  --> demo/Chart.yaml:6:6
  6 |   - {name: redis, version: 1.x, repository: https://example.com}
    |      ^
  help: fetch it from `https://example.com` into charts/, as `helm dependency build` does
"#,
    );
    let fixture = Fixture::with_chart().file("demo/Chart.yaml", "name: demo\nversion: one\nengine: jinja\n");
    fixture.refuses(
        &["package", "demo"],
        r"
error: `one` is not a version: `one` is not a number [chart-version-invalid]
  --> demo/Chart.yaml:2:10
  2 | version: one
    |          ^
  help: write three numbers, such as `1.2.3`
",
    );
    let fixture = Fixture::with_chart().file("demo/Chart.lock", "dependencies: []\ndigest: sha256:00\n");
    let run = fixture.run(&["package", "demo"]);
    assert!(
        run.refused().contains("[chart-lock-out-of-sync]"),
        "{}",
        run.stderr
    );
    // Of a template that no value switches on, too.
    let fixture = Fixture::with_chart()
        .file("demo/templates/a.yaml", "a: {{ Values.x\n")
        .file(
            "demo/values.schema.json",
            r#"{"properties": {"port": {"type": "string"}}}"#,
        );
    let run = fixture.run(&["package", "demo"]);
    assert!(
        run.refused().contains("  --> demo/templates/a.yaml:1:"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("  --> demo/values.yaml:2:"), "{}", run.stderr);
    assert!(run.stderr.ends_with("\n2 errors\n"), "{}", run.stderr);
}

#[test]
fn a_value_that_whoever_installs_it_gives_may_be_missing() {
    let fixture = Fixture::with_chart().file("demo/values.schema.json", r#"{"required": ["host"]}"#);
    let run = fixture.run(&["package", "demo"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stderr.starts_with("info: "), "{}", run.stderr);
    assert!(run.stderr.contains("[missing-key]"), "{}", run.stderr);
}

#[test]
fn where_it_cannot_be_written() {
    let fixture = Fixture::with_chart()
        .file("taken", "")
        .file("demo/.helmignore", "/out/\n");
    for (flags, code) in [
        (&["demo", "-d", "taken"][..], "output-not-folder"),
        (&["demo", "-d", "demo"], "package-inside"),
        (&["demo", "-d", "demo/new/folder"], "package-inside"),
        (&["demo", "--version", "1.2.3.4"], "chart-version-invalid"),
        (&["demo", "--version", "../x"], "chart-version-invalid"),
        (&["nothing"], "file-not-found"),
        (&[], "no-chart-here"),
    ] {
        let before = fixture.tree();
        let run = fixture.run(&[&["package"], flags].concat());
        assert!(
            run.refused().contains(&format!("[{code}]")),
            "{flags:?}: {}",
            run.stderr
        );
        assert_eq!(fixture.tree(), before);
    }
    // What stands there already may be anything; a pipe would be waited for.
    #[cfg(unix)]
    {
        let mut command = Command::new("mkfifo");
        assert!(
            command
                .arg(fixture.path("demo-0.1.0.tgz"))
                .status()
                .unwrap()
                .success()
        );
        fixture.run(&["package", "demo"]).done();
    }
    // What the chart leaves out is no part of it.
    fixture.run(&["package", "demo", "-d", "demo/out"]).done();
    let fixture = Fixture::with_chart().file("demo/files/a\\b", "");
    let run = fixture.run(&["package", "demo"]);
    assert!(run.refused().contains("[package-path]"), "{}", run.stderr);
}

#[test]
fn what_is_not_what_package_makes_is_refused() {
    let cm = (
        "demo/templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    );
    let foreign = archive(&[("demo/Chart.yaml", CHART), cm]);
    let fixture = Fixture::new()
        .file("foreign.tgz", &foreign)
        .file(
            "folder.tgz",
            archive(&[("other/Chart.yaml", CHART), ("other/a", "")]),
        )
        .file("twice.tgz", archive(&[("demo/Chart.yaml", CHART), cm, cm]))
        .file(
            "up.tgz",
            archive(&[("demo/Chart.yaml", CHART), ("demo/../../up", "x")]),
        )
        .file(
            "bad.tgz",
            archive(&[("demo/Chart.yaml", CHART), ("demo/templates/a.yaml", "a: {{ x\n")]),
        )
        .file("no-chart.tgz", archive(&[("demo/values.yaml", "")]))
        .file("cut.tgz", &foreign[..foreign.len() / 2])
        .file("text.tgz", "text");
    for (file, code) in [
        ("foreign.tgz", "package-bytes"),
        ("folder.tgz", "package-folder"),
        ("twice.tgz", "chart-archive-path"),
        ("up.tgz", "chart-archive-path"),
        ("bad.tgz", "template-syntax"),
        ("no-chart.tgz", "chart-yaml-missing"),
        ("cut.tgz", "chart-archive-broken"),
        ("text.tgz", "chart-not-archive"),
        ("nothing.tgz", "file-not-found"),
        (".", "file-is-folder"),
    ] {
        let run = fixture.run(&["verify", file]);
        assert!(
            run.refused().contains(&format!("[{code}]")),
            "{file}: {}",
            run.stderr
        );
    }
    fixture.run(&["verify", "foreign.tgz", "--foreign"]).done();
    let run = fixture.run(&["verify", "folder.tgz", "--foreign"]);
    assert!(run.refused().contains("[package-folder]"), "{}", run.stderr);
}

#[test]
fn any_change_of_the_bytes_is_found() {
    let fixture = Fixture::with_chart();
    let digest = printed(&fixture.run(&["package", "demo"]))["digest"].clone();
    let good = fs::read(fixture.path("demo-0.1.0.tgz")).unwrap();
    let mut tar = Vec::new();
    GzDecoder::new(good.as_slice()).read_to_end(&mut tar).unwrap();
    let zipped = |tar: &[u8]| {
        let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
        zip.write_all(tar).unwrap();
        zip.finish().unwrap()
    };
    // Another mode of a file, which nothing else would notice.
    let mut mode = tar.clone();
    mode[100..108].copy_from_slice(b"0000755\0");
    let sum: u32 = (0..512)
        .map(|at| {
            if (148..156).contains(&at) {
                32
            } else {
                u32::from(mode[at])
            }
        })
        .sum();
    mode[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let named = flate2::GzBuilder::new()
        .filename("secret")
        .write(Vec::new(), Compression::best());
    let named = {
        let mut named = named;
        named.write_all(&tar).unwrap();
        named.finish().unwrap()
    };
    for (what, bytes) in [
        ("a mode", zipped(&mode)),
        ("what follows", zipped(&[tar.as_slice(), b"more"].concat())),
        ("a name in the header", named),
        ("a second part", [good.as_slice(), &zipped(b"more")].concat()),
    ] {
        fs::write(fixture.path("changed.tgz"), bytes).unwrap();
        let run = fixture.run(&["verify", "changed.tgz"]);
        assert!(
            run.refused().contains("[package-bytes]"),
            "{what}: {}",
            run.stderr
        );
    }
    // Compressed otherwise it is the same archive under another digest.
    fs::write(fixture.path("fast.tgz"), zipped(&tar)).unwrap();
    let run = fixture.run(&["verify", "fast.tgz"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("[package-compression]"), "{}", run.stderr);
    let run = fixture.run(&["verify", "fast.tgz", "--digest", &digest]);
    assert!(run.refused().contains("[package-digest]"), "{}", run.stderr);
    let bare = digest.trim_start_matches("sha256:").to_uppercase();
    fixture
        .run(&["verify", "demo-0.1.0.tgz", "--digest", &bare])
        .done();
    for wrong in ["", "sha256:", "sha1:00", &digest[..70]] {
        let run = fixture.run(&["verify", "demo-0.1.0.tgz", "--digest", wrong]);
        assert!(run.refused().contains("[digest-flag]"), "{wrong}: {}", run.stderr);
    }
}

#[test]
fn an_archive_that_swells_is_refused() {
    let big = "a".repeat(6 << 20);
    let fixture = Fixture::new().file(
        "big.tgz",
        archive(&[("demo/Chart.yaml", CHART), ("demo/a", &big)]),
    );
    let run = fixture.run(&["verify", "big.tgz"]);
    assert!(run.refused().contains("[file-too-large]"), "{}", run.stderr);
    let fixture = Fixture::with_chart().sparse_file("demo/big", 6 << 20);
    let run = fixture.run(&["package", "demo"]);
    assert!(run.refused().contains("[file-too-large]"), "{}", run.stderr);
}

#[test]
fn helm_takes_the_archive_and_we_take_helms() {
    let Some(helm) = tools::find(&["helm"], "helm_takes_the_archive_and_we_take_helms") else {
        return;
    };
    let fixture = Fixture::new()
        .file("demo/Chart.yaml", "apiVersion: v2\nname: demo\nversion: 0.1.0\nicon: https://example.com/a.png\ndependencies:\n  - {name: sub, version: 1.x, repository: \"file://../sub\"}\n")
        .file("demo/values.yaml", "port: 80\n")
        .file("demo/.helmignore", "*.swp\n")
        .file("demo/x.swp", "no")
        .file("demo/templates/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  port: {{ .Values.port | quote }}\n")
        .file("sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n")
        .file("sub/templates/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-sub\n");
    fixture
        .run(&["package", "demo", "--version", "0.2.0", "-d", "dist"])
        .done();
    let ask = |arguments: &[&str]| {
        let mut command = Command::new(&helm);
        let command = command.args(arguments).current_dir(fixture.path(""));
        let (is_done, text) = tools::run(command.env("HOME", fixture.path("")));
        assert!(is_done, "{arguments:?}: {text}");
        text
    };
    let archive = "dist/demo-0.2.0.tgz";
    assert!(ask(&["show", "chart", archive]).contains("version: 0.2.0"));
    assert!(ask(&["lint", archive]).contains("0 chart(s) failed"));
    let run = fixture.run(&["render", "--chart", archive, "--release", "r"]);
    let mut ours = objects(run.done());
    let mut helms = objects(&ask(&["template", "r", archive]));
    ours.sort();
    helms.sort();
    assert_eq!(ours, ["ConfigMap/r", "ConfigMap/r-sub"]);
    assert_eq!(helms, ours);
    // The other way round: Helm's archive of the same chart, with its dependency in it.
    fs::create_dir_all(fixture.path("demo/charts")).unwrap();
    fs::rename(fixture.path("sub"), fixture.path("demo/charts/sub")).unwrap();
    ask(&["package", "demo", "-d", "helm"]);
    let run = fixture.run(&["verify", "helm/demo-0.1.0.tgz"]);
    assert!(run.refused().contains("--foreign"), "{}", run.stderr);
    fixture
        .run(&["verify", "helm/demo-0.1.0.tgz", "--foreign"])
        .done();
    // Packed again it is one of ours.
    fixture
        .run(&["package", "helm/demo-0.1.0.tgz", "-d", "again"])
        .done();
    fixture.run(&["verify", "again/demo-0.1.0.tgz"]).done();
}
