//! What a wall says has room: nothing is cut, nothing lies over anything else, all of it stands out from its ground in both
//! themes. What is said is English here, which is the longer language.

use egui::{Color32, Rect, pos2, vec2};

use super::kit::{Said, draw, minute, plain, rows, said_by};
use super::legend::{Colours, LegendCard};
use super::list::{Lines, Widths, arrange};
use super::model::middle;
use super::panel::{Canvas, WallView};
use crate::config::InForce;
use crate::domain::kpi::Share;
use crate::domain::rights::Area;
use crate::domain::sensor::{Gist, Spell, Window};
use crate::domain::vital::{VitalBoard, VitalRow};
use crate::domain::{
    Countdown, CrewId, CrewKind, CrewStatus, Grade, Mode, Moment, Phase, SensorKind, Sky, Stage, Weather,
};
use crate::link::LinkState;
use crate::screen::card::model::CrewOnIt;
use crate::screen::heat::form::Form;
use crate::screen::heat::layer::Layer;
use crate::screen::heat::{Legend, phrase};
use crate::screen::look::tests::contrast;
use crate::screen::look::theme::Theme;
use crate::screen::look::tokens::{self, Rgb, wall};
use crate::screen::look::{medium_font, paint, regular_font, words};
use crate::screen::situation::{Row, Situation};
use crate::screen::vitals::model::Read;

/// 2026-11-21 14:03 UTC.
const NOW: Moment = Moment(1_795_269_780_000);
const HOUR: i64 = 3_600_000;

/// A wall and its scale.
const WALLS: [(egui::Vec2, f32); 3] =
    [(vec2(1_920.0, 1_080.0), 1.0), (vec2(3_840.0, 1_080.0), 1.0), (vec2(3_840.0, 2_160.0), 2.0)];

fn busy() -> Situation {
    Situation {
        city: "Yunjiang".to_owned(),
        now: NOW,
        mode: Mode::Emergency,
        link: LinkState::Live,
        open_by_grade: [1, 2, 30, 91],
        reported_today: 1_618,
        closed_today: 1_510,
        closed_in_time: Share { part: 920, of: 1_000 },
        closed_in_time_change: Some(-125),
        mean_handling_secs: Some(35 * 3_600),
        ..Situation::default()
    }
}

/// Kinds and places as long as they come, some of them days over their limit.
fn list() -> Vec<Row> {
    let kinds = ["Water supply manhole cover", "Wall or window of a building", "Traffic accident with injured"];
    let mut rows = rows(&[(1, Grade::I, 9), (2, Grade::II, 8), (3, Grade::III, 7), (4, Grade::III, 6)]);
    for (row, at) in rows.iter_mut().zip(0..) {
        row.kind = kinds[at % kinds.len()].to_owned();
        row.place = Some("长丰区汇亭街道桥嘉路227号".to_owned());
        row.happened_at = NOW.plus_millis(-70 * HOUR);
        row.stage = if at == 0 { Stage::Reported } else { Stage::Handling };
        let due = NOW.plus_millis(-59 * HOUR);
        row.countdown = (at < 3).then_some(Countdown::Running { phase: Phase::Handle, soon: due, due });
    }
    rows
}

fn crews() -> Vec<CrewOnIt> {
    let kinds = [CrewKind::Traffic, CrewKind::Traffic, CrewKind::Ambulance, CrewKind::Repair, CrewKind::Chengguan];
    let of = |(kind, number): (CrewKind, u32)| CrewOnIt {
        crew: CrewId(number),
        kind,
        status: if number < 2 { CrewStatus::OnScene } else { CrewStatus::EnRoute },
        metres: None,
    };
    kinds.into_iter().zip(0..).map(of).collect()
}

fn legend() -> Legend {
    Legend {
        layer: Layer::Sensors(SensorKind::WaterLevel),
        form: Form::Flood,
        over: None,
        why: "Gravest case · Water supply manhole cover".to_owned(),
        state: "No water stands over the ground, as far as gauges tell".to_owned(),
    }
}

/// A board on which each sign said something two days ago.
fn stale(codes: impl Iterator<Item = String>) -> VitalBoard {
    let row = |code: String| VitalRow {
        code,
        newest: Some((NOW.plus_millis(-49 * HOUR), 345.6)),
        missing: 0.0,
        hour: None,
        day: None,
        week: None,
        course: Vec::new(),
        below: Vec::new(),
    };
    VitalBoard { area: Area::CITY, at: NOW, below: Vec::new(), rows: codes.map(row).collect() }
}

