//! Files that the link fetches and sends, part by part and one of each at a time. Pure: it says what to say next.
//!
//! A lost link does not end an errand: it goes on where it was once the hub is there again. Somebody else at the seat does.

use bytes::Bytes;
use ring::digest::{SHA256, digest};

use super::News;
use crate::domain::note::FILE_MAX;
use crate::domain::{FileHash, FileKind, IncidentId, Refusal};
use crate::wire::{Announced, PART_MAX, Part, Piece, ToHub, Upto};

/// So often a hub may say that it has no more than before.
const STALLS_MAX: u8 = 5;

/// A file that is to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) incident: IncidentId,
    pub(crate) name: String,
    pub(crate) kind: FileKind,
    pub(crate) body: Bytes,
}

struct Fetch {
    incident: IncidentId,
    hash: FileHash,
    got: Vec<u8>,
    /// The number of the question that is on its way.
    asked: Option<u64>,
}

struct Sending {
    incident: IncidentId,
    file: Announced,
    body: Bytes,
    /// The number that it was announced with on this connection.
    announced: Option<u64>,
    /// Where the next part begins, once the hub awaits it.
    due: Option<u64>,
    upto: u64,
    stalls: u8,
}

#[derive(Default)]
pub(super) struct Errands {
    fetch: Option<Fetch>,
    send: Option<Sending>,
}

