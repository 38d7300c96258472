//! A picture as a PNG file: eight bits of red, green and blue, no filters.

use std::io::{self, Write as _};

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

use super::canvas::Canvas;

const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
/// Bits of a colour, colours are red, green and blue, and the usual packing, filters and order of rows.
const DEPTH_AND_KIND: [u8; 5] = [8, 2, 0, 0, 0];

/// The file.
///
/// # Errors
/// It is larger than a PNG can be.
pub(super) fn encode(canvas: &Canvas) -> io::Result<Vec<u8>> {
    let mut header = Vec::with_capacity(13);
    for side in canvas.size() {
        header.extend(u32::try_from(side).map_err(io::Error::other)?.to_be_bytes());
    }
    header.extend(DEPTH_AND_KIND);
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    for row in canvas.rows() {
        packed.write_all(&[0])?;
        packed.write_all(row.as_flattened())?;
    }
    let mut file = SIGNATURE.to_vec();
    chunk(&mut file, *b"IHDR", &header)?;
    chunk(&mut file, *b"IDAT", &packed.finish()?)?;
    chunk(&mut file, *b"IEND", &[])?;
    Ok(file)
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], body: &[u8]) -> io::Result<()> {
    let mut check = Crc::new();
    check.update(&name);
    check.update(body);
    file.extend(u32::try_from(body.len()).map_err(io::Error::other)?.to_be_bytes());
    file.extend(name);
    file.extend(body);
    file.extend(check.sum().to_be_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::feeds::sim::picture::canvas::Color;

    #[test]
    fn what_was_drawn_is_in_the_file() {
        let mut canvas = Canvas::new(5, 3);
        canvas.rect([1, 1, 2, 1], [9, 8, 7]);
        let file = encode(&canvas).unwrap();
        assert_eq!(file[..8], SIGNATURE);
        let mut chunks = Vec::new();
        let mut rest = &file[8..];
        while !rest.is_empty() {
            let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
            let (name, body) = (&rest[4..8], &rest[8..8 + length]);
            let mut check = Crc::new();
            check.update(&rest[4..8 + length]);
            assert_eq!(rest[8 + length..12 + length], check.sum().to_be_bytes());
            chunks.push((name.to_vec(), body.to_vec()));
            rest = &rest[12 + length..];
        }
        let names: Vec<&[u8]> = chunks.iter().map(|(name, _)| name.as_slice()).collect();
        assert_eq!(names, [b"IHDR", b"IDAT", b"IEND"]);
        assert_eq!(chunks[0].1, [0, 0, 0, 5, 0, 0, 0, 3, 8, 2, 0, 0, 0]);
        let mut dots = Vec::new();
        flate2::read::ZlibDecoder::new(chunks[1].1.as_slice()).read_to_end(&mut dots).unwrap();
        let black: Color = [0; 3];
        let row: Vec<u8> = [black, [9, 8, 7], [9, 8, 7], black, black].concat();
        assert_eq!(dots, [vec![0; 16], [vec![0], row].concat(), vec![0; 16]].concat());
    }
}
