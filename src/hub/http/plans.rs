//! Plans over HTTP: which there are, how far the one of an incident is, and orders that start and move it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::body::{Given, problem};
use super::caller::Called;
use super::shapes::{LookRefused, OrderRefused, Problem};
use super::tasks::{OrderAnswer, carry_out};
use crate::domain::rights::Right;
use crate::domain::{CrewId, IncidentId, Moment, Order, PlanMove, PlanRun, Refusal, StepState, Wording};
use crate::ground::steps::places_of;

/// The language of the names of places in a plan that is started here: the city's own.
const NAMES: &str = "zh";

/// A text in both languages.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
pub(super) struct WordingRow {
    /// Chinese.
    zh: String,
    /// English.
    en: String,
}

impl From<&Wording> for WordingRow {
    fn from(wording: &Wording) -> Self {
        Self { zh: wording.zh.clone(), en: wording.en.clone() }
    }
}

/// A plan that is in force.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct PlanRow {
    /// What orders call it.
    code: String,
    /// Its name.
    name: WordingRow,
    /// Codes of kinds, or what they begin with.
    kinds: Vec<String>,
    /// The slightest grade for which it is proposed: `Ⅰ` to `Ⅳ`.
    grade: String,
    /// How many alarm levels it has.
    alarms: usize,
    /// Codes of its steps.
    steps: Vec<String>,
}

/// The plans in force.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct PlansAnswer {
    /// They, in the order of their files.
    plans: Vec<PlanRow>,
}

/// A step of a plan that runs.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct PlanStepRow {
    /// Its code.
    code: String,
    /// What is done.
    name: WordingRow,
    /// The department that does it; empty for the hall itself.
    who: String,
    /// `waits`, `runs`, `done`, `skipped` or `dropped`.
    state: String,
    /// When it is due, milliseconds since 1970; null where it does not run.
    due_at: Option<i64>,
    /// `green`, `yellow` or `red` while it runs.
    lamp: Option<String>,
    /// Where, degrees east; null where it has no place.
    lon: Option<f64>,
    /// Where, degrees north.
    lat: Option<f64>,
    /// The name of that place; null where it has none.
    place: Option<String>,
}

/// A notice that was given.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct NoticeRow {
    /// The department.
    to: String,
    /// What it is told.
    text: WordingRow,
    /// When it was read, milliseconds since 1970; null while it is not.
    read_at: Option<i64>,
}

/// The plan of an incident.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct RunAnswer {
    /// Its code.
    code: String,
    /// Its name.
    name: WordingRow,
    /// The highest alarm that was struck, from 1.
    alarm: u8,
    /// How many alarm levels it has.
    alarms: usize,
    /// False once it ended.
    running: bool,
    /// When it was started, milliseconds since 1970.
    started_at: i64,
    /// Its steps.
    steps: Vec<PlanStepRow>,
    /// The notices so far.
    notices: Vec<NoticeRow>,
}

impl RunAnswer {
    fn new(run: &PlanRun, now: Moment) -> Self {
        let step = |(number, step): (usize, &crate::domain::PlanStep)| {
            let state = run.step(number);
            let word = match state {
                StepState::Waits => "waits",
                StepState::Runs { .. } => "runs",
                StepState::Done(_) => "done",
                StepState::Skipped(_) => "skipped",
                StepState::Dropped => "dropped",
            };
            let due = if let StepState::Runs { due, .. } = state { Some(due.0) } else { None };
            let place = run.place_of(number);
            let at = place.map(|place| place.at);
            PlanStepRow {
                code: step.code.clone(),
                name: (&step.name).into(),
                who: step.who.clone(),
                state: word.to_owned(),
                due_at: due,
                lamp: state.lamp(now).map(|lamp| lamp.word().to_owned()),
                lon: at.map(|at| at.lon),
                lat: at.map(|at| at.lat),
                place: place.map(|place| place.name.clone()).filter(|name| !name.is_empty()),
            }
        };
        let notices = run.notices().map(|(notice, read)| NoticeRow {
            to: notice.to.clone(),
            text: (&notice.text).into(),
            read_at: read.map(|at| at.0),
        });
        Self {
            code: run.plan.code.clone(),
            name: (&run.plan.name).into(),
            alarm: run.alarm(),
            alarms: run.plan.alarms.len(),
            running: run.is_running(),
            started_at: run.started_at().0,
            steps: run.plan.steps.iter().enumerate().map(step).collect(),
            notices: notices.collect(),
        }
    }
}

/// A plan to start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StartRow {
    /// Its code.
    plan: String,
    /// The alarm it begins with; without, the one that the grade of the incident needs.
    alarm: Option<u8>,
    /// Numbers of the crews that go.
    #[serde(default)]
    crews: Vec<u32>,
    /// What those who go are asked to do.
    #[serde(default)]
    words: String,
}

/// What happens to a plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum PlanMoveRow {
    /// Strike the next alarm.
    Strike {
        /// Numbers of the crews that go.
        #[serde(default)]
        crews: Vec<u32>,
        /// What those who go are asked to do.
        #[serde(default)]
        words: String,
    },
    /// A step is done.
    Done {
        /// Its code.
        step: String,
        /// What is said with it.
        #[serde(default)]
        words: String,
    },
    /// A step is not needed.
    Skip {
        /// Its code.
        step: String,
        /// Why.
        reason: String,
    },
    /// A notice was read.
    Read {
        /// Which, from 0.
        notice: u8,
    },
    /// The plan is over.
    End {
        /// Why.
        reason: String,
    },
}

