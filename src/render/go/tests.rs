//! Tests of the engine as a whole; what Helm makes of ten thousand calls and templates is in tests/gotemplate.rs.

mod bounds;
mod charts;
mod engine;
mod errors;
mod hostile;
mod language;
mod provenance;
mod side_by_side;
mod words;

use std::sync::Arc;

use super::*;
use crate::source::Source;
use crate::yaml;

/// A root with values.
fn root(values: &str) -> Value {
    let values = from_node(&yaml::read_values(&Source::new("values.yaml", values)).unwrap());
    let values = values.as_map().unwrap().seen_as(MapType::Values);
    let root = Map::from_values([
        ("Values", Value::Map(values)),
        ("Release", Value::Map(roots::release("r", "ns", false))),
    ]);
    Value::Map(root.seen_as(MapType::Values))
}

/// A program of files.
fn program(files: &[(&str, &str)]) -> Result<Program> {
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (Arc::<str>::from(*path), Source::new(*path, *text)))
        .collect();
    Program::parse(&files)
}

/// What the first of some files renders to.
fn render_files(files: &[(&str, &str)], values: &str) -> Result<String> {
    let program = program(files)?;
    let limits = Limits {
        steps: 1_000_000,
        bytes: 1 << 22,
        ..Limits::default()
    };
    let output = Run::new(&program, limits).render(files[0].0, root(values), false)?;
    Ok(output.text.lossy().into_owned())
}

/// What a template renders to.
fn render(template: &str, values: &str) -> String {
    match render_files(&[("c/templates/a.yaml", template)], values) {
        Ok(text) => text,
        Err(error) => panic!("{error}\n{template}"),
    }
}

/// What is wrong with a template.
fn wrong(template: &str) -> String {
    render_files(&[("a.yaml", template)], "").unwrap_err().to_string()
}

/// Runs on a thread with the stack that [`Limits::depth`] asks for.
fn on_large_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 << 20);
    thread.spawn(test).unwrap().join().unwrap();
}
