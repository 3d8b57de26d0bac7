//! The inside of a paragraph: code, links, and runs of markers.

use std::borrow::Cow;

use super::pairs::{Run, Token, pair};
use super::{Written, run_of};
use crate::tamtam::links;
use crate::world::MarkKind;

/// How deep the brackets in an address may be: a limit that `CommonMark` 0.29 allows.
const BRACKETS: usize = 32;

/// Writes a paragraph with its formatting.
pub(super) fn write(paragraph: &str, written: &mut Written) {
    let mut tokens = tokens(paragraph);
    let kinds = pair(&mut tokens);
    let mut begun = vec![0; kinds.len()];
    let mut links = Vec::new();
    for token in tokens {
        let at = written.plain.len();
        match token {
            Token::Text(text) => written.plain.push_str(&text),
            Token::Code(text, kind) => {
                written.plain.push_str(&text);
                written.mark(at, kind);
            }
            Token::Run(run) => {
                for pair in run.closes {
                    written.mark(begun[pair], kinds[pair].clone());
                }
                // What found no partner stands outside of what the run closes and opens.
                written.plain.extend(std::iter::repeat_n(run.marker, run.left));
                for pair in run.opens {
                    begun[pair] = written.plain.len();
                }
            }
            Token::Open(kind) => links.push((at, kind)),
            Token::Close => {
                if let Some((from, Some(kind))) = links.pop() {
                    written.mark(from, kind);
                }
            }
        }
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    // Brackets that may turn out to open a link, as places in `tokens`.
    let mut brackets = Vec::new();
    let mut hopeless = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let plain = text[at..].find(['\\', '`', '[', ']', '*', '_', '~', '+', '^']);
        let plain = plain.unwrap_or(text.len() - at);
        if plain > 0 {
            tokens.push(Token::Text(text[at..at + plain].into()));
            at += plain;
        }
        let rest = &text[at..];
        let Some(sign) = rest.chars().next() else { break };
        let (token, taken) = match sign {
            '\\' => match rest[1..].chars().next().filter(char::is_ascii_punctuation) {
                Some(_) => (Token::Text(rest[1..2].into()), 2),
                None => (Token::Text(rest[..1].into()), 1),
            },
            '`' => code(rest, &mut hopeless).unwrap_or_else(|| {
                let run = run_of(rest, '`');
                (Token::Text(rest[..run].into()), run)
            }),
            '[' => {
                brackets.push(tokens.len());
                (Token::Text(rest[..1].into()), 1)
            }
            ']' => match brackets.pop().and_then(|open| Some((open, address(&rest[1..])?))) {
                Some((open, (address, length))) => {
                    tokens[open] = Token::Open(links::target(&address));
                    // No link is within another: the brackets around this one are text.
                    brackets.clear();
                    (Token::Close, 1 + length)
                }
                None => (Token::Text(rest[..1].into()), 1),
            },
            marker => {
                let length = run_of(rest, marker);
                let before = text[..at].chars().next_back();
                let after = rest[length..].chars().next();
                (Token::Run(Run::new(marker, length, before, after)), length)
            }
        };
        tokens.push(token);
        at += taken;
    }
    tokens
}

/// The code that begins here. `hopeless` are the lengths of runs of backticks that are known not to
/// come again.
fn code<'a>(rest: &'a str, hopeless: &mut Vec<usize>) -> Option<(Token<'a>, usize)> {
    let width = run_of(rest, '`');
    if hopeless.contains(&width) {
        return None;
    }
    let mut from = width;
    while let Some(at) = rest[from..].find('`').map(|at| at + from) {
        let closing = run_of(&rest[at..], '`');
        if closing == width {
            return Some((code_token(&rest[width..at], width), at + closing));
        }
        from = at + closing;
    }
    hopeless.push(width);
    None
}

fn code_token(inner: &str, width: usize) -> Token<'_> {
    if width >= 3 {
        let inner = inner.strip_prefix("\r\n").or(inner.strip_prefix('\n')).unwrap_or(inner);
        let inner = inner.strip_suffix('\n').unwrap_or(inner);
        let inner = inner.strip_suffix('\r').unwrap_or(inner);
        return Token::Code(inner.into(), MarkKind::Preformatted);
    }
    // Schema 0.5.6: line endings are treated like spaces. One space at each end is for code that
    // begins or ends with a backtick: asserted by the official client's suite.
    let inner = if inner.contains('\n') {
        Cow::from(inner.replace("\r\n", " ").replace('\n', " "))
    } else {
        Cow::from(inner)
    };
    let padded = inner.len() > 2 && inner.starts_with(' ') && inner.ends_with(' ');
    let inner = if padded && !inner.trim_matches(' ').is_empty() {
        inner[1..inner.len() - 1].to_owned().into()
    } else {
        inner
    };
    Token::Code(inner, MarkKind::Code)
}

/// The address in the brackets that follow a link's text, and how many bytes they take. It has no
/// space in it; a title in quotes may follow, and is dropped.
fn address(rest: &str) -> Option<(String, usize)> {
    let mut address = String::new();
    let mut depth = 0;
    let inside = rest.strip_prefix('(')?;
    let begin = rest.len() - inside.trim_start().len();
    let mut signs = rest[begin..].char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\\' => match signs.next_if(|(_, next)| next.is_ascii_punctuation()) {
                Some((_, escaped)) => address.push(escaped),
                None => address.push(sign),
            },
            '(' if depth == BRACKETS => return None,
            '(' => {
                depth += 1;
                address.push(sign);
            }
            ')' if depth == 0 => return Some((address, begin + at + 1)),
            ')' => {
                depth -= 1;
                address.push(sign);
            }
            _ if sign.is_whitespace() => {
                let at = begin + at;
                let length = title(&rest[at..]).filter(|_| depth == 0)?;
                return Some((address, at + length));
            }
            _ if sign.is_control() => return None,
            _ => address.push(sign),
        }
    }
    None
}

/// How many bytes an address's title takes, with the spaces around it and the bracket behind it.
fn title(rest: &str) -> Option<usize> {
    let mut after = rest.trim_start();
    if let Some(quote) = after.chars().next().filter(|it| matches!(it, '"' | '\'')) {
        let mut escaped = false;
        let end = after[1..].find(|it: char| {
            let closes = it == quote && !escaped;
            escaped = it == '\\' && !escaped;
            closes
        });
        after = after[end? + 2..].trim_start();
    }
    Some(rest.len() - after.strip_prefix(')')?.len())
}
