//! A chart's archive. The first byte says whether what follows is the archive itself, or a tar file that is compressed here, its headers'
//! sums put right, so that what is changed in it gets beyond them.
#![no_main]

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;
use promchart::chart::{given_archive, load_given};
use promchart::values::{Inputs, resolve};
use promchart_fuzz::{told, told_all, user};

fuzz_target!(|input: &[u8]| {
    let Some((&kind, rest)) = input.split_first() else {
        return;
    };
    let archive = match kind {
        b'z' => rest.to_vec(),
        _ => compressed(&summed(rest)),
    };
    let files = given_archive("fuzz.tgz", &archive);
    told(&files);
    let Ok(files) = files else { return };
    for path in files.files.keys() {
        let is_out = |part: &str| part == ".." || part == "." || part.is_empty();
        assert!(
            !path.split('/').any(is_out) && !path.contains(['\\', '\0']),
            "{path:?}"
        );
    }
    let loaded = load_given(&files);
    told(&loaded);
    let Ok(loaded) = loaded else { return };
    told_all(&loaded.warnings);
    let given = user(&Inputs::default()).expect("nothing is given");
    told(&resolve(&loaded.chart, &given.values));
});

fn compressed(tar: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(tar).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// A tar file with the sum of each header put right.
fn summed(tar: &[u8]) -> Vec<u8> {
    let mut tar = tar.to_vec();
    let mut at = 0;
    while let Some(header) = tar.get_mut(at..at + 512) {
        if header.iter().any(|byte| *byte != 0) {
            header[148..156].fill(b' ');
            let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
            header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
        let size = std::str::from_utf8(&header[124..136]).unwrap_or_default();
        let size = usize::from_str_radix(size.trim_matches(['\0', ' ']), 8).unwrap_or_default();
        at += 512 + size.min(tar.len()).div_ceil(512) * 512;
    }
    tar
}
