//! The roll in its engine: the banner and board of a desk, the board of a wall.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Align2, Area, Frame, Id, Key, LayerId, Margin, Modifiers, Order as Layer, RichText, Sense, Ui, vec2};
use rust_i18n::t;

use super::board::board_ui;
use super::draft::Draft;
use super::model::{Belongs, Grouping, RollShown, is_awaited, roll_shown};
use crate::config::Catalogue;
use crate::domain::duty::OnPost;
use crate::domain::{Actor, CrewId, CrewKind, LonLat, Order, Roll, Seq};
use crate::screen::appearance::Appearance;
use crate::screen::input::TakeKey;
use crate::screen::look::{frames, medium_font, tokens, words};
use crate::screen::names::{CityNames, Kinds};
use crate::screen::palette::PaletteSet;
use crate::screen::receive::Heard;
use crate::screen::sets::{HallSet, PaintSet};
use crate::screen::shown::{FreeArea, Ground, Guard, Intent, ScreenKind, Shown};
use crate::screen::tools::UserFolder;

/// Seconds for which a wall keeps the board once the roll is over.
const KEPT_SECS: i64 = 120;

/// Show the board.
#[derive(Message, Debug, Clone, Copy)]
pub struct OpenRoll;

/// The board of a desk.
#[derive(Resource, Default)]
pub struct RollBoard {
    open: bool,
    draft: Draft,
    focus: bool,
    grouping: Grouping,
    /// The crew that Enter answers for.
    marked: Option<CrewId>,
    kept: Kept,
}

impl RollBoard {
    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }
}

/// The roll as it was shown last. Thousands may be called: it is read anew when a fact came, and once a second.
#[derive(Default)]
struct Kept(Option<(KeptAt, RollShown)>);

#[derive(PartialEq, Eq)]
struct KeptAt {
    upto: Seq,
    secs: i64,
    grouping: Grouping,
    locale: String,
}

/// What the roll is read from.
#[derive(SystemParam)]
struct Seen<'w> {
    shown: Res<'w, Shown>,
    kinds: Option<Res<'w, Kinds>>,
    ground: Option<Res<'w, Ground>>,
}

impl Seen<'_> {
    /// The roll as it stands.
    fn roll<'a>(&self, roll: &Roll, grouping: Grouping, kept: &'a mut Kept) -> &'a RollShown {
        let at = KeptAt {
            upto: self.shown.hall.upto(),
            secs: self.shown.now.0.div_euclid(1_000),
            grouping,
            locale: rust_i18n::locale().to_string(),
        };
        let known = kept.0.take().filter(|(read_at, _)| *read_at == at);
        let (_, shown) = kept.0.insert(known.unwrap_or_else(|| {
            let shown = self.read(roll, grouping, &at.locale);
            (at, shown)
        }));
        shown
    }

    fn read(&self, roll: &Roll, grouping: Grouping, locale: &str) -> RollShown {
        let hall = &self.shown.hall;
        let departments = || self.kinds.as_ref()?.0.as_ref().map(Catalogue::departments);
        // A kind of crew that several departments have says nothing of which one it is.
        let kind = |kind: CrewKind| {
            let mut have = departments()?.iter().filter(|one| one.crews.contains(&kind));
            let first = have.next()?;
            have.next().is_none().then(|| first.name(locale).to_owned())
        };
        // A department signs with its code; others are at a post of the shift that they signed on at or should have.
        let post = |name: &str| {
            let department = departments().and_then(|all| all.get(name)).map(|one| one.name(locale).to_owned());
            let on_duty = || {
                let duty = hall.duty();
                let of = |held: &OnPost<'_>| [held.there, held.rostered].contains(&Some(name));
                let held = duty.on_duty().into_iter().find(of)?;
                duty.in_force().map(|taken| taken.shifts.post_name(held.post, locale).to_owned())
            };
            department.or_else(on_duty)
        };
        let vacant = |code: &str| {
            let shifts = &hall.duty().in_force()?.shifts;
            let known = shifts.posts.iter().any(|post| post.code == code);
            known.then(|| shifts.post_name(code, locale).to_owned())
        };
        let area = |at: LonLat| {
            let (ground, kinds) = (self.ground.as_ref()?, self.kinds.as_ref()?);
            CityNames { city: &ground.0, kinds, locale }.district(at)
        };
        let belongs = Belongs { kind: &kind, post: &post, vacant: &vacant, area: &area };
        roll_shown(hall, roll, &self.shown.crews, self.shown.now, (grouping, &belongs))
    }
}

