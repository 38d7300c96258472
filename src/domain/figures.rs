//! Figures of a day, read from the hall.

use super::{Hall, Moment, Stage};

/// What happened since the start of a day. Exact for days that began at most
/// [`super::hall::KEEP_CLOSED_MILLIS`] ago, which is what the hall holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Incidents that happened since then.
    pub reported: usize,
    /// The same by grade, Ⅰ first.
    pub reported_by_grade: [usize; 4],
    /// Incidents that were finished since then, whenever they happened; not those that were rejected, voided or merged.
    pub closed: usize,
    /// Incidents open now, whenever they happened.
    pub open: usize,
    /// Mean seconds from happening to being over, of those closed since then; `None` without any.
    pub mean_handling_secs: Option<i64>,
}

impl Hall {
    /// The figures of the day that began at `day_start`, in city time (`happened_at`).
    #[must_use]
    pub fn figures(&self, day_start: Moment) -> Figures {
        let mut figures = Figures::default();
        let mut handled_secs: i64 = 0;
        for incident in self.incidents() {
            if incident.happened_at >= day_start {
                figures.reported += 1;
                if let Some(count) = figures.reported_by_grade.get_mut(incident.grade.index()) {
                    *count += 1;
                }
            }
            if incident.stage != Stage::Closed {
                figures.open += 1;
            } else if let Some(over_at) = self.finished_at(incident.id).filter(|at| *at >= day_start) {
                figures.closed += 1;
                handled_secs = handled_secs.saturating_add(over_at.secs_since(incident.happened_at).max(0));
            }
        }
        figures.mean_handling_secs = i64::try_from(figures.closed).ok().and_then(|n| handled_secs.checked_div(n));
        figures
    }
}
