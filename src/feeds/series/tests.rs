//! Series as files have them, right and wrong, and how they are played.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use proptest::prelude::*;

use super::{Mapping, PlayOptions, Series, SeriesError, Shift, play, read};
use crate::config::Document;
use crate::domain::{Moment, Sensor, SensorKind};
use crate::feeds::readings::{Counted, Given};
use crate::feeds::{ReadingSink, SinkError};

const NOW: Moment = Moment(1_700_000_000_000);

const LONG: &str = r#"
source = "levels"
sensor = "lv-{station}"
name = "{place} ({station})"
[time]
column = "time"
format = "%Y-%m-%d %H:%M"
zone = "+08:00"
[[value]]
column = "level"
kind = "water_level"
unit = "cm"
missing = ["-999"]
[[value]]
column = "rain"
suffix = "-rain"
kind = "rain"
unit = "mm/min"
fresh_secs = 60
[places]
file = "places.csv"
id = "code"
of = "{station}"
lon = "x"
lat = "y"
name = ["name", "code"]
area = ["district", "street"]
"#;

fn mapping(text: &str) -> Result<Mapping, String> {
    Mapping::read(&Document::new("m.toml", text)).map_err(|error| error.to_string())
}

fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let first = folder.path().join(files[0].0);
    (folder, first)
}

fn faults(series: &Series) -> Vec<String> {
    let said = |fault: &crate::feeds::file::Fault| {
        format!("{} {}: {}", fault.at.rsplit('/').next().unwrap(), fault.column, fault.reason)
    };
    series.tally.faults.iter().map(said).collect()
}

#[test]
fn a_long_table_has_a_line_to_a_sensor_and_a_time_and_its_places_beside_it() {
    let rows = "time,station,level,rain\n\
        2023-11-14 10:05,a,130,0.5\n2023-11-14 10:00,a,120,\n2023-11-14 10:00,b,-999.0,x\nsoon,a,1,1\n2023-11-14 10:00,,5,\n";
    let places = "code,x,y,name,district,street\na,119.3,31.6,Harbour,East,Quay\nb,,,,East,\n";
    let (_folder, file) = folder(&[("levels.csv", rows), ("places.csv", places)]);
    let series = read(&file, &mapping(LONG).unwrap(), None).unwrap();
    let sensors: Vec<(&str, &str, SensorKind)> =
        series.sensors.iter().map(|s| (s.id.as_str(), s.name.as_str(), s.kind)).collect();
    assert_eq!(
        sensors,
        [
            ("lv-a", "Harbour (a)", SensorKind::WaterLevel),
            ("lv-a-rain", "Harbour (a)", SensorKind::Rain),
            ("lv-", "()", SensorKind::WaterLevel),
        ]
    );
    let first = &series.sensors[0];
    assert_eq!((first.area.path(), first.unit.as_str(), first.claimed), ("East/Quay", "cm", true));
    assert!((first.at.unwrap().lon - 119.3).abs() < 1e-9);
    let points: Vec<(i64, u32, f64)> =
        series.points.iter().map(|p| ((p.at.0 - 1_699_927_200_000) / 1000, p.sensor, p.value)).collect();
    assert_eq!(points, [(0, 0, 120.0), (0, 2, 5.0), (300, 0, 130.0), (300, 1, 0.5)]);
    assert_eq!((series.tally.rows, series.tally.readings, series.tally.missing, series.tally.unreadable), (5, 4, 3, 2));
    assert_eq!(
        faults(&series),
        ["levels.csv:4 rain: is no number", "levels.csv:5 time: is no time as the mapping says"]
    );
}

#[test]
fn a_wide_table_has_a_column_to_a_sensor_and_perhaps_no_time() {
    let text = "source = 'w'\nsensor = 'w-{column}'\n[time]\nbegin = '2012-03-01 00:00:00'\nstep_secs = 300\n\
        [[value]]\nkind = 'traffic_speed'\nunit = 'mph'\nmissing = ['0']\n";
    let (_folder, file) = folder(&[("w.csv", "\u{feff}11,22\n60,0.0\n61,30\n")]);
    let series = read(&file, &mapping(text).unwrap(), None).unwrap();
    let points: Vec<(i64, &str, f64)> = series
        .points
        .iter()
        .map(|p| (p.at.0 - 1_330_560_000_000, series.sensors[p.sensor as usize].id.as_str(), p.value))
        .collect();
    assert_eq!(points, [(0, "w-11", 60.0), (300_000, "w-11", 61.0), (300_000, "w-22", 30.0)]);
    assert_eq!((series.tally.missing, series.tally.sensors, series.tally.placed), (1, 2, 0));
}

