//! The dialog in its engine: asks who could go, beside the screen, and sends what was decided.

use std::sync::{Arc, OnceLock};

use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, block_on, poll_once};
use bevy::time::Real;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::Align2;
use rust_i18n::t;

use super::model::{Goes, cards_for, crews_of, departments_of, notices, steps, who_goes};
use super::panel::{Brings, Page, PlanView, PlanWish, plan_ui};
use super::{RunCards, marks, signs};
use crate::domain::{CrewId, CrewKind, Hall, Incident, IncidentId, Order, Plan, PlanMove, PlanRun, Stage};
use crate::ground::City;
use crate::ground::roads::Roads;
use crate::ground::steps::places_of;
use crate::screen::dispatch::model::{Question, Ranking, Scope, question, rank};
use crate::screen::drafts::{self, Drafts, Turned};
use crate::screen::names::{CityNames, Kinds};
use crate::screen::pins::PinsOnScreen;
use crate::screen::sets::{HallSet, PaintSet};
use crate::screen::shown::{CityView, FreeArea, Ground, Intent, Picked, ScreenKind, Shown, Target};
use crate::screen::situation::Names;
use crate::screen::tools::{ToolSet, panel};
use crate::screen::units::Units;

/// Seconds of the screen's clock after which crews have moved enough to ask again.
const AGAIN_SECS: f32 = 2.0;
/// How often an answer is looked for.
const LOOK_MILLIS: u64 = 50;

/// The dialog.
#[derive(Resource, Default)]
pub struct PlanDialog {
    open: Option<Open>,
    roads: Arc<OnceLock<Roads>>,
    asked: Option<(IncidentId, Task<Ranking>)>,
}

impl PlanDialog {
    /// Whether the dialog is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

/// What is being decided.
struct Open {
    incident: IncidentId,
    chosen: usize,
    /// The alarm to begin with, where another one than the grade needs was chosen.
    alarm: Option<u8>,
    /// What the next alarm brings is shown.
    next: bool,
    ranking: Option<Ranking>,
    /// When it was asked who could go, on the screen's clock.
    asked_at: Option<f32>,
    reason: String,
    focus_reason: bool,
}

impl Open {
    /// With the reason that was written before, where one was.
    fn new(incident: IncidentId, reason: Option<String>) -> Self {
        Self {
            incident,
            chosen: 0,
            alarm: None,
            next: false,
            ranking: None,
            asked_at: None,
            reason: reason.unwrap_or_default(),
            focus_reason: false,
        }
    }
}

impl PlanDialog {
    /// Put the dialog away with what is written in it.
    fn stow(&mut self, drafts: &mut Drafts) {
        if self.open.take().is_some() {
            drafts.stow_reason();
        }
    }

    /// Who goes is asked anew, and waited for; with or without what the next alarm brings.
    fn ask_anew(&mut self, next: bool) {
        if let Some(open) = &mut self.open {
            (open.next, open.ranking, open.asked_at) = (next, None, None);
        }
    }

    /// A reason whose order was refused while the dialog is open is in its field again.
    pub(super) fn give_back(&mut self, hall: &Hall, drafts: &mut Drafts) {
        if let Some(open) = self.open.as_mut().filter(|open| open.reason.is_empty())
            && drafts.reasons_again(hall, open.incident)
        {
            open.reason = drafts.take_reason(hall, open.incident).unwrap_or_default();
        }
    }

    /// Whether it is asked now who could go, where that is shown: at first, and again as crews move.
    pub(super) fn asks(&mut self, shown: bool, now: f32) -> bool {
        let Some(open) = self.open.as_mut().filter(|_| shown && self.asked.is_none()) else { return false };
        let due = open.asked_at.is_none_or(|at| now - at >= AGAIN_SECS);
        if due {
            open.asked_at = Some(now);
        }
        due
    }

    /// The reason that is written.
    #[cfg(test)]
    pub(super) fn reason(&self) -> Option<&str> {
        self.open.as_ref().map(|open| open.reason.as_str())
    }

