//! Views to come back to: nine of each city, kept in the user's folder.
//!
//! `bookmarks/NAME_LON_LAT.toml` in the user's folder, one file a city (name and origin of its pack), version 1:
//!
//! ```toml
//! version = 1
//! [[bookmark]]
//! slot = 1            # 1 to 9
//! name = "老城"
//! lon = 118.78        # WGS 84, what the camera looks at
//! lat = 32.04
//! distance = 900.0    # metres
//! heading = 20.0      # degrees clockwise from north
//! tilt = 55.0         # degrees from straight down
//! ```

use std::path::{Path, PathBuf};

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use egui::{Align2, Key, Modifiers, RichText, TextEdit, Ui};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::around::AroundTool;
use super::{AROUND, BOOKMARKS, UserFolder, panel, pressed, stands};
use crate::domain::LonLat;
use crate::ground::City;
use crate::screen::look::{medium_font, tokens};
use crate::screen::names::{CityNames, Kinds};
use crate::screen::shown::{CityView, FreeArea, Ground, Pose};
use crate::screen::situation::Names;
use crate::screen::twin::rig::Rig;

/// Version of the file.
const VERSION: u32 = 1;
/// Seconds of a flight to a bookmark.
const FLIGHT_SECS: f64 = 1.6;
/// Longest name in characters.
const NAME_MAX: usize = 24;
const KEYS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

/// A view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bookmark {
    /// 1 to 9: its key.
    pub(super) slot: u8,
    /// What the user calls it.
    pub(super) name: String,
    lon: f64,
    lat: f64,
    distance: f64,
    heading: f64,
    tilt: f64,
}

impl Bookmark {
    pub(super) fn new(slot: u8, name: String, pose: Pose, city: &City) -> Self {
        let at = city.frame().lonlat_from_metres(pose.target);
        Self { slot, name, lon: at.lon, lat: at.lat, distance: pose.distance, heading: pose.heading, tilt: pose.tilt }
    }

    /// Where the camera stands; `None` where the file says something impossible.
    pub(super) fn pose(&self, city: &City) -> Option<Pose> {
        let target = city.frame().metres_from_lonlat(LonLat::new(self.lon, self.lat)?);
        Some(Pose { target, distance: self.distance, heading: self.heading, tilt: self.tilt })
    }
}

/// What the file holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Book {
    version: u32,
    #[serde(default, rename = "bookmark")]
    pub(super) bookmarks: Vec<Bookmark>,
}

/// Why bookmarks cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum BookError {
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// Not such a file.
    #[error("{path}: {message}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        message: String,
    },
    /// Written by another release.
    #[error("{path} is of version {version}, this release reads version {VERSION}: move the file away to begin anew")]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
}

impl Book {
    /// Put a bookmark in its slot.
    pub(super) fn put(&mut self, bookmark: Bookmark) {
        self.bookmarks.retain(|other| other.slot != bookmark.slot);
        self.bookmarks.push(bookmark);
        self.bookmarks.sort_by_key(|bookmark| bookmark.slot);
    }

    /// Read a file; an empty book where there is none.
    ///
    /// # Errors
    /// [`BookError`].
    pub(super) fn read(path: &Path) -> Result<Self, BookError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(BookError::File { path: path.to_owned(), source }),
        };
        let malformed =
            |error: toml::de::Error| BookError::Malformed { path: path.to_owned(), message: error.to_string() };
        let book: Self = toml::from_str(&text).map_err(malformed)?;
        if book.version == VERSION {
            Ok(book)
        } else {
            Err(BookError::Version { path: path.to_owned(), version: book.version })
        }
    }

    /// Write the file, aside first, so that it is whole at every moment.
    ///
    /// # Errors
    /// [`BookError`].
    pub(super) fn write(&self, path: &Path) -> Result<(), BookError> {
        let failed = |source| BookError::File { path: path.to_owned(), source };
        let book = Self { version: VERSION, bookmarks: self.bookmarks.clone() };
        let text = toml::to_string(&book)
            .map_err(|error| BookError::Malformed { path: path.to_owned(), message: error.to_string() })?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let aside = path.with_extension("toml.new");
        std::fs::write(&aside, text).map_err(failed)?;
        std::fs::rename(&aside, path).map_err(failed)
    }
}

