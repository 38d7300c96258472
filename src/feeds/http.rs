//! A client of a hub elsewhere, over HTTP or HTTPS, and the sink that posts reports with it.

use std::sync::Once;
use std::time::Duration;

use reqwest::{Client, Url, redirect};
use serde_json::{Value, json};

use super::readings::{Counted, Given};
use super::{Outcome, ReadingSink, Refused, Sink, SinkError, Told};
use crate::domain::sensor::Unfit;
use crate::domain::{Grade, IncidentId, Moment, Progress, Report, Sensor};

/// A hub answers within this time.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// An answer of any length is over within this time.
const WHOLE_WITHIN: Duration = Duration::from_hours(24);
/// Longest answer that is read, in bytes.
const ANSWER_MAX: usize = 16 * 1024 * 1024;
/// Where a hub listens that stands behind no gateway.
const PLAIN_PORT: u16 = 8700;

/// Posts to a hub. It goes straight there: proxies in the environment are for the web.
#[derive(Debug, Clone)]
pub struct HubClient {
    /// Where the hub is, as people write it.
    at: String,
    base: Url,
    client: Client,
    token: Option<String>,
}

/// What a hub answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// The body, as text.
    pub body: String,
}

impl HubClient {
    /// To the hub at `http://host:port` (without a port 8700) or `https://host:port` (443).
    ///
    /// # Errors
    /// [`SinkError::Unreachable`] where the address is none, or where it is HTTPS and this machine
    /// has no certificates to trust.
    pub fn new(url: &str) -> Result<Self, SinkError> {
        Self::trusting(url, None)
    }

    /// The same, where the hub's certificate is of the authority in this PEM and of no other.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn trusting(url: &str, authority: Option<&[u8]>) -> Result<Self, SinkError> {
        let unreachable = |cause: String| SinkError::Unreachable { at: url.to_owned(), cause };
        let odd = || unreachable("write http://HOST:PORT or https://HOST:PORT".to_owned());
        let base = base(url).ok_or_else(odd)?;
        let client = client(base.scheme() == "http", authority).map_err(|e| unreachable(in_full(&e)))?;
        Ok(Self { at: base.as_str().trim_end_matches('/').to_owned(), base, client, token: None })
    }

    /// The same, which shows a token or a key.
    #[must_use]
    pub fn with_token(self, token: Option<String>) -> Self {
        Self { token, ..self }
    }

    fn unreachable(&self, error: &reqwest::Error) -> SinkError {
        SinkError::Unreachable { at: self.at.clone(), cause: in_full(error) }
    }

    /// Post JSON to a path of the hub's API and read the whole answer.
    ///
    /// # Errors
    /// [`SinkError::Unreachable`], also for an answer that is too long to be a hub's.
    pub async fn post(&self, path: &str, json: &Value) -> Result<Answered, SinkError> {
        let mut to = self.base.clone();
        to.set_path(path);
        let post = self.client.post(to).json(json);
        let post = if let Some(token) = &self.token { post.bearer_auth(token) } else { post };
        let sent = post.send().await;
        let mut answer = sent.map_err(|e| self.unreachable(&e))?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|e| self.unreachable(&e))? {
            if body.len() + chunk.len() > ANSWER_MAX {
                let cause = format!("the answer is over {ANSWER_MAX} bytes");
                return Err(SinkError::Unreachable { at: self.at.clone(), cause });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answered { status, body: String::from_utf8_lossy(&body).into_owned() })
    }

    /// Get an answer of any length from a path of the hub's API, piece by piece; one that is no success is read as text.
    ///
    /// # Errors
    /// [`SinkError::Unreachable`], also where it ends early, and whatever `piece` fails with as [`SinkError::Down`].
    pub async fn get_pieces(
        &self,
        path: &str,
        query: &[(&str, &str)],
        mut piece: impl FnMut(&[u8]) -> std::io::Result<()>,
    ) -> Result<Answered, SinkError> {
        let mut to = self.base.clone();
        to.set_path(path);
        if !query.is_empty() {
            to.query_pairs_mut().extend_pairs(query);
        }
        let get = self.client.get(to).timeout(WHOLE_WITHIN);
        let get = if let Some(token) = &self.token { get.bearer_auth(token) } else { get };
        let mut answer = get.send().await.map_err(|e| self.unreachable(&e))?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|e| self.unreachable(&e))? {
            if status == 200 {
                piece(&chunk).map_err(|error| SinkError::Down(error.to_string()))?;
            } else if body.len() + chunk.len() <= ANSWER_MAX {
                body.extend_from_slice(&chunk);
            }
        }
        Ok(Answered { status, body: String::from_utf8_lossy(&body).into_owned() })
    }

    /// That an answer is not what the API says.
    #[must_use]
    pub fn odd(&self, answered: &Answered) -> SinkError {
        let body = answered.body.chars().take(200).collect();
        SinkError::Answer { at: self.at.clone(), status: answered.status, body }
    }
}

/// Posts reports to a hub.
#[derive(Debug, Clone)]
pub struct HttpSink(HubClient);

