//! Finding cases: the words of the index narrow down which may fit, newest first; what they cannot tell is looked at in
//! the case itself.

use rusqlite::{Connection, OptionalExtension, params_from_iter, types::Value};

use super::row::{self, ADDRESS, BEGINS_MAX, CELLS, DEPARTMENT, FATE, GRADE, KIND, KIND_BEGINS, cell, sortable};
use super::words::{all_of, any_of, grams, has_initials, initials, mark, may_be_initials, plain, quoted};
use crate::config::Catalogue;
use crate::domain::search::COUNT_MAX;
use crate::domain::{CaseNumber, Found, FoundCase, IncidentId, LonLat, Search};

/// Words looked for at a time; what more is typed is looked at in the cases.
const TERMS_MAX: usize = 12;
/// Cases looked into for one page. Where these did not fill it, the next page goes on.
const LOOKED_INTO_MAX: usize = 20_000;
/// Cases looked into to count.
const COUNTED_INTO_MAX: usize = 600;
/// Metres of a degree of latitude.
const DEGREE_METRES: f64 = 111_320.0;

/// A kind by what people call it.
struct KindNames<'c> {
    code: &'c str,
    names: [String; 2],
    lead: Option<&'c str>,
}

/// One word that was asked, and the kinds whose name has it.
struct Term<'c> {
    asked: String,
    kinds: Vec<&'c str>,
    address_only: bool,
}

/// What every case that fits has, beside its words.
pub(super) struct Plan<'c> {
    search: &'c Search,
    terms: Vec<Term<'c>>,
    kind: String,
    /// Codes of the kinds for which the department that is asked for answers.
    led: Vec<&'c str>,
    number: Option<(u64, u64)>,
    /// For the index; empty where it cannot narrow anything down.
    query: String,
    /// Everything that the index gives fits.
    exact: bool,
}

impl<'c> Plan<'c> {
    pub(super) fn of(search: &'c Search, catalogue: &'c Catalogue) -> Self {
        let kinds: Vec<KindNames<'c>> = catalogue
            .kinds()
            .map(|kind| KindNames {
                code: &kind.code,
                names: [plain(&kind.name_zh), plain(&kind.name_en)],
                lead: kind.lead.as_deref(),
            })
            .collect();
        let department = search.department.trim();
        let led = kinds.iter().filter(|kind| !department.is_empty() && kind.lead == Some(department));
        let mut plan = Self {
            search,
            terms: Vec::new(),
            kind: search.kind.trim().to_lowercase(),
            led: led.map(|kind| kind.code).collect(),
            number: CaseNumber::beginning_with(&search.number),
            query: String::new(),
            exact: true,
        };
        let mut needed = Vec::new();
        for (text, address_only) in [(&search.text, false), (&search.address, true)] {
            for asked in plain(text).split_whitespace() {
                let term = Term::of(asked, &kinds, address_only);
                let (query, exact) = term.query();
                plan.exact &= exact;
                if !query.is_empty() && needed.len() < TERMS_MAX {
                    needed.push(query);
                } else {
                    plan.exact = false;
                }
                plan.terms.push(term);
            }
        }
        plan.narrow(&mut needed);
        plan.query = needed.join(" AND ");
        plan
    }

    /// What the filters say, as words of the index.
    fn narrow(&mut self, needed: &mut Vec<String>) {
        if !self.kind.is_empty() {
            let short = self.kind.len() <= BEGINS_MAX;
            let begin = if short { mark(KIND_BEGINS, &self.kind) } else { mark(KIND, &self.kind) };
            needed.push(quoted(&begin));
        }
        if let Some(grade) = self.search.grade {
            needed.push(quoted(&mark(GRADE, &grade.index().to_string())));
        }
        if let Some(fate) = self.search.fate {
            needed.push(quoted(&mark(FATE, fate.word())));
        }
        if !self.search.department.trim().is_empty() {
            let named = quoted(&mark(DEPARTMENT, self.search.department.trim()));
            needed.push(any_of(std::iter::once(named).chain(self.led.iter().map(|code| quoted(&mark(KIND, code))))));
            self.exact = false;
        }
        if let Some((at, metres)) = self.search.near {
            needed.push(any_of(cells(at, metres).into_iter().map(|cell| quoted(&cell))));
            self.exact = false;
        }
        self.exact &= self.number.is_none();
    }

    fn fits(&self, case: &FoundCase) -> bool {
        let search = self.search;
        let department = search.department.trim();
        let led = || case.department.is_none() && self.led.contains(&case.kind.as_str());
        let near = |(at, metres): (LonLat, f64)| case.place.at.is_some_and(|there| metres_between(at, there) <= metres);
        let within = |(from, to): (u64, u64)| case.number.is_some_and(|no| (from..=to).contains(&no.digits()));
        self.number.is_none_or(within)
            && case.kind.to_lowercase().starts_with(&self.kind)
            && search.grade.is_none_or(|grade| grade == case.grade)
            && search.fate.is_none_or(|fate| fate.fits(case.outcome.as_ref()))
            && (department.is_empty() || case.department.as_deref() == Some(department) || led())
            && search.near.is_none_or(near)
            && (self.terms.is_empty() || self.has_terms(case))
    }

