//! Where signs are expected, on tiles: what is asked when, what is painted, and what is said where nothing is known.

use egui::{Pos2, RawInput, Rect, Shape, vec2};

use super::bands::{Bands, Expected};
use super::model::Read;
use super::tests::{NOW, board, read, rules};
use super::tile::{Look, tile};
use crate::domain::rights::Area;
use crate::domain::vital::Band;
use crate::screen::look;

const HOUR: i64 = 3_600_000;

/// Of the day before [`NOW`] and the twelve hours after it.
fn band() -> Band {
    Band { from: NOW.plus_millis(-24 * HOUR), hours: vec![(4.0, 8.0); 36] }
}

#[test]
fn signs_in_sight_are_asked_for_one_after_another_and_again_in_another_hour() {
    let (mut bands, area) = (Bands::default(), Area::CITY);
    let ask = |bands: &mut Bands, hours: i64, secs: f64| {
        let codes = ["second", "calm"].into_iter();
        bands.ask(&Area::CITY, codes, NOW.plus_millis(hours * HOUR), secs).map(str::to_owned)
    };
    assert_eq!(ask(&mut bands, 0, 1.0).as_deref(), Some("second"));
    assert_eq!(ask(&mut bands, 0, 5.0), None, "its answer is on its way");
    bands.told((&area, "second"), Some(band()), (NOW, 6.0));
    assert_eq!(ask(&mut bands, 0, 6.1).as_deref(), Some("calm"));
    bands.refused((NOW, 6.2));
    assert_eq!(ask(&mut bands, 0, 7.0), None, "all are known of this hour");
    assert_eq!((bands.of(&area, "second"), bands.of(&area, "calm")), (Expected::Within(&band()), Expected::Nothing));
    assert_eq!((bands.of(&area, "index"), bands.of(&Area::of("东城区").unwrap(), "second").band()), {
        (Expected::Untold, None)
    });
    // Where a demo runs fast an hour is over soon: nobody is asked again within a minute.
    assert_eq!(ask(&mut bands, 1, 65.0), None);
    assert_eq!(ask(&mut bands, 1, 66.0).as_deref(), Some("second"));
    assert!(bands.of(&area, "second").band().is_some(), "what was told is there until then");
    bands.forget();
    assert_eq!(ask(&mut bands, 1, 66.1).as_deref(), Some("second"), "its question gave way to another one");
    assert_eq!(ask(&mut bands, 1, 95.0), None);
    assert_eq!(ask(&mut bands, 1, 96.5).as_deref(), Some("second"), "it was not answered for long");
}

/// The corners of what is painted of a band behind the trend of a sign.
fn corners(bands: Option<&Bands>, look: Look) -> Vec<Pos2> {
    fn gather(shape: &Shape, corners: &mut Vec<Pos2>) {
        match shape {
            Shape::Vec(all) => all.iter().for_each(|one| gather(one, corners)),
            Shape::Mesh(mesh) => corners.extend(mesh.vertices.iter().map(|vertex| vertex.pos)),
            _ => {}
        }
    }
    let (rules, board) = (rules(), board());
    let read = Read { bands, ..read(&rules, &board, 4 * 3600) };
    let one = read.sign("calm").unwrap();
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let mut output = ctx.run_ui(RawInput::default(), |ui| {
        tile(ui.painter(), Rect::from_min_size(Pos2::ZERO, vec2(300.0, look.height())), look, &one, "zh-CN");
    });
    output.textures_delta.clear();
    let mut corners = Vec::new();
    output.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut corners));
    corners
}

#[test]
fn a_tile_has_the_band_of_its_day_behind_its_trend_and_nothing_where_there_is_no_history() {
    let mut bands = Bands::default();
    for look in [Look::DESK, Look::DENSE, Look::wall(1.0)] {
        assert!(corners(None, look).is_empty() && corners(Some(&Bands::default()), look).is_empty());
        bands.told((&Area::CITY, "calm"), Some(band()), (NOW, 1.0));
        let all = corners(Some(&bands), look);
        // Four corners of each hour of the day; the twelve to come have no room on a tile.
        assert_eq!(all.len(), 24 * 4);
        let hull = Rect::from_points(&all);
        assert!(hull.left() > 150.0 && hull.right() < 300.0 && hull.height() > 4.0, "{hull:?}");
        bands.told((&Area::CITY, "calm"), None, (NOW, 2.0));
        assert!(corners(Some(&bands), look).is_empty());
    }
}
