//! What people may say: a text, when it is said, and what it goes with.

use serde::Deserialize;

/// A text with `{slots}`, and where it fits.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Written")]
pub(super) struct Phrase {
    /// The text.
    pub(super) text: String,
    /// Hours of the day in which it is said, from and before; around midnight where the first is the later one.
    hours: Option<(u8, u8)>,
    /// What it is like, for what stands around it.
    pub(super) tags: Vec<String>,
    /// Tags without which it is not said.
    needs: Vec<String>,
}

/// As the file has it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Whole(Whole),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    text: String,
    hours: Option<(u8, u8)>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    needs: Vec<String>,
}

impl From<Written> for Phrase {
    fn from(written: Written) -> Self {
        match written {
            Written::Text(text) => Self { text, hours: None, tags: Vec::new(), needs: Vec::new() },
            Written::Whole(Whole { text, hours, tags, needs }) => Self { text, hours, tags, needs },
        }
    }
}

impl Phrase {
    /// Whether it is said at this hour.
    pub(super) fn in_hour(&self, hour: u8) -> bool {
        self.hours.is_none_or(
            |(from, to)| {
                if from <= to { (from..to).contains(&hour) } else { hour >= from || hour < to }
            },
        )
    }

    /// Whether it is said at this hour of something with these tags.
    pub(super) fn fits(&self, hour: u8, tags: &[&str]) -> bool {
        self.in_hour(hour) && self.needs.iter().all(|need| tags.contains(&need.as_str()))
    }

    /// Whether it is said at any hour and needs nothing.
    pub(super) fn always(&self) -> bool {
        self.hours.is_none() && self.needs.is_empty()
    }

    /// What it cannot do without.
    pub(super) fn needs(&self) -> &[String] {
        &self.needs
    }

    /// The slots of its text; of `{a|b}` both.
    pub(super) fn slots(&self) -> impl Iterator<Item = &str> {
        let open = self.text.split('{').skip(1);
        open.filter_map(|rest| Some(rest.split_once('}')?.0)).flat_map(|slots| slots.split('|'))
    }
}
