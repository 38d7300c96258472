//! The days on which the hub wrote readings: what is kept for 35 days is kept for 35 of these.
//!
//! By the clock alone one that is 40 days ahead for a minute would take all that was measured with it. So a day goes only
//! when it is so old by the clock, and when so many later days were there on which the hub ran: one wrong jump of the clock
//! is one day of these, and no day once the clock is right again. What a hub that stood still for weeks holds stays as much
//! longer.

use rusqlite::{Connection, OptionalExtension, params};

use super::{DAY_MILLIS, ReadingsError, day_of};
use crate::domain::Moment;

/// The table; each row is the begin of a day of UTC in milliseconds since 1970.
const TABLE: &str = "CREATE TABLE days (day INTEGER PRIMARY KEY);";
/// What a file of before they were kept knows of them: days of which it has readings, or steps.
const KNOWN: &str = "INSERT OR IGNORE INTO days
    SELECT DISTINCT (id & 4398046511103) / 86400000 * 86400000 FROM
        (SELECT id FROM chunks UNION ALL SELECT id FROM tiers WHERE id >= 6917529027641081856);";

/// Make the table where it is not there yet.
pub(super) fn prepare(sql: &Connection) -> Result<(), ReadingsError> {
    let is_there = sql.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'days'")?.exists([])?;
    if !is_there {
        sql.execute_batch(TABLE)?;
        sql.execute_batch(KNOWN)?;
    }
    Ok(())
}

/// The hub runs on this day.
pub(super) fn note(sql: &Connection, now: Moment) -> Result<(), ReadingsError> {
    sql.execute("INSERT OR IGNORE INTO days (day) VALUES (?1)", [day_of(now.0)])?;
    Ok(())
}

/// Before which moment all is older than so many days at `now`, by the clock and by the days that were there.
pub(super) fn before(sql: &Connection, now: Moment, days: u32) -> Result<i64, ReadingsError> {
    let by_clock = day_of(now.0.saturating_sub(i64::from(days).saturating_mul(DAY_MILLIS)));
    let mut find = sql.prepare_cached("SELECT day FROM days WHERE day <= ?1 ORDER BY day DESC LIMIT 1 OFFSET ?2")?;
    let there: Option<i64> = find.query_row(params![now.0, days], |row| row.get(0)).optional()?;
    Ok(there.map_or(0, |there| there.min(by_clock)))
}

/// Nothing of days before this moment is kept.
pub(super) fn forget(sql: &Connection, before: i64) -> Result<(), ReadingsError> {
    sql.execute("DELETE FROM days WHERE day < ?1", [before])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 1_700_006_400_000;

    fn table() -> Connection {
        let sql = Connection::open_in_memory().unwrap();
        sql.execute_batch("CREATE TABLE chunks (id INTEGER PRIMARY KEY); CREATE TABLE tiers (id INTEGER PRIMARY KEY);")
            .unwrap();
        sql
    }

    fn on(day: i64) -> Moment {
        Moment(DAY + day * DAY_MILLIS + 7_000)
    }

    #[test]
    fn a_day_is_old_by_the_clock_and_by_the_days_after_it() {
        let sql = table();
        prepare(&sql).unwrap();
        for day in 0..10 {
            note(&sql, on(day)).unwrap();
        }
        assert_eq!(before(&sql, on(9), 3).unwrap(), DAY + 6 * DAY_MILLIS, "as the clock has it");
        assert_eq!(before(&sql, on(9), 10).unwrap(), 0, "there were not so many yet");
        // The clock jumps: that is one day, and none once it is right.
        note(&sql, on(49)).unwrap();
        assert_eq!(before(&sql, on(49), 3).unwrap(), DAY + 7 * DAY_MILLIS);
        assert_eq!(before(&sql, on(9), 3).unwrap(), DAY + 6 * DAY_MILLIS);
        // Nothing ran for a while, and then again.
        note(&sql, on(30)).unwrap();
        assert_eq!(before(&sql, on(30), 3).unwrap(), DAY + 7 * DAY_MILLIS);
        forget(&sql, DAY + 8 * DAY_MILLIS).unwrap();
        let left: i64 = sql.query_row("SELECT count(*) FROM days", [], |row| row.get(0)).unwrap();
        assert_eq!(left, 4);
    }

    #[test]
    fn a_file_of_before_knows_the_days_of_its_chunks_and_hours() {
        let sql = table();
        let (chunk, hours) = (5 << 42 | (DAY + 500), 3 << 61 | 2 << 42 | (DAY + DAY_MILLIS));
        sql.execute("INSERT INTO chunks VALUES (?1)", [chunk]).unwrap();
        sql.execute("INSERT INTO tiers VALUES (?1)", [hours]).unwrap();
        prepare(&sql).unwrap();
        prepare(&sql).unwrap();
        let mut days = sql.prepare("SELECT day FROM days ORDER BY day").unwrap();
        let days: Vec<i64> = days.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(days, [DAY, DAY + DAY_MILLIS]);
    }
}
