//! Rows into reports, in order.

use std::collections::HashMap;
use std::path::Path;

use super::mapping::{Columns, Mapping};
use super::table::{Row, Table};
use super::time::{self, Zone};
use super::{Fault, FileError, Stream, Tally};
use crate::config::Catalogue;
use crate::domain::{Answers, Grade, LonLat, Moment, Place, Progress, Refusal, Report};
use crate::feeds::streets::StreetFinder;

/// Read a file by its mapping. Rows that cannot be read are in the tally of the stream.
///
/// # Errors
/// [`FileError`], where the file as a whole cannot be played.
pub fn read(
    file: &Path,
    mapping: &Mapping,
    catalogue: &Catalogue,
    streets: Option<&dyn StreetFinder>,
) -> Result<Stream, FileError> {
    let columns = &mapping.columns;
    let single = [Some(&columns.time), columns.lon.as_ref(), columns.lat.as_ref(), columns.status.as_ref()];
    let several = [&columns.id, &columns.kind, &columns.text, &columns.street, &columns.near, &columns.address];
    let mut names: Vec<&str> = single.into_iter().flatten().map(String::as_str).collect();
    names.extend(several.into_iter().flat_map(|c| &c.0).map(String::as_str));
    names.sort_unstable();
    names.dedup();
    let table = Table::read(file, mapping.encoding.as_deref(), &names)?;
    if let Some(missing) = names.iter().find(|name| !table.header.contains_key(**name)) {
        let known = table.header.keys().map(String::as_str);
        return Err(FileError::Column {
            file: file.to_owned(),
            column: (*missing).to_owned(),
            nearest: crate::config::nearest::nearest(missing, known).map(str::to_owned),
        });
    }
    let reader = Reader {
        file: file.display().to_string(),
        mapping,
        catalogue,
        streets,
        header: &table.header,
        zone: Zone::parse(&mapping.time.zone).unwrap_or(Zone::Fixed(0)),
    };
    let mut tally = Tally { rows: table.rows.len(), ..Tally::default() };
    let mut reports = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let read = match row {
            Ok(row) => reader.report(row, &mut tally).map(|report| (reader.at(row.line), report)),
            Err((line, reason)) => Err(Fault { at: reader.at(*line), column: String::new(), reason: reason.clone() }),
        };
        match read {
            Ok(report) => reports.push(report),
            Err(fault) => tally.refuse(fault),
        }
    }
    order(&mut reports, &mut tally);
    if let Some(minutes) = mapping.close_after_minutes {
        close(&mut reports, i64::from(minutes) * 60_000, &mut tally);
    }
    Ok(Stream { reports, tally })
}

/// Sort by time and count what the stream does to its order.
fn order(reports: &mut [(String, Report)], tally: &mut Tally) {
    let mut newest = Moment(i64::MIN);
    for (_, report) in reports.iter() {
        tally.out_of_order += usize::from(report.happened_at < newest);
        newest = newest.max(report.happened_at);
    }
    reports.sort_by_key(|(_, report)| report.happened_at);
    let mut last: HashMap<&str, &Report> = HashMap::new();
    for (_, report) in reports.iter() {
        if let Some(before) = last.insert(&report.source_id, report) {
            if before.progress == Progress::Closed {
                tally.after_close += 1;
            } else if (&before.text, &before.place, before.progress) == (&report.text, &report.place, report.progress) {
                tally.repeated += 1;
            }
        }
    }
}

/// End incidents that the stream never ends, so long after their last row.
fn close(reports: &mut Vec<(String, Report)>, after_millis: i64, tally: &mut Tally) {
    let mut last: HashMap<&str, (usize, bool)> = HashMap::new();
    for (number, (_, report)) in reports.iter().enumerate() {
        let entry = last.entry(&report.source_id).or_default();
        *entry = (number, entry.1 || report.progress == Progress::Closed);
    }
    let mut open: Vec<usize> = last.into_values().filter(|(_, closed)| !closed).map(|(number, _)| number).collect();
    open.sort_unstable();
    let ends: Vec<(String, Report)> = open
        .into_iter()
        .filter_map(|number| reports.get(number))
        .map(|(at, report)| {
            let happened_at = report.happened_at.plus_millis(after_millis);
            (at.clone(), Report { happened_at, progress: Progress::Closed, ..report.clone() })
        })
        .collect();
    tally.closed_by_rule = ends.len();
    reports.extend(ends);
    reports.sort_by_key(|(_, report)| report.happened_at);
}

