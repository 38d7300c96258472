//! What a hub says, taken in by the mirror: facts, how time runs, answers to what was asked.

use bytes::Bytes;

use super::super::{HubClock, Hurry, LinkState, News};
use super::{Mirror, now};
use crate::domain::{Hall, Refusal};
use crate::wire::frame::read_to_screen;
use crate::wire::watch::unpacked;
use crate::wire::{Answer, Secret, ToScreen, TransportError};

/// Milliseconds by which our idea of the hub's time may be off before it is set right.
const CLOCK_OFF_MAX: u64 = 500;

impl Mirror {
    fn keep_time(&mut self, clock: HubClock) {
        self.clock = Some(clock);
        self.shared.tell(|inbox| inbox.clock(clock));
    }

    /// How a hub is that was heard just now.
    fn heard_as(&self) -> LinkState {
        if self.clock.is_none_or(|clock| clock.writes) { LinkState::Live } else { LinkState::ReadOnly }
    }

    /// Take in a frame; why the connection is of no use any more, where it is not.
    pub(super) fn hear(
        &mut self,
        frame: Option<Result<Bytes, TransportError>>,
        token: &mut Option<Secret>,
    ) -> Result<(), String> {
        let bytes = frame.ok_or("the hub closed the connection")?.map_err(|e| e.to_string())?;
        let frame = read_to_screen(&bytes).map_err(|e| e.to_string())?;
        self.heard = now();
        match frame {
            ToScreen::Welcome { epoch, .. } => {
                if self.epoch == Some(epoch) {
                    self.set(self.heard_as());
                } else {
                    // Another log: what we have means nothing there, a snapshot follows.
                    self.epoch = Some(epoch);
                    self.hall = Hall::default();
                }
            }
            ToScreen::Snapshot { hall } => {
                self.hall = *hall;
                let hall = self.hall.clone();
                self.shared.tell(|inbox| inbox.snapshot(hall));
                self.set(self.heard_as());
            }
            ToScreen::Batch { facts, .. } => {
                for fact in &facts {
                    if !self.hall.apply(fact) {
                        // Never from a sound hub; a snapshot mends it.
                        self.epoch = None;
                        return Err(format!("fact {} does not follow {}", fact.seq.0, self.hall.upto().0));
                    }
                }
                self.shared.tell(|inbox| inbox.facts(facts, &self.hall));
            }
            ToScreen::Areas { anew, areas } => {
                let by_case =
                    areas.into_iter().flat_map(|(area, ids)| ids.into_iter().map(move |id| (id, area.clone())));
                self.shared.tell(|inbox| inbox.areas(anew, by_case));
            }
            ToScreen::Positions(positions) => {
                self.shared.tell_by(Hurry::Soon, |inbox| inbox.positions(positions));
            }
            ToScreen::Answer { id, answer } if self.unlocking == Some(id) => {
                self.unlocking = None;
                let told = match answer {
                    Answer::Done(_) | Answer::Caller(..) => Ok(()),
                    Answer::Refused(refusal) => Err(refusal),
                };
                self.shared.tell(|inbox| inbox.unlocked(told));
            }
            ToScreen::Answer { id, answer } => {
                self.waiting.retain(|waiting| waiting.id != id);
                match answer {
                    Answer::Refused(refusal) => self.shared.tell(|inbox| inbox.refused(refusal)),
                    Answer::Done(_) => {}
                    Answer::Caller(incident, caller) => self.shared.tell(|inbox| inbox.caller(incident, caller)),
                }
            }
            ToScreen::Clock { now, rate, demo, writes } => {
                self.keep_time(HubClock { hub: now, heard: self.heard, rate, demo, writes });
                if self.state.is_live() {
                    self.set(self.heard_as());
                }
            }
            ToScreen::Heartbeat { now } => {
                // Clocks of two machines drift apart, and one of them may be set.
                if let Some(clock) = self.clock.filter(|c| c.at(self.heard).0.abs_diff(now.0) > off_max(c.rate)) {
                    self.keep_time(HubClock { hub: now, heard: self.heard, ..clock });
                }
            }
            ToScreen::SignInWanted { why } => {
                self.wanted = true;
                // A token that is not taken once is never taken.
                *token = None;
                // What was begun is not gone on with by somebody else.
                for news in self.errands.end(&Refusal::NotSignedIn) {
                    self.shared.tell(|inbox| inbox.file(news));
                }
                self.shared.tell(|inbox| inbox.sign_in_wanted(why));
            }
            ToScreen::Identity(identity) => {
                self.wanted = false;
                if let Some(given) = &identity.token {
                    *token = Some(given.clone());
                }
                self.shared.tell(|inbox| inbox.identity(identity));
            }
            frame @ (ToScreen::Found { .. } | ToScreen::Story { .. } | ToScreen::Past { .. }) => {
                self.hear_archive(frame);
            }
            ToScreen::Piece { id, piece } => {
                let news = self.errands.hear_piece(id, piece);
                self.tell_of_file(news);
            }
            ToScreen::Upto { id, upto } => {
                let news = self.errands.hear_upto(id, upto);
                self.tell_of_file(news);
            }
            frame @ (ToScreen::Trend { .. }
            | ToScreen::Sensors { .. }
            | ToScreen::Readings { .. }
            | ToScreen::Windowed { .. }
            | ToScreen::Vitals { .. }
            | ToScreen::Xray { .. }) => {
                self.hear_sensors(frame)?;
            }
            ToScreen::Bye { reason } => return Err(format!("the hub said: {reason}")),
        }
        Ok(())
    }

