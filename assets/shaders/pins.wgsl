// Marks over the city: pins, clusters and crews, each a head with an icon or figures and a stem to the ground.
// Sizes are points; `marks.rs` has the same perspective, so that picking agrees with the picture.

struct View {
    clip_from_world: mat4x4<f32>,
    // Pixels.
    viewport: vec2<f32>,
    pixels_per_point: f32,
    // Metres to what the camera looks at.
    reference: f32,
    fill: array<vec4<f32>, 8>,
    ink: array<vec4<f32>, 8>,
    edge: vec4<f32>,
    halo: vec4<f32>,
}

@group(0) @binding(0) var<uniform> view: View;
@group(0) @binding(1) var atlas: texture_2d<f32>;
@group(0) @binding(2) var atlas_sampler: sampler;

struct Sprite {
    // metres east, north, up
    @location(0) at: vec3<f32>,
    // shape, tint, icon, flags
    @location(1) look: vec4<u32>,
    // four glyphs of a cluster; of others two 16-bit numbers: points right and down from where the head would be, of a
    // trail decimetres east and north to its end
    @location(2) extra: vec4<u32>,
    // radius in quarter points, opacity, ring 0..255, heading in 256ths of a turn; of a trail half its width, opacity
    // here and at its end, decimetres up to its end plus 128
    @location(3) motion: vec4<u32>,
}

const CLUSTER: u32 = 1u;
const NO_STEM: u32 = 2u;
const HOVERED: u32 = 4u;
const SELECTED: u32 = 8u;
const NOSE: u32 = 16u;
const ON_SCENE: u32 = 32u;
const SHAPE_DART: u32 = 4u;
const SHAPE_STEM: u32 = 14u;
const SHAPE_TRAIL: u32 = 15u;
// Points from the ground to the centre of a pin's head; how much larger what is chosen or under the pointer is.
const STEM: f32 = 29.0;
const RAISED: f32 = 1.18;
// Points: further away than anything that is drawn.
const FAR_AWAY: f32 = 1e4;
// A cell of the atlas that stands for none, four times.
const NO_CELL: u32 = 0xffffffffu;

// Flat is what is the same all over a sprite: whatever can be told here costs a pixel nothing.
struct Varying {
    @builtin(position) position: vec4<f32>,
    // Points from the head's centre; along and across a stem; share of the way along a trail and points across it.
    @location(0) local: vec2<f32>,
    // radius (of a trail: half its width), opacity, what is added to it at a trail's end, which kind of sprite
    @location(1) @interpolate(flat) size: vec4<f32>,
    // cosine and sine of the heading; 0 where a point beside it tells it, else far; 1 where it turns as a whole
    @location(2) @interpolate(flat) turn: vec4<f32>,
    // as in Shape
    @location(3) @interpolate(flat) one: vec4<f32>,
    @location(4) @interpolate(flat) two: vec4<f32>,
    @location(5) @interpolate(flat) three: vec4<f32>,
    // colour; how far the dark rim goes
    @location(6) @interpolate(flat) fill: vec4<f32>,
    // colour of what it shows; how dark the rim is
    @location(7) @interpolate(flat) ink: vec4<f32>,
    // of what it shows: drawing units a point, units from one to the next, how many, units from the middle to the end
    @location(8) @interpolate(flat) text: vec4<f32>,
    // cells of the atlas, a byte each
    @location(9) @interpolate(flat) cells: u32,
    // a wave's radius, half its width, its strength
    @location(10) @interpolate(flat) wave: vec3<f32>,
    // strength of the halo, of the line of who is on scene, of the line in a cluster's rim; points its figures lie low
    @location(11) @interpolate(flat) more: vec4<f32>,
}

const HEAD: f32 = 0.0;
const STEM_LINE: f32 = 1.0;
const TRAIL: f32 = 2.0;

fn clip_of(at: vec3<f32>) -> vec4<f32> {
    return view.clip_from_world * vec4(at.x, at.z, -at.y, 1.0);
}

fn points_of(clip: vec4<f32>) -> vec2<f32> {
    return (clip.xy / clip.w * vec2(0.5, -0.5) + 0.5) * view.viewport / view.pixels_per_point;
}

