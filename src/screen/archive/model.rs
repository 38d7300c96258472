//! What is looked for and what came of it. Pure.

use super::days::Days;
use crate::domain::search::PAGE_MAX;
use crate::domain::{Fate, Found, FoundCase, Grade, IncidentId, LonLat, Moment, Refusal, Search};

/// Cases asked for at first; further pages have as many as the hub gives.
const PAGE: u16 = 30;
/// Most cases that are listed; older ones are found by their days.
pub const LISTED_MAX: usize = 10_000;
/// Digits from which on they are a case number.
const NUMBER_FROM: usize = 8;
/// So many digits are the number of a component, which forms of cases name.
const COMPONENT: usize = 16;
const DAY_MILLIS: i64 = 24 * 3_600_000;

/// Since when cases are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Period {
    /// All.
    #[default]
    Ever,
    /// The last 24 hours.
    Day,
    /// The last seven days.
    Week,
    /// The last 30 days.
    Month,
    /// The last 365 days.
    Year,
}

impl Period {
    const ALL: [Self; 5] = [Self::Ever, Self::Day, Self::Week, Self::Month, Self::Year];

    /// Key of its name in `assets/i18n`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Ever => "finder.ever",
            Self::Day => "finder.day",
            Self::Week => "finder.week",
            Self::Month => "finder.month",
            Self::Year => "finder.year",
        }
    }

    fn from(self, now: Moment) -> Option<Moment> {
        let days = match self {
            Self::Ever => return None,
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
            Self::Year => 365,
        };
        Some(now.plus_millis(-days * DAY_MILLIS))
    }
}

/// What the list is narrowed down to beside words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chip {
    /// The grade.
    Grade,
    /// How it ended.
    Fate,
    /// Since when.
    Period,
    /// How far from the middle of the map, in metres.
    Near,
}

impl Chip {
    /// All of them, as they stand side by side.
    pub const ALL: [Self; 4] = [Self::Grade, Self::Fate, Self::Period, Self::Near];
}

/// Distances from the middle of the map, in metres.
const METRES: [f64; 3] = [500.0, 2_000.0, 10_000.0];
const FATES: [Fate; 7] =
    [Fate::Closed, Fate::Open, Fate::Finished, Fate::Rejected, Fate::NotFiled, Fate::Voided, Fate::Merged];

/// What is to be looked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asked {
    /// What was typed.
    pub query: String,
    /// The grade.
    pub grade: Option<Grade>,
    /// How it ended.
    pub fate: Option<Fate>,
    /// Since when.
    pub period: Period,
    /// Not farther than so many metres from the middle of the map.
    pub metres: Option<f64>,
}

/// The choice after `now`, and after the last one none.
fn next<T: Copy + PartialEq>(now: Option<T>, all: &[T]) -> Option<T> {
    match now {
        None => all.first().copied(),
        Some(now) => all.iter().position(|one| *one == now).and_then(|at| all.get(at + 1)).copied(),
    }
}

impl Asked {
    /// The words that were typed, and the days among them.
    fn read(&self) -> (String, Option<Days>) {
        let (mut words, mut days) = (Vec::new(), None);
        for word in self.query.split_whitespace() {
            match Days::of(word) {
                Some(one) => days = Some(days.map_or(one, |days: Days| days.and(one))),
                None => words.push(word),
            }
        }
        (words.join(" "), days)
    }

    /// The days that were typed.
    #[must_use]
    pub fn days(&self) -> Option<Days> {
        self.read().1
    }

    /// With the next choice of a chip. One since when it happened takes the place of days that were typed.
    #[must_use]
    pub fn turned(&self, chip: Chip) -> Self {
        let mut turned = self.clone();
        match chip {
            Chip::Grade => turned.grade = next(self.grade, &Grade::ALL),
            Chip::Fate => turned.fate = next(self.fate, &FATES),
            Chip::Period => {
                turned.period = next(Some(self.period), &Period::ALL).unwrap_or_default();
                if let (words, Some(_)) = self.read() {
                    turned.query = words;
                }
            }
            Chip::Near => turned.metres = next(self.metres, &METRES),
        }
        turned
    }

