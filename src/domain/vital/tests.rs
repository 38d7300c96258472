use proptest::prelude::*;

use super::census::{Areas, CaseSeen, depth};
use super::formula::{Ask, CaseCount, LONG_MAX, Stat};
use super::over::{Over, Window};
use super::*;
use crate::domain::{Grade, Moment};

const NOW: Moment = Moment(1_793_577_600_000);

fn area(path: &str) -> Area {
    Area::of(path).unwrap()
}

/// Two districts, of which one has two streets; sensors of particulates with their values, `None` for a silent one.
fn census(values: &[(&str, Option<f64>)]) -> (Areas, Census) {
    let paths: Vec<Area> = values.iter().map(|(path, _)| area(path)).collect();
    let areas = Areas::of(&paths);
    let mut census = Census::new(areas.all().len());
    for (path, (_, value)) in paths.iter().zip(values) {
        census.sensor(&areas.chain(path), SensorKind::Pm25, value.map(|value| (NOW, value)));
    }
    census.settle();
    (areas, census)
}

fn reckon(text: &str, census: &Census, place: usize) -> Measured {
    Formula::read(text).unwrap().reckon(census, place)
}

#[test]
fn areas_are_those_of_sensors_and_all_above_them() {
    let all = [area("a/b/c/d"), area("a/x"), area("z")];
    let areas = Areas::of(&all);
    let paths: Vec<&str> = areas.all().iter().map(Area::path).collect();
    assert_eq!(paths, ["", "a", "a/b", "a/b/c", "a/x", "z"], "no deeper than three levels");
    assert_eq!(areas.chain(&area("a/b/c/d")), [3, 2, 1, 0]);
    assert_eq!(areas.chain(&area("unknown/b")), [0], "what has no signs counts above");
    assert_eq!(areas.below(&Area::CITY).map(Area::path).collect::<Vec<_>>(), ["a", "z"]);
    assert_eq!((depth(&Area::CITY), depth(&area("a/b"))), (0, 2));
}

#[test]
fn a_formula_is_about_the_sensors_of_its_area() {
    let values = [("a/b", Some(10.0)), ("a/b", Some(40.0)), ("a/c", Some(100.0)), ("z", Some(2.0)), ("z", None)];
    let (areas, census) = census(&values);
    let of = |text: &str, path: &str| reckon(text, &census, areas.place(&area(path)).unwrap()).value.unwrap();
    assert_eq!((of("mean(\"pm25\")", ""), of("mean(\"pm25\")", "a"), of("mean(\"pm25\")", "a/b")), (38.0, 50.0, 25.0));
    assert_eq!((of("max(\"pm25\") - min(\"pm25\")", ""), of("sum(\"pm25\")", "z")), (98.0, 2.0));
    assert_eq!((of("median(\"pm25\")", "a"), of("percentile(\"pm25\", 90)", "a")), (40.0, 100.0));
    assert_eq!((of("above(\"pm25\", 10)", ""), of("below(\"pm25\", 10)", "")), (2.0, 1.0));
    assert_eq!((of("share_above(\"pm25\", 35)", "a/b"), of("online(\"pm25\")", "z")), (50.0, 50.0));
    assert_eq!(Some(of("sensors(\"pm25\") > 4 ? 2 * mean(\"pm25\") + 1 : -1", "")), Some(77.0));
    let missing = reckon("mean(\"pm25\")", &census, areas.place(&area("z")).unwrap());
    assert_eq!((missing.missing, missing.oldest), (0.5, Some(NOW)));
}

#[test]
fn no_data_is_never_a_number() {
    let (areas, census) = census(&[("a", None), ("z", Some(1.0))]);
    let silent = areas.place(&area("a")).unwrap();
    assert_eq!(reckon("mean(\"pm25\")", &census, silent).value, Err(Nothing::Missing(1.0)));
    assert_eq!(reckon("mean(\"pm25\") * 0", &census, silent).value, Err(Nothing::Missing(1.0)));
    assert_eq!(reckon("online(\"pm25\")", &census, silent).value, Ok(0.0), "how many are silent is known");
    assert_eq!(reckon("mean(\"noise\")", &census, 0).value, Err(Nothing::NoSensors(SensorKind::Noise)));
    assert_eq!(reckon("figure(\"closed\")", &census, 0).value, Err(Nothing::Undefined));
    assert_eq!(reckon("crews_free()", &census, 0).value, Err(Nothing::Undefined));
    for divided in ["1 / cases_today(\"\")", "0 / alarms()"] {
        assert_eq!(reckon(divided, &census, 0).value, Err(Nothing::Undefined), "{divided}");
    }
}

