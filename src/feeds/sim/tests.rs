mod kinds;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::config::script::{Condition, End};
use crate::domain::{CrewStatus, Grade, Hall, Incident, IncidentId, Order, Sky};
use crate::ground::{demo, pack};

/// A Monday in June, 8 in the morning.
const START: Moment = Moment(1_780_905_600_000);
const MINUTE: i64 = 60_000;

fn city() -> Arc<City> {
    static CITY: std::sync::OnceLock<Arc<City>> = std::sync::OnceLock::new();
    Arc::clone(CITY.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("city");
        pack::writer::write(&demo::generate(3, 5_000), &out, "").unwrap();
        let city = City::open(&out).unwrap();
        // The pack is mapped: it may go from the disk.
        Arc::new(city)
    }))
}

fn sim(options: SimOptions) -> Sim {
    Sim::new(options, &Catalogue::load(None).unwrap(), city(), START).unwrap()
}

fn quiet() -> SimOptions {
    SimOptions { lead_millis: Some(0), per_hour: Some(0.0), ..SimOptions::default() }
}

/// A hall beside a sim, as a hub would have it.
struct Played {
    sim: Sim,
    hall: Hall,
    now: Moment,
    facts: Vec<Fact>,
}

impl Played {
    fn of(sim: Sim) -> Self {
        Self { sim, hall: Hall::default(), now: START, facts: Vec::new() }
    }

    fn pass(&mut self, millis: i64, step: i64) {
        let end = self.now.plus_millis(millis);
        while self.now < end {
            self.now = self.now.plus_millis(step.min(end.0 - self.now.0));
            for act in self.sim.step(self.now) {
                let told = act.apply(&mut self.hall);
                for fact in &told {
                    self.sim.heard(fact);
                }
                self.facts.extend(told);
            }
        }
    }

    fn order(&mut self, order: Order) {
        let by = Actor::Person("desk".to_owned());
        for fact in self.hall.decide(order, &by, self.now).unwrap_or_default() {
            self.hall.apply(&fact);
            self.sim.heard(&fact);
            self.facts.push(fact);
        }
    }

    /// Do what `state` waits for, as a good hall would.
    fn help(&mut self, run: usize) {
        let orders: Vec<Order> = {
            let prefix = format!("-{}-", run + 1);
            let open = |incident: &Incident| incident.stage < Stage::Dispatched && incident.source_id.contains(&prefix);
            let send = |id: IncidentId| Order::AdvanceIncident { incident: id, stage: Stage::Dispatched };
            self.hall.incidents().filter(|i| open(i)).map(|i| send(i.id)).collect()
        };
        for order in orders {
            self.order(order);
        }
    }
}

#[test]
fn the_same_seed_makes_the_same_day_however_often_it_is_looked_at() {
    let told = |seed, step| {
        let mut played = Played::of(sim(SimOptions { seed, per_hour: Some(40.0), ..SimOptions::default() }));
        played.sim.start_script("tower-fire").unwrap();
        played.pass(5 * 60 * MINUTE, step);
        let bytes: Vec<u8> = played.facts.iter().flat_map(|f| crate::store::encode_fact(f).unwrap()).collect();
        (bytes, played.facts.len(), played.sim.positions(played.now, 0, 10))
    };
    let (first, facts, places) = told(5, 1_000);
    assert!(facts > 500, "{facts}");
    assert_eq!((first.clone(), facts, places), told(5, 61_000));
    assert_ne!(first, told(6, 61_000).0);
}

#[test]
fn a_case_is_taken_on_someone_drives_there_works_and_it_is_closed() {
    let mut played =
        Played::of(sim(SimOptions { per_hour: Some(30.0), lead_millis: Some(0), ..SimOptions::default() }));
    let mut stages: BTreeMap<IncidentId, Vec<Stage>> = BTreeMap::new();
    let mut busy = 0;
    for _ in 0..6 * 60 {
        played.pass(MINUTE, MINUTE);
        let crews = &played.sim.fleet.crews;
        for crew in crews.iter().filter(|crew| crew.status == CrewStatus::OnScene) {
            busy += 1;
            let case = &played.sim.cases[&crew.case.unwrap()];
            assert!(roads::far(crew.place(played.now), case.site) < 1.0);
            assert!(case.stage >= Stage::Handling);
        }
    }
    assert!(busy > 100, "{busy}");
    for fact in &played.facts {
        match &fact.what {
            What::IncidentReported(incident) => drop(stages.insert(incident.id, vec![Stage::Reported])),
            What::IncidentAdvanced { incident, stage } => stages.get_mut(incident).unwrap().push(*stage),
            What::IncidentClosed { incident, .. } => stages.get_mut(incident).unwrap().push(Stage::Closed),
            _ => {}
        }
    }
    let whole = stages.values().filter(|stages| stages.as_slice() == Stage::ALL).count();
    assert!(stages.len() > 100 && whole * 2 > stages.len(), "{whole} of {}", stages.len());
    // Everybody comes back when nothing happens any more.
    played.sim.scale = 0.0;
    played.sim.look_at_the_sky();
    played.pass(20 * 60 * MINUTE, 10 * MINUTE);
    assert_eq!(played.sim.cases.len(), 0);
    let idle =
        |crew: &&fleet::Crew| matches!(crew.status, CrewStatus::Free | CrewStatus::OffDuty | CrewStatus::Returning);
    assert_eq!(played.sim.fleet.crews.iter().filter(idle).count(), played.sim.fleet.crews.len());
    assert!(played.sim.fleet.crews.iter().all(|crew| crew.case.is_none()));
}

