//! Files between a screen and its hub, part by part: no file stands between a screen and its facts.
//!
//! ```text
//!  Attach ──► announced ── Part, Part, … ──► whole ── hash, media, right ──► on disk ──► fact: Kept
//!                │   ▲                          └── another hash: nothing is left of it
//!   link lost ───┘   └─── Attach again: goes on where the hub has it
//! ```
//! Invariants:
//! 1. What came of a file lies beside the log until it is whole, never in memory (but for a hub in memory).
//! 2. At most [`ALL_MAX`] files of all screens are on their way, and [`EACH_MAX`] of one person; one of which nothing came
//!    for [`IDLE`] gives way to another, and after [`FORGOTTEN`] it goes.
//! 3. A part is taken where the file ends so far; any other changes nothing and hears where that is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::attach::Come;
use super::clerk::Signer;
use super::doors::Caller;
use super::files::{Draft, Files};
use super::{Inner, Intake};
use crate::domain::rights::Right;
use crate::domain::{Actor, Attachment, FileHash, IncidentId, Media, Refusal};
use crate::wire::{Announced, PART_MAX, Part, Piece, ToHub, ToScreen, Upto};

/// Most unfinished files of all screens.
const ALL_MAX: usize = 32;
/// Most unfinished files of one person.
const EACH_MAX: usize = 4;
/// Most files that one screen has announced at a time.
const SCREEN_MAX: usize = 2;
/// Without a part for so long an unfinished file may give way to another.
const IDLE: Duration = Duration::from_secs(30);
/// Without a part for so long it goes.
const FORGOTTEN: Duration = Duration::from_mins(10);

/// The unfinished files of a hub.
#[derive(Default)]
pub(crate) struct Uploads(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    last: u64,
    by_number: BTreeMap<u64, Upload>,
}

struct Upload {
    who: Actor,
    incident: IncidentId,
    file: Announced,
    draft: Arc<Mutex<Draft>>,
    touched: Instant,
}

