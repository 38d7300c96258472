//! The sheet in its engine.

use std::path::PathBuf;

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::window::{FileDragAndDrop, RequestRedraw};
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Align2, Area, Id, Key, Margin, Modifiers, Order as Layer, vec2};
use rust_i18n::t;

use super::model::{Focus, Page, SheetWish, Workspace, grouped, pair};
use super::panel::{SheetView, id_of, sheet_ui};
use super::parcel::Unsent;
use super::shelf::{Looked, Saved};
use super::talk::{Said, Saying, Speaker, Talk, conversation};
use super::wishes;
use crate::domain::{Actor, Hall, IncidentId, Moment, Party};
use crate::link::LinkState;
use crate::screen::alarms::told;
use crate::screen::archive::Stories;
use crate::screen::archive::story::StoryShown;
use crate::screen::card::model::Around as _;
use crate::screen::card::panel::CardView;
use crate::screen::desk::Desk;
use crate::screen::dispatch::party_name;
use crate::screen::drafts::{self, Drafts, Turned};
use crate::screen::form;
use crate::screen::input::TakeKey;
use crate::screen::look::{frames, tokens, words};
use crate::screen::names::{CityNames, Kinds, utc_offset_secs};
use crate::screen::receive::{FileTold, Heard, Refused};
use crate::screen::sets::{HallSet, PaintSet};
use crate::screen::sheets::{Sheet, Sheets};
use crate::screen::shown::{
    Changes, Downloads, FreeArea, Ground, Guard, HubLink, Intent, Picked, ScreenKind, Shown, Target,
};
use crate::screen::tools::{NearLook, ToolSet, UserFolder};
use crate::screen::units::Units;

/// Seconds between two looks at a task that works beside the frame.
const LOOK_SECS: f32 = 0.04;

/// Adds the sheet; needs the desk, the archive and the tools.
pub struct WorkspacePlugin;

impl Plugin for WorkspacePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Workspace>()
            .init_resource::<Talk>()
            .init_resource::<Drafts>()
            .init_resource::<Downloads>()
            .init_resource::<UserFolder>()
            .init_resource::<FreeArea>()
            .init_resource::<Sheets>()
            .add_message::<FileDragAndDrop>()
            .add_message::<FileTold>()
            .add_message::<Heard>()
            .add_message::<Refused>()
            .add_message::<Intent>()
            .add_message::<RequestRedraw>()
            .add_message::<Turned>()
            .add_systems(Startup, restore)
            .add_systems(
                Update,
                (put_away.after(drafts::turn).run_if(on_message::<Turned>), follow, files, dropped)
                    .chain()
                    .in_set(HallSet::Decide)
                    .run_if(at_a_desk),
            )
            .add_systems(
                EguiPrimaryContextPass,
                // Before the tools, whose keys with Ctrl are its own while it is open.
                sheet.in_set(PaintSet::City).before(ToolSet).run_if(at_a_desk),
            );
    }
}

fn at_a_desk(
    kind: Option<Res<ScreenKind>>,
    (shown, ground, desk): (Option<Res<Shown>>, Option<Res<Ground>>, Option<Res<Desk>>),
) -> bool {
    kind.is_some_and(|kind| *kind == ScreenKind::Desk) && shown.is_some() && ground.is_some() && desk.is_some()
}

fn restore(folder: Option<Res<UserFolder>>, mut talk: ResMut<Talk>, mut drafts: ResMut<Drafts>) {
    if let Some(folder) = folder.and_then(|folder| folder.0.clone()) {
        for (case, words) in talk.restore(&folder) {
            drafts.restore_talk(case, words);
        }
    }
}

/// Somebody else sits here: what was chosen to be added, and what is said of what was sent, is not theirs.
pub(super) fn put_away(mut workspace: ResMut<Workspace>) {
    let workspace = workspace.bypass_change_detection();
    (workspace.sending, workspace.adding, workspace.note) = (None, None, None);
}

