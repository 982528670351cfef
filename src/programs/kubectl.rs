//! The objects of a cluster, through kubectl and its current context. Nothing is changed: objects are read, and updates are dry runs.

use std::process::Command;

use super::{Ran, run};
use crate::diagnostic::{Diagnostic, Result};

/// kubectl, with the user's own context.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kubectl;

/// What kubectl printed, and what it could not do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Printed {
    /// JSON: an object, a `List`, or nothing.
    pub json: String,
    /// Its complaints, a line each.
    pub complaints: Vec<String>,
}

/// The longest that a cluster may take for an answer.
const TIMEOUT: &str = "--request-timeout=60s";

impl Kubectl {
    /// The objects of manifests as the cluster has them; those that it does not have are left out.
    ///
    /// # Errors
    /// `program-missing`, `cluster-unreachable`.
    pub fn get(self, manifests: &str) -> Result<Printed> {
        self.print(
            &["get", "-f", "-", "--ignore-not-found", "-o", "json"],
            Some(manifests),
        )
    }

    /// The objects of kinds in a namespace that carry labels.
    ///
    /// # Errors
    /// As [`Kubectl::get`].
    pub fn labelled(self, kinds: &str, namespace: &str, labels: &str) -> Result<Printed> {
        let arguments = [
            "get",
            kinds,
            "-n",
            namespace,
            "-l",
            labels,
            "--ignore-not-found",
            "-o",
            "json",
        ];
        self.print(&arguments, None)
    }

    /// What the cluster would make of manifests if they were applied.
    ///
    /// # Errors
    /// As [`Kubectl::get`].
    pub fn dry_run(self, manifests: &str) -> Result<Printed> {
        let arguments = [
            "apply",
            "--server-side",
            "--dry-run=server",
            "--force-conflicts",
            "-f",
            "-",
            "-o",
            "json",
        ];
        self.print(&arguments, Some(manifests))
    }

    fn print(self, arguments: &[&str], input: Option<&str>) -> Result<Printed> {
        let mut command = Command::new("kubectl");
        command.arg(TIMEOUT).args(arguments);
        let ran = run(command, input.map(|text| text.as_bytes().to_vec()))?;
        printed(&ran)
    }
}

fn printed(ran: &Ran) -> Result<Printed> {
    let complaints: Vec<String> = match ran.is_success {
        true => Vec::new(),
        false => {
            let lines = ran.stderr.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(crate::secret::masked).collect()
        }
    };
    let is_about_cluster = |line: &String| {
        [
            "connection to the server",
            "Unable to connect",
            "no configuration",
            "Unauthorized",
            "dial tcp",
            "context was not found",
        ]
        .iter()
        .any(|words| line.contains(words))
    };
    if complaints.iter().any(is_about_cluster) {
        let message = format!("kubectl does not reach a cluster: {}", ran.complaint());
        return Err(Diagnostic::error("cluster-unreachable", message)
            .help("check `kubectl cluster-info` and `kubectl config current-context`")
            .into());
    }
    Ok(Printed {
        json: String::from_utf8_lossy(&ran.stdout).into_owned(),
        complaints,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_that_is_not_there_is_said_once() {
        let attempt = "E1126 17:14:40.782517    4588 memcache.go:265] \"Unhandled Error\" err=\"dial tcp 127.0.0.1:8080: connect: connection refused\"\n";
        let last = "unable to recognize \"STDIN\": Get \"http://localhost:8080/api\": dial tcp 127.0.0.1:8080: connect: connection refused\n";
        let stderr = [attempt, &attempt.replace("782517", "784126"), last, last].concat();
        let ran = Ran {
            is_success: false,
            stdout: Vec::new(),
            stderr,
        };
        let told = printed(&ran).unwrap_err().0;
        let expected = format!("kubectl does not reach a cluster: {}", last.trim());
        assert_eq!(told[0].message, expected);
    }
}
