//! docs/ci.md and action.yml: what they say is run, with stand-ins for what CI has and a test has not.

#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_yaml::Value as Yaml;

use super::revisions::{commit, git};
use super::support::{Fixture, PROGRAM, Run, read};

/// What the steps of the page say where it names a repository.
const ACTION: &str = "OWNER/promchart@main";

fn at_root(name: &str) -> String {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name))
}

/// The YAML blocks of docs/ci.md, in order.
fn blocks() -> Vec<Yaml> {
    let page = at_root("docs/ci.md");
    let blocks = page.split("```yaml\n").skip(1);
    let texts = blocks.map(|block| block.split_once("```").unwrap().0);
    texts.map(|text| serde_yaml::from_str(text).unwrap()).collect()
}

/// The checkout of a topic branch that changes a tag, whose `origin` has `main` too, and stand-ins: programs that write down how they
/// were called.
fn checkout() -> Fixture {
    let fixture = Fixture::with_template(
        "tag: '1'\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ Release.Name }}, namespace: {{ Release.Namespace }}}\ndata: {tag: {{ Values.tag }}, kube: {{ Capabilities.KubeVersion.Version }}}\n",
    )
    .file("origin/deploy/values-prod.yaml", "tag: '2'\n");
    let origin = fixture.path("origin");
    std::fs::rename(fixture.path("demo"), origin.join("deploy/chart")).unwrap();
    git(&origin, &["init", "-q"]);
    commit(&origin);
    git(&origin, &["switch", "-qc", "topic"]);
    let fixture = fixture.file("origin/deploy/values-prod.yaml", "tag: '3'\n");
    commit(&origin);
    let source = format!("file://{}", origin.display());
    git(
        &fixture.path("."),
        &["clone", "-q", "--depth=1", "--branch=topic", &source, "work"],
    );
    let mut fixture = fixture;
    for name in ["gh", "curl", "cargo"] {
        let script = format!(
            "#!/bin/sh\necho {name} \"$@\" >>../called\nfor word; do case $word in body=\\<*) cat \"${{word#*<}}\" >../body;; esac; done\n"
        );
        fixture = fixture.file(&format!("bin/{name}"), script);
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(fixture.path(&format!("bin/{name}")), mode).unwrap();
    }
    std::os::unix::fs::symlink(PROGRAM, fixture.path("bin/promchart")).unwrap();
    fixture
}

/// A script as a runner runs it, in the checkout.
fn script(fixture: &Fixture, text: &str, variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new("bash");
    command
        .args(["-e", "-c", text])
        .current_dir(fixture.path("work"))
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", fixture.path("bin").display()))
        .env("HOME", fixture.path("."))
        .envs(variables.iter().copied());
    Run::of(&mut command)
}

/// The action, with inputs.
fn action(fixture: &Fixture, args: &str, output: &str) -> Run {
    let action: Yaml = serde_yaml::from_str(&at_root("action.yml")).unwrap();
    let steps = action["runs"]["steps"].as_sequence().unwrap();
    let all: Vec<&str> = steps.iter().map(|step| step["run"].as_str().unwrap()).collect();
    let variables = [
        ("ARGS", args),
        ("OUTPUT", output),
        ("GITHUB_ACTION_PATH", "/action"),
        ("RUNNER_TEMP", "/temp"),
        ("GITHUB_PATH", "/dev/stderr"),
    ];
    let built = script(fixture, all[0], &variables);
    assert_eq!((built.status, built.stderr.as_str()), (Some(0), ""));
    script(fixture, all[1], &variables)
}

#[test]
fn the_action_passes_on_what_it_is_given_and_what_came() {
    let fixture = checkout();
    let run = action(
        &fixture,
        "diff --chart deploy/chart\n  --set tag=9 --against-values deploy/values-prod.yaml\n",
        "out.txt",
    );
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(run.stdout.contains("data.tag: \"3\" -> 9"), "{run:?}");
    assert_eq!(read(&fixture.path("work/out.txt")), run.stdout);
    let refused = action(&fixture, "render --chart nowhere", "");
    assert_eq!(refused.status, Some(2), "{refused:?}");
    // Where there is no promchart it is built, once a job.
    std::fs::remove_file(fixture.path("bin/promchart")).unwrap();
    let action: Yaml = serde_yaml::from_str(&at_root("action.yml")).unwrap();
    let path = fixture.path("path").display().to_string();
    let variables = [
        ("GITHUB_ACTION_PATH", "/action"),
        ("RUNNER_TEMP", "/temp"),
        ("GITHUB_PATH", path.as_str()),
    ];
    let first = action["runs"]["steps"][0]["run"].as_str().unwrap();
    let built = script(&fixture, first, &variables);
    assert_eq!(built.status, Some(0), "{built:?}");
    assert_eq!(
        read(&fixture.path("called")),
        "cargo install --locked --path /action --root /temp/promchart\n"
    );
    assert_eq!(read(&fixture.path("path")), "/temp/promchart/bin\n");
}

