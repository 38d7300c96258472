//! The list of a desk in its engine: what is open, what was chosen, and what becomes of what was done there.

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use egui::{Align2, Area, Id, Key, Modifiers, Order as Layer, vec2};

use super::asked::{Asked, Taken};
use super::choice::choice_ui;
use super::held::{AT_ONCE, Held, SentFrom};
use super::kinds::kinds_of;
use super::list::{ListView, ListWish, list_ui};
use super::model::{AlarmRow, AlarmWish, AlarmsShown, assigned, orders_of, own_area};
use super::part::Part;
use super::planned::{Against, Draft, known_areas};
use super::planned_ui::{PlannedWish, planned_ui};
use super::shelf;
use super::sound::{Player, Sounds};
use super::strip::{StripView, cut, height, strip};
use super::systems::{OpenAlarms, Read, Seen, leave_room, red_frame};
use super::{maintain, many};
use crate::domain::{AlarmId, Order, SensorKind, Seq};
use crate::screen::heat::OpenSensor;
use crate::screen::input::TakeKey;
use crate::screen::look::{frames, tokens, words};
use crate::screen::names::{CityNames, utc_offset_secs};
use crate::screen::receive::Refused;
use crate::screen::sheets::{Sheet, Sheets};
use crate::screen::shown::{AlarmRoom, FlyTo, Intent, Shown, Target};

/// So many rows count as seen while the list is open; one while only the strip is.
const SEEN_ROWS: usize = 12;
/// Metres from which the place of an alarm is looked at.
const FLY_M: f64 = 900.0;

/// Where the list stands in what is free, so that a place beside it is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Side {
    #[default]
    Middle,
    Left,
    Right,
}

/// The list of a desk.
#[derive(Default)]
pub(super) struct Desk {
    read: Read,
    open: bool,
    side: Side,
    held: Held,
    mute: bool,
    /// What was said to be seen, so that it is said once.
    told: Option<(Seq, usize)>,
    sounds: Sounds<Player>,
}

impl Desk {
    /// Open the list at the most urgent alarm, or put it away.
    fn turn(&mut self, open: bool, shown: &AlarmsShown) {
        (self.open, self.side) = (open, Side::Middle);
        self.held.turn(open, shown);
    }
}

/// What is shown, with the names of the city's areas.
fn read(desk: &mut Desk, seen: &Seen) -> AlarmsShown {
    desk.read.at(&seen.shown, seen.ground.as_ref().map(|ground| &*ground.0)).clone()
}

