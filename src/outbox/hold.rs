//! The switch that holds all sending: a file, so that a hand can throw it while the service runs.

use std::path::PathBuf;

/// On while a file of this name exists; without a name, never.
#[derive(Debug, Clone)]
pub struct HoldSwitch(pub Option<PathBuf>);

impl HoldSwitch {
    /// What an attempt ends with that the switch stopped.
    pub(super) const ANSWER: &str = "sending is held: nothing of the message left";

    /// Looked at anew each time. A file that can't be looked for counts as one that is there: nothing leaves on a doubt.
    pub fn is_on(&self) -> bool {
        self.0.as_deref().is_some_and(|file| file.try_exists().unwrap_or(true))
    }
}
