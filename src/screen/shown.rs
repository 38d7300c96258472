//! The few resources every feature reads: what is shown, what is picked, where the camera is.

use std::collections::BTreeMap;
use std::sync::Arc;

use bevy::prelude::*;

use crate::domain::rights::Area;
use crate::domain::{CrewId, CrewPosition, Fact, Hall, Incident, IncidentId, LonLat, Moment, Refusal, Seq, TimeLimits};
use crate::ground::{City, demo};
use crate::link::{DESK_SEAT, Identity, Link, LinkState};

/// Which of the three screens this is.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScreenKind {
    /// 大屏: nobody touches it.
    Wall,
    /// 中屏: keyboard and mouse.
    Desk,
}

/// The state of the hall that is on screen. Written in `Receive` and `Apply` only.
#[derive(Resource, Default)]
pub struct Shown {
    /// The fold.
    pub hall: Hall,
    /// Newest position of each crew.
    pub crews: BTreeMap<CrewId, CrewPosition>,
    /// How the link is.
    pub link: LinkState,
    /// The moment that is shown: now on the hub's clock, or the replay cursor later. Ages count from it. Whole seconds,
    /// so that it changes (and redraws) once a second at most; in a demo that runs faster, four times a second.
    pub now: Moment,
    /// When the newest fact was known of which is heard: see [`Self::for_orders`].
    pub newest: Moment,
    /// Hall seconds a second: 1, unless a demo runs at another speed.
    pub rate: u16,
    /// Time limits of the catalogue in force at that moment; written by [`super::catalogue`].
    pub limits: Arc<TimeLimits>,
    /// The hub is a demo: speed, weather and scripts can be moved.
    pub demo: bool,
    /// Who sits here, as the hub knows them.
    pub who: Who,
    /// Where its cases lie.
    pub areas: AreasTold,
}

impl Shown {
    /// The hub tells all of its hall anew.
    pub fn replace(&mut self, hall: Hall) {
        self.newest = hall.known_upto();
        self.hall = hall;
    }

    /// Fold in a fact; false where it is known already.
    pub fn fold(&mut self, fact: &Fact) -> bool {
        let news = self.hall.apply(fact);
        if news {
            self.newest = self.newest.max(fact.known_at);
        }
        news
    }

    /// The time by which the hub decides an order that is given now, from which whatever lasts from now on counts. Facts
    /// never go back: after the hub's clock was set back it stays at the newest one until the clock is there again.
    #[must_use]
    pub fn for_orders(&self) -> Moment {
        self.now.max(self.newest)
    }
}

/// Areas of cases that have left the hall are forgotten once there are so many.
const AREAS_SPARE: usize = 1_000;

/// Where cases lie, as the hub says by whose rights and figures they count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AreasTold(BTreeMap<IncidentId, Area>);

impl AreasTold {
    /// Take in what the hub told; of cases of the whole city no area is known any more. `anew` forgets what it told before.
    pub fn take(&mut self, anew: bool, areas: impl IntoIterator<Item = (IncidentId, Area)>) {
        if anew {
            self.0.clear();
        }
        for (id, area) in areas {
            if area.is_city() {
                self.0.remove(&id);
            } else {
                self.0.insert(id, area);
            }
        }
    }

    /// What the hub told of a case.
    #[must_use]
    pub fn get(&self, id: IncidentId) -> Option<&Area> {
        self.0.get(&id)
    }

    /// The area of a case. Where the hub tells none it is the one that `city` has around its place: a hub may be without a
    /// map.
    #[must_use]
    pub fn of(&self, incident: &Incident, city: &City) -> Option<Area> {
        self.get(incident.id).cloned().or_else(|| city.area_of(incident.place.at?))
    }

    /// Forget those that the hall holds no more, once they are many.
    pub fn forget(&mut self, hall: &Hall) {
        if self.0.len() > AREAS_SPARE + 2 * hall.incidents().len() {
            self.0.retain(|id, _| hall.incident(*id).is_some());
        }
    }
}

/// Who sits at this screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Who {
    /// The hub has not said yet.
    #[default]
    Unknown,
    /// The hub lets in only who signs in.
    Wanted {
        /// Why the last try, or the token, was not taken.
        why: Option<Refusal>,
    },
    /// This one.
    Known(Identity),
}

impl Who {
    /// The name with which orders from here are signed; `None` where nobody is signed in.
    #[must_use]
    pub fn signs(&self) -> Option<&str> {
        match self {
            Self::Known(identity) if identity.open => Some(DESK_SEAT),
            Self::Known(identity) => Some(&identity.name),
            Self::Unknown | Self::Wanted { .. } => None,
        }
    }
}

/// The hub that this screen leads to: people are known by name within one. Empty for a hub in this process.
#[derive(Resource, Debug, Clone, PartialEq, Eq, Default)]
pub struct AtHub(pub String);

