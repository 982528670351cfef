//! `regex_match`.

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::{Environment, Error, Value};
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::super::shared::Shared;
use super::{scalar, to_u64, wrong};

/// Bytes that a compiled pattern may have.
const MOST_BYTES: usize = 1 << 20;

/// Patterns that stay compiled.
const MOST_KEPT: usize = 32;

/// What compiling costs for each state of the automaton.
const STEPS_A_STATE: u64 = 4;

/// States that look at a byte of text in one step.
const STATES_A_STEP: u64 = 20;

pub(super) fn add(env: &mut Environment<'_>, shared: &Arc<Shared>) {
    let shared = Arc::clone(shared);
    let known: Mutex<Vec<Pattern>> = Mutex::default();
    env.add_filter(
        "regex_match",
        move |value: Value, pattern: &str| -> Result<bool, Error> {
            let text = scalar(&value, "regex_match")?;
            let kept = |known: &Vec<Pattern>| known.iter().find(|kept| kept.text == pattern).cloned();
            let found = kept(&known.lock().unwrap_or_else(PoisonError::into_inner));
            let pattern = match found {
                Some(found) => found,
                None => {
                    let compiled = Pattern::compile(pattern, &shared)?;
                    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                    if known.len() == MOST_KEPT {
                        known.remove(0);
                    }
                    known.push(compiled.clone());
                    compiled
                }
            };
            shared.take_steps(to_u64(text.len()).saturating_mul(pattern.states / STATES_A_STEP + 1))?;
            Ok(pattern.regex.is_match(&text))
        },
    );
}

#[derive(Clone)]
struct Pattern {
    text: String,
    regex: Regex,
    states: u64,
}

impl Pattern {
    fn compile(text: &str, shared: &Shared) -> Result<Pattern, Error> {
        shared.take_steps(to_u64(text.len()))?;
        let parsed = regex_syntax::parse(text).map_err(|error| {
            let reason = match error {
                regex_syntax::Error::Parse(error) => error.kind().to_string(),
                regex_syntax::Error::Translate(error) => error.kind().to_string(),
                other => other.to_string(),
            };
            wrong(format!("the pattern is not a regular expression: {reason}"))
        })?;
        // What is larger is refused when it is compiled, which ends as soon as it is known.
        let states = states(&parsed).min(to_u64(MOST_BYTES) / 16);
        shared.take_steps(states.saturating_mul(STEPS_A_STATE))?;
        let regex = RegexBuilder::new(text)
            .size_limit(MOST_BYTES)
            .build()
            .map_err(|_| wrong("the pattern repeats too much: compiled it has more than 1 MiB"))?;
        Ok(Pattern {
            text: text.to_owned(),
            regex,
            states,
        })
    }
}

/// About how many states the automaton of a pattern has.
fn states(pattern: &Hir) -> u64 {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => 1,
        HirKind::Literal(literal) => to_u64(literal.0.len()),
        HirKind::Class(Class::Unicode(class)) => to_u64(class.ranges().len()).saturating_mul(2),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            states(&repetition.sub).saturating_mul(u64::from(times))
        }
        HirKind::Capture(capture) => states(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(states).fold(0, u64::saturating_add)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_multiply_the_states_of_a_pattern() {
        let count = |text: &str| states(&regex_syntax::parse(text).unwrap());
        assert_eq!(count("abc"), 3);
        assert_eq!(count("(a{100}|b{100}){50}"), 10_000);
        assert!(count("(((a{1000}){1000}){1000}){1000}") >= 1_000_000_000_000);
    }
}
