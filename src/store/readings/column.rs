//! The readings of one sensor in one chunk: blocks of 64, each with its times and values packed.
//!
//! What is asked about one moment decodes one block: the others are stepped over by their heads.

use super::bits::{Cursor, WIDTH_MAX, pack, packed_len, put_signed, put_varint, unpack, unzigzag, width, zigzag};

/// A time, in milliseconds, and a value.
pub(super) type Point = (i64, f64);

/// Readings of a block.
const BLOCK: usize = 64;
/// Form of values that are no decimal numbers of few digits.
const FLOATS: u8 = 255;
/// Most digits behind the point that values are counted in.
const DECIMALS_MAX: u8 = 9;
/// Decimal numbers beyond this many of their last digit are kept as floats.
const WHOLE_MAX: f64 = 1_125_899_906_842_624.0;
/// Bit that says that values of a block are differences.
const DIFFERENCES: u8 = 0x80;

const POWERS: [f64; 10] = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/// Ten to this power.
pub(super) fn power(decimals: u8) -> f64 {
    POWERS.get(usize::from(decimals)).copied().unwrap_or(1.0)
}

/// A value as so many of 10^-decimals; those that were found to fit are small enough.
#[expect(clippy::cast_possible_truncation, reason = "below 2^53 where it is used")]
pub(super) fn whole(value: f64, power: f64) -> i64 {
    (value * power).round() as i64
}

/// The fewest digits behind the point in which all values can be written; `None` where that is too many.
pub(super) fn decimals(values: impl Iterator<Item = f64>) -> Option<u8> {
    let (mut decimals, mut most) = (0, 0.0_f64);
    for value in values {
        loop {
            let power = power(decimals);
            #[expect(clippy::float_cmp, reason = "it has to come back exactly")]
            if (value * power).round() / power == value {
                break;
            }
            decimals += 1;
            if decimals > DECIMALS_MAX {
                return None;
            }
        }
        most = most.max(value.abs());
    }
    (most * power(decimals) < WHOLE_MAX).then_some(decimals)
}

/// Write readings, oldest first, no two of one time, none before `start`.
pub(super) fn encode(out: &mut Vec<u8>, points: &[Point], start: i64, scratch: &mut Vec<i64>) {
    put_varint(out, points.len() as u64);
    let form = decimals(points.iter().map(|p| p.1));
    out.push(form.unwrap_or(FLOATS));
    let (mut first, mut base) = (start, 0_i64);
    for block in points.chunks(BLOCK) {
        let Some(head) = block.first() else { continue };
        put_varint(out, (head.0 - first).cast_unsigned());
        first = head.0;
        let differences = || block.iter().zip(block.iter().skip(1)).map(|(one, next)| (next.0 - one.0).cast_unsigned());
        let (least, most) = differences().fold((u64::MAX, 0), |(least, most), d| (least.min(d), most.max(d)));
        let step = if block.len() > 1 { least } else { 0 };
        put_varint(out, step);
        let time_bits = width(most.saturating_sub(step));
        out.push(time_bits.to_le_bytes()[0]);
        if let Some(decimals) = form {
            let power = power(decimals);
            scratch.clear();
            scratch.extend(block.iter().map(|p| whole(p.1, power)));
            base = encode_whole(out, scratch, base, |out| pack(out, differences().map(|d| d - step), time_bits));
        } else {
            let bits = head.1.to_bits();
            let others = || block.iter().skip(1).map(|p| p.1.to_bits() ^ bits);
            let all = others().fold(0, |all, one| all | one);
            let zeros = if all == 0 { 0 } else { all.trailing_zeros() };
            let value_bits = width(all >> zeros);
            out.push(value_bits.to_le_bytes()[0]);
            out.push(zeros.to_le_bytes()[0]);
            out.extend_from_slice(&bits.to_le_bytes());
            pack(out, differences().map(|d| d - step), time_bits);
            pack(out, others().map(|one| one >> zeros), value_bits);
        }
    }
}

/// The values of a block, by whichever way is shorter; returns what the next block's first number is told from.
fn encode_whole(out: &mut Vec<u8>, values: &[i64], base: i64, times: impl FnOnce(&mut Vec<u8>)) -> i64 {
    let first = values.first().copied().unwrap_or_default();
    let (least, most) = values.iter().fold((first, first), |(least, most), v| (least.min(*v), most.max(*v)));
    let above = width((most - least).cast_unsigned());
    let steps = || values.iter().zip(values.iter().skip(1)).map(|(one, next)| zigzag(next - one));
    let apart = width(steps().max().unwrap_or_default());
    if apart < above {
        out.push(apart.to_le_bytes()[0] | DIFFERENCES);
        put_signed(out, first - base);
        times(out);
        pack(out, steps(), apart);
        first
    } else {
        out.push(above.to_le_bytes()[0]);
        put_signed(out, least - base);
        times(out);
        pack(out, values.iter().map(|v| (v - least).cast_unsigned()), above);
        least
    }
}

