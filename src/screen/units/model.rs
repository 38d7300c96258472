//! How a crew glides from one known place to the next, what it leaves behind, and how it looks: pure functions of
//! time.

use std::collections::VecDeque;

use crate::domain::{CrewKind, CrewPosition, CrewStatus, Moment};
use crate::screen::pins::sprite::{shape, tint};

/// A crew not heard of for this long begins to fade (seconds) …
const STALE_SECS: i64 = 120;
/// … and after this long it is as faint as it gets.
const FAINT_SECS: i64 = 600;
/// How much of a crew is left then.
const FAINT: f32 = 0.35;
/// Longest glide in seconds; whoever is heard of less often jumps less smoothly.
const LONGEST: f32 = 2.0;
/// A jump of more metres than this is not a drive: the crew stands there at once.
const JUMP_M: f64 = 1_500.0;
/// Fewer metres than this are no heading.
const STIR_M: f64 = 2.0;
/// Metres between two points of a trail, and how many are kept: some hundreds of metres.
const TRAIL_STEP_M: f64 = 18.0;
const TRAIL_POINTS: usize = 14;
/// Farther than so many metres from one place to the next nobody knows which way it took: the trail begins anew.
const TRAIL_GAP_M: f64 = 120.0;
/// Seconds of the screen's clock after which a crew that stands is one that rests.
const REST_SECS: f32 = 4.0;
/// Seconds of the screen's clock after which a crew that stands has no trail any more.
const TRAIL_SECS: f32 = 12.0;

/// The way of a crew between the place it was shown at and the one it was last heard of.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    from: [f64; 2],
    to: [f64; 2],
    /// Seconds of the screen's clock.
    start: f32,
    secs: f32,
    /// When it was there, as it says.
    pub when: Moment,
    /// 256ths of a turn clockwise from north; `None` while it has not moved.
    pub heading: Option<u8>,
    /// What it is there for.
    pub kind: CrewKind,
    /// What it does.
    pub status: CrewStatus,
    /// Metres a second in the city between the last two places.
    pub speed_mps: f32,
    /// Where it was shown, oldest first.
    trail: VecDeque<[f64; 2]>,
    /// Second of the screen's clock at which it last moved.
    stirred: f32,
}

impl Track {
    /// A crew heard of for the first time, at `at` (metres east and north).
    #[must_use]
    pub fn new(position: &CrewPosition, at: [f64; 2]) -> Self {
        Self {
            from: at,
            to: at,
            start: 0.0,
            secs: 0.0,
            when: position.when,
            heading: None,
            kind: position.kind,
            status: position.status,
            speed_mps: 0.0,
            trail: VecDeque::new(),
            stirred: f32::NEG_INFINITY,
        }
    }

    /// The crew was heard of at `at`; it glides there from where it is shown now. `rate` is how many of the city's
    /// seconds pass in one of the screen's.
    pub fn hear(&mut self, position: &CrewPosition, at: [f64; 2], now: f32, rate: f32) {
        let when = position.when;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds between two messages")]
        let since = (when.0 - self.when.0) as f32 / 1000.0;
        #[expect(clippy::cast_possible_truncation, reason = "metres of a drive")]
        let driven = (at[0] - self.to[0]).hypot(at[1] - self.to[1]) as f32;
        let from = self.place(now);
        let (dx, dy) = (at[0] - from[0], at[1] - from[1]);
        let way = dx.hypot(dy);
        let jumps = way > JUMP_M || since <= 0.0;
        self.speed_mps = if jumps { 0.0 } else { driven / since };
        (self.kind, self.status) = (position.kind, position.status);
        self.when = when;
        self.to = at;
        self.start = now;
        self.secs = if jumps { 0.0 } else { (since / rate).min(LONGEST) };
        self.from = if self.secs > 0.0 { from } else { at };
        if jumps || way > TRAIL_GAP_M {
            self.trail.clear();
        } else if way > STIR_M {
            self.stirred = now;
            self.leave(from);
        }
        if way > STIR_M {
            let turns = dx.atan2(dy) / std::f64::consts::TAU;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 256")]
            let heading = (turns.rem_euclid(1.0) * 256.0) as u8;
            self.heading = Some(heading);
        }
    }