#[test]
fn rows_may_tell_kind_unit_and_place_themselves() {
    let text = "source = 'x'\nsensor = '{id}'\n[time]\ncolumn = 'at'\nformat = 'unix'\n\
        [[value]]\ncolumn = 'v'\nkind_column = 'kind'\nunit_column = 'unit'\n[places]\nlon = 'x'\nlat = 'y'\n";
    let rows = "id,at,v,kind,unit,x,y\na,1700000000,1,noise,dB,119,31\na,1700000060,2,noise,dBA,119,31\n\
        b,1700000000,1,nois,dB,,\nc,1700000000,1,noise,m,,\n";
    let (_folder, file) = folder(&[("x.csv", rows)]);
    let series = read(&file, &mapping(text).unwrap(), None).unwrap();
    assert_eq!((series.sensors.len(), series.points.len(), series.tally.placed), (1, 1, 1));
    let said = faults(&series);
    assert!(said[0].contains("another unit than before, `dB`") && said[1].contains("no kind of sensor"), "{said:?}");
    assert!(said[2].starts_with("x.csv:5 v: its sensor cannot be"), "{said:?}");
}

#[test]
fn what_is_wrong_in_a_mapping_is_told_with_its_line() {
    let said = |from: &str, to: &str| mapping(&LONG.replacen(from, to, 1)).unwrap_err();
    assert_eq!(said("missing", "mising"), "m.toml:13: unknown key `mising`; did you mean `missing`?");
    assert!(said("kind = \"rain\"", "kind = \"rian\"").contains("did you mean `rain`"));
    assert!(said("\"cm\"", "\"dB\"").starts_with("m.toml:12: `unit` = `dB` is none of m"));
    assert!(said("{station}", "{station").starts_with("m.toml:3: `sensor`: "));
    assert!(said("+08:00", "Mars").starts_with("m.toml:8: `Mars` is no time zone"));
    assert!(said("%Y-%m-%d %H:%M", "tomorrow").starts_with("m.toml:7: `tomorrow` is no format of times"));
    assert!(said("column = \"time\"", "").contains("`time` has a `column`, or `begin` and `step_secs`"));
    assert!(said("id = \"code\"", "").contains("`file` and `id` go together"));
    assert!(said("column = \"rain\"", "").contains("the only one of a wide table"));
    assert!(said("unit = \"cm\"", "unit = \"cm\"\nfactor = 0").contains("`factor` is a number other than 0"));
    for name in Mapping::built_in() {
        assert_eq!(Mapping::named(name).unwrap().source, name);
    }
    let error = Mapping::named("metr").unwrap_err().to_string();
    assert!(error.contains("built in are metr-la, hongkong-detectors"), "{error}");
}

#[test]
fn a_file_that_does_not_fit_is_told() {
    let (_folder, file) =
        folder(&[("l.csv", "time,stat,level,rain\n"), ("places.csv", "code,x,y,name,district,street\n")]);
    let said = read(&file, &mapping(LONG).unwrap(), None).unwrap_err().to_string();
    assert!(said.contains("l.csv:1: there is no column `station`"), "{said}");
    let (folder, file) = folder(&[("l.csv", "time,station,level,rain\n")]);
    assert!(matches!(read(&file, &mapping(LONG).unwrap(), None), Err(SeriesError::Places(_))));
    std::fs::write(folder.path().join("other.csv"), "code,x,y,name,district,street\n").unwrap();
    let other = folder.path().join("other.csv");
    assert!(matches!(read(&file, &mapping(LONG).unwrap(), Some(&other)), Err(SeriesError::Empty { .. })));
}

/// Keeps what it gets.
#[derive(Default)]
struct Kept {
    sensors: Mutex<Vec<Sensor>>,
    rows: Mutex<Vec<(Moment, Given)>>,
    fail: Mutex<usize>,
    refuse_sensors: bool,
    begun: Mutex<Option<tokio::time::Instant>>,
}

impl ReadingSink for Kept {
    async fn describe(&self, sensors: Vec<Sensor>) -> Result<usize, SinkError> {
        if self.refuse_sensors {
            return Err(SinkError::NotLetIn { at: String::new(), why: "no".to_owned() });
        }
        self.sensors.lock().unwrap().extend(sensors.clone());
        Ok(sensors.len())
    }

    async fn take(&self, rows: Vec<Option<Given>>) -> Result<Counted, SinkError> {
        let now = self.hall_now();
        let mut kept = self.rows.lock().unwrap();
        let mut fail = self.fail.lock().unwrap();
        if !kept.is_empty() && *fail > 0 {
            *fail -= 1;
            return Err(SinkError::Down("for a while".to_owned()));
        }
        kept.extend(rows.iter().flatten().map(|row| (now, row.clone())));
        Ok(Counted { rows: rows.len(), kept: rows.len(), ..Counted::default() })
    }

    fn hall_now(&self) -> Moment {
        let mut begun = self.begun.lock().unwrap();
        let begun = begun.get_or_insert_with(tokio::time::Instant::now);
        NOW.plus_millis(i64::try_from(begun.elapsed().as_millis()).unwrap())
    }
}

fn hours(step_secs: u32) -> Series {
    let text = format!(
        "source = 'w'\nsensor = 'w-{{column}}'\n[time]\nbegin = '2012-03-01 00:00:00'\nstep_secs = {step_secs}\n\
        [[value]]\nkind = 'noise'\n"
    );
    let (_folder, file) = folder(&[("w.csv", "1,2\n50,60\n51,61\n52,62\n")]);
    read(&file, &mapping(&text).unwrap(), None).unwrap()
}

