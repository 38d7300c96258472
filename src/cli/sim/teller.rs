//! Facts as lines: those of a script, or all of them.

use std::collections::BTreeSet;

use command_hall::config::{Catalogue, InForce, Settings};
use command_hall::domain::{
    Answers, DutyPost, DutyStep, Fact, Hall, IncidentId, Moment, Party, RollParty, Seq, Stage, Weather, What,
};
use command_hall::feeds::sim::ID_PREFIX;
use serde_json::json;

use super::{hubs, say, surroundings};
use crate::cli::args::SimArgs;

/// Says facts on standard output.
pub(super) struct Teller {
    hall: Hall,
    kinds: Catalogue,
    language: &'static str,
    json: bool,
    /// Every fact, not only those of the script.
    all: bool,
    script: Option<String>,
    /// What the ids of the script's incidents begin with, once there is one, and those incidents.
    prefix: Option<String>,
    own: BTreeSet<IncidentId>,
    /// The first of them, and when it became known.
    first: Option<(IncidentId, Moment)>,
    /// Why the first was closed.
    end: Option<String>,
    over: bool,
}

impl Teller {
    pub(super) fn new(settings: &Settings, args: &SimArgs, all: bool) -> anyhow::Result<Self> {
        Ok(Self {
            hall: Hall::default(),
            kinds: hubs::kinds(settings)?,
            language: if settings.language().starts_with("zh") { "zh-CN" } else { "en" },
            json: args.json,
            all,
            script: args.script.clone(),
            prefix: None,
            own: BTreeSet::new(),
            first: None,
            end: None,
            over: false,
        })
    }

    /// What was before is not told.
    pub(super) fn begin_with(&mut self, hall: Hall) {
        self.hall = hall;
        self.read_kinds();
    }

    /// The kinds as the hub has them, which may be elsewhere.
    fn read_kinds(&mut self) {
        match InForce::of(&self.hall) {
            Ok(read) => self.kinds = read.kinds().clone(),
            Err(error) => tracing::warn!(%error, "the hub's kinds cannot be read"),
        }
    }

    /// The newest fact heard.
    pub(super) fn upto(&self) -> Seq {
        self.hall.upto()
    }

    /// Whether the script, where one is wanted, has begun.
    pub(super) fn has_begun(&self) -> bool {
        self.script.is_none() || self.prefix.is_some()
    }

    /// Whether the script is over, with all its incidents.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// Fold a fact in and tell it.
    pub(super) fn hear(&mut self, fact: &Fact) {
        self.hall.apply(fact);
        if matches!(fact.what, What::CatalogueTaken(_)) {
            self.read_kinds();
        }
        let Some(incident) = fact.what.incident() else {
            if self.all {
                self.say_of_the_hall(fact);
            }
            return;
        };
        let own = self.heed(fact, incident);
        if own || self.all {
            self.say(fact, incident);
        }
        if own {
            self.check_end(fact.known_at);
        }
    }

    /// Whether a fact is of the script.
    fn heed(&mut self, fact: &Fact, incident: IncidentId) -> bool {
        let (Some(script), Some(known)) = (&self.script, self.hall.incident(incident)) else { return false };
        if self.prefix.is_none()
            && matches!(fact.what, What::IncidentReported(_))
            && known.source_id.starts_with(&format!("{ID_PREFIX}{script}-"))
        {
            // What follows are two numbers of its own: when the day began and which case it is.
            self.prefix = known.source_id.rsplitn(3, '-').nth(2).map(|run| format!("{run}-"));
            self.first = Some((incident, fact.known_at));
        }
        if !self.prefix.as_ref().is_some_and(|prefix| known.source_id.starts_with(prefix)) {
            return false;
        }
        self.own.insert(incident);
        if let (What::IncidentClosed { reason, .. }, Some((first, _))) = (&fact.what, self.first)
            && first == incident
        {
            self.end = Some(reason.clone());
        }
        true
    }

    /// Say, once, that the script is over: its first incident is closed and so are all others.
    fn check_end(&mut self, now: Moment) {
        let (Some(script), Some(end), Some((_, begun))) = (&self.script, &self.end, self.first) else { return };
        let closed = |id: &IncidentId| self.hall.incident(*id).is_none_or(|i| i.stage == Stage::Closed);
        if self.over || !self.own.iter().all(closed) {
            return;
        }
        self.over = true;
        let (minutes, incidents) = (now.secs_since(begun) / 60, self.own.len());
        if self.json {
            say::json(&json!({ "script": script, "incidents": incidents, "minutes": minutes, "end": end }));
        } else {
            say::line(&format!("over after {minutes} minutes, {incidents} incidents: {end}"));
        }
    }

