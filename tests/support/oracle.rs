//! A real Helm that answers many questions in one process: `helm-oracle`, a JSON object a line on both sides.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use serde_json::Value as Json;

use super::tools;

/// The program while it runs: it ends with its input, and so with the tests.
pub struct Oracle(Mutex<Child>);

/// The program, started by the first who asks. Where it is missing, `test` is skipped, or fails where tools are
/// required.
pub fn find(test: &str) -> Option<&'static Oracle> {
    static ORACLE: OnceLock<Option<Oracle>> = OnceLock::new();
    let start = || {
        let program = tools::find(&["helm-oracle"], test)?;
        let child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        Some(Oracle(Mutex::new(child.unwrap())))
    };
    ORACLE.get_or_init(start).as_ref()
}

impl Oracle {
    /// The answer to a question.
    pub fn ask(&self, question: &Json) -> Json {
        let mut child = self.0.lock().unwrap();
        let input = child.stdin.as_mut().unwrap();
        writeln!(input, "{question}").unwrap();
        input.flush().unwrap();
        // One answer for one question: nothing of another is read ahead.
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        serde_json::from_str(&line).unwrap()
    }
}
