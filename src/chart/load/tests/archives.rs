//! Loading from archives: what they may hold, and what is refused before it does harm.

use std::fs;
use std::io::{Read, Write};

use super::*;

/// An archive with the paths exactly as they are given: the tar crate's own builder refuses some of them.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_entry_type(tar::EntryType::Regular);
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    gzip(&builder.into_inner().unwrap())
}

fn bytes_error(bytes: &[u8]) -> String {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("c.tgz");
    fs::write(&path, bytes).unwrap();
    load_path(&path)
        .unwrap_err()
        .to_string()
        .replace(&path.display().to_string(), "c.tgz")
}

fn archive_error(files: &[(&str, &[u8])]) -> String {
    bytes_error(&archive(files))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn archives_in_charts_are_loaded() {
    let root = folder(&[("Chart.yaml", ROOT), ("values.yaml", "")]);
    fs::create_dir(root.path().join("charts")).unwrap();
    let yaml = chart_yaml("sub", "");
    let bytes = archive(&[("sub/Chart.yaml", yaml.as_bytes()), ("sub/values.yaml", b"k: 1")]);
    fs::write(root.path().join("charts/sub-1.0.0.tgz"), bytes).unwrap();
    fs::write(root.path().join("charts/sub-1.0.0.tgz.prov"), "signature").unwrap();
    let loaded = load_path(root.path()).unwrap();
    assert_eq!(shape(&loaded.chart), "root(sub)");
    let expected = format!("{}/charts/sub-1.0.0.tgz:values.yaml:1:4", root.path().display());
    assert_eq!(
        loaded.chart.subcharts[0]
            .values
            .get("k")
            .unwrap()
            .place
            .to_string(),
        expected
    );
    let expected = format!(
        "`{}/charts/sub-1.0.0.tgz` is enabled though no entry of `dependencies` in the Chart.yaml of `root` names it",
        root.path().display()
    );
    assert_eq!(messages(&loaded.warnings), [expected]);
}

#[test]
fn an_archive_that_swells_is_stopped() {
    // Zeros in one file that is too large, and in many that are not.
    let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(
        Vec::new(),
        flate2::Compression::fast(),
    ));
    let mut header = tar::Header::new_gnu();
    header.set_size(6 << 20);
    builder
        .append_data(&mut header, "c/zeros", std::io::repeat(0).take(6 << 20))
        .unwrap();
    let bytes = builder.into_inner().unwrap().finish().unwrap();
    assert_eq!(
        bytes_error(&bytes),
        "error: `c.tgz:zeros` is too large (6 MiB): the limit is 5 MiB"
    );

    let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(
        Vec::new(),
        flate2::Compression::fast(),
    ));
    for index in 0..27 {
        let mut header = tar::Header::new_gnu();
        header.set_size(4 << 20);
        builder
            .append_data(
                &mut header,
                format!("c/{index}"),
                std::io::repeat(0).take(4 << 20),
            )
            .unwrap();
    }
    let bytes = builder.into_inner().unwrap().finish().unwrap();
    assert_eq!(
        bytes_error(&bytes),
        "error: the files of `c.tgz` are larger than 100 MiB together"
    );

    // A long name that never ends is read by the tar reader itself: the stream's own limit stops it.
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_size(1 << 30);
    header.set_cksum();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(header.as_bytes()).unwrap();
    std::io::copy(&mut std::io::repeat(b'a').take(120 << 20), &mut encoder).unwrap();
    let bytes = encoder.finish().unwrap();
    assert_eq!(
        bytes_error(&bytes),
        "error: the files of `c.tgz` are larger than 100 MiB together"
    );
}

#[test]
fn many_files_are_refused() {
    let names: Vec<String> = (0..10_001).map(|index| format!("c/{index}")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &b""[..])).collect();
    assert_eq!(
        archive_error(&files),
        "error: `c.tgz` has more than 10000 files and folders"
    );
}

