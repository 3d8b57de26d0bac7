//! Making a messenger misbehave.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use crate::Platform;

/// What a bot asks of its messenger, or its messenger of it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Who it is.
    Me,
    /// Saying something else of itself, its commands among that.
    EditMe,
    /// What happened.
    Updates,
    /// Which chats it is in.
    Chats,
    /// A chat.
    Chat,
    /// A chat, by its link.
    ChatByLink,
    /// Changing a chat.
    EditChat,
    /// Closing a chat.
    DeleteChat,
    /// Showing that it is busy.
    Action,
    /// The pinned message.
    Pinned,
    /// Pinning a message.
    Pin,
    /// Taking the pinned message down.
    Unpin,
    /// Its own membership.
    Membership,
    /// Leaving.
    Leave,
    /// Who keeps order.
    Admins,
    /// Granting rights.
    AddAdmins,
    /// Taking rights.
    RemoveAdmin,
    /// Who is there.
    Members,
    /// Bringing somebody in.
    AddMembers,
    /// Putting somebody out.
    RemoveMember,
    /// What was said.
    Messages,
    /// A message.
    Message,
    /// Sending a message.
    Send,
    /// Changing a message.
    Edit,
    /// Deleting a message.
    Delete,
    /// Where a film can be seen.
    Video,
    /// Answering a press of a button.
    Answer,
    /// Answering somebody who builds a message.
    Construct,
    /// Where it is called.
    Subscriptions,
    /// Being called.
    Subscribe,
    /// Being called no more.
    Unsubscribe,
    /// Where to upload a file.
    UploadUrl,
    /// Uploading a file, or a part of one.
    Upload,
    /// Fetching a file.
    Download,
    /// What is said about a message.
    Comments,
    /// Something that is said about a message.
    Comment,
    /// Saying something about a message.
    SendComment,
    /// Changing what was said about a message.
    EditComment,
    /// Deleting what was said about a message.
    DeleteComment,
    /// The messenger calls the bot's webhook.
    Deliver,
    /// Where a file can be fetched.
    File,
    /// Answering somebody who typed to the bot.
    AnswerInline,
    /// What somebody reached in a game.
    SetScore,
    /// Who is best in a game.
    Scores,
}

impl Operation {
    /// Whether what it sends may carry uploaded files.
    fn sends_files(self) -> bool {
        matches!(self, Self::Send | Self::Edit | Self::Answer | Self::Construct)
    }

    /// Whether a messenger, as it is emulated, has it.
    pub fn exists_on(self, platform: Platform) -> bool {
        let is_potatos =
            matches!(self, Self::File | Self::AnswerInline | Self::SetScore | Self::Scores);
        match platform {
            Platform::Tamtam | Platform::Max if is_potatos => false,
            Platform::Tamtam => !matches!(
                self,
                Self::AddAdmins
                    | Self::RemoveAdmin
                    | Self::DeleteChat
                    | Self::Video
                    | Self::Comments
                    | Self::Comment
                    | Self::SendComment
                    | Self::EditComment
                    | Self::DeleteComment
            ),
            Platform::Max => self != Self::Construct,
            Platform::Potato => {
                is_potatos
                    || matches!(
                        self,
                        Self::Me
                            | Self::EditMe
                            | Self::Updates
                            | Self::Chats
                            | Self::Chat
                            | Self::EditChat
                            | Self::Action
                            | Self::Pin
                            | Self::Unpin
                            | Self::Leave
                            | Self::Admins
                            | Self::Members
                            | Self::RemoveMember
                            | Self::Send
                            | Self::Edit
                            | Self::Delete
                            | Self::Answer
                            | Self::Subscribe
                            | Self::Unsubscribe
                            | Self::Upload
                            | Self::Download
                            | Self::Deliver
                    )
            }
        }
    }
}

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", from = "GivenFault")]
pub enum Fault {
    /// The bot may not do this; nothing is done.
    Refuse,
    /// Too many requests; nothing is done.
    RateLimit {
        /// What the header `Retry-After` says, in seconds. Of one on Potato no document knows.
        retry_after: Option<u32>,
    },
    /// A file that it sends is not ready yet; nothing is done. TamTam and MAX only, and only where
    /// files are sent.
    NotReady,
    /// The messenger is down: 503, and a page for people; nothing is done.
    Unavailable,
    /// The messenger fails: 500; nothing is done.
    Fail,
    /// What comes back is no JSON; it is done.
    Garble,
    /// What comes back is empty; it is done.
    Empty,
    /// It is done, and the connection breaks before the answer arrives.
    LoseAnswer,
    /// It is done after this time, in milliseconds, which really passes.
    Delay {
        /// How long.
        ms: u64,
    },
    /// The connection breaks after so many bytes of a file, on its way in or out. Those of an upload
    /// in parts are kept, those of a form are not.
    Cut {
        /// How many.
        bytes: u64,
    },
    /// It is refused with this number of Potato's errors; nothing is done. Potato only.
    Code {
        /// One of the document's table "Error Code", or another one.
        code: u16,
    },
}

