//! The promchart program: reads the arguments, runs the command, ends with its status.

use std::process::{ExitCode, exit};

fn main() -> ExitCode {
    promchart::cli::main(std::env::args_os(), |status| exit(status.code().into()))
}
