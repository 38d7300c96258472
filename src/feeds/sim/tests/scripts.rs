//! Scripted emergencies on every way through them.

use super::*;
use crate::config::script::{Condition, End, State};
use crate::domain::{CrewId, CrewKind, TaskState, TaskStep};

impl Played {
    fn state(&self) -> State {
        let run = &self.sim.runs[0];
        self.sim.scripts[run.script].state[run.state].clone()
    }

    /// The incident of the script's own name.
    fn incident_of(&self, name: &str) -> Option<IncidentId> {
        let number = self.sim.case_of(0, name)?;
        self.sim.by_id.iter().find(|(_, known)| **known == number).map(|(id, _)| *id)
    }

    /// Do what the script waits for.
    fn help(&mut self, state: &State) {
        for condition in &state.when {
            self.help_with(condition);
        }
    }

    fn help_with(&mut self, condition: &Condition) {
        {
            match condition {
                Condition::Reached { incident, stage } => {
                    let Some(incident) = self.incident_of(incident) else { return };
                    for stage in Stage::ALL.into_iter().filter(|one| one <= stage) {
                        self.order(Order::AdvanceIncident { incident, stage });
                    }
                }
                Condition::Graded { incident, grade } => {
                    let Some(incident) = self.incident_of(incident) else { return };
                    self.order(Order::RegradeIncident { incident, grade: *grade, reason: "升级".to_owned() });
                }
                Condition::Mode(mode) => self.order(Order::SwitchMode { mode: *mode }),
                // One of them is enough, and the first is what the hall does without a plan.
                Condition::Any(all) => self.help_with(&all[0]),
                Condition::Alarm { .. } | Condition::Step { .. } => panic!("a plan is one of several ways"),
            }
        }
    }

    /// Play the script to its end; in the n-th state that waits for the hall, help where `ways[n]` says so (and not
    /// beyond). Returns the minutes and how many states waited.
    fn play(&mut self, name: &str, ways: &[bool]) -> (i64, usize) {
        let prefix = self.sim.start_script(name).unwrap();
        let (mut waited, mut last) = (0, String::new());
        for minute in 0..24 * 60 {
            self.pass(MINUTE, 15_000);
            let state = self.state();
            // Helping may lead to the next state that waits, within the same minute.
            if state.name != last && !state.when.is_empty() {
                last.clone_from(&state.name);
                waited += 1;
                if ways.get(waited - 1) == Some(&true) {
                    self.help(&state);
                }
            }
            let own: Vec<&Incident> = self.hall.incidents().filter(|i| i.source_id.starts_with(&prefix)).collect();
            if own.iter().all(|incident| incident.stage == Stage::Closed) {
                return (minute, waited);
            }
        }
        panic!("{name}, {ways:?}: not over after a day");
    }
}

/// All ways through a script of at most `deep` forks.
fn ways(deep: usize) -> impl Iterator<Item = Vec<bool>> {
    (0..1_usize << deep).map(move |bits| (0..deep).map(|at| bits >> at & 1 == 1).collect())
}

#[test]
fn on_every_way_through_every_script_the_first_case_is_closed_last_and_says_how_it_went() {
    for name in ["gas-leak", "rainstorm", "metro-crowd", "tower-fire", "snow-night"] {
        let (mut ends, mut forks) = (BTreeMap::<Vec<bool>, End>::new(), 0);
        for ways in ways(3) {
            let mut played = Played::of(sim(quiet()));
            let (minutes, waited) = played.play(name, &ways);
            forks = forks.max(waited);
            assert!((15..12 * 60).contains(&minutes), "{name}, {ways:?}: {minutes} minutes");
            check(&played, name, &ways);
            let end = played.sim.script_end(0).unwrap();
            let helped = ways[..waited.min(ways.len())].to_vec();
            assert_eq!(*ends.entry(helped).or_insert(end), end, "{name}");
        }
        assert!(forks <= 3, "{name} has a way with {forks} forks, which the test does not walk");
        assert!(ends.values().any(|end| *end == End::Helped) && ends.values().any(|end| *end == End::NotHelped));
        assert!(ends.len() > 2, "{name}: helped, not helped and late");
    }
}

