//! A sink that posts to a hub elsewhere over plain HTTP/1.1, one connection a request.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Outcome, Refused, Sink, SinkError};
use crate::domain::{Grade, Progress, Report};

/// A hub answers within this time.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// Longest answer that is read, in bytes.
const ANSWER_MAX: u64 = 16 * 1024 * 1024;

/// Posts reports to a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpSink {
    authority: String,
}

impl HttpSink {
    /// To the hub at `http://host:port`.
    ///
    /// # Errors
    /// [`SinkError::Unreachable`] where the address is none.
    pub fn new(url: &str) -> Result<Self, SinkError> {
        let authority = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/')).unwrap_or_default();
        let odd = authority.is_empty() || authority.contains(|c: char| c == '/' || c.is_whitespace() || c.is_control());
        if odd {
            let cause = "write http://HOST:PORT".to_owned();
            return Err(SinkError::Unreachable { at: url.to_owned(), cause });
        }
        let authority = if authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
            authority.to_owned()
        } else {
            format!("{authority}:8700")
        };
        Ok(Self { authority })
    }

    fn unreachable(&self, cause: &dyn std::fmt::Display) -> SinkError {
        SinkError::Unreachable { at: format!("http://{}", self.authority), cause: cause.to_string() }
    }

    async fn post(&self, path: &str, body: &str) -> Result<(u16, String), SinkError> {
        let exchange = async {
            let mut tcp = TcpStream::connect(&self.authority).await?;
            let request = format!(
                "POST {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                self.authority,
                body.len()
            );
            tcp.write_all(request.as_bytes()).await?;
            let mut answer = Vec::new();
            tcp.take(ANSWER_MAX).read_to_end(&mut answer).await?;
            Ok::<_, std::io::Error>(String::from_utf8_lossy(&answer).into_owned())
        };
        let answer = timeout(ANSWER_WITHIN, exchange)
            .await
            .map_err(|_| self.unreachable(&"no answer"))?
            .map_err(|e| self.unreachable(&e))?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| self.unreachable(&"the answer is cut off"))?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Ok((status.ok_or_else(|| self.unreachable(&"the answer is no HTTP"))?, body.to_owned()))
    }
}

impl Sink for HttpSink {
    async fn reports(&self, reports: Vec<Report>) -> Result<Vec<Outcome>, SinkError> {
        let rows: Vec<Value> = reports.iter().map(row).collect();
        let (status, body) = self.post("/api/reports", &Value::Array(rows).to_string()).await?;
        let odd = || SinkError::Answer {
            at: format!("http://{}", self.authority),
            status,
            body: body.chars().take(200).collect(),
        };
        if status == 503 {
            return Err(SinkError::Down(body.chars().take(200).collect()));
        }
        if status != 200 && status != 422 {
            return Err(odd());
        }
        let answer: Value = serde_json::from_str(&body).map_err(|_| odd())?;
        let mut outcomes: Vec<Outcome> = vec![Ok(None); reports.len()];
        for refused in answer.get("refused").and_then(Value::as_array).into_iter().flatten() {
            let text = |key| refused.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let number = refused.get("row").and_then(Value::as_u64).and_then(|row| usize::try_from(row).ok());
            if let Some(outcome) = number.and_then(|row| outcomes.get_mut(row.wrapping_sub(1))) {
                *outcome = Err(Refused { field: text("field"), reason: text("reason") });
            }
        }
        Ok(outcomes)
    }
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
