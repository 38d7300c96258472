//! What stands in a row of a sensor or a feed. Pure.

use rust_i18n::t;

use crate::domain::device::{DeviceList, OutOfService, RefusedFor};
use crate::domain::{Device, DeviceFeed, DevicesBy, Moment};
use crate::screen::look::words;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// The worst sensors first.
    #[default]
    Worst,
    /// Those that are silent.
    Silent,
    /// Those that nobody claimed.
    Unclaimed,
    /// The hub's feeds.
    Feeds,
    /// Those that are out of service.
    Retired,
}

impl Tab {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Worst, Self::Silent, Self::Unclaimed, Self::Feeds, Self::Retired];

    /// Key of its name in `assets/i18n`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Worst => "devices.worst",
            Self::Silent => "devices.silent",
            Self::Unclaimed => "devices.unclaimed",
            Self::Feeds => "devices.feeds",
            Self::Retired => "devices.retired",
        }
    }

    /// What the hub is asked for it; feeds come with all sensors.
    #[must_use]
    pub const fn by(self) -> DevicesBy {
        match self {
            Self::Worst | Self::Feeds => DevicesBy::Worst,
            Self::Silent => DevicesBy::Silent,
            Self::Unclaimed => DevicesBy::Unclaimed,
            Self::Retired => DevicesBy::Retired,
        }
    }
}

/// A row, in the language of the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// What it is called.
    pub title: String,
    /// What it is, beside that.
    pub note: String,
    /// What is to be said of it.
    pub right: String,
    /// What that is made of; may be empty.
    pub under: String,
    /// Something is wrong with it now.
    pub wrong: bool,
    /// A key is about it.
    pub ticked: bool,
}

/// The share of what a sensor sent that was refused, as people write it.
fn share(device: &Device) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a share of readings")]
    let percent = device.refused as f64 * 100.0 / device.sent().max(1) as f64;
    format!("{percent:.1} %")
}

fn count(n: u64) -> String {
    words::count(usize::try_from(n).unwrap_or(usize::MAX))
}

/// Why readings were refused, the commonest reason first.
fn reasons(refused: &[RefusedFor]) -> Vec<String> {
    let mut refused: Vec<&RefusedFor> = refused.iter().collect();
    refused.sort_by_key(|one| std::cmp::Reverse(one.count));
    refused
        .into_iter()
        .map(|one| format!("{} {}", t!(format!("devices.why.{}", one.reason)), count(one.count)))
        .collect()
}

/// Seconds, or minutes and coarser.
fn length(secs: i64) -> String {
    if (0..60).contains(&secs) { t!("heat.card.secs", n = secs).into_owned() } else { words::age(secs) }
}

/// All that was wrong with what a sensor sent.
fn faults(device: &Device) -> String {
    let mut said = reasons(&device.reasons);
    for (key, n) in [
        ("devices.late", device.late),
        ("devices.duplicate", device.duplicate),
        ("devices.out_of_order", device.out_of_order),
    ] {
        if n > 0 {
            said.push(t!(key, n = count(n)).into_owned());
        }
    }
    if device.ahead_millis > 0 {
        said.push(t!("devices.ahead", age = length(device.ahead_millis / 1000)).into_owned());
    }
    if device.ahead_millis < 0 {
        said.push(t!("devices.behind", age = length(-(device.ahead_millis / 1000))).into_owned());
    }
    said.join(" · ")
}

/// When something was heard last.
fn heard(at: Option<i64>, now: Moment) -> String {
    at.map_or_else(
        || t!("devices.never").into_owned(),
        |at| t!("devices.heard", age = length(now.secs_since(Moment(at)))).into_owned(),
    )
}

/// The row of a sensor.
#[must_use]
pub fn sensor_row(device: &Device, tab: Tab, now: Moment, utc_offset_secs: i32) -> Row {
    let named = !device.name.is_empty();
    let title = if named { device.name.clone() } else { device.id.clone() };
    let kind = t!(format!("sensor.{}", device.kind().word())).into_owned();
    let id = named.then(|| device.id.clone());
    let owner = Some(device.owner.clone()).filter(|owner| !owner.is_empty());
    let unclaimed = (!device.claimed && tab != Tab::Unclaimed).then(|| t!("devices.is_unclaimed").into_owned());
    let area = (!device.area.is_empty()).then(|| {
        if device.area_by_place {
            t!("devices.area_by_place", area = device.area).into_owned()
        } else {
            device.area.clone()
        }
    });
    let note: Vec<String> = [Some(kind), id, owner, area, unclaimed].into_iter().flatten().collect();
    let silent = device.silent_since().map(|since| {
        let at = words::day_hour_minute(since, utc_offset_secs);
        t!("devices.silent_since", at = at, age = length(now.secs_since(since))).into_owned()
    });
    if let Some(OutOfService { at, by, reason }) = &device.retired {
        let since = words::day_hour_minute(Moment(*at), utc_offset_secs);
        let right = t!("devices.retired_since", at = since, by = by).into_owned();
        return Row { title, note: note.join(" · "), right, under: reason.clone(), ..Row::default() };
    }
    let wrong = silent.is_some() || device.heard_at.is_none();
    let right = match tab {
        Tab::Worst | Tab::Feeds => {
            t!("devices.refused", share = share(device), n = count(device.refused), all = count(device.sent()))
                .into_owned()
        }
        Tab::Silent => silent.clone().unwrap_or_else(|| heard(device.heard_at, now)),
        Tab::Unclaimed | Tab::Retired => heard(device.heard_at, now),
    };
    let mut under = faults(device);
    // Elsewhere the row says no word of it.
    if let Some(silent) = silent.filter(|_| tab == Tab::Worst) {
        under = if under.is_empty() { silent } else { format!("{under} · {silent}") };
    }
    Row { title, note: note.join(" · "), right, under, wrong, ticked: false }
}

/// The row of a feed.
#[must_use]
pub fn feed_row(feed: &DeviceFeed, now: Moment) -> Row {
    let state = t!(format!("devices.state.{}", feed.state));
    let right = format!("{state} · {}", heard(feed.heard_at, now));
    let mut under = vec![t!("devices.rows", n = count(feed.rows)).into_owned()];
    under.extend(reasons(&feed.refused));
    if let Some(error) = &feed.error {
        let ago = feed.error_at.map(|at| length(now.secs_since(Moment(at)))).unwrap_or_default();
        let key = if feed.state == "failing" { "devices.error" } else { "devices.error_over" };
        under.insert(0, t!(key, age = ago, error = error, n = feed.failures).into_owned());
    }
    Row {
        title: feed.name.clone(),
        note: format!("{} · {}", t!(format!("devices.sort.{}", feed.sort)), feed.at),
        right,
        under: under.join(" · "),
        wrong: feed.state == "failing",
        ticked: false,
    }
}

/// What is said of all.
#[must_use]
pub fn sums(list: &DeviceList, feeds: &[DeviceFeed]) -> String {
    let failing = feeds.iter().filter(|feed| feed.state == "failing").count();
    let sums = t!(
        "devices.sums",
        readings = count(list.readings),
        refused = count(list.refused),
        nobodys = count(list.nobodys),
        fallen = words::count(list.fallen_silent),
        never = words::count(list.silent),
        unclaimed = words::count(list.unclaimed),
        retired = words::count(list.retired),
        failing = failing,
        feeds = feeds.len()
    );
    if list.aside == 0 {
        return sums.into_owned();
    }
    format!("{sums} · {}", t!("devices.aside", n = count(list.aside)))
}
