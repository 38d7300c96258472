//! The conversation of a case: its notes as a chat, and which of them were read at this desk. What is being written is one of
//! the [`Drafts`](crate::screen::drafts::Drafts).
//!
//! Notes are counted in the hall and told in the case's story. Read is what was there when the workspace showed it; own
//! notes are. A desk that never saw this hall before takes all there is as read.

use std::collections::BTreeMap;
use std::path::Path;

use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};

use crate::domain::{Actor, Fact, FileKind, Hall, IncidentId, Moment, What};
use crate::screen::kept::Kept;

/// Name of the file in the user's folder.
const FILE: &str = "case-talk.toml";

/// What was read of a case here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    incident: IncidentId,
    /// When the hall came to know the case: numbers of another hall mean other cases.
    known_at: Moment,
    /// So many notes were read.
    read: u32,
    /// What was being written, in files of before drafts had a place of their own.
    #[serde(default, skip_serializing)]
    draft: String,
}

/// What was being written about a case, which the hall came to know at a moment.
pub(super) type OldDraft = ((IncidentId, Moment), String);

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Rows {
    cases: Vec<Row>,
}

/// What of all conversations was read here.
#[derive(Resource, Default)]
pub struct Talk {
    rows: BTreeMap<IncidentId, Row>,
    /// The hall was seen.
    begun: bool,
    file: Option<Kept<Rows>>,
    /// It is to be kept.
    changed: bool,
}

impl Talk {
    /// With what was kept in the user's folder. Returns the drafts that an older file has.
    pub(super) fn restore(&mut self, folder: &Path) -> Vec<OldDraft> {
        let file = Kept::of(folder, FILE);
        let mut kept: Rows = file.read().unwrap_or_default();
        let drafts = kept.cases.iter_mut().map(|row| ((row.incident, row.known_at), std::mem::take(&mut row.draft)));
        let drafts: Vec<OldDraft> = drafts.filter(|(_, words)| !words.is_empty()).collect();
        self.changed |= !drafts.is_empty();
        self.rows = kept.cases.into_iter().map(|row| (row.incident, row)).collect();
        self.file = Some(file);
        drafts
    }

    fn row(&self, hall: &Hall, id: IncidentId) -> Option<&Row> {
        let known_at = hall.incident(id)?.known_at;
        self.rows.get(&id).filter(|row| row.known_at == known_at)
    }

    fn change(&mut self, hall: &Hall, id: IncidentId, change: impl FnOnce(&mut Row)) {
        let Some(known_at) = hall.incident(id).map(|incident| incident.known_at) else { return };
        let new = || Row { incident: id, known_at, read: 0, draft: String::new() };
        let row = self.rows.entry(id).or_insert_with(new);
        if row.known_at != known_at {
            *row = new();
        }
        let before = row.clone();
        change(row);
        self.changed |= *row != before;
    }

    /// A hall is shown, for the first time or anew.
    pub(super) fn see(&mut self, hall: &Hall) {
        if hall.upto().0 == 0 {
            return;
        }
        if !std::mem::replace(&mut self.begun, true) {
            let known = self.rows.keys().any(|id| self.row(hall, *id).is_some());
            if !known {
                let ids: Vec<IncidentId> = hall.incidents().map(|incident| incident.id).collect();
                let last = ids.last().copied();
                for id in ids {
                    let notes = hall.dossier(id).notes;
                    // One stays in any case: by it this hall is known again.
                    if notes > 0 || Some(id) == last {
                        self.change(hall, id, |row| row.read = notes);
                    }
                }
                self.changed = true;
            }
        }
        let before = self.rows.len();
        self.rows.retain(|id, row| hall.incident(*id).is_some_and(|incident| incident.known_at == row.known_at));
        self.changed |= self.rows.len() != before;
    }

    /// A fact was folded into the hall; `me` is the name that this desk signs with.
    pub(super) fn hear(&mut self, fact: &Fact, hall: &Hall, me: Option<&str>) {
        if let What::NoteAdded { incident, .. } = &fact.what
            && is_own(&fact.by, me)
        {
            self.change(hall, *incident, |row| row.read = row.read.saturating_add(1));
        }
    }

    /// All notes of a case were shown.
    pub(super) fn saw(&mut self, hall: &Hall, id: IncidentId) {
        let notes = hall.dossier(id).notes;
        if self.unread(hall, id) > 0 {
            self.change(hall, id, |row| row.read = notes);
        }
    }

    /// How many notes of a case were not read here.
    #[must_use]
    pub fn unread(&self, hall: &Hall, id: IncidentId) -> u32 {
        let notes = hall.dossier(id).notes;
        if notes == 0 || !self.begun {
            return 0;
        }
        notes.saturating_sub(self.row(hall, id).map_or(0, |row| row.read))
    }

    /// There is something to be kept.
    pub(super) fn is_changed(&self) -> bool {
        self.changed
    }

    /// Keep it.
    pub(super) fn keep(&mut self) {
        self.changed = false;
        if let Some(file) = &self.file {
            let rows = Rows { cases: self.rows.values().cloned().collect() };
            file.write(Some(&rows).filter(|rows| !rows.cases.is_empty()));
        }
    }
}

/// Whether somebody signs as this desk does.
fn is_own(by: &Actor, me: Option<&str>) -> bool {
    matches!(by, Actor::Person(name) if Some(name.as_str()) == me)
}

/// A line of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When the hall came to know it.
    pub at: Moment,
    /// Who.
    pub who: Speaker,
    /// What.
    pub what: Saying,
}

/// What a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saying {
    /// A note.
    Words(String),
    /// A file was added: its name and what it shows.
    File(String, FileKind),
}

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Speaker {
    /// As screens show them.
    pub name: String,
    /// Their post, where they have one now.
    pub post: Option<String>,
    /// It is who sits here.
    pub own: bool,
}

/// The conversation, oldest first, out of a story, which is newest first. `speaker` tells who somebody is.
#[must_use]
pub fn conversation(facts: &[Fact], of: IncidentId, speaker: impl Fn(&Actor) -> Speaker) -> Vec<Said> {
    let said = facts.iter().rev().filter_map(|fact| {
        let what = match &fact.what {
            What::NoteAdded { incident, words } if *incident == of => Saying::Words(words.clone()),
            What::FileAttached { incident, file } if *incident == of => Saying::File(file.name.clone(), file.kind),
            _ => return None,
        };
        Some(Said { at: fact.known_at, who: speaker(&fact.by), what })
    });
    said.collect()
}
