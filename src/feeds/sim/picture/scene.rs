//! A street with something wrong in it, and the same street once that is put right.

use super::canvas::{Canvas, Color, between, lit};
use super::{Picture, Trouble};
use crate::feeds::sim::random::Random;

const WIDE: i32 = 640;
const HIGH: i32 = 400;
/// Where the ground begins, and the road on it.
const GROUND: i32 = 190;
const ROAD: i32 = 250;

const STREAM_SCENE: u64 = 85;
const STREAM_TROUBLE: u64 = 86;

const ASPHALT: Color = [74, 78, 84];
const PAVEMENT: Color = [142, 142, 138];
const CONE: Color = [226, 104, 38];
const WHITE: Color = [236, 236, 232];
const BLACK: Color = [18, 18, 20];
const LEAVES: Color = [62, 104, 58];
const WOOD: Color = [98, 72, 50];
const WATER: Color = [88, 128, 158];
const FLAME: Color = [240, 150, 40];
const SMOKE: Color = [60, 58, 58];
const WALLS: [Color; 5] = [[168, 158, 146], [150, 156, 164], [186, 178, 164], [134, 128, 126], [172, 150, 138]];
const CARS: [Color; 5] = [[200, 202, 206], [46, 50, 58], [150, 36, 36], [42, 74, 120], [222, 222, 216]];
const BAGS: [Color; 4] = [[36, 36, 40], [120, 96, 70], [70, 92, 120], [150, 140, 120]];

/// The picture.
pub(super) fn draw(picture: &Picture) -> Canvas {
    let mut scene = Scene { canvas: Canvas::new(WIDE, HIGH), light: light(picture.hour()) };
    // The street is the same before and after.
    scene.street(&mut Random::of(picture.seed, STREAM_SCENE, 0));
    let mut random = Random::of(picture.seed, STREAM_TROUBLE, 0);
    let at = [whole(&mut random, 220, 420), whole(&mut random, 285, 320)];
    if picture.after {
        scene.put_right(picture.trouble, at);
    } else {
        scene.trouble(picture.trouble, at, &mut random);
    }
    scene.canvas.rect([0, HIGH - 26, 206, 26], BLACK);
    scene.canvas.time([10, HIGH - 20], 3, &picture.time(), WHITE);
    scene.canvas
}

/// How bright it is at an hour of the day, in per cent.
fn light(hour: u8) -> u16 {
    match hour {
        8..=16 => 100,
        7 | 17 => 82,
        6 | 18 => 60,
        5 | 19 => 45,
        _ => 32,
    }
}

/// A whole number from `low` on, below `high`.
fn whole(random: &mut Random, low: i32, high: i32) -> i32 {
    let room = usize::try_from(high - low).unwrap_or_default();
    low + i32::try_from(random.below(room)).unwrap_or_default()
}

struct Scene {
    canvas: Canvas,
    light: u16,
}

impl Scene {
    fn rect(&mut self, place: [i32; 4], color: Color) {
        self.canvas.rect(place, lit(color, self.light));
    }

    fn ellipse(&mut self, place: [i32; 4], color: Color, percent: u16) {
        self.canvas.ellipse(place, lit(color, self.light), percent);
    }

    fn shape(&mut self, corners: &[[i32; 2]], color: Color) {
        self.canvas.shape(corners, lit(color, self.light));
    }

    fn street(&mut self, random: &mut Random) {
        for y in 0..GROUND {
            let down = u16::try_from(y * 100 / GROUND).unwrap_or_default();
            self.rect([0, y, WIDE, 1], between([112, 150, 190], [206, 214, 220], down));
        }
        let mut left = -whole(random, 0, 60);
        while left < WIDE {
            let (wide, high) = (whole(random, 60, 130), whole(random, 70, 170));
            self.building([left, GROUND - high, wide, high], random);
            left += wide + whole(random, 0, 14);
        }
        self.rect([0, GROUND, WIDE, ROAD - GROUND], PAVEMENT);
        self.rect([0, ROAD - 5, WIDE, 5], [108, 108, 106]);
        self.rect([0, ROAD, WIDE, HIGH - ROAD], ASPHALT);
        for mark in 0..6 {
            self.rect([mark * 120 - 20, 352, 62, 6], [206, 204, 190]);
        }
        let tree = whole(random, 40, 150);
        self.tree([tree, GROUND + 34]);
        self.tree([WIDE - tree, GROUND + 38]);
    }

