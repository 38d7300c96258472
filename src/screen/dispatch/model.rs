//! Who could be sent, best first, each with its reasons. Pure.

use std::collections::BTreeMap;

use crate::config::{Catalogue, Kind};
use crate::domain::initials::{are_initials, initials};
use crate::domain::task::TASKS_MAX;
use crate::domain::{
    Assignment, CrewId, CrewKind, CrewStatus, Hall, Incident, IncidentId, Moment, Part, Party, Stage, Task, TaskEnd,
};
use crate::ground::City;
use crate::ground::roads::{Closed, Nearest, Roads};

/// Most crews that are proposed: those whose work it is, and others.
const OWN_MOST: usize = 20;
const OTHERS_MOST: usize = 6;
/// Crews that stand before departments, at most.
const CREWS_FIRST: usize = 5;

/// How well a party fits a kind of case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// 主办: its department answers for it.
    Lead,
    /// 协办: its department helps.
    Assist,
    /// Neither.
    Other,
}

/// A crew as it is when the question is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ready {
    /// Which.
    pub crew: CrewId,
    /// What it is there for.
    pub kind: CrewKind,
    /// What it does.
    pub status: CrewStatus,
    /// Metres east and north.
    pub at: [f64; 2],
    /// How many open tasks it has.
    pub load: usize,
    /// It gave a task of this case back.
    pub returned: bool,
}

/// Part of the city to choose from.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Scope {
    /// All of it.
    #[default]
    City,
    /// So many metres around a point (点).
    Circle([f64; 2], f64),
    /// So many metres beside a line (线).
    Line(Vec<[f64; 2]>, f64),
    /// Within an outline (面).
    Area(Vec<[f64; 2]>),
}

impl Scope {
    /// Whether a place is in it.
    #[must_use]
    pub fn holds(&self, at: [f64; 2]) -> bool {
        let away = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
        match self {
            Self::City => true,
            Self::Circle(middle, metres) => away(*middle, at) <= *metres,
            Self::Line(points, metres) => points.windows(2).any(|leg| {
                let [from, to] = leg else { return false };
                let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
                let long = dx * dx + dy * dy;
                let share = if long > 0.0 { ((at[0] - from[0]) * dx + (at[1] - from[1]) * dy) / long } else { 0.0 };
                let share = share.clamp(0.0, 1.0);
                away([from[0] + dx * share, from[1] + dy * share], at) <= *metres
            }),
            Self::Area(corners) => {
                let next = corners.iter().cycle().skip(1);
                let crossed = corners.iter().zip(next).filter(|(a, b)| {
                    (a[1] > at[1]) != (b[1] > at[1]) && at[0] < (b[0] - a[0]) * (at[1] - a[1]) / (b[1] - a[1]) + a[0]
                });
                crossed.count() % 2 == 1
            }
        }
    }
}

/// A department, with what it has to do with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Charged {
    /// Its code.
    pub code: String,
    /// What it is to this kind of case.
    pub fit: Fit,
    /// The kinds of crew that are its own.
    pub crews: Vec<CrewKind>,
    /// How many open tasks it has; `None` where one of them is of this case.
    pub load: Option<usize>,
    /// It gave a task of this case back.
    pub returned: bool,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// For which incident.
    pub incident: IncidentId,
    /// Where it is, metres east and north; `None` where nobody knows: then crews have no time.
    pub at: Option<[f64; 2]>,
    /// Crews on duty that do not have it yet and are in the scope.
    pub crews: Vec<Ready>,
    /// The departments that answer for it and help, then all others.
    pub departments: Vec<Charged>,
    /// Where roads are closed.
    pub closed: Vec<[f64; 2]>,
    /// All crews of the scope are wanted, not only the best.
    pub all: bool,
}

/// A party that could be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Who.
    pub party: Party,
    /// What kind of crew; `None` for a department.
    pub kind: Option<CrewKind>,
    /// How well it fits.
    pub fit: Fit,
    /// What it does; `None` for a department.
    pub status: Option<CrewStatus>,
    /// Seconds by road; `None` where no road leads there, or for a department.
    pub secs: Option<f32>,
    /// Metres straight there.
    pub metres: Option<f32>,
    /// How many open tasks it has.
    pub load: usize,
    /// It gave a task of this case back.
    pub returned: bool,
}

/// Who could be sent, best first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ranking {
    /// Them.
    pub candidates: Vec<Candidate>,
    /// How many roads are closed.
    pub closed: usize,
}

impl Candidate {
    /// It has nothing to do.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.load == 0 && matches!(self.status, Some(CrewStatus::Free | CrewStatus::Returning))
    }

    /// Who gave it back comes last of those that fit as well; those who are free before those who are not, then by time.
    fn order(&self) -> (Fit, bool, bool, u32) {
        (self.fit, self.returned, !self.is_free(), self.secs.map_or(u32::MAX, |secs| secs.max(0.0).to_bits()))
    }
}

