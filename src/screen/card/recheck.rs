//! Who can be asked to look whether a case is done, and how that stands.

use egui::{RichText, Ui};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::crew::crew_name;
use super::model::IncidentCard;
use super::panel::{CardView, CardWish, away};
use crate::domain::{
    Actor, Checker, CrewKind, CrewPosition, CrewStatus, Hall, Incident, IncidentId, MoveKind, Party, Recheck,
};
use crate::ground::frame::LocalFrame;
use crate::screen::alarms::people::{Person, people};
use crate::screen::look::{tokens, words};
use crate::screen::names::utc_offset_secs;
use crate::screen::shown::{Intent, Shown, Target};

/// Most crews that are proposed.
const CREWS_MOST: usize = 4;
/// Most people that are proposed.
const PEOPLE_MOST: usize = 4;

/// Somebody who can be asked to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckerShown {
    /// Who.
    pub checker: Checker,
    /// What they are called, with how far away a crew is and what a person's post is.
    pub name: String,
}

/// Who can be asked to look at an incident: the nearest patrols that are free, then other crews, then people, who is on duty
/// first. Whoever did the work does not look at it.
#[must_use]
pub fn checkers<'a>(
    hall: &Hall,
    incident: &Incident,
    crews: impl Iterator<Item = &'a CrewPosition>,
    people: &[Person],
) -> Vec<CheckerShown> {
    let did_it = |crew: &CrewPosition| hall.tasks(incident.id).iter().any(|task| task.to == Party::Crew(crew.crew));
    let can_go = |crew: &&CrewPosition| {
        matches!(crew.status, CrewStatus::Free | CrewStatus::Returning) && crew.kind != CrewKind::Bus && !did_it(crew)
    };
    let frame = incident.place.at.map(LocalFrame::new);
    let metres = |crew: &CrewPosition| {
        frame.as_ref().map(|frame| {
            let [east, north] = frame.metres_from_lonlat(crew.at);
            east.hypot(north)
        })
    };
    let mut crews: Vec<(&CrewPosition, Option<f64>)> = crews.filter(can_go).map(|crew| (crew, metres(crew))).collect();
    let far = |metres: Option<f64>| metres.unwrap_or(f64::MAX);
    let nearer = |(one, a): &(&CrewPosition, Option<f64>), (other, b): &(&CrewPosition, Option<f64>)| {
        let patrol = (one.kind != CrewKind::Patrol).cmp(&(other.kind != CrewKind::Patrol));
        patrol.then(far(*a).total_cmp(&far(*b))).then(one.crew.cmp(&other.crew))
    };
    // Crews are many and this is read with every frame: only those that are proposed are put in order.
    if crews.len() > CREWS_MOST {
        crews.select_nth_unstable_by(CREWS_MOST, nearer);
        crews.truncate(CREWS_MOST);
    }
    crews.sort_by(nearer);
    let crews = crews.into_iter().map(|(crew, metres)| {
        let name = crew_name(crew.kind, crew.crew);
        let name = metres.map_or_else(|| name.clone(), |metres| format!("{name} · {}", away(metres)));
        CheckerShown { checker: Checker::Crew(crew.crew), name }
    });
    let people = people.iter().take(PEOPLE_MOST).map(|person| {
        let note = person.note();
        let name = if note.is_empty() { person.name.clone() } else { format!("{} · {note}", person.name) };
        CheckerShown { checker: Checker::Person(person.name.clone()), name }
    });
    crews.chain(people).collect()
}

/// Read anew who was asked to look and who can be, as `hall` has the case of the card. `party` tells what a party is called.
pub fn read_recheck(card: &mut IncidentCard, hall: &Hall, shown: &Shown, party: impl Fn(&Party) -> String) {
    let recheck = hall.dossier(card.id).recheck.as_ref();
    card.checker = recheck.map_or_else(String::new, |one| checker_words(hall, card.id, one, party));
    let asks = card.moves.contains(&MoveKind::AskRecheck);
    card.checkers = hall.incident(card.id).filter(|_| asks).map_or_else(Vec::new, |incident| {
        let people = people(hall, shown.who.signs(), shown.now, utc_offset_secs(shown.now));
        checkers(hall, incident, shown.crews.values(), &people)
    });
}

/// Who was asked to look, and who answered where that was somebody else; `party` tells what a party is called. What was found
/// is nobody's whom the hall does not know any more.
pub(super) fn checker_words(
    hall: &Hall,
    id: IncidentId,
    recheck: &Recheck,
    party: impl Fn(&Party) -> String,
) -> String {
    let who = checker_name(&recheck.of, party);
    let Some((_, said)) = &recheck.answer else { return who };
    match hall.checked_by(id, said.at) {
        Some(by) if recheck.of.is(&Actor::Person(by.to_owned())) => who,
        Some(by) => t!("card.recheck_other", who = who, by = by).into_owned(),
        None => t!("card.recheck_of", who = who).into_owned(),
    }
}

/// What whoever was asked is called. `party` tells what a party is called.
#[must_use]
pub fn checker_name(checker: &Checker, party: impl Fn(&Party) -> String) -> String {
    match checker {
        Checker::Person(name) => name.clone(),
        Checker::Crew(crew) => party(&Party::Crew(*crew)),
    }
}

/// A re-check in words: who was asked and when, or what they found.
pub(super) fn recheck_words(recheck: &Recheck, who: &str, utc_offset_secs: i32) -> String {
    let at = |at| words::day_hour_minute(at, utc_offset_secs);
    let parts = match &recheck.answer {
        None => [t!("card.recheck_asked", time = at(recheck.asked.at)).into_owned(), recheck.asked.words.clone()],
        Some((finding, said)) => {
            let found = t!(format!("move.finding.{}", finding.word()));
            [format!("{found} · {}", at(said.at)), said.words.clone()]
        }
    };
    let parts = std::iter::once(who.to_owned()).chain(parts).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" · ")
}

/// Who is looking now, as a row of those who have something to do; nothing where nobody is.
pub(super) fn looking_ui(ui: &mut Ui, view: &CardView<'_>, card: &IncidentCard, wishes: &mut Vec<CardWish>) {
    let Some(recheck) = card.dossier.recheck.as_ref().filter(|one| one.answer.is_none()) else { return };
    ui.horizontal_wrapped(|ui| match recheck.of {
        Checker::Crew(crew) => {
            if ui.button(&card.checker).on_hover_text(t!("card.crew_fly")).clicked() {
                wishes.push(CardWish::Hall(Intent::Select { target: Some(Target::Crew(crew)), fly: true }));
            }
        }
        Checker::Person(_) => {
            ui.label(&card.checker);
        }
    });
    let waits = t!("task.rechecks_for", time = words::minutes(view.now.secs_since(recheck.asked.at)));
    let told =
        if recheck.asked.words.is_empty() { waits.into_owned() } else { format!("{waits} · {}", recheck.asked.words) };
    ui.add(egui::Label::new(RichText::new(told).small().color(tokens::DIM.egui())).wrap());
}