    fn ask(&mut self, city: &Arc<City>, question: Question) {
        let (roads, city, incident) = (Arc::clone(&self.roads), Arc::clone(city), question.incident);
        let find = async move { rank(roads.get_or_init(|| Roads::of(&city)), &city, &question) };
        self.asked = Some((incident, AsyncComputeTaskPool::get().spawn(find)));
    }

    fn take_answer(&mut self) {
        let Some((incident, task)) = &mut self.asked else { return };
        let Some(ranking) = block_on(poll_once(task)) else { return };
        let incident = *incident;
        self.asked = None;
        if let Some(open) = self.open.as_mut().filter(|open| open.incident == incident) {
            open.ranking = Some(ranking);
        }
    }
}

/// Adds the dialog and the marks; needs `UnitsPlugin` and the tools.
pub struct PlansPlugin;

impl Plugin for PlansPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<PlanDialog>()
            .init_resource::<Drafts>()
            .init_resource::<RunCards>()
            .init_resource::<Picked>()
            .init_resource::<Kinds>()
            .add_message::<Turned>()
            .add_systems(
                Update,
                (put_away.after(drafts::turn).run_if(on_message::<Turned>), open).chain().in_set(HallSet::Decide),
            )
            .init_resource::<PinsOnScreen>()
            .add_systems(
                EguiPrimaryContextPass,
                (marks::paint, signs::paint).chain().in_set(PaintSet::City).before(ToolSet).run_if(has_city),
            )
            .add_systems(
                EguiPrimaryContextPass,
                tool.in_set(PaintSet::City)
                    .before(ToolSet)
                    .after(signs::paint)
                    .run_if(has_city.and_then(resource_equals(ScreenKind::Desk))),
            );
    }
}

fn has_city(shown: Option<Res<Shown>>, ground: Option<Res<Ground>>, view: Option<Res<CityView>>) -> bool {
    shown.is_some() && ground.is_some() && view.is_some()
}

/// Somebody else sits here: the dialog is not theirs. What was written in it is kept for its writer.
pub(super) fn put_away(mut dialog: ResMut<PlanDialog>) {
    dialog.bypass_change_detection().open = None;
}

/// Open the dialog where somebody asks for it; a key that is seen in two passes of a frame asks twice.
pub(super) fn open(
    mut intents: MessageReader<Intent>,
    shown: Option<Res<Shown>>,
    (mut dialog, mut drafts): (ResMut<PlanDialog>, ResMut<Drafts>),
) {
    let drafts = drafts.bypass_change_detection();
    for intent in intents.read() {
        if let (Intent::Plan(incident), Some(shown)) = (intent, &shown) {
            if dialog.open.as_ref().is_none_or(|open| open.incident != *incident) {
                dialog.stow(drafts);
                dialog.open = Some(Open::new(*incident, drafts.take_reason(&shown.hall, *incident)));
            }
        } else if let Intent::Dispatch(_) = intent {
            // Both stand in the same corner.
            dialog.stow(drafts);
        }
    }
}

/// What everybody looks at.
type Seen<'w> = (Res<'w, Shown>, Res<'w, Ground>, Res<'w, Picked>, Res<'w, Kinds>, Res<'w, RunCards>);