    fn say(&self, fact: &Fact, incident: IncidentId) {
        let Some(incident) = self.hall.incident(incident) else { return };
        let (what, detail) = match &fact.what {
            What::IncidentReported(_) => ("reported", incident.text.clone()),
            What::IncidentUpdated { text, .. } => ("updated", text.clone()),
            What::IncidentRegraded { to, reason, .. } => ("regraded", format!("{} {reason}", to.numeral())),
            What::IncidentAdvanced { stage, .. } => ("advanced", stage.word().to_owned()),
            What::IncidentClosed { reason, .. } => ("closed", reason.clone()),
            What::IncidentSuspended { reason, .. } => ("suspended", reason.clone()),
            What::IncidentResumed { .. } => ("resumed", String::new()),
            What::IncidentMoved { step, .. } => {
                let other = step.other().map(|other| format!("#{} ", other.0)).unwrap_or_default();
                (step.kind().word(), format!("{other}{}", step.words()))
            }
            What::TaskGiven { given, words, .. } => (given.part.word(), in_order(&given.to, words)),
            What::TaskMoved { to, step, .. } => (step.word(), in_order(to, step.words())),
            What::CallerKept { caller, .. } => ("caller", format!("{} {}", caller.name, caller.phone)),
            What::CallerShown { reason, .. } => ("caller_shown", reason.clone()),
            What::PlanStarted { plan, alarm, .. } => ("plan", format!("{} alarm {alarm}", plan.code)),
            What::AlarmStruck { alarm, .. } => ("alarm", alarm.to_string()),
            What::PlanMoved { step, .. } => (step.word(), step.words().to_owned()),
            What::ReportFiled { which, text, .. } => (which.word(), text.clone()),
            What::NoteAdded { words, .. } => ("note", words.clone()),
            What::FileAttached { file, .. } => ("attached", format!("{} {}", file.kind.word(), file.name)),
            What::FormAnswered { answers, .. } => ("form", answered(answers)),
            What::ModeSwitched { .. }
            | What::WeatherChanged { .. }
            | What::CatalogueTaken(_)
            | What::NumberingTaken(_)
            | What::PlansTaken(_) => {
                return;
            }
            What::DutyMoved(step) => (step.word(), duty_words(step)),
            // When an alarm is raised depends on how often readings come: the day that is told does not.
            What::RollCalled { .. }
            | What::RollAnswered { .. }
            | What::RollEnded
            | What::ShiftsTaken(_)
            | What::AlarmMoved(_)
            | What::AlarmRulesTaken(_) => return,
        };
        if self.json {
            say::json(&json!({
                "at": fact.known_at.0, "incident": incident.id.0, "kind": incident.kind,
                "grade": incident.grade.numeral(), "what": what, "detail": detail,
            }));
            return;
        }
        let kind = self.kinds.kind(&incident.kind).map_or(incident.kind.as_str(), |kind| kind.name(self.language));
        let (time, grade) = (clock(fact.known_at), incident.grade.numeral());
        let line = format!("{time} {grade} {kind} #{} {what}: {detail}", incident.id.0);
        say::line(line.trim_end_matches([':', ' ']));
    }

    /// What is of the whole hall, and of no incident.
    fn say_of_the_hall(&self, fact: &Fact) {
        let (what, detail) = match &fact.what {
            What::ModeSwitched { mode } => ("mode", format!("{mode:?}").to_lowercase()),
            What::WeatherChanged { weather } => ("weather", in_words(*weather)),
            What::CatalogueTaken(_) => ("catalogue", String::new()),
            What::NumberingTaken(numbering) => ("numbering", numbering.city.to_string()),
            What::PlansTaken(_) => ("plans", String::new()),
            What::RollCalled { words, .. } => ("roll", words.clone()),
            What::RollAnswered { who: RollParty::Crew(crew), .. } => ("here", format!("crew {}", crew.0)),
            What::RollAnswered { who: RollParty::Post(post), .. } => ("here", post.clone()),
            What::RollEnded => ("roll end", String::new()),
            What::ShiftsTaken(taken) => ("shifts", taken.shifts.shifts.len().to_string()),
            What::DutyMoved(step) => (step.word(), duty_words(step)),
            _ => return,
        };
        if self.json {
            say::json(&json!({
                "at": fact.known_at.0, "incident": null, "kind": null, "grade": null, "what": what, "detail": detail,
            }));
        } else {
            let line = format!("{} {what}: {detail}", clock(fact.known_at));
            say::line(line.trim_end_matches([':', ' ']));
        }
    }
}

/// What was done about duty.
fn duty_words(step: &DutyStep) -> String {
    let post = |at: &DutyPost| format!("{} {} {}", at.slot.day, at.slot.shift, at.post);
    match step {
        DutyStep::Assign { at, who } => format!("{} {who}", post(at)),
        DutyStep::Swap { one, other } => format!("{} with {}", post(one), post(other)),
        DutyStep::Remove { at } => post(at),
        DutyStep::SignOn { post } => post.clone(),
        DutyStep::Write { words, .. } | DutyStep::Prepare { words, .. } | DutyStep::Sign { words, .. } => words.clone(),
        DutyStep::Settle { entry } => entry.to_string(),
    }
}

/// Answers of a form, in one line.
fn answered(answers: &Answers) -> String {
    answers.iter().map(|(field, answer)| format!("{field}={answer}")).collect::<Vec<_>>().join(" ")
}

/// A party and what is said to it or by it.
fn in_order(party: &Party, words: &str) -> String {
    let party = match party {
        Party::Crew(crew) => format!("crew {}", crew.0),
        Party::Department(code) => code.clone(),
    };
    format!("{party} {words}").trim_end().to_owned()
}

fn in_words(weather: Weather) -> String {
    let sky = weather.sky.word();
    let (degrees, fall) = (f64::from(weather.temperature_dc) / 10.0, f64::from(weather.rain_mm_h) / 10.0);
    let much = if weather.intensity > 0 { format!(":{}", weather.intensity) } else { String::new() };
    format!("{sky}{much}, {degrees:.1} °C, wind {} m/s, {fall:.1} mm/h", weather.wind_mps)
}

/// City time of day.
fn clock(at: Moment) -> String {
    let secs = (at.0.div_euclid(1000) + i64::from(surroundings::utc_offset_secs(at))).rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60)
}