fn hash_of(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

impl Errands {
    /// Fetch a file; the one before is let go.
    pub(super) fn fetch(&mut self, incident: IncidentId, hash: FileHash) {
        // Asked for again it goes on.
        if self.fetch.as_ref().is_none_or(|fetch| fetch.hash != hash || fetch.incident != incident) {
            self.fetch = Some(Fetch { incident, hash, got: Vec::new(), asked: None });
        }
    }

    /// Send a file.
    ///
    /// # Errors
    /// [`Refusal::TooManyUploads`] while another one is on its way.
    pub(super) fn send(&mut self, file: Outgoing) -> Result<(), Refusal> {
        if self.send.is_some() {
            return Err(Refusal::TooManyUploads);
        }
        let Outgoing { incident, name, kind, body } = file;
        let hash = FileHash::of(&hash_of(&body)).ok_or(Refusal::FileDiffers)?;
        let file = Announced { name, kind, hash, bytes: body.len() as u64 };
        self.send = Some(Sending { incident, file, body, announced: None, due: None, upto: 0, stalls: 0 });
        Ok(())
    }

    /// The link was lost: what was asked is asked again.
    pub(super) fn cut_off(&mut self) {
        if let Some(fetch) = &mut self.fetch {
            fetch.asked = None;
        }
        if let Some(send) = &mut self.send {
            (send.announced, send.due) = (None, None);
        }
    }

    /// Nobody sits there any more.
    pub(super) fn end(&mut self, why: &Refusal) -> Vec<News> {
        let fetched = self.fetch.take().map(|fetch| fetch.ended(Err(why.clone())));
        let sent = self.send.take().map(|send| News::Sent { incident: send.incident, done: Err(why.clone()) });
        fetched.into_iter().chain(sent).collect()
    }

    /// What is to be said next; numbers count on from `id`.
    pub(super) fn next(&mut self, id: &mut u64) -> Option<ToHub> {
        if let Some(fetch) = self.fetch.as_mut().filter(|fetch| fetch.asked.is_none()) {
            *id += 1;
            fetch.asked = Some(*id);
            let (incident, hash, from) = (fetch.incident, fetch.hash.clone(), fetch.got.len() as u64);
            return Some(ToHub::Fetch { id: *id, incident, hash, from });
        }
        let send = self.send.as_mut()?;
        let Some(announced) = send.announced else {
            *id += 1;
            send.announced = Some(*id);
            return Some(ToHub::Attach { id: *id, incident: send.incident, file: send.file.clone() });
        };
        let from = send.due.take()?;
        let start = usize::try_from(from).unwrap_or(usize::MAX).min(send.body.len());
        let end = start.saturating_add(PART_MAX).min(send.body.len());
        Some(ToHub::Part { id: announced, from, part: Part(send.body.slice(start..end)) })
    }

    /// A part came.
    pub(super) fn hear_piece(&mut self, id: u64, piece: Result<Piece, Refusal>) -> Option<News> {
        let mut fetch = self.fetch.take_if(|fetch| fetch.asked == Some(id))?;
        let piece = match piece {
            Ok(piece) => piece,
            Err(refusal) => return Some(fetch.ended(Err(refusal))),
        };
        let got = fetch.got.len() as u64;
        let after = got + piece.part.0.len() as u64;
        if piece.from != got || piece.total > FILE_MAX || after > piece.total || (after == got && got < piece.total) {
            return Some(fetch.ended(Err(Refusal::FileDiffers)));
        }
        fetch.got.extend_from_slice(&piece.part.0);
        if after < piece.total {
            fetch.asked = None;
            let news = News::Fetching { hash: fetch.hash.clone(), upto: after, total: piece.total };
            self.fetch = Some(fetch);
            return Some(news);
        }
        // A disk may have changed it since it was kept.
        let right = hash_of(&fetch.got) == fetch.hash.text();
        let got = std::mem::take(&mut fetch.got);
        Some(fetch.ended(if right { Ok(Bytes::from(got)) } else { Err(Refusal::FileDiffers) }))
    }

    /// The hub says how far it has the file that is sent.
    pub(super) fn hear_upto(&mut self, id: u64, upto: Result<Upto, Refusal>) -> Option<News> {
        let mut send = self.send.take_if(|send| send.announced == Some(id))?;
        let total = send.file.bytes;
        let done = match upto {
            Ok(Upto::Kept(_)) => Ok(()),
            Ok(Upto::Byte(byte)) if byte < total => {
                send.stalls = if byte > send.upto { 0 } else { send.stalls.saturating_add(1) };
                (send.upto, send.due) = (byte, Some(byte));
                if send.stalls > STALLS_MAX { Err(Refusal::FileDiffers) } else { return Some(self.going(send)) }
            }
            Ok(Upto::Byte(_)) => Err(Refusal::FileDiffers),
            // It was away for so long that the hub let go of it.
            Err(Refusal::NoUpload) if send.stalls <= STALLS_MAX => {
                send.stalls = send.stalls.saturating_add(1);
                (send.announced, send.due, send.upto) = (None, None, 0);
                return Some(self.going(send));
            }
            Err(refusal) => Err(refusal),
        };
        Some(News::Sent { incident: send.incident, done })
    }

    fn going(&mut self, send: Sending) -> News {
        let news = News::Sending { upto: send.upto, total: send.file.bytes };
        self.send = Some(send);
        news
    }
}

impl Fetch {
    fn ended(self, file: Result<Bytes, Refusal>) -> News {
        News::Fetched { incident: self.incident, hash: self.hash, file }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Seq;

    const CASE: IncidentId = IncidentId(7);

    fn body() -> Bytes {
        (0..PART_MAX * 2 + 5).map(|at| u8::try_from(at % 251).unwrap()).collect()
    }

    fn piece(from: usize, to: usize) -> Piece {
        let body = body();
        Piece { from: from as u64, total: body.len() as u64, part: Part(body.slice(from..to)) }
    }

    #[test]
    fn a_file_comes_in_parts_goes_on_after_a_lost_link_and_is_held_against_its_hash() {
        let (mut errands, mut id) = (Errands::default(), 4);
        let hash = FileHash::of(&hash_of(&body())).unwrap();
        errands.fetch(CASE, hash.clone());
        let asked = |errands: &mut Errands, id: &mut u64| match errands.next(id) {
            Some(ToHub::Fetch { id, from, .. }) => (id, from),
            other => panic!("{other:?}"),
        };
        assert_eq!(asked(&mut errands, &mut id), (5, 0));
        assert_eq!(errands.next(&mut id), None, "one part is on its way");
        assert!(errands.hear_piece(4, Ok(piece(0, PART_MAX))).is_none(), "another question's");
        let going = errands.hear_piece(5, Ok(piece(0, PART_MAX)));
        assert!(matches!(going, Some(News::Fetching { upto, .. }) if upto == PART_MAX as u64));
        assert_eq!(asked(&mut errands, &mut id), (6, PART_MAX as u64));
        errands.cut_off();
        assert_eq!(asked(&mut errands, &mut id), (7, PART_MAX as u64));
        assert!(errands.hear_piece(6, Ok(piece(PART_MAX, PART_MAX * 2))).is_none(), "of the lost link");
        assert!(errands.hear_piece(7, Ok(piece(PART_MAX, PART_MAX * 2))).is_some());
        asked(&mut errands, &mut id);
        let Some(News::Fetched { file: Ok(file), .. }) =
            errands.hear_piece(8, Ok(piece(PART_MAX * 2, PART_MAX * 2 + 5)))
        else {
            panic!("no file");
        };
        assert_eq!(file, body());

        errands.fetch(CASE, FileHash::of(&"0".repeat(64)).unwrap());
        for (number, from) in [(9, 0), (10, PART_MAX), (11, PART_MAX * 2)] {
            asked(&mut errands, &mut id);
            let to = (from + PART_MAX).min(body().len());
            let news = errands.hear_piece(number, Ok(piece(from, to)));
            let wrong = matches!(news, Some(News::Fetched { file: Err(Refusal::FileDiffers), .. }));
            assert_eq!(wrong, number == 11, "{news:?}");
        }
        errands.fetch(CASE, hash);
        asked(&mut errands, &mut id);
        let endless = Ok(Piece { from: 0, total: FILE_MAX + 1, part: Part(body().slice(0..9)) });
        assert!(matches!(errands.hear_piece(12, endless), Some(News::Fetched { file: Err(_), .. })), "too large");
    }

    #[test]
    fn a_file_goes_in_parts_where_the_hub_awaits_them_and_is_announced_again_after_a_lost_link() {
        let (mut errands, mut id) = (Errands::default(), 0);
        let file = || Outgoing { incident: CASE, name: "a".to_owned(), kind: FileKind::Near, body: body() };
        errands.send(file()).unwrap();
        assert_eq!(errands.send(file()), Err(Refusal::TooManyUploads));
        assert!(matches!(errands.next(&mut id), Some(ToHub::Attach { id: 1, .. })));
        assert_eq!(errands.next(&mut id), None);
        assert!(matches!(errands.hear_upto(1, Ok(Upto::Byte(0))), Some(News::Sending { upto: 0, .. })));
        let Some(ToHub::Part { id: 1, from: 0, part }) = errands.next(&mut id) else { panic!("no part") };
        assert_eq!((part.0.len(), errands.next(&mut id)), (PART_MAX, None));
        errands.cut_off();
        assert!(matches!(errands.next(&mut id), Some(ToHub::Attach { id: 2, .. })));
        errands.hear_upto(2, Ok(Upto::Byte(PART_MAX as u64)));
        assert!(matches!(errands.next(&mut id), Some(ToHub::Part { from, .. }) if from == PART_MAX as u64));
        errands.hear_upto(2, Err(Refusal::NoUpload));
        assert!(matches!(errands.next(&mut id), Some(ToHub::Attach { id: 3, .. })), "let go: once more from the start");
        let kept = errands.hear_upto(3, Ok(Upto::Kept(Seq(9))));
        assert!(matches!(kept, Some(News::Sent { done: Ok(()), .. })));
        assert_eq!(errands.next(&mut id), None);
    }

    #[test]
    fn a_hub_that_never_has_more_and_somebody_else_at_the_seat_end_it() {
        let (mut errands, mut id) = (Errands::default(), 0);
        let file = || Outgoing { incident: CASE, name: "a".to_owned(), kind: FileKind::Near, body: body() };
        errands.send(file()).unwrap();
        errands.next(&mut id);
        let mut said = 0;
        while !matches!(errands.hear_upto(1, Ok(Upto::Byte(0))), Some(News::Sent { done: Err(_), .. })) {
            errands.next(&mut id);
            said += 1;
            assert!(said < 20);
        }
        errands.send(file()).unwrap();
        errands.fetch(CASE, FileHash::of(&"0".repeat(64)).unwrap());
        assert_eq!(errands.end(&Refusal::NotSignedIn).len(), 2);
        assert_eq!(errands.next(&mut id), None);
    }
}