/// Draw a wall on which all of that is seen at once, with the signs of the configuration.
fn drawn(size: egui::Vec2, scale: f32, waits: bool, change: impl Fn(&mut Situation)) -> Vec<Said> {
    let mut situation = busy();
    change(&mut situation);
    let (rows, crews, legend) = (list(), crews(), legend());
    let in_force = InForce::built_in().unwrap();
    let rules = in_force.alarm_rules();
    let codes = rules.vitals.iter().filter(|_| !waits).map(|sign| sign.code.clone());
    let board = stale(codes);
    let read = Read { rules, board: &board, bands: None, now: NOW, utc_offset_secs: 0, rate: 1, waits };
    let view = WallView {
        scale,
        on_card: rows.first(),
        crews: &crews,
        anchor: Some(pos2(size.x * 0.5, size.y * 0.4)),
        legend: Some(Colours::Layer(&legend)),
        vitals: Some(read),
        ..plain(&situation, &rows)
    };
    draw(size, &view).0
}

#[test]
fn nothing_that_a_wall_says_in_english_is_cut_or_lies_over_something_else() {
    for (size, scale) in WALLS {
        for waits in [true, false] {
            let said = drawn(size, scale, waits, |_| {});
            for (at, one) in said.iter().enumerate() {
                assert!(!one.cut, "{size:?}: {one:?}");
                assert!(one.rect.min.x >= 0.0 && one.rect.max.x <= size.x && one.rect.max.y <= size.y, "{one:?}");
                for other in said.iter().skip(at + 1) {
                    assert!(!one.rect.shrink(1.0).intersects(other.rect), "{size:?}: {one:?} {other:?}");
                }
            }
            let first = rust_i18n::t!("vital.first");
            assert_eq!(said.iter().any(|said| said.text == first), waits, "{size:?}");
        }
    }
}

#[test]
fn the_link_of_a_wall_gives_the_date_its_room_and_leaves_the_middle_to_an_alarm() {
    let (size, scale) = WALLS[0];
    let long = drawn(size, scale, false, |situation| situation.link = LinkState::ReadOnly);
    let link = words::link(LinkState::ReadOnly, 0);
    let link = long.iter().find(|said| said.text == link).unwrap();
    assert!(!link.cut && link.rect.left() > 960.0 + wall::ALARM, "{link:?}");
    let date = words::date(NOW, 0);
    assert!(!long.iter().any(|said| said.text == date));
    assert!(drawn(size, scale, false, |_| {}).iter().any(|said| said.text == date));
}

#[test]
fn every_word_of_a_wall_stands_out_from_its_ground_in_both_themes() {
    // A colour in the dark theme and in the light one, whichever is on.
    let both = |color: Color32| {
        let pair = tokens::LIGHT.iter().find(|(dark, light)| dark.over_city() == color || light.over_city() == color);
        let mark = || Grade::ALL.into_iter().map(tokens::on_grade).find(|ink| ink.over_city() == color);
        pair.copied().or_else(|| mark().map(|ink| (ink, ink)))
    };
    let grades: Vec<Rgb> = Grade::ALL.into_iter().map(tokens::grade).collect();
    let weather = Weather { sky: Sky::Rain, ..Weather::default() };
    let states = [LinkState::Live, LinkState::Lost { since: NOW }, LinkState::Connecting];
    for (size, scale) in WALLS {
        for link in states {
            let said = drawn(size, scale, false, |situation| {
                situation.link = link;
                situation.weather = Some(weather);
            });
            for one in &said {
                let Some(ground) = one.ground.filter(|ground| ground.a() == 255) else { continue };
                let ink = both(one.color).unwrap_or_else(|| panic!("a colour of its own: {one:?}"));
                let ground = both(ground).unwrap_or_else(|| panic!("a ground of its own: {one:?}"));
                let marks = grades.contains(&ground.0) || grades.contains(&ink.0);
                let least = match ink.0 {
                    _ if marks => 3.0,
                    tokens::FAINT => 2.9,
                    _ => 4.5,
                };
                for theme in [Theme::Dark, Theme::Light] {
                    let of = |(dark, light): (Rgb, Rgb)| if theme == Theme::Dark { dark } else { light };
                    let apart = contrast(of(ink).linear(), of(ground).linear());
                    assert!(apart >= least, "{theme:?}: {apart} of {one:?}");
                }
            }
        }
    }
}

