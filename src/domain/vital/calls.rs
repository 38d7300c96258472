//! The calls that may stand in a formula, and what each of them asks.

use cel::common::ast::{CallExpr, Expr, LiteralValue, operators};

use super::formula::{Ask, CaseCount, FormulaError, ONLY, Stat};
use super::over::{Over, Window};
use crate::domain::SensorKind;
use crate::domain::kpi::Kpi;

/// What a call reckons from numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    /// Without its sign.
    Abs,
    /// The lesser of two.
    Lesser,
    /// The greater of two.
    Greater,
}

/// The functions, and how many numbers each takes. `min` and `max` of one kind are calls over sensors.
const FUNCTIONS: [(&str, usize, Function); 3] =
    [("abs", 1, Function::Abs), ("min", 2, Function::Lesser), ("max", 2, Function::Greater)];

impl Function {
    /// The function that a call is; `None` where it asks something.
    pub(super) fn of(call: &CallExpr) -> Option<Self> {
        let named = |(name, many, _): &&(&str, usize, Self)| *name == call.func_name && call.args.len() == *many;
        FUNCTIONS.iter().find(named).filter(|_| call.target.is_none()).map(|(.., function)| *function)
    }

    /// What it comes to.
    pub(super) fn reckon(self, numbers: &[f64]) -> f64 {
        let of = |at: usize| numbers.get(at).copied().unwrap_or(f64::NAN);
        match self {
            Self::Abs => of(0).abs(),
            // What is no number stays none.
            _ if of(0).is_nan() || of(1).is_nan() => f64::NAN,
            Self::Lesser => of(0).min(of(1)),
            Self::Greater => of(0).max(of(1)),
        }
    }
}

/// What a call of a name asks.
#[derive(Clone, Copy)]
enum Shape {
    Kind(Stat),
    Bound(Stat),
    Cases(CaseCount),
    Figure,
    Alarms(bool),
    Crews(bool),
    Over(Over),
}

const CALLS: &[(&str, Shape)] = &[
    ("mean", Shape::Kind(Stat::Mean)),
    ("median", Shape::Kind(Stat::Median)),
    ("min", Shape::Kind(Stat::Min)),
    ("max", Shape::Kind(Stat::Max)),
    ("sum", Shape::Kind(Stat::Sum)),
    ("online", Shape::Kind(Stat::Online)),
    ("sensors", Shape::Kind(Stat::Known)),
    ("percentile", Shape::Bound(Stat::Percentile)),
    ("above", Shape::Bound(Stat::Above)),
    ("below", Shape::Bound(Stat::Below)),
    ("share_above", Shape::Bound(Stat::ShareAbove)),
    ("share_below", Shape::Bound(Stat::ShareBelow)),
    ("open_cases", Shape::Cases(CaseCount::Open)),
    ("major_cases", Shape::Cases(CaseCount::Major)),
    ("late_cases", Shape::Cases(CaseCount::Late)),
    ("cases_hour", Shape::Cases(CaseCount::Hour)),
    ("cases_today", Shape::Cases(CaseCount::Today)),
    ("closed_today", Shape::Cases(CaseCount::ClosedToday)),
    ("figure", Shape::Figure),
    ("alarms", Shape::Alarms(false)),
    ("alarms_waiting", Shape::Alarms(true)),
    ("crews", Shape::Crews(false)),
    ("crews_free", Shape::Crews(true)),
    ("mean_over", Shape::Over(Over::Mean)),
    ("min_over", Shape::Over(Over::Min)),
    ("max_over", Shape::Over(Over::Max)),
    ("ago", Shape::Over(Over::Ago)),
    ("rate", Shape::Over(Over::Rate)),
];

/// A number as it stands.
pub(super) fn number(literal: &LiteralValue) -> Option<f64> {
    match literal {
        LiteralValue::Int(value) => Some(*value.inner() as f64),
        LiteralValue::UInt(value) => Some(*value.inner() as f64),
        LiteralValue::Double(value) => Some(*value.inner()),
        _ => None,
    }
}

