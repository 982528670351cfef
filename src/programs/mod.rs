//! Other programs that are run: git and kubectl as they are installed, with the user's own configuration. Nothing here changes what they
//! look at.

mod git;
mod kubectl;

use std::io::{ErrorKind, Read, Write as _};
use std::process::{Command, Stdio};
use std::thread;

pub use git::{Entry, EntryKind, Repository};
pub use kubectl::{Kubectl, Printed};

use crate::diagnostic::{Diagnostic, Result};
use crate::files;

/// The most that a program may print.
const MOST_OUTPUT: u64 = 256 << 20;
/// The most that a program may complain.
const MOST_COMPLAINT: u64 = 64 << 10;

/// What a program printed, and how it ended.
struct Ran {
    is_success: bool,
    stdout: Vec<u8>,
    stderr: String,
}

impl Ran {
    /// The output as text, without the line's end.
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout)
            .trim_end_matches(['\n', '\r'])
            .to_owned()
    }

    /// The program's complaint in one line, where nothing is said twice.
    fn complaint(&self) -> String {
        let mut lines: Vec<&str> = Vec::new();
        for line in self.stderr.lines().map(str::trim) {
            if !line.is_empty() && !lines.contains(&line) {
                lines.push(line);
            }
        }
        // kubectl's log of its attempts, which its last words repeat.
        if lines.iter().any(|line| !is_log(line)) {
            lines.retain(|line| !is_log(line));
        }
        let text = lines.join("; ");
        let text = text.trim_start_matches("fatal: ").trim_start_matches("error: ");
        crate::secret::masked(text)
    }
}

/// Whether a line is of a log as Kubernetes' programs write it: `E1126 17:14:40.782517 4588 memcache.go:265] ...`.
fn is_log(line: &str) -> bool {
    let mut letters = line.bytes();
    matches!(letters.next(), Some(b'E' | b'W' | b'I'))
        && letters.by_ref().take(4).all(|letter| letter.is_ascii_digit())
        && letters.next() == Some(b' ')
        && line.contains("] ")
}

/// Runs a program to its end, with a text on its standard input.
fn run(mut command: Command, input: Option<Vec<u8>>) -> Result<Ran> {
    let name = command.get_program().to_string_lossy().into_owned();
    command
        .stdin(if input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| not_run(&name, &error))?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let result = thread::scope(|scope| {
        // Written and read at once: a program that waits for one of them would wait for ever.
        scope.spawn(move || {
            if let (Some(mut stdin), Some(input)) = (stdin, input) {
                // A program that does not read to the end says itself why.
                let _ = stdin.write_all(&input);
            }
        });
        let complaint = scope.spawn(move || {
            let mut text = Vec::new();
            if let Some(stderr) = stderr {
                // What cannot be read of a complaint is left out of it.
                let mut limited = stderr.take(MOST_COMPLAINT);
                let _ = limited.read_to_end(&mut text);
                let _ = std::io::copy(&mut limited.into_inner(), &mut std::io::sink());
            }
            String::from_utf8_lossy(&text).into_owned()
        });
        let output = match stdout {
            Some(stdout) => files::read_limited(stdout, &format!("the output of {name}"), MOST_OUTPUT),
            None => Ok(Vec::new()),
        };
        if output.is_err() {
            // It may have ended already.
            let _ = child.kill();
        }
        (output, complaint.join().unwrap_or_default())
    });
    let status = child.wait().map_err(|error| not_run(&name, &error))?;
    Ok(Ran {
        is_success: status.success(),
        stdout: result.0?,
        stderr: result.1,
    })
}

fn not_run(name: &str, error: &std::io::Error) -> Diagnostic {
    if error.kind() == ErrorKind::NotFound {
        return Diagnostic::error(
            "program-missing",
            format!("`{name}` is not installed, or not in PATH"),
        )
        .help(format!(
            "install {name}, or give the old side as manifests: `--against PATH`"
        ));
    }
    Diagnostic::error(
        "program-failed",
        format!("`{name}` cannot be run: {}", files::plain(error)),
    )
}
