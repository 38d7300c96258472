//! The key figures in their engine.

use std::cell::RefCell;

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::Modifiers;

use super::belong::{CaseAreas, key_name};
use super::model::{Asked, Belongs, Key, Table, table};
use super::panel::{FiguresView, FiguresWish, figures_ui};
use crate::config::Catalogue;
use crate::domain::kpi::{Counting, Past, Period, Span};
use crate::domain::{Incident, Moment, Seq};
use crate::screen::input::{Presses, TakeKey, is_plain, keep_keys};
use crate::screen::look::words;
use crate::screen::names::{Kinds, utc_offset_secs};
use crate::screen::receive::PastTold;
use crate::screen::sets::PaintSet;
use crate::screen::sheets::Sheets;
use crate::screen::shown::{FreeArea, Ground, Guard, HubLink, ScreenKind, Shown};
use crate::screen::tools::ToolSet;

/// Seconds between two counts while facts come in.
const COUNT_SECS: f64 = 2.0;

/// Open the key figures.
#[derive(Message, Debug, Clone, Copy)]
pub struct OpenFigures;

/// What is open and was counted.
#[derive(Resource, Default)]
pub struct Figures {
    open: bool,
    asked: Asked,
    marked: usize,
    reveal: bool,
    counted: Option<Counted>,
    past: Before,
    areas: CaseAreas,
}

/// A table, and what it was counted from.
struct Counted {
    table: Table,
    from: (Asked, Seq, i64, String),
    at: f64,
}

/// Seconds until the hub is asked again what was before, where it could not tell.
const ASK_AGAIN_SECS: f64 = 30.0;

/// What figures are held against: asked of the hub once for each period and hour.
#[derive(Default)]
pub(in crate::screen) struct Before {
    told: Option<Past>,
    /// For which period and hour, and when that was.
    asked: Option<(Period, i64, f64)>,
    waiting: bool,
}

impl Before {
    /// What was, where it is known by now; ask for it where nobody did. `secs` is the screen's own clock.
    pub(in crate::screen) fn of(
        &mut self,
        period: Period,
        now: Moment,
        secs: f64,
        link: Option<&HubLink>,
    ) -> Option<&Past> {
        let hour = (now.0 + i64::from(utc_offset_secs(now)) * 1000).div_euclid(3_600_000);
        let same = self.asked.is_some_and(|(of, at, _)| (of, at) == (period, hour));
        let again = self.told.is_none() && self.asked.is_some_and(|(.., at)| secs - at > ASK_AGAIN_SECS);
        if let Some(link) = link.filter(|_| !same || again) {
            if !same {
                self.told = None;
            }
            self.asked = Some((period, hour, secs));
            self.waiting = true;
            link.0.past(period);
        }
        self.told.as_ref()
    }

    /// Whether the answer is on its way.
    pub(in crate::screen) fn is_waiting(&self) -> bool {
        self.waiting
    }

    /// Take in an answer; false where something else was asked.
    pub(in crate::screen) fn take(&mut self, told: &PastTold) -> bool {
        let ours = self.asked.is_some_and(|(period, ..)| period == told.period);
        if ours {
            self.waiting = false;
            self.told = told.past.as_ref().ok().map(|past| (**past).clone());
        }
        ours
    }
}

/// Adds the panel; needs [`crate::screen::desk::plugin`].
pub fn plugin(app: &mut App) {
    let desk = resource_equals(ScreenKind::Desk).and_then(resource_exists::<Shown>);
    app.init_resource::<Figures>()
        .init_resource::<Presses>()
        .add_message::<OpenFigures>()
        .add_message::<PastTold>()
        .add_systems(Update, keep_keys(has_keys))
        // Before the tools and the panels, so that the keys of an open board are not theirs.
        .add_systems(EguiPrimaryContextPass, figures.in_set(PaintSet::City).before(ToolSet).run_if(desk));
}

/// Keys without Ctrl are the board's while it is open.
fn has_keys(figures: Res<Figures>) -> bool {
    figures.open
}

