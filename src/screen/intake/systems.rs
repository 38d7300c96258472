//! The dialog in its engine.

mod turn;

use bevy::ecs::message::MessageCursor;
use bevy::prelude::*;
use bevy::time::Real;
use bevy::window::RequestRedraw;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Align2, Key, Modifiers};
use rust_i18n::t;

use super::draft::Draft;
use super::drawer::Drawer;
use super::model::{MOST, PlaceHit, Places, would_be};
use super::panel::{AlikeShown, Field, IntakeView, IntakeWish, KindShown, intake_ui};
use super::reason;
use crate::config::Likely;
use crate::domain::call::SOURCE;
use crate::domain::{IncidentId, Moment, Order, Seq};
use crate::link::LinkState;
use crate::screen::card::model::Around;
use crate::screen::form::{self, Nearby};
use crate::screen::input::{Clicks, TakeKey};
use crate::screen::look::{tokens, words};
use crate::screen::names::{CityNames, Kinds};
use crate::screen::receive::Refused;
use crate::screen::sets::{HallSet, PaintSet};
use crate::screen::shown::{CityView, ClicksTaken, FlyTo, FreeArea, Ground, Guard, Intent, ScreenKind, Shown, Target};
use crate::screen::situation::Names;
use crate::screen::tools::paint::{GroundPainter, ground_under};
use crate::screen::tools::{ToolSet, UserFolder, panel};

/// The newest cases that are learnt from when the dialog is opened.
const LEARN_FROM: usize = 3_000;
/// Seconds between two looks for cases that may be the same, while nothing else changes.
const LOOK_SECS: f32 = 2.0;
/// Seconds after the first change that is not kept yet until the draft is kept: whoever types on and on loses no more.
const KEEP_SECS: f32 = 0.5;
/// Metres from a place that was chosen that the camera stops at.
const NEAR_M: f64 = 700.0;

/// The dialog.
#[derive(Resource, Default)]
pub struct Intake {
    open: bool,
    draft: Draft,
    likely: Option<(Likely, Seq)>,
    kind_typed: String,
    kinds: Vec<KindShown>,
    marked_kind: usize,
    places: Vec<PlaceHit>,
    marked_place: usize,
    alike: Vec<AlikeShown>,
    /// Components that it may be about.
    components: Vec<Nearby>,
    focus: Option<Field>,
    note: Option<String>,
    picking: bool,
    /// It is on its way.
    sent: bool,
    /// Where drafts are kept, those of others among them.
    file: Option<Drawer>,
    /// The draft as the file has it.
    kept: Option<Draft>,
    /// Since when something is changed and not kept, on the screen's clock.
    changed_at: Option<f32>,
    looked_at: f32,
}

impl Intake {
    /// Whether the dialog is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// The place so far.
    fn wants_clicks(&self) -> bool {
        self.open && !self.sent && (self.picking || self.draft.at.is_none())
    }

    /// Open it, with what was taken down so far.
    fn show(&mut self, now: Moment) {
        if self.draft.is_empty() && !self.sent {
            self.begin(now);
        }
        self.open = true;
        self.focus = Some(Field::Text);
    }

    fn begin(&mut self, now: Moment) {
        let file = self.file.take();
        *self = Self { open: true, draft: Draft::new(now), focus: Some(Field::Text), file, ..Self::default() };
    }
}

/// Adds the dialog.
pub struct IntakePlugin;

impl Plugin for IntakePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Intake>()
            .init_resource::<ClicksTaken>()
            .init_resource::<UserFolder>()
            .init_resource::<Clicks>()
            .add_message::<Refused>()
            .add_message::<Intent>()
            .add_message::<RequestRedraw>()
            .add_systems(Startup, turn::restore)
            .add_systems(Update, (turn::turn, click, settle).chain().in_set(HallSet::Decide).run_if(at_a_desk))
            .add_systems(EguiPrimaryContextPass, tool.in_set(PaintSet::City).before(ToolSet).run_if(at_a_desk));
    }
}

fn at_a_desk(
    kind: Option<Res<ScreenKind>>,
    shown: Option<Res<Shown>>,
    (ground, view): (Option<Res<Ground>>, Option<Res<CityView>>),
    kinds: Option<Res<Kinds>>,
) -> bool {
    let city = ground.is_some() && view.is_some() && kinds.is_some();
    kind.is_some_and(|kind| *kind == ScreenKind::Desk) && shown.is_some() && city
}

