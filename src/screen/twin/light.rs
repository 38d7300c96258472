//! The light of the city at a time of day: one sun and the colours of `look::tokens`, blended.

use crate::screen::look::tokens::{City, DAY, DUSK, NIGHT, Rgb};

/// Minutes from midnight at which the light is exactly one of the three.
const HOURS: [(f32, &City); 8] = [
    (0.0, &NIGHT),
    (300.0, &NIGHT),
    (375.0, &DUSK),
    (450.0, &DAY),
    (990.0, &DAY),
    (1095.0, &DUSK),
    (1170.0, &NIGHT),
    (1440.0, &NIGHT),
];

/// The light at one time of day.
#[derive(Debug, Clone, Copy)]
pub struct Light {
    from: &'static City,
    to: &'static City,
    share: f32,
    minutes: f32,
}

impl Light {
    /// The light `minutes` from midnight.
    #[must_use]
    pub fn at(minutes: u16) -> Self {
        let minutes = f32::from(minutes.min(1440));
        let span = HOURS.windows(2).find_map(|pair| match pair {
            [(start, from), (end, to)] if minutes <= *end => {
                Some((*from, *to, ((minutes - start) / (end - start)).clamp(0.0, 1.0)))
            }
            _ => None,
        });
        let (from, to, share) = span.unwrap_or((&NIGHT, &NIGHT, 0.0));
        Self { from, to, share, minutes }
    }

    /// A colour of the city now: linear red, green, blue and one.
    #[must_use]
    pub fn color(&self, of: impl Fn(&City) -> Rgb) -> [f32; 4] {
        let (from, to) = (of(self.from).linear(), of(self.to).linear());
        let mix = |i: usize| {
            let (a, b) = (from.get(i).copied().unwrap_or(0.0), to.get(i).copied().unwrap_or(0.0));
            a + (b - a) * self.share
        };
        [mix(0), mix(1), mix(2), 1.0]
    }

    /// Where the sun (or moon) stands: unit vector in engine axes. It wanders from south-east at six over south to
    /// south-west at eighteen hours and stands high enough for roofs to be brighter than walls.
    #[must_use]
    pub fn sun(&self) -> [f32; 3] {
        let hour = (self.minutes / 60.0 - 6.0) * std::f32::consts::PI / 12.0;
        let azimuth = (180.0 - 60.0 * hour.cos()).to_radians();
        let height = 0.75_f32;
        let flat = (1.0 - height * height).sqrt();
        [azimuth.sin() * flat, height, -azimuth.cos() * flat]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noon_is_day_and_midnight_is_night_without_jumps_between() {
        assert_eq!(Light::at(720).color(|c| c.roof)[..3], DAY.roof.linear());
        assert_eq!(Light::at(0).color(|c| c.roof)[..3], NIGHT.roof.linear());
        for minute in 0..1440 {
            let (a, b) = (Light::at(minute).color(|c| c.sky), Light::at(minute + 1).color(|c| c.sky));
            assert!((a[2] - b[2]).abs() < 0.01, "a jump at minute {minute}");
        }
    }
}
