//! The hand-over pack as rows to read. Pure.

use rust_i18n::t;

use super::model::who;
use crate::domain::duty::log::{Change, Changes, Noted};
use crate::domain::rights::Area;
use crate::domain::{Grade, Hall, IncidentId, Lamp, Moment, Pack, Party, Phase, Stage};
use crate::screen::alarms::maintain::what as what_words;
use crate::screen::alarms::model::{name_of, place_words, title_words};
use crate::screen::look::words;

/// What a row of a pack tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The case that it is about.
    pub(super) incident: Option<IncidentId>,
    /// How grave that is.
    pub(super) grade: Option<Grade>,
    /// What it is.
    pub(super) what: String,
    /// More of it.
    pub(super) why: String,
    /// Overdue things are marked.
    pub(super) lamp: Option<Lamp>,
}

/// Rows under a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    /// What they are.
    pub(super) title: String,
    /// How many there are, also of those that are not told one by one.
    pub(super) all: u32,
    /// They.
    pub(super) lines: Vec<Line>,
}

/// What rows are put into words with.
pub(super) struct PackWords<'a> {
    /// The hall, for kinds and grades of cases that it still has.
    pub(super) hall: &'a Hall,
    /// Name of a kind by its code.
    pub(super) kind: &'a dyn Fn(&str) -> String,
    /// Name of a party.
    pub(super) party: &'a dyn Fn(&Party) -> String,
    /// What the areas of a path are called, from the largest down.
    pub(super) area: &'a dyn Fn(&str) -> String,
    /// The moment shown.
    pub(super) now: Moment,
    /// City time.
    pub(super) utc_offset_secs: i32,
}

impl PackWords<'_> {
    fn case(&self, id: IncidentId) -> String {
        let kind = self.hall.incident(id).map(|incident| (self.kind)(&incident.kind));
        kind.map_or_else(|| format!("#{}", id.0), |kind| format!("#{} {kind}", id.0))
    }

    fn line(&self, id: IncidentId, why: String) -> Line {
        let grade = self.hall.incident(id).map(|incident| incident.grade);
        Line { incident: Some(id), grade, what: self.case(id), why, lamp: None }
    }

    /// Empty for the whole city.
    fn area_words(&self, area: &Area) -> String {
        if area.is_city() { String::new() } else { (self.area)(area.path()) }
    }

    fn due(&self, due: Moment) -> (String, Lamp) {
        if due < self.now {
            (t!("duty.late_by", time = words::age(self.now.secs_since(due))).into_owned(), Lamp::Red)
        } else {
            (t!("duty.due_at", time = words::day_hour_minute(due, self.utc_offset_secs)).into_owned(), Lamp::Green)
        }
    }
}

/// The lists of a pack, what matters most first.
#[must_use]
pub(super) fn sections(pack: &Pack, say: &PackWords<'_>) -> Vec<Section> {
    let mut all =
        vec![remarks(pack, say), reports(pack, say), plans(pack, say), promised(pack, say), unread(pack, say)];
    all.push(alarms(pack, say));
    all.push(maintenance(pack, say));
    all.push(shelved(pack, say));
    all.extend(open(pack, say));
    all.push(changes("duty.changes", &pack.changes, say));
    all.retain(|section| section.all > 0);
    all
}

/// A pack in one line.
#[must_use]
pub(super) fn summary(pack: &Pack) -> String {
    let told = [
        ("duty.count_open", pack.open_count()),
        ("duty.count_overdue", pack.overdue),
        ("duty.count_shelved", pack.shelved.all),
        ("duty.count_promised", pack.promised.all),
        ("duty.count_unread", pack.unread.all),
        ("duty.count_reports", pack.reports.all),
        ("duty.count_plans", pack.plans.all),
        ("duty.count_remarks", pack.remarks.all),
        ("duty.count_alarms", pack.alarms.all),
    ];
    told.map(|(key, count)| t!(key, count = count).into_owned()).join(" · ")
}

fn remarks(pack: &Pack, say: &PackWords<'_>) -> Section {
    let lines = pack.remarks.rows.iter().map(|entry| {
        let text = if let Noted::Words(text) = &entry.what { text.clone() } else { String::new() };
        let at = words::day_hour_minute(entry.at, say.utc_offset_secs);
        let why = format!("{} {at}", who(&entry.by));
        Line { incident: entry.incident, grade: None, what: text, why, lamp: None }
    });
    Section { title: t!("duty.remarks").into_owned(), all: pack.remarks.all, lines: lines.collect() }
}

fn reports(pack: &Pack, say: &PackWords<'_>) -> Section {
    let lines = pack.reports.rows.iter().map(|one| {
        let (due, lamp) = say.due(one.due);
        let which = t!(format!("bulletin.{}", one.which.word()));
        Line { lamp: Some(lamp), ..say.line(one.incident, format!("{which} · {due}")) }
    });
    Section { title: t!("duty.reports").into_owned(), all: pack.reports.all, lines: lines.collect() }
}

fn plans(pack: &Pack, say: &PackWords<'_>) -> Section {
    let lines = pack.plans.rows.iter().map(|one| {
        let name = one.name.of(&rust_i18n::locale()).to_owned();
        let level = t!("plan.level", level = one.alarm);
        let left = t!("duty.plan_left", left = one.left.0, late = one.left.1);
        say.line(one.incident, format!("{name} · {level} · {left}"))
    });
    Section { title: t!("duty.plans").into_owned(), all: pack.plans.all, lines: lines.collect() }
}

