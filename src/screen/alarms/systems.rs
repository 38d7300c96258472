//! Alarms in their engine.

use std::collections::BTreeSet;

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Align2, Area, Frame, Id, Key, LayerId, Margin, Modifiers, Order as Layer, Stroke, vec2};

use super::list::{ListView, ListWish, list_ui};
use super::model::{AlarmWish, AlarmsShown, orders_of, own_area};
use super::sound::{Player, every_secs};
use super::strip::{height, strip};
use crate::domain::{AlarmId, Grade, Moment, Order, Seq};
use crate::screen::appearance::Appearance;
use crate::screen::look::tokens;
use crate::screen::names::{CityNames, Kinds};
use crate::screen::palette::PaletteSet;
use crate::screen::sets::PaintSet;
use crate::screen::shown::{AlarmRoom, FlyTo, FreeArea, Ground, Guard, Intent, ScreenKind, Shown, Target};
use crate::screen::situation::{Ledger, Sorting};

/// So many rows count as seen while the list is open; one while only the strip is.
const SEEN_ROWS: usize = 12;
/// Metres from which the place of an alarm is looked at.
const FLY_M: f64 = 900.0;

/// Show the list.
#[derive(Message, Debug, Clone, Copy, Default)]
pub struct OpenAlarms {
    /// With this one chosen, and beside its place; the most urgent one without.
    pub at: Option<AlarmId>,
}

/// What is shown, read anew where facts or seconds changed.
#[derive(Default)]
struct Read {
    of: Option<(Seq, Moment)>,
    shown: AlarmsShown,
    /// What folds under these stands below them.
    unfolded: BTreeSet<AlarmId>,
}

impl Read {
    fn at(&mut self, shown: &Shown) -> &AlarmsShown {
        let of = (shown.hall.upto(), shown.now);
        if self.of != Some(of) {
            self.of = Some(of);
            self.shown = AlarmsShown::read(shown.hall.alarms(), &own_area(&shown.who), &self.unfolded, shown.now);
        }
        &self.shown
    }

    /// Show what folds under one, or no more.
    fn unfold(&mut self, chosen: Option<AlarmId>) {
        if let Some(id) = chosen.filter(|id| !self.unfolded.remove(id)) {
            self.unfolded.insert(id);
        }
        self.of = None;
    }
}

/// The list of a desk.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
struct Desk {
    read: Read,
    open: bool,
    chosen: Option<AlarmId>,
    words: String,
    focus: bool,
    reveal: bool,
    mute: bool,
    /// What was said to be seen, so that it is said once.
    told: Option<(Seq, usize)>,
    player: Option<Player>,
    /// When the next sound is due, on egui's clock.
    sounds_at: f64,
}

/// Adds strip, list and sound; needs the desk and the wall.
pub fn plugin(app: &mut App) {
    app.init_resource::<FreeArea>()
        .init_resource::<AlarmRoom>()
        .add_message::<OpenAlarms>()
        .add_message::<Intent>()
        .add_message::<FlyTo>()
        .add_systems(
            EguiPrimaryContextPass,
            desk.after(PaintSet::City)
                .after(PaletteSet)
                .before(PaintSet::Panels)
                .run_if(resource_equals(ScreenKind::Desk).and_then(resource_exists::<Shown>)),
        )
        .add_systems(
            EguiPrimaryContextPass,
            wall.after(PaintSet::Panels).run_if(resource_equals(ScreenKind::Wall).and_then(resource_exists::<Shown>)),
        );
}

#[derive(SystemParam)]
struct Seen<'w> {
    shown: Res<'w, Shown>,
    free: Res<'w, FreeArea>,
    guard: Option<Res<'w, Guard>>,
    ground: Option<Res<'w, Ground>>,
    kinds: Option<Res<'w, Kinds>>,
}

