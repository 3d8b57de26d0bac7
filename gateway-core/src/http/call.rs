//! A call: put together, sent, and sent again where that is right.

use std::fmt;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt as _;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::multipart::Form;
use reqwest::{RequestBuilder, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tracing::{Instrument as _, Span, field};

use super::limiter::{Lane, Seen, TooLong};
use super::measure::Measure;
use super::pauses::Pauses;
use super::secrets::Secrets;
use super::{Answer, HttpClient, Operation, Repeat};
use crate::messenger::{Error, ErrorKind, LimitScope, Result};

/// How long a call waits for room at most. Where none is found for so long, the platform does not
/// answer, and a call is better given back than kept: what asks for it has deadlines of its own.
const LONGEST_WAIT_FOR_ROOM: Duration = Duration::from_secs(15);

/// When it may be asked for again then.
const PAUSE_WITHOUT_ROOM: Duration = Duration::from_secs(5);

/// A call that is being put together.
#[must_use = "a call does nothing until it is sent"]
pub struct Call<'a> {
    pub(super) client: &'a HttpClient,
    pub(super) operation: Operation,
    pub(super) request: RequestBuilder,
    pub(super) deadline: Duration,
    pub(super) most_bytes: usize,
    pub(super) chat: Option<String>,
    pub(super) poll: bool,
    pub(super) limited: bool,
    pub(super) secrets: Secrets,
}

/// Its URL and headers hold secrets.
impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.operation).finish_non_exhaustive()
    }
}

impl<'a> Call<'a> {
    pub(super) fn new(
        client: &'a HttpClient,
        operation: Operation,
        request: RequestBuilder,
    ) -> Self {
        let (deadline, secrets) = (client.options.deadline, client.secrets.clone());
        let most_bytes = client.options.max_answer_bytes;
        Self {
            client,
            operation,
            request,
            deadline,
            most_bytes,
            chat: None,
            poll: false,
            limited: true,
            secrets,
        }
    }

    /// What goes to another host than the API's has nothing to do with the API's limits.
    pub(super) fn elsewhere(mut self) -> Self {
        self.limited = false;
        self
    }