impl Fault {
    /// Whether it befalls an answer, whatever that is: one answer has one of these.
    pub(crate) fn is_of_answer(self) -> bool {
        matches!(self, Self::LoseAnswer | Self::Garble | Self::Empty)
    }
}

/// A fault as it is given: a variant without fields would take any that are given.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum GivenFault {
    Refuse {},
    RateLimit {
        #[serde(default)]
        retry_after: Option<u32>,
    },
    NotReady {},
    Unavailable {},
    Fail {},
    Garble {},
    Empty {},
    LoseAnswer {},
    Delay {
        ms: u64,
    },
    Cut {
        bytes: u64,
    },
    Code {
        code: u16,
    },
}

impl From<GivenFault> for Fault {
    fn from(given: GivenFault) -> Self {
        match given {
            GivenFault::Refuse {} => Self::Refuse,
            GivenFault::RateLimit { retry_after } => Self::RateLimit { retry_after },
            GivenFault::NotReady {} => Self::NotReady,
            GivenFault::Unavailable {} => Self::Unavailable,
            GivenFault::Fail {} => Self::Fail,
            GivenFault::Garble {} => Self::Garble,
            GivenFault::Empty {} => Self::Empty,
            GivenFault::LoseAnswer {} => Self::LoseAnswer,
            GivenFault::Delay { ms } => Self::Delay { ms },
            GivenFault::Cut { bytes } => Self::Cut { bytes },
            GivenFault::Code { code } => Self::Code { code },
        }
    }
}

/// A fault that waits for its call.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedFault {
    /// On this messenger.
    pub platform: Platform,
    /// This call.
    pub operation: Operation,
    /// After so many calls that go well.
    #[serde(default)]
    pub skip: usize,
    /// Goes wrong like this.
    pub fault: Fault,
    /// So many times in a row.
    #[serde(default = "once")]
    pub times: usize,
}

fn once() -> usize {
    1
}

impl PlannedFault {
    /// The next call goes wrong like this, once.
    pub fn next(platform: Platform, operation: Operation, fault: Fault) -> Self {
        Self { platform, operation, skip: 0, fault, times: 1 }
    }

    /// The same after so many calls that go well.
    #[must_use]
    pub fn after(self, skip: usize) -> Self {
        Self { skip, ..self }
    }

    /// The same so many times in a row.
    #[must_use]
    pub fn times(self, times: usize) -> Self {
        Self { times, ..self }
    }

    /// What is wrong with it, when it can never meet a call, or not do what it says.
    pub fn mistake(&self) -> Option<String> {
        let Self { platform, operation, fault, times, .. } = *self;
        if !operation.exists_on(platform) {
            return Some(format!("operation: there is no such operation on {platform}"));
        }
        if times == 0 {
            return Some("times: must be at least 1; given 0".to_owned());
        }
        let of_file = matches!(operation, Operation::Upload | Operation::Download);
        match fault {
            Fault::Cut { .. } if !of_file => {
                Some("fault: cut is for the operations upload and download".to_owned())
            }
            Fault::NotReady if platform == Platform::Potato => {
                Some("fault: potato answers an upload with the message: no file waits".to_owned())
            }
            Fault::Code { .. } if platform != Platform::Potato => {
                Some("fault: code is a number of potato's table of errors".to_owned())
            }
            Fault::Code { .. } if operation == Operation::Deliver => {
                Some("fault: code is for what a bot asks".to_owned())
            }
            Fault::Code { code: 0 } => Some("fault: code must be at least 1; given 0".to_owned()),
            Fault::NotReady if !operation.sends_files() => {
                Some("fault: not_ready is for send, edit, answer and construct".to_owned())
            }
            _ => None,
        }
    }
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<PlannedFault>>);

impl Faults {
    /// Plans a fault.
    pub fn plan(&self, fault: PlannedFault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
    }

