//! What the hub told of vital signs, and when it is asked again.

use std::sync::Arc;

use bevy::prelude::*;
use bevy::window::RequestRedraw;

use super::bands::Bands;
use super::desk::Desk;
use super::model::Read;
use crate::config::InForce;
use crate::domain::rights::Area;
use crate::domain::vital::{VitalBoard, VitalXray};
use crate::domain::{AlarmRules, Moment, Refusal};
use crate::ground::City;
use crate::link::AskedSign;
use crate::screen::heat::Layers;
use crate::screen::heat::layer::Ago;
use crate::screen::names::utc_offset_secs;
use crate::screen::receive::{VitalsTold, XrayTold};
use crate::screen::shown::{HubLink, ScreenKind, Shown};

/// Seconds between two questions on a desk that looks, and on a wall.
const DESK_SECS: f64 = 5.0;
const WALL_SECS: f64 = 10.0;
/// … while nothing has a value yet
const FIRST_SECS: f64 = 1.0;
/// … and where a moment of the past is looked at.
const PAST_SECS: f64 = 30.0;
/// Signs that a wall has room for at most.
const WALL_SIGNS: usize = 24;
/// Seconds after which an answer is not waited for any more.
const PATIENCE_SECS: f64 = 30.0;
/// Seconds after the link became live in which first values are waited for; what has none after that has no data.
const FIRST_WITHIN_SECS: f64 = 30.0;

/// The board while none was told: no sign has a value.
static NOTHING_TOLD: VitalBoard = VitalBoard { area: Area::CITY, at: Moment(0), below: Vec::new(), rows: Vec::new() };

/// A question, and when it was asked on the screen's own clock.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question<Q> {
    of: Q,
    secs: f64,
    waiting: bool,
}

impl<Q: PartialEq> Question<Q> {
    /// Whether that is to be asked now, `before` being what was asked last.
    pub(super) fn is_due(before: Option<&Self>, of: &Q, secs: f64, every: f64) -> bool {
        before.is_none_or(|before| before.of != *of || before.is_over(secs, every))
    }

    /// Whether it was answered, or is not waited for any more, and the next one may be asked.
    pub(super) fn is_over(&self, secs: f64, every: f64) -> bool {
        secs - self.secs >= if self.waiting { PATIENCE_SECS } else { every }
    }

    /// Whether it is of something.
    pub(super) fn is_of(&self, of: impl Fn(&Q) -> bool) -> bool {
        of(&self.of)
    }

    /// What its answer is awaited of.
    pub(super) fn waited_for(&self) -> Option<&Q> {
        self.waiting.then_some(&self.of)
    }

    /// Whether the answer is overdue.
    fn is_late(&self, secs: f64) -> bool {
        self.waiting && secs - self.secs > PATIENCE_SECS * 0.5
    }

    pub(super) const fn new(of: Q, secs: f64) -> Self {
        Self { of, secs, waiting: true }
    }

    /// The answer came.
    pub(super) fn answered(&mut self) {
        self.waiting = false;
    }
}

/// What one number is made of: which, and what was told of it.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) sign: String,
    pub(super) told: Option<Result<Box<VitalXray>, Refusal>>,
    /// The row that has the keys: signs that it is made of come first, then its sensors.
    pub(super) marked: usize,
    pub(super) reveal: bool,
    /// The indices that the way came through, each with its row, the first one first.
    pub(super) trail: Vec<(String, usize)>,
    pub(super) asked: Option<Question<(Area, Ago)>>,
}

impl Looked {
    pub(super) fn at(sign: String) -> Self {
        Self { sign, told: None, marked: 0, reveal: true, trail: Vec::new(), asked: None }
    }
}

/// The vital signs of this screen.
#[derive(Resource, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub struct Vitals {
    rules: Arc<AlarmRules>,
    /// The rules of the hall that were taken over; `None` while those built in are in force.
    taken: Option<Arc<AlarmRules>>,
    read_once: bool,
    board: Option<Result<Box<VitalBoard>, Refusal>>,
    asked: Option<Question<(Area, Ago)>>,
    /// The hub owes an answer for long.
    late: bool,
    /// When the link became live, on the screen's own clock.
    live_since: Option<f64>,
    /// First values are still waited for.
    waits: bool,
    /// What was told was of something else, and what is asked now is on its way.
    turning: bool,
    /// Where signs are expected.
    bands: Bands,
    pub(super) desk: Desk,
}

impl Vitals {
    /// Whether the board, or what lies over it, covers all below the band.
    #[must_use]
    pub fn covers(&self) -> bool {
        self.desk.open
    }

    /// Whether the page of keys is to have those of the board.
    #[must_use]
    pub fn explains_keys(&self) -> bool {
        self.desk.explains()
    }