pub(super) fn desk(
    mut contexts: EguiContexts,
    seen: Seen,
    (mut asked, mut refused): (MessageReader<OpenAlarms>, MessageReader<Refused>),
    (mut intents, mut flights, mut cards): (MessageWriter<Intent>, MessageWriter<FlyTo>, MessageWriter<OpenSensor>),
    (mut room, mut sheets): (ResMut<AlarmRoom>, ResMut<Sheets>),
    mut desk: Local<Desk>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let (desk, sheets) = (&mut *desk, sheets.bypass_change_detection());
    let asked = asked.read().last().copied();
    let locked = seen.guard.as_ref().is_some_and(|guard| guard.0);
    let mut shown = read(desk, &seen);
    let clock = ctx.input(|input| input.time);
    if let Some(Refused(refusal)) = refused.read().last() {
        desk.held.refused(&words::refusal(refusal));
    }
    intents.write_batch(desk.held.hear(&seen.shown.hall, &shown, clock).into_iter().map(Intent::Order));
    desk.sounds.step(clock, shown.loudest().zip(shown.newest), desk.mute, Player::new);
    let Some(free) = seen.free.0 else { return Ok(()) };
    let free = egui::Rect::from_min_max(egui::pos2(free.min.x, free.min.y), egui::pos2(free.max.x, free.max.y));
    let mut wishes = Vec::new();
    let post = seen.shown.who.signs();
    let (clicked, points) = if shown.named(post).is_some() {
        let keys = if shown.first().is_some() { "F10 · Shift F10" } else { "F10" };
        let view = StripView { shown: &shown, post, keys, heard: desk.sounds.heard(desk.mute) };
        let (clicked, high) = strip_of_desk(&ctx, strip_room(&ctx, free, room.points, &seen), view);
        (clicked, high + tokens::desk::PAD)
    } else {
        (false, 0.0)
    };
    leave_room(&ctx, &mut room, AlarmRoom { points, red: shown.calls_red() });
    if !locked {
        let shift = ctx.input_mut(|input| input.take_key(Modifiers::SHIFT, Key::F10));
        let pressed = ctx.input_mut(|input| input.take_key(Modifiers::NONE, Key::F10));
        if shift || asked.is_some() || pressed || clicked {
            // All of these are about what stands.
            desk.read.list(Part::Standing);
            shown = read(desk, &seen);
        }
        if let Some(first) = shown.first().filter(|_| shift && post.is_some()) {
            // What was written to another one is not said to it.
            let own = desk.open && desk.held.chosen == Some(first.id);
            let said = if own { desk.held.words.clone() } else { String::new() };
            let orders = acknowledge(&mut desk.held, &shown, first, &said, clock);
            intents.write_batch(orders.into_iter().map(Intent::Order));
        }
        if asked.is_some() || pressed || clicked {
            // What lies below another sheet comes in front of it.
            let open = asked.is_some() || clicked || !desk.open || !sheets.is_front(Sheet::Alarms);
            desk.turn(open, &shown);
            sheets.keep(Sheet::Alarms, open);
            sheets.raise(&ctx, Sheet::Alarms);
            ctx.request_repaint();
        }
        if let Some((id, fly)) = asked.and_then(|asked| Some((asked.at?, asked.fly))) {
            look_at(id, fly, desk, (&seen, free), &mut shown, &mut flights);
        }
        if desk.open {
            desk.held.settle(&shown);
            let in_front = sheets.is_front(Sheet::Alarms);
            if in_front {
                intents.write_batch(ask(&ctx, &seen, &shown, &mut desk.held).into_iter().map(Intent::Order));
                intents.write_batch(plan(&ctx, &seen, &mut desk.held).into_iter().map(Intent::Order));
            }
            wishes.extend(window(&ctx, free, &seen.shown, &shown, desk, in_front));
            sheets.press(&ctx, Sheet::Alarms);
        }
        if let Some(post) = post {
            tell_seen(desk, &seen.shown, &shown, post, &mut intents);
        }
    }
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    for wish in wishes {
        carry_out(wish, desk, &seen, &shown, &mut intents, (&mut flights, &mut cards), clock);
    }
    sheets.keep(Sheet::Alarms, desk.open);
    if shown.calls() > 0 {
        if shown.calls_red() {
            red_frame(&ctx, tokens::desk::FRAME);
        }
        ctx.request_repaint_after(std::time::Duration::from_secs(1));
    }
    Ok(())
}

/// Choose an alarm, unfold what it folds under, and let the list stand where its place is seen.
fn look_at(
    id: AlarmId,
    fly: bool,
    desk: &mut Desk,
    (seen, free): (&Seen, egui::Rect),
    shown: &mut AlarmsShown,
    flights: &mut MessageWriter<FlyTo>,
) {
    let Some(head) = shown.holding(id) else { return };
    if head.id != id {
        desk.read.unfold(head);
        *shown = read(desk, seen);
    }
    desk.held.choose(Some(id));
    let at = shown.row(id).and_then(|row| row.at).zip(seen.ground.as_ref());
    let Some(target) = at.map(|(at, ground)| ground.0.frame().metres_from_lonlat(at)) else { return };
    desk.side = Side::Right;
    if fly {
        // It is in the middle of what is free then.
        flights.write(FlyTo { target, distance: Some(FLY_M) });
    } else if let (Some(view), Some(ground)) = (&seen.view, &seen.ground) {
        let on_screen = view.project(target[0], target[1], ground.0.ground_at(target));
        if on_screen.is_some_and(|at| at.x > free.center().x) {
            desk.side = Side::Left;
        }
    }
}

/// The whole width, but for what lies above the free part: the strip stays in sight.
fn below_strip(ctx: &egui::Context, seen: &Seen) -> egui::Rect {
    let all = ctx.content_rect();
    seen.free.0.map_or(all, |free| all.with_min_y(free.min.y))
}

