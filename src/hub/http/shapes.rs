//! The shapes of the API's answers, as the `OpenAPI` description shows them; [`super::given`] has what is sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::{IntoResponses, ToSchema};

use super::bulletins::OwedRow;
use super::moves::CheckerRow;
use super::tasks::TaskRow;
use crate::domain::{Countdown, Extension, Grade, Hall, Incident, Lamp, Moment, Outcome, Recheck, Weather};
use crate::hub::Inner;

/// Where something is: coordinates, words, or both.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct PlaceTold {
    /// WGS 84 degrees east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lon: Option<f64>,
    /// WGS 84 degrees north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lat: Option<f64>,
    /// Address or description.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub(super) address: String,
}

/// A row that went in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct AcceptedRow {
    /// Its number in the request, from 1.
    pub(super) row: usize,
    /// As in the report.
    pub(super) source_id: String,
    /// The incident in this hall.
    pub(super) incident: Option<u64>,
    /// False where it told nothing new.
    pub(super) changed: bool,
}

/// A row that did not go in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct RefusedRow {
    /// Its number in the request, from 1.
    pub(super) row: usize,
    /// The field at fault; empty where it is the row as a whole.
    pub(super) field: String,
    /// What is wrong.
    pub(super) reason: String,
}

/// What became of each row.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
pub(super) struct ReportsAnswer {
    /// Rows that are in the log, on disk.
    pub(super) accepted: Vec<AcceptedRow>,
    /// Rows that are not.
    pub(super) refused: Vec<RefusedRow>,
}

/// What became of the positions.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct PositionsAnswer {
    /// How many were used; older ones than known are not.
    pub(super) accepted: usize,
    /// Rows that were not readable.
    pub(super) refused: Vec<RefusedRow>,
}

/// Why a request failed as a whole.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Problem {
    /// In words.
    pub(super) error: String,
}

/// Why an order was not carried out.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes answers, which `body::problem` makes")]
pub(super) enum OrderRefused {
    /// Not JSON of that form
    #[response(status = 400)]
    Unreadable(Problem),
    /// Not signed in
    #[response(status = 401)]
    Nobody(Problem),
    /// The right is missing, which the answer names
    #[response(status = 403)]
    Forbidden(Problem),
    /// Not said to be JSON
    #[response(status = 415)]
    NotJson(Problem),
    /// Refused, with the reason
    #[response(status = 422)]
    Refused(Problem),
    /// The hub cannot write its log or is going down
    #[response(status = 503)]
    Down(Problem),
}

/// Why nothing is told.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes answers, which `body::problem` makes")]
pub(super) enum LookRefused {
    /// Not signed in
    #[response(status = 401)]
    Nobody(Problem),
    /// The right is missing, which the answer names
    #[response(status = 403)]
    Forbidden(Problem),
    /// The hub is going down
    #[response(status = 503)]
    Down(Problem),
}

/// One incident.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct IncidentRow {
    /// Its number in this hall.
    pub(super) id: u64,
    /// Its case number of 19 digits: city, day, serial of that day; null after 99,999 cases of a day.
    pub(super) number: Option<String>,
    pub(super) source: String,
    pub(super) source_id: String,
    /// Code of the kind.
    pub(super) kind: String,
    /// `I` to `IV`.
    pub(super) grade: String,
    /// `reported`, `accepted`, `filed`, `dispatched`, `handling`, `done`, `checked` or `closed`.
    pub(super) stage: String,
    pub(super) place: PlaceTold,
    pub(super) text: String,
    /// Milliseconds since 1970.
    pub(super) happened_at: i64,
    /// Milliseconds since 1970.
    pub(super) known_at: i64,
    /// Milliseconds since 1970.
    pub(super) changed_at: i64,
    /// When it was over, milliseconds since 1970; null while it is open.
    pub(super) over_at: Option<i64>,
    /// Why it was closed, in words, which may be none; null while it is open.
    pub(super) over_reason: Option<String>,
    /// In what way it is over: `finished`, `rejected`, `not_filed`, `voided` or `merged`.
    pub(super) outcome: Option<String>,
    /// The incident that it was merged into.
    pub(super) merged_into: Option<u64>,
    /// Incidents that were merged into it.
    pub(super) voices: Vec<u64>,
    /// It is watched from above (督办).
    pub(super) supervised: bool,
    /// How often it was urged (催办).
    pub(super) urges: u32,
    /// When the first of its time limits is used up, milliseconds since 1970; null where none runs.
    pub(super) due_at: Option<i64>,
    /// What that limit is for: `dispatch`, `handle`, `recheck` or `whole`; null where none runs.
    pub(super) due_for: Option<String>,
    /// `green` (in time), `yellow` (nearly used up), `red` (over) or `paused` (on hold); null where it has no limit or
    /// is closed.
    pub(super) lamp: Option<String>,
    /// Why it is on hold, in words; null where it is not.
    pub(super) on_hold_reason: Option<String>,
    /// More time that was asked for last; null where none was, or where nobody answered while its phase ran.
    pub(super) extension: Option<ExtensionRow>,
    /// The re-check that was asked for last; null where none ever was.
    pub(super) recheck: Option<RecheckRow>,
    /// The report to those above that is owed; null where none is.
    pub(super) bulletin: Option<OwedRow>,
    /// Who was sent, first given first.
    pub(super) tasks: Vec<TaskRow>,
    /// What was answered of its form, by field.
    pub(super) form: BTreeMap<String, String>,
}

