//! Key figures (KPIs) over HTTP: of the whole city, by area, department, post or person, now and of days that are over.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::body::{Asked, problem};
use super::caller::Called;
use super::duty_rows::day;
use super::rows::moment_of;
use super::shapes::{LookRefused, Problem};
use crate::domain::hall::KEEP_CLOSED_MILLIS;
use crate::domain::kpi::{
    Against, Counting, Kept, KeptRow, Kpi, Past, Period, Share, Span, Tally, Times, TimesChange, Works,
};
use crate::domain::rights::{Area, Right};
use crate::domain::{Day, Hall, Incident, IncidentId, Moment, Phase, Work};
use crate::hub::Inner;

/// How many percentage points a figure is above what it was (below: less than nothing); null where nothing is known of then,
/// or nothing was to divide by.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "names of the API, which say before what")]
pub(super) struct AgainstRow {
    /// 环比: the same hours of the day before.
    day_before: Option<f64>,
    /// 同比: the same weekday of the week before.
    week_before: Option<f64>,
    /// 同比: the same weekday 52 weeks before, as a whole day.
    year_before: Option<f64>,
}

/// A figure as a part of a whole.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct FigureRow {
    /// Which: `handled` 处置率, `handled_in_time` 按期处置率, `overdue` 超期率, `closed` 结案率, `closed_in_time` 按期结案率,
    /// `sent_in_time` 按期派遣率, `checked_in_time` 按期核查率, `rework` 返工率, `returned` 回退率, `accurate` 准确派遣率,
    /// `told_accepted` 受理告知率, `told` 办结告知率, `satisfied` 满意率; of a post `done`, `in_time` and `late`.
    figure: String,
    /// The part.
    part: u32,
    /// The whole.
    of: u32,
    /// Per cent; null where there is nothing to divide by.
    percent: Option<f64>,
    /// Against what it was.
    changes: AgainstRow,
}

impl FigureRow {
    /// A figure, by what it is of a tally; `before` by [`Against::ALL`].
    fn new(figure: &str, now: &Tally, before: [Option<&Tally>; 3], share: impl Fn(&Tally) -> Share) -> Self {
        let is = share(now);
        let [day_before, week_before, year_before] =
            before.map(|before| is.more_than(share(before?)).map(|points| f64::from(points) / 10.0));
        Self {
            figure: figure.to_owned(),
            part: is.part,
            of: is.of,
            percent: is.per_mille().map(|share| f64::from(share) / 10.0),
            changes: AgainstRow { day_before, week_before, year_before },
        }
    }
}

/// How long something took, in seconds.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct TimesRow {
    /// How many there were.
    count: u32,
    /// On average.
    mean: i64,
    /// The one in the middle.
    p50: i64,
    /// Nine of ten took no longer.
    p90: i64,
}

impl TimesRow {
    fn new(times: Times) -> Self {
        let Times { count, mean_millis, p50_millis, p90_millis } = times;
        Self { count, mean: mean_millis / 1000, p50: p50_millis / 1000, p90: p90_millis / 1000 }
    }
}

/// How much more often something was done than before, and how much longer it took, in seconds; less is below nothing.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct TimesChangeRow {
    /// How many more.
    count: i64,
    /// On average.
    mean: i64,
    /// The one in the middle.
    p50: i64,
    /// What nine of ten took no longer than.
    p90: i64,
}

impl TimesChangeRow {
    fn new(change: TimesChange) -> Self {
        let TimesChange { count, mean_millis, p50_millis, p90_millis } = change;
        Self { count, mean: mean_millis / 1000, p50: p50_millis / 1000, p90: p90_millis / 1000 }
    }
}

/// How often and how long against what it was; null where nothing is known of then, or it was not done now or then.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "names of the API, which say before what")]
pub(super) struct TimesAgainstRow {
    /// 环比: the same hours of the day before.
    day_before: Option<TimesChangeRow>,
    /// 同比: the same weekday of the week before.
    week_before: Option<TimesChangeRow>,
    /// 同比: the same weekday 52 weeks before, as a whole day.
    year_before: Option<TimesChangeRow>,
}

impl TimesAgainstRow {
    /// By [`Against::ALL`].
    fn new(changes: [Option<TimesChange>; 3]) -> Self {
        let [day_before, week_before, year_before] = changes.map(|change| change.map(TimesChangeRow::new));
        Self { day_before, week_before, year_before }
    }
}

