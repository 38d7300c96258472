//! Outside data in. A feed makes reports and positions and hands them to a [`Sink`]; it knows
//! nothing of the hub, which stands above it and implements [`CitySink`] for feeds in its process.
//!
//! - [`away`]: waits for a hub that goes away while something is played into it.
//! - [`file`]: plays a CSV or JSON-lines stream, mapped by a `mapping.toml`.
//! - [`http`]: a client of a hub elsewhere, and a sink that posts reports to it.
//! - [`mqtt`]: a broker; [`poll`]: services that are asked; [`sources`]: the file that names them.
//! - [`readings`]: batches of what sensors measured, as they are sent.
//! - [`series`]: plays what sensors measured, from a file.
//! - [`sim`]: a city alive without any source: a whole day from a seed, and scripted emergencies.
//! - [`streets`]: places by street name.

pub mod away;
pub mod file;
pub mod http;
pub mod json_map;
pub mod mqtt;
pub mod poll;
pub mod propose;
pub mod readings;
pub mod series;
pub mod sim;
pub mod sources;
pub mod streets;
pub mod template;
pub mod when;

use std::future::Future;

use self::readings::{Counted, Given};
use crate::domain::{
    Actor, Attachment, CrewPosition, Fact, IncidentId, Moment, Order, Reading, Report, Sensor, SensorId, Seq,
};

/// What became of a report.
pub type Outcome = Result<Told, Refused>;

/// A report that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The incident it is about, where the sink says so.
    pub incident: Option<IncidentId>,
    /// Whether it told anything that the hub did not have.
    pub changed: bool,
}

/// Why a report was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct Refused {
    /// The field at fault; may be empty.
    pub field: String,
    /// What is wrong.
    pub reason: String,
}

/// Why a sink took nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SinkError {
    /// The hub is going down or cannot write.
    #[error("the hub takes nothing: {0}")]
    Down(String),
    /// The hub cannot be reached.
    #[error("cannot reach the hub at {at}: {cause}")]
    Unreachable {
        /// Where.
        at: String,
        /// Why not.
        cause: String,
    },
    /// It lets nobody report who shows no key of a source.
    #[error("{at} does not take reports from here: {why}")]
    NotLetIn {
        /// Where.
        at: String,
        /// What it says.
        why: String,
    },
    /// It answered something else than the API says.
    #[error("{at} answered {status}: {body}")]
    Answer {
        /// Where.
        at: String,
        /// HTTP status.
        status: u16,
        /// The beginning of the body.
        body: String,
    },
}

/// Takes reports.
pub trait Sink: Send + Sync + 'static {
    /// Take these reports, in order; one outcome each.
    fn reports(&self, reports: Vec<Report>) -> impl Future<Output = Result<Vec<Outcome>, SinkError>> + Send;
}

/// Takes what sensors measured, as their sources say it.
pub trait ReadingSink: Send + Sync + 'static {
    /// Describe sensors; how many of them that changed.
    fn describe(&self, sensors: Vec<Sensor>) -> impl Future<Output = Result<usize, SinkError>> + Send;

    /// Take rows, `None` for those that could not be read, and say what became of them once they are on disk.
    fn take(&self, rows: Vec<Option<Given>>) -> impl Future<Output = Result<Counted, SinkError>> + Send;

    /// What time it is in the hall.
    fn hall_now(&self) -> Moment;
}

/// Takes all that a running city gives, and tells it what the hall does: for feeds in the hub's process.
pub trait CitySink: Sink {
    /// Carry out orders, each known at its moment and in somebody's name, in as few commits as
    /// possible: for each the incident it is about. A refusal is nobody's harm and gives `None`.
    fn orders(
        &self,
        orders: Vec<(Moment, Actor, Order)>,
    ) -> impl Future<Output = Result<Vec<Option<IncidentId>>, SinkError>> + Send;

    /// Keep a file before an order names it; false where there is no room for it.
    fn keep_file(&self, file: &Attachment, body: Vec<u8>) -> impl Future<Output = Result<bool, SinkError>> + Send;

    /// Take positions of crews.
    fn positions(&self, positions: &[CrewPosition]);

    /// Describe sensors: their numbers, `None` for those that cannot be.
    fn sensors(&self, sensors: Vec<Sensor>) -> impl Future<Output = Result<Vec<Option<SensorId>>, SinkError>> + Send;

    /// Take readings of sensors that are described. What finds no room is lost, as with a gateway that does not send
    /// again.
    fn readings(&self, readings: Vec<Reading>);

    /// Of when the newest is that each of these sensors showed; `None` for those that never showed anything.
    fn told_until(&self, sensors: &[Option<SensorId>]) -> Vec<Option<Moment>>;

    /// Take what sensors that are described showed at a moment that was, after all that was before it; waits for its turn.
    fn past_readings(&self, readings: Vec<Reading>, then: Moment)
    -> impl Future<Output = Result<(), SinkError>> + Send;

    /// Open incidents whose ids at their source begin so.
    fn open_of(&self, prefix: &'static str) -> impl Future<Output = Result<Vec<IncidentId>, SinkError>> + Send;

    /// The newest fact.
    fn newest(&self) -> impl Future<Output = Result<Seq, SinkError>> + Send;

    /// The facts after one, oldest first, at most so many.
    fn facts_after(&self, after: Seq, limit: usize) -> impl Future<Output = Result<Vec<Fact>, SinkError>> + Send;

    /// The hub's clock.
    fn now(&self) -> Moment;
}
