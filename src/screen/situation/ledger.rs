//! What the shells keep of every incident in the hall, so that a fact costs them that incident and not all of them.
//!
//! Invariant: after any facts, folded in one by one or many at a time, a ledger says what one read from scratch says.
//!
//! A line holds what orders and counts an incident and no words: those are made for the rows that are drawn, so a
//! switch of language or streets that became known need nothing here.

use std::collections::{BTreeMap, VecDeque};

use bevy::prelude::Resource;

use super::limits::CityLimits;
use super::ranked::{Key, Lists, Sorting};
use super::stages::Stages;
use crate::domain::calendar::NEVER;
use crate::domain::{Countdown, Grade, Hall, Incident, IncidentId, Moment, Seq, Stage};

/// How many of the last touched incidents are remembered for those who follow.
const REMEMBERED: usize = 8_192;

/// What is kept of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    grade: Grade,
    stage: Stage,
    happened_at: Moment,
    open: bool,
    over_at: Option<Moment>,
    /// What is due next, while it is open.
    countdown: Option<Countdown>,
}

impl Line {
    fn key(&self, id: IncidentId, sorting: Sorting) -> Key {
        let moment = match sorting {
            Sorting::Due | Sorting::Across => self.countdown.and_then(|next| next.due()).unwrap_or(NEVER),
            Sorting::Waiting => self.happened_at,
        };
        (moment, id)
    }
}

/// The day so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Day {
    start: Moment,
    reported: usize,
    closed: usize,
    handled_secs: i128,
}

impl Day {
    /// Count a line, or with `back` take it off again.
    fn count(&mut self, line: Line, back: bool) {
        let step = |count: &mut usize| *count = if back { count.saturating_sub(1) } else { *count + 1 };
        if line.happened_at >= self.start {
            step(&mut self.reported);
        }
        if let Some(over_at) = line.over_at.filter(|at| !line.open && *at >= self.start) {
            step(&mut self.closed);
            let secs = i128::from(over_at.secs_since(line.happened_at).max(0));
            self.handled_secs += if back { -secs } else { secs };
        }
    }
}

/// Figures of a day as the shells show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayFigures {
    /// Happened that day.
    pub reported: usize,
    /// Over that day.
    pub closed: usize,
    /// Mean seconds from happening to the end of those over that day.
    pub mean_handling_secs: Option<i64>,
}

/// Every incident in the hall by what orders and counts it.
#[derive(Resource, Debug, Clone, Default)]
pub struct Ledger {
    upto: Seq,
    left: u64,
    lines: BTreeMap<IncidentId, Line>,
    limits: CityLimits,
    waiting: Lists,
    due: Lists,
    across: Lists,
    /// The open ones by stage.
    stages: Stages,
    /// Those that were over at some time, in the order they were: the first of them leave the hall first.
    over: VecDeque<IncidentId>,
    day: Day,
    /// The last touched incidents and how many were touched before them; a rebuild counts as more than are remembered.
    touched: VecDeque<IncidentId>,
    forgotten: u64,
}

impl Ledger {
    /// A ledger of everything that `hall` holds.
    #[must_use]
    pub fn read(hall: &Hall) -> Self {
        let mut ledger = Self::default();
        ledger.rebuild(hall);
        ledger
    }

    /// Count on these limits from now on and read everything anew.
    pub fn limit(&mut self, limits: CityLimits, hall: &Hall) {
        self.limits = limits;
        self.rebuild(hall);
    }

    /// The limits that it counts on.
    #[must_use]
    pub fn limits(&self) -> &CityLimits {
        &self.limits
    }

    /// Read everything anew: the hall was replaced.
    pub fn rebuild(&mut self, hall: &Hall) {
        let known = self.turn();
        let lines: BTreeMap<_, _> = hall.incidents().map(|incident| (incident.id, self.line(hall, incident))).collect();
        let open = |sorting| {
            let open = lines.iter().filter(|(_, line)| line.open);
            Lists::new(sorting, open.map(move |(id, line)| (line.grade, line.key(*id, sorting))))
        };
        let mut over: Vec<_> = lines.iter().filter_map(|(id, line)| Some((line.over_at?, *id))).collect();
        over.sort_unstable();
        let mut stages = Stages::default();
        lines.values().filter(|line| line.open).for_each(|line| stages.count(line.grade, line.stage, true));
        *self = Self {
            upto: hall.upto(),
            left: hall.left(),
            waiting: open(Sorting::Waiting),
            due: open(Sorting::Due),
            across: open(Sorting::Across),
            stages,
            limits: self.limits.clone(),
            over: over.into_iter().map(|(_, id)| id).collect(),
            day: Day { start: self.day.start, ..Day::default() },
            touched: VecDeque::new(),
            forgotten: known + 1,
            lines,
        };
        self.recount();
    }

    /// Take in what `hall` now says of the `touched` incidents. Whoever names all that the facts since the last time
    /// touched gets the same as from [`Self::rebuild`].
    pub fn fold(&mut self, hall: &Hall, touched: &[IncidentId]) {
        for id in touched {
            let now = hall.incident(*id).map(|incident| self.line(hall, incident));
            self.put(*id, now);
        }
        self.let_go(hall);
        self.upto = hall.upto();
    }

