//! The hall's invariants, over any sequence of orders.

mod orders;
mod ways;

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::hall::{KEEP_CLOSED_MILLIS, KEEP_PROMISED_MILLIS};
use super::*;

pub(super) use orders::{Step, carry_out, steps};
use orders::{case_move, report};

const START: i64 = 1_700_000_000_000;
const HOUR: i64 = 3_600_000;

/// The incident that a fact ended, and whether it was finished.
fn ended(what: &What) -> Option<(IncidentId, bool)> {
    match what {
        What::IncidentClosed { incident, .. } => Some((*incident, true)),
        What::IncidentMoved { incident, step, .. } => {
            let ends = [MoveKind::Reject, MoveKind::NotFile, MoveKind::Void, MoveKind::Merge].contains(&step.kind());
            ends.then_some((*incident, false))
        }
        _ => None,
    }
}

/// The incident that a fact opened again.
fn reopened(what: &What) -> Option<IncidentId> {
    match what {
        What::IncidentMoved { incident, step: CaseMove::Reopen { .. } | CaseMove::Unmerge { .. }, .. } => {
            Some(*incident)
        }
        _ => None,
    }
}

/// How an incident stands.
enum Stands {
    Open,
    Finished(Moment),
    Otherwise,
}

/// The fold of a log, the plain way: everything kept, nothing let go.
#[derive(Default)]
struct Plain {
    /// When each happened, its grade, and how it stands.
    incidents: BTreeMap<IncidentId, (Moment, Grade, Stands)>,
}

impl Plain {
    fn of(log: &[Fact]) -> Self {
        let mut plain = Self::default();
        for fact in log {
            match &fact.what {
                What::IncidentReported(i) => drop(plain.incidents.insert(i.id, (i.happened_at, i.grade, Stands::Open))),
                What::IncidentRegraded { incident, to, .. } => plain.incidents.get_mut(incident).unwrap().1 = *to,
                _ => {}
            }
            if let Some((incident, finished)) = ended(&fact.what) {
                plain.incidents.get_mut(&incident).unwrap().2 =
                    if finished { Stands::Finished(fact.happened_at) } else { Stands::Otherwise };
            }
            if let Some(incident) = reopened(&fact.what) {
                plain.incidents.get_mut(&incident).unwrap().2 = Stands::Open;
            }
        }
        plain
    }

    fn figures(&self, day_start: Moment) -> Figures {
        let reported: Vec<_> = self.incidents.values().filter(|i| i.0 >= day_start).collect();
        let handled: Vec<i64> = self
            .incidents
            .values()
            .filter_map(|i| match i.2 {
                Stands::Finished(over) if over >= day_start => Some(over.secs_since(i.0).max(0)),
                _ => None,
            })
            .collect();
        Figures {
            reported: reported.len(),
            reported_by_grade: Grade::ALL.map(|grade| reported.iter().filter(|i| i.1 == grade).count()),
            closed: handled.len(),
            open: self.incidents.values().filter(|i| matches!(i.2, Stands::Open)).count(),
            mean_handling_secs: (!handled.is_empty())
                .then(|| handled.iter().sum::<i64>() / i64::try_from(handled.len()).unwrap()),
        }
    }
}