/// The file of a city.
pub(super) fn file_of(folder: &Path, city: &City) -> PathBuf {
    let letter = |c: char| if c.is_alphanumeric() { c } else { '-' };
    let name: String = city.meta().name.chars().take(40).map(letter).collect();
    let origin = city.frame().origin();
    folder.join("bookmarks").join(format!("{name}_{:.3}_{:.3}.toml", origin.lon, origin.lat))
}

/// The bookmarks of this city.
#[derive(Resource, Debug, Default)]
pub(super) struct Bookmarks {
    book: Book,
    /// Where they are kept.
    path: Option<PathBuf>,
    /// The list is open.
    open: bool,
    /// Opened after the list of what is around.
    newer: bool,
    /// Key of the last word to the user, and the slot it is about.
    said: Option<(&'static str, u8)>,
}

/// Read the bookmarks of the city.
pub(super) fn load(folder: Option<Res<UserFolder>>, ground: Res<Ground>, mut bookmarks: ResMut<Bookmarks>) {
    let Some(folder) = folder.and_then(|folder| folder.0.clone()) else { return };
    let path = file_of(&folder, &ground.0);
    match Book::read(&path) {
        Ok(book) => {
            bookmarks.book = book;
            bookmarks.path = Some(path);
        }
        // What cannot be read is not written over either.
        Err(error) => tracing::warn!(%error, "no bookmarks"),
    }
}

impl Bookmarks {
    fn keep(&mut self) {
        let Some(path) = &self.path else {
            self.said = self.said.map(|(_, slot)| ("bookmarks.not_kept", slot));
            return;
        };
        if let Err(error) = self.book.write(path) {
            tracing::warn!(%error, "bookmarks are not kept");
            self.said = self.said.map(|(_, slot)| ("bookmarks.not_kept", slot));
        }
    }
}

/// Keys and the list.
pub(super) fn tool(
    mut contexts: EguiContexts,
    (view, ground, free, kinds): (Res<CityView>, Res<Ground>, Res<FreeArea>, Option<Res<Kinds>>),
    (mut bookmarks, mut around): (ResMut<Bookmarks>, ResMut<AroundTool>),
    mut rig: ResMut<Rig>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let bookmarks = bookmarks.bypass_change_detection();
    let city = &ground.0;
    let (list, own) = (stands(&ctx, AROUND), stands(&ctx, BOOKMARKS));
    bookmarks.newer &= list.is_some();
    if pressed(&ctx, Modifiers::NONE, Key::B) {
        bookmarks.open = !bookmarks.open;
        bookmarks.newer = list.is_some();
        bookmarks.said = None;
        ctx.request_repaint();
    }
    let mut fly = None;
    for (slot, key) in (1..).zip(KEYS) {
        if pressed(&ctx, Modifiers::CTRL, key) {
            let name = kinds.as_deref().and_then(|kinds| place_name(view.pose, city, kinds));
            let known = bookmarks.book.bookmarks.iter().find(|bookmark| bookmark.slot == slot);
            let name = known.map(|bookmark| bookmark.name.clone()).or(name).unwrap_or_default();
            bookmarks.book.put(Bookmark::new(slot, name, view.pose, city));
            bookmarks.said = Some(("bookmarks.stored", slot));
            bookmarks.open = true;
            bookmarks.keep();
            ctx.request_repaint();
        }
        if pressed(&ctx, Modifiers::ALT, key) {
            fly = Some(slot);
        }
    }
    if bookmarks.open && pressed(&ctx, Modifiers::NONE, Key::Escape) {
        bookmarks.open = false;
        ctx.request_repaint();
    }
    // Where the city has no room for both, of it and the list of what is around the newer stays.
    if bookmarks.open && list.zip(own).is_some_and(|(list, own)| list.intersects(own)) {
        if bookmarks.newer {
            around.close();
        } else {
            bookmarks.open = false;
        }
        ctx.request_repaint();
    }
    if bookmarks.open {
        let wish = show(&ctx, &free, bookmarks);
        fly = fly.or(wish);
    }
    let to = fly.and_then(|slot| bookmarks.book.bookmarks.iter().find(|bookmark| bookmark.slot == slot));
    if let Some(pose) = to.and_then(|bookmark| bookmark.pose(city)) {
        rig.glide(pose, FLIGHT_SECS);
        ctx.request_repaint();
    }
    Ok(())
}

/// The list; the slot of the view that was clicked.
fn show(ctx: &egui::Context, free: &FreeArea, bookmarks: &mut Bookmarks) -> Option<u8> {
    let (mut fly, mut gone, mut renamed, mut closed) = (None, None, false, false);
    panel(ctx, BOOKMARKS, free, Align2::RIGHT_TOP, |ui| {
        ui.set_width(tokens::desk::TOOL);
        closed = head_ui(ui);
        if bookmarks.book.bookmarks.is_empty() {
            ui.label(RichText::new(t!("bookmarks.none")).small().color(tokens::FAINT.egui()));
        }
        for bookmark in &mut bookmarks.book.bookmarks {
            ui.horizontal(|ui| {
                let key = RichText::new(format!("Alt {}", bookmark.slot)).font(medium_font(tokens::desk::SMALL));
                if ui.button(key).on_hover_text(t!("bookmarks.fly")).clicked() {
                    fly = Some(bookmark.slot);
                }
                let field = TextEdit::singleline(&mut bookmark.name)
                    .char_limit(NAME_MAX)
                    .desired_width(tokens::desk::TOOL - 110.0)
                    .hint_text(t!("bookmarks.name"));
                renamed |= ui.add(field).lost_focus();
                if ui.button("×").on_hover_text(t!("bookmarks.forget")).clicked() {
                    gone = Some(bookmark.slot);
                }
            });
        }
        if let Some((key, slot)) = bookmarks.said {
            ui.label(RichText::new(t!(key, slot = slot)).small().color(tokens::ACCENT.egui()));
        }
        ui.label(RichText::new(t!("bookmarks.hint")).small().color(tokens::DIM.egui()));
    });
    if let Some(slot) = gone {
        bookmarks.book.bookmarks.retain(|bookmark| bookmark.slot != slot);
        bookmarks.said = None;
    }
    if gone.is_some() || renamed {
        bookmarks.keep();
    }
    bookmarks.open &= !closed;
    fly
}

fn head_ui(ui: &mut Ui) -> bool {
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("bookmarks.title")).font(medium_font(tokens::desk::BODY)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.button("×").clicked()).inner
    })
    .inner
}

/// The finest level of areas that a view from so many metres is named after: the city, a district, a street.
fn level_from(distance: f64) -> u32 {
    match distance {
        far if far > 8_000.0 => 5,
        middle if middle > 3_000.0 => 6,
        _ => 8,
    }
}

/// What a new bookmark is called: the area around it that fills the view, or the street.
fn place_name(pose: Pose, city: &City, kinds: &Kinds) -> Option<String> {
    let at = pose.target;
    let locale = rust_i18n::locale().to_string();
    let names = CityNames { city, kinds, locale: &locale };
    let areas = city.areas_at(at).into_iter().rev().filter_map(|area| city.areas().get(area as usize));
    let area = areas
        .filter(|area| area.level <= level_from(pose.distance))
        .find_map(|area| names.named(area.name, area.name_en));
    let at = city.frame().lonlat_from_metres(at);
    let name = area.or_else(|| names.street(LonLat::new(at.lon, at.lat)?))?;
    Some(name.chars().take(NAME_MAX).collect())
}
