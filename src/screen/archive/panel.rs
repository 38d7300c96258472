//! The finder's panel.

use egui::{Align2, Key, Modifiers, Rect, RichText, Sense, Ui, pos2, vec2};
use rust_i18n::t;

use super::model::{Asked, Chip, Finder, Period, State};
use crate::domain::{FoundCase, Outcome, Stage};
use crate::screen::input::TakeKey;
use crate::screen::look::tokens::archive::{CHIPS, FOOT, ROW, WIDTH};
use crate::screen::look::tokens::palette::{FIELD, PAD};
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::palette::sheet::{self, ListWish};

/// What the finder shows.
pub struct FinderView<'a> {
    /// What is looked for and was found.
    pub finder: &'a Finder,
    /// Name of each kind by its code.
    pub kind: &'a dyn Fn(&str) -> String,
    /// It was opened just now: put the cursor into its field.
    pub focus: bool,
    /// What was chosen is to be brought into sight.
    pub reveal: bool,
    /// The hub is there.
    pub live: bool,
    /// Offset of city time from UTC.
    pub utc_offset_secs: i32,
}

/// What the user did.
#[derive(Debug, Clone, PartialEq)]
pub enum FinderWish {
    /// Look for something else.
    Ask(Asked),
    /// Choose another case.
    Choose(usize),
    /// Open its card.
    Take(usize),
    /// Close the finder.
    Close,
}

/// The finder, over everything else within `all`.
pub fn finder_ui(ctx: &egui::Context, all: Rect, view: &FinderView<'_>) -> Vec<FinderWish> {
    let mut wishes = keys(ctx, view);
    let most = FIELD + CHIPS + FOOT + PAD * 4.0 + ROW * 12.0;
    let rect = sheet::place(all, WIDTH, |room| (room - PAD * 4.0).min(most));
    let beside = sheet::sheet_ui(ctx, "archive", rect, |ui| {
        let asked = &view.finder.asked;
        let typed = sheet::field_ui(ui, "archive field", &t!("finder.hint"), &asked.query, view.focus);
        wishes.extend(typed.map(|query| FinderWish::Ask(Asked { query, ..asked.clone() })));
        ui.add_space(PAD * 0.5);
        chips_ui(ui, view, &mut wishes);
        ui.add_space(PAD * 0.5);
        let room = rect.bottom() - PAD - FOOT - ui.cursor().top();
        list_ui(ui, room, view, &mut wishes);
        let foot = Rect::from_min_max(pos2(rect.left() + PAD, rect.bottom() - FOOT - PAD * 0.5), rect.max);
        foot_ui(ui, foot, view);
    });
    wishes.extend(beside.then_some(FinderWish::Close));
    wishes
}

impl From<ListWish> for FinderWish {
    fn from(wish: ListWish) -> Self {
        match wish {
            ListWish::Choose(at) => Self::Choose(at),
            ListWish::Take(at) => Self::Take(at),
            ListWish::Close => Self::Close,
        }
    }
}

/// The choice of a chip in words, and whether it narrows anything down.
fn chip_words(asked: &Asked, chip: Chip) -> (String, bool) {
    match chip {
        Chip::Grade => asked.grade.map_or_else(
            || (t!("finder.any_grade").into_owned(), false),
            |grade| (format!("{} {}", grade.numeral(), words::grade(grade)), true),
        ),
        Chip::Fate => asked.fate.map_or_else(
            || (t!("finder.any_fate").into_owned(), false),
            |fate| (t!(format!("finder.fate_{}", fate.word())).into_owned(), true),
        ),
        Chip::Period => asked.days().map_or_else(
            || (t!(asked.period.key()).into_owned(), asked.period != Period::Ever),
            |days| (days.words(), true),
        ),
        Chip::Near => asked.metres.map_or_else(
            || (t!("finder.anywhere").into_owned(), false),
            |metres| (t!("finder.near", length = words::length(metres)).into_owned(), true),
        ),
    }
}

const CHIP_KEYS: [(Chip, Key, &str); 4] = [
    (Chip::Grade, Key::G, "Alt G"),
    (Chip::Fate, Key::O, "Alt O"),
    (Chip::Period, Key::T, "Alt T"),
    (Chip::Near, Key::P, "Alt P"),
];

fn chips_ui(ui: &mut Ui, view: &FinderView<'_>, wishes: &mut Vec<FinderWish>) {
    let asked = &view.finder.asked;
    ui.allocate_ui(vec2(ui.available_width(), CHIPS), |ui| {
        ui.horizontal(|ui| {
            for (chip, _, key) in CHIP_KEYS {
                let (words, on) = chip_words(asked, chip);
                let color = if on { tokens::ACCENT.egui() } else { tokens::TEXT.egui() };
                if ui.selectable_label(on, RichText::new(words).color(color)).on_hover_text(key).clicked() {
                    wishes.push(FinderWish::Ask(asked.turned(chip)));
                }
                ui.label(RichText::new(key).small().color(tokens::DIM.egui()));
                ui.add_space(PAD);
            }
        });
    });
}

