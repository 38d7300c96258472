//! The panel of key figures.

use egui::{
    Align, Align2, Context, EventFilter, Id, Key as Press, Layout, Modifiers, Rect, RichText, ScrollArea, Sense, Ui,
    pos2, vec2,
};
use rust_i18n::t;

use super::model::{Asked, Cell, Column, Cut, Key, Line, Measure, Period, Table};
use crate::domain::kpi::{Against, TimesChange};
use crate::domain::rights::Area;
use crate::screen::input::TakeKey;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::palette::sheet;

/// Widest panel, in points.
const WIDE: f32 = 1_240.0;
/// Points of the names of rows.
const NAME: f32 = 150.0;
/// Width of the last column, which has two times side by side.
const TIMES: f32 = 190.0;
/// Heights of the head of columns, and of a row.
const HEAD: f32 = 30.0;
const ROW: f32 = 52.0;
/// Highest panel, in points.
const HIGH: f32 = 860.0;

/// What the panel shows.
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub(super) struct FiguresView<'a> {
    /// What is looked at.
    pub(super) asked: &'a Asked,
    /// What was counted.
    pub(super) table: &'a Table,
    /// The row that is marked.
    pub(super) marked: usize,
    /// Bring it into sight.
    pub(super) reveal: bool,
    /// The name of a row.
    pub(super) name: &'a dyn Fn(&Key) -> String,
    /// What is late while on hold is left out.
    pub(super) subtract_held: bool,
    /// The hub is still asked what was before.
    pub(super) waiting: bool,
    /// Keys are its own.
    pub(super) in_front: bool,
}

/// What the user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FiguresWish {
    /// Look at something else.
    Ask(Asked),
    /// Mark another row.
    Mark(usize),
    /// Close it.
    Close,
}

/// The panel, over everything else within `all`.
pub(super) fn figures_ui(ctx: &Context, all: Rect, view: &FiguresView<'_>) -> Vec<FiguresWish> {
    let mut wishes = if view.in_front { keys(ctx, view) } else { Vec::new() };
    let rect = sheet::place(all, WIDE, |room| (room - tokens::desk::PAD * 2.0).min(HIGH));
    let beside = sheet::sheet_ui(ctx, "figures", rect, |ui| {
        hold_keyboard(ui, rect);
        head_ui(ui, view, &mut wishes);
        ui.add_space(tokens::desk::GAP * 0.5);
        table_ui(ui, view, &mut wishes);
    });
    wishes.extend(beside.then_some(FiguresWish::Close));
    wishes
}

/// While it is open arrows are the panel's and do not move the city.
fn hold_keyboard(ui: &Ui, rect: Rect) {
    let id = Id::new("figures focus");
    ui.interact(rect, id, Sense::focusable_noninteractive());
    let arrows = EventFilter { vertical_arrows: true, horizontal_arrows: true, escape: true, ..EventFilter::default() };
    ui.memory_mut(|memory| {
        memory.request_focus(id);
        memory.set_focus_lock_filter(id, arrows);
    });
}

