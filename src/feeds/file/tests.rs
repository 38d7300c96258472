use std::sync::Mutex;

use super::*;
use crate::config::{Catalogue, Document};
use crate::domain::{LonLat, Progress};
use crate::feeds::away::{News, PATIENCE};
use crate::feeds::streets::StreetFinder;
use crate::feeds::{Outcome, Sink, Told};

struct OneStreet;

impl StreetFinder for OneStreet {
    fn find(&self, street: &str, near: &[&str]) -> Option<LonLat> {
        (street == "Main Street" && near == ["Mill"]).then_some(LonLat { lon: 1.0, lat: 2.0 })
    }
}

#[derive(Default)]
struct Kept(Mutex<Vec<Report>>);

impl Sink for Kept {
    async fn reports(&self, reports: Vec<Report>) -> Result<Vec<Outcome>, SinkError> {
        let count = reports.len();
        self.0.lock().unwrap().extend(reports);
        Ok(vec![Ok(Told { incident: None, changed: true }); count])
    }
}

const MAPPING: &str = r#"
source = "test"
close_after_minutes = 60
[columns]
id = "id"
kind = "kind"
text = ["text", "kind"]
time = "time"
lon = "lon"
lat = "lat"
street = "street"
near = "near"
address = ["street", "near"]
status = "status"
[time]
format = "%Y-%m-%d %H:%M"
zone = "+08:00"
[kind]
default = "22199"
[kind.values]
"crash*" = "30206"
[status]
open = ["NEW", "UPDATED"]
closed = ["CLOSED"]
"#;

const ROWS: &str = "id,kind,text,time,lon,lat,street,near,status
a,crash on road,first,2024-01-01 08:00,114.1,22.3,,,NEW
c,other,third,2024-01-01 08:20,0,0,Side Street,,NEW
b,crash,second,2024-01-01 08:10,,,Main Street,Mill,NEW
a,crash,,2024-01-01 08:30,114.1,22.3,,,CLOSED
a,crash,,2024-01-01 08:40,114.1,22.3,,,UPDATED
d,crash,,yesterday,,,,,NEW
e,crash,,2024-01-01 08:40,,,,,LATE
,crash,,2024-01-01 08:40,,,,,NEW
";

fn mapping() -> Mapping {
    let catalogue = Catalogue::load(None).unwrap();
    Mapping::read(&Document::new("mapping.toml", MAPPING), &catalogue).unwrap()
}

fn read_text(name: &str, text: &[u8]) -> Result<Stream, FileError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    read(&file, &mapping(), &Catalogue::load(None).unwrap(), Some(&OneStreet))
}

#[test]
fn rows_become_reports_in_order_and_faults_name_file_line_and_column() {
    let stream = read_text("rows.csv", ROWS.as_bytes()).unwrap();
    let tally = &stream.tally;
    assert_eq!((tally.rows, tally.refused, tally.out_of_order, tally.after_close), (8, 3, 1, 1));
    assert_eq!((tally.placed_by_coordinates, tally.placed_by_street, tally.unknown), (3, 1, 1));
    assert_eq!(tally.closed_by_rule, 2);
    let faults: Vec<(&str, &str)> =
        tally.faults.iter().map(|f| (f.at.rsplit_once(':').unwrap().1, f.column.as_str())).collect();
    assert_eq!(faults, [("7", "time"), ("8", "status"), ("9", "id")]);
    assert!(tally.faults[0].at.ends_with("rows.csv:7"), "{}", tally.faults[0].at);
    let (open, closed) = (Progress::Open, Progress::Closed);
    let told: Vec<(&str, Progress)> = stream.reports.iter().map(|(_, r)| (r.source_id.as_str(), r.progress)).collect();
    assert_eq!(told, [("a", open), ("b", open), ("c", open), ("a", closed), ("a", open), ("b", closed), ("c", closed)]);
    let b = &stream.reports[1].1;
    assert_eq!((b.kind.as_str(), b.place.at), ("30206", Some(LonLat { lon: 1.0, lat: 2.0 })));
    assert_eq!(b.place.address, "Main Street Mill");
    assert_eq!(b.happened_at.0, 1_704_067_800_000);
}

#[test]
fn gbk_bom_gzip_and_json_lines_are_read() {
    let bom = format!("\u{feff}{ROWS}");
    assert_eq!(read_text("rows.csv", bom.as_bytes()).unwrap().tally.refused, 3);
    let chinese = ROWS.replace("first", "两车相撞");
    let (gbk, _, _) = encoding_rs::GBK.encode(&chinese);
    assert_eq!(read_text("rows.csv", &gbk).unwrap().reports[0].1.text, "两车相撞");
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, chinese.as_bytes()).unwrap();
    assert_eq!(read_text("rows.csv.gz", &gz.finish().unwrap()).unwrap().reports[0].1.text, "两车相撞");
    let lines = "{\"id\": 7, \"kind\": \"crash\", \"time\": \"2024-01-01 08:00\", \"status\": \"NEW\"}\n\nno json\n";
    let stream = read_text("rows.jsonl", lines.as_bytes()).unwrap();
    assert_eq!((stream.tally.rows, stream.tally.refused), (2, 1));
    assert_eq!(stream.reports[0].1.source_id, "7");
}

#[test]
fn a_column_that_is_not_there_is_named() {
    let text = ROWS.replacen("status", "state", 1);
    let Err(FileError::Column { column, .. }) = read_text("rows.csv", text.as_bytes()) else { panic!("no error") };
    assert_eq!(column, "status");
}

