// The city: sky and endless ground, flat shapes, ribbons, buildings. Engine axes (x east, y up, z south), metres.

struct View {
    clip_from_world: mat4x4<f32>,
    // eye (xyz), pixels of a metre at a depth of one metre (w)
    eye: vec4<f32>,
    // direction through the middle of the picture, and what a step of one in x and y of clip space adds to it
    ray: vec4<f32>,
    ray_x: vec4<f32>,
    ray_y: vec4<f32>,
    // towards the sun (xyz), share of direct light (w)
    sun: vec4<f32>,
    // fog: depth where it starts, one over its range, its most, share of the sky's gradient
    fog: vec4<f32>,
    // what flat shapes cover: min x, min z, max x, max z; they fade out over a margin within it
    bounds: vec4<f32>,
    // margin of the bounds (x), picture's width and height (yz), 1 where small ways are drawn (w)
    more: vec4<f32>,
    sky: vec4<f32>,
    horizon: vec4<f32>,
    ground: vec4<f32>,
    // foot over wall, channel by channel
    foot: vec4<f32>,
    wall: vec4<f32>,
    roof: vec4<f32>,
    // edges that catch the light (rgb), one over the depth at which they begin to fade (a)
    edge: vec4<f32>,
    sunlight: vec4<f32>,
    ambient: vec4<f32>,
    // by paint: colour (rgb) and opacity (a)
    paint: array<vec4<f32>, 17>,
    // by paint: least half width in pixels, pixels a metre below which it is gone, the same where it is whole
    ways: array<vec4<f32>, 17>,
}

@group(0) @binding(0) var<uniform> view: View;
// a corner of a footprint: x | y << 16, building | normal << 16
@group(0) @binding(1) var<storage, read> corners: array<vec2<u32>>;
// one word a building: top and foot in decimetres (14 bits each), shade (4 bits)
@group(0) @binding(2) var<storage, read> heights: array<u32>;
// one word a building: red, green, blue, strength
@group(0) @binding(3) var<storage, read> tints: array<u32>;

fn fog_at(depth: f32) -> f32 {
    let f = clamp((depth - view.fog.x) * view.fog.y, 0.0, 1.0);
    return f * (2.0 - f) * view.fog.z;
}

fn fogged(color: vec3<f32>, depth: f32) -> vec3<f32> {
    return mix(color, view.horizon.rgb, fog_at(depth));
}

// --- buildings ---

struct Chunk {
    @location(0) origin: vec3<f32>,
    @location(1) extent: vec3<f32>,
    // first building and first corner
    @location(2) first: vec2<u32>,
}

// A corner of a wall or roof before fog.
struct Prism {
    clip: vec4<f32>,
    color: vec3<f32>,
    // share of light from the sky that comes down to this height between its neighbours
    open: f32,
    top: bool,
    metres: f32,
}

// Vertex 2c is the foot of the wall at corner c, 2c + 1 its top. The first corner of a triangle says what it is.
fn prism(index: u32, chunk: Chunk) -> Prism {
    let corner = corners[chunk.first.y + (index >> 1u)];
    let building = chunk.first.x + (corner.y & 0xffffu);
    let heights_dm = heights[building];
    let at = vec2<f32>(vec2<u32>(corner.x & 0xffffu, corner.x >> 16u)) * (chunk.extent.xy * (1.0 / 65535.0));
    let city = chunk.origin.xy + at;
    var out: Prism;
    out.top = (index & 1u) == 1u;
    let top_metres = 0.1 * f32(heights_dm & 0x3fffu);
    out.metres = select(0.1 * f32((heights_dm >> 14u) & 0x3fffu), top_metres, out.top);
    out.clip = view.clip_from_world * vec4<f32>(city.x, out.metres, -city.y, 1.0);
    let tone = 0.93 + f32(heights_dm >> 28u) * (0.14 / 15.0);
    let angle = f32((corner.y >> 16u) & 0xffu) * (6.2831853 / 256.0);
    let lit = 0.5 + 0.5 * dot(vec2<f32>(cos(angle), -sin(angle)), view.sun.xz) * 1.5;
    let wall = view.wall.rgb * (view.ambient.rgb + view.sunlight.rgb * lit);
    let tint = unpack4x8unorm(tints[building]);
    // Towers rise out of the shade of their neighbours into the light.
    let tall = top_metres / (top_metres + 22.0);
    out.color = mix(select(wall, view.roof.rgb, out.top) * tone * (0.74 + 0.36 * tall), tint.rgb, tint.a);
    out.open = select(view.foot.g, 1.0, out.top);
    return out;
}

