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

struct Varying {
    @builtin(position) position: vec4<f32>,
    // Points from the head's centre; along and across a stem; share of the way along a trail and points across it.
    // Of a line nothing after `look` is set.
    @location(0) local: vec2<f32>,
    // radius, opacity, ring (of a trail: opacity at its end), length of the stem
    @location(1) @interpolate(flat) size: vec4<f32>,
    @location(2) @interpolate(flat) look: vec4<u32>,
    @location(3) @interpolate(flat) glyphs: vec4<u32>,
    // cosine and sine of the heading
    @location(4) @interpolate(flat) turn: vec2<f32>,
    // as in Shape
    @location(5) @interpolate(flat) one: vec4<f32>,
    @location(6) @interpolate(flat) two: vec4<f32>,
    @location(7) @interpolate(flat) three: vec4<f32>,
}

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

// A strip of four corners: the stem under a head, or a length of a crew's trail.
@vertex
fn line_vertex(@builtin(vertex_index) index: u32, sprite: Sprite) -> Varying {
    var out: Varying;
    let corner = corner_of(index);
    let clip = clip_of(sprite.at);
    let scale = scale_at(clip.w);
    let foot = points_of(clip);
    var hidden = clip.w < 1.0;
    var at: vec2<f32>;
    out.look = sprite.look;
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
        out.size = vec4(half - 1.0, f32(sprite.motion.y) / 255.0, f32(sprite.motion.z) / 255.0, length);
    } else {
        // From a dot on the ground to the head.
        let away = head_from(sprite, scale);
        let length = max(length(away), 0.001);
        let along = away / length;
        let across = vec2(-along.y, along.x);
        let local = vec2(select(-3.5, length, corner.x > 0.0), corner.y * 3.5);
        at = foot + along * local.x + across * local.y;
        out.local = local;
        out.size = vec4(0.0, f32(sprite.motion.y) / 255.0, 0.0, length);
    }
    out.position = placed(at, hidden);
    return out;
}

// A strip of eight corners around a head.
@vertex
fn head_vertex(@builtin(vertex_index) index: u32, sprite: Sprite) -> Varying {
    var out: Varying;
    let clip = clip_of(sprite.at);
    let scale = scale_at(clip.w);
    let flags = sprite.look.w;
    let angle = f32(sprite.motion.w) / 256.0 * 6.2831853;
    let shapes = SHAPES;
    let shape = shapes[min(sprite.look.x, 12u)];
    out.look = sprite.look;
    out.glyphs = sprite.extra;
    out.turn = vec2(cos(angle), sin(angle));
    out.one = shape.one;
    out.two = shape.two;
    out.three = shape.three;
    var radius = f32(sprite.motion.x) * 0.25 * scale;
    if (flags & (HOVERED | SELECTED)) != 0u {
        radius *= RAISED;
    }
    let ring = f32(sprite.motion.z) / 255.0;
    // As far as its shape and its rim: what is outside costs a software rasteriser as much as what is inside.
    let kind = min(sprite.look.x, 4u);
    let outlines = OUTLINES;
    let inner = INNER;
    let side = select(1.0, -1.0, (index & 1u) == 0u);
    let rim = select(2.0, 4.7, (flags & CLUSTER) != 0u);
    out.local = outlines[kind * 4u + (index >> 1u)] * vec2(side, 1.0) * (radius + rim / inner[kind]);
    var reach = 0.0;
    if (flags & (NOSE | ON_SCENE)) != 0u {
        reach = radius * 1.75 + 4.5;
    }
    if (flags & SELECTED) != 0u {
        reach = max(reach, radius * 1.26 + rim) + 9.0;
    }
    if ring > 0.0 {
        reach = max(reach, radius * 3.4);
    }
    out.size = vec4(radius, f32(sprite.motion.y) / 255.0, ring, 0.0);
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
    let origin = vec2(f32(cell % 8u), f32(cell / 8u)) * 64.0;
    let size = vec2<f32>(textureDimensions(atlas));
    let inside = clamp(at * 2.0 + 32.0, vec2(0.5), vec2(63.5));
    let v = textureSampleLevel(atlas, atlas_sampler, (origin + inside) / size, 0.0).r;
    return (v * 255.0 - 127.5) / 127.5 * 4.0;
}


// Premultiplied "over".
fn lay(below: vec4<f32>, colour: vec3<f32>, alpha: f32) -> vec4<f32> {
    return vec4(colour * alpha + below.rgb * (1.0 - alpha), alpha + below.a * (1.0 - alpha));
}

