//! All cases there ever were, to be searched, and the story of each.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Shared;
use super::body::{Asked, problem};
use super::caller::{Called, refused};
use super::rows;
use super::shapes::{PlaceTold, Problem};
use crate::domain::rights::{Area, Right};
use crate::domain::{Actor, Fact, Fate, FoundCase, Grade, IncidentId, LonLat, Moment, Outcome, Refusal, Search, Seq};

/// What is looked for; all that is given has to fit.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Words of report, address or name of the kind, in Chinese from two characters on, or pinyin initials of address
    /// or kind; with blanks between several.
    q: Option<String>,
    /// Words or pinyin initials of the address alone.
    address: Option<String>,
    /// A case number of 19 digits, or what it begins with.
    number: Option<String>,
    /// Code of a kind, or what codes begin with.
    kind: Option<String>,
    /// `I`, `II`, `III` or `IV`.
    grade: Option<String>,
    /// WGS 84 degrees east of a place that cases are near to; with `lat` and `metres`.
    lon: Option<f64>,
    /// WGS 84 degrees north of that place.
    lat: Option<f64>,
    /// How far they may be from it, 1 to 20000.
    metres: Option<f64>,
    /// Known to the hall then or later: milliseconds since 1970, or a time such as `2026-11-22T08:00:00+08:00`.
    from: Option<String>,
    /// Known to the hall before then.
    until: Option<String>,
    /// `open`, `closed`, `finished`, `rejected`, `not_filed`, `voided` or `merged`.
    outcome: Option<String>,
    /// Code of the department that led, or answers for the kind.
    department: Option<String>,
    /// `next` of the page before.
    before: Option<u64>,
    /// At most so many, up to 100; 50 without it.
    limit: Option<u16>,
}

impl Filter {
    fn search(self) -> Result<Search, Refusal> {
        let wrong =
            |field: &str, reason: &str| Refusal::Unusable { field: field.to_owned(), reason: reason.to_owned() };
        let word = |text: Option<String>| text.map(|text| text.trim().to_owned()).unwrap_or_default();
        let given =
            |text: &Option<String>| text.as_deref().map(str::trim).as_ref().is_some_and(|text| !text.is_empty());
        let grade = self.grade.filter(|word| !word.trim().is_empty());
        let grade = grade.map(|word| rows::grade_word(&word).ok_or_else(|| wrong("grade", "is I, II, III or IV")));
        let fate = given(&self.outcome).then(|| word(self.outcome));
        let fate = fate.map(|word| {
            let words = "is open, closed, finished, rejected, not_filed, voided or merged";
            Fate::of_word(&word).ok_or_else(|| wrong("outcome", words))
        });
        let moment = |field: &str, text: Option<String>| -> Result<Option<Moment>, Refusal> {
            let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
            let form = "is milliseconds since 1970, or a time such as 2026-11-22T08:00:00+08:00";
            rows::moment_of(&text).map(Some).ok_or_else(|| wrong(field, form))
        };
        let near = match (self.lon, self.lat, self.metres) {
            (None, None, None) => None,
            (Some(lon), Some(lat), Some(metres)) => Some((LonLat { lon, lat }, metres)),
            _ => return Err(wrong("near", "needs lon, lat and metres together")),
        };
        Ok(Search {
            text: word(self.q),
            address: word(self.address),
            number: word(self.number),
            kind: word(self.kind),
            grade: grade.transpose()?,
            near,
            from: moment("from", self.from)?,
            until: moment("until", self.until)?,
            fate: fate.transpose()?,
            department: word(self.department),
            before: self.before.map(IncidentId),
            limit: self.limit.unwrap_or(50),
        })
    }
}

/// A case as the archive has it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ArchivedRow {
    /// Its number in this hall.
    id: u64,
    /// Its case number of 19 digits; null after 99,999 cases of a day.
    number: Option<String>,
    source: String,
    source_id: String,
    /// Code of the kind.
    kind: String,
    /// `I` to `IV`.
    grade: String,
    /// As `/api/incidents` has it.
    stage: String,
    place: PlaceTold,
    /// What was said of it; lists have the beginning of a long one.
    text: String,
    /// Milliseconds since 1970, as all times here.
    happened_at: i64,
    /// When the hall came to know of it.
    known_at: i64,
    /// When it was over; null while it is open.
    over_at: Option<i64>,
    /// `finished`, `rejected`, `not_filed`, `voided` or `merged`; null while it is open.
    outcome: Option<String>,
    /// The incident that it was merged into.
    merged_into: Option<u64>,
    /// Code of the department that led, where one was told to.
    department: Option<String>,
    /// Its area from the city down, where one is known.
    area: Option<String>,
    /// What was answered of its form, by field.
    form: BTreeMap<String, String>,
}

