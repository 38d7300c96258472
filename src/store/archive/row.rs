//! One case as the archive keeps it: a fold of its own facts, no more than a list of cases shows.

use std::collections::BTreeSet;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Row as SqlRow, params};

use super::words::{grams, initials, mark, plain};
use crate::domain::rights::Area;
use crate::domain::{
    Answers, CaseMove, CaseNumber, Fact, FoundCase, Grade, IncidentId, LonLat, Outcome, Part, Party, Place, Seq, Stage,
    What,
};

/// Marks of cells by their size in degrees.
pub(super) const CELLS: [(char, f64); 3] = [('α', 0.0025), ('β', 0.02), ('γ', 0.16)];
/// Marks a code or what codes begin with.
pub(super) const KIND_BEGINS: char = 'κ';
/// Marks a whole code.
pub(super) const KIND: char = 'ξ';
/// What codes begin with is indexed so far, in bytes.
pub(super) const BEGINS_MAX: usize = 8;
pub(super) const GRADE: char = 'δ';
pub(super) const FATE: char = 'ω';
pub(super) const DEPARTMENT: char = 'π';
/// Marks words of the address.
pub(super) const ADDRESS: char = 'η';

const COLUMNS: &str = "id, number, kind, grade, stage, source, source_id, address, lon, lat, text, happened_at, known_at, \
                       over_at, outcome, merged_into, department, area, facts, form";

/// A case with where its facts are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) case: FoundCase,
    /// Positions of its facts: the difference of each to the one before, as varints.
    facts: Vec<u8>,
    last: u64,
    /// What it is found by is not as the index has it.
    pub(super) changed: bool,
}

/// The incidents in whose story a fact is: where two are joined, in that of both.
pub(super) fn concerns(fact: &Fact) -> impl Iterator<Item = IncidentId> {
    let other = match &fact.what {
        What::IncidentMoved { step, .. } => step.other(),
        _ => None,
    };
    let one = fact.what.incident();
    one.into_iter().chain(other.filter(|other| Some(*other) != one))
}

impl Row {
    /// The case that a fact begins.
    pub(super) fn of(fact: &Fact, number: Option<CaseNumber>, area: Option<Area>) -> Option<Self> {
        let What::IncidentReported(incident) = &fact.what else { return None };
        let case = FoundCase {
            id: incident.id,
            number,
            kind: incident.kind.clone(),
            grade: incident.grade,
            stage: incident.stage,
            source: incident.source.clone(),
            source_id: incident.source_id.clone(),
            place: incident.place.clone(),
            text: incident.text.clone(),
            happened_at: incident.happened_at,
            known_at: fact.known_at,
            over_at: None,
            outcome: None,
            department: None,
            area,
            answers: Answers::new(),
        };
        let mut row = Self { case, facts: Vec::new(), last: 0, changed: true };
        row.note(fact.seq);
        Some(row)
    }

