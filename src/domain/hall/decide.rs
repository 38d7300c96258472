//! What an order comes to: facts, or the reason why not. Changes nothing.

use super::Hall;
use crate::domain::{
    Actor, Answers, Closing, Fact, Incident, IncidentId, Moment, Order, Outcome, Place, Progress, Refusal, Report,
    Stage, What,
};

impl Hall {
    /// Turn an order into the facts that carry it out. Empty where nothing would change.
    ///
    /// # Errors
    /// The [`Refusal`] that says why not.
    pub fn decide(&self, order: Order, by: &Actor, now: Moment) -> Result<Vec<Fact>, Refusal> {
        order.check()?;
        let (happened_at, whats) = match order {
            Order::TakeReport(report) => (report.happened_at, self.take_report(report, now)),
            Order::RegradeIncident { incident, grade, reason } => {
                let open = self.open_incident(incident)?;
                if reason.trim().is_empty() {
                    return Err(Refusal::ReasonMissing);
                }
                let from = open.grade;
                let what = What::IncidentRegraded { incident, from, to: grade, reason };
                (now, if from == grade { vec![] } else { vec![what] })
            }
            Order::AdvanceIncident { incident, stage } => (now, self.facts_of_advance(incident, stage)?),
            Order::CloseIncident { incident, reason } => {
                let stage = self.open_incident(incident)?.stage;
                // A system tells of what ended elsewhere. Who ends here what is not done says why.
                let by_hand = matches!(by, Actor::Person(_));
                if by_hand && stage < Stage::Done && reason.trim().is_empty() {
                    return Err(Refusal::ReasonMissing);
                }
                (now, vec![What::IncidentClosed { incident, reason }])
            }
            Order::SuspendIncident { incident, reason } => {
                self.open_incident(incident)?;
                if reason.trim().is_empty() {
                    return Err(Refusal::ReasonMissing);
                }
                let held = self.is_on_hold(incident);
                (now, if held { vec![] } else { vec![What::IncidentSuspended { incident, reason }] })
            }
            Order::ResumeIncident { incident } => {
                self.open_incident(incident)?;
                let held = self.is_on_hold(incident);
                (now, if held { vec![What::IncidentResumed { incident }] } else { vec![] })
            }
            Order::MoveIncident { incident, step } => (now, self.facts_of_move(incident, step)?),
            Order::SwitchMode { mode } => {
                (now, if mode == self.mode { vec![] } else { vec![What::ModeSwitched { mode }] })
            }
            Order::TellWeather { weather } => {
                (now, if self.weather == Some(weather) { vec![] } else { vec![What::WeatherChanged { weather }] })
            }
            Order::TakeCatalogue(texts) => {
                let known = self.catalogue.as_ref() == Some(&texts);
                (now, if known { vec![] } else { vec![What::CatalogueTaken(texts)] })
            }
            Order::TakeNumbering(numbering) => {
                let known = self.numbering() == numbering;
                (now, if known { vec![] } else { vec![What::NumberingTaken(numbering)] })
            }
            Order::AddNote { incident, words } => (now, self.decide_note(incident, words)?),
            Order::AnswerForm { incident, answers } => (now, self.decide_answers(incident, &answers)?),
            Order::AttachFile { incident, file } => (now, self.decide_file(incident, file)?),
            Order::GiveTasks { incident, to, words } => (now, self.decide_tasks(incident, to, &words)?),
            Order::MoveTask { incident, party, step } => (now, self.decide_step(incident, party, step)?),
            Order::TakeCall(call) => (call.report.happened_at, self.take_call(*call, now)?),
            Order::ShowCaller { incident, reason } => (now, self.show_caller(incident, reason)?),
            Order::TakePlans(texts) => {
                let known = self.plan_texts.as_ref() == Some(&texts);
                (now, if known { vec![] } else { vec![What::PlansTaken(texts)] })
            }
            Order::StartPlan { incident, plan, alarm, crews, places, words } => {
                (now, self.decide_plan(incident, plan, alarm, (&crews, places), &words)?)
            }
            Order::StrikeNext { incident, crews, words } => (now, self.decide_strike(incident, &crews, &words)?),
            Order::MovePlan { incident, step } => (now, self.decide_plan_move(incident, step)?),
            Order::CallRoll { words, called } => (now, self.decide_roll(words, *called, now)?),
            Order::AnswerRoll { crew, words } => (now, self.decide_answer(crew, words, by)?),
            Order::EndRoll => (now, self.decide_roll_end(now)?),
            Order::FileReport { incident, which, text } => (now, self.decide_bulletin(incident, which, text)?),
            Order::TakeShifts { shifts, utc_offset_secs } => (now, self.decide_shifts(shifts, utc_offset_secs)),
            Order::MoveDuty(step) => (now, self.decide_duty(step, by, now)?),
            Order::MoveAlarm(step) => (now, self.decide_alarm(step, by, now)?),
            Order::CaseOfAlarm { alarm, kind, grade, text } => {
                (now, self.decide_case_of_alarm(alarm, kind, grade, text, now)?)
            }
            Order::TakeAlarmRules(rules) => (now, self.decide_alarm_rules(rules)),
        };
        let mut seq = self.upto;
        let facts = whats.into_iter().map(|what| {
            seq = seq.next();
            Fact { seq, happened_at, known_at: now, by: by.clone(), what }
        });
        Ok(facts.collect())
    }

