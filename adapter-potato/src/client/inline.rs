//! Inline mode and games.

use gateway_core::http::{Operation, Repeat};
use gateway_core::messenger::{Error, Result};
use gateway_core::model::{Platform, Raw};

use super::{Client, at_most, not_empty};
use crate::wire;

const INLINE: Operation =
    Operation::new("answerInlineQuery", "answering an inline query", Repeat::Safe);
const GAME: Operation = Operation::new("sendGame", "sending a game", Repeat::Unsafe);
const SCORE: Operation = Operation::new("setGameScore", "setting a score", Repeat::Safe);
const SCORES: Operation = Operation::new("getGameHighScores", "asking for scores", Repeat::Safe);

/// Most results of one answer, longest offset in bytes, longest parameter: `answerInlineQuery`.
const RESULTS: usize = 50;
const OFFSET_BYTES: usize = 64;
const PARAMETER: usize = 64;

impl Client {
    /// Offers results to somebody who types to the bot: `answerInlineQuery`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`](gateway_core::ErrorKind::TooLarge) for more than 50 results or an
    /// offset of more than 64 bytes; [`ErrorKind::Invalid`](gateway_core::ErrorKind::Invalid) for a
    /// `switch_pm_parameter` that is not 1 to 64 of `A-Za-z0-9_-`.
    pub async fn answer_inline_query(&self, answer: &wire::AnswerInlineQuery<'_>) -> Result<()> {
        not_empty(&INLINE, "inline_query_id", &answer.inline_query_id)?;
        at_most(&INLINE, "results", RESULTS, answer.results.len())?;
        let offset = answer.next_offset.as_deref().unwrap_or_default();
        at_most(&INLINE, "next_offset", OFFSET_BYTES, offset.len())?;
        if let Some(parameter) = answer.switch_pm_parameter.as_deref() {
            at_most(&INLINE, "switch_pm_parameter", PARAMETER, parameter.len())?;
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            if parameter.is_empty() || !parameter.bytes().all(allowed) {
                let why = "it is 1 to 64 letters, digits, _ and -";
                let error = Error::invalid(INLINE.doing, "switch_pm_parameter", why);
                return Err(error.on(Platform::POTATO));
            }
        }
        self.act(&INLINE, answer).await
    }

    /// Sends a game: `sendGame`.
    pub async fn send_game(&self, game: &wire::SendGame<'_>) -> Result<wire::SentMessage> {
        self.post_to(game.target, &GAME, game).await
    }

    /// Sets somebody's score in a game: `setGameScore`. What comes is as the platform writes it:
    /// the document says the message or `true`, and shows its number.
    pub async fn set_game_score(&self, score: &wire::SetGameScore) -> Result<Raw> {
        self.post(&SCORE, score).await
    }

    /// The scores around somebody in a game: `getGameHighScores`. What comes is as the platform
    /// writes it: the document says a list of `GameHighScore`, describes it nowhere, and shows
    /// something else.
    pub async fn game_high_scores(&self, scores: &wire::GameScores) -> Result<Raw> {
        self.post(&SCORES, scores).await
    }
}