fn scale_at(depth: f32) -> f32 {
    return clamp(pow(view.reference / max(depth, 1.0), 0.25), 0.7, 1.15);
}

fn pair_of(bytes: vec4<u32>) -> vec2<f32> {
    let words = vec2<i32>(bytes.xz | (bytes.yw << vec2(8u)));
    return vec2<f32>((words << vec2(16u)) >> vec2(16u));
}

// Where a strip's corner is on screen (points), with what is the same for all that is drawn of a sprite.
fn placed(at: vec2<f32>, hidden: bool) -> vec4<f32> {
    let ndc = at * view.pixels_per_point / view.viewport * 2.0 - 1.0;
    return select(vec4(ndc.x, -ndc.y, 0.5, 1.0), vec4(2.0, 2.0, 2.0, 1.0), hidden);
}

fn corner_of(index: u32) -> vec2<f32> {
    return vec2(f32(index & 1u), f32(index >> 1u)) * 2.0 - 1.0;
}

// Points from the ground to where the head is.
fn head_from(sprite: Sprite, scale: f32) -> vec2<f32> {
    let up = select(STEM * scale, 0.0, (sprite.look.w & NO_STEM) != 0u);
    let aside = select(pair_of(sprite.extra), vec2(0.0), (sprite.look.w & CLUSTER) != 0u);
    return aside - vec2(0.0, up);
}

// A strip of eight corners: around a head, or four of them around a stem or a length of trail.
@vertex
fn mark_vertex(@builtin(vertex_index) index: u32, sprite: Sprite) -> Varying {
    if sprite.look.x >= SHAPE_STEM {
        return line(corner_of(min(index, 3u)), sprite);
    }
    return head(index, sprite);
}

// The stem under a head, or a length of a crew's trail.
fn line(corner: vec2<f32>, sprite: Sprite) -> Varying {
    var out: Varying;
    let clip = clip_of(sprite.at);
    let scale = scale_at(clip.w);
    let foot = points_of(clip);
    var hidden = clip.w < 1.0;
    var at: vec2<f32>;
    out.turn = vec4(1.0, 0.0, FAR_AWAY, 0.0);
    out.fill = vec4(view.fill[sprite.look.y & 7u].rgb, 1.0);
    out.cells = NO_CELL;
    out.text = vec4(1.0);
    if sprite.look.x == SHAPE_TRAIL {
        let way = vec3(pair_of(sprite.extra) * 0.1, (f32(sprite.motion.w) - 128.0) * 0.1);
        let end_clip = clip_of(sprite.at + way);
        let end = points_of(end_clip);
        hidden = hidden || end_clip.w < 1.0;
        let away = end - foot;
        let length = max(length(away), 0.001);
        let along = away / length;
        let half = max(f32(sprite.motion.x) * 0.25 * scale, 0.5) + 1.0;
        // Neighbours meet: half a point further at either end.
        at = select(foot - along * 0.5, end + along * 0.5, corner.x > 0.0) + vec2(-along.y, along.x) * corner.y * half;
        out.local = vec2(corner.x * 0.5 + 0.5, corner.y * half);
        let ends = vec2<f32>(sprite.motion.yz) / 255.0;
        out.size = vec4(half - 1.0, ends.x, ends.y - ends.x, TRAIL);
    } else {
        // From a dot on the ground to the head.
        let away = head_from(sprite, scale);
        let length = max(length(away), 0.001);
        let along = away / length;
        let across = vec2(-along.y, along.x);
        let local = vec2(select(-3.5, length, corner.x > 0.0), corner.y * 3.5);
        at = foot + along * local.x + across * local.y;
        out.local = local;
        out.size = vec4(1.0, f32(sprite.motion.y) / 255.0, 0.0, STEM_LINE);
        out.ink = vec4(vec3(0.0), 0.7);
    }
    out.position = placed(at, hidden);
    return out;
}

