//! Fill a city block with buildings, lanes and green.
//!
//! A block is turned so that its streets run along the axes, cut into convex lots, and every zone cuts these further
//! until a lot holds one house, one tower or one row. As everything is cut and never placed at random, all of it lies
//! within the block and no two things overlap. The same block gives the same buildings.

mod centre;
mod civic;
mod convex;

mod estate;
mod forms;
mod green;
mod learn;
mod lot;
mod old;
mod quarter;
mod site;
#[cfg(test)]
mod tests;
mod words;
mod works;

use super::block::{Block, Filled, Zone};
use site::Site;
pub(super) use words::Inside;

/// Put about `wanted` buildings into `block`: where it holds more on its own they get larger and fewer, and where it
/// holds fewer smaller and more, by a factor of two at most.
pub(super) fn fill(block: &Block, wanted: usize, out: &mut Filled) {
    let lots = convex::lots(&site::turned(block));
    let area: f64 = lots.iter().map(lot::Lot::area).sum();
    if area < 60.0 {
        return;
    }
    let mut site = Site::new(block, area, wanted, out);
    match block.zone {
        Zone::Core => centre::towers(&mut site, &lots),
        Zone::Commercial => centre::shops(&mut site, &lots),
        Zone::Mixed => quarter::mixed(&mut site, &lots),
        Zone::Estate => estate::estate(&mut site, &lots),
        Zone::OldTown => old::town(&mut site, &lots),
        Zone::Village => old::village(&mut site, &lots),
        Zone::Industry => works::industry(&mut site, &lots),
        Zone::Port => works::port(&mut site, &lots),
        Zone::School => learn::school(&mut site, &lots),
        Zone::Campus => learn::campus(&mut site, &lots),
        Zone::Hospital => civic::hospital(&mut site, &lots),
        Zone::FireStation => civic::fire_station(&mut site, &lots),
        Zone::Police => civic::police(&mut site, &lots),
        Zone::Government => civic::government(&mut site, &lots),
        Zone::Station => civic::station(&mut site, &lots),
        Zone::Shelter => green::shelter(&mut site, &lots),
        Zone::Park => green::park(&mut site, &lots),
        Zone::Farm => green::farm(&mut site, &lots),
        Zone::Vacant => green::vacant(&mut site, &lots),
    }
    site.finish();
}

/// How many square metres of a block hold one building where nothing else is asked for.
pub(super) fn square_metres_a_building(zone: Zone) -> f64 {
    match zone {
        Zone::Village => 150.0,
        Zone::OldTown => 225.0,
        Zone::Port => 830.0,
        Zone::Mixed => 1_000.0,
        Zone::FireStation | Zone::Police => 1_240.0,
        Zone::Core | Zone::Commercial | Zone::Estate => 1_900.0,
        Zone::Industry => 2_800.0,
        Zone::Hospital | Zone::Station => 4_400.0,
        Zone::Campus | Zone::Government | Zone::Park | Zone::Shelter | Zone::Farm => 6_000.0,
        Zone::School => 11_000.0,
        Zone::Vacant => 24_000.0,
    }
}
