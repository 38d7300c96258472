//! What the choice over the list is open for: somebody to look after an alarm, how long it stays on the shelf or its source
//! is in maintenance, or the kind of its case. Pure.

use rust_i18n::t;

use super::choice::{ChoiceRow, ChoiceView, ChoiceWish};
use super::kinds::{KindName, offered as kinds_offered};
use super::maintain::{Length, sources};
use super::many::Together;
use super::model::AlarmRow;
use super::people::{is_meant, people};
use super::shelf;
use super::strip::{place, title};
use crate::domain::{AlarmId, Hall, Moment};
use crate::screen::look::words;

/// Most people or kinds that are offered at once; typing finds the others.
const MOST: usize = 10;

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    Person,
    Shelf,
    Length,
    Kind,
    Many,
}

impl For {
    /// Whether what is typed is a reason, without which nothing is taken, and not a part of a name.
    const fn wants_reason(self) -> bool {
        matches!(self, Self::Shelf | Self::Length)
    }

    /// Whether what is typed goes along with what is taken, and chooses nothing.
    const fn goes_along(self) -> bool {
        matches!(self, Self::Shelf | Self::Length | Self::Many)
    }
}

/// An open choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// About which alarm.
    pub(super) alarm: AlarmId,
    what: For,
    /// The kinds that its case can be of, where that is asked.
    kinds: Vec<KindName>,
    /// Which alarms are acknowledged at once, where that is asked.
    many: Vec<Together>,
    /// A part of a name, why it is on the shelf or in maintenance, or what is said to all of many.
    pub(super) typed: String,
    chosen: usize,
    /// Put the cursor into its field.
    pub(super) focus: bool,
    /// Why the hub did not take what was taken.
    pub(super) refused: Option<String>,
}

/// What was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Taken {
    /// This one looks after it; empty for nobody.
    Person(String),
    /// On the shelf until then.
    Shelf(Moment),
    /// In maintenance for so long.
    Length(Length),
    /// Its case is of this kind, by its code.
    Kind(String),
    /// All of these are acknowledged.
    Many(Vec<AlarmId>),
}

/// What can be taken, and how each stands on a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offered {
    pub(super) rows: Vec<ChoiceRow>,
    pub(super) taken: Vec<Taken>,
    title: String,
    hint: String,
    note: String,
}

impl Asked {
    /// Who is to look after an alarm.
    pub(super) fn person(alarm: AlarmId) -> Self {
        Self::new(alarm, For::Person, "")
    }

    /// How long an alarm, with those that fold under it, stays on the shelf, for a reason that may be written already.
    pub(super) fn shelf(alarm: AlarmId, reason: &str) -> Self {
        Self::new(alarm, For::Shelf, reason)
    }

    /// How long the source of an alarm, with those that fold under it, is in maintenance, for a reason that may be written
    /// already.
    pub(super) fn length(alarm: AlarmId, reason: &str) -> Self {
        Self::new(alarm, For::Length, reason)
    }

    /// Of which of these kinds the case of an alarm is, whose rule says none.
    pub(super) fn kind(alarm: AlarmId, kinds: Vec<KindName>) -> Self {
        Self { kinds, ..Self::new(alarm, For::Kind, "") }
    }

    /// Which of many are acknowledged at once, with words that may be written already; opened at an alarm.
    pub(super) fn many(alarm: AlarmId, many: Vec<Together>, words: &str) -> Self {
        Self { many, ..Self::new(alarm, For::Many, words) }
    }

    fn new(alarm: AlarmId, what: For, typed: &str) -> Self {
        let (kinds, many, typed) = (Vec::new(), Vec::new(), typed.trim().to_owned());
        Self { alarm, what, kinds, many, typed, chosen: 0, focus: true, refused: None }
    }

    /// Whether it is about more than its alarm, and open whatever becomes of that.
    pub(super) fn is_of_many(&self) -> bool {
        self.what == For::Many
    }

    /// What was typed, where that is a reason and no part of a name.
    pub(super) fn reason(&self) -> Option<&str> {
        self.what.goes_along().then_some(self.typed.as_str())
    }