fn chosen(picked: Option<&Picked>) -> Option<IncidentId> {
    match picked?.selected? {
        Target::Incident(id) => Some(id),
        _ => None,
    }
}

/// What was said, what was chosen, and what became of the note that was sent.
pub(super) fn follow(
    mut workspace: ResMut<Workspace>,
    (mut talk, mut drafts): (ResMut<Talk>, ResMut<Drafts>),
    (shown, changes, picked): (Res<Shown>, Option<Res<Changes>>, Option<Res<Picked>>),
    (mut heard, mut refused, mut intents): (MessageReader<Heard>, MessageReader<Refused>, MessageReader<Intent>),
    mut redraw: MessageWriter<RequestRedraw>,
) {
    let (workspace, talk) = (workspace.bypass_change_detection(), talk.bypass_change_detection());
    let drafts = drafts.bypass_change_detection();
    if changes.is_some_and(|changes| changes.anew) {
        talk.see(&shown.hall);
    }
    let me = shown.who.signs();
    for Heard(fact) in heard.read() {
        talk.hear(fact, &shown.hall, me);
        if let (crate::domain::What::NoteAdded { incident, words }, Some(sent)) = (&fact.what, &workspace.sending)
            && (*incident, words) == (sent.0, &sent.1)
        {
            // What was written since stays.
            let rest = drafts.talk(&shown.hall, *incident).trim_start();
            let rest = rest.strip_prefix(words.as_str()).unwrap_or(rest).trim_start().to_owned();
            workspace.sending = None;
            drafts.write_talk(&shown.hall, *incident, rest);
        }
    }
    if let Some(Refused(refusal)) = refused.read().last()
        && workspace.sending.take().is_some()
    {
        // What was written stays, to be sent again.
        workspace.note = Some(t!("card.refused", why = words::refusal(refusal)).into_owned());
        redraw.write(RequestRedraw);
    }
    let incident = chosen(picked.as_deref());
    let turns = intents.read().filter(|intent| matches!(intent, Intent::Story)).count();
    if turns % 2 == 1 && (workspace.open || incident.is_some()) {
        workspace.turn(!workspace.open);
        redraw.write(RequestRedraw);
    }
    match incident {
        Some(id) => workspace.choose(id),
        None if workspace.open => workspace.turn(false),
        None => {}
    }
    if talk.is_changed() {
        talk.keep();
    }
}

/// Files that came, that went, and the next ones.
fn files(
    mut workspace: ResMut<Workspace>,
    mut told: MessageReader<FileTold>,
    link: Res<HubLink>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    let workspace = workspace.bypass_change_detection();
    for told in told.read() {
        match told {
            FileTold::Fetching { hash, upto, total } => workspace.shelf.far(hash, *upto, *total),
            FileTold::Fetched { hash, file } => {
                let saved = workspace.shelf.take(hash, file.clone());
                workspace.say_saved(saved);
            }
            FileTold::Sending { upto, total } => workspace.parcels.far(*upto, *total),
            FileTold::Sent(done) => {
                if let Some((path, done)) = workspace.parcels.sent(done.clone()) {
                    workspace.note = Some(match done {
                        Ok(()) => t!("workspace.sent_file", name = name_of(&path)).into_owned(),
                        Err(why) => unsent(&path, &why),
                    });
                }
            }
        }
        redraw.write(RequestRedraw);
    }
    if let Some((path, why)) = workspace.parcels.step(&link.0) {
        workspace.note = Some(unsent(&path, &why));
        redraw.write(RequestRedraw);
    }
    // Without a frame nobody looks at the task.
    if workspace.parcels.is_reading() {
        redraw.write(RequestRedraw);
    }
}

