//! Whose cases are listed: all, mine, my post's, my area's. Pure.
//!
//! - **mine**: cases that I moved, being among the last who did ([`Hall::hands`]), and those with an open task of the
//!   department that I am signed in as or a re-check that I was asked for. A step belongs to posts, not to persons, so no
//!   next step is one person's alone.
//! - **my post**: cases whose next step is the work of one of my roles ([`Hall::turn`], [`Right::posts`]).
//! - **my area**: cases in the subtree in which my rights count, by the area that the hub counts each in. Of a case of no
//!   known area nobody knows that it is elsewhere: it is listed as well, and counted as unsure.

use serde::{Deserialize, Serialize};

use super::search::Lets;
use crate::domain::rights::{Area, Right, Role};
use crate::domain::{Checker, Hall, Incident, IncidentId, Party};
use crate::screen::shown::Who;

/// Whose cases are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All.
    #[default]
    All,
    /// 我的: those in my hands.
    Mine,
    /// 我岗: those whose next step is my post's.
    Post,
    /// 我辖区: those of my area.
    Area,
}

impl Scope {
    /// All of them, in the order in which a key goes through them.
    pub const ALL: [Self; 4] = [Self::All, Self::Mine, Self::Post, Self::Area];

    /// Its name in files and keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Mine => "mine",
            Self::Post => "post",
            Self::Area => "area",
        }
    }

    /// The one after it, and after the last the first.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::All => Self::Mine,
            Self::Mine => Self::Post,
            Self::Post => Self::Area,
            Self::Area => Self::All,
        }
    }
}

/// Who sits at this screen, as far as that decides whose cases are theirs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seat {
    /// The name with which their orders are signed; empty where nobody is signed in.
    pub name: String,
    /// Their roles.
    pub roles: Vec<Role>,
    /// The subtree in which their rights count.
    pub area: Area,
}

impl Seat {
    /// The seat of somebody. In a demo everybody is a shift chief.
    #[must_use]
    pub fn of(who: &Who) -> Self {
        let name = who.signs().unwrap_or_default().to_owned();
        match who {
            Who::Known(identity) if identity.open => Self { name, roles: vec![Role::ShiftChief], area: Area::CITY },
            Who::Known(identity) => {
                Self { name, roles: identity.standing.roles.clone(), area: identity.standing.area.clone() }
            }
            Who::Unknown | Who::Wanted { .. } => Self::default(),
        }
    }

    /// What the search for this seat's cases depends on beside the cases.
    #[must_use]
    pub fn key(&self, scope: Scope) -> String {
        let roles: Vec<&str> = self.roles.iter().map(|role| role.word()).collect();
        format!("{} {} {} {}", scope.word(), self.name, roles.join(","), self.area.path())
    }

    /// Whether a case is listed. `area_of` tells where it lies, where that is known: as rights count it.
    #[must_use]
    pub fn lets(
        &self,
        scope: Scope,
        hall: &Hall,
        incident: &Incident,
        area_of: &dyn Fn(&Incident) -> Option<Area>,
    ) -> Lets {
        let through = |is: bool| if is { Lets::Through } else { Lets::Not };
        match scope {
            Scope::All => Lets::Through,
            Scope::Mine => through(self.has(hall, incident.id)),
            Scope::Post => {
                let posts = hall.turn(incident.id).map(Right::posts).unwrap_or_default();
                through(posts.iter().any(|post| self.roles.contains(post)))
            }
            Scope::Area if self.area.is_city() => Lets::Through,
            Scope::Area => match area_of(incident) {
                Some(area) => through(area.is_within(&self.area)),
                None => Lets::Unsure,
            },
        }
    }

    fn has(&self, hall: &Hall, id: IncidentId) -> bool {
        let own = |party: &Party| matches!(party, Party::Department(code) if *code == self.name);
        let has_task = || hall.tasks(id).iter().any(|task| task.is_open() && own(&task.to));
        let recheck = hall.dossier(id).recheck.as_ref().filter(|one| one.answer.is_none());
        let is_asked = recheck.is_some_and(|one| matches!(&one.of, Checker::Person(name) if *name == self.name));
        !self.name.is_empty() && (hall.hands(id).contains(&self.name) || is_asked || has_task())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Actor, Assignment, CaseMove, Fact, Grade, Moment, Part, Stage, What};
    use crate::screen::situation::tests::{apply, hall_of};

    fn seat(name: &str, roles: &[Role], area: &str) -> Seat {
        Seat { name: name.into(), roles: roles.to_vec(), area: Area::of(area).unwrap() }
    }

    fn listed(seat: &Seat, scope: Scope, hall: &Hall) -> Vec<(u64, bool)> {
        // Even numbers lie in the south, odd ones in no area that is known.
        let south = |one: &Incident| Area::of("东城区/南街").filter(|_| one.id.0.is_multiple_of(2));
        let one = |incident: &Incident| {
            let lets = seat.lets(scope, hall, incident, &south);
            (lets != Lets::Not).then_some((incident.id.0, lets == Lets::Unsure))
        };
        hall.incidents().filter_map(one).collect()
    }

