-- The chat registry. Times are milliseconds since 1970, UUIDs their 16 bytes.

create table registry_chats (
    id            blob primary key check (length(id) = 16),
    is_active     integer not null default 1,
    service       text    not null,
    -- The account through which alone the chat is known; empty where that does not matter.
    account       text    not null default '',
    -- The messenger's id; null until a registered chat has one.
    external_id   text,
    registered_at integer not null,
    created_by    text,
    description   text
) strict;

create unique index registry_chats_address on registry_chats (service, account, external_id)
    where external_id is not null;

-- The order of the list.
create index registry_chats_listed on registry_chats (registered_at desc, id);

create table registry_titles (
    seq         integer primary key autoincrement,
    chat_id     blob    not null references registry_chats (id),
    value       text    not null,
    captured_at integer not null
) strict;

create index registry_titles_of_chat on registry_titles (chat_id, seq);

create table registry_participants (
    id          blob primary key check (length(id) = 16),
    service     text not null,
    external_id text not null,
    firstname   text,
    lastname    text,
    username    text,
    unique (service, external_id)
) strict;

create table registry_participations (
    seq            integer primary key autoincrement,
    chat_id        blob    not null references registry_chats (id),
    participant_id blob    not null references registry_participants (id),
    is_active      integer not null default 1,
    joined_at      integer not null
) strict;

create index registry_participations_of_chat on registry_participations (chat_id, seq);

-- Nobody is twice in a chat at the same time.
create unique index registry_participations_active
    on registry_participations (chat_id, participant_id) where is_active;
