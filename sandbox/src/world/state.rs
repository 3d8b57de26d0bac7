//! What is the case: who there is, which chats, and who is told what.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use gateway_core::chance::Chance;

use super::constructor::Constructor;
use super::{
    Account, AccountKey, Bot, Chat, ChatKey, ChatKind, Event, FileKey, FileKind, GroupUpdates,
    InlineQuery, Measures, Member, Permission, Platform, StoredFile, Switches, ids,
};

/// What is the case at a moment.
#[derive(Debug)]
pub struct State {
    /// What time it is.
    pub(super) now: DateTime<Utc>,
    pub(super) chance: Chance,
    pub(super) accounts: Vec<Account>,
    /// Those of the accounts that are bots': few among many people, and looked for at every change.
    bots: Vec<AccountKey>,
    pub(super) chats: Vec<Chat>,
    /// The chats of a number: dialogs of several bots may share one on Potato.
    pub(super) chats_by_id: HashMap<(Platform, i64), Vec<ChatKey>>,
    pub(super) callbacks: HashMap<String, Callback>,
    pub(super) files: Vec<StoredFile>,
    pub(super) constructors: Vec<Constructor>,
    pub(super) inline_queries: Vec<InlineQuery>,
    pub(super) messages_sent: i64,
    /// How the messengers behave where nobody is sure.
    pub switches: Switches,
}

/// A press of a button that a bot may answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Callback {
    /// The bot.
    pub bot: AccountKey,
    /// Where the button is.
    pub chat: ChatKey,
    /// The message that has it.
    pub number: i64,
    /// Who pressed.
    pub person: AccountKey,
}

