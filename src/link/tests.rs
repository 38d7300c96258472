use std::time::Duration;

use super::*;
use crate::domain::{CrewId, CrewKind, CrewStatus, LonLat, Reading, SensorId};
use crate::wire::frame::{HEARTBEAT_MILLIS, encode};
use crate::wire::{FrameSink, ToScreen, TransportError, memory};

#[test]
fn addresses_are_read_as_people_write_them() {
    for (address, to) in [
        ("ws://hall:9000", "ws://hall:9000/ws"),
        ("ws://hall:9000/ws", "ws://hall:9000/ws"),
        ("http://10.0.0.1/", "ws://10.0.0.1:8700/ws"),
        ("hall", "ws://hall:8700/ws"),
        ("ws://[::1]:9000", "ws://[::1]:9000/ws"),
        ("ws://[::1]", "ws://[::1]:8700/ws"),
    ] {
        assert_eq!(SocketTransport::new(address).map(|t| t.to()), Ok(to.to_owned()), "{address}");
    }
    for address in ["", "ftp://hall", "ws://", "ws://hall:port", "ws://a b", "ws://hall/x/y"] {
        assert!(SocketTransport::new(address).is_err(), "{address}");
    }
}

#[test]
fn positions_that_wait_are_conflated_to_the_newest_of_each_crew() {
    let (link, hand) = Link::by_hand();
    let at = |crew, lon| CrewPosition {
        crew: CrewId(crew),
        at: LonLat { lon, lat: 0.0 },
        when: Moment(0),
        kind: CrewKind::Patrol,
        status: CrewStatus::Free,
        incident: None,
    };
    hand.tell(News::Positions(vec![at(1, 1.0), at(2, 1.0)]));
    hand.tell(News::Positions(vec![at(1, 2.0)]));
    let news = link.drain();
    let [News::Positions(positions)] = news.as_slice() else { panic!("{news:?}") };
    assert_eq!(positions.as_slice(), [at(1, 2.0), at(2, 1.0)]);
}

#[test]
fn of_each_sensor_only_the_newest_reading_waits_and_they_come_in_the_order_of_sensors() {
    let reading = |sensor: u32, value: f64| Reading { sensor: SensorId(sensor), at: Moment(7), value };
    let drained = |inbox: &mut inbox::Inbox| match inbox.drain().as_slice() {
        [] => Vec::new(),
        [News::Readings(readings)] => readings.iter().map(|reading| (reading.sensor.0, reading.value)).collect(),
        other => panic!("{other:?}"),
    };
    let mut inbox = inbox::Inbox::default();
    inbox.readings(vec![reading(1, 1.0), reading(4, 1.0)]);
    assert_eq!(drained(&mut inbox), [(1, 1.0), (4, 1.0)], "as they came");
    inbox.readings(vec![reading(9, 2.0), reading(3, 2.0), reading(9, 3.0)]);
    inbox.readings(vec![reading(3, 4.0), reading(5, 4.0)]);
    assert_eq!(drained(&mut inbox), [(3, 4.0), (5, 4.0), (9, 3.0)]);
    assert!(drained(&mut inbox).is_empty(), "they were told");
    // Nobody drains: there are never many more than twice as many as there are sensors.
    for value in 0..1_000 {
        inbox.readings((0..100).rev().map(|sensor| reading(sensor, f64::from(value))).collect());
    }
    assert!(inbox.waiting_readings() <= 2 * 100 + 4_096 + 100, "{}", inbox.waiting_readings());
    let newest: Vec<(u32, f64)> = (0..100).map(|sensor| (sensor, 999.0)).collect();
    assert_eq!(drained(&mut inbox), newest);
    inbox.readings(vec![reading(1, 1.0)]);
    inbox.sensors(News::Sensors { anew: true, sensors: Vec::new(), gone: Vec::new(), left: 0, unread: false });
    assert!(matches!(inbox.drain().as_slice(), [News::Sensors { .. }]), "what was told of another watch is gone");
}