/// Hands are off: nobody is signed in, or the screen is locked. Written by [`super::sign_in`].
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Guard(pub bool);

/// What the last `Apply` changed in [`Shown`], so that nobody has to look through all incidents. Cleared and
/// filled once a frame by the system that folds the news; read from `Decide` on.
#[derive(Resource, Debug, Default, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The whole hall was replaced (a snapshot): forget everything known and read it anew.
    pub anew: bool,
    /// Incidents that are new, moved, were regraded or closed; may name one twice.
    pub incidents: Vec<IncidentId>,
    /// How many facts were folded in, those of no incident among them.
    pub facts: u64,
}

impl Changes {
    /// Note what `fact` touches.
    pub fn note(&mut self, fact: &Fact) {
        self.facts += 1;
        self.incidents.extend(fact.what.incident());
        // Merging touches the one that goes on as well.
        if let crate::domain::What::IncidentMoved { step, .. } = &fact.what {
            self.incidents.extend(step.other());
        }
    }

    /// Whether these are all the changes between two states of one hall, so that whoever knows the first need not read
    /// the second anew.
    #[must_use]
    pub fn cover(&self, from: Seq, to: Seq) -> bool {
        !self.anew && (from == to || from.0.checked_add(self.facts) == Some(to.0))
    }

    /// Whether no incident changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.anew && self.incidents.is_empty()
    }
}

/// Where the selected target is on screen in points (head of the pin, top of the building, place), for the leader
/// line to its card; `None` when nothing is selected or it is out of sight. Written in `Present`.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct SelectedAt(pub Option<Vec2>);

/// The link to the hub; orders go in here.
#[derive(Resource, Clone)]
pub struct HubLink(pub Link);

/// The folder that files are saved to; nothing is saved where `None`.
#[derive(Resource, Debug, Clone, Default)]
pub struct Downloads(pub Option<std::path::PathBuf>);

/// The open city.
#[derive(Resource, Clone)]
pub struct Ground(pub Arc<City>);

/// Where the hall stands, metres east and north: lines of orders begin there. `None` where nobody said.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Default)]
pub struct Seat(pub Option<[f64; 2]>);

impl Seat {
    /// The place that was said, else the one that a demo city has by itself.
    #[must_use]
    pub fn of(city: &City, said: Option<LonLat>) -> Self {
        Self(said.or_else(|| demo::seat(city)).map(|at| city.frame().metres_from_lonlat(at)))
    }
}

/// Something on screen that can be hovered, selected and flown to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// An incident.
    Incident(IncidentId),
    /// A building by its number in the pack.
    Building(u32),
    /// A place by its number in the pack.
    Place(u32),
    /// A crew.
    Crew(CrewId),
    /// A component by its number in the pack.
    Component(u32),
    /// An area by its number in the pack.
    Area(u32),
}

/// What the pointer is over and what was chosen.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct Picked {
    /// Under the pointer.
    pub hovered: Option<Target>,
    /// Chosen by click, key or list.
    pub selected: Option<Target>,
}

/// A tool has the clicks on the city for itself: they neither choose nor fly. Written by the tool.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct ClicksTaken(pub bool);

/// The camera looks at `target` (metres east, north in the local frame) from `distance` metres away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// Metres east and north.
    pub target: [f64; 2],
    /// Metres from the target.
    pub distance: f64,
    /// Degrees clockwise from north that the camera looks to.
    pub heading: f64,
    /// Degrees from straight down: 0 map-like, 80 near the horizon.
    pub tilt: f64,
}

/// Where the camera is now and how to get from pixels to the city and back.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub struct CityView {
    /// The pose that is drawn.
    pub pose: Pose,
    /// Clip from world (Bevy axes: x east, y up, z south, metres), for this frame.
    pub clip_from_world: Mat4,
    /// World from view, for this frame.
    pub world_from_view: Mat4,
    /// Logical size of the view in points (egui's points).
    pub size: Vec2,
}

impl CityView {
    /// Where a point (east, north, up in metres) is on screen, in points from the top left; `None` behind the camera.
    #[must_use]
    pub fn project(&self, east: f64, north: f64, up: f64) -> Option<Vec2> {
        #[expect(clippy::cast_possible_truncation, reason = "local metres fit f32")]
        let world = Vec4::new(east as f32, up as f32, -north as f32, 1.0);
        let clip = self.clip_from_world * world;
        (clip.w > 0.0).then(|| {
            let ndc = clip.truncate() / clip.w;
            Vec2::new((ndc.x + 1.0) * 0.5 * self.size.x, (1.0 - ndc.y) * 0.5 * self.size.y)
        })
    }

