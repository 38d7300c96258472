//! The dialogs that have the keyboard before the desk, and their keys, for the page of keys.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use crate::screen::dispatch::Dispatch;
use crate::screen::intake::Intake;
use crate::screen::kpi::Figures;
use crate::screen::plans::PlanDialog;
use crate::screen::roll::RollBoard;
use crate::screen::sheets::{Sheet, Sheets};
use crate::screen::vitals::Vitals;

/// Keys of the board of the roll.
const ROLL: &[(&str, &str)] = &[
    ("Enter", "dialog.roll_call"),
    ("↑  ↓", "dialog.roll_mark"),
    ("G", "dialog.roll_group"),
    ("X", "dialog.roll_end"),
    ("Esc", "dialog.away_kept"),
];

/// Keys of the board of key figures.
const FIGURES: &[(&str, &str)] = &[
    ("1–4", "dialog.figures_by"),
    ("5–8", "dialog.figures_period"),
    ("B", "dialog.figures_against"),
    ("9", "dialog.figures_times"),
    ("↑  ↓", "dialog.figures_row"),
    ("→  Enter  ←", "dialog.figures_into"),
    (",  .", "dialog.figures_sort"),
    ("0", "dialog.figures_turn"),
    ("Esc", "dialog.away"),
];

/// Keys of the board of vital signs.
const VITALS: &[(&str, &str)] = &[
    ("← → ↑ ↓", "dialog.vitals_tile"),
    ("Tab  Shift Tab", "dialog.vitals_family"),
    ("Enter", "dialog.vitals_look"),
    ("Z", "dialog.vitals_below"),
    ("Backspace", "dialog.vitals_above"),
    ("U", "dialog.vitals_sort"),
    ("C", "dialog.vitals_dense"),
    ("H", "dialog.vitals_ago"),
    ("Esc", "dialog.away"),
];

/// Keys of the finder.
const PALETTE: &[(&str, &str)] = &[
    ("↑  ↓", "dialog.palette_mark"),
    ("PageUp  PageDown", "dialog.palette_page"),
    ("Enter", "dialog.palette_take"),
    ("Esc", "dialog.away"),
];

/// Keys of the finder of cases.
const ARCHIVE: &[(&str, &str)] = &[
    ("Alt G", "dialog.archive_grade"),
    ("Alt O", "dialog.archive_fate"),
    ("Alt T", "dialog.archive_period"),
    ("Alt P", "dialog.archive_near"),
    ("2025-03..05", "dialog.archive_days"),
    ("↑  ↓", "dialog.palette_mark"),
    ("PageUp  PageDown", "dialog.palette_page"),
    ("Enter", "dialog.archive_take"),
    ("Esc", "dialog.away"),
];

/// A dialog with keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialog {
    /// A call is taken down.
    Intake,
    /// Somebody is sent.
    Dispatch,
    /// The plan of a case.
    Plan,
    /// All of a case.
    Workspace,
    /// Roster, log and hand-over.
    Duty,
    /// The list of alarms.
    Alarms,
    /// Sensors and feeds.
    Devices,
    /// Who is there.
    Roll,
    /// The key figures.
    Figures,
    /// The board of vital signs, and what one number is made of.
    Vitals,
    /// What finds anything by a few words.
    Palette,
    /// What finds any case there ever was.
    Archive,
}

