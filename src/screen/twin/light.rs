//! The light of the city: one sun and the colours of `look::tokens`, blended by how high it stands and the weather.

use super::sun::Sun;
use super::weather::Air;
use crate::screen::look::tokens::{City, DAWN, DAY, DUSK, NIGHT, Rgb};

/// Degrees of the sun above the horizon at which the light is exactly one of the four, and how dark it is then: while it
/// rises, and while it sets.
const MORNING: [Step; 5] =
    [(-90.0, &NIGHT, 1.0), (-9.0, &NIGHT, 1.0), (0.0, &DAWN, 0.45), (9.0, &DAY, 0.0), (90.0, &DAY, 0.0)];
const EVENING: [Step; 5] =
    [(-90.0, &NIGHT, 1.0), (-9.0, &NIGHT, 1.0), (-2.5, &DUSK, 0.75), (10.0, &DAY, 0.0), (90.0, &DAY, 0.0)];
type Step = (f32, &'static City, f32);
/// Noon is day also where the sun comes no higher than so many degrees in winter, but where it hardly comes up.
const LOW_NOON: std::ops::RangeInclusive<f32> = 2.0..=12.0;
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

/// The light at one moment, in one weather.
#[derive(Debug, Clone, Copy)]
pub struct Light {
    from: &'static City,
    to: &'static City,
    share: f32,
    /// From midnight: by the clock, and by the sun.
    minutes: [f32; 2],
    dark: f32,
    air: Air,
}

impl Light {
    /// The light under a sun in `air`, when people's clocks show `minutes` from midnight.
    #[must_use]
    pub fn at(sun: Sun, minutes: u16, air: Air) -> Self {
        let steps = if sun.rises() { &MORNING } else { &EVENING };
        let low_noon = LOW_NOON.end() / sun.highest.clamp(*LOW_NOON.start(), *LOW_NOON.end());
        let elevation = if sun.elevation > 0.0 { sun.elevation * low_noon } else { sun.elevation };
        let span = steps.windows(2).find_map(|pair| match pair {
            [(low, from, dark), (high, to, darker)] if elevation <= *high => {
                let share = ((elevation - low) / (high - low)).clamp(0.0, 1.0);
                Some((*from, *to, share, dark + (darker - dark) * share))
            }
            _ => None,
        });
        let (from, to, share, dark) = span.unwrap_or((&DAY, &DAY, 0.0, 0.0));
        let minutes = [f32::from(minutes.min(1440)), sun.minutes];
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
        [&HOMES[..], &OFFICES[..]].map(|hours| between(hours, self.minutes[0] / 60.0) * needed)
    }

    /// How strongly things cast shadows: by day and under open sky.
    #[must_use]
    pub fn shadows(&self) -> f32 {
        (1.0 - self.dark * 1.3).max(0.0) * (1.0 - self.air.cloud).max(0.0) * (1.0 - self.air.fog)
    }

    /// Where the light comes from: unit vector in engine axes. It wanders from the east at six by the sun over south to the
    /// west at eighteen hours (the moon stands in the south) and never so low that roofs are darker than walls.
    #[must_use]
    pub fn sun(&self) -> [f32; 3] {
        let hour = self.hour_angle();
        let height = 0.35 + 0.4 * hour.sin().max(0.0);
        direction(hour, height + (0.75 - height) * self.moon())
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
        let hour = (self.minutes[1] / 60.0 - 6.0) * std::f32::consts::PI / 12.0;
        let hour = hour.clamp(0.0, std::f32::consts::PI);
        hour + (std::f32::consts::FRAC_PI_2 - hour) * self.moon()
    }

    /// How far the moon has taken over from the sun: from nearly dark to dark.
    fn moon(&self) -> f32 {
        ((self.dark - 0.8) / 0.2).clamp(0.0, 1.0)
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
    use crate::domain::LonLat;

    const CLEAR: Air = Air { cloud: 0.0, fog: 0.0, rain: 0.0, snow: 0.0, white: 0.0, wet: 0.0 };

    const NANJING: LonLat = LonLat { lon: 118.8, lat: 32.05 };
    /// Days of the year.
    const MARCH: f64 = 79.0;
    const JUNE: f64 = 172.0;
    const DECEMBER: f64 = 355.0;

    fn on(day: f64, minutes: u16, air: Air) -> Light {
        Light::at(Sun::on_day(day, f64::from(minutes), NANJING, 480.0), minutes, air)
    }

    #[test]
    fn noon_is_day_and_midnight_is_night_without_jumps_between() {
        for day in [MARCH, JUNE, DECEMBER] {
            assert_eq!(on(day, 720, CLEAR).color(|c| c.roof)[..3], DAY.roof.linear());
            assert_eq!(on(day, 0, CLEAR).color(|c| c.roof)[..3], NIGHT.roof.linear());
            for minute in 0..1440 {
                let (a, b) = (on(day, minute, CLEAR), on(day, minute + 1, CLEAR));
                let (sky, next) = (a.color(|c| c.sky), b.color(|c| c.sky));
                assert!((sky[2] - next[2]).abs() < 0.01, "the sky jumps at minute {minute} of day {day}");
                let (lit, next) = (a.windows(), b.windows());
                assert!((lit[0] - next[0]).abs() < 0.03, "windows jump at minute {minute} of day {day}");
                let turned = a.sun().into_iter().zip(b.sun()).map(|(a, b)| (a - b).abs()).sum::<f32>();
                assert!(turned < 0.25, "the light jumps by {turned} at minute {minute} of day {day}");
            }
        }
    }

    #[test]
    fn winter_evenings_are_dark_and_summer_mornings_light() {
        let dark = |day: f64, hour: u16, minute: u16| on(day, hour * 60 + minute, CLEAR).dark();
        assert!(dark(DECEMBER, 18, 0) >= 1.0 && dark(JUNE, 18, 0) <= 0.0);
        assert!(dark(JUNE, 5, 30) < 0.25 && dark(DECEMBER, 5, 30) >= 1.0);
        assert!(dark(DECEMBER, 8, 30) <= 0.0 && dark(DECEMBER, 15, 0) <= 0.0, "a winter's day");
        assert!(on(DECEMBER, 18 * 60, CLEAR).windows()[0] > 0.35, "people are at home then");
    }

    #[test]
    fn noon_is_day_in_the_north_too() {
        let helsinki = LonLat { lon: 24.9, lat: 60.2 };
        let dark =
            |hour: u16| Light::at(Sun::on_day(355.0, f64::from(hour) * 60.0, helsinki, 120.0), hour * 60, CLEAR).dark();
        assert!(dark(12) <= 0.0 && dark(17) >= 1.0 && dark(6) >= 1.0, "{} {} {}", dark(12), dark(17), dark(6));
    }

    #[test]
    fn windows_are_lit_in_the_evening_and_dark_at_noon() {
        let lit = |hour: u16| on(MARCH, hour * 60, CLEAR).windows();
        assert!(lit(12).iter().all(|share| *share <= 0.0));
        assert!(lit(20)[0] > 0.4 && lit(3)[0] < 0.1, "homes: {:?}, {:?}", lit(20), lit(3));
    }

    #[test]
    fn the_sun_goes_from_east_to_west_and_shadows_the_other_way() {
        let (morning, evening) = (on(MARCH, 8 * 60, CLEAR), on(MARCH, 16 * 60, CLEAR));
        assert!(morning.sun()[0] > 0.2 && evening.sun()[0] < -0.2, "{:?} {:?}", morning.sun(), evening.sun());
        assert!(morning.shadow()[0] < 0.0 && evening.shadow()[0] > 0.0);
        let overcast = on(MARCH, 720, Air { cloud: 1.0, ..CLEAR });
        assert!(overcast.shadows() < 0.01 && on(MARCH, 720, CLEAR).shadows() > 0.9);
    }

    #[test]
    fn snow_lies_brighter_than_land_and_rain_wets_it_darker() {
        let land = |air: Air| on(MARCH, 720, air).under_sky(|c| c.land, 1.0, 1.0)[1];
        let (dry, wet, white) = (land(CLEAR), land(Air { wet: 1.0, ..CLEAR }), land(Air { white: 1.0, ..CLEAR }));
        assert!(wet < dry && dry * 2.0 < white, "{wet} {dry} {white}");
    }
}
