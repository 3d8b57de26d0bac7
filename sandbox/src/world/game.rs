//! Games that bots offer, and who is best at them in a chat: Potato only.

use super::state::Callback;
use super::{AccountKey, ChatKey, Event, Game, Press, State, ids};

/// What somebody reached in a game, in a chat.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Score {
    /// Whose game.
    pub bot: AccountKey,
    /// Which game of that bot.
    pub short_name: String,
    /// Who.
    pub player: AccountKey,
    /// How much.
    pub points: i64,
}

impl State {
    /// A bot offers a game; one of the same name is another from now on.
    pub fn add_game(&mut self, bot: AccountKey, game: Game) {
        if let Some(bot) = self.bot_mut(bot) {
            bot.games.retain(|it| it.short_name != game.short_name);
            bot.games.push(game);
        }
    }

    /// A game of a bot's, by the name by which the bot calls it.
    pub fn game(&self, bot: AccountKey, short_name: &str) -> Option<&Game> {
        let games = &self.account(bot).bot.as_ref()?.games;
        games.iter().find(|it| it.short_name == short_name)
    }

    /// Somebody presses the button that starts the game of a message; what comes back is the id by
    /// which the bot answers. `None` when they are not in the chat, or the message has no game.
    pub fn press_play(&mut self, chat: ChatKey, person: AccountKey, number: i64) -> Option<String> {
        self.chat(chat).member(person)?;
        let message = self.chat(chat).message(number)?.clone();
        message.content.button(|it| it.press == Press::Play)?;
        let game = message.content.game()?.short_name.clone();
        let (bot, callback) = (message.keeper(), ids::potato_callback_id(&self.chance));
        self.mark_activity(person, Some(chat));
        self.callbacks.insert(callback.clone(), Callback { bot, chat, number, person });
        let (payload, game, id) = (String::new(), Some(game), callback.clone());
        self.tell(bot, Event::Pressed { chat, message, person, payload, game, callback });
        Some(id)
    }

    /// What everybody reached in a game in a chat, the best first; of equals, who was first.
    pub fn scores(&self, chat: ChatKey, bot: AccountKey, short_name: &str) -> Vec<Score> {
        let of_it = |it: &&Score| it.bot == bot && it.short_name == short_name;
        let mut scores: Vec<Score> =
            self.chat(chat).potato.scores.iter().filter(of_it).cloned().collect();
        scores.sort_by_key(|it| std::cmp::Reverse(it.points));
        scores
    }

    /// Somebody reached so much.
    pub fn score(&mut self, chat: ChatKey, score: Score) {
        let scores = &mut self.chat_mut(chat).potato.scores;
        let is_it = |it: &Score| {
            (it.bot, &it.short_name, it.player) == (score.bot, &score.short_name, score.player)
        };
        scores.retain(|it| !is_it(it));
        scores.push(score);
    }
}
