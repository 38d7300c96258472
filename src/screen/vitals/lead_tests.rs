//! What comes first where not all have room, where a sign stands worst, and how signs changed on small tiles.

use egui::{Pos2, RawInput, Rect, vec2};
use rust_i18n::t;

use super::board::{BoardView, board_ui};
use super::model::Sorting;
use super::tests::{NOW, board, gather, painted, read, row, rules, sign};
use super::tile::Look;
use crate::domain::vital::{Family, VitalBoard};
use crate::domain::{AlarmRules, Moment};
use crate::screen::heat::layer::Ago;
use crate::screen::look;

#[test]
fn where_few_have_room_what_crosses_a_limit_comes_before_all_but_one_of_the_indices() {
    let (mut rules, mut board) = (rules(), board());
    for code in ["index-2", "index-3", "index-4"] {
        rules.vitals.insert(1, sign(code, Family::Index));
        board.rows.push(row(code, Some((1, 3.0))));
    }
    let leads = read(&rules, &board, 4 * 3600).leads();
    let first = |most: usize| leads.first(most).iter().map(|tile| tile.sign.code.clone()).collect::<Vec<_>>();
    assert_eq!(first(3), ["index", "second", "fourth"]);
    assert_eq!(first(4), ["index", "index-4", "second", "fourth"]);
    assert_eq!(first(6), ["index", "index-4", "index-3", "second", "fourth", "index-2"]);
    assert_eq!((leads.pressing(), first(1)), (5, vec!["index".to_owned()]));
}

#[test]
fn the_worst_area_is_that_of_the_worst_level_and_of_one_level_that_farthest_over() {
    let (mut rules, mut board) = (rules(), board());
    let worst = |rules: &AlarmRules, board: &VitalBoard, code: &str| {
        let read = read(rules, board, 4 * 3600);
        let below = read.worst_below(&read.sign(code).unwrap());
        below.map(|below| (below.area.path().to_owned(), below.value))
    };
    let at = |secs: i64, value: f64| Some((NOW.plus_millis(-secs * 1000), value));
    assert_eq!(worst(&rules, &board, "second"), Some(("南城区".to_owned(), Some(35.0))));
    assert_eq!(worst(&rules, &board, "calm"), None, "it crosses nothing");
    let set = |board: &mut VitalBoard, below: [Option<(Moment, f64)>; 3]| {
        board.rows.iter_mut().filter(|row| row.code == "second").for_each(|row| row.below = below.to_vec());
    };
    set(&mut board, [at(2, 36.0), at(300, 99.0), at(2, 35.0)]);
    assert_eq!(worst(&rules, &board, "second"), Some(("东城区".to_owned(), Some(36.0))), "what is old does not count");
    set(&mut board, [at(2, 3.0), at(2, 4.0), None]);
    assert_eq!(worst(&rules, &board, "second"), Some(("西城区".to_owned(), Some(4.0))), "no area crosses it alone");
    set(&mut board, [None; 3]);
    assert_eq!(worst(&rules, &board, "second"), None);
    // Below a limit the least is worst.
    let low = rules.vitals.iter_mut().find(|sign| sign.code == "second").and_then(|sign| sign.limits.as_mut()).unwrap();
    (low.high, low.low) = ([None; 4], [None, None, None, Some(34.0)]);
    set(&mut board, [at(2, 33.0), at(2, 20.0), at(2, 35.0)]);
    assert_eq!(worst(&rules, &board, "second"), Some(("西城区".to_owned(), Some(20.0))));
}

#[test]
fn small_tiles_say_how_they_changed_beside_their_names() {
    let said = |look: Look| painted("calm", look).0;
    let day = |texts: &[String]| texts.iter().any(|text| text.contains("↑1.0") && text.contains("↓4.0"));
    assert!(day(&said(Look::DENSE)), "{:?}", said(Look::DENSE));
    assert!(!day(&said(Look::wall(1.0))), "a wall has a line under its cards");
    assert!(
        !painted("old", Look::DENSE).0.iter().any(|text| text.contains('↑')),
        "what is old is held against nothing"
    );
}

#[test]
fn a_board_that_has_no_room_for_all_families_says_how_many_lie_on_either_side() {
    let (rules, board) = (rules(), board());
    let read = read(&rules, &board, 4 * 3600);
    let columns = read.columns(Sorting::Worst);
    let said = |chosen: &str, wide: f32| {
        let view = BoardView {
            columns: &columns,
            chosen,
            reveal: true,
            area: &board.area,
            name: &|area| area.path().to_owned(),
            below: &[],
            marked: None,
            first: 0,
            sorting: Sorting::Worst,
            dense: false,
            ago: Ago::Now,
            coloured: false,
            why: None,
            locale: "zh-CN",
        };
        let ctx = egui::Context::default();
        look::apply(&ctx);
        let rect = Rect::from_min_size(Pos2::ZERO, vec2(wide, 700.0));
        let input = || RawInput { screen_rect: Some(rect), ..RawInput::default() };
        // What is new is measured before it is painted.
        ctx.run_ui(input(), |ui| drop(board_ui(ui.ctx(), rect, &view))).textures_delta.clear();
        let mut output = ctx.run_ui(input(), |ui| drop(board_ui(ui.ctx(), rect, &view)));
        output.textures_delta.clear();
        let (mut texts, mut colours) = (Vec::new(), Vec::new());
        output.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut texts, &mut colours));
        let prefix = t!("vital.families_hidden", sides = "").trim_end().to_owned();
        texts.into_iter().filter(|text| text.starts_with(&prefix)).collect::<Vec<_>>()
    };
    let hidden = |sides: &str| vec![t!("vital.families_hidden", sides = sides).into_owned()];
    assert_eq!(said("index", 800.0), hidden("1 ›"));
    assert_eq!(said("fourth", 800.0), hidden("‹ 1"));
    assert_eq!(said("second", 560.0), hidden("‹ 1 · 1 ›"));
    assert_eq!(said("index", 1_400.0), Vec::<String>::new(), "all have room");
}