struct FarWall {
    @builtin(position) clip: vec4<f32>,
    // colour less its fog, fog
    @location(0) @interpolate(flat, first) color: vec4<f32>,
    @location(1) open: f32,
}

// From afar: fog once a corner, one multiplication a pixel.
@vertex
fn far_vertex(@builtin(vertex_index) index: u32, chunk: Chunk) -> FarWall {
    let p = prism(index, chunk);
    let fog = fog_at(p.clip.w);
    return FarWall(p.clip, vec4<f32>(p.color * (1.0 - fog), fog), p.open);
}

@fragment
fn far_fragment(in: FarWall) -> @location(0) vec4<f32> {
    return vec4<f32>(in.color.rgb * in.open + view.horizon.rgb * in.color.a, 1.0);
}

struct NearWall {
    @builtin(position) clip: vec4<f32>,
    @location(0) @interpolate(flat, first) color: vec3<f32>,
    // 1 on walls: their upper edge catches the light
    @location(1) @interpolate(flat, first) wall: f32,
    // as `open`, and metres above the ground
    @location(2) lift: vec2<f32>,
    @location(3) rise: f32,
}

@vertex
fn near_vertex(@builtin(vertex_index) index: u32, chunk: Chunk) -> NearWall {
    let p = prism(index, chunk);
    let rise = select(0.0, 1.0, p.top);
    return NearWall(p.clip, p.color, 1.0 - rise, vec2<f32>(p.open, p.metres), rise);
}

@fragment
fn near_fragment(in: NearWall) -> @location(0) vec4<f32> {
    let depth = 1.0 / in.clip.w;
    let close = clamp(2.0 - depth * view.edge.a, 0.0, 1.0);
    // Where a wall meets the street it is darkest.
    let contact = 1.0 - in.wall * close * 0.3 / (1.0 + in.lift.y * 0.5);
    // The last pixel and a half below the roof.
    let rim = clamp(1.0 - (1.0 - in.rise) / max(fwidth(in.rise) * 1.6, 1e-6), 0.0, 1.0) * in.wall * close;
    let color = mix(in.color * in.lift.x * contact, view.edge.rgb, rim * 0.4);
    return vec4<f32>(fogged(color, depth), 1.0);
}

// --- sky and endless ground ---

struct Background {
    @builtin(position) clip: vec4<f32>,
    @location(0) ray: vec3<f32>,
}

@vertex
fn background_vertex(@builtin(vertex_index) i: u32) -> Background {
    let at = vec2<f32>(f32(i & 1u) * 4.0 - 1.0, f32(i >> 1u) * 4.0 - 1.0);
    var out: Background;
    out.clip = vec4<f32>(at, 0.0, 1.0);
    out.ray = view.ray.xyz + at.x * view.ray_x.xyz + at.y * view.ray_y.xyz;
    return out;
}

@fragment
fn background_fragment(in: Background) -> @location(0) vec4<f32> {
    // The ray's part along the view is one, so its step to the ground is a depth.
    let depth = -view.eye.y / min(in.ray.y, -1e-5);
    let height = clamp(in.ray.y * view.fog.w, 0.0, 1.0);
    let below = fogged(view.ground.rgb, depth);
    let above = mix(view.horizon.rgb, view.sky.rgb, height * (2.0 - height));
    return vec4<f32>(select(below, above, in.ray.y >= 0.0), 1.0);
}

