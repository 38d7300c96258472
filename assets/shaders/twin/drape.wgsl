// A picture that lies on the ground. Needs `view.wgsl`, `relief.wgsl`.

struct Picture {
    // west, south (metres), one over its width and one over its height
    place: vec4<f32>,
    // how much of it is seen
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

@fragment
fn drape_fragment(in: Draped) -> @location(0) vec4<f32> {
    let color = textureSample(pixels, smooth_sampler, in.at.xy);
    return vec4<f32>(color.rgb, color.a * in.at.z * picture.more.x);
}