/// How the values of a block are told.
#[derive(Debug, Clone, Copy)]
enum Values {
    Above { least: i64, power: f64 },
    Differences { first: i64, power: f64 },
    Floats { first: u64, zeros: u32 },
}

/// A block whose head is read.
#[derive(Debug, Clone, Copy)]
struct Block<'a> {
    len: usize,
    first: i64,
    step: i64,
    time_bits: u32,
    value_bits: u32,
    values: Values,
    times: &'a [u8],
    packed: &'a [u8],
}

impl Block<'_> {
    /// Times and values in order.
    fn points(&self) -> impl Iterator<Item = Point> + '_ {
        let (mut at, mut sum) = (self.first, 0_i64);
        (0..self.len).map(move |index| {
            if index > 0 {
                at = at.wrapping_add(self.step).wrapping_add(self.time_step(index - 1));
            }
            let value = match self.values {
                Values::Differences { first, power } => {
                    if index > 0 {
                        sum = sum.wrapping_add(unzigzag(unpack(self.packed, self.value_bits, index - 1)));
                    }
                    first.wrapping_add(sum) as f64 / power
                }
                _ => self.value(index),
            };
            (at, value)
        })
    }

    fn time_step(&self, index: usize) -> i64 {
        unpack(self.times, self.time_bits, index).cast_signed()
    }

    fn value(&self, index: usize) -> f64 {
        match self.values {
            Values::Above { least, power } => {
                least.wrapping_add(unpack(self.packed, self.value_bits, index).cast_signed()) as f64 / power
            }
            Values::Differences { first, power } => {
                let steps = (0..index).map(|i| unzigzag(unpack(self.packed, self.value_bits, i)));
                steps.fold(first, i64::wrapping_add) as f64 / power
            }
            Values::Floats { first, zeros } => {
                let other = if index == 0 { 0 } else { unpack(self.packed, self.value_bits, index - 1) };
                f64::from_bits(first ^ other.wrapping_shl(zeros))
            }
        }
    }

    /// The newest at or before a moment that is not before its first.
    fn at(&self, moment: i64) -> Point {
        if self.time_bits == 0 {
            let passed = moment.saturating_sub(self.first).checked_div(self.step).unwrap_or_default();
            let index = usize::try_from(passed).unwrap_or_default().min(self.len.saturating_sub(1));
            let steps = i64::try_from(index).unwrap_or_default();
            return (self.first.wrapping_add(self.step.wrapping_mul(steps)), self.value(index));
        }
        let (mut at, mut index) = (self.first, 0);
        while index + 1 < self.len {
            let next = at.wrapping_add(self.step).wrapping_add(self.time_step(index));
            if next > moment {
                break;
            }
            (at, index) = (next, index + 1);
        }
        (at, self.value(index))
    }
}

/// Reads a column block by block.
struct Blocks<'a> {
    bytes: Cursor<'a>,
    form: u8,
    left: usize,
    first: i64,
    base: i64,
}

impl<'a> Blocks<'a> {
    fn of(bytes: &'a [u8], start: i64) -> Option<Self> {
        let mut bytes = Cursor(bytes);
        let (left, form) = (bytes.count()?, bytes.byte()?);
        (form <= DECIMALS_MAX || form == FLOATS).then_some(Self { bytes, form, left, first: start, base: 0 })
    }

    fn next(&mut self) -> Option<Block<'a>> {
        let (bytes, len) = (&mut self.bytes, self.left.min(BLOCK));
        self.first = self.first.checked_add_unsigned(bytes.varint()?)?;
        let step = i64::try_from(bytes.varint()?).ok()?;
        let time_bits = u32::from(bytes.byte()?);
        let head = bytes.byte()?;
        let (value_bits, values, count) = if self.form == FLOATS {
            let zeros = u32::from(bytes.byte()?);
            let first = bytes.float()?.to_bits();
            (u32::from(head), Values::Floats { first, zeros }, len.saturating_sub(1))
        } else {
            self.base = self.base.wrapping_add(bytes.signed()?);
            let power = power(self.form);
            if head & DIFFERENCES == 0 {
                (u32::from(head), Values::Above { least: self.base, power }, len)
            } else {
                let differences = Values::Differences { first: self.base, power };
                (u32::from(head & !DIFFERENCES), differences, len.saturating_sub(1))
            }
        };
        if time_bits > WIDTH_MAX || value_bits > WIDTH_MAX {
            return None;
        }
        // What lies behind is not read, but lets a number be read in one piece.
        let times = bytes.0;
        bytes.take(packed_len(len.saturating_sub(1), time_bits))?;
        let packed = bytes.0;
        bytes.take(packed_len(count, value_bits))?;
        self.left -= len;
        Some(Block { len, first: self.first, step, time_bits, value_bits, values, times, packed })
    }
}

