//! Filters that were kept: nine of them, by their key, in the user's folder; and the order of the queue that was chosen
//! last, which it has at the next start.
//!
//! `queue-filters.toml`, version 2; version 1 knew no order, and is read with the one that holds where nobody chose:
//!
//! ```toml
//! version = 2
//! sorting = "due"     # across, due, waiting
//! [[filter]]
//! slot = 1            # 1 to 9: its key
//! name = "夜班"
//! [filter.what]
//! search = "长江路"
//! hidden = [false, false, false, true]   # grades that are left out, Ⅰ first
//! scope = "post"      # all, mine, post, area
//! stage = "filed"     # any without it
//! sorting = "waiting"
//! ```

use std::path::{Path, PathBuf};

use egui::{Align2, Context, Key, Modifiers, RichText, TextEdit, Ui};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::model::Filter;
use super::queue::sorting_words;
use super::sift::filter_words;
use crate::screen::input::TakeKey;
use crate::screen::look::{medium_font, tokens};
use crate::screen::shown::FreeArea;
use crate::screen::situation::Sorting;
use crate::screen::tools::panel;

/// Name of the file in the user's folder.
const FILE: &str = "queue-filters.toml";
/// Version of the file; those before are read.
const VERSION: u32 = 2;
/// Longest name in characters.
const NAME_MAX: usize = 32;
/// The keys of the filters, of slot 1 on.
const KEYS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

/// A filter with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    slot: u8,
    name: String,
    what: Filter,
}

/// What the file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    version: u32,
    /// The order of the queue that was chosen last.
    #[serde(default)]
    sorting: Sorting,
    #[serde(default, rename = "filter")]
    filters: Vec<Named>,
}

impl Book {
    /// Keep a filter in the first slot that is free; `None` where none is.
    fn put(&mut self, name: String, what: Filter) -> Option<u8> {
        let slot = (1..=9).find(|slot| self.filters.iter().all(|other| other.slot != *slot))?;
        self.filters.push(Named { slot, name, what });
        self.filters.sort_by_key(|one| one.slot);
        Some(slot)
    }
}

/// What was kept; `None` where there is no such file. One that cannot be read is put aside, and not lost.
fn read(path: &Path) -> Option<Book> {
    let text = std::fs::read_to_string(path).ok()?;
    let book: Result<Book, String> = toml::from_str(&text).map_err(|error| error.to_string());
    let wrong = match book {
        Ok(book) if (1..=VERSION).contains(&book.version) => return Some(book),
        Ok(book) => format!("it is of version {}, this release reads up to version {VERSION}", book.version),
        Err(error) => error,
    };
    tracing::warn!(file = %path.display(), wrong, "kept filters cannot be read: put aside as `queue-filters.bad`");
    drop(std::fs::rename(path, path.with_extension("bad")));
    None
}

/// Write the file, aside first, so that it is whole at every moment.
fn write(path: &Path, book: &Book) -> std::io::Result<()> {
    let text = toml::to_string(&Book { version: VERSION, ..book.clone() }).map_err(std::io::Error::other)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let aside = path.with_extension("toml.new");
    std::fs::write(&aside, text)?;
    std::fs::rename(&aside, path)
}

/// The filters of this user, and the panel that lists them.
#[derive(Debug, Default)]
pub(super) struct Kept {
    book: Book,
    path: Option<PathBuf>,
    /// The list is open.
    pub(super) open: bool,
    /// The name that is being written.
    name: String,
    focus: bool,
    /// Key of the last word to the user.
    said: Option<&'static str>,
}

impl Kept {
    /// Read what the user's folder has.
    pub(super) fn load(folder: Option<&Path>) -> Self {
        let path = folder.map(|folder| folder.join(FILE));
        let book = path.as_deref().and_then(read).unwrap_or_default();
        Self { book, path, ..Self::default() }
    }

    /// The order of the queue that was chosen last.
    pub(super) fn sorting(&self) -> Sorting {
        self.book.sorting
    }