/// Adds banner and board; needs the desk and the wall.
pub fn plugin(app: &mut App) {
    app.init_resource::<FreeArea>()
        .init_resource::<RollBoard>()
        .add_message::<OpenRoll>()
        .add_message::<Intent>()
        .add_message::<Heard>()
        .add_systems(Startup, restore)
        .add_systems(
            Update,
            settle.in_set(HallSet::Decide).run_if(resource_equals(ScreenKind::Desk).and_then(resource_exists::<Shown>)),
        )
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

/// What a crash left behind is in the field again.
fn restore(folder: Option<Res<UserFolder>>, mut board: ResMut<RollBoard>) {
    if let Some(folder) = folder.and_then(|folder| folder.0.clone()) {
        board.draft.restore(&folder);
    }
}

/// What the hub has is not kept any more; what has changed is.
fn settle(shown: Res<Shown>, mut heard: MessageReader<Heard>, mut board: ResMut<RollBoard>) {
    let draft = &mut board.bypass_change_detection().draft;
    for Heard(fact) in heard.read() {
        if shown.who.signs().is_some_and(|me| fact.by == Actor::Person(me.to_owned())) {
            draft.heard(&fact.what);
        }
    }
    draft.keep();
}

fn desk(
    mut contexts: EguiContexts,
    (seen, free, guard): (Seen, Res<FreeArea>, Option<Res<Guard>>),
    mut asked: MessageReader<OpenRoll>,
    mut intents: MessageWriter<Intent>,
    mut board: ResMut<RollBoard>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let board = board.bypass_change_detection();
    let opened = asked.read().count() > 0;
    if guard.is_some_and(|guard| guard.0) {
        return Ok(());
    }
    let shown = &seen.shown;
    let roll = shown.hall.roll();
    let awaited = shown.who.signs().is_some_and(|name| is_awaited(&shown.hall, name, shown.now));
    let pressed = ctx.input_mut(|input| input.take_key(Modifiers::NONE, Key::F8));
    let mut answered = awaited && pressed;
    if opened || pressed && !awaited {
        board.open = opened || !board.open;
        board.focus = board.open;
    }
    let Some(area) = free.0 else { return Ok(()) };
    if let Some(roll) = roll.filter(|_| awaited) {
        let RollBoard { grouping, kept, .. } = &mut *board;
        answered |= banner(&ctx, area, seen.roll(roll, *grouping, kept));
        ctx.request_repaint_after(std::time::Duration::from_secs(1));
    }
    if answered {
        intents.write(Intent::Order(Order::AnswerRoll { crew: None, words: String::new() }));
        ctx.request_repaint();
    }
    if board.open {
        let running = roll.filter(|roll| !roll.is_over(shown.now));
        let running = running.is_some();
        let mut kept = std::mem::take(&mut board.kept);
        let view = roll.map(|roll| seen.roll(roll, board.grouping, &mut kept));
        let wish = dialog(&ctx, area, view, running, board);
        let answered = if let Some(Wish::Answer(crew)) = wish { Some(crew) } else { None };
        let next = answered.zip(view).and_then(|(crew, roll)| roll.after(crew));
        board.kept = kept;
        match wish {
            Some(Wish::Call) => {
                intents.write(Intent::Order(board.draft.call()));
            }
            Some(Wish::End) => {
                intents.write(Intent::Order(Order::EndRoll));
            }
            Some(Wish::Answer(crew)) => {
                let words = t!("roll.by_radio").into_owned();
                intents.write(Intent::Order(Order::AnswerRoll { crew: Some(crew), words }));
                board.marked = next;
            }
            Some(Wish::Mark(crew)) => board.marked = crew,
            Some(Wish::Group(grouping)) => board.grouping = grouping,
            Some(Wish::Close) => (board.open, board.marked) = (false, None),
            None => {}
        }
        if wish.is_some() {
            ctx.request_repaint();
        }
        ctx.request_repaint_after(std::time::Duration::from_secs(1));
    }
    Ok(())
}

/// What asks this post to answer, over everything; whether it was clicked.
pub(super) fn banner(ctx: &egui::Context, area: Rect, roll: &RollShown) -> bool {
    let at = egui::pos2(area.center().x, area.min.y + tokens::desk::PAD);
    let shown = Area::new(Id::new("roll banner")).order(Layer::Foreground).pivot(Align2::CENTER_TOP).fixed_pos(at);
    let inner = shown.show(ctx, |ui| {
        let frame = Frame::NONE
            .fill(tokens::TEXT.egui())
            .corner_radius(tokens::desk::ROUND)
            .inner_margin(Margin::symmetric(24, 14));
        frame.show(ui, |ui| banner_ui(ui, roll)).inner
    });
    inner.inner
}

/// The banner's words and its button.
pub(super) fn banner_ui(ui: &mut Ui, roll: &RollShown) -> bool {
    let ink = tokens::INK.egui();
    let title = if roll.words.is_empty() {
        t!("roll.title").into_owned()
    } else {
        format!("{} · {}", t!("roll.title"), roll.words)
    };
    ui.vertical_centered(|ui| {
        ui.label(RichText::new(title).font(medium_font(tokens::desk::FIGURE)).color(ink));
        let left = words::minutes(roll.left_secs.unwrap_or_default());
        ui.label(RichText::new(t!("roll.answer_within", time = left)).color(ink));
        ui.add_space(tokens::desk::GAP * 0.5);
        let text = RichText::new(format!("{}  F8", t!("roll.answer")))
            .font(medium_font(tokens::desk::HEAD))
            .color(tokens::ACCENT.egui());
        ui.add(egui::Button::new(text).min_size(vec2(180.0, 36.0))).clicked()
    })
    .inner
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Call,
    End,
    Group(Grouping),
    /// Mark one of the crews that have not answered, or none.
    Mark(Option<CrewId>),
    /// A crew answers by radio.
    Answer(CrewId),
    Close,
}

fn dialog(
    ctx: &egui::Context,
    area: Rect,
    roll: Option<&RollShown>,
    running: bool,
    board: &mut RollBoard,
) -> Option<Wish> {
    let area = egui::Rect::from_min_max(egui::pos2(area.min.x, area.min.y), egui::pos2(area.max.x, area.max.y));
    let size = vec2((area.width() - 32.0).clamp(300.0, 900.0), (area.height() - 48.0).clamp(200.0, 620.0));
    frames::dialog(ctx, "roll board", area.center(), |ui| {
        let said = (&mut board.draft.words, std::mem::take(&mut board.focus));
        dialog_ui(ui, size, (roll, board.grouping, board.marked), running, said)
    })
}

/// The board with the field that calls the roll.
pub(super) fn dialog_ui(
    ui: &mut Ui,
    size: egui::Vec2,
    (roll, grouping, marked): (Option<&RollShown>, Grouping, Option<CrewId>),
    running: bool,
    (said, focus): (&mut String, bool),
) -> Option<Wish> {
    let mut wish = None;
    ui.set_width(size.x);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(t!("roll.title")).font(medium_font(tokens::desk::HEAD)));
        if running {
            if ui.button(format!("{}  X", t!("roll.end"))).clicked() {
                wish = Some(Wish::End);
            }
        } else {
            let field = egui::TextEdit::singleline(said).hint_text(t!("roll.words_hint")).desired_width(size.x * 0.4);
            let field = ui.add(field);
            if focus {
                field.request_focus();
            }
            if field.changed() && marked.is_some() {
                wish = Some(Wish::Mark(None));
            }
            let entered = marked.is_none() && field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let button =
                egui::Button::new(RichText::new(format!("{}  Enter", t!("roll.call"))).color(tokens::ACCENT.egui()));
            if ui.add(button).clicked() || entered {
                wish = Some(Wish::Call);
            }
        }
        for one in Grouping::ALL.into_iter().filter(|_| roll.is_some()) {
            let name = t!(format!("roll.by.{}", one.word()));
            if ui.selectable_label(one == grouping, name).on_hover_text("G").clicked() {
                wish = Some(Wish::Group(one));
            }
        }
        if ui.button("Esc").clicked() {
            wish = Some(Wish::Close);
        }
    });
    ui.add_space(tokens::desk::GAP);
    match roll {
        Some(roll) => {
            let (rect, board) = ui.allocate_exact_size(vec2(size.x, size.y - 72.0), Sense::click());
            let crews = board_ui(&ui.painter_at(rect), rect, 18.0, roll, marked);
            let at = board.interact_pointer_pos().filter(|_| board.clicked());
            let on = at.and_then(|at| crews.iter().find(|(_, place)| place.contains(at)));
            wish = on.map(|(crew, _)| Wish::Mark(Some(*crew))).or(wish);
            wish = radio_ui(ui, roll, marked).or(wish);
        }
        None => {
            ui.label(RichText::new(t!("roll.none")).color(tokens::DIM.egui()));
        }
    }
    let ctx = ui.ctx();
    let pressed = |key: Key| ctx.input_mut(|input| input.take_key(Modifiers::NONE, key));
    // In a line of text there is nothing above or below, and Enter is of the mark where there is one: a crew that
    // answered by itself at this moment calls no new roll.
    let entered = marked.is_some() && pressed(Key::Enter);
    if let Some(roll) = roll {
        let (down, up) = (pressed(Key::ArrowDown), pressed(Key::ArrowUp));
        if down != up {
            wish = Some(Wish::Mark(roll.stepped(marked, down)));
        } else if let Some(crew) = marked.filter(|_| entered) {
            wish = Some(if roll.is_missing(crew) { Wish::Answer(crew) } else { Wish::Mark(roll.stepped(None, true)) });
        }
    }
    if pressed(Key::Escape) {
        wish = Some(Wish::Close);
    }
    if !ctx.text_edit_focused() {
        if running && pressed(Key::X) {
            wish = Some(Wish::End);
        }
        if pressed(Key::G) && roll.is_some() {
            wish = Some(Wish::Group(grouping.next()));
        }
        if !running && pressed(Key::Enter) && wish.is_none() {
            wish = Some(Wish::Call);
        }
    }
    wish
}

