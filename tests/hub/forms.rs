//! Forms and steps of cases over HTTP: asked by kind, kept as facts, found again.

use serde_json::{Value, json};

use crate::kit::{TestHub, report};

/// A case of a kind; its row as the hub tells it.
fn case(hub: &TestHub, number: usize) -> Value {
    hub.get("/api/incidents").1["incidents"][number - 1].clone()
}

fn of_kind(source_id: &str, kind: &str, form: Value) -> Value {
    let mut row = report(source_id);
    row["kind"] = json!(kind);
    row["form"] = form;
    row
}

fn told(hub: &TestHub) -> Vec<String> {
    let facts = hub.get("/api/incidents/1/facts").1;
    let facts = facts["facts"].as_array().expect("a story");
    facts.iter().map(|fact| fact["what"].to_string()).collect()
}

#[test]
fn a_report_answers_its_kinds_form_and_what_is_said_later_is_a_fact_of_its_own() {
    let hub = TestHub::start();
    let (status, answer) =
        hub.post_report(of_kind("1", "30201", json!({ "injured": 2, "smoke": "heavy", "floor": "11" })));
    assert_eq!((status, &answer["refused"]), (200, &json!([])), "{answer}");
    assert_eq!(case(&hub, 1)["form"], json!({ "injured": "2", "smoke": "heavy", "floor": "11" }));
    let (status, said) = hub.post("/api/incidents/1/form", &json!({ "injured": " 03 ", "trapped": 0, "floor": null }));
    assert_eq!((status, &said["changed"]), (200, &json!(true)), "{said}");
    assert_eq!(case(&hub, 1)["form"], json!({ "injured": "3", "smoke": "heavy", "trapped": "0" }));
    let again = hub.post("/api/incidents/1/form", &json!({ "injured": 3 }));
    assert_eq!((again.0, &again.1["changed"]), (200, &json!(false)), "it says nothing new");
    assert_eq!(told(&hub).iter().filter(|what| what.contains("FormAnswered")).count(), 2);
    // A report that comes again changes what it says otherwise, and nothing else.
    hub.post_report(of_kind("1", "30201", json!({ "smoke": "light" })));
    assert_eq!(case(&hub, 1)["form"], json!({ "injured": "3", "smoke": "light", "trapped": "0" }));
}

#[test]
fn what_a_form_does_not_take_is_refused_with_its_field_and_nothing_is_lost() {
    let hub = TestHub::start();
    let refused = |form: Value| {
        let (_, answer) = hub.post_report(of_kind("x", "30201", form));
        (answer["refused"][0]["field"].clone(), answer["refused"][0]["reason"].clone())
    };
    assert_eq!(refused(json!({ "injured": "many" })).0, "form.injured");
    let (field, reason) = refused(json!({ "plate": "A 1" }));
    assert_eq!(field, "form.plate");
    assert!(reason.as_str().is_some_and(|why| why.contains("floor, burning, smoke")), "{reason}");
    assert_eq!(refused(json!({ "smoke": "green" })).0, "form.smoke");
    assert_eq!(refused(json!([1])).0, "form");
    assert_eq!(refused(json!({ "injured": [2] })).0, "form");
    assert_eq!(refused(json!({ "injured": 1.5 })).0, "form.injured");
    assert_eq!(hub.get("/api/incidents").1["incidents"], json!([]), "no row went in");
    hub.post_report(of_kind("1", "10118", json!({ "component": "3201020118000123", "danger": true })));
    assert_eq!(case(&hub, 1)["form"], json!({ "component": "3201020118000123", "danger": "yes" }));
    assert_eq!(hub.post("/api/incidents/1/form", &json!({ "component": "12" })).0, 422);
    assert_eq!(hub.post("/api/incidents/9/form", &json!({ "danger": true })).0, 404);
    assert_eq!(hub.post("/api/incidents/1/form", &json!([1])).0, 400);
}

