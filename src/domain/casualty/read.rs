//! Which number belongs to what became of people.
//!
//! A number of people stands before what became of them (`three men were hurt`) or behind it (`injured: 3`), within one
//! clause; people without a number are one or more. `Nobody` holds as far as words go on that belong to it.

use std::ops::Range;

use super::lexicon::{Class, Manner, Token, clauses};
use super::{Bound, Casualty, Count, Harm};

/// Words between people and what became of them; farther off they are others.
const REACH: usize = 14;
/// Words of what people are or do between a number and the word for them (`three young men`).
const BETWEEN: usize = 2;
/// The same where a unit already said that they are people; Chinese counts by letters.
const BETWEEN_UNIT: usize = 8;
/// The same behind a unit that counts things too.
const BETWEEN_WEAK: usize = 4;
/// A number of which nothing says that it is of people is one below this: from here on it may be whom to call.
const BARE_MOST: u32 = 100;

/// What a text says of casualties: each harm at most once, gravest first. See the rules of [`super`].
#[must_use]
pub fn read(text: &str) -> Vec<Casualty> {
    let mut reader = Reader { text, found: Vec::new(), unnumbered: None };
    for clause in clauses(text) {
        reader.clause(&clause);
    }
    reader.found.sort_by_key(|one| one.harm);
    reader.found
}

/// People with their number.
#[derive(Debug, Clone)]
struct People {
    count: Count,
    /// The words of the clause that say so.
    words: Range<usize>,
    /// The words behind the number.
    whom: Range<usize>,
    /// Nobody said how many.
    is_weak: bool,
}

struct Reader<'a> {
    text: &'a str,
    found: Vec<Casualty>,
    /// What the clause before said of people without a number: the next one may say how many.
    unnumbered: Option<(Harm, Range<usize>)>,
}

