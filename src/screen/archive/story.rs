//! What became known of a case, in words.

use rust_i18n::t;

use crate::domain::{
    Actor, AlarmStep, Answers, CaseMove, Checker, DutyStep, Fact, IncidentId, Moment, Party, PlanMove, Stage, TaskStep,
    What,
};
use crate::screen::card::recheck::checker_name;
use crate::screen::form::FormLine;
use crate::screen::look::words;

/// What becomes known within so many milliseconds became known together.
const TOGETHER_MILLIS: u64 = 1_000;

/// One line of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When it became known.
    pub at: Moment,
    /// What it is.
    pub what: String,
    /// What was said with it; may be empty.
    pub words: String,
    /// Who is behind it.
    pub who: String,
}

/// The story of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoryShown {
    /// It is on its way.
    Waiting,
    /// The lines, newest first, and whether there are older ones.
    Lines(Vec<Line>, bool),
    /// It cannot be told, for this reason.
    Failed(String),
}

impl StoryShown {
    /// The same with lines that no fact of the case tells, each at its time; where older facts are left out, none from before
    /// those that are told.
    #[must_use]
    pub fn with(self, more_lines: Vec<Line>) -> Self {
        match self {
            Self::Lines(mut lines, more) => {
                let since = lines.last().map(|line| line.at).filter(|_| more);
                lines.extend(more_lines.into_iter().filter(|line| since.is_none_or(|since| line.at >= since)));
                lines.sort_by_key(|line| std::cmp::Reverse(line.at));
                Self::Lines(lines, more)
            }
            other => other,
        }
    }
}

/// The lines, newest first, with those of alarms that became part of the case together as one.
#[must_use]
pub fn joined(lines: impl IntoIterator<Item = Line>) -> Vec<Line> {
    let of_alarm = t!("story.alarm");
    let mut joined: Vec<Line> = Vec::new();
    for line in lines {
        let together = |last: &&mut Line| {
            let of_both = last.what == of_alarm && line.what == of_alarm && last.who == line.who;
            of_both && last.at.0.abs_diff(line.at.0) < TOGETHER_MILLIS
        };
        match joined.last_mut().filter(together) {
            Some(last) => last.words = format!("{}、{}", line.words, last.words),
            None => joined.push(line),
        }
    }
    joined
}

/// The lines of a case's facts, newest first as these are. An answer to a re-check says of whom it was asked where somebody
/// else answered. `party` tells what a party is called, `answered` what answers of its form say.
pub fn lines(
    facts: &[Fact],
    of: IncidentId,
    party: impl Fn(&Party) -> String,
    answered: impl Fn(&Answers) -> Vec<FormLine>,
) -> impl Iterator<Item = Line> {
    facts.iter().enumerate().filter_map(move |(number, fact)| {
        let mut line = line(fact, of, &party, &answered)?;
        let older = facts.get(number + 1..).unwrap_or_default();
        if let Some(asked) = asked_for(fact, older).filter(|asked| !asked.is(&fact.by)) {
            let by = fact.by.crew().map_or_else(|| line.who.clone(), |crew| party(&Party::Crew(crew)));
            let other = t!("card.recheck_other", who = checker_name(asked, &party), by = by);
            line.what = format!("{} · {other}", line.what);
        }
        Some(line)
    })
}

/// Who was asked for the re-check that a fact answers; `older` are the facts before it, newest first.
fn asked_for<'a>(fact: &Fact, older: &'a [Fact]) -> Option<&'a Checker> {
    let id = fact.what.incident().filter(|_| answers_recheck(&fact.what))?;
    let of_case = older.iter().filter(|one| one.what.incident() == Some(id));
    let mut before = of_case.map_while(|one| match &one.what {
        What::IncidentMoved { step: CaseMove::AskRecheck { of, .. }, .. } => Some(Some(of)),
        // What came before that was asked and answered then, or is asked no more.
        What::IncidentMoved { step: CaseMove::Reopen { .. } | CaseMove::Unmerge { .. }, .. }
        | What::IncidentClosed { .. } => None,
        what => (!answers_recheck(what)).then_some(None),
    });
    before.find_map(|asked| asked)
}

/// Whether something says that the work of a case is done, or is not.
fn answers_recheck(what: &What) -> bool {
    match what {
        What::IncidentAdvanced { stage, .. } => *stage == Stage::Checked,
        What::IncidentMoved { step, .. } => matches!(step, CaseMove::AnswerRecheck { .. } | CaseMove::Rework { .. }),
        _ => false,
    }
}

