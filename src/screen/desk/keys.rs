//! Keys of the desk.

use egui::{Event, Key, Modifiers};

use super::band::switch;
use super::systems::Desk;
use crate::domain::{Hall, IncidentId};
use crate::screen::card::panel::Form;
use crate::screen::dispatch::model::next_unread;
use crate::screen::input::{TakeKey, pressed_alone};
use crate::screen::shown::{Intent, Target};

/// Keys that hold everywhere on the desk. `neighbour` tells the incident so many rows below the chosen one.
pub(super) fn keys(
    ctx: &egui::Context,
    desk: &mut Desk,
    wishes: &mut Vec<Intent>,
    mut neighbour: impl FnMut(&Desk, isize) -> Option<IncidentId>,
) {
    let times = |key: Key| ctx.input(|i| pressed_alone(i, key));
    let pressed = |key: Key| times(key) > 0;
    if pressed(Key::F1) {
        desk.help = !desk.help;
    }
    if pressed(Key::F2) {
        wishes.push(Intent::SwitchLanguage);
    }
    if mode_pressed(ctx) {
        if desk.asking_mode {
            wishes.push(switch(desk.situation.mode));
        }
        desk.asking_mode = !desk.asking_mode;
        // Escape is the question's, and no field's.
        if let Some(id) = ctx.memory(egui::Memory::focused) {
            ctx.memory_mut(|memory| memory.surrender_focus(id));
        }
    }
    if ctx.text_edit_focused() {
        return;
    }
    if pressed(Key::Slash) {
        desk.focus_search = true;
    }
    if (desk.help || desk.asking_mode) && ctx.input_mut(|input| input.take_key(Modifiers::NONE, Key::Escape)) {
        desk.help = false;
        desk.asking_mode = false;
    }
    // The menus of the card are chosen from by digits.
    let digits = !matches!(desk.form, Some(Form::Moves | Form::Radio(_)));
    for (key, grade) in [Key::Num1, Key::Num2, Key::Num3, Key::Num4].into_iter().zip(crate::domain::Grade::ALL) {
        for _ in 0..if digits { times(key) } else { 0 } {
            desk.filter = desk.filter.toggled(grade);
        }
    }
    for _ in 0..times(Key::F5) {
        desk.filter.scope = desk.filter.scope.next();
    }
    let stages = isize::try_from(times(Key::Period)).unwrap_or_default();
    let back = isize::try_from(times(Key::Comma)).unwrap_or_default();
    if stages != back {
        desk.filter = desk.filter.stepped(stages - back);
    }
    if pressed(Key::Delete) {
        desk.filter = desk.filter.opened();
    }
    let sorting = (0..times(Key::U)).fold(desk.filter.sorting, |sorting, _| sorting.next());
    if sorting != desk.filter.sorting {
        desk.sort(sorting);
    }
    let in_queue = ctx.memory(|m| m.has_focus(super::queue::focus()));
    // In a slow frame several steps come at once.
    let steps = |letter: Key, arrow: Key| {
        let steps = times(letter) + if in_queue { times(arrow) } else { 0 };
        isize::try_from(steps).unwrap_or_default()
    };
    let in_list = |key: Key| if in_queue { isize::try_from(times(key)).unwrap_or_default() } else { 0 };
    let pages = (in_list(Key::PageDown) - in_list(Key::PageUp)).saturating_mul(super::queue::page(ctx));
    let step = match (in_list(Key::Home), in_list(Key::End)) {
        (0, 0) => steps(Key::J, Key::ArrowDown) - steps(Key::K, Key::ArrowUp) + pages,
        (0, _) => isize::MAX,
        _ => isize::MIN,
    };
    if step != 0
        && let Some(id) = neighbour(desk, step)
    {
        wishes.push(Intent::Select { target: Some(Target::Incident(id)), fly: true });
    }
    if pressed(Key::Enter) && desk.form.is_none() && desk.selected.is_some() {
        wishes.push(Intent::Select { target: desk.selected, fly: true });
    }
}

/// `Shift Y` goes to the case whose order waits longest to be read, and from there to the next one.
pub(super) fn to_unread(ctx: &egui::Context, hall: &Hall, chosen: Option<IncidentId>) -> Option<Intent> {
    if ctx.text_edit_focused() || !ctx.input_mut(|input| input.take_key(Modifiers::SHIFT, Key::Y)) {
        return None;
    }
    let target = next_unread(hall, chosen).map(Target::Incident)?;
    Some(Intent::Select { target: Some(target), fly: true })
}