impl Reader<'_> {
    fn clause(&mut self, tokens: &[Token]) {
        let before = self.unnumbered.take();
        if tokens.iter().any(|token| token.is(Class::Unsure)) {
            return;
        }
        if tokens.iter().all(|token| token.harm().is_none()) {
            if let Some((harm, span)) = before {
                self.number_later(tokens, harm, &span);
            }
            return;
        }
        let mut here = Clause { pending: None, nobody: None, last: None };
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if let Some(people) = people_at(tokens, at) {
                at = people.words.end;
                here.take(tokens, people);
            } else if token.is(Class::Nobody) {
                (here.pending, here.nobody) = (None, Some(at));
                at += 1;
            } else if let Some((harm, manner)) = token.harm() {
                at = self.harm(tokens, at, (harm, manner), &mut here);
            } else {
                here.pass(token, at);
                at += 1;
            }
        }
    }

    /// What became of people, at a word; the word that it goes on from.
    fn harm(
        &mut self,
        tokens: &[Token],
        at: usize,
        (harm, manner): (Option<Harm>, Manner),
        here: &mut Clause,
    ) -> usize {
        if manner == Manner::Short {
            return self.short(tokens, at, harm, here);
        }
        let before = here.pending.take().filter(|people| at - people.words.end <= REACH);
        if let Some(people) = before.clone().filter(|people| !people.is_weak) {
            here.last = Some((people.clone(), at));
            self.note(tokens, harm, people.count, people.words.start..at + 1);
            return at + 1;
        }
        let (behind, colon) = behind(tokens, at);
        let others = |people: &People| {
            (before.is_some() || here.nobody.is_some())
                && tokens.get(people.words.end).is_some_and(|next| next.harm().is_some())
        };
        if let Some(people) = people_at(tokens, behind).filter(|people| !people.is_weak && !others(people)) {
            self.note(tokens, harm, people.count, at..people.words.end);
            return people.words.end;
        }
        if let Some(people) = bare(tokens, behind, colon) {
            self.note(tokens, harm, Count::exactly(people), at..behind + 1);
            return behind + 1;
        }
        if let Some(nobody) = here.nobody {
            self.note(tokens, harm, Count::exactly(0), nobody..at + 1);
            return at + 1;
        }
        // The same people: `two men injured and trapped`.
        if let Some((people, end)) = here.last.take()
            && tokens.get(end + 1..at).is_some_and(|between| between.iter().all(is_between))
        {
            self.note(tokens, harm, people.count, people.words.start..at + 1);
            here.last = Some((people, at));
            return at + 1;
        }
        let is_person = tokens.get(at + 1).is_some_and(|next| next.is(Class::Person));
        if before.is_some() || is_person || manner == Manner::Itself {
            let start = before.map_or(at, |people| people.words.start);
            let end = if is_person { at + 2 } else { at + 1 };
            self.note(tokens, harm, Count::at_least(1), start..end);
            if let (Some(harm), Some(span)) = (harm, span(tokens, &(start..end))) {
                self.unnumbered = Some((harm, span));
            }
            return end;
        }
        at + 1
    }

    /// A single letter that says what became of people right beside a number.
    fn short(&mut self, tokens: &[Token], at: usize, harm: Option<Harm>, here: &mut Clause) -> usize {
        let beside = here.pending.take_if(|people| people.words.end == at && !goes_on(tokens, at));
        if let Some(people) = beside {
            self.note(tokens, harm, people.count, people.words.start..at + 1);
            return at + 1;
        }
        let Some(value) = tokens.get(at + 1).and_then(|next| next.value) else { return at + 1 };
        let people = people_at(tokens, at + 1);
        let (count, end) = people.map_or((Count::exactly(value), at + 2), |one| (one.count, one.words.end));
        let ends = tokens.get(end).is_none_or(|next| next.harm().is_some() || next.is(Class::Join));
        if ends || end > at + 2 {
            self.note(tokens, harm, count, at..end);
            return end;
        }
        at + 1
    }

    /// `Somebody is trapped in the lift, there are three inside.`
    fn number_later(&mut self, tokens: &[Token], harm: Harm, before: &Range<usize>) {
        let start = tokens.iter().take_while(|token| token.is(Class::Lead)).count();
        let Some(people) = people_at(tokens, start).filter(|people| !people.is_weak) else { return };
        let Some(span) = span(tokens, &people.words) else { return };
        self.put(harm, people.count, before.start..span.end);
    }

    fn note(&mut self, tokens: &[Token], harm: Option<Harm>, count: Count, words: Range<usize>) {
        let Some(span) = span(tokens, &words) else { return };
        match harm {
            Some(harm) => self.put(harm, count, span),
            // Nobody of both; of some people, nobody knows which.
            None if count.people == 0 => {
                self.put(Harm::Dead, count, span.clone());
                self.put(Harm::Injured, count, span);
            }
            None => {
                let bound = if count.bound == Bound::Exactly { Bound::About } else { count.bound };
                self.put(Harm::Injured, Count { bound, ..count }, span);
            }
        }
    }

    fn put(&mut self, harm: Harm, count: Count, span: Range<usize>) {
        let words = self.text.get(span).unwrap_or_default().trim().to_owned();
        let said = Casualty { harm, count, words };
        match self.found.iter_mut().find(|one| one.harm == harm) {
            Some(one) if one.count.people >= count.people => {}
            Some(one) => *one = said,
            None => self.found.push(said),
        }
    }
}

/// What a clause said so far.
struct Clause {
    /// People of whom it does not yet say what became of them.
    pending: Option<People>,
    /// Where it said nobody, while words go on that belong to it.
    nobody: Option<usize>,
    /// Those of whom it said something last, and where.
    last: Option<(People, usize)>,
}

impl Clause {
    fn take(&mut self, tokens: &[Token], people: People) {
        if people.is_weak && (self.nobody.is_some() || self.pending.is_some()) {
            return;
        }
        self.nobody = None;
        self.pending = match self.pending.take() {
            Some(before) if !before.is_weak && are_together(tokens, &before, &people) => Some(People {
                count: Count {
                    people: before.count.people.saturating_add(people.count.people),
                    bound: before.count.bound.max(people.count.bound),
                },
                words: before.words.start..people.words.end,
                ..people
            }),
            _ => Some(people),
        };
    }

