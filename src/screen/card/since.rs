//! What changed since the last report to those above, as the next one says it before anybody wrote in it.
//!
//! What a report told of casualties, grade and place is read from its text: whoever filed it may have known more than
//! the form. Who was sent, came and left since then is in the tasks, with its time.

use rust_i18n::t;

use super::model::{IncidentCard, TaskShown};
use crate::domain::casualty::{self, Change};
use crate::domain::{Grade, Moment, TaskEnd, TaskState};
use crate::screen::decide::LANGUAGES;
use crate::screen::look::words;

/// The line of a report that tells what changed since the last one; `None` where none was filed.
pub(super) fn since(card: &IncidentCard, utc_offset_secs: i32) -> Option<String> {
    let last = card.filed.last()?;
    let told = told(&last.text);
    let now = casualty::known(&card.dossier.answers, &card.text);
    let mut changes: Vec<String> = casualty::changes(&casualty::read(&told), &now).iter().map(people).collect();
    changes.extend(grade(card.grade, &told));
    changes.extend(place(card, &told));
    changes.extend(forces(&card.tasks, last.at));
    let (which, time) = (super::bulletin::name(last.which), words::day_hour_minute(last.at, utc_offset_secs));
    let changes = if changes.is_empty() {
        t!("bulletin.unchanged").into_owned()
    } else {
        changes.join(&t!("bulletin.semicolon"))
    };
    let head = t!("bulletin.since_head");
    Some(t!("bulletin.since", head = head, which = which, time = time, changes = changes).into_owned())
}

/// A report without its own line of changes, which has numbers of the time before.
fn told(text: &str) -> String {
    let heads = LANGUAGES.map(|locale| t!("bulletin.since_head", locale = locale).into_owned());
    let own = |line: &&str| heads.iter().all(|head| !line.starts_with(head.as_str()));
    text.lines().filter(own).collect::<Vec<_>>().join("\n")
}

fn people(change: &Change) -> String {
    let now = words::casualty(&change.now);
    let Some(before) = &change.before else { return t!("bulletin.not_told", now = now).into_owned() };
    t!("bulletin.was", now = now, before = words::casualty(before)).into_owned()
}

/// Another grade than the one that was told, where one was.
fn grade(now: Grade, told: &str) -> Option<String> {
    // Between brackets, as drafts have it: the words of one grade are a part of those of another.
    let is_told = |grade: &Grade| {
        let words = words::grade(*grade);
        [format!("({words})"), format!("（{words}）")].iter().any(|words| told.contains(words.as_str()))
    };
    let before = Grade::ALL.into_iter().find(is_told).filter(|_| !is_told(&now))?;
    let said = t!("bulletin.grade", grade = words::grade(now));
    Some(t!("bulletin.was", now = said, before = words::grade(before)).into_owned())
}

/// The place, where the last report had another one, or another area.
fn place(card: &IncidentCard, told: &str) -> Option<String> {
    let place = card.place.as_deref()?;
    // Where none of the areas was told it was a report of another language, or there was no place yet.
    let has_areas = card.areas.iter().any(|area| told.contains(area.as_str()));
    let is_elsewhere = has_areas && card.areas.iter().any(|area| !told.contains(area.as_str()));
    if told.contains(place) && !is_elsewhere {
        return None;
    }
    let place = super::bulletin::with_areas(card, place);
    Some(t!("bulletin.moved", place = place).into_owned())
}

/// Who was sent since then, who came, who is done and who left.
fn forces(tasks: &[TaskShown], since: Moment) -> Vec<String> {
    let ended = |one: &TaskShown, done: bool| {
        let ended = one.task.end.as_ref().filter(|(_, said)| said.at > since);
        ended.is_some_and(|(end, _)| (*end == TaskEnd::Done) == done)
    };
    let came = |one: &TaskShown| {
        let course = one.task.course.iter().find(|(state, _)| *state == TaskState::OnScene);
        course.is_some_and(|(_, at)| *at > since)
    };
    let of = |key: &str, is: &dyn Fn(&TaskShown) -> bool| {
        let names: Vec<&str> = tasks.iter().filter(|one| is(one)).map(|one| one.name.as_str()).collect();
        (!names.is_empty()).then(|| t!(key, names = names.join(&t!("bulletin.comma"))).into_owned())
    };
    [
        of("bulletin.since_sent", &|one| one.task.given_at() > since),
        of("bulletin.since_came", &came),
        of("bulletin.since_done", &|one| ended(one, true)),
        of("bulletin.since_left", &|one| ended(one, false)),
    ]
    .into_iter()
    .flatten()
    .collect()
}