impl Dialog {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Intake,
        Self::Dispatch,
        Self::Plan,
        Self::Workspace,
        Self::Duty,
        Self::Alarms,
        Self::Devices,
        Self::Roll,
        Self::Figures,
        Self::Vitals,
        Self::Palette,
        Self::Archive,
    ];

    /// Key of its name in `assets/i18n`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Intake => "dialog.intake",
            Self::Dispatch => "dialog.dispatch",
            Self::Plan => "dialog.plan",
            Self::Workspace => "dialog.workspace",
            Self::Duty => "dialog.duty",
            Self::Alarms => "dialog.alarms",
            Self::Devices => "dialog.devices",
            Self::Roll => "dialog.roll",
            Self::Figures => "dialog.figures",
            Self::Vitals => "dialog.vitals",
            Self::Palette => "dialog.palette",
            Self::Archive => "dialog.archive",
        }
    }

    /// Whether it lies over all windows, so that the page of its keys has to lie over it.
    #[must_use]
    pub fn covers_windows(self) -> bool {
        matches!(self, Self::Figures | Self::Palette | Self::Archive)
    }

    /// Its keys and the text of what they do.
    #[must_use]
    pub fn keys(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Intake => &[
                ("Enter", "dialog.intake_enter"),
                ("↑  ↓", "dialog.intake_mark"),
                ("Alt 1–4", "dialog.intake_grade"),
                ("Ctrl 1–3", "dialog.intake_same"),
                ("Ctrl Enter", "dialog.intake_file"),
                ("Ctrl Shift Enter", "dialog.intake_register"),
                ("Esc", "dialog.away_kept"),
            ],
            Self::Dispatch => &[
                ("1–9", "dialog.dispatch_choose"),
                ("Shift 1–9", "dialog.dispatch_lead"),
                ("/", "dialog.dispatch_find"),
                ("0", "dialog.dispatch_drawn"),
                ("Shift 0", "dialog.dispatch_own"),
                ("I", "dialog.dispatch_scope"),
                ("Enter  T", "dialog.dispatch_send"),
                ("Esc", "dialog.away"),
            ],
            Self::Plan => &[
                ("1–9", "dialog.plan_choose"),
                ("Shift 1–9", "dialog.plan_skip"),
                ("R  Alt 1–9", "dialog.plan_read"),
                ("[  ]", "dialog.plan_alarm"),
                ("Enter", "dialog.plan_enter"),
                ("I", "dialog.plan_next"),
                ("X", "dialog.plan_end"),
                ("Esc", "dialog.away_kept"),
            ],
            Self::Workspace => &[
                ("Ctrl 1–5", "dialog.workspace_page"),
                ("Ctrl M", "dialog.workspace_talk"),
                ("Ctrl O", "dialog.workspace_add"),
                ("Ctrl S", "dialog.workspace_save"),
                ("←  →", "dialog.workspace_file"),
                ("Enter", "dialog.workspace_view"),
                ("Space", "dialog.workspace_beside"),
                ("↑  ↓", "dialog.workspace_scroll"),
                ("End", "dialog.workspace_earlier"),
                ("Esc", "dialog.workspace_back"),
            ],
            Self::Duty => &[
                ("Ctrl 1–3", "dialog.duty_page"),
                ("Ctrl ↑  ↓", "dialog.duty_mark"),
                ("PageUp  PageDown", "dialog.duty_shift"),
                ("Ctrl Enter", "dialog.duty_sign"),
                ("Enter", "dialog.duty_assign"),
                ("Ctrl E  Ctrl Delete", "dialog.duty_swap"),
                ("Ctrl R  O  I  D", "dialog.duty_log"),
                ("Alt Enter", "dialog.duty_go"),
                ("Ctrl Shift Enter", "dialog.duty_anew"),
                ("Esc", "dialog.away_kept"),
            ],
            Self::Alarms => &[
                ("↑  ↓", "dialog.alarms_mark"),
                ("Enter", "dialog.alarms_acknowledge"),
                ("Ctrl Enter", "dialog.alarms_many"),
                ("Ctrl S", "dialog.alarms_shelf"),
                ("Ctrl O  Ctrl R", "dialog.alarms_owner"),
                ("Ctrl W", "dialog.alarms_maintain"),
                ("Ctrl Shift W", "dialog.alarms_plan"),
                ("Ctrl ↑  ↓", "dialog.alarms_windows"),
                ("Ctrl E", "dialog.alarms_fold"),
                ("Ctrl Y  Ctrl J", "dialog.alarms_part"),
                ("Ctrl T", "dialog.alarms_case"),
                ("Ctrl D", "dialog.alarms_go"),
                ("Ctrl Q", "dialog.alarms_sound"),
                ("Esc", "dialog.away"),
            ],
            Self::Devices => &[
                ("1–5", "dialog.devices_tabs"),
                ("Enter", "dialog.devices_card"),
                ("Space  A", "dialog.devices_more"),
                ("C", "dialog.devices_claim"),
                ("X  B", "dialog.devices_leave"),
                ("Ctrl D  Ctrl Enter", "dialog.devices_form"),
                ("Esc", "dialog.away"),
            ],
            Self::Roll => ROLL,
            Self::Figures => FIGURES,
            Self::Vitals => VITALS,
            Self::Palette => PALETTE,
            Self::Archive => ARCHIVE,
        }
    }
}

/// Where those dialogs say whether they are open.
#[derive(SystemParam)]
pub(super) struct Dialogs<'w> {
    intake: Option<Res<'w, Intake>>,
    dispatch: Option<Res<'w, Dispatch>>,
    plan: Option<Res<'w, PlanDialog>>,
    sheets: Option<Res<'w, Sheets>>,
    roll: Option<Res<'w, RollBoard>>,
    figures: Option<Res<'w, Figures>>,
    vitals: Option<Res<'w, Vitals>>,
}

