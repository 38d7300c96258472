//! To which case an alarm belongs, and in which order alarms call for somebody.
//!
//! ISA-18.2 wants one list in which what needs an operator's answer stands first, by priority. A case is such an answer: once
//! somebody accepted it, people are on their way to what its alarms tell. What nobody acts on comes before that, however
//! grave the other is; a duty officer who looks at a gas explosion that is being fought must not miss the blue alarm that
//! nobody saw.
//!
//! 1. What calls (not acknowledged, not on the shelf) stands before what does not.
//! 2. Of that, what nobody acts on stands first: what belongs to no case, or to one that nobody accepted yet. A case that a
//!    rule made by itself is nobody's answer.
//! 3. Then by level, then the newest.
//!
//! An alarm belongs to the open case about it. One without belongs to a graver open case around it: within the widest ring
//! of the plan that runs there (警戒圈), [`AROUND_M`] at least, and raised no longer than half an hour before that happened.
//! What such an alarm calls for is not silenced by that: it sounds, and frames the screen, until it is acknowledged.

use super::cause::WITHIN_MILLIS;
use super::{Alarm, urgency};
use crate::domain::alike::metres_between;
use crate::domain::plan::StepPlace;
use crate::domain::{Grade, Hall, IncidentId, LonLat, Moment, Stage};

/// An alarm so near to a case lies within it, in metres, where no plan says more.
pub const AROUND_M: f64 = 300.0;
/// No degree of latitude is shorter than this.
const METRES_OF_DEGREE: f64 = 110_500.0;

/// The case that an alarm belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Belongs {
    /// The case.
    pub incident: IncidentId,
    /// Its grade.
    pub grade: Grade,
    /// It is about the alarm; else the alarm lies within it.
    pub own: bool,
    /// Somebody accepted it, so that somebody acts on its alarms.
    pub accepted: bool,
}

/// An open case with a place.
struct Around {
    incident: IncidentId,
    grade: Grade,
    accepted: bool,
    at: LonLat,
    happened_at: Moment,
    metres: f64,
}

impl Around {
    /// Whether a place lies within it. How far north it is tells most of those that do not, at no cost.
    fn has(&self, at: LonLat) -> bool {
        (self.at.lat - at.lat).abs() * METRES_OF_DEGREE <= self.metres && metres_between(self.at, at) <= self.metres
    }
}

/// Which case each alarm belongs to, as it is now; to be asked for many alarms.
pub struct Belonging<'a> {
    hall: &'a Hall,
    /// The gravest first, then the one known first.
    around: Vec<Around>,
}

impl Hall {
    /// Which case each alarm belongs to.
    #[must_use]
    pub fn belonging(&self) -> Belonging<'_> {
        // Nothing lies within a case of the lowest grade: no alarm is less grave.
        let open = self.incidents().filter(|case| case.stage != Stage::Closed && case.grade != Grade::IV);
        let around = open.filter_map(|case| {
            let ring = self.plan(case.id).filter(|run| run.is_running()).map_or(0, |run| {
                let ring = |place: &StepPlace| if let StepPlace::Ring(metres) = place { Some(*metres) } else { None };
                run.plan.steps.iter().filter_map(|step| ring(&step.place)).max().unwrap_or_default()
            });
            Some(Around {
                incident: case.id,
                grade: case.grade,
                accepted: case.stage > Stage::Reported,
                at: case.place.at?,
                happened_at: case.happened_at,
                metres: f64::from(ring).max(AROUND_M),
            })
        });
        let mut around: Vec<Around> = around.collect();
        around.sort_by_key(|case| (case.grade, case.incident));
        Belonging { hall: self, around }
    }
}

