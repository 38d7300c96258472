//! How long the adapter itself needs for the city, where it has a clock of its own.

use bevy::diagnostic::{DiagnosticPath, DiagnosticsStore};
use bevy::prelude::*;
use bevy::render::diagnostic::RenderDiagnosticsPlugin;
use bevy::render::render_resource::WgpuFeatures;
use bevy::render::renderer::RenderDevice;

use super::Offscreen;
use crate::screen::twin::SPAN;

/// What the clock has to be able to do: to be read in the midst of a pass.
const CLOCK: WgpuFeatures = WgpuFeatures::TIMESTAMP_QUERY
    .union(WgpuFeatures::TIMESTAMP_QUERY_INSIDE_ENCODERS)
    .union(WgpuFeatures::TIMESTAMP_QUERY_INSIDE_PASSES);

/// Has every frame timed. A software adapter has a clock too, but what it tells is processor time, which is measured
/// without it.
pub(super) fn plugin(app: &mut App) {
    let software = super::adapter().is_none_or(|adapter| adapter.software);
    if !software {
        app.add_plugins(RenderDiagnosticsPlugin);
    }
}

impl Offscreen {
    /// Milliseconds that the adapter needed for the city in the newest frame of which that is known, two before the one
    /// drawn last; `None` for a software adapter, and one without such a clock.
    #[must_use]
    pub fn city_gpu_millis(&self) -> Option<f64> {
        let world = self.apps.main.world();
        let clock = world.get_resource::<RenderDevice>()?.features().contains(CLOCK);
        let path = DiagnosticPath::from_components(["render", SPAN, "elapsed_gpu"]);
        let store = world.get_resource::<DiagnosticsStore>().filter(|_| clock)?;
        store.get(&path)?.measurement().map(|measured| measured.value)
    }
}