#[test]
fn an_address_has_the_line_with_the_most_room_and_nothing_is_cut_for_it() {
    // Of 418 points 332 are left beside the stage, 238 beside the time and 152 beside both.
    let of = |kind: f32, place: f32| arrange(418.0, 14.0, Widths { kind, stage: 72.0, place, time: 166.0 });
    assert_eq!(of(144.0, 200.0), Lines::Plain, "as long as all have room");
    assert_eq!(of(144.0, 300.0), Lines::Swapped, "beside the stage there is more");
    assert_eq!(of(144.0, 400.0), Lines::Raised, "alone");
    assert_eq!(of(240.0, 400.0), Lines::Tall, "two lines have no room for both");
    assert_eq!(of(332.0, 238.0), Lines::Plain);
}

#[test]
fn a_late_case_of_the_list_has_its_whole_address_beside_its_badge() {
    let address = "长丰区汇亭街道桥嘉路227号";
    let late = Countdown::Running { phase: Phase::Handle, soon: minute(70), due: minute(80) };
    let mut rows = rows(&[(1, Grade::III, 3)]);
    rows[0].countdown = Some(late);
    rows[0].place = Some(address.to_owned());
    let now = minute(100);
    let situation = Situation { link: LinkState::Live, now, open_by_grade: [0, 0, 1, 0], ..Situation::default() };
    let (said, _) = draw(vec2(1_920.0, 1_080.0), &plain(&situation, &rows));
    let stands = |what: &str| said.iter().find(|said| said.text == what).map(|said| said.rect);
    let (place, badge) = (stands(address).unwrap(), stands(&words::countdown(&late, now)).unwrap());
    assert!(!place.intersects(badge), "{place:?} {badge:?}");
    let row = [&rows[0].kind, &words::stage(rows[0].stage)].map(|words| stands(words).unwrap());
    assert!(row.iter().all(|rect| !rect.intersects(place) && !rect.intersects(badge)), "{row:?}");
    assert!(badge.right() <= 1_920.0 - 28.0, "{badge:?}");
}

#[test]
fn a_list_with_long_rows_still_says_how_many_more_there_are_and_ends_on_the_wall() {
    let (situation, rows) = (busy(), list());
    let (said, _) = draw(vec2(1_920.0, 1_080.0), &plain(&situation, &rows));
    let more = rust_i18n::t!("wall.more", count = words::count(situation.open_count() - rows.len()));
    let more = said.iter().find(|said| said.text == more).unwrap();
    let stage = words::stage(Stage::Handling);
    let stages = said.iter().filter(|said| said.text == stage);
    assert!(stages.clone().count() == 3 && stages.clone().all(|said| said.rect.bottom() < more.rect.top()));
    assert!(more.rect.bottom() < 1_080.0 - wall::EDGE);
}

#[test]
fn no_line_parts_a_kind_of_crew_from_its_number() {
    let text = "处置力量  抢修 1 · 医疗 2 · 城管 3，到场 2";
    let mut broken = 0;
    said_by(vec2(800.0, 600.0), |painter| {
        for width in 220..700_u16 {
            let (font, color, width) = (regular_font(24.0), Color32::WHITE, f32::from(width));
            let plain = paint::paragraph(painter, text, font.clone(), color, width, 5);
            let galley = paint::parts(painter, text, " · ", font, color, width, 5);
            let parted = |galley: &egui::Galley| {
                let first = galley.rows.iter().skip(1).filter_map(|row| row.glyphs.first());
                first.into_iter().any(|glyph| glyph.chr.is_ascii_digit())
            };
            broken += usize::from(parted(&plain));
            assert!(!parted(&galley) && !galley.elided, "{width}: {}", galley.text());
            let said: Vec<&str> = galley.text().split('\n').flat_map(|line| line.split(" · ")).collect();
            assert_eq!(said, ["处置力量  抢修 1", "医疗 2", "城管 3，到场 2"], "nothing is lost");
        }
    });
    assert!(broken > 10, "a paragraph parts {broken} of them");
    let said = drawn(WALLS[0].0, 1.0, false, |_| {});
    let who = said.iter().find(|said| said.text.contains("Traffic police 2")).unwrap();
    assert!(who.text.contains("City management 1"), "{who:?}");
}

