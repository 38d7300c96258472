//! A true picture of a screen, panels included, without a window.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bevy::time::TimeUpdateStrategy;

use super::app::ScreenOptions;
use super::offscreen::{Offscreen, OffscreenError};
use super::shown::{Intent, Pose, Shown, Target};
use super::twin::rig::Rig;
use super::twin::{Pending, TwinStyle};
use crate::domain::LonLat;
use crate::ground::City;
use crate::link::Link;

/// What is to be in the picture.
#[derive(Debug, Clone)]
pub struct ShotOptions {
    /// The screen; its size is the picture's in pixels.
    pub screen: ScreenOptions,
    /// Where the camera stands; the whole city where `None`.
    pub camera: Option<Viewpoint>,
    /// What is selected.
    pub select: Option<Target>,
    /// Wait up to five seconds for the link to become live.
    pub live: bool,
    /// Samples a pixel: 1, 2, 4 or 8.
    pub samples: u32,
    /// The PNG to write.
    pub out: PathBuf,
}

/// Where a camera stands: it looks at a point on the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Viewpoint {
    /// The point.
    pub at: LonLat,
    /// Metres of the camera above the ground.
    pub height: f64,
    /// Degrees clockwise from north.
    pub heading: f64,
    /// Degrees from straight down.
    pub tilt: f64,
}

impl std::str::FromStr for Viewpoint {
    type Err = String;

    /// Reads `lon,lat,height,heading,tilt`; heading and tilt may be left out (0 and 55).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers: Result<Vec<f64>, _> = text.split(',').map(|part| part.trim().parse::<f64>()).collect();
        let numbers = numbers.map_err(|e| format!("{e}; write lon,lat,height,heading,tilt"))?;
        let (lon, lat, height, rest) = match numbers.as_slice() {
            [lon, lat, height, rest @ ..] if rest.len() <= 2 => (*lon, *lat, *height, rest),
            _ => return Err("write lon,lat,height,heading,tilt".to_owned()),
        };
        let at = LonLat::new(lon, lat).ok_or("longitude or latitude is out of range")?;
        if !(height.is_finite() && height > 0.0) {
            return Err("the height is in metres above the ground, more than 0".to_owned());
        }
        let or = |i: usize, other: f64| rest.get(i).copied().unwrap_or(other);
        Ok(Self { at, height, heading: or(0, 0.0), tilt: or(1, 55.0).clamp(0.0, super::twin::pose::MAX_TILT) })
    }
}

impl Viewpoint {
    /// As a pose in `city`.
    #[must_use]
    pub fn pose(&self, city: &City) -> Pose {
        Pose {
            target: city.frame().metres_from_lonlat(self.at),
            distance: self.height / self.tilt.to_radians().cos().max(0.05),
            heading: self.heading,
            tilt: self.tilt,
        }
    }
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum ShotError {
    /// It could not be drawn.
    #[error(transparent)]
    Offscreen(#[from] OffscreenError),
    /// There is no such incident.
    #[error("there is no incident {0} to select")]
    NoIncident(u64),
    /// It could not be written.
    #[error("{path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: image::ImageError,
    },
}

/// Seconds of the screen's own time that pass before the picture is taken, so that nothing is on its way any more.
const SETTLE_SECS: f64 = 2.0;
/// Of the screen's own time, for each frame.
const FRAME: Duration = Duration::from_millis(100);
/// How long to wait for the link to become live.
const LIVE_WITHIN: Duration = Duration::from_secs(5);

/// Draw the picture and write it.
///
/// # Errors
/// [`ShotError`].
pub fn shot(options: &ShotOptions, link: Link, city: Arc<City>) -> Result<(), ShotError> {
    let picture = draw(options, link, city)?;
    picture.save(&options.out).map_err(|source| ShotError::Write { path: options.out.clone(), source })
}

/// Draw the picture.
///
/// # Errors
/// [`ShotError`].
pub fn draw(options: &ShotOptions, link: Link, city: Arc<City>) -> Result<image::RgbaImage, ShotError> {
    let pose = options.camera.map(|camera| camera.pose(&city));
    let mut screen = Offscreen::new(&options.screen, link, city)?;
    let world = screen.world_mut();
    world.insert_resource(TimeUpdateStrategy::ManualDuration(FRAME));
    let style = TwinStyle { samples: Some(options.samples), upload_bytes: usize::MAX, ..TwinStyle::default() };
    world.insert_resource(style);
    if let Some(pose) = pose {
        world.resource_mut::<Rig>().jump(pose);
    }
    let started = Instant::now();
    screen.frame();
    let is_live = |screen: &mut Offscreen| screen.world_mut().resource::<Shown>().link.is_live();
    while options.live && !is_live(&mut screen) && started.elapsed() < LIVE_WITHIN {
        screen.frame();
    }
    if let Some(target) = options.select {
        if let Target::Incident(id) = target
            && screen.world_mut().resource::<Shown>().hall.incident(id).is_none()
        {
            return Err(ShotError::NoIncident(id.0));
        }
        screen.world_mut().write_message(Intent::Select { target: Some(target), fly: pose.is_none() });
    }
    let mut left = SETTLE_SECS;
    while left > 0.0 || screen.world_mut().resource::<Pending>().count() > 0 {
        screen.frame();
        left -= FRAME.as_secs_f64();
    }
    Ok(screen.read()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewpoint_is_read_from_numbers_with_commas() {
        let full: Viewpoint = "114.17, 22.3,800,30,60".parse().unwrap();
        assert_eq!((full.at.lon, full.height, full.heading, full.tilt), (114.17, 800.0, 30.0, 60.0));
        let short: Viewpoint = "114.17,22.3,800".parse().unwrap();
        assert_eq!((short.heading, short.tilt), (0.0, 55.0));
        for bad in ["", "1,2", "a,b,c", "200,0,100", "1,2,-5", "1,2,3,4,5,6"] {
            assert!(bad.parse::<Viewpoint>().is_err(), "{bad}");
        }
    }
}