    /// A word that says nothing of casualties.
    fn pass(&mut self, token: &Token, at: usize) {
        let belongs = [Class::Person, Class::Unit, Class::Link, Class::Follow, Class::Join];
        if token.is(Class::Plain) || !belongs.into_iter().any(|class| token.is(class)) {
            self.nobody = None;
        } else if token.is(Class::Person) && self.nobody.is_none() && self.pending.is_none() {
            let words = at..at + 1;
            self.pending = Some(People { count: Count::at_least(1), whom: words.clone(), words, is_weak: true });
        }
    }
}

/// Two numbers of one: joined by a word, or one right after the other and of others (`a man, a woman`).
fn are_together(tokens: &[Token], before: &People, after: &People) -> bool {
    let Some(between) = tokens.get(before.words.end..after.words.start) else { return false };
    if between.is_empty() {
        let words = |whom: &Range<usize>| {
            tokens.get(whom.clone()).map(|of| of.iter().map(|token| token.word.as_str()).collect::<Vec<_>>())
        };
        return words(&before.whom) != words(&after.whom);
    }
    between.iter().all(|token| token.is(Class::Join))
}

fn is_between(token: &Token) -> bool {
    token.is(Class::Join) || token.is(Class::Link)
}

/// A single letter goes on as another word.
fn goes_on(tokens: &[Token], at: usize) -> bool {
    let ends = [Class::Follow, Class::Link, Class::Join, Class::Nobody];
    tokens.get(at + 1).is_some_and(|next| {
        next.value.is_none() && next.harm().is_none() && !ends.into_iter().any(|class| next.is(class))
    })
}

/// Where a number of those may stand of whom a word spoke, and whether a colon stands before it.
fn behind(tokens: &[Token], at: usize) -> (usize, bool) {
    let between = [Class::Follow, Class::Colon, Class::Person];
    let rest = tokens.iter().skip(at + 1);
    let many = rest.take_while(|token| between.into_iter().any(|class| token.is(class))).count();
    let colon = tokens.iter().skip(at + 1).take(many).any(|token| token.is(Class::Colon));
    (at + 1 + many, colon)
}

/// How many are meant by a number, or by nobody, of which nothing says that it is of people: behind a colon, or where
/// the clause ends with it.
fn bare(tokens: &[Token], at: usize, colon: bool) -> Option<u32> {
    let token = tokens.get(at)?;
    if colon && token.is(Class::Nobody) {
        return Some(0);
    }
    let ends = tokens.get(at + 1).is_none_or(|next| next.harm().is_some() || next.is(Class::Join));
    token.value.filter(|value| *value < BARE_MOST && (colon || ends))
}

/// The bytes of the text that some words take.
fn span(tokens: &[Token], words: &Range<usize>) -> Option<Range<usize>> {
    let (first, last) = (tokens.get(words.start)?, tokens.get(words.end.checked_sub(1)?)?);
    Some(first.span.start..last.span.end)
}

/// A number of people that begins at a word.
fn people_at(tokens: &[Token], from: usize) -> Option<People> {
    let is = |at: usize, class: Class| tokens.get(at).is_some_and(|token| token.is(class));
    let mut at = from;
    let mut bound = Bound::Exactly;
    if is(at, Class::AtLeast) || is(at, Class::About) {
        bound = if is(at, Class::AtLeast) { Bound::AtLeast } else { Bound::About };
        at += 1;
    }
    if is(at, Class::Someone) {
        let words = from..at + 1;
        return Some(People { count: Count::at_least(1), whom: words.clone(), words, is_weak: true });
    }
    let (people, end, own) = number_at(tokens, at)?;
    let is_article = is(at, Class::Article) && end == at + 1;
    bound = bound.max(own);
    at = end;
    let start = at;
    at = whom(tokens, at, is_article)?;
    let whom = start..at;
    if is(at, Class::OrMore) {
        (bound, at) = (Bound::AtLeast, at + 1);
    } else if is(at, Class::OrSo) {
        (bound, at) = (bound.max(Bound::About), at + 1);
    }
    Some(People { count: Count { people, bound }, words: from..at, whom, is_weak: false })
}

