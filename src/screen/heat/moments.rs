//! Of which moment a wall is: the one that it was started for, the keys for another one, and the way back to now.
//!
//! ```text
//!   started for a moment ──► that, once the hall's time is known; if it cannot be shown the wall says why, and is of now
//!   a key ──► another moment ──► now, once nobody has pressed one for BACK_SECS
//! ```
//! Layers and vital signs are of that moment; cases, figures and the clock are of now, as they are on a desk.

use std::time::Duration;

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use rust_i18n::t;

use super::desk::step_keys;
use super::layer::Ago;
use super::systems::Layers;
use super::when::{KEPT_DAYS, Wrong, typed, written};
use crate::domain::Moment;
use crate::screen::look::words;
use crate::screen::names::utc_offset_secs;
use crate::screen::shown::Shown;

/// Seconds without a key after which a wall is of now again, where a key chose the moment.
pub const BACK_SECS: f64 = 300.0;
/// Seconds for which it says why a moment cannot be shown.
const SAID_SECS: f64 = 60.0;

/// The moment of a wall.
#[derive(Resource, Debug, Clone, PartialEq, Default)]
pub struct WallMoment {
    /// What it was started for, as it was given; until that was read.
    start: Option<String>,
    /// When a key chose a moment last, on the screen's own clock; `None` where none did.
    keyed: Option<f64>,
    /// What it was started for and why that cannot be shown, with until when it says so.
    wrong: Option<(String, Wrong, f64)>,
}

impl WallMoment {
    /// A wall that was started for a moment, as it can be typed; for now where `None`.
    #[must_use]
    pub fn started_for(moment: Option<String>) -> Self {
        Self { start: moment, ..Self::default() }
    }

    /// The hall's time is known: read what it was started for. `secs` is the screen's own clock, here and below.
    fn begin(&mut self, now: Moment, secs: f64, offset_secs: impl Fn(Moment) -> i32) -> Option<Ago> {
        let start = self.start.take()?;
        match typed(&start, now, offset_secs) {
            Ok(ago) => Some(ago),
            Err(wrong) => {
                warn!("the wall is not started for `{start}`: {}", said(wrong));
                self.wrong = Some((start, wrong, secs + SAID_SECS));
                None
            }
        }
    }

    /// Whether it goes back to now: a key chose the moment, and nobody has pressed one for long.
    fn goes_back(&mut self, pressed: bool, ago: Ago, secs: f64) -> bool {
        if self.wrong.as_ref().is_some_and(|(.., until)| pressed || secs >= *until) {
            self.wrong = None;
        }
        if pressed {
            self.keyed = Some(secs);
        }
        if ago == Ago::Now {
            self.keyed = None;
        }
        let back = self.keyed.is_some_and(|keyed| secs - keyed >= BACK_SECS);
        if back {
            self.keyed = None;
        }
        back
    }

    /// Seconds until something of it changes by itself.
    fn wakes_in(&self, secs: f64) -> Option<f64> {
        let back = self.keyed.map(|keyed| keyed + BACK_SECS - secs);
        let said = self.wrong.as_ref().map(|(.., until)| until - secs);
        back.into_iter().chain(said).map(|left| left.max(0.0)).reduce(f64::min)
    }

    /// What a wall says of its moment, in ways of which each is shorter than the one before; nothing while it is of now.
    #[must_use]
    pub fn said(&self, then: Option<Moment>, now: Moment) -> Vec<String> {
        if let Some((start, wrong, _)) = &self.wrong {
            let why = said(*wrong);
            return vec![t!("heat.when.wrong", moment = start, why = why).into_owned(), why];
        }
        let Some(then) = then else { return Vec::new() };
        let (moment, age) = (written(then, utc_offset_secs(then)), words::age(now.secs_since(then)));
        let ways = ["heat.when.wall", "heat.when.wall_short", "heat.when.wall_least"];
        ways.map(|key| t!(key, moment = moment, age = age).into_owned()).into()
    }
}

/// Why a moment cannot be shown.
fn said(wrong: Wrong) -> String {
    t!(wrong.key(), days = KEPT_DAYS).into_owned()
}

