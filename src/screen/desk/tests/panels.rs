//! The panels of a desk under hands: keys, clicks, and what they cost while nothing happens.

use std::time::Duration;

use egui::{Event, Modifiers, PointerButton, Pos2, RawInput, Rect, ViewportId, pos2, vec2};

use super::{rows, situation};
use crate::domain::{Grade, IncidentId, Mode, Moment, Order, Stage};
use crate::screen::card::model::{Card, IncidentCard};
use crate::screen::card::panel::{CardView, CardWish, Form, card_ui};
use crate::screen::compass::panel::{CompassView, compass_ui};
use crate::screen::desk::band::{BandWish, band_ui};
use crate::screen::desk::keys::keys;
use crate::screen::desk::model::Filter;
use crate::screen::desk::queue::{QueueView, QueueWish, queue_ui};
use crate::screen::desk::systems::Desk;
use crate::screen::look;
use crate::screen::shown::{Intent, Target};
use crate::screen::situation::scope::Scope;

#[test]
fn the_help_is_as_high_as_its_keys_and_stays_on_small_screens() {
    use crate::screen::desk::help::help_ui;
    use crate::screen::twin::quality::Quality;
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let mut place = |height: f32| {
        for _ in 0..4 {
            let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(1920.0, height)));
            let input = RawInput { screen_rect, ..Default::default() };
            let mut drawn = ctx.run_ui(input, |ui| {
                help_ui(ui.ctx(), Quality::Software, &[]);
            });
            drawn.textures_delta.clear();
        }
        ctx.memory(|memory| memory.area_rect(egui::Id::new("help"))).unwrap()
    };
    let [large, larger, small] = [1080.0, 1600.0, 400.0].map(&mut place);
    assert!((400.0..930.0).contains(&large.height()), "some twenty rows of keys: {large:?}");
    assert!((larger.height() - large.height()).abs() < 2.0, "no taller than its keys: {larger:?}");
    assert!(small.top() >= 0.0 && small.bottom() <= 400.0, "on a small screen it scrolls: {small:?}");
}

/// A hand at an egui context without a window.
struct Hand {
    ctx: egui::Context,
    time: f64,
}

impl Hand {
    fn new() -> Self {
        let ctx = egui::Context::default();
        look::apply(&ctx);
        Self { ctx, time: 0.0 }
    }

    /// One pass with `events`; what the panel returned and how long egui would sleep now.
    fn pass<T>(&mut self, events: Vec<Event>, mut panel: impl FnMut(&mut egui::Ui) -> T) -> (T, Duration) {
        self.time += 0.1;
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(400.0, 600.0)));
        let input = RawInput { events, screen_rect, time: Some(self.time), ..Default::default() };
        let mut returned = None;
        let mut drawn = self.ctx.run_ui(input, |ui| returned = Some(panel(ui)));
        drawn.textures_delta.clear();
        let sleep = drawn.viewport_output.get(&ViewportId::ROOT).unwrap().repaint_delay;
        (returned.unwrap(), sleep)
    }

    /// Each text that a panel draws, with where it stands.
    fn drawn(&mut self, mut panel: impl FnMut(&mut egui::Ui)) -> Vec<(String, Rect)> {
        fn gather(shape: &egui::Shape, texts: &mut Vec<(String, Rect)>) {
            match shape {
                egui::Shape::Vec(all) => all.iter().for_each(|one| gather(one, texts)),
                egui::Shape::Text(text) => {
                    texts.push((text.galley.text().to_owned(), text.visual_bounding_rect()));
                }
                _ => {}
            }
        }
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(400.0, 600.0)));
        let mut drawn = self.ctx.run_ui(RawInput { screen_rect, ..Default::default() }, |ui| panel(ui));
        drawn.textures_delta.clear();
        let mut texts = Vec::new();
        drawn.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut texts));
        texts
    }

    fn texts(&mut self, panel: impl FnMut(&mut egui::Ui)) -> Vec<String> {
        self.drawn(panel).into_iter().map(|(text, _)| text).collect()
    }

    /// The middle of a text that a panel draws.
    fn place_of(&mut self, wanted: &str, panel: impl FnMut(&mut egui::Ui)) -> Pos2 {
        let texts = self.drawn(panel);
        texts.iter().find(|(text, _)| text == wanted).unwrap_or_else(|| panic!("{wanted} in {texts:?}")).1.center()
    }

    /// Click somewhere: what the panel returned in the pass of the release.
    fn click<T>(&mut self, at: Pos2, mut panel: impl FnMut(&mut egui::Ui) -> T) -> T {
        let button = |pressed| Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        self.pass(vec![], &mut panel);
        self.pass(vec![Event::PointerMoved(at)], &mut panel);
        self.pass(vec![button(true)], &mut panel);
        self.pass(vec![button(false)], &mut panel).0
    }
}