impl Upload {
    fn is_same(&self, who: &Actor, incident: IncidentId, file: &Announced) -> bool {
        let hash = self.file.hash == file.hash && self.file.bytes == file.bytes;
        hash && self.incident == incident && self.who == *who
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Waiting {
    /// Room for one more of this person, made by what nobody goes on with; whether there is.
    fn make_room(&mut self, who: &Actor, now: Instant) -> bool {
        self.by_number.retain(|_, one| now.duration_since(one.touched) < FORGOTTEN);
        let full = |by_number: &BTreeMap<u64, Upload>| {
            let own = by_number.values().filter(|one| one.who == *who).count();
            by_number.len() >= ALL_MAX || own >= EACH_MAX
        };
        while full(&self.by_number) {
            let idle = self.by_number.iter().filter(|(_, one)| now.duration_since(one.touched) >= IDLE);
            let Some(oldest) = idle.min_by_key(|(_, one)| one.touched).map(|(number, _)| *number) else { return false };
            self.by_number.remove(&oldest);
        }
        true
    }
}

/// What came of a part.
enum Step {
    /// So far.
    Byte(u64),
    /// That was the last one.
    Whole(Announced, IncidentId, Bytes),
}

impl Uploads {
    /// Begin, or go on with what came before the link was lost; its number, and where it ends so far.
    fn announce(
        &self,
        files: &Files,
        who: &Actor,
        incident: IncidentId,
        file: Announced,
        now: Instant,
    ) -> Result<(u64, u64), Refusal> {
        let (number, draft) = {
            let mut waiting = lock(&self.0);
            let same = waiting.by_number.iter_mut().find(|(_, one)| one.is_same(who, incident, &file));
            if let Some((number, one)) = same {
                (one.file, one.touched) = (file, now);
                (*number, Arc::clone(&one.draft))
            } else {
                if !waiting.make_room(who, now) {
                    return Err(Refusal::TooManyUploads);
                }
                let others = waiting.by_number.values().map(|one| one.file.bytes).sum();
                let draft = Arc::new(Mutex::new(files.draft(file.bytes, others)?));
                waiting.last += 1;
                let (number, kept) = (waiting.last, Arc::clone(&draft));
                waiting
                    .by_number
                    .insert(number, Upload { who: who.clone(), incident, file, draft: kept, touched: now });
                (number, draft)
            }
        };
        let upto = lock(&draft).upto();
        Ok((number, upto))
    }

    /// Take a part. Writes to the disk.
    fn part(&self, number: u64, who: &Actor, from: u64, part: &Part, now: Instant) -> Result<Step, Refusal> {
        let (draft, bytes) = {
            let mut waiting = lock(&self.0);
            let one = waiting.by_number.get_mut(&number).filter(|one| one.who == *who).ok_or(Refusal::NoUpload)?;
            one.touched = now;
            (Arc::clone(&one.draft), one.file.bytes)
        };
        // The list is not looked at while a draft is held: who lists waits for no disk.
        let whole = {
            let mut draft = lock(&draft);
            let upto = draft.upto();
            if from != upto || part.0.is_empty() {
                return Ok(Step::Byte(upto));
            }
            if upto.saturating_add(part.0.len() as u64) > bytes {
                None
            } else {
                draft.append(&part.0)?;
                if draft.upto() < bytes {
                    return Ok(Step::Byte(draft.upto()));
                }
                Some(draft.whole())
            }
        };
        // Whatever becomes of it, it is no longer on its way.
        let one = self.forget(number).ok_or(Refusal::NoUpload)?;
        Ok(Step::Whole(one.file, one.incident, whole.ok_or(Refusal::FileDiffers)??))
    }

    fn forget(&self, number: u64) -> Option<Upload> {
        lock(&self.0).by_number.remove(&number)
    }

    /// How many there are.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        lock(&self.0).by_number.len()
    }
}

/// Files between one screen and its hub.
pub(super) struct Parts {
    hub: Arc<Inner>,
    /// The file that was asked for last: the rest of its parts are given without looking for its case again.
    granted: Mutex<Option<(IncidentId, FileHash)>>,
    /// Files that the screen announced: its number for each, and the hub's.
    sent: Mutex<BTreeMap<u64, u64>>,
}

impl Parts {
    pub(super) fn new(hub: &Arc<Inner>) -> Self {
        Self { hub: Arc::clone(hub), granted: Mutex::default(), sent: Mutex::default() }
    }

    /// What the hub says to a frame about a file; `None` where it is about something else.
    pub(super) async fn answer(&self, (caller, by): (&Caller, Signer), frame: ToHub) -> Option<ToScreen> {
        Some(match frame {
            ToHub::Fetch { id, incident, hash, from } => {
                ToScreen::Piece { id, piece: self.piece(caller, incident, hash, from).await }
            }
            ToHub::Attach { id, incident, file } => {
                ToScreen::Upto { id, upto: self.announce((caller, by), id, incident, file).await }
            }
            ToHub::Part { id, from, part } => {
                ToScreen::Upto { id, upto: self.part((caller, by), id, from, part).await }
            }
            _ => return None,
        })
    }

    /// A part of a file.
    async fn piece(&self, caller: &Caller, incident: IncidentId, hash: FileHash, from: u64) -> Result<Piece, Refusal> {
        caller.may(Right::Read)?;
        // What was decoded may be anything, also a path.
        let hash = FileHash::of(hash.text()).ok_or(Refusal::NoFile(incident))?;
        let wanted = Some((incident, hash.clone()));
        if *lock(&self.granted) != wanted {
            self.hub.file_of(incident, &hash).await?;
            *lock(&self.granted) = wanted;
        }
        let hub = Arc::clone(&self.hub);
        let read = tokio::task::spawn_blocking(move || hub.attachments.part(&hash, from, PART_MAX)).await;
        let (part, total) = read.map_err(|_| Refusal::FileNotKept)??.ok_or(Refusal::NoFile(incident))?;
        Ok(Piece { from, total, part: Part(part) })
    }