/// What a person did.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct WorkRow {
    /// What: `accepted` 受理, `declined` 不予受理、不予立案, `filed` 立案, `dispatched` 派遣, `checked` 核查, `closed` 结案, `told` 告知.
    work: String,
    /// How often.
    count: u32,
    /// How long cases had waited for it; null where it was not done.
    took_secs: Option<TimesRow>,
    /// Against what it was.
    changes: TimesAgainstRow,
}

/// The figures of one area, department, post or person, or of all.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct FiguresRow {
    /// The path of the area, the code of the department, the role or the name; null for all, and for what has none.
    key: Option<String>,
    /// Cases that became known.
    reported: u32,
    figures: Vec<FigureRow>,
    /// How long handling took, holds and nights among it; null where nothing was handled.
    handling_secs: Option<TimesRow>,
    /// That against what it was.
    handling_changes: TimesAgainstRow,
    /// The same on the clocks of the limits, without holds.
    handling_on_clock_secs: Option<TimesRow>,
    /// That against what it was.
    handling_on_clock_changes: TimesAgainstRow,
    /// With `by=person`: what they did.
    work: Vec<WorkRow>,
}

impl FiguresRow {
    fn new(key: Option<String>, tally: &Tally, before: [Option<&Tally>; 3]) -> Self {
        let figure = |kpi: Kpi| FigureRow::new(kpi.word(), tally, before, |tally| tally.share(kpi));
        Self {
            key,
            reported: tally.reported,
            figures: Kpi::ALL.into_iter().map(figure).collect(),
            handling_secs: tally.handling().map(TimesRow::new),
            handling_changes: TimesAgainstRow::new(before.map(|before| tally.handling_change(before?))),
            handling_on_clock_secs: tally.handling_on_clock().map(TimesRow::new),
            handling_on_clock_changes: TimesAgainstRow::new(
                before.map(|before| tally.handling_on_clock_change(before?)),
            ),
            work: Vec::new(),
        }
    }

    /// The phase that a post answers for.
    fn of_post(phase: Phase, tally: &Tally, before: [Option<&Tally>; 3]) -> Self {
        let figures = vec![
            FigureRow::new("done", tally, before, |tally| tally.done(phase)),
            FigureRow::new("in_time", tally, before, |tally| tally.in_time(phase)),
            FigureRow::new("late", tally, before, |tally| tally.late(phase)),
        ];
        Self {
            key: Some(phase.post().word().to_owned()),
            reported: 0,
            figures,
            handling_secs: None,
            handling_changes: TimesAgainstRow::default(),
            handling_on_clock_secs: None,
            handling_on_clock_changes: TimesAgainstRow::default(),
            work: Vec::new(),
        }
    }

    fn of_person(who: String, works: &Works, before: [Option<&Works>; 3]) -> Self {
        let row = |work: Work| {
            let times = works.times(work);
            WorkRow {
                work: work.word().to_owned(),
                count: times.map_or(0, |times| times.count),
                took_secs: times.map(TimesRow::new),
                changes: TimesAgainstRow::new(before.map(|before| works.change(work, before?))),
            }
        };
        Self {
            key: Some(who),
            reported: 0,
            figures: Vec::new(),
            handling_secs: None,
            handling_changes: TimesAgainstRow::default(),
            handling_on_clock_secs: None,
            handling_on_clock_changes: TimesAgainstRow::default(),
            work: Work::ALL.into_iter().map(row).collect(),
        }
    }
}

/// Key figures of a span that ends now, or of a day that is over.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct FiguresAnswer {
    /// The beginning of the span, milliseconds since 1970.
    from: i64,
    /// Its end, which is now or the end of the day.
    until: i64,
    /// Of all that is asked for.
    total: FiguresRow,
    /// The same in parts.
    rows: Vec<FiguresRow>,
}

/// Which figures.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Of the last so many hours, 1 to 24; 24 without it. 24, 8 and 1 are told against what they were.
    hours: Option<u8>,
    /// Or since this moment, RFC 3339 or milliseconds since 1970, at most 24 hours ago.
    since: Option<String>,
    /// Or `today`: since midnight, city time.
    period: Option<String>,
    /// Or of this day, as `2026-03-02`, which is over.
    day: Option<String>,
    /// `area`, `department`, `post` or `person`; none without it.
    by: Option<String>,
    /// With `by=area`: the parts of this area, a path with slashes between; of the city without it.
    within: Option<String>,
}

