//! Where the sun stands, by date, clock and place: NOAA's short formula, good to about a third of a degree.

use crate::domain::LonLat;

/// A clock that is farther than so many minutes from the sun over a place is not the clock of that place: it is read as
/// if it were the sun's.
const CLOCK_OF_ELSEWHERE: f64 = 180.0;
const DAY_MINUTES: f64 = 1440.0;

/// The sun over a place at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sun {
    /// Degrees above the horizon, without refraction; negative below it.
    pub elevation: f32,
    /// The same at noon of this day.
    pub highest: f32,
    /// Minutes from midnight by the sun: it stands highest at 720.
    pub minutes: f32,
}

impl Sun {
    /// The sun over `at` on a day of the year from 1, `minutes` from midnight on a clock that is `ahead` minutes ahead of
    /// UTC. That clock counts as the one of the place, unless it cannot be.
    #[must_use]
    pub fn on_day(day: f64, minutes: f64, at: LonLat, ahead: f64) -> Self {
        let year = std::f64::consts::TAU / 365.0 * (day - 1.0 + (minutes / 60.0 - 12.0) / 24.0);
        let (sin, cos) = year.sin_cos();
        let (sin2, cos2) = (2.0 * year).sin_cos();
        let (sin3, cos3) = (3.0 * year).sin_cos();
        let uneven = 229.18 * (0.000_075 + 0.001_868 * cos - 0.032_077 * sin - 0.014_615 * cos2 - 0.040_849 * sin2);
        let tilt = 0.006_918 - 0.399_912 * cos + 0.070_257 * sin - 0.006_758 * cos2 + 0.000_907 * sin2
            - 0.002_697 * cos3
            + 0.001_48 * sin3;
        let half = DAY_MINUTES / 2.0;
        let behind = (4.0 * at.lon - ahead + half).rem_euclid(DAY_MINUTES) - half;
        let behind = if behind.abs() > CLOCK_OF_ELSEWHERE { 0.0 } else { behind };
        let solar = (minutes + uneven + behind).rem_euclid(DAY_MINUTES);
        let turn = (solar / 4.0 - 180.0).to_radians();
        let north = at.lat.to_radians();
        #[expect(clippy::cast_possible_truncation, reason = "degrees")]
        let at_turn = |cos: f64| {
            let height = north.sin() * tilt.sin() + north.cos() * tilt.cos() * cos;
            height.clamp(-1.0, 1.0).asin().to_degrees() as f32
        };
        #[expect(clippy::cast_possible_truncation, reason = "minutes of a day")]
        let minutes = solar as f32;
        Self { elevation: at_turn(turn.cos()), highest: at_turn(1.0), minutes }
    }

    /// Whether it still rises.
    #[must_use]
    pub fn rises(self) -> bool {
        self.minutes < 720.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NANJING: LonLat = LonLat { lon: 118.8, lat: 32.05 };
    const CHINA: f64 = 480.0;
    /// Where the upper limb meets the horizon, refraction included.
    const RISES: f32 = -0.833;

    /// The minute at which the sun passes the horizon, before noon or after it.
    fn passes(day: f64, at: LonLat, ahead: f64, morning: bool) -> f64 {
        let up = |minute: &f64| Sun::on_day(day, *minute, at, ahead).elevation > RISES;
        let mut minutes = (0..720).map(|i| if morning { f64::from(i) } else { f64::from(1_439 - i) });
        minutes.find(up).unwrap()
    }

    fn near(found: f64, hour: f64, minute: f64) {
        assert!((found - hour * 60.0 - minute).abs() <= 4.0, "{found} against {hour}:{minute}");
    }

    #[test]
    fn it_rises_and_sets_when_almanacs_say() {
        // Nanjing: 21 June 4:59 and 19:14, 21 December 7:01 and 17:04; 20 March 6:09 and 18:16.
        near(passes(172.0, NANJING, CHINA, true), 4.0, 59.0);
        near(passes(172.0, NANJING, CHINA, false), 19.0, 14.0);
        near(passes(355.0, NANJING, CHINA, true), 7.0, 1.0);
        near(passes(355.0, NANJING, CHINA, false), 17.0, 4.0);
        near(passes(79.0, NANJING, CHINA, true), 6.0, 9.0);
        near(passes(79.0, NANJING, CHINA, false), 18.0, 16.0);
        // Ürümqi keeps the same clock and has its sun two hours later: 21 June 6:28 and 21:55.
        let urumqi = LonLat { lon: 87.6, lat: 43.8 };
        near(passes(172.0, urumqi, CHINA, true), 6.0, 28.0);
        near(passes(172.0, urumqi, CHINA, false), 21.0, 55.0);
    }

    #[test]
    fn at_noon_it_stands_as_high_as_latitude_and_season_have_it() {
        let highest = |day: f64| (0..1_440).map(move |m| Sun::on_day(day, f64::from(m), NANJING, CHINA).elevation);
        let highest = |day: f64| highest(day).fold(f32::MIN, f32::max);
        assert!((highest(172.0) - (90.0 - 32.05 + 23.44)).abs() < 0.3, "{}", highest(172.0));
        assert!((highest(355.0) - (90.0 - 32.05 - 23.44)).abs() < 0.3, "{}", highest(355.0));
    }

    #[test]
    fn the_clock_of_another_country_is_read_as_the_suns() {
        let utc = Sun::on_day(172.0, 720.0, NANJING, 0.0);
        let here = Sun::on_day(172.0, 720.0, NANJING, CHINA);
        assert!(utc.elevation > 75.0 && here.elevation > 75.0, "noon is day on either: {utc:?} {here:?}");
        // Across the date line a clock is as near as elsewhere.
        let fiji = Sun::on_day(172.0, 720.0, LonLat { lon: -179.0, lat: -17.0 }, 720.0);
        assert!((fiji.minutes - 720.0).abs() < 10.0, "{fiji:?}");
    }
}