    fn building(&mut self, [left, top, wide, high]: [i32; 4], random: &mut Random) {
        let wall = random.pick(&WALLS).copied().unwrap_or(PAVEMENT);
        self.rect([left, top, wide, high], wall);
        self.rect([left, top, 4, high], between(wall, BLACK, 25));
        let night = self.light < 50;
        for y in (top + 10..GROUND - 26).step_by(22) {
            for x in (left + 10..left + wide - 14).step_by(20) {
                if night && random.below(3) == 0 {
                    // What is lit from within is not darker at night.
                    self.canvas.rect([x, y, 11, 13], [232, 202, 130]);
                } else {
                    self.rect([x, y, 11, 13], [84, 98, 112]);
                }
            }
        }
        self.rect([left + 6, GROUND - 20, wide - 12, 20], between(wall, BLACK, 45));
    }

    fn tree(&mut self, [x, y]: [i32; 2]) {
        self.rect([x - 4, y - 62, 8, 62], WOOD);
        self.ellipse([x, y - 84, 36, 34], LEAVES, 100);
        self.ellipse([x - 14, y - 74, 24, 20], between(LEAVES, BLACK, 20), 100);
    }

    fn cone(&mut self, [x, y]: [i32; 2]) {
        self.shape(&[[x - 3, y - 32], [x + 3, y - 32], [x + 11, y], [x - 11, y]], CONE);
        self.rect([x - 7, y - 16, 14, 5], WHITE);
        self.rect([x - 15, y, 30, 4], between(CONE, BLACK, 30));
    }

    fn cones(&mut self, [x, y]: [i32; 2]) {
        for place in [[x - 110, y + 26], [x + 112, y + 22], [x - 20, y + 62]] {
            self.cone(place);
        }
    }

    fn car(&mut self, [x, y]: [i32; 2], color: Color) {
        self.ellipse([x, y + 4, 74, 9], BLACK, 45);
        self.shape(
            &[[x - 36, y - 54], [x + 30, y - 54], [x + 48, y - 28], [x - 50, y - 28]],
            between(color, BLACK, 15),
        );
        self.shape(&[[x - 30, y - 49], [x + 26, y - 49], [x + 38, y - 30], [x - 38, y - 30]], [60, 72, 84]);
        self.rect([x - 70, y - 30, 140, 26], color);
        for wheel in [x - 42, x + 42] {
            self.ellipse([wheel, y - 4, 15, 15], BLACK, 100);
            self.ellipse([wheel, y - 4, 6, 6], [130, 130, 130], 100);
        }
    }

    fn pole(&mut self, [x, y]: [i32; 2]) {
        self.rect([x - 4, y - 170, 8, 170], [120, 126, 132]);
        self.rect([x - 4, y - 174, 62, 6], [120, 126, 132]);
        self.rect([x + 38, y - 168, 26, 8], WHITE);
    }

