//! The weather of each day, from the seed and the season alone.

use super::random::Random;
use crate::domain::{Moment, Sky, Weather};

const DAY_MILLIS: i64 = 86_400_000;
const HOUR_MILLIS: i64 = 3_600_000;
const STREAM_DAY: u64 = 11;
const STREAM_HOUR: u64 = 12;

/// A course of weather over a day.
#[derive(Debug, Clone, Copy)]
struct Day {
    sky: Sky,
    /// Mean temperature, degrees Celsius.
    mean: f64,
    wind: f64,
    /// Hours with rain, snow or fog: from and to.
    wet: (f64, f64),
    /// 0 to 3.
    force: f64,
}

/// The weather at a moment in a city at this latitude (degrees): it changes by the hour.
pub(super) fn at(seed: u64, latitude: f64, utc_offset_secs: i32, now: Moment) -> Weather {
    let local = now.0.saturating_add(i64::from(utc_offset_secs) * 1000);
    let day_number = local.div_euclid(DAY_MILLIS);
    let hour = (local.rem_euclid(DAY_MILLIS) / HOUR_MILLIS) as f64;
    let day = day_of(seed, latitude, day_number);
    let mut random = Random::of(seed, STREAM_HOUR, local.div_euclid(HOUR_MILLIS).cast_unsigned());
    // Coldest before sunrise, warmest in the early afternoon; less so under a thick sky.
    let swing = if matches!(day.sky, Sky::Clear | Sky::Cloudy) { 4.5 } else { 2.0 };
    let warmth = ((hour - 9.0) / 24.0 * std::f64::consts::TAU).sin();
    let temperature = day.mean + swing * warmth + random.between(-0.6, 0.6);
    let wet = (day.wet.0..day.wet.1).contains(&hour);
    let (sky, force) = match day.sky {
        Sky::Rain | Sky::Snow | Sky::Fog if !wet => (if day.sky == Sky::Fog { Sky::Clear } else { Sky::Overcast }, 0.0),
        sky @ (Sky::Rain | Sky::Snow | Sky::Fog) => (sky, (day.force + random.between(-0.8, 0.8)).clamp(0.6, 3.0)),
        sky => (sky, 0.0),
    };
    let fall = match sky {
        Sky::Rain => force * force * force * random.between(8.0, 14.0),
        Sky::Snow => force * force * random.between(1.5, 3.0),
        _ => 0.0,
    };
    Weather {
        sky,
        intensity: u8::try_from(whole(force)).unwrap_or_default(),
        temperature_dc: i16::try_from(whole(temperature * 10.0)).unwrap_or_default(),
        wind_mps: u8::try_from(whole((day.wind + random.between(-1.5, 1.5)).max(0.0))).unwrap_or_default(),
        rain_mm_h: u16::try_from(whole(fall)).unwrap_or_default(),
    }
}

/// A weather on its way from one to another, with the share of the way behind it: first clouds, then what falls from
/// them, and no snow before it is cold enough.
pub(super) fn between(from: Weather, to: Weather, share: f64) -> Weather {
    /// Snow falls below this, tenths of a degree.
    const SNOW_DC: f64 = 20.0;
    let share = share.clamp(0.0, 1.0);
    if share >= 1.0 {
        return to;
    }
    let mix = |from: f64, to: f64| from + (to - from) * share;
    let degrees = mix(from.temperature_dc.into(), to.temperature_dc.into());
    let wet = |weather: Weather| matches!(weather.sky, Sky::Rain | Sky::Snow | Sky::Fog);
    let part = |weather: Weather, share: f64| {
        let intensity = whole(f64::from(weather.intensity) * share).max(1);
        (weather.sky, f64::from(intensity), f64::from(weather.rain_mm_h) * share)
    };
    let dry = |sky: Sky| (sky, 0.0, 0.0);
    let (sky, intensity, fall) = if from.sky == to.sky {
        let intensity = mix(from.intensity.into(), to.intensity.into());
        (to.sky, intensity, mix(from.rain_mm_h.into(), to.rain_mm_h.into()))
    } else if wet(to) && share > 0.4 && (to.sky != Sky::Snow || degrees <= SNOW_DC) {
        part(to, (share - 0.4) / 0.6)
    } else if wet(from) && share < 0.6 && (from.sky != Sky::Snow || degrees <= SNOW_DC) {
        part(from, 1.0 - share / 0.6)
    } else if wet(to) || wet(from) {
        dry(Sky::Overcast)
    } else {
        dry(if share < 0.5 { from.sky } else { to.sky })
    };
    Weather {
        sky,
        intensity: u8::try_from(whole(intensity)).unwrap_or_default(),
        temperature_dc: i16::try_from(whole(degrees)).unwrap_or_default(),
        wind_mps: u8::try_from(whole(mix(from.wind_mps.into(), to.wind_mps.into()))).unwrap_or_default(),
        rain_mm_h: u16::try_from(whole(fall)).unwrap_or_default(),
    }
}

fn day_of(seed: u64, latitude: f64, day_number: i64) -> Day {
    let mut random = Random::of(seed, STREAM_DAY, day_number.cast_unsigned());
    let turn = day_number.rem_euclid(365) as f64 / 365.0;
    // The warmest days are late in July, or in January south of the equator.
    let summer = ((turn - 0.56) * std::f64::consts::TAU).cos() * latitude.signum();
    let away = latitude.abs().min(60.0);
    let mean = 27.0 - away * 0.34 + summer * away * 0.4 + random.between(-4.0, 4.0);
    let wet_share = 0.24 + 0.12 * summer.max(0.0);
    let drawn = random.between(0.0, 1.0);
    let sky = if drawn < wet_share {
        if mean < 1.5 { Sky::Snow } else { Sky::Rain }
    } else if drawn < wet_share + 0.05 {
        Sky::Fog
    } else if drawn < 0.5 {
        Sky::Overcast
    } else if drawn < 0.75 {
        Sky::Cloudy
    } else {
        Sky::Clear
    };
    let begin = random.between(0.0, 18.0);
    let wet =
        if sky == Sky::Fog { (3.0, random.between(8.0, 11.0)) } else { (begin, begin + random.between(2.0, 14.0)) };
    let windy = if matches!(sky, Sky::Rain | Sky::Snow) { 3.0 } else { 0.0 };
    let wind =
        if sky == Sky::Fog { 0.5 } else { random.between(0.5, 6.0) + windy + 8.0 * random.between(0.0, 1.0).powi(8) };
    Day { sky, mean, wind, wet, force: random.between(0.8, 2.9) }
}

#[expect(clippy::cast_possible_truncation, reason = "temperatures, winds and rain of this world")]
fn whole(number: f64) -> i32 {
    number.round() as i32
}
