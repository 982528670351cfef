//! stdout is data, stderr is talk.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::sync::Arc;

use super::Stop;
use super::args::{Color, LintFormat, MessageFormat};
use super::progress::Bar;
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::text::Style;
use crate::source::Source;
use crate::values::Inputs;
use crate::{files, report};

/// How many bytes are printed at once.
const BYTES_AT_ONCE: usize = 64 << 10;

/// The two streams.
pub(super) struct Ui {
    color: Color,
    messages: MessageFormat,
    /// What people gave, whose secrets are told nobody.
    known: Vec<Arc<Source>>,
    /// What was told up to now.
    told: Vec<Severity>,
    last: Said,
}

/// What was said last on stderr: whatever follows a diagnostic, and a diagnostic after anything, stands apart by a blank line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Note,
    Diagnostic,
}

impl Ui {
    pub(super) fn new(color: Color) -> Self {
        Ui {
            color,
            messages: MessageFormat::Text,
            known: Vec::new(),
            told: Vec::new(),
            last: Said::Nothing,
        }
    }

    /// Hides the secrets of what people gave in all that is told from now on.
    pub(super) fn hide(&mut self, inputs: &Inputs) {
        self.known = inputs.sources();
    }

    /// Prints data.
    pub(super) fn print(&mut self, text: &dyn Display) -> Result<(), Stop> {
        let mut stdout = BufWriter::with_capacity(BYTES_AT_ONCE, io::stdout().lock());
        match write!(stdout, "{text}").and_then(|()| stdout.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Stop::BrokenPipe),
            Err(error) => Err(Diagnostic::error(
                "output-failed",
                format!("cannot write the output: {}", files::plain(&error)),
            )
            .into()),
        }
    }

    /// Tells everything in a form from now on.
    pub(super) fn speak(&mut self, messages: MessageFormat) {
        self.messages = messages;
    }

    /// Tells people what is wrong.
    pub(super) fn tell(&mut self, diagnostics: &[Diagnostic]) {
        if diagnostics.is_empty() {
            return;
        }
        if self.messages == MessageFormat::Json {
            return say(&report::json::lines(diagnostics, &self.known));
        }
        self.told.extend(diagnostics.iter().map(|told| told.severity));
        let style = self.style(&io::stderr());
        let text = report::text::render(diagnostics, style, &self.known);
        self.say_as(Said::Diagnostic, &text);
    }

    /// Ends what was told with how much it was, where that is more than one error or warning.
    pub(super) fn sum_up(&mut self) {
        let counted = self.told.iter().filter(|severity| **severity > Severity::Info);
        if counted.count() > 1 {
            let summary = report::text::summary(self.told.iter().copied());
            self.say_as(Said::Note, &format!("{summary}\n"));
        }
    }

    /// Whether what is printed is coloured.
    pub(super) fn is_coloured(&self) -> bool {
        self.style(&io::stdout()).colour
    }

    /// Prints findings as data; people are told how many of them `--fix` would mend.
    pub(super) fn print_findings(
        &mut self,
        findings: &[Diagnostic],
        fixable: usize,
        format: LintFormat,
    ) -> Result<(), Stop> {
        let text = match format {
            LintFormat::Text => {
                let text = report::text::render(findings, self.style(&io::stdout()), &self.known);
                let summary = report::text::summary(findings.iter().map(|finding| finding.severity));
                let blank = if text.is_empty() { "" } else { "\n" };
                let hint = match (findings.len(), fixable) {
                    (_, 0) => String::new(),
                    (1, 1) => "; `--fix` mends it".to_owned(),
                    (all, some) if all == some => "; `--fix` mends them".to_owned(),
                    (_, some) => format!("; `--fix` mends {some} of them"),
                };
                format!("{text}{blank}{summary}{hint}\n")
            }
            LintFormat::Json => report::json::findings(findings, &self.known),
            LintFormat::Sarif => report::sarif::findings(findings, &self.known),
            LintFormat::Github => report::github::findings(findings, &self.known),
            LintFormat::Junit => report::junit::findings(findings, &self.known),
        };
        self.print(&text)
    }

    /// A bar on the terminal for several things that may take long.
    pub(super) fn bar(&self, what: &'static str, total: usize) -> Bar {
        let is_obeyed = std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let is_seen = io::stderr().is_terminal() && is_obeyed && self.messages == MessageFormat::Text;
        Bar::begin(what, total, total > 1 && is_seen)
    }

    /// Shows people lines of a text, which may be shown as they are.
    pub(super) fn note_text(&mut self, text: &str) {
        self.say_as(Said::Note, text);
    }

    /// Tells people what was done, in a line.
    pub(super) fn note(&mut self, line: &str) {
        self.say_as(Said::Note, &format!("{}\n", report::visible(line)));
    }

    fn say_as(&mut self, said: Said, text: &str) {
        if text.is_empty() {
            return;
        }
        let blank = match (self.last, said) {
            (Said::Nothing, _) | (Said::Note, Said::Note) => "",
            _ => "\n",
        };
        self.last = said;
        say(&format!("{blank}{text}"));
    }

    /// As fits a stream, which may be a terminal.
    fn style(&self, stream: &impl io::IsTerminal) -> Style {
        let is_terminal = stream.is_terminal();
        let size = terminal_size::terminal_size().filter(|_| is_terminal);
        Style {
            colour: is_coloured(self.color, is_terminal, |name| std::env::var_os(name)),
            width: size.map_or(Style::default().width, |(width, _)| usize::from(width.0)),
        }
    }
}

/// Whether a stream is coloured: what the flag says, then what the variables do that programs have agreed on.
fn is_coloured(color: Color, is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    // Empty is not set: https://no-color.org, https://bixense.com/clicolors
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is_zero = |name: &str| variable(name).is_some_and(|value| value == "0");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if is_set("NO_COLOR") => false,
        Color::Auto if is_set("CLICOLOR_FORCE") && !is_zero("CLICOLOR_FORCE") => true,
        Color::Auto => {
            is_terminal && !is_zero("CLICOLOR") && variable("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

/// Says something; where nobody can hear it there is nobody to tell that to.
fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_goes_before_the_variables_and_those_before_the_terminal() {
        let coloured = |color: Color, is_terminal: bool, set: &[(&str, &str)]| {
            is_coloured(color, is_terminal, |name| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| OsString::from(value))
            })
        };
        assert!(coloured(Color::Auto, true, &[]));
        assert!(!coloured(Color::Auto, false, &[]));
        assert!(!coloured(
            Color::Auto,
            true,
            &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]
        ));
        assert!(coloured(Color::Auto, true, &[("NO_COLOR", "")]));
        assert!(coloured(Color::Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!coloured(Color::Auto, false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!coloured(Color::Auto, false, &[("CLICOLOR", "1")]));
        assert!(!coloured(Color::Auto, true, &[("CLICOLOR", "0")]));
        assert!(!coloured(Color::Auto, true, &[("TERM", "dumb")]));
        assert!(coloured(
            Color::Always,
            false,
            &[("NO_COLOR", "1"), ("TERM", "dumb")]
        ));
        assert!(!coloured(Color::Never, true, &[("CLICOLOR_FORCE", "1")]));
    }
}