#[test]
fn what_people_say_has_names_and_no_slot_left_open() {
    let mut played = Played::of(sim(SimOptions {
        per_hour: Some(400.0),
        crews: Some(0),
        lead_millis: Some(0),
        ..SimOptions::default()
    }));
    played.pass(4 * 60 * MINUTE, 10 * MINUTE);
    let told: Vec<&Incident> = played
        .facts
        .iter()
        .filter_map(|fact| if let What::IncidentReported(incident) = &fact.what { Some(&**incident) } else { None })
        .collect();
    assert!(told.len() > 1_000, "{}", told.len());
    let kinds: BTreeSet<&str> = told.iter().map(|incident| incident.kind.as_str()).collect();
    let texts: BTreeSet<&str> = told.iter().map(|incident| incident.text.as_str()).collect();
    assert!(kinds.len() > 40, "{}", kinds.len());
    assert!(texts.len() * 100 > told.len() * 97, "{} of {} are different", texts.len(), told.len());
    for incident in &told {
        assert!(!incident.text.contains(['{', '}']) && incident.text.chars().count() > 8, "{}", incident.text);
        assert!(incident.text.ends_with('。'), "{}", incident.text);
        assert!(incident.place.at.is_some());
    }
    let addressed = told.iter().filter(|incident| !incident.place.address.is_empty()).count();
    assert!(addressed * 10 > told.len() * 9, "{addressed} of {}", told.len());
    for incident in told.iter().take(40) {
        println!("{} | {}", incident.place.address, incident.text);
    }
}

#[test]
fn a_case_that_the_hall_closes_frees_its_crew() {
    let mut played =
        Played::of(sim(SimOptions { per_hour: Some(20.0), lead_millis: Some(0), ..SimOptions::default() }));
    let mut open = None;
    for _ in 0..600 {
        played.pass(MINUTE, MINUTE);
        open = played.hall.incidents().find(|i| i.stage == Stage::Handling).map(|i| i.id);
        if open.is_some() {
            break;
        }
    }
    let incident = open.unwrap();
    let number = played.sim.by_id[&incident];
    let crew = *played.sim.cases[&number].crews.first().unwrap();
    played.order(Order::CloseIncident { incident, reason: "误报".to_owned() });
    assert!(!played.sim.cases.contains_key(&number));
    assert_ne!(played.sim.fleet.crews[crew].case, Some(number));
    assert_ne!(played.sim.fleet.crews[crew].status, CrewStatus::OnScene);
    played.pass(120 * MINUTE, MINUTE);
    assert_eq!(played.hall.incident(incident).unwrap().stage, Stage::Closed);
}

#[test]
fn each_script_runs_to_its_end_helped_and_not() {
    for name in ["gas-leak", "rainstorm", "metro-crowd", "tower-fire", "snow-night"] {
        for helped in [true, false] {
            let mut played = Played::of(sim(quiet()));
            let prefix = played.sim.start_script(name).unwrap();
            let mut minutes = 0;
            let mut worst = Grade::IV;
            while minutes < 24 * 60 {
                played.pass(MINUTE, 15_000);
                if helped {
                    played.help(0);
                }
                let open: Vec<Grade> =
                    played.hall.incidents().filter(|i| i.stage != Stage::Closed).map(|i| i.grade).collect();
                worst = worst.min(open.iter().copied().min().unwrap_or(Grade::IV));
                if open.is_empty() {
                    break;
                }
                minutes += 1;
            }
            let wanted = if helped { End::Helped } else { End::NotHelped };
            assert_eq!(played.sim.script_end(0), Some(wanted), "{name}, helped {helped}");
            assert!((15..12 * 60).contains(&minutes), "{name}, helped {helped}: {minutes} minutes");
            assert!(played.hall.incidents().all(|i| i.source_id.starts_with(&prefix) && i.stage == Stage::Closed));
            let told = played.facts.iter().filter_map(|fact| match &fact.what {
                What::IncidentReported(incident) => Some(incident.text.as_str()),
                What::IncidentUpdated { text, .. } => Some(text.as_str()),
                _ => None,
            });
            let open: Vec<&str> = told.filter(|text| text.contains(['{', '}']) || text.is_empty()).collect();
            assert!(open.is_empty(), "{open:?}");
            // What nobody helps with grows worse.
            assert_eq!(worst == Grade::I, !helped, "{name}, helped {helped}: {worst:?}");
        }
    }
}