impl Dialogs<'_> {
    /// Those that hear keys now: of the sheets that lie over each other the one in front.
    pub(super) fn open(&self) -> Vec<Dialog> {
        let front = |sheet| self.sheets.as_ref().is_some_and(|sheets| sheets.is_front(sheet));
        let is_open = |dialog: &Dialog| match dialog {
            Dialog::Intake => self.intake.as_ref().is_some_and(|intake| intake.is_open()),
            Dialog::Dispatch => self.dispatch.as_ref().is_some_and(|dispatch| dispatch.is_open()),
            Dialog::Plan => self.plan.as_ref().is_some_and(|plan| plan.is_open()),
            Dialog::Workspace => front(Sheet::Workspace),
            Dialog::Duty => front(Sheet::Duty),
            Dialog::Alarms => front(Sheet::Alarms),
            Dialog::Devices => front(Sheet::Devices),
            Dialog::Roll => self.roll.as_ref().is_some_and(|roll| roll.is_open()),
            Dialog::Figures => self.figures.as_ref().is_some_and(|figures| figures.is_open()),
            Dialog::Vitals => self.vitals.as_ref().is_some_and(|vitals| vitals.explains_keys()),
            Dialog::Palette => front(Sheet::Palette),
            Dialog::Archive => front(Sheet::Archive),
        };
        Dialog::ALL.into_iter().filter(is_open).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bevy::ecs::system::RunSystemOnce;
    use rust_i18n::t;

    use super::*;
    use crate::screen::desk::help::help_ui;
    use crate::screen::look;
    use crate::screen::twin::quality::Quality;

    fn hears(dialogs: Dialogs<'_>) -> Vec<Dialog> {
        dialogs.open()
    }

    /// All texts of a shape.
    fn gather(shape: &egui::Shape, texts: &mut Vec<String>) {
        match shape {
            egui::Shape::Vec(all) => all.iter().for_each(|one| gather(one, texts)),
            egui::Shape::Text(text) => texts.push(text.galley.text().to_owned()),
            _ => {}
        }
    }

    #[test]
    fn each_dialog_has_its_keys_once_and_what_they_do_in_both_languages() {
        for dialog in Dialog::ALL {
            let keys: BTreeSet<&str> = dialog.keys().iter().map(|(key, _)| *key).collect();
            assert_eq!(keys.len(), dialog.keys().len(), "{dialog:?} has a key twice");
            let texts = dialog.keys().iter().map(|(_, what)| *what).chain([dialog.name()]);
            for (what, locale) in texts.flat_map(|what| [(what, "zh-CN"), (what, "en")]) {
                let text = t!(what, locale = locale);
                assert!(!text.is_empty() && !text.contains("dialog."), "{what} in {locale}: {text}");
            }
        }
    }

    #[test]
    fn the_page_of_keys_has_a_section_for_what_is_open_and_none_for_what_is_not() {
        let mut world = World::new();
        let open = |world: &mut World| world.run_system_once(hears).unwrap();
        assert_eq!(open(&mut world), []);
        let mut sheets = Sheets::default();
        sheets.keep(Sheet::Workspace, true);
        sheets.keep(Sheet::Duty, true);
        world.insert_resource(sheets);
        world.init_resource::<Intake>();
        assert_eq!(open(&mut world), [Dialog::Duty], "the keys are those of the sheet in front");
        world.resource_mut::<Sheets>().keep(Sheet::Duty, false);
        assert_eq!(open(&mut world), [Dialog::Workspace]);
        world.resource_mut::<Sheets>().keep(Sheet::Palette, true);
        world.init_resource::<RollBoard>();
        world.init_resource::<Figures>();
        world.init_resource::<Vitals>();
        assert_eq!(open(&mut world), [Dialog::Palette], "what finds anything lies over all sheets");
        world.resource_mut::<Sheets>().keep(Sheet::Archive, true);
        assert_eq!(open(&mut world), [Dialog::Archive], "and so does what finds cases");

        let names = |open: &[Dialog]| {
            let ctx = egui::Context::default();
            look::apply(&ctx);
            let mut texts = Vec::new();
            for _ in 0..4 {
                let screen_rect = Some(egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1600.0, 3600.0)));
                let input = egui::RawInput { screen_rect, ..Default::default() };
                let mut drawn = ctx.run_ui(input, |ui| {
                    help_ui(ui.ctx(), Quality::Software, open);
                });
                drawn.textures_delta.clear();
                texts.clear();
                drawn.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut texts));
            }
            Dialog::ALL.into_iter().filter(|dialog| texts.contains(&t!(dialog.name()).into_owned())).collect::<Vec<_>>()
        };
        assert_eq!(names(&[]), []);
        assert_eq!(names(&[Dialog::Intake, Dialog::Alarms]), [Dialog::Intake, Dialog::Alarms]);
        assert_eq!(names(&[Dialog::Archive]), [Dialog::Archive]);
        let boards = [Dialog::Roll, Dialog::Figures, Dialog::Vitals];
        assert_eq!(names(&boards), boards);
    }
}
