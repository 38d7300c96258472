// Sky, endless ground, and what lies flat on it: fills and ribbons. Needs `view.wgsl`, `relief.wgsl`.

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

fn placed(v: Flat, chunk: Chunk) -> vec3<f32> {
    let city = chunk.origin + vec3<f32>(v.position.xyz) * (chunk.extent * (1.0 / 65535.0));
    return vec3<f32>(city.x, city.z, -city.y);
}

fn inside(at: vec2<f32>) -> f32 {
    let d = min(at - view.bounds.xy, view.bounds.zw - at) * view.more.x;
    return clamp(min(d.x, d.y), 0.0, 1.0);
}

// Layers from below: land, bare ground, green, water, paved; ribbons are above all.
fn layer_of(paint: u32) -> f32 {
    return select(f32(paint + 1u), 5.0, paint == 16u);
}

#ifdef RELIEF
@vertex
fn fill_vertex(v: Flat, chunk: Chunk) -> Soil {
    let world = placed(v, chunk);
    let paint = min(v.tone.z, 16u);
    let color = mix(view.ground.rgb, view.paint[paint].rgb, inside(world.xz));
    let lit = lit_slope(normal_at(world.xz), world.y);
    return soil(flat_clip(world, layer_of(paint)), color * lit, world.y);
}
#else
struct Fill {
    @builtin(position) clip: vec4<f32>,
    @location(0) @interpolate(flat, first) color: vec3<f32>,
    @location(1) at: vec2<f32>,
}

// Where the ground is level a triangle may be as large as a lake, and fog is a pixel's own.
@vertex
fn fill_vertex(v: Flat, chunk: Chunk) -> Fill {
    let world = placed(v, chunk);
    let paint = min(v.tone.z, 16u);
    return Fill(flat_clip(world, layer_of(paint)), view.paint[paint].rgb, world.xz);
}

@fragment
fn level_fragment(in: Fill) -> @location(0) vec4<f32> {
    let color = mix(view.ground.rgb, in.color, inside(in.at));
    return vec4<f32>(fogged(color, 1.0 / in.clip.w), 1.0);
}
#endif

// --- water ---

// Low waves that come from three sides, here stronger and there weaker; about -1 to 1.
fn waves(at: vec2<f32>, t: f32) -> f32 {
    let bent = at + vec2<f32>(sin(at.y * 0.031 + t * 0.21), sin(at.x * 0.027 - t * 0.17)) * 9.0;
    let a = sin(dot(bent, vec2<f32>(0.11, 0.43)) + t * 0.9);
    let b = sin(dot(bent, vec2<f32>(-0.29, 0.36)) - t * 1.1);
    let c = sin(dot(bent + a * 1.6, vec2<f32>(0.47, 0.62)) + t * 1.3);
    let gust = 0.5 + 0.5 * sin(dot(at, vec2<f32>(0.013, -0.009)) + 2.0 * sin(at.y * 0.006));
    return (a * 0.35 + b * 0.25 + c * 0.4) * (0.35 + 0.65 * gust);
}

struct Water {
    @builtin(position) clip: vec4<f32>,
    @location(0) at: vec2<f32>,
}

@vertex
fn water_vertex(v: Flat, chunk: Chunk) -> Water {
    let world = placed(v, chunk);
    return Water(flat_clip(world, layer_of(3u)), world.xz);
}

// Smoother than land: it mirrors the sky the flatter one looks at it.
@fragment
fn water_fragment(in: Water) -> @location(0) vec4<f32> {
    let depth = 1.0 / in.clip.w;
    let flatness = 1.0 - clamp(view.eye.y / depth, 0.0, 1.0);
    let mirror = flatness * flatness * flatness * 0.42;
    var color = mix(view.paint[3].rgb, view.sky.rgb, mirror);
#ifdef CLOSE
    let ripple = waves(in.at, view.night.w);
    let seen = clamp(view.eye.w / depth * 0.6 - 0.35, 0.0, 1.0);
    color *= 1.0 + (0.09 * ripple + 0.06 * smoothstep(0.45, 0.8, ripple)) * seen;
#endif
    color = mix(view.ground.rgb, color, inside(in.at));
    return vec4<f32>(fogged(color, depth), 1.0);
}

// --- ribbons ---