/// A click on the city is the place, while one is wanted.
fn click(
    clicks: Res<Clicks>,
    (view, ground, kinds): (Res<CityView>, Res<Ground>, Res<Kinds>),
    mut intake: ResMut<Intake>,
    mut taken: ResMut<ClicksTaken>,
    mut had: Local<bool>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    let intake = intake.bypass_change_detection();
    let wants = intake.wants_clicks();
    if *had != wants {
        *had = wants;
        taken.set_if_neq(ClicksTaken(wants));
    }
    if !wants {
        return;
    }
    for click in &clicks.all {
        let Some(at) = ground_under(&view, &ground.0, click.at) else { continue };
        let locale = rust_i18n::locale().to_string();
        let names = CityNames { city: &ground.0, kinds: &kinds, locale: &locale };
        let places = Places { city: &ground.0, names: &names, named: &|what| names.what(what) };
        let at = ground.0.frame().lonlat_from_metres(at);
        intake.draft.point_at(at, places.address_of(at));
        intake.places.clear();
        intake.picking = false;
        intake.focus = Some(Field::Kind);
        intake.changed_at.get_or_insert(0.0);
        intake.looked_at = f32::MIN;
        redraw.write(RequestRedraw);
    }
}

/// What became of a call that was sent: the hall has it, or it was refused, or the link was lost and gives it again.
fn settle(
    shown: Res<Shown>,
    mut refusals: MessageReader<Refused>,
    (mut wanted, mut intents): (Local<MessageCursor<Intent>>, ResMut<Messages<Intent>>),
    guard: Option<Res<Guard>>,
    mut intake: ResMut<Intake>,
) {
    let guarded = guard.is_some_and(|guard| guard.0);
    let wished: Vec<&Intent> = wanted.read(&intents).collect();
    let own = |intent: &&Intent| matches!(intent, Intent::Order(Order::TakeCall(call)) if call.report.source_id == intake.draft.id);
    let held = guarded && wished.iter().any(own);
    if !guarded && wished.iter().any(|intent| matches!(intent, Intent::TakeDown)) {
        intake.show(shown.now);
    }
    let refused = refusals.read().last().map(|refused| words::refusal(&refused.0));
    let intake = intake.bypass_change_detection();
    // Nobody's orders leave a screen that was locked meanwhile: it is there to be sent once it is unlocked.
    if held {
        (intake.sent, intake.note) = (false, None);
    }
    if !intake.sent {
        return;
    }
    let known = shown.hall.by_source(SOURCE, &intake.draft.id).map(|incident| incident.id);
    if let Some(id) = known {
        let goes_on = intake.draft.same_as.unwrap_or(id);
        intents.write(Intent::Select { target: Some(Target::Incident(goes_on)), fly: true });
        let file = intake.file.take().inspect(|file| file.write(None));
        *intake = Intake { file, ..Intake::default() };
        return;
    }
    if let Some(why) = refused {
        intake.sent = false;
        intake.open = true;
        intake.note = Some(why);
    } else if shown.link != LinkState::Live {
        intake.note = Some(t!("intake.cut_off").into_owned());
    }
}

/// The order that makes it a case, which is on its way from now on; none where something is missing, which is said.
fn send(intake: &mut Intake, file: bool, (kinds, ground): (&Kinds, &Ground)) -> Option<Order> {
    if intake.draft.text.trim().is_empty() && intake.draft.kind.is_none() {
        intake.note = Some(t!("intake.nothing").into_owned());
        return None;
    }
    let kind = chosen(intake).and_then(|kind| kinds.0.as_ref()?.kind(&kind.code))?;
    let faulty = kind.form.iter().find_map(|field| {
        let why = form::fault(field, intake.draft.answers.get(&field.code)?)?;
        Some((field, why))
    });
    if let Some((field, why)) = faulty {
        let name = field.name.of(&rust_i18n::locale()).to_owned();
        intake.note = Some(t!("answers.line", name = name, answer = why).into_owned());
        return None;
    }
    let locale = rust_i18n::locale().to_string();
    let names = CityNames { city: &ground.0, kinds, locale: &locale };
    let places = Places { city: &ground.0, names: &names, named: &|what| names.what(what) };
    let area = intake.draft.at.and_then(|at| places.area_of(at));
    let order = intake.draft.order(kind, area, file);
    intake.sent = true;
    intake.note = Some(t!("intake.sending").into_owned());
    Some(order)
}

/// The kind that it will be of: what was chosen, else the likeliest.
fn chosen(intake: &Intake) -> Option<&KindShown> {
    match &intake.draft.kind {
        Some(code) => intake.kinds.iter().find(|kind| kind.code == *code),
        None => intake.kinds.first(),
    }
}

