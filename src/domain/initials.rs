//! Pinyin initials (首字母): the quick way to type a Chinese name.

use pinyin::ToPinyin;

/// The first letter of each character's pinyin, lower case; Latin letters and digits as they are, all else left out.
/// Characters that are read in several ways have the one that is most common.
#[must_use]
pub fn initials(text: &str) -> String {
    let mut initials = String::with_capacity(text.len() / 3);
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            initials.push(c.to_ascii_lowercase());
        } else if let Some(letter) = c.to_pinyin().and_then(|pinyin| pinyin.plain().chars().next()) {
            initials.push(letter);
        }
    }
    initials
}

/// Whether what was typed can be initials: two or more Latin letters or digits and nothing else.
#[must_use]
pub fn are_initials(typed: &str) -> bool {
    typed.len() >= 2 && typed.chars().all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_has_its_letter() {
        assert_eq!(initials("燃气管道破裂或泄漏"), "rqgdplhxl");
        assert_eq!(initials("G60 沪昆高速"), "g60hkgs");
        assert_eq!(initials("，。—"), "");
        assert!(are_initials("rq") && !are_initials("r") && !are_initials("燃气"));
    }
}
