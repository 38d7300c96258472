//! The card of an incident: why it was closed, and who was sent to it.

use egui::{Event, Modifiers, PointerButton, Pos2, RawInput, Rect, Shape, vec2};

use super::model::{Card, CrewOnIt, IncidentCard, crews_on};
use super::panel::{CardView, CardWish, card_ui};
use crate::domain::{
    Closing, CrewId, CrewKind, CrewPosition, CrewStatus, Grade, Incident, IncidentId, LonLat, Moment, Place, Stage,
};
use crate::screen::look;
use crate::screen::shown::{Intent, Target};

fn incident() -> Incident {
    Incident {
        id: IncidentId(5),
        source: "119".to_owned(),
        source_id: "1".to_owned(),
        kind: "30201".to_owned(),
        grade: Grade::II,
        stage: Stage::Handling,
        place: Place { at: LonLat::new(119.3, 31.6), address: String::new() },
        text: String::new(),
        happened_at: Moment(0),
        known_at: Moment(0),
        changed_at: Moment(0),
    }
}

fn position(crew: u32, east_deg: f64, status: CrewStatus, incident: Option<u64>) -> CrewPosition {
    CrewPosition {
        crew: CrewId(crew),
        at: LonLat { lon: 119.3 + east_deg, lat: 31.6 },
        when: Moment(0),
        kind: CrewKind::Fire,
        status,
        incident: incident.map(IncidentId),
    }
}

#[test]
fn crews_of_an_incident_are_those_on_the_spot_and_then_the_nearest() {
    let all = [
        position(1, 0.02, CrewStatus::EnRoute, Some(5)),
        position(2, 0.0, CrewStatus::Free, None),
        position(3, 0.01, CrewStatus::Assigned, Some(5)),
        position(4, 0.0, CrewStatus::OnScene, Some(6)),
        position(5, 0.001, CrewStatus::OnScene, Some(5)),
    ];
    let own = crews_on(&incident(), all.iter());
    assert_eq!(own.iter().map(|one| one.crew.0).collect::<Vec<_>>(), [5, 3, 1]);
    assert_eq!(own[0].metres, None, "it is there");
    assert!((own[1].metres.unwrap() - 949.0).abs() < 3.0, "{:?}", own[1]);
    let nowhere = Incident { place: Place::default(), ..incident() };
    assert!(crews_on(&nowhere, all.iter()).iter().all(|one| one.metres.is_none()));
}

fn card(closing: Option<Closing>, crews: Vec<CrewOnIt>) -> Card {
    let incident = incident();
    Card::Incident(Box::new(IncidentCard {
        id: incident.id,
        grade: incident.grade,
        kind: "建筑火灾".to_owned(),
        stage: if closing.is_some() { Stage::Closed } else { Stage::Handling },
        next: None,
        place: None,
        areas: vec![],
        point: None,
        text: String::new(),
        happened_at: Moment(0),
        known_at: Moment(0),
        changed_at: Moment(0),
        limits: vec![],
        on_hold: None,
        closing,
        crews,
        source: "119 · 1".to_owned(),
    }))
}

/// One pass over the card: its wishes, and each text with where it stands.
fn pass(ctx: &egui::Context, time: f64, events: Vec<Event>, card: &Card) -> (Vec<CardWish>, Vec<(String, Rect)>) {
    let (form, refused) = (None, None);
    let now = Moment(60_000);
    let view = CardView { card, form, focus_form: false, refused, now, utc_offset_secs: 0, can_order: true };
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(400.0, 900.0)));
    let mut wishes = Vec::new();
    let mut drawn = ctx.run_ui(RawInput { events, screen_rect, time: Some(time), ..Default::default() }, |ui| {
        wishes = card_ui(ui, &view);
    });
    drawn.textures_delta.clear();
    let mut texts = Vec::new();
    for clipped in &drawn.shapes {
        gather(&clipped.shape, &mut texts);
    }
    (wishes, texts)
}

fn gather(shape: &Shape, texts: &mut Vec<(String, Rect)>) {
    match shape {
        Shape::Vec(all) => all.iter().for_each(|one| gather(one, texts)),
        Shape::Text(text) => texts.push((text.galley.text().to_owned(), text.visual_bounding_rect())),
        _ => {}
    }
}

#[test]
fn a_closed_card_says_why() {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let says = |closing| pass(&ctx, 0.0, vec![], &card(closing, vec![])).1.into_iter().any(|(text, _)| text == "误报");
    assert!(says(Some(Closing { at: Moment(30_000), reason: "误报".to_owned() })));
    assert!(!says(Some(Closing { at: Moment(30_000), reason: String::new() })));
    assert!(!says(None));
}

#[test]
fn a_click_on_a_crew_chooses_it_and_flies_there() {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let crews = [(12, None, CrewStatus::OnScene), (47, Some(1_234.0), CrewStatus::EnRoute)]
        .map(|(crew, metres, status)| CrewOnIt { crew: CrewId(crew), kind: CrewKind::Fire, status, metres });
    let card = card(None, crews.to_vec());
    let (_, texts) = pass(&ctx, 0.0, vec![], &card);
    assert!(texts.iter().any(|(text, _)| text.contains("1.2 km")), "{texts:?}");
    let at = texts.iter().find(|(text, _)| text.ends_with(" 47")).unwrap().1.center();
    let button =
        |pressed| Event::PointerButton { pos: at, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE };
    pass(&ctx, 0.1, vec![Event::PointerMoved(at)], &card);
    pass(&ctx, 0.2, vec![button(true)], &card);
    let (wishes, _) = pass(&ctx, 0.3, vec![button(false)], &card);
    let flies = |wish: &CardWish| {
        matches!(wish, CardWish::Hall(Intent::Select { target: Some(Target::Crew(CrewId(47))), fly: true }))
    };
    assert!(wishes.iter().any(flies), "{wishes:?}");
}
