//! The city's ground: datum and local frame, city packs, import, road graph, picking, demo city.
//!
//! | want | call |
//! |---|---|
//! | a pack from map files | [`import::run`]`(&`[`import::Options`]`, &mut |progress| ..) -> Result<`[`import::Report`]`, _>` |
//! | the cost of an import | [`import::bench`]`(source)` |
//! | a city from a seed | [`demo::generate`]`(seed, buildings)` or [`demo::generate_with`]`(.., &mut |share| ..)`, then [`pack::writer::write`]`(&model, dir, created)` |
//! | an open pack | [`City::open`]`(dir)` |
//! | the building under the cursor | [`City::pick_building`]`(origin, direction)` |
//! | the address of a click | [`City::areas_at`], [`City::street_near`], [`City::places_near`]; beforehand [`City::prepare_lookups`] |
//! | the height of the ground, and where a ray meets it | [`City::ground_at`], [`City::ray_ground`] |
//! | areas above and below each other | [`City::area_path`], [`City::area_children`] |
//! | what stands in the streets and lies under them | [`City::components_in`], [`City::pipes`] |
//! | the pipe at a place, and behind which others it hangs | [`pipes::Pipes::of`]`(&city)`, then [`pipes::Pipes::run_at`], [`pipes::Pipes::way`] |
//! | a street by its name | [`City::street`], [`City::street_point`]`(name, near)` |
//! | where two streets meet | [`City::crossing`]`(one, other)` |
//! | search as one types | [`City::search`]`(beginning, limit)` |
//! | ways by car, and who is nearest by road | [`roads::Roads::of`]`(&city)` |
//! | where the steps of a plan are | [`steps::places_of`]`(&plan, at, city, locale)` |
//! | coordinates in metres | [`City::frame`] |
//! | GCJ-02 and BD-09 | [`datum`] |
//!
//! `pack/FORMAT.md` is the written format. Not here: drawing (the screen).

pub mod city;
pub mod datum;
pub mod demo;
pub mod frame;
pub mod import;
pub mod pack;
pub mod pipes;
pub mod roads;
pub mod steps;

pub use city::{Bounds, City, CityError};
