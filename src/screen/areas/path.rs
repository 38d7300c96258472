//! The path over the map: the city, the areas that were gone into, and the list of those below.

use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy_egui::EguiContexts;

use super::crumbs::{Crumb, PathView, PathWish, path_ui};
use super::drill::Drill;
use super::systems::{Forest, name_of};
use super::{DrillTo, PATH};
use crate::link::LinkState;
use crate::screen::look::tokens;
use crate::screen::names::city_name;
use crate::screen::shown::{FreeArea, Ground, KeepOff, Shown};

/// The path from the city to the area that was gone into, over the map.
pub(super) fn path(
    mut contexts: EguiContexts,
    (free, ground, drill, shown): (Res<FreeArea>, Res<Ground>, Res<Drill>, Res<Shown>),
    (mut forest, mut keep_off): (ResMut<Forest>, ResMut<KeepOff>),
    mut drills: MessageWriter<DrillTo>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut open: Local<bool>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    let forest = forest.bypass_change_detection();
    let (Some(area), false) = (free.0, forest.tree(&ground).is_empty()) else { return Ok(()) };
    let english = rust_i18n::locale().starts_with("en");
    let (tree, counts) = (&forest.tree, &forest.counts);
    let crumb =
        |area: u32| Crumb { area: Some(area), name: name_of(&ground.0, area, english), counts: counts.of(area) };
    let root = tree.root();
    let tops = || ground.0.area_children(u32::MAX);
    let whole = tops().into_iter().fold([0; 4], |sum: [u32; 4], top| {
        let own = counts.of(top);
        std::array::from_fn(|i| sum.get(i).copied().unwrap_or(0) + own.get(i).copied().unwrap_or(0))
    });
    let mut crumbs = vec![Crumb { area: None, name: city_name(&ground.0), counts: whole }];
    let inner = drill.area.map(|area| ground.0.area_ancestors(area)).unwrap_or_default();
    crumbs.extend(inner.into_iter().filter(|a| Some(*a) != root).map(crumb));
    let mut below: Vec<Crumb> = if *open {
        let around = drill.area.or(root);
        around.map_or_else(tops, |around| ground.0.area_children(around)).into_iter().map(crumb).collect()
    } else {
        Vec::new()
    };
    below.sort_by_key(|c| std::cmp::Reverse(c.counts.iter().sum::<u32>()));
    let deeper = drill.area.or(root).is_none_or(|area| tree.node(area).is_some_and(|n| n.below > 0));
    let view = PathView { crumbs, below, open: *open, deeper, known: shown.link != LinkState::Connecting };
    let corner = egui::pos2(area.min.x + tokens::desk::PAD, area.min.y + tokens::desk::PAD);
    let (wishes, covers) = path_ui(ctx, corner, area.height(), &view);
    if keep_off.set(PATH, vec![covers]) {
        redraw.write(RequestRedraw);
    }
    for wish in wishes {
        match wish {
            PathWish::Go(area) => {
                drills.write(DrillTo(area));
                *open = false;
            }
            PathWish::List(list) => *open = list,
        }
        ctx.request_repaint();
        redraw.write(RequestRedraw);
    }
    Ok(())
}
