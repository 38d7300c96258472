// Buildings: prisms whose corners are pulled from storage.

// a corner of a footprint: x | y << 16, building | normal << 16
@group(1) @binding(0) var<storage, read> corners: array<vec2<u32>>;
// one word a building: top and foot in decimetres (14 bits each), shade (4 bits)
@group(1) @binding(1) var<storage, read> heights: array<u32>;
// one word a building: red, green, blue, strength
@group(1) @binding(2) var<storage, read> tints: array<u32>;

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