impl From<HubClient> for HttpSink {
    fn from(client: HubClient) -> Self {
        Self(client)
    }
}

impl HttpSink {
    /// As [`HubClient::new`].
    ///
    /// # Errors
    /// As [`HubClient::new`].
    pub fn new(url: &str) -> Result<Self, SinkError> {
        HubClient::new(url).map(Self)
    }
}

/// Scheme, host and port of a hub; `None` where the address is none or says more.
fn base(url: &str) -> Option<Url> {
    let mut base = Url::parse(url).ok()?;
    let plain = match base.scheme() {
        "http" => true,
        "https" => false,
        _ => return None,
    };
    let more = base.path() != "/" || base.query().is_some() || base.fragment().is_some();
    if more || !base.has_host() || !base.username().is_empty() || base.password().is_some() {
        return None;
    }
    // Port 80 counts as not written in an address, unless one looks at its text.
    if plain && base.port().is_none() && !url.trim_end_matches('/').ends_with(":80") {
        base.set_port(Some(PLAIN_PORT)).ok()?;
    }
    Some(base)
}

/// A client that follows no redirects: a hub sends none, and one would turn the post into a get.
pub(crate) fn client(plain: bool, authority: Option<&[u8]>) -> Result<Client, reqwest::Error> {
    install_ring();
    let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(ANSWER_WITHIN);
    // Plain HTTP must work on a machine that has no certificates to trust.
    let client = match authority {
        _ if plain => client.tls_certs_only([]),
        Some(pem) => client.tls_certs_only(reqwest::Certificate::from_pem_bundle(pem)?),
        None => client,
    };
    client.build()
}

/// Choose who does the mathematics of TLS.
pub(crate) fn install_ring() {
    static RING: Once = Once::new();
    // Fails where another one was chosen before, which does as well.
    RING.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}

/// An error with all its causes: the first says only what was tried.
pub(crate) fn in_full(error: &reqwest::Error) -> String {
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        said = format!("{said}: {deeper}");
        cause = deeper.source();
    }
    said
}

impl Sink for HttpSink {
    async fn reports(&self, reports: Vec<Report>) -> Result<Vec<Outcome>, SinkError> {
        let rows: Vec<Value> = reports.iter().map(row).collect();
        let answered = self.0.post("/api/reports", &Value::Array(rows)).await?;
        // The hub itself, or a gateway whose hub is gone for the moment.
        if matches!(answered.status, 502..=504) {
            return Err(SinkError::Down(answered.body.chars().take(200).collect()));
        }
        // Who asks may not report: no row will fare better.
        if matches!(answered.status, 401 | 403) {
            return Err(SinkError::NotLetIn { at: self.0.at.clone(), why: told(&answered.body) });
        }
        if answered.status != 200 && answered.status != 422 {
            return Err(self.0.odd(&answered));
        }
        let answer: Value = serde_json::from_str(&answered.body).map_err(|_| self.0.odd(&answered))?;
        let mut outcomes: Vec<Outcome> = vec![Ok(Told { incident: None, changed: false }); reports.len()];
        let mut put = |row: &Value, outcome: Outcome| {
            let number = row.get("row").and_then(Value::as_u64).and_then(|row| usize::try_from(row).ok());
            if let Some(known) = number.and_then(|row| outcomes.get_mut(row.wrapping_sub(1))) {
                *known = outcome;
            }
        };
        let rows = |name: &str| answer.get(name).and_then(Value::as_array).into_iter().flatten();
        for row in rows("accepted") {
            let incident = row.get("incident").and_then(Value::as_u64).map(IncidentId);
            put(row, Ok(Told { incident, changed: row.get("changed").and_then(Value::as_bool).unwrap_or(true) }));
        }
        for row in rows("refused") {
            let text = |key| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            put(row, Err(Refused { field: text("field"), reason: text("reason") }));
        }
        Ok(outcomes)
    }
}

/// Sends readings to a hub.
#[derive(Debug, Clone)]
pub struct HttpReadings {
    client: HubClient,
    now: fn() -> Moment,
}

impl HttpReadings {
    /// By a client; `now` tells the time of this machine.
    #[must_use]
    pub fn new(client: HubClient, now: fn() -> Moment) -> Self {
        Self { client, now }
    }

    async fn send(&self, path: &str, rows: Vec<Value>) -> Result<Value, SinkError> {
        let answered = self.client.post(path, &Value::Array(rows)).await?;
        match answered.status {
            200 | 422 => serde_json::from_str(&answered.body).map_err(|_| self.client.odd(&answered)),
            401 | 403 => Err(SinkError::NotLetIn { at: self.client.at.clone(), why: told(&answered.body) }),
            502..=504 => Err(SinkError::Down(told(&answered.body))),
            _ => Err(self.client.odd(&answered)),
        }
    }
}

