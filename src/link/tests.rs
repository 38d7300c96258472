use super::*;
use crate::domain::{CrewId, CrewKind, CrewStatus, LonLat};

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
    };
    hand.tell(News::Positions(vec![at(1, 1.0), at(2, 1.0)]));
    hand.tell(News::Positions(vec![at(1, 2.0)]));
    let news = link.drain();
    let [News::Positions(positions)] = news.as_slice() else { panic!("{news:?}") };
    assert_eq!(positions.as_slice(), [at(1, 2.0), at(2, 1.0)]);
}

#[test]
fn facts_that_nobody_drains_give_way_to_a_snapshot() {
    let mut inbox = inbox::Inbox::default();
    let fact = Fact {
        seq: crate::domain::Seq(1),
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
