//! Many writes in one transaction of two steps: what is known of them is asked for at once, and all
//! that is usual is written at once.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use gateway_core::model::AccountId;
use gateway_runtime::journal::{Begun, Change, End, Ending, Seq, Write, Written};
use sqlx::SqliteConnection;

use super::known::Known;
use super::writing::Writer;
use super::{effects, json, millis, outbox, sessions};
use crate::row::{LATE, is_stale, settled, text};

/// Writes a batch, and says what became of each.
pub(super) async fn write(
    writer: &Writer,
    writes: &[Write],
    now: DateTime<Utc>,
) -> Result<Vec<Written>, sqlx::Error> {
    let mut writing = writer.writing().await?;
    let answers = all(&mut writing, writes, now).await?;
    writing.done();
    Ok(answers)
}

async fn all(
    db: &mut SqliteConnection,
    writes: &[Write],
    now: DateTime<Utc>,
) -> Result<Vec<Written>, sqlx::Error> {
    let mut known = Known::begin(db, writes).await?;
    let mut answers = Vec::with_capacity(writes.len());
    let mut rows = Rows::default();
    for (number, write) in (0_u32..).zip(writes) {
        let account = &write.account;
        if is_stale(write.fence, known.owners.get(account.as_str()).copied()) {
            answers.push(Written::Fenced);
            continue;
        }
        answers.push(match &write.change {
            Change::Begin { effect, fingerprint } => {
                let begun = match known.effects.remove(&number) {
                    // What is asked for now takes its place, as the latest.
                    Some((row, known)) if known.is_refused() => {
                        rows.refused.push(row);
                        Begun::New
                    }
                    Some((_, known)) => known.begun(fingerprint),
                    None => Begun::New,
                };
                if begun == Begun::New {
                    rows.begun.push((effects::columns(effect), text(fingerprint)));
                }
                Written::Begun(begun)
            }
            Change::Settle { effect, outcome } => {
                rows.settled.push((effects::columns(effect), settled(outcome)));
                Written::Done
            }
            Change::Fail { seq, error } => {
                rows.failed.push((*seq, text(error)));
                Written::Done
            }
            Change::End(_) if known.ended.contains(&number) => Written::Nothing,
            Change::End(end) => {
                if let Some(place) = known.stale.get(&number) {
                    Written::Conflict(end.sessions[*place].key.clone())
                } else {
                    rows.end(account, end);
                    Written::Done
                }
            }
            change @ (Change::Schedule(_) | Change::Unschedule { .. } | Change::GiveUp { .. }) => {
                outbox::write(db, account, change).await?
            }
        });
    }
    rows.commit(db, now).await?;
    Ok(answers)
}

/// The rows of each statement.
#[derive(Default)]
struct Rows<'a> {
    refused: Vec<i64>,
    begun: Vec<(effects::Columns<'a>, Cow<'a, str>)>,
    settled: Vec<(effects::Columns<'a>, (&'static str, String))>,
    failed: Vec<(Seq, Cow<'a, str>)>,
    kept: Vec<(sessions::Columns<'a>, Option<String>, i64)>,
    moved: Vec<(&'a str, Cow<'a, str>, Cow<'a, str>)>,
    done: Vec<Seq>,
    dead: Vec<(Seq, Cow<'a, str>)>,
}

impl<'a> Rows<'a> {
    fn end(&mut self, account: &'a AccountId, end: &'a End) {
        self.kept.extend(end.sessions.iter().map(|it| {
            let value = it.value.as_ref().map(ToString::to_string);
            (sessions::columns(&it.key), value, it.read + 1)
        }));
        let moved = end.moved.as_ref();
        self.moved.extend(
            moved.map(|(from, to)| (account.as_str(), text(from.as_str()), text(to.as_str()))),
        );
        match &end.ending {
            Ending::Done => self.done.push(end.seq),
            Ending::Dead(error) => self.dead.push((end.seq, text(error))),
        }
    }

    /// Writes all of them, and ends the transaction. Only an update that is dead keeps its body.
    ///
    /// `or fail`, since what fails is undone as a whole: so no statement has to be able to be undone
    /// by itself, for which it would copy each page that it changes.
    async fn commit(
        self,
        db: &mut SqliteConnection,
        now: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "delete from journal_effects where number in (select value from jsonb_each($1));

             insert or fail into journal_effects
                 (account, origin_id, place, origin, fingerprint, state, intended_at)
             select value ->> '$[0][0]', value ->> '$[0][1]', value ->> '$[0][2]',
                    value ->> '$[0][3]', value ->> 1, 'intended', $8
             from jsonb_each($2);

             update or fail journal_effects
             set state = value ->> '$[1][0]', outcome = value ->> '$[1][1]', settled_at = $8,
                 late_at = iif(intended_at < $9, $8, null)
             from jsonb_each($3)
             where account = value ->> '$[0][0]' and origin_id = value ->> '$[0][1]'
               and place = value ->> '$[0][2]' and origin = value ->> '$[0][3]';

             insert or fail into journal_failures (seq, at, error)
             select value ->> 0, $8, value ->> 1 from jsonb_each($4);

             insert into journal_sessions (account, chat, person, name, scope, value, version)
             select value ->> '$[0][0]', value ->> '$[0][1]', value ->> '$[0][2]',
                    value ->> '$[0][3]', value ->> '$[0][4]', value ->> 1, value ->> 2
             from jsonb_each($5) where true
             on conflict (account, chat, person, name, scope) do update
             set value = excluded.value, version = excluded.version;

             update or ignore journal_sessions set chat = moved.value ->> 2
             from jsonb_each($10) as moved
             where account = moved.value ->> 0 and chat = moved.value ->> 1
               and scope in ('chat', 'member');

             update or fail journal_updates set state = 'done', settled_at = $8, body = ''
             where seq in (select value from jsonb_each($6));

             update or fail journal_updates
             set state = 'dead', settled_at = $8, error = ended.value ->> 1
             from jsonb_each($7) as ended
             where seq = ended.value ->> 0;

             commit",
        )
        .bind(json(&self.refused)?)
        .bind(json(&self.begun)?)
        .bind(json(&self.settled)?)
        .bind(json(&self.failed)?)
        .bind(json(&self.kept)?)
        .bind(json(&self.done)?)
        .bind(json(&self.dead)?)
        .bind(millis(now))
        .bind(millis(now - LATE))
        .bind(json(&self.moved)?)
        .execute(db)
        .await
        .map(drop)
    }
}