impl State {
    pub(super) fn new(now: DateTime<Utc>, chance: Chance) -> Self {
        Self {
            now,
            chance,
            accounts: Vec::new(),
            bots: Vec::new(),
            chats: Vec::new(),
            chats_by_id: HashMap::new(),
            callbacks: HashMap::new(),
            files: Vec::new(),
            constructors: Vec::new(),
            inline_queries: Vec::new(),
            messages_sent: 0,
            switches: Switches::default(),
        }
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// An account.
    pub fn account(&self, key: AccountKey) -> &Account {
        &self.accounts[key.0]
    }

    pub(crate) fn account_mut(&mut self, key: AccountKey) -> &mut Account {
        &mut self.accounts[key.0]
    }

    /// All accounts.
    pub fn accounts(&self) -> impl Iterator<Item = (AccountKey, &Account)> {
        self.accounts.iter().enumerate().map(|(place, it)| (AccountKey(place), it))
    }

    /// The bots on a messenger, in the order in which they came.
    pub(crate) fn bots(&self, platform: Platform) -> impl Iterator<Item = (AccountKey, &Bot)> {
        self.bots.iter().filter_map(move |key| {
            let account = self.account(*key);
            let bot = account.bot.as_ref().filter(|_| account.platform == platform)?;
            Some((*key, bot))
        })
    }

    /// What only a bot has; `None` for a person.
    pub(crate) fn bot_mut(&mut self, key: AccountKey) -> Option<&mut Bot> {
        self.accounts[key.0].bot.as_mut()
    }

    /// A chat.
    pub fn chat(&self, key: ChatKey) -> &Chat {
        &self.chats[key.0]
    }

    pub(crate) fn chat_mut(&mut self, key: ChatKey) -> &mut Chat {
        &mut self.chats[key.0]
    }

    /// All chats.
    pub fn chats(&self) -> impl Iterator<Item = (ChatKey, &Chat)> {
        self.chats.iter().enumerate().map(|(place, it)| (ChatKey(place), it))
    }

    /// A file.
    pub fn file(&self, key: FileKey) -> &StoredFile {
        &self.files[key.0]
    }

    pub(crate) fn file_mut(&mut self, key: FileKey) -> &mut StoredFile {
        &mut self.files[key.0]
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = (FileKey, &StoredFile)> {
        self.files.iter().enumerate().map(|(place, it)| (FileKey(place), it))
    }

    /// The file that is sent by this token.
    pub fn file_by_token(&self, platform: Platform, token: &str) -> Option<FileKey> {
        let found = |it: &(FileKey, &StoredFile)| it.1.platform == platform && it.1.token == token;
        self.files().find(found).map(|(key, _)| key)
    }

    /// The first account that is as asked for.
    pub fn find(&self, is_it: impl Fn(&Account) -> bool) -> Option<AccountKey> {
        self.accounts().find(|(_, it)| is_it(it)).map(|(key, _)| key)
    }

    /// The person of this name on a messenger.
    pub fn person(&self, platform: Platform, name: &str) -> Option<AccountKey> {
        self.find(|it| it.platform == platform && !it.is_bot() && it.name == name)
    }

    /// The account of this name, a person's or a bot's, on a messenger.
    pub fn named(&self, platform: Platform, name: &str) -> Option<AccountKey> {
        self.person(platform, name).or_else(|| {
            self.find(|it| it.platform == platform && it.name == name).or_else(|| {
                let name = name.strip_prefix('@')?;
                self.by_username(platform, name)
            })
        })
    }

    /// The account of this number on a messenger.
    pub fn by_id(&self, platform: Platform, id: i64) -> Option<AccountKey> {
        self.find(|it| it.platform == platform && it.id == id)
    }

    /// The account of this public name, without `@`, on a messenger.
    pub fn by_username(&self, platform: Platform, username: &str) -> Option<AccountKey> {
        let is_it = |it: &str| it.eq_ignore_ascii_case(username);
        self.find(|it| it.platform == platform && it.username.as_deref().is_some_and(is_it))
    }

    /// The first bot on a messenger.
    pub fn bot(&self, platform: Platform) -> Option<AccountKey> {
        self.bots(platform).next().map(|(key, _)| key)
    }

    /// The bot with this token.
    pub fn bot_by_token(&self, platform: Platform, token: &str) -> Option<AccountKey> {
        self.bots(platform).find(|(_, bot)| bot.token == token).map(|(key, _)| key)
    }

    /// The chat of this number that somebody is in, or was in.
    pub fn chat_of(&self, account: AccountKey, id: i64) -> Option<ChatKey> {
        let platform = self.account(account).platform;
        self.chats_on(platform, id).find(|key| {
            let chat = self.chat(*key);
            chat.member(account).is_some() || chat.former(account).is_some()
        })
    }

    /// The chat of this number on a messenger, whoever is in it.
    pub fn chat_on(&self, platform: Platform, id: i64) -> Option<ChatKey> {
        self.chats_on(platform, id).next()
    }

    /// The chats of a number that are of one of these kinds, on a messenger.
    pub fn chats_of_kind(
        &self,
        platform: Platform,
        kinds: &'static [ChatKind],
        id: i64,
    ) -> impl Iterator<Item = ChatKey> {
        self.chats_on(platform, id).filter(|key| kinds.contains(&self.chat(*key).kind))
    }

    pub(crate) fn chats_on(&self, platform: Platform, id: i64) -> impl Iterator<Item = ChatKey> {
        self.chats_by_id.get(&(platform, id)).into_iter().flatten().copied()
    }

    /// The group or channel to which a link of this name leads.
    pub fn chat_by_link(&self, platform: Platform, name: &str) -> Option<ChatKey> {
        let is_it = |it: &str| it.eq_ignore_ascii_case(name);
        let found = |it: &Chat| it.platform == platform && it.link.as_deref().is_some_and(is_it);
        self.chats().find(|(_, chat)| found(chat)).map(|(key, _)| key)
    }

    /// The press that a bot answers by this.
    pub fn callback(&self, bot: AccountKey, id: &str) -> Option<Callback> {
        self.callbacks.get(id).copied().filter(|it| it.bot == bot)
    }

    pub(crate) fn add_account(
        &mut self,
        platform: Platform,
        name: &str,
        bot: Option<Bot>,
    ) -> AccountKey {
        let is_like = |it: &&Account| it.platform == platform && it.is_bot() == bot.is_some();
        let count = self.accounts.iter().filter(is_like).count();
        let id = ids::account(platform, bot.as_ref(), count);
        let username = bot.as_ref().map(|_| self.free_username(platform, name));
        let key = AccountKey(self.accounts.len());
        if bot.is_some() {
            self.bots.push(key);
        }
        self.accounts.push(Account {
            platform,
            id,
            name: name.to_owned(),
            username,
            description: None,
            avatar: None,
            locale: "en".to_owned(),
            last_activity: self.now,
            is_deleted: false,
            refuses_invites: false,
            bot,
        });
        key
    }

    /// A public name made of a name: letters and digits, and a number when somebody has it.
    fn free_username(&self, platform: Platform, name: &str) -> String {
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let stem = format!("{}_bot", letters.to_lowercase());
        if self.by_username(platform, &stem).is_none() {
            return stem;
        }
        format!("{stem}_{}", self.accounts.len())
    }

    pub(crate) fn add_chat(&mut self, platform: Platform, kind: ChatKind, id: i64) -> ChatKey {
        let key = ChatKey(self.chats.len());
        self.chats.push(Chat::new(platform, id, kind, self.now));
        self.chats_by_id.entry((platform, id)).or_default().push(key);
        key
    }

    /// A place for a file.
    pub(crate) fn add_file(
        &mut self,
        owner: AccountKey,
        kind: FileKind,
        folder: &std::path::Path,
    ) -> FileKey {
        let key = FileKey(self.files.len());
        let upload_key = ids::opaque(&self.chance, 43);
        self.files.push(StoredFile {
            platform: self.account(owner).platform,
            owner,
            origin: None,
            kind,
            id: ids::file(self.files.len()),
            token: match self.account(owner).platform {
                Platform::Tamtam | Platform::Max => ids::token(&self.chance),
                Platform::Potato => ids::potato_file_id(&self.chance),
            },
            path: folder.join(&upload_key),
            upload_key,
            name: None,
            mime_type: None,
            measures: Measures::default(),
            thumb: None,
            bytes: 0,
            total: None,
            complete: None,
            turn: std::sync::Arc::default(),
        });
        key
    }

    /// Somebody did something.
    pub(super) fn mark_activity(&mut self, account: AccountKey, chat: Option<ChatKey>) {
        let now = self.now;
        self.account_mut(account).last_activity = now;
        let Some(chat) = chat else { return };
        let chat = self.chat_mut(chat);
        chat.last_event = now;
        if let Some(member) = chat.member_mut(account) {
            member.last_access = now;
        }
    }

    pub(super) fn tell(&mut self, account: AccountKey, event: Event) {
        let now = self.now;
        if !event.is_told_on(self.account(account).platform) {
            return;
        }
        self.renumber_after_silence(account);
        if let Some(bot) = self.bot_mut(account) {
            bot.tell(now, event);
        }
    }

    /// Tells the bots in a chat, but for those who know: of groups and channels those who keep order
    /// there, and of messages those of them who may read all.
    pub(super) fn tell_others(
        &mut self,
        chat: ChatKey,
        knowing: &[AccountKey],
        needs: Option<Permission>,
        event: &Event,
    ) {
        let found = self.chat(chat);
        // Potato: the document's own example of an update is what a person says in a group.
        let everybody = found.platform == Platform::Potato
            || self.switches.group_updates == GroupUpdates::Members;
        let hears = |it: &&Member| {
            !knowing.contains(&it.account)
                && (found.kind == ChatKind::Dialog
                    || everybody
                    || it.is_admin() && needs.is_none_or(|needed| it.may(needed)))
        };
        let hearers: Vec<AccountKey> =
            found.members.iter().filter(hears).map(|it| it.account).collect();
        for bot in hearers {
            self.tell(bot, event.clone());
        }
    }

    /// A picture that a bot names by its address; nobody fetches it.
    pub(crate) fn add_picture_at(&mut self, owner: AccountKey, url: &str) -> FileKey {
        self.add_file_at(owner, FileKind::Image, url)
    }

    /// A file that a bot names by its address; nobody fetches it.
    pub(crate) fn add_file_at(&mut self, owner: AccountKey, kind: FileKind, url: &str) -> FileKey {
        let key = self.add_file(owner, kind, std::path::Path::new(""));
        let now = self.now;
        let file = self.file_mut(key);
        file.origin = Some(url.to_owned());
        file.complete = Some(now);
        key
    }

    /// A token by which `reader` may send a file that it saw; each time another one.
    pub(crate) fn token_for(&self, file: FileKey, reader: AccountKey) -> String {
        ids::reissued(&self.chance, &self.file(file).token, self.account(reader).id)
    }

    /// The file that a token names, and whether `sender` may send it by that: its owner by the
    /// token of the upload, who saw it by the one that it was shown.
    pub(crate) fn file_for(&self, sender: AccountKey, token: &str) -> Option<(FileKey, bool)> {
        let sending = self.account(sender);
        let (key, file) = self.files().find(|(_, file)| {
            file.platform == sending.platform && ids::is_of_one_file(&file.token, token)
        })?;
        if file.token == token {
            return Some((key, file.owner == sender));
        }
        let is_shown_to = |id| ids::is_reissued(&file.token, id, token);
        let is_known = is_shown_to(sending.id)
            || self.accounts().any(|(_, it)| it.is_bot() && is_shown_to(it.id));
        is_known.then(|| (key, is_shown_to(sending.id)))
    }

    /// The constructor that a bot may answer.
    pub(crate) fn constructor_of(&self, bot: AccountKey, session: &str) -> Option<&Constructor> {
        self.constructor(session).filter(|it| it.bot == bot)
    }

    /// What tells a button that opens chats from others, when the bot does not say it.
    pub(crate) fn fresh_uuid(&self) -> i64 {
        u32::from_le_bytes(self.chance.bytes()).into()
    }
}
