-- no-transaction
-- The order of messengers.
create index concurrently if not exists registry_chats_by_service
    on registry_chats (service, id) include (registered_at, is_active);
