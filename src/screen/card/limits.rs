//! The card's time limits: each with its clock, when it is due, how much is left and who has it.

use egui::{Label, RichText, Sense, Ui, vec2};
use rust_i18n::t;

use super::panel::CardView;
use crate::domain::{Likely, Outlook, Phase, Run};
use crate::screen::look::{lamp, medium_font, regular_font, tokens, words};
use crate::screen::situation::limits::TimerShown;

/// All limits, one below the other.
pub(in crate::screen) fn limits_ui(ui: &mut Ui, view: &CardView<'_>, limits: &[TimerShown]) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        for one in limits {
            limit_ui(ui, view, one);
            ui.add_space(5.0);
        }
    });
}

/// What past cases say of the limit that is due next, with the reason; nothing where they say nothing bad.
pub(in crate::screen) fn outlook_ui(ui: &mut Ui, outlook: Option<&Outlook>) {
    let Some(outlook) = outlook.filter(|one| one.likely() != Likely::InTime) else { return };
    let word = t!(format!("outlook.{}", outlook.likely().word()), phase = words::phase(outlook.phase));
    let typical = words::age(outlook.typical_minutes * 60);
    let why = t!("outlook.why", late = outlook.late, of = outlook.of, typical = typical);
    let color = if outlook.likely() == Likely::Late { tokens::TEXT } else { tokens::DIM };
    ui.add(Label::new(RichText::new(format!("{word} · {why}")).small().color(color.egui())).wrap());
}

fn limit_ui(ui: &mut Ui, view: &CardView<'_>, TimerShown { timer, used_millis }: &TimerShown) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let runs = matches!(timer.run, Run::Running { .. } | Run::Paused);
    // Who has it now is said brighter than what is behind and what is to come.
    let font = if runs { medium_font(tokens::desk::BODY) } else { regular_font(tokens::desk::BODY) };
    let color = if runs { tokens::TEXT } else { tokens::DIM };
    let name = words::phase(timer.phase);
    ui.painter().text(rect.left_center(), egui::Align2::LEFT_CENTER, name, font, color.egui());
    lamp::timer(ui.painter(), rect.right_center(), timer, view.now, tokens::desk::BODY);
    let clock = words::on_clock(timer.limit.clock, timer.limit.millis);
    let mut said = vec![t!("limit.allowed", amount = clock).into_owned()];
    // What has begun just now has used nothing worth saying, and what is over all of it.
    let amount = words::amount(timer.limit.clock, *used_millis);
    if runs && *used_millis <= timer.limit.millis && amount != words::amount(timer.limit.clock, 0) {
        said.push(t!("limit.used", amount = amount).into_owned());
    }
    if let Run::Running { due, .. } | Run::Finished { due, .. } = timer.run {
        said.push(t!("limit.due", time = words::day_hour_minute(due, view.utc_offset_secs)).into_owned());
    }
    if timer.phase != Phase::Whole {
        said.push(words::holder(timer.phase));
    }
    let said = RichText::new(said.join(" · ")).small().color(tokens::DIM.egui());
    ui.add(Label::new(said).wrap());
}
