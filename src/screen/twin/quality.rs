//! How much is drawn: four tiers, from a processor that draws to a wall's graphics card. Every tier looks right; a
//! higher one has more of what is small, soft or moving.
//!
//! The tier is the user's (`screen.quality`, or on the screen: the desk's F1, F4 anywhere), or else what [`Quality::fitting`] makes
//! of a short [measurement](super::measure).

use std::time::Duration;

use bevy::prelude::*;

/// A tier.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Quality {
    /// The processor draws: nothing moves that need not, nothing is drawn twice.
    #[default]
    Software,
    /// Graphics within the processor.
    Laptop,
    /// A graphics card.
    Workstation,
    /// A graphics card for many megapixels.
    Wall,
}

/// What a tier spends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Means {
    /// Samples a pixel in a window.
    pub samples: u32,
    /// Trees at once, at most.
    pub trees: u32,
    /// Metres from the eye to the last tree, pier and shore line.
    pub reach: f32,
    /// How finely far buildings are drawn; 2 draws at twice the distance what 1 draws.
    pub detail: f32,
    /// Lines of equal height on the ground.
    pub contours: bool,
    /// Shade on the ground: shadows and the dark where a wall meets it.
    pub shade: bool,
    /// Time between two frames of moving water and falling rain; still where `None`.
    pub motion: Option<Duration>,
    /// Points that a crew goes on screen from one frame to the next.
    pub glide: f32,
    /// Least time between two such frames.
    pub glide_pause: Duration,
    /// Time from one frame to the next that shows where crews are.
    pub crews: Duration,
}

/// Billions of operations a second from which an adapter is no processor, a card, a wall's card.
const STEPS: [f64; 3] = [60.0, 2_500.0, 12_000.0];

impl Quality {
    /// All tiers, least first.
    pub const ALL: [Self; 4] = [Self::Software, Self::Laptop, Self::Workstation, Self::Wall];

    /// Its name in settings.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Software => "software",
            Self::Laptop => "laptop",
            Self::Workstation => "workstation",
            Self::Wall => "wall",
        }
    }

    /// The tier with this name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|quality| quality.word() == word)
    }

    /// The tier after this one; after the last the first.
    #[must_use]
    pub fn next(self) -> Self {
        let next = (self as usize + 1) % Self::ALL.len();
        Self::ALL.get(next).copied().unwrap_or_default()
    }

    /// The tier for an adapter that does `gflops` billion operations a second; `software` where it is a processor.
    #[must_use]
    pub fn fitting(gflops: f64, software: bool) -> Self {
        let reached = STEPS.iter().filter(|step| gflops >= **step).count();
        let fitting = Self::ALL.get(reached).copied().unwrap_or_default();
        if software { Self::Software } else { fitting }
    }

    /// What it spends.
    #[must_use]
    pub fn means(self) -> Means {
        let low = Means {
            samples: 1,
            trees: 700,
            reach: 420.0,
            detail: 1.0,
            contours: false,
            shade: false,
            motion: None,
            glide: 2.0,
            glide_pause: Duration::from_millis(250),
            crews: Duration::from_secs(1),
        };
        match self {
            Self::Software => low,
            Self::Laptop => Means {
                samples: 4,
                trees: 2_500,
                reach: 800.0,
                detail: 1.5,
                contours: true,
                shade: true,
                motion: Some(Duration::from_millis(200)),
                glide: 0.5,
                glide_pause: Duration::ZERO,
                crews: Duration::from_millis(100),
            },
            Self::Workstation => Means {
                samples: 4,
                trees: 6_000,
                reach: 1_400.0,
                detail: 3.0,
                contours: true,
                shade: true,
                motion: Some(Duration::from_millis(66)),
                glide: 0.5,
                glide_pause: Duration::ZERO,
                crews: Duration::from_millis(100),
            },
            Self::Wall => Means {
                samples: 4,
                trees: 10_000,
                reach: 2_200.0,
                detail: 4.0,
                contours: true,
                shade: true,
                motion: Some(Duration::from_millis(50)),
                glide: 0.5,
                glide_pause: Duration::ZERO,
                crews: Duration::from_millis(100),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_have_names_and_follow_one_another() {
        for quality in Quality::ALL {
            assert_eq!(Quality::from_word(quality.word()), Some(quality));
        }
        assert_eq!(Quality::from_word("auto"), None);
        assert_eq!(Quality::Wall.next(), Quality::Software);
    }

    #[test]
    fn a_faster_adapter_never_gets_less_and_a_processor_gets_the_least() {
        let tiers = [5.0, 400.0, 8_000.0, 60_000.0].map(|gflops| Quality::fitting(gflops, false));
        assert_eq!(tiers, Quality::ALL);
        assert_eq!(Quality::fitting(60_000.0, true), Quality::Software);
        assert!(Quality::ALL.windows(2).all(|pair| pair[0].means().trees <= pair[1].means().trees));
    }
}