fn promised(pack: &Pack, say: &PackWords<'_>) -> Section {
    let lines = pack.promised.rows.iter().map(|one| {
        let state = if one.over { t!("duty.promise_now") } else { t!("duty.promise_later") };
        let why = if one.goes_on == one.incident {
            state.into_owned()
        } else {
            format!("{} · {state}", t!("duty.goes_on", number = one.goes_on.0))
        };
        Line { lamp: one.over.then_some(Lamp::Yellow), ..say.line(one.incident, why) }
    });
    Section { title: t!("duty.promised").into_owned(), all: pack.promised.all, lines: lines.collect() }
}

fn unread(pack: &Pack, say: &PackWords<'_>) -> Section {
    let lines = pack.unread.rows.iter().map(|one| {
        let state = if one.delivered { t!("task.delivered") } else { t!("task.given") };
        let age = words::age(say.now.secs_since(one.since).max(0));
        say.line(one.incident, format!("{} · {state} · {age}", (say.party)(&one.party)))
    });
    Section { title: t!("duty.unread").into_owned(), all: pack.unread.all, lines: lines.collect() }
}

fn shelved(pack: &Pack, say: &PackWords<'_>) -> Section {
    let lines = pack.shelved.rows.iter().map(|one| {
        let since = words::day_hour_minute(one.since, say.utc_offset_secs);
        say.line(one.incident, format!("{} · {since}", one.reason))
    });
    Section { title: t!("duty.shelved").into_owned(), all: pack.shelved.all, lines: lines.collect() }
}

/// Alarms that stand or are shelved, as they were when the pack was composed.
fn alarms(pack: &Pack, say: &PackWords<'_>) -> Section {
    let time = |at: Moment| words::day_hour_minute(at, say.utc_offset_secs);
    let lines = pack.alarms.rows.iter().map(|one| {
        let name = name_of(say.hall.alarms(), &one.source, &one.name);
        let title = title_words(one.measures, one.kind, &name);
        let place = place_words(one.measures, &say.area_words(&one.area), &name, &one.source);
        let noted = one.acknowledged.as_ref();
        let state = noted.map_or_else(|| t!("duty.alarm_waits"), |who| t!("duty.alarm_acknowledged", who = who));
        let mut why = vec![t!("duty.alarm_since", time = time(one.since)).into_owned()];
        why.extend((!one.active).then(|| t!("duty.alarm_cleared").into_owned()));
        why.push(state.into_owned());
        why.extend(one.shelf.map(|until| t!("duty.alarm_shelved", time = time(until)).into_owned()));
        why.extend((!one.assigned.is_empty()).then(|| t!("duty.alarm_assigned", who = one.assigned).into_owned()));
        let lamp = (noted.is_none() && one.shelf.is_none()).then_some(Lamp::Yellow);
        let (incident, grade) = (one.incident, Some(one.level));
        Line { incident, grade, what: format!("{title} · {place}"), why: why.join(" · "), lamp }
    });
    Section { title: t!("duty.alarms").into_owned(), all: pack.alarms.all, lines: lines.collect() }
}

/// What is in maintenance, or will be.
fn maintenance(pack: &Pack, say: &PackWords<'_>) -> Section {
    let time = |at: Moment| words::day_hour_minute(at, say.utc_offset_secs);
    let lines = pack.windows.rows.iter().map(|one| {
        let area = say.area_words(&one.what.area);
        let what = what_words(say.hall.alarms(), &one.what);
        let span = t!("alarm.maintain.from_until", from = time(one.what.from), time = time(one.what.until));
        let what = if area.is_empty() { what } else { format!("{what} · {area}") };
        let why = format!("{span} · {} · {}", one.what.reason, one.by);
        Line { incident: None, grade: None, what, why, lamp: None }
    });
    Section { title: t!("duty.maintenance").into_owned(), all: pack.windows.all, lines: lines.collect() }
}

/// Open cases, a section for each stage.
fn open(pack: &Pack, say: &PackWords<'_>) -> Vec<Section> {
    let of = |(stage, all): (Stage, &u32)| {
        let lines = pack.open.rows.iter().filter(|case| case.stage == stage).map(|case| {
            let holder = match (&case.party, case.phase) {
                (Some(party), Phase::Handle) => (say.party)(party),
                (_, phase) => words::holder(phase),
            };
            let due = case.due.map(|due| say.due(due));
            let why = due.as_ref().map_or_else(|| holder.clone(), |(due, _)| format!("{holder} · {due}"));
            let lamp = due.map(|(_, lamp)| lamp).filter(|lamp| *lamp == Lamp::Red);
            Line { grade: Some(case.grade), lamp, ..say.line(case.incident, why) }
        });
        Section { title: words::stage(stage), all: *all, lines: lines.collect() }
    };
    Stage::ALL.into_iter().zip(&pack.by_stage).map(of).collect()
}

/// What changed, with its counts in the title.
#[must_use]
pub(super) fn changes(title: &str, changes: &Changes, say: &PackWords<'_>) -> Section {
    let lines = changes.cases.iter().map(|(id, change)| {
        let what = t!(format!("duty.change_{}", change.word())).into_owned();
        say.line(*id, what)
    });
    let all: u32 = changes.counts.iter().sum();
    Section { title: format!("{} · {}", t!(title), counts(changes)), all, lines: lines.collect() }
}

/// How many of each sort, those that are none left out.
#[must_use]
pub(super) fn counts(changes: &Changes) -> String {
    let told = Change::ALL.into_iter().filter(|change| changes.count(*change) > 0);
    let told = told.map(|change| format!("{} {}", t!(format!("duty.change_{}", change.word())), changes.count(change)));
    told.collect::<Vec<_>>().join(" · ")
}
