//! The situation that both shells show, read from [`Shown`](super::shown::Shown). Pure: no engine, no clock.

use crate::domain::{Grade, Hall, Incident, IncidentId, LonLat, Mode, Moment, Rhythm, Stage, Weather};
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
    /// The weather; `None` while nobody told it.
    pub weather: Option<Weather>,
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
    /// Incidents by the hour in which they happened, today and yesterday.
    pub hours: Hours,
    /// Open incidents: worst first, within a grade the one that has waited longest.
    pub open: Vec<Row>,
}

/// Incidents by the hour of the city's clock in which they happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hours {
    /// Today; hours to come are 0.
    pub today: [u32; 24],
    /// Yesterday, the whole day.
    pub yesterday: [u32; 24],
    /// The hour that is running, 0 to 23.
    pub now: usize,
    /// Happened yesterday up to this time of day.
    pub yesterday_by_now: u32,
}

impl Hours {
    fn read(rhythm: &Rhythm, now: Moment, utc_offset_secs: i32) -> Self {
        const HOUR: i64 = 3600 * 1000;
        let start = words::day_start(now, utc_offset_secs);
        let before = start.plus_millis(-24 * HOUR);
        let of = |day: Moment| {
            let mut hour = day;
            [(); 24].map(|()| {
                let from = hour;
                hour = hour.plus_millis(HOUR);
                rhythm.between(from, hour)
            })
        };
        let running = (now.0 - start.0).div_euclid(HOUR).clamp(0, 23);
        Self {
            today: of(start),
            yesterday: of(before),
            now: usize::try_from(running).unwrap_or_default(),
            yesterday_by_now: rhythm.between(before, before.plus_millis(now.0 - start.0)),
        }
    }

    /// The greatest count of an hour, at least 1.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.today.into_iter().chain(self.yesterday).max().unwrap_or(0).max(1)
    }

    /// By how many per cent `today` is above (or below) yesterday at this time of day; `None` where yesterday had too
    /// few to compare with.
    #[must_use]
    pub fn change(&self, today: usize) -> Option<i64> {
        const FEWEST: u32 = 5;
        let before = i64::from(self.yesterday_by_now);
        let today = i64::try_from(today).ok()?;
        (self.yesterday_by_now >= FEWEST).then(|| (today - before) * 100 / before)
    }
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

    /// A grave incident that nobody has taken on yet: the one thing to do first.
    #[must_use]
    pub fn waits_for_someone(&self) -> bool {
        self.stage == Stage::Reported && self.grade <= Grade::II
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
            weather: hall.weather(),
            link,
            demo: None,
            open_by_grade: hall.open_by_grade(),
            reported_today: figures.reported,
            closed_today: figures.closed,
            mean_handling_secs: figures.mean_handling_secs,
            hours: Hours::read(hall.rhythm(), now, utc_offset_secs),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Actor, Order, Place, Progress, Report};

    struct NoNames;

    impl Names for NoNames {
        fn kind(&self, code: &str) -> String {
            code.to_owned()
        }

        fn street(&self, _: LonLat) -> Option<String> {
            None
        }
    }

    #[test]
    fn hours_of_today_and_yesterday_are_those_of_the_citys_clock() {
        // 2026-11-21 06:30 in a city eight hours ahead.
        let now = Moment(1_795_213_800_000);
        let mut hall = Hall::default();
        let by = Actor::Source("test".to_owned());
        // Minutes ago: this hour, at one in the night, yesterday at six and at twenty-two.
        for (n, minutes) in [10, 5 * 60 + 30, 24 * 60 + 5, 8 * 60 + 30, 8 * 60 + 29].into_iter().enumerate() {
            let report = Report {
                source: "test".to_owned(),
                source_id: n.to_string(),
                kind: "10101".to_owned(),
                grade: Grade::IV,
                place: Place { at: None, address: String::new() },
                text: String::new(),
                happened_at: now.plus_millis(-minutes * 60_000),
                progress: Progress::Open,
            };
            for fact in hall.decide(Order::TakeReport(report), &by, now).unwrap() {
                assert!(hall.apply(&fact));
            }
        }
        let hours = Situation::read(&hall, LinkState::Live, now, 8 * 3600, "", &NoNames).hours;
        let found =
            |day: [u32; 24]| -> Vec<(usize, u32)> { day.into_iter().enumerate().filter(|(_, n)| *n > 0).collect() };
        assert_eq!(hours.now, 6);
        assert_eq!(found(hours.today), [(1, 1), (6, 1)]);
        assert_eq!(found(hours.yesterday), [(6, 1), (22, 2)]);
        assert_eq!(hours.yesterday_by_now, 1);
        assert_eq!(hours.most(), 2);
        assert_eq!(hours.change(2), None, "one is too few to compare with");
        assert_eq!(Hours { yesterday_by_now: 20, ..hours }.change(25), Some(25));
        assert_eq!(Hours { yesterday_by_now: 20, ..hours }.change(15), Some(-25));
    }
}
