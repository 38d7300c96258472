use egui::{Event, Key, Modifiers, Rect, pos2};

use super::model::Door;
use super::panel::{SignInWish, sign_in_ui};
use crate::domain::Refusal;
use crate::link::Identity;
use crate::screen::look;
use crate::screen::shown::Who;

fn li() -> Who {
    Who::Known(Identity { name: "li".to_owned(), shown: "Li".to_owned(), ..Identity::default() })
}

/// Passes of the panel with what was pressed in each; the wishes are carried out as the engine does.
fn passes(door: &mut Door, events: &[Vec<Event>]) -> Vec<SignInWish> {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let all = Rect::from_min_max(pos2(0.0, 0.0), pos2(1280.0, 720.0));
    let mut wishes = Vec::new();
    // The first pass gives a field the keyboard.
    for events in std::iter::once(&Vec::new()).chain(events) {
        let input = egui::RawInput { screen_rect: Some(all), events: events.clone(), ..Default::default() };
        let mut done = Vec::new();
        ctx.run_ui(input, |ui| done = sign_in_ui(ui.ctx(), all, door, "Li")).textures_delta.clear();
        for wish in &done {
            match wish {
                SignInWish::Name(name) => door.name.clone_from(name),
                SignInWish::Password(password) => door.password.clone_from(password),
                SignInWish::Ask => door.asked = true,
                SignInWish::Leave => door.leaving = true,
            }
        }
        wishes.extend(done);
    }
    wishes
}

fn typed(text: &str) -> Vec<Event> {
    vec![Event::Text(text.to_owned())]
}

fn pressed(key: Key) -> Vec<Event> {
    vec![Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }]
}

#[test]
fn name_enter_password_enter_signs_in_by_keys_alone() {
    let mut door = Door::default();
    door.look(&Who::Wanted { why: None });
    let enter = || pressed(Key::Enter);
    let wishes = passes(&mut door, &[typed("li"), enter(), vec![], typed("long enough"), enter()]);
    assert_eq!((door.name.as_str(), door.password.as_str()), ("li", "long enough"));
    assert_eq!(wishes.iter().filter(|wish| **wish == SignInWish::Ask).count(), 1, "{wishes:?}");
    assert!(door.asked && !door.is_ready(), "it is asked once");
}

#[test]
fn a_wrong_password_is_forgotten_and_said_and_the_name_stays() {
    let mut door = Door { name: "li".to_owned(), password: "wrong".to_owned(), asked: true, ..Door::default() };
    let wrong = Who::Wanted { why: Some(Refusal::WrongPassword) };
    door.look(&wrong);
    assert_eq!((door.name.as_str(), door.password.as_str(), door.asked), ("li", "", false));
    assert_eq!(door.why, Some(Refusal::WrongPassword));
    assert!(door.blocks(&wrong));
    passes(&mut door, &[typed("right one")]);
    assert_eq!(door.password, "right one", "the cursor stands where it is typed anew");
    door.look(&li());
    assert!(!door.blocks(&li()) && door.password.is_empty() && door.why.is_none());
}

#[test]
fn a_locked_screen_opens_with_the_password_alone_also_when_the_link_came_back() {
    let mut door = Door::default();
    door.look(&li());
    door.lock(&li());
    assert!(door.blocks(&li()));
    let wishes = passes(&mut door, &[typed("long enough"), pressed(Key::Enter)]);
    assert!(wishes.contains(&SignInWish::Ask), "{wishes:?}");
    door.told(&Err(Refusal::WrongPassword));
    assert!(door.locked && door.password.is_empty() && door.why == Some(Refusal::WrongPassword));
    door.look(&Who::Unknown);
    door.look(&li());
    assert!(door.locked, "whoever pulls the plug does not get in");
    door.told(&Ok(()));
    assert!(!door.blocks(&li()));
}

#[test]
fn a_demo_is_never_locked_and_a_signed_out_one_wants_a_name() {
    let mut door = Door::default();
    let demo = Who::Known(Identity { open: true, ..Identity::default() });
    door.look(&demo);
    door.lock(&demo);
    assert!(!door.blocks(&demo));
    door.look(&li());
    door.lock(&li());
    door.look(&Who::Wanted { why: Some(Refusal::NotSignedIn) });
    assert!(!door.locked && door.blocks(&Who::Wanted { why: None }));
}

#[test]
fn somebody_else_signs_in_at_a_locked_desk_and_it_stays_locked_until_the_hub_has_let_the_other_go() {
    let mut door = Door::default();
    door.look(&li());
    door.lock(&li());
    door.password = "half a pass".to_owned();
    assert!(door.leave(&li()), "the hub is asked");
    assert!(door.leaving && door.blocks(&li()) && door.password.is_empty());
    assert!(!door.leave(&li()), "once");
    door.refused(&Refusal::NoHub);
    assert!(door.locked && !door.leaving && door.why == Some(Refusal::NoHub), "it is said why not");
    assert!(door.leave(&li()), "and tried again");
    let wanted = Who::Wanted { why: None };
    door.look(&wanted);
    assert!(!door.locked && !door.leaving && door.blocks(&wanted));
    let enter = || pressed(Key::Enter);
    let wishes = passes(&mut door, &[typed("wang"), enter(), vec![], typed("long enough"), enter()]);
    assert_eq!((door.name.as_str(), wishes.contains(&SignInWish::Ask)), ("wang", true), "by name and password");
}

#[test]
fn nobody_signs_out_of_a_demo_and_other_refusals_are_not_the_doors() {
    let demo = Who::Known(Identity { open: true, ..Identity::default() });
    let mut door = Door::default();
    assert!(!door.leave(&demo) && !door.leave(&Who::Unknown) && !door.leave(&Who::Wanted { why: None }));
    door.refused(&Refusal::NotForward);
    assert_eq!(door.why, None);
}

#[test]
fn a_desk_that_was_left_locked_begins_locked_for_who_locked_it_and_for_nobody_else() {
    let left_by = |name: &str| Door { locked_before: [name.to_owned()].into(), ..Door::default() };
    let mut door = left_by("li");
    door.look(&Who::Unknown);
    door.look(&li());
    assert!(door.blocks(&li()), "the token alone opens nothing");
    door.told(&Ok(()));
    door.look(&Who::Unknown);
    door.look(&li());
    assert!(!door.blocks(&li()), "once the password was given it is open");
    let mut door = left_by("wang");
    door.look(&li());
    assert!(!door.blocks(&li()));
    let mut door = left_by("li");
    door.look(&Who::Wanted { why: None });
    door.look(&li());
    assert!(!door.blocks(&li()), "whoever signs in has given a password");
}