/// What holds of a script that was played to its end.
fn check(played: &Played, name: &str, ways: &[bool]) {
    let mut open: BTreeMap<IncidentId, Grade> = BTreeMap::new();
    let (mut lead, mut closings, mut worst) = (None, Vec::new(), Grade::IV);
    let mut switched = false;
    for fact in &played.facts {
        let said = match &fact.what {
            What::IncidentReported(incident) => {
                lead.get_or_insert(incident.id);
                open.insert(incident.id, incident.grade);
                incident.text.as_str()
            }
            What::IncidentUpdated { text, .. } => text.as_str(),
            What::IncidentRegraded { incident, to, reason, .. } => {
                open.insert(*incident, *to);
                reason.as_str()
            }
            What::IncidentClosed { incident, reason } => {
                let grade = open.remove(incident).unwrap();
                if Some(*incident) == lead {
                    let graver = open.values().filter(|other| **other < grade).count();
                    assert_eq!((graver, open.len()), (0, 0), "{name}, {ways:?}: open while the first one is closed");
                }
                closings.push(*incident);
                reason.as_str()
            }
            What::ModeSwitched { mode } => {
                switched = *mode == Mode::Emergency;
                continue;
            }
            _ => continue,
        };
        worst = worst.min(open.values().copied().min().unwrap_or(Grade::IV));
        assert!(!said.is_empty() && !said.contains(['{', '}']), "{name}, {ways:?}: {said}");
        assert!(switched || !said.contains("转入急时"), "{name}, {ways:?}: nobody switched, but: {said}");
        for hour in ["今夜", "明晨", "清晨", "早高峰", "昨晚"] {
            assert!(!said.contains(hour), "{name}: {said}");
        }
    }
    assert_eq!(closings.last(), lead.as_ref(), "{name}, {ways:?}");
    check_elements(played, name, ways);
    // What nobody helps with in time grows worse.
    if played.sim.script_end(0) == Some(End::NotHelped) {
        assert_eq!(worst, Grade::I, "{name}, {ways:?}");
    } else if ways.iter().all(|helps| *helps) {
        assert!(worst > Grade::I, "{name}, {ways:?}: {worst:?}");
    }
}

/// What each script is about: kind, a word of what is told, and how often at least.
const ELEMENTS: [(&str, &[(&str, &str, usize)]); 5] = [
    ("gas-leak", &[("20403", "施工", 1)]),
    ("rainstorm", &[("20406", "低洼", 2), ("20406", "下穿", 1)]),
    ("metro-crowd", &[("30406", "演唱会", 1), ("30406", "地铁口", 1)]),
    ("tower-fire", &[("30201", "高楼", 1), ("20505", "消防通道", 1), ("30207", "追尾", 1)]),
    ("snow-night", &[("20407", "桥面", 2)]),
];

/// What the script is named for happens on every way through it; the hall only decides how bad it is.
fn check_elements(played: &Played, name: &str, ways: &[bool]) {
    let told: Vec<&Incident> = played
        .facts
        .iter()
        .filter_map(|fact| if let What::IncidentReported(incident) = &fact.what { Some(&**incident) } else { None })
        .collect();
    let (_, elements) = ELEMENTS.iter().find(|(script, _)| *script == name).unwrap();
    for (kind, word, least) in *elements {
        let found = told.iter().filter(|i| i.kind == *kind && i.text.contains(word)).count();
        assert!(found >= *least, "{name}, {ways:?}: {found} of kind {kind} with {word}");
    }
    let fell = |sky: Sky| {
        played.facts.iter().any(|f| matches!(f.what, What::WeatherChanged { weather } if weather.sky == sky))
    };
    assert!(name != "rainstorm" || fell(Sky::Rain), "{name}, {ways:?}");
    assert!(name != "snow-night" || fell(Sky::Snow), "{name}, {ways:?}");
    if name == "tower-fire" {
        let of = |kind: &str| {
            let incident = *told.iter().find(|i| i.kind == kind).unwrap();
            (incident.happened_at, played.sim.city.frame().metres_from_lonlat(incident.place.at.unwrap()))
        };
        let (fire, lane, pileup) = (of("30201"), of("20505"), of("30207"));
        let off = |at: [f64; 2]| (at[0] - fire.1[0]).hypot(at[1] - fire.1[1]);
        assert!(lane.0 < pileup.0 && off(lane.1) < off(pileup.1), "{ways:?}: the pile-up is behind the blocked lane");
    }
    // Who warns of the weather has colours of its own, which are no grades of a case.
    for incident in &told {
        let coloured = ["红", "橙", "黄", "蓝"].iter().any(|colour| incident.text.contains(&format!("{colour}色预警")));
        assert!(!coloured, "{name}: {}", incident.text);
    }
}

