// Windows on walls, made up from the building's number. Needs `view.wgsl`.

fn mixed(a: u32, b: u32) -> u32 {
    var h = a * 0x9e3779b1u ^ b * 0x85ebca77u;
    h = (h ^ (h >> 15u)) * 0x2c1b3c6du;
    h = (h ^ (h >> 12u)) * 0x297a2d39u;
    return h ^ (h >> 15u);
}

fn share_of(word: u32) -> f32 {
    return f32(word >> 8u) * (1.0 / 16777216.0);
}

// What lit windows shed of their light over a whole wall: their share of it, times how bright they are in the mean.
const GLOW: f32 = 0.2;

// What a building's windows are like.
struct Panes {
    // which building; share of its windows that are lit; width of a bay in metres; top of the wall in metres
    seed: u32,
    lit: f32,
    bay: f32,
    top: f32,
}

// A building where people work has wider panes, and other hours; houses differ, and some are asleep.
fn panes(building: u32, works: bool, top: f32) -> Panes {
    let seed = mixed(building, 77u);
    let own = share_of(seed);
    let lit = select(view.night.x, view.night.y, works) * (0.35 + 1.3 * own) * select(1.0, 0.25, top < 5.0);
    return Panes(seed, min(lit, 0.9), select(3.1, 3.9, works) * (0.85 + 0.3 * fract(own * 7.0)), top);
}

// Light that a whole wall sheds, seen from so far that its windows are one.
fn wall_glow(p: Panes) -> vec3<f32> {
    return view.window.rgb * (p.lit * GLOW);
}

// Pixels along a cell of light that stands for the windows behind it, and how many of them are lit where all would be.
const CELL: f32 = 4.0;
const SOME: f32 = 0.6;
// Share of a cell that its light covers.
const SPOT: f32 = 0.41;

// What a far wall needs for its lights: how much of a cell is one window, and the way to the next that is twice as wide.
struct Lights {
    // metres along and up a cell
    cell: vec2<f32>,
    // 0: lights in these cells, 1: in cells twice as wide
    wider: f32,
}

// From `depth` a floor is lower than a cell: so many of them are one.
fn lights_at(p: Panes, depth: f32) -> Lights {
    let wide = max(log2(CELL * depth / (3.3 * view.eye.w)), 0.0);
    let cell = vec2<f32>(p.bay, 3.3) * exp2(floor(wide));
    return Lights(cell, smoothstep(0.5, 1.0, fract(wide)));
}

fn spot(seed: u32, at: vec2<f32>, lit: f32) -> f32 {
    let cell = vec2<i32>(floor(at));
    let chance = share_of(mixed(seed, mixed(u32(cell.x + 4096), u32(cell.y + 64))));
    let apart = abs(at - floor(at) - 0.5);
    return select(0.0, clamp(2.4 - 6.0 * max(apart.x, apart.y), 0.0, 1.0), chance < lit * SOME);
}

// The lights of a far wall of which as much light comes as from one that glows. `at`: metres along the wall and up.
fn wall_lights(seed: u32, lit: f32, lights: Lights, at: vec2<f32>) -> f32 {
    let own = at / lights.cell;
    let light = mix(spot(seed, own, lit), spot(seed ^ 0x5bd1e995u, own * 0.5, lit), lights.wider);
    return light * (GLOW / (SOME * SPOT));
}

// A wall of `color` with its windows: darker panes by day, lit ones by night. `at`: metres along the wall and up.
fn with_windows(color: vec3<f32>, p: Panes, at: vec2<f32>) -> vec3<f32> {
    let grid = vec2<f32>(at.x / p.bay, (at.y - 0.4) / 3.3);
    let soft = max(fwidth(grid), vec2<f32>(1e-4));
    let apart = abs(fract(grid) - 0.5);
    let cover = clamp((vec2<f32>(0.29, 0.3) - apart) / soft + 0.5, vec2<f32>(0.0), vec2<f32>(1.0));
    // Neither over the edge of the roof nor in the ground.
    let within = step(0.5, at.y) * step(at.y, floor((p.top - 1.0) / 3.3) * 3.3 + 0.4);
    let pane = cover.x * cover.y * within;
    let seen = clamp(1.7 - max(soft.x, soft.y) * 2.6, 0.0, 1.0);
    let cell = vec2<i32>(floor(grid));
    let chance = mixed(p.seed, mixed(u32(cell.x + 4096), u32(cell.y + 64)));
    // Not every lamp is as bright as the next, and curtains are drawn.
    let lamp = select(0.0, 0.45 + 0.55 * share_of(mixed(chance, 5u)), share_of(chance) < p.lit);
    let day = color * (1.0 - 0.2 * pane * seen * (1.0 - view.night.z));
    return day + view.window.rgb * mix(p.lit * GLOW, lamp * pane * 0.8, seen);
}
