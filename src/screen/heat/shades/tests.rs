//! Scales hold what the limits built in tell apart.

use super::Scale;
use crate::config::InForce;
use crate::domain::{Grade, SensorKind};

#[test]
fn a_scale_ends_where_the_rule_built_in_says_the_second_level_or_the_gravest_it_has() {
    let built_in = InForce::built_in().unwrap();
    let mut held = 0;
    for rule in built_in.alarm_rules().rules.iter().filter(|rule| rule.sensors.is_empty()) {
        // Shut or off its place: nothing lies between.
        let Some(scale) = Scale::of(rule.measures).filter(|_| rule.measures != SensorKind::ManholeCover) else {
            continue;
        };
        let second = rule.high[Grade::II.index()];
        let end = second.or_else(|| rule.high.into_iter().flatten().next());
        assert_eq!(Some(scale.to), end, "{}", rule.code);
        let lowest = rule.high.into_iter().flatten().next_back().unwrap();
        assert!(scale.share(lowest) < 1.0 && scale.share(scale.to) >= 1.0, "{}: limits look different", rule.code);
        if rule.low.iter().any(Option::is_some) {
            assert!(scale.is_two_sided(), "{}: both sides are bad", rule.code);
            assert_eq!(rule.low[Grade::II.index()], Some(scale.from), "{}", rule.code);
        }
        held += 1;
    }
    assert!(held >= 9, "{held}");
}

#[test]
fn what_leans_far_to_either_side_is_as_bright_and_what_stands_straight_is_dark() {
    let tilt = Scale::of(SensorKind::Tilt).unwrap();
    for (value, share) in [(-1.5, 1.0), (-0.8, 1.0), (-0.4, 0.5), (0.0, 0.0), (0.4, 0.5), (0.8, 1.0), (1.5, 1.0)] {
        assert!((tilt.share(value) - share).abs() < 1e-6, "{value}");
    }
    let ticks: Vec<String> = tilt.ticks(3).map(|value| format!("{value:.1}")).collect();
    assert_eq!(ticks, ["0.0", "0.4", "0.8"]);
    // A cold day is no warm one.
    let cold = Scale::of(SensorKind::Temperature).unwrap();
    assert!(!cold.is_two_sided() && cold.share(-10.0) < cold.share(10.0));
}
