//! The archive beside the clerk: one thread that takes in what was committed, and the ways to ask it.
//!
//! ```text
//!  clerk ── committed upto ──► bell ──► thread ── facts, from the log itself ──► archive.db
//!                                         ▲                                          │
//!  HTTP, sessions ── waits until it is there, at most a moment ── page, story ◄──────┘
//! ```
//! The clerk only rings: its commits wait for nothing here. Who asks sees what was answered before they asked, unless
//! the archive is far behind; then the answer says by how much.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot, watch};

use super::Inner;
use super::clerk::Ask;
use crate::domain::kpi::{Kept, Past, Period, Span};
use crate::domain::rights::Area;
use crate::domain::sensor::AreaOf;
use crate::domain::{Day, Fact, Found, FoundCase, IncidentId, Moment, Refusal, Search, Seq, Story};
use crate::store::archive::{Archive, ArchiveError};
use crate::store::{Log, Store, StoreError, encode_fact};

/// Facts taken in at a time.
const BATCH: usize = 2_000;
/// Facts gather for so long before they are taken in, unless somebody asks.
const GATHER: Duration = Duration::from_millis(200);
/// After a failure it is tried again after so long.
const TRY_AGAIN: Duration = Duration::from_secs(2);
/// Who asks waits so long for the newest facts.
const PATIENCE: Duration = Duration::from_millis(500);
/// Most facts of a story that are told at a time.
const STORY_MAX: usize = 1_000;
/// Most bytes of them, as the log has them.
const STORY_BYTES_MAX: usize = 256 * 1024;
/// Characters of a case's text, and of its address, in a list.
const LISTED_TEXT_MAX: usize = 300;

/// Where the facts are.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// Beside the log in this folder.
    Folder(PathBuf),
    /// With the clerk, in memory.
    Memory,
}

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own")]
struct Wanted {
    rung: bool,
    hurry: bool,
    stop: bool,
    /// Somebody found it damaged.
    damaged: bool,
}

/// What the thread and those who ask share.
pub(crate) struct Desk {
    place: Place,
    /// Tells the areas of places, where the hub knows its city.
    map: Option<AreaOf>,
    wanted: Mutex<Wanted>,
    bell: Condvar,
    /// The newest fact that is committed.
    committed: AtomicU64,
    /// The newest fact that is taken in.
    taken: watch::Sender<u64>,
    reader: Mutex<Option<Arc<Mutex<Archive>>>>,
    /// One looks at a time: a screen that asks and asks keeps others waiting, not the hub.
    looking: Semaphore,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    pub(super) fn new(place: Place, newest: Seq, map: Option<AreaOf>) -> Self {
        Self {
            place,
            map,
            wanted: Mutex::default(),
            bell: Condvar::new(),
            committed: AtomicU64::new(newest.0),
            taken: watch::Sender::new(0),
            reader: Mutex::default(),
            looking: Semaphore::new(1),
        }
    }

    /// Facts up to this one are committed.
    pub(super) fn committed(&self, upto: Seq) {
        self.committed.store(upto.0, Ordering::Release);
        self.ring(|wanted| wanted.rung = true);
    }

    /// The thread ends after the batch that it is at.
    pub(super) fn stop(&self) {
        self.ring(|wanted| wanted.stop = true);
    }

    fn ring(&self, change: impl FnOnce(&mut Wanted)) {
        change(&mut lock(&self.wanted));
        self.bell.notify_all();
    }

    /// Wait until there may be news; false where it is to end.
    fn wait(&self) -> bool {
        let wanted = lock(&self.wanted);
        let idle = |wanted: &mut Wanted| !(wanted.rung || wanted.hurry || wanted.stop);
        let wanted = self.bell.wait_while(wanted, idle).unwrap_or_else(PoisonError::into_inner);
        let gathering = |wanted: &mut Wanted| !(wanted.hurry || wanted.stop);
        let rung = self.bell.wait_timeout_while(wanted, GATHER, gathering);
        let (mut wanted, _) = rung.unwrap_or_else(PoisonError::into_inner);
        (wanted.rung, wanted.hurry) = (false, false);
        !wanted.stop
    }

