//! Who has a screen: of the posts that a roll calls, and who is told of an alarm.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::clerk::Signer;
use crate::domain::Actor;
use crate::domain::alarm::Raising;
use crate::domain::rights::{Right, Role, Standing};

/// Screens where nobody sits, where the doors are open and nobody has a name of their own.
const UNATTENDED: [&str; 3] = ["wall", "sim", "bench"];

/// Somebody who has a screen.
#[derive(Debug)]
struct Seated {
    /// How many screens they have.
    screens: usize,
    /// What their screens show them goes by: as it was when the last of them was opened.
    standing: Option<Arc<Standing>>,
}

/// The posts by name.
#[derive(Debug, Default)]
pub(crate) struct Seats(Mutex<BTreeMap<String, Seated>>);

/// Takes a screen off the list when its session ends.
pub(crate) struct Taken<'a> {
    seats: &'a Seats,
    post: Option<String>,
}

impl Seats {
    /// Somebody has a screen from now on, until what is returned is dropped; `open` where nobody signs in.
    pub(crate) fn take(&self, by: Option<&Signer>, open: bool) -> Taken<'_> {
        let post = by.and_then(|signer| post_of(signer, open));
        if let Some(post) = &post {
            let mut seats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let standing = by.and_then(|signer| signer.standing.clone());
            let seated = seats.entry(post.clone()).or_insert(Seated { screens: 0, standing: None });
            seated.screens += 1;
            seated.standing = standing;
        }
        Taken { seats: self, post }
    }

    /// Names of those whose screens show them an alarm, in order: they may see alarms, and it concerns their area.
    pub(crate) fn shown(&self, what: &Raising) -> Vec<String> {
        let sees = |seated: &Seated| {
            let standing = seated.standing.as_ref();
            standing.is_none_or(|standing| standing.has(Right::Read) && what.concerns(&standing.area))
        };
        let seats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seats.iter().filter(|(_, seated)| sees(seated)).map(|(name, _)| name.clone()).collect()
    }

    /// Names of all posts, in order.
    pub(crate) fn posts(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let Some(post) = &self.post else { return };
        let mut seats = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seated) = seats.get_mut(post) {
            seated.screens -= 1;
            if seated.screens == 0 {
                seats.remove(post);
            }
        }
    }
}

/// The name of the post of a signer who can answer: not a wall, nor a system.
fn post_of(signer: &Signer, open: bool) -> Option<String> {
    let Actor::Person(name) = &signer.actor else { return None };
    let silent = match &signer.standing {
        _ if open => UNATTENDED.contains(&name.as_str()),
        Some(standing) => standing.roles.iter().all(|role| *role == Role::Wall),
        None => true,
    };
    (!silent).then(|| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rights::Area;
    use crate::domain::{AlarmId, AlarmKind, Grade, SensorKind};

    fn signer(name: &str, role: Role) -> Signer {
        let standing = Some(Arc::new(Standing::of(&[role])));
        Signer { actor: Actor::Person(name.to_owned()), from: "here".into(), standing }
    }

    /// An alarm that counts in an area; of a vital sign where `vital`.
    fn wrong_in(area: &str, vital: bool) -> Raising {
        Raising {
            alarm: AlarmId(1),
            source: "gas-1".to_owned(),
            kind: AlarmKind::High,
            level: Grade::II,
            value: None,
            limit: None,
            rule: "gas".to_owned(),
            name: String::new(),
            measures: if vital { SensorKind::Vital } else { SensorKind::CombustibleGas },
            unit: String::new(),
            at: None,
            height_m: 0.0,
            area: Area::of(area).unwrap(),
            case_kind: String::new(),
            upstream: String::new(),
        }
    }

    #[test]
    fn an_alarm_is_shown_to_those_of_its_area_who_have_a_screen_and_may_see_it() {
        let seats = Seats::default();
        let of = |name: &str, role: Role, area: &str| {
            let standing = Some(Arc::new(Standing { roles: vec![role], area: Area::of(area).unwrap() }));
            Signer { actor: Actor::Person(name.to_owned()), from: "here".into(), standing }
        };
        let people = [
            of("east", Role::Dispatcher, "东城区"),
            of("west", Role::Dispatcher, "西城区"),
            of("all", Role::ShiftChief, ""),
            of("keeper", Role::SystemAdministrator, ""),
            of("wall-1", Role::Wall, ""),
        ];
        let taken: Vec<Taken<'_>> = people.iter().map(|one| seats.take(Some(one), false)).collect();
        assert_eq!(seats.shown(&wrong_in("东城区/南街", false)), ["all", "east"]);
        assert_eq!(seats.shown(&wrong_in("", false)), ["all", "east", "west"], "nobody knows where it is");
        assert_eq!(seats.shown(&wrong_in("", true)), ["all"], "of the whole city");
        drop(taken);
        assert!(seats.shown(&wrong_in("", false)).is_empty());
    }

    #[test]
    fn a_post_is_there_while_it_has_a_screen_and_walls_are_none() {
        let seats = Seats::default();
        let (li, wall) = (signer("li", Role::Dispatcher), signer("wall-1", Role::Wall));
        let first = seats.take(Some(&li), false);
        let second = seats.take(Some(&li), false);
        let third = seats.take(Some(&wall), false);
        assert_eq!(seats.posts(), ["li"]);
        drop((first, third));
        assert_eq!(seats.posts(), ["li"]);
        drop(second);
        assert_eq!(seats.posts(), Vec::<String>::new());
        let posts = ["desk", "wall"].map(|name| {
            let one = signer(name, Role::ShiftChief);
            let taken = seats.take(Some(&one), true);
            let posts = seats.posts();
            drop(taken);
            posts
        });
        assert_eq!(posts, [vec!["desk".to_owned()], vec![]], "where the doors are open");
    }
}
