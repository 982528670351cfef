//! Places that cannot be written to: nothing is left half written, and what was there stays.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Fixture, Run};

#[test]
fn a_file_where_the_folder_should_be() {
    let fixture = Fixture::new().file("taken", "mine\n");
    for command in [&["render", "--output-dir"][..], &["eject"]] {
        fixture.refuses(
            &[command, &["taken"]].concat(),
            "error: cannot write to `taken`: it is a file, not a folder [output-not-folder]\n",
        );
        fixture.refuses(
            &[command, &["taken/below"]].concat(),
            "error: cannot write `taken/below`: Not a directory [output-failed]\n",
        );
    }
}

#[test]
fn a_folder_where_a_file_should_be_keeps_the_files_that_were_there() {
    let blocked = "out/demo/service-demo.yaml/x";
    let old = "out/demo/configmap-demo-cm.yaml";
    let fixture = Fixture::with_chart().file(old, "old\n").file(blocked, "x\n");
    fixture.refuses(
        &["render", "--chart", "demo", "--output-dir", "out"],
        "error: cannot write `out/demo/service-demo.yaml`: it is a folder [output-failed]\n",
    );
    assert_eq!(fs::read_to_string(fixture.path(old)).unwrap(), "old\n");
}

#[test]
#[cfg(unix)]
fn a_link_out_of_the_folder() {
    let fixture = Fixture::with_chart()
        .file("out/x", "")
        .file("elsewhere/x", "mine\n");
    std::os::unix::fs::symlink("../elsewhere", fixture.path("out/demo")).unwrap();
    let run = fixture.render_demo(&["--output-dir", "out"]);
    assert!(
        run.refused()
            .ends_with("a symbolic link leads out of the folder `out` [output-path-invalid]\n"),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read_dir(fixture.path("elsewhere")).unwrap().count(), 1);
}

#[test]
fn an_error_in_a_template_writes_nothing() {
    let fixture = Fixture::with_chart().file("demo/templates/zzz.yaml", "kind: A\na: {{ Values.nope }}\n");
    let before = fixture.tree();
    fixture.render_demo(&["--output-dir", "out"]).refused();
    assert_eq!(fixture.tree(), before);
}

#[test]
#[cfg(target_os = "linux")]
fn a_read_only_folder() {
    // Nobody can make files there, not even root.
    Fixture::new().refuses(
        &["render", "--output-dir", "/proc/manifests"],
        "error: cannot write `/proc/manifests`: No such file or directory [output-failed]\n",
    );
}

#[test]
#[cfg(unix)]
fn a_folder_without_permission() {
    use std::os::unix::fs::PermissionsExt as _;

    let fixture = Fixture::with_chart().file("closed/old.yaml", "old\n");
    let closed = fixture.path("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    if File::create(closed.join("probe")).is_ok() {
        crate::tools::skip(
            "a_folder_without_permission",
            "this user writes to every folder, whatever its permissions",
        );
        return;
    }
    for target in ["closed", "closed/new"] {
        fixture.refuses(
            &["render", "--chart", "demo", "--output-dir", target],
            &format!("error: cannot write `{target}`: Permission denied [output-failed]\n"),
        );
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A file system of a few pages, for as long as it lives.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(path: &'a Path) -> Option<Self> {
        fs::create_dir(path).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24k", "tmpfs"])
            .arg(path)
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        mounted.then_some(SmallDisk(path))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_disk() {
    let fixture = Fixture::new();
    let path = fixture.path("disk");
    let Some(disk) = SmallDisk::mount(&path) else {
        crate::tools::skip("a_full_disk", "this user cannot mount a small disk to fill");
        return;
    };
    let fixture = fixture.file(
        "disk/out/prometheus/serviceaccount-prometheus-server.yaml",
        "old\n",
    );
    for target in ["disk/out", "disk/new"] {
        let before = fixture.tree();
        let run = fixture.run(&["render", "--output-dir", target]);
        let told = run.refused();
        assert!(
            told.starts_with(&format!("error: cannot write `{target}/"))
                && told.ends_with(": No space left on device [output-failed]\n"),
            "{told}"
        );
        assert_eq!(fixture.tree(), before, "something is left on the disk");
    }
    drop(disk);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_standard_output() {
    let fixture = Fixture::new();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let run = Run::of(fixture.command(&["render"]).stdout(full));
    assert_eq!(
        run.refused(),
        "error: cannot write the output: No space left on device [output-failed]\n"
    );
}

#[test]
fn eject_refuses_a_folder_that_is_not_empty() {
    let fixture = Fixture::new().file("mine/notes.txt", "x\n");
    fixture.refuses(
        &["eject", "mine"],
        "error: `mine` is not empty [folder-not-empty]\n  help: name a folder that does not exist yet; nothing was written\n",
    );
}