/// Read a column; `None` where it is damaged.
pub(super) fn decode(bytes: &[u8], start: i64, out: &mut Vec<Point>) -> Option<()> {
    let mut blocks = Blocks::of(bytes, start)?;
    while blocks.left > 0 {
        out.extend(blocks.next()?.points());
    }
    Some(())
}

/// The newest reading at or before a moment: `Some(None)` where all are later, `None` where the column is damaged.
#[expect(clippy::option_option, reason = "damaged, nothing so early, and something")]
pub(super) fn latest(bytes: &[u8], start: i64, moment: i64) -> Option<Option<Point>> {
    let mut blocks = Blocks::of(bytes, start)?;
    let mut found: Option<Block<'_>> = None;
    while blocks.left > 0 {
        let block = blocks.next()?;
        if block.first > moment {
            break;
        }
        found = Some(block);
    }
    Some(found.map(|block| block.at(moment)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn column(points: &[Point], start: i64) -> Vec<u8> {
        let mut out = Vec::new();
        encode(&mut out, points, start, &mut Vec::new());
        out
    }

    #[test]
    fn a_regular_column_is_short() {
        let points: Vec<Point> =
            (0..288).map(|i| (i * 300_000, f64::from(i32::try_from(i).unwrap() % 7) / 10.0)).collect();
        let bytes = column(&points, 0);
        assert!(bytes.len() < 180, "{} bytes", bytes.len());
        let still: Vec<Point> = (0..288).map(|i| (i * 300_000, 21.5)).collect();
        assert!(column(&still, 0).len() < 60, "{} bytes", column(&still, 0).len());
    }

    #[test]
    fn decimals_are_the_fewest_in_which_all_come_back() {
        assert_eq!(decimals([1.0, 2.5, 0.125].into_iter()), Some(3));
        assert_eq!(decimals([64.666_666_67].into_iter()), Some(8));
        assert_eq!(decimals([1.0 / 3.0].into_iter()), None);
        assert_eq!(decimals([1e17].into_iter()), None);
        assert_eq!(decimals(std::iter::empty()), Some(0));
    }

    fn points() -> impl Strategy<Value = Vec<Point>> {
        let value = prop_oneof![
            (-100_000_i32..100_000).prop_map(|v| f64::from(v) / 10.0),
            (0..5_i32).prop_map(f64::from),
            prop::num::f64::NORMAL,
        ];
        let gap = prop_oneof![Just(1_000_i64), 1_i64..50_000];
        let steps = prop::collection::vec((gap, value), 0..300);
        steps.prop_map(|steps| {
            let mut at = 0;
            let step = |(gap, value)| {
                at += gap;
                (at, value)
            };
            steps.into_iter().map(step).collect()
        })
    }

    proptest! {
        #[test]
        fn what_is_written_comes_back_and_each_moment_is_as_a_scan_says(points in points(), moments in prop::collection::vec(0_i64..9_000_000, 20)) {
            let bytes = column(&points, -7);
            let mut again = Vec::new();
            decode(&bytes, -7, &mut again).unwrap();
            prop_assert_eq!(&again, &points);
            for moment in moments.into_iter().chain(points.iter().map(|p| p.0)) {
                let scanned = points.iter().rev().find(|p| p.0 <= moment).copied();
                prop_assert_eq!(latest(&bytes, -7, moment), Some(scanned));
            }
        }

        #[test]
        fn bytes_of_chance_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), points in points(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut spoilt = column(&points, 0);
            let index = at.index(spoilt.len());
            spoilt[index] = byte;
            for bytes in [bytes, spoilt] {
                let mut out = Vec::new();
                let _ = decode(&bytes, 0, &mut out);
                let _ = latest(&bytes, 0, 5_000);
                prop_assert!(out.len() <= bytes.len() * BLOCK);
            }
        }
    }
}
