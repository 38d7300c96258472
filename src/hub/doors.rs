//! The doors of a hub: who is let in, and as whom.
//!
//! ```text
//!  name, password ──► throttle ──► argon2id ──► token ──┐
//!                                                       ├──► holder ──► caller: person, standing
//!  key of a source or a wall ───────────────────────────┘      (asked anew for every order)
//! ```
//!
//! A demo hub keeps its doors open: everybody is a shift chief there, and a source.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

use super::clerk::Signer;
use super::throttle::{FREE_PER_ADDRESS, FREE_PER_NAME, Throttle};
use super::turned::{Away, NOBODY, Turned};
use super::{Clock, chronicle};
use crate::domain::rights::{Area, Right, Role, Standing};
use crate::domain::{Actor, Moment, Refusal, Report};
use crate::store::audit::Hash;
use crate::store::people::{By, People, PeopleError, Person};
use crate::store::secret::{self, PASSWORD_MAX};

/// Who is let in at a hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Admission {
    /// Who has signed in or shows a key.
    #[default]
    SignedIn,
    /// Everybody, as a shift chief: demos.
    Everybody,
}

/// Passwords that are compared at a time: each takes 19 MiB.
const HASHING_MAX: usize = 2;
/// What somebody wants who comes in, and who comes back to a locked desk, as records have it.
const SIGN_IN: &str = "sign in";
const UNLOCK: &str = "unlock";
/// Between two looks at whether people were changed from outside.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The doors.
pub(crate) enum Doors {
    Open,
    Kept(Arc<Kept>),
}

/// Doors that somebody keeps.
pub(crate) struct Kept {
    people: Mutex<People>,
    machine: Clock,
    throttle: Mutex<Throttle>,
    turned: Mutex<Turned>,
    hashing: Semaphore,
    /// Counts changes of people and sign-ins.
    changed: watch::Sender<u64>,
    /// The version of the file before anybody came in.
    begun_at: Option<i64>,
}

/// Someone who was let in.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// `None` where the doors are open.
    pub(crate) person: Option<Person>,
    pub(crate) standing: Arc<Standing>,
}

impl Caller {
    /// Anybody at an open door.
    fn anybody() -> Self {
        Self { person: None, standing: Arc::new(Standing::of(&[Role::ShiftChief, Role::Source])) }
    }

    /// Whether they may do something that is no order, anywhere.
    pub(crate) fn may(&self, right: Right) -> Result<(), Refusal> {
        self.standing.check(right, [Some(&self.standing.area)])
    }

    /// Whether they may do something that is the whole city's.
    pub(crate) fn may_for_all(&self, right: Right) -> Result<(), Refusal> {
        self.standing.check(right, [Some(&Area::CITY)])
    }

    /// How they sign orders given at `from`; `otherwise` names them where the doors are open.
    pub(crate) fn signer(&self, from: &str, otherwise: impl FnOnce() -> Actor) -> Signer {
        let actor = match &self.person {
            Some(person) if person.is_source() => Actor::Source(person.name.clone()),
            Some(person) => Actor::Person(person.name.clone()),
            None => otherwise(),
        };
        Signer { actor, from: from.into(), standing: Some(Arc::clone(&self.standing)) }
    }

    /// How they sign a report.
    pub(crate) fn signer_of(&self, report: &Report, from: &str) -> Signer {
        self.signer(from, || Actor::Source(report.source.clone()))
    }
}

/// A sign-in that went well.
pub(crate) struct SignedIn {
    pub(crate) token: String,
    pub(crate) until: Moment,
    pub(crate) caller: Caller,
}

impl Doors {
    pub(crate) fn kept(people: People, machine: Clock) -> Self {
        Self::Kept(Arc::new(Kept {
            begun_at: people.version().ok(),
            people: Mutex::new(people),
            machine,
            throttle: Mutex::default(),
            turned: Mutex::default(),
            hashing: Semaphore::new(HASHING_MAX),
            changed: watch::Sender::new(0),
        }))
    }

    /// Who holds this token or key now.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`].
    pub(crate) fn admit(&self, token: Option<&str>) -> Result<Caller, Refusal> {
        match self {
            Self::Open => Ok(Caller::anybody()),
            Self::Kept(kept) => kept.admit(token.ok_or(Refusal::NotSignedIn)?),
        }
    }

    /// Have it recorded that whoever showed this token, or none, was not let in from an address.
    pub(crate) async fn turned_away(&self, token: Option<&str>, asked: &str, refusal: &Refusal, from: &str) {
        let (Self::Kept(kept), Refusal::NotSignedIn | Refusal::RightMissing { .. }) = (self, refusal) else { return };
        let holder = self.admit(token).ok().filter(|caller| caller.person.is_some());
        let who = holder.map(|caller| caller.signer(from, || Actor::Person(String::new())).actor);
        let who = who.map_or_else(|| NOBODY.to_owned(), |actor| chronicle::name(&actor));
        kept.turned_away(Away::new(&who, asked, refusal, (from, &address_of(from)))).await;
    }