    /// A file is to come.
    async fn announce(
        &self,
        (caller, by): (&Caller, Signer),
        id: u64,
        incident: IncidentId,
        file: Announced,
    ) -> Result<Upto, Refusal> {
        self.may_attach(caller, &by).await?;
        // What it is made of is seen when it is there.
        let Announced { name, kind, hash, bytes } = file.clone();
        Attachment { name: name.trim().to_owned(), kind, media: Media::Text, hash, bytes }.check()?;
        self.hub.holds(incident).await?;
        let room = { lock(&self.sent).len() < SCREEN_MAX };
        if !room {
            return Err(Refusal::TooManyUploads);
        }
        // Sent before, perhaps by a link that was lost just before it heard of it.
        if self.hub.attachments.has(&file.hash, file.bytes) {
            let (hub, hash) = (Arc::clone(&self.hub), file.hash.clone());
            let read = tokio::task::spawn_blocking(move || hub.attachments.read(&hash)).await;
            if let Ok(Ok(Some(body))) = read {
                return self.keep(by, file, incident, body).await;
            }
        }
        let hub = Arc::clone(&self.hub);
        let who = by.actor;
        let begin = move || hub.uploads.announce(&hub.attachments, &who, incident, file, Instant::now());
        let announced = tokio::task::spawn_blocking(begin).await;
        let (number, upto) = announced.map_err(|_| Refusal::FileNotKept)??;
        lock(&self.sent).insert(id, number);
        Ok(Upto::Byte(upto))
    }

    /// A part of it.
    async fn part(&self, (caller, by): (&Caller, Signer), id: u64, from: u64, part: Part) -> Result<Upto, Refusal> {
        self.may_attach(caller, &by).await?;
        let number = { lock(&self.sent).get(&id).copied() }.ok_or(Refusal::NoUpload)?;
        let (hub, who) = (Arc::clone(&self.hub), by.actor.clone());
        let take = move || hub.uploads.part(number, &who, from, &part, Instant::now());
        let taken = tokio::task::spawn_blocking(take).await;
        match taken.map_err(|_| Refusal::FileNotKept)? {
            Ok(Step::Byte(upto)) => Ok(Upto::Byte(upto)),
            Ok(Step::Whole(file, incident, body)) => {
                lock(&self.sent).remove(&id);
                self.keep(by, file, incident, body).await
            }
            Err(refusal) => {
                // A full disk may have room again for the same part.
                if refusal != Refusal::FileNotKept {
                    lock(&self.sent).remove(&id);
                }
                Err(refusal)
            }
        }
    }

    async fn keep(&self, by: Signer, file: Announced, incident: IncidentId, body: Bytes) -> Result<Upto, Refusal> {
        let Announced { name, kind, hash, .. } = file;
        let come = Come { incident, name, kind, body, announced: Some(hash) };
        let (_, taken) = self.hub.attach(by, None, come).await?;
        Ok(Upto::Kept(taken.seq))
    }

