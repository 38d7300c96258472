//! Orders in short, for records that people read: one line without texts of callers.

use super::{AlarmStep, CaseMove, Checker, DutyPost, DutyStep, Grade, IncidentId, Mode, Order, Party, Progress};

/// Longest reason in a brief, in characters.
const REASON_MAX: usize = 80;

impl Order {
    /// The order in one line: what, on which incident, with which reason.
    #[must_use]
    pub fn brief(&self) -> String {
        let about = |what: &str, incident: &IncidentId, more: &str| match cut(more).as_str() {
            "" => format!("{what} {}", incident.0),
            more => format!("{what} {} {more}", incident.0),
        };
        match self {
            Self::TakeReport(report) => {
                let over = if report.progress == Progress::Closed { " over" } else { "" };
                format!("report {}/{} {}{over}", cut(&report.source), cut(&report.source_id), cut(&report.kind))
            }
            Self::RegradeIncident { incident, grade, reason } => {
                about("regrade", incident, &format!("{} {reason}", grade_word(*grade)))
            }
            Self::AdvanceIncident { incident, stage } => about("advance", incident, stage.word()),
            Self::CloseIncident { incident, reason } => about("close", incident, reason),
            Self::SwitchMode { mode: Mode::Routine } => "mode routine".to_owned(),
            Self::SwitchMode { mode: Mode::Emergency } => "mode emergency".to_owned(),
            Self::TellWeather { .. } => "weather".to_owned(),
            Self::SuspendIncident { incident, reason } => about("suspend", incident, reason),
            Self::ResumeIncident { incident } => about("resume", incident, ""),
            Self::MoveIncident { incident, step } => about(step.kind().word(), incident, &more_of(step)),
            Self::TakeCatalogue(_) => "catalogue".to_owned(),
            // Notes are words of people: the record tells that there is one, the log what it says.
            Self::AddNote { incident, .. } => about("note", incident, ""),
            Self::AttachFile { incident, file } => {
                about("attach", incident, &format!("{} {}", file.kind.word(), file.hash.text()))
            }
            Self::AnswerForm { incident, answers } => {
                let fields: Vec<&str> = answers.iter().map(|(field, _)| field).collect();
                about("form", incident, &fields.join(" "))
            }
            Self::TakeNumbering(numbering) => format!("numbering {}", numbering.city),
            Self::GiveTasks { incident, to, .. } => {
                let parties: Vec<String> =
                    to.iter().map(|one| format!("{} {}", one.part.word(), party(&one.to))).collect();
                about("tasks", incident, &parties.join(", "))
            }
            Self::TakeCall(call) => {
                let filed = if call.file { " filed" } else { "" };
                let same = call.same_as.map(|into| format!(" as {}", into.0)).unwrap_or_default();
                format!("call {} {}{filed}{same}", cut(&call.report.source_id), cut(&call.report.kind))
            }
            Self::ShowCaller { incident, reason } => about("show_caller", incident, reason),
            Self::MoveTask { incident, party: to, step } => {
                about(step.word(), incident, &format!("{} {}", party(to), step.words()))
            }
            Self::TakePlans(_) => "plans".to_owned(),
            Self::StartPlan { incident, plan, alarm, crews, .. } => {
                about("plan", incident, &format!("{} alarm {alarm}, {} crews", plan.code, crews.len()))
            }
            Self::StrikeNext { incident, crews, .. } => {
                about("next alarm", incident, &format!("{} crews", crews.len()))
            }
            Self::MovePlan { incident, step } => about(step.word(), incident, step.words()),
            Self::CallRoll { words, .. } => format!("roll {}", cut(words)).trim_end().to_owned(),
            Self::AnswerRoll { crew: Some(crew), .. } => format!("here crew {}", crew.0),
            Self::AnswerRoll { crew: None, .. } => "here".to_owned(),
            Self::EndRoll => "roll end".to_owned(),
            Self::TakeShifts { .. } => "shifts".to_owned(),
            Self::MoveDuty(step) => of_duty(step),
            Self::MoveAlarm(step) => of_alarm(step),
            Self::CaseOfAlarm { alarm, kind, grade, .. } => {
                format!("case of alarm {} {} {}", alarm.0, cut(kind), grade_word(*grade))
            }
            Self::TakeAlarmRules(rules) => format!("alarm rules {}", rules.rules.len()),
            Self::FileReport { incident, which, .. } => about(&format!("report {}", which.word()), incident, ""),
        }
    }
}

