//! What is open, what was told of it, which sensors are meant and what is written of them. Pure but for being a resource.

use std::collections::{BTreeSet, HashMap};

use bevy::prelude::*;
use rust_i18n::t;

use super::form::{Draft, Input, beginning};
use super::model::{Row, Tab, feed_row, sensor_row};
use super::panel::DevicesWish;
use crate::domain::sensor::retired::REASON_MAX;
use crate::domain::{Change, Device, DeviceChange, Devices, DevicesAsked, DevicesBy, LonLat, Meant, Moment};
use crate::screen::heat::OpenSensor;
use crate::screen::look::unusable::unusable;
use crate::screen::receive::{ChangeTold, DevicesTold};

/// Seconds between two questions.
const ASK_SECS: f64 = 10.0;
/// Most sensors of a list.
const MOST: u16 = 200;

/// Why some sensors go out of service, as far as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaving {
    /// Which.
    pub(super) of: Meant,
    /// How many these are.
    pub(super) count: usize,
    /// Nobody claimed them: they are dismissed.
    pub(super) unclaimed: bool,
    /// The reason.
    pub(super) reason: String,
}

/// What the sheet is at.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Page {
    /// The list.
    #[default]
    List,
    /// What sensors are.
    Form(Box<Draft>),
    /// Why sensors go out of service.
    Leaving(Leaving),
}

/// The sheet.
#[derive(Resource, Default)]
#[expect(clippy::struct_excessive_bools, reason = "a sheet is open or not, at its place or not")]
pub(super) struct Desk {
    pub(super) open: bool,
    pub(super) tab: Tab,
    pub(super) marked: usize,
    pub(super) reveal: bool,
    pub(super) page: Page,
    /// The field that is to have the cursor.
    pub(super) focus: Option<Input>,
    /// A place is chosen on the city.
    pub(super) picking: bool,
    /// What became of the last change.
    pub(super) note: Option<String>,
    /// A change is on its way.
    pub(super) sending: bool,
    told: HashMap<DevicesBy, Result<Box<Devices>, String>>,
    /// What was asked last, and when on egui's clock.
    asked: Option<(DevicesBy, f64)>,
    /// Sensors that were ticked, by identity.
    ticked: BTreeSet<String>,
    /// All of that beginning are meant.
    alike: Option<String>,
}

impl Desk {
    /// What is to be asked now, where anything is. `secs` is the screen's own clock.
    pub(super) fn due(&mut self, secs: f64) -> Option<DevicesAsked> {
        let by = self.tab.by();
        if self.asked.is_some_and(|(before, at)| before == by && secs - at < ASK_SECS) {
            return None;
        }
        self.asked = Some((by, secs));
        Some(DevicesAsked { by, words: String::new(), most: MOST })
    }

    /// The hub told something; whether it is one of this sheet's lists.
    pub(super) fn take(&mut self, told: &DevicesTold) -> bool {
        let ours = told.asked.by != DevicesBy::Named;
        if ours {
            self.told.insert(told.asked.by, told.told.clone());
        }
        ours
    }

    /// What became of the change that was sent. Where all is well the list is there again, asked anew.
    pub(super) fn settle(&mut self, ChangeTold(told): &ChangeTold) {
        self.sending = false;
        self.note = Some(match told {
            Ok(changed) => {
                let sum = t!("devices.changed", n = changed.changed, all = changed.meant);
                match changed.refused.first() {
                    Some(first) => {
                        let why = if first.field.is_empty() {
                            first.reason.clone()
                        } else {
                            unusable(&first.field, &first.reason)
                        };
                        let refused = t!("devices.not_changed", n = changed.refused_count, id = first.id, why = why);
                        format!("{sum} · {refused}")
                    }
                    None => sum.into_owned(),
                }
            }
            Err(why) => t!("devices.unchanged", why = why).into_owned(),
        });
        if matches!(told, Ok(changed) if changed.refused_count == 0) {
            self.page = Page::List;
            self.untick();
        }
        self.asked = None;
    }