#[test]
fn a_script_heeds_the_mode_of_the_hall() {
    let mut played = Played::of(sim(quiet()));
    played.sim.start_script("gas-leak").unwrap();
    played.pass(12 * MINUTE, MINUTE);
    assert!(played.hall.incidents().any(|i| i.grade == Grade::I), "it spread");
    played.help(0);
    played.order(Order::SwitchMode { mode: Mode::Emergency });
    played.pass(6 * 60 * MINUTE, MINUTE);
    assert_eq!(played.sim.script_end(0), Some(End::Helped));
    assert!(!played.hall.incidents().any(|i| i.kind == "30213"), "nothing blew up");
}

#[test]
fn a_script_that_there_is_not_names_those_there_are() {
    let wrong = sim(quiet()).start_script("tower").unwrap_err();
    assert!(wrong.contains("`tower`") && wrong.contains("tower-fire"), "{wrong}");
}

#[test]
fn every_script_finds_its_places_apart_from_each_other() {
    let mut sim = sim(quiet());
    for script in 0..sim.scripts.len() {
        let places = sim.script_places(script, &mut Random::of(1, 2, 3));
        assert_eq!(places.len(), sim.scripts[script].places.len());
        let waits = sim.scripts[script].state.iter().any(|s| s.when.iter().any(|c| matches!(c, Condition::Mode(_))));
        assert!(waits, "{}: the hall's mode matters", sim.scripts[script].name);
        let bounds = sim.city.bounds();
        for (name, site) in &places {
            let [east, north] = site.at.map(f64::from);
            assert!(
                east > bounds.min[0] && east < bounds.max[0] && north > bounds.min[1] && north < bounds.max[1],
                "{name}"
            );
        }
    }
}

#[test]
fn the_weather_has_seasons_and_the_weather_moves_what_happens() {
    let of_month = |month: i64| {
        let day = |d: i64, hour: i64| Moment(((month - 1) * 30 + d + 20_454) * 86_400_000 + hour * 3_600_000);
        (0..28).flat_map(|d| (0..24).map(move |h| weather::at(9, 32.0, 0, day(d, h)))).collect::<Vec<_>>()
    };
    let mean =
        |month: &[Weather]| month.iter().map(|w| f64::from(w.temperature_dc)).sum::<f64>() / month.len() as f64 / 10.0;
    let (january, july) = (of_month(1), of_month(7));
    assert!(mean(&january) + 15.0 < mean(&july), "{} and {}", mean(&january), mean(&july));
    assert!(july.iter().all(|w| w.sky != Sky::Snow) && july.iter().any(|w| w.sky == Sky::Rain));
    assert!(january.iter().chain(&july).all(|w| w.check().is_ok()));
    assert!(january.iter().chain(&july).all(|w| (w.rain_mm_h > 0) == matches!(w.sky, Sky::Rain | Sky::Snow)));

    let mut day = sim(SimOptions { per_hour: Some(50.0), lead_millis: Some(0), ..SimOptions::default() });
    let flood = |sim: &Sim| {
        let of = |code: &str| sim.plan.kind.iter().position(|k| k.code == code).map_or(0.0, |k| sim.rates[k]);
        (of("20406"), of("20501"))
    };
    day.step(START);
    day.force_weather(Some(Weather::default()));
    let dry = flood(&day);
    day.force_weather(Some(Weather { sky: Sky::Rain, intensity: 3, rain_mm_h: 600, ..Weather::default() }));
    let wet = flood(&day);
    assert!(wet.0 > dry.0 * 20.0 && wet.1 < dry.1, "{dry:?} {wet:?}");
}

#[test]
fn a_large_city_has_the_rates_of_its_people() {
    let plan = Plan::built_in(&Catalogue::load(None).unwrap()).unwrap();
    let daily = |source: &str| plan.kind.iter().filter(|k| k.source == source).map(|k| k.daily).sum::<f64>();
    assert!((daily("grid") - 3_300.0).abs() < 1.0 && (daily("hotline") - 2_600.0).abs() < 1.0);
    // Over a mean week the shapes keep the sums.
    let week: f64 = plan
        .kind
        .iter()
        .flat_map(|kind| (0..7).flat_map(move |day| (0..24).map(move |hour| (kind, hour, day))))
        .map(|(kind, hour, day)| plan.hourly(kind, hour, day, Weather { temperature_dc: 150, ..Weather::default() }))
        .sum();
    let all: f64 = plan.kind.iter().map(|kind| kind.daily).sum();
    assert!((week / 7.0 - all).abs() < 1.0, "{} and {all}", week / 7.0);
}

