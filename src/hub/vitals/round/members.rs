//! What a sign is made of: all that its formula asks, or the signs that make up an index; as it stands now, and at a moment
//! of the past by the readings of then, the cases that are still held, and what is kept of signs.

use super::{AROUND_MILLIS, At, How, Round};
use crate::domain::vital::over::Past;
use crate::domain::vital::{Scale, VitalPart, formula};
use crate::domain::{Moment, Reading, SensorId};
use crate::hub::vitals::then::{Then, can_be_told};

/// A sign that an index is made of, in an area.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    code: String,
    weight: f64,
    scale: Option<Scale>,
    /// The sensor under which it is kept; `None` where it never had a value.
    number: Option<SensorId>,
    /// A value counts for so long.
    fresh_millis: i64,
}

impl Round {
    /// What a sign in an area is made of now.
    pub(crate) fn parts(&self, (sign, place): At, now: Moment) -> Vec<VitalPart> {
        match self.signs.get(sign).map(|ready| &ready.how) {
            Some(How::Formula(formula)) => formula.parts(&self.census, place),
            Some(How::Weights(weights)) => {
                let part = |(sign, weight): &(usize, f64)| {
                    let last = self.last((*sign, place)).map(|(at, _)| at);
                    let code = self.signs.get(*sign)?.sign.code.clone();
                    Some(of_index(code, *weight, self.score(*sign, place, now), last))
                };
                weights.iter().filter_map(part).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What the formula of a sign asks over time, and the moments of which that has to be known at a moment; `None` of what
    /// has no formula.
    pub(crate) fn over(&self, (sign, _): At, at: Moment) -> Option<(Past, Vec<Moment>)> {
        match &self.signs.get(sign)?.how {
            How::Formula(formula) => Some(formula.over(at)),
            How::Weights(_) | How::Never => None,
        }
    }

    /// What all that the formula of a sign asks came to in an area at a moment that was, and the part of its sensors that said
    /// nothing, 0 to 1: by the newest readings of all sensors then, what was before it, and the cases of then. `kept` is
    /// when the last number came that is kept of it. What nobody can tell of then has no value.
    pub(crate) fn formula_then(
        &self,
        (sign, place): At,
        (at, utc_offset_secs): (Moment, i32),
        (latest, past, then): (&[Option<Reading>], &Past, &Then),
        kept: Option<Moment>,
    ) -> (Vec<VitalPart>, f32) {
        let Some(ready) = self.signs.get(sign) else { return (Vec::new(), 0.0) };
        let How::Formula(formula) = &ready.how else { return (Vec::new(), 0.0) };
        let told = |around_millis: i64| {
            let mut census = self.census_at(latest, at, past.clone(), around_millis);
            then.count(&mut census, at, utc_offset_secs);
            (formula.parts(&census, place), formula.reckon(&census, place))
        };
        let (mut parts, mut measured) = told(0);
        let comes_to_none = measured.value.is_err() || f64::from(measured.missing) > ready.sign.missing_max;
        let beat = |area| {
            let period = i64::from(ready.sign.period_secs_in(area)) * 1000;
            at.0.div_euclid(period) * period
        };
        let beat = self.areas.as_ref().and_then(|areas| areas.all().get(place)).map_or(at.0, beat);
        // Of its last beat there is a number, so it was not reckoned then but told when the sign was new, from readings that
        // count for longer. Where there is none its sensors were silent.
        if comes_to_none && kept.is_some_and(|last| last.0 >= beat) {
            (parts, measured) = told(AROUND_MILLIS);
        }
        for (part, (_, ask)) in parts.iter_mut().zip(formula.asks()) {
            part.value = part.value.filter(|_| can_be_told(ask) && then.knows_of(ask, at, utc_offset_secs));
        }
        (parts, measured.missing)
    }

    /// The signs that an index in an area is made of; none of what is no index.
    pub(crate) fn members(&self, (sign, place): At) -> Vec<Member> {
        let Some(How::Weights(weights)) = self.signs.get(sign).map(|ready| &ready.how) else { return Vec::new() };
        let member = |(part, weight): &(usize, f64)| {
            let sign = &self.signs.get(*part)?.sign;
            let area = self.areas.as_ref()?.all().get(place)?;
            Some(Member {
                code: sign.code.clone(),
                weight: *weight,
                scale: sign.scale,
                number: self.number((*part, place)),
                fresh_millis: i64::from(sign.fresh_secs(area, self.rate)) * 1000,
            })
        };
        weights.iter().filter_map(member).collect()
    }
}

/// What the members of an index came to at a moment, of which `newest` tells the newest value of each, and the part of them
/// that said nothing, 0 to 1.
pub(crate) fn parts_then(
    members: &[Member],
    at: Moment,
    newest: impl Fn(SensorId) -> Option<Reading>,
) -> (Vec<VitalPart>, f32) {
    let part = |member: &Member| {
        let last = member.number.and_then(&newest);
        let fresh = last.filter(|last| at.0.saturating_sub(last.at.0) <= member.fresh_millis);
        let score = fresh.and_then(|fresh| Some(member.scale?.score(fresh.value)));
        of_index(member.code.clone(), member.weight, score, last.map(|last| last.at))
    };
    let parts: Vec<VitalPart> = members.iter().map(part).collect();
    let measured = formula::index(parts.iter().map(|part| (part.weight.unwrap_or_default(), part.value)));
    (parts, measured.missing)
}

fn of_index(asked: String, weight: f64, score: Option<f64>, last: Option<Moment>) -> VitalPart {
    VitalPart { asked, value: score, weight: Some(weight), kind: None, known: 0, fresh: 0, oldest: last }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_index_was_made_of_is_told_by_what_is_kept_of_its_members_and_how_old_that_was() {
        let scale = Some(Scale { worst: 100.0, best: 0.0 });
        let member = |code: &str, weight: f64, number: u32| Member {
            code: code.to_owned(),
            weight,
            scale,
            number: Some(SensorId(number)),
            fresh_millis: 60_000,
        };
        let never = Member { number: None, ..member("never", 1.0, 0) };
        let members = [member("air", 3.0, 1), member("late", 2.0, 2), never];
        let newest = |sensor: SensorId| {
            let at = if sensor == SensorId(1) { Moment(940_000) } else { Moment(939_999) };
            Some(Reading { sensor, at, value: 40.0 })
        };
        let (parts, missing) = parts_then(&members, Moment(1_000_000), newest);
        let told: Vec<_> = parts.iter().map(|part| (part.asked.as_str(), part.weight, part.value)).collect();
        assert_eq!(told, [("air", Some(3.0), Some(60.0)), ("late", Some(2.0), None), ("never", Some(1.0), None)]);
        let ages: Vec<_> = parts.iter().map(|part| part.oldest.map(|at| at.0)).collect();
        assert_eq!(ages, [Some(940_000), Some(939_999), None]);
        assert!((missing - 0.5).abs() < 1e-6, "three of six: {missing}");
        assert_eq!(parts_then(&[], Moment(0), newest).0, [], "a formula has no members");
    }
}
