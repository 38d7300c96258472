//! Alarms in their engine: what is read, the strip and the wall; [`super::desk`] has the list.

use std::collections::BTreeSet;

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Id, LayerId, Order as Layer, Stroke, vec2};

use super::desk::desk;
use super::map::{self, AlarmsOnScreen};
use super::model::{AlarmRow, AlarmsShown, own_area};
use super::part::Part;
use super::strip::{StripView, height, strip};
use crate::domain::{AlarmId, Grade, Moment, Seq};
use crate::ground::City;
use crate::screen::appearance::Appearance;
use crate::screen::areas::AreasPainted;
use crate::screen::look::tokens;
use crate::screen::names::{Kinds, area_words};
use crate::screen::palette::PaletteSet;
use crate::screen::pins::PinsOnScreen;
use crate::screen::receive::Refused;
use crate::screen::sets::PaintSet;
use crate::screen::sheets::Sheets;
use crate::screen::shown::{AlarmRoom, CityView, FlyTo, FreeArea, Ground, Guard, Intent, KeepOff, ScreenKind, Shown};
use crate::screen::situation::{Ledger, Sorting};
use crate::screen::twin::in_sight;
use crate::screen::vitals::Vitals;

/// Show the list.
#[derive(Message, Debug, Clone, Copy, Default)]
pub struct OpenAlarms {
    /// With this one chosen, beside its place; the most urgent one without.
    pub at: Option<AlarmId>,
    /// Go to its place too.
    pub fly: bool,
}

/// What is shown, read anew where facts or seconds changed.
#[derive(Default)]
pub(super) struct Read {
    of: Option<(Seq, Moment)>,
    shown: AlarmsShown,
    /// What folds under these stands below them.
    unfolded: BTreeSet<AlarmId>,
    /// What the list has.
    part: Part,
}

impl Read {
    /// With the names of areas as the city has them, where that is there.
    pub(super) fn at(&mut self, shown: &Shown, city: Option<&City>) -> &AlarmsShown {
        let of = (shown.hall.upto(), shown.now);
        if self.of != Some(of) {
            self.of = Some(of);
            let area = own_area(&shown.who);
            let read = AlarmsShown::read(&shown.hall, &area, &self.unfolded, shown.now);
            let read = read.listing(self.part, &shown.hall, &area, shown.now);
            self.shown = match city {
                Some(city) => read.with_areas(|path| area_words(city, path, &rust_i18n::locale())),
                None => read,
            };
        }
        &self.shown
    }

    /// Show what folds under a row, or no more, whichever of it stood for all when it was unfolded.
    pub(super) fn unfold(&mut self, row: &AlarmRow) {
        let before = self.unfolded.len();
        self.unfolded.retain(|id| !row.all.contains(id));
        if self.unfolded.len() == before {
            self.unfolded.insert(row.id);
        }
        self.of = None;
    }

    /// Let the list have another part.
    pub(super) fn list(&mut self, part: Part) {
        if self.part != part {
            (self.part, self.of) = (part, None);
        }
    }
}

/// Adds strip, list and sound; needs the desk and the wall.
pub fn plugin(app: &mut App) {
    app.init_resource::<FreeArea>()
        .init_resource::<AlarmRoom>()
        .init_resource::<Sheets>()
        .init_resource::<AlarmsOnScreen>()
        .init_resource::<KeepOff>()
        .init_resource::<PinsOnScreen>()
        .add_message::<OpenAlarms>()
        .add_message::<Intent>()
        .add_message::<FlyTo>()
        .add_message::<Refused>()
        .add_message::<crate::screen::heat::OpenSensor>()
        .add_systems(
            EguiPrimaryContextPass,
            desk.after(PaintSet::City)
                .after(PaletteSet)
                .before(PaintSet::Panels)
                .run_if(resource_equals(ScreenKind::Desk).and_then(resource_exists::<Shown>)),
        )
        .add_systems(
            EguiPrimaryContextPass,
            map::paint
                .in_set(PaintSet::City)
                .before(AreasPainted)
                .run_if(in_sight.and_then(resource_exists::<Ground>).and_then(resource_exists::<Shown>)),
        )
        .add_systems(
            EguiPrimaryContextPass,
            wall.after(PaintSet::Panels).run_if(resource_equals(ScreenKind::Wall).and_then(resource_exists::<Shown>)),
        );
}

#[derive(SystemParam)]
pub(super) struct Seen<'w> {
    pub(super) shown: Res<'w, Shown>,
    pub(super) free: Res<'w, FreeArea>,
    pub(super) guard: Option<Res<'w, Guard>>,
    pub(super) ground: Option<Res<'w, Ground>>,
    pub(super) kinds: Option<Res<'w, Kinds>>,
    pub(super) view: Option<Res<'w, CityView>>,
    pub(super) vitals: Option<Res<'w, Vitals>>,
}

/// The frame of the whole screen while a red alarm calls.
pub(super) fn red_frame(ctx: &egui::Context, width: f32) {
    let painter = ctx.layer_painter(LayerId::new(Layer::Foreground, Id::new("red alarm")));
    let stroke = Stroke::new(width, tokens::grade(Grade::I).egui());
    painter.rect_stroke(ctx.content_rect(), 0.0, stroke, egui::StrokeKind::Inside);
}

/// Keep so much free for the strip and the frame from the next pass on.
pub(super) fn leave_room(ctx: &egui::Context, room: &mut ResMut<AlarmRoom>, wanted: AlarmRoom) {
    if room.set_if_neq(wanted) {
        ctx.request_repaint();
    }
}

fn wall(
    mut contexts: EguiContexts,
    (shown, free, appearance): (Res<Shown>, Res<FreeArea>, Option<Res<Appearance>>),
    (ledger, ground): (Option<Res<Ledger>>, Option<Res<Ground>>),
    (mut read, mut room): (Local<Read>, ResMut<AlarmRoom>),
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let alarms = read.at(&shown, ground.as_ref().map(|ground| &*ground.0));
    let view = StripView::of_wall(alarms);
    let (Some(free), true) = (free.0, view.named().is_some()) else {
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
    let high = height(&painter, width, body, &view);
    // What is free lies below the room that was left when it was laid out.
    let at = egui::pos2(all.left() + edge, free.min.y - room.points);
    leave_room(&ctx, &mut room, AlarmRoom { points: high + gap, red: alarms.calls_red() });
    let rect = egui::Rect::from_min_size(at, vec2(width, high));
    strip(&painter, rect, body, &view);
    if alarms.calls_red() {
        red_frame(&ctx, tokens::wall::FRAME * scale);
    }
    ctx.request_repaint_after(std::time::Duration::from_secs(1));
    Ok(())
}
