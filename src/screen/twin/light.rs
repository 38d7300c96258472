//! The light of the city: one sun and the colours of `look::tokens`, blended by the time of day and the weather.

use super::weather::Air;
use crate::screen::look::tokens::{City, DAWN, DAY, DUSK, NIGHT, Rgb};

/// Minutes from midnight at which the light is exactly one of the four, and how dark it is then.
const HOURS: [(f32, &City, f32); 8] = [
    (0.0, &NIGHT, 1.0),
    (290.0, &NIGHT, 1.0),
    (365.0, &DAWN, 0.45),
    (440.0, &DAY, 0.0),
    (1000.0, &DAY, 0.0),
    (1100.0, &DUSK, 0.75),
    (1170.0, &NIGHT, 1.0),
    (1440.0, &NIGHT, 1.0),
];
/// Share of dwellings' windows that are lit, at hours from midnight.
const HOMES: [(f32, f32); 10] = [
    (0.0, 0.16),
    (1.5, 0.06),
    (4.5, 0.03),
    (6.5, 0.22),
    (8.0, 0.08),
    (16.0, 0.08),
    (18.5, 0.42),
    (20.5, 0.55),
    (22.5, 0.38),
    (24.0, 0.16),
];
/// The same of offices and shops.
const OFFICES: [(f32, f32); 8] =
    [(0.0, 0.07), (5.0, 0.03), (8.0, 0.35), (16.0, 0.45), (18.0, 0.6), (20.0, 0.34), (22.0, 0.15), (24.0, 0.07)];

/// The light at one time of day, in one weather.
#[derive(Debug, Clone, Copy)]
pub struct Light {
    from: &'static City,
    to: &'static City,
    share: f32,
    minutes: f32,
    dark: f32,
    air: Air,
}

impl Light {
    /// The light `minutes` from midnight in `air`.
    #[must_use]
    pub fn at(minutes: u16, air: Air) -> Self {
        let minutes = f32::from(minutes.min(1440));
        let span = HOURS.windows(2).find_map(|pair| match pair {
            [(start, from, dark), (end, to, darker)] if minutes <= *end => {
                let share = ((minutes - start) / (end - start)).clamp(0.0, 1.0);
                Some((*from, *to, share, dark + (darker - dark) * share))
            }
            _ => None,
        });
        let (from, to, share, dark) = span.unwrap_or((&NIGHT, &NIGHT, 0.0, 1.0));
        Self { from, to, share, minutes, dark, air }
    }

    /// A colour of the city as the hour has it: linear red, green, blue and one.
    #[must_use]
    pub fn color(&self, of: impl Fn(&City) -> Rgb) -> [f32; 4] {
        let [red, green, blue] = mix(of(self.from).linear(), of(self.to).linear(), self.share);
        [red, green, blue, 1.0]
    }

    /// The same of what lies under the open sky, as the weather has it: darker where it is `wets` wet, white where
    /// snow lies on `whitens` of it. Both are shares of what the air would do at most.
    #[must_use]
    pub fn under_sky(&self, of: impl Fn(&City) -> Rgb, wets: f32, whitens: f32) -> [f32; 4] {
        let dull = 1.0 - 0.12 * self.air.cloud * (1.0 - self.dark);
        let dry = self.color(of).map(|c| c * dull * (1.0 - 0.3 * self.air.wet * wets));
        let snow = self.color(|c| c.snow);
        let [red, green, blue] = mix(three(dry), three(snow), self.air.white * whitens);
        [red, green, blue, 1.0]
    }

    /// The sky overhead and at the horizon (which is the fog's colour too).
    #[must_use]
    pub fn sky(&self) -> [[f32; 4]; 2] {
        let (cloud, mist) = (three(self.color(|c| c.cloud)), three(self.color(|c| c.mist)));
        let [up, along] = [self.color(|c| c.sky), self.color(|c| c.horizon)].map(three);
        let low = mix(mix(along, cloud, self.air.cloud * 0.55), mist, self.air.fog);
        let high = mix(mix(up, cloud, self.air.cloud), mist, self.air.fog * 0.75);
        [high, low].map(|[red, green, blue]| [red, green, blue, 1.0])
    }

    /// How dark it is: 0 by day to 1 by night.
    #[must_use]
    pub fn dark(&self) -> f32 {
        self.dark
    }

    /// Shares of lit windows: of dwellings and of offices. None while the sun is up, but for closed clouds.
    #[must_use]
    pub fn windows(&self) -> [f32; 2] {
        let needed = (self.dark * 1.4 + self.air.cloud * 0.12).min(1.0);
        [&HOMES[..], &OFFICES[..]].map(|hours| between(hours, self.minutes / 60.0) * needed)
    }

