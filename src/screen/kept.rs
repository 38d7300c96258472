//! A file in the user's folder that keeps something over a crash: what is being written, who locked the desk.

use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Where something is kept, as TOML.
#[derive(Debug, Clone)]
pub(super) struct Kept<T> {
    path: PathBuf,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> Kept<T> {
    /// In the file of this name in a folder.
    pub(super) fn of(folder: &Path, name: &str) -> Self {
        Self { path: folder.join(name), of: PhantomData }
    }

    /// What was kept; `None` where there is nothing. What cannot be read is put aside, and not lost.
    pub(super) fn read(&self) -> Option<T> {
        let text = std::fs::read_to_string(&self.path).ok()?;
        match toml::from_str(&text) {
            Ok(kept) => Some(kept),
            Err(error) => {
                tracing::warn!(file = %self.path.display(), %error, "what was kept cannot be read: put aside as `….bad`");
                drop(std::fs::rename(&self.path, self.path.with_extension("bad")));
                None
            }
        }
    }

    /// Keep something, or nothing any more. It may hold personal data: nobody else may read it.
    pub(super) fn write(&self, kept: Option<&T>) {
        let written = match kept {
            Some(kept) => self.put(kept),
            None => match std::fs::remove_file(&self.path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        };
        if let Err(error) = written {
            tracing::warn!(file = %self.path.display(), %error, "it is not kept");
        }
    }

    fn put(&self, kept: &T) -> std::io::Result<()> {
        use std::io::Write;
        let text = toml::to_string(kept).map_err(std::io::Error::other)?;
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let aside = self.path.with_extension("toml.new");
        let mut options = std::fs::File::options();
        options.create(true).truncate(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&aside)?.write_all(text.as_bytes())?;
        std::fs::rename(&aside, &self.path)
    }
}
