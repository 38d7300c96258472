//! Where the card stands, the line to it, and what of the city is framed beside a legend.

use bevy::math::Vec2;
use egui::{Rect, pos2, vec2};

use super::card::pieces;
use super::model::{card_place, framed, leader};

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
    let head = (Vec2::new(first.center().x, first.top() - 10.0), 20.0);
    let other = card_place(free, size, Some(at), 140.0, (&[], &[head]));
    assert!(other.distance_to_pos(pos2(head.0.x, head.0.y)) > 20.0, "nor half of a head: {other:?}");
    // A head that only the leader of the first spot passes.
    let way = leader(first, at, size.y * 0.15, 28.0);
    let on_way = at + (way[1] - at) * 0.5;
    let other = card_place(free, size, Some(at), 140.0, (&[], &[(Vec2::new(on_way.x, on_way.y), 16.0)]));
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
fn the_card_of_a_wide_wall_stands_at_the_edge_where_all_around_its_place_is_full_of_pins() {
    let free = Rect::from_min_max(pos2(400.0, 100.0), pos2(3_200.0, 1_000.0));
    let (size, at) = (vec2(560.0, 450.0), pos2(1_800.0, 550.0));
    // Pins all over the city but for its rims on the left and on the right.
    let heads: Vec<(Vec2, f32)> = (0..18_u8)
        .flat_map(|column| (0..8_u8).map(move |row| (column, row)))
        .map(|(column, row)| Vec2::new(1_000.0 + f32::from(column) * 90.0, 150.0 + f32::from(row) * 110.0))
        .filter(|head| head.distance(Vec2::new(at.x, at.y)) > 30.0)
        .map(|head| (head, 24.0))
        .collect();
    let card = card_place(free, size, Some(at), 350.0, (&[], &heads));
    assert!(free.contains_rect(card));
    let hidden = |card: Rect| heads.iter().filter(|(head, _)| card.contains(pos2(head.x, head.y))).count();
    assert!(hidden(card) <= 2, "{card:?} hides {}", hidden(card));
    let unknown = card_place(free, size, None, 350.0, (&[], &heads));
    assert_eq!(hidden(unknown), 0, "without a place: {unknown:?}");
    let calm = card_place(free, size, None, 350.0, (&[], &[]));
    assert!((calm.bottom() - free.bottom()).abs() < 0.5 && (calm.center().x - free.center().x).abs() < 0.5);
}

#[test]
fn the_city_is_framed_above_a_legend_or_beside_it_where_it_is_seen_larger() {
    let legend_of = |free: Rect| Rect::from_min_size(free.max - vec2(520.0, 200.0), vec2(520.0, 200.0));
    let tall = Rect::from_min_max(pos2(416.0, 116.0), pos2(1_344.0, 910.0));
    let above = framed(tall, Some(legend_of(tall)), 14.0);
    assert_eq!(above, Rect::from_min_max(tall.min, pos2(1_344.0, 696.0)));
    let wide = Rect::from_min_max(pos2(1_244.0, 116.0), pos2(3_264.0, 1_052.0));
    let beside = framed(wide, Some(legend_of(wide)), 14.0);
    assert_eq!(beside, Rect::from_min_max(wide.min, pos2(2_730.0, 1_052.0)));
    assert_eq!(framed(wide, None, 14.0), wide);
}
