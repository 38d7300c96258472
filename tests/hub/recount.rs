//! The key figures of a day, counted again from the facts alone: each case's stages in a list, each limit in hours that
//! go on day and night. Nothing of the figures' own code is used.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use command_hall::domain::{CaseMove, Fact, IncidentId, Stage, What};
use serde_json::{Value, json};

use crate::kit::TestHub;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// By how much the city is ahead of UTC.
const AHEAD: i64 = 8 * HOUR;

/// The kinds as they are built in, but that every limit counts each hour.
pub(crate) fn kinds_by_the_hour() -> String {
    let built_in = include_str!("../../config/catalogue/kinds.toml");
    ["work_hours", "work_days", "calendar_days"].iter().fold(built_in.to_owned(), |text, clock| {
        let (written, instead) = (format!("{{ {clock} = "), "{ urgent_hours = ");
        text.replace(&written, instead)
    })
}

/// What of the kinds is counted with.
pub(crate) struct Kinds {
    /// By code: who leads, and the limits of dispatch, handling, re-check and the whole way in milliseconds.
    by_code: BTreeMap<String, (Option<String>, [i64; 4])>,
}

impl Kinds {
    pub(crate) fn read(text: &str) -> Self {
        let file: toml::Table = text.parse().unwrap();
        let hours = |limits: Option<&toml::Value>, phase: &str| {
            let hours = limits?.get(phase)?.get("urgent_hours")?;
            let whole = || i32::try_from(hours.as_integer()?).ok().map(f64::from);
            Some((hours.as_float().or_else(whole)? * 3_600_000.0).round() as i64)
        };
        let kinds = file["kind"].as_array().unwrap().iter().map(|kind| {
            let class = file["limits"].get(kind["class"].as_str().unwrap());
            let limit = |phase| hours(kind.get("limits"), phase).or_else(|| hours(class, phase)).unwrap();
            let lead = kind.get("lead").map(|lead| lead.as_str().unwrap().to_owned());
            let limits = ["dispatch", "handle", "recheck", "whole"].map(limit);
            (kind["code"].as_str().unwrap().to_owned(), (lead, limits))
        });
        Self { by_code: kinds.collect() }
    }
}

/// A case, as its facts tell it one by one.
struct Case {
    kind: String,
    known: i64,
    /// When it reached the stages that it is past, the first first.
    reached: Vec<(Stage, i64)>,
    /// When it was last given back to be sent anew.
    again: Option<i64>,
    reworked: Option<i64>,
    /// It was rejected or merged.
    dropped: bool,
}

impl Case {
    fn at(&self, stage: Stage) -> Option<i64> {
        self.reached.iter().find(|(reached, _)| *reached >= stage).map(|(_, at)| *at)
    }

    /// From when to when it was in each phase, as far as it came.
    fn phases(&self) -> [Option<(i64, Option<i64>)>; 4] {
        let (sent, done, closed) = (self.at(Stage::Dispatched), self.at(Stage::Done), self.at(Stage::Closed));
        [
            Some((self.again.unwrap_or(self.known), sent)),
            sent.map(|sent| (sent, done)),
            done.map(|done| (done, closed)),
            Some((self.known, closed)),
        ]
    }
}

fn cases(log: &[Fact], until: i64) -> BTreeMap<IncidentId, Case> {
    let mut cases: BTreeMap<IncidentId, Case> = BTreeMap::new();
    for fact in log.iter().filter(|fact| fact.known_at.0 <= until) {
        let at = fact.known_at.0;
        match &fact.what {
            What::IncidentReported(one) => {
                let case = Case {
                    kind: one.kind.clone(),
                    known: at,
                    reached: vec![(one.stage, at)],
                    again: None,
                    reworked: None,
                    dropped: false,
                };
                cases.insert(one.id, case);
            }
            What::IncidentAdvanced { incident, stage } => {
                cases.get_mut(incident).unwrap().reached.push((*stage, at));
            }
            What::IncidentClosed { incident, .. } => {
                cases.get_mut(incident).unwrap().reached.push((Stage::Closed, at));
            }
            What::IncidentMoved { incident, step, stage } => {
                let case = cases.get_mut(incident).unwrap();
                match step {
                    CaseMove::Reject { .. } | CaseMove::Merge { .. } => case.dropped = true,
                    CaseMove::Return { .. } | CaseMove::Rework { .. } => {
                        case.reached.retain(|(reached, _)| reached < stage);
                        case.reached.push((*stage, at));
                        if matches!(step, CaseMove::Rework { .. }) {
                            case.reworked = Some(at);
                        }
                        if *stage < Stage::Dispatched {
                            case.again = Some(at);
                        }
                    }
                    other => panic!("the staff does no {other:?}"),
                }
            }
            _ => {}
        }
    }
    cases
}

/// What is counted: cases that became known, part and whole of each figure, and how long handling took.
#[derive(Debug, Default, PartialEq)]
struct Counted {
    reported: u64,
    shares: BTreeMap<&'static str, (u64, u64)>,
    handling: Vec<i64>,
}

