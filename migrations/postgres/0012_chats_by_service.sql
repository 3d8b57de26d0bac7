-- no-transaction
-- The order of messengers. The column itself stays as it is: with another collation, what an older
-- program has prepared could not be read any more.
create index concurrently if not exists registry_chats_by_service
    on registry_chats (service collate "C", id) include (registered_at, is_active);