    /// Those that left the hall: nobody names them.
    fn let_go(&mut self, hall: &Hall) {
        let mut gone = hall.left().saturating_sub(self.left);
        self.left = hall.left();
        let mut at = 0;
        while let Some(id) = self.over.get(at).copied().filter(|_| gone > 0) {
            if hall.incident(id).is_some() {
                at += 1;
                continue;
            }
            self.over.remove(at);
            // One that came back under its number and left again may stand here twice.
            if self.lines.contains_key(&id) {
                gone -= 1;
                self.put(id, None);
            }
        }
    }

    fn put(&mut self, id: IncidentId, now: Option<Line>) {
        let before = match now {
            Some(now) => self.lines.insert(id, now),
            None => self.lines.remove(&id),
        };
        self.touched.push_back(id);
        if self.touched.len() > REMEMBERED {
            self.touched.pop_front();
            self.forgotten += 1;
        }
        if before == now {
            return;
        }
        if let Some(line) = before {
            self.day.count(line, true);
            if line.open {
                self.waiting.remove(line.grade, &line.key(id, Sorting::Waiting));
                self.due.remove(line.grade, &line.key(id, Sorting::Due));
                self.across.remove(line.grade, &line.key(id, Sorting::Across));
                self.stages.count(line.grade, line.stage, false);
            }
        }
        if let Some(line) = now {
            self.day.count(line, false);
            if line.open {
                self.waiting.insert(line.grade, line.key(id, Sorting::Waiting));
                self.due.insert(line.grade, line.key(id, Sorting::Due));
                self.across.insert(line.grade, line.key(id, Sorting::Across));
                self.stages.count(line.grade, line.stage, true);
            }
            if line.over_at.is_some() && before.is_none_or(|before| before.over_at.is_none()) {
                self.over.push_back(id);
            }
        }
    }

    fn recount(&mut self) {
        let mut day = Day { start: self.day.start, ..Day::default() };
        self.lines.values().for_each(|line| day.count(*line, false));
        self.day = day;
    }

    /// Count the day that began at `start` from now on; all lines are looked through where it is another.
    pub fn begin_day(&mut self, start: Moment) {
        if self.day.start != start {
            self.day.start = start;
            self.recount();
        }
    }

    /// The figures of the day that [`Self::begin_day`] named.
    #[must_use]
    pub fn figures(&self) -> DayFigures {
        let Day { reported, closed, handled_secs, .. } = self.day;
        // As the hall adds them up: what is more than an i64 stays the most that one can say.
        let handled_secs = i64::try_from(handled_secs).unwrap_or(i64::MAX);
        let mean_handling_secs = i64::try_from(closed).ok().and_then(|n| handled_secs.checked_div(n));
        DayFigures { reported, closed, mean_handling_secs }
    }

    /// The newest fact taken in.
    #[must_use]
    pub fn upto(&self) -> Seq {
        self.upto
    }

    /// Open incidents in an order.
    #[must_use]
    pub fn open(&self, sorting: Sorting) -> &Lists {
        match sorting {
            Sorting::Due => &self.due,
            Sorting::Waiting => &self.waiting,
            Sorting::Across => &self.across,
        }
    }

    /// Open incidents by grade and stage.
    #[must_use]
    pub fn stages(&self) -> &Stages {
        &self.stages
    }

    /// Whether an incident is open.
    #[must_use]
    pub fn is_open(&self, id: IncidentId) -> bool {
        self.lines.get(&id).is_some_and(|line| line.open)
    }

    /// Grade and key of an open incident.
    #[must_use]
    pub fn key(&self, id: IncidentId, sorting: Sorting) -> Option<(Grade, Key)> {
        self.lines.get(&id).filter(|line| line.open).map(|line| (line.grade, line.key(id, sorting)))
    }

    /// What of an open incident is due next.
    #[must_use]
    pub fn countdown(&self, id: IncidentId) -> Option<Countdown> {
        self.lines.get(&id)?.countdown
    }

    fn line(&self, hall: &Hall, incident: &Incident) -> Line {
        let open = incident.stage != Stage::Closed;
        Line {
            grade: incident.grade,
            stage: incident.stage,
            happened_at: incident.happened_at,
            open,
            over_at: hall.finished_at(incident.id),
            countdown: self.limits.countdown(hall, incident).filter(|_| open),
        }
    }

    /// How many touches there were so far; for [`Self::touched_since`].
    #[must_use]
    pub fn turn(&self) -> u64 {
        self.forgotten + self.touched.len() as u64
    }

    /// What was touched since a turn, one perhaps more than once; `None` where that is longer ago than is remembered,
    /// or everything was read anew.
    pub fn touched_since(&self, turn: u64) -> Option<impl Iterator<Item = IncidentId>> {
        let from = usize::try_from(turn.checked_sub(self.forgotten)?).ok()?;
        Some(self.touched.range(from.min(self.touched.len())..).copied())
    }
}