/// By what figures are cut into rows.
enum By {
    Nothing,
    /// The areas right below this one.
    Area(Area),
    Department,
    Post,
    Person,
}

/// Where a case is among the parts of an area.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// In this one.
    Of(Area),
    Outside,
    Unknown,
}

impl Part {
    fn of(area: &Area, within: &Area) -> Self {
        if area.is_within(within) { Self::Of(area.part_of(within)) } else { Self::Outside }
    }
}

/// From when to when, and which period that is, where it is one.
fn span(which: &Which, now: Moment, utc_offset_secs: i32) -> Result<(Span, Option<Period>), String> {
    let hours = i64::from(which.hours.unwrap_or(24));
    if !(1..=24).contains(&hours) {
        return Err("hours: is 1 to 24".to_owned());
    }
    let (from, period) = match (which.since.as_deref(), which.period.as_deref()) {
        (None, None) => {
            let period = match hours {
                24 => Some(Period::Day),
                8 => Some(Period::Shift),
                1 => Some(Period::Hour),
                _ => None,
            };
            (now.plus_millis(-hours * 3_600_000), period)
        }
        (None, Some("today")) => {
            let ahead = i64::from(utc_offset_secs) * 1000;
            let days = now.0.saturating_add(ahead).div_euclid(KEEP_CLOSED_MILLIS);
            (Moment(days * KEEP_CLOSED_MILLIS - ahead), Some(Period::Today))
        }
        (None, Some(_)) => return Err("period: is today".to_owned()),
        (Some(since), _) => {
            let since = moment_of(since)
                .ok_or("since: is a time as 2026-11-21T08:00:00+08:00 or in milliseconds since 1970")?;
            (since, None)
        }
    };
    if !(now.plus_millis(-KEEP_CLOSED_MILLIS)..=now).contains(&from) {
        return Err("since: is at most 24 hours ago, which is what the hall holds".to_owned());
    }
    Ok((Span { from, until: now }, period))
}

fn by(which: &Which) -> Result<By, String> {
    match which.by.as_deref() {
        None | Some("") => Ok(By::Nothing),
        Some("area") => {
            let within = which.within.as_deref().unwrap_or_default();
            Area::of(within)
                .map(By::Area)
                .ok_or("within: is a path of at most four names with slashes between".to_owned())
        }
        Some("department") => Ok(By::Department),
        Some("post") => Ok(By::Post),
        Some("person") => Ok(By::Person),
        Some(_) => Err("by: is area, department, post or person".to_owned()),
    }
}

/// Key figures (KPIs) of the last day at most, or of a day that is over, each as a part of a whole and against what it was.
/// What is counted how: 处置 handling, 结案 closing, 派遣 sending and 核查 looking at a case are due in the span in which they
/// end, and while they are over their limit.
#[utoipa::path(
    get,
    path = "/api/figures",
    params(Which),
    responses(
        (status = 200, description = "The figures", body = FiguresAnswer),
        (status = 400, description = "A question that cannot be read", body = Problem),
        (status = 404, description = "Of that day nothing is kept: it is not over, or the log began later", body = Problem),
        LookRefused,
    )
)]
pub(super) async fn figures(State(shared): State<Shared>, called: Called, Asked(which): Asked<Which>) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "figures").await {
        return refused;
    }
    let hub = Arc::clone(&shared.hub);
    let by = match by(&which) {
        Ok(by) => by,
        Err(error) => return problem(StatusCode::BAD_REQUEST, error),
    };
    if let Some(written) = &which.day {
        let Some(day) = day(written) else {
            return problem(StatusCode::BAD_REQUEST, "day: is a day as 2026-03-02".to_owned());
        };
        return match hub.kept_day(Day(day)).await {
            Ok(Some((span, kept, past))) => Json(told(span, &kept, &past, &by)).into_response(),
            Ok(None) => problem(StatusCode::NOT_FOUND, format!("nothing is kept of {written}")),
            Err(refusal) => problem(StatusCode::SERVICE_UNAVAILABLE, refusal.to_string()),
        };
    }
    let now = hub.clock.now();
    let (span, period) = match span(&which, now, (hub.utc_offset_secs)(now)) {
        Ok(asked) => asked,
        Err(error) => return problem(StatusCode::BAD_REQUEST, error),
    };
    let past = match period {
        // What is, is told also while the archive is made anew.
        Some(period) => hub.past(period).await.unwrap_or_default(),
        None => Past::default(),
    };
    match shared.intake.look_with_areas(move |hall, areas| answer(hall, areas, &hub, span, &past, &by)).await {
        Ok(answer) => Json(answer).into_response(),
        Err(down) => down.into_response(),
    }
}