    /// Wait until people or sign-ins may have changed.
    pub(crate) fn changes(&self) -> Option<watch::Receiver<u64>> {
        match self {
            Self::Open => None,
            Self::Kept(kept) => Some(kept.changed.subscribe()),
        }
    }

    /// The keeper, where there is one.
    ///
    /// # Errors
    /// [`Refusal::OpenDoors`].
    pub(crate) fn keeper(&self) -> Result<&Arc<Kept>, Refusal> {
        match self {
            Self::Open => Err(Refusal::OpenDoors),
            Self::Kept(kept) => Ok(kept),
        }
    }
}

impl Kept {
    pub(crate) fn people(&self) -> MutexGuard<'_, People> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// By whom something is changed now.
    pub(crate) fn by(&self, who: String, origin: &str) -> By {
        By { who, origin: origin.to_owned(), at: (self.machine)() }
    }

    /// Say to all screens that they look anew whether they are still let in.
    pub(crate) fn tell_change(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    fn admit(&self, token: &str) -> Result<Caller, Refusal> {
        let held = self.people().holder(&secret::hash_of(token), (self.machine)());
        let person = held.map_err(|error| broken(&error))?.ok_or(Refusal::NotSignedIn)?;
        Ok(Caller { standing: Arc::new(person.standing.clone()), person: Some(person) })
    }

    fn turned(&self) -> MutexGuard<'_, Turned> {
        self.turned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Have it recorded that somebody was not let in. Whether or not it can be, they are not.
    async fn turned_away(self: &Arc<Self>, away: Away) {
        let records = self.turned().note(away, (self.machine)());
        if !records.is_empty() {
            let kept = Arc::clone(self);
            drop(tokio::task::spawn_blocking(move || kept.record(records)).await);
        }
    }

    fn record(&self, records: Vec<Away>) {
        for Away { who, asked, why, from, .. } in records {
            let by = self.by(who, &from);
            if let Err(error) = self.people().refused(&asked, &why, &by) {
                tracing::error!(%error, "that somebody was turned away is not recorded");
            }
        }
    }

    /// Record all who were turned away and only counted so far: the hub goes down.
    pub(crate) fn record_all_turned_away(&self) {
        let records = self.turned().all();
        self.record(records);
    }

    /// Let somebody in who knows name and password and has the right, from an address.
    ///
    /// # Errors
    /// [`Refusal::WrongPassword`], [`Refusal::TooManyTries`], [`Refusal::RightMissing`], or the store's.
    pub(crate) async fn sign_in(
        self: &Arc<Self>,
        name: &str,
        password: &str,
        needs: Option<Right>,
        from: &str,
    ) -> Result<SignedIn, Refusal> {
        let kept = self.compared(name, password, SIGN_IN, from).await?;
        let (kept_self, name, from) = (Arc::clone(self), name.to_owned(), from.to_owned());
        let done = tokio::task::spawn_blocking(move || kept_self.let_in(&name, &kept, needs, &from));
        done.await.map_err(|_| Refusal::NotWritten)?
    }

    fn let_in(&self, name: &str, kept: &str, needs: Option<Right>, from: &str) -> Result<SignedIn, Refusal> {
        let by = self.by(format!("person {name}"), from);
        if let Some(right) = needs {
            let person = self.people().find(name).map_err(|error| broken(&error))?.ok_or(Refusal::WrongPassword)?;
            // Before there is a token, which would let them in elsewhere.
            if let Err(refusal) = person.standing.check(right, [Some(&person.standing.area)]) {
                self.people().refused(SIGN_IN, &refusal.to_string(), &by).map_err(refused)?;
                return Err(refusal);
            }
        }
        let (token, until) = self.people().sign_in(name, kept, &by).map_err(refused)?;
        let caller = self.admit(&token)?;
        Ok(SignedIn { token, until, caller })
    }

    /// Whether this is the password of `name`, who is signed in and left the seat.
    ///
    /// # Errors
    /// As [`Self::sign_in`].
    pub(crate) async fn unlock(self: &Arc<Self>, name: &str, password: &str, from: &str) -> Result<(), Refusal> {
        self.compared(name, password, UNLOCK, from).await?;
        let (kept, by) = (Arc::clone(self), self.by(format!("person {name}"), from));
        let record = move || kept.people().unlocked(&by);
        let recorded = tokio::task::spawn_blocking(record).await.map_err(|_| Refusal::NotWritten)?;
        // A desk has to be of use while the disk is full, and nobody new is let in by it.
        if let Err(error) = recorded {
            tracing::error!(%error, "that a desk was unlocked is not recorded");
        }
        Ok(())
    }

    /// The seconds to wait before another try; where there are none, it counts as tried.
    fn waits(&self, tries: &[(&str, u32)]) -> Option<u64> {
        let (mut throttle, now) = (self.throttle(), (self.machine)());
        let waits = tries.iter().filter_map(|(who, free)| throttle.wait_secs(who, *free, now)).max();
        if waits.is_none() {
            for (who, _) in tries {
                throttle.tried(who, now);
            }
        }
        waits
    }

    /// The kept hash of a password that is right.
    async fn compared(
        self: &Arc<Self>,
        name: &str,
        password: &str,
        asked: &'static str,
        from: &str,
    ) -> Result<String, Refusal> {
        let (by_name, by_address) = (format!("name {name}"), address_of(from));
        let tried: String = name.chars().filter(|c| !c.is_control()).take(crate::store::people::NAME_MAX).collect();
        // Counted before it is compared, so that many at a time are not free.
        if let Some(seconds) = self.waits(&[(by_name.as_str(), FREE_PER_NAME), (by_address.as_str(), FREE_PER_ADDRESS)])
        {
            let refusal = Refusal::TooManyTries { seconds };
            let away = Away::new(&format!("person {tried}"), asked, &refusal, (from, &by_address));
            self.turned_away(away).await;
            return Err(refusal);
        }
        let _permit = self.hashing.acquire().await.map_err(|_| Refusal::NotWritten)?;
        let (this, name, password, from) = (Arc::clone(self), name.to_owned(), password.to_owned(), from.to_owned());
        let compare = move || {
            let kept = this.people().password_of(&name).map_err(|error| broken(&error))?;
            let usable = password.len() <= PASSWORD_MAX;
            if secret::is_password(if usable { &password } else { "" }, kept.as_deref()) && usable {
                return kept.ok_or(Refusal::WrongPassword);
            }
            let by = this.by(format!("person {tried}"), &from);
            this.people().refused(asked, "wrong name or password", &by).map_err(refused)?;
            Err(Refusal::WrongPassword)
        };
        let kept = tokio::task::spawn_blocking(compare).await.map_err(|_| Refusal::NotWritten)??;
        let mut throttle = self.throttle();
        throttle.forget(&by_name);
        throttle.forget(&by_address);
        Ok(kept)
    }

    /// Make the first account with the set-up token; who guesses at it waits as one who guesses at a password.
    ///
    /// # Errors
    /// [`Refusal::TooManyTries`], then what [`People::set_up`] says.
    pub(crate) fn set_up(
        &self,
        token: &str,
        (name, shown): (&str, &str),
        password: &str,
        from: &str,
    ) -> Result<Result<(), PeopleError>, Refusal> {
        let by_address = address_of(from);
        if let Some(seconds) = self.waits(&[(by_address.as_str(), FREE_PER_NAME)]) {
            let refusal = Refusal::TooManyTries { seconds };
            let away = Away::new("set-up token", "set up", &refusal, (from, &by_address));
            let records = self.turned().note(away, (self.machine)());
            self.record(records);
            return Err(refusal);
        }
        let by = self.by("set-up token".to_owned(), from);
        let made = self.people().set_up(token, name, shown, password, &by);
        if made.is_ok() {
            self.throttle().forget(&by_address);
        }
        Ok(made)
    }

    /// Sign out whoever holds a token.
    pub(crate) fn sign_out(&self, token: &str, from: &str) -> Result<(), Refusal> {
        let caller = self.admit(token)?;
        let name = caller.person.map(|person| person.name).unwrap_or_default();
        let hash: Hash = secret::hash_of(token);
        let by = self.by(format!("person {name}"), from);
        self.people().sign_out(&hash, &by).map_err(refused)?;
        self.tell_change();
        Ok(())
    }
}

/// Look again and again whether people were changed from outside, and record who was turned away in a minute that is
/// over.
pub(crate) async fn watch(kept: std::sync::Weak<Kept>) {
    let mut known = kept.upgrade().and_then(|kept| kept.begun_at);
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(kept) = kept.upgrade() else { return };
        let counted = kept.turned().over((kept.machine)());
        if !counted.is_empty() {
            let kept = Arc::clone(&kept);
            drop(tokio::task::spawn_blocking(move || kept.record(counted)).await);
        }
        match kept.people().version() {
            Ok(version) if known.replace(version).is_some_and(|before| before != version) => kept.tell_change(),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "people cannot be read"),
        }
    }
}

/// Under which name the tries from an address are counted, whichever port they come from.
fn address_of(from: &str) -> String {
    let address = from.parse::<SocketAddr>().map_or_else(|_| from.to_owned(), |at| at.ip().to_string());
    format!("address {address}")
}

fn broken(error: &dyn std::fmt::Display) -> Refusal {
    tracing::error!(%error, "people cannot be read");
    Refusal::NotWritten
}

fn refused(error: PeopleError) -> Refusal {
    match error {
        PeopleError::Unknown(_) => Refusal::WrongPassword,
        other => broken(&other),
    }
}
