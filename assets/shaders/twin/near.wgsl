// What stands around the camera: trees, bridges, shadows of bridges, shore lines. Needs `view.wgsl`.

// Light on a surface against level ground, which is 1.
fn lit(normal: vec3<f32>) -> f32 {
    let sunny = max(dot(normal, view.sun.xyz), 0.0) / view.sun.y;
    return mix(0.62 + 0.38 * normal.y, sunny, view.sun.w * 0.6);
}

struct Painted {
    @builtin(position) clip: vec4<f32>,
    @location(0) color: vec3<f32>,
}

@fragment
fn painted_fragment(in: Painted) -> @location(0) vec4<f32> {
    return vec4<f32>(fogged(in.color, 1.0 / in.clip.w), 1.0);
}

// --- trees ---

struct Tree {
    // where it stands
    @location(0) at: vec3<f32>,
    // decimetres high, tone, rank in its block: the last ones go first when far
    @location(1) word: u32,
    // a vertex of every tree, which is one metre high: place, and 0 at the trunk to 1 in the crown
    @location(2) shape: vec4<f32>,
}

@vertex
fn tree_vertex(tree: Tree) -> Painted {
    let tone = f32((tree.word >> 8u) & 0xffu) / 255.0;
    let rank = f32((tree.word >> 16u) & 0xffu) / 255.0;
    // They shrink before they go.
    let away = distance(tree.at, view.eye.xyz) / max(view.more.w, 1.0);
    let kept = 1.0 - smoothstep(0.75, 1.0, away / (1.0 - 0.6 * rank));
    let high = f32(tree.word & 0xffu) * 0.1 * kept;
    let turn = tone * 6.2831853;
    let wide = high * (0.85 + 0.3 * tone);
    let x = tree.shape.x * cos(turn) - tree.shape.z * sin(turn);
    let z = tree.shape.x * sin(turn) + tree.shape.z * cos(turn);
    let world = tree.at + vec3<f32>(x * wide, tree.shape.y * high, z * wide);
    // A crown is round: its light comes from where its surface looks to, and from above.
    let outward = normalize(vec3<f32>(x, (tree.shape.y - 0.6) * 0.9, z) + vec3<f32>(0.0, 1e-4, 0.0));
    let light = clamp(0.42 + 0.3 * outward.y + 0.45 * max(dot(outward, view.sun.xyz), 0.0), 0.25, 1.2);
    let leaf = view.crown.rgb * (0.86 + 0.28 * tone) * light;
    let snowed = mix(leaf, view.roof.rgb * (0.75 + 0.25 * light), view.crown.a * smoothstep(0.0, 0.7, outward.y));
    let bark = view.crown.rgb * 0.5;
    return Painted(view.clip_from_world * vec4<f32>(world, 1.0), mix(bark, snowed, tree.shape.w));
}

// --- bridges ---

struct Spot {
    @location(0) at: vec3<f32>,
    @location(1) word: u32,
}

fn byte_at(word: u32, shift: u32) -> f32 {
    return f32(i32(word << (24u - shift)) >> 24u) / 127.0;
}

@vertex
fn solid_vertex(spot: Spot) -> Painted {
    let normal = vec3<f32>(byte_at(spot.word, 0u), byte_at(spot.word, 8u), byte_at(spot.word, 16u));
    let part = spot.word >> 24u;
    // Decks as dark as their road's rim, rails and piers like walls.
    let base = select(view.wall.rgb * view.foot.g, view.kerb.rgb, part == 0u);
    let sunny = 0.72 + 0.5 * max(dot(normal, view.sun.xyz), 0.0) * (0.4 + view.sun.w);
    let tone = select(sunny, 0.8, part == 0u);
    return Painted(view.clip_from_world * vec4<f32>(spot.at, 1.0), base * tone);
}

// --- soft shapes on the ground ---

struct Soft {
    @builtin(position) clip: vec4<f32>,
    @location(0) color: vec4<f32>,
}

@vertex
fn soft_vertex(spot: Spot) -> Soft {
    let seen = f32(spot.word & 0xffu) / 255.0;
    let shore = ((spot.word >> 8u) & 0xffu) == 1u;
    let rise = f32((spot.word >> 16u) & 0xffu) * 0.1;
    var world = spot.at;
    var color = vec4<f32>(view.shore.rgb, seen * seen * 0.42);
    if !shore {
        // Even under clouds it is darker below a bridge.
        let sunny = view.shade.z / 0.42;
        world += vec3<f32>(view.shade.x, 0.0, view.shade.y) * (rise * 0.6 * sunny);
        color = vec4<f32>(view.paint[3].rgb * 0.35, seen * (0.3 + view.shade.z * 0.45));
    }
    let clip = view.clip_from_world * vec4<f32>(world, 1.0);
    return Soft(lifted(clip, world.y, 0.2, 1.8), color);
}

@fragment
fn soft_fragment(in: Soft) -> @location(0) vec4<f32> {
    return vec4<f32>(fogged(in.color.rgb, 1.0 / in.clip.w), in.color.a);
}
