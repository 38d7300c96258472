//! The desk in its engine: reads resources, draws the panels, sends what the user did.

use crate::screen::sets::PaintSet;
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Area, Frame, Id, Key, LayerId, Margin, Order, Rect, Sense, Stroke, UiBuilder, pos2, vec2};
use rust_i18n::t;

use super::band::{BandWish, alarm_frame, band_ui};
use super::help::{HelpWish, help_ui};
use super::model::{Filter, neighbour, visible};
use super::queue::{QueueView, QueueWish, queue_ui};
use crate::domain::{IncidentId, LonLat, Moment, Seq};
use crate::link::LinkState;
use crate::screen::card::crew::crew_card;
use crate::screen::card::model::{Card, incident_card};
use crate::screen::card::panel::{CardView, CardWish, Form, card_ui};
use crate::screen::card::thing::thing_card;
use crate::screen::compass::model::scale_bar;
use crate::screen::compass::panel::{CompassView, CompassWish, compass_ui};
use crate::screen::look::{self, theme::Theme, tokens, words};
use crate::screen::names::{CityNames, Kinds, attribution, city_name, gcj02};
use crate::screen::receive::Refused;
use crate::screen::shown::{CityView, FreeArea, Ground, Intent, Picked, ScreenKind, SelectedAt, Shown, Target};
use crate::screen::situation::{Names, Situation};
use crate::screen::twin::quality::Quality;
use crate::screen::units::Units;
use crate::screen::units::legend::{kind_key, status_key};

/// What the desk remembers between frames.
#[derive(Resource, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own that a key or button turns")]
pub(super) struct Desk {
    filter: Filter,
    form: Option<Form>,
    focus_form: bool,
    focus_search: bool,
    reveal: bool,
    asking_mode: bool,
    help: bool,
    gcj02: bool,
    refused: Option<String>,
    selected: Option<Target>,
    situation: Situation,
    visible: Vec<usize>,
    read_at: Option<ReadAt>,
    card: Option<Card>,
}

/// What the situation was read from; another one is read anew.
#[derive(Debug, Clone, PartialEq)]
struct ReadAt {
    upto: Seq,
    minute: i64,
    link: LinkState,
    locale: String,
    filter: Filter,
    selected: Option<Target>,
    streets: bool,
}

/// Show the keys.
#[derive(Message, Debug, Clone, Copy)]
pub struct OpenHelp;

/// Adds the desk; needs [`crate::screen::decide::plugin`] and an egui context.
pub fn plugin(app: &mut App) {
    app.init_resource::<Desk>()
        .add_message::<OpenHelp>()
        .init_resource::<SelectedAt>()
        .init_resource::<FreeArea>()
        .add_systems(EguiPrimaryContextPass, desk.in_set(PaintSet::Panels).run_if(resource_equals(ScreenKind::Desk)));
}

/// What the desk reads.
#[derive(SystemParam)]
struct Seen<'w, 's> {
    shown: Res<'w, Shown>,
    picked: Res<'w, Picked>,
    ground: Res<'w, Ground>,
    kinds: Res<'w, Kinds>,
    view: Option<Res<'w, CityView>>,
    selected_at: Res<'w, SelectedAt>,
    quality: Res<'w, Quality>,
    refused: MessageReader<'w, 's, Refused>,
    units: Option<Res<'w, Units>>,
}

impl Seen<'_, '_> {
    fn names<'a>(&'a self, locale: &'a str) -> CityNames<'a> {
        CityNames { city: &self.ground.0, kinds: &self.kinds, locale }
    }
}

