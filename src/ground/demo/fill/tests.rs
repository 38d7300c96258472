//! Thousands of odd blocks of every zone.

use super::super::Random;
use super::super::block::{Block, Filled, Made, Zone};
use super::*;
use crate::ground::pack::shape::{self, Xy};
use lot::{cross, distance, minus, unit};

const ZONES: [Zone; 19] = [
    Zone::Core,
    Zone::Commercial,
    Zone::Mixed,
    Zone::Estate,
    Zone::OldTown,
    Zone::Village,
    Zone::Industry,
    Zone::Port,
    Zone::School,
    Zone::Hospital,
    Zone::FireStation,
    Zone::Police,
    Zone::Shelter,
    Zone::Park,
    Zone::Government,
    Zone::Station,
    Zone::Campus,
    Zone::Farm,
    Zone::Vacant,
];

/// A quad, a sliver, an L, a quad with a bay, or a star of any shape.
fn ring(random: &mut Random) -> Vec<Xy> {
    let (w, d) = (random.between(25.0, 330.0), random.between(25.0, 260.0));
    let mut jitter = |by: f64| random.between(-by, by);
    let quad = vec![
        [jitter(0.1 * w), jitter(0.1 * d)],
        [w + jitter(0.1 * w), jitter(0.1 * d)],
        [w + jitter(0.1 * w), d + jitter(0.1 * d)],
        [jitter(0.1 * w), d + jitter(0.1 * d)],
    ];
    let mut ring = match random.below(6) {
        0 => vec![[0.0, 0.0], [w * 2.0, 8.0], [w * 2.0, 14.0], [0.0, random.between(9.0, 30.0)]],
        1 => vec![[0.0, 0.0], [w, 0.0], [w, d * 0.4], [w * 0.45, d * 0.45], [w * 0.4, d], [0.0, d * 1.1]],
        2 => {
            let deep = random.between(0.05, 0.6) * d;
            let bay = (0..=12).map(|i| {
                let t = f64::from(i) / 12.0;
                [w * t, d - deep * (t * std::f64::consts::PI).sin()]
            });
            [[0.0, 0.0], [w, 0.0]].into_iter().chain(bay.collect::<Vec<_>>().into_iter().rev()).collect()
        }
        3 => {
            let count = 5 + random.below(12);
            (0..count)
                .map(|i| {
                    let turn = i as f64 / count as f64 * std::f64::consts::TAU;
                    let far = random.between(0.35, 1.0) * w;
                    [far * turn.cos(), far * turn.sin()]
                })
                .collect()
        }
        _ => quad,
    };
    let (sin, cos) = random.between(0.0, 6.3).sin_cos();
    let (x, y) = (random.between(-2e4, 2e4), random.between(-2e4, 2e4));
    for at in &mut ring {
        *at = [x + at[0] * cos - at[1] * sin, y + at[0] * sin + at[1] * cos];
    }
    ring
}

#[expect(clippy::cast_possible_truncation, reason = "shares and an angle")]
fn block(random: &mut Random, zone: Zone) -> Block {
    Block {
        ring: ring(random),
        zone,
        density: random.unit() as f32,
        height: random.unit() as f32,
        axis: random.between(-4.0, 4.0) as f32,
        seed: random.bits(),
        district: 0,
        name: ("云和".to_owned(), "Yunhe".to_owned()),
    }
}

fn filled(block: &Block, wanted: usize) -> Filled {
    let mut out = Filled::default();
    fill(block, wanted, &mut out);
    out
}

fn every_block(rounds: u64, mut check: impl FnMut(&Block, &Filled)) {
    let mut random = Random::new(11);
    for round in 0..rounds {
        for zone in ZONES {
            let block = block(&mut random, zone);
            if !convex::is_simple(&block.ring) {
                continue;
            }
            let wanted = if round % 3 == 0 { 4 } else { 100 };
            check(&block, &filled(&block, wanted));
        }
    }
}

/// Metres from a point to a stretch.
fn far(at: Xy, a: Xy, b: Xy) -> f64 {
    let (d, to) = (minus(b, a), minus(at, a));
    let t = ((to[0] * d[0] + to[1] * d[1]) / (d[0] * d[0] + d[1] * d[1]).max(1e-12)).clamp(0.0, 1.0);
    distance(at, [a[0] + d[0] * t, a[1] + d[1] * t])
}

/// Whether two stretches cross by more than a centimetre.
fn crosses(a: Xy, b: Xy, c: Xy, d: Xy) -> bool {
    let off = |p: Xy, q: Xy, r: Xy| cross(unit(minus(q, p)), minus(r, p));
    let apart = |s: f64, t: f64| s.min(t) < -0.01 && s.max(t) > 0.01;
    apart(off(a, b, c), off(a, b, d)) && apart(off(c, d, a), off(c, d, b))
}

fn rings_cross(a: &[Vec<Xy>], b: &[Vec<Xy>]) -> bool {
    a.iter()
        .flat_map(|r| shape::pairs(r))
        .any(|(p, q)| b.iter().flat_map(|r| shape::pairs(r)).any(|(s, t)| crosses(p, q, s, t)))
}

fn holds(rings: &[Vec<Xy>], at: Xy) -> bool {
    shape::inside(rings.iter().map(Vec::as_slice), at)
        || rings.iter().flat_map(|r| shape::pairs(r)).any(|(a, b)| far(at, a, b) < 0.02)
}

fn heart(made: &Made) -> Xy {
    let rings: Vec<&[Xy]> = made.rings.iter().map(Vec::as_slice).collect();
    shape::label_point(&rings).expect("a point inside")
}

