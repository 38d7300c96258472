use super::*;
use crate::domain::alarm::rules::{Season, Variant};
use crate::domain::alarm::{LimitRule, Maintenance, Raising};
use crate::domain::duty::shifts::{Post, Shift};
use crate::domain::rights::Area;
use crate::domain::vital::{Reckoning, Scale};
use crate::domain::{
    Actor, Alarm, AlarmId, AlarmKind, AlarmRules, AlarmStep, Assignment, Attachment, BoundPlace, CaseMove,
    CatalogueTexts, Channel, Checker, CityCode, CrewId, CrewKind, DutyPost, DutyStep, Family, FileHash, FileKind,
    Finding, Grade, LonLat, Media, Mode, Notice, Numbering, Order, Pack, Part, Party, Place, Plan, PlanMove, PlanStep,
    PlanTexts, Progress, Report, SensorKind, Shifts, Sky, SlotId, Stage, StepPlace, TaskState, TaskStep, Telling,
    TimeLimits, VitalSign, Weather, Wording,
};
use proptest::prelude::*;

fn report(source_id: &str) -> Order {
    Order::TakeReport(Report {
        source: "12345".to_owned(),
        source_id: source_id.to_owned(),
        kind: "traffic.accident".to_owned(),
        grade: Grade::III,
        place: Place { at: LonLat::new(114.17, 22.28), address: "龙翔道".to_owned() },
        text: "两车相撞".to_owned(),
        happened_at: Moment(1_600_000_000_000),
        progress: Progress::Open,
        answers: [].into(),
    })
}

fn take(hall: &mut Hall, order: Order) -> Vec<Fact> {
    let facts = hall.decide(order, &Actor::Source("12345".to_owned()), Moment(1_600_000_001_000)).unwrap();
    for fact in &facts {
        assert!(hall.apply(fact));
    }
    facts
}

fn put(store: &mut Store, facts: &[Fact]) {
    store.append(facts, &Entry::covering("source 12345", facts)).unwrap();
}

#[test]
fn what_was_appended_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut hall) = Store::open(folder.path()).unwrap();
    let epoch = store.epoch();
    for id in ["a", "b", "c"] {
        put(&mut store, &take(&mut hall, report(id)));
    }
    drop(store);
    let (store, again) = Store::open(folder.path()).unwrap();
    assert_eq!(again, hall);
    assert_eq!(store.epoch(), epoch);
    assert_eq!(store.facts_after(Seq(1), 10).unwrap().len(), 2);
    assert_eq!(store.incident_of("12345", "b").unwrap(), Some(IncidentId(2)));
    assert_eq!(store.incident_of("12345", "z").unwrap(), None);
}

#[test]
fn two_hubs_cannot_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut hall) = Store::open(folder.path()).unwrap();
    put(&mut store, &take(&mut hall, report("a")));
    assert!(matches!(Store::open(folder.path()), Err(StoreError::InUse(_))));
}

#[test]
fn a_snapshot_and_the_facts_after_it_give_the_same_hall() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut hall) = Store::open(folder.path()).unwrap();
    let mut facts = Vec::new();
    for id in 0..SNAPSHOT_EVERY {
        facts.extend(take(&mut hall, report(&id.to_string())));
    }
    put(&mut store, &facts);
    assert!(store.snapshot_if_due(&hall).unwrap());
    assert!(!store.snapshot_if_due(&hall).unwrap());
    put(&mut store, &take(&mut hall, Order::SwitchMode { mode: Mode::Emergency }));
    assert_eq!(store.load().unwrap(), hall);
}

#[test]
fn a_log_that_dies_with_the_process_is_no_longer_in_memory_than_its_cache() {
    let (mut store, mut hall) = Store::in_memory().unwrap();
    put(&mut store, &take(&mut hall, report("a")));
    let mode: String = store.sql.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "delete", "one that is all in memory has its journal there");
    assert_eq!(store.load().unwrap(), hall);
}