#[test]
fn a_script_out_of_its_season_says_that_it_is_an_exercise_and_its_weather_comes_step_by_step() {
    let july_noon = START.plus_millis(20 * HOUR_MILLIS + 30 * 24 * HOUR_MILLIS);
    let script = |name: &str| script::built_in().unwrap().into_iter().find(|script| script.name == name).unwrap();
    let evening = next_fitting(&script("snow-night"), july_noon, 8 * 3_600);
    let local = chrono::DateTime::from_timestamp_millis(evening.0 + 8 * HOUR_MILLIS).unwrap();
    assert_eq!(local.format("%m-%d %H:%M").to_string(), "12-01 18:00");
    assert_eq!(next_fitting(&script("gas-leak"), july_noon, 0), july_noon);
    assert_eq!(next_fitting(&script("snow-night"), evening, 8 * 3_600), evening);

    for (name, start, exercise) in [
        ("snow-night", july_noon, true),
        ("snow-night", evening, false),
        ("rainstorm", july_noon, false),
        ("rainstorm", evening, true),
        ("metro-crowd", july_noon, true),
        ("metro-crowd", evening, false),
    ] {
        let offset = 8 * 3_600;
        let options = SimOptions { utc_offset_secs: offset, ..quiet() };
        let day = Sim::new(options, &Catalogue::load(None).unwrap(), city(), start).unwrap();
        let mut played = Played::of(day);
        played.now = start;
        played.sim.step(start);
        let before = played.sim.weather;
        played.play(name, &[]);
        played.pass(30 * MINUTE, MINUTE);
        let mut skies = vec![before];
        for fact in &played.facts {
            let said = match &fact.what {
                What::IncidentReported(incident) => &incident.text,
                What::IncidentUpdated { text, .. } => text,
                What::WeatherChanged { weather } => {
                    skies.push(*weather);
                    continue;
                }
                _ => continue,
            };
            assert_eq!(said.starts_with("【演练】"), exercise, "{name} at {start:?}: {said}");
        }
        for pair in skies.windows(2) {
            let step = (pair[1].temperature_dc - pair[0].temperature_dc).abs();
            assert!(step < 50, "{name}: from {} to {} at once", pair[0].temperature_dc, pair[1].temperature_dc);
            assert!(pair[1].sky != Sky::Snow || pair[1].temperature_dc <= 20, "{name}: {:?}", pair[1]);
        }
        let falls = if name == "snow-night" { Sky::Snow } else { Sky::Rain };
        assert!(name == "metro-crowd" || skies.iter().any(|w| w.sky == falls && w.intensity == 3), "{name}");
    }
}

#[test]
fn a_script_heeds_the_mode_of_the_hall() {
    let mut played = Played::of(sim(quiet()));
    played.sim.start_script("gas-leak").unwrap();
    played.pass(12 * MINUTE, MINUTE);
    assert!(played.hall.incidents().any(|i| i.grade == Grade::I), "it spread");
    let state = played.state();
    played.help(&state);
    played.pass(6 * 60 * MINUTE, MINUTE);
    assert_eq!(played.sim.script_end(0), Some(End::Helped));
    assert!(!played.hall.incidents().any(|i| i.kind == "30213"), "nothing blew up");
}

#[test]
fn a_script_that_there_is_not_names_those_there_are() {
    let wrong = sim(quiet()).start_script("tower").unwrap_err();
    assert!(wrong.contains("`tower`") && wrong.contains("tower-fire"), "{wrong}");
}

fn heeds_mode(condition: &Condition) -> bool {
    match condition {
        Condition::Mode(_) => true,
        Condition::Any(all) => all.iter().any(heeds_mode),
        _ => false,
    }
}

