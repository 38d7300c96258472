//! `hall audit`, `hall user`, `hall sign-in` and `hall sign-out`.

use std::path::PathBuf;

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

const ROLES: &str = "\
Roles: grid_worker, acceptor, dispatcher, shift_chief, handler, leader, wall, system_administrator,
security_administrator, auditor; of the last three nobody has two.

Examples:
  hall user add li --shown 李雷 --role dispatcher --area 东城区/南街
  hall user add --source 12345 > 12345.key
  hall user add wall-1 --role wall --key > wall-1.key
  hall user add chen --setup-token TOKEN --connect https://hub:8700";

/// The people of a hub and the systems that report to it
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Make an account; its password is asked for, or one line of standard input
    #[command(after_help = ROLES)]
    Add(UserAdd),
    /// Everybody
    List(UserList),
    /// Lock somebody out, at once
    Disable(UserName),
    /// Let somebody in again
    Enable(UserName),
    /// Give somebody another password or key; they are signed out everywhere
    Reset(UserReset),
}

#[derive(Debug, clap::Args)]
pub(crate) struct UserAdd {
    /// The name to sign in with, which facts have
    #[arg(required_unless_present = "source", conflicts_with = "source")]
    pub(crate) name: Option<String>,
    /// A system that reports, under this name as `source`; its key goes to standard output, once
    #[arg(long, value_name = "NAME", conflicts_with_all = ["role", "setup_token"])]
    pub(crate) source: Option<String>,
    /// The name that screens show [default: the same]
    #[arg(long, value_name = "NAME")]
    pub(crate) shown: Option<String>,
    /// What they are; may be given again
    #[arg(long, value_name = "ROLE", required_unless_present_any = ["source", "setup_token"])]
    pub(crate) role: Vec<String>,
    /// The area within which their roles count, as in district/street/community/grid [default: the whole city]
    #[arg(long, value_name = "PATH", default_value = "", hide_default_value = true)]
    pub(crate) area: String,
    /// A key instead of a password, for a wall; it goes to standard output, once
    #[arg(long)]
    pub(crate) key: bool,
    /// The first account, a security administrator, with the token that the hub printed; needs --connect
    #[arg(long, value_name = "TOKEN", requires = "connect", conflicts_with_all = ["role", "key"])]
    pub(crate) setup_token: Option<String>,
    /// The hub, for --setup-token
    #[arg(long, value_name = "URL", requires = "setup_token")]
    pub(crate) connect: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct UserList {
    /// One JSON object for each instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct UserName {
    /// Their name
    pub(crate) name: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct UserReset {
    /// Their name
    pub(crate) name: String,
    /// A key instead of a password; it goes to standard output, once
    #[arg(long)]
    pub(crate) key: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hall sign-in --connect https://hub:8700 --name li\n  \
    hall sign-in --name li < password.txt\n  hall sign-in --name li --out token.txt")]
pub(crate) struct SignInArgs {
    /// The hub's address, http, https, ws or wss [default: where `hall hub` listens on this machine]
    #[arg(long, value_name = "URL")]
    pub(crate) connect: Option<String>,
    /// The name of an account; its password is asked for, or one line of standard input
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// Where the token goes [default: a file of this hub in the user's folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SignOutArgs {
    /// The hub's address, http, https, ws or wss [default: where `hall hub` listens on this machine]
    #[arg(long, value_name = "URL")]
    pub(crate) connect: Option<String>,
}
