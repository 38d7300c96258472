// Buildings: prisms whose corners are pulled from storage, and from afar the boxes around them.

// a corner of a footprint: x | y << 16, building | normal << 16
@group(1) @binding(0) var<storage, read> corners: array<vec2<u32>>;
@group(1) @binding(1) var<storage, read> massings: array<Massing>;
// one word a building: red, green, blue, strength
@group(1) @binding(2) var<storage, read> tints: array<u32>;

struct Massing {
    // middle: x | y << 16
    at: u32,
    // half length along and across in quarter metres (10 bits each), angle in 256ths of half a turn (8 bits)
    shape: u32,
    // top and foot in decimetres (14 bits each), shade (4 bits)
    heights: u32,
}

// A chunk, for one draw.
struct Place {
    // west, south, size towards east and north
    @location(0) area: vec4<f32>,
    // first building and first corner
    @location(1) first: vec2<u32>,
    // how many times as long as it is a box is drawn
    @location(2) grow: f32,
}

fn in_chunk(place: Place, at: u32) -> vec2<f32> {
    return place.area.xy + vec2<f32>(vec2<u32>(at & 0xffffu, at >> 16u)) * (place.area.zw * (1.0 / 65535.0));
}

fn top_of(heights: u32) -> f32 {
    return 0.1 * f32(heights & 0x3fffu);
}

fn foot_of(heights: u32) -> f32 {
    return 0.1 * f32((heights >> 14u) & 0x3fffu);
}

// How bright a building is: a tone of its own, and towers rise out of the shade of their neighbours into the light.
fn tone_of(heights: u32) -> f32 {
    let tall = top_of(heights) - foot_of(heights);
    return (0.93 + f32(heights >> 28u) * (0.14 / 15.0)) * (0.74 + 0.36 * tall / (tall + 22.0));
}

// The colour of a wall that looks towards `normal` (east, north).
fn wall_color(normal: vec2<f32>) -> vec3<f32> {
    let lit = 0.5 + 0.75 * dot(vec2<f32>(normal.x, -normal.y), view.sun.xz);
    return view.wall.rgb * (view.ambient.rgb + view.sunlight.rgb * lit);
}

// A building where people work, rather than live: every second of those that are high.
fn works(heights: u32) -> bool {
    return top_of(heights) - foot_of(heights) > 45.0 && ((heights >> 28u) & 1u) == 1u;
}

// Sheds, cranes and city walls have none.
fn panes_of(building: u32, heights: u32) -> Panes {
    if (heights >> 28u) == 0u {
        return Panes(0u, 0.0, 3.1, 0.0);
    }
    return panes(building, works(heights), top_of(heights) - foot_of(heights));
}

fn tinted(color: vec3<f32>, building: u32) -> vec3<f32> {
    let tint = unpack4x8unorm(tints[building]);
    return mix(color, tint.rgb, tint.a);
}

// --- prisms ---

// A corner of a wall or roof before fog.
struct Prism {
    clip: vec4<f32>,
    color: vec3<f32>,
    // share of light from the sky that comes down to this height between its neighbours
    open: f32,
    top: bool,
    // above its foot
    metres: f32,
    // which building, where in its chunk, what its wall looks towards (east, north)
    building: u32,
    at: vec2<f32>,
    normal: vec2<f32>,
    heights: u32,
}

