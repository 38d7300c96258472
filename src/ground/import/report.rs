//! What an import did: counts of every layer and every skipped object by reason.

use std::collections::BTreeMap;

use serde::Serialize;

/// Why an object did not get into the pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// It belongs to no layer of the pack (a fence, a bench, an untagged way).
    NoLayer,
    /// It is no valid JSON.
    NotJson,
    /// It has no geometry, or one of the wrong kind for what it is.
    WrongGeometry,
    /// A coordinate is out of range or no number.
    OutOfRange,
    /// It lies far away from everything else.
    FarAway,
    /// Fewer than three corners, or no area.
    Collapsed,
    /// The outline crosses itself.
    CrossesItself,
    /// A hole that is not within the outline of its building, which comes without it.
    HoleOutside,
    /// More points than one ring or line may have.
    TooManyPoints,
    /// It, or a stretch of it, refers to a point that is not in the file.
    MissingPoint,
    /// A relation, or pieces of it, that need members which are not in the file.
    MissingMembers,
    /// A relation whose rings do not close though all members are there.
    OpenRing,
    /// A coastline that ends inside the map.
    OpenCoast,
    /// A building outline that its parts stand for.
    DrawnByParts,
    /// The same object once more (as tiled sources and overlapping ones repeat it).
    Repeated,
    /// A shape of water that holds a town, or a piece of an object that does.
    WaterOverBuildings,
    /// A place without a name and of no known kind.
    Nameless,
    /// A pipe of something that the pack has no network for, heat or oil, or of which nobody says what runs in it.
    NoNetwork,
    /// A pipe or cable above the ground: the pack has those under it.
    AboveGround,
}

impl std::fmt::Display for Skip {
    /// The word of the JSON report, with blanks.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = serde_json::to_value(self).ok();
        f.pad(&word.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().replace('_', " "))
    }
}

/// Objects that were skipped for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// How many.
    pub count: u64,
    /// Up to five ids, as the source writes them.
    pub examples: Vec<String>,
}

/// All skipped objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Skips(pub BTreeMap<Skip, Skipped>);

impl Skips {
    /// Count one; `id` is only made where an example is still wanted.
    pub fn add(&mut self, why: Skip, id: impl FnOnce() -> String) {
        let entry = self.0.entry(why).or_default();
        entry.count += 1;
        if entry.examples.len() < 5 {
            entry.examples.push(id());
        }
    }

    /// How many were skipped for `why`.
    #[must_use]
    pub fn count(&self, why: Skip) -> u64 {
        self.0.get(&why).map_or(0, |s| s.count)
    }
}

impl std::fmt::Display for Skips {
    /// `out of range 20 (way/1, way/2); …`, or `nothing`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return f.write_str("nothing");
        }
        for (i, (why, skipped)) in self.0.iter().enumerate() {
            let examples = skipped.examples.join(", ");
            write!(f, "{}{why} {} ({examples})", if i > 0 { "; " } else { "" }, skipped.count)?;
        }
        Ok(())
    }
}

/// The report of an import.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Name of the city.
    pub name: String,
    /// Folder of the pack.
    pub out: String,
    /// Buildings and building parts.
    pub buildings: u64,
    /// Of these, parts.
    pub building_parts: u64,
    /// Of these, with a height by default.
    pub default_heights: u64,
    /// Roads and paths.
    pub roads: u64,
    /// Of these, with a name.
    pub named_roads: u64,
    /// Railways.
    pub rails: u64,
    /// Rivers and streams as lines.
    pub streams: u64,
    /// Shapes of water.
    pub waters: u64,
    /// Shapes of green.
    pub greens: u64,
    /// Administrative areas.
    pub areas: u64,
    /// Places and points of interest.
    pub places: u64,
    /// Pipes and cables under the ground.
    pub pipes: u64,
    /// Of these, with a depth by default.
    pub default_depths: u64,
    /// Nodes of the road graph.
    pub graph_nodes: u64,
    /// Directed edges of the road graph.
    pub graph_edges: u64,
    /// Skipped objects by reason.
    pub skipped: Skips,
    /// Bytes read from the sources.
    pub source_bytes: u64,
    /// Bytes of the pack.
    pub pack_bytes: u64,
    /// Bytes of the buildings layer.
    pub building_bytes: u64,
    /// Wall time.
    pub seconds: f64,
}
