//! The other end of a link without a hub, for pictures of a given hall and for tests.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{mpsc, watch};

use super::{Asked, AskedSign, Control, News, Shared, Wish};
use crate::domain::kpi::Period;
use crate::domain::rights::Area;
use crate::domain::sensor::Watch;
use crate::domain::{DeviceChange, DevicesAsked, FileHash, FileKind, IncidentId, Moment, Order, Search, Seq};

/// The other end of a [`Link::by_hand`].
pub struct Hand {
    pub(super) shared: Arc<Shared>,
    pub(super) waiting: mpsc::Receiver<Wish>,
    pub(super) watches: watch::Receiver<Option<Watch>>,
}

impl Hand {
    /// Give the link news.
    pub fn tell(&self, news: News) {
        self.shared.tell(|inbox| inbox.push(news));
    }

    /// The next order that was sent; other wishes before it are passed over.
    pub fn order(&mut self) -> Option<Order> {
        self.next(|wish| if let Wish::Order(order) = wish { Some(order) } else { None })
    }

    /// The next control that was sent; other wishes before it are passed over.
    pub fn control(&mut self) -> Option<Control> {
        self.next(|wish| if let Wish::Control(control) = wish { Some(control) } else { None })
    }

    /// The name and the password that were given next to sign in; other wishes before it are passed over.
    pub fn sign_in(&mut self) -> Option<(String, String)> {
        self.next(|wish| if let Wish::SignIn { name, password } = wish { Some((name, password.0)) } else { None })
    }

    /// The password that was given next to unlock the screen; other wishes before it are passed over.
    pub fn unlock(&mut self) -> Option<String> {
        self.next(|wish| if let Wish::Unlock(password) = wish { Some(password.0) } else { None })
    }

    /// What was looked for next; other wishes before it are passed over.
    pub fn search(&mut self) -> Option<Search> {
        self.next(|wish| if let Wish::Search(search) = wish { Some(*search) } else { None })
    }

    /// What cases are counted of next; other wishes before it are passed over.
    pub fn count(&mut self) -> Option<Search> {
        self.next(|wish| if let Wish::Count(search) = wish { Some(*search) } else { None })
    }

    /// The next case whose story was asked for, and before which fact; other wishes before it are passed over.
    pub fn story(&mut self) -> Option<(IncidentId, Option<Seq>)> {
        self.next(|wish| if let Wish::Story(incident, before) = wish { Some((incident, before)) } else { None })
    }

    /// The next period that was asked about; other wishes before it are passed over.
    pub fn past(&mut self) -> Option<Period> {
        self.next(|wish| if let Wish::Past(period) = wish { Some(period) } else { None })
    }

    /// The next file that was asked for; other wishes before it are passed over.
    pub fn fetch(&mut self) -> Option<(IncidentId, FileHash)> {
        self.next(|wish| if let Wish::Fetch(incident, hash) = wish { Some((incident, hash)) } else { None })
    }

    /// The next file that was sent; other wishes before it are passed over.
    pub fn attach(&mut self) -> Option<(IncidentId, String, FileKind, Bytes)> {
        self.next(|wish| match wish {
            Wish::Attach(file) => Some((file.incident, file.name, file.kind, file.body)),
            _ => None,
        })
    }

    /// The course that was asked for next; other wishes before it are passed over.
    pub fn trend(&mut self) -> Option<Asked> {
        self.next(|wish| if let Wish::Trend(asked) = wish { Some(asked) } else { None })
    }

    /// The area and the moment whose vital signs were asked for next; other wishes before it are passed over.
    pub fn vitals(&mut self) -> Option<(Area, Option<Moment>)> {
        self.next(|wish| if let Wish::Vitals(area, at) = wish { Some((area, at)) } else { None })
    }

    /// The number that was asked about next; other wishes before it are passed over.
    pub fn xray(&mut self) -> Option<AskedSign> {
        self.next(|wish| if let Wish::Xray(asked) = wish { Some(asked) } else { None })
    }

    /// The question for devices that was asked next; other wishes before it are passed over.
    pub fn devices(&mut self) -> Option<DevicesAsked> {
        self.next(|wish| if let Wish::Devices(asked) = wish { Some(asked) } else { None })
    }

    /// The change of sensors that was wanted next; other wishes before it are passed over.
    pub fn change_devices(&mut self) -> Option<DeviceChange> {
        self.next(|wish| if let Wish::ChangeDevices(change) = wish { Some(change) } else { None })
    }

    /// What is to be shown of the sensors now.
    #[must_use]
    pub fn watch(&self) -> Option<Watch> {
        self.watches.borrow().clone()
    }

    fn next<T>(&mut self, wanted: impl Fn(Wish) -> Option<T>) -> Option<T> {
        loop {
            if let Some(found) = wanted(self.waiting.try_recv().ok()?) {
                return Some(found);
            }
        }
    }
}
