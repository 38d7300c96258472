//! The table against what is counted, its order, its way down through areas, its keys, and what a cell says.

use std::collections::BTreeMap;

use egui::{Event, Key as Press, Modifiers, Pos2, RawInput, Rect, vec2};

use super::day::{DayFigures, Pass, least_in_time};
use super::model::{Asked, Belongs, Cell, Column, Cut, Key, Measure, Period, Table, table};
use super::panel::{FiguresView, FiguresWish, figures_ui, handling_change, percent, points, work_change};
use crate::domain::kpi::{Against, Counting, Kept, KeptRow, Kpi, KpiRules, Share, Span, TimesChange};
use crate::domain::rights::Area;
use crate::domain::{
    Actor, Assignment, Clock, Grade, Hall, Incident, IncidentId, Limit, Limits, Moment, Order, Part, Party, Stage,
    TimeLimits, What, Work, WorkCalendar,
};
use crate::screen::look;
use crate::screen::situation::tests::{apply, hall_of};

const HOUR: i64 = 3_600_000;

fn area(path: &str) -> Area {
    Area::of(path).unwrap()
}

/// Handling of even numbers may take two hours.
fn limits() -> TimeLimits {
    let hours = |hours| Some(Limit { clock: Clock::UrgentHours, millis: hours * HOUR });
    let limits = Limits { handle: hours(2), whole: hours(4), ..Limits::default() };
    TimeLimits::new(WorkCalendar::default(), 20, BTreeMap::from([("10101".to_owned(), limits)]))
}

/// Six cases: 2 and 4 are sent at once, 2 is done within an hour, 4 within five; 6 is only known.
fn hall() -> Hall {
    let all: Vec<_> = (1..=6).map(|id| (id, Grade::III, 0)).collect();
    let mut hall = hall_of(&all);
    for (id, hours, stage) in
        [(2, 0, Stage::Dispatched), (4, 0, Stage::Dispatched), (2, 1, Stage::Done), (4, 5, Stage::Done)]
    {
        apply(&mut hall, Moment(hours * HOUR), What::IncidentAdvanced { incident: IncidentId(id), stage });
    }
    apply(
        &mut hall,
        Moment(2 * HOUR + 5 * HOUR),
        What::IncidentClosed { incident: IncidentId(2), reason: String::new() },
    );
    hall
}

fn area_of(incident: &Incident) -> Option<Area> {
    match incident.id.0 {
        2 => Some(area("东城区/南街")),
        4 => Some(area("东城区/北街")),
        6 => Some(area("西城区")),
        _ => None,
    }
}

fn name(key: &Key) -> String {
    match key {
        Key::Area(area) => area.path().to_owned(),
        Key::Department(code) => code.clone(),
        Key::Post(role) => role.word().to_owned(),
        Key::Person(who) => who.clone(),
        Key::Unknown => "?".to_owned(),
    }
}

