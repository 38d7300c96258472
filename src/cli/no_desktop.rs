//! What a hub without screens answers to commands that need one.

use std::path::Path;

use anyhow::bail;
use command_hall::config::Settings;

use crate::cli::args::{BenchHeatmap, BenchPins, BenchRows, BenchTwin, ShotArgs};
use crate::cli::doctor::Check;

const MISSING: &str = "this is the hub alone, built without screens; build with the default features \
    (`cargo build --release`), or serve with `hall hub` and open a screen elsewhere with `hall --connect ws://…`";

pub(crate) fn open(_: &Settings, _: Option<&Path>) -> anyhow::Result<()> {
    bail!(MISSING)
}

pub(crate) fn shot(_: &Settings, _: &ShotArgs, _: Option<&Path>) -> anyhow::Result<()> {
    bail!(MISSING)
}

pub(crate) fn bench_twin(_: &Settings, _: &BenchTwin) -> anyhow::Result<()> {
    bail!(MISSING)
}

pub(crate) fn bench_pins(_: &Settings, _: &BenchPins) -> anyhow::Result<()> {
    bail!(MISSING)
}

pub(crate) fn bench_heatmap(_: &Settings, _: &BenchHeatmap) -> anyhow::Result<()> {
    bail!(MISSING)
}

pub(crate) fn bench_rows(_: &Settings, _: &BenchRows) -> anyhow::Result<()> {
    bail!(MISSING)
}

pub(crate) fn checks(_: &Settings) -> Vec<Check> {
    vec![Check::warn("screen", "built without screens", "build with the default features for a window")]
}
