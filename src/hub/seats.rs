//! Who has a screen: the posts that a roll calls.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::clerk::Signer;
use crate::domain::Actor;
use crate::domain::rights::Role;

/// Screens where nobody sits, where the doors are open and nobody has a name of their own.
const UNATTENDED: [&str; 3] = ["wall", "sim", "bench"];

/// The posts by name, each with how many screens it has.
#[derive(Debug, Default)]
pub(crate) struct Seats(Mutex<BTreeMap<String, usize>>);

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
            *seats.entry(post.clone()).or_default() += 1;
        }
        Taken { seats: self, post }
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
        if let Some(count) = seats.get_mut(post) {
            *count -= 1;
            if *count == 0 {
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
    use std::sync::Arc;

    use super::*;
    use crate::domain::rights::Standing;

    fn signer(name: &str, role: Role) -> Signer {
        let standing = Some(Arc::new(Standing::of(&[role])));
        Signer { actor: Actor::Person(name.to_owned()), from: "here".into(), standing }
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
