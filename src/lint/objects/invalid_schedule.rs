//! Schedules of CronJobs, and numbers of Jobs.

use super::at::At;
use super::review::{Review, shown};
use crate::diagnostic::Severity;
use crate::lint::Rule;

/// See its texts.
pub const RULE: Rule = Rule {
    code: "invalid-schedule",
    severity: Severity::Error,
    meaning: "A CronJob's schedule cannot be read, or a Job has a negative number.",
    reason: "The API server refuses the object.",
    action: "Write minute, hour, day of the month, month and day of the week, such as `0 3 * * *`, or `@daily` and its like.",
};

pub(super) fn check(review: &mut Review<'_, '_>) {
    let Some(spec) = review.spec() else { return };
    if review.is("batch", "CronJob") {
        if let Some(at) = spec.get("schedule")
            && let Some(text) = at.str()
            && let Err(reason) = cron(text)
        {
            let help = "write five fields, such as `0 3 * * *`: minute, hour, day of the month, month, day of the week";
            review.tell(&RULE, &at, &format!("is {}: {reason}", shown(at.node)), help);
        }
        for field in [
            "startingDeadlineSeconds",
            "successfulJobsHistoryLimit",
            "failedJobsHistoryLimit",
        ] {
            at_least_zero(review, &spec, field);
        }
        if let Some(job) = spec.path(&["jobTemplate", "spec"]) {
            numbers(review, &job);
        }
    } else if review.is("batch", "Job") {
        numbers(review, &spec);
    }
}

fn numbers(review: &mut Review<'_, '_>, job: &At<'_>) {
    if job.text("completionMode") == Some("Indexed") && !job.has("completions") {
        review.tell(
            &RULE,
            &job.missing("completions"),
            "is missing",
            "a job whose pods have numbers needs it",
        );
    }
    for field in [
        "parallelism",
        "completions",
        "backoffLimit",
        "activeDeadlineSeconds",
        "ttlSecondsAfterFinished",
    ] {
        at_least_zero(review, job, field);
    }
}

fn at_least_zero(review: &mut Review<'_, '_>, holder: &At<'_>, field: &str) {
    if let Some(number) = holder.number(field)
        && number < 0
    {
        review.tell(
            &RULE,
            &holder.missing(field),
            &format!("is {number}"),
            "it is at least 0",
        );
    }
}

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Whether a schedule can be read, as robfig/cron reads it.
fn cron(text: &str) -> Result<(), String> {
    const FIELDS: &[(&str, u32, u32, &[&str])] = &[
        ("minute", 0, 59, &[]),
        ("hour", 0, 23, &[]),
        ("day of the month", 1, 31, &[]),
        ("month", 1, 12, MONTHS),
        ("day of the week", 0, 6, DAYS),
    ];
    if text.contains("TZ=") {
        return Err("the time zone is written in `timeZone`".to_owned());
    }
    if let Some(word) = text.strip_prefix('@') {
        return match word {
            "yearly" | "annually" | "monthly" | "weekly" | "daily" | "midnight" | "hourly" => Ok(()),
            _ if word.starts_with("every ") => Ok(()),
            _ => Err(format!("there is no `@{word}`")),
        };
    }
    let parts: Vec<&str> = text.split_whitespace().collect();
    if parts.len() != FIELDS.len() {
        return Err(format!("it has {} fields, not five", parts.len()));
    }
    for (part, (name, least, most, words)) in parts.iter().zip(FIELDS) {
        for range in part.split(',') {
            if !is_range(range, *least, *most, words) {
                return Err(format!("`{range}` is not a value for the {name}"));
            }
        }
    }
    Ok(())
}

fn is_range(text: &str, least: u32, most: u32, words: &[&str]) -> bool {
    let (range, step) = match text.split_once('/') {
        Some((range, step)) => (range, Some(step)),
        None => (text, None),
    };
    let number = |text: &str| -> Option<u32> {
        let lower = text.to_lowercase();
        let word = words.iter().position(|word| *word == lower);
        let number = match word {
            // Months begin with 1, days of the week with 0.
            Some(index) => u32::try_from(index).ok()? + least,
            None => text.parse().ok()?,
        };
        (least..=most).contains(&number).then_some(number)
    };
    let is_step = step.is_none_or(|step| step.parse::<u32>().is_ok_and(|step| step > 0));
    let is_span = match range.split_once('-') {
        Some((from, to)) => number(from).zip(number(to)).is_some_and(|(from, to)| from <= to),
        None => matches!(range, "*" | "?") || number(range).is_some(),
    };
    is_span && is_step
}

#[cfg(test)]
mod tests {
    use super::cron;

    #[test]
    fn schedules_are_read_as_the_controller_reads_them() {
        for good in [
            "0 3 * * *",
            "*/5 * * * *",
            "0 0 1 jan mon-fri",
            "1,2-4/2 ? * * 0",
            "@daily",
            "@every 1h",
            "5/10 * * * SUN",
        ] {
            assert_eq!(cron(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "* * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "5-1 * * * *",
            "*/0 * * * *",
            "@never",
            "TZ=UTC 0 3 * * *",
            "0 0 3 * * *",
        ] {
            assert!(cron(bad).is_err(), "{bad}");
        }
    }
}
