use super::*;
use crate::store::secret::{hash_of, is_password};
use crate::store::verify::{Fault, verify};

fn by(at: i64) -> By {
    By { who: "operator test".to_owned(), origin: "hall user".to_owned(), at: Moment(at) }
}

fn dispatcher() -> Standing {
    Standing { roles: vec![Role::Dispatcher, Role::Acceptor], area: Area::of("东城/南街").unwrap() }
}

const PASSWORD: &str = "long enough";

#[test]
fn what_was_made_is_there_and_each_change_has_its_record() {
    let folder = tempfile::tempdir().unwrap();
    let mut people = People::open(folder.path()).unwrap();
    assert_eq!(people.add("li", "李雷", &dispatcher(), Proof::Password(PASSWORD), &by(1)).unwrap(), None);
    let key = people.add("12345", "", &Standing::of(&[Role::Source]), Proof::Key, &by(2)).unwrap().unwrap();
    let li =
        Person { name: "li".into(), shown: "李雷".into(), standing: dispatcher(), disabled: false, by_key: false };
    assert_eq!(people.find("li").unwrap(), Some(li.clone()));
    assert_eq!(people.holder(&hash_of(&key), Moment(3)).unwrap().unwrap().shown, "12345");
    assert_eq!(people.password_of("12345").unwrap(), None, "a key is no password");
    people.disable("12345", true, &by(4)).unwrap();
    assert_eq!(people.holder(&hash_of(&key), Moment(5)).unwrap(), None);
    assert_eq!(people.all().unwrap().len(), 2);
    let other = people.reset("12345", Proof::Key, &by(6)).unwrap().unwrap();
    people.disable("12345", false, &by(7)).unwrap();
    assert!(people.holder(&hash_of(&key), Moment(8)).unwrap().is_none(), "the old key is none");
    assert!(people.holder(&hash_of(&other), Moment(8)).unwrap().is_some());
    let sound = verify(folder.path(), None).unwrap().unwrap();
    assert_eq!(sound.records, 6, "the beginning and five changes");
}

#[test]
fn who_cannot_be_made_is_not_and_the_reason_is_told() {
    let long = "x".repeat(1001);
    let mut people = People::in_memory().unwrap();
    let mut refused = |name: &str, roles: &[Role], proof| {
        people.add(name, "", &Standing::of(roles), proof, &by(1)).unwrap_err().to_string()
    };
    let password = Proof::Password(PASSWORD);
    for name in ["", "a b", "a/b", "a:b", "a\n", &"x".repeat(41)] {
        assert!(refused(name, &[Role::Leader], password).contains("is no name"), "{name}");
    }
    assert!(refused("li", &[], password).contains("role"));
    assert!(refused("li", &[Role::Leader], Proof::Password("too short")).contains("10 characters"));
    assert!(refused("li", &[Role::Leader], Proof::Password(&long)).contains("1000 bytes"));
    assert!(refused("li", &[Role::Source], password).contains("key"));
    let both = [Role::SystemAdministrator, Role::SecurityAdministrator];
    assert!(refused("li", &both, password).contains("at once"));
    people.add("li", "", &dispatcher(), password, &by(1)).unwrap();
    assert!(matches!(people.add("li", "", &dispatcher(), password, &by(1)), Err(PeopleError::Taken(_))));
    assert!(matches!(people.disable("wang", true, &by(1)), Err(PeopleError::Unknown(_))));
    assert!(matches!(people.reset("wang", Proof::Key, &by(1)), Err(PeopleError::Unknown(_))));
}

#[test]
fn a_password_that_was_changed_while_it_was_compared_lets_nobody_in() {
    let mut people = People::in_memory().unwrap();
    people.add("li", "", &dispatcher(), Proof::Password(PASSWORD), &by(1)).unwrap();
    let kept = people.password_of("li").unwrap().unwrap();
    assert!(is_password(PASSWORD, Some(&kept)) && !is_password("long enough ", Some(&kept)));
    let (token, until) = people.sign_in("li", &kept, &by(2)).unwrap();
    assert_eq!(until, Moment(2 + SIGNED_IN_MAX_MILLIS));
    assert!(people.holder(&hash_of(&token), Moment(3)).unwrap().is_some());
    people.reset("li", Proof::Password("another password"), &by(4)).unwrap();
    assert!(people.holder(&hash_of(&token), Moment(5)).unwrap().is_none(), "signed out everywhere");
    assert!(people.sign_in("li", &kept, &by(5)).is_err());
}