fn desk(
    mut contexts: EguiContexts,
    mut seen: Seen,
    mut desk: ResMut<Desk>,
    mut free: ResMut<FreeArea>,
    mut intents: MessageWriter<Intent>,
    mut worn: Local<Option<Theme>>,
    mut help: MessageReader<OpenHelp>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    if look::dress(&ctx, &mut worn) {
        return Ok(());
    }
    let desk = desk.bypass_change_detection();
    let utc_offset_secs = crate::screen::names::utc_offset_secs(seen.shown.now);
    for Refused(refusal) in seen.refused.read() {
        desk.refused = Some(t!(refusal.key()).into_owned());
    }
    desk.help |= help.read().count() > 0;
    let mut wishes = Vec::new();
    let before = desk.touched();
    keys(&ctx, desk, &mut wishes);
    desk.read(&seen, utc_offset_secs);
    desk.read_crew(&seen);
    let areas = Places::on(ctx.content_rect(), desk.card.is_some());
    leader_ui(&ctx, desk, &areas, seen.selected_at.0);
    if let Some(target) = seen.picked.hovered.filter(|target| Some(*target) != seen.picked.selected) {
        let locale = rust_i18n::locale().to_string();
        let names = seen.names(&locale);
        hover_ui(&ctx, areas.free, hover_text(target, &seen.shown, &names));
    }
    // A stopped demo changes neither facts nor time, so it is looked at in every pass.
    desk.situation.demo = seen.shown.demo.then_some(seen.shown.rate);
    pane(&ctx, "band", areas.band, Margin::symmetric(16, 0), |ui| {
        for wish in band_ui(ui, &desk.situation, desk.asking_mode) {
            match wish {
                BandWish::Hall(intent) => wishes.push(intent),
                BandWish::AskMode(ask) => desk.asking_mode = ask,
            }
        }
    });
    if let Some(area) = areas.queue {
        pane(&ctx, "queue", area, Margin::same(12), |ui| desk.queue(ui, &mut wishes));
    }
    if let Some(area) = areas.card {
        pane(&ctx, "card", area, Margin::same(16), |ui| desk.card(ui, seen.shown.now, utc_offset_secs, &mut wishes));
    }
    let compass = compass_view(&ctx, &seen, &areas, desk.gcj02);
    pane(&ctx, "status", areas.status, Margin::symmetric(12, 0), |ui| {
        for wish in compass_ui(ui, &compass) {
            match wish {
                CompassWish::Hall(intent) => wishes.push(intent),
                CompassWish::Gcj02(on) => desk.gcj02 = on,
                CompassWish::Help => desk.help = !desk.help,
            }
        }
    });
    if desk.situation.open_of(crate::domain::Grade::I) > 0 {
        alarm_frame(&ctx);
    }
    match desk.help.then(|| help_ui(&ctx, *seen.quality)).flatten() {
        Some(HelpWish::Close) => desk.help = false,
        Some(HelpWish::Quality(quality)) => wishes.push(Intent::Quality(quality)),
        None => {}
    }
    let middle = bevy::math::Rect::new(areas.free.left(), areas.free.top(), areas.free.right(), areas.free.bottom());
    free.set_if_neq(FreeArea(Some(middle)));
    // What was touched shows in the next pass.
    if !wishes.is_empty() || desk.touched() != before {
        ctx.request_repaint();
    }
    intents.write_batch(wishes);
    Ok(())
}

impl Desk {
    /// What the user can change without the hall.
    fn touched(&self) -> (Filter, Option<Form>, [bool; 6]) {
        let flags = [self.focus_form, self.focus_search, self.reveal, self.asking_mode, self.help, self.gcj02];
        (self.filter.clone(), self.form.clone(), flags)
    }

    /// Read situation and card anew where what they come from has changed.
    fn read(&mut self, seen: &Seen, utc_offset_secs: i32) {
        let shown = &seen.shown;
        let selected = seen.picked.selected;
        if self.selected != selected {
            self.selected = selected;
            self.reveal = true;
            self.form = None;
            self.refused = None;
        }
        let locale = rust_i18n::locale().to_string();
        let read_at = ReadAt {
            upto: shown.hall.upto(),
            minute: shown.now.0.div_euclid(60_000),
            link: shown.link,
            locale,
            filter: self.filter.clone(),
            selected,
            streets: seen.ground.0.lookups_ready(),
        };
        if self.read_at.as_ref() == Some(&read_at) {
            return;
        }
        let names = seen.names(&read_at.locale);
        let city = city_name(&seen.ground.0);
        self.situation = Situation::read(&shown.hall, shown.link, shown.now, utc_offset_secs, &city, &names);
        self.visible = visible(&self.situation, &self.filter);
        self.card = selected.and_then(|target| match target {
            Target::Incident(id) => {
                let incident = shown.hall.incident(id)?;
                Some(Card::Incident(Box::new(incident_card(incident, shown.hall.over_at(id), &names))))
            }
            Target::Building(_) | Target::Place(_) | Target::Component(_) => {
                thing_card(target, &names).map(Card::Thing)
            }
            Target::Crew(_) | Target::Area(_) => None,
        });
        self.read_at = Some(read_at);
    }

    /// A crew's card is read anew whenever the desk is drawn: it moves.
    fn read_crew(&mut self, seen: &Seen) {
        let Some(Target::Crew(crew)) = seen.picked.selected else { return };
        let locale = rust_i18n::locale().to_string();
        let track = seen.units.as_ref().and_then(|units| units.track(crew));
        let speed_mps = track.map_or(0.0, |track| track.speed_mps);
        let position = seen.shown.crews.get(&crew);
        let card = |position| crew_card(position, speed_mps, seen.shown.now, &seen.names(&locale));
        self.card = position.map(card).map(Card::Thing);
    }

    fn selected_incident(&self) -> Option<IncidentId> {
        match self.selected {
            Some(Target::Incident(id)) => Some(id),
            _ => None,
        }
    }

