//! Waiting for a hub that goes away while something is played into it.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use super::SinkError;

/// How long a hub that went away is waited for.
pub const PATIENCE: Duration = Duration::from_mins(5);
/// The first pause between two attempts to reach it is this part of the patience, and the longest first one.
const FIRST_PAUSE: u32 = 300;
const FIRST_PAUSE_MAX: Duration = Duration::from_secs(1);
/// Longest pause; each is twice as long as the one before.
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// What is heard while something is played.
#[derive(Debug)]
pub enum News<'a, T> {
    /// A batch was taken; so far it came to this.
    Batch(&'a T),
    /// The hub went away, for this cause; it is waited for.
    Waiting(&'a SinkError),
    /// The hub is back.
    Back,
}

/// Hand a batch over, again and again while the hub is away, for as long as `patience` says. A hub that answers, and takes
/// nothing, is not away.
pub(super) async fn hand_over<T, N, F: Future<Output = Result<T, SinkError>>>(
    give: impl Fn() -> F,
    patience: Duration,
    tell: &mut impl FnMut(News<'_, N>),
) -> Result<T, SinkError> {
    let since = Instant::now();
    let mut pause = (patience / FIRST_PAUSE).min(FIRST_PAUSE_MAX);
    let mut away = false;
    loop {
        let error = match give().await {
            Ok(taken) => {
                if away {
                    tell(News::Back);
                }
                return Ok(taken);
            }
            Err(error) => error,
        };
        let left = patience.saturating_sub(since.elapsed());
        if left.is_zero() || matches!(error, SinkError::Answer { .. } | SinkError::NotLetIn { .. }) {
            return Err(error);
        }
        if !away {
            tell(News::Waiting(&error));
            away = true;
        }
        tokio::time::sleep(pause.min(left)).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
}
