//! The desk in its engine: reads resources, draws the panels, sends what the user did.

use crate::screen::sets::{HallSet, PaintSet};
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::time::Real;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::Margin;
use rust_i18n::t;

use super::band::{BandWish, alarm_frame, band_ui};
use super::dialogs::Dialogs;
use super::forms::put_away;
use super::help::{HelpWish, help_ui};
use super::kept::{Kept, kept_ui};
use super::keys::{keys, to_unread};
use super::layout::{Places, pane};
use super::model::{Filter, OPEN_STAGES, ReadAt, neighbour};
use super::notes::{hover_text, hover_ui, leader_ui, notice_ui};
use super::queue::{QueueView, QueueWish, queue_ui};
use super::status::compass_view;
use crate::domain::{Hall, Incident, IncidentId, Party};
use crate::link::LinkState;
use crate::screen::archive::Stories;
use crate::screen::card::crew::crew_card;
use crate::screen::card::draft;
use crate::screen::card::model::{Card, IncidentCard, crews_on, incident_card, tasks_of};
use crate::screen::card::panel::{CardView, CardWish, Form, card_ui};
use crate::screen::card::recheck::read_recheck;
use crate::screen::card::thing::thing_card;
use crate::screen::catalogue::Renewed;
use crate::screen::compass::panel::{CompassWish, compass_ui};
use crate::screen::dispatch::party_name;
use crate::screen::drafts::{self, Drafts, Turned};
use crate::screen::duty::OpenDuty;
use crate::screen::duty::model::band;
use crate::screen::look::words;
use crate::screen::names::{CityNames, Kinds, city_name};
use crate::screen::plans::RunCards;
use crate::screen::plans::model::plan_shown;
use crate::screen::receive::{CallerTold, Refused};
use crate::screen::shown::{
    AlarmRoom, CityView, FreeArea, Ground, Guard, Intent, Picked, ScreenKind, SelectedAt, Shown, Target,
};
use crate::screen::situation::scope::{Scope, Seat};
use crate::screen::situation::search::{Search, Sieve, Sought};
use crate::screen::situation::{Ledger, OpenRows, Situation, Sorting};
use crate::screen::tools::UserFolder;
use crate::screen::twin::quality::Quality;
use crate::screen::twin::{Daylight, is_dark};
use crate::screen::units::Units;
use crate::screen::workspace::Talk;

/// What the desk remembers between frames.
#[derive(Resource, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own that a key or button turns")]
pub struct Desk {
    pub(super) filter: Filter,
    kept: Kept,
    seat: Seat,
    pub(super) form: Option<Form>,
    pub(super) focus_form: bool,
    pub(super) focus_search: bool,
    reveal: bool,
    pub(super) asking_mode: bool,
    pub(super) help: bool,
    gcj02: bool,
    /// Who called about what is chosen, as was asked.
    told: Option<CallerTold>,
    /// What is said of the hall as a whole, until something else is chosen.
    pub(super) notice: Option<String>,
    pub(super) selected: Option<Target>,
    pub(super) situation: Situation,
    search: Search,
    read_at: Option<ReadAt>,
    card: Option<Card>,
}

/// Show the keys.
#[derive(Message, Debug, Clone, Copy)]
pub struct OpenHelp;

/// Ask whether the mode of the hall is to be switched.
#[derive(Message, Debug, Clone, Copy)]
pub struct AskMode;

/// Adds the desk; needs [`crate::screen::decide::plugin`] and an egui context.
pub fn plugin(app: &mut App) {
    app.init_resource::<Desk>()
        .init_resource::<Drafts>()
        .add_message::<OpenHelp>()
        .add_message::<AskMode>()
        .add_message::<OpenDuty>()
        .init_resource::<SelectedAt>()
        .init_resource::<FreeArea>()
        .add_systems(Startup, load_kept)
        .add_message::<Turned>()
        .add_systems(Update, put_away.in_set(HallSet::Decide).after(drafts::turn).run_if(on_message::<Turned>))
        .add_systems(EguiPrimaryContextPass, desk.in_set(PaintSet::Panels).run_if(resource_equals(ScreenKind::Desk)));
}

