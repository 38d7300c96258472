//! The order in which things under the pointer count: pure.

use bevy::math::Vec2;

use crate::domain::{AlarmId, CrewId, IncidentId};
use crate::screen::pins::mark::{Mark, MarkOf, mark_at};
use crate::screen::shown::Target;

/// Points around a pin's head that count as the head.
const SLACK: f32 = 4.0;

/// What is under the pointer.
#[derive(Debug, Clone, PartialEq)]
pub enum Under {
    /// Nothing that can be chosen.
    Nothing,
    /// A single incident.
    Pin(IncidentId),
    /// Several incidents.
    Cluster(Box<Mark>),
    /// An alarm by its mark.
    Alarm(AlarmId),
    /// A crew.
    Crew(CrewId),
    /// An area by its name.
    Area(u32),
    /// A place by its name or icon.
    Place(u32),
    /// What stands in a street.
    Component(u32),
    /// A building.
    Building(u32),
    /// An area that is coloured by a vital sign.
    Coloured(u32),
}

impl Under {
    /// As something that can be selected; a cluster, an alarm and a colour cannot.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        match self {
            Self::Nothing | Self::Cluster(_) | Self::Alarm(_) | Self::Coloured(_) => None,
            Self::Pin(id) => Some(Target::Incident(*id)),
            Self::Crew(crew) => Some(Target::Crew(*crew)),
            Self::Area(area) => Some(Target::Area(*area)),
            Self::Component(component) => Some(Target::Component(*component)),
            Self::Place(place) => Some(Target::Place(*place)),
            Self::Building(building) => Some(Target::Building(*building)),
        }
    }
}

/// What is under `at` (points): a pin before an alarm before a crew before a name before a solid thing; the later ones are
/// asked only if needed.
pub fn under(
    marks: &[Mark],
    at: Vec2,
    alarm: impl FnOnce() -> Option<AlarmId>,
    crew: impl FnOnce() -> Option<CrewId>,
    name: impl FnOnce() -> Option<Under>,
    solid: impl FnOnce() -> Option<Under>,
) -> Under {
    match mark_at(marks, at, SLACK) {
        Some(mark) if mark.is_cluster() => Under::Cluster(Box::new(mark.clone())),
        Some(Mark { of: MarkOf::Pin(id), .. }) => Under::Pin(*id),
        _ => {
            let alarm = alarm().map(Under::Alarm);
            alarm.or_else(|| crew().map(Under::Crew)).or_else(name).or_else(solid).unwrap_or(Under::Nothing)
        }
    }
}
