//! What the dialog remembers, and what becomes of what the user did. Pure: no engine, no clock.
//!
//! ```text
//!  written ── Ctrl Enter ──► sent ──► the hall has it: the draft is empty
//!     ▲                       ├─► refused, with the reason
//!     └───────────────────────┴─► the link was lost, and the hall has it not
//! ```

use rust_i18n::t;

use super::draft::Draft;
use super::model::{last_page, roster, who};
use crate::domain::duty::log::Noted;
use crate::domain::duty::{Duty, Watch};
use crate::domain::{DutyPost, DutyStep, Hall, IncidentId, Moment, Order, Pack, Seq, TimeLimits};
use crate::screen::shown::{Intent, Target};

/// Seconds of the screen's clock between two previews of a pack while facts come in.
const PREVIEW_SECS: f32 = 2.0;

/// A page of the dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Page {
    /// Who has which post.
    Roster,
    /// The log of a shift.
    #[default]
    Log,
    /// The hand-over.
    Handover,
}

impl Page {
    pub(super) const ALL: [Self; 3] = [Self::Roster, Self::Log, Self::Handover];

    /// Key of its name.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Roster => "duty.roster",
            Self::Log => "duty.log",
            Self::Handover => "duty.handover",
        }
    }
}

/// What the user did.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DutyWish {
    Page(Page),
    Close,
    /// The shift before, or the one after; on the roster the days before, or after.
    Shift(i64),
    /// Mark another row, so many further.
    Mark(i64),
    MarkAt(usize),
    Who(String),
    Assign,
    Remove,
    Swap,
    SignOn,
    Words(String),
    Correct,
    Open,
    Bind,
    Settle,
    Write,
    Remark(String),
    /// Prepare and sign.
    Prepare,
    /// Take over and sign.
    Sign,
    /// Go to the marked case.
    Go,
    GoTo(IncidentId),
}

/// What is on its way to the hub.
#[derive(Debug, Clone, PartialEq)]
enum Sent {
    /// An entry, after the one of this number.
    Entry(u64, String),
    /// A hand-over was prepared, after this fact.
    Prepared(Seq),
    /// The shift of this number is taken over.
    Signed(u32),
    /// Somebody is to have a post.
    Assigned(DutyPost, String),
}

/// What the dialog is used with.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) hall: &'a Hall,
    /// The name with which orders of this desk are signed.
    pub(super) me: &'a str,
    /// The case that is chosen.
    pub(super) chosen: Option<IncidentId>,
    pub(super) now: Moment,
    pub(super) utc_offset_secs: i32,
    pub(super) live: bool,
}

/// The dialog.
#[derive(Debug, Default)]
pub(super) struct DutyDesk {
    pub(super) open: bool,
    pub(super) page: Page,
    pub(super) draft: Draft,
    /// The page of the roster, from 0.
    pub(super) ahead: i32,
    /// The marked row of the page.
    pub(super) marked: usize,
    /// The post that waits to change places with another.
    pub(super) held: Option<DutyPost>,
    /// The shift that is looked at; `None` for the one on duty.
    pub(super) shift: Option<u32>,
    pub(super) note: Option<String>,
    /// Put the cursor into the field of the page.
    pub(super) focus: bool,
    pub(super) preview: Option<Pack>,
    previewed: (Seq, f32),
    sent: Option<Sent>,
    cut_off: bool,
    /// Cases of the marked rows of a hand-over, as they are shown.
    pub(super) lines: Vec<Option<IncidentId>>,
}

impl DutyDesk {
    /// Open it, with what was written so far.
    pub(super) fn show(&mut self) {
        (self.open, self.focus, self.note) = (true, true, None);
        (self.shift, self.ahead) = (None, 0);
    }

    /// With what a crash left behind, where something was written.
    pub(super) fn restore(&mut self, draft: Draft) {
        if draft.is_name_alone() {
            self.page = Page::Roster;
        }
        self.draft = draft;
        self.show();
        self.note = Some(t!("duty.restored").into_owned());
    }

    pub(super) fn is_sending(&self) -> bool {
        // A name for the roster keeps nobody waiting: given again it changes nothing.
        self.sent.as_ref().is_some_and(|sent| !matches!(sent, Sent::Assigned(..)))
    }