/// The orders that acknowledge a row. What is said with them stays in its field until the hub has it; where nothing is, the
/// next alarm is at hand at once.
fn acknowledge(held: &mut Held, shown: &AlarmsShown, row: &AlarmRow, said: &str, clock: f64) -> Vec<Order> {
    let orders = orders_of(AlarmWish::Acknowledge, row, said, "");
    if !said.trim().is_empty() || orders.len() > AT_ONCE {
        return held.send(orders, SentFrom::List, true, clock);
    }
    held.note_own(&orders);
    if held.chosen.is_some_and(|id| row.all.contains(&id)) {
        held.go_on(shown);
    }
    orders
}

/// The choice over the list, where one is open; the orders that came of it, which is open until they are known.
fn ask(ctx: &egui::Context, seen: &Seen, shown: &AlarmsShown, held: &mut Held) -> Vec<Order> {
    let Some(asked) = &mut held.asked else { return Vec::new() };
    let row = shown.row(asked.alarm).or_else(|| shown.listed().first().filter(|_| asked.is_of_many()));
    let Some(row) = row else { return Vec::new() };
    // For how long it is counts from when the hub decides it.
    let (hall, now) = (&seen.shown.hall, seen.shown.for_orders());
    let utc_offset_secs = utc_offset_secs(now);
    let offered = asked.offer(row, hall, seen.shown.who.signs(), now, utc_offset_secs);
    let wishes = choice_ui(ctx, below_strip(ctx, seen), &asked.view(&offered));
    asked.focus = false;
    if wishes.is_empty() {
        return Vec::new();
    }
    ctx.request_repaint();
    let (taken, over) = asked.carry_out(wishes, &offered);
    let orders = match &taken {
        Some(Taken::Person(to)) => assigned(row, to),
        Some(Taken::Shelf(until)) => shelf::orders(row, *until, &asked.typed),
        Some(Taken::Length(length)) => {
            maintain::orders(row, hall.alarms(), *length, &asked.typed, now, utc_offset_secs)
        }
        Some(Taken::Kind(kind)) => vec![case_of(row, kind, &held.words, seen)],
        Some(Taken::Many(alarms)) => many::orders(alarms, &asked.typed),
        None => Vec::new(),
    };
    if over && orders.is_empty() {
        (held.asked, held.focus) = (None, true);
    }
    let with_words = !matches!(taken, Some(Taken::Person(_)));
    held.send(orders, SentFrom::Choice, with_words, ctx.input(|input| input.time))
}

/// The form of a planned maintenance, where it is open; the orders that came of it, which is open until they are known.
fn plan(ctx: &egui::Context, seen: &Seen, held: &mut Held) -> Vec<Order> {
    let Some(draft) = &mut held.planned else { return Vec::new() };
    let own = own_area(&seen.shown.who);
    let now = seen.shown.for_orders();
    let against = Against { alarms: seen.shown.hall.alarms(), own: &own, now, utc_offset_secs };
    let wishes = planned_ui(ctx, below_strip(ctx, seen), draft, &against);
    draft.focus = false;
    if wishes.is_empty() {
        return Vec::new();
    }
    ctx.request_repaint();
    let (mut orders, mut over) = (Vec::new(), false);
    for wish in wishes {
        match wish {
            PlannedWish::Go(lines) => draft.go(lines),
            PlannedWish::To(field) => draft.at = field,
            PlannedWish::Turn(whom) => draft.turn(whom),
            PlannedWish::Write(field, text) => draft.write(field, text),
            PlannedWish::Take => match draft.orders(&against) {
                Ok(all) => orders = all,
                // The cursor goes to what is wrong.
                Err(wrong) => (draft.at, draft.focus, draft.wrong) = (wrong.field, true, Some(wrong)),
            },
            PlannedWish::Close => over = true,
        }
    }
    if over {
        (held.planned, held.focus) = (None, true);
    }
    held.send(orders, SentFrom::Form, true, ctx.input(|input| input.time))
}

/// A form that is about the chosen alarm, with what was written to that as its reason.
fn empty_plan(held: &Held, seen: &Seen, shown: &AlarmsShown) -> Draft {
    let city = seen.ground.as_ref().map(|ground| &*ground.0);
    let areas = known_areas(city, seen.shown.hall.alarms(), &own_area(&seen.shown.who));
    Draft::about(held.chosen.and_then(|id| shown.row(id)), &held.words, areas)
}

