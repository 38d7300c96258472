use egui::{Rect, pos2, vec2};

use super::card::pieces;
use super::model::{card_place, leader, listed, spotlight};
use crate::domain::{Grade, Hall, IncidentId, Moment};
use crate::screen::situation::tests::{NoNames, hall_of};
use crate::screen::situation::{Ledger, Row};

fn rows(incidents: &[(u64, Grade, i64)]) -> Vec<Row> {
    let hall: Hall = hall_of(incidents);
    listed(&hall, &Ledger::read(&hall), minute(0), &NoNames)
}

fn minute(n: i64) -> Moment {
    Moment(n * 60_000)
}

#[test]
fn the_wall_lists_the_worst_first_and_the_newest_within_a_grade() {
    let rows = rows(&[(1, Grade::II, 5), (2, Grade::I, 1), (3, Grade::II, 9)]);
    let ids: Vec<u64> = rows.iter().map(|row| row.id.0).collect();
    assert_eq!(ids, [2, 3, 1]);
}

#[test]
fn what_is_late_comes_before_what_is_new_of_its_grade() {
    use crate::screen::situation::tests::city_limits;

    const HOUR: i64 = 3_600_000;
    // Even numbers have to be sent within two hours, odd ones have no limit.
    let of = [(2, Grade::III, 0), (4, Grade::III, HOUR), (5, Grade::III, 3 * HOUR), (6, Grade::III, 3 * HOUR + 1)];
    let hall = hall_of(&of);
    let mut ledger = Ledger::default();
    ledger.limit(city_limits(), &hall);
    let at = |hour: i64| {
        let rows = listed(&hall, &ledger, Moment(hour * HOUR), &NoNames);
        rows.iter().map(|row| row.id.0).collect::<Vec<_>>()
    };
    assert_eq!(at(0), [6, 5, 4, 2]);
    assert_eq!(at(4), [2, 4, 6, 5]);
}

fn turns(incidents: &[(u64, Grade, i64)], minutes: i64, times: u16) -> Vec<Option<u64>> {
    let hall: Hall = hall_of(incidents);
    let ledger = Ledger::read(&hall);
    (0..minutes).map(|m| spotlight(&hall, &ledger, minute(m), times).map(|id| id.0)).collect()
}

#[test]
fn incidents_of_the_worst_grade_take_turns_and_lesser_ones_wait() {
    let shown = turns(&[(1, Grade::I, 5), (2, Grade::I, 1), (3, Grade::II, 9)], 4, 1);
    assert_eq!(shown, [1, 2, 1, 2].map(Some));
}

