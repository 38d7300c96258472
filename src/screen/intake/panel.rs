//! The dialog's panel.

use egui::{Align2, Id, Key, Modifiers, Rect, RichText, Sense, Ui, vec2};
use rust_i18n::t;

use super::draft::Draft;
use super::model::{MOST, PlaceHit};
use super::reason;
use crate::config::forms::Field as FormField;
use crate::domain::casualty::{self, Casualty};
use crate::domain::order::{NAME_MAX, TEXT_MAX};
use crate::domain::{Alike, Answers, Grade, IncidentId};
use crate::screen::form::{self, FormWish, Nearby};
use crate::screen::input::TakeKey;
use crate::screen::look::unusable::letters_in;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};

/// Its widgets' own part of their names.
const DIALOG: &str = "intake";
/// Points of a proposal's row.
const ROW: f32 = 22.0;
/// Points of the column with the fields' names.
const NAMES: f32 = 44.0;
/// Keys that choose a grade, with Alt.
const GRADES: [(Key, Grade); 4] =
    [(Key::Num1, Grade::I), (Key::Num2, Grade::II), (Key::Num3, Grade::III), (Key::Num4, Grade::IV)];
/// Keys that choose a case that it is the same as, with Ctrl.
const CASES: [Key; 3] = [Key::Num1, Key::Num2, Key::Num3];

/// What is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// What the caller says.
    Text,
    /// Where.
    Place,
    /// Of which kind.
    Kind,
    /// The caller's name.
    Name,
    /// And number.
    Phone,
    /// A field of the form of its kind, by its place there.
    Form(usize),
}

impl Field {
    const ALL: [Self; 5] = [Self::Text, Self::Place, Self::Kind, Self::Name, Self::Phone];

    /// Its widget.
    pub(super) fn id(self, form: &[FormField]) -> Id {
        match self {
            Self::Form(at) => form::id(DIALOG, form.get(at).map_or("", |field| field.code.as_str())),
            Self::Text => Id::new((DIALOG, 0)),
            Self::Place => Id::new((DIALOG, 1)),
            Self::Kind => Id::new((DIALOG, 2)),
            Self::Name => Id::new((DIALOG, 3)),
            Self::Phone => Id::new((DIALOG, 4)),
        }
    }

    /// The one after it, where the form has so many fields.
    pub(super) fn next(self, form: usize) -> Self {
        match self {
            Self::Text => Self::Place,
            Self::Place => Self::Kind,
            Self::Kind if form > 0 => Self::Form(0),
            Self::Form(at) if at + 1 < form => Self::Form(at + 1),
            Self::Kind | Self::Form(_) => Self::Name,
            Self::Name | Self::Phone => Self::Phone,
        }
    }
}

/// A kind that is proposed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct KindShown {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) grade: Grade,
    /// Why, in words.
    pub(super) why: String,
}

/// A case that may be the same.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AlikeShown {
    pub(super) alike: Alike,
    pub(super) name: String,
    pub(super) grade: Grade,
    pub(super) why: String,
}

/// What the dialog shows.
pub(super) struct IntakeView<'a> {
    pub(super) draft: &'a Draft,
    /// What was answered of the form, with what is proposed.
    pub(super) answers: &'a Answers,
    /// Dead, missing, trapped and injured.
    pub(super) casualties: &'a [Casualty],
    pub(super) kind_typed: &'a str,
    pub(super) kinds: &'a [KindShown],
    pub(super) marked_kind: usize,
    /// The kind that it will be of.
    pub(super) kind: Option<&'a KindShown>,
    pub(super) places: &'a [PlaceHit],
    pub(super) marked_place: usize,
    pub(super) alike: &'a [AlikeShown],
    /// The form of that kind.
    pub(super) form: &'a [FormField],
    /// Components that it may be about.
    pub(super) components: &'a [Nearby],
    /// The language.
    pub(super) locale: &'a str,
    /// Who answers for it and why, in words.
    pub(super) answers_for: Option<String>,
    /// Put the cursor there.
    pub(super) focus: Option<Field>,
    /// What stands at the foot: why it was refused, or that it is on its way.
    pub(super) note: Option<String>,
    /// It is on its way: nothing more is changed.
    pub(super) sent: bool,
    /// Clicks on the city choose the place.
    pub(super) picking: bool,
}

