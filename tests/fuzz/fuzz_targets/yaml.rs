//! Any text as YAML: what is read comes back from each form of writing, and from what is packed; a copy is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use promchart::source::Source;
use promchart::yaml::{self, DuplicateKeys, Options};
use promchart_fuzz::{comes_back, told};

fuzz_target!(|text: &str| {
    let source = Source::new("fuzz.yaml", text);
    let read = yaml::read_documents(&source);
    told(&read);
    told(&yaml::read_values(&source));
    yaml::after_first_document(&source);
    let lenient = Options {
        duplicate_keys: DuplicateKeys::Last,
        ..Options::default()
    };
    let leniently = yaml::read_documents_with(&source, &lenient);
    let copied = yaml::copy_documents(&source, &["kind"]);
    let Ok(documents) = read else {
        assert!(copied.is_none(), "what is wrong is not copied");
        return;
    };
    if let Some(copied) = copied {
        let copied: Vec<String> = copied.into_iter().map(|document| document.text.to_string()).collect();
        let whole = documents.iter().filter(|node| !node.is_null());
        assert_eq!(
            copied,
            whole.map(yaml::write).collect::<Vec<_>>(),
            "a copy is what is written of what is read"
        );
    }
    assert_eq!(
        Ok(&documents),
        leniently.as_ref(),
        "what is right is not read otherwise"
    );
    for node in &documents {
        comes_back(node);
        // Helm's form makes floats of all numbers; it can still be read.
        for written in [yaml::write_helm(node), yaml::write_helm_pretty(node)] {
            let again = yaml::read_document(&Source::new("written", written.as_str()));
            assert!(again.is_ok(), "{again:?}:\n{written}");
        }
        assert_eq!(yaml::unpack(&yaml::pack(node), &source).as_ref(), Some(node));
        let json = serde_json::from_str::<serde_json::Value>(&yaml::write_json(node));
        assert_eq!(
            json.ok(),
            Some(yaml::to_json(node)),
            "both forms of JSON say the same"
        );
    }
});
