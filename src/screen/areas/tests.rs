//! Levels, drilling and counts, without an engine.

use bevy::math::{Rect, Vec2};
use egui::pos2;

use super::crumbs::{Crumb, PathView, path_ui};
use super::model::{Counts, Node, Tree, worst};
use super::panel::beside;
use crate::domain::{Grade, IncidentId};
use crate::screen::look::frames;

/// A city of two districts; the first has four streets, the first of them ten unit grids.
fn tree() -> Tree {
    let node = |level, parent, x: f64, side: f64| Node {
        level,
        parent,
        low: [x, 0.0],
        high: [x + side, side],
        label: [x + side / 2.0, side / 2.0],
        below: 0,
    };
    let mut nodes = vec![node(5, u32::MAX, 0.0, 20_000.0), node(6, 0, 0.0, 10_000.0), node(6, 0, 10_000.0, 10_000.0)];
    nodes.extend((0..4).map(|i| node(8, 1, f64::from(i) * 2_500.0, 2_500.0)));
    nodes.extend((0..10).map(|i| node(12, 3, f64::from(i) * 100.0, 100.0)));
    Tree::new(nodes)
}

#[test]
fn the_level_follows_the_height_and_holds_on_at_its_border() {
    let tree = tree();
    assert_eq!(tree.level_at(90_000.0, f64::INFINITY, None, None), Some(5));
    assert_eq!(tree.level_at(30_000.0, f64::INFINITY, None, None), Some(6));
    assert_eq!(tree.level_at(5_000.0, f64::INFINITY, None, None), Some(8));
    // there are neither communities nor patrol grids
    assert_eq!(tree.level_at(900.0, f64::INFINITY, None, None), Some(8));
    assert_eq!(tree.level_at(300.0, f64::INFINITY, None, None), Some(12));
    assert_eq!(tree.level_at(11_500.0, f64::INFINITY, None, Some(8)), Some(8));
    assert_eq!(tree.level_at(11_500.0, f64::INFINITY, None, Some(6)), Some(6));
    assert_eq!(tree.level_at(13_000.0, f64::INFINITY, None, Some(8)), Some(6));
    assert_eq!(Tree::default().level_at(300.0, f64::INFINITY, None, None), None);
}

#[test]
fn while_most_of_the_city_is_in_sight_its_districts_are_outlined_on_any_screen() {
    let tree = tree();
    // A very wide wall sees all of it from nearer than a desk.
    for whole in [9_000.0, 14_000.0, 30_000.0, 75_000.0] {
        assert_eq!(tree.level_at(whole, whole, None, None), Some(6));
        assert_eq!(tree.level_at(whole * 0.75, whole, None, None), Some(6));
        assert_eq!(tree.level_at((whole * 0.65).min(10_000.0), whole, None, None), Some(8));
    }
}

#[test]
fn who_has_drilled_into_an_area_sees_what_is_in_it_from_any_height() {
    let tree = tree();
    assert_eq!(tree.level_at(90_000.0, f64::INFINITY, Some(1), None), Some(8));
    assert_eq!(tree.seen(8, Some(1), [0.0, 0.0], 1e6, 99).len(), 4);
    assert!(tree.seen(8, Some(2), [0.0, 0.0], 1e6, 99).is_empty());
    // what has nothing below it is outlined itself
    assert_eq!(tree.level_at(90_000.0, f64::INFINITY, Some(2), None), Some(6));
    assert_eq!(tree.root(), Some(0));
}

#[test]
fn only_areas_around_the_view_are_outlined_the_nearest_first() {
    let tree = tree();
    let seen = tree.seen(12, None, [450.0, 50.0], 160.0, 99);
    assert_eq!(seen.first(), Some(&11));
    assert_eq!(seen.len(), 5);
    assert_eq!(tree.seen(12, None, [450.0, 50.0], 160.0, 2).len(), 2);
}

#[test]
fn what_is_open_counts_in_every_area_around_it_until_it_is_closed() {
    let tree = tree();
    let mut counts = Counts::default();
    counts.set(&tree, IncidentId(1), Some((7, Grade::II)));
    counts.set(&tree, IncidentId(2), Some((7, Grade::IV)));
    counts.set(&tree, IncidentId(2), Some((7, Grade::IV)));
    for area in [7, 3, 1, 0] {
        assert_eq!(counts.of(area), [0, 1, 0, 1], "area {area}");
    }
    assert_eq!(counts.of(2), [0; 4]);
    counts.set(&tree, IncidentId(1), Some((2, Grade::I)));
    assert_eq!((counts.of(7), counts.of(2), counts.of(0)), ([0, 0, 0, 1], [1, 0, 0, 0], [1, 0, 0, 1]));
    assert_eq!(worst(counts.of(0)), Some((Grade::I, 1, 2)));
    counts.set(&tree, IncidentId(1), None);
    counts.set(&tree, IncidentId(1), None);
    counts.set(&tree, IncidentId(2), None);
    assert_eq!(counts.of(0), [0; 4]);
    assert_eq!(worst(counts.of(0)), None);
}