/// What can be done for the crews that have not answered: a line of keys, and the button once one is marked.
fn radio_ui(ui: &mut Ui, roll: &RollShown, marked: Option<CrewId>) -> Option<Wish> {
    roll.stepped(None, true)?;
    let marked = marked.filter(|crew| roll.is_missing(*crew));
    ui.horizontal(|ui| {
        let Some(crew) = marked else {
            ui.label(RichText::new(t!("roll.radio_hint")).small().color(tokens::DIM.egui()));
            return None;
        };
        let text = RichText::new(format!("{}  Enter", t!("roll.answer_by_radio"))).color(tokens::ACCENT.egui());
        ui.button(text).clicked().then_some(Wish::Answer(crew))
    })
    .inner
}

fn wall(
    mut contexts: EguiContexts,
    (seen, free, appearance): (Seen, Res<FreeArea>, Option<Res<Appearance>>),
    mut kept: Local<Kept>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let shown = &seen.shown;
    let roll = shown.hall.roll().filter(|roll| shown.now.secs_since(roll.over_at()) < KEPT_SECS);
    let (Some(roll), Some(area)) = (roll, free.0) else { return Ok(()) };
    let size = ctx.content_rect().size();
    let scale = appearance.as_deref().copied().unwrap_or_default().wall_scale(Vec2::new(size.x, size.y));
    let area = egui::Rect::from_min_max(egui::pos2(area.min.x, area.min.y), egui::pos2(area.max.x, area.max.y));
    let painter = ctx.layer_painter(LayerId::new(Layer::Middle, Id::new("roll board")));
    let shown = seen.roll(roll, Grouping::Unit, &mut kept);
    board_ui(&painter, area.shrink(tokens::wall::GAP * scale), tokens::wall::BODY * scale, shown, None);
    ctx.request_repaint_after(std::time::Duration::from_secs(1));
    Ok(())
}
