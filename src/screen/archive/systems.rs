//! Finder and stories in their engine.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Key, Modifiers};

use super::model::Finder;
use super::panel::{FinderView, FinderWish, finder_ui};
use super::story::{StoryShown, joined, lines};
use crate::domain::{Answers, Fact, FoundCase, Hall, IncidentId, Party, Refusal, Seq, Story};
use crate::screen::decide::NEAR_M;
use crate::screen::form::FormLine;
use crate::screen::input::TakeKey;
use crate::screen::look::words;
use crate::screen::names::{CityNames, Kinds, utc_offset_secs};
use crate::screen::palette::PaletteSet;
use crate::screen::receive::{CasesFound, StoryTold};
use crate::screen::sets::{HallSet, PaintSet};
use crate::screen::sheets::{Sheet, Sheets};
use crate::screen::shown::{
    Changes, CityView, FlyTo, Ground, Guard, HubLink, Intent, Picked, ScreenKind, Shown, Target,
};
use crate::screen::situation::Names as _;
use crate::screen::workspace::Workspace;

/// Open the finder.
#[derive(Message, Debug, Clone, Copy)]
pub struct OpenArchive;

/// The story of the chosen case, as far as it is wanted and there.
#[derive(Resource, Default)]
pub struct Stories {
    incident: Option<IncidentId>,
    /// An answer is on its way.
    waiting: bool,
    /// It is of facts before this one; without, of the newest.
    before: Option<Seq>,
    /// Older facts were not to be had: they are asked for again once somebody wants them.
    failed: bool,
    told: Option<Result<Box<Story>, Refusal>>,
    /// The case as it was when it left the hall.
    past: Option<(Box<FoundCase>, Box<Hall>)>,
    /// Counts what changed, so that who shows it knows when to read it anew.
    changes: u64,
}

impl Stories {
    /// Another number than before says that something changed.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// A case that is no longer in the hall: what the archive says of it, and a hall that holds it as it was.
    #[must_use]
    pub fn past(&self, id: IncidentId) -> Option<(&FoundCase, &Hall)> {
        let (case, hall) = self.past.as_ref()?;
        (case.id == id).then_some((case, hall))
    }

    /// The facts of a case, newest first, once they were told.
    #[must_use]
    pub fn facts(&self, id: IncidentId) -> Option<&[Fact]> {
        let told = self.told.as_ref().filter(|_| self.incident == Some(id))?;
        told.as_ref().ok().map(|story| story.facts.as_slice())
    }

    /// Whether older facts of a case were not told.
    #[must_use]
    pub fn is_cut(&self, id: IncidentId) -> Option<bool> {
        let told = self.told.as_ref().filter(|_| self.incident == Some(id))?;
        told.as_ref().ok().map(|story| story.more)
    }

    /// The story in words.
    #[must_use]
    pub fn shown(
        &self,
        id: IncidentId,
        party: impl Fn(&Party) -> String,
        answered: impl Fn(&Answers) -> Vec<FormLine>,
    ) -> StoryShown {
        match self.told.as_ref().filter(|_| self.incident == Some(id)) {
            None => StoryShown::Waiting,
            Some(Err(refusal)) => StoryShown::Failed(words::refusal(refusal)),
            Some(Ok(story)) => StoryShown::Lines(joined(lines(&story.facts, id, &party, &answered)), story.more),
        }
    }

    /// What is asked next, where something is: the newest facts where there is news, else older ones where they are
    /// wanted.
    #[expect(clippy::option_option, reason = "nothing is asked, or the newest, or those before one")]
    pub(super) fn asks(&mut self, news: bool, earlier: bool) -> Option<Option<Seq>> {
        if self.waiting {
            return None;
        }
        let oldest = || {
            let story = self.told.as_ref()?.as_ref().ok().filter(|story| story.more)?;
            story.facts.last().map(|fact| fact.seq)
        };
        self.before = if news { None } else { Some(oldest().filter(|_| earlier)?) };
        (self.waiting, self.failed) = (true, false);
        Some(self.before)
    }