/// More time that was asked for (延期).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ExtensionRow {
    /// Of which limit: `dispatch`, `handle`, `recheck` or `whole`.
    phase: String,
    /// How much more, on the clock of that limit.
    minutes: i64,
    /// Why.
    reason: String,
    /// When it was asked for, milliseconds since 1970.
    asked_at: i64,
    /// Whether it was granted; null while nobody answered.
    granted: Option<bool>,
    /// When it was answered, milliseconds since 1970; null while nobody did.
    answered_at: Option<i64>,
    /// What was said with the answer; null while nobody answered.
    answer: Option<String>,
}

impl ExtensionRow {
    fn of(asked: &Extension) -> Self {
        let said = asked.answer.as_ref().map(|(_, said)| said);
        Self {
            phase: asked.phase.word().to_owned(),
            minutes: asked.millis / 60_000,
            reason: asked.asked.words.clone(),
            asked_at: asked.asked.at.0,
            granted: asked.answer.as_ref().map(|(granted, _)| *granted),
            answered_at: said.map(|said| said.at.0),
            answer: said.map(|said| said.words.clone()),
        }
    }
}

/// A re-check that was asked for (核查).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct RecheckRow {
    /// Who was asked.
    of: CheckerRow,
    /// When, milliseconds since 1970.
    asked_at: i64,
    /// What was said to them.
    words: String,
    /// What they found: `pass`, `fail` or `unclear`; null while nobody answered.
    finding: Option<String>,
    /// When it was answered, milliseconds since 1970; null while nobody did.
    answered_at: Option<i64>,
    /// What was said with the answer; null while nobody answered.
    answer: Option<String>,
}

impl RecheckRow {
    fn of(recheck: &Recheck) -> Self {
        let answer = recheck.answer.as_ref();
        Self {
            of: (&recheck.of).into(),
            asked_at: recheck.asked.at.0,
            words: recheck.asked.words.clone(),
            finding: answer.map(|(finding, _)| finding.word().to_owned()),
            answered_at: answer.map(|(_, said)| said.at.0),
            answer: answer.map(|(_, said)| said.words.clone()),
        }
    }
}

/// A page of incidents.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct IncidentsAnswer {
    /// The fact up to which this holds.
    pub(super) seq: u64,
    /// By number.
    pub(super) incidents: Vec<IncidentRow>,
    /// Pass as `after` for the next page; null on the last.
    pub(super) next: Option<u64>,
}

/// The weather over the whole city.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct WeatherAnswer {
    /// The fact up to which this holds.
    pub(super) seq: u64,
    /// `clear`, `cloudy`, `overcast`, `fog`, `rain` or `snow`.
    pub(super) sky: String,
    /// How much of fog, rain or snow: 0 none, 1 light, 2 moderate, 3 heavy.
    pub(super) intensity: u8,
    /// Degrees Celsius.
    pub(super) temperature_c: f64,
    /// Metres a second.
    pub(super) wind_mps: u8,
    /// Rain, or snow as water: millimetres an hour.
    pub(super) rain_mm_h: f64,
}

