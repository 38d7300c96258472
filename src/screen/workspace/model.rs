//! The sheet between frames and what hands do to it. No engine.

use std::path::PathBuf;

use bevy::prelude::Resource;
use egui::{Vec2, vec2};

use super::parcel::Parcels;
use super::shelf::Shelf;
use crate::domain::{Attachment, FileKind, IncidentId};
use crate::screen::card::panel::Form;
use crate::screen::shown::Intent;

/// What is on the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Page {
    /// All that became known, newest first.
    #[default]
    Timeline,
    /// The conversation; beside every other page where there is room.
    Talk,
    /// Files.
    Files,
    /// Tasks with their receipts, crews, limits.
    People,
    /// What is within 500 metres.
    Near,
}

impl Page {
    /// All of them, by their keys.
    pub const ALL: [Self; 5] = [Self::Timeline, Self::Talk, Self::Files, Self::People, Self::Near];

    /// Key of its name in `assets/i18n`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Timeline => "workspace.timeline",
            Self::Talk => "workspace.talk",
            Self::Files => "workspace.files",
            Self::People => "workspace.people",
            Self::Near => "workspace.near",
        }
    }
}

/// How a picture is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Viewer {
    /// Times the size at which all of it is seen.
    pub(super) zoom: f32,
    /// Points that its middle lies off the middle of its pane.
    pub(super) pan: Vec2,
    /// Before and after side by side, where there are both.
    pub(super) beside: bool,
}

/// Farthest and nearest that a picture is looked at.
const ZOOM: (f32, f32) = (1.0, 16.0);

impl Default for Viewer {
    fn default() -> Self {
        Self { zoom: ZOOM.0, pan: Vec2::ZERO, beside: true }
    }
}

impl Viewer {
    /// Nearer or farther, with what is `at` points off the middle of the pane where it is.
    #[must_use]
    pub(super) fn zoomed(self, by: f32, at: Vec2) -> Self {
        let zoom = (self.zoom * by).clamp(ZOOM.0, ZOOM.1);
        let by = zoom / self.zoom;
        let pan = if zoom <= ZOOM.0 { Vec2::ZERO } else { at - (at - self.pan) * by };
        Self { zoom, pan, ..self }
    }

    /// Moved; all of it stays within reach of a pane of a size.
    #[must_use]
    pub(super) fn panned(self, by: Vec2, pane: Vec2) -> Self {
        let most = pane * 0.5 * (self.zoom - 1.0);
        let pan = self.pan + by;
        Self { pan: vec2(pan.x.clamp(-most.x, most.x), pan.y.clamp(-most.y, most.y)), ..self }
    }
}

/// Files that are to be added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Adding {
    /// The path as typed so far.
    pub(super) typed: String,
    /// Those of which only the kind has to be said.
    pub(super) files: Vec<PathBuf>,
}

/// What takes the keyboard when it is drawn next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Focus {
    /// The sheet itself, for its arrows.
    Sheet,
    /// The conversation's field.
    Talk,
    /// The field of a path.
    Path,
}

/// The case workspace.
#[derive(Resource, Default)]
pub struct Workspace {
    pub(super) open: bool,
    pub(super) incident: Option<IncidentId>,
    pub(super) page: Page,
    pub(super) file: usize,
    pub(super) viewer: Option<Viewer>,
    pub(super) adding: Option<Adding>,
    /// What came of the last file that was sent or saved.
    pub(super) note: Option<String>,
    /// The note that is on its way.
    pub(super) sending: Option<(IncidentId, String)>,
    pub(super) focus: Option<Focus>,
    /// Points that a list is to be moved up.
    pub(super) scroll: f32,
    /// Facts before those that are told are wanted.
    pub(super) earlier: bool,
    /// A field that is not the sheet's had the keyboard in the last frame: Escape takes it before anybody looks.
    pub(super) others_type: bool,
    pub(super) shelf: Shelf,
    pub(super) parcels: Parcels,
}