    fn queue(&mut self, ui: &mut egui::Ui, wishes: &mut Vec<Intent>) {
        let view = QueueView {
            situation: &self.situation,
            visible: &self.visible,
            filter: &self.filter,
            selected: self.selected_incident(),
            reveal: std::mem::take(&mut self.reveal),
            focus_search: std::mem::take(&mut self.focus_search),
        };
        for wish in queue_ui(ui, &view) {
            match wish {
                QueueWish::Hall(intent) => wishes.push(intent),
                QueueWish::Filter(filter) => self.filter = filter,
            }
        }
    }

    fn card(&mut self, ui: &mut egui::Ui, now: Moment, utc_offset_secs: i32, wishes: &mut Vec<Intent>) {
        let Some(card) = &self.card else { return };
        let view = CardView {
            card,
            form: self.form.as_ref(),
            focus_form: std::mem::take(&mut self.focus_form),
            refused: self.refused.as_deref(),
            now,
            utc_offset_secs,
            can_order: self.situation.link == LinkState::Live,
        };
        let done = egui::ScrollArea::vertical().show(ui, |ui| card_ui(ui, &view)).inner;
        for wish in done {
            match wish {
                CardWish::Hall(intent) => {
                    if matches!(intent, Intent::Order(_)) {
                        self.refused = None;
                    }
                    wishes.push(intent);
                }
                CardWish::Form(form) => {
                    self.focus_form = self.form.is_none() && form.is_some();
                    self.form = form;
                }
                CardWish::Copy(text) => ui.ctx().copy_text(text),
            }
        }
    }
}

/// Keys that hold everywhere on the desk.
fn keys(ctx: &egui::Context, desk: &mut Desk, wishes: &mut Vec<Intent>) {
    let pressed = |key: Key| ctx.input(|i| i.modifiers.is_none() && i.key_pressed(key));
    if pressed(Key::F1) {
        desk.help = !desk.help;
    }
    if pressed(Key::F2) {
        wishes.push(Intent::SwitchLanguage);
    }
    if ctx.text_edit_focused() {
        return;
    }
    if pressed(Key::Slash) {
        desk.focus_search = true;
    }
    if pressed(Key::Escape) {
        if desk.help || desk.asking_mode {
            desk.help = false;
            desk.asking_mode = false;
        } else if desk.form.is_none() {
            wishes.push(Intent::Select { target: None, fly: false });
        }
    }
    for (key, grade) in [Key::Num1, Key::Num2, Key::Num3, Key::Num4].into_iter().zip(crate::domain::Grade::ALL) {
        if pressed(key) {
            desk.filter = desk.filter.toggled(grade);
        }
    }
    let in_queue = ctx.memory(|m| m.has_focus(super::queue::focus()));
    let down = pressed(Key::J) || (in_queue && pressed(Key::ArrowDown));
    let up = pressed(Key::K) || (in_queue && pressed(Key::ArrowUp));
    if down || up {
        let step = if down { 1 } else { -1 };
        if let Some(id) = neighbour(&desk.situation, &desk.visible, desk.selected_incident(), step) {
            wishes.push(Intent::Select { target: Some(Target::Incident(id)), fly: true });
        }
    }
    if pressed(Key::Enter) && desk.form.is_none() && desk.selected.is_some() {
        wishes.push(Intent::Select { target: desk.selected, fly: true });
    }
}

/// Where the panels are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Places {
    band: Rect,
    queue: Option<Rect>,
    card: Option<Rect>,
    status: Rect,
    /// What is left to the city.
    pub(super) free: Rect,
}

impl Places {
    pub(super) fn on(all: Rect, with_card: bool) -> Self {
        use tokens::desk::{BAND, CARD, NARROW, NARROW_BY, QUEUE, STATUS, TIGHT};
        let less = if all.width() < NARROW { NARROW_BY } else { 0.0 };
        let (top, foot) = (all.top() + BAND, all.bottom() - STATUS);
        // Of two columns one would hide the city: the card is what was asked for.
        let with_queue = !(with_card && all.width() < TIGHT);
        let left = if with_queue { all.left() + QUEUE - less } else { all.left() };
        let right = if with_card { all.right() - CARD + less } else { all.right() };
        Self {
            band: Rect::from_min_max(all.min, pos2(all.right(), top)),
            queue: with_queue.then(|| Rect::from_min_max(pos2(all.left(), top), pos2(left, foot))),
            card: with_card.then(|| Rect::from_min_max(pos2(right, top), pos2(all.right(), foot))),
            status: Rect::from_min_max(pos2(all.left(), foot), all.max),
            free: Rect::from_min_max(pos2(left, top), pos2(right, foot)),
        }
    }
}

