//! What people keep with a case beside its course: notes, which every post reads, and files (附件).
//!
//! 1. A note says something; a file has a name, a kind and its hash. Neither is ever changed or taken back.
//! 2. Both are taken for every case that is held, open or closed.
//! 3. A fact names a file by its SHA-256 alone: the file itself is kept beside the log, and is there before the fact is.

use serde::{Deserialize, Serialize};

use super::order::{check_text, unusable};
use super::{Hall, IncidentId, Refusal, What};

/// Longest note, in bytes.
pub const NOTE_MAX: usize = 4 * 1024;
/// Longest name of a file, in bytes.
pub const FILE_NAME_MAX: usize = 200;
/// Largest file, in bytes.
pub const FILE_MAX: u64 = 20 * 1024 * 1024;
/// Most files of one case.
pub const FILES_MAX: usize = 100;

/// What a file shows (处置前、处置后、近景、远景、参考).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// 处置前.
    Before,
    /// 处置后.
    After,
    /// 近景.
    Near,
    /// 远景.
    Far,
    /// 参考.
    Reference,
}

impl FileKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Before, Self::After, Self::Near, Self::Far, Self::Reference];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Near => "near",
            Self::Far => "far",
            Self::Reference => "reference",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What a file is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// A photograph.
    Jpeg,
    /// A picture.
    Png,
    /// A document.
    Pdf,
    /// Plain text in UTF-8.
    Text,
}

impl Media {
    /// Its name on the web.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    /// What bytes are, by how they begin, whatever they are called; `None` where they are nothing of these.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [] => None,
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            _ => std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0')).then_some(Self::Text),
        }
    }
}

/// The SHA-256 of a file, as 64 small hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileHash(String);

impl FileHash {
    /// Read one; `None` where it is none. What passes is safe as the name of a file.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (text.len() == 64 && text.bytes().all(digit)).then(|| Self(text.to_owned()))
    }

    /// Its digits.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A file of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What it is called.
    pub name: String,
    /// What it shows.
    pub kind: FileKind,
    /// What it is made of.
    pub media: Media,
    /// Its hash, under which it is kept.
    pub hash: FileHash,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Attachment {
    /// Can it be kept?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        check_text("name", &self.name, FILE_NAME_MAX)?;
        if self.name.trim().is_empty() || self.name.contains(|c: char| c.is_control() || c == '/' || c == '\\') {
            return Err(unusable("name", "is missing, or has a slash or a control character in it"));
        }
        // A decoded value may be anything.
        if FileHash::of(self.hash.text()).is_none() {
            return Err(unusable("hash", "is 64 small hexadecimal digits"));
        }
        if !(1..=FILE_MAX).contains(&self.bytes) {
            return Err(unusable("bytes", &format!("are 1 to {FILE_MAX}")));
        }
        Ok(())
    }
}

/// Is a note usable?
///
/// # Errors
/// [`Refusal::Unusable`].
pub(super) fn check_note(words: &str) -> Result<(), Refusal> {
    check_text("words", words, NOTE_MAX)?;
    if words.trim().is_empty() { Err(unusable("words", "are missing")) } else { Ok(()) }
}

impl Hall {
    pub(super) fn decide_note(&self, id: IncidentId, words: String) -> Result<Vec<What>, Refusal> {
        self.incident(id).ok_or(Refusal::UnknownIncident(id))?;
        Ok(vec![What::NoteAdded { incident: id, words }])
    }

    pub(super) fn decide_file(&self, id: IncidentId, file: Attachment) -> Result<Vec<What>, Refusal> {
        self.incident(id).ok_or(Refusal::UnknownIncident(id))?;
        let files = &self.dossier(id).files;
        // The same file of the same kind again is nothing new.
        if files.iter().any(|one| one.hash == file.hash && one.kind == file.kind) {
            return Ok(Vec::new());
        }
        if files.len() >= FILES_MAX {
            return Err(unusable("files", &format!("are at most {FILES_MAX} in one case")));
        }
        Ok(vec![What::FileAttached { incident: id, file }])
    }
}
