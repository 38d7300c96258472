//! The way in: reports, orders and positions, from HTTP, feeds and tests in the same process.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::oneshot;

use super::clerk::{Ask, Reply, Signed, Signer};
use super::clock::HallClock;
use super::{Inner, chronicle};
use crate::domain::rights::Area;
use crate::domain::{
    Actor, Attachment, Caller, CrewPosition, Fact, Hall, IncidentId, Moment, Order, Reading, Refusal, Report, Sensor,
    SensorId, Seq, Stage,
};
use crate::feeds::readings::{Counted, Given};
use crate::feeds::{CitySink, Outcome, ReadingSink, Refused, SinkError, Told};
use crate::wire::Control;

/// From where feeds of this process report.
const HERE: &str = "in this process";

/// An order that was carried out; its facts are on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The newest fact after it.
    pub seq: Seq,
    /// The incident it is about.
    pub incident: Option<IncidentId>,
    /// Whether it changed anything; a repeated report does not.
    pub changed: bool,
    /// The caller that was asked for.
    pub caller: Option<Caller>,
}

/// Why nothing came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    /// The hub is going down.
    #[error("the hub is shutting down")]
    Down,
}

/// A cheap handle to a hub.
#[derive(Clone)]
pub struct Intake {
    pub(super) inner: Arc<Inner>,
}

impl Intake {
    pub(crate) fn new(inner: &Arc<Inner>) -> Self {
        Self { inner: Arc::clone(inner) }
    }

    /// Carry out orders, in order, in as few commits as possible. One result each.
    ///
    /// # Errors
    /// [`IntakeError::Down`]; whether the orders were carried out is then unknown.
    pub async fn orders(&self, orders: Vec<Signed>) -> Result<Vec<Result<Taken, Refusal>>, IntakeError> {
        let (reply, answer) = oneshot::channel();
        let ask = Ask::Orders { orders, reply: Reply::Once(reply) };
        self.inner.clerk.send(ask).await.map_err(|_| IntakeError::Down)?;
        answer.await.map_err(|_| IntakeError::Down)
    }

    /// Take in reports of this process, each signed by its own source.
    ///
    /// # Errors
    /// As [`Self::orders`].
    pub async fn reports(&self, reports: Vec<Report>) -> Result<Vec<Result<Taken, Refusal>>, IntakeError> {
        let signed = reports.into_iter().map(|report| Signed {
            by: Signer::of(Actor::Source(report.source.clone()), HERE),
            order: Order::TakeReport(report),
            command: None,
            area: None,
            at: None,
        });
        self.orders(signed.collect()).await
    }

    /// Have a refusal recorded of which the clerk knows nothing else.
    pub(crate) async fn note_refused(&self, by: &Signer, asked: &str, refusal: &Refusal) {
        let entry = chronicle::refused(by, self.inner.clock.now(), asked.to_owned(), refusal);
        // A hub that goes down takes no orders either.
        drop(self.inner.clerk.send(Ask::Note(entry)).await);
    }

    /// Have something recorded that was done and of which the clerk knows nothing else.
    pub(crate) async fn note_done(&self, by: &Signer, asked: &str) {
        let entry = chronicle::noted(by, self.inner.clock.now(), asked.to_owned());
        drop(self.inner.clerk.send(Ask::Note(entry)).await);
    }

    /// Take in positions of crews; returns how many were used.
    #[must_use]
    pub fn positions(&self, positions: &[CrewPosition]) -> usize {
        self.inner.positions.put(positions)
    }

    /// The hall's clock, to be set in a demo hall and read anywhere.
    #[must_use]
    pub fn clock(&self) -> &HallClock {
        &self.inner.clock
    }

    /// Make this a demo hall: from now on screens may set its speed, and what else they want moved
    /// goes to `controls`, which answers at once. Only the first call counts.
    pub fn take_controls(&self, controls: impl Fn(Control) -> Result<(), Refusal> + Send + Sync + 'static) {
        if self.inner.controls.set(Box::new(controls)).is_ok() {
            self.inner.tell_clock();
        }
    }

    /// Move a demo hall, as a screen would.
    ///
    /// # Errors
    /// [`Refusal::NotADemo`] elsewhere, or what is wrong with `control`.
    pub fn control(&self, control: Control) -> Result<(), Refusal> {
        self.inner.control(control)
    }

    /// Read something from the hall, between two commits.
    ///
    /// # Errors
    /// [`IntakeError::Down`].
    pub async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Hall) -> T + Send + 'static,
    ) -> Result<T, IntakeError> {
        self.look_with_areas(move |hall, _| look(hall)).await
    }

    /// The same, with the areas of the incidents held, as far as they are known.
    ///
    /// # Errors
    /// [`IntakeError::Down`].
    pub async fn look_with_areas<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Hall, &HashMap<IncidentId, Area>) -> T + Send + 'static,
    ) -> Result<T, IntakeError> {
        let (reply, answer) = oneshot::channel();
        let look = Box::new(move |hall: &Hall, areas: &HashMap<IncidentId, Area>| {
            drop(reply.send(look(hall, areas)));
        });
        self.inner.clerk.send(Ask::Look(look)).await.map_err(|_| IntakeError::Down)?;
        answer.await.map_err(|_| IntakeError::Down)
    }
}

