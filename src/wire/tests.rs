use super::frame::{MAX_TO_HUB, encode, read_to_hub, read_to_screen};
use super::watch::{FRAME_MAX, ROWS_MAX, packed, unpacked};
use super::*;
use crate::domain::duty::shifts::{Post, Shift};
use crate::domain::kpi::{DayFold, Past, Period, Slot};
use crate::domain::rights::{Area, Right, Role, Standing};
use crate::domain::sensor::{Bounds, Gist, SensorRow, Spell, Trend, TrendStep, Watch, Window};
use crate::domain::vital::{Band, Nothing, VitalBoard, VitalPart, VitalRow, VitalSensor, VitalXray};
use crate::domain::{
    Actor, AlarmId, AlarmStep, Assignment, Attachment, CaseMove, CatalogueTexts, Channel, Checker, CityCode, CrewId,
    CrewKind, CrewPosition, CrewStatus, Day, DutyStep, Fact, Fate, FileHash, FileKind, Finding, Found, FoundCase,
    Grade, Hall, Incident, IncidentId, KpiRules, LonLat, Media, Mode, Moment, Numbering, Order, Outcome, Part, Party,
    Place, Reading, Refusal, Search, Sensor, SensorId, SensorKind, Seq, Shifts, ShiftsTaken, Sky, Stage, Story,
    TaskState, TaskStep, Telling, TimeLimits, Weather, What, Wording,
};
use proptest::prelude::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().concat()
}

fn case() -> Incident {
    Incident {
        id: IncidentId(7),
        source: "12345".to_owned(),
        source_id: "A-1".to_owned(),
        kind: "traffic.accident".to_owned(),
        grade: Grade::III,
        stage: Stage::Reported,
        place: Place { at: LonLat::new(114.17, 22.28), address: "龙翔道".to_owned() },
        text: "两车相撞".to_owned(),
        happened_at: Moment(1_600_000_000_000),
        known_at: Moment(1_600_000_001_000),
        changed_at: Moment(1_600_000_001_000),
    }
}

fn fact() -> Fact {
    Fact {
        seq: Seq(1),
        happened_at: Moment(1_600_000_000_000),
        known_at: Moment(1_600_000_001_000),
        by: Actor::Source("12345".to_owned()),
        what: What::IncidentReported(Box::new(case())),
    }
}

fn past() -> Past {
    let mut fold = DayFold::default();
    assert!(fold.apply(&fact(), Area::of("a/b").as_ref()));
    let slot = Slot::of_day(Day(18_518));
    let kept = fold.count(slot, KpiRules::default(), &TimeLimits::default(), &|_| Some("water".into()));
    Past { kept: [Some(kept), None, None] }
}

fn catalogue() -> std::sync::Arc<CatalogueTexts> {
    CatalogueTexts { kinds: "fallback = '1'".to_owned(), calendar: "rest = []".to_owned() }.into()
}

fn assignment() -> Assignment {
    Assignment { to: Party::Crew(CrewId(4)), part: Part::Assist }
}

fn read() -> TaskStep {
    TaskStep::Reach { state: TaskState::Read, words: "收到".into() }
}

fn order(id: u64, order: Order) -> ToHub {
    ToHub::Order { id, order, command: Command([7; 16]) }
}