fn with_counting<T>(look: impl FnOnce(&Counting<'_>) -> T) -> T {
    let (span, rules) = (Span { from: Moment(0), until: Moment(8 * HOUR) }, KpiRules::default());
    look(&Counting { span, rules, limits: &limits(), utc_offset_secs: &|_| 0 })
}

fn counted(asked: &Asked) -> Table {
    let department = |incident: &Incident| incident.id.0.is_multiple_of(2).then(|| "gas".to_owned());
    let belongs = Belongs { area: &area_of, department: &department, name: &name };
    with_counting(|counting| table(asked, &hall(), counting, &belongs, None))
}

fn share(table: &Table, at: usize, kpi: Kpi) -> (u32, u32) {
    let Cell::Share(Share { part, of }) = table.lines[at].cell(Column::Kpi(kpi)) else { panic!("no share") };
    (part, of)
}

fn keys_of(table: &Table) -> Vec<String> {
    table.lines.iter().map(|line| line.key.as_ref().map_or_else(String::new, name)).collect()
}

#[test]
fn areas_are_counted_with_their_parts_and_what_no_area_is_known_of_comes_last() {
    let city = counted(&Asked::default());
    assert_eq!(keys_of(&city), ["东城区", "西城区", "?"]);
    assert_eq!((share(&city, 0, Kpi::Handled), share(&city, 0, Kpi::HandledInTime)), ((2, 2), (1, 2)));
    assert_eq!(share(&city, 1, Kpi::Handled), (0, 0), "nothing to divide by");
    let Cell::Count(reported) = city.total.cell(Column::Reported) else { panic!() };
    assert_eq!(reported, 6);
    let east = counted(&Asked { within: area("东城区"), ..Asked::default() });
    assert_eq!(keys_of(&east), ["东城区/北街", "东城区/南街"]);
    assert_eq!(share(&east, 0, Kpi::Overdue), (1, 1));
    let gas = counted(&Asked { cut: Cut::Department, ..Asked::default() });
    assert_eq!((keys_of(&gas), share(&gas, 0, Kpi::Handled)), (vec!["gas".to_owned(), "?".to_owned()], (2, 2)));
}

#[test]
fn rows_are_sorted_by_a_column_and_those_without_a_figure_come_last_either_way() {
    let in_time = Asked::default().columns().iter().position(|one| *one == Column::Kpi(Kpi::HandledInTime)).unwrap();
    let sorted = |descending, within: &str| {
        keys_of(&counted(&Asked { sort: in_time, descending, within: area(within), ..Asked::default() }))
    };
    assert_eq!(sorted(true, "东城区"), ["东城区/南街", "东城区/北街"]);
    assert_eq!(sorted(false, "东城区"), ["东城区/北街", "东城区/南街"]);
    assert_eq!((sorted(true, "")[0].as_str(), sorted(false, "")[0].as_str()), ("东城区", "东城区"));
}

#[test]
fn a_post_answers_for_its_phase() {
    let posts = counted(&Asked { cut: Cut::Post, ..Asked::default() });
    assert_eq!(keys_of(&posts), ["dispatcher", "handler", "grid_worker", "shift_chief"]);
    let of = |at: usize, column| posts.lines[at].cell(column);
    assert_eq!(of(1, Column::InTime), Cell::Share(Share { part: 1, of: 2 }));
    assert_eq!(of(1, Column::Late), Cell::Share(Share { part: 1, of: 2 }));
    assert_eq!(of(3, Column::Done), Cell::Share(Share { part: 1, of: 3 }), "the others are over their whole limit");
}

#[test]
fn the_walls_figures_are_the_desks_tables_and_are_counted_in_shares() {
    let hall = hall();
    let department = |incident: &Incident| incident.id.0.is_multiple_of(2).then(|| "gas".to_owned());
    let belongs = Belongs { area: &area_of, department: &department, name: &name };
    let mut day = DayFigures::default();
    with_counting(|counting| {
        assert_eq!(day.step(&hall, counting, &belongs), Pass::Done, "so few are counted at once");
        assert_eq!(day.step(&hall, counting, &belongs), Pass::Idle, "once a minute");
        let told = day.tables(None, &name);
        for (cut, wall) in [(Cut::Area, &told.areas), (Cut::Department, &told.departments), (Cut::Post, &told.posts)] {
            assert_eq!(*wall, table(&least_in_time(cut), &hall, counting, &belongs, None), "{cut:?}");
        }
        assert_eq!(told.share(Kpi::ClosedInTime), counting.all(&hall).share(Kpi::ClosedInTime));
    });
    let told = day.tables(None, &name);
    assert_eq!(told.share(Kpi::ClosedInTime), Share { part: 0, of: 3 });
    assert_eq!(keys_of(&told.areas)[0], "东城区", "the others have nothing due");
    assert_eq!(keys_of(&told.posts)[..2], ["shift_chief", "handler"], "the least in time come first");
    let crowd = hall_of(&(1..=5_000).map(|id| (id, Grade::IV, 0)).collect::<Vec<_>>());
    let mut day = DayFigures::default();
    let passes =
        with_counting(|counting| (0..9).take_while(|_| day.step(&crowd, counting, &belongs) == Pass::More).count());
    assert_eq!(passes, 2);
    assert_eq!(day.tables(None, &name).share(Kpi::ClosedInTime), Share { part: 0, of: 2_500 });
}

#[test]
fn tasks_count_for_the_department_that_they_were_given_to_on_a_wall_as_on_a_desk() {
    let mut hall = hall_of(&[(2, Grade::III, 0), (4, Grade::III, 0)]);
    for (case, to, part, at) in [(2, "gas", Part::Lead, 1), (2, "roads", Part::Assist, 2), (4, "roads", Part::Lead, 3)]
    {
        let given = Assignment { to: Party::Department(to.to_owned()), part };
        let what = What::TaskGiven { incident: IncidentId(case), given, words: String::new() };
        apply(&mut hall, Moment(at * HOUR), what);
    }
    let department = |_: &Incident| Some("gas".to_owned());
    let belongs = Belongs { area: &area_of, department: &department, name: &name };
    let mut day = DayFigures::default();
    with_counting(|counting| {
        assert_eq!(day.step(&hall, counting, &belongs), Pass::Done);
        let told = day.tables(None, &name);
        assert_eq!(told.departments, table(&least_in_time(Cut::Department), &hall, counting, &belongs, None));
        assert_eq!(told.areas, table(&least_in_time(Cut::Area), &hall, counting, &belongs, None));
        assert_eq!(told.share(Kpi::Accurate), Share { part: 3, of: 3 });
    });
}

fn draw(asked: &Asked, marked: usize, keys: &[Press]) -> (Vec<FiguresWish>, Vec<String>) {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let all = Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 720.0));
    let table = counted(asked);
    let view = FiguresView {
        asked,
        table: &table,
        marked,
        reveal: true,
        name: &name,
        subtract_held: true,
        waiting: false,
        in_front: true,
    };
    let event = |key: &Press| Event::Key {
        key: *key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    let (mut wishes, mut texts) = (Vec::new(), Vec::new());
    for events in [vec![], keys.iter().map(event).collect()] {
        let input = RawInput { screen_rect: Some(all), events, ..RawInput::default() };
        let mut drawn = ctx.run_ui(input, |ui| wishes = figures_ui(ui.ctx(), all, &view));
        drawn.textures_delta.clear();
        texts.clear();
        for clipped in &drawn.shapes {
            gather(&clipped.shape, &mut texts);
        }
    }
    (wishes, texts)
}

