//! Files, in and out.

use axum::body::Body;
use axum::http::request;
use axum::response::Response;
use serde_json::Value;

use super::refusal::Refusal;
use super::{Call, Facade};

/// Where files are, on the same server; what follows gives access to one.
pub(super) const PATH: &str = "/files/";

impl Facade {
    /// A file on its way in, by POST, or out, by GET: who knows its key may.
    pub(super) async fn file(
        &self,
        _head: &request::Parts,
        _key: &str,
        _body: Body,
    ) -> Result<Response, Refusal> {
        Err(Refusal::not_emulated("files"))
    }

    pub(super) fn upload_url(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("upload_url"))
    }
}