proptest! {
    /// Invariant 1, by value and by byte; also where a screen starts from a snapshot.
    #[test]
    fn the_same_facts_give_the_same_hall(steps in steps(), cut in any::<prop::sample::Index>()) {
        let (hall, log, _) = carry_out(steps, |_, _, _| {});
        let cut = cut.index(log.len() + 1);
        let mut again = Hall::default();
        for fact in &log[..cut] {
            assert!(again.apply(fact));
        }
        let mut resumed: Hall = postcard::from_bytes(&postcard::to_stdvec(&again).unwrap()).unwrap();
        for fact in &log[cut..] {
            assert!(again.apply(fact));
            assert!(resumed.apply(fact));
        }
        prop_assert_eq!(&again, &hall);
        prop_assert_eq!(&resumed, &hall);
        prop_assert_eq!(postcard::to_stdvec(&resumed).unwrap(), postcard::to_stdvec(&hall).unwrap());
    }

    /// Invariant 2: they are numbered on from the hall's, and known when they were decided.
    #[test]
    fn decided_facts_follow_in_order(steps in steps()) {
        let mut known = Moment(START);
        carry_out(steps, |before, after, facts| {
            let seqs: Vec<u64> = facts.iter().map(|f| f.seq.0).collect();
            assert_eq!(seqs, (before.upto().0 + 1..=after.upto().0).collect::<Vec<_>>());
            for fact in facts {
                assert!(fact.known_at >= known);
                known = fact.known_at;
            }
        });
    }

    /// Invariant 3.
    #[test]
    fn a_pair_of_source_and_id_has_one_incident(steps in steps()) {
        carry_out(steps, |_, hall, _| {
            let mut pairs = BTreeSet::new();
            for incident in hall.incidents() {
                assert!(pairs.insert((&incident.source, &incident.source_id)), "{incident:?} is there twice");
                assert_eq!(hall.by_source(&incident.source, &incident.source_id), Some(incident));
            }
        });
    }

    /// Invariants 4 and 5: it stays as it is, for a day or as long as an answer is owed, but for what is done with it.
    #[test]
    fn a_closed_incident_never_changes_by_itself_and_stays_a_day(steps in steps()) {
        let mut closed_at: BTreeMap<IncidentId, Moment> = BTreeMap::new();
        carry_out(steps, |before, after, facts| {
            for incident in before.incidents().filter(|i| i.stage == Stage::Closed) {
                if let Some(now) = after.incident(incident.id) {
                    assert!(now == incident || facts.iter().any(|f| f.what.incident() == Some(incident.id)));
                } else {
                    let after = |millis| facts.iter().any(|f| f.known_at > closed_at[&incident.id].plus_millis(millis));
                    let owed = !before.owed(before.goes_on(incident.id), Telling::Ended).is_empty();
                    assert!(after(if owed { KEEP_PROMISED_MILLIS } else { KEEP_CLOSED_MILLIS }), "{incident:?}");
                }
            }
            for fact in facts {
                if let Some((incident, _)) = ended(&fact.what) {
                    assert_eq!(closed_at.insert(incident, fact.known_at), None, "closed twice");
                }
                if let Some(incident) = reopened(&fact.what) {
                    assert!(closed_at.remove(&incident).is_some(), "it was not closed");
                }
            }
        });
    }

    /// Invariant 8: what was merged and what it was merged into know of each other, and go together.
    #[test]
    fn what_was_merged_is_held_by_what_goes_on(steps in steps()) {
        carry_out(steps, |_, hall, _| {
            for incident in hall.incidents() {
                let outcome = hall.closing(incident.id).map(|closing| closing.outcome);
                assert_eq!(outcome.is_some(), incident.stage == Stage::Closed);
                if let Some(Outcome::Merged(into)) = outcome
                    && hall.incident(into).is_some()
                {
                    assert!(hall.dossier(into).voices.contains(&incident.id));
                }
                for voice in &hall.dossier(incident.id).voices {
                    assert!(hall.incident(*voice).is_some(), "{voice:?} left before {:?}", incident.id);
                    assert_eq!(hall.closing(*voice).map(|closing| closing.outcome), Some(Outcome::Merged(incident.id)));
                }
            }
        });
    }

    /// Invariant 9: the first five and the last of those that tasks have. What lost its tasks waits for another party.
    #[test]
    fn tasks_are_open_only_where_work_goes_on(steps in steps()) {
        carry_out(steps, |before, hall, facts| {
            for incident in hall.incidents() {
                let open: Vec<&Task> = hall.tasks(incident.id).iter().filter(|task| task.is_open()).collect();
                let works = matches!(incident.stage, Stage::Dispatched | Stage::Handling);
                assert!(open.is_empty() || works, "{open:?} while {:?}", incident.stage);
                assert!(open.iter().filter(|task| task.part == Part::Lead).count() <= 1);
                assert_eq!(open.iter().map(|task| &task.to).collect::<BTreeSet<_>>().len(), open.len());
                for task in hall.tasks(incident.id) {
                    assert!(task.course.is_sorted() && task.course.first().map(|(state, _)| *state) == Some(TaskState::Given));
                }
                let had = before.tasks(incident.id).iter().any(Task::is_open);
                assert!(!(had && open.is_empty() && works), "nobody has it: {facts:?}");
                // Nor where it comes back from an end with which its tasks ended.
                if before.closing(incident.id).is_some() && works {
                    let over = before.course(incident.id).unwrap().since(Stage::Closed).unwrap().1;
                    let with_it = |task: &Task| matches!(&task.end, Some((TaskEnd::Released, said)) if said.at == over);
                    assert!(!before.tasks(incident.id).iter().any(with_it), "{facts:?}");
                }
            }
            for (id, _) in hall.open_tasks() {
                assert!(hall.incident(id).is_some(), "a task without its case");
            }
            for incident in before.incidents().filter(|incident| hall.incident(incident.id).is_none()) {
                assert!(hall.tasks(incident.id).is_empty());
            }
        });
    }

    /// A menu offers exactly what an order is not refused.
    #[test]
    fn what_is_offered_is_taken(steps in steps(), incident in 0_u64..12, step in case_move()) {
        let (hall, _, now) = carry_out(steps, |_, _, _| {});
        let id = IncidentId(incident);
        let offered = hall.moves(id).contains(&step.kind());
        let order = Order::MoveIncident { incident: id, step: step.clone() };
        match hall.decide(order, &Actor::Person("test".to_owned()), now) {
            Ok(_) => prop_assert!(offered),
            Err(Refusal::NotNow(_)) => prop_assert!(!offered),
            // What is filled in decides here, not the stage.
            Err(_) => {}
        }
    }

    /// Courses follow their incidents, and go with them.
    #[test]
    fn every_incident_has_the_course_that_led_to_its_stage(steps in steps()) {
        carry_out(steps, |before, after, facts| {
            for incident in after.incidents() {
                let course = after.course(incident.id).unwrap();
                assert_eq!(course.known_at(), incident.known_at);
                assert_eq!(course.since(incident.stage).map(|(stage, _)| stage), Some(incident.stage));
                assert!(incident.stage == Stage::Closed || course.since(Stage::Closed).is_none());
                assert!(incident.stage != Stage::Closed || course.on_hold().is_none());
            }
            for incident in before.incidents().filter(|incident| after.incident(incident.id).is_none()) {
                assert_eq!(after.course(incident.id), None);
            }
            for fact in facts {
                if let What::IncidentAdvanced { incident, .. } = fact.what {
                    assert_eq!(after.course(incident).unwrap().on_hold(), None, "who goes on with it resumes it");
                }
            }
        });
    }

    /// A report said twice changes nothing the second time.
    #[test]
    fn reports_are_idempotent(steps in steps(), mut report in report()) {
        let (mut hall, _, now) = carry_out(steps, |_, _, _| {});
        report.happened_at = now;
        let by = Actor::Source(report.source.clone());
        for fact in hall.decide(Order::TakeReport(report.clone()), &by, now).unwrap() {
            hall.apply(&fact);
        }
        prop_assert_eq!(hall.decide(Order::TakeReport(report), &by, now), Ok(Vec::new()));
    }

    /// Invariant 6: facts of anyone, in any order; one that is not next changes nothing.
    #[test]
    fn apply_takes_any_fact(steps in steps(), others in vec((0_u64..40, any::<i64>(), 0_u64..12), 0..20)) {
        let (mut hall, ..) = carry_out(steps, |_, _, _| {});
        for (seq, at, incident) in others {
            let what = What::IncidentClosed { incident: IncidentId(incident), reason: String::new() };
            let by = Actor::Source(String::new());
            let fact = Fact { seq: Seq(seq), happened_at: Moment(at), known_at: Moment(at), by, what };
            let before = hall.clone();
            let next = before.upto().next() == fact.seq;
            prop_assert_eq!(hall.apply(&fact), next);
            prop_assert!(next || hall == before);
        }
    }

    /// Figures of days that began within the last day are those of the whole log.
    #[test]
    fn figures_are_those_of_the_log(steps in steps(), ago in 0..=KEEP_CLOSED_MILLIS) {
        let (hall, log, _) = carry_out(steps, |_, _, _| {});
        let newest = log.last().map_or(Moment(START), |f| f.known_at);
        let day_start = newest.plus_millis(-ago);
        let figures = hall.figures(day_start);
        prop_assert_eq!(figures, Plain::of(&log).figures(day_start));
        prop_assert_eq!(figures.reported_by_grade.iter().sum::<usize>(), figures.reported);
        prop_assert_eq!(hall.open_by_grade().iter().sum::<usize>(), figures.open);
    }
}

