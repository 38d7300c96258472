//! Time limits on the desk: the rows of the queue, their order, and what the card says and does.

use egui::{Event, Modifiers, PointerButton, Pos2, RawInput, Rect, Shape, vec2};

use super::keys::keys;
use super::model::Filter;
use super::queue::{QueueView, QueueWish, queue_ui};
use super::systems::Desk;
use crate::domain::{
    Clock, Countdown, Grade, Hall, IncidentId, Limit, Moment, Order, Phase, Run, Stage, TimeLimits, Timer, What,
};
use crate::link::LinkState;
use crate::screen::card::model::{Card, Point, incident_card};
use crate::screen::card::panel::{CardView, CardWish, Form, card_ui};
use crate::screen::look::{self, words};
use crate::screen::shown::Intent;
use crate::screen::situation::limits::TimerShown;
use crate::screen::situation::tests::{NoNames, apply, city_limits, hall_of};
use crate::screen::situation::{CityLimits, Ledger, OpenRows, Situation, Sorting};

const HOUR: i64 = 3_600_000;

/// A context without a window, and what it draws.
struct Eye {
    ctx: egui::Context,
    time: f64,
}

impl Eye {
    fn new() -> Self {
        let ctx = egui::Context::default();
        look::apply(&ctx);
        Self { ctx, time: 0.0 }
    }

    /// One pass: what the panel returned, and each text with where it stands.
    fn pass<T>(&mut self, events: Vec<Event>, mut panel: impl FnMut(&mut egui::Ui) -> T) -> (T, Vec<(String, Rect)>) {
        self.time += 0.1;
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(400.0, 900.0)));
        let input = RawInput { events, screen_rect, time: Some(self.time), ..Default::default() };
        let mut returned = None;
        let mut drawn = self.ctx.run_ui(input, |ui| returned = Some(panel(ui)));
        drawn.textures_delta.clear();
        let mut texts = Vec::new();
        drawn.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut texts));
        (returned.unwrap(), texts)
    }

    fn click<T>(&mut self, at: Pos2, mut panel: impl FnMut(&mut egui::Ui) -> T) -> T {
        let button = |pressed| Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        self.pass(vec![Event::PointerMoved(at)], &mut panel);
        self.pass(vec![button(true)], &mut panel);
        self.pass(vec![button(false)], &mut panel).0
    }
}

fn gather(shape: &Shape, texts: &mut Vec<(String, Rect)>) {
    match shape {
        Shape::Vec(all) => all.iter().for_each(|one| gather(one, texts)),
        Shape::Text(text) => texts.push((text.galley.text().to_owned(), text.visual_bounding_rect())),
        _ => {}
    }
}

/// Two that have to be sent within two hours, of which the second is late at four, and one on hold.
fn hall() -> Hall {
    let mut hall =
        hall_of(&[(2, Grade::III, 3 * HOUR), (4, Grade::III, HOUR), (6, Grade::III, 0), (8, Grade::III, 3 * HOUR)]);
    let what = What::IncidentSuspended { incident: IncidentId(6), reason: "等待配件".into() };
    apply(&mut hall, Moment(HOUR), what);
    hall
}

fn ledger(hall: &Hall) -> Ledger {
    let mut ledger = Ledger::default();
    ledger.limit(city_limits(), hall);
    ledger
}