struct Ribbon {
    @builtin(position) clip: vec4<f32>,
    @location(0) @interpolate(flat, first) color: vec4<f32>,
    // metres from the centre line (x), half width in metres (y)
    @location(1) across: vec2<f32>,
    @location(2) at: vec2<f32>,
#ifdef CLOSE
    // unit vector along the line (xy), its paint (z), its own half width in metres (w)
    @location(3) @interpolate(flat, first) way: vec4<f32>,
#endif
#ifdef DASHED
    // unit vector along the line (xy), metres of a dash and its gap (z)
    @location(3) @interpolate(flat, first) way: vec3<f32>,
#endif
}

fn signed_byte(b: u32) -> f32 {
    return f32(i32(b << 24u) >> 24u) * (1.0 / 127.0);
}

// A ribbon `more` metres wider on each side than the pack has it.
fn ribbon(v: Flat, chunk: Chunk, more: f32) -> Ribbon {
    let world = placed(v, chunk);
    let normal = vec3<f32>(signed_byte(v.tone.x), 0.0, -signed_byte(v.tone.y));
    let paint = min(v.tone.z, 16u);
    let way = view.ways[paint];
    let middle = flat_clip(world, 6.0);
    // How many pixels one metre across the line has here, seen under this angle.
    let side = view.clip_from_world * vec4<f32>(normal, 0.0);
    let slope = (side.xy * middle.w - middle.xy * side.w) / (middle.w * middle.w);
    let pixels = length(slope * view.more.yz) * 0.5;
    let half_width = f32(v.position.w) * 0.01 + more;
    let half_pixels = max(half_width * pixels, 1e-4);
    let drawn = max(half_pixels, way.x);
    // Widened lines keep their share of light; small ways go before they become noise.
    let scale = view.eye.w / max(middle.w, 1.0);
    let there = clamp((scale - way.y) / max(way.z - way.y, 1e-6), 0.0, 1.0);
    let grown = (drawn + 0.75) / half_pixels;
    var out: Ribbon;
    out.clip = middle + vec4<f32>(side.xy, 0.0, side.w) * (half_width * grown);
    let color = view.paint[paint];
    // A stream mirrors the sky like the water that it runs into.
    let flatness = 1.0 - clamp((view.eye.y - world.y) / max(middle.w, 1.0), 0.0, 1.0);
    let mirror = select(0.0, flatness * flatness * flatness * 0.42, paint == 4u);
    let seen = mix(color.rgb, view.sky.rgb, mirror);
    out.color = vec4<f32>(seen, color.a * there * mix(1.0, half_pixels / drawn, way.w));
    out.across = vec2<f32>((f32(v.tone.w) * (2.0 / 255.0) - 1.0) * half_width * grown, half_width * drawn / half_pixels);
    out.at = world.xz;
    let along = normalize(vec2<f32>(normal.z, -normal.x) + vec2<f32>(0.0, 1e-6));
#ifdef CLOSE
    out.way = vec4<f32>(along, f32(paint), half_width);
#endif
#ifdef DASHED
    // A dash is a tunnel's width long and never less than a few pixels.
    out.way = vec3<f32>(along, 20.0 * exp2(max(0.0, ceil(log2(12.0 / (scale * 20.0))))));
#endif
    return out;
}

@vertex
fn line_vertex(v: Flat, chunk: Chunk) -> Ribbon {
    return ribbon(v, chunk, 0.0);
}

fn covered(in: Ribbon) -> f32 {
    let metres = max(fwidth(in.across.x), 1e-5);
    return clamp((in.across.y - abs(in.across.x)) / metres + 0.5, 0.0, 1.0);
}

@fragment
fn line_fragment(in: Ribbon) -> @location(0) vec4<f32> {
    return vec4<f32>(fogged(in.color.rgb, 1.0 / in.clip.w), in.color.a * covered(in) * inside(in.at));
}

#ifdef DASHED
// A tunnel: dashes.
@fragment
fn dash_fragment(in: Ribbon) -> @location(0) vec4<f32> {
    let along = dot(in.at, in.way.xy) / in.way.z;
    let soft = max(fwidth(along), 1e-4);
    let dash = clamp((0.29 - abs(fract(along) - 0.5)) / soft + 0.5, 0.0, 1.0);
    // Its sides are what is drawn of it from near; between them it is barely there.
    let metres = max(fwidth(in.across.x), 1e-5);
    let rim = clamp((abs(in.across.x) - in.across.y) / max(metres, 0.5) + 1.8, 0.22, 1.0);
    let seen = in.color.a * covered(in) * dash * rim;
    return vec4<f32>(fogged(in.color.rgb, 1.0 / in.clip.w), seen * inside(in.at));
}
#endif