    /// The queue is in this order from now on, also after a start.
    pub(super) fn remember(&mut self, sorting: Sorting) {
        if self.book.sorting == sorting {
            return;
        }
        self.book.sorting = sorting;
        if let Some(path) = &self.path
            && let Err(error) = write(path, &self.book)
        {
            tracing::warn!(file = %path.display(), %error, "the order of the queue is not kept");
        }
    }

    fn of(&self, slot: u8) -> Option<&Filter> {
        self.book.filters.iter().find(|one| one.slot == slot).map(|one| &one.what)
    }

    fn save(&mut self) {
        let written = match &self.path {
            Some(path) => write(path, &self.book).inspect_err(|error| {
                tracing::warn!(file = %path.display(), %error, "filters are not kept");
            }),
            None => Err(std::io::ErrorKind::NotFound.into()),
        };
        if written.is_err() {
            self.said = Some("kept.not_kept");
        }
    }

    fn keep(&mut self, filter: &Filter, area: &str) {
        let name = Some(self.name.trim().to_owned()).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| filter_words(filter, area).chars().take(NAME_MAX).collect());
        self.said = None;
        match self.book.put(name, filter.clone()) {
            Some(_) => {
                self.name.clear();
                self.save();
            }
            // What was typed is there still, for when one was forgotten.
            None => self.said = Some("kept.full"),
        }
    }

    fn forget(&mut self, slot: u8) {
        self.book.filters.retain(|one| one.slot != slot);
        self.said = None;
        self.save();
    }
}

/// The list of filters over the city, while it is open; the filter that was chosen from it. Takes its keys before the
/// desk does.
pub(super) fn kept_ui(ctx: &Context, free: &FreeArea, kept: &mut Kept, filter: &Filter, area: &str) -> Option<Filter> {
    if ctx.input_mut(|i| i.take_key(Modifiers::NONE, Key::F6)) {
        (kept.open, kept.said) = (!kept.open, None);
    }
    if !kept.open {
        return None;
    }
    let typing = ctx.text_edit_focused();
    let pressed = |modifiers, key| ctx.input_mut(|i| i.take_key(modifiers, key));
    let mut chosen = None;
    if !typing {
        for (slot, key) in (1..).zip(KEYS) {
            if pressed(Modifiers::SHIFT, key) {
                kept.forget(slot);
            } else if pressed(Modifiers::NONE, key) {
                chosen = kept.of(slot).cloned().or(chosen);
            }
        }
        kept.focus |= !filter.is_open() && pressed(Modifiers::NONE, Key::Enter);
        if pressed(Modifiers::NONE, Key::Escape) {
            kept.open = false;
        }
    }
    panel(ctx, "kept filters", free, Align2::LEFT_TOP, |ui| {
        ui.set_width(tokens::desk::TOOL);
        chosen = list_ui(ui, kept, area).or(chosen.take());
        name_ui(ui, kept, filter, area);
        if let Some(said) = kept.said {
            ui.label(RichText::new(t!(said)).small().color(tokens::ACCENT.egui()));
        }
        ui.label(RichText::new(t!("kept.hint")).small().color(tokens::DIM.egui()));
    });
    if chosen.is_some() {
        kept.open = false;
    }
    chosen
}

fn list_ui(ui: &mut Ui, kept: &mut Kept, area: &str) -> Option<Filter> {
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("kept.title")).font(medium_font(tokens::desk::BODY)));
        let close = |ui: &mut Ui| ui.button("×").clicked();
        kept.open &= !ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), close).inner;
    });
    if kept.book.filters.is_empty() {
        ui.label(RichText::new(t!("kept.none")).small().color(tokens::FAINT.egui()));
    }
    let (mut chosen, mut gone) = (None, None);
    for one in &kept.book.filters {
        ui.horizontal(|ui| {
            let name = RichText::new(format!("{}  {}", one.slot, one.name)).font(medium_font(tokens::desk::BODY));
            let what = format!("{} · {}", filter_words(&one.what, area), sorting_words(one.what.sorting).0);
            if ui.button(name).on_hover_text(what).clicked() {
                chosen = Some(one.what.clone());
            }
            if ui.small_button("×").on_hover_text(t!("kept.forget", slot = one.slot)).clicked() {
                gone = Some(one.slot);
            }
        });
    }
    if let Some(slot) = gone {
        kept.forget(slot);
    }
    chosen
}