    /// Somebody makes something known.
    fn by(hall: &mut Hall, by: Actor, what: What) {
        let fact = Fact { seq: hall.upto().next(), happened_at: Moment(0), known_at: Moment(0), by, what };
        assert!(hall.apply(&fact));
    }

    #[test]
    fn mine_is_what_i_moved_what_my_department_was_given_and_what_i_am_asked_to_look_at() {
        let mut hall = hall_of(&[(1, Grade::IV, 0), (2, Grade::IV, 0), (3, Grade::IV, 0), (4, Grade::IV, 0)]);
        let given = Assignment { to: Party::Department("water".into()), part: Part::Lead };
        apply(&mut hall, Moment(0), What::TaskGiven { incident: IncidentId(4), given, words: String::new() });
        let person = |name: &str| Actor::Person(name.into());
        let accepted = |id| What::IncidentAdvanced { incident: IncidentId(id), stage: Stage::Accepted };
        by(&mut hall, person("li"), accepted(1));
        by(&mut hall, person("li"), accepted(2));
        by(&mut hall, person("chen"), accepted(2));
        by(&mut hall, person("chen"), What::NoteAdded { incident: IncidentId(1), words: "x".into() });
        by(&mut hall, Actor::Source("crews".into()), accepted(1));
        let mine = |hall: &Hall, name: &str| listed(&seat(name, &[Role::Dispatcher], ""), Scope::Mine, hall);
        assert_eq!(mine(&hall, "li"), [(1, false), (2, false)], "whoever goes on with it takes it from nobody");
        assert_eq!(mine(&hall, "chen"), [(2, false)], "a note and a system move nothing");
        assert_eq!(mine(&hall, "water"), [(4, false)]);
        assert_eq!(mine(&hall, ""), [], "nobody is signed in");
        let step = CaseMove::AskRecheck { of: Checker::Person("wang".into()), words: String::new() };
        by(&mut hall, person("chen"), What::IncidentMoved { incident: IncidentId(3), step, stage: Stage::Done });
        assert_eq!(mine(&hall, "wang"), [(3, false)]);
        // Another desk and a hub that began anew have the hall from facts or from a snapshot.
        let again: Hall = postcard::from_bytes(&postcard::to_stdvec(&hall).unwrap()).unwrap();
        assert_eq!(mine(&again, "li"), [(1, false), (2, false)]);
    }

    #[test]
    fn my_post_is_what_waits_for_my_role_and_nobody_below_it() {
        let mut hall = hall_of(&[(1, Grade::IV, 0), (2, Grade::IV, 0), (3, Grade::IV, 0), (4, Grade::IV, 0)]);
        let at = |id, stage| What::IncidentAdvanced { incident: IncidentId(id), stage };
        apply(&mut hall, Moment(0), at(2, Stage::Filed));
        apply(&mut hall, Moment(0), at(3, Stage::Checked));
        apply(&mut hall, Moment(0), at(4, Stage::Dispatched));
        let of = |hall: &Hall, role| -> Vec<u64> {
            let all = listed(&seat("li", &[role], ""), Scope::Post, hall);
            all.into_iter().map(|(id, _)| id).collect()
        };
        assert_eq!(of(&hall, Role::Acceptor), [1]);
        assert_eq!(of(&hall, Role::Dispatcher), [2]);
        assert_eq!(of(&hall, Role::ShiftChief), [3], "what others do is not waited for from the shift chief");
        assert_eq!(of(&hall, Role::Handler), [4]);
        let ask =
            What::IncidentMoved { incident: IncidentId(1), step: CaseMove::AskVerification, stage: Stage::Reported };
        apply(&mut hall, Moment(0), ask);
        apply(&mut hall, Moment(0), What::IncidentSuspended { incident: IncidentId(4), reason: "等".into() });
        assert_eq!((of(&hall, Role::Acceptor), of(&hall, Role::GridWorker)), (vec![], vec![1]));
        assert_eq!((of(&hall, Role::Handler), of(&hall, Role::ShiftChief)), (vec![], vec![3, 4]));
    }

    #[test]
    fn a_case_of_which_no_area_is_known_is_listed_in_every_area_and_counted_as_unsure() {
        let hall = hall_of(&[(1, Grade::IV, 0), (2, Grade::IV, 0)]);
        let of = |area: &str| listed(&seat("li", &[], area), Scope::Area, &hall);
        assert_eq!(of("东城区"), [(1, true), (2, false)]);
        assert_eq!(of("东城区/北街"), [(1, true)]);
        assert_eq!(of(""), [(1, false), (2, false)], "the whole city is everywhere");
    }
}
