//! Cut a GeoJSON stream into its features without holding more than one of them.

use std::io::{self, Read};

/// Most bytes of one feature that are kept; a longer one is passed over.
const MAX_FEATURE: usize = 48 << 20;

/// What the splitter found.
pub(super) enum Piece<'a> {
    /// The text of one object.
    Object(&'a [u8]),
    /// An object too long to be kept.
    TooLong,
    /// Text between objects that is no JSON.
    Rubbish,
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// All brackets closed.
    Whole,
    /// In the middle of an object.
    Inside,
}

/// Reads features: newline-delimited ones, or those of a collection.
pub(super) struct Splitter<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Bytes of `buffer` that were looked at.
    at: usize,
    finished: bool,
    /// Open brackets around the place looked at, outside of the object that is being cut.
    outer: Vec<u8>,
    in_features: bool,
}

impl<R: Read> Splitter<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), at: 0, finished: false, outer: Vec::new(), in_features: false }
    }

    /// Call `piece` for each object in turn, until it returns an error or the stream ends.
    pub(super) fn run<E: From<io::Error>>(&mut self, mut piece: impl FnMut(Piece) -> Result<(), E>) -> Result<End, E> {
        loop {
            let Some(byte) = self.byte()? else {
                return Ok(if self.outer.is_empty() { End::Whole } else { End::Inside });
            };
            match byte {
                b'{' if self.outer.is_empty() || self.in_features => {
                    match self.object(self.at)? {
                        Object::Whole(end) => {
                            // reading on may have moved the object within the buffer
                            let text = self.buffer.get(self.at..end).unwrap_or_default();
                            piece(Piece::Object(text))?;
                            self.at = end;
                        }
                        Object::TooLong => piece(Piece::TooLong)?,
                        Object::Features => self.in_features = true,
                        Object::Ends => return Ok(End::Inside),
                        Object::Broken => {
                            piece(Piece::Rubbish)?;
                            self.next_line()?;
                        }
                    }
                }
                b']' if self.in_features => {
                    // what follows the features of a collection is of no interest
                    self.in_features = false;
                    self.outer.clear();
                    self.outer.push(b'{');
                    self.at += 1;
                    return self.rest();
                }
                b',' if self.in_features => self.at += 1,
                b' ' | b'\t' | b'\r' | b'\n' | 0x1e | 0xef | 0xbb | 0xbf => self.at += 1,
                _ => {
                    piece(Piece::Rubbish)?;
                    self.next_line()?;
                }
            }
        }
    }

    /// Read over the tail of a collection and see whether it closes.
    fn rest<E: From<io::Error>>(&mut self) -> Result<End, E> {
        let (mut depth, mut in_text, mut escaped) = (1u32, false, false);
        while let Some(byte) = self.byte()? {
            self.at += 1;
            match (in_text, byte) {
                (true, _) if escaped => escaped = false,
                (true, b'\\') => escaped = true,
                (_, b'"') => in_text = !in_text,
                (false, b'{' | b'[') => depth += 1,
                (false, b'}' | b']') => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(End::Whole);
                    }
                }
                _ => {}
            }
        }
        Ok(End::Inside)
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        while self.at >= self.buffer.len() {
            if !self.more(self.at)? {
                return Ok(None);
            }
        }
        Ok(self.buffer.get(self.at).copied())
    }

    /// Read more; what stands before `keep` may go. Moves `at` along.
    fn more(&mut self, keep: usize) -> io::Result<bool> {
        if self.finished {
            return Ok(false);
        }
        let keep = keep.min(self.buffer.len());
        self.buffer.drain(..keep);
        self.at -= keep;
        let old = self.buffer.len();
        let chunk = (256 << 10).max(old);
        self.buffer.resize(old + chunk, 0);
        let free = self.buffer.get_mut(old..).unwrap_or_default();
        let n = loop {
            match self.reader.read(free) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.buffer.truncate(old + n);
        self.finished = n == 0;
        Ok(n > 0)
    }

    /// Find the end of the object that starts at `start`. Leaves `at` at its start where it is whole.
    fn object(&mut self, mut start: usize) -> io::Result<Object> {
        let (mut depth, mut in_text, mut escaped) = (0u32, false, false);
        let mut too_long = false;
        let mut text_from = 0usize;
        let mut key_is_features = false;
        let mut i = start;
        loop {
            let Some(&byte) = self.buffer.get(i) else {
                if i - start > MAX_FEATURE {
                    too_long = true;
                }
                let keep = if too_long { i } else { start };
                self.at = keep;
                if !self.more(keep)? {
                    return Ok(Object::Ends);
                }
                i -= keep;
                text_from = text_from.saturating_sub(keep);
                start = self.at;
                continue;
            };
            if in_text {
                if escaped {
                    escaped = false;
                } else if byte == b'\\' {
                    escaped = true;
                } else if byte == b'"' {
                    in_text = false;
                    if depth == 1 && self.outer.is_empty() {
                        key_is_features = self.buffer.get(text_from..i) == Some(b"features");
                    }
                }
                i += 1;
                continue;
            }
            match byte {
                b'"' => {
                    in_text = true;
                    text_from = i + 1;
                }
                b'[' if depth == 1 && key_is_features => {
                    self.at = i + 1;
                    self.outer.push(b'{');
                    return Ok(Object::Features);
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        self.at = if too_long { i + 1 } else { start };
                        return Ok(if too_long { Object::TooLong } else { Object::Whole(i + 1) });
                    }
                }
                // in newline-delimited files a raw line break inside an object means that the line is broken off
                b'\n' if self.buffer.get(i + 1) == Some(&b'{') && !self.in_features && depth > 0 => {
                    self.at = i;
                    return Ok(Object::Broken);
                }
                _ => {}
            }
            if !matches!(byte, b'"' | b':' | b' ' | b'\n' | b'\r' | b'\t') {
                key_is_features = false;
            }
            i += 1;
        }
    }

    fn next_line(&mut self) -> io::Result<()> {
        while let Some(byte) = self.byte()? {
            if byte == b'\n' {
                return Ok(());
            }
            self.at += 1;
        }
        Ok(())
    }
}

enum Object {
    /// It ends before this place of the buffer.
    Whole(usize),
    TooLong,
    /// It is a collection, and the first of its features comes next.
    Features,
    /// The stream ends inside.
    Ends,
    /// The next object begins before this one ended.
    Broken,
}