/// One day by hand: what each figure counts.
#[test]
fn a_day_in_figures() {
    let told = |id: &str, hours: i64, grade, progress| {
        let happened_at = Moment(START + hours * HOUR);
        let place = Place::default();
        let (source, source_id) = ("110".to_owned(), id.to_owned());
        let (kind, text) = ("30206".to_owned(), String::new());
        (
            0,
            Order::TakeReport(Report {
                source,
                source_id,
                kind,
                grade,
                place,
                text,
                happened_at,
                progress,
                answers: [].into(),
            }),
        )
    };
    let mut hall = Hall::default();
    let orders = [
        told("yesterday", -2, Grade::I, Progress::Open),
        told("morning", 1, Grade::III, Progress::Open),
        told("noon", 4, Grade::IV, Progress::Open),
        told("yesterday", 2, Grade::I, Progress::Closed),
        told("morning", 3, Grade::III, Progress::Closed),
    ];
    assert_eq!(hall.figures(Moment(START)), Figures::default());
    for (_, order) in orders {
        let facts = hall.decide(order, &Actor::Source("110".to_owned()), Moment(START + 5 * HOUR)).unwrap();
        assert!(facts.iter().all(|fact| hall.apply(fact)));
    }
    let figures = hall.figures(Moment(START));
    assert_eq!((figures.reported, figures.reported_by_grade), (2, [0, 0, 1, 1]));
    assert_eq!((figures.closed, figures.open), (2, 1));
    // Four hours and two hours.
    assert_eq!(figures.mean_handling_secs, Some(3 * 3600));
    assert_eq!(hall.open_by_grade(), [0, 0, 0, 1]);
    assert_eq!(hall.figures(Moment(START + 6 * HOUR)), Figures { open: 1, ..Figures::default() });
}

