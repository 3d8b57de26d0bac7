-- The journal forgets, knows its owners, and keeps what a bot knows and has yet to send.
-- Times are milliseconds since 1970.

-- The body of an update that is done is empty from now on.
drop index journal_updates_waiting;
create index journal_updates_waiting on journal_updates (account, seq) where state = 'received';
update journal_updates set error = coalesce(error, '') where state = 'dead';
update journal_updates set error = null where state <> 'dead' and error is not null;
create index journal_updates_dead on journal_updates (account, seq) where state = 'dead';

-- Every try of a handler that failed.
create table journal_failures (
    id    integer primary key,
    seq   integer not null,
    at    integer not null,
    error text    not null
) strict;
create index journal_failures_of_update on journal_failures (seq, id);

alter table journal_effects rename to journal_effects_of_updates;
create table journal_effects (
    -- In the order in which they were intended: what was done lately is found from the end.
    number      integer primary key,
    account     text    not null,
    -- Whether it is an update or a key, and the update's id or the key.
    origin      text    not null check (origin in ('update', 'key')),
    origin_id   text    not null,
    place       text    not null,
    fingerprint text    not null,
    state       text    not null check (state in ('intended', 'done', 'refused')),
    -- The receipt as JSON, or the words of the refusal.
    outcome     text,
    intended_at integer not null,
    settled_at  integer,
    -- When it ended, if that was more than an hour after it was intended.
    late_at     integer,
    unique (account, origin_id, place, origin)
) strict;
insert into journal_effects
        (account, origin, origin_id, place, fingerprint, state, outcome, intended_at, settled_at,
         late_at)
    select account, 'update', update_id, cast(ordinal as text), fingerprint, state, outcome,
           intended_at, settled_at, iif(settled_at > intended_at + 3600000, settled_at, null)
    from journal_effects_of_updates order by intended_at;
drop table journal_effects_of_updates;
create index journal_effects_late on journal_effects (late_at) where late_at is not null;
-- Nothing else leads to what is to be forgotten of them.
create index journal_effects_of_keys on journal_effects (intended_at) where origin = 'key';

create table journal_sessions (
    account text    not null,
    -- Of a chat, of a person, or of a person in a chat; the id that it has not is empty.
    scope   text    not null check (scope in ('chat', 'user', 'member')),
    chat    text    not null,
    person  text    not null,
    name    text    not null,
    -- What it holds as JSON; null when it was ended, whose version stays.
    value   text,
    version integer not null,
    primary key (account, chat, person, name, scope)
) strict, without rowid;

-- Chats that have another id now.
create table journal_moves (
    account  text not null,
    old_chat text not null,
    new_chat text not null,
    primary key (account, old_chat)
) strict, without rowid;

-- Messages for later. A key is remembered for good: what was sent under it is not sent again.
create table journal_outbox (
    account text    not null,
    key     text    not null,
    state   text    not null default 'waiting' check (state in ('waiting', 'sent', 'dead')),
    due     integer not null,
    -- What is to be sent as JSON; empty when it was.
    body    text    not null,
    error   text,
    primary key (account, key)
) strict, without rowid;
create index journal_outbox_due on journal_outbox (account, due, key) where state = 'waiting';

-- The number of each account's owner. Who writes under another one is not the owner any more.
create table journal_owners (
    account text    primary key,
    fence   integer not null
) strict, without rowid;