struct Reader<'a> {
    file: String,
    mapping: &'a Mapping,
    catalogue: &'a Catalogue,
    streets: Option<&'a dyn StreetFinder>,
    header: &'a HashMap<String, usize>,
    zone: Zone,
}

impl Reader<'_> {
    fn at(&self, line: u64) -> String {
        format!("{}:{line}", self.file)
    }

    fn cell<'r>(&self, row: &'r Row, column: &str) -> &'r str {
        self.header.get(column).and_then(|at| row.cells.get(*at)).map_or("", |cell| cell.trim())
    }

    fn cells<'r>(&self, row: &'r Row, columns: &Columns) -> Vec<&'r str> {
        columns.0.iter().map(|column| self.cell(row, column)).filter(|cell| !cell.is_empty()).collect()
    }

    fn report(&self, row: &Row, tally: &mut Tally) -> Result<Report, Fault> {
        let mapping = self.mapping;
        let columns = &mapping.columns;
        let fault = |column: &str, reason: String| Fault { at: self.at(row.line), column: column.to_owned(), reason };
        let id = self.cells(row, &columns.id);
        if id.is_empty() {
            return Err(fault(&columns.id.0.join("+"), "is empty".to_owned()));
        }
        let written = self.cell(row, &columns.time);
        let happened_at = time::read(written, &mapping.time.format, self.zone)
            .ok_or_else(|| fault(&columns.time, format!("is no time as {}", mapping.time.format)))?;
        let kind = mapping.kind_of(self.cells(row, &columns.kind).first().copied().unwrap_or_default());
        let grade = mapping.grade.get(kind).copied();
        let grade = grade.or_else(|| self.catalogue.kind(kind).map(|kind| kind.grade)).unwrap_or(Grade::IV);
        let progress = self.progress(row).map_err(|(column, reason)| fault(&column, reason))?;
        let report = Report {
            source: mapping.source.clone(),
            source_id: id.join("|"),
            kind: kind.to_owned(),
            grade,
            place: self.place(row, tally),
            text: self.cells(row, &columns.text).first().copied().unwrap_or_default().to_owned(),
            happened_at,
            progress,
            answers: Answers::new(),
        };
        report.check().map_err(|refusal| match refusal {
            Refusal::Unusable { field, reason } => fault(&field, reason),
            other => fault("", other.to_string()),
        })?;
        Ok(report)
    }

    fn progress(&self, row: &Row) -> Result<Progress, (String, String)> {
        let (Some(column), status) = (&self.mapping.columns.status, &self.mapping.status) else {
            return Ok(Progress::Open);
        };
        let value = self.cell(row, column);
        let is_in = |values: &[String]| values.iter().any(|v| v.eq_ignore_ascii_case(value));
        if is_in(&status.closed) {
            Ok(Progress::Closed)
        } else if status.open.is_empty() || is_in(&status.open) {
            Ok(Progress::Open)
        } else {
            Err((column.clone(), format!("`{value}` is no status the mapping knows")))
        }
    }

    fn place(&self, row: &Row, tally: &mut Tally) -> Place {
        let columns = &self.mapping.columns;
        let degrees = |column: &Option<String>| {
            let cell = column.as_ref().map_or("", |column| self.cell(row, column));
            cell.parse::<f64>().ok()
        };
        // Zero, zero is what sources write for "not known".
        let own = degrees(&columns.lon)
            .zip(degrees(&columns.lat))
            .filter(|own| *own != (0.0, 0.0))
            .and_then(|(lon, lat)| LonLat::new(lon, lat));
        let found = || {
            let near = self.cells(row, &columns.near);
            let streets = self.streets?;
            self.cells(row, &columns.street).iter().find_map(|street| streets.find(street, &near))
        };
        let at = if own.is_some() {
            tally.placed_by_coordinates += 1;
            own
        } else if let Some(found) = found() {
            tally.placed_by_street += 1;
            Some(found)
        } else {
            tally.unknown += 1;
            None
        };
        Place { at, address: self.cells(row, &columns.address).join(" ") }
    }
}
