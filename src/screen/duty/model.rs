//! Duty as screens show it. Pure.

use std::sync::{Arc, OnceLock};

use rust_i18n::t;

use crate::config::duty;
use crate::domain::duty::log::{LogEntry, Noted};
use crate::domain::duty::shifts::{Slot, SlotId, day_of};
use crate::domain::duty::{ROSTER_DAYS_MAX, Watch};
use crate::domain::{Actor, Hall, IncidentId, Lamp, Moment, Shifts};
use crate::screen::look::words;

/// So many shifts are on a page of the roster, or those of one day where that are more.
const PAGE: usize = 7;

/// The shifts in force in a hall: those taken, or those built in.
#[must_use]
pub fn shifts(hall: &Hall) -> Arc<Shifts> {
    static BUILT_IN: OnceLock<Arc<Shifts>> = OnceLock::new();
    match hall.duty().in_force() {
        Some(taken) => Arc::clone(&taken.shifts),
        None => Arc::clone(BUILT_IN.get_or_init(|| duty::load(None).map(Arc::new).unwrap_or_default())),
    }
}

/// The shift that is on duty, else the one of the clock.
#[must_use]
pub fn slot_now(hall: &Hall, shifts: &Shifts, now: Moment, utc_offset_secs: i32) -> Option<Slot> {
    let on = hall.duty().watch().map(|watch| watch.slot.clone());
    on.or_else(|| shifts.slot_at(now, utc_offset_secs))
}

/// The shift as the band tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BandDuty {
    /// In words.
    pub text: String,
    /// How near its end is.
    pub lamp: Lamp,
}

/// What the band tells of the shift.
#[must_use]
pub fn band(hall: &Hall, now: Moment, utc_offset_secs: i32) -> Option<BandDuty> {
    let shifts = shifts(hall);
    let slot = slot_now(hall, &shifts, now, utc_offset_secs)?;
    let lamp = hall.duty().watch().map_or(Lamp::Green, |watch| watch.lamp(shifts.handover_minutes, now));
    let name = slot.name.of(&rust_i18n::locale()).to_owned();
    let signed = hall.duty().watch().and_then(|watch| watch.handover.as_ref()).is_some();
    let text = match lamp {
        _ if signed => t!("duty.band_prepared", shift = name),
        Lamp::Green => t!("duty.band", shift = name, time = words::hour_minute(slot.until, utc_offset_secs)),
        Lamp::Yellow => t!("duty.band_soon", shift = name, time = words::age(slot.until.secs_since(now))),
        Lamp::Red => t!("duty.band_late", shift = name, time = words::age(now.secs_since(slot.until))),
    };
    Some(BandDuty { text: text.into_owned(), lamp })
}

/// A post of a shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterRow {
    /// The shift.
    pub slot: Slot,
    /// The code of the post.
    pub post: String,
    /// Its name.
    pub name: String,
    /// Who should have it.
    pub rostered: Option<String>,
    /// Who signed on.
    pub there: Option<String>,
    /// The shift is on duty.
    pub on: bool,
}

/// How many days a page of the roster has.
fn page_days(shifts: &Shifts) -> i32 {
    i32::try_from(PAGE / shifts.shifts.len().max(1)).unwrap_or_default().max(1)
}

/// The last page of the roster, from 0: the one of the last day that people are rostered for.
#[must_use]
pub fn last_page(hall: &Hall) -> i32 {
    ROSTER_DAYS_MAX / page_days(&shifts(hall))
}

