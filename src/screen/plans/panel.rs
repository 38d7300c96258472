//! The dialog's panel.

use egui::{Align2, Key, Modifiers, RichText, Sense, Ui, vec2};
use rust_i18n::t;

use super::model::{Goes, NoticeShown, StepShown, plan_shown, to_do};
use super::words::{level, progress_words, sign, state_words};
use crate::domain::{CrewKind, Lamp, Moment, Plan, PlanRun};
use crate::screen::card::crew::crew_name;
use crate::screen::dispatch::UNREAD_SECS;
use crate::screen::input::TakeKey;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::units::legend::kind_key;

/// Digits that choose plans and tick steps.
const DIGITS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];
/// Most plans that are listed to choose from.
pub(super) const CARDS_MOST: usize = 9;
/// Points of a row of a step, which has two lines.
const ROW: f32 = 40.0;
/// Rows that are seen at once; further ones scroll.
const ROWS: f32 = 9.0;
/// Points of a row of a notice, and how many of them are seen at once.
const NOTICE: f32 = 22.0;
const NOTICES: f32 = 5.0;

/// What an alarm would bring.
pub(super) struct Brings<'a> {
    /// The departments by name, with whether one would lead.
    pub(super) departments: Vec<(String, bool)>,
    /// How many crews of which kinds are wanted.
    pub(super) wanted: Vec<(CrewKind, usize)>,
    /// Who goes; `None` while that is being found out.
    pub(super) goes: Option<&'a [Goes]>,
    /// The departments that are told something, by name.
    pub(super) told: Vec<String>,
}

/// Which page of the dialog is open.
pub(super) enum Page<'a> {
    /// What starting a plan would do.
    Start {
        /// Names of the plans, the best one first; those after `fitting` are of other kinds of case.
        cards: Vec<String>,
        /// How many of them fit the case.
        fitting: usize,
        /// Which one is chosen.
        chosen: usize,
        /// It.
        plan: &'a Plan,
        /// The alarm that it would begin with.
        alarm: u8,
        /// What that brings.
        brings: Brings<'a>,
    },
    /// How far the plan is.
    Runs(&'a PlanRun),
    /// What the next alarm would bring.
    Next(&'a PlanRun, Brings<'a>),
}

/// What the dialog shows.
pub(super) struct PlanView<'a> {
    /// The case in a line.
    pub(super) title: String,
    pub(super) page: Page<'a>,
    /// All steps of the plan that runs.
    pub(super) steps: Vec<StepShown>,
    /// All notices that were given with it.
    pub(super) notices: Vec<NoticeShown>,
    /// Name of a department.
    pub(super) who: &'a dyn Fn(&str) -> String,
    /// The reason to skip or end, so far.
    pub(super) reason: &'a str,
    pub(super) focus_reason: bool,
    pub(super) now: Moment,
    pub(super) locale: &'a str,
}

impl PlanView<'_> {
    /// Those that nobody read yet, the oldest first.
    fn unread(&self) -> impl Iterator<Item = &NoticeShown> {
        self.notices.iter().filter(|notice| notice.read.is_none())
    }

    fn who(&self, code: &str) -> String {
        if code.is_empty() { t!("plan.hall").into_owned() } else { (self.who)(code) }
    }
}

/// What the user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PlanWish {
    Choose(usize),
    Alarm(u8),
    Start,
    Tick(u8),
    Skip(u8),
    /// Somebody says by radio or telephone that they read this notice.
    Read(u8),
    /// Show what the next alarm brings, or go back.
    ShowNext,
    Strike,
    End,
    Reason(String),
    /// A reason is missing: write it.
    WriteReason,
    Close,
}

