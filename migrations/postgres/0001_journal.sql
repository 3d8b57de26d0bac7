-- The journal: updates until they are done, and what handlers did.

create table journal_cursors (
    account text primary key,
    cursor  text not null
);

create table journal_updates (
    seq         bigint generated always as identity primary key,
    account     text        not null,
    update_id   text        not null,
    chat        text,
    received_at timestamptz not null,
    -- The update as JSON. Not jsonb: that refuses the character NUL, which messengers let through.
    body        text        not null,
    state       text        not null default 'received' check (state in ('received', 'done', 'dead')),
    error       text,
    settled_at  timestamptz,
    unique (account, update_id)
);

-- What waits is little, however much is kept: the lanes read it in order.
create index journal_updates_waiting on journal_updates (seq) where state = 'received';

create table journal_effects (
    account     text        not null,
    update_id   text        not null,
    ordinal     integer     not null,
    fingerprint text        not null,
    state       text        not null check (state in ('intended', 'done', 'refused')),
    -- The receipt as JSON, or the words of the refusal.
    outcome     text,
    intended_at timestamptz not null,
    settled_at  timestamptz,
    primary key (account, update_id, ordinal)
);
