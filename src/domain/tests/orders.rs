//! Any sequence of orders, and what they make known.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{HOUR, START};
use crate::domain::hall::KEEP_CLOSED_MILLIS;
use crate::domain::*;

/// An order and how long after the one before it comes.
pub(in crate::domain) type Step = (i64, Order);

fn place() -> impl Strategy<Value = Place> {
    let at = option::of((-180.0..=180.0, -90.0..=90.0).prop_map(|(lon, lat)| LonLat { lon, lat }));
    (at, "[路街]{0,2}").prop_map(|(at, address)| Place { at, address })
}

/// Few sources and ids, so that reports meet. It happened before it is told: `happened_at` holds
/// the lag until the moment it is told is known.
pub(super) fn report() -> impl Strategy<Value = Report> {
    let progress = prop_oneof![4 => Just(Progress::Open), 1 => Just(Progress::Closed)];
    ("[ab]", "[1-4]", grade(), place(), "[xy]{0,1}", 0..2 * HOUR, progress).prop_map(
        |(source, source_id, grade, place, text, lag, progress)| Report {
            source,
            source_id,
            kind: "30206".to_owned(),
            grade,
            place,
            text,
            happened_at: Moment(lag),
            progress,
            answers: [].into(),
        },
    )
}

fn grade() -> impl Strategy<Value = Grade> {
    proptest::sample::select(Grade::ALL.to_vec())
}

/// A nameless one cannot be asked.
fn checker() -> impl Strategy<Value = Checker> {
    prop_oneof![Just(Checker::Crew(CrewId(1))), "[p]{0,1}".prop_map(Checker::Person)]
}

pub(super) fn case_move() -> impl Strategy<Value = CaseMove> {
    let other = || (0_u64..12).prop_map(IncidentId);
    let reason = || "[r]{0,1}";
    prop_oneof![
        3 => other().prop_map(|into| CaseMove::Merge { into }),
        2 => reason().prop_map(|reason| CaseMove::Unmerge { reason }),
        2 => reason().prop_map(|reason| CaseMove::Reopen { reason }),
        1 => reason().prop_map(|reason| CaseMove::Return { reason }),
        1 => reason().prop_map(|reason| CaseMove::Rework { reason }),
        1 => reason().prop_map(|reason| CaseMove::Reject { reason }),
        1 => reason().prop_map(|reason| CaseMove::NotFile { reason }),
        1 => reason().prop_map(|reason| CaseMove::Void { reason }),
        1 => reason().prop_map(|reason| CaseMove::Supervise { reason }),
        1 => Just(CaseMove::EndSupervision),
        2 => (0_usize..4, -1_i64..HOUR, reason()).prop_map(|(phase, millis, reason)| CaseMove::AskExtension { phase: Phase::ALL[phase], millis, reason }),
        1 => reason().prop_map(|words| CaseMove::GrantExtension { words }),
        1 => reason().prop_map(|reason| CaseMove::RefuseExtension { reason }),
        1 => Just(CaseMove::AskVerification),
        1 => reason().prop_map(|words| CaseMove::AnswerVerification { verdict: Verdict::There, words }),
        2 => checker().prop_map(|of| CaseMove::AskRecheck { of, words: String::new() }),
        2 => (proptest::sample::select(Finding::ALL.to_vec()), reason())
            .prop_map(|(finding, words)| CaseMove::AnswerRecheck { finding, words }),
        1 => reason().prop_map(|words| CaseMove::Urge { words }),
        1 => other().prop_map(|to| CaseMove::Link { to, link: Link::PartOf }),
        1 => other().prop_map(|to| CaseMove::Unlink { to }),
        2 => (proptest::sample::select(Satisfaction::ALL.to_vec()), reason())
            .prop_map(|(satisfaction, words)| CaseMove::Rate { satisfaction, words }),
        3 => (any::<bool>(), reason()).prop_map(|(ended, words)| {
            let what = if ended { Telling::Ended } else { Telling::Accepted };
            CaseMove::Tell { what, by: Channel::Phone, words }
        }),
    ]
}

/// A call; `happened_at` as in [`report`].
fn call() -> impl Strategy<Value = Order> {
    let same_as = option::weighted(0.3, (0_u64..12).prop_map(IncidentId));
    (report(), any::<bool>(), same_as, 0..4_u8).prop_map(|(report, file, same_as, caller)| {
        let report = Report { source: "c".to_owned(), progress: Progress::Open, ..report };
        let caller = (caller > 0).then(|| Caller { name: "李".to_owned(), phone: "1".to_owned(), answer: caller > 1 });
        Order::TakeCall(Box::new(Call { report, caller, file, same_as, area: None }))
    })
}

