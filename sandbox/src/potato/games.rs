//! Games.

use adapter_potato::wire;
use serde_json::{Value, json};

use super::answer::{Answer, Failure};
use super::call::Call;
use super::members::account;
use super::sending::Destination;
use super::{Facade, render};
use crate::world::{AccountKey, Attachment, ChatKey, Content, Game, Message, Score, State};

/// How many neighbours on either side `getGameHighScores` shows: the document says "several".
const NEIGHBOURS: usize = 3;

impl Facade {
    pub(super) fn send_game(&self, call: &Call) -> Answer {
        let given: wire::SendGame<'_> = call.parameters()?;
        if !matches!(given.reply_markup, None | Some(wire::ReplyMarkup::InlineKeyboard(_))) {
            return Err(Failure::wrong("reply_markup of a game is an inline keyboard"));
        }
        let game = self.world.look(|state| game(state, call.bot, &given.game_short_name))?;
        let attachments = vec![Attachment::Game(game)];
        let content = Content { attachments, ..Content::default() };
        let (target, reply_to) = (given.target, given.reply_to_message_id);
        self.send(call.bot, Destination { target, reply_to, markup: given.reply_markup }, content)
    }

    /// Brings what the document's example has: the number of the message.
    pub(super) fn set_score(&self, call: &Call) -> Answer {
        let given: wire::SetGameScore = call.parameters()?;
        if given.score < 0 {
            return Err(Failure::wrong("score is negative"));
        }
        self.world.act(|state| {
            let (chat, player, short_name) =
                played(state, call.bot, given.target, given.message_id, given.user_id)?;
            let scores = state.scores(chat, call.bot, &short_name);
            let before = scores.iter().find(|it| it.player == player).map(|it| it.points);
            if given.force != Some(true) && before.is_some_and(|it| it >= given.score) {
                return Err(Failure::wrong("score is not greater than before"));
            }
            let (bot, points) = (call.bot, given.score);
            state.score(chat, Score { bot, short_name, player, points });
            Ok(Some(json!({"message_id": given.message_id})))
        })
    }

    /// Brings what the prose says, an array, whose objects no document describes: they are here as on
    /// similar platforms. The example is a copy of that of `setGameScore`, and would tell nothing.
    pub(super) fn high_scores(&self, call: &Call) -> Answer {
        let given: wire::GameScores = call.parameters()?;
        self.world.look(|state| {
            let (chat, player, short_name) =
                played(state, call.bot, given.target, given.message_id, given.user_id)?;
            let scores = state.scores(chat, call.bot, &short_name);
            let Some(place) = scores.iter().position(|it| it.player == player) else {
                return Ok(Some(json!([])));
            };
            let from = place.saturating_sub(NEIGHBOURS);
            let near = scores.iter().enumerate().skip(from).take(place - from + 1 + NEIGHBOURS);
            let shown = |(place, it): (usize, &Score)| {
                let user = render::json(&render::user(state.account(it.player)));
                json!({"position": place + 1, "user": user, "score": it.points})
            };
            Ok(Some(near.map(shown).collect::<Value>()))
        })
    }
}

/// A game that the bot offers.
pub(super) fn game(state: &State, bot: AccountKey, short_name: &str) -> Result<Game, Failure> {
    let unknown = || Failure::wrong(format!("game_short_name: there is no {short_name:?}"));
    state.game(bot, short_name).cloned().ok_or_else(unknown)
}

/// Where a game of the bot's is played, by whom, and which. Like its messages, games that people
/// posted from what it offered may be where the bot is not.
fn played(
    state: &State,
    bot: AccountKey,
    target: wire::Target,
    number: i64,
    user: i64,
) -> Result<(ChatKey, AccountKey, String), Failure> {
    let (chat, message): (ChatKey, &Message) = super::editing::own(state, bot, target, number)?;
    let game = message.content.game().ok_or(Failure::WrongObject)?;
    let player = account(state, user)?;
    state.chat(chat).member(player).ok_or(Failure::NoMember)?;
    Ok((chat, player, game.short_name.clone()))
}