    /// The ray through a point on screen: origin and unit direction as (east, north, up).
    #[must_use]
    pub fn ray(&self, at: Vec2) -> ([f64; 3], [f64; 3]) {
        let ndc = Vec2::new(at.x / self.size.x.max(1.0) * 2.0 - 1.0, 1.0 - at.y / self.size.y.max(1.0) * 2.0);
        let world_from_clip = self.clip_from_world.inverse();
        let near = world_from_clip.project_point3(ndc.extend(1.0));
        let eye = self.world_from_view.w_axis.truncate();
        let dir = (near - eye).normalize_or_zero();
        let enu = |v: Vec3| [f64::from(v.x), -f64::from(v.z), f64::from(v.y)];
        (enu(eye), enu(dir))
    }

    /// Where the ray through a point on screen meets the ground of `city`: east, north.
    #[must_use]
    pub fn ground_at(&self, city: &City, at: Vec2) -> Option<[f64; 2]> {
        let (eye, dir) = self.ray(at);
        city.ray_ground(eye, dir).map(|[east, north, _]| [east, north])
    }

    /// Metres that a point of the screen is wide on the ground there.
    #[must_use]
    pub fn metres_per_point(&self, city: &City, at: Vec2) -> Option<f64> {
        const STEP: f32 = 50.0;
        let (a, b) = self.ground_at(city, at).zip(self.ground_at(city, at + Vec2::new(STEP, 0.0)))?;
        Some((a[0] - b[0]).hypot(a[1] - b[1]) / f64::from(STEP))
    }
}

/// Fly the camera somewhere with easing; any gesture interrupts. Missing parts stay as they are.
#[derive(Message, Debug, Clone, Copy)]
pub struct FlyTo {
    /// Metres east and north.
    pub target: [f64; 2],
    /// Metres from it.
    pub distance: Option<f64>,
}

/// What a panel wants done; read in `Decide`.
#[derive(Message, Debug, Clone)]
pub enum Intent {
    /// Choose something (or nothing) and, where `fly`, go there.
    Select {
        /// What.
        target: Option<Target>,
        /// Also fly there.
        fly: bool,
    },
    /// Send an order to the hub.
    Order(crate::domain::Order),
    /// Open the dialog that sends somebody to an incident.
    Dispatch(IncidentId),
    /// Open the dialog that takes down a call.
    TakeDown,
    /// Open the workspace of the chosen case, or put it away.
    Story,
    /// Open the dialog of an incident's plan.
    Plan(IncidentId),
    /// Move a demo hall.
    Control(crate::link::Control),
    /// Have the hub read its own files of the catalogue anew.
    Reload,
    /// Turn the map north-up.
    NorthUp,
    /// Back to the whole city.
    ResetView,
    /// Switch the language.
    SwitchLanguage,
    /// Draw as much as this tier of quality has.
    Quality(super::twin::quality::Quality),
}

/// What was drawn on the city: the circle around a place, and the points of a line or an outline; metres east and north.
#[derive(Resource, Debug, Default, Clone, PartialEq)]
pub struct Drawn {
    /// Middle and radius of a circle.
    pub circle: Option<([f64; 2], f64)>,
    /// Points of a line; three or more bound an area as well.
    pub points: Vec<[f64; 2]>,
}

/// Screen space (in points) that panels leave free for the city; set by the panels each pass.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct FreeArea(pub Option<Rect>);

/// The part of what is free in which the whole city is framed, in points; all of it where `None`. Set by a wall, whose
/// legend lies over the city.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct Framed(pub Option<Rect>);

/// What an alarm that calls has of the screen. Written by [`super::alarms`].
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct AlarmRoom {
    /// Height of the strip that names the most urgent one, in points: what else lies over the city begins below it. 0 while
    /// nothing calls.
    pub points: f32,
    /// A red one calls, so that the whole screen has a red frame.
    pub red: bool,
}

/// What is painted over the map that names keep clear of, in points, by who paints it.
#[derive(Resource, Debug, Default, Clone, PartialEq)]
pub struct KeepOff {
    by: BTreeMap<&'static str, Vec<Rect>>,
}

impl KeepOff {
    /// What one painter covers from now on; whether that is news.
    pub fn set(&mut self, painter: &'static str, covers: Vec<Rect>) -> bool {
        let before = self.by.insert(painter, covers);
        before.unwrap_or_default() != self.of(painter)
    }

    /// What one painter covers.
    #[must_use]
    pub fn of(&self, painter: &str) -> &[Rect] {
        self.by.get(painter).map_or(&[], Vec::as_slice)
    }

    /// All of it.
    pub fn rects(&self) -> impl Iterator<Item = Rect> + '_ {
        self.by.values().flatten().copied()
    }
}

/// Present where panels lie over the city: it is not drawn before they have said what they leave free.
#[derive(Resource, Debug, Clone, Copy)]
pub struct Panelled;