fn head(index: u32, sprite: Sprite) -> Varying {
    var out: Varying;
    let clip = clip_of(sprite.at);
    let scale = scale_at(clip.w);
    let flags = sprite.look.w;
    let cluster = (flags & CLUSTER) != 0u;
    let angle = f32(sprite.motion.w) / 256.0 * 6.2831853;
    let shapes = SHAPES;
    let shape = shapes[min(sprite.look.x, 12u)];
    out.turn = vec4(
        cos(angle), sin(angle), select(FAR_AWAY, 0.0, (flags & NOSE) != 0u), f32(sprite.look.x == SHAPE_DART),
    );
    out.one = shape.one;
    out.two = shape.two;
    out.three = shape.three;
    var radius = f32(sprite.motion.x) * 0.25 * scale;
    if (flags & (HOVERED | SELECTED)) != 0u {
        radius *= RAISED;
    }
    out.size = vec4(radius, f32(sprite.motion.y) / 255.0, 0.0, HEAD);
    let lighter = select(0.0, 0.16, (flags & HOVERED) != 0u);
    out.fill = vec4(mix(view.fill[sprite.look.y & 7u].rgb, vec3(1.0), lighter), select(1.5, 4.2, cluster));
    out.ink = vec4(view.ink[sprite.look.y & 7u].rgb, select(0.85, 0.8, cluster));
    // What just came rings once: a wave that widens and fades.
    let ring = f32(sprite.motion.z) / 255.0;
    out.wave = vec3(radius * (1.0 + 2.2 * ring), 2.6 - 1.8 * ring, select(0.0, 1.0 - ring, ring > 0.0));
    let chosen = (flags & SELECTED) != 0u;
    let on_scene = (flags & ON_SCENE) != 0u;
    // A triangle narrows towards its head and its foot is near.
    let triangle = sprite.look.x == 2u;
    let diamond = sprite.look.x == 1u;
    out.more = vec4(
        f32(chosen), select(0.0, 0.9, on_scene), select(0.0, 0.85, cluster), select(0.0, 0.17 * radius, triangle),
    );
    // An icon, or up to four figures in a row: 24 drawing units, or 15 high and 11 wide.
    if cluster {
        let n = max(dot(vec4<f32>(sprite.extra != vec4(255u)), vec4(1.0)), 1.0);
        let high = radius * select(0.92, 0.72, triangle) / 15.0;
        let broad = radius * select(1.46, 1.02, triangle || diamond) / (11.0 * n);
        out.text = vec4(1.0 / min(high, broad), 11.0, n, 11.0);
        out.cells = sprite.extra.x | (sprite.extra.y << 8u) | (sprite.extra.z << 16u) | (sprite.extra.w << 24u);
    } else {
        let room = select(select(select(1.3, 1.08, diamond), 0.98, triangle), 1.12, sprite.look.x > 3u);
        out.text = vec4(24.0 / (radius * room), 24.0, 1.0, 14.0);
        out.cells = sprite.look.z | (NO_CELL & 0xffffff00u);
    }
    // As far as its shape and its rim: what is outside costs a software rasteriser as much as what is inside.
    let kind = min(sprite.look.x, 4u);
    let outlines = OUTLINES;
    let inner = INNER;
    let side = select(1.0, -1.0, (index & 1u) == 0u);
    let rim = out.fill.w + 0.5;
    out.local = outlines[kind * 4u + (index >> 1u)] * vec2(side, 1.0) * (radius + rim / inner[kind]);
    var reach = 0.0;
    if on_scene || (flags & NOSE) != 0u {
        reach = radius * 1.75 + 4.5;
    }
    if chosen {
        reach = max(reach, radius * 1.26 + rim) + 9.0;
    }
    if ring > 0.0 {
        reach = max(reach, radius * 3.4);
    }
    if reach > 0.0 {
        out.local = corner_of((index & 1u) | select(2u, 0u, index < 4u)) * reach;
    }
    out.position = placed(points_of(clip) + head_from(sprite, scale) + out.local, clip.w < 1.0);
    return out;
}