/// The dialog.
pub(super) fn plan_ui(ui: &mut Ui, view: &PlanView<'_>) -> Vec<PlanWish> {
    let mut wishes = Vec::new();
    ui.set_width(tokens::desk::DIALOG);
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("plan.title")).font(medium_font(tokens::desk::BODY)));
        ui.add(egui::Label::new(RichText::new(&view.title).color(tokens::DIM.egui())).truncate());
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("×").clicked() {
                wishes.push(PlanWish::Close);
            }
        });
    });
    ui.add_space(tokens::desk::GAP * 0.5);
    match &view.page {
        Page::Start { cards, fitting, chosen, plan, alarm, brings } => {
            cards_ui(ui, cards, *fitting, *chosen, &mut wishes);
            alarm_ui(ui, plan, *alarm, &mut wishes);
            brings_ui(ui, brings);
            coming_ui(ui, view, plan, *alarm);
            let ready = brings.goes.is_some();
            buttons_ui(ui, (&t!("plan.start"), ready), PlanWish::Start, &mut wishes);
        }
        Page::Runs(run) => runs_ui(ui, view, run, &mut wishes),
        Page::Next(run, brings) => {
            let next = t!("plan.next_brings", level = level(run.alarm() + 1));
            ui.label(RichText::new(next).font(medium_font(tokens::desk::BODY)).color(tokens::ACCENT.egui()));
            brings_ui(ui, brings);
            let text = t!("plan.strike", level = level(run.alarm() + 1));
            buttons_ui(ui, (&text, brings.goes.is_some()), PlanWish::Strike, &mut wishes);
        }
    }
    keys(ui, view, &mut wishes);
    wishes
}

fn cards_ui(ui: &mut Ui, cards: &[String], fitting: usize, chosen: usize, wishes: &mut Vec<PlanWish>) {
    for (at, name) in cards.iter().enumerate().take(CARDS_MOST) {
        if at == fitting && fitting > 0 {
            ui.label(RichText::new(t!("plan.others")).small().color(tokens::FAINT.egui()));
        }
        // Those of other kinds of case are in the way unless somebody looks for one.
        if at >= fitting && chosen < fitting && at > fitting + 2 {
            break;
        }
        let color = if at == chosen { tokens::ACCENT } else { tokens::TEXT };
        let text = RichText::new(format!("{}  {name}", at + 1)).color(color.egui());
        if ui.add(egui::Button::selectable(at == chosen, text).truncate()).clicked() {
            wishes.push(PlanWish::Choose(at));
        }
    }
}

fn alarm_ui(ui: &mut Ui, plan: &Plan, alarm: u8, wishes: &mut Vec<PlanWish>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("plan.begin_with")).color(tokens::DIM.egui()));
        for number in (1..).take(plan.alarms.len()) {
            if ui.selectable_label(number == alarm, level(number)).clicked() {
                wishes.push(PlanWish::Alarm(number));
            }
        }
        ui.label(RichText::new("[ ]").small().color(tokens::FAINT.egui()));
    });
}

/// Who is sent and who is told.
fn brings_ui(ui: &mut Ui, brings: &Brings<'_>) {
    let row = |ui: &mut Ui, key: &str, text: &str| {
        ui.horizontal_top(|ui| {
            crate::screen::card::panel::name_ui(ui, key);
            ui.vertical(|ui| ui.add(egui::Label::new(text).wrap()));
        });
    };
    let lead = |(name, leads): &(String, bool)| {
        if *leads { t!("plan.leads", name = name).into_owned() } else { name.clone() }
    };
    let departments: Vec<String> = brings.departments.iter().map(lead).collect();
    let none = || t!("plan.nobody").into_owned();
    row(ui, "plan.departments", &if departments.is_empty() { none() } else { departments.join(" · ") });
    match brings.goes {
        None => row(ui, "plan.crews", &t!("dispatch.finding")),
        Some(_) if brings.wanted.is_empty() => row(ui, "plan.crews", &none()),
        Some(goes) => {
            for (at, (kind, count)) in brings.wanted.iter().enumerate() {
                let own: Vec<&Goes> = goes.iter().filter(|one| one.kind == *kind).collect();
                let time =
                    |one: &&Goes| one.secs.map_or_else(String::new, |secs| format!(" {}", words::minutes(whole(secs))));
                let named = own.iter().map(|one| format!("{}{}", crew_name(one.kind, one.crew), time(one)));
                let mut text = format!("{} {}/{count}", t!(kind_key(*kind)), own.len());
                let named: Vec<String> = named.collect();
                if !named.is_empty() {
                    text = format!("{text} · {}", named.join(" · "));
                }
                row(ui, if at == 0 { "plan.crews" } else { "plan.blank" }, &text);
            }
        }
    }
    if !brings.told.is_empty() {
        row(ui, "plan.notices", &brings.told.join(" · "));
    }
}

