//! The settings there are.

use std::net::SocketAddr;

use super::{layers, moments, seat};
use crate::config::document::did_you_mean;
use crate::domain::CityCode;
use crate::domain::roll::ROLL_MINUTES_MAX;

/// `hub.listen`.
pub const LISTEN: &str = "hub.listen";
/// `hub.data`.
pub const DATA: &str = "hub.data";
/// `hub.kinds`.
pub const KINDS: &str = "hub.kinds";
/// `hub.calendar`.
pub const CALENDAR: &str = "hub.calendar";
/// `hub.city_code`.
pub const CITY_CODE: &str = "hub.city_code";
/// `hub.plans`.
pub const PLANS: &str = "hub.plans";
/// `hub.duty`.
pub const DUTY: &str = "hub.duty";
/// The file with the limits of what sensors show.
pub const ALARMS: &str = "hub.alarms";
/// The folder with the vital signs.
pub const VITALS: &str = "hub.vitals";
/// `hub.sensors`.
pub const SENSORS: &str = "hub.sensors";
/// `hub.feeds`.
pub const FEEDS: &str = "hub.feeds";
/// `hub.roll_call_minutes`.
pub const ROLL_CALL: &str = "hub.roll_call_minutes";
/// `hub.tls_certificate`.
pub const TLS_CERTIFICATE: &str = "hub.tls_certificate";
/// `hub.tls_key`.
pub const TLS_KEY: &str = "hub.tls_key";
/// `hub.insecure_lan`.
pub const INSECURE_LAN: &str = "hub.insecure_lan";
/// `screen.tls_authority`.
pub const TLS_AUTHORITY: &str = "screen.tls_authority";
/// `city.pack`.
pub const CITY: &str = "city.pack";
/// `city.seed`.
pub const SEED: &str = "city.seed";
/// `city.alive`.
pub const ALIVE: &str = "city.alive";
/// `city.seat`.
pub const SEAT: &str = "city.seat";
/// `screen.kind`.
pub const SCREEN: &str = "screen.kind";
/// `screen.connect`.
pub const CONNECT: &str = "screen.connect";
/// `screen.size`.
pub const SIZE: &str = "screen.size";
/// `screen.fullscreen`.
pub const FULLSCREEN: &str = "screen.fullscreen";
/// `screen.language`.
pub const LANGUAGE: &str = "screen.language";
/// `screen.tour`.
pub const TOUR: &str = "screen.tour";
/// `screen.at`.
pub const AT: &str = "screen.at";
/// `screen.wall_layers`.
pub const WALL_LAYERS: &str = "screen.wall_layers";
/// `screen.quality`.
pub const QUALITY: &str = "screen.quality";
/// `screen.theme`.
pub const THEME: &str = "screen.theme";
/// `screen.zoom`.
pub const ZOOM: &str = "screen.zoom";
/// `log.level`.
pub const LOG: &str = "log.level";

/// Variables of the environment that begin as those of settings do and are none: for tests, measurements and pictures.
pub const OTHER_VARIABLES: &[&str] = &[
    // folder of maps and streams for tests and `make bench`, which are not part of the project
    "HALL_SHARED",
    // map that `make bench` imports and draws
    "HALL_MAP",
    // folder to which tests of pictures write what they saw, and the city that they show
    "HALL_PICTURES",
    "HALL_PICTURES_CITY",
    // set to take the pictures seen as the right ones
    "HALL_ACCEPT_PICTURES",
    // a token or a key for the hub, where none is in a file
    "HALL_TOKEN",
    // tell a child process its part: of `hall bench fanout`, and of tests with hubs that are killed
    "HALL_BENCH_CRASH_CHILD",
    "HALL_BENCH_FANOUT_CHILD",
    "HALL_BENCH_SEARCH_CHILD",
    "HALL_KIT_FOLDER",
    "HALL_KIT_LISTEN",
];

/// What a file must give for a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// Text; a whole number stands for its digits.
    Text,
    /// True or false.
    Flag,
}

impl Take {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Flag => "true or false",
        }
    }
}

