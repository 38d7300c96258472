//! The dialog in its engine: asks who could go, beside the screen, and sends who was chosen.

use std::sync::{Arc, OnceLock};

use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, block_on, poll_once};
use bevy::time::Real;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::Align2;

use super::lines::{self, takes_tasks};
use super::model::{Question, Ranking, Scope, choose_all, chosen_again, lead, proposal, question, rank, room, toggle};
use super::panel::{DispatchView, DispatchWish, dispatch_ui};
use crate::domain::{Assignment, CrewId, Hall, IncidentId, Order, Part, Party, Stage};
use crate::ground::City;
use crate::ground::roads::Roads;
use crate::screen::card::crew::crew_name;
use crate::screen::drafts::{self, Drafts, Sending, Turned};
use crate::screen::names::{CityNames, Kinds};
use crate::screen::sets::{HallSet, PaintSet};
use crate::screen::shown::{CityView, Drawn, FreeArea, Ground, Intent, Picked, ScreenKind, Seat, Shown, Target};
use crate::screen::situation::Names;
use crate::screen::tools::{ToolSet, panel};
use crate::screen::units::Units;

/// Seconds of the screen's clock after which crews have moved enough to ask again.
const AGAIN_SECS: f32 = 2.0;
/// How often an answer is looked for.
const LOOK_MILLIS: u64 = 50;
/// Metres beside a line within which everybody is addressed.
const BESIDE_M: f64 = 200.0;

/// The dialog.
#[derive(Resource, Default)]
pub struct Dispatch {
    open: Option<Open>,
    roads: Arc<OnceLock<Roads>>,
    warming: bool,
    asked: Option<(IncidentId, Task<Ranking>)>,
}

/// What is being filled in.
struct Open {
    incident: IncidentId,
    chosen: Vec<Assignment>,
    sought: String,
    words: String,
    scope: Scope,
    ranking: Option<Ranking>,
    /// Somebody was proposed: the user decides from then on.
    proposed: bool,
    asked_at: Option<f32>,
}

impl Open {
    /// With what was written before, where something was.
    fn new(incident: IncidentId, before: Option<Sending>, hall: &Hall) -> Self {
        let proposed = before.is_some();
        let Sending { to, words } = before.unwrap_or_default();
        let has = |party: &Party| hall.task(incident, party).is_some();
        Self {
            incident,
            chosen: chosen_again(&to, has, has_lead(hall, incident)),
            sought: String::new(),
            words,
            scope: Scope::default(),
            ranking: None,
            proposed,
            asked_at: None,
        }
    }

    fn sending(&self) -> Sending {
        Sending { to: self.chosen.clone(), words: self.words.clone() }
    }
}

impl Dispatch {
    /// Whether the dialog is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Put the dialog away with what is written in it.
    fn stow(&mut self, drafts: &mut Drafts) {
        if self.open.take().is_some() {
            drafts.stow_sending();
        }
    }

    /// The crews that are chosen for an incident and not sent yet.
    pub(super) fn chosen_crews(&self, incident: IncidentId) -> Vec<CrewId> {
        let open = self.open.iter().filter(|open| open.incident == incident);
        let chosen = open.flat_map(|open| &open.chosen);
        chosen.filter_map(|one| if let Party::Crew(crew) = one.to { Some(crew) } else { None }).collect()
    }

    /// Make the road graph beside the screen, once.
    fn warm(&mut self, city: &Arc<City>) {
        if !std::mem::replace(&mut self.warming, true) {
            let (roads, city) = (Arc::clone(&self.roads), Arc::clone(city));
            let make = async move {
                roads.get_or_init(|| Roads::of(&city));
            };
            AsyncComputeTaskPool::get().spawn(make).detach();
        }
    }

    fn ask(&mut self, city: &Arc<City>, question: Question) {
        let (roads, city, incident) = (Arc::clone(&self.roads), Arc::clone(city), question.incident);
        let find = async move { rank(roads.get_or_init(|| Roads::of(&city)), &city, &question) };
        self.asked = Some((incident, AsyncComputeTaskPool::get().spawn(find)));
    }

    /// Take the answer, where it is there.
    fn take_answer(&mut self, has_lead: bool) {
        let Some((incident, task)) = &mut self.asked else { return };
        let Some(ranking) = block_on(poll_once(task)) else { return };
        let incident = *incident;
        self.asked = None;
        let Some(open) = self.open.as_mut().filter(|open| open.incident == incident) else { return };
        if !std::mem::replace(&mut open.proposed, true) {
            open.chosen = proposal(&ranking, has_lead);
        }
        open.ranking = Some(ranking);
    }
}

/// Adds the dialog and the lines; needs `UnitsPlugin` and the tools.
pub struct DispatchPlugin;