/// What the user did.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum IntakeWish {
    Text(String),
    Address(String),
    KindTyped(String),
    Name(String),
    Phone(String),
    WantsAnswer(bool),
    Grade(Grade),
    MarkKind(usize),
    TakeKind(usize),
    MarkPlace(usize),
    TakePlace(usize),
    Answer(String, String),
    Same(IncidentId),
    Pick,
    /// On from a field.
    Next(Field),
    /// Send it; file it at once or only register it.
    Send(bool),
    /// Forget all of it.
    Clear,
    Close,
}

/// The dialog.
pub(super) fn intake_ui(ui: &mut Ui, view: &IntakeView<'_>) -> Vec<IntakeWish> {
    let mut wishes = Vec::new();
    keys(ui, view, &mut wishes);
    ui.set_width(tokens::desk::INTAKE);
    ui.spacing_mut().item_spacing.y = 5.0;
    head_ui(ui, view, &mut wishes);
    let text = field(ui, "intake.text", Field::Text, &view.draft.text, "intake.text_hint", 3, 0.0);
    wishes.extend(text.map(IntakeWish::Text));
    let address = field(ui, "intake.place", Field::Place, &view.draft.address, "intake.place_hint", 1, 76.0);
    wishes.extend(address.map(IntakeWish::Address));
    places_ui(ui, view, &mut wishes);
    let typed = field(ui, "intake.kind", Field::Kind, view.kind_typed, "intake.kind_hint", 1, 0.0);
    wishes.extend(typed.map(IntakeWish::KindTyped));
    kinds_ui(ui, view, &mut wishes);
    casualties_ui(ui, view);
    grade_ui(ui, view, &mut wishes);
    form_ui(ui, view, &mut wishes);
    caller_ui(ui, view, &mut wishes);
    alike_ui(ui, view, &mut wishes);
    foot_ui(ui, view, &mut wishes);
    if let Some(focus) = view.focus {
        ui.memory_mut(|memory| memory.request_focus(focus.id(view.form)));
    }
    wishes
}

fn head_ui(ui: &mut Ui, view: &IntakeView<'_>, wishes: &mut Vec<IntakeWish>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("intake.title")).font(medium_font(tokens::desk::HEAD)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("×").on_hover_text(t!("intake.away")).clicked() {
                wishes.push(IntakeWish::Close);
            }
            let empty = view.draft.is_empty() || view.sent;
            if ui.add_enabled(!empty, egui::Button::new(RichText::new(t!("intake.clear")).small())).clicked() {
                wishes.push(IntakeWish::Clear);
            }
        });
    });
}

/// A field with its name; what it says now where that was changed. `less` points are left free beside it.
fn field(ui: &mut Ui, name: &str, of: Field, text: &str, hint: &str, rows: usize, less: f32) -> Option<String> {
    let mut now = text.to_owned();
    ui.horizontal_top(|ui| {
        name_ui(ui, name);
        let edit = if rows > 1 { egui::TextEdit::multiline(&mut now) } else { egui::TextEdit::singleline(&mut now) };
        let width = ui.available_width() - less;
        let edit = edit.char_limit(letters_in(TEXT_MAX));
        ui.add(edit.id(of.id(&[])).hint_text(t!(hint)).desired_width(width).desired_rows(rows));
    });
    (now != text).then_some(now)
}

fn name_ui(ui: &mut Ui, name: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(NAMES, 24.0), Sense::hover());
    let font = regular_font(tokens::desk::SMALL);
    ui.painter().text(rect.left_center(), Align2::LEFT_CENTER, t!(name), font, tokens::DIM.egui());
}