impl ReadingSink for HttpReadings {
    async fn describe(&self, sensors: Vec<Sensor>) -> Result<usize, SinkError> {
        let answer = self.send("/api/sensors", sensors.iter().map(sensor_row).collect()).await?;
        let accepted = answer.get("accepted").and_then(Value::as_array).into_iter().flatten();
        Ok(accepted.filter(|row| row.get("changed").and_then(Value::as_bool) == Some(true)).count())
    }

    async fn take(&self, rows: Vec<Option<Given>>) -> Result<Counted, SinkError> {
        // A row that could not be read goes along: the hub counts it.
        let rows = rows.iter().map(|row| row.as_ref().map_or(Value::Null, reading_row)).collect();
        let answer = self.send("/api/readings", rows).await?;
        let count = |field: &str| answer.get(field).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let reasons = answer.get("refused").and_then(Value::as_array).into_iter().flatten();
        let refused = reasons.filter_map(|row| {
            let word = row.get("reason")?.as_str()?;
            let unfit = Unfit::ALL.into_iter().find(|unfit| unfit.word() == word)?;
            Some((unfit, usize::try_from(row.get("count")?.as_u64()?).ok()?))
        });
        Ok(Counted {
            rows: count("rows").unwrap_or_default(),
            kept: count("kept").unwrap_or_default(),
            out_of_order: count("out_of_order").unwrap_or_default(),
            late: count("late").unwrap_or_default(),
            duplicate: count("duplicate").unwrap_or_default(),
            refused: refused.collect(),
            listed: Vec::new(),
            first_seen: count("first_seen").unwrap_or_default(),
        })
    }

    fn hall_now(&self) -> Moment {
        (self.now)()
    }
}

fn reading_row(row: &Given) -> Value {
    let mut json = json!({ "sensor": row.sensor, "value": row.value });
    if let Some(fields) = json.as_object_mut() {
        let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
        if let Some(at) = row.at {
            put("at", json!(at.0));
        }
        if !row.unit.is_empty() {
            put("unit", json!(row.unit));
        }
        if let Some(kind) = row.kind {
            put("kind", json!(kind.word()));
        }
    }
    json
}

fn sensor_row(sensor: &Sensor) -> Value {
    let mut json = json!({
        "id": sensor.id, "kind": sensor.kind.word(), "name": sensor.name, "unit": sensor.unit,
        "height_m": sensor.height_m, "area": sensor.area.path(), "fresh_secs": sensor.fresh_secs,
        "precision": sensor.precision, "owner": sensor.owner, "upstream": sensor.upstream,
    });
    if let (Some(at), Some(fields)) = (sensor.at, json.as_object_mut()) {
        fields.insert("lon".to_owned(), json!(at.lon));
        fields.insert("lat".to_owned(), json!(at.lat));
    }
    json
}

/// The reason in an answer of the API.
fn told(body: &str) -> String {
    let read = serde_json::from_str::<Value>(body).ok();
    let error = read.as_ref().and_then(|answer| answer.get("error")).and_then(Value::as_str);
    error.unwrap_or(body).chars().take(200).collect()
}

fn row(report: &Report) -> Value {
    let grade = match report.grade {
        Grade::I => 1,
        Grade::II => 2,
        Grade::III => 3,
        Grade::IV => 4,
    };
    let mut place = json!({ "address": report.place.address });
    if let (Some(at), Some(place)) = (report.place.at, place.as_object_mut()) {
        place.insert("lon".to_owned(), json!(at.lon));
        place.insert("lat".to_owned(), json!(at.lat));
    }
    json!({
        "source": report.source,
        "source_id": report.source_id,
        "kind": report.kind,
        "grade": grade,
        "place": place,
        "text": report.text,
        "happened_at": report.happened_at.0,
        "progress": if report.progress == Progress::Closed { "closed" } else { "open" },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_hubs_are_read_with_their_ports() {
        for (written, meant) in [
            ("http://hub", "http://hub:8700"),
            ("http://hub:80", "http://hub"),
            ("http://127.0.0.1:9000/", "http://127.0.0.1:9000"),
            ("http://[::1]", "http://[::1]:8700"),
            ("https://hub.example", "https://hub.example"),
            ("https://hub.example:8443/", "https://hub.example:8443"),
        ] {
            assert_eq!(base(written).unwrap().as_str().trim_end_matches('/'), meant);
        }
        for odd in
            ["", "hub:8700", "ftp://hub", "http://", "http://hub/api", "http://hub?x", "http://a:b@hub", "http://h b"]
        {
            assert_eq!(base(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_hub_that_is_not_there_is_named_with_the_cause() {
        // Bound and let go: nobody listens there now.
        let addr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for scheme in ["http", "https"] {
            // HTTPS needs certificates to trust, which a bare machine lacks.
            let sink = match HttpSink::new(&format!("{scheme}://{addr}")) {
                Ok(sink) => sink,
                Err(error) if scheme == "https" => return eprintln!("skipped: {error}"),
                Err(error) => panic!("{error}"),
            };
            let error = runtime.block_on(sink.reports(Vec::new())).unwrap_err().to_string();
            assert!(error.contains(&addr.to_string()) && error.to_lowercase().contains("refused"), "{error}");
        }
    }
}
