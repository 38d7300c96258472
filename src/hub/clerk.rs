//! The clerk: one thread, sole owner of the hall and the store.
//!
//! For whatever waits in its inbox it decides all orders, writes their facts in one commit, and
//! only then answers and tells the screens. While one commit is on its way to the disk the next
//! orders gather, so commits grow with the load by themselves and a lone order waits for nothing.
//!
//! Invariants:
//! 1. A fact is told (to a screen or in an answer) only after it is on disk.
//! 2. A screen joins between two commits: what it gets first and what follows have no gap.
//! 3. Every order and every refusal stands in the audit chain, in the commit of the facts that came of it.
//! 4. `known_at` never goes back, whatever the wall clock does.

mod areas;
mod commit;
mod duty;
mod join;
mod known;
mod told;
mod warrant;

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use super::catalogue;
use super::chronicle::Chronicle;
use super::intake::Taken;
use super::outbox::Outbox;
use super::ring::Ring;
use super::{HubError, Inner};
use crate::config::{InForce, Plans};
use crate::domain::rights::Area;
use crate::domain::sensor::AreaOf;
use crate::domain::{Actor, Fact, Hall, IncidentId, Moment, Numbering, Order, Refusal, Seq, Subject, What};
use crate::store::audit::Entry;
use crate::store::{Beside, Given, Store};
use crate::wire::{Command, Resume};

use areas::Areas;
pub use warrant::Signer;

/// Most asks waiting; beyond that those who ask wait.
pub(crate) const WAITING_MAX: usize = 1024;
/// Most orders in one commit.
const COMMIT_MAX: usize = 2048;
/// Most facts in one frame.
const BATCH_MAX: usize = 500;
/// A screen that missed more facts than this gets a snapshot.
const GAP_MAX: usize = 5000;

/// An order with the one who gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Signed {
    /// Who.
    pub by: Signer,
    /// What.
    pub order: Order,
    /// Its identity, where it may be given again.
    pub command: Option<Command>,
    /// The area of a report, where it says.
    pub area: Option<Area>,
    /// When it became known, where that is not when the clerk gets to it: a demo's day is the same at
    /// any load.
    pub at: Option<Moment>,
}

pub(crate) enum Reply {
    /// To someone in this process.
    Once(oneshot::Sender<Vec<Result<Taken, Refusal>>>),
    /// To a screen, under its number for the order.
    Screen(Arc<Outbox>, u64),
}

type Look = Box<dyn FnOnce(&Hall, &HashMap<IncidentId, Area>) + Send>;

/// What can be asked of the clerk.
pub(crate) enum Ask {
    Orders {
        orders: Vec<Signed>,
        reply: Reply,
    },
    Join {
        resume: Option<Resume>,
        outbox: Arc<Outbox>,
    },
    /// Read something from the hall and the areas of its incidents, as far as these are known.
    Look(Look),
    Facts {
        after: Seq,
        limit: usize,
        reply: oneshot::Sender<Vec<Fact>>,
    },
    /// Read something from the log that only the clerk has.
    Read(Box<dyn FnOnce(&Store) + Send>),
    /// See whether the log can be written, where it cannot or soon cannot.
    TryDisk,
    /// Only to be recorded.
    Note(Entry),
    Stop,
}

pub(crate) struct Clerk {
    store: Store,
    hall: Hall,
    hub: std::sync::Weak<Inner>,
    now: Moment,
    ring: Ring,
    snapshot: Option<(Seq, Bytes)>,
    areas: Areas,
    // The commit being put together.
    facts: Vec<Fact>,
    chronicle: Chronicle,
    beside: Beside,
    replies: Vec<(Vec<Result<Taken, Refusal>>, Reply)>,
    /// The hall could not be rebuilt after a failed commit: nothing is taken any more.
    broken: bool,
}

impl Clerk {
    /// `map` tells the areas of places, where the hub knows its city.
    pub(crate) fn new(store: Store, hall: Hall, hub: &Arc<Inner>, map: Option<AreaOf>) -> Result<Self, HubError> {
        let now = store.last_known_at()?.unwrap_or_default();
        let mut areas = Areas::new(map);
        areas.read(&store, &hall)?;
        hub.clock.decided(now);
        Ok(Self {
            ring: Ring::new(hall.upto()),
            store,
            hall,
            hub: Arc::downgrade(hub),
            now,
            snapshot: None,
            areas,
            facts: Vec::new(),
            chronicle: Chronicle::default(),
            beside: Beside::default(),
            replies: Vec::new(),
            broken: false,
        })
    }