fn list_ui(ui: &mut Ui, room: f32, view: &FinderView<'_>, wishes: &mut Vec<FinderWish>) {
    let finder = view.finder;
    if finder.cases.is_empty() {
        let words = match &finder.state {
            _ if !view.live => t!("finder.no_hub").into_owned(),
            State::New | State::Searching => t!("finder.searching").into_owned(),
            State::Found => t!("finder.nothing").into_owned(),
            State::Failed(refusal) => words::refusal(refusal),
        };
        ui.add_space(PAD);
        ui.add(egui::Label::new(RichText::new(words).color(tokens::DIM.egui())).wrap());
        return;
    }
    let list = egui::ScrollArea::vertical().id_salt("archive list").max_height(room).min_scrolled_height(room);
    let mut list = list.auto_shrink([false, false]);
    if view.reveal {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred rows")]
        let middle = (finder.chosen as f32 + 0.5) * ROW;
        list = list.vertical_scroll_offset((middle - room / 2.0).max(0.0));
    }
    list.show_rows(ui, ROW, finder.cases.len(), |ui, rows| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for at in rows {
            let Some(case) = finder.cases.get(at) else { continue };
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
            row_ui(ui, rect, case, finder.chosen == at, response.hovered(), view);
            if response.clicked() {
                wishes.push(FinderWish::Take(at));
            }
        }
    });
}

/// Date and time, with the year: cases are years apart.
fn when(at: crate::domain::Moment, utc_offset_secs: i32) -> String {
    let local = chrono::DateTime::from_timestamp_millis(at.0.saturating_add(i64::from(utc_offset_secs) * 1000));
    local.map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

/// How it stands, in words.
fn fate(case: &FoundCase) -> String {
    match case.outcome {
        None => words::stage(case.stage),
        Some(Outcome::Finished) => words::stage(Stage::Closed),
        Some(outcome) => t!(format!("finder.fate_{}", outcome.word())).into_owned(),
    }
}

fn row_ui(ui: &Ui, rect: Rect, case: &FoundCase, chosen: bool, hovered: bool, view: &FinderView<'_>) {
    let painter = ui.painter();
    sheet::row_ground(painter, rect, chosen, hovered);
    let (body, small) = (medium_font(tokens::desk::BODY), regular_font(tokens::desk::SMALL));
    let (text, dim) = (tokens::TEXT.egui(), tokens::DIM.egui());
    let mark = rect.left_center() + vec2(PAD + 11.0, 0.0);
    paint::grade_mark(painter, mark, 10.0, case.grade);
    let (left, right) = (mark.x + 22.0, rect.right() - PAD);
    let (upper, lower) = (rect.top() + rect.height() * 0.3, rect.top() + rect.height() * 0.72);
    let number = case.number.map_or_else(|| format!("#{}", case.id.0), |number| number.to_string());
    let end = painter.text(pos2(right, upper), Align2::RIGHT_CENTER, number, small.clone(), dim);
    let mut title = (view.kind)(&case.kind);
    if !case.place.address.is_empty() {
        title = format!("{title} · {}", case.place.address);
    }
    let width = end.left() - left - PAD;
    paint::line(painter, pos2(left, upper), Align2::LEFT_CENTER, &title, body, text, width);
    let known = when(case.known_at, view.utc_offset_secs);
    let times = match case.over_at {
        Some(over) => format!("{known} — {} · {}", when(over, view.utc_offset_secs), fate(case)),
        None => format!("{known} · {}", fate(case)),
    };
    let end = painter.text(pos2(right, lower), Align2::RIGHT_CENTER, times, small.clone(), dim);
    let words = case.text.replace('\n', " ");
    paint::line(painter, pos2(left, lower), Align2::LEFT_CENTER, &words, small, dim, end.left() - left - PAD);
}

fn foot_ui(ui: &Ui, rect: Rect, view: &FinderView<'_>) {
    let finder = view.finder;
    let (small, dim) = (regular_font(tokens::desk::SMALL), tokens::DIM.egui());
    let (count, more) = finder.count;
    let count = format!("{}{}", words::count(count as usize), if more { "+" } else { "" });
    let mut said = match &finder.state {
        _ if !view.live => t!("finder.no_hub").into_owned(),
        State::Failed(refusal) => words::refusal(refusal),
        State::Searching if finder.cases.is_empty() => String::new(),
        State::Searching => t!("finder.searching").into_owned(),
        _ if finder.cases.is_empty() => String::new(),
        _ => t!("finder.count", count = count).into_owned(),
    };
    let listed = words::count(finder.cases.len());
    match finder.older().filter(|_| view.live && !finder.cases.is_empty()) {
        Some(true) => said = format!("{said}  {}", t!("finder.older", listed = listed)),
        Some(false) => said = format!("{said}  {}", t!("finder.older_by_days", listed = listed)),
        None => {}
    }
    if finder.behind > 0 {
        said = format!(
            "{said}  {}",
            t!("finder.behind", facts = words::count(usize::try_from(finder.behind).unwrap_or(usize::MAX)))
        );
    }
    let keys = t!("finder.keys");
    let end = ui.painter().text(rect.right_center() - vec2(PAD, 0.0), Align2::RIGHT_CENTER, keys, small.clone(), dim);
    let width = end.left() - rect.left() - PAD;
    paint::line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, &said, small, dim, width);
}

/// Keys while it is open, wherever the keyboard's focus is.
fn keys(ctx: &egui::Context, view: &FinderView<'_>) -> Vec<FinderWish> {
    let finder = view.finder;
    // Nobody else is to act on them.
    let times = |modifiers: Modifiers, key: Key| ctx.input_mut(|i| i.take_keys(modifiers, key));
    let mut wishes = Vec::new();
    let mut asked = finder.asked.clone();
    for (chip, key, _) in CHIP_KEYS {
        for _ in 0..times(Modifiers::ALT, key) {
            asked = asked.turned(chip);
        }
    }
    if asked != finder.asked {
        wishes.push(FinderWish::Ask(asked));
    }
    wishes.extend(sheet::list_keys(ctx, finder.chosen, finder.cases.len()).into_iter().map(FinderWish::from));
    wishes
}