impl Counted {
    fn count(&mut self, figure: &'static str, part: bool) {
        let share = self.shares.entry(figure).or_default();
        share.0 += u64::from(part);
        share.1 += 1;
    }

    /// Count a case on a day.
    fn add(&mut self, case: &Case, limits: [i64; 4], [from, until]: [i64; 2]) {
        let within = |at: i64| (from..=until).contains(&at);
        self.reported += u64::from(within(case.known));
        if case.dropped {
            return;
        }
        for (phase, (span, limit)) in case.phases().into_iter().zip(limits).enumerate() {
            let Some((began, ended)) = span else { continue };
            let late = ended.unwrap_or(until) - began > limit;
            let is_due = ended.map_or(late, within);
            if !is_due {
                continue;
            }
            let done = ended.is_some();
            match phase {
                0 => self.count("sent_in_time", done && !late),
                1 => {
                    self.count("handled", done);
                    self.count("handled_in_time", done && !late);
                    self.count("overdue", late);
                    self.handling.extend(ended.map(|ended| ended - began));
                }
                2 => self.count("checked_in_time", done && !late),
                _ => {
                    self.count("closed", done);
                    self.count("closed_in_time", done && !late);
                }
            }
        }
        match case.at(Stage::Done) {
            Some(done) if within(done) => self.count("rework", case.reworked.is_some()),
            None if case.reworked.is_some_and(within) => self.count("rework", true),
            _ => {}
        }
    }

    /// As the API tells it.
    fn told(&self) -> Value {
        const FIGURES: [&str; 13] = [
            "handled",
            "handled_in_time",
            "overdue",
            "closed",
            "closed_in_time",
            "sent_in_time",
            "checked_in_time",
            "rework",
            "returned",
            "accurate",
            "told_accepted",
            "told",
            "satisfied",
        ];
        let share = |figure: &str| self.shares.get(figure).copied().unwrap_or_default();
        let figures = FIGURES.map(|figure| json!([figure, share(figure).0, share(figure).1]));
        let mut sorted = self.handling.clone();
        sorted.sort_unstable();
        // Of so many per cent of them none took longer.
        let rank = |percent: usize| sorted[(sorted.len() * percent).div_ceil(100) - 1] / 1000;
        let handling = i64::try_from(sorted.len()).ok().filter(|count| *count > 0).map(|count| {
            let mean = sorted.iter().sum::<i64>() / count / 1000;
            json!({ "count": count, "mean": mean, "p50": rank(50), "p90": rank(90) })
        });
        json!({ "reported": self.reported, "figures": figures, "handling": handling })
    }
}

/// Of a row of the API what is counted here.
fn heard(row: &Value) -> Value {
    let figures = row["figures"].as_array().unwrap().iter();
    let figures: Vec<Value> = figures.map(|one| json!([one["figure"], one["part"], one["of"]])).collect();
    assert_eq!(row["handling_secs"], row["handling_on_clock_secs"], "nothing was on hold, and the clocks never stop");
    json!({ "reported": row["reported"], "figures": figures, "handling": row["handling_secs"] })
}

/// The days of the city that are over by the end of a log, from the first on, counted since 1970.
pub(crate) fn days(log: &[Fact]) -> std::ops::Range<i64> {
    let day = |fact: Option<&Fact>| (fact.unwrap().known_at.0 + AHEAD).div_euclid(DAY);
    day(log.first())..day(log.last())
}

/// The hub tells of a day what its facts say, in all and by department.
pub(crate) fn assert_told(hub: &TestHub, kinds: &Kinds, log: &[Fact], day: i64) {
    let from = day * DAY - AHEAD;
    let span = [from, from + DAY - 1];
    let (mut total, mut parts) = (Counted::default(), BTreeMap::<String, Counted>::new());
    for case in cases(log, span[1]).values() {
        let (lead, limits) = &kinds.by_code[&case.kind];
        total.add(case, *limits, span);
        parts.entry(json!(lead).to_string()).or_default().add(case, *limits, span);
    }
    parts.retain(|_, part| *part != Counted::default());
    let written = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + TimeDelta::days(day);
    let path = format!("/api/figures?by=department&day={written}");
    let mut told = hub.get(&path);
    for _ in 0..200 {
        if told.0 == 200 {
            break;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(50));
        told = hub.get(&path);
    }
    let (status, told) = told;
    assert_eq!(status, 200, "{written}: {told}");
    assert_eq!(heard(&told["total"]), total.told(), "{written}");
    let rows = told["rows"].as_array().unwrap().iter();
    let heard: BTreeMap<String, Value> = rows.map(|row| (row["key"].to_string(), heard(row))).collect();
    let parts: BTreeMap<String, Value> = parts.into_iter().map(|(key, part)| (key, part.told())).collect();
    assert_eq!(heard, parts, "{written} by department");
}
