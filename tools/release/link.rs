//! How a release is linked on Linux with glibc: static and at a fixed place in memory, as `tools/release/build` has it. A small chart is rendered in 2 ms,
//! of which the dynamic linker would take 0.2 and relocation 0.1.
//!
//! `-C target-feature=+crt-static` would say the same, but for procedural macros, too, unless cargo is given `--target`, which moves the program to another
//! folder. So the shared libraries that rustc names are found in a folder of ours, where a text of that name, a script for the linker, names the archives.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// What rustc asks for, the last of them last: its script names the archives, those of the others nothing.
const SHARED: [&str; 7] = ["gcc_s", "util", "rt", "pthread", "m", "dl", "c"];
const ARCHIVES: [&str; 4] = ["libc.a", "libm.a", "libgcc_eh.a", "libgcc.a"];

/// A program that wants what ours wants: a thread, a function of libm that is chosen at start, an unwinder.
const PROBE: &str = r#"fn main() {
    let power = std::thread::spawn(|| std::env::args().count() as f64).join().unwrap().powf(2.5);
    println!("{power} {}", std::backtrace::Backtrace::force_capture());
}"#;

/// The arguments of the linker; scripts are written to `folder`. None where the program is to be linked as rustc does it: in debug builds, for another system
/// than Linux with glibc or than the one that builds, where flags for rustc are given (a linker, a sanitizer, hardening), where an archive is missing, and
/// where a small program that is linked so does not run.
pub fn fixed_and_static(folder: &Path) -> Option<Vec<String>> {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|it| it == value);
    let same_system = env::var("TARGET").ok()? == env::var("HOST").ok()?;
    let glibc = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    let no_flags = is("CARGO_ENCODED_RUSTFLAGS", "");
    if !(is("PROFILE", "release") && same_system && glibc && no_flags) {
        return None;
    }
    let linker = env::var("RUSTC_LINKER").unwrap_or_else(|_| "cc".to_owned());
    let archives: Option<Vec<_>> = ARCHIVES.iter().map(|it| archive(&linker, it)).collect();
    let group = format!("GROUP ( {} )\n", archives?.join(" "));
    fs::create_dir_all(folder).ok()?;
    for library in SHARED {
        let script = if library == "c" { &group } else { "/* in libc */\n" };
        // A linker that is told -static looks for the second name, or for the first all the same.
        for ending in ["so", "a"] {
            fs::write(folder.join(format!("lib{library}.{ending}")), script).ok()?;
        }
    }
    let arguments = vec![
        "-static".to_owned(),
        "-no-pie".to_owned(),
        format!("-L{}", folder.display()),
    ];
    runs(&linker, folder, &arguments).then_some(arguments)
}

/// The path of an archive in quotes, as the compiler finds it; it answers with the bare name where it does not.
fn archive(linker: &str, name: &str) -> Option<String> {
    let answer = Command::new(linker)
        .arg(format!("-print-file-name={name}"))
        .output()
        .ok()?;
    let path = PathBuf::from(String::from_utf8(answer.stdout).ok()?.trim());
    let path = path.canonicalize().ok().filter(|it| it.is_file())?;
    Some(format!("\"{}\"", path.display()))
}

/// Whether a program that is linked with these arguments runs.
fn runs(linker: &str, folder: &Path, arguments: &[String]) -> bool {
    let (source, program) = (folder.join("probe.rs"), folder.join("probe"));
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc
        .args([
            "--edition=2024",
            "-Cpanic=abort",
            &format!("-Clinker={linker}"),
            "-o",
        ])
        .arg(&program)
        .arg(&source);
    rustc.args(arguments.iter().map(|it| format!("-Clink-arg={it}")));
    let quiet = |command: &mut Command| {
        let status = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|it| it.success())
    };
    fs::write(&source, PROBE).is_ok() && quiet(&mut rustc) && quiet(&mut Command::new(&program))
}
