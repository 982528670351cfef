//! A template of ours, a file of helpers, and values.
#![no_main]

use libfuzzer_sys::fuzz_target;
use promchart_fuzz::{chart, file, parts, rendered, user};

const CHART: &str = "apiVersion: v2\nname: c\nversion: 1.2.3\nengine: jinja\n";
const VALUES: &str = "name: web\nn: 3\non: true\nnothing: null\nlist: [a, b, {k: v}]\nmap: {a: 1, b: {c: text}}\ntext: \"x: y\\n- z\\n\"\n";

fuzz_target!(|text: &str| {
    let [template, helpers, values] = parts(text);
    let loaded = chart(&[
        ("Chart.yaml", CHART),
        ("values.yaml", VALUES),
        ("templates/t.yaml", template),
        ("templates/_helpers.yaml", helpers),
    ]);
    // Templates are read when they are rendered.
    let loaded = loaded.expect("a chart whatever its templates hold");
    if let Ok(given) = user(&file(values)) {
        rendered(&loaded, &given);
    }
});
