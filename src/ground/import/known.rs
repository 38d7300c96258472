//! The tags and properties that matter, of one object at a time, in a buffer that is used again.

use super::words::field;

macro_rules! keys {
    ($($key:ident: $($text:literal)|+,)*) => {
        /// A tag or property that the importers look at.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Key { $($key,)* }

        impl Key {
            const COUNT: usize = [$(Self::$key,)*].len();

            /// The key with this name.
            pub(super) fn from_text(text: &str) -> Option<Self> {
                match field(text) {
                    $($($text)|+ => Some(Self::$key),)*
                    _ => None,
                }
            }
        }
    };
}

keys! {
    // OpenStreetMap
    AdminLevel: "admin_level",
    Aeroway: "aeroway",
    Amenity: "amenity",
    Area: "area",
    Boundary: "boundary",
    Bridge: "bridge",
    Building: "building",
    BuildingLevels: "building:levels" | "levels" | "num_floors",
    BuildingPart: "building:part",
    Emergency: "emergency",
    Height: "height" | "building:height" | "render_height",
    Highway: "highway",
    Junction: "junction",
    Landuse: "landuse",
    Lanes: "lanes",
    Leisure: "leisure",
    Location: "location",
    ManMade: "man_made",
    MinHeight: "min_height" | "building:min_height" | "render_min_height",
    MinLevel: "building:min_level" | "min_level",
    MotorVehicle: "motor_vehicle",
    Name: "name",
    NameEn: "name:en" | "name_en",
    NameZh: "name:zh" | "name_zh" | "name:zh-Hans" | "name:zh-Hant" | "name:zh_pinyin_none",
    Natural: "natural",
    Oneway: "oneway",
    Place: "place",
    PublicTransport: "public_transport",
    Railway: "railway",
    Service: "service",
    Tunnel: "tunnel",
    Type: "type",
    Water: "water",
    Waterway: "waterway",
    // what lies under the streets, as maps and registers of utilities have it
    Depth: "depth" | "depth_m" | "DEPTH" | "cover_depth" | "maishen",
    Diameter: "diameter" | "diameter_mm" | "DIAMETER" | "dn" | "DN" | "pipe_diameter" | "guanjing",
    Power: "power",
    Substance: "substance" | "medium" | "fluid" | "contents" | "pipe_type" | "jiezhi",
    Usage: "usage",
    // OpenMapTiles
    Brunnel: "brunnel",
    Class: "class",
    Rank: "rank",
    Subclass: "subclass",
    // Tilezen
    IsBridge: "is_bridge",
    IsTunnel: "is_tunnel",
    Kind: "kind",
    KindDetail: "kind_detail",
    // administrative outlines as they are published in China
    Adcode: "adcode" | "gb",
    Level: "level",
    // where the id stands
    Id: "id" | "osm_id" | "@id" | "full_id",
}

/// Values of the known keys of one object.
#[derive(Debug)]
pub(super) struct Known {
    text: String,
    at: Vec<(Key, u32, u32)>,
    set: [bool; Key::COUNT],
}

impl Default for Known {
    fn default() -> Self {
        Self { text: String::new(), at: Vec::new(), set: [false; Key::COUNT] }
    }
}

impl Known {
    /// Forget the last object.
    pub(super) fn clear(&mut self) {
        for (key, ..) in self.at.drain(..) {
            if let Some(set) = self.set.get_mut(key as usize) {
                *set = false;
            }
        }
        self.text.clear();
    }

    /// Keep a value; the first one of a key counts, over-long ones are left out.
    pub(super) fn put(&mut self, key: Key, value: &str) {
        let seen = self.set.get_mut(key as usize).is_some_and(|set| std::mem::replace(set, true));
        let from = self.text.len();
        if seen || value.len() > 1_000 {
            return;
        }
        self.text.push_str(value);
        let range = (u32::try_from(from).unwrap_or(0), u32::try_from(self.text.len()).unwrap_or(0));
        self.at.push((key, range.0, range.1));
    }

    /// Keep a value whose key is known.
    pub(super) fn put_text(&mut self, key: &str, value: &str) {
        if let Some(key) = Key::from_text(key) {
            self.put(key, value);
        }
    }

    pub(super) fn has(&self, key: Key) -> bool {
        self.set.get(key as usize).copied().unwrap_or_default()
    }

    /// The value, empty where there is none.
    pub(super) fn get(&self, key: Key) -> &str {
        if !self.has(key) {
            return "";
        }
        let found = self.at.iter().find(|(k, ..)| *k == key);
        found.and_then(|(_, from, to)| self.text.get(*from as usize..*to as usize)).unwrap_or_default()
    }

    /// Whether it is there and does not say no.
    pub(super) fn yes(&self, key: Key) -> bool {
        !matches!(self.get(key), "" | "no" | "false" | "0" | "0.0")
    }

    pub(super) fn is_empty(&self) -> bool {
        self.at.is_empty()
    }
}