/// Why a value does not fit.
#[derive(Debug)]
pub struct Wrong {
    /// What would fit, in words.
    pub expected: &'static str,
    /// What may have been meant.
    pub hint: Option<String>,
}

/// One setting.
#[derive(Debug)]
pub struct Key {
    /// Table and key in the file, joined by a dot.
    pub name: &'static str,
    /// What the file gives.
    pub take: Take,
    /// The value where nobody sets it; empty for none.
    pub default: &'static str,
    /// One line for people.
    pub about: &'static str,
    /// Which values fit.
    pub fits: Fits,
}

/// Which values fit a setting.
#[derive(Debug)]
pub enum Fits {
    /// Every text.
    Any,
    /// One of some words; what they are, in words.
    OneOf(&'static [&'static str], &'static str),
    /// What a test lets through.
    Tested(fn(&str) -> Result<(), Wrong>),
}

impl Key {
    /// Say no to a value that does not fit.
    ///
    /// # Errors
    /// What would fit, and what may have been meant.
    pub fn check(&self, value: &str) -> Result<(), Wrong> {
        match self.fits {
            Fits::Any => Ok(()),
            Fits::OneOf(words, expected) => one_of(value, words, expected),
            Fits::Tested(test) => test(value),
        }
    }

    /// The environment variable: `hub.listen` is `HALL_HUB_LISTEN`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("HALL_{}", self.name.replace('.', "_").to_uppercase())
    }

    /// The table it is in.
    #[must_use]
    pub fn section(&self) -> &'static str {
        self.name.split_once('.').map_or("", |(section, _)| section)
    }

    /// Its key within the table.
    #[must_use]
    pub fn leaf(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(_, leaf)| leaf)
    }
}

