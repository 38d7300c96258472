// A street that is cut open: the pit as it is seen through the ground, and the pipes in it. Behind `twin/view.wgsl`.
//
// Nothing here lies below the ground as far as depth goes: all of it is drawn where the look at it goes through the
// ground, so that what stands before that spot hides it and the ground itself does not.

struct Pit {
    // middle (x, z), radius, metres down to the floor
    place: vec4<f32>,
    // the floor (rgb) and how much of it is seen (a)
    bottom: vec4<f32>,
    // the wall at the ground (rgb) and how much of it is seen (a), and at its foot
    wall_top: vec4<f32>,
    wall_foot: vec4<f32>,
    // the rim (rgb), half its width in metres (a)
    rim: vec4<f32>,
    // networks by their number, the edge of a pipe, that of a lit one
    tones: array<vec4<f32>, 8>,
    // pixels: least half width of a pipe, width of its edge, of a lit one's
    pixels: vec4<f32>,
}

@group(1) @binding(0) var<uniform> pit: Pit;

// Over everything that lies flat, as a picture on the ground does.
const LIFT_M: f32 = 0.5;
const LIFT_PIXELS: f32 = 3.5;

struct Lid {
    @builtin(position) clip: vec4<f32>,
    @location(0) world: vec3<f32>,
}

// `at`: east, north, up.
@vertex
fn lid_vertex(@location(0) at: vec3<f32>) -> Lid {
    let world = vec3<f32>(at.x, at.z, -at.y);
    let clip = view.clip_from_world * vec4<f32>(world, 1.0);
    return Lid(lifted(clip, world.y, LIFT_M, LIFT_PIXELS), world);
}

@fragment
fn lid_fragment(in: Lid) -> @location(0) vec4<f32> {
    let off = in.world.xz - pit.place.xy;
    let away = length(off);
    let pixel = max(fwidth(away), 1e-4);
    let radius = pit.place.z;
    // Where the look through this spot comes down to the level of the floor: beyond the circle it meets the wall before.
    let down = pit.place.w / max(view.eye.y - in.world.y, 1.0);
    let beyond = length(off + (in.world.xz - view.eye.xz) * down);
    let wall = clamp((beyond - radius) / pixel + 0.5, 0.0, 1.0);
    let sunk = clamp((radius - away) / max(beyond - away, 1e-3), 0.0, 1.0);
    let side = mix(vec4<f32>(pit.wall_top.rgb, pit.wall_top.a), vec4<f32>(pit.wall_foot.rgb, pit.wall_top.a), sunk);
    let seen = mix(pit.bottom, side, wall);
    let inside = clamp((radius - away) / pixel + 0.5, 0.0, 1.0);
    let half_rim = max(pit.rim.a, pixel * 1.2);
    let rim = clamp((half_rim - abs(away - radius)) / pixel + 0.5, 0.0, 1.0);
    let color = mix(seen.rgb, pit.rim.rgb, rim);
    return vec4<f32>(fogged(color, 1.0 / in.clip.w), max(seen.a * inside, rim));
}

struct Straight {
    // east, north, up of the axis, height of the ground over it
    @location(0) begin: vec4<f32>,
    @location(1) end: vec4<f32>,
    // half its diameter in metres, its tone, 1 where it is an edge
    @location(2) look: vec4<f32>,
}

struct Tube {
    @builtin(position) clip: vec4<f32>,
    // its ends in pixels
    @location(0) @interpolate(flat) ends: vec4<f32>,
    // where its ends lie, and where the looks at them go through the ground, from the middle of the pit (x, z)
    @location(1) @interpolate(flat) lies: vec4<f32>,
    @location(2) @interpolate(flat) through: vec4<f32>,
    // half its width in pixels at both ends, its tone, 1 where it is an edge
    @location(3) @interpolate(flat) wide: vec4<f32>,
}

struct Tip {
    pixel: vec2<f32>,
    lies: vec2<f32>,
    through: vec2<f32>,
    // depth and w of the spot on the ground
    depth: vec2<f32>,
    wide: f32,
    ahead: bool,
}