/// A number at a word, where it ends, and how close it is.
fn number_at(tokens: &[Token], from: usize) -> Option<(u32, usize, Bound)> {
    let token = tokens.get(from)?;
    let value = |at: usize| tokens.get(at).and_then(|token| token.value);
    let many = |at: usize| {
        tokens.get(at)?.classes.iter().find_map(|class| match class {
            Class::Many(each) => Some((*each, Bound::Exactly)),
            Class::Most(least) => Some((*least, Bound::AtLeast)),
            _ => None,
        })
    };
    if token.is(Class::Several) {
        // Several tens, several hundreds.
        let tens = value(from + 1).filter(|tens| [10, 100, 1_000].contains(tens));
        return Some(tens.map_or((2, from + 1, Bound::AtLeast), |tens| (tens * 2, from + 2, Bound::AtLeast)));
    }
    if let Some((people, bound)) = many(from) {
        return Some((people, from + 1, bound));
    }
    if token.is(Class::Article) {
        if let Some((people, bound)) = many(from + 1) {
            return Some((people, from + 2, bound));
        }
        return Some(
            value(from + 1).map_or((1, from + 1, Bound::Exactly), |hundred| (hundred, from + 2, Bound::Exactly)),
        );
    }
    let first = token.value?;
    let (mut at, mut bound) = (from + 1, Bound::Exactly);
    if let Some((each, _)) = many(at) {
        return Some((first.saturating_mul(each), at + 1, bound));
    }
    let is = |at: usize, class: Class| tokens.get(at).is_some_and(|token| token.is(class));
    if is(at, Class::To) && value(at + 1).is_some_and(|most| most > first) {
        (at, bound) = (at + 2, Bound::AtLeast);
    } else if value(at) == Some(first + 1) {
        (at, bound) = (at + 1, Bound::AtLeast);
    }
    if is(at, Class::More) {
        (at, bound) = (at + 1, Bound::AtLeast);
    } else if is(at, Class::OrSo) {
        (at, bound) = (at + 1, Bound::About);
    }
    Some((first, at, bound))
}

/// Where the words end that say that a number is of people; `None` where it is not.
fn whom(tokens: &[Token], from: usize, is_article: bool) -> Option<usize> {
    let is = |at: usize, class: Class| tokens.get(at).is_some_and(|token| token.is(class));
    let from = if is(from, Class::Of) { from + 1 } else { from };
    if is(from, Class::Unit) {
        return Some(person_after(tokens, from + 1, BETWEEN_UNIT).unwrap_or(from + 1));
    }
    if is(from, Class::WeakUnit) {
        let is_harmed = tokens.get(from + 1).is_some_and(|next| next.harm().is_some());
        return person_after(tokens, from + 1, BETWEEN_WEAK).or(is_harmed.then_some(from + 1));
    }
    if is(from, Class::Person) {
        return Some(from + 1);
    }
    if tokens.get(from).is_some_and(|token| token.is_latin)
        && let Some(end) = person_after(tokens, from, BETWEEN)
    {
        return Some(end);
    }
    if is_article {
        return None;
    }
    // Right before what became of them: `3 injured`, `3 were injured`, but not `3 missing signs`.
    let mut rest = tokens.iter().skip(from).skip_while(|token| token.is(Class::Link));
    let (harm, _) = rest.next()?.harm()?;
    let may_be_things = matches!(harm, Some(Harm::Dead | Harm::Missing));
    let is_of_things = rest.next().is_some_and(|next| {
        let is_named = next.is_latin && next.value.is_none() && next.classes.is_empty();
        next.is(Class::Measure) || (may_be_things && is_named)
    });
    (!is_of_things).then_some(from)
}

/// The end of a word for people that comes after at most so many words of what they are or do.
fn person_after(tokens: &[Token], from: usize, most: usize) -> Option<usize> {
    let breaks = |token: &Token| {
        token.value.is_some()
            || token.harm().is_some()
            || [Class::Nobody, Class::Measure, Class::Join, Class::Several, Class::Article, Class::Someone]
                .into_iter()
                .any(|class| token.is(class))
    };
    for (at, token) in tokens.iter().enumerate().skip(from).take(most + 1) {
        if token.is(Class::Person) {
            return Some(at + 1);
        }
        if breaks(token) {
            return None;
        }
    }
    None
}
