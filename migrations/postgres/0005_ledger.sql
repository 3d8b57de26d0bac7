-- The journal forgets, knows its owners, and keeps what a bot knows and has yet to send.
--
-- Each update is written once and touched once more, thousands of times a second. So the row that
-- stays is small, no index holds a column that changes when an update or effect ends (PostgreSQL
-- then rewrites the row in its page and no index), and what waits stands in a table of its own.
-- Keys are compared byte by byte: it is quicker, and their order is that of the program.

alter table journal_cursors alter column account type text collate "C";
alter table journal_cursors set (fillfactor = 50);

-- What waits, with its body. A row leaves when its update is done, and takes the body along.
create table journal_waiting (
    account     text collate "C" not null,
    seq         bigint           not null,
    received_at timestamptz      not null,
    -- The update as JSON. Not jsonb: that refuses the character NUL, which messengers let through.
    body        text             not null,
    primary key (account, seq)
) with (
    -- A body lives for a moment: it is not worth compressing.
    toast_tuple_target = 8160,
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000,
    autovacuum_vacuum_cost_delay = 0
);

insert into journal_waiting (account, seq, received_at, body)
    select account, seq, received_at, body from journal_updates where state = 'received';

drop index journal_updates_waiting;
alter table journal_updates
    alter column account type text collate "C",
    alter column update_id type text collate "C",
    -- That of a dead update. One that waits has it in journal_waiting, one that is done has none.
    alter column body drop not null;
alter table journal_updates set (
    -- Half a page for the rows as they are written, half for what they are when they have ended.
    fillfactor = 45,
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05,
    autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0
);
update journal_updates set body = null where state = 'received';
update journal_updates set error = coalesce(error, '') where state = 'dead';
update journal_updates set error = null where state <> 'dead' and error is not null;

-- Not by state, which changes with every update: whoever is done has no error.
create index journal_updates_dead on journal_updates (account, seq) where error is not null;

-- Every try of a handler that failed.
create table journal_failures (
    seq   bigint      not null,
    id    bigint      generated always as identity,
    at    timestamptz not null,
    error text        not null,
    primary key (seq, id)
);

-- An effect is of an update, or of a key that somebody chose: the word for it, and the update's id or
-- the key.
alter table journal_effects drop constraint journal_effects_pkey;
alter table journal_effects rename column update_id to origin_id;
alter table journal_effects rename column ordinal to place;
alter table journal_effects
    alter column account type text collate "C",
    alter column origin_id type text collate "C",
    alter column place type text collate "C" using place::text,
    alter column fingerprint type text collate "C",
    add column origin text collate "C" not null default 'update' check (origin in ('update', 'key')),
    -- When it ended, if that was more than an hour after it was intended.
    add column late_at timestamptz;
alter table journal_effects alter column origin drop default;
update journal_effects set late_at = settled_at where settled_at > intended_at + interval '1 hour';
alter table journal_effects add primary key (account, origin_id, place, origin);
alter table journal_effects set (
    fillfactor = 35,
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05,
    autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0
);

-- What was done since some moment is rarely asked for, and must cost nothing to write: what was
-- intended an hour before it or later, and the few that took longer.
create index journal_effects_new on journal_effects using brin (intended_at)
    with (pages_per_range = 32, autosummarize = on);
create index journal_effects_late on journal_effects (late_at) where late_at is not null;
-- Nothing else leads to what is to be forgotten of them.
create index journal_effects_of_keys on journal_effects (intended_at) where origin = 'key';

create table journal_sessions (
    account text collate "C" not null,
    -- Of a chat, of a person, or of a person in a chat; the id that it has not is empty.
    scope   text collate "C" not null check (scope in ('chat', 'user', 'member')),
    chat    text collate "C" not null,
    person  text collate "C" not null,
    name    text collate "C" not null,
    -- What it holds as JSON; null when it was ended, whose version stays.
    value   text,
    version bigint           not null,
    primary key (account, chat, person, name, scope)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

-- Chats that have another id now.
create table journal_moves (
    account  text collate "C" not null,
    old_chat text collate "C" not null,
    new_chat text             not null,
    primary key (account, old_chat)
);

-- Messages for later. A key is remembered for good: what was sent under it is not sent again.
create table journal_outbox (
    account text collate "C" not null,
    key     text collate "C" not null,
    state   text             not null default 'waiting' check (state in ('waiting', 'sent', 'dead')),
    due     timestamptz      not null,
    -- What is to be sent as JSON; empty when it was.
    body    text             not null,
    error   text,
    primary key (account, key)
);
create index journal_outbox_due on journal_outbox (account, due, key) where state = 'waiting';

-- The number of each account's owner. Who writes under another one is not the owner any more.
create table journal_owners (
    account text collate "C" primary key,
    fence   bigint not null
) with (fillfactor = 50);