fn gather(shape: &egui::Shape, texts: &mut Vec<String>) {
    match shape {
        egui::Shape::Vec(all) => all.iter().for_each(|one| gather(one, texts)),
        egui::Shape::Text(text) => texts.push(text.galley.text().to_owned()),
        _ => {}
    }
}

#[test]
fn a_cell_says_the_share_and_what_it_is_made_of_and_a_dash_where_there_is_nothing_to_divide_by() {
    let (_, texts) = draw(&Asked::default(), 0, &[]);
    let count = |wanted: &str| texts.iter().filter(|text| *text == wanted).count();
    assert!(count("50.0 %") >= 2 && count("1/2") >= 2, "of the district and of all: {texts:?}");
    assert!(count("—") > 0 && count("0/0") > 0, "{texts:?}");
    assert_eq!((percent(None), percent(Some(0)), percent(Some(1000))), ("—".into(), "0.0 %".into(), "100.0 %".into()));
}

#[test]
fn keys_choose_the_cut_the_span_the_order_and_the_area() {
    let asked = Asked::default();
    let ask = |from: &Asked, keys: &[Press]| draw(from, 0, keys).0;
    let cut = Asked { cut: Cut::Post, ..Asked::default() };
    assert_eq!(ask(&asked, &[Press::Num3]), [FiguresWish::Ask(cut)]);
    let period = Asked { period: Period::Shift, ..Asked::default() };
    assert_eq!(ask(&asked, &[Press::Num7]), [FiguresWish::Ask(period)]);
    let person = Asked { cut: Cut::Person, ..Asked::default() };
    assert_eq!(ask(&asked, &[Press::Num4]), [FiguresWish::Ask(person)]);
    let year = Asked { against: Against::Year, ..Asked::default() };
    let on_clock = Asked { on_clock: true, ..Asked::default() };
    assert_eq!(ask(&asked, &[Press::Num9]), [FiguresWish::Ask(on_clock)]);
    let persons = Asked { cut: Cut::Person, ..Asked::default() };
    let p90 = Asked { measure: Measure::P90, ..persons.clone() };
    assert_eq!(ask(&persons, &[Press::Num9, Press::Num9]), [FiguresWish::Ask(p90.clone())]);
    assert_eq!(ask(&p90, &[Press::Num9]), [FiguresWish::Ask(persons)]);
    assert_eq!(ask(&asked, &[Press::B, Press::B]), [FiguresWish::Ask(year.clone())]);
    assert_eq!(ask(&year, &[Press::B]), [FiguresWish::Ask(asked.clone())]);
    let sorted = Asked { sort: 2, descending: true, ..Asked::default() };
    assert_eq!(ask(&asked, &[Press::Period, Press::Period]), [FiguresWish::Ask(sorted.clone())]);
    assert_eq!(ask(&sorted, &[Press::Num0]), [FiguresWish::Ask(Asked { descending: false, ..sorted.clone() })]);
    let east = Asked { within: area("东城区"), ..Asked::default() };
    for into in [Press::Enter, Press::ArrowRight] {
        assert_eq!(ask(&asked, &[into]), [FiguresWish::Ask(east.clone())]);
    }
    assert_eq!(ask(&east, &[Press::ArrowLeft]), [FiguresWish::Ask(asked.clone())]);
    assert_eq!(ask(&asked, &[Press::ArrowDown]), [FiguresWish::Mark(1)]);
    assert_eq!(ask(&asked, &[Press::Escape]), [FiguresWish::Close]);
}