#[test]
fn a_log_with_a_gap_is_refused() {
    let (mut store, mut hall) = Store::in_memory().unwrap();
    let first = take(&mut hall, report("a"));
    let _lost = take(&mut hall, report("b"));
    let third = take(&mut hall, report("c"));
    put(&mut store, &first);
    put(&mut store, &third);
    assert!(matches!(store.load(), Err(StoreError::Gap { after: 1, found: 3 })));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().concat()
}

#[test]
fn the_encoding_of_format_version_12_stays_as_released() {
    let mut hall = Hall::default();
    let facts = take(&mut hall, report("A-1"));
    let weather = Weather { sky: Sky::Rain, intensity: 2, temperature_dc: -15, wind_mps: 6, rain_mm_h: 82 };
    let told = take(&mut hall, Order::TellWeather { weather });
    let fact = hex(&encode_fact(&facts[0]).unwrap());
    let told = hex(&encode_fact(&told[0]).unwrap());
    let held = take(&mut hall, Order::SuspendIncident { incident: IncidentId(1), reason: "等待配件".to_owned() });
    let resumed = take(&mut hall, Order::ResumeIncident { incident: IncidentId(1) });
    let (held, resumed) = (hex(&encode_fact(&held[0]).unwrap()), hex(&encode_fact(&resumed[0]).unwrap()));
    let urge = CaseMove::Urge { words: "再次来电".to_owned() };
    let moved = take(&mut hall, Order::MoveIncident { incident: IncidentId(1), step: urge });
    let moved = hex(&encode_fact(&moved[0]).unwrap());
    let to = vec![Assignment { to: Party::Crew(CrewId(7)), part: Part::Lead }];
    let words = "关阀止水".to_owned();
    let given = take(&mut hall, Order::GiveTasks { incident: IncidentId(1), to, words });
    let given = hex(&encode_fact(&given[0]).unwrap());
    let step = TaskStep::Reach { state: TaskState::Repeated, words: "收到".to_owned() };
    let party = Party::Crew(CrewId(7));
    let stepped = take(&mut hall, Order::MoveTask { incident: IncidentId(1), party, step });
    let stepped = hex(&encode_fact(&stepped[0]).unwrap());
    let answer = Order::AnswerForm { incident: IncidentId(1), answers: [("injured", "2")].into() };
    let answered = hex(&encode_fact(&take(&mut hall, answer)[0]).unwrap());
    let plan = planned(&mut hall);
    let rechecks = rechecked(&mut hall);
    take(&mut hall, Order::CloseIncident { incident: IncidentId(1), reason: "误报".to_owned() });
    let texts = CatalogueTexts { kinds: "fallback = '1'".to_owned(), calendar: "rest = []".to_owned() };
    let taken = hex(&encode_fact(&take(&mut hall, Order::TakeCatalogue(texts.into()))[0]).unwrap());
    let numbering = Numbering { city: CityCode::DEMO, utc_offset_secs: 0 };
    let numbered = hex(&encode_fact(&take(&mut hall, Order::TakeNumbering(numbering))[0]).unwrap());
    let note = Order::AddNote { incident: IncidentId(1), words: "已联系水务".to_owned() };
    let noted = hex(&encode_fact(&take(&mut hall, note)[0]).unwrap());
    let file = Attachment {
        name: "现场.jpg".to_owned(),
        kind: FileKind::Before,
        media: Media::Jpeg,
        hash: FileHash::of(&"0a".repeat(32)).unwrap(),
        bytes: 9,
    };
    let attach = Order::AttachFile { incident: IncidentId(1), file };
    let attached = take(&mut hall, attach).remove(0);
    let step = CaseMove::Tell { what: Telling::Ended, by: Channel::Message, words: "已修好".to_owned() };
    let what = What::IncidentMoved { incident: IncidentId(1), step, stage: Stage::Closed };
    let told_caller = Fact { seq: attached.seq.next(), what, ..attached.clone() };
    assert!(hall.apply(&told_caller));
    let (attached, told_caller) = (hex(&encode_fact(&attached).unwrap()), hex(&encode_fact(&told_caller).unwrap()));
    let alarms = alarmed(&mut hall);
    let duty = on_duty(&mut hall);
    let hall = hex(&encode_hall(&hall).unwrap());
    let facts = format!(
        "fact {fact}\nweather {told}\nsuspended {held}\nresumed {resumed}\nmoved {moved}\ncatalogue {taken}\ngiven \
         {given}\nstepped {stepped}\nnumbered {numbered}\n{plan}\nnoted {noted}\nattached {attached}\n{duty}\nanswered \
         {answered}\ntold {told_caller}\n{alarms}\n{rechecks}"
    );
    insta::assert_snapshot!("format_12", format!("{facts}\nhall {hall}"));
}

