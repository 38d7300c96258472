// The surface of the ground where it is not level: tiles of a grid, coarser the farther away, with a skirt that hides
// the seams between them. Needs `view.wgsl`, `relief.wgsl`.

struct Tile {
    // first column and row of posts, posts between two vertices
    @location(0) place: vec4<i32>,
}

// Vertices to a side of a tile; its indices are made by `terrain.rs`.
const SIDE: u32 = 33u;

@vertex
fn land_vertex(@builtin(vertex_index) index: u32, tile: Tile) -> Soil {
    // Vertices after the grid are its border once more, lower.
    let skirt = index >= SIDE * SIDE;
    var column = index % SIDE;
    var row = index / SIDE;
    if skirt {
        let along = (index - SIDE * SIDE) % SIDE;
        let edge = (index - SIDE * SIDE) / SIDE;
        column = select(select(along, SIDE - 1u, edge == 1u), 0u, edge == 3u);
        row = select(select(along, 0u, edge == 0u), SIDE - 1u, edge == 2u);
    }
    let at = tile.place.xy + vec2<i32>(vec2<u32>(column, row)) * tile.place.z;
    let spot = spot_at(at.x, at.y);
    let step = 1.0 / view.relief.zw;
    let drop = select(0.0, f32(tile.place.z) * step.x * 0.12, skirt);
    let east = view.relief.x + f32(at.x) * step.x;
    let north = view.relief.y + f32(at.y) * step.y;
    let clip = view.clip_from_world * vec4<f32>(east, spot.height - drop, -north, 1.0);
    return soil(clip, view.ground.rgb * lit_slope(spot.normal, spot.height), spot.height);
}