@fragment
fn line_fragment(in: Varying) -> @location(0) vec4<f32> {
    let fill = view.fill[in.look.y & 7u].rgb;
    let trail = vec4(fill, 1.0) * cover(abs(in.local.y) - in.size.x) * mix(in.size.y, in.size.z, in.local.x);
    let d = min(length(in.local) - 2.2, max(abs(in.local.y) - 0.75, -in.local.x));
    let stem = lay(lay(vec4(0.0), view.edge.rgb, cover(d - 1.0) * 0.7), fill, cover(d)) * in.size.y;
    return select(stem, trail, in.look.x == SHAPE_TRAIL);
}

// A head as most are: nothing but shape, rim and what it shows.
@fragment
fn plain_fragment(in: Varying) -> @location(0) vec4<f32> {
    return head(in, false);
}

// A head that rings, is chosen or pointed at, or of a crew that goes somewhere or is where it was sent.
@fragment
fn rich_fragment(in: Varying) -> @location(0) vec4<f32> {
    return head(in, true);
}

fn head(in: Varying, rich: bool) -> vec4<f32> {
    let radius = in.size.x;
    let fill = view.fill[in.look.y & 7u].rgb;
    let ink = view.ink[in.look.y & 7u].rgb;
    let flags = in.look.w;
    let cluster = (flags & CLUSTER) != 0u;
    var out = vec4(0.0);
    let p = in.local;
    let turned = vec2(p.x * in.turn.x + p.y * in.turn.y, p.y * in.turn.x - p.x * in.turn.y);
    // A dart turns as a whole; others stand upright with a point beside them.
    var d = edge_of(select(p, turned, in.look.x == SHAPE_DART) / radius, in.one, in.two, in.three) * radius;
    if rich {
        if (flags & NOSE) != 0u {
            let q = vec2(abs(turned.x), turned.y) / radius;
            d = min(d, max(q.x * 0.8 - (q.y + 1.72) * 0.6, q.y + 1.12) * radius);
        }
        // What just came rings once: a wave that widens and fades.
        if in.size.z > 0.0 {
            let t = in.size.z;
            let wave = abs(length(p) - radius * (1.0 + 2.2 * t)) - (2.6 - 1.8 * t);
            out = lay(out, fill, cover(wave) * (1.0 - t));
        }
        if (flags & SELECTED) != 0u {
            out = lay(out, view.halo.rgb, clamp(1.0 - (d - 3.0) / 6.0, 0.0, 1.0) * 0.28);
            out = lay(out, view.halo.rgb, cover(abs(d - 4.5) - 1.0));
        }
        if (flags & ON_SCENE) != 0u {
            out = lay(out, fill, cover(abs(d - 3.4) - 0.6) * 0.9);
        }
    }
    // The dark rim, around a cluster wider and with a line in it.
    out = lay(out, view.edge.rgb, cover(d - select(1.5, 4.2, cluster)) * select(0.85, 0.8, cluster));
    out = lay(out, fill, max(cover(d), select(0.0, cover(abs(d - 2.9) - 0.7) * 0.85, cluster)));
    if rich && (flags & HOVERED) != 0u {
        out = lay(out, vec3(1.0), cover(d) * 0.16);
    }

    // The icon, or up to four figures in a row: one look into the atlas for either.
    let low = select(0.0, 0.17, in.look.x == 2u);
    let under = p - vec2(0.0, low * radius);
    let n = dot(vec4<f32>(in.glyphs != vec4(255u)), vec4(1.0));
    // Points a drawing unit: figures are 15 units high and 11 wide, icons 24.
    let broad = select(1.46, 1.02, in.look.x == 2u || in.look.x == 1u);
    var room = select(select(1.3, 1.08, in.look.x == 1u), 0.98, in.look.x == 2u);
    room = select(room, 1.12, in.look.x > 3u);
    // a triangle narrows towards its head and its foot is near
    let tall = select(0.92, 0.72, in.look.x == 2u);
    let figures = min(radius * tall / 15.0, radius * broad / (11.0 * max(n, 1.0)));
    let unit = select(radius * room / 24.0, figures, cluster);
    let x = under.x / unit + n * 5.5;
    let slot = clamp(floor(x / 11.0), 0.0, max(n, 1.0) - 1.0);
    let at = vec2(select(under.x / unit, x - slot * 11.0 - 5.5, cluster), under.y / unit);
    let cell = select(in.look.z, in.glyphs[u32(slot)], cluster);
    let reach = select(max(abs(at.x), abs(at.y)) - 14.0, abs(at.y) - 11.0, cluster);
    let drawn = select(0.0, 1.0, cell != 255u && reach < 0.0);
    let inked = clamp(0.5 + icon_at(min(cell, 127u), at) * unit * view.pixels_per_point, 0.0, 1.0);
    out = lay(out, ink, inked * cover(d) * drawn);
    return out * in.size.y;
}
