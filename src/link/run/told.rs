//! What a hub tells beside the frames, as JSON of its HTTP API.

use bytes::Bytes;

use crate::domain::device::{DeviceFeeds, DeviceList};
use crate::domain::{Devices, DevicesChanged};

/// What a hub told of its devices: sensors, feeds.
pub(super) fn devices([sensors, feeds]: [Bytes; 2]) -> Result<Box<Devices>, String> {
    let odd = |error: serde_json::Error| format!("the hub tells of devices otherwise: {error}");
    let list: DeviceList = serde_json::from_slice(&sensors).map_err(odd)?;
    let feeds: DeviceFeeds = serde_json::from_slice(&feeds).map_err(odd)?;
    Ok(Box::new(Devices { list, feeds: feeds.feeds }))
}

/// What a hub told of a change: what became of it, or why nothing did.
pub(super) fn changed(body: &[u8]) -> Result<Box<DevicesChanged>, String> {
    #[derive(serde::Deserialize)]
    struct Problem {
        error: String,
    }
    if let Ok(Problem { error }) = serde_json::from_slice(body) {
        return Err(error);
    }
    let changed = serde_json::from_slice(body);
    changed.map(Box::new).map_err(|error| format!("the hub tells of changes otherwise: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_read_with_what_was_refused_and_a_problem_is_an_error() {
        let told = changed(
            br#"{"meant":2,"changed":1,"refused_count":1,"refused":[{"id":"a","field":"unit","reason":"no"}]}"#,
        );
        let told = told.unwrap();
        assert_eq!((told.meant, told.changed, told.refused_count), (2, 1, 1));
        assert_eq!((told.refused[0].id.as_str(), told.refused[0].field.as_str()), ("a", "unit"));
        assert_eq!(changed(br#"{"error":"reason: is missing"}"#), Err("reason: is missing".to_owned()));
        assert!(changed(b"<html>").unwrap_err().contains("otherwise"));
    }
}