    fn has_terms(&self, case: &FoundCase) -> bool {
        let (address, text) = (plain(&case.place.address), plain(&case.text));
        self.terms.iter().all(|term| term.is_in(case, &address, &text))
    }
}

impl<'c> Term<'c> {
    fn of(asked: &str, kinds: &[KindNames<'c>], address_only: bool) -> Self {
        let asks_initials = may_be_initials(asked);
        let has = |kind: &&KindNames| {
            let [chinese, english] = &kind.names;
            // One letter is in nearly every name.
            let named = asked.len() > 1 && (chinese.contains(asked) || english.contains(asked));
            !address_only && (named || asks_initials && has_initials(chinese, asked))
        };
        let kinds = kinds.iter().filter(has).map(|kind| kind.code).collect();
        Self { asked: asked.to_owned(), kinds, address_only }
    }

    /// How the index is asked, and whether all that it then gives fits. Empty where it cannot be asked.
    fn query(&self) -> (String, bool) {
        let words = grams(&self.asked);
        // A Latin word may be the beginning of a longer one; one letter alone begins too many.
        let begins = |word: &str| if word.is_ascii() { "*" } else { "" };
        if words.is_empty() || words.iter().all(|word| word.len() == 1) {
            return (String::new(), false);
        }
        let useful = words.iter().filter(|word| word.len() > 1);
        let everywhere = useful.map(|word| {
            let address = format!("{}{}", quoted(&format!("{ADDRESS}{word}")), begins(word));
            let text = (!self.address_only).then(|| format!("{}{}", quoted(word), begins(word)));
            any_of(text.into_iter().chain([address]))
        });
        let everywhere = format!("({})", everywhere.collect::<Vec<_>>().join(" AND "));
        let kinds = self.kinds.iter().map(|code| quoted(&mark(KIND, code)));
        let letters = may_be_initials(&self.asked).then(|| all_of(&initials(&self.asked)));
        let exact = words.len() == 1
            && words.contains(&self.asked)
            && self.asked.len() > 1
            && (!self.asked.is_ascii() || self.asked.len() == 2);
        (any_of(std::iter::once(everywhere).chain(kinds).chain(letters)), exact)
    }

    fn is_in(&self, case: &FoundCase, address: &str, text: &str) -> bool {
        let answered = || case.answers.iter().any(|(_, answer)| plain(answer).contains(&self.asked));
        address.contains(&self.asked)
            || !self.address_only && (text.contains(&self.asked) || answered())
            || self.kinds.contains(&case.kind.as_str())
            || may_be_initials(&self.asked) && has_initials(address, &self.asked)
    }
}

/// A page of what fits.
pub(super) fn page(sql: &Connection, plan: &Plan<'_>) -> rusqlite::Result<Found> {
    let mut found = Found::default();
    let Some((low, high)) = bounds(sql, plan)? else { return Ok(found) };
    let limit = usize::from(plan.search.limit);
    let mut looked_into = 0;
    candidates(sql, plan, low, high, |id| {
        let Some(row) = row::load(sql, IncidentId(id.cast_unsigned()))? else { return Ok(true) };
        looked_into += 1;
        if plan.fits(&row.case) {
            if found.cases.len() == limit {
                found.next = found.cases.last().map(|case| case.id);
                return Ok(false);
            }
            found.cases.push(row.case);
        }
        if looked_into == LOOKED_INTO_MAX {
            (found.next, found.more) = (Some(IncidentId(id.cast_unsigned())), true);
        }
        Ok(!found.more)
    })?;
    found.count = u32::try_from(found.cases.len()).unwrap_or(u32::MAX);
    if let Some(next) = found.next.filter(|_| !found.more) {
        count(sql, plan, low, next.0.cast_signed(), &mut found)?;
    }
    Ok(found)
}

/// Count on, as far as it is told.
fn count(sql: &Connection, plan: &Plan<'_>, low: i64, high: i64, found: &mut Found) -> rusqlite::Result<()> {
    let mut looked_into = 0;
    candidates(sql, plan, low, high, |id| {
        looked_into += 1;
        let fits =
            plan.exact || row::load(sql, IncidentId(id.cast_unsigned()))?.is_some_and(|row| plan.fits(&row.case));
        found.more = fits && found.count == COUNT_MAX || !plan.exact && looked_into == COUNTED_INTO_MAX;
        found.count += u32::from(fits && !found.more);
        Ok(!found.more)
    })
}

/// Tell the cases that may fit, newest first, for as long as more are wanted.
fn candidates(
    sql: &Connection,
    plan: &Plan<'_>,
    low: i64,
    high: i64,
    mut tell: impl FnMut(i64) -> rusqlite::Result<bool>,
) -> rusqlite::Result<()> {
    let mut given = vec![Value::Integer(low), Value::Integer(high)];
    let mut ids = if plan.query.is_empty() {
        sql.prepare_cached("SELECT id FROM cases WHERE id >= ?1 AND id < ?2 ORDER BY id DESC")?
    } else {
        given.push(Value::Text(plan.query.clone()));
        sql.prepare_cached(
            "SELECT rowid FROM words WHERE words MATCH ?3 AND rowid >= ?1 AND rowid < ?2 ORDER BY rowid DESC",
        )?
    };
    let mut rows = ids.query(params_from_iter(given))?;
    while let Some(row) = rows.next()? {
        if !tell(row.get(0)?)? {
            break;
        }
    }
    Ok(())
}

/// Between which cases, the second excluded, lies all that fits. Cases are numbered as they became known, so times and
/// case numbers rise with them; `None` where nothing can fit.
fn bounds(sql: &Connection, plan: &Plan<'_>) -> rusqlite::Result<Option<(i64, i64)>> {
    let newest: Option<i64> = sql.query_row("SELECT max(id) FROM cases", [], |row| row.get(0))?;
    let Some(newest) = newest else { return Ok(None) };
    let (mut low, mut high) = (0, newest + 1);
    if let Some(before) = plan.search.before {
        high = high.min(i64::try_from(before.0).unwrap_or(i64::MAX));
    }
    if let Some(from) = plan.search.from {
        low = low.max(first_known_at(sql, from.0, newest)?);
    }
    if let Some(until) = plan.search.until {
        high = high.min(first_known_at(sql, until.0, newest)?);
    }
    // Six digits are a city's code, within which numbers rise.
    if let Some((from, to)) = plan.number.filter(|_| plan.search.number.len() >= 6) {
        let of = |order: &str| -> rusqlite::Result<Option<i64>> {
            let text = format!("SELECT id FROM cases WHERE sort BETWEEN ?1 AND ?2 ORDER BY sort {order} LIMIT 1");
            sql.prepare_cached(&text)?.query_row([sortable(from), sortable(to)], |row| row.get(0)).optional()
        };
        let (Some(first), Some(last)) = (of("ASC")?, of("DESC")?) else { return Ok(None) };
        (low, high) = (low.max(first), high.min(last + 1));
    }
    Ok((low < high).then_some((low, high)))
}

/// The first case that was known at a moment or later; one beyond the newest where none was.
fn first_known_at(sql: &Connection, at: i64, newest: i64) -> rusqlite::Result<i64> {
    let mut known = sql.prepare_cached("SELECT id, known_at FROM cases WHERE id >= ?1 ORDER BY id LIMIT 1")?;
    let (mut low, mut high) = (0, newest + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let found: Option<(i64, i64)> = known.query_row([middle], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        match found {
            Some((id, known_at)) if known_at < at => low = id + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

/// The cells of the smallest size that cover a circle with few of them.
fn cells(at: LonLat, metres: f64) -> Vec<String> {
    let (lon_metres, lat_metres) = degree_metres(at.lat);
    let (east, north) = (metres / lon_metres, metres / lat_metres);
    let fitting = CELLS.into_iter().find(|(_, size)| 2.0 * east / size <= 6.0 && 2.0 * north / size <= 6.0);
    let (what, size) = fitting.unwrap_or(CELLS[2]);
    // How many cells lie between that of the place and that of the circle's edge; 40 at most where a degree is no way.
    #[expect(clippy::cast_possible_truncation, reason = "few cells")]
    let steps = |from: f64, way: f64| {
        let away = ((from + way) / size).floor() - (from / size).floor();
        (away as i64).clamp(-40, 40)
    };
    let (lon, lat) = (at.lon + 180.0, at.lat + 90.0);
    let mut cells = Vec::new();
    for y in steps(lat, -north)..=steps(lat, north) {
        cells.extend((steps(lon, -east)..=steps(lon, east)).map(|x| cell(what, size, at, [x, y])));
    }
    cells
}

/// Metres of a degree of longitude and of latitude.
fn degree_metres(lat: f64) -> (f64, f64) {
    // Near the poles a degree is no way at all; no city is there.
    (DEGREE_METRES * lat.to_radians().cos().max(0.01), DEGREE_METRES)
}

/// Straight, in metres; good to some tenths of a per cent over the distances of a city.
fn metres_between(one: LonLat, other: LonLat) -> f64 {
    let (lon_metres, lat_metres) = degree_metres(f64::midpoint(one.lat, other.lat));
    ((one.lon - other.lon) * lon_metres).hypot((one.lat - other.lat) * lat_metres)
}