/// Which of the list are acknowledged at once; `None` where nothing waits, or nobody may sign that.
fn asked_of_many(held: &Held, seen: &Seen, shown: &AlarmsShown) -> Option<Asked> {
    seen.shown.who.signs()?;
    let parts = many::offered(shown.listed(), seen.shown.hall.alarms());
    let at = parts.first()?.alarms.first()?;
    Some(Asked::many(*at, parts, &held.words))
}

fn carry_out(
    wish: ListWish,
    desk: &mut Desk,
    seen: &Seen,
    shown: &AlarmsShown,
    intents: &mut MessageWriter<Intent>,
    (flights, cards): (&mut MessageWriter<FlyTo>, &mut MessageWriter<OpenSensor>),
    clock: f64,
) {
    let held = &mut desk.held;
    let wish = match wish {
        ListWish::Choose(id) => {
            held.choose(Some(id));
            (held.marked, held.reveal, held.focus) = (None, true, true);
            return;
        }
        ListWish::Mark(marked) => {
            (held.marked, held.reveal, held.focus) = (marked, true, marked.is_none());
            return;
        }
        ListWish::End(number) => {
            intents.write(Intent::Order(maintain::end(number)));
            return;
        }
        ListWish::Assign | ListWish::Maintain => {
            // Who may not sign an order is not asked what it is to say.
            let about = held.chosen.filter(|_| seen.shown.who.signs().is_some());
            held.asked = about.map(|id| match wish {
                ListWish::Assign => Asked::person(id),
                _ => Asked::length(id, &held.words),
            });
            return;
        }
        ListWish::Many => {
            held.asked = asked_of_many(held, seen, shown);
            return;
        }
        ListWish::Plan => {
            held.planned = seen.shown.who.signs().map(|_| empty_plan(held, seen, shown));
            return;
        }
        ListWish::Unfold => {
            if let Some(row) = held.chosen.and_then(|id| shown.fold_of(id)) {
                desk.read.unfold(row);
            }
            return;
        }
        ListWish::List(part) => {
            desk.read.list(part);
            held.choose(None);
            (held.marked, held.reveal, held.focus) = (None, true, true);
            return;
        }
        ListWish::Mute => {
            desk.mute = !desk.mute;
            return;
        }
        ListWish::Close => {
            desk.turn(false, shown);
            return;
        }
        ListWish::Do(wish) => wish,
    };
    let (Some(row), Some(post)) = (held.chosen.and_then(|id| shown.row(id)), seen.shown.who.signs()) else { return };
    let mut orders = Vec::new();
    match wish {
        AlarmWish::Place => {
            // A vital sign is of no place and has a board of its own.
            if row.measures != SensorKind::Vital {
                let (id, kind) = (row.source.clone(), row.measures);
                cards.write(OpenSensor { number: None, id, kind });
                desk.open = false;
            }
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
            // Its rule says no kind: whoever makes the case does.
            None if row.case_kind.is_empty() => {
                let catalogue = seen.kinds.as_ref().and_then(|kinds| kinds.0.as_ref());
                let kinds = catalogue.map(|all| kinds_of(all, &rust_i18n::locale())).unwrap_or_default();
                held.asked = Some(Asked::kind(row.id, kinds));
            }
            None => {
                let case = case_of(row, &row.case_kind, &held.words, seen);
                orders = held.send(vec![case], SentFrom::Other, true, clock);
            }
        },
        AlarmWish::Shelve if row.shelved_secs.is_none() => held.asked = Some(Asked::shelf(row.id, &held.words)),
        AlarmWish::Acknowledge => {
            let said = held.words.clone();
            orders = acknowledge(held, shown, row, &said, clock);
        }
        // No words go with these.
        AlarmWish::Shelve | AlarmWish::Mine => {
            orders = held.send(orders_of(wish, row, "", post), SentFrom::Other, false, clock);
        }
    }
    intents.write_batch(orders.into_iter().map(Intent::Order));
    desk.held.focus = desk.open;
}