fn to_hub() -> Vec<ToHub> {
    let resume = Some(Resume { epoch: 9, last_seq: Seq(3) });
    vec![
        ToHub::Hello(Hello {
            release: "0.1.0".into(),
            seat: "desk".into(),
            resume,
            positions: Pace::Smooth,
            token: None,
        }),
        order(1, Order::SwitchMode { mode: Mode::Emergency }),
        order(6, Order::SuspendIncident { incident: IncidentId(7), reason: "等待配件".into() }),
        order(7, Order::ResumeIncident { incident: IncidentId(7) }),
        order(8, Order::MoveIncident { incident: IncidentId(7), step: CaseMove::Merge { into: IncidentId(3) } }),
        order(10, Order::TakeCatalogue(catalogue())),
        order(11, Order::GiveTasks { incident: IncidentId(7), to: vec![assignment()], words: "关阀止水".into() }),
        order(12, Order::MoveTask { incident: IncidentId(7), party: assignment().to, step: read() }),
        order(13, Order::TakeNumbering(Numbering::default())),
        order(14, Order::AddNote { incident: IncidentId(7), words: "已联系水务".into() }),
        order(15, Order::AttachFile { incident: IncidentId(7), file: file() }),
        order(16, Order::AnswerForm { incident: IncidentId(7), answers: [("injured", "2")].into() }),
        order(18, Order::TakeShifts { shifts: shifts(), utc_offset_secs: 28_800 }),
        order(19, Order::MoveDuty(Box::new(write()))),
        order(20, Order::MoveDuty(Box::new(DutyStep::Sign { prepared: Seq(14), words: "已阅".into() }))),
        order(24, Order::MoveIncident { incident: IncidentId(8), step: ask_recheck() }),
        order(25, Order::MoveIncident { incident: IncidentId(8), step: answer_recheck() }),
        order(23, Order::MoveAlarm(Box::new(AlarmStep::Acknowledge { alarm: AlarmId(1), comment: "已派".into() }))),
        ToHub::Search {
            id: 16,
            search: Search {
                text: "积水".into(),
                number: "990100".into(),
                grade: Some(Grade::I),
                near: Some((LonLat { lon: 114.0, lat: 22.0 }, 500.0)),
                from: Some(Moment(5)),
                fate: Some(Fate::NotFiled),
                limit: 50,
                ..Search::default()
            },
        },
        ToHub::Story { id: 17, incident: IncidentId(7), before: Some(Seq(90)) },
        ToHub::Past { id: 20, period: Period::Shift },
        ToHub::Reload { id: 9 },
        ToHub::Ping,
        ToHub::Control { id: 2, control: Control::Speed(60) },
        ToHub::Control { id: 3, control: Control::Script("tower-fire".into()) },
        ToHub::Control { id: 4, control: Control::Weather(Some(Weather::default())) },
        ToHub::Control { id: 5, control: Control::Weather(None) },
        ToHub::SignIn { name: "li".into(), password: Secret("not a password".into()) },
        ToHub::Unlock { id: 11, password: Secret("not a password".into()) },
        ToHub::SignOut,
        ToHub::Fetch { id: 21, incident: IncidentId(7), hash: file().hash, from: 131_072 },
        ToHub::Attach {
            id: 22,
            incident: IncidentId(7),
            file: Announced { name: "现场.jpg".into(), kind: FileKind::After, hash: file().hash, bytes: 9 },
        },
        ToHub::Part { id: 22, from: 3, part: Part(vec![0, 127, 128, 255].into()) },
        ToHub::Watch { id: 23, watch: Some(watch()) },
        ToHub::Watch { id: 24, watch: None },
        ToHub::Trend { id: 25, sensor: SensorId(3), from: Moment(1), to: Moment(9), points: 400 },
        ToHub::Vitals { id: 26, area: Area::of("a/b").unwrap(), at: Some(Moment(7)) },
        ToHub::Xray { id: 27, sign: "air".into(), area: Area::CITY, at: None },
    ]
}

fn watch() -> Watch {
    let bounds = Bounds { west: 114.0, south: 22.0, east: 114.5, north: 22.5 };
    Watch {
        kinds: [SensorKind::Noise, SensorKind::WaterLevel].into(),
        area: Area::of("a/b").unwrap(),
        bounds: Some(bounds),
        every_millis: 1_000,
        at: Some(Moment(7)),
        windows: [
            (SensorKind::Rain, Window { spell: Spell::Day, gist: Gist::Sum }),
            (SensorKind::TrafficSpeed, Window { spell: Spell::Today, gist: Gist::Mean }),
        ]
        .into(),
    }
}

fn readings() -> [Reading; 2] {
    let reading = |sensor, at, value| Reading { sensor: SensorId(sensor), at: Moment(at), value };
    [reading(3, 1_600_000_000_000, 61.5), reading(70_000, 1_599_999_990_000, -0.25)]
}

fn trend() -> Trend {
    let sensor = Sensor::first_seen("gas-1", Some(SensorKind::CombustibleGas), "");
    let step = TrendStep { from: Moment(0), min: 1.0, max: 3.0, mean: 2.0, count: 4 };
    Trend { sensor, newest: Some((Moment(8), 2.5)), from: Moment(1), to: Moment(9), step_millis: 10, steps: vec![step] }
}

fn board() -> VitalBoard {
    let row = VitalRow {
        code: "air".into(),
        newest: Some((Moment(8), 35.5)),
        missing: 0.25,
        hour: Some(34.0),
        day: None,
        week: None,
        course: vec![None, Some(1.5)],
        below: vec![Some((Moment(7), 36.0)), None],
    };
    let below = ["a", "b"].map(|name| Area::of(name).unwrap()).to_vec();
    VitalBoard { area: Area::CITY, at: Moment(9), below, rows: vec![row] }
}

