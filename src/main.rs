//! The promchart program.

fn main() {}