impl crate::feeds::Sink for Intake {
    async fn reports(&self, reports: Vec<Report>) -> Result<Vec<Outcome>, SinkError> {
        let results = Self::reports(self, reports).await.map_err(down)?;
        if let Some(Err(refusal)) =
            results.iter().find(|result| matches!(result, Err(Refusal::NotWritten | Refusal::ReadOnly)))
        {
            return Err(SinkError::Down(refusal.to_string()));
        }
        let told = |taken: Taken| Told { incident: taken.incident, changed: taken.changed };
        Ok(results.into_iter().map(|r| r.map(told).map_err(refused)).collect())
    }
}

impl CitySink for Intake {
    async fn orders(&self, orders: Vec<(Moment, Actor, Order)>) -> Result<Vec<Option<IncidentId>>, SinkError> {
        let signed = orders.into_iter().map(|(at, by, order)| {
            let by = if let Order::TakeReport(report) = &order { Actor::Source(report.source.clone()) } else { by };
            Signed { by: Signer::of(by, HERE), order, command: None, area: None, at: Some(at) }
        });
        let results = Self::orders(self, signed.collect()).await.map_err(down)?;
        Ok(results.into_iter().map(|result| result.ok()?.incident).collect())
    }

    async fn keep_file(&self, file: &Attachment, body: Vec<u8>) -> Result<bool, SinkError> {
        let kept = self.inner.keep(file, Bytes::from(body)).await;
        Ok(kept.inspect_err(|refusal| tracing::debug!(%refusal, "a file of a feed is lost")).is_ok())
    }

    fn positions(&self, positions: &[CrewPosition]) {
        self.inner.positions.put(positions);
    }

    async fn sensors(&self, sensors: Vec<Sensor>) -> Result<Vec<Option<SensorId>>, SinkError> {
        let told = self.inner.readings.describe(sensors).await;
        let told = told.map_err(|error| SinkError::Down(error.to_string()))?;
        Ok(told.into_iter().map(|one| one.ok().map(|(number, _)| number)).collect())
    }

    fn readings(&self, readings: Vec<Reading>) {
        if let Err(error) = self.inner.readings.put(readings, self.inner.clock.now()) {
            tracing::debug!(%error, "readings of a feed are lost");
        }
    }

    fn told_until(&self, sensors: &[Option<SensorId>]) -> Vec<Option<Moment>> {
        self.inner.readings.newest(|newest| {
            let until = |sensor: &Option<SensorId>| newest.of((*sensor)?).1.map(|reading| reading.at);
            sensors.iter().map(until).collect()
        })
    }

    async fn past_readings(&self, readings: Vec<Reading>, then: Moment) -> Result<(), SinkError> {
        self.inner.readings.keep(readings, then).await.map_err(|error| SinkError::Down(error.to_string()))
    }

    async fn open_of(&self, prefix: &'static str) -> Result<Vec<IncidentId>, SinkError> {
        self.look(move |hall| {
            let open = hall.incidents().filter(|i| i.source_id.starts_with(prefix) && i.stage != Stage::Closed);
            open.map(|i| i.id).collect()
        })
        .await
        .map_err(down)
    }

    async fn newest(&self) -> Result<Seq, SinkError> {
        self.look(Hall::upto).await.map_err(down)
    }

    async fn facts_after(&self, after: Seq, limit: usize) -> Result<Vec<Fact>, SinkError> {
        let (reply, answer) = oneshot::channel();
        let gone = |_| down(IntakeError::Down);
        self.inner.clerk.send(Ask::Facts { after, limit, reply }).await.map_err(|_| down(IntakeError::Down))?;
        answer.await.map_err(gone)
    }

    fn now(&self) -> Moment {
        self.inner.clock.now()
    }
}

impl ReadingSink for Intake {
    /// What somebody described stays as they did.
    async fn describe(&self, sensors: Vec<Sensor>) -> Result<usize, SinkError> {
        let new: Vec<Sensor> = {
            let registry = self.inner.readings.registry();
            let known = |id: &str| registry.number(id).and_then(|number| registry.get(number));
            let is_claimed = |sensor: &Sensor| known(&sensor.id).is_some_and(|known| known.claimed);
            sensors.into_iter().filter(|sensor| !is_claimed(sensor)).collect()
        };
        if new.is_empty() {
            return Ok(0);
        }
        let told = self.inner.readings.describe(new).await;
        let told = told.map_err(|error| SinkError::Down(error.to_string()))?;
        Ok(told.iter().flatten().filter(|(_, changed)| *changed).count())
    }

    async fn take(&self, rows: Vec<Option<Given>>) -> Result<Counted, SinkError> {
        let clock = &self.inner.clock;
        let taken = self.inner.readings.take_given(&rows, clock.now(), clock.latest()).await;
        taken.map_err(|error| SinkError::Down(error.to_string()))
    }

    fn hall_now(&self) -> Moment {
        self.inner.clock.now()
    }
}

fn down(error: IntakeError) -> SinkError {
    SinkError::Down(error.to_string())
}

fn refused(refusal: Refusal) -> Refused {
    match refusal {
        Refusal::Unusable { field, reason } => Refused { field, reason },
        other => Refused { field: String::new(), reason: other.to_string() },
    }
}
