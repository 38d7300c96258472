//! How times, ages, figures and coordinates are written. Pure; the language is the one set at run time.

use chrono::{DateTime, Datelike, Timelike, Utc};
use rust_i18n::t;

use crate::domain::casualty::{Bound, Casualty, Toll};
use crate::domain::rights::{Right, Role};
use crate::domain::{Clock, Countdown, Grade, LonLat, Mode, Moment, Phase, Refusal, Run, Sky, Stage, Timer, Weather};
use crate::link::LinkState;
use crate::screen::shown::Who;

fn local(at: Moment, utc_offset_secs: i32) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(at.0.saturating_add(i64::from(utc_offset_secs) * 1000))
}

/// `14:03` in city time.
#[must_use]
pub fn hour_minute(at: Moment, utc_offset_secs: i32) -> String {
    local(at, utc_offset_secs).map(|t| format!("{:02}:{:02}", t.hour(), t.minute())).unwrap_or_default()
}

/// `11-21 14:03` in city time.
#[must_use]
pub fn day_hour_minute(at: Moment, utc_offset_secs: i32) -> String {
    local(at, utc_offset_secs)
        .map(|t| format!("{:02}-{:02} {:02}:{:02}", t.month(), t.day(), t.hour(), t.minute()))
        .unwrap_or_default()
}

/// The date with its weekday, as the language writes it.
#[must_use]
pub fn date(at: Moment, utc_offset_secs: i32) -> String {
    let Some(t) = local(at, utc_offset_secs) else { return String::new() };
    let weekday = t!(format!("words.weekday_{}", t.weekday().number_from_monday()));
    t!("words.date", year = t.year(), month = t.month(), day = t.day(), weekday = weekday).into_owned()
}

/// The first moment of the day that `now` is in, in city time.
#[must_use]
pub fn day_start(now: Moment, utc_offset_secs: i32) -> Moment {
    const DAY: i64 = 24 * 3600 * 1000;
    let offset = i64::from(utc_offset_secs) * 1000;
    Moment((now.0.saturating_add(offset)).div_euclid(DAY) * DAY - offset)
}

/// `3:20`: minutes and seconds, as a stopwatch tells them.
#[must_use]
pub fn minutes(secs: i64) -> String {
    let secs = secs.max(0);
    format!("{}:{:02}", secs / 60, secs % 60)
}

/// How many people are dead, missing, trapped or injured.
#[must_use]
pub fn casualty(one: &Casualty) -> String {
    let harm = t!(format!("casualty.{}", one.harm.field()));
    let key = match (one.count.people, one.count.bound) {
        (0, _) => "casualty.none",
        (_, Bound::Exactly) => "casualty.exactly",
        (_, Bound::About) => "casualty.about",
        (_, Bound::AtLeast) => "casualty.at_least",
    };
    t!(key, harm = harm, count = one.count.people).into_owned()
}

/// Why casualties make a case of a grade: from how many on it is.
#[must_use]
pub fn toll((grade, toll, people): (Grade, Toll, u32)) -> String {
    let key = match toll {
        Toll::Lives => "casualty.by_lives",
        Toll::Injured => "casualty.by_injured",
    };
    t!(key, people = people, grade = self::grade(grade)).into_owned()
}

/// How long ago, in minutes and coarser.
#[must_use]
pub fn age(secs: i64) -> String {
    let minutes = secs.max(0) / 60;
    match minutes {
        0 => t!("words.under_a_minute").into_owned(),
        1..60 => t!("words.minutes", minutes = minutes).into_owned(),
        60..1440 => t!("words.hours", hours = minutes / 60, minutes = format!("{:02}", minutes % 60)).into_owned(),
        _ => t!("words.days", days = minutes / 1440, hours = minutes / 60 % 24).into_owned(),
    }
}

/// `12,345`.
#[must_use]
pub fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `22.31930°N 114.16940°E`.
#[must_use]
pub fn lonlat(at: LonLat) -> String {
    let side = |value: f64, plus: char, minus: char| if value < 0.0 { minus } else { plus };
    let (ns, ew) = (side(at.lat, 'N', 'S'), side(at.lon, 'E', 'W'));
    format!("{:.5}°{ns} {:.5}°{ew}", at.lat.abs(), at.lon.abs())
}

