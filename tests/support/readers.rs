//! Other readers than ours, and when what both read is the same.

#![allow(dead_code, reason = "each test binary wants a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

/// Equal values; numbers as Helm has them, which are all floats.
pub fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// What serde_yaml, which follows YAML 1.2 where our reader follows kubectl, makes of a text. Nothing where a number has more
/// than 64 bits, for which it has no place.
pub fn second_reader(text: &str) -> Option<Json> {
    match serde_yaml::from_str(text) {
        Ok(read) => Some(read),
        Err(error) if error.to_string().contains("JSON number out of range") => None,
        Err(error) => panic!("{error}:\n{text}"),
    }
}

/// What kubectl reads in a manifest. No cluster is asked.
pub fn through(kubectl: &Path, manifest: &str) -> Json {
    let mut child = Command::new(kubectl)
        .args(["annotate", "--local", "-f", "-", "-o", "json", "promchart/test=1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // All of it is read before anything is written.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(manifest.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "kubectl refused:\n{manifest}");
    serde_json::from_slice(&output.stdout).unwrap()
}
