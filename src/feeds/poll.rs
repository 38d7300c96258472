//! Services that are asked for their readings again and again, and answer in JSON.
//!
//! ```text
//!  wait ──► ask, with what is known already ──┬─ new: map, hand over, remember its mark ──► wait
//!   ▲                                         ├─ nothing new (304) ────────────────────────► wait
//!   └──────── longer each time, never in step ┴─ no answer, a wrong one ◄─ the hub took nothing
//! ```
//! 1. What an answer is known by (`etag`, `last-modified`) is remembered once its readings are on disk.
//! 2. An answer is read up to a size, within a time, over at most three redirects within the same origin: headers, which
//!    may be secret, go nowhere else.
//! 3. A service that fails is asked ever more seldom, up to a quarter of an hour; one that says when to ask again is
//!    heard.

use std::time::Duration;

use reqwest::header::{
    ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER,
};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use serde::Deserialize;

use super::ReadingSink;
use super::http::{in_full, install_ring};
use super::json_map::{self, JsonMap, Mapped};
use super::sources::state::Handle;
use crate::domain::Moment;

/// How often a service can be asked, in seconds.
const EVERY_SECS: std::ops::RangeInclusive<u32> = 1..=86_400;
/// Most bytes of an answer that can be wanted.
const BYTES_MAX: usize = 64 * 1024 * 1024;
/// Longest pause before a service that fails is asked again, unless it is asked more seldom anyway.
const PAUSE_MAX: Duration = Duration::from_mins(15);
/// Longest pause that a service can wish.
const WISHED_MAX: Duration = Duration::from_hours(1);
/// Redirects of one answer.
const REDIRECTS_MAX: usize = 3;
/// Most headers of a service.
const HEADERS_MAX: usize = 32;

/// A service as it stands in the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) name: String,
    url: String,
    #[serde(default = "usual_every")]
    every_secs: u32,
    #[serde(default = "usual_timeout")]
    timeout_secs: u32,
    #[serde(default = "usual_bytes")]
    bytes_max: usize,
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
    map: json_map::Written,
}

fn usual_every() -> u32 {
    60
}

fn usual_timeout() -> u32 {
    10
}

fn usual_bytes() -> usize {
    4 * 1024 * 1024
}

/// A service, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Poll {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub url: Url,
    /// From one asking to the next.
    pub every: Duration,
    /// Within which it has to answer.
    pub timeout: Duration,
    /// Most bytes of an answer.
    pub bytes_max: usize,
    /// Headers; `${NAME}` in them stands for what the environment has.
    pub headers: Vec<(String, String)>,
    /// Where its readings stand.
    pub map: JsonMap,
}

impl Poll {
    /// Check what stands in the file.
    ///
    /// # Errors
    /// The text at fault, and what is wrong with it.
    pub(super) fn of(written: Written) -> Result<Self, (String, String)> {
        let Written { name, url, every_secs, timeout_secs, bytes_max, headers, map } = written;
        if name.trim().is_empty() || name.len() > 80 {
            return Err(("name".to_owned(), "`name` is 1 to 80 bytes of text".to_owned()));
        }
        let odd = |problem: String| (url.clone(), problem);
        let read = Url::parse(&url).map_err(|error| odd(format!("`{url}` is no address: {error}")))?;
        if !matches!(read.scheme(), "http" | "https") || !read.has_host() {
            return Err(odd(format!("`{url}` is no address of a service: write https://HOST/PATH")));
        }
        if read.password().is_some() || !read.username().is_empty() {
            return Err(odd("`url` has a password in it: send it in `headers`, from the environment".to_owned()));
        }
        if !EVERY_SECS.contains(&every_secs) {
            return Err(("every_secs".to_owned(), "`every_secs` is 1 to 86400".to_owned()));
        }
        if !(1..=300).contains(&timeout_secs) {
            return Err(("timeout_secs".to_owned(), "`timeout_secs` is 1 to 300".to_owned()));
        }
        if !(1..=BYTES_MAX).contains(&bytes_max) {
            return Err(("bytes_max".to_owned(), format!("`bytes_max` is 1 to {BYTES_MAX}")));
        }
        if headers.len() > HEADERS_MAX {
            return Err(("headers".to_owned(), format!("a service gets at most {HEADERS_MAX} headers")));
        }
        for header in headers.keys() {
            if HeaderName::try_from(header.as_str()).is_err() {
                return Err((header.clone(), format!("`{header}` is no name of a header")));
            }
        }
        Ok(Self {
            name,
            url: read,
            every: Duration::from_secs(u64::from(every_secs)),
            timeout: Duration::from_secs(u64::from(timeout_secs)),
            bytes_max,
            headers: headers.into_iter().collect(),
            map: JsonMap::of(map, &[])?,
        })
    }

    /// Where it is, without what may be secret.
    #[must_use]
    pub fn told_at(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.set_fragment(None);
        url.into()
    }
}

/// Why an asking brought nothing.
#[derive(Debug, PartialEq, Eq)]
struct Failed {
    error: String,
    /// When the service wants to be asked again.
    wished: Option<Duration>,
}

impl From<String> for Failed {
    fn from(error: String) -> Self {
        Self { error, wished: None }
    }
}

/// What an answer is known by.
#[derive(Debug, Default, PartialEq)]
struct Mark {
    tag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
}