/// The steps that the plan would begin with.
fn coming_ui(ui: &mut Ui, view: &PlanView<'_>, plan: &Plan, alarm: u8) {
    ui.add_space(tokens::desk::GAP * 0.5);
    let steps: Vec<_> = plan.steps.iter().filter(|step| step.alarm <= alarm).collect();
    ui.label(RichText::new(t!("plan.steps_coming", count = steps.len())).small().color(tokens::DIM.egui()));
    egui::ScrollArea::vertical().id_salt("coming").max_height(190.0).auto_shrink([false, true]).show(ui, |ui| {
        for step in steps {
            ui.horizontal(|ui| {
                ui.label(RichText::new(t!("words.minutes", minutes = step.minutes)).small().color(tokens::DIM.egui()));
                let text = format!("{} · {}", step.name.of(view.locale), view.who(&step.who));
                ui.add(egui::Label::new(RichText::new(text).small()).truncate());
            });
        }
    });
}

fn buttons_ui(ui: &mut Ui, (text, ready): (&str, bool), wish: PlanWish, wishes: &mut Vec<PlanWish>) {
    ui.add_space(tokens::desk::GAP * 0.5);
    ui.horizontal(|ui| {
        let button = egui::Button::new(RichText::new(format!("{text}  Enter")).color(tokens::ACCENT.egui()));
        if ui.add_enabled(ready, button).clicked() {
            wishes.push(wish);
        }
        if ui.button(format!("{}  Esc", t!("card.cancel"))).clicked() {
            wishes.push(PlanWish::Close);
        }
    });
}

fn runs_ui(ui: &mut Ui, view: &PlanView<'_>, run: &PlanRun, wishes: &mut Vec<PlanWish>) {
    let name = RichText::new(run.plan.name.of(view.locale)).color(tokens::ACCENT.egui());
    ui.add(egui::Label::new(name).truncate());
    ui.add(
        egui::Label::new(
            RichText::new(progress_words(&plan_shown(run, view.now, view.locale))).small().color(tokens::DIM.egui()),
        )
        .wrap(),
    );
    let digits = to_do(run);
    ui.spacing_mut().item_spacing.y = 2.0;
    let height = (ROW + ui.spacing().item_spacing.y) * ROWS;
    egui::ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        for step in &view.steps {
            let digit = digits.iter().position(|number| *number == step.number);
            step_ui(ui, view, step, digit, wishes);
        }
    });
    notices_ui(ui, view, wishes);
    ui.add_space(tokens::desk::GAP * 0.5);
    let mut reason = view.reason.to_owned();
    let field = egui::TextEdit::singleline(&mut reason).hint_text(t!("plan.reason_hint")).desired_width(f32::INFINITY);
    let field = ui.add(field);
    if view.focus_reason {
        field.request_focus();
    }
    if reason != view.reason {
        wishes.push(PlanWish::Reason(reason.clone()));
    }
    ui.horizontal(|ui| {
        if run.next_alarm().is_some()
            && ui.button(format!("{}  I", t!("plan.next", level = level(run.alarm() + 1)))).clicked()
        {
            wishes.push(PlanWish::ShowNext);
        }
        if ui.button(format!("{}  X", t!("plan.end"))).clicked() {
            wishes.push(if reason.trim().is_empty() { PlanWish::WriteReason } else { PlanWish::End });
        }
        if ui.button("Esc").clicked() {
            wishes.push(PlanWish::Close);
        }
    });
}

/// Who was told something, with the receipt of each; `R` records the one that waits longest as read.
fn notices_ui(ui: &mut Ui, view: &PlanView<'_>, wishes: &mut Vec<PlanWish>) {
    if view.notices.is_empty() {
        return;
    }
    ui.add_space(tokens::desk::GAP * 0.5);
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("plan.notices")).small().color(tokens::DIM.egui()));
        if let Some(first) = view.unread().next() {
            let text = RichText::new(format!("{}  R", t!("plan.read_by_radio"))).small();
            if ui.button(text).on_hover_text(t!("plan.read_hint")).clicked() {
                wishes.push(PlanWish::Read(first.number));
            }
        }
    });
    let height = (NOTICE + ui.spacing().item_spacing.y) * NOTICES;
    let area = egui::ScrollArea::vertical().id_salt("notices").max_height(height).auto_shrink([false, true]);
    area.show(ui, |ui| {
        for notice in &view.notices {
            let digit = view.unread().position(|unread| unread.number == notice.number);
            notice_ui(ui, view, notice, digit, wishes);
        }
    });
}