// Vertex 2c is the foot of the wall at corner c, 2c + 1 its top. The first corner of a triangle says what it is.
fn prism(index: u32, place: Place) -> Prism {
    let corner = corners[place.first.y + (index >> 1u)];
    let building = place.first.x + (corner.y & 0xffffu);
    let heights = massings[building].heights;
    let city = in_chunk(place, corner.x);
    var out: Prism;
    out.top = (index & 1u) == 1u;
    let foot = foot_of(heights);
    let height = select(foot, top_of(heights), out.top);
    out.metres = height - foot;
    out.clip = view.clip_from_world * vec4<f32>(city.x, height, -city.y, 1.0);
    let angle = f32((corner.y >> 16u) & 0xffu) * (6.2831853 / 256.0);
    out.normal = vec2<f32>(cos(angle), sin(angle));
    out.building = building;
    out.at = city - place.area.xy;
    out.heights = heights;
    let wall = wall_color(out.normal);
    out.color = tinted(select(wall, view.roof.rgb, out.top) * tone_of(heights), building);
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
fn far_vertex(@builtin(vertex_index) index: u32, place: Place) -> FarWall {
    let p = prism(index, place);
    let fog = fog_at(p.clip.w);
    var color = p.color;
    if !p.top && view.night.z > 0.0 {
        color += wall_glow(panes_of(p.building, p.heights));
    }
    return FarWall(p.clip, vec4<f32>(color * (1.0 - fog), fog), p.open);
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
    // as `open`, and metres above its foot
    @location(2) lift: vec2<f32>,
    @location(3) rise: f32,
    // share of its windows that are lit, width of a bay, its height
    @location(4) @interpolate(flat, first) panes: vec3<f32>,
    @location(5) @interpolate(flat, first) seed: u32,
    // unit vector along the wall (east, north)
    @location(6) @interpolate(flat, first) along: vec2<f32>,
    @location(7) at: vec2<f32>,
}

@vertex
fn near_vertex(@builtin(vertex_index) index: u32, place: Place) -> NearWall {
    let p = prism(index, place);
    let rise = select(0.0, 1.0, p.top);
    let own = panes_of(p.building, p.heights);
    let along = vec2<f32>(-p.normal.y, p.normal.x);
    let lift = vec2<f32>(p.open, p.metres);
    return NearWall(p.clip, p.color, 1.0 - rise, lift, rise, vec3<f32>(own.lit, own.bay, own.top), own.seed, along, p.at);
}

@fragment
fn near_fragment(in: NearWall) -> @location(0) vec4<f32> {
    let depth = 1.0 / in.clip.w;
    let close = clamp(2.0 - depth * view.edge.a, 0.0, 1.0);
    // Where a wall meets the street it is darkest.
    let contact = 1.0 - in.wall * close * 0.3 / (1.0 + in.lift.y * 0.5);
    // The last pixel and a half below the roof.
    let rim = clamp(1.0 - (1.0 - in.rise) / max(fwidth(in.rise) * 1.6, 1e-6), 0.0, 1.0) * in.wall * close;
    let own = Panes(in.seed, in.panes.x, in.panes.y, in.panes.z);
    let glazed = with_windows(in.color * in.lift.x * contact, own, vec2<f32>(dot(in.at, in.along), in.lift.y));
    let wall = select(in.color * in.lift.x, glazed, in.wall > 0.5);
    let color = mix(wall, view.edge.rgb, rim * 0.4);
    return vec4<f32>(fogged(color, depth), 1.0);
}

// --- boxes ---

struct BoxFace {
    @builtin(position) clip: vec4<f32>,
    @location(0) @interpolate(flat, first) wall: vec3<f32>,
    @location(1) @interpolate(flat, first) roof: vec3<f32>,
    // above 0 on the roof
    @location(2) @interpolate(linear) above: f32,
}

// A box is one face that covers as many pixels as it, with its roof's share of them in the roof's colour. The walls that
// are seen are one wall in the mean of their colours, which turns from one of them over the diagonal to the other. Where
// more wall than roof is seen the face is this wall, its foot moved towards the nearest corner and its top to the
// farthest side; else it is the roof, its nearest corner moved to the foot.
@vertex
fn box_vertex(@builtin(vertex_index) index: u32, place: Place) -> BoxFace {
    // left foot, right foot, right top, left top; of a roof its nearest corner, right, farthest, left
    let corner = index & 3u;
    let building = place.first.x + (index >> 2u);
    let massing = massings[building];
    let middle = in_chunk(place, massing.at);
    let angle = f32((massing.shape >> 20u) & 0xffu) * (3.1415927 / 256.0);
    let along = vec2<f32>(cos(angle), sin(angle));
    let across = vec2<f32>(-along.y, along.x);
    let half = vec2<f32>(vec2<u32>(massing.shape & 0x3ffu, (massing.shape >> 10u) & 0x3ffu)) * (0.25 * place.grow);
    let top = top_of(massing.heights);
    let foot = foot_of(massing.heights);
    // To the eye: east, north, up.
    let eye = vec3<f32>(view.eye.x - middle.x, -view.eye.z - middle.y, view.eye.y - top);
    let sees = vec2<f32>(dot(eye.xy, along), dot(eye.xy, across));
    let side = select(vec2<f32>(-1.0), vec2<f32>(1.0), sees >= vec2<f32>(0.0));
    let a = along * (half.x * side.x);
    let b = across * (half.y * side.y);
    let nearest = a + b;
    // How much of the walls and of the roof is seen, in the same measure.
    let faces = abs(sees) * half.yx;
    let both = max(faces.x + faces.y, 1e-3);
    let walls = both * (top - foot);
    let roof = 2.0 * half.x * half.y * max(eye.z, 0.0);
    let share = walls / max(walls + roof, 1e-3);
    let turned = side.x * side.y > 0.0;
    var at: vec2<f32>;
    var height: f32;
    var above: f32;
    if share < 0.5 {
        let of_a = faces.x / both;
        let more = (top - foot) * min(of_a, 1.0 - of_a);
        let aside = turned != (corner == 1u);
        at = select(b - a, a - b, aside);
        height = foot + (top - foot) * select(of_a, 1.0 - of_a, aside);
        // The walls are the nearest corner of the face, cut off straight.
        above = 0.5 - sqrt(0.5 * share);
        if corner == 0u {
            at = nearest;
            height = foot - more;
            above -= 0.5;
        } else if corner == 2u {
            at = -nearest;
            height = top + more;
            above += 0.5;
        }
    } else {
        let turn = clamp(2.0 * vec2<f32>(faces.y, faces.x) / both, vec2<f32>(0.0), vec2<f32>(1.0));
        let ends = vec4<f32>(b + a * (1.0 - 2.0 * turn.x), a + b * (1.0 - 2.0 * turn.y));
        let moved = nearest * (0.5 * min(turn.x, turn.y));
        let high = corner >= 2u;
        at = select(ends.xy, ends.zw, turned != (corner == 1u || corner == 2u));
        at += select(moved, -moved - ends.xy - ends.zw, high);
        height = select(foot, top, high);
        above = select(0.0, 1.0, high) - share;
    }
    let clip = view.clip_from_world * vec4<f32>(middle.x + at.x, height, -(middle.y + at.y), 1.0);
    let tone = tone_of(massing.heights);
    let lit = wall_color((along * (side.x * faces.x) + across * (side.y * faces.y)) / both);
    var wall = tinted(lit * tone, building) * (0.5 + 0.5 * view.foot.g);
    if view.night.z > 0.0 {
        wall += wall_glow(panes_of(building, massing.heights));
    }
    let top_color = tinted(view.roof.rgb * tone, building);
    return BoxFace(clip, fogged(wall, clip.w), fogged(top_color, clip.w), above);
}

@fragment
fn box_fragment(in: BoxFace) -> @location(0) vec4<f32> {
    return vec4<f32>(select(in.wall, in.roof, in.above > 0.0), 1.0);
}