    pub(super) fn take(&mut self, incident: IncidentId, story: Result<Box<Story>, Refusal>, hall: &Hall) {
        if self.incident != Some(incident) {
            return;
        }
        self.waiting = false;
        self.changes += 1;
        let told = match (self.before.take(), story, self.told.take()) {
            (Some(_), Ok(page), Some(Ok(told))) => Ok(Box::new(lengthened(*told, *page))),
            // What is told stays.
            (Some(_), Err(_), Some(Ok(told))) => {
                self.failed = true;
                Ok(told)
            }
            (None, Ok(story), Some(Ok(told))) => Ok(Box::new(renewed(*story, *told))),
            (_, story, _) => story,
        };
        let gone = hall.incident(incident).is_none();
        self.past = told.as_ref().ok().filter(|_| gone).and_then(|story| past(story));
        self.told = Some(told);
    }

    /// Another case is chosen, or none.
    pub(super) fn choose(&mut self, incident: Option<IncidentId>) {
        *self = Self { incident, changes: self.changes + 1, ..Self::default() };
    }
}

/// A story with the facts before it.
fn lengthened(mut told: Story, page: Story) -> Story {
    told.facts.extend(page.facts);
    Story { case: page.case, more: page.more, ..told }
}

/// A story that was told anew, with the older facts that were told before; without them where others would be missing
/// between.
fn renewed(mut new: Story, told: Story) -> Story {
    let Some(last) = new.facts.last().map(|fact| fact.seq).filter(|_| new.more) else { return new };
    if told.facts.first().is_some_and(|first| first.seq >= last) {
        let known = new.facts.len();
        new.facts.extend(told.facts.into_iter().filter(|fact| fact.seq < last));
        if new.facts.len() > known {
            new.more = told.more;
        }
    }
    new
}

/// A hall that holds one case as its facts left it; `None` where they do not begin with its report.
pub(super) fn past(story: &Story) -> Option<(Box<FoundCase>, Box<Hall>)> {
    let mut hall = Hall::default();
    for (number, fact) in (1..).zip(story.facts.iter().rev()) {
        hall.apply(&Fact { seq: Seq(number), ..fact.clone() });
    }
    hall.incident(story.case.id)?;
    Some((Box::new(story.case.clone()), Box::new(hall)))
}

/// Adds finder and stories; needs [`crate::screen::desk::plugin`].
pub fn plugin(app: &mut App) {
    let desk = || resource_equals(ScreenKind::Desk);
    // Before the panels, so that the keys of an open finder are not theirs.
    let order = finder.after(PaintSet::City).after(PaletteSet).before(PaintSet::Panels);
    app.init_resource::<Stories>()
        .init_resource::<Sheets>()
        .add_message::<OpenArchive>()
        .add_systems(Update, stories.in_set(HallSet::Decide).run_if(desk()))
        .add_systems(EguiPrimaryContextPass, order.run_if(desk()));
}

fn stories(
    mut stories: ResMut<Stories>,
    mut workspace: Option<ResMut<Workspace>>,
    mut told: MessageReader<StoryTold>,
    mut redraw: MessageWriter<RequestRedraw>,
    shown: Res<Shown>,
    changes: Res<Changes>,
    picked: Res<Picked>,
    link: Res<HubLink>,
) {
    let stories = stories.bypass_change_detection();
    for StoryTold { incident, story } in told.read() {
        stories.take(*incident, story.clone(), &shown.hall);
        redraw.write(RequestRedraw);
    }
    let selected = match picked.selected {
        Some(Target::Incident(id)) => Some(id),
        _ => None,
    };
    let other = stories.incident != selected;
    if other {
        stories.choose(selected);
    }
    let Some(id) = selected else { return };
    let gone = shown.hall.incident(id).is_none();
    let news = other || stories.told.is_none() || changes.anew || changes.incidents.contains(&id);
    let open = workspace.as_ref().is_some_and(|workspace| workspace.is_open());
    if !((open || gone) && shown.link.is_live()) || stories.waiting {
        return;
    }
    let wanted = !news && workspace.as_mut().is_some_and(|sheet| sheet.bypass_change_detection().take_earlier());
    // A case that left the hall is shown once its story goes back to its report.
    let missing = gone && stories.past.is_none() && !stories.failed;
    if let Some(before) = stories.asks(news, wanted || missing) {
        link.0.story(id, before);
    }
}

