-- The messengers' ids of chats have a table of their own: a chat that gets another id is still one
-- chat, and every id that it ever had leads to it.

create table registry_addresses (
    service     text    not null,
    -- The account through which alone the chat is known; empty where that does not matter.
    account     text    not null,
    -- The messenger's id.
    external_id text    not null,
    -- Who takes a free address for a new chat takes it first, and then makes the chat.
    chat_id     uuid    not null references registry_chats (id) deferrable initially deferred,
    -- Whether the chat has moved on: whoever wants to reach it takes the address that is not.
    is_former   boolean not null default false,
    primary key (service, account, external_id)
);

create index registry_addresses_of_chat on registry_addresses (chat_id);

insert into registry_addresses (service, account, external_id, chat_id)
    select service, account, external_id, id from registry_chats where external_id is not null;

drop index registry_chats_address;
alter table registry_chats drop column account, drop column external_id;
