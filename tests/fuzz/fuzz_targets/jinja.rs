//! A template of ours, a file of helpers, and values.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| promchart_fuzz::templates(text, "jinja", "templates/_helpers.yaml"));
