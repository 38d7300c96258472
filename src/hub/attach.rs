//! What is done with a file of a case, whichever way it came or is asked for: HTTP hands over whole files, the wire parts
//! of them ([`super::uploads`]).

use std::sync::Arc;

use bytes::Bytes;

use super::clerk::{Signed, Signer};
use super::files::hash_of;
use super::intake::Taken;
use super::{Inner, Intake};
use crate::domain::{Attachment, FileHash, FileKind, IncidentId, Media, Order, Refusal, What};
use crate::wire::Command;

/// A file that came whole.
pub(super) struct Come {
    pub(super) incident: IncidentId,
    pub(super) name: String,
    pub(super) kind: FileKind,
    pub(super) body: Bytes,
    /// What its hash has to be, where that was said before.
    pub(super) announced: Option<FileHash>,
}

impl Inner {
    /// Keep a file with a case: looked at, on disk, and named by a fact, in this order.
    ///
    /// # Errors
    /// The [`Refusal`]; nothing is written of what no fact could name.
    pub(super) async fn attach(
        self: &Arc<Self>,
        by: Signer,
        command: Option<Command>,
        come: Come,
    ) -> Result<(Attachment, Taken), Refusal> {
        let (incident, body) = (come.incident, come.body);
        let looked = body.clone();
        let looked = tokio::task::spawn_blocking(move || (Media::of(&looked), hash_of(&looked))).await;
        let (Some(media), Some(hash)) = looked.map_err(|_| Refusal::FileNotKept)? else {
            return Err(Refusal::NotAFile);
        };
        if come.announced.is_some_and(|announced| announced != hash) {
            return Err(Refusal::FileDiffers);
        }
        let bytes = body.len() as u64;
        let file = Attachment { name: come.name.trim().to_owned(), kind: come.kind, media, hash, bytes };
        file.check()?;
        let intake = Intake::new(self);
        self.holds(incident).await?;
        self.keep(&file, body).await?;
        let order = Order::AttachFile { incident, file: file.clone() };
        let signed = Signed { by, order, command, area: None, at: None };
        let results = intake.orders(vec![signed]).await.map_err(|_| Refusal::NoHub)?;
        let taken = results.into_iter().next().unwrap_or(Err(Refusal::NoHub))?;
        Ok((file, taken))
    }

    /// Put a file on disk; once this returns an order may name it.
    ///
    /// # Errors
    /// [`Refusal::FileNotKept`] or [`Refusal::FilesFull`].
    pub(super) async fn keep(self: &Arc<Self>, file: &Attachment, body: Bytes) -> Result<(), Refusal> {
        let (hub, hash) = (Arc::clone(self), file.hash.clone());
        let kept = tokio::task::spawn_blocking(move || hub.attachments.keep(&hash, &body)).await;
        kept.map_err(|_| Refusal::FileNotKept)??;
        Ok(())
    }

    /// A case takes files while it is in the hall.
    pub(super) async fn holds(self: &Arc<Self>, incident: IncidentId) -> Result<(), Refusal> {
        let held = Intake::new(self).look(move |hall| hall.incident(incident).is_some()).await;
        if held.map_err(|_| Refusal::NoHub)? { Ok(()) } else { Err(Refusal::UnknownIncident(incident)) }
    }

    /// The file of that hash of a case, however long ago that was closed.
    ///
    /// # Errors
    /// [`Refusal::NoFile`], or why nobody knows.
    pub(super) async fn file_of(
        self: &Arc<Self>,
        incident: IncidentId,
        hash: &FileHash,
    ) -> Result<Attachment, Refusal> {
        let wanted = hash.clone();
        let held =
            move |hall: &crate::domain::Hall| hall.dossier(incident).files.iter().find(|f| f.hash == wanted).cloned();
        if let Some(file) = Intake::new(self).look(held).await.map_err(|_| Refusal::NoHub)? {
            return Ok(file);
        }
        let mut before = None;
        while let Some(story) = self.story(incident, before).await? {
            let last = story.facts.last().map(|fact| fact.seq).filter(|_| story.more);
            let named = story.facts.into_iter().find_map(|fact| match fact.what {
                What::FileAttached { file, .. } if file.hash == *hash => Some(file),
                _ => None,
            });
            match (named, last) {
                (Some(file), _) => return Ok(file),
                (None, Some(_)) => before = last,
                (None, None) => break,
            }
        }
        Err(Refusal::NoFile(incident))
    }
}
