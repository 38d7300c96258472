//! Patterns of topics: `gas/{sensor}/lel`, with `+` for any level and `#` for all that follow.

/// Longest pattern, in bytes.
const LONG_MAX: usize = 1_000;

/// Which topics are meant, and what their levels are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Level>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Level {
    Text(String),
    Any,
    Name(String),
    Rest,
}

impl Pattern {
    /// Read a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn of(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.len() > LONG_MAX || text.chars().any(char::is_control) {
            return Err(format!("`topic` is 1 to {LONG_MAX} bytes of plain text"));
        }
        let count = text.split('/').count();
        let level = |(number, level): (usize, &str)| match level {
            "+" => Ok(Level::Any),
            "#" if number + 1 == count => Ok(Level::Rest),
            "#" => Err("`#` stands at the end of a topic alone".to_owned()),
            level => match level.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) if !name.is_empty() && !name.contains(['{', '}', '+', '#']) => {
                    Ok(Level::Name(name.to_owned()))
                }
                _ if level.contains(['{', '}', '+', '#']) => {
                    Err(format!("`{level}`: a name in braces, `+` and `#` are a level of their own"))
                }
                _ => Ok(Level::Text(level.to_owned())),
            },
        };
        Ok(Self(text.split('/').enumerate().map(level).collect::<Result<_, _>>()?))
    }

    /// The names of its levels.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|level| if let Level::Name(name) = level { Some(name.as_str()) } else { None })
    }

    /// The filter by which a broker is asked for it.
    #[must_use]
    pub fn filter(&self) -> String {
        let level = |level: &Level| match level {
            Level::Text(text) => text.clone(),
            Level::Any | Level::Name(_) => "+".to_owned(),
            Level::Rest => "#".to_owned(),
        };
        self.0.iter().map(level).collect::<Vec<_>>().join("/")
    }

    /// What the levels of a topic are, by name; `None` where it is not meant.
    #[must_use]
    pub fn levels<'a>(&'a self, topic: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let mut named = Vec::new();
        let mut levels = topic.split('/');
        for pattern in &self.0 {
            if *pattern == Level::Rest {
                return Some(named);
            }
            let level = levels.next()?;
            match pattern {
                Level::Text(text) if text != level => return None,
                Level::Name(name) => named.push((name.as_str(), level)),
                Level::Text(_) | Level::Any | Level::Rest => {}
            }
        }
        levels.next().is_none().then_some(named)
    }
}