#ifdef CLOSE
// Pavement on both sides of a road, under it.
@vertex
fn kerb_vertex(v: Flat, chunk: Chunk) -> Ribbon {
    return ribbon(v, chunk, select(1.0, 2.2, v.tone.z > 8u));
}

@fragment
fn kerb_fragment(in: Ribbon) -> @location(0) vec4<f32> {
    let depth = 1.0 / in.clip.w;
    let seen = clamp(view.eye.w / depth * 0.9 - 0.35, 0.0, 1.0);
    return vec4<f32>(fogged(view.kerb.rgb, depth), covered(in) * seen * inside(in.at));
}

// A line of `half` metres to each side at `off` metres, never thinner than a pixel is seen.
fn stripe(off: f32, half: f32, metres: f32) -> f32 {
    let drawn = max(half, metres * 0.5);
    return clamp((drawn - abs(off)) / metres + 0.5, 0.0, 1.0) * (half / drawn);
}

// A road from near: lines between lanes, and by night the light of its lamps.
@fragment
fn close_fragment(in: Ribbon) -> @location(0) vec4<f32> {
    let depth = 1.0 / in.clip.w;
    let metres = max(fwidth(in.across.x), 1e-5);
    let cover = clamp((in.across.y - abs(in.across.x)) / metres + 0.5, 0.0, 1.0);
    let along = dot(in.at, in.way.xy);
    let paint = u32(in.way.z + 0.5);
    let width = in.way.w * 2.0;
    let scale = view.eye.w / depth;
    var color = in.color.rgb;
    var alpha = in.color.a * cover;
    let road = paint >= 7u && paint <= 13u;
    let great = paint == 12u || paint == 13u;
    if road {
        // Lines, from streets upwards.
        let lanes = max(round(width / 3.5), 1.0);
        let lane = (in.across.x + in.way.w) / width * lanes;
        let line = round(lane);
        let off = (lane - line) * width / lanes;
        let inner = line > 0.5 && line < lanes - 0.5;
        let middle = abs(line * 2.0 - lanes) < 0.5 && !great;
        let soft = max(fwidth(along), 1e-4) / 9.0;
        let dash = clamp((0.22 - abs(fract(along / 9.0) - 0.5)) / soft + 0.5, 0.0, 1.0);
        let whole = middle && paint >= 9u && lanes > 1.5;
        let edge = stripe(in.way.w - 0.35 - abs(in.across.x), 0.08, metres) * select(0.0, 1.0, paint >= 10u);
        let painted = max(select(0.0, stripe(off, 0.08, metres) * select(dash, 1.0, whole), inner), edge);
        let seen = clamp(scale * 0.28 - 0.7, 0.0, 1.0) * select(0.0, 1.0, paint >= 8u && width > 4.5);
        color = mix(color, view.mark.rgb, painted * seen * view.mark.a);
        // Lamps stand every 28 metres; what they shed is brightest under them.
        let near_lamp = (fract(along / 28.0) - 0.5) * 28.0;
        let pool = exp(-near_lamp * near_lamp * 0.012) - 0.4;
        let lights = clamp(scale * 0.5 - 0.2, 0.0, 1.0);
        color += view.lamp.rgb * (view.lamp.a * 0.11 * pool * lights);
    } else if paint == 14u {
        // Rails on their bed.
        let rail = stripe(abs(in.across.x) - 0.72, 0.09, metres);
        let soft = max(fwidth(along), 1e-4) / 1.4;
        let tie = clamp((0.25 - abs(fract(along / 1.4) - 0.5)) / soft + 0.5, 0.0, 1.0);
        let bed = tie * step(abs(in.across.x), 1.3) * clamp(scale * 0.12 - 0.5, 0.0, 1.0);
        color = mix(color * (1.0 - 0.3 * bed), view.mark.rgb, rail * 0.6 * clamp(scale * 0.3 - 0.6, 0.0, 1.0));
    } else if paint == 5u {
        // An outline is no thing of the street: from near it is a thin line of dashes.
        let soft = max(fwidth(along), 1e-4) / 16.0;
        let dash = clamp((0.3 - abs(fract(along / 16.0) - 0.5)) / soft + 0.5, 0.0, 1.0);
        let thin = stripe(in.across.x, 0.25, metres) * dash;
        alpha = mix(alpha, in.color.a * thin, clamp(scale * 0.9 - 0.7, 0.0, 1.0));
    }
    return vec4<f32>(fogged(max(color, vec3<f32>(0.0)), depth), alpha * inside(in.at));
}
#endif