// Shapes of radius 1: where all of up to three lines and a circle, rounded, hold. A pixel costs the same whatever the
// shape, which matters on software rasterisers: they walk every branch. Corners as in look/tokens.rs.
struct Shape {
    // two lines: a point p is inside where dot(p, xy) < z; in w, how p is folded: 0 left and right alike, 1 all four
    // quarters alike, 2 all eighths alike
    one: vec4<f32>,
    // and in w, how round
    two: vec4<f32>,
    // the third line; in w, the circle's radius around the middle
    three: vec4<f32>,
}

const FAR: vec3<f32> = vec3(0.0, 0.0, 9.0);

const SHAPES = array<Shape, 13>(
    // Ⅰ octagon, Ⅱ diamond, Ⅲ triangle on its foot, Ⅳ disc: marks.rs has the same
    Shape(vec4(1.0, 0.0, 0.97, 1.0), vec4(0.0, 1.0, 0.97, 0.0), vec4(0.70710678, 0.70710678, 0.97, 9.0)),
    Shape(vec4(0.70710678, 0.70710678, 0.79195959, 1.0), vec4(FAR, 0.0), vec4(FAR, 1.07)),
    Shape(vec4(0.8660254, -0.5, 0.49, 0.0), vec4(0.0, 1.0, 0.48, 0.16), vec4(FAR, 1.06)),
    Shape(vec4(FAR, 0.0), vec4(FAR, 0.0), vec4(FAR, 0.97)),
    // dart, square, shield, cross, hexagon, lying box, trapezoid, house, standing box
    Shape(vec4(0.9, -0.44, 0.44, 0.0), vec4(0.42, 0.86, 0.645, 0.0), vec4(FAR, 9.0)),
    Shape(vec4(1.0, 0.0, 0.7, 1.0), vec4(0.0, 1.0, 0.7, 0.2), vec4(FAR, 0.92)),
    Shape(vec4(1.0, 0.0, 0.8, 0.0), vec4(0.0, -1.0, 0.88, 0.0), vec4(0.62, 0.78, 0.72, 9.0)),
    Shape(vec4(1.0, 0.0, 0.94, 2.0), vec4(0.0, 1.0, 0.5, 0.0), vec4(FAR, 9.0)),
    Shape(vec4(0.5, 0.8660254, 0.86, 1.0), vec4(1.0, 0.0, 0.86, 0.0), vec4(FAR, 9.0)),
    Shape(vec4(1.0, 0.0, 0.9, 1.0), vec4(0.0, 1.0, 0.54, 0.1), vec4(FAR, 9.0)),
    Shape(vec4(0.96, 0.28, 0.71, 0.0), vec4(0.0, 1.0, 0.78, 0.0), vec4(0.0, -1.0, 0.78, 9.0)),
    Shape(vec4(1.0, 0.0, 0.88, 0.0), vec4(0.0, 1.0, 0.8, 0.0), vec4(0.66, -0.75, 0.74, 9.0)),
    Shape(vec4(1.0, 0.0, 0.54, 1.0), vec4(0.0, 1.0, 0.9, 0.1), vec4(FAR, 9.0)),
);

// Right halves of what encloses the shapes of the grades, and any other with its tips: four corners each from above.
const OUTLINES = array<vec2<f32>, 20>(
    vec2(0.402, -0.97), vec2(0.97, -0.402), vec2(0.97, 0.402), vec2(0.402, 0.97),
    vec2(0.07, -1.07), vec2(1.07, -0.07), vec2(1.07, 0.07), vec2(0.07, 1.07),
    vec2(0.06, -1.22), vec2(1.09, 0.565), vec2(1.09, 0.57), vec2(1.05, 0.65),
    vec2(0.402, -0.97), vec2(0.97, -0.402), vec2(0.97, 0.402), vec2(0.402, 0.97),
    vec2(1.26, -1.26), vec2(1.26, -0.1), vec2(1.26, 0.1), vec2(1.26, 1.26),
);
// How far their lines are from the middle.
const INNER = array<f32, 5>(0.97, 0.79, 0.64, 0.97, 1.0);

