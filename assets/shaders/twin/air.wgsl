// Rain and snow before the picture: streaks and flakes in three depths. Needs `view.wgsl`.

struct Pane {
    @builtin(position) clip: vec4<f32>,
    // picture heights from the middle
    @location(0) at: vec2<f32>,
}

@vertex
fn air_vertex(@builtin(vertex_index) i: u32) -> Pane {
    let at = vec2<f32>(f32(i & 1u) * 4.0 - 1.0, f32(i >> 1u) * 4.0 - 1.0);
    return Pane(vec4<f32>(at, 0.0, 1.0), at * vec2<f32>(view.more.y / view.more.z, 1.0) * 0.5);
}

fn chance(cell: vec2<f32>, salt: f32) -> f32 {
    return fract(sin(dot(cell, vec2<f32>(127.1, 311.7)) + salt * 74.7) * 43758.547);
}

// How much of a drop or flake is at a place: `size` of its cell, `fall` cells a second, `long` the height of the cell in
// sizes; half the width and height of what falls in its cell.
fn drops(at: vec2<f32>, size: f32, fall: f32, long: f32, half: vec2<f32>, salt: f32) -> f32 {
    let column = floor(at.x / size);
    let speed = fall * (0.8 + 0.4 * chance(vec2<f32>(column, 3.0), salt));
    let down = at.y / size / long + view.night.w * speed;
    let cell = vec2<f32>(column, floor(down));
    let there = step(chance(cell, salt), 0.55);
    let middle = 0.2 + 0.6 * chance(cell, salt + 1.0);
    let high = half.y + (1.0 - 2.0 * half.y) * chance(cell, salt + 2.0);
    let x = (fract(at.x / size) - middle) / half.x;
    let y = (fract(down) - high) / half.y;
    return there * clamp(1.0 - x * x, 0.0, 1.0) * clamp(1.0 - y * y, 0.0, 1.0);
}

@fragment
fn air_fragment(in: Pane) -> @location(0) vec4<f32> {
    // Wind leans all that falls; one that looks down sees it shorter.
    let level = clamp(length(view.ray.xz), 0.25, 1.0);
    let leaning = in.at + vec2<f32>(in.at.y * 0.16, 0.0);
    var seen = 0.0;
    if view.air.x > 0.0 {
        seen += drops(leaning, 0.011, 2.6, 9.0 * level, vec2<f32>(0.07, 0.5), 1.0) * 0.5;
        seen += drops(leaning + 0.37, 0.019, 2.1, 8.0 * level, vec2<f32>(0.06, 0.5), 2.0) * 0.65;
        seen += drops(leaning + 0.71, 0.034, 1.7, 7.0 * level, vec2<f32>(0.045, 0.5), 3.0) * 0.8;
        seen *= 0.12 + 0.2 * view.air.x;
    } else {
        let sway = vec2<f32>(sin(in.at.y * 9.0 + view.night.w * 0.7) * 0.006, 0.0);
        seen += drops(leaning + sway, 0.016, 1.1, 1.0, vec2<f32>(0.13), 4.0) * 0.6;
        seen += drops(leaning - sway + 0.41, 0.027, 0.9, 1.0, vec2<f32>(0.12), 5.0) * 0.8;
        seen += drops(leaning + sway * 2.0 + 0.83, 0.046, 0.7, 1.0, vec2<f32>(0.1), 6.0);
        seen *= 0.45 + 0.45 * view.air.y;
    }
    let color = mix(view.horizon.rgb, view.mark.rgb, 0.6);
    return vec4<f32>(color, clamp(seen, 0.0, 0.7));
}