/// A row of a list of proposals: what, and why on the right.
fn row(ui: &mut Ui, (marked, grade): (bool, Option<Grade>), what: &str, why: &str) -> egui::Response {
    let size = vec2(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let rect = Rect::from_min_max(rect.min + vec2(NAMES + 4.0, 0.0), rect.max);
    let painter = ui.painter_at(rect);
    if marked {
        painter.rect_filled(rect, 3.0, tokens::CHOSEN.egui());
        painter.rect_filled(Rect::from_min_size(rect.min, vec2(3.0, rect.height())), 1.0, tokens::ACCENT.egui());
    } else if response.hovered() {
        painter.rect_filled(rect, 3.0, tokens::HOVER.egui());
    }
    let mut left = rect.left_center() + vec2(10.0, 0.0);
    if let Some(grade) = grade {
        paint::grade_mark(&painter, left + vec2(7.0, 0.0), 7.0, grade);
        left.x += 20.0;
    }
    let small = regular_font(tokens::desk::SMALL);
    let right = rect.right_center() - vec2(8.0, 0.0);
    let room = (right.x - left.x) * 0.55;
    let why = paint::line(&painter, right, Align2::RIGHT_CENTER, why, small, tokens::FAINT.egui(), room);
    let room = why.left() - left.x - 8.0;
    let font = regular_font(tokens::desk::BODY);
    paint::line(&painter, left, Align2::LEFT_CENTER, what, font, tokens::TEXT.egui(), room);
    response
}

fn has_focus(ui: &Ui, of: Field) -> bool {
    ui.memory(|memory| memory.has_focus(of.id(&[])))
}

fn places_ui(ui: &mut Ui, view: &IntakeView<'_>, wishes: &mut Vec<IntakeWish>) {
    for (at, place) in view.places.iter().enumerate().take(MOST) {
        let marked = at == view.marked_place;
        if row(ui, (marked, None), &place.address, &reason::of_place(place)).clicked() {
            wishes.push(IntakeWish::TakePlace(at));
        }
    }
    ui.horizontal(|ui| {
        ui.add_space(NAMES + 8.0);
        let (said, color) = match view.draft.at {
            Some(at) => {
                (t!("intake.placed", lon = format!("{:.5}", at.lon), lat = format!("{:.5}", at.lat)), tokens::DIM)
            }
            None => (t!("intake.no_place"), tokens::TEXT),
        };
        ui.label(RichText::new(said).small().color(color.egui()));
        let pick = ui.selectable_label(view.picking, RichText::new(t!("intake.pick")).small());
        if pick.on_hover_text(t!("intake.pick_hint")).clicked() {
            wishes.push(IntakeWish::Pick);
        }
    });
}

fn kinds_ui(ui: &mut Ui, view: &IntakeView<'_>, wishes: &mut Vec<IntakeWish>) {
    for (at, kind) in view.kinds.iter().enumerate().take(MOST) {
        let chosen = view.kind.is_some_and(|chosen| chosen.code == kind.code);
        let marked = if has_focus(ui, Field::Kind) { at == view.marked_kind } else { chosen };
        if row(ui, (marked, Some(kind.grade)), &kind.name, &kind.why).clicked() {
            wishes.push(IntakeWish::TakeKind(at));
        }
    }
    let said = match (view.kind, &view.answers_for) {
        (Some(kind), Some(who)) => format!("{} · {who}", t!("intake.will_be", kind = kind.name)),
        (Some(kind), None) => t!("intake.will_be", kind = kind.name).into_owned(),
        (None, _) => t!("intake.no_kind").into_owned(),
    };
    ui.horizontal_top(|ui| {
        ui.add_space(NAMES + 8.0);
        let color = if view.kind.is_some() { tokens::DIM } else { tokens::TEXT };
        ui.add(egui::Label::new(RichText::new(said).small().color(color.egui())).wrap());
    });
}

/// How many people the text says are hurt, in its own words, and the grade that it is raised to by that.
fn casualties_ui(ui: &mut Ui, view: &IntakeView<'_>) {
    let read = view.casualties.iter().filter(|one| !one.words.is_empty());
    let read = read.map(|one| t!("casualty.said", count = words::casualty(one), words = one.words).into_owned());
    let mut said: Vec<String> = read.collect();
    let of_kind = view.kind.map(|kind| kind.grade).filter(|_| view.draft.grade.is_none());
    let raised = casualty::grade(view.casualties).filter(|(grade, ..)| of_kind.is_some_and(|kind| *grade < kind));
    said.extend(raised.map(words::toll));
    if said.is_empty() {
        return;
    }
    ui.horizontal_top(|ui| {
        name_ui(ui, "intake.casualties");
        let said = RichText::new(said.join(" · ")).small().color(tokens::DIM.egui());
        ui.add(egui::Label::new(said).wrap());
    });
}

fn grade_ui(ui: &mut Ui, view: &IntakeView<'_>, wishes: &mut Vec<IntakeWish>) {
    let now = view.kind.map(|kind| view.draft.grade(kind.grade, view.casualties)).or(view.draft.grade);
    ui.horizontal(|ui| {
        name_ui(ui, "intake.grade");
        for grade in Grade::ALL {
            let name = RichText::new(format!("    {}", words::grade(grade)));
            let button = ui.selectable_label(now == Some(grade), name);
            paint::grade_mark(ui.painter(), button.rect.left_center() + vec2(11.0, 0.0), 7.0, grade);
            if button.on_hover_text(format!("Alt {}", grade.index() + 1)).clicked() {
                wishes.push(IntakeWish::Grade(grade));
            }
        }
        if let Some(kind) = view.kind {
            let why = reason::of_grade(view.draft, kind.grade, view.casualties);
            ui.add(egui::Label::new(RichText::new(why).small().color(tokens::DIM.egui())).truncate());
        }
    });
}

/// What cases of its kind are asked beside.
fn form_ui(ui: &mut Ui, view: &IntakeView<'_>, wishes: &mut Vec<IntakeWish>) {
    if view.form.is_empty() {
        return;
    }
    ui.separator();
    let done = form::fields_ui(ui, DIALOG, (view.form, view.answers, view.locale), view.components);
    wishes.extend(done.into_iter().map(|wish| match wish {
        FormWish::Answer(field, answer) => IntakeWish::Answer(field, answer),
        FormWish::Next(at) => IntakeWish::Next(Field::Form(at)),
    }));
    ui.separator();
}

fn caller_ui(ui: &mut Ui, view: &IntakeView<'_>, wishes: &mut Vec<IntakeWish>) {
    ui.horizontal(|ui| {
        name_ui(ui, "intake.caller");
        let mut edit = |of: Field, text: &str, hint: &str, width: f32| {
            let mut now = text.to_owned();
            let edit = egui::TextEdit::singleline(&mut now).char_limit(letters_in(NAME_MAX));
            ui.add(edit.id(of.id(&[])).hint_text(t!(hint)).desired_width(width));
            (now != text).then_some(now)
        };
        wishes.extend(edit(Field::Name, &view.draft.name, "intake.name_hint", 110.0).map(IntakeWish::Name));
        wishes.extend(edit(Field::Phone, &view.draft.phone, "intake.phone_hint", 140.0).map(IntakeWish::Phone));
        let mut answer = view.draft.answer;
        if ui.checkbox(&mut answer, t!("intake.answer")).changed() {
            wishes.push(IntakeWish::WantsAnswer(answer));
        }
    });
}

fn alike_ui(ui: &mut Ui, view: &IntakeView<'_>, wishes: &mut Vec<IntakeWish>) {
    if view.alike.is_empty() {
        return;
    }
    ui.separator();
    ui.label(RichText::new(t!("intake.alike")).small().color(tokens::DIM.egui()));
    for (at, one) in view.alike.iter().enumerate().take(CASES.len()) {
        let marked = view.draft.same_as == Some(one.alike.id);
        let what = format!("Ctrl {}  #{} {}", at + 1, one.alike.id.0, one.name);
        if row(ui, (marked, Some(one.grade)), &what, &one.why).on_hover_text(&one.why).clicked() {
            wishes.push(IntakeWish::Same(one.alike.id));
        }
    }
}

fn foot_ui(ui: &mut Ui, view: &IntakeView<'_>, wishes: &mut Vec<IntakeWish>) {
    ui.separator();
    if let Some(note) = &view.note {
        ui.add(egui::Label::new(RichText::new(note).color(tokens::TEXT.egui())).wrap());
    }
    ui.horizontal(|ui| {
        let ready = view.kind.is_some() && !view.sent;
        let text =
            if let Some(into) = view.draft.same_as { t!("intake.join", number = into.0) } else { t!("intake.file") };
        let button = egui::Button::new(RichText::new(format!("{text}  Ctrl Enter")).color(tokens::ACCENT.egui()));
        if ui.add_enabled(ready, button).clicked() {
            wishes.push(IntakeWish::Send(true));
        }
        if view.draft.same_as.is_none() {
            let text = format!("{}  Ctrl Shift Enter", t!("intake.register"));
            if ui.add_enabled(ready, egui::Button::new(RichText::new(text).small())).clicked() {
                wishes.push(IntakeWish::Send(false));
            }
        }
        ui.label(RichText::new(format!("{}  Esc", t!("intake.away"))).small().color(tokens::FAINT.egui()));
    });
}

/// Keys of the dialog; nobody else sees them.
fn keys(ui: &Ui, view: &IntakeView<'_>, wishes: &mut Vec<IntakeWish>) {
    let ctx = ui.ctx();
    let pressed = |modifiers: Modifiers, key: Key| ctx.input_mut(|input| input.take_key(modifiers, key));
    let file = Modifiers::COMMAND;
    // Those with more modifiers first: they match fewer ones as well.
    let (register, send) = (pressed(file | Modifiers::SHIFT, Key::Enter), pressed(file, Key::Enter));
    if (register || send) && view.kind.is_some() && !view.sent {
        wishes.push(IntakeWish::Send(!register || view.draft.same_as.is_some()));
    }
    for (key, grade) in GRADES {
        if pressed(Modifiers::ALT, key) {
            wishes.push(IntakeWish::Grade(grade));
        }
    }
    for (key, one) in CASES.into_iter().zip(view.alike) {
        if pressed(Modifiers::COMMAND, key) {
            wishes.push(IntakeWish::Same(one.alike.id));
        }
    }
    if pressed(Modifiers::NONE, Key::Escape) {
        wishes.push(IntakeWish::Close);
    }
    let Some(field) = Field::ALL.into_iter().find(|field| has_focus(ui, *field)) else { return };
    let (many, marked) = match field {
        Field::Place => (view.places.len().min(MOST), view.marked_place),
        Field::Kind => (view.kinds.len().min(MOST), view.marked_kind),
        Field::Text | Field::Name | Field::Phone | Field::Form(_) => (0, 0),
    };
    if many > 0 {
        let (down, up) = (pressed(Modifiers::NONE, Key::ArrowDown), pressed(Modifiers::NONE, Key::ArrowUp));
        let to = (marked + usize::from(down)).saturating_sub(usize::from(up)).min(many - 1);
        if down != up {
            wishes.push(if field == Field::Place { IntakeWish::MarkPlace(to) } else { IntakeWish::MarkKind(to) });
        }
    }
    if pressed(Modifiers::NONE, Key::Enter) {
        match field {
            Field::Place if many > 0 => wishes.push(IntakeWish::TakePlace(marked)),
            Field::Kind if many > 0 => wishes.push(IntakeWish::TakeKind(marked)),
            _ => {}
        }
        wishes.push(IntakeWish::Next(field));
    }
}