    /// Take what the hub's own files say, where that is not in force already; known at `at`, or now.
    pub(crate) fn begin_with(&mut self, read: &InForce, at: Option<Moment>) -> Result<(), Refusal> {
        // Where nothing is decided, a day that is told from its beginning still begins before now.
        let (texts, plans) = (read.texts(), read.plans().texts());
        let by = Signer::of(Actor::Source(catalogue::ACTOR.to_owned()), "");
        if catalogue::texts_of(&self.hall).as_ref() != Some(texts) {
            let order = Order::TakeCatalogue(Arc::clone(texts));
            self.take(Signed { by: by.clone(), order, command: None, area: None, at })?;
        } // Held against the kinds, which may be others since.
        if catalogue::plan_texts_of(&self.hall).as_ref() != Some(plans) {
            let order = Order::TakePlans(Arc::clone(plans));
            self.take(Signed { by, order, command: None, area: None, at })?;
        }
        self.begin_with_shifts(read.shifts(), at)?;
        if catalogue::alarm_rules_of(&self.hall).as_ref() != Some(read.alarm_rules()) {
            let by = Signer::of(Actor::Source(catalogue::ACTOR.to_owned()), "");
            let order = Order::TakeAlarmRules(Arc::clone(read.alarm_rules()));
            self.take(Signed { by, order, command: None, area: None, at })?;
        }
        self.commit();
        let written = catalogue::texts_of(&self.hall).as_ref() == Some(texts)
            && catalogue::plan_texts_of(&self.hall).as_ref() == Some(plans)
            && catalogue::shifts_of(&self.hall).as_ref() == Some(read.shifts())
            && catalogue::alarm_rules_of(&self.hall).as_ref() == Some(read.alarm_rules());
        if written { Ok(()) } else { Err(Refusal::NotWritten) }
    }

    /// Work until asked to stop or until nobody can ask any more.
    pub(crate) fn run(mut self, mut inbox: mpsc::Receiver<Ask>) {
        while let Some(first) = inbox.blocking_recv() {
            let mut next = Some(first);
            let mut orders_taken = 0;
            while let Some(ask) = next.take() {
                match ask {
                    Ask::Orders { orders, reply } => {
                        orders_taken += orders.len();
                        let results = orders.into_iter().map(|signed| self.take(signed)).collect();
                        self.replies.push((results, reply));
                    }
                    Ask::Join { resume, outbox } => {
                        self.commit();
                        self.join(resume, outbox);
                    }
                    Ask::Look(look) => {
                        self.commit();
                        look(&self.hall, self.areas.all());
                    }
                    Ask::Facts { after, limit, reply } => {
                        self.commit();
                        let facts = self.store.facts_after(after, limit);
                        let facts = facts.inspect_err(|e| tracing::error!(error = %e, "reading facts"));
                        // Nobody waits any more, or there is nothing to tell.
                        drop(reply.send(facts.unwrap_or_default()));
                    }
                    Ask::Read(read) => {
                        self.commit();
                        read(&self.store);
                    }
                    Ask::TryDisk => self.try_disk(),
                    Ask::Note(entry) => self.chronicle.note(entry),
                    Ask::Stop => {
                        self.commit();
                        self.store.keep_newest_head();
                        return;
                    }
                }
                if orders_taken < COMMIT_MAX {
                    next = inbox.try_recv().ok();
                }
            }
            self.commit();
        }
    }

    /// Decide an order and note it; both become known with the commit.
    fn take(&mut self, Signed { by, order, command, area, at }: Signed) -> Result<Taken, Refusal> {
        if self.broken {
            return Err(Refusal::NotWritten);
        }
        if let Some(taken) = command.and_then(|command| self.given_before(command)) {
            return Ok(taken);
        }
        if self.hub.upgrade().is_some_and(|hub| !hub.disk.writes()) {
            return Err(Refusal::ReadOnly);
        }
        let hub = self.hub.upgrade();
        if let Some(now) = at.or_else(|| Some(hub.as_ref()?.clock.now())) {
            self.now = self.now.max(now);
        }
        if let Some(hub) = hub {
            hub.clock.decided(self.now);
        }
        match &order {
            Order::TakeReport(_) | Order::TakeCall(_) | Order::CaseOfAlarm { .. } => self.number_as_set(),
            Order::MoveDuty(_) => self.begin_duty(),
            _ => {}
        }
        let asked = order.brief();
        let before = self.facts.len();
        let taken = self.decide(order, &by, area);
        let facts = (self.facts.len() - before) as u64;
        if let (Some(command), Ok(taken)) = (command, &taken) {
            let given = Given { command, at: self.now, seq: taken.seq, incident: taken.incident };
            self.beside.commands.push(given);
        }
        match &taken {
            Ok(_) => self.chronicle.done(&by, self.now, || asked, facts),
            Err(refusal) => self.chronicle.refused(&by, self.now, asked, refusal),
        }
        taken
    }

    /// What came of an order that was given before.
    fn given_before(&self, command: Command) -> Option<Taken> {
        let new = self.beside.commands.iter().find(|given| given.command == command).copied();
        let kept = || {
            let kept = self.store.given(command);
            kept.inspect_err(|error| tracing::error!(%error, "looking up an order")).ok().flatten()
        };
        let Given { seq, incident, .. } = new.or_else(kept)?;
        Some(Taken { seq, incident, changed: false, caller: None })
    }