    /// The faults that have met no call yet, or not all that they are for.
    pub fn still_planned(&self) -> Vec<PlannedFault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets all that are still to come; how many those were.
    pub fn clear(&self) -> usize {
        let mut planned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *planned).len()
    }

    /// The fault that meets this call, if one does; it is spent.
    pub(crate) fn meet(&self, platform: Platform, operation: Operation) -> Option<Fault> {
        self.meet_beside(None, platform, operation)
    }

    /// The same beside another one: what would not be felt then waits for a later call.
    pub(crate) fn meet_beside(
        &self,
        other: Option<Fault>,
        platform: Platform,
        operation: Operation,
    ) -> Option<Fault> {
        let mut planned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let concerns = |it: &PlannedFault| it.platform == platform && it.operation == operation;
        let is_answered = other.is_some_and(Fault::is_of_answer);
        let is_felt = |it: &PlannedFault| !(is_answered && it.fault.is_of_answer());
        let is_due = |it: &PlannedFault| concerns(it) && it.skip == 0 && is_felt(it);
        if let Some(place) = planned.iter().position(is_due) {
            let met = &mut planned[place];
            let fault = met.fault;
            met.times = met.times.saturating_sub(1);
            if met.times == 0 {
                planned.remove(place);
            }
            return Some(fault);
        }
        planned
            .iter_mut()
            .filter(|it| concerns(it))
            .for_each(|it| it.skip = it.skip.saturating_sub(1));
        None
    }
}

/// What [`Fault::LoseAnswer`] sends: an answer whose connection breaks before its body comes.
pub(crate) fn broken_answer() -> Response {
    let broken = async { Err::<axum::body::Bytes, _>(io::Error::other("the answer is lost")) };
    let mut response = Response::new(Body::from_stream(futures_util::stream::once(broken)));
    response.extensions_mut().insert(Breaks);
    response
}

/// Marks an answer whose connection breaks.
#[derive(Clone, Copy)]
struct Breaks;

/// Whether an answer is one whose connection breaks.
pub(crate) fn is_broken(response: &Response) -> bool {
    response.extensions().get::<Breaks>().is_some()
}

/// What [`Fault::Garble`] sends.
pub(crate) fn garbled_answer() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], "{\"mess").into_response()
}

/// What [`Fault::Empty`] sends: 200, and nothing.
pub(crate) fn empty_answer() -> Response {
    StatusCode::OK.into_response()
}

/// What [`Fault::Unavailable`] sends: what stands before a messenger speaks no JSON.
pub(crate) fn unavailable_answer() -> Response {
    let page = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>";
    (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

/// Waits for as long as [`Fault::Delay`] says.
pub(crate) async fn pass_time(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_meets_the_call_it_was_planned_for_and_is_spent() {
        let faults = Faults::default();
        let (platform, operation) = (Platform::Max, Operation::Send);
        faults.plan(PlannedFault::next(platform, operation, Fault::Refuse).after(1));

        assert_eq!(faults.meet(Platform::Potato, operation), None);
        assert_eq!(faults.meet(platform, Operation::Edit), None);
        assert_eq!(faults.meet(platform, operation), None);
        assert_eq!(faults.meet(platform, operation), Some(Fault::Refuse));
        assert_eq!(faults.meet(platform, operation), None);
    }

    #[test]
    fn the_page_says_where_there_is_which_operation() {
        let page = include_str!("../../docs/sandbox.md");
        let (_, table) = page.split_once("| `operation` | on |").expect("the table");
        let mut count = 0;
        for row in table.lines().skip(2).take_while(|it| it.starts_with('|')) {
            let (operations, on) = row[2..].split_once(" | ").expect("two columns");
            for name in operations.split(", ") {
                let word = serde_json::Value::from(name.trim_matches('`'));
                let operation: Operation = serde_json::from_value(word).expect(name);
                for (platform, called) in [
                    (Platform::Tamtam, "TamTam"),
                    (Platform::Max, "MAX"),
                    (Platform::Potato, "Potato"),
                ] {
                    let is_said = on.contains(called) || on.contains("all");
                    assert_eq!(operation.exists_on(platform), is_said, "{name} on {platform}");
                }
                count += 1;
            }
        }
        assert!(count > 40, "{count}");
    }

    #[test]
    fn only_what_sends_files_can_find_them_not_ready() {
        let mistake =
            |operation| PlannedFault::next(Platform::Tamtam, operation, Fault::NotReady).mistake();
        for operation in [Operation::Send, Operation::Edit, Operation::Answer, Operation::Construct]
        {
            assert_eq!(mistake(operation), None, "{operation:?}");
        }
        for operation in [Operation::Me, Operation::Messages, Operation::Upload] {
            let why = mistake(operation).expect("it is a mistake");
            assert!(why.contains("not_ready"), "{operation:?}: {why}");
        }
    }

    #[test]
    fn a_fault_meets_as_many_calls_as_it_is_for() {
        let faults = Faults::default();
        let (platform, operation) = (Platform::Max, Operation::Send);
        faults.plan(PlannedFault::next(platform, operation, Fault::NotReady).times(2));

        assert_eq!(faults.meet(platform, operation), Some(Fault::NotReady));
        assert_eq!(faults.meet(platform, operation), Some(Fault::NotReady));
        assert_eq!(faults.meet(platform, operation), None);
    }
}