#[test]
fn a_route_follows_the_roads_and_is_close_to_the_quickest() {
    let city = city();
    let mut roads = Roads::of(&city);
    let mut random = Random::of(1, 1, 1);
    for _ in 0..20 {
        let nodes = roads.nodes();
        let (from, to) = (*random.pick(nodes).unwrap(), *random.pick(nodes).unwrap());
        let at = |node: u32| city.nodes()[node as usize];
        let leg = roads.route(&city, at(from), at(to), 1.0);
        assert!(roads::far(leg.at(0.0).unwrap(), at(from)) < 1.0 && roads::far(leg.end().unwrap(), at(to)) < 1.0);
        // Dijkstra, the plain way.
        let mut secs = BTreeMap::from([(from, 0.0_f32)]);
        let mut open = BTreeSet::from([(0_u32, from)]);
        while let Some((_, node)) = open.pop_first() {
            for edge in city.edges_from(node) {
                let way = &city.ways()[edge.way as usize];
                let mps = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 8.0, 10.0, 12.0, 14.0, 18.0, 24.0]
                    [usize::from(way.class).min(13)];
                if way.flags & 8 != 0 || mps == 0.0 {
                    continue;
                }
                let then = secs[&node] + edge.length_m / mps;
                if secs.get(&edge.to).is_none_or(|known| then < *known) {
                    secs.insert(edge.to, then);
                    open.insert((then.to_bits(), edge.to));
                }
            }
        }
        let best = secs[&to];
        assert!(leg.long() <= best * 1.35 + 30.0 && leg.long() * 1.02 + 5.0 >= best, "{} and {best}", leg.long());
    }
}

#[test]
fn a_script_heeds_a_regrade_and_a_close_by_the_hall() {
    let text = r#"
        name = "small"
        title = { zh = "小", en = "small" }
        about = { zh = "小", en = "small" }
        places = { there = { like = "street" } }
        [[state]]
        name = "a"
        minutes = 30
        when = [{ graded = { incident = "x", grade = "II" } }]
        then = "b"
        otherwise = "bad"
        [[state.do]]
        report = { incident = "x", kind = "20599", grade = "IV", place = "there", source = "hotline", text = "x", crews = ["patrol"], minutes = 5 }
        [[state]]
        name = "b"
        minutes = 30
        when = [{ reached = { incident = "x", stage = "closed" } }]
        then = "good"
        otherwise = "bad"
        [[state]]
        name = "good"
        end = "helped"
        [[state]]
        name = "bad"
        end = "not_helped"
    "#;
    let script = Script::read(&crate::config::Document::new("small.toml", text)).unwrap();
    let run = |regrade: bool, close: bool| {
        let mut played = Played::of(sim(quiet()));
        played.sim.scripts.push(script.clone());
        played.sim.start_script("small").unwrap();
        played.pass(MINUTE, MINUTE);
        let incident = played.hall.incidents().next().unwrap().id;
        if regrade {
            played.order(Order::RegradeIncident { incident, grade: Grade::II, reason: "烟".to_owned() });
        }
        played.pass(MINUTE, MINUTE);
        if close {
            played.order(Order::CloseIncident { incident, reason: String::new() });
        }
        played.pass(120 * MINUTE, MINUTE);
        played.sim.script_end(0)
    };
    assert_eq!(run(true, true), Some(End::Helped));
    assert_eq!(run(true, false), Some(End::NotHelped));
    assert_eq!(run(false, true), Some(End::NotHelped));
}

#[test]
fn the_day_so_far_is_told_and_after_a_restart_only_what_is_still_open() {
    let hours = |options: &SimOptions, now: i64, daily: f64| {
        options.lead_millis(Moment(START.0 + now * HOUR_MILLIS), daily) / HOUR_MILLIS
    };
    let east = SimOptions { utc_offset_secs: 8 * 3_600, ..SimOptions::default() };
    assert_eq!(hours(&east, 0, 700.0), 16, "it is four in the afternoon there");
    let mut options = SimOptions::default();
    assert_eq!(hours(&options, 0, 700.0), 8);
    assert_eq!(hours(&options, 6, 700.0), 14);
    assert_eq!(hours(&options, 20, 700.0), 8, "four in the morning is no whole day");
    assert_eq!(hours(&options, 10, 6_000.0), 12, "a large city's day is long");
    options.told_until = Some(Moment(START.0 + 5 * HOUR_MILLIS));
    assert_eq!(hours(&options, 6, 700.0), 3);
    assert_eq!(hours(&options, 14, 700.0), 9);
    options.lead_millis = Some(0);
    assert_eq!(hours(&options, 14, 700.0), 0);
}
