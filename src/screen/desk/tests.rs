//! Lists, what stands in them, and the room that panels leave the city.

mod panels;

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
fn what_is_open_and_not_listed_is_counted_and_the_gravest_of_it_named() {
    use super::model::{Unlisted, unlisted};
    assert_eq!(unlisted([1, 0, 2, 4], [1, 0, 2, 4]), Unlisted::default());
    assert_eq!(unlisted([1, 2, 2, 4], [0, 2, 2, 2]), Unlisted { count: 3, grave: Some((Grade::I, 1)) });
    assert_eq!(unlisted([1, 2, 2, 4], [1, 0, 2, 4]), Unlisted { count: 2, grave: Some((Grade::II, 2)) });
    assert_eq!(unlisted([0, 0, 2, 4], [0, 0, 0, 0]), Unlisted { count: 6, grave: None }, "of Ⅰ and Ⅱ alone");
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
    assert_eq!((neighbour(&all, id(3), isize::MIN), neighbour(&all, id(3), isize::MAX)), (id(7), id(9)));
    assert_eq!((neighbour(&all, None, isize::MIN), neighbour(&all, None, isize::MAX)), (id(7), id(9)));
}
