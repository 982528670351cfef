//! Chart.lock: the versions that were resolved, and the sum that ties them to Chart.yaml.
//!
//! The sum is Helm's: SHA-256 of what Go's encoding/json makes of the two lists of dependencies.

use std::fmt::Write;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::model::{Chart, Dependency};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, Severity};
use crate::source::{Place, Source};
use crate::yaml::{self, Node};

/// The code of a Chart.lock with a value of the wrong kind.
pub const LOCK_INVALID: &str = "chart-lock-invalid";
/// The code of a Chart.lock that does not match Chart.yaml.
pub const LOCK_OUT_OF_SYNC: &str = "chart-lock-out-of-sync";

/// Chart.lock.
#[derive(Debug, Clone)]
pub struct Lock {
    /// What was resolved, in the order of Chart.yaml.
    pub dependencies: Vec<LockedDependency>,
    /// The sum over Chart.yaml's entries and these: `sha256:...`.
    pub digest: String,
    /// Where the sum was written.
    pub digest_place: Place,
}

/// An entry of Chart.lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedDependency {
    /// The chart's name.
    pub name: String,
    /// The repository, as in Chart.yaml.
    pub repository: String,
    /// The exact version.
    pub version: String,
}

impl Lock {
    /// Reads Chart.lock.
    ///
    /// # Errors
    /// `chart-lock-invalid` for each entry or key that is not as it should be.
    pub fn read(source: &Arc<Source>) -> Result<Lock> {
        let node = yaml::read_values(source)?;
        let mut problems = Vec::new();
        let mut text = |node: &Node, key: &str| match node.get(key) {
            None => String::new(),
            Some(value) => value.as_str().map(str::to_owned).unwrap_or_else(|| {
                if !value.is_null() {
                    let message = format!("`{key}` is {}, not a string", value.kind());
                    problems.push(Diagnostic::error(LOCK_INVALID, message).at(&value.place));
                }
                String::new()
            }),
        };
        let digest = text(&node, "digest");
        let entries = node
            .get("dependencies")
            .and_then(Node::as_list)
            .unwrap_or_default();
        let dependencies = entries
            .iter()
            .map(|entry| LockedDependency {
                name: text(entry, "name"),
                repository: text(entry, "repository"),
                version: text(entry, "version"),
            })
            .collect();
        if !problems.is_empty() {
            return Err(Diagnostics(problems));
        }
        let digest_place = node
            .get("digest")
            .map_or_else(|| Place::whole(source), |node| node.place.clone());
        Ok(Lock {
            dependencies,
            digest,
            digest_place,
        })
    }
}

/// The sum that Chart.lock carries, over the entries of Chart.yaml and those of the lock itself.
pub fn digest(wanted: &[Dependency], locked: &[LockedDependency]) -> String {
    let wanted: Vec<String> = wanted.iter().map(wanted_json).collect();
    let locked: Vec<String> = locked
        .iter()
        .map(|entry| {
            let mut object = Object::default();
            object.text("name", &entry.name);
            object.optional("version", &entry.version);
            object.text("repository", &entry.repository);
            object.close()
        })
        .collect();
    let json = format!("[[{}],[{}]]", wanted.join(","), locked.join(","));
    let mut digest = String::from("sha256:");
    for byte in Sha256::digest(json.as_bytes()) {
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}

fn wanted_json(entry: &Dependency) -> String {
    let mut object = Object::default();
    object.text("name", &entry.name);
    object.optional("version", &entry.version);
    object.text("repository", &entry.repository);
    object.optional("condition", &entry.condition);
    object.list(
        "tags",
        entry
            .tags
            .iter()
            .map(|tag| go_json(&tag.as_str().into()))
            .collect(),
    );
    if entry.node.get("enabled").and_then(Node::as_bool) == Some(true) {
        object.raw("enabled", "true");
    }
    let imports = entry
        .node
        .get("import-values")
        .and_then(Node::as_list)
        .unwrap_or_default();
    object.list(
        "import-values",
        imports.iter().map(|node| go_json(&yaml::to_json(node))).collect(),
    );
    object.optional("alias", entry.alias.as_deref().unwrap_or_default());
    object.close()
}

/// A JSON object in the order of Go's struct, written as Go writes it.
#[derive(Default)]
struct Object(String);

impl Object {
    fn raw(&mut self, key: &str, json: &str) {
        let start = if self.0.is_empty() { '{' } else { ',' };
        let _ = write!(self.0, "{start}\"{key}\":{json}");
    }

    fn text(&mut self, key: &str, text: &str) {
        self.raw(key, &go_json(&text.into()));
    }

    fn optional(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.text(key, text);
        }
    }

    fn list(&mut self, key: &str, items: Vec<String>) {
        if !items.is_empty() {
            self.raw(key, &format!("[{}]", items.join(",")));
        }
    }

    fn close(self) -> String {
        if self.0.is_empty() {
            "{}".to_owned()
        } else {
            self.0 + "}"
        }
    }
}