/// Metres or kilometres without needless digits.
#[must_use]
pub fn length(metres: f64) -> String {
    if metres >= 1000.0 { format!("{} km", metres / 1000.0) } else { format!("{metres} m") }
}

/// By how many per cent today is above or below yesterday: `较昨 +12%`.
#[must_use]
pub fn change(percent: i64) -> String {
    t!("words.change", percent = format!("{percent:+}")).into_owned()
}

fn sky(weather: Weather) -> String {
    let key = match (weather.sky, weather.intensity) {
        (Sky::Clear, _) => "weather.clear",
        (Sky::Cloudy, _) => "weather.cloudy",
        (Sky::Overcast, _) => "weather.overcast",
        (Sky::Fog, _) => "weather.fog",
        (Sky::Rain, 0 | 1) => "weather.light_rain",
        (Sky::Rain, 2) => "weather.rain",
        (Sky::Rain, _) => "weather.heavy_rain",
        (Sky::Snow, 0 | 1) => "weather.light_snow",
        (Sky::Snow, 2) => "weather.snow",
        (Sky::Snow, _) => "weather.heavy_snow",
    };
    t!(key).into_owned()
}

/// The weather in short: `小雨 23°C`.
#[must_use]
pub fn weather(weather: Weather) -> String {
    let degrees = (i32::from(weather.temperature_dc) + 5).div_euclid(10);
    t!("weather.short", sky = sky(weather), degrees = degrees).into_owned()
}

/// Wind, and what falls: `风 6 m/s，每小时 2.5 mm`.
#[must_use]
pub fn weather_more(weather: Weather) -> String {
    if weather.rain_mm_h == 0 {
        return t!("weather.wind", wind = weather.wind_mps).into_owned();
    }
    let rain = format!("{:.1}", f32::from(weather.rain_mm_h) / 10.0);
    t!("weather.wind_and_rain", wind = weather.wind_mps, rain = rain).into_owned()
}

/// Name of a grade.
#[must_use]
pub fn grade(grade: Grade) -> String {
    let key = match grade {
        Grade::I => "grade.i",
        Grade::II => "grade.ii",
        Grade::III => "grade.iii",
        Grade::IV => "grade.iv",
    };
    t!(key).into_owned()
}

/// Name of a stage.
#[must_use]
pub fn stage(stage: Stage) -> String {
    t!(format!("stage.{}", stage.word())).into_owned()
}

/// What is done at a stage, as a step on the way.
#[must_use]
pub fn step(stage: Stage) -> String {
    t!(format!("step.{}", stage.word())).into_owned()
}

/// What a limit is for.
#[must_use]
pub fn phase(phase: Phase) -> String {
    t!(format!("limit.phase.{}", phase.word())).into_owned()
}

/// Who has an incident in a phase.
#[must_use]
pub fn holder(phase: Phase) -> String {
    t!(format!("limit.holder.{}", phase.word())).into_owned()
}

/// So much of a clock, without its name: `30分钟`, `7小时`, `1.5天`.
#[must_use]
pub fn amount(clock: Clock, millis: i64) -> String {
    match clock {
        Clock::WorkDays | Clock::CalendarDays => {
            let tenths = millis.max(0) / (clock.unit_millis() / 10);
            let days =
                if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) };
            t!("limit.days", days = days).into_owned()
        }
        Clock::UrgentHours | Clock::WorkHours => {
            let minutes = millis.max(0) / 60_000;
            match (minutes / 60, minutes % 60) {
                (0, minutes) => t!("words.minutes", minutes = minutes).into_owned(),
                (hours, 0) => t!("limit.hours", hours = hours).into_owned(),
                (hours, minutes) => t!("words.hours", hours = hours, minutes = format!("{minutes:02}")).into_owned(),
            }
        }
    }
}