#[test]
fn cases_alarms_and_crews_are_counted_by_area_and_by_how_their_kind_begins() {
    let areas = Areas::of(&[area("a"), area("z")]);
    let mut census = Census::new(3);
    let seen = |kind, open, late| CaseSeen {
        kind,
        grade: Grade::II,
        open,
        late,
        in_hour: open,
        today: true,
        over_today: !open,
    };
    census.case(&areas.chain(&area("a")), seen("20301", true, true));
    census.case(&areas.chain(&area("a")), seen("20302", true, false));
    census.case(&areas.chain(&area("z")), seen("10101", false, false));
    census.alarm(&areas.chain(&area("z")), true);
    census.alarm(&areas.chain(&area("z")), false);
    census.crew(true);
    census.crew(false);
    let mut own = Census::new(3);
    own.take_cases(census);
    let of = |text: &str, place: usize| reckon(text, &own, place).value.unwrap();
    assert_eq!(
        (of("open_cases(\"\")", 0), of("open_cases(\"203\")", 1), of("open_cases(\"20302\")", 1)),
        (2.0, 2.0, 1.0)
    );
    assert_eq!((of("late_cases(\"2\")", 0), of("major_cases(\"\")", 1), of("cases_hour(\"\")", 2)), (1.0, 2.0, 0.0));
    assert_eq!((of("cases_today(\"\")", 0), of("closed_today(\"1\")", 2)), (3.0, 1.0));
    assert_eq!((of("alarms()", 2), of("alarms_waiting()", 2), of("alarms()", 1)), (2.0, 1.0, 0.0));
    assert_eq!((of("crews()", 0), of("crews_free()", 0)), (2.0, 50.0));
}

#[test]
fn what_may_not_stand_in_a_formula_is_named() {
    for (text, problem) in [
        ("", "Syntax error"),
        ("mean(\"pm25\"", "Syntax error"),
        ("mean(pm25)", "needs a name in quotes"),
        ("mean(\"pm52\")", "no kind of sensor `pm52`"),
        ("mean(\"vital\")", "no kind of sensor `vital`"),
        ("mean()", "is written `mean(\"KIND\")`"),
        ("above(\"pm25\")", "is written `above(\"KIND\", NUMBER)`"),
        ("above(\"pm25\", mean(\"pm25\"))", "needs a number after the kind"),
        ("total(\"pm25\")", "no call `total`"),
        ("figure(\"none\")", "no key figure `none`"),
        ("pm25 + 1", "`pm25` stands for nothing here"),
        ("[1, 2].map(x, x * 2)[0]", "only calls, numbers and operators"),
        ("[1].exists(x, x > 0) ? 1 : 0", "only calls, numbers and operators"),
        ("{'a': 1}.a", "only calls, numbers and operators"),
        ("\"text\"", "only calls, numbers and operators"),
        ("mean(\"pm25\") > 1", "yes or no"),
        ("mean(\"pm25\") + true", ""),
        ("mean(\"pm25\") % 2", "only calls, numbers and operators"),
        ("size(\"abc\")", "no call `size`"),
    ] {
        let error = Formula::read(text).unwrap_err();
        assert!(error.problem.contains(problem), "{text}: {}", error.problem);
    }
    let long = format!("1{}", "+1".repeat(LONG_MAX / 2));
    assert!(Formula::read(&long).unwrap_err().problem.contains("at most"));
    let deep = format!("{}1{}", "(".repeat(200), ")".repeat(200));
    assert!(Formula::read(&deep).is_err());
    let deep = format!("{}1", "-".repeat(LONG_MAX - 1));
    drop(Formula::read(&deep));
}