#[test]
fn near_an_area_is_in_its_box_or_beside_it() {
    let tree = tree();
    let node = tree.node(3).unwrap();
    assert!(node.is_near([2_400.0, 10.0], 0.0) && !node.is_near([2_600.0, 10.0], 0.0));
    assert!(node.is_near([2_600.0, -50.0], 150.0) && !node.is_near([2_700.0, 10.0], 150.0));
}

#[test]
fn the_list_of_areas_is_as_high_as_its_rows_and_scrolls_where_there_is_no_room() {
    let crumb = |i: u32| Crumb { area: Some(i), name: format!("第{i}社区"), counts: [0, 0, 1, i] };
    let ctx = egui::Context::default();
    crate::screen::look::apply(&ctx);
    let height = |rows: u32, room: f32| {
        let view = PathView {
            crumbs: vec![crumb(0)],
            below: (0..rows).map(crumb).collect(),
            open: rows > 0,
            deeper: true,
            known: true,
        };
        let size = egui::vec2(1600.0, 900.0);
        let mut covers = Rect::default();
        for _ in 0..4 {
            let screen_rect = Some(egui::Rect::from_min_size(pos2(0.0, 0.0), size));
            let input = egui::RawInput { screen_rect, ..Default::default() };
            let mut drawn = ctx.run_ui(input, |ui| covers = path_ui(ui.ctx(), pos2(20.0, 20.0), room, &view).1);
            drawn.textures_delta.clear();
        }
        covers.height()
    };
    let closed = height(0, 800.0);
    let [three, six, all] = [3, 6, 200].map(|rows| height(rows, 800.0) - closed);
    assert!((60.0..140.0).contains(&three), "three rows are {three} points high");
    assert!(six > three * 1.5 && six < three * 2.5, "six are {six}, three {three}");
    assert!(all <= 460.0, "many scroll: {all}");
    let low = height(200, 300.0) - closed;
    assert!((60.0..240.0).contains(&low), "within the room there is: {low}");
}

#[test]
fn an_outline_goes_around_the_heads_of_pins() {
    let line = || vec![pos2(0.0, 0.0), pos2(50.0, 0.0), pos2(100.0, 0.0)];
    assert_eq!(beside(line(), &[(Vec2::new(50.0, 40.0), 10.0)]), [line()]);
    let parts = beside(line(), &[(Vec2::new(50.0, 0.0), 10.0), (Vec2::new(80.0, 0.0), 3.0)]);
    let parts: Vec<_> = parts.into_iter().filter(|part| part.len() > 1).collect();
    let ends: Vec<_> = parts.iter().map(|part| (part[0].x.round(), part[part.len() - 1].x.round())).collect();
    assert_eq!(ends, [(0.0, 38.0), (62.0, 75.0), (85.0, 100.0)]);
    let under = beside(line(), &[(Vec2::new(50.0, 0.0), 200.0)]);
    assert!(under.iter().all(|part| part.len() < 2), "{under:?}");
}

#[test]
fn a_dialog_that_was_there_first_lies_over_the_path() {
    let ctx = egui::Context::default();
    crate::screen::look::apply(&ctx);
    let screen_rect = Some(egui::Rect::from_min_size(pos2(0.0, 0.0), egui::vec2(1600.0, 900.0)));
    let mut middle = Vec::new();
    for turn in 0..5 {
        let input = egui::RawInput { screen_rect, ..Default::default() };
        let mut drawn = ctx.run_ui(input, |ui| {
            frames::dialog(ui.ctx(), "call", pos2(200.0, 60.0), |ui| ui.label("call"));
            if turn > 1 {
                path_ui(ui.ctx(), pos2(20.0, 20.0), 800.0, &PathView { known: true, ..PathView::default() });
            }
        });
        drawn.textures_delta.clear();
        let order = |layer: &egui::LayerId| layer.order == egui::Order::Middle;
        middle = ctx.memory(|memory| memory.layer_ids().filter(order).map(|layer| layer.id).collect());
    }
    assert_eq!(middle, ["area path", "call"].map(egui::Id::new));
}
