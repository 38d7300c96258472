//! Incidents as GeoJSON, so that GIS tools read them without an adapter.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use geojson::feature::Id;
use geojson::{Feature, FeatureCollection, Geometry, JsonObject};
use serde_json::Value;
use utoipa::ToSchema;

use super::shapes::{IncidentRow, IncidentsAnswer};

/// GeoJSON's media type (RFC 7946).
pub(super) const MEDIA_TYPE: &str = "application/geo+json";

/// A page of incidents as GeoJSON, with `seq` and `next` beside the features.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what the `geojson` crate writes")]
pub(super) struct IncidentsGeoJson {
    /// Always `FeatureCollection`.
    r#type: String,
    /// One for each incident, with its number as `id`: a point, or no geometry where no coordinates are known. The
    /// properties are the fields of an incident, with the `address` of its place among them.
    #[schema(value_type = Vec<Object>)]
    features: Vec<Value>,
    /// The fact up to which this holds.
    seq: u64,
    /// Pass as `after` for the next page; null on the last.
    next: Option<u64>,
}

/// Whether GeoJSON is asked for: `format` decides, else the `Accept` header. An error names what `format` may be.
pub(super) fn is_wanted(format: Option<&str>, headers: &HeaderMap) -> Result<bool, &'static str> {
    match format {
        Some("geojson") => Ok(true),
        Some("json") => Ok(false),
        Some(_) => Err("format: is json or geojson"),
        None => {
            let accepted = headers.get_all(header::ACCEPT).into_iter().filter_map(|v| v.to_str().ok());
            let mut types = accepted.flat_map(|v| v.split(',')).filter_map(|t| t.split(';').next());
            Ok(types.any(|t| t.trim().eq_ignore_ascii_case(MEDIA_TYPE)))
        }
    }
}

/// The page as a response.
pub(super) fn respond(page: &IncidentsAnswer) -> Response {
    let mut response = collection(page).to_string().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}

fn collection(page: &IncidentsAnswer) -> FeatureCollection {
    let mut more = JsonObject::new();
    more.insert("seq".to_owned(), page.seq.into());
    more.insert("next".to_owned(), page.next.into());
    FeatureCollection {
        bbox: None,
        features: page.incidents.iter().map(feature).collect(),
        foreign_members: Some(more),
    }
}

fn feature(row: &IncidentRow) -> Feature {
    let mut properties = match serde_json::to_value(row) {
        Ok(Value::Object(properties)) => properties,
        _ => JsonObject::new(),
    };
    // what GeoJSON has its own places for
    properties.remove("id");
    properties.remove("place");
    properties.insert("address".to_owned(), row.place.address.clone().into());
    Feature {
        bbox: None,
        geometry: row.place.lon.zip(row.place.lat).map(Geometry::new_point),
        id: Some(Id::Number(row.id.into())),
        properties: Some(properties),
        foreign_members: None,
    }
}
