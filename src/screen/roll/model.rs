//! Who is there, as screens show it. Pure.

use std::collections::BTreeMap;

use crate::domain::{CrewId, CrewKind, CrewPosition, Hall, Moment, Party, Presence, Roll, RollParty};

/// Kinds of crew, the one whose absence matters most first.
const MATTERS: [CrewKind; 9] = [
    CrewKind::Fire,
    CrewKind::Ambulance,
    CrewKind::Police,
    CrewKind::Traffic,
    CrewKind::Repair,
    CrewKind::Chengguan,
    CrewKind::Sanitation,
    CrewKind::Patrol,
    CrewKind::Bus,
];

/// The roll as a board has it.
#[derive(Debug, Clone, PartialEq)]
pub struct RollShown {
    /// What was said with it.
    pub words: String,
    /// Seconds left; `None` once it is over.
    pub left_secs: Option<i64>,
    /// How many are here, late, awaited, absent.
    pub counts: [usize; 4],
    /// Posts, then crews by department, or by kind where several departments have that kind.
    pub groups: Vec<Group>,
    /// Who has not answered, who matters most and is silent longest first.
    pub missing: Vec<Missing>,
}

/// Those of one department or kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The department by name, where one is known.
    pub department: Option<String>,
    /// They, with how each stands.
    pub cells: Vec<Member>,
}

/// One of those who were called.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Who.
    pub party: RollParty,
    /// What a crew is there for; `None` for a post.
    pub kind: Option<CrewKind>,
    /// How it stands.
    pub presence: Presence,
}

impl Group {
    /// How many of them answered.
    #[must_use]
    pub fn here(&self) -> usize {
        self.cells.iter().filter(|one| matches!(one.presence, Presence::Here | Presence::Late)).count()
    }

    /// What the first of them is there for: all of a group without department are.
    #[must_use]
    pub fn kind(&self) -> Option<CrewKind> {
        self.cells.first().and_then(|one| one.kind)
    }
}

/// Somebody who has not answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Missing {
    /// Who.
    pub party: RollParty,
    /// What a crew is there for.
    pub kind: Option<CrewKind>,
    /// It has a case now.
    pub busy: bool,
    /// Seconds since its position was heard last; `None` where it never was.
    pub silent_secs: Option<i64>,
}

/// The roll at a moment; `department` names the one department that has crews of a kind.
#[must_use]
pub fn roll_shown(
    hall: &Hall,
    roll: &Roll,
    crews: &BTreeMap<CrewId, CrewPosition>,
    now: Moment,
    department: &dyn Fn(CrewKind) -> Option<String>,
) -> RollShown {
    let mut groups: Vec<Group> = Vec::new();
    let mut missing = Vec::new();
    let kinds = [None].into_iter().chain(MATTERS.into_iter().map(Some));
    for kind in kinds {
        let own = roll.entries.iter().filter(|(_, entry)| entry.kind == kind);
        let member =
            |(party, entry): (&RollParty, _)| Member { party: party.clone(), kind, presence: roll.of(entry, now) };
        let cells: Vec<Member> = own.map(member).collect();
        let gone = cells.iter().filter(|one| matches!(one.presence, Presence::Awaited | Presence::Absent));
        missing.extend(gone.map(|one| missed(hall, &one.party, kind, crews, now)));
        let department = kind.filter(|_| !cells.is_empty()).and_then(department);
        let known = groups.iter_mut().find(|group| department.is_some() && group.department == department);
        match known {
            Some(group) => group.cells.extend(cells),
            None if cells.is_empty() => {}
            None => groups.push(Group { department, cells }),
        }
    }
    let matters = |kind: Option<CrewKind>| kind.and_then(|kind| MATTERS.iter().position(|one| *one == kind));
    // Never heard is longest.
    missing.sort_by_key(|one: &Missing| {
        let silent = std::cmp::Reverse(one.silent_secs.unwrap_or(i64::MAX));
        (one.kind.is_some(), !one.busy, matters(one.kind), silent, one.party.clone())
    });
    let left_secs = (!roll.is_over(now)).then(|| roll.over_at().secs_since(now).max(0));
    RollShown { words: roll.words.clone(), left_secs, counts: roll.counts(now), groups, missing }
}

fn missed(
    hall: &Hall,
    party: &RollParty,
    kind: Option<CrewKind>,
    crews: &BTreeMap<CrewId, CrewPosition>,
    now: Moment,
) -> Missing {
    let (busy, silent_secs) = match party {
        RollParty::Post(_) => (false, None),
        RollParty::Crew(crew) => {
            let busy = hall.open_tasks().any(|(_, task)| task.to == Party::Crew(*crew));
            (busy, crews.get(crew).map(|position| now.secs_since(position.when).max(0)))
        }
    };
    Missing { party: party.clone(), kind, busy, silent_secs }
}

/// Whether a post is called and has not answered.
#[must_use]
pub fn is_awaited(roll: &Roll, post: &str, now: Moment) -> bool {
    roll.presence(&RollParty::Post(post.to_owned()), now) == Some(Presence::Awaited)
}

/// How large the cells of a board are so that all of them fit: height, columns, and whether there is room for names.
#[must_use]
pub fn cells_in(groups: &[usize], width: f32, height: f32, most: f32, least: f32) -> (f32, usize, bool) {
    // A cell with its name is so many times as wide as high.
    const NAMED: f32 = 5.4;
    let rows = |columns: usize| groups.iter().map(|count| 1 + count.div_ceil(columns.max(1))).sum::<usize>();
    let fits = |cell: f32, wide: f32| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundreds of columns")]
        let columns = ((width / (cell * wide)).floor() as usize).max(1);
        #[expect(clippy::cast_precision_loss, reason = "some hundreds of rows")]
        let needed = rows(columns) as f32 * cell;
        (needed <= height).then_some(columns)
    };
    for (wide, smallest) in [(NAMED, least), (1.0, 3.0)] {
        let mut cell = most;
        while cell >= smallest {
            if let Some(columns) = fits(cell, wide) {
                return (cell, columns, wide > 1.0);
            }
            cell *= 0.92;
        }
    }
    (3.0, 1, false)
}
