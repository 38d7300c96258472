//! Who may do what, where: roles, the rights that they have, and the areas within which these count.
//!
//! 1. Denied by default: a role has the rights that [`Role::rights`] lists and no other. A new order does not compile
//!    without a right ([`super::Order::rights`]). What skips stages needs what those would have needed.
//! 2. A right counts within the subtree of one area. A case of which no area is known is the whole city's.
//! 3. Whoever handles and does not dispatch answers for their own department or crew alone ([`super::Hall::check_own`]).
//! 4. Nobody both grants rights and can erase traces: [`Role::clash`] keeps system administrator, security administrator
//!    and auditor three people.

mod area;
mod of_order;
mod own;
mod turn;

pub use area::Area;
pub use of_order::Reach;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Refusal;

/// What a person or a system is in the hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 网格员.
    GridWorker,
    /// 受理员.
    Acceptor,
    /// 派遣员.
    Dispatcher,
    /// 值班长.
    ShiftChief,
    /// 处置单位.
    Handler,
    /// 领导: reads, urges, supervises.
    Leader,
    /// 大屏: reads.
    Wall,
    /// 系统管理员: keeps files and machine.
    SystemAdministrator,
    /// 安全管理员: grants rights.
    SecurityAdministrator,
    /// 审计员: reads who did what.
    Auditor,
    /// A feed or another system: reports, and says where crews are.
    Source,
}

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// See the hall: screens and lists.
    Read,
    /// Report.
    Report,
    /// Report that something is over, which closes it.
    ReportOver,
    /// 受理: accept, reject, have it verified.
    Accept,
    /// 核实: answer what was seen on the spot.
    Verify,
    /// 立案: file, or not.
    File,
    /// 派遣.
    Dispatch,
    /// 处置、反馈: handle, say that it is done, give it back.
    Handle,
    /// 核查: find it done, or have it done again.
    Check,
    /// 结案.
    Close,
    /// Give it another grade.
    Regrade,
    /// 挂账: put on hold and let go on.
    Hold,
    /// 并案、拆案、关联.
    Join,
    /// 催办.
    Urge,
    /// 督办.
    Supervise,
    /// 重开.
    Reopen,
    /// 作废.
    Void,
    /// 回访、告知: ask callers and tell them.
    Rate,
    /// 平时、急时.
    Mode,
    /// Tell the weather.
    Weather,
    /// Tell where crews are.
    Positions,
    /// Put another catalogue in force.
    Catalogue,
    /// Move the time of a demo hall.
    Demo,
    /// Make accounts and give them roles.
    Grant,
    /// Read the audit chain.
    Audit,
    /// Move, copy and delete the files of the hall: whoever may can erase traces.
    Files,
    /// See callers' own data.
    Callers,
    /// 点名: call the roll and end it.
    Roll,
    /// 延期审批: grant more time, or refuse it.
    Extend,
    /// 信息报送: report to those above.
    Bulletin,
    /// Say something of a case and keep files with it.
    Note,
    /// 值班: sign on at a post, write in the log of the shift.
    Duty,
    /// 排班: make the roster.
    Roster,
    /// 交接班: hand a shift over and take it over.
    HandOver,
    /// 感知数据: tell what sensors measure.
    Readings,
    /// 报警处置: acknowledge, assign and shelve alarms, make cases of them, put sources into maintenance. Whoever links one with
    /// a case that is there has to be allowed to join cases as well.
    Alarm,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::GridWorker,
        Self::Acceptor,
        Self::Dispatcher,
        Self::ShiftChief,
        Self::Handler,
        Self::Leader,
        Self::Wall,
        Self::SystemAdministrator,
        Self::SecurityAdministrator,
        Self::Auditor,
        Self::Source,
    ];

    /// Its name in files, keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::GridWorker => "grid_worker",
            Self::Acceptor => "acceptor",
            Self::Dispatcher => "dispatcher",
            Self::ShiftChief => "shift_chief",
            Self::Handler => "handler",
            Self::Leader => "leader",
            Self::Wall => "wall",
            Self::SystemAdministrator => "system_administrator",
            Self::SecurityAdministrator => "security_administrator",
            Self::Auditor => "auditor",
            Self::Source => "source",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// The rights that it has.
    #[must_use]
    pub const fn rights(self) -> &'static [Right] {
        use Right::{
            Accept, Alarm, Audit, Bulletin, Callers, Catalogue, Check, Close, Demo, Dispatch, Duty, Extend, File,
            Files, Grant, HandOver, Handle, Hold, Join, Mode, Note, Positions, Rate, Read, Readings, Regrade, Reopen,
            Report, ReportOver, Roll, Roster, Supervise, Urge, Verify, Void, Weather,
        };
        match self {
            Self::GridWorker => &[Read, Report, Verify, Check, Note],
            Self::Acceptor => {
                &[Read, Report, Accept, File, Regrade, Join, Urge, Rate, Callers, Bulletin, Note, Duty, Alarm]
            }
            Self::Dispatcher => &[Read, Dispatch, Handle, Join, Urge, Note, Duty, Alarm],
            Self::ShiftChief => &[
                Read, Report, ReportOver, Accept, Verify, File, Dispatch, Handle, Check, Close, Regrade, Hold, Join,
                Urge, Supervise, Reopen, Void, Rate, Mode, Catalogue, Demo, Callers, Roll, Extend, Bulletin, Note,
                Duty, Roster, HandOver, Alarm,
            ],
            Self::Handler => &[Read, Handle, Note, Alarm],
            Self::Leader => &[Read, Urge, Supervise, Note],
            Self::Wall => &[Read],
            Self::SystemAdministrator => &[Catalogue, Files],
            Self::SecurityAdministrator => &[Grant],
            Self::Auditor => &[Read, Audit],
            Self::Source => &[Report, ReportOver, Weather, Positions, Readings],
        }
    }

    /// Two of these roles that nobody may have together: the three officers are three people, and a system is no person.
    #[must_use]
    pub fn clash(roles: &[Self]) -> Option<(Self, Self)> {
        let officer =
            |role: &Self| matches!(role, Self::SystemAdministrator | Self::SecurityAdministrator | Self::Auditor);
        let officers: BTreeSet<Self> = roles.iter().copied().filter(officer).collect();
        let mut officers = officers.into_iter();
        if let (Some(one), Some(other)) = (officers.next(), officers.next()) {
            return Some((one, other));
        }
        let person = roles.iter().copied().find(|role| *role != Self::Source);
        person.filter(|_| roles.contains(&Self::Source)).map(|person| (person, Self::Source))
    }
}