fn tool(
    mut contexts: EguiContexts,
    (shown, ground, kinds): (Res<Shown>, Res<Ground>, Res<Kinds>),
    (view, free, time, guard): (Res<CityView>, Res<FreeArea>, Res<Time<Real>>, Option<Res<Guard>>),
    mut intake: ResMut<Intake>,
    (mut flights, mut intents): (MessageWriter<FlyTo>, MessageWriter<Intent>),
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let intake = intake.bypass_change_detection();
    let now = time.elapsed_secs();
    keep(intake, now, &ctx);
    // A locked screen shows nobody who called, and takes nothing down.
    if guard.is_some_and(|guard| guard.0) {
        intake.focus.get_or_insert(Field::Text);
        return Ok(());
    }
    if ctx.input_mut(|input| input.take_key(Modifiers::COMMAND, Key::N)) {
        intake.show(shown.now);
        ctx.request_repaint();
    }
    if !intake.open {
        return Ok(());
    }
    let locale = rust_i18n::locale().to_string();
    let names = CityNames { city: &ground.0, kinds: &kinds, locale: &locale };
    let places = Places { city: &ground.0, names: &names, named: &|what| names.what(what) };
    learn(intake, &shown, &kinds);
    if intake.kinds.is_empty() {
        propose_kinds(intake, &names);
    }
    if now - intake.looked_at > LOOK_SECS {
        intake.looked_at = now;
        look_for_others(intake, &shown, &names);
    }
    ctx.request_repaint_after(std::time::Duration::from_secs_f32(LOOK_SECS));
    if let Some(at) = intake.draft.at {
        let painter = GroundPainter::new(&ctx, "intake place", &view, &ground.0);
        painter.point(ground.0.frame().metres_from_lonlat(at), 7.0, tokens::ACCENT.egui());
    }
    let form = chosen(intake).map_or(&[][..], |kind| names.form(&kind.code));
    let answers_for = chosen(intake).zip(kinds.0.as_ref());
    let answers_for = answers_for.and_then(|(kind, known)| reason::departments(known, &kind.code, &locale));
    let casualties = intake.draft.casualties();
    let answers = intake.draft.with_proposed(form, &casualties);
    let seen = IntakeView {
        draft: &intake.draft,
        answers: &answers,
        casualties: &casualties,
        kind_typed: &intake.kind_typed,
        kinds: &intake.kinds,
        marked_kind: intake.marked_kind,
        kind: chosen(intake),
        form,
        components: &intake.components,
        locale: &locale,
        places: &intake.places,
        marked_place: intake.marked_place,
        alike: &intake.alike,
        answers_for,
        focus: intake.focus,
        note: intake.note.clone(),
        sent: intake.sent,
        picking: intake.wants_clicks(),
    };
    let mut wishes = Vec::new();
    panel(&ctx, "intake", &free, Align2::LEFT_TOP, |ui| wishes = intake_ui(ui, &seen));
    intake.focus = None;
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    for wish in wishes {
        if let IntakeWish::Send(file) = wish
            && !intake.sent
        {
            intents.write_batch(send(intake, file, (&kinds, &ground)).map(Intent::Order));
        } else {
            carry_out(intake, wish, (&names, &places), now, &mut flights, &ground);
        }
    }
    Ok(())
}

/// Keep what was typed, a moment after the first change since it was kept last.
fn keep(intake: &mut Intake, now: f32, ctx: &egui::Context) {
    let Some(at) = intake.changed_at else { return };
    if now - at < KEEP_SECS {
        ctx.request_repaint_after(std::time::Duration::from_secs_f32(KEEP_SECS - (now - at)));
        return;
    }
    intake.changed_at = None;
    let draft = Some(&intake.draft).filter(|draft| !draft.is_empty());
    if draft != intake.kept.as_ref() {
        if let Some(file) = &intake.file {
            file.write(draft);
        }
        intake.kept = draft.cloned();
    }
}

/// What the catalogue and the cases at hand say of texts, read anew with the catalogue and for each call.
fn learn(intake: &mut Intake, shown: &Shown, kinds: &Kinds) {
    if intake.likely.is_some() {
        return;
    }
    let Some(catalogue) = &kinds.0 else { return };
    let mut likely = Likely::new(catalogue);
    for incident in shown.hall.incidents().rev().take(LEARN_FROM) {
        likely.learn(&incident.text, &incident.kind);
    }
    intake.likely = Some((likely, shown.hall.upto()));
    intake.kinds.clear();
}

fn propose_kinds(intake: &mut Intake, names: &CityNames<'_>) {
    let Some((likely, _)) = &intake.likely else { return };
    let Some(catalogue) = &names.kinds.0 else { return };
    let shown = |code: &str, why: String| {
        let kind = catalogue.kind(code)?;
        Some(KindShown { code: code.to_owned(), name: names.kind(code), grade: kind.grade, why })
    };
    intake.marked_kind = 0;
    intake.kinds = if intake.kind_typed.trim().is_empty() {
        let proposals = likely.kinds(&intake.draft.text, MOST);
        proposals.iter().filter_map(|one| shown(&one.code, reason::of_kind(one, &names.kind(&one.code)))).collect()
    } else {
        let found = likely.typed(&intake.kind_typed, MOST);
        found.into_iter().filter_map(|code| shown(code, code.to_owned())).collect()
    };
    if let Some(code) = &intake.draft.kind
        && intake.kinds.iter().all(|kind| kind.code != *code)
        && let Some(kind) = shown(code, t!("intake.because_chosen").into_owned())
    {
        intake.kinds.insert(0, kind);
        intake.kinds.truncate(MOST);
    }
}

