use bytes::Bytes;

use super::outbox::{HELD_MAX, Next, Outbox, TOO_SLOW};
use super::positions::{Positions, Tick};
use super::ring::Ring;
use crate::domain::{CrewId, CrewKind, CrewPosition, CrewStatus, LonLat, Moment, Seq};
use crate::wire::frame::read_to_screen;
use crate::wire::{Pace, ToScreen};

fn frame(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

fn position(crew: u32, when: i64) -> CrewPosition {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let lon = when as f64 / 1_000.0;
    CrewPosition {
        crew: CrewId(crew),
        at: LonLat { lon, lat: 0.0 },
        when: Moment(when),
        kind: CrewKind::default(),
        status: CrewStatus::default(),
        incident: None,
    }
}

/// Frames to write and the bytes among them that count; panics where there is nothing to write.
fn written(next: Next) -> (Vec<Bytes>, usize) {
    let Next::Write { frames, counted } = next else { panic!("{next:?}") };
    (frames, counted)
}

fn positions_in(frame: &Bytes) -> Vec<(u32, i64)> {
    let Ok(ToScreen::Positions(positions)) = read_to_screen(frame) else { panic!("no positions") };
    positions.iter().map(|p| (p.crew.0, p.when.0)).collect()
}

#[test]
fn a_ring_gives_the_batches_after_a_fact_and_only_at_their_ends() {
    let mut ring = Ring::new(Seq(10));
    ring.push(Seq(12), frame("11..12"));
    ring.push(Seq(15), frame("13..15"));
    assert_eq!(ring.after(Seq(10)), Some(vec![frame("11..12"), frame("13..15")]));
    assert_eq!(ring.after(Seq(12)), Some(vec![frame("13..15")]));
    assert_eq!(ring.after(Seq(15)), Some(vec![]), "nothing was missed");
    assert_eq!(ring.after(Seq(13)), None, "in the middle of a batch");
    assert_eq!(ring.after(Seq(9)), None, "before the ring began");
    assert_eq!(ring.after(Seq(16)), None, "of another log");
}

#[test]
fn a_ring_forgets_the_oldest_batches_first_and_leaves_no_gap() {
    let mut ring = Ring::new(Seq(0));
    let batch = Bytes::from(vec![0; 1024 * 1024]);
    for seq in 1..=10 {
        ring.push(Seq(seq), batch.clone());
    }
    assert_eq!(ring.after(Seq(5)), None);
    assert_eq!(ring.after(Seq(6)).map(|batches| batches.len()), Some(4), "four megabytes are kept");
}

#[test]
fn an_outbox_gives_its_opening_first_and_then_facts_in_order() {
    let (outbox, positions) = (Outbox::new(Pace::Off), Positions::default());
    assert!(matches!(outbox.next(&positions), Next::Wait));
    outbox.push(frame("fact 2"));
    assert!(matches!(outbox.next(&positions), Next::Wait), "nothing leaves before the welcome");
    outbox.open([frame("welcome"), frame("snapshot")]);
    outbox.push(frame("fact 3"));
    assert_eq!(outbox.held_bytes(), 12, "the opening counts apart");
    assert_eq!(written(outbox.next(&positions)), (vec![frame("welcome")], 0));
    assert_eq!(written(outbox.next(&positions)), (vec![frame("snapshot")], 0));
    assert_eq!(written(outbox.next(&positions)), (vec![frame("fact 2"), frame("fact 3")], 12));
    assert_eq!(outbox.held_bytes(), 12, "held until it is written");
    outbox.written(12);
    assert_eq!(outbox.held_bytes(), 0);
    assert!(matches!(outbox.next(&positions), Next::Wait));
}

#[test]
fn an_outbox_that_is_full_ends_its_session_and_lets_go_of_what_it_held() {
    let (outbox, positions) = (Outbox::new(Pace::Direct), Positions::default());
    outbox.open([]);
    let half = Bytes::from(vec![0; HELD_MAX / 2]);
    outbox.push(half.clone());
    outbox.push(half.clone());
    assert_eq!(outbox.held_bytes(), HELD_MAX, "all that may be held");
    // What is being written still counts: a screen that takes nothing cannot hide facts in the socket.
    let (frames, counted) = written(outbox.next(&positions));
    assert_eq!((frames.len(), counted), (1, HELD_MAX / 2));
    outbox.push(frame("one byte too many"));
    let Next::End(reason) = outbox.next(&positions) else { panic!("it goes on") };
    assert_eq!(reason, TOO_SLOW);
    outbox.end("shutting down");
    outbox.push(half);
    let Next::End(reason) = outbox.next(&positions) else { panic!("it goes on") };
    assert_eq!(reason, TOO_SLOW, "the first reason stays");
}

#[test]
fn positions_wait_for_nobody_and_only_the_newest_of_each_crew_is_sent() {
    let (outbox, positions) = (Outbox::new(Pace::Direct), Positions::default());
    outbox.open([frame("welcome")]);
    written(outbox.next(&positions));
    let mut upto = 0;
    for when in 1..=100 {
        assert_eq!(positions.put(&[position(1, when), position(2, when)]), 2);
        let (frame, newest) = positions.since(upto);
        upto = newest;
        outbox.offer(&Tick { upto, frame: frame.unwrap() });
    }
    assert_eq!(outbox.held_bytes(), 0, "positions count for nothing");
    let (frames, _) = written(outbox.next(&positions));
    assert_eq!(frames.iter().map(positions_in).collect::<Vec<_>>(), [vec![(1, 100), (2, 100)]]);
    assert!(matches!(outbox.next(&positions), Next::Wait));
    positions.put(&[position(2, 101)]);
    let (frame, newest) = positions.since(upto);
    outbox.offer(&Tick { upto: newest, frame: frame.clone().unwrap() });
    let (frames, _) = written(outbox.next(&positions));
    assert_eq!(frames, [frame.unwrap()], "a screen that keeps up shares the frame of all");
}

#[test]
fn older_positions_and_impossible_places_are_left_out() {
    let positions = Positions::default();
    assert_eq!(positions.put(&[position(1, 100)]), 1);
    assert_eq!(positions.put(&[position(1, 99)]), 0);
    let nowhere = CrewPosition { at: LonLat { lon: 200.0, lat: f64::NAN }, ..position(1, 101) };
    assert_eq!(positions.put(&[nowhere]), 0);
    assert_eq!(positions_in(&positions.since(0).0.unwrap()), [(1, 100)]);
}

#[test]
fn a_screen_that_wants_no_positions_gets_none() {
    let (outbox, positions) = (Outbox::new(Pace::Off), Positions::default());
    outbox.open([frame("welcome")]);
    written(outbox.next(&positions));
    positions.put(&[position(1, 1)]);
    let (frame, upto) = positions.since(0);
    outbox.offer(&Tick { upto, frame: frame.unwrap() });
    assert!(matches!(outbox.next(&positions), Next::Wait));
}
