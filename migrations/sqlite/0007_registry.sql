-- The registry remembers who came, went and was brought by whom, what messengers are asked for, and
-- what has happened; and it is quick with many chats.
-- Times are milliseconds since 1970, UUIDs their 16 bytes.

-- Grows with every change of what the chat shows.
alter table registry_chats add column version integer not null default 1;
-- The title that it has now, in small letters: by it lists are sorted and searched.
alter table registry_chats add column title_key text not null default '';
-- The link by which people join it, and when it was seen.
alter table registry_chats add column invitation text;
alter table registry_chats add column invitation_at integer;
-- Who registered it, as lists are sorted: nobody comes first. A comparison of rows finds no index of
-- an expression.
alter table registry_chats add column creator text generated always as (coalesce(created_by, '')) virtual;

update registry_chats set title_key = coalesce(
    (select lower(substr(value, 1, 255)) from registry_titles
     where chat_id = registry_chats.id order by seq desc limit 1), '');

-- A chat as JSON, as it was at a version: with another version it is not looked at any more.
create table registry_documents (
    chat_id blob primary key references registry_chats (id) on delete cascade,
    version integer not null,
    body    text    not null
) strict;

-- How many chats were registered in a month ('m'), a day ('d') and an hour ('h') of UTC: with it any
-- page is found, and the total, without counting. There is one writer, so that each commit keeps it.
-- Nothing is registered before 1970.
create table registry_counts (
    unit      text    not null check (unit in ('m', 'd', 'h')),
    start     integer not null,
    is_active integer not null,
    chats     integer not null,
    primary key (unit, start, is_active)
) strict, without rowid;

insert into registry_counts (unit, start, is_active, chats)
    select 'm', unixepoch(registered_at / 1000, 'unixepoch', 'start of month') * 1000, is_active,
        count(*)
    from registry_chats group by 2, 3
    union all
    select 'd', registered_at / 86400000 * 86400000, is_active, count(*)
    from registry_chats group by 2, 3
    union all
    select 'h', registered_at / 3600000 * 3600000, is_active, count(*)
    from registry_chats group by 2, 3;

create trigger registry_count_new after insert on registry_chats
begin
    insert into registry_counts (unit, start, is_active, chats) values
        ('m', unixepoch(new.registered_at / 1000, 'unixepoch', 'start of month') * 1000,
            new.is_active, 1),
        ('d', new.registered_at / 86400000 * 86400000, new.is_active, 1),
        ('h', new.registered_at / 3600000 * 3600000, new.is_active, 1)
        on conflict (unit, start, is_active) do update set chats = chats + 1;
end;
create trigger registry_count_gone after delete on registry_chats
begin
    insert into registry_counts (unit, start, is_active, chats) values
        ('m', unixepoch(old.registered_at / 1000, 'unixepoch', 'start of month') * 1000,
            old.is_active, -1),
        ('d', old.registered_at / 86400000 * 86400000, old.is_active, -1),
        ('h', old.registered_at / 3600000 * 3600000, old.is_active, -1)
        on conflict (unit, start, is_active) do update set chats = chats - 1;
end;
create trigger registry_count_changed after update of is_active, registered_at on registry_chats
    when old.is_active is not new.is_active or old.registered_at is not new.registered_at
begin
    insert into registry_counts (unit, start, is_active, chats) values
        ('m', unixepoch(old.registered_at / 1000, 'unixepoch', 'start of month') * 1000,
            old.is_active, -1),
        ('d', old.registered_at / 86400000 * 86400000, old.is_active, -1),
        ('h', old.registered_at / 3600000 * 3600000, old.is_active, -1)
        on conflict (unit, start, is_active) do update set chats = chats - 1;
    insert into registry_counts (unit, start, is_active, chats) values
        ('m', unixepoch(new.registered_at / 1000, 'unixepoch', 'start of month') * 1000,
            new.is_active, 1),
        ('d', new.registered_at / 86400000 * 86400000, new.is_active, 1),
        ('h', new.registered_at / 3600000 * 3600000, new.is_active, 1)
        on conflict (unit, start, is_active) do update set chats = chats + 1;
end;

alter table registry_participations add column is_joining_told integer not null default 0;
alter table registry_participations add column left_at integer;
alter table registry_participations add column is_leaving_told integer not null default 0;
alter table registry_participations add column invited_by blob references registry_participants (id);

-- Which accounts take part in which chat.
create table registry_presences (
    chat_id    blob    not null references registry_chats (id),
    account    text    not null,
    is_present integer not null,
    -- Since when, as far as is known.
    since      integer not null,
    primary key (chat_id, account)
) strict, without rowid;

-- What has happened. There is one writer: the order of the places is that in which they are seen.
create table registry_events (
    place       integer primary key autoincrement,
    kind        text    not null check (kind in ('registered', 'changed', 'joined')),
    -- No reference: a chat that became one with another is gone.
    chat_id     blob    not null,
    joined_into blob,
    at          integer not null
) strict;

-- Requests that a client may repeat.
create table registry_requests (
    token  blob    not null check (length(token) = 32),
    key    text    not null,
    -- The SHA-256 of what was asked.
    asked  blob    not null check (length(asked) = 32),
    -- The id that was answered.
    answer blob    not null,
    at     integer not null,
    primary key (token, key)
) strict, without rowid;
create index registry_requests_of_time on registry_requests (at);

-- What messengers are asked for.
create table registry_operations (
    id             blob primary key check (length(id) = 16),
    chat_id        blob    not null references registry_chats (id),
    kind           text    not null check (kind in ('remove_participant', 'get_invitation')),
    participant_id blob    references registry_participants (id),
    state          text    not null default 'pending'
        check (state in ('pending', 'done', 'failed')),
    -- The account that is to do it.
    account        text    not null,
    tries          integer not null default 0,
    error          text,
    requested_at   integer not null,
    due_at         integer not null,
    finished_at    integer
) strict;
create index registry_operations_of_chat on registry_operations (chat_id, requested_at);
create index registry_operations_due on registry_operations (account, due_at)
    where state = 'pending';
-- The same is asked for once.
create unique index registry_operations_pending on registry_operations
    (chat_id, kind, coalesce(participant_id, x'')) where state = 'pending';

-- Registered chats into which somebody will bring a bot.
create table registry_announcements (
    account text    not null,
    person  text    not null,
    chat_id blob    not null references registry_chats (id),
    said_at integer not null,
    ends_at integer not null,
    primary key (account, person)
) strict, without rowid;

-- People who have another name than the documents of their chats show.
create table registry_renames (
    participant_id blob primary key references registry_participants (id),
    -- Grows when they get yet another name.
    times          integer not null default 1
) strict, without rowid;

create index registry_chats_by_time on registry_chats (registered_at, id);
create index registry_chats_in_use_by_time on registry_chats (is_active, registered_at, id);
create index registry_chats_by_title on registry_chats (title_key, id, registered_at, is_active);
create index registry_chats_by_creator on registry_chats (creator, id, registered_at, is_active);
create index registry_chats_by_service on registry_chats (service, id, registered_at, is_active);
create index registry_participations_in_chat on registry_participations (chat_id, participant_id);
drop index registry_participations_of_chat;
create index registry_participations_of_person on registry_participations (participant_id, chat_id);
create index registry_participants_by_username on registry_participants (lower(username))
    where username is not null;