    /// Adds a parameter to the URL.
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.request = self.request.query(&[(name, value.to_string())]);
        self
    }

    /// Adds a parameter to the URL when there is one.
    pub fn query_some(self, name: &str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Adds a secret parameter to the URL.
    pub fn secret_query(self, name: &str, secret: &SecretString) -> Self {
        self.client.secrets.learn(secret);
        self.query(name, secret.expose_secret())
    }

    /// Adds a secret header. A secret that no header can hold is sent as an empty one, and the
    /// platform refuses it.
    pub fn secret_header(mut self, name: HeaderName, secret: &SecretString) -> Self {
        self.client.secrets.learn(secret);
        let mut value = HeaderValue::from_str(secret.expose_secret())
            .unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        self.request = self.request.header(name, value);
        self
    }

    /// Keeps something that is in the body from being shown, should the answer repeat it.
    pub fn hiding(mut self, secret: &SecretString) -> Self {
        self.secrets.hide(secret.expose_secret());
        self
    }

    /// Keeps an address from being shown, should the answer repeat it or its path and query: whoever
    /// knows it may need nothing more.
    pub fn hiding_address(mut self, address: &str) -> Self {
        self.secrets.hide_address(address);
        self
    }

    /// Adds a header that is no secret.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Sets the body, as JSON.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// Sets the body. One that is a stream can be sent only once, whatever comes back.
    pub fn body(mut self, body: impl Into<reqwest::Body>) -> Self {
        self.request = self.request.body(body);
        self
    }

    /// Sets the body, as a form of parts. One of them that is a stream can be sent only once.
    pub fn multipart(mut self, form: Form) -> Self {
        self.request = self.request.multipart(form);
        self
    }

    /// Gives each try of this call more time, or less.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Lets the answer have so many bytes, instead of as many as any other.
    pub fn at_most(mut self, bytes: usize) -> Self {
        self.most_bytes = bytes;
        self
    }

    /// Names the chat that this goes to, for the limits of one chat.
    pub fn chat(mut self, chat: impl fmt::Display) -> Self {
        self.chat = Some(chat.to_string());
        self
    }

    /// Counts this among the polls for updates, for their limit.
    pub fn poll(mut self) -> Self {
        self.poll = true;
        self
    }

    /// Sends it, waiting for the limits and for room among the calls on their way, and gives what
    /// `decode` makes of the whole answer, which it gets whatever the status is. Sends it again as long
    /// as the error, ours or the one of `decode`, and the operation allow it.
    ///
    /// # Errors
    ///
    /// The error of the last try. [`ErrorKind::Unavailable`] and [`ErrorKind::Timeout`] say whether
    /// the request may have arrived; [`ErrorKind::Protocol`] is an answer beyond the limit, and
    /// [`ErrorKind::RateLimited`] also comes without anything being sent, when the limits would
    /// hold the call back for too long, or too many others are on their way.
    pub fn send<T>(self, decode: impl Fn(&Answer) -> Result<T>) -> impl Future<Output = Result<T>> {
        self.sent(move |answer| decode(&answer))
    }

    /// Sends it, and gives the answer whatever its status is: only what brought no answer at all is
    /// sent again.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    pub fn answer(self) -> impl Future<Output = Result<Answer>> {
        self.sent(Ok)
    }

    /// Each `async fn` on the way would hold the call once more.
    fn sent<T>(self, decode: impl Fn(Answer) -> Result<T>) -> impl Future<Output = Result<T>> {
        let options = &self.client.options;
        let tries = match self.operation.repeat {
            Repeat::Never => 1,
            Repeat::Safe | Repeat::Unsafe => options.tries.max(1),
        };
        let span = tracing::debug_span!(
            "http",
            platform = %options.platform,
            method = self.operation.name,
            tries,
            attempt = field::Empty,
            status = field::Empty,
        );
        self.tried(decode).instrument(span)
    }

    async fn tried<T>(self, decode: impl Fn(Answer) -> Result<T>) -> Result<T> {
        let Self {
            client,
            operation,
            mut request,
            deadline,
            most_bytes,
            chat,
            poll,
            limited,
            secrets,
        } = self;
        let lane = Lane { chat: chat.as_deref(), poll };
        let mut pauses = Pauses::new(&client.options, &operation);
        let measure = client.measures.of(&client.options.platform, &operation);
        let mut attempt = 0_u32;
        loop {
            attempt += 1;
            Span::current().record("attempt", attempt);
            let spare = request.try_clone();
            // What cannot be sent again is a stream, which may take minutes.
            let takes_room = !poll && spare.is_some();
            let (seen, room) = if limited {
                let (seen, room) = client.admitted(&operation, &measure, lane, takes_room).await?;
                (Some(seen), room)
            } else {
                (None, None)
            };
            let begun = Instant::now();
            let timed = request.timeout(deadline);
            let answer = client.attempt(&operation, &secrets, timed, most_bytes).await;
            drop(room);
            measure.asked(begun.elapsed());
            let asked = answer.as_ref().ok().and_then(Answer::retry_after);
            let error = match answer.and_then(&decode) {
                Ok(done) => {
                    if let Some(seen) = seen {
                        client.limiter.succeeded(lane, seen);
                    }
                    return Ok(done);
                }
                Err(error) => error,
            };
            measure.failed(&error);
            let learned = seen.and_then(|seen| client.learned(&error, lane, seen));
            let asked = learned.or(asked);
            let again = pauses.after(&error, asked).zip(spare);
            let Some((pause, spare)) = again else { return Err(error) };
            measure.tries_again();
            let (kind, pause_ms) = (error.kind().name(), pause.as_millis());
            tracing::debug!(attempt, kind, pause_ms, "trying again");
            sleep(pause).await;
            request = spare;
        }
    }
}

