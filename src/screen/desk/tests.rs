use super::model::{Filter, WhyEmpty, neighbour, visible, why_empty};
use crate::domain::{Grade, IncidentId, Moment, Stage};
use crate::link::LinkState;
use crate::screen::situation::{Row, Situation};

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
    }
}

fn situation() -> Situation {
    Situation {
        open: vec![
            row(7, Grade::I, "火灾", "长江路"),
            row(3, Grade::III, "Gas leak", "Nathan Road"),
            row(9, Grade::IV, "井盖缺失", "Nathan Road"),
        ],
        link: LinkState::Live,
        ..Default::default()
    }
}

fn search(words: &str) -> Filter {
    Filter { search: words.into(), ..Default::default() }
}

#[test]
fn search_finds_all_words_in_kind_and_place_whatever_their_case() {
    let s = situation();
    assert_eq!(visible(&s, &search("nathan")), [1, 2]);
    assert_eq!(visible(&s, &search("NATHAN gas")), [1]);
    assert_eq!(visible(&s, &search("长江")), [0]);
    assert_eq!(visible(&s, &search("9")), [2]);
    assert_eq!(visible(&s, &search("  ")), [0, 1, 2]);
}

#[test]
fn a_hidden_grade_is_not_listed_until_it_is_shown_again() {
    let s = situation();
    let hidden = Filter::default().toggled(Grade::III);
    assert_eq!(visible(&s, &hidden), [0, 2]);
    assert!(hidden.toggled(Grade::III).is_open());
}

#[test]
fn an_empty_list_says_why() {
    let s = situation();
    assert_eq!(why_empty(&s, &[0]), None);
    assert_eq!(why_empty(&s, &[]), Some(WhyEmpty::Filtered(3)));
    let none = |link| Situation { link, ..Default::default() };
    assert_eq!(why_empty(&none(LinkState::Live), &[]), Some(WhyEmpty::NoneOpen));
    assert_eq!(why_empty(&none(LinkState::Connecting), &[]), Some(WhyEmpty::NotConnected));
}

#[test]
fn keys_walk_through_what_is_visible_and_stop_at_the_ends() {
    let s = situation();
    let all = [0, 1, 2];
    let id = |n| Some(IncidentId(n));
    assert_eq!(neighbour(&s, &all, None, 1), id(7));
    assert_eq!(neighbour(&s, &all, id(7), 1), id(3));
    assert_eq!(neighbour(&s, &all, id(9), 1), id(9));
    assert_eq!(neighbour(&s, &all, id(7), -1), id(7));
    assert_eq!(neighbour(&s, &[0, 2], id(7), 1), id(9));
    assert_eq!(neighbour(&s, &[0, 2], id(3), 1), id(7), "what is hidden is no start");
    assert_eq!(neighbour(&s, &[], id(7), 1), None);
}
