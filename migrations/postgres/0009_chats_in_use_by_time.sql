-- no-transaction
-- The order of the lists of those that are in use, or are not.
create index concurrently if not exists registry_chats_in_use_by_time
    on registry_chats (is_active, registered_at, id);