impl Plugin for DispatchPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Dispatch>()
            .init_resource::<Drafts>()
            .init_resource::<Drawn>()
            .init_resource::<Picked>()
            .init_resource::<Kinds>()
            .init_resource::<Seat>()
            .add_message::<Turned>()
            .add_systems(
                Update,
                (put_away.after(drafts::turn).run_if(on_message::<Turned>), open).chain().in_set(HallSet::Decide),
            )
            .add_systems(
                EguiPrimaryContextPass,
                (tool.run_if(at_a_desk), lines::paint.run_if(has_city)).chain().in_set(PaintSet::City).before(ToolSet),
            );
    }
}

fn has_city(shown: Option<Res<Shown>>, ground: Option<Res<Ground>>, view: Option<Res<CityView>>) -> bool {
    shown.is_some() && ground.is_some() && view.is_some()
}

fn at_a_desk(
    kind: Option<Res<ScreenKind>>,
    (shown, ground, view): (Option<Res<Shown>>, Option<Res<Ground>>, Option<Res<CityView>>),
) -> bool {
    kind.is_some_and(|kind| *kind == ScreenKind::Desk) && has_city(shown, ground, view)
}

/// Somebody else sits here: the dialog is not theirs. What was written in it is kept for its writer.
pub(super) fn put_away(mut dispatch: ResMut<Dispatch>) {
    dispatch.bypass_change_detection().open = None;
}

/// Open the dialog where somebody asks for it, with what was written in it before.
pub(super) fn open(
    mut intents: MessageReader<Intent>,
    shown: Option<Res<Shown>>,
    (mut dispatch, mut drafts): (ResMut<Dispatch>, ResMut<Drafts>),
) {
    let drafts = drafts.bypass_change_detection();
    for intent in intents.read() {
        if let (Intent::Dispatch(incident), Some(shown)) = (intent, &shown)
            && dispatch.open.as_ref().is_none_or(|open| open.incident != *incident)
        {
            dispatch.stow(drafts);
            let before = drafts.take_sending(&shown.hall, *incident);
            dispatch.open = Some(Open::new(*incident, before, &shown.hall));
        } else if let Intent::Plan(_) = intent {
            // Both stand in the same corner.
            dispatch.stow(drafts);
        }
    }
}

/// Whether somebody leads a case now.
fn has_lead(hall: &Hall, incident: IncidentId) -> bool {
    hall.tasks(incident).iter().any(|task| task.is_open() && task.part == Part::Lead)
}

/// Parts of the city that can be chosen from, the whole one first.
fn scopes(drawn: &Drawn) -> Vec<Scope> {
    let mut scopes = vec![Scope::City];
    scopes.extend(drawn.circle.map(|(middle, metres)| Scope::Circle(middle, metres)));
    if drawn.points.len() > 2 {
        scopes.push(Scope::Area(drawn.points.clone()));
    }
    if drawn.points.len() > 1 {
        scopes.push(Scope::Line(drawn.points.clone(), BESIDE_M));
    }
    scopes
}

