//! `hall sign-in` and `hall sign-out`, and the token that every command shows to a hub.
//!
//! A token goes to the hub that gave it and to no other: its file is named after that hub. `--token-file` and
//! `HALL_TOKEN` are for keys of sources and walls, and for scripts.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use command_hall::config::Settings;
use command_hall::feeds::http::{Answered, HubClient};
use serde_json::{Value, json};

use super::args::{SignInArgs, SignOutArgs};
use super::{reload, say, surroundings, user};

/// The token or key for the hub at an address; `None` where there is none.
pub(crate) fn find(token_file: Option<&Path>, url: &str) -> anyhow::Result<Option<String>> {
    if let Some(path) = token_file {
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        return Ok(Some(text.trim().to_owned()));
    }
    if let Some(token) = std::env::var_os("HALL_TOKEN").filter(|token| !token.is_empty()) {
        return Ok(Some(token.to_string_lossy().trim().to_owned()));
    }
    let Some(path) = file_of(url) else { return Ok(None) };
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(anyhow::Error::new(error).context(format!("{} cannot be read", path.display()))),
    }
}

/// A client of the hub at an address that shows it the token found for it.
pub(crate) fn client(settings: &Settings, token_file: Option<&Path>, url: &str) -> anyhow::Result<HubClient> {
    Ok(surroundings::client(settings, url)?.with_token(find(token_file, url)?))
}

/// Where the token of a hub is kept.
fn file_of(url: &str) -> Option<PathBuf> {
    Some(surroundings::user_folder()?.join(format!("token-{}", hub_of(url))))
}

/// How files of this user name the hub at an address.
pub(crate) fn hub_of(url: &str) -> String {
    let api = reload::over_http(url);
    let (scheme, rest) = api.split_once("://").unwrap_or(("http", api.as_str()));
    let host = rest.split('/').next().unwrap_or_default();
    // Without a port the plain address and that of the screens lead to the same hub.
    let port = if scheme == "https" { "" } else { "_8700" };
    let with_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let name: String =
        host.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' }).collect();
    let port = if with_port { "" } else { port };
    format!("{name}{port}")
}

/// What a hub says to who is not let in, or may not; `None` where that is not what it says.
pub(crate) fn refusal(answered: &Answered) -> Option<String> {
    let answer: Value = serde_json::from_str(&answered.body).ok()?;
    let error = answer.get("error")?.as_str()?;
    matches!(answered.status, 401 | 403 | 404 | 409 | 422 | 429).then(|| error.to_owned())
}

/// Sign in, and keep the token for the desk and the other commands.
pub(crate) fn sign_in(settings: &Settings, args: &SignInArgs, token_file: Option<&Path>) -> anyhow::Result<()> {
    let api = reload::hub_api(settings, args.connect.as_deref());
    let client = surroundings::client(settings, &api)?;
    let path = args.out.as_deref().or(token_file).map(Path::to_path_buf).or_else(|| file_of(&api));
    let path = path.context("no home folder is known, so there is no place for the token; name one with --out FILE")?;
    let body = json!({ "name": args.name, "password": user::password(false)? });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answered = runtime.block_on(client.post("/api/sign-in", &body))?;
    let answer = serde_json::from_str::<Value>(&answered.body).ok().filter(|_| answered.status == 200);
    let token = answer.as_ref().and_then(|answer| answer.get("token")).and_then(Value::as_str);
    let Some(token) = token else {
        bail!(refusal(&answered).unwrap_or_else(|| client.odd(&answered).to_string()));
    };
    keep(&path, token).with_context(|| format!("{} cannot be written", path.display()))?;
    say::note(&format!("signed in at {api}; the token is in {}", path.display()));
    Ok(())
}

/// End the sign-in, and forget the token.
pub(crate) fn sign_out(settings: &Settings, args: &SignOutArgs, token_file: Option<&Path>) -> anyhow::Result<()> {
    let api = reload::hub_api(settings, args.connect.as_deref());
    let Some(token) = find(token_file, &api)? else { bail!("nobody is signed in at {api} from here") };
    let client = surroundings::client(settings, &api)?.with_token(Some(token));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answered = runtime.block_on(client.post("/api/sign-out", &json!({})))?;
    // A sign-in that has ended already is as good.
    if !matches!(answered.status, 204 | 401) {
        bail!(refusal(&answered).unwrap_or_else(|| client.odd(&answered).to_string()));
    }
    if let Some(path) = token_file.map(Path::to_path_buf).or_else(|| file_of(&api)).filter(|path| path.exists()) {
        std::fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
    }
    Ok(())
}

/// Write a file that only this user reads, aside first, so that nobody reads half of it.
fn keep(path: &Path, token: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let aside = path.with_extension("new");
    drop(std::fs::remove_file(&aside));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&aside)?;
    writeln!(file, "{token}")?;
    file.sync_all()?;
    std::fs::rename(&aside, path)
}
