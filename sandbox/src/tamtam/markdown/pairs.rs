//! Which marker closes which: `CommonMark` 0.29, "Emphasis and strong emphasis".

use std::borrow::Cow;

use crate::world::MarkKind;

/// A piece of a paragraph.
pub(super) enum Token<'a> {
    Text(Cow<'a, str>),
    Code(Cow<'a, str>, MarkKind),
    /// Markers that may open something, close something, or be text.
    Run(Run),
    /// A link begins; it marks nothing when its address is empty.
    Open(Option<MarkKind>),
    Close,
}

/// Equal markers next to each other.
pub(super) struct Run {
    pub(super) marker: char,
    /// How many there are.
    length: usize,
    /// How many have no partner, so far.
    pub(super) left: usize,
    can_open: bool,
    can_close: bool,
    /// The pairs that begin with it.
    pub(super) opens: Vec<usize>,
    /// The pairs that end with it.
    pub(super) closes: Vec<usize>,
}

impl Run {
    /// A run with the characters around it.
    pub(super) fn new(
        marker: char,
        length: usize,
        before: Option<char>,
        after: Option<char>,
    ) -> Self {
        let space = |it: Option<char>| it.is_none_or(char::is_whitespace);
        let sign = |it: Option<char>| it.is_some_and(is_punctuation);
        let left_flanking = !space(after) && (!sign(after) || space(before) || sign(before));
        let right_flanking = !space(before) && (!sign(before) || space(after) || sign(after));
        let (can_open, can_close) = if marker == '_' {
            let opens = left_flanking && (!right_flanking || sign(before));
            (opens, right_flanking && (!left_flanking || sign(after)))
        } else {
            (left_flanking, right_flanking)
        };
        Self { marker, length, left: length, can_open, can_close, opens: vec![], closes: vec![] }
    }

    /// How many markers a pair takes at least, and what it is then.
    fn least(&self) -> (usize, MarkKind) {
        match self.marker {
            '~' => (2, MarkKind::Strikethrough),
            '+' => (2, MarkKind::Underline),
            '^' => (2, MarkKind::Highlight),
            _ => (1, MarkKind::Italic),
        }
    }

    fn is_emphasis(&self) -> bool {
        matches!(self.marker, '*' | '_')
    }

    /// The pair that it makes with one that closes it: how many markers of each, and what it is.
    fn pair_with(&self, closer: &Self) -> Option<(usize, MarkKind)> {
        if self.marker != closer.marker {
            return None;
        }
        let both = self.can_close || closer.can_open;
        let thirds = self.length.is_multiple_of(3) && closer.length.is_multiple_of(3);
        if self.is_emphasis() && both && !thirds && (self.length + closer.length).is_multiple_of(3)
        {
            // `CommonMark`'s rules 9 and 10: `*a**b*` is one pair around `a**b`.
            return None;
        }
        let (least, kind) = self.least();
        let fewest = self.left.min(closer.left);
        match fewest {
            2.. if self.is_emphasis() => Some((2, MarkKind::Bold)),
            _ => (fewest >= least).then_some((least, kind)),
        }
    }

    /// Runs with the same key are refused by the same openers.
    fn key(&self) -> usize {
        let marker = match self.marker {
            '*' => 0,
            '_' => 1,
            '~' => 2,
            '+' => 3,
            _ => 4,
        };
        marker * 6 + usize::from(self.can_open) * 3 + self.length % 3
    }
}

/// Finds the pairs, notes them in their runs, and tells what each of them is. A pair is on one side
/// of a link's end with both of its markers.
pub(super) fn pair(tokens: &mut [Token<'_>]) -> Vec<MarkKind> {
    let mut kinds = Vec::new();
    // The runs that may open a pair, and their places in the text.
    let mut openers: Vec<Run> = Vec::new();
    let mut places: Vec<usize> = Vec::new();
    // By key: below this, no opener goes with such a closer. So no search is made twice.
    let mut bottoms = [0; 30];
    // How many openers there were before the link that is being read, and the bottoms then.
    let mut base = 0;
    let mut outside = bottoms;
    for at in 0..tokens.len() {
        match &mut tokens[at] {
            // No link is within another.
            Token::Open(_) => (base, outside) = (openers.len(), bottoms),
            Token::Close => {
                settle(tokens, &mut openers, &mut places, base);
                (base, bottoms) = (0, outside);
            }
            Token::Run(run) => {
                let mut run = std::mem::replace(run, Run::new(' ', 0, None, None));
                while run.can_close && run.left >= run.least().0 {
                    let floor = base.max(bottoms[run.key()]);
                    let found = openers.get(floor..).unwrap_or_default().iter().enumerate().rev();
                    let mut found = found.filter_map(|(place, opener)| {
                        Some((floor + place, opener.pair_with(&run)?))
                    });
                    let Some((place, (width, kind))) = found.next() else {
                        bottoms[run.key()] = openers.len();
                        break;
                    };
                    // What stands between them finds no partner any more.
                    settle(tokens, &mut openers, &mut places, place + 1);
                    let opener = &mut openers[place];
                    opener.left -= width;
                    opener.opens.push(kinds.len());
                    run.left -= width;
                    run.closes.push(kinds.len());
                    kinds.push(kind);
                    let spent = openers[place].left < openers[place].least().0;
                    let keep = if spent { place } else { place + 1 };
                    settle(tokens, &mut openers, &mut places, keep);
                    bottoms = bottoms.map(|bottom| keep.min(bottom));
                }
                if run.can_open && run.left >= run.least().0 {
                    openers.push(run);
                    places.push(at);
                } else {
                    tokens[at] = Token::Run(run);
                }
            }
            Token::Text(_) | Token::Code(..) => {}
        }
    }
    settle(tokens, &mut openers, &mut places, 0);
    kinds
}

/// Puts the openers above a place back where they stand in the text: they open nothing more.
fn settle(tokens: &mut [Token<'_>], openers: &mut Vec<Run>, places: &mut Vec<usize>, keep: usize) {
    for (run, at) in openers.drain(keep..).zip(places.drain(keep..)) {
        tokens[at] = Token::Run(run);
    }
}

/// ASCII's punctuation, and what of the other is usual in text: Latin-1's, General Punctuation, the
/// Chinese and Japanese. An emoji is none, so that a marker may stand between it and a letter.
fn is_punctuation(character: char) -> bool {
    character.is_ascii_punctuation()
        || matches!(character, '¡' | '§' | '«' | '¶' | '·' | '»' | '¿')
        || matches!(character, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}')
        || matches!(character, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}')
        || matches!(character, '！' | '，' | '．' | '：' | '；' | '？' | '（' | '）')
}
