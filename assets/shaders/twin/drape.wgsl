// A picture that lies on the ground, in squares or in `HEXAGONS`. Needs `view.wgsl`, `relief.wgsl`.

struct Picture {
    // west, south (metres), one over its width and one over its height
    place: vec4<f32>,
    // how much of it is seen; metres across a hexagon; column and row of the first one
    more: vec4<f32>,
}

#ifdef RELIEF
@group(2) @binding(0) var<uniform> picture: Picture;
@group(2) @binding(1) var pixels: texture_2d<f32>;
@group(2) @binding(2) var smooth_sampler: sampler;
#else
@group(1) @binding(0) var<uniform> picture: Picture;
@group(1) @binding(1) var pixels: texture_2d<f32>;
@group(1) @binding(2) var smooth_sampler: sampler;
#endif

struct Draped {
    @builtin(position) clip: vec4<f32>,
    // where in the picture, and how much of it fog leaves
    @location(0) at: vec3<f32>,
}

fn draped(world: vec3<f32>) -> Draped {
    let clip = view.clip_from_world * vec4<f32>(world, 1.0);
    var out: Draped;
    // Over everything that lies flat, however coarse the ground is there.
    out.clip = lifted(clip, world.y, 0.5, 3.5);
    let at = (vec2<f32>(world.x, -world.z) - picture.place.xy) * picture.place.zw;
    out.at = vec3<f32>(at, 1.0 - fog_at(clip.w));
    return out;
}

#ifdef RELIEF
// The ground's own tiles, as `terrain.wgsl` has them, without the skirt.
@vertex
fn drape_vertex(@builtin(vertex_index) index: u32, @location(0) place: vec4<i32>) -> Draped {
    let side = 33u;
    let skirt = index >= side * side;
    var column = index % side;
    var row = index / side;
    if skirt {
        let along = (index - side * side) % side;
        let edge = (index - side * side) / side;
        column = select(select(along, side - 1u, edge == 1u), 0u, edge == 3u);
        row = select(select(along, 0u, edge == 0u), side - 1u, edge == 2u);
    }
    let at = place.xy + vec2<i32>(vec2<u32>(column, row)) * place.z;
    let step = 1.0 / view.relief.zw;
    let east = view.relief.x + f32(at.x) * step.x;
    let north = view.relief.y + f32(at.y) * step.y;
    return draped(vec3<f32>(east, spot_at(at.x, at.y).height, -north));
}
#else
// Squares over the picture, six corners each.
const SQUARES: u32 = 48u;

@vertex
fn drape_vertex(@builtin(vertex_index) index: u32) -> Draped {
    let square = index / 6u;
    var corners = array<vec2<u32>, 6>(
        vec2<u32>(0u, 0u), vec2<u32>(1u, 0u), vec2<u32>(1u, 1u),
        vec2<u32>(0u, 0u), vec2<u32>(1u, 1u), vec2<u32>(0u, 1u),
    );
    let corner = vec2<u32>(square % SQUARES, square / SQUARES) + corners[index % 6u];
    let share = vec2<f32>(corner) / f32(SQUARES);
    let at = picture.place.xy + share / picture.place.zw;
    return draped(vec3<f32>(at.x, 0.0, -at.y));
}
#endif

#ifdef HEXAGONS
// Of a hexagon this share of its width is left free on each side, and at most so much more where that is less than a
// pixel; the rim of one that is a rim alone is so wide.
const GAP: f32 = 0.012;
const GAP_MOST: f32 = 0.06;
const RIM: f32 = 0.035;

// The hexagon around a point in metres, where a pixel is so many metres wide.
fn hexagon(at: vec2<f32>, pixel: f32) -> vec4<f32> {
    let width = picture.more.y;
    let rise = width * 0.8660254;
    // Cubic coordinates, of which those of a middle are whole.
    let along = at.y / rise;
    let across = at.x / width - along * 0.5;
    let exact = vec3<f32>(across, along, -across - along);
    var whole = round(exact);
    let off = abs(whole - exact);
    if off.x > off.y && off.x > off.z {
        whole.x = -whole.y - whole.z;
    } else if off.y > off.z {
        whole.y = -whole.x - whole.z;
    }
    let row = i32(whole.y);
    let cell = vec2<i32>(i32(whole.x) + (row >> 1u), row) - vec2<i32>(picture.more.zw);
    let size = vec2<i32>(textureDimensions(pixels));
    if cell.x < 0 || cell.y < 0 || cell.x >= size.x || cell.y >= size.y {
        return vec4<f32>(0.0);
    }
    let texel = textureLoad(pixels, cell, 0);
    let middle = vec2<f32>(width * (whole.x + whole.y * 0.5), rise * whole.y);
    let away = abs(at - middle);
    let edge = width * 0.5 - max(away.x, away.x * 0.5 + away.y * 0.8660254);
    let gap = min(max(width * GAP, pixel * 0.6), width * GAP_MOST);
    let within = clamp((edge - gap) / pixel + 0.5, 0.0, 1.0);
    let rim = max(width * RIM, pixel * 1.5);
    let hollow = clamp((edge - gap - rim) / pixel + 0.5, 0.0, 1.0);
    if texel.a > 0.75 {
        return vec4<f32>(texel.rgb, within);
    }
    return vec4<f32>(texel.rgb, select(0.0, within - hollow, texel.a > 0.25));
}

fn seen(at: vec2<f32>) -> vec4<f32> {
    let metres = picture.place.xy + at / picture.place.zw;
    return hexagon(metres, max(max(fwidth(metres.x), fwidth(metres.y)), 1e-3));
}
#else
fn seen(at: vec2<f32>) -> vec4<f32> {
    return textureSample(pixels, smooth_sampler, at);
}
#endif

@fragment
fn drape_fragment(in: Draped) -> @location(0) vec4<f32> {
    let color = seen(in.at.xy);
    return vec4<f32>(color.rgb, color.a * in.at.z * picture.more.x);
}
