//! `hall audit`: whether the audit chain is whole, and its head.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use command_hall::config::Settings;
use command_hall::store::audit::Head;
use command_hall::store::verify::{self, Sound};
use command_hall::store::{FILE, StoreError};
use serde_json::json;

use super::args::{Audit, AuditVerify};
use super::say::{self, Usage};
use super::{cure, surroundings};

/// Run the command: exit status 1 where something is wrong with the chain.
pub(crate) fn run(settings: &Settings, audit: &Audit) -> anyhow::Result<ExitCode> {
    let folder = surroundings::data_folder(settings)?;
    if !folder.join(FILE).exists() {
        bail!("there is no log in {}; name the hub's folder with --data DIR or `hub.data`", folder.display());
    }
    match audit {
        Audit::Verify(args) => verify(&folder, args),
        Audit::Head(args) => {
            let Some(head) = verify::newest(&folder).map_err(unread)? else {
                bail!("the log in {} has no audit chain yet: a hub of this release begins it", folder.display());
            };
            if args.json {
                say::json(&json!({ "head": head.to_string(), "number": head.number }));
            } else {
                say::line(&head.to_string());
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn verify(folder: &Path, args: &AuditVerify) -> anyhow::Result<ExitCode> {
    let noted = args.head.as_deref().map(str::parse::<Head>).transpose();
    let noted = noted.map_err(|wrong| Usage(format!("--head: {wrong}")))?;
    match verify::verify(folder, noted).map_err(unread)? {
        Ok(Sound { records, facts, head }) => {
            if args.json {
                let head = head.to_string();
                say::json(&json!({ "sound": true, "records": records, "facts": facts, "head": head }));
            } else {
                say::line(&format!("sound: {records} records account for all {facts} facts; head {head}"));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            if args.json {
                let (record, what) = (fault.record(), fault.word());
                say::json(&json!({ "sound": false, "fault": what, "record": record, "text": fault.to_string() }));
            }
            bail!("{}: {fault}", log(folder).display())
        }
    }
}

fn log(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

fn unread(error: StoreError) -> anyhow::Error {
    let todo = cure::store(&error);
    anyhow::Error::new(error).context(format!("the audit chain cannot be read; {todo}"))
}