    /// Whether the map is coloured by a sign and is what is looked at.
    #[must_use]
    pub fn is_map_coloured(&self) -> bool {
        self.desk.coloured && !self.desk.open
    }

    /// The coloured area around a point (metres east and north), by its number in the pack.
    #[must_use]
    pub fn coloured_at(&self, city: &City, at: [f64; 2]) -> Option<u32> {
        city.area_path(at).into_iter().find(|record| self.desk.painted_at(*record).is_some())
    }

    /// The signs in force.
    #[must_use]
    pub fn rules(&self) -> &Arc<AlarmRules> {
        &self.rules
    }

    /// The board as it was told last.
    #[must_use]
    pub fn board(&self) -> Option<&Result<Box<VitalBoard>, Refusal>> {
        self.board.as_ref()
    }

    /// Whether a moment of the past was asked for.
    pub(super) fn is_past(&self) -> bool {
        self.asked.as_ref().is_some_and(|asked| asked.of.1 != Ago::Now)
    }

    /// The board with the signs in force. Ages count from the moment that the hub told it for, so that what was fresh
    /// there is fresh here; where no news come, from now on, so that it becomes old.
    #[must_use]
    pub fn read(&self, shown: &Shown) -> Option<Read<'_>> {
        let board = self.board.as_ref()?.as_deref().ok()?;
        let past = self.is_past();
        let news = shown.link.is_live() && !self.late;
        let now = if past || news { board.at } else { shown.now.max(board.at) };
        let waits = self.waits && !past;
        let bands = (!past).then_some(&self.bands);
        let utc_offset_secs = utc_offset_secs(now);
        Some(Read { rules: &self.rules, board, bands, now, utc_offset_secs, rate: shown.rate, waits })
    }

    /// The same for a wall, which shows its signs from the first moment on: while nothing was told they wait for their
    /// first values, and so they do while those of another moment are on their way.
    #[must_use]
    pub fn read_or_waiting(&self, shown: &Shown) -> Option<Read<'_>> {
        let waiting = || {
            let (rules, now, rate) = (&self.rules, shown.now, shown.rate);
            let utc_offset_secs = utc_offset_secs(now);
            let awaited = self.waits || (self.turning && !self.late);
            (awaited && self.board.is_none()).then(|| Read {
                rules,
                board: &NOTHING_TOLD,
                bands: None,
                now,
                utc_offset_secs,
                rate,
                waits: true,
            })
        };
        self.read(shown).or_else(waiting)
    }

    /// Note that the link is live, or is not, at so many seconds of the screen's own clock.
    pub(super) fn note_link(&mut self, live: bool, secs: f64) {
        self.live_since = live.then(|| self.live_since.unwrap_or(secs));
        self.waits = self.live_since.is_some_and(|since| secs - since < FIRST_WITHIN_SECS);
    }

    /// Take over what was told, as for tests and for [`hear`].
    pub(super) fn take(&mut self, rules: Arc<AlarmRules>, board: Option<Result<Box<VitalBoard>, Refusal>>) {
        self.rules = rules;
        self.turning &= board.is_none();
        self.board = board;
    }

    /// Whether no sign has ever had a value.
    fn is_empty(&self) -> bool {
        let valued = |board: &VitalBoard| board.rows.iter().any(|row| row.newest.is_some());
        !matches!(&self.board, Some(Ok(board)) if valued(board))
    }

    fn keep_rules(&mut self, shown: &Shown) {
        let now = shown.hall.alarms().rules();
        let same = match (&self.taken, now) {
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            (None, None) => self.read_once,
            _ => false,
        };
        if same {
            return;
        }
        self.read_once = true;
        self.taken = now.cloned();
        self.rules = match now {
            Some(rules) => Arc::clone(rules),
            None => match InForce::built_in() {
                Ok(built_in) => Arc::clone(built_in.alarm_rules()),
                Err(error) => {
                    error!("the vital signs built in cannot be read: {error}");
                    Arc::default()
                }
            },
        };
    }
}

