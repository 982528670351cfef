//! Helm's commands that promchart does not have, and what to do instead.

use crate::diagnostic::Diagnostic;

const RELEASES: &str = "promchart keeps no releases";
const PLACES: &str = "charts come from folders and archives";

/// What Helm's users type, why it is not there, and what does the same.
const COMMANDS: &[(&[&str], &str, &str)] = &[
    (
        &["install", "upgrade"],
        RELEASES,
        "render and apply: `promchart render --release NAME -f values.yaml | kubectl apply --server-side -f -`; see first what that changes: `promchart diff --live`",
    ),
    (
        &["uninstall", "delete"],
        RELEASES,
        "delete what was applied: `promchart render --release NAME -f values.yaml | kubectl delete -f -`",
    ),
    (
        &["rollback", "history"],
        RELEASES,
        "go back in git, and apply again; `promchart diff --against-git REV` shows what that changes",
    ),
    (
        &["list", "ls", "status", "get"],
        RELEASES,
        "ask kubectl for what runs: `kubectl get all -l app.kubernetes.io/instance=NAME`; `promchart values` shows the values, `promchart diff --live` what differs",
    ),
    (
        &["test"],
        RELEASES,
        "tests are objects with the annotation `helm.sh/hook: test`: `promchart render -s 'templates/tests/*' | kubectl apply -f -`",
    ),
    (
        &["dependency", "dep"],
        PLACES,
        "`promchart deps list` tells which are missing; put them into charts/, as `helm dependency update` does",
    ),
    (
        &["pull", "fetch", "push", "repo", "search", "registry"],
        PLACES,
        "fetch the archive, and name it: `promchart render --chart chart.tgz`",
    ),
    (&["version"], "it is a flag", "write `promchart --version`"),
];

/// What to say to a command that is Helm's; nothing where it is not.
pub(super) fn instead(command: &str) -> Option<Diagnostic> {
    let (_, why, help) = COMMANDS.iter().find(|(names, ..)| names.contains(&command))?;
    let message = format!("there is no command `{command}`: {why}");
    Some(Diagnostic::error("helm-command", message).help(*help))
}
