//! The bodies of requests: read to their end, but neither without end nor for ever.
//!
//! Who is answered before they have said all may lose the answer: clients that write first and read
//! then find the connection closed. So what a handler leaves is read before the answer goes out.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use tokio::time::timeout;

use crate::fault;

/// How long a client may say nothing.
pub(crate) const SILENCE: Duration = Duration::from_mins(1);

/// How much of what a handler left is read before the answer. Whoever sends more has its
/// connection closed.
const LEFT_BYTES: usize = 16 * 1024 * 1024;

/// For how long.
const LEFT_PATIENCE: Duration = Duration::from_secs(5);

/// Why a body was not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unread {
    #[error("it may have {0} bytes, and this one has more")]
    TooLarge(usize),
    #[error("nothing came for {} s", SILENCE.as_secs())]
    Silent,
    #[error("reading it: {0}")]
    Client(axum::Error),
}

/// A body of at most so many bytes.
pub(crate) async fn read(body: Body, most: usize) -> Result<Bytes, Unread> {
    let mut pieces = body.into_data_stream();
    let mut all = Vec::new();
    while let Some(piece) = timeout(SILENCE, pieces.next()).await.map_err(|_| Unread::Silent)? {
        let piece = piece.map_err(Unread::Client)?;
        if all.len() + piece.len() > most {
            return Err(Unread::TooLarge(most));
        }
        all.extend_from_slice(&piece);
    }
    Ok(all.into())
}

/// A body that the handler and who comes after it read from.
#[derive(Clone)]
struct Shared(Arc<Mutex<Option<BodyDataStream>>>);

impl Shared {
    fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Some(body.into_data_stream()))))
    }

    /// The next piece. Who has come to the end does not ask again.
    async fn next(&self) -> Option<Result<Bytes, axum::Error>> {
        std::future::poll_fn(|context| {
            let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(pieces) = left.as_mut() else { return std::task::Poll::Ready(None) };
            let next = pieces.poll_next_unpin(context);
            if let std::task::Poll::Ready(None | Some(Err(_))) = next {
                *left = None;
            }
            next
        })
        .await
    }

    fn into_body(self) -> Body {
        let pieces = stream::unfold(self, async |it| Some((it.next().await?, it)));
        Body::from_stream(pieces)
    }
}

/// Answers, and reads what the handler left of the body, unless the line shall break.
pub(crate) async fn read_on(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let left = Shared::new(body);
    let response = next.run(Request::from_parts(head, left.clone().into_body())).await;
    if !fault::is_broken(&response) {
        drain(&left).await;
    }
    response
}

async fn drain(left: &Shared) {
    let reading = async {
        let mut bytes = LEFT_BYTES;
        while let Some(Ok(piece)) = left.next().await {
            bytes = bytes.saturating_sub(piece.len());
            if bytes == 0 {
                break;
            }
        }
    };
    timeout(LEFT_PATIENCE, reading).await.ok();
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn pieces(count: usize) -> Body {
        let piece = || Ok::<_, Infallible>(Bytes::from_static(b"four"));
        Body::from_stream(stream::iter((0..count).map(move |_| piece())))
    }

    #[tokio::test]
    async fn a_body_is_read_whole_up_to_its_limit() {
        assert_eq!(read(pieces(2), 8).await.expect("a body"), "fourfour");
        assert!(matches!(read(pieces(3), 8).await, Err(Unread::TooLarge(8))));
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_not_waited_for_for_ever() {
        let silent = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
        assert!(matches!(read(silent, 8).await, Err(Unread::Silent)));
    }

    #[tokio::test]
    async fn what_is_left_is_read_to_its_end() {
        let left = Shared::new(pieces(3));
        let mut handler = left.clone().into_body().into_data_stream();
        assert!(handler.next().await.is_some());
        drop(handler);
        drain(&left).await;
        assert!(left.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn what_never_comes_is_left() {
        let silent = stream::pending::<Result<Bytes, Infallible>>();
        drain(&Shared::new(Body::from_stream(silent))).await;
    }
}
