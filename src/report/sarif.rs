//! Diagnostics as SARIF 2.1.0, the form of code scanning (OASIS; <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::shown::Shown;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::lint::{self, Known};
use crate::source::{Place, Source};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One run with all findings and the rules that they are of, ended by a newline. Secrets that the sources of the findings or `known` hold
/// are hidden.
pub fn findings(findings: &[Diagnostic], known: &[Arc<Source>]) -> String {
    let shown = Shown::of(findings, known);
    let mut codes: BTreeMap<&str, usize> = findings.iter().map(|finding| (finding.code, 0)).collect();
    for (number, (_, index)) in codes.iter_mut().enumerate() {
        *index = number;
    }
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "promchart",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": codes.keys().map(|code| rule(code)).collect::<Vec<_>>(),
            }},
            "columnKind": "utf16CodeUnits",
            "results": findings.iter().map(|finding| result(finding, &codes, &shown)).collect::<Vec<_>>(),
        }],
    });
    super::json_text(&log)
}

fn rule(code: &str) -> Json {
    let (meaning, why, action, severity) = match lint::known(code) {
        Some(Known::Rule(rule)) => (rule.meaning, rule.reason, rule.action, rule.severity),
        Some(Known::Code(code)) => (code.meaning, "", code.action, code.severity),
        Some(Known::Set(_)) | None => (code, "", "", Severity::Warning),
    };
    json!({
        "id": code,
        "shortDescription": {"text": meaning},
        "fullDescription": {"text": format!("{meaning} {why}").trim_end()},
        "help": {"text": action},
        "defaultConfiguration": {"level": level(severity)},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(finding: &Diagnostic, codes: &BTreeMap<&str, usize>, shown: &Shown) -> Json {
    let mut message = shown.masked(&finding.message);
    if let Some(help) = &finding.help {
        let _ = write!(message, "\n{}", shown.masked(help));
    }
    let (main, related) = match finding.labels.split_first() {
        Some((main, related)) => (vec![location(main, shown)], related),
        None => (Vec::new(), &[][..]),
    };
    let related: Vec<Json> = related.iter().map(|label| location(label, shown)).collect();
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": {"text": message},
        "locations": main,
    });
    if let Json::Object(result) = &mut result {
        if let Some(index) = codes.get(finding.code) {
            result.insert("ruleIndex".to_owned(), json!(index));
        }
        if !related.is_empty() {
            result.insert("relatedLocations".to_owned(), Json::Array(related));
        }
    }
    result
}

fn location(label: &Label, shown: &Shown) -> Json {
    let place = &label.place;
    let name = place.source().map_or("", |source| source.name());
    let is_flag = place.source().is_some_and(|source| source.is_flag());
    let mut location = match is_flag {
        // A flag is in no file.
        true => json!({"logicalLocations": [{"name": name}]}),
        false => {
            let mut physical = json!({"artifactLocation": {"uri": uri(name)}});
            if let (Json::Object(physical), Some(region)) = (&mut physical, region(place)) {
                physical.insert("region".to_owned(), region);
            }
            json!({"physicalLocation": physical})
        }
    };
    if let Json::Object(location) = &mut location
        && !label.text.is_empty()
    {
        location.insert("message".to_owned(), json!({"text": shown.masked(&label.text)}));
    }
    location
}

/// The line, or what stands at the column up to the end of its word, in units of UTF-16.
fn region(place: &Place) -> Option<Json> {
    if place.line == 0 {
        return None;
    }
    let Some(skipped) = place
        .column
        .checked_sub(1)
        .and_then(|column| usize::try_from(column).ok())
    else {
        return Some(json!({"startLine": place.line}));
    };
    let line = place.line_text().unwrap_or_default();
    let units = |text: &mut dyn Iterator<Item = char>| text.map(char::len_utf16).sum::<usize>();
    let start = units(&mut line.chars().take(skipped)) + 1;
    let word = line
        .chars()
        .skip(skipped)
        .take_while(|c| !c.is_whitespace() && *c != ':');
    let length = units(&mut word.into_iter()).max(1);
    Some(json!({"startLine": place.line, "startColumn": start, "endColumn": start + length}))
}

/// A path as a relative reference, or as it is where it names a place of its own, as `embedded:values.yaml` does.
fn uri(name: &str) -> String {
    let mut uri = String::with_capacity(name.len());
    if name.starts_with('/') {
        uri.push_str("file://");
    }
    let is_embedded = crate::chart::is_embedded_name(name);
    for (index, byte) in name.bytes().enumerate() {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        let is_scheme =
            is_embedded && byte == b':' && !name.get(..index).unwrap_or_default().contains([':', '/']);
        match is_plain || is_scheme {
            true => uri.push(char::from(byte)),
            // Writing to a String does not fail.
            false => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_in_utf_16() {
        let source = Source::new("v", "𝄞é: x\n");
        assert_eq!(region(&Place::new(&source, 1, 1)).unwrap()["endColumn"], 4);
        let value = region(&Place::new(&source, 1, 5)).unwrap();
        assert_eq!(
            (value["startColumn"].as_u64(), value["endColumn"].as_u64()),
            (Some(6), Some(7))
        );
        assert_eq!(region(&Place::whole(&source)), None);
    }

    #[test]
    fn names_become_references() {
        assert_eq!(uri("a b/ü%.yaml"), "a%20b/%C3%BC%25.yaml");
        assert_eq!(uri("/tmp/a"), "file:///tmp/a");
        assert_eq!(uri("embedded:values.yaml"), "embedded:values.yaml");
        assert_eq!(uri("a:b.yaml"), "a%3Ab.yaml");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }
}