/// Take in what the hub told, and which signs are in force.
pub(super) fn hear(
    shown: Res<Shown>,
    mut vitals: ResMut<Vitals>,
    time: Res<Time<Real>>,
    (mut boards, mut xrays): (MessageReader<VitalsTold>, MessageReader<XrayTold>),
    mut redraw: MessageWriter<RequestRedraw>,
) {
    let vitals = vitals.bypass_change_detection();
    vitals.keep_rules(&shown);
    if let Some(VitalsTold(board)) = boards.read().last() {
        let ours = vitals.asked.as_mut().is_some_and(|asked| {
            asked.answered();
            board.as_ref().map_or(true, |board| board.area == asked.of.0)
        });
        if ours {
            let rules = Arc::clone(&vitals.rules);
            vitals.take(rules, Some(board.clone()));
            redraw.write(RequestRedraw);
        }
    }
    let Some(XrayTold(xray)) = xrays.read().last() else { return };
    let clock = (shown.now, time.elapsed_secs_f64());
    if let Some(looked) = &mut vitals.desk.looked {
        let ours = looked.asked.as_mut().is_some_and(|asked| {
            asked.answered();
            xray.as_ref().map_or(true, |xray| xray.code == looked.sign && xray.area == asked.of.0)
        });
        if ours {
            looked.told = Some(xray.clone());
            redraw.write(RequestRedraw);
        }
        // What is asked of the past says nothing of now.
        if looked.asked.as_ref().is_some_and(|asked| asked.of.1 != Ago::Now) {
            return;
        }
    }
    match xray {
        Ok(xray) => vitals.bands.told((&xray.area, &xray.code), xray.band.clone(), clock),
        Err(_) => vitals.bands.refused(clock),
    }
    redraw.write(RequestRedraw);
}

/// Ask for what is looked at.
pub(super) fn ask(
    (shown, kind, time): (Res<Shown>, Option<Res<ScreenKind>>, Res<Time<Real>>),
    (link, layers): (Option<Res<HubLink>>, Option<Res<Layers>>),
    mut vitals: ResMut<Vitals>,
) {
    let vitals = vitals.bypass_change_detection();
    let secs = time.elapsed_secs_f64();
    vitals.note_link(link.is_some() && shown.link.is_live(), secs);
    let Some(link) = link.filter(|_| shown.link.is_live()) else {
        vitals.asked = None;
        return;
    };
    let wall = kind.is_some_and(|kind| *kind == ScreenKind::Wall);
    if !wall && !vitals.desk.looks() {
        return;
    }
    let ago = layers.map_or(Ago::Now, |layers| layers.ago);
    let at = ago.moment(shown.now);
    let every = match (wall, ago) {
        // A hub that has just begun has not reckoned anything yet.
        (_, Ago::Now) if vitals.is_empty() => FIRST_SECS,
        (true, Ago::Now) => WALL_SECS,
        (false, Ago::Now) => DESK_SECS,
        (_, _) => PAST_SECS,
    };
    let area = if wall { Area::CITY } else { vitals.desk.area.clone() };
    let of = (area.clone(), ago);
    if Question::is_due(vitals.asked.as_ref(), &of, secs, every) {
        // What was told of something else, or long ago, is not what is asked now.
        let other = vitals.asked.as_ref().map_or_else(
            || !matches!(&vitals.board, Some(Ok(board)) if board.area == area),
            |asked| asked.of != of || secs - asked.secs > PATIENCE_SECS + every,
        );
        if other {
            vitals.turning |= vitals.board.take().is_some();
        }
        link.0.vitals(area.clone(), at);
        vitals.asked = Some(Question::new(of.clone(), secs));
    }
    vitals.late = vitals.asked.as_ref().is_some_and(|asked| asked.is_late(secs));
    if let Some(looked) = &mut vitals.desk.looked
        && Question::is_due(looked.asked.as_ref(), &of, secs, every)
    {
        if looked.asked.as_ref().is_some_and(|asked| asked.of != of) {
            looked.told = None;
        }
        link.0.xray(AskedSign { sign: looked.sign.clone(), area, at });
        looked.asked = Some(Question::new(of, secs));
        // Only the newest question is answered.
        vitals.bands.forget();
    } else if vitals.desk.looked.is_none() && ago == Ago::Now && (wall || vitals.desk.open) {
        ask_band(vitals, wall, &shown, secs, &link);
    }
}

/// Ask where the next of the signs in sight is expected: of a desk the chosen one first, of a wall those that lead.
fn ask_band(vitals: &mut Vitals, wall: bool, shown: &Shown, secs: f64, link: &HubLink) {
    let Some(read) = vitals.read(shown) else { return };
    let area = read.board.area.clone();
    let most = if wall { WALL_SIGNS } else { usize::MAX };
    let mut codes: Vec<String> = read.leading(most).iter().map(|tile| tile.sign.code.clone()).collect();
    if !wall {
        let rest = read.board.rows.iter().map(|row| row.code.clone());
        codes = std::iter::once(vitals.desk.chosen.clone()).chain(rest).filter(|code| !code.is_empty()).collect();
    }
    let next = vitals.bands.ask(&area, codes.iter().map(String::as_str), shown.now, secs);
    if let Some(sign) = next {
        link.0.xray(AskedSign { sign: sign.to_owned(), area, at: None });
    }
}
