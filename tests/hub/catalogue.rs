//! A city's own kinds, limits and calendar: in force from the start, taken anew without a restart, refused where wrong.

use std::sync::Arc;

use command_hall::config::InForce;
use command_hall::domain::{Actor, CatalogueTexts, Hall, IncidentId, Moment, Order, Refusal, Seq};
use command_hall::hub::clerk::{Signed, Signer};
use command_hall::hub::{self, Data, HubOptions};
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub, post, report};

/// Two kinds; the first is to be dispatched within an hour.
pub(crate) const KINDS: &str = "\
fallback = '30206'

[[kind]]
code = '30206'
name_zh = '甲'
name_en = 'One'
class = 'accident'
icon = 'fire'
grade = 'III'
limits = { dispatch = { urgent_hours = 1 } }

[[kind]]
code = '2'
name_zh = '乙'
name_en = 'Two'
class = 'event'
icon = 'waste'
grade = 'IV'
";
const HOUR_MILLIS: i64 = 3_600_000;

/// With two hours, and a third kind in the place of the second.
fn edited() -> String {
    KINDS.replace("urgent_hours = 1 ", "urgent_hours = 2 ").replace("code = '2'", "code = '3'")
}

fn wrong() -> String {
    KINDS.replacen("icon", "ikon", 1)
}

fn reload(hub: &TestHub) -> (u16, Value) {
    post(hub.addr(), "/api/catalogue/reload", "{}")
}

/// How long after it was known the first incident is to be dispatched, as the API says.
fn dispatch_millis(hub: &TestHub) -> i64 {
    let (_, listed) = hub.get("/api/incidents");
    let row = &listed["incidents"][0];
    row["due_at"].as_i64().unwrap() - row["known_at"].as_i64().unwrap()
}

fn has(screen: &Screen, kinds: &str) -> bool {
    screen.hall.catalogue().is_some_and(|texts| texts.kinds == kinds)
}

#[test]
fn an_edited_file_is_in_force_after_a_reload_on_all_screens_and_for_new_reports() {
    let hub = TestHub::start_with(&[("kinds.toml", KINDS)]);
    let mut screens = [hub.embedded_screen(), hub.screen()];
    for screen in &mut screens {
        screen.until_live();
        assert!(has(screen, KINDS), "the snapshot has it");
    }
    hub.post_report(report("a"));
    assert_eq!(dispatch_millis(&hub), HOUR_MILLIS);
    hub.edit("kinds.toml", &edited());
    let (status, answer) = reload(&hub);
    let told = json!({
        "seq": 3, "changed": true, "kinds": 2, "kinds_added": 1, "kinds_removed": 1, "kinds_changed": 0,
        "limits_changed": 1, "calendar_changed": false, "lamps_changed": false, "plans_changed": 0, "reports_changed": false,
        "sensors_changed": 0, "feeds_changed": 0, "shifts_changed": false, "alarm_rules_changed": false,
    });
    assert_eq!((status, answer), (200, told));
    assert_eq!(dispatch_millis(&hub), 2 * HOUR_MILLIS);
    for screen in &mut screens {
        screen.until("the edited file", |screen| has(screen, &edited()));
        let read = InForce::of(&screen.hall).unwrap();
        let course = screen.hall.course(IncidentId(1)).unwrap();
        let due = read.limits().countdown("30206", course, 0).unwrap().due().unwrap();
        assert_eq!(due, course.known_at().plus_millis(2 * HOUR_MILLIS));
        assert!(read.kinds().kind("3").is_some() && read.kinds().kind("2").is_none());
    }
    let of_kind = |kind: &str| {
        let mut row = report(kind);
        row["kind"] = kind.into();
        hub.post_report(row).0
    };
    assert_eq!((of_kind("3"), of_kind("2")), (200, 422));
    let (status, answer) = reload(&hub);
    assert_eq!((status, &answer["changed"], &answer["kinds_added"]), (200, &json!(false), &json!(0)));
    hub.edit("calendar.toml", "");
    assert_eq!(reload(&hub).1["changed"], false, "a file that the hub was not told of");
}

