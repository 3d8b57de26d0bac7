//! What a connection is doing, and until when it may.
//!
//! hyper's own deadline for headers runs while nothing is sent, too, so that a client could not
//! keep a connection for longer than its headers may take. Here each has its own: what goes over
//! the wire says which one runs.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use crate::http::options::ServerOptions;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Phase {
    /// It has not sent anything yet.
    Silent,
    /// The headers of a request are coming.
    Headers,
    /// A request is worked on, whose deadlines are its own.
    Working,
    /// An answer is going out, or has gone and nothing has come since.
    Idle,
}

impl Phase {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Headers => "headers",
            Self::Working => "working",
            Self::Idle => "idle",
        }
    }
}

/// How long a connection may be in each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) silent: Duration,
    headers: Duration,
    idle: Duration,
}

impl From<&ServerOptions> for Patience {
    fn from(options: &ServerOptions) -> Self {
        Self {
            silent: options.first_byte_timeout,
            headers: options.header_timeout,
            idle: options.idle_timeout,
        }
    }
}

impl Patience {
    fn of(self, phase: Phase) -> Option<Duration> {
        match phase {
            Phase::Silent => Some(self.silent),
            Phase::Headers => Some(self.headers),
            Phase::Working => None,
            Phase::Idle => Some(self.idle),
        }
    }
}

/// The clock of one connection, shared by its stream and its requests.
#[derive(Clone, Debug)]
pub(super) struct Clock(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    patience: Patience,
    phase: Phase,
    until: Option<Instant>,
}

impl State {
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.until = self.patience.of(phase).map(|patience| Instant::now() + patience);
    }
}

impl Clock {
    /// Of a connection that has been open since a moment.
    pub(super) fn since(opened: Instant, patience: Patience) -> Self {
        let until = Some(opened + patience.silent);
        Self(Arc::new(Mutex::new(State { patience, phase: Phase::Silent, until })))
    }

    /// What it does, and until when it may.
    pub(super) fn now(&self) -> (Phase, Option<Instant>) {
        let state = self.state();
        (state.phase, state.until)
    }

    /// The headers of a request are complete.
    pub(super) fn request(&self) {
        self.state().enter(Phase::Working);
    }

    /// Its answer is ready to go.
    pub(super) fn answer(&self) {
        self.state().enter(Phase::Idle);
    }

    /// Something was read.
    fn read(&self) {
        let mut state = self.state();
        if matches!(state.phase, Phase::Silent | Phase::Idle) {
            state.enter(Phase::Headers);
        }
    }

    /// Something was written: who takes an answer slowly is not idle.
    fn wrote(&self) {
        let mut state = self.state();
        let phase = state.phase;
        state.enter(phase);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream that tells its clock what goes over it.
#[derive(Debug)]
pub(super) struct Timed<S> {
    stream: S,
    clock: Clock,
}

impl<S> Timed<S> {
    pub(super) fn new(stream: S, clock: Clock) -> Self {
        Self { stream, clock }
    }

    fn wrote(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(bytes)) if bytes > 0) {
            self.clock.wrote();
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.clock.read();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.wrote(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience {
        silent: Duration::from_secs(1),
        headers: Duration::from_secs(2),
        idle: Duration::from_secs(5),
    };

    /// What it does, and how many seconds are left.
    fn left(clock: &Clock) -> (Phase, Option<u64>) {
        let (phase, until) = clock.now();
        (phase, until.map(|until| (until - Instant::now()).as_secs()))
    }

    #[tokio::test(start_paused = true)]
    async fn each_phase_has_its_own_deadline() {
        let clock = Clock::since(Instant::now(), PATIENCE);
        assert_eq!(left(&clock), (Phase::Silent, Some(1)));
        clock.read();
        assert_eq!(left(&clock), (Phase::Headers, Some(2)));
        clock.request();
        assert_eq!(left(&clock), (Phase::Working, None));
        clock.answer();
        assert_eq!(left(&clock), (Phase::Idle, Some(5)));
        clock.read();
        assert_eq!(left(&clock), (Phase::Headers, Some(2)));
    }

    #[tokio::test(start_paused = true)]
    async fn more_bytes_of_the_headers_do_not_move_their_deadline() {
        let clock = Clock::since(Instant::now(), PATIENCE);
        clock.read();
        tokio::time::advance(Duration::from_secs(1)).await;
        clock.read();
        assert_eq!(left(&clock), (Phase::Headers, Some(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_is_none_of_the_connections_business() {
        let clock = Clock::since(Instant::now(), PATIENCE);
        clock.read();
        clock.request();
        clock.read();
        assert_eq!(left(&clock), (Phase::Working, None));
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_an_answer_slowly_is_not_idle() {
        let clock = Clock::since(Instant::now(), PATIENCE);
        clock.request();
        clock.answer();
        tokio::time::advance(Duration::from_secs(4)).await;
        clock.wrote();
        assert_eq!(left(&clock), (Phase::Idle, Some(5)));
    }
}
