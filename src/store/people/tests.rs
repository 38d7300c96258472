use super::*;
use crate::store::secret::{hash_of, is_password};
use crate::store::verify::verify;

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