/// What to ask for an incident; `None` where it takes no more tasks.
#[must_use]
pub fn question(
    hall: &Hall,
    incident: &Incident,
    catalogue: &Catalogue,
    city: &City,
    crews: impl Iterator<Item = (CrewId, CrewKind, CrewStatus, [f64; 2])>,
    scope: &Scope,
) -> Option<Question> {
    if incident.stage > Stage::Handling {
        return None;
    }
    let metres = |incident: &Incident| incident.place.at.map(|at| city.frame().metres_from_lonlat(at));
    let mut loads = BTreeMap::<&Party, usize>::new();
    for (_, task) in hall.open_tasks() {
        *loads.entry(&task.to).or_default() += 1;
    }
    let busy_with = |party: &Party| loads.get(party).copied().unwrap_or_default();
    let gave_back = |party: &Party| {
        let ended = |task: &Task| task.end.as_ref().is_some_and(|(end, _)| *end == TaskEnd::Returned);
        hall.tasks(incident.id).iter().any(|task| task.to == *party && ended(task))
    };
    let kind = catalogue.kind(&incident.kind);
    let named = |code: &String, fit| {
        let party = Party::Department(code.clone());
        let load = hall.task(incident.id, &party).is_none().then(|| busy_with(&party));
        let (returned, crews) = (gave_back(&party), catalogue.departments().get(code)?.crews.clone());
        Some(Charged { code: code.clone(), fit, crews, load, returned })
    };
    let answers = kind.and_then(|kind| kind.lead.as_ref()).and_then(|code| named(code, Fit::Lead));
    let assist = kind.into_iter().flat_map(|kind| &kind.assist).filter_map(|code| named(code, Fit::Assist));
    let of_kind: Vec<Charged> = answers.into_iter().chain(assist).collect();
    let others = catalogue.departments().iter().map(|one| &one.code);
    let others = others.filter(|code| of_kind.iter().all(|one| one.code != **code));
    let others: Vec<Charged> = others.filter_map(|code| named(code, Fit::Other)).collect();
    let crews = crews.filter(|(crew, kind, status, at)| {
        crate::screen::units::can_be_sent(*kind, *status)
            && scope.holds(*at)
            && hall.task(incident.id, &Party::Crew(*crew)).is_none()
    });
    let crews = crews.map(|(crew, kind, status, at)| {
        let party = Party::Crew(crew);
        Ready { crew, kind, status, at, load: busy_with(&party), returned: gave_back(&party) }
    });
    let closes = |other: &&Incident| {
        let kind: Option<&Kind> = catalogue.kind(&other.kind);
        other.stage < Stage::Done && kind.is_some_and(|kind| kind.closes_road)
    };
    Some(Question {
        incident: incident.id,
        at: metres(incident),
        crews: crews.collect(),
        departments: of_kind.into_iter().chain(others).collect(),
        closed: hall.incidents().filter(closes).filter_map(metres).collect(),
        all: *scope != Scope::City,
    })
}

/// Rank who could be sent: by fitness for the kind, then who did not give it back, then who is free, then time by road.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "metres of a city in single precision")]
pub fn rank(roads: &Roads, city: &City, question: &Question) -> Ranking {
    let small = |at: [f64; 2]| [at[0] as f32, at[1] as f32];
    let fit = |kind: CrewKind| {
        let own = question.departments.iter().filter(|one| one.crews.contains(&kind));
        own.map(|one| one.fit).min().unwrap_or(Fit::Other)
    };
    let (own, others): (Vec<&Ready>, Vec<&Ready>) =
        question.crews.iter().partition(|ready| fit(ready.kind) != Fit::Other);
    let closed = Closed::at(roads, city, question.closed.iter().copied().map(small));
    let mut candidates: Vec<Candidate> = Vec::new();
    for (crews, most) in [(own, OWN_MOST), (others, OTHERS_MOST)] {
        let most = if question.all { crews.len() } else { most };
        let of = |ready: &Ready, secs, metres| Candidate {
            party: Party::Crew(ready.crew),
            kind: Some(ready.kind),
            fit: fit(ready.kind),
            status: Some(ready.status),
            secs,
            metres,
            load: ready.load,
            returned: ready.returned,
        };
        let Some(at) = question.at else {
            candidates.extend(crews.iter().take(most).map(|ready| of(ready, None, None)));
            continue;
        };
        let places: Vec<([f32; 2], f32)> = crews.iter().map(|ready| (small(ready.at), ready.kind.pace())).collect();
        let found = Nearest::to(roads, city, &closed, small(at)).first(&places, most);
        let known = found.iter().filter_map(|one| Some((crews.get(one.number)?, one)));
        candidates.extend(known.map(|(ready, one)| of(ready, Some(one.secs), Some(one.metres))));
    }
    candidates.extend(question.departments.iter().filter_map(|one| {
        Some(Candidate {
            party: Party::Department(one.code.clone()),
            kind: None,
            fit: one.fit,
            status: None,
            secs: None,
            metres: None,
            load: one.load?,
            returned: one.returned,
        })
    }));
    candidates.sort_by(|a, b| a.order().cmp(&b.order()).then_with(|| a.party.cmp(&b.party)));
    within_reach(&mut candidates);
    Ranking { candidates, closed: closed.len(roads, city) }
}