/// The rows of what is asked for, by their keys: of areas those within one.
type Parts = BTreeMap<Option<String>, Tally>;

fn parts_of_areas(parts: BTreeMap<Part, Tally>, within: &Area) -> Parts {
    let told = |(part, tally)| match part {
        Part::Of(area) => Some((Some(area.path().to_owned()), tally)),
        // Of what is known of no area nobody knows that it is in this one.
        Part::Unknown if within.is_city() => Some((None, tally)),
        Part::Unknown | Part::Outside => None,
    };
    parts.into_iter().filter_map(told).collect()
}

/// The parts of what was kept.
fn kept_parts(kept: &Kept, by: &By) -> Parts {
    match by {
        By::Nothing | By::Post | By::Person => kept.by(|_| None),
        By::Department => kept.by(|row| row.department.clone()),
        By::Area(within) => {
            let part = |row: &KeptRow| row.area.as_ref().map_or(Part::Unknown, |area| Part::of(area, within));
            parts_of_areas(kept.by(part), within)
        }
    }
}

fn answer(
    hall: &Hall,
    areas: &HashMap<IncidentId, Area>,
    hub: &Inner,
    span: Span,
    past: &Past,
    by: &By,
) -> FiguresAnswer {
    let in_force = hub.in_force.get();
    let kinds = in_force.kinds();
    let counting =
        Counting { span, rules: kinds.figures(), limits: in_force.limits(), utc_offset_secs: &hub.utc_offset_secs };
    let department = |incident: &Incident| kinds.kind(&incident.kind).and_then(|kind| kind.lead.clone());
    told(span, &counting.kept(hall, &|incident| areas.get(&incident.id).cloned(), &department), past, by)
}

fn sum<'a>(parts: impl IntoIterator<Item = &'a Tally>) -> Tally {
    let mut total = Tally::default();
    for part in parts {
        total.add(part);
    }
    total
}

/// The figures of a span, those of now or of a day that is over, beside what they are held against.
fn told(span: Span, kept: &Kept, past: &Past, by: &By) -> FiguresAnswer {
    let mut parts = kept_parts(kept, by);
    let before = Against::ALL.map(|against| past.of(against).map(|kept| kept_parts(kept, by)));
    let totals = before.each_ref().map(|before| before.as_ref().map(|parts| sum(parts.values())));
    let totals = totals.each_ref().map(Option::as_ref);
    let total = sum(parts.values());
    let row = |key: Option<String>, part: &Tally| {
        let before = before.each_ref().map(|before| before.as_ref().and_then(|parts| parts.get(&key)));
        FiguresRow::new(key, part, before)
    };
    let rows = match by {
        By::Nothing => Vec::new(),
        By::Post => Phase::ALL.into_iter().map(|phase| FiguresRow::of_post(phase, &total, totals)).collect(),
        By::Person => {
            let then = |who: &str| Against::ALL.map(|against| past.of(against).and_then(|kept| kept.works.get(who)));
            kept.works.iter().map(|(who, works)| FiguresRow::of_person(who.clone(), works, then(who))).collect()
        }
        By::Area(_) | By::Department => {
            // What has no key comes last.
            let unknown = parts.remove(&None);
            let known = parts.into_iter().map(|(key, part)| row(key, &part));
            known.chain(unknown.map(|part| row(None, &part))).collect()
        }
    };
    FiguresAnswer { from: span.from.0, until: span.until.0, total: FiguresRow::new(None, &total, totals), rows }
}

const _: () = assert!(KEEP_CLOSED_MILLIS == 24 * 3_600_000, "the descriptions above name it");