fn tool(
    mut contexts: EguiContexts,
    (shown, ground, picked, kinds): (Res<Shown>, Res<Ground>, Res<Picked>, Res<Kinds>),
    (units, free, drawn, time): (Res<Units>, Res<FreeArea>, Res<Drawn>, Res<Time<Real>>),
    (mut dispatch, mut drafts): (ResMut<Dispatch>, ResMut<Drafts>),
    mut intents: MessageWriter<Intent>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let (dispatch, drafts) = (dispatch.bypass_change_detection(), drafts.bypass_change_detection());
    let Some(Target::Incident(selected)) = picked.selected else {
        dispatch.stow(drafts);
        return Ok(());
    };
    dispatch.warm(&ground.0);
    let Some(open) = &mut dispatch.open else {
        // What was refused is there again, to be sent once more.
        if drafts.sends_again(&shown.hall, selected) {
            intents.write(Intent::Dispatch(selected));
            ctx.request_repaint();
        }
        return Ok(());
    };
    let incident = shown.hall.incident(open.incident).filter(|incident| takes_tasks(incident.stage));
    let Some(incident) = incident.filter(|incident| incident.id == selected) else {
        dispatch.stow(drafts);
        return Ok(());
    };
    // What was drawn may be another one since, or gone.
    let scopes = scopes(&drawn);
    if !scopes.contains(&open.scope) {
        let same = |scope: &&Scope| std::mem::discriminant(*scope) == std::mem::discriminant(&open.scope);
        open.scope = scopes.iter().find(same).cloned().unwrap_or_default();
        open.asked_at = None;
    }
    let now = time.elapsed_secs();
    let due = open.asked_at.is_none_or(|at| now - at >= AGAIN_SECS);
    let has_lead = has_lead(&shown.hall, incident.id);
    if due && let Some(catalogue) = &kinds.0 {
        open.asked_at = Some(now);
        let crews = units.iter().map(|(crew, track)| (crew, track.kind, track.status, track.place(now)));
        if let Some(question) = question(&shown.hall, incident, catalogue, &ground.0, crews, &open.scope) {
            dispatch.ask(&ground.0, question);
        }
    }
    dispatch.take_answer(has_lead);
    let wait = if dispatch.asked.is_some() { LOOK_MILLIS } else { 1_000 };
    ctx.request_repaint_after(std::time::Duration::from_millis(wait));
    let Some(open) = &mut dispatch.open else { return Ok(()) };
    let locale = rust_i18n::locale().to_string();
    let names = CityNames { city: &ground.0, kinds: &kinds, locale: &locale };
    let name = |party: &Party| party_name(party, Some(&units), &kinds, &locale);
    let view = DispatchView {
        title: format!("#{} {}", incident.id.0, names.kind(&incident.kind)),
        ranking: open.ranking.as_ref(),
        name: &name,
        sought: &open.sought,
        chosen: &open.chosen,
        room: room(&shown.hall, incident.id),
        words: &open.words,
        scope: &open.scope,
        drawn: scopes.len() > 1,
        stage: incident.stage,
    };
    let mut wishes = Vec::new();
    panel(&ctx, "dispatch", &free, Align2::RIGHT_TOP, |ui| wishes = dispatch_ui(ui, &view));
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    let seen = (&*shown, scopes.as_slice(), has_lead, now);
    for wish in wishes {
        intents.write_batch(carry_out(wish, dispatch, drafts, seen));
    }
    Ok(())
}

/// Do what was wished: with these parts of the city to choose from, with or without one who leads, at this second.
pub(super) fn carry_out(
    wish: DispatchWish,
    dispatch: &mut Dispatch,
    drafts: &mut Drafts,
    (shown, scopes, has_lead, secs): (&Shown, &[Scope], bool, f32),
) -> Option<Intent> {
    let open = dispatch.open.as_mut()?;
    let incident = open.incident;
    match wish {
        DispatchWish::NextScope => {
            let at = scopes.iter().position(|scope| *scope == open.scope).unwrap_or_default();
            open.scope = scopes.get((at + 1) % scopes.len().max(1)).cloned().unwrap_or_default();
            (open.asked_at, open.ranking) = (None, None);
            return None;
        }
        DispatchWish::Seek(sought) => {
            open.sought = sought;
            return None;
        }
        DispatchWish::Send => {
            let sending = open.sending();
            let Sending { to, words } = sending.clone();
            dispatch.open = None;
            drafts.send_sending(&shown.hall, incident, sending, secs);
            return Some(Intent::Order(Order::GiveTasks { incident, to, words }));
        }
        DispatchWish::Without => {
            dispatch.open = None;
            drafts.drop_sending();
            return Some(Intent::Order(Order::AdvanceIncident { incident, stage: Stage::Dispatched }));
        }
        DispatchWish::Close => {
            dispatch.open = None;
            drafts.drop_sending();
            return None;
        }
        DispatchWish::Toggle(party) | DispatchWish::Lead(party)
            if open.chosen.len() >= room(&shown.hall, incident) && open.chosen.iter().all(|one| one.to != party) =>
        {
            return None;
        }
        DispatchWish::Toggle(party) => toggle(&mut open.chosen, &party, has_lead),
        DispatchWish::Lead(party) if has_lead => toggle(&mut open.chosen, &party, has_lead),
        DispatchWish::Lead(party) => {
            if open.chosen.iter().all(|one| one.to != party) {
                toggle(&mut open.chosen, &party, has_lead);
            }
            lead(&mut open.chosen, &party);
        }
        DispatchWish::All(parties) => choose_all(&mut open.chosen, &parties, room(&shown.hall, incident), has_lead),
        DispatchWish::Words(words) => open.words = words,
    }
    drafts.write_sending(&shown.hall, incident, &open.sending());
    None
}

/// What a party is called.
#[must_use]
pub fn party_name(party: &Party, units: Option<&Units>, kinds: &Kinds, locale: &str) -> String {
    match party {
        Party::Crew(crew) => {
            let track = units.and_then(|units| units.track(*crew));
            track.map_or_else(|| format!("#{}", crew.0), |track| crew_name(track.kind, *crew))
        }
        Party::Department(code) => {
            let known = kinds.0.as_ref().and_then(|kinds| kinds.departments().get(code));
            known.map_or_else(|| code.clone(), |department| department.name(locale).to_owned())
        }
    }
}