#[test]
fn of_the_worst_grade_only_what_is_late_takes_turns_while_something_is() {
    use crate::screen::situation::tests::city_limits;

    // Even numbers have to be sent within two hours, odd ones have no limit.
    let hall = hall_of(&[(2, Grade::II, 0), (4, Grade::II, 100), (5, Grade::II, 200), (6, Grade::III, 0)]);
    let mut ledger = Ledger::default();
    ledger.limit(city_limits(), &hall);
    let shown = |from: i64| {
        let of = |m: i64| spotlight(&hall, &ledger, minute(from + m), 1).map(|id| id.0);
        let mut ids: Vec<u64> = (0..6).filter_map(of).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    assert_eq!(shown(0), [2, 4, 5], "nothing is late: all of the grade");
    assert_eq!(shown(180), [2, 4], "one without a limit waits, and so does a late one of a lesser grade");
}

#[test]
fn a_calm_wall_keeps_its_newest_incident_and_an_empty_one_has_none() {
    let calm = [(1, Grade::IV, 5), (2, Grade::IV, 9)];
    assert_eq!(turns(&calm, 5, 1), [Some(2); 5]);
    let fast = turns(&calm, 60, 60);
    assert!(fast.iter().all(|id| *id == fast[0]), "an hour of the city in a minute of the hall");
    assert_eq!(turns(&[], 1, 1), [None]);
}

#[test]
fn the_card_stays_in_the_free_part_and_beside_its_place() {
    let free = Rect::from_min_max(pos2(400.0, 100.0), pos2(1400.0, 1000.0));
    let size = vec2(500.0, 300.0);
    for at in [pos2(410.0, 110.0), pos2(1390.0, 990.0), pos2(900.0, 500.0), pos2(600.0, 120.0)] {
        let card = card_place(free, size, Some(at), 140.0, (&[], &[]));
        assert!(free.contains_rect(card), "{at:?} {card:?}");
        assert!(!card.contains(at), "{at:?} {card:?}");
    }
    let card = card_place(free, size, Some(pos2(5.0, 5.0)), 140.0, (&[], &[]));
    assert!(free.contains_rect(card), "a place out of sight");
    assert!(free.contains_rect(card_place(free, size, None, 140.0, (&[], &[]))));
    let at = free.center();
    let first = card_place(free, size, Some(at), 140.0, (&[], &[]));
    let other = card_place(free, size, Some(at), 140.0, (&[first.center()], &[]));
    assert!(!other.contains(first.center()), "it hides no place where it can help it");
    let head = (bevy::math::Vec2::new(first.center().x, first.top() - 10.0), 20.0);
    let other = card_place(free, size, Some(at), 140.0, (&[], &[head]));
    assert!(other.distance_to_pos(pos2(head.0.x, head.0.y)) > 20.0, "nor half of a head: {other:?}");
    // A head that only the leader of the first spot passes.
    let way = leader(first, at, size.y * 0.15, 28.0);
    let on_way = at + (way[1] - at) * 0.5;
    let other = card_place(free, size, Some(at), 140.0, (&[], &[(bevy::math::Vec2::new(on_way.x, on_way.y), 16.0)]));
    assert_ne!(other, first, "its leader passes no head where it can help it");
    let wide = Rect::from_min_max(pos2(0.0, 0.0), pos2(2_600.0, 900.0));
    let around: Vec<_> =
        (0..60_u8).map(|i| pos2(600.0 + f32::from(i) * 20.0, 300.0 + f32::from(i % 7) * 40.0)).collect();
    let card = card_place(wide, size, Some(wide.center()), 340.0, (&around, &[]));
    assert!(card.distance_to_pos(wide.center()) < 360.0, "not at the other end of the wall: {card:?}");
}

#[test]
fn the_leader_ends_on_the_side_of_its_place() {
    let card = Rect::from_min_size(pos2(500.0, 300.0), vec2(200.0, 100.0));
    let end = |x, y| leader(card, pos2(x, y), 40.0, 30.0).pop();
    assert_eq!(end(100.0, 0.0), Some(pos2(500.0, 340.0)));
    assert_eq!(end(900.0, 0.0), Some(pos2(700.0, 340.0)));
    assert_eq!(end(600.0, 900.0), Some(pos2(600.0, 400.0)));
    assert_eq!(end(600.0, 90.0), Some(pos2(600.0, 300.0)));
}

#[test]
fn names_keep_clear_of_all_of_a_leader_and_of_nothing_beside_it() {
    let (from, to) = (pos2(100.0, 400.0), pos2(500.0, 100.0));
    let covered = pieces(&[from, to], 24.0);
    for share in 0..=100_u8 {
        let at = from + (to - from) * (f32::from(share) / 100.0);
        assert!(covered.iter().any(|rect| rect.contains(at)), "{at:?}");
        let beside = at + vec2(30.0, 40.0);
        assert!(!covered.iter().any(|rect| rect.contains(beside)), "{beside:?}");
    }
}

#[test]
fn the_wall_picks_what_its_card_shows_before_the_pins_of_the_frame_are_made() {
    use bevy::prelude::*;

    use super::{PutForward, put_forward};
    use crate::screen::shown::{Picked, Shown, Target};

    let incidents = [(1, Grade::I, 5), (2, Grade::I, 1), (3, Grade::II, 9)];
    let hall = hall_of(&incidents);
    let mut app = App::new();
    app.insert_resource(Ledger::read(&hall))
        .insert_resource(Shown { hall, rate: 1, ..Shown::default() })
        .init_resource::<Picked>()
        .init_resource::<PutForward>()
        .add_systems(Update, put_forward);
    let mut at = |minutes: i64, chosen: Option<u64>| {
        app.world_mut().resource_mut::<Shown>().now = minute(minutes);
        if let Some(id) = chosen {
            app.world_mut().resource_mut::<Picked>().selected = Some(Target::Incident(IncidentId(id)));
        }
        app.update();
        match app.world().resource::<Picked>().selected {
            Some(Target::Incident(IncidentId(id))) => Some(id),
            _ => None,
        }
    };
    assert_eq!([at(0, None), at(1, None), at(2, None)], [Some(1), Some(2), Some(1)], "in the frame of the turn");
    assert_eq!([at(3, Some(3)), at(4, None)], [Some(3), Some(3)], "what was chosen elsewhere stays");
    assert_eq!(at(4, Some(99)), Some(1), "one that is not open is let go of");
}

#[test]
fn the_wall_tells_of_what_is_late_or_nearly_so_and_its_card_of_every_limit() {
    use egui::{LayerId, Order, RawInput, Shape};

    use super::panel::{WallView, wall_ui};
    use crate::domain::{Countdown, Phase};
    use crate::link::LinkState;
    use crate::screen::look::{self, words};
    use crate::screen::situation::Situation;

    fn gather(shape: &Shape, texts: &mut Vec<String>) {
        match shape {
            Shape::Vec(all) => all.iter().for_each(|one| gather(one, texts)),
            Shape::Text(text) => texts.push(text.galley.text().to_owned()),
            _ => {}
        }
    }

    let next = |soon: i64, due: i64| Countdown::Running { phase: Phase::Handle, soon: minute(soon), due: minute(due) };
    // At a hundred minutes one is late by twenty, one has ten left, and one has hours.
    let all = [next(70, 80), next(90, 110), next(400, 500)];
    let mut rows = rows(&[(1, Grade::III, 3), (2, Grade::III, 2), (3, Grade::III, 1)]);
    rows.iter_mut().zip(all).for_each(|(row, next)| row.countdown = Some(next));
    let now = minute(100);
    let situation = Situation { link: LinkState::Live, now, open_by_grade: [0, 0, 3, 0], ..Situation::default() };
    let texts = |on_card: Option<&Row>| {
        let ctx = egui::Context::default();
        look::apply(&ctx);
        let view = WallView {
            plan: None,
            legend: None,
            situation: &situation,
            listed: &rows,
            scale: 1.0,
            on_card,
            crews: &[],
            anchor: None,
            places: &[],
            heads: &[],
            attribution: "",
            metres_per_point: None,
            heading: 0.0,
            alarm: crate::screen::shown::AlarmRoom::default(),
            vitals: None,
            locale: "zh-CN",
        };
        let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(3_840.0, 1_080.0));
        let mut output = ctx.run_ui(RawInput { screen_rect: Some(screen), ..RawInput::default() }, |ui| {
            let painter = ui.ctx().layer_painter(LayerId::new(Order::Background, egui::Id::new("wall")));
            wall_ui(&painter, screen, &view);
        });
        output.textures_delta.clear();
        let mut texts = Vec::new();
        output.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut texts));
        all.map(|next| texts.contains(&words::countdown(&next, now)))
    };
    assert_eq!(texts(None), [true, true, false], "what has time is quiet");
    assert_eq!(texts(rows.last()), [true, true, true]);
}

