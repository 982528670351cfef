//! `--output-dir`: what stands in the folder after runs that are ended, run at once, or no longer have what they had.

use std::fs::{self, File};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Fixture, Run, read};

/// A chart with as many objects as `count` says, each with the value `mark`.
fn many() -> Fixture {
    Fixture::with_template(
        "mark: OLD\ncount: 200\n",
        "{% for number in range(Values.count) %}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: n{{ number }}\ndata:\n  mark: {{ Values.mark }}\n{% endfor %}\n",
    )
}

const WRITE: &[&str] = &["render", "--chart", "demo", "--output-dir", "out"];

/// How many of the files have the mark.
fn marked(fixture: &Fixture, mark: &str) -> usize {
    let Ok(entries) = fs::read_dir(fixture.path("out/demo")) else {
        return 0;
    };
    entries
        .filter(|entry| read(&entry.as_ref().unwrap().path()).contains(&format!("mark: {mark}\n")))
        .count()
}

#[cfg(unix)]
fn signal(name: &str, process: u32) {
    let process = process.to_string();
    let sent = Command::new("kill").args([name, &process]).status().unwrap();
    assert!(sent.success());
}

#[test]
#[cfg(unix)]
fn a_signal_leaves_the_old_files_or_the_new_ones() {
    let fixture = many();
    assert_eq!(fixture.run(WRITE).status, Some(0));
    let mut before = "OLD".to_owned();
    for round in 0..24 {
        let mark = format!("NEW{round}");
        let set = format!("mark={mark}");
        let mut child = fixture
            .command(&[WRITE, &["--set", &set]].concat())
            .spawn()
            .unwrap();
        sleep(Duration::from_millis(5 + 4 * round));
        signal(
            ["-TERM", "-INT", "-HUP"][usize::try_from(round % 3).unwrap()],
            child.id(),
        );
        child.wait().unwrap();
        let (old, new) = (marked(&fixture, &before), marked(&fixture, &mark));
        assert!(
            (old, new) == (200, 0) || (old, new) == (0, 200),
            "round {round}: {old} old, {new} new"
        );
        if new > 0 {
            before = mark;
        }
        assert!(!fixture.path("out/.promchart-staging").exists(), "round {round}");
    }
}

#[test]
#[cfg(unix)]
fn what_a_killed_run_left_the_next_one_repairs() {
    let fixture = many();
    assert_eq!(fixture.run(WRITE).status, Some(0));
    for round in 0..12 {
        let set = format!("mark=HALF{round}");
        let mut child = fixture
            .command(&[WRITE, &["--set", &set]].concat())
            .spawn()
            .unwrap();
        sleep(Duration::from_millis(5 + 4 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        // This one changes nothing but what the other left.
        assert_eq!(
            fixture.run(&[WRITE, &["--set", "mark=LAST"]].concat()).status,
            Some(0)
        );
        assert_eq!(marked(&fixture, "LAST"), 200, "round {round}");
        assert!(!fixture.path("out/.promchart-staging").exists(), "round {round}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_waits_for_another_one_and_ends_by_a_signal() {
    use std::os::unix::process::ExitStatusExt as _;

    let fixture = many();
    fs::create_dir(fixture.path("out")).unwrap();
    let lock = File::open(fixture.path("out")).unwrap();
    lock.lock().unwrap();
    let before = fixture.tree();
    let child = fixture.command(WRITE).spawn().unwrap();
    let waits = |child: &std::process::Child| {
        let status = read(format!("/proc/{}/status", child.id()).as_ref());
        // The bit of SIGTERM in the mask of signals that are caught; a shell may have had SIGINT ignored.
        let caught = status
            .lines()
            .find_map(|line| line.strip_prefix("SigCgt:"))
            .unwrap()
            .trim()
            .to_owned();
        u64::from_str_radix(&caught, 16).unwrap() & 0x4000 == 0x4000
    };
    while !waits(&child) {
        sleep(Duration::from_millis(2));
    }
    signal("-TERM", child.id());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.signal(), Some(15));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: interrupted: nothing in `out` was changed [interrupted]\n"
    );
    assert_eq!(fixture.tree(), before);
    let child = fixture.command(WRITE).spawn().unwrap();
    sleep(Duration::from_millis(50));
    drop(lock);
    assert_eq!(Run::from(child.wait_with_output().unwrap()).status, Some(0));
    assert_eq!(marked(&fixture, "OLD"), 200);
}

#[test]
fn prune_removes_what_the_release_no_longer_has() {
    let fixture = many().file("out/demo/mine.yaml", "mine\n");
    let run = |more: &[&str]| fixture.run(&[WRITE, more].concat()).stderr;
    run(&["--set", "count=3"]);
    fs::write(fixture.path("out/demo/configmap-n2.yaml"), "changed\n").unwrap();
    assert_eq!(
        run(&["--set", "count=1", "--prune"]),
        "unchanged out/demo/configmap-n0.yaml\nremoved out/demo/configmap-n1.yaml\n\n\
         warning: `out/demo/configmap-n2.yaml` is no longer rendered, but is kept: it was changed after promchart wrote it [changed-file-kept]\n  \
         help: remove it if nobody needs it\n"
    );
    // Another release's files are its own.
    let other = run(&["--set", "count=0", "--prune", "--release", "other"]);
    assert_eq!(other, "");
    assert_eq!(
        run(&["--set", "count=0", "--prune"]),
        "removed out/demo/configmap-n0.yaml\n"
    );
    assert_eq!(read(&fixture.path("out/demo/mine.yaml")), "mine\n");
    // What is not shown is not gone.
    let run = fixture.run(&[WRITE, &["--prune", "-s", "templates/a.yaml"]].concat());
    assert!(run.refused().contains("cannot be used with"), "{}", run.stderr);
}
