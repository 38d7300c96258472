//! The layers that are on, over each other: at most one in each [`Slot`], so that none hides another. Pure.
//!
//! ```text
//!   Points   squares in the colours of sensors     ▲ over
//!   Roads    lines in the colours of sensors       │
//!   Ground   a field, hexagons, areas or water     │ under     the one picture that lies on the ground
//! ```
//! 1. One of them is in front: the panel and the keys are about it, and where there is room its sensors stand on the map.
//! 2. A layer is on once. What comes later takes its slot; whoever had that goes to another form of its own whose slot is
//!    free, and where there is none it goes off.
//! 3. No two of them have the same ramp of colours.
//! 4. What was made for one that went off is never taken for another's: each has a number of its own.

use std::collections::BTreeMap;

use super::form::{Form, Slot};
use super::lay::Laid;
use super::layer::Layer;
use super::model::Field;
use super::shades::Ramp;

/// How much of a layer is seen at first.
const OPACITY: f32 = 0.75;

/// A layer that is on.
#[derive(Debug)]
pub struct Ply {
    id: u64,
    layer: Layer,
    form: Form,
    /// How much of it is seen, 0 to 1.
    pub opacity: f32,
    pub(super) field: Field,
    pub(super) laid: Laid,
    /// Counts how often something else was laid.
    pub(super) made: u64,
    /// What is to be laid is still being found.
    pub(super) finding: bool,
}

impl Ply {
    fn new(id: u64, layer: Layer, form: Form, opacity: f32) -> Self {
        let mut field = Field::default();
        field.show(Some(layer));
        Self { id, layer, form, opacity, field, laid: Laid::Nothing, made: 0, finding: false }
    }

    /// Its number among all that were ever on.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The layer.
    #[must_use]
    pub fn layer(&self) -> Layer {
        self.layer
    }

    /// The form in which it is shown.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// What came of it.
    #[must_use]
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// Something else is laid.
    pub(super) fn put(&mut self, laid: Laid) {
        self.laid = laid;
        self.made += 1;
    }

    /// Show it in another form; what lies in another slot goes at once.
    fn turn(&mut self, form: Form) {
        if form.slot() != self.form.slot() {
            self.put(Laid::Nothing);
            self.finding = false;
        }
        self.form = form;
    }
}

/// The layers that are on.
#[derive(Debug, Default)]
pub struct Stack {
    plies: BTreeMap<Slot, Ply>,
    front: Option<Slot>,
    /// The form that was chosen last, in which the next layer is shown where it has it.
    chosen: Option<Form>,
    /// So many were ever on.
    count: u64,
}

