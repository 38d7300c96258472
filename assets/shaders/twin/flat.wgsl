// Sky, endless ground, and what lies flat on it: fills and ribbons.

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