#[test]
fn the_vital_signs_of_a_wall_lie_over_nothing_else_and_leave_the_day_where_there_is_room() {
    use super::left::{Left, shown};
    use super::panel::Canvas;
    use crate::screen::look::tokens::wall;

    for (size, scale, strip) in [
        (vec2(1_920.0, 1_080.0), 1.0, 0.0),
        (vec2(1_920.0, 1_080.0), 1.0, 120.0),
        (vec2(3_840.0, 1_080.0), 1.0, 84.0),
        (vec2(3_840.0, 2_160.0), 2.0, 0.0),
        (vec2(3_840.0, 2_160.0), 2.0, 240.0),
    ] {
        let whole = Rect::from_min_size(pos2(0.0, 0.0), size);
        let all = Rect::from_min_max(pos2(0.0, strip), whole.max);
        let canvas = Canvas::new(scale);
        let left = Left::lay_out(all, canvas, 12);
        let rects: Vec<Rect> = [Some(left.open), left.day, left.signs].into_iter().flatten().collect();
        for (at, one) in rects.iter().enumerate() {
            assert!(
                one.top() >= all.top() + canvas.of(wall::BAND) && one.bottom() <= whole.bottom(),
                "{size:?} {one:?}"
            );
            for other in rects.iter().skip(at + 1) {
                assert!(!one.expand(1.0).intersects(*other), "{size:?} {one:?} {other:?}");
            }
        }
        let signs = left.signs.unwrap();
        // North and scale stand at the foot of the first column.
        assert!(
            signs.bottom() <= whole.bottom() - canvas.of(wall::EDGE * 0.5 + wall::BODY * 1.3),
            "{size:?} {signs:?}"
        );
        let right = whole.right() - canvas.of(wall::EDGE + wall::RIGHT);
        assert!(signs.right() < right && left.width() < right, "{size:?}");
        let cards = shown(signs, canvas);
        assert!(cards >= 3, "{size:?} with a strip of {strip}: {cards}");
        if size.x / size.y > 3.0 {
            assert!(!left.compact && left.day.is_some() && cards >= 6, "a wide wall has a column for them: {cards}");
        }
        assert_eq!(Left::lay_out(all, canvas, 0).signs, None);
        let few = Left::lay_out(all, canvas, 2);
        assert_eq!(shown(few.signs.unwrap(), canvas), 2, "no longer than there are signs");
    }
}