#[test]
fn what_is_asked_twice_is_asked_once_and_said_as_it_is_written() {
    let formula = Formula::read("mean(\"pm25\") / (mean( \"pm25\" ) + above(\"noise\", -3))").unwrap();
    let asked: Vec<&str> = formula.asks().iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(asked, ["mean(\"pm25\")", "above(\"noise\", -3)"]);
    assert_eq!(formula.asks()[1].1, Ask::Sensors { stat: Stat::Above, kind: SensorKind::Noise, bound: -3.0 });
    assert_eq!(formula.kinds().collect::<Vec<_>>(), [SensorKind::Pm25, SensorKind::Noise]);
    let cases = Formula::read("open_cases(\"2\")").unwrap();
    assert_eq!(cases.asks()[0].1, Ask::Cases { count: CaseCount::Open, prefix: "2".to_owned() });
}

#[test]
fn an_index_is_the_mean_of_scores_by_weight_and_says_what_is_missing() {
    let scale = Scale { best: 10.0, worst: 110.0 };
    assert_eq!(
        (scale.score(10.0), scale.score(60.0), scale.score(500.0), scale.score(-5.0)),
        (100.0, 50.0, 0.0, 100.0)
    );
    let measured = formula::index([(2.0, Some(100.0)), (1.0, Some(40.0)), (1.0, None)]);
    assert_eq!((measured.value, measured.missing), (Ok(80.0), 0.25));
    assert_eq!(formula::index([(1.0, None)]).value, Err(Nothing::Missing(1.0)));
}

#[test]
fn a_sign_has_a_sensor_in_each_area_and_its_code_is_found_again() {
    let sign = VitalSign {
        code: "air".to_owned(),
        name: Wording { zh: "空气".to_owned(), en: "Air".to_owned() },
        family: Family::Ecology,
        unit: "µg/m³".to_owned(),
        about: Wording { zh: String::new(), en: String::new() },
        reckoning: Reckoning::Formula("mean(\"pm25\")".to_owned()),
        depth: 1,
        period_secs: 10,
        precision: 0.1,
        target: None,
        scale: None,
        missing_max: 0.5,
        limits: None,
    };
    let (city, district) = (sign.sensor(&Area::CITY), sign.sensor(&area("拱墅区")));
    assert_eq!((city.id.as_str(), district.id.as_str()), ("vital:air", "vital:air@拱墅区"));
    assert_eq!((city.fresh_secs, district.fresh_secs, city.kept_unit()), (30, 180, "µg/m³"));
    let at = |rate| (sign.fresh_secs(&Area::CITY, rate), sign.fresh_secs(&area("拱墅区"), rate));
    assert_eq!([at(0), at(1), at(60), at(600)], [(30, 180), (30, 180), (180, 180), (1_800, 1_800)]);
    assert!(city.check().is_ok() && district.check().is_ok() && sign.check().is_ok());
    assert_eq!((code_of(&city.id), code_of(&district.id), code_of("gas-1")), (Some("air"), Some("air"), None));
    assert_eq!(Some(sign.rounded(7.26)), Some(7.3));
    let stranger = Sensor { kind: SensorKind::Pm25, unit: "µg/m³".to_owned(), ..city };
    assert!(stranger.check().is_err(), "nothing else is called so");
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("mean(\"pm25\")".to_owned()),
        Just("open_cases(\"\")".to_owned()),
        Just("rate(max(\"pm25\"), \"1h\")".to_owned()),
        Just("abs(".to_owned()),
        Just(", ".to_owned()),
        Just("(".to_owned()),
        Just(")".to_owned()),
        Just(" ? ".to_owned()),
        Just(" : ".to_owned()),
        Just("[".to_owned()),
        Just(".map(x, ".to_owned()),
        Just("\"".to_owned()),
        "[-+*/%<>=!&|]{1,2}",
        "[0-9]{1,3}(\\.[0-9])?",
        "\\PC{0,6}",
    ]
}

