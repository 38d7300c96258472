//! Protocol buffers: the fields of a message, their numbers and bytes.

/// A field's content.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Call `field` for each field of a message; `None` where the message is broken.
pub(super) fn each<'a>(mut data: &'a [u8], mut field: impl FnMut(u64, Value<'a>) -> Option<()>) -> Option<()> {
    while !data.is_empty() {
        let key = varint(&mut data)?;
        let value = match key & 7 {
            0 => Value::Number(varint(&mut data)?),
            2 => {
                let length = usize::try_from(varint(&mut data)?).ok()?;
                let (bytes, rest) = data.split_at_checked(length)?;
                data = rest;
                Value::Bytes(bytes)
            }
            wide @ (1 | 5) => {
                data = data.get(if wide == 1 { 8 } else { 4 }..)?;
                continue;
            }
            _ => return None,
        };
        field(key >> 3, value)?;
    }
    Some(())
}

/// The number at the beginning of `data`, which then begins after it; `None` where it is cut off.
#[inline]
pub(super) fn varint(data: &mut &[u8]) -> Option<u64> {
    let (&first, rest) = data.split_first()?;
    if first < 0x80 {
        *data = rest;
        return Some(u64::from(first));
    }
    let mut value = u64::from(first & 0x7f);
    let mut rest = rest;
    for shift in 1..10 {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        value |= u64::from(byte & 0x7f) << (7 * shift);
        if byte < 0x80 {
            *data = rest;
            return Some(value);
        }
    }
    None
}

/// A signed number from the form in which small ones stay short.
#[inline]
pub(super) fn zigzag(n: u64) -> i64 {
    (n >> 1).cast_signed() ^ -((n & 1).cast_signed())
}