    /// Let some time go by; false where it is to end.
    fn pause(&self, time: Duration) -> bool {
        let rung = self.bell.wait_timeout_while(lock(&self.wanted), time, |wanted| !wanted.stop);
        let (wanted, _) = rung.unwrap_or_else(PoisonError::into_inner);
        !wanted.stop
    }

    fn is_ending(&self) -> bool {
        lock(&self.wanted).stop
    }

    fn open(&self, epoch: u64) -> Result<Arc<Mutex<Archive>>, ArchiveError> {
        let newest = Seq(self.committed.load(Ordering::Acquire));
        let (writer, reader) = match &self.place {
            Place::Folder(folder) => {
                let writer = self.by_place(folder, Archive::open(folder, epoch, newest)?, epoch)?;
                (Arc::new(Mutex::new(writer)), Arc::new(Mutex::new(Archive::reader(folder)?)))
            }
            Place::Memory => {
                let both = Arc::new(Mutex::new(Archive::in_memory(epoch)?));
                (Arc::clone(&both), both)
            }
        };
        // Until all that it holds is known to be findable.
        self.taken.send_replace(0);
        *lock(&self.reader) = Some(reader);
        Ok(writer)
    }

    /// An archive that counts by the places of cases, where there is a map: one that was made without is made anew, so that
    /// what was is held against the like.
    fn by_place(&self, folder: &Path, mut archive: Archive, epoch: u64) -> Result<Archive, ArchiveError> {
        if self.map.is_none() || archive.is_by_place()? {
            return Ok(archive);
        }
        if archive.upto()? > Seq(0) {
            tracing::info!("the archive is made anew with the areas of places");
            drop(archive);
            Archive::remove(folder)?;
            archive = Archive::open(folder, epoch, Seq(self.committed.load(Ordering::Acquire)))?;
        }
        archive.count_by_place()?;
        Ok(archive)
    }

    /// Until stopped: open, take in, make findable, wait.
    pub(super) fn run(&self, hub: &Weak<Inner>, epoch: u64) {
        while !self.is_ending() {
            let failed = match self.open(epoch) {
                Ok(archive) => self.follow(hub, &archive),
                Err(error) => Err(error),
            };
            *lock(&self.reader) = None;
            let Err(error) = failed else { return };
            if let (true, Place::Folder(folder)) = (error.is_damage(), &self.place)
                && let Err(error) = Archive::remove(folder)
            {
                tracing::error!(%error, "the archive is damaged");
            }
            tracing::warn!(%error, "the archive is not up to date; it is tried again");
            if !self.pause(TRY_AGAIN) {
                return;
            }
        }
    }

    fn follow(&self, hub: &Weak<Inner>, archive: &Mutex<Archive>) -> Result<(), ArchiveError> {
        let facts = Facts { log: FactLog::of(&self.place, hub)?, map: self.map.as_ref() };
        // Where it has all facts already, the last one tells how late it is.
        let upto = lock(archive).upto()?;
        let last = facts.after(Seq(upto.0.saturating_sub(1)), 1)?;
        let mut newest = last.last().map(|(fact, _)| fact.known_at);
        loop {
            self.take_in(&facts, archive, &mut newest)?;
            if let Some(newest) = newest {
                self.keep_days(&facts, archive, newest)?;
            }
            if self.is_ending() || !self.wait() {
                return Ok(());
            }
            if std::mem::take(&mut lock(&self.wanted).damaged) {
                return Err(ArchiveError::Damaged("it could not be read".to_owned()));
            }
        }
    }

