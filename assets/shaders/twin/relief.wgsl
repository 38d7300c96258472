// The ground's height and how light falls on it. Needs `view.wgsl`.

#ifdef RELIEF
// a post of the terrain: height in decimetres (16 bits), slope of its normal to the east and to the south (8 bits each)
@group(1) @binding(0) var<storage, read> posts: array<u32>;

struct Spot {
    height: f32,
    normal: vec3<f32>,
}

// A post, also beyond the rim: there the ground is its mirror image and falls gently to the endless plain.
fn spot_at(column: i32, row: i32) -> Spot {
    let last = vec2<i32>(view.posts.xy) - 1;
    let at = vec2<i32>(column, row);
    let off = at - clamp(at, vec2<i32>(0), last);
    let mirrored = clamp(at - 2 * off, vec2<i32>(0), last);
    let word = posts[mirrored.y * i32(view.posts.x) + mirrored.x];
    let kept = 1.0 - smoothstep(0.0, view.posts.z, length(vec2<f32>(off) / view.relief.zw));
    let turned = select(vec2<f32>(1.0), vec2<f32>(-1.0), off != vec2<i32>(0));
    let slope = vec2<f32>(f32(i32(word << 8u) >> 24u), f32(i32(word) >> 24u)) * turned * (kept / 127.0);
    return Spot(
        0.1 * f32(word & 0xffffu) * kept,
        vec3<f32>(slope.x, sqrt(max(1.0 - dot(slope, slope), 0.05)), slope.y),
    );
}

// The normal of the ground at a place (x, z).
fn normal_at(at: vec2<f32>) -> vec3<f32> {
    let grid = vec2<f32>(at.x - view.relief.x, -at.y - view.relief.y) * view.relief.zw;
    let low = floor(grid);
    let part = grid - low;
    let c = vec2<i32>(low);
    let south = mix(spot_at(c.x, c.y).normal, spot_at(c.x + 1, c.y).normal, part.x);
    let north = mix(spot_at(c.x, c.y + 1).normal, spot_at(c.x + 1, c.y + 1).normal, part.x);
    return mix(south, north, part.y);
}

// How light a slope is against level ground, which is 1.
fn lit_slope(normal: vec3<f32>, height: f32) -> f32 {
    let n = normalize(normal);
    let sunny = dot(n, view.sun.xyz) / view.sun.y;
    let shade = 1.0 + (sunny - 1.0) * view.sun.w - (1.0 - n.y) * 0.35;
    return clamp(shade, 0.45, 1.4) * (1.0 + 0.16 * height / (height + 240.0));
}

#ifdef CONTOURS
// Lines of equal height, barely there; `height` in metres.
fn contour(height: f32) -> f32 {
    let lines = height * view.posts.w + 0.37;
    let dense = max(fwidth(lines), 1e-5);
    let near = abs(fract(lines - 0.5) - 0.5) / dense;
    return 1.0 + 0.11 * clamp(1.1 - near, 0.0, 1.0) * clamp(1.6 - dense * 9.0, 0.0, 1.0) * step(0.5, height);
}
#endif
#endif

// What of the ground is seen at a corner of it. Its triangles are small where it is not level, so that fog is mixed in
// here; lines of equal height need a pixel's own.
struct Soil {
    @builtin(position) clip: vec4<f32>,
    @location(0) color: vec3<f32>,
#ifdef CONTOURS
    @location(1) height: f32,
#endif
}

// `color` under the light on a slope.
fn soil(clip: vec4<f32>, color: vec3<f32>, height: f32) -> Soil {
    var out: Soil;
    out.clip = clip;
#ifdef CONTOURS
    out.color = color;
    out.height = height;
#else
    out.color = fogged(color, clip.w);
#endif
    return out;
}

@fragment
fn soil_fragment(in: Soil) -> @location(0) vec4<f32> {
#ifdef CONTOURS
    return vec4<f32>(fogged(in.color * contour(in.height), 1.0 / in.clip.w), 1.0);
#else
    return vec4<f32>(in.color, 1.0);
#endif
}

// Clip space of a point of what lies flat on the ground. What is painted later lies over what is painted before, by
// layers, so that it may be drawn first and hides the rest.
fn flat_clip(world: vec3<f32>, layer: f32) -> vec4<f32> {
    let clip = view.clip_from_world * vec4<f32>(world, 1.0);
    let over = vec2<f32>(0.02, 0.1) * layer;
#ifdef RELIEF
    return lifted(clip, world.y, 0.08 + over.x, 1.2 + over.y);
#else
    return lifted(clip, world.y, over.x, over.y);
#endif
}
