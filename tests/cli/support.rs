//! A folder of one's own, the program run in it, and what came of that.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_promchart");

/// A folder that is removed in the end; the program runs in it and sees no variable of this process.
pub struct Fixture {
    folder: TempDir,
}

/// What a run came to.
#[derive(Debug)]
pub struct Run {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Fixture {
    pub fn new() -> Self {
        Fixture {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A fixture with one values file, `values.yaml`.
    pub fn with_values(text: impl AsRef<[u8]>) -> Self {
        Fixture::new().file("values.yaml", text)
    }

    /// A fixture with a small chart in the folder `demo`: a ConfigMap that shows all values, a Service, a hook, a test
    /// hook, a CRD and an environment.
    pub fn with_chart() -> Self {
        Fixture::new()
            .file(
                "demo/Chart.yaml",
                "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: jinja\nkubeVersion: '>=1.25'\n",
            )
            .file("demo/values.yaml", "greeting: hello\nport: 80\nsection:\n  a: 1\n")
            .file("demo/values/dev.yaml", "greeting: dev\nport: 8080\n")
            .file(
                "demo/templates/cm.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ Release.Name }}-cm\n  namespace: {{ Release.Namespace }}\ndata:\n  values: {{ Values | to_json }}\n  upgrade: {{ Release.IsUpgrade | string }}\n  kube: {{ Capabilities.KubeVersion.Version }}\n  crd: {{ (\"example.com/v1\" in Capabilities.APIVersions) | string }}\n",
            )
            .file(
                "demo/templates/svc.yaml",
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ Release.Name }}\nspec:\n  ports:\n    - port: {{ Values.port }}\n",
            )
            .file(
                "demo/templates/hook.yaml",
                "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  annotations:\n    helm.sh/hook: pre-install\n",
            )
            .file(
                "demo/templates/tests/probe.yaml",
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: probe\n  annotations:\n    helm.sh/hook: test\n",
            )
            .file(
                "demo/crds/thing.yaml",
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\n",
            )
    }

    /// A fixture with a chart in the folder `demo` whose one template is the given one.
    pub fn with_template(values: &str, template: &str) -> Self {
        Fixture::new()
            .file(
                "demo/Chart.yaml",
                "apiVersion: v2\nname: demo\nversion: 0.1.0\nengine: jinja\n",
            )
            .file("demo/values.yaml", values)
            .file("demo/templates/a.yaml", template)
    }

    /// Adds a file, with its folders.
    pub fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Adds a file of a size that takes no room on the disk.
    pub fn sparse_file(self, path: &str, size: u64) -> Self {
        File::create(self.path(path)).unwrap().set_len(size).unwrap();
        self
    }

    /// Packs a folder of the fixture into an archive as `helm package` does.
    pub fn archive(self, path: &str, folder: &str) -> Self {
        let mut archive = tar::Builder::new(GzEncoder::new(
            File::create(self.path(path)).unwrap(),
            Compression::fast(),
        ));
        archive.append_dir_all(folder, self.path(folder)).unwrap();
        archive.into_inner().unwrap().finish().unwrap();
        self
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Every path below the folder with its size, so that a left-over would show.
    pub fn tree(&self) -> BTreeMap<PathBuf, u64> {
        let mut found = BTreeMap::new();
        let mut open = vec![self.folder.path().to_owned()];
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                let metadata = fs::symlink_metadata(&path).unwrap();
                if metadata.is_dir() {
                    open.push(path.clone());
                }
                let size = if metadata.is_file() { metadata.len() } else { 0 };
                found.insert(path.strip_prefix(self.folder.path()).unwrap().to_owned(), size);
            }
        }
        found
    }

    /// The program in this folder, with no variable set.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.command(arguments))
    }

    /// Runs with a text on standard input.
    pub fn run_with_stdin(&self, arguments: &[&str], stdin: &str) -> Run {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        Run::from(child.wait_with_output().unwrap())
    }

    /// Runs `render -f values.yaml`.
    pub fn render_values(&self) -> Run {
        self.run(&["render", "-f", "values.yaml"])
    }

    /// Runs `render --chart demo` with more arguments.
    pub fn render_demo(&self, more: &[&str]) -> Run {
        self.run(&[&["render", "--chart", "demo"], more].concat())
    }

    /// Runs the program, which has to refuse with exactly this on stderr and leave the folder as it was.
    #[track_caller]
    pub fn refuses(&self, arguments: &[&str], stderr: &str) {
        let before = self.tree();
        let run = self.run(arguments);
        assert_eq!(run.refused(), stderr.trim_start_matches('\n'));
        assert_eq!(self.tree(), before, "something is left on disk");
    }
}

impl Run {
    pub fn of(command: &mut Command) -> Run {
        Run::from(command.output().unwrap())
    }

    /// Stdout of a run that did its job and had nothing to tell.
    #[track_caller]
    pub fn done(&self) -> &str {
        assert_eq!((self.status, self.stderr.as_str()), (Some(0), ""));
        &self.stdout
    }

    /// Stderr of a run that could not do its job: status 2, nothing on stdout, no panic.
    #[track_caller]
    pub fn refused(&self) -> &str {
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        assert_eq!(
            (self.status, self.stdout.as_str()),
            (Some(2), ""),
            "{}",
            self.stderr
        );
        assert!(self.stderr.starts_with("error: "), "{}", self.stderr);
        &self.stderr
    }

    /// The names of the objects on stdout: `Kind/name`, in their order.
    #[track_caller]
    pub fn objects(&self) -> Vec<String> {
        objects(self.done())
    }
}

impl From<std::process::Output> for Run {
    fn from(output: std::process::Output) -> Run {
        Run {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// `Kind/name` of each document.
pub fn objects(stream: &str) -> Vec<String> {
    documents(stream)
        .iter()
        .map(|object| {
            let text = |pointer: &str| {
                object
                    .pointer(pointer)
                    .and_then(|text| text.as_str())
                    .unwrap_or("?")
            };
            format!("{}/{}", text("/kind"), text("/metadata/name"))
        })
        .collect()
}

/// The documents of a YAML stream as JSON.
pub fn documents(stream: &str) -> Vec<serde_json::Value> {
    let source = promchart::source::Source::new("stdout", stream);
    promchart::yaml::read_documents(&source)
        .unwrap()
        .iter()
        .map(promchart::yaml::to_json)
        .collect()
}

/// The text of a file.
pub fn read(path: &Path) -> String {
    let mut text = String::new();
    File::open(path).unwrap().read_to_string(&mut text).unwrap();
    text
}