    /// Take in all facts that there are and make them findable; `newest` is when the last one became known.
    fn take_in(
        &self,
        facts: &Facts<'_>,
        archive: &Mutex<Archive>,
        newest: &mut Option<Moment>,
    ) -> Result<(), ArchiveError> {
        let mut upto = lock(archive).upto()?;
        loop {
            let batch = facts.after(upto, BATCH)?;
            let Some((last, _)) = batch.last() else { break };
            lock(archive).take(&batch)?;
            upto = last.seq;
            *newest = Some(last.known_at);
            if self.is_ending() {
                return Ok(());
            }
        }
        while lock(archive).index_more()? {
            if self.is_ending() {
                return Ok(());
            }
        }
        self.taken.send_replace(upto.0);
        Ok(())
    }

    /// Keep the figures of the hours that are over. Of a long log that takes a while, in which others are not kept waiting.
    fn keep_days(&self, facts: &Facts<'_>, archive: &Mutex<Archive>, newest: Moment) -> Result<(), ArchiveError> {
        let Some(mut keeper) = lock(archive).days_due(newest)? else { return Ok(()) };
        loop {
            let batch = facts.after(keeper.upto(), BATCH)?;
            if batch.is_empty() || self.is_ending() {
                return Ok(());
            }
            lock(archive).keep_days(&mut keeper, &batch)?;
            self.take_in(facts, archive, &mut None)?;
        }
    }

    /// Wait a moment for what is committed by now; how many facts are still missing then.
    async fn caught_up(&self) -> u64 {
        let committed = self.committed.load(Ordering::Acquire);
        let mut taken = self.taken.subscribe();
        if *taken.borrow() < committed {
            self.ring(|wanted| wanted.hurry = true);
            // Late or not, what is there is told.
            drop(tokio::time::timeout(PATIENCE, taken.wait_for(|taken| *taken >= committed)).await);
        }
        let taken = *taken.borrow();
        committed.saturating_sub(taken)
    }

    async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Archive) -> Result<T, ArchiveError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let _one = self.looking.acquire().await.map_err(|_| Refusal::NoArchive)?;
        let reader = lock(&self.reader).clone().ok_or(Refusal::NoArchive)?;
        let looked = tokio::task::spawn_blocking(move || look(&lock(&reader))).await;
        let looked = looked.map_err(|_| Refusal::NoArchive)?;
        looked.map_err(|error| {
            tracing::error!(%error, "the archive cannot be read");
            if error.is_damage() {
                self.ring(|wanted| (wanted.rung, wanted.damaged) = (true, true));
            }
            Refusal::NoArchive
        })
    }
}

/// The facts, as the archive's thread takes them in.
struct Facts<'h> {
    log: FactLog<'h>,
    map: Option<&'h AreaOf>,
}

impl Facts<'_> {
    /// The facts after one, each with the area of the case that it begins or moves: the one that was named, as closely as
    /// the place tells it.
    fn after(&self, upto: Seq, limit: usize) -> Result<Vec<(Fact, Option<Area>)>, ArchiveError> {
        let mut facts = self.log.after(upto, limit)?;
        if let Some(map) = self.map {
            for (fact, area) in &mut facts {
                if let Some(at) = fact.what.place().and_then(|place| place.at) {
                    *area = Area::of_case(area.as_ref(), map.of(at));
                }
            }
        }
        Ok(facts)
    }
}

/// The log, as the archive's thread reads it.
enum FactLog<'h> {
    File(Log),
    Clerk(&'h Weak<Inner>),
}

impl<'h> FactLog<'h> {
    fn of(place: &Place, hub: &'h Weak<Inner>) -> Result<Self, ArchiveError> {
        Ok(match place {
            Place::Folder(folder) => Self::File(Log::open(folder)?),
            Place::Memory => Self::Clerk(hub),
        })
    }

