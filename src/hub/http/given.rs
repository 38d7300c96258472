//! What may be sent to the API, as its `OpenAPI` description shows it. Nothing here is ever made: rows are read one by
//! one by [`super::rows`], so that each fault has its row.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::lenient::{AnswerGiven, GradeGiven, MomentGiven, NumberOrText, PlaceGiven, TextOrNumber};

/// Where something is: coordinates, words, or both.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes rows, which are read leniently in `rows`")]
pub(super) struct PlaceRow {
    /// WGS 84 degrees east.
    lon: Option<NumberOrText>,
    /// WGS 84 degrees north.
    lat: Option<NumberOrText>,
    /// Address or description.
    address: Option<TextOrNumber>,
}

/// One report. The pair of `source` and `source_id` makes it idempotent: the same again changes nothing, another place
/// or text changes that incident, and `closed` ends it. Kind, grade and time stay as they were told first.
#[derive(Debug, ToSchema)]
#[expect(clippy::zero_sized_map_values, reason = "describes an object of the API, none is made")]
#[expect(dead_code, reason = "describes rows, which are read leniently in `rows`")]
pub(super) struct ReportRow {
    /// The system that tells it.
    source: TextOrNumber,
    /// The incident's identity there.
    source_id: TextOrNumber,
    /// Code of the kind in the catalogue.
    kind: TextOrNumber,
    /// Without it the default of the kind.
    grade: Option<GradeGiven>,
    /// Where; or `lon`, `lat` and `address` beside the other fields, which count where `place` does not have them.
    place: Option<PlaceGiven>,
    /// WGS 84 degrees east, as in `place`.
    lon: Option<NumberOrText>,
    /// WGS 84 degrees north, as in `place`.
    lat: Option<NumberOrText>,
    /// Address or description, as in `place`.
    address: Option<TextOrNumber>,
    /// In words.
    text: Option<TextOrNumber>,
    /// Without it the hub's time.
    happened_at: Option<MomentGiven>,
    /// `open` (default) or `closed`.
    progress: Option<Progress>,
    /// The area by its path from the city down, names with slashes between: only people of that area or above may move
    /// the incident. Without it the area of the account that reports. Counts with the first report.
    area: Option<String>,
    /// What it answers of the form of its kind: fields with text, whole number, true or false; null takes back what was
    /// said.
    form: Option<BTreeMap<String, AnswerGiven>>,
}

/// What a call has beside the fields of a report. Told again it changes nothing, and `progress` is `open`.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes rows, which are read leniently in `rows`")]
pub(super) struct CallPart {
    /// Who called.
    caller: Option<CallerRow>,
    /// `true`: it is accepted and filed at once, which needs the right to file; else it waits for an officer.
    file: Option<bool>,
    /// The number of the open incident that it is another voice of, which needs the right to accept.
    same_as: Option<NumberOrText>,
}

/// Who called.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes rows, which are read leniently in `rows`")]
pub(super) struct CallerRow {
    /// The name.
    name: Option<TextOrNumber>,
    /// Where to call back.
    phone: Option<TextOrNumber>,
    /// `true`: an answer was promised.
    answer: Option<bool>,
}

/// What a report says of its incident.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes rows, which are read leniently in `rows`")]
pub(super) enum Progress {
    Open,
    Closed,
}

/// Where a crew is.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes rows, which are read leniently in `rows`")]
pub(super) struct PositionRow {
    /// The crew's number, 0 to 4294967295.
    crew: NumberOrText,
    /// WGS 84 degrees east.
    lon: NumberOrText,
    /// WGS 84 degrees north.
    lat: NumberOrText,
    /// Without it the hub's time.
    when: Option<MomentGiven>,
    /// `patrol` (default), `police`, `traffic`, `fire`, `ambulance`, `sanitation`, `repair`,
    /// `chengguan` or `bus`.
    kind: Option<String>,
    /// `free` (default), `assigned`, `en_route`, `on_scene`, `returning` or `off_duty`.
    status: Option<String>,
    /// The number of the incident it was sent to, as `/api/incidents` has it; null where it has none.
    incident: Option<NumberOrText>,
}

