//! Streams of real incidents. They are not part of the project: see [`super::import_real`].

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use command_hall::config::{Catalogue, Document};
use command_hall::feeds::file::{self, Mapping, PlayOptions, Stream, Tally};
use command_hall::feeds::http::HubClient;
use command_hall::feeds::streets::{CityStreets, StreetFinder};
use command_hall::ground::City;
use command_hall::ground::import::{self, Options};

use crate::import_real::shared;
use crate::kit::TestHub;

fn read(file: &Path, mapping: &str, streets: Option<&dyn StreetFinder>) -> Stream {
    let catalogue = Catalogue::load(None).unwrap();
    let map = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("config/feeds/{mapping}.toml"));
    let mapping = Mapping::read(&Document::read(&map).unwrap(), &catalogue).unwrap();
    let stream = file::read(file, &mapping, &catalogue, streets).unwrap();
    println!("{}", serde_json::to_string(&stream.tally).unwrap());
    stream
}

/// The header and the first `rows` rows of a packed file; no field of it holds a line break.
pub(crate) fn first_rows(file: &Path, rows: usize, to: &Path) {
    let lines = BufReader::new(flate2::read::MultiGzDecoder::new(std::fs::File::open(file).unwrap())).lines();
    let mut out = std::fs::File::create(to).unwrap();
    for line in lines.take(rows + 1) {
        writeln!(out, "{}", line.unwrap()).unwrap();
    }
}

/// Play as fast as it goes, over HTTP.
pub(crate) fn play(hub: SocketAddr, stream: Stream) -> Tally {
    let options = PlayOptions {
        speed: 1000.0,
        shift_to: None,
        gap_max: Some(Duration::from_millis(1)),
        patience: Duration::ZERO,
    };
    file::play_to_hub(stream, options, HubClient::new(&format!("http://{hub}")).unwrap(), |_| {}).unwrap()
}

#[test]
fn a_fortnight_of_calls_of_a_county_goes_in_by_its_coordinates() {
    let Some(calls) = shared("incidents/montgomery-911.csv.gz") else { return };
    let dir = tempfile::tempdir().unwrap();
    let some = dir.path().join("calls.csv");
    first_rows(&calls, 5_000, &some);
    let stream = read(&some, "montgomery-911", None);
    let read = stream.tally.clone();
    assert_eq!(read.rows, 5_000);
    assert!(read.refused <= 5, "{:?}", read.faults);
    assert!(read.placed_by_coordinates >= 4_900, "{}", read.placed_by_coordinates);
    assert_eq!(read.placed_by_street, 0);
    assert_eq!(read.placed_by_coordinates + read.unknown + read.refused, read.rows);
    // The stream never ends a call, so the rule ends each.
    assert!((4_500..=5_000).contains(&read.closed_by_rule), "{}", read.closed_by_rule);
    let reports = stream.reports.len();
    let known = stream.reports.iter().filter(|(_, report)| report.kind != "30499").count();
    assert!(known * 100 >= reports * 99, "{known} of {reports} have a kind");

    let hub = TestHub::start();
    let played = play(hub.addr(), stream);
    assert_eq!((played.played, played.refused), (reports, read.refused));
    let mut screen = hub.screen();
    screen.until_live();
    assert_eq!(screen.hall.open_by_grade().iter().sum::<usize>(), 0);
    assert_eq!(screen.hall.incidents().count(), read.closed_by_rule);
}

#[test]
fn most_of_a_year_of_traffic_news_is_placed_by_its_streets() {
    let Some(news) = shared("incidents/hongkong-special-traffic-news-2020-2021.csv.gz") else { return };
    let dir = tempfile::tempdir().unwrap();
    // Roads and what stands beside them; the rest of the map takes its time and places nothing.
    let layers = ["transportation", "transportation_main", "place", "poi"];
    let sources: Option<Vec<_>> = layers.iter().map(|layer| shared(&format!("hongkong/{layer}.geojsonl.gz"))).collect();
    let Some(sources) = sources else { return };
    let options = Options { sources, out: dir.path().join("pack"), ..Options::default() };
    import::run(&options, &mut |_| {}).unwrap();
    let city = City::open(&options.out).unwrap();
    let streets = CityStreets::of(&city);
    let stream = read(&news, "hongkong-traffic-news", Some(&streets));
    let read = stream.tally.clone();
    assert!(read.rows > 10_000, "{}", read.rows);
    assert!(read.refused * 1000 <= read.rows, "{:?}", read.refused_by_reason);
    let told = read.rows - read.refused;
    assert!(read.placed_by_street * 100 >= told * 70, "{} of {told} by street", read.placed_by_street);
    assert!(read.unknown * 100 <= told * 25, "{} of {told} unknown", read.unknown);
    // Placed is placed in Hong Kong.
    for (at, report) in &stream.reports {
        if let Some(place) = report.place.at {
            assert!((113.8..114.5).contains(&place.lon) && (22.1..22.6).contains(&place.lat), "{at}: {place:?}");
        }
    }

    let hub = TestHub::start();
    let reports = stream.reports.len();
    let played = play(hub.addr(), stream);
    assert_eq!((played.played, played.refused), (reports, read.refused));
    let mut screen = hub.screen();
    screen.until_live();
    assert_eq!(screen.hall.open_by_grade().iter().sum::<usize>(), 0);
}