    fn after(&self, upto: Seq, limit: usize) -> Result<Vec<(Fact, Option<Area>)>, ArchiveError> {
        match self {
            Self::File(log) => Ok(log.after(upto, limit)?),
            Self::Clerk(hub) => {
                // A hub that is gone has no more facts.
                let Some(hub) = hub.upgrade() else { return Ok(Vec::new()) };
                let (reply, answer) = oneshot::channel();
                let read = Box::new(move |store: &Store| drop(reply.send(store.facts_with_areas(upto, limit))));
                if hub.clerk.blocking_send(Ask::Read(read)).is_err() {
                    return Ok(Vec::new());
                }
                drop(hub);
                Ok(answer.blocking_recv().unwrap_or(Ok(Vec::new()))?)
            }
        }
    }
}

impl Inner {
    /// A page of all cases there ever were.
    ///
    /// # Errors
    /// The [`Refusal`] that names the field, or [`Refusal::NoArchive`].
    pub(crate) async fn find(&self, search: Search) -> Result<Found, Refusal> {
        search.check()?;
        let behind = self.archive.caught_up().await;
        let catalogue = self.in_force.get();
        let mut found = self.archive.look(move |archive| archive.find(&search, catalogue.kinds())).await?;
        found.behind = behind;
        found.cases.iter_mut().for_each(cut);
        Ok(found)
    }

    /// What the figures of a period that ends now are held against.
    ///
    /// # Errors
    /// [`Refusal::NoArchive`].
    pub(crate) async fn past(&self, period: Period) -> Result<Past, Refusal> {
        self.archive.caught_up().await;
        let now = self.clock.now();
        self.archive.look(move |archive| archive.past(period, now)).await
    }

    /// The figures of a day that is over and what they are held against; `None` where nothing is known of it.
    ///
    /// # Errors
    /// [`Refusal::NoArchive`].
    pub(crate) async fn kept_day(&self, day: Day) -> Result<Option<(Span, Kept, Past)>, Refusal> {
        self.archive.caught_up().await;
        self.archive.look(move |archive| archive.kept_day(day)).await
    }

    /// A case with its newest facts, or the newest before one; `None` where there never was one of that number.
    ///
    /// # Errors
    /// [`Refusal::NoArchive`].
    pub(crate) async fn story(&self, id: IncidentId, before: Option<Seq>) -> Result<Option<Story>, Refusal> {
        self.archive.caught_up().await;
        let Some((case, mut seqs)) = self.archive.look(move |archive| archive.case(id)).await? else {
            return Ok(None);
        };
        if let Some(before) = before {
            seqs.retain(|seq| *seq < before);
        }
        let mut more = seqs.len() > STORY_MAX;
        seqs.drain(..seqs.len().saturating_sub(STORY_MAX));
        seqs.reverse();
        let broken = |error: &StoreError| tracing::error!(%error, "the facts of a case cannot be read");
        let facts = match &self.archive.place {
            Place::Folder(folder) => {
                let folder = folder.clone();
                let read = move || Log::open(&folder)?.at(&seqs);
                tokio::task::spawn_blocking(read).await.map_err(|_| Refusal::NoArchive)?
            }
            Place::Memory => {
                let (reply, answer) = oneshot::channel();
                let read = Box::new(move |store: &Store| drop(reply.send(store.facts_at(&seqs))));
                self.clerk.send(Ask::Read(read)).await.map_err(|_| Refusal::NoArchive)?;
                answer.await.map_err(|_| Refusal::NoArchive)?
            }
        };
        let mut facts = facts.inspect_err(broken).map_err(|_| Refusal::NoArchive)?;
        let mut bytes = 0;
        let fitting = facts.iter().take_while(|fact| {
            bytes += encode_fact(fact).map_or(0, |body| body.len());
            bytes <= STORY_BYTES_MAX
        });
        let fitting = fitting.count();
        more |= fitting < facts.len();
        facts.truncate(fitting);
        Ok(Some(Story { case, facts, more }))
    }
}

/// So much of a text as a list shows.
fn cut(case: &mut FoundCase) {
    for text in [&mut case.text, &mut case.place.address] {
        if let Some((end, _)) = text.char_indices().nth(LISTED_TEXT_MAX) {
            text.truncate(end);
            text.push('…');
        }
    }
}