#[test]
fn the_day_stays_below_an_alarm_with_its_hours_as_high_as_there_is_room() {
    use super::left::{Left, hours_height};
    use super::panel::Canvas;

    let canvas = Canvas::new(1.0);
    for width in [1_920.0, 3_840.0] {
        // Without a strip the card begins at 574, and what stands in the corner begins at 1,010; its figures need 222.
        for (strip, high, hours, compact) in [
            (0.0, 372.0, 150.0, false),
            (84.0, 352.0, 130.0, false),
            (120.0, 316.0, 94.0, false),
            (140.0, 222.0, 0.0, false),
            (220.0, 372.0, 150.0, true),
        ] {
            let all = Rect::from_min_max(pos2(0.0, strip), pos2(width, 1_080.0));
            let left = Left::lay_out(all, canvas, 0);
            let day = left.day.unwrap();
            assert!((day.height() - high).abs() < 0.5, "{width} {strip}: {day:?}");
            assert!((hours_height(canvas, day) - hours).abs() < 0.5, "{width} {strip}: {day:?}");
            assert!(day.top() > left.open.bottom() && day.bottom() < 1_010.5, "{width} {strip}: {day:?}");
            assert_eq!(left.compact, compact, "{width} {strip}");
        }
        let tall = Rect::from_min_max(pos2(0.0, 700.0), pos2(width, 1_080.0));
        assert_eq!(Left::lay_out(tall, canvas, 0).day, None, "there is an end to it");
    }
    let all = Rect::from_min_max(pos2(0.0, 120.0), pos2(3_840.0, 1_080.0));
    let with_signs = Left::lay_out(all, canvas, 12);
    assert!(with_signs.day.is_some() && with_signs.signs.is_some(), "signs beside it change nothing: {with_signs:?}");
}

#[test]
fn an_address_has_the_line_with_the_most_room_and_a_kind_is_not_cut_for_it() {
    use super::list::{Lines, Widths, arrange};

    // Of 418 points 332 are left beside the stage, 238 beside the time and 152 beside both.
    let of = |kind: f32, place: f32| arrange(418.0, 14.0, Widths { kind, stage: 72.0, place, time: 166.0 });
    assert_eq!(of(144.0, 200.0), Lines::Plain, "as long as all have room");
    assert_eq!(of(144.0, 300.0), Lines::Swapped, "beside the stage there is more");
    assert_eq!(of(144.0, 400.0), Lines::Raised, "alone");
    assert_eq!(of(240.0, 400.0), Lines::Swapped, "whichever loses more loses least");
    assert_eq!(of(332.0, 238.0), Lines::Plain);
}

