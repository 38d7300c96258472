//! What emergencies do to the sensors near them: gas around a torn main, water in an underpass, a crowd at a station.

use super::Sim;
use super::cases::millis;
use crate::config::script::Stirred;
use crate::domain::{Moment, SensorKind};

/// After the end of its script it takes so many minutes until all is as before.
const FADES_MINUTES: f64 = 12.0;

/// Sensors of a kind near a place that show more, or less.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stir {
    /// The script's run, and the place's name in it.
    of: (usize, String),
    kind: SensorKind,
    /// Metres east and north.
    at: [f64; 2],
    metres: f64,
    /// How much more at the place itself as it begins, and once all of it has come.
    by: [f64; 2],
    begins: Moment,
    millis: i64,
}

impl Stir {
    /// How much more it is at the place itself.
    fn amount(&self, now: Moment) -> f64 {
        let [from, to] = self.by;
        let passed = (now.0 - self.begins.0) as f64 / self.millis.max(1) as f64;
        from + (to - from) * passed.clamp(0.0, 1.0)
    }

    fn is_over(&self, now: Moment) -> bool {
        self.by[1] == 0.0 && now.0 - self.begins.0 > self.millis
    }
}

/// How much more a sensor of a kind shows at a place, in the unit of its kind: less with the distance from where it comes.
pub(super) fn stirred(all: &[Stir], kind: SensorKind, at: [f64; 2], now: Moment) -> f64 {
    let of_kind = all.iter().filter(|stir| stir.kind == kind);
    let one = |stir: &Stir| {
        let far = (stir.at[0] - at[0]).hypot(stir.at[1] - at[1]) / stir.metres;
        stir.amount(now) * (1.0 - far * far).max(0.0)
    };
    of_kind.map(one).sum()
}

impl Sim {
    /// Sensors near a place of a script begin to show something else, from what they show for it already.
    pub(super) fn stir(&mut self, run: usize, [east, north]: [f32; 2], what: &Stirred) {
        let (now, of) = (self.now, (run, what.place.clone()));
        let before = |stir: &Stir| stir.of == of && stir.kind == what.kind;
        let from = self.stirs.iter().filter(|stir| before(stir)).map(|stir| stir.amount(now)).sum();
        self.stirs.retain(|stir| !before(stir) && !stir.is_over(now));
        self.stirs.push(Stir {
            of,
            kind: what.kind,
            at: [f64::from(east), f64::from(north)],
            metres: f64::from(what.metres),
            by: [from, what.by],
            begins: now,
            millis: millis(what.minutes),
        });
    }

    /// A script is over: what its sensors show goes back.
    pub(super) fn calm(&mut self, run: usize) {
        let now = self.now;
        for stir in self.stirs.iter_mut().filter(|stir| stir.of.0 == run) {
            stir.by = [stir.amount(now), 0.0];
            (stir.begins, stir.millis) = (now, millis(FADES_MINUTES));
        }
    }
}
