//! Every way to tamper with a log, done to a real one, is found and named.

use std::path::Path;

use super::audit::{Entry, HEAD_FILE, Head, Record};
use super::verify::{Fault, Sound, newest, verify};
use super::*;
use crate::domain::{Actor, Grade, LonLat, Order, Place, Progress, Report};

fn report(source_id: &str) -> Order {
    Order::TakeReport(Report {
        source: "12345".to_owned(),
        source_id: source_id.to_owned(),
        kind: "30206".to_owned(),
        grade: Grade::III,
        place: Place { at: LonLat::new(114.17, 22.28), address: String::new() },
        text: "两车相撞".to_owned(),
        happened_at: Moment(1_600_000_000_000),
        progress: Progress::Open,
        answers: [].into(),
    })
}

fn entry(who: &str, asked: &str, facts: u64) -> Entry {
    let at = Moment(1_600_000_001_000);
    Entry {
        at,
        who: who.to_owned(),
        origin: "desk".to_owned(),
        asked: asked.to_owned(),
        outcome: "done".to_owned(),
        facts,
    }
}

/// A log with six records: the beginning, four orders with five facts, one refusal between them.
fn log() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut hall) = Store::open(folder.path()).unwrap();
    let mut facts = |ids: &[&str]| {
        let mut all = Vec::new();
        for id in ids {
            let made = hall.decide(report(id), &Actor::Source("12345".to_owned()), Moment(1_600_000_001_000)).unwrap();
            for fact in &made {
                assert!(hall.apply(fact));
            }
            all.extend(made);
        }
        all
    };
    let (one, two, three, four) = (facts(&["a"]), facts(&["b", "c"]), facts(&["d"]), facts(&["e"]));
    store.append(&one, &[entry("source 12345", "report a", 1)]).unwrap();
    let refused = Entry { outcome: "refused: no".to_owned(), ..entry("person li", "close 9", 0) };
    store.append(&two, &[entry("source 12345", "report b and 1 more", 2), refused]).unwrap();
    store.append(&three, &[entry("person li", "report d", 1)]).unwrap();
    store.append(&four, &[entry("person wang", "report e", 1)]).unwrap();
    folder
}

fn sql(folder: &Path, statements: &str) {
    Connection::open(folder.join(FILE)).unwrap().execute_batch(statements).unwrap();
}

fn fault_after(statements: &str) -> Fault {
    let folder = log();
    sql(folder.path(), statements);
    verify(folder.path(), None).unwrap().expect_err(statements)
}

#[test]
fn a_whole_chain_is_sound_also_while_a_hub_has_it_open_and_after_a_restart() {
    let folder = log();
    let sound = verify(folder.path(), None).unwrap().unwrap();
    assert_eq!((sound.records, sound.facts), (6, 5));
    let (store, _) = Store::open(folder.path()).unwrap();
    assert_eq!(verify(folder.path(), Some(sound.head)).unwrap(), Ok(sound));
    drop(store);
    assert_eq!(newest(folder.path()).unwrap(), Some(sound.head));
    assert_eq!(sound.head.to_string().parse::<Head>(), Ok(sound.head));
}

#[test]
fn a_changed_record_is_named_whatever_of_it_was_changed() {
    for change in [
        "at = at + 1",
        "who = 'person wang'",
        "origin = 'elsewhere'",
        "asked = 'close 8'",
        "outcome = 'done'",
        "first = first + 1",
        "facts = zeroblob(32)",
        "before = zeroblob(32)",
        "hash = zeroblob(32)",
    ] {
        assert_eq!(fault_after(&format!("UPDATE audit SET {change} WHERE number = 4")), Fault::Changed { record: 4 });
    }
    let unreadable = fault_after("UPDATE audit SET hash = 'short' WHERE number = 3");
    assert!(matches!(unreadable, Fault::Unreadable { record: 3, .. }), "{unreadable}");
}

