//! What promtool, amtool and the programs' own `--help` say to what the chart renders.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use promchart::source::Source;
use promchart::yaml;
use serde_json::Value as Json;

use crate::rendered::{self, Rendered, entries, items, title};
use crate::tools;

/// Writes the files of a ConfigMap into a new folder.
fn write_files(rendered: &Rendered, config_map: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let object = rendered.named("ConfigMap", config_map).unwrap();
    for (name, text) in entries(&object["data"]) {
        fs::write(folder.path().join(name), text.as_str().unwrap()).unwrap();
    }
    folder
}

fn all() -> Vec<Rendered> {
    let mut all = rendered::shipped();
    all.extend(rendered::everything());
    all
}

/// Whether promtool knows a field of a configuration: Debian's is built without service discovery, and is Prometheus 2.
fn knows(promtool: &Path, field: &str, config: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("prometheus.yml");
    fs::write(&file, config).unwrap();
    let (accepted, said) = check_config(promtool, &file);
    assert!(
        accepted || said.contains(&format!("field {field} not found")),
        "{said}"
    );
    accepted
}

fn check_config(promtool: &Path, file: &Path) -> (bool, String) {
    tools::run(
        Command::new(promtool)
            .args(["check", "config", "--syntax-only"])
            .arg(file),
    )
}

fn read(text: &str) -> Json {
    yaml::to_json(&yaml::read_document(&Source::new("prometheus.yml", text)).unwrap())
}

#[test]
fn promtool_accepts_the_configuration() {
    let Some(promtool) = tools::find(&["promtool"], "prometheus.yml against promtool") else {
        return;
    };
    let discovers = knows(
        &promtool,
        "kubernetes_sd_configs",
        "scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: node}]}]\n",
    );
    if !discovers {
        tools::skip_unless_required(
            "prometheus.yml against promtool",
            "it is built without Kubernetes discovery",
        );
        return;
    }
    let mut renders = rendered::shipped();
    if knows(&promtool, "otlp", "otlp: {promote_resource_attributes: [a]}\n") {
        renders.extend(rendered::everything());
    } else {
        tools::skip("all that Prometheus 3 knows", "promtool is an older one");
    }
    for rendered in renders {
        let folder = write_files(&rendered, "prometheus-server");
        let file = folder.path().join("prometheus.yml");
        let (accepted, said) = check_config(&promtool, &file);
        assert!(accepted, "{}: {said}", rendered.name);
    }
}

#[test]
fn promtool_accepts_the_rules() {
    let Some(promtool) = tools::find(&["promtool"], "the rule files against promtool") else {
        return;
    };
    for rendered in all() {
        let folder = write_files(&rendered, "prometheus-server");
        let config = read(rendered.file("prometheus-server", "prometheus.yml"));
        // Those that Prometheus is told to read, which are files of the ConfigMap.
        let files: Vec<PathBuf> = items(&config["rule_files"])
            .map(|file| file.as_str().unwrap())
            .map(|file| folder.path().join(file.strip_prefix("/etc/config/").unwrap()))
            .collect();
        assert!(!files.is_empty(), "{}: no rule files", rendered.name);
        let mut command = Command::new(&promtool);
        command
            .args(["check", "rules", "--lint=all", "--lint-fatal"])
            .args(&files);
        let (accepted, said) = tools::run(&mut command);
        assert!(accepted, "{}: {said}", rendered.name);
    }
}

#[test]
fn amtool_accepts_the_configuration() {
    let Some(amtool) = tools::find(&["amtool"], "alertmanager.yml against amtool") else {
        return;
    };
    for rendered in all() {
        // amtool reads the templates, but none of the files that hold credentials.
        let folder = write_files(&rendered, "prometheus-alertmanager");
        let file = folder.path().join("alertmanager.yml");
        let text = fs::read_to_string(&file).unwrap();
        let here = format!("{}/", folder.path().display());
        fs::write(&file, text.replace("/etc/alertmanager/", &here)).unwrap();
        let (accepted, said) = tools::run(Command::new(&amtool).arg("check-config").arg(&file));
        assert!(accepted, "{}: {said}", rendered.name);
    }
}

/// The programs whose flags the chart writes: their names, what the repositories of their images end with, and whether
/// systems have packages of them, so that a machine can be asked to.
const PROGRAMS: &[(&[&str], &str, bool)] = &[
    (&["prometheus"], "/prometheus", true),
    (
        &["alertmanager", "prometheus-alertmanager"],
        "/alertmanager",
        true,
    ),
    (
        &["prometheus-config-reloader"],
        "/prometheus-config-reloader",
        false,
    ),
    (
        &["node_exporter", "prometheus-node-exporter"],
        "/node-exporter",
        true,
    ),
    (&["pushgateway", "prometheus-pushgateway"], "/pushgateway", true),
];

/// The flags that a `--help` lists: `--name`, and `--[no-]name` without the `no-`.
fn flags_of(help: &str) -> BTreeSet<String> {
    let mut flags = BTreeSet::new();
    for (at, _) in help.match_indices("--") {
        let text = &help[at + 2..];
        let text = text.strip_prefix("[no-]").unwrap_or(text);
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)));
        flags.insert(text[..end.unwrap_or(text.len())].to_owned());
    }
    flags
}

#[test]
fn flags_of_a_help_text() {
    let help =
        "  -h, --[no-]help   Show help (also try --help-long).\n      --web.listen-address=:9091 ...\n";
    let expected = ["help", "help-long", "web.listen-address"];
    assert_eq!(flags_of(help), expected.map(str::to_owned).into());
}

/// The names of the flags of each container that runs an image, with where they are.
fn rendered_flags(renders: &[Rendered], image: &str) -> Vec<(String, String)> {
    let mut flags = Vec::new();
    for rendered in renders {
        for workload in rendered.workloads() {
            for container in items(&workload["spec"]["template"]["spec"]["containers"]) {
                let reference = container["image"].as_str().unwrap();
                let repository = reference.split(['@', ':']).next().unwrap();
                if !repository.ends_with(image) {
                    continue;
                }
                for arg in items(&container["args"]) {
                    let arg = arg.as_str().unwrap();
                    let flag = arg
                        .strip_prefix("--")
                        .unwrap_or_else(|| panic!("{arg} is no flag"));
                    let name = flag.split('=').next().unwrap();
                    flags.push((
                        name.to_owned(),
                        format!("{}: {}: {arg}", rendered.name, title(workload)),
                    ));
                }
            }
        }
    }
    flags
}

#[test]
fn programs_know_the_flags() {
    let renders = all();
    let mut unknown = Vec::new();
    for (names, image, is_packaged) in PROGRAMS {
        let flags = rendered_flags(&renders, image);
        assert!(!flags.is_empty(), "no container with a flag runs {image}");
        let test = format!("the flags of {}", names[0]);
        let Some(program) = (if *is_packaged {
            tools::find(names, &test)
        } else {
            tools::find_optional(names, &test)
        }) else {
            continue;
        };
        let (_, help) = tools::run(Command::new(&program).arg("--help"));
        let known = flags_of(&help);
        assert!(known.contains("help"), "{}: {help}", program.display());
        unknown.extend(
            flags
                .into_iter()
                // Every switch can be turned off, but older programs do not list that.
                .filter(|(name, _)| !known.contains(name.strip_prefix("no-").unwrap_or(name)))
                .map(|(_, place)| place),
        );
    }
    assert!(unknown.is_empty(), "unknown flags:\n{}", unknown.join("\n"));
}