/// A fact of `of` in words; `None` where it says nothing of a case. `party` tells what a party is called, `answered` what
/// answers of its form say.
fn line(
    fact: &Fact,
    of: IncidentId,
    party: impl Fn(&Party) -> String,
    answered: impl Fn(&Answers) -> Vec<FormLine>,
) -> Option<Line> {
    let plain = |key: &str, words: &str| (t!(key).into_owned(), words.to_owned());
    let (what, words) = match &fact.what {
        What::IncidentReported(incident) => plain("story.reported", &incident.text),
        What::IncidentUpdated { text, .. } => plain("story.updated", text),
        What::IncidentRegraded { from, to, reason, .. } => {
            (t!("story.regraded", from = from.numeral(), to = to.numeral()).into_owned(), reason.clone())
        }
        What::IncidentAdvanced { stage, .. } => (words::stage(*stage), String::new()),
        What::IncidentClosed { reason, .. } => plain("story.closed", reason),
        What::IncidentSuspended { reason, .. } => plain("card.suspend", reason),
        What::IncidentResumed { .. } => plain("card.resume", ""),
        What::IncidentMoved { incident, step, .. } => moved(*incident, step, of, &party),
        What::TaskGiven { given, words, .. } => {
            (t!(format!("story.{}", given.part.word()), who = party(&given.to)).into_owned(), words.clone())
        }
        What::TaskMoved { to, step, .. } => {
            let what = match step {
                TaskStep::Reach { state, .. } => t!(format!("task.{}", state.word())),
                TaskStep::Return { .. } => t!("task.end_returned"),
                TaskStep::Withdraw { .. } => t!("task.end_withdrawn"),
                TaskStep::Urge { .. } => t!("task.urge"),
            };
            (format!("{} · {what}", party(to)), step.words().to_owned())
        }
        What::NoteAdded { words, .. } => plain("story.note", words),
        What::FileAttached { file, .. } => {
            let kind = t!(format!("file.{}", file.kind.word()));
            (t!("story.file", kind = kind).into_owned(), file.name.clone())
        }
        What::FormAnswered { answers, .. } => {
            // What was taken back says so by its dash.
            let say = |line: FormLine| {
                let answer = line.answer.filter(|answer| !answer.is_empty()).unwrap_or_else(|| "–".to_owned());
                t!("answers.line", name = line.name, answer = answer).into_owned()
            };
            let said: Vec<String> = answered(answers).into_iter().map(say).collect();
            (t!("story.form").into_owned(), said.join(" · "))
        }
        What::CallerKept { caller, .. } => {
            let who = [caller.name.as_str(), &caller.phone].into_iter().filter(|words| !words.is_empty());
            (t!("story.caller").into_owned(), who.collect::<Vec<_>>().join(" · "))
        }
        What::CallerShown { reason, .. } => plain("story.caller_shown", reason),
        What::PlanStarted { plan, .. } => {
            let name = plan.name.of(&rust_i18n::locale()).to_owned();
            (format!("{} · {name}", t!("plan.start")), String::new())
        }
        What::AlarmStruck { alarm, .. } => {
            (t!("plan.strike", level = t!("plan.level", level = alarm)).into_owned(), String::new())
        }
        What::PlanMoved { step, .. } => {
            let of = |key: &str, number: u8| format!("{} · {} {}", t!("plan.title"), number.saturating_add(1), t!(key));
            match step {
                PlanMove::Done { step, words } => (of("plan.done", *step), words.clone()),
                PlanMove::Skip { step, reason } => (of("plan.skipped", *step), reason.clone()),
                PlanMove::Read { .. } => return None,
                PlanMove::End { reason } => plain("plan.end", reason),
            }
        }
        What::ReportFiled { which, text, .. } => (t!(format!("bulletin.{}", which.word())).into_owned(), text.clone()),
        What::ModeSwitched { .. }
        | What::WeatherChanged { .. }
        | What::CatalogueTaken(_)
        | What::NumberingTaken(_)
        | What::PlansTaken(_)
        | What::RollCalled { .. }
        | What::RollAnswered { .. }
        | What::RollEnded
        | What::ShiftsTaken(_)
        | What::AlarmRulesTaken(_) => return None,
        What::AlarmMoved(step) => match &**step {
            AlarmStep::Case { alarm, .. } => plain("story.alarm", &alarm.0.to_string()),
            _ => return None,
        },
        What::DutyMoved(step) => match &**step {
            DutyStep::Write { words, .. } => plain("story.shift_log", words),
            _ => return None,
        },
    };
    let (Actor::Person(who) | Actor::Source(who)) = &fact.by;
    Some(Line { at: fact.known_at, what, words, who: who.clone() })
}

fn moved(incident: IncidentId, step: &CaseMove, of: IncidentId, party: &impl Fn(&Party) -> String) -> (String, String) {
    let name = t!(format!("move.{}", step.kind().word()));
    // In the story of the other case it is about the one that made the move.
    let other = if incident == of { step.other() } else { Some(incident) };
    let what = match step {
        CaseMove::Merge { .. } if incident != of => t!("story.merged_into_this").into_owned(),
        CaseMove::AnswerVerification { verdict, .. } => {
            format!("{name} · {}", t!(format!("move.verdict.{}", verdict.word())))
        }
        CaseMove::AskRecheck { of, .. } => format!("{name} · {}", checker_name(of, party)),
        CaseMove::AnswerRecheck { finding, .. } => {
            format!("{name} · {}", t!(format!("move.finding.{}", finding.word())))
        }
        CaseMove::Rate { satisfaction, .. } => {
            format!("{name} · {}", t!(format!("move.satisfaction.{}", satisfaction.word())))
        }
        CaseMove::Tell { by, .. } => format!("{name} · {}", t!(format!("move.channel.{}", by.word()))),
        CaseMove::Link { link, .. } => format!("{name} · {}", t!(format!("move.link_as.{}", link.word()))),
        _ => name.into_owned(),
    };
    let what = other.map_or_else(|| what.clone(), |other| format!("{what} #{}", other.0));
    (what, step.words().to_owned())
}