#[test]
fn the_workflow_for_github_annotates_and_comments() {
    let fixture = checkout();
    let expand = |text: &str| {
        let text = text.replace("${{ github.base_ref }}", "main");
        text.replace("${{ github.event.number }}", "7")
    };
    let mut printed = String::new();
    let workflow = &blocks()[0];
    for step in workflow["jobs"]["diff"]["steps"].as_sequence().unwrap() {
        let run = match (step["uses"].as_str(), step["run"].as_str()) {
            (Some("actions/checkout@v4"), _) => continue,
            (Some(uses), _) => {
                assert_eq!(uses, ACTION);
                let args = expand(step["with"]["args"].as_str().unwrap());
                action(
                    &fixture,
                    &args,
                    step["with"]["output"].as_str().unwrap_or_default(),
                )
            }
            (None, text) => script(&fixture, &expand(text.unwrap()), &[("GITHUB_BASE_REF", "main")]),
        };
        assert_eq!(run.status, Some(0), "{step:?}: {run:?}");
        printed.push_str(&run.stdout);
    }
    assert!(
        printed.contains("::notice file=deploy/values-prod.yaml,line=1,title=what this line changes::ConfigMap/default/demo data.tag: \"2\" -> \"3\""),
        "{printed}"
    );
    assert!(read(&fixture.path("work/diff.md")).starts_with("## What this changes\n"));
    assert_eq!(
        read(&fixture.path("called")),
        "gh pr comment 7 --body-file diff.md --edit-last --create-if-none\n"
    );
}

#[test]
fn the_job_for_gitlab_makes_a_page_and_comments() {
    let fixture = checkout();
    let job = &blocks()[1]["manifests"];
    let lines = ["before_script", "script"]
        .into_iter()
        .flat_map(|part| job[part].as_sequence().unwrap());
    let lines: Vec<&str> = lines.map(|line| line.as_str().unwrap()).collect();
    let run = script(
        &fixture,
        &lines.join("\n"),
        &[
            ("PROMCHART_REPOSITORY", "https://git.example.com/promchart.git"),
            ("CARGO_INSTALL_ROOT", ".promchart"),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
            ("CI_API_V4_URL", "https://gitlab.example.com/api/v4"),
            ("CI_PROJECT_ID", "4"),
            ("CI_MERGE_REQUEST_IID", "7"),
            ("COMMENT_TOKEN", "t"),
        ],
    );
    assert_eq!(run.status, Some(0), "{run:?}");
    assert_eq!(
        read(&fixture.path("called")),
        "cargo install --locked --git https://git.example.com/promchart.git promchart\n\
         curl --fail --silent --show-error --request POST --header PRIVATE-TOKEN: t --form body=<diff.md https://gitlab.example.com/api/v4/projects/4/merge_requests/7/notes\n"
    );
    assert!(read(&fixture.path("body")).contains("data.tag @@\n- \"2\"\n+ \"3\"\n"));
    assert!(read(&fixture.path("work/diff.html")).starts_with("<!DOCTYPE html>"));
}

#[test]
fn the_plugin_for_argo_cd_renders_what_promchart_does() {
    let fixture = checkout();
    let blocks = blocks();
    let plugin: Yaml = serde_yaml::from_str(blocks[2]["data"]["plugin.yaml"].as_str().unwrap()).unwrap();
    let generate = &plugin["spec"]["generate"];
    assert_eq!(
        generate["command"],
        serde_yaml::from_str::<Yaml>("[sh, -c]").unwrap()
    );
    let application = &blocks[4];
    let variable = &application["spec"]["source"]["plugin"]["env"][0];
    assert_eq!(
        application["spec"]["source"]["plugin"]["name"],
        plugin["metadata"]["name"]
    );
    let folder = application["spec"]["source"]["path"].as_str().unwrap();
    let name = format!("ARGOCD_ENV_{}", variable["name"].as_str().unwrap());
    let command = format!("cd {folder}; {}", generate["args"][0].as_str().unwrap());
    let run = script(
        &fixture,
        &command,
        &[
            (
                "ARGOCD_APP_NAME",
                application["metadata"]["name"].as_str().unwrap(),
            ),
            (
                "ARGOCD_APP_NAMESPACE",
                application["spec"]["destination"]["namespace"].as_str().unwrap(),
            ),
            ("KUBE_VERSION", "1.31.2"),
            (
                "KUBE_API_VERSIONS",
                "monitoring.coreos.com/v1,monitoring.coreos.com/v1/ServiceMonitor",
            ),
            (&name, variable["value"].as_str().unwrap()),
        ],
    );
    assert_eq!(run.stderr, "");
    assert_eq!(
        run.stdout,
        "---\n# Source: demo/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop\n  namespace: shop\ndata:\n  tag: \"3\"\n  kube: v1.31.2\n"
    );
    // The patch mounts the plugin where the sidecar looks for it.
    let pod = &blocks[3]["spec"]["template"]["spec"];
    let mounts = pod["containers"][0]["volumeMounts"].as_sequence().unwrap();
    let mount = mounts
        .iter()
        .find(|mount| mount["mountPath"] == "/home/argocd/cmp-server/config/plugin.yaml")
        .unwrap();
    let volumes = pod["volumes"].as_sequence().unwrap();
    let volume = volumes
        .iter()
        .find(|volume| volume["name"] == mount["name"])
        .unwrap();
    assert_eq!(volume["configMap"]["name"], blocks[2]["metadata"]["name"]);
}