/// Draw the queue of the hall at four o'clock.
fn with_queue<T>(sorting: Sorting, look: impl FnOnce(&QueueView<'_>) -> T) -> T {
    let hall = hall();
    let ledger = ledger(&hall);
    let lists = ledger.open(sorting);
    let rows =
        OpenRows { hall: &hall, ledger: &ledger, lists, hidden: [false; 4], sorting, names: &NoNames, talk: None };
    let situation =
        Situation { open_by_grade: [0, 0, 4, 0], link: LinkState::Live, now: Moment(4 * HOUR), ..Default::default() };
    look(&QueueView {
        situation: &situation,
        rows: &rows,
        searching: false,
        listed: [0, 0, 4, 0],
        stages: [4, 0, 0, 0, 0, 0, 0],
        unsure: 0,
        area: "",
        filter: &Filter { sorting, ..Filter::default() },
        selected: None,
        reveal: false,
        focus_search: false,
    })
}

#[test]
fn rows_say_how_much_time_is_left_or_by_how_much_they_are_over_late_ones_first() {
    let texts = with_queue(Sorting::Due, |view| Eye::new().pass(vec![], |ui| drop(queue_ui(ui, view))).1);
    let at = |due: i64| {
        let next = Countdown::Running { phase: Phase::Dispatch, soon: Moment(0), due: Moment(due * HOUR) };
        words::countdown(&next, Moment(4 * HOUR))
    };
    let top =
        |said: &str| texts.iter().filter(|(text, _)| text == said).map(|(_, rect)| rect.top()).collect::<Vec<_>>();
    let (over, left) = (top(&at(3)), top(&at(5)));
    let paused = top(&words::countdown(&Countdown::Paused, Moment(0)));
    assert_eq!((over.len(), left.len(), paused.len()), (1, 2, 1), "{texts:?}");
    assert!(over[0] < left[0] && left[1] < paused[0], "{texts:?}");
}

#[test]
fn a_report_that_is_owed_tells_how_much_time_is_left_or_by_how_much_it_is_over() {
    use crate::domain::{Bulletin, Owed};
    use crate::screen::situation::rows::{Row, Tag};
    let hall = hall();
    let incident = hall.incident(IncidentId(2)).unwrap();
    let owed = Owed { which: Bulletin::First, soon: Moment(4 * HOUR), due: Moment(5 * HOUR) };
    let row = Row::new(&hall, incident, None, &NoNames).owing(Some(owed));
    assert_eq!(row.tags, [Tag::Owes(Bulletin::First, Moment(5 * HOUR))]);
    for now in [4, 7] {
        let said = row.tags[0].words(Moment(now * HOUR));
        assert!(said.contains(&words::until(Moment(5 * HOUR), Moment(now * HOUR))), "{said}");
    }
}

#[test]
fn the_queue_is_sorted_by_its_control_and_by_its_key() {
    let click = |now: Sorting, key: &str| {
        with_queue(now, |view| {
            let mut eye = Eye::new();
            let (_, texts) = eye.pass(vec![], |ui| queue_ui(ui, view));
            let name = rust_i18n::t!(key);
            let at = texts.iter().find(|(text, _)| *text == name).unwrap().1.center();
            let wishes = eye.click(at, |ui| queue_ui(ui, view));
            wishes.iter().find_map(|wish| if let QueueWish::Sort(to) = wish { Some(*to) } else { None })
        })
    };
    assert_eq!(click(Sorting::Due, "queue.sort_waiting"), Some(Sorting::Waiting));
    assert_eq!(click(Sorting::Waiting, "queue.sort_due"), Some(Sorting::Due));
    assert_eq!(click(Sorting::Due, "queue.sort_across"), Some(Sorting::Across));
    assert_eq!(click(Sorting::Due, "queue.sort_due"), None, "it is so already");
    let mut desk = Desk::default();
    assert_eq!(desk.filter.sorting, Sorting::Across);
    let press = |desk: &mut Desk| {
        let mut eye = Eye::new();
        eye.pass(vec![key(egui::Key::U)], |ui| keys(ui.ctx(), desk, &mut Vec::new(), |_, _| None));
        desk.filter.sorting
    };
    let pressed = [press(&mut desk), press(&mut desk), press(&mut desk)];
    assert_eq!(pressed, [Sorting::Due, Sorting::Waiting, Sorting::Across]);
    desk.filter = Filter { search: "长江路".into(), sorting: Sorting::Due, ..Filter::default() };
    let mut eye = Eye::new();
    eye.pass(vec![key(egui::Key::Delete)], |ui| keys(ui.ctx(), &mut desk, &mut Vec::new(), |_, _| None));
    assert_eq!(desk.filter, Filter { sorting: Sorting::Due, ..Filter::default() }, "all is shown, in the same order");
}

#[test]
fn in_the_list_keys_go_to_its_ends_and_by_pages() {
    use egui::Key::{End, Home, PageDown, PageUp};

    let steps = |pressed: egui::Key, focused: bool| {
        with_queue(Sorting::Across, |view| {
            let (mut eye, mut desk, mut stepped) = (Eye::new(), Desk::default(), Vec::new());
            eye.pass(vec![], |ui| drop(queue_ui(ui, view)));
            if focused {
                eye.ctx.memory_mut(|memory| memory.request_focus(super::queue::focus()));
            }
            eye.pass(vec![], |ui| drop(queue_ui(ui, view)));
            eye.pass(vec![key(pressed)], |ui| {
                keys(ui.ctx(), &mut desk, &mut Vec::new(), |_, step| {
                    stepped.push(step);
                    None
                });
                queue_ui(ui, view)
            });
            (stepped, super::queue::page(&eye.ctx))
        })
    };
    assert_eq!(steps(Home, true).0, [isize::MIN]);
    assert_eq!(steps(End, true).0, [isize::MAX]);
    let (down, page) = steps(PageDown, true);
    assert!(down == [page] && page > 5, "{down:?} of {page}");
    assert_eq!(steps(PageUp, true).0, [-page]);
    for elsewhere in [Home, End, PageDown, PageUp] {
        assert_eq!(steps(elsewhere, false).0, [0; 0], "without the list they are the city's");
    }
}

fn key(key: egui::Key) -> Event {
    Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }
}

