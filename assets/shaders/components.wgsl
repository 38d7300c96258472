// What stands in the streets: small solids near the eye, one instance each. Behind `twin/view.wgsl`.

struct Tones {
    colour: array<vec4<f32>, 8>,
    // metres from the eye at which they begin to shrink and are gone, and how much a chosen one is lit up
    reach: vec4<f32>,
}

@group(1) @binding(0) var<uniform> tones: Tones;

struct Corner {
    // right, ahead, up in metres
    @location(0) at: vec3<f32>,
    // outward, and in w the tone
    @location(1) normal: vec4<f32>,
}

struct Standing {
    // east, north, up in metres
    @location(2) foot: vec3<f32>,
    // heading in 256ths of a turn clockwise from north, 1 where it is lit up
    @location(3) look: vec4<u32>,
}

struct Lit {
    @builtin(position) clip: vec4<f32>,
    @location(0) @interpolate(flat) colour: vec3<f32>,
}

@vertex
fn vertex(corner: Corner, standing: Standing) -> Lit {
    let turn = f32(standing.look.x) * (6.2831853 / 256.0);
    let ahead = vec2<f32>(sin(turn), cos(turn));
    let right = vec2<f32>(ahead.y, -ahead.x);
    let foot = vec3<f32>(standing.foot.x, standing.foot.z, -standing.foot.y);
    let away = distance(foot, view.eye.xyz);
    // they shrink into the ground before they are gone, so that none pops up
    let size = clamp((tones.reach.y - away) / (tones.reach.y - tones.reach.x), 0.0, 1.0);
    let plane = (right * corner.at.x + ahead * corner.at.y) * size;
    let world = foot + vec3<f32>(plane.x, corner.at.z * size, -plane.y);
    let level = right * corner.normal.x + ahead * corner.normal.y;
    let normal = vec3<f32>(level.x, corner.normal.z, -level.y);
    let direct = clamp(dot(normal, view.sun.xyz), 0.0, 1.0);
    let tone = tones.colour[u32(round(corner.normal.w * 127.0)) & 7u];
    let shade = view.ambient.rgb * (0.8 + 0.2 * normal.y) + view.sunlight.rgb * direct;
    // tones with an alpha above 1 shine by themselves
    let lit = tone.rgb * mix(shade, vec3<f32>(1.0), clamp(tone.a - 1.0, 0.0, 1.0));
    let chosen = f32(standing.look.y) * tones.reach.z;
    var out: Lit;
    out.clip = view.clip_from_world * vec4<f32>(world, 1.0);
    out.colour = mix(lit, tones.colour[7].rgb, chosen);
    return out;
}

@fragment
fn fragment(in: Lit) -> @location(0) vec4<f32> {
    return vec4<f32>(fogged(in.colour, 1.0 / in.clip.w), 1.0);
}
