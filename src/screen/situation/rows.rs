//! Rows of open incidents, put into words when they are drawn and no sooner. Pure.

use rust_i18n::t;

use super::ledger::Ledger;
use super::ranked::{Lists, Sorting};
use crate::domain::{
    Bulletin, Countdown, Dossier, Grade, Hall, Incident, IncidentId, LonLat, Moment, Owed, Stage, Task,
};
use crate::screen::look::words;
use crate::screen::workspace::Talk;

/// Where the words for kinds and places come from.
pub trait Names {
    /// Name of a kind of incident by its code.
    fn kind(&self, code: &str) -> String;
    /// The street nearest to a place, where one is near.
    fn street(&self, at: LonLat) -> Option<String>;
}

/// One open incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which.
    pub id: IncidentId,
    /// How grave.
    pub grade: Grade,
    /// Name of its kind.
    pub kind: String,
    /// Where, in words; `None` where nothing is known.
    pub place: Option<String>,
    /// Where on the map.
    pub at: Option<LonLat>,
    /// How far it is.
    pub stage: Stage,
    /// What was said of it.
    pub text: String,
    /// When it happened.
    pub happened_at: Moment,
    /// What of it is due next; `None` where it has no limit.
    pub countdown: Option<Countdown>,
    /// What was done about it that whoever reads the list has to know.
    pub tags: Vec<Tag>,
}

/// A word on an incident in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// 督办.
    Supervised,
    /// 催办, so often.
    Urged(u32),
    /// It came back: 回退, 返工 or 重开.
    WentBack,
    /// So many voices beside its own.
    Voices(usize),
    /// So many orders that nobody has read.
    Unread(usize),
    /// So many notes that were not read at this desk.
    Talk(u32),
    /// More time is asked for (延期).
    Extension,
    /// A report to those above is owed by then.
    Owes(Bulletin, Moment),
}

impl Tag {
    /// It in words at a moment.
    #[must_use]
    pub fn words(self, now: Moment) -> String {
        match self {
            Self::Supervised => t!("tag.supervised"),
            Self::Urged(count) => t!("tag.urged", count = count),
            Self::WentBack => t!("tag.went_back"),
            Self::Voices(count) => t!("tag.voices", count = count),
            Self::Unread(count) => t!("tag.unread", count = count),
            Self::Talk(count) => t!("tag.talk", count = count),
            Self::Extension => t!("tag.extension"),
            Self::Owes(which, due) => {
                let which = t!(format!("bulletin.{}", which.word()));
                t!("tag.owes", which = which, left = words::until(due, now))
            }
        }
        .into_owned()
    }
}

fn tags(dossier: &Dossier, tasks: &[Task]) -> Vec<Tag> {
    let unread = tasks.iter().filter(|task| task.unread_since().is_some()).count();
    let voices = dossier.voices.len();
    let back = dossier.returns + dossier.reworks + dossier.reopenings > 0;
    [
        dossier.supervised.is_some().then_some(Tag::Supervised),
        (dossier.urges > 0).then_some(Tag::Urged(dossier.urges)),
        back.then_some(Tag::WentBack),
        (voices > 0).then_some(Tag::Voices(voices)),
        (unread > 0).then_some(Tag::Unread(unread)),
        dossier.awaits_extension().then_some(Tag::Extension),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Row {
    /// The row of an incident.
    #[must_use]
    pub fn new(hall: &Hall, incident: &Incident, countdown: Option<Countdown>, names: &dyn Names) -> Self {
        Self {
            id: incident.id,
            grade: incident.grade,
            kind: names.kind(&incident.kind),
            place: place(incident, names),
            at: incident.place.at,
            stage: incident.stage,
            text: incident.text.clone(),
            happened_at: incident.happened_at,
            countdown,
            tags: tags(hall.dossier(incident.id), hall.tasks(incident.id)),
        }
    }

    /// The same, with the report to those above that is owed for it.
    #[must_use]
    pub fn owing(mut self, owed: Option<Owed>) -> Self {
        self.tags.extend(owed.map(|owed| Tag::Owes(owed.which, owed.due)));
        self
    }

    /// The same, with the notes that were not read at this desk.
    #[must_use]
    pub fn saying(mut self, unread: u32) -> Self {
        if unread > 0 {
            self.tags.insert(0, Tag::Talk(unread));
        }
        self
    }

    /// Seconds since it happened.
    #[must_use]
    pub fn age_secs(&self, now: Moment) -> i64 {
        now.secs_since(self.happened_at)
    }

    /// A grave incident that nobody has taken on yet: the one thing to do first.
    #[must_use]
    pub fn waits_for_someone(&self) -> bool {
        self.stage == Stage::Reported && self.grade <= Grade::II
    }
}

/// The place of an incident in words: its address, else the nearest street, else its coordinates.
#[must_use]
pub fn place(incident: &Incident, names: &dyn Names) -> Option<String> {
    let address = incident.place.address.trim();
    if !address.is_empty() {
        return Some(address.to_owned());
    }
    let at = incident.place.at?;
    Some(names.street(at).unwrap_or_else(|| words::lonlat(at)))
}

/// A list of rows of which only some are looked at.
pub trait Rows {
    /// How many.
    fn count(&self) -> usize;
    /// Which stands at a place.
    fn id(&self, at: usize) -> Option<IncidentId>;
    /// The row at a place.
    fn row(&self, at: usize) -> Option<Row>;
    /// The place of one.
    fn position(&self, id: IncidentId) -> Option<usize>;
}

/// Open incidents without the hidden grades, as they are sorted.
#[derive(Clone, Copy)]
pub struct OpenRows<'a> {
    /// Where their words are.
    pub hall: &'a Hall,
    /// Where they stand.
    pub ledger: &'a Ledger,
    /// Which are listed: the ledger's, or of these what a search found.
    pub lists: &'a Lists,
    /// Grades that are left out, Ⅰ first.
    pub hidden: [bool; 4],
    /// What the lists are sorted by.
    pub sorting: Sorting,
    /// What puts them into words.
    pub names: &'a dyn Names,
    /// What was read of their conversations, where somebody sits.
    pub talk: Option<&'a Talk>,
}

impl OpenRows<'_> {
    /// How many of each grade, Ⅰ first.
    #[must_use]
    pub fn by_grade(&self) -> [usize; 4] {
        let mut counts = self.lists.counts();
        counts.iter_mut().zip(self.hidden).filter(|(_, hidden)| *hidden).for_each(|(count, _)| *count = 0);
        counts
    }
}

impl Rows for OpenRows<'_> {
    fn count(&self) -> usize {
        self.lists.len(self.hidden)
    }

    fn id(&self, at: usize) -> Option<IncidentId> {
        self.lists.get(self.hidden, at)
    }

    fn row(&self, at: usize) -> Option<Row> {
        let id = self.id(at)?;
        let incident = self.hall.incident(id)?;
        let owed = self.ledger.limits().owed(self.hall, incident);
        let unread = self.talk.map_or(0, |talk| talk.unread(self.hall, id));
        Some(Row::new(self.hall, incident, self.ledger.countdown(id), self.names).owing(owed).saying(unread))
    }

    fn position(&self, id: IncidentId) -> Option<usize> {
        let (grade, key) = self.ledger.key(id, self.sorting)?;
        self.lists.position(self.hidden, grade, &key)
    }
}
