//! A folder with so many files that they are read on all processors.

use super::*;

/// A chart with a subchart and many other files.
fn many() -> tempfile::TempDir {
    let root = folder(&[
        ("Chart.yaml", ROOT),
        ("values.yaml", "a: 1\nsub:\n  b: 2\n"),
        ("charts/sub/Chart.yaml", &chart_yaml("sub", "")),
        ("charts/sub/values.yaml", "b: 1\nc: 3\n"),
        ("templates/values.yaml", "kind: {{ no }} values: [\n"),
        ("values/values.yaml", "not: [closed\n"),
    ]);
    fs::create_dir(root.path().join("files")).unwrap();
    for index in 0..300 {
        let path = root.path().join(format!("files/{index:03}.txt"));
        fs::write(path, format!("\u{feff}text {index}")).unwrap();
    }
    fs::write(root.path().join("files/logo.png"), b"\x89PNG").unwrap();
    root
}

#[test]
fn many_files_are_what_few_are() {
    let root = many();
    let chart = load_path(root.path()).unwrap().chart;
    assert_eq!(shape(&chart), "root(sub)");
    let texts: Vec<String> = (chart.files.iter())
        .filter_map(|file| Some(file.source()?.text().to_owned()))
        .filter(|text| text.starts_with("text"))
        .collect();
    assert_eq!(
        texts,
        (0..300).map(|index| format!("text {index}")).collect::<Vec<_>>()
    );
    let binary = chart
        .files
        .iter()
        .find(|file| file.path == "files/logo.png")
        .unwrap();
    assert!(binary.source().is_none());
    let values = |chart: &Chart| crate::yaml::to_json(&chart.values).to_string();
    assert_eq!(values(&chart), r#"{"a":1,"sub":{"b":2}}"#);
    assert_eq!(values(&chart.subcharts[0]), r#"{"b":1,"c":3}"#);
    // A place in values has the text of the file.
    let entry = chart.subcharts[0].values.as_map().unwrap().entry("c").unwrap();
    assert!(
        entry
            .key_place
            .to_string()
            .ends_with("charts/sub/values.yaml:2:1"),
        "{}",
        entry.key_place
    );
}

#[test]
fn mistakes_in_many_files_are_told_as_in_few() {
    let root = many();
    let sub = root.path().join("charts/sub/values.yaml");
    fs::write(&sub, "a: 1\na: 2\n").unwrap();
    assert!(
        path_error(root.path())
            .starts_with("DIR/charts/sub/values.yaml:2:1: error: the key `a` is there twice"),
        "{}",
        path_error(root.path())
    );
    fs::write(&sub, b"a: \xff").unwrap();
    assert_eq!(
        path_error(root.path()),
        "DIR/charts/sub/values.yaml:1:4: error: byte 0xff is not UTF-8 text"
    );
    let big = |name: &str, size| {
        let file = fs::File::create(root.path().join("files").join(name)).unwrap();
        file.set_len(size).unwrap();
    };
    big("big.bin", (5 << 20) + 1);
    assert_eq!(
        path_error(root.path()),
        "error: `DIR/files/big.bin` is too large (5 MiB): the limit is 5 MiB"
    );
    for index in 0..21 {
        big(&format!("{index}.bin"), 5 << 20);
    }
    fs::remove_file(root.path().join("files/big.bin")).unwrap();
    assert_eq!(
        path_error(root.path()),
        "error: the files of `DIR` are larger than 100 MiB together"
    );
}