/// What the desk reads.
#[derive(SystemParam)]
struct Seen<'w, 's> {
    shown: Res<'w, Shown>,
    ledger: Res<'w, Ledger>,
    picked: Res<'w, Picked>,
    ground: Res<'w, Ground>,
    kinds: Res<'w, Kinds>,
    cards: Res<'w, RunCards>,
    view: Option<Res<'w, CityView>>,
    selected_at: Res<'w, SelectedAt>,
    quality: Res<'w, Quality>,
    refused: MessageReader<'w, 's, Refused>,
    told: MessageReader<'w, 's, CallerTold>,
    renewed: MessageReader<'w, 's, Renewed>,
    units: Option<Res<'w, Units>>,
    daylight: Option<Res<'w, Daylight>>,
    stories: Option<Res<'w, Stories>>,
    talk: Option<Res<'w, Talk>>,
    guard: Option<Res<'w, Guard>>,
    time: Res<'w, Time<Real>>,
    dialogs: Dialogs<'w>,
}

impl Seen<'_, '_> {
    fn names<'a>(&'a self, locale: &'a str) -> CityNames<'a> {
        CityNames { city: &self.ground.0, kinds: &self.kinds, locale }
    }
}

/// The filters that this user kept, and the order that was chosen last.
fn load_kept(folder: Option<Res<UserFolder>>, mut desk: ResMut<Desk>) {
    desk.kept = Kept::load(folder.as_deref().and_then(|folder| folder.0.as_deref()));
    desk.filter.sorting = desk.kept.sorting();
}

fn desk(
    mut contexts: EguiContexts,
    mut seen: Seen,
    (mut desk, mut drafts): (ResMut<Desk>, ResMut<Drafts>),
    (mut free, room): (ResMut<FreeArea>, Option<Res<AlarmRoom>>),
    mut intents: MessageWriter<Intent>,
    (mut help, mut mode): (MessageReader<OpenHelp>, MessageReader<AskMode>),
    mut duty: MessageWriter<OpenDuty>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let (desk, drafts) = (desk.bypass_change_detection(), drafts.bypass_change_detection());
    let utc_offset_secs = crate::screen::names::utc_offset_secs(seen.shown.now);
    desk.hear(&mut seen);
    desk.help |= help.read().count() > 0;
    desk.asking_mode |= mode.read().count() > 0;
    let mut wishes = Vec::new();
    let before = desk.touched();
    let locale = rust_i18n::locale().to_string();
    let names = seen.names(&locale);
    desk.seat = Seat::of(&seen.shown.who);
    let area = desk.seat.area.path().to_owned();
    if let Some(filter) = kept_ui(&ctx, &free, &mut desk.kept, &desk.filter, &area) {
        desk.filter = filter;
        desk.reveal = true;
    }
    desk.search(&ctx, &seen, &names);
    keys(&ctx, desk, &mut wishes, |desk, step| neighbour(&desk.rows(&seen, &names), desk.selected_incident(), step));
    wishes.extend(to_unread(&ctx, &seen.shown.hall, desk.selected_incident()));
    desk.read(&seen, drafts, utc_offset_secs);
    desk.give_back(&seen.shown.hall, drafts);
    desk.read_crews(&seen, drafts);
    let areas = Places::on(ctx.content_rect(), desk.card.is_some());
    leader_ui(&ctx, desk.card.as_ref(), &areas, seen.selected_at.0);
    if let Some(target) = seen.picked.hovered.filter(|target| Some(*target) != seen.picked.selected) {
        hover_ui(&ctx, areas.free, hover_text(target, &seen.shown, &names));
    }
    // A card says itself why its order was refused.
    let refused = drafts.refused_words().filter(|_| desk.card.is_none());
    if let Some(text) = desk.notice.as_ref().or(refused.as_ref()) {
        notice_ui(&ctx, areas.free, text);
    }
    // A stopped demo changes neither facts nor time, so it is looked at in every pass.
    desk.situation.demo = seen.shown.demo.then_some(seen.shown.rate);
    desk.situation.who = words::who(&seen.shown.who);
    desk.situation.duty = band(&seen.shown.hall, seen.shown.now, utc_offset_secs);
    desk.situation.dark = is_dark(seen.daylight.as_deref(), &seen.shown, &seen.ground);
    pane(&ctx, "band", areas.band, Margin::symmetric(16, 0), |ui| {
        for wish in band_ui(ui, &desk.situation, desk.asking_mode) {
            match wish {
                BandWish::Hall(intent) => wishes.push(intent),
                BandWish::AskMode(ask) => desk.asking_mode = ask,
                BandWish::Duty => {
                    duty.write(OpenDuty);
                }
            }
        }
    });
    if let Some(area) = areas.queue {
        pane(&ctx, "queue", area, Margin::same(12), |ui| desk.queue(ui, &seen, &names, &mut wishes));
    }
    if let Some(area) = areas.card {
        pane(&ctx, "card", area, Margin::same(16), |ui| desk.card(ui, &seen, drafts, &mut wishes));
    }
    let compass = compass_view(&ctx, (&seen.ground.0, seen.view.as_deref()), &areas, desk.gcj02);
    pane(&ctx, "status", areas.status, Margin::symmetric(12, 0), |ui| {
        for wish in compass_ui(ui, &compass) {
            match wish {
                CompassWish::Hall(intent) => wishes.push(intent),
                CompassWish::Gcj02(on) => desk.gcj02 = on,
                CompassWish::Help => desk.help = !desk.help,
            }
        }
    });
    if desk.situation.open_of(crate::domain::Grade::I) > 0 {
        alarm_frame(&ctx);
    }
    let guarded = seen.guard.as_ref().is_some_and(|guard| guard.0);
    match (desk.help && !guarded).then(|| help_ui(&ctx, *seen.quality, &seen.dialogs.open())).flatten() {
        Some(HelpWish::Close) => desk.help = false,
        Some(HelpWish::Quality(quality)) => wishes.push(Intent::Quality(quality)),
        None => {}
    }
    let top = areas.free.top() + room.map_or(0.0, |room| room.points);
    let middle = Rect::new(areas.free.left(), top, areas.free.right(), areas.free.bottom());
    // What lies over the free part is laid out for another one, or not yet at all.
    if free.set_if_neq(FreeArea(Some(middle))) {
        ctx.request_discard("another part is free");
    }
    desk.kept.remember(desk.filter.sorting);
    // What was touched shows in the next pass.
    if !wishes.is_empty() || desk.touched() != before {
        ctx.request_repaint();
    }
    intents.write_batch(wishes);
    Ok(())
}

