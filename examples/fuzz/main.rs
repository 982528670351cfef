//! Holds the engine for Go templates against a real Helm on random templates and whole charts, made anew at each run: what both make of
//! each has to be the same text, of charts the same objects, or a mistake for both.
//!
//!     cargo run --profile quick --example fuzz -- --oracle PROGRAM [--count N] [--charts N] [--seed N]
//!
//! PROGRAM answers as `../shared/helm-oracle` does: a JSON object a line. Without a seed the clock gives one; it is printed. A template or
//! chart on which the two part is cut down, piece by piece, before it is shown. Exit status 1 where any is found.

#[path = "../../tests/support/cases.rs"]
mod cases;
mod charts;
mod generate;
mod helm;
mod random;
#[path = "../../tests/support/template.rs"]
mod template;
mod whole;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use cases::say;
use charts::Charts;
use generate::{Generator, Piece};
use helm::{Answer, Helm};
use serde_json::Value as Json;

/// Templates that are asked together.
const BATCH: usize = 200;
/// Differences that are cut down and shown.
const MOST_SHOWN: usize = 10;

fn main() -> ExitCode {
    // Nested templates go deep.
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(run);
    let result = match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(result)) => result,
        _ => Err(anyhow::anyhow!("the run broke off")),
    };
    cases::end(result.map(|differ| differ == 0))
}

struct Options {
    oracle: String,
    count: usize,
    charts: usize,
    seed: u64,
}

fn options() -> Result<Options> {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut options = Options {
        oracle: String::new(),
        count: 20_000,
        charts: 2_000,
        seed: clock,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments
            .next()
            .with_context(|| format!("{name} wants a value"))?;
        match name.as_str() {
            "--oracle" => options.oracle = value,
            "--count" => options.count = value.parse()?,
            "--charts" => options.charts = value.parse()?,
            "--seed" => options.seed = value.parse()?,
            _ => bail!("what is {name}?"),
        }
    }
    if options.oracle.is_empty() {
        bail!("--oracle names the program that answers for Helm");
    }
    Ok(options)
}

/// Gives how many templates and charts differ.
fn run() -> Result<usize> {
    let options = options()?;
    let mut helm = Helm::start(&options.oracle)?;
    Ok(templates(&options, &mut helm)? + charts(&options, &mut helm)?)
}

fn charts(options: &Options, helm: &mut Helm) -> Result<usize> {
    let mut generator = Charts::new(options.seed);
    let mut differ = 0;
    for _ in 0..options.charts {
        let chart = generator.chart();
        let found = whole::differences(helm, std::slice::from_ref(&chart))?;
        for how in found.into_iter().flatten() {
            differ += 1;
            if differ <= MOST_SHOWN {
                let (small, how) = whole::cut_down(helm, &chart, how)?;
                say(&format!("---- chart {differ}\n{small}{}", how.text));
            }
        }
    }
    say(&format!(
        "seed {}: {} charts; {differ} differ",
        options.seed, options.charts
    ));
    Ok(differ)
}

fn templates(options: &Options, helm: &mut Helm) -> Result<usize> {
    let mut generator = Generator::new(options.seed);
    let values = generate::values();
    let (mut asked, mut mistakes, mut differ) = (0, 0, 0);
    while asked < options.count {
        let templates: Vec<Vec<Piece>> = (0..BATCH.min(options.count - asked))
            .map(|_| generator.template())
            .collect();
        let texts: Vec<String> = templates.iter().map(|pieces| generate::text(pieces)).collect();
        let answers = helm.ask(&texts, &values)?;
        asked += texts.len();
        for ((pieces, text), answer) in templates.iter().zip(&texts).zip(answers) {
            mistakes += usize::from(!matches!(answer, Answer::Text(_)));
            if answer == Answer::Died {
                say(&format!("---- Helm gives no answer to\n{text}"));
            }
            if difference(text, &answer, &values).is_none() {
                continue;
            }
            differ += 1;
            if differ <= MOST_SHOWN {
                let (small, how) = cut_down(helm, pieces, &values)?;
                say(&format!("---- template {differ}\n{small}\n{how}"));
            }
        }
    }
    say(&format!(
        "seed {}: {asked} templates, {mistakes} of them mistakes for Helm; {differ} differ",
        options.seed
    ));
    Ok(differ)
}

/// A text without addresses of memory, which `{{ . }}` prints for the cluster's capabilities.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split("Capabilities:0x");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("Capabilities:");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    out
}

/// How the engine's answer differs from Helm's.
fn difference(text: &str, helm: &Answer, values: &Json) -> Option<String> {
    let ours = template::render(text, values);
    match (helm, &ours) {
        (Answer::Text(a), Ok(b))
            if a == b || template::is_worded(a, b) || without_addresses(a) == without_addresses(b) =>
        {
            None
        }
        (Answer::Mistake(_), Err(_)) | (Answer::Died, _) => None,
        _ => Some(format!("    Helm: {helm:?}\n    here: {ours:?}")),
    }
}

/// Leaves pieces out as long as the two still part, and gives the text that is left, with how they do.
fn cut_down(helm: &mut Helm, pieces: &[Piece], values: &Json) -> Result<(String, String)> {
    let mut pieces = pieces.to_vec();
    let mut how = None;
    loop {
        let smaller: Vec<Vec<Piece>> = generate::smaller(&pieces).into_iter().take(400).collect();
        let texts: Vec<String> = smaller.iter().map(|pieces| generate::text(pieces)).collect();
        let answers = helm.ask(&texts, values)?;
        let found = smaller
            .into_iter()
            .zip(&texts)
            .zip(&answers)
            .find_map(|((pieces, text), answer)| Some((pieces, difference(text, answer, values)?)));
        match found {
            Some((next, difference)) => (pieces, how) = (next, Some(difference)),
            None => break,
        }
    }
    let text = generate::text(&pieces);
    let how = match how {
        Some(how) => how,
        None => {
            let answers = helm.ask(std::slice::from_ref(&text), values)?;
            let answer = answers.first().context("Helm gave no answer")?;
            difference(&text, answer, values).unwrap_or_default()
        }
    };
    Ok((text, how))
}
