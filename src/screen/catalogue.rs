//! Reads the catalogue that is in force at the moment shown: names, icons and time limits of the kinds of incident, and
//! the plans.
//!
//! - **accepts** nothing; **announces** [`Renewed`]
//! - **reads** `Shown`, `Changes`
//! - **writes** `Shown::limits`, [`Kinds`], [`KindIcons`], [`RunCards`]
//! - **runs in** `Apply`
//!
//! It hangs on the fold alone, so that a replay has the kinds and limits of its own moment. Where the hall has taken no
//! catalogue, the one built in is in force.

use std::sync::Arc;

use bevy::prelude::*;

use super::names::Kinds;
use super::pins::KindIcons;
use super::plans::RunCards;
use super::sets::HallSet;
use super::shown::{Changes, Shown};
use crate::config::InForce;
use crate::domain::{CatalogueTexts, PlanTexts};

/// Another catalogue is in force than a moment ago: somebody edited it.
#[derive(Message, Debug, Clone, Copy)]
pub struct Renewed;

/// Which texts were read last, `None` for those built in, and whether any were.
#[derive(Resource, Debug, Default)]
struct Read {
    texts: Option<Arc<CatalogueTexts>>,
    plans: Option<Arc<PlanTexts>>,
    once: bool,
}

/// Adds the system; needs [`super::receive::plugin`].
pub fn plugin(app: &mut App) {
    app.init_resource::<Kinds>()
        .init_resource::<Read>()
        .init_resource::<RunCards>()
        .add_message::<Renewed>()
        .add_systems(Update, read.in_set(HallSet::Apply).run_if(resource_exists::<Shown>));
}

fn read(
    changes: Res<Changes>,
    mut shown: ResMut<Shown>,
    mut read: ResMut<Read>,
    mut kinds: ResMut<Kinds>,
    mut cards: ResMut<RunCards>,
    icons: Option<ResMut<KindIcons>>,
    mut renewed: MessageWriter<Renewed>,
) {
    let texts = shown.hall.catalogue();
    // Facts share their texts with the fold, so most of the time one look tells that they are the same.
    let plans = shown.hall.plan_texts();
    if read.once && same(read.texts.as_ref(), texts) && same(read.plans.as_ref(), plans) {
        return;
    }
    let first = !std::mem::replace(&mut read.once, true);
    (read.texts, read.plans) = (texts.cloned(), plans.cloned());
    let in_force = match InForce::of(&shown.hall) {
        Ok(in_force) => in_force,
        Err(error) => {
            error!("the catalogue in force cannot be read, the one before stays: {error}");
            return;
        }
    };
    if let Some(mut icons) = icons {
        icons.of_catalogue(in_force.kinds());
    }
    shown.limits = Arc::clone(in_force.limits());
    kinds.0 = Some(in_force.kinds().clone());
    cards.0 = Arc::clone(in_force.plans());
    // A hall that was just opened, or another moment of it, is no news.
    if !first && !changes.anew {
        renewed.write(Renewed);
    }
}

fn same<T: PartialEq>(before: Option<&Arc<T>>, now: Option<&Arc<T>>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => Arc::ptr_eq(before, now) || before == now,
        (before, now) => before.is_none() && now.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Catalogue;
    use crate::domain::{Actor, Fact, Hall, Moment, Order, Phase, TimeLimits};
    use crate::link::{Hand, Link, News};
    use crate::screen::pins::icons::Icons;
    use crate::screen::shown::HubLink;
    use crate::screen::{receive, sets};

    const KINDS: &str = "fallback = '1'\n[[kind]]\ncode = '1'\nname_zh = '甲'\nname_en = 'One'\nclass = 'event'\nicon = 'fire'\ngrade = 'IV'\nlimits = { whole = { work_days = 2 } }\n";
    const CALENDAR: &str = "hours = ['09:00-12:00']\nrest = ['sunday']\n";

    fn taken(hall: &Hall, kinds: &str) -> Vec<Fact> {
        let texts = CatalogueTexts { kinds: kinds.to_owned(), calendar: CALENDAR.to_owned() };
        hall.decide(Order::TakeCatalogue(texts.into()), &Actor::Source("hub".to_owned()), Moment(0)).unwrap()
    }

    /// A screen without a picture, and the hand that is its hub.
    fn screen() -> (App, Hand) {
        let (link, hand) = Link::by_hand();
        let mut app = App::new();
        let icons = Icons::load().unwrap();
        let built_in = Catalogue::load(None).unwrap();
        app.insert_resource(HubLink(link)).insert_resource(KindIcons::new(icons, &built_in)).add_plugins((
            sets::plugin,
            receive::plugin,
            plugin,
        ));
        app.update();
        (app, hand)
    }

    fn name(app: &App, code: &str) -> Option<String> {
        let kinds = app.world().resource::<Kinds>().0.as_ref().unwrap();
        kinds.kind(code).map(|kind| kind.name("en").to_owned())
    }

    fn is_renewed(app: &mut App) -> bool {
        app.world_mut().resource_mut::<Messages<Renewed>>().drain().count() > 0
    }

    #[test]
    fn a_screen_has_the_catalogue_built_in_until_its_hall_took_another() {
        let (mut app, hand) = screen();
        assert_eq!(name(&app, "30206").as_deref(), Some("Traffic accident"));
        let built_in = Arc::clone(InForce::built_in().unwrap().limits());
        assert_eq!(app.world().resource::<Shown>().limits, built_in);
        assert!(!is_renewed(&mut app));
        let icon = app.world().resource::<KindIcons>().of_kind("1");
        hand.tell(News::Facts(taken(&Hall::default(), KINDS)));
        app.update();
        assert_eq!((name(&app, "30206"), name(&app, "1").as_deref()), (None, Some("One")));
        let limits = app.world().resource::<Shown>().limits.clone();
        let timers = |limits: &TimeLimits, kind| {
            let course = crate::domain::Course::new(crate::domain::Stage::Reported, Moment(0));
            limits.timers(kind, &course, 0).into_iter().map(|timer| timer.phase).collect::<Vec<_>>()
        };
        assert_eq!((timers(&limits, "1"), timers(&limits, "30206")), (vec![Phase::Whole], vec![]));
        assert_ne!(app.world().resource::<KindIcons>().of_kind("1"), icon, "its own picture");
        assert!(is_renewed(&mut app));
        app.update();
        assert!(Arc::ptr_eq(&limits, &app.world().resource::<Shown>().limits), "read once");
        hand.tell(News::Snapshot(Box::default()));
        app.update();
        assert_eq!(app.world().resource::<Shown>().limits, built_in, "another hall has its own");
        assert!(!is_renewed(&mut app), "which is no news of this one");
    }

    #[test]
    fn a_catalogue_that_cannot_be_read_leaves_the_one_before() {
        let (mut app, hand) = screen();
        hand.tell(News::Facts(taken(&Hall::default(), "not TOML")));
        app.update();
        assert_eq!(name(&app, "30206").as_deref(), Some("Traffic accident"));
    }
}