fn name_of(path: &std::path::Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Why a file is not sent, with its name.
fn unsent(path: &std::path::Path, why: &Unsent) -> String {
    let why = match why {
        Unsent::Unread => t!("workspace.no_such_path").into_owned(),
        Unsent::TooLarge => t!("workspace.too_large").into_owned(),
        Unsent::NotAFile => t!("refusal.not_a_file").into_owned(),
        Unsent::Refused(refusal) => words::refusal(refusal),
    };
    t!("workspace.unsent", name = name_of(path), why = why).into_owned()
}

/// Files that somebody drops on the window go to the chosen case.
pub(super) fn dropped(
    mut drops: MessageReader<FileDragAndDrop>,
    mut workspace: ResMut<Workspace>,
    (shown, picked, guard): (Res<Shown>, Option<Res<Picked>>, Option<Res<Guard>>),
    mut redraw: MessageWriter<RequestRedraw>,
) {
    let paths: Vec<PathBuf> = drops
        .read()
        .filter_map(|drop| match drop {
            FileDragAndDrop::DroppedFile { path_buf, .. } => Some(path_buf.clone()),
            _ => None,
        })
        .collect();
    let held = chosen(picked.as_deref()).is_some_and(|id| shown.hall.incident(id).is_some());
    if paths.is_empty() || !held || guard.is_some_and(|guard| guard.0) {
        return;
    }
    let workspace = workspace.bypass_change_detection();
    if !workspace.open {
        workspace.turn(true);
    }
    workspace.add(paths);
    redraw.write(RequestRedraw);
}

impl Workspace {
    fn say_saved(&mut self, saved: Option<Saved>) {
        let Some(Saved { name, at }) = saved else { return };
        self.note = Some(match at {
            Some(at) => t!("workspace.saved", path = at.display()).into_owned(),
            None => t!("workspace.unsaved", name = name).into_owned(),
        });
    }
}

/// What the sheet reads.
#[derive(SystemParam)]
struct Seen<'w> {
    shown: Res<'w, Shown>,
    picked: Option<Res<'w, Picked>>,
    ground: Res<'w, Ground>,
    kinds: Res<'w, Kinds>,
    units: Option<Res<'w, Units>>,
    stories: Option<Res<'w, Stories>>,
    free: Res<'w, FreeArea>,
    guard: Option<Res<'w, Guard>>,
    link: Res<'w, HubLink>,
    downloads: Res<'w, Downloads>,
}

/// What story and conversation are read from: the case, the changes of its facts and of its alarms, language, units.
type ReadFrom = (IncidentId, u64, (Option<Moment>, usize), String, usize);

/// Story and conversation in words, and what they were read from.
#[derive(Default)]
struct Told {
    from: Option<ReadFrom>,
    story: Option<StoryShown>,
    talk: Vec<Said>,
}

impl Told {
    fn read(&mut self, seen: &Seen, id: IncidentId, locale: &str) {
        let Some(stories) = &seen.stories else { return };
        let crews = seen.units.as_ref().map_or(0, |units| units.iter().count());
        let hall = &seen.shown.hall;
        let from = (id, stories.changes(), told::changed(hall, id), locale.to_owned(), crews);
        if self.from.as_ref() == Some(&from) {
            return;
        }
        let party = |party: &Party| party_name(party, seen.units.as_deref(), &seen.kinds, locale);
        let names = CityNames { city: &seen.ground.0, kinds: &seen.kinds, locale };
        let kind = seen.shown.hall.incident(id).map(|incident| incident.kind.clone());
        let kind = kind.or_else(|| Some(stories.past(id)?.0.kind.clone())).unwrap_or_default();
        let story = stories.shown(id, party, |answers| form::said(names.form(&kind), answers, locale));
        self.story = Some(story.with(told::lines(hall, id, seen.shown.now)));
        let me = seen.shown.who.signs();
        let speaker = |actor: &Actor| speaker(actor, &seen.shown.hall, me, locale, party);
        self.talk = stories.facts(id).map(|facts| conversation(facts, id, speaker)).unwrap_or_default();
        self.from = Some(from);
    }
}

impl Told {
    /// Whether all notes are told: read is what was seen, and not what is still on its way.
    fn tells(&self, seen: &Seen, id: IncidentId) -> bool {
        let said = self.talk.iter().filter(|said| matches!(said.what, Saying::Words(_))).count();
        matches!(self.story, Some(StoryShown::Lines(..))) && said >= notes(seen, id)
    }
}