#[test]
fn a_late_case_of_the_list_has_its_whole_address_beside_its_badge() {
    use egui::{LayerId, Order, RawInput, Shape};

    use super::panel::{WallView, wall_ui};
    use crate::domain::{Countdown, Phase};
    use crate::link::LinkState;
    use crate::screen::look::{self, words};
    use crate::screen::situation::Situation;

    fn gather(shape: &Shape, texts: &mut Vec<(String, Rect)>) {
        match shape {
            Shape::Vec(all) => all.iter().for_each(|one| gather(one, texts)),
            Shape::Text(text) => texts.push((text.galley.text().to_owned(), text.visual_bounding_rect())),
            _ => {}
        }
    }

    let address = "长丰区汇亭街道桥嘉路227号";
    let late = Countdown::Running { phase: Phase::Handle, soon: minute(70), due: minute(80) };
    let mut rows = rows(&[(1, Grade::III, 3)]);
    rows[0].countdown = Some(late);
    rows[0].place = Some(address.to_owned());
    let now = minute(100);
    let situation = Situation { link: LinkState::Live, now, open_by_grade: [0, 0, 1, 0], ..Situation::default() };
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let view = WallView {
        plan: None,
        situation: &situation,
        listed: &rows,
        scale: 1.0,
        on_card: None,
        crews: &[],
        anchor: None,
        places: &[],
        heads: &[],
        attribution: "",
        metres_per_point: None,
        heading: 0.0,
        alarm: crate::screen::shown::AlarmRoom::default(),
        vitals: None,
        legend: None,
        locale: "zh-CN",
    };
    let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(1_920.0, 1_080.0));
    let mut output = ctx.run_ui(RawInput { screen_rect: Some(screen), ..RawInput::default() }, |ui| {
        let painter = ui.ctx().layer_painter(LayerId::new(Order::Background, egui::Id::new("wall")));
        wall_ui(&painter, screen, &view);
    });
    output.textures_delta.clear();
    let mut texts = Vec::new();
    output.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut texts));
    let stands = |what: &str| texts.iter().find(|(text, _)| text == what).map(|(_, rect)| *rect);
    let (place, badge) = (stands(address).unwrap(), stands(&words::countdown(&late, now)).unwrap());
    assert!(!place.intersects(badge), "{place:?} {badge:?}");
    let row = [&rows[0].kind, &words::stage(rows[0].stage)].map(|words| stands(words).unwrap());
    assert!(row.iter().all(|rect| !rect.intersects(place) && !rect.intersects(badge)), "{row:?}");
    assert!(badge.right() <= 1_920.0 - 28.0, "{badge:?}");
}

#[test]
fn what_lies_below_the_band_begins_below_the_strip_of_an_alarm_and_a_red_one_has_room_for_its_frame() {
    use egui::{LayerId, Order, RawInput, Shape};

    use super::panel::{WallView, wall_ui};
    use crate::link::LinkState;
    use crate::screen::look::{self, tokens};
    use crate::screen::shown::AlarmRoom;
    use crate::screen::situation::Situation;

    fn highest(shape: &Shape, below: f32, top: &mut f32) {
        match shape {
            Shape::Vec(all) => all.iter().for_each(|one| highest(one, below, top)),
            Shape::Text(text) if text.pos.y > below => *top = top.min(text.pos.y),
            _ => {}
        }
    }

    let rows = rows(&[(1, Grade::II, 3), (2, Grade::III, 2)]);
    let situation =
        Situation { link: LinkState::Live, now: minute(10), open_by_grade: [0, 1, 1, 0], ..Situation::default() };
    let seen = |alarm: AlarmRoom, width: f32| {
        let ctx = egui::Context::default();
        look::apply(&ctx);
        let view = WallView {
            plan: None,
            legend: None,
            situation: &situation,
            listed: &rows,
            scale: 1.0,
            on_card: rows.first(),
            crews: &[],
            anchor: Some(pos2(width * 0.45, 500.0)),
            places: &[],
            heads: &[],
            attribution: "",
            metres_per_point: None,
            heading: 0.0,
            alarm,
            vitals: None,
            locale: "zh-CN",
        };
        let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, 1_080.0));
        let (mut free, mut top) = (Rect::NOTHING, f32::INFINITY);
        let mut output = ctx.run_ui(RawInput { screen_rect: Some(screen), ..RawInput::default() }, |ui| {
            let painter = ui.ctx().layer_painter(LayerId::new(Order::Background, egui::Id::new("wall")));
            (free, _) = wall_ui(&painter, screen, &view);
        });
        output.textures_delta.clear();
        let band = tokens::wall::BAND + tokens::wall::FRAME;
        output.shapes.iter().for_each(|clipped| highest(&clipped.shape, band, &mut top));
        (free.top(), top)
    };
    for width in [1_920.0, 3_840.0] {
        let calm = seen(AlarmRoom::default(), width);
        let alarm = seen(AlarmRoom { points: 120.0, red: false }, width);
        assert!((alarm.0 - calm.0 - 120.0).abs() < 0.5, "{calm:?} {alarm:?}");
        assert!(alarm.1 >= tokens::wall::BAND + tokens::wall::EDGE + 120.0, "list, card and figures: {alarm:?}");
        let red = seen(AlarmRoom { points: 120.0, red: true }, width);
        assert!((red.0 - alarm.0 - tokens::wall::FRAME).abs() < 0.5, "within its frame: {red:?}");
    }
}

