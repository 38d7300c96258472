//! The built-in kinds, and what a file of kinds is refused for.

use super::catalogue::{Catalogue, Class};
use super::document::Document;
use crate::domain::{Clock, KpiRules, Limit, Limits, Phase};

const ONE: &str = "fallback = '20101'\n\n[[kind]]\ncode = '20101'\nname_zh = 'x'\nname_en = 'x'\nclass = 'event'\nicon = 'waste'\ngrade = 'IV'\n";

fn complaint(text: &str) -> String {
    Catalogue::from_document(&Document::new("kinds.toml", text)).expect_err("wrong on purpose").to_string()
}

#[test]
fn the_built_in_catalogue_is_whole() {
    let catalogue = Catalogue::load(None).expect("built in");
    assert!(catalogue.kinds().len() > 100);
    assert!(catalogue.fallback().is_some());
    for class in Class::ALL {
        assert!(catalogue.kinds().any(|kind| kind.class == class), "{class:?}");
    }
    for kind in catalogue.kinds() {
        let digit = match kind.class {
            Class::Component => "1",
            Class::Event => "2",
            _ => "3",
        };
        assert!(kind.code.starts_with(digit) && kind.code.len() == 5, "{}", kind.code);
        assert!(!kind.name_zh.is_ascii() && !kind.name_en.is_empty() && !kind.icon.is_empty(), "{}", kind.code);
    }
    assert_eq!(catalogue.kind("30206").map(|kind| kind.name("en")), Some("Traffic accident"));
    assert!(catalogue.kind("99999").is_none());
}

#[test]
fn a_kind_has_the_limits_of_its_class_but_for_its_own() {
    let text = format!(
        "{ONE}limits = {{ handle = {{ urgent_hours = 1.5 }} }}\n\n[limits.event]\ndispatch = {{ urgent_hours = \
         0.5 }}\nhandle = {{ work_days = 2 }}\n"
    );
    let catalogue = Catalogue::from_document(&Document::new("kinds.toml", text)).expect("right");
    let limits = catalogue.kind("20101").expect("there").limits;
    let limit = |clock, minutes: i64| Some(Limit { clock, millis: minutes * 60_000 });
    assert_eq!(limits.dispatch, limit(Clock::UrgentHours, 30));
    assert_eq!(limits.handle, limit(Clock::UrgentHours, 90));
    assert_eq!(limits.whole, None);
    let plain = Catalogue::from_document(&Document::new("kinds.toml", ONE)).expect("right");
    assert_eq!(plain.kind("20101").expect("there").limits, Limits::default(), "a file without limits has none");
    for kind in Catalogue::load(None).expect("built in").kinds() {
        let all = Phase::ALL.map(|phase| kind.limits.of(phase));
        assert!(all.iter().all(Option::is_some), "{} has all limits", kind.code);
    }
}

#[test]
fn figures_leave_out_what_is_on_hold_unless_the_file_says_otherwise() {
    let rules = |text: &str| Catalogue::from_document(&Document::new("kinds.toml", text)).expect("right").figures();
    assert_eq!(rules(ONE), KpiRules { subtract_held: true });
    let counted = format!("{ONE}[figures]\nsubtract_held = false\n");
    assert_eq!(rules(&counted), KpiRules { subtract_held: false });
    let odd = format!("{ONE}[figures]\nsubtract_help = false\n");
    assert!(complaint(&odd).contains("did you mean `subtract_held`?"), "{}", complaint(&odd));
}

#[test]
fn mistakes_name_file_line_and_the_nearest_right_word() {
    assert_eq!(complaint(&ONE.replace("icon", "ikon")), "kinds.toml:8: unknown key `ikon`; did you mean `icon`?");
    assert_eq!(
        complaint(&ONE.replace("'event'", "'evnt'")),
        "kinds.toml:7: unknown value `evnt`; did you mean `event`?"
    );
    assert_eq!(
        complaint(&ONE.replace("'IV'", "'V'")),
        "kinds.toml:9: unknown grade `V`; known are `I`, `II`, `III`, `IV`"
    );
    assert_eq!(
        complaint(&ONE.replace("fallback = '20101'", "fallback = '20110'")),
        "kinds.toml:1: there is no kind `20110`; did you mean `20101`?"
    );
    let with = |limits: &str| complaint(&format!("{ONE}limits = {limits}\n"));
    assert_eq!(
        with("{ handle = { work_day = 2 } }"),
        "kinds.toml:10: unknown value `work_day`; did you mean `work_days`?"
    );
    assert_eq!(with("{ handel = { work_days = 2 } }"), "kinds.toml:10: unknown key `handel`; did you mean `handle`?");
    assert_eq!(with("{ whole = { work_days = 0 } }"), "kinds.toml:10: a limit is more than 0 and at most 10000, not 0");
    let reports = format!("{ONE}[reports]\nfirst_minutes = 0\nfollow_minutes = 120\nfinal_minutes = 720\n");
    assert_eq!(complaint(&reports), "kinds.toml:10: a report is owed within 1 to 44640 minutes, not 0");
    assert_eq!(complaint(&format!("soon_percent = 120\n{ONE}")), "kinds.toml:1: 120 per cent are more than all");
    let class = format!("{ONE}[limits.health]\nwhole = {{ calendar_days = -1 }}\n");
    assert_eq!(complaint(&class), "kinds.toml:11: a limit is more than 0 and at most 10000, not -1");
    let twice = format!("{ONE}\n[[kind]]{}", ONE.split("[[kind]]").nth(1).expect("one kind"));
    assert_eq!(complaint(&twice), "kinds.toml:12: kind `20101` is there twice");
}