fn head_ui(ui: &mut Ui, view: &FiguresView<'_>, wishes: &mut Vec<FiguresWish>) {
    let asked = view.asked;
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("kpi.title")).font(medium_font(tokens::desk::HEAD)));
        for (cut, key) in Cut::ALL.into_iter().zip(1..) {
            let name = format!("{}  {key}", t!(format!("kpi.by.{}", cut.word())));
            if ui.selectable_label(asked.cut == cut, name).clicked() {
                wishes.push(FiguresWish::Ask(by(asked, cut)));
            }
        }
        ui.separator();
        for (period, key) in Period::ALL.into_iter().zip(5..) {
            let name = format!("{}  {key}", t!(format!("kpi.period.{}", period.word())));
            if ui.selectable_label(asked.period == period, name).clicked() {
                wishes.push(FiguresWish::Ask(Asked { period, ..asked.clone() }));
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button("×").on_hover_text("Esc").clicked() {
                wishes.push(FiguresWish::Close);
            }
            let (name, tip) = match (asked.cut, asked.on_clock) {
                (Cut::Person, _) => (t!(format!("kpi.measure.{}", asked.measure.word())), t!("kpi.measure_tip")),
                (_, true) => (t!("kpi.on_clock"), t!("kpi.clock_tip")),
                (_, false) => (t!("kpi.elapsed"), t!("kpi.clock_tip")),
            };
            if ui.selectable_label(false, format!("{name}  9")).on_hover_text(tip).clicked() {
                wishes.push(FiguresWish::Ask(other_times(asked)));
            }
        });
    });
    ui.horizontal(|ui| {
        if asked.cut == Cut::Area {
            path_ui(ui, asked, wishes);
        }
        let held = if view.subtract_held { t!("kpi.without_held") } else { t!("kpi.with_held") };
        ui.label(RichText::new(held).small().color(tokens::DIM.egui()));
        let hint = if asked.cut == Cut::Area { t!("kpi.hint_area") } else { t!("kpi.hint") };
        ui.label(RichText::new(hint).small().color(tokens::FAINT.egui()));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| against_ui(ui, view, wishes));
    });
}

/// What the figures are held against; the key goes to the next.
fn against_ui(ui: &mut Ui, view: &FiguresView<'_>, wishes: &mut Vec<FiguresWish>) {
    let asked = view.asked;
    for against in Against::ALL.into_iter().rev() {
        let mut name = t!(format!("kpi.against.{}", against.word())).into_owned();
        if next_against(asked.against) == against {
            name += "  B";
        }
        let tip = t!(format!("kpi.against_tip.{}", against.word()));
        if ui.selectable_label(asked.against == against, name).on_hover_text(tip).clicked() {
            wishes.push(FiguresWish::Ask(Asked { against, ..asked.clone() }));
        }
    }
    if view.waiting {
        ui.label(RichText::new(t!("kpi.against_waiting")).small().color(tokens::DIM.egui()));
    }
}

fn next_against(now: Against) -> Against {
    let at = Against::ALL.iter().position(|one| *one == now).unwrap_or_default();
    Against::ALL.get(at + 1).copied().unwrap_or_default()
}

/// How much more or less, in percentage points, with an arrow; a dash where nothing is known.
pub(in crate::screen) fn points(change: Option<i32>) -> String {
    let Some(change) = change else { return "—".to_owned() };
    let size = change.unsigned_abs();
    format!("{} {}.{}", arrow(change.into()), size / 10, size % 10)
}

fn arrow(change: i64) -> &'static str {
    match change.signum() {
        1 => "↑",
        -1 => "↓",
        _ => "=",
    }
}

/// How much more often, and how much longer to the minute, with arrows; a dash where nothing is known.
pub(super) fn work_change(change: Option<TimesChange>, measure: Measure) -> String {
    let Some(change) = change else { return "—".to_owned() };
    let count = usize::try_from(change.count.unsigned_abs()).unwrap_or(usize::MAX);
    format!("{} {} · {}", arrow(change.count), words::count(count), longer(measure.longer(change)))
}

/// How much longer, to the minute, with an arrow.
fn longer(millis: i64) -> String {
    let minutes = (millis + 30_000 * millis.signum()) / 60_000;
    let size = if minutes == 0 { "0".to_owned() } else { words::age(minutes.abs() * 60) };
    format!("{} {size}", arrow(minutes))
}

/// How much longer handling took: on average, and those in the middle and at nine of ten; dashes where nothing is known.
pub(super) fn handling_change(change: Option<TimesChange>) -> (String, String) {
    let Some(change) = change else { return ("—".to_owned(), "— / —".to_owned()) };
    let of = |measure: Measure| longer(measure.longer(change));
    (of(Measure::Mean), format!("{} / {}", of(Measure::P50), of(Measure::P90)))
}

