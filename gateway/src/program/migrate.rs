//! `gateway migrate`: brings the schema of a database up to date.

use std::io::Write as _;

use anyhow::Context as _;
use storage::{Database, Schema};

pub(crate) async fn run(database_url: &str) -> anyhow::Result<()> {
    // A SQLite file that is not there yet has no schema at all.
    let before = Schema::of(database_url).await.ok().map_or(0, |schema| schema.taken);
    let database = Database::open(database_url).await?;
    let after = Schema::of(database_url).await?.taken;
    let name = database.name();
    let said = if before == after {
        writeln!(std::io::stdout(), "{name}: at step {after}, nothing to do")
    } else {
        writeln!(std::io::stdout(), "{name}: from step {before} to step {after}")
    };
    said.context("printing what was done")
}