/// The facts of a re-check: asked for, and nobody can tell.
fn rechecked(hall: &mut Hall) -> String {
    let incident = IncidentId(1);
    take(hall, Order::AdvanceIncident { incident, stage: Stage::Done });
    let steps = [
        ("recheck_asked", CaseMove::AskRecheck { of: Checker::Person("wang".to_owned()), words: "看井盖".to_owned() }),
        ("recheck_answered", CaseMove::AnswerRecheck { finding: Finding::Unclear, words: "天黑".to_owned() }),
        ("recheck_again", CaseMove::AskRecheck { of: Checker::Crew(CrewId(7)), words: String::new() }),
    ];
    let lines = steps.map(|(name, step)| {
        let fact = take(hall, Order::MoveIncident { incident, step }).remove(0);
        format!("{name} {}", hex(&encode_fact(&fact).unwrap()))
    });
    lines.join("\n")
}

/// The facts of alarms: limits taken, one raised, told of and acknowledged, something put into maintenance.
fn alarmed(hall: &mut Hall) -> String {
    let rule = LimitRule {
        code: "gas".to_owned(),
        name: Wording { zh: "燃气".to_owned(), en: "Gas".to_owned() },
        measures: SensorKind::CombustibleGas,
        area: Area::CITY,
        sensors: Vec::new(),
        high: [None, Some(35.0), Some(20.0), None],
        low: [None; 4],
        no_data: Some(Grade::IV),
        pending_secs: 60,
        keep_secs: 120,
        dead_band: 1.0,
        case_kind: "20501".to_owned(),
        variants: vec![Variant {
            when: Season { months: vec![12, 1], weekdays: Vec::new(), hours: Some((22, 6)) },
            high: [None, None, Some(25.0), None],
            low: [None; 4],
        }],
        auto_case: None,
    };
    let sign = VitalSign {
        code: "gas".to_owned(),
        name: rule.name.clone(),
        family: Family::Resilience,
        unit: "%LEL".to_owned(),
        about: rule.name.clone(),
        reckoning: Reckoning::Formula("max(\"combustible_gas\")".to_owned()),
        depth: 2,
        period_secs: 5,
        precision: 0.1,
        target: Some(1.0),
        scale: Some(Scale { best: 0.0, worst: 50.0 }),
        missing_max: 0.5,
        limits: Some(rule.clone()),
    };
    let raising = Raising {
        alarm: AlarmId(0),
        source: "gas-1".to_owned(),
        kind: AlarmKind::High,
        level: Grade::III,
        value: Some(21.5),
        limit: Some(20.0),
        rule: "gas".to_owned(),
        name: "人民路".to_owned(),
        measures: SensorKind::CombustibleGas,
        unit: "%LEL".to_owned(),
        at: LonLat::new(114.5, 22.25),
        height_m: -1.5,
        area: Area::of("东城区").unwrap(),
        case_kind: "20501".to_owned(),
        upstream: "pipe-1/station-2".to_owned(),
    };
    let now = Moment(1_600_000_001_000);
    let window = Maintenance {
        source: "gas-2".to_owned(),
        measures: None,
        area: Area::CITY,
        from: now,
        until: now.plus_millis(60_000),
        reason: "更换探头".to_owned(),
    };
    let comment = "派人去看".to_owned();
    let orders = [
        ("alarm_rules", Order::TakeAlarmRules(AlarmRules { rules: vec![rule], vitals: vec![sign] }.into())),
        ("raised", Order::MoveAlarm(Box::new(AlarmStep::Raise(raising)))),
        ("alarm_told", Order::MoveAlarm(Box::new(AlarmStep::told(AlarmId(1), vec!["chen".to_owned()]).unwrap()))),
        ("acknowledged", Order::MoveAlarm(Box::new(AlarmStep::Acknowledge { alarm: AlarmId(1), comment }))),
        ("maintenance", Order::MoveAlarm(Box::new(AlarmStep::Maintain(window)))),
    ];
    let lines = orders.map(|(name, order)| format!("{name} {}", hex(&encode_fact(&take(hall, order)[0]).unwrap())));
    lines.join("\n")
}