/// Few parties, so that they meet.
fn party() -> impl Strategy<Value = Party> {
    prop_oneof![(0_u32..3).prop_map(|crew| Party::Crew(CrewId(crew))), Just(Party::Department("water".to_owned())),]
}

fn assignment() -> impl Strategy<Value = Assignment> {
    let part = proptest::sample::select(vec![Part::Lead, Part::Assist]);
    (party(), part).prop_map(|(to, part)| Assignment { to, part })
}

fn task_step() -> impl Strategy<Value = TaskStep> {
    let state = proptest::sample::select(TaskState::ALL.to_vec());
    prop_oneof![
        6 => (state, "[w]{0,1}").prop_map(|(state, words)| TaskStep::Reach { state, words }),
        1 => "[r]{0,1}".prop_map(|reason| TaskStep::Return { reason }),
        1 => "[r]{0,1}".prop_map(|reason| TaskStep::Withdraw { reason }),
        1 => "[w]{0,1}".prop_map(|words| TaskStep::Urge { words }),
    ]
}

fn order() -> impl Strategy<Value = Order> {
    let incident = || (0_u64..12).prop_map(IncidentId);
    let stage = proptest::sample::select(Stage::ALL.to_vec());
    prop_oneof![
        6 => report().prop_map(Order::TakeReport),
        4 => call(),
        2 => (incident(), grade(), "[r ]{0,2}")
            .prop_map(|(incident, grade, reason)| Order::RegradeIncident { incident, grade, reason }),
        2 => (incident(), stage).prop_map(|(incident, stage)| Order::AdvanceIncident { incident, stage }),
        2 => (incident(), "[r]{0,1}").prop_map(|(incident, reason)| Order::CloseIncident { incident, reason }),
        2 => (incident(), "[r]{0,1}").prop_map(|(incident, reason)| Order::SuspendIncident { incident, reason }),
        1 => incident().prop_map(|incident| Order::ResumeIncident { incident }),
        6 => (incident(), case_move()).prop_map(|(incident, step)| Order::MoveIncident { incident, step }),
        6 => (incident(), vec(assignment(), 0..3))
            .prop_map(|(incident, to)| Order::GiveTasks { incident, to, words: String::new() }),
        8 => (incident(), party(), task_step())
            .prop_map(|(incident, party, step)| Order::MoveTask { incident, party, step }),
        1 => (incident(), "[n]{0,1}").prop_map(|(incident, words)| Order::AddNote { incident, words }),
        1 => (0_u8..5).prop_map(|intensity| Order::TellWeather { weather: Weather { intensity, ..Weather::default() } }),
        1 => prop_oneof![Just(0), Just(8 * 3600)].prop_map(|utc_offset_secs| {
            Order::TakeNumbering(Numbering { utc_offset_secs, ..Numbering::default() })
        }),
        1 => "[k]{0,1}".prop_map(|kinds| Order::TakeCatalogue(CatalogueTexts { kinds, ..CatalogueTexts::default() }.into())),
        6 => plan_tests::plan_order(),
        4 => roll_tests::roll_order(),
        2 => supervision_tests::bulletin_order(),
        4 => duty_tests::duty_order(),
        1 => prop_oneof![Just(Mode::Routine), Just(Mode::Emergency)].prop_map(|mode| Order::SwitchMode { mode }),
    ]
}

/// Mostly minutes apart, now and then long enough that closed incidents leave the hall.
pub(in crate::domain) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let wait = prop_oneof![8 => 0..HOUR / 2, 1 => 0..KEEP_CLOSED_MILLIS * 3 / 2];
    vec((wait, order()), 0..60)
}

/// Carry the orders out. `look` sees the hall before and after each, with its facts.
pub(in crate::domain) fn carry_out(
    steps: Vec<Step>,
    mut look: impl FnMut(&Hall, &Hall, &[Fact]),
) -> (Hall, Vec<Fact>, Moment) {
    let (mut hall, mut log, mut now) = (Hall::default(), Vec::new(), Moment(START));
    for (wait, mut order) in steps {
        now = now.plus_millis(wait);
        if let Order::TakeReport(report) = &mut order {
            report.happened_at = now.plus_millis(-report.happened_at.0);
        }
        if let Order::TakeCall(call) = &mut order {
            call.report.happened_at = now.plus_millis(-call.report.happened_at.0);
        }
        let Ok(facts) = hall.decide(order, &Actor::Person("test".to_owned()), now) else { continue };
        let before = hall.clone();
        for fact in &facts {
            assert!(hall.apply(fact), "{fact:?} does not follow {:?}", hall.upto());
        }
        look(&before, &hall, &facts);
        log.extend(facts);
    }
    (hall, log, now)
}