    /// See that cases are numbered as the hub's settings say, and by the city's time of now.
    fn number_as_set(&mut self) {
        let Some(hub) = self.hub.upgrade() else { return };
        let Some(city) = hub.city_code else { return };
        let numbering = Numbering { city, utc_offset_secs: (hub.utc_offset_secs)(self.now) };
        if self.hall.numbering() != numbering {
            let by = Signer::of(Actor::Source(catalogue::ACTOR.to_owned()), "");
            let order = Order::TakeNumbering(numbering);
            if let Err(refusal) = self.take(Signed { by, order, command: None, area: None, at: Some(self.now) }) {
                tracing::error!(%refusal, "cases are numbered as before");
            }
        }
    }

    /// What is read of kinds and plans, with shifts and limits of sensors as they are.
    fn with_the_rest(&self, read: InForce) -> InForce {
        // Those built in go with the kinds that they are read with.
        let rules = InForce::alarm_rules_of(&self.hall, read.kinds()).unwrap_or_default();
        read.with_shifts(self.shifts_now()).with_alarm_rules(rules)
    }

    /// Decide an order and apply its facts to the hall.
    fn decide(&mut self, order: Order, by: &Signer, area: Option<Area>) -> Result<Taken, Refusal> {
        let area = self.check_right(&order, by, area)?;
        let area = self.area_of_alarm(&order).or(area);
        self.check_kind(&order)?;
        let shows = matches!(order, Order::ShowCaller { .. });
        self.check_plan(&order)?;
        self.check_file(&order)?;
        let catalogue = match &order {
            Order::TakeCatalogue(texts) if catalogue::texts_of(&self.hall).as_ref() == Some(texts) => {
                return Ok(Taken { seq: self.hall.upto(), incident: None, changed: false, caller: None });
            }
            Order::TakeCatalogue(texts) => {
                order.check()?;
                let read = InForce::from_texts(texts).map_err(|error| Refusal::from(&error))?;
                let plans =
                    InForce::plans_of(self.hall.plan_texts(), read.kinds()).map_err(|error| Refusal::from(&error))?;
                Some(self.with_the_rest(read.with_plans(plans)))
            }
            Order::TakePlans(texts) if catalogue::plan_texts_of(&self.hall).as_ref() == Some(texts) => {
                return Ok(Taken { seq: self.hall.upto(), incident: None, changed: false, caller: None });
            }
            Order::TakePlans(texts) => {
                order.check()?;
                let read = InForce::of(&self.hall).map_err(|error| Refusal::from(&error))?;
                let plans = Plans::from_texts(texts, Some(read.kinds())).map_err(|error| Refusal::from(&error))?;
                Some(self.with_the_rest(read.with_plans(plans)))
            }
            Order::TakeAlarmRules(rules) if catalogue::alarm_rules_of(&self.hall).as_ref() == Some(rules) => {
                return Ok(Taken { seq: self.hall.upto(), incident: None, changed: false, caller: None });
            }
            Order::TakeAlarmRules(rules) => {
                order.check()?;
                let read = InForce::of(&self.hall).map_err(|error| Refusal::from(&error))?;
                Some(read.with_alarm_rules(Arc::clone(rules)))
            }
            Order::TakeShifts { shifts, .. } => {
                order.check()?;
                let read = InForce::of(&self.hall).map_err(|error| Refusal::from(&error))?;
                Some(read.with_shifts(Arc::clone(shifts)))
            }
            _ => None,
        };
        if let Some(incident) = self.known_long_ago(&order) {
            return Ok(Taken { seq: self.hall.upto(), incident: Some(incident), changed: false, caller: None });
        }
        let subject = order.subject();
        let caller = self.caller_of(&order)?;
        let order = self.with_answers(self.with_pack(self.with_called(order)))?;
        let facts = self.hall.decide(order, &by.actor, self.now)?;
        let changed = !facts.is_empty();
        let made = facts.iter().find_map(|fact| fact.what.incident());
        let mut to_tell = Vec::new();
        for fact in facts {
            if let (What::IncidentReported(incident), Some(area)) = (&fact.what, &area) {
                self.areas.name(incident.id, area.clone());
                self.beside.areas.push((incident.id, area.clone()));
            }
            if let (What::CallerKept { incident, .. }, Some(caller)) = (&fact.what, &caller) {
                self.beside.callers.push((*incident, caller.clone()));
            }
            to_tell.extend(self.hall.alarms_to_tell(&fact));
            self.hall.apply(&fact);
            self.areas.follow(&fact, &self.hall);
            self.facts.push(fact);
        }
        for alarm in to_tell {
            self.note_told(alarm);
        }
        if let (Some(read), Some(hub)) = (catalogue, self.hub.upgrade()) {
            hub.in_force.set(read);
        }
        let incident = match subject {
            Subject::Incident(id) => Some(id),
            Subject::Source(source, id) => self.hall.by_source(&source, &id).map(|i| i.id),
            Subject::Hall => made,
        };
        let caller = caller.filter(|_| shows);
        Ok(Taken { seq: self.hall.upto(), incident, changed, caller })
    }
}