impl Desk {
    /// What was told since the last pass: refusals, who called, another catalogue.
    fn hear(&mut self, seen: &mut Seen) {
        if seen.refused.read().count() > 0 {
            self.notice = None;
        }
        if let Some(told) = seen.told.read().last() {
            self.told = Some(told.clone());
        }
        // Whoever passes a locked screen is not told who called.
        if seen.guard.as_ref().is_some_and(|guard| guard.0) {
            self.told = None;
        }
        if seen.renewed.read().count() > 0 {
            let kinds = seen.kinds.0.as_ref().map_or(0, |kinds| kinds.kinds().len());
            self.notice = Some(t!("catalogue.renewed", kinds = kinds).into_owned());
        }
    }

    /// What the user can change without the hall.
    fn touched(&self) -> (Filter, Option<Form>, [bool; 7]) {
        let flags =
            [self.focus_form, self.focus_search, self.reveal, self.asking_mode, self.help, self.gcj02, self.kept.open];
        (self.filter.clone(), self.form.clone(), flags)
    }

    /// Read situation and card anew where what they come from has changed.
    fn read(&mut self, seen: &Seen, drafts: &mut Drafts, utc_offset_secs: i32) {
        let shown = &seen.shown;
        let selected = seen.picked.selected;
        if self.selected != selected {
            self.selected = selected;
            self.reveal = true;
            self.form = None;
            drafts.stow_form();
            drafts.give();
            self.told = None;
            self.notice = None;
            if self.selected_incident().is_some_and(|id| drafts.has_sending(&shown.hall, id)) {
                self.say(t!("card.sending_kept").into_owned());
            }
        }
        let locale = rust_i18n::locale().to_string();
        let read_at = ReadAt {
            upto: shown.hall.upto(),
            minute: shown.now.0.div_euclid(60_000),
            link: shown.link,
            locale,
            selected,
            streets: seen.ground.0.lookups_ready(),
            stories: seen.stories.as_ref().map_or(0, |stories| stories.changes()),
        };
        if self.read_at.as_ref() == Some(&read_at) {
            return;
        }
        let names = seen.names(&read_at.locale);
        let city = city_name(&seen.ground.0);
        self.situation =
            Situation::read(&shown.hall, &seen.ledger, shown.link, shown.now, utc_offset_secs, &city, &names);
        self.card = selected.and_then(|target| match target {
            Target::Incident(id) => {
                let limits = seen.ledger.limits();
                let card = if let Some(incident) = shown.hall.incident(id) {
                    incident_card(&shown.hall, incident, limits, shown.now, &names)
                } else {
                    let (case, hall) = seen.stories.as_ref()?.past(id)?;
                    let card = incident_card(hall, hall.incident(id)?, limits, shown.now, &names);
                    IncidentCard { number: case.number, past: true, ..card }
                };
                Some(Card::Incident(Box::new(card)))
            }
            Target::Building(_) | Target::Place(_) | Target::Component(_) => {
                thing_card(target, &names).map(Card::Thing)
            }
            Target::Crew(_) | Target::Area(_) => None,
        });
        self.read_at = Some(read_at);
    }

