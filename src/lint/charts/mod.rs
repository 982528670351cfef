//! Rules about charts themselves: Chart.yaml, the schema, and what values.yaml and the templates have to do with each other. They look at
//! charts in folders and archives that are one's own: the chart that is rendered, and those in its charts/ that are not fetched from a
//! repository. Nobody who uses the built-in chart could mend it; the project's tests look at it as a folder.

mod chart_field_type;
mod chart_format;
mod chart_icon;
mod chart_loose_version;
mod chart_maintainer;
mod chart_unknown_key;
mod chart_url;
mod chart_without_templates;
mod chart_without_values;
mod comments;
mod list_annotation;
mod not_a_crd;
mod schema;
mod schema_default_differs;
mod schema_unread_property;
mod template_file_name;
mod undeclared_value;
mod undocumented_value;
mod unread_default;
mod urls;

use super::tree::Tree;
use super::values::declared::Declared;
use super::{Group, Subject};
use crate::diagnostic::Diagnostic;

/// The rules about charts.
#[rustfmt::skip]
pub const GROUP: Group = Group {
    title: "Charts",
    set: None,
    rules: &[
        &chart_field_type::RULE,
        &chart_format::RULE,
        &chart_icon::RULE,
        &chart_loose_version::RULE,
        &chart_maintainer::RULE,
        &chart_unknown_key::RULE,
        &chart_url::RULE,
        &chart_without_templates::RULE,
        &chart_without_values::RULE,
        &list_annotation::RULE,
        &not_a_crd::RULE,
        &schema_default_differs::RULE,
        &schema_unread_property::RULE,
        &template_file_name::RULE,
        &undeclared_value::RULE,
        &undocumented_value::RULE,
        &unread_default::RULE,
    ],
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    if subject.root.chart.is_embedded {
        return;
    }
    let tree = Tree::of(subject);
    let declared = Declared::of(&subject.root.chart);
    chart_field_type::check(&tree, findings);
    chart_format::check(&tree, findings);
    chart_icon::check(&tree, findings);
    chart_loose_version::check(&tree, findings);
    chart_maintainer::check(&tree, findings);
    chart_unknown_key::check(&tree, findings);
    chart_url::check(&tree, findings);
    chart_without_templates::check(&tree, findings);
    chart_without_values::check(&tree, findings);
    list_annotation::check(subject, findings);
    not_a_crd::check(&tree, subject.objects(), findings);
    schema_default_differs::check(&tree, findings);
    schema_unread_property::check(&tree, findings);
    template_file_name::check(&tree, findings);
    undeclared_value::check(&tree, &declared, findings);
    undocumented_value::check(&tree, subject, findings);
    unread_default::check(&tree, findings);
}
