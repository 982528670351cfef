//! The direction of imports: modules import only what stands to their left, and within a folder there are no circles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The flow: a module imports only what stands before it.
const FLOW: &[&str] = &[
    "source",
    "workers",
    "secret",
    "diagnostic",
    "files",
    "programs",
    "yaml",
    "chart",
    "values",
    "render",
    "manifest",
    "kubernetes",
    "explain",
    "lint",
    "diff",
    "emit",
    "create",
    "pipeline",
    "report",
    "cli",
];

/// Consumers of manifests, which stand side by side.
const CONSUMERS: &[&str] = &["emit", "lint", "diff"];

#[test]
fn a_module_imports_only_what_stands_to_its_left() {
    let graph = graph(&source_folder(), &["crate"]);
    let place = |name: &str| FLOW.iter().position(|known| *known == name);
    let modules: Vec<&String> = graph.keys().collect();
    for module in modules {
        assert!(place(module).is_some(), "`{module}` has no place in the flow");
    }
    for (module, imports) in &graph {
        for import in imports {
            assert!(
                place(import) < place(module),
                "`{module}` imports `{import}`, which stands to its right"
            );
            let side_by_side = CONSUMERS.contains(&module.as_str()) && CONSUMERS.contains(&import.as_str());
            assert!(!side_by_side, "`{module}` imports `{import}`, another consumer");
        }
    }
}

#[test]
fn there_are_no_circles_within_a_folder() {
    let mut found = Vec::new();
    walk(&source_folder(), &["crate".to_owned()], &mut |folder, path| {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if let Some(circle) = circle(&graph(folder, &path)) {
            found.push(format!("{}: {}", path.join("::"), circle.join(" -> ")));
        }
    });
    assert!(found.is_empty(), "circles of imports:\n{}", found.join("\n"));
}

#[test]
fn only_the_jinja_engine_knows_minijinja() {
    let mut found = Vec::new();
    files(&source_folder(), &mut |path, text| {
        let is_engine = path.components().any(|part| part.as_os_str() == "jinja");
        if !is_engine && code(text).contains("minijinja") {
            found.push(path.display().to_string());
        }
    });
    assert!(found.is_empty(), "{found:?}");
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Which of a folder's modules imports which: `path` is the folder's own path of modules.
fn graph(folder: &Path, path: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let modules = modules(folder);
    for (name, files_of) in &modules {
        let imports = graph.entry(name.clone()).or_default();
        for (file, depth) in files_of {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            for import in imported(&text) {
                let target = match import.first().map(String::as_str) {
                    Some("crate") if import.len() > path.len() && starts_with(&import, path) => {
                        &import[path.len()]
                    }
                    Some("super") => {
                        let ups = import.iter().take_while(|step| *step == "super").count();
                        // `super` of a module's own file is the folder; below it, one more for each level.
                        match import.get(ups) {
                            Some(target) if ups == depth + 1 => target,
                            _ => continue,
                        }
                    }
                    _ => continue,
                };
                if target != name && modules.contains_key(target) {
                    imports.insert(target.clone());
                }
            }
        }
    }
    graph
}

fn starts_with(import: &[String], path: &[&str]) -> bool {
    import.iter().zip(path).all(|(a, b)| a == b)
}

/// A folder's modules with their files, and how many levels of modules each file is below its module.
fn modules(folder: &Path) -> BTreeMap<String, Vec<(PathBuf, usize)>> {
    let mut modules: BTreeMap<String, Vec<(PathBuf, usize)>> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if is_test(&name) || matches!(name.as_str(), "mod" | "lib" | "main") {
            continue;
        }
        if path.is_dir() {
            below(&path, 0, modules.entry(name).or_default());
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            modules.entry(name).or_default().push((path, 0));
        }
    }
    modules
}

fn below(folder: &Path, depth: usize, found: &mut Vec<(PathBuf, usize)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if is_test(&name) {
            continue;
        }
        if path.is_dir() {
            below(&path, depth + 1, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push((path, if name == "mod" { depth } else { depth + 1 }));
        }
    }
}

fn is_test(name: &str) -> bool {
    name == "tests" || name.ends_with("_tests")
}

fn walk(folder: &Path, path: &[String], visit: &mut dyn FnMut(&Path, &[String])) {
    visit(folder, path);
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && !is_test(&name) {
            let inner: Vec<String> = path.iter().cloned().chain([name]).collect();
            walk(&entry.path(), &inner, visit);
        }
    }
}

fn files(folder: &Path, visit: &mut dyn FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, visit);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            visit(&path, &text);
        }
    }
}

/// The text without comments and tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The paths that a file names which begin with `crate` or `super`, those in braces spread out.
fn imported(text: &str) -> Vec<Vec<String>> {
    let text = code(text);
    let mut found = Vec::new();
    for root in ["crate::", "super::"] {
        let mut from = 0;
        while let Some(at) = text[from..].find(root) {
            let start = from + at;
            from = start + root.len();
            let before = text[..start].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ':')) {
                continue;
            }
            spread(&text[start..], Vec::new(), &mut found);
        }
    }
    found
}

/// Reads a path, and all that its braces hold.
fn spread(text: &str, mut path: Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        if rest.starts_with('{') {
            let mut inner = at + 1;
            loop {
                inner += group_blanks(&text[inner..]);
                match text[inner..].chars().next() {
                    Some('}') | None => return inner + 1,
                    Some(',') => inner += 1,
                    Some(_) => inner += spread(&text[inner..], path.clone(), found).max(1),
                }
            }
        }
        let word: String = rest
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if word.is_empty() {
            return at;
        }
        at += word.len();
        path.push(word);
        match text[at..].strip_prefix("::") {
            Some(_) => at += 2,
            None => {
                found.push(path);
                return at;
            }
        }
    }
}

fn group_blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// A circle in a graph.
fn circle(graph: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn visit(
        graph: &BTreeMap<String, BTreeSet<String>>,
        module: &str,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> Option<Vec<String>> {
        if let Some(start) = way.iter().position(|known| known == module) {
            let mut circle = way[start..].to_vec();
            circle.push(module.to_owned());
            return Some(circle);
        }
        if !done.insert(module.to_owned()) {
            return None;
        }
        way.push(module.to_owned());
        for import in graph.get(module).into_iter().flatten() {
            if let Some(circle) = visit(graph, import, way, done) {
                return Some(circle);
            }
        }
        way.pop();
        None
    }
    let mut done = BTreeSet::new();
    graph
        .keys()
        .find_map(|module| visit(graph, module, &mut Vec::new(), &mut done))
}
