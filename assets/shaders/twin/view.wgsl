// What every shader of the city begins with: the view, light and fog. Engine axes (x east, y up, z south), metres.

struct View {
    clip_from_world: mat4x4<f32>,
    // eye (xyz), pixels of a metre at a depth of one metre (w)
    eye: vec4<f32>,
    // direction through the middle of the picture, and what a step of one in x and y of clip space adds to it
    ray: vec4<f32>,
    ray_x: vec4<f32>,
    ray_y: vec4<f32>,
    // towards the sun (xyz), how much slopes differ by it (w)
    sun: vec4<f32>,
    // fog: depth where it starts, one over its range, its most, share of the sky's gradient
    fog: vec4<f32>,
    // what flat shapes cover: min x, min z, max x, max z; they fade out over a margin within it
    bounds: vec4<f32>,
    // margin of the bounds (x), picture's width and height (yz), metres to the last tree (w)
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
    // a lit window
    window: vec4<f32>,
    // share of windows lit: of dwellings, of offices; 0 by day to 1 by night (z); seconds for what moves (w)
    night: vec4<f32>,
    // the glow of street lights (rgb) and how much of it is seen (a)
    lamp: vec4<f32>,
    // lines on roads, pavement beside them, the shore
    mark: vec4<f32>,
    kerb: vec4<f32>,
    shore: vec4<f32>,
    // the crown of a tree (rgb), snow on it (a)
    crown: vec4<f32>,
    // metres of a shadow along x and z for a metre of height, how dark it is, how dark it is where walls meet the ground
    shade: vec4<f32>,
    // rain, snow, wetness, whiteness
    air: vec4<f32>,
    // terrain: west and south of the first post, posts to a metre east and north
    relief: vec4<f32>,
    // posts east and north, metres over which the rim falls to the plain, lines of height to a metre
    posts: vec4<f32>,
}

@group(0) @binding(0) var<uniform> view: View;

fn fog_at(depth: f32) -> f32 {
    let f = clamp((depth - view.fog.x) * view.fog.y, 0.0, 1.0);
    return f * (2.0 - f) * view.fog.z;
}

fn fogged(color: vec3<f32>, depth: f32) -> vec3<f32> {
    return mix(color, view.horizon.rgb, fog_at(depth));
}

// Clip space of a point on the ground at `height`, with the depth of one that stands `metres` and `pixels` higher: it lies
// over the ground's triangles, which are coarser far away, and over what is lifted less.
fn lifted(clip: vec4<f32>, height: f32, metres: f32, pixels: f32) -> vec4<f32> {
    let lift = metres + pixels * clip.w / view.eye.w;
    return vec4<f32>(clip.xy, clip.z * (1.0 + clamp(lift / max(view.eye.y - height, 1.0), 0.0, 0.5)), clip.w);
}

// Where a piece of the city lies, and the first building and corner of it.
struct Chunk {
    @location(0) origin: vec3<f32>,
    @location(1) extent: vec3<f32>,
    @location(2) first: vec2<u32>,
}
