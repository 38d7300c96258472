//! What the wall lists and puts forward, and what it says of limits and alarms.

use egui::{pos2, vec2};

use super::kit::{draw, minute, plain, rows};
use super::model::{listed, spotlight};
use crate::domain::{Countdown, Grade, Hall, IncidentId, Moment, Phase};
use crate::link::LinkState;
use crate::screen::look::{tokens, words};
use crate::screen::shown::AlarmRoom;
use crate::screen::situation::tests::{NoNames, hall_of};
use crate::screen::situation::{Ledger, Row, Situation};

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
    let next = |soon: i64, due: i64| Countdown::Running { phase: Phase::Handle, soon: minute(soon), due: minute(due) };
    // At a hundred minutes one is late by twenty, one has ten left, and one has hours.
    let all = [next(70, 80), next(90, 110), next(400, 500)];
    let mut rows = rows(&[(1, Grade::III, 3), (2, Grade::III, 2), (3, Grade::III, 1)]);
    rows.iter_mut().zip(all).for_each(|(row, next)| row.countdown = Some(next));
    let now = minute(100);
    let situation = Situation { link: LinkState::Live, now, open_by_grade: [0, 0, 3, 0], ..Situation::default() };
    let texts = |on_card: Option<&Row>| {
        let mut view = plain(&situation, &rows);
        view.on_card = on_card;
        let (said, _) = draw(vec2(3_840.0, 1_080.0), &view);
        all.map(|next| said.iter().any(|said| said.text == words::countdown(&next, now)))
    };
    assert_eq!(texts(None), [true, true, false], "what has time is quiet");
    assert_eq!(texts(rows.last()), [true, true, true]);
}

#[test]
fn what_lies_below_the_band_begins_below_the_strip_of_an_alarm_and_a_red_one_has_room_for_its_frame() {
    let rows = rows(&[(1, Grade::II, 3), (2, Grade::III, 2)]);
    let situation =
        Situation { link: LinkState::Live, now: minute(10), open_by_grade: [0, 1, 1, 0], ..Situation::default() };
    let seen = |alarm: AlarmRoom, width: f32| {
        let mut view = plain(&situation, &rows);
        view.on_card = rows.first();
        view.anchor = Some(pos2(width * 0.45, 500.0));
        view.alarm = alarm;
        let (said, left) = draw(vec2(width, 1_080.0), &view);
        let band = tokens::wall::BAND + tokens::wall::FRAME;
        let below = said.iter().map(|said| said.rect.top()).filter(|top| *top > band);
        (left.free.top(), below.fold(f32::INFINITY, f32::min))
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