#[test]
fn a_record_that_was_changed_with_its_own_hash_does_not_fit_the_next_one() {
    let folder = log();
    let sql = Connection::open(folder.path().join(FILE)).unwrap();
    let columns = audit::COLUMNS;
    let one = format!("SELECT {columns} FROM audit WHERE number = 4");
    let mut record = sql.query_row(&one, [], Record::read).unwrap();
    "person wang".clone_into(&mut record.entry.who);
    let hash = record.hashed();
    sql.execute("UPDATE audit SET who = 'person wang', hash = ?1 WHERE number = 4", [hash]).unwrap();
    drop(sql);
    assert_eq!(verify(folder.path(), None).unwrap(), Err(Fault::Unlinked { record: 5 }));
}

#[test]
fn a_missing_record_is_named() {
    assert_eq!(fault_after("DELETE FROM audit WHERE number = 4"), Fault::Gap { record: 4, found: 5 });
    assert_eq!(fault_after("DELETE FROM audit WHERE number = 1"), Fault::Gap { record: 1, found: 2 });
    let closed_up = "DELETE FROM audit WHERE number = 4; UPDATE audit SET number = number - 1 WHERE number > 4";
    assert_eq!(fault_after(closed_up), Fault::Changed { record: 4 });
}

#[test]
fn reordered_records_are_found() {
    let swapped = "UPDATE audit SET number = 100 WHERE number = 3; UPDATE audit SET number = 3 WHERE number = 4; \
                   UPDATE audit SET number = 4 WHERE number = 100";
    assert_eq!(fault_after(swapped), Fault::Changed { record: 3 });
}

#[test]
fn records_cut_off_at_the_end_are_found_by_each_place_that_knows_the_head() {
    let cut = "DELETE FROM audit WHERE number > 4; DELETE FROM facts WHERE seq > 3";
    assert!(matches!(fault_after(cut), Fault::Truncated { record: 4, known: 6, .. }));
    // Whoever also sets the head within the log is found by the file, and without that by a head noted elsewhere.
    let cut = format!("{cut}; UPDATE audit_head SET number = 4, hash = (SELECT hash FROM audit WHERE number = 4)");
    let folder = log();
    let noted = newest(folder.path()).unwrap();
    Store::open(folder.path()).unwrap().0.keep_newest_head();
    sql(folder.path(), &cut);
    let found = |noted| verify(folder.path(), noted).unwrap();
    assert!(matches!(found(None), Err(Fault::Truncated { record: 4, known: 6, by }) if by.contains(HEAD_FILE)));
    std::fs::remove_file(folder.path().join(HEAD_FILE)).unwrap();
    assert!(matches!(found(None), Ok(Sound { records: 4, facts: 3, .. })), "nothing here knows of more");
    assert!(matches!(found(noted), Err(Fault::Truncated { record: 4, known: 6, .. })));
    assert!(matches!(fault_after("DELETE FROM audit"), Fault::Truncated { record: 0, .. }));
    assert_eq!(fault_after("DELETE FROM audit; DELETE FROM audit_head"), Fault::NoChain);
}

#[test]
fn a_chain_that_was_made_anew_is_not_the_one_that_was_noted() {
    let folder = log();
    let noted = newest(folder.path()).unwrap();
    sql(folder.path(), "DELETE FROM audit; DELETE FROM audit_head; UPDATE meta SET value = 5 WHERE key = 'format'");
    drop(Store::open(folder.path()).unwrap());
    let anew = verify(folder.path(), None).unwrap().unwrap();
    assert_eq!((anew.records, anew.facts), (1, 5));
    assert!(matches!(verify(folder.path(), noted).unwrap(), Err(Fault::Truncated { known: 6, .. })));
    let other = Head { number: 1, ..noted.unwrap() };
    assert!(matches!(verify(folder.path(), Some(other)).unwrap(), Err(Fault::OtherChain { record: 1, .. })));
}