/// Departments whose work it is stand where a digit reaches them, however many crews are nearer; others come last.
fn within_reach(candidates: &mut Vec<Candidate>) {
    let (departments, mut crews): (Vec<Candidate>, Vec<Candidate>) =
        std::mem::take(candidates).into_iter().partition(|one| matches!(one.party, Party::Department(_)));
    let (departments, others): (Vec<Candidate>, Vec<Candidate>) =
        departments.into_iter().partition(|one| one.fit != Fit::Other);
    let before = crews.iter().filter(|one| one.fit == Fit::Lead && one.is_free()).count().min(CREWS_FIRST);
    let after = crews.split_off(before);
    candidates.extend(crews.into_iter().chain(departments).chain(after).chain(others));
}

/// Whether a party is meant by what was typed: each word is a part of its name, or its pinyin initials.
#[must_use]
pub fn is_meant(name: &str, typed: &str) -> bool {
    let (lower, letters) = (name.to_lowercase(), initials(name));
    let has = |word: String| lower.contains(&word) || are_initials(&word) && letters.contains(&word);
    typed.split_whitespace().map(str::to_lowercase).all(has)
}

/// Who is proposed where nobody leads yet: the best of those whose work it is.
#[must_use]
pub fn proposal(ranking: &Ranking, has_lead: bool) -> Vec<Assignment> {
    let best = ranking.candidates.first().filter(|one| one.fit == Fit::Lead && !has_lead);
    best.map(|one| Assignment { to: one.party.clone(), part: Part::Lead }).into_iter().collect()
}

/// Choose a party, or let it go. The first that is chosen leads where nobody does.
pub fn toggle(chosen: &mut Vec<Assignment>, party: &Party, has_lead: bool) {
    if let Some(at) = chosen.iter().position(|one| one.to == *party) {
        let gone = chosen.remove(at);
        // Somebody has to answer for it.
        if gone.part == Part::Lead
            && let Some(next) = chosen.first_mut()
        {
            next.part = Part::Lead;
        }
        return;
    }
    let leads = !has_lead && chosen.iter().all(|one| one.part != Part::Lead);
    chosen.push(Assignment { to: party.clone(), part: if leads { Part::Lead } else { Part::Assist } });
}

/// Orders that nobody read yet, the oldest first: since when, of which incident, to whom.
#[must_use]
pub fn unread(hall: &Hall) -> Vec<(Moment, IncidentId, &Party)> {
    let waiting = hall.open_tasks().filter_map(|(id, task)| Some((task.unread_since()?, id, &task.to)));
    let mut waiting: Vec<_> = waiting.collect();
    waiting.sort_unstable();
    waiting
}

/// The incident whose order waits longest to be read; with one of those chosen, the one after it.
#[must_use]
pub fn next_unread(hall: &Hall, chosen: Option<IncidentId>) -> Option<IncidentId> {
    let mut ids: Vec<IncidentId> = Vec::new();
    for (_, id, _) in unread(hall) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let after = ids.iter().position(|id| Some(*id) == chosen).map_or(0, |at| at + 1);
    ids.get(after).or(ids.first()).copied()
}

/// Who was chosen before, as it is now: without those who have it already, and with one who leads where nobody does.
#[must_use]
pub fn chosen_again(before: &[Assignment], has: impl Fn(&Party) -> bool, has_lead: bool) -> Vec<Assignment> {
    let mut chosen = Vec::new();
    for one in before.iter().filter(|one| !has(&one.to)) {
        toggle(&mut chosen, &one.to, has_lead);
    }
    if let Some(led) = before.iter().find(|one| one.part == Part::Lead).filter(|_| !has_lead) {
        lead(&mut chosen, &led.to);
    }
    chosen
}

/// How many a case has room for still; tasks that ended count as well.
#[must_use]
pub fn room(hall: &Hall, incident: IncidentId) -> usize {
    TASKS_MAX.saturating_sub(hall.tasks(incident).len())
}

/// Choose all of these, in their order, as far as there is room for so many in all.
pub fn choose_all(chosen: &mut Vec<Assignment>, parties: &[Party], room: usize, has_lead: bool) {
    for party in parties {
        if chosen.len() >= room {
            return;
        }
        if chosen.iter().all(|one| one.to != *party) {
            toggle(chosen, party, has_lead);
        }
    }
}

/// Let this one lead, and whoever did assist.
pub fn lead(chosen: &mut [Assignment], party: &Party) {
    if chosen.iter().any(|one| one.to == *party) {
        for one in chosen {
            one.part = if one.to == *party { Part::Lead } else { Part::Assist };
        }
    }
}