proptest! {
    #[test]
    fn whatever_a_formula_says_it_is_read_or_refused_and_comes_to_a_finite_number_or_none(
        words in prop::collection::vec(word(), 0..24)
    ) {
        if let Ok(formula) = Formula::read(&words.concat()) {
            let (_, census) = census(&[("a", Some(3.0)), ("a", None)]);
            if let Ok(value) = formula.reckon(&census, 0).value {
                prop_assert!(value.is_finite());
            }
        }
    }

    #[test]
    fn what_is_asked_of_sensors_equals_a_scan_of_all(
        values in prop::collection::vec(prop::option::weighted(0.8, -100.0..100.0_f64), 1..60),
        bound in -100.0..100.0_f64,
        percent in 0.0..100.0_f64,
    ) {
        let rows: Vec<(&str, Option<f64>)> =
            values.iter().enumerate().map(|(at, value)| (if at % 2 == 0 { "a" } else { "z" }, *value)).collect();
        let (areas, census) = census(&rows);
        for (place, area) in areas.all().iter().enumerate() {
            let of_area = rows.iter().filter(|(path, _)| area.is_city() || *path == area.path());
            let known = of_area.clone().count() as f64;
            let mut fresh: Vec<f64> = of_area.filter_map(|(_, value)| *value).collect();
            fresh.sort_by(f64::total_cmp);
            let ask = |stat, bound| census.answer(place, &Ask::Sensors { stat, kind: SensorKind::Pm25, bound }).value;
            prop_assert_eq!(ask(Stat::Known, 0.0), Ok(known));
            if fresh.is_empty() {
                prop_assert_eq!(ask(Stat::Mean, 0.0), Err(Nothing::Missing(1.0)));
                continue;
            }
            let count = fresh.len() as f64;
            let mean = fresh.iter().sum::<f64>() / count;
            prop_assert!((ask(Stat::Mean, 0.0).unwrap() - mean).abs() < 1e-9);
            let above = fresh.iter().filter(|value| **value > bound).count() as f64;
            let below = fresh.iter().filter(|value| **value < bound).count() as f64;
            prop_assert_eq!((ask(Stat::Above, bound), ask(Stat::Below, bound)), (Ok(above), Ok(below)));
            prop_assert!((ask(Stat::ShareAbove, bound).unwrap() - 100.0 * above / count).abs() < 1e-9);
            prop_assert_eq!((ask(Stat::Min, 0.0), ask(Stat::Max, 0.0)), (Ok(fresh[0]), Ok(fresh[fresh.len() - 1])));
            let ranked = ask(Stat::Percentile, percent).unwrap();
            let upto = fresh.iter().filter(|value| **value <= ranked).count() as f64;
            let under = fresh.iter().filter(|value| **value < ranked).count() as f64;
            prop_assert!(upto >= percent / 100.0 * count - 1e-9 && under <= percent / 100.0 * count + 1.0);
        }
    }
}

/// A census of one sensor after another in an area `a`, minute by minute up to [`NOW`]; `None` is a minute in which it says
/// nothing.
fn minutes(formula: &Formula, values: &[Option<f64>]) -> (Areas, Census) {
    let areas = Areas::of(&[area("a")]);
    let mut census = Census::new(areas.all().len());
    census.past_mut().want(formula.asks().iter().map(|(_, ask)| ask));
    let count = i64::try_from(values.len()).unwrap();
    for (minute, value) in (1..).zip(values) {
        let at = NOW.plus_millis((minute - count) * 60_000);
        census.clear_sensors();
        census.sensor(&areas.chain(&area("a")), SensorKind::Pm25, value.map(|value| (at, value)));
        census.stand(at);
    }
    (areas, census)
}

fn over(text: &str, values: &[Option<f64>]) -> Result<f64, Nothing> {
    let formula = Formula::read(text).unwrap();
    let (areas, census) = minutes(&formula, values);
    formula.reckon(&census, areas.place(&area("a")).unwrap()).value
}

