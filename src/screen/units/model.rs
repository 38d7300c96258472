//! How a crew glides from one known place to the next: pure functions of time.

use crate::domain::Moment;

/// A crew not heard of for this long is shown faintly (seconds).
const STALE_SECS: i64 = 120;
/// Longest glide in seconds; whoever is heard of less often jumps less smoothly.
const LONGEST: f32 = 2.0;
/// A jump of more metres than this is not a drive: the crew stands there at once.
const JUMP_M: f64 = 1_500.0;
/// Fewer metres than this are no heading.
const STIR_M: f64 = 2.0;

/// The way of a crew between the place it was shown at and the one it was last heard of.
#[derive(Debug, Clone, Copy, PartialEq)]
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
}

impl Track {
    /// A crew heard of for the first time.
    #[must_use]
    pub fn at(at: [f64; 2], when: Moment) -> Self {
        Self { from: at, to: at, start: 0.0, secs: 0.0, when, heading: None }
    }

    /// The crew was heard of at `at`; it glides there from where it is shown now.
    pub fn hear(&mut self, at: [f64; 2], when: Moment, now: f32) {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds between two messages")]
        let since = (when.0 - self.when.0) as f32 / 1000.0;
        let from = self.place(now);
        let (dx, dy) = (at[0] - from[0], at[1] - from[1]);
        let way = dx.hypot(dy);
        self.when = when;
        self.to = at;
        self.start = now;
        self.secs = if way > JUMP_M || since <= 0.0 { 0.0 } else { since.min(LONGEST) };
        self.from = if self.secs > 0.0 { from } else { at };
        if way > STIR_M {
            let turns = dx.atan2(dy) / std::f64::consts::TAU;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 256")]
            let heading = (turns.rem_euclid(1.0) * 256.0) as u8;
            self.heading = Some(heading);
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
        self.secs > 0.0 && now - self.start < self.secs && self.way() > 0.0
    }

    /// Metres of the way it is on.
    #[must_use]
    pub fn way(&self) -> f64 {
        (self.to[0] - self.from[0]).hypot(self.to[1] - self.from[1])
    }

    /// Whether it was not heard of for long, at the moment `now` in the city.
    #[must_use]
    pub fn is_stale(&self, now: Moment) -> bool {
        now.secs_since(self.when) > STALE_SECS
    }
}