#[test]
fn a_name_that_nobody_has_costs_the_same_comparison() {
    assert!(!is_password(PASSWORD, None) && !is_password("", None));
    assert!(!is_password(PASSWORD, Some("no hash")));
}

#[test]
fn a_role_that_this_release_does_not_know_gives_no_right() {
    let mut people = People::in_memory().unwrap();
    people.add("li", "", &dispatcher(), Proof::Password(PASSWORD), &by(1)).unwrap();
    people.sql.execute("UPDATE people SET roles = 'emperor'", []).unwrap();
    assert_eq!(people.find("li").unwrap().unwrap().standing.roles, []);
}

/// A hall with two accounts, one of which was changed, after something was done to its file.
fn tampered(statements: &str) -> (tempfile::TempDir, Result<u64, Fault>) {
    let folder = tempfile::tempdir().unwrap();
    let mut people = People::open(folder.path()).unwrap();
    people.add("li", "李雷", &dispatcher(), Proof::Password(PASSWORD), &by(1)).unwrap();
    people.add("12345", "", &Standing::of(&[Role::Source]), Proof::Key, &by(2)).unwrap();
    people.disable("12345", true, &by(3)).unwrap();
    let kept = people.password_of("li").unwrap().unwrap();
    people.sign_in("li", &kept, &by(4)).unwrap();
    people.sql.execute_batch(statements).unwrap();
    let found = verify(folder.path(), None).unwrap().map(|sound| sound.records);
    (folder, found)
}

#[test]
fn an_account_that_was_changed_past_the_hall_is_named() {
    assert_eq!(tampered("").1, Ok(5));
    let roles = "'security_administrator'";
    for change in [
        format!("roles = {roles}"),
        "area = ''".to_owned(),
        "shown = '韩梅梅'".to_owned(),
        "disabled = 1".to_owned(),
        "password = 'x'".to_owned(),
        "key = zeroblob(32)".to_owned(),
    ] {
        let found = tampered(&format!("UPDATE people SET {change} WHERE name = 'li'")).1;
        assert_eq!(found, Err(Fault::AccountChanged { name: "li".to_owned(), record: 2 }), "{change}");
    }
    let found = tampered("UPDATE people SET disabled = 0 WHERE name = '12345'").1;
    assert_eq!(found, Err(Fault::AccountChanged { name: "12345".to_owned(), record: 4 }), "the last change counts");
    let put_in = format!("INSERT INTO people SELECT 'wang', shown, password, NULL, {roles}, '', 0 FROM people LIMIT 1");
    assert_eq!(tampered(&put_in).1, Err(Fault::AccountUnsigned { name: "wang".to_owned() }));
    let gone = tampered("DELETE FROM people WHERE name = 'li'").1;
    assert_eq!(gone, Err(Fault::AccountMissing { name: "li".to_owned(), record: 2 }));
    assert!(gone.unwrap_err().to_string().contains("`li`"));
}

#[test]
fn accounts_of_an_older_log_are_known_from_when_it_is_opened_and_those_that_are_known_stay_as_they_were() {
    let old = "DELETE FROM audit; DELETE FROM audit_head; UPDATE meta SET value = 11 WHERE key = 'format'";
    let (folder, found) = tampered(old);
    assert_eq!(found, Err(Fault::NoChain));
    let mut people = People::open(folder.path()).unwrap();
    assert_eq!(
        verify(folder.path(), None).unwrap().map(|sound| sound.records),
        Ok(3),
        "the beginning and two accounts"
    );
    people.sql.execute("UPDATE people SET area = '' WHERE name = 'li'", []).unwrap();
    let changed = Err(Fault::AccountChanged { name: "li".to_owned(), record: 3 });
    assert_eq!(verify(folder.path(), None).unwrap().map(|sound| sound.records), changed);
    // Whoever makes it an older one again does not have it known as they left it.
    people.sql.execute("UPDATE meta SET value = 11 WHERE key = 'format'", []).unwrap();
    people = People::open(folder.path()).unwrap();
    assert_eq!(verify(folder.path(), None).unwrap().map(|sound| sound.records), changed);
    people.reset("li", Proof::Password("another password"), &by(9)).unwrap();
    assert_eq!(verify(folder.path(), None).unwrap().map(|sound| sound.records), Ok(4), "a change of the hall's own");
    let told = "SELECT outcome FROM audit WHERE asked = 'reset li'";
    let told: String = people.sql.query_row(told, [], |row| row.get(0)).unwrap();
    assert_eq!(told, "done; it had been changed past the hall before");
}