#[test]
fn a_formula_asks_what_was_and_how_it_rose() {
    let rising: Vec<Option<f64>> = (0..=60).map(|minute| Some(f64::from(minute))).collect();
    assert_eq!(over("mean_over(mean(\"pm25\"), \"10m\")", &rising), Ok(55.5), "51 to 60");
    assert_eq!(over("min_over(mean(\"pm25\"), \"10m\")", &rising), Ok(51.0));
    assert_eq!(over("max_over(max(\"pm25\"), \"1h\") - ago(mean(\"pm25\"), \"30m\")", &rising), Ok(30.0));
    assert_eq!(over("rate(mean(\"pm25\"), \"15m\")", &rising), Ok(60.0), "by the hour");
    assert_eq!(over("ago(mean(\"pm25\"), \"1h\")", &rising), Ok(0.0));
    assert_eq!(over("ago(mean(\"pm25\"), \"2h\")", &rising), Err(Nothing::Missing(1.0)), "nothing is known of then");
    // Half of it has to be known, and what it is now only where that is asked.
    let last = |known: usize| -> Vec<Option<f64>> { (0..10).map(|at| (at < known).then_some(4.0)).collect() };
    assert_eq!(over("mean_over(mean(\"pm25\"), \"10m\")", &last(5)), Ok(4.0));
    assert_eq!(over("mean_over(mean(\"pm25\"), \"10m\")", &last(4)), Err(Nothing::Missing(1.0)));
    assert_eq!(over("rate(mean(\"pm25\"), \"5m\")", &last(5)), Err(Nothing::Missing(1.0)));
    assert_eq!(over("ago(mean(\"noise\"), \"5m\")", &rising), Err(Nothing::NoSensors(SensorKind::Noise)));
}

#[test]
fn functions_reckon_and_one_kind_alone_is_still_of_its_sensors() {
    let (_, census) = census(&[("a", Some(-3.0)), ("a", Some(2.0))]);
    for (text, value) in [
        ("abs(min(\"pm25\"))", 3.0),
        ("max(abs(min(\"pm25\")), abs(max(\"pm25\")))", 3.0),
        ("min(max(\"pm25\"), 1) + max(-1, -2)", 0.0),
        ("abs(abs(-4) - max(1, min(9, 6))) > 1 ? abs(-7) : 0", 7.0),
    ] {
        assert_eq!(reckon(text, &census, 0).value, Ok(value), "{text}");
    }
    assert_eq!(
        reckon("min(1, 0 / above(\"pm25\", 99))", &census, 0).value,
        Err(Nothing::Undefined),
        "what is no number stays none"
    );
    for (text, problem) in [
        ("abs()", "is written `abs(NUMBER)`"),
        ("abs(\"pm25\")", "only calls, numbers and operators"),
        ("abs(1 > 0)", "take numbers"),
        ("min(1, 2, 3)", "is written `min(\"KIND\")`"),
        ("mean_over(\"pm25\", \"1h\")", "needs a call over sensors"),
        ("mean_over(mean(\"pm25\"))", "is written `mean_over(mean(\"KIND\"), \"1h\")`"),
        ("ago(ago(mean(\"pm25\"), \"1h\"), \"1h\")", "asks sensors alone"),
        ("ago(mean(\"pm25\"), 60)", "needs a name in quotes"),
        ("ago(mean(\"pm25\"), \"8d\")", "is no while"),
        ("meen_over(mean(\"pm25\"), \"1h\")", "no call `meen_over`"),
    ] {
        let error = Formula::read(text).unwrap_err();
        assert!(error.problem.contains(problem), "{text}: {}", error.problem);
    }
}