#[expect(clippy::too_many_lines, reason = "one wish after the other")]
fn tool(
    mut contexts: EguiContexts,
    (shown, ground, picked, kinds, cards): Seen,
    (units, free, time): (Res<Units>, Res<FreeArea>, Res<Time<Real>>),
    (mut dialog, mut drafts): (ResMut<PlanDialog>, ResMut<Drafts>),
    mut intents: MessageWriter<Intent>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let (dialog, drafts) = (dialog.bypass_change_detection(), drafts.bypass_change_detection());
    let selected = if let Some(Target::Incident(id)) = picked.selected { Some(id) } else { None };
    let Some(open) = dialog.open.as_ref().filter(|open| Some(open.incident) == selected) else {
        dialog.stow(drafts);
        // What was refused is there again, with its reason.
        let runs = |id: &IncidentId| shown.hall.plan(*id).is_some_and(PlanRun::is_running);
        if let Some(selected) = selected.filter(|id| runs(id) && drafts.reasons_again(&shown.hall, *id)) {
            intents.write(Intent::Plan(selected));
            ctx.request_repaint();
        }
        return Ok(());
    };
    let Some(incident) = shown.hall.incident(open.incident).filter(|one| one.stage != Stage::Closed) else {
        dialog.stow(drafts);
        return Ok(());
    };
    let run = shown.hall.plan(incident.id).filter(|run| run.is_running());
    if run.is_none() && incident.stage > Stage::Handling {
        dialog.stow(drafts);
        return Ok(());
    }
    let (now, wants) = (time.elapsed_secs(), run.is_none() || open.next);
    dialog.give_back(&shown.hall, drafts);
    if let Some(catalogue) = &kinds.0
        && dialog.asks(wants, now)
    {
        let crews = units.iter().map(|(crew, track)| (crew, track.kind, track.status, track.place(now)));
        if let Some(question) = question(&shown.hall, incident, catalogue, &ground.0, crews, &Scope::City) {
            dialog.ask(&ground.0, Question { all: true, ..question });
        }
    }
    dialog.take_answer();
    let wait = if dialog.asked.is_some() { LOOK_MILLIS } else { 1_000 };
    ctx.request_repaint_after(std::time::Duration::from_millis(wait));
    let Some(open) = &mut dialog.open else { return Ok(()) };
    let locale = rust_i18n::locale().to_string();
    let names = CityNames { city: &ground.0, kinds: &kinds, locale: &locale };
    let who = |code: &str| department(&kinds, code, &locale);
    let all = cards_for(&cards.0, incident);
    let fitting = cards.0.of(&incident.kind, incident.grade).len();
    open.chosen = open.chosen.min(all.len().saturating_sub(1));
    let chosen = all.get(open.chosen).copied();
    let going: Option<Vec<Goes>>;
    let page = match (run, chosen) {
        (Some(run), _) if open.next && run.next_alarm().is_some() => {
            let next = run.alarm() + 1;
            let wanted = crews_of(&run.plan, next, next);
            going = open.ranking.as_ref().map(|ranking| who_goes(ranking, &wanted));
            Page::Next(run, brings(&shown, incident, &run.plan, (next, next), wanted, going.as_deref(), &who))
        }
        (Some(run), _) => {
            going = None;
            Page::Runs(run)
        }
        (None, Some(card)) => {
            let plan = &card.plan;
            let most = u8::try_from(plan.alarms.len()).unwrap_or(u8::MAX);
            let alarm = open.alarm.unwrap_or_else(|| plan.alarm_for(incident.grade)).clamp(1, most);
            let wanted = crews_of(plan, 1, alarm);
            going = open.ranking.as_ref().map(|ranking| who_goes(ranking, &wanted));
            Page::Start {
                cards: all.iter().map(|card| card.plan.name.of(&locale).to_owned()).collect(),
                fitting,
                chosen: open.chosen,
                plan,
                alarm,
                brings: brings(&shown, incident, plan, (1, alarm), wanted, going.as_deref(), &who),
            }
        }
        (None, None) => {
            dialog.stow(drafts);
            return Ok(());
        }
    };
    let crews: Vec<CrewId> = going.iter().flatten().map(|one| one.crew).collect();
    let view = PlanView {
        title: format!("#{} {}", incident.id.0, names.kind(&incident.kind)),
        steps: run.map(|run| steps(run, &locale)).unwrap_or_default(),
        notices: run.map(|run| notices(run, &locale)).unwrap_or_default(),
        page,
        who: &who,
        reason: &open.reason,
        focus_reason: std::mem::take(&mut open.focus_reason),
        now: shown.now,
        locale: &locale,
    };
    let start = if let Page::Start { plan, alarm, .. } = &view.page { Some(((*plan).clone(), *alarm)) } else { None };
    let mut wishes = Vec::new();
    panel(&ctx, "plan dialog", &free, Align2::RIGHT_TOP, |ui| wishes = plan_ui(ui, &view));
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    let id = incident.id;
    for wish in wishes {
        match wish {
            PlanWish::Start => {
                let Some((plan, alarm)) = start.clone() else { continue };
                let words = t!("plan.task_words", plan = plan.name.of(&locale)).into_owned();
                let places = places_of(&plan, incident.place.at, Some(ground.0.as_ref()), &locale);
                let (plan, crews) = (Box::new(plan), crews.clone());
                intents.write(Intent::Order(Order::StartPlan { incident: id, plan, alarm, crews, places, words }));
                dialog.ask_anew(false);
            }
            PlanWish::Strike => {
                let words = run.map(|run| t!("plan.task_words", plan = run.plan.name.of(&locale)).into_owned());
                let (crews, words) = (crews.clone(), words.unwrap_or_default());
                intents.write(Intent::Order(Order::StrikeNext { incident: id, crews, words }));
                dialog.ask_anew(false);
            }
            other => {
                let step = carry_out(other, dialog, drafts, (&shown.hall, now));
                intents.write_batch(step.map(|step| Intent::Order(Order::MovePlan { incident: id, step })));
            }
        }
    }
    Ok(())
}

