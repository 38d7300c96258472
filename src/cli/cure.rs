//! What to do where a hub cannot start: one answer for each cause, for `hall hub`, the hall and `hall doctor`.

use std::io::ErrorKind;
use std::net::SocketAddr;

use command_hall::hub::HubError;
use command_hall::store::StoreError;
use command_hall::store::readings::ReadingsError;

/// What to do where nobody can listen at an address.
pub(crate) fn listen(at: SocketAddr, cause: &std::io::Error) -> String {
    const CHOOSE: &str = "with --listen, HALL_HUB_LISTEN or `hub.listen`";
    match cause.kind() {
        ErrorKind::AddrInUse => format!(
            "something listens there already, perhaps another hall: connect to it with `hall --connect ws://{at}`, or \
             choose another port {CHOOSE}"
        ),
        ErrorKind::AddrNotAvailable => format!(
            "{} is no address of this machine: choose 127.0.0.1:{port} for this machine alone or 0.0.0.0:{port} for \
             all its networks, {CHOOSE}",
            at.ip(),
            port = at.port()
        ),
        ErrorKind::PermissionDenied => {
            format!("this user may not listen at port {}: choose one from 1024 on, such as 8700, {CHOOSE}", at.port())
        }
        _ => format!("choose another address {CHOOSE}"),
    }
}

/// What to do where the fact log cannot be opened.
pub(crate) fn store(error: &StoreError) -> &'static str {
    match error {
        StoreError::InUse(_) => {
            "a hub of its own needs a folder of its own (--data DIR); to see that hub's city use `hall --connect ws://…`"
        }
        StoreError::Folder { .. } | StoreError::Unopened { .. } => {
            "give this user the right to write there, or name another folder with --data DIR or `hub.data`"
        }
        StoreError::NotADatabase(_) => {
            "move that file away to begin with an empty log, put a copy of the log back, or name another folder with \
             --data DIR"
        }
        StoreError::Version { .. } => "use the release that wrote it, or name another folder with --data DIR",
        StoreError::Record { .. } | StoreError::Gap { .. } => {
            "the log is damaged: put a copy of it back, or name another folder with --data DIR"
        }
        StoreError::Sql(_) | StoreError::Unaccounted { .. } => {
            "see that the disk has room and is a local one, or name another folder with --data DIR"
        }
    }
}

/// The error of a hub that cannot start, with what to do.
pub(crate) fn hub(error: HubError) -> anyhow::Error {
    let todo = match &error {
        HubError::Listen { at, cause } => listen(*at, cause),
        HubError::InTheClear { .. } => {
            "name its certificate and key (`hub.tls_certificate`, `hub.tls_key`), listen on \
            127.0.0.1, or take the risk with --insecure-lan"
                .to_owned()
        }
        HubError::Tls(_) => "name the PEM files of a certificate and its key".to_owned(),
        HubError::Store(error) => store(error).to_owned(),
        HubError::Catalogue(_) => {
            "mend that file, or leave `hub.kinds`, `hub.calendar`, `hub.plans`, `hub.duty`, `hub.sensors` or `hub.feeds` out"
                .to_owned()
        }
        HubError::Readings(ReadingsError::NotADatabase(_) | ReadingsError::Damaged(_)) => {
            "move readings.db away to begin with none, or put a copy of it back; facts do not depend on it".to_owned()
        }
        HubError::Readings(ReadingsError::Version { .. }) => {
            "use the release that wrote them, or name another folder with --data DIR".to_owned()
        }
        HubError::NotTaken(_) | HubError::People(_) | HubError::Readings(_) => {
            "see that the disk has room, or name another folder with --data DIR".to_owned()
        }
        HubError::Threads(_) => "stop other programs, or raise this user's limit of threads (`ulimit -u`)".to_owned(),
    };
    anyhow::Error::new(error).context(format!("the hub cannot start; {todo}"))
}