/// The facts of duty: shifts taken, somebody rostered, an entry written, a hand-over prepared and signed.
fn on_duty(hall: &mut Hall) -> String {
    let name = |zh: &str, en: &str| Wording { zh: zh.to_owned(), en: en.to_owned() };
    let (chief, all_day) = ("chief".to_owned(), "all".to_owned());
    let posts = vec![Post { code: chief.clone(), name: name("值班长", "Chief") }];
    let shift = Shift {
        code: all_day.clone(),
        name: name("全天", "All day"),
        from_minute: 480,
        minutes: 1_440,
        posts: vec![chief.clone()],
    };
    let shifts = Shifts { shifts: vec![shift], posts, handover_minutes: 30 };
    let at = DutyPost { slot: SlotId { day: 18_519, shift: all_day }, post: chief };
    let write = DutyStep::Write {
        words: "移交雨具".to_owned(),
        incident: Some(IncidentId(1)),
        corrects: None,
        open: true,
        shift: Some(1),
    };
    let pack = Pack::compose(hall, &TimeLimits::default(), 0, Moment(1_600_000_001_000));
    let steps = [
        ("assign", "li", DutyStep::Assign { at, who: "li".to_owned() }),
        ("write", "li", write),
        ("prepare", "li", DutyStep::Prepare { words: "平稳".to_owned(), pack: Box::new(pack) }),
        ("sign", "wang", DutyStep::Sign { prepared: Seq(hall.upto().0 + 4), words: String::new() }),
    ];
    let taken = take(hall, Order::TakeShifts { shifts: shifts.into(), utc_offset_secs: 28_800 });
    let mut lines = vec![format!("shifts {}", hex(&encode_fact(&taken[0]).unwrap()))];
    for (what, who, step) in steps {
        let order = Order::MoveDuty(Box::new(step));
        let facts = hall.decide(order, &Actor::Person(who.to_owned()), Moment(1_600_000_001_000)).unwrap();
        assert!(hall.apply(&facts[0]));
        lines.push(format!("{what} {}", hex(&encode_fact(&facts[0]).unwrap())));
    }
    lines.join("\n")
}

