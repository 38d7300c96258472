//! Readings as a file for others: CSV, or Parquet, written piece by piece.
//!
//! Columns: `sensor`, `at`, `value`, `unit`, `kind`; in Parquet `at` is a timestamp in milliseconds of UTC. A row group of
//! Parquet has at most [`ROWS_OF_GROUP`] readings, and no more of an export is in memory at a time.

use std::io::Write;
use std::mem::take;
use std::sync::{Arc, Mutex, PoisonError};

use parquet::basic::{Compression, GzipLevel, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::domain::{Reading, Sensor};

/// Most readings of a row group.
pub const ROWS_OF_GROUP: usize = 100_000;

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Text with commas (RFC 4180).
    #[default]
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// The format of a name; `None` for one that there is not.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Csv, Self::Parquet].into_iter().find(|format| format.word() == word)
    }

    /// Its name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }

    /// What its content type is.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }
}

/// An export that is being written.
pub enum Sheet {
    /// As CSV; whether its head is written.
    Csv(bool),
    /// As Parquet.
    Parquet(Box<Columns>),
}

/// Bytes that are written and not handed on yet.
#[derive(Debug, Clone, Default)]
pub struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Pipe {
    fn drain(&self) -> Vec<u8> {
        take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The columns of a Parquet file, up to a row group of them.
pub struct Columns {
    pipe: Pipe,
    writer: SerializedFileWriter<Pipe>,
    sensors: Vec<ByteArray>,
    ats: Vec<i64>,
    values: Vec<f64>,
    units: Vec<ByteArray>,
    kinds: Vec<ByteArray>,
}

impl Sheet {
    /// An empty one.
    ///
    /// # Errors
    /// [`ParquetError`].
    pub fn new(format: Format) -> Result<Self, ParquetError> {
        Ok(match format {
            Format::Csv => Self::Csv(false),
            Format::Parquet => Self::Parquet(Box::new(Columns::new()?)),
        })
    }

    /// Add readings of a sensor; returns the bytes that can go out.
    ///
    /// # Errors
    /// [`ParquetError`].
    pub fn add(&mut self, sensor: &Sensor, readings: &[Reading]) -> Result<Vec<u8>, ParquetError> {
        match self {
            Self::Csv(begun) => {
                let mut bytes = head(begun);
                bytes.extend(lines(sensor, readings));
                Ok(bytes)
            }
            Self::Parquet(columns) => {
                columns.add(sensor, readings)?;
                Ok(columns.pipe.drain())
            }
        }
    }

    /// The bytes of the end.
    ///
    /// # Errors
    /// [`ParquetError`].
    pub fn end(self) -> Result<Vec<u8>, ParquetError> {
        match self {
            Self::Csv(mut begun) => Ok(head(&mut begun)),
            Self::Parquet(columns) => columns.end(),
        }
    }
}

fn head(begun: &mut bool) -> Vec<u8> {
    if std::mem::replace(begun, true) { Vec::new() } else { b"sensor,at,value,unit,kind\r\n".to_vec() }
}

fn lines(sensor: &Sensor, readings: &[Reading]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for one in readings {
        let at = chrono::DateTime::from_timestamp_millis(one.at.0).unwrap_or_default();
        let at = at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let value = one.value.to_string();
        // Into memory nothing fails.
        drop(writer.write_record([sensor.id.as_str(), &at, &value, sensor.kept_unit(), sensor.kind.word()]));
    }
    writer.into_inner().unwrap_or_default()
}

fn schema() -> Result<Type, ParquetError> {
    let column = |name: &str, physical: Physical, logical: Option<LogicalType>| {
        let column = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(logical)
            .build()?;
        Ok::<_, ParquetError>(Arc::new(column))
    };
    let text = || Some(LogicalType::String);
    let millis = LogicalType::timestamp(true, TimeUnit::MILLIS);
    let columns = vec![
        column("sensor", Physical::BYTE_ARRAY, text())?,
        column("at", Physical::INT64, Some(millis))?,
        column("value", Physical::DOUBLE, None)?,
        column("unit", Physical::BYTE_ARRAY, text())?,
        column("kind", Physical::BYTE_ARRAY, text())?,
    ];
    Type::group_type_builder("readings").with_fields(columns).build()
}

impl Columns {
    fn new() -> Result<Self, ParquetError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::GZIP(GzipLevel::default()))
            .set_created_by(concat!("command-hall ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let pipe = Pipe::default();
        let writer = SerializedFileWriter::new(pipe.clone(), Arc::new(schema()?), Arc::new(properties))?;
        Ok(Self {
            pipe,
            writer,
            sensors: Vec::new(),
            ats: Vec::new(),
            values: Vec::new(),
            units: Vec::new(),
            kinds: Vec::new(),
        })
    }

    fn add(&mut self, sensor: &Sensor, readings: &[Reading]) -> Result<(), ParquetError> {
        let id = ByteArray::from(sensor.id.as_str());
        let (unit, kind) = (ByteArray::from(sensor.kept_unit()), ByteArray::from(sensor.kind.word()));
        for one in readings {
            self.sensors.push(id.clone());
            self.ats.push(one.at.0);
            self.values.push(one.value);
            self.units.push(unit.clone());
            self.kinds.push(kind.clone());
            if self.ats.len() >= ROWS_OF_GROUP {
                self.write()?;
            }
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), ParquetError> {
        if self.ats.is_empty() {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        text(&mut group, &self.sensors)?;
        if let Some(mut column) = group.next_column()? {
            column.typed::<Int64Type>().write_batch(&self.ats, None, None)?;
            column.close()?;
        }
        if let Some(mut column) = group.next_column()? {
            column.typed::<DoubleType>().write_batch(&self.values, None, None)?;
            column.close()?;
        }
        text(&mut group, &self.units)?;
        text(&mut group, &self.kinds)?;
        group.close()?;
        self.sensors.clear();
        self.ats.clear();
        self.values.clear();
        self.units.clear();
        self.kinds.clear();
        Ok(())
    }

    fn end(mut self) -> Result<Vec<u8>, ParquetError> {
        self.write()?;
        self.writer.close()?;
        Ok(self.pipe.drain())
    }
}

fn text(
    group: &mut parquet::file::writer::SerializedRowGroupWriter<'_, Pipe>,
    values: &[ByteArray],
) -> Result<(), ParquetError> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<ByteArrayType>().write_batch(values, None, None)?;
        column.close()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::RowAccessor as _;

    use super::*;
    use crate::domain::{Moment, SensorId, SensorKind};

    fn readings(count: i64) -> Vec<Reading> {
        let one =
            |n: i64| Reading { sensor: SensorId(0), at: Moment(1_700_000_000_000 + n * 1000), value: n as f64 / 10.0 };
        (0..count).map(one).collect()
    }

    #[test]
    fn a_parquet_file_is_read_back_group_by_group() {
        let (level, rain) = (
            Sensor::first_seen("lv-1", Some(SensorKind::WaterLevel), ""),
            Sensor::first_seen("雨,1", Some(SensorKind::Rain), ""),
        );
        let mut sheet = Sheet::new(Format::Parquet).unwrap();
        let all = readings(150_000);
        let (mut file, mut most) = (Vec::new(), 0);
        for some in all.chunks(20_000) {
            let piece = sheet.add(&level, some).unwrap();
            most = most.max(piece.len());
            file.extend(piece);
        }
        assert!(!file.is_empty() && most < 2_000_000, "a full group goes out before the end: {most}");
        file.extend(sheet.add(&rain, &all[..3]).unwrap());
        file.extend(sheet.end().unwrap());
        assert!(file.len() < 150_003 * 10, "{} bytes", file.len());
        let reader = SerializedFileReader::new(bytes::Bytes::from(file)).unwrap();
        let groups: Vec<i64> =
            reader.metadata().row_groups().iter().map(parquet::file::metadata::RowGroupMetaData::num_rows).collect();
        assert_eq!(groups, [100_000, 50_003]);
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        let (first, last) = (&rows[0], &rows[150_002]);
        assert_eq!(
            (first.get_string(0).unwrap().as_str(), first.get_timestamp_millis(1).unwrap()),
            ("lv-1", 1_700_000_000_000)
        );
        assert_eq!((last.get_string(0).unwrap().as_str(), last.get_string(3).unwrap().as_str()), ("雨,1", "mm/h"));
        assert_eq!(last.get_string(4).unwrap(), "rain");
        assert!(
            rows[..150_000]
                .iter()
                .zip(&all)
                .all(|(row, one)| row.get_double(2).unwrap().to_bits() == one.value.to_bits())
        );
    }

    #[test]
    fn an_export_of_nothing_is_a_whole_file() {
        assert_eq!(Sheet::new(Format::Csv).unwrap().end().unwrap(), b"sensor,at,value,unit,kind\r\n");
        let file = Sheet::new(Format::Parquet).unwrap().end().unwrap();
        assert_eq!(
            SerializedFileReader::new(bytes::Bytes::from(file)).unwrap().metadata().file_metadata().num_rows(),
            0
        );
    }

    #[test]
    fn csv_quotes_what_has_to_be() {
        let sensor = Sensor::first_seen("a,\"b\"", None, "x");
        let mut sheet = Sheet::new(Format::Csv).unwrap();
        let text = String::from_utf8(sheet.add(&sensor, &readings(1)).unwrap()).unwrap();
        assert_eq!(text, "sensor,at,value,unit,kind\r\n\"a,\"\"b\"\"\",2023-11-14T22:13:20.000Z,0,x,other\r\n");
    }
}