// --- flat shapes ---

struct Flat {
    @location(3) position: vec4<u32>,
    @location(4) tone: vec4<u32>,
}

struct Fill {
    @builtin(position) clip: vec4<f32>,
    @location(0) @interpolate(flat, first) color: vec4<f32>,
    @location(1) at: vec2<f32>,
}

fn inside(at: vec2<f32>) -> f32 {
    let d = min(at - view.bounds.xy, view.bounds.zw - at) * view.more.x;
    return clamp(min(d.x, d.y), 0.0, 1.0);
}

@vertex
fn fill_vertex(v: Flat, chunk: Chunk) -> Fill {
    let city = chunk.origin.xy + vec2<f32>(v.position.xy) * (chunk.extent.xy * (1.0 / 65535.0));
    let world = vec3<f32>(city.x, 0.0, -city.y);
    var out: Fill;
    out.clip = view.clip_from_world * vec4<f32>(world, 1.0);
    out.color = view.paint[min(v.tone.z, 16u)];
    out.at = world.xz;
    return out;
}

@fragment
fn fill_fragment(in: Fill) -> @location(0) vec4<f32> {
    return vec4<f32>(fogged(in.color.rgb, 1.0 / in.clip.w), in.color.a * inside(in.at));
}

struct Ribbon {
    @builtin(position) clip: vec4<f32>,
    @location(0) @interpolate(flat, first) color: vec4<f32>,
    // metres from the centre line (x), half width in metres (y)
    @location(1) across: vec2<f32>,
    @location(2) at: vec2<f32>,
}

fn signed_byte(b: u32) -> f32 {
    return f32(i32(b << 24u) >> 24u) * (1.0 / 127.0);
}

@vertex
fn line_vertex(v: Flat, chunk: Chunk) -> Ribbon {
    let city = chunk.origin.xy + vec2<f32>(v.position.xy) * (chunk.extent.xy * (1.0 / 65535.0));
    let world = vec3<f32>(city.x, 0.0, -city.y);
    let normal = vec3<f32>(signed_byte(v.tone.x), 0.0, -signed_byte(v.tone.y));
    let paint = min(v.tone.z, 16u);
    let way = view.ways[paint];
    let middle = view.clip_from_world * vec4<f32>(world, 1.0);
    // How many pixels one metre across the line has here, seen under this angle.
    let side = view.clip_from_world * vec4<f32>(normal, 0.0);
    let slope = (side.xy * middle.w - middle.xy * side.w) / (middle.w * middle.w);
    let pixels = length(slope * view.more.yz) * 0.5;
    let half_width = f32(v.position.w) * 0.01;
    let half_pixels = max(half_width * pixels, 1e-4);
    let drawn = max(half_pixels, way.x);
    // Widened lines keep their share of light; small ways go before they become noise.
    let scale = view.eye.w / max(middle.w, 1.0);
    let there = clamp((scale - way.y) / max(way.z - way.y, 1e-6), 0.0, 1.0);
    let grown = (drawn + 0.75) / half_pixels;
    var out: Ribbon;
    out.clip = middle + side * (half_width * grown);
    let color = view.paint[paint];
    out.color = vec4<f32>(color.rgb, color.a * there * mix(1.0, half_pixels / drawn, way.w));
    out.across = vec2<f32>((f32(v.tone.w) * (2.0 / 255.0) - 1.0) * half_width * grown, half_width * drawn / half_pixels);
    out.at = world.xz;
    return out;
}

@fragment
fn line_fragment(in: Ribbon) -> @location(0) vec4<f32> {
    let metres = max(fwidth(in.across.x), 1e-5);
    let cover = clamp((in.across.y - abs(in.across.x)) / metres + 0.5, 0.0, 1.0);
    return vec4<f32>(fogged(in.color.rgb, 1.0 / in.clip.w), in.color.a * cover * inside(in.at));
}