#[test]
fn a_wrong_file_is_refused_with_its_line_and_the_one_before_stays() {
    let hub = TestHub::start_with(&[("kinds.toml", KINDS)]);
    let mut screen = hub.screen();
    screen.until_live();
    hub.post_report(report("a"));
    screen.until_seq(2);
    hub.edit("kinds.toml", &wrong());
    let (status, answer) = reload(&hub);
    let file = hub.folder.path().join("kinds.toml").display().to_string();
    let problem = "unknown key `ikon`; did you mean `icon`?";
    let error = format!("{file}:8: {problem}");
    assert_eq!((status, answer), (422, json!({ "error": error, "file": file, "line": 8, "problem": problem })));
    screen.link.reload();
    screen.until("the refusal", |screen| !screen.refused.is_empty());
    let refusal = Refusal::CatalogueWrong { file, line: Some(8), problem: problem.to_owned() };
    assert_eq!(screen.refused, [refusal], "whoever asks from a screen hears the same");
    assert_eq!(dispatch_millis(&hub), HOUR_MILLIS);
    assert!(has(&screen, KINDS) && screen.hall.upto() == Seq(2), "nothing was told");
    hub.edit("kinds.toml", &edited());
    screen.link.reload();
    screen.until("the mended file", |screen| has(screen, &edited()));
}

#[test]
fn texts_that_a_screen_sends_are_read_before_they_are_taken() {
    let hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    let texts = |kinds: &str| {
        let calendar = InForce::built_in().unwrap().texts().calendar.clone();
        Order::TakeCatalogue(Arc::new(CatalogueTexts { kinds: kinds.to_owned(), calendar }))
    };
    screen.order(texts(&wrong()));
    screen.until("the refusal", |screen| !screen.refused.is_empty());
    assert!(matches!(&screen.refused[0], Refusal::CatalogueWrong { file, line: Some(8), .. } if file == "kinds.toml"));
    screen.order(texts(KINDS));
    screen.until("the order's own", |screen| has(screen, KINDS));
}

#[test]
fn a_hub_that_starts_with_another_file_says_so_and_with_the_same_says_nothing() {
    let mut hub = TestHub::start();
    let upto = |hub: &TestHub| hub.get("/api/health").1["seq"].as_u64().unwrap();
    assert_eq!(upto(&hub), 0, "the files built in need no telling");
    assert_eq!(reload(&hub).1["changed"], false);
    let mut restart = |files: &[(&str, Option<&str>)]| {
        let addr = hub.addr();
        hub.shutdown();
        for (name, text) in files {
            match text {
                Some(text) => hub.edit(name, text),
                None => std::fs::remove_file(hub.folder.path().join(name)).unwrap(),
            }
        }
        hub.restart(addr);
        let mut screen = hub.screen();
        screen.until_live();
        screen.hall
    };
    let kinds = |hall: &Hall| InForce::of(hall).unwrap().kinds().kinds().len();
    let own = restart(&[("kinds.toml", Some(KINDS))]);
    assert_eq!((own.upto(), kinds(&own)), (Seq(1), 2));
    let same = restart(&[]);
    assert_eq!(same, own);
    let calendar = "hours = ['00:00-24:00']\nrest = []\n";
    let other = restart(&[("calendar.toml", Some(calendar))]);
    assert_eq!((other.upto(), other.catalogue().unwrap().calendar.as_str()), (Seq(2), calendar));
    let again = restart(&[("kinds.toml", None), ("calendar.toml", None)]);
    assert_eq!((again.upto(), again.catalogue()), (Seq(3), Some(InForce::built_in().unwrap().texts())));
}

#[test]
fn a_hub_does_not_start_with_a_wrong_file_and_leaves_its_log_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kinds.toml");
    std::fs::write(&path, wrong()).unwrap();
    let mut options = HubOptions::embedded(Data::Folder(folder.path().join("data")));
    options.files.kinds = Some(path);
    let error = hub::start(options).map(drop).unwrap_err().to_string();
    assert!(error.ends_with("kinds.toml:8: unknown key `ikon`; did you mean `icon`?"), "{error}");
    assert!(!folder.path().join("data").exists());
}

#[test]
fn what_a_made_up_day_tells_of_before_now_keeps_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kinds.toml");
    std::fs::write(&path, KINDS).unwrap();
    let mut options = HubOptions::embedded(Data::Memory);
    options.files.kinds = Some(path);
    options.files_known_at = Some(Moment(1_000));
    let hub = hub::start(options).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let weather = Order::TellWeather { weather: command_hall::domain::Weather::default() };
    let told = Signed {
        by: Signer::of(Actor::Source("sim".to_owned()), "test"),
        order: weather,
        command: None,
        area: None,
        at: Some(Moment(2_000)),
    };
    let facts = runtime.block_on(async {
        use command_hall::feeds::CitySink as _;
        hub.intake().orders(vec![told]).await.unwrap();
        hub.intake().facts_after(Seq(0), 10).await.unwrap()
    });
    assert_eq!(facts.iter().map(|fact| fact.known_at.0).collect::<Vec<_>>(), [1_000, 2_000]);
}