#[test]
fn the_legend_of_a_layer_is_read_from_afar_and_lies_over_no_column_card_or_line() {
    use egui::{LayerId, Order, RawInput, Shape};

    use super::legend::{legend_ui, place};
    use super::model::middle;
    use super::panel::Canvas;
    use crate::domain::SensorKind;
    use crate::screen::heat::Legend;
    use crate::screen::heat::form::Form;
    use crate::screen::heat::layer::Layer;
    use crate::screen::look::{self, tokens::wall};

    fn sizes(shape: &Shape, found: &mut Vec<(String, f32, Rect)>) {
        match shape {
            Shape::Vec(all) => all.iter().for_each(|one| sizes(one, found)),
            Shape::Text(text) => {
                let size =
                    text.galley.job.sections.iter().map(|section| section.format.font_id.size).fold(0.0, f32::max);
                found.push((text.galley.text().to_owned(), size, text.visual_bounding_rect()));
            }
            _ => {}
        }
    }

    let legend = |layer, form, why: &str| Legend { layer, form, why: why.to_owned(), state: "578 / 600".to_owned() };
    let gas = legend(Layer::Sensors(SensorKind::CombustibleGas), Form::Field, "燃气泄漏");
    let flood = legend(Layer::Sensors(SensorKind::WaterLevel), Form::Flood, "");
    for (size, scale) in [(vec2(1_920.0, 1_080.0), 1.0), (vec2(3_840.0, 1_080.0), 1.0), (vec2(3_840.0, 2_160.0), 2.0)] {
        let canvas = Canvas::new(scale);
        let all = Rect::from_min_size(pos2(0.0, 0.0), size);
        let edge = canvas.edge();
        let columns = [wall::LEFT, wall::RIGHT].map(|width| canvas.of(width) + edge);
        let free = middle(all, canvas.of(wall::BAND), columns[0], columns[1], edge);
        for one in [&gas, &flood] {
            let rect = place(all, free, canvas, one);
            assert!(
                free.left() <= rect.left() && rect.right() <= free.right() && rect.top() > free.center().y,
                "{rect:?}"
            );
            assert!(rect.bottom() <= all.bottom() - edge * 0.5 - canvas.of(wall::BODY), "whose the map is: {rect:?}");
            let ctx = egui::Context::default();
            look::apply(&ctx);
            let screen_rect = Some(all);
            let mut output = ctx.run_ui(RawInput { screen_rect, ..RawInput::default() }, |ui| {
                let painter = ui.ctx().layer_painter(LayerId::new(Order::Background, egui::Id::new("legend")));
                legend_ui(&painter, rect, canvas, one);
            });
            output.textures_delta.clear();
            let mut found = Vec::new();
            output.shapes.iter().for_each(|clipped| sizes(&clipped.shape, &mut found));
            assert!(found.iter().all(|(_, size, _)| *size >= canvas.of(wall::BODY)), "{found:?}");
            assert!(found.iter().all(|(_, _, at)| rect.contains_rect(*at)), "{rect:?} {found:?}");
            let has = |wanted: &str| found.iter().any(|(text, ..)| text.contains(wanted));
            assert!(has("578 / 600") && has("≥") && has(if one.why.is_empty() { "m" } else { "%LEL" }), "{found:?}");
            assert!(one.why.is_empty() || has("燃气泄漏"));
        }
    }
}
