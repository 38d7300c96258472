//! What a plan would do and how far one is, as screens show it. Pure.

use std::cmp::Reverse;

use crate::config::{Plans, RunCard};
use crate::domain::{
    CrewId, CrewKind, Hall, Incident, IncidentId, Lamp, LonLat, Moment, Party, Plan, PlanRun, Progressed, StepPlace,
    StepState,
};
use crate::screen::dispatch::model::Ranking;

/// The plan of a case, for its card.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanShown {
    /// Its name.
    pub name: String,
    /// The highest alarm that was struck, and how many there are.
    pub alarm: (u8, usize),
    /// It has not ended.
    pub running: bool,
    /// Its steps that began, in order.
    pub steps: Vec<StepShown>,
    /// How far it is.
    pub progress: Progressed,
    /// How many notices were read, of how many given.
    pub notices: (usize, usize),
}

/// A step of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct StepShown {
    /// Its number in the plan, from 0.
    pub number: u8,
    /// What is done.
    pub name: String,
    /// The code of who does it; empty for the hall.
    pub who: String,
    /// How far it is.
    pub state: StepState,
}

/// A notice that was given with an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeShown {
    /// Its number, from 0, as they were given.
    pub number: u8,
    /// The code of the department that it is for.
    pub to: String,
    /// What it says.
    pub text: String,
    /// When it was given.
    pub given: Moment,
    /// When it was read; `None` where nobody did yet.
    pub read: Option<Moment>,
}

/// A crew that would go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goes {
    /// Which.
    pub crew: CrewId,
    /// What it is there for.
    pub kind: CrewKind,
    /// Seconds by road; `None` where no road leads there.
    pub secs: Option<f32>,
}

/// The plan of a case that runs, or ran last.
#[must_use]
pub fn plan_shown(run: &PlanRun, now: Moment, locale: &str) -> PlanShown {
    PlanShown {
        name: run.plan.name.of(locale).to_owned(),
        alarm: (run.alarm(), run.plan.alarms.len()),
        running: run.is_running(),
        steps: steps(run, locale).into_iter().filter(|step| step.state != StepState::Waits).collect(),
        progress: run.progress(now),
        notices: run.notices().fold((0, 0), |(read, given), (_, at)| (read + usize::from(at.is_some()), given + 1)),
    }
}

/// What stands at the pin of a case whose plan runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanSign {
    /// Which case.
    pub incident: IncidentId,
    /// How far its plan is.
    pub progress: Progressed,
    /// The worst lamp of the steps that are to be done; `None` where all are decided.
    pub lamp: Option<Lamp>,
}

/// The signs of all plans that run, the worst first.
#[must_use]
pub fn plan_signs(hall: &Hall, now: Moment) -> Vec<PlanSign> {
    let sign = |(incident, run): (IncidentId, &PlanRun)| {
        let lamps = (0..run.plan.steps.len()).filter_map(|number| run.step(number).lamp(now));
        PlanSign { incident, progress: run.progress(now), lamp: lamps.max_by_key(|lamp| *lamp as u8) }
    };
    let mut signs: Vec<PlanSign> = hall.running_plans().map(sign).collect();
    signs.sort_by_key(|sign| (Reverse(sign.lamp.map(|lamp| lamp as u8)), sign.incident));
    signs
}

/// All steps of a plan, in order.
#[must_use]
pub fn steps(run: &PlanRun, locale: &str) -> Vec<StepShown> {
    let steps = run.plan.steps.iter().zip(0_u8..).map(|(step, number)| StepShown {
        number,
        name: step.name.of(locale).to_owned(),
        who: step.who.clone(),
        state: run.step(usize::from(number)),
    });
    steps.collect()
}

/// The notices that were given so far, in the order in which they were.
#[must_use]
pub fn notices(run: &PlanRun, locale: &str) -> Vec<NoticeShown> {
    let given = run.plan.alarms.iter().zip(&run.struck);
    let given = given.flat_map(|(alarm, at)| alarm.notices.iter().map(|notice| (notice, *at)));
    let shown = (0_u8..).zip(given.zip(&run.read)).map(|(number, ((notice, given), read))| NoticeShown {
        number,
        to: notice.to.clone(),
        text: notice.text.of(locale).to_owned(),
        given,
        read: *read,
    });
    shown.collect()
}

/// Steps that are to be done now, what is due first before the others.
#[must_use]
pub fn to_do(run: &PlanRun) -> Vec<u8> {
    let numbers = 0..u8::try_from(run.plan.steps.len()).unwrap_or(u8::MAX);
    let mut due: Vec<(Moment, u8)> = numbers
        .filter_map(|number| match run.step(usize::from(number)) {
            StepState::Runs { due, .. } => Some((due, number)),
            _ => None,
        })
        .collect();
    due.sort_unstable();
    due.into_iter().map(|(_, number)| number).collect()
}

