//! `read-attachment`: one file on standard input, what could be read of it on standard output. Started by the service itself.

use std::io::{Read as _, Write as _};
use std::process::ExitCode;

use crate::attachments::{self, Limits};

#[derive(Debug, clap::Args)]
#[command(hide = true)]
#[expect(clippy::struct_field_names, reason = "each option is a limit and is called so")]
pub struct ReadAttachment {
    #[arg(long)]
    pages_max: usize,
    #[arg(long)]
    unpacked_bytes_max: u64,
    #[arg(long)]
    text_chars_max: usize,
}

impl ReadAttachment {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let limits = Limits {
            pages_max: self.pages_max,
            unpacked_bytes_max: self.unpacked_bytes_max,
            text_chars_max: self.text_chars_max,
            ..Limits::default()
        };
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(limits.file_bytes_max as u64 + 1).read_to_end(&mut bytes)?;
        // Parsers of strangers' files print what they like: standard output is ours alone once they are done.
        let reading = attachments::read(&bytes, &limits);
        serde_json::to_writer(std::io::stdout().lock(), &reading)?;
        std::io::stdout().flush()?;
        Ok(ExitCode::SUCCESS)
    }
}
