//! What a case gathered beside its stage, in rows.

use egui::{RichText, Ui};
use rust_i18n::t;

use super::model::IncidentCard;
use super::moves::likely_words;
use super::panel::{CardWish, name_ui, row_ui};
use super::recheck::recheck_words;
use crate::domain::{IncidentId, Outcome, Said, Telling};
use crate::screen::look::{tokens, words};
use crate::screen::shown::{Intent, Target};

/// Files that are named, the newest; its workspace shows all.
const FILES_MOST: usize = 3;

/// Its rows; none where it has nothing.
pub(super) fn dossier_ui(ui: &mut Ui, card: &IncidentCard, utc_offset_secs: i32, wishes: &mut Vec<CardWish>) {
    let dossier = &card.dossier;
    let said = |said: &Said| {
        let at = words::day_hour_minute(said.at, utc_offset_secs);
        if said.words.is_empty() { at } else { format!("{at} · {}", said.words) }
    };
    if let Some(outcome) = card.closing.as_ref().map(|closing| closing.outcome) {
        match outcome {
            Outcome::Finished => {}
            Outcome::Merged(into) => cases_ui(ui, "card.outcome", [(into, t!("outcome.merged").into_owned())], wishes),
            other => row_ui(ui, "card.outcome", &t!(format!("outcome.{}", other.word()))),
        }
    }
    if let Some(supervised) = &dossier.supervised {
        row_ui(ui, "card.supervised", &said(supervised));
    }
    if let Some(verification) = &dossier.verification {
        let told = match &verification.answer {
            None => {
                t!("card.verification_asked", time = words::day_hour_minute(verification.asked_at, utc_offset_secs))
                    .into_owned()
            }
            Some((verdict, what)) => format!("{} · {}", t!(format!("move.verdict.{}", verdict.word())), said(what)),
        };
        row_ui(ui, "card.verification", &told);
    }
    if let Some(recheck) = &dossier.recheck {
        row_ui(ui, "card.recheck", &recheck_words(recheck, &card.checker, utc_offset_secs));
    }
    if let Some(asked) = &dossier.extension {
        let limit = card.limits.iter().find(|one| one.timer.phase == asked.phase);
        let much = limit.map_or_else(String::new, |one| words::amount(one.timer.limit.clock, asked.millis));
        let key = match &asked.answer {
            None => "card.extension_asked",
            Some((true, _)) => "card.extension_granted",
            Some((false, _)) => "card.extension_refused",
        };
        let answered = asked.answer.as_ref().map_or(&asked.asked, |(_, what)| what);
        let told = format!(
            "{} · {} · {}",
            t!(key, phase = words::phase(asked.phase), amount = much),
            asked.asked.words,
            said(answered)
        );
        row_ui(ui, "card.extension", &told);
    }
    let times =
        [("card.returned", dossier.returns), ("card.reworked", dossier.reworks), ("card.reopened", dossier.reopenings)];
    let times = times.into_iter().filter(|(_, count)| *count > 0);
    let mut back: Vec<String> = times.map(|(key, count)| t!(key, count = count).into_owned()).collect();
    back.extend(dossier.went_back.as_ref().map(said));
    if !back.is_empty() {
        row_ui(ui, "card.went_back", &back.join(" · "));
    }
    if let Some(urged) = &dossier.urged {
        row_ui(ui, "card.urged", &format!("{} · {}", t!("card.times", count = dossier.urges), said(urged)));
    }
    if let Some((satisfaction, what)) = &dossier.rating {
        let told = format!("{} · {}", t!(format!("move.satisfaction.{}", satisfaction.word())), said(what));
        row_ui(ui, "card.rating", &told);
    }
    for (what, (by, words)) in &dossier.told {
        let key = match what {
            Telling::Accepted => "card.told_accepted",
            Telling::Ended => "card.told_ended",
        };
        row_ui(ui, key, &format!("{} · {}", t!(format!("move.channel.{}", by.word())), said(words)));
    }
    if let Some(noted) = &dossier.noted {
        row_ui(ui, "card.noted", &format!("{} · {}", t!("card.times", count = dossier.notes), said(noted)));
    }
    if !dossier.files.is_empty() {
        let names =
            dossier.files.iter().map(|file| format!("{} ({})", file.name, t!(format!("file.{}", file.kind.word()))));
        let mut names: Vec<String> = names.rev().take(FILES_MOST).collect();
        if dossier.files.len() > FILES_MOST {
            names.push(t!("around.more", count = dossier.files.len() - FILES_MOST).into_owned());
        }
        row_ui(ui, "card.files", &names.join("\n"));
    }
    let links = dossier.links.iter().map(|(id, link)| (*id, t!(format!("move.link_as.{}", link.word())).into_owned()));
    cases_ui(ui, "card.links", links, wishes);
    cases_ui(ui, "card.voices", dossier.voices.iter().map(|id| (*id, String::new())), wishes);
    if !card.likely.is_empty() {
        ui.horizontal_top(|ui| {
            name_ui(ui, "card.likely");
            ui.vertical(|ui| {
                for likely in &card.likely {
                    let line = egui::Button::new(RichText::new(likely_words(likely)).small()).wrap();
                    if ui.add(line).on_hover_text(t!("card.case_fly")).clicked() {
                        wishes.push(select(likely.id));
                    }
                }
                let more = card.alike.len().saturating_sub(card.likely.len());
                if more > 0 {
                    ui.label(RichText::new(t!("card.likely_more", count = more)).small().color(tokens::DIM.egui()));
                }
            });
        });
    }
}

/// Other cases: a click chooses one and flies to it.
fn cases_ui(ui: &mut Ui, key: &str, cases: impl IntoIterator<Item = (IncidentId, String)>, wishes: &mut Vec<CardWish>) {
    let mut cases = cases.into_iter().peekable();
    if cases.peek().is_none() {
        return;
    }
    ui.horizontal_top(|ui| {
        name_ui(ui, key);
        ui.vertical(|ui| {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().interact_size.y = 20.0;
                ui.spacing_mut().button_padding.y = 1.0;
                for (id, words) in cases {
                    if ui.button(format!("#{}", id.0)).on_hover_text(t!("card.case_fly")).clicked() {
                        wishes.push(select(id));
                    }
                    if !words.is_empty() {
                        ui.label(RichText::new(words).color(tokens::DIM.egui()));
                    }
                }
            });
        });
    });
}

fn select(id: IncidentId) -> CardWish {
    CardWish::Hall(Intent::Select { target: Some(Target::Incident(id)), fly: true })
}