/// What is written in a log is words of people, as a note is: the record tells that there is something.
fn of_duty(step: &DutyStep) -> String {
    let post = |at: &DutyPost| format!("{} {} {}", at.slot.day, cut(&at.slot.shift), cut(&at.post));
    let more = match step {
        DutyStep::Assign { at, who } => format!("{} {}", post(at), cut(who)),
        DutyStep::Swap { one, other } => format!("{} with {}", post(one), post(other)),
        DutyStep::Remove { at } => post(at),
        DutyStep::SignOn { post } => cut(post),
        DutyStep::Write { corrects: Some(entry), .. } => format!("to correct {entry}"),
        DutyStep::Write { incident: Some(incident), .. } => format!("of {}", incident.0),
        DutyStep::Write { .. } | DutyStep::Prepare { .. } => String::new(),
        DutyStep::Settle { entry } => entry.to_string(),
        DutyStep::Sign { prepared, .. } => prepared.0.to_string(),
    };
    format!("duty {} {more}", step.word()).trim_end().to_owned()
}

fn of_alarm(step: &AlarmStep) -> String {
    let more = match step {
        AlarmStep::Raise(what) => format!("{} {} {}", cut(&what.source), what.kind.word(), grade_word(what.level)),
        AlarmStep::Level { level, .. } => grade_word(*level).to_owned(),
        AlarmStep::Acknowledge { comment, .. } => cut(comment),
        AlarmStep::Assign { to, .. } => cut(to),
        AlarmStep::Shelve { reason, .. } => cut(reason),
        AlarmStep::Case { incident, .. } => incident.0.to_string(),
        AlarmStep::Maintain(what) => format!("{} {}", cut(&what.source), cut(&what.reason)),
        AlarmStep::EndMaintenance { window } => window.to_string(),
        AlarmStep::Told { to, more, .. } => (to.len() + *more as usize).to_string(),
        AlarmStep::Clear { .. } | AlarmStep::Seen { .. } | AlarmStep::Unshelve { .. } => String::new(),
    };
    let known = step.alarm().filter(|_| !matches!(step, AlarmStep::Raise(_)));
    let which = known.map(|alarm| format!("{} ", alarm.0)).unwrap_or_default();
    format!("alarm {} {which}{}", step.word(), more.trim()).trim_end().to_owned()
}

fn party(party: &Party) -> String {
    match party {
        Party::Crew(crew) => format!("crew {}", crew.0),
        Party::Department(code) => code.clone(),
    }
}

fn more_of(step: &CaseMove) -> String {
    match step {
        CaseMove::AskRecheck { of, words } => {
            let who = match of {
                Checker::Person(name) => cut(name),
                Checker::Crew(crew) => format!("crew {}", crew.0),
            };
            format!("{who} {words}")
        }
        CaseMove::AnswerRecheck { finding, words } => format!("{} {words}", finding.word()),
        _ => step.other().map_or_else(|| step.words().to_owned(), |other| other.0.to_string()),
    }
}

fn grade_word(grade: Grade) -> &'static str {
    match grade {
        Grade::I => "I",
        Grade::II => "II",
        Grade::III => "III",
        Grade::IV => "IV",
    }
}

/// So much of a text, on one line.
fn cut(text: &str) -> String {
    text.trim().chars().take(REASON_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
