//! Case numbers over midnight, after replay, and what is said of what is none.

use proptest::prelude::*;

use super::case_number::Counter;
use super::{
    Actor, CaseNumber, CityCode, Day, Grade, Hall, IncidentId, Moment, NumberError, Numbering, Order, Place, Progress,
    Refusal, Report,
};

const HOUR: i64 = 3_600_000;
/// 2023-11-15T00:00 in a city eight hours ahead of UTC.
const MIDNIGHT: i64 = 1_699_977_600_000;

fn hub() -> Actor {
    Actor::Source("hub".to_owned())
}

fn report(hall: &mut Hall, id: &str, at: i64) -> IncidentId {
    let report = Report {
        source: "12345".to_owned(),
        source_id: id.to_owned(),
        kind: "30206".to_owned(),
        grade: Grade::III,
        place: Place::default(),
        text: String::new(),
        happened_at: Moment(at),
        progress: Progress::Open,
        answers: [].into(),
    };
    for fact in hall.decide(Order::TakeReport(report), &hub(), Moment(at)).unwrap() {
        assert!(hall.apply(&fact));
    }
    hall.incidents().next_back().unwrap().id
}

fn number(hall: &Hall, id: IncidentId) -> String {
    hall.case_number(id).unwrap().to_string()
}

#[test]
fn the_serial_begins_anew_at_the_citys_midnight_and_a_number_stays() {
    let mut hall = Hall::default();
    let late = report(&mut hall, "1", MIDNIGHT - 1);
    let (first, second) = (report(&mut hall, "2", MIDNIGHT), report(&mut hall, "3", MIDNIGHT + HOUR));
    assert_eq!(number(&hall, late), "9901002023111400001");
    assert_eq!(number(&hall, first), "9901002023111500001");
    assert_eq!(number(&hall, second), "9901002023111500002");
    // Told again is no other case.
    report(&mut hall, "2", MIDNIGHT + 2 * HOUR);
    let third = report(&mut hall, "4", MIDNIGHT + 3 * HOUR);
    assert_eq!(number(&hall, third), "9901002023111500003");
}

#[test]
fn another_code_or_offset_counts_from_the_next_case_on_and_no_day_comes_twice() {
    let mut hall = Hall::default();
    let before = report(&mut hall, "1", MIDNIGHT + HOUR);
    let numbering = Numbering { city: "320100".parse().unwrap(), utc_offset_secs: 0 };
    let told = hall.decide(Order::TakeNumbering(numbering), &hub(), Moment(MIDNIGHT + HOUR)).unwrap();
    assert_eq!(told.len(), 1);
    assert!(hall.apply(&told[0]));
    assert_eq!(hall.decide(Order::TakeNumbering(numbering), &hub(), Moment(MIDNIGHT)).unwrap(), []);
    // With that offset it is the day before again, which is over.
    let after = report(&mut hall, "2", MIDNIGHT + 2 * HOUR);
    assert_eq!(
        (number(&hall, before), number(&hall, after)),
        ("9901002023111500001".into(), "3201002023111500002".into())
    );
    let wrong = Numbering { utc_offset_secs: 19 * 3600, ..numbering };
    assert!(matches!(
        hall.decide(Order::TakeNumbering(wrong), &hub(), Moment(0)),
        Err(Refusal::Unusable { field, .. }) if field == "utc_offset_secs"
    ));
}

#[test]
fn a_replay_gives_the_same_numbers_and_they_leave_with_their_cases() {
    let (mut hall, mut facts) = (Hall::default(), Vec::new());
    for number in 0..60 {
        let report = |hall: &Hall, at| {
            let order = Order::TakeReport(Report {
                source: "12345".to_owned(),
                source_id: number.to_string(),
                kind: "30206".to_owned(),
                grade: Grade::III,
                place: Place::default(),
                text: String::new(),
                happened_at: Moment(at),
                progress: if number % 2 == 0 { Progress::Closed } else { Progress::Open },
                answers: [].into(),
            });
            hall.decide(order, &hub(), Moment(at)).unwrap()
        };
        for fact in report(&hall, MIDNIGHT + number * HOUR) {
            assert!(hall.apply(&fact));
            facts.push(fact);
        }
    }
    let mut again = Hall::default();
    for fact in &facts {
        assert!(again.apply(fact));
    }
    assert_eq!(again, hall);
    assert_eq!(number(&again, IncidentId(26)), "9901002023111600002");
    assert_eq!(again.case_number(IncidentId(1)), None, "it left the hall");
}

#[test]
fn a_day_has_no_more_numbers_than_five_digits_have() {
    let mut counter = Counter::default();
    for serial in 1..=99_999 {
        assert_eq!(counter.next(Moment(MIDNIGHT)).unwrap().serial(), serial);
    }
    assert_eq!(counter.next(Moment(MIDNIGHT)), None);
    assert_eq!(counter.next(Moment(MIDNIGHT + 24 * HOUR)).unwrap().serial(), 1);
}

#[test]
fn what_is_no_case_number_is_told_why() {
    let wrong = |text: &str| text.parse::<CaseNumber>().unwrap_err();
    for text in ["", "123", "99010020231115000011", "99010020231115 0001", "９901002023111500001", "案9010020231115001"]
    {
        assert_eq!(wrong(text), NumberError::Digits, "{text}");
    }
    assert_eq!(wrong("0901002023111500001"), NumberError::City);
    assert_eq!(wrong("9901002023022900001"), NumberError::Day);
    assert_eq!(wrong("9901002023131500001"), NumberError::Day);
    assert_eq!(wrong("9901002023111500000"), NumberError::Serial);
    assert!("9901002024022900001".parse::<CaseNumber>().is_ok(), "a leap day");
    for text in ["32010", "3201000", "012345", "32O100", ""] {
        assert_eq!(text.parse::<CityCode>().unwrap_err(), NumberError::City, "{text}");
    }
}

#[test]
fn numbers_that_begin_alike_are_neighbours() {
    let number: CaseNumber = "9901002023111500001".parse().unwrap();
    let (from, to) = CaseNumber::beginning_with("99010020231115").unwrap();
    assert!((from..=to).contains(&number.digits()) && to - from == 99_999);
    let whole = number.digits();
    assert_eq!(CaseNumber::beginning_with("9901002023111500001"), Some((whole, whole)));
    for none in ["", "99010020231115000011", "9901 ", "案"] {
        assert_eq!(CaseNumber::beginning_with(none), None, "{none}");
    }
}

proptest! {
    #[test]
    fn a_number_is_read_as_it_is_written(city in 100_000_u32..=999_999, day in -300_000_i32..2_900_000, serial in 1_u32..=99_999) {
        let city: CityCode = city.to_string().parse().unwrap();
        let number = CaseNumber::new(city, Day(day), serial).unwrap();
        prop_assert_eq!(number.to_string().len(), 19);
        prop_assert_eq!(number.to_string().parse::<CaseNumber>().unwrap(), number);
        let later = CaseNumber::new(city, Day(day + 1), 1).unwrap();
        prop_assert!(number.digits() < later.digits());
    }

    #[test]
    fn any_text_is_a_number_or_is_none(text in "\\PC{0,24}") {
        if let Ok(number) = text.parse::<CaseNumber>() {
            prop_assert_eq!(number.to_string(), text.trim());
        }
        if let Some((from, to)) = CaseNumber::beginning_with(&text) {
            prop_assert!(from <= to);
        }
    }
}