impl Stack {
    /// All of them, the lowest first.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Ply> {
        self.plies.values()
    }

    /// The same, to be changed.
    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut Ply> {
        self.plies.values_mut()
    }

    /// How many are on.
    #[must_use]
    pub fn len(&self) -> usize {
        self.plies.len()
    }

    /// Whether none is on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plies.is_empty()
    }

    /// The one in a slot.
    #[must_use]
    pub fn at(&self, slot: Slot) -> Option<&Ply> {
        self.plies.get(&slot)
    }

    /// The same, to be changed.
    pub(super) fn at_mut(&mut self, slot: Slot) -> Option<&mut Ply> {
        self.plies.get_mut(&slot)
    }

    /// The one in front.
    #[must_use]
    pub fn front(&self) -> Option<&Ply> {
        self.at(self.front?)
    }

    /// The one that shows a layer.
    #[must_use]
    pub fn of(&self, layer: Layer) -> Option<&Ply> {
        self.all().find(|ply| ply.layer == layer)
    }

    /// The same, to be changed.
    pub(super) fn of_mut(&mut self, layer: Layer) -> Option<&mut Ply> {
        self.all_mut().find(|ply| ply.layer == layer)
    }

    fn slot_of(&self, layer: Layer) -> Option<Slot> {
        self.of(layer).map(|ply| ply.form.slot())
    }

    /// Show a layer in the place of the one in front; one that is on already comes to the front.
    pub fn show(&mut self, layer: Layer) {
        if let Some(slot) = self.slot_of(layer) {
            self.front = Some(slot);
            return;
        }
        let before = self.front.and_then(|slot| self.plies.remove(&slot));
        let opacity = before.map_or(OPACITY, |ply| ply.opacity);
        self.begin(layer, opacity);
    }

    /// Show a layer beside those that are on, in front of them.
    pub fn add(&mut self, layer: Layer) {
        if let Some(slot) = self.slot_of(layer) {
            self.front = Some(slot);
            return;
        }
        self.begin(layer, OPACITY);
    }

    /// Show one layer alone, in a form that it has or in its own; none where there is none.
    pub fn wear(&mut self, worn: Option<(Layer, Option<Form>)>) {
        let Some((layer, form)) = worn else {
            self.clear();
            return;
        };
        let form = Form::fitting(form, layer);
        self.plies.retain(|_, ply| ply.layer == layer);
        let before = self.plies.pop_first().map(|(_, ply)| ply);
        let mut ply = before.unwrap_or_else(|| self.ply(layer, form, OPACITY));
        ply.turn(form);
        self.put(ply);
    }

    /// Bring a layer that is on to the front.
    pub fn raise(&mut self, layer: Layer) {
        self.front = self.slot_of(layer).or(self.front);
    }

    /// Bring the next one to the front, upwards and then from the ground on.
    pub fn raise_next(&mut self) {
        let above = self.front.and_then(|front| self.plies.keys().find(|slot| **slot > front));
        self.front = above.or_else(|| self.plies.keys().next()).copied();
    }

    /// Take a layer off.
    pub fn take_off(&mut self, layer: Layer) {
        self.plies.retain(|_, ply| ply.layer != layer);
        if self.front().is_none() {
            self.front = self.plies.keys().next_back().copied();
        }
    }

    /// Take all off.
    pub fn clear(&mut self) {
        self.plies.clear();
        self.front = None;
    }

    /// Show the one in front in a form that it has; the form stays for what is shown in its place.
    pub fn turn(&mut self, form: Form) {
        self.chosen = Some(form);
        let Some(mut ply) = self.front.and_then(|slot| self.plies.remove(&slot)) else { return };
        ply.turn(Form::fitting(Some(form), ply.layer));
        self.put(ply);
    }

    fn ply(&mut self, layer: Layer, form: Form, opacity: f32) -> Ply {
        self.count += 1;
        Ply::new(self.count, layer, form, opacity)
    }

    /// The form of a layer whose slot nobody has: the one that was chosen last, else the first.
    fn free(&self, layer: Layer) -> Option<Form> {
        let forms = Form::of(layer);
        let chosen = self.chosen.filter(|chosen| forms.contains(chosen));
        chosen.iter().chain(forms).copied().find(|form| !self.plies.contains_key(&form.slot()))
    }

    fn begin(&mut self, layer: Layer, opacity: f32) {
        let form = self.free(layer).unwrap_or_else(|| Form::fitting(self.chosen, layer));
        let ply = self.ply(layer, form, opacity);
        self.put(ply);
    }

    /// Into its slot and to the front; who had the slot gives way.
    fn put(&mut self, ply: Ply) {
        let slot = ply.form.slot();
        let before = self.plies.insert(slot, ply);
        self.front = Some(slot);
        if let Some(mut before) = before
            && let Some(form) = Form::of(before.layer).iter().find(|form| !self.plies.contains_key(&form.slot()))
        {
            before.turn(*form);
            self.plies.insert(form.slot(), before);
        }
        self.dye();
    }

    /// Give those that would have the colours of another one colours of their own; who was on before keeps its own.
    fn dye(&mut self) {
        let mut plies: Vec<&mut Ply> = self.plies.values_mut().collect();
        plies.sort_by_key(|ply| ply.id);
        let mut taken: Vec<Ramp> = Vec::new();
        for ply in plies {
            let mut choices = std::iter::once(ply.field.ramp()).chain(Ramp::of(ply.layer.meaning()).iter().copied());
            let ramp = choices.find(|ramp| !taken.contains(ramp)).unwrap_or_else(|| ply.field.ramp());
            ply.field.dye(ramp);
            taken.push(ramp);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SensorKind;

    const RAIN: Layer = Layer::Sensors(SensorKind::Rain);
    const LEVELS: Layer = Layer::Sensors(SensorKind::WaterLevel);
    const SPEED: Layer = Layer::Sensors(SensorKind::TrafficSpeed);

    /// What is on, from the ground up.
    fn on(stack: &Stack) -> Vec<(Layer, Form)> {
        stack.all().map(|ply| (ply.layer(), ply.form())).collect()
    }

    fn front(stack: &Stack) -> Option<Layer> {
        stack.front().map(Ply::layer)
    }

    #[test]
    fn a_field_roads_and_points_are_on_together_and_each_layer_takes_a_slot_that_is_free() {
        let mut stack = Stack::default();
        assert!(stack.is_empty() && stack.front().is_none());
        stack.show(RAIN);
        stack.add(LEVELS);
        stack.add(SPEED);
        assert_eq!(on(&stack), [(RAIN, Form::Field), (SPEED, Form::Roads), (LEVELS, Form::Points)]);
        assert_eq!((front(&stack), stack.len()), (Some(SPEED), 3));
        // Numbers are their own, and what each has is its own.
        let mut numbers: Vec<u64> = stack.all().map(Ply::id).collect();
        numbers.dedup();
        assert_eq!(numbers.len(), 3);
        assert!(stack.all().all(|ply| ply.field().layer() == Some(ply.layer())));
        stack.of_mut(SPEED).unwrap().opacity = 0.3;
        let seen = |stack: &Stack, layer: Layer| stack.of(layer).map(|ply| ply.opacity);
        assert_eq!([RAIN, SPEED].map(|layer| seen(&stack, layer)), [Some(OPACITY), Some(0.3)]);
        stack.add(RAIN);
        assert_eq!((front(&stack), stack.len()), (Some(RAIN), 3), "it is on already");
    }

    #[test]
    fn what_comes_later_takes_the_slot_and_who_had_it_moves_where_it_can() {
        let mut stack = Stack::default();
        stack.show(RAIN);
        stack.add(Layer::Cases);
        assert_eq!(on(&stack), [(Layer::Cases, Form::Field), (RAIN, Form::Points)], "cases have no points");
        stack.add(LEVELS);
        // Nothing is free for it: it takes the ground, and cases have no other form.
        assert_eq!(on(&stack), [(LEVELS, Form::Field), (RAIN, Form::Points)]);
        stack.turn(Form::Points);
        assert_eq!(on(&stack), [(RAIN, Form::Field), (LEVELS, Form::Points)], "they change places");
        assert_eq!(front(&stack), Some(LEVELS));
        stack.turn(Form::Flood);
        assert_eq!(on(&stack), [(LEVELS, Form::Flood), (RAIN, Form::Points)]);
        stack.turn(Form::Hexagons);
        assert_eq!(on(&stack), [(LEVELS, Form::Hexagons), (RAIN, Form::Points)], "of the same slot nobody moves");
    }

    #[test]
    fn shown_in_the_place_of_the_one_in_front_the_others_stay_and_so_does_the_form() {
        let mut stack = Stack::default();
        stack.show(SPEED);
        stack.add(RAIN);
        stack.turn(Form::Hexagons);
        stack.of_mut(RAIN).unwrap().opacity = 0.5;
        stack.show(Layer::Cases);
        assert_eq!(on(&stack), [(Layer::Cases, Form::Hexagons), (SPEED, Form::Roads)]);
        assert_eq!(stack.front().map(|ply| ply.opacity), Some(0.5));
        stack.show(SPEED);
        assert_eq!((front(&stack), stack.len()), (Some(SPEED), 2), "it comes to the front");
    }

    #[test]
    fn layers_that_are_on_together_have_colours_of_their_own_and_keep_them() {
        let mut stack = Stack::default();
        let colours = |stack: &Stack| {
            let mut all: Vec<_> = stack.all().map(|ply| (ply.id(), ply.field().ramp())).collect();
            all.sort_by_key(|(id, _)| *id);
            all.into_iter().map(|(_, ramp)| ramp).collect::<Vec<_>>()
        };
        stack.show(RAIN);
        assert_eq!(colours(&stack), [Ramp::Plum]);
        stack.add(SPEED);
        stack.add(LEVELS);
        assert_eq!(colours(&stack), [Ramp::Plum, Ramp::Moss, Ramp::Umber]);
        assert_eq!(stack.of(SPEED).unwrap().field().skin(SPEED).ramp, Ramp::Moss);
        stack.raise(RAIN);
        stack.show(Layer::Cases);
        assert_eq!(colours(&stack), [Ramp::Moss, Ramp::Umber, Ramp::Plum], "densities have moss only where it is free");
        stack.take_off(SPEED);
        assert_eq!(colours(&stack), [Ramp::Umber, Ramp::Plum], "nobody changes colours because another one goes");
        stack.clear();
        stack.show(Layer::Cases);
        assert_eq!(colours(&stack), [Ramp::Moss]);
    }

    #[test]
    fn the_front_goes_round_and_what_is_taken_off_leaves_it_to_another() {
        let mut stack = Stack::default();
        stack.raise_next();
        assert_eq!(front(&stack), None);
        stack.show(RAIN);
        stack.add(SPEED);
        stack.add(LEVELS);
        let order: Vec<_> = (0..4)
            .map(|_| {
                stack.raise_next();
                front(&stack).unwrap()
            })
            .collect();
        assert_eq!(order, [RAIN, SPEED, LEVELS, RAIN]);
        stack.raise(SPEED);
        stack.take_off(SPEED);
        assert_eq!((front(&stack), stack.len()), (Some(LEVELS), 2));
        stack.take_off(RAIN);
        assert_eq!(front(&stack), Some(LEVELS));
        stack.clear();
        assert!(stack.is_empty() && stack.front().is_none());
    }

    #[test]
    fn a_wall_wears_one_alone_and_keeps_what_was_told_of_it() {
        let mut stack = Stack::default();
        stack.wear(Some((LEVELS, Some(Form::Flood))));
        let number = stack.front().map(Ply::id);
        assert_eq!(on(&stack), [(LEVELS, Form::Flood)]);
        stack.wear(Some((LEVELS, None)));
        assert_eq!((on(&stack), stack.front().map(Ply::id)), (vec![(LEVELS, Form::Field)], number));
        stack.wear(Some((SPEED, Some(Form::Flood))));
        assert_eq!(on(&stack), [(SPEED, Form::Roads)], "it has no such form");
        assert_ne!(stack.front().map(Ply::id), number);
        stack.wear(None);
        assert!(stack.is_empty());
    }
}
