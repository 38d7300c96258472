//! Why something that was filled in cannot be used: the field as the screen names it, and what is wrong with it, in words.
//! Pure; the language is the one set at run time.

use rust_i18n::t;

/// Fields that have a name in `assets/i18n`; the others are called as the hub calls them.
const FIELDS: [&str; 28] = [
    "area",
    "behind",
    "bytes",
    "called",
    "crews",
    "day",
    "department",
    "files",
    "form",
    "from",
    "kind",
    "measures",
    "millis",
    "minutes",
    "name",
    "phase",
    "phone",
    "place",
    "post",
    "reason",
    "source",
    "tasks",
    "text",
    "until",
    "who",
    "whom",
    "window",
    "words",
];

/// Bytes of a character of Chinese; others have as many at most, but for a few rare ones.
const BYTES: usize = 3;

/// So many characters fit into so many bytes in any language: what a field lets in.
#[must_use]
pub fn letters_in(bytes: usize) -> usize {
    bytes / BYTES
}

/// A field and what is wrong with it, as the hub told them.
#[must_use]
pub fn unusable(field: &str, reason: &str) -> String {
    t!("refusal.unusable", field = self::field(field), reason = self::reason(reason)).into_owned()
}

fn field(code: &str) -> String {
    if let Some(field) = code.strip_prefix("form.") {
        return t!("unusable.form_field", field = field).into_owned();
    }
    if FIELDS.contains(&code) { t!(format!("unusable.field.{code}")).into_owned() } else { code.to_owned() }
}

/// What the hub says in its own words is known by these, its numbers aside; what is not known stays as it was said.
fn reason(told: &str) -> String {
    let number = |word: &&str| word.parse::<usize>().is_ok();
    let words: Vec<&str> = told.split_whitespace().filter(|word| !number(word)).collect();
    let numbers: Vec<usize> = told.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match (words.join(" ").as_str(), numbers.as_slice()) {
        ("is missing" | "are missing", []) => t!("unusable.missing"),
        ("holds a zero character", []) => t!("unusable.zero"),
        ("longitude or latitude is out of range", []) => t!("unusable.off_earth"),
        ("has characters that are in no telephone number", []) => t!("unusable.phone"),
        ("name a party twice", []) => t!("unusable.twice"),
        ("is over already", []) => t!("unusable.over"),
        ("is after `from`, by days at most", [days]) => t!("unusable.days", count = days),
        ("is within the next seven days", []) => t!("unusable.week"),
        ("there are already: end one first", [most]) => t!("unusable.windows", count = most),
        ("is longer than bytes", [bytes]) => t!("unusable.long", count = letters_in(*bytes)),
        ("is at most" | "are at most" | "are at most in one case", [most]) => t!("unusable.most", count = most),
        ("is to" | "are to", [from, to]) => t!("unusable.range", from = from, to = to),
        _ => told.into(),
    }
    .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::order::{NAME_MAX, TEXT_MAX};

    fn said(field: &str, reason: &str, locale: &str) -> String {
        let field = if field.starts_with("form.") {
            t!("unusable.form_field", locale = locale, field = "floor")
        } else {
            t!(format!("unusable.field.{field}"), locale = locale)
        };
        t!("refusal.unusable", locale = locale, field = field, reason = t!(reason, locale = locale)).into_owned()
    }

    #[test]
    fn a_field_that_cannot_be_used_is_named_with_what_is_wrong_with_it() {
        assert_eq!(said("phone", "unusable.phone", "zh-CN"), "电话号码：含有电话号码里没有的字符");
        assert_eq!(said("form.floor", "unusable.missing", "zh-CN"), "表单项 floor：没有填写");
        assert_eq!(unusable("phone", "has characters that are in no telephone number"), {
            format!("{}: {}", t!("unusable.field.phone"), t!("unusable.phone"))
        });
        assert_eq!(unusable("name", "is longer than 200 bytes"), {
            format!("{}: {}", t!("unusable.field.name"), t!("unusable.long", count = 66))
        });
        assert_eq!(unusable("tasks", "are at most 64 in one case"), {
            format!("{}: {}", t!("unusable.field.tasks"), t!("unusable.most", count = 64))
        });
        assert_eq!(unusable("minutes", "are 1 to 60"), {
            format!("{}: {}", t!("unusable.field.minutes"), t!("unusable.range", from = 1, to = 60))
        });
        assert_eq!(unusable("until", "is after `from`, by 92 days at most"), {
            format!("{}: {}", t!("unusable.field.until"), t!("unusable.days", count = 92))
        });
        assert_eq!(unusable("window", "there are 500 already: end one first"), {
            format!("{}: {}", t!("unusable.field.window"), t!("unusable.windows", count = 500))
        });
        assert_eq!(unusable("hash", "is 64 small hexadecimal digits"), "hash: is 64 small hexadecimal digits");
    }

    #[test]
    fn every_field_has_a_name_in_both_languages() {
        for code in FIELDS {
            let key = format!("unusable.field.{code}");
            for locale in ["zh-CN", "en"] {
                let name = t!(key.as_str(), locale = locale);
                assert!(!name.is_empty() && !name.contains("unusable"), "{key} in {locale}: {name}");
            }
        }
    }

    #[test]
    fn what_a_field_lets_in_is_never_too_long_in_chinese() {
        for most in [NAME_MAX, TEXT_MAX] {
            let full = "火".repeat(letters_in(most));
            assert!(full.len() <= most && full.len() + "火".len() > most, "{most}");
        }
    }
}