impl HttpClient {
    /// Waits for the limits, and for room among those that are on their way.
    pub(super) async fn admitted(
        &self,
        operation: &Operation,
        measure: &Measure,
        lane: Lane<'_>,
        takes_room: bool,
    ) -> Result<(Seen, Option<SemaphorePermit<'_>>)> {
        let mut admission = pin!(async {
            if takes_room {
                self.admitted_with_room(lane).await.map(|(seen, room)| (seen, Some(room)))
            } else {
                self.limiter.admit(lane).await.map(|seen| (seen, None))
            }
        });
        // Who need not wait is none of those whose wait is measured.
        let admitted = if let Some(admitted) = admission.as_mut().now_or_never() {
            admitted
        } else {
            let begun = Instant::now();
            let admitted = admission.await;
            measure.waited(begun.elapsed());
            admitted
        };
        admitted.map_err(|too_long| {
            let kind =
                ErrorKind::RateLimited { scope: too_long.scope, retry_after: Some(too_long.wait) };
            let error = self.error(kind, operation.doing).with_text("it was not sent");
            measure.failed(&error);
            error
        })
    }

    /// Who waits for room has passed the limits, and passes them once more where the platform has refused
    /// others meanwhile. It holds no room for that long: those of other chats may go.
    async fn admitted_with_room(
        &self,
        lane: Lane<'_>,
    ) -> Result<(Seen, SemaphorePermit<'_>), TooLong> {
        let last = Instant::now() + self.options.longest_wait.min(LONGEST_WAIT_FOR_ROOM);
        loop {
            let seen = self.limiter.admit(lane).await?;
            if let Ok(room) = self.room.try_acquire() {
                return Ok((seen, room));
            }
            // It is never closed; a wait that ends without room has come to nothing either way.
            let Ok(Ok(room)) = timeout_at(last, self.room.acquire()).await else {
                return Err(TooLong { scope: LimitScope::Account, wait: PAUSE_WITHOUT_ROOM });
            };
            if let Some(seen) = self.limiter.seen(lane) {
                return Ok((seen, room));
            }
        }
    }

    /// Holds back what a refusal is about, and says for how long.
    fn learned(&self, error: &Error, lane: Lane<'_>, seen: Seen) -> Option<Duration> {
        match error.kind() {
            ErrorKind::RateLimited { scope, retry_after } => {
                self.limiter.refused(lane, seen, *scope, *retry_after)
            }
            _ => None,
        }
    }

    /// Sends a request once, and reads the whole answer.
    async fn attempt(
        &self,
        operation: &Operation,
        secrets: &Secrets,
        request: RequestBuilder,
        most_bytes: usize,
    ) -> Result<Answer> {
        let failed = |error| self.transport_error(operation.doing, error);
        let mut response = request.send().await.map_err(failed)?;
        self.answer_of(operation, secrets, &mut response, most_bytes).await
    }

    /// Reads the whole answer.
    pub(super) async fn answer_of(
        &self,
        operation: &Operation,
        secrets: &Secrets,
        response: &mut Response,
        most_bytes: usize,
    ) -> Result<Answer> {
        let status = response.status().as_u16();
        Span::current().record("status", status);
        let body = self.body_of(operation, response, most_bytes).await?;
        let headers = std::mem::take(response.headers_mut());
        Ok(Answer::new(self, operation.doing, secrets.clone(), status, headers, body))
    }

    async fn body_of(
        &self,
        operation: &Operation,
        response: &mut Response,
        limit: usize,
    ) -> Result<Vec<u8>> {
        let pause = self.options.read_timeout;
        let told = response.content_length().and_then(|told| usize::try_from(told).ok());
        let mut body = Vec::with_capacity(told.unwrap_or_default().min(limit));
        loop {
            let Ok(chunk) = timeout(pause, response.chunk()).await else {
                let kind = ErrorKind::Timeout { may_have_happened: true };
                let text = format!("the answer stopped midway for {} ms", pause.as_millis());
                return Err(self.error(kind, operation.doing).with_text(text));
            };
            let chunk = chunk.map_err(|error| self.transport_error(operation.doing, error))?;
            let Some(chunk) = chunk else { return Ok(body) };
            if body.len() + chunk.len() > limit {
                let text = format!("it is larger than {limit} bytes");
                return Err(self.error(ErrorKind::Protocol, operation.doing).with_text(text));
            }
            body.extend_from_slice(&chunk);
        }
    }
}
