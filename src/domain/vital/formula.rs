//! Formulas of vital signs: expressions of the Common Expression Language over what sensors and cases say.
//!
//! | call | what it is |
//! |---|---|
//! | `mean("KIND")`, `median`, `min`, `max`, `sum` | of the newest values of all sensors of a kind |
//! | `percentile("KIND", 90)` | the value that so many per cent of them are not above |
//! | `above("KIND", 35)`, `below` | how many show more, less |
//! | `share_above("KIND", 35)`, `share_below` | how many per cent do |
//! | `online("KIND")`, `sensors("KIND")` | per cent that say anything; how many there are |
//! | `open_cases("203")`, `major_cases`, `late_cases` | cases in hand whose kind begins so; of grade Ⅰ or Ⅱ; over a limit |
//! | `cases_hour("")`, `cases_today("")`, `closed_today("")` | known in the last hour, today; over since midnight |
//! | `figure("closed_in_time")` | a key figure of today, in per cent |
//! | `alarms()`, `alarms_waiting()` | that stand; that nobody took note of |
//! | `crews()`, `crews_free()` | on duty; per cent of them that are free |
//!
//! All are about the area that the sign is reckoned for. With them stand numbers, `+ - * /`, comparisons, `&& || !` and
//! `a ? b : c`. Nothing else may stand in a formula, so it takes no longer than it is long.

use std::sync::{Arc, LazyLock};

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};
use cel::common::types::CelDouble;
use cel::common::value::CowVal;
use cel::context::VariableResolver;
use cel::{Context, Env, Value};

use super::census::{Census, Nothing};
use super::{Reckoning, VitalPart, VitalSign};
use crate::domain::kpi::Kpi;
use crate::domain::{Moment, SensorKind};

/// Longest formula, in bytes.
pub const LONG_MAX: usize = 600;
/// How deep its parts may stand in each other.
const DEPTH_MAX: u16 = 24;
/// Most signs in an index.
pub const WEIGHTS_MAX: usize = 100;

const ONLY: &str = "only calls, numbers and operators may stand in a formula";

/// What of the sensors of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stat {
    /// Their mean.
    Mean,
    /// The one in the middle.
    Median,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// All together.
    Sum,
    /// The value that so many per cent are not above.
    Percentile,
    /// How many show more.
    Above,
    /// How many show less.
    Below,
    /// How many per cent show more.
    ShareAbove,
    /// How many per cent show less.
    ShareBelow,
    /// How many per cent say anything.
    Online,
    /// How many there are.
    Known,
}

/// What of the cases of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseCount {
    /// Not over.
    Open,
    /// Of those the ones of grade Ⅰ and Ⅱ.
    Major,
    /// Of those the ones over a limit.
    Late,
    /// Known in the hour before.
    Hour,
    /// Known since midnight.
    Today,
    /// Over since midnight.
    ClosedToday,
}

/// A question to a [`Census`].
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// About sensors of a kind.
    Sensors {
        /// What.
        stat: Stat,
        /// The kind.
        kind: SensorKind,
        /// The number it is held against, where it is.
        bound: f64,
    },
    /// About cases whose kind begins so.
    Cases {
        /// What.
        count: CaseCount,
        /// How the code of their kind begins.
        prefix: String,
    },
    /// A key figure.
    Figure(Kpi),
    /// How many alarms stand.
    Alarms {
        /// Only those of which nobody took note.
        waiting: bool,
    },
    /// Crews.
    Crews {
        /// The free ones in per cent, not all of them.
        free: bool,
    },
}

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct FormulaError {
    /// What is wrong.
    pub problem: String,
    /// The line in the formula where that is, from 1.
    pub line: usize,
    /// A name that was meant, perhaps: the wrong one, and those that there are.
    pub names: Option<(String, Vec<&'static str>)>,
}

impl FormulaError {
    fn new(problem: impl Into<String>) -> Self {
        Self { problem: problem.into(), line: 1, names: None }
    }
}

/// A formula that was read.
#[derive(Debug, Clone)]
pub struct Formula {
    tree: IdedExpr,
    asks: Vec<(String, Ask)>,
}

/// What a sign comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The value, or why there is none.
    pub value: Result<f64, Nothing>,
    /// The part of its sensors that says nothing, 0 to 1.
    pub missing: f32,
    /// The oldest reading that was used.
    pub oldest: Option<Moment>,
}

impl Measured {
    /// Nothing.
    #[must_use]
    pub const fn nothing(why: Nothing) -> Self {
        Self { value: Err(why), missing: 1.0, oldest: None }
    }
}

/// Operators of the language, no functions, no variables, no macros.
static LANGUAGE: LazyLock<Arc<Env>> =
    LazyLock::new(|| Arc::new(Env::default().with_optional_support(false).with_stdlib()));