fn xray() -> VitalXray {
    let part = VitalPart {
        asked: "mean(\"pm25\")".into(),
        value: Some(35.5),
        weight: None,
        kind: Some(SensorKind::Pm25),
        known: 4,
        fresh: 3,
        oldest: Some(Moment(6)),
    };
    let sensor = VitalSensor {
        number: SensorId(3),
        id: "pm-3".into(),
        name: "人民路".into(),
        kind: SensorKind::Pm25,
        at: LonLat::new(114.5, 22.25),
        newest: Some((Moment(6), 35.0)),
        fresh: true,
    };
    VitalXray {
        code: "air".into(),
        area: Area::CITY,
        at: Moment(9),
        newest: None,
        nothing: Some(Nothing::Missing(0.75)),
        missing: 0.75,
        parts: vec![part],
        sensors: vec![sensor],
        sensors_all: 4,
        course: trend().steps,
        step_millis: 10,
        band: Some(Band { from: Moment(1), hours: vec![(1.0, 2.0)] }),
        year: Some(31.5),
    }
}

fn shifts() -> std::sync::Arc<Shifts> {
    let name = |zh: &str, en: &str| Wording { zh: zh.into(), en: en.into() };
    let posts = vec!["chief".to_owned()];
    let day = Shift { code: "all".into(), name: name("全天", "All day"), from_minute: 480, minutes: 1_440, posts };
    let posts = vec![Post { code: "chief".into(), name: name("值班长", "Chief") }];
    Shifts { shifts: vec![day], posts, handover_minutes: 30 }.into()
}

fn write() -> DutyStep {
    let words = "移交雨具".to_owned();
    DutyStep::Write { words, incident: Some(IncidentId(7)), corrects: None, open: true, shift: Some(1) }
}

fn file() -> Attachment {
    Attachment {
        name: "现场.jpg".into(),
        kind: FileKind::Before,
        media: Media::Jpeg,
        hash: FileHash::of(&"0a".repeat(32)).unwrap(),
        bytes: 9,
    }
}

fn ask_recheck() -> CaseMove {
    CaseMove::AskRecheck { of: Checker::Crew(CrewId(4)), words: "看井盖".into() }
}

fn answer_recheck() -> CaseMove {
    CaseMove::AnswerRecheck { finding: Finding::Unclear, words: "天黑".into() }
}

fn found() -> FoundCase {
    FoundCase {
        id: IncidentId(7),
        number: "9901002023111500007".parse().ok(),
        kind: "20406".into(),
        grade: Grade::III,
        stage: Stage::Closed,
        source: "12345".into(),
        source_id: "A-1".into(),
        place: Place { at: Some(LonLat { lon: 114.0, lat: 22.0 }), address: "解放路".into() },
        text: "积水".into(),
        happened_at: Moment(1),
        known_at: Moment(2),
        over_at: Some(Moment(3)),
        outcome: Some(Outcome::Merged(IncidentId(3))),
        department: Some("water".into()),
        area: Area::of("a/b"),
        answers: [("injured", "2")].into(),
    }
}

