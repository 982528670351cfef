//! Same input, same bytes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;

use promchart::emit;
use promchart::pipeline::Request;
use promchart::source::Source;
use sha2::{Digest, Sha256};

use crate::rendered;

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn render() -> String {
    let (manifests, _) = rendered::manifests(&Request::default()).unwrap();
    emit::yaml_stream(&manifests).to_string()
}

#[test]
fn a_hundred_renders_have_one_checksum() {
    let sums: BTreeSet<String> = (0..100).map(|_| sum(render().as_bytes())).collect();
    assert_eq!(sums.len(), 1, "{sums:?}");
}

/// Of the built-in chart only the templates that are switched on are compiled; of the same chart in a folder, all are.
#[test]
fn the_chart_in_its_folder_gives_the_same_bytes() {
    let bytes = |chart: Option<&str>, values: &str| {
        let mut request = Request {
            chart: chart.map(Into::into),
            ..Request::default()
        };
        request.inputs.files.push(Source::new("values.yaml", values));
        let (manifests, _) = rendered::manifests(&request).unwrap();
        emit::yaml_stream(&manifests).to_string()
    };
    for values in ["", rendered::EVERYTHING] {
        let built_in = bytes(None, values);
        assert_eq!(bytes(Some(env!("CARGO_MANIFEST_DIR")), values), built_in);
        assert!(built_in.len() > 30_000, "{}", built_in.len());
    }
}

#[test]
fn the_surroundings_change_nothing() {
    let expected = sum(render().as_bytes());
    let folder = tempfile::tempdir().unwrap();
    // What a program could be tempted to look at.
    let surroundings: [&[(&str, &str)]; 5] = [
        &[],
        &[("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")],
        &[("LANG", "C"), ("TZ", "Pacific/Kiritimati")],
        &[
            ("TZ", "America/Anchorage"),
            ("HOME", "/nonexistent"),
            ("USER", "nobody"),
        ],
        &[
            ("NO_COLOR", "1"),
            ("CI", "true"),
            ("HELM_NAMESPACE", "other"),
            ("KUBECONFIG", "/nonexistent"),
        ],
    ];
    for cwd in [
        std::path::Path::new("/"),
        folder.path(),
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")),
    ] {
        for variables in surroundings {
            let mut command = Command::new(env!("CARGO_BIN_EXE_promchart"));
            command
                .arg("render")
                .current_dir(cwd)
                .envs(variables.iter().copied());
            let output = command.output().unwrap();
            assert!(
                output.status.success(),
                "{command:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            assert_eq!(sum(&output.stdout), expected, "{} {variables:?}", cwd.display());
        }
    }
    // Nothing of them at all.
    let mut command = Command::new(env!("CARGO_BIN_EXE_promchart"));
    let output = command.arg("render").env_clear().output().unwrap();
    assert_eq!(sum(&output.stdout), expected, "without a variable");
}