/// The field for the name under which the present filter is kept.
fn name_ui(ui: &mut Ui, kept: &mut Kept, filter: &Filter, area: &str) {
    if filter.is_open() {
        return;
    }
    let hint = t!("kept.name", filter = filter_words(filter, area));
    let field = TextEdit::singleline(&mut kept.name).char_limit(NAME_MAX).desired_width(f32::INFINITY).hint_text(hint);
    let field = ui.add(field);
    if std::mem::take(&mut kept.focus) {
        field.request_focus();
    }
    if field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter)) {
        kept.keep(filter, area);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Stage;
    use crate::screen::situation::scope::Scope;

    fn filter() -> Filter {
        Filter {
            search: "长江路".into(),
            hidden: [false, false, false, true],
            scope: Scope::Post,
            stage: Some(Stage::Filed),
            sorting: Sorting::Waiting,
        }
    }

    #[test]
    fn kept_filters_are_there_after_a_restart_and_a_bad_file_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("new");
        let mut kept = Kept::load(Some(&home));
        kept.name = "夜班".into();
        kept.keep(&filter(), "");
        kept.keep(&Filter { stage: None, ..filter() }, "");
        assert_eq!(kept.said, None);
        let again = Kept::load(Some(&home));
        assert_eq!(again.of(1), Some(&filter()));
        assert_eq!(again.book.filters[0].name, "夜班");
        assert!(again.book.filters[1].name.contains("长江路"), "one without a name says what it lists");
        kept.forget(1);
        let again = Kept::load(Some(&home));
        assert_eq!((again.of(1), again.of(2).is_some()), (None, true), "the others keep their keys");
        std::fs::write(home.join(FILE), "version = 9").unwrap();
        assert!(Kept::load(Some(&home)).book.filters.is_empty());
        assert!(home.join("queue-filters.bad").exists());
    }

    #[test]
    fn there_are_nine_and_where_nothing_can_be_written_that_is_said() {
        let mut kept = Kept::load(None);
        kept.keep(&filter(), "");
        assert_eq!(kept.said, Some("kept.not_kept"));
        for _ in 0..9 {
            kept.keep(&filter(), "");
        }
        assert_eq!((kept.book.filters.len(), kept.said), (9, Some("kept.full")));
        kept.name = "夜班".into();
        kept.keep(&filter(), "");
        assert_eq!((kept.name.as_str(), kept.said), ("夜班", Some("kept.full")), "what was typed is there still");
        kept.forget(4);
        kept.keep(&filter(), "");
        assert_eq!((kept.name.as_str(), kept.book.filters[3].name.as_str()), ("", "夜班"));
    }

    #[test]
    fn the_order_that_was_chosen_last_is_there_after_a_restart_and_files_without_one_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept = Kept::load(Some(folder.path()));
        assert_eq!(kept.sorting(), Sorting::Across);
        kept.remember(Sorting::Across);
        assert!(!folder.path().join(FILE).exists(), "nobody chose anything");
        kept.remember(Sorting::Due);
        kept.keep(&filter(), "");
        let again = Kept::load(Some(folder.path()));
        assert_eq!((again.sorting(), again.of(1)), (Sorting::Due, Some(&filter())));
        let old = "version = 1\n[[filter]]\nslot = 2\nname = \"夜班\"\n[filter.what]\nsearch = \"长江路\"\n";
        std::fs::write(folder.path().join(FILE), old).unwrap();
        let old = Kept::load(Some(folder.path()));
        let what = Filter { search: "长江路".into(), ..Filter::default() };
        assert_eq!((old.sorting(), old.of(2)), (Sorting::Across, Some(&what)));
        assert!(!folder.path().join("queue-filters.bad").exists());
    }
}