impl Belonging<'_> {
    /// The case that an alarm belongs to: the open one about it, or the gravest around it that is graver than the alarm.
    #[must_use]
    pub fn of(&self, alarm: &Alarm) -> Option<Belongs> {
        let own = alarm.incident.and_then(|incident| self.hall.open_incident(incident).ok()).map(|case| Belongs {
            incident: case.id,
            grade: case.grade,
            own: true,
            accepted: case.stage > Stage::Reported,
        });
        own.or_else(|| {
            let at = alarm.what.at?;
            let lies_within = |case: &&Around| {
                case.grade < alarm.what.level
                    && alarm.raised_at >= case.happened_at.plus_millis(-WITHIN_MILLIS)
                    && case.has(at)
            };
            let case = self.around.iter().find(lies_within)?;
            Some(Belongs { incident: case.incident, grade: case.grade, own: false, accepted: case.accepted })
        })
    }

    /// How alarms stand to one another on a list: what calls first, of that what nobody acts on, then as [`urgency`] has it.
    #[must_use]
    pub fn attention(&self, alarm: &Alarm) -> impl Ord + use<> {
        let acted_on = || self.of(alarm).is_some_and(|case| case.accepted);
        (!alarm.calls(), alarm.calls() && acted_on(), urgency(alarm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alarm::tests::{MINUTE, order, raising, step};
    use crate::domain::alarm::{AlarmId, AlarmStep, Raising};
    use crate::domain::plan::{Alarm as PlanAlarm, Plan, PlanStep};
    use crate::domain::{Answers, Order, Place, Progress, Report, Wording};

    /// Degrees of 111 m.
    const NORTH: f64 = 0.001;
    const CASE: IncidentId = IncidentId(1);

    fn hall() -> Hall {
        let mut hall = Hall::default();
        explode(&mut hall);
        hall
    }

    /// A gas explosion Ⅰ at noon of the first day; the alarms of the tests lie around it, so many thousandths of a degree
    /// north of it.
    fn explode(hall: &mut Hall) {
        let report = Report {
            source: "12345".to_owned(),
            source_id: "7".to_owned(),
            kind: "20501".to_owned(),
            grade: Grade::I,
            place: Place { at: LonLat::new(119.3, 31.6), address: String::new() },
            text: "燃气爆炸".to_owned(),
            happened_at: Moment(720 * MINUTE),
            progress: Progress::Open,
            answers: Answers::default(),
        };
        order(hall, Order::TakeReport(report), 721 * MINUTE).unwrap();
    }

    fn raise(hall: &mut Hall, source: &str, level: Grade, north: f64, minute: i64) {
        let at = LonLat::new(119.3, 31.6 + north * NORTH);
        step(hall, AlarmStep::Raise(Raising { at, ..raising(source, level) }), minute * MINUTE).unwrap();
    }

    fn of(hall: &Hall, alarm: u64) -> Option<Belongs> {
        hall.belonging().of(hall.alarms().get(AlarmId(alarm)).unwrap())
    }

    fn accept(hall: &mut Hall) {
        order(hall, Order::AdvanceIncident { incident: CASE, stage: Stage::Accepted }, 730 * MINUTE).unwrap();
    }

    fn around(accepted: bool) -> Belongs {
        Belongs { incident: CASE, grade: Grade::I, own: false, accepted }
    }

    #[test]
    fn what_is_less_grave_and_near_belongs_to_the_case_around_it() {
        let mut hall = Hall::default();
        // Forty minutes before it, and twenty.
        raise(&mut hall, "before", Grade::IV, 0.0, 680);
        raise(&mut hall, "just before", Grade::IV, 0.0, 700);
        explode(&mut hall);
        // 222 m away, 445 m away, as grave as the case.
        raise(&mut hall, "near", Grade::II, 2.0, 725);
        raise(&mut hall, "far", Grade::II, 4.0, 725);
        raise(&mut hall, "grave", Grade::I, 0.0, 725);
        let unplaced = Raising { at: None, ..raising("unplaced", Grade::IV) };
        step(&mut hall, AlarmStep::Raise(unplaced), 725 * MINUTE).unwrap();
        let told: Vec<bool> = (1..=6).map(|alarm| of(&hall, alarm).is_some()).collect();
        assert_eq!(told, [false, true, true, false, false, false]);
        assert_eq!(of(&hall, 3), Some(around(false)));
        accept(&mut hall);
        assert_eq!(of(&hall, 3), Some(around(true)));
        // A plan with a ring of 500 m reaches the one that is 445 m away.
        let wording = Wording { zh: "警戒".to_owned(), en: "Cordon".to_owned() };
        let cordon = PlanStep {
            code: "cordon".to_owned(),
            name: wording.clone(),
            who: String::new(),
            minutes: 5,
            alarm: 1,
            place: StepPlace::Ring(500),
        };
        let plan =
            Plan { code: "gas".to_owned(), name: wording, alarms: vec![PlanAlarm::default()], steps: vec![cordon] };
        let (crews, places, words) = (Vec::new(), Vec::new(), String::new());
        let start = Order::StartPlan { incident: CASE, plan: Box::new(plan), alarm: 1, crews, places, words };
        order(&mut hall, start, 731 * MINUTE).unwrap();
        assert_eq!(of(&hall, 4), Some(around(true)));
        order(&mut hall, Order::CloseIncident { incident: CASE, reason: "已排除".to_owned() }, 800 * MINUTE).unwrap();
        assert_eq!(of(&hall, 3), None, "it is over");
    }

    #[test]
    fn the_case_about_an_alarm_comes_before_the_one_around_it() {
        let mut hall = hall();
        raise(&mut hall, "near", Grade::II, 0.0, 725);
        let (kind, text) = ("20501".to_owned(), "泄漏".to_owned());
        let case = Order::CaseOfAlarm { alarm: AlarmId(1), kind, grade: Grade::III, text };
        order(&mut hall, case, 726 * MINUTE).unwrap();
        let own = Belongs { incident: IncidentId(2), grade: Grade::III, own: true, accepted: false };
        assert_eq!(of(&hall, 1), Some(own));
    }

    #[test]
    fn what_nobody_acts_on_stands_first_then_the_worst_and_what_was_acknowledged_last() {
        let mut hall = hall();
        raise(&mut hall, "fought", Grade::II, 1.0, 725);
        raise(&mut hall, "blue", Grade::IV, 90.0, 726);
        raise(&mut hall, "yellow", Grade::III, 90.0, 727);
        raise(&mut hall, "known", Grade::I, 90.0, 728);
        step(&mut hall, AlarmStep::Acknowledge { alarm: AlarmId(4), comment: String::new() }, 729 * MINUTE).unwrap();
        let sorted = |hall: &Hall| {
            let belonging = hall.belonging();
            let mut all: Vec<&Alarm> = hall.alarms().all().collect();
            all.sort_by_key(|alarm| belonging.attention(alarm));
            all.iter().map(|alarm| alarm.id.0).collect::<Vec<_>>()
        };
        assert_eq!(sorted(&hall), [1, 3, 2, 4], "nobody accepted the case around it: it is the worst that calls");
        accept(&mut hall);
        assert_eq!(sorted(&hall), [3, 2, 1, 4]);
        order(&mut hall, Order::CloseIncident { incident: CASE, reason: "已排除".to_owned() }, 800 * MINUTE).unwrap();
        assert_eq!(sorted(&hall), [1, 3, 2, 4], "the case is over, and it still calls");
    }
}
