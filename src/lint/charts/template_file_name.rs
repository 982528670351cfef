//! Files among Go templates whose names say that they are something else.

use crate::chart::Engine;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Rule;
use crate::lint::tree::Tree;
use crate::source::Place;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "template-file-name",
    severity: Severity::Warning,
    meaning: "A file under templates/ of a Go chart ends with something else than .yaml, .yml, .tpl or .txt.",
    reason: "Helm renders every file there, whatever its name, and takes what comes out for objects; `helm lint` refuses the name.",
    action: "Rename it, or move it to another folder and read it with `.Files.Get`.",
};

const ENDINGS: &[&str] = &[".yaml", ".yml", ".tpl", ".txt"];

pub(super) fn check(tree: &Tree<'_>, findings: &mut Vec<Diagnostic>) {
    for known in tree.own().filter(|known| known.chart.engine == Engine::Go) {
        for file in &known.chart.templates {
            if ENDINGS.iter().any(|ending| file.path.ends_with(ending)) {
                continue;
            }
            let place = file.source().map_or(Place::NONE, Place::whole);
            findings.push(
                RULE.finding(format!(
                    "Helm renders `{}` as a template, whatever its name",
                    file.path
                ))
                .at(&place)
                .help("rename it to .yaml, .yml, .tpl or .txt, or move it out of templates/"),
            );
        }
    }
}
