//! From a chart and the user's values to what every chart of the tree sees, in Helm's order: coalesce everything,
//! decide which subcharts take part, import values, coalesce what is left.

use std::sync::Arc;

use super::branch::Branch;
use super::coalesce::{self, Notes};
use super::import;
use super::odd;
use super::tables::{self, Nulls, Warnings};
use super::unquote::Unquoted;
use crate::chart::{Chart, Decision, enabled_subcharts, with_own_tags};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::yaml::Node;

/// The charts that take part, with the values that each sees.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The root chart.
    pub root: Scope,
    /// The root's values with every subchart in, disabled ones too: what conditions and tags were looked up in.
    pub undecided: Node,
    /// What looks wrong but does not stop the work.
    pub warnings: Vec<Diagnostic>,
}

impl Resolved {
    /// The root's values with what subcharts have that do not take part.
    pub fn everything(&self) -> Node {
        tables::overlay(&self.root.values, &self.undecided)
    }
}

/// A chart that takes part and its values.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The chart; its `metadata.name` is the alias, where it has one. Its `subcharts` are all that charts/ holds.
    pub chart: Arc<Chart>,
    /// What the chart's templates see as `Values`: a map, with the sections of its subcharts in it, and with `global`
    /// where this is a subchart.
    pub values: Node,
    /// The names from the root chart to this one, both included.
    pub path: Vec<String>,
    /// Why it takes part; none for the root.
    pub decision: Option<Decision>,
    /// Its subcharts that take part, library charts included.
    pub subcharts: Vec<Scope>,
    /// Its subcharts that do not, and why.
    pub disabled: Vec<Decision>,
}

impl Scope {
    /// The path of the chart's section in the root's values, without dots: empty for the root.
    pub fn section(&self) -> &[String] {
        self.path.get(1..).unwrap_or_default()
    }

    /// The path of the chart from the root chart, as `# Source:` shows it: `prometheus/charts/alertmanager`.
    pub fn name(&self) -> String {
        self.path.join("/charts/")
    }

    /// This scope and all below it, each followed by its subcharts.
    pub fn in_order(&self) -> Vec<&Scope> {
        let mut scopes = vec![self];
        for subchart in &self.subcharts {
            scopes.extend(subchart.in_order());
        }
        scopes
    }

    /// This scope and all below it, parents first.
    pub fn all(&self) -> Vec<&Scope> {
        let mut scopes = vec![self];
        let mut next = 0;
        while let Some(scope) = scopes.get(next).copied() {
            scopes.extend(&scope.subcharts);
            next += 1;
        }
        scopes
    }
}

/// Gives every chart that takes part its values. `user` is a map: [`super::UserValues::values`].
///
/// Fails where the section of a subchart is not a map, with all such places.
pub fn resolve(chart: &Arc<Chart>, user: &Node) -> Result<Resolved> {
    resolve_with(chart, user, &[])
}

/// [`resolve`], with texts that become numbers and booleans before anything is decided by them.
pub(super) fn resolve_with(chart: &Arc<Chart>, user: &Node, unquoted: &[Unquoted]) -> Result<Resolved> {
    let mut notes = Notes::default();
    // Conditions and tags are looked up in what the values come to with every subchart in, so that a subchart's own
    // defaults count.
    let everything = all_subcharts(chart);
    let mut undecided = coalesce::coalesce(&everything, user, Nulls::Delete, &mut notes);
    for unquoted in unquoted {
        unquoted.put(&mut undecided);
    }
    let mut notes = Notes {
        errors: notes.errors,
        warnings: Warnings::default(),
    };
    let plan = decide(chart, &undecided, &mut Vec::new(), &mut notes.warnings);
    plan.all(&mut |chart| notes.warnings.extend(odd::boolean_keys(&chart.values)));
    let mut tree = plan.branch();
    import::apply(&mut tree, &mut notes);
    let mut values = coalesce::coalesce(&tree, user, Nulls::Delete, &mut notes);
    for unquoted in unquoted {
        unquoted.put(&mut values);
    }
    if !notes.errors.is_empty() {
        return Err(Diagnostics(without_repeats(notes.errors)));
    }
    let root = scope(plan, values, None, &[]);
    Ok(Resolved {
        root,
        undecided,
        warnings: notes.warnings.into_list(),
    })
}

/// A chart with all of its subcharts, under their aliases.
fn all_subcharts(chart: &Arc<Chart>) -> Branch {
    // Without values nothing can be disabled.
    let all = enabled_subcharts(chart, &tables::empty(), &[]);
    Branch {
        chart: Arc::clone(chart),
        defaults: chart.values.clone(),
        dependencies: Vec::new(),
        subcharts: all
            .subcharts
            .iter()
            .map(|subchart| all_subcharts(&subchart.chart))
            .collect(),
    }
}

/// What was decided for a chart.
struct Plan {
    chart: Arc<Chart>,
    subcharts: Vec<(Plan, Decision)>,
    disabled: Vec<Decision>,
}

impl Plan {
    fn name(&self) -> &str {
        &self.chart.metadata.name
    }

    /// Visits the charts that take part.
    fn all(&self, visit: &mut impl FnMut(&Chart)) {
        visit(&self.chart);
        self.subcharts
            .iter()
            .for_each(|(subchart, _)| subchart.all(visit));
    }

    /// The charts that take part, for coalescing.
    fn branch(&self) -> Branch {
        let is_disabled = |name: &str| self.disabled.iter().any(|decision| decision.local_name() == name);
        let dependencies = &self.chart.metadata.dependencies;
        Branch {
            chart: Arc::clone(&self.chart),
            defaults: self.chart.values.clone(),
            dependencies: dependencies
                .iter()
                .filter(|entry| !is_disabled(entry.local_name()))
                .cloned()
                .collect(),
            subcharts: self
                .subcharts
                .iter()
                .map(|(subchart, _)| subchart.branch())
                .collect(),
        }
    }
}

/// Decides for a chart and all below it. `values` are the root's, `names` lead from the root to this chart.
fn decide(chart: &Arc<Chart>, values: &Node, names: &mut Vec<String>, warnings: &mut Warnings) -> Plan {
    let found = enabled_subcharts(chart, values, names);
    for warning in found.warnings {
        warnings.push(warning);
    }
    let mut subcharts = Vec::with_capacity(found.subcharts.len());
    for subchart in found.subcharts {
        names.push(subchart.chart.metadata.name.clone());
        let values = with_own_tags(values, &subchart.chart);
        let plan = decide(&subchart.chart, &values, names, warnings);
        names.pop();
        subcharts.push((plan, subchart.decision));
    }
    Plan {
        chart: Arc::clone(chart),
        subcharts,
        disabled: found.disabled,
    }
}

fn scope(plan: Plan, values: Node, decision: Option<Decision>, above: &[String]) -> Scope {
    let mut path = above.to_vec();
    path.push(plan.name().to_owned());
    let subcharts = plan
        .subcharts
        .into_iter()
        .map(|(plan, decision)| {
            let section = values.get(plan.name()).cloned();
            scope(plan, section.unwrap_or_else(tables::empty), Some(decision), &path)
        })
        .collect();
    Scope {
        chart: plan.chart,
        values,
        path,
        decision,
        subcharts,
        disabled: plan.disabled,
    }
}

/// The same section is met by each of the passes.
fn without_repeats(errors: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut kept: Vec<Diagnostic> = Vec::new();
    for error in errors {
        if !kept.contains(&error) {
            kept.push(error);
        }
    }
    kept
}
