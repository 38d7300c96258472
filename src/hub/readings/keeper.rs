//! The thread of the readings: takes in what waits, and brings it to the disk.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use super::{Answer, Ask, COMMIT_WAITED, Listing, Parts, Reply, Served, TakeError};
use crate::config::sensors::Listed;
use crate::domain::sensor::{Quality, Registry, Retired, Unfit, Verdict};
use crate::domain::{Moment, Reading, Sensor, SensorId};
use crate::feeds::readings::given::LISTED_MAX;
use crate::feeds::readings::{Counted, FirstSight, Sorted, Unkept};
use crate::hub::Inner;
use crate::store::readings::{ReadingsError, Writer, quality_row_of as row_of};

/// What was taken in is brought to the disk after so long, or once there is so much of it.
const COMMIT_EVERY: Duration = Duration::from_millis(200);
const COMMIT_READINGS: usize = 100_000;
/// How well sensors behave is brought to the disk after so long.
const QUALITY_EVERY: Duration = Duration::from_secs(30);
/// A disk that failed is tried again after so long.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// The thread's part.
pub(in crate::hub) struct Keeper {
    parts: Arc<Parts>,
    asks: Receiver<Ask>,
    writer: Writer,
    /// When the oldest came that is in memory only.
    oldest: Option<Instant>,
    tried: Option<Instant>,
    /// Who waits for the disk.
    waiting: Vec<(Answer, Counted)>,
    /// Rows of the quality that are otherwise than on disk, and when they were last written.
    unwritten: Vec<bool>,
    written: Instant,
}

/// Who has to go out of service at `now` by the city's file, and who comes back that was out of it by the file alone.
fn as_listed(registry: &Registry, listed: &[Listed], now: Moment) -> Vec<(String, Option<Retired>)> {
    let wanted = |Listed { sensor, retired }: &Listed| {
        let known = registry.retired(registry.number(&sensor.id)?);
        let by_file = known.is_some_and(|known| known.by == Retired::FILE);
        let other = known.is_none_or(|known| by_file && known.reason != *retired);
        let says = !retired.is_empty();
        let reason = || Retired { at: now, by: Retired::FILE.to_owned(), reason: retired.clone() };
        let changes = if says { other } else { by_file };
        changes.then(|| (sensor.id.clone(), says.then(reason)))
    };
    listed.iter().filter_map(wanted).collect()
}

impl Keeper {
    /// Takes in what comes through `asks`.
    pub(super) fn new(parts: Arc<Parts>, asks: Receiver<Ask>, writer: Writer) -> Self {
        let (waiting, unwritten, written) = (Vec::new(), Vec::new(), Instant::now());
        Self { parts, asks, writer, oldest: None, tried: None, waiting, unwritten, written }
    }

