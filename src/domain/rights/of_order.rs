//! The rights that each order needs.

use super::{Area, Right};
use crate::domain::{
    AlarmId, AlarmStep, CaseMove, DutyStep, Hall, IncidentId, MoveKind, Order, PlanMove, Progress, Stage, TaskStep,
};

/// What an order is about, whose areas decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// The whole city.
    City,
    /// The case that a report makes or changes.
    Report,
    /// Whoever asks, wherever their rights count.
    Own,
    /// A case, and the other one that it is joined with.
    Case(IncidentId, Option<IncidentId>),
    /// An area.
    Area(Area),
    /// An alarm, and the case that it is linked with.
    Alarm(AlarmId, Option<IncidentId>),
    /// What is in a maintenance.
    Maintenance(u64),
}

impl Hall {
    /// The rights without which an order is refused now, all of them.
    #[must_use]
    pub fn rights_for(&self, order: &Order) -> Vec<Right> {
        let case = if let Order::AdvanceIncident { incident, .. } = order { self.incident(*incident) } else { None };
        order.rights(case.map(|incident| incident.stage))
    }
}

impl Order {
    /// The rights without which it is refused, all of them, where its case is at a stage; `None` for what has no case,
    /// or none that is known.
    #[must_use]
    pub fn rights(&self, from: Option<Stage>) -> Vec<Right> {
        match (self, from) {
            (Self::AdvanceIncident { stage, .. }, Some(from)) => of_way(from, *stage),
            // It changes what a case is about, as linking it with another one does.
            (Self::MoveAlarm(step), _) if matches!(**step, AlarmStep::Case { .. }) => vec![Right::Alarm, Right::Join],
            _ => vec![self.right()],
        }
    }

    /// The right that it needs wherever its case is.
    fn right(&self) -> Right {
        match self {
            Self::TakeReport(report) => match report.progress {
                Progress::Open => Right::Report,
                Progress::Closed => Right::ReportOver,
            },
            Self::RegradeIncident { .. } => Right::Regrade,
            Self::AdvanceIncident { stage, .. } => of_stage(*stage),
            Self::CloseIncident { .. } => Right::Close,
            Self::SwitchMode { .. } => Right::Mode,
            Self::TellWeather { .. } => Right::Weather,
            Self::SuspendIncident { .. } | Self::ResumeIncident { .. } => Right::Hold,
            Self::MoveIncident { step, .. } => of_move(step.kind()),
            Self::AddNote { .. } | Self::AttachFile { .. } | Self::AnswerForm { .. } => Right::Note,
            Self::MoveTask { step, .. } => of_step(step),
            // Whoever files takes reports and accepts as well; whoever accepts joins. With neither it is a report that
            // says who told it.
            Self::TakeCall(call) => match (call.same_as, call.file) {
                (Some(_), _) => Right::Accept,
                (None, true) => Right::File,
                (None, false) => Right::Report,
            },
            Self::ShowCaller { .. } => Right::Callers,
            Self::TakeCatalogue(_)
            | Self::TakeNumbering(_)
            | Self::TakePlans(_)
            | Self::TakeShifts { .. }
            | Self::TakeAlarmRules(_) => Right::Catalogue,
            Self::MoveAlarm(step) => match &**step {
                AlarmStep::Raise(_) | AlarmStep::Level { .. } | AlarmStep::Clear { .. } | AlarmStep::Told { .. } => {
                    Right::Readings
                }
                AlarmStep::Seen { .. } => Right::Read,
                AlarmStep::Acknowledge { .. }
                | AlarmStep::Assign { .. }
                | AlarmStep::Shelve { .. }
                | AlarmStep::Unshelve { .. }
                | AlarmStep::Case { .. }
                | AlarmStep::Maintain(_)
                | AlarmStep::EndMaintenance { .. } => Right::Alarm,
            },
            Self::CaseOfAlarm { .. } => Right::Alarm,
            Self::GiveTasks { .. } | Self::StartPlan { .. } | Self::StrikeNext { .. } => Right::Dispatch,
            Self::MovePlan { step, .. } => match step {
                PlanMove::Done { .. } | PlanMove::Read { .. } => Right::Handle,
                PlanMove::Skip { .. } | PlanMove::End { .. } => Right::Dispatch,
            },
            Self::CallRoll { .. } | Self::EndRoll => Right::Roll,
            Self::AnswerRoll { crew: Some(_), .. } => Right::Handle,
            // Whoever has a screen can say that they are there.
            Self::AnswerRoll { crew: None, .. } => Right::Read,
            Self::FileReport { .. } => Right::Bulletin,
            Self::MoveDuty(step) => match &**step {
                DutyStep::Assign { .. } | DutyStep::Swap { .. } | DutyStep::Remove { .. } => Right::Roster,
                DutyStep::SignOn { .. } | DutyStep::Write { .. } | DutyStep::Settle { .. } => Right::Duty,
                DutyStep::Prepare { .. } | DutyStep::Sign { .. } => Right::HandOver,
            },
        }
    }