/// What a sensor measured at a time. The same sensor and time again changes nothing.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes rows, which are read leniently in `feeds::readings`")]
pub(super) struct ReadingGiven {
    /// Its identity at its source. One that nobody described is kept as unclaimed.
    sensor: TextOrNumber,
    /// Without it the hub's time.
    at: Option<MomentGiven>,
    /// What it showed.
    value: Option<NumberOrText>,
    /// The unit of the value; without it the one in which the sensor sends.
    unit: Option<String>,
    /// What it measures, for a sensor that nobody described: a kind such as `water_level`.
    kind: Option<String>,
}

/// A sensor as it is described. Described again with another kind, or of a kind `other` with another unit, its history
/// begins anew.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes rows, which are read leniently in `rows`")]
pub(super) struct SensorGiven {
    /// Its identity at its source.
    id: TextOrNumber,
    /// `combustible_gas`, `water_level`, `rain`, `flow`, `crack_width`, `tilt`, `temperature`, `pm25`, `pm10`, `noise`,
    /// `traffic_speed`, `crowd_count`, `power_load`, `manhole_cover` or `other`.
    kind: String,
    /// What people call it.
    name: Option<TextOrNumber>,
    /// WGS 84 degrees east.
    lon: Option<NumberOrText>,
    /// WGS 84 degrees north.
    lat: Option<NumberOrText>,
    /// Metres above the ground; below it negative.
    height_m: Option<NumberOrText>,
    /// The area by its path from the city down, names with slashes between.
    area: Option<String>,
    /// The unit in which it sends; without it that of its kind, in which its readings are kept.
    unit: Option<TextOrNumber>,
    /// Without a reading for so many seconds it has no data; without it as usual for the kind.
    fresh_secs: Option<NumberOrText>,
    /// The least difference that it tells, to which readings are rounded; without it as usual for the kind.
    precision: Option<NumberOrText>,
    /// Who looks after it.
    owner: Option<TextOrNumber>,
    /// Behind what it hangs, by identity: a pump, a valve, a pipe, another sensor; a path with slashes, nearest first.
    upstream: Option<String>,
}

/// What is said of sensors that are known. Either `ids` or `prefix` is there; what else is left out stays as it is.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes a body, which is read leniently in `rows`")]
pub(super) struct ClaimGiven {
    /// The identities of those that are meant, at most 20,000.
    ids: Option<Vec<TextOrNumber>>,
    /// Instead: all that nobody claimed and whose identity begins so.
    prefix: Option<String>,
    /// Who says so, where nobody signs in.
    by: Option<String>,
    /// What they measure, a kind such as `water_level`.
    kind: Option<String>,
    /// What people call it; of one sensor alone.
    name: Option<TextOrNumber>,
    /// Who looks after them.
    owner: Option<TextOrNumber>,
    /// The unit in which they send; empty for that of the kind.
    unit: Option<TextOrNumber>,
    /// The area by its path from the city down; empty to let their places tell it.
    area: Option<String>,
    /// WGS 84 degrees east; of one sensor alone.
    lon: Option<NumberOrText>,
    /// WGS 84 degrees north.
    lat: Option<NumberOrText>,
    /// Metres above the ground; below it negative.
    height_m: Option<NumberOrText>,
    /// Without a reading for so many seconds they have no data.
    fresh_secs: Option<NumberOrText>,
    /// The least difference that they tell, to which readings are rounded from then on; 0 for every difference.
    precision: Option<NumberOrText>,
}

/// Which sensors go out of service, and why. Either `ids` or `prefix` is there.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes a body, which is read leniently in `devices`")]
pub(super) struct RetireGiven {
    /// The identities of those that are meant, at most 20,000.
    ids: Option<Vec<TextOrNumber>>,
    /// Instead: all that nobody claimed and whose identity begins so.
    prefix: Option<String>,
    /// Why, at most 300 bytes.
    reason: String,
    /// Who says so, where nobody signs in.
    by: Option<String>,
}

/// Which sensors come back into service. Either `ids` or `prefix` is there.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes a body, which is read leniently in `devices`")]
pub(super) struct RestoreGiven {
    /// The identities of those that are meant, at most 20,000.
    ids: Option<Vec<TextOrNumber>>,
    /// Instead: all that are out of service and whose identity begins so.
    prefix: Option<String>,
    /// Who says so, where nobody signs in.
    by: Option<String>,
}
