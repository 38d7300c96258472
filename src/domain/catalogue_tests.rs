//! The catalogue as a fact: the hall keeps the last one, and every moment has its own.

use std::sync::Arc;

use super::*;

fn texts(kinds: &str) -> Arc<CatalogueTexts> {
    Arc::new(CatalogueTexts { kinds: kinds.to_owned(), calendar: "hours".to_owned() })
}

fn decide(hall: &Hall, texts: Arc<CatalogueTexts>, at: i64) -> Result<Vec<Fact>, Refusal> {
    hall.decide(Order::TakeCatalogue(texts), &Actor::Source("hub".to_owned()), Moment(at))
}

#[test]
fn the_catalogue_taken_last_is_in_force_and_each_past_moment_has_its_own() {
    let mut hall = Hall::default();
    assert_eq!(hall.catalogue(), None, "the built-in one");
    let mut log = Vec::new();
    for (at, kinds) in [(1, "first"), (2, "second"), (3, "first")] {
        let facts = decide(&hall, texts(kinds), at).unwrap();
        assert_eq!(facts.len(), 1, "{kinds}");
        assert!(facts.iter().all(|fact| hall.apply(fact)));
        assert_eq!(hall.catalogue(), Some(&texts(kinds)));
        assert_eq!(decide(&hall, texts(kinds), at), Ok(vec![]), "the same again changes nothing");
        log.extend(facts);
    }
    let mut then = Hall::default();
    for (fact, kinds) in log.iter().zip(["first", "second", "first"]) {
        assert!(then.apply(fact));
        assert_eq!(then.catalogue(), Some(&texts(kinds)), "as of {:?}", fact.known_at);
    }
    assert_eq!(then, hall);
}

#[test]
fn a_text_that_is_too_long_or_holds_a_zero_is_refused_by_name() {
    let hall = Hall::default();
    let refused = |kinds: String, calendar: String| {
        let refusal = decide(&hall, CatalogueTexts { kinds, calendar }.into(), 1).unwrap_err();
        let Refusal::Unusable { field, .. } = refusal else { panic!("{refusal}") };
        field
    };
    assert_eq!(refused(" ".repeat(CATALOGUE_TEXT_MAX + 1), String::new()), "kinds");
    assert_eq!(refused(String::new(), "\0".to_owned()), "calendar");
    assert!(decide(&hall, texts(&" ".repeat(CATALOGUE_TEXT_MAX)), 1).is_ok());
}