#[test]
fn facts_that_nobody_drains_give_way_to_a_snapshot() {
    let mut inbox = inbox::Inbox::default();
    let fact = Fact {
        seq: Seq(1),
        happened_at: Moment(0),
        known_at: Moment(0),
        by: crate::domain::Actor::Person("a".to_owned()),
        what: crate::domain::What::ModeSwitched { mode: crate::domain::Mode::Emergency },
    };
    for _ in 0..30 {
        inbox.facts(vec![fact.clone(); 1000], &Hall::default());
    }
    let news = inbox.drain();
    assert!(matches!(news.as_slice(), [News::Snapshot(_), News::Facts(_)]), "{}", news.len());
}

#[test]
fn a_silent_hub_is_lost_within_three_seconds_and_one_late_heartbeat_is_no_silence() {
    // Bounds of the protocol, whatever the machine: the last frame came at most this long before the loss is told.
    assert!(run::SILENT_MAX <= Duration::from_millis(2_500), "half a second is left to show it");
    assert!(run::SILENT_MAX >= Duration::from_millis(2 * HEARTBEAT_MILLIS + 300), "a heartbeat may come late");
}

/// A hub that says so much and then nothing, and never hangs up.
struct Silent {
    frames: Vec<ToScreen>,
    /// Its ends, kept so that the link sees no hang-up.
    kept: Mutex<Vec<(memory::MemorySink, memory::MemorySource)>>,
    /// Connections made so far.
    made: Arc<std::sync::atomic::AtomicUsize>,
}

impl Transport for Silent {
    type Sink = memory::MemorySink;
    type Source = memory::MemorySource;

    async fn connect(&self) -> Result<(memory::MemorySink, memory::MemorySource), TransportError> {
        let (ours, (mut sink, source)) = memory::pair();
        let frames: Result<Vec<_>, _> = self.frames.iter().map(encode).collect();
        sink.send(frames.unwrap()).await?;
        self.kept.lock().unwrap().push((sink, source));
        self.made.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Ok(ours)
    }

    fn to(&self) -> String {
        "a silent hub".to_owned()
    }
}

#[test]
fn a_hub_that_falls_silent_without_hanging_up_is_lost_and_tried_again() {
    let made = Arc::default();
    let welcome = ToScreen::Welcome { epoch: 1, release: String::new(), heartbeat_millis: HEARTBEAT_MILLIS };
    let frames = vec![welcome, ToScreen::Snapshot { hall: Box::default() }];
    let hub = Silent { frames, kept: Mutex::default(), made: Arc::clone(&made) };
    let link = Link::connect(hub, LinkOptions::default()).unwrap();
    let (tell, told) = std::sync::mpsc::sync_channel(1_000);
    link.on_news(move |_| {
        let _ = tell.try_send(());
    });
    let mut states = Vec::new();
    while states.len() < 3 {
        told.recv_timeout(Duration::from_mins(1)).expect("live, lost and live again");
        let news = link.drain().into_iter();
        states.extend(
            news.filter_map(|n| if let News::State(state) = n { Some(state == LinkState::Live) } else { None }),
        );
    }
    assert_eq!(states.get(..3), Some([true, false, true].as_slice()));
    assert!(made.load(std::sync::atomic::Ordering::SeqCst) >= 2);
}

/// A hub that is not there.
struct Nobody(std::sync::mpsc::SyncSender<()>);

impl Transport for Nobody {
    type Sink = memory::MemorySink;
    type Source = memory::MemorySource;

    async fn connect(&self) -> Result<(memory::MemorySink, memory::MemorySource), TransportError> {
        let _ = self.0.try_send(());
        Err(TransportError::Closed)
    }

    fn to(&self) -> String {
        "nobody".to_owned()
    }
}

#[test]
fn a_hub_that_was_never_heard_is_not_lost_and_is_tried_again() {
    let (try_it, tried) = std::sync::mpsc::sync_channel(100);
    let link = Link::connect(Nobody(try_it), LinkOptions::default()).unwrap();
    for _ in 0..3 {
        tried.recv_timeout(Duration::from_mins(1)).expect("it is tried again");
    }
    let lost = |n: &News| matches!(n, News::State(LinkState::Lost { .. }));
    assert!(!link.drain().iter().any(lost), "nothing is known, so nothing can be lost");
}