#[test]
fn an_incident_is_suspended_for_a_reason_once_and_resumed_once() {
    let (mut hall, by, now) = (Hall::default(), Actor::Person("test".to_owned()), Moment(START));
    let mut take = |order: Order| {
        let facts = hall.decide(order, &by, now)?;
        for fact in &facts {
            assert!(hall.apply(fact));
        }
        Ok(facts.into_iter().map(|fact| fact.what).collect::<Vec<_>>())
    };
    let report = Report {
        source: "a".to_owned(),
        source_id: "1".to_owned(),
        kind: "30206".to_owned(),
        grade: Grade::IV,
        place: Place::default(),
        text: String::new(),
        happened_at: now,
        progress: Progress::Open,
        answers: [].into(),
    };
    take(Order::TakeReport(report)).unwrap();
    let incident = IncidentId(1);
    let suspend = |reason: &str| Order::SuspendIncident { incident, reason: reason.to_owned() };
    assert_eq!(take(suspend(" ")), Err(Refusal::ReasonMissing));
    let suspended = What::IncidentSuspended { incident, reason: "等待配件".to_owned() };
    assert_eq!(take(suspend("等待配件")), Ok(vec![suspended]));
    assert_eq!(take(suspend("again")), Ok(vec![]));
    assert_eq!(take(Order::ResumeIncident { incident }), Ok(vec![What::IncidentResumed { incident }]));
    assert_eq!(take(Order::ResumeIncident { incident }), Ok(vec![]));
    take(suspend("r")).unwrap();
    take(Order::CloseIncident { incident, reason: "已排除".to_owned() }).unwrap();
    for order in [suspend("r"), Order::ResumeIncident { incident }] {
        assert_eq!(take(order), Err(Refusal::AlreadyClosed(incident)));
    }
}