/// Every setting; those of one table together.
pub const KEYS: &[Key] = &[
    Key {
        name: LISTEN,
        take: Take::Text,
        default: "127.0.0.1:8700",
        about: "address and port of the hub's HTTP and WebSocket",
        fits: Fits::Tested(address),
    },
    Key {
        name: DATA,
        take: Take::Text,
        default: "",
        about: "folder of the fact log; empty for the user's data folder",
        fits: Fits::Any,
    },
    Key {
        name: KINDS,
        take: Take::Text,
        default: "",
        about: "file with the kinds of incident; empty for the built-in catalogue",
        fits: Fits::Any,
    },
    Key {
        name: CALENDAR,
        take: Take::Text,
        default: "",
        about: "file with the work calendar of time limits; empty for the built-in one",
        fits: Fits::Any,
    },
    Key {
        name: CITY_CODE,
        take: Take::Text,
        default: "990100",
        about: "the six digits that case numbers begin with; the city's own code (GB/T 2260)",
        fits: Fits::Tested(city_code),
    },
    Key {
        name: PLANS,
        take: Take::Text,
        default: "",
        about: "folder with the plans for emergencies, one file each; empty for the built-in ones",
        fits: Fits::Any,
    },
    Key {
        name: DUTY,
        take: Take::Text,
        default: "",
        about: "file with the shifts of a day and their posts; empty for the built-in ones",
        fits: Fits::Any,
    },
    Key {
        name: ALARMS,
        take: Take::Text,
        default: "",
        about: "file with the limits of what sensors show, which make alarms; empty for the built-in ones",
        fits: Fits::Any,
    },
    Key {
        name: VITALS,
        take: Take::Text,
        default: "",
        about: "folder with the vital signs of the city, one file or more; empty for the built-in ones",
        fits: Fits::Any,
    },
    Key {
        name: SENSORS,
        take: Take::Text,
        default: "",
        about: "CSV with the sensors of the city; empty for those that are told over HTTP and seen by their readings",
        fits: Fits::Any,
    },
    Key {
        name: FEEDS,
        take: Take::Text,
        default: "",
        about: "file with the hub's own feeds of readings: series to play, services to ask, a broker; empty for none",
        fits: Fits::Any,
    },
    Key {
        name: ROLL_CALL,
        take: Take::Text,
        default: "5",
        about: "minutes until who has not answered a roll call is absent",
        fits: Fits::Tested(roll_minutes),
    },
    Key {
        name: TLS_CERTIFICATE,
        take: Take::Text,
        default: "",
        about: "PEM file with the hub's certificate, for https and wss; without one it listens on this machine alone",
        fits: Fits::Any,
    },
    Key {
        name: TLS_KEY,
        take: Take::Text,
        default: "",
        about: "PEM file with the key of the hub's certificate",
        fits: Fits::Any,
    },
    Key {
        name: INSECURE_LAN,
        take: Take::Flag,
        default: "false",
        about: "listen on a network without a certificate: passwords go in the clear",
        fits: Fits::OneOf(&["true", "false"], "true or false"),
    },
    Key { name: CITY, take: Take::Text, default: "", about: "city pack; empty for the demo city", fits: Fits::Any },
    Key {
        name: SEED,
        take: Take::Text,
        default: "1",
        about: "the demo city and its day come from this number: same seed, same city, same day",
        fits: Fits::Tested(seed),
    },
    Key {
        name: ALIVE,
        take: Take::Flag,
        default: "true",
        about: "made-up incidents and crews in the demo city",
        fits: Fits::OneOf(&["true", "false"], "true or false"),
    },
    Key {
        name: SEAT,
        take: Take::Text,
        default: "",
        about: "longitude and latitude of the hall, where lines of orders begin; empty for the demo city's, else none",
        fits: Fits::Tested(seat::check),
    },
    Key {
        name: SCREEN,
        take: Take::Text,
        default: "desk",
        about: "wall or desk",
        fits: Fits::OneOf(&["wall", "desk"], "a screen"),
    },
    Key {
        name: CONNECT,
        take: Take::Text,
        default: "",
        about: "ws:// or wss:// address of a hub; empty for one in this process",
        fits: Fits::Tested(hub_url),
    },
    Key {
        name: TLS_AUTHORITY,
        take: Take::Text,
        default: "",
        about: "PEM file with the authority of the hub's certificate; empty for those that this machine trusts",
        fits: Fits::Any,
    },
    Key {
        name: SIZE,
        take: Take::Text,
        default: "1600x900",
        about: "first size of the window",
        fits: Fits::Tested(window),
    },
    Key {
        name: FULLSCREEN,
        take: Take::Flag,
        default: "false",
        about: "fill a whole monitor",
        fits: Fits::OneOf(&["true", "false"], "true or false"),
    },
    Key {
        name: LANGUAGE,
        take: Take::Text,
        default: "zh-CN",
        about: "zh-CN or en",
        fits: Fits::OneOf(&["zh-CN", "en"], "a language of the screens"),
    },
    Key {
        name: TOUR,
        take: Take::Text,
        default: "auto",
        about: "tour of an unattended wall: auto, off, or minutes of quiet before it begins",
        fits: Fits::Tested(tour),
    },
    Key {
        name: AT,
        take: Take::Text,
        default: moments::NOW,
        about: "moment that a wall's layers and vital signs are of: now, or such as 11-21 14:03",
        fits: Fits::Tested(moments::check),
    },
    Key {
        name: WALL_LAYERS,
        take: Take::Text,
        default: "off",
        about: "what a wall wears always, in turns: off, or such as pm25, traffic_speed/roads, rain@day-sum, vital:CODE",
        fits: Fits::Tested(layers::check),
    },
    Key {
        name: QUALITY,
        take: Take::Text,
        default: "auto",
        about: "software, laptop, workstation or wall; auto measures the graphics adapter once",
        fits: Fits::OneOf(&["auto", "software", "laptop", "workstation", "wall"], "a tier of quality"),
    },
    Key {
        name: THEME,
        take: Take::Text,
        default: "dark",
        about: "dark, light, or auto by the clock",
        fits: Fits::OneOf(&["dark", "light", "auto"], "a theme of the screens"),
    },
    Key {
        name: ZOOM,
        take: Take::Text,
        default: "100",
        about: "size of the panels in per cent",
        fits: Fits::Tested(zoom),
    },
    Key {
        name: LOG,
        take: Take::Text,
        default: "warn",
        about: "error, warn, info, debug or trace",
        fits: Fits::Tested(level),
    },
];