    /// Fold in a fact that is about this case, with the area that it is in from then on where the fact moves it; one that is
    /// about another only stands in its story.
    pub(super) fn apply(&mut self, fact: &Fact, area: Option<&Area>) {
        self.note(fact.seq);
        if fact.what.incident() != Some(self.case.id) {
            return;
        }
        let case = &mut self.case;
        match &fact.what {
            What::IncidentUpdated { place, text, .. } => {
                case.place.clone_from(place);
                case.area = area.cloned();
                case.text.clone_from(text);
                self.changed = true;
            }
            What::FormAnswered { answers, .. } => {
                case.answers.take(answers);
                self.changed = true;
            }
            What::IncidentRegraded { to, .. } => {
                case.grade = *to;
                self.changed = true;
            }
            What::IncidentAdvanced { stage, .. } => case.stage = *stage,
            What::IncidentClosed { .. } => self.end(fact, Outcome::Finished),
            What::IncidentMoved { step, stage, .. } => match step {
                CaseMove::Reject { .. } => self.end(fact, Outcome::Rejected),
                CaseMove::NotFile { .. } => self.end(fact, Outcome::NotFiled),
                CaseMove::Void { .. } => self.end(fact, Outcome::Voided),
                CaseMove::Merge { into } => self.end(fact, Outcome::Merged(*into)),
                _ => {
                    // Moves of what is closed that open it again name the stage that it has then.
                    case.stage = *stage;
                    if *stage != Stage::Closed {
                        self.changed |= case.outcome.is_some();
                        (case.over_at, case.outcome) = (None, None);
                    }
                }
            },
            What::TaskGiven { given, .. } => {
                if let (Part::Lead, Party::Department(code)) = (given.part, &given.to) {
                    case.department = Some(code.clone());
                    self.changed = true;
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, fact: &Fact, outcome: Outcome) {
        self.case.stage = Stage::Closed;
        if self.case.outcome.is_none() {
            self.case.over_at = Some(fact.happened_at);
            self.case.outcome = Some(outcome);
            self.changed = true;
        }
    }

    fn note(&mut self, seq: Seq) {
        let mut step = seq.0.saturating_sub(self.last);
        self.last = seq.0;
        loop {
            let low = u8::try_from(step & 0x7f).unwrap_or_default();
            step >>= 7;
            if step == 0 {
                self.facts.push(low);
                return;
            }
            self.facts.push(low | 0x80);
        }
    }

    /// Where its facts are, oldest first.
    pub(super) fn facts(&self) -> Vec<Seq> {
        seqs(&self.facts)
    }

    /// All words that it is found by.
    pub(super) fn words(&self) -> BTreeSet<String> {
        let case = &self.case;
        let address = plain(&case.place.address);
        let mut words = grams(&plain(&case.text));
        words.extend(initials(&address));
        words.extend(case.answers.iter().flat_map(|(_, answer)| grams(&plain(answer))));
        words.extend(grams(&address).into_iter().map(|word| format!("{ADDRESS}{word}")));
        let code = case.kind.to_lowercase();
        words.insert(mark(KIND, &code));
        words.extend(
            (1..=code.len().min(BEGINS_MAX)).filter_map(|end| code.get(..end)).map(|begin| mark(KIND_BEGINS, begin)),
        );
        words.insert(mark(GRADE, &case.grade.index().to_string()));
        words.insert(mark(FATE, if case.outcome.is_some() { "closed" } else { "open" }));
        words.extend(case.outcome.map(|outcome| mark(FATE, outcome.word())));
        words.extend(case.department.as_ref().map(|code| mark(DEPARTMENT, code)));
        words.extend(case.place.at.into_iter().flat_map(|at| CELLS.map(|(what, size)| cell(what, size, at, [0, 0]))));
        words
    }
}

/// The cell of a place, or the one so many cells east and north of it.
pub(super) fn cell(what: char, size: f64, at: LonLat, off: [i64; 2]) -> String {
    // Whole numbers well within range: a degree has 400 cells at most.
    #[expect(clippy::cast_possible_truncation, reason = "degrees by 400 fit")]
    let number = |degrees: f64, off: i64| (degrees / size).floor() as i64 + off;
    let (x, y) = (number(at.lon + 180.0, off[0]), number(at.lat + 90.0, off[1]));
    format!("{what}{x}y{y}")
}

fn seqs(bytes: &[u8]) -> Vec<Seq> {
    let (mut all, mut last, mut step, mut shift) = (Vec::new(), 0_u64, 0_u64, 0_u32);
    for byte in bytes {
        step |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or_default();
        shift += 7;
        if byte & 0x80 == 0 {
            last = last.saturating_add(step);
            all.push(Seq(last));
            (step, shift) = (0, 0);
        }
    }
    all
}

/// Numbers as they sort in a column that knows signed ones only.
pub(super) fn sortable(digits: u64) -> i64 {
    digits.cast_signed() ^ i64::MIN
}

/// Statements that read rows.
pub(super) fn select<'c>(sql: &'c Connection, rest: &str) -> rusqlite::Result<CachedStatement<'c>> {
    sql.prepare_cached(&format!("SELECT {COLUMNS} FROM cases {rest}"))
}

pub(super) fn load(sql: &Connection, id: IncidentId) -> rusqlite::Result<Option<Row>> {
    select(sql, "WHERE id = ?1")?.query_row([id.0.cast_signed()], read).optional()
}

pub(super) fn read(row: &SqlRow<'_>) -> rusqlite::Result<Row> {
    let wrong = |column: usize, what: &str| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, what.to_owned().into())
    };
    let number: Option<String> = row.get(1)?;
    let stage: String = row.get(4)?;
    let merged: Option<i64> = row.get(15)?;
    let outcome: Option<String> = row.get(14)?;
    let outcome = match outcome.as_deref() {
        None => None,
        Some("finished") => Some(Outcome::Finished),
        Some("rejected") => Some(Outcome::Rejected),
        Some("not_filed") => Some(Outcome::NotFiled),
        Some("voided") => Some(Outcome::Voided),
        Some(_) => Some(Outcome::Merged(IncidentId(merged.unwrap_or_default().cast_unsigned()))),
    };
    let moment = |column: usize| row.get(column).map(crate::domain::Moment);
    let at = row.get::<_, Option<f64>>(8)?.zip(row.get::<_, Option<f64>>(9)?);
    let facts: Vec<u8> = row.get(18)?;
    let case = FoundCase {
        id: IncidentId(row.get::<_, i64>(0)?.cast_unsigned()),
        number: number.and_then(|number| number.parse().ok()),
        kind: row.get(2)?,
        grade: Grade::ALL.get(usize::from(row.get::<_, u8>(3)?)).copied().ok_or_else(|| wrong(3, "no grade"))?,
        stage: Stage::ALL.into_iter().find(|one| one.word() == stage).ok_or_else(|| wrong(4, "no stage"))?,
        source: row.get(5)?,
        source_id: row.get(6)?,
        place: Place { at: at.and_then(|(lon, lat)| LonLat::new(lon, lat)), address: row.get(7)? },
        text: row.get(10)?,
        happened_at: moment(11)?,
        known_at: moment(12)?,
        over_at: row.get::<_, Option<i64>>(13)?.map(crate::domain::Moment),
        outcome,
        department: row.get(16)?,
        area: row.get::<_, Option<String>>(17)?.and_then(|path| Area::of(&path)),
        answers: answers(row.get_ref(19)?.as_str_or_null()?).ok_or_else(|| wrong(19, "no answers"))?,
    };
    let last = seqs(&facts).last().map_or(0, |seq| seq.0);
    Ok(Row { case, facts, last, changed: false })
}

