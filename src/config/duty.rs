//! The shifts of a day and their posts (值班): `config/duty.toml`.
//!
//! The file in the repository is built in; a file of the same shape replaces it.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::document::{ConfigError, Document, did_you_mean};
use crate::domain::duty::shifts::{DAY_MINUTES, HANDOVER_MINUTES_MAX, POSTS_MAX, Post, SHIFTS_MAX, Shift};
use crate::domain::{Shifts, Wording};

const BUILT_IN: &str = include_str!("../../config/duty.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    handover_minutes: Spanned<u16>,
    #[serde(default)]
    post: Vec<PostRow>,
    #[serde(default)]
    shift: Vec<Spanned<ShiftRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostRow {
    code: Spanned<String>,
    zh: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShiftRow {
    code: Spanned<String>,
    zh: String,
    en: String,
    from: Spanned<String>,
    to: Spanned<String>,
    posts: Vec<Spanned<String>>,
}

/// The shifts in the file at `path`, or those built in where there is none.
///
/// # Errors
/// [`ConfigError`], with file and line.
pub fn load(path: Option<&Path>) -> Result<Shifts, ConfigError> {
    from_document(&document(path)?)
}

/// The text of [`load`].
///
/// # Errors
/// [`ConfigError`] where the file cannot be read.
pub fn document(path: Option<&Path>) -> Result<Document, ConfigError> {
    match path {
        Some(path) => Document::read(path),
        None => Ok(Document::new("config/duty.toml (built in)", BUILT_IN)),
    }
}

/// The shifts in a text.
///
/// # Errors
/// [`ConfigError`], with file and line: not TOML, an unknown key, a time that is none, a shift that leaves a gap or lies
/// over another, a code that is there twice, a post that there is not.
pub fn from_document(document: &Document) -> Result<Shifts, ConfigError> {
    let file: File = document.parse()?;
    let wrong = |at: std::ops::Range<usize>, problem: String| Err(document.wrong(Some(at), problem, None));
    if *file.handover_minutes.get_ref() > HANDOVER_MINUTES_MAX {
        return wrong(
            file.handover_minutes.span(),
            format!("a shift is handed over within {HANDOVER_MINUTES_MAX} minutes"),
        );
    }
    if file.post.is_empty() || file.post.len() > POSTS_MAX {
        let at = file.post.get(POSTS_MAX).map_or(0..0, |row| row.code.span());
        return wrong(at, format!("there are 1 to {POSTS_MAX} posts, not {}", file.post.len()));
    }
    if file.shift.is_empty() || file.shift.len() > SHIFTS_MAX {
        let at = file.shift.get(SHIFTS_MAX).map_or(0..0, Spanned::span);
        return wrong(at, format!("there are 1 to {SHIFTS_MAX} shifts, not {}", file.shift.len()));
    }
    let posts = posts(document, &file.post)?;
    let mut shifts: Vec<Shift> = Vec::new();
    for row in &file.shift {
        let row = row.get_ref();
        check_code(document, &row.code, shifts.iter().map(|shift| shift.code.as_str()))?;
        shifts.push(shift(document, row, &posts)?);
    }
    let total: u32 = shifts.iter().map(|shift| u32::from(shift.minutes)).sum();
    for (at, row) in file.shift.iter().enumerate() {
        let (row, before) = (row.get_ref(), at.checked_sub(1).unwrap_or(file.shift.len() - 1));
        let before = file.shift.get(before).map(Spanned::get_ref);
        if let Some(before) = before.filter(|before| before.to.get_ref() != row.from.get_ref()) {
            let problem = format!(
                "`{}` ends at {}, so this one cannot begin at {}",
                before.code.get_ref(),
                before.to.get_ref(),
                row.from.get_ref()
            );
            return wrong(row.from.span(), problem);
        }
    }
    if total != u32::from(DAY_MINUTES) {
        let at = file.shift.last().map_or(0..0, |row| row.get_ref().to.span());
        return wrong(at, format!("the shifts take {total} minutes together, a day has {DAY_MINUTES}"));
    }
    let shifts = Shifts { shifts, posts, handover_minutes: *file.handover_minutes.get_ref() };
    match shifts.check() {
        Ok(()) => Ok(shifts),
        Err(refusal) => Err(document.wrong(None, refusal.to_string(), None)),
    }
}

fn check_code<'a>(
    document: &Document,
    code: &Spanned<String>,
    mut others: impl Iterator<Item = &'a str>,
) -> Result<(), ConfigError> {
    let written = code.get_ref();
    let problem = if written.trim().is_empty() {
        "a code is missing".to_owned()
    } else if others.any(|other| other == written) {
        format!("`{written}` is there twice")
    } else {
        return Ok(());
    };
    Err(document.wrong(Some(code.span()), problem, None))
}

fn posts(document: &Document, rows: &[PostRow]) -> Result<Vec<Post>, ConfigError> {
    let mut posts: Vec<Post> = Vec::new();
    for row in rows {
        check_code(document, &row.code, posts.iter().map(|post| post.code.as_str()))?;
        let name = Wording { zh: row.zh.clone(), en: row.en.clone() };
        posts.push(Post { code: row.code.get_ref().clone(), name });
    }
    Ok(posts)
}

fn shift(document: &Document, row: &ShiftRow, posts: &[Post]) -> Result<Shift, ConfigError> {
    let (from, to) = (time(document, &row.from)?, time(document, &row.to)?);
    if row.posts.is_empty() {
        return Err(document.wrong(Some(row.code.span()), "a shift needs a post".to_owned(), None));
    }
    let mut named: Vec<String> = Vec::new();
    for post in &row.posts {
        let known = posts.iter().map(|post| post.code.as_str());
        let written = post.get_ref();
        let problem = if !known.clone().any(|code| code == written) {
            format!("there is no post `{written}`")
        } else if named.contains(written) {
            format!("post `{written}` is there twice")
        } else {
            named.push(written.clone());
            continue;
        };
        return Err(document.wrong(Some(post.span()), problem, did_you_mean(written, known)));
    }
    // From eight to eight is a whole day.
    let minutes = match (to + DAY_MINUTES - from) % DAY_MINUTES {
        0 => DAY_MINUTES,
        minutes => minutes,
    };
    let name = Wording { zh: row.zh.clone(), en: row.en.clone() };
    Ok(Shift { code: row.code.get_ref().clone(), name, from_minute: from, minutes, posts: named })
}

/// Minutes of the day, as `07:30`.
fn time(document: &Document, written: &Spanned<String>) -> Result<u16, ConfigError> {
    let text = written.get_ref();
    let digits = |part: &str| {
        let two = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        two.then(|| part.parse::<u16>().ok())?
    };
    let read = text.split_once(':').and_then(|(hour, minute)| Some((digits(hour)?, digits(minute)?)));
    match read {
        Some((hour, minute)) if hour < 24 && minute < 60 => Ok(hour * 60 + minute),
        _ => {
            let hint = Some("write it as \"07:30\"".to_owned());
            Err(document.wrong(Some(written.span()), format!("`{text}` is no time of the day"), hint))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "handover_minutes = 15\n\n[[post]]\ncode = 'chief'\nzh = '值班长'\nen = 'Chief'\n\n[[shift]]\ncode = 'day'\nzh = '白班'\nen = 'Day'\nfrom = '08:00'\nto = '20:00'\nposts = ['chief']\n\n[[shift]]\ncode = 'night'\nzh = '夜班'\nen = 'Night'\nfrom = '20:00'\nto = '08:00'\nposts = ['chief']\n";

    fn read(text: &str) -> Result<Shifts, ConfigError> {
        from_document(&Document::new("own.toml", text))
    }

    #[test]
    fn the_built_in_shifts_make_a_day_and_one_goes_over_midnight() {
        let shifts = load(None).unwrap();
        assert_eq!((shifts.shifts.len(), shifts.check()), (3, Ok(())));
        assert!(shifts.shifts.iter().any(|shift| shift.from_minute + shift.minutes > DAY_MINUTES));
        let names = shifts.shifts.iter().map(|shift| &shift.name).chain(shifts.posts.iter().map(|post| &post.name));
        for name in names {
            assert!(!name.zh.is_ascii() && name.en.is_ascii() && !name.en.is_empty(), "{name:?}");
        }
        assert_eq!(read(TWO).unwrap().shifts.iter().map(|shift| shift.minutes).collect::<Vec<_>>(), [720, 720]);
    }

    #[test]
    fn mistakes_name_file_and_line() {
        for (from, to, line, problem) in [
            ("'20:00'\nposts", "'19:30'\nposts", 20, "`day` ends at 19:30, so this one cannot begin at 20:00"),
            ("'20:00'\nto = '08:00'", "'20:00'\nto = '09:00'", 12, "`night` ends at 09:00"),
            ("from = '08:00'", "from = '8:00'", 12, "`8:00` is no time of the day; write it as \"07:30\""),
            ("code = 'night'", "code = 'day'", 17, "`day` is there twice"),
            ("to = '08:00'\nposts = ['chief']", "to = '08:00'\nposts = ['cheif']", 22, "did you mean `chief`?"),
            ("handover_minutes = 15", "handover_minutes = 500", 1, "within 120 minutes"),
            ("posts = ['chief']\n\n[[shift]]", "posts = []\n\n[[shift]]", 9, "a shift needs a post"),
            ("zh = '白班'", "zhh = '白班'", 10, "unknown key `zhh`"),
        ] {
            let text = TWO.replacen(from, to, 1);
            assert_ne!(text, TWO, "{from}");
            let error = read(&text).unwrap_err().in_full();
            assert!(error.starts_with(&format!("own.toml:{line}: ")) && error.contains(problem), "{error}");
        }
        let day = TWO.replace("to = '20:00'", "to = '08:00'").replace("from = '20:00'", "from = '08:00'");
        assert!(read(&day).unwrap_err().to_string().contains("2880 minutes together"), "two whole days");
    }
}
