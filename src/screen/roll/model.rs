//! Who is there, as screens show it. Pure.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{CrewId, CrewKind, CrewPosition, Hall, LonLat, Moment, Party, Presence, Roll, RollParty};

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

/// What those who stand together on a board have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grouping {
    /// 部门: their department, and the post of the shift that they have.
    #[default]
    Unit,
    /// 区域: where they were heard last.
    Area,
    /// 类别: what they are there for.
    Kind,
}

impl Grouping {
    /// All of them, in the order in which a key goes through them.
    pub const ALL: [Self; 3] = [Self::Unit, Self::Area, Self::Kind];

    /// Its name in keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Area => "area",
            Self::Kind => "kind",
        }
    }

    /// The one after it, and after the last the first.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Unit => Self::Area,
            Self::Area => Self::Kind,
            Self::Kind => Self::Unit,
        }
    }
}

/// What those of one group have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Common {
    /// They are posts.
    Posts,
    /// They are crews of this kind.
    Kind(CrewKind),
    /// They are of the department, have the post of the shift, or are in the area of this name.
    Named(String),
    /// Where they are is not known.
    Nowhere,
}

/// To what those who are called belong, as far as that is known.
pub struct Belongs<'a> {
    /// The one department that has crews of a kind, by its name.
    pub kind: &'a dyn Fn(CrewKind) -> Option<String>,
    /// The department whose post it is, or the post of the shift that somebody signed on at, by its name.
    pub post: &'a dyn Fn(&str) -> Option<String>,
    /// What a post of the shift is called that was called by its code because nobody had it.
    pub vacant: &'a dyn Fn(&str) -> Option<String>,
    /// The area of a place, by its name.
    pub area: &'a dyn Fn(LonLat) -> Option<String>,
}

/// The roll as a board has it.
#[derive(Debug, Clone, PartialEq)]
pub struct RollShown {
    /// What was said with it.
    pub words: String,
    /// Seconds left; `None` once it is over.
    pub left_secs: Option<i64>,
    /// How many are here, late, awaited, absent.
    pub counts: [usize; 4],
    /// Those who were called: of units and kinds posts first, of areas by name.
    pub groups: Vec<Group>,
    /// Where somebody has not answered, as places in `groups`: the one that most are missing of first, and of such as
    /// miss as many the smaller one.
    pub short: Vec<usize>,
    /// Who has not answered, who matters most and is silent longest first.
    pub missing: Vec<Missing>,
}

/// Those who have something in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What.
    pub common: Common,
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
    /// The name of the post, where it is one of the shift that nobody had.
    pub vacant: Option<String>,
}

impl RollShown {
    fn crews_missing(&self) -> Vec<CrewId> {
        self.missing.iter().filter_map(|one| crew_of(&one.party)).collect()
    }

    /// The crew below, or above, `from` among those that have not answered; the first where `from` is none of them,
    /// and `from` itself where nothing lies beyond it. Posts answer at their own screens and are passed over.
    #[must_use]
    pub fn stepped(&self, from: Option<CrewId>, down: bool) -> Option<CrewId> {
        let crews = self.crews_missing();
        let at = from.and_then(|from| crews.iter().position(|crew| *crew == from));
        let to = match at {
            None => 0,
            Some(at) if down => (at + 1).min(crews.len().saturating_sub(1)),
            Some(at) => at.saturating_sub(1),
        };
        crews.get(to).copied()
    }

    /// The crew whose turn it is once `crew` has answered: the one below it, else the one above.
    #[must_use]
    pub fn after(&self, crew: CrewId) -> Option<CrewId> {
        let other = |down| self.stepped(Some(crew), down).filter(|next| *next != crew);
        other(true).or_else(|| other(false))
    }

    /// Whether the crew is one of those that have not answered.
    #[must_use]
    pub fn is_missing(&self, crew: CrewId) -> bool {
        self.crews_missing().contains(&crew)
    }
}

impl Group {
    /// How many of them answered.
    #[must_use]
    pub fn here(&self) -> usize {
        self.cells.len() - self.missing()
    }

    /// How many of them did not.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.cells.iter().filter(|one| is_missing(one.presence)).count()
    }
}

/// Somebody who has not answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Missing {
    /// Who.
    pub party: RollParty,
    /// What a crew is there for.
    pub kind: Option<CrewKind>,
    /// Its department, its post or its area by name, where one is known and the board goes by that.
    pub of: Option<String>,
    /// The name of the post, where it is one of the shift that nobody had.
    pub vacant: Option<String>,
    /// It has a case now.
    pub busy: bool,
    /// Seconds since its position was heard last; `None` where it never was.
    pub silent_secs: Option<i64>,
}

