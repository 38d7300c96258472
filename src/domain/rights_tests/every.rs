//! That nothing is missing in the table.

use std::collections::BTreeSet;

use super::*;
use crate::domain::MoveKind;

#[test]
fn the_table_has_every_order_and_every_side_move() {
    let names: Vec<&str> = rows().into_iter().map(|(name, ..)| name).collect();
    for step in MoveKind::ALL {
        let found =
            names.iter().any(|name| matches!(order(name), Order::MoveIncident { step: s, .. } if s.kind() == step));
        assert!(found, "{} is not in the table", step.word());
    }
    for from in Stage::ALL {
        // To be closed is an order of its own, and only what was done is checked.
        let forward = |to: &Stage| *to > from && *to < Stage::Closed && (*to < Stage::Checked || from == Stage::Done);
        for to in Stage::ALL.into_iter().filter(forward) {
            assert!(names.iter().any(|name| way(name) == Some((from, to))), "{} to {}", from.word(), to.word());
        }
    }
    // A new order does not compile here without a word for it, which the table then has to have.
    let word = |order: &Order| match order {
        Order::TakeReport(_) => "report",
        Order::RegradeIncident { .. } => "regrade",
        Order::AdvanceIncident { .. } => "advance",
        Order::CloseIncident { .. } => "close",
        Order::SwitchMode { .. } => "mode",
        Order::TellWeather { .. } => "weather",
        Order::SuspendIncident { .. } => "suspend",
        Order::ResumeIncident { .. } => "resume",
        Order::MoveIncident { .. } => "move",
        Order::TakeCatalogue(_) => "catalogue",
        Order::TakeNumbering(_) => "numbering",
        Order::AddNote { .. } => "note",
        Order::AttachFile { .. } => "attach",
        Order::AnswerForm { .. } => "form",
        Order::GiveTasks { .. } => "tasks",
        Order::MoveTask { .. } => "task",
        Order::TakeCall(_) => "call",
        Order::ShowCaller { .. } => "show caller",
        Order::TakePlans(_) => "plans",
        Order::StartPlan { .. } => "start plan",
        Order::StrikeNext { .. } => "strike next",
        Order::MovePlan { .. } => "plan",
        Order::CallRoll { .. } => "roll",
        Order::AnswerRoll { .. } => "answer roll",
        Order::EndRoll => "end roll",
        Order::FileReport { .. } => "file report",
        Order::TakeShifts { .. } => "shifts",
        Order::MoveDuty(_) => "duty",
        Order::MoveAlarm(_) => "alarm",
        Order::CaseOfAlarm { .. } => "case of alarm",
        Order::TakeAlarmRules(_) => "alarm rules",
    };
    let told: BTreeSet<_> = names.iter().map(|name| word(&order(name))).collect();
    assert_eq!(told.len(), 31, "{told:?}");
}

#[test]
fn the_table_has_every_step_of_alarms_tasks_plans_and_shifts() {
    // As above: a new step does not compile here without a word, and the count then asks for its row.
    let word = |order: &Order| match order {
        Order::MoveAlarm(step) => Some(match **step {
            AlarmStep::Raise(_) => "alarm raise",
            AlarmStep::Level { .. } => "alarm level",
            AlarmStep::Clear { .. } => "alarm clear",
            AlarmStep::Seen { .. } => "alarm seen",
            AlarmStep::Acknowledge { .. } => "alarm acknowledge",
            AlarmStep::Assign { .. } => "alarm assign",
            AlarmStep::Shelve { .. } => "alarm shelve",
            AlarmStep::Unshelve { .. } => "alarm unshelve",
            AlarmStep::Case { .. } => "alarm case",
            AlarmStep::Maintain(_) => "alarm maintain",
            AlarmStep::EndMaintenance { .. } => "alarm end_maintenance",
            AlarmStep::Told { .. } => "alarm told",
        }),
        Order::MoveTask { step, .. } => Some(match step {
            TaskStep::Reach { .. } => "task reach",
            TaskStep::Return { .. } => "task return",
            TaskStep::Withdraw { .. } => "task withdraw",
            TaskStep::Urge { .. } => "task urge",
        }),
        Order::MovePlan { step, .. } => Some(match step {
            PlanMove::Done { .. } => "plan done",
            PlanMove::Skip { .. } => "plan skip",
            PlanMove::Read { .. } => "plan read",
            PlanMove::End { .. } => "plan end",
        }),
        Order::MoveDuty(step) => Some(match **step {
            DutyStep::Assign { .. } => "duty assign",
            DutyStep::Swap { .. } => "duty swap",
            DutyStep::Remove { .. } => "duty remove",
            DutyStep::SignOn { .. } => "duty sign_on",
            DutyStep::Write { .. } => "duty write",
            DutyStep::Settle { .. } => "duty settle",
            DutyStep::Prepare { .. } => "duty prepare",
            DutyStep::Sign { .. } => "duty sign",
        }),
        _ => None,
    };
    let told: BTreeSet<_> = rows().into_iter().filter_map(|(name, ..)| word(&order(name))).collect();
    assert_eq!(told.len(), 12 + 4 + 4 + 8, "{told:?}");
}
