-- The journal: updates until they are done, and what handlers did.
-- Times are milliseconds since 1970.

create table journal_cursors (
    account text primary key,
    cursor  text not null
) strict, without rowid;

create table journal_updates (
    seq         integer primary key autoincrement,
    account     text    not null,
    update_id   text    not null,
    chat        text,
    received_at integer not null,
    -- The update as JSON.
    body        text    not null,
    state       text    not null default 'received' check (state in ('received', 'done', 'dead')),
    error       text,
    settled_at  integer,
    unique (account, update_id)
) strict;

-- What waits is little, however much is kept: the lanes read it in order.
create index journal_updates_waiting on journal_updates (seq) where state = 'received';

create table journal_effects (
    account     text    not null,
    update_id   text    not null,
    ordinal     integer not null,
    fingerprint text    not null,
    state       text    not null check (state in ('intended', 'done', 'refused')),
    -- The receipt as JSON, or the words of the refusal.
    outcome     text,
    intended_at integer not null,
    settled_at  integer,
    primary key (account, update_id, ordinal)
) strict, without rowid;