fn card(stage: Stage) -> Card {
    Card::Incident(Box::new(IncidentCard {
        id: IncidentId(5),
        grade: Grade::II,
        kind: "燃气泄漏".into(),
        kind_code: "30213".to_owned(),
        fields: vec![],
        form_lines: vec![],
        components: vec![],
        stage,
        next: stage.next(),
        moves: vec![],
        dossier: crate::domain::Dossier::default(),
        likely: vec![],
        alike: vec![],
        to_tell: None,
        place: None,
        areas: vec![],
        point: None,
        text: String::new(),
        happened_at: Moment(0),
        known_at: Moment(0),
        changed_at: Moment(0),
        limits: vec![],
        on_hold: None,
        closing: None,
        tasks: vec![],
        takes_tasks: true,
        checkers: vec![],
        checker: String::new(),
        plan: None,
        proposed: None,
        outlook: None,
        owed: None,
        next_bulletin: None,
        filed: Vec::new(),
        draft: String::new(),
        crews: vec![],
        source: "12345 · 1".into(),
        number: None,
        past: false,
        unread: 0,
        writing: false,
    }))
}

fn view(card: &Card) -> CardView<'_> {
    CardView {
        card,
        form: None,
        focus_form: false,
        refused: None,
        now: Moment(60_000),
        utc_offset_secs: 0,
        can_order: true,
        no_orders: "card.no_orders",
        told: None,
    }
}

fn key(key: egui::Key) -> Event {
    Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }
}

#[test]
fn a_click_on_a_row_chooses_its_incident_and_flies_there() {
    let s = situation();
    let filter = Filter::default();
    let all = rows();
    let view = QueueView {
        situation: &s,
        rows: &all,
        searching: false,
        listed: [1, 0, 1, 1],
        stages: [3, 0, 0, 0, 0, 0, 0],
        unsure: 0,
        area: "",
        filter: &filter,
        selected: None,
        reveal: false,
        focus_search: false,
    };
    let chosen = (100_u8..=250).step_by(10).find_map(|y| {
        let wishes = Hand::new().click(pos2(60.0, f32::from(y)), |ui| queue_ui(ui, &view));
        wishes.into_iter().find_map(|wish| match wish {
            QueueWish::Hall(Intent::Select { target: Some(Target::Incident(id)), fly: true }) => Some(id),
            _ => None,
        })
    });
    assert_eq!(chosen, Some(IncidentId(7)), "the first row below the head");
}

