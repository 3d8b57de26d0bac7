//! Files on their way out.

use axum::http::{StatusCode, request};
use axum::response::Response;

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
            Some(Fault::Cut { bytes }) => outgoing::cut(response, bytes),
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
