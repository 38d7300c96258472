//! OSM PBF made by hand.

use std::io::Write as _;

fn varint(mut n: u64, out: &mut Vec<u8>) {
    while n > 0x7f {
        out.push((n as u8 & 0x7f) | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn number(field: u64, n: u64, out: &mut Vec<u8>) {
    varint(field << 3, out);
    varint(n, out);
}

fn bytes(field: u64, content: &[u8], out: &mut Vec<u8>) {
    varint(field << 3 | 2, out);
    varint(content.len() as u64, out);
    out.extend_from_slice(content);
}

fn packed(field: u64, numbers: impl IntoIterator<Item = i64>, zigzag: bool, out: &mut Vec<u8>) {
    let mut content = Vec::new();
    for n in numbers {
        let n = if zigzag { ((n << 1) ^ (n >> 63)) as u64 } else { n as u64 };
        varint(n, &mut content);
    }
    bytes(field, &content, out);
}

fn deltas(numbers: &[i64]) -> Vec<i64> {
    numbers.iter().scan(0, |last, n| Some(n - std::mem::replace(last, *n))).collect()
}

fn blob(kind: &str, content: &[u8], out: &mut Vec<u8>) {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(content).unwrap();
    let mut blob = Vec::new();
    number(2, content.len() as u64, &mut blob);
    bytes(3, &packer.finish().unwrap(), &mut blob);
    let mut header = Vec::new();
    bytes(1, kind.as_bytes(), &mut header);
    number(3, blob.len() as u64, &mut header);
    out.extend_from_slice(&(header.len() as u32).to_be_bytes());
    out.extend_from_slice(&header);
    out.extend_from_slice(&blob);
}

pub(super) fn pbf_city() -> Vec<u8> {
    let mut file = Vec::new();
    let mut header = Vec::new();
    bytes(4, b"OsmSchema-V0.6", &mut header);
    bytes(4, b"DenseNodes", &mut header);
    blob("OSMHeader", &header, &mut file);
    let mut strings = Vec::new();
    for text in ["", "building", "yes", "height", "12"] {
        bytes(1, text.as_bytes(), &mut strings);
    }
    let mut dense = Vec::new();
    packed(1, deltas(&[1, 2, 3, 4]), true, &mut dense);
    packed(8, deltas(&[437_000_000, 437_000_000, 437_010_000, 437_010_000]), true, &mut dense);
    packed(9, deltas(&[74_000_000, 74_010_000, 74_010_000, 74_000_000]), true, &mut dense);
    let mut way = Vec::new();
    number(1, 77, &mut way);
    packed(2, [1, 3], false, &mut way);
    packed(3, [2, 4], false, &mut way);
    packed(8, deltas(&[1, 2, 3, 4, 1]), true, &mut way);
    let mut group = Vec::new();
    bytes(2, &dense, &mut group);
    let mut ways = Vec::new();
    bytes(3, &way, &mut ways);
    let mut block = Vec::new();
    bytes(1, &strings, &mut block);
    bytes(2, &group, &mut block);
    bytes(2, &ways, &mut block);
    blob("OSMData", &block, &mut file);
    file
}