    fn leave(&mut self, at: [f64; 2]) {
        let far = |last: &[f64; 2]| (last[0] - at[0]).hypot(last[1] - at[1]) >= TRAIL_STEP_M;
        if self.trail.back().is_none_or(far) {
            if self.trail.len() == TRAIL_POINTS {
                self.trail.pop_front();
            }
            self.trail.push_back(at);
        }
    }

    /// Metres east and north at a second of the screen's clock.
    #[must_use]
    pub fn place(&self, now: f32) -> [f64; 2] {
        if !self.glides(now) {
            return self.to;
        }
        let share = f64::from(((now - self.start) / self.secs).clamp(0.0, 1.0));
        [self.from[0] + (self.to[0] - self.from[0]) * share, self.from[1] + (self.to[1] - self.from[1]) * share]
    }

    /// Whether it is on its way.
    #[must_use]
    pub fn glides(&self, now: f32) -> bool {
        self.glides_for(now).is_some()
    }

    /// Seconds until it is there, while it is on its way.
    #[must_use]
    pub fn glides_for(&self, now: f32) -> Option<f32> {
        let rest = self.start + self.secs - now;
        (self.secs > 0.0 && rest > 0.0 && self.way() > 0.0).then_some(rest)
    }

    /// Seconds that its way takes, or took.
    #[must_use]
    pub const fn secs(&self) -> f32 {
        self.secs
    }

    /// Whether it has stood for a while, and is not about to go on after the next corner.
    #[must_use]
    pub fn rests(&self, now: f32) -> bool {
        !self.glides(now) && now - self.stirred > REST_SECS
    }

    /// Metres of the way it is on.
    #[must_use]
    pub fn way(&self) -> f64 {
        (self.to[0] - self.from[0]).hypot(self.to[1] - self.from[1])
    }

    /// The points of its recent way, oldest first and without where it is now; none where it stands or is stale.
    pub fn trail(&self, now: f32, shown: Moment) -> impl ExactSizeIterator<Item = [f64; 2]> + '_ {
        let gone = now - self.stirred > TRAIL_SECS || self.is_stale(shown);
        self.trail.iter().copied().skip(if gone { self.trail.len() } else { 0 })
    }

    /// Whether it was not heard of for long, at the moment `now` in the city.
    #[must_use]
    pub fn is_stale(&self, now: Moment) -> bool {
        now.secs_since(self.when) > STALE_SECS
    }

    /// Opacity by how long it was not heard of, at the moment `now` in the city.
    #[must_use]
    pub fn opacity(&self, now: Moment) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "some minutes")]
        let share = (now.secs_since(self.when) - STALE_SECS).clamp(0, FAINT_SECS - STALE_SECS) as f32
            / (FAINT_SECS - STALE_SECS) as f32;
        1.0 - (1.0 - FAINT) * share
    }
}

/// The shape of a kind of crew.
#[must_use]
pub(super) fn shape_of(kind: CrewKind) -> u8 {
    match kind {
        CrewKind::Patrol => shape::DART,
        CrewKind::Police => shape::SHIELD,
        CrewKind::Traffic => shape::TRAPEZOID,
        CrewKind::Fire => shape::PENTAGON,
        CrewKind::Ambulance => shape::CROSS,
        CrewKind::Sanitation => shape::SQUARE,
        CrewKind::Repair => shape::HEXAGON,
        CrewKind::Chengguan => shape::SLAB,
        CrewKind::Bus => shape::BOX,
    }
}