/// The facts of a plan: taken, started, its alarm struck, a step done.
fn planned(hall: &mut Hall) -> String {
    let words = |zh: &str, en: &str| Wording { zh: zh.to_owned(), en: en.to_owned() };
    let notices = vec![Notice { to: "gas".to_owned(), text: words("待命", "Stand by") }];
    let lead = Some("fire".to_owned());
    let first = Alarm { grade: None, lead, assist: Vec::new(), crews: vec![(CrewKind::Fire, 2)], notices };
    let step = PlanStep {
        code: "cordon".to_owned(),
        name: words("警戒", "Cordon"),
        who: "police".to_owned(),
        minutes: 10,
        alarm: 1,
        place: StepPlace::Ring(200),
    };
    let plan = Plan {
        code: "fire".to_owned(),
        name: words("火灾", "Fire"),
        alarms: vec![first, Alarm { grade: Some(Grade::II), ..Alarm::default() }],
        steps: vec![step],
    };
    let incident = IncidentId(1);
    let places = vec![BoundPlace { step: 0, at: LonLat { lon: 114.5, lat: 22.25 }, name: "路口".to_owned() }];
    let texts = PlanTexts { files: vec![("fire.toml".to_owned(), "code = 'fire'".to_owned())] };
    let (crews, words) = (vec![CrewId(8)], "灭火".to_owned());
    let orders = [
        ("plans", Order::TakePlans(texts.into())),
        ("plan", Order::StartPlan { incident, plan: Box::new(plan), alarm: 1, crews, places, words }),
        ("alarm", Order::StrikeNext { incident, crews: Vec::new(), words: String::new() }),
        ("step", Order::MovePlan { incident, step: PlanMove::Done { step: 0, words: "已设".to_owned() } }),
    ];
    let lines = orders.map(|(name, order)| format!("{name} {}", hex(&encode_fact(&take(hall, order)[0]).unwrap())));
    lines.join("\n")
}

/// What an older version wrote, from its own snapshot test: a name and its bytes in each line.
fn written(version: u8) -> &'static str {
    match version {
        1 => include_str!("snapshots/command_hall__store__tests__format_1.snap"),
        2 => include_str!("snapshots/command_hall__store__tests__format_2.snap"),
        3 => include_str!("snapshots/command_hall__store__tests__format_3.snap"),
        4 => include_str!("snapshots/command_hall__store__tests__format_4.snap"),
        5 => include_str!("snapshots/command_hall__store__tests__format_5.snap"),
        6 => include_str!("snapshots/command_hall__store__tests__format_6.snap"),
        7 => include_str!("snapshots/command_hall__store__tests__format_7.snap"),
        8 => include_str!("snapshots/command_hall__store__tests__format_8.snap"),
        9 => include_str!("snapshots/command_hall__store__tests__format_9.snap"),
        10 => include_str!("snapshots/command_hall__store__tests__format_10.snap"),
        _ => include_str!("snapshots/command_hall__store__tests__format_11.snap"),
    }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// One of them.
fn written_by(version: u8, what: &str) -> Vec<u8> {
    unhex(written(version).lines().find_map(|line| line.strip_prefix(what)).unwrap().trim())
}

#[test]
fn a_log_of_an_older_version_opens_with_all_it_holds() {
    for version in 1..FORMAT_VERSION {
        let folder = tempfile::tempdir().unwrap();
        let mut hall = Hall::default();
        let fact = take(&mut hall, report("A-1")).remove(0);
        let (store, _) = Store::open(folder.path()).unwrap();
        let (body, snapshot) = (written_by(version, "fact"), written_by(version, "hall"));
        assert_eq!((body[0], snapshot[0]), (version, version));
        let epoch = store.epoch();
        drop(store);
        let sql = Connection::open(folder.path().join(FILE)).unwrap();
        let sql_fact = "INSERT INTO facts (seq, known_at, body) VALUES (1, ?1, ?2)";
        sql.execute(sql_fact, params![fact.known_at.0, body]).unwrap();
        sql.execute("INSERT INTO snapshots (seq, body) VALUES (1, ?1)", params![snapshot]).unwrap();
        sql.execute("UPDATE meta SET value = ?1 WHERE key = 'format'", [i64::from(version)]).unwrap();
        drop(sql);
        let (mut store, again) = Store::open(folder.path()).unwrap();
        assert_eq!(again, hall);
        let course = again.course(IncidentId(1)).unwrap();
        assert_eq!(course.known_at(), fact.known_at, "timers run on");
        let now = Some(i64::from(FORMAT_VERSION));
        assert_eq!((store.epoch(), meta(&store.sql, "format").unwrap()), (epoch, now));
        put(&mut store, &take(&mut hall, Order::TellWeather { weather: Weather::default() }));
        let texts = std::sync::Arc::new(CatalogueTexts::default());
        assert_eq!(hall.catalogue(), None, "older logs knew the built-in one only");
        put(&mut store, &take(&mut hall, Order::TakeCatalogue(std::sync::Arc::clone(&texts))));
        let now = store.load().unwrap();
        assert_eq!((now.weather(), now.catalogue()), (Some(Weather::default()), Some(&texts)));
    }
}

