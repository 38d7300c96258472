//! A file of rows: CSV or JSON lines, plain or gzipped, UTF-8 (with or without BOM) or GBK.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use super::FileError;

/// Most bytes of a file after unpacking.
const BYTES_MAX: u64 = 1 << 30;

/// A row and the line it begins at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
}

/// A file's rows.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) header: HashMap<String, usize>,
    pub(crate) rows: Vec<Result<Row, (u64, String)>>,
}

impl Table {
    /// `columns` are those that JSON lines are asked for.
    pub(crate) fn read(path: &Path, encoding: Option<&str>, columns: &[&str]) -> Result<Self, FileError> {
        let unreadable = |cause| FileError::Unreadable { file: path.to_owned(), cause };
        let file = std::fs::File::open(path).map_err(unreadable)?;
        let gzipped = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
        let mut bytes = Vec::new();
        let read = if gzipped {
            flate2::read::MultiGzDecoder::new(file).take(BYTES_MAX + 1).read_to_end(&mut bytes)
        } else {
            file.take(BYTES_MAX + 1).read_to_end(&mut bytes)
        };
        read.map_err(unreadable)?;
        if bytes.len() as u64 > BYTES_MAX {
            return Err(FileError::TooLong { file: path.to_owned() });
        }
        let text = decode(&bytes, encoding).ok_or_else(|| FileError::Encoding {
            file: path.to_owned(),
            encoding: encoding.unwrap_or_default().to_owned(),
        })?;
        drop(bytes);
        let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
        let name = name.trim_end_matches(".gz");
        let json = [".jsonl", ".ndjson", ".json"].iter().any(|end| name.ends_with(end));
        if json { Ok(Self::from_json_lines(&text, columns)) } else { Self::from_csv(&text, path) }
    }

    fn from_csv(text: &str, path: &Path) -> Result<Self, FileError> {
        let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
        let header = reader.headers().map_err(|e| FileError::Header { file: path.to_owned(), cause: e.to_string() })?;
        let header = header.iter().enumerate().map(|(at, name)| (name.trim().to_owned(), at)).collect();
        let rows = reader
            .records()
            .map(|record| match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    Ok(Row { line, cells: record.iter().map(str::to_owned).collect() })
                }
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    Err((line, format!("the row cannot be read: {error}")))
                }
            })
            .collect();
        Ok(Self { header, rows })
    }

    fn from_json_lines(text: &str, columns: &[&str]) -> Self {
        let header = columns.iter().enumerate().map(|(at, name)| ((*name).to_owned(), at)).collect();
        let rows = (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(number, line)| {
                let object: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_str(line).map_err(|e| (number, format!("the line is no JSON object: {e}")))?;
                let cell = |column: &&str| match object.get(*column) {
                    None | Some(serde_json::Value::Null) => String::new(),
                    Some(serde_json::Value::String(text)) => text.clone(),
                    Some(other) => other.to_string(),
                };
                Ok(Row { line: number, cells: columns.iter().map(cell).collect() })
            })
            .collect();
        Self { header, rows }
    }
}

fn decode(bytes: &[u8], encoding: Option<&str>) -> Option<String> {
    let encoding = match encoding {
        Some(name) => encoding_rs::Encoding::for_label(name.as_bytes())?,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => encoding_rs::GBK,
    };
    // Also takes a BOM away.
    Some(encoding.decode(bytes).0.into_owned())
}
