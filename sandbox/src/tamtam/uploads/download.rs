//! Files on their way out.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, request};
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};

use crate::fault::{self, Fault, Operation};
use crate::outgoing::{self, Unserved};
use crate::tamtam::refusal::Refusal;
use crate::tamtam::{Facade, meet};
use crate::world::FileKey;

impl Facade {
    pub(super) async fn download(
        &self,
        head: &request::Parts,
        key: FileKey,
    ) -> Result<Response, Refusal> {
        let fault = self.world.fault(self.platform, Operation::Download);
        if let Some(answer) = meet(fault).await? {
            return Ok(answer);
        }
        let file = self.world.look(|it| it.file(key).clone());
        if file.complete.is_none() {
            return Err(Refusal::not_found("This file is not uploaded yet"));
        }
        let response = outgoing::serve(head, &file).await?;
        Ok(match fault {
            Some(Fault::LoseAnswer) => fault::broken_answer(),
            Some(Fault::Garble) => fault::garbled_answer(),
            Some(Fault::Empty) => fault::empty_answer(),
            Some(Fault::Cut { bytes }) => cut(response, bytes),
            _ => response,
        })
    }
}

impl From<Unserved> for Refusal {
    fn from(why: Unserved) -> Self {
        match why {
            Unserved::Elsewhere(_) => Self::not_found(&why.to_string()),
            Unserved::Range(_) => Self::upload(StatusCode::RANGE_NOT_SATISFIABLE, &why.to_string()),
            Unserved::Disk(_) => Self::internal(),
        }
    }
}

/// The connection breaks after so many bytes of the content.
fn cut(response: Response, bytes: u64) -> Response {
    let (head, body) = response.into_parts();
    let mut left = bytes;
    let lost = || Err(io::Error::other("the line is cut"));
    let kept = body.into_data_stream().map(move |piece| {
        let mut piece: Bytes = piece.map_err(io::Error::other)?;
        if left == 0 {
            return lost();
        }
        piece.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        left -= u64::try_from(piece.len()).unwrap_or(left);
        Ok(piece)
    });
    // The file may be shorter than what is let through.
    let body = Body::from_stream(kept.chain(stream::once(async move { lost() })));
    (head, body).into_response()
}