/// The same with other times: of persons the next measure of them, of cases those on the other clock.
fn other_times(asked: &Asked) -> Asked {
    match asked.cut {
        Cut::Person => Asked { measure: asked.measure.next(), ..asked.clone() },
        Cut::Area | Cut::Department | Cut::Post => Asked { on_clock: !asked.on_clock, ..asked.clone() },
    }
}

/// The way down to the area that is looked at; a click goes back up.
fn path_ui(ui: &mut Ui, asked: &Asked, wishes: &mut Vec<FiguresWish>) {
    let mut path: Vec<Area> = std::iter::successors(Some(asked.within.clone()), Area::parent).collect();
    path.reverse();
    for area in path {
        let name = if area.is_city() { t!("kpi.city").into_owned() } else { area.name().to_owned() };
        if ui.selectable_label(area == asked.within, name).clicked() && area != asked.within {
            wishes.push(FiguresWish::Ask(Asked { within: area, ..asked.clone() }));
        }
    }
}

fn by(asked: &Asked, cut: Cut) -> Asked {
    Asked { cut, within: Area::CITY, sort: 0, descending: false, ..asked.clone() }
}

/// Where each column of a row stands.
fn columns(rect: Rect, count: usize) -> Vec<Rect> {
    #[expect(clippy::cast_precision_loss, reason = "a dozen columns")]
    let width = ((rect.width() - NAME - TIMES) / count.saturating_sub(2).max(1) as f32).floor().min(160.0);
    let mut left = rect.left();
    (0..count)
        .map(|at| {
            let wide = match at {
                0 => NAME,
                at if at + 1 == count => TIMES,
                _ => width,
            };
            let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(wide, rect.height()));
            left += wide;
            cell
        })
        .collect()
}

