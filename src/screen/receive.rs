//! Drains the link once a frame and folds what came into [`Shown`].
//!
//! Writes [`Shown`] and [`Changes`] (the only writer), announces [`Refused`]. Runs in `Receive`.

use bevy::prelude::*;

use super::sets::HallSet;
use super::shown::{Changes, HubLink, Shown};
use crate::domain::{Moment, Refusal};
use crate::link::News;

/// The hub refused an order; a panel tells the user.
#[derive(Message, Debug, Clone)]
pub struct Refused(pub Refusal);

/// The wall clock of the screen, or a fixed moment for pictures and tests.
#[derive(Resource, Debug, Clone, Copy, Default)]
pub struct WallClock {
    /// Where set, time stands still here.
    pub fixed: Option<Moment>,
}

impl WallClock {
    /// The moment it shows, in whole seconds.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the screen's clock; everybody else reads `Shown::now`")]
    pub fn now(&self) -> Moment {
        let now = self.fixed.unwrap_or_else(|| Moment(chrono::Utc::now().timestamp_millis()));
        Moment(now.0.div_euclid(1000) * 1000)
    }
}

/// Adds the systems; needs [`HubLink`].
pub fn plugin(app: &mut App) {
    app.init_resource::<Shown>()
        .init_resource::<Changes>()
        .init_resource::<WallClock>()
        .add_message::<Refused>()
        .add_systems(Update, receive.in_set(HallSet::Receive));
}

fn receive(
    link: Res<HubLink>,
    clock: Res<WallClock>,
    mut shown: ResMut<Shown>,
    mut changes: ResMut<Changes>,
    mut refused: MessageWriter<Refused>,
) {
    if !changes.is_empty() {
        *changes = Changes::default();
    }
    let now = clock.now();
    if shown.now != now {
        shown.now = now;
    }
    for news in link.0.drain() {
        match news {
            News::Snapshot(hall) => {
                shown.hall = *hall;
                changes.anew = true;
                changes.incidents.clear();
            }
            News::Facts(facts) => {
                for fact in &facts {
                    if shown.hall.apply(fact) {
                        changes.note(fact);
                    }
                }
            }
            News::Positions(positions) => {
                for position in positions {
                    shown.crews.insert(position.crew, position);
                }
            }
            News::State(state) => shown.link = state,
            News::Refused(refusal) => {
                refused.write(Refused(refusal));
            }
        }
    }
}
