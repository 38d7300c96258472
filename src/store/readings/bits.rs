//! Numbers in few bytes: varints, zigzag, and numbers of a fixed width one after the other.

/// Most bits of a packed number.
pub(super) const WIDTH_MAX: u32 = 64;

pub(super) fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

pub(super) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put_varint(out, zigzag(number));
}

pub(super) const fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

pub(super) const fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// Bits that a number needs.
pub(super) const fn width(number: u64) -> u32 {
    WIDTH_MAX - number.leading_zeros()
}

/// Bytes of so many numbers of a width.
pub(super) const fn packed_len(count: usize, width: u32) -> usize {
    (count * width as usize).div_ceil(8)
}

/// Write numbers of at most `width` bits, lowest bits first.
pub(super) fn pack(out: &mut Vec<u8>, numbers: impl Iterator<Item = u64>, width: u32) {
    if width == 0 {
        return;
    }
    let (mut held, mut bits) = (0_u128, 0_u32);
    for number in numbers {
        held |= u128::from(number) << bits;
        bits += width;
        if bits >= 64 {
            let [low, _] = halves(held);
            out.extend_from_slice(&low.to_le_bytes());
            held >>= 64;
            bits -= 64;
        }
    }
    let bytes = bits.div_ceil(8) as usize;
    out.extend_from_slice(held.to_le_bytes().get(..bytes).unwrap_or_default());
}

#[expect(clippy::cast_possible_truncation, reason = "the two halves of a number")]
const fn halves(number: u128) -> [u64; 2] {
    [number as u64, (number >> 64) as u64]
}

/// The number at `index` of those packed from the beginning of `bytes`; what is beyond the end counts as 0.
pub(super) fn unpack(bytes: &[u8], width: u32, index: usize) -> u64 {
    if width == 0 {
        return 0;
    }
    let first_bit = index * width as usize;
    let rest = bytes.get(first_bit / 8..).unwrap_or_default();
    let held = if let Some(whole) = rest.first_chunk::<16>() {
        u128::from_le_bytes(*whole)
    } else {
        let mut whole = [0; 16];
        for (to, from) in whole.iter_mut().zip(rest) {
            *to = *from;
        }
        u128::from_le_bytes(whole)
    };
    let [low, _] = halves(held >> (first_bit % 8));
    if width == WIDTH_MAX { low } else { low & ((1 << width) - 1) }
}

/// Reads a blob from its beginning on; whatever is missing gives `None`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for turn in 0..10 {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << (turn * 7);
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        self.varint().map(unzigzag)
    }

    /// A count or a length, which cannot be more than there are bytes, eight of them in each.
    pub(super) fn count(&mut self) -> Option<usize> {
        usize::try_from(self.varint()?).ok()
    }

    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn float(&mut self) -> Option<f64> {
        let (bytes, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(f64::from_le_bytes(*bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_of_every_width_come_back() {
        for width in 0..=WIDTH_MAX {
            let most = if width == 64 { u64::MAX } else { (1 << width) - 1 };
            let numbers: Vec<u64> = (0..70_u64).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15) & most).collect();
            let mut out = Vec::new();
            pack(&mut out, numbers.iter().copied(), width);
            assert_eq!(out.len(), packed_len(numbers.len(), width));
            let again: Vec<u64> = (0..numbers.len()).map(|i| unpack(&out, width, i)).collect();
            assert_eq!(again, numbers, "{width} bits");
        }
    }

    #[test]
    fn signed_numbers_and_varints_come_back_and_what_is_cut_off_is_none() {
        for number in [0, 1, -1, 63, -64, 64, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            put_signed(&mut out, number);
            assert_eq!(Cursor(&out).signed(), Some(number));
            assert_eq!(Cursor(&out[..out.len() - 1]).signed(), None);
        }
        assert_eq!(Cursor(&[0x80; 11]).varint(), None);
        assert_eq!((width(0), width(1), width(255), width(u64::MAX)), (0, 1, 8, 64));
    }
}