    /// As the hub is asked, of a city whose time is so far from UTC. A number with `#` is that case, eight digits or more
    /// are a case number, but for the 16 of a component.
    #[must_use]
    pub fn search(
        &self,
        (now, utc_offset_secs): (Moment, i32),
        middle: Option<LonLat>,
        before: Option<IncidentId>,
    ) -> Search {
        let query = self.query.trim();
        if let Some(id) = query.strip_prefix('#').and_then(|digits| digits.trim().parse::<u64>().ok()) {
            // The newest of those before the next one.
            return Search { before: Some(IncidentId(id.saturating_add(1))), limit: 1, ..Search::default() };
        }
        let (words, days) = self.read();
        let is_number =
            words.len() >= NUMBER_FROM && words.len() != COMPONENT && words.bytes().all(|b| b.is_ascii_digit());
        let (text, number) = if is_number { (String::new(), words) } else { (words, String::new()) };
        let (from, until) = match days {
            Some(days) => (days.from(utc_offset_secs), days.until(utc_offset_secs)),
            None => (self.period.from(now), None),
        };
        Search {
            text,
            number,
            grade: self.grade,
            near: middle.zip(self.metres),
            from,
            until,
            fate: self.fate,
            before,
            limit: if before.is_some() { PAGE_MAX } else { PAGE },
            ..Search::default()
        }
    }
}

/// What came of the last question.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum State {
    /// Nothing was asked yet.
    #[default]
    New,
    /// The answer is on its way.
    Searching,
    /// It is there.
    Found,
    /// There is none, for this reason.
    Failed(Refusal),
}

/// The finder between frames.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Finder {
    /// What is looked for.
    pub asked: Asked,
    /// What is listed, reported last first.
    pub cases: Vec<FoundCase>,
    /// Which of them is chosen.
    pub chosen: usize,
    /// How many there are, and whether there are more than were counted.
    pub count: (u32, bool),
    /// Facts that the archive has not taken in yet.
    pub behind: u64,
    /// What came of the last question.
    pub state: State,
    next: Option<IncidentId>,
    /// What the answer that is on its way is to: a first page, or the next one.
    paging: bool,
    /// Something else was wanted while an answer was on its way.
    stale: bool,
}

impl Finder {
    /// Look for something else. Returns whether the hub is to be asked now.
    pub fn ask(&mut self, asked: Asked) -> bool {
        self.asked = asked;
        self.begin()
    }

    /// Ask anew for the first page. Returns whether the hub is to be asked now.
    pub fn begin(&mut self) -> bool {
        if self.state == State::Searching {
            self.stale = true;
            return false;
        }
        (self.state, self.paging) = (State::Searching, false);
        true
    }

    /// Where the page that is asked for begins.
    #[must_use]
    pub fn before(&self) -> Option<IncidentId> {
        self.next.filter(|_| self.paging)
    }

    /// Whether there are older ones than those that are listed, and if so whether the next page has them: else too many
    /// are listed.
    #[must_use]
    pub fn older(&self) -> Option<bool> {
        self.next.map(|_| self.cases.len() < LISTED_MAX)
    }

    /// Choose another case; whether the next page is to be asked for.
    pub fn choose(&mut self, at: usize) -> bool {
        self.chosen = at.min(self.cases.len().saturating_sub(1));
        let last = self.chosen + 1 >= self.cases.len();
        if last && self.older() == Some(true) && self.state == State::Found {
            (self.state, self.paging) = (State::Searching, true);
            return true;
        }
        false
    }

    /// Take an answer. Returns whether the hub is to be asked anew.
    pub fn take(&mut self, found: Result<Found, Refusal>) -> bool {
        if self.state != State::Searching {
            return false;
        }
        let paging = std::mem::take(&mut self.paging);
        match found {
            _ if std::mem::take(&mut self.stale) => {
                self.state = State::New;
                return self.begin();
            }
            Ok(found) => {
                if !paging {
                    self.cases.clear();
                    self.chosen = 0;
                    self.count = (found.count, found.more);
                    // One case by its number is all that was asked for.
                    if let Some(id) = self.wanted_id() {
                        self.cases.extend(found.cases.into_iter().filter(|case| case.id == id));
                        self.count = (u32::from(!self.cases.is_empty()), false);
                        (self.next, self.behind, self.state) = (None, found.behind, State::Found);
                        return false;
                    }
                }
                self.cases.extend(found.cases);
                (self.next, self.behind, self.state) = (found.next, found.behind, State::Found);
            }
            Err(refusal) => self.state = State::Failed(refusal),
        }
        false
    }

    fn wanted_id(&self) -> Option<IncidentId> {
        let digits = self.asked.query.trim().strip_prefix('#')?;
        digits.trim().parse().ok().map(IncidentId)
    }
}