    /// Say something beside what is said already.
    pub(super) fn say(&mut self, words: String) {
        self.notice = Some(match self.notice.take() {
            Some(said) => format!("{said}\n{words}"),
            None => words,
        });
    }

    /// Crews are read anew whenever the desk is drawn: they move.
    fn read_crews(&mut self, seen: &Seen, drafts: &Drafts) {
        if let (Some(Target::Incident(id)), Some(Card::Incident(card))) = (seen.picked.selected, &mut self.card) {
            let past = seen.stories.as_ref().filter(|_| card.past).and_then(|stories| stories.past(id));
            let hall = past.map_or(&seen.shown.hall, |(_, hall)| hall);
            card.crews = hall.incident(id).map(|i| crews_on(i, seen.shown.crews.values())).unwrap_or_default();
            let locale = rust_i18n::locale().to_string();
            let name = |party: &Party| party_name(party, seen.units.as_deref(), &seen.kinds, &locale);
            card.tasks = tasks_of(hall, id, &card.crews, name);
            read_recheck(card, hall, &seen.shown, name);
            card.plan = hall.plan(id).map(|run| plan_shown(run, seen.shown.now, &locale));
            let fitting = hall.incident(id).filter(|_| card.takes_tasks);
            let fitting = fitting.and_then(|one| seen.cards.0.of(&one.kind, one.grade).first().copied());
            card.proposed = fitting.map(|found| found.plan.name.of(&locale).to_owned());
            card.draft = draft(card, crate::screen::names::utc_offset_secs(seen.shown.now));
            card.unread = seen.talk.as_ref().map_or(0, |talk| talk.unread(hall, id));
            card.writing = !drafts.talk(hall, id).trim().is_empty();
        }
        let Some(Target::Crew(crew)) = seen.picked.selected else { return };
        let locale = rust_i18n::locale().to_string();
        let track = seen.units.as_ref().and_then(|units| units.track(crew));
        let speed_mps = track.map_or(0.0, |track| track.speed_mps);
        let position = seen.shown.crews.get(&crew);
        let card = |position| crew_card(position, speed_mps, seen.shown.now, &seen.names(&locale));
        self.card = position.map(card).map(Card::Thing);
    }

    /// The card of a case, while that is what is chosen.
    pub(in crate::screen) fn case(&self, id: IncidentId) -> Option<(&Card, &IncidentCard)> {
        match &self.card {
            Some(whole @ Card::Incident(card)) if card.id == id => Some((whole, card)),
            _ => None,
        }
    }

    /// Whether help, a form or a question is open, which has the keyboard first.
    pub(in crate::screen) fn asks(&self) -> bool {
        self.help || self.asking_mode || self.form.is_some()
    }

    /// Open a form on the card.
    pub(in crate::screen) fn open_form(&mut self, form: Option<Form>) {
        self.focus_form = form.is_some();
        self.form = form;
    }

    /// Sort the queue so, with what is chosen still in sight.
    pub(super) fn sort(&mut self, sorting: Sorting) {
        self.filter.sorting = sorting;
        self.reveal = true;
    }

    pub(super) fn selected_incident(&self) -> Option<IncidentId> {
        match self.selected {
            Some(Target::Incident(id)) => Some(id),
            _ => None,
        }
    }

