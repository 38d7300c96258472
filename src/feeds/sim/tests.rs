mod driving;
mod duty;
mod gauges;
mod kinds;
mod pictures;
mod places;
mod recheck;
mod scripts;
mod tasks;
mod telling;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::domain::{CaseMove, CrewStatus, Grade, Hall, Incident, IncidentId, Order, Sky};
use crate::ground::{demo, pack, roads};

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
}

#[test]
fn numbers_of_cases_that_are_over_are_forgotten_however_these_ended() {
    let mut day = sim(SimOptions { per_hour: Some(60.0), ..quiet() });
    let acts = day.step(START.plus_millis(40 * MINUTE));
    let over = |key: &Key| acts.iter().any(|act| matches!(&act.what, Doing::Close(closed, _) if closed == key));
    let came_up = acts.iter().filter(|act| act.what.report().is_some()).filter_map(|act| act.what.key());
    let open: HashSet<Key> = came_up.filter(|key| !over(key)).collect();
    assert!(!open.is_empty());
    let gone = |number: u64| Key { source: "110".to_owned(), source_id: format!("gone-{number}") };
    let mut known: HashMap<Key, IncidentId> = (0..1_000).map(|number| (gone(number), IncidentId(number))).collect();
    known.extend(open.iter().map(|key| (key.clone(), IncidentId(5_000))));
    day.forget_over(&mut known);
    assert_eq!(known.into_keys().collect::<HashSet<Key>>(), open);
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
    // An emergency is not filed before help is sent.
    let all = |stages: &&Vec<Stage>| {
        Stage::ALL.iter().filter(|stage| **stage != Stage::Filed || stages.contains(stage)).eq(stages.iter())
    };
    let whole = stages.values().filter(all).count();
    let filed = stages.values().filter(|stages| stages.contains(&Stage::Filed)).count();
    assert!(filed > 20 && filed < stages.len(), "{filed} of {}", stages.len());
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
fn what_the_hall_sends_back_or_opens_again_is_worked_on_again() {
    let options = || SimOptions { per_hour: Some(20.0), lead_millis: Some(0), ..SimOptions::default() };
    let until = |played: &mut Played, stage: Stage| {
        for _ in 0..900 {
            played.pass(MINUTE, MINUTE);
            if let Some(incident) = played.hall.incidents().find(|incident| incident.stage == stage) {
                return incident.id;
            }
        }
        panic!("no case was {stage:?}");
    };
    let why = || "仍有积水".to_owned();
    let back: [(Stage, CaseMove); 3] = [
        (Stage::Handling, CaseMove::Return { reason: why() }),
        (Stage::Done, CaseMove::Rework { reason: why() }),
        (Stage::Handling, CaseMove::Void { reason: why() }),
    ];
    for (stage, step) in back {
        let mut played = Played::of(sim(options()));
        let incident = until(&mut played, stage);
        let number = played.sim.by_id[&incident];
        let ends = step.kind() == MoveKind::Void;
        played.order(Order::MoveIncident { incident, step });
        if ends {
            assert!(!played.sim.cases.contains_key(&number));
            played.pass(30 * MINUTE, MINUTE);
            played.order(Order::MoveIncident { incident, step: CaseMove::Reopen { reason: why() } });
        }
        let since = played.facts.len();
        assert!(played.sim.cases[&number].stage < stage || ends);
        played.pass(12 * 60 * MINUTE, MINUTE);
        let own: Vec<&What> = played.facts[since..]
            .iter()
            .map(|fact| &fact.what)
            .filter(|what| what.incident() == Some(incident))
            .collect();
        let done = |what: &&&What| matches!(what, What::IncidentAdvanced { stage: Stage::Done, .. });
        assert_eq!(own.iter().filter(done).count(), 1, "done again: {own:?}");
        assert!(matches!(own.last(), Some(What::IncidentClosed { .. })), "{own:?}");
        assert!(!played.sim.by_id.contains_key(&incident) || !played.sim.cases.contains_key(&number));
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

    // The made city at the rates of nine million people, over a week of mild weather.
    let options = |rate: f64| SimOptions { crews: Some(0), lead_millis: Some(0), rate, ..SimOptions::default() };
    let of_few = sim(options(1.0)).scale;
    let mut large = sim(options(1.0 / of_few));
    large.force_weather(Some(Weather { temperature_dc: 150, ..Weather::default() }));
    let mut told = BTreeMap::<String, f64>::new();
    for day in 1..=7 {
        for act in large.step(START.plus_millis(day * 24 * HOUR_MILLIS)) {
            if let Some(report) = act.what.report() {
                *told.entry(report.source.clone()).or_default() += 1.0 / 7.0;
            }
        }
    }
    for (source, wanted) in [("网格", 3_300.0), ("12345", 2_600.0)] {
        assert!((told[source] - wanted).abs() < wanted * 0.02, "{source}: {told:?}");
    }
    let all: f64 = plan.kind.iter().map(|kind| kind.daily).sum();
    assert!((told.values().sum::<f64>() - all).abs() < all * 0.02, "{all}: {told:?}");
}

#[test]
fn each_date_has_its_own_people_and_one_date_the_same_ones_whenever_its_telling_begins() {
    let told = |start: Moment, from: Moment| {
        let options =
            SimOptions { per_hour: Some(60.0), crews: Some(0), lead_millis: Some(0), ..SimOptions::default() };
        let mut day = Sim::new(options, &Catalogue::load(None).unwrap(), city(), start).unwrap();
        let acts = day.step(from.plus_millis(HOUR_MILLIS));
        let reports = acts
            .into_iter()
            .filter(|act| act.at >= from)
            .filter_map(|act| act.what.report().map(|report| (report.place.address.clone(), report.text.clone())));
        reports.collect::<Vec<_>>()
    };
    let hours = |count: i64| START.plus_millis(count * HOUR_MILLIS);
    let first = told(START, hours(3));
    assert!(first.len() > 30, "{}", first.len());
    assert_eq!(first, told(hours(2), hours(3)), "the same hour of the same date");
    for later in [hours(24), hours(48), hours(24 * 7)] {
        let other = told(later, later.plus_millis(3 * HOUR_MILLIS));
        assert_eq!(first.iter().filter(|one| other.contains(one)).count(), 0, "another date");
        let opens = |at: Moment| told(at, at).into_iter().take(2).collect::<Vec<_>>();
        assert_ne!(opens(START), opens(later), "the first ones of another date");
    }
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

#[test]
fn after_a_restart_no_case_that_is_over_is_told_again() {
    let lead = 3 * HOUR_MILLIS;
    let mut day = sim(SimOptions { per_hour: Some(60.0), lead_millis: Some(lead), ..SimOptions::default() });
    let all = day.step(START);
    let until = START.plus_millis(-HOUR_MILLIS);
    let mut told = all.clone();
    run::leave_out_told(&mut told, until);
    let of = |acts: &[Act], wanted: fn(&Doing) -> bool| -> BTreeMap<String, Moment> {
        let some = acts.iter().filter(|act| wanted(&act.what));
        some.filter_map(|act| Some((act.what.key()?.source_id, act.at))).collect()
    };
    let (reports, closes) = (|what: &Doing| what.report().is_some(), |what: &Doing| matches!(what, Doing::Close(..)));
    let (came_up, over, again) = (of(&all, reports), of(&all, closes), of(&told, |_| true));
    assert!(over.len() > 20 && again.len() < came_up.len());
    for (id, at) in &came_up {
        assert_eq!(again.contains_key(id), !over.contains_key(id) || *at > until, "{id}");
    }
    let weathers = |acts: &[Act]| acts.iter().filter(|act| matches!(act.what, Doing::Weather(_))).count();
    assert_eq!(weathers(&told), weathers(&all));
}

#[test]
fn a_crew_says_which_incident_it_was_sent_to_until_it_leaves() {
    let mut played =
        Played::of(sim(SimOptions { per_hour: Some(60.0), lead_millis: Some(0), ..SimOptions::default() }));
    let mut seen = 0;
    for _ in 0..4 * 60 {
        played.pass(MINUTE, MINUTE);
        for position in played.sim.positions(played.now, 0, usize::MAX) {
            let busy = matches!(position.status, CrewStatus::Assigned | CrewStatus::EnRoute | CrewStatus::OnScene);
            assert_eq!(position.incident.is_some(), busy, "{position:?}");
            let Some(incident) = position.incident else { continue };
            let incident = played.hall.incident(incident).unwrap();
            assert!((Stage::Accepted..Stage::Done).contains(&incident.stage), "{incident:?}");
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}