#[test]
fn every_fact_that_older_versions_wrote_is_read_and_a_pack_without_alarms_has_none() {
    for version in 1..FORMAT_VERSION {
        let mut packs = 0;
        for line in written(version).lines() {
            let Some((name, body)) =
                line.split_once(' ').filter(|(_, body)| body.starts_with(&format!("{version:02x}")))
            else {
                continue;
            };
            let read = decode_fact(&unhex(body));
            if name == "hall" {
                // A snapshot of another version is passed over; no fact begins as one does.
                assert_eq!(decode_hall(&unhex(body)), Err(FormatError::Version(version)));
                continue;
            }
            let fact = read.unwrap_or_else(|error| panic!("{name} of version {version}: {error}"));
            if let What::DutyMoved(step) = &fact.what
                && let DutyStep::Prepare { words, pack } = &**step
            {
                packs += 1;
                // Before version 11 packs knew nothing of alarms.
                let known = usize::from(version >= 11);
                assert_eq!((words.as_str(), pack.alarms.rows.len(), pack.windows.rows.len()), ("平稳", known, known));
                assert_eq!((pack.alarms.all, pack.windows.all), (u32::from(version >= 11), u32::from(version >= 11)));
                // Written anew it has them.
                assert_eq!(decode_fact(&encode_fact(&fact).unwrap()).as_ref(), Ok(&fact));
            }
        }
        assert_eq!(packs, i32::from(version >= 8), "version {version}");
    }
    // What is cut off is damaged, whatever the version.
    let body = written_by(10, "prepare");
    for short in 1..=8 {
        assert!(matches!(decode_fact(&body[..body.len() - short]), Err(FormatError::Damaged(_))), "{short}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let mut bytes = bytes;
        if let Some(first) = bytes.first_mut() {
            *first = FORMAT_VERSION;
        }
        drop(decode_fact(&bytes));
        drop(decode_hall(&bytes));
    }
}

#[test]
fn a_look_counts_facts_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Store::look(folder.path()).unwrap(), None);
    assert!(!folder.path().join(FILE).exists());
    let (mut store, mut hall) = Store::open(folder.path()).unwrap();
    put(&mut store, &take(&mut hall, report("a")));
    let in_use = Store::look(folder.path()).unwrap_err();
    assert!(matches!(in_use, StoreError::InUse(_)), "{in_use}");
    drop(store);
    assert_eq!(Store::look(folder.path()).unwrap(), Some(1));
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE), "no database, but longer than the hundred bytes of a header".repeat(9))
        .unwrap();
    for error in [Store::look(folder.path()).unwrap_err(), Store::open(folder.path()).map(drop).unwrap_err()] {
        assert!(matches!(error, StoreError::NotADatabase(_)) && error.to_string().contains(FILE), "{error}");
    }
    std::fs::remove_file(folder.path().join(FILE)).unwrap();
    std::fs::create_dir(folder.path().join(FILE)).unwrap();
    let error = Store::open(folder.path()).map(drop).unwrap_err();
    assert!(matches!(error, StoreError::Unopened { .. }) && error.to_string().contains(FILE), "{error}");
}