fn figures(
    mut contexts: EguiContexts,
    (shown, kinds, ground): (Res<Shown>, Res<Kinds>, Res<Ground>),
    (guard, free, sheets): (Option<Res<Guard>>, Option<Res<FreeArea>>, Option<Res<Sheets>>),
    (mut opened, mut told): (MessageReader<OpenFigures>, MessageReader<PastTold>),
    link: Option<Res<HubLink>>,
    mut figures: ResMut<Figures>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let figures = figures.bypass_change_detection();
    let opened = opened.read().count() > 0;
    for told in told.read() {
        if figures.past.take(told) {
            figures.counted = None;
            ctx.request_repaint();
        }
    }
    if guard.is_some_and(|guard| guard.0) {
        return Ok(());
    }
    let key = ctx.input_mut(|i| i.take_key(Modifiers::NONE, egui::Key::F7));
    if key || opened {
        figures.open = opened || !figures.open;
        figures.counted = None;
        figures.areas.clear();
        ctx.request_repaint();
    }
    if !figures.open {
        return Ok(());
    }
    let locale = rust_i18n::locale().to_string();
    let name = |key: &Key| key_name(key, kinds.0.as_ref(), &ground.0, &locale);
    let live = link.as_deref().filter(|_| shown.link.is_live());
    figures.count(&ctx, (&shown, &kinds, &ground), live, &locale, &name);
    let Some(counted) = &figures.counted else { return Ok(()) };
    let rules = kinds.0.as_ref().map(Catalogue::figures).unwrap_or_default();
    let view = FiguresView {
        asked: &figures.asked,
        table: &counted.table,
        marked: figures.marked,
        reveal: std::mem::take(&mut figures.reveal),
        name: &name,
        subtract_held: rules.subtract_held,
        waiting: figures.past.is_waiting(),
        in_front: sheets.is_none_or(|sheets| !sheets.is_finding()),
    };
    // The strip of an alarm stays in sight.
    let all = ctx.content_rect();
    let below = free.and_then(|free| free.0).map_or(all, |free| all.with_min_y(free.min.y));
    let wishes = figures_ui(&ctx, below, &view);
    if view.in_front {
        // What it does not use is nobody's either.
        ctx.input_mut(|input| input.events.retain(|event| !is_plain(event)));
    }
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    for wish in wishes {
        match wish {
            FiguresWish::Ask(asked) => (figures.asked, figures.marked, figures.reveal) = (asked, 0, true),
            FiguresWish::Mark(at) => (figures.marked, figures.reveal) = (at, true),
            FiguresWish::Close => figures.open = false,
        }
    }
    Ok(())
}

impl Figures {
    /// Whether the board is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Count anew where something else is asked, and where something happened some time ago.
    fn count(
        &mut self,
        ctx: &egui::Context,
        (shown, kinds, ground): (&Shown, &Kinds, &Ground),
        link: Option<&HubLink>,
        locale: &str,
        name: &dyn Fn(&Key) -> String,
    ) {
        let secs = ctx.input(|i| i.time);
        let before = self.past.of(self.asked.period, shown.now, secs, link);
        let before = before.and_then(|past| past.of(self.asked.against));
        let from = (self.asked.clone(), shown.hall.upto(), shown.now.0.div_euclid(60_000), locale.to_owned());
        if let Some(counted) = &self.counted {
            let same = counted.from == from;
            let soon = counted.at + COUNT_SECS - secs;
            if same || (counted.from.0 == from.0 && counted.from.3 == from.3 && soon > 0.0) {
                if !same {
                    ctx.request_repaint_after(std::time::Duration::from_secs_f64(soon));
                }
                return;
            }
        }
        let now = shown.now;
        let day_start = words::day_start(now, utc_offset_secs(now));
        let kinds = kinds.0.as_ref();
        let counting = Counting {
            span: Span { from: self.asked.period.from(now, day_start), until: now },
            rules: kinds.map(Catalogue::figures).unwrap_or_default(),
            limits: &shown.limits,
            utc_offset_secs: &utc_offset_secs,
        };
        let areas = RefCell::new(&mut self.areas);
        let belongs = Belongs {
            area: &|incident: &Incident| areas.borrow_mut().at(incident, &shown.areas, &ground.0),
            department: &|incident: &Incident| kinds?.kind(&incident.kind)?.lead.clone(),
            name,
        };
        let table = table(&self.asked, &shown.hall, &counting, &belongs, before);
        self.marked = self.marked.min(table.lines.len().saturating_sub(1));
        self.counted = Some(Counted { table, from, at: secs });
    }
}
