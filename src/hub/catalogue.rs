//! The catalogue in force in a hub, and how it takes its files anew.
//!
//! ```text
//!  files ──read──► right ──► order ──► clerk ──► fact ──► log, screens
//!                    └ wrong: told with file and line, nothing changes
//! ```
//!
//! What the clerk took last is what reports are judged by from then on; [`Cell`] holds it read. Plans are taken as kinds
//! are, after them, and the shifts of a day. The sensors of `hub.sensors` and the feeds of `hub.feeds` are read with them;
//! they are no facts: sensors are described anew, feeds begin and end.

use std::sync::{Arc, PoisonError, RwLock};

use super::clerk::{Signed, Signer};
use super::{Intake, IntakeError, feeds};
use crate::config::sensors::{self, Listed};
use crate::config::{ConfigError, Difference, InForce};
use crate::domain::rights::{Area, Right};
use crate::domain::{AlarmRules, CatalogueTexts, Grade, Hall, Order, PlanTexts, Refusal, Seq, Shifts};

/// Who signs what a hub reads from its own files when it starts.
pub(super) const ACTOR: &str = "hub";

/// The catalogue in force, read. Set by the clerk alone.
pub(crate) struct Cell(RwLock<Arc<InForce>>);

impl Cell {
    pub(crate) fn new(read: InForce) -> Self {
        Self(RwLock::new(Arc::new(read)))
    }

    pub(crate) fn get(&self) -> Arc<InForce> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set(&self, read: InForce) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
    }

    /// The default grade of a kind; `None` for one that there is not.
    pub(crate) fn grade_of(&self, kind: &str) -> Option<Grade> {
        self.get().kinds().kind(kind).map(|kind| kind.grade)
    }
}

/// The texts in force in a hall: those taken last, or those built in.
pub(super) fn texts_of(hall: &Hall) -> Option<Arc<CatalogueTexts>> {
    hall.catalogue().cloned().or_else(|| Some(Arc::clone(InForce::built_in().ok()?.texts())))
}

/// The texts of the plans in force in a hall: those taken last, or those built in that fit its kinds.
pub(super) fn plan_texts_of(hall: &Hall) -> Option<Arc<PlanTexts>> {
    hall.plan_texts().cloned().or_else(|| Some(Arc::clone(InForce::of(hall).ok()?.plans().texts())))
}

/// The shifts in force in a hall: those taken last, or those built in.
pub(super) fn shifts_of(hall: &Hall) -> Option<Arc<Shifts>> {
    InForce::shifts_of(hall).ok()
}

/// The limits of sensors in force in a hall: those taken last, or those built in that fit its kinds.
pub(super) fn alarm_rules_of(hall: &Hall) -> Option<Arc<AlarmRules>> {
    hall.alarms().rules().cloned().or_else(|| Some(Arc::clone(InForce::of(hall).ok()?.alarm_rules())))
}

/// What came of reading the files anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reloaded {
    /// The newest fact after it.
    pub seq: Seq,
    /// Whether the files say something else than before.
    pub changed: bool,
    /// How many kinds there are now.
    pub kinds: usize,
    /// What is otherwise.
    pub difference: Difference,
    /// Sensors of `hub.sensors` that are new or described otherwise.
    pub sensors_changed: usize,
    /// Feeds of `hub.feeds` that began or ended.
    pub feeds_changed: usize,
}

/// Why the files were not taken; what was in force still is.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// A file is wrong.
    #[error("{}", .0.in_full())]
    Wrong(ConfigError),
    /// The clerk took it not.
    #[error("{0}")]
    Refused(Refusal),
    /// The hub is going down.
    #[error(transparent)]
    Down(#[from] IntakeError),
}

impl From<ReloadError> for Refusal {
    fn from(error: ReloadError) -> Self {
        match error {
            ReloadError::Wrong(error) => Self::from(&error),
            ReloadError::Refused(refusal) => refusal,
            ReloadError::Down(_) => Self::NoHub,
        }
    }
}

impl Intake {
    /// Read the hub's own files of the catalogue anew and put what they say in force; signed by whoever wants it.
    ///
    /// # Errors
    /// [`ReloadError`], which is logged as well: whoever edits the files may not be who reads the answer.
    pub async fn reload(&self, by: Signer) -> Result<Reloaded, ReloadError> {
        let done = self.read_and_take(by).await;
        match &done {
            Ok(Reloaded { changed, kinds, sensors_changed, feeds_changed, .. }) => {
                tracing::info!(changed, kinds, sensors_changed, feeds_changed, "the catalogue was read anew");
            }
            Err(error) => tracing::error!("{error}; the catalogue stays as it was"),
        }
        done
    }

    async fn read_and_take(&self, by: Signer) -> Result<Reloaded, ReloadError> {
        // What is wrong in a file is told only to whoever may put it in force.
        if let Some(standing) = &by.standing
            && let Err(refusal) = standing.check(Right::Catalogue, [Some(&Area::CITY)])
        {
            self.note_refused(&by, "catalogue", &refusal).await;
            return Err(ReloadError::Refused(refusal));
        }
        let hub = &self.inner;
        let (files, sensors, feeds) = (hub.files.clone(), hub.sensors.clone(), hub.feeds.file());
        let read = tokio::task::spawn_blocking(move || {
            let sensors = sensors.as_deref().map(sensors::load).transpose()?;
            let feeds = feeds.map(|(file, environment)| feeds::read(&file, environment)).transpose()?;
            Ok::<_, ConfigError>((files.read()?, sensors.unwrap_or_default(), feeds.unwrap_or_default()))
        });
        let (read, sensors, feeds) = read.await.map_err(|_| IntakeError::Down)?.map_err(ReloadError::Wrong)?;
        let before = hub.in_force.get();
        // In one commit, the kinds first: plans are held against them.
        let mut orders =
            vec![Order::TakeCatalogue(Arc::clone(read.texts())), Order::TakePlans(Arc::clone(read.plans().texts()))];
        if read.shifts() != before.shifts() {
            orders.push(Order::TakeShifts { shifts: Arc::clone(read.shifts()), utc_offset_secs: 0 });
        }
        orders.push(Order::TakeAlarmRules(Arc::clone(read.alarm_rules())));
        let sign = |order| Signed { by: by.clone(), order, command: None, area: None, at: None };
        let taken = self.orders(orders.into_iter().map(sign).collect()).await?;
        let taken = taken.into_iter().collect::<Result<Vec<_>, _>>().map_err(ReloadError::Refused)?;
        let sensors_changed = self.describe_anew(sensors).await?;
        let feeds_changed = hub.feeds.change(feeds, self).await;
        Ok(Reloaded {
            seq: taken.last().ok_or(IntakeError::Down)?.seq,
            changed: sensors_changed + feeds_changed > 0 || taken.iter().any(|taken| taken.changed),
            kinds: read.kinds().kinds().len(),
            difference: read.difference(&before),
            sensors_changed,
            feeds_changed,
        })
    }

    /// Describe the sensors of the file that it describes otherwise than before, out of service those that it says are; how
    /// many that changed. One that left the file stays as it is.
    async fn describe_anew(&self, listed: Vec<Listed>) -> Result<usize, ReloadError> {
        if listed.is_empty() {
            return Ok(0);
        }
        let told = self.inner.readings.list(listed, self.inner.clock.now()).await;
        told.map_err(|_| ReloadError::Refused(Refusal::NotWritten))?.map_err(ReloadError::Refused)
    }
}