pub(super) fn one_of(value: &str, words: &'static [&'static str], expected: &'static str) -> Result<(), Wrong> {
    if words.contains(&value) {
        return Ok(());
    }
    Err(Wrong { expected, hint: did_you_mean(value, words.iter().copied()) })
}

fn address(value: &str) -> Result<(), Wrong> {
    let hint = || value.parse::<u16>().is_ok().then(|| format!("did you mean `127.0.0.1:{value}`?"));
    value.parse::<SocketAddr>().map(drop).map_err(|_| Wrong { expected: "an address with a port", hint: hint() })
}

fn city_code(value: &str) -> Result<(), Wrong> {
    let expected = "a city code: six digits, the first not 0, such as \"320100\"";
    value.parse::<CityCode>().map(drop).map_err(|_| Wrong { expected, hint: None })
}

fn seed(value: &str) -> Result<(), Wrong> {
    value.parse::<u64>().map(drop).map_err(|_| Wrong { expected: "a seed: a whole number such as \"7\"", hint: None })
}

fn tour(value: &str) -> Result<(), Wrong> {
    if value.parse::<u16>().is_ok_and(|minutes| (1..=1440).contains(&minutes)) {
        return Ok(());
    }
    one_of(value, &["auto", "off"], "auto, off, or minutes from 1 to 1440")
}

fn zoom(value: &str) -> Result<(), Wrong> {
    let fits = value.parse::<u16>().is_ok_and(|percent| (75..=200).contains(&percent));
    if fits { Ok(()) } else { Err(Wrong { expected: "per cent from 75 to 200, such as \"125\"", hint: None }) }
}

fn roll_minutes(value: &str) -> Result<(), Wrong> {
    let fits = value.parse::<u16>().is_ok_and(|minutes| (1..=ROLL_MINUTES_MAX).contains(&minutes));
    if fits { Ok(()) } else { Err(Wrong { expected: "minutes from 1 to 120, such as \"5\"", hint: None }) }
}

fn level(value: &str) -> Result<(), Wrong> {
    // Directives such as `command_hall=debug` pass; the log itself checks them.
    if value.contains('=') {
        return Ok(());
    }
    one_of(value, &["off", "error", "warn", "info", "debug", "trace"], "a level of the log")
}

fn hub_url(value: &str) -> Result<(), Wrong> {
    let expected = "the address of a hub, such as ws://server:8700";
    if value.is_empty() {
        return Ok(());
    }
    let Some(rest) = value.strip_prefix("ws://").or_else(|| value.strip_prefix("wss://")) else {
        let rest = value.rsplit("//").next().filter(|rest| has_host(rest));
        return Err(Wrong { expected, hint: rest.map(|rest| format!("did you mean `ws://{rest}`?")) });
    };
    let hint = || Some("a host stands after ws://, and a port from 1 to 65535 may".to_owned());
    if has_host(rest) { Ok(()) } else { Err(Wrong { expected, hint: hint() }) }
}

/// Whether an address without its scheme begins with a host, and with a port that is one where it has any.
fn has_host(rest: &str) -> bool {
    let authority = rest.split('/').next().unwrap_or_default();
    // The last colon outside the brackets of an IPv6 address stands before the port.
    let port = authority.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
    let (host, port) = port.map_or((authority, None), |(host, port)| (host, Some(port)));
    !host.is_empty() && host != "[]" && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

fn window(value: &str) -> Result<(), Wrong> {
    let expected = "a size such as 1600x900, at most 16384 a side";
    size(value).map(drop).ok_or(Wrong { expected, hint: None })
}

/// Width and height from `1600x900`; `None` where it is no such size or beyond 16384 a side.
#[must_use]
pub fn size(value: &str) -> Option<[u32; 2]> {
    let (width, height) = value.split_once(['x', 'X', '×'])?;
    let sides = [width.trim().parse().ok()?, height.trim().parse().ok()?];
    sides.iter().all(|side| (1..=16384).contains(side)).then_some(sides)
}