    /// Go on with the search, where there is one.
    fn search(&mut self, ctx: &egui::Context, seen: &Seen, names: &CityNames<'_>) {
        let read_with = (names.locale, seen.ground.0.lookups_ready());
        let (scope, seat) = (self.filter.scope, &self.seat);
        let area_of = |one: &Incident| seen.shown.areas.of(one, names.city);
        let lets = |hall: &Hall, incident: &Incident| seat.lets(scope, hall, incident, &area_of);
        let key = seat.key(scope);
        let sieve = (scope != Scope::All).then_some(Sieve { key: &key, lets: &lets });
        let Filter { search: words, stage, sorting, .. } = &self.filter;
        let sought = Sought { words, sieve, stage: *stage, sorting: *sorting };
        self.search.seek(&sought, &seen.shown.hall, &seen.ledger, names, read_with);
        if self.search.is_on() {
            ctx.request_repaint();
        }
    }

    fn rows<'a>(&'a self, seen: &'a Seen, names: &'a CityNames<'a>) -> OpenRows<'a> {
        OpenRows {
            hall: &seen.shown.hall,
            ledger: &seen.ledger,
            lists: self.search.found(&seen.ledger),
            hidden: self.filter.hidden,
            sorting: self.filter.sorting,
            names,
            talk: seen.talk.as_deref(),
        }
    }

    fn queue(&mut self, ui: &mut egui::Ui, seen: &Seen, names: &CityNames<'_>, wishes: &mut Vec<Intent>) {
        let (reveal, focus_search) = (std::mem::take(&mut self.reveal), std::mem::take(&mut self.focus_search));
        let (rows, hidden) = (self.rows(seen, names), self.filter.hidden);
        let stages = self.search.stages(&seen.ledger);
        let view = QueueView {
            situation: &self.situation,
            rows: &rows,
            searching: self.search.is_on(),
            listed: rows.by_grade(),
            stages: OPEN_STAGES.map(|stage| stages.at(stage, hidden)),
            unsure: self.search.unsure(),
            area: self.seat.area.path(),
            filter: &self.filter,
            selected: self.selected_incident(),
            reveal,
            focus_search,
        };
        for wish in queue_ui(ui, &view) {
            match wish {
                QueueWish::Hall(intent) => wishes.push(intent),
                QueueWish::Filter(filter) => self.filter = filter,
                QueueWish::Sort(sorting) => self.sort(sorting),
                QueueWish::Kept => self.kept.open = !self.kept.open,
            }
        }
    }

    fn card(&mut self, ui: &mut egui::Ui, seen: &Seen, drafts: &mut Drafts, wishes: &mut Vec<Intent>) {
        let Some(card) = &self.card else { return };
        let (hall, now) = (&seen.shown.hall, seen.shown.now);
        let refused = drafts.refused_words();
        let view = CardView {
            card,
            form: self.form.as_ref(),
            focus_form: std::mem::take(&mut self.focus_form),
            refused: refused.as_deref(),
            now,
            utc_offset_secs: crate::screen::names::utc_offset_secs(now),
            can_order: self.situation.link == LinkState::Live,
            no_orders: if self.situation.link == LinkState::ReadOnly { "card.read_only" } else { "card.no_orders" },
            told: self
                .told
                .as_ref()
                .filter(|told| Some(told.incident) == self.selected_incident())
                .map(|told| &told.caller),
        };
        let mut ordered = false;
        for wish in card_ui(ui, &view) {
            match wish {
                CardWish::Hall(intent) => {
                    ordered |= matches!(intent, Intent::Order(_));
                    wishes.push(intent);
                }
                CardWish::Form(None) if ordered => {
                    if let Some((incident, form)) = self.selected_incident().zip(self.form.take()) {
                        drafts.send_form(hall, incident, &form, seen.time.elapsed_secs());
                    }
                    self.notice = None;
                }
                CardWish::Form(form) => {
                    self.focus_form = form.as_ref().is_some_and(|form| form.is_other(self.form.as_ref()));
                    match (&form, self.selected_incident()) {
                        // As it is opened nobody wrote anything in it yet.
                        (Some(form), Some(id)) if !self.focus_form => drafts.write_form(hall, id, form),
                        _ => drafts.drop_form(),
                    }
                    (self.form, self.notice) = (form, None);
                }
                CardWish::Copy(text) => ui.ctx().copy_text(text),
            }
        }
    }
}