/// A page of the roster, from 0: the first has the posts of the shift on duty and those that follow it today and on as many
/// days as fit, each further one those of the days after.
#[must_use]
pub fn roster(hall: &Hall, now: Moment, utc_offset_secs: i32, page: i32) -> Vec<RosterRow> {
    let (shifts, locale) = (shifts(hall), rust_i18n::locale().to_string());
    let Some(on) = slot_now(hall, &shifts, now, utc_offset_secs) else { return Vec::new() };
    let (today, days) = (day_of(now, utc_offset_secs), page_days(&shifts));
    let last = today.saturating_add(ROSTER_DAYS_MAX);
    let from = today.saturating_add(page.max(0).saturating_mul(days));
    let all = &shifts;
    let of_day = |day: i32| {
        let slot = move |code: &str| all.slot(&SlotId { day, shift: code.to_owned() }, utc_offset_secs);
        all.shifts.iter().filter_map(move |shift| slot(&shift.code))
    };
    let days = (from..from.saturating_add(days)).filter(|day| *day <= last);
    let later = days.flat_map(of_day).filter(|slot| slot.from >= on.until && slot.until > now);
    let duty = hall.duty();
    let mut rows = Vec::new();
    for slot in (page <= 0).then(|| on.clone()).into_iter().chain(later) {
        let watch = duty.watch().filter(|watch| watch.slot.id == slot.id);
        for post in &slot.posts {
            rows.push(RosterRow {
                post: post.clone(),
                name: shifts.post_name(post, &locale).to_owned(),
                rostered: duty.rostered(&slot.post(post)).map(ToOwned::to_owned),
                there: watch.and_then(|watch| watch.posts.get(post).cloned()),
                on: watch.is_some(),
                slot: slot.clone(),
            });
        }
    }
    rows
}

/// `11-21 早班 07:30–15:30`.
#[must_use]
pub fn slot_words(slot: &Slot, utc_offset_secs: i32) -> String {
    let name = slot.name.of(&rust_i18n::locale());
    let (from, until) =
        (words::day_hour_minute(slot.from, utc_offset_secs), words::hour_minute(slot.until, utc_offset_secs));
    format!("{name}  {from}–{until}")
}

/// Who is behind something.
#[must_use]
pub fn who(by: &Actor) -> &str {
    let (Actor::Person(name) | Actor::Source(name)) = by;
    name
}

/// An entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryShown {
    /// Its number.
    pub number: u64,
    /// `14:03`.
    pub time: String,
    /// Who is behind it.
    pub by: String,
    /// What it says.
    pub text: String,
    /// The case that it is about.
    pub incident: Option<IncidentId>,
    /// It is to be handed on still.
    pub open: bool,
    /// The hall noted it by itself.
    pub by_itself: bool,
}

/// What an entry says.
#[must_use]
pub fn said(entry: &LogEntry, shifts: &Shifts) -> String {
    let locale = rust_i18n::locale().to_string();
    let said = match &entry.what {
        Noted::Words(words) => words.clone(),
        Noted::TookOver(from) => t!("duty.noted_took_over", who = from).into_owned(),
        Noted::SignedOn { post, instead_of } => {
            let post = shifts.post_name(post, &locale);
            match instead_of {
                Some(other) => t!("duty.noted_instead_of", post = post, who = other).into_owned(),
                None => t!("duty.noted_signed_on", post = post).into_owned(),
            }
        }
        Noted::Mode(mode) => t!("duty.noted_mode", mode = words::mode(*mode)).into_owned(),
        Noted::PlanStarted(name) => t!("duty.noted_plan", plan = name.of(&locale)).into_owned(),
        Noted::PlanEnded => t!("duty.noted_plan_ended").into_owned(),
        Noted::AlarmStruck(alarm) => t!("duty.noted_alarm", level = t!("plan.level", level = alarm)).into_owned(),
        Noted::RollCalled => t!("duty.noted_roll").into_owned(),
        Noted::Grave(grade) => t!("duty.noted_grave", grade = words::grade(*grade)).into_owned(),
        Noted::Extended(phase) => t!("duty.noted_extended", phase = words::phase(*phase)).into_owned(),
    };
    match entry.corrects {
        Some(other) => format!("{} {said}", t!("duty.corrects", number = other)),
        None => said,
    }
}

/// The entries of a shift, oldest first.
#[must_use]
pub fn entries(hall: &Hall, watch: &Watch, utc_offset_secs: i32) -> Vec<EntryShown> {
    let shifts = shifts(hall);
    let shown = watch.log.iter().map(|entry| EntryShown {
        number: entry.number,
        time: words::hour_minute(entry.at, utc_offset_secs),
        by: who(&entry.by).to_owned(),
        text: said(entry, &shifts),
        incident: entry.incident,
        open: hall.duty().is_open(entry.number),
        by_itself: !matches!(entry.what, Noted::Words(_)),
    });
    shown.collect()
}
