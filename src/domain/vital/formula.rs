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
//! | `mean_over(CALL, "1h")`, `min_over`, `max_over` | of what a call over sensors came to within that while before |
//! | `ago(CALL, "1d")` | what it came to so long ago |
//! | `rate(CALL, "1h")` | how much it rose since then, by the hour |
//! | `abs(X)`, `min(X, Y)`, `max(X, Y)` | of what is reckoned: without its sign, the lesser, the greater |
//! | `alarms()`, `alarms_waiting()` | that stand; that nobody took note of |
//! | `crews()`, `crews_free()` | on duty; per cent of them that are free |
//!
//! All are about the area that the sign is reckoned for. With them stand numbers, `+ - * /`, comparisons, `&& || !` and
//! `a ? b : c`. Nothing else may stand in a formula, so it takes no longer than it is long. A while is `5m` to `7d`; what is
//! held of it is told in [`over`](super::over).

use std::sync::{Arc, LazyLock};

use cel::common::ast::{Expr, IdedExpr, LiteralValue, operators};
use cel::common::types::CelDouble;
use cel::common::value::CowVal;
use cel::context::VariableResolver;
use cel::{Context, Env, Value};

use super::calls::{Function, ask_of, number};
use super::census::{Census, Nothing};
use super::over::{Over, Past, Window};
use super::{Reckoning, VitalPart, VitalSign};
use crate::domain::kpi::Kpi;
use crate::domain::{Moment, SensorKind};

/// Longest formula, in bytes.
pub const LONG_MAX: usize = 600;
/// How deep its parts may stand in each other.
const DEPTH_MAX: u16 = 24;
/// Most signs in an index.
pub const WEIGHTS_MAX: usize = 100;

pub(super) const ONLY: &str = "only calls, numbers and operators may stand in a formula";

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
    /// About what a question over sensors came to before.
    Over {
        /// What.
        over: Over,
        /// The question.
        of: Box<Self>,
        /// The while.
        window: Window,
    },
}

impl Ask {
    /// The kind of sensor that it is about.
    #[must_use]
    pub fn kind(&self) -> Option<SensorKind> {
        match self {
            Self::Sensors { kind, .. } => Some(*kind),
            Self::Over { of, .. } => of.kind(),
            Self::Cases { .. } | Self::Figure(_) | Self::Alarms { .. } | Self::Crews { .. } => None,
        }
    }
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
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Self { problem: problem.into(), line: 1, names: None }
    }
}