/// So much on a clock: `3天（工作日）`.
#[must_use]
pub fn on_clock(clock: Clock, millis: i64) -> String {
    let name = t!(format!("limit.clock.{}", clock.word()));
    t!("limit.on_clock", amount = amount(clock, millis), clock = name).into_owned()
}

/// How long until a moment, or since it.
/// The time left until something is due, or by how much it is over.
#[must_use]
pub fn until(due: Moment, now: Moment) -> String {
    if now > due {
        t!("limit.over", time = age(now.secs_since(due))).into_owned()
    } else {
        t!("limit.left", time = age(due.secs_since(now))).into_owned()
    }
}

/// The time left of what is due next.
#[must_use]
pub fn countdown(next: &Countdown, now: Moment) -> String {
    match next {
        Countdown::Running { due, .. } => until(*due, now),
        Countdown::Paused => t!("limit.paused").into_owned(),
    }
}

/// How a timer stands.
#[must_use]
pub fn timer(timer: &Timer, now: Moment) -> String {
    match timer.run {
        Run::NotBegun => t!("limit.not_begun").into_owned(),
        Run::Running { due, .. } => until(due, now),
        Run::Paused => t!("limit.paused").into_owned(),
        Run::Finished { at, due } if at > due => t!("limit.late", time = age(at.secs_since(due))).into_owned(),
        Run::Finished { .. } => t!("limit.in_time").into_owned(),
    }
}

/// Name of a mode.
#[must_use]
pub fn mode(mode: Mode) -> String {
    t!(match mode {
        Mode::Routine => "mode.routine",
        Mode::Emergency => "mode.emergency",
    })
    .into_owned()
}

/// How the link is, in words.
#[must_use]
pub fn link(link: LinkState, utc_offset_secs: i32) -> String {
    match link {
        LinkState::Live => t!("shell.live").into_owned(),
        LinkState::ReadOnly => t!("shell.read_only").into_owned(),
        LinkState::Connecting => t!("shell.connecting").into_owned(),
        LinkState::Lost { since } => t!("shell.no_data_since", time = hour_minute(since, utc_offset_secs)).into_owned(),
    }
}

/// Why an order was refused.
#[must_use]
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::CatalogueWrong { file, line: Some(line), problem } => {
            t!("refusal.catalogue_wrong", file = file, line = line, problem = problem)
        }
        Refusal::CatalogueWrong { file, line: None, problem } => {
            t!("refusal.catalogue_unreadable", file = file, problem = problem)
        }
        Refusal::Unusable { field, reason } => return super::unusable::unusable(field, reason),
        Refusal::NotNow(now) => t!("refusal.not_now", stage = stage(*now)),
        Refusal::TooManyTries { seconds } => t!("refusal.too_many_tries", seconds = seconds),
        Refusal::RightMissing { right } => t!("refusal.right_missing", right = self::right(*right)),
        Refusal::OutsideArea { right, area } => {
            t!("refusal.outside_area", right = self::right(*right), area = area.path())
        }
        Refusal::ShiftLocked(number) => t!("refusal.shift_locked", number = number),
        Refusal::NoEntry(number) => t!("refusal.no_entry", number = number),
        other => t!(other.key()),
    }
    .into_owned()
}

/// Name of a right.
#[must_use]
pub fn right(right: Right) -> String {
    t!(format!("right.{}", right.word())).into_owned()
}

/// Name of a role.
#[must_use]
pub fn role(role: Role) -> String {
    t!(format!("role.{}", role.word())).into_owned()
}

/// Who sits here and in which role; empty while the hub has not said.
#[must_use]
pub fn who(who: &Who) -> String {
    match who {
        Who::Known(identity) if identity.open => t!("sign_in.demo", role = role(Role::ShiftChief)).into_owned(),
        Who::Known(identity) => {
            let roles: Vec<String> = identity.standing.roles.iter().map(|one| role(*one)).collect();
            format!("{} · {}", identity.shown, roles.join(" "))
        }
        Who::Wanted { .. } | Who::Unknown => String::new(),
    }
}