fn desk(
    mut contexts: EguiContexts,
    seen: Seen,
    mut asked: MessageReader<OpenAlarms>,
    (mut intents, mut flights, mut room): (MessageWriter<Intent>, MessageWriter<FlyTo>, ResMut<AlarmRoom>),
    mut desk: Local<Desk>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let desk = &mut *desk;
    let opened = asked.read().count() > 0;
    let locked = seen.guard.as_ref().is_some_and(|guard| guard.0);
    let shown = desk.read.at(&seen.shown).clone();
    sound(&ctx, desk, &shown);
    let Some(free) = seen.free.0 else { return Ok(()) };
    let free = egui::Rect::from_min_max(egui::pos2(free.min.x, free.min.y), egui::pos2(free.max.x, free.max.y));
    let mut wishes = Vec::new();
    // What is free lies below the room that was left when it was laid out.
    let top = free.top() - room.points;
    let (clicked, points) = if shown.first().is_some() {
        let (clicked, high) = strip_of_desk(&ctx, egui::Rect { min: egui::pos2(free.left(), top), ..free }, &shown);
        (clicked, high + tokens::desk::PAD)
    } else {
        (false, 0.0)
    };
    leave_room(&ctx, &mut room, AlarmRoom { points, red: shown.calls_red() });
    if !locked {
        let shift = ctx.input_mut(|input| input.consume_key(Modifiers::SHIFT, Key::F10));
        let pressed = ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::F10));
        if let Some(first) = shown.first().filter(|_| shift) {
            desk.chosen = Some(first.id);
            wishes.push(ListWish::Do(AlarmWish::Acknowledge));
        }
        if opened || pressed || clicked {
            desk.open = opened || clicked || !desk.open;
            (desk.focus, desk.reveal) = (desk.open, true);
            desk.chosen = shown.rows.first().map(|row| row.id);
            ctx.request_repaint();
        }
        if desk.open {
            // What is gone leaves its place to the one that is most urgent.
            if desk.chosen.is_none_or(|id| shown.row(id).is_none()) {
                desk.chosen = shown.rows.first().map(|row| row.id);
            }
            wishes.extend(window(&ctx, free, &seen.shown, &shown, desk));
        }
        if let Some(post) = seen.shown.who.signs() {
            tell_seen(desk, &seen.shown, &shown, post, &mut intents);
        }
    }
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    for wish in wishes {
        carry_out(wish, desk, &seen, &shown, &mut intents, &mut flights);
    }
    if shown.calls() > 0 {
        if shown.calls_red() {
            red_frame(&ctx, tokens::desk::FRAME);
        }
        ctx.request_repaint_after(std::time::Duration::from_secs(1));
    }
    Ok(())
}

/// The frame of the whole screen while a red alarm calls.
fn red_frame(ctx: &egui::Context, width: f32) {
    let painter = ctx.layer_painter(LayerId::new(Layer::Foreground, Id::new("red alarm")));
    let stroke = Stroke::new(width, tokens::grade(Grade::I).egui());
    painter.rect_stroke(ctx.content_rect(), 0.0, stroke, egui::StrokeKind::Inside);
}

fn carry_out(
    wish: ListWish,
    desk: &mut Desk,
    seen: &Seen,
    shown: &AlarmsShown,
    intents: &mut MessageWriter<Intent>,
    flights: &mut MessageWriter<FlyTo>,
) {
    let wish = match wish {
        ListWish::Choose(id) => {
            (desk.chosen, desk.reveal) = (Some(id), true);
            return;
        }
        ListWish::Unfold => {
            desk.read.unfold(desk.chosen);
            return;
        }
        ListWish::Mute => {
            desk.mute = !desk.mute;
            return;
        }
        ListWish::Close => {
            desk.open = false;
            return;
        }
        ListWish::Do(wish) => wish,
    };
    let (Some(row), Some(post)) = (desk.chosen.and_then(|id| shown.row(id)), seen.shown.who.signs()) else { return };
    match wish {
        AlarmWish::Place => {
            let target = row.at.zip(seen.ground.as_ref());
            if let Some(target) = target.map(|(at, ground)| ground.0.frame().metres_from_lonlat(at)) {
                flights.write(FlyTo { target, distance: Some(FLY_M) });
                desk.open = false;
            }
        }
        AlarmWish::Case => match row.incident {
            Some(incident) => {
                intents.write(Intent::Select { target: Some(Target::Incident(incident)), fly: true });
                desk.open = false;
            }
            None if row.case_kind.is_empty() => {}
            None => {
                let text = case_text(row, &desk.words, seen);
                let (alarm, kind, grade) = (row.id, row.case_kind.clone(), row.level);
                intents.write(Intent::Order(Order::CaseOfAlarm { alarm, kind, grade, text }));
                desk.words.clear();
            }
        },
        AlarmWish::Acknowledge | AlarmWish::Shelve | AlarmWish::Mine => {
            let orders = orders_of(wish, row, &desk.words, post, seen.shown.now);
            if !orders.is_empty() {
                intents.write_batch(orders.into_iter().map(Intent::Order));
                desk.words.clear();
                // The next one is at hand at once.
                if wish == AlarmWish::Acknowledge {
                    desk.chosen = shown.rows.iter().find(|other| other.id != row.id && other.waits).map(|row| row.id);
                    desk.reveal = true;
                }
            }
        }
    }
    desk.focus = desk.open;
}

