//! `hall user`: the people of a hub, in its data folder. Works while the hub runs: it looks at its people at every
//! sign-in and every order.

use std::io::{BufRead as _, IsTerminal as _};

use anyhow::{Context as _, bail};
use command_hall::config::Settings;
use command_hall::domain::rights::{Area, Role, Standing};
use command_hall::store::people::{By, People, PeopleError, Person, Proof};
use serde_json::json;

use super::args::{User, UserAdd};
use super::say::{self, Usage};
use super::{cure, reload, surroundings, token};

pub(crate) fn run(settings: &Settings, user: &User) -> anyhow::Result<()> {
    if let User::Add(UserAdd { setup_token: Some(token), connect: Some(url), name: Some(name), shown, .. }) = user {
        return set_up(settings, url, token, name, shown.as_deref().unwrap_or_default());
    }
    let folder = surroundings::data_folder(settings)?;
    let mut people = People::open(&folder).map_err(|error| {
        let todo = cure::store(&error);
        anyhow::Error::new(error).context(format!("the people of this hub cannot be changed; {todo}"))
    })?;
    let by = By { who: operator(), origin: "hall user".to_owned(), at: surroundings::now() };
    match user {
        User::Add(args) => add(&mut people, args, &by)?,
        User::List(args) => {
            for person in people.all()? {
                list(&person, args.json);
            }
        }
        User::Disable(args) => people.disable(&args.name, true, &by).map_err(usage)?,
        User::Enable(args) => people.disable(&args.name, false, &by).map_err(usage)?,
        User::Reset(args) => {
            let password = if args.key { None } else { Some(password(true)?) };
            let proof = password.as_deref().map_or(Proof::Key, Proof::Password);
            if let Some(key) = people.reset(&args.name, proof, &by).map_err(usage)? {
                say::line(&key);
            }
        }
    }
    Ok(())
}

fn add(people: &mut People, args: &UserAdd, by: &By) -> anyhow::Result<()> {
    let (name, roles) = match (&args.source, &args.name) {
        (Some(source), _) => (source, vec![Role::Source]),
        (None, Some(name)) => (name, args.role.iter().map(|word| role(word)).collect::<Result<_, _>>()?),
        (None, None) => return Err(Usage("name somebody".to_owned()).into()),
    };
    let area = Area::of(&args.area);
    let area = area.ok_or_else(|| Usage(format!("--area: `{}` is no path of at most four names", args.area)))?;
    let standing = Standing { roles, area };
    let password = if args.key || args.source.is_some() { None } else { Some(password(true)?) };
    let proof = password.as_deref().map_or(Proof::Key, Proof::Password);
    if let Some(key) =
        people.add(name, args.shown.as_deref().unwrap_or_default(), &standing, proof, by).map_err(usage)?
    {
        say::line(&key);
        say::note(&format!("this key of {name} is told once; it is shown as `Authorization: Bearer KEY`"));
    }
    Ok(())
}

fn set_up(settings: &Settings, url: &str, setup_token: &str, name: &str, shown: &str) -> anyhow::Result<()> {
    let client = surroundings::client(settings, &reload::over_http(url))?;
    let body = json!({ "token": setup_token, "name": name, "shown": shown, "password": password(true)? });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answered = runtime.block_on(client.post("/api/set-up", &body))?;
    match answered.status {
        204 => {
            say::note(&format!("{name} is the security administrator of this hall"));
            Ok(())
        }
        _ => bail!(token::refusal(&answered).unwrap_or_else(|| client.odd(&answered).to_string())),
    }
}

/// What a change of the command line mends.
fn usage(error: PeopleError) -> anyhow::Error {
    match error {
        PeopleError::Store(_) | PeopleError::NoSecret(_) => error.into(),
        other => Usage(other.to_string()).into(),
    }
}

fn role(word: &str) -> Result<Role, Usage> {
    Role::of_word(word).filter(|role| *role != Role::Source).ok_or_else(|| {
        let words: Vec<&str> = Role::ALL.iter().map(|role| role.word()).filter(|word| *word != "source").collect();
        Usage(format!("--role: `{word}` is none of {}; a source is made with --source", words.join(", ")))
    })
}

fn list(person: &Person, as_json: bool) {
    let roles: Vec<&str> = person.standing.roles.iter().map(|role| role.word()).collect();
    if as_json {
        say::json(&json!({
            "name": person.name,
            "shown": person.shown,
            "roles": roles,
            "area": person.standing.area.path(),
            "disabled": person.disabled,
            "by_key": person.by_key,
        }));
        return;
    }
    let state = if person.disabled { "  disabled" } else { "" };
    let area = person.standing.area.path();
    say::line(&format!("{:<20} {:<20} {}  /{area}{state}", person.name, person.shown, roles.join(", ")));
}

/// A password: asked for twice without showing it, or one line of standard input.
pub(crate) fn password(anew: bool) -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).context("no password came on standard input")?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let ask = |what: &str| rpassword::prompt_password(what).context("the password cannot be asked for");
    let password = ask("password: ")?;
    if anew && ask("once more: ")? != password {
        return Err(Usage("these are two passwords".to_owned()).into());
    }
    Ok(password)
}

/// The user of this machine who runs the command, as the audit chain names them.
fn operator() -> String {
    let name = ["USER", "LOGNAME", "USERNAME"].iter().find_map(std::env::var_os);
    let name = name.map_or_else(|| "unknown".to_owned(), |name| name.to_string_lossy().into_owned());
    format!("operator {name}")
}