    async fn may_attach(&self, caller: &Caller, by: &Signer) -> Result<(), Refusal> {
        let Err(refusal) = caller.may(Right::Note) else { return Ok(()) };
        Intake::new(&self.hub).note_refused(by, "attach", &refusal).await;
        Err(refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FileKind;

    const CASE: IncidentId = IncidentId(1);

    fn file(at: u8, bytes: u64) -> Announced {
        let hash = FileHash::of(&format!("{at:02x}").repeat(32)).unwrap();
        Announced { name: "a.txt".to_owned(), kind: FileKind::Near, hash, bytes }
    }

    fn of(name: &str) -> Actor {
        Actor::Person(name.to_owned())
    }

    #[test]
    fn unfinished_files_are_bounded_by_person_and_in_all_and_give_way_when_nobody_goes_on() {
        let (files, uploads, start) = (Files::in_memory(), Uploads::default(), Instant::now());
        let begin = |who: &str, at: u8, now: Instant| {
            uploads.announce(&files, &of(who), CASE, file(at, 10), now).map(|(n, _)| n)
        };
        for at in 0..4 {
            begin("li", at, start).unwrap();
        }
        assert_eq!(begin("li", 9, start), Err(Refusal::TooManyUploads));
        assert_eq!(begin("li", 2, start), Ok(3), "it goes on with what it had");
        for who in 0..7_u8 {
            for at in 0..4 {
                begin(&who.to_string(), at, start).unwrap();
            }
        }
        assert_eq!(begin("wang", 0, start), Err(Refusal::TooManyUploads), "of all");
        assert_eq!(uploads.count(), ALL_MAX);
        assert!(begin("wang", 0, start + IDLE).is_ok());
        assert_eq!(uploads.count(), ALL_MAX, "the oldest gave way");
        assert!(begin("li", 0, start + IDLE + FORGOTTEN).is_ok());
        assert_eq!(uploads.count(), 1);
    }

    #[test]
    fn a_part_counts_once_where_the_file_ends_and_more_than_was_announced_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for files in [Files::in_memory(), Files::beside(folder.path())] {
            let (uploads, now) = (Uploads::default(), Instant::now());
            let announce = |file| uploads.announce(&files, &of("li"), CASE, file, now);
            let put = |number, who: &str, from, text: &'static str| {
                let part = Part(Bytes::from_static(text.as_bytes()));
                uploads.part(number, &of(who), from, &part, now).map(|step| match step {
                    Step::Byte(upto) => (upto, None),
                    Step::Whole(_, _, body) => (body.len() as u64, Some(body)),
                })
            };
            let (number, upto) = announce(file(1, 6)).unwrap();
            assert_eq!(upto, 0);
            assert_eq!(put(number, "li", 0, "abc"), Ok((3, None)));
            assert_eq!(put(number, "li", 0, "abc"), Ok((3, None)), "again");
            assert_eq!(put(number, "li", 5, "f"), Ok((3, None)), "a gap");
            assert_eq!(put(number, "li", 3, ""), Ok((3, None)));
            assert_eq!(put(number, "wang", 3, "d"), Err(Refusal::NoUpload), "another one's");
            assert_eq!(announce(file(1, 6)), Ok((number, 3)), "after a lost link");
            assert_eq!(put(number, "li", 3, "def"), Ok((6, Some(Bytes::from_static(b"abcdef")))));
            assert_eq!(put(number, "li", 6, "g"), Err(Refusal::NoUpload));
            let (number, _) = announce(file(2, 2)).unwrap();
            assert_eq!(put(number, "li", 0, "abc"), Err(Refusal::FileDiffers));
            assert_eq!(uploads.count(), 0);
        }
        let drafts = std::fs::read_dir(folder.path().join("files")).unwrap().count();
        assert_eq!(drafts, 0, "nothing is left of what is not whole");
    }

    #[test]
    fn a_hub_in_memory_counts_what_is_on_its_way() {
        let (files, uploads, now) = (Files::in_memory(), Uploads::default(), Instant::now());
        let begin = |at: u8| uploads.announce(&files, &of("li"), CASE, file(at, 30 * 1024 * 1024), now).map(|_| ());
        assert_eq!((begin(1), begin(2), begin(3)), (Ok(()), Ok(()), Err(Refusal::FilesFull)));
    }

    #[test]
    fn what_a_crash_left_half_written_is_gone_after_a_start() {
        let folder = tempfile::tempdir().unwrap();
        let draft = Files::beside(folder.path()).draft(9, 0).unwrap();
        std::mem::forget(draft);
        let count = || std::fs::read_dir(folder.path().join("files")).unwrap().count();
        assert_eq!(count(), 1);
        Files::beside(folder.path());
        assert_eq!(count(), 0);
    }
}