    /// Look at something else.
    pub(super) fn show(&mut self, tab: Tab) {
        (self.tab, self.marked, self.reveal) = (tab, 0, true);
        self.untick();
        self.note = None;
    }

    fn untick(&mut self) {
        self.ticked.clear();
        self.alike = None;
    }

    pub(super) fn devices(&self) -> Option<&Devices> {
        self.told.get(&self.tab.by())?.as_deref().ok()
    }

    fn device(&self, at: usize) -> Option<&Device> {
        self.devices().filter(|_| self.tab != Tab::Feeds)?.list.sensors.get(at)
    }

    fn is_ticked(&self, device: &Device) -> bool {
        let alike = self.alike.as_ref().is_some_and(|alike| device.id.starts_with(alike.as_str()));
        alike || self.ticked.contains(&device.id)
    }

    /// The rows of what is looked at, or why there are none.
    pub(super) fn rows(&self, live: bool, now: Moment, utc_offset_secs: i32) -> Result<Vec<Row>, String> {
        let told = match self.told.get(&self.tab.by()) {
            Some(Ok(told)) => told,
            Some(Err(_)) | None if !live => return Err(t!("heat.no_hub").into_owned()),
            Some(Err(why)) => return Err(t!("devices.untold", why = why).into_owned()),
            None => return Err(t!("heat.card.waits").into_owned()),
        };
        let row = |one: &Device| {
            let row = sensor_row(one, self.tab, now, utc_offset_secs);
            Row { ticked: self.is_ticked(one), ..row }
        };
        let rows: Vec<Row> = match self.tab {
            Tab::Feeds => told.feeds.iter().map(|feed| feed_row(feed, now)).collect(),
            _ => told.list.sensors.iter().map(row).collect(),
        };
        if rows.is_empty() {
            let key = if self.tab == Tab::Feeds { "devices.no_feeds" } else { "devices.none" };
            return Err(t!(key).into_owned());
        }
        Ok(rows)
    }

    /// The card of a row, and its place where that is known.
    pub(super) fn card(&self, at: usize) -> Option<(OpenSensor, Option<LonLat>)> {
        let device = self.device(at)?;
        let card = OpenSensor { number: Some(device.sensor()), id: device.id.clone(), kind: device.kind() };
        Some((card, device.place()))
    }

    /// Which sensors a key is about, and how many: those that were ticked, else the marked one.
    pub(super) fn meant(&self) -> Option<(Meant, usize)> {
        if let Some(alike) = &self.alike {
            let all = self.devices().map(|told| told.list.sensors.iter().filter(|one| self.is_ticked(one)).count());
            return Some((Meant::Beginning(alike.clone()), all.unwrap_or_default()));
        }
        if !self.ticked.is_empty() {
            return Some((Meant::Named(self.ticked.iter().cloned().collect()), self.ticked.len()));
        }
        self.device(self.marked).map(|device| (Meant::Named(vec![device.id.clone()]), 1))
    }

    fn of_meant(&self, of: &Meant) -> impl Iterator<Item = &Device> {
        let is_meant = move |device: &&Device| match of {
            Meant::Named(ids) => ids.contains(&device.id),
            Meant::Beginning(beginning) => device.id.starts_with(beginning.as_str()),
        };
        self.devices().into_iter().flat_map(|told| &told.list.sensors).filter(is_meant)
    }

    /// Tick a row, or take its tick off.
    fn tick(&mut self, at: usize) {
        let Some(id) = self.device(at).map(|device| device.id.clone()) else { return };
        self.alike = None;
        if !self.ticked.remove(&id) {
            self.ticked.insert(id);
        }
    }

    /// All that begin as the marked one does are meant, or no more. Only where it is one of those that a beginning can mean:
    /// what nobody claimed, and what is out of service.
    fn tick_alike(&mut self) {
        let now = self.alike.take();
        let device = self.device(self.marked).filter(|_| matches!(self.tab, Tab::Unclaimed | Tab::Retired));
        let wanted = device.map(|device| beginning(&device.id).to_owned());
        self.untick();
        self.alike = wanted.filter(|wanted| now.as_ref() != Some(wanted));
    }