// The signed distance of a shape of radius 1, negative inside.
fn edge_of(at: vec2<f32>, one: vec4<f32>, two: vec4<f32>, three: vec4<f32>) -> f32 {
    let q = abs(at);
    var p = vec2(q.x, select(at.y, q.y, one.w > 0.5));
    p = select(p, vec2(max(q.x, q.y), min(q.x, q.y)), one.w > 1.5);
    let lines = max(max(dot(p, one.xy) - one.z, dot(p, two.xy) - two.z), dot(p, three.xy) - three.z);
    return max(lines, length(at) - three.w) - two.w;
}

// How much of a pixel is inside, for a distance in points.
fn cover(distance: f32) -> f32 {
    return clamp(0.5 - distance * view.pixels_per_point, 0.0, 1.0);
}

// The distance in drawing units (24 across an icon), positive inside; `at` runs -12 .. 12.
fn icon_at(cell: u32, at: vec2<f32>) -> f32 {
    let origin = vec2(f32(cell & 7u), f32(cell >> 3u)) * 64.0;
    let size = vec2<f32>(textureDimensions(atlas));
    let inside = clamp(at * 2.0 + 32.0, vec2(0.5), vec2(63.5));
    let v = textureSampleLevel(atlas, atlas_sampler, (origin + inside) / size, 0.0).r;
    return (v * 255.0 - 127.5) / 127.5 * 4.0;
}

// Premultiplied "over".
fn lay(below: vec4<f32>, colour: vec3<f32>, alpha: f32) -> vec4<f32> {
    return vec4(colour * alpha + below.rgb * (1.0 - alpha), alpha + below.a * (1.0 - alpha));
}

// One for all sprites, so that all are one draw; without branches, for a software rasteriser walks them all.
@fragment
fn mark_fragment(in: Varying) -> @location(0) vec4<f32> {
    let p = in.local;
    let radius = in.size.x;
    // Heads: a dart turns as a whole; others stand upright with a point beside them.
    let turned = vec2(p.x * in.turn.x + p.y * in.turn.y, p.y * in.turn.x - p.x * in.turn.y);
    let at = mix(p, turned, in.turn.w) / radius;
    let nose = max(abs(turned.x) * 0.8 - (turned.y + 1.72 * radius) * 0.6, turned.y + 1.12 * radius) + in.turn.z;
    var d = min(edge_of(at, in.one, in.two, in.three) * radius, nose);
    // Lines: the dot and the stem, or the breadth of a trail.
    let stem = min(length(p) - 2.2, max(abs(p.y) - 0.75, -p.x));
    d = select(d, stem, in.size.w == STEM_LINE);
    d = select(d, abs(p.y) - radius, in.size.w == TRAIL);

    let wave = cover(abs(length(p) - in.wave.x) - in.wave.y) * in.wave.z;
    let halo = max(cover(abs(d - 4.5) - 1.0), clamp(1.5 - d / 6.0, 0.0, 1.0) * 0.28) * in.more.x;
    var out = vec4(view.halo.rgb, 1.0) * halo;
    out = lay(out, in.fill.rgb, max(wave, cover(abs(d - 3.4) - 0.6) * in.more.y));
    // The dark rim, around a cluster wider and with a line in it.
    out = lay(out, view.edge.rgb, cover(d - in.fill.w) * in.ink.w);
    let inside = cover(d);
    out = lay(out, in.fill.rgb, max(inside, cover(abs(d - 2.9) - 0.7) * in.more.z));

    // The icon, or figures in a row: one look into the atlas for either.
    let under = (p - vec2(0.0, in.more.w)) * in.text.x;
    let x = under.x + in.text.y * in.text.z * 0.5;
    let slot = clamp(floor(x / in.text.y), 0.0, in.text.z - 1.0);
    let spot = vec2(x - (slot + 0.5) * in.text.y, under.y);
    let cell = (in.cells >> (u32(slot) * 8u)) & 255u;
    let shown = cell != 255u && max(abs(spot.x), abs(spot.y)) < in.text.w;
    let inked = clamp(0.5 + icon_at(min(cell, 127u), spot) / in.text.x * view.pixels_per_point, 0.0, 1.0);
    out = lay(out, in.ink.rgb, select(0.0, inked * inside, shown));
    return out * (in.size.y + in.size.z * select(0.0, p.x, in.size.w == TRAIL));
}