/// The plans for a case, the best one first, and then all others.
#[must_use]
pub fn cards_for<'a>(plans: &'a Plans, incident: &Incident) -> Vec<&'a RunCard> {
    let mut cards = plans.of(&incident.kind, incident.grade);
    let others: Vec<&RunCard> =
        plans.iter().filter(|card| cards.iter().all(|one| one.plan.code != card.plan.code)).collect();
    cards.extend(others);
    cards
}

/// How many crews of which kinds the alarms of a plan take, from one on (from 1) up to another.
#[must_use]
pub fn crews_of(plan: &Plan, from: u8, upto: u8) -> Vec<(CrewKind, usize)> {
    let alarms = plan.alarms.iter().take(usize::from(upto)).skip(usize::from(from.max(1)) - 1);
    let all: Vec<(CrewKind, u8)> = alarms.flat_map(|alarm| alarm.crews.iter().copied()).collect();
    let count = |kind: CrewKind| all.iter().filter(|(one, _)| *one == kind).map(|(_, count)| usize::from(*count)).sum();
    CrewKind::ALL.into_iter().map(|kind| (kind, count(kind))).filter(|(_, count)| *count > 0).collect()
}

/// The departments that those alarms send and that have no task of the case yet: code, and whether it would lead.
#[must_use]
pub fn departments_of(hall: &Hall, id: IncidentId, plan: &Plan, from: u8, upto: u8) -> Vec<(String, bool)> {
    let mut led = hall.tasks(id).iter().any(|task| task.is_open() && task.part == crate::domain::Part::Lead);
    let mut all: Vec<(String, bool)> = Vec::new();
    for alarm in plan.alarms.iter().take(usize::from(upto)).skip(usize::from(from.max(1)) - 1) {
        let named = alarm.lead.iter().map(|code| (code, true)).chain(alarm.assist.iter().map(|code| (code, false)));
        for (code, leads) in named {
            let has = hall.task(id, &Party::Department(code.clone())).is_some();
            if !has && all.iter().all(|(other, _)| other != code) {
                all.push((code.clone(), leads && !led));
                led |= leads;
            }
        }
    }
    all
}

/// Who goes: of each kind those who are free and there soonest.
#[must_use]
pub fn who_goes(ranking: &Ranking, wanted: &[(CrewKind, usize)]) -> Vec<Goes> {
    let mut going = Vec::new();
    for (kind, count) in wanted {
        let free = ranking.candidates.iter().filter(|one| one.kind == Some(*kind) && one.is_free());
        let mut free: Vec<Goes> = free
            .filter_map(|one| match one.party {
                Party::Crew(crew) => Some(Goes { crew, kind: *kind, secs: one.secs }),
                Party::Department(_) => None,
            })
            .collect();
        free.sort_by_key(|one| (one.secs.map_or(u32::MAX, |secs| secs.max(0.0).to_bits()), one.crew));
        going.extend(free.into_iter().take(*count));
    }
    going
}

/// A ring or a place of steps on the city.
#[derive(Debug, Clone, PartialEq)]
pub struct StepMark {
    /// Where, degrees.
    pub at: LonLat,
    /// Radius of the ring, metres; `None` for a place.
    pub ring_m: Option<f64>,
    /// The worst lamp of the steps there; `None` where all are decided.
    pub lamp: Option<Lamp>,
    /// What is there: the steps, those that are to be done first.
    pub steps: Vec<String>,
    /// The name of the place; empty where it has none.
    pub name: String,
}

/// The marks of a plan that runs, those at the case itself left out: the sign at its pin counts them.
#[must_use]
pub fn marks(run: &PlanRun, now: Moment, locale: &str) -> Vec<StepMark> {
    let mut marks: Vec<StepMark> = Vec::new();
    for place in &run.places {
        let Some(step) = run.plan.steps.get(usize::from(place.step)) else { continue };
        let state = run.step(usize::from(place.step));
        let ring_m = match step.place {
            StepPlace::Ring(metres) => Some(f64::from(metres)),
            StepPlace::Nearest(_) => None,
            StepPlace::Hall | StepPlace::Incident => continue,
        };
        let lamp = state.lamp(now);
        if lamp.is_none() && !matches!(state, StepState::Done(_)) {
            continue;
        }
        let name = step.name.of(locale).to_owned();
        let worse =
            |a: Option<Lamp>, b: Option<Lamp>| if a.map(|lamp| lamp as u8) > b.map(|lamp| lamp as u8) { a } else { b };
        match marks.iter_mut().find(|mark| mark.at == place.at && mark.ring_m == ring_m) {
            Some(mark) => {
                mark.lamp = worse(mark.lamp, lamp);
                if lamp.is_some() {
                    mark.steps.insert(0, name);
                } else {
                    mark.steps.push(name);
                }
            }
            None => marks.push(StepMark { at: place.at, ring_m, lamp, steps: vec![name], name: place.name.clone() }),
        }
    }
    marks
}
