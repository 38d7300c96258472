//! Dark or light panels. The theme is one for the whole process, as the language is.

use std::sync::atomic::{AtomicBool, Ordering};

/// How panels look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Light words on deep blue-grey: the usual one of a hall.
    #[default]
    Dark,
    /// Dark words on pale blue-grey: for bright rooms.
    Light,
}

/// Which theme the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeWish {
    /// Always dark.
    #[default]
    Dark,
    /// Always light.
    Light,
    /// Light by day, dark by night.
    Auto,
}

/// Minutes from midnight at which the light theme begins and ends where the clock decides.
const DAY: std::ops::Range<u16> = 7 * 60..18 * 60;

impl ThemeWish {
    /// As the setting `screen.theme` writes it.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "auto" => Self::Auto,
            _ => Self::Dark,
        }
    }

    /// The word that [`Self::from_word`] reads.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Auto => "auto",
        }
    }

    /// The theme at so many minutes from midnight.
    #[must_use]
    pub fn at(self, minutes: u16) -> Theme {
        match self {
            Self::Light => Theme::Light,
            Self::Auto if DAY.contains(&minutes) => Theme::Light,
            Self::Dark | Self::Auto => Theme::Dark,
        }
    }

    /// The wish after this one, in the order in which a key goes through them.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Light => Self::Auto,
            Self::Auto => Self::Dark,
        }
    }
}

static IS_LIGHT: AtomicBool = AtomicBool::new(false);

/// The theme that is on.
#[must_use]
pub fn theme() -> Theme {
    if IS_LIGHT.load(Ordering::Relaxed) { Theme::Light } else { Theme::Dark }
}

/// Turn a theme on; a context that was dressed in another is dressed anew by [`super::plugin`].
pub fn set_theme(theme: Theme) {
    IS_LIGHT.store(theme == Theme::Light, Ordering::Relaxed);
}
