//! What has happened.

use registry_api::store::{EventCursor, Events, Result};

use super::Sqlite;
use crate::not_built;

pub(super) async fn events(_store: &Sqlite, _after: EventCursor, _size: u32) -> Result<Events> {
    Err(not_built("reading what has happened"))
}
