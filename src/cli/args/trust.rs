//! `hall audit`.

use clap::Subcommand;

/// The audit chain of a hub
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:\n  hall audit head > head.txt\n  hall audit verify --head $(cat head.txt)\n  \
    hall audit verify --data /var/lib/command-hall --json")]
pub(crate) enum Audit {
    /// Find any change, gap, reorder or truncation; exit status 1 where there is one
    Verify(AuditVerify),
    /// Number and hash of the newest record, to be noted elsewhere
    Head(AuditHead),
}

#[derive(Debug, clap::Args)]
pub(crate) struct AuditVerify {
    /// A head noted elsewhere, which the chain has to go through
    #[arg(long, value_name = "NUMBER:HASH")]
    pub(crate) head: Option<String>,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct AuditHead {
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