/// Do what was wished, at this second, but for what sends somebody: what becomes of the plan.
pub(super) fn carry_out(
    wish: PlanWish,
    dialog: &mut PlanDialog,
    drafts: &mut Drafts,
    (hall, secs): (&Hall, f32),
) -> Option<PlanMove> {
    let open = dialog.open.as_mut()?;
    match wish {
        PlanWish::Choose(at) => (open.chosen, open.alarm) = (at, None),
        PlanWish::Alarm(alarm) => open.alarm = Some(alarm),
        PlanWish::ShowNext => {
            let next = !open.next;
            dialog.ask_anew(next);
        }
        PlanWish::Tick(step) => return Some(PlanMove::Done { step, words: String::new() }),
        PlanWish::Read(notice) => return Some(PlanMove::Read { notice }),
        PlanWish::Skip(step) => return Some(PlanMove::Skip { step, reason: give_reason(open, drafts, hall, secs) }),
        PlanWish::End => {
            let reason = give_reason(open, drafts, hall, secs);
            dialog.open = None;
            return Some(PlanMove::End { reason });
        }
        PlanWish::Reason(reason) => {
            drafts.write_reason(hall, open.incident, &reason);
            open.reason = reason;
        }
        PlanWish::WriteReason => open.focus_reason = true,
        PlanWish::Close => dialog.stow(drafts),
        PlanWish::Start | PlanWish::Strike => {}
    }
    None
}

/// The reason goes with an order: it stays until the hub has it.
fn give_reason(open: &mut Open, drafts: &mut Drafts, hall: &Hall, secs: f32) -> String {
    let reason = std::mem::take(&mut open.reason);
    drafts.give();
    drafts.send_reason(hall, open.incident, reason.clone(), secs);
    reason
}

/// What the alarms of a plan bring, from one on up to another.
fn brings<'a>(
    shown: &Shown,
    incident: &Incident,
    plan: &Plan,
    (from, upto): (u8, u8),
    wanted: Vec<(CrewKind, usize)>,
    goes: Option<&'a [Goes]>,
    who: &dyn Fn(&str) -> String,
) -> Brings<'a> {
    let departments = departments_of(&shown.hall, incident.id, plan, from, upto);
    let departments = departments.into_iter().map(|(code, leads)| (who(&code), leads)).collect();
    let alarms = plan.alarms.iter().take(usize::from(upto)).skip(usize::from(from) - 1);
    let told = alarms.flat_map(|alarm| &alarm.notices).map(|notice| who(&notice.to)).collect();
    Brings { departments, wanted, goes, told }
}

/// What a department is called.
fn department(kinds: &Kinds, code: &str, locale: &str) -> String {
    let known = kinds.0.as_ref().and_then(|kinds| kinds.departments().get(code));
    known.map_or_else(|| code.to_owned(), |department| department.name(locale).to_owned())
}