/// What is open and was found.
#[derive(Default)]
struct Open {
    shown: bool,
    focus: bool,
    reveal: bool,
    finder: Finder,
}

/// What the finder reads and does.
#[derive(SystemParam)]
struct Around<'w> {
    shown: Res<'w, Shown>,
    ground: Res<'w, Ground>,
    kinds: Res<'w, Kinds>,
    view: Option<Res<'w, CityView>>,
    link: Res<'w, HubLink>,
    guard: Option<Res<'w, Guard>>,
    intents: MessageWriter<'w, Intent>,
    flights: MessageWriter<'w, FlyTo>,
}

impl Around<'_> {
    fn ask(&self, finder: &Finder) {
        let frame = self.ground.0.frame();
        let middle = self.view.as_ref().map(|view| frame.lonlat_from_metres(view.pose.target));
        let now = self.shown.now;
        self.link.0.search(finder.asked.search((now, utc_offset_secs(now)), middle, finder.before()));
    }

    fn take(&mut self, case: &FoundCase) {
        let target = Some(Target::Incident(case.id));
        self.intents.write(Intent::Select { target, fly: true });
        // The hall knows no place of what has left it.
        if let (None, Some(at)) = (self.shown.hall.incident(case.id), case.place.at) {
            let target = self.ground.0.frame().metres_from_lonlat(at);
            self.flights.write(FlyTo { target, distance: Some(NEAR_M) });
        }
    }
}

fn finder(
    mut contexts: EguiContexts,
    mut around: Around,
    mut found: MessageReader<CasesFound>,
    mut opened: MessageReader<OpenArchive>,
    (mut open, mut sheets): (Local<Open>, ResMut<Sheets>),
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let sheets = sheets.bypass_change_detection();
    let key = ctx.input_mut(|i| i.take_key(Modifiers::COMMAND, Key::F));
    if opened.read().count() > 0 || key {
        open.shown = !(open.shown && key);
        open.focus = open.shown;
        // What was found before is looked for anew: meanwhile there may be more of it.
        if open.shown && open.finder.begin() {
            around.ask(&open.finder);
        }
        ctx.request_repaint();
    }
    for CasesFound(answer) in found.read() {
        if open.finder.take(answer.clone()) {
            around.ask(&open.finder);
        }
        ctx.request_repaint();
    }
    sheets.keep(Sheet::Archive, open.shown);
    let guarded = around.guard.as_ref().is_some_and(|guard| guard.0);
    if !open.shown || guarded {
        return Ok(());
    }
    let locale = rust_i18n::locale().to_string();
    let wishes = {
        let names = CityNames { city: &around.ground.0, kinds: &around.kinds, locale: &locale };
        let (focus, reveal) = (std::mem::take(&mut open.focus), std::mem::take(&mut open.reveal));
        let view = FinderView {
            finder: &open.finder,
            kind: &|code| names.kind(code),
            focus,
            reveal,
            live: around.shown.link.is_live(),
            utc_offset_secs: utc_offset_secs(around.shown.now),
        };
        finder_ui(&ctx, ctx.content_rect(), &view)
    };
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    for wish in wishes {
        match wish {
            FinderWish::Ask(asked) => {
                if open.finder.ask(asked) {
                    around.ask(&open.finder);
                }
            }
            FinderWish::Choose(at) => {
                open.reveal = true;
                if open.finder.choose(at) {
                    around.ask(&open.finder);
                }
            }
            FinderWish::Take(at) => {
                if let Some(case) = open.finder.cases.get(at).cloned() {
                    around.take(&case);
                }
                open.shown = false;
            }
            FinderWish::Close => open.shown = false,
        }
    }
    sheets.keep(Sheet::Archive, open.shown);
    Ok(())
}
