use super::model::{WhyEmpty, neighbour, why_empty};
use crate::domain::{Grade, IncidentId, Moment, Stage};
use crate::link::LinkState;
use crate::screen::situation::{Row, Rows, Situation};

fn row(id: u64, grade: Grade, kind: &str, place: &str) -> Row {
    Row {
        id: IncidentId(id),
        grade,
        kind: kind.into(),
        place: Some(place.into()),
        at: None,
        stage: Stage::Reported,
        text: String::new(),
        happened_at: Moment(0),
        countdown: None,
        tags: vec![],
    }
}

/// Rows that are all there already.
struct Listed(Vec<Row>);

impl Rows for Listed {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn id(&self, at: usize) -> Option<IncidentId> {
        self.0.get(at).map(|row| row.id)
    }

    fn row(&self, at: usize) -> Option<Row> {
        self.0.get(at).cloned()
    }

    fn position(&self, id: IncidentId) -> Option<usize> {
        self.0.iter().position(|row| row.id == id)
    }
}

fn rows() -> Listed {
    Listed(vec![
        row(7, Grade::I, "火灾", "长江路"),
        row(3, Grade::III, "Gas leak", "Nathan Road"),
        row(9, Grade::IV, "井盖缺失", "Nathan Road"),
    ])
}

fn situation() -> Situation {
    Situation { open_by_grade: [1, 0, 1, 1], link: LinkState::Live, ..Default::default() }
}

#[test]
fn an_empty_list_says_why() {
    let s = situation();
    assert_eq!(why_empty(&s, 1, false), None);
    assert_eq!(why_empty(&s, 0, true), None, "a search that goes on may find something yet");
    assert_eq!(why_empty(&s, 0, false), Some(WhyEmpty::Filtered(3)));
    let none = |link| Situation { link, ..Default::default() };
    assert_eq!(why_empty(&none(LinkState::Live), 0, false), Some(WhyEmpty::NoneOpen));
    assert_eq!(why_empty(&none(LinkState::Connecting), 0, false), Some(WhyEmpty::NotConnected));
}

#[test]
fn panels_leave_the_city_its_part_at_any_size_and_zoom() {
    use egui::{Pos2, Rect, vec2};
    for size in [[1920.0, 1080.0], [3840.0, 2160.0], [1280.0, 720.0], [1600.0, 900.0]] {
        for zoom in crate::screen::appearance::ZOOMS {
            let points = size.map(|side| side * 100.0 / f32::from(zoom));
            let all = Rect::from_min_size(Pos2::ZERO, vec2(points[0], points[1]));
            for with_card in [false, true] {
                let free = super::layout::Places::on(all, with_card).free;
                assert!(free.width() >= 300.0 && free.height() >= 200.0, "{size:?} at {zoom} %: {free:?}");
                assert!(all.contains_rect(free));
            }
        }
    }
}

#[test]
fn keys_walk_through_what_is_listed_and_stop_at_the_ends() {
    let all = rows();
    let id = |n| Some(IncidentId(n));
    assert_eq!(neighbour(&all, None, 1), id(7));
    assert_eq!(neighbour(&all, id(7), 1), id(3));
    assert_eq!(neighbour(&all, id(9), 1), id(9));
    assert_eq!(neighbour(&all, id(7), -1), id(7));
    let mut fewer = rows();
    fewer.0.remove(1);
    assert_eq!(neighbour(&fewer, id(7), 1), id(9));
    assert_eq!(neighbour(&fewer, id(3), 1), id(7), "what is hidden is no start");
    assert_eq!(neighbour(&Listed(vec![]), id(7), 1), None);
}

mod panels {
    use std::time::Duration;

    use egui::{Event, Modifiers, PointerButton, Pos2, RawInput, Rect, ViewportId, pos2, vec2};

    use super::super::band::{BandWish, band_ui};
    use super::super::keys::keys;
    use super::super::model::Filter;
    use super::super::queue::{QueueView, QueueWish, queue_ui};
    use super::super::systems::Desk;
    use super::{rows, situation};
    use crate::domain::{Grade, IncidentId, Mode, Moment, Order, Stage};
    use crate::screen::card::model::{Card, IncidentCard};
    use crate::screen::card::panel::{CardView, CardWish, Form, card_ui};
    use crate::screen::compass::panel::{CompassView, compass_ui};
    use crate::screen::look;
    use crate::screen::shown::{Intent, Target};
    use crate::screen::situation::Sorting;

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
                    help_ui(ui.ctx(), Quality::Software);
                });
                drawn.textures_delta.clear();
            }
            ctx.memory(|memory| memory.area_rect(egui::Id::new("help"))).unwrap()
        };
        let [large, larger, small] = [1080.0, 1600.0, 400.0].map(&mut place);
        assert!((400.0..760.0).contains(&large.height()), "sixteen rows of keys: {large:?}");
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
            stage,
            next: stage.next(),
            moves: vec![],
            dossier: crate::domain::Dossier::default(),
            likely: vec![],
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
            story: None,
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
            filter: &filter,
            sorting: Sorting::Due,
            selected: None,
            reveal: false,
            focus_search: false,
        };
        let wishes = Hand::new().click(pos2(150.0, 140.0), |ui| queue_ui(ui, &view));
        let Some(QueueWish::Hall(Intent::Select { target: Some(Target::Incident(id)), fly: true })) = wishes.first()
        else {
            panic!("{wishes:?}");
        };
        assert_eq!(*id, IncidentId(7));
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
        let yes = |wish: &BandWish| {
            matches!(wish, BandWish::Hall(Intent::Order(Order::SwitchMode { mode: Mode::Emergency })))
        };
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
            filter: &filter,
            sorting: Sorting::Due,
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
}