    /// Until told to stop, or until nobody can ask any more.
    pub(in crate::hub) fn run(mut self, hub: &Weak<Inner>) {
        let mut now = Moment(i64::MIN);
        loop {
            let patience = if self.waiting.is_empty() { COMMIT_EVERY / 2 } else { COMMIT_WAITED / 2 };
            let asked = match self.asks.recv_timeout(patience) {
                Ok(Ask::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(ask) => Some(ask),
                Err(RecvTimeoutError::Timeout) => None,
            };
            match asked {
                Some(Ask::Take { sorted, now: came, latest, reply }) => {
                    now = came;
                    self.parts.waiting.fetch_sub(sorted.rows, Ordering::AcqRel);
                    let counted = self.take(sorted, came, latest);
                    match (reply, counted) {
                        (Reply::Never, _) => {}
                        (Reply::Written(reply), Ok(counted)) => self.waiting.push((reply, counted)),
                        // Who does not wait any more has no use for it.
                        (Reply::Taken(reply) | Reply::Written(reply), counted) => drop(reply.send(counted)),
                    }
                }
                Some(Ask::Keep { readings, then, reply }) => {
                    now = then;
                    self.oldest.get_or_insert_with(Instant::now);
                    // Of what was, any clock may be beyond it.
                    let latest = Moment(i64::MAX);
                    self.writer.append(&readings, (then, latest), |_, _| {});
                    self.parts.newest().put(readings, latest);
                    // Who does not wait any more has no use for it.
                    _ = reply.send(());
                }
                Some(Ask::Describe { sensors, reply }) => {
                    let told = self.describe(sensors).map_err(|error| {
                        tracing::error!(%error, "sensors are not written");
                        TakeError::NotWritten
                    });
                    drop(reply.send(told));
                }
                Some(Ask::Serve { ids, retired, reply }) => {
                    let serve = ids.into_iter().map(|id| (id, retired.clone())).collect();
                    let told = self.serve(serve).map_err(|error| {
                        tracing::error!(%error, "who is out of service is not written");
                        TakeError::NotWritten
                    });
                    drop(reply.send(told));
                }
                Some(Ask::List { listed, at, reply }) => {
                    let told = self.list(&listed, at).map_err(|error| {
                        tracing::error!(%error, "what the file says of sensors is not written");
                        TakeError::NotWritten
                    });
                    // Who does not wait any more has no use for it.
                    _ = reply.send(told);
                }
                Some(Ask::Stop) | None => {
                    if let Some(hub) = hub.upgrade() {
                        now = hub.clock.now();
                    }
                }
            }
            self.write_if_due(now);
            if self.written.elapsed() >= QUALITY_EVERY {
                self.write_quality();
            }
        }
        self.write_quality();
        match self.writer.commit() {
            Ok(()) => self.tell_written(),
            Err(error) => tracing::error!(%error, "the last readings are not written"),
        }
    }

    fn write_quality(&mut self) {
        self.written = Instant::now();
        let rows: Vec<usize> =
            self.unwritten.iter().enumerate().filter(|(_, unwritten)| **unwritten).map(|(row, _)| row).collect();
        if rows.is_empty() {
            return;
        }
        // Nobody who asks for it waits for the disk.
        let quality = self.parts.quality().clone();
        match self.writer.put_quality(rows, &quality) {
            Ok(()) => self.unwritten.clear(),
            Err(error) => tracing::warn!(%error, "how well sensors behave is not written"),
        }
    }

    fn tell_written(&mut self) {
        for (reply, counted) in self.waiting.drain(..) {
            drop(reply.send(Ok(counted)));
        }
    }

    fn write_if_due(&mut self, now: Moment) {
        let every = if self.waiting.is_empty() { COMMIT_EVERY } else { COMMIT_WAITED };
        let due = self.oldest.is_some_and(|oldest| oldest.elapsed() >= every);
        let due = due || self.writer.uncommitted() >= COMMIT_READINGS;
        let resting = self.tried.is_some_and(|tried| tried.elapsed() < TRY_AGAIN);
        if !due || resting {
            return;
        }
        let written = self.writer.commit();
        if written.is_ok() {
            self.tell_written();
        }
        let written = written.and_then(|()| self.writer.seal_if_due(now)).and_then(|()| self.writer.aside());
        self.parts.known_late.store(self.writer.known_late(), Ordering::Release);
        match written {
            Ok(aside) => {
                self.parts.aside.store(aside, Ordering::Release);
                (self.oldest, self.tried) = (None, None);
                if self.parts.failing.swap(false, Ordering::AcqRel) {
                    tracing::info!("readings are written again");
                }
            }
            Err(error) => {
                self.tried = Some(Instant::now());
                if !self.parts.failing.swap(true, Ordering::AcqRel) {
                    tracing::error!(%error, "readings cannot be written");
                }
            }
        }
    }

    /// Put sensors into the registry once they are on disk.
    pub(in crate::hub) fn describe(&mut self, sensors: Vec<Sensor>) -> Result<Vec<Served>, ReadingsError> {
        let mut registry = Registry::clone(&self.parts.registry());
        let told: Vec<_> = sensors.into_iter().map(|sensor| registry.describe(sensor)).collect();
        let changed = told.iter().flatten().filter(|(_, changed)| *changed);
        let sensors: Vec<(SensorId, Sensor)> =
            changed.filter_map(|(number, _)| Some((*number, registry.said(*number)?))).collect();
        if !sensors.is_empty() {
            self.writer.put_sensors(sensors.iter().map(|(number, sensor)| (*number, sensor)))?;
            self.parts.change(registry);
            self.parts.watcher().refit();
        }
        Ok(told)
    }

    /// Take sensors out of service, or back into it where there is no reason, once that is on disk.
    fn serve(&mut self, all: Vec<(String, Option<Retired>)>) -> Result<Vec<Served>, ReadingsError> {
        let mut registry = Registry::clone(&self.parts.registry());
        let told: Vec<Served> = all
            .iter()
            .map(|(id, retired)| match retired {
                Some(retired) => registry.retire(id, retired),
                None => registry.bring_back(id),
            })
            .collect();
        let changed = all.iter().zip(&told).filter(|(_, told)| matches!(told, Ok((_, true))));
        let changed: Vec<(&str, Option<&Retired>)> =
            changed.filter_map(|((id, _), _)| Some((id.as_str(), registry.retired(registry.number(id)?)))).collect();
        if !changed.is_empty() {
            self.writer.put_retired(changed)?;
            self.parts.change(registry);
            self.parts.watcher().refit();
        }
        Ok(told)
    }

    /// Describe the sensors of the city's file of which it says something else than when it was read last: what people said
    /// since of the others stays. Take out of service those that it says are, and those back into it that were out of it by
    /// the file alone and are not any more. Returns how many that changed, or why a line cannot be.
    pub(in crate::hub) fn list(&mut self, listed: &[Listed], now: Moment) -> Result<Listing, ReadingsError> {
        let anew = self.writer.listed_anew(listed.iter().map(|listed| &listed.sensor))?;
        let described = self.describe(anew.iter().copied().cloned().collect())?;
        self.writer
            .put_listed(anew.into_iter().zip(&described).filter(|(_, told)| told.is_ok()).map(|(sensor, _)| sensor))?;
        let wanted = as_listed(&self.parts.registry(), listed, now);
        let served = self.serve(wanted)?;
        if let Some(refusal) = described.iter().find_map(|told| told.as_ref().err()) {
            return Ok(Err(refusal.clone()));
        }
        let all = described.iter().chain(&served).flatten();
        Ok(Ok(all.filter(|(_, changed)| *changed).count()))
    }

    fn take(&mut self, sorted: Sorted, now: Moment, latest: Moment) -> Result<Counted, TakeError> {
        let Sorted { rows, mut readings, first, mut unkept } = sorted;
        let mut counted = Counted { rows, ..Counted::default() };
        if !first.is_empty() {
            let seen = self.see(&first).map_err(|error| {
                tracing::error!(%error, "sensors are not written");
                TakeError::NotWritten
            })?;
            counted.first_seen = seen;
            self.judge(first, latest, &mut readings, &mut unkept);
        }
        self.oldest.get_or_insert_with(Instant::now);
        // A demo tells its day up to when its readings come, at any speed: there nothing is late before that.
        let told = self.parts.told().map_or(now, |told| told.min(now));
        let after_service = self.after_service(&mut readings);
        let mut watched = Vec::with_capacity(readings.len());
        {
            let registry = self.parts.registry();
            let mut quality = self.parts.quality();
            quality.resize(registry.len(), Quality::default());
            let unwritten = &mut self.unwritten;
            unwritten.resize(row_of(registry.len()) + 1, false);
            let mut note = |sensor: SensorId| {
                if let Some(row) = unwritten.get_mut(row_of(sensor.index())) {
                    *row = true;
                }
            };
            self.writer.append(&readings, (now, latest), |reading, found| {
                let is_late = |now| registry.get(reading.sensor).is_some_and(|sensor| sensor.is_late(reading.at, now));
                let late = found != Verdict::Duplicate && is_late(now);
                if found == Verdict::Kept && !is_late(told) {
                    watched.push(*reading);
                }
                let verdict = if late { Verdict::Late } else { found };
                match verdict {
                    Verdict::Kept => counted.kept += 1,
                    Verdict::OutOfOrder => counted.out_of_order += 1,
                    Verdict::Late => counted.late += 1,
                    Verdict::Duplicate => counted.duplicate += 1,
                }
                if let Some(quality) = quality.get_mut(reading.sensor.index()) {
                    quality.count(verdict, now);
                    if late && found == Verdict::Kept {
                        quality.fall_behind(reading.at, now);
                    }
                }
                note(reading.sensor);
            });
            for Reading { sensor, at, .. } in after_service {
                *counted.refused.entry(Unfit::Unknown).or_default() += 1;
                note(sensor);
                if let Some(quality) = quality.get_mut(sensor.index()) {
                    quality.refuse(Unfit::Unknown, at, now);
                }
            }
            unkept.sort_by_key(|one| one.row);
            for one in &unkept {
                *counted.refused.entry(one.unfit).or_default() += 1;
                one.sensor.into_iter().for_each(&mut note);
                match one.sensor.and_then(|sensor| quality.get_mut(sensor.index())) {
                    Some(quality) => quality.refuse(one.unfit, one.at, now),
                    None => {
                        self.parts.nobodys.fetch_add(1, Ordering::AcqRel);
                    }
                }
            }
        }
        let mut limits = self.parts.watcher();
        for Reading { sensor, at, value } in watched {
            limits.forget_beyond(sensor, latest);
            limits.read(sensor, at, value);
        }
        drop(limits);
        self.parts.newest().put(readings, latest);
        unkept.truncate(LISTED_MAX);
        counted.listed = unkept;
        Ok(counted)
    }

    /// Takes out what was measured after the sensor went out of service, which whoever sent it may not have known.
    fn after_service(&self, readings: &mut Vec<Reading>) -> Vec<Reading> {
        let registry = self.parts.registry();
        readings.extract_if(.., |reading| registry.is_after_service(reading)).collect()
    }

    /// Sensors of which nobody knew become known, on disk first; returns how many.
    fn see(&mut self, first: &[FirstSight]) -> Result<usize, ReadingsError> {
        let (begin, mut registry) = {
            let registry = self.parts.registry();
            (registry.len(), Registry::clone(&registry))
        };
        for one in first {
            // Why one cannot be is told with its reading.
            _ = registry.see(one.sensor.clone());
        }
        let new: Vec<(SensorId, Sensor)> = (begin..registry.len())
            .filter_map(|index| u32::try_from(index).ok().map(SensorId))
            .filter_map(|number| Some((number, registry.said(number)?)))
            .collect();
        if !new.is_empty() {
            self.writer.put_sensors(new.iter().map(|(number, sensor)| (*number, sensor)))?;
            self.parts.change(registry);
        }
        Ok(new.len())
    }

    fn judge(&self, first: Vec<FirstSight>, latest: Moment, readings: &mut Vec<Reading>, unkept: &mut Vec<Unkept>) {
        let registry = self.parts.registry();
        for FirstSight { row, sensor, at, value, unit } in first {
            let known = registry.number(&sensor.id);
            let judged = match known {
                Some(number) => registry.judge(number, value, &unit, at, latest),
                None if sensor.kind.scale(&sensor.unit).is_none() => Err(Unfit::WrongUnit),
                None if sensor.check().is_err() => Err(Unfit::Malformed),
                None => Err(Unfit::Unknown),
            };
            match judged {
                Ok(reading) => readings.push(reading),
                Err(unfit) => {
                    unkept.push(Unkept { row, sensor: known, id: sensor.id, at, unfit });
                }
            }
        }
    }
}