/// Ask a service until the hub goes down. `headers` are filled in.
pub async fn run(poll: Poll, headers: Vec<(String, String)>, sink: impl ReadingSink, state: Handle) {
    let client = match client(&poll, &headers) {
        Ok(client) => client,
        Err(error) => {
            state.failed(sink.hall_now(), error);
            state.ended();
            return;
        }
    };
    let mut mark = Mark::default();
    let mut chance = sink.hall_now().0.unsigned_abs() ^ xxhash_rust::xxh3::xxh3_64(poll.name.as_bytes());
    loop {
        let pause = match asked(&poll, &client, &mut mark, &sink, &state).await {
            Ok(()) => poll.every,
            Err(Failed { error, wished }) => {
                let failures = state.failed(sink.hall_now(), error);
                chance = xxhash_rust::xxh3::xxh3_64_with_seed(&failures.to_le_bytes(), chance);
                pause_after(poll.every, failures, wished, chance)
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// How long to wait after so many failures: twice as long each time, and up to a quarter more by chance, so that many who
/// ask the same do not come together.
fn pause_after(every: Duration, failures: u32, wished: Option<Duration>, chance: u64) -> Duration {
    let longest = PAUSE_MAX.max(every);
    let pause = every.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1).min(20))).min(longest);
    let pause = pause.max(wished.unwrap_or_default().min(WISHED_MAX));
    pause + pause.mul_f64((chance % 1000) as f64 / 4000.0)
}

fn client(poll: &Poll, headers: &[(String, String)]) -> Result<Client, String> {
    install_ring();
    let mut all = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::try_from(name.as_str()).map_err(|_| format!("`{name}` is no name of a header"))?;
        let mut value = HeaderValue::try_from(value.as_str())
            .map_err(|_| format!("what the header `{name}` is filled with cannot stand in one"))?;
        value.set_sensitive(true);
        all.insert(name, value);
    }
    let redirects = redirect::Policy::custom(|attempt| {
        let same = attempt.previous().first().is_some_and(|first| first.origin() == attempt.url().origin());
        if !same {
            attempt.error("it redirects to another origin")
        } else if attempt.previous().len() > REDIRECTS_MAX {
            attempt.error("it redirects more than three times")
        } else {
            attempt.follow()
        }
    });
    let client = Client::builder()
        .timeout(poll.timeout)
        .default_headers(all)
        .user_agent(concat!("command-hall/", env!("CARGO_PKG_VERSION")))
        .redirect(redirects);
    // Plain HTTP must work on a machine that has no certificates to trust.
    let client = if poll.url.scheme() == "http" { client.tls_certs_only([]) } else { client };
    let here = matches!(poll.url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let client = if here { client.no_proxy() } else { client };
    client.build().map_err(|error| in_full(&error.without_url()))
}

async fn asked(
    poll: &Poll,
    client: &Client,
    mark: &mut Mark,
    sink: &impl ReadingSink,
    state: &Handle,
) -> Result<(), Failed> {
    let mut request = client.get(poll.url.clone());
    if let Some(tag) = &mark.tag {
        request = request.header(IF_NONE_MATCH, tag);
    }
    if let Some(modified) = &mark.modified {
        request = request.header(IF_MODIFIED_SINCE, modified);
    }
    let answer = request.send().await.map_err(|error| in_full(&error.without_url()))?;
    let status = answer.status();
    if status == StatusCode::NOT_MODIFIED {
        state.unchanged(sink.hall_now());
        return Ok(());
    }
    if !status.is_success() {
        let wished = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        return Err(Failed { error: format!("it answered {status}"), wished: wished.map(Duration::from_secs) });
    }
    let of = |name: HeaderName| answer.headers().get(name).cloned();
    let new = Mark { tag: of(ETAG), modified: of(LAST_MODIFIED) };
    let body = body(answer, poll.bytes_max).await?;
    let map = poll.map.clone();
    // What takes long is not done where screens are served.
    let mapped = tokio::task::spawn_blocking(move || mapped(&map, &body)).await;
    let mapped = mapped.map_err(|_| "its answer broke the reader".to_owned())??;
    let now = sink.hall_now();
    take(mapped, now, sink, state).await?;
    *mark = new;
    Ok(())
}

fn mapped(map: &JsonMap, body: &[u8]) -> Result<Mapped, String> {
    let document = serde_json::from_slice(body).map_err(|error| format!("its answer is no JSON: {error}"))?;
    map.read(&document, |_| None)
}

/// Hand over what a document told.
pub(super) async fn take(mapped: Mapped, now: Moment, sink: &impl ReadingSink, state: &Handle) -> Result<(), String> {
    let Mapped { rows, missing, sensors } = mapped;
    if !sensors.is_empty() {
        sink.describe(sensors).await.map_err(|error| error.to_string())?;
    }
    let counted = sink.take(rows).await.map_err(|error| error.to_string())?;
    state.heard(now, counted, missing);
    Ok(())
}

async fn body(mut answer: Response, bytes_max: usize) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| in_full(&error.without_url()))? {
        if body.len() + chunk.len() > bytes_max {
            return Err(format!("its answer is over {bytes_max} bytes (`bytes_max`)"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_fails_is_asked_ever_more_seldom_and_never_in_step() {
        let every = Duration::from_secs(10);
        let secs = |failures, wished: Option<u64>, chance| {
            pause_after(every, failures, wished.map(Duration::from_secs), chance).as_secs_f64()
        };
        let pauses = [1, 2, 3, 4].map(|failures| pause_after(every, failures, None, 0).as_secs());
        assert_eq!(pauses, [10, 20, 40, 80]);
        assert!((secs(30, None, 0) - 900.0).abs() < 1e-9 && secs(u32::MAX, None, 999) < 1_125.0);
        assert!((secs(1, None, 500) - 11.25).abs() < 1e-9);
        assert!((secs(1, Some(120), 0) - 120.0).abs() < 1e-9 && (secs(1, Some(1 << 40), 0) - 3_600.0).abs() < 1e-9);
        assert!(pause_after(Duration::from_hours(2), 3, None, 0) == Duration::from_hours(2));
    }
}
