//! What three people on three messengers say, and what they expect to see.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::io::Write;
use std::time::Duration;

use anyhow::{Context as _, bail};
use sandbox::world::{MarkKind, RichText};
use sandbox::{Glimpse, Phone, Platform, World};

use super::BOT;
use super::transcript::Transcript;

/// How long a person waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The people, and where they are.
pub(super) const PEOPLE: [(Platform, &str); 3] =
    [(Platform::Tamtam, "Anna"), (Platform::Max, "Boris"), (Platform::Potato, "Mei")];

/// What a person does.
#[derive(Clone, Debug)]
enum Act {
    /// Opens the chat: TamTam and MAX tell the bot of it.
    Start,
    Say(RichText),
    Press(&'static str),
}

/// What a person expects to see, and some words that are in it.
#[derive(Clone, Copy, Debug)]
enum Expected {
    Message(&'static str),
    Edit(&'static str),
    Notice(&'static str),
    /// A message that ends with the text that was said, with its formatting.
    Echo,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(words) => write!(f, "a message with {words:?}"),
            Self::Edit(words) => write!(f, "an edited message with {words:?}"),
            Self::Notice(words) => write!(f, "a notice with {words:?}"),
            Self::Echo => f.write_str("an echo with its formatting"),
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("starting the bot"),
            Self::Say(text) => write!(f, "saying {:?}", text.plain),
            Self::Press(label) => write!(f, "pressing {label:?}"),
        }
    }
}

/// Holds the conversation; where it is not the first in its folder, the votes of those before are kept.
/// The first answer that is not as expected ends it, and is named.
pub(super) async fn hold(
    world: &World,
    transcript: &mut Transcript<impl Write>,
    is_first: bool,
) -> anyhow::Result<()> {
    let mut phones = HashMap::new();
    for (place, act, expected) in script(is_first) {
        let (platform, person) = PEOPLE[place];
        let described = format!("{platform}: {person}, {act}");
        let phone = match phones.entry(platform) {
            Entry::Occupied(phone) => phone.into_mut(),
            Entry::Vacant(none) => {
                none.insert(Phone::of(person, platform, world).context("there is no bot")?)
            }
        };
        match &act {
            Act::Start => transcript.acts(platform, person, "starts the bot")?,
            Act::Say(text) => {
                transcript.says(platform, person, text)?;
                phone.says(text.clone());
            }
            Act::Press(label) => {
                transcript.acts(platform, person, &format!("presses {label}"))?;
                phone.presses(label).with_context(|| described.clone())?;
            }
        }
        for expected in expected {
            let seen = phone.sees(PATIENCE).await;
            let seen = seen.with_context(|| format!("{described}, expected {expected}"))?;
            transcript.sees(platform, BOT, &seen)?;
            if !is_as_expected(&expected, &act, &seen) {
                bail!("{described}, expected {expected}, and saw {:?}", seen.text());
            }
        }
    }
    Ok(())
}

fn is_as_expected(expected: &Expected, act: &Act, seen: &Glimpse) -> bool {
    match (expected, seen) {
        (Expected::Message(words), Glimpse::Message(_))
        | (Expected::Edit(words), Glimpse::Edited(_))
        | (Expected::Notice(words), Glimpse::Notice(_)) => seen.text().contains(words),
        (Expected::Echo, Glimpse::Message(message)) => {
            let Act::Say(said) = act else { return false };
            let covered = |text: &RichText| -> Vec<(String, MarkKind)> {
                text.marks.iter().map(|mark| (text.covered(mark), mark.kind.clone())).collect()
            };
            message.content.text.plain.ends_with(&said.plain)
                && covered(&message.content.text) == covered(said)
        }
        _ => false,
    }
}

/// Whose turn it is, by their place among the people; what they do; what they expect.
///
/// A vote is kept when its update has ended. So each voter says something more before the next person
/// asks for the ballot: it is answered after that.
fn script(is_first: bool) -> Vec<(usize, Act, Vec<Expected>)> {
    use Act::{Press, Say, Start};
    use Expected::{Echo, Edit, Message, Notice};

    let (anna, boris, mei) = (0, 1, 2);
    let tally = |first| if is_first { first } else { "Tea or coffee?" };
    vec![
        (anna, Start, vec![Message("Hello, Anna!")]),
        (boris, Start, vec![Message("Hello, Boris!")]),
        (mei, Say("/start".into()), vec![Message("Hello, Mei!")]),
        (anna, Press("About"), vec![Notice("here it is tamtam")]),
        (mei, Press("Poll"), vec![Message(tally("Tea 0 – coffee 0")), Notice("One vote each")]),
        (mei, Press("Tea"), vec![Edit(tally("Tea 1 – coffee 0")), Notice("tea")]),
        (
            mei,
            Say(formatted(
                "Count it: votes.tea > votes.coffee, see here",
                &[
                    ("Count", MarkKind::Bold),
                    ("votes.tea > votes.coffee", MarkKind::Code),
                    ("here", link()),
                ],
            )),
            vec![Echo],
        ),
        (boris, Press("Poll"), vec![Message(tally("Tea 1 – coffee 0")), Notice("One vote each")]),
        (boris, Press("Coffee"), vec![Edit(tally("Tea 1 – coffee 1")), Notice("coffee")]),
        (boris, Say(formatted("😀 Is that fair?", &[("fair", MarkKind::Italic)])), vec![Echo]),
        (anna, Press("Poll"), vec![Message(tally("Tea 1 – coffee 1")), Notice("One vote each")]),
        (anna, Press("Tea"), vec![Edit(tally("Tea 2 – coffee 1")), Notice("tea")]),
        (anna, Say(formatted("Tea it is", &[])), vec![Echo]),
    ]
}

fn link() -> MarkKind {
    MarkKind::Link { url: "https://en.wikipedia.org/wiki/Tea".to_owned() }
}

/// A text in which some pieces are formatted, in their order.
fn formatted(plain: &str, pieces: &[(&str, MarkKind)]) -> RichText {
    let mut text = RichText::default();
    let mut rest = plain;
    for (piece, kind) in pieces {
        if let Some((before, after)) = rest.split_once(piece) {
            text.push(before);
            text.push_marked(piece, [kind.clone()]);
            rest = after;
        }
    }
    text.push(rest);
    text
}