/// Answers as their column has them: nothing, or an object of JSON.
fn written(answers: &Answers) -> Option<String> {
    if answers.is_empty() { None } else { serde_json::to_string(answers).ok() }
}

fn answers(column: Option<&str>) -> Option<Answers> {
    column.map_or(Some(Answers::new()), |text| serde_json::from_str(text).ok())
}

pub(super) fn save(sql: &Connection, row: &Row) -> rusqlite::Result<()> {
    let case = &row.case;
    let merged = match case.outcome {
        Some(Outcome::Merged(into)) => Some(into.0.cast_signed()),
        _ => None,
    };
    sql.prepare_cached(&format!(
        "INSERT OR REPLACE INTO cases ({COLUMNS}, sort) VALUES \
         (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)"
    ))?
    .execute(params![
        case.id.0.cast_signed(),
        case.number.map(|number| number.to_string()),
        case.kind,
        u8::try_from(case.grade.index()).unwrap_or(u8::MAX),
        case.stage.word(),
        case.source,
        case.source_id,
        case.place.address,
        case.place.at.map(|at| at.lon),
        case.place.at.map(|at| at.lat),
        case.text,
        case.happened_at.0,
        case.known_at.0,
        case.over_at.map(|at| at.0),
        case.outcome.map(Outcome::word),
        merged,
        case.department,
        case.area.as_ref().map(Area::path),
        row.facts,
        written(&case.answers),
        case.number.map(|number| sortable(number.digits())),
    ])?;
    Ok(())
}