    /// How strongly things cast shadows: by day and under open sky.
    #[must_use]
    pub fn shadows(&self) -> f32 {
        (1.0 - self.dark * 1.3).max(0.0) * (1.0 - self.air.cloud).max(0.0) * (1.0 - self.air.fog)
    }

    /// Where the light comes from: unit vector in engine axes. It wanders from the east at six over south to the west
    /// at eighteen hours (the moon stands in the south) and never so low that roofs are darker than walls.
    #[must_use]
    pub fn sun(&self) -> [f32; 3] {
        let hour = self.hour_angle();
        let height = 0.35 + 0.4 * hour.sin().max(0.0);
        direction(hour, if self.dark >= 1.0 { 0.75 } else { height })
    }

    /// Metres of a shadow along x and z for each metre of height; at most three times as long as the thing is high.
    #[must_use]
    pub fn shadow(&self) -> [f32; 2] {
        let hour = self.hour_angle();
        let [x, y, z] = direction(hour, (0.3 + 0.6 * hour.sin().max(0.0)).min(0.87));
        [-x / y, -z / y]
    }

    /// 0 at six, half a turn at eighteen hours; a quarter (south) by night.
    fn hour_angle(&self) -> f32 {
        let hour = (self.minutes / 60.0 - 6.0) * std::f32::consts::PI / 12.0;
        if self.dark >= 1.0 { std::f32::consts::FRAC_PI_2 } else { hour.clamp(0.0, std::f32::consts::PI) }
    }
}

fn direction(hour: f32, height: f32) -> [f32; 3] {
    let azimuth = (180.0 - 78.0 * hour.cos()).to_radians();
    let flat = (1.0 - height * height).sqrt();
    [azimuth.sin() * flat, height, -azimuth.cos() * flat]
}

fn three([red, green, blue, _]: [f32; 4]) -> [f32; 3] {
    [red, green, blue]
}

fn mix(a: [f32; 3], b: [f32; 3], share: f32) -> [f32; 3] {
    let [x, y, z] = a;
    let [u, v, w] = b;
    [x + (u - x) * share, y + (v - y) * share, z + (w - z) * share]
}

fn between(steps: &[(f32, f32)], at: f32) -> f32 {
    let value = steps.windows(2).find_map(|pair| match pair {
        [(start, from), (end, to)] if at <= *end => Some(from + (to - from) * (at - start) / (end - start)),
        _ => None,
    });
    value.unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLEAR: Air = Air { cloud: 0.0, fog: 0.0, rain: 0.0, snow: 0.0, white: 0.0, wet: 0.0 };

    #[test]
    fn noon_is_day_and_midnight_is_night_without_jumps_between() {
        assert_eq!(Light::at(720, CLEAR).color(|c| c.roof)[..3], DAY.roof.linear());
        assert_eq!(Light::at(0, CLEAR).color(|c| c.roof)[..3], NIGHT.roof.linear());
        for minute in 0..1440 {
            let (a, b) = (Light::at(minute, CLEAR), Light::at(minute + 1, CLEAR));
            let (sky, next) = (a.color(|c| c.sky), b.color(|c| c.sky));
            assert!((sky[2] - next[2]).abs() < 0.01, "the sky jumps at minute {minute}");
            let (lit, next) = (a.windows(), b.windows());
            assert!((lit[0] - next[0]).abs() < 0.03, "windows jump at minute {minute}");
        }
    }

    #[test]
    fn windows_are_lit_in_the_evening_and_dark_at_noon() {
        let lit = |hour: u16| Light::at(hour * 60, CLEAR).windows();
        assert!(lit(12).iter().all(|share| *share <= 0.0));
        assert!(lit(20)[0] > 0.4 && lit(3)[0] < 0.1, "homes: {:?}, {:?}", lit(20), lit(3));
    }

    #[test]
    fn the_sun_goes_from_east_to_west_and_shadows_the_other_way() {
        let (morning, evening) = (Light::at(8 * 60, CLEAR), Light::at(16 * 60, CLEAR));
        assert!(morning.sun()[0] > 0.2 && evening.sun()[0] < -0.2, "{:?} {:?}", morning.sun(), evening.sun());
        assert!(morning.shadow()[0] < 0.0 && evening.shadow()[0] > 0.0);
        let overcast = Light::at(720, Air { cloud: 1.0, ..CLEAR });
        assert!(overcast.shadows() < 0.01 && Light::at(720, CLEAR).shadows() > 0.9);
    }

    #[test]
    fn snow_lies_brighter_than_land_and_rain_wets_it_darker() {
        let land = |air: Air| Light::at(720, air).under_sky(|c| c.land, 1.0, 1.0)[1];
        let (dry, wet, white) = (land(CLEAR), land(Air { wet: 1.0, ..CLEAR }), land(Air { white: 1.0, ..CLEAR }));
        assert!(wet < dry && dry * 2.0 < white, "{wet} {dry} {white}");
    }
}