/// A formula that was read.
#[derive(Debug, Clone)]
pub struct Formula {
    tree: IdedExpr,
    asks: Vec<(String, Ask)>,
    /// Functions with what they are of, each after those that stand in it.
    functions: Vec<(Function, Vec<IdedExpr>)>,
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
        let mut parts = Parts::default();
        parts.take(&mut tree)?;
        let formula = Self { tree, asks: parts.asks, functions: parts.functions };
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
        let mut answers = Answers { asks: values, functions: Vec::with_capacity(self.functions.len()) };
        for (function, of) in &self.functions {
            let mut numbers = Vec::with_capacity(of.len());
            for part in of {
                match answers.resolve_in(part)? {
                    Value::Float(number) => numbers.push(number),
                    _ => return Err(cel::ExecutionError::function_error("abs, min, max", "take numbers")),
                }
            }
            answers.functions.push(function.reckon(&numbers));
        }
        answers.resolve_in(&self.tree)
    }

    /// Reckon it for the area at `place`.
    #[must_use]
    pub fn reckon(&self, census: &Census, place: usize) -> Measured {
        let (mut known, mut fresh, mut oldest, mut nothing) = (0_u32, 0_u32, None::<Moment>, None);
        let mut unknown_before = 0.0_f32;
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
                Err(why) => {
                    if let (Ask::Over { .. }, Nothing::Missing(share)) = (ask, why) {
                        unknown_before = unknown_before.max(share);
                    }
                    nothing = nothing.or(Some(why));
                }
            }
        }
        let missing = missing_share(known, fresh);
        let value = match nothing {
            Some(Nothing::Missing(_)) => Err(Nothing::Missing(missing.max(unknown_before))),
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
            VitalPart {
                asked: asked.clone(),
                value: answer.value.ok(),
                weight: None,
                kind: ask.kind(),
                known: answer.known.max(answer.fresh),
                fresh: answer.fresh,
                oldest: answer.oldest,
            }
        };
        self.asks.iter().map(part).collect()
    }

    /// Whether it asks anything over time.
    #[must_use]
    pub fn asks_over(&self) -> bool {
        self.asks.iter().any(|(_, ask)| matches!(ask, Ask::Over { .. }))
    }

    /// What it asks over time, with nothing known of it yet, and the moments of which that has to be known at `now`, the
    /// first first.
    #[must_use]
    pub fn over(&self, now: Moment) -> (Past, Vec<Moment>) {
        let mut past = Past::default();
        past.want(self.asks.iter().map(|(_, ask)| ask));
        let needs = self.asks.iter().filter_map(|(_, ask)| match ask {
            Ask::Over { over, window, .. } => Some(past.needs(*over, *window, now)),
            _ => None,
        });
        let mut moments: Vec<Moment> = needs.flatten().collect();
        moments.sort_unstable();
        moments.dedup();
        (past, moments)
    }

    /// The kinds of sensors that it asks.
    pub fn kinds(&self) -> impl Iterator<Item = SensorKind> {
        self.asks.iter().filter_map(|(_, ask)| ask.kind())
    }
}

/// The part of `known` that is not fresh.
#[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
fn missing_share(known: u32, fresh: u32) -> f32 {
    if known == 0 { 0.0 } else { (1.0 - f64::from(fresh) / f64::from(known)).max(0.0) as f32 }
}

/// The values of a formula's questions and functions, by the names that stand in their places.
struct Answers<'a> {
    asks: &'a [f64],
    functions: Vec<f64>,
}

impl Answers<'_> {
    fn resolve_in(&self, tree: &IdedExpr) -> Result<Value, cel::ExecutionError> {
        let mut context = Context::with_env(Arc::clone(&LANGUAGE));
        context.set_variable_resolver(self);
        Value::resolve(tree, &context)
    }
}

impl VariableResolver for Answers<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let at = |number: &str| number.parse::<usize>().ok();
        let value = match variable.strip_prefix('a') {
            Some(number) => self.asks.get(at(number)?)?,
            None => self.functions.get(at(variable.strip_prefix('f')?)?)?,
        };
        Some(CowVal::owned(CelDouble::from(*value)))
    }
}

/// What is taken out of a formula, so that names alone stand there.
#[derive(Default)]
struct Parts {
    asks: Vec<(String, Ask)>,
    functions: Vec<(Function, Vec<IdedExpr>)>,
}

impl Parts {
    /// Put a name in the place of each question and each function, and make all numbers of one kind.
    fn take(&mut self, tree: &mut IdedExpr) -> Result<(), FormulaError> {
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
                .try_for_each(|part| self.take(part)),
            Expr::Call(call) => {
                let name = if let Some(function) = Function::of(call) {
                    call.args.iter_mut().try_for_each(|part| self.take(part))?;
                    self.functions.push((function, std::mem::take(&mut call.args)));
                    format!("f{}", self.functions.len() - 1)
                } else {
                    let (text, ask) = ask_of(call)?;
                    let known = self.asks.iter().position(|(_, known)| *known == ask);
                    let place = known.unwrap_or_else(|| {
                        self.asks.push((text, ask));
                        self.asks.len() - 1
                    });
                    format!("a{place}")
                };
                tree.expr = Expr::Ident(name);
                Ok(())
            }
            Expr::Ident(name) => {
                Err(FormulaError::new(format!("`{name}` stands for nothing here; a kind stands in quotes")))
            }
            _ => Err(FormulaError::new(ONLY)),
        }
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
