-- The chat registry.

create table registry_chats (
    id            uuid primary key,
    is_active     boolean     not null default true,
    service       text        not null,
    -- The account through which alone the chat is known; empty where that does not matter.
    account       text        not null default '',
    -- The messenger's id; null until a registered chat has one.
    external_id   text,
    registered_at timestamptz not null,
    created_by    text,
    description   text
);

create unique index registry_chats_address on registry_chats (service, account, external_id)
    where external_id is not null;

-- The order of the list.
create index registry_chats_listed on registry_chats (registered_at desc, id);

create table registry_titles (
    seq         bigint generated always as identity primary key,
    chat_id     uuid        not null references registry_chats (id),
    value       text        not null,
    captured_at timestamptz not null
);

create index registry_titles_of_chat on registry_titles (chat_id, seq);

create table registry_participants (
    id          uuid primary key,
    service     text not null,
    external_id text not null,
    firstname   text,
    lastname    text,
    username    text,
    unique (service, external_id)
);

create table registry_participations (
    seq            bigint generated always as identity primary key,
    chat_id        uuid        not null references registry_chats (id),
    participant_id uuid        not null references registry_participants (id),
    is_active      boolean     not null default true,
    joined_at      timestamptz not null
);

create index registry_participations_of_chat on registry_participations (chat_id, seq);

-- Nobody is twice in a chat at the same time.
create unique index registry_participations_active
    on registry_participations (chat_id, participant_id) where is_active;