#[expect(clippy::too_many_lines, reason = "one list of all frames")]
fn to_screen() -> Vec<ToScreen> {
    let mut hall = Hall::default();
    assert!(hall.apply(&fact()));
    let weather = Weather { sky: Sky::Rain, intensity: 2, temperature_dc: -15, wind_mps: 6, rain_mm_h: 82 };
    let changed = Fact { seq: Seq(2), what: What::WeatherChanged { weather }, ..fact() };
    assert!(hall.apply(&changed));
    let suspended = What::IncidentSuspended { incident: IncidentId(7), reason: "等待配件".to_owned() };
    assert!(hall.apply(&Fact { seq: Seq(3), what: suspended, ..fact() }));
    assert!(hall.apply(&Fact { seq: Seq(4), what: What::IncidentResumed { incident: IncidentId(7) }, ..fact() }));
    let step = CaseMove::Supervise { reason: "超期".to_owned() };
    let moved = What::IncidentMoved { incident: IncidentId(7), step, stage: Stage::Reported };
    assert!(hall.apply(&Fact { seq: Seq(5), what: moved, ..fact() }));
    let what = What::TaskGiven { incident: IncidentId(7), given: assignment(), words: "关阀止水".to_owned() };
    assert!(hall.apply(&Fact { seq: Seq(6), what, ..fact() }));
    let what = What::TaskMoved { incident: IncidentId(7), to: assignment().to, step: read() };
    assert!(hall.apply(&Fact { seq: Seq(7), what, ..fact() }));
    let what = What::IncidentClosed { incident: IncidentId(7), reason: "误报".to_owned() };
    assert!(hall.apply(&Fact { seq: Seq(8), what, ..fact() }));
    assert!(hall.apply(&Fact { seq: Seq(9), what: What::CatalogueTaken(catalogue()), ..fact() }));
    let numbering = Numbering { city: CityCode::DEMO, utc_offset_secs: 0 };
    assert!(hall.apply(&Fact { seq: Seq(10), what: What::NumberingTaken(numbering), ..fact() }));
    let noted = What::NoteAdded { incident: IncidentId(7), words: "已联系水务".to_owned() };
    assert!(hall.apply(&Fact { seq: Seq(11), what: noted, ..fact() }));
    let attached = What::FileAttached { incident: IncidentId(7), file: file() };
    assert!(hall.apply(&Fact { seq: Seq(12), what: attached, ..fact() }));
    let step = CaseMove::Tell { what: Telling::Ended, by: Channel::Message, words: "已修好".into() };
    let told = What::IncidentMoved { incident: IncidentId(7), step, stage: Stage::Closed };
    assert!(hall.apply(&Fact { seq: Seq(13), what: told, by: Actor::Person("li".into()), ..fact() }));
    let filed = What::IncidentReported(Box::new(Incident { id: IncidentId(8), source_id: "A-2".into(), ..case() }));
    assert!(hall.apply(&Fact { seq: Seq(14), what: filed, ..fact() }));
    let filed = What::IncidentAdvanced { incident: IncidentId(8), stage: Stage::Filed };
    assert!(hall.apply(&Fact { seq: Seq(15), what: filed, by: Actor::Person("li".into()), ..fact() }));
    let taken = What::ShiftsTaken(ShiftsTaken { shifts: shifts(), utc_offset_secs: 28_800 });
    assert!(hall.apply(&Fact { seq: Seq(16), what: taken, ..fact() }));
    let prepare = DutyStep::Prepare { words: "平稳".into(), pack: Box::default() };
    for (seq, step) in [(17, write()), (18, prepare)] {
        assert!(hall.apply(&Fact { seq: Seq(seq), what: What::DutyMoved(Box::new(step)), ..fact() }));
    }
    let answered = What::FormAnswered { incident: IncidentId(7), answers: [("injured", "2")].into() };
    assert!(hall.apply(&Fact { seq: Seq(19), what: answered, ..fact() }));
    let ended = What::AlarmMoved(Box::new(AlarmStep::EndMaintenance { window: 1 }));
    assert!(hall.apply(&Fact { seq: Seq(20), what: ended, ..fact() }));
    let by = || Actor::Person("li".into());
    let rechecks = [(21, ask_recheck()), (22, answer_recheck())].map(|(seq, step)| {
        let what = What::IncidentMoved { incident: IncidentId(8), step, stage: Stage::Filed };
        Fact { seq: Seq(seq), what, by: by(), ..fact() }
    });
    let told = AlarmStep::Told { alarm: AlarmId(1), to: vec!["li".into()], more: 2 };
    let told = Fact { seq: Seq(23), what: What::AlarmMoved(Box::new(told)), ..fact() };
    let newest: Vec<Fact> = rechecks.into_iter().chain([told]).collect();
    assert!(newest.iter().all(|fact| hall.apply(fact)));
    let wrong = Refusal::CatalogueWrong { file: "kinds.toml".into(), line: Some(7), problem: "unknown key".into() };
    let position = CrewPosition {
        crew: CrewId(4),
        at: LonLat { lon: 114.0, lat: 22.0 },
        when: Moment(5),
        kind: CrewKind::Ambulance,
        status: CrewStatus::EnRoute,
        incident: Some(IncidentId(7)),
    };
    vec![
        ToScreen::Welcome { epoch: 9, release: "0.1.0".into(), heartbeat_millis: 1000 },
        ToScreen::Snapshot { hall: Box::new(hall) },
        ToScreen::Batch { upto: Seq(2), facts: vec![fact(), changed] },
        ToScreen::Batch { upto: Seq(23), facts: newest },
        ToScreen::Positions(vec![position]),
        ToScreen::Answer { id: 1, answer: Answer::Done(Seq(1)) },
        ToScreen::Answer { id: 2, answer: Answer::Refused(Refusal::UnknownIncident(IncidentId(4))) },
        ToScreen::Answer { id: 3, answer: Answer::Refused(Refusal::NotADemo) },
        ToScreen::Answer { id: 9, answer: Answer::Refused(wrong) },
        ToScreen::Answer { id: 11, answer: Answer::Refused(Refusal::LeadTaken(IncidentId(7))) },
        ToScreen::Answer { id: 19, answer: Answer::Refused(Refusal::ShiftLocked(1)) },
        ToScreen::Found {
            id: 16,
            found: Ok(Found { cases: vec![found()], next: Some(IncidentId(7)), count: 1000, more: true, behind: 3 }),
        },
        ToScreen::Found { id: 17, found: Err(Refusal::NoArchive) },
        ToScreen::Story { id: 18, story: Ok(Box::new(Story { case: found(), facts: vec![fact()], more: false })) },
        ToScreen::Past { id: 20, past: Ok(Box::new(past())) },
        ToScreen::Past { id: 21, past: Err(Refusal::NoArchive) },
        ToScreen::Answer { id: 23, answer: Answer::Refused(Refusal::UnknownAlarm(AlarmId(1))) },
        ToScreen::Answer { id: 22, answer: Answer::Refused(Refusal::AlreadyTold(IncidentId(7))) },
        ToScreen::Heartbeat { now: Moment(6) },
        ToScreen::Clock { now: Moment(6), rate: 600, demo: true, writes: false },
        ToScreen::Bye { reason: "too slow".into() },
        ToScreen::SignInWanted { why: None },
        ToScreen::SignInWanted { why: Some(Refusal::RightMissing { right: Right::Read }) },
        ToScreen::SignInWanted { why: Some(Refusal::TooManyTries { seconds: 8 }) },
        ToScreen::Identity(Identity {
            name: "li".into(),
            shown: "Li".into(),
            standing: Standing { roles: vec![Role::Dispatcher], area: Area::of("a/b").unwrap() },
            open: false,
            token: Some(Secret("ab".into())),
        }),
        ToScreen::Piece { id: 21, piece: Ok(Piece { from: 3, total: 9, part: Part(vec![0, 127, 128, 255].into()) }) },
        ToScreen::Piece { id: 21, piece: Err(Refusal::NoFile(IncidentId(7))) },
        ToScreen::Upto { id: 22, upto: Ok(Upto::Byte(7)) },
        ToScreen::Upto { id: 22, upto: Ok(Upto::Kept(Seq(12))) },
        ToScreen::Upto { id: 22, upto: Err(Refusal::FileDiffers) },
        ToScreen::Sensors {
            id: 23,
            sensors: vec![SensorRow::new(SensorId(3), &trend().sensor)],
            gone: vec![SensorId(2)],
            left: 7,
            unread: true,
        },
        ToScreen::Readings { id: 23, rows: packed(&readings()) },
        ToScreen::Windowed { id: 23, rows: Ok(packed(&readings())) },
        ToScreen::Windowed { id: 23, rows: Err(Refusal::NoReadings) },
        ToScreen::Trend { id: 25, trend: Ok(Box::new(trend())) },
        ToScreen::Trend { id: 26, trend: Err(Refusal::NoSensor) },
        ToScreen::Vitals { id: 26, board: Ok(Box::new(board())) },
        ToScreen::Vitals { id: 26, board: Err(Refusal::NoReadings) },
        ToScreen::Xray { id: 27, xray: Ok(Box::new(xray())) },
        ToScreen::Areas {
            anew: true,
            areas: vec![
                (Area::CITY, vec![IncidentId(9)]),
                (Area::of("a/b").unwrap(), vec![IncidentId(7), IncidentId(8)]),
            ],
        },
    ]
}