/// What a case of an alarm says: what is wrong, where, by which sensor, and what was written to it.
fn case_text(row: &super::model::AlarmRow, said: &str, seen: &Seen) -> String {
    let street = row.at.zip(seen.ground.as_ref()).zip(seen.kinds.as_deref()).and_then(|((at, ground), kinds)| {
        let locale = rust_i18n::locale().to_string();
        let names = CityNames { city: &ground.0, kinds, locale: &locale };
        crate::screen::situation::Names::street(&names, at)
    });
    let parts = [street.unwrap_or_default(), super::strip::title(row), row.values.clone(), row.source.clone()];
    let mut parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    parts.push(said.trim());
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// Say once what this post has before its eyes.
fn tell_seen(desk: &mut Desk, hall: &Shown, shown: &AlarmsShown, post: &str, intents: &mut MessageWriter<Intent>) {
    let rows = if desk.open { SEEN_ROWS } else { 1 };
    let now = (hall.hall.upto(), rows);
    if desk.told == Some(now) {
        return;
    }
    desk.told = Some(now);
    intents.write_batch(shown.unseen(post, rows).into_iter().map(Intent::Order));
}

/// Keep so much free for the strip and the frame from the next pass on.
fn leave_room(ctx: &egui::Context, room: &mut ResMut<AlarmRoom>, wanted: AlarmRoom) {
    if room.set_if_neq(wanted) {
        ctx.request_repaint();
    }
}

/// The strip over the city; whether it was clicked, and how high it is.
fn strip_of_desk(ctx: &egui::Context, free: egui::Rect, shown: &AlarmsShown) -> (bool, f32) {
    let body = tokens::desk::BODY;
    let width = free.width() - tokens::desk::PAD * 2.0;
    let at = egui::pos2(free.left() + tokens::desk::PAD, free.top() + tokens::desk::PAD);
    let area = Area::new(Id::new("alarm strip")).order(Layer::Foreground).fixed_pos(at);
    let inner = area.show(ctx, |ui| {
        let keys = if width > 760.0 { "F10 · Shift F10" } else { "F10" };
        let high = height(ui.painter(), width, body, shown, keys);
        let (rect, response) = ui.allocate_exact_size(vec2(width, high), egui::Sense::click());
        strip(ui.painter(), rect, body, shown, keys);
        (response.clicked(), high)
    });
    inner.inner
}

fn window(ctx: &egui::Context, free: egui::Rect, hall: &Shown, shown: &AlarmsShown, desk: &mut Desk) -> Vec<ListWish> {
    let size = vec2((free.width() - 48.0).clamp(420.0, 860.0), (free.height() - 96.0).clamp(280.0, 640.0));
    let view = ListView {
        shown,
        chosen: desk.chosen,
        post: hall.who.signs(),
        mute: desk.mute,
        focus: std::mem::take(&mut desk.focus),
        reveal: std::mem::take(&mut desk.reveal),
    };
    let area = Area::new(Id::new("alarms")).order(Layer::Middle).pivot(Align2::CENTER_CENTER);
    let inner = area.fixed_pos(free.center() + vec2(0.0, 20.0)).show(ctx, |ui| {
        let frame = Frame::NONE
            .fill(tokens::PANEL.egui())
            .stroke(Stroke::new(1.0, tokens::HAIRLINE.egui()))
            .corner_radius(tokens::desk::ROUND)
            .inner_margin(Margin::same(12));
        frame.show(ui, |ui| list_ui(ui, size, &view, &mut desk.words)).inner
    });
    inner.inner
}

fn sound(ctx: &egui::Context, desk: &mut Desk, shown: &AlarmsShown) {
    let Some(first) = shown.first().filter(|_| !desk.mute) else {
        desk.sounds_at = 0.0;
        return;
    };
    let now = ctx.input(|input| input.time);
    if now < desk.sounds_at {
        return;
    }
    desk.sounds_at = now + f64::from(every_secs(first.level));
    if desk.player.is_none() {
        desk.player = Player::new();
    }
    if let Some(player) = &desk.player {
        player.play(first.level);
    }
}

fn wall(
    mut contexts: EguiContexts,
    (shown, free, appearance): (Res<Shown>, Res<FreeArea>, Option<Res<Appearance>>),
    ledger: Option<Res<Ledger>>,
    (mut read, mut room): (Local<Read>, ResMut<AlarmRoom>),
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let alarms = read.at(&shown);
    let (Some(free), true) = (free.0, alarms.first().is_some()) else {
        leave_room(&ctx, &mut room, AlarmRoom::default());
        return Ok(());
    };
    let all = ctx.content_rect();
    let scale = appearance.as_deref().copied().unwrap_or_default().wall_scale(Vec2::new(all.width(), all.height()));
    let (body, gap) = (tokens::wall::BODY * scale, tokens::wall::GAP * scale);
    // As wide as all that stands below it, within the frame that the wall has then.
    let grave = ledger.is_some_and(|ledger| ledger.open(Sorting::Waiting).of(Grade::I).next().is_some());
    let frame = if grave || alarms.calls_red() { tokens::wall::FRAME } else { 0.0 };
    let edge = (tokens::wall::EDGE + frame) * scale;
    let width = all.width() - edge * 2.0;
    let painter = ctx.layer_painter(LayerId::new(Layer::Middle, Id::new("alarm strip")));
    let high = height(&painter, width, body, alarms, "");
    // What is free lies below the room that was left when it was laid out.
    let at = egui::pos2(all.left() + edge, free.min.y - room.points);
    leave_room(&ctx, &mut room, AlarmRoom { points: high + gap, red: alarms.calls_red() });
    let rect = egui::Rect::from_min_size(at, vec2(width, high));
    strip(&painter, rect, body, alarms, "");
    if alarms.calls_red() {
        red_frame(&ctx, tokens::wall::FRAME * scale);
    }
    ctx.request_repaint_after(std::time::Duration::from_secs(1));
    Ok(())
}
