//! Key figures (KPIs) over HTTP: of the whole city, by area, department or post.

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
use super::rows::moment_of;
use super::shapes::{LookRefused, Problem};
use crate::domain::hall::KEEP_CLOSED_MILLIS;
use crate::domain::kpi::{Counting, Kpi, Share, Span, Tally, Times};
use crate::domain::rights::{Area, Right};
use crate::domain::{Hall, Incident, IncidentId, Moment, Party, Phase};
use crate::hub::Inner;

/// A figure as a part of a whole.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct FigureRow {
    /// Which: `handled` 处置率, `handled_in_time` 按期处置率, `overdue` 超期率, `closed` 结案率, `closed_in_time` 按期结案率,
    /// `sent_in_time` 按期派遣率, `checked_in_time` 按期核查率, `rework` 返工率, `returned` 回退率, `accurate` 准确派遣率,
    /// `told` 办结告知率, `satisfied` 满意率; of a post `done`, `in_time` and `late`.
    figure: String,
    /// The part.
    part: u32,
    /// The whole.
    of: u32,
    /// Per cent; null where there is nothing to divide by.
    percent: Option<f64>,
}

impl FigureRow {
    fn new(figure: &str, share: Share) -> Self {
        let percent = share.per_mille().map(|share| f64::from(share) / 10.0);
        Self { figure: figure.to_owned(), part: share.part, of: share.of, percent }
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

/// The figures of one area, department or post, or of all.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct FiguresRow {
    /// The path of the area, the code of the department or the role; null for all, and for what has none.
    key: Option<String>,
    /// Cases that became known.
    reported: u32,
    figures: Vec<FigureRow>,
    /// How long handling took, holds and nights among it; null where nothing was handled.
    handling_secs: Option<TimesRow>,
    /// The same on the clocks of the limits, without holds.
    handling_on_clock_secs: Option<TimesRow>,
}

impl FiguresRow {
    fn new(key: Option<String>, tally: &Tally) -> Self {
        Self {
            key,
            reported: tally.reported,
            figures: Kpi::ALL.into_iter().map(|kpi| FigureRow::new(kpi.word(), tally.share(kpi))).collect(),
            handling_secs: tally.handling().map(TimesRow::new),
            handling_on_clock_secs: tally.handling_on_clock().map(TimesRow::new),
        }
    }

    /// The phase that a post answers for.
    fn of_post(phase: Phase, tally: &Tally) -> Self {
        let (done, in_time) = (tally.done(phase), tally.in_time(phase));
        let late = Share { part: in_time.of.saturating_sub(in_time.part), of: in_time.of };
        let figures = [("done", done), ("in_time", in_time), ("late", late)];
        Self {
            key: Some(phase.post().word().to_owned()),
            reported: 0,
            figures: figures.into_iter().map(|(figure, share)| FigureRow::new(figure, share)).collect(),
            handling_secs: None,
            handling_on_clock_secs: None,
        }
    }
}

/// Key figures of a span that ends now.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct FiguresAnswer {
    /// The beginning of the span, milliseconds since 1970.
    from: i64,
    /// Its end, which is now.
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
    /// Of the last so many hours, 1 to 24; 24 without it.
    hours: Option<u8>,
    /// Or since this moment, RFC 3339 or milliseconds since 1970, at most 24 hours ago.
    since: Option<String>,
    /// `area`, `department` or `post`; none without it.
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

fn span(which: &Which, now: Moment) -> Result<Span, String> {
    let hours = i64::from(which.hours.unwrap_or(24));
    if !(1..=24).contains(&hours) {
        return Err("hours: is 1 to 24".to_owned());
    }
    let from = match which.since.as_deref() {
        None => now.plus_millis(-hours * 3_600_000),
        Some(since) => {
            moment_of(since).ok_or("since: is a time as 2026-11-21T08:00:00+08:00 or in milliseconds since 1970")?
        }
    };
    if !(now.plus_millis(-KEEP_CLOSED_MILLIS)..=now).contains(&from) {
        return Err("since: is at most 24 hours ago, which is what the hall holds".to_owned());
    }
    Ok(Span { from, until: now })
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
        Some(_) => Err("by: is area, department or post".to_owned()),
    }
}

/// Key figures (KPIs) of the last day at most, each as a part of a whole. What is counted how: 处置 handling, 结案 closing,
/// 派遣 sending and 核查 looking at a case are due in the span in which they end, and while they are over their limit.
#[utoipa::path(
    get,
    path = "/api/figures",
    params(Which),
    responses(
        (status = 200, description = "The figures", body = FiguresAnswer),
        (status = 400, description = "A question that cannot be read", body = Problem),
        LookRefused,
    )
)]
pub(super) async fn figures(State(shared): State<Shared>, called: Called, Asked(which): Asked<Which>) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "figures").await {
        return refused;
    }
    let asked = span(&which, shared.hub.clock.now()).and_then(|span| Ok((span, by(&which)?)));
    let (span, by) = match asked {
        Ok(asked) => asked,
        Err(error) => return problem(StatusCode::BAD_REQUEST, error),
    };
    let hub = Arc::clone(&shared.hub);
    match shared.intake.look_with_areas(move |hall, areas| answer(hall, areas, &hub, span, &by)).await {
        Ok(answer) => Json(answer).into_response(),
        Err(down) => down.into_response(),
    }
}

fn answer(hall: &Hall, areas: &HashMap<IncidentId, Area>, hub: &Inner, span: Span, by: &By) -> FiguresAnswer {
    let in_force = hub.in_force.get();
    let kinds = in_force.kinds();
    let counting =
        Counting { span, rules: kinds.figures(), limits: in_force.limits(), utc_offset_secs: &hub.utc_offset_secs };
    let department = |incident: &Incident| kinds.kind(&incident.kind).and_then(|kind| kind.lead.clone());
    let mut parts: BTreeMap<Option<String>, Tally> = match by {
        By::Nothing | By::Post => BTreeMap::from([(None, counting.all(hall))]),
        By::Department => counting.by(hall, department, |incident, party| match party {
            Party::Department(code) => Some(code.clone()),
            Party::Crew(_) => department(incident),
        }),
        By::Area(within) => {
            let part =
                |incident: &Incident| areas.get(&incident.id).map_or(Part::Unknown, |area| Part::of(area, within));
            let parts = counting.by(hall, part, |incident, _| part(incident));
            let told = |(part, tally)| match part {
                Part::Of(area) => Some((Some(area.path().to_owned()), tally)),
                // Of what is known of no area nobody knows that it is in this one.
                Part::Unknown if within.is_city() => Some((None, tally)),
                Part::Unknown | Part::Outside => None,
            };
            parts.into_iter().filter_map(told).collect()
        }
    };
    let mut total = Tally::default();
    for part in parts.values() {
        total.add(part);
    }
    let rows = match by {
        By::Nothing => Vec::new(),
        By::Post => Phase::ALL.into_iter().map(|phase| FiguresRow::of_post(phase, &total)).collect(),
        By::Area(_) | By::Department => {
            // What has no key comes last.
            let unknown = parts.remove(&None);
            let known = parts.into_iter().map(|(key, part)| FiguresRow::new(key, &part));
            known.chain(unknown.map(|part| FiguresRow::new(None, &part))).collect()
        }
    };
    FiguresAnswer { from: span.from.0, until: span.until.0, total: FiguresRow::new(None, &total), rows }
}

const _: () = assert!(KEEP_CLOSED_MILLIS == 24 * 3_600_000, "the descriptions above name it");