#[test]
fn figures_are_held_against_what_was_kept_and_a_dash_stands_where_nothing_was() {
    let department = |_: &Incident| None;
    let belongs = Belongs { area: &area_of, department: &department, name: &name };
    // Then two were handled in the district, both in time; now one of two is.
    let mut then = hall_of(&[(2, Grade::III, 0), (4, Grade::III, 0)]);
    for id in [2, 4] {
        for stage in [Stage::Dispatched, Stage::Done] {
            apply(&mut then, Moment(HOUR), What::IncidentAdvanced { incident: IncidentId(id), stage });
        }
    }
    let tally = with_counting(|counting| counting.all(&then));
    let row = KeptRow { area: Some(area("东城区/南街")), department: None, tally };
    let kept = Kept { rows: vec![row], ..Kept::default() };
    let table = with_counting(|counting| table(&Asked::default(), &hall(), counting, &belongs, Some(&kept)));
    let in_time = Column::Kpi(Kpi::HandledInTime);
    assert_eq!(keys_of(&table), ["东城区", "西城区", "?"]);
    assert_eq!(table.lines[0].change(in_time), Some(-500));
    assert_eq!(table.lines[1].change(in_time), None, "nothing is known of this one");
    assert_eq!(table.total.change(in_time), Some(-500));
    assert_eq!((table.lines[0].change(Column::Reported), points(Some(-500))), (None, "↓ 50.0".to_owned()));
    // Now handling took one hour and five, then none at all.
    let longer = TimesChange { count: 0, mean_millis: 3 * HOUR, p50_millis: HOUR, p90_millis: 5 * HOUR };
    assert_eq!((table.lines[0].handling_change(), table.total.handling_change()), (Some(longer), Some(longer)));
    assert_eq!(table.lines[1].handling_change(), None, "nothing was handled here, now or then");
    let hours = |hours: i64| format!("↑ {}", look::words::age(hours * 3_600));
    assert_eq!(handling_change(Some(longer)), (hours(3), format!("{} / {}", hours(1), hours(5))));
    assert_eq!(handling_change(None), ("—".to_owned(), "— / —".to_owned()));
    assert_eq!((points(None), points(Some(0)), points(Some(7))), ("—".into(), "= 0.0".into(), "↑ 0.7".into()));
}

#[test]
fn persons_are_told_with_what_they_did_and_how_long_it_took() {
    let mut hall = hall_of(&[(1, Grade::III, 0), (2, Grade::III, 0)]);
    let mut by = |who: &str, hours: i64, order: Order| {
        let facts = hall.decide(order, &Actor::Person(who.to_owned()), Moment(hours * HOUR)).unwrap();
        assert!(facts.iter().all(|fact| hall.apply(fact)));
    };
    by("li", 1, Order::AdvanceIncident { incident: IncidentId(1), stage: Stage::Filed });
    by("li", 3, Order::AdvanceIncident { incident: IncidentId(2), stage: Stage::Filed });
    by("wang", 4, Order::CloseIncident { incident: IncidentId(2), reason: "已排除".to_owned() });
    let department = |_: &Incident| None;
    let belongs = Belongs { area: &area_of, department: &department, name: &name };
    let asked = Asked { cut: Cut::Person, ..Asked::default() };
    let table = with_counting(|counting| table(&asked, &hall, counting, &belongs, None));
    assert_eq!(keys_of(&table), ["li", "wang"]);
    let work = |at: usize, work| match table.lines[at].cell(Column::Work(work)) {
        Cell::Work(times) => times.map(|times| (times.count, times.mean_millis / HOUR)),
        other => panic!("{other:?}"),
    };
    assert_eq!((work(0, Work::Filed), work(0, Work::Closed)), (Some((2, 2)), None));
    assert_eq!(work(1, Work::Closed), Some((1, 1)));
    assert!(matches!(table.total.cell(Column::Work(Work::Closed)), Cell::Work(Some(times)) if times.count == 1));
}

