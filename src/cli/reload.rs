//! `hall reload`: has a hub take its edited files without a restart.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use command_hall::config::{Difference, Settings};
use command_hall::feeds::http::Answered;
use serde_json::{Value, json};

use super::args::ReloadArgs;
use super::{say, token};

/// Run the command: exit status 1 where the hub found a file wrong.
pub(crate) fn run(settings: &Settings, args: &ReloadArgs, token_file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let to = hub_api(settings, args.connect.as_deref());
    let client = token::client(settings, token_file, &to)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answered = runtime.block_on(client.post("/api/catalogue/reload", &json!({})))?;
    let Ok(answer) = serde_json::from_str::<Value>(&answered.body) else { bail!(client.odd(&answered)) };
    match answered {
        Answered { status: 200, .. } => {
            if args.json {
                say::json(&answer);
            } else {
                say::line(&told(&answer));
            }
            Ok(ExitCode::SUCCESS)
        }
        Answered { status: 422, .. } => {
            if args.json {
                say::json(&answer);
            }
            let error = answer.get("error").and_then(Value::as_str).unwrap_or_default();
            bail!("{error}; the hub keeps the kinds and limits that it had")
        }
        other => bail!(token::refusal(&other).unwrap_or_else(|| client.odd(&other).to_string())),
    }
}

/// The API of the hub that was named, or of the one that listens on this machine.
pub(crate) fn hub_api(settings: &Settings, connect: Option<&str>) -> String {
    let scheme = if settings.tls().is_some() { "https" } else { "http" };
    connect.map_or_else(|| format!("{scheme}://{}", here(settings.listen())), over_http)
}

/// Where a hub that listens so is reached from its own machine.
fn here(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// The address of a hub's API where the one of its screens is given.
pub(crate) fn over_http(url: &str) -> String {
    match url.split_once("://") {
        Some(("ws", rest)) => format!("http://{rest}"),
        Some(("wss", rest)) => format!("https://{rest}"),
        _ => url.to_owned(),
    }
}

fn told(answer: &Value) -> String {
    let count = |name| answer.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let flag = |name| answer.get(name).and_then(Value::as_bool).unwrap_or(false);
    let difference = Difference {
        kinds_added: count("kinds_added"),
        kinds_removed: count("kinds_removed"),
        kinds_changed: count("kinds_changed"),
        limits_changed: count("limits_changed"),
        calendar_changed: flag("calendar_changed"),
        lamps_changed: flag("lamps_changed"),
        plans_changed: count("plans_changed"),
        reports_changed: flag("reports_changed"),
        shifts_changed: flag("shifts_changed"),
        alarm_rules_changed: flag("alarm_rules_changed"),
    };
    words(flag("changed"), count("kinds"), difference, [count("sensors_changed"), count("feeds_changed")])
}

/// What a hub took, in words; sensors that changed, and feeds.
pub(crate) fn words(changed: bool, kinds: usize, difference: Difference, [sensors, feeds]: [usize; 2]) -> String {
    if !changed {
        return format!("nothing changed: the files say what is in force, {kinds} kinds");
    }
    let Difference {
        kinds_added,
        kinds_removed,
        kinds_changed,
        limits_changed,
        calendar_changed,
        lamps_changed,
        plans_changed,
        reports_changed,
        shifts_changed,
        alarm_rules_changed,
    } = difference;
    let mut words = format!(
        "{kinds} kinds in force: {kinds_added} added, {kinds_removed} removed, {kinds_changed} changed, \
         {limits_changed} with other limits"
    );
    for (changed, what) in [
        (calendar_changed, "another calendar"),
        (lamps_changed, "lamps turn yellow at another time"),
        (reports_changed, "reports are owed at other times"),
        (shifts_changed, "other shifts or posts"),
        (alarm_rules_changed, "other limits of sensors"),
    ] {
        if changed {
            words = format!("{words}; {what}");
        }
    }
    if plans_changed > 0 {
        words = format!("{words}; {plans_changed} plans are others");
    }
    if sensors > 0 {
        words = format!("{words}; {sensors} sensors are new or described otherwise");
    }
    if feeds > 0 {
        words = format!("{words}; {feeds} feeds began or ended");
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_is_reached_over_http_however_its_address_is_written() {
        for (written, meant) in [
            ("ws://server:8700", "http://server:8700"),
            ("wss://server", "https://server"),
            ("http://server:8700", "http://server:8700"),
        ] {
            assert_eq!(over_http(written), meant);
        }
        for (listen, meant) in [("0.0.0.0:9000", "127.0.0.1:9000"), ("[::]:1", "[::1]:1"), ("10.0.0.1:1", "10.0.0.1:1")]
        {
            assert_eq!(here(listen.parse().unwrap()), meant.parse().unwrap());
        }
    }
}