    /// What can be taken now.
    pub(super) fn offer(
        &self,
        row: &AlarmRow,
        hall: &Hall,
        me: Option<&str>,
        now: Moment,
        utc_offset_secs: i32,
    ) -> Offered {
        let about = format!("{} · {}", title(row), place(row));
        let unsaid = self.typed.trim().is_empty();
        match self.what {
            For::Person => {
                let offered = self.people(row, hall, me, now, utc_offset_secs);
                Offered {
                    title: t!("alarm.assign_title", alarm = about).into_owned(),
                    hint: t!("alarm.assign_hint").into_owned(),
                    note: t!("alarm.assign_note").into_owned(),
                    taken: offered.iter().map(|(_, taken)| taken.clone()).collect(),
                    rows: offered.into_iter().map(|(row, _)| row).collect(),
                }
            }
            For::Kind => {
                let offered = kinds_offered(&self.kinds, &self.typed, row.measures, hall, MOST);
                Offered {
                    title: t!("alarm.case_title", alarm = about).into_owned(),
                    hint: t!("alarm.case_hint").into_owned(),
                    note: t!("alarm.case_note").into_owned(),
                    taken: offered.iter().map(|(kind, _)| Taken::Kind(kind.code.clone())).collect(),
                    rows: offered.into_iter().map(|(kind, made)| kind.row(made)).collect(),
                }
            }
            For::Many => Offered {
                title: t!("alarm.many.title").into_owned(),
                hint: t!("alarm.many.hint").into_owned(),
                note: t!("alarm.many.note").into_owned(),
                taken: self.many.iter().map(|some| Taken::Many(some.alarms.clone())).collect(),
                rows: self.many.iter().map(Together::row).collect(),
            },
            For::Shelf => {
                let ends = shelf::shift_ends(hall, now, utc_offset_secs);
                let offered = shelf::offered(now, ends, utc_offset_secs);
                let note = if unsaid { "alarm.shelf.say_why" } else { "alarm.shelf.note" };
                let title = match row.all.len() {
                    0 | 1 => t!("alarm.shelf.title", alarm = about),
                    count => t!("alarm.shelf.title_of_all", count = count, alarm = about),
                };
                Offered {
                    title: title.into_owned(),
                    hint: t!("alarm.shelf.hint").into_owned(),
                    note: t!(note).into_owned(),
                    taken: offered.iter().map(|(_, until)| Taken::Shelf(*until)).collect(),
                    rows: offered.into_iter().map(|(row, _)| row).collect(),
                }
            }
            For::Length => {
                let line = |length: &Length| {
                    let until = words::day_hour_minute(length.until(now, utc_offset_secs), utc_offset_secs);
                    let note = t!("alarm.maintain.until", time = until).into_owned();
                    ChoiceRow { title: t!(length.key()).into_owned(), note }
                };
                let note = if unsaid { "alarm.maintain.say_why" } else { "alarm.maintain.note" };
                let title = match sources(row, hall.alarms()).len() {
                    0 | 1 => t!("alarm.maintain.title", alarm = about),
                    count => t!("alarm.maintain.title_of_all", count = count, alarm = about),
                };
                Offered {
                    title: title.into_owned(),
                    hint: t!("alarm.maintain.hint").into_owned(),
                    note: t!(note).into_owned(),
                    taken: Length::ALL.map(Taken::Length).to_vec(),
                    rows: Length::ALL.iter().map(line).collect(),
                }
            }
        }
    }

    /// Those who are meant by what was typed, then the very words, and where nothing was typed nobody.
    fn people(
        &self,
        row: &AlarmRow,
        hall: &Hall,
        me: Option<&str>,
        now: Moment,
        utc_offset_secs: i32,
    ) -> Vec<(ChoiceRow, Taken)> {
        let typed = self.typed.trim();
        let known = people(hall, me, now, utc_offset_secs);
        let meant = known.iter().filter(|person| is_meant(person, typed)).take(MOST);
        let mut all: Vec<(ChoiceRow, Taken)> = meant
            .map(|person| {
                let own = me == Some(person.name.as_str());
                let title = if own { format!("{} ({})", person.name, t!("duty.you")) } else { person.name.clone() };
                (ChoiceRow { title, note: person.note() }, Taken::Person(person.name.clone()))
            })
            .collect();
        if !typed.is_empty() && !known.iter().any(|person| person.name == typed) {
            let note = t!("alarm.assign_typed").into_owned();
            all.push((ChoiceRow { title: typed.to_owned(), note }, Taken::Person(typed.to_owned())));
        } else if typed.is_empty() && !row.assigned.is_empty() {
            let note = t!("alarm.assigned", who = row.assigned).into_owned();
            all.push((ChoiceRow { title: t!("alarm.assign_nobody").into_owned(), note }, Taken::Person(String::new())));
        }
        all
    }

    /// What is shown of it.
    pub(super) fn view<'a>(&'a self, offered: &'a Offered) -> ChoiceView<'a> {
        ChoiceView {
            title: &offered.title,
            hint: &offered.hint,
            typed: &self.typed,
            rows: &offered.rows,
            chosen: self.chosen.min(offered.rows.len().saturating_sub(1)),
            note: self.refused.as_deref().unwrap_or(&offered.note),
            focus: self.focus,
        }
    }

    /// Do what was wished: what was taken, and whether the choice is over. Nothing goes on the shelf or into maintenance
    /// without a reason.
    pub(super) fn carry_out(&mut self, wishes: Vec<ChoiceWish>, offered: &Offered) -> (Option<Taken>, bool) {
        let (mut taken, mut over) = (None, false);
        for wish in wishes {
            match wish {
                ChoiceWish::Typed(typed) => {
                    self.chosen = if self.what.goes_along() { self.chosen } else { 0 };
                    (self.typed, self.refused) = (typed, None);
                }
                ChoiceWish::Choose(at) => self.chosen = at,
                ChoiceWish::Take(_) if self.what.wants_reason() && self.typed.trim().is_empty() => self.focus = true,
                ChoiceWish::Take(at) => {
                    taken = offered.taken.get(at).cloned();
                    over = true;
                }
                ChoiceWish::Close => over = true,
            }
        }
        (taken, over)
    }
}