impl crate::screen::card::model::Around for NoNames {
    fn areas(&self, _: crate::domain::LonLat) -> Vec<String> {
        vec![]
    }

    fn point(&self, at: crate::domain::LonLat) -> Point {
        Point { wgs84: at, gcj02: at }
    }
}

fn card(hall: &Hall, id: u64) -> Card {
    let incident = hall.incident(IncidentId(id)).unwrap();
    Card::Incident(Box::new(incident_card(hall, incident, &city_limits(), Moment(4 * HOUR), &NoNames)))
}

fn card_view<'a>(card: &'a Card, form: Option<&'a Form>) -> CardView<'a> {
    let (focus_form, refused, utc_offset_secs) = (form.is_some(), None, 0);
    CardView {
        card,
        form,
        focus_form,
        refused,
        now: Moment(4 * HOUR),
        utc_offset_secs,
        can_order: true,
        no_orders: "card.no_orders",
        told: None,
    }
}

#[test]
fn a_card_tells_of_each_limit_its_clock_when_it_is_due_how_much_is_left_and_who_has_it() {
    let mut hall = hall();
    let sent = What::IncidentAdvanced { incident: IncidentId(4), stage: Stage::Dispatched };
    apply(&mut hall, Moment(3 * HOUR + HOUR / 2), sent);
    let card = card(&hall, 4);
    let texts = Eye::new().pass(vec![], |ui| drop(card_ui(ui, &card_view(&card, None)))).1;
    let says = |said: &str| texts.iter().any(|(text, _)| text.contains(said));
    for phase in [Phase::Dispatch, Phase::Handle] {
        assert!(says(&words::phase(phase)) && says(&words::holder(phase)), "{texts:?}");
    }
    assert!(says(&words::on_clock(Clock::UrgentHours, 30 * HOUR)), "{texts:?}");
    // Handling is due thirty hours after half past three.
    assert!(says(&words::day_hour_minute(Moment(33 * HOUR + HOUR / 2), 0)), "{texts:?}");
    let limit = |hours| Limit { clock: Clock::UrgentHours, millis: hours * HOUR };
    let late = Run::Finished { at: Moment(3 * HOUR + HOUR / 2), due: Moment(3 * HOUR) };
    let late = Timer { phase: Phase::Dispatch, limit: limit(2), run: late };
    assert!(says(&words::timer(&late, Moment(0))), "{texts:?}");
    let Card::Incident(card) = card else { panic!() };
    let handle = TimerShown { used_millis: HOUR / 2, ..card.limits[1] };
    assert_eq!(card.limits[1], handle, "half an hour of it is used");
    let without = CityLimits { limits: TimeLimits::default().into(), ..CityLimits::default() };
    let incident = hall.incident(IncidentId(4)).unwrap();
    assert!(incident_card(&hall, incident, &without, Moment(0), &NoNames).limits.is_empty());
}

#[test]
fn an_incident_is_put_on_hold_for_a_reason_and_resumed_by_the_same_key() {
    let hall = hall();
    let (open, held) = (card(&hall, 2), card(&hall, 6));
    let press = |card: &Card, form: Option<&Form>, with: egui::Key| {
        let mut eye = Eye::new();
        eye.pass(vec![], |ui| card_ui(ui, &card_view(card, form)));
        let view = CardView { focus_form: false, ..card_view(card, form) };
        eye.pass(vec![], |ui| card_ui(ui, &view));
        eye.pass(vec![key(with)], |ui| card_ui(ui, &view)).0
    };
    let wishes = press(&open, None, egui::Key::P);
    assert!(matches!(wishes.as_slice(), [CardWish::Form(Some(Form::Suspend(_)))]), "{wishes:?}");
    let orders = |wishes: Vec<CardWish>| -> Vec<Order> {
        let order = |wish| if let CardWish::Hall(Intent::Order(order)) = wish { Some(order) } else { None };
        wishes.into_iter().filter_map(order).collect()
    };
    let form = |reason: &str| Form::Suspend(reason.into());
    let suspend = Order::SuspendIncident { incident: IncidentId(2), reason: "等待配件".into() };
    assert_eq!(orders(press(&open, Some(&form("等待配件")), egui::Key::Enter)), [suspend]);
    assert_eq!(orders(press(&open, Some(&form(" ")), egui::Key::Enter)), []);
    assert_eq!(orders(press(&held, None, egui::Key::P)), [Order::ResumeIncident { incident: IncidentId(6) }]);
    let texts = Eye::new().pass(vec![], |ui| drop(card_ui(ui, &card_view(&held, None)))).1;
    assert!(texts.iter().any(|(text, _)| text == "等待配件"), "{texts:?}");
}
