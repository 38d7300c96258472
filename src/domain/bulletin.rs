//! Reports to those above (信息报送): the first one 首报, follow-ups 续报 while a grave case is open, the final one 终报.
//!
//! ```text
//!  grave ──(first)──► due ── First ──► due ── Follow ──► due ── Follow ──► …
//!                                         every so often while it is open
//!                    closed ──► due ── Final ──► nothing is owed
//! ```
//! 1. The first report comes before all others, once; the final one after all others, once, when the work is done.
//! 2. What is owed depends on facts and rules alone; a report may be filed before it is owed, and for any case.
//! 3. What was filed is never changed; it leaves the hall with its case.

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
}

impl Bulletins {
    fn is_empty(&self) -> bool {
        self.grave_since.is_none() && self.filed.is_empty()
    }
}

/// When which report is owed, minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinRules {
    /// From when a case is grave to its first report.
    pub first_minutes: u32,
    /// From each report to the next while the case is open.
    pub follow_minutes: u32,
    /// From the end of a case to its final report.
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
        let last = own.filed.last();
        let closing = hall.closing(incident.id);
        let (which, from, minutes) = match (last.map(|filed| filed.which), closing) {
            (Some(Bulletin::Final), _) => return None,
            (None, None) if incident.grade <= OWES => (Bulletin::First, own.grave_since?, self.first_minutes),
            (Some(_), None) => (Bulletin::Follow, last?.at, self.follow_minutes),
            (Some(_), Some(closing)) if closing.outcome == Outcome::Finished => {
                let over = hall.course(incident.id)?.since(Stage::Closed)?.1;
                (Bulletin::Final, over, self.final_minutes)
            }
            _ => return None,
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

    /// Which report can be filed next for a case; `None` once the final one was.
    #[must_use]
    pub fn next_bulletin(&self, incident: &Incident) -> Option<Bulletin> {
        let last = self.bulletins(incident.id).and_then(|own| own.filed.last());
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
        let last = self.bulletins(id).and_then(|own| own.filed.last()).map(|filed| filed.which);
        let fits = match which {
            Bulletin::First => last.is_none(),
            Bulletin::Follow => matches!(last, Some(Bulletin::First | Bulletin::Follow)),
            Bulletin::Final => {
                matches!(last, Some(Bulletin::First | Bulletin::Follow)) && incident.stage >= Stage::Done
            }
        };
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

    pub(super) fn apply_bulletin(&mut self, id: IncidentId, filed: Filed) {
        if self.incident(id).is_some() {
            self.bulletins.entry(id).or_default().filed.push(filed);
        }
    }
}
