//! A bar on the terminal for what takes long.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What takes less time shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the bar is looked at.
const TURN: Duration = Duration::from_millis(100);

const WIDTH: usize = 24;

/// Goes to the line's begin and empties it.
const CLEAR: &str = "\r\u{1b}[2K";

/// A bar, which is gone when this is dropped.
pub(super) struct Bar(Option<(Sender<()>, JoinHandle<()>)>);

/// Tells a bar what has ended.
#[derive(Clone)]
pub(super) struct Ended(Option<Sender<()>>);

impl Ended {
    /// One more has ended.
    pub(super) fn tell(&self) {
        // Whether anybody looks at the bar does not matter.
        let _ = self.0.as_ref().map(|tell| tell.send(()));
    }
}

impl Bar {
    /// Begins to count up to `total`; nowhere to be seen where it is not `wanted`.
    pub(super) fn begin(what: &'static str, total: usize, wanted: bool) -> Bar {
        Bar(wanted.then(|| {
            let (tell, ended) = mpsc::channel();
            let thread = std::thread::spawn(move || {
                follow(what, total, &ended, PATIENCE, &mut io::stderr());
            });
            (tell, thread)
        }))
    }

    /// What tells it that one has ended.
    pub(super) fn ended(&self) -> Ended {
        Ended(self.0.as_ref().map(|(tell, _)| tell.clone()))
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some((tell, thread)) = self.0.take() {
            drop(tell);
            // It only draws.
            let _ = thread.join();
        }
    }
}

/// Waits until each of `total` has ended, of which `ended` tells, or will not tell any more. From `patience` on a line of `out` says how many
/// have; it is gone in the end.
pub(super) fn follow(
    what: &str,
    total: usize,
    ended: &Receiver<()>,
    patience: Duration,
    out: &mut impl Write,
) {
    let began = Instant::now();
    let mut done = 0;
    let mut shown = None;
    while done < total {
        if began.elapsed() >= patience && shown != Some(done) {
            // Where nobody sees the bar, nothing is lost.
            let _ = write!(out, "{CLEAR}{}", line(what, done, total)).and_then(|()| out.flush());
            shown = Some(done);
        }
        match ended.recv_timeout(TURN) {
            Ok(()) => done += 1,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    if shown.is_some() {
        let _ = write!(out, "{CLEAR}").and_then(|()| out.flush());
    }
}

fn line(what: &str, done: usize, total: usize) -> String {
    let filled = WIDTH * done / total.max(1);
    let (bar, rest) = ("#".repeat(filled), "-".repeat(WIDTH - filled));
    format!("[{bar}{rest}] {done} of {total} {what}")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_bar_is_drawn_after_a_while_and_gone_in_the_end() {
        let drawn = |patience: Duration, sent: usize| {
            let (tell, ended) = mpsc::channel();
            for _ in 0..sent {
                tell.send(()).unwrap();
            }
            // One that panics tells nothing.
            drop(tell);
            let mut out = Vec::new();
            follow("environments", 3, &ended, patience, &mut out);
            String::from_utf8(out).unwrap()
        };
        let all = format!(
            "{CLEAR}[------------------------] 0 of 3 environments{CLEAR}[########----------------] 1 of 3 environments{CLEAR}[################--------] 2 of 3 environments{CLEAR}"
        );
        assert_eq!(drawn(Duration::ZERO, 3), all);
        assert_eq!(drawn(Duration::ZERO, 2), all);
        assert_eq!(drawn(Duration::MAX, 3), "");
    }
}