    /// What going forward to a stage makes known.
    ///
    /// # Errors
    /// Why it cannot.
    pub(in crate::domain) fn facts_of_advance(&self, incident: IncidentId, stage: Stage) -> Result<Vec<What>, Refusal> {
        let open = self.open_incident(incident)?;
        if stage <= open.stage || stage == Stage::Closed {
            return Err(Refusal::NotForward);
        }
        if stage == Stage::Checked && open.stage < Stage::Done {
            return Err(Refusal::NotDone);
        }
        // Work goes on, so it is no longer on hold.
        let resumed = self.is_on_hold(incident).then_some(What::IncidentResumed { incident });
        let advanced = What::IncidentAdvanced { incident, stage };
        Ok(resumed.into_iter().chain([advanced]).collect())
    }

    pub(in crate::domain) fn open_incident(&self, id: IncidentId) -> Result<&Incident, Refusal> {
        let incident = self.incident(id).ok_or(Refusal::UnknownIncident(id))?;
        if incident.stage == Stage::Closed { Err(Refusal::AlreadyClosed(id)) } else { Ok(incident) }
    }

    pub(in crate::domain) fn take_report(&self, report: Report, now: Moment) -> Vec<What> {
        let mut closes = report.progress == Progress::Closed;
        let mut whats = Vec::new();
        let id = if let Some(known) = self.by_source(&report.source, &report.source_id) {
            // What was merged goes on, and may be split off again: what its caller adds is kept.
            let merged = |closing: &Closing| matches!(closing.outcome, Outcome::Merged(_));
            let over = known.stage == Stage::Closed;
            if over && !self.closing(known.id).is_some_and(merged) {
                return whats;
            }
            closes &= !over;
            // A report that leaves place or text out says nothing new of them.
            let place = Place {
                at: report.place.at.or(known.place.at),
                address: if report.place.address.is_empty() {
                    known.place.address.clone()
                } else {
                    report.place.address
                },
            };
            let text = if report.text.is_empty() { known.text.clone() } else { report.text };
            if known.place != place || known.text != text {
                whats.push(What::IncidentUpdated { incident: known.id, place, text });
            }
            let answers = self.dossier(known.id).answers.changed_by(&report.answers);
            if !answers.is_empty() {
                whats.push(What::FormAnswered { incident: known.id, answers });
            }
            known.id
        } else {
            let id = self.next_incident();
            whats.push(What::IncidentReported(Box::new(Incident {
                id,
                source: report.source,
                source_id: report.source_id,
                kind: report.kind,
                grade: report.grade,
                stage: Stage::Reported,
                place: report.place,
                text: report.text,
                happened_at: report.happened_at,
                known_at: now,
                changed_at: now,
            })));
            let answers = Answers::default().changed_by(&report.answers);
            if !answers.is_empty() {
                whats.push(What::FormAnswered { incident: id, answers });
            }
            id
        };
        if closes {
            whats.push(What::IncidentClosed { incident: id, reason: String::new() });
        }
        whats
    }
}