impl Workspace {
    /// Whether the sheet is shown.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether the picture of a file is drawn, small or large: its texture is there.
    #[must_use]
    pub fn shows(&self, hash: &crate::domain::FileHash) -> bool {
        self.shelf.item(hash).is_some_and(|item| item.thumb.is_some() || item.full.is_some())
    }

    /// Whether facts before those that are told were wanted since this was asked last.
    pub fn take_earlier(&mut self) -> bool {
        std::mem::take(&mut self.earlier)
    }

    /// Open it, or put it away. With it goes all that was fetched for it.
    pub(super) fn turn(&mut self, open: bool) {
        self.open = open;
        (self.viewer, self.adding, self.note) = (None, None, None);
        if open {
            self.focus = Some(Focus::Sheet);
        } else {
            self.shelf.clear();
        }
    }

    /// Another case is chosen.
    pub(super) fn choose(&mut self, incident: IncidentId) {
        if self.incident != Some(incident) {
            self.incident = Some(incident);
            (self.file, self.viewer, self.adding, self.note, self.scroll) = (0, None, None, None, 0.0);
            self.earlier = false;
            self.shelf.clear();
        }
    }

    /// Put away what lies on top: the picture, the form, then the sheet.
    pub(super) fn back(&mut self) {
        if self.viewer.take().is_none() && self.adding.take().is_none() {
            self.turn(false);
        } else {
            self.focus = Some(Focus::Sheet);
        }
    }

    /// Mark the file so many on, of `count`.
    pub(super) fn step(&mut self, by: isize, count: usize) {
        let Some(last) = count.checked_sub(1) else { return };
        self.file = self.file.min(last).saturating_add_signed(by).min(last);
        if let Some(viewer) = &mut self.viewer {
            (viewer.zoom, viewer.pan) = (ZOOM.0, Vec2::ZERO);
        }
    }

    /// Files that were dropped, or whose path was typed, wait for their kind.
    pub(super) fn add(&mut self, files: impl IntoIterator<Item = PathBuf>) {
        let adding = self.adding.get_or_insert_default();
        for file in files {
            if !adding.files.contains(&file) {
                adding.files.push(file);
            }
        }
        adding.typed.clear();
        (self.page, self.viewer, self.focus, self.note) = (Page::Files, None, Some(Focus::Sheet), None);
    }
}

/// Files as they stand on the page: by what they show, within that the first first.
pub(super) fn grouped(files: &[Attachment]) -> Vec<Attachment> {
    let mut files = files.to_vec();
    files.sort_by_key(|file| file.kind);
    files
}

/// What stands in the viewer: the marked file, or before and after of the case with the marked one among them.
pub(super) fn pair<'a>(files: &'a [Attachment], marked: &'a Attachment, beside: bool) -> Vec<&'a Attachment> {
    let is_picture = |file: &Attachment| matches!(file.media, crate::domain::Media::Jpeg | crate::domain::Media::Png);
    let other = match marked.kind {
        FileKind::Before => FileKind::After,
        FileKind::After => FileKind::Before,
        _ => return vec![marked],
    };
    if !beside || !is_picture(marked) {
        return vec![marked];
    }
    // The last one that was added tells most.
    match files.iter().rev().find(|file| file.kind == other && is_picture(file)) {
        Some(found) if marked.kind == FileKind::Before => vec![marked, found],
        Some(found) => vec![found, marked],
        None => vec![marked],
    }
}

/// What the user did on the sheet.
#[derive(Debug, Clone)]
pub(super) enum SheetWish {
    Page(Page),
    Back,
    Close,
    Write(String),
    Send,
    Add,
    Path(String),
    /// The path that was typed is one.
    Enter,
    Kind(FileKind),
    File(usize),
    Step(isize),
    View,
    Save,
    Beside,
    Zoom(f32, Vec2),
    Fit,
    Pan(Vec2, Vec2),
    Scroll(f32),
    /// Go to the earliest fact that is told, and fetch those before it.
    Earlier,
    Hall(Intent),
    Form(Option<Form>),
}