/// Who somebody is: with the post that they have now.
fn speaker(actor: &Actor, hall: &Hall, me: Option<&str>, locale: &str, party: impl Fn(&Party) -> String) -> Speaker {
    if let Some(crew) = actor.crew() {
        return Speaker { name: party(&Party::Crew(crew)), ..Speaker::default() };
    }
    let (Actor::Person(name) | Actor::Source(name)) = actor;
    let Actor::Person(_) = actor else { return Speaker { name: name.clone(), ..Speaker::default() } };
    let on = hall.duty().on_duty();
    let post = on.iter().find(|one| one.there == Some(name.as_str())).and_then(|one| {
        let shifts = &hall.duty().in_force()?.shifts;
        Some(shifts.post_name(one.post, locale).to_owned())
    });
    Speaker { name: name.clone(), post, own: me == Some(name.as_str()) }
}

fn sheet(
    mut contexts: EguiContexts,
    seen: Seen,
    (mut workspace, mut talk, mut desk): (ResMut<Workspace>, ResMut<Talk>, ResMut<Desk>),
    mut drafts: ResMut<Drafts>,
    (mut near, mut sheets): (NearLook, ResMut<Sheets>),
    mut intents: MessageWriter<Intent>,
    mut told: Local<Told>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let (workspace, talk) = (workspace.bypass_change_detection(), talk.bypass_change_detection());
    let (sheets, drafts) = (sheets.bypass_change_detection(), drafts.bypass_change_detection());
    if seen.guard.as_ref().is_some_and(|guard| guard.0) {
        return Ok(());
    }
    sheets.keep(Sheet::Workspace, workspace.open);
    if ctx.input_mut(|input| input.take_key(Modifiers::COMMAND, Key::H)) {
        // What lies below another sheet comes in front of it.
        if workspace.open && !sheets.is_front(Sheet::Workspace) {
            sheets.raise(&ctx, Sheet::Workspace);
            workspace.focus = Some(Focus::Sheet);
        } else {
            intents.write(Intent::Story);
        }
    }
    let (true, Some(free), Some(id)) = (workspace.open, seen.free.0, chosen(seen.picked.as_deref())) else {
        return Ok(());
    };
    if workspace.incident != Some(id) {
        return Ok(());
    }
    let Some((whole, card)) = desk.case(id) else {
        // The card is read later in the same frame.
        ctx.request_repaint();
        return Ok(());
    };
    let locale = rust_i18n::locale().to_string();
    told.read(&seen, id, &locale);
    let waiting = StoryShown::Waiting;
    let files = grouped(&card.dossier.files);
    workspace.file = workspace.file.min(files.len().saturating_sub(1));
    let live = seen.shown.link.is_live();
    let can_send = can_send(seen.shown.link, card.past);
    let utc_offset = utc_offset_secs(seen.shown.now);
    let card_view = CardView {
        card: whole,
        form: None,
        focus_form: false,
        refused: None,
        now: seen.shown.now,
        utc_offset_secs: utc_offset,
        can_order: can_send.is_ok(),
        no_orders: can_send.err().unwrap_or("card.no_orders"),
        told: None,
    };
    let view = SheetView {
        card,
        card_view,
        page: workspace.page,
        story: told.story.as_ref().unwrap_or(&waiting),
        talk: &told.talk,
        draft: drafts.talk(&seen.shown.hall, id),
        sending: workspace.sending.is_some(),
        files: &files,
        marked: workspace.file,
        shelf: &workspace.shelf,
        viewer: workspace.viewer,
        adding: workspace.adding.as_ref(),
        parcel: workspace.parcels.shown(),
        note: workspace.note.as_deref(),
        focus: workspace.focus,
        scroll: workspace.scroll,
        others_type: workspace.others_type || others_type(&ctx) || desk.asks() || !sheets.is_front(Sheet::Workspace),
        utc_offset_secs: utc_offset,
        can_send,
    };
    let rect = place(free);
    let names = CityNames { city: &seen.ground.0, kinds: &seen.kinds, locale: &locale };
    let at = seen.shown.hall.incident(id).and_then(|incident| incident.place.at);
    let at = at.map(|at| seen.ground.0.frame().metres_from_lonlat(at));
    let mut around = |ui: &mut egui::Ui| near.list_ui(ui, at, (&seen.shown, &names));
    let wishes = window(&ctx, rect, &view, &mut around);
    sheets.press(&ctx, Sheet::Workspace);
    let (page, viewer) = (workspace.page, workspace.viewer);
    let talks = rect.width() >= tokens::workspace::WIDE || page == Page::Talk;
    let marked = files.get(workspace.file);
    let large = viewer.zip(marked).map(|(viewer, marked)| pair(&files, marked, viewer.beside)).unwrap_or_default();
    let looked = Looked {
        incident: id,
        files: if page == Page::Files { &files } else { &[] },
        chosen: marked.filter(|_| page == Page::Files || viewer.is_some()),
        large: &large,
        live,
    };
    let saved = workspace.shelf.step(&ctx, &looked, &seen.link.0, seen.downloads.0.as_deref());
    workspace.say_saved(saved);
    if workspace.shelf.is_busy() {
        ctx.request_repaint_after(std::time::Duration::from_secs_f32(LOOK_SECS));
    }
    if talks && told.tells(&seen, id) {
        talk.saw(&seen.shown.hall, id);
    }
    (workspace.focus, workspace.scroll, workspace.others_type) = (None, 0.0, others_type(&ctx));
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    for wish in wishes {
        wishes::carry_out(wish, workspace, drafts, &mut desk, &mut intents, (&seen.shown, id, &files));
    }
    sheets.keep(Sheet::Workspace, workspace.open);
    Ok(())
}

