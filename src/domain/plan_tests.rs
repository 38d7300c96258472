//! Plans: one by one, and their invariants over any sequence of orders.

use proptest::collection::vec;
use proptest::prelude::*;

use super::tests::{carry_out, steps};
use super::*;

const MINUTE: i64 = 60_000;
const START: i64 = 1_700_000_000_000;
const CASE: IncidentId = IncidentId(1);

fn words(zh: &str, en: &str) -> Wording {
    Wording { zh: zh.to_owned(), en: en.to_owned() }
}

fn step(code: &str, who: &str, minutes: u16, alarm: u8) -> PlanStep {
    let place = StepPlace::Incident;
    PlanStep { code: code.to_owned(), name: words("步", code), who: who.to_owned(), minutes, alarm, place }
}

/// A plan with two alarms: three steps, one of them with the second.
pub(super) fn fire() -> Plan {
    let notice = |to: &str| Notice { to: to.to_owned(), text: words("请准备", "Stand by") };
    let first = Alarm {
        grade: None,
        lead: Some("fire".to_owned()),
        assist: vec!["police".to_owned()],
        crews: vec![(CrewKind::Fire, 2)],
        notices: vec![notice("health")],
    };
    let second = Alarm {
        grade: Some(Grade::II),
        lead: Some("emergency".to_owned()),
        assist: vec!["police".to_owned(), "ambulance".to_owned()],
        crews: vec![(CrewKind::Ambulance, 1)],
        notices: vec![notice("housing"), notice("power")],
    };
    let steps = vec![step("ring", "police", 10, 1), step("lane", "traffic", 5, 1), step("refuge", "fire", 20, 2)];
    Plan {
        code: "tower-fire".to_owned(), name: words("高楼火灾", "Tower fire"), alarms: vec![first, second], steps
    }
}

/// Orders that move plans, of few cases.
pub(super) fn plan_order() -> impl Strategy<Value = Order> {
    let incident = || (0_u64..12).prop_map(IncidentId);
    let crews = || vec((0_u32..4).prop_map(CrewId), 0..3);
    let moved = prop_oneof![
        3 => (0_u8..4).prop_map(|step| PlanMove::Done { step, words: String::new() }),
        2 => (0_u8..4, "[r]{0,1}").prop_map(|(step, reason)| PlanMove::Skip { step, reason }),
        1 => (0_u8..4).prop_map(|notice| PlanMove::Read { notice }),
        1 => "[r]{0,1}".prop_map(|reason| PlanMove::End { reason }),
    ];
    prop_oneof![
        2 => (incident(), 0_u8..4, crews()).prop_map(|(incident, alarm, crews)| Order::StartPlan {
            incident,
            plan: Box::new(fire()),
            alarm,
            crews,
            places: Vec::new(),
            words: String::new(),
        }),
        2 => (incident(), crews()).prop_map(|(incident, crews)| Order::StrikeNext { incident, crews, words: String::new() }),
        4 => (incident(), moved).prop_map(|(incident, step)| Order::MovePlan { incident, step }),
    ]
}

proptest! {
    /// The first three invariants, and that a plan leaves with its case.
    #[test]
    fn plans_run_only_where_a_case_is_open_and_go_upwards(steps in steps()) {
        carry_out(steps, |before, hall, facts| {
            for incident in hall.incidents() {
                let Some(run) = hall.plan(incident.id) else { continue };
                assert!(!run.is_running() || incident.stage != Stage::Closed);
                assert!((1..=run.plan.alarms.len()).contains(&run.struck.len()) && run.struck.is_sorted());
                let notices = run.plan.alarms.iter().take(run.struck.len()).map(|alarm| alarm.notices.len()).sum::<usize>();
                assert_eq!((run.decided.len(), run.read.len()), (run.plan.steps.len(), notices));
                for (number, step) in run.plan.steps.iter().enumerate() {
                    let began = usize::from(step.alarm) <= run.struck.len();
                    assert!(began || run.decided[number].is_none(), "decided before its alarm");
                    if let Some(old) = before.plan(incident.id).filter(|old| old.started_at() == run.started_at())
                        && old.decided[number].is_some()
                        && !facts.iter().any(|fact| matches!(fact.what, What::PlanStarted { .. }))
                    {
                        assert_eq!(old.decided[number], run.decided[number], "decided twice");
                    }
                }
            }
            for incident in before.incidents().filter(|incident| hall.incident(incident.id).is_none()) {
                assert!(hall.plan(incident.id).is_none());
            }
        });
    }
}

/// A hall with one case, and orders to it a minute apart.
struct Desk {
    hall: Hall,
    now: Moment,
}