#[test]
fn heads_that_are_not_as_written_are_found() {
    assert!(matches!(fault_after("UPDATE audit_head SET number = 5"), Fault::OtherChain { record: 5, .. }));
    let back = "UPDATE audit_head SET number = 5, hash = (SELECT hash FROM audit WHERE number = 5)";
    assert!(matches!(fault_after(back), Fault::HeadWrong { .. }));
    let folder = log();
    std::fs::write(folder.path().join(HEAD_FILE), "6").unwrap();
    assert!(matches!(verify(folder.path(), None).unwrap(), Err(Fault::HeadWrong { .. })));
}

#[test]
fn facts_that_were_changed_taken_away_or_put_in_are_found() {
    let changed = fault_after("UPDATE facts SET known_at = known_at - 1 WHERE seq = 3");
    assert_eq!(changed, Fault::FactChanged { record: 3, first: 2, last: 3 });
    let changed = fault_after("UPDATE facts SET body = (SELECT body FROM facts WHERE seq = 1) WHERE seq = 4");
    assert_eq!(changed, Fault::FactChanged { record: 5, first: 4, last: 4 });
    assert_eq!(fault_after("DELETE FROM facts WHERE seq = 4"), Fault::FactMissing { record: 5, fact: 4 });
    assert_eq!(fault_after("DELETE FROM facts WHERE seq = 5"), Fault::FactMissing { record: 6, fact: 5 });
    let put_in = "INSERT INTO facts SELECT 6, known_at, body FROM facts WHERE seq = 5";
    assert_eq!(fault_after(put_in), Fault::FactUnsigned { fact: 6 });
}

#[test]
fn a_log_of_an_older_version_begins_its_chain_with_all_it_holds() {
    let folder = log();
    let tables = "DROP TABLE audit; DROP TABLE audit_head; UPDATE meta SET value = 5 WHERE key = 'format'";
    sql(folder.path(), tables);
    assert_eq!(verify(folder.path(), None).unwrap(), Err(Fault::NoChain));
    drop(Store::open(folder.path()).unwrap());
    let sound = verify(folder.path(), None).unwrap().unwrap();
    assert_eq!((sound.records, sound.facts), (1, 5));
    let said = Connection::open(folder.path().join(FILE)).unwrap();
    let said: String = said.query_row("SELECT outcome FROM audit", [], |row| row.get(0)).unwrap();
    assert_eq!(said, "5 facts before");
    sql(folder.path(), "UPDATE facts SET known_at = 0 WHERE seq = 2");
    let changed = verify(folder.path(), None).unwrap();
    assert_eq!(changed, Err(Fault::FactChanged { record: 1, first: 1, last: 5 }));
}

#[test]
fn records_are_read_in_order_page_by_page() {
    let folder = log();
    let (store, _) = Store::open(folder.path()).unwrap();
    let numbers = |after, limit| -> Vec<u64> {
        store.records_after(after, limit).unwrap().into_iter().map(|record| record.number).collect()
    };
    assert_eq!(numbers(0, 4), [1, 2, 3, 4]);
    assert_eq!(numbers(4, 4), [5, 6]);
    assert_eq!((numbers(6, 4), numbers(u64::MAX, 4), numbers(0, 0)), (vec![], vec![], vec![]));
    let refused = &store.records_after(3, 1).unwrap()[0];
    assert_eq!((refused.entry.who.as_str(), refused.entry.outcome.as_str()), ("person li", "refused: no"));
    assert_eq!(refused.hash, refused.hashed());
}

#[test]
fn facts_that_no_entry_accounts_for_are_not_written() {
    let folder = log();
    let (mut store, hall) = Store::open(folder.path()).unwrap();
    let facts = hall.decide(report("f"), &Actor::Source("12345".to_owned()), Moment(1)).unwrap();
    for entries in [vec![], vec![entry("person li", "report f", 2)]] {
        assert!(matches!(store.append(&facts, &entries), Err(StoreError::Unaccounted { .. })));
    }
    assert_eq!(store.load().unwrap(), hall);
}
