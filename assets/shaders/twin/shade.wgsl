// Shade of buildings on the ground, as a share of light that is kept, in the picture's alpha: what two of them shade is
// as dark as what one does. Needs `view.wgsl`, `buildings.wgsl`.

struct Shade {
    @builtin(position) clip: vec4<f32>,
    @location(0) kept: f32,
}

fn on_ground(at: vec3<f32>, kept: f32) -> Shade {
    let clip = view.clip_from_world * vec4<f32>(at, 1.0);
    return Shade(lifted(clip, at.y, 0.25, 1.8), mix(kept, 1.0, fog_at(clip.w)));
}

// Where walls meet the ground little of the sky is seen: walls laid flat before themselves, fading outwards. What is left
// of the roof keeps all its light.
@vertex
fn contact_vertex(@builtin(vertex_index) index: u32, place: Place) -> Shade {
    let corner = corners[place.first.y + (index >> 1u)];
    let heights = massings[place.first.x + (corner.y & 0xffffu)].heights;
    let city = in_chunk(place, corner.x);
    let foot = foot_of(heights);
    let outer = (index & 1u) == 1u;
    let angle = f32((corner.y >> 16u) & 0xffu) * (6.2831853 / 256.0);
    let reach = select(0.0, 1.2 + min((top_of(heights) - foot) * 0.22, 6.0), outer);
    let at = city + vec2<f32>(cos(angle), sin(angle)) * reach;
    return on_ground(vec3<f32>(at.x, foot, -at.y), select(1.0 - view.shade.w, 1.0, outer));
}

// The prism thrown on the ground, away from the sun.
@vertex
fn shadow_vertex(@builtin(vertex_index) index: u32, place: Place) -> Shade {
    let corner = corners[place.first.y + (index >> 1u)];
    let heights = massings[place.first.x + (corner.y & 0xffffu)].heights;
    let city = in_chunk(place, corner.x);
    let foot = foot_of(heights);
    let high = select(0.0, top_of(heights) - foot, (index & 1u) == 1u);
    let at = vec2<f32>(city.x, -city.y) + view.shade.xy * high;
    return on_ground(vec3<f32>(at.x, foot, at.y), 1.0 - view.shade.z);
}

@fragment
fn shade_fragment(in: Shade) -> @location(0) vec4<f32> {
    return vec4<f32>(0.0, 0.0, 0.0, in.kept);
}

// Takes the light from the picture.
@vertex
fn take_vertex(@builtin(vertex_index) i: u32) -> Shade {
    return Shade(vec4<f32>(f32(i & 1u) * 4.0 - 1.0, f32(i >> 1u) * 4.0 - 1.0, 0.0, 1.0), 1.0);
}