#[test]
fn frames_come_back_as_they_went() {
    for frame in to_hub() {
        assert_eq!(read_to_hub(&encode(&frame).unwrap()).unwrap(), frame);
    }
    for frame in to_screen() {
        assert_eq!(read_to_screen(&encode(&frame).unwrap()).unwrap(), frame);
    }
}

#[test]
fn the_encoding_of_wire_version_12_stays_as_released() {
    let lines: Vec<String> = to_hub()
        .iter()
        .map(|f| hex(&encode(f).unwrap()))
        .chain(to_screen().iter().map(|f| hex(&encode(f).unwrap())))
        .collect();
    insta::assert_snapshot!("wire_12", lines.join("\n"));
}

#[test]
fn what_is_wrong_with_a_frame_is_said() {
    let good = encode(&ToHub::Ping).unwrap();
    assert_eq!(read_to_hub(&[]), Err(WireError::Empty));
    let mut other = good.to_vec();
    other[0] = WIRE_VERSION + 1;
    assert_eq!(read_to_hub(&other), Err(WireError::Version { theirs: WIRE_VERSION + 1 }));
    assert!(read_to_hub(&other).unwrap_err().to_string().contains("same release"));
    assert!(matches!(read_to_hub(&vec![WIRE_VERSION; MAX_TO_HUB + 1]), Err(WireError::TooLong { .. })));
    assert!(matches!(read_to_hub(&good[..1]), Err(WireError::Malformed(_))));
    let mut longer = good.to_vec();
    longer.push(0);
    assert!(matches!(read_to_hub(&longer), Err(WireError::Malformed(_))));
    assert!(matches!(
        read_to_hub(&encode(&ToScreen::Bye { reason: String::new() }).unwrap()),
        Err(WireError::Malformed(_))
    ));
}

