//! Answers that are too large to be held in memory.

use std::io;
use std::pin::Pin;

use futures_util::stream::try_unfold;
use tokio::time::timeout;
use tokio_util::io::StreamReader;
use tracing::{Instrument as _, field};

use super::{Answer, Call};
use crate::messenger::{Bytes, Error, ErrorKind, Result};

impl Call<'_> {
    /// Sends it once, and gives the body of a successful answer as it comes: nothing of it is held
    /// in memory. The deadline is for its beginning; what follows may pause as long as any answer.
    ///
    /// # Errors
    ///
    /// What `refused` makes of the whole answer when its status is not one of success, and else as
    /// [`Call::send`]. What goes wrong later is an error of the reader.
    pub async fn open(self, refused: impl Fn(&Answer) -> Error) -> Result<Bytes> {
        let span = tracing::debug_span!(
            "http",
            platform = %self.client.options.platform,
            method = self.operation.name,
            status = field::Empty,
        );
        self.opened(refused).instrument(span).await
    }

    async fn opened(self, refused: impl Fn(&Answer) -> Error) -> Result<Bytes> {
        let Self { client, operation, request, deadline, most_bytes, chat, poll, limited, secrets } =
            self;
        let measure = client.measures.of(&client.options.platform, &operation);
        if limited {
            let lane = super::limiter::Lane { chat: chat.as_deref(), poll };
            client.admitted(&operation, &measure, lane, false).await?;
        }
        let late = |_| {
            let kind = ErrorKind::Timeout { may_have_happened: true };
            client.error(kind, operation.doing)
        };
        let response = timeout(deadline, request.send()).await.map_err(late)?;
        let mut response =
            response.map_err(|error| client.transport_error(operation.doing, error))?;
        if !response.status().is_success() {
            let answer = client.answer_of(&operation, &secrets, &mut response, most_bytes).await?;
            let error = refused(&answer);
            measure.failed(&error);
            return Err(error);
        }
        let pause = client.options.read_timeout;
        let pieces = try_unfold(response, move |mut response| async move {
            match timeout(pause, response.chunk()).await {
                Ok(Ok(Some(piece))) => Ok(Some((piece, response))),
                Ok(Ok(None)) => Ok(None),
                // The address may be all that is needed to get at the file.
                Ok(Err(error)) => Err(io::Error::other(error.without_url())),
                Err(_) => {
                    let text = format!("the answer stopped midway for {} ms", pause.as_millis());
                    Err(io::Error::new(io::ErrorKind::TimedOut, text))
                }
            }
        });
        let content: Pin<Box<_>> = Box::pin(StreamReader::new(Box::pin(pieces)));
        Ok(content)
    }
}