#[test]
fn a_call_brings_a_form_and_the_archive_finds_the_case_by_what_was_answered() {
    let hub = TestHub::start();
    let mut call = of_kind("7", "10118", json!({ "component": "3201020118000123" }));
    call["caller"] = json!({ "name": "王芳", "phone": "13812345678" });
    assert_eq!(hub.post("/api/calls", &call).0, 200);
    hub.post_report(of_kind("8", "10118", json!({ "component": "3201020118000999" })));
    let found = hub.get("/api/archive?q=3201020118000123").1;
    assert_eq!((&found["count"], &found["cases"][0]["id"]), (&json!(1), &json!(1)), "{found}");
    assert_eq!(found["cases"][0]["form"], json!({ "component": "3201020118000123" }));
    hub.post("/api/incidents/1/form", &json!({ "component": "3201020118000777" }));
    assert_eq!(hub.get("/api/archive?q=3201020118000123").1["count"], json!(0), "it was another one");
    assert_eq!(hub.get("/api/archive?q=3201020118000777").1["cases"][0]["id"], json!(1));
}

#[test]
fn a_case_goes_its_whole_way_over_http_and_each_refusal_says_why() {
    let hub = TestHub::start();
    hub.post_report(report("1"));
    hub.post_report(report("2"));
    let step = |number: u64, row: Value| hub.post(&format!("/api/incidents/{number}/moves"), &row);
    let carried = |number: u64, row: Value| {
        let (status, answer) = step(number, row);
        assert_eq!(status, 200, "{answer}");
    };
    let advance = |stage: &str| json!({ "step": "advance", "stage": stage });
    carried(1, json!({ "step": "ask_verification" }));
    carried(1, json!({ "step": "answer_verification", "verdict": "there", "words": "属实" }));
    carried(1, advance("accepted"));
    carried(1, advance("filed"));
    carried(1, json!({ "step": "regrade", "grade": "Ⅱ", "reason": "有人受伤" }));
    carried(1, json!({ "step": "supervise", "reason": "领导批示" }));
    carried(1, json!({ "step": "merge", "into": 2 }));
    carried(1, json!({ "step": "unmerge", "reason": "不是一回事" }));
    carried(1, json!({ "step": "link", "to": 2, "link": "caused_by" }));
    carried(1, advance("dispatched"));
    carried(1, json!({ "step": "ask_extension", "phase": "handle", "minutes": 90, "reason": "等配件" }));
    carried(1, json!({ "step": "grant_extension" }));
    carried(1, json!({ "step": "suspend", "reason": "等配件" }));
    carried(1, json!({ "step": "resume" }));
    carried(1, advance("done"));
    carried(1, json!({ "step": "rework", "reason": "仍有积水" }));
    carried(1, advance("done"));
    carried(1, advance("checked"));
    let filed = hub.post("/api/incidents/1/bulletins", &json!({ "which": "first", "text": "首报" }));
    assert_eq!(filed.0, 200, "{}", filed.1);
    carried(1, json!({ "step": "close" }));
    carried(1, json!({ "step": "rate", "satisfaction": "satisfied" }));
    let row = case(&hub, 1);
    assert_eq!((&row["stage"], &row["outcome"], &row["grade"]), (&json!("closed"), &json!("finished"), &json!("II")));
    assert_eq!(row["supervised"], json!(true));

    let (status, why) = step(2, advance("checked"));
    assert_eq!(status, 422, "{why}");
    assert_eq!(step(2, json!({ "step": "void" })).0, 400, "a reason is missing");
    assert_eq!(step(2, json!({ "step": "void", "reason": " " })).0, 422);
    assert_eq!(step(2, json!({ "step": "fly" })).0, 400);
    assert_eq!(step(2, json!({ "step": "regrade", "grade": "9", "reason": "x" })).0, 400);
    assert_eq!(step(99, json!({ "step": "resume" })).0, 404);
}
