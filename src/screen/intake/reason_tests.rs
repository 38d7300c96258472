//! No proposal of the dialog is without its reason.

use super::draft::Draft;
use super::model::{PlaceHit, PlaceWhy};
use super::reason::{departments, of_alike, of_grade, of_kind, of_place};
use crate::config::{Catalogue, Likely};
use crate::domain::{Alike, Grade, IncidentId, LonLat, Moment};

#[test]
fn a_kind_that_only_sounds_like_what_was_said_says_so() {
    let catalogue = Catalogue::load(None).unwrap();
    let likely = Likely::new(&catalogue);
    let mut by_name_alone = 0;
    for kind in catalogue.kinds() {
        let said: String = kind.name_zh.chars().take(2).collect();
        for one in likely.kinds(&said, 4) {
            let why = of_kind(&one, "垃圾");
            assert!(!why.is_empty(), "{said}: {one:?}");
            if one.words.is_empty() {
                by_name_alone += 1;
                assert_eq!(why, "name like “垃圾”");
            }
        }
    }
    assert!(by_name_alone > 0);
}

#[test]
fn every_place_has_a_reason_also_one_of_which_nothing_more_is_known() {
    use PlaceWhy::{Crossing, Gcj02, Name, Part, Text, Wgs84};

    let hit = |why, note: &str| PlaceHit {
        address: "长江路".to_owned(),
        note: note.to_owned(),
        at: LonLat { lon: 118.5, lat: 32.1 },
        why,
    };
    for why in [Text, Name, Part, Crossing, Wgs84, Gcj02] {
        assert!(!of_place(&hit(why, "")).is_empty(), "{why:?}");
    }
    assert_eq!(of_place(&hit(Part, "长江路")), "where 长江路 is");
    assert_eq!(of_place(&hit(Name, "云江区")), "云江区");
}

#[test]
fn a_grade_says_whether_it_is_of_its_kind_of_the_casualties_or_chosen() {
    let mut draft = Draft::new(Moment(5));
    let why = |draft: &Draft| of_grade(draft, Grade::IV, &draft.casualties());
    assert_eq!(why(&draft), "of its kind");
    draft.text = "三人被困".to_owned();
    assert_eq!(why(&draft), "by casualties");
    draft.grade = Some(Grade::II);
    assert_eq!(why(&draft), "chosen");
}

#[test]
fn a_case_that_may_be_the_same_says_its_kind_and_the_words_that_both_have() {
    let alike =
        Alike { id: IncidentId(1), score: 0.8, metres: Some(120.0), millis: 12 * 60_000, same_kind: true, said: 0.404 };
    let why = of_alike(&alike);
    assert!(why.starts_with("same kind · 40% of the words · ") && why.contains("12 min"), "{why}");
    let other = of_alike(&Alike { same_kind: false, said: 0.05, metres: None, ..alike });
    assert!(other.starts_with("same class · ") && !other.contains("words"), "{other}");
}

#[test]
fn the_departments_are_those_of_the_catalogue_with_the_ones_that_assist() {
    let catalogue = Catalogue::load(None).unwrap();
    let kind = catalogue.kinds().find(|kind| kind.lead.is_some() && !kind.assist.is_empty()).unwrap();
    let name = |code: &str| catalogue.departments().get(code).unwrap().name("en").to_owned();
    let said = departments(&catalogue, &kind.code, "en").unwrap();
    assert!(
        said.contains(&format!("lead: {}, which answers for it by the catalogue", name(kind.lead.as_deref().unwrap()))),
        "{said}"
    );
    assert!(kind.assist.iter().all(|code| said.contains(&name(code))), "{said}");
    assert_eq!(departments(&catalogue, "no such kind", "en"), None);
}