#[test]
fn every_script_finds_its_places_apart_from_each_other() {
    let mut sim = sim(quiet());
    for script in 0..sim.scripts.len() {
        let places = sim.script_places(script, &mut Random::of(1, 2, 3));
        assert_eq!(places.len(), sim.scripts[script].places.len());
        let waits = sim.scripts[script].state.iter().any(|s| s.when.iter().any(heeds_mode));
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
        report = { incident = "x", kind = "22199", grade = "IV", place = "there", source = "hotline", text = "x", crews = ["patrol"], minutes = 5 }
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
    let script = Script::read(&Document::new("small.toml", text)).unwrap();
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
            played.order(Order::CloseIncident { incident, reason: "已排除".to_owned() });
        }
        played.pass(120 * MINUTE, MINUTE);
        played.sim.script_end(0)
    };
    assert_eq!(run(true, true), Some(End::Helped));
    assert_eq!(run(true, false), Some(End::NotHelped));
    assert_eq!(run(false, true), Some(End::NotHelped));
}

/// The same fire, with nothing done about what blocks its lane but by the plan that is started for it.
fn tower_fire(plan: impl Fn(&mut Played, IncidentId, i64)) -> (End, Vec<Fact>) {
    let mut played = Played::of(sim(quiet()));
    played.sim.start_script("tower-fire").unwrap();
    for minute in 0..24 * 60 {
        played.pass(MINUTE, 15_000);
        if let Some(fire) = played.incident_of("fire") {
            plan(&mut played, fire, minute);
        }
        if let Some(end) = played.sim.script_end(0) {
            return (end, played.facts);
        }
    }
    panic!("not over after a day");
}

fn start_plan(played: &mut Played, fire: IncidentId) {
    let plan = crate::config::InForce::built_in().unwrap().plans().get("tower-fire").unwrap().plan.clone();
    let crews = played.sim.fleet.crews.iter().enumerate().filter(|(_, crew)| crew.can_go());
    let crews = crews.filter(|(_, crew)| crew.kind == CrewKind::Fire).map(|(number, _)| number);
    let crews = crews.take(3).map(|crew| CrewId(u32::try_from(crew + 1).unwrap())).collect();
    let (incident, plan, words) = (fire, Box::new(plan), String::new());
    played.order(Order::StartPlan { incident, plan, alarm: 2, crews, places: Vec::new(), words });
}

#[test]
fn a_plan_changes_the_course_of_a_tower_fire() {
    let (end, facts) = tower_fire(|played, fire, minute| {
        if minute == 1 {
            start_plan(played, fire);
        }
        if minute == 5 {
            let step = PlanMove::Done { step: 0, words: String::new() };
            played.order(Order::MovePlan { incident: fire, step });
        }
    });
    assert_eq!(end, End::Helped);
    let fire = facts
        .iter()
        .find_map(|fact| if let What::PlanStarted { incident, .. } = fact.what { Some(incident) } else { None });
    let arrived = |fact: &&Fact| matches!(&fact.what, What::TaskMoved { incident, step: TaskStep::Reach { state: TaskState::OnScene, .. }, .. } if Some(*incident) == fire);
    assert!(facts.iter().filter(arrived).count() >= 3, "the crews that the plan sent are there");
}

#[test]
fn a_plan_whose_steps_nobody_does_changes_nothing_of_the_lane() {
    let (end, _) = tower_fire(|played, fire, minute| {
        if minute == 1 {
            start_plan(played, fire);
        }
    });
    assert_eq!(end, End::NotHelped);
}

#[test]
fn the_third_alarm_and_a_cleared_lane_help_late() {
    let (end, facts) = tower_fire(|played, fire, minute| match minute {
        1 => start_plan(played, fire),
        13 => {
            let step = PlanMove::Done { step: 0, words: String::new() };
            played.order(Order::MovePlan { incident: fire, step });
            played.order(Order::StrikeNext { incident: fire, crews: Vec::new(), words: String::new() });
        }
        _ => {}
    });
    assert_eq!(end, End::Helped);
    let graver = facts.iter().any(|fact| matches!(fact.what, What::IncidentRegraded { to: Grade::I, .. }));
    assert!(!graver, "not as grave as without help");
}
