//! What is asked of the archive of all cases, and what it answers.

use serde::{Deserialize, Serialize};

use super::order::{check_text, unusable};
use super::rights::Area;
use super::{Answers, CaseNumber, Grade, IncidentId, LonLat, Moment, Outcome, Place, Refusal, Stage};

/// Longest text of a search, in bytes.
pub const SEARCH_TEXT_MAX: usize = 400;
/// Most cases on a page.
pub const PAGE_MAX: u16 = 100;
/// Farthest that a place is looked around, in metres.
pub const METRES_MAX: f64 = 20_000.0;
/// So many are counted; of more it is only said that there are more.
pub const COUNT_MAX: u32 = 1000;

/// How a case stands at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is not over.
    Open,
    /// It is over, in whatever way.
    Closed,
    /// 结案.
    Finished,
    /// 不予受理.
    Rejected,
    /// 不予立案.
    NotFiled,
    /// 作废.
    Voided,
    /// 并案.
    Merged,
}

impl Fate {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Open, Self::Closed, Self::Finished, Self::Rejected, Self::NotFiled, Self::Voided, Self::Merged];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Finished => "finished",
            Self::Rejected => "rejected",
            Self::NotFiled => "not_filed",
            Self::Voided => "voided",
            Self::Merged => "merged",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.word() == word)
    }

    /// Whether a case that ended so, or is open, is one of these.
    #[must_use]
    pub fn fits(self, outcome: Option<&Outcome>) -> bool {
        match (self, outcome) {
            (Self::Open, None) | (Self::Closed, Some(_)) => true,
            (_, Some(outcome)) => self.word() == outcome.word(),
            (_, None) => false,
        }
    }
}

/// What is looked for. All that is given has to fit; nothing given finds every case.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Search {
    /// Words of report, address or name of the kind in either language, or pinyin initials of address or kind, with
    /// blanks between.
    pub text: String,
    /// Words or pinyin initials of the address alone.
    pub address: String,
    /// A case number, or what it begins with.
    pub number: String,
    /// Code of a kind, or what codes begin with.
    pub kind: String,
    /// The grade.
    pub grade: Option<Grade>,
    /// Not farther than so many metres from a place.
    pub near: Option<(LonLat, f64)>,
    /// Known to the hall then or later.
    pub from: Option<Moment>,
    /// Known to the hall before.
    pub until: Option<Moment>,
    /// How it stands or ended.
    pub fate: Option<Fate>,
    /// Code of the department that led, or answers for the kind where nobody led.
    pub department: String,
    /// Only those reported before this one: the next page.
    pub before: Option<IncidentId>,
    /// At most so many, 1 to [`PAGE_MAX`].
    pub limit: u16,
}

impl Search {
    /// Can this be looked for?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        for (field, value) in [("text", &self.text), ("address", &self.address), ("kind", &self.kind)] {
            check_text(field, value, SEARCH_TEXT_MAX)?;
        }
        check_text("department", &self.department, SEARCH_TEXT_MAX)?;
        if !self.number.is_empty() && CaseNumber::beginning_with(&self.number).is_none() {
            return Err(unusable("number", "is digits, at most the 19 of a case number"));
        }
        if let Some((at, metres)) = self.near {
            if LonLat::new(at.lon, at.lat).is_none() {
                return Err(unusable("near", "longitude or latitude is out of range"));
            }
            if !(1.0..=METRES_MAX).contains(&metres) {
                return Err(unusable("metres", "are 1 to 20000"));
            }
        }
        if self.from.zip(self.until).is_some_and(|(from, until)| from >= until) {
            return Err(unusable("until", "is not after `from`"));
        }
        if !(1..=PAGE_MAX).contains(&self.limit) {
            return Err(unusable("limit", "is 1 to 100"));
        }
        Ok(())
    }
}

/// A case as the archive has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoundCase {
    /// Identity.
    pub id: IncidentId,
    /// Its number; `None` where its day had no more.
    pub number: Option<CaseNumber>,
    /// Code of its kind.
    pub kind: String,
    /// How grave it was last.
    pub grade: Grade,
    /// How far it came.
    pub stage: Stage,
    /// The system it came from.
    pub source: String,
    /// Its identity there.
    pub source_id: String,
    /// Where.
    pub place: Place,
    /// What was said of it last.
    pub text: String,
    /// When it happened in the city.
    pub happened_at: Moment,
    /// When the hall came to know of it.
    pub known_at: Moment,
    /// When it was over in the city; `None` while it is open.
    pub over_at: Option<Moment>,
    /// How it ended; `None` while it is open.
    pub outcome: Option<Outcome>,
    /// Code of the department that led; `None` where none was told to.
    pub department: Option<String>,
    /// Its area, where one is known.
    pub area: Option<Area>,
    /// What was answered of its form.
    pub answers: Answers,
}

/// A page of cases.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Found {
    /// Reported last first.
    pub cases: Vec<FoundCase>,
    /// Pass as [`Search::before`] for the next page; `None` on the last.
    pub next: Option<IncidentId>,
    /// How many there are from this page on, at most [`COUNT_MAX`].
    pub count: u32,
    /// There are more than were counted.
    pub more: bool,
    /// Facts that the archive has not taken in yet: it is being made anew.
    pub behind: u64,
}

/// All that is known of one case, with every fact of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// The case.
    pub case: FoundCase,
    /// Its facts, newest first; the newest where there are very many.
    pub facts: Vec<super::Fact>,
    /// There are older facts than these.
    pub more: bool,
}