#[test]
fn paths_of_archives_are_checked() {
    let yaml = chart_yaml("c", "");
    let with = |path: &str| archive_error(&[("c/Chart.yaml", yaml.as_bytes()), (path, b"x")]);
    assert_eq!(
        with("/etc/passwd"),
        "error: `c.tgz` holds `/etc/passwd`, which is an absolute path"
    );
    assert_eq!(
        with("c/../../x"),
        "error: `c.tgz` holds `c/../../x`, which leaves the archive"
    );
    assert_eq!(
        with("c\\..\\x"),
        "error: `c.tgz` holds `c\\\\..\\\\x`, which leaves the archive"
    );
    assert_eq!(
        with("c/C:/x"),
        "error: `c.tgz` holds `c/C:/x`, which names a drive"
    );
    assert_eq!(
        with("x"),
        "error: `c.tgz` holds `x`, which is not in a folder: all files stand in one folder with the chart's name"
    );
    assert_eq!(
        with("d/x"),
        "error: `c.tgz` holds `d/x`, which is not in its folder `c/` as the others are"
    );
    assert_eq!(with("c/Chart.yaml"), "error: `c.tgz` holds `c/Chart.yaml`, twice");
    assert_eq!(
        with("c/a\u{1}b"),
        "error: `c.tgz` holds `c/a\\u{1}b`, whose name has control characters"
    );
    let found = archive_error(&[("c/sub/Chart.yaml", yaml.as_bytes())]);
    assert_eq!(found, "error: `c.tgz` is not a chart: it has no Chart.yaml");
    assert_eq!(bytes_error(&gzip(&[])), "error: `c.tgz` holds no files");
    let cut = archive(&[("c/Chart.yaml", yaml.as_bytes())]);
    assert!(bytes_error(&cut[..cut.len() / 2]).starts_with("error: `c.tgz` cannot be unpacked: "));

    // Backslashes and `./` are separators and noise.
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("c.tgz");
    fs::write(
        &path,
        archive(&[
            ("./c/Chart.yaml", yaml.as_bytes()),
            ("c\\templates\\x.yaml", b"x"),
        ]),
    )
    .unwrap();
    assert_eq!(
        load_path(&path).unwrap().chart.templates[0].path,
        "templates/x.yaml"
    );
}

#[test]
fn links_in_archives_are_refused() {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "c/x", "/etc/passwd").unwrap();
    let found = bytes_error(&gzip(&builder.into_inner().unwrap()));
    assert_eq!(
        found,
        "error: `c.tgz` holds `c/x`, which is neither a file nor a folder"
    );
}

#[test]
fn a_shared_library_loads_in_an_archive() {
    let files: Vec<(String, String)> = sharing()
        .into_iter()
        .map(|(path, text)| (format!("root/{path}"), text))
        .collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(path, text)| (&**path, text.as_bytes()))
        .collect();
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("root-1.0.0.tgz");
    fs::write(&path, archive(&files)).unwrap();
    let loaded = load_path(&path).unwrap();
    check_sharing(&loaded);
    assert_eq!(loaded.chart.location, path.display().to_string());
    let place = &loaded.chart.subcharts[0].values.get("k").unwrap().place;
    assert_eq!(
        place.to_string(),
        format!("{}:charts/a/values.yaml:1:4", path.display())
    );
}

#[test]
fn what_is_packed_depends_on_nothing_outside() {
    let yaml = chart_yaml(
        "a",
        "dependencies:\n- {name: common, version: 1.x, repository: 'file://../../common'}\n",
    );
    let found = archive_error(&[("a/Chart.yaml", yaml.as_bytes())]);
    assert_eq!(
        found,
        "c.tgz:Chart.yaml:6:4: error: `file://../../common` is not in `c.tgz`"
    );
    let yaml = yaml.replace("../../common", "/etc");
    let found = archive_error(&[("a/Chart.yaml", yaml.as_bytes())]);
    assert_eq!(
        found,
        "c.tgz:Chart.yaml:6:4: error: `file:///etc` is not in `c.tgz`"
    );
}