/// The keys of a wall, and the moment that it is of.
pub(super) fn moments(
    mut contexts: EguiContexts,
    shown: Res<Shown>,
    (mut moment, mut layers): (ResMut<WallMoment>, ResMut<Layers>),
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let (moment, layers) = (moment.bypass_change_detection(), layers.bypass_change_detection());
    let secs = ctx.input(|input| input.time);
    if shown.link.is_live()
        && let Some(ago) = moment.begin(shown.now, secs, utc_offset_secs)
    {
        layers.look_at(ago);
        ctx.request_repaint();
    }
    let pressed = step_keys(&ctx, layers, shown.now);
    if moment.goes_back(pressed, layers.ago, secs) {
        layers.look_at(Ago::Now);
        ctx.request_repaint();
    }
    if let Some(left) = moment.wakes_in(secs) {
        ctx.request_repaint_after(Duration::from_secs_f64(left));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use egui::{Event, Key, Modifiers, RawInput};

    use super::*;
    use crate::config::settings::keys::{AT, KEYS};

    /// 2026-11-21 14:03:20 UTC.
    const NOW: Moment = Moment(1_795_269_800_000);
    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_wall_is_of_what_it_was_started_for_and_stays_so() {
        let mut wall = WallMoment::started_for(Some("11-21 10:00".to_owned()));
        let ago = wall.begin(NOW, 5.0, |_| 0);
        let then = Moment(NOW.0 - 4 * HOUR - 3 * 60_000 - 20_000);
        assert_eq!(ago, Some(Ago::At(then)));
        assert_eq!(wall.begin(NOW, 6.0, |_| 0), None, "once");
        assert!(!wall.goes_back(false, Ago::At(then), 100_000.0) && wall.wakes_in(9.0).is_none());
        assert_eq!(WallMoment::started_for(None).begin(NOW, 5.0, |_| 0), None);
    }

    #[test]
    fn what_a_key_chose_ends_by_itself_after_minutes_without_one() {
        let mut wall = WallMoment::default();
        let ago = Ago::At(Moment(NOW.0 - HOUR));
        assert!(!wall.goes_back(true, ago, 10.0) && !wall.goes_back(true, ago, 200.0));
        assert_eq!(wall.wakes_in(210.0), Some(290.0));
        assert!(!wall.goes_back(false, ago, 499.0), "the last key counts");
        assert!(wall.goes_back(false, ago, 500.0));
        assert!(!wall.goes_back(false, Ago::Now, 900.0) && wall.wakes_in(900.0).is_none());
        // Whoever went to now by key waits for nothing.
        assert!(!wall.goes_back(true, Ago::Now, 1_000.0) && wall.wakes_in(1_000.0).is_none());
    }

    #[test]
    fn a_moment_that_cannot_be_shown_says_why_and_in_which_form_for_a_while() {
        for (text, wrong) in [("2026-11-31 10:00", Wrong::Unreadable), ("2026-11-22 10:00", Wrong::ToCome)] {
            let mut wall = WallMoment::started_for(Some(text.to_owned()));
            assert_eq!(wall.begin(NOW, 5.0, |_| 0), None);
            let ways = wall.said(None, NOW);
            assert!(ways[0].contains(text) && ways[0].contains(&said(wrong)) && ways[1] == said(wrong), "{ways:?}");
            assert_eq!(wall.wakes_in(10.0), Some(55.0));
            wall.goes_back(false, Ago::Now, 64.0);
            assert!(!wall.said(None, NOW).is_empty());
            wall.goes_back(false, Ago::Now, 65.0);
            assert!(wall.said(None, NOW).is_empty() && wall.wakes_in(65.0).is_none());
        }
        assert!(said(Wrong::Unreadable).contains("hh:mm") || said(Wrong::Unreadable).contains("时:分"));
    }

    #[test]
    fn the_plate_says_which_moment_is_shown_and_how_long_ago_that_is() {
        let (wall, then) = (WallMoment::default(), Moment(NOW.0 - 2 * HOUR));
        assert!(wall.said(None, NOW).is_empty(), "a wall of now has no plate");
        let ways = wall.said(Some(then), NOW);
        assert!(ways.iter().all(|way| way.contains(&written(then, utc_offset_secs(then)))), "{ways:?}");
        assert!(ways[0].contains(&words::age(7_200)) && ways[0].len() > ways[1].len(), "{ways:?}");
    }

    #[test]
    fn settings_take_what_a_wall_can_read_and_say_in_which_form() {
        let key = KEYS.iter().find(|key| key.name == AT).unwrap();
        for text in ["14:03", "11-21 14:03", "2026-11-21 14:03", "2026/11/20T22:03:05", "11-20  08：30", "02-29 10:00"]
        {
            assert!(key.check(text).is_ok(), "{text}");
            let leap = text.starts_with("02-29");
            assert_eq!(
                typed(text, NOW, |_| 0) == Err(Wrong::Unreadable),
                leap,
                "{text}: of a year that has such a day"
            );
        }
        assert!(key.check("now").is_ok());
        for text in ["", "yesterday", "2026-13-01 10:00", "11-31 10:00", "25:00", "2026-11-21"] {
            let wrong = key.check(text).unwrap_err();
            assert!(wrong.expected.contains("11-21 14:03"), "{text}: {wrong:?}");
            assert_eq!(typed(text, NOW, |_| 0), Err(Wrong::Unreadable), "{text}");
        }
    }

    #[test]
    fn the_keys_of_a_wall_are_those_of_a_desk() {
        let mut layers = Layers::default();
        let ctx = egui::Context::default();
        let mut press = |key: Key, modifiers: Modifiers| {
            let event = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
            let mut pressed = false;
            let mut output = ctx.run_ui(RawInput { events: vec![event], ..RawInput::default() }, |ui| {
                pressed |= step_keys(ui.ctx(), &mut layers, NOW);
            });
            output.textures_delta.clear();
            (pressed, layers.ago)
        };
        let hour_ago = Ago::At(Moment((NOW.0 - HOUR).div_euclid(60_000) * 60_000));
        assert_eq!(press(Key::ArrowUp, Modifiers::ALT), (true, hour_ago));
        assert_eq!(press(Key::ArrowUp, Modifiers::NONE), (false, hour_ago));
        assert_eq!(press(Key::Home, Modifiers::ALT), (true, Ago::Now));
    }
}