impl From<FoundCase> for ArchivedRow {
    fn from(case: FoundCase) -> Self {
        Self {
            id: case.id.0,
            number: case.number.map(|number| number.to_string()),
            source: case.source,
            source_id: case.source_id,
            kind: case.kind,
            grade: grade_told(case.grade).to_owned(),
            stage: case.stage.word().to_owned(),
            place: PlaceTold {
                lon: case.place.at.map(|at| at.lon),
                lat: case.place.at.map(|at| at.lat),
                address: case.place.address,
            },
            text: case.text,
            happened_at: case.happened_at.0,
            known_at: case.known_at.0,
            over_at: case.over_at.map(|at| at.0),
            outcome: case.outcome.map(|outcome| outcome.word().to_owned()),
            merged_into: case.outcome.and_then(|outcome| match outcome {
                Outcome::Merged(into) => Some(into.0),
                _ => None,
            }),
            department: case.department,
            area: case.area.as_ref().map(Area::path).map(str::to_owned),
            form: (&case.answers).into(),
        }
    }
}

fn grade_told(grade: Grade) -> &'static str {
    match grade {
        Grade::I => "I",
        Grade::II => "II",
        Grade::III => "III",
        Grade::IV => "IV",
    }
}

/// A page of cases.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ArchiveAnswer {
    /// Reported last first.
    cases: Vec<ArchivedRow>,
    /// Pass as `before` for the next page; null on the last.
    next: Option<u64>,
    /// How many there are from this page on, at most 1000.
    count: u32,
    /// There are more than were counted.
    more: bool,
    /// Facts that the archive has not taken in yet, while it is made anew; else 0.
    behind: u64,
}

/// Search all cases there ever were, open and closed.
#[utoipa::path(
    get,
    path = "/api/archive",
    params(Filter),
    responses(
        (status = 200, description = "A page", body = ArchiveAnswer),
        (status = 400, description = "A filter that cannot be read, with its name", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 503, description = "The archive cannot be read for now", body = Problem),
    )
)]
pub(super) async fn search(State(shared): State<Shared>, called: Called, Asked(filter): Asked<Filter>) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "archive").await {
        return refused;
    }
    let found = match filter.search() {
        Ok(search) => shared.hub.find(search).await,
        Err(refusal) => Err(refusal),
    };
    match found {
        Ok(found) => Json(ArchiveAnswer {
            cases: found.cases.into_iter().map(ArchivedRow::from).collect(),
            next: found.next.map(|id| id.0),
            count: found.count,
            more: found.more,
            behind: found.behind,
        })
        .into_response(),
        Err(refusal @ Refusal::Unusable { .. }) => problem(StatusCode::BAD_REQUEST, refusal.to_string()),
        Err(refusal) => refused(&refusal),
    }
}

/// One thing that became known of a case.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct FactRow {
    /// Its position in the log.
    seq: u64,
    /// When it happened in the city, milliseconds since 1970.
    happened_at: i64,
    /// When the hall came to know of it.
    known_at: i64,
    /// `person` or `source`.
    by: String,
    /// The name of that person or source.
    name: String,
    /// What it is: `IncidentReported`, `IncidentClosed` and so on, with all that it says.
    what: Value,
}

impl FactRow {
    fn of(fact: &Fact) -> Self {
        let (by, name) = match &fact.by {
            Actor::Person(name) => ("person", name),
            Actor::Source(name) => ("source", name),
        };
        Self {
            seq: fact.seq.0,
            happened_at: fact.happened_at.0,
            known_at: fact.known_at.0,
            by: by.to_owned(),
            name: name.clone(),
            // Facts of cases are plain data, which JSON can always hold.
            what: serde_json::to_value(&fact.what).unwrap_or_default(),
        }
    }
}

/// The story of a case.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct StoryAnswer {
    /// The case as it is now.
    case: ArchivedRow,
    /// All that became known of it, newest first; where two cases are joined it stands in the story of both.
    facts: Vec<FactRow>,
    /// There are older ones: at a time the newest 1000 are told, those before the oldest of them with `before`.
    more: bool,
}

/// Which facts of a case.
#[derive(Debug, Deserialize)]
pub(super) struct Before {
    /// Only those before this position in the log.
    before: Option<u64>,
}

/// Every fact of a case, however long ago it was closed.
#[utoipa::path(
    get,
    path = "/api/incidents/{id}/facts",
    params(
        ("id" = u64, Path, description = "Number of the incident"),
        ("before" = Option<u64>, Query, description = "Only facts before this position in the log"),
    ),
    responses(
        (status = 200, description = "The story", body = StoryAnswer),
        (status = 400, description = "A position that is none", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 404, description = "There never was such an incident", body = Problem),
        (status = 503, description = "The archive cannot be read for now", body = Problem),
    )
)]
pub(super) async fn story(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    called: Called,
    Asked(which): Asked<Before>,
) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "facts of an incident").await {
        return refused;
    }
    let id = IncidentId(id);
    match shared.hub.story(id, which.before.map(Seq)).await {
        Ok(Some(story)) => Json(StoryAnswer {
            case: story.case.into(),
            facts: story.facts.iter().map(FactRow::of).collect(),
            more: story.more,
        })
        .into_response(),
        Ok(None) => problem(StatusCode::NOT_FOUND, Refusal::UnknownIncident(id).to_string()),
        Err(refusal) => refused(&refusal),
    }
}