/// Operators that may stand in a formula.
const OPERATORS: &[&str] = &[
    operators::ADD,
    operators::SUBSTRACT,
    operators::MULTIPLY,
    operators::DIVIDE,
    operators::NEGATE,
    operators::LOGICAL_AND,
    operators::LOGICAL_OR,
    operators::LOGICAL_NOT,
    operators::EQUALS,
    operators::NOT_EQUALS,
    operators::LESS,
    operators::LESS_EQUALS,
    operators::GREATER,
    operators::GREATER_EQUALS,
    operators::CONDITIONAL,
];

/// What a call of a name asks.
#[derive(Clone, Copy)]
enum Shape {
    Kind(Stat),
    Bound(Stat),
    Cases(CaseCount),
    Figure,
    Alarms(bool),
    Crews(bool),
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
];

impl Formula {
    /// Read a formula.
    ///
    /// # Errors
    /// [`FormulaError`]: not of the language, too long, too deep, or with a name in it that is none of the calls above.
    pub fn read(text: &str) -> Result<Self, FormulaError> {
        if text.len() > LONG_MAX {
            return Err(FormulaError::new(format!("a formula is at most {LONG_MAX} bytes long")));
        }
        let mut tree = LANGUAGE.parser().max_recursion_depth(DEPTH_MAX).parse(text).map_err(|errors| {
            match errors.errors.first() {
                Some(error) => {
                    let line = usize::try_from(error.pos.0).unwrap_or(1).max(1);
                    FormulaError { line, ..FormulaError::new(error.msg.clone()) }
                }
                None => FormulaError::new("is no formula"),
            }
        })?;
        let mut asks = Vec::new();
        take_asks(&mut tree, &mut asks)?;
        let formula = Self { tree, asks };
        // With any numbers it has to come to a number.
        let tried = formula.resolve(&vec![1.0; formula.asks.len()]);
        match tried {
            Ok(Value::Float(_)) => Ok(formula),
            Ok(_) => Err(FormulaError::new("comes to yes or no, not to a number: write `CONDITION ? 1 : 0`")),
            Err(error) => Err(FormulaError::new(error.to_string())),
        }
    }

    /// What it asks, each with its text.
    #[must_use]
    pub fn asks(&self) -> &[(String, Ask)] {
        &self.asks
    }

    fn resolve(&self, values: &[f64]) -> Result<Value, cel::ExecutionError> {
        let answers = Answers(values);
        let mut context = Context::with_env(Arc::clone(&LANGUAGE));
        context.set_variable_resolver(&answers);
        Value::resolve(&self.tree, &context)
    }

    /// Reckon it for the area at `place`.
    #[must_use]
    pub fn reckon(&self, census: &Census, place: usize) -> Measured {
        let (mut known, mut fresh, mut oldest, mut nothing) = (0_u32, 0_u32, None::<Moment>, None);
        let mut values = Vec::with_capacity(self.asks.len());
        for (_, ask) in &self.asks {
            let answer = census.answer(place, ask);
            known = known.saturating_add(answer.known);
            fresh = fresh.saturating_add(answer.fresh);
            oldest = match (oldest, answer.oldest) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
            match answer.value {
                Ok(value) => values.push(value),
                Err(why) => nothing = nothing.or(Some(why)),
            }
        }
        let missing = missing_share(known, fresh);
        let value = match nothing {
            Some(Nothing::Missing(_)) => Err(Nothing::Missing(missing)),
            Some(why) => Err(why),
            None => match self.resolve(&values) {
                Ok(Value::Float(value)) if value.is_finite() => Ok(value),
                _ => Err(Nothing::Undefined),
            },
        };
        Measured { value, missing, oldest }
    }

    /// What each of its questions comes to, for the area at `place`.
    #[must_use]
    pub fn parts(&self, census: &Census, place: usize) -> Vec<VitalPart> {
        let part = |(asked, ask): &(String, Ask)| {
            let answer = census.answer(place, ask);
            let kind = if let Ask::Sensors { kind, .. } = ask { Some(*kind) } else { None };
            VitalPart {
                asked: asked.clone(),
                value: answer.value.ok(),
                weight: None,
                kind,
                known: answer.known.max(answer.fresh),
                fresh: answer.fresh,
                oldest: answer.oldest,
            }
        };
        self.asks.iter().map(part).collect()
    }

    /// The kinds of sensors that it asks.
    pub fn kinds(&self) -> impl Iterator<Item = SensorKind> {
        self.asks.iter().filter_map(|(_, ask)| if let Ask::Sensors { kind, .. } = ask { Some(*kind) } else { None })
    }
}