fn played(options: PlayOptions, sink: &Kept) -> Result<super::Played, Box<super::GaveUp>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(play(&hours(720), options, sink, |_| {}))
}

#[test]
fn readings_come_when_their_time_comes_and_their_times_are_moved_as_wanted() {
    let options = PlayOptions { speed: 3600.0, shift: Shift::Live, patience: Duration::ZERO, again: false };
    let told = |shift: Shift| {
        let sink = Kept::default();
        let played = played(PlayOptions { shift, ..options }, &sink).unwrap();
        assert_eq!((played.described, played.counted.rows), (2, 6));
        let rows = sink.rows.into_inner().unwrap();
        // A fifth of a second apart at this speed; never before their time, however late on a loaded machine.
        for (number, (came, _)) in (0..).zip(&rows) {
            assert!(came.0 - NOW.0 >= number / 2 * 200, "{number}: {came:?}");
        }
        rows.iter().map(|(_, row)| row.at.unwrap().0 - NOW.0).step_by(2).collect::<Vec<_>>()
    };
    let live = told(Shift::Live);
    assert!((150..=250).contains(&(live[1] - live[0])) && (350..=450).contains(&(live[2] - live[0])), "{live:?}");
    let end = told(Shift::EndNow);
    assert_eq!([end[1] - end[0], end[2] - end[0]], [720_000, 1_440_000]);
    assert!((0..5_000).contains(&end[2]), "{end:?}");
    let own = told(Shift::Own);
    assert_eq!(own[0] + NOW.0, 1_330_560_000_000);
}

#[test]
fn a_hub_that_goes_away_meanwhile_is_waited_for() {
    let options = PlayOptions { speed: 3600.0, shift: Shift::EndNow, patience: Duration::from_mins(1), again: false };
    let sink = Kept { fail: Mutex::new(1), ..Kept::default() };
    assert_eq!(played(options, &sink).unwrap().counted.rows, 6);
    let sink = Kept { fail: Mutex::new(1_000), ..Kept::default() };
    let impatient = PlayOptions { patience: Duration::from_millis(50), ..options };
    let gave_up = played(impatient, &sink).unwrap_err();
    assert_eq!(gave_up.played.counted.rows, 2);
    // Who may not say what sensors are still sends.
    let sink = Kept { refuse_sensors: true, ..Kept::default() };
    let played = played(options, &sink).unwrap();
    assert_eq!((played.undescribed.as_deref(), played.counted.rows), (Some("no"), 6));
}

fn spoil(good: &str, places: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    let mut spoilt = good.as_bytes().to_vec();
    for (at, how, byte) in places {
        let i = at.index(spoilt.len().max(1));
        match how {
            0 if i < spoilt.len() => spoilt[i] = *byte,
            1 if i < spoilt.len() => drop(spoilt.remove(i)),
            2 => spoilt.insert(i, *byte),
            _ => spoilt.truncate(i),
        }
    }
    spoilt
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn mappings_and_files_of_chance_are_read_or_refused(
        of_mapping in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, any::<u8>()), 0..3),
        of_file in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 0..6),
        of_places in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 0..3),
    ) {
        let rows = "time,station,level,rain\n2023-11-14 10:05,a,130,0.5\n2023-11-14 10:00,\"b\",1e9,x\n";
        let places = "code,x,y,name,district,street\na,119.3,31.6,Harbour,East,Quay\nb,,,,East,\n";
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        put("l.csv", &spoil(rows, &of_file));
        put("places.csv", &spoil(places, &of_places));
        let text = String::from_utf8_lossy(&spoil(LONG, &of_mapping)).into_owned();
        let mapping = mapping(&text).or_else(|_| mapping(LONG)).unwrap();
        if let Ok(series) = read(&folder.path().join("l.csv"), &mapping, Some(&folder.path().join("places.csv"))) {
            prop_assert!(series.points.iter().all(|point| point.value.is_finite()));
            prop_assert!(series.points.is_sorted_by_key(|point| point.at));
            let known = series.sensors.iter().all(|sensor| sensor.check().is_ok());
            prop_assert!(known && series.points.iter().all(|p| (p.sensor as usize) < series.sensors.len()));
        }
    }
}

#[test]
fn files_that_are_no_tables_are_refused() {
    let (folder, _) = folder(&[("x.csv", ""), ("y.csv.gz", "plain"), ("z.jsonl", "{\"time\": 1}\nnot json\n")]);
    std::fs::write(folder.path().join("places.csv"), "code,x,y,name,district,street\n").unwrap();
    for name in ["x.csv", "y.csv.gz", "z.jsonl", "none.csv"] {
        let path: &Path = &folder.path().join(name);
        assert!(read(path, &mapping(LONG).unwrap(), None).is_err(), "{name}");
    }
}