    /// The shift that is looked at.
    pub(super) fn watch<'a>(&self, duty: &'a Duty) -> Option<&'a Watch> {
        self.shift.map_or_else(|| duty.watch(), |number| duty.shift(number)).or_else(|| duty.watch())
    }

    /// What would be handed over now, looked at anew where something changed.
    pub(super) fn look(&mut self, around: &Around<'_>, limits: &TimeLimits, at: f32) {
        let (upto, last) = self.previewed;
        let due = self.preview.is_none() || (upto != around.hall.upto() && at - last >= PREVIEW_SECS);
        if self.open && self.page == Page::Handover && due {
            self.preview = Some(Pack::compose(around.hall, limits, around.utc_offset_secs, around.now));
            self.previewed = (around.hall.upto(), at);
        }
    }

    /// What became of what was sent.
    pub(super) fn settle(&mut self, around: &Around<'_>, refused: Option<String>) {
        let Some(sent) = self.sent.clone() else {
            if self.open && refused.is_some() {
                self.note = refused;
            }
            return;
        };
        let duty = around.hall.duty();
        let there = match &sent {
            Sent::Entry(after, words) => {
                let own = |watch: &Watch| {
                    watch.log.iter().any(|entry| {
                        entry.number > *after
                            && who(&entry.by) == around.me
                            && matches!(&entry.what, Noted::Words(written) if written == words)
                    })
                };
                duty.over().chain(duty.watch()).any(own)
            }
            Sent::Prepared(after) => {
                let handover = duty.watch().and_then(|watch| watch.handover.as_ref());
                handover.is_some_and(|handover| handover.prepared > *after && handover.by == around.me)
            }
            Sent::Signed(number) => duty.shift(*number).is_none_or(Watch::is_locked),
            Sent::Assigned(at, who) => duty.rostered(at) == Some(who),
        };
        if there {
            (self.sent, self.cut_off, self.preview) = (None, false, None);
            let said = match sent {
                Sent::Entry(..) => {
                    self.draft.clear_entry();
                    t!("duty.written")
                }
                Sent::Prepared(_) | Sent::Signed(_) => {
                    self.draft.remark.clear();
                    if matches!(sent, Sent::Prepared(_)) { t!("duty.prepared") } else { t!("duty.signed") }
                }
                Sent::Assigned(_, who) => {
                    // What was typed since stays.
                    if self.draft.who.trim() == who {
                        self.draft.who.clear();
                    }
                    t!("duty.assigned", who = who)
                }
            };
            self.note = Some(said.into_owned());
            self.focus = true;
        } else if refused.is_some() {
            (self.sent, self.cut_off, self.note) = (None, false, refused);
        } else if !around.live {
            self.cut_off = true;
            self.note = Some(t!("duty.cut_off").into_owned());
        } else if self.cut_off {
            // The link is there again and the hall has it not: it is sent by hand once more.
            (self.sent, self.cut_off) = (None, false);
            self.note = Some(t!("duty.send_again").into_owned());
        }
    }

    /// Carry out what the user did: what goes on to the hall.
    pub(super) fn carry_out(&mut self, wish: DutyWish, around: &Around<'_>) -> Vec<Intent> {
        let duty = around.hall.duty();
        self.note = None;
        match wish {
            DutyWish::Page(page) => {
                (self.page, self.marked, self.focus, self.shift) = (page, 0, true, None);
                self.preview = None;
            }
            DutyWish::Close => self.open = false,
            DutyWish::Shift(by) if self.page == Page::Roster => {
                let by = i32::try_from(by).unwrap_or_default();
                (self.ahead, self.marked) = (self.ahead.saturating_add(by).clamp(0, last_page(around.hall)), 0);
            }
            DutyWish::Shift(by) => self.go_to_shift(duty, by),
            DutyWish::Mark(by) => {
                let marked = i64::try_from(self.marked).unwrap_or_default().saturating_add(by).max(0);
                self.marked = usize::try_from(marked).unwrap_or_default();
            }
            DutyWish::MarkAt(at) => self.marked = at,
            DutyWish::Who(who) => self.draft.who = who,
            DutyWish::Words(words) => self.draft.words = words,
            DutyWish::Remark(words) => self.draft.remark = words,
            DutyWish::Open => self.draft.open = !self.draft.open,
            DutyWish::Bind => {
                self.draft.incident = if self.draft.incident.is_some() { None } else { around.chosen };
                if around.chosen.is_none() && self.draft.incident.is_none() {
                    self.note = Some(t!("duty.choose_first").into_owned());
                }
            }
            DutyWish::Correct => {
                let entry = self.marked_entry(duty);
                self.draft.corrects = if self.draft.corrects == entry { None } else { entry };
                (self.shift, self.focus) = (None, true);
            }
            DutyWish::Go => {
                let case = self.lines.get(self.marked).copied().flatten();
                return case.map(go).into_iter().collect();
            }
            DutyWish::GoTo(case) => return vec![go(case)],
            DutyWish::Settle => {
                let entry = self.marked_entry(duty);
                return entry.map(|entry| order(DutyStep::Settle { entry })).into_iter().collect();
            }
            DutyWish::SignOn | DutyWish::Assign | DutyWish::Remove | DutyWish::Swap => {
                return self.change_roster(&wish, around).into_iter().map(order).collect();
            }
            DutyWish::Write | DutyWish::Prepare | DutyWish::Sign => {
                return self.send(&wish, duty, around).into_iter().map(order).collect();
            }
        }
        Vec::new()
    }

    fn go_to_shift(&mut self, duty: &Duty, by: i64) {
        let Some(on) = duty.watch().map(|watch| watch.number) else { return };
        let to = i64::from(self.shift.unwrap_or(on)).saturating_add(by);
        let oldest = duty.over().next().map_or(on, |watch| watch.number);
        let to = u32::try_from(to).unwrap_or_default().clamp(oldest, on);
        // Where there is no field, as in a locked log, nothing is focused.
        (self.shift, self.marked, self.focus) = (Some(to).filter(|to| *to != on), 0, true);
    }

    /// The number of the entry that is marked, from the newest on.
    pub(super) fn marked_entry(&self, duty: &Duty) -> Option<u64> {
        let log = &self.watch(duty)?.log;
        log.iter().rev().nth(self.marked).map(|entry| entry.number)
    }

    fn change_roster(&mut self, wish: &DutyWish, around: &Around<'_>) -> Option<DutyStep> {
        let rows = roster(around.hall, around.now, around.utc_offset_secs, self.ahead);
        let row = rows.get(self.marked.min(rows.len().saturating_sub(1)))?;
        let at = row.slot.post(&row.post);
        match wish {
            DutyWish::SignOn => Some(DutyStep::SignOn { post: row.post.clone() }),
            DutyWish::Remove => Some(DutyStep::Remove { at }),
            DutyWish::Swap => match self.held.take() {
                Some(held) if held != at => Some(DutyStep::Swap { one: held, other: at }),
                Some(_) => None,
                None => {
                    self.held = Some(at);
                    None
                }
            },
            _ if self.draft.who.trim().is_empty() => {
                self.note = Some(t!("duty.type_who").into_owned());
                None
            }
            _ if self.is_sending() => None,
            _ => {
                let who = self.draft.who.trim().to_owned();
                self.sent = Some(Sent::Assigned(at.clone(), who.clone()));
                self.note = Some(t!("duty.sending").into_owned());
                Some(DutyStep::Assign { at, who })
            }
        }
    }

    fn send(&mut self, wish: &DutyWish, duty: &Duty, around: &Around<'_>) -> Option<DutyStep> {
        if self.is_sending() || self.shift.is_some() {
            return None;
        }
        let remark = self.draft.remark.trim().to_owned();
        let (sent, step) = match wish {
            DutyWish::Write if self.draft.words.trim().is_empty() => {
                self.note = Some(t!("duty.nothing").into_owned());
                return None;
            }
            DutyWish::Write => {
                let words = self.draft.words.trim().to_owned();
                let last = duty.watch().and_then(|watch| watch.log.last()).map_or(0, |entry| entry.number);
                let Draft { incident, corrects, open, .. } = self.draft;
                let shift = duty.watch().map(|watch| watch.number);
                (Sent::Entry(last, words.clone()), DutyStep::Write { words, incident, corrects, open, shift })
            }
            DutyWish::Prepare => {
                let step = DutyStep::Prepare { words: remark, pack: Box::default() };
                (Sent::Prepared(around.hall.upto()), step)
            }
            _ => {
                let watch = duty.watch()?;
                let prepared = watch.handover.as_ref()?.prepared;
                (Sent::Signed(watch.number), DutyStep::Sign { prepared, words: remark })
            }
        };
        self.sent = Some(sent);
        self.note = Some(t!("duty.sending").into_owned());
        Some(step)
    }
}

fn order(step: DutyStep) -> Intent {
    Intent::Order(Order::MoveDuty(Box::new(step)))
}

fn go(case: IncidentId) -> Intent {
    Intent::Select { target: Some(Target::Incident(case)), fly: true }
}