/// The part of `known` that is not fresh.
#[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
fn missing_share(known: u32, fresh: u32) -> f32 {
    if known == 0 { 0.0 } else { (1.0 - f64::from(fresh) / f64::from(known)).max(0.0) as f32 }
}

/// The values of a formula's questions, by the names that stand in their places.
struct Answers<'a>(&'a [f64]);

impl VariableResolver for Answers<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let value = variable.strip_prefix('a')?.parse::<usize>().ok().and_then(|at| self.0.get(at))?;
        Some(CowVal::owned(CelDouble::from(*value)))
    }
}

/// Put a name in the place of each question, and make all numbers of one kind.
fn take_asks(tree: &mut IdedExpr, asks: &mut Vec<(String, Ask)>) -> Result<(), FormulaError> {
    match &mut tree.expr {
        Expr::Literal(LiteralValue::Double(_) | LiteralValue::Boolean(_)) => Ok(()),
        Expr::Literal(literal @ (LiteralValue::Int(_) | LiteralValue::UInt(_))) => {
            let value = number(literal).ok_or_else(|| FormulaError::new("is no number"))?;
            *literal = LiteralValue::Double(CelDouble::from(value));
            Ok(())
        }
        Expr::Call(call) if OPERATORS.contains(&call.func_name.as_str()) => call
            .target
            .iter_mut()
            .map(|target| &mut **target)
            .chain(&mut call.args)
            .try_for_each(|part| take_asks(part, asks)),
        Expr::Call(call) => {
            let (text, ask) = ask_of(call)?;
            let place = asks.iter().position(|(_, known)| *known == ask).unwrap_or_else(|| {
                asks.push((text, ask));
                asks.len() - 1
            });
            tree.expr = Expr::Ident(format!("a{place}"));
            Ok(())
        }
        Expr::Ident(name) => {
            Err(FormulaError::new(format!("`{name}` stands for nothing here; a kind stands in quotes")))
        }
        _ => Err(FormulaError::new(ONLY)),
    }
}

fn number(literal: &LiteralValue) -> Option<f64> {
    match literal {
        LiteralValue::Int(value) => Some(*value.inner() as f64),
        LiteralValue::UInt(value) => Some(*value.inner() as f64),
        LiteralValue::Double(value) => Some(*value.inner()),
        _ => None,
    }
}

fn ask_of(call: &CallExpr) -> Result<(String, Ask), FormulaError> {
    let name = call.func_name.as_str();
    if call.target.is_some() || name.starts_with(|letter: char| !letter.is_alphabetic()) {
        return Err(FormulaError::new(ONLY));
    }
    let Some((_, shape)) = CALLS.iter().find(|(known, _)| *known == name) else {
        let names = Some((name.to_owned(), CALLS.iter().map(|(name, _)| *name).collect()));
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

/// Hold what a sign is reckoned from against all signs.
///
/// # Errors
/// [`FormulaError`]: no formula, a sign in an index that is not there, is an index itself or has no scale.
pub fn check(sign: &VitalSign, all: &[VitalSign]) -> Result<(), FormulaError> {
    let weights = match &sign.reckoning {
        Reckoning::Formula(text) => return Formula::read(text).map(|_| ()),
        Reckoning::Weights(weights) => weights,
    };
    if weights.is_empty() || weights.len() > WEIGHTS_MAX {
        return Err(FormulaError::new(format!("an index has 1 to {WEIGHTS_MAX} signs")));
    }
    for (code, weight) in weights {
        let Some(part) = all.iter().find(|sign| sign.code == *code) else {
            return Err(FormulaError::new(format!("there is no vital sign `{code}`")));
        };
        if matches!(part.reckoning, Reckoning::Weights(_)) {
            return Err(FormulaError::new(format!("`{code}` is an index itself")));
        }
        if part.scale.is_none() {
            return Err(FormulaError::new(format!("`{code}` has no `scale`, so it has no score")));
        }
        if !(weight.is_finite() && *weight > 0.0) {
            return Err(FormulaError::new(format!("the weight of `{code}` is above 0")));
        }
    }
    Ok(())
}

/// The mean of scores by their weights; those without a score make it miss.
#[must_use]
pub fn index(parts: impl IntoIterator<Item = (f64, Option<f64>)>) -> Measured {
    let (mut all, mut known, mut sum) = (0.0, 0.0, 0.0);
    for (weight, score) in parts {
        all += weight;
        if let Some(score) = score {
            known += weight;
            sum += weight * score;
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
    let missing = if all > 0.0 { (1.0 - known / all) as f32 } else { 1.0 };
    let value = if known > 0.0 { Ok(sum / known) } else { Err(Nothing::Missing(1.0)) };
    Measured { value, missing, oldest: None }
}
