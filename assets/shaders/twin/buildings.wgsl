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
    return FarWall(p.clip, vec4<f32>(p.color * (1.0 - fog), fog), p.open);
}

@fragment
fn far_fragment(in: FarWall) -> @location(0) vec4<f32> {
    return vec4<f32>(in.color.rgb * in.open + view.horizon.rgb * in.color.a, 1.0);
}

struct LitWall {
    @builtin(position) clip: vec4<f32>,
    // colour less its fog, what is left of a light in the fog
    @location(0) @interpolate(flat, first) color: vec4<f32>,
    // as `open`, and metres above its foot
    @location(1) lift: vec2<f32>,
    @location(2) at: vec2<f32>,
    // unit vector along the wall (east, north), and the cells of its lights (metres along and up)
    @location(3) @interpolate(flat, first) along: vec4<f32>,
    // share of its windows that are lit, how much of the light comes from wider cells, top of the wall, and what a wall
    // sheds that is seen too much from the side for single lights
    @location(4) @interpolate(flat, first) panes: vec4<f32>,
    @location(5) @interpolate(flat, first) seed: u32,
}

// By night: walls have lights, roofs have none.
@vertex
fn far_lit_vertex(@builtin(vertex_index) index: u32, place: Place) -> LitWall {
    let p = prism(index, place);
    let clear = 1.0 - fog_at(p.clip.w);
    let own = panes_of(p.building, p.heights);
    let lights = lights_at(own, p.clip.w);
    let city = p.at + place.area.xy;
    let eye = normalize(vec2<f32>(view.eye.x - city.x, -view.eye.z - city.y));
    // What is seen from the side has cells narrower than pixels.
    let faces = clamp(3.0 * abs(dot(eye, p.normal)) - 0.4, 0.0, 1.0);
    let lit = select(own.lit * faces, 0.0, p.top);
    let glow = select(own.lit * (1.0 - faces) * GLOW, 0.0, p.top);
    let along = vec4<f32>(-p.normal.y, p.normal.x, lights.cell);
    let lift = vec2<f32>(p.open, p.metres);
    return LitWall(p.clip, vec4<f32>(p.color * clear, clear), lift, p.at, along,
        vec4<f32>(lit, lights.wider, own.top, glow), own.seed);
}

@fragment
fn far_lit_fragment(in: LitWall) -> @location(0) vec4<f32> {
    let at = vec2<f32>(dot(in.at, in.along.xy), in.lift.y - 0.4);
    let lights = Lights(in.along.zw, in.panes.y);
    let within = step(0.5, in.lift.y) * step(in.lift.y, in.panes.z - 0.6);
    let light = wall_lights(in.seed, in.panes.x, lights, at) * within + in.panes.w;
    let color = in.color.rgb * in.lift.x + view.window.rgb * (light * in.color.a);
    return vec4<f32>(color + view.horizon.rgb * (1.0 - in.color.a), 1.0);
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
struct Face {
    clip: vec4<f32>,
    wall: vec3<f32>,
    roof: vec3<f32>,
    above: f32,
    // metres along the wall and up, for its lights
    at: vec2<f32>,
    building: u32,
    heights: u32,
}

fn face_of(index: u32, place: Place) -> Face {
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
    let long = both / max(length(sees), 1e-3);
    var at: vec2<f32>;
    var height: f32;
    var above: f32;
    var on_wall: vec2<f32>;
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
        let right = f32(corner & 1u) * select(0.5, -0.5, corner == 3u);
        on_wall = vec2<f32>(right * long, f32(min(corner, 4u - corner)) * (top - foot));
    } else {
        let turn = clamp(2.0 * vec2<f32>(faces.y, faces.x) / both, vec2<f32>(0.0), vec2<f32>(1.0));
        let ends = vec4<f32>(b + a * (1.0 - 2.0 * turn.x), a + b * (1.0 - 2.0 * turn.y));
        let moved = nearest * (0.5 * min(turn.x, turn.y));
        let high = corner >= 2u;
        at = select(ends.xy, ends.zw, turned != (corner == 1u || corner == 2u));
        at += select(moved, -moved - ends.xy - ends.zw, high);
        height = select(foot, top, high);
        above = select(0.0, 1.0, high) - share;
        let right = select(-0.5, 0.5, corner == 1u || corner == 2u);
        on_wall = vec2<f32>(right * long, select(0.0, top - foot, high));
    }
    let clip = view.clip_from_world * vec4<f32>(middle.x + at.x, height, -(middle.y + at.y), 1.0);
    let tone = tone_of(massing.heights);
    let lit = wall_color((along * (side.x * faces.x) + across * (side.y * faces.y)) / both);
    let wall = tinted(lit * tone, building) * (0.5 + 0.5 * view.foot.g);
    let top_color = tinted(view.roof.rgb * tone, building);
    return Face(clip, wall, top_color, above, on_wall, building, massing.heights);
}

@vertex
fn box_vertex(@builtin(vertex_index) index: u32, place: Place) -> BoxFace {
    let face = face_of(index, place);
    let depth = face.clip.w;
    return BoxFace(face.clip, fogged(face.wall, depth), fogged(face.roof, depth), face.above);
}

@fragment
fn box_fragment(in: BoxFace) -> @location(0) vec4<f32> {
    return vec4<f32>(select(in.wall, in.roof, in.above > 0.0), 1.0);
}

struct LitBox {
    @builtin(position) clip: vec4<f32>,
    @location(0) @interpolate(flat, first) wall: vec3<f32>,
    @location(1) @interpolate(flat, first) roof: vec3<f32>,
    // as of `BoxFace`; metres along the wall and up
    @location(2) @interpolate(linear) above: vec3<f32>,
    // share of its windows that are lit, how much of them is seen through the fog as single lights, how much of the light
    // comes from wider cells, and metres along a cell
    @location(3) @interpolate(flat, first) panes: vec4<f32>,
    @location(4) @interpolate(flat, first) seed: u32,
}

// By night. A wall of a few pixels glows, a greater one has lights.
@vertex
fn box_lit_vertex(@builtin(vertex_index) index: u32, place: Place) -> LitBox {
    let face = face_of(index, place);
    let depth = face.clip.w;
    let own = panes_of(face.building, face.heights);
    let lights = lights_at(own, depth);
    let clear = 1.0 - fog_at(depth);
    let single = clamp(own.top * view.eye.w / (depth * CELL) - 0.5, 0.0, 1.0);
    let wall = fogged(face.wall + wall_glow(own) * (1.0 - single), depth);
    let panes = vec4<f32>(own.lit, single * clear, lights.wider, lights.cell.y);
    return LitBox(face.clip, wall, fogged(face.roof, depth), vec3<f32>(face.above, face.at), panes, own.seed);
}

@fragment
fn box_lit_fragment(in: LitBox) -> @location(0) vec4<f32> {
    let lights = Lights(in.panes.ww, in.panes.z);
    let light = wall_lights(in.seed, in.panes.x, lights, in.above.yz) * in.panes.y;
    let wall = in.wall + view.window.rgb * light;
    return vec4<f32>(select(wall, in.roof, in.above.x > 0.0), 1.0);
}