/// The icon of a kind of crew, where its shape does not say it already.
#[must_use]
pub(super) fn icon_of(kind: CrewKind) -> Option<&'static str> {
    match kind {
        CrewKind::Patrol | CrewKind::Ambulance => None,
        CrewKind::Police => Some("police"),
        CrewKind::Traffic => Some("signal"),
        CrewKind::Fire => Some("fire"),
        CrewKind::Sanitation => Some("waste"),
        CrewKind::Repair => Some("works"),
        CrewKind::Chengguan => Some("person"),
        CrewKind::Bus => Some("transit"),
    }
}

/// Whether a crew is at work: on its way to a case or at it.
#[must_use]
pub fn is_busy(status: CrewStatus) -> bool {
    matches!(status, CrewStatus::Assigned | CrewStatus::EnRoute | CrewStatus::OnScene)
}

/// Whether a crew is one that the hall can count on: on duty, and no bus.
#[must_use]
pub fn can_be_sent(kind: CrewKind, status: CrewStatus) -> bool {
    kind != CrewKind::Bus && status != CrewStatus::OffDuty
}

/// Of the screen, at most what the marks of crews that wait may cover before they become smaller …
const COVERED: f32 = 0.006;
/// … and the share of their size that they keep; where that is still too much they fade.
const SMALLEST: f32 = 0.4;
/// Fainter than this a mark is nothing that one could point at.
pub(super) const FAINTEST: f32 = 0.3;

/// The shares of their size and of their strength that marks of `count` crews that wait keep, each `radius` points along
/// its half, on a screen of so many square points: a whole fleet seen from afar is a grain, not a carpet over the city.
#[must_use]
pub(super) fn thinned(count: usize, radius: f32, screen: f32) -> [f32; 2] {
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let covered = count as f32 * (radius * 2.0).powi(2) / screen.max(1.0);
    let share = (COVERED / covered.max(COVERED)).sqrt();
    [share.max(SMALLEST), (share / SMALLEST).min(1.0).powi(2)]
}

/// The colour of a crew: the accent is for those at work.
#[must_use]
pub(super) fn tint_of(status: CrewStatus, stale: bool) -> u8 {
    if stale || status == CrewStatus::OffDuty {
        tint::STALE
    } else if is_busy(status) {
        tint::BUSY
    } else {
        tint::FREE
    }
}

/// Corners of the shape of a kind for panels, of radius 1, x right and y down; the shader draws the same.
#[must_use]
pub fn outline(kind: CrewKind) -> Vec<[f32; 2]> {
    match kind {
        CrewKind::Patrol => vec![[0.0, -1.0], [0.78, 0.88], [0.0, 0.5], [-0.78, 0.88]],
        CrewKind::Police => {
            vec![[-0.8, -0.88], [0.8, -0.88], [0.8, -0.1], [0.62, 0.42], [0.0, 0.92], [-0.62, 0.42], [-0.8, -0.1]]
        }
        CrewKind::Traffic => vec![[-0.95, -0.72], [0.95, -0.72], [0.5, 0.82], [-0.5, 0.82]],
        CrewKind::Fire => vec![[0.0, -1.0], [0.9, -0.2], [0.9, 0.8], [-0.9, 0.8], [-0.9, -0.2]],
        CrewKind::Ambulance => vec![
            [-0.5, -0.94],
            [0.5, -0.94],
            [0.5, -0.5],
            [0.94, -0.5],
            [0.94, 0.5],
            [0.5, 0.5],
            [0.5, 0.94],
            [-0.5, 0.94],
            [-0.5, 0.5],
            [-0.94, 0.5],
            [-0.94, -0.5],
            [-0.5, -0.5],
        ],
        CrewKind::Sanitation => vec![[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
        CrewKind::Repair => {
            vec![[0.0, -1.0], [0.86, -0.5], [0.86, 0.5], [0.0, 1.0], [-0.86, 0.5], [-0.86, -0.5]]
        }
        CrewKind::Chengguan => vec![[-0.64, -1.0], [0.64, -1.0], [0.64, 1.0], [-0.64, 1.0]],
        CrewKind::Bus => vec![[-1.0, -0.64], [1.0, -0.64], [1.0, 0.64], [-1.0, 0.64]],
    }
}
