//! The people of the hall: rostered, noting, and taking over from whoever hands over.

use super::*;
use crate::domain::duty::Watch;
use crate::domain::{DutyStep, Pack};

const DESK: &str = "desk";

/// The morning shift, in which somebody opens the demo.
fn centre() -> Played {
    let mut played = Played::of(sim(quiet()));
    let shifts = crate::config::duty::load(None).unwrap().into();
    played.order(Order::TakeShifts { shifts, utc_offset_secs: 0 });
    played.pass(MINUTE, MINUTE);
    played
}

fn watch(played: &Played) -> &Watch {
    played.hall.duty().watch().unwrap()
}

fn step(played: &mut Played, step: DutyStep) {
    played.order(Order::MoveDuty(Box::new(step)));
}

fn prepare(played: &mut Played) {
    step(played, DutyStep::Prepare { words: String::new(), pack: Box::<Pack>::default() });
}

/// Until so many minutes after eight in the morning.
fn until(played: &mut Played, minute: i64) {
    let left = START.0 + minute * MINUTE - played.now.0;
    played.pass(left, MINUTE);
}

fn chief(played: &Played) -> String {
    watch(played).posts["chief"].clone()
}

#[test]
fn the_staff_have_their_posts_and_the_one_at_the_desk_has_theirs() {
    let mut played = centre();
    let duty = played.hall.duty();
    assert_eq!(duty.roster().len(), 27, "three days of three shifts of three posts");
    let on = duty.on_duty();
    assert_eq!((on[0].rostered, on[0].there), (Some(DESK), None), "the chief signs on by themselves");
    assert!(on[1..].iter().all(|post| post.there.is_some() && !post.is_taken_over()), "{on:?}");
    step(&mut played, DutyStep::SignOn { post: "chief".to_owned() });
    assert_eq!(chief(&played), DESK);
    until(&mut played, 8 * 60);
    assert!(watch(&played).log.len() >= 6, "they note what happens: {:?}", watch(&played).log);
    assert_eq!(watch(&played).number, 1, "nobody takes over what nobody hands over");
}

#[test]
fn what_a_person_hands_over_is_signed_soon_and_the_staff_hand_over_to_each_other() {
    let mut played = centre();
    until(&mut played, 10);
    prepare(&mut played);
    until(&mut played, 13);
    assert_eq!((watch(&played).number, watch(&played).slot.id.shift.as_str()), (2, "morning"));
    let first = chief(&played);
    assert_ne!(first, DESK);
    let handover = played.hall.duty().shift(1).unwrap().handover.clone().unwrap();
    assert_eq!((handover.by.as_str(), handover.taken.unwrap().by), (DESK, first.clone()));
    // 15:30 is seven and a half hours after eight.
    until(&mut played, 7 * 60 + 29);
    assert_eq!((watch(&played).number, watch(&played).handover.is_some()), (2, true), "prepared before its end");
    until(&mut played, 7 * 60 + 35);
    assert_eq!((watch(&played).number, watch(&played).slot.id.shift.as_str()), (3, "middle"));
    assert_ne!(chief(&played), first);
    until(&mut played, 15 * 60 + 35);
    assert_eq!((watch(&played).number, watch(&played).slot.id.shift.as_str()), (4, "night"));
    // The morning is the desk's: it is awaited, and a stand-in comes only some time later.
    until(&mut played, 23 * 60 + 45);
    assert_eq!(watch(&played).number, 4);
    until(&mut played, 24 * 60);
    assert_eq!((watch(&played).number, chief(&played) == DESK), (5, false));
    assert!(played.hall.duty().on_duty()[0].is_taken_over());
}

#[test]
fn the_one_at_the_desk_takes_over_their_own_shift_and_nobody_signs_in_their_stead() {
    let mut played = centre();
    prepare(&mut played);
    until(&mut played, 23 * 60 + 15);
    let handover = watch(&played).handover.clone().unwrap();
    step(&mut played, DutyStep::Sign { prepared: handover.prepared, words: String::new() });
    let number = watch(&played).number;
    assert_eq!(chief(&played), DESK);
    until(&mut played, 25 * 60);
    assert_eq!((watch(&played).number, chief(&played).as_str()), (number, DESK));
}