    /// What is told of what was; of what was asked before something newer nothing counts.
    fn hear_archive(&mut self, frame: ToScreen) {
        match frame {
            ToScreen::Found { id, found } if self.searching == Some(id) => {
                self.searching = None;
                self.shared.tell(|inbox| inbox.found(found));
            }
            ToScreen::Found { id, found } if self.counting == Some(id) => {
                self.counting = None;
                self.shared.tell(|inbox| inbox.counted(found));
            }
            ToScreen::Story { id, story } if self.asking.is_some_and(|(asked, _)| asked == id) => {
                if let Some((_, incident)) = self.asking.take() {
                    self.shared.tell(|inbox| inbox.story(incident, story));
                }
            }
            ToScreen::Past { id, past } if self.holding.is_some_and(|(asked, _)| asked == id) => {
                if let Some((_, period)) = self.holding.take() {
                    self.shared.tell(|inbox| inbox.past(period, past));
                }
            }
            _ => {}
        }
    }

    fn tell_of_file(&self, news: Option<News>) {
        if let Some(news) = news {
            self.shared.tell(|inbox| inbox.file(news));
        }
    }

    /// What is told of sensors; of what was asked or watched before something newer nothing counts.
    fn hear_sensors(&mut self, frame: ToScreen) -> Result<(), String> {
        match frame {
            ToScreen::Trend { id, trend } => {
                if let Some((_, sensor)) = self.plotting.take_if(|(asked, _)| *asked == id) {
                    self.shared.tell(|inbox| inbox.trend(sensor, trend));
                }
            }
            ToScreen::Sensors { id, sensors, gone, left, unread } => {
                if let Some((_, begun)) = self.watching.as_mut().filter(|(watching, _)| *watching == id) {
                    let anew = !std::mem::replace(begun, true);
                    self.shared.tell(|inbox| inbox.sensors(News::Sensors { anew, sensors, gone, left, unread }));
                }
            }
            ToScreen::Vitals { id, board } if self.reading_vitals == Some(id) => {
                self.reading_vitals = None;
                self.shared.tell(|inbox| inbox.vitals(board));
            }
            ToScreen::Xray { id, xray } if self.seeing_through == Some(id) => {
                self.seeing_through = None;
                self.shared.tell(|inbox| inbox.xray(xray));
            }
            ToScreen::Readings { id, rows } if self.watching.is_some_and(|(watching, _)| watching == id) => {
                let readings = unpacked(&rows).map_err(|error| error.to_string())?;
                self.shared.tell(|inbox| inbox.readings(readings));
            }
            ToScreen::Windowed { id, rows } if self.watching.is_some_and(|(watching, _)| watching == id) => {
                let told = match rows {
                    Ok(rows) => Ok(unpacked(&rows).map_err(|error| error.to_string())?),
                    Err(refusal) => Err(refusal),
                };
                self.shared.tell(|inbox| inbox.windowed(told));
            }
            _ => {}
        }
        Ok(())
    }
}

/// At a high rate a frame's way takes long in the hall.
fn off_max(rate: u16) -> u64 {
    CLOCK_OFF_MAX * u64::from(rate.max(1))
}