    /// What it is about.
    #[must_use]
    pub fn reach(&self) -> Reach {
        match self {
            Self::TakeReport(_) | Self::TakeCall(_) => Reach::Report,
            Self::RegradeIncident { incident, .. }
            | Self::AdvanceIncident { incident, .. }
            | Self::CloseIncident { incident, .. }
            | Self::SuspendIncident { incident, .. }
            | Self::ResumeIncident { incident }
            | Self::GiveTasks { incident, .. }
            | Self::AddNote { incident, .. }
            | Self::AttachFile { incident, .. }
            | Self::AnswerForm { incident, .. }
            | Self::MoveTask { incident, .. }
            | Self::ShowCaller { incident, .. }
            | Self::StartPlan { incident, .. }
            | Self::StrikeNext { incident, .. }
            | Self::MovePlan { incident, .. }
            | Self::FileReport { incident, .. } => Reach::Case(*incident, None),
            Self::MoveIncident { incident, step } => Reach::Case(*incident, CaseMove::other(step)),
            Self::SwitchMode { .. }
            | Self::TellWeather { .. }
            | Self::TakeCatalogue(_)
            | Self::TakeNumbering(_)
            | Self::TakePlans(_)
            | Self::TakeShifts { .. }
            | Self::CallRoll { .. }
            | Self::EndRoll
            // Who sits in the hall is on duty for the whole city, and a log names cases of all of it.
            | Self::MoveDuty(_)
            | Self::TakeAlarmRules(_) => Reach::City,
            Self::MoveAlarm(step) => match &**step {
                AlarmStep::Raise(what) => Reach::Area(what.area.clone()),
                AlarmStep::Maintain(what) => Reach::Area(what.area.clone()),
                AlarmStep::EndMaintenance { window } => Reach::Maintenance(*window),
                AlarmStep::Level { alarm, .. }
                | AlarmStep::Clear { alarm, .. }
                | AlarmStep::Seen { alarm }
                | AlarmStep::Acknowledge { alarm, .. }
                | AlarmStep::Assign { alarm, .. }
                | AlarmStep::Shelve { alarm, .. }
                | AlarmStep::Unshelve { alarm }
                | AlarmStep::Told { alarm, .. } => Reach::Alarm(*alarm, None),
                AlarmStep::Case { alarm, incident } => Reach::Alarm(*alarm, Some(*incident)),
            },
            // Its case lies where it does.
            Self::CaseOfAlarm { alarm, .. } => Reach::Alarm(*alarm, None),
            Self::AnswerRoll { .. } => Reach::Own,
        }
    }
}

pub(super) fn of_stage(stage: Stage) -> Right {
    match stage {
        Stage::Reported => Right::Report,
        Stage::Accepted => Right::Accept,
        Stage::Filed => Right::File,
        Stage::Dispatched => Right::Dispatch,
        Stage::Handling | Stage::Done => Right::Handle,
        Stage::Checked => Right::Check,
        Stage::Closed => Right::Close,
    }
}

/// The rights of all stages that a case enters or skips on its way forward. Whoever sends help need not have it accepted
/// and filed first: that is made up for later.
fn of_way(from: Stage, to: Stage) -> Vec<Right> {
    let helps_first = |stage: &Stage| to >= Stage::Dispatched && matches!(stage, Stage::Accepted | Stage::Filed);
    let way = Stage::ALL.into_iter().filter(|stage| from < *stage && *stage < to && !helps_first(stage));
    let mut rights: Vec<Right> = Vec::new();
    for right in way.chain([to]).map(of_stage) {
        if !rights.contains(&right) {
            rights.push(right);
        }
    }
    rights
}

fn of_step(step: &TaskStep) -> Right {
    match step {
        TaskStep::Reach { .. } | TaskStep::Return { .. } => Right::Handle,
        TaskStep::Withdraw { .. } => Right::Dispatch,
        TaskStep::Urge { .. } => Right::Urge,
    }
}

fn of_move(step: MoveKind) -> Right {
    match step {
        MoveKind::AskVerification | MoveKind::Reject => Right::Accept,
        MoveKind::AnswerVerification => Right::Verify,
        MoveKind::NotFile => Right::File,
        MoveKind::Return | MoveKind::AskExtension => Right::Handle,
        // Whoever sends people sends them to look as well; what they find is for whoever checks.
        MoveKind::AskRecheck => Right::Dispatch,
        MoveKind::Rework | MoveKind::AnswerRecheck => Right::Check,
        MoveKind::Urge => Right::Urge,
        MoveKind::Supervise | MoveKind::EndSupervision => Right::Supervise,
        MoveKind::Merge | MoveKind::Unmerge | MoveKind::Link | MoveKind::Unlink => Right::Join,
        MoveKind::Void => Right::Void,
        MoveKind::Reopen => Right::Reopen,
        MoveKind::Rate | MoveKind::TellAccepted | MoveKind::TellEnded => Right::Rate,
        MoveKind::GrantExtension | MoveKind::RefuseExtension => Right::Extend,
    }
}
