-- The registry remembers who came, went and was brought by whom, what messengers are asked for, and
-- what has happened; and it is quick with millions of chats.
--
-- What an older program reads stays as it is. Columns by which lists are sorted are compared byte by
-- byte: it is quicker, and their order is that of the program.

-- Nobody writes between the counting below and the triggers that count on.
lock table registry_chats in share row exclusive mode;

alter table registry_chats
    -- Grows with every change of what the chat shows.
    add column version bigint not null default 1,
    -- The title that it has now, in small letters: by it lists are sorted and searched.
    add column title_key text collate "C" not null default '',
    -- The link by which people join it, and when it was seen.
    add column invitation text,
    add column invitation_at timestamptz,
    alter column service type text collate "C";
alter table registry_chats set (
    -- A version grows in its row's page, and touches no index.
    fillfactor = 85,
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02,
    autovacuum_vacuum_insert_scale_factor = 0.05
);

update registry_chats as chat set title_key = title.key
    from (select distinct on (chat_id) chat_id, lower(left(value, 255)) as key
          from registry_titles order by chat_id, seq desc) as title
    where title.chat_id = chat.id;

-- A chat as JSON, as it was at a version: with another version it is not looked at any more.
create table registry_documents (
    chat_id uuid primary key references registry_chats (id) on delete cascade,
    version bigint not null,
    body    text   not null
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- How many chats were registered on a day (UTC): with it any page is found, and the total, without
-- counting. Each commit appends what it changes, so that no two wait for each other; now and then
-- that is added up.
create table registry_days (
    day       date    not null,
    is_active boolean not null,
    chats     bigint  not null,
    primary key (day, is_active)
);
create table registry_day_changes (
    seq       bigint generated always as identity primary key,
    day       date    not null,
    is_active boolean not null,
    chats     bigint  not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

create function registry_day(at timestamptz) returns date
    language sql immutable parallel safe as $$ select (at at time zone 'UTC')::date $$;

insert into registry_days (day, is_active, chats)
    select registry_day(registered_at), is_active, count(*) from registry_chats group by 1, 2;

create function registry_count_new() returns trigger language plpgsql as $$
begin
    insert into registry_day_changes (day, is_active, chats)
        select registry_day(registered_at), is_active, count(*) from fresh group by 1, 2;
    return null;
end $$;
create function registry_count_gone() returns trigger language plpgsql as $$
begin
    insert into registry_day_changes (day, is_active, chats)
        select registry_day(registered_at), is_active, -count(*) from gone group by 1, 2;
    return null;
end $$;
create function registry_count_changed() returns trigger language plpgsql as $$
begin
    insert into registry_day_changes (day, is_active, chats) values
        (registry_day(old.registered_at), old.is_active, -1),
        (registry_day(new.registered_at), new.is_active, 1);
    return null;
end $$;

create trigger registry_count_new after insert on registry_chats
    referencing new table as fresh
    for each statement execute function registry_count_new();
create trigger registry_count_gone after delete on registry_chats
    referencing old table as gone
    for each statement execute function registry_count_gone();
create trigger registry_count_changed after update of is_active, registered_at on registry_chats
    for each row
    when (old.is_active is distinct from new.is_active
          or old.registered_at is distinct from new.registered_at)
    execute function registry_count_changed();

alter table registry_participations
    add column is_joining_told boolean not null default false,
    add column left_at timestamptz,
    add column is_leaving_told boolean not null default false,
    add column invited_by uuid references registry_participants (id);

-- Which accounts take part in which chat.
create table registry_presences (
    chat_id    uuid        not null references registry_chats (id),
    account    text        not null,
    is_present boolean     not null,
    -- Since when, as far as is known.
    since      timestamptz not null,
    primary key (chat_id, account)
);

-- What has happened. A transaction's number tells in what order they become visible: whatever is
-- older than all that are on their way has nothing before it that is still to come.
create table registry_events (
    transaction xid8        not null default pg_current_xact_id(),
    place       bigint      generated always as identity,
    kind        text        not null check (kind in ('registered', 'changed', 'joined')),
    -- No reference: a chat that became one with another is gone.
    chat_id     uuid        not null,
    joined_into uuid,
    at          timestamptz not null,
    primary key (transaction, place)
);

-- Requests that a client may repeat.
create table registry_requests (
    token  bytea       not null check (octet_length(token) = 32),
    key    text        not null,
    -- The SHA-256 of what was asked.
    asked  bytea       not null check (octet_length(asked) = 32),
    -- The id that was answered.
    answer uuid        not null,
    at     timestamptz not null,
    primary key (token, key)
);
create index registry_requests_of_time on registry_requests (at);

-- What messengers are asked for.
create table registry_operations (
    id             uuid primary key,
    chat_id        uuid        not null references registry_chats (id),
    kind           text        not null check (kind in ('remove_participant', 'get_invitation')),
    participant_id uuid        references registry_participants (id),
    state          text        not null default 'pending'
        check (state in ('pending', 'done', 'failed')),
    -- The account that is to do it.
    account        text        not null,
    tries          integer     not null default 0,
    error          text,
    requested_at   timestamptz not null,
    due_at         timestamptz not null,
    finished_at    timestamptz
);
create index registry_operations_of_chat on registry_operations (chat_id, requested_at);
create index registry_operations_due on registry_operations (account, due_at)
    where state = 'pending';
-- The same is asked for once.
create unique index registry_operations_pending on registry_operations
    (chat_id, kind, coalesce(participant_id, '00000000-0000-0000-0000-000000000000'))
    where state = 'pending';

-- Registered chats into which somebody will bring a bot.
create table registry_announcements (
    account    text        not null,
    person     text        not null,
    chat_id    uuid        not null references registry_chats (id),
    said_at    timestamptz not null,
    ends_at    timestamptz not null,
    primary key (account, person)
);

-- People who have another name than the documents of their chats show.
create table registry_renames (
    participant_id uuid primary key references registry_participants (id),
    -- Grows when they get yet another name.
    times          bigint not null default 1
);