/// Whether the key went down that asks for the other mode, and says yes when it comes again; held down it comes once.
fn mode_pressed(ctx: &egui::Context) -> bool {
    let anew = |event: &Event| matches!(event, Event::Key { key: Key::Y, pressed: true, repeat: false, .. });
    ctx.input_mut(|input| {
        let anew = input.events.iter().any(anew);
        input.take_key(Modifiers::COMMAND | Modifiers::SHIFT, Key::Y) && anew
    })
}

#[cfg(test)]
mod tests {
    use egui::RawInput;

    use super::*;
    use crate::domain::{Actor, Assignment, CrewId, Grade, Mode, Moment, Order, Part, Party, Place, Progress, Report};

    /// What a pass with these keys wants, each with whether it goes down.
    fn pass(ctx: &egui::Context, desk: &mut Desk, keys_now: &[(Key, Modifiers, bool)]) -> Vec<Intent> {
        let event =
            |&(key, modifiers, pressed)| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
        let input = RawInput { events: keys_now.iter().map(event).collect(), ..RawInput::default() };
        let mut wishes = Vec::new();
        ctx.run_ui(input, |ui| keys(ui.ctx(), desk, &mut wishes, |_, _| None)).textures_delta.clear();
        wishes
    }

    #[test]
    fn shift_and_y_goes_to_the_case_whose_order_is_unread() {
        let mut hall = Hall::default();
        let report = Report {
            source: "12345".to_owned(),
            source_id: "1".to_owned(),
            kind: "20406".to_owned(),
            grade: Grade::III,
            place: Place::default(),
            text: String::new(),
            happened_at: Moment(0),
            progress: Progress::Open,
            answers: [].into(),
        };
        let to = vec![Assignment { to: Party::Crew(CrewId(7)), part: Part::Lead }];
        let give = Order::GiveTasks { incident: IncidentId(1), to, words: String::new() };
        let ctx = egui::Context::default();
        let gone_to = |hall: &Hall, modifiers| {
            let event = Event::Key { key: Key::Y, physical_key: None, pressed: true, repeat: false, modifiers };
            let input = RawInput { events: vec![event], ..RawInput::default() };
            let mut wish = None;
            ctx.run_ui(input, |ui| wish = wish.take().or(to_unread(ui.ctx(), hall, None))).textures_delta.clear();
            wish.map(|wish| matches!(wish, Intent::Select { target: Some(Target::Incident(IncidentId(1))), fly: true }))
        };
        for order in [Order::TakeReport(report), give] {
            assert_eq!(gone_to(&hall, Modifiers::SHIFT), None, "nothing is unread");
            for fact in hall.decide(order, &Actor::Person("desk".to_owned()), Moment(0)).unwrap() {
                assert!(hall.apply(&fact));
            }
        }
        assert_eq!(gone_to(&hall, Modifiers::NONE), None, "that urges");
        assert_eq!(gone_to(&hall, Modifiers::SHIFT), Some(true));
    }

    #[test]
    fn the_mode_is_asked_for_and_switched_by_the_same_key_and_never_by_one_that_is_held_down() {
        let (ctx, mut desk) = (egui::Context::default(), Desk::default());
        let mode = Modifiers::COMMAND | Modifiers::SHIFT;
        let (down, up) = ([(Key::Y, mode, true)], [(Key::Y, mode, false)]);
        assert!(pass(&ctx, &mut desk, &down).is_empty() && desk.asking_mode, "it asks");
        assert!(pass(&ctx, &mut desk, &down).is_empty() && desk.asking_mode, "held down it asks still");
        pass(&ctx, &mut desk, &up);
        let wishes = pass(&ctx, &mut desk, &down);
        let switches = |wish: &Intent| matches!(wish, Intent::Order(Order::SwitchMode { mode: Mode::Emergency }));
        assert!(wishes.len() == 1 && wishes.iter().all(switches) && !desk.asking_mode, "{wishes:?}");
        pass(&ctx, &mut desk, &up);
        assert!(pass(&ctx, &mut desk, &down).is_empty() && desk.asking_mode, "it asks again");
        pass(&ctx, &mut desk, &[(Key::Escape, Modifiers::NONE, true)]);
        assert!(!desk.asking_mode, "Escape puts the question away");
        assert!(pass(&ctx, &mut desk, &[(Key::Y, Modifiers::COMMAND, true)]).is_empty() && !desk.asking_mode);
    }
}