/// Whether a field that is not the sheet's has the keyboard.
fn others_type(ctx: &egui::Context) -> bool {
    let own = [Focus::Talk, Focus::Path].map(id_of);
    ctx.text_edit_focused() && !ctx.memory(|memory| own.iter().any(|id| memory.has_focus(*id)))
}

/// Whether notes and files can be sent; where not, the key of why.
fn can_send(link: LinkState, past: bool) -> Result<(), &'static str> {
    match link {
        _ if past => Err("card.past_note"),
        LinkState::Live => Ok(()),
        LinkState::ReadOnly => Err("card.read_only"),
        LinkState::Connecting | LinkState::Lost { .. } => Err("card.no_orders"),
    }
}

/// Notes that the story of a case has to tell; the oldest of very many are not told.
fn notes(seen: &Seen, id: IncidentId) -> usize {
    let cut = matches!(seen.stories.as_ref().and_then(|stories| stories.is_cut(id)), Some(true));
    if cut { 0 } else { seen.shown.hall.dossier(id).notes as usize }
}

/// The sheet fills what the queue and the card leave.
fn place(free: Rect) -> egui::Rect {
    let gap = tokens::desk::PAD;
    egui::Rect::from_min_max(
        egui::pos2(free.min.x + gap, free.min.y + gap),
        egui::pos2(free.max.x - gap, free.max.y - gap),
    )
}

fn window(
    ctx: &egui::Context,
    rect: egui::Rect,
    view: &SheetView<'_>,
    near: &mut dyn FnMut(&mut egui::Ui) -> Option<Target>,
) -> Vec<SheetWish> {
    let area = Area::new(Id::new("workspace")).order(Layer::Middle).pivot(Align2::LEFT_TOP).fixed_pos(rect.min);
    let margin = 14;
    let inner =
        (rect.size() - vec2(f32::from(margin) * 2.0 + 2.0, f32::from(margin) * 2.0 + 2.0)).max(vec2(240.0, 160.0));
    let shown = area
        .constrain(false)
        .show(ctx, |ui| frames::over_city(Margin::same(margin)).show(ui, |ui| sheet_ui(ui, inner, view, near)).inner);
    shown.inner
}
