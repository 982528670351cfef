//! A Go template, a file of named templates, and values.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| promchart_fuzz::templates(text, "gotpl", "templates/_helpers.tpl"));