fn tip_of(at: vec4<f32>, look: vec4<f32>) -> Tip {
    let world = vec3<f32>(at.x, at.z, -at.y);
    let clip = view.clip_from_world * vec4<f32>(world, 1.0);
    let share = max(view.eye.y - at.w, 0.1) / max(view.eye.y - world.y, 0.2);
    let through = mix(view.eye.xyz, world, share);
    let over = view.clip_from_world * vec4<f32>(through, 1.0);
    let raised = lifted(over, through.y, LIFT_M, LIFT_PIXELS);
    let w = max(clip.w, 0.1);
    var out: Tip;
    out.pixel = (clip.xy / w * vec2<f32>(0.5, -0.5) + 0.5) * view.more.yz;
    out.lies = world.xz - pit.place.xy;
    out.through = through.xz - pit.place.xy;
    out.depth = vec2<f32>(raised.z, raised.w);
    let lit = u32(look.y + 0.5) == 5u;
    let edge = look.z * select(pit.pixels.y, pit.pixels.z, lit);
    out.wide = max(look.x * view.eye.w / w, pit.pixels.x) + edge;
    out.ahead = clip.w > 0.1 && over.w > 0.1;
    return out;
}

@vertex
fn tube_vertex(@builtin(vertex_index) index: u32, straight: Straight) -> Tube {
    let begin = tip_of(straight.begin, straight.look);
    let end = tip_of(straight.end, straight.look);
    var out: Tube;
    if !begin.ahead || !end.ahead {
        out.clip = vec4<f32>(0.0, 0.0, 0.0, 1.0);
        return out;
    }
    // Two triangles around it, with room for its round ends and a soft edge.
    let last = index == 1u || index == 2u || index == 4u;
    let left = index == 2u || index == 4u || index == 5u;
    let way = end.pixel - begin.pixel;
    let long = length(way);
    let along = select(vec2<f32>(1.0, 0.0), way / max(long, 1e-6), long > 1e-3);
    let across = vec2<f32>(-along.y, along.x);
    let room = max(begin.wide, end.wide) + 1.0;
    let pixel = select(begin.pixel - along * room, end.pixel + along * room, last) + across * select(-room, room, left);
    let depth = select(begin.depth, end.depth, last);
    let flat_at = (pixel / view.more.yz - 0.5) * vec2<f32>(2.0, -2.0);
    out.clip = vec4<f32>(flat_at * depth.y, depth.x, depth.y);
    out.ends = vec4<f32>(begin.pixel, end.pixel);
    out.lies = vec4<f32>(begin.lies, end.lies);
    out.through = vec4<f32>(begin.through, end.through);
    out.wide = vec4<f32>(begin.wide, end.wide, straight.look.y, straight.look.z);
    return out;
}

@fragment
fn tube_fragment(in: Tube) -> @location(0) vec4<f32> {
    let way = in.ends.zw - in.ends.xy;
    let at = in.clip.xy - in.ends.xy;
    let along = clamp(dot(at, way) / max(dot(way, way), 1e-6), 0.0, 1.0);
    let off = length(at - way * along);
    let wide = mix(in.wide.x, in.wide.y, along);
    let depth = 1.0 / in.clip.w;
    // It is seen where it lies in the pit and the look at it goes through the lid.
    let out_at = max(length(mix(in.lies.xy, in.lies.zw, along)), length(mix(in.through.xy, in.through.zw, along)));
    let metres = depth / view.eye.w;
    let inside = clamp((pit.place.z - out_at) / metres + 0.5, 0.0, 1.0);
    let cover = clamp(wide - off + 0.5, 0.0, 1.0);
    // Light from above on what is round; an edge is flat.
    let round_off = clamp(off / max(wide, 1e-3), 0.0, 1.0);
    let light = mix(0.62 + 0.46 * sqrt(1.0 - round_off * round_off), 1.0, in.wide.w);
    let tone = pit.tones[u32(in.wide.z + 0.5) & 7u];
    return vec4<f32>(fogged(tone.rgb * light, depth), cover * inside);
}
