//! Reports to those above (信息报送): the first one 首报, follow-ups 续报 while a grave case is open, the final one 终报.
//!
//! ```text
//!  grave ──(first)──► due ── First ──► due ── Follow ──► due ── Follow ──► …
//!    ▲                                    every so often until the work is done
//!    │                 done, finished ──► due ── Final ──► nothing is owed
//!    └──────── done again 返工, opened again 重开 ───────────┘
//! ```
//! 1. In each round the first report comes before all others, once; the final one after all others, once, when the work is
//!    done. What goes back after its final report begins another round; what goes back before it goes on with its own.
//! 2. What is owed is what comes next ([`Hall::next_bulletin`]), and follows from facts and rules alone; a report may be
//!    filed before it is owed, and for any case.
//! 3. A grave case that was finished before its first report still owes it, and the final one after it. What ended
//!    otherwise owes nothing: it was no case, or another one tells of it.
//! 4. What was filed is never changed; it leaves the hall with its case.

use serde::{Deserialize, Serialize};

use super::order::{TEXT_MAX, check_text};
use super::{Actor, Grade, Hall, Incident, IncidentId, Lamp, Moment, Outcome, Refusal, Stage, What};

/// Which report it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bulletin {
    /// 首报.
    First,
    /// 续报.
    Follow,
    /// 终报.
    Final,
}

impl Bulletin {
    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Follow => "follow",
            Self::Final => "final",
        }
    }
}

/// Cases of this grade and graver owe reports: lesser ones are the day's work.
const OWES: Grade = Grade::II;

/// A report that was filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// Which.
    pub which: Bulletin,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: Actor,
    /// What it says.
    pub text: String,
}

/// The reports of a case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bulletins {
    /// Since when it is at least [`OWES`].
    pub grave_since: Option<Moment>,
    /// What was filed, in order.
    pub filed: Vec<Filed>,
    /// When it went back last from where the work was done, or from its final report.
    pub back_at: Option<Moment>,
    /// How many of [`Self::filed`] are of rounds that are over.
    pub over: u32,
}

impl Bulletins {
    fn is_empty(&self) -> bool {
        self.grave_since.is_none() && self.filed.is_empty()
    }

    /// The last report of the round that goes on.
    fn last(&self) -> Option<&Filed> {
        let over = usize::try_from(self.over).unwrap_or(usize::MAX);
        self.filed.iter().skip(over).next_back()
    }

    /// The later of a moment and the one at which it went back last.
    fn after_back(&self, at: Moment) -> Moment {
        self.back_at.map_or(at, |back| back.max(at))
    }

    /// There is work again, `anew` or as before: after a final report in another round.
    fn go_back(&mut self, at: Moment, anew: bool) {
        let told_all = self.last().is_some_and(|last| last.which == Bulletin::Final);
        if told_all {
            self.over = u32::try_from(self.filed.len()).unwrap_or(u32::MAX);
        }
        if anew || told_all {
            self.back_at = Some(at);
        }
    }
}

/// When which report is owed, minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinRules {
    /// From when a case is grave to its first report.
    pub first_minutes: u32,
    /// From each report to the next until the work is done.
    pub follow_minutes: u32,
    /// From when the work is done to the final report.
    pub final_minutes: u32,
}

/// A report that is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    /// Which.
    pub which: Bulletin,
    /// When its lamp turns yellow.
    pub soon: Moment,
    /// Until when.
    pub due: Moment,
}

impl Owed {
    /// Its lamp.
    #[must_use]
    pub fn lamp(&self, now: Moment) -> Lamp {
        match now {
            now if now > self.due => Lamp::Red,
            now if now >= self.soon => Lamp::Yellow,
            _ => Lamp::Green,
        }
    }
}

impl BulletinRules {
    /// What is owed for an incident of a kind that is reported; `None` where nothing is.
    #[must_use]
    pub fn owed(&self, hall: &Hall, incident: &Incident) -> Option<Owed> {
        let own = hall.bulletins(incident.id)?;
        if hall.closing(incident.id).is_some_and(|closing| closing.outcome != Outcome::Finished) {
            return None;
        }
        let which = hall.next_bulletin(incident)?;
        let (from, minutes) = match which {
            // What was late when it was over is late still when it is opened again.
            Bulletin::First if own.over == 0 => (own.grave_since?, self.first_minutes),
            Bulletin::First => (own.after_back(own.grave_since?), self.first_minutes),
            Bulletin::Follow => (own.after_back(own.last()?.at), self.follow_minutes),
            Bulletin::Final => (hall.course(incident.id)?.since(Stage::Done)?.1, self.final_minutes),
        };
        let millis = i64::from(minutes) * 60_000;
        Some(Owed { which, soon: from.plus_millis(millis * 2 / 3), due: from.plus_millis(millis) })
    }
}

impl Hall {
    /// The reports of a case that is, or was, grave, or for which one was filed.
    #[must_use]
    pub fn bulletins(&self, id: IncidentId) -> Option<&Bulletins> {
        self.bulletins.get(&id)
    }

    /// Which report comes next for a case; `None` once the final one was filed, until the case goes back.
    #[must_use]
    pub fn next_bulletin(&self, incident: &Incident) -> Option<Bulletin> {
        let last = self.bulletins(incident.id).and_then(Bulletins::last);
        match last.map(|filed| filed.which) {
            None => Some(Bulletin::First),
            Some(Bulletin::Final) => None,
            Some(_) if incident.stage >= Stage::Done => Some(Bulletin::Final),
            Some(_) => Some(Bulletin::Follow),
        }
    }

    /// What filing a report makes known.
    pub(super) fn decide_bulletin(&self, id: IncidentId, which: Bulletin, text: String) -> Result<Vec<What>, Refusal> {
        check_text("text", &text, TEXT_MAX)?;
        let incident = self.incident(id).ok_or(Refusal::UnknownIncident(id))?;
        if text.trim().is_empty() {
            return Err(Refusal::TextMissing);
        }
        let next = self.next_bulletin(incident);
        // While the work that is done is looked at there may be more to tell before the final one.
        let more = next == Some(Bulletin::Final) && which == Bulletin::Follow && incident.stage < Stage::Closed;
        let fits = next == Some(which) || more;
        if !fits {
            return Err(Refusal::BulletinNotNow(which));
        }
        Ok(vec![What::ReportFiled { incident: id, which, text }])
    }

    /// It is, or no longer is, so grave that reports are owed.
    pub(super) fn note_grade(&mut self, id: IncidentId, grade: Grade, at: Moment) {
        let own = self.bulletins.entry(id).or_default();
        if grade <= OWES {
            own.grave_since.get_or_insert(at);
        } else {
            own.grave_since = None;
        }
        if own.is_empty() {
            self.bulletins.remove(&id);
        }
    }

    /// A case whose work was done goes back to where there is work (`anew`), or one that ended otherwise comes back to it.
    pub(super) fn note_back(&mut self, id: IncidentId, at: Moment, anew: bool) {
        if let Some(own) = self.bulletins.get_mut(&id) {
            own.go_back(at, anew);
        }
    }

    pub(super) fn apply_bulletin(&mut self, id: IncidentId, filed: Filed) {
        if self.incident(id).is_some() {
            self.bulletins.entry(id).or_default().filed.push(filed);
        }
    }
}
