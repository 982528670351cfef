//! Values that templates ask for and that nothing declares.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::comments::is_in_comment;
use crate::diagnostic::{Diagnostic, Severity, nearest};
use crate::lint::Rule;
use crate::lint::tree::{Known, Tree, shown};
use crate::lint::values::declared::Declared;
use crate::source::{Place, Source};

/// See its texts.
pub const RULE: Rule = Rule {
    code: "undeclared-value",
    severity: Severity::Warning,
    meaning: "A template asks for a value that neither values.yaml nor the schema has.",
    reason: "Nobody who reads values.yaml can know of it, and a name that is misspelt is always empty.",
    action: "Correct the name, or add the key to values.yaml; a comment `# key:` there is enough.",
};

/// A path of keys.
type Keys = Vec<Arc<str>>;
/// The name of a file, a line and a column.
type Spot = (String, u32, u32);

pub(super) fn check(tree: &Tree<'_>, declared: &Declared<'_>, findings: &mut Vec<Diagnostic>) {
    // What a library asks for is declared by the charts that use it, or not.
    for known in tree.own().filter(|known| !known.chart.metadata.is_library) {
        // A helper may be given one thing here and another there: where one of them has the key, the others may do without.
        let mut by_place: BTreeMap<Spot, Option<Vec<(Keys, Place)>>> = BTreeMap::new();
        let own: Vec<&Arc<Source>> = known
            .chart
            .templates
            .iter()
            .filter_map(|file| file.source())
            .collect();
        for asked in tree.reads(known).into_iter().flat_map(|reads| reads.asked()) {
            // Helpers of other charts ask for what only some have.
            let source = asked.place.source();
            if !source.is_some_and(|source| own.iter().any(|own| Arc::ptr_eq(own, source))) {
                continue;
            }
            let place = &asked.place;
            let name = place.source().map_or("", |source| source.name());
            let all = by_place
                .entry((name.to_owned(), place.line, place.column))
                .or_insert_with(|| Some(Vec::new()));
            // In what is handed on as a whole there may be anything.
            let is_open = |path: &[Arc<str>]| {
                let above = path.split_last().map_or(&[][..], |(_, above)| above);
                let above = above.iter().map(AsRef::as_ref);
                tree.reads(known).is_some_and(|reads| reads.is_whole(above))
            };
            let missing = missing(declared, known, &asked.path).filter(|path| !is_open(path));
            match (missing, all.as_mut()) {
                (Some(missing), Some(all)) => all.push((missing, place.clone())),
                _ => *all = None,
            }
        }
        let mut told: BTreeMap<Keys, Place> = BTreeMap::new();
        for (path, place) in by_place.into_values().flatten().flatten() {
            told.entry(path).or_insert(place);
        }
        findings.extend(
            told.iter()
                .filter_map(|(path, place)| tell(declared, known, path, place)),
        );
    }
}

/// The part of a path up to the first key that nothing declares.
fn missing(declared: &Declared<'_>, known: &Known<'_>, path: &[Arc<str>]) -> Option<Keys> {
    let mut at = declared.at(known.section.iter().copied())?;
    for (position, key) in path.iter().enumerate() {
        if declared.is_open(&at) || position == 0 && matches!(&**key, "global" | "tags") {
            return None;
        }
        match declared.step(&at, key) {
            Some(next) => at = next,
            None => return path.get(..=position).map(<[_]>::to_vec),
        }
    }
    None
}

fn tell(declared: &Declared<'_>, known: &Known<'_>, path: &[Arc<str>], place: &Place) -> Option<Diagnostic> {
    let (last, above) = path.split_last()?;
    let values = known.chart.values.place.source();
    if values.is_some_and(|values| is_in_comment(values, last)) {
        return None;
    }
    let written = |keys: &[Arc<str>]| {
        let dot = match known.chart.engine {
            crate::chart::Engine::Go => ".",
            crate::chart::Engine::Jinja => "",
        };
        format!("{dot}Values.{}", shown(keys.iter().map(AsRef::as_ref)))
    };
    let keys = known
        .section
        .iter()
        .copied()
        .chain(above.iter().map(|key| &**key));
    let at = declared.at(keys)?;
    let message = format!(
        "the chart `{}` has no value `{}`, and a template asks for it",
        known.chart.metadata.name,
        written(path)
    );
    let help = match nearest(last, declared.names(&at).into_iter()) {
        Some(near) => {
            let path: Keys = above.iter().cloned().chain([near.into()]).collect();
            format!("did you mean `{}`?", written(&path))
        }
        None => "neither values.yaml nor the schema has it: add it there, or remove it from the template"
            .to_owned(),
    };
    Some(RULE.finding(message).at(place).help(help))
}