/// The order that makes a case of this kind of an alarm.
fn case_of(row: &AlarmRow, kind: &str, said: &str, seen: &Seen) -> Order {
    let text = case_text(row, said, seen);
    Order::CaseOfAlarm { alarm: row.id, kind: kind.to_owned(), grade: row.level, text }
}

/// What a case of an alarm says: what is wrong, where, by which sensor, and what was written to it.
fn case_text(row: &AlarmRow, said: &str, seen: &Seen) -> String {
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
    let rows = if desk.open && shown.part == Part::Standing { SEEN_ROWS } else { 1 };
    let now = (hall.hall.upto(), rows);
    if desk.told == Some(now) {
        return;
    }
    desk.told = Some(now);
    intents.write_batch(shown.unseen(hall.hall.alarms(), post, rows).into_iter().map(Intent::Order));
}

/// What the strip has: over the city, or over the whole width while the board of vital signs covers all below it.
fn strip_room(ctx: &egui::Context, free: egui::Rect, left: f32, seen: &Seen) -> egui::Rect {
    // What is free lies below the room that was left when it was laid out.
    let over_city = egui::Rect { min: egui::pos2(free.left(), free.top() - left), ..free };
    if seen.vitals.as_ref().is_some_and(|vitals| vitals.covers()) {
        let all = ctx.content_rect();
        return over_city.with_min_x(all.left()).with_max_x(all.right());
    }
    over_city
}

/// The strip over the city; whether it was clicked, and how high it is.
fn strip_of_desk(ctx: &egui::Context, free: egui::Rect, view: StripView<'_>) -> (bool, f32) {
    let body = tokens::desk::BODY;
    let width = free.width() - tokens::desk::PAD * 2.0;
    let at = egui::pos2(free.left() + tokens::desk::PAD, free.top() + tokens::desk::PAD);
    let area = Area::new(Id::new("alarm strip")).order(Layer::Foreground).fixed_pos(at);
    let inner = area.show(ctx, |ui| {
        let view = if width > 760.0 { view } else { StripView { keys: "F10", ..view } };
        let high = height(ui.painter(), width, body, &view);
        let (rect, response) = ui.allocate_exact_size(vec2(width, high), egui::Sense::click());
        strip(ui.painter(), rect, body, &view);
        let cut = cut(ui.painter(), width, body, &view);
        let response = if let Some(words) = cut { response.on_hover_text(words) } else { response };
        (response.clicked(), high)
    });
    inner.inner
}

fn window(
    ctx: &egui::Context,
    free: egui::Rect,
    hall: &Shown,
    shown: &AlarmsShown,
    desk: &mut Desk,
    in_front: bool,
) -> Vec<ListWish> {
    let most = if desk.side == Side::Middle { free.width() - 48.0 } else { free.width() * 0.5 - 72.0 };
    let size = vec2(most.clamp(420.0, 860.0), (free.height() - 96.0).clamp(280.0, 640.0));
    let (pivot, at) = match desk.side {
        Side::Middle => (Align2::CENTER_CENTER, free.center() + vec2(0.0, 20.0)),
        Side::Left => (Align2::LEFT_CENTER, free.left_center() + vec2(tokens::desk::PAD, 20.0)),
        Side::Right => (Align2::RIGHT_CENTER, free.right_center() + vec2(-tokens::desk::PAD, 20.0)),
    };
    let held = &mut desk.held;
    let note = held.note(ctx.input(|input| input.time));
    let view = ListView {
        shown,
        chosen: held.chosen,
        marked: held.marked,
        post: hall.who.signs(),
        heard: desk.sounds.heard(desk.mute),
        utc_offset_secs: utc_offset_secs(hall.now),
        keys: in_front && !held.is_asked(),
        focus: std::mem::take(&mut held.focus) && !held.is_asked(),
        reveal: std::mem::take(&mut held.reveal),
        note: note.as_deref(),
    };
    let area = Area::new(Id::new("alarms")).order(Layer::Middle).pivot(pivot);
    let inner = area
        .fixed_pos(at)
        .show(ctx, |ui| frames::dialog_frame().show(ui, |ui| list_ui(ui, size, &view, &mut held.words)).inner);
    inner.inner
}