/// A panel with a place of its own; it owns the pointer there.
fn pane(ctx: &egui::Context, name: &str, rect: Rect, margin: Margin, add: impl FnOnce(&mut egui::Ui)) {
    Area::new(Id::new(name))
        .order(Order::Middle)
        .fixed_pos(rect.min)
        .default_size(rect.size())
        .constrain(false)
        .movable(false)
        .show(ctx, |ui| {
            ui.allocate_rect(rect, Sense::hover());
            ui.painter().rect_filled(rect, 0.0, tokens::PANEL.egui());
            let line = Stroke::new(1.0, tokens::HAIRLINE.egui());
            ui.painter().rect_stroke(rect, 0.0, line, egui::StrokeKind::Inside);
            let inner = UiBuilder::new().max_rect(rect - margin);
            ui.scope_builder(inner, |ui| {
                ui.set_clip_rect(rect);
                Frame::NONE.show(ui, add);
            });
        });
}

/// What is under the pointer, in a few words.
fn hover_text(target: Target, shown: &Shown, names: &CityNames<'_>) -> Option<String> {
    match target {
        Target::Incident(id) => {
            let incident = shown.hall.incident(id)?;
            let age = words::age(shown.now.secs_since(incident.happened_at));
            Some(format!("{} {} · {age}", incident.grade.numeral(), names.kind(&incident.kind)))
        }
        Target::Building(_) | Target::Place(_) | Target::Component(_) => thing_card(target, names)?.name,
        // its outline has a note of its own
        Target::Area(_) => None,
        Target::Crew(crew) => {
            let position = shown.crews.get(&crew)?;
            let status = t!(status_key(position.status));
            Some(format!("{} {} · {status}", t!(kind_key(position.kind)), crew.0))
        }
    }
}

/// A note beside the pointer.
fn hover_ui(ctx: &egui::Context, free: Rect, text: Option<String>) {
    let at = ctx.input(|i| i.pointer.latest_pos()).filter(|at| free.contains(*at));
    let (Some(text), Some(at)) = (text, at) else { return };
    let painter = ctx.layer_painter(LayerId::new(Order::Background, Id::new("hover")));
    let galley = painter.layout_no_wrap(text, look::regular_font(tokens::desk::BODY), tokens::TEXT.egui());
    let size = galley.size() + vec2(tokens::desk::PAD * 2.0, tokens::desk::GAP);
    let most = (free.max - size).max(free.min);
    let note = Rect::from_min_size((at + vec2(16.0, 18.0)).clamp(free.min, most), size);
    painter.rect_filled(note, f32::from(tokens::desk::ROUND), tokens::PANEL.egui());
    painter.galley(note.center() - galley.size() / 2.0, galley, tokens::TEXT.egui());
}

/// The line from the selected thing to its card.
fn leader_ui(ctx: &egui::Context, desk: &Desk, areas: &Places, at: Option<Vec2>) {
    let (Some(card), Some(at)) = (areas.card, at) else { return };
    let at = pos2(at.x, at.y);
    if !areas.free.contains(at) {
        return;
    }
    let color = match &desk.card {
        Some(Card::Incident(card)) => tokens::grade(card.grade),
        _ => tokens::ACCENT,
    };
    let painter = ctx.layer_painter(LayerId::new(Order::Background, Id::new("leader")));
    let end = pos2(card.left(), card.top() + 34.0);
    let knee = pos2((end.x - 48.0).max(at.x), end.y);
    let stroke = Stroke::new(1.5, color.over_city());
    painter.line(vec![at, knee, end], stroke);
    painter.rect_filled(Rect::from_center_size(end, vec2(6.0, 6.0)), 0.0, color.over_city());
}

fn compass_view(ctx: &egui::Context, seen: &Seen, areas: &Places, in_gcj02: bool) -> CompassView {
    let attribution = attribution(&seen.ground.0);
    let Some(view) = seen.view.as_deref() else { return CompassView { attribution, ..Default::default() } };
    let frame = seen.ground.0.frame();
    let middle = Vec2::new(areas.free.center().x, areas.free.center().y);
    let city = &seen.ground.0;
    let scale = view.ground_at(city, middle).zip(view.ground_at(city, middle + Vec2::new(50.0, 0.0)));
    let metres_per_point = scale.map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1]) / 50.0);
    let pointer = ctx.input(|i| i.pointer.latest_pos()).filter(|at| areas.free.contains(*at));
    let pointer = pointer.and_then(|at| view.ground_at(city, Vec2::new(at.x, at.y)));
    let pointer = pointer.map(|at| frame.lonlat_from_metres(at)).and_then(|at| LonLat::new(at.lon, at.lat));
    CompassView {
        scale: metres_per_point.and_then(|m| scale_bar(m, 120.0)),
        heading: view.pose.heading,
        pointer: pointer.map(|at| if in_gcj02 { gcj02(at) } else { at }),
        gcj02: in_gcj02,
        attribution,
    }
}
