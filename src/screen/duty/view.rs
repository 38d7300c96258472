//! What the dialog shows, from its state and the hall. Pure.

use rust_i18n::t;

use super::desk::{Around, DutyDesk, Page};
use super::handover::{HandoverShown, State};
use super::model::{band, entries, roster, slot_words};
use super::pack::{Line, PackWords, Section, changes, sections, summary};
use super::panel::{Body, LogShown};
use crate::domain::duty::{Handover, Watch};
use crate::domain::{Lamp, Pack, Party};
use crate::screen::look::words;

/// What names come from.
pub(super) struct Names<'a> {
    pub(super) kind: &'a dyn Fn(&str) -> String,
    pub(super) party: &'a dyn Fn(&Party) -> String,
    pub(super) area: &'a dyn Fn(&str) -> String,
}

/// The shift on duty in words, and how near its end is.
pub(super) fn head(around: &Around<'_>) -> (String, Lamp) {
    let told = band(around.hall, around.now, around.utc_offset_secs);
    told.map_or_else(|| (t!("duty.no_shift").into_owned(), Lamp::Green), |told| (told.text, told.lamp))
}

/// What is on the page.
pub(super) fn body(desk: &mut DutyDesk, around: &Around<'_>, names: &Names<'_>) -> Body {
    match desk.page {
        Page::Roster => {
            let rows = roster(around.hall, around.now, around.utc_offset_secs, desk.ahead);
            desk.marked = desk.marked.min(rows.len().saturating_sub(1));
            Body::Roster(rows)
        }
        Page::Log => {
            let log = log(desk, around);
            desk.marked = desk.marked.min(log.entries.len().saturating_sub(1));
            Body::Log(log)
        }
        Page::Handover => {
            let shown = handover(desk, around, names);
            desk.lines = shown.lines().map(|line| line.incident).collect();
            desk.marked = desk.marked.min(desk.lines.len().saturating_sub(1));
            Body::Handover(shown)
        }
    }
}

fn title(watch: &Watch, around: &Around<'_>) -> String {
    format!("{}  {}", t!("duty.shift_number", number = watch.number), slot_words(&watch.slot, around.utc_offset_secs))
}

fn log(desk: &DutyDesk, around: &Around<'_>) -> LogShown {
    let Some(watch) = desk.watch(around.hall.duty()) else {
        return LogShown { title: t!("duty.first_entry").into_owned(), locked: false, entries: Vec::new() };
    };
    let mut entries = entries(around.hall, watch, around.utc_offset_secs);
    entries.reverse();
    LogShown { title: title(watch, around), locked: watch.is_locked(), entries }
}

fn handover(desk: &DutyDesk, around: &Around<'_>, names: &Names<'_>) -> HandoverShown {
    let watch = desk.watch(around.hall.duty());
    // What both signed is told as it was then.
    let taken = watch.and_then(|watch| watch.handover.as_ref()?.taken.as_ref());
    let say = PackWords {
        hall: around.hall,
        kind: names.kind,
        party: names.party,
        area: names.area,
        now: taken.map_or(around.now, |taken| taken.at),
        utc_offset_secs: around.utc_offset_secs,
    };
    let told = watch.map_or_else(|| t!("duty.no_shift").into_owned(), |watch| title(watch, around));
    let nothing = Pack::default();
    let (state, pack, since) = match watch.and_then(|watch| Some((watch, watch.handover.as_ref()?))) {
        Some((watch, handover)) => (state(handover, around), &handover.pack, since(watch, handover, &say)),
        None => (State::Preview, desk.preview.as_ref().unwrap_or(&nothing), Vec::new()),
    };
    HandoverShown { title: told, state, summary: summary(pack), since, sections: sections(pack, &say) }
}

fn state(handover: &Handover, around: &Around<'_>) -> State {
    let (by, words) = (handover.by.clone(), handover.words.clone());
    let time = |at| words::day_hour_minute(at, around.utc_offset_secs);
    match &handover.taken {
        Some(taken) => {
            let (taken_by, remark) = (taken.by.clone(), taken.words.clone());
            State::Signed { by, words, taken_by, time: time(taken.at), remark }
        }
        None => State::Prepared { own: by == around.me, time: time(handover.at), by, words },
    }
}

/// What changed and what was written since a hand-over was prepared.
fn since(watch: &Watch, handover: &Handover, say: &PackWords<'_>) -> Vec<Section> {
    let mut all = Vec::new();
    if !handover.since.is_empty() {
        all.push(changes("duty.since_prepared", &handover.since, say));
    }
    let shifts = super::model::shifts(say.hall);
    let written = watch.written_since().map(|entry| Line {
        incident: entry.incident,
        grade: None,
        what: super::model::said(entry, &shifts),
        why: super::model::who(&entry.by).to_owned(),
        lamp: None,
    });
    let lines: Vec<Line> = written.collect();
    if !lines.is_empty() {
        let all_lines = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        all.push(Section { title: t!("duty.written_since").into_owned(), all: all_lines, lines });
    }
    all
}
