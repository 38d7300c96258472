//! Tasks of a case, one by one.

use super::*;

const MINUTE: i64 = 60_000;
const START: i64 = 1_700_000_000_000;
const CASE: IncidentId = IncidentId(1);

/// A hall with some cases, and orders to it a minute apart.
struct Desk {
    hall: Hall,
    now: Moment,
}

impl Desk {
    fn new(cases: u64) -> Self {
        let mut desk = Self { hall: Hall::default(), now: Moment(START) };
        for number in 1..=cases {
            let report = Report {
                source: "12345".to_owned(),
                source_id: number.to_string(),
                kind: "20402".to_owned(),
                grade: Grade::III,
                place: Place::default(),
                text: "水管爆裂".to_owned(),
                happened_at: desk.now,
                progress: Progress::Open,
                answers: [].into(),
            };
            desk.order(Order::TakeReport(report)).unwrap();
        }
        desk
    }

    fn order(&mut self, order: Order) -> Result<usize, Refusal> {
        let facts = self.hall.decide(order, &Actor::Person("派遣员".to_owned()), self.now)?;
        assert!(facts.iter().all(|fact| self.hall.apply(fact)));
        self.now = self.now.plus_millis(MINUTE);
        Ok(facts.len())
    }

    fn give(&mut self, number: u64, to: &[(Party, Part)]) -> Result<usize, Refusal> {
        let to = to.iter().map(|(to, part)| Assignment { to: to.clone(), part: *part }).collect();
        self.order(Order::GiveTasks { incident: IncidentId(number), to, words: "关阀止水".to_owned() })
    }

    fn step(&mut self, party: &Party, step: TaskStep) -> Result<usize, Refusal> {
        self.order(Order::MoveTask { incident: CASE, party: party.clone(), step })
    }

    fn reach(&mut self, party: &Party, state: TaskState) -> Result<usize, Refusal> {
        self.step(party, TaskStep::Reach { state, words: String::new() })
    }

    fn stage(&self, number: u64) -> Stage {
        self.hall.incident(IncidentId(number)).unwrap().stage
    }

    fn ends(&self, number: u64) -> Vec<Option<TaskEnd>> {
        let tasks = self.hall.tasks(IncidentId(number)).iter();
        tasks.map(|task| task.end.as_ref().map(|(end, _)| *end)).collect()
    }
}

fn crew(number: u32) -> Party {
    Party::Crew(CrewId(number))
}

fn water() -> Party {
    Party::Department("water".to_owned())
}

fn why() -> String {
    "车辆故障".to_owned()
}

#[test]
fn a_case_is_dispatched_with_its_first_task_handled_once_repeated_and_done_with_its_lead() {
    let mut desk = Desk::new(1);
    assert_eq!(desk.give(1, &[(water(), Part::Lead), (crew(7), Part::Assist)]), Ok(3));
    assert_eq!(desk.stage(1), Stage::Dispatched);
    let given = Moment(START + MINUTE);
    assert_eq!(desk.hall.task(CASE, &crew(7)).unwrap().unread_since(), Some(given));
    for state in [TaskState::Delivered, TaskState::Read] {
        desk.reach(&crew(7), state).unwrap();
        assert_eq!(desk.stage(1), Stage::Dispatched);
    }
    assert_eq!(desk.hall.task(CASE, &crew(7)).unwrap().unread_since(), None);
    assert_eq!(desk.reach(&crew(7), TaskState::Repeated), Ok(2));
    assert_eq!(desk.stage(1), Stage::Handling);
    assert_eq!(desk.reach(&crew(7), TaskState::Delivered), Ok(0), "a late receipt says nothing new");
    // Whoever is there has read it, whatever its device said.
    desk.reach(&water(), TaskState::OnScene).unwrap();
    let task = desk.hall.task(CASE, &water()).unwrap();
    assert_eq!(
        (task.state(), task.reached_at(TaskState::Read)),
        (TaskState::OnScene, Some(Moment(START + 5 * MINUTE + MINUTE)))
    );
    desk.reach(&water(), TaskState::Done).unwrap();
    assert_eq!(desk.stage(1), Stage::Done);
    assert_eq!(desk.ends(1), [Some(TaskEnd::Done), Some(TaskEnd::Released)]);
    assert_eq!(desk.reach(&crew(7), TaskState::Done), Err(Refusal::NoTask(CASE)));
    assert_eq!(desk.give(1, &[(crew(8), Part::Assist)]), Err(Refusal::NotNow(Stage::Done)));
}

#[test]
fn one_party_leads_and_nobody_has_the_same_case_twice() {
    let mut desk = Desk::new(1);
    let two = [(water(), Part::Lead), (crew(1), Part::Lead)];
    assert_eq!(desk.give(1, &two), Err(Refusal::LeadTaken(CASE)));
    desk.give(1, &two[..1]).unwrap();
    assert_eq!(desk.give(1, &two[1..]), Err(Refusal::LeadTaken(CASE)));
    assert_eq!(desk.give(1, &[(water(), Part::Assist)]), Ok(0), "it has it");
    assert_eq!(
        desk.give(1, &[(crew(1), Part::Assist), (crew(1), Part::Assist)]).unwrap_err().key(),
        "refusal.unusable"
    );
    assert_eq!(desk.give(1, &[]).unwrap_err().key(), "refusal.unusable");
    assert_eq!(desk.give(9, &two), Err(Refusal::UnknownIncident(IncidentId(9))));
}