#[test]
fn a_part_is_a_run_of_bytes_and_no_longer_than_one_may_be() {
    let part = |len: usize| ToHub::Part { id: 1, from: 0, part: Part(vec![200; len].into()) };
    let longest = encode(&part(PART_MAX)).unwrap();
    assert!(longest.len() < PART_MAX + 100, "{} bytes: no array of numbers", longest.len());
    assert_eq!(read_to_hub(&longest).unwrap(), part(PART_MAX));
    let longer = encode(&part(PART_MAX + 1)).unwrap();
    assert!(matches!(read_to_hub(&longer), Err(WireError::Malformed(_))));
    // The same as an array of numbers.
    let mut array = vec![WIRE_VERSION];
    let numbers = std::collections::BTreeMap::from([("Part", (1_u64, 0_u64, vec![1_u8, 2]))]);
    rmp_serde::encode::write(&mut array, &numbers).unwrap();
    assert!(matches!(read_to_hub(&array), Err(WireError::Malformed(_))));
}

#[test]
fn rows_of_readings_have_a_fixed_layout_and_a_frame_of_them_its_limit() {
    let rows = packed(&readings());
    assert_eq!(unpacked(&rows).unwrap(), readings());
    assert_eq!(rows.0.len(), 8 + 2 * 16);
    assert_eq!(hex(&rows.0[8..24]), "03000000".to_owned() + "00000000" + "0000000000c04e40");
    let old = [readings()[0], Reading { at: Moment(0), ..readings()[1] }];
    let told = unpacked(&packed(&old)).unwrap()[1].at;
    assert_eq!(told, Moment(1_600_000_000_000 - i64::from(u32::MAX)), "so old that nothing counts on it");
    let many = vec![readings()[0]; ROWS_MAX];
    let frame = encode(&ToScreen::Readings { id: u64::MAX, rows: packed(&many) }).unwrap();
    assert!(frame.len() <= FRAME_MAX && frame.len() > FRAME_MAX - 100, "{}", frame.len());
    for wrong in [vec![0; 7], vec![0; 9], [rows.0.to_vec(), vec![1]].concat()] {
        assert!(unpacked(&Part(wrong.into())).is_err());
    }
    let nan = packed(&[Reading { value: f64::NAN, ..readings()[0] }]);
    assert!(unpacked(&nan).is_err(), "no number");
    assert_eq!(unpacked(&packed(&[])).unwrap(), []);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let mut bytes = bytes;
        drop(read_to_hub(&bytes));
        if let Some(first) = bytes.first_mut() {
            *first = WIRE_VERSION;
        }
        drop(read_to_hub(&bytes));
        drop(read_to_screen(&bytes));
    }

    #[test]
    fn a_damaged_frame_is_read_or_refused(at in 0_usize..400, to in any::<u8>(), cut in 0_usize..400) {
        for frame in to_screen() {
            let mut bytes = encode(&frame).unwrap().to_vec();
            let len = bytes.len();
            prop_assert!(read_to_screen(&bytes[..cut % len]).is_err());
            bytes[at % len] = to;
            drop(read_to_screen(&bytes));
        }
    }
}
