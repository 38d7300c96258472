//! Text with names in braces, such as `hk-{detector}`, that are filled in from a row, a topic or a file.

/// Longest template, in bytes.
const LONG_MAX: usize = 400;

/// Such a text, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Name(String),
}

impl Template {
    /// Read one.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn of(text: &str) -> Result<Self, String> {
        if text.len() > LONG_MAX {
            return Err(format!("is over {LONG_MAX} bytes"));
        }
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once('{') {
            if before.contains('}') {
                return Err(format!("`{text}` has a `}}` without its `{{`"));
            }
            let Some((name, behind)) = after.split_once('}') else {
                return Err(format!("`{text}` has a `{{` without its `}}`"));
            };
            if name.trim().is_empty() || name.contains('{') {
                return Err(format!("`{text}` has braces with no name between"));
            }
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Name(name.trim().to_owned()));
            rest = behind;
        }
        if rest.contains('}') {
            return Err(format!("`{text}` has a `}}` without its `{{`"));
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// The names in it, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| if let Part::Name(name) = part { Some(name.as_str()) } else { None })
    }

    /// The text with every name filled in; `None` where one of them is not known.
    #[must_use]
    pub fn fill<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<String> {
        let mut filled = String::new();
        for part in &self.0 {
            filled.push_str(match part {
                Part::Text(text) => text,
                Part::Name(name) => value(name)?,
            });
        }
        Some(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces_are_filled_in() {
        let template = Template::of("hk-{detector}:{ lane }").unwrap();
        assert_eq!(template.names().collect::<Vec<_>>(), ["detector", "lane"]);
        let value = |name: &str| (name == "detector").then_some("A1").or((name == "lane").then_some("2"));
        assert_eq!(template.fill(value).unwrap(), "hk-A1:2");
        assert_eq!(template.fill(|name| (name == "lane").then_some("x")), None);
        for wrong in ["{", "}", "a{}b", "{a{b}", "x}y{z}"] {
            assert!(Template::of(wrong).is_err(), "{wrong}");
        }
    }
}