#[test]
fn without_a_lead_a_case_is_done_when_the_last_one_is() {
    let mut desk = Desk::new(1);
    desk.give(1, &[(crew(1), Part::Assist), (crew(2), Part::Assist)]).unwrap();
    desk.reach(&crew(1), TaskState::Done).unwrap();
    assert_eq!(desk.stage(1), Stage::Handling);
    desk.reach(&crew(2), TaskState::Done).unwrap();
    assert_eq!(desk.stage(1), Stage::Done);
}

#[test]
fn a_case_whose_last_task_comes_back_waits_for_another_party() {
    let mut desk = Desk::new(1);
    desk.give(1, &[(water(), Part::Lead), (crew(1), Part::Assist)]).unwrap();
    assert_eq!(desk.step(&water(), TaskStep::Return { reason: " ".to_owned() }), Err(Refusal::ReasonMissing));
    desk.step(&water(), TaskStep::Return { reason: why() }).unwrap();
    assert_eq!(desk.stage(1), Stage::Dispatched, "somebody is still on the way");
    assert_eq!(desk.hall.dossier(CASE).returns, 0);
    desk.step(&crew(1), TaskStep::Withdraw { reason: why() }).unwrap();
    assert_eq!((desk.stage(1), desk.hall.dossier(CASE).returns), (Stage::Filed, 1));
    assert_eq!(desk.ends(1), [Some(TaskEnd::Returned), Some(TaskEnd::Withdrawn)]);
    // The same party may be asked again.
    desk.give(1, &[(water(), Part::Lead)]).unwrap();
    assert_eq!((desk.stage(1), desk.hall.tasks(CASE).len()), (Stage::Dispatched, 3));
}

#[test]
fn whoever_did_it_badly_does_it_again() {
    let mut desk = Desk::new(1);
    desk.give(1, &[(water(), Part::Lead), (crew(1), Part::Assist)]).unwrap();
    desk.reach(&water(), TaskState::Done).unwrap();
    let rework = CaseMove::Rework { reason: "仍在漏水".to_owned() };
    assert_eq!(desk.order(Order::MoveIncident { incident: CASE, step: rework }), Ok(2));
    let task = desk.hall.task(CASE, &water()).unwrap();
    assert_eq!((desk.stage(1), task.part, task.words.as_str()), (Stage::Dispatched, Part::Lead, "仍在漏水"));
    assert_eq!(desk.hall.task(CASE, &crew(1)), None);
}

#[test]
fn tasks_end_with_their_case_and_go_along_when_it_is_merged() {
    let mut desk = Desk::new(2);
    desk.give(1, &[(water(), Part::Lead), (crew(1), Part::Assist)]).unwrap();
    desk.reach(&crew(1), TaskState::EnRoute).unwrap();
    let merge = CaseMove::Merge { into: IncidentId(2) };
    desk.order(Order::MoveIncident { incident: CASE, step: merge }).unwrap();
    assert_eq!(desk.ends(1), [Some(TaskEnd::Released); 2]);
    assert_eq!(desk.stage(2), Stage::Handling, "they are on their way to it");
    let along = desk.hall.tasks(IncidentId(2));
    assert_eq!(
        along.iter().map(|task| (task.part, task.state())).collect::<Vec<_>>(),
        [(Part::Lead, TaskState::Given), (Part::Assist, TaskState::EnRoute)]
    );
    desk.order(Order::CloseIncident { incident: IncidentId(2), reason: "已排除".to_owned() }).unwrap();
    assert_eq!(desk.ends(2), [Some(TaskEnd::Released); 2]);
    assert_eq!(desk.hall.open_tasks().count(), 0);
}

#[test]
fn an_urged_task_says_how_often_and_work_ends_a_suspension() {
    let mut desk = Desk::new(1);
    desk.give(1, &[(crew(1), Part::Lead)]).unwrap();
    desk.step(&crew(1), TaskStep::Urge { words: String::new() }).unwrap();
    desk.step(&crew(1), TaskStep::Urge { words: "请回复".to_owned() }).unwrap();
    let task = desk.hall.task(CASE, &crew(1)).unwrap();
    assert_eq!((task.urges, task.urged_at), (2, Some(Moment(START + 3 * MINUTE))));
    desk.order(Order::SuspendIncident { incident: CASE, reason: why() }).unwrap();
    desk.reach(&crew(1), TaskState::Read).unwrap();
    assert!(desk.hall.is_on_hold(CASE), "a receipt is no work");
    desk.reach(&crew(1), TaskState::Repeated).unwrap();
    assert!(!desk.hall.is_on_hold(CASE));
}
