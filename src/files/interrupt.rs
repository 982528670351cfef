//! SIGINT, SIGTERM and SIGHUP while files are written: noted, so that what was begun can be undone, and obeyed afterwards.

use crate::diagnostic::{Diagnostic, Result};

#[cfg(unix)]
mod signals {
    use std::sync::Once;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::{flag, low_level};

    /// The signal that came while signals were to wait; 0 for none.
    static RECEIVED: AtomicUsize = AtomicUsize::new(0);
    /// Whether a signal does at once what it does by default.
    static AT_ONCE: AtomicBool = AtomicBool::new(true);
    static REGISTERED: Once = Once::new();

    pub(super) fn wait(begin: bool) {
        AT_ONCE.store(!begin, Ordering::SeqCst);
        REGISTERED.call_once(|| {
            let ignored = ignored();
            for signal in [SIGINT, SIGTERM, SIGHUP] {
                // What nohup or a shell had ignored stays so.
                if ignored >> (signal - 1) & 1 == 1 {
                    continue;
                }
                // Where this fails, signals do what they always did, and the next run repairs it.
                let _ = flag::register_conditional_default(signal, &AT_ONCE);
                let number = usize::try_from(signal).unwrap_or_default();
                let _ = flag::register_usize(signal, &RECEIVED, number);
            }
        });
    }

    pub(super) fn received() -> usize {
        RECEIVED.load(Ordering::SeqCst)
    }

    pub(super) fn obey() {
        if let Ok(signal @ 1..) = i32::try_from(received()) {
            let _ = low_level::emulate_default_handler(signal);
        }
    }

    /// The signals that are ignored, a bit each; none where the system does not tell.
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .unwrap_or_default()
    }
}

#[cfg(not(unix))]
mod signals {
    pub(super) fn wait(_begin: bool) {}

    pub(super) fn received() -> usize {
        0
    }

    pub(super) fn obey() {}
}

/// As long as it lives, signals wait.
pub(super) struct Waiting(());

impl Waiting {
    pub(super) fn begin() -> Self {
        signals::wait(true);
        Waiting(())
    }

    /// Fails where a signal has come; `what` is what is then not done.
    pub(super) fn check(&self, what: &str) -> Result<()> {
        match signals::received() {
            0 => Ok(()),
            _ => Err(Diagnostic::error("interrupted", format!("interrupted: {what}")).into()),
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        signals::wait(false);
    }
}

/// Ends the process by the signal that came while files were written, where one did, so that who started it sees that.
pub fn obey_signal() {
    signals::obey();
}