fn table_ui(ui: &mut Ui, view: &FiguresView<'_>, wishes: &mut Vec<FiguresWish>) {
    let shown = view.asked.columns();
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    for (at, (column, rect)) in shown.iter().zip(columns(head, shown.len())).enumerate() {
        column_ui(ui, at, *column, rect, view, wishes);
    }
    if view.asked.cut != Cut::Post {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        ui.painter().rect_filled(rect, 0.0, tokens::RAISED.egui());
        line_ui(ui, rect, &view.table.total, view);
    }
    if view.table.lines.is_empty() {
        ui.add_space(tokens::desk::GAP);
        ui.label(RichText::new(t!("kpi.nothing")).color(tokens::DIM.egui()));
        return;
    }
    let room = ui.available_height();
    let mut list = ScrollArea::vertical().id_salt("figures list").max_height(room).auto_shrink([false, false]);
    if view.reveal {
        #[expect(clippy::cast_precision_loss, reason = "some hundreds of rows")]
        let middle = (view.marked as f32 + 0.5) * ROW;
        list = list.vertical_scroll_offset((middle - room / 2.0).max(0.0));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    list.show_rows(ui, ROW, view.table.lines.len(), |ui, rows| {
        for at in rows {
            let Some(line) = view.table.lines.get(at) else { continue };
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
            sheet::row_ground(ui.painter(), rect, at == view.marked, response.hovered());
            line_ui(ui, rect, line, view);
            if response.clicked() {
                wishes.push(into(view.asked, line).map_or(FiguresWish::Mark(at), FiguresWish::Ask));
            }
        }
    });
}

fn column_ui(
    ui: &mut Ui,
    at: usize,
    column: Column,
    rect: Rect,
    view: &FiguresView<'_>,
    wishes: &mut Vec<FiguresWish>,
) {
    let asked = view.asked;
    let response = ui.interact(rect, ui.id().with(("figures column", at)), Sense::click());
    let sorted = asked.sort == at;
    let color = if sorted || response.hovered() { tokens::TEXT } else { tokens::DIM };
    let arrow = match (sorted, asked.descending) {
        (false, _) => "",
        (true, false) => "↑",
        (true, true) => "↓",
    };
    let name = format!("{}{arrow}", column_words(column));
    let font = medium_font(tokens::desk::SMALL);
    let (at_point, align) = if at == 0 {
        (rect.left_center() + vec2(8.0, 0.0), Align2::LEFT_CENTER)
    } else {
        (rect.right_center() - vec2(8.0, 0.0), Align2::RIGHT_CENTER)
    };
    paint::line(ui.painter(), at_point, align, &name, font, color.egui(), rect.width() - 10.0);
    if response.on_hover_text(column_tip(column)).clicked() {
        wishes.push(FiguresWish::Ask(sorted_by(asked, at)));
    }
}

/// Sorted by a column; the one that it is sorted by turns round. Of a figure the greatest comes first.
fn sorted_by(asked: &Asked, at: usize) -> Asked {
    let descending = if asked.sort == at { !asked.descending } else { at > 0 };
    Asked { sort: at, descending, ..asked.clone() }
}

/// The same within the area of a row, where it has parts.
fn into(asked: &Asked, line: &Line) -> Option<Asked> {
    match &line.key {
        Some(Key::Area(area)) if *area != asked.within => Some(Asked { within: area.clone(), ..asked.clone() }),
        _ => None,
    }
}

fn column_words(column: Column) -> String {
    match column {
        Column::Name => String::new(),
        Column::Reported => t!("kpi.reported").into_owned(),
        Column::Kpi(kpi) => t!(format!("kpi.{}", kpi.word())).into_owned(),
        Column::Done => t!("kpi.done").into_owned(),
        Column::InTime => t!("kpi.in_time").into_owned(),
        Column::Late => t!("kpi.late").into_owned(),
        Column::Handling => t!("kpi.handling").into_owned(),
        Column::Work(work) => t!(format!("kpi.work.{}", work.word())).into_owned(),
    }
}

fn column_tip(column: Column) -> String {
    match column {
        Column::Kpi(kpi) => t!(format!("kpi.tip.{}", kpi.word())).into_owned(),
        Column::Handling => t!("kpi.tip.handling").into_owned(),
        Column::Work(_) => t!("kpi.tip.work").into_owned(),
        Column::Name | Column::Reported | Column::Done | Column::InTime | Column::Late => column_words(column),
    }
}

/// Per cent; a dash where there is nothing to divide by.
pub(in crate::screen) fn percent(per_mille: Option<u32>) -> String {
    per_mille.map_or_else(|| "—".to_owned(), |share| format!("{}.{} %", share / 10, share % 10))
}

fn line_ui(ui: &Ui, rect: Rect, line: &Line, view: &FiguresView<'_>) {
    let (body, small) = (medium_font(tokens::desk::BODY), regular_font(tokens::desk::SMALL));
    let (text, dim) = (tokens::TEXT.egui(), tokens::DIM.egui());
    let painter = ui.painter();
    let shown = view.asked.columns();
    for (column, cell) in shown.iter().zip(columns(rect, shown.len())) {
        let (upper, lower) = (cell.top() + ROW * 0.23, cell.top() + ROW * 0.53);
        let (right, room) = (cell.right() - 8.0, cell.width() - 10.0);
        let two = |first: &str, second: &str| {
            paint::line(painter, pos2(right, upper), Align2::RIGHT_CENTER, first, body.clone(), text, room);
            paint::line(painter, pos2(right, lower), Align2::RIGHT_CENTER, second, small.clone(), dim, room);
        };
        // Neither good nor bad by its colour: of some figures more is worse.
        let third = |change: &str| {
            let at = pos2(right, cell.top() + ROW * 0.82);
            paint::line(painter, at, Align2::RIGHT_CENTER, change, small.clone(), text, room);
        };
        match line.cell(*column) {
            Cell::Name => {
                let name = line.key.as_ref().map_or_else(|| t!("kpi.all").into_owned(), |key| (view.name)(key));
                let at = pos2(cell.left() + 8.0, cell.center().y);
                paint::line(painter, at, Align2::LEFT_CENTER, &name, body.clone(), text, cell.width() - 12.0);
            }
            Cell::Count(count) => two(&words::count(count as usize), ""),
            Cell::Share(share) => {
                two(&percent(share.per_mille()), &format!("{}/{}", share.part, share.of));
                third(&points(line.change(*column)));
            }
            Cell::Work(None) | Cell::Times(None) => two("—", ""),
            Cell::Work(Some(times)) => {
                two(&words::count(times.count as usize), &words::age(view.asked.measure.of(times) / 1000));
                let Column::Work(work) = *column else { continue };
                third(&work_change(line.work_change(work), view.asked.measure));
            }
            Cell::Times(Some(times)) => {
                let of = |millis: i64| words::age(millis / 1000);
                let mean = of(times.mean_millis);
                let at = pos2(right, upper);
                let told = paint::line(painter, at, Align2::RIGHT_CENTER, &mean, body.clone(), text, room);
                let (longer, others) = handling_change(line.handling_change());
                // Each beside or below what it is of.
                let at = pos2(told.left() - tokens::desk::GAP, upper);
                let left = at.x - cell.left() - 2.0;
                paint::line(painter, at, Align2::RIGHT_CENTER, &longer, small.clone(), text, left);
                let pair = format!("{} / {}", of(times.p50_millis), of(times.p90_millis));
                paint::line(painter, pos2(right, lower), Align2::RIGHT_CENTER, &pair, small.clone(), dim, room);
                third(&others);
            }
        }
    }
}

/// Keys while it is open; nobody else is to act on them.
fn keys(ctx: &Context, view: &FiguresView<'_>) -> Vec<FiguresWish> {
    let times = |key: Press| ctx.input_mut(|i| i.take_keys(Modifiers::NONE, key));
    let (mut asked, mut wishes) = (view.asked.clone(), Vec::new());
    for (cut, key) in Cut::ALL.into_iter().zip([Press::Num1, Press::Num2, Press::Num3, Press::Num4]) {
        if times(key) > 0 {
            asked = by(&asked, cut);
        }
    }
    for (period, key) in Period::ALL.into_iter().zip([Press::Num5, Press::Num6, Press::Num7, Press::Num8]) {
        if times(key) > 0 {
            asked.period = period;
        }
    }
    for _ in 0..times(Press::Num9) {
        asked = other_times(&asked);
    }
    if times(Press::Num0) % 2 == 1 {
        asked.descending = !asked.descending;
    }
    for _ in 0..times(Press::B) {
        asked.against = next_against(asked.against);
    }
    let last = asked.columns().len().saturating_sub(1);
    let (next, before) = (times(Press::Period), times(Press::Comma));
    if next != before {
        let sort = (asked.sort + next).saturating_sub(before).min(last);
        asked = Asked { sort, descending: sort > 0, ..asked };
    }
    if times(Press::ArrowLeft) > 0
        && let Some(parent) = asked.within.parent()
    {
        asked.within = parent;
    }
    if times(Press::ArrowRight) > 0 {
        let line = view.table.lines.get(view.marked);
        asked = line.and_then(|line| into(&asked, line)).unwrap_or(asked);
    }
    for wish in sheet::list_keys(ctx, view.marked, view.table.lines.len()) {
        match wish {
            sheet::ListWish::Choose(at) => wishes.push(FiguresWish::Mark(at)),
            sheet::ListWish::Take(at) => {
                let line = view.table.lines.get(at);
                asked = line.and_then(|line| into(&asked, line)).unwrap_or(asked);
            }
            sheet::ListWish::Close => wishes.push(FiguresWish::Close),
        }
    }
    if asked != *view.asked {
        wishes.push(FiguresWish::Ask(asked));
    }
    wishes
}