#[test]
fn mappings_point_at_what_is_wrong_with_them() {
    let catalogue = Catalogue::load(None).unwrap();
    let wrong = |text: String| Mapping::read(&Document::new("m.toml", text), &catalogue).unwrap_err().to_string();
    assert!(
        wrong(MAPPING.replace("30206", "99999")).starts_with("m.toml:21: "),
        "{}",
        wrong(MAPPING.replace("30206", "99999"))
    );
    assert!(wrong(MAPPING.replace("+08:00", "Mars")).contains("time zone"));
    assert!(wrong(MAPPING.replace("near =", "nere =")).contains("nere"));
    let encoding = wrong(MAPPING.replacen("[columns]", "encoding = \"gbq\"\n[columns]", 1));
    assert!(encoding.starts_with("m.toml:4: `encoding` = `gbq`") && encoding.contains("`gbk`"), "{encoding}");
}

#[test]
fn the_mappings_that_come_along_are_sound() {
    let catalogue = Catalogue::load(None).unwrap();
    for name in ["montgomery-911", "hongkong-traffic-news"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("config/feeds/{name}.toml"));
        Mapping::read(&Document::read(&path).unwrap(), &catalogue).unwrap();
    }
}

#[test]
fn a_stream_is_played_in_time_and_may_be_shifted_to_now() {
    let stream = read_text("rows.csv", ROWS.as_bytes()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let kept = Kept::default();
    let mut told = 0;
    // The stream's hour and a half in six seconds would be too long for a test: play its beginning.
    let mut short = stream.clone();
    short.reports.truncate(1);
    let options = PlayOptions { speed: 1000.0, shift_to: Some(Moment(5)), gap_max: None, patience: Duration::ZERO };
    let tally = runtime.block_on(play(short, options, &kept, |_| told += 1)).unwrap();
    assert_eq!((tally.played, told), (1, 1));
    assert_eq!(kept.0.lock().unwrap()[0].happened_at, Moment(5));
}

#[test]
fn long_gaps_are_cut_down_and_counted() {
    let stream = read_text("rows.csv", ROWS.as_bytes()).unwrap();
    let minutes = |n: u64| Duration::from_secs(n * 60);
    // 08:00, 08:10, 08:20, 08:30, 08:40, and by rule 09:10, 09:20.
    assert_eq!(stream.schedule(1.0, None), [0, 10, 20, 30, 40, 70, 80].map(minutes));
    assert_eq!(stream.schedule(1.0, Some(minutes(10))), [0, 10, 20, 30, 40, 50, 60].map(minutes));
    assert_eq!(stream.schedule(60.0, Some(minutes(5))), [0, 5, 10, 15, 20, 25, 30].map(Duration::from_secs));
    assert_eq!(stream.gaps(minutes(10)), Gaps { count: 1, left_out: minutes(20) });
    assert_eq!(stream.gaps(minutes(30)), Gaps::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let kept = Kept::default();
    let options =
        PlayOptions { speed: 1000.0, shift_to: None, gap_max: Some(Duration::from_secs(1)), patience: PATIENCE };
    let tally = runtime.block_on(play(stream.clone(), options, &kept, |_| {})).unwrap();
    assert_eq!(tally.played, 7);
    // Cutting gaps changes when reports are played, not what they say.
    let said: Vec<Report> = stream.reports.into_iter().map(|(_, report)| report).collect();
    assert_eq!(*kept.0.lock().unwrap(), said);
}

/// Away for some calls, after a first one that it takes.
struct Away {
    calls: Mutex<usize>,
    away: std::ops::Range<usize>,
}

impl Sink for Away {
    async fn reports(&self, reports: Vec<Report>) -> Result<Vec<Outcome>, SinkError> {
        let mut calls = self.calls.lock().unwrap();
        *calls += 1;
        if self.away.contains(&*calls) {
            return Err(SinkError::Down("restarting".to_owned()));
        }
        let told = |report: &Report| Told { incident: None, changed: report.source_id != "b" };
        Ok(reports.iter().map(|report| Ok(told(report))).collect())
    }
}

/// Play with little patience; what was told of a hub that is away.
fn play_into(sink: &Away) -> (Result<Tally, Box<GaveUp>>, Vec<&'static str>) {
    let stream = read_text("rows.csv", ROWS.as_bytes()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let patience = Duration::from_millis(300);
    let options = PlayOptions { speed: 1000.0, shift_to: None, gap_max: Some(Duration::from_secs(30)), patience };
    let mut told = Vec::new();
    let played = runtime.block_on(play(stream, options, sink, |news| match news {
        News::Waiting(_) => told.push("waiting"),
        News::Back => told.push("back"),
        News::Batch(_) => {}
    }));
    (played, told)
}

#[test]
fn a_hub_that_goes_away_is_waited_for_and_nothing_is_lost() {
    let (played, told) = play_into(&Away { calls: Mutex::new(0), away: 2..5 });
    let tally = played.unwrap();
    assert_eq!((tally.played, tally.changed, tally.had_already), (7, 5, 2));
    assert_eq!(told, ["waiting", "back"]);
}

#[test]
fn who_gives_up_says_what_was_played_before() {
    let (played, told) = play_into(&Away { calls: Mutex::new(0), away: 2..usize::MAX });
    let gave_up = played.unwrap_err();
    assert!((1..7).contains(&gave_up.tally.played), "{:?}", gave_up.tally);
    assert_eq!((gave_up.tally.refused, told.as_slice()), (3, &["waiting"][..]));
    assert!(gave_up.to_string().contains("restarting"), "{gave_up}");
    let (played, told) = play_into(&Away { calls: Mutex::new(0), away: 0..2 });
    assert!(played.is_err() && told.is_empty(), "a hub that was never there is not waited for");
}