impl WeatherAnswer {
    /// How `hall` holds `weather`.
    pub(super) fn new(hall: &Hall, weather: Weather) -> Self {
        Self {
            seq: hall.upto().0,
            sky: weather.sky.word().to_owned(),
            intensity: weather.intensity,
            temperature_c: f64::from(weather.temperature_dc) / 10.0,
            wind_mps: weather.wind_mps,
            rain_mm_h: f64::from(weather.rain_mm_h) / 10.0,
        }
    }
}

/// How the hub is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct HealthAnswer {
    /// `ok`, or `down` where the clerk does not answer.
    pub(super) status: String,
    /// The hub's release.
    pub(super) version: String,
    /// Which log it keeps.
    pub(super) epoch: String,
    /// The newest fact.
    pub(super) seq: u64,
    /// Screens connected.
    pub(super) sessions: usize,
    /// False while it cannot write its log: it takes nothing then.
    pub(super) writes: bool,
    /// Seconds since it started.
    pub(super) uptime_secs: u64,
    /// Open incidents, Ⅰ first.
    pub(super) open_by_grade: [usize; 4],
    /// Most bytes of facts held for any one screen now.
    pub(super) held_bytes_max: usize,
    /// Pieces of what was measured that cannot be read any more, which are kept as they were found: look at the disk.
    pub(super) readings_aside: u64,
}

impl IncidentRow {
    /// How `hall` holds `incident`, and how it stands with its time limits at `now`.
    pub(super) fn new(hall: &Hall, incident: &Incident, hub: &Inner, now: Moment) -> Self {
        let course = hall.course(incident.id);
        let (closing, dossier) = (hall.closing(incident.id), hall.dossier(incident.id));
        let offset = (hub.utc_offset_secs)(incident.known_at);
        let next = course.and_then(|course| hub.in_force.get().limits().countdown(&incident.kind, course, offset));
        let due_for = next.and_then(|next| match next {
            Countdown::Running { phase, .. } => Some(phase.word().to_owned()),
            Countdown::Paused => None,
        });
        let lamp = next.map(|next| next.lamp(now).map_or("paused", Lamp::word).to_owned());
        Self {
            id: incident.id.0,
            number: hall.case_number(incident.id).map(|number| number.to_string()),
            source: incident.source.clone(),
            source_id: incident.source_id.clone(),
            kind: incident.kind.clone(),
            grade: match incident.grade {
                Grade::I => "I",
                Grade::II => "II",
                Grade::III => "III",
                Grade::IV => "IV",
            }
            .to_owned(),
            stage: incident.stage.word().to_owned(),
            place: PlaceTold {
                lon: incident.place.at.map(|at| at.lon),
                lat: incident.place.at.map(|at| at.lat),
                address: incident.place.address.clone(),
            },
            text: incident.text.clone(),
            happened_at: incident.happened_at.0,
            known_at: incident.known_at.0,
            changed_at: incident.changed_at.0,
            over_at: hall.over_at(incident.id).map(|at| at.0),
            over_reason: closing.map(|closing| closing.reason.clone()),
            outcome: closing.map(|closing| closing.outcome.word().to_owned()),
            merged_into: closing.and_then(|closing| match closing.outcome {
                Outcome::Merged(into) => Some(into.0),
                _ => None,
            }),
            voices: dossier.voices.iter().map(|voice| voice.0).collect(),
            supervised: dossier.supervised.is_some(),
            urges: dossier.urges,
            due_at: next.and_then(|next| next.due()).map(|at| at.0),
            due_for,
            lamp,
            on_hold_reason: course.and_then(|course| course.on_hold()).map(|hold| hold.reason.clone()),
            extension: dossier.extension.as_ref().map(ExtensionRow::of),
            recheck: dossier.recheck.as_ref().map(RecheckRow::of),
            bulletin: OwedRow::of(hall, incident, hub, now),
            tasks: hall.tasks(incident.id).iter().map(TaskRow::from).collect(),
            form: (&dossier.answers).into(),
        }
    }
}
