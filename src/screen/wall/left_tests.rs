//! What stands where on the left of a wall.

use egui::{Rect, pos2, vec2};

use super::left::{Fit, Left, around_cards, card_height, hours_height};
use super::panel::Canvas;
use crate::screen::look::tokens::wall;

/// So many signs with nothing under their cards.
fn plain(canvas: Canvas, signs: usize) -> Box<Fit<'static>> {
    let card = card_height(canvas);
    Box::new(move |room: f32| {
        let count = (0..signs).take_while(|count| card * (*count + 1) as f32 <= room + 0.5).count();
        (count, card * count as f32)
    })
}

#[test]
fn the_vital_signs_of_a_wall_lie_over_nothing_else_and_leave_the_day_where_there_is_room() {
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
        let left = Left::lay_out(all, canvas, &*plain(canvas, 12));
        let rects: Vec<Rect> = [Some(left.open), left.day, left.signs, left.figures].into_iter().flatten().collect();
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
        let cards = |signs: Rect| plain(canvas, 99)(signs.height() - around_cards(canvas)).0;
        let count = cards(signs);
        assert!(count >= 3, "{size:?} with a strip of {strip}: {count}");
        assert!(left.day.is_some(), "today has its room under a strip, too: {size:?} {strip}");
        if size.x / size.y > 3.0 {
            assert!(!left.compact && count >= 6, "a wide wall has a column for them: {count}");
        }
        assert_eq!(left.figures.is_some(), size.x / size.y > 3.0, "and one for the key figures: {size:?}");
        assert_eq!(Left::lay_out(all, canvas, &*plain(canvas, 0)).signs, None);
        let few = Left::lay_out(all, canvas, &*plain(canvas, 2));
        assert_eq!(cards(few.signs.unwrap()), 2, "no longer than there are signs");
    }
}

#[test]
fn the_day_stays_below_an_alarm_with_its_hours_as_high_as_there_is_room() {
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
            let left = Left::lay_out(all, canvas, &*plain(canvas, 0));
            let day = left.day.unwrap();
            assert!((day.height() - high).abs() < 0.5, "{width} {strip}: {day:?}");
            assert!((hours_height(canvas, day) - hours).abs() < 0.5, "{width} {strip}: {day:?}");
            assert!(day.top() > left.open.bottom() && day.bottom() < 1_010.5, "{width} {strip}: {day:?}");
            assert_eq!(left.compact, compact, "{width} {strip}");
        }
        let tall = Rect::from_min_max(pos2(0.0, 700.0), pos2(width, 1_080.0));
        assert_eq!(Left::lay_out(tall, canvas, &*plain(canvas, 0)).day, None, "there is an end to it");
    }
    let all = Rect::from_min_max(pos2(0.0, 120.0), pos2(3_840.0, 1_080.0));
    let with_signs = Left::lay_out(all, canvas, &*plain(canvas, 12));
    assert!(with_signs.day.is_some() && with_signs.signs.is_some(), "signs beside it change nothing: {with_signs:?}");
}