fn propose_places(intake: &mut Intake, places: &Places<'_>) {
    intake.marked_place = 0;
    intake.places = if intake.draft.address.trim().is_empty() {
        places.in_text(&intake.draft.text).into_iter().collect()
    } else {
        places.typed(&intake.draft.address)
    };
}

fn look_for_others(intake: &mut Intake, shown: &Shown, names: &CityNames<'_>) {
    let Some(kind) = chosen(intake).map(|kind| kind.code.clone()) else {
        intake.alike.clear();
        intake.components.clear();
        return;
    };
    intake.components = intake.draft.at.map(|at| names.components(at, &kind)).unwrap_or_default();
    let one = would_be(&intake.draft, &kind);
    let found = shown.hall.alike_to(&one, 3).into_iter().filter_map(|alike| {
        let other = shown.hall.incident(alike.id)?;
        Some(AlikeShown { alike, name: names.kind(&other.kind), grade: other.grade, why: reason::of_alike(&alike) })
    });
    intake.alike = found.collect();
    let still = |id: IncidentId| shown.hall.incident(id).is_some_and(|one| one.stage != crate::domain::Stage::Closed);
    intake.draft.same_as = intake.draft.same_as.filter(|id| still(*id));
}

fn carry_out(
    intake: &mut Intake,
    wish: IntakeWish,
    (names, places): (&CityNames<'_>, &Places<'_>),
    now: f32,
    flights: &mut MessageWriter<FlyTo>,
    ground: &Ground,
) {
    if intake.sent && wish != IntakeWish::Close {
        return;
    }
    intake.changed_at.get_or_insert(now);
    intake.note = None;
    match wish {
        IntakeWish::Text(text) => {
            intake.draft.text = text;
            propose_kinds(intake, names);
            if intake.draft.at.is_none() {
                propose_places(intake, places);
            }
        }
        IntakeWish::Address(address) => {
            intake.draft.type_address(address);
            match intake.draft.at {
                // `Enter` goes on, and takes no other place instead.
                Some(_) => intake.places.clear(),
                None => propose_places(intake, places),
            }
        }
        IntakeWish::KindTyped(typed) => {
            intake.kind_typed = typed;
            intake.draft.kind = None;
            propose_kinds(intake, names);
        }
        IntakeWish::Name(name) => intake.draft.name = name,
        IntakeWish::Phone(phone) => intake.draft.phone = phone,
        IntakeWish::WantsAnswer(answer) => intake.draft.answer = answer,
        IntakeWish::Answer(field, answer) => intake.draft.answers.set(&field, &answer),
        IntakeWish::Grade(grade) => intake.draft.grade = Some(grade),
        IntakeWish::MarkKind(at) => intake.marked_kind = at,
        IntakeWish::MarkPlace(at) => intake.marked_place = at,
        IntakeWish::TakeKind(at) => {
            intake.draft.kind = intake.kinds.get(at).map(|kind| kind.code.clone());
            intake.kind_typed.clear();
            propose_kinds(intake, names);
        }
        IntakeWish::TakePlace(at) => {
            if let Some(hit) = intake.places.get(at).cloned() {
                flights.write(FlyTo { target: ground.0.frame().metres_from_lonlat(hit.at), distance: Some(NEAR_M) });
                intake.draft.take_place(hit.address, hit.at, hit.why.is_pointed());
                intake.places.clear();
                intake.picking = false;
            }
        }
        IntakeWish::Same(id) => {
            intake.draft.same_as = if intake.draft.same_as == Some(id) { None } else { Some(id) };
        }
        IntakeWish::Pick => intake.picking = !intake.picking,
        IntakeWish::Next(field) => {
            let form = chosen(intake).map_or(0, |kind| names.form(&kind.code).len());
            intake.focus = Some(field.next(form));
        }
        // Sent by whoever has the link.
        IntakeWish::Send(_) => {}
        IntakeWish::Clear => {
            let began = intake.draft.began;
            let file = intake.file.take();
            if let Some(file) = &file {
                file.write(None);
            }
            intake.begin(began);
            intake.file = file;
        }
        IntakeWish::Close => intake.open = false,
    }
    intake.looked_at = f32::MIN;
}