    /// The form of those that are meant.
    fn edit(&mut self) {
        let Some((of, count)) = self.meant() else { return };
        // By its beginning the hub claims what nobody claimed, not what is out of service.
        let of = match of {
            Meant::Beginning(_) if self.tab == Tab::Retired => {
                Meant::Named(self.of_meant(&of).map(|device| device.id.clone()).collect())
            }
            of => of,
        };
        let one = match &of {
            Meant::Named(ids) if ids.len() == 1 => self.of_meant(&of).next().map(Draft::one),
            _ => None,
        };
        self.page = Page::Form(Box::new(one.unwrap_or_else(|| Draft::many(of, count))));
        (self.focus, self.note) = (Some(Input::Kind), None);
    }

    /// The line for why those that are meant go out of service.
    fn leave(&mut self) {
        let Some((of, count)) = self.meant().filter(|_| self.tab != Tab::Retired) else { return };
        let unclaimed = self.of_meant(&of).all(|device| !device.claimed);
        self.page = Page::Leaving(Leaving { of, count, unclaimed, reason: String::new() });
        self.note = None;
    }

    /// What is to be sent, where it can be.
    fn change(&mut self) -> Option<DeviceChange> {
        let (of, change) = match &self.page {
            Page::List => return None,
            Page::Form(draft) => {
                let Some(claim) = draft.claim() else {
                    self.focus = draft.faulty();
                    return None;
                };
                (draft.of.clone(), Change::Claim(claim))
            }
            Page::Leaving(leaving) => {
                let reason = leaving.reason.trim().to_owned();
                if reason.is_empty() || reason.len() > REASON_MAX {
                    self.note = Some(t!("devices.reason_needed", n = REASON_MAX).into_owned());
                    return None;
                }
                (leaving.of.clone(), Change::Retire { reason })
            }
        };
        Some(DeviceChange { of, change })
    }

    /// A place was chosen on the city.
    pub(super) fn place(&mut self, at: LonLat) {
        self.picking = false;
        if let Page::Form(draft) = &mut self.page {
            draft.place(at);
            self.focus = Some(Input::Height);
        }
    }

    /// What the user did, as far as it is the sheet's own; what is to be sent, where anything is.
    pub(super) fn act(&mut self, wish: DevicesWish) -> Option<DeviceChange> {
        match wish {
            DevicesWish::Show(tab) => self.show(tab),
            DevicesWish::Mark(at) => (self.marked, self.reveal) = (at, true),
            DevicesWish::Tick(at) => self.tick(at),
            DevicesWish::Alike => self.tick_alike(),
            DevicesWish::Edit => self.edit(),
            DevicesWish::Leave => self.leave(),
            DevicesWish::BringBack => {
                let (of, _) = self.meant().filter(|_| self.tab == Tab::Retired)?;
                return Some(DeviceChange { of, change: Change::BringBack });
            }
            DevicesWish::Set(input, text) => {
                if let Page::Form(draft) = &mut self.page {
                    draft.set(input, text);
                }
            }
            DevicesWish::TurnKind(forward) => {
                if let Page::Form(draft) = &mut self.page {
                    draft.turn_kind(forward);
                }
            }
            DevicesWish::Next(input) => {
                if let Page::Form(draft) = &self.page {
                    self.focus = Some(draft.after(input));
                }
            }
            DevicesWish::Reason(text) => {
                if let Page::Leaving(leaving) = &mut self.page {
                    leaving.reason = text;
                }
            }
            DevicesWish::PickPlace => {
                self.picking = matches!(&self.page, Page::Form(draft) if draft.is_of_one());
            }
            DevicesWish::Send => return self.change().filter(|_| !self.sending),
            DevicesWish::Back => (self.page, self.picking) = (Page::List, false),
            DevicesWish::Close => self.open = false,
            DevicesWish::Take(_) => {}
        }
        None
    }
}
