//! stdout is data, stderr is talk.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;

use super::Stop;
use super::args::{LintFormat, MessageFormat};
use crate::diagnostic::Diagnostic;
use crate::source::Source;
use crate::values::Inputs;
use crate::{files, report};

/// The two streams.
pub(super) struct Ui {
    is_colour_wanted: bool,
    messages: MessageFormat,
    /// What people gave, whose secrets are told nobody.
    known: Vec<Arc<Source>>,
}

impl Ui {
    pub(super) fn new() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Ui {
            is_colour_wanted: wanted,
            messages: MessageFormat::Text,
            known: Vec::new(),
        }
    }

    /// Hides the secrets of what people gave in all that is told from now on.
    pub(super) fn hide(&mut self, inputs: &Inputs) {
        self.known = inputs.sources();
    }

    /// Prints data.
    pub(super) fn print(&mut self, text: &str) -> Result<(), Stop> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
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
        if self.messages == MessageFormat::Json {
            return say(&report::json::lines(diagnostics, &self.known));
        }
        let colour = self.is_colour_wanted && io::stderr().is_terminal();
        say(&report::text::render(diagnostics, colour, &self.known));
    }

    /// Whether what is printed is coloured.
    pub(super) fn is_coloured(&self) -> bool {
        self.is_colour_wanted && io::stdout().is_terminal()
    }

    /// Prints findings as data.
    pub(super) fn print_findings(&mut self, findings: &[Diagnostic], format: LintFormat) -> Result<(), Stop> {
        let text = match format {
            LintFormat::Text => {
                let colour = self.is_coloured();
                let text = report::text::render(findings, colour, &self.known);
                format!("{text}{}\n", report::text::summary(findings))
            }
            LintFormat::Json => report::json::findings(findings, &self.known),
            LintFormat::Sarif => report::sarif::findings(findings, &self.known),
            LintFormat::Github => report::github::findings(findings, &self.known),
            LintFormat::Junit => report::junit::findings(findings, &self.known),
        };
        self.print(&text)
    }

    /// Shows people lines of a text, which may be shown as they are.
    pub(super) fn note_text(&mut self, text: &str) {
        say(text);
    }

    /// Tells people what was done, in a line.
    pub(super) fn note(&mut self, line: &str) {
        say(&format!("{}\n", report::visible(line)));
    }
}

/// Says something; where nobody can hear it there is nobody to tell that to.
fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
