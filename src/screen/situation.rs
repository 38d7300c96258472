//! The situation that both shells show, read from [`Shown`](super::shown::Shown). Pure: no engine, no clock.

use crate::domain::{Grade, Hall, Incident, IncidentId, LonLat, Mode, Moment, Stage};
use crate::link::LinkState;

use super::look::words;

/// Where the words for kinds and places come from.
pub trait Names {
    /// Name of a kind of incident by its code.
    fn kind(&self, code: &str) -> String;
    /// The street nearest to a place, where one is near.
    fn street(&self, at: LonLat) -> Option<String>;
}

/// What both shells show.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Situation {
    /// Name of the city.
    pub city: String,
    /// The moment shown.
    pub now: Moment,
    /// Offset of city time from UTC.
    pub utc_offset_secs: i32,
    /// Mode of the hall.
    pub mode: Mode,
    /// State of the link.
    pub link: LinkState,
    /// City seconds a second in a demo hall; `None` in a real one. Set by the desk, which has the menu.
    pub demo: Option<u16>,
    /// Open incidents by grade, Ⅰ first.
    pub open_by_grade: [usize; 4],
    /// Happened today.
    pub reported_today: usize,
    /// Over today.
    pub closed_today: usize,
    /// Mean seconds from happening to the end of those over today.
    pub mean_handling_secs: Option<i64>,
    /// Open incidents: worst first, within a grade the one that has waited longest.
    pub open: Vec<Row>,
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
}

impl Row {
    /// Seconds since it happened.
    #[must_use]
    pub fn age_secs(&self, now: Moment) -> i64 {
        now.secs_since(self.happened_at)
    }
}

impl Situation {
    /// Read the situation from the fold.
    #[must_use]
    pub fn read(
        hall: &Hall,
        link: LinkState,
        now: Moment,
        utc_offset_secs: i32,
        city: &str,
        names: &impl Names,
    ) -> Self {
        let mut open: Vec<Row> = hall.incidents().filter(|i| i.stage != Stage::Closed).map(|i| row(i, names)).collect();
        open.sort_by_key(|row| (row.grade, row.happened_at, row.id));
        let figures = hall.figures(words::day_start(now, utc_offset_secs));
        Self {
            city: city.to_owned(),
            now,
            utc_offset_secs,
            mode: hall.mode(),
            link,
            demo: None,
            open_by_grade: hall.open_by_grade(),
            reported_today: figures.reported,
            closed_today: figures.closed,
            mean_handling_secs: figures.mean_handling_secs,
            open,
        }
    }

    /// Open incidents of all grades.
    #[must_use]
    pub fn open_count(&self) -> usize {
        self.open_by_grade.iter().sum()
    }

    /// Open incidents of a grade.
    #[must_use]
    pub fn open_of(&self, grade: Grade) -> usize {
        self.open_by_grade.get(grade.index()).copied().unwrap_or_default()
    }
}

fn row(incident: &Incident, names: &impl Names) -> Row {
    Row {
        id: incident.id,
        grade: incident.grade,
        kind: names.kind(&incident.kind),
        place: place(incident, names),
        at: incident.place.at,
        stage: incident.stage,
        text: incident.text.clone(),
        happened_at: incident.happened_at,
    }
}

/// The place of an incident in words: its address, else the nearest street, else its coordinates.
#[must_use]
pub fn place(incident: &Incident, names: &impl Names) -> Option<String> {
    let address = incident.place.address.trim();
    if !address.is_empty() {
        return Some(address.to_owned());
    }
    let at = incident.place.at?;
    Some(names.street(at).unwrap_or_else(|| words::lonlat(at)))
}