/// Go's encoder escapes what HTML would trip over, and two line ends that JavaScript knows.
fn go_json(value: &serde_json::Value) -> String {
    let mut json = String::new();
    for c in value.to_string().chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(json, "\\u{:04x}", u32::from(c));
            }
            c => json.push(c),
        }
    }
    json
}

/// What is wrong with a chart's Chart.lock, where it has one: a warning, since `helm template` does not ask, and
/// rendering reads charts/ only. Commands that fetch what the lock says make an error of it.
pub fn check_lock(chart: &Chart) -> Option<Diagnostic> {
    let source = chart.lock.as_ref()?;
    let lock = match Lock::read(source) {
        Ok(lock) => lock,
        Err(problems) => {
            let problem = problems.0.into_iter().next()?;
            return Some(Diagnostic {
                severity: Severity::Warning,
                ..problem
            });
        }
    };
    if lock.digest == digest(&chart.metadata.dependencies, &lock.dependencies) {
        return None;
    }
    let message = format!(
        "`{}` does not match the dependencies in Chart.yaml",
        source.name()
    );
    Some(
        Diagnostic::warning(LOCK_OUT_OF_SYNC, message)
            .at(&lock.digest_place)
            .help("update it, as `helm dependency update` does"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::metadata;

    /// The sums are those of a separate Python program: `json.dumps(..., separators=(",", ":"))` of the two lists in
    /// Go's order of keys, `<>&` escaped, and hashlib's SHA-256.
    fn found(dependencies: &str, locked: &[(&str, &str, &str)]) -> String {
        let yaml = format!("engine: jinja\nname: c\nversion: 1.0.0\ndependencies:\n{dependencies}");
        let mut warnings = Vec::new();
        let metadata = metadata::read(&Source::new("Chart.yaml", yaml), None, &mut warnings).unwrap();
        let locked: Vec<LockedDependency> = locked
            .iter()
            .map(|(name, version, repository)| LockedDependency {
                name: (*name).to_owned(),
                repository: (*repository).to_owned(),
                version: (*version).to_owned(),
            })
            .collect();
        digest(&metadata.dependencies, &locked)
    }

    #[test]
    fn the_sum_of_one_dependency() {
        let dependencies = "- {name: a, version: '>=1.0.0', repository: 'https://example.com/?x=1&y=2'}\n";
        let expected = "sha256:fbdcf635f2e15545890d607e3fe9f689cec72891f4ea125f3ff674f8831b6c66";
        assert_eq!(
            found(dependencies, &[("a", "1.2.3", "https://example.com/?x=1&y=2")]),
            expected
        );
    }

    #[test]
    fn the_sum_of_everything() {
        let dependencies = "- {name: a, version: ^1, repository: '', condition: 'a.enabled,x.y', tags: [t, u], enabled: true, import-values: [data, {parent: p, child: c}], alias: b}\n- {name: z}\n";
        let expected = "sha256:0fe8180b696bd49b08d3ff14c751184563f620bcbdace032ebeb99bbe22b4a54";
        assert_eq!(
            found(dependencies, &[("a", "1.0.0", ""), ("z", "", "")]),
            expected
        );
    }

    /// What Helm 3.17.3 wrote into Chart.lock for these.
    #[test]
    fn the_sum_of_helm_itself() {
        let dependencies = "- {name: a, version: \">=1.0.0 <2\", repository: \"file://../a\", \
            condition: \"a.enabled,x.y\", tags: [t, u], import-values: [data, {parent: p, child: c}], alias: b}\n";
        let expected = "sha256:c91638b61978b516c48cabdf6407965ef2b500366d064d042450e819fd732f4a";
        assert_eq!(found(dependencies, &[("a", "1.2.3", "file://../a")]), expected);
    }

    fn chart(digest: &str) -> Chart {
        let lock = Source::new(
            "Chart.lock",
            format!("dependencies: []\ndigest: {digest}\ngenerated: \"x\"\n"),
        );
        Chart {
            lock: Some(lock),
            ..Chart::default()
        }
    }

    #[test]
    fn a_lock_that_does_not_fit_is_said() {
        assert_eq!(check_lock(&Chart::default()), None);
        // sha256 of `[[],[]]`.
        let right = "sha256:643d5437104296e21d906ecb15b2c96ad278f20cfc4af53b12bb6069bd853726";
        assert_eq!(check_lock(&chart(right)), None);
        let problem = check_lock(&chart("sha256:00")).unwrap();
        assert_eq!(
            problem.message,
            "`Chart.lock` does not match the dependencies in Chart.yaml"
        );
        assert_eq!(problem.place().unwrap().to_string(), "Chart.lock:2:9");
        assert_eq!(problem.severity, Severity::Warning);
        let problem = check_lock(&chart("[]")).unwrap();
        assert_eq!(problem.message, "`digest` is a list, not a string");
    }
}
