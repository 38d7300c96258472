//! Whoever sits down at the desk has their own draft, and sees nobody else's.

use bevy::prelude::*;
use rust_i18n::t;

use super::super::drawer::Drawer;
use super::super::panel::Field;
use super::Intake;
use crate::domain::call::SOURCE;
use crate::domain::rights::Right;
use crate::screen::shown::{AtHub, Shown, Who};
use crate::screen::tools::UserFolder;

/// The drafts that a crash or a sign-out left behind wait for who took them down.
pub(super) fn restore(folder: Option<Res<UserFolder>>, hub: Option<Res<AtHub>>, mut intake: ResMut<Intake>) {
    let folder = folder.and_then(|folder| folder.0.clone());
    let hub = hub.map(|hub| hub.0.clone()).unwrap_or_default();
    intake.file = Some(Drawer::open(folder.as_deref(), &hub));
}

/// Somebody else sits here: what was taken down before them is put aside, and theirs is open again.
pub(super) fn turn(shown: Res<Shown>, mut intake: ResMut<Intake>) {
    let Some(name) = shown.who.signs() else { return };
    let intake = intake.bypass_change_detection();
    let Some(drawer) = intake.file.as_mut().filter(|drawer| !drawer.is_of(name)) else { return };
    let first = drawer.is_nobodys();
    if first && !intake.draft.is_empty() {
        // Typed before the hub said who sits here.
        drawer.give_to(name);
        return;
    }
    let sees = match &shown.who {
        Who::Known(identity) => identity.open || identity.standing.has(Right::Callers),
        Who::Unknown | Who::Wanted { .. } => false,
    };
    let is_known = |draft: &super::Draft| shown.hall.by_source(SOURCE, &draft.id).is_some();
    let own = drawer.turn_to(name, sees, intake.draft.clone(), is_known);
    if first && own.is_none() {
        return;
    }
    let file = intake.file.take();
    *intake = Intake { file, ..Intake::default() };
    if let Some(draft) = own {
        intake.kept = Some(draft.clone());
        intake.draft = draft;
        intake.open = true;
        intake.focus = Some(Field::Text);
        intake.note = Some(t!("intake.restored").into_owned());
    }
}

#[cfg(test)]
mod tests {
    use bevy::ecs::system::RunSystemOnce;

    use super::*;
    use crate::domain::{Actor, Moment};
    use crate::link::Identity;

    /// A desk with a folder.
    fn desk(folder: &std::path::Path) -> World {
        let mut world = World::new();
        world.init_resource::<Intake>();
        world.insert_resource(UserFolder(Some(folder.to_owned())));
        world.insert_resource(AtHub("east".to_owned()));
        world.insert_resource(Shown::default());
        world.run_system_once(restore).unwrap();
        world.run_system_once(turn).unwrap();
        world
    }

    fn sits(world: &mut World, who: Who) {
        world.resource_mut::<Shown>().who = who;
        world.run_system_once(turn).unwrap();
    }

    fn person(name: &str) -> Who {
        Who::Known(Identity { name: name.to_owned(), ..Identity::default() })
    }

    fn types(world: &mut World, text: &str, phone: &str) {
        let mut intake = world.resource_mut::<Intake>();
        intake.show(Moment(5));
        (intake.draft.text, intake.draft.phone) = (text.to_owned(), phone.to_owned());
    }

    /// What stands in the dialog, where it is open.
    fn seen(world: &World) -> Option<(&str, &str)> {
        let intake = world.resource::<Intake>();
        intake.open.then_some((intake.draft.text.as_str(), intake.draft.phone.as_str()))
    }

    #[test]
    fn whoever_signs_in_next_sees_nothing_of_the_call_before_and_its_owner_has_it_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut world = desk(folder.path());
        sits(&mut world, person("li"));
        types(&mut world, "三楼着火", "13800001234");
        sits(&mut world, Who::Wanted { why: None });
        sits(&mut world, person("wang"));
        assert_eq!(seen(&world), None, "nothing is open");
        assert!(world.resource::<Intake>().draft.is_empty(), "and nothing is there to be opened");
        types(&mut world, "井盖丢了", "10086");
        sits(&mut world, Who::Unknown);
        sits(&mut world, person("wang"));
        assert_eq!(seen(&world), Some(("井盖丢了", "10086")), "a link that came back brings nobody else");
        sits(&mut world, person("li"));
        assert_eq!(seen(&world), Some(("三楼着火", "13800001234")));
        // A desk that begins anew shows nothing until somebody has signed in, and then theirs.
        let mut world = desk(folder.path());
        assert_eq!(seen(&world), None);
        sits(&mut world, Who::Wanted { why: None });
        assert_eq!(seen(&world), None);
        sits(&mut world, person("wang"));
        assert_eq!(seen(&world), Some(("井盖丢了", "10086")));
        sits(&mut world, person("li"));
        assert_eq!(seen(&world), Some(("三楼着火", "13800001234")));
    }

    #[test]
    fn what_was_sent_before_its_owner_left_is_not_there_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut world = desk(folder.path());
        sits(&mut world, person("li"));
        types(&mut world, "三楼着火", "");
        let kinds = crate::config::Catalogue::load(None).unwrap();
        let order = world.resource::<Intake>().draft.order(kinds.kind("30201").unwrap(), None, true);
        world.resource_mut::<Intake>().sent = true;
        sits(&mut world, person("wang"));
        let mut shown = world.resource_mut::<Shown>();
        for fact in shown.hall.decide(order, &Actor::Person("li".to_owned()), Moment(9)).unwrap() {
            assert!(shown.hall.apply(&fact));
        }
        sits(&mut world, person("li"));
        assert_eq!(seen(&world), None);
        assert!(!world.resource::<Intake>().sent);
    }

    #[test]
    fn what_was_typed_before_the_hub_said_who_sits_here_is_theirs_who_do() {
        let folder = tempfile::tempdir().unwrap();
        let mut world = desk(folder.path());
        types(&mut world, "三楼着火", "");
        sits(&mut world, person("li"));
        assert_eq!(seen(&world), Some(("三楼着火", "")));
        sits(&mut world, person("wang"));
        assert_eq!(seen(&world), None);
    }
}