/// The queue with a filter, of which one row of the three is listed.
fn filtered(filter: &Filter, searching: bool, draw: impl FnOnce(&QueueView<'_>)) {
    let (s, all) = (situation(), rows());
    draw(&QueueView {
        situation: &s,
        rows: &all,
        searching,
        listed: [0, 0, 1, 0],
        stages: [0, 1, 2, 0, 0, 0, 0],
        unsure: 1,
        area: "东城区",
        filter,
        selected: None,
        reveal: false,
        focus_search: false,
    });
}

#[test]
fn what_a_filter_hides_is_said_and_a_grave_case_among_it_by_its_grade() {
    let says = |filter: &Filter, searching: bool, wanted: &str| {
        let mut said = false;
        filtered(filter, searching, |view| {
            let texts = Hand::new().texts(|ui| drop(queue_ui(ui, view)));
            said = texts.iter().any(|text| text.contains(wanted));
        });
        said
    };
    let unlisted = rust_i18n::t!("queue.unlisted", count = 2).into_owned();
    let grave = rust_i18n::t!("queue.unlisted_grave", grade = Grade::I.numeral(), count = 1).into_owned();
    let mine = Filter { scope: Scope::Area, ..Filter::default() };
    assert!(says(&mine, false, &unlisted) && says(&mine, false, &grave));
    assert!(says(&mine, false, "东城区") && says(&mine, false, &rust_i18n::t!("queue.unsure", count = 1)));
    assert!(!says(&mine, true, &unlisted), "not before all were looked at");
    assert!(!says(&Filter::default(), false, &unlisted));
}

#[test]
fn a_click_on_a_stage_lists_it_alone_and_one_on_a_scope_those_cases() {
    let click = |name: String| {
        let mut wished = None;
        filtered(&Filter::default(), false, |view| {
            let mut hand = Hand::new();
            let at = hand.place_of(&name, |ui| drop(queue_ui(ui, view)));
            wished = hand.click(at, |ui| queue_ui(ui, view)).into_iter().find_map(|wish| match wish {
                QueueWish::Filter(filter) => Some(filter),
                _ => None,
            });
        });
        wished
    };
    let filed = Filter { stage: Some(Stage::Filed), ..Filter::default() };
    assert_eq!(click(look::words::stage(Stage::Filed)), Some(filed.clone()));
    assert_eq!(filed.at(Stage::Filed), Filter::default());
    let post = Filter { scope: Scope::Post, ..Filter::default() };
    assert_eq!(click(rust_i18n::t!("queue.scope.post").into_owned()), Some(post));
}

#[test]
fn keys_go_through_scopes_and_stages_and_clear_the_filter() {
    let mut desk = Desk::default();
    let mut press = |keys_pressed: &[egui::Key]| {
        let events = keys_pressed.iter().map(|one| key(*one)).collect();
        Hand::new().pass(events, |ui| keys(ui.ctx(), &mut desk, &mut Vec::new(), |_, _| None));
        desk.filter.clone()
    };
    assert_eq!(press(&[egui::Key::F5, egui::Key::F5]).scope, Scope::Post);
    assert_eq!(press(&[egui::Key::Period]).stage, Some(Stage::Reported));
    assert_eq!(press(&[egui::Key::Period, egui::Key::Period]).stage, Some(Stage::Filed));
    assert_eq!(press(&[egui::Key::Comma; 4]).stage, Some(Stage::Checked), "any stage is one of the steps");
    assert_eq!(press(&[egui::Key::Delete]), Filter::default());
}

#[test]
fn a_shortcut_let_go_within_the_frame_is_no_plain_key_and_no_key_is_lost() {
    let with = |key: egui::Key, modifiers: Modifiers| Event::Key {
        key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers,
    };
    let mut desk = Desk::default();
    let mut steps = Vec::new();
    // At the end of this pass nothing is held any more.
    let events = vec![
        with(egui::Key::Num1, Modifiers::CTRL | Modifiers::COMMAND),
        with(egui::Key::Num2, Modifiers::ALT),
        with(egui::Key::Num3, Modifiers::NONE),
        with(egui::Key::J, Modifiers::NONE),
        with(egui::Key::J, Modifiers::NONE),
        with(egui::Key::J, Modifiers::CTRL),
    ];
    Hand::new().pass(events, |ui| {
        keys(ui.ctx(), &mut desk, &mut Vec::new(), |_, step| {
            steps.push(step);
            None
        });
    });
    assert_eq!(Grade::ALL.map(|grade| desk.filter.hides(grade)), [false, false, true, false]);
    assert_eq!(steps, [2]);
}

#[test]
fn the_key_of_the_next_stage_orders_it_but_not_where_no_order_can_be_sent() {
    let card = card(Stage::Reported);
    let advances = |can_order| {
        let mut hand = Hand::new();
        let view = CardView { can_order, ..view(&card) };
        hand.pass(vec![], |ui| card_ui(ui, &view));
        let (wishes, _) = hand.pass(vec![key(egui::Key::T)], |ui| card_ui(ui, &view));
        wishes.into_iter().any(|wish| {
            matches!(wish, CardWish::Hall(Intent::Order(Order::AdvanceIncident { stage: Stage::Accepted, .. })))
        })
    };
    assert!(advances(true));
    assert!(!advances(false));
}

#[test]
fn a_closed_incident_takes_no_orders() {
    let card = card(Stage::Closed);
    let mut hand = Hand::new();
    let keys = vec![key(egui::Key::T), key(egui::Key::G), key(egui::Key::X)];
    hand.pass(vec![], |ui| card_ui(ui, &view(&card)));
    let (wishes, _) = hand.pass(keys, |ui| card_ui(ui, &view(&card)));
    assert!(wishes.is_empty(), "{wishes:?}");
}

#[test]
fn regrading_needs_a_reason_and_another_grade() {
    let card = card(Stage::Accepted);
    let orders = |form: Form| {
        let mut hand = Hand::new();
        let view = |focus_form| CardView { form: Some(&form), focus_form, ..view(&card) };
        hand.pass(vec![], |ui| card_ui(ui, &view(true)));
        hand.pass(vec![], |ui| card_ui(ui, &view(false)));
        let (wishes, _) = hand.pass(vec![key(egui::Key::Enter)], |ui| card_ui(ui, &view(false)));
        wishes.iter().filter(|wish| matches!(wish, CardWish::Hall(Intent::Order(_)))).count()
    };
    assert_eq!(orders(Form::Regrade(Grade::I, "有人受伤".into())), 1);
    assert_eq!(orders(Form::Regrade(Grade::I, "  ".into())), 0);
    assert_eq!(orders(Form::Regrade(Grade::II, "有人受伤".into())), 0);
    assert_eq!(orders(Form::Close("已处置".into())), 1);
}

#[test]
fn the_mode_is_switched_only_after_a_yes() {
    let s = situation();
    let mut hand = Hand::new();
    let asked = hand.click(pos2(40.0, 300.0), |ui| band_ui(ui, &s, false));
    assert!(matches!(asked.as_slice(), [BandWish::AskMode(true)]), "{asked:?}");
    let mut orders = Vec::new();
    for x in (40..400).step_by(12) {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
        let at = pos2(x as f32, 300.0);
        orders.extend(Hand::new().click(at, |ui| band_ui(ui, &s, true)));
    }
    let yes =
        |wish: &BandWish| matches!(wish, BandWish::Hall(Intent::Order(Order::SwitchMode { mode: Mode::Emergency })));
    assert!(orders.iter().any(yes), "{orders:?}");
}

#[test]
fn panels_that_nobody_touches_ask_for_no_frame() {
    let s = situation();
    let filter = Filter::default();
    let all = rows();
    let queue = QueueView {
        situation: &s,
        rows: &all,
        searching: false,
        listed: [1, 0, 1, 1],
        stages: [3, 0, 0, 0, 0, 0, 0],
        unsure: 0,
        area: "",
        filter: &filter,
        selected: Some(IncidentId(7)),
        reveal: false,
        focus_search: true,
    };
    let card = card(Stage::Reported);
    let mut hand = Hand::new();
    let mut panels = |ui: &mut egui::Ui| {
        band_ui(ui, &s, false);
        queue_ui(ui, &queue);
        card_ui(ui, &view(&card));
        compass_ui(ui, &CompassView::default());
    };
    for _ in 0..4 {
        hand.pass(vec![], &mut panels);
    }
    let ((), sleep) = hand.pass(vec![], &mut panels);
    assert_eq!(sleep, Duration::MAX);
}