fn notice_ui(ui: &mut Ui, view: &PlanView<'_>, notice: &NoticeShown, digit: Option<usize>, wishes: &mut Vec<PlanWish>) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), NOTICE), Sense::click());
    let painter = ui.painter_at(rect);
    let waits = view.now.secs_since(notice.given).max(0);
    let late = digit.is_some() && waits >= UNREAD_SECS;
    if digit.is_some() && response.hovered() {
        painter.rect_filled(rect, 3.0, tokens::HOVER.egui());
    }
    let small = regular_font(tokens::desk::SMALL);
    if let Some(digit) = digit.filter(|digit| *digit < DIGITS.len()) {
        let at = rect.left_center() + vec2(2.0, 0.0);
        painter.text(at, Align2::LEFT_CENTER, format!("Alt {}", digit + 1), small.clone(), tokens::FAINT.egui());
    }
    let mark = rect.left_center() + vec2(38.0, 0.0);
    if notice.read.is_some() {
        painter.circle_filled(mark, 4.0, tokens::ACCENT.egui());
    } else {
        painter.circle_stroke(mark, 3.5, (1.0, if late { tokens::TEXT } else { tokens::OUTLINE }.egui()));
    }
    let said = notice.read.map_or_else(
        || t!("task.unread_for", time = words::minutes(waits)),
        |at| t!("plan.read_after", time = words::minutes(at.secs_since(notice.given))),
    );
    let color = if late { tokens::TEXT } else { tokens::DIM }.egui();
    let font = if late { medium_font(tokens::desk::SMALL) } else { small.clone() };
    let said = painter.layout_no_wrap(said.into_owned(), font, color);
    let text = format!("{} · {}", view.who(&notice.to), notice.text);
    let room = rect.width() - 50.0 - said.size().x - 14.0;
    paint::line(&painter, rect.left_center() + vec2(50.0, 0.0), Align2::LEFT_CENTER, &text, small, color, room);
    let right = egui::pos2(rect.right() - 8.0 - said.size().x, rect.center().y - said.size().y / 2.0);
    painter.galley(right, said, color);
    if digit.is_some() && response.clicked() {
        wishes.push(PlanWish::Read(notice.number));
    }
}

fn step_ui(ui: &mut Ui, view: &PlanView<'_>, step: &StepShown, digit: Option<usize>, wishes: &mut Vec<PlanWish>) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let painter = ui.painter_at(rect);
    let runs = digit.is_some();
    if runs && response.hovered() {
        painter.rect_filled(rect, 3.0, tokens::HOVER.egui());
    }
    let (body, small) = (regular_font(tokens::desk::BODY), regular_font(tokens::desk::SMALL));
    if let Some(digit) = digit.filter(|digit| *digit < DIGITS.len()) {
        let at = rect.left_center() + vec2(10.0, 0.0);
        painter.text(at, Align2::LEFT_CENTER, (digit + 1).to_string(), small.clone(), tokens::FAINT.egui());
    }
    let color = if runs { tokens::TEXT } else { tokens::FAINT };
    sign(&painter, rect.left_center() + vec2(32.0, 0.0), step.state, view.now);
    let said = state_words(step.state, view.now);
    let late = step.state.lamp(view.now) == Some(Lamp::Red);
    let font = if late { medium_font(tokens::desk::SMALL) } else { small.clone() };
    let time = painter.layout_no_wrap(said, font, if late { tokens::TEXT } else { tokens::DIM }.egui());
    let room = rect.width() - 46.0 - time.size().x - 14.0;
    let left = rect.left() + 46.0;
    let top = egui::pos2(left, rect.top() + 12.0);
    paint::line(&painter, top, Align2::LEFT_CENTER, &step.name, body, color.egui(), room);
    let who = view.who(&step.who);
    let low = egui::pos2(left, rect.bottom() - 10.0);
    paint::line(&painter, low, Align2::LEFT_CENTER, &who, small, tokens::DIM.egui(), room);
    painter.galley(
        egui::pos2(rect.right() - 8.0 - time.size().x, rect.center().y - time.size().y / 2.0),
        time,
        color.egui(),
    );
    if runs && response.clicked() {
        let skip = ui.input(|i| i.modifiers.shift);
        wishes.push(tick_or_skip(view, step.number, skip));
    }
}