impl Desk {
    fn new() -> Self {
        let mut desk = Self { hall: Hall::default(), now: Moment(START) };
        let report = Report {
            source: "119".to_owned(),
            source_id: "1".to_owned(),
            kind: "30201".to_owned(),
            grade: Grade::III,
            place: Place::default(),
            text: "高楼起火".to_owned(),
            happened_at: desk.now,
            progress: Progress::Open,
            answers: [].into(),
        };
        desk.order(Order::TakeReport(report)).unwrap();
        desk
    }

    fn order(&mut self, order: Order) -> Result<Vec<What>, Refusal> {
        let facts = self.hall.decide(order, &Actor::Person("值班长".to_owned()), self.now)?;
        assert!(facts.iter().all(|fact| self.hall.apply(fact)));
        self.now = self.now.plus_millis(MINUTE);
        Ok(facts.into_iter().map(|fact| fact.what).collect())
    }

    fn start(&mut self, alarm: u8, crews: &[u32]) -> Result<Vec<What>, Refusal> {
        let crews = crews.iter().copied().map(CrewId).collect();
        let plan = Box::new(fire());
        self.order(Order::StartPlan {
            incident: CASE,
            plan,
            alarm,
            crews,
            places: Vec::new(),
            words: "灭火".to_owned(),
        })
    }

    fn step(&mut self, step: PlanMove) -> Result<Vec<What>, Refusal> {
        self.order(Order::MovePlan { incident: CASE, step })
    }

    fn parts(&self) -> Vec<(String, Part)> {
        let name = |task: &Task| match &task.to {
            Party::Crew(crew) => crew.0.to_string(),
            Party::Department(code) => code.clone(),
        };
        self.hall.tasks(CASE).iter().map(|task| (name(task), task.part)).collect()
    }

    fn run(&self) -> &PlanRun {
        self.hall.plan(CASE).unwrap()
    }
}

fn done(step: u8) -> PlanMove {
    PlanMove::Done { step, words: String::new() }
}

fn because(reason: &str) -> String {
    reason.to_owned()
}

#[test]
fn starting_a_plan_sends_its_departments_and_crews_and_the_next_alarm_those_that_are_missing() {
    let mut desk = Desk::new();
    desk.start(1, &[7, 8]).unwrap();
    assert_eq!(desk.hall.incident(CASE).unwrap().stage, Stage::Dispatched);
    let named =
        |parts: &[(&str, Part)]| parts.iter().map(|(name, part)| ((*name).to_owned(), *part)).collect::<Vec<_>>();
    let first = [("fire", Part::Lead), ("police", Part::Assist), ("7", Part::Assist), ("8", Part::Assist)];
    assert_eq!(desk.parts(), named(&first));
    assert_eq!(desk.run().notices().count(), 1);
    assert_eq!(desk.start(1, &[]), Err(Refusal::PlanRuns(CASE)));
    let facts =
        desk.order(Order::StrikeNext { incident: CASE, crews: vec![CrewId(8), CrewId(9)], words: String::new() });
    assert_eq!(facts.unwrap().first(), Some(&What::AlarmStruck { incident: CASE, alarm: 2 }));
    // The fire brigade leads already, police and crew 8 are there.
    let more = [("emergency", Part::Assist), ("ambulance", Part::Assist), ("9", Part::Assist)];
    assert_eq!(desk.parts(), named(&[&first[..], &more[..]].concat()));
    assert_eq!((desk.run().alarm(), desk.run().notices().count()), (2, 3));
    let again = Order::StrikeNext { incident: CASE, crews: Vec::new(), words: String::new() };
    assert_eq!(desk.order(again), Err(Refusal::TopAlarm(CASE)));
}

#[test]
fn a_grave_case_begins_with_the_alarm_that_its_grade_needs() {
    let plan = fire();
    assert_eq!(Grade::ALL.map(|grade| plan.alarm_for(grade)), [2, 2, 1, 1]);
    let mut desk = Desk::new();
    assert_eq!(desk.start(0, &[]).unwrap_err().key(), "refusal.unusable");
    assert_eq!(desk.start(3, &[]).unwrap_err().key(), "refusal.unusable");
    desk.start(2, &[]).unwrap();
    let leads: Vec<_> = desk.parts().into_iter().filter(|(_, part)| *part == Part::Lead).collect();
    assert_eq!(leads, [("fire".to_owned(), Part::Lead)]);
    assert_eq!(desk.run().next_alarm(), None);
}

