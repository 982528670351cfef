//! The program that answers for Helm.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value as Json, json};

/// What Helm makes of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// What it writes.
    Text(String),
    /// What it says.
    Mistake(String),
    /// Nothing: it is gone, as after a map that holds itself is printed, or goes on for ever.
    Died,
}

pub(crate) struct Helm {
    program: String,
    running: Running,
}

/// How long an answer may take: there are templates that Helm goes on with for ever.
const PATIENCE: Duration = Duration::from_secs(60);

struct Running {
    input: ChildStdin,
    answers: Receiver<String>,
    process: Child,
}

impl Helm {
    pub(crate) fn start(program: &str) -> Result<Helm> {
        Ok(Helm {
            program: program.to_owned(),
            running: Running::start(program)?,
        })
    }

    /// Asks one question; nothing where Helm died of it.
    pub(crate) fn ask_one(&mut self, question: &Json) -> Result<Option<Json>> {
        let answer = self.running.answer(question)?;
        if answer.is_none() {
            self.running = Running::start(&self.program)?;
        }
        Ok(answer)
    }

    /// Asks for templates, each by itself.
    pub(crate) fn ask(&mut self, templates: &[String], values: &Json) -> Result<Vec<Answer>> {
        if templates.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(answers) = self.running.ask(templates, values)? {
            return Ok(answers);
        }
        self.running = Running::start(&self.program)?;
        if templates.len() == 1 {
            return Ok(vec![Answer::Died]);
        }
        // Which of them it was.
        let (first, second) = templates.split_at(templates.len() / 2);
        let mut answers = self.ask(first, values)?;
        answers.extend(self.ask(second, values)?);
        Ok(answers)
    }
}

impl Running {
    fn start(program: &str) -> Result<Running> {
        let mut process = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| program.to_owned())?;
        let output = BufReader::new(process.stdout.take().context("no standard output")?);
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            let mut lines = output.lines().map_while(Result::ok);
            lines.all(|line| sender.send(line).is_ok())
        });
        Ok(Running {
            input: process.stdin.take().context("no standard input")?,
            answers,
            process,
        })
    }

    /// Nothing where it is gone, or gives no answer.
    fn answer(&mut self, question: &Json) -> Result<Option<Json>> {
        let asked = writeln!(self.input, "{question}").and_then(|()| self.input.flush());
        let answer = asked.ok().and_then(|()| self.answers.recv_timeout(PATIENCE).ok());
        let Some(line) = answer else { return Ok(None) };
        serde_json::from_str(&line).context("Helm's answer").map(Some)
    }

    /// Nothing where it is gone.
    fn ask(&mut self, templates: &[String], values: &Json) -> Result<Option<Vec<Answer>>> {
        let question = json!({"id": "1", "expressions": templates, "values": values});
        let Some(answer) = self.answer(&question)? else {
            return Ok(None);
        };
        let results = answer["results"].as_array();
        let Some(results) = results.filter(|results| results.len() == templates.len()) else {
            bail!("Helm did not answer: {answer}");
        };
        let results = results.iter().map(|result| match result["text"].as_str() {
            Some(text) => Answer::Text(text.to_owned()),
            None => Answer::Mistake(result["error"].as_str().unwrap_or_default().to_owned()),
        });
        Ok(Some(results.collect()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It ends with its input anyway.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