#[test]
fn buildings_stand_inside_their_block_and_their_rings_are_sound() {
    every_block(150, |block, filled| {
        let edge = std::slice::from_ref(&block.ring);
        for made in &filled.buildings {
            let outer = made.rings.first().expect("an outer ring");
            assert!(shape::twice_area(outer) > 20.0, "{:?}: too small or clockwise", block.zone);
            assert!(made.top_m > made.foot_m && made.top_m < 900.0, "{:?}: {} m", block.zone, made.top_m);
            for (i, ring) in made.rings.iter().enumerate() {
                assert!(convex::is_simple(ring), "{:?}: {ring:?}", block.zone);
                assert_eq!(shape::twice_area(ring) > 0.0, i == 0);
                assert!(i == 0 || ring.iter().all(|p| holds(std::slice::from_ref(outer), *p)));
            }
            assert!(outer.iter().all(|p| holds(edge, *p)), "{:?}: outside", block.zone);
            assert!(!rings_cross(&made.rings, edge), "{:?}: across the edge", block.zone);
        }
        for (paint, rings) in &filled.fills {
            assert!(rings.iter().flatten().all(|p| holds(edge, *p)), "{:?}: {paint:?} outside", block.zone);
            assert!(rings.iter().all(|ring| convex::is_simple(ring)), "{:?}: {paint:?}", block.zone);
        }
        for (_, _, (zh, en), at) in &filled.places {
            assert!(!zh.is_empty() && !en.is_empty() && holds(edge, *at), "{:?}", block.zone);
        }
    });
}

#[test]
fn no_two_buildings_share_space_and_what_stands_above_stands_on_something() {
    every_block(120, |block, filled| {
        let boxes: Vec<_> = filled.buildings.iter().map(|b| shape::bounds(&b.rings[0]).expect("corners")).collect();
        for (i, a) in filled.buildings.iter().enumerate() {
            let near = |j: usize| {
                let ((lo, hi), (l, h)) = (boxes[i], boxes[j]);
                lo[0] < h[0] && l[0] < hi[0] && lo[1] < h[1] && l[1] < hi[1]
            };
            for (j, b) in filled.buildings.iter().enumerate().skip(i + 1).filter(|(j, _)| near(*j)) {
                if a.top_m.min(b.top_m) - a.foot_m.max(b.foot_m) > 0.05 {
                    let shared = rings_cross(&a.rings, &b.rings)
                        || shape::inside(b.rings.iter().map(Vec::as_slice), heart(a))
                        || shape::inside(a.rings.iter().map(Vec::as_slice), heart(b));
                    assert!(!shared, "{:?}: {i} and {j}: {a:?} {b:?}", block.zone);
                }
            }
            if a.foot_m > 0.0 {
                let below = filled.buildings[..i].iter().filter(|b| (b.top_m - a.foot_m).abs() < 0.05);
                // the boom of a crane reaches beyond its mast
                let crane = block.zone == Zone::Vacant;
                let stands = |b: &Made| {
                    crane && rings_cross(&a.rings, &b.rings) || a.rings[0].iter().all(|p| holds(&b.rings[..1], *p))
                };
                assert!(below.into_iter().any(stands), "{:?}: {a:?} stands on nothing", block.zone);
            }
        }
    });
}

#[test]
fn lanes_start_at_the_blocks_edge_and_nothing_stands_on_them() {
    let mut lanes = 0;
    every_block(120, |block, filled| {
        let edge = std::slice::from_ref(&block.ring);
        for (paint, _, width_cm, line) in &filled.ways {
            lanes += 1;
            let start = line.first().copied().expect("a start");
            assert!(shape::pairs(&block.ring).any(|(a, b)| far(start, a, b) < 0.01), "{:?}", block.zone);
            assert!(line.iter().all(|p| holds(edge, *p)), "{:?}: {paint:?} leaves the block", block.zone);
            let half = f64::from(*width_cm) / 200.0;
            for made in filled.buildings.iter().filter(|b| b.foot_m == 0.0) {
                for (a, b) in line.iter().zip(line.iter().skip(1)) {
                    let hit = made.rings.iter().flat_map(|r| shape::pairs(r)).any(|(p, q)| {
                        crosses(*a, *b, p, q) || far(p, *a, *b) < half - 0.02 || far(*a, p, q) < half - 0.02
                    });
                    assert!(!hit, "{:?}: {made:?} stands on {line:?}", block.zone);
                }
            }
        }
    });
    assert!(lanes > 1_000, "{lanes}");
}

#[test]
fn the_same_block_is_filled_the_same_and_another_seed_otherwise() {
    let mut random = Random::new(5);
    for zone in [Zone::Core, Zone::Estate, Zone::OldTown, Zone::Village, Zone::Mixed, Zone::Industry] {
        let mut block = block(&mut random, zone);
        block.ring = vec![[0.0, 0.0], [240.0, 0.0], [250.0, 200.0], [0.0, 190.0]];
        let first = format!("{:?}", filled(&block, 100));
        assert_eq!(first, format!("{:?}", filled(&block, 100)));
        block.seed ^= 1;
        assert_ne!(first, format!("{:?}", filled(&block, 100)), "{zone:?}");
    }
}

#[test]
fn more_buildings_come_where_more_are_wanted() {
    let mut random = Random::new(9);
    // about as many as come of themselves
    for (zone, usual) in [(Zone::OldTown, 176), (Zone::Village, 264), (Zone::Mixed, 40)] {
        let mut block = block(&mut random, zone);
        block.ring = vec![[0.0, 0.0], [220.0, 0.0], [220.0, 180.0], [0.0, 180.0]];
        let few = filled(&block, usual / 2).buildings.len();
        let many = filled(&block, usual * 2).buildings.len();
        assert!(many * 4 > few * 5, "{zone:?}: {few} and {many}");
    }
}