#[test]
fn a_step_is_due_so_many_minutes_after_its_alarm_and_is_decided_once() {
    let mut desk = Desk::new();
    desk.start(1, &[]).unwrap();
    let began = START + MINUTE;
    let due = |minutes: i64| Moment(began + minutes * MINUTE);
    assert_eq!(desk.run().step(0), StepState::Runs { soon: due(8), due: due(10) });
    assert_eq!(desk.run().step(2), StepState::Waits);
    let lamp = |at: i64| desk.run().step(1).lamp(due(at));
    assert_eq!([lamp(3), lamp(4), lamp(5), lamp(6)], [Lamp::Green, Lamp::Yellow, Lamp::Yellow, Lamp::Red].map(Some));
    assert_eq!(desk.run().progress(due(6)), Progressed { decided: 0, begun: 2, late: 1 });
    let too_early = Refusal::StepNotNow { incident: CASE, step: 2 };
    assert_eq!(desk.step(done(2)), Err(too_early));
    assert_eq!(desk.step(PlanMove::Skip { step: 1, reason: because(" ") }), Err(Refusal::ReasonMissing));
    desk.step(PlanMove::Skip { step: 1, reason: because("通道畅通") }).unwrap();
    assert_eq!(desk.step(done(1)), Err(Refusal::StepNotNow { incident: CASE, step: 1 }));
    desk.step(done(0)).unwrap();
    assert_eq!(desk.step(done(0)), Ok(vec![]), "a second tick says nothing new");
    assert_eq!(desk.run().progress(due(60)), Progressed { decided: 2, begun: 2, late: 0 });
    desk.order(Order::StrikeNext { incident: CASE, crews: Vec::new(), words: String::new() }).unwrap();
    // Counted from its own alarm.
    let struck = desk.run().struck[1];
    assert_eq!(
        desk.run().step(2),
        StepState::Runs { soon: struck.plus_millis(16 * MINUTE), due: struck.plus_millis(20 * MINUTE) }
    );
    assert_eq!(desk.step(done(9)), Err(Refusal::StepNotNow { incident: CASE, step: 9 }));
}

#[test]
fn a_notice_is_read_once() {
    let mut desk = Desk::new();
    desk.start(1, &[]).unwrap();
    desk.step(PlanMove::Read { notice: 0 }).unwrap();
    let at = desk.run().notices().next().unwrap().1;
    assert_eq!(at, Some(Moment(START + 2 * MINUTE)));
    assert_eq!(desk.step(PlanMove::Read { notice: 0 }), Ok(vec![]));
    assert_eq!(desk.step(PlanMove::Read { notice: 1 }).unwrap_err().key(), "refusal.unusable");
}

#[test]
fn a_plan_ends_for_a_reason_or_with_its_case_and_another_may_follow() {
    let mut desk = Desk::new();
    assert_eq!(desk.step(done(0)), Err(Refusal::NoPlan(CASE)));
    desk.start(1, &[]).unwrap();
    assert_eq!(desk.step(PlanMove::End { reason: String::new() }), Err(Refusal::ReasonMissing));
    desk.step(PlanMove::End { reason: because("误报") }).unwrap();
    assert_eq!(desk.run().step(0), StepState::Dropped);
    assert_eq!(desk.step(done(0)), Err(Refusal::NoPlan(CASE)));
    desk.start(2, &[]).unwrap();
    assert_eq!(desk.hall.running_plans().count(), 1);
    desk.order(Order::AdvanceIncident { incident: CASE, stage: Stage::Done }).unwrap();
    desk.step(done(0)).unwrap();
    let strike = Order::StrikeNext { incident: CASE, crews: Vec::new(), words: String::new() };
    assert_eq!(Desk::new().order(strike), Err(Refusal::NoPlan(CASE)));
    desk.order(Order::CloseIncident { incident: CASE, reason: String::new() }).unwrap();
    assert_eq!(desk.hall.running_plans().count(), 0);
    assert!(matches!(desk.run().step(0), StepState::Done(_)));
    assert_eq!(desk.start(1, &[]), Err(Refusal::AlreadyClosed(CASE)));
}

#[test]
fn a_plan_that_cannot_be_run_is_refused_with_its_field() {
    let wrong = |change: fn(&mut Plan)| {
        let mut plan = fire();
        change(&mut plan);
        plan.check().unwrap_err().to_string()
    };
    assert_eq!(wrong(|plan| plan.code.clear()), "plan: has no code");
    assert_eq!(wrong(|plan| plan.alarms.clear()), "alarms: are 1 to 5");
    assert_eq!(wrong(|plan| plan.steps[0].alarm = 3), "step: names an alarm that the plan does not have");
    assert_eq!(wrong(|plan| plan.steps[0].minutes = 0), "step: takes 1 to 1440 minutes");
    assert_eq!(wrong(|plan| plan.alarms[0].crews = vec![(CrewKind::Fire, 200)]), "crews: are at most 100 an alarm");
    assert_eq!(fire().check(), Ok(()));
}