fn is_missing(presence: Presence) -> bool {
    matches!(presence, Presence::Awaited | Presence::Absent)
}

/// The roll at a moment, by what those who are called have in common.
#[must_use]
pub fn roll_shown(
    hall: &Hall,
    roll: &Roll,
    crews: &BTreeMap<CrewId, CrewPosition>,
    now: Moment,
    (grouping, belongs): (Grouping, &Belongs<'_>),
) -> RollShown {
    let busy: BTreeSet<&Party> = hall.open_tasks().map(|(_, task)| &task.to).collect();
    let mut groups: Vec<Group> = Vec::new();
    let mut missing = Vec::new();
    let kinds = [None].into_iter().chain(MATTERS.into_iter().map(Some));
    for kind in kinds {
        // Many of one kind: its department is asked for once.
        let department = kind.filter(|_| grouping == Grouping::Unit).and_then(belongs.kind);
        for (party, entry) in roll.entries.iter().filter(|(_, entry)| entry.kind == kind) {
            let position = crew_of(party).and_then(|crew| crews.get(&crew));
            let common = common((party, kind), position, department.as_ref(), grouping, belongs);
            let presence = roll.of(entry, now);
            let vacant = if let RollParty::Post(name) = party { (belongs.vacant)(name) } else { None };
            if is_missing(presence) {
                let busy = crew_of(party).is_some_and(|crew| busy.contains(&Party::Crew(crew)));
                let silent_secs = position.map(|position| now.secs_since(position.when).max(0));
                let of = if let Common::Named(name) = &common { Some(name.clone()) } else { None };
                missing.push(Missing { party: party.clone(), kind, of, vacant: vacant.clone(), busy, silent_secs });
            }
            let member = Member { party: party.clone(), kind, presence, vacant };
            match groups.iter_mut().find(|group| group.common == common) {
                Some(group) => group.cells.push(member),
                None => groups.push(Group { common, cells: vec![member] }),
            }
        }
    }
    if grouping == Grouping::Area {
        groups.sort_by_cached_key(|group| match &group.common {
            Common::Posts | Common::Kind(_) => (0, String::new()),
            Common::Named(name) => (1, name.clone()),
            Common::Nowhere => (2, String::new()),
        });
    }
    let matters = |kind: Option<CrewKind>| kind.and_then(|kind| MATTERS.iter().position(|one| *one == kind));
    // Never heard is longest.
    missing.sort_by_key(|one: &Missing| {
        let silent = Reverse(one.silent_secs.unwrap_or(i64::MAX));
        (one.kind.is_some(), !one.busy, matters(one.kind), silent, one.party.clone())
    });
    let mut short: Vec<(usize, usize, usize)> =
        groups.iter().enumerate().map(|(at, group)| (group.missing(), group.cells.len(), at)).collect();
    short.retain(|(missing, ..)| *missing > 0);
    short.sort_by_key(|(missing, all, at)| (Reverse(*missing), *all, *at));
    let short = short.into_iter().map(|(.., at)| at).collect();
    let left_secs = (!roll.is_over(now)).then(|| roll.over_at().secs_since(now).max(0));
    RollShown { words: roll.words.clone(), left_secs, counts: roll.counts(now), groups, short, missing }
}

fn crew_of(party: &RollParty) -> Option<CrewId> {
    match party {
        RollParty::Crew(crew) => Some(*crew),
        RollParty::Post(_) => None,
    }
}

fn common(
    (party, kind): (&RollParty, Option<CrewKind>),
    position: Option<&CrewPosition>,
    department: Option<&String>,
    grouping: Grouping,
    belongs: &Belongs<'_>,
) -> Common {
    let named = |name: Option<String>, unnamed| name.map_or(unnamed, Common::Named);
    match (party, kind) {
        (RollParty::Post(name), _) if grouping == Grouping::Unit => named((belongs.post)(name), Common::Posts),
        (RollParty::Post(_), _) | (RollParty::Crew(_), None) => Common::Posts,
        (RollParty::Crew(_), Some(kind)) => match grouping {
            Grouping::Unit => named(department.cloned(), Common::Kind(kind)),
            Grouping::Area => named(position.and_then(|position| (belongs.area)(position.at)), Common::Nowhere),
            Grouping::Kind => Common::Kind(kind),
        },
    }
}

/// Whether somebody is called, by name or for the post that they have, and has not answered.
#[must_use]
pub fn is_awaited(hall: &Hall, name: &str, now: Moment) -> bool {
    let party = hall.called_as(name);
    let presence = hall.roll().zip(party).and_then(|(roll, party)| roll.presence(&party, now));
    presence == Some(Presence::Awaited)
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