/// A hall in which people filed cases, each so many hours after they were known; all of them by the eighth hour.
fn filed(by: &[(&str, i64)]) -> Hall {
    let known = by.iter().zip(1..).map(|((_, hours), id)| (id, Grade::III, (8 - hours) * HOUR));
    let mut hall = hall_of(&known.collect::<Vec<_>>());
    for ((who, _), id) in by.iter().zip(1..) {
        let order = Order::AdvanceIncident { incident: IncidentId(id), stage: Stage::Filed };
        let facts = hall.decide(order, &Actor::Person((*who).to_owned()), Moment(8 * HOUR)).unwrap();
        assert!(facts.iter().all(|fact| hall.apply(fact)));
    }
    hall
}

/// How many a person filed, and the mean, the median and the ninth of ten of their hours, reckoned plainly.
fn plainly(by: &[(&str, i64)], who: Option<&str>) -> [i64; 4] {
    let mut hours: Vec<i64> = by.iter().filter(|(one, _)| who.is_none_or(|who| who == *one)).map(|(_, h)| *h).collect();
    hours.sort_unstable();
    let count = hours.len();
    let rank = |percent: usize| hours[(count * percent).div_ceil(100) - 1] * HOUR;
    let mean = hours.iter().sum::<i64>() * HOUR / i64::try_from(count).unwrap();
    [i64::try_from(count).unwrap(), mean, rank(50), rank(90)]
}

#[test]
fn what_persons_did_is_held_against_what_they_did_then_as_plainly_reckoned() {
    let now = [("li", 1), ("wang", 2), ("li", 3), ("li", 7), ("li", 5), ("zhao", 4)];
    let then = [("li", 6), ("wang", 5), ("li", 2), ("wang", 1), ("sun", 8)];
    let department = |_: &Incident| None;
    let belongs = Belongs { area: &area_of, department: &department, name: &name };
    let asked = Asked { cut: Cut::Person, ..Asked::default() };
    let (now_hall, then_hall) = (filed(&now), filed(&then));
    let table = with_counting(|counting| {
        let kept = Kept { works: counting.works(&then_hall), ..Kept::default() };
        table(&asked, &now_hall, counting, &belongs, Some(&kept))
    });
    assert_eq!(keys_of(&table), ["li", "wang", "zhao"]);
    let difference = |who: Option<&str>| {
        let (is, was) = (plainly(&now, who), plainly(&then, who));
        let [count, mean_millis, p50_millis, p90_millis] = std::array::from_fn(|at| is[at] - was[at]);
        TimesChange { count, mean_millis, p50_millis, p90_millis }
    };
    assert_eq!(table.lines[0].work_change(Work::Filed), Some(difference(Some("li"))));
    assert_eq!(table.lines[1].work_change(Work::Filed), Some(difference(Some("wang"))));
    assert_eq!(table.total.work_change(Work::Filed), Some(difference(None)), "of all, those who did nothing now too");
    assert_eq!(table.lines[2].work_change(Work::Filed), None, "nothing is known of then");
    assert_eq!(table.lines[0].work_change(Work::Closed), None, "it was not done");
    // Li filed 4 cases in 1, 3, 5 and 7 hours, then 2 in 2 and 6.
    let li = table.lines[0].work_change(Work::Filed).unwrap();
    let expected = TimesChange { count: 2, mean_millis: 0, p50_millis: HOUR, p90_millis: HOUR };
    assert_eq!(li, expected);
    assert_eq!(work_change(Some(li), Measure::Mean), "↑ 2 · = 0");
    let longer = format!("↑ 2 · ↑ {}", look::words::age(3_600));
    assert_eq!(work_change(Some(li), Measure::P90), longer);
    let less = TimesChange { count: -1, mean_millis: -90_000, ..li };
    assert_eq!(work_change(Some(less), Measure::Mean), format!("↓ 1 · ↓ {}", look::words::age(120)));
    assert_eq!(work_change(None, Measure::Mean), "—");
}