/// What a call asks, with its text.
pub(super) fn ask_of(call: &CallExpr) -> Result<(String, Ask), FormulaError> {
    let name = call.func_name.as_str();
    if call.target.is_some() || name.starts_with(|letter: char| !letter.is_alphabetic()) {
        return Err(FormulaError::new(ONLY));
    }
    let Some((_, shape)) = CALLS.iter().find(|(known, _)| *known == name) else {
        if FUNCTIONS.iter().any(|(known, ..)| *known == name) {
            return Err(FormulaError::new(format!("`{name}` is written `{name}(NUMBER)`")));
        }
        let known = CALLS.iter().map(|(name, _)| *name).chain(FUNCTIONS.map(|(name, ..)| name));
        let names = Some((name.to_owned(), known.collect()));
        return Err(FormulaError { names, ..FormulaError::new(format!("there is no call `{name}`")) });
    };
    let wants = |many: usize, how: &str| {
        if call.args.len() == many {
            Ok(())
        } else {
            Err(FormulaError::new(format!("`{name}` is written `{name}({how})`")))
        }
    };
    let word = |at: usize| match call.args.get(at).map(|arg| &arg.expr) {
        Some(Expr::Literal(LiteralValue::String(text))) => Ok(text.inner().to_owned()),
        _ => Err(FormulaError::new(format!("`{name}` needs a name in quotes"))),
    };
    let kind = || {
        let word = word(0)?;
        SensorKind::of_word(&word).ok_or_else(|| {
            let names = Some((word.clone(), SensorKind::ALL.map(SensorKind::word).to_vec()));
            FormulaError { names, ..FormulaError::new(format!("there is no kind of sensor `{word}`")) }
        })
    };
    Ok(match shape {
        Shape::Kind(stat) => {
            wants(1, "\"KIND\"")?;
            let kind = kind()?;
            (format!("{name}(\"{}\")", kind.word()), Ask::Sensors { stat: *stat, kind, bound: 0.0 })
        }
        Shape::Bound(stat) => {
            wants(2, "\"KIND\", NUMBER")?;
            let kind = kind()?;
            let bound = call.args.get(1).and_then(|arg| bound_of(&arg.expr));
            let bound = bound.ok_or_else(|| FormulaError::new(format!("`{name}` needs a number after the kind")))?;
            (format!("{name}(\"{}\", {bound})", kind.word()), Ask::Sensors { stat: *stat, kind, bound })
        }
        Shape::Cases(count) => {
            wants(1, "\"203\"")?;
            let prefix = word(0)?;
            (format!("{name}(\"{prefix}\")"), Ask::Cases { count: *count, prefix })
        }
        Shape::Figure => {
            wants(1, "\"closed_in_time\"")?;
            let word = word(0)?;
            let kpi = Kpi::ALL.into_iter().find(|kpi| kpi.word() == word).ok_or_else(|| {
                let names = Some((word.clone(), Kpi::ALL.map(Kpi::word).to_vec()));
                FormulaError { names, ..FormulaError::new(format!("there is no key figure `{word}`")) }
            })?;
            (format!("{name}(\"{word}\")"), Ask::Figure(kpi))
        }
        Shape::Alarms(waiting) => {
            wants(0, "")?;
            (format!("{name}()"), Ask::Alarms { waiting: *waiting })
        }
        Shape::Crews(free) => {
            wants(0, "")?;
            (format!("{name}()"), Ask::Crews { free: *free })
        }
        Shape::Over(over) => {
            wants(2, "mean(\"KIND\"), \"1h\"")?;
            let (text, of) = match call.args.first().map(|arg| &arg.expr) {
                Some(Expr::Call(inner)) => ask_of(inner)?,
                _ => return Err(FormulaError::new(format!("`{name}` needs a call over sensors first"))),
            };
            if !matches!(of, Ask::Sensors { .. }) {
                return Err(FormulaError::new(format!("`{name}` asks sensors alone, and is asked over no other")));
            }
            let word = word(1)?;
            let window = Window::read(&word).ok_or_else(|| {
                let problem = format!("`{word}` is no while: write 5m to 7d, as `10m`, `1h` or `1d`");
                FormulaError::new(problem)
            })?;
            (format!("{name}({text}, \"{window}\")"), Ask::Over { over: *over, of: Box::new(of), window })
        }
    })
}

/// A number, with a sign before it or without.
fn bound_of(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Literal(literal) => number(literal),
        Expr::Call(call) if call.func_name == operators::NEGATE => Some(-bound_of(&call.args.first()?.expr)?),
        _ => None,
    }
}