#[test]
fn every_sign_of_the_configuration_has_a_name_that_a_card_of_the_wall_has_room_for() {
    let in_force = InForce::built_in().unwrap();
    let room = wall::LEFT - wall::PAD * 2.0;
    // Where it crosses a limit its mark and the edge stand before it.
    let marked = room - wall::LINE * 3.0 - wall::BODY * 1.24 - wall::GAP * 0.45;
    said_by(vec2(800.0, 600.0), |painter| {
        for sign in &in_force.alarm_rules().vitals {
            for locale in ["zh-CN", "en"] {
                let wide =
                    |font| painter.layout_no_wrap(sign.name.of(locale).to_owned(), font, Color32::WHITE).size().x;
                assert!(wide(regular_font(wall::BODY)) <= room, "{}", sign.code);
                let limits = sign.limits.is_some();
                assert!(!limits || wide(medium_font(wall::BODY)) <= marked, "{} at a limit", sign.code);
            }
        }
    });
}

#[test]
fn the_legend_of_a_window_names_it_and_has_its_unit_and_its_scale() {
    let over = Window { spell: Spell::Day, gist: Gist::Sum };
    let rain = Legend {
        layer: Layer::Sensors(SensorKind::Rain),
        form: Form::Field,
        over: Some(over),
        why: String::new(),
        state: "578 / 600".to_owned(),
    };
    let said = |legend: &Legend| {
        let size = vec2(1920.0, 1080.0);
        let found = said_by(size, |painter| {
            let canvas = Canvas::new(1.0);
            let card = LegendCard::lay_out(painter, canvas, Colours::Layer(legend), 900.0);
            let rect = card.place(Rect::from_min_size(pos2(0.0, 0.0), size), 1_000.0);
            card.paint(painter, canvas, rect);
        });
        found.into_iter().map(|said| said.text).collect::<Vec<_>>()
    };
    let of_window = said(&rain);
    assert!(of_window.iter().any(|text| *text == phrase(over)), "{of_window:?}");
    assert!(of_window.iter().any(|text| text.ends_with(" mm")), "{of_window:?}");
    assert!(of_window.iter().any(|text| text == "≥100"), "a day's rain: {of_window:?}");
    let now = said(&Legend { over: None, ..rain });
    assert!(now.iter().any(|text| text.ends_with(" mm/h")) && now.iter().any(|text| text == "≥50"), "{now:?}");
}

#[test]
fn the_legend_of_a_layer_is_read_from_afar_and_lies_over_no_column_card_or_line() {
    let gas = Legend {
        layer: Layer::Sensors(SensorKind::CombustibleGas),
        form: Form::Field,
        over: None,
        why: "燃气泄漏".to_owned(),
        state: "578 / 600".to_owned(),
    };
    let flood = Legend { why: String::new(), state: "578 / 600".to_owned(), ..legend() };
    for (size, scale) in WALLS {
        let canvas = Canvas::new(scale);
        let all = Rect::from_min_size(pos2(0.0, 0.0), size);
        let edge = canvas.edge();
        let columns = [wall::LEFT, wall::RIGHT].map(|width| canvas.of(width) + edge);
        let free = middle(all, canvas.of(wall::BAND), columns[0], columns[1], edge);
        let foot = all.bottom() - edge * 0.5 - canvas.of(wall::BODY * 1.4 + wall::GAP);
        for one in [&gas, &flood, &legend()] {
            let mut rect = Rect::NOTHING;
            let found = said_by(size, |painter| {
                let card = LegendCard::lay_out(painter, canvas, Colours::Layer(one), free.width());
                rect = card.place(free, foot);
                card.paint(painter, canvas, rect);
            });
            assert!(
                free.left() <= rect.left() && rect.right() <= free.right() + 0.5 && rect.top() > free.center().y,
                "{rect:?}"
            );
            assert!(rect.bottom() <= all.bottom() - edge * 0.5 - canvas.of(wall::BODY), "whose the map is: {rect:?}");
            assert!(found.iter().all(|said| said.size >= canvas.of(wall::BODY) - 0.01 && !said.cut), "{found:?}");
            assert!(found.iter().all(|said| rect.contains_rect(said.rect)), "{rect:?} {found:?}");
            let has = |wanted: &str| found.iter().any(|said| said.text.contains(wanted));
            assert!(has("≥") && has(if one.form == Form::Flood { "m" } else { "%LEL" }), "{found:?}");
            assert!(one.why.is_empty() || has(one.why.split(' ').next().unwrap()));
        }
    }
}