    fn trouble(&mut self, trouble: Trouble, [x, y]: [i32; 2], random: &mut Random) {
        match trouble {
            Trouble::Fire => self.fire([x, GROUND - 4], random),
            Trouble::Water => {
                self.ellipse([x, y + 20, 190, 44], WATER, 85);
                self.ellipse([x - 40, y + 14, 70, 12], between(WATER, WHITE, 45), 70);
                self.shape(
                    &[[x - 8, y + 12], [x - 20, y - 62], [x, y - 92], [x + 22, y - 58], [x + 8, y + 12]],
                    [190, 208, 220],
                );
                self.cones([x, y + 10]);
            }
            Trouble::Waste => {
                self.ellipse([x, GROUND + 52, 96, 16], BLACK, 35);
                for _ in 0..16 {
                    let color = random.pick(&BAGS).copied().unwrap_or(BLACK);
                    let (right, up) = (whole(random, -76, 76), whole(random, 0, 34));
                    self.ellipse(
                        [x + right, GROUND + 46 - up, whole(random, 13, 26), whole(random, 10, 19)],
                        color,
                        100,
                    );
                }
            }
            Trouble::Hole => {
                self.ellipse([x, y + 6, 66, 22], between(ASPHALT, BLACK, 45), 100);
                self.ellipse([x + 4, y + 9, 54, 16], BLACK, 100);
                for _ in 0..7 {
                    let (right, down) = (whole(random, -86, 86), whole(random, -20, 34));
                    self.ellipse([x + right, y + down, 8, 4], [112, 112, 110], 100);
                }
                self.cones([x, y]);
            }
            Trouble::Tree => {
                self.shape(&[[x - 150, y - 4], [x + 60, y - 26], [x + 60, y - 12], [x - 150, y + 12]], WOOD);
                for (right, up) in [(60, 22), (92, 4), (104, 34), (130, 16)] {
                    self.ellipse([x + right, y - up, 42, 30], between(LEAVES, BLACK, u16::from(up > 20) * 18), 100);
                }
                self.cones([x - 20, y]);
            }
            Trouble::Cars => {
                let mut colors = CARS;
                colors.rotate_left(random.below(CARS.len()));
                let [one, other, ..] = colors;
                self.car([x - 66, y + 18], one);
                self.car([x + 82, y + 30], other);
                for _ in 0..14 {
                    let (right, down) = (whole(random, -30, 60), whole(random, 30, 56));
                    self.rect([x + right, y + down, 4, 2], WHITE);
                }
                self.cones([x + 10, y + 22]);
            }
            Trouble::Pole => {
                self.shape(&[[x - 120, y + 6], [x + 90, y - 66], [x + 94, y - 58], [x - 116, y + 16]], [120, 126, 132]);
                self.rect([x + 86, y - 70, 30, 12], WHITE);
                self.cones([x - 10, y + 6]);
            }
            Trouble::Snow => {
                self.rect([0, GROUND, WIDE, HIGH - GROUND], [214, 220, 226]);
                self.shape(&[[210, HIGH], [250, ROAD], [274, ROAD], [262, HIGH]], [176, 184, 192]);
                self.shape(&[[400, HIGH], [372, ROAD], [396, ROAD], [452, HIGH]], [176, 184, 192]);
            }
        }
    }

    fn fire(&mut self, [x, y]: [i32; 2], random: &mut Random) {
        for step in 0..16 {
            let drift = step * 6 + whole(random, -12, 12);
            self.ellipse([x + drift, y - 60 - step * 9, 24 + step * 2, 16 + step], SMOKE, 55);
        }
        for _ in 0..9 {
            let (right, high) = (whole(random, -52, 52), whole(random, 26, 74));
            // Flames are as bright at night.
            self.canvas.shape(&[[x + right - 13, y], [x + right, y - high], [x + right + 13, y]], FLAME);
            self.canvas.shape(&[[x + right - 6, y], [x + right, y - high / 2], [x + right + 6, y]], [250, 224, 120]);
        }
        self.cones([x, ROAD + 30]);
    }

    /// What is seen of it afterwards.
    fn put_right(&mut self, trouble: Trouble, [x, y]: [i32; 2]) {
        match trouble {
            Trouble::Fire => {
                self.shape(
                    &[[x - 62, GROUND], [x - 44, GROUND - 92], [x + 50, GROUND - 104], [x + 64, GROUND]],
                    [40, 38, 38],
                );
                self.ellipse([x, ROAD + 26, 120, 20], between(ASPHALT, BLACK, 30), 80);
            }
            Trouble::Water => self.ellipse([x, y + 20, 170, 36], between(ASPHALT, BLACK, 22), 80),
            Trouble::Waste => self.rect([x - 92, GROUND + 30, 184, 30], between(PAVEMENT, WHITE, 22)),
            Trouble::Hole => {
                self.shape(&[[x - 74, y - 16], [x + 70, y - 16], [x + 82, y + 30], [x - 86, y + 30]], [48, 50, 54]);
            }
            Trouble::Tree => {
                self.ellipse([x - 150, y + 8, 15, 6], between(WOOD, WHITE, 35), 100);
                self.rect([x - 165, y + 8, 30, 8], WOOD);
            }
            Trouble::Cars => self.ellipse([x, y + 36, 70, 9], [146, 138, 120], 60),
            Trouble::Pole => self.pole([x - 120, ROAD - 4]),
            Trouble::Snow => {
                self.rect([0, GROUND + 8, WIDE, 26], [214, 220, 226]);
                self.rect([0, ROAD, WIDE, HIGH - ROAD], between(ASPHALT, BLACK, 18));
            }
        }
    }
}