#[test]
fn a_while_is_written_in_minutes_hours_or_days_and_has_its_beat() {
    let read = |text: &str| Window::read(text).map(|window| (window.to_string(), window.step_millis() / 60_000));
    let known =
        [("5m", "5m", 1), ("60m", "1h", 1), ("2h", "2h", 1), ("3h", "3h", 10), ("24h", "1d", 10), ("7d", "7d", 60)];
    for (text, written, beat) in known {
        assert_eq!(read(text), Some((written.to_owned(), beat)), "{text}");
    }
    for text in ["", "m", "4m", "8d", "1w", "-5m", "+5m", "5.5m", "1 h", "99999999999h", "时"] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn gaps_are_what_is_asked_and_not_known_and_are_filled_once() {
    let formula = Formula::read("mean_over(mean(\"pm25\"), \"5m\") + ago(mean(\"pm25\"), \"1d\")").unwrap();
    let (areas, mut census) = minutes(&formula, &[Some(1.0); 3]);
    let gaps = census.past().gaps(NOW);
    // Of six beats of a minute three are known; of 145 of ten minutes the last one is.
    assert!(NOW.0 % 600_000 == 0 && census.past().len() == 2);
    assert_eq!((gaps.len(), gaps.first()), (3 + 144, Some(&NOW.plus_millis(-3 * 60_000))));
    for at in gaps {
        let values = vec![9.0; areas.all().len()];
        census.past_mut().fill(at, |_| values.clone());
    }
    assert_eq!(census.past().gaps(NOW), []);
    census.past_mut().fill(NOW, |_| vec![100.0; 2]);
    assert_eq!(formula.reckon(&census, 0).value, Ok((1.0 + 1.0 + 1.0 + 9.0 + 9.0) / 5.0 + 9.0), "what was seen stays");
    // By the hour a while of minutes is not known, a day is.
    let mut hourly = census.past().coarser(3_600_000);
    assert_eq!(hourly.len(), 1);
    for hour in 0..=24 {
        hourly.sample(NOW.plus_millis((hour - 24) * 3_600_000), |_| vec![f64::from(i32::try_from(hour).unwrap()); 2]);
    }
    let ask = |over, window: &str| {
        let of = Ask::Sensors { stat: Stat::Mean, kind: SensorKind::Pm25, bound: 0.0 };
        hourly.over((over, &of, Window::read(window).unwrap()), 0, NOW, Ok(24.0))
    };
    assert_eq!((ask(Over::Ago, "1d"), ask(Over::Rate, "1d"), ask(Over::Ago, "1h")), (Ok(0.0), Ok(1.0), Ok(23.0)));
    assert_eq!((ask(Over::Ago, "30m").is_err(), ask(Over::Mean, "4h").is_err()), (true, true));
    assert_eq!(ask(Over::Mean, "6h"), Ok(21.5), "19 to 24");
}

#[test]
fn what_a_formula_asks_over_time_needs_few_moments_and_is_whole_with_them() {
    let formula = Formula::read("mean_over(mean(\"pm25\"), \"5m\") + ago(mean(\"pm25\"), \"1d\")").unwrap();
    let (mut past, moments) = formula.over(NOW);
    let minutes: Vec<i64> = moments.iter().map(|at| (NOW.0 - at.0) / 60_000).collect();
    assert_eq!(minutes, [1_450, 1_440, 4, 3, 2, 1, 0], "the day before or one beat earlier, and five minutes");
    for (at, value) in moments.into_iter().zip([50.0, 60.0, 1.0, 2.0, 3.0, 4.0, 5.0]) {
        past.fill(at, |_| vec![value]);
    }
    let mut census = Census::new(1);
    *census.past_mut() = past;
    census.sensor(&[0], SensorKind::Pm25, Some((NOW, 5.0)));
    census.stand(NOW);
    assert_eq!(formula.reckon(&census, 0).value, Ok(3.0 + 60.0));
    assert_eq!(Formula::read("mean(\"pm25\")").unwrap().over(NOW).1, []);
}

proptest! {
    #[test]
    fn what_is_asked_over_time_equals_a_scan_of_all_minutes(
        values in prop::collection::vec(prop::option::weighted(0.8, -100.0..100.0_f64), 20..100),
        minutes in 5..60_usize,
    ) {
        let text = |call: &str| format!("{call}(mean(\"pm25\"), \"{minutes}m\")");
        let window = &values[values.len().saturating_sub(minutes)..];
        let known: Vec<f64> = window.iter().flatten().copied().collect();
        if known.len() * 2 < minutes {
            prop_assert!(matches!(over(&text("mean_over"), &values), Err(Nothing::Missing(_))));
        } else {
            let mean = known.iter().sum::<f64>() / known.len() as f64;
            prop_assert!((over(&text("mean_over"), &values).unwrap() - mean).abs() < 1e-9);
            let least = known.iter().copied().fold(f64::INFINITY, f64::min);
            let most = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assert_eq!((over(&text("min_over"), &values), over(&text("max_over"), &values)), (Ok(least), Ok(most)));
        }
        // The minute so long ago, or the one before it.
        let at = |back: usize| values.len().checked_sub(1 + back).and_then(|at| values[at]);
        let then = at(minutes).or_else(|| at(minutes + 1));
        prop_assert_eq!(over(&text("ago"), &values).ok(), then);
    }
}