/// The plans in force.
#[utoipa::path(
    get,
    path = "/api/plans",
    responses(
        (status = 200, description = "The plans", body = PlansAnswer),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
    )
)]
pub(super) async fn list(State(shared): State<Shared>, called: Called) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "plans").await {
        return refused;
    }
    let plans = shared.hub.in_force.get();
    let row = |card: &crate::config::RunCard| PlanRow {
        code: card.plan.code.clone(),
        name: (&card.plan.name).into(),
        kinds: card.kinds.clone(),
        grade: card.grade.numeral().to_owned(),
        alarms: card.plan.alarms.len(),
        steps: card.plan.steps.iter().map(|step| step.code.clone()).collect(),
    };
    Json(PlansAnswer { plans: plans.plans().iter().map(row).collect() }).into_response()
}

/// The plan that runs for an incident, or ran last.
#[utoipa::path(
    get,
    path = "/api/incidents/{id}/plan",
    params(("id" = u64, Path, description = "Number of the incident")),
    responses(
        (status = 200, description = "How far it is", body = RunAnswer),
        (status = 404, description = "There is no such incident, or no plan was started for it", body = Problem),
        LookRefused,
    )
)]
pub(super) async fn run(State(shared): State<Shared>, Path(id): Path<u64>, called: Called) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "plan").await {
        return refused;
    }
    let (id, now) = (IncidentId(id), shared.hub.clock.now());
    match shared.intake.look(move |hall| hall.plan(id).map(|run| RunAnswer::new(run, now))).await {
        Ok(Some(answer)) => Json(answer).into_response(),
        Ok(None) => problem(StatusCode::NOT_FOUND, Refusal::NoPlan(id).to_string()),
        Err(down) => down.into_response(),
    }
}

/// Start a plan for an incident: its departments and the crews that are named get tasks.
#[utoipa::path(
    post,
    path = "/api/incidents/{id}/plan",
    params(("id" = u64, Path, description = "Number of the incident")),
    request_body(content = StartRow),
    responses(
        (status = 200, description = "It runs; on disk", body = OrderAnswer),
        (status = 404, description = "There is no such incident or plan", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn start(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    called: Called,
    Given(row): Given<StartRow>,
) -> Response {
    let incident = IncidentId(id);
    let in_force = shared.hub.in_force.get();
    let Some(card) = in_force.plans().get(&row.plan) else {
        let codes: Vec<&str> = in_force.plans().iter().map(|card| card.plan.code.as_str()).collect();
        return problem(StatusCode::NOT_FOUND, format!("plan: there is none of that code, but {}", codes.join(", ")));
    };
    let plan = card.plan.clone();
    let known = match shared.intake.look(move |hall| hall.incident(incident).map(|one| (one.grade, one.place.at))).await
    {
        Ok(known) => known,
        Err(down) => return down.into_response(),
    };
    let Some((grade, at)) = known else {
        return problem(StatusCode::NOT_FOUND, Refusal::UnknownIncident(incident).to_string());
    };
    let alarm = row.alarm.unwrap_or_else(|| plan.alarm_for(grade));
    let places = places_of(&plan, at, shared.hub.city.as_deref(), NAMES);
    let crews = row.crews.into_iter().map(CrewId).collect();
    let order = Order::StartPlan { incident, plan: Box::new(plan), alarm, crews, places, words: row.words };
    carry_out(&shared, &called, order).await
}

/// Move the plan that runs for an incident.
#[utoipa::path(
    post,
    path = "/api/incidents/{id}/plan/move",
    params(("id" = u64, Path, description = "Number of the incident")),
    request_body(content = PlanMoveRow),
    responses(
        (status = 200, description = "Known; on disk", body = OrderAnswer),
        (status = 404, description = "There is no such incident or step, or no plan runs for it", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn go_on(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    called: Called,
    Given(row): Given<PlanMoveRow>,
) -> Response {
    let incident = IncidentId(id);
    let code = match &row {
        PlanMoveRow::Done { step, .. } | PlanMoveRow::Skip { step, .. } => Some(step.clone()),
        PlanMoveRow::Strike { .. } | PlanMoveRow::Read { .. } | PlanMoveRow::End { .. } => None,
    };
    let number = match code {
        None => 0,
        Some(code) => {
            let at = move |run: &PlanRun| run.plan.steps.iter().position(|step| step.code == code);
            let found = match shared.intake.look(move |hall| hall.plan(incident).map(at)).await {
                Ok(found) => found,
                Err(down) => return down.into_response(),
            };
            match found.map(|at| at.and_then(|at| u8::try_from(at).ok())) {
                None => return problem(StatusCode::NOT_FOUND, Refusal::NoPlan(incident).to_string()),
                Some(None) => return problem(StatusCode::NOT_FOUND, "step: the plan has none of that code"),
                Some(Some(number)) => number,
            }
        }
    };
    let step = match row {
        PlanMoveRow::Strike { crews, words } => {
            let crews = crews.into_iter().map(CrewId).collect();
            return carry_out(&shared, &called, Order::StrikeNext { incident, crews, words }).await;
        }
        PlanMoveRow::Done { words, .. } => PlanMove::Done { step: number, words },
        PlanMoveRow::Skip { reason, .. } => PlanMove::Skip { step: number, reason },
        PlanMoveRow::Read { notice } => PlanMove::Read { notice },
        PlanMoveRow::End { reason } => PlanMove::End { reason },
    };
    carry_out(&shared, &called, Order::MovePlan { incident, step }).await
}