impl Right {
    /// All of them.
    pub const ALL: [Self; 36] = [
        Self::Read,
        Self::Report,
        Self::ReportOver,
        Self::Accept,
        Self::Verify,
        Self::File,
        Self::Dispatch,
        Self::Handle,
        Self::Check,
        Self::Close,
        Self::Regrade,
        Self::Hold,
        Self::Join,
        Self::Urge,
        Self::Supervise,
        Self::Reopen,
        Self::Void,
        Self::Rate,
        Self::Mode,
        Self::Weather,
        Self::Positions,
        Self::Catalogue,
        Self::Demo,
        Self::Grant,
        Self::Audit,
        Self::Files,
        Self::Callers,
        Self::Roll,
        Self::Extend,
        Self::Bulletin,
        Self::Note,
        Self::Duty,
        Self::Roster,
        Self::HandOver,
        Self::Readings,
        Self::Alarm,
    ];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Report => "report",
            Self::ReportOver => "report_over",
            Self::Accept => "accept",
            Self::Verify => "verify",
            Self::File => "file",
            Self::Dispatch => "dispatch",
            Self::Handle => "handle",
            Self::Check => "check",
            Self::Close => "close",
            Self::Regrade => "regrade",
            Self::Hold => "hold",
            Self::Join => "join",
            Self::Urge => "urge",
            Self::Supervise => "supervise",
            Self::Reopen => "reopen",
            Self::Void => "void",
            Self::Rate => "rate",
            Self::Mode => "mode",
            Self::Weather => "weather",
            Self::Positions => "positions",
            Self::Catalogue => "catalogue",
            Self::Demo => "demo",
            Self::Grant => "grant",
            Self::Audit => "audit",
            Self::Files => "files",
            Self::Callers => "callers",
            Self::Roll => "roll",
            Self::Extend => "extend",
            Self::Bulletin => "bulletin",
            Self::Note => "note",
            Self::Duty => "duty",
            Self::Roster => "roster",
            Self::HandOver => "hand_over",
            Self::Readings => "readings",
            Self::Alarm => "alarm",
        }
    }
}

/// What somebody may do where.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// The roles; none have no rights.
    pub roles: Vec<Role>,
    /// The subtree in which they count.
    pub area: Area,
}

impl Standing {
    /// In these roles, in the whole city.
    #[must_use]
    pub fn of(roles: &[Role]) -> Self {
        Self { roles: roles.to_vec(), area: Area::CITY }
    }

    /// Whether any role has the right, wherever it counts.
    #[must_use]
    pub fn has(&self, right: Right) -> bool {
        self.roles.iter().any(|role| role.rights().contains(&right))
    }

    /// May something be done that needs `right`, in all of these areas? `None` is a case of which no area is known.
    ///
    /// # Errors
    /// [`Refusal::RightMissing`] or [`Refusal::OutsideArea`], both of which name the right.
    pub fn check<'a>(&self, right: Right, areas: impl IntoIterator<Item = Option<&'a Area>>) -> Result<(), Refusal> {
        if !self.has(right) {
            return Err(Refusal::RightMissing { right });
        }
        let outside = areas.into_iter().find(|area| !area.unwrap_or(&Area::CITY).is_within(&self.area));
        outside.map_or(Ok(()), |_| Err(Refusal::OutsideArea { right, area: self.area.clone() }))
    }
}