fn tick_or_skip(view: &PlanView<'_>, step: u8, skip: bool) -> PlanWish {
    match (skip, view.reason.trim().is_empty()) {
        (false, _) => PlanWish::Tick(step),
        (true, true) => PlanWish::WriteReason,
        (true, false) => PlanWish::Skip(step),
    }
}

/// Keys of the dialog; nobody else sees them.
fn keys(ui: &Ui, view: &PlanView<'_>, wishes: &mut Vec<PlanWish>) {
    let ctx = ui.ctx();
    let pressed = |modifiers: Modifiers, key: Key| ctx.input_mut(|input| input.take_key(modifiers, key));
    if ctx.text_edit_focused() {
        // The reason is written: the keys are the dialog's again.
        if pressed(Modifiers::NONE, Key::Enter) {
            ctx.memory_mut(egui::Memory::stop_text_input);
        }
        return;
    }
    // Those with more modifiers first: they match fewer ones as well.
    let read: Vec<usize> =
        DIGITS.into_iter().enumerate().filter(|(_, key)| pressed(Modifiers::ALT, *key)).map(|(at, _)| at).collect();
    let digits: Vec<(usize, bool)> = DIGITS
        .into_iter()
        .enumerate()
        .filter_map(|(at, key)| {
            let (shift, alone) = (pressed(Modifiers::SHIFT, key), pressed(Modifiers::NONE, key));
            (shift || alone).then_some((at, shift))
        })
        .collect();
    let (enter, escape) = (pressed(Modifiers::NONE, Key::Enter), pressed(Modifiers::NONE, Key::Escape));
    let (next, end) = (pressed(Modifiers::NONE, Key::I), pressed(Modifiers::NONE, Key::X));
    let (lower, higher) = (pressed(Modifiers::NONE, Key::OpenBracket), pressed(Modifiers::NONE, Key::CloseBracket));
    match &view.page {
        Page::Start { cards, plan, alarm, brings, .. } => {
            let most = cards.len().min(CARDS_MOST);
            wishes.extend(digits.into_iter().filter(|(at, _)| *at < most).map(|(at, _)| PlanWish::Choose(at)));
            if lower && *alarm > 1 {
                wishes.push(PlanWish::Alarm(alarm - 1));
            }
            if higher && usize::from(*alarm) < plan.alarms.len() {
                wishes.push(PlanWish::Alarm(alarm + 1));
            }
            // Before it is known who goes, the key waits for nobody.
            if enter && brings.goes.is_some() {
                wishes.push(PlanWish::Start);
            }
        }
        Page::Runs(run) => {
            let open = to_do(run);
            wishes.extend(digits.into_iter().filter_map(|(at, skip)| Some(tick_or_skip(view, *open.get(at)?, skip))));
            wishes.extend(open.first().filter(|_| enter).map(|step| PlanWish::Tick(*step)));
            let first = pressed(Modifiers::NONE, Key::R).then_some(0);
            let told = read.into_iter().chain(first).filter_map(|at| view.unread().nth(at));
            wishes.extend(told.map(|notice| PlanWish::Read(notice.number)));
            if next && run.next_alarm().is_some() {
                wishes.push(PlanWish::ShowNext);
            }
            if end {
                wishes.push(if view.reason.trim().is_empty() { PlanWish::WriteReason } else { PlanWish::End });
            }
        }
        Page::Next(_, brings) => {
            if enter && brings.goes.is_some() {
                wishes.push(PlanWish::Strike);
            }
            if escape || next {
                wishes.push(PlanWish::ShowNext);
                return;
            }
        }
    }
    if escape {
        wishes.push(PlanWish::Close);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "some hours")]
fn whole(secs: f32) -> i64 {
    secs.round() as i64
}
